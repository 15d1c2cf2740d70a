"""How the report writes numbers, shares, money and dates."""

import math
from dataclasses import dataclass

import pandas as pd

UNIT_WORDS = {"D": "days", "W": "weeks", "M": "months", "Q": "quarters", "Y": "years"}
THIN = "\N{NARROW NO-BREAK SPACE}"


def percent(share: float, digits: int = 0) -> str:
    """Write a share as a percentage.

    >>> percent(0.684).replace(THIN, " "), percent(0.004).replace(THIN, " ")
    ('68 %', '0.4 %')
    """
    if not math.isfinite(share):
        return "–"
    if 0 < abs(share) < 0.005 and digits == 0:
        digits = 1
    return f"{share * 100:,.{digits}f}{THIN}%".replace("-", "−")


def signed(share: float) -> str:
    """Write a relative change with its sign.

    >>> signed(0.12).replace(THIN, " "), signed(-0.034).replace(THIN, " ")
    ('+12 %', '−3 %')
    """
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{percent(abs(share))}"


def count(value: float, noun: str = "", plural: str | None = None) -> str:
    """Write a whole number, with its noun.

    >>> count(1, "customer"), count(2357, "customer"), count(3, "person", "people")
    ('1 customer', '2,357 customers', '3 people')
    """
    said = f"{round(value):,}".replace("-", "−")
    if not noun:
        return said
    return f"{said} {noun if round(value) == 1 else plural or noun + 's'}"


def decimal(value: float, digits: int = 2) -> str:
    """Write a number with a fixed number of digits, a dash where there is none.

    >>> decimal(1234.567), decimal(float("nan"))
    ('1,234.57', '–')
    """
    return f"{value:,.{digits}f}".replace("-", "−") if math.isfinite(value) else "–"


@dataclass(frozen=True)
class Money:
    """Write amounts in the currency of the report; no sign where none was given.

    Examples
    --------
    >>> Money("€")(1234.5), Money("EUR")(12.5).replace(THIN, " "), Money("")(-3)
    ('€1,234', 'EUR 12.50', '−3.00')
    >>> Money("€").short(2495982.75)
    '€2.50 million'
    """

    currency: str = ""

    def __call__(self, value: float) -> str:
        """Write in full: whole numbers from a hundred up, two digits below."""
        if not math.isfinite(value):
            return "–"
        digits = 0 if abs(value) >= 100 else 2
        return self._signed(value, f"{abs(value):,.{digits}f}")

    def short(self, value: float) -> str:
        """Write for a sentence: millions and billions in words."""
        for size, word in ((1e9, "billion"), (1e6, "million")):
            if abs(value) >= size:
                return self._signed(value, f"{abs(value) / size:,.2f} {word}")
        return self(value)

    def brief(self, value: float) -> str:
        """Write for a large number on its own: at most three or four digits.

        >>> Money("€").brief(2495982.75), Money("€").brief(-51234), Money().brief(812.4)
        ('€2.5M', '−€51k', '812')
        """
        if not math.isfinite(value):
            return "–"
        for size, word in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= 0.9995 * size:
                scaled = abs(value) / size
                return self._signed(value, f"{scaled:,.{1 if scaled < 9.95 else 0}f}{word}")
        return self._signed(value, f"{abs(value):,.0f}")

    def change(self, value: float) -> str:
        """Write a difference for a sentence, with its sign.

        >>> Money("€").change(1234567), Money("€").change(-250)
        ('+€1.23 million', '−€250')
        """
        return ("+" if value > 0 else "") + self.short(value)

    def _signed(self, value: float, digits: str) -> str:
        gap = THIN if self.currency[-1:].isalnum() else ""
        return f"{'−' if value < 0 else ''}{self.currency}{gap}{digits}"

    @property
    def unit(self) -> str:
        """What to write beside an axis or in a column's head."""
        return self.currency or "money"


def day(moment: object) -> str:
    """Write a day so that nobody reads the month as the day.

    >>> day(pd.Timestamp("2025-03-04"))
    '4 March 2025'
    """
    stamp = pd.Timestamp(moment)  # type: ignore[arg-type]
    return f"{stamp.day} {stamp:%B %Y}"


def ordinal(place: int) -> str:
    """Write a place in a row.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    teen = place % 100 in (11, 12, 13)
    return f"{place}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


def born(name: str) -> str:
    """Write the period in which a cohort was first seen.

    >>> born("2024"), born("2024Q3"), born("1997-03")
    ('2024', 'Q3 of 2024', 'March 1997')
    """
    if "Q" in name:
        year, quarter = name.split("Q")
        return f"Q{quarter} of {year}"
    return f"{pd.Timestamp(f'{name}-01'):%B %Y}" if name[4:5] == "-" and len(name) == 7 else name


def duration(days: float) -> str:
    """Write a length of time in the unit a reader would use.

    >>> duration(545), duration(1461), duration(1)
    ('78 weeks', '4.0 years', '1 day')
    """
    if days < 60:
        return count(days, "day")
    return f"{days / 7:.0f} weeks" if days < 2 * 365.25 else f"{days / 365.25:.1f} years"


def hole(silence: tuple[pd.Timestamp, pd.Timestamp]) -> str:
    """Write a time without any order.

    >>> hole((pd.Timestamp("2011-12-30"), pd.Timestamp("2022-01-02")))
    'no order at all between 30 December 2011 and 2 January 2022 (10.0 years)'
    """
    last, first = silence
    return f"no order at all between {day(last)} and {day(first)} ({duration((first - last).days)})"


def years(value: float) -> str:
    """Write a horizon.

    >>> years(3), years(1), years(0.5)
    ('three years', 'year', '0.5 years')
    """
    words: dict[float, str] = {
        1: "year",
        2: "two years",
        3: "three years",
        4: "four years",
        5: "five years",
    }
    return words.get(value, f"{value:g} years")


def span(value: float) -> str:
    """Write a length of years by itself.

    >>> span(1), span(3)
    ('one year', 'three years')
    """
    return "one year" if value == 1 else years(value)


def listed(items: list[str]) -> str:
    """Join with commas and a last 'and'.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
