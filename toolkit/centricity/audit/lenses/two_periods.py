"""Lens two: what changed from one period to another, and through whom."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.audit.lenses._change import (
    AWAY,
    BACK,
    KEPT,
    NEW,
    REFUNDS,
    additive_of,
    multiplicative_of,
    tenths,
)
from centricity.audit.lenses._log import Orders, per_customer, read_log, require_text_or_none
from centricity.audit.lenses._periods import Span, When, cover_note, inside, span, stamp, text
from centricity.audit.lenses.one_period import totals_of
from centricity.segmentation.movements import Migration, migration

WHERE = "two_periods"


@dataclass(frozen=True, repr=False)
class TwoPeriods:
    """What changed from one period to another.

    Attributes
    ----------
    before, after : tuple of pandas.Timestamp
        First and last day of each period, both included.
    totals : pandas.DataFrame
        Rows ``before``, ``after``, ``change``; the columns of ``OnePeriod.totals``.
    overlap : pandas.DataFrame
        Customers, their sales (and profit) before and after, and the change, of those who bought
        ``only before``, in ``both``, and ``only after``; the last are either ``new to the firm``
        (no order earlier in the log) or ``came back``. A row ``refunds only`` appears where
        customers had refunds and bought in neither period. Without the two parts of ``only after``
        the rows add up to the change.
    additive : pandas.DataFrame
        Who brought the change: contributions in money that add up to the change in ``sales`` and
        in ``profit``, and how many ``customers`` are behind each.
    multiplicative : pandas.DataFrame
        Factors ``customers``, ``orders_per_customer``, ``sales_per_order`` and, with profits,
        ``margin``: value ``before`` and ``after``, ``ratio``, and the money that each contributed
        to the change in ``sales`` and in ``profit``.
    migration : segmentation.Migration or None
        Moves between tenths of sales (1 the best), those who did not buy included.
    by : pandas.DataFrame or None
        By group: customers and orders in each period, and the change in sales (and profit) with
        the part of customers who stayed away, kept, new and come back. Columns add up to the whole.
    notes : tuple of str
        What a reader should know before reading the tables.

    Examples
    --------
    A goes, B orders twice in place of once, C is new. Sales rise from 30 to 65, and who is
    behind it can be read off the overlap:

    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "B", "B", "B", "C"],
    ...     "date": pd.to_datetime(["2024-02-01", "2024-03-01", "2025-03-01", "2025-04-01",
    ...                             "2025-05-01"]),
    ...     "amount": [10.0, 20.0, 20.0, 20.0, 25.0],
    ... })
    >>> found = two_periods(log, "2024", "2025")
    >>> found.totals.loc["change", ["customers", "orders", "sales"]].to_dict()
    {'customers': 0.0, 'orders': 1.0, 'sales': 35.0}
    >>> found.overlap.loc[["only before", "both", "only after"], ["customers", "change"]]
                 customers  change
    bought
    only before          1   -10.0
    both                 1    20.0
    only after           1    25.0
    >>> float(found.additive["sales"].sum())
    35.0
    """

    before: tuple[pd.Timestamp, pd.Timestamp]
    after: tuple[pd.Timestamp, pd.Timestamp]
    totals: pd.DataFrame
    overlap: pd.DataFrame
    additive: pd.DataFrame
    multiplicative: pd.DataFrame
    migration: Migration | None
    by: pd.DataFrame | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        old, new = self.before, self.after
        return (
            f"TwoPeriods: {old[0].date()} to {old[1].date()} and {new[0].date()} to {new[1].date()}"
        )


def two_periods(
    log: pd.DataFrame,
    before: When,
    after: When,
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    profit: str | None = None,
    by: str | None = None,
) -> TwoPeriods:
    r"""Compare two periods: who came and went, and what made sales and profit change.

    Parameters
    ----------
    log : pandas.DataFrame
        A clean order log, one row per order or order line. Negative amounts are refunds: they
        come off the sales of their own day, and a day with nothing but refunds is no order.
    before, after : pair of dates or text
        As for :func:`one_period`; ``before`` ends before ``after`` starts.
    customer, date, amount, profit, by
        As for :func:`one_period`.

    Returns
    -------
    TwoPeriods

    Raises
    ------
    ValueError
        When a column or a value is missing, the periods overlap or stand in the wrong order, or
        one of them has no order.
    TypeError
        When the log is no DataFrame, the dates are not dates, or the amounts not numbers.

    Notes
    -----
    *Additive.* The sales of a customer kept are :math:`n` orders of :math:`a` on average, and
    their change is

    .. math:: n_1 a_1 - n_0 a_0 = (n_1 - n_0)\,\frac{a_0 + a_1}{2}
              + (a_1 - a_0)\,\frac{n_0 + n_1}{2},

    the part of orders and that of their size, without a rest. For profit, with :math:`r` per
    order, the part of orders is :math:`(n_1 - n_0)(r_0 + r_1)/2`; that of size is
    :math:`(a_1 - a_0)(n_0 + n_1)/2` times the customer's own margin of both periods together; the
    rest is margin (and all of what is not orders, where a customer's sales are not above zero in
    both periods). Customers who bought in one period only bring all their money or take it. Those
    who stayed away did not buy in the period after; without a contract nobody knows whether they
    are lost, and they may return.

    *Multiplicative.* Sales are customers × orders per customer × sales per order, and profit is
    that × margin. The ratios multiply to the ratio of the whole, always. Their money is shared by
    the logarithmic mean :math:`L(x, y) = (x - y)/\ln(x/y)`: a factor with ratio :math:`\rho`
    contributes :math:`L(S_1, S_0) \ln \rho`, which adds up to the change without a rest (the
    LMDI-I method; Ang 2005, equation 5). It needs a whole that is above zero in both
    periods; otherwise these contributions are missing, a note says so, and the additive ones hold.

    The two answer different questions: the first is about people, the second about averages. New
    customers who order less pull the average down although nobody changed.
    So "margin" differs, too: in the first it is that of customers *kept* only, in the second that
    of all, those who came or went included. It takes in whatever moves profit as a share of sales:
    prices, costs, and a different mix of goods or groups (``by`` tells these apart).

    References
    ----------
    Ang, B. W. (2004). Decomposition analysis for policymaking in energy: which is the preferred
    method? *Energy Policy* 32(9), 1131-1139. Ang, B. W. (2005). The LMDI approach to decomposition
    analysis: a practical guide. *Energy Policy* 33(7), 867-871. The lens: Fader, P., Hardie, B. and
    Ross, M. (2022). *The Customer-Base Audit*. Wharton School Press.

    Examples
    --------
    A goes, B orders twice in place of once, C is new:

    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "B", "B", "B", "C"],
    ...     "date": pd.to_datetime(["2024-02-01", "2024-03-01", "2025-03-01", "2025-04-01",
    ...                             "2025-05-01"]),
    ...     "amount": [10.0, 20.0, 20.0, 20.0, 25.0],
    ... })
    >>> found = two_periods(log, "2024", "2025")
    >>> found.additive
                             customers  sales
    contribution
    customers who stayed away                   1  -10.0
    new customers                    1   25.0
    customers who came back          0    0.0
    more orders                      1   20.0
    fewer orders                     0    0.0
    larger orders                    0    0.0
    smaller orders                   0    0.0
    >>> found.multiplicative["ratio"].round(3).to_dict()
    {'customers': 1.0, 'orders_per_customer': 1.5, 'sales_per_order': 1.444}
    """
    for name, value in (("profit", profit), ("by", by)):
        require_text_or_none(value, name, WHERE)
    orders = read_log(log, WHERE, customer=customer, date=date, amount=amount, profit=profit, by=by)
    spans = (span(before, "before", WHERE), span(after, "after", WHERE))
    _check_spans(*spans, orders)
    size = len(orders.who)
    old, new = (per_customer(s.rows(orders.table), size, orders.money) for s in spans)
    notes = list(_notes(*spans, orders))
    status = _status(old, new, orders, spans[1].start)
    overlap = _overlap(old, new, status, orders.money)
    if not overlap.loc["both", "customers"]:
        notes.append("no customer bought in both periods, so no one can be followed")
    totals = pd.DataFrame({"before": totals_of(old), "after": totals_of(new)}).T
    totals.loc["change"] = totals.loc["after"] - totals.loc["before"]
    factors, missing = multiplicative_of(totals)
    return TwoPeriods(
        before=(stamp(spans[0].start), stamp(spans[0].end)),
        after=(stamp(spans[1].start), stamp(spans[1].end)),
        totals=totals,
        overlap=overlap,
        additive=additive_of(old, new, status, orders.money),
        multiplicative=factors,
        migration=_moves(old, new, orders.who) if overlap.loc["both", "customers"] else None,
        by=_by(orders, spans, status) if orders.lines is not None else None,
        notes=(*notes, *missing),
    )


def _check_spans(before: Span, after: Span, orders: Orders) -> None:
    if before.start <= after.end and after.start <= before.end:
        raise problem(
            WHERE, f"before ({before.name}) and after ({after.name}) overlap",
            "An order belongs to one of the two periods",
            "End before earlier, or start after later",
        )  # fmt: skip
    if before.start > after.start:
        raise problem(
            WHERE, f"before ({before.name}) is later than after ({after.name})",
            "Before comes first", "Exchange the two",
        )  # fmt: skip
    for name, found in (("before", before), ("after", after)):
        inside(found, orders, name, WHERE)
        if not found.rows(orders.table)["order"].any():
            raise problem(
                WHERE, f"there is no order in {name} ({found.name})",
                "A change is seen between two periods that both have orders",
                f"The log goes from {text(orders.first)} to {text(orders.last)}: choose two "
                "periods in it, or look at one with one_period",
            )  # fmt: skip


def _notes(before: Span, after: Span, orders: Orders) -> tuple[str, ...]:
    notes = [*cover_note(before, orders, "before"), *cover_note(after, orders, "after")]
    if abs(before.days / after.days - 1) > 0.03:
        notes.append(
            f"the periods differ in length ({before.days:,} and {after.days:,} days), and part of "
            "the change is only that"
        )
    if orders.first >= before.start:
        notes.append(
            "the log begins with or in the period before, so that customers who come back from an "
            "earlier time count as new"
        )
    return (*notes, *orders.notes)


def _status(old: pd.DataFrame, new: pd.DataFrame, orders: Orders, start: int) -> np.ndarray:
    """Say of each customer: stayed away, kept, new, came back, or bought in neither."""
    had, has = old["orders"].to_numpy() > 0, new["orders"].to_numpy() > 0
    fresh = orders.first_orders() >= start
    return np.select([had & has, had, has & fresh, has], [KEPT, AWAY, NEW, BACK], REFUNDS)


def _overlap(
    old: pd.DataFrame, new: pd.DataFrame, status: np.ndarray, money: tuple[str, ...]
) -> pd.DataFrame:
    rows = {
        "only before": status == AWAY,
        "both": status == KEPT,
        "only after": (status == NEW) | (status == BACK),
        "new to the firm": status == NEW,
        "came back": status == BACK,
    }
    moved = np.zeros(len(old), dtype=bool)
    for name in money:
        moved |= (old[name].to_numpy() != 0) | (new[name].to_numpy() != 0)
    if (refunds := (status == REFUNDS) & moved).any():
        rows["refunds only"] = refunds
    table = pd.DataFrame(
        {"customers": [int(mask.sum()) for mask in rows.values()]}, index=pd.Index(list(rows))
    )
    for name in money:
        first = [float(old[name].to_numpy()[mask].sum()) for mask in rows.values()]
        second = [float(new[name].to_numpy()[mask].sum()) for mask in rows.values()]
        tail = "" if name == "sales" else f"_{name}"
        table[f"{name}_before"], table[f"{name}_after"] = first, second
        table[f"change{tail}"] = table[f"{name}_after"] - table[f"{name}_before"]
    return table.rename_axis(index="bought")


def _moves(old: pd.DataFrame, new: pd.DataFrame, who: pd.Index) -> Migration:
    parts = []
    for table in (old, new):
        here = table["orders"].to_numpy() > 0
        parts.append(pd.Series(tenths(table["sales"].to_numpy()[here]), index=who[here]))
    return migration(*parts)


def _by(orders: Orders, spans: tuple[Span, Span], status: np.ndarray) -> pd.DataFrame:
    """Split customers, orders and the change of money by group and by what customers did."""
    assert orders.lines is not None
    size = len(orders.groups)
    table = pd.DataFrame(index=orders.groups)
    parts = [found.rows(orders.lines) for found in spans]
    for name, rows in zip(("before", "after"), parts, strict=True):
        bought = rows[rows["order"]]
        people = bought.drop_duplicates(["group", "code"])["group"]
        table[f"customers_{name}"] = np.bincount(people, minlength=size)
        table[f"orders_{name}"] = np.bincount(bought["group"], minlength=size)
    kinds = {
        "stayed_away": AWAY,
        "kept": KEPT,
        "new": NEW,
        "came_back": BACK,
        "refunds_only": REFUNDS,
    }
    for measure in orders.money:
        old, new = (
            np.bincount(
                rows["group"] * len(kinds) + status[rows["code"]], rows[measure].to_numpy(),
                size * len(kinds),
            ).reshape(size, -1)
            for rows in parts
        )  # fmt: skip
        table[f"{measure}_before"], table[f"{measure}_after"] = old.sum(axis=1), new.sum(axis=1)
        tail = "" if measure == "sales" else f"_{measure}"
        table[f"change{tail}"] = table[f"{measure}_after"] - table[f"{measure}_before"]
        for name, kind in kinds.items():
            if name != "refunds_only" or (old[:, kind] != 0).any() or (new[:, kind] != 0).any():
                table[f"{name}{tail}"] = new[:, kind] - old[:, kind]
    seen = sum(np.bincount(rows["group"], minlength=size) for rows in parts)
    return table[np.asarray(seen) > 0]
