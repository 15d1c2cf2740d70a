"""Stretches of time in an order log: read them, and say when the log ends before they do."""

import warnings
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from centricity._validate import problem

Window: TypeAlias = Any
"""A pair of dates, both included, or what pandas.Period reads: "2025", "2025Q2", "2025-03"."""


def read_windows(
    before: Window, after: Window, where: str
) -> tuple[tuple[pd.Timestamp, pd.Timestamp], tuple[pd.Timestamp, pd.Timestamp]]:
    first, second = window_of(before, "before", where), window_of(after, "after", where)
    if second[0] <= first[1]:
        raise problem(
            where, f"before ends on {first[1]:%Y-%m-%d} and after begins on {second[0]:%Y-%m-%d}",
            "The second window begins after the first has ended",
        )  # fmt: skip
    lengths = [(end - start).days + 1 for start, end in (first, second)]
    if abs(lengths[0] - lengths[1]) > 0.02 * max(lengths) + 1:
        raise problem(
            where, f"the windows have {lengths[0]} and {lengths[1]} days",
            "A rule means the same in both windows only if they are equally long",
        )  # fmt: skip
    return first, second


def window_of(window: Window, name: str, where: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Read a pair of dates, both included, or a period such as "2025"."""
    try:
        if isinstance(window, str | pd.Period):
            period = pd.Period(window)
            start, end = period.start_time, period.end_time
        else:
            start, end = (pd.Timestamp(moment) for moment in window)
    except (TypeError, ValueError):
        start = end = pd.NaT  # type: ignore[assignment]
    if start is pd.NaT or end is pd.NaT or end < start:
        raise problem(
            where, f"{name} is {window!r}",
            "A window is a pair of dates, both included and the first one first, or a period",
            "Write ('2025-01-01', '2025-12-31') or '2025'",
        )  # fmt: skip
    return start.normalize(), end.normalize()


def warn_if_cut_short(days: pd.Series, end: pd.Timestamp, where: str) -> None:
    """Warn when the log falls silent long before ``end``, as one that was exported earlier does.

    Long is more than twice the longest pause between two days with an order, of the later half of
    them: the first orders of a young firm may be far apart.
    """
    seen = np.unique(days.to_numpy(dtype="datetime64[D]"))
    silent = int((np.datetime64(end, "D") - seen[-1]).astype(int))
    pauses = np.diff(seen).astype(int)[(len(seen) - 1) // 2 :]
    if len(seen) < 3 or silent <= 2 * int(pauses.max()):
        return
    warnings.warn(
        f"{where}: the last order is of {seen[-1]}, {silent:,} days before {end:%Y-%m-%d}. If the "
        "log ends there, the last period is cut short and customers seem to fall. Choose a date "
        "that the log reaches.",
        UserWarning,
        stacklevel=3,
    )
