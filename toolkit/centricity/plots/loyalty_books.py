"""Figures of points in the books: the debt to members, and how points are redeemed with age."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity.plots import style
from centricity.plots._words import MONEY, PERCENT, check, euros, legend_below, per_cent


def liability(roll: pd.DataFrame, *, period: str = "month", ax: Axes | None = None) -> Axes:
    """Draw a roll-forward: what raises and what lowers the debt to members, and what is left.

    Parameters
    ----------
    roll : DataFrame
        ``loyalty.roll_forward``: ``issued``, ``redeemed``, ``expired``, ``change_of_estimate``,
        ``closing``, in euros.
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
    >>> roll = pd.DataFrame({"issued": [90.0, 0.0], "redeemed": [-40.0, -30.0], "expired": 0.0,
    ...                      "change_of_estimate": 0.0, "closing": [50.0, 20.0]})
    >>> liability(roll).get_title(loc="left")
    'Of €90 set aside for points, €20 are still owed'
    """
    columns = ("issued", "redeemed", "expired", "change_of_estimate", "closing")
    check(roll, "plots.liability", columns)
    ax = style.axes(ax)
    up, down = np.zeros(len(roll)), np.zeros(len(roll))
    looks = (
        ("issued", style.BLUE, "set aside"), ("redeemed", style.GREEN, "redeemed"),
        ("expired", style.RED, "expired"), ("change_of_estimate", style.PURPLE, "new estimate"),
    )  # fmt: skip
    for name, colour, word in looks:
        values = roll[name].to_numpy(float)
        if not (np.abs(values) > 0.005).any():
            continue
        floor = np.where(values >= 0, up, down)
        ax.bar(roll.index, values, bottom=floor, color=colour, label=word)
        up, down = up + np.maximum(values, 0), down + np.minimum(values, 0)
    ax.plot(roll.index, roll["closing"], color=style.INK, linewidth=2, label="owed at the end")
    ax.axhline(0, color=style.INK, linewidth=0.8)
    top = max(float(up.max()), float(roll["closing"].max()))
    if top > down.min():
        ax.set_ylim(1.06 * float(down.min()), 1.06 * top)
    ax.yaxis.set_major_formatter(MONEY)
    aside, owed = euros(roll["issued"].sum()), euros(roll["closing"].iloc[-1])
    title = f"Of {aside} set aside for points, {owed} are still owed"
    legend_below(ax, 3)
    return style.label(ax, title=title, x=period.capitalize(), y="Euros")


def maturing(
    cumulative: pd.DataFrame, issued: pd.Series, *, rate: float | None = None,
    period: str = "month", ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw how much of each cohort of points has been redeemed by age.

    Parameters
    ----------
    cumulative : DataFrame
        ``Triangle.cumulative``: points redeemed so far, by cohort (rows) and age (columns).
    issued : Series
        Points issued by cohort.
    rate : float, optional
        Estimated ultimate rate; a line.
    period : str
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
    >>> cumulative = pd.DataFrame([[10.0, 60.0], [20.0, float("nan")]])
    >>> maturing(cumulative, pd.Series([100, 100]), rate=0.6).get_title(loc="left")
    'Old points tell what young ones will do: 60 % redeemed in the end'
    """
    check(cumulative, "plots.maturing", ())
    ax = style.axes(ax)
    share = cumulative.div(issued.reindex(cumulative.index), axis=0)
    for place, (_, row) in enumerate(share.iterrows()):
        fade = 0.25 + 0.75 * (1 - place / max(len(share) - 1, 1))
        ax.plot(row.index, row, color=style.BLUE, linewidth=1.2, alpha=fade)
    title = "How points are redeemed as they grow older"
    if rate is not None:
        ax.axhline(rate, color=style.ORANGE, linewidth=2.5, label="estimate for the end")
        title = f"Old points tell what young ones will do: {per_cent(rate)} redeemed in the end"
        legend_below(ax, 1)
    ax.set_ylim(0, 1.03)
    ax.yaxis.set_major_formatter(PERCENT)
    return style.label(ax, title=title, x=f"Age of the points ({period}s)",
                       y="Redeemed so far")  # fmt: skip
