"""Figures of what a programme truly does: estimates, power, assumptions, the search."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from centricity.plots import style
from centricity.plots._words import MONEY, PERCENT, check, euros, legend_below, per_cent, short

WORDS = {
    "members_vs_nonmembers": "members − others",
    "before_after": "after − before",
    "matching": "members − matched others",
    "difference_in_differences": "difference in differences",
    "holdout": "members − hold-out",
}


def lifts(
    estimates: pd.DataFrame, *, truth: float | None = None, period: str = "month",
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw estimates of a lift with their intervals, and the truth where it is known.

    Parameters
    ----------
    estimates : DataFrame
        One row per method: ``estimate``, ``low``, ``high``, in euros per member and period.
    truth : float, optional
    period : str
        What a period is called.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a column is missing or the table has no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [30.0, 1.0], "low": [28.0, -1.0], "high": [32.0, 3.0]},
    ...                      index=["members − others", "members − hold-out"])
    >>> lifts(table, truth=1.5).get_title(loc="left")
    '1 of 2 intervals holds the truth'
    """
    check(estimates, "plots.lifts", ("estimate", "low", "high"))
    ax = style.axes(ax, height=1.3 + 0.6 * len(estimates))
    names = [WORDS.get(str(name), str(name)) for name in estimates.index]
    at = np.arange(len(estimates))
    reach = [estimates["estimate"] - estimates["low"], estimates["high"] - estimates["estimate"]]
    ax.errorbar(
        estimates["estimate"], at, xerr=np.array(reach), fmt="o", markersize=8, capsize=5,
        color=style.BLUE, label="estimate, with its interval",
    )  # fmt: skip
    ax.axvline(0, color=style.GREY, linewidth=0.8)
    title = "What each method says"
    if truth is not None:
        ax.axvline(truth, color=style.ORANGE, linewidth=2.5, label="truth")
        holds = int(((estimates["low"] <= truth) & (truth <= estimates["high"])).sum())
        verb = "holds" if holds == 1 else "hold"
        title = f"{holds} of {len(estimates)} intervals {verb} the truth"
    ax.set_yticks(at, names)
    ax.set_ylim(len(estimates) - 0.5, -0.5)
    legend_below(ax, 2)
    return style.label(ax, title=title, x=f"Added sales (€ per member and {period})", y="")


def scores(runs: pd.DataFrame, *, period: str = "month", ax: Axes | None = None) -> Axes:
    """Draw how far each method's estimates fall from the truth, over many worlds.

    Parameters
    ----------
    runs : DataFrame
        ``Scores.runs``: ``method``, ``truth``, ``estimate``, ``low``, ``high``.
    period : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a column is missing or the table has no rows.

    Examples
    --------
    >>> runs = pd.DataFrame({"method": ["holdout"] * 2, "truth": 1.0, "estimate": [0.0, 2.0],
    ...                      "low": [-2.0, 0.0], "high": [2.0, 4.0]})
    >>> scores(runs).get_yticklabels()[0].get_text()
    'members − hold-out: 100 %'
    """
    check(runs, "plots.scores", ("method", "truth", "estimate", "low", "high"))
    methods = list(dict.fromkeys(runs["method"]))
    ax = style.axes(ax, height=1.4 + 0.6 * len(methods))
    names, good = [], 0
    for place, method in enumerate(methods):
        mine = runs[runs["method"] == method]
        error = mine["estimate"] - mine["truth"]
        inside = ((mine["low"] <= mine["truth"]) & (mine["truth"] <= mine["high"])).mean()
        good += inside >= 0.9
        colour = style.BLUE if inside >= 0.9 else style.RED
        low, high = error.quantile([0.025, 0.975])
        ax.plot([low, high], [place, place], color=colour, linewidth=7, alpha=0.35)
        ax.plot(error.mean(), place, "o", color=colour, markersize=9)
        names.append(f"{WORDS.get(str(method), str(method))}: {per_cent(inside)}")
    ax.axvline(0, color=style.ORANGE, linewidth=2.5)
    ax.set_yticks(range(len(methods)), names)
    ax.set_ylim(len(methods) - 0.5, -0.5)
    verb = "holds" if good == 1 else "hold"
    title = f"{good} of {len(methods)} methods {verb} the truth about as often as they claim"
    x = f"Estimate − truth (€ per member and {period}); band: 95 % of {len(error)} worlds"
    style.label(ax, title=title, x=x, y="Intervals that hold the truth")
    return ax


