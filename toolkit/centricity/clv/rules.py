"""Forecasts that need no model: what a spreadsheet or a manager's rule of thumb would say."""

from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import number, problem, which
from centricity.clv._data import histories
from centricity.clv._order_days import last_period_of, order_periods
from centricity.clv._side_by_side import holdout


def same_rate(customers: pd.DataFrame, t: float) -> pd.Series:
    """Let everybody go on at the rate of their past: frequency / T × t.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns ``frequency``, ``recency``, ``T``.
    t : float
        Length of the period to forecast, in the unit of ``T``.

    Returns
    -------
    pandas.Series
        Purchases, on the index of ``customers``; 0 for customers of age 0.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 4], "recency": [0.0, 10.0], "T": 40.0})
    >>> same_rate(customers, 20).tolist()
    [0.0, 2.0]
    """
    where = "clv.same_rate"
    t = number(t, "t", where, minimum=0)
    h = histories(customers, where)
    rate = np.divide(h.x, h.T, out=np.zeros(len(h.x)), where=h.T > 0)
    return pd.Series(rate * t, index=customers.index, name="same rate")


def hiatus(customers: pd.DataFrame, t: float, *, silence: float) -> pd.Series:
    """Count whoever has been silent too long as gone; the others go on at the rate of their past.

    Wübben & von Wangenheim (2008) found that managers sort customers by such a rule about as well
    as a model does.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns ``frequency``, ``recency``, ``T``.
    t : float
        Length of the period to forecast, in the unit of ``T``.
    silence : float
        Time since the last purchase above which a customer counts as gone, in the same unit. It
        is the manager's to choose; the paper's firms used six and nine months.

    Returns
    -------
    pandas.Series
        Purchases, on the index of ``customers``.

    References
    ----------
    Wübben, M., & von Wangenheim, F. (2008). Instant customer base analysis: Managerial heuristics
    often "get it right". Journal of Marketing, 72(3), 82–93.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [4, 4], "recency": [10.0, 35.0], "T": 40.0})
    >>> hiatus(customers, 20, silence=26).tolist()
    [0.0, 2.0]
    """
    where = "clv.hiatus"
    silence = number(silence, "silence", where, minimum=0)
    rate = same_rate(customers, number(t, "t", where, minimum=0))
    return rate.where(customers["T"] - customers["recency"] <= silence, 0.0).rename("hiatus")


def last_period(
    customers: pd.DataFrame,
    log: pd.DataFrame,
    *,
    calibration_end: Any,  # noqa: ANN401
    customer: str = "customer_id",
    date: str = "date",
    unit: str = "W",
) -> pd.Series:
    """Let everybody buy as often as in the last period that was as long as the hold-out.

    Parameters
    ----------
    customers : pandas.DataFrame
        With a hold-out, from ``transactions.summarize(…, calibration_end=…)``; its index holds the
        customers' names.
    log : pandas.DataFrame
        The order log that it was made from.
    calibration_end : date
        The last day of calibration.
    customer, date : str
        Names of the columns of ``log``.
    unit : str
        Time unit of ``customers``.

    Returns
    -------
    pandas.Series
        Days with a purchase (the first one included) in the last ``T_holdout`` up to
        ``calibration_end``, on the index of ``customers``.

    Examples
    --------
    >>> from centricity.transactions import summarize
    >>> days = pd.to_datetime(["2025-01-01", "2025-02-20", "2025-02-27", "2025-03-20"])
    >>> log = pd.DataFrame({"customer_id": "A", "date": days, "amount": 1.0})
    >>> customers = summarize(log, calibration_end="2025-02-28", observation_end="2025-03-28")
    >>> last_period(customers, log, calibration_end="2025-02-28").tolist()
    [2.0]
    """
    where = "clv.last_period"
    _, ahead = holdout(customers, where)
    periods, length = order_periods(log, customer, date, unit, where)
    end = last_period_of(calibration_end, "calibration_end", unit, where)
    strange = pd.Series(~customers.index.isin(periods["customer"]), index=customers.index)
    if strange.any():
        says = f"the log has no order of {which(strange, noun='customers')}"
        rule = "The index of the customers table holds the names in the log"
        raise problem(where, says, rule, f"Give the log that the table was made from ({customer}=)")
    seen = periods[(periods["period"] <= end) & (periods["period"] > end - round(ahead * length))]
    count = seen.groupby("customer").size().reindex(customers.index, fill_value=0)
    return count.astype(float).rename("last period")
