"""Figures of the two-strategy market: needs, both strategies, time, share bought, scorecards."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity._typing import Float
from centricity.plots import style
from centricity.plots._words import MONEY, PERCENT, check, euros, legend_below, require_numbers

__all__ = ["needs", "over_time", "scorecards", "share_and_value", "strategies"]

LOOKS = {
    "product": ("product centric", style.ORANGE, "--", "s"),
    "customer": ("customer centric", style.BLUE, "-", "o"),
}


def needs(customers: pd.DataFrame, variants: Float, *, title: str, ax: Axes | None = None) -> Axes:
    """Place customers by their need and volume, with the standard products as lines.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``need``, ``volume`` (above zero, log scale) and ``known``.
    variants : array
        Where the standard products stand.
    title : str
        The finding.
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
    >>> table = pd.DataFrame({"need": [0.1, -1.0], "volume": [9.0, 90.0], "known": [False, True]})
    >>> ax = needs(table, [0.0], title="The large one is far from the standard")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['standard product', 'gets the standard: 1', 'known: 1']
    """
    where = "plots.market.needs"
    check(customers, where, ("need", "volume", "known"))
    require_numbers(customers, ("need", "volume"), where)
    if (customers["volume"] <= 0).any():
        found = _validate.which(customers["volume"] <= 0, noun="customers")
        raise _validate.problem(where, f"'volume' is not above 0 for {found}", "Its scale is log")
    ax = style.axes(ax)
    for place, at in enumerate(np.atleast_1d(variants)):
        ax.axvline(at, color=style.INK, linewidth=2.4, linestyle="--",
                   label="" if place else "standard product")  # fmt: skip
    known = customers["known"].to_numpy(dtype=bool)
    for mask, colour, mark, says in (
        (~known, style.GREY, "o", "gets the standard"),
        (known, style.BLUE, "D", "known"),
    ):
        part = customers[mask]
        ax.scatter(part["need"], part["volume"], s=26, color=colour, marker=mark, alpha=0.6,
                   edgecolor="w", linewidth=0.4, label=f"{says}: {len(part):,}")  # fmt: skip
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter("{x:g}")
    style.label(ax, title=title, x="Need (0 is the average customer)",
                y="Volume (units a year, log scale)")  # fmt: skip
    legend_below(ax, 3)
    return ax


def strategies(
    table: pd.DataFrame,
    *,
    title: str,
    x: str = "Heterogeneity of needs (standard deviation)",
    crossing: float | None = None,
    interval: tuple[float, float] | None = None,
    at: float | None = None,
    percent: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the present value of both strategies against a setting of the market.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: the setting; columns ``product`` and ``customer`` (money), as from ``market.sweep``.
    title : str
        The finding.
    x : str
        What the setting is, with its unit.
    crossing : float, optional
        Where the strategies change places; a vertical line. With an interval it is called the
        median, since the lines of one market may meet elsewhere. Left out where it isn't finite.
    interval : (float, float), optional
        Range of the crossing; a band. An infinite end is drawn at the edge.
    at : float, optional
        A setting to mark on both lines.
    percent : bool
        Write the setting as percentages.
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
    >>> table = pd.DataFrame({"product": [9.0, 4.0], "customer": [5.0, 8.0]}, index=[0.0, 1.0])
    >>> ax = strategies(table, title="They cross", crossing=0.5, interval=(0.4, 0.7))
    >>> [text.get_text() for text in ax.texts]
    ['median 0.50']
    """
    check(table, "plots.market.strategies", tuple(LOOKS))
    require_numbers(table, LOOKS, "plots.market.strategies")
    ax = style.axes(ax)
    left, right = float(table.index.min()), float(table.index.max())
    if interval is not None and interval[0] < right:
        ax.axvspan(interval[0], min(interval[1], right), color=style.SKY, alpha=0.3, linewidth=0,
                   label="range of the crossing")  # fmt: skip
    for name, (says, colour, line, mark) in LOOKS.items():
        ax.plot(table[name], color=colour, linestyle=line, linewidth=2.8, label=says)
        if at is not None:
            value = float(np.interp(at, table.index.to_numpy(dtype=float), table[name]))
            ax.plot(at, value, mark, color=colour, markersize=11, markeredgecolor="w",
                    clip_on=False, zorder=3)  # fmt: skip
    if crossing is not None and np.isfinite(crossing):
        ax.axvline(crossing, color=style.INK, linewidth=1.4, linestyle=":")
        says = "cross at" if interval is None else "median"
        ax.annotate(f"{says} {crossing:.2f}", (crossing, 0.03), xytext=(6, 0),
                    xycoords=("data", "axes fraction"), textcoords="offset points",
                    fontsize=style.TICK_SIZE, fontweight="bold")  # fmt: skip
    if left < right:
        ax.set_xlim(left, right)
    if percent:
        ax.xaxis.set_major_formatter(PERCENT)
    ax.yaxis.set_major_formatter(MONEY)
    style.label(ax, title=title, x=x, y="Present value of profit (€)")
    return style.legend(ax, loc="best")


