"""Figures of value: concentration, deciles, RFM scores and roles."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from centricity._validate import number, require_columns, require_frame
from centricity.plots._segment_parts import MARKERS, heat, require
from centricity.plots._words import per_cent
from centricity.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LABEL_SIZE,
    RED,
    TICK_SIZE,
    axes,
    label,
    legend,
)
from centricity.segmentation.inequality import Concentration
from centricity.segmentation.value_roles import ROLES

ROLE_COLORS = dict(zip(ROLES, (BLUE, GREEN, RED, GREY), strict=True))


def concentration(
    result: Concentration,
    *,
    top: float = 0.2,
    what: str = "sales",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of a total that the best customers bring.

    Parameters
    ----------
    result : Concentration
        From ``segmentation.concentration``.
    top : float
        Share of customers to mark, default the best fifth.
    what : str
        What the total is of, for title and axis.
    title : str, optional
        Default: the finding, such as "The top 20 % of customers bring 68 % of sales".
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When ``top`` isn't between 0 and 1.
    TypeError
        When result is no Concentration.

    Examples
    --------
    >>> from centricity import segmentation
    >>> ax = concentration(segmentation.concentration([1.0, 1.0, 2.0, 4.0, 12.0]))
    >>> ax.get_title(loc="left")
    'The top 20 % of customers bring 60 % of sales'
    """
    require(result, Concentration, "concentration")
    top = number(top, "top", "plots.concentration", above=0, below=1)
    ax = axes(ax, width=7.0, height=5.0)
    curve = 1 - result.lorenz[::-1]
    share = result.top_share(top)
    ax.plot(curve["customers"], curve["total"], color=BLUE, linewidth=2.5, label="These customers")
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="If all brought the same")
    ax.plot([top, top, 0], [0, share, share], color=RED, linewidth=1.2)
    ax.plot([top], [share], "o", color=RED)
    ax.annotate(
        f"top {per_cent(top)}: {per_cent(share)}", (top, share), xytext=(12, -14),
        textcoords="offset points", fontsize=LABEL_SIZE, color=INK,
    )  # fmt: skip
    ax.text(0.98, 0.30, f"Gini coefficient {result.gini:.2f}", ha="right", fontsize=LABEL_SIZE)
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax, loc="lower right")
    title = title or f"The top {per_cent(top)} of customers bring {per_cent(share)} of {what}"
    return label(ax, title=title, x="Customers, best first (share)", y=f"Share of {what}")


