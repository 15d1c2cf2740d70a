"""The gamma-gamma model of spend (Fader & Hardie 2013)."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Never, Self

import numpy as np
import pandas as pd
from scipy import special

from centricity._formerly import KEYWORDS
from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import (
    numeric_column,
    problem,
    refuse_arguments,
    require_columns,
    require_frame,
    which,
)
from centricity.clv._base import Model
from centricity.clv._data import in_memory
from centricity.clv.errors import ConvergenceWarning
from centricity.clv.simulated import Simulated

if TYPE_CHECKING:
    from centricity.clv.fit import Fit

_EXTREME = "Look for a few extreme amounts, and cap or separate them before fitting"


class Spends(NamedTuple):
    """Number of purchases averaged over, their mean, and how many customers share both."""

    x: Float
    mean: Float
    n: Float


@dataclass(frozen=True)
class GammaGamma(Model):
    r"""Gamma-gamma: what a purchase is worth, customer by customer, pulled towards the average.

    The amounts of one customer's purchases follow a gamma distribution with shape p and a rate
    :math:`\nu` of their own; across customers, :math:`\nu` follows a gamma distribution with
    shape q and rate γ. A customer's true mean is :math:`p/\nu`. The fewer purchases are seen, the
    more the prediction leans on everybody else's: one large basket is partly luck.

    Parameters
    ----------
    p : float
        Shape of one customer's amounts; the larger, the steadier (coefficient of variation
        1/√p).
    q : float
        Shape of the distribution across customers; the larger, the more alike. The population
        mean is finite only for q above 1.
    gamma : float
        Rate of the same, in units of money.

    Notes
    -----
    What makes it fail. Spend must not depend on how often somebody buys: compare the two columns
    before use. Amounts must be positive, so refunds are netted first. A shop with two price
    levels (a cheap refill and a machine) is not one gamma distribution. Spend that grows with age
    is not in it.

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2013). The gamma-gamma model of monetary value. Note 025,
    brucehardie.com. Equations (1a) and (5).

    Examples
    --------
    >>> import pandas as pd
    >>> model = GammaGamma(p=6.25, q=3.74, gamma=15.44)
    >>> round(model.population_mean, 1)
    35.2
    >>> one_big_basket = pd.DataFrame({"frequency": [1], "monetary_value": [100.0]})
    >>> model.expected_spend(one_big_basket).round(1).tolist()
    [80.3]
    """

    p: float
    q: float
    gamma: float

    remedy: ClassVar[str] = (
        "Look at the amounts: a few extreme ones, or amounts that hardly vary, do not fit the model"
    )

    @classmethod
    def _prepare(cls, customers: pd.DataFrame, **fixed: float) -> Spends:
        where = f"{cls.__name__}.fit"
        customers = in_memory(customers, ("frequency", "monetary_value"))
        x, mean, frame = _spends(customers, where)
        n = numeric_column(frame, "n", where, minimum=0) if "n" in frame else np.ones(len(frame))
        repeat = x > 0
        if not repeat.any():
            rule = "The model learns spend from repeat purchases"
            remedy = "Use a longer observation period"
            raise problem(
                where, f"none of {len(x):,} customers has a repeat purchase", rule, remedy
            )
        table = pd.DataFrame({"x": x[repeat], "mean": mean[repeat], "n": n[repeat]})
        cells = table.groupby(["x", "mean"], as_index=False)["n"].sum()
        return Spends(*(cells[name].to_numpy(dtype=float) for name in ("x", "mean", "n")))

    @classmethod
    def _starts(cls, data: Spends) -> list[Float]:
        level = float(np.average(data.mean, weights=data.n * data.x))
        return [
            np.array([p, q, level * (q - 1) / p]) for p, q in ((4.0, 4.0), (1.5, 2.0), (20, 10))
        ]

    @classmethod
    def _loglike(cls, params: Float, data: Spends) -> tuple[Float, Float]:
        # Equation (1a) of the note.
        p, q, gamma = params
        x, mean, _ = data
        total = x * mean
        log_sum = np.log(gamma + total)
        value = (
            special.gammaln(p * x + q)
            - special.gammaln(p * x)
            - special.gammaln(q)
            + q * np.log(gamma)
            + (p * x - 1) * np.log(mean)
            + p * x * np.log(x)
            - (p * x + q) * log_sum
        )
        psi = special.digamma(p * x + q)
        gradient = np.array(
            [
                x * (psi - special.digamma(p * x) + np.log(total) - log_sum),
                psi - special.digamma(q) + np.log(gamma) - log_sum,
                q / gamma - (p * x + q) / (gamma + total),
            ]
        )
        return value, gradient

    @classmethod
    def fit(cls, customers: pd.DataFrame, *columns: Never, **unknown: Never) -> "Fit[Self]":
        """Estimate the parameters from the mean repeat purchases, by maximum likelihood.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency`` and ``monetary_value``, and ``n`` where a row stands for several
            customers. Those without repeat purchases say nothing about spend and are not counted.

        Returns
        -------
        Fit
            The model at the estimates with standard errors and a verdict on convergence.

        Raises
        ------
        ValueError, TypeError
            For a faulty table, a repeat spend of zero or less, or no repeat purchase at all.
        ConvergenceError
            If the likelihood has no finite maximum to report.

        Warns
        -----
        ConvergenceWarning
            If the maximum was not reached, or is so flat that a parameter is not determined; or if
            q is 1 or less, so that the mean spend is infinite and cannot be predicted.

        Examples
        --------
        The interval holds the value with which the amounts were simulated:

        >>> truth = GammaGamma(p=6.25, q=3.74, gamma=15.44)
        >>> fit = GammaGamma.fit(truth.simulate([1, 2, 3, 4] * 500, rng=1).customers)
        >>> lower, upper = fit.conf_int().loc["q"]
        >>> bool(lower < truth.q < upper)
        True
        """
        takes = "It takes one customers table"
        refuse_arguments("GammaGamma.fit", columns, unknown, takes, KEYWORDS)
        result = super().fit(customers)
        if result.converged and result.model.q <= 1:
            low, high = result.conf_int().loc["q", ["lower", "upper"]]
            says = f"q is {result.model.q:.3g} (95 % interval {low:.3g} to {high:.3g})"
            rule = "Spend has a mean to be predicted only for q above 1"
            message = problem("GammaGamma.fit", says, rule, _EXTREME, ConvergenceWarning)
            warnings.warn(message, stacklevel=2)
        return result

    @property
    def population_mean(self) -> float:
        """Mean amount of a purchase across all customers, p γ / (q − 1), in units of money.

        Raises
        ------
        ValueError
            If q is 1 or less: the mean is then infinite.

        Examples
        --------
        >>> GammaGamma(p=2.0, q=3.0, gamma=10.0).population_mean  # 2 × 10 / (3 − 1)
        10.0
        """
        if self.q <= 1:
            rule = "The mean across customers is finite only for q above 1"
            raise problem("GammaGamma", f"q is {self.q:g}", rule, _EXTREME)
        return self.p * self.gamma / (self.q - 1)

    def expected_spend(self, customers: pd.DataFrame) -> pd.Series:
        """Expected amount per purchase of each customer, given the repeat purchases seen.

        A weighted average of the customer's own mean and the population's (equation (5) of the
        note); customers without repeat purchases get the population mean.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns ``frequency`` and ``monetary_value`` (units of money).

        Returns
        -------
        pandas.Series
            In units of money, on the index of ``customers``.

        Raises
        ------
        ValueError
            If a mean is infinite (p times frequency plus q is 1 or less, for example q of 1 or less
            and no repeat purchase), or the table is faulty.

        Examples
        --------
        Nobody knows the newcomer; she gets the population mean. A mean of 50 over ten purchases
        is nearly believed:

        >>> model = GammaGamma(p=6.25, q=3.74, gamma=15.44)
        >>> table = pd.DataFrame({"frequency": [0, 10], "monetary_value": [0.0, 50.0]})
        >>> model.expected_spend(table).round(1).tolist()
        [35.2, 49.4]
        """
        where = "GammaGamma.expected_spend"
        x, mean, frame = _spends(customers, where)
        infinite = self.p * x + self.q <= 1
        if infinite.any():
            seen = which(pd.Series(infinite, index=frame.index), noun="customers")
            says = f"p is {self.p:g} and q is {self.q:g}, too little for {seen}"
            rule = "The mean of a customer is finite only for p × frequency + q above 1"
            raise problem(where, says, rule, _EXTREME)
        expected = self.p * (self.gamma + x * mean) / (self.p * x + self.q - 1)
        return pd.Series(expected, index=frame.index, name="expected_spend")

    def simulate(self, counts: ArrayLike, *, rng: RNG = None) -> Simulated:
        """Draw the amounts of given numbers of purchases.

        Parameters
        ----------
        counts : array-like of int, shape (customers,)
            Purchases of each customer.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        Simulated
            ``customers``: frequency (the counts), monetary_value (mean of the amounts, 0 for
            none) and the latent mean_spend. ``purchases``: customer and amount.

        Examples
        --------
        >>> world = GammaGamma(p=6.25, q=3.74, gamma=15.44).simulate([3, 0], rng=1)
        >>> world.purchases["customer"].tolist()
        [0, 0, 0]
        """
        rng = np.random.default_rng(rng)
        counts = np.asarray(counts)
        bad = (counts < 0) | (counts != np.round(counts))
        if bad.any():
            says = f"counts is negative or not whole for {which(bad, 'customers')}"
            raise problem("GammaGamma.simulate", says, "counts holds purchases per customer")
        nu = rng.gamma(self.q, 1 / self.gamma, len(counts))
        owner = np.repeat(np.arange(len(counts)), counts.astype(int))
        amount = rng.gamma(self.p, 1.0, len(owner)) / nu[owner]
        total = np.bincount(owner, weights=amount, minlength=len(counts))
        customers = pd.DataFrame(
            {
                "frequency": counts.astype(int),
                "monetary_value": total / np.maximum(counts, 1),
                "mean_spend": self.p / nu,
            }
        )
        return Simulated(customers, pd.DataFrame({"customer": owner, "amount": amount}))


def _spends(customers: pd.DataFrame, where: str) -> tuple[Float, Float, pd.DataFrame]:
    """Check and take the two columns that the model reads."""
    frame = require_frame(customers, where)
    rule = (
        "The spend model reads frequency and monetary_value, as transactions.summarize makes them"
    )
    require_columns([str(c) for c in frame.columns], ("frequency", "monetary_value"), where, rule)
    x = numeric_column(frame, "frequency", where, minimum=0, whole=True)
    ever = frame.assign(monetary_value=frame["monetary_value"].where(x > 0, 0.0))
    mean = numeric_column(ever, "monetary_value", where)
    bad = (x > 0) & (mean <= 0)
    if bad.any():
        seen = which(pd.Series(bad, index=frame.index), noun="customers")
        says = f"monetary_value is zero or negative in {seen}, who have repeat purchases"
        remedy = (
            "Net refunds with transactions.clean(log), and set purchases of nothing aside with "
            "zero_amounts='reject'"
        )
        raise problem(where, says, "The gamma distribution needs positive amounts", remedy)
    return x, mean, frame
