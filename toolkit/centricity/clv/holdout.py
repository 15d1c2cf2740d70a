"""Did the model foresee what happened: forecasts beside what customers then did."""

from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import number, problem, require_columns, require_frame
from centricity.clv._purchase import PurchaseModel
from centricity.transactions import UNITS


def tracking(
    log: pd.DataFrame,
    model: PurchaseModel,
    *,
    customer: str = "customer_id",
    date: str = "date",
    unit: str = "W",
    calibration_end: Any = None,  # noqa: ANN401
) -> pd.DataFrame:
    """Repeat purchases in each period of the calendar, as they were and as the model expects them.

    The model only knows when each customer bought first; everything else is its forecast.

    Parameters
    ----------
    log : pandas.DataFrame
        Order log; purchases of a customer on one day count once.
    model : PurchaseModel
        With times in ``unit``.
    customer, date : str
        Names of the columns.
    unit : str
        The model's time unit, and the length of a period: "D", "W", "M", "Q" or "Y".
    calibration_end : date, optional
        Last day that the model has seen; customers who came later are left out of both sides.

    Returns
    -------
    pandas.DataFrame
        One row per complete period, indexed by the day it ends: ``actual`` and ``expected``
        repeat purchases, ``actual_cumulative`` and ``expected_cumulative``, and ``holdout``
        (True for periods that end after ``calibration_end``).

    Raises
    ------
    ValueError, TypeError
        For a missing column, or a log shorter than one period.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-09", "2025-01-20"])
    >>> log = pd.DataFrame({"customer_id": "A", "date": days})
    >>> tracking(log, BGNBD(r=1, alpha=2, a=0.5, b=5))["actual"].tolist()
    [0, 1]
    """
    where = "clv.tracking"
    frame = require_frame(log, where)
    rule = "An order log has a customer and a date in each row"
    require_columns([str(c) for c in frame.columns], (customer, date), where, rule)
    days = frame[[customer, date]].set_axis(["customer", "day"], axis=1)
    days["day"] = days["day"].dt.tz_localize(None).dt.normalize()
    days = days.drop_duplicates()
    born = days.groupby("customer")["day"].transform("min")
    if calibration_end is not None:
        known = born <= pd.Timestamp(calibration_end)
        days, born = days[known], born[known]
    start, end = born.min(), days["day"].max()
    length = UNITS[unit]
    periods = int(((end - start).days + 1) // length)
    if periods < 1:
        says = f"the log spans {(end - start).days + 1} days"
        raise problem(where, says, f"Tracking needs at least one period of {length:g} days")
    edges = np.arange(1, periods + 1) * length - 1

    repeats = (days["day"] - start).dt.days[days["day"] > born].to_numpy()
    actual = np.searchsorted(np.sort(repeats), edges, side="right")
    births = (born[days["day"] == born] - start).dt.days.value_counts()
    age = np.maximum(edges[:, None] - births.index.to_numpy(), 0) / length
    expected = model.expected_purchases_new(age) @ births.to_numpy()

    ends = pd.DatetimeIndex(start + pd.to_timedelta(np.floor(edges), unit="D"), name="period_end")
    cut = pd.Timestamp.max if calibration_end is None else pd.Timestamp(calibration_end)
    return pd.DataFrame(
        {
            "actual": np.diff(actual, prepend=0),
            "expected": np.diff(expected, prepend=0.0),
            "actual_cumulative": actual,
            "expected_cumulative": expected,
            "holdout": ends > cut,
        },
        index=ends,
    )


def frequency_table(
    customers: pd.DataFrame, model: PurchaseModel, *, most: int = 7
) -> pd.DataFrame:
    """Customers with 0, 1, 2 … repeat purchases: as they were, and as the model expects them.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table.
    model : PurchaseModel
    most : int
        The last row holds this number of purchases and more.

    Returns
    -------
    pandas.DataFrame
        Index ``purchases`` ("0", "1", …, "7+"), columns ``actual`` and ``expected`` (customers).

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> world = model.simulate([39.0] * 1000, rng=1)
    >>> table = frequency_table(world.customers, model, most=3)
    >>> table["actual"].sum(), round(table["expected"].sum())
    (np.int64(1000), 1000)
    """
    most = int(number(most, "most", "clv.frequency_table", minimum=1, whole=True))
    counts = np.arange(most)
    ages = customers["T"].value_counts()
    below = model.pmf(counts[:, None], ages.index.to_numpy(dtype=float)) @ ages.to_numpy()
    seen = customers["frequency"].clip(upper=most).value_counts()
    index = pd.Index([*map(str, counts), f"{most}+"], name="purchases")
    return pd.DataFrame(
        {
            "actual": seen.reindex(range(most + 1), fill_value=0).to_numpy(),
            "expected": [*below, len(customers) - below.sum()],
        },
        index=index,
    )


def holdout_by_frequency(
    customers: pd.DataFrame, model: PurchaseModel, *, most: int = 7
) -> pd.DataFrame:
    """Mean hold-out purchases by calibration frequency, beside the model's and a naive forecast.

    The naive forecast is what a spreadsheet does: everybody goes on at the rate of their past.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table with a hold-out, from ``transactions.summarize(…, calibration_end=…)``.
    model : PurchaseModel
        Fitted to the calibration columns.
    most : int
        The last row holds this frequency and more.

    Returns
    -------
    pandas.DataFrame
        Index ``frequency``; columns ``customers`` and, in purchases per customer, ``actual``,
        ``expected`` and ``naive``.

    Raises
    ------
    ValueError
        If there is no hold-out in the table.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> customers = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.43], "T": 38.86,
    ...                           "frequency_holdout": [0, 1], "T_holdout": 39.0})
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> holdout_by_frequency(customers, model).round(2)
               customers  actual  expected  naive
    frequency
    0                  1     0.0      0.20   0.00
    2                  1     1.0      1.23   2.01
    """
    where = "clv.holdout_by_frequency"
    rule = "The hold-out comes from transactions.summarize(log, calibration_end=...)"
    needed = ("frequency_holdout", "T_holdout")
    require_columns([str(c) for c in customers.columns], needed, where, rule)
    ahead = float(customers["T_holdout"].iloc[0])
    forecast = pd.DataFrame(
        {
            "actual": customers["frequency_holdout"],
            "expected": model.expected_purchases(customers, ahead),
            "naive": customers["frequency"] / customers["T"].where(customers["T"] > 0) * ahead,
        }
    ).fillna(0.0)
    groups = forecast.groupby(customers["frequency"].clip(upper=most))
    table = groups.mean()
    table.insert(0, "customers", groups.size())
    return table
