"""Activity-based costing: what each account costs to serve, and what no account has caused."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    did_you_mean,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)
from centricity.profitability._checks import (
    columns_at_least_zero,
    one_currency,
    one_of_each,
    require_accounts,
    to_cents,
)

WHERE = "cost_to_serve"


@dataclass(frozen=True)
class CostToServe:
    """Costs traced to accounts, and what is left over, by name.

    Attributes
    ----------
    by_account : pandas.DataFrame
        Cost of each activity (columns) for each account (rows), rounded to the cent.
    rates : pandas.DataFrame
        Index ``activity``. ``pool``; ``quantity`` (done for all accounts); ``rate`` (money per unit
        of the driver, missing where nobody used the activity and no capacity is known);
        ``allocated``; ``avoidable`` (share of it that goes away with the activity).
    reconciliation : pandas.DataFrame
        Index ``pool``. ``incurred`` = ``allocated`` (to accounts) + ``unused`` (capacity that was
        paid for and not used; below zero where more was done than the capacity allows) +
        ``untraced`` (costs that no account drives) + ``rounding`` (odd cents), exactly, in cents.

    Examples
    --------
    Three visits of four hours each, by a team that costs 1,000 and can work 20 hours:

    >>> usage = pd.DataFrame({"visit": [2, 1]}, index=["A", "B"])
    >>> activities = pd.DataFrame({"pool": ["sales"], "hours": [4.0]}, index=["visit"])
    >>> pools = pd.DataFrame({"cost": [1000.0], "capacity": [20], "avoidable": [0.5]},
    ...                      index=["sales"])
    >>> costs = cost_to_serve(usage, activities, pools=pools)
    >>> costs.reconciliation.loc["sales"].to_dict()
    {'incurred': 1000.0, 'allocated': 600.0, 'unused': 400.0, 'untraced': 0.0, 'rounding': 0.0}
    """

    by_account: pd.DataFrame
    rates: pd.DataFrame
    reconciliation: pd.DataFrame

    @property
    def total(self) -> pd.Series:
        """Cost to serve of each account (money).

        Examples
        --------
        >>> usage = pd.DataFrame({"visit": [2, 1]}, index=["A", "B"])
        >>> cost_to_serve(usage, pd.DataFrame({"cost": [90.0]}, index=["visit"])).total.to_dict()
        {'A': 60.0, 'B': 30.0}
        """
        return self.by_account.sum(axis=1).round(2).rename("cost_to_serve")

    @property
    def avoidable(self) -> pd.Series:
        """Part of each account's cost to serve that goes away when the account does (money).

        Examples
        --------
        >>> usage = pd.DataFrame({"visit": [2, 1]}, index=["A", "B"])
        >>> activities = pd.DataFrame({"cost": [90.0], "avoidable": [0.5]}, index=["visit"])
        >>> cost_to_serve(usage, activities).avoidable.to_dict()
        {'A': 30.0, 'B': 15.0}
        """
        shares = self.rates["avoidable"].reindex(self.by_account.columns)
        return (self.by_account * shares).sum(axis=1).rename("avoidable_service")

    @property
    def utilisation(self) -> pd.Series:
        """Share of each pool's cost that accounts have used; untraced pools are left out.

        Above 1 where more was done than the capacity allows.

        Examples
        --------
        >>> usage = pd.DataFrame({"visit": [2, 1]}, index=["A", "B"])
        >>> activities = pd.DataFrame({"pool": ["sales"], "hours": [4.0]}, index=["visit"])
        >>> pools = pd.DataFrame({"cost": [1000.0], "capacity": [20]}, index=["sales"])
        >>> cost_to_serve(usage, activities, pools=pools).utilisation.to_dict()
        {'sales': 0.6}
        """
        table = self.reconciliation
        traced = table[(table["untraced"] == 0) & (table["incurred"] > 0)]
        return (1 - traced["unused"] / traced["incurred"]).rename("utilisation")


def cost_to_serve(
    usage: pd.DataFrame, activities: pd.DataFrame, *, pools: pd.DataFrame | None = None
) -> CostToServe:
    r"""Trace the cost of activities to the accounts that caused them.

    Parameters
    ----------
    usage : pandas.DataFrame
        Accounts in the index, one column per activity: how many units of its driver each account
        used (see :func:`usage_table`).
    activities : pandas.DataFrame
        Activities in the index. Without ``pools``: ``cost`` (incurred in the period, money) and, if
        you like, ``driver`` (what is counted; a row whose driver is missing is a cost that no
        account drives) and ``avoidable`` (share from 0 to 1, default 1). With ``pools``: ``pool``
        (who does it) and ``hours`` (per unit of the driver).
    pools : pandas.DataFrame, optional
        Time-driven costing. Pools in the index: ``cost`` (incurred), ``capacity`` (practical
        capacity, hours) and, if you like, ``avoidable``. A pool that no activity draws on is a cost
        that no account drives (its capacity may be missing).

    Returns
    -------
    CostToServe
        ``by_account``, ``rates``, ``reconciliation``, ``total``, ``avoidable``, ``utilisation``.

    Raises
    ------
    ValueError
        When a quantity, cost or number of hours is negative or missing, an activity was used and
        has no rate, a pool is unknown or has no capacity, an account has two rows, two columns have
        one name, a share is outside 0 to 1, or a column 'currency' names several.
    TypeError
        When a table isn't a DataFrame or a column doesn't hold numbers.

    Notes
    -----
    Without pools the rate of an activity is its cost over all units used,

    .. math:: c_j = C_j / \sum_i q_{ij},

    so that idle time is charged to whoever happened to be served. Time-driven costing divides by
    the hours that *could* have been worked, :math:`c_j = h_j\, C_p / H_p`, and shows what was not
    used as a line of its own. Costs allocated, unused, untraced and odd cents always add up to the
    costs incurred, to the cent. Both rates are averages: how much money leaves with an account is
    another question, which ``avoidable`` answers.

    Cooper, R., & Kaplan, R. S. (1991). Profit priorities from activity-based costing. *Harvard
    Business Review*, 69(3), 130–135. Kaplan, R. S., & Anderson, S. R. (2004). Time-driven
    activity-based costing. *Harvard Business Review*, 82(11), 131–138.

    Examples
    --------
    >>> usage = pd.DataFrame({"order": [10, 30], "visit": [8, 2]}, index=["A", "B"])
    >>> activities = pd.DataFrame({"pool": ["desk", "sales"], "hours": [0.5, 4.0]},
    ...                           index=["order", "visit"])
    >>> pools = pd.DataFrame({"cost": [1000.0, 3000.0, 500.0], "capacity": [25, 60, None]},
    ...                      index=["desk", "sales", "head office"])
    >>> result = cost_to_serve(usage, activities, pools=pools)
    >>> result.by_account
       order   visit
    A  200.0  1600.0
    B  600.0   400.0
    >>> result.reconciliation.drop(columns="rounding")
                 incurred  allocated  unused  untraced
    pool
    desk           1000.0      800.0   200.0       0.0
    sales          3000.0     2000.0  1000.0       0.0
    head office     500.0        0.0     0.0     500.0
    """
    one_currency({"usage": usage, "activities": activities, "pools": pools}, WHERE)
    quantities = _quantities(usage)
    table = _activities(activities, quantities, timed=pools is not None)
    if pools is None:
        drawn = _by_volume(table, quantities)
        resources = table[["cost"]].rename_axis("pool")
    else:
        resources = _pools(pools, table)
        drawn = _by_time(table, resources, quantities)
    return _allocate(quantities, drawn, resources)


def _quantities(usage: object) -> pd.DataFrame:
    frame = require_frame(usage, WHERE).drop(columns="currency", errors="ignore")
    require_accounts(frame.index, WHERE)
    one_of_each(frame, WHERE, "activity")
    if {"activity", "quantity"} <= set(frame.columns):
        raise problem(
            WHERE,
            "usage has the columns 'activity' and 'quantity', so it is a log",
            "usage has one row per account and one column per activity",
            "Use usage_table(log, accounts=...) to make it",
        )
    return columns_at_least_zero(frame, WHERE, "accounts")


def _activities(activities: object, used: pd.DataFrame, *, timed: bool) -> pd.DataFrame:
    frame = require_frame(activities, WHERE)
    one_of_each(frame, WHERE)
    require_accounts(frame.index, WHERE, noun="activities")
    needed = ["pool", "hours"] if timed else ["cost"]
    rule = "With pools=, an activity names its pool and the hours it takes"
    plain = "Each activity has a cost; with hours and pools instead, give pools= as well"
    require_columns([str(n) for n in frame.columns], needed, WHERE,
                    rule if timed else plain)  # fmt: skip
    unknown = ~used.columns.isin(frame.index)
    if unknown.any():
        raise problem(
            WHERE,
            f"{which(pd.Series(unknown, index=used.columns), noun='activities')} of usage have "
            "no row in activities, so no rate",
            "Every activity that was used has a cost",
            "The accounts are the rows of usage: give usage.T"
            if used.index.isin(frame.index).all()
            else did_you_mean(str(used.columns[unknown][0]), [str(n) for n in frame.index]),
        )
    name = "hours" if timed else "cost"
    kept = {name: numeric_column(frame, name, WHERE, minimum=0, noun="activities")}
    table = pd.DataFrame(kept, index=frame.index.rename("activity"))
    table["avoidable"] = _shares(frame, "activities")
    if timed:
        table["pool"] = frame["pool"].to_numpy()
        return table
    table["pool"] = frame.index
    table["driven"] = frame["driver"].notna().to_numpy() if "driver" in frame else True
    _refuse_undriven(table, used)
    return table


def _refuse_undriven(table: pd.DataFrame, used: pd.DataFrame) -> None:
    undriven = used.columns.isin(table.index[~table["driven"]])
    if undriven.any():
        raise problem(
            WHERE,
            f"{which(pd.Series(undriven, index=used.columns), noun='activities')} are counted in "
            "usage although their driver is missing",
            "A cost without a driver belongs to no account",
            "Name its driver, or leave it out of usage",
        )


def _pools(pools: object, activities: pd.DataFrame) -> pd.DataFrame:
    frame = require_frame(pools, WHERE)
    one_of_each(frame, WHERE)
    require_accounts(frame.index, WHERE, noun="pools")
    require_columns([str(n) for n in frame.columns], ["cost", "capacity"], WHERE,
                    "A pool has a cost and a capacity in hours")  # fmt: skip
    unknown = ~activities["pool"].isin(frame.index)
    if unknown.any():
        raise problem(
            WHERE,
            f"{which(unknown, noun='activities')} draw on a pool that is not in pools",
            "Every activity is done by a known pool",
            did_you_mean(str(activities["pool"][unknown].iloc[0]), [str(n) for n in frame.index]),
        )
    drawn = frame.index.isin(activities["pool"])
    cost = numeric_column(frame, "cost", WHERE, minimum=0, noun="pools")
    capacity = np.full(len(frame), np.nan)
    capacity[drawn] = numeric_column(frame[drawn], "capacity", WHERE, minimum=0, noun="pools")
    if (capacity[drawn] == 0).any():
        found = which(pd.Series(capacity == 0, index=frame.index), noun="pools")
        raise problem(
            WHERE,
            f"'capacity' is zero in {found}",
            "The rate is the cost over the hours of practical capacity",
            "Give the hours that the pool can really work in the period",
        )
    table = pd.DataFrame({"cost": cost, "capacity": capacity}, index=frame.index.rename("pool"))
    return table.assign(avoidable=_shares(frame, "pools"), driven=drawn)


def _shares(frame: pd.DataFrame, name: str) -> Float:
    if "avoidable" not in frame:
        return np.ones(len(frame))
    shares = numeric_column(frame, "avoidable", WHERE, minimum=0, noun=name)
    if (shares > 1).any():
        found = which(pd.Series(shares > 1, index=frame.index), noun=name)
        raise problem(
            WHERE,
            f"'avoidable' is above 1 in {found}",
            "It is the share of a cost that goes away, from 0 to 1",
            "Divide percentages by 100",
        )
    return shares


def _by_volume(table: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Conventional rates: cost over units used, undefined where nobody used any."""
    volume = used.sum().reindex(table.index, fill_value=0.0)
    rate = (table["cost"] / volume.where(volume > 0)).where(table["driven"])
    if np.isinf(rate).any():
        name = rate.index[np.isinf(rate)][0]
        raise problem(
            WHERE,
            f"all accounts together used {volume[name]:g} of '{name}'",
            "Its cost is shared out by that number, which is too small for a rate",
            "Check the unit of the driver",
        )
    return table[["pool", "avoidable", "driven"]].assign(quantity=volume, rate=rate)


