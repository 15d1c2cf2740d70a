"""What the slides say beside the findings: the base, the terms, the gaps, the rows set aside."""

from typing import Any

from centricity.audit.analysis import Audit
from centricity.audit.handout import sentence
from centricity.audit.parts import Part
from centricity.audit.show_cleaning import remedy
from centricity.audit.words import Money, count, listed, percent

MOST_RULES = 9


def facts(audit: Audit) -> list[tuple[str, str]]:
    """Return the base in five large numbers, each with its word."""
    seen, money = audit.base.found.overview, Money(audit.options.currency)
    return [
        (count(seen.customers), "customers" if seen.customers != 1 else "customer"),
        (count(seen.orders), "orders" if seen.orders != 1 else "order"),
        (money.short(seen.sales), "sales"),
        (f"{seen.orders / seen.customers:.1f}", "orders per customer"),
        (money(seen.sales / seen.orders), "sales per order"),
    ]


def missing(audit: Audit) -> list[str]:
    """Name what the data do not support, with the reason; equal reasons together."""
    if audit.base.value is None:
        return [f"**Everything.** {sentence(audit.base.reason)}"]
    why: dict[str, list[str]] = {}
    for name, part in _parts(audit):
        if part.value is None:
            why.setdefault(part.reason, []).append(name)
    said = []
    for reason, names in why.items():
        what = listed(names)
        said.append(f"**{what[0].upper()}{what[1:]}.** {sentence(reason)}")
    return said


def _parts(audit: Audit) -> list[tuple[str, Part[Any]]]:
    base, worth = audit.base.found, audit.worth.found
    named: list[tuple[str, Part[Any]]] = [
        ("concentration", base.concentration), ("deciles", base.deciles),
        ("scores", base.scores), ("value tiers", base.tiers), ("life stages", base.stages),
    ]  # fmt: skip
    if audit.views.value is not None:
        views = audit.views.value
        named += [
            ("two periods compared", views.periods), ("one cohort followed", views.cohort),
            ("two cohorts compared", views.cohorts), ("all cohorts", views.history),
            ("new customers needed", views.needed),
        ]  # fmt: skip
    return [
        *named, ("a model of buying", worth.purchases), ("a model of spending", worth.spend),
        ("a test of the forecast", worth.holdout), ("lifetime values", worth.values),
        ("first to do", audit.priorities),
    ]  # fmt: skip


def set_aside(audit: Audit) -> tuple[str, list[list[str]], str]:
    """Return the title of the slide of rows, its table, and the line below."""
    facts, report = audit.cleaned.report.attrs, audit.cleaned.report
    rows, out = facts["rows"], facts["rejected"]
    if out == 0:
        title = f"All {count(rows, 'row')} of the file were used: none had to be set aside"
    else:
        verb = (
            "was set aside, with its reason" if out == 1 else "were set aside, each with its reason"
        )
        title = f"{count(out)} of {count(rows, 'row')} ({percent(out / rows)}) {verb}"
    hit = report[report["rows"] > 0]
    hit = hit.sort_values(["rejected", "rows"], ascending=False, kind="stable")
    shown = [
        [str(rule), count(row["rows"]), count(row["rejected"]), str(row["action"]),
         _for_a_client(remedy(audit, str(rule)))]
        for rule, row in hit.head(MOST_RULES).iterrows()
    ]  # fmt: skip
    more = f"{count(rows, 'row')} in = {count(facts['kept'])} kept + {count(out)} set aside."
    if len(hit) > MOST_RULES:
        more += f" {count(len(hit) - MOST_RULES)} more rules are in the report."
    if out:
        more += " Every row with its reason is in rejected.csv."
    if not len(hit):
        more += " No rule found anything to set aside or to change."
    return title, shown, more


def _for_a_client(advice: str) -> str:
    """Leave out advice about options: it is for who runs the audit, not for who sees a slide."""
    return "" if "--" in advice else advice
