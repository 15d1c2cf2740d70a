"""What groups of customers are worth, with intervals that belong to the groups."""

import numpy as np
import pandas as pd
from scipy import sparse

from centricity._typing import RNG, ArrayLike
from centricity._validate import number, numeric_column, problem, require_frame, which
from centricity.clv._terms import Column, read_terms
from centricity.clv._worth import Purchases, Spend, appraise, bounds, standard_draws
from centricity.clv.fit import Fit


def value_by_group(
    customers: pd.DataFrame,
    purchases: Purchases,
    spend: Spend,
    *,
    by: str | ArrayLike | None = None,
    horizon: float | None = None,
    discount_rate: float,
    margin: Column,
    cost_per_purchase: Column = 0.0,
    cost_to_keep: Column = 0.0,
    level: float = 0.9,
    draws: int = 400,
    rng: RNG = None,
) -> pd.DataFrame:
    """Lifetime value of groups of customers, in total and on average, with intervals.

    The interval of a total is not the sum of the customers' own: what one parameter draw adds to
    one customer it may take from another.

    Parameters
    ----------
    customers, purchases, spend, horizon, discount_rate, margin, cost_per_purchase, cost_to_keep, \
level, draws, rng
        As in `value`. A column ``n`` counts the customers that a row stands for.
    by : str, array-like or None
        The group of each customer: a column, or values in the order of the table; None for one
        group, "all".

    Returns
    -------
    pandas.DataFrame
        One row per group, sorted by it: customers (number), total and mean (money), share (of the
        value of all groups; missing where that is not above zero), and where a fit is given
        total_lower, total_upper, mean_lower and mean_upper.

    Raises
    ------
    ValueError, TypeError
        As `value`, and for a group that is missing.

    Examples
    --------
    >>> from centricity.clv import BGNBD, GammaGamma
    >>> customers = pd.DataFrame(
    ...     {"frequency": [2, 2, 0], "recency": [30.4, 5.0, 0.0], "T": 38.9,
    ...      "monetary_value": [30.0, 30.0, 0.0], "channel": ["web", "shop", "shop"]})
    >>> table = value_by_group(
    ...     customers, BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(6.25, 3.74, 15.44),
    ...     by="channel", horizon=52, discount_rate=0.002, margin=0.3)
    >>> list(table.index), table["customers"].tolist()
    (['shop', 'web'], [2, 1])
    """
    where = "clv.value_by_group"
    level = number(level, "level", where, above=0, below=1)
    terms = read_terms(
        customers, where, horizon=horizon, discount_rate=discount_rate, margin=margin,
        cost_per_purchase=cost_per_purchase, cost_to_keep=cost_to_keep,
    )  # fmt: skip
    groups = groups_of(customers, by, where)
    unsure = isinstance(purchases, Fit) or isinstance(spend, Fit)
    z = standard_draws(purchases, spend, draws, rng, where) if unsure else None
    worth = appraise(customers, purchases, spend, terms, where)
    adds, sizes = _membership(customers, groups, where)
    total = adds @ worth.estimate()
    table = pd.DataFrame({"customers": sizes, "total": total}, index=_labels(groups))
    table["mean"] = table["total"] / table["customers"]
    table["share"] = table["total"] / total.sum() if total.sum() > 0 else np.nan
    if z is not None:
        drawn = np.zeros((len(table), len(z[0])))
        for rows, values in worth.draws(z):
            drawn += adds[:, rows] @ values
        for name, size in (("total", 1), ("mean", table["customers"])):
            for side, ends in zip(("lower", "upper"), bounds(drawn, level), strict=True):
                table[f"{name}_{side}"] = ends / size
    return table


def groups_of(customers: pd.DataFrame, by: str | ArrayLike | None, where: str) -> pd.Series:
    """Return the group of each customer, none of them missing."""
    frame = require_frame(customers, where)
    if by is None:
        return pd.Series("all", index=frame.index, name="group")
    if isinstance(by, str):
        if by not in frame:
            rule = "A group given as text names a column of the customers table"
            raise problem(where, f"there is no column '{by}'", rule)
        groups = frame[by]
    else:
        name = str(by.name) if isinstance(by, pd.Series) and by.name is not None else "group"
        if len(np.asarray(by)) != len(frame):
            says = f"{len(np.asarray(by)):,} groups were given for {len(frame):,} customers"
            raise problem(where, says, "Each customer has one group")
        groups = pd.Series(by.array if isinstance(by, pd.Series) else np.asarray(by))
        groups = groups.set_axis(frame.index).rename(name)
    if groups.isna().any():
        says = f"the group is missing for {which(groups.isna(), 'customers')}"
        raise problem(where, says, "Each customer has one group", "Give them a group of their own")
    return groups


def _labels(groups: pd.Series) -> pd.Index:
    """Return the groups that occur, sorted; the categories' own order where there is one."""
    return groups.groupby(groups, observed=True, sort=True).size().index


def _membership(
    customers: pd.DataFrame, groups: pd.Series, where: str
) -> tuple[sparse.csr_array, np.ndarray]:
    """Return the matrix that adds customers up to groups, and the groups' sizes."""
    n = np.ones(len(customers))
    if "n" in customers:
        n = numeric_column(customers, "n", where, minimum=0)
    place = _labels(groups).get_indexer(pd.Index(groups))
    shape = (place.max() + 1, len(n))
    adds = sparse.csr_array((n, (place, np.arange(len(n)))), shape=shape)
    sizes = np.bincount(place, weights=n)
    return adds, sizes.astype(int) if (sizes == np.round(sizes)).all() else sizes
