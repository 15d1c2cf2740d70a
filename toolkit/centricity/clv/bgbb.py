"""The BG/BB model of Fader, Hardie & Shang (2010)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import problem, which
from centricity.clv._data import Histories
from centricity.clv._lifetime import discounted
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv._simulate import ages, recorded
from centricity.clv.simulated import Simulated


@dataclass(frozen=True)
class BGBB(PurchaseModel):
    r"""Beta-geometric/beta-Bernoulli: at each occasion one coin about leaving, one about buying.

    Purchases can only happen at fixed occasions: a yearly appeal, a weekly market, a cruise. At
    the start of each occasion a customer leaves for good with a probability :math:`\theta` of their
    own; if still there, they buy with a probability :math:`p` of their own. Across customers,
    :math:`p` and :math:`\theta` follow beta distributions, independently. Times count occasions:
    T is the number of occasions since the first purchase, recency the number of the last one with a
    purchase, 0 for none.

    Parameters
    ----------
    alpha, beta : float
        Beta distribution of the buying probability; its mean is alpha/(alpha + beta).
    gamma, delta : float
        Beta distribution of the dropout probability; its mean is gamma/(gamma + delta).

    Notes
    -----
    What makes it fail. More than one purchase at an occasion counts once. Buying at one occasion
    makes buying at the next no likelier nor unlikelier, which somebody who comes every other year
    contradicts. Appeals that grow better or worse over the years are not in it.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Shang, J. (2010). Customer-base analysis in a discrete-time
    noncontractual setting. Marketing Science, 29(6), 1086–1108.

    Examples
    --------
    >>> import pandas as pd
    >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    >>> donors = pd.DataFrame({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": 6})
    >>> model.p_alive(donors).round(2).tolist()  # as the paper prints
    [0.11, 0.59, 0.93]
    """

    alpha: float
    beta: float
    gamma: float
    delta: float

    _whole: ClassVar[bool] = True

    @classmethod
    def _check(cls, h: Histories, index: pd.Index, where: str) -> None:
        for name, values in (("recency", h.t_x), ("T", h.T)):
            bad = pd.Series(values != np.round(values), index=index)
            if bad.any():
                says = f"'{name}' is not a whole number in {which(bad, noun='customers')}"
                rule = "This model counts occasions, such as years of an appeal"
                raise problem(where, says, rule, "For purchases at any moment use the BG/NBD")
        bad = pd.Series(h.x > h.t_x, index=index)
        if bad.any():
            says = f"frequency is above recency in {which(bad, noun='customers')}"
            rule = "There is at most one purchase at an occasion"
            raise problem(where, says, rule, "Count occasions with a purchase, not purchases")

    @classmethod
    def _starts(cls, data: Histories) -> list[Float]:
        return [np.array(start) for start in ((1, 1, 1, 3), (0.5, 2, 0.5, 5), (3, 3, 1, 10))]

    @classmethod
    def _loglike(cls, params: Params, data: Histories) -> tuple[Float, Float]:
        # The paper's equation for f(x, t_x, n): alive to the end, or gone after m = t_x … n−1
        # occasions. A column for each fate, the last one being alive.
        alpha, beta, gamma, delta = params
        fates, m, gone = _fates(params, data)
        value = special.logsumexp(fates, axis=1)
        share = np.exp(fates - value[:, None])
        x = data.x[:, None]
        base_p, base_t = special.digamma(alpha + beta), special.digamma(gamma + delta)
        end_p, end_t = special.digamma(alpha + beta + m), special.digamma(gamma + delta + m + gone)
        slopes = (
            special.digamma(alpha + x) - special.digamma(alpha) - end_p + base_p,
            special.digamma(beta + np.maximum(m - x, 0)) - special.digamma(beta) - end_p + base_p,
            special.digamma(gamma + gone) - special.digamma(gamma) - end_t + base_t,
            special.digamma(delta + m) - special.digamma(delta) - end_t + base_t,
        )
        return value, np.array([(share * slope).sum(axis=1) for slope in slopes])

    @classmethod
    def _alive(cls, params: Params, h: Histories) -> Float:
        fates, _, _ = _fates(params, h)
        return np.exp(fates[:, -1] - special.logsumexp(fates, axis=1))

    @classmethod
    def _stays(cls, params: Params, h: Histories, t: Float) -> Float:
        _, _, gamma, delta = params
        here = special.betaln(gamma, delta + h.T)
        return np.exp(special.betaln(gamma, delta + h.T + np.floor(t)) - here)

    @classmethod
    def _expected(cls, params: Params, h: Histories, t: Float) -> Float:
        alpha, beta, _, _ = params
        return (alpha + h.x) / (alpha + beta + h.T) * cls._occasions_alive(params, h.T, t)

    @classmethod
    def _expected_new(cls, params: Params, t: Float) -> Float:
        alpha, beta, _, _ = params
        return alpha / (alpha + beta) * cls._occasions_alive(params, np.zeros(t.shape), t)

    @classmethod
    def _occasions_alive(cls, params: Params, n: Float, t: Float) -> Float:
        """Expected number of the next t occasions at which somebody alive after n still is."""
        _, _, gamma, delta = params
        if (t != np.round(t)).any():
            says, rule = "t is not a whole number", "This model counts occasions"
            raise problem("BGBB", says, rule, "Give the number of occasions to look ahead")
        here = special.betaln(gamma, delta + n)
        total = np.zeros(np.broadcast(n, t).shape)
        for k in range(1, int(t.max(initial=0)) + 1):
            stays = np.exp(special.betaln(gamma, delta + n + k) - here)
            total += np.where(k <= t, stays, 0.0)
        return total

    @classmethod
    def _pmf(cls, params: Params, n: Float, t: Float) -> Float:
        alpha, beta, gamma, delta = params
        if (t != np.round(t)).any():
            says, rule = "t is not a whole number", "This model counts occasions"
            raise problem("BGBB.pmf", says, rule)
        total = np.zeros(n.shape)
        for last in range(int(t.max(initial=0)) + 1):  # occasions while alive
            ways = special.gammaln(last + 1) - special.gammaln(n + 1)
            ways = ways - special.gammaln(np.maximum(last - n, 0) + 1)
            bought = special.betaln(alpha + n, beta + np.maximum(last - n, 0))
            to_the_end = (t == last).astype(float)
            stayed = special.betaln(gamma + 1 - to_the_end, delta + last)
            log_p = ways + bought + stayed
            log_p -= special.betaln(alpha, beta) + special.betaln(gamma, delta)
            total += np.where((n <= last) & (last <= t), np.exp(log_p), 0.0)
        return total

    def p_alive(self, customers: pd.DataFrame, t: ArrayLike = 0.0) -> pd.Series:
        """Probability that each customer is alive at the next occasion, T + 1, or ``t`` later.

        As in the paper: leaving comes before buying, so what counts is who will still be there
        when the next occasion begins.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``, in occasions.
        t : int, array-like of int or Series
            Occasions to look beyond the next one, for all or for each customer.

        Returns
        -------
        pandas.Series
            In [0, 1], on the index of ``customers``.

        Examples
        --------
        As the paper prints for somebody who gave at all six occasions:

        >>> model = BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
        >>> faithful = pd.DataFrame({"frequency": [6], "recency": [6], "T": [6]})
        >>> model.p_alive(faithful).round(2).tolist()
        [0.93]
        """
        return super().p_alive(customers, self._ahead(t, customers, "p_alive") + 1)

    @classmethod
    def _time(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        # Occasions to come, of which the next one is discounted once.
        _, _, gamma, delta = params
        if np.isfinite(t):
            ahead = range(1, int(min(t, np.ceil(45 / force)) if force > 0 else t) + 1)
            total = np.zeros(len(h.x))
            for k in ahead:
                total += np.exp(-force * k) * cls._stays(params, h, np.full(len(h.x), float(k)))
            return total

        def log_survival(n: Float) -> Float:
            return np.asarray(special.betaln(gamma, delta + n))

        ages, place = np.unique(h.T, return_inverse=True)
        rate = float(np.expm1(force))
        total = np.array([discounted(log_survival, n, rate) for n in ages])
        return np.exp(-force) * total[place]

    @classmethod
    def _discounted(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        # Section 4 of the paper: the chance of buying times the occasions.
        alpha, beta, _, _ = params
        chance = (alpha + h.x) / (alpha + beta + h.T)
        return np.asarray(chance * cls._time(params, h, t, force))

    def simulate(self, T: ArrayLike, *, rng: RNG = None) -> Simulated:
        """Draw customers observed for ``T`` occasions after their first purchase.

        Parameters
        ----------
        T : array-like of int, shape (customers,)
            Number of occasions of each customer.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        Simulated
            ``customers``: frequency, recency, T, and the latent rate (probability of buying),
            dropout (probability) and lifetime (occasions while alive). ``purchases``: customer and
            occasion, the first purchase at 0 included.

        Examples
        --------
        >>> world = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8).simulate([6] * 500, rng=7)
        >>> int(world.customers["frequency"].max())
        6
        """
        rng = np.random.default_rng(rng)
        T = ages(T, "BGBB.simulate")
        rate = rng.beta(self.alpha, self.beta, len(T))
        dropout = rng.beta(self.gamma, self.delta, len(T))
        lifetime = np.asarray(rng.geometric(np.maximum(dropout, 1e-18)) - 1, dtype=np.float64)
        open_to = np.minimum(T, lifetime).astype(int)
        owner = np.repeat(np.arange(len(T)), open_to)
        occasion = np.arange(len(owner)) - np.repeat(np.cumsum(open_to) - open_to, open_to) + 1.0
        bought = rng.random(len(owner)) < rate[owner]
        return recorded(T, rate, dropout, lifetime, owner[bought], occasion[bought])


def _fates(params: Params, h: Histories) -> tuple[Float, Float, Float]:
    """Log-probability of each fate (cells × fates), its occasions while alive, and whether gone."""
    alpha, beta, gamma, delta = params
    x, t_x, n = (v[:, None] for v in (h.x, h.t_x, h.T))
    steps = np.arange(int((n - t_x).max(initial=0)))
    m = np.concatenate([t_x + steps, n], axis=1)
    gone = np.concatenate([np.ones((len(n), len(steps))), np.zeros((len(n), 1))], axis=1)
    possible = np.concatenate([t_x + steps < n, n >= 0], axis=1)
    bought = special.betaln(alpha + x, beta + np.maximum(m - x, 0)) - special.betaln(alpha, beta)
    stayed = special.betaln(gamma + gone, delta + m) - special.betaln(gamma, delta)
    return np.where(possible, bought + stayed, -np.inf), m, gone
