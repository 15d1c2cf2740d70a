"""The future of somebody alive at today's value: integrals over time at a force of interest."""

from collections.abc import Callable

import numpy as np

from centricity._typing import Float

# Powers of e after which discounting has left nothing.
_NEGLIGIBLE = 45.0


def purchases(expected: Callable[[float], Float], t: float, force: float, pace: Float) -> Float:
    """Purchases in the next ``t``, perhaps for ever: the integral of e^(−δτ) dE[Y(τ)] by parts.

    ``expected`` gives the purchases up to a time, ``pace`` the shortest time in which anything
    changes; both one for each history.
    """
    total = np.zeros(len(pace))
    if np.isfinite(t):
        total += np.exp(-force * t) * expected(t)
    for at, weight in _moments(t, force, pace):
        slope = force * weight * np.exp(-force * at)
        total += slope * expected(at)
    return total


def time(stays: Callable[[float], Float], t: float, force: float, pace: Float) -> Float:
    """Time alive in the next ``t``, perhaps for ever, if ``stays`` is the chance to be there."""
    total = np.zeros(len(pace))
    for at, weight in _moments(t, force, pace):
        total += weight * np.exp(-force * at) * stays(at)
    return total


def _moments(t: float, force: float, pace: Float) -> list[tuple[float, float]]:
    """Gauss–Legendre nodes and weights on [0, t] in the logarithm of time from the fastest pace.

    In v = log(1 + τ/pace) all that happens is spread evenly, however long the horizon.
    """
    end = min(t, _NEGLIGIBLE / force) if force > 0 else t
    fastest = float(np.clip(pace.min(initial=np.inf), 1e-12, max(end, 1e-12)))
    reach = np.log1p(end / fastest)
    nodes, weights = np.polynomial.legendre.leggauss(int(np.ceil(24 + 7 * reach)))
    v = reach * (nodes + 1) / 2
    at, weight = fastest * np.expm1(v), fastest * np.exp(v) * weights * reach / 2
    return list(zip(at.tolist(), weight.tolist(), strict=True))
