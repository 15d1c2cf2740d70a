"""What a simulated programme did, and what the world would have been without it."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from centricity.loyalty import _engine
from centricity.loyalty.accounting import deferred_revenue
from centricity.loyalty.programme import Programme

MONEY_IN_CENTS = ("sales", "margin", "member_sales", "twin_sales", "twin_margin")
EUROS = (*MONEY_IN_CENTS, "reward_face", "reward_cost", "tier_cost")
GROUPS = ("member", "holdout", "nonmember")


@dataclass(frozen=True, eq=False)
class Outcome:
    """The result of :func:`simulate`. Money is in euros, points are whole numbers.

    Parameters
    ----------
    programme : Programme
    launch : int
        Period in which the programme started.
    history : DataFrame
        One row per period, sums over all customers. ``customers``, ``orders``, ``sales``,
        ``margin`` (before any cost of the programme) and the same with ``twin_`` for the world
        without it; ``members`` (enrolled and not gone), ``member_sales``; points ``issued``,
        ``redeemed``, ``expired`` in this period, ``pending`` and ``outstanding`` at its end
        (pending is part of outstanding); ``redeemers``, ``reward_face``, ``reward_cost`` (at
        marginal cost), ``tier_cost``, ``upgrades``, ``downgrades``.
    tiers : DataFrame
        Members in each tier while they buy, one row per period from the launch.
    members : DataFrame
        One row per customer, index and traits as given: ``group`` (member, holdout,
        nonmember), ``active`` at the end, ``tier``, ``periods`` spent as a customer,
        ``sales_before`` the launch; since the launch ``orders``, ``sales`` and their twins;
        points ``issued``, ``redeemed``, ``expired``, ``outstanding``.
    ledger : DataFrame
        Points by issue cohort: index (``issued_in``, ``period``), each row the cohort's state
        at the end of that period, cumulative: issued = redeemed + expired + outstanding.
    pnl : DataFrame
        One row per period from the launch: ``sales``, ``margin``, ``reward_cost``,
        ``reward_face``, ``tier_cost``, ``platform_cost``, ``profit`` (margin less the three
        costs), ``twin_profit``; for the books ``deferred`` (members' sales set aside for points),
        ``released`` and ``revenue`` = sales − deferred + released.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),), validity=12)
    >>> outcome = loyalty.simulate(
    ...     programme, loyalty.draw_members(300, rng=1), 24,
    ...     behaviour=loyalty.Behaviour.none(), rng=1)
    >>> float(outcome.incremental()["sales"].sum())
    0.0
    """

    programme: Programme
    launch: int
    history: pd.DataFrame = field(repr=False)
    tiers: pd.DataFrame = field(repr=False)
    members: pd.DataFrame = field(repr=False)
    ledger: pd.DataFrame = field(repr=False)
    pnl: pd.DataFrame = field(repr=False)

    def incremental(self) -> pd.DataFrame:
        """Return what the programme truly changed: this world minus its twin.

        Returns
        -------
        DataFrame
            One row per period from the launch: ``sales``, ``margin``, then the costs as they
            are (``reward_cost`` at marginal cost, ``tier_cost``, ``platform_cost``) and
            ``profit`` = incremental margin − costs. Euros.
        """
        since = self.history.loc[self.launch :]
        truth = pd.DataFrame(
            {name: since[name] - since[f"twin_{name}"] for name in ("sales", "margin")}
        )
        costs = self.pnl[["reward_cost", "tier_cost", "platform_cost"]]
        truth = truth.join(costs)
        return truth.assign(profit=truth["margin"] - costs.sum(axis=1))

    @property
    def redemption_rate(self) -> float:
        """Points redeemed as a share of points issued, so far; nan when none were issued."""
        issued = self.history["issued"].sum()
        return float(self.history["redeemed"].sum() / issued) if issued else float("nan")


def assemble(
    programme: Programme, members: pd.DataFrame, done: list[_engine.Block], *, launch: int
) -> Outcome:
    """Add up the blocks and name what they hold."""
    flows = np.sum([block.flows for block in done], axis=0)
    history = pd.DataFrame(flows, columns=list(_engine.FLOWS)).rename_axis("period")
    history[list(MONEY_IN_CENTS)] /= 100
    history = history.astype({name: "int64" for name in _engine.FLOWS if name not in EUROS})
    tiers = pd.DataFrame(
        np.sum([block.tiers for block in done], axis=0),
        columns=[tier.name for tier in programme.tiers],
    ).rename_axis("period")
    return Outcome(
        programme=programme,
        launch=launch,
        history=history,
        tiers=tiers.loc[launch:],
        members=_members(programme, members, done),
        ledger=_ledger(programme, done, launch),
        pnl=_pnl(programme, history.loc[launch:]),
    )


def _members(
    programme: Programme, members: pd.DataFrame, done: list[_engine.Block]
) -> pd.DataFrame:
    state = {name: np.concatenate([b.members[name] for b in done]) for name in done[0].members}
    for name in ("sales_before", "sales", "twin_sales"):
        state[name] = state[name] / 100
    names = pd.Index([tier.name for tier in programme.tiers])
    group = pd.Categorical.from_codes(state["group"], pd.Index(GROUPS))
    tier = pd.Categorical.from_codes(state["tier"], names, ordered=True)
    frame = pd.DataFrame(state | {"group": group, "tier": tier}, index=members.index)
    clash = [name for name in members.columns if name in frame.columns]
    return pd.concat([members.drop(columns=clash), frame], axis=1)


def _ledger(programme: Programme, done: list[_engine.Block], launch: int) -> pd.DataFrame:
    issued = np.sum([block.lots.issued for block in done], axis=0)
    redeemed = np.sum([block.lots.redeemed for block in done], axis=0).cumsum(axis=1)
    expired = np.sum([block.lots.expired for block in done], axis=0).cumsum(axis=1)
    periods = len(issued)
    cohort, period = np.triu_indices(periods)
    cohort, period = cohort[cohort >= launch], period[cohort >= launch]
    table = pd.DataFrame(
        {
            "issued_in": cohort,
            "period": period,
            "issued": issued[cohort],
            "redeemed": redeemed[cohort, period],
            "expired": expired[cohort, period],
        }
    ).set_index(["issued_in", "period"])
    outstanding = table["issued"] - table["redeemed"] - table["expired"]
    pending = outstanding.where(period < cohort + programme.pending, 0)
    return table.assign(pending=pending, outstanding=outstanding)


def _pnl(programme: Programme, history: pd.DataFrame) -> pd.DataFrame:
    costs = history[["reward_cost", "tier_cost"]].assign(platform_cost=programme.platform_cost)
    books = deferred_revenue(
        history[["issued", "redeemed", "expired"]].assign(sales=history["member_sales"]),
        point_price=programme.point_value,
        redemption_rate=programme.expected_redemption,
    )
    return pd.concat(
        [
            history[["sales", "margin", "reward_face"]],
            costs,
            (history["margin"] - costs.sum(axis=1)).rename("profit"),
            history["twin_margin"].rename("twin_profit"),
            books[["deferred", "released"]],
            (history["sales"] - books["deferred"] + books["released"]).rename("revenue"),
        ],
        axis=1,
    )
