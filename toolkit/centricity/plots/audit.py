"""Figures of the client report that no other room needs."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from centricity._validate import problem, require_columns
from centricity.plots import style
from centricity.plots._words import short

SMALL = 8.5
"""Points of all text in a figure that was made small."""
COMPACT = FuncFormatter(lambda value, _: short(value) if abs(value) >= 1000 else f"{value:.4g}")
"""Writes a tick so short that it does not touch the next."""


def p_alive(values: pd.Series, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how many customers are how likely still to be alive.

    Parameters
    ----------
    values : pandas.Series
        P(alive) of each customer, between 0 and 1.
    title : str, optional
        The finding; default: how many are likelier gone than not.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no value, or one is not a probability.

    Examples
    --------
    >>> p_alive(pd.Series([0.1, 0.9, 0.95, 1.0])).get_title(loc="left")
    '1 of 4 customers has probably left'
    """
    outside = ~((values >= 0) & (values <= 1))
    if values.empty or outside.any():
        says = f"{int(outside.sum()):,} of {len(values):,} values lie outside 0 to 1"
        raise problem("plots.audit.p_alive", says, "P(alive) is a probability")
    ax = style.axes(ax, height=3.9)
    edges = np.linspace(0, 1, 11)
    counts, _ = np.histogram(values, edges)
    colours = [style.RED if edge < 0.495 else style.BLUE for edge in edges[:-1]]
    bars = ax.bar(edges[:-1] + 0.05, counts, 0.092, color=colours)
    ax.bar_label(bars, [f"{n:,}" for n in counts], fontsize=style.TICK_SIZE - 1, padding=3)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set_xticks(edges)
    ax.margins(y=0.12)
    ax.grid(visible=False, axis="x")
    gone = int((values < 0.5).sum())
    verb = "has" if gone == 1 else "have"
    finding = title or f"{gone:,} of {len(values):,} customers {verb} probably left"
    return style.label(ax, title=finding, x="P(alive): how likely still a customer", y="Customers")


def worth(
    table: pd.DataFrame, *, unit: str = "money", title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the mean lifetime value of each tier with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: tier, best first; columns ``mean``, ``mean_lower`` and ``mean_upper``.
    unit : str
        Unit of the values, for the axis.
    title : str, optional
        The finding; default: how many times the best tier's mean is the last one's.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"mean": [90.0, 10.0], "mean_lower": [80.0, 9.0],
    ...                       "mean_upper": [99.0, 11.0]}, index=["top", "low"])
    >>> worth(table).get_title(loc="left")
    'A customer of the top tier is worth 9 times one of the low tier'
    """
    needed = ("mean", "mean_lower", "mean_upper")
    require_columns(list(table.columns), needed, "plots.audit.worth", "An interval has two ends")
    ax = style.axes(ax, height=1.4 + 0.6 * len(table))
    places = np.arange(len(table))
    error = np.abs(
        np.array([table["mean"] - table["mean_lower"], table["mean_upper"] - table["mean"]])
    )
    ax.barh(places, table["mean"], 0.62, color=style.BLUE)
    ax.errorbar(table["mean"], places, xerr=error, fmt="none", ecolor=style.INK, capsize=5, lw=1.6)
    for place, (mean, top) in enumerate(zip(table["mean"], table["mean_upper"], strict=True)):
        ax.annotate(
            f"{mean:,.0f}" if mean >= 10 else f"{mean:,.2f}", (max(mean, top), place),
            xytext=(8, 0), textcoords="offset points", va="center", fontsize=style.TICK_SIZE,
        )  # fmt: skip
    ax.set_yticks(places, [str(name) for name in table.index])
    ax.invert_yaxis()
    ax.margins(x=0.12)
    ax.xaxis.set_major_formatter(COMPACT)
    ax.grid(visible=False, axis="y")
    first, last = table.index[0], table.index[-1]
    times = table["mean"].iloc[0] / table["mean"].iloc[-1] if table["mean"].iloc[-1] > 0 else 0
    said = f"{times:.1f}" if times < 5 else f"{times:,.0f}"
    finding = (
        title or f"A customer of the {first} tier is worth {said} times one of the {last} tier"
    )
    return style.label(ax, title=finding, x=f"Mean lifetime value ({unit})", y="")


def groups(
    table: pd.DataFrame, *, value: str = "sales_last_year", unit: str = "money",
    title: str | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw what is at stake in each group of customers, the one to act on first in colour.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: group, the first to act on first; a column ``value``.
    value : str
        The column to draw.
    unit : str
        Unit of the values, for the axis.
    title : str, optional
        The finding; default: which group holds most.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the column is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"sales_last_year": [90.0, 10.0]}, index=["Win back", "Let rest"])
    >>> groups(table).get_title(loc="left")
    'The group “Win back” holds most'
    """
    require_columns(list(table.columns), [value], "plots.audit.groups", "Bars need a height")
    ax = style.axes(ax, height=1.4 + 0.45 * len(table))
    places = np.arange(len(table))
    colours = [style.RED, *[style.BLUE] * (len(table) - 1)]
    bars = ax.barh(places, table[value], 0.66, color=colours)
    ax.bar_label(bars, [f"{v:,.0f}" for v in table[value]], fontsize=style.TICK_SIZE, padding=5)
    ax.set_yticks(places, [str(name) for name in table.index])
    ax.invert_yaxis()
    ax.margins(x=0.16)
    ax.xaxis.set_major_formatter(COMPACT)
    ax.grid(visible=False, axis="y")
    says = title or f"The group “{table[value].idxmax()}” holds most"
    return style.label(ax, title=says, x=unit, y="")


