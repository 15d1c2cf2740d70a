"""Figures of what customers value: worth in euros, ranks, gaps, plans, both sides of value."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from centricity import _validate
from centricity.plots import _words, style
from centricity.plots._preference_value import link, offer_profit, quadrants, value_steps

__all__ = ["drivers", "gaps", "offer_profit", "quadrants", "ranks", "value_steps", "worth"]

MARKS = ("o", "s", "^", "D", "v")


def worth(
    tables: dict[str, pd.DataFrame],
    *,
    title: str,
    truth: dict[str, pd.Series] | None = None,
    names: dict[str, str] | None = None,
    unit: str = "€",
    ax: Axes | None = None,
) -> Axes:
    """Draw willingness to pay with intervals, one mark per group.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        By group: ``ChoiceFit.wtp()`` rows to draw (``wtp``, ``lower``, ``upper``), the same rows in
        each.
    title : str
        The finding.
    truth : dict of str to pandas.Series, optional
        True values by group, drawn as crosses.
    names : dict, optional
        How to write the attributes.
    unit : str
        Unit of money.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no group, or a column or row is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"wtp": [-1.0], "lower": [-2.0], "upper": [0.0]}, index=["days"])
    >>> ax = worth({"home": table}, title="Waiting costs a euro a day")
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['days']
    """
    where = "plots.worth"
    if not tables:
        raise _validate.problem(where, "there are no groups", "A figure needs at least one")
    if truth is not None and not set(tables) <= set(truth):
        lacks = _validate.listing(sorted(set(tables) - set(truth)))
        raise _validate.problem(where, f"truth lacks {lacks}", "Each group has its truth")
    for table in tables.values():
        _words.check(table, where, ("wtp", "lower", "upper"))
    rows = next(iter(tables.values())).index
    ax = style.axes(ax, height=1.6 + 0.75 * len(rows))
    step = 0.6 / max(len(tables), 2)
    for place, (group, table) in enumerate(tables.items()):
        shown = table.reindex(rows)
        if shown["wtp"].isna().any():
            raise _validate.problem(where, f"'{group}' lacks a row", "Each group has all rows")
        y = np.arange(len(rows)) + (place - (len(tables) - 1) / 2) * step
        colour = style.PALETTE[place % 7]
        ax.hlines(y, shown["lower"], shown["upper"], color=colour, linewidth=4, alpha=0.6)
        ax.plot(shown["wtp"], y, MARKS[place % 5], color=colour, markersize=10, label=group)
        if truth is not None:
            ax.plot(truth[group].reindex(rows), y, "x", color=style.INK, markersize=10,
                    markeredgewidth=2.5, zorder=5)  # fmt: skip
    if truth is not None:
        ax.plot([], [], "x", color=style.INK, markersize=10, markeredgewidth=2.5, label="truth")
    ax.axvline(0, color=style.INK, linewidth=1.2)
    ax.set_yticks(range(len(rows)), [(names or {}).get(str(row), str(row)) for row in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    style.label(ax, title=title, x=f"Worth to the customer ({unit} per order)", y="")
    return style.legend(ax, loc="best")


def ranks(table: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw how several methods rank the same things, rank 1 on top, one line per thing.

    Both ends of a line bear its name; things that tie share a label.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: things; columns: methods; values: importance (higher is more).
    title : str
        The finding.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table is empty or a value is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"stated": [9, 8], "chosen": [1, 5]}, index=["price", "delivery"])
    >>> ax = ranks(table, title="Last becomes first")
    >>> ax.lines[0].get_ydata().tolist()
    [1.0, 2.0]
    """
    _words.check(table, "plots.ranks")
    if table.isna().any(axis=None):
        rule = "Each method says something of each thing"
        raise _validate.problem("plots.ranks", "a value is missing", rule)
    ax = style.axes(ax)
    places = table.rank(ascending=False)
    for at, row in enumerate(places.to_numpy()):
        ax.plot(range(len(row)), row, marker="o", markersize=13, linewidth=3,
                color=style.PALETTE[at % 7])  # fmt: skip
    for at, away, side in ((0, -14, "right"), (table.shape[1] - 1, 14, "left")):
        for place, tied in places.iloc[:, at].groupby(places.iloc[:, at]):
            colour = style.PALETTE[list(table.index).index(tied.index[0]) % 7]
            ax.annotate(", ".join(map(str, tied.index)), (at, place), xytext=(away, 0), ha=side,
                        color=colour if len(tied) == 1 else style.INK, va="center",
                        textcoords="offset points", fontsize=style.LABEL_SIZE,
                        fontweight="bold")  # fmt: skip
    ax.set_xticks(range(table.shape[1]), [str(column) for column in table.columns])
    ax.set_xlim(-0.29 * table.shape[1], table.shape[1] - 1 + 0.4 * table.shape[1])
    ax.set_ylim(len(table) + 0.5, 0.5)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(visible=False)
    return style.label(ax, title=title, x="", y="Rank (1 = most important)")


