"""Histories with parameters of their own: how coefficients reach the formulas of a model."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from centricity._typing import ArrayOrFloat, Float
from centricity._validate import did_you_mean, listing, number, problem, which
from centricity.clv._data import Histories, distinct
from centricity.clv._design import Design
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv.bgnbd import BGNBD
from centricity.clv.mbgnbd import MBGNBD
from centricity.clv.paretonbd import ParetoNBD

_BETA_GEOMETRIC = {"buying": {"alpha": -1.0}, "leaving": {"a": 1.0, "b": 1.0}}
LINKS: dict[type[PurchaseModel], dict[str, dict[str, float]]] = {
    BGNBD: _BETA_GEOMETRIC,
    MBGNBD: _BETA_GEOMETRIC,
    ParetoNBD: {"buying": {"alpha": -1.0}, "leaving": {"beta": -1.0}},
}
"""Which parameters a process moves, and in which direction a positive coefficient pushes."""

FARTHEST = 100.0
"""Largest logarithm of a parameter: beyond it the formulas would under- or overflow."""


class Block(NamedTuple):
    """The coefficients of one formula on one parameter: ln parameter += sign · columns @ them."""

    name: str
    parameter: int
    sign: float
    design: Design

    @property
    def names(self) -> list[str]:
        """Names of the coefficients, such as "buying: channel[T.web]"."""
        return [f"{self.name}: {column}" for column in self.design.columns]


def blocks_of(kind: type[PurchaseModel], designs: Sequence[Design], where: str) -> list[Block]:
    """Give the blocks of a model's coefficients, in the order of its parameters."""
    if kind not in LINKS:
        rule = f"Covariates are known for {listing(model.__name__ for model in LINKS)}"
        remedy = "Fit one of these, or fit each group of customers by itself"
        raise problem(where, f"{kind.__name__} has no covariates", rule, remedy)
    names = kind.param_names()
    blocks = []
    for design in designs:
        links = LINKS[kind][design.process]
        for parameter, sign in links.items():
            name = design.process if len(links) == 1 else f"{design.process} {parameter}"
            blocks.append(Block(name, names.index(parameter), sign, design))
    return blocks


def coefficients_of(
    blocks: Sequence[Block], given: Mapping[str, float], where: str
) -> dict[str, float]:
    """Check that there is a number for each column that the formulas make, and put them in order.

    Raises
    ------
    ValueError, TypeError
        For names that are missing or unknown, and for what is not a finite number.
    """
    names = [name for block in blocks for name in block.names]
    strange = [name for name in given if name not in names]
    missing = [name for name in names if name not in given]
    if strange or missing:
        says = " and ".join(
            f"{listing(these)} {'is' if len(these) == 1 else 'are'} {what}"
            for these, what in ((strange, "unknown"), (missing, "missing"))
            if these
        )
        rule = "There is one coefficient for each column that the formulas make"
        remedy = did_you_mean((strange or missing)[0], names)
        raise problem(where, f"in coefficients {says}", rule, remedy)
    return {name: number(given[name], f"'{name}'", where) for name in names}


def ln_params(
    logs: Sequence[float] | Float,
    coefficients: Float,
    blocks: Sequence[Block],
    values: Sequence[Float],
) -> list[ArrayOrFloat]:
    """Logarithms of the parameters: numbers, or arrays with one for each row of covariates.

    ``logs`` belong to z = 0; ``values`` are the columns of numbers of each block.
    """
    moved: list[ArrayOrFloat] = [float(log) for log in logs]
    start = 0
    for block, z in zip(blocks, values, strict=True):
        part = coefficients[start : start + z.shape[1]]
        moved[block.parameter] = moved[block.parameter] + block.sign * (z @ part)
        start += z.shape[1]
    return moved


def refuse_absurd(
    name: str, log: ArrayOrFloat, row: np.ndarray, index: pd.Index, where: str
) -> None:
    """Raise for customers whose covariates take a parameter out of bounds."""
    far = np.broadcast_to(np.abs(log) > FARTHEST, row.max(initial=-1) + 1)[row]
    if far.any():
        says = (
            f"the covariates give an absurd {name} for {which(pd.Series(far, index), 'customers')}"
        )
        rule = f"A parameter must stay between e^-{FARTHEST:g} and e^{FARTHEST:g}"
        raise problem(where, says, rule, "Check the units of the covariates")


def each_own(params: Params, at: Any) -> list[ArrayOrFloat]:  # noqa: ANN401
    """Take each one's own of parameters that are numbers for all, or arrays."""
    return [p if np.ndim(p) == 0 else np.asarray(p)[at] for p in params]


class Cells(Histories):
    """Histories, each with its row of covariates and with parameters of its own."""

    row: np.ndarray
    params: Params

    @classmethod
    def merged(cls, h: Histories, row: np.ndarray, params: Params) -> tuple[Self, np.ndarray]:
        """Merge equal histories of one row; also give each history's place among the cells.

        ``params`` are numbers, or arrays with one for each row of covariates.
        """
        first, place = distinct(h.x, h.t_x, h.T, row)
        count = np.bincount(place, weights=h.n, minlength=len(first)).astype(np.float64)
        cells = cls(*h.part(first)._replace(n=count))
        cells.row = row[first]
        cells.params = each_own(params, cells.row)
        return cells, place

    def part(self, at: np.ndarray) -> Self:
        """Take some of the cells."""
        cells = super().part(at)
        cells.row = self.row[at]
        cells.params = each_own(self.params, at)
        return cells
