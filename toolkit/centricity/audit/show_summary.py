"""The first page: what was audited, the base in numbers, and the findings."""

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.caveats import terms
from centricity.audit.findings import findings
from centricity.audit.html import Block
from centricity.audit.words import Money, count, day


def executive(audit: Audit) -> Block:
    """Show the page that a busy reader reads: it fits on one sheet of paper."""
    parts = [_title(audit), *(html.finding(one) for one in findings(audit))]
    return Block(f'<section class="executive">{"".join(part.html for part in parts)}</section>')


def _title(audit: Audit) -> Block:
    """Show what this is, of which file, the base in numbers, and the terms of the values."""
    name = "<h1>Customer-base audit</h1>"
    if audit.base.value is None:
        return Block(f"{name}<p class='file'>{html.escape(audit.source.name)}</p>")
    seen, money = audit.base.found.overview, Money(audit.options.currency)
    where = f"{audit.source.name}: orders from {day(seen.first)} to {day(seen.end)}"
    facts = [
        (count(seen.customers), "customers"),
        (count(seen.orders), "orders"),
        (money.short(seen.sales), "sales"),
        (f"{seen.orders / seen.customers:.1f}", "orders per customer"),
        (money(seen.sales / seen.orders), "per order"),
    ]
    return (
        Block(f"{name}<p class='file'>{html.escape(where)}</p>")
        + html.cards(facts)
        + html.paragraph(terms(audit), "terms")
    )
