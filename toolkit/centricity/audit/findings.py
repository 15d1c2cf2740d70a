"""The executive top: a handful of sentences, each with its number, made from the results."""

import numpy as np

from centricity.audit.analysis import Audit
from centricity.audit.base import Base
from centricity.audit.words import Money, count, day, listed, percent, years
from centricity.audit.worth import Worth

GOOD, FAIR = 0.10, 0.25
"""Relative misses of the hold-out total up to which a forecast is called good, or fair."""


def findings(audit: Audit) -> list[str]:
    """Return two to five findings, the lead of each between double stars.

    Parameters
    ----------
    audit : Audit
    """
    if audit.base.value is None:
        return [f"**There is nothing to audit:** {audit.base.reason}."]
    base, worth = audit.base.found, audit.worth.found
    money = Money(audit.options.currency)
    said = [
        _size(base, money),
        _concentration(base),
        _change(base) or _alive(audit),
        _value(audit, worth, money),
        _first(audit, money),
    ]
    return [sentence for sentence in said if sentence]


def _size(base: Base, money: Money) -> str:
    seen = base.overview
    once = seen.once / seen.customers
    when = f"from {day(seen.first)} to {day(seen.last)}"
    if seen.customers == 1:
        orders = count(seen.orders, "order")
        return f"**One customer only:** {orders} worth {money.short(seen.sales)}, {when}."
    share = "none" if once == 0 else "all" if once == 1 else percent(once)
    return (
        f"**{share[0].upper()}{share[1:]} of the customers ordered only once:** "
        f"{count(seen.once)} of {count(seen.customers)}. All together placed "
        f"{count(seen.orders, 'order')} worth {money.short(seen.sales)}, {when}."
    )


def _concentration(base: Base) -> str:
    found = base.concentration.value
    if found is None:
        return ""
    return (
        f"**The best fifth of customers brings {percent(found.top_20)} of sales,** and the best "
        f"tenth {percent(found.top_10)} (Gini coefficient {found.gini:.2f}). Treating all "
        "customers alike spends most of the effort where little of the money is."
    )


def _change(base: Base) -> str:
    table = base.change.value
    if table is None:
        return ""
    change = table.T["change"].to_dict()
    parts = {
        "the number of customers who bought": change["active"],
        "how often each of them ordered": change["orders_each"],
        "what an order was worth": change["value"],
    }
    names = ("Customers who bought", "orders per customer", "sales per order")
    said = [f"{name} {_signed(value)}" for name, value in zip(names, parts.values(), strict=True)]
    verb = "rose" if change["sales"] >= 0 else "fell"
    drives = max(parts, key=lambda name: abs(np.log1p(max(parts[name], -0.99))))
    return (
        f"**Sales {verb} by {percent(abs(change['sales']))} in the last year.** "
        f"{listed(said)}; most of the change comes from {drives}."
    )


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{percent(abs(value))}"


def _alive(audit: Audit) -> str:
    if "p_alive" not in audit.customers:
        return ""
    back = audit.customers[audit.customers["frequency"] > 0]
    gone = int((back["p_alive"] < 0.5).sum())
    return (
        f"**{percent(gone / len(back))} of the customers who came back have probably left since.** "
        f"Of {count(len(back), 'customer')} with a repeat purchase, {count(gone)} are likelier "
        f"gone than not; we expect {count(back['p_alive'].sum())} still to be customers."
    )


def _value(audit: Audit, worth: Worth, money: Money) -> str:
    table = worth.by_tier.value
    if table is None:
        return f"**No lifetime values can be given:** {worth.values.reason}."
    whole, top = (row.to_dict() for row in (table.T["all"], table.iloc[0]))
    kind = "in sales" if audit.options.margin is None else "in contribution"
    lead = f"**The base is worth {money.short(whole['total'])} {kind} over the next "
    text = (
        f"{lead}{years(audit.options.horizon)}** (90{_PERCENT} interval "
        f"{money.short(whole['total_lower'])} to {money.short(whole['total_upper'])}, discounted)."
    )
    if len(table) > 2:
        text += (
            f" The {count(top['customers'], 'customer')} of the {table.index[0]} tier hold "
            f"{percent(top['share'])} of it."
        )
    return text + _trust(worth)


_PERCENT = "\N{NARROW NO-BREAK SPACE}%"


def _trust(worth: Worth) -> str:
    held = worth.holdout.value
    if held is None:
        return " The forecast could not be tested on a hold-out."
    miss = abs(held.miss)
    if miss <= GOOD:
        return f" Tested on months it had not seen, the model missed by {percent(miss)}."
    if miss <= FAIR:
        return (
            f" Tested on months it had not seen, the model missed by {percent(miss)}: good for "
            "ranking customers, rough for a total."
        )
    return (
        f" Beware: tested on months it had not seen, the model missed by {percent(miss)}. Use the "
        "ranking, not the amounts."
    )


def recent_span(base: Base) -> str:
    """Name the time that recent sales cover: a year, or all there is."""
    return "last twelve months" if base.overview.days > 365 else "time of this file"


def _first(audit: Audit, money: Money) -> str:
    table = audit.priorities.value
    if table is None or "Win back" not in table.index:
        return ""
    row, base = table.T["Win back"].to_dict(), audit.base.found
    worth = ""
    if "clv" in table:
        worth = f" On the odds, they still hold {money.short(row['clv'])} of future value."
    return (
        f"**First to do: win back {count(row['customers'], 'good customer')} who have fallen "
        f"silent.** They spent {money.short(row['sales_last_year'])} in the {recent_span(base)}."
        + worth
    )
