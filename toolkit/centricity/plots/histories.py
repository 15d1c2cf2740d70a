"""A few customers' histories: when each bought, and how likely each is still alive."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity._typing import ArrayLike
from centricity.plots import style


def timelines(
    purchases: pd.DataFrame,
    *,
    until: float,
    customer: str = "customer",
    time: str = "week",
    title: str = "When each customer bought",
    unit: str = "weeks since 1 January",
    ax: Axes | None = None,
) -> Axes:
    """Draw one lane for each customer: a dot for each purchase, then the silence as a dashed line.

    Parameters
    ----------
    purchases : DataFrame
        One row per purchase, with the columns named by ``customer`` and ``time``.
    until : float
        When observation ends, in the unit of ``time``.
    customer, time : str
        Columns of ``purchases``.
    title, unit : str
        The finding, and the label of the time axis.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When a column is missing or there is no purchase.

    Examples
    --------
    >>> import pandas as pd
    >>> purchases = pd.DataFrame({"customer": ["Anna", "Anna", "Ben"], "week": [0, 48, 8]})
    >>> ax = timelines(purchases, until=52)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Anna', 'Ben']
    """
    rule = "Each purchase needs a customer and a time"
    _validate.require_columns(purchases.columns, [customer, time], "plots.timelines", rule)
    if purchases.empty:
        raise _validate.problem("plots.timelines", "there is no purchase", rule)
    lanes = list(purchases.groupby(customer, sort=False)[time])
    ax = style.axes(ax, height=1.2 + 0.7 * len(lanes))
    for lane, (_, times) in enumerate(lanes):
        color = style.PALETTE[lane % len(style.PALETTE)]
        last = times.max()
        ax.plot([times.min(), last], [lane, lane], color=color, linewidth=2)
        ax.plot([last, until], [lane, lane], color=style.GREY, linewidth=2, linestyle=(0, (2, 3)))
        ax.plot(times, [lane] * len(times), "o", color=color, markersize=10, markeredgecolor="w")
    ax.set_yticks(range(len(lanes)), [str(name) for name, _ in lanes])
    ax.set_ylim(len(lanes) - 0.5, -0.5)
    ax.set_xlim(min(0, purchases[time].min()) - until / 50, until * 1.02)
    style.label(ax, title=title, x=unit, y="")
    ax.grid(visible=False, axis="y")
    return ax


def alive(
    curves: pd.DataFrame,
    *,
    title: str = "P(alive) through the year",
    unit: str = "weeks since 1 January",
    purchases: ArrayLike | pd.DataFrame = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw P(alive) over time, a line for each customer.

    Parameters
    ----------
    curves : DataFrame
        Index: time. One column for each customer, values between 0 and 1,
        or missing before there is anything to say.
    title, unit : str
        The finding, and the label of the time axis.
    purchases : array-like of float, or DataFrame
        Moments of purchase, drawn as dots at the bottom: of a single customer, or of all with
        columns ``customer`` (as in ``curves``) and ``time``.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When a value is not a probability.

    Examples
    --------
    >>> import pandas as pd
    >>> ax = alive(pd.DataFrame({"Anna": [1.0, 0.9]}, index=[0, 1]))
    >>> ax.get_ylabel()
    'P(alive)'
    """
    outside = ((curves < 0) | (curves > 1)).any(axis=1)
    if curves.empty or outside.any():
        seen = _validate.which(outside, noun="times") if len(curves) else "no values were given"
        raise _validate.problem("plots.alive", seen, "P(alive) lies between 0 and 1")
    ax = style.axes(ax)
    dashes = ("-", "--", "-.", ":")
    for position, name in enumerate(curves):
        color = style.PALETTE[position % len(style.PALETTE)]
        dash = dashes[position % len(dashes)]
        ax.plot(curves.index, curves[name], dash, color=color, linewidth=2.2, label=str(name))
    ax.set_ylim(-0.02, 1.04)
    if isinstance(purchases, pd.DataFrame):
        _purchases_below(ax, curves, purchases)
    else:
        moments = np.atleast_1d(np.asarray(purchases, dtype=float))
        zero = np.zeros_like(moments)
        ax.plot(moments, zero, "o", color=style.INK, clip_on=False, label="_orders")
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    style.label(ax, title=title, x=unit, y="P(alive)")
    if curves.shape[1] > 1:
        style.legend(ax, loc="center right")
    return ax


def _purchases_below(ax: Axes, curves: pd.DataFrame, purchases: pd.DataFrame) -> None:
    """Draw a row of dots below the lines for each customer, in the colour of the line."""
    rule = "Each purchase needs a customer and a time"
    _validate.require_columns(purchases.columns, ["customer", "time"], "plots.alive", rule)
    for position, name in enumerate(curves):
        times = purchases.loc[purchases["customer"] == name, "time"]
        level = np.full(len(times), -0.05 - 0.06 * position)
        color = style.PALETTE[position % len(style.PALETTE)]
        ax.plot(times, level, "o", color=color, markersize=6, markeredgecolor="w", label="_orders")
    ax.set_ylim(bottom=-0.05 - 0.06 * curves.shape[1])
    ax.set_yticks(np.linspace(0, 1, 6))