def power(table: pd.DataFrame, *, wanted: float = 0.8, ax: Axes | None = None) -> Axes:
    """Draw how often trials of several sizes see the effect, beside the formula.

    Parameters
    ----------
    table : DataFrame
        As from ``loyalty.simulated_power``: index customers; ``power``, ``power_error``,
        ``formula``.
    wanted : float
        The power that one would like, marked by a line.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a column is missing or the table has no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"power": [0.1, 0.3], "power_error": 0.02, "formula": [0.12, 0.31]},
    ...                      index=[1_000, 4_000])
    >>> power(table).get_title(loc="left")
    'With 4,000 customers 3 trials in 10 see the effect'
    """
    check(table, "plots.power", ("power", "power_error", "formula"))
    ax = style.axes(ax)
    ax.errorbar(
        table.index, table["power"], yerr=1.96 * table["power_error"], fmt="o", markersize=8,
        capsize=5, color=style.BLUE, label="simulated trials, 95 %",
    )  # fmt: skip
    ax.plot(table.index, table["formula"], color=style.ORANGE, linewidth=2, label="formula")
    ax.axhline(wanted, color=style.GREY, linestyle=":", linewidth=1.5)
    ax.annotate(f"{per_cent(wanted)}, the usual wish", (1, wanted), ha="right", va="bottom",
                xycoords=("axes fraction", "data"), fontsize=style.TICK_SIZE)  # fmt: skip
    ax.set_ylim(0, 1.03)
    ax.yaxis.set_major_formatter(PERCENT)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    last = table.iloc[-1]["power"]
    title = f"With {table.index[-1]:,} customers {10 * last:.0f} trials in 10 see the effect"
    legend_below(ax, 2)
    return style.label(ax, title=title, x="Customers in the trial", y="Trials that see it")


def detectable(
    table: pd.DataFrame, *, expected: float | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the smallest lift that trials can see against their size, on logarithmic axes.

    Parameters
    ----------
    table : DataFrame
        Index: customers who would join; one column per kind of trial, in % of sales.
    expected : float, optional
        The lift that one expects, in % of sales; a line.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the table has no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"half held out": [10.0, 3.2]}, index=[1_000, 10_000])
    >>> detectable(table, expected=2.0).get_title(loc="left")
    'A lift of 2 % is not seen with 10,000 customers'
    """
    check(table, "plots.detectable", ())
    ax = style.axes(ax)
    for name, colour in zip(table, style.PALETTE, strict=False):
        ax.plot(table.index, table[name], color=colour, linewidth=2.5, label=str(name))
    title = "Ten times as many customers, a third of the lift"
    if expected is not None:
        ax.axhline(expected, color=style.INK, linestyle=":", linewidth=1.5)
        ax.annotate(f"expected: {expected:g} %", (0.01, expected), va="bottom",
                    xycoords=("axes fraction", "data"), fontsize=style.TICK_SIZE)  # fmt: skip
        enough = table.index[(table <= expected).any(axis=1)]
        title = (
            f"A lift of {expected:g} % takes {enough[0]:,} customers"
            if len(enough)
            else f"A lift of {expected:g} % is not seen with {table.index[-1]:,} customers"
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    ax.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    legend_below(ax, 2)
    return style.label(
        ax, title=title, x="Customers who would join", y="Smallest lift seen (% of sales)"
    )


def tornado(
    table: pd.DataFrame, base: float, *, measure: str = "profit", most: int = 8,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw which assumption a result hangs on: the widest bar on top.

    Parameters
    ----------
    table : DataFrame
        ``Sensitivity.table``: ``low_value``, ``high_value``, ``at_low``, ``at_high``.
    base : float
        ``Sensitivity.base``, in euros.
    measure : str
        What the result is.
    most : int
        Assumptions shown; those that move least are left out.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a column is missing or the table has no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"low_value": [0.0, 0.0], "high_value": [0.15, 0.15],
    ...                       "at_low": [-9.0, -2.0], "at_high": [4.0, 1.0]},
    ...                      index=["rewarded", "goal_gradient"])
    >>> print(tornado(table, -1.0).get_title(loc="left"))
    The profit hangs on 'rewarded' first:
    from −€9 to €4 instead of −€1
    """
    check(table, "plots.tornado", ("low_value", "high_value", "at_low", "at_high"))
    shown = table.head(most)
    ax = style.axes(ax, height=1.6 + 0.5 * len(shown))
    for place, (_, row) in enumerate(shown.iterrows()):
        for end, colour, name in (("low", style.ORANGE, "low"), ("high", style.BLUE, "high")):
            ax.barh(place, row[f"at_{end}"] - base, left=base, color=colour, height=0.6,
                    label=f"{name} end" if place == 0 else None)  # fmt: skip
    ax.axvline(base, color=style.INK, linewidth=1.5)
    names = [
        f"{str(name).replace('_', ' ')}  {row['low_value']:.3g} … {row['high_value']:.3g}"
        for name, row in shown.iterrows()
    ]
    ax.set_yticks(range(len(shown)), names)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(MONEY)
    first = shown.iloc[0]
    low, high = sorted((first["at_low"], first["at_high"]))
    what = str(shown.index[0]).replace("_", " ")
    title = (
        f"The {measure} hangs on '{what}' first:\n"
        f"from {euros(low)} to {euros(high)} instead of {euros(base)}"
    )
    legend_below(ax, 2)
    return style.label(ax, title=title, x=f"{measure.capitalize()} against the twin world", y="")


