"""Figures of money made and paid: cohorts against their cost, payback, forecast against fact."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity.plots import style
from centricity.plots._words import THOUSANDS, check


def cohorts(
    table: pd.DataFrame,
    *,
    each: bool = True,
    title: str | None = None,
    unit: str = "€",
    ax: Axes | None = None,
) -> Axes:
    """Draw what cohorts have earned and will still earn as stacked bars, with what they cost.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.cohort_value``.
    each : bool
        Per customer, or in total.
    title : str, optional
        The finding; default: the first and the last cohort's sum.
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
    >>> table = pd.DataFrame({"cost_each": [9.0, 20.0], "to_date_each": [80.0, 15.0],
    ...                       "to_come_each": [30.0, 40.0]}, index=[2022, 2025])
    >>> cohorts(table).get_title(loc="left")
    'A customer of 2022 makes 110 €, one of 2025 only 55 €'
    """
    tail = "_each" if each else ""
    names = [f"{name}{tail}" for name in ("to_date", "to_come", "cost")]
    check(table, "plots.value.cohorts", names)
    to_date, to_come, cost = (table[name].to_numpy() for name in names)
    ax = style.axes(ax)
    place = np.arange(len(table))
    ax.bar(place, to_date, 0.6, color=style.BLUE, label="earned to date")
    ax.bar(
        place, to_come, 0.6, bottom=to_date, color=style.SKY, label="expected to come",
        hatch="//", edgecolor="white", linewidth=0,
    )  # fmt: skip
    if f"to_come_lower{tail}" in table:
        ends = [
            to_come - table[f"to_come_lower{tail}"], table[f"to_come_upper{tail}"] - to_come
        ]  # fmt: skip
        ax.errorbar(
            place, to_date + to_come, yerr=np.abs(ends), fmt="none", ecolor=style.INK, capsize=6,
            linewidth=1.8, label="interval of what is to come",
        )  # fmt: skip
    ax.hlines(
        cost,
        place - 0.36,
        place + 0.36,
        color=style.RED,
        linewidth=3.2,
        label="cost to win",
    )
    ax.set_xticks(place, [str(name) for name in table.index])
    ax.yaxis.set_major_formatter(THOUSANDS)
    sums = to_date + to_come
    word = "only " if sums[-1] < sums[0] else ""
    who = "A customer" if each else "The cohort"
    other = "one" if each else "that"
    money = unit.replace("$", r"\$")  # two dollars would begin and end a formula
    default = (
        f"{who} of {table.index[0]} makes {sums[0]:,.0f} {money}, "
        f"{other} of {table.index[-1]} {word}{sums[-1]:,.0f} {money}"
    )
    y = f"Gross profit per customer ({unit})" if each else f"Gross profit ({unit})"
    style.label(ax, title=title or default, x="Cohort: first purchase in", y=y)
    ax.set_ylim(0, 1.4 * sums.max())
    return style.legend(ax, loc="upper right", ncols=2)


def payback(
    curve: pd.DataFrame,
    *,
    costs: Mapping[str, float],
    title: str | None = None,
    unit: str = "€",
    time: str = "weeks",
    ax: Axes | None = None,
) -> Axes:
    """Draw what a new customer has earned by each time, and when it covers what was paid.

    Parameters
    ----------
    curve : pandas.DataFrame
        From ``AcquisitionCap.curve``: index t, column value, for a band lower and upper.
    costs : mapping
        Money paid for a new customer, by name.
    title : str, optional
        The finding; default: when the dearest is earned back.
    unit, time : str
        Units of money and of time.
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
    >>> curve = pd.DataFrame({"value": [10.0, 20.0, 25.0]}, index=[0, 10, 20])
    >>> payback(curve, costs={"search": 20.0}).get_title(loc="left")
    'search: 20 € are earned back after 10 weeks'
    """
    check(curve, "plots.value.payback", ("value",))
    ax = style.axes(ax)
    time_ = curve.index.to_numpy(dtype=float)
    if "lower" in curve:
        ax.fill_between(time_, curve["lower"], curve["upper"], color=style.SKY, alpha=0.45, lw=0)
    ax.plot(time_, curve["value"], color=style.BLUE, linewidth=2.4)
    default = ""
    for (name, cost), colour in zip(
        sorted(costs.items(), key=lambda item: item[1]), style.PALETTE[1:], strict=False
    ):
        reached = np.flatnonzero(curve["value"].to_numpy() >= cost)
        ax.axhline(cost, color=colour, linewidth=1.8, linestyle="--")
        ax.annotate(
            f"{name}: {cost:,.0f} {unit}", (time_[-1], cost), color=style.INK, ha="right",
            va="bottom", fontsize=style.TICK_SIZE,
        )  # fmt: skip
        when = f"are not earned back within {time_[-1]:,.0f} {time}"
        if len(reached):
            at = time_[reached[0]]
            if reached[0]:
                pair = slice(reached[0] - 1, reached[0] + 1)
                at = float(np.interp(cost, curve["value"].iloc[pair], time_[pair]))
            ax.plot([at], [cost], "o", color=colour, markersize=9)
            when = f"are earned back after {at:,.0f} {time}"
        default = f"{name}: {cost:,.0f} {unit} {when}"
    ax.set_ylim(bottom=0)
    ax.set_xlim(0, time_[-1])
    y = f"Value of a new customer to date ({unit})"
    return style.label(ax, title=title or default, x=f"Time since the first purchase ({time})", y=y)


def foreseen(
    table: pd.DataFrame,
    *,
    x: str,
    title: str | None = None,
    unit: str = "€",
    ax: Axes | None = None,
) -> Axes:
    """Draw money as it was forecast and as it came, group by group.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns actual and any number of forecasts, in money; one row per group.
    x : str
        What the groups are.
    title : str, optional
        The finding; default: how far the first forecast misses the total.
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
    >>> table = pd.DataFrame({"actual": [10.0, 90.0], "model": [12.0, 98.0]}, index=["low", "high"])
    >>> foreseen(table, x="Group").get_title(loc="left")
    'model: 10 % more than came'
    """
    where = "plots.value.foreseen"
    check(table, where, ("actual",))
    ax = style.axes(ax)
    place, width = np.arange(len(table)), 0.8 / table.shape[1]
    names = ["actual", *(name for name in table if name != "actual")]
    for number, name in enumerate(names):
        colour = style.INK if name == "actual" else style.PALETTE[(number - 1) % 7]
        at = place + width * (number - (len(names) - 1) / 2)
        ax.bar(at, table[name], 0.92 * width, color=colour, label=str(name))
    ax.set_xticks(place, [str(name) for name in table.index])
    ax.yaxis.set_major_formatter(THOUSANDS)
    default = None
    if len(names) > 1:
        miss = table[names[1]].sum() / table["actual"].sum() - 1
        default = f"{names[1]}: {abs(miss):.0%} {'more' if miss >= 0 else 'less'} than came"
        default = default.replace("%", " %")
    style.label(ax, title=title or default or "", x=x, y=f"Money ({unit})")
    return style.legend(ax)