def drivers(table: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw the share of explained variance of each driver, with its bootstrap interval.

    Parameters
    ----------
    table : pandas.DataFrame
        ``preference.key_drivers(...).table`` (``share``, ``lower``, ``upper``).
    title : str
        The finding.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"share": [0.7, 0.3], "lower": [0.6, 0.2], "upper": [0.8, 0.4]},
    ...                      index=["delivery", "price"])
    >>> [f"{bar.get_width():.0%}" for bar in drivers(table, title="Delivery leads").patches]
    ['70%', '30%']
    """
    _words.check(table, "plots.drivers", ("share", "lower", "upper"))
    shown = table.sort_values("share", ascending=False, kind="stable")
    ax = style.axes(ax, height=1.6 + 0.5 * len(shown))
    y = np.arange(len(shown))
    ax.barh(y, shown["share"], color=style.SKY)
    ax.hlines(y, shown["lower"], shown["upper"], color=style.INK, linewidth=2)
    ax.set_yticks(y, [str(name) for name in shown.index])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(_words.PERCENT)
    ax.grid(visible=False, axis="y")
    return style.label(ax, title=title, x="Share of what all drivers explain, with interval", y="")


def gaps(
    table: pd.DataFrame, *, title: str, unit: str = "points of 10", ax: Axes | None = None
) -> Axes:
    """Draw what was expected and what was delivered, joined by the gap.

    Parameters
    ----------
    table : pandas.DataFrame
        ``preference.gap_table(...)`` or ``preference.service_chain(...)`` (``expected``,
        ``delivered``, ``gap``, ``lower``, ``upper``).
    title : str
        The finding.
    unit : str
        Unit of what is compared.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"expected": [8.0], "delivered": [5.5], "gap": [-2.5],
    ...                       "lower": [-3.0], "upper": [-2.0]}, index=["delivery"])
    >>> [text.get_text() for text in gaps(table, title="Short").texts]
    ['−2.5 (−3.0 to −2.0)']
    """
    _words.check(table, "plots.gaps", ("expected", "delivered", "gap", "lower", "upper"))
    ax = style.axes(ax, height=1.8 + 0.55 * len(table))
    y = np.arange(len(table))
    ax.hlines(y, table["expected"], table["delivered"], color=style.GREY, linewidth=4)
    ax.plot(table["expected"], y, "D", color=style.ORANGE, markersize=11, label="expected")
    ax.plot(table["delivered"], y, "o", color=style.BLUE, markersize=12, label="delivered")
    numbers = table[["expected", "delivered", "gap", "lower", "upper"]].to_numpy(dtype=float)
    for at, (hoped, got, gap, low, high) in zip(y, numbers, strict=True):
        says = f"{gap:+.1f}" + (f" ({low:+.1f} to {high:+.1f})" if np.isfinite(low) else "")
        says = says.replace("-0.0", "0.0").replace("-", "−")
        ax.annotate(says, (max(hoped, got), at), xytext=(13, 0),
                    textcoords="offset points", va="center", fontsize=style.TICK_SIZE)  # fmt: skip
    ax.set_yticks(y, [link(name) for name in table.index])
    ax.set_ylim(len(table) - 0.5, -0.5)
    left, right = ax.get_xlim()
    ax.set_xlim(left, right + 0.55 * (right - left))
    ax.grid(visible=False, axis="y")
    style.label(ax, title=title, x=f"Mean ({unit}); the number is the gap and its interval", y="")
    return style.legend(ax, loc="best")
