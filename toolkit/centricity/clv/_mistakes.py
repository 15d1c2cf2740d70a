"""The usual mistakes in making a customers table, so that a message can name the likely one.

Most come from RFM scoring, whose recency and frequency mean other things, or from two time units.
"""

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import problem

# How many times the smaller unit goes into the larger one.
_UNITS = {
    4.348: "weeks and months",
    7.0: "days and weeks",
    12.0: "months and years",
    24.0: "hours and days",
    30.44: "days and months",
    52.18: "weeks and years",
    168.0: "hours and weeks",
    365.25: "days and years",
}
# Fewer customers than this may look odd by chance, or be made up to ask a question.
_FEW = 10
# Nobody bought in the last three quarters of their time: not what customers do.
_EARLY = 0.25


def late(t_x: Float, T: Float) -> str:
    """Say why the last purchase may come after the end of observation."""
    if (t_x >= T).all():
        return "Recency is at least T for everybody: the two columns look swapped"
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.nanmax(np.where(t_x > 0, t_x / T, 0.0))
    units = _units(float(times))
    if units:
        return f"Recency reaches {times:.3g} times T, as if the two were in {units}: use one unit"
    return "Check that the two have the same unit and are not swapped"


def never_back(x: Float, t_x: Float, T: Float) -> str:
    """Say why customers without a repeat purchase may have a recency."""
    none = x == 0
    if np.allclose(t_x[none], T[none], rtol=1e-9):
        return (
            "Recency equals T wherever frequency is 0, so it looks like the time since the last "
            "purchase: use T minus it"
        )
    return "If your recency counts the time since the last purchase, use T minus it"


def at_once(x: Float, t_x: Float) -> str:
    """Say why customers with a frequency may have a recency of 0."""
    if (x[t_x == 0] == 1).all() and (x > 0).all():
        return (
            "Frequency is at least 1 for everybody, so it looks like the number of all purchases: "
            "use frequency minus 1"
        )
    return "Check that frequency counts only repeat purchases and that no columns are swapped"


def no_count(x: Float, t_x: Float) -> str:
    """Say why frequency may not be whole."""
    if (t_x == np.round(t_x)).all() and (t_x > 0).any():
        return "Recency is whole for everybody: the two columns look swapped"
    return "Correct these rows or leave them out"


def no_number(column: pd.Series) -> str:
    """Say what to do about a column of dates or of spans of time; empty for other columns."""
    if pd.api.types.is_timedelta64_dtype(column):
        return "Divide it by the time unit first, for weeks by pandas.Timedelta(days=7)"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "It is an age and not a date: transactions.summarize(log) works it out"
    return ""


def refuse_the_implausible(x: Float, t_x: Float, T: Float, where: str, *, fitting: bool) -> None:
    """Raise for tables that contradict nothing, but that hardly any customers can have made.

    Raises
    ------
    ValueError
        If every number of purchases exceeds the time in which they were made, but not T: the
        columns frequency and recency look swapped. If everybody has a frequency, and those with
        the least of it bought at the very end: both columns look like RFM scoring's. And, for an
        estimation, if nobody bought in the last three quarters of their time: recency and T look
        like different units.
    """
    _refuse_swapped(x, t_x, T, where)
    _refuse_rfm(x, t_x, T, where)
    if fitting:
        _refuse_two_units(x, t_x, T, where)


def _refuse_swapped(x: Float, t_x: Float, T: Float, where: str) -> None:
    if (x[:1000] < t_x[:1000]).any() or (x < t_x).any() or (x > T).any():
        return
    more = x > t_x
    if more.sum() < max(_FEW, (x > 0).sum() / 2) or (t_x != np.round(t_x)).any():
        return
    raise problem(
        where,
        f"frequency is at least as large as recency for all of {len(x):,} customers, and recency "
        "is whole",
        "Frequency counts repeat purchases and recency is the age at the last one",
        "The two columns look swapped",
    )


def _refuse_rfm(x: Float, t_x: Float, T: Float, where: str) -> None:
    if (x[:1000] == 0).any() or (x == 0).any():
        return
    once = x == 1
    ended = np.isclose(t_x, T, rtol=1e-9)
    if once.sum() < _FEW or not ended[once].all() or ended[~once].all():
        return
    raise problem(
        where,
        f"frequency is at least 1 for all of {len(x):,} customers, and recency equals T for the "
        f"{once.sum():,} with a frequency of 1",
        "Frequency counts repeat purchases (0 for a customer seen once), and recency is the age at "
        "the last purchase",
        "These look like the number of all purchases and the time since the last one, as in RFM "
        "scoring: use frequency minus 1 and T minus recency",
    )


def _refuse_two_units(x: Float, t_x: Float, T: Float, where: str) -> None:
    if (t_x[:1000] > _EARLY * T[:1000]).any():
        return
    repeat = x > 0
    if repeat.sum() < 5 * _FEW or (t_x > _EARLY * T).any():
        return
    share = float((t_x[repeat] / T[repeat]).max())
    units = _units(1 / share)
    guess = f"They look like {units}" if units else "They look like different units"
    raise problem(
        where,
        f"recency is at most {share:.2g} of T for all of {repeat.sum():,} customers with a repeat "
        f"purchase, as if nobody had bought in the last {1 - share:.0%} of their time",
        "Recency and T are in one time unit, and T ends when the data end",
        f"{guess}. If they are not, the data may have ended long before T",
    )


def _units(times: float) -> str:
    """Name the two units whose ratio is just above a number, empty if there are none."""
    return next((name for f, name in _UNITS.items() if 0.8 * f < times <= 1.001 * f), "")