def largest(
    sales: pd.Series, *, most: int = 8, unit: str = "Sales", title: str | None = None,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw what the largest customers bring beside all others together, the first in colour.

    Parameters
    ----------
    sales : pandas.Series
        Sales of each customer; the index names them.
    most : int
        How many customers to draw by themselves.
    unit : str
        Label of the axis.
    title : str, optional
        The finding; default: the share of the largest.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no customer, or they bring nothing together.

    Examples
    --------
    >>> largest(pd.Series([60.0, 30.0, 10.0], index=["A", "B", "C"])).get_title(loc="left")
    'A brings 60 % of sales, the next largest 30 %'
    """
    whole = float(sales.sum())
    if sales.empty or whole <= 0:
        raise problem("plots.audit.largest", "there are no sales", "A share needs a whole")
    ordered = sales.sort_values(ascending=False, kind="stable")
    names = [name if len(name) <= 24 else f"{name[:23]}…" for name in map(str, ordered.index)]
    values = [float(value) for value in ordered]
    if len(ordered) > most:
        names = [*names[:most], f"{len(ordered) - most:,} others"]
        values = [*values[:most], sum(values[most:])]
    ax = style.axes(ax, height=1.4 + 0.4 * len(values))
    places = np.arange(len(values))
    colours = [style.RED, *[style.BLUE] * (min(most, len(ordered)) - 1), style.GREY]
    bars = ax.barh(places, values, 0.66, color=colours[: len(values)])
    shares = [f"{value / whole:.0%}".replace("%", " %") for value in values]
    ax.bar_label(bars, shares, fontsize=style.TICK_SIZE, padding=5)
    ax.set_yticks(places, [name.replace("$", r"\$") for name in names])
    ax.invert_yaxis()
    ax.margins(x=0.14)
    ax.xaxis.set_major_formatter(COMPACT)
    ax.grid(visible=False, axis="y")
    says = f"{names[0]} brings {shares[0]} of sales"
    if len(ordered) > 1:
        says += f", the next largest {shares[1]}"
    return style.label(ax, title=(title or says).replace("$", r"\$"), x=unit, y="")


def orders_each(
    orders: pd.Series, *, most: int = 8, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how many customers placed one order, two and so on.

    Parameters
    ----------
    orders : pandas.Series
        Number of orders of each customer, 1 or more.
    most : int
        Customers with this many orders or more share a bar.
    title : str, optional
        The finding; default: which share ordered once.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no customer.

    Examples
    --------
    >>> orders_each(pd.Series([1, 1, 3, 12])).get_title(loc="left")
    '50 % of customers ordered once'
    """
    if orders.empty:
        raise problem("plots.audit.orders_each", "there is no customer", "Bars need somebody")
    ax = style.axes(ax, height=3.9)
    capped = orders.clip(upper=most).value_counts().reindex(range(1, most + 1), fill_value=0)
    colours = [style.RED, *[style.BLUE] * (most - 1)]
    bars = ax.bar(capped.index, capped.to_numpy(), 0.8, color=colours)
    ax.bar_label(bars, [f"{n:,}" for n in capped], fontsize=style.TICK_SIZE - 1, padding=3)
    ax.set_xticks(capped.index, [*map(str, range(1, most)), f"{most}+"])
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.margins(y=0.14)
    ax.grid(visible=False, axis="x")
    says = title or f"{(orders == 1).mean():.0%} of customers ordered once".replace("%", " %")
    return style.label(ax, title=says, x="Orders placed", y="Customers")


def shrink(ax: Axes, *, width: float = 3.6, height: float = 2.1) -> Axes:
    """Make a finished figure small enough for a page of findings: no title, small print.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Any axes of the figure; all of them are made small.
    width, height : float
        Size of the figure in inches.

    Returns
    -------
    matplotlib.axes.Axes
        The same axes.

    Examples
    --------
    >>> ax = shrink(groups(pd.DataFrame({"sales_last_year": [90.0]}, index=["Win back"])))
    >>> ax.get_title(loc="left"), ax.figure.get_size_inches().tolist()
    ('', [3.6, 2.1])
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(width, height)
    for one in figure.axes:
        for side in ("left", "center", "right"):
            one.set_title("", loc=side)
        one.tick_params(labelsize=SMALL, pad=2)
        for axis in (one.xaxis, one.yaxis):
            axis.label.set_fontsize(SMALL)
            axis.get_offset_text().set_fontsize(SMALL)
            locator = axis.get_major_locator()
            if isinstance(locator, MaxNLocator):
                locator.set_params(nbins=3 if axis is one.xaxis else 4)
        for text in one.texts:
            text.set_fontsize(min(SMALL, text.get_fontsize()))
        legend = one.get_legend()
        if legend is not None:
            for text in (*legend.get_texts(), legend.get_title()):
                text.set_fontsize(SMALL)
        for line in one.lines:
            line.set_linewidth(min(1.6, line.get_linewidth()))
    return ax
