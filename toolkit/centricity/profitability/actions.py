"""Keep, fix or release: what an action is expected to change, account by account."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import ArrayOrFloat, Float
from centricity._validate import a_type, did_you_mean, number, problem, which
from centricity.profitability._economics import Economics, economics_of
from centricity.profitability.reaction import Reaction, require_reaction


@dataclass(frozen=True)
class Action:
    """What is done with an account: nothing, a price rise, cheaper service, or an end.

    Parameters
    ----------
    rise : float
        Price rise as a share, from 0 to 1: 0.1 for 10 %.
    saving : float
        Share of the account's avoidable cost to serve that is saved by serving it more cheaply;
        from 0 to 1.
    release : bool
        End the relation. Cannot be combined with the others.
    cost : float
        What the action itself costs, once (a negotiation, a new ordering page); at least 0.

    Raises
    ------
    ValueError
        When a number is outside its bounds, or a release comes with a price rise or a saving.
    TypeError
        When a number isn't one, or ``release`` is neither True nor False.

    Examples
    --------
    >>> str(Action(rise=0.1)), str(Action(saving=0.3)), str(RELEASE), str(KEEP)
    ('price +10%', 'service -30%', 'release', 'keep')
    """

    rise: float = 0.0
    saving: float = 0.0
    release: bool = False
    cost: float = 0.0

    def __post_init__(self) -> None:
        number(self.rise, "rise", "Action", minimum=0, maximum=1)
        number(self.saving, "saving", "Action", minimum=0, maximum=1)
        number(self.cost, "cost", "Action", minimum=0)
        if not isinstance(self.release, bool | np.bool_):
            raise problem("Action", f"release is {self.release!r}", "It is True or False",
                          error=TypeError)  # fmt: skip
        if self.release and (self.rise or self.saving):
            raise problem(
                "Action",
                f"a release comes with rise {self.rise} and saving {self.saving}",
                "Who is released pays no new price",
            )

    def __str__(self) -> str:
        """Name the action in a few words.

        Examples
        --------
        >>> str(Action(rise=0.05, saving=0.2))
        'price +5%, service -20%'
        """
        if self.release:
            return "release"
        parts = [f"price +{self.rise:.0%}"] if self.rise else []
        parts += [f"service -{self.saving:.0%}"] if self.saving else []
        return ", ".join(parts) or "keep"


KEEP = Action()
RELEASE = Action(release=True)


def expected_change(
    table: pd.DataFrame, plan: Mapping[object, Action], reaction: Reaction
) -> pd.DataFrame:
    r"""Expected change of profit over the next period by a plan, against keeping everybody.

    Parameters
    ----------
    table : pandas.DataFrame
        Accounts as from :func:`statement`: their next period is expected to be like this one.
    plan : mapping of account to Action
        Accounts that are not in it are kept as they are.
    reaction : Reaction
        How customers answer.

    Returns
    -------
    pandas.DataFrame
        In the order of ``table``: ``action`` (in words), ``loss_probability``, ``kept`` (expected
        profit if nothing is done), ``planned`` (expected profit with the action), ``change``.

    Raises
    ------
    ValueError
        When the plan names an unknown account, or a column of the table is missing.
    TypeError
        When the plan isn't a mapping to actions, or ``reaction`` no :class:`Reaction`.

    Notes
    -----
    With revenue R, goods G and service S, avoidable parts g and s of the latter two, price rise r,
    volume v of those who stay and saving a, an account brings

    .. math:: R(1+r)v - G - S + g(1-v) + s\,(1 - v(1-a))

    if it stays and :math:`g + s - G - S` if it leaves: costs that can't be avoided are paid in
    either case.

    Examples
    --------
    >>> table = pd.DataFrame({"revenue": [100.0], "goods": [70.0], "cost_to_serve": [40.0],
    ...     "avoidable_goods": [35.0], "avoidable_service": [20.0]}, index=["A"])
    >>> reaction = Reaction(base=0.05, price=10)
    >>> [round(float(expected_change(table, {"A": what}, reaction)["change"].iloc[0]), 2)
    ...  for what in (KEEP, Action(rise=0.1), RELEASE)]
    [0.0, 5.37, -42.75]
    """
    where = "expected_change"
    require_reaction(reaction, where)
    money = economics_of(table, where)
    chosen = actions_of(plan, money.index, where)
    lost = loss_probabilities(chosen, reaction)
    anyway = reaction.loss_probability(0.0)
    kept = (1 - anyway) * money.profit + anyway * if_leaving(money)
    planned = (1 - lost) * if_staying(money, chosen, reaction) + lost * if_leaving(money)
    planned = planned - chosen["cost"].to_numpy()
    return pd.DataFrame(
        {
            "action": chosen["action"],
            "loss_probability": lost,
            "kept": kept,
            "planned": planned,
            "change": planned - kept,
        },
        index=money.index,
    )


def compare_actions(
    table: pd.DataFrame, menu: Mapping[str, Action], reaction: Reaction
) -> pd.DataFrame:
    """Try every action on every account and name the best.

    Parameters
    ----------
    table : pandas.DataFrame
        Accounts as from :func:`statement`.
    menu : mapping of str to Action
        Actions by name.
    reaction : Reaction
        How customers answer.

    Returns
    -------
    pandas.DataFrame
        One column per action: expected change of profit against keeping the account as it is.
        ``best`` (the name of the largest, the first of equals) and ``gain`` (its change).

    Raises
    ------
    ValueError
        When the menu is empty or uses a kept name, or a column of the table is missing.
    TypeError
        When the menu isn't a mapping to actions, or ``reaction`` no :class:`Reaction`.

    Notes
    -----
    The best of several uncertain numbers looks better than it is (the winner's curse); hold the sum
    of ``gain`` against a hold-out or a trial.

    Examples
    --------
    >>> table = pd.DataFrame({"revenue": [100.0, 100.0], "goods": [70.0, 70.0],
    ...     "cost_to_serve": [40.0, 120.0], "avoidable_goods": [60.0, 60.0],
    ...     "avoidable_service": [20.0, 90.0]}, index=["A", "B"])
    >>> menu = {"keep": KEEP, "reprice": Action(rise=0.1), "release": RELEASE}
    >>> compare_actions(table, menu, Reaction(base=0.05, price=10))["best"].to_dict()
    {'A': 'reprice', 'B': 'release'}
    """
    where = "compare_actions"
    if not isinstance(menu, Mapping) or not all(isinstance(a, Action) for a in menu.values()):
        says = {name: type(a).__name__ for name, a in menu.items()} if isinstance(menu, Mapping) \
            else a_type(menu)  # fmt: skip
        raise problem(
            where, f"the menu is {says}", "A menu maps names to actions",
            "For example {'keep': KEEP, 'reprice': Action(rise=0.1)}", error=TypeError,
        )  # fmt: skip
    require_reaction(reaction, where)
    if not menu or {"best", "gain"} & set(menu):
        raise problem(
            where,
            f"the menu is {list(menu)}",
            "It holds at least one action, and none called 'best' or 'gain'",
        )
    index = economics_of(table, where).index
    frame = pd.DataFrame(
        {
            name: expected_change(table, dict.fromkeys(index, action), reaction)["change"]
            for name, action in menu.items()
        }
    )
    return frame.assign(best=frame.idxmax(axis=1), gain=frame.max(axis=1))


def actions_of(plan: object, index: pd.Index, where: str) -> pd.DataFrame:
    """One row per account: the numbers of its action."""
    if not isinstance(plan, Mapping):
        raise problem(
            where, f"plan is {a_type(plan)}", "A plan maps accounts to actions",
            "For example {'H001': Action(rise=0.1)}", error=TypeError,
        )  # fmt: skip
    unknown = [name for name in plan if name not in index]
    if unknown:
        raise problem(
            where,
            f"{len(unknown):,} of {len(plan):,} accounts of the plan are not in the table "
            f"(first: {', '.join(map(str, unknown[:3]))})",
            "A plan names accounts of the table",
            did_you_mean(str(unknown[0]), [str(name) for name in index[:12]]),
        )
    wrong = pd.Series([not isinstance(a, Action) for a in plan.values()], index=list(plan))
    if wrong.any():
        raise problem(
            where, f"{which(wrong, noun='accounts')} have something else than an Action",
            "A plan maps accounts to actions", "For example Action(rise=0.1)", error=TypeError,
        )  # fmt: skip
    each = [plan.get(account, KEEP) for account in index]
    return pd.DataFrame(
        {
            "action": [str(a) for a in each],
            "rise": [float(a.rise) for a in each],
            "saving": [float(a.saving) for a in each],
            "release": [bool(a.release) for a in each],
            "cost": [float(a.cost) for a in each],
        },
        index=index,
    )


def loss_probabilities(
    chosen: pd.DataFrame, reaction: Reaction, scale: ArrayOrFloat = 1.0
) -> Float:
    """Probability that each account leaves under its action."""
    lost = reaction.loss_probability(
        chosen["rise"].to_numpy(), chosen["saving"].to_numpy(), scale=scale
    )
    return np.where(chosen["release"], 1.0, lost)


def if_staying(money: Economics, chosen: pd.DataFrame, reaction: Reaction) -> Float:
    """Profit of each account that stays under its action."""
    rise, saving = chosen["rise"].to_numpy(), chosen["saving"].to_numpy()
    volume = reaction.volume_kept(rise)
    sold = money.revenue * (1 + rise) * volume
    saved = money.free_goods * (1 - volume) + money.free_service * (1 - volume * (1 - saving))
    return sold - money.goods - money.service + saved


def if_leaving(money: Economics) -> Float:
    """Profit of each account that leaves: the costs that stay."""
    return money.profit - money.contribution
