"""A few customers' histories: when each bought, and how likely each is still alive."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity._typing import ArrayLike
from centricity.plots import _style


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
    ax = _style.axes(ax, height=1.2 + 0.7 * len(lanes))
    for lane, (_, times) in enumerate(lanes):
        color = _style.PALETTE[lane % len(_style.PALETTE)]
        last = times.max()
        ax.plot([times.min(), last], [lane, lane], color=color, linewidth=2)
        ax.plot([last, until], [lane, lane], color=_style.GREY, linewidth=2, linestyle=(0, (2, 3)))
        ax.plot(times, [lane] * len(times), "o", color=color, markersize=10, markeredgecolor="w")
    ax.set_yticks(range(len(lanes)), [str(name) for name, _ in lanes])
    ax.set_ylim(len(lanes) - 0.5, -0.5)
    ax.set_xlim(min(0, purchases[time].min()) - until / 50, until * 1.02)
    _style.label(ax, title=title, x=unit, y="")
    ax.grid(visible=False, axis="y")
    return ax


def alive(
    curves: pd.DataFrame,
    *,
    title: str = "P(alive) through the year",
    unit: str = "weeks since 1 January",
    purchases: ArrayLike = (),
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
    purchases : array-like of float
        Moments of purchase, drawn as dots at the bottom; for a single customer.
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
    ax = _style.axes(ax)
    styles = ("-", "--", "-.", ":")
    for position, name in enumerate(curves):
        color = _style.PALETTE[position % len(_style.PALETTE)]
        style = styles[position % len(styles)]
        ax.plot(curves.index, curves[name], style, color=color, linewidth=2.2, label=str(name))
    moments = np.atleast_1d(np.asarray(purchases, dtype=float))
    ax.plot(moments, np.zeros_like(moments), "o", color=_style.INK, clip_on=False, label="_orders")
    ax.set_ylim(-0.02, 1.04)
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    _style.label(ax, title=title, x=unit, y="P(alive)")
    if curves.shape[1] > 1:
        _style.legend(ax, loc="center right")
    return ax
