"""Figures of the client report that no other room needs."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from centricity._validate import problem, require_columns
from centricity.plots import style


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
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.grid(visible=False, axis="y")
    first, last = table.index[0], table.index[-1]
    times = table["mean"].iloc[0] / table["mean"].iloc[-1] if table["mean"].iloc[-1] > 0 else 0
    said = f"{times:.1f}" if times < 5 else f"{times:,.0f}"
    finding = (
        title or f"A customer of the {first} tier is worth {said} times one of the {last} tier"
    )
    return style.label(ax, title=finding, x=f"Mean lifetime value ({unit})", y="")
