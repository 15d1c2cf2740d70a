"""Lens four: whether a newer cohort is as good as an older one was at the same age."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.audit.lenses import _cohort
from centricity.audit.lenses._cohort import Cohort
from centricity.audit.lenses._log import Orders, by_group, read_log, require_text_or_none
from centricity.audit.lenses._periods import EVERY, When, every_of, observed_until, stamp

WHERE = "two_cohorts"
Z95 = 1.959963984540054


@dataclass(frozen=True, repr=False)
class TwoCohorts:
    """Two cohorts side by side.

    Attributes
    ----------
    names : tuple of str
        The periods in which each was first seen; they name the cohorts in every table.
    every : str
        Unit of age and of the calendar.
    end : pandas.Timestamp
        The last day observed.
    sizes : pandas.Series
        Customers acquired in each.
    by_age : pandas.DataFrame
        Index ``age``, only ages that all customers of both have lived through; columns (cohort,
        measure) as in ``OneCohort.by_age``.
    by_calendar : pandas.DataFrame
        Index calendar ``period``; columns (cohort, measure). Missing before a cohort was born.
    second_purchase : dict of str to pandas.DataFrame
        For each cohort, as in ``OneCohort.second_purchase``.
    difference : pandas.DataFrame
        Per customer acquired, up to the last age in common: orders, sales[, profit] and the
        share with a second order, ``first``, ``second``, ``difference`` (second less first) and
        its 95 % interval ``low`` to ``high``. Empty where no age is in common.
    by : pandas.DataFrame or None
        Money per customer acquired by group, over the ages in common: columns (cohort, measure).
    notes : tuple of str
        What a reader should know, as in ``OneCohort.notes``.

    Examples
    --------
    In their first week the two customers of January spent 20 and 40, those of February 5 and 15.
    So a newer one brings 20 less; the standard error is the root of 10² + 5², and with so few
    customers the difference may be chance:

    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "B", "C", "D"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-03", "2025-02-01", "2025-02-04"]),
    ...     "amount": [20.0, 40.0, 5.0, 15.0],
    ... })
    >>> found = two_cohorts(log, "2025-01", "2025-02", every="W", end="2025-02-11")
    >>> found
    TwoCohorts 2025-01 (2 customers) and 2025-02 (2 customers), 1 age in common
    >>> found.difference.loc["cumulative_sales"].round(1).to_dict()
    {'first': 30.0, 'second': 10.0, 'difference': -20.0, 'low': -41.9, 'high': 1.9}
    """

    names: tuple[str, str]
    every: str
    end: pd.Timestamp
    sizes: pd.Series
    by_age: pd.DataFrame
    by_calendar: pd.DataFrame
    second_purchase: dict[str, pd.DataFrame]
    difference: pd.DataFrame
    by: pd.DataFrame | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        both = " and ".join(f"{name} ({self.sizes[name]:,} customers)" for name in self.names)
        ages = "1 age" if len(self.by_age) == 1 else f"{len(self.by_age)} ages"
        return f"TwoCohorts {both}, {ages} in common"


def two_cohorts(
    log: pd.DataFrame,
    first: When,
    second: When,
    *,
    every: str = "M",
    end: object = None,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    profit: str | None = None,
    by: str | None = None,
) -> TwoCohorts:
    """Compare two cohorts at the same age, and in the same calendar period.

    Parameters
    ----------
    log : pandas.DataFrame
        A clean order log. Negative amounts are refunds, as for :func:`one_cohort`.
    first, second : pair of dates or text
        The periods in which each cohort was first seen, as for :func:`one_period`.
    every, end, customer, date, amount, profit, by
        As for :func:`one_cohort`.

    Returns
    -------
    TwoCohorts

    Raises
    ------
    ValueError
        When a column or a value is missing, no customer was first seen in one of the periods, or
        the periods overlap, so that a customer would be in both.
    TypeError
        When the log is no DataFrame, the dates are not dates, or the amounts not numbers.

    Notes
    -----
    By age, both are as old as each other, but not in the same season or the same economy. By
    calendar they share these, but not their age. A difference that shows both ways is one of the
    customers. Intervals take customers as independent of each other: Welch's, normal for large
    cohorts.

    References
    ----------
    Fader, P., Hardie, B. and Ross, M. (2022). *The Customer-Base Audit*. Wharton School Press.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B", "C", "D"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-10", "2025-01-03", "2025-02-01",
    ...                             "2025-02-04"]),
    ...     "amount": [20.0, 10.0, 40.0, 5.0, 15.0],
    ... })
    >>> found = two_cohorts(log, "2025-01", "2025-02", every="W", end="2025-02-11")
    >>> found.by_age.xs("sales_per_customer", axis=1, level="measure")
    cohort  2025-01  2025-02
    age
    0          30.0     10.0
    """
    for name, value in (("profit", profit), ("by", by)):
        require_text_or_none(value, name, WHERE)
    every = every_of(every, "every", WHERE)
    orders = read_log(log, WHERE, customer=customer, date=date, amount=amount, profit=profit, by=by)
    last = observed_until(end, orders, WHERE)
    orders = orders.until(last)
    one, notes_one = _cohort.cohort_of(orders, first, "first", last, WHERE)
    two, notes_two = _cohort.cohort_of(orders, second, "second", last, WHERE)
    _check_apart(one, two)
    names = (one.name, two.name)
    ages = min(_cohort.complete_ages(one, every), _cohort.complete_ages(two, every))
    notes = [*notes_one, *notes_two, *orders.notes]
    for each in (one, two):
        notes += _cohort.age_note(each, every, _cohort.complete_ages(each, every))
    curves = {each.name: _cohort.second_purchase(each) for each in (one, two)}
    return TwoCohorts(
        names=names,
        every=every,
        end=stamp(last),
        sizes=pd.Series([one.size, two.size], index=pd.Index(names, name="cohort"), name="size"),
        by_age=_beside(names, [_cohort.by_age(c, every, ages, orders.money) for c in (one, two)]),
        by_calendar=_beside(
            names, [_cohort.by_calendar(c, every, orders.money) for c in (one, two)]
        ),
        second_purchase=curves,
        difference=_difference(one, two, every, ages, orders.money),
        by=_groups(orders, (one, two), every, ages) if orders.lines is not None else None,
        notes=tuple(dict.fromkeys(notes)),
    )


def _check_apart(one: Cohort, two: Cohort) -> None:
    shared = len(np.intersect1d(one.code, two.code))
    if shared:
        people = "1 customer is" if shared == 1 else f"{shared:,} customers are"
        raise problem(
            WHERE, f"{people} in both cohorts ({one.name} and {two.name})",
            "Two cohorts are customers first seen in two periods that do not overlap",
            "Choose another period for one of them, or look at one with one_cohort",
        )  # fmt: skip


def _beside(names: tuple[str, str], tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(dict(zip(names, tables, strict=True)), axis=1, names=["cohort", "measure"])


def _young(cohort: Cohort, rows: pd.DataFrame, every: str, ages: int) -> pd.DataFrame:
    """Return the rows of a cohort up to an age."""
    age = (rows["day"].to_numpy() - cohort.births[rows["code"]]) // EVERY[every]
    return rows[age < ages]


def _difference(
    one: Cohort, two: Cohort, every: str, ages: int, money: tuple[str, ...]
) -> pd.DataFrame:
    columns = ["first", "second", "difference", "low", "high"]
    names = [f"cumulative_{name}" for name in ("orders", *money)] + ["second_order_share"]
    if not ages:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="measure"), dtype=float)
    found = []
    for each in (one, two):
        rows = _young(each, each.rows, every, ages)
        code = rows["code"].to_numpy()
        count = np.bincount(code, rows["order"].to_numpy(), each.size)
        values = [count, *(np.bincount(code, rows[m].to_numpy(), each.size) for m in money)]
        values.append((count >= 2).astype(float))
        found.append([(v.mean(), v.var(ddof=1) / each.size if each.size > 1 else np.nan)
                      for v in values])  # fmt: skip
    table = {}
    for name, (mean_one, var_one), (mean_two, var_two) in zip(names, *found, strict=True):
        gap, half = mean_two - mean_one, Z95 * np.sqrt(var_one + var_two)
        table[name] = [mean_one, mean_two, gap, gap - half, gap + half]
    return pd.DataFrame.from_dict(table, orient="index", columns=columns).rename_axis("measure")


def _groups(orders: Orders, cohorts: tuple[Cohort, Cohort], every: str, ages: int) -> pd.DataFrame:
    assert orders.lines is not None
    tables = []
    for each in cohorts:
        place = np.full(len(orders.who), -1)
        place[each.code] = np.arange(each.size)
        mine = place[orders.lines["code"].to_numpy()]
        lines = orders.lines[mine >= 0].assign(code=mine[mine >= 0])
        groups = by_group(_young(each, lines, every, ages), orders.groups, orders.money, every=True)
        table = groups[list(orders.money)] / each.size
        tables.append(table.add_suffix("_per_customer"))
    both = _beside((cohorts[0].name, cohorts[1].name), tables)
    return both[(both != 0).any(axis=1)]
