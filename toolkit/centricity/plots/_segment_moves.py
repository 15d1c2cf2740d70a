"""Figures of moves between segments: one step, several, where they lead, and what is luck."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter, StrMethodFormatter

from centricity._validate import a_type, numeric_column, problem, require_frame
from centricity.plots._segment_parts import MARKERS, heat, named, require
from centricity.plots._words import per_cent
from centricity.plots.style import (
    BLUE,
    GREY,
    INK,
    LABEL_SIZE,
    ORANGE,
    PALETTE,
    TICK_SIZE,
    axes,
    label,
    legend,
)
from centricity.segmentation.movements import GONE, NEW, Migration
from centricity.segmentation.over_time import OverTime
from centricity.segmentation.periods import Migrations


def migration(result: Migration, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw where the customers of each segment are one period later.

    Parameters
    ----------
    result : Migration
        From ``segmentation.migration``.
    title, ax
        As for :func:`concentration`.

    Returns
    -------
    matplotlib.axes.Axes
        Share of the row in colour and number, with the number of customers below it; rows
        without customers, and "(gone)" if nobody went, are left out.

    Raises
    ------
    TypeError
        When result is no Migration.

    Examples
    --------
    >>> from centricity import segmentation
    >>> before = pd.Series(["top", "low", "low"], index=list("ABC"))
    >>> after = pd.Series(["low", "low", "top"], index=list("ABD"))
    >>> migration(segmentation.migration(before, after)).get_title(loc="left")
    '50 % of the customers seen in both periods kept their segment'
    """
    require(result, Migration, "migration")
    counts, shares = result.counts, result.shares
    filled = counts.sum(axis=1) > 0
    counts, shares = counts[filled], shares[filled]
    if GONE in counts.columns and counts[GONE].sum() == 0:
        counts, shares = counts.drop(columns=GONE), shares.drop(columns=GONE)
    words = pd.DataFrame(
        [[f"{per_cent(s)}\n{n:,}" for s, n in zip(*rows, strict=True)]
         for rows in zip(shares.to_numpy(), counts.to_numpy(), strict=True)],
        index=counts.index, columns=counts.columns,
    )  # fmt: skip
    if NEW in words.index and GONE in words.columns:
        words.loc[NEW, GONE] = ""
    size = len(counts.columns)
    ax = axes(ax, width=3.0 + 1.1 * size, height=2.2 + 0.75 * len(counts))
    heat(ax, counts, shares.to_numpy(dtype=float), words)
    ax.set_yticks(range(len(counts)), [f"{name} ({n:,})" for name, n in counts.sum(axis=1).items()])
    if GONE in counts.columns:
        ax.axvline(size - 1.5, color="white", linewidth=6)
    if NEW in counts.index:
        ax.axhline(len(counts) - 1.5, color="white", linewidth=6)
    stayed = per_cent(result.stayed)
    title = title or f"{stayed} of the customers seen in both periods kept their segment"
    return label(ax, title=title, x="Segment after", y="Segment before (customers)")


