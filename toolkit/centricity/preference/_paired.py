"""Means of paired differences and their intervals, shared by the tables of gaps."""

import numpy as np
import pandas as pd
from scipy import stats

from centricity._typing import Float


def mean_gaps(expected: Float, delivered: Float, index: pd.Index, level: float) -> pd.DataFrame:
    """One row per column of the arrays (respondents × items; missing where not rated)."""
    gap = delivered - expected
    n = np.isfinite(gap).sum(axis=0)
    mean = np.nansum(gap, axis=0) / n
    spread = np.nansum((gap - mean) ** 2, axis=0)
    error = np.full(len(n), np.nan)
    several = n > 1
    error[several] = np.sqrt(spread[several] / (n[several] - 1) / n[several])
    away = np.full(len(n), np.nan)
    away[several] = stats.t.ppf((1 + level) / 2, n[several] - 1) * error[several]
    return pd.DataFrame(
        {
            "n": n,
            "expected": np.nansum(np.where(np.isfinite(gap), expected, np.nan), axis=0) / n,
            "delivered": np.nansum(np.where(np.isfinite(gap), delivered, np.nan), axis=0) / n,
            "gap": mean,
            "lower": mean - away,
            "upper": mean + away,
            "disappointed": np.nansum(gap < 0, axis=0) / n,
        },
        index=index,
    )
