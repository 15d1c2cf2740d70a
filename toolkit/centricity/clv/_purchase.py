"""What every model of buying and leaving without a contract can be asked."""

from typing import ClassVar

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity._validate import number, problem
from centricity.clv._base import Model
from centricity.clv._data import Histories, collapse, histories


class PurchaseModel(Model):
    """Buying till they leave: predictions for customers with a history, and for new ones.

    A subclass gives four private formulas on arrays: ``_loglike``, ``_alive``, ``_expected`` and
    ``_expected_new``.
    """

    # Nodes of the trapezoidal rule for discounting: in v = log(δτ) the integrand is analytic and
    # falls off double-exponentially, so a step of 0.3 leaves an error near 1e-12.
    _grid: ClassVar[Float] = np.linspace(-14.0, 4.0, 61)

    @classmethod
    def _prepare(cls, customers: pd.DataFrame) -> Histories:
        where = f"{cls.__name__}.fit"
        arrays = histories(customers, where)
        cls._check(arrays, customers.index, where)
        return collapse(arrays)

    @classmethod
    def _check(cls, h: Histories, index: pd.Index, where: str) -> None:
        """Raise for histories that this model in particular cannot have seen."""

    def _alive(self, h: Histories) -> Float:
        raise NotImplementedError

    def _expected(self, h: Histories, t: Float) -> Float:
        """Expected purchases in (T, T + t] given the history *and* being alive at T."""
        raise NotImplementedError

    def _expected_new(self, t: Float) -> Float:
        raise NotImplementedError

    def _pmf(self, n: Float, t: Float) -> Float:
        raise NotImplementedError

    def _at(self, customers: pd.DataFrame, method: str) -> tuple[Histories, np.ndarray]:
        """Distinct histories of a table, and each customer's place among them."""
        where = f"{type(self).__name__}.{method}"
        arrays = histories(customers, where)
        self._check(arrays, customers.index, where)
        distinct, place = np.unique(np.column_stack(arrays[:3]), axis=0, return_inverse=True)
        x, t_x, T = distinct.T
        return Histories(x, t_x, T, np.ones(len(distinct))), place.ravel()

    def p_alive(self, customers: pd.DataFrame) -> pd.Series:
        """Probability that each customer is still alive, i.e. has not left, at their ``T``.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``; times in the unit the model was fitted in.

        Returns
        -------
        pandas.Series
            In [0, 1], on the index of ``customers``.
        """
        cells, place = self._at(customers, "p_alive")
        return pd.Series(self._alive(cells)[place], index=customers.index, name="p_alive")

    def expected_purchases(self, customers: pd.DataFrame, t: float) -> pd.Series:
        """Expected number of purchases of each customer in the next ``t`` time units.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``.
        t : float
            Length of the period to forecast, in the same unit as ``T``; zero or more.

        Returns
        -------
        pandas.Series
            On the index of ``customers``.
        """
        t = number(t, "t", f"{type(self).__name__}.expected_purchases", minimum=0)
        cells, place = self._at(customers, "expected_purchases")
        expected = self._expected(cells, np.full(len(cells.x), t)) * self._alive(cells)
        return pd.Series(expected[place], index=customers.index, name="expected_purchases")

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
        """
        return self._expected_new(self._times(t, "expected_purchases_new"))

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
        """
        counts = self._times(n, "pmf")
        if (counts != np.round(counts)).any():
            says = "n holds a number that is not whole"
            raise problem(f"{type(self).__name__}.pmf", says, "n counts purchases")
        counts, times = np.broadcast_arrays(counts, self._times(t, "pmf"))
        return self._pmf(counts, times)

    def dert(self, customers: pd.DataFrame, discount_rate: float) -> pd.Series:
        """Discounted expected residual transactions: all purchases still to come, at today's value.

        The discounting is continuous at the force of interest log(1 + discount_rate), and the
        integral is taken numerically (trapezoidal rule after an exponential substitution).

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency``, ``recency``, ``T``.
        discount_rate : float
            Effective rate per time unit, above zero: for 10 % a year and weeks, 1.1**(1/52.18) − 1.

        Returns
        -------
        pandas.Series
            On the index of ``customers``.
        """
        where = f"{type(self).__name__}.dert"
        force = np.log1p(number(discount_rate, "discount_rate", where, above=0))
        cells, place = self._at(customers, "dert")
        # δ∫ e^(−δτ) E[Y(τ)] dτ with δτ = e^v: integration by parts of ∫ e^(−δτ) dE[Y(τ)].
        step = self._grid[1] - self._grid[0]
        total = np.zeros(len(cells.x))
        for u in np.exp(self._grid):
            at = np.full(len(cells.x), u / force)
            total += step * u * np.exp(-u) * self._expected(cells, at)
        dert = total * self._alive(cells)
        return pd.Series(dert[place], index=customers.index, name="dert")

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
        """
        where = f"{type(self).__name__}.discounted_purchases"
        t = number(t, "t", where, minimum=0)
        force = np.log1p(number(discount_rate, "discount_rate", where, minimum=0))
        cells, place = self._at(customers, "discounted_purchases")
        total = np.exp(-force * t) * self._expected(cells, np.full(len(cells.x), t))
        nodes, weights = np.polynomial.legendre.leggauss(40)
        # Nodes crowd towards now (squared), where the curve bends most.
        for s, w in zip((nodes + 1) / 2, weights / 2, strict=True):
            at = np.full(len(cells.x), t * s**2)
            slope = force * t * 2 * s * w * np.exp(-force * at)
            total += slope * self._expected(cells, at)
        discounted = total * self._alive(cells)
        return pd.Series(discounted[place], index=customers.index, name="discounted_purchases")

    def _times(self, t: ArrayLike, method: str) -> Float:
        times = np.asarray(t, dtype=float)
        if not np.isfinite(times).all() or (times < 0).any():
            says = "a value is negative, missing or infinite"
            raise problem(f"{type(self).__name__}.{method}", says, "Times and counts are 0 or more")
        return times
