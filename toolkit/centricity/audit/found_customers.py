"""Findings about the customers: how unequal, how many come back, are new ones as good."""

from functools import partial
from typing import Any

from centricity.audit.analysis import Audit
from centricity.audit.candidate import ALARM, BACKGROUND, NEWS, Candidate
from centricity.audit.finding import Finding
from centricity.audit.words import Money, born, count, day, duration, percent, signed

FEWEST = 5
"""Customers of whom there can be a fifth."""
ALIKE = 0.35
"""Share of sales from the best fifth up to which customers are called much alike."""
NEARLY = 0.8
"""Share of customers from which nearly all of them are meant."""
AGAIN = {"W": "in a month", "M": "in three months", "Q": "in a year", "Y": "next year"}
"""When to look at cohorts of a width again."""


def concentration(audit: Audit) -> Candidate | None:
    """Say which share of sales the best customers bring."""
    views = audit.views.value
    if views is None or views.period.value is None or views.period.value.concentration is None:
        return None
    seen = views.period.value
    found, money = seen.concentration, Money(audit.options.currency)
    buyers = int(seen.totals["customers"])
    if buyers < FEWEST:
        return None
    fifth = count(max(1, round(buyers / 5)), "customer")
    once = float((seen.customers["orders"] == 1).sum()) / buyers
    when = "" if views.spans.value is None else f" in {views.spans.value.names[1]}"
    says = (
        f"{count(buyers, 'customer')} spent {money.short(float(seen.totals['sales']))}{when}; the "
        f"best tenth alone brought {percent(found.top_10)} (Gini coefficient {found.gini:.2f})"
    )
    loss = _losses(seen, money)
    finding = Finding(
        title=f"The best fifth of customers brings {percent(found.top_20)} of sales{when}",
        number=percent(found.top_20),
        label=f"of sales come from the best fifth: {fifth}",
        says=says + (f"; {loss}." if loss else "."),
        so_what=_of_shares(found.top_20, once, fifth),
        how="The customers of the time named, sorted by their sales, best first; the number is the "
        "share of the first fifth of them in all sales of that time.",
        picture=partial(_tenths, seen),
    )
    return Candidate(finding, BACKGROUND if once >= NEARLY else NEWS)


def _of_shares(share: float, once: float, fifth: str) -> str:
    if once >= NEARLY:
        return (
            f"{percent(once)} of them ordered once in that time, so this is the size of one "
            "basket and no loyalty: win second orders before telling customers apart."
        )
    if share <= ALIKE:
        return (
            "Customers are much alike: what serves one serves all, so spend on the offer rather "
            "than on telling customers apart."
        )
    return (
        f"Treating all alike spends most where little is earned: give these {fifth} a care that "
        "the lower half does not get."
    )


def _losses(seen: Any, money: Money) -> str:  # noqa: ANN401
    """Say how many customers cost more than they brought in the period, where costs are known."""
    if "profit" not in seen.customers:
        return ""
    below = seen.customers["profit"] < 0
    if not below.any():
        return ""
    lost = money.short(-float(seen.customers.loc[below, "profit"].sum()))
    return f"on {count(below.sum(), 'customer')} the firm lost {lost}, at cost of goods alone"


def _tenths(seen: Any) -> Any:  # noqa: ANN401
    from centricity import plots

    if seen.deciles is None:
        return plots.segmentation.concentration(seen.concentration)
    return plots.lenses.deciles(seen.deciles)


def cohorts(audit: Audit) -> Candidate | None:
    """Say whether newer customers are as good as earlier ones were at the same age."""
    views = audit.views.value
    if views is None or views.cohorts.value is None or not len(views.cohorts.value.difference):
        return None
    seen, money = views.cohorts.value, Money(audit.options.currency)
    what = "profit" if "cumulative_profit" in seen.difference.index else "sales"
    row = {name: float(value) for name, value in seen.difference.loc[f"cumulative_{what}"].items()}
    if row["first"] <= 0:
        return None
    share = row["difference"] / row["first"]
    sure = row["low"] > 0 or row["high"] < 0
    old, new = map(born, seen.names)
    age = span_of(len(seen.by_age), seen.every)
    verdict = "as good as" if not sure else "better than" if share > 0 else "worth less than"
    again = seen.difference.loc["second_order_share"]
    finding = Finding(
        title=f"Customers who first came in {new} are {verdict} those of {old} at the same age",
        number=signed(share),
        label=f"{what} per new customer in the first {age}, {new} against {old}"
        + ("" if sure else ": within chance"),
        says=(
            f"In the first {age}, a customer of {new} brought {money(row['second'])}, one of "
            f"{old} {money(row['first'])} (difference {money.change(row['difference'])}, 95 % "
            f"interval {money(row['low'])} to {money(row['high'])}); "
            f"{percent(again['second'])} against {percent(again['first'])} ordered again."
        ),
        so_what=_of_cohorts(share, row["difference"], int(seen.sizes.iloc[1]), money)
        if sure
        else "The gap is within chance: there is no sign that growth is bought with worse "
        f"customers; look again {AGAIN[views.every]}.",
        how="Each customer's time counts from their own first order. Both cohorts are followed up "
        "to the last age that all their customers have lived through; amounts are means per "
        "customer acquired, whether still buying or not; the interval is that of the difference of "
        "two means.",
        picture=partial(_two_cohorts, seen, what, money.currency.replace("$", r"\$")),
    )
    return Candidate(finding, ALARM if sure and share < 0 else NEWS)


