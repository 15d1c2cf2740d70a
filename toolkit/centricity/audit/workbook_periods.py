"""The sheet of two periods: what changed, through whom, and by which factor."""

from typing import Any

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.handout import sentence
from centricity.audit.lenses.two_periods import TwoPeriods
from centricity.audit.views import Spans
from centricity.audit.words import day
from centricity.audit.workbook_sheets import absent
from centricity.audit.workbook_tables import Column, Grid, Kind, Sheet

NAME = "Two periods"
ABOUT = "What changed from one period to the next, through which customers, and by which factor."
MEASURES: dict[str, tuple[str, Kind]] = {
    "customers": ("Customers who bought", "count"),
    "orders": ("Orders", "count"),
    "sales": ("Sales", "money"),
    "orders_per_customer": ("Orders per customer", "decimal"),
    "sales_per_customer": ("Sales per customer", "money"),
    "sales_per_order": ("Sales per order", "money"),
    "profit": ("Profit", "money"),
    "profit_per_customer": ("Profit per customer", "money"),
    "margin": ("Margin (profit as a share of sales)", "percent"),
}
FACTORS = {"customers": "Customers", "orders_per_customer": "× orders per customer",
           "sales_per_order": "× sales per order", "margin": "× margin"}  # fmt: skip
THROUGH = {"stayed_away": "… by customers who stayed away", "kept": "… by customers kept",
           "new": "… by new customers", "came_back": "… by those who came back",
           "refunds_only": "… by refunds only", "change": "Change in sales",
           "change_profit": "Change in profit"}  # fmt: skip
BOUGHT = {"only after": "only after, all", "new to the firm": "… of these new to the firm",
          "came back": "… of these came back"}  # fmt: skip


def two_periods(audit: Audit) -> Sheet:
    """Return the comparison of two periods."""
    views = audit.views.value
    if views is None:
        return absent(NAME, ABOUT, audit.views.reason)
    found = views.periods.value
    if found is None:
        return absent(NAME, ABOUT, views.periods.reason)
    names = views.spans.found
    parts: list[Grid | str] = [_dates(found, names), _totals(found), _overlap(found),
                               _additive(found), _factors(found)]  # fmt: skip
    if found.migration is not None:
        parts.append(_moves(found.migration.counts))
    for column, split in views.by.items():
        table = split["periods"].value
        if table is not None:
            parts.append(by_group(table, column, "What changed"))
    parts.extend(sentence(note) for note in found.notes)
    return Sheet(NAME, ABOUT, parts)


def _dates(found: TwoPeriods, names: Spans) -> str:
    old, new = names.names
    return (
        f"Before: {old}, {day(found.before[0])} to {day(found.before[1])}. "
        f"After: {new}, {day(found.after[0])} to {day(found.after[1])}."
    )


def _totals(found: TwoPeriods) -> Grid:
    known = [name for name in MEASURES if name in found.totals]
    rows, kinds = [], {}
    for place, name in enumerate(known):
        label, kinds[place] = MEASURES[name]
        old, new = (float(found.totals[name][row]) for row in ("before", "after"))
        rows.append([label, old, new, new - old, new / old - 1 if old > 0 else None])
    heads = [
        Column("What", "text"), Column("Before", "number"), Column("After", "number"),
        Column("Change", "number", "After less before."),
        Column("Change in %", "percent", "Of the value before."),
    ]  # fmt: skip
    return Grid(heads, pd.DataFrame(rows), title="What changed", kinds=kinds)


def _overlap(found: TwoPeriods) -> Grid:
    table = found.overlap.rename(index=BOUGHT).reset_index()
    heads = [
        Column("Bought", "text", "New to the firm: no earlier order in the whole file."),
        Column("Customers", "count"),
        *(_money(str(name)) for name in table.columns[2:]),
    ]
    return Grid(heads, table, title="Who bought when")


def _money(name: str) -> Column:
    label = name.replace("_", " ").capitalize()
    return Column("Change in sales" if label == "Change" else label, "money")


def _additive(found: TwoPeriods) -> Grid:
    table = found.additive.reset_index()
    money = [str(name) for name in table.columns[2:]]
    total: list[Any] = ["Change", None, *(float(table[name].sum()) for name in money)]
    table = table.astype(object)
    table.loc[len(table)] = total
    table.iloc[:, 0] = [str(one).capitalize() for one in table.iloc[:, 0]]
    heads = [
        Column("Through whom", "text", "Each customer's change belongs to one line or is parted "
               "between more orders and larger orders; the lines add up to the change."),
        Column("Customers", "count", "A customer kept can stand behind several lines."),
        *(Column(f"Change in {name}", "money") for name in money),
    ]  # fmt: skip
    return Grid(heads, table, title="Where the change comes from: customers", total=True)


def _factors(found: TwoPeriods) -> Grid:
    table = found.multiplicative
    kinds = {place: MEASURES[str(name)][1] for place, name in enumerate(table.index)}
    names = [name for name in table.columns if name not in ("before", "after", "ratio")]
    shown = table[["before", "after", "ratio", *names]].copy()
    shown.insert(0, "factor", [FACTORS[str(name)] for name in table.index])
    heads = [
        Column("Factor", "text", "Sales are customers × orders per customer × sales per order"
               "; profit is that × margin."),
        Column("Before", "number"), Column("After", "number"),
        Column("Ratio", "decimal", "After divided by before; the ratios multiply to that of the "
               "whole."),
        *(Column(f"Part of the change in {name}", "money", "In money; the parts add up to the "
                 "change (logarithmic mean; Ang 2005). Empty where a total is not above zero.")
          for name in names),
    ]  # fmt: skip
    return Grid(heads, shown, title="Where the change comes from: factors", kinds=kinds)


def _moves(counts: pd.DataFrame) -> Grid:
    names = {"(new)": "Did not buy before", "(gone)": "Did not buy after"}
    shown = counts.rename(index=names).reset_index()
    heads = [
        Column("Tenth before \\ after", "text", "Tenths by sales in each period, 1 the best. A "
               "row says where its customers are in the period after."),
        *(Column(names.get(str(one), str(one)), "count") for one in counts.columns),
    ]  # fmt: skip
    return Grid(heads, shown, title="Moves between tenths of customers")


def by_group(table: pd.DataFrame, column: str, title: str) -> Grid:
    """Return a split by channel or category."""
    shown = table.copy()
    shown.columns = pd.Index([_flat(name) for name in shown.columns])
    shown = shown.drop(columns=[f"{name}_profit" for name in list(THROUGH)[:5]], errors="ignore")
    heads = [Column(column.capitalize(), "text", "Customers and orders with several groups count "
                    "in each; money adds up to the whole.")]  # fmt: skip
    for name in shown.columns:
        kind: Kind = "count" if name.startswith(("customers", "orders")) else "money"
        if name.endswith("share"):
            kind = "percent"
        heads.append(Column(THROUGH.get(name, name.replace("_", " ").capitalize()), kind))
    return Grid(heads, shown.reset_index(), title=f"{title}, by {column}")


def _flat(name: object) -> str:
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name)
