"""The Pareto/NBD model of Schmittlein, Morrison & Colombo (1987)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import special

from centricity._typing import RNG, ArrayLike, ArrayOrFloat, Float
from centricity.clv._counts import ln_rising, psi_rising
from centricity.clv._data import Histories
from centricity.clv._leaving import Leaving, leaving
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv._simulate import ages, buy_until_death
from centricity.clv.simulated import Simulated

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
# Powers of e within which an integrand counts.
_FAR = 45.0


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

    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: using iso-value curves for
    customer base analysis. Journal of Marketing Research, 42(4), 415–430. The equation for DERT.

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
    def _loglike(cls, params: Params, data: Histories) -> tuple[Float, Float]:
        r, alpha, s, beta = params
        x, T = data.x, data.T
        ln_alive, ln_gone, left = _fates(params, data, means=True)
        value = ln_rising(r, x) - x * np.log(alpha) + np.logaddexp(ln_alive, ln_gone)
        # Each derivative is a mean over the two fates, and over the moments of leaving.
        alive, gone = special.expit(ln_alive - ln_gone), special.expit(ln_gone - ln_alive)
        ln_a = alive * np.log1p(T / alpha) + gone * (left.ln_alpha - np.log(alpha))
        ln_b = alive * np.log1p(T / beta) + gone * (left.ln_beta - np.log(beta))
        gradient = np.array(
            [
                psi_rising(r, x) - ln_a,
                r / alpha - (r + x) * (alive / (alpha + T) + gone * left.per_alpha),
                gone / s - ln_b,
                s / beta - s * alive / (beta + T) - (s + 1) * gone * left.per_beta,
            ]
        )
        return value, gradient

    @classmethod
    def _alive(cls, params: Params, h: Histories) -> Float:
        ln_alive, ln_gone, _ = _fates(params, h)
        return np.asarray(special.expit(ln_alive - ln_gone))

    @classmethod
    def _stays(cls, params: Params, h: Histories, t: Float) -> Float:
        _, _, s, beta = params
        return np.asarray(np.exp(-s * np.log1p(t / (beta + h.T))))

    @classmethod
    def _expected(cls, params: Params, h: Histories, t: Float) -> Float:
        r, alpha, s, beta = params
        return (r + h.x) / (alpha + h.T) * _time_alive(s, beta + h.T, t)

    @classmethod
    def _expected_new(cls, params: Params, t: Float) -> Float:
        r, alpha, s, beta = params
        return np.asarray(r / alpha * _time_alive(s, np.asarray(beta), t))

    @classmethod
    def _pace(cls, params: Params, h: Histories) -> Float:
        _, _, s, beta = params
        return np.asarray((beta + h.T) / np.maximum(s, 1.0))

    @classmethod
    def _discounted(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        # For ever: Fader, Hardie & Lee (2005, RFM and CLV), the equation for DERT, given alive.
        if np.isfinite(t):
            return super()._discounted(params, h, t, force)
        r, alpha, _, _ = params
        return np.asarray((r + h.x) / (alpha + h.T) * cls._time(params, h, t, force))

    @classmethod
    def _time(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        if np.isfinite(t):
            return super()._time(params, h, t, force)
        _, _, s, beta = params
        return (beta + h.T) * _exponential_integral(s, force * (beta + h.T))

    @classmethod
    def _pmf(cls, params: Params, n: Float, t: Float) -> Float:
        r, alpha, s, beta = (float(value) for value in params)
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


def _fates(params: Params, h: Histories, *, means: bool = False) -> tuple[Float, Float, Leaving]:
    """Logarithms of the two fates, relative to α^−x: alive at T, and gone some time before.

    Relative, because the parts that both share can be 10⁶ times what they differ by.
    """
    r, alpha, s, beta = params
    ln_alive = -(r + h.x) * np.log1p(h.T / alpha) - s * np.log1p(h.T / beta)
    left = leaving(params, h, means=means)
    ln_gone = np.log(s) + left.ln_sum + (r + h.x) * np.log(alpha) + s * np.log(beta)
    return ln_alive, ln_gone, left


def _exponential_integral(s: ArrayOrFloat, z: Float) -> Float:
    """e^z E_s(z) = Ψ(1, 2 − s, z), the integral of e^(−zu) (1 + u)^−s over u above 0.

    SciPy's Tricomi function Ψ fails near whole s. In v = log(1 + u) the integrand is entire and
    falls to nothing within a finite reach, where Gauss–Legendre nodes are exact.
    """
    s, z = np.broadcast_arrays(np.asarray(s, dtype=np.float64), z)
    reach = np.minimum(np.log1p(_FAR / z), _FAR / np.maximum(s - 1, 1e-6))
    nodes, weights = np.polynomial.legendre.leggauss(128)
    total = np.zeros(z.shape)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        v = reach * node
        total += weight * reach * np.exp(-z * np.expm1(v) - (s - 1) * v)
    return total


def _time_alive(s: ArrayOrFloat, beta: ArrayOrFloat, t: Float) -> Float:
    """Expected time alive in the next t, if μ ~ Γ(s, beta): finite also at s = 1."""
    log_growth = np.log1p(t / beta)
    return np.asarray(beta * log_growth * special.exprel((1 - s) * log_growth))
