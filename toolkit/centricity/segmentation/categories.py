"""What sets a segment apart on features that are categories, such as channel or country."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number, problem, require_columns, require_frame, which
from centricity.segmentation._checks import (
    categories_of,
    require_list,
    require_unique,
    same_customers,
    segments_of,
    text_columns,
)
from centricity.segmentation.periods import wilson

MOST = 50


def category_profile(
    table: pd.DataFrame,
    segments: pd.Series,
    *,
    features: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Describe each segment by its shares of categories, and how they differ from the rest.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer.
    segments : pandas.Series
        One segment per customer, for the same customers (in any order).
    features : sequence of str, optional
        The columns to describe; default all that hold text, categories or yes/no.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    pandas.DataFrame
        One row per segment, feature and category (its index): ``customers`` of the segment,
        ``share`` of them in the category, ``share_rest`` (of all other customers), ``difference``
        of the two with ``low`` and ``high`` (0.1 is ten percentage points), and ``effect``.

    Raises
    ------
    ValueError
        When a feature or a value is missing, a feature has more than 50 categories, there is none,
        a customer has two rows, the customers differ, or there is only one segment.
    TypeError
        When the table is no DataFrame or the segments no Series.

    Notes
    -----
    ``effect`` is Cohen's h (1988, section 6.2), which judges a difference of shares the same near
    0, ½ and 1,

    .. math:: h = 2 \arcsin\sqrt{p_{in}} - 2 \arcsin\sqrt{p_{rest}}

    read like :func:`profile`'s d: 0.2 small, 0.5 medium, 0.8 large. The interval is Newcombe's
    (1998, method 10), made of the two Wilson intervals. It says how sure the difference is for
    segments as they are; it doesn't prove that there are segments.

    References
    ----------
    Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences* (2nd ed.). Erlbaum.

    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. *Statistics in Medicine*, 17(8), 873–890.

    Examples
    --------
    >>> table = pd.DataFrame({"channel": ["web", "web", "web", "shop"]}, index=list("ABCD"))
    >>> segments = pd.Series(["loyal", "loyal", "other", "other"], index=list("ABCD"))
    >>> found = category_profile(table, segments)
    >>> found.loc["loyal", ["share", "share_rest", "difference", "effect"]].round(2)
                      share  share_rest  difference  effect
    feature category
    channel shop        0.0         0.5        -0.5   -1.57
            web         1.0         0.5         0.5    1.57
    """
    where = "category_profile"
    number(level, "level", where, above=0, below=1)
    table = text_columns(require_frame(table, where))
    names = _features(table, features, where)
    labels = segments_of(segments, "segments", where)
    same_customers(table.index, labels.index, ("table", "segments"), where)
    labels = labels.reindex(table.index)
    sizes = labels.value_counts()
    groups = [name for name in categories_of(labels) if sizes.get(name, 0) > 0]
    if len(groups) < 2:
        raise problem(
            where, f"all {len(labels):,} customers are in one segment",
            "A segment is compared with the rest, so at least two are needed",
        )  # fmt: skip
    parts = []
    for name in names:
        counts = pd.crosstab(labels.astype(object), table[name].astype(object))
        kinds = [c for c in categories_of(table[name]) if c in counts.columns]
        # By position: a list of True and False would be taken for a mask.
        counts = counts.loc[groups].iloc[:, counts.columns.get_indexer(pd.Index(kinds))]
        parts += [_compare(counts, group, name, level) for group in groups]
    whole = pd.concat(parts, ignore_index=True)
    order = {group: i for i, group in enumerate(groups)}
    whole = whole.sort_values("segment", key=lambda s: s.map(order), kind="stable")
    return whole.set_index(["segment", "feature", "category"])


def _features(table: pd.DataFrame, features: Sequence[str] | None, where: str) -> list[str]:
    require_list(features, "features", where)
    if features is None:
        names = [str(name) for name in table.columns if _is_kind(table[name])]
    else:
        names = [str(name) for name in features]
    if not names:
        raise problem(where, "there is no column of categories", "At least one feature is needed")
    require_columns(list(table.columns), names, where, "Each feature is a column")
    if table.empty:
        raise problem(where, "there are no customers", "At least two are needed")
    require_unique(table.index, where)
    for name in names:
        if table[name].isna().any():
            raise problem(
                where, f"'{name}' is missing for {which(table[name].isna(), noun='customers')}",
                "Each customer has a category", "Name one for them, with fillna('unknown')",
            )  # fmt: skip
        if table[name].nunique() > MOST:
            raise problem(
                where, f"'{name}' has {table[name].nunique():,} categories",
                f"A profile is read by people, so at most {MOST}",
                "Join the rare ones, or describe a number with profile()",
            )  # fmt: skip
    return names


def _is_kind(column: pd.Series) -> bool:
    types = pd.api.types
    text = types.is_object_dtype(column) or types.is_string_dtype(column)
    return text or types.is_bool_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype)


def _compare(counts: pd.DataFrame, group: Any, feature: str, level: float) -> pd.DataFrame:  # noqa: ANN401
    inside = counts.loc[group].to_numpy(dtype=float)
    rest = counts.sum(axis=0).to_numpy(dtype=float) - inside
    n, m = inside.sum(), rest.sum()
    p, q = inside / n, rest / m
    low, high = newcombe(inside, n, rest, m, level)
    return pd.DataFrame(
        {"segment": [group] * len(p), "feature": feature, "category": list(counts.columns),
         "customers": int(n), "share": p, "share_rest": q, "difference": p - q, "low": low,
         "high": high, "effect": 2 * np.arcsin(np.sqrt(p)) - 2 * np.arcsin(np.sqrt(q))}
    )  # fmt: skip


def newcombe(count: Float, n: float, other: Float, m: float, level: float) -> tuple[Float, Float]:
    """Newcombe's (1998, method 10) interval of a difference of shares, count/n less other/m.

    >>> low, high = newcombe(np.array([56.0]), 70, np.array([48.0]), 80, 0.95)
    >>> low.round(4), high.round(4)
    (array([0.0524]), array([0.3339]))
    """
    p, q = count / n, other / m
    low_p, high_p = wilson(count, np.full(len(count), n), level)
    low_q, high_q = wilson(other, np.full(len(other), m), level)
    low = p - q - np.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    return low, p - q + np.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
