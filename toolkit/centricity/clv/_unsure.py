"""How a prediction answers to the uncertainty of a fit, from a handful of evaluations.

A fit with k parameters is unsure in k independent directions, the principal axes of its
covariance in log parameters. A prediction is computed at the estimate and a step up and down each
axis, and its logarithm is taken as a parabola along each. Parameter draws then cost a matrix
product instead of an evaluation each: 2k + 1 evaluations serve any number of draws and customers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from centricity._typing import ArrayLike, Float
from centricity._validate import a_type, problem
from centricity.clv.fit import Fit

# Standard deviations to step along an axis: the parabola is exact there, near the ends of the
# usual intervals.
_REACH = 1.5
_TINY = 1e-300


def model_of(given: Any, kind: type, name: str, where: str) -> tuple[Any, "Fit[Any] | None"]:  # noqa: ANN401
    """Return the model, and its fit where one was given.

    Raises
    ------
    TypeError
        If it is neither a model of this kind nor the fit of one.
    ValueError
        If it is a fit that has not converged.
    """
    model = given.model if isinstance(given, Fit) else given
    if not isinstance(model, kind):
        rule = f"{name} is a {kind.__name__}, or its Fit to get intervals"
        says = f"{name} is {a_type(given)}"
        if isinstance(given, Fit):
            says += f" of {a_type(model)}"
        elif isinstance(given, type):
            says = f"{name} is the class {given.__name__} itself"
        example = "GammaGamma" if kind.__name__ == "GammaGamma" else "BGNBD"
        remedy = f"For example clv.{example}.fit(customers)"
        if hasattr(model, "derl"):
            remedy = "A model of contracts values customers itself: fit.model.clv(n, margin=…)"
        raise problem(where, says, rule, remedy, TypeError)
    if not isinstance(given, Fit):
        return model, None
    if not given.converged:
        says = f"{name} is a fit that has not converged: {'; '.join(given.remarks)}"
        rule = "An interval from such a fit would mean nothing"
        raise problem(where, says, rule, "Mend the fit, or give fit.model to go without intervals")
    return model, given


class Response(NamedTuple):
    """Logarithm of a positive prediction as a parabola along each axis (values × axes)."""

    level: Float
    slope: Float
    bend: Float

    def at(self, z: Float, rows: slice = slice(None)) -> Float:
        """Predictions (values × draws) at standard normal draws (draws × axes)."""
        moved = self.slope[rows] @ z.T + self.bend[rows] @ (z**2).T
        return np.exp(self.level[rows, None] + moved)


def axes(fit: "Fit[Any] | None") -> Float:
    """Steps of one standard deviation (parameters × axes), in logs where they are positive."""
    if fit is None:
        return np.zeros((0, 0))
    scale = np.where(fit.model.positive, fit.params.to_numpy(), 1.0)
    values, vectors = np.linalg.eigh(fit.cov.to_numpy() / np.outer(scale, scale))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def moved(model: Any, step: Float) -> Any:  # noqa: ANN401
    """Give the model a step away; itself if there is no step to take."""
    if len(step) == 0:
        return model
    params = model.params.to_numpy()
    return model.replaced(np.where(model.positive, params * np.exp(step), params + step))


def respond(
    model: Any,  # noqa: ANN401
    fit: "Fit[Any] | None",
    predict: Callable[[Any], ArrayLike],
    change: Callable[[Any], Float] | None = None,
) -> Response:
    """Evaluate a prediction at the estimate and along the axes; at the estimate alone if no fit.

    ``change`` may give the change of the prediction's logarithm in a cheaper way.
    """
    level = ln(predict(model))
    change = change or (lambda other: ln(predict(other)) - level)
    steps = axes(fit).T * _REACH
    slope, bend = np.empty((len(level), len(steps))), np.empty((len(level), len(steps)))
    for axis, step in enumerate(steps):
        up, down = (change(moved(model, sign * step)) for sign in (1, -1))
        slope[:, axis] = (up - down) / (2 * _REACH)
        bend[:, axis] = (up + down) / (2 * _REACH**2)
    return Response(level, slope, bend)


def ln(prediction: ArrayLike) -> Float:
    """Natural logarithm, floored where a prediction underflows."""
    values = np.atleast_1d(np.asarray(prediction, dtype=np.float64))
    return np.asarray(np.log(np.maximum(values, _TINY)))
