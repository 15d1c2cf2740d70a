"""The first page: what was audited, the base in numbers, and the findings."""

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.findings import findings
from centricity.audit.html import Block
from centricity.audit.words import Money, count, day, percent, span


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
        + html.paragraph(_terms(audit), "terms")
    )


def _terms(audit: Audit) -> str:
    opts = audit.options
    margin = (
        "values are sales, since neither margin nor costs were given"
        if opts.margin is None
        else f"contribution margin {percent(opts.margin)}"
        + (", from the costs in the file" if audit.given.margin is None else "")
    )
    money = "" if opts.currency else "Amounts are in the currency of the file. "
    return (
        f"{money}An order is all that a customer bought on one day. Values look "
        f"{span(opts.horizon)} ahead; {margin}; discounted at {percent(opts.discount_rate)} a year."
    )
