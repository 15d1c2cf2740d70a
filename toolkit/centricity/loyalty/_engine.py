"""One block of members through time, with the programme and, on the same draws, without it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from centricity._typing import Float
from centricity.loyalty._points import Lots, Whole
from centricity.loyalty._streams import BLOCK
from centricity.loyalty._tiers import Status
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.programme import Programme

BASKET_LOG_SD = 0.35
FLOWS = (
    "customers", "orders", "sales", "margin",
    "twin_customers", "twin_orders", "twin_sales", "twin_margin",
    "members", "member_sales", "issued", "redeemed", "expired", "pending", "outstanding",
    "redeemers", "reward_face", "reward_cost", "tier_cost", "upgrades", "downgrades",
)  # fmt: skip
MEMBER, HOLDOUT, NONMEMBER = 0, 1, 2


@dataclass(frozen=True)
class Draws:
    """The random numbers of one period, one of each kind per member."""

    buy: Float
    basket: Float
    redeem: Float
    leave: Float


def period_draws(stream: np.random.Generator, n: int) -> Iterator[Draws]:
    """Yield the draws of one period after another, always drawing for a full block."""
    while True:
        buy, redeem, leave = stream.random((3, BLOCK))[:, :n]
        yield Draws(buy, stream.standard_normal(BLOCK)[:n], redeem, leave)


@dataclass
class Block:
    """What one block of members did; sums over members by period, and each member's state."""

    flows: Float
    tiers: Whole
    lots: Lots
    best_qualifying: float
    members: dict[str, np.ndarray]


def assign(
    traits: dict[str, Float], programme: Programme, holdout: float, stream: np.random.Generator
) -> Whole:
    """Decide who joins, and who of these is held out at random."""
    n = len(traits["purchase_rate"])
    joins, held = stream.random((2, BLOCK))[:, :n]
    group = np.full(n, MEMBER)
    if programme.enrolment is not None:
        share, steepness = programme.enrolment.share, programme.enrolment.selection
        pull = share * traits["purchase_rate"] ** steepness
        chance = np.divide(pull, pull + 1 - share, out=np.ones(n), where=pull + 1 - share > 0)
        group[joins >= chance] = NONMEMBER
    group[(group == MEMBER) & (held < holdout)] = HOLDOUT
    return group


def poisson_quantile(u: Float, mean: Float) -> Whole:
    """Return the smallest k whose Poisson distribution function exceeds u, elementwise.

    A larger mean never gives a smaller k on the same u, so that a programme which raises a
    rate adds orders and takes none away.
    """
    k: Whole = np.zeros(len(u), np.int64)
    at = np.flatnonzero(mean > 0)
    rest, mean = u[at], mean[at]
    mass, step = np.exp(-mean), 0
    while len(at):
        count = k[at]
        for _ in range(4):  # a few steps for all, then on with those who need more
            rest -= mass
            count += rest >= 0
            step += 1
            mass *= mean / step
        k[at] = count
        going = (rest >= 0) & (step < mean + 20 * np.sqrt(mean) + 40)
        at, rest, mean, mass = at[going], rest[going], mean[going], mass[going]
    return k


class World:
    """Customers who buy and leave, with nothing else going on."""

    def __init__(self, traits: dict[str, Float]) -> None:
        n = len(traits["purchase_rate"])
        self.rate, self.hazard = traits["purchase_rate"], traits["hazard"]
        self.basket = traits["basket"] * 100.0
        self.here = np.ones(n, bool)
        self.sales_before: Whole = np.zeros(n, np.int64)
        self.sales: Whole = np.zeros(n, np.int64)
        self.orders: Whole = np.zeros(n, np.int64)
        self.stayed: Whole = np.zeros(n, np.int64)

    def buy(self, draws: Draws, factor: Float | float, *, launched: bool) -> tuple[Whole, Whole]:
        """Return this period's orders and sales (cents) of each customer."""
        orders = poisson_quantile(draws.buy, np.where(self.here, self.rate * factor, 0.0))
        noise = np.exp(BASKET_LOG_SD * draws.basket - BASKET_LOG_SD**2 / 2)
        cents = np.rint(orders * self.basket * noise).astype(np.int64)
        self.stayed += self.here
        if launched:
            self.sales += cents
            self.orders += orders
        else:
            self.sales_before += cents
        return orders, cents

    def leave(self, draws: Draws, factor: Float | float) -> None:
        """Let customers leave for good at the end of the period."""
        self.here &= draws.leave >= self.hazard * factor


