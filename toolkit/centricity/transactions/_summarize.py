"""From an order log to a customers table, inside the engine that holds the log."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from centricity._formerly import KEYWORDS
from centricity._validate import problem, refuse_arguments
from centricity.transactions import _in_engine, _in_memory
from centricity.transactions._in_engine import UNITS, Window, check_unit, period_number
from centricity.transactions._log import Moment, check_log, like_input, open_frame

__all__ = ["UNITS", "left_out", "period_number", "summarize"]


def summarize(
    log: Any,  # noqa: ANN401
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    unit: str = "W",
    calibration_end: Moment | None = None,
    observation_end: Moment | None = None,
    **unknown: object,
) -> Any:  # noqa: ANN401
    """Turn an order log into a customers table: one row per customer, ready for a model.

    Parameters
    ----------
    log : table
        One row per order or order line: pandas, Polars (eager or lazy), PyArrow, a DuckDB
        relation, or whatever else Narwhals reads. The work is done inside that engine.
    customer, date, amount : str
        Names of the columns. Dates are dates or date-times; amounts are numbers of at least
        zero, in money. Purchases of zero value count as purchases.
    unit : {"h", "D", "W", "M", "Q", "Y"}
        The time unit of the result: hour, day, week (7 days), month (365.25/12 days), quarter
        (365.25/4 days), year (365.25 days). Purchases of one customer on one calendar day are one
        purchase; for ``"h"``, purchases within one clock hour.
    calibration_end : date, optional
        The last day (inclusive) that the model may see. Later purchases become the hold-out
        columns. Customers whose first purchase is later are left out; how many is counted in
        ``result.attrs["left_out"]`` (pandas) and by :func:`left_out` (every engine).
    observation_end : date, optional
        The last day (inclusive) of the data; default the last date in the log. Later purchases
        are not used; they are counted the same way.

    Returns
    -------
    customers table
        In the kind that was given. In pandas the index is ``customer_id``; elsewhere
        ``customer_id`` is a column. Eager frames are sorted by it; lazy ones (a Polars lazy
        frame, a DuckDB relation) stay unsorted queries.

        * ``frequency`` : number of purchase days after the first (whole number, 0 for a customer
          seen once).
        * ``recency`` : the customer's age at the last purchase, in ``unit``: from first purchase
          to last; 0 when there is no repeat purchase.
        * ``T`` : the customer's age at the end of observation (of calibration, if given), in
          ``unit``: days / 7 for weeks.
        * ``monetary_value`` : mean amount of a repeat purchase day; 0 when there is none.
        * with ``calibration_end``: ``frequency_holdout`` (purchase days after it),
          ``T_holdout`` (its length in ``unit``), ``monetary_value_holdout`` (mean amount of a
          hold-out purchase day; 0 when there is none).

    Raises
    ------
    ValueError
        When a column is missing, the log is empty, a customer, date or amount is missing, an
        amount is negative, or the dates leave nothing to observe.
    TypeError
        When the dates are not dates, or the amounts not numbers.

    Notes
    -----
    The same words mean other things in RFM scoring, the most frequent confusion in this field:

    =================  ==================================  =======================================
    word               here (probability models)           RFM scoring
    =================  ==================================  =======================================
    recency            first to last purchase: larger      last purchase to *today*: larger means
                       means bought more recently          longer silent. It equals ``T - recency``
    frequency          *repeat* purchase days: 0 after     number of orders: 1 after one order
                       one order
    monetary value     mean of *repeat* purchase days      usually the total, or mean of all orders
    T                  age since the first purchase        has no such word
    =================  ==================================  =======================================

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "A", "B"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-15", "2025-01-15", "2025-01-08"]),
    ...     "amount": [20.0, 10.0, 5.0, 40.0],
    ... })
    >>> summarize(log, observation_end="2025-01-29")
                 frequency  recency    T  monetary_value
    customer_id
    A                    1      2.0  4.0            15.0
    B                    0      0.0  3.0             0.0
    """
    import narwhals as nw

    where = "summarize"
    refuse_arguments(where, (), unknown, "It takes a log and the names of its columns", KEYWORDS)
    check_unit(unit, where)
    frame = open_frame(log, where)
    facts = check_log(frame, customer, date, amount, where)
    window = _window(facts, unit, calibration_end, observation_end, where)
    columns = (customer, date, amount)
    if _in_memory.takes(log, date):
        return _in_memory.customers(log, columns, window)
    periods = _in_engine.purchase_periods(frame, columns, window)
    customers = _in_engine.customers(periods, window)
    if not isinstance(nw.from_native(log), nw.LazyFrame):
        customers = customers.sort("customer_id")
    result = like_input(customers, log)
    if isinstance(result, pd.DataFrame):
        result = result.set_index("customer_id")
        result.attrs["left_out"] = _in_engine.count_left_out(periods, window)
    return result


def left_out(
    log: Any,  # noqa: ANN401
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    unit: str = "W",
    calibration_end: Moment | None = None,
    observation_end: Moment | None = None,
) -> dict[str, int]:
    """Count what :func:`summarize` leaves out, given the same arguments, on any engine.

    Returns
    -------
    dict
        ``customers_born_later``: customers whose first purchase is after ``calibration_end`` (or
        after ``observation_end``, when there is no calibration); ``purchases_after_end``: purchase
        days after ``observation_end``.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": ["A", "B"], "amount": [1.0, 2.0],
    ...                     "date": pd.to_datetime(["2025-01-01", "2025-03-01"])})
    >>> left_out(log, calibration_end="2025-02-01")
    {'customers_born_later': 1, 'purchases_after_end': 0}
    """
    where = "left_out"
    check_unit(unit, where)
    frame = open_frame(log, where)
    facts = check_log(frame, customer, date, amount, where)
    window = _window(facts, unit, calibration_end, observation_end, where)
    columns = (customer, date, amount)
    if _in_memory.takes(log, date):
        counted: dict[str, int] = _in_memory.customers(log, columns, window).attrs["left_out"]
        return counted
    return _in_engine.count_left_out(_in_engine.purchase_periods(frame, columns, window), window)


def _number_of(moment: Moment, name: str, unit: str, where: str) -> int:
    """Return the number of a moment's last period; a day without a time means all of it."""
    value = pd.Timestamp(moment) if isinstance(moment, np.datetime64) else moment
    if isinstance(moment, str):
        try:
            value = dt.datetime.fromisoformat(moment.strip())
        except ValueError:
            value = moment
    if not isinstance(value, dt.date):
        raise problem(
            where,
            f"{name} is {moment!r}",
            "It must be a date",
            "Write it as year-month-day, for example '2025-12-31'",
        )
    if value != value:
        raise problem(where, f"{name} is missing ({moment})", "It must be a date")
    if unit != "h":
        return value.toordinal()
    whole_day = not isinstance(value, dt.datetime) or value.time() == dt.time()
    return value.toordinal() * 24 + (23 if whole_day else value.hour)  # type: ignore[attr-defined]


