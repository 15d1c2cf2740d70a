"""The MBG/CNBD-k model of Reutterer, Platzer & Schröder (2021)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy import special

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import number, numeric_column
from centricity.clv._counts import ln_rising, ln_stayed, psi_rising
from centricity.clv._data import Histories, distinct
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv._simulate import ages, buy_until_dropout
from centricity.clv._ticks import discounted_for_ever, purchases_and_loss
from centricity.clv.simulated import Simulated

if TYPE_CHECKING:
    from centricity.clv.fit import Fit

_MOST = 12  # the largest k that ``fit`` tries by itself


@dataclass(frozen=True)
class MBGCNBDk(PurchaseModel):
    r"""MBG/CNBD-k: the MBG/NBD for customers who buy at regular intervals.

    A hidden clock ticks at random at a rate :math:`\lambda` of the customer's own, and every k-th
    tick is a purchase. The times between purchases are then Erlang-distributed: with k = 1 as
    irregular as in the MBG/NBD, with k = 4 they vary half as much (coefficient of variation
    1/√k). After every purchase, the first included, the customer leaves for good with a
    probability :math:`p` of their own. Across customers, :math:`\lambda` follows a gamma
    distribution with shape r and rate α, and :math:`p` a beta distribution with parameters a and
    b, independently.

    Parameters
    ----------
    k : int
        Ticks to a purchase: 1 for random buying; the larger, the more regular. Chosen, not
        estimated by a gradient; `fit` finds it by comparing likelihoods.
    r : float
        Shape of the gamma distribution of the clocks' rates; the smaller, the more unequal.
    alpha : float
        Rate (inverse scale) of the same, in time units; mean buying rate is r/(k·alpha) per unit.
    a, b : float
        Beta distribution of the dropout probability; its mean is a/(a + b).

    Notes
    -----
    What makes it fail. One k serves all: regular and irregular buyers in one pot make it a
    compromise. Regularity is counted from the last purchase, not from a date of the calendar: for a
    monthly payday the true buying is steadier still. Seasons and a rate that drifts with age are
    not in it. Purchases merged by day blur intervals of a few days.

    The paper approximates the conditional expectation. Here it is exact, from the clock's
    generating function, and so is the state of the clock since the last purchase.

    Without a column ``log_gaps`` the log-likelihood is that of (x, t_x, T), which says
    little about k; with it (see `transactions.log_gaps`) that of all purchase times. Either way it
    is on the scale of the BG/NBD's, and for k = 1 the MBG/NBD's.

    References
    ----------
    Reutterer, T., Platzer, M., & Schröder, N. (2021). Leveraging purchase regularity for predicting
    customer behavior the easy way. International Journal of Research in Marketing, 38(1), 194–215.

    Batislam, E. P., Denizel, M., & Filiztekin, A. (2007), for k = 1.

    Examples
    --------
    Five purchases, then two weeks of silence. A random buyer may well be still there; somebody who
    bought every week hardly:

    >>> import pandas as pd
    >>> customer = pd.DataFrame({"frequency": [5], "recency": [5.0], "T": [7.0]})
    >>> MBGCNBDk(k=1, r=2, alpha=2, a=1, b=4).p_alive(customer).round(2).tolist()
    [0.61]
    >>> MBGCNBDk(k=4, r=2, alpha=0.5, a=1, b=4).p_alive(customer).round(2).tolist()
    [0.38]
    """

    k: int
    r: float
    alpha: float
    a: float
    b: float

    _fixed: ClassVar[tuple[str, ...]] = ("k",)
    # The clock's position depends on how long ago the last purchase was.
    _state: ClassVar[tuple[str, ...]] = ("x", "t_x", "T")

    def __post_init__(self) -> None:
        super().__post_init__()
        k = number(self.k, "k", type(self).__name__, minimum=1, whole=True)
        object.__setattr__(self, "k", int(k))

    @classmethod
    def fit(  # type: ignore[override]
        cls, customers: pd.DataFrame, *, k: int | None = None
    ) -> "Fit[Self]":
        """Estimate the parameters by maximum likelihood, and k if it is not given.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer or cell: frequency, recency, T. With a column ``log_gaps`` (sum
            of the natural logarithms of the times between purchases, from
            `transactions.log_gaps`) k is judged by all purchase times, which tells far more.
        k : int, optional
            Ticks to a purchase. None tries 1, 2, 3, … as long as the likelihood rises.

        Returns
        -------
        Fit
            For k and the parameters with the highest likelihood; ``fit.model.k`` says which.

        Raises
        ------
        ValueError, TypeError
            For a faulty table, or a k that is not a whole number of at least 1.

        Examples
        --------
        >>> truth = MBGCNBDk(k=3, r=2.0, alpha=1.0, a=1.0, b=6.0)
        >>> world = truth.simulate([40.0] * 800, rng=1)
        >>> MBGCNBDk.fit(world.customers).model.k  # simulate gives log_gaps, too
        3
        """
        where = f"{cls.__name__}.fit"
        if k is not None:
            k = int(number(k, "k", where, minimum=1, whole=True))
            data = cls._prepare(customers, k=k)
            return cls._fit(data, {"k": k}, cls._starts(data, k))
        best: Fit[Self] | None = None
        for ticks in range(1, _MOST + 1):
            starts = () if best is None else (best.params * [ticks / (ticks - 1), 1, 1, 1],)
            found = cls._fit(
                cls._prepare(customers, k=ticks), {"k": ticks}, [np.asarray(s) for s in starts]
            )
            if best is not None and found.loglike <= best.loglike:
                break
            best = found
        assert best is not None
        return best

    @classmethod
    def _prepare(cls, customers: pd.DataFrame, **fixed: float) -> Histories:
        data = super()._prepare(customers, **fixed)
        k = fixed["k"]
        if "log_gaps" in customers:
            gaps = numeric_column(customers, "log_gaps", f"{cls.__name__}.fit")
            n = customers["n"].to_numpy(dtype=float) if "n" in customers else 1.0
            constant = (k - 1) * np.sum(gaps * n) - np.sum(data.x * data.n) * special.gammaln(k)
        else:
            # The time to the last of x purchases is Erlang with k x ticks; k = 1 is the yardstick.
            x, t_x, n = (v[data.x > 0] for v in (data.x, data.t_x, data.n))
            ticks = (k - 1) * x * np.log(t_x) - special.gammaln(k * x) + special.gammaln(x)
            constant = np.sum(ticks * n)
        return data._replace(constant=float(constant / data.n.sum()))

    @classmethod
    def _starts(cls, data: Histories, k: int = 1) -> list[Float]:
        span = float(np.average(data.T, weights=data.n))
        rate = max(float(np.average(data.x, weights=data.n)), 0.05) / max(span, 1e-12)
        ways = ((1.0, 3.0), (3.0, 10.0), (0.3, 1.0))
        return [np.array([r, r / rate / k, 1.0, b]) for r, b in ways]

    @classmethod
    def _loglike(cls, params: Params, data: Histories) -> tuple[Float, Float]:
        k, r, alpha, a, b = params
        x, t_x, T, ticks = data.x, data.t_x, data.T, k * data.x
        fates, j = _fates(params, data)
        value = special.logsumexp(fates, axis=0)
        share = np.exp(fates - value)
        gone, alive = share[-1], share[:-1].sum(axis=0)
        past = (share[:-1] * j[:-1]).sum(axis=0)  # mean position of the clock, where alive
        psi_r = sum(s * psi_rising(r, ticks + at) for s, at in zip(share, j[:, 0], strict=True))
        psi_ab = -psi_rising(a + b, x + 1)
        gradient = np.array(
            [
                psi_r + np.log(alpha) - (1 - gone) * np.log(alpha + T) - gone * np.log(alpha + t_x),
                r / alpha
                - ((r + ticks) * alive + past) / (alpha + T)
                - (r + ticks) * gone / (alpha + t_x),
                psi_ab + gone / a,
                psi_ab + psi_rising(b, x + 1) - gone / (b + x),
            ]
        )
        return value + data.constant, gradient

    @classmethod
    def _alive(cls, params: Params, h: Histories) -> Float:
        fates, _ = _fates(params, h)
        return np.asarray(special.expit(special.logsumexp(fates[:-1], axis=0) - fates[-1]))

    @classmethod
    def _stays(cls, params: Params, h: Histories, t: Float) -> Float:
        return np.maximum(1 - cls._mix(params, h, t)[1], 0.0)

    @classmethod
    def _expected(cls, params: Params, h: Histories, t: Float) -> Float:
        return cls._mix(params, h, t)[0]

    @classmethod
    def _pace(cls, params: Params, h: Histories) -> Float:
        k, r, alpha, _, _ = params
        return np.asarray((alpha + h.T) / (r + k * h.x))

    @classmethod
    def _discounted(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        if np.isfinite(t):
            return super()._discounted(params, h, t, force)
        return cls._over_positions(params, h, partial(discounted_for_ever, force=force))[0]

    @classmethod
    def _time(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        if np.isfinite(t):
            return super()._time(params, h, t, force)
        ahead = cls._over_positions(params, h, partial(discounted_for_ever, force=force))
        return (1 - ahead[1]) / force

    @classmethod
    def _mix(cls, params: Params, h: Histories, t: Float) -> Float:
        """Purchases in, and loss within, the next t of those alive."""
        return cls._over_positions(params, h, purchases_and_loss, t)

    @classmethod
    def _over_positions(
        cls, params: Params, h: Histories, ahead: Callable[..., Any], *until: Float
    ) -> Float:
        """Average what lies ahead over the clock's positions since the last purchase."""
        k, r, alpha, a, b = (float(value) for value in params)
        fates, j = _fates(params, h)
        weights = np.exp(fates[:-1] - special.logsumexp(fates[:-1], axis=0))
        # The future depends on how long ago the last purchase was through the weights only.
        first, place = distinct(h.x, h.T, *until)
        x, T, *end = (column[first] for column in (h.x, h.T, *until))
        total: Float = np.zeros(len(h.x))
        for weight, at in zip(weights, j[:-1, 0], strict=True):
            each = ahead(int(k), int(at), r + k * x + at, alpha + T, a, b + x + 1, *end)
            total = total + weight * np.atleast_2d(each)[:, place]
        return total

    @classmethod
    def _expected_new(cls, params: Params, t: Float) -> Float:
        k, r, alpha, a, b = (float(value) for value in params)
        ones, flat = np.ones(t.size), np.ravel(t)
        ahead, _ = purchases_and_loss(int(k), 0, r * ones, alpha * ones, a, (b + 1) * ones, flat)
        return np.asarray(b / (a + b) * ahead.reshape(t.shape))

    @classmethod
    def _pmf(cls, params: Params, n: Float, t: Float) -> Float:
        k, r, alpha, a, b = params
        share = t / (alpha + t)

        def reached(ticks: Float) -> Float:
            safe = np.where(ticks > 0, ticks, 1.0)
            return np.where(ticks > 0, special.betainc(safe, r, share), 1.0)

        here = special.betaln(a, b)
        stayed = np.exp(special.betaln(a, b + n + 1) - here)
        left = np.exp(special.betaln(a + 1, b + n) - here)
        now, more = reached(k * n), reached(k * (n + 1))
        return np.asarray(stayed * (now - more) + left * now)

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
            ``customers``: frequency, recency, T, the latent rate (of purchases), dropout
            (probability) and lifetime (time of leaving, infinite for those alive at T), and
            log_gaps. ``purchases``: customer and time since the first purchase, which is included
            at time 0.

        Examples
        --------
        >>> world = MBGCNBDk(k=3, r=2.0, alpha=1.0, a=1.0, b=6.0).simulate([40.0] * 9, rng=7)
        >>> world.customers["log_gaps"].notna().all()
        np.True_
        """
        rng = np.random.default_rng(rng)
        T = ages(T, "MBGCNBDk.simulate")
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        dropout = rng.beta(self.a, self.b, len(T))
        world = buy_until_dropout(T, rate, dropout, rng, first_chance=0, every=self.k)
        gaps = world.purchases.groupby("customer")["time"].diff()
        logs = np.log(gaps.where(gaps > 0)).groupby(world.purchases["customer"]).sum()
        return Simulated(world.customers.assign(log_gaps=logs), world.purchases)


def _fates(params: Params, h: Histories) -> tuple[Float, Float]:
    """Log-likelihood of being alive with the clock at 0 … k−1, then of being gone (fates × cells).

    Also the clock's position in each fate. The paper's equation for the likelihood, its sum over
    the ticks since the last purchase written out.
    """
    k, r, alpha, a, b = params
    x, t_x, T, ticks = h.x, h.t_x, h.T, k * h.x
    j = np.arange(float(k))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        silence = np.where(j > 0, j * np.log(T - t_x), 0.0) - special.gammaln(j + 1)
    clock = np.array([ln_rising(r, ticks + at) for at in j[:, 0]])
    stayed = ln_stayed(a, b, x + 1)
    left = ln_stayed(a, b, x) + np.log(a) - np.log(a + b + x)
    alive = stayed + clock + silence - (r + ticks + j) * np.log(alpha + T)
    gone = left + ln_rising(r, ticks) - (r + ticks) * np.log(alpha + t_x)
    fates = np.concatenate([alive, gone[None, :]]) + r * np.log(alpha)
    return fates, np.append(j, [[0.0]], axis=0)
