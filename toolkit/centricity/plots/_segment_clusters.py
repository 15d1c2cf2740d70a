"""Figures of clusters: customers by segment, and the choice of their number."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import StrMethodFormatter

from centricity._validate import problem, require_columns, require_frame
from centricity.plots._segment_parts import MARKERS, capital, in_order, require, words
from centricity.plots._words import per_cent
from centricity.plots.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALETTE,
    TICK_SIZE,
    axes,
    label,
    legend,
)
from centricity.segmentation.selection import Choice

MOST_POINTS = 5_000


def segments(
    features: pd.DataFrame,
    labels: pd.Series,
    *,
    x: str,
    y: str,
    units: Mapping[str, str] | None = None,
    log: bool = False,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw customers on two features, with colour and marker by segment.

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer.
    labels : pandas.Series
        Segment of each customer, same index.
    x, y : str
        The two columns.
    units : mapping of str to str, optional
        Unit of a column, such as ``{"spend": "€"}``.
    log : bool
        Whether the axes are logarithmic from 1 on (and linear below).
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        At most 5,000 points, evenly taken; large crosses are the medians of the segments.

    Raises
    ------
    ValueError
        When a column is missing, or labels and features have different indexes.
    TypeError
        When the features are no DataFrame.

    Examples
    --------
    >>> features = pd.DataFrame({"orders": [1, 2, 9], "spend": [10.0, 30.0, 500.0]})
    >>> ax = segments(features, pd.Series([2, 2, 1]), x="orders", y="spend")
    >>> ax.get_title(loc="left")
    'Segment 2 is the largest: 67 % of customers'
    """
    where = "plots.segments"
    require_frame(features, where)
    require_columns(list(features.columns), [x, y], where, "x and y are columns of the table")
    if not isinstance(labels, pd.Series) or not features.index.equals(labels.index):
        raise problem(
            where,
            "labels have another index than features",
            "labels is a Series with one segment per row of features, in the same order",
            "Use labels.reindex(features.index)",
        )
    ax = axes(ax, width=8.0, height=5.0)
    step = -(-len(features) // MOST_POINTS)
    names = in_order(labels)
    for place, name in enumerate(names):
        mine = features[labels == name]
        color, marker = PALETTE[place % len(PALETTE)], MARKERS[place % len(MARKERS)]
        ax.scatter(mine[x][::step], mine[y][::step], s=22, alpha=0.45, color=color, marker=marker,
                   linewidths=0, label=f"{name} ({len(mine):,})")  # fmt: skip
        middle = mine[[x, y]].median()
        ax.plot(middle[x], middle[y], marker="X", markersize=15, color=color,
                markeredgecolor="white", markeredgewidth=1.5, zorder=5)  # fmt: skip
    if log:
        ax.set_xscale("symlog", linthresh=1)
        ax.set_yscale("symlog", linthresh=1)
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    legend(ax, title="Segment (customers)", title_fontsize=TICK_SIZE, markerscale=1.6,
           loc="upper left", bbox_to_anchor=(1.0, 1.0))  # fmt: skip
    title = title or _largest(labels)
    said = [f"{words(name)} ({unit})" if (unit := (units or {}).get(name)) else words(name)
            for name in (x, y)]  # fmt: skip
    return label(ax, title=title, x=capital(said[0]), y=capital(said[1]))


def _largest(labels: pd.Series) -> str:
    counts = labels.value_counts()
    names, most = counts.index[counts == counts.max()], per_cent(counts.max() / len(labels))
    if len(names) == 1:
        return f"Segment {names[0]} is the largest: {most} of customers"
    return f"The {len(names)} largest segments hold {most} of customers each"


def choice_of_k(choice: Choice, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw stability and separation of each number of segments, and what chance would give.

    Parameters
    ----------
    choice : Choice
        From ``segmentation.choose_k``.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        A k is convincing where both lines are above their own limit: the dashed line for
        stability, the grey band for separation.

    Raises
    ------
    TypeError
        When choice is no Choice.

    Examples
    --------
    >>> import numpy as np
    >>> from centricity import segmentation
    >>> rng = np.random.default_rng(5)
    >>> blobs = pd.DataFrame(rng.normal(size=(90, 2)), columns=["x", "y"])
    >>> blobs += np.repeat([[0, 0], [8, 0], [4, 7]], 30, axis=0)
    >>> found = segmentation.choose_k(blobs, [2, 3], bootstraps=3, references=4, rng=1)
    >>> choice_of_k(found).get_title(loc="left")
    '3 segments are stable and more separated than chance'
    """
    require(choice, Choice, "choose_k", plot="choice_of_k")
    ax = axes(ax, width=8.0, height=4.8)
    table = choice.table
    name = "silhouette" if choice.method == "kmeans" else "fall of BIC per customer"
    ax.fill_between(
        table.index, 2 * table["reference"] - table["reference_limit"], table["reference_limit"],
        color=GREY, alpha=0.3, linewidth=0, label="Separation without segments",
    )  # fmt: skip
    ax.plot(table.index, table["separation"], "s-", color=ORANGE, linewidth=2, markersize=8,
            label=f"Separation ({name})")  # fmt: skip
    ax.axhline(choice.stable_from, color=BLUE, linestyle="--", linewidth=1.2,
               label=f"Stable from {choice.stable_from:g}")  # fmt: skip
    ax.plot(table.index, table["stability"], "o-", color=BLUE, linewidth=2, markersize=8,
            label="Stability (adjusted Rand index)")  # fmt: skip
    if choice.k is not None:
        ax.axvline(choice.k, color=GREEN, linewidth=10, alpha=0.25)
    ax.set_xticks(table.index)
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    legend(ax, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    title = title or (
        f"{choice.k} segments are stable and more separated than chance"
        if choice.k is not None
        else "No number of segments is both stable and more separated than chance"
    )
    return label(ax, title=title, x="Number of segments k", y="Index")
