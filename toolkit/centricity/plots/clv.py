"""Figures of buying, leaving and worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity.plots import style


def tracking(
    tracked: pd.DataFrame,
    *,
    cumulative: bool = True,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw actual and expected repeat purchases over the calendar.

    Parameters
    ----------
    tracked : pandas.DataFrame
        From ``clv.tracking``.
    cumulative : bool
        Sums to date, or each period by itself.
    title : str, optional
        The finding; default: by how much the model misses the total of the hold-out, or of all
        periods when there is none.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> weeks = pd.date_range("2025-01-05", periods=2, freq="W", name="period_end")
    >>> tracked = pd.DataFrame({"actual": [1, 3], "expected": [1.5, 2.0], "holdout": False,
    ...                         "actual_cumulative": [1, 4], "expected_cumulative": [1.5, 3.5]},
    ...                        index=weeks)
    >>> tracking(tracked).get_title(loc="left")
    'The model expects 12 % fewer repeat purchases than were made'
    """
    ax = style.axes(ax)
    suffix = "_cumulative" if cumulative else ""
    ax.plot(tracked[f"actual{suffix}"], color=style.INK, linewidth=2.2, label="actual")
    expected = tracked[f"expected{suffix}"]
    ax.plot(expected, color=style.BLUE, linewidth=2.2, linestyle="--", label="expected")
    held = tracked["holdout"].to_numpy(dtype=bool)
    if held.any() and not held.all():
        ax.axvline(tracked.index[~held][-1], color=style.GREY, linewidth=1.2)
        ax.annotate(
            " hold-out", (tracked.index[~held][-1], 1), xycoords=("data", "axes fraction"),
            va="top", fontsize=style.TICK_SIZE, color=style.GREY,
        )  # fmt: skip
    judged = tracked[held] if held.any() else tracked
    miss = judged["expected"].sum() / max(judged["actual"].sum(), 1) - 1
    word = "more" if miss >= 0 else "fewer"
    period = " in the hold-out" if held.any() else ""
    finding = f"The model expects {abs(miss):.0%} {word} repeat purchases than were made{period}"
    y = "Repeat purchases to date" if cumulative else "Repeat purchases per period"
    ax.set_ylim(bottom=0)
    style.label(ax, title=title or finding.replace("%", " %"), x="Period ending", y=y)
    ax.tick_params(axis="x", rotation=20)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return style.legend(ax, loc="upper left" if cumulative else "upper right")


def frequencies(table: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw customers by number of repeat purchases, actual beside expected.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.frequency_table``: columns actual and expected.
    title : str, optional
        The finding; default: the share of customers who never came back.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame({"actual": [60, 40], "expected": [58.0, 42.0]}, index=["0", "1+"])
    >>> frequencies(table).get_title(loc="left")
    '60 % never bought again; the model says 58 %'
    """
    ax = style.axes(ax)
    place = np.arange(len(table))
    ax.bar(place - 0.2, table["actual"], 0.38, color=style.INK, label="actual")
    ax.bar(place + 0.2, table["expected"], 0.38, color=style.SKY, label="expected")
    ax.set_xticks(place, table.index)
    share = table.iloc[0] / table.sum()
    default = f"{share['actual']:.0%} never bought again; the model says {share['expected']:.0%}"
    x = "Repeat purchases"
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    style.label(ax, title=title or default.replace("%", " %"), x=x, y="Customers")
    return style.legend(ax)


def holdout(table: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw mean hold-out purchases by past frequency: actual, the model, and the naive forecast.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.holdout_by_frequency``.
    title : str, optional
        The finding; default: mean absolute error of the model against the naive forecast.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame({"customers": [9, 1], "actual": [0.2, 3.0], "expected": [0.3, 3.2],
    ...                       "naive": [0.0, 5.0]}, index=pd.Index([0, 7], name="frequency"))
    >>> holdout(table).get_title(loc="left")
    'By group, the model misses by 0.11 purchases, the naive forecast by 0.38'
    """
    ax = style.axes(ax)
    lines = [("actual", style.INK, "-"), ("expected", style.BLUE, "--"), ("naive", style.RED, ":")]
    for name, colour, dash in lines:
        said = {"expected": "model", "naive": "naive: same rate as before"}.get(name, name)
        ax.plot(table.index, table[name], dash, color=colour, linewidth=2.4, marker="o", label=said)
    weight = table["customers"] / table["customers"].sum()
    miss = {
        n: float((weight * (table[n] - table["actual"]).abs()).sum()) for n in table.columns[2:]
    }
    default = (
        f"By group, the model misses by {miss['expected']:.2f} purchases, "
        f"the naive forecast by {miss['naive']:.2f}"
    )
    ax.set_xticks(table.index, [*table.index[:-1].astype(str), f"{table.index[-1]}+"])
    style.label(
        ax,
        title=title or default,
        x="Repeat purchases in calibration",
        y="Purchases per customer in hold-out",
    )
    return style.legend(ax)


def by_recency(
    curves: pd.DataFrame,
    *,
    y: str,
    title: str,
    unit: str = "weeks",
    ax: Axes | None = None,
) -> Axes:
    """Draw a prediction against recency, one labelled line per frequency.

    Parameters
    ----------
    curves : pandas.DataFrame
        Index: recency (age at the last purchase, in ``unit``); one column per frequency.
    y : str
        What is predicted, with its unit.
    title : str
        The finding.
    unit : str
        Word for the axis.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> curves = pd.DataFrame({1: [0.2, 0.9], 10: [0.0, 0.95]}, index=[5.0, 50.0])
    >>> ax = by_recency(curves, y="P(alive)", title="Silence says more about frequent buyers")
    >>> ax.get_xlabel()
    'Recency: age at the last purchase (weeks)'
    """
    ax = style.axes(ax)
    for name, colour in zip(curves, style.PALETTE, strict=False):
        ax.plot(curves.index, curves[name], color=colour, linewidth=2.4)
        ax.annotate(
            f" {name}", (curves.index[-1], curves[name].iloc[-1]), color=colour,
            fontsize=style.TICK_SIZE, va="center", annotation_clip=False,
        )  # fmt: skip
    ax.margins(x=0.08)
    return style.label(ax, title=title, x=f"Recency: age at the last purchase ({unit})", y=y)


def value_by_group(
    values: pd.Series,
    groups: pd.Series | Sequence[object],
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean lifetime value of each group of customers as bars.

    Parameters
    ----------
    values : pandas.Series
        Customer lifetime value, in money.
    groups : pandas.Series or sequence
        The group of each customer, in the order of ``values``.
    title : str, optional
        The finding; default: how many times the best group's mean is the worst's.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = value_by_group(pd.Series([10.0, 20.0, 90.0]), ["store", "store", "referral"])
    >>> ax.get_title(loc="left")
    'A customer from referral is worth 6.0 times one from store'
    """
    ax = style.axes(ax)
    mean = values.groupby(np.asarray(groups)).mean().sort_values()
    ax.barh(mean.index.astype(str), mean, color=style.BLUE)
    for place, worth in enumerate(mean):
        ax.annotate(f" {worth:,.0f}", (worth, place), va="center", fontsize=style.TICK_SIZE)
    times = mean.iloc[-1] / mean.iloc[0] if mean.iloc[0] > 0 else np.nan
    default = (
        f"A customer from {mean.index[-1]} is worth {times:.1f} times one from {mean.index[0]}"
    )
    return style.label(ax, title=title or default, x="Mean customer lifetime value (money)", y="")
