"""Figures of renewal under a contract: survival, retention, kinds of members, and worth."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from centricity import _validate
from centricity._typing import ArrayLike
from centricity.plots import style
from centricity.plots._words import check

DASHES = ("--", "-.", ":", (0, (5, 1)))
NAMED = 8  # more cohorts than this would write over each other


def survival(
    curves: pd.DataFrame,
    *,
    title: str,
    fitted: float | None = None,
    y: str = "Still there",
    unit: str = "renewals",
    bottom: float = 0.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw shares against renewals: what was seen in the first column, then forecasts.

    Parameters
    ----------
    curves : pandas.DataFrame
        Index: number of renewals. The first column is drawn as a solid line with dots, the others
        as broken lines; values between 0 and 1, missing ones are left out.
    title : str
        The finding.
    fitted : float, optional
        Last renewal that the forecasts were fitted to; what follows is marked as hold-out.
    y, unit : str
        What the shares are, and what the horizontal axis counts.
    bottom : float
        Share at which the vertical axis begins; say so beside the figure where it is not zero.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        Where a value is not a share.

    Examples
    --------
    >>> curves = pd.DataFrame({"actual": [1.0, 0.63, 0.47], "model": [1.0, 0.63, 0.46]})
    >>> ax = survival(curves, title="The model follows", fitted=1)
    >>> [line.get_label() for line in ax.lines[:2]]
    ['actual', 'model']
    """
    _shares(curves, "plots.contracts.survival")
    ax = style.axes(ax)
    seen, *forecasts = curves.columns
    ax.plot(curves[seen], "o-", color=style.INK, linewidth=2.2, markersize=7, label=str(seen))
    for place, name in enumerate(forecasts):
        colour, dash = style.PALETTE[place % 7], DASHES[place % len(DASHES)]
        ax.plot(curves[name], linestyle=dash, color=colour, linewidth=2.6, label=str(name))
    if fitted is not None:
        ax.axvline(fitted, color=style.GREY, linewidth=1.2)
        ax.annotate(
            " hold-out", (fitted, 1), xycoords=("data", "axes fraction"), va="top",
            fontsize=style.TICK_SIZE, color=style.GREY,
        )  # fmt: skip
    _percent(ax)
    ax.set_ylim(bottom, 1 + 0.04 * (1 - bottom))
    style.label(ax, title=title, x=f"Number of {unit}", y=y)
    return style.legend(ax, loc="upper right" if fitted is None else "best")


def cohorts(
    shares: pd.DataFrame,
    *,
    title: str,
    y: str = "Still there",
    unit: str = "renewals",
    ax: Axes | None = None,
) -> Axes:
    """Draw one line per cohort against its age, the older the darker, each named at its end.

    Where there are more than eight, only the first and the last are named.

    Parameters
    ----------
    shares : pandas.DataFrame
        One row per cohort in order of joining, columns: number of renewals. Values between 0 and 1,
        NaN where a cohort has not come so far.
    title : str
        The finding.
    y, unit : str
        What the shares are, and what the horizontal axis counts.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        Where a value is not a share.

    Examples
    --------
    >>> shares = pd.DataFrame([[1, 0.8, 0.7], [1, 0.6, np.nan]], index=[2023, 2024])
    >>> ax = cohorts(shares, title="The younger cohort leaves faster")
    >>> [text.get_text() for text in ax.texts]
    ['2023', '2024']
    """
    _shares(shares, "plots.contracts.cohorts")
    drawn = shares.dropna(how="all")
    ax = style.axes(ax)
    colours = colormaps["viridis"](np.linspace(0, 0.75, len(drawn)))
    named = drawn.index if len(drawn) <= NAMED else drawn.index[[0, -1]]
    for (name, row), colour in zip(drawn.iterrows(), colours, strict=True):
        known = row.dropna()
        ax.plot(known.index, known, "o-", color=colour, linewidth=2, markersize=5)
        if name in named:
            ax.annotate(
                str(name), (known.index[-1], known.iloc[-1]), xytext=(8, 0), color=colour,
                textcoords="offset points", va="center", fontsize=style.TICK_SIZE,
                fontweight="bold", path_effects=[withStroke(linewidth=4, foreground="w")],
            )  # fmt: skip
    _percent(ax)
    ax.margins(x=0.08)
    return style.label(ax, title=title, x=f"Number of {unit}", y=y)