def span_of(ages: int, every: str) -> str:
    """Write a number of ages.

    >>> span_of(4, "Q"), span_of(1, "M"), span_of(9, "M")
    ('year', 'month', '9 months')
    """
    months = ages * {"W": 12 / 52, "M": 1, "Q": 3, "Y": 12}[every]
    if months == 12:
        return "year"
    if months % 12 == 0:
        return f"{months // 12} years"
    return "month" if months == 1 else f"{months:g} months"


def _of_cohorts(share: float, gap: float, size: int, money: Money) -> str:
    total = money.short(abs(gap) * size)
    if share > 0:
        return (
            f"Find out what changed for the better, and keep it: it is worth {total} on the "
            f"{count(size)} customers of the newer group."
        )
    return (
        f"Ask where the new ones come from before winning more of them: the {count(size)} of the "
        f"newer group are {total} short of what their forerunners brought."
    )


def _two_cohorts(seen: Any, what: str, currency: str) -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.lenses.two_cohorts_by_age(
        seen.by_age, measure=f"cumulative_{what}", every=seen.every, currency=currency
    )


def second_order(audit: Audit) -> Candidate | None:
    """Say how soon one cohort ordered again, where two can't be compared."""
    views = audit.views.value
    if views is None or views.cohort.value is None or views.cohorts.value is not None:
        return None
    seen = views.cohort.value
    curve = seen.second_purchase
    if not len(curve):
        return None
    last = curve.iloc[-1]
    share, days = float(last["share"]), int(curve.index[-1])
    name = born(seen.name)
    half = (
        f"Half of them had a second order within {count(seen.median_days, 'day')}."
        if seen.median_days is not None
        else "Less than half of them have come back so far."
    )
    finding = Finding(
        title=f"{percent(share)} of the customers who first came in {name} ordered again",
        number=percent(share),
        label=f"with a second order within {duration(days)}",
        says=f"{count(seen.size, 'customer')} first came in {name}. {half}",
        so_what=(
            "Nearly everybody comes back: what counts is how often and for how much, and whoever "
            "stays silent is worth a call."
            if share >= NEARLY
            else "The second order decides: ask soon after the first, while most of those who will "
            "come back still do."
        ),
        how="Share with an order on a second day within the days named; whoever was not watched "
        "that long counts for as long as they were watched (Kaplan-Meier).",
        picture=partial(_second, curve),
    )
    return Candidate(finding)


def _second(curve: Any) -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.lenses.second_purchase(curve)


def size(audit: Audit) -> Candidate | None:
    """Say how many ordered only once: what can be said of any file."""
    base = audit.base.value
    if base is None:
        return None
    seen, money = base.overview, Money(audit.options.currency)
    when = f"from {day(seen.first)} to {day(seen.last)}"
    placed = f"{count(seen.orders, 'order')} worth {money.short(seen.sales)}, {when}"
    if seen.customers == 1:
        finding = Finding(
            title="There is one customer only",
            number="1",
            label="customer in the file",
            says=f"They placed {placed}.",
            so_what="One customer is no base: check that the column of the customer's id is right.",
            how="Customers with an order in the file.",
            picture=None,
            no_picture="one customer makes no picture",
        )
        return Candidate(finding, ALARM)
    once = seen.once / seen.customers
    share = "None" if once == 0 else "All" if once == 1 else percent(once)
    finding = Finding(
        title=f"{share} of the customers ordered only once",
        number=percent(once),
        label="of customers with a single order so far",
        says=(
            f"{count(seen.once)} of {count(seen.customers)} have ordered on one day only. All "
            f"together placed {placed}."
        ),
        so_what=(
            "Everybody comes back: the next question is how often, and for how much."
            if once == 0
            else "Few stop after one order: the next question is how often the others order, and "
            "for how much."
            if once <= 1 - NEARLY
            else "The second order is the goal: ask a few of them what would bring them back, and "
            "try it on a random half of the rest."
        ),
        how="Customers with orders on one day only, divided by all customers.",
        picture=partial(_orders_each, base.customers["orders"]),
    )
    return Candidate(finding, NEWS if once >= NEARLY else BACKGROUND)


def _orders_each(orders: Any) -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.audit.orders_each(orders)
