"""What every model of renewal under a contract can be asked, from its survival function alone."""

from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity._validate import number, problem, which
from centricity.clv._base import Model

if TYPE_CHECKING:
    from centricity.clv.fit import Fit

_EXAMPLE = "Give the counts still there after 0, 1, 2 … renewals, for example [1000, 631, 468, 382]"


class Losses(NamedTuple):
    """Customers lost at each renewal, and those left after the last: ``t``, ``censored``, count."""

    t: Float
    censored: np.ndarray
    n: Float


class ContractModel(Model):
    """Renewal in discrete periods; a subclass gives the logarithm of survival and its gradient."""

    remedy: ClassVar[str] = (
        "Use more renewals, or a model with fewer parameters, and check that the counts really fall"
    )

    @classmethod
    def _log_survival(cls, params: Float, t: Float) -> tuple[Float, Float]:
        """Give ln S(t) and its derivatives (parameters × times)."""
        raise NotImplementedError

    @classmethod
    def _prepare(cls, customers: ArrayLike) -> Losses:  # type: ignore[override]
        where = f"{cls.__name__}.fit"
        counts = _survivors(customers, where)
        lost = -np.diff(counts)
        t = np.arange(1, len(counts), dtype=float)
        return Losses(
            np.append(t, t[-1]),
            np.append(np.zeros(len(t), bool), True),
            np.append(lost, counts[-1]),
        )

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
    def fit(cls, survivors: ArrayLike) -> "Fit[Self]":  # type: ignore[override]
        """Estimate the parameters from the survivors of one cohort, by maximum likelihood.

        Parameters
        ----------
        survivors : array-like or pandas.Series
            Number of customers still there after 0, 1, 2 … renewals; the first is the cohort's
            size, and no number is larger than the one before.

        Returns
        -------
        Fit
            The model at the estimates with standard errors and a verdict on convergence.

        Raises
        ------
        ValueError
            If there are fewer than two numbers, or they rise, are negative, missing or all equal.

        Warns
        -----
        ConvergenceWarning
            If the maximum was not reached, or is so flat that a parameter is not determined.
        """
        return super().fit(survivors)  # type: ignore[arg-type]

    def survival(self, n: ArrayLike) -> Float:
        """Share of a cohort still there after ``n`` renewals.

        Parameters
        ----------
        n : int or array-like of int
            Number of renewals, 0 or more; the share at 0 is one.
        """
        t = _renewals(n, f"{type(self).__name__}.survival")
        return np.exp(self._log_survival(self.params.to_numpy(), t)[0])

    def retention(self, n: ArrayLike) -> Float:
        """Share of those still there after ``n`` − 1 renewals who renew an ``n``-th time.

        Parameters
        ----------
        n : int or array-like of int
            Which renewal, 1 or more.
        """
        where = f"{type(self).__name__}.retention"
        t = _renewals(n, where)
        if (t < 1).any():
            raise problem(where, "n is 0", "The first renewal has number 1")
        params = self.params.to_numpy()
        return np.exp(self._log_survival(params, t)[0] - self._log_survival(params, t - 1)[0])

    def derl(self, n: int, discount_rate: float) -> float:
        """Discounted expected residual lifetime, just before renewal n + 1 is decided.

        The sum over k = 0, 1, 2 … of S(n + 1 + k) / S(n) / (1 + discount_rate)**k: the expected
        number of payments still to come from somebody who has renewed ``n`` times, the one about to
        be decided at its full value.

        Parameters
        ----------
        n : int
            Renewals made so far, 0 or more.
        discount_rate : float
            Effective rate per period, above zero.
        """
        where = f"{type(self).__name__}.derl"
        made = number(n, "n", where, minimum=0, whole=True)
        rate = number(discount_rate, "discount_rate", where, above=0)
        return self._derl(made, rate)

    def _derl(self, n: float, rate: float) -> float:
        # Terms fall at least as fast as the discount factor: stop when it has lost 36 powers of e.
        k = np.arange(np.ceil(36 / np.log1p(rate)) + 1)
        params = self.params.to_numpy()
        log_kept = self._log_survival(params, n + 1 + k)[0]
        log_now = self._log_survival(params, np.array([n]))[0]
        return float(np.exp(log_kept - log_now - k * np.log1p(rate)).sum())


def _renewals(n: ArrayLike, where: str) -> Float:
    t = np.asarray(n, dtype=float)
    if not np.isfinite(t).all() or (t < 0).any() or (t != np.round(t)).any():
        raise problem(where, "n is negative, missing or not whole", "n counts renewals, from 0")
    return t


def _survivors(survivors: ArrayLike, where: str) -> Float:
    """Check the survivors of a cohort."""
    counts = np.asarray(survivors, dtype=float)
    if counts.ndim != 1 or len(counts) < 2:
        says = f"survivors has shape {counts.shape}"
        rule = "At least two numbers are needed, the cohort's size and those left after a renewal"
        raise problem(where, says, rule, _EXAMPLE)
    bad = ~np.isfinite(counts) | (counts < 0)
    if bad.any():
        says = f"survivors is negative, missing or infinite in {which(bad, 'renewals')}"
        raise problem(where, says, "Survivors are counts of customers", _EXAMPLE)
    rises = np.append(False, np.diff(counts) > 0)
    if rises.any():
        says = f"survivors rises in {which(rises, 'renewals')}"
        rule = "Nobody joins a cohort later, so that the counts can only fall"
        raise problem(where, says, rule, _EXAMPLE)
    if counts[0] == counts[-1]:
        says = f"nobody was lost in {len(counts) - 1} renewals"
        raise problem(where, says, "The model learns from customers who leave", "Wait longer")
    return counts


def cohort(lifetimes: np.ndarray, renewals: int) -> pd.Series:
    """Count survivors after 0 … ``renewals`` renewals; a lifetime is the renewal not made."""
    t = np.arange(renewals + 1)
    left = np.searchsorted(np.sort(lifetimes), t, side="right")
    return pd.Series(len(lifetimes) - left, index=pd.Index(t, name="renewals"), name="survivors")
