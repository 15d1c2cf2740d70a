"""Who becomes a member, and when."""

import numpy as np

from centricity._typing import Float
from centricity.loyalty.enrolment import Closed, Open
from centricity.loyalty.programme import Programme

NONMEMBER, MEMBER, HOLDOUT, GONE = 0, 1, 2, 3
GROUPS = ("nonmember", "member", "holdout", "gone")
NEVER = np.iinfo(np.int32).max


class Joining:
    """The enrolment of one block of customers.

    ``group`` says what each customer is by now; ``joined`` in which period that came about, for
    members and for those whom a hold-out kept from joining.
    """

    def __init__(
        self,
        traits: dict[str, Float],
        programme: Programme,
        draws: Float,
        *,
        launch: int,
        holdout: float,
    ) -> None:
        joins, held, when = draws
        n, rule = len(joins), programme.enrolment
        self.rule = rule
        self.held = held < holdout
        self.group = np.full(n, NONMEMBER, np.int8)
        self.joined = np.full(n, -1, np.int32)
        start = np.maximum(launch, traits["arrives"]).astype(np.int32)
        if isinstance(rule, Closed):
            self.willing = joins < rule.share
            self.asked = np.zeros(n, bool)
            self.ring: Float = np.zeros((rule.periods, n))
            return
        if isinstance(rule, Open):
            start[joins >= joining_chance(rule, traits["purchase_rate"])] = NEVER
            if rule.pace < 1:
                wait = np.floor(np.log1p(-when) / np.log1p(-rule.pace)).astype(np.int32)
                start = np.where(start == NEVER, NEVER, start + np.minimum(wait, 2**30))
        self.start = start
        self.last = int(start[start < NEVER].max(initial=-1))

    def remember(self, period: int, cents: Float) -> None:
        """Keep the sales that an invitation depends on."""
        if isinstance(self.rule, Closed):
            np.copyto(self.ring[period % self.rule.periods], cents)

    def mark_gone(self, gone: np.ndarray) -> None:
        """Set those apart who left before the launch."""
        self.group[gone] = GONE

    def now(self, period: int, here: np.ndarray) -> np.ndarray:
        """Enrol customers in a period; return the positions of the new members."""
        if isinstance(self.rule, Closed):
            enough = self.ring.sum(axis=0) >= self.rule.minimum * 100.0
            invited = here & enough & ~self.asked
            self.asked |= invited
            join = np.flatnonzero(invited & self.willing)
        elif period > self.last:
            return np.zeros(0, np.intp)
        else:
            join = np.flatnonzero(here & (self.start == period))
        kept_out = self.held[join]
        self.joined[join] = period
        self.group[join[kept_out]] = HOLDOUT
        members = join[~kept_out]
        self.group[members] = MEMBER
        return members


def joining_chance(rule: Open, rate: Float) -> Float:
    """Return each customer's chance of being of the joining kind."""
    pull = rule.share * rate**rule.selection
    return np.divide(pull, pull + 1 - rule.share, out=np.ones(len(rate)),
                     where=pull + 1 - rule.share > 0)  # fmt: skip
