"""What a simulated programme did, and what the world would have been without it."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity.loyalty._engine import FLOWS, Block
from centricity.loyalty._enrol import GROUPS
from centricity.loyalty._scheme import Rules
from centricity.loyalty.accounting import Pool
from centricity.loyalty.programme import Programme

MONEY_IN_CENTS = ("sales", "margin", "member_sales", "twin_sales", "twin_margin")
EUROS = (*MONEY_IN_CENTS, "fees", "reward_face", "reward_cost", "tier_cost")
COSTS = ("reward_cost", "tier_cost", "platform_cost")
ORDERED_GROUPS = ("member", "holdout", "nonmember", "gone")


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
        without it; ``members`` (enrolled and not gone), ``joined`` and ``referrals`` in this
        period, ``member_sales``, ``fees`` (booked when paid; what a closing programme gives back
        is a negative fee); points ``issued``, ``redeemed``, ``expired`` in this
        period, ``pending`` and ``outstanding`` at its end (pending is part of outstanding);
        ``redeemers``, ``reward_face``, ``reward_cost`` (at marginal cost), ``tier_cost``,
        ``upgrades``, ``downgrades``.
    tiers : DataFrame
        Members in each tier while they buy, one row per period from the launch.
    members : DataFrame
        One row per customer, index and traits as given: ``group`` (member; holdout: would have
        joined and was kept out; nonmember; gone: left before the launch), ``joined`` (period, or
        −1), ``active`` and ``twin_active`` at the end, ``tier`` (of who has left: the last one),
        ``periods`` spent as a customer,
        ``sales_before`` the launch; since the launch ``orders``, ``sales`` and their twins;
        points ``issued``, ``redeemed``, ``expired``, ``outstanding``.
    friends : DataFrame
        The same for the friends whom members brought, with ``referrer`` and ``arrives``; they
        are in ``history`` too. Without referral it has no rows.
    ledger : DataFrame
        Points by issue cohort: index (``issued_in``, ``period``), each row the cohort's state
        at the end of that period, cumulative: issued = redeemed + expired + outstanding.
    pnl : DataFrame
        One row per period from the launch: ``sales``, ``margin``, ``fees``, ``reward_face``,
        ``reward_cost``, ``tier_cost``, ``platform_cost``, ``profit`` (margin and fees less the
        three costs), ``twin_profit``; for the books ``deferred`` (members' sales set aside for
        points), ``released`` and ``revenue`` = sales + fees − deferred + released.
    panel : DataFrame or None
        Sales by customer (rows) and period (columns), if asked for.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),), validity=12)
    >>> outcome = loyalty.simulate(
    ...     programme, loyalty.Members.draw(300, rng=1), 24,
    ...     behaviour=loyalty.Behaviour.none(), rng=1)
    >>> float(outcome.incremental()["sales"].sum())
    0.0
    """

    programme: Programme
    launch: int
    history: pd.DataFrame = field(repr=False)
    tiers: pd.DataFrame = field(repr=False)
    members: pd.DataFrame = field(repr=False)
    friends: pd.DataFrame = field(repr=False)
    ledger: pd.DataFrame = field(repr=False)
    pnl: pd.DataFrame = field(repr=False)
    panel: pd.DataFrame | None = field(default=None, repr=False)

    def incremental(self) -> pd.DataFrame:
        """Return what the programme truly changed: this world minus its twin.

        Returns
        -------
        DataFrame
            One row per period from the launch: ``sales``, ``margin``, then ``fees`` and the
            costs as they are (``reward_cost`` at marginal cost, ``tier_cost``,
            ``platform_cost``) and ``profit`` = incremental margin + fees − costs. Euros.

        Examples
        --------
        Members whom nothing moves cost what the card costs:

        >>> from centricity import loyalty
        >>> card = loyalty.Programme(
        ...     points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),), platform_cost=50)
        >>> outcome = loyalty.simulate(card, loyalty.Members.draw(300, rng=1), 12,
        ...                            behaviour=loyalty.Behaviour.none(), rng=1)
        >>> total = outcome.incremental().sum()
        >>> bool(total["profit"] == -total["reward_cost"] - 12 * 50)
        True
        """
        since = self.history.loc[self.launch :]
        truth = pd.DataFrame(
            {name: since[name] - since[f"twin_{name}"] for name in ("sales", "margin")}
        )
        truth = truth.join(self.pnl[["fees", *COSTS]])
        costs = truth[list(COSTS)].sum(axis=1)
        return truth.assign(profit=truth["margin"] + truth["fees"] - costs)

    @property
    def redemption_rate(self) -> float:
        """Points redeemed as a share of points issued, so far; nan when none were issued.

        Examples
        --------
        >>> from centricity import loyalty
        >>> card = loyalty.Programme(
        ...     points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),))
        >>> outcome = loyalty.simulate(card, loyalty.Members.draw(300, rng=1), 12, rng=1)
        >>> 0 < outcome.redemption_rate < 1
        True
        """
        issued = self.history["issued"].sum()
        return float(self.history["redeemed"].sum() / issued) if issued else float("nan")


