"""One block of members through time, in the documented order of events."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from centricity._typing import Float
from centricity.loyalty._enrol import Joining
from centricity.loyalty._points import Whole
from centricity.loyalty._scheme import Rules, Scheme
from centricity.loyalty._streams import Normal, Uniform
from centricity.loyalty._traits import MOST_ORDERS
from centricity.loyalty._worlds import BASKET_LOG_SD, Draws, Worlds, period_draws

FLOWS = (
    "customers", "orders", "sales", "margin",
    "twin_customers", "twin_orders", "twin_sales", "twin_margin",
    "members", "joined", "referrals", "member_sales", "fees",
    "issued", "redeemed", "expired", "pending", "outstanding",
    "redeemers", "reward_face", "reward_cost", "tier_cost", "upgrades", "downgrades",
)  # fmt: skip
FRIEND_RATE_LOG_SD, FRIEND_BASKET_LOG_SD = 0.5, 0.25
OTHER_EFFECTS = 8.0  # 1 and all effects but the response to price, each at most 1
ROOMY = 1.9e9  # points that fit into 32 bits, with some to spare


@dataclass(frozen=True)
class Block:
    """What one block did: sums by period, points by lot, each member's state at the end."""

    flows: Float
    tiers: Whole
    issued: Whole
    redeemed: Whole
    expired: Whole
    best: float
    missed: frozenset[str]
    most: int
    members: dict[str, np.ndarray]
    panel: np.ndarray | None = None
    friends: "Block | None" = None
    traits: dict[str, Float] | None = None
    referrers: np.ndarray | None = None


def simulate_block(
    traits: dict[str, Float], seed: np.random.SeedSequence, rules: Rules, *, panel: bool = False
) -> Block:
    """Draw everything that one block needs, and run it; then run the friends it brought."""
    # Some systems take every large array back at once, and lend it again page by page, which is
    # slow. Having seen a larger piece come back, they keep those of the next block at hand.
    np.empty(31 << 20, np.uint8)
    assign, main, renew, refer, friends = seed.spawn(5)
    n = len(traits["hazard"])
    joining = Joining(
        traits, rules.programme, Uniform(assign, n, 3).draw(),
        launch=rules.launch, holdout=rules.holdout,
    )  # fmt: skip
    seldom = {"renew": Uniform(renew, n, 1), "refer": Uniform(refer, n, 1)}
    block = run_block(
        traits, joining, period_draws(main, slice(0, n)), lambda name: seldom[name].draw()[0],
        rules, panel=panel,
    )  # fmt: skip
    return _with_friends(block, traits, friends, rules)


def _with_friends(
    block: Block, traits: dict[str, Float], seed: np.random.SeedSequence, rules: Rules
) -> Block:
    """Let the friends live too, whom members brought: alike, each with luck of his own."""
    due = block.members.pop("friends")  # with their period; not for the reader
    who = np.flatnonzero((due >= 0) & (due < rules.periods))
    if not len(who):
        return block
    rate, basket, main, renew = seed.spawn(4)
    n = int(who.max()) + 1
    seldom = Uniform(renew, n, 1)
    theirs = {name: values[who] for name, values in traits.items()}
    for name, log_sd, most, own in (
        ("purchase_rate", FRIEND_RATE_LOG_SD, MOST_ORDERS, Normal(rate, n).draw()[who]),
        ("basket", FRIEND_BASKET_LOG_SD, np.inf, Normal(basket, n).draw()[who]),
    ):
        theirs[name] = np.minimum(theirs[name] * np.exp(log_sd * own - log_sd**2 / 2), most)
    theirs["arrives"] = due[who].astype(float)
    # Who comes through a member joins, and brings nobody in turn.
    open_to_all = replace(rules, programme=replace(rules.programme, enrolment=None,
                                                   referral_bonus=0), holdout=0.0)  # fmt: skip
    joining = Joining(theirs, open_to_all.programme, np.zeros((3, len(who))),
                      launch=rules.launch, holdout=0.0)  # fmt: skip
    lives = run_block(
        theirs, joining, period_draws(main, who), lambda _: seldom.draw()[0][who],
        open_to_all, twin=False,
    )  # fmt: skip
    lives.members.pop("friends")
    return replace(block, friends=replace(lives, traits=theirs, referrers=who))


