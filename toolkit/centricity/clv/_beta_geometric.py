"""What the BG/NBD and the MBG/NBD share: a coin toss about leaving, with a beta distribution.

They differ only in when the first toss comes. A customer with x repeat purchases has had
``tosses`` = x chances to leave in the BG/NBD and x + 1 in the MBG/NBD, where the first one
counts too. ``params`` are r, α, a, b: numbers, or arrays with one for each history.
"""

import numpy as np
from scipy import special

from centricity._typing import ArrayOrFloat, Float
from centricity.clv._counts import ln_rising, ln_stayed, psi_rising
from centricity.clv._data import Histories
from centricity.clv._purchase import Params

# Half width of the neighbourhood of a = 1 that is bridged by a cubic.
_HOLE = 1e-3


def starts(data: Histories) -> list[Float]:
    """Starting points with the mean buying rate of the data, in its time unit."""
    span = float(np.average(data.T, weights=data.n))
    rate = max(float(np.average(data.x, weights=data.n)), 0.05) / max(span, 1e-12)
    return [np.array([r, r / rate, 1.0, b]) for r, b in ((0.5, 3.0), (2.0, 10.0), (0.1, 1.0))]


def loglike(params: Params, data: Histories, tosses: Float) -> tuple[Float, Float]:
    """Log-likelihood, ln A1 + ln A2 + ln(A3 + A4) as in Fader, Hardie & Lee (2005), and gradient.

    A3 is the history of somebody still alive, A4 of somebody who left at the last purchase.
    """
    r, alpha, a, b = params
    x, t_x, T = data.x, data.t_x, data.T
    tossed = tosses > 0
    last = np.where(tossed, b + tosses - 1, 1.0)
    ln_T, ln_t_x = np.log(alpha + T), np.log(alpha + t_x)
    ln_a1 = ln_rising(r, x) + r * np.log(alpha)
    ln_a2 = ln_stayed(a, b, tosses)
    # ln(A4/A3): how much likelier the silence is from somebody gone.
    silence = np.log(a) - np.log(last) + (r + x) * (ln_T - ln_t_x)
    left = np.where(tossed, special.expit(silence), 0.0)
    either = np.where(tossed, np.logaddexp(0.0, silence), 0.0)
    value = ln_a1 + ln_a2 - (r + x) * ln_T + either
    psi_ab = -psi_rising(a + b, tosses)
    log_time = (1 - left) * ln_T + left * ln_t_x
    inverse_time = (1 - left) / (alpha + T) + left / (alpha + t_x)
    gradient = np.array(
        [
            psi_rising(r, x) + np.log(alpha) - log_time,
            r / alpha - (r + x) * inverse_time,
            psi_ab + left / a,
            psi_ab + psi_rising(b, tosses) - left / last,
        ]
    )
    return value, gradient


def alive(params: Params, h: Histories, tosses: Float) -> Float:
    """P(alive) from the logarithm of the odds of having left: no overflow at large x."""
    r, alpha, a, b = params
    last = np.where(tosses > 0, b + tosses - 1, 1.0)
    log_odds = np.log(a / last) + (r + h.x) * np.log((alpha + h.T) / (alpha + h.t_x))
    return np.where(tosses > 0, special.expit(-log_odds), 1.0)


def expected(params: Params, h: Histories, tosses: Float, t: Float) -> Float:
    """Expected purchases in (T, T + t] of somebody alive at T."""
    r, alpha, a, b = params
    return purchases_in(r + h.x, alpha + h.T, a, b + tosses, t)


def expected_new(params: Params, tosses: int, t: Float) -> Float:
    """Expected repeat purchases in t of a new customer, who tosses so often before the first."""
    r, alpha, a, b = params
    stayed = np.exp(special.betaln(a, b + tosses) - special.betaln(a, b))
    return np.asarray(stayed * purchases_in(r, alpha, a, b + tosses, t))


def pace(params: Params, h: Histories) -> Float:
    """Time to the next purchase of somebody like this, on average."""
    r, alpha, _, _ = params
    return np.asarray((alpha + h.T) / (r + h.x))


def stays(params: Params, h: Histories, tosses: Float, t: Float) -> Float:
    """Probability that somebody alive at T is still there at T + t: E[exp(−λ p t)].

    By Pfaff's transformation of ₂F₁(r + x, a; a + b′; −t/(α + T)), whose argument is below one.
    """
    r, alpha, a, b = params
    shape, rate, a, b, t = np.broadcast_arrays(r + h.x, alpha + h.T, a, b + tosses, t)
    z = t / (rate + t)
    with np.errstate(all="ignore"):
        stays = np.exp(a * np.log1p(-z)) * special.hyp2f1(a, a + b - shape, a + b, z)
    stays = np.asarray(stays)
    # SciPy's hypergeometric function overflows on its way, as in `purchases_in`.
    for i in np.flatnonzero(~((stays >= 0) & (stays <= 1 + 1e-9))):
        p, weights = dropout_rule(a[i], b[i])
        stays[i] = weights @ np.exp(-shape[i] * np.log1p(p * (t[i] / rate[i])))
    return np.minimum(stays, 1.0)


