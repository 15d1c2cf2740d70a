"""The BG/NBD model of Fader, Hardie & Lee (2005)."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from centricity._typing import RNG, ArrayLike, Float
from centricity.clv._data import Histories
from centricity.clv._purchase import PurchaseModel
from centricity.clv._simulate import ages, buy_until_dropout
from centricity.clv.simulated import Simulated


@dataclass(frozen=True)
class BGNBD(PurchaseModel):
    r"""Beta-geometric/NBD: Poisson buying, and a coin toss after every purchase about leaving.

    While alive, a customer buys at random at a rate :math:`\lambda` of their own. After each
    repeat purchase they leave for good with a probability :math:`p` of their own. Across
    customers, :math:`\lambda` follows a gamma distribution with shape r and rate α, and
    :math:`p` a beta distribution with parameters a and b, independently.

    Parameters
    ----------
    r : float
        Shape of the gamma distribution of buying rates; the smaller, the more unequal.
    alpha : float
        Rate (inverse scale) of the same, in time units; mean buying rate is r/alpha per unit.
    a, b : float
        Beta distribution of the dropout probability; its mean is a/(a + b).

    Notes
    -----
    What makes it fail. A customer can only leave right after a purchase, so somebody who never
    came back counts as alive for certain (the MBG/NBD mends this). Regular buying (a monthly
    refill) is steadier than Poisson. Seasons, promotions and a rate that drifts with age are not
    in it, nor any link between buying often and leaving soon. One customer's p applies to every
    purchase, so very frequent buyers get more chances to leave, and can be underrated.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way:
    an alternative to the Pareto/NBD model. Marketing Science, 24(2), 275–284.

    Examples
    --------
    >>> import pandas as pd
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> customer = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
    >>> model.p_alive(customer).round(3).tolist()
    [0.727]
    >>> model.expected_purchases(customer, 39).round(2).tolist()  # the paper says 1.226
    [1.23]
    """

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def _starts(cls, data: Histories) -> list[Float]:
        span = float(np.average(data.T, weights=data.n))
        rate = max(float(np.average(data.x, weights=data.n)), 0.05) / max(span, 1e-12)
        return [np.array([r, r / rate, 1.0, b]) for r, b in ((0.5, 3.0), (2.0, 10.0), (0.1, 1.0))]

    @classmethod
    def _loglike(cls, params: Float, data: Histories) -> tuple[Float, Float]:
        # Equation (6) of the paper, split as ln A1 + ln A2 + ln(A3 + A4).
        r, alpha, a, b = params
        x, t_x, T, _ = data
        repeat = x > 0
        last = np.where(repeat, b + x - 1, 1.0)
        ln_a1 = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        ln_a2 = special.betaln(a, b + x) - special.betaln(a, b)
        ln_a3 = -(r + x) * np.log(alpha + T)
        ln_a4 = np.where(
            repeat, np.log(a) - np.log(np.abs(last)) - (r + x) * np.log(alpha + t_x), -np.inf
        )
        value = ln_a1 + ln_a2 + np.logaddexp(ln_a3, ln_a4)
        left = np.where(repeat, special.expit(ln_a4 - ln_a3), 0.0)
        psi_ab = special.digamma(a + b) - special.digamma(a + b + x)
        log_time = (1 - left) * np.log(alpha + T) + left * np.log(alpha + t_x)
        inverse_time = (1 - left) / (alpha + T) + left / (alpha + t_x)
        gradient = np.array(
            [
                special.digamma(r + x) - special.digamma(r) + np.log(alpha) - log_time,
                r / alpha - (r + x) * inverse_time,
                psi_ab + left / a,
                psi_ab + special.digamma(b + x) - special.digamma(b) - left / last,
            ]
        )
        return value, gradient

    def _alive(self, h: Histories) -> Float:
        # Odds of having left right after the last purchase, in logarithms: no overflow at large x.
        last = np.where(h.x > 0, self.b + h.x - 1, 1.0)
        log_odds = np.log(self.a / last) + (self.r + h.x) * np.log(
            (self.alpha + h.T) / (self.alpha + h.t_x)
        )
        return np.where(h.x > 0, special.expit(-log_odds), 1.0)

    def _expected(self, h: Histories, t: Float) -> Float:
        return _expected(self.r + h.x, self.alpha + h.T, self.a, self.b + h.x, t)

    def _expected_new(self, t: Float) -> Float:
        # Equation (9): the conditional expectation of somebody with no history yet.
        return _expected(np.array(self.r), np.array(self.alpha), self.a, np.array(self.b), t)

    def _pmf(self, n: Float, t: Float) -> Float:
        # Equation (8). The finite sum of negative binomial terms is an incomplete beta function.
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        with np.errstate(divide="ignore"):
            log_share = np.log(t) - np.log(alpha + t)
        bought = np.where(n > 0, n * np.where(n > 0, log_share, 0.0), 0.0)
        stayed = np.exp(
            special.betaln(a, b + n)
            - special.betaln(a, b)
            + special.gammaln(r + n)
            - special.gammaln(r)
            - special.gammaln(n + 1)
            + r * np.log(alpha / (alpha + t))
            + bought
        )
        safe = np.where(n > 0, n, 1.0)
        left = np.exp(special.betaln(a + 1, b + safe - 1) - special.betaln(a, b))
        reached = special.betainc(safe, r, t / (alpha + t))
        return stayed + np.where(n > 0, left * reached, 0.0)

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
            ``customers``: frequency, recency, T, and the latent rate, dropout (probability) and
            lifetime (time of leaving, infinite for those alive at T). ``purchases``: customer and
            time since the first purchase, which is included at time 0.

        Examples
        --------
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> world = model.simulate([39.0] * 1000, rng=7)
        >>> list(world.customers)
        ['frequency', 'recency', 'T', 'rate', 'dropout', 'lifetime']
        >>> len(world.purchases) - 1000 - int(world.customers["frequency"].sum())
        0
        """
        rng = np.random.default_rng(rng)
        T = ages(T, "BGNBD.simulate")
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        dropout = rng.beta(self.a, self.b, len(T))
        return buy_until_dropout(T, rate, dropout, rng)


def _expected(shape: Float, rate: Float, a: float, b: Float, t: Float) -> Float:
    """Equations (9) and (10) without P(alive): purchases in t if λ ~ Γ(shape, rate), p ~ B(a, b).

    By Euler's transformation (1−z)^shape ₂F₁(shape, b; a+b−1; z) equals
    (1−z)^(a−1) ₂F₁(a−1, a+b−1−shape; a+b−1; z), which stays near one where the paper's form
    multiplies a number that underflows with one that overflows.
    """
    if abs(a - 1) < 1e-6:  # a removable singularity: 0/0 in the paper's form
        below, above = (_expected(shape, rate, 1 + h, b, t) for h in (-1e-5, 1e-5))
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
        expected[at] = _expected_by_quadrature(shape[at], rate[at], a, b[at], t[at])
    return expected


def _expected_by_quadrature(shape: float, rate: float, a: float, b: float, t: float) -> float:
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
