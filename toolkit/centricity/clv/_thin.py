"""A few histories that stand for all: how the future of those alive answers to the parameters.

Given that somebody is alive, what lies ahead depends on frequency and T only, and smoothly. How
much its logarithm moves with the parameters can therefore be computed on a small grid and
interpolated; P(alive), which depends on recency as well, is cheap and computed for everybody.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity.clv._data import HISTORY, distinct, histories
from centricity.clv._purchase import PurchaseModel
from centricity.clv._unsure import ln
from centricity.clv.bgbb import BGBB
from centricity.clv.covariates import WithCovariates

_NODES = 10
# States beyond which a grid pays.
_MANY = 400


class Thin(NamedTuple):
    """Grid of histories (frequency × T), and each customer's weights on its rows and columns."""

    table: pd.DataFrame
    by_count: Float
    by_age: Float
    place: np.ndarray

    def spread(self, values: Float) -> Float:
        """Interpolate from the grid to the customers."""
        grid = values.reshape(self.by_count.shape[1], self.by_age.shape[1])
        return np.asarray(((self.by_count @ grid) * self.by_age).sum(axis=1)[self.place])


def thin(model: PurchaseModel, customers: pd.DataFrame, where: str) -> Thin | None:
    """Make the grid, or None where it would not do or not pay.

    It would not do where the future depends on more than frequency and T (regular buying,
    covariates), or where T has to be whole.
    """
    if isinstance(model, WithCovariates | BGBB) or model._state != ("x", "T"):
        return None
    h = histories(customers, where)
    first, place = distinct(h.x, h.T)
    if len(first) < _MANY:
        return None
    x, T = h.x[first], h.T[first]
    near = np.log1p(np.unique(x))
    wanted = near[0] + (near[-1] - near[0]) * (1 - np.cos(np.linspace(0, np.pi, _NODES))) / 2
    at_x = np.unique(np.round(np.expm1(wanted)))
    # Times in logs from a twentieth of the longest: the scale on which rates are learnt.
    shift = T.max() / 20
    low, high = np.log(T.min() + shift), np.log(T.max() + shift)
    u = low + (high - low) * (1 - np.cos((np.arange(_NODES) + 0.5) * np.pi / _NODES)) / 2
    at_T = np.exp(u) - shift
    grid = pd.MultiIndex.from_product([at_x, np.maximum(at_T, 1e-9)], names=["frequency", "T"])
    table = grid.to_frame(index=False)
    table["recency"] = np.where(table["frequency"] > 0, table["T"], 0.0)
    weights = _lagrange(np.log1p(at_x), np.log1p(x)), _lagrange(u, np.log(T + shift))
    return Thin(table[list(HISTORY)], *weights, place)


def _lagrange(nodes: Float, at: Float) -> Float:
    """Weights of polynomial interpolation from the nodes (points × nodes)."""
    weights = np.ones((len(at), len(nodes)))
    for j, node in enumerate(nodes):
        others = np.delete(nodes, j)
        weights[:, j] = np.prod((at[:, None] - others) / (node - others), axis=1)
    return weights


def ln_change(
    predict: Callable[[Any, pd.DataFrame], ArrayLike],
    customers: pd.DataFrame,
    grid: Thin,
    model: PurchaseModel,
) -> Callable[[PurchaseModel], Float]:
    """Return a function: by how much a prediction's logarithm changes in another model."""

    def ahead(one: PurchaseModel) -> Float:
        return ln(predict(one, grid.table)) - ln(one.p_alive(grid.table))

    here, ahead_here = ln(model.p_alive(customers)), ahead(model)

    def change(other: PurchaseModel) -> Float:
        return ln(other.p_alive(customers)) - here + grid.spread(ahead(other) - ahead_here)

    return change
