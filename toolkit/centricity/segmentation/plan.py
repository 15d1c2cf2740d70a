"""What to do first: two-way segments of value by life stage, each with one action."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike
from centricity._validate import a_type, listing, number, problem
from centricity.segmentation._checks import same_customers, segments_of, values_of


@dataclass(frozen=True)
class Group:
    """A group of two-way segments and what to do about it.

    Attributes
    ----------
    name : str
        Two or three words.
    tiers, stages : tuple of str
        The group holds every pair of one of these value tiers with one of these life stages.
    who : str
        Who is in it, in plain words.
    action : str
        The one thing to do.

    Examples
    --------
    A plan of one's own, for tiers and stages of one's own:

    >>> plan = [Group("Write", ("gold",), ("silent",), "gold customers gone silent", "A letter"),
    ...         Group("Leave", ("gold", "blue"), ("buying",), "everybody who buys", "Nothing")]
    >>> tier = pd.Series(["gold", "blue"], index=["Ann", "Bob"])
    >>> stage = pd.Series(["silent", "buying"], index=["Ann", "Bob"])
    >>> group = actions(tier, stage, groups=plan)
    >>> group.to_dict()
    {'Ann': 'Write', 'Bob': 'Leave'}
    >>> action_table(group, groups=plan)["action"].to_dict()
    {'Write': 'A letter', 'Leave': 'Nothing'}
    """

    name: str
    tiers: tuple[str, ...]
    stages: tuple[str, ...]
    who: str
    action: str


BEST, MIDDLE, LOW = ("top", "high"), ("middle",), ("low",)
ANY = (*BEST, *MIDDLE, *LOW)
# In the order in which a manager would spend the next free hour.
GROUPS = (
    Group("Win back", BEST, ("at risk",), "best fifth, silent for longer than usual",
          "Contact personally within two weeks; ask what changed before offering anything"),
    Group("Keep close", BEST, ("active",), "best fifth, buying at their usual pace",
          "Serve first and learn each one's next need; no discounts for what they buy anyway"),
    Group("Welcome", ANY, ("new",), "first order a short while ago",
          "Help with the first purchase and suggest the second; the second order decides"),
    Group("Develop", MIDDLE, ("active",), "middle tier, buying at their usual pace",
          "Offer one more category that fits what they buy; measure against a control group"),
    Group("Remind", (*MIDDLE, *LOW), ("at risk",), "middle and low tier, silent for long",
          "One low-cost automatic reminder; stop if it brings nothing"),
    Group("Try once more", BEST, ("lapsed",), "best fifth, silent for very long",
          "One strong offer to a random half, the other half as control; spend less than they "
          "are worth"),
    Group("Serve simply", LOW, ("active",), "low tier, buying at their usual pace",
          "Self-service and automatic messages; watch who grows"),
    Group("Let rest", (*MIDDLE, *LOW), ("lapsed",), "middle and low tier, silent for very long",
          "Stop paid contact; keep the door open"),
)  # fmt: skip
BELOW_ZERO = Group(
    "Change the terms", ("below zero",), ("new", "active", "at risk", "lapsed"),
    "cost more than they bring",
    "Find out why first; then change delivery, returns or price, before refusing anyone",
)  # fmt: skip

SURE = 0.9
"""From this P(alive) on, a silence is no reason to call a returning customer at risk."""


def actions(
    tier: pd.Series,
    stage: pd.Series,
    *,
    p_alive: pd.Series | None = None,
    sure: float = SURE,
    groups: Sequence[Group] = (*GROUPS, BELOW_ZERO),
) -> pd.Series:
    """Give each customer one action, by value tier and life stage.

    Parameters
    ----------
    tier, stage : pandas.Series
        Value tier (:func:`tiers`) and life stage (:func:`life_stage`) of the same customers, in
        any order.
    p_alive : pandas.Series, optional
        P(alive) from a purchase model, for all or some of the customers. One who is "at risk" by
        silence and still alive with at least ``sure`` counts as "active": a frequent buyer's short
        pause is no alarm.
    sure : float
        From which P(alive) on, 0 to 1.
    groups : sequence of Group
        Which pairs belong together, and what to do, in order of priority; default the eight of
        ``GROUPS`` and, for customers below zero, one more.

    Returns
    -------
    pandas.Series
        Categorical, named "group", index of ``tier``; categories in the order of priority.

    Raises
    ------
    ValueError
        When the customers differ, a segment is missing, a pair of tier and stage that occurs is in
        no group or in two, a P(alive) is outside 0 to 1, or two groups have one name.
    TypeError
        When tier, stage or p_alive isn't a Series, or a group isn't a Group.

    Notes
    -----
    The actions are starting points for an argument, not findings: what an action brings is known
    only against a control group that was left alone.

    Examples
    --------
    >>> tier = pd.Series(["top", "top", "low"], index=list("ABC"))
    >>> stage = pd.Series(["at risk", "active", "lapsed"], index=list("ABC"))
    >>> actions(tier, stage).to_dict()
    {'A': 'Win back', 'B': 'Keep close', 'C': 'Let rest'}
    >>> actions(tier, stage, p_alive=pd.Series({"A": 0.95})).to_dict()["A"]
    'Keep close'
    """
    where = "actions"
    plan = _plan(groups, where)
    rows = segments_of(tier, "tier", where).astype(object)
    columns = segments_of(stage, "stage", where).astype(object)
    same_customers(rows.index, columns.index, ("tier", "stage"), where)
    columns = columns.reindex(rows.index)
    if p_alive is not None:
        columns = columns.mask(_surely_alive(p_alive, rows.index, sure) & (columns == "at risk"),
                               "active")  # fmt: skip
    pairs = pd.MultiIndex.from_arrays([rows, columns])
    _require_covered(pairs, plan, where)
    names = [plan[pair] for pair in pairs]
    order = pd.CategoricalDtype([group.name for group in groups])
    return pd.Series(names, index=rows.index, name="group", dtype=object).astype(order)


def _plan(groups: Sequence[Group], where: str) -> dict[tuple[str, str], str]:
    plan: dict[tuple[str, str], str] = {}
    for group in groups:
        if not isinstance(group, Group):
            raise problem(
                where, f"groups hold {a_type(group)}", "A plan is made of segmentation.Group",
                error=TypeError,
            )  # fmt: skip
        if group.name in plan.values():
            raise problem(where, f"two groups are called '{group.name}'", "Names are unique")
        for pair in ((tier, stage) for tier in group.tiers for stage in group.stages):
            if pair in plan:
                raise problem(
                    where,
                    f"{pair[0]} and {pair[1]} are in the groups '{plan[pair]}' and '{group.name}'",
                    "Each pair of tier and stage has one action",
                    "Take the pair out of one of them",
                )
            plan[pair] = group.name
    return plan


def _surely_alive(p_alive: pd.Series, index: pd.Index, sure: float) -> np.ndarray:
    where = "actions"
    number(sure, "sure", where, minimum=0, maximum=1)
    if not isinstance(p_alive, pd.Series):
        raise problem(
            where, f"p_alive is {a_type(p_alive)}",
            "It is a pandas Series: a probability per customer", error=TypeError,
        )  # fmt: skip
    if p_alive.isna().all():  # of nobody, too: in a young base nobody has come back yet
        return np.zeros(len(index), dtype=bool)
    chance = values_of(p_alive.rename("p_alive").dropna(), None, where, minimum=0)
    if (chance > 1).any():
        raise problem(where, f"p_alive goes up to {chance.max():g}", "A probability is at most 1")
    return (chance.reindex(index) >= sure).to_numpy()


def _require_covered(pairs: pd.MultiIndex, plan: dict[tuple[str, str], str], where: str) -> None:
    left = [pair for pair in pairs.unique() if pair not in plan]
    if left:
        count = int(pairs.isin(left).sum())
        raise problem(
            where,
            f"{count:,} of {len(pairs):,} customers are in pairs without a group: "
            + listing(f"{tier} and {stage}" for tier, stage in left[:3]),
            "Each pair of tier and stage that occurs has one action",
            "Add a segmentation.Group for these pairs to groups=",
        )


def action_table(
    group: pd.Series,
    *,
    values: ArrayLike | None = None,
    groups: Sequence[Group] = (*GROUPS, BELOW_ZERO),
) -> pd.DataFrame:
    """List the groups that have customers, with who they are, what is at stake and what to do.

    Parameters
    ----------
    group : pandas.Series
        From :func:`actions`.
    values : pandas.Series, optional
        What is at stake per customer, such as last year's profit or lifetime value, in money; for
        the same customers.
    groups : sequence of Group
        As given to :func:`actions`.

    Returns
    -------
    pandas.DataFrame
        Index ``group``, in order of priority: ``who``, ``customers``, ``share``, with values also
        ``value`` (sum) and ``value_share``, and ``action``. The sums are those of all customers.

    Raises
    ------
    ValueError
        When the customers differ, or a name is in no group of ``groups``.
    TypeError
        When ``group`` is no Series.

    Examples
    --------
    >>> group = pd.Series(["Win back", "Let rest", "Let rest"], index=list("ABC"))
    >>> profit = pd.Series([300.0, 40.0, 60.0], index=list("ABC"))
    >>> action_table(group, values=profit)[["customers", "value", "value_share"]]
              customers  value  value_share
    group
    Win back          1  300.0         0.75
    Let rest          2  100.0         0.25
    """
    where = "action_table"
    _plan(groups, where)
    held = segments_of(group, "group", where).astype(str)
    says = {one.name: one for one in groups}
    strange = [name for name in held.unique() if name not in says]
    if strange:
        raise problem(
            where, f"there is no group called {listing(strange[:3])}",
            f"A group is one of: {listing(says)}", "Give the same groups= as to actions",
        )  # fmt: skip
    counts = held.value_counts()
    names = [name for name in says if name in counts.index]
    table = pd.DataFrame(
        {"who": [says[name].who for name in names], "customers": counts.loc[names].to_numpy()},
        index=pd.Index(names, name="group"),
    )
    table["share"] = table["customers"] / len(held)
    if values is not None:
        worth = values_of(values, None, where)
        same_customers(held.index, worth.index, ("group", "values"), where)
        table["value"] = worth.groupby(held.reindex(worth.index)).sum().reindex(names)
        whole = float(worth.sum())
        table["value_share"] = table["value"] / whole if whole > 0 else float("nan")
    table["action"] = [says[name].action for name in names]
    return table
