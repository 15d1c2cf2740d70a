"""Did the model foresee what happened: forecasts beside what customers then did."""

from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number, problem, require_frame, which
from centricity.clv._data import histories
from centricity.clv._order_days import last_period_of, order_periods, step
from centricity.clv._purchase import PurchaseModel
from centricity.clv._side_by_side import Models, holdout, named, one_row_each
from centricity.clv.covariates import WithCovariates
from centricity.clv.rules import same_rate


def tracking(
    log: pd.DataFrame,
    models: Models,
    *,
    customer: str = "customer_id",
    date: str = "date",
    unit: str = "W",
    calibration_end: Any = None,  # noqa: ANN401
    observation_end: Any = None,  # noqa: ANN401
    customers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Repeat purchases in each period of the calendar, as they were and as models expect them.

    A model only knows when each customer bought first; everything else is its forecast.

    Parameters
    ----------
    log : pandas.DataFrame
        Order log; purchases of a customer on one day count once.
    models : PurchaseModel or Fit, or dict of these
        With times in ``unit``. A dict holds several by name.
    customer, date : str
        Names of the columns. Dates with a time zone count as days of that zone.
    unit : {"h", "D", "W", "M", "Q", "Y"}
        The models' time unit, and the length of a period, as in ``transactions.summarize``.
    calibration_end : date, optional
        Last day that the models have seen; customers who came later are left out of both sides.
    observation_end : date, optional
        Last day of the data; default the last date in the log.
    customers : pandas.DataFrame, optional
        The customers table, for models with covariates; its index holds the names in the log.

    Returns
    -------
    pandas.DataFrame
        One row per complete period, indexed by the day it ends: ``actual`` repeat purchases and
        those each model expects, under its name (``expected`` for a single one); the same to date
        under ``actual_cumulative``, ``expected_cumulative`` and so on; and ``holdout`` (True for
        periods that end after ``calibration_end``).

    Raises
    ------
    ValueError, TypeError
        For a missing column or value, or a log shorter than one period.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-09", "2025-01-20"])
    >>> log = pd.DataFrame({"customer_id": "A", "date": days})
    >>> tracking(log, BGNBD(r=1, alpha=2, a=0.5, b=5))["actual"].tolist()
    [0, 1]
    """
    where = "clv.tracking"
    compared = named(models, where)
    periods, length = order_periods(log, customer, date, unit, where)
    end = periods["period"].max()
    if observation_end is not None:
        end = last_period_of(observation_end, "observation_end", unit, where)
    cut = end
    if calibration_end is not None:
        cut = last_period_of(calibration_end, "calibration_end", unit, where)
        if observation_end is not None and end < cut:
            says = f"observation_end is {observation_end}, before calibration_end {calibration_end}"
            raise problem(where, says, "Observation goes on to the end of calibration or beyond")
    periods = periods[(periods["first"] <= cut) & (periods["period"] <= end)]
    if periods.empty:
        says = f"no customer bought up to {observation_end if cut == end else calibration_end}"
        raise problem(where, says, "Calibration and observation end after the first purchase")
    start = periods["first"].min()
    complete = int((end - start + 1) // length)
    if complete < 1:
        says = f"the log spans {end - start + 1} {'hours' if unit == 'h' else 'days'}"
        raise problem(where, says, f"Tracking needs at least one period of {length:g}")
    edges = np.arange(1, complete + 1, dtype=np.float64) * length - 1

    repeat = periods["period"] > periods["first"]
    made = np.sort(periods.loc[repeat, "period"].to_numpy() - start)
    born = periods.loc[~repeat].set_index("customer")["first"] - start
    to_date: dict[str, np.ndarray] = {"actual": np.searchsorted(made, edges, side="right")}
    for name, model in compared.items():
        to_date[name] = _to_date(model, born, edges, length, customers, where)

    ends = pd.Timestamp(0) + (start + np.floor(edges)) * step(unit)
    return pd.DataFrame(
        {name: np.diff(total, prepend=0) for name, total in to_date.items()}
        | {f"{name}_cumulative": total for name, total in to_date.items()}
        | {"holdout": start + edges > cut},
        index=pd.DatetimeIndex(ends, name="period_end"),
    )


def _to_date(
    model: PurchaseModel,
    born: pd.Series,
    edges: Float,
    length: float,
    customers: pd.DataFrame | None,
    where: str,
) -> Float:
    """Repeat purchases up to each edge expected of customers born at these periods."""
    if isinstance(model, WithCovariates):
        known = _known(customers, born.index, where)
        age = np.maximum(edges[:, None] - born.to_numpy(), 0) / length
        return model.expected_purchases_new(age, known).sum(axis=1)
    births = born.value_counts()
    age = np.maximum(edges[:, None] - births.index.to_numpy(), 0) / length
    return np.asarray(model.expected_purchases_new(age) @ births.to_numpy())


def _known(customers: pd.DataFrame | None, names: pd.Index, where: str) -> pd.DataFrame:
    """Take what is known of the customers in a log, in its order."""
    remedy = "Give the customers table, with its index: customers=..."
    if customers is None:
        says, rule = "customers is not given", "Rates depend on covariates here"
        raise problem(where, says, rule, remedy)
    strange = pd.Series(~names.isin(customers.index), index=names)
    if strange.any():
        says = f"the customers table lacks {which(strange, noun='customers')}"
        raise problem(where, says, "Covariates must be known for all customers in the log", remedy)
    return require_frame(customers, where).loc[names]


def frequency_table(customers: pd.DataFrame, models: Models, *, most: int = 7) -> pd.DataFrame:
    """Customers with 0, 1, 2 … repeat purchases: as they were, and as models expect them.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table, or its cells with a count ``n``.
    models : PurchaseModel or Fit, or dict of these
        A dict holds several by name.
    most : int
        The last row holds this number of purchases and more.

    Returns
    -------
    pandas.DataFrame
        Index ``purchases`` ("0", "1", …, "7+"), columns ``actual`` and one for each model
        (``expected`` for a single one), in customers.

    Raises
    ------
    ValueError, TypeError
        For a missing column or value.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> world = model.simulate([39.0] * 1000, rng=1)
    >>> table = frequency_table(world.customers, model, most=3)
    >>> table["actual"].sum(), round(table["expected"].sum())
    (np.int64(1000), 1000)
    """
    where = "clv.frequency_table"
    compared = named(models, where)
    most = int(number(most, "most", where, minimum=1, whole=True))
    each = one_row_each(customers, where)
    histories(each, where)
    counts = np.arange(most)
    ages = each["T"].value_counts()
    seen = each["frequency"].clip(upper=most).value_counts()
    table = {"actual": seen.reindex(range(most + 1), fill_value=0).to_numpy()}
    for name, model in compared.items():
        if isinstance(model, WithCovariates):
            below = model.pmf(counts[:, None], each["T"].to_numpy(), each).sum(axis=1)
        else:
            below = model.pmf(counts[:, None], ages.index.to_numpy(dtype=float)) @ ages.to_numpy()
        table[name] = np.array([*below, len(each) - below.sum()])
    return pd.DataFrame(table, index=pd.Index([*map(str, counts), f"{most}+"], name="purchases"))


def holdout_by_frequency(customers: pd.DataFrame, models: Models, *, most: int = 7) -> pd.DataFrame:
    """Mean hold-out purchases by calibration frequency, beside models' and a naive forecast.

    The naive forecast is what a spreadsheet does: everybody goes on at the rate of their past.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table with a hold-out, from ``transactions.summarize(…, calibration_end=…)``.
    models : PurchaseModel or Fit, or dict of these
        Fitted to the calibration columns. A dict holds several by name.
    most : int
        The last row holds this frequency and more.

    Returns
    -------
    pandas.DataFrame
        Index ``frequency``; columns ``customers`` and, in purchases per customer, ``actual``, one
        for each model (``expected`` for a single one) and ``naive``.

    Raises
    ------
    ValueError, TypeError
        If there is no hold-out in the table, or a value is missing.

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
    compared = named(models, where)
    most = int(number(most, "most", where, minimum=0, whole=True))
    each = one_row_each(customers, where)
    bought, ahead = holdout(each, where)
    forecasts = {name: model.expected_purchases(each, ahead) for name, model in compared.items()}
    table = pd.DataFrame({"actual": bought, **forecasts, "naive": same_rate(each, ahead)})
    groups = table.groupby(each["frequency"].clip(upper=most))
    means = groups.mean()
    means.insert(0, "customers", groups.size())
    return means
