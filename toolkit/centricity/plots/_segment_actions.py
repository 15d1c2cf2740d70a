"""The figure of actions: what to do first, for how many, and for how much."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from centricity._validate import problem, require_columns, require_frame
from centricity.plots._words import per_cent
from centricity.plots.style import BLUE, GREY, TICK_SIZE, axes, label, legend


def actions(
    table: pd.DataFrame,
    *,
    what: str = "value",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each group's share of customers and of value, in order of priority, with its action.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``segmentation.action_table``.
    what : str
        What the value is, for the legend and title.
    title : str, optional
        Default: the first group and what is at stake in it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

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
    >>> from centricity import segmentation
    >>> group = pd.Series(["Win back", "Let rest", "Let rest"], index=list("ABC"))
    >>> profit = pd.Series([300.0, 40.0, 60.0], index=list("ABC"))
    >>> ax = actions(segmentation.action_table(group, values=profit), what="profit")
    >>> ax.get_title(loc="left")
    'First: win back. 33 % of customers, 75 % of profit'
    """
    frame = require_frame(table, "plots.actions")
    require_columns(
        list(frame.columns), ["customers", "share", "action"], "plots.actions",
        "This figure shows the table of segmentation.action_table",
    )  # fmt: skip
    if frame.empty:
        raise problem("plots.actions", "the table is empty", "A figure needs at least one group")
    kinds = [("share", "customers", GREY, -0.2), ("value_share", what, BLUE, 0.2)]
    kinds = [kind for kind in kinds if kind[0] in frame.columns]
    ax = axes(ax, width=10.0, height=1.6 + 0.75 * len(frame))
    y = np.arange(len(frame))
    for column, says, color, shift in kinds:
        bars = ax.barh(y + shift, frame[column], 0.38, color=color, label=f"Share of {says}")
        ax.bar_label(bars, [per_cent(value) for value in frame[column]], fontsize=TICK_SIZE,
                     padding=3)  # fmt: skip
    said = [f"{name}: {textwrap.fill(str(text), 46)}" for name, text in frame["action"].items()]
    ax.set_yticks(y, said, fontsize=TICK_SIZE - 2)
    ax.invert_yaxis()
    ax.margins(x=0.12)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax, loc="lower right")
    first = frame.iloc[0]
    worth = f", {per_cent(first['value_share'])} of {what}" if len(kinds) > 1 else ""
    title = title or (
        f"First: {str(frame.index[0]).lower()}. {per_cent(first['share'])} of customers{worth}"
    )
    return label(ax, title=title, x="Share", y="")
