"""The sheet of cohorts: customers by the time of their first order, and what they brought since."""

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.handout import sentence
from centricity.audit.lenses.all_cohorts import AllCohorts
from centricity.audit.views import Views
from centricity.audit.words import day, percent
from centricity.audit.workbook_periods import by_group
from centricity.audit.workbook_sheets import absent
from centricity.audit.workbook_tables import Chart, Column, Grid, Kind, Sheet

NAME = "Cohorts"
ABOUT = (
    "A cohort holds the customers whose first order in the file fell into the same period. Where "
    "the firm is older than the file, the first cohort also holds customers from before."
)
WORDS = {"W": "week", "M": "month", "Q": "quarter", "Y": "year"}
WATCHED = "Share of the customers watched that long; empty where there are none."
PER = "Per customer means per customer acquired, whether still buying or not."
AGED: dict[str, tuple[str, Kind]] = {
    "active": ("Customers with an order", "count"),
    "active_share": ("Share with an order", "percent"),
    "orders_per_customer": ("Orders per customer", "decimal"),
    "sales_per_customer": ("Sales per customer", "money"),
    "profit_per_customer": ("Profit per customer", "money"),
    "cumulative_orders": ("Orders per customer so far", "decimal"),
    "cumulative_sales": ("Sales per customer so far", "money"),
    "cumulative_profit": ("Profit per customer so far", "money"),
}


def cohorts(audit: Audit) -> Sheet:
    """Return all cohorts, with one followed and two compared where the data allow it."""
    views = audit.views.value
    if views is None:
        return absent(NAME, ABOUT, audit.views.reason)
    if views.history.value is None:
        return absent(NAME, ABOUT, views.history.reason)
    found: AllCohorts = views.history.value
    parts: list[Grid | str] = [_sales(found), _active(found), _repeat(found)]
    parts += [_one(views), _two(views), _needed(views)]
    for column, split in views.by.items():
        table = split["history"].value
        if table is not None:
            parts.append(by_group(table, column, "Sales by first period"))
    parts.extend(sentence(note) for note in found.notes)
    return Sheet(NAME, ABOUT, parts)


def _born(found: AllCohorts) -> Column:
    return Column(f"First order in {WORDS[found.every]}", "text")


