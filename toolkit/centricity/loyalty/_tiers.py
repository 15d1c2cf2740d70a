"""Status: who qualifies, and what happens when a window closes."""

import numpy as np

from centricity._typing import Float
from centricity.loyalty._points import Whole
from centricity.loyalty.programme import Programme


class Status:
    """The tiers and qualifying balances of one block of members."""

    def __init__(self, programme: Programme, n: int) -> None:
        self.programme = programme
        self.thresholds = np.array([tier.threshold for tier in programme.tiers], float)
        self.multipliers = np.array([tier.multiplier for tier in programme.tiers], float)
        self.costs = np.array([tier.cost for tier in programme.tiers], float)
        self.retention = np.array([tier.retention for tier in programme.tiers], float)
        self.tier: Whole = np.zeros(n, np.int64)
        self.qualifying: Float = np.zeros(n)
        self.best = 0.0

    def review(self, period: int) -> tuple[int, int]:
        """Raise who qualifies, lower who did not requalify; return both counts."""
        if len(self.thresholds) == 1:
            return 0, 0
        before = self.tier
        earned = np.searchsorted(self.thresholds, self.qualifying, side="right") - 1
        closed = period > 0 and self.programme.window.opens(period)
        if not closed:
            self.tier = np.maximum(before, earned)
        elif self.programme.downgrade == "one_level":
            self.tier = np.maximum(earned, before - 1)
        else:
            self.tier = earned
        if closed:
            self.qualifying[:] = 0.0
        return int((self.tier > before).sum()), int((self.tier < before).sum())

    def qualify(self, amount: Float) -> None:
        """Add what counts towards status in this period."""
        self.qualifying += amount
        self.best = max(self.best, float(self.qualifying.max()))

    def pull(self, period: int) -> Float:
        """Return progress to the next threshold × share of the window gone, in [0, 1)."""
        following = np.searchsorted(self.thresholds, self.qualifying, side="right")
        goals = np.append(self.thresholds, np.inf)
        return self.qualifying / goals[following] * self.programme.window.elapsed(period)
