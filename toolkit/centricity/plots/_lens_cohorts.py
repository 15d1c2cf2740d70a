"""Figures of one cohort and of two: by age, by calendar, and days to the second order."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from centricity._validate import a_type, choice, problem
from centricity.plots._lens_words import MARKERS, money, money_axis, name_periods, units
from centricity.plots._words import check, per_cent
from centricity.plots.style import BLUE, PALETTE, RED, TICK_SIZE, axes, label, legend

MEASURES = {
    "active_share": "Customers active\n(share of those acquired)",
    "orders_per_customer": "Orders per customer acquired",
    "sales_per_customer": "Sales per customer acquired",
    "profit_per_customer": "Profit per customer acquired",
    "cumulative_orders": "Orders per customer acquired,\nto date",
    "cumulative_sales": "Sales per customer acquired,\nto date",
    "cumulative_profit": "Profit per customer acquired,\nto date",
    "active": "Customers active",
}


def _measured(ax: Axes, measure: str, currency: str) -> str:
    """Format the upright axis for a measure and return its label."""
    name = MEASURES.get(measure, measure.replace("_", " "))
    if measure == "active_share":
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    elif "sales" in measure or "profit" in measure:
        money_axis(ax, currency, axis="y")
        name += f" ({currency or 'money'})"
    return name


def _said(value: float, measure: str, currency: str) -> str:
    if measure == "active_share":
        return per_cent(value)
    if "sales" in measure or "profit" in measure:
        return money(value, currency)
    return f"{value:,.0f}" if measure == "active" else f"{value:.2f}"


def active_share(
    by_age: pd.DataFrame,
    *,
    measure: str = "active_share",
    every: str = "M",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which share of a cohort is active at each age (or another measure by age).

    Parameters
    ----------
    by_age : pandas.DataFrame
        ``OneCohort.by_age``.
    measure : str
        A column of it, default the active share.
    every : str
        Unit of age, as ``OneCohort.every``.
    currency : str
        Sign before amounts.
    title : str, optional
        Default: the finding.
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
    >>> table = pd.DataFrame({"active_share": [1.0, 0.4, 0.3]})
    >>> active_share(table, every="Q").get_title(loc="left")
    '40 % of the cohort are active at age 1, 30 % at age 2'
    """
    where = "plots.lenses.active_share"
    check(by_age, where, (measure,))
    ax = axes(ax)
    values = by_age[measure].astype(float)
    ax.plot(values.index, values, "o-", color=BLUE, linewidth=2.4, markersize=7)
    y = _measured(ax, measure, currency)
    ax.margins(y=0.14)
    ax.set_ylim(bottom=min(0.0, float(values.min())))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    marked = {0, 1, len(values) - 1} & set(range(len(values)))
    rising = values.iloc[-1] > values.iloc[0]
    for place in marked:
        ax.annotate(_said(values.iloc[place], measure, currency),
                    (values.index[place], values.iloc[place]), fontsize=TICK_SIZE,
                    xytext=(6, -18) if rising else (4, 9), textcoords="offset points")  # fmt: skip
    if title is None:
        last = len(values) - 1
        says = [_said(values.iloc[place], measure, currency) for place in (min(1, last), last)]
        name = MEASURES.get(measure, measure).partition("\n")[0].partition(",")[0]
        if measure == "active_share":
            title = f"{says[0]} of the cohort are active at age {min(1, last)}"
        else:
            title = f"{name}: {says[0]} at age {min(1, last)}"
        title += f", {says[1]} at age {last}" if last > 1 else ""
    return label(ax, title=title, x=f"Age ({units(every)} since the first order)", y=y)


