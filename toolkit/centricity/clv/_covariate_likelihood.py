"""Maximum likelihood for a model with covariates, by the chain rule on the plain model's gradient.

The optimiser works in logarithms of the parameters at the mean of all covariates, and on columns
that are centred and scaled: so its steps are of one size, whatever units the covariates have.
"""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import problem, require_frame
from centricity.clv import _optimise
from centricity.clv._covariate_cells import FARTHEST, Block, blocks_of, ln_params
from centricity.clv._data import Histories, collapse, distinct, histories, sketch
from centricity.clv._design import Design, make_designs, moments
from centricity.clv._purchase import PurchaseModel
from centricity.clv.errors import ConvergenceError, ConvergenceWarning

if TYPE_CHECKING:
    from centricity.clv.covariates import WithCovariates
    from centricity.clv.fit import Fit

# Customers in the sketch from which the estimation starts, and more for each coefficient.
_SKETCH, _MORE = 3000, 300


class Likelihood(NamedTuple):
    """Log-likelihood of cells as a function of log parameters and coefficients."""

    kind: type[PurchaseModel]
    cells: Histories
    n: Float  # customers in each cell
    row: np.ndarray  # its row of covariates
    blocks: list[Block]
    values: list[Float]  # columns of numbers of each block, by row of covariates

    @classmethod
    def of(
        cls,
        kind: type[PurchaseModel],
        h: Histories,
        place: np.ndarray,
        blocks: list[Block],
        values: list[Float],
    ) -> "Likelihood":
        """Merge equal histories with equal covariates into cells."""
        first, cell = distinct(h.x, h.t_x, h.T, place.astype(np.float64))
        count = np.bincount(cell, weights=h.n).astype(np.float64)
        cells = h.part(first)._replace(n=count)
        return cls(kind, cells, count, place[first], blocks, values)

    def at(self, theta: Float) -> tuple[float, Float]:
        """Sum over customers, and its derivatives; minus infinity beyond what can be computed."""
        size = len(self.kind.param_names())
        logs = ln_params(theta[:size], theta[size:], self.blocks, self.values)
        if max(float(np.abs(log).max()) for log in logs) > FARTHEST:
            return -np.inf, np.zeros_like(theta)
        params = [np.exp(log) if np.ndim(log) == 0 else np.exp(log)[self.row] for log in logs]
        value, gradient = self.kind._loglike(params, self.cells)
        per_log = np.array([g * p * self.n for g, p in zip(gradient, params, strict=True)])
        slopes = [np.sum(per_log, axis=1)]
        for block, z in zip(self.blocks, self.values, strict=True):
            each = np.bincount(self.row, weights=per_log[block.parameter], minlength=len(z))
            slopes.append(block.sign * (each @ z))
        return float(np.sum(value * self.n)), np.concatenate(slopes)

    def mean(self, theta: Float) -> tuple[float, Float]:
        """Give the mean negative log-likelihood and its gradient, as the optimiser takes it."""
        n = float(self.n.sum())
        value, slope = self.at(theta)
        return -value / n, -slope / n

    def sketch(self, size: int) -> "Likelihood":
        """Take ``size`` customers at even steps through the cells, row by row of covariates."""
        h = self.cells
        order = np.lexsort((h.T, h.t_x, h.x, self.row))
        reached = np.cumsum(self.n[order])
        steps = (np.arange(size) + 0.5) / size * reached[-1]
        picked, count = np.unique(np.searchsorted(reached, steps), return_counts=True)
        at = order[picked]
        return self._replace(cells=h.part(at), n=count.astype(np.float64), row=self.row[at])


def fit_covariates(
    kind: type[PurchaseModel], customers: pd.DataFrame, formulas: dict[str, str]
) -> "Fit[WithCovariates]":
    """Estimate the model ``kind`` with a formula for ``buying``, ``leaving`` or both."""
    where = f"{kind.__name__}.fit"
    blocks_of(kind, [], where)
    frame = require_frame(customers, where)
    h = histories(frame, where)
    kind._check(h, frame.index, where)
    designs, rows, place = make_designs(frame, formulas, h.n, where)
    bought = np.bincount(place, weights=h.n * h.x).astype(np.float64)
    values = {design.process: design.matrix(rows, where) for design in designs}
    for design in designs:
        _check_bought(design, values[design.process], bought, where)
    blocks = blocks_of(kind, designs, where)
    each = [values[block.design.process] for block in blocks]
    return estimate(Likelihood.of(kind, h, place, blocks, each))


def estimate(likelihood: Likelihood, start: Float | None = None) -> "Fit[WithCovariates]":
    """Maximise, setting out from log parameters and coefficients if they are given."""
    kind, n = likelihood.kind, float(likelihood.n.sum())
    centre: list[Float] = []
    spread: list[Float] = []
    for z in likelihood.values:
        weight = np.bincount(likelihood.row, weights=likelihood.n, minlength=len(z))
        mean, sd = moments(z, weight.astype(np.float64))
        sd[sd == 0] = 1.0  # a category that a resample has lost
        centre.append(mean)
        spread.append(sd)
    parts = zip(likelihood.values, centre, spread, strict=True)
    scaled = likelihood._replace(values=[(z - m) / s for z, m, s in parts])
    unscale = _unscale(kind, likelihood.blocks, centre, spread)
    if start is None:
        optimum = _maximise(scaled)
    else:
        here = np.asarray(np.linalg.solve(unscale, start), dtype=np.float64)
        optimum = _optimise.minimise(scaled.mean, [here])
    if not np.isfinite(optimum.objective):
        says = f"no finite maximum was found for {n:,.0f} customers"
        rule = "The likelihood must have a finite maximum"
        raise problem(f"{kind.__name__}.fit", says, rule, kind.remedy, ConvergenceError)
    return _result(likelihood, optimum, unscale)


