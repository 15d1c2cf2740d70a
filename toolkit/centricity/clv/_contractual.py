"""What every model of renewal under a contract can be asked, from its survival function alone."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import number, problem
from centricity.clv import _lifetime
from centricity.clv._base import Model
from centricity.clv.cohorts import Losses, Survivors, cohort, counted, losses

if TYPE_CHECKING:
    from centricity.clv.fit import Fit


class ContractModel(Model):
    """Renewal in discrete periods; a subclass gives the logarithm of survival and its gradient."""

    remedy: ClassVar[str] = "Use more renewals or more cohorts, or a model with fewer parameters"

    @classmethod
    def _log_survival(cls, params: Float, t: Float) -> tuple[Float, Float]:
        """Give ln S(t) and its derivatives (parameters × times)."""
        raise NotImplementedError

    def _lifetimes(self, customers: int, rng: np.random.Generator) -> tuple[Float, Float]:
        """Draw each customer's coin, and the number of the renewal that is not made."""
        raise NotImplementedError

    def _to_come(self, n: float) -> float:
        """Expected renewals still to be made by somebody who has made n."""
        raise NotImplementedError

    @classmethod
    def _prepare(cls, customers: Survivors) -> Losses:  # type: ignore[override]
        return losses(customers, f"{cls.__name__}.fit")

    @classmethod
    def _loglike(cls, params: Float, data: Losses) -> tuple[Float, Float]:
        # P(T = t) = S(t−1) − S(t), as a ratio so that small probabilities keep their digits.
        now, slope = cls._log_survival(params, data.t)
        before, slope_before = cls._log_survival(params, data.t - 1)
        kept = np.exp(now - before)
        lost = -np.expm1(now - before)
        value = np.where(data.censored, now, before + np.log(lost))
        gradient = np.where(data.censored, slope, (slope_before - kept * slope) / lost)
        return value, gradient

    @classmethod
    def fit(cls, survivors: Survivors) -> "Fit[Self]":
        """Estimate the parameters by maximum likelihood from the survivors of one or more cohorts.

        Cohorts of different ages are fitted together by adding up their log-likelihoods: a member
        lost at renewal t adds ln P(T = t), one still there after the cohort's last renewal ln S.

        Parameters
        ----------
        survivors : array-like, pandas.Series or pandas.DataFrame
            Number of customers still there after 0, 1, 2 … renewals; the first is the cohort's
            size, and no number is larger than the one before. For several cohorts a table: one row
            for each, one column for each number of renewals, NaN for those yet to come, as
            ``clv.survivors`` makes it. A cohort before its first renewal adds nothing.

        Returns
        -------
        Fit
            The model at the estimates with standard errors and a verdict on convergence; ``n``
            counts the customers who have come up for renewal.

        Raises
        ------
        ValueError, TypeError
            If there is no renewal to learn from; if numbers rise, are negative, not whole (shares
            or percentages) or missing before the last; if nobody was lost, or everybody at once.

        Warns
        -----
        ConvergenceWarning
            If the maximum was not reached, or is so flat that a parameter is not determined.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> cohorts = [[800, 640, 560], [900, 720, np.nan]]  # the second is a year younger
        >>> ShiftedBetaGeometric.fit(cohorts).n
        1700
        """
        return super().fit(survivors)  # type: ignore[arg-type]

    def survival(self, n: ArrayLike, *, given: ArrayLike = 0) -> Float:
        """Share of a cohort still there after ``n`` renewals.

        Parameters
        ----------
        n : int or array-like of int
            Number of renewals in all, 0 or more; the share at 0 is one.
        given : int or array-like of int
            Renewals already made: the share of those who have made so many. At most ``n``.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=1.0, beta=4.0)
        >>> model.survival([0, 1, 8]).round(2), float(model.survival(8, given=4).round(2))
        (array([1.  , 0.8 , 0.33]), 0.67)
        """
        where = f"{type(self).__name__}.survival"
        t, made = _renewals(n, "n", where), _renewals(given, "given", where)
        if (t < made).any():
            rule = "n counts all renewals, those already made included"
            raise problem(where, "n is below given", rule, "Add the two")
        return np.exp(self._log(t) - self._log(made))

    def retention(self, n: ArrayLike) -> Float:
        """Share of those still there after ``n`` − 1 renewals who renew an ``n``-th time.

        Parameters
        ----------
        n : int or array-like of int
            Which renewal, 1 or more.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric(alpha=1.0, beta=4.0).retention([1, 2, 6])
        array([0.8       , 0.83333333, 0.9       ])
        """
        where = f"{type(self).__name__}.retention"
        t = _renewals(n, "n", where)
        if (t < 1).any():
            raise problem(where, "n is 0", "The first renewal has number 1")
        return np.exp(self._log(t) - self._log(t - 1))

    def project(self, survivors: Survivors, renewals: int) -> pd.DataFrame:
        """Expected survivors of each cohort at the renewals yet to come.

        Parameters
        ----------
        survivors : array-like, pandas.Series or pandas.DataFrame
            Counts of one cohort, or a table of cohorts, as for ``fit``.
        renewals : int
            How far to go, counted from the cohort's start.

        Returns
        -------
        pandas.DataFrame
            One row per cohort, columns 0 … ``renewals``: the counts seen so far as they are, then
            the last of them times S(n) / S(last).

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric(alpha=1.0, beta=4.0).project([1000, 790, 672], 4).round(6)
        renewals       0      1      2      3      4
        0         1000.0  790.0  672.0  576.0  504.0
        """
        where = f"{type(self).__name__}.project"
        counts = counted(survivors, where)
        ahead = int(number(renewals, "renewals", where, minimum=counts.shape[1] - 1, whole=True))
        t = np.arange(ahead + 1.0)
        table = np.full((len(counts), ahead + 1), np.nan)
        table[:, : counts.shape[1]] = counts
        last = np.isfinite(table).sum(axis=1, keepdims=True) - 1
        seen = np.take_along_axis(table, last, axis=1)
        expected = seen * np.exp(self._log(t) - self._log(last))
        index = survivors.index if isinstance(survivors, pd.DataFrame) else None
        columns = pd.RangeIndex(ahead + 1, name="renewals")
        return pd.DataFrame(np.where(t > last, expected, table), index=index, columns=columns)

    def expected_lifetime(self, n: ArrayLike = 0) -> Any:  # noqa: ANN401
        """Expected number of periods with a contract, of somebody who has renewed ``n`` times.

        The n + 1 periods begun so far, and the renewals expected still. It is *infinite* where
        customers with a tiny chance of leaving are not rare enough (alpha of at most 1; for the
        beta-discrete-Weibull c·alpha of at most 1): then only a discounted lifetime, ``derl``,
        means anything.

        Parameters
        ----------
        n : int, array-like of int or Series
            Renewals made so far.

        Returns
        -------
        float, numpy.ndarray or pandas.Series
            Periods, as ``n`` was given; ``inf`` where the sum has no end.

        Examples
        --------
        The mean of 1/θ, which for a beta distribution is (alpha + beta − 1)/(alpha − 1):

        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric(alpha=2.0, beta=3.0).expected_lifetime()
        4.0
        >>> ShiftedBetaGeometric(alpha=1.0, beta=3.0).expected_lifetime()
        inf
        """
        return _each(
            n, f"{type(self).__name__}.expected_lifetime", lambda m: m + 1 + self._to_come(m)
        )

    def derl(self, n: ArrayLike, discount_rate: float) -> Any:  # noqa: ANN401
        """Discounted expected residual lifetime, just before renewal n + 1 is decided.

        The sum over k = 0, 1, 2 … of S(n + 1 + k) / S(n) / (1 + discount_rate)**k: the expected
        number of payments still to come from somebody who has renewed ``n`` times, the one about to
        be decided at its full value. Its relative error is below 1e-9.

        Parameters
        ----------
        n : int, array-like of int or Series
            Renewals made so far, 0 or more.
        discount_rate : float
            Effective rate per period of the contract, above zero.

        Returns
        -------
        float, numpy.ndarray or pandas.Series
            Payments, as ``n`` was given.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric(alpha=0.704, beta=1.182).derl([0, 4], 0.1).round(2)
        array([2.96, 5.89])
        """
        where = f"{type(self).__name__}.derl"
        rate = number(discount_rate, "discount_rate", where, above=0)
        return _each(n, where, lambda made: _lifetime.discounted(self._log, made, rate))

    def clv(
        self,
        n: ArrayLike,
        *,
        margin: float,
        discount_rate: float,
        wait: float = 0.0,
    ) -> Any:  # noqa: ANN401
        """Customer lifetime value of somebody who has renewed ``n`` times: margin × ``derl``.

        Future margins only, at today's value; what has been paid is not in it.

        Parameters
        ----------
        n : int, array-like of int or Series
            Renewals made so far, 0 or more.
        margin : float
            Money that each renewal brings after the cost of serving the contract.
        discount_rate : float
            Effective rate per period of the contract, above zero.
        wait : float
            Periods until the next renewal is decided: 0 on its eve, 1 right after the last one.

        Returns
        -------
        float, numpy.ndarray or pandas.Series
            Money, as ``n`` was given.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=0.704, beta=1.182)
        >>> made = pd.Series([0, 4], index=["Ada", "Bo"])
        >>> model.clv(made, margin=50.0, discount_rate=0.1).round().to_dict()
        {'Ada': 148.0, 'Bo': 295.0}
        """
        where = f"{type(self).__name__}.clv"
        each = number(margin, "margin", where)
        rate = number(discount_rate, "discount_rate", where, above=0)
        ahead = number(wait, "wait", where, minimum=0)
        return each * self.derl(n, rate) / (1 + rate) ** ahead

    def clv_new(
        self, *, margin: float, discount_rate: float, first_margin: float | None = None
    ) -> float:
        """Customer lifetime value of somebody who joins today, before the cost of winning them.

        The first payment is certain and due at once; renewals follow one period apart.

        Parameters
        ----------
        margin : float
            Money that each renewal brings after the cost of serving the contract.
        discount_rate : float
            Effective rate per period of the contract, above zero.
        first_margin : float, optional
            The same of the first contract where it differs, as with a lower joining price.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> model = ShiftedBetaGeometric(alpha=0.704, beta=1.182)
        >>> round(model.clv_new(margin=50.0, discount_rate=0.1, first_margin=-10.0))
        125
        """
        where = f"{type(self).__name__}.clv_new"
        each = number(margin, "margin", where)
        first = each if first_margin is None else number(first_margin, "first_margin", where)
        return float(first + self.clv(0, margin=each, discount_rate=discount_rate, wait=1.0))

    def simulate(self, customers: int, renewals: int, *, rng: RNG = None) -> pd.Series:
        """Draw a cohort and count its survivors.

        Parameters
        ----------
        customers : int
            Size of the cohort.
        renewals : int
            Number of renewals to follow.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        pandas.Series
            Survivors after 0, 1 … ``renewals`` renewals: what ``fit`` takes.

        Examples
        --------
        >>> from centricity.clv import BetaDiscreteWeibull
        >>> BetaDiscreteWeibull(0.5, 0.9, 1.2).simulate(500, 2, rng=1).index.tolist()
        [0, 1, 2]
        """
        where = f"{type(self).__name__}.simulate"
        size = int(number(customers, "customers", where, minimum=1, whole=True))
        last = int(number(renewals, "renewals", where, minimum=1, whole=True))
        return cohort(self._lifetimes(size, np.random.default_rng(rng))[1], last)

    def simulate_members(self, customers: int, renewals: int, *, rng: RNG = None) -> pd.DataFrame:
        """Draw a cohort member by member.

        Parameters
        ----------
        customers : int
            Size of the cohort.
        renewals : int
            How often each member has come up for renewal, 0 or more.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        pandas.DataFrame
            One row per member: ``renewals`` made, ``still_member`` (True or False), and what only
            a simulation knows, the member's own ``theta``: the chance of leaving at the first
            renewal.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> members = ShiftedBetaGeometric(0.7, 1.2).simulate_members(500, 3, rng=1)
        >>> members.loc[members["still_member"], "renewals"].unique().tolist()
        [3]
        """
        where = f"{type(self).__name__}.simulate_members"
        size = int(number(customers, "customers", where, minimum=1, whole=True))
        last = number(renewals, "renewals", where, minimum=0, whole=True)
        theta, lifetime = self._lifetimes(size, np.random.default_rng(rng))
        there = lifetime > last
        made = np.minimum(lifetime - 1, last).astype(int)
        return pd.DataFrame({"renewals": made, "still_member": there, "theta": theta})

    def _log(self, t: Float) -> Float:
        return self._log_survival(self.params.to_numpy(), t)[0]


def _renewals(n: ArrayLike, name: str, where: str) -> Float:
    t = np.asarray(n, dtype=float)
    if not np.isfinite(t).all() or (t < 0).any() or (t != np.round(t)).any():
        says = f"{name} is negative, missing or not whole"
        raise problem(where, says, f"{name} counts renewals, from 0")
    return t


def _each(n: ArrayLike, where: str, answer: Any) -> Any:  # noqa: ANN401
    """Ask once for each distinct number of renewals; answer in the form in which ``n`` came."""
    made = _renewals(n, "n", where)
    distinct, place = np.unique(made, return_inverse=True)
    answers = np.array([answer(value) for value in distinct.tolist()], dtype=float)[place]
    if isinstance(n, pd.Series):
        return pd.Series(answers.reshape(made.shape), index=n.index)
    return answers.reshape(made.shape) if made.ndim else float(answers.reshape(()))
