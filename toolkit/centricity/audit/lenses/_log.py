"""The order log as all five lenses read it: checked once, one row per customer and day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    a_type,
    listing,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)

MISSING = "(missing)"
"""The group of lines whose group is missing."""


@dataclass(frozen=True)
class Orders:
    """A log, one row per customer and day (`table`) or per customer, day and group (`lines`).

    Both tables hold ``code`` (place of the customer in `who`), ``day`` (days since 1970-01-01),
    ``order`` (false on a day with nothing but refunds), ``sales`` and perhaps ``profit``, sorted by
    customer and day. `lines` has ``group`` too, the place in `groups`.
    """

    who: pd.Index
    table: pd.DataFrame
    lines: pd.DataFrame | None
    groups: pd.Index
    money: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def first(self) -> int:
        """The first day in the log."""
        return int(self.table["day"].min())

    @property
    def last(self) -> int:
        """The last day in the log."""
        return int(self.table["day"].max())

    def births(self) -> np.ndarray:
        """First day in the log of each customer, shape (customers,)."""
        code = self.table["code"].to_numpy()
        return self.table["day"].to_numpy()[np.flatnonzero(np.diff(code, prepend=-1))]

    def order_days(self) -> pd.DataFrame:
        """The rows of `table` on which something was bought."""
        return self.table[self.table["order"].to_numpy()]

    def first_orders(self) -> np.ndarray:
        """Day of each customer's first order; the largest integer for those without any."""
        return nth_orders(self.order_days(), len(self.who), 1)[0]

    def until(self, end: int) -> "Orders":
        """Leave out what came after a day; customers keep their places."""
        if end >= self.last:
            return self
        lines = None if self.lines is None else self.lines[self.lines["day"] <= end]
        table = self.table[self.table["day"] <= end]
        here = np.zeros(len(self.who), dtype=bool)
        here[table["code"]] = True
        place = np.cumsum(here) - 1
        table = table.assign(code=place[table["code"]])
        lines = None if lines is None else lines.assign(code=place[lines["code"]])
        return Orders(self.who[here], table, lines, self.groups, self.money, self.notes)


NEVER = np.iinfo(np.int64).max


def nth_orders(days: pd.DataFrame, customers: int, most: int) -> list[np.ndarray]:
    """Day of the first, second … order of each customer; `NEVER` where there is none."""
    code, day = days["code"].to_numpy(), days["day"].to_numpy()
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    found = []
    for nth in range(most):
        place = starts + nth
        inside = place < len(code)
        place, owner = place[inside], code[starts[inside]]
        own = code[place] == owner
        result = np.full(customers, NEVER)
        result[owner[own]] = day[place[own]]
        found.append(result)
    return found


def read_log(
    log: object,
    where: str,
    *,
    customer: str,
    date: str,
    amount: str,
    profit: str | None,
    by: str | None,
) -> Orders:
    """Check a log and bring it to one row per customer and day."""
    frame = require_frame(log, where)
    names = [customer, date, amount, *([profit] if profit else []), *([by] if by else [])]
    _check_columns(frame, names, where)
    code, who = _customers(frame, customer, where)
    day = _days(frame, date, where)
    money = {"sales": numeric_column(frame, amount, where, noun="rows")}
    if profit:
        money["profit"] = numeric_column(frame, profit, where, noun="rows")
    bought = money["sales"] >= 0
    table = _gather({"code": code, "day": day}, bought, money)
    lines, groups, notes = None, pd.Index([]), _refund_note(table, bought)
    if by:
        group, groups, missing = _groups(frame, by)
        notes += missing
        lines = _gather({"code": code, "day": day, "group": group}, bought, money)
    return Orders(who, table, lines, groups, tuple(money), notes)


def _check_columns(frame: pd.DataFrame, names: list[str], where: str) -> None:
    rule = (
        "An order log has a customer, a date and an amount in each row; other names are given as "
        "customer=, date=, amount=, and profit= and by= where there are such columns"
    )
    require_columns([str(name) for name in frame.columns], dict.fromkeys(names), where, rule)
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        says = f"{listing(twice)} was given for two columns"
        raise problem(where, says, "Each of them is a column of its own")
    for name in names:
        if isinstance(frame[name], pd.DataFrame):
            says = f"{frame[name].shape[1]} columns are called '{name}'"
            raise problem(where, says, "A column is found by its name", "Rename all but one")
    if frame.empty:
        raise problem(where, "the order log has no rows", "At least one order is needed")


def _customers(frame: pd.DataFrame, customer: str, where: str) -> tuple[np.ndarray, pd.Index]:
    column = frame[customer]
    if column.isna().any():
        raise problem(
            where, f"'{customer}' is missing in {which(column.isna())}",
            "Every order needs a customer",
            "Use transactions.clean(log) to set such rows aside with a report",
        )  # fmt: skip
    code, who = _sorted_factors(column)
    return code, who.rename(customer)


