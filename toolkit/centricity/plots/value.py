"""Figures of worth: what customers will bring, how sure that is, what one may pay for them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from centricity._validate import problem
from centricity.plots import style
from centricity.plots._value_money import cohorts, foreseen, payback
from centricity.plots._words import THOUSANDS, check

__all__ = ["by_customer", "cohorts", "foreseen", "iso_value", "payback", "ranges"]


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

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> ax = by_customer(pd.DataFrame({"clv": [60.0, 5, 5, 5, 5, 4, 4, 4, 4, 4]}))
    >>> ax.get_title(loc="left")
    'The best tenth hold 60 % of the value'
    """
    where = "plots.value.by_customer"
    check(worth, where, ("clv",))
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
    ax.xaxis.set_major_formatter(THOUSANDS)
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

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"clv": [50.0], "clv_lower": [45.0], "clv_upper": [55.0],
    ...                       "low": [0.0], "high": [120.0]})
    >>> ranges(table).get_title(loc="left")
    'What one customer brings varies 12 times as much as what is known of the average'
    """
    needed = ("clv", "clv_lower", "clv_upper", "low", "high")
    check(table, "plots.value.ranges", needed)
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
    ax.yaxis.set_major_formatter(THOUSANDS)
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

    Raises
    ------
    ValueError
        When the table has fewer than two rows or columns.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame([[0.2, 0.1], [1.0, 4.0]], index=[10.0, 50.0], columns=[1, 9])
    >>> iso_value(table, levels=[0.5, 1], unit="purchases").get_title(loc="left")
    'Long silent, more past purchases are worth less'
    """
    where = "plots.value.iso_value"
    if min(check(table, where).shape) < 2:
        raise problem(
            where, f"the table has {len(table)} rows and {table.shape[1]} columns",
            "Lines need two recencies and two frequencies at least",
        )  # fmt: skip
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