def deciles(
    table: pd.DataFrame,
    *,
    what: str = "sales",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of the total that each tenth of customers brings, best first.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``segmentation.deciles``.
    what, title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> from centricity import segmentation
    >>> ax = deciles(segmentation.deciles(pd.Series(range(1, 11), dtype=float)))
    >>> ax.get_title(loc="left")
    'The best tenth brings 18 % of sales, the lower half 27 %'

    Few customers make uneven groups; their sizes are said:

    >>> ax = deciles(segmentation.deciles(pd.Series([8.0] * 25)))
    >>> ax.get_title(loc="left")
    'The best 12 % of customers bring 12 % of sales, the last 40 % 40 %'
    """
    require_frame(table, "plots.deciles")
    require_columns(
        list(table.columns), ["total_share", "customer_share"], "plots.deciles",
        "This figure shows the table of segmentation.deciles",
    )  # fmt: skip
    ax = axes(ax)
    shares = table["total_share"].astype(float)
    bars = ax.bar(table.index.astype(str), shares, color=np.where(shares < 0, RED, BLUE))
    ax.bar_label(bars, [per_cent(s) for s in shares], fontsize=TICK_SIZE, padding=3,
                 bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
    people = table["customer_share"].astype(float)
    uneven = people.max() - people.min() > 0.005
    if uneven:
        edges = np.arange(len(table) + 1) - 0.5
        ax.stairs(people, edges, baseline=None, color=GREY, linestyle="--", zorder=3,
                  label="If all brought the same")  # fmt: skip
    else:
        ax.axhline(1 / len(table), color=GREY, linestyle="--", label="If all brought the same")
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.margins(y=0.12)
    ax.grid(visible=False, axis="x")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax)
    if title is None and uneven:
        half = len(table) // 2
        title = f"The best {per_cent(people.iloc[0])} of customers bring {per_cent(shares.iloc[0])}"
        title += f" of {what}, the last {per_cent(people.iloc[half:].sum())}"
        title += f" {per_cent(shares.iloc[half:].sum())}"
    elif title is None:
        best = per_cent(float(shares.iloc[0]))
        title = f"The best {'tenth' if len(table) == 10 else 'group'} brings {best} of {what}"
        if len(table) % 2 == 0:
            lower = float(shares.iloc[len(table) // 2 :].sum())
            title += f", the lower half {per_cent(lower)}"
    name = "Tenth of customers" if len(table) == 10 else "Group of customers"
    return label(ax, title=title, x=f"{name} (1 = best)", y=f"Share of {what}")


def rfm(
    scores: pd.DataFrame,
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many customers have each pair of recency and frequency score.

    Parameters
    ----------
    scores : pandas.DataFrame
        From ``segmentation.rfm_scores``: columns ``r`` and ``f``.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        One cell per pair, with its number of customers; the best are at the top right. A score
        that ties have left to nobody is marked "unused".

    Raises
    ------
    ValueError
        When a column is missing.
    TypeError
        When the scores are no DataFrame.

    Examples
    --------
    >>> scores = pd.DataFrame({"r": [2, 2, 1, 1], "f": [2, 1, 1, 1]})
    >>> rfm(scores).get_title(loc="left")
    '25 % of customers are in the best group both for recency and for frequency'
    """
    require_frame(scores, "plots.rfm")
    require_columns(
        list(scores.columns), ["r", "f"], "plots.rfm", "Scores come from segmentation.rfm_scores"
    )
    groups = range(1, int(scores[["r", "f"]].to_numpy().max()) + 1)
    counts = pd.crosstab(scores["f"], scores["r"]).reindex(
        index=groups[::-1], columns=groups, fill_value=0
    )
    ax = axes(ax, width=7.0, height=5.0)
    rows, columns = (counts > 0).any(axis=1), (counts > 0).any(axis=0)
    words = counts.map("{:,}".format).where(np.outer(rows, columns), "")
    heat(ax, counts, np.sqrt(counts.to_numpy(dtype=float)), words)
    for axis, used in ((ax.xaxis, columns), (ax.yaxis, rows)):
        axis.set_ticklabels([f"{n}" if yes else f"{n}\nunused" for n, yes in used.items()])
    best = float(counts.to_numpy()[0, -1]) / len(scores)
    title = title or (
        f"{per_cent(best)} of customers are in the best group both for recency and for frequency"
    )
    last = groups[-1]
    return label(
        ax, title=title, x=f"Recency score ({last} = most recent)",
        y=f"Frequency score ({last} = most orders)",
    )  # fmt: skip


def roles(
    table: pd.DataFrame,
    *,
    unit: str = "€",
    log: bool = False,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw customers by what they bring and could bring more, with colour by role.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``segmentation.roles``.
    unit : str
        Money of the axes.
    log : bool
        Whether axes are logarithmic beyond 1 on both sides of zero.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        One dot per customer (at most 5,000, evenly taken).

    Raises
    ------
    ValueError
        When a column is missing.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> from centricity import segmentation
    >>> found = segmentation.roles([900.0, 80.0, 10.0], [900.0, 400.0, 20.0],
    ...                            cost_to_serve=[10.0, 10.0, 30.0], valuable=0.4, growable=0.4)
    >>> roles(found).get_title(loc="left")
    '33 % most valuable, 33 % most growable, 33 % below zero'
    """
    require_frame(table, "plots.roles")
    require_columns(
        list(table.columns), ["net", "growth", "role"], "plots.roles",
        "This figure shows the table of segmentation.roles",
    )  # fmt: skip
    ax = axes(ax, width=8.5, height=5.0)
    step = -(-len(table) // 5_000)
    for place, name in reversed(list(enumerate(ROLES))):
        mine = table[table["role"] == name]
        ax.scatter(mine["net"][::step], mine["growth"][::step], s=26, alpha=0.5, linewidths=0,
                   color=ROLE_COLORS[name], marker=MARKERS[place],
                   label=f"{name} ({len(mine):,})")  # fmt: skip
    for line in (ax.axvline, ax.axhline):
        line(0, color=INK, linewidth=0.8)
    if log:
        ax.set_xscale("symlog", linthresh=1)
        ax.set_yscale("symlog", linthresh=1)
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    handles, said = ax.get_legend_handles_labels()
    legend(ax, handles=handles[::-1], labels=said[::-1], loc="upper left",
           bbox_to_anchor=(1.0, 1.0), markerscale=1.6)  # fmt: skip
    shares = table["role"].value_counts(normalize=True)
    title = title or ", ".join(f"{per_cent(shares.get(name, 0.0))} {name}" for name in ROLES[:3])
    return label(ax, title=title, x=f"Net value today ({unit} per customer)",
                 y=f"Could bring more ({unit} per customer)")  # fmt: skip
