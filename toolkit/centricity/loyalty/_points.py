"""Points as lots by the period in which they were earned; the oldest is spent first."""

import numpy as np

Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class Lots:
    """The points of one block of members.

    ``points`` is (lots alive at once × members), one contiguous row per lot. A row is used
    again when its lot has expired, so memory grows with the validity, not with time.
    """

    def __init__(self, n: int, periods: int, validity: int | None, pending: int) -> None:
        self.validity = validity if validity is not None and validity <= periods else None
        self.depth = self.validity or periods
        self.pending = pending
        self.points: Whole = np.zeros((self.depth, n), np.int64)
        self.balance: Whole = np.zeros(n, np.int64)
        self.member_issued: Whole = np.zeros(n, np.int64)
        self.member_expired: Whole = np.zeros(n, np.int64)
        self.issued: Whole = np.zeros(periods, np.int64)
        self.expired: Whole = np.zeros((periods, periods), np.int64)
        self.redeemed: Whole = np.zeros((periods, periods), np.int64)

    def row(self, earned_in: int) -> Whole:
        """Return the lot earned in a period, one entry per member (a view)."""
        return self.points[earned_in % self.depth]

    def expire(self, period: int) -> None:
        """Set to zero what is left of the lot whose validity has run out."""
        if self.validity is None or period < self.validity:
            return
        lot = self.row(period - self.validity)
        self.expired[period - self.validity, period] = lot.sum()
        self.balance -= lot
        self.member_expired += lot
        lot[:] = 0

    def earn(self, period: int, amount: Whole) -> None:
        """Credit points to the lot of this period."""
        self.row(period)[:] += amount
        self.balance += amount
        self.member_issued += amount
        self.issued[period] += amount.sum()

    def held_back(self, period: int) -> Whole:
        """Return the points that are still pending at the end of this period, per member."""
        young = range(max(0, period - self.pending + 1), period + 1)
        held: Whole = np.zeros_like(self.balance)
        for earned_in in young:
            held += self.row(earned_in)
        return held

    def last_chance(self, period: int) -> Whole:
        """Return the points that can be spent in this period and no later, per member."""
        if self.validity is None or period + 1 < self.validity:
            return np.zeros_like(self.balance)
        return self.row(period + 1 - self.validity)

    def redeem(self, period: int, who: Whole, amount: Whole) -> None:
        """Spend points of the members at the positions ``who``, oldest lot first."""
        self.balance[who] -= amount
        for earned_in in range(max(0, period - self.depth + 1), period - self.pending + 1):
            if not len(who):
                return
            lot = self.row(earned_in)
            held = lot[who]
            taken = np.minimum(held, amount)
            lot[who] = held - taken
            amount = amount - taken
            self.redeemed[earned_in, period] += taken.sum()
            open_ = amount > 0
            who, amount = who[open_], amount[open_]
