"""The shared optimiser: mean negative log-likelihood, log parameters, analytic gradient.

The verdict on convergence is our own: a small gradient, a positive definite Hessian, and
parameters that the data pin down at all.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import optimize

from centricity._typing import Float

# Mean log-likelihood per log unit. Rounding alone leaves about 1e-10.
GRADIENT_TOLERANCE = 1e-6
# Below this a further step only follows the rounding.
STILL = 1e-10
# A standard error of 3 in log parameters: known to within a factor of 20 either way: not known.
UNKNOWN = 3.0
# Curvature at which a gradient below the tolerance proves nothing: the tail of a likelihood that
# rises for ever looks like this.
FLAT = 2e-6
# Times its rounding noise that the smallest curvature must be to be believed.
DOUBT = 50.0
BOUND = 25.0

Objective = Callable[[Float], tuple[float, Float]]


class Optimum(NamedTuple):
    """Where the optimiser stopped, in log parameters, and what it found there."""

    theta: Float
    objective: float
    gradient: Float
    hessian: Float
    noise: float = 0.0

    @property
    def steepness(self) -> float:
        """Largest absolute entry of the gradient."""
        return float(np.abs(self.gradient).max())

    @property
    def converged(self) -> bool:
        """Whether the gradient is small and the Hessian positive definite."""
        return self.steepness < GRADIENT_TOLERANCE and _convex(self.hessian)

    def covariance(self, n: float) -> Float | None:
        """Inverse of the observed information of ``n`` customers, None where it is flat."""
        if not np.isfinite(self.hessian).all():
            return None
        if np.linalg.eigvalsh(self.hessian)[0] < max(FLAT, DOUBT * self.noise):
            return None
        inverse = np.linalg.inv(self.hessian) / n
        return np.asarray((inverse + inverse.T) / 2)


def hessian(objective: Objective, theta: Float, step: float = 1e-5) -> tuple[Float, float]:
    """Central differences of the analytic gradient, made symmetric, and their rounding noise.

    A Hessian is symmetric: by how much the differences are not is what rounding put into them.
    """
    shifts = np.eye(len(theta)) * step
    rows = [(objective(theta + s)[1] - objective(theta - s)[1]) / (2 * step) for s in shifts]
    matrix = np.array(rows, dtype=np.float64)
    return np.asarray((matrix + matrix.T) / 2), float(np.abs(matrix - matrix.T).max())


def _newton(objective: Objective, theta: Float, curvature: Float | None = None) -> Optimum:
    """Polish a point to machine precision; a step that does not improve the gradient is undone.

    Each step also corrects the curvature (BFGS); it is measured anew when a step has gained less
    than it should, and at the end.
    """
    value, gradient = objective(theta)
    measured: Float | None = None
    noise = 0.0
    if curvature is None:
        (curvature, noise), measured = hessian(objective, theta), theta
    for _ in range(25):
        if np.abs(gradient).max() < STILL or not _convex(curvature):
            break
        step = -np.clip(np.linalg.solve(curvature, gradient), -1, 1)
        new_value, new_gradient = objective(theta + step)
        change = new_gradient - gradient
        gain = np.abs(gradient).max() / max(np.abs(new_gradient).max(), 1e-300)
        if gain > 1:
            theta, value, gradient = theta + step, new_value, new_gradient
        if gain > 3 and change @ step > 0:
            push = curvature @ step
            curvature = curvature - np.outer(push, push) / (step @ push)
            curvature = curvature + np.outer(change, change) / (change @ step)
        elif measured is theta:
            break
        else:
            (curvature, noise), measured = hessian(objective, theta), theta
    if measured is not theta:
        curvature, noise = hessian(objective, theta)
    return Optimum(theta, value, gradient, curvature, noise)


def _convex(curvature: Float) -> bool:
    return bool(np.isfinite(curvature).all() and np.linalg.eigvalsh(curvature)[0] > 0)


def minimise(objective: Objective, starts: list[Float], *, near: Optimum | None = None) -> Optimum:
    """Minimise from each start in turn until one converges; return the best point found.

    ``objective`` takes log parameters and gives the mean negative log-likelihood and its gradient.
    ``near`` is the optimum of a function much like it, whose curvature saves work.
    """

    def guarded(theta: Float) -> tuple[float, Float]:
        if np.abs(theta).max() > BOUND:
            return np.inf, np.zeros_like(theta)
        return objective(theta)

    best: Optimum | None = None
    if near is not None and near.converged:
        with np.errstate(all="ignore"):
            best = _newton(guarded, near.theta, near.hessian)
        if best.converged:
            return best
    for start in starts:
        with np.errstate(all="ignore"):
            found = optimize.minimize(
                guarded, start, jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 500}
            )
            point = _newton(guarded, found.x)
        if best is None or point.objective < best.objective:
            best = point
        if best.converged:
            break
    assert best is not None, "minimise needs at least one start"
    return best
