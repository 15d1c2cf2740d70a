"""Lens five: all cohorts together, and how many new customers a target needs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number
from centricity.audit.lenses import _needed, _triangle
from centricity.audit.lenses._log import NEVER, Orders, nth_orders, read_log, require_text_or_none
from centricity.audit.lenses._needed import Needed
from centricity.audit.lenses._periods import (
    every_of,
    labels,
    numbered,
    observed_until,
    stamp,
    text,
)

WHERE = "all_cohorts"
WITHIN = (90, 180, 365)
WHOLE = 0.9
"""Share of a cohort that must have been watched for a number of days to speak for all of it."""


@dataclass(frozen=True, repr=False)
class AllCohorts:
    """All customers by the period in which they were first seen.

    Attributes
    ----------
    every, period : str
        Unit of the cohorts and of the calendar columns: "W", "M", "Q" or "Y".
    end : pandas.Timestamp
        The last day observed.
    sizes : pandas.Series
        Customers acquired, by cohort.
    sales, orders, active : pandas.DataFrame
        Cohort (rows) by calendar period (columns): money, order days, customers with an order.
        Sales and orders add up to the log; active customers of a column add up to those of the
        period.
    profit : pandas.DataFrame or None
        The same in money of profit, where it is given; it adds up to the log.
    repeat_by_birth : pandas.DataFrame
        By cohort: ``customers``; for 90, 180 and 365 days ``observed_90`` (customers watched that
        long after their first order) and ``repeat_90`` (the share of these with a second order by
        then; missing where nobody was watched so long). Where ``observed_90`` is less than
        ``customers``, the share is that of the earliest of the cohort; a note says so.
    by : pandas.DataFrame or None
        Sales by group (rows) and cohort (columns); it adds up to the log.
    notes : tuple of str
        What a reader should know: since when the log runs, a last period covered in part, refunds.
    triangle : Triangle
        Sales by cohort and age in blocks as long as ``every`` that end with ``end``: what
        ``needed`` works on.

    Examples
    --------
    A came in 2024 and again in 2025, B in 2024 only, C in 2025. So 20 of the 45 sold in 2025 came
    from the cohort of 2024, of which one in two was active:

    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B", "C"],
    ...     "date": pd.to_datetime(["2024-02-01", "2025-03-01", "2024-03-01", "2025-05-01"]),
    ...     "amount": [10.0, 20.0, 50.0, 25.0],
    ... })
    >>> found = all_cohorts(log, end="2025-12-31")
    >>> found.sizes.to_list(), found.sales["2025"].to_list(), found.active["2025"].to_list()
    ([2, 1], [20.0, 25.0], [1, 1])
    >>> found.notes[0][:28]
    'the log begins on 2024-02-01'
    """

    every: str
    period: str
    end: pd.Timestamp
    sizes: pd.Series
    sales: pd.DataFrame
    orders: pd.DataFrame
    active: pd.DataFrame
    profit: pd.DataFrame | None
    repeat_by_birth: pd.DataFrame
    by: pd.DataFrame | None
    notes: tuple[str, ...]
    triangle: _triangle.Triangle

    def __repr__(self) -> str:
        n = int(self.sizes.sum())
        return f"AllCohorts: {len(self.sizes)} cohorts, {n:,} customers, until {self.end.date()}"

    def needed(self, target_sales: float, *, level: float = 0.8) -> Needed:
        """How many new customers the next period needs for a sales target.

        Parameters
        ----------
        target_sales : float
            Sales wanted in the period that follows ``end``, of the length of ``every``.
        level : float
            How sure the low and the high case are meant to be, above 0 and below 1.

        Returns
        -------
        Needed

        Raises
        ------
        ValueError
            When the log covers fewer than three whole periods up to the end, or new customers
            have brought nothing in the last of them.

        Examples
        --------
        Every year one new customer brings 100, half of that in the year after, and a quarter in
        the third. So the three there are bring 12.5 + 25 + 50 next year.

        >>> sales = [("A", 2022, 100), ("A", 2023, 50), ("A", 2024, 25), ("B", 2023, 100),
        ...          ("B", 2024, 50), ("C", 2024, 100)]
        >>> log = pd.DataFrame(sales, columns=["customer_id", "year", "amount"])
        >>> log["date"] = pd.to_datetime(log["year"].astype(str) + "-01-01")
        >>> found = all_cohorts(log, end="2024-12-31").needed(287.5)
        >>> round(found.existing, 2), round(found.new_customers, 2)
        (87.5, 2.0)
        """
        where = "AllCohorts.needed"
        target = number(target_sales, "target_sales", where, above=0)
        level = number(level, "level", where, above=0, below=1)
        return _needed.needed(self.triangle, target, level, where)


def all_cohorts(
    log: pd.DataFrame,
    *,
    every: str = "Y",
    period: str | None = None,
    end: object = None,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    profit: str | None = None,
    by: str | None = None,
) -> AllCohorts:
    """Split the whole log by the period in which customers were first seen.

    Parameters
    ----------
    log : pandas.DataFrame
        A clean order log. Negative amounts are refunds, as for :func:`one_cohort`.
    every : {"W", "M", "Q", "Y"}
        Unit of the cohorts: calendar weeks (from Monday), months, quarters or years.
    period : {"W", "M", "Q", "Y"}, optional
        Unit of the columns; default as ``every``.
    end : date, optional
        The last day observed; default the last day in the log. Later orders are left out.
    customer, date, amount, profit, by
        As for :func:`one_period`.

    Returns
    -------
    AllCohorts

    Raises
    ------
    ValueError
        When a column or a value is missing, or no order lies on or before ``end``.
    TypeError
        When the log is no DataFrame, the dates are not dates, or the amounts not numbers.

    References
    ----------
    Fader, P., Hardie, B. and Ross, M. (2022). *The Customer-Base Audit*. Wharton School Press.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B", "B", "C"],
    ...     "date": pd.to_datetime(["2024-02-01", "2025-03-01", "2024-03-01", "2024-04-01",
    ...                             "2025-05-01"]),
    ...     "amount": [10.0, 20.0, 20.0, 30.0, 25.0],
    ... })
    >>> found = all_cohorts(log, end="2025-12-31")
    >>> found.sales
    period  2024  2025
    cohort
    2024    60.0  20.0
    2025     0.0  25.0
    >>> found.repeat_by_birth[["customers", "observed_90", "repeat_90"]]
            customers  observed_90  repeat_90
    cohort
    2024            2            2        0.5
    2025            1            1        0.0
    """
    for name, value in (("profit", profit), ("by", by)):
        require_text_or_none(value, name, WHERE)
    every = every_of(every, "every", WHERE)
    period = every if period is None else every_of(period, "period", WHERE)
    orders = read_log(log, WHERE, customer=customer, date=date, amount=amount, profit=profit, by=by)
    last = observed_until(end, orders, WHERE)
    orders = orders.until(last)
    table, births = orders.table, orders.births()
    kinds, row_of = np.unique(numbered(births, every), return_inverse=True)
    first = int(numbered(np.array([orders.first]), period)[0])
    final = int(numbered(np.array([last]), period)[0])
    index = labels(kinds, every, "cohort")
    columns = labels(np.arange(first, final + 1), period, "period")
    row = row_of[table["code"].to_numpy()]
    column = numbered(table["day"].to_numpy(), period) - first

    def cross(mask: np.ndarray, weights: Float | None = None) -> pd.DataFrame:
        shape = (len(index), len(columns))
        cells = np.bincount(row[mask] * shape[1] + column[mask], weights, shape[0] * shape[1])
        return pd.DataFrame(cells.reshape(shape), index=index, columns=columns)

    bought = table["order"].to_numpy()
    everything = np.ones(len(table), dtype=bool)
    step = table["code"].to_numpy() * len(columns) + column
    once = bought.copy()
    once[bought] = np.diff(step[bought], prepend=-1) != 0
    money = {name: cross(everything, table[name].to_numpy()) for name in orders.money}
    repeat = _repeat(orders, row_of, index, last)
    return AllCohorts(
        every=every,
        period=period,
        end=stamp(last),
        sizes=pd.Series(np.bincount(row_of, minlength=len(index)), index=index, name="size"),
        sales=money["sales"],
        orders=cross(bought),
        active=cross(once),
        profit=money.get("profit"),
        repeat_by_birth=repeat,
        by=_by(orders, row_of, index) if orders.lines is not None else None,
        notes=(*_notes(orders, last, columns), *_thin(repeat)),
        triangle=_triangle.triangle(table, births, last, every),
    )


def _repeat(orders: Orders, row_of: np.ndarray, index: pd.PeriodIndex, end: int) -> pd.DataFrame:
    first, second = nth_orders(orders.order_days(), len(orders.who), 2)
    size = len(index)
    table = pd.DataFrame({"customers": np.bincount(row_of, minlength=size)}, index=index)
    for days in WITHIN:
        watched = (first != NEVER) & (first <= end - days)
        again = watched & (second != NEVER)
        again[again] = second[again] - first[again] <= days
        observed = np.bincount(row_of[watched], minlength=size)
        came = np.bincount(row_of[again], minlength=size)
        table[f"observed_{days}"] = observed
        table[f"repeat_{days}"] = np.divide(
            came, observed, out=np.full(size, np.nan), where=observed > 0
        )
    return table


def _by(orders: Orders, row_of: np.ndarray, index: pd.PeriodIndex) -> pd.DataFrame:
    assert orders.lines is not None
    lines, shape = orders.lines, (len(orders.groups), len(index))
    cells = np.bincount(
        lines["group"].to_numpy() * shape[1] + row_of[lines["code"].to_numpy()],
        lines["sales"].to_numpy(), shape[0] * shape[1],
    )  # fmt: skip
    seen = np.bincount(lines["group"], minlength=shape[0]) > 0
    return pd.DataFrame(cells.reshape(shape), index=orders.groups, columns=index)[seen]


def _notes(orders: Orders, last: int, columns: pd.PeriodIndex) -> tuple[str, ...]:
    notes = []
    early = int((columns[-1].end_time.normalize() - stamp(last)).days)
    if early:
        days = "1 day" if early == 1 else f"{early:,} days"
        notes.append(
            f"the last period ({columns[-1]}) is covered until {text(last)}, {days} before its end"
        )
    notes.append(
        f"the log begins on {text(orders.first)}: unless the firm began then, customers from "
        "before count as new in the first cohorts"
    )
    return (*notes, *orders.notes)


def _thin(table: pd.DataFrame) -> tuple[str, ...]:
    """Say which shares of a second order rest on the earliest part of their cohort only."""
    says = []
    for days in WITHIN:
        watched = table[f"observed_{days}"]
        for cohort in table.index[(watched > 0) & (watched < WHOLE * table["customers"])]:
            says.append(
                f"{watched[cohort]:,} of {table['customers'][cohort]:,} of {cohort} ({days} days)"
            )
    if not says:
        return ()
    rest = f" and {len(says) - 4} others" if len(says) > 5 else ""
    some = says if not rest else says[:4]
    return (
        "shares with a second order rest on part of a cohort, its earliest customers, where not "
        f"all were watched so long: {', '.join(some)}{rest}",
    )