def second_purchase(
    curves: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of customers with a second order by days since their first.

    Parameters
    ----------
    curves : pandas.DataFrame or mapping of str to DataFrame
        ``OneCohort.second_purchase``, or one for each cohort (``TwoCohorts.second_purchase``).
    title, ax
        As for :func:`active_share`.

    Returns
    -------
    matplotlib.axes.Axes
        Steps with a band of two standard errors.

    Raises
    ------
    ValueError
        When there is no curve, a column is missing or a table has no rows.
    TypeError
        When the curves are neither a DataFrame nor a mapping to some.

    Examples
    --------
    >>> curve = pd.DataFrame({"share": [0.0, 0.5, 0.6], "std_error": [0.0, 0.1, 0.1]},
    ...                      index=pd.Index([0, 40, 90], name="days"))
    >>> second_purchase(curve).get_title(loc="left")
    'Half of the customers have bought again within 40 days'
    """
    where = "plots.lenses.second_purchase"
    if not isinstance(curves, pd.DataFrame | Mapping):
        raise problem(
            where, f"{a_type(curves)} was given",
            "This figure shows second_purchase of a cohort, or one for each name", error=TypeError,
        )  # fmt: skip
    held = {"": curves} if isinstance(curves, pd.DataFrame) else dict(curves)
    if not held:
        raise problem(where, "there is no curve", "At least one is needed")
    ax = axes(ax)
    for place, (name, curve) in enumerate(held.items()):
        check(curve, where, ("share", "std_error"))
        colour = PALETTE[place % len(PALETTE)]
        share, error = curve["share"].astype(float), curve["std_error"].astype(float)
        ax.fill_between(curve.index, (share - 2 * error).clip(lower=0),
                        (share + 2 * error).clip(upper=1), step="post", color=colour, alpha=0.2,
                        linewidth=0)  # fmt: skip
        ax.step(curve.index, share, where="post", color=colour, linewidth=2.4, label=name or None,
                linestyle="-" if place % 2 == 0 else "--")  # fmt: skip
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    if len(held) > 1:
        legend(ax, title="First order in", title_fontsize=TICK_SIZE, loc="lower right")
    if title is None:
        title = "; ".join(_again(name, curve) for name, curve in held.items())
    return label(ax, title=title, x="Days since the first order",
                 y="Customers with a second order\n(share, Kaplan-Meier)")  # fmt: skip


def _again(name: str, curve: pd.DataFrame) -> str:
    reached = curve.index[curve["share"] >= 0.5 - 1e-12]
    if len(reached):
        if name:
            return f"{name}: half in {reached[0]:,} days"
        return f"Half of the customers have bought again within {reached[0]:,} days"
    share, days = per_cent(float(curve["share"].max())), f"{curve.index[-1]:,} days"
    return f"{name}: {share} in {days}" if name else f"{share} have bought again within {days}"


def two_cohorts_by_age(
    by_age: pd.DataFrame,
    *,
    measure: str = "cumulative_sales",
    every: str = "M",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw two cohorts at the same age.

    Parameters
    ----------
    by_age : pandas.DataFrame
        ``TwoCohorts.by_age``: columns (cohort, measure).
    measure, every, currency, title, ax
        As for :func:`active_share`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table has no rows, its columns aren't (cohort, measure), or the measure isn't
        there.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({("2023", "cumulative_sales"): [50.0, 80.0],
    ...                       ("2024", "cumulative_sales"): [40.0, 60.0]})
    >>> table.columns.names = ["cohort", "measure"]
    >>> two_cohorts_by_age(table).get_title(loc="left")
    'At age 1, cohort 2024 is 25 % below cohort 2023'

    What is not a running sum is compared over all ages but the first, which holds the first order:

    >>> table = pd.DataFrame({("2023", "active_share"): [1.0, 0.5, 0.3],
    ...                       ("2024", "active_share"): [1.0, 0.3, 0.3]})
    >>> table.columns.names = ["cohort", "measure"]
    >>> two_cohorts_by_age(table, measure="active_share").get_title(loc="left")
    'At ages 1 to 2, cohort 2024 is 25 % below cohort 2023'
    """
    ax = _pair(by_age, measure, "plots.lenses.two_cohorts_by_age", ax)
    y = _measured(ax, measure, currency)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    table = by_age.xs(measure, axis=1, level="measure")
    if title is None:
        one, two = table.columns
        told, when = table.iloc[-1:], f"At age {table.index[-1]}"
        if not measure.startswith("cumulative") and len(table) > 2:  # a single age is noisy
            told, when = table.iloc[1:], f"At ages {table.index[1]} to {table.index[-1]}"
        title = f"{when}, {_against(two, one, float(told[two].mean()), float(told[one].mean()))}"
    return label(ax, title=title, x=f"Age ({units(every)} since the first order)", y=y)


def two_cohorts_by_calendar(
    by_calendar: pd.DataFrame,
    *,
    measure: str = "active_share",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw two cohorts in the same calendar period.

    Parameters
    ----------
    by_calendar : pandas.DataFrame
        ``TwoCohorts.by_calendar``: columns (cohort, measure).
    measure, currency, title, ax
        As for :func:`active_share`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When the table has no rows, its columns aren't (cohort, measure), or the measure isn't
        there.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> index = pd.period_range("2024", periods=2, freq="Y")
    >>> table = pd.DataFrame({("2023", "active_share"): [0.5, 0.4],
    ...                       ("2024", "active_share"): [1.0, 0.5]}, index=index)
    >>> table.columns.names = ["cohort", "measure"]
    >>> two_cohorts_by_calendar(table).get_title(loc="left")
    'In 2025, cohort 2024 is 25 % above cohort 2023'
    """
    where = "plots.lenses.two_cohorts_by_calendar"
    table = check(by_calendar, where).set_axis(range(len(by_calendar)), axis=0)
    ax = _pair(table, measure, where, ax)
    y = _measured(ax, measure, currency)
    name_periods(ax, [str(period) for period in by_calendar.index])
    values = by_calendar.xs(measure, axis=1, level="measure")
    if title is None:
        one, two = values.columns
        first, second = float(values[one].iloc[-1]), float(values[two].iloc[-1])
        title = f"In {values.index[-1]}, {_against(two, one, second, first)}"
    return label(ax, title=title, x="Calendar period (the last may be incomplete)", y=y)


def _pair(table: pd.DataFrame, measure: str, where: str, ax: Axes | None) -> Axes:
    check(table, where, ())
    if "measure" not in table.columns.names:
        raise problem(
            where, "the columns are not (cohort, measure)",
            "This figure shows by_age or by_calendar of audit.two_cohorts",
        )  # fmt: skip
    choice(measure, "measure", where, list(table.columns.unique("measure")))
    ax = axes(ax)
    for place, (name, values) in enumerate(table.xs(measure, axis=1, level="measure").items()):
        style, colour = f"{MARKERS[place % 5]}{'-' if place == 0 else '--'}", (BLUE, RED)[place % 2]
        ax.plot(values.index, values, style, color=colour, linewidth=2.4, markersize=7,
                label=f"{name}")  # fmt: skip
    lowest = float(np.nanmin(table.xs(measure, axis=1, level="measure").to_numpy(dtype=float)))
    ax.set_ylim(bottom=0.0 if lowest >= 0 else None)
    return legend(ax, title="First order in", title_fontsize=TICK_SIZE)


def _against(this: object, other: object, mine: float, theirs: float) -> str:
    if not (np.isfinite(mine) and theirs > 0):
        return f"cohort {this} beside cohort {other}"
    gap = mine / theirs - 1
    if abs(gap) < 0.005:
        return f"cohort {this} is level with cohort {other}"
    way = "above" if gap > 0 else "below"
    return f"cohort {this} is {per_cent(abs(gap))} {way} cohort {other}"
