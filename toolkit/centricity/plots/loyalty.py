"""Figures of a loyalty programme: its points, its sales, its tiers and what it earns."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from centricity.plots import style
from centricity.plots._words import MONEY, check, euros, per_cent, short


def points(history: pd.DataFrame, *, period: str = "month", ax: Axes | None = None) -> Axes:
    """Roll the points balance forward: issued up, redeemed and expired down, the rest a line.

    Parameters
    ----------
    history : DataFrame
        ``Outcome.history``, or any table with issued, redeemed, expired, outstanding.
    period : str
        What a period is called.
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
    >>> history = pd.DataFrame({"issued": [10, 10], "redeemed": [0, 8], "expired": [0, 2],
    ...                         "outstanding": [10, 10]})
    >>> print(points(history).get_title(loc="left"))
    Of 20 points issued, 40 % were redeemed,
    10 % expired and 50 % are still out
    """
    check(history, "plots.points", ("issued", "redeemed", "expired", "outstanding"))
    ax = style.axes(ax)
    at = history.index
    ax.bar(at, history["issued"], color=style.BLUE, label="issued")
    ax.bar(at, -history["redeemed"], color=style.GREEN, label="redeemed")
    ax.bar(at, -history["expired"], bottom=-history["redeemed"], color=style.RED, label="expired")
    ax.plot(at, history["outstanding"], color=style.INK, linewidth=2, label="outstanding")
    ax.axhline(0, color=style.INK, linewidth=0.8)
    issued = history["issued"].sum()
    shares = [history["redeemed"].sum(), history["expired"].sum(), history["outstanding"].iloc[-1]]
    done, gone, out = (per_cent(part / issued if issued else 0.0) for part in shares)
    title = (
        f"Of {short(issued)} points issued, {done} were redeemed,\n"
        f"{gone} expired and {out} are still out"
    )
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    _periods(ax)
    style.legend(ax, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.16))
    return style.label(ax, title=title, x=period.capitalize(), y="Points")


def sales(
    history: pd.DataFrame, *, launch: int = 0, period: str = "month", ax: Axes | None = None
) -> Axes:
    """Draw sales with the programme and in the twin world without it.

    Parameters
    ----------
    history : DataFrame
        ``Outcome.history``, or any table with sales and twin_sales.
    launch : int
        Period in which the programme starts, marked when it is after the first.
    period : str
        What a period is called.
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
    >>> history = pd.DataFrame({"sales": [102.0, 102.0], "twin_sales": [100.0, 100.0]})
    >>> sales(history).get_title(loc="left")
    'The programme adds €4 or 2.0 % of sales'
    """
    check(history, "plots.sales", ("sales", "twin_sales"))
    ax = style.axes(ax)
    at = history.index
    ax.plot(at, history["twin_sales"], color=style.GREY, linewidth=2, label="without it (twin)")
    ax.plot(at, history["sales"], color=style.BLUE, linewidth=2, label="with the programme")
    ax.fill_between(at, history["twin_sales"], history["sales"], color=style.SKY, alpha=0.5)
    if launch > at[0]:
        ax.axvline(launch, color=style.INK, linestyle=":", linewidth=1.5)
        ax.annotate("launch", (launch, 0.03), xycoords=("data", "axes fraction"),
                    xytext=(5, 0), textcoords="offset points",
                    fontsize=style.TICK_SIZE)  # fmt: skip
    since = history.loc[launch:]
    added, base = (since["sales"] - since["twin_sales"]).sum(), since["twin_sales"].sum()
    verb = "adds" if added >= 0 else "takes away"
    title = f"The programme {verb} {euros(abs(added))}"
    title += f" or {per_cent(abs(added) / base, 1)} of sales" if base else ""
    if added == 0:
        title = "The programme does not move sales at all"
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(MONEY)
    _periods(ax)
    style.legend(ax, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.16))
    return style.label(ax, title=title, x=period.capitalize(), y=f"Sales per {period}")


def tier_mix(tiers: pd.DataFrame, *, period: str = "month", ax: Axes | None = None) -> Axes:
    """Stack the members by tier over time.

    Parameters
    ----------
    tiers : DataFrame
        ``Outcome.tiers``: one row per period, one column per tier, lowest first.
    period : str
        What a period is called.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the table has no rows or no columns.

    Examples
    --------
    >>> tier_mix(pd.DataFrame({"member": [100, 75], "gold": [0, 25]})).get_title(loc="left")
    '25 % of members hold gold in the end'
    """
    check(tiers, "plots.tier_mix")
    ax = style.axes(ax)
    colours = [style.PALETTE[i % len(style.PALETTE)] for i in range(tiers.shape[1])]
    ax.stackplot(
        tiers.index,
        tiers.T.to_numpy(),
        labels=[str(name) for name in tiers],
        colors=colours,
        alpha=0.9,
    )
    last = tiers.iloc[-1]
    top = tiers.columns[-1]
    share = last[top] / last.sum() if last.sum() else 0.0
    title = f"{per_cent(share)} of members hold {top} in the end"
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    ax.margins(x=0)
    _periods(ax)
    style.legend(ax, reverse=True, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return style.label(ax, title=title, x=period.capitalize(), y="Members")


def profit_and_loss(incremental: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the programme's profit and loss as a waterfall, from added margin to profit.

    Parameters
    ----------
    incremental : DataFrame
        ``Outcome.incremental()``: margin, reward_cost, tier_cost, platform_cost in euros; fees
        are drawn where there are any.
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
    >>> table = pd.DataFrame({"margin": [100.0], "reward_cost": [60.0], "tier_cost": [0.0],
    ...                       "platform_cost": [70.0]})
    >>> print(profit_and_loss(table).get_title(loc="left"))
    The programme loses €30:
    it adds €100 of margin and costs €130
    """
    costs = ("reward_cost", "tier_cost", "platform_cost")
    check(incremental, "plots.profit_and_loss", ("margin", *costs))
    ax = style.axes(ax)
    total = incremental[["margin", *costs]].sum()
    fees = float(incremental["fees"].sum()) if "fees" in incremental.columns else 0.0
    income = [total["margin"], fees] if fees else [total["margin"]]
    steps = [*income, *(-total[name] for name in costs)]
    names = ["Added\nmargin", *(["Fees"] if fees else []), "Rewards", "Tier\nprivileges"]
    names += ["Platform", "Profit"]
    profit, floor = sum(steps), 0.0
    bars = []
    for step in steps:
        bars.append((floor, step))
        floor += step
    bars.append((0.0, profit))
    for place, (base, height) in enumerate(bars):
        good = place < len(income) or place == len(bars) - 1
        colour = style.BLUE if good else style.ORANGE
        ax.bar(place, height, bottom=base, color=colour, width=0.6)
        top = max(base, base + height, 0.0 if good else -float("inf"))
        ax.annotate(euros(height), (place, top), xytext=(0, 4), textcoords="offset points",
                    ha="center", fontsize=style.TICK_SIZE)  # fmt: skip
    ax.axhline(0, color=style.INK, linewidth=0.8)
    ax.set_xticks(range(len(names)), names)
    ax.grid(visible=False, axis="x")
    low, high = ax.dataLim.intervaly
    ax.set_ylim(low - 0.04 * (high - low), high + 0.1 * (high - low))
    ax.yaxis.set_major_formatter(MONEY)
    verb = "earns" if profit >= 0 else "loses"
    adds, what = (
        ("adds" if sum(income) >= 0 else "takes away"),
        "margin and fees" if fees else "margin",
    )
    title = (
        f"The programme {verb} {euros(abs(profit))}:\n"
        f"it {adds} {euros(abs(sum(income)))} of {what} and costs "
        f"{euros(total[list(costs)].sum())}"
    )
    return style.label(ax, title=title, x="", y="Euros, against the twin world")


def _periods(ax: Axes) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
