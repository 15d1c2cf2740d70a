"""Figures of the change between two periods: step by step, by factor, by who bought when."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity.plots._lens_words import alike, cell, money, money_axis
from centricity.plots._words import check, legend_below, per_cent
from centricity.plots.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    RED,
    SKY,
    TICK_SIZE,
    axes,
    label,
)


def waterfall(
    additive: pd.DataFrame,
    totals: pd.DataFrame,
    *,
    measure: str = "sales",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the way from one period's sales or profit to the next, contribution by contribution.

    Parameters
    ----------
    additive, totals : pandas.DataFrame
        ``TwoPeriods.additive`` and ``TwoPeriods.totals``.
    measure : {"sales", "profit"}
    currency, title, ax
        As for :func:`distribution`.

    Returns
    -------
    matplotlib.axes.Axes
        Contributions of zero are left out.

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When a table is no DataFrame.

    Examples
    --------
    >>> parts = pd.DataFrame({"sales": [-10.0, 25.0]},
    ...                      index=["customers who stayed away", "new customers"])
    >>> totals = pd.DataFrame({"sales": [30.0, 45.0, 15.0]}, index=["before", "after", "change"])
    >>> waterfall(parts, totals).get_title(loc="left")
    'Sales rose by €15: new customers brought €25, customers who stayed away took €10'
    """
    where = "plots.lenses.waterfall"
    check(additive, where, (measure,))
    check(totals, where, (measure,))
    parts = additive[measure].astype(float)
    parts = parts[parts != 0]
    before, after = cell(totals, "before", measure), cell(totals, "after", measure)
    reach = np.concatenate([[before], before + parts.cumsum().to_numpy()])
    ax = axes(ax, width=9.5, height=1.9 + 0.46 * (len(parts) + 2))
    names = ["before", *(str(name) for name in parts.index), "after"]
    lefts = np.concatenate([[0.0], reach[:-1], [0.0]])
    widths = np.concatenate([[before], parts.to_numpy(), [after]])
    colours = [GREY, *(BLUE if part > 0 else RED for part in parts), GREY]
    ax.barh(range(len(names)), widths, left=lefts, color=colours, height=0.72)
    for row, far in enumerate(reach):
        ax.plot([far, far], [row - 0.36, row + 1.36], color=INK, linewidth=0.8)
    says = alike([before, *parts, after], currency)
    says[0], says[-1] = says[0].removeprefix("+"), says[-1].removeprefix("+")
    ends = np.maximum(lefts, lefts + widths)
    for row, (end, words) in enumerate(zip(ends, says, strict=True)):
        ax.annotate(words, (end, row), xytext=(6, 0), textcoords="offset points", va="center",
                    fontsize=TICK_SIZE)  # fmt: skip
    ax.set_yticks(range(len(names)), [name[0].upper() + name[1:] for name in names])
    ax.invert_yaxis()
    low, high = min(0.0, *np.minimum(lefts, lefts + widths)), max(0.0, *ends)
    ax.set_xlim(low - 0.03 * (high - low) * (low < 0), high + 0.14 * (high - low))
    ax.grid(visible=False, axis="y")
    money_axis(ax, currency, axis="x")
    said = title or _moved(parts, before, after, measure, currency)
    return label(ax, title=said, x=f"{measure.capitalize()} ({currency or 'money'})", y="")


def _moved(parts: pd.Series, before: float, after: float, measure: str, currency: str) -> str:
    change = after - before
    way = "rose" if change > 0 else "fell"
    head = f"{measure.capitalize()} {way} by {money(abs(change), currency)}"
    if parts.empty or change == 0:
        return head if change else f"{measure.capitalize()} stayed the same"
    up, down = str(parts.idxmax()), str(parts.idxmin())
    gave = f"{up} brought {money(parts[up], currency)}" if parts[up] > 0 else ""
    took = f"{down} took {money(-parts[down], currency)}" if parts[down] < 0 else ""
    both = [gave, took] if change > 0 else [took, gave]
    return f"{head}: {', '.join(part for part in both if part)}"


