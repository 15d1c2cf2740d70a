"""What a purchase and a period are worth in money, and how far ahead to look: checked once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import ArrayOrFloat, Float
from centricity._validate import number, numeric_column, problem, require_frame, which
from centricity.clv._purchase import PurchaseModel

Column = float | str
"""A number for all customers, or the name of a column with one for each."""


@dataclass(frozen=True)
class Terms:
    """Horizon, rate, margin and costs; the last three are numbers or one for each customer."""

    horizon: float | None
    rate: float
    margin: ArrayOrFloat
    per_purchase: ArrayOrFloat
    per_period: ArrayOrFloat

    @property
    def keeps(self) -> bool:
        """Whether keeping a customer costs anything."""
        return bool(np.any(np.asarray(self.per_period) > 0))

    def purchases(self, model: PurchaseModel, customers: pd.DataFrame) -> pd.Series:
        """Discounted expected purchases of each customer."""
        if self.horizon is None:
            return model.dert(customers, self.rate)
        return model.discounted_purchases(customers, self.horizon, self.rate)

    def time(self, model: PurchaseModel, customers: pd.DataFrame) -> pd.Series:
        """Discounted expected time that each customer stays."""
        return model.time_alive(customers, self.horizon, self.rate)

    def worth(
        self, spend: Float, purchases: Float, time: ArrayOrFloat = 0.0, rows: slice | None = None
    ) -> Float:
        """Money: (margin × spend − cost per purchase) × purchases − cost per period × time."""
        margin, each, kept = (
            _part(value, rows) for value in (self.margin, self.per_purchase, self.per_period)
        )
        return np.asarray((margin * spend - each) * purchases - kept * time)


def read_terms(
    customers: pd.DataFrame,
    where: str,
    *,
    horizon: float | None,
    discount_rate: float,
    margin: Column,
    cost_per_purchase: Column,
    cost_to_keep: Column,
) -> Terms:
    """Check the terms against a customers table."""
    rate = number(discount_rate, "discount_rate", where, minimum=0)
    if horizon is None and rate == 0:
        rule = "Without a horizon the purchases of all time are added, which needs discounting"
        raise problem(where, "discount_rate is 0", rule, "Give a rate above 0 or a horizon")
    ahead = None if horizon is None else number(horizon, "horizon", where, above=0)
    return Terms(
        ahead,
        rate,
        _money(customers, margin, "margin", where, maximum=1),
        _money(customers, cost_per_purchase, "cost_per_purchase", where, minimum=0),
        _money(customers, cost_to_keep, "cost_to_keep", where, minimum=0),
    )


def _money(
    customers: pd.DataFrame,
    value: Column,
    name: str,
    where: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
) -> ArrayOrFloat:
    if not isinstance(value, str):
        return number(value, name, where, minimum=minimum, maximum=maximum)
    frame = require_frame(customers, where)
    if value not in frame:
        rule = f"A {name} given as text names a column of the customers table"
        raise problem(where, f"there is no column '{value}'", rule, "Or give a number")
    values = numeric_column(frame, value, where, minimum=minimum)
    if maximum is not None and (values > maximum).any():
        seen = which(pd.Series(values > maximum, index=frame.index), noun="customers")
        rule = f"The {name} is a share of the amount, at most {maximum:g}"
        raise problem(where, f"'{value}' is above {maximum:g} in {seen}", rule, "30 % is 0.3")
    return values


def _part(value: ArrayOrFloat, rows: slice | None) -> ArrayOrFloat:
    """Cut a column to some rows and stand it beside a matrix of draws."""
    if rows is None or np.ndim(value) == 0:
        return value
    return np.asarray(value)[rows, None]
