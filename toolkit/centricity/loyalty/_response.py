"""What the programme does to purchase rates: the effects of `Behaviour`, member by member."""

import numpy as np

from centricity._typing import Float
from centricity.loyalty._points import Lots
from centricity.loyalty._tiers import Status
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.events import Close
from centricity.loyalty.programme import Programme
from centricity.loyalty.rewards import Reward

HALF = np.float32  # rates need no more digits, and half the memory is quicker
FORGOTTEN = 1e-9  # a change of the rate so small that it is over
HEAD_START = 0.2  # the head start of Nunes & Drèze (2006), for which the effect is full


class Response:
    """How strongly each member of one block is moved, and by what."""

    def __init__(
        self, programme: Programme, behaviour: Behaviour, traits: dict[str, Float]
    ) -> None:
        n = len(traits["hazard"])
        self.programme, self.behaviour, self.traits = programme, behaviour, traits
        self.room, self.glow, self.sore, self.head_start, self.steady = np.zeros((5, n), HALF)
        self.starts, self.hurts, self.worst = False, False, 0.0
        self.planning = (behaviour.tier_pressure * traits["forward_looking"]).astype(HALF)
        self.moving = (behaviour.expiry_response * traits["flexibility"]).astype(HALF)
        back = programme.points_per_euro + programme.points_per_visit / np.maximum(
            traits["basket"], 0.01
        )
        sensitivity = behaviour.price_response * traits["price_sensitivity"]
        self.discount = (sensitivity * back * programme.point_value).astype(HALF)
        self.lift = behaviour.privileges * np.array([t.rate_lift for t in programme.tiers])
        self.has_steady = bool(self.discount.any() or self.lift.any())
        self.total, self.spare = np.zeros((2, n), HALF)
        self.yes = np.zeros(n, bool)

    def join(self, period: int, who: np.ndarray | slice) -> None:
        """Let the programme speak to the new members at the positions ``who``."""
        self.room[who] = 1.0 - self.traits["share_of_wallet"][who]
        bonus, goal = self.programme.joining_bonus, self.programme.goal(period)
        effect = self.behaviour.endowed_progress
        if bonus and effect and goal is not None:
            share = min(bonus / goal.points / HEAD_START, 1.0)
            self.head_start[who] = effect * share * self.behaviour.pull(goal.face_value)
            self.starts = True

    def dismiss(self, who: np.ndarray) -> None:
        """Let the programme fall silent for the former members at the positions ``who``."""
        self.room[who] = 0.0

    def settle(self, who: np.ndarray | slice, tier: np.ndarray, multiplier: Float) -> None:
        """Work out again what points and privileges do all the time, for those it changed for."""
        if self.has_steady:
            self.steady[who] = self.discount[who] * multiplier + self.lift[tier]

    def reward(self, who: np.ndarray, worth: Float) -> None:
        """Note that the members at the positions ``who`` have had rewards of this face value."""
        if self.starts:
            self.head_start[who] = 0.0
        half = self.behaviour.half_worth
        pull = worth / (worth + half) if half else 1.0
        self.glow[who] = self.behaviour.rewarded * pull

    def hurt(self, who: np.ndarray) -> None:
        """Note that members have lost a tier, or points by a change of the rules."""
        if len(who) and self.behaviour.frustration:
            self.sore[who] = self.worst = self.behaviour.frustration
            self.hurts = True

    def fade(self) -> None:
        """Let memories fade; once in each period, before rewards."""
        if self.behaviour.rewarded:
            self.glow *= self.behaviour.fade
        if self.hurts:
            self.sore *= self.behaviour.fade
            self.worst *= self.behaviour.fade
            if self.worst < FORGOTTEN:
                self.sore[:] = 0.0
                self.hurts = False

    def change(
        self, period: int, lots: Lots, status: Status, balance: np.ndarray, close: Close | None
    ) -> np.ndarray:
        """Return the relative change of each customer's purchase rate; 0 = as usual."""
        total = self.total
        np.copyto(total, self.glow)
        if self.has_steady:
            total += self.steady
        if close is None or period < close.period:
            self._add_pressure(period, lots, status, balance)
        elif period == close.end - 1:  # nothing can be earned any more, and all must go
            total += self.moving * (balance > 0) * self._worth(period)
        total *= self.room
        if self.hurts:
            total -= self.sore
        return total

    def _worth(self, period: int) -> float:
        goal = self.programme.goal(period)
        return 0.0 if goal is None else self.behaviour.pull(goal.face_value)

    def _add_pressure(self, period: int, lots: Lots, status: Status, balance: np.ndarray) -> None:
        """Add what draws members on: the next reward, the next tier, points about to expire."""
        goal = self.programme.goal(period)
        if goal is not None:
            self._add_goal(goal, balance)
            if self.behaviour.expiry_response:
                self._add_expiry(period, goal, lots, balance)
        if self.behaviour.tier_pressure and status.tiered:
            status.pull(period, self.spare)
            self.spare *= self.planning
            self.total += self.spare

    def _add_goal(self, goal: Reward, balance: np.ndarray) -> None:
        pull = self.behaviour.pull(goal.face_value)
        if self.behaviour.goal_gradient:
            np.less(balance, goal.points, out=self.yes)
            np.copyto(self.spare, balance, casting="same_kind")
            self.spare *= self.behaviour.goal_gradient * pull / goal.points
            self.spare *= self.yes
            self.total += self.spare
        if self.starts:
            self.total += self.head_start

    def _add_expiry(self, period: int, goal: Reward, lots: Lots, balance: np.ndarray) -> None:
        last = lots.last_chance(period)
        if last is not None:
            np.maximum(last, 0, out=last)
            np.copyto(self.spare, last, casting="same_kind")
            self.spare /= np.maximum(balance, 1).astype(HALF)
            self.spare *= self.moving
            self.spare *= self.behaviour.pull(goal.face_value)
            self.total += self.spare
