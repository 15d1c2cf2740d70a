"""A chain ladder: every cohort one age on, as earlier ones went, and how far steps were off."""

from dataclasses import dataclass

import numpy as np

from centricity._typing import Float
from centricity.audit.lenses._triangle import MOST, RECENT, Triangle

SURE = 0.8
"""Level of the interval beyond which a change of the ratios from cohort to cohort counts."""


@dataclass(frozen=True)
class Ladder:
    """Expected sales of each cohort; deviations of their sum: cohort by cohort, and in common."""

    expected: Float
    ratios: Float
    fade: float
    alone: float
    together: float


@dataclass(frozen=True)
class _Steps:
    """Past steps of one cohort from one age to the next: sales before, after, and as fitted.

    `group` says which steps share a ratio, `away` how many cohorts each lies from the middle of
    its group (0 where that has no meaning).
    """

    group: np.ndarray
    base: Float
    came: Float
    when: np.ndarray
    fitted: Float
    away: Float

    @property
    def free(self) -> int:
        """Steps beyond the ratios learnt from them."""
        usable = self.fitted > 0
        return int(usable.sum()) - len(np.unique(self.group[usable]))


def climb(tri: Triangle) -> Ladder:
    """Take every cohort one age on, and say how far such steps were off in the past."""
    blocks = len(tri.sizes)
    cells = tri.sales.copy()
    if tri.partial:
        cells[0, 0] = np.nan  # not a whole block: no step starts from it
    old, new = cells[:, :-1], cells[:, 1:]
    cohort = np.arange(blocks)[:, None]
    when = cohort + np.arange(1, blocks)[None, :]
    known = np.isfinite(old) & np.isfinite(new) & (when >= blocks - RECENT[tri.every])
    group = np.tile(_age_groups(known.sum(axis=0), blocks), (blocks, 1))
    if tri.partial and blocks > MOST:  # of many ages, so that no cohort's ratios are theirs
        group[0] = blocks
    steps, base, came = group[:, :-1][known], old[known], new[known]
    sums = np.bincount(steps, base, blocks + 1)
    ends = np.bincount(steps, came, blocks + 1)
    factor = np.divide(ends, sums, out=np.ones(blocks + 1), where=(sums > 0) & (ends >= 0))
    fitted = base * factor[steps]
    born = np.broadcast_to(cohort, known.shape)[known].astype(float)
    counts = np.where(born >= tri.partial, np.maximum(fitted, 0), 0.0)
    middle = _middles(steps, counts, born, blocks)
    away = np.where(counts > 0, born - middle[steps], 0.0)
    past = _Steps(steps, base, came, when[known], fitted, away)
    diagonal = (np.arange(blocks), np.arange(blocks)[::-1])
    now, mine = tri.sales[diagonal], group[diagonal]
    ahead: Float = np.nan_to_num(np.arange(blocks) - middle[mine]).astype(float)
    ahead[: int(tri.partial)] = 0.0
    fade, spread = _fade(past)
    ratios = factor[mine] * np.exp(fade * ahead)
    expected = now * ratios
    learnt = np.bincount(mine, now * np.exp(fade * ahead), blocks + 1)
    learnt = np.divide(learnt**2 * factor, sums, out=np.zeros(blocks + 1), where=sums > 0)
    return Ladder(expected, ratios, fade, *_errors(past, fade, spread, expected, ahead, learnt))


def _middles(steps: np.ndarray, counts: Float, born: Float, blocks: int) -> Float:
    """Mean cohort that each ratio was learnt from; NaN where there is none."""
    weight = np.bincount(steps, counts, blocks + 1)
    return np.divide(
        np.bincount(steps, counts * born, blocks + 1), weight,
        out=np.full(blocks + 1, np.nan), where=weight > 0,
    )  # fmt: skip


def _fade(past: _Steps) -> tuple[float, float]:
    """Change of the ratios from cohort to cohort, as far as it is sure, and 1 / its information.

    Only what lies beyond the error of the slope (at the level `SURE`) is used: with few cohorts,
    most slopes are chance, and going on with them does more harm than good.
    """
    away, fitted = past.away, past.fitted
    information = float((np.maximum(fitted, 0) * away**2).sum())
    free = past.free - 1
    if free < 1 or information <= 0:
        return 0.0, 0.0
    errors = past.came - fitted
    slope = float((errors * away).sum()) / information
    usable = fitted > 0
    left = errors[usable] - slope * (fitted * away)[usable]
    heat = float((left**2 / fitted[usable]).sum()) / free
    doubt = student(SURE, free) * float(np.sqrt(heat / information))
    fade = float(np.sign(slope)) * max(0.0, abs(slope) - doubt)
    return (fade, 1 / information) if fade else (0.0, 0.0)


def _errors(
    past: _Steps, fade: float, spread: float, expected: Float, ahead: Float, learnt: np.ndarray
) -> tuple[float, float]:
    """Deviations of the expected sum: cohort by cohort, and of whole periods beyond that."""
    errors = past.came - past.fitted * (1 + fade * past.away)
    usable = past.fitted > 0
    free = max(past.free - (fade != 0), 1)
    heat = float((errors[usable] ** 2 / past.fitted[usable]).sum()) / free
    slope = float((expected * ahead).sum()) ** 2 * spread
    alone = heat * (np.maximum(expected, 0).sum() + learnt.sum() + slope)
    whole = _by_period(errors, past.fitted, past.when) * usable.sum() / free
    together = max(whole * expected.sum() ** 2 - alone, 0.0)
    return float(np.sqrt(alone)), float(np.sqrt(together))


def _age_groups(cohorts: np.ndarray, blocks: int) -> np.ndarray:
    """Which ages share a ratio: each its own, the last ones (few cohorts reached them) together."""
    few = np.flatnonzero(cohorts < 2)
    late = int(few[0]) if len(few) else len(cohorts)
    if cohorts[late:].sum() < 2:
        late -= 1
    return np.minimum(np.arange(blocks), max(late, 1))


def _by_period(errors: Float, fitted: Float, when: np.ndarray) -> float:
    """Mean square of the relative error of whole periods: all cohorts of one period together."""
    off, of = np.bincount(when, errors), np.bincount(when, fitted)
    relative = off[of > 0] / of[of > 0]
    return float((relative**2).sum()) / max(len(relative) - 1, 1)


def student(level: float, freedom: int) -> float:
    """Quantile of Student's t that leaves a level between its negative and itself."""
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, freedom))
