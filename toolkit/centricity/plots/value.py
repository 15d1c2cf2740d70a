"""Figures of worth: what customers will bring, how sure that is, and what one may pay for them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from centricity._validate import require_columns
from centricity.plots import style

_THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")


def by_customer(
    worth: pd.DataFrame,
    *,
    log: bool = False,
    title: str | None = None,
    unit: str = "€",
    ax: Axes | None = None,
) -> Axes:
    """Draw every customer's lifetime value, from the best down, with its interval.

    Parameters
    ----------
    worth : pandas.DataFrame
        From ``clv.value``: clv, and for a band clv_lower and clv_upper.
    log : bool
        Draw tens, hundreds and thousands equally far apart, so that the band shows everywhere;
        values below a thousandth of the largest are cut off.
    title : str, optional
        The finding; default: the share of the value that the best tenth holds.
    unit : str
        Unit of money.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = by_customer(pd.DataFrame({"clv": [60.0, 5, 5, 5, 5, 4, 4, 4, 4, 4]}))
    >>> ax.get_title(loc="left")
    'The best tenth hold 60 % of the value'
    """
    where = "plots.value.by_customer"
    require_columns(list(map(str, worth)), ["clv"], where, "The table comes from clv.value")
    ordered = worth.sort_values("clv", ascending=False)
    rank = np.arange(1, len(ordered) + 1)
    ax = style.axes(ax)
    if "clv_lower" in ordered:
        band = ordered["clv_lower"].to_numpy(), ordered["clv_upper"].to_numpy()
        ax.fill_between(rank, *band, color=style.SKY, alpha=0.45, lw=0, label="interval")
    ax.plot(rank, ordered["clv"], color=style.BLUE, linewidth=2.2, label="estimate")
    tenth = max(round(len(ordered) / 10), 1)
    share = ordered["clv"].head(tenth).sum() / ordered["clv"].sum()
    ax.axvline(tenth, color=style.GREY, linewidth=1.2)
    ax.annotate(
        f" best tenth ({tenth:,})", (tenth, 1), xycoords=("data", "axes fraction"), va="top",
        fontsize=style.TICK_SIZE, color=style.INK,
    )  # fmt: skip
    ax.set_xlim(0, len(ordered) * 1.01)
    ax.xaxis.set_major_formatter(_THOUSANDS)
    if log:
        ax.set_yscale("log")
        ax.set_ylim(ordered["clv"].iloc[0] / 1000, 1.6 * ordered["clv"].iloc[0])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}" if v >= 1 else f"{v:g}"))
    default = f"The best tenth hold {share:.0%} of the value".replace("%", " %")
    x = "Customers, from the most to the least valuable"
    style.label(ax, title=title or default, x=x, y=f"Lifetime value ({unit})")
    return style.legend(ax) if "clv_lower" in ordered else ax


def ranges(
    table: pd.DataFrame, *, title: str | None = None, unit: str = "€", ax: Axes | None = None
) -> Axes:
    """Draw how well each customer's average is known inside the range of what they may bring.

    Parameters
    ----------
    table : pandas.DataFrame
        ``clv.value(…)`` with ``clv.futures(…).each()`` joined to it: clv, clv_lower, clv_upper,
        low, high.
    title : str, optional
        The finding; default: how many times as wide as the interval the range is.
    unit : str
        Unit of money.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame({"clv": [50.0], "clv_lower": [45.0], "clv_upper": [55.0],
    ...                       "low": [0.0], "high": [120.0]})
    >>> ranges(table).get_title(loc="left")
    'What one customer brings varies 12 times as much as what is known of the average'
    """
    needed = ["clv", "clv_lower", "clv_upper", "low", "high"]
    rule = "The interval of the average stands beside the range of the futures"
    require_columns(list(map(str, table)), needed, "plots.value.ranges", rule)
    ordered = table.sort_values("clv", ascending=False)
    rank = np.arange(1, len(ordered) + 1)
    ax = style.axes(ax)
    bands = (("low", "high", style.GREY, 0.3, "what this one may bring"),
             ("clv_lower", "clv_upper", style.BLUE, 0.9, "interval of the average"))  # fmt: skip
    for low, high, colour, alpha, said in bands:
        ax.fill_between(
            rank, ordered[low], ordered[high], color=colour, alpha=alpha, lw=0, label=said
        )
    ax.plot(rank, ordered["clv"], color=style.INK, linewidth=1.2, label="estimate")
    ax.set_xlim(1, max(len(ordered), 2))
    ax.yaxis.set_major_formatter(_THOUSANDS)
    wide, narrow = ordered["high"] - ordered["low"], ordered["clv_upper"] - ordered["clv_lower"]
    default = (
        f"What one customer brings varies {(wide / narrow).median():,.0f} times as much as what is "
        "known of the average"
    )
    x = "Customers, from the most to the least valuable"
    style.label(ax, title=title or default, x=x, y=f"Value ({unit})")
    return style.legend(ax, loc="upper right")


def iso_value(
    table: pd.DataFrame,
    *,
    levels: Sequence[float] | None = None,
    title: str | None = None,
    unit: str = "€",
    time: str = "weeks",
    ax: Axes | None = None,
) -> Axes:
    """Draw histories of equal value as labelled lines over frequency and recency.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.iso_value``: index recency, columns frequency.
    levels : sequence of float, optional
        Values of the lines, rising; default: about seven round ones, closer at the bottom.
    title : str, optional
        The finding; default: whether more purchases are always worth more.
    unit : str
        Unit of the values, for example "€" or "purchases".
    time : str
        Unit of recency.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> table = pd.DataFrame([[0.2, 0.1], [1.0, 4.0]], index=[10.0, 50.0], columns=[1, 9])
    >>> iso_value(table, levels=[0.5, 1], unit="purchases").get_title(loc="left")
    'Long silent, more past purchases are worth less'
    """
    ax = style.axes(ax, height=5.2)
    values = table.to_numpy()
    levels = _round_levels(values) if levels is None else levels
    drawn = ax.contour(
        table.columns.to_numpy(dtype=float), table.index.to_numpy(dtype=float), values,
        levels=levels, cmap="viridis_r", linewidths=2.4,
    )  # fmt: skip
    ax.clabel(drawn, fontsize=style.TICK_SIZE, fmt=lambda v: f"{v:,g}", colors=[style.INK])
    bends = bool((np.diff(values, axis=1) < 0).any())
    default = (
        "Long silent, more past purchases are worth less"
        if bends
        else "More purchases and later ones are worth more"
    )
    style.label(
        ax,
        title=title or default,
        x="Frequency (repeat purchases)",
        y=f"Recency: age at the last purchase ({time})",
    )
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.annotate(
        f"lines: value in {unit}", (0.99, 0.02), xycoords="axes fraction", color=style.INK,
        fontsize=style.TICK_SIZE, ha="right",
    )  # fmt: skip
    return ax


def _round_levels(values: np.ndarray) -> list[float]:
    """About seven levels of the series 1, 2, 5, 10 … below the largest value."""
    top = float(values.max())
    if top <= 0:
        return [0.0]
    power = int(np.floor(np.log10(top)))
    steps = [m * 10.0**p for p in range(power - 3, power + 1) for m in (1, 2, 5)]
    return [step for step in steps if step < top][-7:]


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

    Examples
    --------
    >>> table = pd.DataFrame({"cost_each": [9.0, 20.0], "to_date_each": [80.0, 15.0],
    ...                       "to_come_each": [30.0, 40.0]}, index=[2022, 2025])
    >>> cohorts(table).get_title(loc="left")
    'A customer of 2022 makes 110 €, one of 2025 only 55 €'
    """
    tail = "_each" if each else ""
    names = [f"{name}{tail}" for name in ("to_date", "to_come", "cost")]
    require_columns(
        list(map(str, table)), names, "plots.value.cohorts", "It comes from clv.cohort_value"
    )
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
    ax.yaxis.set_major_formatter(_THOUSANDS)
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

    Examples
    --------
    >>> curve = pd.DataFrame({"value": [10.0, 20.0, 25.0]}, index=[0, 10, 20])
    >>> payback(curve, costs={"search": 20.0}).get_title(loc="left")
    'search: 20 € are earned back after 10 weeks'
    """
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

    Examples
    --------
    >>> table = pd.DataFrame({"actual": [10.0, 90.0], "model": [12.0, 98.0]}, index=["low", "high"])
    >>> foreseen(table, x="Group").get_title(loc="left")
    'model: 10 % more than came'
    """
    where = "plots.value.foreseen"
    require_columns(
        list(map(str, table)), ["actual"], where, "The actual money stands beside the forecasts"
    )
    ax = style.axes(ax)
    place, width = np.arange(len(table)), 0.8 / table.shape[1]
    names = ["actual", *(name for name in table if name != "actual")]
    for number, name in enumerate(names):
        colour = style.INK if name == "actual" else style.PALETTE[(number - 1) % 7]
        at = place + width * (number - (len(names) - 1) / 2)
        ax.bar(at, table[name], 0.92 * width, color=colour, label=str(name))
    ax.set_xticks(place, [str(name) for name in table.index])
    ax.yaxis.set_major_formatter(_THOUSANDS)
    default = None
    if len(names) > 1:
        miss = table[names[1]].sum() / table["actual"].sum() - 1
        default = f"{names[1]}: {abs(miss):.0%} {'more' if miss >= 0 else 'less'} than came"
        default = default.replace("%", " %")
    style.label(ax, title=title or default or "", x=x, y=f"Money ({unit})")
    return style.legend(ax)
