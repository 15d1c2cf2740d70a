"""Figures of what to do: break-even, profit over price rise and loss, plans, two years."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.ticker import MaxNLocator

from centricity import _validate
from centricity.plots import style
from centricity.plots._words import MONEY, PERCENT, check, euros, per_cent, require_numbers

PLATE = {"facecolor": "w", "edgecolor": "none", "alpha": 0.8, "pad": 1}


def require_named(index: pd.Index, names: Mapping[object, str] | None, where: str) -> None:
    """Raise when an account that is to be named isn't there."""
    unknown = [account for account in names or {} if account not in index]
    if unknown:
        raise _validate.problem(
            where,
            f"the account '{unknown[0]}' of names is not in the table",
            "names maps accounts of the table to what is written at them",
            "Accounts are the labels of the index",
        )


def break_even(
    curves: pd.DataFrame,
    *,
    title: str,
    expected: pd.Series | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the break-even loss rate against the price rise, one line per margin.

    Parameters
    ----------
    curves : pandas.DataFrame
        Index: price rise (share). One column per case: loss rate at which nothing is gained.
    title : str
        The finding.
    expected : pandas.Series, optional
        Loss rate that is expected at each price rise, drawn as a dotted line.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no rows.
    TypeError
        When the curves aren't a DataFrame or ``expected`` is no Series.

    Examples
    --------
    >>> curves = pd.DataFrame({"margin 40 %": [0.0, 0.2]}, index=[0.0, 0.1])
    >>> ax = break_even(curves, title="A tenth dearer may lose a fifth")
    >>> ax.lines[0].get_label()
    'margin 40 %'
    """
    check(curves, "plots.break_even")
    if not isinstance(expected, pd.Series | None):
        raise _validate.problem(
            "plots.break_even", f"expected is {_validate.a_type(expected)}",
            "It is a pandas Series with the price rise in the index", error=TypeError,
        )  # fmt: skip
    ax = style.axes(ax)
    dashes = ("-", "--", "-.", (0, (5, 1)))
    for place, name in enumerate(curves):
        ax.plot(curves[name], color=style.PALETTE[place % 7], linewidth=2.6,
                linestyle=dashes[place % 4], label=str(name))  # fmt: skip
    if expected is not None:
        ax.plot(expected, color=style.INK, linewidth=2.6, linestyle=":", label=str(expected.name))
    ax.set_ylim(0, 1.02)
    ax.xaxis.set_major_formatter(PERCENT)
    ax.yaxis.set_major_formatter(PERCENT)
    style.label(ax, title=title, x="Price rise", y="Share of the business lost")
    return style.legend(ax, loc="best")


def change_map(
    grid: pd.DataFrame,
    *,
    title: str,
    at: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Map the change of profit over price rise and loss probability; black is break-even.

    Parameters
    ----------
    grid : pandas.DataFrame
        Index: loss probability; columns: price rise (shares, rising); values: change of profit.
    title : str
        The finding.
    at : (price rise, loss probability), optional
        A point to mark.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the grid has fewer than two rows or columns.

    Examples
    --------
    >>> grid = pd.DataFrame([[0.0, 9.0], [-9.0, 0.0]], index=[0.0, 0.5], columns=[0.0, 0.2])
    >>> ax = change_map(grid, title="Both together cancel", at=(0.1, 0.2))
    >>> ax.get_xlabel()
    'Price rise'
    """
    check(grid, "plots.change_map")
    if min(grid.shape) < 2:
        raise _validate.problem("plots.change_map", f"the grid is {grid.shape}",
                                "A map needs at least two rows and two columns")  # fmt: skip
    ax = style.axes(ax, height=5)
    values = grid.to_numpy(dtype=float)
    most = max(np.abs(values).max(), 1.0)
    x, y = grid.columns.to_numpy(float), grid.index.to_numpy(float)
    norm = TwoSlopeNorm(0.0, -most, most)
    shown = ax.contourf(x, y, values, levels=21, cmap="RdBu", norm=norm)
    if values.min() < 0 < values.max():
        ax.contour(x, y, values, levels=[0.0], colors="black", linewidths=2.5)
    if at is not None:
        ax.plot(*at, "o", color="black", markersize=13, markeredgecolor="w", markeredgewidth=2)
    bar = ax.figure.colorbar(shown, ax=ax, format=MONEY)
    bar.set_label("Change of profit (€ a year)", fontsize=style.LABEL_SIZE)
    ax.grid(visible=False)
    ax.xaxis.set_major_formatter(PERCENT)
    ax.yaxis.set_major_formatter(PERCENT)
    return style.label(
        ax, title=title, x="Price rise", y="Share of accounts that leave because of it"
    )


def plans(table: pd.DataFrame, *, title: str, level: float = 0.9, ax: Axes | None = None) -> Axes:
    """Set plans side by side: mean change of profit and the range of most simulated years.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per plan: ``mean``, ``lower``, ``upper`` (money).
    title : str
        The finding.
    level : float
        Share of simulated years inside the range, for the label.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no rows, a column is missing or a number is.

    Examples
    --------
    >>> table = pd.DataFrame({"mean": [5.0], "lower": [-9.0], "upper": [20.0]}, index=["reprice"])
    >>> [text.get_text() for text in plans(table, title="It may go either way").texts]
    ['€5']
    """
    columns = ("mean", "lower", "upper")
    check(table, "plots.plans", columns)
    require_numbers(table, columns, "plots.plans")
    ax = style.axes(ax, height=1.6 + 0.55 * len(table))
    rows = np.arange(len(table))
    ax.hlines(rows, table["lower"], table["upper"], color=style.SKY, linewidth=9)
    ax.plot(table["mean"], rows, "o", color=style.BLUE, markersize=11)
    for row, mean in zip(rows, table["mean"], strict=True):
        ax.annotate(euros(mean), (mean, row), xytext=(0, 10), textcoords="offset points",
                    ha="center", fontsize=style.TICK_SIZE, fontweight="bold")  # fmt: skip
    ax.axvline(0, color=style.INK, linewidth=1.4)
    ax.set_yticks(rows, [str(name) for name in table.index])
    ax.set_ylim(len(table) - 0.5, -0.7)
    ax.xaxis.set_major_formatter(MONEY)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.grid(visible=False, axis="y")
    return style.label(
        ax, title=title, y="", x=f"Change of profit (€ a year): mean, {per_cent(level)} of years"
    )


def years(
    before: pd.Series,
    after: pd.Series,
    *,
    title: str,
    x: str,
    y: str,
    names: Mapping[object, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one number against a later one, with the line of no change.

    Parameters
    ----------
    before, after : pandas.Series
        One value per account, the same accounts.
    title, x, y : str
        The finding, and what the axes show, with units.
    names : mapping, optional
        Accounts to name, with the name to write.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no accounts, they differ, or one to be named is unknown.

    Examples
    --------
    >>> before, after = pd.Series({"A": -9.0, "B": 8.0}), pd.Series({"A": -2.0, "B": 6.0})
    >>> ax = years(before, after, title="Both come back", x="2023 (€)", y="2024 (€)")
    >>> len(ax.collections)
    2
    """
    table = pd.DataFrame({"before": before, "after": after})
    check(table, "plots.years")
    if table.isna().any(axis=None):
        found = _validate.which(table.isna().any(axis=1), noun="accounts")
        raise _validate.problem(
            "plots.years", f"a value is missing for {found}", "Both hold the same accounts"
        )
    require_named(table.index, names, "plots.years")
    ax = style.axes(ax, height=5)
    fell = table["before"] < 0
    for mask, colour, mark in ((~fell, style.BLUE, "o"), (fell, style.RED, "v")):
        part = table[mask]
        ax.scatter(part["before"], part["after"], s=44, alpha=0.7, color=colour, marker=mark,
                   edgecolor="w")  # fmt: skip
    ends = [table.to_numpy().min(), table.to_numpy().max()]
    ax.plot(ends, ends, color=style.INK, linestyle="--", linewidth=1.4, label="no change")
    ax.axhline(0, color=style.GREY, linewidth=0.8)
    ax.axvline(0, color=style.GREY, linewidth=0.8)
    for account, name in (names or {}).items():
        at = table.index.get_loc(account)
        ax.annotate(name, tuple(table.to_numpy()[at]), xytext=(8, 6), textcoords="offset points",
                    fontsize=style.TICK_SIZE, fontweight="bold", bbox=PLATE)  # fmt: skip
    if names:  # room for the name of the rightmost account
        left, right = ax.get_xlim()
        ax.set_xlim(left, right + 0.09 * (right - left))
    ax.xaxis.set_major_formatter(MONEY)
    ax.yaxis.set_major_formatter(MONEY)
    style.label(ax, title=title, x=x, y=y)
    return style.legend(ax, loc="upper left")
