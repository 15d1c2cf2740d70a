"""Figures of value to the customer and of the customer, and of what an offer earns."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity.plots import _words, style

QUADRANTS = {"star": (1, 1), "free rider": (1, 0), "captive": (0, 1), "lost cause": (0, 0)}


def quadrants(
    table: pd.DataFrame,
    *,
    cuts: tuple[float, float],
    title: str,
    x: str,
    y: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw customers or segments on the two sides of value.

    Parameters
    ----------
    table : pandas.DataFrame
        ``preference.value_quadrants(...).table``.
    cuts : (float, float)
        Where low ends and high begins: value to the customer, value of the customer.
    title : str
        The finding.
    x, y : str
        Labels with units: value to the customer, value of the customer.
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
    >>> table = pd.DataFrame({"to_customer": [2.0, -1.0], "of_customer": [50.0, 90.0]},
    ...                      index=["home", "work"])
    >>> ax = quadrants(table, cuts=(0, 30), title="t", x="to (€)", y="of (€)")
    >>> [text.get_text() for text in ax.texts][:2]
    ['home', 'work']
    """
    _words.check(table, "plots.quadrants", ("to_customer", "of_customer"))
    ax = style.axes(ax, height=5)
    ax.plot(table["to_customer"], table["of_customer"], "o", color=style.BLUE, markersize=13)
    for name, to, of in zip(table.index, table["to_customer"], table["of_customer"], strict=True):
        above = of >= cuts[1]
        ax.annotate(link(name, " "), (to, of), xytext=(0, 12 if above else -12), ha="center",
                    textcoords="offset points", va="bottom" if above else "top",
                    fontsize=style.LABEL_SIZE, zorder=5,
                    bbox={"color": "white", "pad": 1, "alpha": 0.85})  # fmt: skip
    ax.axvline(cuts[0], color=style.INK, linewidth=1.6)
    ax.axhline(cuts[1], color=style.INK, linewidth=1.6)
    ax.set_xlim(_around(table["to_customer"], cuts[0]))
    ax.set_ylim(_around(table["of_customer"], cuts[1]))
    for says, (right, top) in QUADRANTS.items():
        ax.text(0.98 if right else 0.02, 0.97 if top else 0.03, says.upper(), color=style.GREY,
                transform=ax.transAxes, ha="right" if right else "left",
                va="top" if top else "bottom", fontsize=style.LABEL_SIZE,
                fontweight="bold")  # fmt: skip
    ax.grid(visible=False)
    return style.label(ax, title=title, x=x, y=y)


def value_steps(table: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw what is left of benefits after costs at each stage: potential, perceived, realised.

    Parameters
    ----------
    table : pandas.DataFrame
        ``CustomerValue.totals`` (``benefits``, ``costs``, ``value`` by stage).
    title : str
        The finding.
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
    >>> table = pd.DataFrame({"benefits": [60.0], "costs": [48.0], "value": [12.0]},
    ...                      index=["potential"])
    >>> [text.get_text() for text in value_steps(table, title="t").texts]
    ['€12.00']
    """
    _words.check(table, "plots.value_steps", ("benefits", "costs", "value"))
    ax = style.axes(ax)
    x, worth_it = np.arange(len(table)), table["value"].to_numpy(dtype=float)
    ax.bar(x, worth_it, width=0.55, color=np.where(worth_it >= 0, style.GREEN, style.RED).tolist())
    for at, value in zip(x, worth_it, strict=True):
        ax.annotate(f"{'' if value >= 0 else '−'}€{abs(value):.2f}", (at, max(value, 0)),
                    xytext=(0, 5), textcoords="offset points", ha="center",
                    fontsize=style.LABEL_SIZE, fontweight="bold")  # fmt: skip
    parts = table[["benefits", "costs"]].to_numpy(dtype=float)
    ax.set_xticks(x, [f"{name}\n{good:.2f} − {bad:.2f}"
                      for name, (good, bad) in zip(table.index, parts, strict=True)])  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=1.2)
    ax.grid(visible=False, axis="x")
    ax.margins(y=0.15)
    return style.label(ax, title=title, x="Benefits − costs (€)", y="Value per order (€)")


def offer_profit(
    table: pd.DataFrame, *, title: str, now: str | None = None, ax: Axes | None = None
) -> Axes:
    """Set plans for the offer side by side: profit on 100 customers who choose.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per plan; one column per group of customers (money per 100 of all customers, adds
        up). Losses are drawn to the left of zero.
    title : str
        The finding.
    now : str, optional
        The row to compare with, drawn as a dashed line.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table is empty, or ``now`` names no row.

    Examples
    --------
    >>> table = pd.DataFrame({"home": [60.0], "work": [40.0]}, index=["today"])
    >>> [text.get_text() for text in offer_profit(table, title="t", now="today").texts]
    ['€100']
    """
    _words.check(table, "plots.offer_profit")
    if now is not None and now not in table.index:
        hint = _validate.did_you_mean(now, [str(name) for name in table.index])
        raise _validate.problem("plots.offer_profit", f"now is '{now}'", "It names a row", hint)
    ax = style.axes(ax, height=1.7 + 0.55 * len(table))
    y, money = np.arange(len(table)), table.to_numpy(dtype=float)
    gains, losses = np.zeros(len(table)), np.zeros(len(table))
    for at, name in enumerate(table):
        ax.barh(y, money[:, at], left=np.where(money[:, at] < 0, losses, gains),
                color=style.PALETTE[at % 7], label=str(name), hatch=("", "//", "..")[at % 3],
                edgecolor="white")  # fmt: skip
        gains, losses = gains + money[:, at].clip(min=0), losses + money[:, at].clip(max=0)
    for place, end, total in zip(y, gains, money.sum(axis=1), strict=True):
        says = f"{'−' if total <= -0.5 else ''}€{abs(total):,.0f}"
        ax.annotate(says, (end, place), xytext=(6, 0), va="center", textcoords="offset points",
                    fontsize=style.LABEL_SIZE, fontweight="bold")  # fmt: skip
    if now is not None:
        ax.axvline(
            float(table.loc[[now]].to_numpy().sum()), color=style.INK, linestyle="--", linewidth=1.6
        )
    ax.set_yticks(y, [str(name) for name in table.index])
    ax.set_ylim(len(table) - 0.4, -0.6)
    if losses.min() < 0:
        ax.axvline(0, color=style.INK, linewidth=1.2)
    ax.set_xlim(1.05 * losses.min(), (1.14 * gains.max()) or 1)
    ax.grid(visible=False, axis="y")
    style.label(ax, title=title, x="Profit on 100 customers who choose (€)", y="")
    _words.legend_below(ax, table.shape[1])
    return ax


def link(name: object, joint: str = " → ") -> str:
    return joint.join(map(str, name)) if isinstance(name, tuple) else str(name)


def _around(values: pd.Series, cut: float) -> tuple[float, float]:
    """Limits that hold the values and the cut, with room for labels."""
    low, high = min(values.min(), cut), max(values.max(), cut)
    away = 0.35 * (high - low) if high > low else 1.0
    return low - away, high + away
