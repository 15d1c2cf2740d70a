"""What each cohort of customers has earned so far, will still earn, and did cost."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG
from centricity._validate import (
    did_you_mean,
    listing,
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
)
from centricity.clv._terms import Column
from centricity.clv._worth import Purchases, Spend
from centricity.clv.group_value import value_by_group


def cohort_value(
    customers: pd.DataFrame,
    purchases: Purchases | Mapping[Any, Purchases],
    spend: Spend | Mapping[Any, Spend],
    *,
    cohort: str,
    to_date: str,
    acquisition_cost: Column = 0.0,
    horizon: float | Mapping[Any, float | None] | None = None,
    discount_rate: float,
    margin: Column,
    cost_per_purchase: Column = 0.0,
    cost_to_keep: Column = 0.0,
    level: float = 0.9,
    draws: int = 400,
    rng: RNG = None,
) -> pd.DataFrame:
    """Value to date, value to come and cost of customers by cohort of their first purchase.

    An old cohort has earned more so far just because it had more time. Sums can be compared only
    if they cover equal stretches of life: all of it (no horizon), or a longer horizon for the
    younger cohorts.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table with two or three columns more, named below.
    purchases, spend : model, Fit, or mapping from cohort to one
        As in `value`. One model for all cohorts promises the same behaviour of all; a mapping
        gives each its own.
    cohort : str
        Column with each customer's cohort, for example the year of the first purchase.
    to_date : str
        Column with the money that each customer has earned so far: the margins of all purchases,
        the first included, less what they cost.
    acquisition_cost : float or str
        Money that winning a customer cost, or its column.
    horizon : float, None, or mapping from cohort to one
        Time units to look ahead; None for ever.
    discount_rate, margin, cost_per_purchase, cost_to_keep, level, draws, rng
        As in `value`, for the value to come. Money to date is taken as it was booked, undiscounted.

    Returns
    -------
    pandas.DataFrame
        One row per cohort, sorted: customers (number) and, in money, cost, to_date, to_come,
        total (to_date + to_come − cost), to_come_lower and to_come_upper (where fits are given);
        then the same per customer, ending in ``_each``.

    Raises
    ------
    ValueError, TypeError
        As `value`; for a column that is missing, or a mapping without a model for some cohort.

    Examples
    --------
    >>> from centricity.clv import BGNBD, GammaGamma
    >>> customers = pd.DataFrame(
    ...     {"frequency": [2, 0, 0], "recency": [30.4, 0.0, 0.0], "T": [38.9, 38.9, 5.0],
    ...      "monetary_value": [30.0, 0.0, 0.0], "year": [2024, 2024, 2025],
    ...      "earned": [27.0, 9.0, 9.0]})
    >>> table = cohort_value(
    ...     customers, BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(6.25, 3.74, 15.44),
    ...     cohort="year", to_date="earned", acquisition_cost=12, horizon=52,
    ...     discount_rate=0.002, margin=0.3)
    >>> table[["customers", "cost", "to_date", "to_date_each"]]
          customers  cost  to_date  to_date_each
    year
    2024          2  24.0     36.0          18.0
    2025          1  12.0      9.0           9.0
    """
    where = "clv.cohort_value"
    frame = require_frame(customers, where)
    rule = "Each customer has a cohort and the money earned so far"
    require_columns([str(c) for c in frame.columns], (cohort, to_date), where, rule)
    earned = numeric_column(frame, to_date, where)
    cost = _cost(frame, acquisition_cost, where)
    rng = np.random.default_rng(rng)
    terms: dict[str, Any] = {
        "discount_rate": discount_rate, "margin": margin, "cost_per_purchase": cost_per_purchase,
        "cost_to_keep": cost_to_keep, "level": level, "draws": draws,
    }  # fmt: skip
    own: dict[str, Any] = {"purchases": purchases, "spend": spend, "horizon": horizon}
    if any(isinstance(given, Mapping) for given in own.values()):
        parts = []
        for name, group in frame.groupby(cohort, observed=True, sort=True):
            mine = {what: _own(given, name, what, where) for what, given in own.items()}
            parts.append(value_by_group(group, **mine, by=cohort, rng=rng, **terms))
        ahead = pd.concat(parts)
    else:
        ahead = value_by_group(frame, **own, by=cohort, rng=rng, **terms)
    n = numeric_column(frame, "n", where, minimum=0) if "n" in frame else np.ones(len(frame))
    sums = pd.DataFrame({"cost": cost * n, "to_date": earned * n}, index=frame.index)
    table = sums.groupby(frame[cohort], observed=True, sort=True).sum()
    table.insert(0, "customers", ahead["customers"])
    table["to_come"] = ahead["total"]
    table["total"] = table["to_date"] + table["to_come"] - table["cost"]
    for side in ("lower", "upper"):
        if f"total_{side}" in ahead:
            table[f"to_come_{side}"] = ahead[f"total_{side}"]
    money = table.columns[1:]
    each = table[money].div(table["customers"], axis=0).add_suffix("_each")
    return table.join(each)


def _cost(frame: pd.DataFrame, given: Column, where: str) -> np.ndarray:
    if not isinstance(given, str):
        return np.full(len(frame), number(given, "acquisition_cost", where, minimum=0))
    rule = "An acquisition_cost given as text names a column of the customers table"
    require_columns([str(c) for c in frame.columns], (given,), where, rule)
    return numeric_column(frame, given, where, minimum=0)


def _own(given: Any, cohort: Any, name: str, where: str) -> Any:  # noqa: ANN401
    """Return a cohort's own model or horizon, or the one for all."""
    if not isinstance(given, Mapping):
        return given
    if cohort not in given:
        what = "horizon" if name == "horizon" else "model"
        says = f"{name} has no {what} for the cohort {cohort!r}, only for {listing(given)}"
        remedy = did_you_mean(str(cohort), [str(key) for key in given])
        raise problem(where, says, f"A mapping holds a {what} for each cohort", remedy)
    return given[cohort]
