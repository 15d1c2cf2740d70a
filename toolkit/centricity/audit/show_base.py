"""Who the customers are."""

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.base import Base
from centricity.audit.html import Block
from centricity.audit.words import Money, count, decimal, duration, percent


def overview(audit: Audit) -> Block:
    """Show counts and the calendar."""
    base = audit.base.value
    if base is None:
        return html.absent(audit.base.reason)
    seen, money = base.overview, Money(audit.options.currency)
    text = (
        f"{count(seen.once, 'customer')} of {count(seen.customers)} "
        f"({percent(seen.once / seen.customers)}) ordered on one day only."
    )
    if seen.once < seen.customers:
        text += (
            " Half of those who came back did so at a pace of at least one order every "
            f"{duration(seen.typical_gap_days)}."
        )
    return html.paragraph(text) + _periods(base, money) + _weekly(audit, base)


def _periods(base: Base, money: Money) -> Block:
    names = {
        "sales": f"Sales ({money.unit})", "orders": "Orders", "active": "Customers who bought",
        "new": "of these new", "orders_each": "Orders per customer",
        "value": f"Sales per order ({money.unit})",
    }  # fmt: skip
    plain = Money()
    formats = {
        "sales": plain, "orders": count, "active": count, "new": count, "orders_each": decimal,
        "value": decimal,
    }  # fmt: skip
    return html.heading("Year by year" if len(base.periods.index[0]) in (4, 14) else "In time") + (
        html.table(base.periods, names, formats, index="Period")
    )


def _weekly(audit: Audit, base: Base) -> Block:
    from centricity import plots

    if base.overview.days < 70:
        return html.NOTHING
    unit = audit.options.currency.replace("$", r"\$") or "money"
    smooth = 13 if base.overview.days > 365 else 0
    caption = "Sales of each week" + (", with their mean over a quarter." if smooth else ".")
    return html.figure(
        lambda: plots.transactions.weekly(audit.cleaned.kept, currency=unit, smooth=smooth), caption
    )


def tiers(audit: Audit) -> Block:
    """Show value tiers, life stages, and the two crossed."""
    base = audit.base.value
    if base is None:
        return html.absent(audit.base.reason)
    out = html.heading("Value tiers by sales to date")
    if base.tiers.value is None:
        out += html.absent(base.tiers.reason)
    else:
        out += _tier_table(audit, base)
    out += html.heading("Life stages by silence")
    if base.stages.value is None:
        return out + html.absent(base.stages.reason)
    out += html.paragraph(
        "New: first order no longer ago than a typical pause. Active: silent no longer than twice "
        "the customer's own pause. At risk: up to four times. Lapsed: longer. A stage is a label "
        "for a conversation, not a fact: nobody told us that they left."
    )
    if base.tiers.value is None:
        counts = base.stages.found.value_counts(sort=False).to_frame("customers")
        return out + html.table(counts, {"customers": "Customers"}, {"customers": count})
    return out + _crossed(base)


def _tier_table(audit: Audit, base: Base) -> Block:
    customers = audit.customers
    sums = customers.groupby("tier", observed=True).agg(
        customers=("spend", "size"), sales=("spend", "sum"), each=("spend", "mean"),
        orders=("orders", "mean"), least=("spend", "min"),
    )  # fmt: skip
    sums["share"] = sums["sales"] / sums["sales"].sum()
    money = Money()
    names = {
        "customers": "Customers", "sales": "Sales", "share": "Share of sales",
        "each": "Sales per customer", "orders": "Orders per customer", "least": "From",
    }  # fmt: skip
    formats = {
        "customers": count, "sales": money, "share": percent, "each": money,
        "orders": lambda value: decimal(value, 1), "least": money,
    }  # fmt: skip
    note = "Top: the best 5 %; high: the next 15 %; middle: the next 30 %; low: the lower half."
    return html.table(sums, names, formats, index="Tier") + html.paragraph(note, "note")


def _crossed(base: Base) -> Block:
    from centricity import segmentation

    pairs = segmentation.two_way(base.tiers.found, base.stages.found)
    pairs.loc["all"] = pairs.sum()
    pairs["all"] = pairs.sum(axis=1)
    names = {name: str(name).capitalize() for name in pairs.columns}
    formats = dict.fromkeys(map(str, pairs.columns), count)
    return html.table(pairs, names, formats, index="Customers", last_is_total=True)


def scores(audit: Audit) -> Block:
    """Show recency and frequency scores as a map."""
    from centricity import plots

    base = audit.base.value
    if base is None:
        return html.absent(audit.base.reason)
    found = base.scores.value
    if found is None:
        return html.absent(base.scores.reason)
    return html.figure(
        lambda: plots.segmentation.rfm(found),
        "Each customer has a score from 1 to 5 for how lately and for how often they ordered; "
        "each field counts the customers with that pair. Empty rows come from ties: customers "
        "with the same number of orders get the same score.",
    )
