"""Lens three: how the buying of one cohort changes as it ages."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity.audit.lenses import _cohort
from centricity.audit.lenses._log import by_group, per_customer, read_log, require_text_or_none
from centricity.audit.lenses._periods import When, every_of, observed_until, stamp

WHERE = "one_cohort"


@dataclass(frozen=True, repr=False)
class OneCohort:
    """The customers first seen in one period, followed until the end.

    Attributes
    ----------
    name : str
        The period in which they were first seen.
    every : str
        Unit of age: "W", "M", "Q" or "Y".
    end : pandas.Timestamp
        The last day observed.
    size : int
        Customers acquired.
    by_age : pandas.DataFrame
        Index ``age``, from 0, only ages that every customer of the cohort has lived through.
        Columns ``active`` (customers with an order at that age), ``active_share`` (of all
        acquired), ``orders_per_customer``, ``sales_per_customer``[, ``profit_per_customer``], all
        per customer *acquired*, and their running sums ``cumulative_orders``,
        ``cumulative_sales``[, ``cumulative_profit``].
    second_purchase : pandas.DataFrame
        Index ``days`` since the first order; ``share`` with a second order by then (Kaplan-Meier,
        since the rest may yet come), ``std_error``, ``at_risk``, ``events``.
    median_days : float or None
        Days by which half have a second order; None where that is not reached.
    value_to_date : pandas.DataFrame
        One row per customer: ``first`` day, ``orders``, ``sales``[, ``profit``] until the end,
        incomplete ages included.
    by : pandas.DataFrame or None
        Customers, orders and money to date by group, and ``sales_per_customer`` acquired. Money
        adds up to that of the cohort; customers and orders with several groups count in each.
    notes : tuple of str
        What a reader should know: a log that begins within the cohort, no complete age, refunds.

    Examples
    --------
    A and B came in the first days of January. A came again after 9 days; B did not in the 17 that
    one could watch:

    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B", "C"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-10", "2025-01-03", "2025-01-20"]),
    ...     "amount": [20.0, 10.0, 40.0, 5.0],
    ... })
    >>> found = one_cohort(log, ("2025-01-01", "2025-01-05"), every="W")
    >>> found.size, found.median_days
    (2, 9.0)
    >>> found.second_purchase["share"].to_dict()
    {0: 0.0, 9: 0.5, 17: 0.5}
    >>> found.value_to_date[["orders", "sales"]]
                 orders  sales
    customer_id
    A                 2   30.0
    B                 1   40.0
    """

    name: str
    every: str
    end: pd.Timestamp
    size: int
    by_age: pd.DataFrame
    second_purchase: pd.DataFrame
    median_days: float | None
    value_to_date: pd.DataFrame
    by: pd.DataFrame | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        ages = "1 complete age" if len(self.by_age) == 1 else f"{len(self.by_age)} complete ages"
        return f"OneCohort {self.name}: {self.size:,} customers, {ages}"


def one_cohort(
    log: pd.DataFrame,
    born: When,
    *,
    every: str = "M",
    end: object = None,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    profit: str | None = None,
    by: str | None = None,
) -> OneCohort:
    """Follow the customers first seen in one period as they grow older.

    A customer is born on the first day in the log. Age counts from that day, each customer's own,
    in units of 7 days (``"W"``), 30.44 (``"M"``), 91.31 (``"Q"``) or 365.25 (``"Y"``); age 0 is the
    first of them and holds the first order. An age counts only where it is complete for the
    youngest customer too, so that every row is about the same customers.

    Parameters
    ----------
    log : pandas.DataFrame
        A clean order log. Negative amounts are refunds: they come off the sales of their own day,
        and a day with nothing but refunds is no order.
    born : pair of dates or text
        The period in which the cohort was first seen, as for :func:`one_period`.
    every : {"W", "M", "Q", "Y"}
        Unit of age.
    end : date, optional
        The last day observed; default the last day in the log. Later orders are left out.
    customer, date, amount, profit, by
        As for :func:`one_period`.

    Returns
    -------
    OneCohort

    Raises
    ------
    ValueError
        When a column or a value is missing, or no customer was first seen in the period.
    TypeError
        When the log is no DataFrame, the dates are not dates, or the amounts not numbers.

    Notes
    -----
    Without a contract nobody knows who has left: a customer who does not buy at some age may buy
    at the next. So the table says which share was *active*, and the share may rise again.

    References
    ----------
    Fader, P., Hardie, B. and Ross, M. (2022). *The Customer-Base Audit*. Wharton School Press.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "B", "C"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-10", "2025-01-03", "2025-01-20"]),
    ...     "amount": [20.0, 10.0, 40.0, 5.0],
    ... })
    >>> found = one_cohort(log, ("2025-01-01", "2025-01-05"), every="W", end="2025-01-20")
    >>> found.by_age[["active", "active_share", "sales_per_customer", "cumulative_sales"]]
         active  active_share  sales_per_customer  cumulative_sales
    age
    0         2           1.0                30.0              30.0
    1         1           0.5                 5.0              35.0
    >>> found.median_days
    9.0
    """
    for name, value in (("profit", profit), ("by", by)):
        require_text_or_none(value, name, WHERE)
    every = every_of(every, "every", WHERE)
    orders = read_log(log, WHERE, customer=customer, date=date, amount=amount, profit=profit, by=by)
    last = observed_until(end, orders, WHERE)
    orders = orders.until(last)
    cohort, notes = _cohort.cohort_of(orders, born, "born", last, WHERE)
    ages = _cohort.complete_ages(cohort, every)
    curve = _cohort.second_purchase(cohort)
    held = per_customer(cohort.rows, cohort.size, orders.money)
    held.insert(0, "first", cohort.births.astype("datetime64[D]").astype("datetime64[s]"))
    groups = None
    if orders.lines is not None:
        mine = np.isin(orders.lines["code"].to_numpy(), cohort.code)
        groups = by_group(orders.lines[mine], orders.groups, orders.money)
        groups["sales_per_customer"] = groups["sales"] / cohort.size
    return OneCohort(
        name=cohort.name,
        every=every,
        end=stamp(last),
        size=cohort.size,
        by_age=_cohort.by_age(cohort, every, ages, orders.money),
        second_purchase=curve,
        median_days=_cohort.median_days(curve),
        value_to_date=held.set_index(orders.who[cohort.code]),
        by=groups,
        notes=(*notes, *_cohort.age_note(cohort, every, ages), *orders.notes),
    )
