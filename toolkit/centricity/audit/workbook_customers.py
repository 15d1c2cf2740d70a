"""The sheet of all customers: which columns, in which order, and what each of them means."""

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.findings import recent_span
from centricity.audit.handout import one_line, visible
from centricity.audit.words import UNIT_WORDS, count, day, percent, span
from centricity.audit.workbook_tables import MOST_ROWS, Column, Grid, Kind, Sheet

NAME = "Customers"
FIRST = (
    "tier", "stage", "group", "first_order", "last_order", "orders", "spend", "sales_last_year",
    "p_alive", "expected_purchases", "expected_spend", "clv", "rfm", "r", "f", "m",
)  # fmt: skip
LAST = ("frequency", "recency", "T", "monetary_value")


def customers(audit: Audit) -> Sheet:
    """Return the sheet with one row per customer, the most valuable first."""
    table = audit.customers
    if table.empty:
        return Sheet(NAME, "One row per customer.", [f"Not shown: {audit.base.reason}."])
    by = sorted_by(table)
    ranked = table.sort_values(by, ascending=False, kind="stable").head(most())
    known = columns(audit)
    own = [str(name) for name in table if name not in (*FIRST, *LAST)]
    order = [name for name in (*FIRST, *own, *LAST) if name in table]
    shown = ranked[order].reset_index(drop=True)
    shown.insert(0, "customer", [visible(one) for one in ranked.index])
    heads = [known["customer_id"], *(known.get(n) or _unknown(table, n) for n in order)]
    return Sheet(NAME, "", [Grid(heads, shown)], data=True)


def most() -> int:
    """Count the customers that a sheet can hold below its head."""
    return MOST_ROWS - 1


def sorted_by(table: pd.DataFrame) -> str:
    """Name the column by which the customers are sorted."""
    return "clv" if "clv" in table else "spend"


def left_out(audit: Audit) -> str:
    """Say how many customers the sheet cannot hold; empty when it holds all."""
    over = len(audit.customers) - most()
    if over <= 0:
        return ""
    return (
        f"A sheet of Excel ends after {count(MOST_ROWS)} rows. It holds the first "
        f"{count(most(), 'customer')} by {_label(sorted_by(audit.customers))}; the other "
        f"{count(over)} are in customers.csv, which has them all."
    )


def _label(name: str) -> str:
    return {"clv": "lifetime value", "spend": "sales to date"}[name]


def columns(audit: Audit) -> dict[str, Column]:
    """Describe every column that an audit may know of its customers."""
    opts, unit = audit.options, UNIT_WORDS[audit.options.unit]
    ahead, base = span(opts.horizon), audit.base.found
    recent = "last 12 months" if base.overview.days > 365 else recent_span(base)
    kind = (
        "sales, since no margin was given"
        if opts.margin is None
        else f"contribution, {percent(opts.margin)} of sales"
    )
    end = day(base.overview.end)
    return {
        "customer_id": Column("Customer", "text", _of_source(audit)),
        "tier": Column("Value tier", "text", "By sales to date: top is the best 5 % of customers, "
                       "high the next 15 %, middle the next 30 %, low the lower half."),
        "stage": Column("Life stage", "text", "Silence measured against the customer's own pace: "
                        "new, active, at risk or lapsed. A label for a conversation, not a fact."),
        "group": Column("Group", "text", "What to do first, see the sheet “First to do”."),
        "first_order": Column("First order", "date", "Day of the first order in the file."),
        "last_order": Column("Last order", "date", "Day of the last order in the file."),
        "orders": Column("Orders", "count", "Days with an order: all that a customer bought on one "
                         "day counts as one order."),
        "spend": Column("Sales to date", "money", "All sales in the file, refunds taken off."),
        "sales_last_year": Column(f"Sales, {recent}", "money", f"Up to {end}."),
        "p_alive": Column("P(alive)", "percent", "How likely it is that the customer has not left. "
                          "100 % for everybody seen once: the model lets nobody leave before a "
                          "second order, which is its limit and no news."),
        "expected_purchases": Column(f"Expected orders, next {ahead}", "decimal", "Days with an "
                                     f"order that the model expects in the {ahead} after {end}."),
        "expected_spend": Column("Expected sales per order", "money", "What the model expects "
                                 "an order to be worth: the customer's own mean, drawn towards "
                                 "that of all customers where little is known."),
        "clv": Column(f"Lifetime value, next {ahead}", "money", "What the customer is expected to "
                      f"bring in the {ahead} after {end}: {kind}; discounted at "
                      f"{percent(opts.discount_rate)} a year. For ranking and for sums over many "
                      "customers; for one customer luck outweighs it."),
        "rfm": Column("RFM", "text", "The three scores in a row; 555 is best."),
        "r": Column("Recency score", "count", "5: among the fifth that ordered last."),
        "f": Column("Frequency score", "count", "5: among the fifth with the most orders."),
        "m": Column("Monetary score", "count", "5: among the fifth that spent the most."),
        "frequency": Column("Repeat purchases", "count", "Days with an order after the first. "
                            "With the next three columns what the models of buying need."),
        "recency": Column(f"Age at last order ({unit})", "decimal", f"In {unit} since the first "
                          "order; 0 for a customer seen once. Not the recency of RFM."),
        "T": Column(f"Age ({unit})", "decimal", f"In {unit} from the first order to {end}."),
        "monetary_value": Column("Mean repeat order", "money", "Mean sales of the repeat "
                                 "purchases; 0 for a customer seen once."),
    }  # fmt: skip


def _of_source(audit: Audit) -> str:
    name = one_line(audit.source.columns.get("customer", "customer"))
    text = (
        f"As in the column “{name[:80]}” of the file. Text, also where it looks like a number or "
        f"a formula. Sorted by {_label(sorted_by(audit.customers))}, largest first."
    )
    return f"{text} {left_out(audit)}".strip()


def _unknown(table: pd.DataFrame, name: str) -> Column:
    """Describe a column that has no words of its own here."""
    values, kind = table[name], "text"
    if pd.api.types.is_datetime64_any_dtype(values):
        kind = "date"
    elif pd.api.types.is_integer_dtype(values):
        kind = "count"
    elif pd.api.types.is_numeric_dtype(values):
        kind = "decimal"
    made: Kind = kind  # type: ignore[assignment]
    return Column(name.replace("_", " ").capitalize(), made, f"The column {name} of customers.csv.")
