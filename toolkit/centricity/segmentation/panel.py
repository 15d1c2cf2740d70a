"""From an order log to a table of segments: one row per customer, one column per date."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from centricity._validate import a_type, choice, number, problem
from centricity.segmentation._checks import segments_of
from centricity.segmentation._windows import warn_if_cut_short
from centricity.segmentation.stages import life_stage
from centricity.segmentation.value_tiers import SHARES, tiers
from centricity.transactions import summarize
from centricity.transactions._log import Moment, check_log, open_frame
from centricity.transactions._summarize import period_number

IDLE = "no order"
Rule: TypeAlias = Callable[[pd.DataFrame], pd.Series]
"""Takes the clean log up to a date, returns one segment per customer."""


def segment_panel(
    log: Any,  # noqa: ANN401
    dates: Sequence[Moment],
    *,
    by: str | Rule = "tier",
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    cuts: Sequence[float] | None = None,
    names: Sequence[str] | None = None,
    unit: str = "W",
    typical_gap: float | None = None,
) -> pd.DataFrame:
    """Put each customer into a segment as of each of a series of dates.

    Parameters
    ----------
    log : table
        A clean order log (pandas, or what else Narwhals reads); refunds netted.
    dates : sequence of date
        Rising; each is the last day (inclusive) of a period. With tiers the first one only opens
        the first period, so that all periods have the length that you chose.
    by : {"tier", "stage"} or function
        * "tier": value tier by the amounts since the date before (one column per *period*);
          customers who are known and ordered nothing are in "no order".
        * "stage": life stage as of each date, all orders until then.
        * a function: it is given the log up to each date (columns ``customer_id``, ``day``,
          ``amount``; one row per customer and day) and returns one segment per customer.
    customer, date, amount : str
        Names of the columns.
    cuts, names : sequence, optional
        For tiers, as in :func:`tiers`: the least amount in each tier but the last. Default: the
        amounts that cut the customers of the first period into 5, 15, 30 and 50 %, kept for all
        periods. With shares made anew each time every tier would always be full, and one
        customer's rise another's fall.
    unit, typical_gap
        For stages: time unit and typical gap between purchases (in it); default the gap of the
        whole log up to the last date, one yardstick for all dates.

    Returns
    -------
    pandas.DataFrame
        One row per customer (index ``customer_id``), one column per date; missing before the
        customer's first order.

        To let lapsed customers count as gone: ``panel.mask(panel == "lapsed")``.

    Raises
    ------
    ValueError
        When dates aren't rising or too few, lie before the first order or after the last; the log
        isn't clean; a function's result has customers nobody had seen by then.
    TypeError
        When the log is no table, or a function returns no Series.

    Warns
    -----
    UserWarning
        When the last order lies so long before the last date that the log seems to end there.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "B", "A", "C"],
    ...     "date": pd.to_datetime(["2024-03-01", "2024-05-01", "2025-02-01", "2025-06-01"]),
    ...     "amount": [120.0, 20.0, 30.0, 10.0],
    ... })
    >>> segment_panel(log, ["2023-12-31", "2024-12-31", "2025-12-31"], cuts=[100.0],
    ...               names=["high", "low"])
                2024-12-31 2025-12-31
    customer_id
    A                 high        low
    B                  low   no order
    C                  NaN        low
    """
    where = "segment_panel"
    if isinstance(by, str):
        choice(by, "by", where, ("tier", "stage"))
    elif not callable(by):
        raise problem(where, f"by is {a_type(by)}", "It is 'tier', 'stage' or a function",
                      error=TypeError)  # fmt: skip
    days = order_days(log, customer, date, amount, where)
    ends = _dates(dates, days["day"], 3 if by == "tier" else 2, where)
    warn_if_cut_short(days["day"], ends[-1], where)
    if not isinstance(by, str):
        columns = [_ruled(by, days[days["day"] <= end], end, where) for end in ends]
    elif by == "tier":
        columns = _tiers(days, ends, cuts, names, where)
        ends = ends[1:]
    else:
        columns = _stages(days, ends, unit, typical_gap, where)
    known = pd.Index(np.sort(days.loc[days["day"] <= ends[-1], "customer_id"].unique()))
    panel = {end: column.reindex(known) for end, column in zip(ends, columns, strict=True)}
    return pd.DataFrame(panel, index=known.rename("customer_id"))


def order_days(
    log: Any,  # noqa: ANN401
    customer: str,
    date: str,
    amount: str,
    where: str,
) -> pd.DataFrame:
    """Check a log and return it by customer and day: ``customer_id``, ``day``, ``amount``."""
    import narwhals as nw

    frame = open_frame(log, where)
    check_log(frame, customer, date, amount, where)
    found = (
        frame.select(
            nw.col(customer).alias("customer_id"),
            period_number(nw.col(date), "D").alias("day"),
            nw.col(amount).cast(nw.Float64).alias("amount"),
        )
        .group_by("customer_id", "day")
        .agg(nw.col("amount").sum())
        .collect("pandas")
        .to_native()
        .sort_values(["customer_id", "day"], ignore_index=True)
    )
    # Day numbers count as Python's date.toordinal does; 719163 is 1 January 1970.
    since = found["day"].astype(np.int64) - 719_163
    found["day"] = pd.to_datetime(since, unit="D")
    return found


def _dates(dates: Sequence[Moment], days: pd.Series, least: int, where: str) -> list[pd.Timestamp]:
    try:
        ends = [pd.Timestamp(moment).normalize() for moment in dates]
    except (TypeError, ValueError):
        ends = [pd.NaT]  # type: ignore[list-item]
    if any(end is pd.NaT for end in ends):
        raise problem(
            where, f"dates are {dates!r}", "They are a sequence of dates",
            "Write each as year-month-day, or make them with pandas.date_range",
        )  # fmt: skip
    if len(ends) < least or any(b <= a for a, b in pairwise(ends)):
        raise problem(
            where, f"there are {len(ends)} dates: {', '.join(f'{end:%Y-%m-%d}' for end in ends)}",
            f"At least {least} dates, each later than the one before",
            "Tiers need one date more than periods: the first date opens the first period"
            if least == 3 else "",
        )  # fmt: skip
    first, last = days.min(), days.max()
    used = ends[1] if least == 3 else ends[0]
    if used < first or ends[-2] > last:
        raise problem(
            where, f"the dates run from {ends[0]:%Y-%m-%d} to {ends[-1]:%Y-%m-%d}, and the orders "
            f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}",
            "By the first date that is looked at somebody must have ordered, and the last period "
            "must begin before the last order",
        )  # fmt: skip
    return ends


def _tiers(
    days: pd.DataFrame, ends: list[pd.Timestamp], cuts: Sequence[float] | None,
    names: Sequence[str] | None, where: str,
) -> list[pd.Series]:  # fmt: skip
    if names is not None and IDLE in names:
        raise problem(where, f"a tier is called '{IDLE}'", "That name is kept for those who "
                      "ordered nothing in a period")  # fmt: skip
    spent = [
        days[(days["day"] > start) & (days["day"] <= end)].groupby("customer_id")["amount"].sum()
        for start, end in pairwise(ends)
    ]
    empty = [f"{end:%Y-%m-%d}" for end, sums in zip(ends[1:], spent, strict=True) if sums.empty]
    if empty:
        raise problem(
            where, f"nobody ordered in the period up to {empty[0]}",
            "Each period has at least one order", "Choose longer periods or other dates",
        )  # fmt: skip
    cuts = _first_cuts(spent[0], where) if cuts is None else cuts
    first = days.groupby("customer_id")["day"].min()
    found = []
    for sums, end in zip(spent, ends[1:], strict=True):
        tier = tiers(sums, cuts=cuts, names=names, below_zero=None)
        labels = [*tier.cat.categories, IDLE]
        known = first.index[first <= end]
        tier = tier.cat.set_categories(labels).reindex(known)
        found.append(tier.fillna(IDLE))
    return found


def _first_cuts(sums: pd.Series, where: str) -> list[float]:
    """Amounts that part the customers of a period into the usual shares, as nearly as ties let."""
    edges = np.unique(np.quantile(sums, 1 - np.cumsum(SHARES[:-1]), method="higher"))[::-1]
    if len(edges) < len(SHARES) - 1 or edges[-1] <= sums.min():
        raise problem(
            where, f"the {len(sums):,} customers of the first period have too few different "
            "amounts for four tiers",
            "Tiers are cut by the amounts of the first period", "Give cuts=",
        )  # fmt: skip
    return [float(edge) for edge in edges]


def _stages(
    days: pd.DataFrame, ends: list[pd.Timestamp], unit: str, typical_gap: float | None, where: str
) -> list[pd.Series]:
    tables = [
        summarize(days[days["day"] <= end], "customer_id", "day", "amount", unit,
                  observation_end=end)
        for end in ends
    ]  # fmt: skip
    if typical_gap is None:
        again = tables[-1][tables[-1]["frequency"] > 0]
        if again.empty:
            raise problem(
                where, "nobody bought again", "The gap between purchases is learnt from those who "
                "did", "Give typical_gap=, in the time unit",
            )  # fmt: skip
        typical_gap = float((again["recency"] / again["frequency"]).median())
    number(typical_gap, "typical_gap", where, above=0)
    return [life_stage(table, typical_gap=typical_gap) for table in tables]


def _ruled(rule: Rule, days: pd.DataFrame, end: pd.Timestamp, where: str) -> pd.Series:
    found = segments_of(rule(days.copy()), f"the rule's result for {end:%Y-%m-%d}", where)
    strange = ~found.index.isin(days["customer_id"])
    if strange.any():
        raise problem(
            where, f"the rule put {int(strange.sum()):,} customers into a segment who had not "
            f"ordered by {end:%Y-%m-%d} (first: {found.index[strange][0]})",
            "Nobody is seen before their first order", "Use only the log that the rule is given",
        )  # fmt: skip
    return found
