"""Checks of an order log, on any engine that Narwhals knows, with one pass over the rows."""

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from centricity._validate import a_type, problem, require_columns
from centricity.transactions._in_engine import period_number

if TYPE_CHECKING:
    import narwhals as nw

Moment: TypeAlias = str | dt.date | dt.datetime
"""A day or a point in time, as text in ISO form or as an object."""

_FILE = "A file is read with transactions.read(path)"


def open_frame(data: Any, where: str) -> "nw.LazyFrame[Any]":  # noqa: ANN401
    """Wrap any supported frame as a lazy Narwhals frame, or raise a TypeError."""
    import narwhals as nw

    try:
        return nw.from_native(_on_the_wall(data)).lazy()
    except TypeError:
        inside = type(data).__name__ == "Cleaned"
        remedy = "Give its clean rows: cleaned.kept" if inside else _FILE
        raise problem(
            where,
            f"{a_type(data)} was given",
            "This function takes a table: pandas, Polars, PyArrow, a DuckDB relation or any "
            "other that Narwhals reads",
            remedy,
            error=TypeError,
        ) from None


def _on_the_wall(data: Any) -> Any:  # noqa: ANN401
    """Take the zone off the dates of pandas and Dask, and leave the time that their clocks show.

    Days and hours are counted by that clock, and Narwhals does not know every zone of pandas'.
    """
    import narwhals as nw

    if not (nw.dependencies.is_pandas_dataframe(data) or nw.dependencies.is_dask_dataframe(data)):
        return data
    zoned = {
        str(name): data[name].dt.tz_localize(None)
        for name, kind in data.dtypes.items()
        if isinstance(kind, pd.DatetimeTZDtype)
    }
    return data.assign(**zoned) if zoned else data


def like_input(frame: "nw.LazyFrame[Any]", data: Any) -> Any:  # noqa: ANN401
    """Return the frame in the kind that the user handed in: eager for eager, lazy for lazy."""
    import narwhals as nw

    if isinstance(nw.from_native(data), nw.LazyFrame):
        return frame.to_native()
    return frame.collect().to_native()


def check_log(
    log: "nw.LazyFrame[Any]", customer: str, date: str, amount: str, where: str
) -> dict[str, Any]:
    """Raise for anything that is not a clean order log; return rows, first and last date."""
    import narwhals as nw

    schema = log.collect_schema()
    require_columns(
        schema.names(),
        dict.fromkeys([customer, date, amount]),
        where,
        "An order log has a customer, a date and an amount in each row; "
        "other names are given as customer=, date=, amount=",
    )
    _check_types(schema[date], schema[amount], date, amount, where)
    _check_zone(log, getattr(schema[date], "time_zone", None), date, where)
    money = nw.col(amount).cast(nw.Float64)
    seen = log.select(
        nw.len().alias("rows"),
        nw.col(customer).is_null().cast(nw.Int64).sum().alias("no_customer"),
        nw.col(date).is_null().cast(nw.Int64).sum().alias("no_date"),
        (~money.is_finite()).fill_null(value=True).cast(nw.Int64).sum().alias("no_amount"),
        (money < 0).fill_null(value=False).cast(nw.Int64).sum().alias("negative"),
        _moment(schema[date], date).min().alias("first"),
        _moment(schema[date], date).max().alias("last"),
    ).collect()
    facts = {name: nw.to_py_scalar(seen[name][0]) for name in seen.columns}
    if facts["rows"] == 0:
        raise problem(where, "the order log has no rows", "At least one order is needed")
    _check_values(log, facts, customer, date, amount, where)
    for name in ("first", "last"):
        if isinstance(facts[name], int):
            day, hour = divmod(facts[name], 24)
            facts[name] = dt.datetime.fromordinal(day).replace(hour=hour)
    return facts


def _moment(kind: Any, date: str) -> "nw.Expr":  # noqa: ANN401
    """Prepare dates for a comparison whose result Python can hold, to the hour at least.

    Python's dates end at microseconds; and some engines hand over zoned times in UTC, so that these
    are numbered in the engine, by the clock of their zone.
    """
    import narwhals as nw

    if getattr(kind, "time_zone", None):
        return period_number(nw.col(date), "h")
    fine = getattr(kind, "time_unit", None) == "ns"
    return nw.col(date).dt.truncate("1h") if fine else nw.col(date)


def _check_types(date_type: Any, amount_type: Any, date: str, amount: str, where: str) -> None:  # noqa: ANN401
    import narwhals as nw

    if not isinstance(date_type, nw.Datetime | nw.Date) and date_type not in (nw.Datetime, nw.Date):
        raise problem(
            where,
            f"'{date}' has dtype {date_type}",
            f"'{date}' must hold dates of one kind, all in one time zone or all without",
            "Use transactions.clean(log), which reads text dates and mixed time zones, "
            "or convert it with pandas.to_datetime",
            error=TypeError,
        )
    if not amount_type.is_numeric():
        raise problem(
            where,
            f"'{amount}' has dtype {amount_type}",
            f"'{amount}' must hold numbers",
            "Use transactions.clean(log), which reads currency signs and decimal commas",
            error=TypeError,
        )


def _check_zone(log: "nw.LazyFrame[Any]", zone: str | None, date: str, where: str) -> None:
    if zone and log.implementation.is_ibis():
        raise problem(
            where,
            f"'{date}' has the time zone {zone}",
            "Ibis counts days in UTC whatever the zone, so they would begin at the wrong hour",
            "Bring the dates to local time without a zone first, in the database's own SQL",
            error=TypeError,
        )


def _check_values(
    log: "nw.LazyFrame[Any]", facts: dict[str, Any], customer: str, date: str, amount: str,
    where: str,
) -> None:  # fmt: skip
    import narwhals as nw

    money = nw.col(amount).cast(nw.Float64)
    unusable = (~money.is_finite()).fill_null(value=True)
    aside = "Use transactions.clean(log) to set such rows aside with a report"
    net = "Use transactions.clean(log) to net refunds against the orders they undo first"
    checks = [
        ("no_customer", customer, "is missing", nw.col(customer).is_null(),
         "Every order needs a customer", aside),
        ("no_date", date, "is missing", nw.col(date).is_null(), "Every order needs a date", aside),
        ("no_amount", amount, "is missing or infinite", unusable, "Every order needs an amount",
         aside),
        ("negative", amount, "is negative", (money < 0).fill_null(value=False),
         "A customers table is made of orders; refunds come off the order they undo", net),
    ]  # fmt: skip
    for fact, column, says, mask, rule, remedy in checks:
        count = facts[fact]
        if count:
            rows = f"{count:,} of {facts['rows']:,} rows{_first_rows(log, mask)}"
            raise problem(where, f"'{column}' {says} in {rows}", rule, remedy)


def _first_rows(log: "nw.LazyFrame[Any]", mask: "nw.Expr") -> str:
    """Name the first rows; an engine whose rows have no order (SQL) names none."""
    import narwhals as nw

    if log.implementation.is_pandas():
        native: Any = log.select(mask.alias("bad")).collect().to_native()
        labels = native.index[native["bad"].to_numpy(dtype=bool)][:3].tolist()
    elif log.implementation in (nw.Implementation.POLARS, nw.Implementation.PYARROW):
        bad = log.select(mask.alias("bad")).collect()["bad"].to_list()
        labels = [row for row, is_bad in enumerate(bad) if is_bad][:3]
    else:
        return ""
    return f" (first: rows {', '.join(map(str, labels))})"
