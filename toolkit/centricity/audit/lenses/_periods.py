"""Periods as users write them, and days numbered by week, month, quarter or year."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from centricity._validate import choice, problem
from centricity.audit.lenses._log import Orders

When: TypeAlias = str | int | pd.Period | tuple[Any, Any] | list[Any]
"""A period: a pair of dates, both included, or what pandas.Period reads, as "2025" or "2025-03"."""

EVERY = {"W": 7.0, "M": 365.25 / 12, "Q": 365.25 / 4, "Y": 365.25}
"""Length in days of each unit in which ages and cohorts are counted."""

WORDS = {"W": "week", "M": "month", "Q": "quarter", "Y": "year"}


@dataclass(frozen=True)
class Span:
    """Days from ``start`` to ``end``, both included, numbered from 1970-01-01."""

    start: int
    end: int
    name: str

    @property
    def days(self) -> int:
        """How many days there are."""
        return self.end - self.start + 1

    def rows(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table whose day lies in it."""
        day = table["day"].to_numpy()
        return table[(day >= self.start) & (day <= self.end)]


def stamp(day: int) -> pd.Timestamp:
    """Return a numbered day as a date."""
    return pd.Timestamp(np.datetime64(int(day), "D"))


def text(day: int) -> str:
    """Write a numbered day in ISO form."""
    return str(np.datetime64(int(day), "D"))


def number_of(moment: Any, name: str, where: str) -> int:  # noqa: ANN401
    """Number the day of a date given as text or as an object."""
    rule = f"{name} is a date, such as '2025-12-31'"
    if not isinstance(moment, str | dt.date | np.datetime64):
        raise problem(where, f"{name} is {moment!r}", rule, error=TypeError)
    try:
        found = pd.Timestamp(moment)
    except ValueError:
        raise problem(where, f"{name} is {moment!r}", rule) from None
    if found is pd.NaT:
        raise problem(where, f"{name} is missing", rule)
    return int(found.tz_localize(None).to_datetime64().astype("datetime64[D]").astype(np.int64))


def span(when: When, name: str, where: str) -> Span:
    """Read a period.

    >>> span("2025-02", "period", "here").days
    28
    """
    if isinstance(when, tuple | list) and len(when) == 2:
        start, end = (number_of(day, name, where) for day in when)
        if start > end:
            raise problem(
                where, f"{name} ends ({text(end)}) before it starts ({text(start)})",
                "A period is a pair (start, end), both included",
            )  # fmt: skip
        return Span(start, end, f"{text(start)} to {text(end)}")
    period = when if isinstance(when, pd.Period) else None
    if period is None and isinstance(when, str | int | np.integer) and not isinstance(when, bool):
        try:
            period = pd.Period(str(when))
        except ValueError:
            period = None
    if not isinstance(period, pd.Period):
        raise problem(
            where, f"{name} is {when!r}",
            "A period is a pair (start, end) of dates, both included, or text such as '2025', "
            "'2025Q2' or '2025-03'",
        )  # fmt: skip
    first, last = (
        int(edge.to_datetime64().astype("datetime64[D]").astype(np.int64))
        for edge in (period.start_time, period.end_time)
    )
    return Span(first, last, str(period))


def inside(found: Span, orders: Orders, name: str, where: str) -> None:
    """Raise for a period that has no day in common with the log."""
    if found.end < orders.first or found.start > orders.last:
        raise problem(
            where, f"{name} ({found.name}) lies outside the log, which goes from "
            f"{text(orders.first)} to {text(orders.last)}", "A period needs orders to look at",
            "Choose a period within these dates",
        )  # fmt: skip


def cover_note(found: Span, orders: Orders, name: str) -> tuple[str, ...]:
    """Say where the log covers a period only in part, by more than a week."""
    late, early = orders.first - found.start, found.end - orders.last
    says = []
    if late > 7:
        says.append(f"begins on {text(orders.first)}, {late:,} days into it")
    if early > 7:
        says.append(f"ends on {text(orders.last)}, {early:,} days before its end")
    return (f"{name} ({found.name}) is covered in part: the log {' and '.join(says)}",) * bool(says)


def every_of(every: object, name: str, where: str) -> str:
    """Check a unit of time."""
    return choice(every, name, where, list(EVERY))


def observed_until(end: Any, orders: Orders, where: str) -> int:  # noqa: ANN401
    """Number the last day observed; default the last day in the log."""
    if end is None:
        return orders.last
    day = number_of(end, "end", where)
    if day < orders.first:
        raise problem(
            where, f"end is {text(day)}, before the first order ({text(orders.first)})",
            "At least one order must lie on or before end",
            "Leave it out to use the last date in the log",
        )  # fmt: skip
    return day


def numbered(day: np.ndarray, every: str) -> np.ndarray:
    """Number days by the calendar week (from Monday), month, quarter or year they lie in."""
    if every == "W":
        return (day + 3) // 7
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // {"M": 1, "Q": 3, "Y": 12}[every]


def labels(numbers: np.ndarray, every: str, name: str) -> pd.PeriodIndex:
    """Turn the numbers of `numbered` into periods.

    >>> labels(numbered(np.array([0, 400]), "Q"), "Q", "cohort")
    PeriodIndex(['1970Q1', '1971Q1'], dtype='period[Q-DEC]', name='cohort')
    """
    numbers = np.asarray(numbers, dtype=np.int64)
    if every == "W":
        days = numbers * 7 - 3
    else:
        months = numbers * {"M": 1, "Q": 3, "Y": 12}[every]
        days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    starts = days.astype("datetime64[D]").astype("datetime64[s]")
    return pd.PeriodIndex(starts, freq=every, name=name)
