"""The sheets that a reader reads, each made from the results of the audit."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.base import Base
from centricity.audit.finding import Finding
from centricity.audit.findings import recent_span
from centricity.audit.handout import one_line
from centricity.audit.show_cleaning import remedy
from centricity.audit.workbook_tables import Chart, Column, Grid, Kind, Sheet


def absent(name: str, about: str, reason: str) -> Sheet:
    """Return a sheet that says why it is empty."""
    return Sheet(name, about, [f"Not shown: {reason}."])


def found_sheet(audit: Audit, found: Sequence[Finding]) -> Sheet:
    """Return the findings, one a row, with the base in numbers above."""
    about = "What the orders say, what it rests on, and what follows."
    rows = [
        [place, *map(one_line, (one.title, one.number, one.label, one.says, one.so_what))]
        for place, one in enumerate(found, start=1)
    ]
    heads = [
        Column("No.", "count", width=6),
        Column("Finding", "long", "In one sentence, from the data of this file.", width=44),
        Column("Number", "long", "As in the report and on the slides.", width=18),
        Column("What the number is", "long", width=30),
        Column("Evidence", "long", width=52),
        Column("So what", "long", "What follows for a manager. A judgement, not a result.",
               width=44),
    ]  # fmt: skip
    grid = Grid(heads, pd.DataFrame(rows, columns=range(6)))
    base = audit.base.value
    return Sheet("Findings", about, [grid] if base is None else [grid, _facts(base)])


def _facts(base: Base) -> Grid:
    seen = base.overview
    facts: list[tuple[str, float, Kind]] = [
        ("Customers", seen.customers, "count"),
        ("Orders", seen.orders, "count"),
        ("Sales", seen.sales, "money"),
        ("Orders per customer", seen.orders / seen.customers, "decimal"),
        ("Sales per order", seen.sales / seen.orders, "money"),
        ("Customers seen once", seen.once, "count"),
    ]
    frame = pd.DataFrame([("", name, float(value)) for name, value, _ in facts])
    kinds = {place: kind for place, (_, _, kind) in enumerate(facts)}
    heads = [Column(""), Column("The base"), Column("Value", "number", "Over the whole file.")]
    return Grid(heads, frame, kinds=kinds)


def deciles(audit: Audit) -> Sheet:
    """Return the customers in tenths, from the best."""
    name = "Deciles"
    about = (
        "Customers sorted by sales to date and cut into ten groups of equal size: how far sales "
        "rest on the best."
    )
    base = audit.base.value
    table = None if base is None else base.deciles.value
    if base is None or table is None:
        return absent(name, about, audit.base.reason if base is None else base.deciles.reason)
    heads = [
        Column("Tenth (1 = best)", "count", "Groups of equal size, give or take one customer."),
        Column("Customers", "count"),
        Column("Sales", "money", "Sales to date of the group."),
        Column("Share of sales", "percent"),
        Column("Share so far", "percent", "Of this tenth and all better ones."),
        Column("Mean of each", "money", "Sales per customer of the group."),
        Column("From", "money", "Sales of the least customer of the group."),
        Column("To", "money", "Sales of the best customer of the group."),
    ]
    wanted = ["customers", "total", "total_share", "cumulative_share", "mean", "lowest", "highest"]
    shown = table[wanted].reset_index()
    shown.loc[len(shown)] = [
        None, table["customers"].sum(), table["total"].sum(), 1.0, None,
        table["total"].sum() / table["customers"].sum(), table["lowest"].min(),
        table["highest"].max(),
    ]  # fmt: skip
    shown = shown.astype(object)
    shown.iloc[-1, 0] = "All"
    chart = Chart("Share of sales by tenth of customers", [3], "Share of sales", kind="percent")
    return Sheet(name, about, [Grid(heads, shown, total=True, chart=chart)])


def first_to_do(audit: Audit) -> Sheet:
    """Return the groups of customers, in the order in which to turn to them."""
    name = "First to do"
    about = (
        "Groups of customers in the order in which the next free hour should be spent. The group "
        "of each customer is in the sheet “Customers”: filter there."
    )
    table = audit.priorities.value
    if table is None:
        return absent(name, about, audit.priorities.reason)
    known = {
        "group": Column("Group", "text"),
        "who": Column("Who", "long", width=38),
        "customers": Column("Customers", "count"),
        "sales_last_year": Column(f"Sales, {recent_span(audit.base.found)}", "money"),
        "p_alive": Column("Mean P(alive)", "percent", "How likely, on average, the customers of "
                          "the group have not left."),
        "clv": Column("Lifetime value at stake", "money", "Sum over the group of what its "
                      "customers are expected to bring."),
        "action": Column("What to do", "long", "A start for a discussion, not a result of the "
                         "data.", width=56),
    }  # fmt: skip
    shown = table.reset_index()
    heads = [known.get(str(one)) or Column(str(one).capitalize(), "long") for one in shown]
    sums = {c: shown[c].sum() for c in ("customers", "sales_last_year", "clv") if c in shown}
    shown = shown.astype(object)
    shown.loc[len(shown)] = pd.Series({"group": "All", **sums})
    return Sheet(name, about, [Grid(heads, shown, total=True)])


def set_aside(audit: Audit) -> Sheet:
    """Return what became of the rows: counts by reason that add up to the file."""
    facts, report = audit.cleaned.report.attrs, audit.cleaned.report
    about = (
        "Every row of the file is either kept or set aside with its reason. The rows themselves "
        "are in rejected.csv."
    )
    parts: list[Grid | str] = [_balance(facts), _by_reason(audit, report)]
    noted = report[(report["rows"] > 0) & (report["rejected"] == 0)]
    if len(noted):
        shown = noted.reset_index()[["rule", "rows", "action", "examples", "remedy"]]
        parts.append(_rules(audit, shown, "Kept, but worth a look"))
    return Sheet("Set aside", about, parts)


def _balance(facts: Mapping[Any, Any]) -> Grid:
    rows = [
        ("Kept", facts["kept"], _share(facts["kept"], facts["rows"])),
        ("Set aside", facts["rejected"], _share(facts["rejected"], facts["rows"])),
        ("Rows in the file", facts["rows"], 1.0),
    ]
    heads = [Column("What became of the rows", "text"), Column("Rows", "count"),
             Column("Share", "percent")]  # fmt: skip
    return Grid(heads, pd.DataFrame(rows), total=True)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _by_reason(audit: Audit, report: pd.DataFrame) -> Grid | str:
    rows = audit.cleaned.rejected
    if not len(rows):
        return "No row was set aside."
    counts = rows["reason"].astype(str).value_counts(sort=False)
    order = [rule for rule in report.index if rule in counts.index]
    counts = counts.reindex([*order, *(one for one in counts.index if one not in order)])
    said = report.reindex(counts.index)[["action", "examples", "remedy"]].fillna("")
    shown = pd.DataFrame({"rule": counts.index, "rows": counts.to_numpy()})
    shown = shown.join(said.reset_index(drop=True))
    return _rules(audit, shown, "Set aside, by reason")


def _rules(audit: Audit, shown: pd.DataFrame, title: str) -> Grid:
    shown = shown.assign(remedy=[remedy(audit, str(rule)) for rule in shown["rule"]])
    heads = [
        Column("Reason", "text", "The rule that the row met."),
        Column("Rows", "count"),
        Column("What was done", "long", width=34),
        Column("Examples", "long", "From the file, with the line they stand in.", width=60),
        Column("What helps", "long", width=44),
    ]
    return Grid(heads, shown, title=title)
