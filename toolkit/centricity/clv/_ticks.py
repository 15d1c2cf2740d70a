"""Purchases at each k-th tick of a Poisson clock, with a coin toss about leaving after each.

The clock of a customer alive is j ticks past the last purchase. Of the ticks from now, number n is
a purchase if n + j is divisible by k, and it counts with the probability q^(n+j−k) that nobody has
left, where q^k = 1 − p. A sum over the k-th roots of unity ω picks these ticks, so that with
s = ω q and the generating function G(s) = E[s^N] of the number N of ticks the purchases are

    (1/k) q^(j−k) Σ_ω ω^j s (1 − G(s)) / (1 − s).

For a gamma-distributed pace G(s) = (1 + t(1 − s)/rate)^−shape; the beta distribution of p is left
to Gauss–Jacobi quadrature in q. For k = 1 this is the expectation of the MBG/NBD.
"""

from functools import lru_cache

import numpy as np
from scipy import linalg, special

from centricity._typing import Float
from centricity.clv._beta_geometric import dropout_rule

# Numbers of nodes to choose from: few, so that a rule once made serves again.
_SIZES = np.array([24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 800])


def purchases_and_loss(
    k: int, j: int, shape: Float, rate: Float, a: float, b: Float, t: Float
) -> tuple[Float, Float]:
    """Expected purchases in t, and the probability of leaving in t, with p ~ B(a, b)."""
    t = np.broadcast_to(t, shape.shape)
    purchases, loss = np.zeros(len(t)), np.zeros(len(t))
    # The integrand bends within k·rate/t, or that divided by the shape, of the end of q's interval.
    bends = float((t * np.maximum(shape, 1.0) / rate).max(initial=0.0)) / k
    size = int(_SIZES[np.searchsorted(_SIZES[:-1], 8 * np.sqrt(bends))])
    for value in np.unique(b):
        rows = np.flatnonzero(b == value)
        q, left, weights = _beta_nodes(k, a, float(value), size)
        ahead = _given_dropout(k, j, shape[rows, None], t[rows, None] / rate[rows, None], q, left)
        purchases[rows] = np.maximum(ahead @ weights, 0.0)
        loss[rows] = ahead @ (weights * -np.expm1(k * np.log(q)))
    return purchases, loss


def discounted_for_ever(
    k: int, j: int, shape: Float, rate: Float, a: float, b: Float, force: float
) -> tuple[Float, Float]:
    """Purchases of all time, and the moment of leaving, discounted at a force of interest δ.

    For a pace λ and with v = λ/(λ + δ), the value of money at the next tick, the sum over purchases
    and the mean over p ~ B(a, b) give v^(k−j) ₂F₁(1, b; a + b; v^k). At each of them somebody
    leaves with probability p. The mean over λ ~ Γ(shape, rate) is taken by the trapezoidal rule in
    log λ between the points where the density has fallen by e^−36.
    """
    purchases, loss = np.zeros(len(shape)), np.zeros(len(shape))
    for value in np.unique(shape):
        rows = np.flatnonzero(shape == value)
        fallen = 1 + 36 / value
        low, high = (-fallen - special.lambertw(-np.exp(-fallen), w).real for w in (0, -1))
        d = np.arange(low, high, min(0.3, 0.5 / np.sqrt(value)))
        density = np.exp(value * (1 + d - np.exp(d)))
        pace = np.exp(d) * (value / rate[rows])[:, None]
        v = pace / (pace + force)
        w = v**k
        there = _sum_while_there(a, float(b[rows[0]]), w)
        # The mean of p/(1 − (1 − p) w), by that of 1/(1 − (1 − p) w).
        leaving = (1 - (1 - w) * there) / w
        density /= density.sum()
        purchases[rows] = (v ** (k - j) * there) @ density
        loss[rows] = (v ** (k - j) * leaving) @ density
    return purchases, loss


def _sum_while_there(a: float, b: float, w: Float) -> Float:
    """Mean of Σ ((1 − p) w)^m over m = 0, 1 … for p ~ B(a, b): ₂F₁(1, b; a + b; w)."""
    with np.errstate(all="ignore"):
        total = np.asarray(special.hyp2f1(1.0, b, a + b, w))
    # SciPy gives up for large b and w near 1.
    lost = ~np.isfinite(total)
    if lost.any():
        p, weights = dropout_rule(a, b)
        total[lost] = (weights / (1 - w[lost][:, None] * (1 - p))).sum(axis=1)
    return total


def _given_dropout(k: int, j: int, shape: Float, t: Float, q: Float, left: Float) -> Float:
    """Expected purchases for each q; ``left`` is 1 − q, and t counts in units of the rate."""
    total = q * -np.expm1(-shape * np.log1p(t * left)) / left
    for step in range(1, k // 2 + 1):
        root = np.exp(2j * np.pi * step / k)
        s = root * q
        term = root**j * s * (1 - np.exp(-shape * np.log1p(t * (1 - s)))) / (1 - s)
        # Roots come in conjugate pairs, but for −1, which stands alone.
        total = total + (1 if 2 * step == k else 2) * term.real
    return np.asarray(total * q ** (j - k) / k)


@lru_cache(maxsize=2000)
def _beta_nodes(k: int, a: float, b: float, size: int) -> tuple[Float, Float, Float]:
    """Nodes q, their distances from 1, and weights of p = 1 − q^k ~ B(a, b).

    The density of q is q^(kb−1) (1 − q)^(a−1) times the smooth (1 + q + … + q^(k−1))^(a−1).
    """
    y, weights = _jacobi(a - 1, k * b - 1, size)
    q, left = (1 + y) / 2, (1 - y) / 2
    weights = weights * sum(q**power for power in range(k)) ** (a - 1)
    return q, left, weights / weights.sum()


def _jacobi(left: float, right: float, size: int) -> tuple[Float, Float]:
    """Gauss–Jacobi rule for (1 − y)^left (1 + y)^right, weights summing to one (Golub & Welsch)."""
    n = np.arange(size, dtype=np.float64)
    both = left + right
    middle = 2 * n + both
    with np.errstate(divide="ignore", invalid="ignore"):
        diagonal = (right**2 - left**2) / (middle * (middle + 2))
    diagonal[0] = (right - left) / (both + 2)
    m = n[1:]
    middle = middle[1:]
    ratio = (m + both) / (middle - 1)
    ratio[0] = 1.0  # (1 + both)/(2 + both − 1), also where both is −1
    squares = 4 * m * (m + left) * (m + right) * ratio / (middle**2 * (middle + 1))
    y, vectors = linalg.eigh_tridiagonal(diagonal, np.sqrt(squares))
    return y, vectors[0] ** 2
