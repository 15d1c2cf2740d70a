"""Points as lots by the period in which they were earned; the oldest is spent first.

First in, first out means that what a member has spent or lost is always the oldest part of what
was earned. So two numbers say it all: the points earned up to and including each period (one row
per lot still alive) and the points gone so far. What is left of the lots up to e is the
difference; the lot of period e is the part that lies between rows e − 1 and e.
"""

import numpy as np

AT_ONCE = 6
Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class Lots:
    """The points of one block of members."""

    def __init__(
        self, n: int, periods: int, validity: int | None, pending: int, *, wide: bool = True
    ) -> None:
        self.validity = validity if validity is not None and validity <= periods else None
        self.depth = self.validity or max(periods, pending)
        self.pending = pending
        kind = np.int64 if wide else np.int32
        self.earned = np.zeros((self.depth + 1, n), kind)
        self.gone = np.zeros(n, kind)
        self.redeemed_by = np.zeros(n, kind)
        self.issued: Whole = np.zeros(periods, np.int64)
        self.expired: Whole = np.zeros((periods, periods), np.int64)
        self.redeemed: Whole = np.zeros((periods, periods), np.int64)
        self.total_earned = self.total_gone = 0

    def up_to(self, period: int) -> np.ndarray:
        """Return the points earned up to and including a period, per member (a view)."""
        return self.earned[period % (self.depth + 1)]

    def open(self, period: int) -> None:
        """Begin a period: what was earned until now is carried forward."""
        np.copyto(self.up_to(period), self.up_to(period - 1))

    def expire(self, period: int) -> None:
        """Let go what is left of the lot whose validity has run out; before ``open``."""
        if self.validity is None or period < self.validity:
            return
        lot = period - self.validity
        np.maximum(self.gone, self.up_to(lot), out=self.gone)
        total = int(self.gone.sum(dtype=np.int64))
        self.expired[lot, period] += total - self.total_gone
        self.total_gone = total

    def expire_older(self, period: int, validity: int) -> np.ndarray:
        """Let go every lot older than a new, shorter validity; return who lost points."""
        last = period - validity
        if last < 0:
            return np.zeros(0, np.intp)
        return self._take(period, self.up_to(last), self.expired, last)

    def expire_all(self, period: int, who: np.ndarray) -> None:
        """Let go the whole balance of the members at the positions ``who``; before ``open``."""
        self._consume(period, period - 1, who, self.up_to(period - 1)[who], self.expired)

    def _take(self, period: int, target: np.ndarray, into: Whole, newest: int) -> np.ndarray:
        who = np.flatnonzero(target > self.gone)
        self._consume(period, newest, who, target[who], into)
        return who

    def earn(self, period: int, amount: np.ndarray) -> None:
        """Credit points to the lot of this period."""
        row = self.up_to(period)
        np.add(row, amount, out=row, casting="unsafe")

    def earn_some(self, period: int, who: np.ndarray | slice, amount: int) -> None:
        """Credit the same points to the members at the positions ``who``."""
        self.up_to(period)[who] += amount

    def close(self, period: int) -> None:
        """End a period."""
        total = int(self.up_to(period).sum(dtype=np.int64))
        self.issued[period] = total - self.total_earned
        self.total_earned = total

    def flows(self) -> dict[str, Whole]:
        """Return what happened to points in each period, and how many there were at its end."""
        periods = len(self.issued)
        redeemed, expired = self.redeemed.sum(axis=0), self.expired.sum(axis=0)
        lot, period = np.indices((periods, periods))
        gone = (self.redeemed + self.expired).cumsum(axis=1)
        held = np.where(lot <= period, self.issued[:, None] - gone, 0)
        return {
            "issued": self.issued,
            "redeemed": redeemed,
            "expired": expired,
            "pending": np.where(period < lot + self.pending, held, 0).sum(axis=0),
            "outstanding": held.sum(axis=0),
        }

    def balance(self, period: int, out: np.ndarray | None = None) -> np.ndarray:
        """Return the points that each member holds, pending ones included."""
        return np.subtract(self.up_to(period), self.gone, out=out)

    def active(self, period: int, out: np.ndarray | None = None) -> np.ndarray:
        """Return the points that can be spent now; below zero where only pending ones lapsed."""
        return np.subtract(self.up_to(period - self.pending), self.gone, out=out)

    def last_chance(self, period: int) -> np.ndarray | None:
        """Return the points to be spent now or never, if any; below zero counts as none."""
        if self.validity is None or period + 1 < self.validity:
            return None
        return np.subtract(self.up_to(period + 1 - self.validity), self.gone)

    def redeem(self, period: int, who: np.ndarray, amount: np.ndarray) -> None:
        """Spend points of the members at the positions ``who``, oldest lot first."""
        self.redeemed_by[who] += amount
        after = self.gone[who] + amount
        self._consume(period, period - self.pending, who, after, self.redeemed)

    def _consume(
        self, period: int, newest: int, who: np.ndarray, after: np.ndarray, into: Whole
    ) -> None:
        """Move ``gone`` up to ``after`` and book the difference lot by lot, the newest first."""
        before = self.gone[who]
        self.gone[who] = after
        self.total_gone += int(after.sum(dtype=np.int64)) - int(before.sum(dtype=np.int64))
        oldest = max(0, period - self.depth + 1)
        while len(who) and newest >= oldest:
            lots = range(newest, max(oldest, newest - AT_ONCE + 1) - 1, -1)
            bounds = np.empty((len(lots) + 1, len(who)), after.dtype)
            bounds[0] = after
            for place, lot in enumerate(lots):
                self.up_to(lot - 1).take(who, out=bounds[place + 1], mode="clip")
            np.clip(bounds[1:], before, after, out=bounds[1:])
            totals = bounds.sum(axis=1, dtype=np.int64)
            into[lots.stop + 1 : newest + 1, period] += (totals[:-1] - totals[1:])[::-1]
            newest = lots.stop
            going = (bounds[-1] > before).nonzero()[0]
            who, before, after = who[going], before[going], bounds[-1][going]