def _by_time(table: pd.DataFrame, pools: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Time-driven rates: hours per unit at the pool's cost per hour of practical capacity."""
    own = pools.loc[table["pool"]].set_index(table.index)
    volume = used.sum().reindex(table.index, fill_value=0.0)
    rate = table["hours"] * own["cost"] / own["capacity"]
    shares = table["avoidable"] * own["avoidable"]
    return table[["pool"]].assign(avoidable=shares, driven=True, quantity=volume, rate=rate)


def _allocate(used: pd.DataFrame, drawn: pd.DataFrame, resources: pd.DataFrame) -> CostToServe:
    order = [name for name in drawn.index if drawn.loc[name, "driven"]]
    volumes = used.reindex(columns=order, fill_value=0.0)
    cents = to_cents(volumes * drawn.loc[order, "rate"].fillna(0.0), WHERE)
    by_account = pd.DataFrame(cents / 100, index=used.index, columns=pd.Index(order))
    paid = pd.Series(cents.sum(axis=0), index=order).reindex(drawn.index, fill_value=0)
    exact = (drawn["quantity"] * drawn["rate"]).fillna(0.0)
    rates = drawn[["pool", "quantity", "rate"]].assign(
        allocated=paid / 100, avoidable=drawn["avoidable"]
    )
    sums = pd.DataFrame({"paid": paid, "exact": exact}).groupby(drawn["pool"]).sum()
    sums = sums.reindex(resources.index, fill_value=0)
    incurred = pd.Series(to_cents(resources["cost"], WHERE), index=resources.index)
    driven = drawn.groupby("pool")["driven"].any().reindex(resources.index, fill_value=False)
    free = pd.Series(to_cents(resources["cost"] - sums["exact"], WHERE), index=resources.index)
    unused, untraced = free.where(driven, 0), incurred.where(~driven, 0)
    table = pd.DataFrame(
        {"incurred": incurred, "allocated": sums["paid"], "unused": unused, "untraced": untraced}
    )
    table["rounding"] = incurred - sums["paid"] - unused - untraced
    return CostToServe(by_account, rates, (table / 100).rename_axis("pool"))
