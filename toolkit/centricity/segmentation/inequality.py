"""How unequal customers are: deciles, and the concentration of a total on few of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike
from centricity._validate import number, problem
from centricity.segmentation._checks import people, values_of


def deciles(
    table: pd.DataFrame | pd.Series, *, by: str | None = None, groups: int = 10
) -> pd.DataFrame:
    """Sort customers from best to worst, cut them into equal groups and add each group up.

    Parameters
    ----------
    table : pandas.DataFrame or pandas.Series
        One row per customer. Values may be negative (profits are); their total may not.
    by : str, optional
        The column to sort by and add up; needed with a DataFrame.
    groups : int
        How many groups, default 10.

    Returns
    -------
    pandas.DataFrame
        Index ``decile`` (``group`` when there aren't ten), 1 the best. Columns ``customers``,
        ``customer_share``, ``total``, ``total_share``, ``cumulative_share`` (of the total, from
        the best group down), ``mean``, ``lowest``, ``highest``. Shares are fractions of one.
        Sizes differ by one customer at most, the larger groups first. A cumulative share passes 1
        when the last groups are below zero.

    Raises
    ------
    ValueError
        When the column is missing, a value is missing or infinite, a customer has two rows, there
        are fewer customers than groups, or the total isn't above zero.
    TypeError
        When the values are not numbers.

    Notes
    -----
    Equal values may straddle two groups, since sizes are equal here (in :func:`tiers` and
    :func:`rfm_scores` equal values stay together instead). No number in the table depends on which
    of the equal customers went where.

    Examples
    --------
    >>> spend = pd.Series([50.0, 30.0, 10.0, 10.0], index=list("ABCD"))
    >>> deciles(spend, groups=2)[["customers", "total", "total_share", "cumulative_share"]]
           customers  total  total_share  cumulative_share
    group
    1              2   80.0          0.8               0.8
    2              2   20.0          0.2               1.0
    """
    where = "deciles"
    values = values_of(table, by, where)
    groups = int(number(groups, "groups", where, minimum=2, whole=True))
    if len(values) < groups:
        raise problem(
            where,
            f"{people(len(values))} for {groups} groups",
            "Each group needs at least one customer",
            "Use fewer groups or more customers",
        )
    whole = _positive_total(values, where)
    parts = np.array_split(np.sort(values.to_numpy())[::-1], groups)
    result = pd.DataFrame(
        {
            "customers": [len(part) for part in parts],
            "customer_share": [len(part) / len(values) for part in parts],
            "total": [part.sum() for part in parts],
        },
        index=pd.RangeIndex(1, groups + 1, name="decile" if groups == 10 else "group"),
    )
    result["total_share"] = result["total"] / whole
    result["cumulative_share"] = result["total_share"].cumsum()
    result["mean"] = [part.mean() for part in parts]
    result["lowest"] = [part[-1] for part in parts]
    result["highest"] = [part[0] for part in parts]
    return result


def _positive_total(values: pd.Series, where: str) -> float:
    whole = float(values.sum())
    if not (np.isfinite(whole) and whole > 0):
        raise problem(
            where,
            f"the total of '{values.name}' is {whole:g}",
            "A share of the total has a meaning only when the total is finite and above zero",
        )
    return whole


@dataclass(frozen=True)
class Concentration:
    """How a total is spread over customers.

    Attributes
    ----------
    n : int
        Number of customers.
    total : float
        What they bring together, in the unit of the values.
    gini : float
        Gini coefficient: 0 when all bring the same, ``1 - 1/n`` when one brings everything.
    lorenz : pandas.DataFrame
        The Lorenz curve: ``customers`` and ``total``, both cumulative shares from 0 to 1, the
        smallest customers first; n + 1 rows.

    Examples
    --------
    Five customers bring 20 together, the best of them 12:

    >>> found = concentration([1.0, 1.0, 2.0, 4.0, 12.0])
    >>> found.total, found.gini, round(found.top_20, 6)
    (20.0, 0.5, 0.6)
    >>> found.lorenz
       customers  total
    0        0.0   0.00
    1        0.2   0.05
    2        0.4   0.10
    3        0.6   0.20
    4        0.8   0.40
    5        1.0   1.00
    """

    n: int
    total: float
    gini: float
    lorenz: pd.DataFrame

    def top_share(self, share: float) -> float:
        """Share of the total that the best ``share`` of customers bring.

        Parameters
        ----------
        share : float
            Share of the customers, 0 to 1. Where ``share`` times n isn't whole, the last customer
            counts in part.

        Returns
        -------
        float
            Share of the total, 0 to 1.

        Raises
        ------
        ValueError
            When ``share`` isn't between 0 and 1.

        Examples
        --------
        The best three tenths of five customers are one and a half, so 12 and half of 4 of 20:

        >>> found = concentration([1.0, 1.0, 2.0, 4.0, 12.0])
        >>> round(found.top_share(0.3), 6)
        0.7
        """
        share = number(share, "share", "Concentration.top_share", minimum=0, maximum=1)
        below = np.interp(1 - share, self.lorenz["customers"], self.lorenz["total"])
        return float(1 - below)

    @property
    def top_10(self) -> float:
        """Share of the total that the best tenth of customers bring."""
        return self.top_share(0.1)

    @property
    def top_20(self) -> float:
        """Share of the total that the best fifth of customers bring."""
        return self.top_share(0.2)

    def summary(self) -> pd.Series:
        """Return the main numbers as a labelled Series.

        Returns
        -------
        pandas.Series
            ``customers``, ``total``, ``gini``, ``top_10`` and ``top_20``.

        Examples
        --------
        >>> concentration([1.0, 1.0, 2.0, 4.0, 12.0]).summary().round(6)
        customers     5.0
        total        20.0
        gini          0.5
        top_10        0.3
        top_20        0.6
        Name: concentration, dtype: float64
        """
        return pd.Series(
            {"customers": self.n, "total": self.total, "gini": self.gini,
             "top_10": self.top_10, "top_20": self.top_20},
            name="concentration",
        )  # fmt: skip


def concentration(values: ArrayLike) -> Concentration:
    r"""Measure how far a total rests on few customers: Gini coefficient, top shares, Lorenz curve.

    Parameters
    ----------
    values : Series or array of numbers, shape (n,)
        One value of at least zero per customer, for example spend.

    Returns
    -------
    Concentration
        ``gini``, ``top_10``, ``top_20``, ``top_share(p)``, ``lorenz``.

    Raises
    ------
    ValueError
        When a value is missing, infinite or negative, a customer has two rows, or all are zero.
    TypeError
        When the values are not numbers.

    Notes
    -----
    With values sorted upwards, the Gini coefficient is twice the area between the Lorenz curve
    and the diagonal,

    .. math:: G = \frac{\sum_i (2i - n - 1)\, x_{(i)}}{n \sum_i x_i}

    (Gini 1912; this form in Sen 1973, *On Economic Inequality*, section 2.4). It describes these
    customers; it is not corrected by n/(n − 1) as an estimate from a sample would be. Customers
    below zero have no place in it: use :func:`deciles`, which takes them.

    Examples
    --------
    >>> result = concentration([0.0, 0.0, 0.0, 100.0])
    >>> result.gini
    0.75
    >>> concentration(np.arange(1, 101)).top_20
    0.3584158415841584
    """
    where = "concentration"
    held = values_of(values, None, where)
    below = held < 0
    if below.any():
        raise problem(
            where,
            f"'{held.name}' is below 0 for {int(below.sum()):,} of {len(held):,} customers",
            "Gini coefficient and Lorenz curve need values of at least zero",
            "Use deciles(), which takes them, or set these customers aside and say so",
        )
    whole = _positive_total(held, where)
    ordered = np.sort(held.to_numpy())
    n = len(ordered)
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * whole))
    running = np.concatenate([[0.0], np.cumsum(ordered)])
    lorenz = pd.DataFrame(
        {"customers": np.arange(n + 1) / n, "total": running / running[-1]},
    )
    return Concentration(n, whole, gini, lorenz)
