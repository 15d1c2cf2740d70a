"""What customers may do, as against what they do on average: possible futures, played out."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import number
from centricity.clv._live_on import Future, live_on
from centricity.clv._purchase import PurchaseModel
from centricity.clv._terms import Column, Terms, read_terms
from centricity.clv._unsure import axes, model_of, moved
from centricity.clv._worth import Purchases, Spend, bounds, standard_draws
from centricity.clv.gammagamma import GammaGamma, _spends
from centricity.clv.group_value import groups_of


@dataclass(frozen=True)
class Futures:
    """Possible futures of the same customers.

    Attributes
    ----------
    purchases : numpy.ndarray, shape (worlds, customers)
        Number of purchases within the horizon.
    value : numpy.ndarray, shape (worlds, customers)
        Money: margins less costs, at today's value.
    customers : pandas.DataFrame
        The table from which they set out.

    Examples
    --------
    Two worlds of one customer, written down by hand:

    >>> played = Futures(np.array([[0], [3]]), np.array([[0.0], [60.0]]),
    ...                  pd.DataFrame(index=["Ada"]))
    >>> played.each().loc["Ada", ["mean", "nothing"]].tolist()
    [30.0, 0.5]
    """

    purchases: np.ndarray = field(repr=False)
    value: Float = field(repr=False)
    customers: pd.DataFrame = field(repr=False)

    def each(self, level: float = 0.9) -> pd.DataFrame:
        """Where the value of each single customer will lie.

        Parameters
        ----------
        level : float
            Share of the futures that the range encloses, strictly between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            On the index of the customers: mean, low and high (money), and nothing (the
            probability of not a single purchase).

        Examples
        --------
        Of eleven equally likely values the middle nine enclose four fifths:

        >>> value = np.arange(11.0)[:, None]
        >>> played = Futures((value > 0).astype(int), value, pd.DataFrame(index=["Ada"]))
        >>> played.each(level=0.8).round(2)
             mean  low  high  nothing
        Ada   5.0  1.0   9.0     0.09
        """
        level = number(level, "level", "Futures.each", above=0, below=1)
        low, high = bounds(self.value.T, level)
        return pd.DataFrame(
            {
                "mean": self.value.mean(axis=0),
                "low": low,
                "high": high,
                "nothing": (self.purchases == 0).mean(axis=0),
            },
            index=self.customers.index,
        )

    def total(self, by: str | ArrayLike | None = None, *, level: float = 0.9) -> pd.DataFrame:
        """Where the value of groups of customers will lie.

        Parameters
        ----------
        by : str, array-like or None
            The group of each customer; None for all together.
        level : float
            Share of the futures that the range encloses.

        Returns
        -------
        pandas.DataFrame
            One row per group: customers (number), mean, low and high (money, in total).

        Examples
        --------
        One earns what the other loses: together they are certain, each alone is not.

        >>> value = np.array([[0.0, 10.0], [10.0, 0.0]])
        >>> played = Futures((value > 0).astype(int), value, pd.DataFrame(index=["Ada", "Bo"]))
        >>> played.total()
               customers  mean   low  high
        group
        all            2  10.0  10.0  10.0
        """
        where = "Futures.total"
        level = number(level, "level", where, above=0, below=1)
        groups = groups_of(self.customers, by, where)
        rows = {}
        for name, place in groups.groupby(groups, observed=True, sort=True).indices.items():
            sums = self.value[:, place].sum(axis=1)
            low, high = bounds(sums, level)
            rows[name] = {"customers": len(place), "mean": sums.mean(), "low": low, "high": high}
        table = pd.DataFrame.from_dict(rows, orient="index").astype({"customers": int})
        return table.rename_axis(str(groups.name))


def futures(
    customers: pd.DataFrame,
    purchases: Purchases,
    spend: Spend,
    *,
    horizon: float,
    discount_rate: float = 0.0,
    margin: Column = 1.0,
    cost_per_purchase: Column = 0.0,
    cost_to_keep: Column = 0.0,
    worlds: int = 200,
    rng: RNG = None,
) -> Futures:
    """Play the future of customers out, many times: who is alive, when they buy, what they spend.

    `value` gives the average of customers with a history, and how well it is known. What a single
    one will do is a matter of chance on top: this draws it.

    Parameters
    ----------
    customers, purchases, spend, discount_rate, margin, cost_per_purchase, cost_to_keep
        As in `value`. With fits, each world draws its own parameters, so that their uncertainty
        is in the ranges, too; with models, they are taken for known.
    horizon : float
        Time units to look ahead.
    worlds : int
        Number of futures, at least 10. Memory is 16 bytes × worlds × customers.
    rng : numpy.random.Generator, int or None

    Returns
    -------
    Futures
        ``purchases`` and ``value`` as arrays; ``each()`` and ``total()`` give ranges.

    Raises
    ------
    ValueError, TypeError
        As `value`, and for a model whose futures cannot be drawn.

    Examples
    --------
    >>> from centricity.clv import BGNBD, GammaGamma
    >>> customers = pd.DataFrame(
    ...     {"frequency": [2, 2], "recency": [30.4, 5.0], "T": [38.9, 38.9],
    ...      "monetary_value": [30.0, 30.0]}, index=["recent", "silent"])
    >>> played = futures(customers, BGNBD(0.243, 4.414, 0.793, 2.426),
    ...                  GammaGamma(6.25, 3.74, 15.44), horizon=52, worlds=500, rng=1)
    >>> played.each()["low"].tolist()
    [0.0, 0.0]
    """
    where = "clv.futures"
    terms = read_terms(
        customers, where, horizon=number(horizon, "horizon", where, above=0),
        discount_rate=discount_rate, margin=margin, cost_per_purchase=cost_per_purchase,
        cost_to_keep=cost_to_keep,
    )  # fmt: skip
    buying, buying_fit = model_of(purchases, PurchaseModel, "purchases", where)
    spending, spending_fit = model_of(spend, GammaGamma, "spend", where)
    worlds = int(number(worlds, "worlds", where, minimum=10, whole=True))
    rng = np.random.default_rng(rng)
    z = standard_draws(purchases, spend, worlds, rng, where)
    counts = np.empty((worlds, len(customers)), dtype=np.int64)
    money = np.empty((worlds, len(customers)))
    for world in range(worlds):
        one = moved(buying, axes(buying_fit) @ z[0][world])
        other = moved(spending, axes(spending_fit) @ z[1][world])
        future = live_on(one, customers, horizon, rng)
        counts[world] = np.bincount(future.owner, minlength=len(customers))
        money[world] = _money(future, other, customers, terms, rng)
    return Futures(counts, money, customers)


def _money(
    future: Future,
    spend: GammaGamma,
    customers: pd.DataFrame,
    terms: Terms,
    rng: np.random.Generator,
) -> Float:
    """Draw each customer's level of spend and each amount; add up at today's value."""
    x, mean, _ = _spends(customers, "clv.futures")
    # The posterior of ν: shape q + p x, rate γ + x × mean (equation (5) of the note is its mean).
    nu = rng.gamma(spend.q + spend.p * x, 1 / (spend.gamma + x * mean))
    amount = rng.gamma(spend.p, 1.0, len(future.owner)) / nu[future.owner]
    discount = (1 + terms.rate) ** -future.time
    size = len(customers)
    spent = np.bincount(future.owner, weights=amount * discount, minlength=size)
    bought = np.bincount(future.owner, weights=discount, minlength=size)
    kept = terms.per_period * future.time_alive(terms.rate)
    return np.asarray(terms.margin * spent - terms.per_purchase * bought - kept)
