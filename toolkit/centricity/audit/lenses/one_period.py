"""Lens one: how unlike the customers of one period are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.audit.lenses._log import by_group, per_customer, read_log, require_text_or_none
from centricity.audit.lenses._periods import Span, When, cover_note, inside, span, stamp, text
from centricity.segmentation.inequality import Concentration, concentration, deciles

WHERE = "one_period"
QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)


@dataclass(frozen=True, repr=False)
class OnePeriod:
    """The customers of one period.

    Attributes
    ----------
    start, end : pandas.Timestamp
        First and last day of the period, both included.
    customers : pandas.DataFrame
        One row per customer with a line in the period: ``orders`` (days on which they bought),
        ``sales``, ``sales_per_order`` and, where given, ``profit``. It adds up to the log. Who had
        nothing but refunds has 0 orders.
    totals : pandas.Series
        ``customers`` (with an order), ``orders``, ``sales``, ``orders_per_customer``,
        ``sales_per_customer``, ``sales_per_order``; with profits ``profit``,
        ``profit_per_customer`` and ``margin`` (profit as a share of sales).
    distributions : pandas.DataFrame
        Quantiles (index, 0 the lowest and 1 the highest customer) of each measure among customers
        with an order.
    deciles, deciles_profit : pandas.DataFrame or None
        Tenths of those customers, best first (``segmentation.deciles``), by sales and by profit.
    concentration : segmentation.Concentration or None
        Gini coefficient, Lorenz curve and shares of the best, of sales.
    by : pandas.DataFrame or None
        By group: customers, orders, sales[, profit] and ``sales_share``. Money adds up to the
        period's; a customer or an order with several groups counts in each of them.
    notes : tuple of str
        What a reader should know: why a table is None, refunds, a period covered in part.

    Examples
    --------
    Nine customers with an order of 10 and one with an order of 110, which is 55 % of 200:

    >>> log = pd.DataFrame({
    ...     "customer_id": range(10),
    ...     "date": pd.to_datetime("2025-03-01"),
    ...     "amount": [110.0] + [10.0] * 9,
    ...     "channel": ["web"] + ["shop"] * 9,
    ... })
    >>> found = one_period(log, by="channel")
    >>> found
    OnePeriod from 2025-03-01 to 2025-03-01: 10 customers
    >>> found.totals[["customers", "sales", "sales_per_customer"]].to_dict()
    {'customers': 10.0, 'sales': 200.0, 'sales_per_customer': 20.0}
    >>> found.deciles["total_share"].to_list()[:2], round(found.concentration.top_10, 6)
    ([0.55, 0.05], 0.55)
    >>> found.distributions["sales"].to_dict()[0.5]  # half spent so much or less
    10.0
    >>> found.by[["customers", "sales", "sales_share"]]
             customers  sales  sales_share
    channel
    shop             9   90.0         0.45
    web              1  110.0         0.55
    """

    start: pd.Timestamp
    end: pd.Timestamp
    customers: pd.DataFrame
    totals: pd.Series
    distributions: pd.DataFrame
    deciles: pd.DataFrame | None
    deciles_profit: pd.DataFrame | None
    concentration: Concentration | None
    by: pd.DataFrame | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        n = int(self.totals["customers"])
        return f"OnePeriod from {self.start.date()} to {self.end.date()}: {n:,} customers"


def one_period(
    log: pd.DataFrame,
    period: When | None = None,
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    profit: str | None = None,
    by: str | None = None,
) -> OnePeriod:
    """Look at the customers of one period: how often, how much, how unequal.

    An order is everything that a customer bought on one day. Negative amounts are refunds: they
    come off the sales of their own day, and a day with nothing but refunds is no order.

    Parameters
    ----------
    log : pandas.DataFrame
        A clean order log, one row per order or order line.
    period : pair of dates or text, optional
        ``("2025-01-01", "2025-06-30")``, both included, or what ``pandas.Period`` reads: "2025",
        "2025Q2", "2025-03". Default: the whole log.
    customer, date, amount : str
        Names of the columns.
    profit : str, optional
        Column with the contribution of each line, in money.
    by : str, optional
        Column whose groups are told apart, such as a channel or a category.

    Returns
    -------
    OnePeriod

    Raises
    ------
    ValueError
        When a column or a value is missing, or the period has no order.
    TypeError
        When the log is no DataFrame, the dates are not dates, or the amounts not numbers.

    References
    ----------
    Fader, P., Hardie, B. and Ross, M. (2022). *The Customer-Base Audit*. Wharton School Press.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "A", "B"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-15", "2025-01-15", "2025-01-08"]),
    ...     "amount": [20.0, 10.0, 5.0, 40.0],
    ... })
    >>> found = one_period(log, "2025-01")
    >>> found.customers
                 orders  sales  sales_per_order
    customer_id
    A                 2   35.0             17.5
    B                 1   40.0             40.0
    >>> float(found.totals["sales_per_order"])
    25.0
    """
    for name, value in (("profit", profit), ("by", by)):
        require_text_or_none(value, name, WHERE)
    orders = read_log(log, WHERE, customer=customer, date=date, amount=amount, profit=profit, by=by)
    first, last = orders.first, orders.last
    found = Span(first, last, "the whole log") if period is None else span(period, "period", WHERE)
    inside(found, orders, "period", WHERE)
    rows = found.rows(orders.table)
    _require_orders(rows, found, (first, last))
    table = per_customer(rows, len(orders.who), orders.money).set_index(orders.who)
    here = np.bincount(rows["code"], minlength=len(orders.who)) > 0
    table = table[here]
    table.insert(2, "sales_per_order", table["sales"] / table["orders"].where(table["orders"] > 0))
    buyers = table[table["orders"] > 0]
    notes = [*cover_note(found, orders, "period"), *orders.notes]
    groups = None
    if orders.lines is not None:
        groups = by_group(found.rows(orders.lines), orders.groups, orders.money)
        whole = groups["sales"].sum()
        groups.insert(3, "sales_share", groups["sales"] / (whole if whole > 0 else np.nan))
        notes.append("a customer or an order with several groups counts in each of them")
    return OnePeriod(
        start=stamp(found.start),
        end=stamp(found.end),
        customers=table,
        totals=totals_of(table),
        distributions=buyers.quantile(list(QUANTILES)).rename_axis(index="quantile"),
        deciles=_tenths(buyers, "sales", notes),
        deciles_profit=_tenths(buyers, "profit", notes) if profit else None,
        concentration=_concentration(buyers["sales"], notes),
        by=groups,
        notes=tuple(notes),
    )


def _require_orders(rows: pd.DataFrame, found: Span, log: tuple[int, int]) -> None:
    if not rows["order"].any():
        raise problem(
            WHERE, f"there is no order in the period ({found.name})",
            "A period needs at least one order",
            f"The log goes from {text(log[0])} to {text(log[1])}: choose another period in it",
        )  # fmt: skip


def totals_of(table: pd.DataFrame) -> pd.Series:
    """Add up a table of customers; what needs a positive number is missing without it."""
    customers, count = int((table["orders"] > 0).sum()), int(table["orders"].sum())
    sales = float(table["sales"].sum())
    totals = {
        "customers": customers,
        "orders": count,
        "sales": sales,
        "orders_per_customer": count / customers if customers else np.nan,
        "sales_per_customer": sales / customers if customers else np.nan,
        "sales_per_order": sales / count if count else np.nan,
    }
    if "profit" in table:
        gain = float(table["profit"].sum())
        totals |= {
            "profit": gain,
            "profit_per_customer": gain / customers if customers else np.nan,
            "margin": gain / sales if sales > 0 else np.nan,
        }
    return pd.Series(totals, name="totals", dtype=float)


def _tenths(buyers: pd.DataFrame, measure: str, notes: list[str]) -> pd.DataFrame | None:
    n, whole = len(buyers), buyers[measure].sum()
    if n < 10:
        people = "1 customer" if n == 1 else f"{n} customers"
        notes.append(f"no deciles of {measure}: {people} with an order, and tenths need 10")
    elif whole <= 0:
        notes.append(f"no deciles of {measure}: their total is {whole:,.2f}, not above zero")
    else:
        return deciles(buyers[measure])
    return None


def _concentration(sales: pd.Series, notes: list[str]) -> Concentration | None:
    below = int((sales < 0).sum())
    if below:
        people = "1 customer is" if below == 1 else f"{below:,} customers are"
        notes.append(f"no concentration of sales: {people} below zero, refunds being larger")
    elif sales.sum() <= 0:
        notes.append("no concentration of sales: they add up to zero")
    else:
        return concentration(sales)
    return None
