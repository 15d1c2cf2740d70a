"""What every model of buying and leaving without a contract can be asked."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Never, TypeAlias

import numpy as np
import pandas as pd

from centricity._formerly import KEYWORDS
from centricity._typing import ArrayLike, ArrayOrFloat, Float
from centricity._validate import number, problem, refuse_arguments
from centricity.clv import _discounting
from centricity.clv._ahead import amounts, counts, each, foresee, times_ahead
from centricity.clv._base import Model
from centricity.clv._data import Histories, collapse, histories, in_memory, sketch
from centricity.clv._formula import by_process

if TYPE_CHECKING:
    from centricity.clv.fit import Fit

Params: TypeAlias = Sequence[ArrayOrFloat]
"""A model's parameters in its own order: numbers, or arrays with one for each history."""


class PurchaseModel(Model):
    """Buying till they leave: predictions for customers with a history, and for new ones.

    A subclass gives formulas on arrays: ``_loglike``, ``_alive``, ``_stays``, ``_expected``,
    ``_expected_new``, ``_pmf`` and ``_pace``. They take the parameters first (those that are
    fixed before those that are estimated), as numbers or as one array each.
    """

    # What the future of somebody alive at T depends on; not on how long they have been silent.
    _state: ClassVar[tuple[str, ...]] = ("x", "T")

    # Whether time counts occasions.
    _whole: ClassVar[bool] = False

    @classmethod
    def fit(
        cls,
        customers: pd.DataFrame,
        *columns: Never,
        buying: str | None = None,
        leaving: str | None = None,
        **unknown: Never,
    ) -> "Fit[Any]":
        """Estimate the parameters by maximum likelihood, with covariates if formulas are given.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer, or one row per distinct history with its count in a column
            ``n``. Equal histories are merged first. Of a table in another engine (Polars, PyArrow,
            DuckDB, Spark, …) only the distinct histories are brought here.
        buying, leaving : str or None
            Formulas of columns that move the rate of buying, and of leaving, for example
            ``buying="channel + region"``; see `WithCovariates` for what they mean.

        Returns
        -------
        Fit
            The model at the estimates with standard errors and a verdict on convergence; a
            `WithCovariates` if there are formulas.

        Raises
        ------
        ValueError, TypeError
            For a table that breaks the rules, and for a formula or covariate that will not do;
            the message counts and names the customers or columns.
        ConvergenceError
            If the likelihood has no finite maximum to report.

        Warns
        -----
        ConvergenceWarning
            If the maximum was not reached, or is so flat that a parameter is not determined.

        Examples
        --------
        The interval holds the value with which the customers were simulated:

        >>> from centricity.clv import BGNBD
        >>> truth = BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0)
        >>> fit = BGNBD.fit(truth.simulate([52.0] * 3000, rng=1).customers)
        >>> lower, upper = fit.conf_int().loc["alpha"]
        >>> bool(lower < truth.alpha < upper)
        True
        """
        takes = "It takes one customers table (and formulas: buying=..., leaving=...)"
        refuse_arguments(f"{cls.__name__}.fit", columns, unknown, takes, KEYWORDS)
        formulas = by_process(buying, leaving)
        if not formulas:
            return super().fit(customers)
        from centricity.clv._covariate_likelihood import fit_covariates

        return fit_covariates(cls, customers, formulas)

    @classmethod
    def _prepare(cls, customers: pd.DataFrame, **fixed: float) -> Histories:
        where = f"{cls.__name__}.fit"
        customers = in_memory(customers)
        arrays = histories(customers, where)
        cls._check(arrays, customers.index, where)
        if not (arrays.T > 0).any():
            rule = "Nobody was observed for any time, so there is nothing to learn from"
            remedy = "Give a later observation_end to transactions.summarize"
            raise problem(where, f"T is 0 for all {len(arrays.T):,} customers", rule, remedy)
        return collapse(arrays)[0]

    @classmethod
    def _sketch(cls, data: Histories, size: int) -> Histories:
        return sketch(data, size)

    @classmethod
    def _check(cls, h: Histories, index: pd.Index, where: str) -> None:
        """Raise for histories that this model in particular cannot have seen."""

    @classmethod
    def _alive(cls, params: Params, h: Histories) -> Float:
        raise NotImplementedError

    @classmethod
    def _stays(cls, params: Params, h: Histories, t: Float) -> Float:
        """Probability that somebody alive at T still is at T + t."""
        raise NotImplementedError

    @classmethod
    def _expected(cls, params: Params, h: Histories, t: Float) -> Float:
        """Expected purchases in (T, T + t] given the history *and* being alive at T."""
        raise NotImplementedError

    @classmethod
    def _expected_new(cls, params: Params, t: Float) -> Float:
        raise NotImplementedError

    @classmethod
    def _pmf(cls, params: Params, n: Float, t: Float) -> Float:
        raise NotImplementedError

    @classmethod
    def _pace(cls, params: Params, h: Histories) -> Float:
        """Shortest time in which anything about the future of somebody alive changes."""
        raise NotImplementedError

    @classmethod
    def _discounted(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        """Purchases in the next t, perhaps for ever, of somebody alive, at a force of interest."""
        expected = partial(each(cls._expected), params, h)
        return _discounting.purchases(expected, t, force, cls._pace(params, h))

    @classmethod
    def _time(cls, params: Params, h: Histories, t: float, force: float) -> Float:
        """Time alive in the next t, perhaps for ever, of somebody alive, discounted."""
        stays = partial(each(cls._stays), params, h)
        return _discounting.time(stays, t, force, cls._pace(params, h))

    @property
    def _kind(self) -> type["PurchaseModel"]:
        """The class whose formulas answer."""
        return type(self)

    def _own(self, h: Histories) -> Params:
        """Give the parameters with which they answer for these histories."""
        return self._values

    def _states(self, h: Histories) -> tuple[np.ndarray, ...]:
        """Give what the future of each history depends on."""
        return tuple(getattr(h, name) for name in self._state)

    def _at(self, customers: pd.DataFrame, method: str) -> tuple[Histories, np.ndarray]:
        """Distinct histories of a table, and each customer's place among them."""
        where = f"{type(self).__name__}.{method}"
        arrays = histories(customers, where)
        self._check(arrays, customers.index, where)
        return collapse(arrays)

    def p_alive(self, customers: pd.DataFrame, t: ArrayLike = 0.0) -> pd.Series:
        """Probability that each customer is alive, i.e. has not left, ``t`` after their ``T``.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``; times in the unit the model was fitted in.
        t : float, array-like or Series
            How far ahead to look, in the unit of ``T``; 0 for the end of observation. One for all,
            or one for each customer: a Series by its index, others in the order of the table.

        Returns
        -------
        pandas.Series
            In [0, 1], on the index of ``customers``.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> customers = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.4], "T": 38.9})
        >>> model.p_alive(customers, 52).round(2).tolist()
        [0.94, 0.53]
        """
        ahead = self._ahead(t, customers, "p_alive")
        if np.any(ahead):
            return foresee(self, customers, "p_alive", each(self._kind._stays), ahead)
        cells, place = self._at(customers, "p_alive")
        alive = self._kind._alive(self._own(cells), cells)
        return pd.Series(alive[place], index=customers.index, name="p_alive")

    def expected_purchases(self, customers: pd.DataFrame, t: ArrayLike) -> pd.Series:
        """Expected number of purchases of each customer in the next ``t`` time units.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``.
        t : float, array-like or Series
            Length of the period to forecast, in the same unit as ``T``; zero or more. One for all,
            or one for each customer: a Series by its index, others in the order of the table.

        Returns
        -------
        pandas.Series
            On the index of ``customers``.

        Raises
        ------
        ValueError, TypeError
            For a faulty table, and for times that are none or not as many as the customers.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> customers = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.4], "T": 38.9})
        >>> model.expected_purchases(customers, 52).round(2).tolist()
        [0.25, 1.56]

        Each customer's own period, here a year and three quarters of it:

        >>> model.expected_purchases(customers, [52, 39]).round(2).tolist()
        [0.25, 1.22]
        """
        ahead = self._ahead(t, customers, "expected_purchases")
        expected = each(self._kind._expected)
        return foresee(self, customers, "expected_purchases", expected, ahead)

    def expected_purchases_new(self, t: ArrayLike) -> Float:
        """Expected repeat purchases of a customer about whom nothing is known but the first one.

        Parameters
        ----------
        t : float or array-like
            Time since the first purchase; zero or more.

        Returns
        -------
        numpy.ndarray
            Of the shape of ``t``.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> model.expected_purchases_new([26, 52]).round(2).tolist()
        [0.9, 1.45]
        """
        where = f"{type(self).__name__}.expected_purchases_new"
        return self._expected_new(self._values, amounts(t, where))

    def pmf(self, n: ArrayLike, t: ArrayLike) -> Float:
        """Probability of exactly ``n`` repeat purchases in the first ``t`` time units.

        Parameters
        ----------
        n : int or array-like of int
            Number of purchases, zero or more.
        t : float or array-like
            Time since the first purchase; broadcast against ``n``.

        Returns
        -------
        numpy.ndarray
            In [0, 1].

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> model.pmf([0, 1, 2], 52).round(2).tolist()
        [0.54, 0.2, 0.09]
        """
        where = f"{type(self).__name__}.pmf"
        n, t = np.broadcast_arrays(counts(n, where), amounts(t, where))
        return self._pmf(self._values, n, t)

    def dert(self, customers: pd.DataFrame, discount_rate: float) -> pd.Series:
        """Discounted expected residual transactions: all purchases still to come, at today's value.

        The discounting is continuous at the force of interest log(1 + discount_rate). Where a model
        has no closed form the integral is taken numerically (relative error below 1e-9).

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``.
        discount_rate : float
            Effective rate per time unit, above zero: ``clv.per_period_rate(0.10, unit="W")``
            for 10 % a year and weeks.

        Returns
        -------
        pandas.Series
            On the index of ``customers``.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> customers = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.4], "T": 38.9})
        >>> model.dert(customers, 0.002).round(1).tolist()
        [1.2, 6.1]
        """
        where = f"{type(self).__name__}.dert"
        force = float(np.log1p(number(discount_rate, "discount_rate", where, above=0)))
        discounted = partial(self._kind._discounted, force=force)
        return foresee(self, customers, "dert", discounted, np.inf)

    def discounted_purchases(
        self, customers: pd.DataFrame, t: float, discount_rate: float
    ) -> pd.Series:
        """Expected purchases in the next ``t`` time units, each at today's value.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``.
        t : float
            Horizon, in the unit of ``T``; zero or more.
        discount_rate : float
            Effective rate per time unit, zero or more.

        Returns
        -------
        pandas.Series
            On the index of ``customers``; never above `expected_purchases`.

        Examples
        --------
        Without a rate it is `expected_purchases`; the paper says 1.226:

        >>> from centricity.clv import BGNBD
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> customer = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
        >>> model.discounted_purchases(customer, 39, 0.0).round(2).tolist()
        [1.23]
        """
        where = f"{type(self).__name__}.discounted_purchases"
        t = number(t, "t", where, minimum=0, whole=self._whole)
        force = float(np.log1p(number(discount_rate, "discount_rate", where, minimum=0)))
        discounted = partial(self._kind._discounted, force=force)
        return foresee(self, customers, "discounted_purchases", discounted, t)

    def time_alive(
        self, customers: pd.DataFrame, t: float | None = None, discount_rate: float = 0.0
    ) -> pd.Series:
        """Expected time that each customer still stays, discounted: what a cost of keeping runs on.

        The integral of P(alive at T + τ) (1 + discount_rate)**−τ over the next ``t`` time units.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``.
        t : float or None
            Horizon, in the unit of ``T``; None for ever, which needs a rate above zero.
        discount_rate : float
            Effective rate per time unit, zero or more.

        Returns
        -------
        pandas.Series
            In the unit of ``T``, on the index of ``customers``; never above ``t``.

        Examples
        --------
        Somebody certain to be there, whose dropout rate is known to be 1/20 a week, stays
        20 weeks on average:

        >>> from centricity.clv import ParetoNBD
        >>> model = ParetoNBD(r=1e6, alpha=1e6, s=1e6, beta=20e6)
        >>> here = pd.DataFrame({"frequency": [10], "recency": [10.0], "T": [10.0]})
        >>> model.time_alive(here, 1000.0).round(2).tolist()
        [20.0]
        """
        where = f"{type(self).__name__}.time_alive"
        force = float(np.log1p(number(discount_rate, "discount_rate", where, minimum=0)))
        if t is None and force == 0:
            rule = "Without a horizon the time for ever is added, which needs discounting"
            raise problem(where, "discount_rate is 0", rule, "Give a rate above 0 or a horizon t")
        end = np.inf if t is None else number(t, "t", where, minimum=0, whole=self._whole)
        return foresee(self, customers, "time_alive", partial(self._kind._time, force=force), end)

    def _ahead(self, t: ArrayLike, customers: pd.DataFrame, method: str) -> ArrayOrFloat:
        where = f"{type(self).__name__}.{method}"
        return times_ahead(t, customers, where, whole=self._whole)
