"""Figures of segments: concentration, deciles, RFM, clusters, profiles and migration."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from centricity._validate import a_type, number, problem, require_columns, require_frame
from centricity.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LABEL_SIZE,
    ORANGE,
    PALETTE,
    RED,
    TICK_SIZE,
    axes,
    label,
    legend,
)
from centricity.segmentation.inequality import Concentration
from centricity.segmentation.movements import GONE, NEW, Migration
from centricity.segmentation.selection import Choice

BLUES = LinearSegmentedColormap.from_list("blues", ["#F7FAFC", "#9CC7E3", BLUE, "#003B63"])
MOST_POINTS = 5_000
MARKERS = "os^DvP*Xd<>h"


def percent(share: float) -> str:
    """Write a share as a percentage, with a space and a true minus sign.

    >>> percent(0.684)
    '68 %'
    """
    return f"{share:.0%}".replace("%", " %").replace("-", "−")


def concentration(
    result: Concentration,
    *,
    top: float = 0.2,
    what: str = "sales",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of a total that the best customers bring.

    Parameters
    ----------
    result : Concentration
        From ``segmentation.concentration``.
    top : float
        Share of customers to mark, default the best fifth.
    what : str
        What the total is of, for title and axis.
    title : str, optional
        Default: the finding, such as "The top 20 % of customers bring 68 % of sales".
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from centricity import segmentation
    >>> ax = concentration(segmentation.concentration([1.0, 1.0, 2.0, 4.0, 12.0]))
    >>> ax.get_title(loc="left")
    'The top 20 % of customers bring 60 % of sales'
    """
    _require(result, Concentration, "concentration")
    top = number(top, "top", "plots.concentration", above=0, below=1)
    ax = axes(ax, width=7.0, height=5.0)
    curve = 1 - result.lorenz[::-1]
    share = result.top_share(top)
    ax.plot(curve["customers"], curve["total"], color=BLUE, linewidth=2.5, label="These customers")
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="If all brought the same")
    ax.plot([top, top, 0], [0, share, share], color=RED, linewidth=1.2)
    ax.plot([top], [share], "o", color=RED)
    ax.annotate(
        f"top {percent(top)}: {percent(share)}", (top, share), xytext=(12, -14),
        textcoords="offset points", fontsize=LABEL_SIZE, color=INK,
    )  # fmt: skip
    ax.text(0.98, 0.30, f"Gini coefficient {result.gini:.2f}", ha="right", fontsize=LABEL_SIZE)
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax, loc="lower right")
    title = title or f"The top {percent(top)} of customers bring {percent(share)} of {what}"
    return label(ax, title=title, x="Customers, best first (share)", y=f"Share of {what}")


