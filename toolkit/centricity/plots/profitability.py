"""Figures of profit by customer: where the money goes, the whale, idle capacity, luck."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from centricity import _validate
from centricity.plots import style
from centricity.plots._profit_decisions import (
    break_even,
    change_map,
    plans,
    require_named,
    years,
)
from centricity.plots._words import MONEY, check, euros, per_cent, require_numbers

__all__ = ["accounts", "break_even", "bridge", "capacity", "change_map", "of_each_hundred",
           "plans", "whale", "years"]  # fmt: skip


def of_each_hundred(parts: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Show where each account's 100 euros go, and whether they are enough.

    Parameters
    ----------
    parts : pandas.DataFrame
        One row per account, one column per cost, as shares of the account's revenue.
    title : str
        The finding.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no rows, or a share is missing or below zero.

    Examples
    --------
    >>> parts = pd.DataFrame({"machines": [0.6, 0.7], "transport": [0.2, 0.5]}, index=["A", "B"])
    >>> ax = of_each_hundred(parts, title="B costs more than it pays")
    >>> [text.get_text() for text in ax.texts]
    ['60', '20', '70', '50', 'leaves €20', 'loses €20']
    """
    check(parts, "plots.of_each_hundred")
    require_numbers(parts, parts.columns, "plots.of_each_hundred", minimum=0)
    ax = style.axes(ax, height=1.6 + 0.9 * len(parts))
    left = np.zeros(len(parts))
    rows = np.arange(len(parts))
    for place, name in enumerate(parts):
        width = 100 * parts[name].to_numpy()
        ax.barh(rows, width, 0.6, left=left, label=str(name), edgecolor="w",
                color=style.PALETTE[place % 7])  # fmt: skip
        left = left + width
    for row in range(len(parts)):
        _write_widths(ax, 100 * parts.iloc[row], row)
    for spot, total in enumerate(left):
        says = f"{'leaves' if total <= 100 else 'loses'} €{abs(100 - total):.0f}"
        ax.annotate(says, (max(total, 100), spot), xytext=(8, 0), textcoords="offset points",
                    va="center", fontsize=style.TICK_SIZE, fontweight="bold")  # fmt: skip
    ax.axvline(100, color=style.INK, linewidth=2, linestyle="--")
    ax.set_yticks(rows, [str(name) for name in parts.index])
    ax.invert_yaxis()
    ax.set_xlim(0, max(100, left.max()) * 1.2)
    ax.grid(visible=False, axis="y")
    style.label(ax, title=title, x="Costs for each €100 that the account pays (€)", y="")
    return style.legend(ax, ncols=4, loc="upper center", bbox_to_anchor=(0.45, -0.62 / len(parts)))


def _write_widths(ax: Axes, widths: pd.Series, row: int) -> None:
    edge = widths.cumsum() - widths / 2
    for width, middle in zip(widths, edge, strict=True):
        if width >= 4:
            ax.text(middle, row, f"{width:.0f}", ha="center", va="center", color="w",
                    fontsize=style.TICK_SIZE, fontweight="bold")  # fmt: skip


