"""Figures of all cohorts: stacked, repeat buying by birth, ageing, and what a target needs."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from centricity._validate import a_type, problem
from centricity.plots._lens_words import MARKERS, money, money_axis, name_periods, units
from centricity.plots._words import check, legend_below, per_cent
from centricity.plots.style import BLUE, INK, ORANGE, SKY, TICK_SIZE, axes, label, legend


def stacked_cohorts(
    sales: pd.DataFrame,
    *,
    what: str = "sales",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each period's sales stacked by the cohorts that brought them, the oldest at the bottom.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``AllCohorts.sales`` (or ``orders``, ``active``, ``profit``): cohort by period.
    what : str
        What it holds.
    currency : str
        Sign before amounts; of no use where ``what`` is a count.
    title, ax
        As for :func:`active_share`.

    Returns
    -------
    matplotlib.axes.Axes
        Nine cohorts at most are told apart; more are merged, neighbours together.

    Raises
    ------
    ValueError
        When the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"2024": [60.0, 0.0], "2025": [20.0, 25.0]}, index=["2024", "2025"])
    >>> stacked_cohorts(table).get_title(loc="left")
    'In 2025, 44 % of sales came from earlier cohorts'
    """
    where = "plots.lenses.stacked_cohorts"
    check(sales, where, ())
    table = _merged(sales)
    ax = axes(ax, width=9.0, height=5.0)
    shades = mpl.colormaps["cividis"](np.linspace(0.0, 0.95, len(table)))
    up, down = np.zeros(table.shape[1]), np.zeros(table.shape[1])
    for colour, (name, row) in zip(shades, table.iterrows(), strict=True):
        values = row.to_numpy(dtype=float)
        base = np.where(values >= 0, up, down)
        ax.bar(range(len(values)), values, 0.86, bottom=base, color=colour, label=str(name),
               edgecolor="white", linewidth=0.5 if len(values) < 40 else 0)  # fmt: skip
        up, down = up + np.maximum(values, 0), down + np.minimum(values, 0)
    name_periods(ax, [str(period) for period in table.columns])
    ax.grid(visible=False, axis="x")
    y = what[0].upper() + what[1:]
    if what in ("sales", "profit"):
        money_axis(ax, currency, axis="y")
        y += f" ({currency or 'money'})"
    else:
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        y += " (number)"
    handles, names = ax.get_legend_handles_labels()
    ax.legend(handles[::-1], names[::-1], frameon=False, fontsize=TICK_SIZE, title="First order in",
              title_fontsize=TICK_SIZE, loc="upper left", bbox_to_anchor=(1.0, 1.0))  # fmt: skip
    return label(ax, title=title or _earlier(sales, what), x="Calendar period", y=y)


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    if len(table) <= 9:
        return table
    group = np.arange(len(table)) * 9 // len(table)
    names = [f"{part[0]} to {part[-1]}" if len(part) > 1 else str(part[0])
             for g in range(9) for part in [table.index[group == g]]]  # fmt: skip
    return table.groupby(group).sum().set_axis(names, axis=0)


def _earlier(table: pd.DataFrame, what: str) -> str:
    """Say which share of the last whole column comes from cohorts born before it."""
    period = table.columns[-1]
    column = table[period].astype(float)
    if isinstance(period, pd.Period) and isinstance(table.index, pd.PeriodIndex):
        old = column[table.index.end_time < period.start_time]
    else:
        old = column.iloc[:-1]
    whole = float(column.sum())
    if whole <= 0:
        return f"{what[0].upper()}{what[1:]} by period and cohort"
    return f"In {period}, {per_cent(float(old.sum()) / whole)} of {what} came from earlier cohorts"


