"""The finding about change: how much sales or profit moved, through whom, and by which factor."""

import math
from functools import partial
from typing import Any

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.candidate import ALARM, NEWS, Candidate
from centricity.audit.finding import Finding
from centricity.audit.words import Money, count, signed

PERIODS = {"Y": "year", "Q": "quarter", "M": "month"}
HARDLY = 0.01
"""Relative changes up to which sales are said to have hardly changed."""
DRIVERS = {
    "customers": ("more customers bought", "fewer customers bought"),
    "orders_per_customer": ("customers ordered more often", "customers ordered less often"),
    "sales_per_order": ("orders were larger", "orders were smaller"),
    "margin": ("more of each sale was left", "less of each sale was left"),
}
DOES = {
    ("customers", -1): "Find out why those who stayed away did not come back, before paying for "
    "more new customers.",
    ("customers", 1): "This growth lasts as long as new customers keep coming: see to it that "
    "they order again.",
    ("orders_per_customer", -1): "The customers are still there but come less often: give them a "
    "reason for the next order before looking for new ones.",
    ("orders_per_customer", 1): "Find out what brings customers back more often; do more of it.",
    ("sales_per_order", -1): "Look at prices, discounts and assortment first: the customers came, "
    "and bought less each time.",
    ("sales_per_order", 1): "Make sure that larger orders are what customers want and not only "
    "higher prices: watch whether they keep coming as often.",
    ("margin", -1): "Look at prices, discounts and purchasing costs before anything else: more "
    "sales at this margin do not mend it.",
    ("margin", 1): "Hold the prices and costs that made the margin better, and watch whether "
    "customers keep coming.",
}  # fmt: skip


def change(audit: Audit) -> Candidate | None:
    """Say what changed from one period to the next and why; None where there is only one."""
    views = audit.views.value
    if views is None or views.periods.value is None:
        return None
    seen = views.periods.value
    gains = "profit" in seen.totals and float(seen.totals.loc["before", "profit"]) > 0
    what = "profit" if gains else "sales"
    before, gap = (float(seen.totals.loc[row, what]) for row in ("before", "change"))
    if before <= 0:
        return None
    money, names = Money(audit.options.currency), views.spans.found.names
    share = gap / before
    driver, way = main_driver(seen.multiplicative, what, gap)
    finding = Finding(
        title=_title(what, share, names[1], driver, way),
        number=signed(share),
        label=f"{what}, {names[1]} against {names[0]}",
        says=_says(seen, what, money)
        + _against(seen.multiplicative, what, driver, money)
        + (needed(audit, money) if driver == "customers" else ""),
        so_what=_so_what(seen, what, driver, way, views.spans.found.years),
        how="The change is parted customer by customer: those who stayed away took what they had "
        "brought, new ones brought what they spent, and of those who bought both times more orders "
        "and larger orders count apart. The parts add up to the change.",
        picture=partial(waterfall, seen, what, money.currency.replace("$", r"\$")),
    )
    loses = "profit" in seen.totals and float(seen.totals.loc["after", "profit"]) < 0
    return Candidate(finding, ALARM if loses or share < -2 * HARDLY else NEWS)


def main_driver(factors: pd.DataFrame, what: str, gap: float) -> tuple[str, int]:
    """Return the factor that moved the total most in the direction it went, and that direction.

    ("", 0) where no factor can be told, or the total did not change.

    >>> factors = pd.DataFrame({"sales": [-30.0, 10.0]}, index=["customers", "sales_per_order"])
    >>> main_driver(factors, "sales", -20.0)
    ('customers', -1)
    """
    parts = factors[what]
    if parts.isna().any() or gap == 0 or not len(parts):
        return "", 0
    way = int(math.copysign(1, gap))
    name = str((parts * way).idxmax())
    return name, way