def _check_bought(design: Design, values: Float, bought: Float, where: str) -> None:
    """Raise for a category without any repeat purchase: its coefficient would be infinite."""
    for name, z in zip(design.columns, values.T, strict=True):
        if not np.isin(z, (0.0, 1.0)).all() or bought.sum() == 0:
            continue
        for group, says in ((z, "1"), (1 - z, "0")):
            if bought @ group == 0:
                says = f"no customer with '{name}' = {says} has made a repeat purchase"
                rule = "Without a purchase the likelihood rises for ever with this coefficient"
                remedy = f"Merge the category with another, or leave it out of {design.process}"
                raise problem(where, says, rule, remedy, ConvergenceError)


def _maximise(likelihood: Likelihood) -> _optimise.Optimum:
    """Set out from the plain model, by way of a sketch of the customers where there are many."""
    kind = likelihood.kind
    extra = sum(z.shape[1] for z in likelihood.values)
    plain = collapse(likelihood.cells._replace(n=likelihood.n))[0]
    starts = [np.log(start) for start in kind._starts(plain)]
    small = sketch(plain, _SKETCH) if len(plain.n) > _SKETCH else plain
    easy = _optimise.minimise(kind._objective(small), starts)
    none = np.zeros(extra)
    starts = [np.concatenate([start, none]) for start in (easy.theta, *starts)]
    size = _SKETCH + _MORE * extra
    if len(likelihood.n) <= size:
        return _optimise.minimise(likelihood.mean, starts)
    near = _optimise.minimise(likelihood.sketch(size).mean, starts[:1])
    starts = [near.theta, *starts] if np.isfinite(near.objective) else starts
    return _optimise.minimise(likelihood.mean, starts, near=near)


def _unscale(
    kind: type[PurchaseModel],
    blocks: Sequence[Block],
    centre: Sequence[Float],
    spread: Sequence[Float],
) -> Float:
    """Matrix that takes the optimiser's parameters to those at z = 0 and in the user's units."""
    size = len(kind.param_names())
    matrix = np.eye(size + sum(len(s) for s in spread))
    start = size
    for block, m, s in zip(blocks, centre, spread, strict=True):
        end = start + len(s)
        matrix[start:end, start:end] = np.diag(1 / s)
        matrix[block.parameter, start:end] = -block.sign * m / s
        start = end
    return matrix


def _result(
    likelihood: Likelihood, optimum: _optimise.Optimum, unscale: Float
) -> "Fit[WithCovariates]":
    """Put model, covariance and verdict together."""
    from centricity.clv.covariates import WithCovariates
    from centricity.clv.fit import Fit

    kind, blocks, n = likelihood.kind, likelihood.blocks, float(likelihood.n.sum())
    first, size = kind.param_names(), len(kind.param_names())
    theta = unscale @ optimum.theta
    values = [*np.exp(theta[:size]).tolist(), *theta[size:].tolist()]
    names = [*first, *(name for block in blocks for name in block.names)]
    model = WithCovariates(
        kind(**dict(zip(first, values[:size], strict=True))),
        dict(zip(names[size:], values[size:], strict=True)),
        **{block.design.process: block.design for block in blocks},
    )
    cov, remarks = _verdict(optimum, n, names)
    scale = np.array([*values[:size], *np.ones(len(names) - size)])
    cov = unscale @ cov @ unscale.T * np.outer(scale, scale)
    if remarks:
        rule = "These estimates must not be used as they are"
        where, says = f"{kind.__name__}.fit", "; ".join(remarks)
        message = problem(where, says, rule, WithCovariates.remedy, ConvergenceWarning)
        warnings.warn(message, stacklevel=5)
    sums = (float(np.sum(likelihood.n * column)) for column in likelihood.cells[:3])
    return Fit(
        model=model,
        cov=pd.DataFrame((cov + cov.T) / 2, index=names, columns=names),
        loglike=-optimum.objective * n,
        n=round(n),
        converged=not remarks,
        remarks=remarks,
        gradient=optimum.gradient,
        moments=tuple(sums),
    )


def _flattest(hessian: Float, names: Sequence[str]) -> str:
    """Name the parameters that move together where the likelihood hardly changes."""
    if not np.isfinite(hessian).all():
        return ""
    along = np.abs(np.linalg.eigh(hessian)[1][:, 0])
    moving = [name for name, part in zip(names, along, strict=True) if part > along.max() / 3]
    return f" along {', '.join(moving)}"


def _verdict(
    optimum: _optimise.Optimum, n: float, names: Sequence[str]
) -> tuple[Float, tuple[str, ...]]:
    """Covariance of the optimiser's parameters, and every reason not to claim convergence."""
    remarks = []
    if not optimum.steepness < _optimise.GRADIENT_TOLERANCE:
        remarks.append(f"the optimiser stopped on a slope (gradient {optimum.steepness:.1e})")
    cov = optimum.covariance(n)
    if cov is None:
        says = "the likelihood is flat: its Hessian is not positive definite"
        remarks.append(says + _flattest(optimum.hessian, names))
        return np.full((len(names),) * 2, np.nan), tuple(remarks)
    spread = np.sqrt(np.diag(cov))
    vague = [name for name, sd in zip(names, spread, strict=True) if sd > _optimise.UNKNOWN]
    if vague:
        remarks.append(f"the data do not determine {', '.join(vague)}: the likelihood is flat")
    return cov, tuple(remarks)
