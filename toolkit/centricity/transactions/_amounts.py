"""Read amounts of money value by value: decimal commas, thousands marks, currency signs."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity.transactions._dates import MISSING

PLAIN = r"^[+-]?\d+(?:\.\d{1,2}|\.\d{4,})?$"  # three digits after a point may be thousands
CURRENCY = r"[$€£¥₹₩₺₽₪₫฿]|R\$|US\$|[A-Za-z]{3}|kr\.?|Fr\.?|zł|Kč|元|円"
AMOUNT = re.compile(
    rf"^(?P<paren>\()?(?P<s1>[+-])?\s*(?P<c1>{CURRENCY})?\s*(?P<s2>[+-])?\s*"
    rf"(?P<n>\d[\d.,]*\d|\d|[.,]\d+)(?P<e>[eE][+-]?\d+)?(?:,-|,–)?\s*(?P<s3>-)?\s*"
    rf"(?P<c2>{CURRENCY})?\s*(?P<close>\))?$"
)
CODES = {"€": "EUR", "EURO": "EUR", "£": "GBP"}
LARGEST = 1e12  # refunds are matched in whole ten-thousandths, which must not overflow
BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?:\D|$))")
MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True)
class Amounts:
    """What became of a column: one entry per row, and what was found out on the way."""

    values: np.ndarray  # float64, NaN where there is none
    why: np.ndarray  # text where a value could not be read, else None
    ambiguous: np.ndarray  # True where a mark may be decimal or thousands
    converted: np.ndarray  # True where a decimal comma, thousands mark or sign was read
    currencies: dict[str, int]  # rows by currency sign


def parse_amounts(column: pd.Series, decimal: str | None) -> Amounts:
    """Read a column of numbers or text; ``decimal`` settles values that have two readings."""
    no = np.zeros(len(column), dtype=bool)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        bad = ~(np.abs(values) < LARGEST)
        why = np.full(len(column), None, dtype=object)
        why[bad] = "it is too large"
        why[np.isnan(values)] = "it is missing"
        return Amounts(np.where(bad, np.nan, values), why, no, no, {})
    codes, distinct = pd.factorize(column)
    if len(distinct) == 0:
        return Amounts(
            np.full(len(column), np.nan),
            np.full(len(column), "it is missing", dtype=object),
            no,
            no,
            {},
        )
    texts = [_as_text(value) for value in distinct]
    parsed = _parse_distinct(texts, decimal)
    seen = np.bincount(codes[codes >= 0], minlength=len(distinct))
    signs = parsed["currency"].dropna()
    currencies = {str(s): int(seen[signs.index[signs == s]].sum()) for s in signs.unique()}
    none, at = codes < 0, np.where(codes < 0, 0, codes)
    return Amounts(
        values=np.where(none, np.nan, parsed["value"].to_numpy()[at]),
        why=np.where(none, "it is missing", parsed["why"].to_numpy(dtype=object)[at]),
        ambiguous=~none & parsed["ambiguous"].to_numpy()[at],
        converted=~none & parsed["converted"].to_numpy()[at],
        currencies=currencies,
    )


def same_currency(said: str) -> str:
    """Give the signs that can mean only one currency its code.

    >>> [same_currency(one) for one in ("€", "eur", "$")]
    ['EUR', 'EUR', '$']
    """
    code = said.strip().upper()
    return CODES.get(code, code)


def _as_text(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(value, ".15g") + ("0" if "." in format(value, ".15g") else "")
    return str(value).strip()


def _parse_distinct(texts: list[str], decimal: str | None) -> pd.DataFrame:
    series = pd.Series(texts, dtype="str")
    plain = series.str.match(PLAIN).to_numpy(dtype=bool)
    values = np.full(len(texts), np.nan)
    values[plain] = pd.to_numeric(series[plain]).to_numpy(dtype=float)
    rest = np.flatnonzero(~plain)
    found = [AMOUNT.match(BLANKS.sub("", texts[i].translate(MINUS))) for i in rest]
    if decimal is None:
        marks = {_sure_decimal(match["n"]) for match in found if match}
        marks |= {"."} if series[plain].str.contains(".", regex=False).any() else set()
        marks.discard(None)
        decimal = marks.pop() if len(marks) == 1 else None
    why: list[str | None] = [None] * len(texts)
    currency: list[str | None] = [None] * len(texts)
    ambiguous, converted = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
    for i, match in zip(rest, found, strict=True):
        said = texts[i][:40]
        if match is None or bool(match["paren"]) != bool(match["close"]):
            why[i] = "it is missing" if said.lower() in MISSING else f"'{said}' is no amount"
            continue
        number = _number(match["n"], decimal)
        if number is None:
            mark = _sure_decimal(match["n"])
            two_ways = mark is None and _one_mark(match["n"])
            ambiguous[i] = two_ways
            why[i] = f"'{said}' can be read two ways" if two_ways else f"'{said}' is no amount"
            continue
        values[i] = _signed(float(number + (match["e"] or "")), match)
        currency[i] = match["c1"] or match["c2"]
        converted[i] = True
    for i in np.flatnonzero(np.abs(values) >= LARGEST):
        values[i], why[i], converted[i] = np.nan, f"'{texts[i][:40]}' is too large", False
    return pd.DataFrame(
        {
            "value": values,
            "why": pd.Series(why, dtype=object),
            "ambiguous": ambiguous,
            "converted": converted,
            "currency": pd.Series(currency, dtype=object),
        }
    )


def _signed(value: float, match: re.Match[str]) -> float:
    minus = [match["s1"], match["s2"], match["s3"]].count("-") + bool(match["paren"])
    return -value if minus % 2 else value


def _one_mark(digits: str) -> bool:
    """Tell whether one mark stands before exactly three digits, as in 1.234."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits) is not None


def _sure_decimal(digits: str) -> str | None:
    """Return the decimal mark when the value itself settles it.

    >>> [_sure_decimal(s) for s in ("1.234,50", "1,234.50", "12,5", "1.234", "1.234.567", "7")]
    [',', '.', ',', None, ',', None]
    """
    marks = [c for c in digits if c in ".,"]
    if not marks or _one_mark(digits):
        return None
    if len(set(marks)) == 2:
        return marks[-1]
    if len(marks) > 1:  # a repeated mark is the thousands mark
        return "," if marks[0] == "." else "."
    return marks[0]


def _number(digits: str, decimal: str | None) -> str | None:
    """Return the digits as Python writes them, or None when they are not well formed."""
    if digits.isdigit():
        return digits
    mark = _sure_decimal(digits) or decimal
    if mark is None:
        return None
    thousands = "," if mark == "." else "."
    whole, _, part = digits.partition(mark)
    if thousands in part or mark in part:
        return None
    if thousands in whole and not re.fullmatch(
        rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+", whole
    ):
        return None
    return f"{whole.replace(thousands, '') or '0'}.{part or '0'}"
