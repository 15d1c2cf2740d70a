"""Gamma functions of a count of purchases, as sums over the purchases: exact, cheap, no overflow.

ln Γ(r + x) − ln Γ(r) is the sum of ln(r + k) over k below x. Counts are whole and few are large, so
one running sum serves all customers at once.
"""

import numpy as np
from scipy import special

from centricity._typing import ArrayOrFloat, Float

_LONGEST = 1_000_000


def _tabulated(r: ArrayOrFloat, x: Float) -> np.ndarray | None:
    """Give counts as places in a table; None where a table would not pay."""
    if np.ndim(r) > 0 or x.size == 0 or x.max() > _LONGEST:
        return None
    return x.astype(np.intp)


def ln_rising(r: ArrayOrFloat, x: Float) -> Float:
    """Rising factorial in logarithms, ln Γ(r + x) − ln Γ(r), for whole x of at least 0."""
    at = _tabulated(r, x)
    if at is None:
        return np.asarray(special.gammaln(r + x) - special.gammaln(r))
    steps = np.log(r + np.arange(at.max(initial=0)))
    return np.concatenate([[0.0], np.cumsum(steps)])[at]


def psi_rising(r: ArrayOrFloat, x: Float) -> Float:
    """ψ(r + x) − ψ(r), the derivative of `ln_rising` by r."""
    at = _tabulated(r, x)
    if at is None:
        return np.asarray(special.digamma(r + x) - special.digamma(r))
    steps = 1 / (r + np.arange(at.max(initial=0)))
    return np.concatenate([[0.0], np.cumsum(steps)])[at]


def ln_stayed(a: ArrayOrFloat, b: ArrayOrFloat, tosses: Float) -> Float:
    """Log-probability that nobody leaves at any toss, ln B(a, b + tosses) − ln B(a, b)."""
    at = _tabulated(np.add(a, b), tosses)
    if at is None:
        return np.asarray(special.betaln(a, b + tosses) - special.betaln(a, b))
    steps = -np.log1p(a / (b + np.arange(at.max(initial=0))))
    return np.concatenate([[0.0], np.cumsum(steps)])[at]
