"""Figures about orders: customers' timelines, the cleaning report, orders and sales by week."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from centricity._validate import (
    choice,
    listing,
    number,
    problem,
    require_columns,
    require_frame,
)
from centricity.plots import style
from centricity.transactions import UNITS, summarize

UNIT_NAMES = {
    "h": "hours", "D": "days", "W": "weeks", "M": "months", "Q": "quarters", "Y": "years",
}  # fmt: skip


def timelines(
    log: pd.DataFrame,
    *,
    customers: Sequence[object] | None = None,
    customer: str = "customer_id",
    date: str = "date",
    unit: str = "W",
    observation_end: object = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw customers' purchases in time, with recency and T as labelled spans.

    Each line is a customer: a dot for each day with a purchase (hollow for the first, which
    ``frequency`` does not count), an arrow from first to last purchase (recency) and one from first
    purchase to the end of observation (T).

    Parameters
    ----------
    log : DataFrame
        A clean order log, one row per order or order line.
    customers : sequence, optional
        Which customers to draw, from top to bottom; default the first five in the log.
    customer, date : str
        Names of the columns.
    unit : {"D", "W", "M", "Q", "Y"}
        Time unit of the labels.
    observation_end : date, optional
        Default: the last date in the log.
    title : str, optional
        Default: what the picture shows.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When a column or a customer is not in the log.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["A", "A"],
    ...                     "date": pd.to_datetime(["2025-01-01", "2025-03-01"])})
    >>> timelines(log, observation_end="2025-06-30").get_ylabel()
    'customer'
    """
    where = "plots.transactions.timelines"
    log = require_frame(log, where)
    require_columns(log.columns, [customer, date], where, "A timeline needs customers and dates")
    choice(unit, "unit", where, [u for u in UNITS if u != "h"])
    names = list(log[customer].drop_duplicates()[:5]) if customers is None else list(customers)
    absent = [name for name in names if name not in set(log[customer])]
    if absent or not names:
        raise problem(
            where, f"no purchase of {listing(absent) or 'anybody'} is in the log",
            "A customer who is drawn has bought", "Check the ids and their type (number or text)",
        )  # fmt: skip
    end = log[date].max() if observation_end is None else pd.Timestamp(observation_end)  # type: ignore[arg-type]
    counted = log.assign(_one=1.0)[log[customer].isin(names)]
    table = summarize(counted, customer, date, "_one", unit, observation_end=end)
    ax = style.axes(ax, height=1.2 + 1.05 * len(names))
    end_day = end.normalize()
    for y, name in enumerate(reversed(names)):
        days = counted.loc[counted[customer] == name, date].dt.normalize()
        days = days[days <= end_day].drop_duplicates().sort_values()
        _timeline(ax, y, days, end_day, table.loc[name], unit)
    ax.axvline(date2num(end_day), color=style.INK, linestyle="--", linewidth=1.2)
    ax.annotate(
        "end of observation", (date2num(end_day), 1.0), xycoords=("data", "axes fraction"),
        xytext=(-4, -4), textcoords="offset points", ha="right", va="top", fontsize=11,
        color=style.INK,
    )  # fmt: skip
    ax.set_yticks(range(len(names)), [str(name) for name in reversed(names)])
    ax.set_ylim(-0.55, len(names) - 0.1)
    ax.grid(visible=False, axis="y")
    _dates(ax)
    said = title or f"Frequency, recency and T come from the dates alone (in {UNIT_NAMES[unit]})"
    return style.label(ax, title=said, x="date of purchase", y="customer")


def _timeline(
    ax: Axes, y: int, days: pd.Series, end: pd.Timestamp, row: pd.Series, unit: str
) -> None:
    """Draw one customer: T below the dots, recency above them."""
    first, last, stop = date2num(days.iloc[0]), date2num(days.iloc[-1]), date2num(end)
    ax.plot([first, stop], [y, y], color="#CFCFCF", linewidth=1.5, zorder=1)
    ax.plot(date2num(days[1:]), np.full(len(days) - 1, y), "o", color=style.BLUE, markersize=8)
    ax.plot([first], [y], "o", markerfacecolor="white", markeredgecolor=style.BLUE, markersize=8,
            markeredgewidth=2)  # fmt: skip
    short = UNIT_NAMES[unit]
    _span(ax, first, stop, y - 0.2, f"T = {row['T']:.1f} {short}", style.GREY, below=True)
    text = f"recency = {row['recency']:.1f} {short}"
    _span(ax, first, last, y + 0.2, text, style.RED, below=False)
    ax.annotate(
        f"frequency {row['frequency']:.0f}", (stop, y), xytext=(6, 0), textcoords="offset points",
        va="center", fontsize=11, color=style.BLUE, annotation_clip=False,
    )  # fmt: skip


