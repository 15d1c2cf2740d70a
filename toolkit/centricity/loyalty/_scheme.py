"""The programme's side of one block: points, status, rewards and what they cost."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from centricity._typing import Float
from centricity.loyalty._enrol import Joining
from centricity.loyalty._points import Lots
from centricity.loyalty._response import Response
from centricity.loyalty._tiers import Status
from centricity.loyalty._worlds import Worlds
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.events import Close, CutValidity, Event, Run
from centricity.loyalty.programme import Programme
from centricity.loyalty.rewards import PayWithPoints, Reward

NUDGE = 1e-9  # keeps 0.1 × 30 euros at 3 points, whatever binary fractions make of it
NOBODY = np.zeros(0, np.intp)


@dataclass(frozen=True)
class Rules:
    """What is the same for every block."""

    programme: Programme
    behaviour: Behaviour
    events: tuple[Event, ...]
    periods: int
    launch: int
    holdout: float

    @property
    def earning(self) -> range:
        """The periods in which members can earn points."""
        close = self.close
        return range(self.launch, self.periods if close is None else close.period)

    @property
    def close(self) -> Close | None:
        """The end of the programme, if it ends."""
        return next((event for event in self.events if isinstance(event, Close)), None)

    def running(self, period: int) -> bool:
        """Whether members can join, earn and rise."""
        return period >= self.launch and (self.close is None or period < self.close.period)

    def alive(self, period: int) -> bool:
        """Whether there is a programme at all."""
        return period >= self.launch and (self.close is None or period < self.close.end)

    def catalogue(self, period: int) -> list[Reward]:
        """Return the rewards that can be had in a period, the dearest first."""
        there = [reward for reward in self.programme.rewards if reward.available(period)]
        return sorted(there, key=lambda reward: reward.points, reverse=True)


class Scheme:
    """The members of one block, in the programme.

    ``chances`` gives fresh random numbers for what seldom happens: "renew" and "refer".
    """

    def __init__(
        self,
        rules: Rules,
        traits: dict[str, Float],
        joining: Joining,
        chances: Callable[[str], Float],
        *,
        wide: bool,
    ) -> None:
        programme, n = rules.programme, len(traits["hazard"])
        self.rules, self.programme, self.traits = rules, programme, traits
        self.joining, self.chances = joining, chances
        self.lots = Lots(n, rules.periods, programme.validity, programme.pending, wide=wide)
        self.status = Status(programme, n)
        self.response = Response(programme, rules.behaviour, traits)
        self.enrolled, self.everyone = np.zeros(n, bool), False
        self.by_tier = np.array([tier.multiplier for tier in programme.tiers], float)
        self.was_running = True
        self.tier_costs = np.array([tier.cost for tier in programme.tiers], float)
        cuts = np.array([tier.hazard_cut for tier in programme.tiers], float)
        self.stays = 1.0 - rules.behaviour.privileges * cuts
        self.multiplier = np.zeros(n)
        self.hazard = traits["hazard"].copy() if (self.stays < 1).any() else None
        self.last_order = np.zeros(n, np.int32)
        self.friends = np.full(n, -1, np.int32)
        self.paid_until = np.zeros(n if programme.fee else 0, np.int32)
        # Only a balance that has had time to grow for as long as points live can be judged.
        whole = (
            programme.validity is not None and rules.periods - rules.launch >= programme.validity
        )
        self.missed, self.most = list(programme.rewards) if whole else [], 0
        kind = self.lots.gone.dtype
        self.balance, self.whole = np.zeros(n, kind), np.zeros(n, kind)
        self.amount, self.yes, self.also = np.zeros(n), np.zeros(n, bool), np.zeros(n, bool)
        self.seen: dict[str, float] = {}

    def begin(self, period: int, here: np.ndarray) -> np.ndarray:
        """Expire points, enrol, collect fees, review tiers; return the change in purchase rates."""
        self.seen = {}
        self._expire(period)
        self.lots.open(period)
        running = self.rules.running(period)
        if running:
            self._enrol(period, here)
            self._collect_fees(period, here)
            self._review(period, here)
        self._set_multipliers(period, running=running)
        self.lots.balance(period, out=self.balance)
        return self.response.change(period, self.lots, self.status, self.balance, self.rules.close)

    def _expire(self, period: int) -> None:
        lots, held = self.lots, lambda: self.lots.balance(period - 1) > 0
        lots.expire(period)
        if self.programme.inactivity is not None:
            idle = self.last_order <= period - self.programme.inactivity
            lots.expire_all(period, (idle & held()).nonzero()[0])
        for event in self.rules.events:
            if isinstance(event, CutValidity) and event.period == period:
                self.response.hurt(lots.expire_older(period, event.validity))
                lots.validity = event.validity
        if self.rules.close is not None and period == self.rules.close.end:
            losers = np.flatnonzero(held())
            lots.expire_all(period, losers)
            self.response.hurt(losers)
            self._refund(period)
            self._dismiss(period, np.flatnonzero(self.enrolled))

    def _enrol(self, period: int, here: np.ndarray) -> None:
        new = self.joining.now(period, here)
        self.seen["joined"] = len(new)
        if not len(new):
            return
        who = slice(None) if len(new) == len(here) else new  # quicker where everyone joins
        self.enrolled[who] = True
        self.everyone = bool(self.enrolled.all())
        self.last_order[who] = period
        self.status.restart(period, who)
        self.response.join(period, who)
        if self.programme.joining_bonus:
            self.lots.earn_some(period, who, self.programme.joining_bonus)
        self._charge(period, who, len(new))
        self._settle(who)

    def _charge(self, period: int, who: np.ndarray | slice, n: int) -> None:
        """Take the fee for one term from the n members at the positions ``who``."""
        fee = self.programme.fee
        if fee is not None:
            self.seen["fees"] = self.seen.get("fees", 0.0) + n * fee.amount
            self.paid_until[who] = period + fee.periods

    def _collect_fees(self, period: int, here: np.ndarray) -> None:
        fee = self.programme.fee
        if fee is None:
            return
        age = period - self.joining.joined
        due = self.enrolled & here & (age > 0) & (age % fee.periods == 0)
        renews = self.chances("renew") < fee.renewal
        paying = np.flatnonzero(due & renews)
        self._charge(period, paying, len(paying))
        self._dismiss(period, np.flatnonzero(due & ~renews))

    def _refund(self, period: int) -> None:
        """Give back what was paid for the time from now on, to the cent; a negative fee."""
        fee, close = self.programme.fee, self.rules.close
        if fee is None or close is None or not close.refund:
            return
        ahead = np.maximum(self.paid_until - period, 0)
        cents = np.rint(100 * fee.amount * ahead / fee.periods)
        self.seen["fees"] = -float(cents.sum()) / 100

    def _dismiss(self, period: int, who: np.ndarray) -> None:
        """End the membership of those at the positions ``who``; their points stay."""
        self.enrolled[who] = False
        self.everyone = False
        self.status.restart(period, who)
        self.response.dismiss(who)
        self._settle(who)

    def _review(self, period: int, here: np.ndarray) -> None:
        before = self.status.tier.copy()
        changed = self.status.review(period, here)
        fell = changed[self.status.tier[changed] < before[changed]]
        self.seen |= {"upgrades": len(changed) - len(fell), "downgrades": len(fell)}
        self.response.hurt(fell)
        self._settle(changed)

    def _set_multipliers(self, period: int, *, running: bool) -> None:
        if not self.programme.campaigns and running == self.was_running:
            return
        self.was_running = running
        factors = np.array([tier.multiplier for tier in self.programme.tiers], float)
        for campaign in self.programme.campaigns:
            if campaign.runs(period):
                factors *= [
                    campaign.multiplier if not campaign.tiers or tier.name in campaign.tiers else 1
                    for tier in self.programme.tiers
                ]
        factors *= running
        if (factors != self.by_tier).any():
            self.by_tier = factors
            self._settle(slice(None))

    def _settle(self, who: np.ndarray | slice) -> None:
        """Work out again what follows from membership, tier and campaign."""
        tier, inside = self.status.tier[who], self.enrolled[who]
        multiplier = self.by_tier[tier] * inside
        self.multiplier[who] = multiplier
        if self.hazard is not None:
            stays = np.where(inside, self.stays[tier], 1.0)
            self.hazard[who] = self.traits["hazard"][who] * stays
        self.response.settle(who, tier, multiplier)

    def earn(self, period: int, worlds: Worlds) -> None:
        """Credit points, whole ones, and count towards status."""
        rules, base = self.programme, self.amount
        if rules.inactivity is not None:
            self.last_order[worlds.orders > 0] = period
        if not self.rules.running(period):
            return
        np.multiply(worlds.cents, rules.points_per_euro / 100, out=base)
        if rules.points_per_visit:
            base += rules.points_per_visit * worlds.orders
        if self.status.tiered:
            self.status.qualify(period, self._counted(worlds, base))
        base *= self.multiplier
        base += NUDGE
        np.copyto(self.whole, base, casting="unsafe")
        self.lots.earn(period, self.whole)

    def _counted(self, worlds: Worlds, base: Float) -> Float:
        """Return what counts towards status, of members only."""
        if self.programme.qualify_by == "points":
            counted = np.floor(base + NUDGE)
        else:
            counted = worlds.cents if self.programme.qualify_by == "spend" else worlds.orders
        return counted if self.everyone else counted * self.enrolled

    def redeem(self, period: int, chance: Float, worlds: Worlds) -> None:
        """Let members who order take rewards, the dearest first."""
        self.response.fade()
        self.seen |= {"redeemers": 0, "reward_face": 0.0, "reward_cost": 0.0}
        catalogue = self.rules.catalogue(period)
        if not catalogue or not self.rules.alive(period):
            return
        run = any(isinstance(event, Run) and event.period == period for event in self.rules.events)
        active = self.lots.active(period, out=self.balance)
        if self.missed:
            self._note_reach(catalogue, int(active.max()))
        np.greater_equal(active, catalogue[-1].points, out=self.yes)
        if not run:
            self._only_who_would(period, chance, worlds.orders)
        who = self.yes.nonzero()[0]
        bill = None if run else worlds.cents[who] / 100
        spent, worth, cost = self._take(catalogue, active[who], bill)
        if len(who) and not spent.all():
            some = spent.nonzero()[0]
            who, spent, worth = who[some], spent[some], worth[some]
        self.lots.redeem(period, who, spent)
        self.response.reward(who, worth)
        self.seen |= {
            "redeemers": len(who), "reward_face": float(worth.sum()), "reward_cost": cost,
        }  # fmt: skip

    def _note_reach(self, catalogue: list[Reward], most: int) -> None:
        """Note which rewards somebody could have had by now."""
        self.most = max(self.most, most)
        self.missed = [r for r in self.missed if r not in catalogue or r.points > most]

    @staticmethod
    def _take(
        catalogue: list[Reward], balance: np.ndarray, bill: Float | None
    ) -> tuple[np.ndarray, Float, float]:
        """Return points spent and face value per member, and the marginal cost of all rewards."""
        rest, worth, cost = balance.copy(), np.zeros(len(balance)), 0.0
        for reward in catalogue:
            units = rest // reward.points
            if isinstance(reward, PayWithPoints) and bill is not None:
                most = np.floor(np.maximum(bill - worth, 0) / reward.face_value + NUDGE)
                units = np.minimum(units, most.astype(units.dtype))
            rest -= units * reward.points
            worth += units * reward.face_value
            cost += float(units.sum(dtype=np.int64)) * reward.marginal_cost
        return balance - rest, worth, cost

    def _only_who_would(self, period: int, chance: Float, orders: Float) -> None:
        """Keep, of those who can redeem, the members who order and feel like it."""
        would = self.traits["redemption"]
        if not self.rules.running(period) and self.rules.close is not None:
            would = np.maximum(would, self.rules.close.rush)
        np.less(chance, would, out=self.also)
        self.yes &= self.also
        np.greater(orders, 0, out=self.also)
        self.yes &= self.also
        if not self.everyone:
            self.yes &= self.enrolled

    def refer(self, period: int, here: np.ndarray) -> None:
        """Let members bring a friend, who appears in the next period."""
        bonus = self.programme.referral_bonus
        chance = self.rules.behaviour.referral
        if not (bonus and chance and self.rules.running(period)):
            return
        chance *= self.rules.behaviour.pull(bonus * self.programme.point_value)
        able = self.enrolled & here & (self.friends < 0)
        who = np.flatnonzero(able & (self.chances("refer") < chance))
        self.friends[who] = period + 1
        self.lots.earn_some(period, who, bonus)
        self.seen["referrals"] = len(who)