def accounts(
    table: pd.DataFrame,
    *,
    title: str,
    names: Mapping[object, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw every account's profit against its revenue (log scale), losses in another colour.

    Parameters
    ----------
    table : pandas.DataFrame
        ``revenue`` (above zero) and ``profit``, accounts in the index.
    title : str
        The finding.
    names : mapping, optional
        Accounts to name, with the name to write.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no rows, a column is missing, a revenue isn't above zero (a log scale has no
        place for it), or an account to be named is unknown.

    Examples
    --------
    >>> table = pd.DataFrame({"revenue": [9e5, 4e4], "profit": [-5e4, 9e3]}, index=["A", "B"])
    >>> ax = accounts(table, title="The largest loses most", names={"A": "Goliath"})
    >>> [text.get_text() for text in ax.texts]
    ['Goliath']
    """
    where = "plots.accounts"
    check(table, where, ("revenue", "profit"))
    require_numbers(table, ("revenue", "profit"), where)
    require_named(table.index, names, where)
    if (table["revenue"] <= 0).any():
        raise _validate.problem(
            where,
            f"'revenue' is not above zero in {_validate.which(table['revenue'] <= 0, 'accounts')}",
            "A log scale has no place for them",
            "Leave them out, and say so under the figure",
        )
    ax = style.axes(ax)
    loses = table["profit"] < 0
    for mask, colour, mark, says in (
        (~loses, style.BLUE, "o", "above zero"),
        (loses, style.RED, "v", "below zero"),
    ):
        part = table[mask]
        ax.scatter(part["revenue"], part["profit"], s=46, alpha=0.75, color=colour, marker=mark,
                   edgecolor="w",
                   label=f"{says}: {len(part)} account{'s' * (len(part) != 1)}")  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=1)
    ax.set_xscale("log")
    for account, name in (names or {}).items():
        at = table.index.get_loc(account)
        ax.annotate(name, tuple(table[["revenue", "profit"]].to_numpy()[at]),
                    xytext=(-9, 0), textcoords="offset points", ha="right", va="center",
                    fontsize=style.TICK_SIZE, fontweight="bold")  # fmt: skip
    ax.xaxis.set_major_formatter(MONEY)
    ax.yaxis.set_major_formatter(MONEY)
    style.label(ax, title=title, x="Revenue of the year (€, log scale)", y="Profit of the year (€)")
    return style.legend(ax, loc="upper left")


def whale(
    curves: Mapping[str, pd.DataFrame], *, title: str, total: float, ax: Axes | None = None
) -> Axes:
    """Draw one or more whale curves, with the peak and the end of the first written at them.

    Parameters
    ----------
    curves : mapping of str to pandas.DataFrame
        Name and ``Whale.curve`` (``cumulative``, ``account_share``).
    title : str
        The finding.
    total : float
        What 100 % of profit is, money; above zero.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When no curve is given, one lacks a column, or the total isn't above zero.
    TypeError
        When the curves aren't a mapping to tables.

    Examples
    --------
    >>> curve = pd.DataFrame({"cumulative": [90.0, 130.0, 100.0], "account_share": [1/3, 2/3, 1]})
    >>> ax = whale({"2024": curve}, title="A third gives back 30 %", total=100)
    >>> [text.get_text() for text in ax.texts]
    ['peak 130 %', 'total 100 %']
    """
    where = "plots.whale"
    _validate.number(total, "total", where, above=0)
    if not curves:
        raise _validate.problem(where, "no curve was given", "A figure needs at least one whale")
    if not isinstance(curves, Mapping):
        raise _validate.problem(
            where, f"curves is {_validate.a_type(curves)}", "It maps names to curves",
            "For example {'2024': whale_curve(profit).curve}", error=TypeError,
        )  # fmt: skip
    for curve in curves.values():
        check(curve, where, ("cumulative", "account_share"))
    ax = style.axes(ax)
    dashes = ("-", "--", ":", "-.")
    for place, (name, curve) in enumerate(curves.items()):
        x = 100 * np.concatenate([[0.0], curve["account_share"]])
        y = 100 / total * np.concatenate([[0.0], curve["cumulative"]])
        colour = (style.BLUE, style.RED, style.GREEN, style.PURPLE)[place % 4]
        ax.plot(x, y, color=colour, linewidth=2.8, linestyle=dashes[place % 4], label=name)
        if place == 0:
            ax.fill_between(x, 0, y, color=style.SKY, alpha=0.25)
            top = int(np.argmax(y))
            for at, says, way in ((top, "peak", 8), (len(x) - 1, "total", -20)):
                ax.annotate(f"{says} {y[at]:.0f} %", (x[at], y[at]), xytext=(0, way), ha="center",
                            textcoords="offset points", fontsize=style.TICK_SIZE,
                            fontweight="bold")  # fmt: skip
                ax.plot(x[at], y[at], "o", color=colour, markersize=8)
    ax.axhline(100, color=style.INK, linewidth=1, linestyle=":")
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]), top=1.08 * ax.get_ylim()[1])
    ax.set_xlim(0, 105)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} %"))
    style.label(ax, title=title, x="Accounts, from the most to the least profitable",
                y="Cumulative profit (share of the total)")  # fmt: skip
    return style.legend(ax, loc="lower center") if len(curves) > 1 else ax


def capacity(reconciliation: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw what each pool cost: used by accounts, paid for and not used, driven by nobody.

    Parameters
    ----------
    reconciliation : pandas.DataFrame
        ``CostToServe.reconciliation``: ``allocated``, ``unused``, ``untraced``.
    title : str
        The finding.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no rows, or a column or a number is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"incurred": [100.0], "allocated": [80.0], "unused": [20.0],
    ...                       "untraced": [0.0]}, index=["Transport"])
    >>> [text.get_text() for text in capacity(table, title="A fifth stands idle").texts]
    ['20 % idle']
    """
    columns = ("incurred", "allocated", "unused", "untraced")
    check(reconciliation, "plots.capacity", columns)
    require_numbers(reconciliation, columns, "plots.capacity")
    table = reconciliation.sort_values("incurred")
    ax = style.axes(ax, height=1.8 + 0.5 * len(table))
    rows, left = np.arange(len(table)), np.zeros(len(table))
    looks = {"allocated": ("used by accounts", style.BLUE, ""),
             "unused": ("paid for, not used", style.ORANGE, "//"),
             "untraced": ("no account drives it", style.GREY, "")}  # fmt: skip
    for column, (says, colour, hatch) in looks.items():
        width = table[column].clip(lower=0).to_numpy()
        ax.barh(rows, width, 0.65, left=left, color=colour, hatch=hatch, edgecolor="w", label=says)
        left = left + width
    for row, (end, (_, line)) in enumerate(zip(left, table.iterrows(), strict=True)):
        if line["unused"] > 0:
            ax.annotate(f"{per_cent(line['unused'] / line['incurred'])} idle",
                        (end, row), xytext=(6, 0), textcoords="offset points", va="center",
                        fontsize=style.TICK_SIZE)  # fmt: skip
    ax.set_yticks(rows, [str(name) for name in table.index])
    ax.set_xlim(0, left.max() * 1.15)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(MONEY)
    style.label(ax, title=title, x="Cost of the year (€)", y="")
    return style.legend(ax, loc="lower right")


def bridge(
    lines: pd.Series, *, title: str, totals: tuple[str, ...] = (), ax: Axes | None = None
) -> Axes:
    """Draw steps that add up: what is added in blue, what is taken away in orange.

    Parameters
    ----------
    lines : pandas.Series
        Amounts in order; those named in ``totals`` are drawn from zero and must be the sum of the
        steps before them.
    title : str
        The finding.
    totals : tuple of str
        Names of the totals. The first line is a step (from zero), not a total.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no lines, a total isn't among them, or isn't the sum of the steps before it.
    TypeError
        When the lines aren't a Series, or the totals are one text.

    Examples
    --------
    >>> lines = pd.Series({"revenue": 100.0, "costs": -120.0, "profit": -20.0})
    >>> ax = bridge(lines, title="Costs eat it all", totals=("profit",))
    >>> [text.get_text() for text in ax.texts]
    ['€100', '−€120', '−€20']
    """
    where = "plots.bridge"
    if not isinstance(lines, pd.Series) or isinstance(totals, str):
        raise _validate.problem(
            where, f"lines is {_validate.a_type(lines)} and totals {_validate.a_type(totals)}",
            "Lines are a pandas Series, totals a tuple of their names", error=TypeError,
        )  # fmt: skip
    unknown = [name for name in totals if name not in lines.index]
    if unknown:
        raise _validate.problem(where, f"'{unknown[0]}' is not among the lines",
                                "Totals are named lines")  # fmt: skip
    if lines.empty:
        raise _validate.problem(where, "there are no lines", "A bridge needs at least one step")
    ax = style.axes(ax, width=9)
    level = 0.0
    for place, (name, amount) in enumerate(lines.items()):
        is_total = name in totals
        if is_total and abs(amount - level) > 0.005 + 1e-9 * abs(level):
            raise _validate.problem(
                where, f"'{name}' is {amount:,.2f} and the steps before it add up to {level:,.2f}",
                "A total is the sum of its steps",
            )  # fmt: skip
        base = 0.0 if is_total else level
        colour = style.INK if is_total else (style.BLUE if amount >= 0 else style.ORANGE)
        ax.bar(place, amount, 0.62, bottom=base, color=colour)
        below = amount < 0
        ax.annotate(euros(amount), (place, base + amount), xytext=(0, -4 if below else 4),
                    textcoords="offset points", ha="center", va="top" if below else "bottom",
                    fontsize=style.TICK_SIZE)  # fmt: skip
        level = base + amount
    ax.axhline(0, color=style.INK, linewidth=0.8)
    ax.set_xticks(range(len(lines)), [str(name).replace(" ", "\n", 1) for name in lines.index])
    ax.grid(visible=False, axis="x")
    ax.use_sticky_edges = False
    ax.margins(y=0.12)
    ax.yaxis.set_major_formatter(MONEY)
    return style.label(ax, title=title, x="", y="Euros")