def over_time(cumulative: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw the present value earned up to each year by both strategies.

    Parameters
    ----------
    cumulative : pandas.DataFrame
        Index: year from 0 on; columns ``product`` and ``customer``, as ``Result.cumulative``.
    title : str
        The finding.
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
    >>> table = pd.DataFrame({"product": [0.0, 5.0], "customer": [-4.0, 6.0]})
    >>> ax = over_time(table, title="Behind at first")
    >>> ax.get_xlabel()
    'Year'
    """
    check(cumulative, "plots.market.over_time", tuple(LOOKS))
    require_numbers(cumulative, LOOKS, "plots.market.over_time")
    ax = style.axes(ax)
    behind = (cumulative["customer"] < cumulative["product"]).to_numpy()
    years = cumulative.index.to_numpy(dtype=float)
    both = cumulative["product"], cumulative["customer"]
    ax.fill_between(years, *both, where=behind, interpolate=True, color=style.ORANGE, alpha=0.2,
                    linewidth=0)  # fmt: skip
    ax.fill_between(years, *both, where=~behind, interpolate=True, color=style.SKY, alpha=0.3,
                    linewidth=0)  # fmt: skip
    for name, (says, colour, line, mark) in LOOKS.items():
        ax.plot(cumulative[name], color=colour, linestyle=line, linewidth=2.8, marker=mark,
                markersize=8, label=says)  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=0.8)
    ax.set_xticks(years)
    ax.yaxis.set_major_formatter(MONEY)
    style.label(ax, title=title, x="Year", y="Profit so far (€, present value)")
    return style.legend(ax, loc="upper left")


def share_and_value(
    plans: pd.DataFrame, *, title: str, highlight: str | None = None, ax: Axes | None = None
) -> Axes:
    """Set plans out by the market share they win and what they are worth.

    Parameters
    ----------
    plans : pandas.DataFrame
        Index: name of the plan; columns ``share`` (market share, 0 to 1) and ``value`` (money).
    title : str
        The finding.
    highlight : str, optional
        A plan to draw in another colour and mark.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no rows, a column or a number is missing, or the plan to highlight isn't
        there.

    Examples
    --------
    >>> plans = pd.DataFrame({"share": [0.2, 0.3], "value": [9e3, 5e3]}, index=["stay", "cut"])
    >>> [text.get_text() for text in share_and_value(plans, title="Share is dear").texts]
    ['stay: €9 k', 'cut: €5 k']
    """
    where = "plots.market.share_and_value"
    check(plans, where, ("share", "value"))
    require_numbers(plans, ("share", "value"), where)
    if highlight is not None:
        _validate.choice(highlight, "highlight", where, [str(name) for name in plans.index])
    ax = style.axes(ax)
    others = plans.drop(index=highlight) if highlight is not None else plans
    ax.plot(others["share"], others["value"], "s--", color=style.ORANGE, linewidth=1.8,
            markersize=11)  # fmt: skip
    if highlight is not None:
        ax.plot(*plans.loc[highlight, ["share", "value"]], "o", color=style.BLUE, markersize=14)
    for name, plan in plans.iterrows():
        ax.annotate(f"{name}: {euros(plan['value'])}", (plan["share"], plan["value"]),
                    xytext=(0, 12), textcoords="offset points", ha="center",
                    fontsize=style.TICK_SIZE, fontweight="bold")  # fmt: skip
    ax.margins(x=0.2, y=0.2)
    ax.xaxis.set_major_formatter(PERCENT)
    ax.yaxis.set_major_formatter(MONEY)
    return style.label(ax, title=title, x="Market share in the last year",
                       y="Present value of profit (€)")  # fmt: skip


def scorecards(cards: Mapping[str, pd.DataFrame], *, title: str, ax: Axes | None = None) -> Axes:
    """Show where each of the conditions points, for one or more firms.

    Parameters
    ----------
    cards : mapping of str to pandas.DataFrame
        Firm and ``Scorecard.table``: ``points_to`` (``"brand equity"``, ``"open"``, ``"customer
        equity"``), conditions in the index, the same for all.
    title : str
        The finding.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there are no firms, a column is missing or an answer points elsewhere.

    Examples
    --------
    >>> table = pd.DataFrame({"points_to": ["brand equity", "open"]}, index=["visible", "service"])
    >>> ax = scorecards({"Soap": table}, title="Two conditions")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['visible', 'service']
    """
    where = "plots.market.scorecards"
    if not isinstance(cards, Mapping):
        says = f"cards is {_validate.a_type(cards)}"
        rule = "It maps each firm to its Scorecard.table"
        raise _validate.problem(where, says, rule, error=TypeError)
    if not cards:
        raise _validate.problem(where, "no firm was given", "A figure needs at least one")
    places = {"brand equity": -1.0, "open": 0.0, "customer equity": 1.0}
    for table in cards.values():
        check(table, where, ("points_to",))
        lost = ~table["points_to"].isin(list(places))
        if lost.any():
            raise _validate.problem(
                where, f"'points_to' is {table['points_to'][lost].iloc[0]!r} in "
                f"{_validate.which(lost, noun='conditions')}",
                f"It is one of {_validate.listing(places)}",
            )  # fmt: skip
    names = [str(name) for name in next(iter(cards.values())).index]
    ax = style.axes(ax, height=1.8 + 0.45 * len(names))
    marks = "oDs^v"
    for firm, (name, table) in enumerate(cards.items()):
        shift = 0.34 * (firm - (len(cards) - 1) / 2)
        ax.plot(table["points_to"].map(places), np.arange(len(table)) + shift,
                marks[firm % len(marks)], markersize=11, color=style.PALETTE[firm % 7],
                label=name)  # fmt: skip
    ax.axvline(0, color=style.INK, linewidth=1)
    ax.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    ax.set_xticks(list(places.values()), ["brand equity", "open", "customer equity"])
    ax.set_xlim(-1.4, 1.4)
    ax.set_ylim(len(names) - 0.5, -0.6)
    style.label(ax, title=title, x="Where the answer points", y="")
    legend_below(ax, 3)
    return ax