def _title(what: str, share: float, when: str, driver: str, way: int) -> str:
    if abs(share) <= HARDLY:
        return f"{what.capitalize()} hardly changed in {when}"
    verb = "rose" if share > 0 else "fell"
    why = f", mostly because {DRIVERS[driver][way < 0]}" if driver else ""
    return f"{what.capitalize()} {verb} by {signed(abs(share))[1:]} in {when}{why}"


def _says(seen: Any, what: str, money: Money) -> str:  # noqa: ANN401
    """Tell the change by people, in parts that add up to it."""
    tail = "" if what == "sales" else "_profit"
    rows = seen.overlap
    gap = rows[f"change{tail}"]
    total = float(seen.totals.loc["change", what])
    gone, fresh = rows.loc["only before", "customers"], rows.loc["new to the firm", "customers"]
    text = (
        f"{what.capitalize()} {money.change(total)} in all: "
        f"{count(gone, 'customer')} who stayed away took {money.short(-gap['only before'])}"
    )
    if fresh:
        text += f", {count(fresh, 'new customer')} brought {money.short(gap['new to the firm'])}"
    if rows.loc["came back", "customers"]:
        text += (
            f", {count(rows.loc['came back', 'customers'])} who came back "
            f"{money.short(gap['came back'])}"
        )
    if rows.loc["both", "customers"]:
        kept = count(rows.loc["both", "customers"])
        text += f", and the {kept} who bought both times {money.change(gap['both'])}"
    if what == "profit":
        sales = float(seen.totals.loc["change", "sales"])
        text += f". Sales changed by {money.change(sales)}"
    elif "profit" in seen.totals:
        was, is_now = (float(seen.totals.loc[row, "profit"]) for row in ("before", "after"))
        text += f". Profit went from {money.short(was)} to {money.short(is_now)}"
    return text + "."


def _against(factors: pd.DataFrame, what: str, driver: str, money: Money) -> str:
    """Say which factor worked against the change, where it weighs a fifth of the driver or more."""
    if not driver:
        return ""
    main = float(factors[what][driver])
    parts = (factors[what] * math.copysign(1, main)).drop(driver)
    other = str(parts.idxmin())
    if parts[other] > -0.2 * abs(main):
        return ""
    opposite = float(factors[what][other])
    return f" Against it: {DRIVERS[other][opposite < 0]} ({money.change(opposite)})."


def needed(audit: Audit, money: Money) -> str:
    """Say how many new customers next period needs for the sales of the last; "" if unknown."""
    views = audit.views.value
    if views is None or views.needed.value is None:
        return ""
    found = views.needed.value
    if not math.isfinite(found.high):
        return ""
    word = PERIODS[views.needed_every]
    return (
        f" To sell as much as in the last {word} ({money.short(views.target)}), the next needs "
        f"{count(found.new_customers, 'new customer')} ({count(found.low)} to "
        f"{count(found.high)}); the last brought {count(found.acquired_last)}."
    )


def _so_what(seen: Any, what: str, driver: str, way: int, years: bool) -> str:  # noqa: ANN401
    season = "" if years else " The two halves lie in different seasons; compare whole years soon."
    before = float(seen.totals.loc["before", what])
    if abs(float(seen.totals.loc["change", what])) <= HARDLY * before:
        return (
            "A calm total hides the flow beneath it: what customers who leave take away must be "
            f"won anew each time.{season}"
        )
    if not seen.overlap.loc["new to the firm", "customers"]:
        return (
            "Not one new customer came in this time: find out first whether new business has "
            f"stopped or the file holds one group of customers only.{season}"
        )
    if not driver:
        return f"Look at each group of customers by itself: no single factor explains it.{season}"
    return DOES[driver, way] + season


def waterfall(seen: Any, what: str, currency: str) -> Any:  # noqa: ANN401
    """Draw the contributions of customers who stayed away, new and kept to the change."""
    from centricity import plots

    return plots.lenses.waterfall(seen.additive, seen.totals, measure=what, currency=currency)
