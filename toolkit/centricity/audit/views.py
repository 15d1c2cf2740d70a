"""The five lenses on this log: which periods and cohorts, and what each shows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import Any, TypeAlias, TypeVar

import pandas as pd

from centricity.audit.enrich import Extras
from centricity.audit.lenses.all_cohorts import all_cohorts
from centricity.audit.lenses.one_cohort import one_cohort
from centricity.audit.lenses.one_period import one_period
from centricity.audit.lenses.two_cohorts import two_cohorts
from centricity.audit.lenses.two_periods import two_periods
from centricity.audit.parts import Part, attempt, without_remedy
from centricity.audit.words import count

YEAR, SLACK, SHORTEST = 365, 14, 28
"""Days of a year; by which two years may be incomplete; of the shortest period compared."""
FEWEST = 30
"""Customers of whom a cohort must consist to be looked at by itself."""
WITHIN = (365, 180, 90)
CROWDED = 1.5
Span: TypeAlias = tuple[str, str]
T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True)
class Width:
    """A width of cohorts: its unit of age, its days, and how long it must be watched since."""

    age: str
    days: int
    watched: int


WIDTHS = {"Y": Width("Q", 365, 182), "Q": Width("M", 91, 91), "M": Width("M", 30, 60)}


@dataclass(frozen=True)
class Pair:
    """The cohorts to look at: one by itself, two to compare, as far as there are any."""

    every: str
    one: Part[str]
    two: Part[tuple[str, str]]


@dataclass(frozen=True)
class Spans:
    """Two periods of equal length, the later one at the end of the data.

    Attributes
    ----------
    before, after : tuple of str
        First and last day of each.
    years : bool
        Whether they are years; otherwise they are halves of the time, in different seasons.
    """

    before: Span
    after: Span
    years: bool

    @property
    def names(self) -> tuple[str, str]:
        """What the report calls them."""
        if self.years:
            return "the twelve months before", "the last twelve months"
        return "the first half of the time", "the second half of the time"


@dataclass(frozen=True, repr=False)
class Views:
    """What the five lenses show; each part with its own reason where it is missing.

    Attributes
    ----------
    spans : Part of Spans
        Which two periods are compared.
    period, periods, cohort, cohorts, history : Part
        One period (the later one, or the whole log), two periods, one cohort, two cohorts (an
        older and a newer one), all cohorts.
    every : str
        Width of the cohorts: "Y", "Q" or "M".
    within : int
        Days within which second orders are counted: the longest that both cohorts have lived.
    needed_every : str
        The period for which new customers are counted: ``every`` or shorter.
    target : float
        Sales of the last such period, up to the end.
    needed : Part
        New customers that the next such period needs for the same sales.
    by : dict of str to dict of str to Part of pandas.DataFrame
        For channel and category, where given: the split of each of the five.
    """

    spans: Part[Spans]
    period: Part[Any]
    periods: Part[Any]
    cohort: Part[Any]
    cohorts: Part[Any]
    history: Part[Any]
    every: str
    within: int
    needed_every: str
    target: float
    needed: Part[Any]
    by: dict[str, dict[str, Part[pd.DataFrame]]]


def look(
    extras: Extras, first: pd.Timestamp, end: pd.Timestamp, step: Callable[[str], None]
) -> Views:
    """Look at a log through the five lenses.

    Parameters
    ----------
    extras : Extras
        The log, with profit and groups where there are any; at least one row.
    first, end : pandas.Timestamp
        First and last day observed.
    step : callable
        Told before each piece of work.
    """
    log = extras.log
    spans = choose_spans(first, end)
    births = log.groupby("customer_id", sort=False, observed=True)["date"].min()
    pair = choose_cohorts(births.dt.normalize(), first, end)
    seen: dict[str, Part[Any]] = {}
    by = {}
    for name in extras.by or (None,):
        found = _five(log, name, spans, pair, end, step)
        seen = seen or found
        if name is not None:
            by[name] = {lens: _split_of(part) for lens, part in found.items()}
    history = seen["history"]
    unit, target, needed = _needed(log, history, pair.every, end)
    return Views(
        spans=spans,
        **seen,
        every=pair.every,
        within=_within(history, pair),
        needed_every=unit,
        target=target,
        needed=needed,
        by=by,
    )


def _needed(
    log: pd.DataFrame, history: Part[Any], every: str, end: pd.Timestamp
) -> tuple[str, float, Part[Any]]:
    """Ask how many new customers are needed, for the longest period that the data allow."""
    units = list(WIDTHS)[list(WIDTHS).index(every) :]
    for unit in units:
        if unit != every:
            last = str(end.date())
            history = attempt(partial(all_cohorts, log, every=unit, end=last))
        recent = log["date"] >= end - pd.Timedelta(days=WIDTHS[unit].days - 1)
        target = float(log.loc[recent, "amount"].sum())
        found = _where(history, methodcaller("needed", target))
        if found.value is not None:
            break
    return unit, target, found


def _five(
    log: pd.DataFrame, by: str | None, spans: Part[Spans], pair: Pair, end: pd.Timestamp,
    step: Callable[[str], None],
) -> dict[str, Part[Any]]:  # fmt: skip
    """Run the five lenses, split by one column or not at all."""
    told = "" if by is None else f", by {by}"
    last = str(end.date())
    common: dict[str, Any] = {"profit": "profit" if "profit" in log else None, "by": by}
    aged: dict[str, Any] = {**common, "every": WIDTHS[pair.every].age, "end": last}
    after = None if spans.value is None else spans.value.after
    found: dict[str, Part[Any]] = {}
    step(f"… one period and two periods{told}")
    found["period"] = attempt(lambda: one_period(log, after, **common))
    found["periods"] = _where(spans, lambda two: two_periods(log, two.before, two.after, **common))
    step(f"… one cohort and two cohorts{told}")
    found["cohort"] = _where(pair.one, lambda name: one_cohort(log, name, **aged))
    found["cohorts"] = _where(pair.two, lambda names: two_cohorts(log, *names, **aged))
    step(f"… all cohorts{told}")
    found["history"] = attempt(lambda: all_cohorts(log, every=pair.every, end=last, **common))
    return found


def _where(known: Part[T], compute: Callable[[T], S]) -> Part[S]:
    """Compute from a part that may be missing."""
    if known.value is None:
        return Part.missing(known.reason)
    found = attempt(partial(compute, known.value))
    return Part(found.value, without_remedy(found.reason))


def _split_of(part: Part[Any]) -> Part[pd.DataFrame]:
    if part.value is None:
        return Part.missing(part.reason)
    return Part(part.value.by)


def choose_spans(first: pd.Timestamp, end: pd.Timestamp) -> Part[Spans]:
    """Choose two periods to compare: the last two years, or the halves of a shorter time.

    >>> found = choose_spans(pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")).found
    >>> found.before, found.after
    (('2024-01-01', '2024-12-31'), ('2025-01-01', '2025-12-31'))
    """
    days = (end - first).days + 1
    years = days >= 2 * YEAR - SLACK
    length = YEAR if years else days // 2
    if length < SHORTEST:
        return Part.missing(
            f"the orders span {count(days, 'day')}; two periods to compare need at least "
            f"{SHORTEST} days each"
        )
    edges = [end - pd.Timedelta(days=back) for back in (2 * length - 1, length, length - 1)]
    if years:  # a year that ends on the last of a month begins on the first, leap day or not
        starts = [end + pd.Timedelta(days=1) - pd.DateOffset(years=n) for n in (2, 1)]
        edges = [starts[0], starts[1] - pd.Timedelta(days=1), starts[1]]
    old, gone, new = (str(moment.date()) for moment in edges)
    return Part(Spans((old, gone), (new, str(end.date())), years))


def choose_cohorts(births: pd.Series, first: pd.Timestamp, end: pd.Timestamp) -> Pair:
    """Choose an older and a newer cohort, as wide as leaves two that can be compared.

    A cohort can be used when the data cover its whole period, it has thirty customers, and it was
    watched for a while since. The first in the file is passed over where it is crowded: then
    customers from before the file count as new.

    Parameters
    ----------
    births : pandas.Series
        Day of each customer's first order.
    first, end : pandas.Timestamp
        First and last day observed.

    Examples
    --------
    >>> births = pd.Series(pd.date_range("2023-01-01", "2025-12-31"))
    >>> choose_cohorts(births, births.min(), births.max()).two.found
    ('2023', '2024')
    """
    one: tuple[str, str] | None = None
    for every, width in WIDTHS.items():
        sizes = births.dt.to_period(every).value_counts().sort_index()
        usable = [
            period
            for period, size in sizes.items()
            if size >= FEWEST
            and period.start_time >= first - pd.Timedelta(days=SLACK)
            and end >= period.end_time.normalize() + pd.Timedelta(days=width.watched)
        ]
        if len(usable) > 2 and sizes[usable[0]] > CROWDED * sizes[usable[1:]].median():
            usable = usable[1:]
        if len(usable) > 1:
            names = (str(usable[0]), str(usable[-1]))
            return Pair(every, Part(names[0]), Part(names))
        if usable and one is None:
            one = every, str(usable[0])
    reason = (
        f"no two groups of at least {FEWEST} customers were first seen in different months and "
        "watched for two months since"
    )
    if one is None:
        return Pair("M", Part.missing(reason.replace("no two groups", "no group").replace(
            "were first seen in different months", "was first seen in one month"
        )), Part.missing(reason))  # fmt: skip
    return Pair(one[0], Part(one[1]), Part.missing(reason))


def _within(history: Part[Any], pair: Pair) -> int:
    """Return the longest time for which (nearly) all of both cohorts were watched."""
    if history.value is None or pair.two.value is None:
        return WITHIN[-1]
    table = history.value.repeat_by_birth
    rows = table[table.index.astype(str).isin(pair.two.value)]
    for days in WITHIN:
        if (rows[f"observed_{days}"] >= 0.99 * rows["customers"]).all():
            return days
    return WITHIN[-1]