def _span(
    ax: Axes, start: float, stop: float, y: float, text: str, color: str, *, below: bool
) -> None:
    if stop > start:
        ax.annotate(
        "", (stop, y), (start, y), arrowprops={"arrowstyle": "<->", "color": color, "lw": 1.4,
                                               "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    ax.annotate(
        text, (start, y), xytext=(3, -4 if below else 3), textcoords="offset points",
        va="top" if below else "bottom", fontsize=11, color=style.INK if below else color,
    )  # fmt: skip


def cleaning(report: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw a cleaning report: rows kept, rows rejected by rule, rows changed or noted by rule.

    Parameters
    ----------
    report : DataFrame
        ``transactions.clean(raw).report``. The axis is logarithmic, since a log keeps thousands
        of rows and rejects a few.
    title : str, optional
        Default: how many rows were kept.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When a column is missing.
    TypeError
        When the report is no DataFrame.

    Examples
    --------
    >>> from centricity import transactions
    >>> raw = pd.DataFrame({"customer": ["A", None], "date": ["2025-01-01"] * 2,
    ...                     "amount": ["1", "2"]})
    >>> cleaning(transactions.clean(raw).report).get_title(loc="left")
    '1 of 2 rows kept, 1 set aside with a reason'
    """
    where = "plots.transactions.cleaning"
    report = require_frame(report, where)
    require_columns(
        report.columns, ["rows", "rejected"], where, "The report of transactions.clean is drawn"
    )
    rejected = report.loc[report["rejected"] > 0, "rejected"].sort_values(ascending=False)
    noted = report.loc[(report["rejected"] == 0) & (report["rows"] > 0), "rows"]
    bars = [("kept", report.attrs["kept"], style.GREEN)] if "kept" in report.attrs else []
    bars += [(str(rule), rows, style.RED) for rule, rows in rejected.items()]
    bars += [(str(rule), rows, style.BLUE) for rule, rows in noted.sort_values()[::-1].items()]
    ax = style.axes(ax, height=1.6 + 0.42 * max(len(bars), 2))
    for y, (_, rows, color) in enumerate(reversed(bars)):
        ax.plot([0.7, max(rows, 0.7)], [y, y], color=color, linewidth=2.5, alpha=0.45)
        ax.plot([max(rows, 0.7)], [y], "o", color=color, markersize=9)
        ax.annotate(f"{rows:,}", (max(rows, 0.7), y), xytext=(9, 0), textcoords="offset points",
                    va="center", fontsize=style.TICK_SIZE)  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(0.7, 6 * max([rows for _, rows, _ in bars] or [1]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.set_yticks(range(len(bars)), [name for name, _, _ in reversed(bars)])
    ax.set_ylim(-0.6, len(bars) - 0.4)
    ax.grid(visible=False, axis="y")
    for name, color in (("kept", style.GREEN), ("set aside", style.RED),
                        ("kept, but changed or noted", style.BLUE)):  # fmt: skip
        ax.plot([], [], "o", color=color, label=name, markersize=9)
    style.legend(ax, loc="lower right")
    aside = int(rejected.sum())
    total = report.attrs.get("rows")
    known = f"{report.attrs['kept']:,} of {total:,} rows kept, " if total else ""
    said = title or f"{known}{aside:,} set aside with a reason"
    return style.label(ax, title=said, x="rows (logarithmic scale)", y="")


def weekly(
    log: pd.DataFrame,
    *,
    measure: str = "sales",
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    currency: str = "€",
    smooth: int = 0,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw sales or orders by week (Monday to Sunday).

    Purchases of one customer on one day are one order. Weeks that the log covers only in part
    (at most the first and the last) are hollow dots and not joined to the line.

    Parameters
    ----------
    log : DataFrame
        A clean order log.
    measure : {"sales", "orders"}
        Sum of amounts, or number of orders.
    customer, date, amount : str
        Names of the columns.
    currency : str
        Unit of the amounts, for the label.
    smooth : int
        Width in weeks of a centred moving average drawn on top; 0 for none.
    title : str, optional
        Default: the last 13 weeks against the same weeks a year before, or, in a log too short
        for that, the second half against the first.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        When a column is missing, the log has no rows, or ``smooth`` is negative or not whole.
    TypeError
        When the log is no DataFrame.

    Examples
    --------
    >>> log = pd.DataFrame({"customer_id": ["A", "A", "B"], "amount": [1.0, 2.0, 3.0],
    ...                     "date": pd.to_datetime(["2025-01-06", "2025-01-15", "2025-01-26"])})
    >>> weekly(log, measure="orders").get_ylabel()
    'orders per week'
    """
    where = "plots.transactions.weekly"
    log = require_frame(log, where)
    choice(measure, "measure", where, ("sales", "orders"))
    number(smooth, "smooth", where, minimum=0, whole=True)
    needed = [date, amount] if measure == "sales" else [customer, date]
    require_columns(log.columns, needed, where, "Weeks are counted from dates")
    if log.empty:
        raise problem(where, "the order log has no rows", "At least one order is needed")
    weeks, partial = _weeks(log, measure, customer, date, amount)
    ax = style.axes(ax)
    whole = weeks[~partial]
    ax.plot(date2num(whole.index), whole, "-o", color=style.SKY, markersize=3, linewidth=1.2)
    ax.plot(date2num(weeks.index[partial]), weeks[partial], "o", markerfacecolor="white",
            markeredgecolor=style.SKY, label="week covered in part")  # fmt: skip
    if smooth > 1:
        mean = whole.rolling(int(smooth), center=True).mean()
        ax.plot(date2num(mean.index), mean, color=style.BLUE, linewidth=2.4,
                label=f"mean of {smooth} weeks")  # fmt: skip
    if partial.any() or smooth > 1:
        style.legend(ax)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    _dates(ax)
    y = f"sales per week ({currency})" if measure == "sales" else "orders per week"
    return style.label(ax, title=title or _trend(whole, measure), x="week beginning", y=y)


def _trend(weeks: pd.Series, measure: str) -> str:
    """Compare the last quarter with the same weeks a year before, or halves of a shorter log."""
    if len(weeks) >= 65:
        latest, before, when = weeks.iloc[-13:], weeks.iloc[-65:-52], "a year before"
        span = "In the last 13 weeks"
    else:
        half = len(weeks) // 2
        latest, before, when = weeks.iloc[len(weeks) - half :], weeks.iloc[:half], "in the first"
        span = "In the second half"
    if before.sum() == 0:
        return f"Weekly {measure}"
    change = latest.sum() / before.sum() - 1
    word = "above" if change >= 0 else "below"
    return f"{span}, {measure} were {abs(change):.0%} {word} those {when}".replace("%", " %")


def _weeks(
    log: pd.DataFrame, measure: str, customer: str, date: str, amount: str
) -> tuple[pd.Series, np.ndarray]:
    """Return the measure for each week, and which weeks the log covers only in part."""
    day = log[date].dt.normalize()
    monday = day - pd.to_timedelta(day.dt.isocalendar()["day"].astype("int64") - 1, unit="D")
    if measure == "sales":
        sums = log[amount].groupby(monday.to_numpy()).sum()
    else:
        orders = pd.DataFrame({"who": log[customer].to_numpy(), "day": day.to_numpy(),
                               "week": monday.to_numpy()}).drop_duplicates()  # fmt: skip
        sums = orders.groupby("week").size()
    every = pd.date_range(monday.min(), monday.max(), freq="7D")
    sums = sums.reindex(every, fill_value=0)
    partial = np.zeros(len(sums), dtype=bool)
    partial[0] = day.min() > every[0]
    partial[-1] |= day.max() < every[-1] + pd.Timedelta(days=6)
    return sums, partial


def _dates(ax: Axes) -> None:
    ax.xaxis_date()
    locator = AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
