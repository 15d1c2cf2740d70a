"""What the BG/NBD and the MBG/NBD share: a coin toss about leaving, with a beta distribution.

They differ only in when the first toss comes. A customer with x repeat purchases has had
``tosses`` = x chances to leave in the BG/NBD and x + 1 in the MBG/NBD, where the first one
counts too.
"""

from typing import Protocol

import numpy as np
from scipy import special

from centricity._typing import Float
from centricity.clv._data import Histories


class Parameters(Protocol):
    """The four parameters that both models have."""

    @property
    def r(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...


def starts(data: Histories) -> list[Float]:
    """Starting points with the mean buying rate of the data, in its time unit."""
    span = float(np.average(data.T, weights=data.n))
    rate = max(float(np.average(data.x, weights=data.n)), 0.05) / max(span, 1e-12)
    return [np.array([r, r / rate, 1.0, b]) for r, b in ((0.5, 3.0), (2.0, 10.0), (0.1, 1.0))]


def loglike(params: Float, data: Histories, tosses: Float) -> tuple[Float, Float]:
    """Log-likelihood, ln A1 + ln A2 + ln(A3 + A4) as in Fader, Hardie & Lee (2005), and gradient.

    A3 is the history of somebody still alive, A4 of somebody who left at the last purchase.
    """
    r, alpha, a, b = params
    x, t_x, T, _ = data
    tossed = tosses > 0
    last = np.where(tossed, b + tosses - 1, 1.0)
    ln_a1 = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    ln_a2 = special.betaln(a, b + tosses) - special.betaln(a, b)
    ln_a3 = -(r + x) * np.log(alpha + T)
    gone = np.log(a) - np.log(last) - (r + x) * np.log(alpha + t_x)
    ln_a4 = np.where(tossed, gone, -np.inf)
    value = ln_a1 + ln_a2 + np.logaddexp(ln_a3, ln_a4)
    left = np.where(tossed, special.expit(ln_a4 - ln_a3), 0.0)
    psi_ab = special.digamma(a + b) - special.digamma(a + b + tosses)
    log_time = (1 - left) * np.log(alpha + T) + left * np.log(alpha + t_x)
    inverse_time = (1 - left) / (alpha + T) + left / (alpha + t_x)
    gradient = np.array(
        [
            special.digamma(r + x) - special.digamma(r) + np.log(alpha) - log_time,
            r / alpha - (r + x) * inverse_time,
            psi_ab + left / a,
            psi_ab + special.digamma(b + tosses) - special.digamma(b) - left / last,
        ]
    )
    return value, gradient


def alive(m: Parameters, h: Histories, tosses: Float) -> Float:
    """P(alive) from the logarithm of the odds of having left: no overflow at large x."""
    last = np.where(tosses > 0, m.b + tosses - 1, 1.0)
    log_odds = np.log(m.a / last) + (m.r + h.x) * np.log((m.alpha + h.T) / (m.alpha + h.t_x))
    return np.where(tosses > 0, special.expit(-log_odds), 1.0)


def expected(m: Parameters, h: Histories, tosses: Float, t: Float) -> Float:
    """Expected purchases in (T, T + t] of somebody alive at T."""
    return purchases_in(m.r + h.x, m.alpha + h.T, m.a, m.b + tosses, t)


def expected_new(m: Parameters, tosses: int, t: Float) -> Float:
    """Expected repeat purchases in t of a new customer, who tosses so often before the first."""
    stayed = np.exp(special.betaln(m.a, m.b + tosses) - special.betaln(m.a, m.b))
    ahead = purchases_in(np.array(m.r), np.array(m.alpha), m.a, np.array(m.b + tosses), t)
    return np.asarray(stayed * ahead)


def pmf(m: Parameters, n: Float, tosses: Float, t: Float) -> Float:
    """Probability of n purchases in t: still there after n, or left at the n-th.

    The paper's finite sum of negative binomial terms is an incomplete beta function.
    """
    bought = n > 0
    with np.errstate(divide="ignore"):
        log_share = np.where(bought, np.log(t) - np.log(m.alpha + t), 0.0)
    counted = (
        special.gammaln(m.r + n)
        - special.gammaln(m.r)
        - special.gammaln(n + 1)
        + m.r * np.log(m.alpha / (m.alpha + t))
        + np.where(bought, n * log_share, 0.0)
    )
    stayed = np.exp(special.betaln(m.a, m.b + tosses) - special.betaln(m.a, m.b) + counted)
    safe = np.where(tosses > 0, tosses, 1.0)
    left = np.exp(special.betaln(m.a + 1, m.b + safe - 1) - special.betaln(m.a, m.b))
    reached = np.where(
        bought, special.betainc(np.where(bought, n, 1.0), m.r, t / (m.alpha + t)), 1.0
    )
    return stayed + np.where(tosses > 0, left * reached, 0.0)


def purchases_in(shape: Float, rate: Float, a: float, b: Float, t: Float) -> Float:
    """Expected purchases in t of somebody alive with λ ~ Γ(shape, rate) and p ~ B(a, b).

    By Euler's transformation (1−z)^shape ₂F₁(shape, b; a+b−1; z) equals
    (1−z)^(a−1) ₂F₁(a−1, a+b−1−shape; a+b−1; z), which stays near one where the paper's form
    multiplies a number that underflows with one that overflows.
    """
    if abs(a - 1) < 1e-6:  # a removable singularity: 0/0 in the paper's form
        below, above = (purchases_in(shape, rate, 1 + h, b, t) for h in (-1e-5, 1e-5))
        return (below + above) / 2
    shape, rate, b, t = np.broadcast_arrays(shape, rate, b, t)
    z = t / (rate + t)
    with np.errstate(all="ignore"):
        series = special.hyp2f1(a - 1, a + b - 1 - shape, a + b - 1, z)
        kept = np.exp((a - 1) * np.log1p(-z))
        expected = np.asarray((a + b - 1) / (a - 1) * (1 - kept * series))
    # SciPy's hypergeometric function overflows on its way for z near 1 and very frequent buyers.
    for i in np.argwhere(~np.isfinite(expected)):
        at = tuple(i)
        expected[at] = purchases_by_quadrature(shape[at], rate[at], a, b[at], t[at])
    return expected


def purchases_by_quadrature(shape: float, rate: float, a: float, b: float, t: float) -> float:
    """Integrate (1 − (1 + p t/rate)^−shape)/p over p ~ B(a, b), in log odds of p."""
    width = np.sqrt(1 / a + 1 / b)
    centre = np.log(a / b)
    low = centre - 60 * width - 45 / a
    high = centre + 60 * width + 45 / b
    log_odds = np.arange(max(low, -650.0), min(high, 650.0), min(0.25, width / 2))
    log_p, log_q = special.log_expit(log_odds), special.log_expit(-log_odds)
    density = np.exp(a * log_p + b * log_q - special.betaln(a, b))
    p = np.exp(log_p)
    purchases = -np.expm1(-shape * np.log1p(p * t / rate)) / p
    return float((density * purchases).sum() * (log_odds[1] - log_odds[0]))