def stayed(result: Migrations, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the share of customers who kept their segment, step by step.

    Parameters
    ----------
    result : Migrations
        From ``segmentation.migrations``.
    title, ax
        As for :func:`migration`.

    Returns
    -------
    matplotlib.axes.Axes
        One dot per step with its interval, of those seen in both periods.

    Raises
    ------
    TypeError
        When result is no Migrations.

    Examples
    --------
    >>> from centricity import segmentation
    >>> panel = pd.DataFrame({2023: list("aabb"), 2024: list("aaab"), 2025: list("abbb")})
    >>> stayed(segmentation.migrations(panel)).get_title(loc="left")
    'From one period to the next, 50 % to 75 % kept their segment'
    """
    require(result, Migrations, "migrations", plot="stayed")
    flow = result.flow
    x, share = np.arange(len(flow)), flow["stayed"]
    ax = axes(ax, width=8.0, height=4.2)
    ends = np.abs([share - flow["low"], flow["high"] - share])
    ax.errorbar(x, share, yerr=ends, fmt="o-", color=BLUE, linewidth=2, markersize=9,
                elinewidth=2, capsize=5)  # fmt: skip
    for place, value, high in zip(x, share, flow["high"], strict=True):
        ax.annotate(per_cent(value), (place, high), xytext=(0, 5), textcoords="offset points",
                    ha="center", fontsize=LABEL_SIZE, color=INK)  # fmt: skip
    steps = zip(*(flow.index.get_level_values(side) for side in (0, 1)), flow["both"], strict=True)
    said = [f"{named(before)}\nto {named(after)}\n({n:,})" for before, after, n in steps]
    ax.set_xticks(x, said)
    ax.set_xlim(-0.5, len(flow) - 0.5)
    ax.set_ylim(0, min(1.0, 1.25 * float(flow["high"].max())))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    low, high = per_cent(float(share.min())), per_cent(float(share.max()))
    between = low if low == high else f"{low} to {high}"
    title = title or f"From one period to the next, {between} kept their segment"
    return label(ax, title=title, x="Step (customers seen in both periods)",
                 y="Share who kept their segment")  # fmt: skip


def steady(
    now: pd.Series, later: pd.Series, *, title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the mix of segments today beside the one to which the moves lead.

    Parameters
    ----------
    now : pandas.Series
        Customers, or shares, by segment today.
    later : pandas.Series
        From ``Migration.stationary`` or ``Migration.steady``.
    title, ax
        As for :func:`migration`.

    Returns
    -------
    matplotlib.axes.Axes
        Two bars per segment, each colour adds up to one.

    Raises
    ------
    ValueError
        When a number is missing or negative, a segment comes twice, or nobody is in any.
    TypeError
        When now or later is no Series of numbers.

    Examples
    --------
    >>> ax = steady(pd.Series({"gold": 50, "blue": 50}), pd.Series({"gold": 0.7, "blue": 0.3}))
    >>> ax.get_title(loc="left")
    "If these moves went on, 'gold' would go from 50 % to 70 % of customers"
    """
    for held, name in ((now, "now"), (later, "later")):
        if not isinstance(held, pd.Series):
            raise problem(
                "plots.steady", f"{name} is {a_type(held)}",
                "Both are a pandas Series of customers or shares by segment", error=TypeError,
            )  # fmt: skip
        numeric_column(held.rename(name).to_frame(), name, "plots.steady", minimum=0,
                       noun="segments")  # fmt: skip
        if not held.sum() > 0 or held.index.has_duplicates:
            raise problem(
                "plots.steady", f"{name} holds {held.sum():g} customers in {len(held)} rows",
                "Each segment comes once, and somebody is in one",
            )  # fmt: skip
    names = [*later.index, *(name for name in now.index if name not in later.index)]
    first = (now / now.sum()).reindex(names, fill_value=0)
    second = (later / later.sum()).reindex(names, fill_value=0)
    ax = axes(ax)
    x = np.arange(len(names))
    for values, shift, color, says in ((first, -0.2, GREY, "Today"),
                                       (second, 0.2, BLUE, "In the end")):  # fmt: skip
        bars = ax.bar(x + shift, values, 0.38, color=color, label=says)
        ax.bar_label(bars, [per_cent(v) for v in values], fontsize=TICK_SIZE, padding=2)
    ax.set_xticks(x, [str(name) for name in names])
    ax.margins(y=0.15)
    ax.grid(visible=False, axis="x")
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax)
    most = names[int((second - first).abs().round(9).to_numpy().argmax())]
    there, then = per_cent(first[most]), per_cent(second[most])
    title = title or (
        "The mix is already where these moves lead" if there == then else
        f"If these moves went on, '{most}' would go from {there} to {then} of customers"
    )  # fmt: skip
    return label(ax, title=title, x="Segment", y="Share of customers")