def run_block(
    traits: dict[str, Float],
    joining: Joining,
    draws: Iterator[Draws],
    chances: Callable[[str], Float],
    rules: Rules,
    *,
    twin: bool = True,
    panel: bool = False,
) -> Block:
    """Take one block through all periods: expire, review, buy, earn, redeem, leave, refer."""
    worlds = Worlds(traits, twin=twin)
    scheme = Scheme(rules, traits, joining, chances, wide=needs_width(traits, rules))
    flows = np.zeros((rules.periods, len(FLOWS)))
    tiers: Whole = np.zeros((rules.periods, len(rules.programme.tiers)), np.int64)
    sales = np.zeros((rules.periods, len(traits["hazard"]))) if panel else None
    for period in range(rules.periods):
        draw, launched = next(draws), period >= rules.launch
        worlds.arrive(period)
        if period == rules.launch:
            joining.mark_gone(~worlds.here & (traits["arrives"] < rules.launch))
        seen = dict.fromkeys(FLOWS, 0.0)
        change = scheme.begin(period, worlds.here) if launched else None
        seen |= _counts(worlds, scheme, tiers[period], launched=launched)
        worlds.buy(draw, change, launched=launched, falling=scheme.response.hurts)
        seen |= worlds.flows()
        joining.remember(period, worlds.cents)
        if sales is not None:
            sales[period] = worlds.cents
        if launched:
            outside = 0.0 if scheme.everyone else worlds.cents[~scheme.enrolled].sum()
            seen["member_sales"] = seen["sales"] - outside
            scheme.earn(period, worlds)
            scheme.redeem(period, draw.redeem, worlds)
        worlds.leave(draw, scheme.hazard if launched else None)
        if launched:
            scheme.refer(period, worlds.here)
            scheme.lots.close(period)
            seen |= scheme.seen
        flows[period] = [seen[name] for name in FLOWS]
    lots = scheme.lots
    for name, flow in lots.flows().items():
        flows[:, FLOWS.index(name)] = flow
    return Block(
        flows, tiers, lots.issued, lots.redeemed, lots.expired, scheme.status.best,
        frozenset(reward.name for reward in scheme.missed), scheme.most,
        final_state(worlds, scheme, rules), panel=sales,
    )  # fmt: skip


def _counts(worlds: Worlds, scheme: Scheme, tiers: Whole, *, launched: bool) -> dict[str, float]:
    """Count customers, and members by tier, before anybody leaves."""
    counts: dict[str, float] = {
        "customers": int(np.count_nonzero(worlds.here)),
        "twin_customers": int(np.count_nonzero(worlds.twin_here)),
    }
    if not launched:
        return counts
    inside = worlds.here if scheme.everyone else worlds.here & scheme.enrolled
    members = int(np.count_nonzero(inside))
    above = 0
    for tier in range(len(tiers) - 1, 0, -1):
        tiers[tier] = np.count_nonzero(inside & (scheme.status.tier == tier))
        above += tiers[tier]
    tiers[0] = members - above
    return counts | {"members": members, "tier_cost": float(tiers @ scheme.tier_costs)}


def needs_width(traits: dict[str, Float], rules: Rules) -> bool:
    """Say whether a member's points might not fit into 32 bits, with a generous bound."""
    programme, behaviour = rules.programme, rules.behaviour
    top = max(tier.multiplier for tier in programme.tiers)
    for campaign in programme.campaigns:
        top *= max(campaign.multiplier, 1.0)
    back = programme.points_per_euro + programme.points_per_visit / max(
        float(traits["basket"].min()), 0.01
    )
    sensitivity = behaviour.price_response * float(traits["price_sensitivity"].max())
    faster = OTHER_EFFECTS + sensitivity * back * top * programme.point_value
    rate = float(traits["purchase_rate"].max()) * faster
    orders = rate + 20 * np.sqrt(rate) + 40
    basket = float(traits["basket"].max()) * np.exp(9 * BASKET_LOG_SD)
    base = programme.points_per_euro * basket + programme.points_per_visit
    bonus = programme.joining_bonus + programme.referral_bonus
    most = rules.periods * orders * base * top + bonus
    dearest = max(reward.points for reward in programme.rewards)
    return bool(max(most, dearest) > ROOMY)


def final_state(worlds: Worlds, scheme: Scheme, rules: Rules) -> dict[str, np.ndarray]:
    """Return what each customer has done, and is in the end."""
    joining, lots, sums = scheme.joining, scheme.lots, worlds.sums
    issued = lots.up_to(rules.periods - 1)
    euros = ("sales_before", "sales", "twin_sales")
    counts: dict[str, np.ndarray] = {
        "orders": sums["orders"],
        "twin_orders": sums["twin_orders"],
        "issued": issued,
        "redeemed": lots.redeemed_by,
        "expired": np.subtract(lots.gone, lots.redeemed_by),
        "outstanding": np.subtract(issued, lots.gone),
    }
    return {
        "group": joining.group,
        "joined": joining.joined,
        "active": worlds.here,
        "twin_active": worlds.twin_here,
        "tier": np.where(scheme.enrolled, scheme.status.tier, -1).astype(np.int8),
        "periods": worlds.stayed,
        **{name: sums[name] / 100 for name in euros},
        **{name: values.astype(np.int64) for name, values in counts.items()},
        "friends": scheme.friends,
    }