def _window(
    facts: dict[str, Any],
    unit: str,
    calibration_end: Moment | None,
    observation_end: Moment | None,
    where: str,
) -> Window:
    """Number the last observed and the last calibration period, and check them."""
    first, last = facts["first"], facts["last"]
    hour = getattr(last, "hour", 0) if unit == "h" else 0
    end = last.toordinal() * 24 + hour if unit == "h" else last.toordinal()
    start = first.toordinal() * 24 + getattr(first, "hour", 0) if unit == "h" else first.toordinal()
    if observation_end is not None:
        end = _number_of(observation_end, "observation_end", unit, where)
    if end < start:
        raise problem(
            where,
            f"observation_end is {observation_end}, before the first purchase ({first:%Y-%m-%d})",
            "The end of observation is at or after the first purchase",
            "Leave it out to end at the last date in the log",
        )
    if calibration_end is None:
        return Window(unit, end, None)
    split = _number_of(calibration_end, "calibration_end", unit, where)
    if not start <= split < end:
        last_said = f"{last:%Y-%m-%d}" if observation_end is None else str(observation_end)
        raise problem(
            where,
            f"calibration_end is {calibration_end}, outside {first:%Y-%m-%d} to {last_said}",
            "Calibration ends after the first purchase and before the end of observation, so "
            "that there is something to fit and something to hold out",
        )
    return Window(unit, end, split)