def projection(
    table: pd.DataFrame, *, period: str = "period", title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a base carried forward as if the moves went on.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``Migration.project``: one row per period, one column per segment.
    period : str
        What a period is called, such as "year".
    title, ax
        As for :func:`migration`.

    Returns
    -------
    matplotlib.axes.Axes
        One line per segment.

    Raises
    ------
    ValueError
        When there are fewer than two periods or no segment, or a number is missing or negative.
    TypeError
        When the table is no DataFrame of numbers.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [80.0, 40.0], "b": [0.0, 60.0]})
    >>> projection(table, period="year").get_title(loc="left")
    'In 1 year there would be 100 customers instead of 80'
    """
    frame = require_frame(table, "plots.projection")
    for name in frame.columns:
        numeric_column(frame, name, "plots.projection", minimum=0, noun="periods")
    if len(frame) < 2 or frame.shape[1] == 0:
        raise problem(
            "plots.projection", f"the table has {len(frame)} rows and {frame.shape[1]} columns",
            "This figure shows the table of Migration.project",
        )  # fmt: skip
    ax = axes(ax)
    for place, name in enumerate(frame.columns):
        ax.plot(frame.index, frame[name], f"{MARKERS[place % len(MARKERS)]}-", linewidth=2,
                markersize=7, color=PALETTE[place % len(PALETTE)], label=str(name))  # fmt: skip
    ax.set_xticks(frame.index)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    legend(ax, loc="upper left", bbox_to_anchor=(1.0, 1.0), title="Segment",
           title_fontsize=TICK_SIZE)  # fmt: skip
    steps = len(frame) - 1
    now, then = frame.iloc[0].sum(), frame.iloc[-1].sum()
    title = title or (
        f"In {steps} {period}{'s' if steps > 1 else ''} there would be {then:,.0f} customers "
        f"instead of {now:,.0f}"
    )
    return label(ax, title=title, x=f"{period.capitalize()}s from today", y="Customers expected")


def over_time(result: OverTime, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw how many customers keep their segment, beside what luck alone would leave.

    Parameters
    ----------
    result : OverTime
        From ``segmentation.stability_over_time``.
    title, ax
        As for :func:`migration`.

    Returns
    -------
    matplotlib.axes.Axes
        One row for all customers and one per segment; a segment that doesn't return is marked.

    Raises
    ------
    TypeError
        When result is no OverTime.

    Examples
    --------
    >>> from centricity import segmentation
    >>> log = pd.DataFrame({
    ...     "customer_id": list("ABABAB"), "amount": [1.0, 1, 9, 2, 9, 2],
    ...     "date": pd.to_datetime(["2023-05-01"] * 2 + ["2024-05-01"] * 2 + ["2025-05-01"] * 2)})
    >>> found = segmentation.stability_over_time(log, "2024", "2025", rng=1,
    ...     rule=lambda f: pd.Series(np.where(f["spend"] > 5, "high", "low"), f.index))
    >>> ax = over_time(found)
    >>> ax.get_title(loc="left")[:24]
    '100 % keep their segment'
    """
    require(result, OverTime, "stability_over_time", plot="over_time")
    table = result.segments
    kept = [result.kept, *table["kept"]]
    luck = [result.kept_if_luck[0], *table["kept_if_luck"]]
    y = np.arange(len(kept))
    ax = axes(ax, width=9.0, height=2.2 + 0.55 * len(kept))
    ax.hlines(y, kept, luck, color=GREY, linewidth=2, zorder=1)
    ax.plot(luck, y, "D", color=ORANGE, markersize=9, label="If nothing changed but luck")
    ax.plot(kept, y, "o", color=BLUE, markersize=11, label="Kept their segment")
    _, low, high = result.kept_if_luck
    ax.hlines([0], [low], [high], color=ORANGE, linewidth=5, alpha=0.4)
    ax.plot([result.kept_if_random], [0], "|", color=INK, markersize=18, markeredgewidth=2.5,
            label="If segments meant nothing")  # fmt: skip
    said = [f"{name} ({n:,})" + ("" if back else "\nnot there any more")
            for name, n, back in zip(table.index, table["customers"], table["returns"],
                                     strict=True)]  # fmt: skip
    ax.set_yticks(y, [f"All ({result.customers:,})", *said])
    ax.invert_yaxis()
    ax.set_xlim(-0.02, 1.02)
    ax.axhline(0.5, color=GREY, linewidth=0.8)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    legend(ax, loc="upper center", bbox_to_anchor=(0.5, -0.75 / (1 + 0.55 * len(kept))), ncols=3)
    title = title or (
        f"{per_cent(result.kept)} keep their segment; luck alone would leave "
        f"{per_cent(result.kept_if_luck[0])}"
    )
    return label(ax, title=title, x="Share with the same segment in the second window",
                 y="Segment before (customers)")  # fmt: skip