def deciles(
    table: pd.DataFrame,
    *,
    what: str = "sales",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of the total that each tenth of customers brings, best first.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``segmentation.deciles``.
    what, title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from centricity import segmentation
    >>> ax = deciles(segmentation.deciles(pd.Series(range(1, 11), dtype=float)))
    >>> ax.get_title(loc="left")
    'The best tenth brings 18 % of sales, the lower half 27 %'
    """
    require_frame(table, "plots.deciles")
    require_columns(
        list(table.columns), ["total_share", "customer_share"], "plots.deciles",
        "This figure shows the table of segmentation.deciles",
    )  # fmt: skip
    ax = axes(ax)
    shares = table["total_share"].astype(float)
    bars = ax.bar(table.index.astype(str), shares, color=np.where(shares < 0, RED, BLUE))
    ax.bar_label(bars, [percent(s) for s in shares], fontsize=TICK_SIZE, padding=3,
                 bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
    ax.axhline(1 / len(table), color=GREY, linestyle="--", label="If all brought the same")
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.margins(y=0.12)
    ax.grid(visible=False, axis="x")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax)
    if title is None:
        best = percent(float(shares.iloc[0]))
        title = f"The best {'tenth' if len(table) == 10 else 'group'} brings {best} of {what}"
        if len(table) % 2 == 0:
            lower = float(shares.iloc[len(table) // 2 :].sum())
            title += f", the lower half {percent(lower)}"
    name = "Tenth of customers" if len(table) == 10 else "Group of customers"
    return label(ax, title=title, x=f"{name} (1 = best)", y=f"Share of {what}")


def rfm(
    scores: pd.DataFrame,
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many customers have each pair of recency and frequency score.

    Parameters
    ----------
    scores : pandas.DataFrame
        From ``segmentation.rfm_scores``: columns ``r`` and ``f``.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        One cell per pair, with its number of customers; the best are at the top right. A score
        that ties have left to nobody is marked "unused".

    Examples
    --------
    >>> scores = pd.DataFrame({"r": [2, 2, 1, 1], "f": [2, 1, 1, 1]})
    >>> rfm(scores).get_title(loc="left")
    '25 % of customers are in the best group both for recency and for frequency'
    """
    require_frame(scores, "plots.rfm")
    require_columns(
        list(scores.columns), ["r", "f"], "plots.rfm", "Scores come from segmentation.rfm_scores"
    )
    groups = range(1, int(scores[["r", "f"]].to_numpy().max()) + 1)
    counts = pd.crosstab(scores["f"], scores["r"]).reindex(
        index=groups[::-1], columns=groups, fill_value=0
    )
    ax = axes(ax, width=7.0, height=5.0)
    rows, columns = (counts > 0).any(axis=1), (counts > 0).any(axis=0)
    words = counts.map("{:,}".format).where(np.outer(rows, columns), "")
    _heat(ax, counts, np.sqrt(counts.to_numpy(dtype=float)), words)
    for axis, used in ((ax.xaxis, columns), (ax.yaxis, rows)):
        axis.set_ticklabels([f"{n}" if yes else f"{n}\nunused" for n, yes in used.items()])
    best = float(counts.to_numpy()[0, -1]) / len(scores)
    title = title or (
        f"{percent(best)} of customers are in the best group both for recency and for frequency"
    )
    last = groups[-1]
    return label(
        ax, title=title, x=f"Recency score ({last} = most recent)",
        y=f"Frequency score ({last} = most orders)",
    )  # fmt: skip


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
    names = _in_order(labels)
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
    said = [f"{_words(name)} ({unit})" if (unit := (units or {}).get(name)) else _words(name)
            for name in (x, y)]  # fmt: skip
    return label(ax, title=title, x=_capital(said[0]), y=_capital(said[1]))


def _largest(labels: pd.Series) -> str:
    counts = labels.value_counts()
    names, most = counts.index[counts == counts.max()], percent(counts.max() / len(labels))
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

    Examples
    --------
    >>> from centricity import segmentation
    >>> rng = np.random.default_rng(5)
    >>> blobs = pd.DataFrame(rng.normal(size=(90, 2)), columns=["x", "y"])
    >>> blobs += np.repeat([[0, 0], [8, 0], [4, 7]], 30, axis=0)
    >>> found = segmentation.choose_k(blobs, [2, 3], bootstraps=3, references=4, rng=1)
    >>> choice_of_k(found).get_title(loc="left")
    '3 segments are stable and more separated than chance'
    """
    _require(choice, Choice, "choose_k", plot="choice_of_k")
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
        One bar per segment and feature, in standard deviations; a missing effect has no bar.

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
    names, features = list(effects.index), list(effects.columns)
    ax = axes(ax, width=8.0, height=1.6 + 0.32 * len(names) * len(features))
    width = 0.8 / len(features)
    for place, feature in enumerate(features):
        middle = np.arange(len(names)) + (place - (len(features) - 1) / 2) * width
        bars = ax.barh(middle, effects[feature], width * 0.9, label=_words(str(feature)),
                       color=PALETTE[place % len(PALETTE)])  # fmt: skip
        says = [_signed(value) for value in effects[feature]]
        ax.bar_label(bars, says, fontsize=TICK_SIZE - 1, padding=3)
    customers = table["customers"].groupby(level="segment", sort=False).first()
    ax.set_yticks(range(len(names)), [f"{name}\n({customers[name]:,})" for name in names])
    ax.invert_yaxis()
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.margins(x=0.12)
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
        f"Segment {segment} stands out most: {_words(feature)} is {abs(most):.1f} "
        f"standard deviations {side} the rest"
    )


def migration(result: Migration, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw where the customers of each segment are one period later.

    Parameters
    ----------
    result : Migration
        From ``segmentation.migration``.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        Share of the row in colour and number, with the number of customers below it.

    Examples
    --------
    >>> from centricity import segmentation
    >>> before = pd.Series(["top", "low", "low"], index=list("ABC"))
    >>> after = pd.Series(["low", "low", "top"], index=list("ABD"))
    >>> migration(segmentation.migration(before, after)).get_title(loc="left")
    '50 % of the customers seen in both periods kept their segment'
    """
    _require(result, Migration, "migration")
    counts, shares = result.counts, result.shares
    filled = counts.sum(axis=1) > 0
    counts, shares = counts[filled], shares[filled]
    words = pd.DataFrame(
        [[f"{percent(s)}\n{n:,}" for s, n in zip(*rows, strict=True)]
         for rows in zip(shares.to_numpy(), counts.to_numpy(), strict=True)],
        index=counts.index, columns=counts.columns,
    )  # fmt: skip
    if NEW in words.index and GONE in words.columns:
        words.loc[NEW, GONE] = ""
    size = len(counts.columns)
    ax = axes(ax, width=3.0 + 1.1 * size, height=2.2 + 0.75 * len(counts))
    _heat(ax, counts, shares.to_numpy(dtype=float), words)
    ax.set_yticks(range(len(counts)), [f"{name} ({n:,})" for name, n in counts.sum(axis=1).items()])
    if GONE in counts.columns:
        ax.axvline(size - 1.5, color="white", linewidth=6)
    if NEW in counts.index:
        ax.axhline(len(counts) - 1.5, color="white", linewidth=6)
    stayed = percent(result.stayed)
    title = title or f"{stayed} of the customers seen in both periods kept their segment"
    return label(ax, title=title, x="Segment after", y="Segment before (customers)")


def _require(result: object, kind: type, function: str, *, plot: str | None = None) -> None:
    if not isinstance(result, kind):
        raise problem(
            f"plots.{plot or function}",
            f"{a_type(result)} was given",
            f"This figure shows the result of segmentation.{function}",
            f"Call segmentation.{function} first",
            error=TypeError,
        )


def _heat(ax: Axes, table: pd.DataFrame, depth: np.ndarray, words: pd.DataFrame) -> None:
    """Fill a grid of cells by ``depth`` (its largest is darkest) and write ``words`` on it."""
    top = max(float(np.nanmax(depth)), 1e-12)
    ax.imshow(depth, cmap=BLUES, vmin=0, vmax=top, aspect="auto")
    for row, column in np.ndindex(depth.shape):
        dark = depth[row, column] > 0.5 * top
        ax.text(column, row, str(words.iat[row, column]), ha="center", va="center",
                fontsize=TICK_SIZE, color="white" if dark else INK)  # fmt: skip
    ax.set_xticks(range(table.shape[1]), [str(name) for name in table.columns])
    ax.set_yticks(range(table.shape[0]), [str(name) for name in table.index])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def _in_order(labels: pd.Series) -> list[Hashable]:
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return [name for name in labels.cat.categories if (labels == name).any()]
    return sorted(labels.unique())


def _words(name: str) -> str:
    return {"recency_days": "days since last order"}.get(name, name.replace("_", " "))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:] if len(words) > 1 else words
