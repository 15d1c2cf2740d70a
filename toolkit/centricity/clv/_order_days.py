"""An order log as days (or hours) on which each customer bought, as ``summarize`` counts them."""

from typing import Any

import pandas as pd

from centricity._validate import problem, require_columns, require_frame, which
from centricity.transactions import UNITS
from centricity.transactions._in_engine import check_unit


def order_periods(
    log: pd.DataFrame, customer: str, date: str, unit: str, where: str
) -> tuple[pd.DataFrame, float]:
    """Days on which each customer bought (hours, for the unit "h"), and how many make a unit.

    Returns
    -------
    periods : pandas.DataFrame
        Columns ``customer``, ``period`` (whole number, counted from 1970) and ``first`` (the
        customer's first); each pair once. In a log with a time zone, days are local days.
    length : float
        Periods per time unit.

    Raises
    ------
    ValueError, TypeError
        For a missing column, customer or date, an empty log, or a column without dates.
    """
    frame = require_frame(log, where)
    rule = "An order log has a customer and a date in each row"
    require_columns([str(c) for c in frame.columns], (customer, date), where, rule)
    check_unit(unit, where)
    if frame.empty:
        raise problem(where, "the order log has no rows", "At least one order is needed")
    if not pd.api.types.is_datetime64_any_dtype(frame[date]):
        says, rule = f"'{date}' has dtype {frame[date].dtype}", f"'{date}' must hold dates"
        remedy = "Use transactions.clean(log), or convert it with pandas.to_datetime"
        raise problem(where, says, rule, remedy, TypeError)
    for name, noun in ((customer, "customer"), (date, "date")):
        missing = frame[name].isna()
        if missing.any():
            says, rule = f"'{name}' is missing in {which(missing)}", f"Every order needs a {noun}"
            remedy = "Use transactions.clean(log) to set such rows aside with a report"
            raise problem(where, says, rule, remedy)
    moment = _on_the_clock(frame[date])
    period = (moment - pd.Timestamp(0)) // step(unit)
    periods = pd.DataFrame({"customer": frame[customer], "period": period}).drop_duplicates()
    periods["first"] = periods.groupby("customer")["period"].transform("min")
    return periods, UNITS[unit] * pd.Timedelta(days=1) / step(unit)


def _on_the_clock(dates: pd.Series) -> pd.Series:
    """Give what the clock showed, without a zone; PyArrow's days are no moments to pandas."""
    if isinstance(dates.dtype, pd.ArrowDtype) and dates.dtype.name.startswith("date"):
        dates = dates.astype("datetime64[ms]")
    return dates.dt.tz_localize(None)


def step(unit: str) -> pd.Timedelta:
    """Length of the periods that are counted: hours for the unit "h", days for all others."""
    return pd.Timedelta(hours=1) if unit == "h" else pd.Timedelta(days=1)


def last_period_of(moment: Any, name: str, unit: str, where: str) -> int:  # noqa: ANN401
    """Return the number of the last day (or hour) up to a moment; a day means all of it."""
    rule, remedy = "It must be a date", "Write it as year-month-day, such as '2025-12-31'"
    if isinstance(moment, int | float):
        raise problem(where, f"{name} is {moment!r}", rule, remedy)
    try:
        value = pd.Timestamp(moment).tz_localize(None)
    except (TypeError, ValueError):
        raise problem(where, f"{name} is {moment!r}", rule, remedy) from None
    if pd.isna(value):
        raise problem(where, f"{name} is missing ({moment!r})", rule, remedy)
    if unit == "h" and value == value.normalize():
        value += pd.Timedelta(hours=23)
    return int((value - pd.Timestamp(0)) // step(unit))