def assemble(rules: Rules, table: pd.DataFrame, done: list[Block]) -> Outcome:
    """Add up the blocks and name what they hold."""
    programme, launch = rules.programme, rules.launch
    every = [*done, *(block.friends for block in done if block.friends is not None)]
    time = pd.RangeIndex(rules.periods, name="period")
    since = time[launch:]
    sums = _flows(every)
    names = [tier.name for tier in programme.tiers]
    panel = None
    if done[0].panel is not None:
        sales = np.concatenate([block.panel for block in done if block.panel is not None], axis=1)
        panel = pd.DataFrame(sales.T / 100, index=table.index, columns=time)
    return Outcome(
        programme=programme,
        launch=launch,
        history=pd.DataFrame(sums, index=time),
        tiers=pd.DataFrame(_total(every, "tiers")[launch:], index=since, columns=names),
        members=_state(table, done, names),
        friends=_friends(table, done, names),
        ledger=_ledger(every, launch, programme.pending),
        pnl=_pnl(rules, {name: flow[launch:] for name, flow in sums.items()}, since),
        panel=panel,
    )


def _total(every: list[Block], name: str) -> Float:
    return np.sum([getattr(block, name) for block in every], axis=0)


def _flows(every: list[Block]) -> dict[str, np.ndarray]:
    total = _total(every, "flows")
    sums = {name: total[:, place] for place, name in enumerate(FLOWS)}
    sums |= {name: sums[name] / 100 for name in MONEY_IN_CENTS}
    return {name: flow if name in EUROS else flow.astype(np.int64) for name, flow in sums.items()}


def _state(table: pd.DataFrame, done: list[Block], names: list[str]) -> pd.DataFrame:
    state = {name: np.concatenate([b.members[name] for b in done]) for name in done[0].members}
    order = np.array([ORDERED_GROUPS.index(group) for group in GROUPS], np.int8)
    group = pd.Categorical.from_codes(order[state["group"]], pd.Index(ORDERED_GROUPS))
    tier = pd.Categorical.from_codes(state["tier"], pd.Index(names), ordered=True)
    clash = [name for name in table.columns if name in state]
    frame = pd.DataFrame(state | {"group": group, "tier": tier}, index=table.index, copy=False)
    return pd.concat([table.drop(columns=clash), frame], axis=1)


def _friends(table: pd.DataFrame, done: list[Block], names: list[str]) -> pd.DataFrame:
    brought, start = [], 0
    for block in done:
        lives = block.friends
        if lives is not None and lives.traits is not None and lives.referrers is not None:
            own = pd.DataFrame(lives.traits)
            own.insert(0, "referrer", table.index[start + lives.referrers])
            brought.append(_state(own, [lives], names))
        start += len(block.members["group"])
    if brought:
        return pd.concat(brought, ignore_index=True)
    nobody = replace(done[0], members={n: v[:0] for n, v in done[0].members.items()})
    none = pd.DataFrame({"referrer": table.index[:0], "arrives": np.zeros(0)})
    return _state(none, [nobody], names)


def _ledger(every: list[Block], launch: int, pending: int) -> pd.DataFrame:
    issued = _total(every, "issued")
    redeemed = _total(every, "redeemed").cumsum(axis=1)
    expired = _total(every, "expired").cumsum(axis=1)
    cohort, period = np.triu_indices(len(issued))
    cohort, period = cohort[cohort >= launch], period[cohort >= launch]
    points = {
        "issued": issued[cohort],
        "redeemed": redeemed[cohort, period],
        "expired": expired[cohort, period],
    }
    outstanding = points["issued"] - points["redeemed"] - points["expired"]
    young = np.where(period < cohort + pending, outstanding, 0)
    index = pd.MultiIndex.from_arrays([cohort, period], names=["issued_in", "period"])
    return pd.DataFrame(points | {"pending": young, "outstanding": outstanding}, index=index)


def _pnl(rules: Rules, sums: dict[str, np.ndarray], since: pd.Index) -> pd.DataFrame:
    programme = rules.programme
    alive = np.array([rules.alive(period) for period in since], float)
    costs = {
        "reward_cost": sums["reward_cost"],
        "tier_cost": sums["tier_cost"],
        "platform_cost": programme.platform_cost * alive,
    }
    pool = Pool.of(
        sums["member_sales"], sums["issued"], sums["redeemed"], sums["expired"],
        price=programme.point_value, rates=np.full(len(since), programme.expected_redemption),
    )  # fmt: skip
    released = pool.released()
    books = {
        **{name: sums[name] for name in ("sales", "margin", "fees", "reward_face")},
        **costs,
        "profit": sums["margin"] + sums["fees"] - sum(costs.values()),
        "twin_profit": sums["twin_margin"],
        "deferred": pool.deferred,
        "released": released,
        "revenue": sums["sales"] + sums["fees"] - pool.deferred + released,
    }
    return pd.DataFrame(books, index=since)
