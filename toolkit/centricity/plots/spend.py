"""Figures of spend: whether it depends on frequency, and how it is pulled to the mean."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity._validate import problem, require_columns
from centricity.plots import style
from centricity.plots._words import check


def by_frequency(
    table: pd.DataFrame, *, title: str | None = None, unit: str = "€", ax: Axes | None = None
) -> Axes:
    """Draw mean spend per purchase by number of repeat purchases, with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        ``clv.independence(customers).by_frequency``.
    title : str, optional
        The finding; default: in how many groups the interval holds the mean of all.
    unit : str
        Unit of money.
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
    >>> table = pd.DataFrame({"customers": [60, 40], "mean_spend": [30.0, 33.0],
    ...                       "lower": [27.0, 29.0], "upper": [33.0, 37.0]}, index=["1", "2+"])
    >>> by_frequency(table).get_title(loc="left")
    'The mean of all lies inside 2 of 2 intervals'
    """
    check(table, "plots.spend.by_frequency", ("customers", "mean_spend", "lower", "upper"))
    ax = style.axes(ax)
    mean = np.average(table["mean_spend"], weights=table["customers"])
    place = np.arange(len(table))
    away = [table["mean_spend"] - table["lower"], table["upper"] - table["mean_spend"]]
    ax.axhline(mean, color=style.GREY, linewidth=1.6, linestyle="--", label=f"all: {mean:,.1f}")
    ax.errorbar(
        place, table["mean_spend"], yerr=np.nan_to_num(away), fmt="o", color=style.BLUE,
        markersize=8, capsize=4, linewidth=2, label="mean and interval",
    )  # fmt: skip
    ax.set_xticks(place, table.index)
    ax.set_ylim(bottom=0, top=1.15 * table["upper"].max())
    inside = int(((table["lower"] <= mean) & (mean <= table["upper"])).sum())
    default = f"The mean of all lies inside {inside} of {len(table)} intervals"
    y = f"Mean amount per purchase ({unit})"
    style.label(ax, title=title or default, x="Repeat purchases", y=y)
    return style.legend(ax, loc="lower right")


def shrinkage(
    customers: pd.DataFrame,
    *,
    mean: float,
    title: str | None = None,
    unit: str = "€",
    ax: Axes | None = None,
) -> Axes:
    """Draw what customers are expected to spend against what they spent: pulled to the mean.

    Parameters
    ----------
    customers : pandas.DataFrame
        frequency, monetary_value and expected_spend; customers without repeats are left out.
    mean : float
        The population mean, in money.
    title : str, optional
        The finding; default: how far one and many repeat purchases are pulled.
    unit : str
        Unit of money.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing, or nobody has a repeat purchase.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [1, 9], "monetary_value": [90.0, 90.0],
    ...                           "expected_spend": [60.0, 85.0]})
    >>> shrinkage(customers, mean=45).get_title(loc="left")
    'The fewer the purchases, the closer to the mean of all'
    """
    where = "plots.spend.shrinkage"
    needed = ["frequency", "monetary_value", "expected_spend"]
    rule = "What is expected stands beside the customer's own mean"
    require_columns(list(map(str, customers)), needed, where, rule)
    seen = customers[customers["frequency"] > 0]
    if seen.empty:
        raise problem(where, "nobody has a repeat purchase", "There is nothing to pull")
    ax = style.axes(ax, height=5.2)
    end = float(1.05 * seen["monetary_value"].quantile(0.995))
    ax.plot([0, end], [0, end], color=style.GREY, linewidth=1.6, linestyle="--")
    ax.annotate(
        "own mean goes on", (0.8 * end, 0.8 * end), color=style.GREY, fontsize=style.TICK_SIZE,
        ha="right", va="bottom",
    )  # fmt: skip
    ax.axhline(mean, color=style.GREY, linewidth=1.6, linestyle=":")
    ax.annotate(
        "mean of all", (end, mean), color=style.GREY, fontsize=style.TICK_SIZE, ha="right", va="top"
    )
    for (low, high), colour, mark in zip(
        ((1, 1), (2, 4), (5, np.inf)), style.PALETTE, ("o", "s", "^"), strict=False
    ):
        some = seen[seen["frequency"].between(low, high)]
        name = f"{low}" if low == high else f"{low} or more" if np.isinf(high) else f"{low}–{high}"
        ax.plot(
            some["monetary_value"], some["expected_spend"], mark, color=colour, markersize=5,
            alpha=0.5, label=f"{name} repeat purchase{'s' * (name != '1')}", rasterized=True,
        )  # fmt: skip
    ax.set_xlim(0, end)
    ax.set_ylim(0, end)
    default = "The fewer the purchases, the closer to the mean of all"
    style.label(
        ax,
        title=title or default,
        x=f"Mean of the customer's own repeat purchases ({unit})",
        y=f"Expected per purchase ({unit})",
    )
    return style.legend(ax, loc="upper left")