def composition(
    kinds: pd.DataFrame,
    *,
    title: str,
    unit: str = "renewals",
    ax: Axes | None = None,
) -> Axes:
    """Draw who is still there as stacked bars by kind, with the rate of renewal above each bar.

    Parameters
    ----------
    kinds : pandas.DataFrame
        Index: number of renewals, from 0. One column per kind: members still there.
    title : str
        The finding.
    unit : str
        What the horizontal axis counts.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table has no rows or no columns.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> kinds = pd.DataFrame({"loyal": [50, 45], "fickle": [50, 20]})
    >>> ax = composition(kinds, title="Who is left is loyal")
    >>> [text.get_text() for text in ax.texts]
    ['65%']
    """
    check(kinds, "plots.contracts.composition")
    ax = style.axes(ax)
    below = np.zeros(len(kinds))
    hatches = ("", "//", "..", "xx")
    for place, name in enumerate(kinds):
        ax.bar(
            kinds.index, kinds[name], 0.8, bottom=below, label=str(name), edgecolor="w",
            color=style.PALETTE[place % 7], hatch=hatches[place % len(hatches)],
        )  # fmt: skip
        below = below + kinds[name].to_numpy()
    for place in range(1, len(kinds)):
        rate = below[place] / below[place - 1] if below[place - 1] > 0 else 0.0
        ax.annotate(
            f"{rate:.0%}", (kinds.index[place], below[place]), xytext=(0, 4),
            textcoords="offset points", ha="center", fontsize=style.TICK_SIZE, fontweight="bold",
        )  # fmt: skip
    ax.grid(visible=False, axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    style.label(ax, title=title, x=f"Number of {unit}", y="Members still there")
    return style.legend(ax)


def coins(
    groups: Mapping[str, ArrayLike],
    *,
    title: str,
    bins: int = 20,
    x: str = "Own chance to leave at a renewal",
    y: str = "Share of the group",
    ax: Axes | None = None,
) -> Axes:
    """Draw how a probability of one's own is spread in each group, with the group's average.

    Parameters
    ----------
    groups : mapping of str to array-like
        Name of each group and its members' probabilities, between 0 and 1. The first is filled,
        the others are outlines.
    title : str
        The finding.
    bins : int
        Number of equal classes between 0 and 1.
    x, y : str
        Labels of the axes.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        Where a group is empty or holds what is no probability.

    Examples
    --------
    >>> ax = coins({"new": [0.1, 0.9], "old": [0.1, 0.2]}, title="The old have better coins")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['new: 0.50 on average', 'old: 0.15 on average']
    """
    ax = style.axes(ax)
    for place, (name, given) in enumerate(groups.items()):
        theta = np.asarray(given, dtype=float).ravel()
        drawn = pd.DataFrame({name: theta}).fillna(-1.0)  # a missing one has no class
        _shares(drawn, "plots.contracts.coins")
        counts, edges = np.histogram(theta, bins=bins, range=(0, 1))
        ax.stairs(
            counts / len(theta), edges, fill=place == 0, alpha=0.45 if place == 0 else 1.0,
            color=style.PALETTE[place % 7], linewidth=2.6,
            label=f"{name}: {theta.mean():.2f} on average",
        )  # fmt: skip
    _percent(ax)
    ax.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.set_xlim(0, 1)
    style.label(ax, title=title, x=x, y=f"{y} (classes of {1 / bins:g})")
    return style.legend(ax)


def worth(
    values: pd.DataFrame,
    *,
    title: str,
    marks: Mapping[str, float] | None = None,
    y: str = "Worth (€ per member)",
    unit: str = "Renewals made so far",
    ax: Axes | None = None,
) -> Axes:
    """Draw what a member is worth against the renewals made, one named line per kind.

    Parameters
    ----------
    values : pandas.DataFrame
        Index: renewals made; one column per kind, in money.
    title : str
        The finding.
    marks : mapping of str to float, optional
        Values that are the same for everybody, such as a formula or a bid: a dotted line for each.
    y, unit : str
        Labels of the axes.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table has no rows or no columns.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> values = pd.DataFrame({"full price": [220.0, 250.0]}, index=[0, 1])
    >>> ax = worth(values, title="Each renewal adds value", marks={"formula": 160.0})
    >>> [text.get_text() for text in ax.texts]
    ['full price', 'formula']
    """
    check(values, "plots.contracts.worth")
    ax = style.axes(ax)
    for place, name in enumerate(values):
        colour = style.PALETTE[place % 7]
        ax.plot(values[name], "o-", color=colour, linewidth=2.4, markersize=6)
        _name_line(ax, str(name), values.index[-1], values[name].iloc[-1], colour)
    for place, (name, value) in enumerate((marks or {}).items()):
        colour = (style.INK, style.RED)[place % 2]
        ax.axhline(value, color=colour, linewidth=2, linestyle=(":", "-.")[place % 2])
        _name_line(ax, name, values.index[-1], value, colour)
    every = [*values.to_numpy().ravel(), *(marks or {}).values()]
    ax.set_ylim(min(0.0, *every), 1.12 * max(every))  # room for the name above the highest line
    ax.margins(x=0.03)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return style.label(ax, title=title, x=unit, y=y)


def _name_line(ax: Axes, name: str, x: float, y: float, colour: str) -> None:
    ax.annotate(
        name, (x, y), xytext=(0, 6), textcoords="offset points", color=colour, ha="right",
        va="bottom", fontsize=style.TICK_SIZE, fontweight="bold",
    )  # fmt: skip


def _shares(curves: pd.DataFrame, where: str) -> None:
    outside = ((curves < 0) | (curves > 1)).any(axis=1)
    if curves.empty or outside.any():
        seen = _validate.which(outside, noun="rows") if len(curves) else "no values were given"
        rule = "Shares lie between 0 and 1"
        raise _validate.problem(where, seen, rule, "Divide counts by the cohort's size")


def _percent(ax: Axes) -> None:
    ax.yaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
