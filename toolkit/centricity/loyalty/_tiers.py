"""Status: who qualifies, and what happens when a window closes."""

import numpy as np

from centricity._typing import Float
from centricity.loyalty.programme import Programme
from centricity.loyalty.windows import Anniversary, Calendar, Rolling

NEVER = np.iinfo(np.int32).max


class Status:
    """The tiers and qualifying balances of one block of members.

    ``tier`` is the position of the member's tier, and stays 0 for who is not a member.
    """

    def __init__(self, programme: Programme, n: int) -> None:
        self.programme, self.window = programme, programme.window
        unit = 100.0 if programme.qualify_by == "spend" else 1.0
        self.thresholds = np.array([tier.threshold for tier in programme.tiers], float) * unit
        self.unit = unit
        self.tiered = len(self.thresholds) > 1
        self.tier = np.zeros(n, np.int8)
        self.level = np.zeros(n, np.int8)
        self.qualifying: Float = np.zeros(n)
        self.best_so_far = 0.0
        if not self.tiered:
            return
        self._passed, self._also = np.zeros((2, n), bool)
        self.nearness = np.append(1.0 / self.thresholds[1:], 0.0)  # by level
        self.near = np.full(n, self.nearness[0], np.float32)
        self.before = np.zeros(n, np.int8)
        if isinstance(self.window, Rolling):
            self.ring: Float = np.zeros((self.window.periods, n))
        if isinstance(self.window, Anniversary):
            self.phase = np.full(n, -1, np.int32)
        if programme.grace:
            self.due = np.full(n, NEVER, np.int32)
            self.fallback = np.zeros(n, np.int8)

    def restart(self, period: int, who: np.ndarray | slice) -> None:
        """Put those at the positions ``who`` into the lowest tier, with nothing earned."""
        self.tier[who] = 0
        if self.tiered:
            self.qualifying[who] = 0.0
            if isinstance(self.window, Rolling):
                self.ring[:, who] = 0.0
            if isinstance(self.window, Anniversary):
                self.phase[who] = period % self.window.periods

    def review(self, period: int, here: np.ndarray) -> np.ndarray:
        """Raise who qualifies, lower who did not requalify, of those here; return who changed."""
        if not self.tiered:
            return np.zeros(0, np.intp)
        self._find_level()
        closing = self._closing(period)
        if closing is not False:
            self._note_best()
        if closing is False:
            new = np.maximum(self.tier, self.level)
        elif closing is True:
            new = self._lowered(period, np.True_)
        else:
            new = np.where(closing, self._lowered(period, closing),
                           np.maximum(self.tier, self.level))  # fmt: skip
        if self.programme.grace:
            new = self._after_grace(period, new)
        if not isinstance(self.window, Rolling) and closing is not False:
            self.qualifying[closing if closing is not True else slice(None)] = 0.0
            self.level[closing if closing is not True else slice(None)] = 0
        return self._settle(new, here)

    def _settle(self, new: np.ndarray, here: np.ndarray) -> np.ndarray:
        """Note new tiers and, where the level is another, the next threshold; return who changed.

        Looking for the few concerned costs more than what is then done for them; hence one search.
        """
        np.not_equal(self.level, self.before, out=self._passed)
        np.not_equal(new, self.tier, out=self._also)
        self._passed |= self._also
        moved = self._passed.nonzero()[0]
        level, tier = self.level[moved], new[moved]
        self.near[moved] = self.nearness[level]
        self.before[moved] = level
        other = ((tier != self.tier[moved]) & here[moved]).nonzero()[0]
        changed = moved[other]
        self.tier[changed] = tier[other]
        return changed

    def _find_level(self) -> None:
        """Find the tier that each qualifying balance earns."""
        np.greater_equal(self.qualifying, self.thresholds[1], out=self.level.view(bool))
        for threshold in self.thresholds[2:]:
            np.greater_equal(self.qualifying, threshold, out=self._passed)
            np.add(self.level, self._passed.view(np.int8), out=self.level)

    def _closing(self, period: int) -> bool | np.ndarray:
        if isinstance(self.window, Calendar):
            return period > 0 and self.window.opens(period)
        if isinstance(self.window, Rolling):
            return True
        return self.phase == period % self.window.periods

    def _lowered(self, period: int, closing: np.ndarray | np.bool_) -> np.ndarray:
        """Return the tiers of those whose window has closed, who get grace keep theirs."""
        if self.programme.downgrade == "one_level":
            low = np.maximum(self.level, self.tier - np.int8(1))
        else:
            low = self.level.copy()
        if not self.programme.grace:
            return low
        failed = closing & (self.level < self.tier) & (self.due == NEVER)
        self.due[failed] = period + self.programme.grace
        self.fallback[failed] = low[failed]
        return np.maximum(self.tier, self.level)

    def _after_grace(self, period: int, new: np.ndarray) -> np.ndarray:
        self.due[self.level >= self.tier] = NEVER
        over = self.due == period
        new[over] = np.maximum(self.level[over], self.fallback[over])
        self.due[over] = NEVER
        return new

    def qualify(self, period: int, amount: Float) -> None:
        """Add what counts towards status in this period."""
        if not self.tiered:
            return
        if isinstance(self.window, Rolling):
            row = self.ring[period % self.window.periods]
            self.qualifying -= row
            np.copyto(row, amount)
        self.qualifying += amount

    def _note_best(self) -> None:
        self.best_so_far = max(self.best_so_far, float(self.qualifying.max(initial=0.0)))

    @property
    def best(self) -> float:
        """The most that anyone earned in one window, in the unit of the thresholds."""
        self._note_best()
        return self.best_so_far / self.unit

    def pull(self, period: int, out: np.ndarray) -> np.ndarray:
        """Fill in progress to the next threshold × share of the window gone, in [0, 1)."""
        np.copyto(out, self.qualifying, casting="same_kind")
        out *= self.near
        if isinstance(self.window, Calendar):
            out *= self.window.elapsed(period)
        elif isinstance(self.window, Anniversary):
            gone = (period - self.phase) % self.window.periods + 1
            out *= gone / self.window.periods
        else:
            out *= 0.5
        return out
