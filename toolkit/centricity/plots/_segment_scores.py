"""Figures of look-alike scores: how well they sort, and whether they are true."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from centricity.plots._segment_parts import require
from centricity.plots._words import per_cent
from centricity.plots.style import BLUE, GREY, INK, LABEL_SIZE, RED, TICK_SIZE, axes, label, legend
from centricity.segmentation.lookalike import LookAlikes


def lift(result: LookAlikes, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how much richer in customers of the target each group of scores is.

    Parameters
    ----------
    result : LookAlikes
        From ``segmentation.look_alikes``.
    title : str, optional
        Default: the finding.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        One bar per group, best scores first, with its interval.

    Raises
    ------
    TypeError
        When result is no LookAlikes.

    Examples
    --------
    >>> import pandas as pd
    >>> from centricity import segmentation
    >>> came = pd.DataFrame({"channel": ["shop"] * 100 + ["web"] * 100})
    >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
    >>> found = segmentation.look_alikes(came, loyal, groups=2, rng=1)
    >>> lift(found).get_title(loc="left")
    'The best half holds 1.5 times as many of the target as the average'
    """
    require(result, LookAlikes, "look_alikes", plot="lift")
    table = result.lift
    ax = axes(ax)
    ends = np.abs([table["lift"] - table["low"], table["high"] - table["lift"]])
    bars = ax.bar(table.index.astype(str), table["lift"], color=BLUE, yerr=ends,
                  error_kw={"ecolor": INK, "elinewidth": 1.4, "capsize": 4})  # fmt: skip
    ax.bar_label(bars, [f"{value:.1f}" for value in table["lift"]], fontsize=TICK_SIZE, padding=3)
    ax.axhline(1, color=RED, linestyle="--", label="Average of all customers")
    ax.grid(visible=False, axis="x")
    ax.margins(y=0.12)
    legend(ax)
    title = title or (
        f"The best {_part(len(table))} holds {table['lift'].iloc[0]:.1f} times as many of the "
        "target as the average"
    )
    return label(ax, title=title, x="Customers by score, best first (group)",
                 y="Lift (times the average)")  # fmt: skip


def _part(groups: int) -> str:
    return {2: "half", 4: "quarter", 5: "fifth", 10: "tenth", 20: "twentieth"}.get(groups, "group")


def captured(
    result: LookAlikes, *, reach: float = 0.2, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the share of the target found when the best scores are contacted first.

    Parameters
    ----------
    result : LookAlikes
        From ``segmentation.look_alikes``.
    reach : float
        Share of customers to mark, default the best fifth.
    title, ax
        As for :func:`lift`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError
        When result is no LookAlikes.

    Examples
    --------
    >>> import pandas as pd
    >>> from centricity import segmentation
    >>> came = pd.DataFrame({"channel": ["shop"] * 100 + ["web"] * 100})
    >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
    >>> found = segmentation.look_alikes(came, loyal, groups=2, rng=1)
    >>> captured(found, reach=0.5).get_title(loc="left")
    'The best 50 % of scores hold 75 % of the target'
    """
    require(result, LookAlikes, "look_alikes", plot="captured")
    x = np.r_[0.0, result.lift["reached"]]
    y = np.r_[0.0, result.lift["captured"]]
    share = float(np.interp(reach, x, y))
    ax = axes(ax, width=7.0, height=5.0)
    ax.plot(x, y, "o-", color=BLUE, linewidth=2.5, label="Best scores first")
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="In any order")
    ax.plot([reach, reach, 0], [0, share, share], color=RED, linewidth=1.2)
    ax.annotate(
        f"best {per_cent(reach)}: {per_cent(share)}", (reach, share), xytext=(12, -14),
        textcoords="offset points", fontsize=LABEL_SIZE, color=INK,
    )  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax, loc="lower right")
    title = title or f"The best {per_cent(reach)} of scores hold {per_cent(share)} of the target"
    return label(ax, title=title, x="Customers contacted, best scores first (share)",
                 y="Share of the target found")  # fmt: skip


def calibration(result: LookAlikes, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw what share of each group of scores turned out to be of the target.

    Parameters
    ----------
    result : LookAlikes
        From ``segmentation.look_alikes``.
    title, ax
        As for :func:`lift`.

    Returns
    -------
    matplotlib.axes.Axes
        One dot per group with its interval; on the dashed line scores are true.

    Raises
    ------
    TypeError
        When result is no LookAlikes.

    Examples
    --------
    >>> import pandas as pd
    >>> from centricity import segmentation
    >>> came = pd.DataFrame({"channel": ["shop"] * 100 + ["web"] * 100})
    >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
    >>> found = segmentation.look_alikes(came, loyal, groups=2, rng=1)
    >>> calibration(found).get_title(loc="left")[:35]
    'Scores can be read as probabilities'
    """
    require(result, LookAlikes, "look_alikes", plot="calibration")
    table = result.calibration
    ax = axes(ax, width=7.5, height=5.2)
    ends = np.abs([table["rate"] - table["low"], table["high"] - table["rate"]])
    ax.errorbar(table["mean_score"], table["rate"], yerr=ends, fmt="o", color=BLUE, markersize=8,
                elinewidth=1.6, capsize=4, label="Groups of customers")  # fmt: skip
    top = min(1.0, 1.08 * float(max(table["high"].max(), table["mean_score"].max())))
    ax.plot([0, top], [0, top], color=GREY, linestyle="--", label="If scores were true")
    ax.set(xlim=(0, top), ylim=(0, top))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax, loc="upper left")
    title = title or f"{_verdict(result.slope)} (slope {result.slope:.2f})"
    return label(ax, title=title, x="Mean score of the group", y="Share who were of the target")


def _verdict(slope: float) -> str:
    if slope < 0.8:
        return "Scores are too extreme"
    if slope > 1.25:
        return "Scores are too cautious"
    return "Scores can be read as probabilities"
