"""The queries behind a customers table, in whichever engine holds the log."""

import datetime as dt
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from centricity._validate import choice, problem

if TYPE_CHECKING:
    import narwhals as nw

UNITS = MappingProxyType(
    {"h": 1 / 24, "D": 1.0, "W": 7.0, "M": 365.25 / 12, "Q": 365.25 / 4, "Y": 365.25}
)
"""Length in days of each time unit that ``summarize`` measures in."""

_WORDS = {"hour": "h", "day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def check_unit(unit: Any, where: str) -> str:  # noqa: ANN401
    """Return a time unit, or raise with the letter for the word that was given.

    >>> check_unit("weeks", "summarize")
    Traceback (most recent call last):
    ValueError: summarize: unit is 'weeks'. A unit is one letter. Write 'W'.
    """
    meant = _WORDS.get(str(unit).lower().removesuffix("s").removesuffix("ly"))
    if unit not in UNITS and meant is not None:
        raise problem(where, f"unit is {unit!r}", "A unit is one letter", f"Write '{meant}'")
    return choice(unit, "unit", where, UNITS)


Columns: TypeAlias = tuple[str, str, str]
"""Names of a log's columns: customer, date, amount."""


class Window(NamedTuple):
    """What is looked at: the unit, the last period observed, the last one that a model sees."""

    unit: str
    end: int
    split: int | None

    @property
    def cut(self) -> int:
        """Number of the last period that a model sees."""
        return self.end if self.split is None else self.split

    @property
    def per_unit(self) -> float:
        """How many periods (days, or hours for "h") one unit has."""
        return UNITS[self.unit] * (24 if self.unit == "h" else 1)


class Periods(NamedTuple):
    """Each customer's purchases, merged within a period, and how periods are written there."""

    frame: "nw.LazyFrame[Any]"  # customer_id, period, amount
    mark: Callable[[int], Any]  # from the number of a period to what `period` holds
    number: Callable[["nw.Expr"], "nw.Expr"]  # and back


def period_number(date: "nw.Expr", unit: str) -> "nw.Expr":
    """Count days (or hours) as Python's ``date.toordinal`` does, in plain arithmetic.

    Engines differ in how they subtract dates from date-times; whole numbers they agree on.
    """
    import narwhals as nw

    before = date.dt.year().cast(nw.Int64) - 1
    day = (
        before * 365 + before // 4 - before // 100 + before // 400
        + date.dt.ordinal_day().cast(nw.Int64)
    )  # fmt: skip
    return day * 24 + date.dt.hour().cast(nw.Int64) if unit == "h" else day


def purchase_periods(log: "nw.LazyFrame[Any]", columns: Columns, window: Window) -> Periods:
    """Merge each customer's purchases of one day (or hour)."""
    import narwhals as nw

    customer, date, amount = columns
    # DuckDB groups by its own dates in less time than it takes to number them.
    dates = log.implementation.is_duckdb() and window.unit != "h"
    when = nw.col(date)
    merged = (
        log.select(
            nw.col(customer).alias("customer_id"),
            (when.cast(nw.Date) if dates else period_number(when, window.unit)).alias("period"),
            nw.col(amount).cast(nw.Float64).alias("amount"),
        )
        .group_by("customer_id", "period")
        .agg(nw.col("amount").sum())
    )
    if dates:
        return Periods(merged, dt.date.fromordinal, lambda day: period_number(day, "D"))
    return Periods(merged, lambda number: number, lambda period: period)


def customers(periods: Periods, window: Window) -> "nw.LazyFrame[Any]":
    """Measure each customer from the first purchase to the cut, and what was held out."""
    import narwhals as nw

    found = _sums_in_order if periods.frame.implementation.is_duckdb() else _sums
    columns = [
        nw.col("customer_id"),
        nw.col("frequency").cast(nw.Int64),
        ((nw.col("last") - nw.col("first")).cast(nw.Float64) / window.per_unit).alias("recency"),
        ((window.cut - nw.col("first")).cast(nw.Float64) / window.per_unit).alias("T"),
        _mean("spent", "frequency").alias("monetary_value"),
    ]
    if window.split is not None:
        columns += [
            nw.col("frequency_holdout").cast(nw.Int64),
            nw.lit((window.end - window.split) / window.per_unit).alias("T_holdout"),
            _mean("spent_holdout", "frequency_holdout").alias("monetary_value_holdout"),
        ]
    return found(periods, window).select(*columns)


def _sums(periods: Periods, window: Window) -> "nw.LazyFrame[Any]":
    """Add up each customer's periods, having written the first one beside each of them."""
    import narwhals as nw

    period, first = nw.col("period"), nw.col("first")
    seen = period <= window.cut
    repeat = seen & (period > first)
    held = ~seen
    return (
        periods.frame.with_columns(period.min().over("customer_id").alias("first"))
        .filter(first <= window.cut, period <= window.end)
        .with_columns(
            _count(repeat).alias("frequency"),
            _where(repeat, nw.col("amount")).alias("spent"),
            nw.when(seen).then(period).otherwise(first).alias("last"),
            _count(held).alias("frequency_holdout"),
            _where(held, nw.col("amount")).alias("spent_holdout"),
        )
        .group_by("customer_id")
        .agg(
            first.min(),
            nw.col("last").max(),
            nw.col("frequency", "spent", "frequency_holdout", "spent_holdout").sum(),
        )
    )


def _sums_in_order(periods: Periods, window: Window) -> "nw.LazyFrame[Any]":
    """Do as `_sums` does in one grouping, for an engine that finds the first amount as it adds.

    The first amount is then taken off the total. Whole units of money and the rest are kept
    apart, since whole numbers add up exactly: otherwise little would be left of a repeat purchase
    of one cent after a first one of a million.
    """
    import narwhals as nw

    period, amount, opening = nw.col("period"), nw.col("amount"), nw.col("opening")
    seen = period <= nw.lit(periods.mark(window.cut))
    parts = {"units": amount.floor(), "rest": amount - amount.floor()}
    sums = [period.min().alias("first"), amount.first(order_by="period").alias("opening")]
    if window.split is None:
        sums += [period.max().alias("last"), nw.len().alias("seen")]
        sums += [part.sum().alias(name) for name, part in parts.items()]
    else:
        sums += [nw.when(seen).then(period).max().alias("last"), _count(seen).sum().alias("seen")]
        sums += [_where(seen, part).sum().alias(name) for name, part in parts.items()]
        sums += [
            _count(~seen).sum().alias("frequency_holdout"),
            _where(~seen, amount).sum().alias("spent_holdout"),
        ]
    units, rest = nw.col("units") - opening.floor(), nw.col("rest") - (opening - opening.floor())
    return (
        periods.frame.filter(period <= nw.lit(periods.mark(window.end)))
        .group_by("customer_id")
        .agg(*sums)
        .filter(nw.col("first") <= nw.lit(periods.mark(window.cut)))
        .with_columns(
            periods.number(nw.col("first")).alias("first"),
            periods.number(nw.col("last")).alias("last"),
            (nw.col("seen").cast(nw.Int64) - 1).alias("frequency"),
            (units + rest).alias("spent"),
        )
    )


def count_left_out(periods: Periods, window: Window) -> dict[str, int]:
    """Count the customers born after the cut, and the purchases after the end."""
    import narwhals as nw

    period, first = nw.col("period"), nw.col("first")
    each = (
        periods.frame.with_columns(
            period.alias("first"),
            _count(period > nw.lit(periods.mark(window.end))).alias("purchases_after_end"),
        )
        .group_by("customer_id")
        .agg(first.min(), nw.col("purchases_after_end").sum())
    )
    counts = each.select(
        _count(first > nw.lit(periods.mark(window.cut))).sum().alias("customers_born_later"),
        nw.col("purchases_after_end").sum(),
    ).collect()
    return {name: int(nw.to_py_scalar(counts[name][0])) for name in counts.columns}


def _count(condition: "nw.Expr") -> "nw.Expr":
    import narwhals as nw

    return condition.cast(nw.Int64)


def _where(condition: "nw.Expr", value: "nw.Expr") -> "nw.Expr":
    """Keep the value where the condition holds, else 0."""
    import narwhals as nw

    return nw.when(condition).then(value).otherwise(nw.lit(0.0))


def _mean(total: str, count: str) -> "nw.Expr":
    """Divide, with 0 where there is nothing to divide by."""
    import narwhals as nw

    safe = nw.when(nw.col(count) > 0).then(nw.col(count)).otherwise(nw.lit(1, dtype=nw.Int64))
    return nw.col(total) / safe.cast(nw.Float64)