def factors(
    multiplicative: pd.DataFrame,
    *,
    measure: str = "sales",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what each factor contributed to the change, with the factor's own change beside it.

    Parameters
    ----------
    multiplicative : pandas.DataFrame
        ``TwoPeriods.multiplicative``.
    measure : {"sales", "profit"}
    currency, title, ax
        As for :func:`distribution`.

    Returns
    -------
    matplotlib.axes.Axes
        Bars in money; where there is none (a loss has no logarithm), in per cent of the factor.

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"ratio": [1.2, 0.9], "sales": [50.0, -30.0]},
    ...                      index=["customers", "orders_per_customer"])
    >>> factors(table).get_title(loc="left")
    'Customers (+20 %) moved sales most: +€50'
    """
    where = "plots.lenses.factors"
    check(multiplicative, where, (measure, "ratio"))
    table = multiplicative
    if measure == "sales":
        table = table.drop(index="margin", errors="ignore")
    known = bool(np.isfinite(table[measure].astype(float)).all())
    value = table[measure].astype(float) if known else table["ratio"].astype(float) - 1
    ax = axes(ax, width=9.0, height=1.7 + 0.62 * len(table))
    bars = ax.barh(range(len(table)), value, 0.62, color=[BLUE if v >= 0 else RED for v in value])
    changes = [f"{ratio - 1:+.1%}".replace("%", " %").replace("-", "−") for ratio in table["ratio"]]
    says = alike(value, currency) if known else changes
    ax.bar_label(bars, says, fontsize=TICK_SIZE, padding=5)
    names = [_factor(name) for name in table.index]
    ax.set_yticks(range(len(table)), [f"{n}\n({c})" for n, c in zip(names, changes, strict=True)])
    ax.invert_yaxis()
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.margins(x=0.2)
    ax.grid(visible=False, axis="y")
    if known:
        money_axis(ax, currency, axis="x")
    else:
        ax.xaxis.set_major_formatter(lambda v, _: per_cent(v).replace("-", "−"))
    if title is None:
        most = int(np.nanargmax(np.abs(value.to_numpy()))) if value.notna().any() else 0
        shown = per_cent(abs(float(table["ratio"].iloc[most]) - 1))
        sign = "+" if table["ratio"].iloc[most] >= 1 else "−"
        title = f"{names[most]} ({sign}{shown}) moved {measure} most"
        title += f": {says[most]}" if known else ""
    unit = f"Contribution to the change in {measure} ({currency or 'money'})"
    return label(ax, title=title, x=unit if known else "Change of the factor", y="")


def _factor(name: object) -> str:
    words = str(name).replace("_", " ")
    return words[0].upper() + words[1:]


def overlap(
    table: pd.DataFrame,
    *,
    measure: str = "sales",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw two periods' sales by whether their customers bought in one of them or in both.

    Parameters
    ----------
    table : pandas.DataFrame
        ``TwoPeriods.overlap``.
    measure : {"sales", "profit"}
    currency, title, ax
        As for :func:`distribution`.

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
    >>> table = pd.DataFrame(
    ...     {"customers": [1, 1, 1, 1, 0], "sales_before": [10.0, 20, 0, 0, 0],
    ...      "sales_after": [0.0, 40, 25, 25, 0]},
    ...     index=["only before", "both", "only after", "new to the firm", "came back"])
    >>> overlap(table).get_title(loc="left")
    '50 % of the customers before bought again; they bring 62 % of sales after'
    """
    where = "plots.lenses.overlap"
    check(table, where, ("customers", f"{measure}_before", f"{measure}_after"))
    ax = axes(ax, width=9.5, height=4.2)
    kinds = {"both": (BLUE, "bought in both"), "only before": (GREY, "bought only before"),
             "new to the firm": (ORANGE, "new to the firm"),
             "came back": (SKY, "came back"), "refunds only": (RED, "refunds only")}  # fmt: skip
    later = float(table.loc[["both", "only after"], f"{measure}_after"].sum())
    whole = max(float(table.loc[["both", "only before"], f"{measure}_before"].sum()), later, 1e-9)
    for row, when in enumerate(("before", "after")):
        left = 0.0
        for kind, (colour, words) in kinds.items():
            value = float(table[f"{measure}_{when}"].get(kind, 0.0))
            if value == 0:
                continue
            named = words not in ax.get_legend_handles_labels()[1]
            ax.barh(row, value, 0.62, left=left, color=colour, label=words if named else None)
            people = int(cell(table, str(kind), "customers"))
            if value > 0.1 * whole:
                ax.text(left + value / 2, row, f"{money(value, currency)}\n{people:,} customers",
                        ha="center", va="center", fontsize=TICK_SIZE,
                        color="white" if colour in (BLUE, GREY, RED) else INK)  # fmt: skip
            left += value
    ax.set_yticks([0, 1], ["Before", "After"])
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    money_axis(ax, currency, axis="x")
    legend_below(ax, 4)
    kept, gone = (int(cell(table, str(kind), "customers")) for kind in ("both", "only before"))
    if title is None:
        title = f"{per_cent(kept / max(kept + gone, 1))} of the customers before bought again"
        if later > 0:
            share = cell(table, "both", f"{measure}_after") / later
            title += f"; they bring {per_cent(share)} of {measure} after"
    return label(ax, title=title, x=f"{measure.capitalize()} ({currency or 'money'})", y="")
