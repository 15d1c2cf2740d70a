"""Figures of buying, leaving and worth; those of the hold-out are in ``_holdout``."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity.plots import style
from centricity.plots._holdout import calibration, errors, frequencies, holdout, tracking
from centricity.plots._words import check

__all__ = [
    "by_recency",
    "calibration",
    "errors",
    "frequencies",
    "history_map",
    "holdout",
    "tracking",
    "value_by_group",
]


def history_map(
    table: pd.DataFrame,
    *,
    T: float,
    title: str,
    form: str = "{:.0%}",
    unit: str = "weeks",
    ax: Axes | None = None,
) -> Axes:
    """Draw a prediction as a small heat map: repeat purchases across, silence downwards.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.history_grid``: index recency, columns frequency, at most 12 of each.
    T : float
        Age of the customers, so that the silence is T minus the recency.
    title : str
        The finding.
    form : str
        How a number is written: ``"{:.0%}"`` for P(alive), ``"{:.1f}"`` for purchases.
    unit : str
        Word for the axis of silence.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        For a table too large to be read.

    Examples
    --------
    >>> table = pd.DataFrame({1: [0.6, 0.8], 8: [0.1, 0.9]}, index=[26.0, 52.0])
    >>> ax = history_map(table, T=52, title="Silence says more about frequent buyers")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['0', '26']
    """
    if max(table.shape) > 12:
        says = f"the table has {table.shape[0]} × {table.shape[1]} histories"
        rule = "A map of more than 12 × 12 cannot be read"
        raise _validate.problem("plots.clv.history_map", says, rule, "Choose fewer for the grid")
    ax = style.axes(ax, height=1.4 + 0.5 * len(table))
    shown = table.sort_index(ascending=False)
    depth = shown.to_numpy(dtype=float)
    top = np.nanmax(depth)
    ax.imshow(np.ma.masked_invalid(depth), cmap="Blues", vmin=0, vmax=top, aspect="auto")
    for (row, column), value in np.ndenumerate(depth):
        if np.isfinite(value):
            ax.text(
                column, row, form.format(value).replace("%", " %"), ha="center", va="center",
                fontsize=style.TICK_SIZE, color="white" if value > 0.55 * top else style.INK,
            )  # fmt: skip
    ax.set_xticks(range(shown.shape[1]), [str(name) for name in shown.columns])
    ax.set_yticks(range(len(shown)), [f"{T - recency:g}" for recency in shown.index])
    ax.grid(visible=False)
    ax.tick_params(length=0)
    return style.label(ax, title=title, x="Repeat purchases", y=f"Silence ({unit})")


def by_recency(
    curves: pd.DataFrame,
    *,
    y: str,
    title: str,
    unit: str = "weeks",
    ax: Axes | None = None,
) -> Axes:
    """Draw a prediction against recency, one labelled line per frequency.

    Parameters
    ----------
    curves : pandas.DataFrame
        Index: recency (age at the last purchase, in ``unit``); one column per frequency.
    y : str
        What is predicted, with its unit.
    title : str
        The finding.
    unit : str
        Word for the axis.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> curves = pd.DataFrame({1: [0.2, 0.9], 10: [0.0, 0.95]}, index=[5.0, 50.0])
    >>> ax = by_recency(curves, y="P(alive)", title="Silence says more about frequent buyers")
    >>> ax.get_xlabel()
    'Recency: age at the last purchase (weeks)'
    """
    check(curves, "plots.clv.by_recency")
    ax = style.axes(ax)
    for name, colour in zip(curves, style.PALETTE, strict=False):
        ax.plot(curves.index, curves[name], color=colour, linewidth=2.4)
        ax.annotate(
            f" {name}", (curves.index[-1], curves[name].iloc[-1]), color=colour,
            fontsize=style.TICK_SIZE, va="center", annotation_clip=False,
        )  # fmt: skip
    ax.margins(x=0.08)
    return style.label(ax, title=title, x=f"Recency: age at the last purchase ({unit})", y=y)


def value_by_group(
    values: pd.Series,
    groups: pd.Series | Sequence[object],
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean lifetime value of each group of customers as bars.

    Parameters
    ----------
    values : pandas.Series
        Customer lifetime value, in money.
    groups : pandas.Series or sequence
        The group of each customer, in the order of ``values``.
    title : str, optional
        The finding; default: how many times the best group's mean is the worst's.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no customer, or values and groups differ in number.
    TypeError
        When the values are no Series.

    Examples
    --------
    >>> ax = value_by_group(pd.Series([10.0, 20.0, 90.0]), ["store", "store", "referral"])
    >>> ax.get_title(loc="left")
    'A customer from referral is worth 6.0 times one from store'
    """
    where = "plots.clv.value_by_group"
    if not isinstance(values, pd.Series):
        raise _validate.problem(
            where, f"{_validate.a_type(values)} was given",
            "The values are a pandas Series of one number per customer", error=TypeError,
        )  # fmt: skip
    if not 0 < len(values) == len(groups):
        raise _validate.problem(
            where, f"there are {len(values):,} values and {len(groups):,} groups",
            "Each customer has one value and one group, and there is at least one customer",
        )  # fmt: skip
    ax = style.axes(ax)
    mean = values.groupby(np.asarray(groups)).mean().sort_values()
    ax.barh(mean.index.astype(str), mean, color=style.BLUE)
    for place, worth in enumerate(mean):
        ax.annotate(f" {worth:,.0f}", (worth, place), va="center", fontsize=style.TICK_SIZE)
    times = mean.iloc[-1] / mean.iloc[0] if mean.iloc[0] > 0 else np.nan
    default = (
        f"A customer from {mean.index[-1]} is worth {times:.1f} times one from {mean.index[0]}"
    )
    return style.label(ax, title=title or default, x="Mean customer lifetime value (money)", y="")
