"""Sums of survival over all renewals to come, discounted or not, however long the tail."""

from collections.abc import Callable

import numpy as np
from scipy import integrate, special

from centricity._typing import Float

# Terms added one by one; beyond them survival bends so little from one renewal to the next that
# Euler and Maclaurin's formula is exact to about 1e-14 (its next term is f'''/720).
HEAD = 10_000
NEGLIGIBLE = 40.0  # powers of e by which discounting has shrunk the last term looked at


def discounted(log_survival: Callable[[Float], Float], n: float, rate: float) -> float:
    """Sum S(n + 1 + k) / S(n) / (1 + rate)**k over k = 0, 1, 2 …; relative error below 1e-9.

    ``log_survival`` takes an array of times.
    """
    force = np.log1p(rate)
    now = float(log_survival(np.array([n]))[0])
    last = np.ceil(NEGLIGIBLE / force)

    def term(k: Float) -> Float:
        return np.exp(log_survival(n + 1 + k) - now - k * force)

    head = term(np.arange(min(last, HEAD) + 1))
    if last <= HEAD:
        return float(head.sum())
    rest = _integral(
        lambda x: float(term(np.exp([x]))[0] * np.exp(x)), np.log(HEAD), np.log(last), head.sum()
    )
    return float(head.sum() + rest + _correction(term, head))


def undiscounted(alpha: float, beta: float, c: float, n: float) -> float:
    """Sum S(n + k) / S(n) over k = 1, 2 … for the beta-discrete-Weibull; inf where c·alpha ≤ 1."""
    if c * alpha <= 1:
        return float("inf")

    def log_s(z: Float) -> Float:
        return np.asarray(special.betaln(alpha, beta + z) - special.betaln(alpha, beta))

    now = float(log_s(np.array([n**c]))[0])

    def term(k: Float) -> Float:
        return np.exp(log_s((n + 1 + k) ** c) - now)

    head = term(np.arange(HEAD + 1.0))
    # In y = ln z with z = t^c: from where the head ends to where z^(−alpha) is all that is left.
    start = c * np.log(n + 1 + HEAD)
    end = max(start, np.log(1e6 * (alpha + 1) * (alpha + beta + 1)))
    rest = _integral(
        lambda y: float(np.exp(log_s(np.exp([y]))[0] - now + y / c) / c), start, end, head.sum()
    )
    constant = special.gammaln(alpha + beta) - special.gammaln(beta) - now
    bend = alpha * (alpha + 2 * beta - 1) / 2 * np.exp(-end)
    with np.errstate(over="ignore"):
        tail = np.exp(constant + (1 / c - alpha) * end)
    tail *= 1 / (c * alpha - 1) - bend / (c * alpha + c - 1)
    return float(head.sum() + rest + tail + _correction(term, head))


def _integral(f: Callable[[float], float], low: float, high: float, scale: float) -> float:
    """Integrate a smooth function to a tiny part of ``scale``."""
    found = integrate.quad(f, low, high, epsabs=1e-13 * scale, epsrel=1e-11, full_output=1)
    return float(found[0])


def _correction(term: Callable[[Float], Float], head: Float) -> float:
    """Difference between the sum beyond the head and the integral beyond it."""
    last = len(head) - 1.0
    before, after = term(np.array([last - 1, last + 1]))
    return float(-head[-1] / 2 - (after - before) / 24)
