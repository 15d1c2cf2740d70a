"""The finding about dependence: one customer on whom much of the sales rests."""

from functools import partial
from typing import Any

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.candidate import ALARM, NEWS, Candidate
from centricity.audit.finding import Finding
from centricity.audit.words import Money, count, day, percent

MUCH = 0.15
"""Share of recent sales from which one customer is worth a finding."""
GRAVE = 0.25
"""Share from which it is an alarm, whatever the customer does."""
FEWEST = 5
SILENT = ("at risk", "lapsed")


def dependence(audit: Audit) -> Candidate | None:
    """Say how much rests on the largest customer, and whether they still order."""
    largest = shares(audit)
    if largest is None or float(largest["share"].iloc[0]) < MUCH:
        return None
    money, views = Money(audit.options.currency), audit.views.found
    name, share = str(largest.index[0]), float(largest["share"].iloc[0])
    when = "" if views.spans.value is None else f" in {views.spans.value.names[1]}"
    silent = _silent(audit, largest.index[0])
    finding = Finding(
        title=f"One customer, {name}, brings {percent(share)} of sales{when}",
        number=percent(share),
        label="of sales come from a single customer",
        says=_says(audit, largest, money),
        so_what=_so_what(share, silent),
        how="The sales of the largest customer of the time named, divided by all sales of that "
        "time.",
        picture=partial(_largest, largest, money.unit),
    )
    return Candidate(finding, ALARM if silent or share >= GRAVE else NEWS)


def shares(audit: Audit) -> pd.DataFrame | None:
    """Return sales and share of the customers of the last period, the largest first.

    None where there are too few customers, or no sales to share.
    """
    views = audit.views.value
    if views is None or views.period.value is None:
        return None
    table = views.period.value.customers
    table = table[table["orders"] > 0].sort_values("sales", ascending=False, kind="stable")
    whole = float(views.period.value.totals["sales"])
    if len(table) < FEWEST or whole <= 0:
        return None
    return table.assign(share=table["sales"] / whole)


def _silent(audit: Audit, who: object) -> bool:
    stages = audit.base.found.stages.value
    return stages is not None and str(stages.get(who)) in SILENT


def _says(audit: Audit, largest: pd.DataFrame, money: Money) -> str:
    first, second = largest.iloc[0], largest.iloc[1]
    text = (
        f"{largest.index[0]} spent {money.short(float(first['sales']))} of "
        f"{money.short(float(largest['sales'].sum()))}; the next largest of "
        f"{count(len(largest), 'customer')} brings {percent(float(second['share']))}"
    )
    if "profit" in largest and float(largest["profit"].sum()) > 0 and first["sales"] > 0:
        part = float(first["profit"]) / float(largest["profit"].sum())
        margin = float(first["profit"]) / float(first["sales"])
        text += f". At a margin of {percent(margin)} it is {percent(part)} of profit"
    seen = audit.customers.loc[largest.index[0]]
    ago = (audit.base.found.overview.end - seen["last_order"]).days
    text += f". Last order: {day(seen['last_order'])}, {count(ago, 'day')} before the end"
    if seen["orders"] > 1:
        pace = (seen["last_order"] - seen["first_order"]).days / (seen["orders"] - 1)
        text += f"; until then one every {count(pace, 'day')}"
    return f"{text}."


def _so_what(share: float, silent: bool) -> str:
    if silent:
        return (
            "Ask this customer in person, this week, what comes next; and plan the year once with "
            "and once without them."
        )
    return (
        f"Give this customer one person who answers for them, and win others: if they leave, "
        f"{percent(share)} of sales go with them. No average here holds for them."
    )


def _largest(table: pd.DataFrame, unit: str) -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.audit.largest(table["sales"], unit=f"Sales ({unit})".replace("$", r"\$"))
