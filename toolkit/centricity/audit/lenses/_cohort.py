"""A cohort: the customers first seen in one period, followed by age and by calendar."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.audit.lenses._log import NEVER, Orders, nth_orders
from centricity.audit.lenses._periods import (
    EVERY,
    WORDS,
    Span,
    When,
    inside,
    labels,
    numbered,
    span,
    text,
)


@dataclass(frozen=True)
class Cohort:
    """Customers by place in the log, their first days, and their rows up to the end."""

    name: str
    code: np.ndarray
    births: np.ndarray
    rows: pd.DataFrame
    end: int

    @property
    def size(self) -> int:
        """Customers acquired."""
        return len(self.code)


def cohort_of(
    orders: Orders, born: When, name: str, end: int, where: str
) -> tuple[Cohort, tuple[str, ...]]:
    """Find the customers first seen in a period; their codes are numbered anew from 0."""
    found = span(born, name, where)
    inside(found, orders, name, where)
    births = orders.births()
    code = np.flatnonzero((births >= found.start) & (births <= found.end))
    if not len(code):
        raise problem(
            where, f"no customer was first seen in {name} ({found.name})",
            "A cohort is the customers whose first day in the log lies in one period",
            f"First days go from {text(births.min())} to {text(births.max())}: choose a period "
            "with new customers",
        )  # fmt: skip
    place = np.full(len(births), -1)
    place[code] = np.arange(len(code))
    mine = place[orders.table["code"].to_numpy()]
    rows = orders.table[mine >= 0].assign(code=mine[mine >= 0])
    return Cohort(found.name, code, births[code], rows, end), _left_note(found, orders)


def _left_note(found: Span, orders: Orders) -> tuple[str, ...]:
    if found.start > orders.first:
        return ()
    return (
        f"the log begins on {text(orders.first)}, within the cohort {found.name}: unless the firm "
        "began then, customers from before count as new in it",
    )


def complete_ages(cohort: Cohort, every: str) -> int:
    """How many ages all customers of a cohort have lived through, the last born too."""
    return int((cohort.end - cohort.births.max() + 1) // EVERY[every])


def by_age(cohort: Cohort, every: str, ages: int, money: tuple[str, ...]) -> pd.DataFrame:
    """Activity, orders and money per customer acquired, at each age and up to it."""
    age = ((cohort.rows["day"].to_numpy() - cohort.births[cohort.rows["code"]])
           // EVERY[every]).astype(np.int64)  # fmt: skip
    rows, age = cohort.rows[age < ages], age[age < ages]
    table = pd.DataFrame(index=pd.RangeIndex(ages, name="age"))
    count_into(table, rows, age, cohort.size, money)
    for name in ("orders", *money):
        table[f"cumulative_{name}"] = table[f"{name}_per_customer"].cumsum()
    return table


def count_into(
    table: pd.DataFrame, rows: pd.DataFrame, place: np.ndarray, size: int, money: tuple[str, ...]
) -> None:
    """Add the columns of activity, orders and money for each place (row) of a table."""
    steps = len(table)
    bought = rows["order"].to_numpy()
    # Rows are in order of customer and day, so that a customer's rows of one step stand together.
    pairs = (rows["code"].to_numpy() * max(steps, 1) + place)[bought]
    once = np.diff(pairs, prepend=-1) != 0
    table["active"] = np.bincount(place[bought][once], minlength=steps)
    table["active_share"] = table["active"] / size
    table["orders_per_customer"] = np.bincount(place[bought], minlength=steps) / size
    for name in money:
        table[f"{name}_per_customer"] = (
            np.bincount(place, rows[name].to_numpy(), minlength=steps) / size
        )


def by_calendar(cohort: Cohort, every: str, money: tuple[str, ...]) -> pd.DataFrame:
    """Activity, orders and money per customer acquired, in each calendar period since birth."""
    first = int(numbered(cohort.births.min(keepdims=True), every)[0])
    last = int(numbered(np.array([cohort.end]), every)[0])
    place = numbered(cohort.rows["day"].to_numpy(), every) - first
    table = pd.DataFrame(index=labels(np.arange(first, last + 1), every, "period"))
    count_into(table, cohort.rows, place, cohort.size, money)
    return table


def second_purchase(cohort: Cohort) -> pd.DataFrame:
    """Share of customers with a second order by days since the first (Kaplan and Meier)."""
    first, second = nth_orders(cohort.rows[cohort.rows["order"].to_numpy()], cohort.size, 2)
    bought = first != NEVER
    first, second = first[bought], second[bought]
    again = second != NEVER
    return kaplan_meier(np.where(again, second, cohort.end) - first, again)


def kaplan_meier(days: np.ndarray, happened: np.ndarray) -> pd.DataFrame:
    r"""Estimate the share to whom something has happened by each day, some being watched for less.

    Parameters
    ----------
    days : array of int, shape (n,)
        Days until it happened, or until the end of the observation.
    happened : array of bool, shape (n,)
        Whether it happened.

    Returns
    -------
    pandas.DataFrame
        Index ``days``: 0, each day on which it happened, and the last day observed. Columns
        ``at_risk`` (still waiting and watched just before), ``events``, ``share`` and
        ``std_error`` of the share.

    Notes
    -----
    :math:`S(t) = \prod_{u \le t} (1 - d_u / n_u)` with :math:`d_u` events among :math:`n_u` at
    risk (Kaplan and Meier 1958, *JASA* 53, 457-481); the standard error is Greenwood's,
    :math:`S \sqrt{\sum d_u / (n_u (n_u - d_u))}`.

    Examples
    --------
    Of three customers one bought again after 10 days, one after 30, one has been silent for 20:

    >>> kaplan_meier(np.array([10, 30, 20]), np.array([True, True, False]))["share"].round(3)
    days
    0     0.000
    10    0.333
    30    1.000
    Name: share, dtype: float64
    """
    if not len(days):
        return pd.DataFrame(
            {"at_risk": [0], "events": [0], "share": [np.nan], "std_error": [np.nan]},
            index=pd.Index([0], name="days"),
        )
    times, counts = np.unique(days[happened], return_counts=True)
    edges = np.unique(np.concatenate([[0], times, [days.max()]]))
    events = np.zeros(len(edges), dtype=np.int64)
    events[np.searchsorted(edges, times)] = counts
    at_risk = len(days) - np.searchsorted(np.sort(days), edges, side="left")
    survive = np.cumprod(1 - events / at_risk)
    return pd.DataFrame(
        {"at_risk": at_risk, "events": events, "share": 1 - survive,
         "std_error": _greenwood(at_risk, events, survive)},
        index=pd.Index(edges, name="days"),
    )  # fmt: skip


def _greenwood(at_risk: np.ndarray, events: np.ndarray, survive: np.ndarray) -> np.ndarray:
    left = at_risk - events
    terms = np.divide(events, at_risk * left, out=np.zeros(len(left)), where=left > 0)
    return survive * np.sqrt(np.cumsum(terms))


def median_days(curve: pd.DataFrame) -> float | None:
    """First day by which half have bought again; None where the curve does not reach it."""
    # The product of fractions may miss one half by rounding.
    reached = curve.index[curve["share"] >= 0.5 - 1e-12]
    return float(reached[0]) if len(reached) else None


def age_note(cohort: Cohort, every: str, ages: int) -> tuple[str, ...]:
    """Say where no age is complete."""
    if ages:
        return ()
    return (
        f"no age of the cohort {cohort.name} is complete: its last customer was first seen on "
        f"{text(cohort.births.max())}, less than a {WORDS[every]} before the end "
        f"({text(cohort.end)})",
    )