def _with_total(table: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    shown = _since_birth(table)
    shown.insert(0, "size", sizes)
    shown.index = pd.Index([str(one) for one in shown.index])
    shown.loc["All"] = shown.sum()
    return shown.reset_index()


def _since_birth(table: pd.DataFrame) -> pd.DataFrame:
    """Leave cells empty that lie before a cohort was born: nothing is not zero there."""
    born = pd.PeriodIndex(table.index).start_time.to_numpy()
    over = pd.PeriodIndex(table.columns).end_time.to_numpy()
    return table.astype(float).mask(over[None, :] < born[:, None])


def _sales(found: AllCohorts) -> Grid:
    names = [str(one) for one in found.sales.columns]
    shown = _with_total(found.sales, found.sizes)
    shown["to_date"] = shown[list(found.sales.columns)].sum(axis=1)
    shown["each"] = shown["to_date"] / shown["size"]
    heads = [
        _born(found),
        Column("Customers", "count", "Customers acquired, all with a first order in that period."),
        *(Column(name, "money") for name in names),
        Column("To date", "money", "Adds up to all sales of the file."),
        Column("To date per customer", "money", "Older cohorts have had more time."),
    ]
    chart = Chart("Sales by calendar period, stacked by time of the first order",
                  list(range(2, 2 + len(names))), "Sales", stacked=True, kind="money")  # fmt: skip
    return Grid(heads, shown, title="Sales by cohort and calendar period", total=True,
                chart=chart if len(names) > 1 else None)  # fmt: skip


def _active(found: AllCohorts) -> Grid:
    heads = [_born(found), Column("Customers", "count"),
             *(Column(str(one), "count") for one in found.active.columns)]  # fmt: skip
    title = "Customers with an order, by cohort and calendar period"
    return Grid(heads, _with_total(found.active, found.sizes), title=title, total=True)


def _repeat(found: AllCohorts) -> Grid:
    table = found.repeat_by_birth.copy()
    table.index = pd.Index([str(one) for one in table.index])
    heads = [_born(found)]
    for name in table.columns:
        days = str(name).rpartition("_")[2]
        if str(name) == "customers":
            heads.append(Column("Customers", "count"))
        elif str(name).startswith("observed"):
            heads.append(Column(f"Watched for {days} days", "count", "Customers of whom that "
                                "much time since the first order has been observed."))  # fmt: skip
        else:
            heads.append(Column(f"Second order within {days} days", "percent", WATCHED))
    return Grid(heads, table.reset_index(), title="Who came back, by time of the first order")


def _one(views: Views) -> Grid | str:
    found = views.cohort.value
    if found is None:
        return f"Not shown: one cohort followed as it ages; {views.cohort.reason}."
    known = [name for name in AGED if name in found.by_age]
    heads = [
        Column(f"Age in {WORDS[found.every]}s", "number", "Each customer's own age since the "
               "first order; 0 holds the first order. Only ages that all have lived through."),
        *(Column(AGED[name][0], AGED[name][1]) for name in known),
    ]  # fmt: skip
    title = f"The cohort {found.name} ({found.size:,} customers) as it ages"
    return Grid(heads, found.by_age[known].reset_index(), title=title, note=PER)


def _two(views: Views) -> Grid | str:
    found = views.cohorts.value
    if found is None:
        return f"Not shown: two cohorts at the same age; {views.cohorts.reason}."
    if found.difference.empty:
        return "Not shown: two cohorts at the same age; they have no complete age in common."
    table, kinds = found.difference, {}
    for place, name in enumerate(map(str, table.index)):
        kinds[place] = _kind_of(name)
    first, second = found.names
    shown = table[["first", "second", "difference", "low", "high"]].copy()
    shown.insert(0, "what", [str(one).replace("_", " ").capitalize() for one in table.index])
    heads = [
        Column("Per customer acquired", "text", "Up to the last age that both have lived through."),
        Column(f"Cohort {first}", "number"), Column(f"Cohort {second}", "number"),
        Column("Difference", "number", "The newer less the older."),
        Column("95 % from", "number", "Where the interval excludes zero, chance alone hardly "
               "explains the difference."),
        Column("95 % to", "number"),
    ]  # fmt: skip
    return Grid(heads, shown, title="Two cohorts at the same age", kinds=kinds)


def _kind_of(name: str) -> Kind:
    if "share" in name or "second" in name:
        return "percent"
    return "decimal" if "orders" in name else "money"


def _needed(views: Views) -> Grid | str:
    found = views.needed.value
    if found is None:
        return f"Not shown: new customers needed for the same sales again; {views.needed.reason}."
    rows: list[tuple[str, float, Kind]] = [
        ("Sales wanted: as much as in the last one", found.target, "money"),
        ("Expected from today's customers", found.existing, "money"),
        ("… low case", found.existing_low, "money"),
        ("… high case", found.existing_high, "money"),
        ("Sales of a new customer in that period", found.per_new, "money"),
        ("New customers needed", found.new_customers, "count"),
        ("… low case", found.low, "count"),
        ("… high case", found.high, "count"),
        ("… if the trend between cohorts goes on", found.if_trend_continues, "count"),
        ("For comparison: new customers in the last one", found.acquired_last, "count"),
    ]
    heads = [Column("What", "text"), Column("Value", "number")]
    note = f"Cases at {percent(found.level)}. " + " ".join(sentence(s) for s in found.assumptions)
    return Grid(
        heads, pd.DataFrame([(label, float(value)) for label, value, _ in rows]), note=note,
        title=f"New customers needed from {day(found.start)} to {day(found.end)}",
        kinds={place: kind for place, (_, _, kind) in enumerate(rows)},
    )  # fmt: skip
