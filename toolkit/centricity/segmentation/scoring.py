"""How well scores sort and how true they are: lift, calibration, AUC and Brier score."""

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity.segmentation.periods import wilson


def auc(score: Float, hit: Float, level: float) -> tuple[float, float, float]:
    """Area under the ROC curve with DeLong's interval, built on the log odds.

    It is the chance that a customer of the target has a higher score than one who isn't; ties
    count half (Hanley & McNeil 1982). Variance by DeLong, DeLong & Clarke-Pearson (1988).

    >>> area, low, high = auc(np.array([0.9, 0.8, 0.7, 0.6]), np.array([1.0, 0, 1, 0]), 0.95)
    >>> area
    0.75
    """
    from scipy.stats import norm, rankdata

    mine, other = np.flatnonzero(hit > 0), np.flatnonzero(hit == 0)
    ranks = rankdata(score)
    m, n = len(mine), len(other)
    above = (ranks[mine] - rankdata(score[mine])) / n  # share of others below each one inside
    below = 1 - (ranks[other] - rankdata(score[other])) / m
    area = float(above.mean())
    if not 0 < area < 1:
        return area, area, area
    variance = (above.var(ddof=1) if m > 1 else 0.0) / m + (below.var(ddof=1) if n > 1 else 0.0) / n
    z = norm.ppf(0.5 + level / 2)
    middle, half = np.log(area / (1 - area)), z * np.sqrt(variance) / (area * (1 - area))
    low, high = 1 / (1 + np.exp(-(middle + np.array([-half, half]))))
    return area, float(low), float(high)


def groups_by_score(score: Float, hit: Float, groups: int) -> pd.DataFrame:
    """Cut customers into groups of equal size (to one), best first; equal scores share hits."""
    table = pd.DataFrame({"score": score, "hit": hit.astype(float)})
    # Which of several customers with one score comes first is chance: each counts as their mean.
    table["hit"] = table.groupby("score")["hit"].transform("mean")
    table = table.sort_values("score", ascending=False, kind="stable", ignore_index=True)
    sizes = [len(part) for part in np.array_split(np.arange(len(table)), groups)]
    table["group"] = np.repeat(np.arange(1, groups + 1), sizes)
    sums = table.groupby("group").agg(
        customers=("hit", "size"), mean_score=("score", "mean"), hits=("hit", "sum")
    )
    sums["hits"] = sums["hits"].round(9)
    return sums


def lift_table(score: Float, hit: Float, groups: int, level: float) -> pd.DataFrame:
    """Rate, lift and captured share of each group of scores, best first, with intervals."""
    table = groups_by_score(score, hit, groups)
    n, hits = table["customers"].to_numpy(dtype=float), table["hits"].to_numpy()
    rate = hits.sum() / n.sum()
    table["rate"] = hits / n
    table["lift"] = table["rate"] / rate
    table["low"], table["high"] = _lift_intervals(hits, n, level)
    run, reached = np.cumsum(hits), np.cumsum(n)
    table["reached"] = reached / n.sum()
    table["captured"] = run / hits.sum()
    table["cumulative_lift"] = table["captured"] / table["reached"]
    table["cumulative_low"], table["cumulative_high"] = _lift_intervals(
        run, reached, level, whole=(hits.sum(), n.sum())
    )
    return table


def _lift_intervals(
    hits: Float, n: Float, level: float, whole: tuple[float, float] | None = None
) -> tuple[Float, Float]:
    """Interval of rate over mean rate.

    With q the group's share of customers and R its rate over that of the others, lift is
    R / (q R + 1 - q), which rises with R, so it takes over R's interval.
    """
    all_hits, everybody = whole or (hits.sum(), n.sum())
    others = everybody - n
    alone = others <= 0
    q = n / everybody
    low, high = ratio_interval(hits, n, all_hits - hits, np.where(alone, 1.0, others), level)
    ends = []
    for ratio in (low, high):
        with np.errstate(divide="ignore"):
            ends.append(np.where(alone, 1.0, 1 / (q + (1 - q) / ratio)))
    return ends[0], ends[1]


def ratio_interval(
    count: Float, n: Float, other: Float, m: Float, level: float
) -> tuple[Float, Float]:
    """Interval of the ratio of two shares, count/n over other/m, from their Wilson intervals.

    Donner & Zou (2012), Newcombe (2016, MOVER-R); the lower limit is written so that nothing
    cancels. The upper one is infinite where the other share is zero.

    Of two equal shares either may be the larger one, so the ends are each other's inverse:

    >>> twenty, fifty = np.array([20.0]), np.array([50.0])
    >>> low, high = ratio_interval(twenty, fifty, twenty, fifty, 0.95)
    >>> (low * high).round(9)
    array([1.])
    """
    from_p, from_r = _product(count, n, level), _product(other, m, level)
    p, r = count / n, other / m
    root = np.sqrt(np.maximum((p * r) ** 2 - from_p[0] * from_r[1], 0))
    under = p * r + root
    low = np.where(under > 0, from_p[0] / np.where(under > 0, under, 1.0), 0.0)
    root = np.sqrt(np.maximum((p * r) ** 2 - from_p[1] * from_r[0], 0))
    under = from_r[0]
    high = np.where(r > 0, (p * r + root) / np.where(under > 0, under, 1.0), np.inf)
    return np.maximum(low, 0.0), high


def _product(count: Float, n: Float, level: float) -> tuple[Float, Float]:
    """Return l (2p - l) and u (2p - u) for the Wilson interval l to u of p = count/n."""
    low, high = wilson(count, n, level)
    p = count / n
    return low * (2 * p - low), high * (2 * p - high)


def calibration_table(score: Float, hit: Float, groups: int, level: float) -> pd.DataFrame:
    """Mean score and true rate of each group of scores, lowest first, with Wilson's interval."""
    table = groups_by_score(score, hit, groups)[::-1].reset_index(drop=True)
    table.index = pd.RangeIndex(1, groups + 1, name="group")
    table["rate"] = table["hits"] / table["customers"]
    table["low"], table["high"] = wilson(
        table["hits"].to_numpy(), table["customers"].to_numpy(dtype=float), level
    )
    return table