def search(table: pd.DataFrame, *, measure: str = "profit", ax: Axes | None = None) -> Axes:
    """Draw the finalists of a search: how they looked in the first round, and on fresh luck.

    The best carries a diamond too: what it earns where it had no part in being chosen. First
    rounds of few worlds have long bars; they may run out of the picture, which shows all the rest.

    Parameters
    ----------
    table : DataFrame
        ``Found.table``: ``screened``, ``screened_reach``, ``finalist``, ``fresh``,
        ``fresh_reach``, ``value``, ``value_reach``; the best on top.
    measure : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If a column is missing or the table has no rows.

    Examples
    --------
    >>> table = pd.DataFrame({"screened": [90.0, 0.0], "screened_reach": [20.0, 0.0],
    ...     "finalist": True, "fresh": [74.0, 0.0], "fresh_reach": [6.0, 0.0],
    ...     "value": [70.0, float("nan")], "value_reach": [8.0, float("nan")]},
    ...     index=["card", "no programme"])
    >>> search(table).get_title(loc="left")
    "The best is 'card': profit €70 ± 8"
    """
    columns = ("screened", "screened_reach", "finalist", "fresh", "fresh_reach", "value",
               "value_reach")  # fmt: skip
    check(table, "plots.search", columns)
    last = table[table["finalist"].astype(bool)]
    ax = style.axes(ax, height=1.8 + 0.55 * len(last))
    at = np.arange(len(last))
    ax.errorbar(last["screened"], at - 0.15, xerr=last["screened_reach"], fmt="o",
                markersize=7, markerfacecolor="white", capsize=4, color=style.ORANGE,
                label="first round, 95 %")  # fmt: skip
    ax.errorbar(last["fresh"], at + 0.15, xerr=last["fresh_reach"], fmt="o", markersize=8,
                capsize=4, color=style.BLUE, label="fresh luck, 95 %")  # fmt: skip
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.set_yticks(at, [str(name) for name in last.index])
    ax.set_ylim(len(last) - 0.5, -0.5)
    ax.set_xlim(_frame(last))
    ax.xaxis.set_major_formatter(MONEY)
    best = last.iloc[0]
    title = f"The best is '{last.index[0]}'"
    if best["value_reach"] > 0:
        ax.errorbar(best["value"], 0.4, xerr=best["value_reach"], fmt="D", markersize=8, capsize=4,
                    color=style.GREEN, label="chosen on other luck, 95 %")  # fmt: skip
        title += f": {measure} {euros(best['value'])} ± {short(best['value_reach'])}"
    legend_below(ax, 2)
    return style.label(ax, title=title, x=f"{measure.capitalize()} against the twin world", y="")


def _frame(table: pd.DataFrame) -> tuple[float, float]:
    """Return limits that show every dot, nothing at all (0), and all intervals on fresh luck."""
    ends = [table["screened"].to_numpy(float), np.zeros(1)]
    for name in ("fresh", "value"):
        middle, half = table[name].to_numpy(float), table[f"{name}_reach"].to_numpy(float)
        ends += [middle - half, middle + half]
    low, high = np.nanmin(np.concatenate(ends)), np.nanmax(np.concatenate(ends))
    room = 0.08 * (high - low) or 1.0
    return float(low - room), float(high + room)
