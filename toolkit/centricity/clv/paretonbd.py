"""The Pareto/NBD model of Schmittlein, Morrison & Colombo (1987)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from centricity._typing import RNG, ArrayLike, Float
from centricity.clv._data import Histories
from centricity.clv._purchase import PurchaseModel
from centricity.clv._simulate import ages, buy_until_death
from centricity.clv.simulated import Simulated

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
# What is e^−45 of the largest value adds nothing to a sum in double precision.
_NEGLIGIBLE = 45.0


@dataclass(frozen=True)
class ParetoNBD(PurchaseModel):
    r"""Pareto/NBD: Poisson buying, and a hidden lifetime that ends at any moment.

    While alive, a customer buys at random at a rate :math:`\lambda` of their own. They stay for an
    exponential lifetime with a rate :math:`\mu` of their own and then are gone for good, whether
    they bought just before or not. Across customers, :math:`\lambda` follows a gamma distribution
    with shape r and rate α, and :math:`\mu` one with shape s and rate β, independently.

    Parameters
    ----------
    r : float
        Shape of the gamma distribution of buying rates; the smaller, the more unequal.
    alpha : float
        Rate (inverse scale) of the same, in time units; mean buying rate is r/alpha per unit.
    s : float
        Shape of the gamma distribution of dropout rates.
    beta : float
        Rate of the same, in time units; mean dropout rate is s/beta per unit.

    Notes
    -----
    What makes it fail. Regular buying is steadier than Poisson. Seasons, promotions and a rate that
    drifts with age are not in it. Leaving has nothing to do with buying here, so a bad experience
    is not in it either. Where nearly everybody leaves at a like rate, s and β are known only
    by their ratio: the likelihood has a ridge, and the fit says so.

    References
    ----------
    Schmittlein, D. C., Morrison, D. G., & Colombo, R. (1987). Counting your customers: who are
    they and what will they do next? Management Science, 33(1), 1–24.

    Fader, P. S., & Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related
    expressions. brucehardie.com.

    Examples
    --------
    >>> import pandas as pd
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
    >>> silent = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.43], "T": [38.86, 38.86]})
    >>> model.p_alive(silent).is_monotonic_increasing
    True
    """

    r: float
    alpha: float
    s: float
    beta: float

    remedy: ClassVar[str] = (
        "If s and beta are the ones not determined, only their ratio, the mean dropout rate, is "
        "known: use more customers or a longer observation period, or the BG/NBD"
    )

    @classmethod
    def _starts(cls, data: Histories) -> list[Float]:
        span = float(np.average(data.T, weights=data.n))
        rate = max(float(np.average(data.x, weights=data.n)), 0.05) / max(span, 1e-12)
        return [
            np.array([r, r / rate, s, s * span * wait])
            for r, s, wait in ((0.6, 0.6, 1.0), (2.0, 2.0, 3.0), (0.2, 0.3, 0.3))
        ]

    @classmethod
    def _loglike(cls, params: Float, data: Histories) -> tuple[Float, Float]:
        r, alpha, s, beta = params
        x, _, T, _ = data
        ln_alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
        y, ln_left = _left_density(params, data)
        ln_gone = np.log(s) + special.logsumexp(ln_left, axis=1)
        total = np.logaddexp(ln_alive, ln_gone)
        value = (
            special.gammaln(r + x)
            - special.gammaln(r)
            + r * np.log(alpha)
            + s * np.log(beta)
            + total
        )
        # Each derivative is a mean over the two fates, and over the moments of leaving.
        alive = np.exp(ln_alive - total)
        moment = np.exp(ln_left + np.log(s) - total[:, None])
        gone = moment.sum(axis=1)
        log_a = alive * np.log(alpha + T) + (moment * np.log(alpha + y)).sum(axis=1)
        inverse_a = alive / (alpha + T) + (moment / (alpha + y)).sum(axis=1)
        log_b = alive * np.log(beta + T) + (moment * np.log(beta + y)).sum(axis=1)
        inverse_b = s * alive / (beta + T) + (s + 1) * (moment / (beta + y)).sum(axis=1)
        gradient = np.array(
            [
                special.digamma(r + x) - special.digamma(r) + np.log(alpha) - log_a,
                r / alpha - (r + x) * inverse_a,
                np.log(beta) - log_b + gone / s,
                s / beta - inverse_b,
            ]
        )
        return value, gradient

    def _alive(self, h: Histories) -> Float:
        ln_alive = -(self.r + h.x) * np.log(self.alpha + h.T) - self.s * np.log(self.beta + h.T)
        _, ln_left = _left_density(self.params.to_numpy(), h)
        ln_gone = np.log(self.s) + special.logsumexp(ln_left, axis=1)
        return np.asarray(special.expit(ln_alive - ln_gone))

    def _expected(self, h: Histories, t: Float) -> Float:
        rate = (self.r + h.x) / (self.alpha + h.T)
        return rate * _time_alive(self.s, self.beta + h.T, t)

    def _expected_new(self, t: Float) -> Float:
        return self.r / self.alpha * _time_alive(self.s, np.array(self.beta), t)

    def _pmf(self, n: Float, t: Float) -> Float:
        r, alpha, s, beta = self.r, self.alpha, self.s, self.beta
        shape = np.broadcast(n, t).shape
        n, t = (np.broadcast_to(v, shape).ravel()[:, None] for v in (n, t))
        least = min(alpha, beta)
        width = np.log1p(t / least) / 2
        y = least * np.expm1(width * (_NODES + 1))
        # Moments of leaving at the nodes, then staying to the end, as one sum.
        when = np.concatenate([y, t], axis=1)
        ln_weight = np.concatenate(
            [
                np.log(s * _WEIGHTS) - (s + 1) * np.log1p(y / beta) - np.log(beta)
                + np.log(np.maximum(width, 1e-300)) + np.log(least + y),
                -s * np.log1p(t / beta),
            ],
            axis=1,
        )  # fmt: skip
        with np.errstate(divide="ignore", invalid="ignore"):
            ln_share = np.where(n > 0, n * np.log(when / (alpha + when)), 0.0)
        ln_count = special.gammaln(r + n) - special.gammaln(r) - special.gammaln(n + 1)
        ln_nbd = ln_count - r * np.log1p(when / alpha) + ln_share
        return np.exp(ln_nbd + ln_weight).sum(axis=1).reshape(shape)

    def simulate(self, T: ArrayLike, *, rng: RNG = None) -> Simulated:
        """Draw customers observed for ``T`` time units after their first purchase.

        Parameters
        ----------
        T : array-like of float, shape (customers,)
            Age of each customer at the end of observation.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        Simulated
            ``customers``: frequency, recency, T, and the latent rate, dropout (rate per time unit)
            and lifetime. ``purchases``: customer and time since the first purchase, which is
            included at time 0.

        Examples
        --------
        >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
        >>> world = model.simulate([39.0] * 9, rng=7)
        >>> bool((world.customers["recency"] <= world.customers["lifetime"]).all())
        True
        """
        rng = np.random.default_rng(rng)
        T = ages(T, "ParetoNBD.simulate")
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        dropout = rng.gamma(self.s, 1 / self.beta, len(T))
        return buy_until_death(T, rate, dropout, rng)


def _left_density(params: Float, h: Histories) -> tuple[Float, Float]:
    """Nodes y in [t_x, T] and log of (α+y)^−(r+x) (β+y)^−(s+1) dy at each (cells × nodes).

    Summed, this is the integral over the unknown moment of leaving. Its hypergeometric form
    overflows for frequent buyers. Gauss–Legendre nodes in the logarithm of time from the smaller of
    α and β follow both factors; what lies beyond the point where they vanish is cut off.
    """
    r, alpha, s, beta = params
    x, t_x, T, _ = h
    least = min(alpha, beta)
    with np.errstate(over="ignore"):
        reach = [
            (place + t_x) * np.exp(_NEGLIGIBLE / power) - place
            for place, power in ((alpha, r + x), (beta, s + 1))
        ]
    end = np.minimum(T, np.minimum(*reach))
    half = np.log((least + end) / (least + t_x))[:, None] / 2
    y = (least + t_x)[:, None] * np.exp(half * (_NODES + 1)) - least
    ln_density = -(r + x)[:, None] * np.log(alpha + y) - (s + 1) * np.log(beta + y)
    with np.errstate(divide="ignore"):
        return y, ln_density + np.log(least + y) + np.log(half * _WEIGHTS)


def _time_alive(s: float, beta: Float, t: Float) -> Float:
    """Expected time alive in the next t, if μ ~ Γ(s, beta): finite also at s = 1."""
    log_growth = np.log1p(t / beta)
    return np.asarray(beta * log_growth * special.exprel((1 - s) * log_growth))
