"""Figures of what sets segments apart, on numbers and on categories."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity._validate import require_columns, require_frame
from centricity.plots._segment_parts import MARKERS, words
from centricity.plots.style import INK, PALETTE, TICK_SIZE, axes, label, legend


def profile(table: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how far each segment stands off from the rest on each feature.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``segmentation.profile``.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        One bar per segment and feature, in standard deviations, with its interval; a missing
        effect has no bar.

    Raises
    ------
    ValueError
        When a column is missing.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> from centricity import segmentation
    >>> orders = pd.DataFrame({"orders": [8, 10, 1, 3]})
    >>> found = segmentation.profile(orders, pd.Series(["loyal", "loyal", "other", "other"]))
    >>> profile(found).get_title(loc="left")
    'Segment loyal stands out most: orders is 4.9 standard deviations above the rest'
    """
    require_frame(table, "plots.profile")
    require_columns(
        list(table.columns), ["effect"], "plots.profile",
        "This figure shows the table of segmentation.profile",
    )  # fmt: skip
    effects = table["effect"].unstack("feature", sort=False)
    upper = table.get("effect_high", table["effect"]).unstack("feature", sort=False)
    names, features = list(effects.index), list(effects.columns)
    ax = axes(ax, width=8.0, height=1.6 + 0.32 * len(names) * len(features))
    width = 0.8 / len(features)
    for place, feature in enumerate(features):
        middle = np.arange(len(names)) + (place - (len(features) - 1) / 2) * width
        half = (upper[feature] - effects[feature]).fillna(0)
        bars = ax.barh(middle, effects[feature].fillna(0), width * 0.9, label=words(str(feature)),
                       color=PALETTE[place % len(PALETTE)], xerr=half,
                       error_kw={"ecolor": INK, "elinewidth": 1.2})  # fmt: skip
        says = [_signed(value) for value in effects[feature]]
        ax.bar_label(bars, says, fontsize=TICK_SIZE - 1, padding=3)
    customers = table["customers"].groupby(level="segment", sort=False).first()
    ax.set_yticks(range(len(names)), [f"{name}\n({customers[name]:,})" for name in names])
    ax.invert_yaxis()
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.margins(x=0.16)
    ax.grid(visible=False, axis="y")
    legend(ax, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    title = title or _standing_out(table["effect"])
    return label(ax, title=title, x="Difference from all others (standard deviations)",
                 y="Segment (customers)")  # fmt: skip


def _signed(value: float) -> str:
    """Write an effect with its sign, nothing where it is missing, and no sign where it is zero."""
    if not np.isfinite(value):
        return ""
    return "0.0" if abs(value) < 0.05 else f"{value:+.1f}".replace("-", "−")


def _standing_out(effect: pd.Series) -> str:
    found = effect.dropna()
    if found.empty or (found == 0).all():
        return "No segment differs from the rest"
    segment, feature = found.index[int(found.abs().to_numpy().argmax())]
    most = found[(segment, feature)]
    side = "above" if most > 0 else "below"
    return (
        f"Segment {segment} stands out most: {words(feature)} is {abs(most):.1f} "
        f"standard deviations {side} the rest"
    )


def categories(
    table: pd.DataFrame, *, most: int = 12, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how far each segment's share of each category is from the rest's.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``segmentation.category_profile``.
    most : int
        How many categories to show: those with the largest effects.
    title, ax
        As for :func:`profile`.

    Returns
    -------
    matplotlib.axes.Axes
        One dot with its interval per category and segment, in percentage points.

    Raises
    ------
    ValueError
        When a column is missing.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> from centricity import segmentation
    >>> channel = pd.DataFrame({"channel": ["web", "web", "web", "shop"]})
    >>> kinds = pd.Series(["loyal", "loyal", "other", "other"])
    >>> categories(segmentation.category_profile(channel, kinds)).get_title(loc="left")
    'Segment loyal stands out most: 50 points less in shop than the rest'
    """
    require_frame(table, "plots.categories")
    require_columns(
        list(table.columns), ["difference", "low", "high", "effect"], "plots.categories",
        "This figure shows the table of segmentation.category_profile",
    )  # fmt: skip
    size = table["effect"].abs().groupby(level=["feature", "category"], sort=False).max()
    shown = size.sort_values(ascending=False, kind="stable").index[:most]
    order = [pair for pair in size.index if pair in shown]
    names = list(dict.fromkeys(table.index.get_level_values("segment")))
    ax = axes(ax, width=8.0, height=1.6 + 0.24 * len(names) * len(order))
    for place, name in enumerate(names):
        mine = table.xs(name, level="segment").reindex(order)
        y = np.arange(len(order)) + (place - (len(names) - 1) / 2) * 0.7 / len(names)
        ends = [100 * (mine["difference"] - mine["low"]), 100 * (mine["high"] - mine["difference"])]
        ax.errorbar(100 * mine["difference"], y, xerr=np.abs(ends), fmt=MARKERS[place % 7],
                    color=PALETTE[place % len(PALETTE)], markersize=8, elinewidth=2,
                    label=str(name))  # fmt: skip
    several = len({feature for feature, _ in order}) > 1
    said = [f"{words(str(f))}: {c}" if several else str(c) for f, c in order]
    ax.set_yticks(range(len(order)), said)
    ax.invert_yaxis()
    ax.axvline(0, color=INK, linewidth=0.8)
    legend(ax, title="Segment", title_fontsize=TICK_SIZE, loc="upper left",
           bbox_to_anchor=(1.0, 1.0))  # fmt: skip
    title = title or _most_different(table)
    what = "Category" if several or not order else words(str(order[0][0])).capitalize()
    return label(ax, title=title, x="Share less that of all others (percentage points)", y=what)


def _most_different(table: pd.DataFrame) -> str:
    if (table["effect"] == 0).all():
        return "No segment differs from the rest"
    place = int(table["effect"].abs().to_numpy().argmax())
    row = table.iloc[place]
    segment, category = (table.index.get_level_values(level)[place] for level in (0, 2))
    side = "more" if row["difference"] > 0 else "less"
    points = abs(100 * row["difference"])
    return (f"Segment {segment} stands out most: {points:.0f} points {side} in {category} than "
            "the rest")  # fmt: skip