class Scheme:
    """The programme's side of one block: points, status, redemption and what they cost."""

    def __init__(
        self,
        programme: Programme,
        behaviour: Behaviour,
        traits: dict[str, Float],
        enrolled: np.ndarray,
        periods: int,
    ) -> None:
        n = len(enrolled)
        self.programme, self.behaviour, self.traits = programme, behaviour, traits
        self.enrolled = enrolled
        self.room = 1.0 - traits["share_of_wallet"]
        self.catalogue = sorted(programme.rewards, key=lambda r: r.points, reverse=True)
        self.goal = self.catalogue[-1].points
        self.lots = Lots(n, periods, programme.validity, programme.pending)
        self.status = Status(programme, n)
        self.glow = np.zeros(n)
        self.redeemed: Whole = np.zeros(n, np.int64)
        self.face, self.cost = 0.0, 0.0

    def enrol(self, period: int) -> None:
        """Hand out the joining bonus."""
        if self.programme.joining_bonus:
            self.lots.earn(period, self.enrolled * np.int64(self.programme.joining_bonus))

    def factor(self, period: int) -> Float:
        """Return the factor on each member's purchase rate."""
        balance, off = self.lots.balance, np.zeros(len(self.glow))
        behaviour = self.behaviour
        progress = tier_pull = expiring = off
        if behaviour.goal_gradient:
            progress = np.where(balance < self.goal, balance / self.goal, 0.0)
        if behaviour.tier_pressure:
            tier_pull = self.status.pull(period) * self.traits["forward_looking"]
        if behaviour.expiry_response:
            share = self.lots.last_chance(period) / np.maximum(balance, 1)
            expiring = share * self.traits["flexibility"]
        factor = behaviour.multiplier(
            room=self.room, progress=progress, glow=self.glow, tier_pull=tier_pull,
            expiring=expiring,
        )  # fmt: skip
        return np.where(self.enrolled, factor, 1.0)

    def hazard_factor(self) -> Float:
        """Return the factor that each member's privileges put on the leaving hazard."""
        effect = self.behaviour.privileges * self.status.retention[self.status.tier]
        return 1.0 - effect * self.enrolled

    def earn(self, period: int, orders: Whole, cents: Whole) -> None:
        """Credit points, whole ones, and count towards status."""
        rules, status = self.programme, self.status
        base = rules.points_per_euro * cents / 100 + rules.points_per_visit * orders
        multiplied = base * status.multipliers[status.tier]
        # The nudge keeps 0.1 × 30 euros at 3 points, whatever binary fractions make of it.
        self.lots.earn(period, np.floor(multiplied + 1e-9).astype(np.int64) * self.enrolled)
        counts = {"spend": cents / 100, "visits": orders.astype(float), "points": base}
        status.qualify(counts[rules.qualify_by] * self.enrolled)

    def redeem(self, period: int, draws: Draws, orders: Whole) -> int:
        """Let members who order take rewards, the dearest first; return how many did."""
        self.glow *= self.behaviour.fade
        self.face = self.cost = 0.0
        wants = self.enrolled & (orders > 0) & (draws.redeem < self.traits["redemption"])
        who = np.flatnonzero(wants & (self.lots.balance >= self.goal))
        rest = self.lots.balance[who] - self.lots.held_back(period)[who]
        who, rest = who[rest >= self.goal], rest[rest >= self.goal]
        spent: Whole = np.zeros(len(who), np.int64)
        for reward in self.catalogue:
            taken = rest // int(reward.points)
            rest = rest - taken * int(reward.points)
            spent += taken * int(reward.points)
            self.face += float(taken.sum()) * reward.face_value
            self.cost += float(taken.sum()) * reward.marginal_cost
        self.lots.redeem(period, who, spent)
        self.redeemed[who] += spent
        self.glow[who] = 1.0
        return len(who)