def repeat_by_birth(
    table: pd.DataFrame,
    *,
    days: int = 180,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of each cohort with a second order within so many days of the first.

    Parameters
    ----------
    table : pandas.DataFrame
        ``AllCohorts.repeat_by_birth``.
    days : {90, 180, 365}
    title, ax
        As for :func:`active_share`.

    Returns
    -------
    matplotlib.axes.Axes
        Dots with 95 % limits (Wilson's); hollow where fewer than 90 % of the cohort have been
        watched so long, with how many have.

    Raises
    ------
    ValueError
        When a column is missing, the table has no rows, or no cohort was watched so long.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"customers": [50, 50], "observed_180": [50, 50],
    ...                       "repeat_180": [0.6, 0.5]}, index=["2023", "2024"])
    >>> repeat_by_birth(table).get_title(loc="left")
    'Bought again in 180 days: 60 % of cohort 2023, 50 % of 2024'
    """
    where = "plots.lenses.repeat_by_birth"
    check(table, where, ("customers", f"observed_{days}", f"repeat_{days}"))
    seen = np.flatnonzero(table[f"repeat_{days}"].notna())
    if not len(seen):
        raise problem(where, f"no cohort was watched for {days} days", "A share needs some",
                      "Choose fewer days")  # fmt: skip
    share = table[f"repeat_{days}"].to_numpy(dtype=float)[seen]
    n = table[f"observed_{days}"].to_numpy(dtype=float)[seen]
    low, high = _wilson(share, n)
    whole = n >= 0.9 * table["customers"].to_numpy(dtype=float)[seen]
    ax = axes(ax)
    ax.vlines(seen, low, high, color=SKY, linewidth=4)
    ax.plot(seen, share, "-", color=BLUE, linewidth=1.2, alpha=0.6)
    ax.plot(seen[whole], share[whole], "o", color=BLUE, markersize=9, label="whole cohort")
    if not whole.all():
        ax.plot(seen[~whole], share[~whole], "o", markerfacecolor="white", markeredgecolor=BLUE,
                markeredgewidth=2, markersize=9, label=f"part watched {days} days")  # fmt: skip
        _how_thin(ax, seen[~whole], low[~whole], n[~whole], table["customers"])
        legend(ax)
    ax.set_ylim(0, min(1.02, 1.25 * float(high.max()) + 0.02))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    names = [str(name) for name in table.index]
    name_periods(ax, names)
    ax.set_xlim(-0.5, len(names) - 0.5)
    if title is None:
        told = np.flatnonzero(whole) if whole.any() else np.arange(len(seen))
        first, last = told[0], told[-1]
        title = f"Bought again in {days} days: {per_cent(share[first])} of cohort "
        title += f"{names[seen[first]]}, {per_cent(share[last])} of {names[seen[last]]}"
    return label(
        ax, title=title, x="First order in", y=f"With a second order in {days} days\n(share)"
    )


def _how_thin(
    ax: Axes, places: np.ndarray, low: np.ndarray, watched: np.ndarray, sizes: pd.Series
) -> None:
    """Write below a dot that rests on a part of its cohort how many that is."""
    for place, foot, n in zip(places, low, watched, strict=True):
        ax.annotate(f"{n:,.0f} of\n{sizes.iloc[place]:,.0f}", (place, foot), xytext=(0, -5),
                    textcoords="offset points", ha="center", va="top", fontsize=TICK_SIZE - 2,
                    color=INK)  # fmt: skip


def _wilson(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    z = 1.959964
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return middle - half, middle + half


def ageing(
    table: pd.DataFrame,
    *,
    every: str = "Y",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what a customer acquired brings at each age, one line for each cohort.

    Parameters
    ----------
    table : pandas.DataFrame
        ``Needed.ageing``: cohort by age.
    every, currency, title, ax
        As for :func:`active_share`.

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
    >>> table = pd.DataFrame([[50.0, 40.0], [45.0, np.nan]], index=["2024", "2025"])
    >>> ageing(table).get_title(loc="left")
    'A new customer brings €45 in the last cohort; it was €50 in the first'
    """
    check(table, "plots.lenses.ageing", ())
    ax = axes(ax, width=9.0, height=4.8)
    shades = mpl.colormaps["cividis"](np.linspace(0.0, 0.8, len(table)))
    for place, (colour, (name, row)) in enumerate(zip(shades, table.iterrows(), strict=True)):
        told = len(table) <= 9 or place in (0, len(table) - 1)
        ax.plot(row.index, row, f"{MARKERS[place % 5]}-", color=colour, linewidth=2, markersize=7,
                label=str(name) if told else None)  # fmt: skip
    ax.set_ylim(bottom=None if (table < 0).to_numpy().any() else 0.0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    money_axis(ax, currency, axis="y")
    legend(ax, title="First order", title_fontsize=TICK_SIZE)
    if title is None:
        fresh = table.iloc[:, 0].dropna()
        title = f"A new customer brings {money(fresh.iloc[-1], currency)} in the last cohort; "
        title += f"it was {money(fresh.iloc[0], currency)} in the first"
    return label(ax, title=title, x=f"Age ({units(every)} after the one of joining)",
                 y=f"Sales per customer acquired ({currency or 'money'})")  # fmt: skip


def new_customers(
    cases: Mapping[str, float],
    *,
    acquired_last: float | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many new customers a target needs: low case, expected, high case.

    Parameters
    ----------
    cases : mapping of str to float
        Customers needed by the name of the case, such as ``{"low": …, "expected": …, "high": …}``;
        an infinite one is said and has no bar.
    acquired_last : float, optional
        Customers acquired in the last period, to compare.
    title, ax
        As for :func:`active_share`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no case.
    TypeError
        When the cases are no mapping.

    Examples
    --------
    >>> new_customers({"low": 80, "expected": 100, "high": 130}).get_title(loc="left")
    'The target needs 100 new customers, 80 in the low case and 130 in the high one'
    """
    where = "plots.lenses.new_customers"
    if not isinstance(cases, Mapping):
        raise problem(
            where, f"{a_type(cases)} was given", "The cases are a mapping of name to customers",
            "Write {'low': 80, 'expected': 100, 'high': 130}", error=TypeError,
        )  # fmt: skip
    if not cases:
        raise problem(where, "there is no case", "At least one is needed")
    ax = axes(ax, width=9.0, height=1.8 + 0.55 * len(cases))
    held = [float(n) if np.isfinite(n) else 0.0 for n in cases.values()]
    colours = [ORANGE if name == "expected" else SKY for name in cases]
    bars = ax.barh(range(len(held)), held, 0.66, color=colours)
    says = [f"{n:,.0f}" if np.isfinite(n) else "no upper bound" for n in cases.values()]
    ax.bar_label(bars, says, fontsize=TICK_SIZE, padding=5)
    ax.set_yticks(range(len(held)), [str(name).capitalize() for name in cases])
    ax.invert_yaxis()
    ax.margins(x=0.14)
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    if acquired_last is not None:
        ax.axvline(acquired_last, color=INK, linestyle="--", linewidth=1.6,
                   label=f"acquired in the last period: {acquired_last:,.0f}")  # fmt: skip
        legend_below(ax, 1)
    if title is None:
        title = f"The target needs {cases.get('expected', held[0]):,.0f} new customers"
        if "low" in cases and "high" in cases:
            high = f"{cases['high']:,.0f}" if np.isfinite(cases["high"]) else "no bound"
            title += f", {cases['low']:,.0f} in the low case and {high} in the high one"
    return label(ax, title=title, x="New customers in the next period", y="")
