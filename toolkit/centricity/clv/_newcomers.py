"""Customers of whom only the covariates are known: what a base model says, and draws, of each."""

import copy
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, ArrayOrFloat, Float
from centricity._validate import numeric_column, require_columns
from centricity.clv._ahead import amounts, counts, in_order
from centricity.clv._covariate_cells import each_own
from centricity.clv._purchase import PurchaseModel
from centricity.clv.simulated import Simulated

Parameters = list[ArrayOrFloat]
"""Parameters of the base model: numbers, or arrays with one for each row of covariates."""


def expected(
    base: PurchaseModel, params: Parameters, row: np.ndarray, t: ArrayLike, index: pd.Index
) -> Float:
    """Expected repeat purchases; times (and answers) with the customers on the last axis."""
    where = "WithCovariates.expected_purchases_new"
    times = amounts(_ordered(t, index, "t", where), where)
    if times.shape[-1:] in ((), (1,)):
        distinct_rows = np.zeros(row.max(initial=-1) + 1)
        return base._expected_new(params, times + distinct_rows)[..., row]
    return base._expected_new(each_own(params, row), times + np.zeros(len(row)))


def pmf(
    base: PurchaseModel,
    params: Parameters,
    row: np.ndarray,
    n: ArrayLike,
    t: ArrayLike,
    index: pd.Index,
) -> Float:
    """Probability of n purchases in t, with the customers on the last axis of the answer."""
    where = "WithCovariates.pmf"
    n, t = counts(_ordered(n, index, "n", where), where), _ordered(t, index, "t", where)
    bought, times, _ = np.broadcast_arrays(n, amounts(t, where), np.zeros(len(row)))
    out = np.empty(bought.shape)
    for k in range(row.max(initial=-1) + 1):
        own, mine = each_own(params, k), row == k
        out[..., mine] = base._pmf(own, bought[..., mine], times[..., mine])
    return out


def simulate(
    base: PurchaseModel, own: pd.DataFrame, customers: pd.DataFrame, rng: np.random.Generator
) -> Simulated:
    """Draw customers with parameters of their own, and keep what is known of them."""
    where = "WithCovariates.simulate"
    rule = "Simulation needs T, each customer's age at the end of observation"
    require_columns([str(c) for c in customers], ["T"], where, rule)
    T = numeric_column(customers, "T", where, minimum=0)
    # A model's simulation only reads its parameters, and draws with one for each customer.
    each: Any = copy.copy(base)
    for name in own:
        object.__setattr__(each, str(name), own[name].to_numpy())
    world = each.simulate(T, rng=rng)
    known = customers[[c for c in customers if c not in world.customers]]
    table = pd.concat([world.customers, known.reset_index(drop=True)], axis=1)
    return Simulated(table, world.purchases)


def _ordered(values: ArrayLike, index: pd.Index, name: str, where: str) -> ArrayLike:
    """Put a Series into the order of the customers, and leave anything else as it is."""
    return in_order(values, index, name, where) if isinstance(values, pd.Series) else values