def run_block(
    traits: dict[str, Float],
    group: Whole,
    draws: Iterator[Draws],
    programme: Programme,
    behaviour: Behaviour,
    periods: int,
    launch: int,
) -> Block:
    """Take one block of members through all periods, in the documented order."""
    world, twin = World(traits), World(traits)
    scheme = Scheme(programme, behaviour, traits, group == MEMBER, periods)
    status, lots = scheme.status, scheme.lots
    flows = np.zeros((periods, len(FLOWS)))
    tiers: Whole = np.zeros((periods, len(programme.tiers)), np.int64)
    for period in range(periods):
        draw = next(draws)
        launched = period >= launch
        here, twin_here = int(world.here.sum()), int(twin.here.sum())
        members = world.here & scheme.enrolled
        seen = dict.fromkeys(FLOWS, 0.0)
        factor: Float | float = 1.0
        if launched:
            lots.expire(period)  # first of all: it frees the row that new points will use
            if period == launch:
                scheme.enrol(period)
            seen["upgrades"], seen["downgrades"] = status.review(period)
            factor = scheme.factor(period)
        orders, cents = world.buy(draw, factor, launched=launched)
        twin_orders, twin_cents = twin.buy(draw, 1.0, launched=launched)
        if launched:
            scheme.earn(period, orders, cents)
            seen["redeemers"] = scheme.redeem(period, draw, orders)
            tiers[period] = np.bincount(status.tier[members], minlength=len(programme.tiers))
            seen |= _points_flows(lots, period) | {
                "members": members.sum(),
                "member_sales": cents[members].sum(),
                "reward_face": scheme.face,
                "reward_cost": scheme.cost,
                "tier_cost": float(tiers[period] @ status.costs),
            }
        world.leave(draw, scheme.hazard_factor() if launched else 1.0)
        twin.leave(draw, 1.0)
        seen |= _sales_flows(traits, "", here, orders, cents)
        seen |= _sales_flows(traits, "twin_", twin_here, twin_orders, twin_cents)
        flows[period] = [seen[name] for name in FLOWS]
    return Block(flows, tiers, lots, status.best, _final_state(group, world, twin, scheme))


def _points_flows(lots: Lots, period: int) -> dict[str, float]:
    return {
        "issued": lots.issued[period],
        "redeemed": lots.redeemed[:, period].sum(),
        "expired": lots.expired[:, period].sum(),
        "pending": lots.held_back(period).sum(),
        "outstanding": lots.balance.sum(),
    }


def _sales_flows(
    traits: dict[str, Float], prefix: str, here: int, orders: Whole, cents: Whole
) -> dict[str, float]:
    return {
        f"{prefix}customers": here,
        f"{prefix}orders": orders.sum(),
        f"{prefix}sales": cents.sum(),
        f"{prefix}margin": float(cents @ traits["margin"]),
    }


def _final_state(group: Whole, world: World, twin: World, scheme: Scheme) -> dict[str, np.ndarray]:
    return {
        "group": group,
        "active": world.here,
        "tier": scheme.status.tier,
        "periods": world.stayed,
        "orders": world.orders,
        "twin_orders": twin.orders,
        "sales_before": world.sales_before,
        "sales": world.sales,
        "twin_sales": twin.sales,
        "issued": scheme.lots.member_issued,
        "redeemed": scheme.redeemed,
        "expired": scheme.lots.member_expired,
        "outstanding": scheme.lots.balance,
    }
