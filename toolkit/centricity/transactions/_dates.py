"""Read dates value by value; what one value leaves open, the rest of its column decides."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import problem

MONTHS = {
    start: month
    for month, starts in enumerate(
        (
            "jan ene", "feb fev", "mar mrz mae", "apr avr abr", "mai may", "jun", "jul",
            "aug aou ago", "sep set", "oct okt", "nov", "dec dez dic",
        ),
        start=1,
    )
    for start in starts.split()
}  # fmt: skip
TIME = (
    r"(?:[T\s,]+(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$"
)
SHAPES = {
    "year first": r"(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})",
    "year first, no marks": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    "year 年 month 月 day 日": r"(?P<y>\d{4})年\s?(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})日",
    "numbers": r"(?P<a>\d{1,2})(?P<sep>[-/.])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y>\d{4}|\d{2})",
    "day and month's name": r"(?:[^\W\d_]{2,10}\.?,\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[\s-]*"
    r"(?:de\s+)?(?P<name>[^\W\d_]{3,10})\.?[\s,-]*(?:de\s+)?(?P<y>\d{4}|\d{2})",
    "month's name and day": r"(?:[^\W\d_]{2,10}\.?,\s+)?(?P<name>[^\W\d_]{3,10})\.?[\s-]*"
    r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,-]+(?P<y>\d{4})",
}
PATTERNS = {shape: re.compile(head + TIME) for shape, head in SHAPES.items()}
PLAIN_ISO = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?$"
FIRST_YEAR, LAST_YEAR = 1900, 9999


@dataclass(frozen=True)
class Dates:
    """What became of a column: one entry per row, and what was found out on the way."""

    values: np.ndarray  # datetime64[us], NaT where there is none
    why: np.ndarray  # text where a value could not be read, else None
    ambiguous: np.ndarray  # True where day and month cannot be told apart
    converted: np.ndarray  # True where an offset was taken into account
    shapes: dict[str, int]  # rows by way of writing
    zones: dict[str, int]  # rows by offset; "none" for rows without
    zone: str  # what the values are in


def parse_dates(column: pd.Series, day_first: bool | None, timezone: str | None) -> Dates:
    """Read a column of dates, date-times or text; nothing raises but a wrong ``timezone``."""
    _check_zone(timezone)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        inside = column.dt.tz_convert(timezone) if timezone else column
        return _all_read(inside.dt.tz_localize(None), timezone or str(column.dt.tz))
    if pd.api.types.is_datetime64_dtype(column):
        return _all_read(column, "as written")
    codes, distinct = pd.factorize(column)
    texts = pd.Series(distinct)
    is_text = isinstance(column.dtype, pd.StringDtype)
    texts = texts.str.strip() if is_text else texts.map(_as_text).astype("str")
    parsed = _parse_distinct(texts.astype("str"), day_first)
    return _to_rows(parsed, codes, timezone)


def _check_zone(timezone: str | None) -> None:
    if timezone is None:
        return
    try:
        pd.Timestamp(0, tz=timezone)
    except (KeyError, ValueError, TypeError):
        raise problem(
            "clean",
            f"timezone is {timezone!r}",
            "It must be the name of a time zone",
            "For example 'Europe/Berlin' or 'UTC'",
        ) from None


def _all_read(values: pd.Series, zone: str) -> Dates:
    missing = values.isna().to_numpy()
    why = np.full(len(values), None, dtype=object)
    why[missing] = "it is missing"
    no = np.zeros(len(values), dtype=bool)
    taken = values.to_numpy().astype("datetime64[us]")
    return Dates(taken, why, no, no, {"dates": int((~missing).sum())}, {}, zone)


def _as_text(value: object) -> str:
    if isinstance(value, dt.datetime | pd.Timestamp):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _parse_distinct(texts: pd.Series, day_first: bool | None) -> pd.DataFrame:
    """Return value, offset (minutes), why, ambiguous and shape of every distinct text."""
    value = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    offset, ambiguous = np.full(len(texts), np.nan), np.zeros(len(texts), dtype=bool)
    why, shape = np.full((2, len(texts)), None, dtype=object)
    plain = texts.str.match(PLAIN_ISO).to_numpy(dtype=bool, na_value=False)
    if plain.any():
        read = pd.to_datetime(texts[plain], format="ISO8601", errors="coerce")
        good = np.flatnonzero(plain)[read.notna().to_numpy()]
        value[good] = read.dropna().to_numpy().astype("datetime64[us]")
        shape[good] = "year first"
        plain = np.isfinite(value)
    rest = np.flatnonzero(~plain)
    found = [_match(text) for text in texts.iloc[rest]]
    first_is_day = _decide_day_first(found, day_first)
    for at, match, text in zip(rest, found, texts.iloc[rest], strict=True):
        value[at], offset[at], why[at], ambiguous[at], shape[at] = _finish(
            match, text, first_is_day
        )
    years = value.astype("datetime64[Y]").astype(int) + 1970
    odd = np.isfinite(value) & ((years < FIRST_YEAR) | (years > LAST_YEAR))
    why[odd], value[odd] = "the year is out of range", np.datetime64("NaT")
    return pd.DataFrame(
        {"value": value, "offset": offset, "why": why, "ambiguous": ambiguous, "shape": shape}
    )


def _match(text: str) -> tuple[str, dict[str, str]] | None:
    for shape, pattern in PATTERNS.items():
        match = pattern.match(text)
        if match:
            return shape, match.groupdict()
    return None


def _decide_day_first(
    found: list[tuple[str, dict[str, str]] | None], given: bool | None
) -> dict[str, bool | None]:
    """Decide by mark: one value above 12 settles its column, two that disagree settle nothing."""
    decided: dict[str, bool | None] = {}
    for mark in "./-":
        pairs = [
            (int(parts["a"]), int(parts["b"]))
            for shape, parts in (match for match in found if match)
            if shape == "numbers" and parts["sep"] == mark
        ]
        day_leads = any(a > 12 >= b for a, b in pairs)
        month_leads = any(b > 12 >= a for a, b in pairs)
        if given is not None or day_leads != month_leads:
            decided[mark] = day_leads if given is None else given
        else:
            # the point is the mark of day-first countries only
            decided[mark] = True if mark == "." and not month_leads else None
    return decided


def _finish(
    match: tuple[str, dict[str, str]] | None, text: str, first_is_day: dict[str, bool | None]
) -> tuple[dt.datetime | None, float, str | None, bool, str | None]:
    """Turn one match into (value, offset, why, ambiguous, shape)."""
    if match is None:
        said = "it is missing" if text.lower() in MISSING else f"'{text[:40]}' is no date"
        return None, np.nan, said, False, None
    shape, parts = match
    year = int(parts["y"])
    year += (2000 if year < 70 else 1900) if len(parts["y"]) == 2 else 0
    if shape == "numbers":
        a, b = int(parts["a"]), int(parts["b"])
        day_first = first_is_day[parts["sep"]]
        if a > 12 or b > 12 or a == b:
            day_first = a > 12 or b <= 12
        if day_first is None:
            return None, np.nan, f"'{text[:40]}' can be read two ways", True, None
        day, month = (a, b) if day_first else (b, a)
        shape = "day first" if day_first else "month first"
    else:
        day = int(parts["d"])
        month = int(parts["m"]) if parts.get("m") else _month(parts["name"])
    try:
        value = dt.datetime(year, month, day) + _time_of_day(parts)
    except (ValueError, OverflowError):
        return None, np.nan, f"'{text[:40]}' is no date", False, None
    return value, _offset(parts["zone"]), None, False, shape


MISSING = frozenset({"", "nan", "nat", "null", "none", "n/a", "#n/a", "<na>"})


def _month(name: str) -> int:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    if plain.startswith("juil"):
        return 7
    if plain.startswith("juin"):
        return 6
    return MONTHS.get(plain[:3], 0)


def _time_of_day(parts: dict[str, str]) -> dt.timedelta:
    if parts["h"] is None:
        return dt.timedelta()
    hour, minute, second = int(parts["h"]), int(parts["mi"]), int(parts["s"] or 0)
    if parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if parts["half"][0] in "pP" else 0)
    micro = int(((parts["f"] or "") + "000000")[:6])
    time = dt.time(hour, minute, min(second, 59), micro)  # raises for 25:61
    return dt.timedelta(
        hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=micro
    )


def _offset(zone: str | None) -> float:
    """Return an offset in minutes, NaN when none is written."""
    if zone is None:
        return np.nan
    if zone in ("Z", "UTC", "GMT"):
        return 0.0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return float(-minutes if zone[0] == "-" else minutes)


def _to_rows(parsed: pd.DataFrame, codes: np.ndarray, timezone: str | None) -> Dates:
    """Spread distinct values over the rows, after bringing them into one time zone."""
    seen = np.bincount(codes[codes >= 0], minlength=len(parsed))
    read = parsed["value"].notna().to_numpy()
    offsets = parsed["offset"].to_numpy()
    aware = read & np.isfinite(offsets)
    zones = {
        _zone_name(minutes): int(seen[aware & (offsets == minutes)].sum())
        for minutes in np.unique(offsets[aware])
    }
    if zones and (read & ~aware).any():
        zones["none"] = int(seen[read & ~aware].sum())
    mixed = len(zones) > 1
    values = parsed["value"].to_numpy().astype("datetime64[us]")
    moved = np.zeros(len(parsed), dtype=bool)
    zone = next(iter(zones), "as written")
    if aware.any() and (mixed or timezone):
        minutes = np.where(aware, offsets, 0).astype("timedelta64[m]")
        utc = pd.Series((values - minutes)[aware]).dt.tz_localize("UTC")
        zone = timezone or "UTC"
        values[aware] = utc.dt.tz_convert(zone).dt.tz_localize(None).to_numpy()
        moved = aware
    shapes = {
        str(shape): int(seen[(parsed["shape"] == shape).to_numpy()].sum())
        for shape in parsed["shape"].dropna().unique()
    }
    none = codes < 0
    at = np.where(none, 0, codes)
    if len(parsed) == 0:
        empty = np.zeros(len(codes), dtype=bool)
        why = np.full(len(codes), "it is missing", dtype=object)
        return Dates(np.full(len(codes), np.datetime64("NaT", "us")), why, empty, empty, {}, {}, "")
    return Dates(
        values=np.where(none, np.datetime64("NaT", "us"), values[at]),
        why=np.where(none, "it is missing", parsed["why"].to_numpy(dtype=object)[at]),
        ambiguous=~none & parsed["ambiguous"].to_numpy(dtype=bool)[at],
        converted=~none & moved[at],
        shapes=shapes,
        zones=zones,
        zone=zone,
    )


def _zone_name(minutes: float) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{int(abs(minutes)) // 60:02d}:{int(abs(minutes)) % 60:02d}"
