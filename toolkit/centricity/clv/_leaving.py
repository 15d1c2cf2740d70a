"""The Pareto/NBD's integral over the unknown moment of leaving, and means over that moment.

The integral of (α+y)^−(r+x) (β+y)^−(s+1) for y from t_x to T. Its hypergeometric form overflows for
frequent buyers. Gauss–Legendre nodes in the logarithm of time from the smaller of α and β follow
both factors; what lies beyond the point where they vanish is cut off. Most histories need few
nodes, so each gets as many as it needs.
"""

from typing import NamedTuple

import numpy as np

from centricity._typing import Float
from centricity.clv._data import Histories
from centricity.clv._purchase import Params

# What is e^−38 of the largest value adds nothing to a sum in double precision.
_NEGLIGIBLE = 38.0
_RULES = [np.polynomial.legendre.leggauss(m) for m in (5, 7, 9, 12, 16, 22, 32, 48, 96)]
_NUMBERS = np.array([len(nodes) for nodes, _ in _RULES])
# Histories × nodes worked on at a time: what the processor's cache holds.
_BLOCK = 16_384


class Leaving(NamedTuple):
    """Logarithm of the integral, and means of ln(α+y), 1/(α+y), ln(β+y), 1/(β+y) under it."""

    ln_sum: Float
    ln_alpha: Float
    per_alpha: Float
    ln_beta: Float
    per_beta: Float


def leaving(params: Params, h: Histories, *, means: bool = False) -> Leaving:
    """Integrate over the moment of leaving for each history; the means stay zero unless asked."""
    r, alpha, s, beta = params
    first = np.asarray(np.less_equal(alpha, beta))
    least = np.minimum(alpha, beta) + np.zeros(len(h.x))
    gap = np.abs(np.subtract(alpha, beta)) + np.zeros(len(h.x))
    fast = np.where(first, r + h.x, np.add(s, 1))
    slow = np.where(first, np.add(s, 1), r + h.x)
    with np.errstate(over="ignore"):
        reach = [
            (place + h.t_x) * np.exp(_NEGLIGIBLE / power) - place
            for place, power in ((least, fast), (least + gap, slow))
        ]
    end = np.minimum(h.T, np.minimum(*reach))
    start = np.log(least + h.t_x)
    half = np.log((least + end) / (least + h.t_x)) / 2
    at = np.searchsorted(_NUMBERS, np.minimum(_needed(half, fast + slow), _NUMBERS[-1]))
    out = np.zeros((5, len(h.x)))
    for rule in np.unique(at):
        rows = np.flatnonzero(at == rule)
        size = max(_BLOCK // int(_NUMBERS[rule]), 1)
        for begin in range(0, len(rows), size):
            part = rows[begin : begin + size]
            columns = (start[part], half[part], gap[part], fast[part], slow[part])
            out[:, part] = _sums(*columns, _RULES[rule], means=means)
    ln_sum, ln_least, per_least, ln_most, per_most = out
    return Leaving(
        ln_sum,
        np.where(first, ln_least, ln_most),
        np.where(first, per_least, per_most),
        np.where(first, ln_most, ln_least),
        np.where(first, per_most, per_least),
    )


def _needed(half: Float, power: Float) -> Float:
    """Nodes for 14 digits: by the steepness of the decay, and by how near the singularity is."""
    steep = 4.0 + 2.6 * np.sqrt(half * power) + 0.12 * half * power
    ellipse = np.pi / np.maximum(half, 1e-9)
    near = 16.5 / np.log(ellipse + np.sqrt(ellipse**2 + 1))
    return np.maximum(steep, near)


def _sums(
    start: Float,
    half: Float,
    gap: Float,
    fast: Float,
    slow: Float,
    rule: tuple[Float, Float],
    *,
    means: bool,
) -> Float:
    """Logarithm of the integral and the four means, from the logarithm of time at the nodes."""
    nodes, weights = rule
    ln_least = start[:, None] + half[:, None] * (nodes + 1)
    y = np.exp(ln_least)
    most = y + gap[:, None]
    ln_most = np.log(most)
    # Relative to the density at the last purchase, where it is largest but for a small factor.
    ln_first = np.log(np.exp(start) + gap)
    ln_density = (1 - fast)[:, None] * (ln_least - start[:, None])
    ln_density -= slow[:, None] * (ln_most - ln_first[:, None])
    density = np.exp(ln_density) * weights
    total = density.sum(axis=1)
    with np.errstate(divide="ignore"):
        ln_sum = np.log(total * half) + (1 - fast) * start - slow * ln_first
    if not means:
        return np.stack([ln_sum, *np.zeros((4, len(start)))])
    each = (ln_least, 1 / y, ln_most, 1 / most)
    averages = [np.einsum("ij,ij->i", density, values) / total for values in each]
    return np.stack([ln_sum, *averages])
