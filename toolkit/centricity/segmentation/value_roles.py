"""Most valuable, most growable, below zero: what a customer is to the firm."""

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike
from centricity._validate import number
from centricity.segmentation._checks import middle_rank, same_customers, values_of

ROLES = ("most valuable", "most growable", "below zero", "other")


def roles(
    actual: ArrayLike,
    potential: ArrayLike,
    *,
    cost_to_serve: ArrayLike | None = None,
    valuable: float = 0.2,
    growable: float = 0.2,
    valuable_from: float | None = None,
    growable_from: float | None = None,
) -> pd.DataFrame:
    r"""Say of each customer whether they are most valuable, most growable or below zero.

    Parameters
    ----------
    actual : pandas.Series or array
        What each customer brings now and is expected to go on bringing, before the cost to serve
        them, in money (margin of a year, or lifetime value).
    potential : pandas.Series or array
        What they would bring if the firm had all of their business that it could win, in the same
        money and over the same time. From a survey, a wallet model or bought data: an order log
        alone doesn't know it.
    cost_to_serve : pandas.Series or array, optional
        What serving them costs over that time; default nothing.
    valuable, growable : float
        Share of all customers to look at: the best by net value, and the best by growth.
    valuable_from, growable_from : float, optional
        Amounts of money to use instead of the shares.

    Returns
    -------
    pandas.DataFrame
        Index of ``actual``: ``actual``, ``potential``, ``cost_to_serve``, ``net`` (actual less
        cost), ``growth`` (potential less actual) and ``role``, a categorical with exactly one of
        "most valuable", "most growable", "below zero" or "other".

    Raises
    ------
    ValueError
        When a value is missing or infinite, the customers differ, a cost is negative, or a share
        isn't between 0 and 1.
    TypeError
        When values are not numbers.

    Notes
    -----
    The terms are Peppers & Rogers' (1993; 2017, chapter 5): value today and unrealised potential
    are two things. The rule, first match wins:

    1. *below zero*: ``net < 0`` and ``potential < cost_to_serve``: they cost more than they bring,
       and would even if they brought all they could;
    2. *most valuable*: net value above zero and among the best ``valuable`` share;
    3. *most growable*: growth above zero and among the best ``growable`` share;
    4. *other*.

    A customer with a loss today and a potential that pays for it isn't below zero. One who is both
    valuable and growable is "most valuable": losing them would cost most. Equal customers have
    equal roles, so shares are met only as nearly as ties allow (the middle of their ranks decides,
    as in :func:`tiers`).

    References
    ----------
    Peppers, D., & Rogers, M. (1993). *The One to One Future*. Currency Doubleday.
    Peppers, D., & Rogers, M. (2017). *Managing Customer Experience and Relationships* (3rd ed.).
    Wiley.

    Examples
    --------
    >>> who = list("ABCDE")
    >>> table = roles(pd.Series([900.0, 100, 80, 20, 10], who),
    ...               pd.Series([950.0, 120, 700, 25, 60], who),
    ...               cost_to_serve=pd.Series([50.0, 30, 30, 40, 40], who))
    >>> table[["net", "growth", "role"]]
         net  growth           role
    A  850.0    50.0  most valuable
    B   70.0    20.0          other
    C   50.0   620.0  most growable
    D  -20.0     5.0     below zero
    E  -30.0    50.0          other
    """
    where = "roles"
    now = _amounts(actual, "actual", where)
    table = pd.DataFrame({"actual": now})
    table["potential"] = _matching(potential, "potential", now.index, where)
    cost = pd.Series(0.0, now.index) if cost_to_serve is None else cost_to_serve
    table["cost_to_serve"] = _matching(cost, "cost_to_serve", now.index, where, minimum=0)
    table["net"] = table["actual"] - table["cost_to_serve"]
    table["growth"] = table["potential"] - table["actual"]
    best = _best(table["net"], valuable, valuable_from, "valuable", where)
    grows = _best(table["growth"], growable, growable_from, "growable", where)
    losing = (table["net"] < 0) & (table["potential"] < table["cost_to_serve"])
    code = np.select([losing, best & (table["net"] > 0), grows & (table["growth"] > 0)],
                     [2, 0, 1], default=3).astype(np.int64)  # fmt: skip
    kinds = pd.Categorical.from_codes(code, categories=pd.Index(ROLES))
    table["role"] = pd.Series(kinds, index=table.index)
    return table


def _amounts(data: ArrayLike, name: str, where: str, *, minimum: float | None = None) -> pd.Series:
    if not isinstance(data, pd.DataFrame | pd.Series) and np.ndim(data) == 1:
        data = pd.Series(data)
    if isinstance(data, pd.Series):
        data = data.rename(name)
    return values_of(data, name, where, minimum=minimum).rename(name)


def _matching(
    data: ArrayLike, name: str, index: pd.Index, where: str, *, minimum: float | None = None
) -> pd.Series:
    values = _amounts(data, name, where, minimum=minimum)
    same_customers(index, values.index, ("actual", name), where)
    return values.reindex(index)


def _best(
    values: pd.Series, share: float, least: float | None, name: str, where: str
) -> np.ndarray:
    if least is not None:
        return (values >= number(least, f"{name}_from", where)).to_numpy()
    number(share, name, where, minimum=0, maximum=1)
    doubled, n = middle_rank(-values.to_numpy())
    place = np.round((doubled - 1) / (2 * n), 12)
    return place < share
