"""What sets a segment apart from the other customers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number, numeric_column, problem, require_columns, require_frame
from centricity.segmentation._checks import (
    categories_of,
    require_list,
    require_unique,
    same_customers,
    segments_of,
    text_columns,
)


def profile(
    table: pd.DataFrame,
    segments: pd.Series,
    *,
    features: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Describe each segment, and how far it stands off from the rest on each feature.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer.
    segments : pandas.Series
        One segment per customer, for the same customers (in any order).
    features : sequence of str, optional
        The columns to describe, all numbers; default all columns that hold numbers. Categories are
        described by :func:`category_profile`.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per segment and feature (its index): ``customers`` and ``share`` of the segment,
        ``mean``, ``median``, ``mean_rest`` (mean of all other customers) and ``effect`` with
        ``effect_low`` and ``effect_high``.

    Raises
    ------
    ValueError
        When a feature is missing, missing or infinite somewhere, or there is none; when a
        customer has two rows, the customers differ, or there is only one segment.
    TypeError
        When a chosen feature holds no numbers.

    Notes
    -----
    ``effect`` is the standardised difference of means (Cohen 1988, section 2.2),

    .. math:: d = \frac{\bar x_{in} - \bar x_{rest}}{s}, \qquad
       s^2 = \frac{(n_{in} - 1) s^2_{in} + (n_{rest} - 1) s^2_{rest}}{n_{in} + n_{rest} - 2}

    in standard deviations: by Cohen's rule of thumb 0.2 is small, 0.5 medium, 0.8 large. It is 0
    where the means agree, and missing where they differ while neither group varies. There are no
    p-values: the segments were made from such features, so a test would only find what was put
    in, and with many customers every trifle is significant. The interval says how sure the size
    is for segments as they are: it is normal, with the large-sample variance

    .. math:: \mathrm{Var}(d) = \frac{n_{in} + n_{rest}}{n_{in} n_{rest}}
       + \frac{d^2}{2 (n_{in} + n_{rest})}

    (Hedges & Olkin 1985, section 5E), rough for a segment of a few customers or very skewed
    features.

    References
    ----------
    Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences* (2nd ed.). Erlbaum.

    Hedges, L. V., & Olkin, I. (1985). *Statistical Methods for Meta-Analysis*. Academic Press.

    Examples
    --------
    >>> table = pd.DataFrame({"orders": [8, 10, 1, 3]}, index=list("ABCD"))
    >>> segments = pd.Series(["loyal", "loyal", "other", "other"], index=list("ABCD"))
    >>> found = profile(table, segments).round(2)
    >>> found[["customers", "share", "mean", "median", "mean_rest", "effect"]]
                      customers  share  mean  median  mean_rest  effect
    segment feature
    loyal   orders            2    0.5   9.0     9.0        2.0    4.95
    other   orders            2    0.5   2.0     2.0        9.0   -4.95
    """
    where = "profile"
    number(level, "level", where, above=0, below=1)
    table = text_columns(require_frame(table, where))
    names, numbers = _features(table, features, where)
    labels = segments_of(segments, "segments", where)
    same_customers(table.index, labels.index, ("table", "segments"), where)
    labels = labels.reindex(table.index)
    groups = [name for name in categories_of(labels) if (labels == name).any()]
    if len(groups) < 2:
        raise problem(
            where,
            f"all {len(labels):,} customers are in one segment",
            "A segment is compared with the rest, so at least two are needed",
        )
    from scipy.stats import norm

    z, rows = float(norm.ppf(0.5 + level / 2)), []
    for group in groups:
        inside = (labels == group).to_numpy()
        for name, column in zip(names, numbers.T, strict=True):
            effect = _effect(column[inside], column[~inside])
            error = z * _standard_error(effect, int(inside.sum()), int((~inside).sum()))
            rows.append(
                {"segment": group, "feature": name, "customers": int(inside.sum()),
                 "share": inside.mean(), "mean": column[inside].mean(),
                 "median": np.median(column[inside]), "mean_rest": column[~inside].mean(),
                 "effect": effect, "effect_low": effect - error, "effect_high": effect + error}
            )  # fmt: skip
    return pd.DataFrame(rows).set_index(["segment", "feature"])


def _standard_error(effect: float, inside: int, rest: int) -> float:
    whole = inside + rest
    return float(np.sqrt(whole / (inside * rest) + effect**2 / (2 * whole)))


def _features(
    table: pd.DataFrame, features: Sequence[str] | None, where: str
) -> tuple[list[str], Float]:
    require_list(features, "features", where)
    if features is None:
        names = [str(name) for name in table.select_dtypes("number").columns]
    else:
        names = [str(name) for name in features]
    if not names:
        raise problem(where, "there is no column of numbers", "At least one feature is needed")
    require_columns(list(table.columns), names, where, "Each feature is a column")
    if table.empty:
        raise problem(where, "there are no customers", "At least two are needed")
    require_unique(table.index, where)
    return names, np.column_stack([numeric_column(table, name, where) for name in names])


def _effect(inside: Float, rest: Float) -> float:
    difference = inside.mean() - rest.mean()
    freedom = len(inside) + len(rest) - 2
    squares = ((inside - inside.mean()) ** 2).sum() + ((rest - rest.mean()) ** 2).sum()
    scale = max(float(np.abs(inside).max()), float(np.abs(rest).max()))
    if abs(difference) <= 1e-12 * scale:
        return 0.0
    spread = np.sqrt(squares / freedom) if freedom > 0 else 0.0
    return float(difference / spread) if spread > 1e-12 * scale else float("nan")