def _sorted_factors(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Number the distinct values in their order; as they come where they have none."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    code, found = pd.factorize(column)
    values = pd.Index(found)
    try:
        order = values.argsort()
    except TypeError:  # ids of several types: number and text
        return code, values
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[code], values[order]


def _days(frame: pd.DataFrame, date: str, where: str) -> np.ndarray:
    column = frame[date]
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    if not pd.api.types.is_datetime64_dtype(column):
        raise problem(
            where, f"'{date}' has dtype {column.dtype}",
            f"'{date}' must hold dates of one kind, all in one time zone or all without",
            "Use transactions.clean(log), which reads text dates and mixed time zones, "
            "or convert it with pandas.to_datetime", TypeError,
        )  # fmt: skip
    if column.isna().any():
        raise problem(
            where, f"'{date}' is missing in {which(column.isna())}", "Every order needs a date",
            "Use transactions.clean(log) to set such rows aside with a report",
        )  # fmt: skip
    return column.to_numpy().astype("datetime64[D]").astype(np.int64)


def _groups(frame: pd.DataFrame, by: str) -> tuple[np.ndarray, pd.Index, tuple[str, ...]]:
    column = frame[by]
    missing = int(column.isna().sum())
    notes: tuple[str, ...] = ()
    if missing:
        column = column.astype(object).where(column.notna(), MISSING)
        rows = "1 row" if missing == 1 else f"{missing:,} rows"
        notes = (f"'{by}' is missing in {rows}: they are the group {MISSING}",)
    code, groups = _sorted_factors(column)
    return code, groups.rename(by), notes


def _gather(
    keys: dict[str, np.ndarray], bought: np.ndarray, money: dict[str, Float]
) -> pd.DataFrame:
    """Add up the rows that share all keys; an order is a day with a line that is no refund."""
    key, reach = np.zeros(len(bought), dtype=np.int64), 1
    for values in keys.values():
        low, size = values.min(), int(values.max() - values.min()) + 1
        if reach > np.iinfo(np.int64).max // size:  # so many that one number can't hold them
            key = np.unique(key, return_inverse=True)[1]
            reach = int(key.max()) + 1
        key, reach = key * size + (values - low), reach * size
    order = np.argsort(key, kind="stable")
    start = np.flatnonzero(np.diff(key[order], prepend=-1))
    first = order[start]
    columns: dict[str, np.ndarray] = {name: values[first] for name, values in keys.items()}
    columns["order"] = np.logical_or.reduceat(bought[order], start)
    columns |= {name: np.add.reduceat(values[order], start) for name, values in money.items()}
    return pd.DataFrame(columns)


def _refund_note(table: pd.DataFrame, bought: np.ndarray) -> tuple[str, ...]:
    negative, alone = int((~bought).sum()), int((~table["order"]).sum())
    if not negative:
        return ()
    rows = "1 row is" if negative == 1 else f"{negative:,} rows are"
    says = f"{rows} negative and taken off the sales"
    if alone:
        days = "1 day" if alone == 1 else f"{alone:,} days"
        says += f"; {days} of a customer with nothing but refunds count as no order"
    return (says,)


def by_group(
    lines: pd.DataFrame, groups: pd.Index, money: tuple[str, ...], *, every: bool = False
) -> pd.DataFrame:
    """Customers, orders and money of each group; those without a line are left out.

    Money adds up to the log. A customer, or an order, with several groups counts in each.
    """
    orders = lines[lines["order"]]
    size = len(groups)
    people = orders.drop_duplicates(["group", "code"])["group"]
    table = pd.DataFrame(
        {
            "customers": np.bincount(people, minlength=size),
            "orders": np.bincount(orders["group"], minlength=size),
            **{
                name: np.bincount(lines["group"], lines[name].to_numpy(), minlength=size)
                for name in money
            },
        },
        index=groups,
    )
    seen = np.bincount(lines["group"], minlength=size) > 0
    return table if every else table[seen]


def per_customer(rows: pd.DataFrame, size: int, money: tuple[str, ...]) -> pd.DataFrame:
    """Orders and money of each customer by place, zero for those without a row."""
    code = rows["code"].to_numpy()
    return pd.DataFrame(
        {
            "orders": np.bincount(code, rows["order"].to_numpy(), size).astype(np.int64),
            **{name: np.bincount(code, rows[name].to_numpy(), size) for name in money},
        }
    )


def require_text_or_none(value: object, name: str, where: str) -> None:
    """Raise unless a column's name was given as text, or not at all."""
    if value is not None and not isinstance(value, str):
        raise problem(
            where, f"{name} is {a_type(value)}", f"{name} names one column", error=TypeError
        )