def pmf(params: Params, n: Float, tosses: Float, t: Float) -> Float:
    """Probability of n purchases in t: still there after n, or left at the n-th.

    The paper's finite sum of negative binomial terms is an incomplete beta function.
    """
    r, alpha, a, b = params
    bought = n > 0
    with np.errstate(divide="ignore"):
        log_share = np.where(bought, np.log(t) - np.log(alpha + t), 0.0)
    counted = (
        special.gammaln(r + n)
        - special.gammaln(r)
        - special.gammaln(n + 1)
        + r * np.log(alpha / (alpha + t))
        + np.where(bought, n * log_share, 0.0)
    )
    stayed = np.exp(special.betaln(a, b + tosses) - special.betaln(a, b) + counted)
    safe = np.where(tosses > 0, tosses, 1.0)
    left = np.exp(special.betaln(a + 1, b + safe - 1) - special.betaln(a, b))
    reached = np.where(bought, special.betainc(np.where(bought, n, 1.0), r, t / (alpha + t)), 1.0)
    return stayed + np.where(tosses > 0, left * reached, 0.0)


def purchases_in(
    shape: ArrayOrFloat, rate: ArrayOrFloat, a: ArrayOrFloat, b: ArrayOrFloat, t: ArrayOrFloat
) -> Float:
    """Expected purchases in t of somebody alive with λ ~ Γ(shape, rate) and p ~ B(a, b).

    By Euler's transformation (1−z)^shape ₂F₁(shape, b; a+b−1; z) equals
    (1−z)^(a−1) ₂F₁(a−1, a+b−1−shape; a+b−1; z), which stays near one where the paper's form
    multiplies a number that underflows with one that overflows.
    """
    shape, rate, a, b, t = np.broadcast_arrays(shape, rate, a, b, t)
    hole = np.abs(a - 1) < _HOLE  # a removable singularity: 0/0 in the paper's form
    if hole.any():
        steps = (-2.0, -1.0, 1.0, 2.0)
        near = [_closed(shape, rate, np.where(hole, 1 + h * _HOLE, a), b, t) for h in steps]
        weights = _cubic(np.where(hole, (a - 1) / _HOLE, 0.0), steps)
        with np.errstate(invalid="ignore"):
            expected = sum((w * e for w, e in zip(weights, near, strict=True)), np.zeros(a.shape))
    else:
        expected = _closed(shape, rate, a, b, t)
    # SciPy's hypergeometric function overflows on its way for z near 1 and very frequent buyers.
    for i in np.argwhere(~np.isfinite(expected)):
        at = tuple(i)
        expected[at] = purchases_by_quadrature(shape[at], rate[at], a[at], b[at], t[at])
    return expected


def _cubic(u: Float, steps: tuple[float, ...]) -> list[Float]:
    """Weights of the values at four steps in the cubic through them, at u (Lagrange)."""
    weights = []
    for here in steps:
        others = [step for step in steps if step != here]
        parts = [(u - step) / (here - step) for step in others]
        weights.append(np.asarray(np.prod(parts, axis=0)))
    return weights


def _closed(shape: Float, rate: Float, a: Float, b: Float, t: Float) -> Float:
    z = t / (rate + t)
    with np.errstate(all="ignore"):
        series = special.hyp2f1(a - 1, a + b - 1 - shape, a + b - 1, z)
        kept = np.exp((a - 1) * np.log1p(-z))
        return np.array((a + b - 1) / (a - 1) * (1 - kept * series))


def purchases_by_quadrature(shape: float, rate: float, a: float, b: float, t: float) -> float:
    """Integrate (1 − (1 + p t/rate)^−shape)/p over p ~ B(a, b)."""
    p, weights = dropout_rule(a, b)
    return float(weights @ (-np.expm1(-shape * np.log1p(p * (t / rate))) / p))


def dropout_rule(a: float, b: float) -> tuple[Float, Float]:
    """Nodes and weights for a mean over p ~ B(a, b): the trapezoidal rule in the log odds of p."""
    width = np.sqrt(1 / a + 1 / b)
    centre = np.log(a / b)
    low = centre - 60 * width - 45 / a
    high = centre + 60 * width + 45 / b
    log_odds = np.arange(max(low, -650.0), min(high, 650.0), min(0.25, width / 2))
    log_p, log_q = special.log_expit(log_odds), special.log_expit(-log_odds)
    density = np.exp(a * log_p + b * log_q - special.betaln(a, b))
    return np.exp(log_p), density * (log_odds[1] - log_odds[0])
