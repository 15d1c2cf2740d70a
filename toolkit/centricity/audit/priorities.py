"""What to do first: groups of customers by value and life stage, each with one action."""

import pandas as pd

from centricity.audit.parts import Part
from centricity.segmentation.plan import (  # noqa: F401  (other files of the audit read them here)
    ANY,
    BELOW_ZERO,
    BEST,
    GROUPS,
    LOW,
    MIDDLE,
    SURE,
    Group,
    actions,
)

EVERY = (*GROUPS, BELOW_ZERO)


def assign(
    tiers: Part[pd.Series], stages: Part[pd.Series], p_alive: pd.Series | None = None
) -> Part[pd.Series]:
    """Put each customer into one group.

    Parameters
    ----------
    tiers, stages : Part of pandas.Series
        Value tier and life stage of the same customers.
    p_alive : pandas.Series, optional
        P(alive) of customers who came back. One who is at risk by silence and still alive with
        90 % or more counts as active: a frequent buyer's short pause is no alarm.

    Returns
    -------
    Part of pandas.Series
        Categorical, named ``group``, groups in the order of priority; the last is for customers
        below zero.
    """
    for part in (tiers, stages):
        if part.value is None:
            return Part.missing(part.reason)
    return Part(actions(tiers.found, stages.found, p_alive=p_alive, groups=EVERY))


def tabulate(group: Part[pd.Series], customers: pd.DataFrame) -> Part[pd.DataFrame]:
    """Count each group and what is at stake in it.

    Parameters
    ----------
    group : Part of pandas.Series
    customers : pandas.DataFrame
        With sales_last_year, and p_alive and clv where there is a model.

    Returns
    -------
    Part of pandas.DataFrame
        Index ``group``: who, customers, sales_last_year, p_alive (mean) and clv (sum) where
        known, action. Empty groups are left out.
    """
    if group.value is None:
        return Part.missing(group.reason)
    sums = customers.groupby(group.value, observed=True)
    table = pd.DataFrame(
        {"customers": sums.size(), "sales_last_year": sums["sales_last_year"].sum()}
    )
    if "clv" in customers:
        table["p_alive"] = sums["p_alive"].mean()
        table["clv"] = sums["clv"].sum()
    says = {one.name: one for one in EVERY}
    table.insert(0, "who", [says[str(name)].who for name in table.index])
    table["action"] = [says[str(name)].action for name in table.index]
    table.index = pd.Index(table.index.astype(str), name="group")
    return Part(table)
