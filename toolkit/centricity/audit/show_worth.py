"""What the customers are worth, and how far to trust that."""

import numpy as np
import pandas as pd

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.caveats import one_margin
from centricity.audit.findings import FAIR, GOOD
from centricity.audit.html import Block
from centricity.audit.words import UNIT_WORDS, Money, count, day, decimal, percent, years
from centricity.audit.worth import Worth

MEANING = {
    "r": "how alike customers are in their pace (larger: more alike)",
    "alpha": "with r, the mean pace: r / alpha repeat purchases per {unit}",
    "a": "with b, the chance of leaving after a purchase",
    "b": "mean chance of leaving is a / (a + b)",
    "p": "how steady one customer's amounts are",
    "q": "how alike customers are in what they spend",
    "gamma": "scale of the amounts",
}
STRONG = 0.3


def models(audit: Audit) -> Block:
    """Show the fitted models with standard errors and a verdict."""
    worth = audit.worth.value
    if worth is None:
        return html.absent(audit.worth.reason)
    out = html.NOTHING
    for title, part in (
        ("How often they buy, and when they leave: BG/NBD", worth.purchases),
        ("What they spend: gamma-gamma", worth.spend),
    ):
        out += html.heading(title)
        if part.value is None:
            out += html.absent(part.reason)
            continue
        fit = part.value
        unit = UNIT_WORDS[audit.options.unit].removesuffix("s")
        meaning = [MEANING[name].format(unit=unit) for name in fit.params.index]
        table = fit.summary().assign(meaning=meaning)
        names = {
            "estimate": "Estimate", "std_error": "Standard error", "lower": "95 % from",
            "upper": "to", "meaning": "Meaning",
        }  # fmt: skip
        numbers = dict.fromkeys(["estimate", "std_error", "lower", "upper"], _four)
        out += html.table(table, names, numbers, index="Parameter")
        out += html.paragraph(
            f"Verdict: the estimation settled on {count(fit.n, 'customer')}; log-likelihood "
            f"{decimal(fit.loglike, 1)}.",
            "note",
        )
    return out + _spend_notes(worth)


def _four(value: float) -> str:
    return decimal(value, 4 if abs(value) < 10 else 2)


def _spend_notes(worth: Worth) -> Block:
    if worth.spend.value is None:
        return html.NOTHING
    said = []
    if np.isfinite(worth.dependence):
        strong = abs(worth.dependence) > STRONG
        word = (
            "that is strong enough to bias the values; read them as a ranking"
            if strong
            else "weak enough for the model, which takes the two to be independent"
        )
        said.append(
            f"Rank correlation between how often customers buy and how much: "
            f"{decimal(worth.dependence)}; {word}."
        )
    if worth.free_of_charge:
        said.append(
            f"{count(worth.free_of_charge, 'customer')} made only repeat purchases of no value: "
            "left out of this fit, and expected to spend little."
        )
    return html.paragraph(" ".join(said), "note") if said else html.NOTHING


def test(audit: Audit) -> Block:
    """Show how the model did on the part of the data that it had not seen."""
    from centricity import plots

    worth = audit.worth.value
    if worth is None:
        return html.absent(audit.worth.reason)
    held = worth.holdout.value
    if held is None:
        return html.absent(worth.holdout.reason)
    tracked = html.figure(
        lambda: plots.clv.tracking(held.tracked),
        f"Repeat purchases to date. The model was fitted on the orders up to "
        f"{day(held.calibration_end)} (left of the grey line) and then left alone.",
    )
    forecast = html.figure(
        lambda: plots.clv.holdout(held.by_frequency),
        "Customers grouped by their repeat purchases before the line: what they then bought, what "
        "the model expected, and what a spreadsheet expects that lets everybody go on as before.",
    )
    return html.paragraph(_verdict(held.miss), "verdict") + tracked + forecast


def _verdict(miss: float) -> str:
    side = "too many" if miss > 0 else "too few"
    said = f"On the last third of the time, the model expected {percent(abs(miss))} {side} repeat "
    if abs(miss) <= GOOD:
        return f"{said}purchases. That is good: totals and ranking can be used."
    if abs(miss) <= FAIR:
        return (
            f"{said}purchases. That is fair: use the ranking, and totals with that margin in mind."
        )
    return (
        f"{said}purchases. That is poor: something changed that the model doesn't know (a season, "
        "a campaign, a new assortment). Use the ranking at most, and no totals."
    )


def frequencies(audit: Audit) -> Block:
    """Show customers by number of repeat purchases, beside the model's expectation."""
    from centricity import plots

    worth = audit.worth.value
    if worth is None:
        return html.absent(audit.worth.reason)
    if worth.frequencies.value is None:
        return html.absent(worth.frequencies.reason)
    return html.figure(
        lambda: plots.clv.frequencies(worth.frequencies.found),
        "How many customers made no repeat purchase, one, two and so on: in the data, and under "
        "the model fitted to all of it.",
    )


def alive(audit: Audit) -> Block:
    """Show how likely those who came back are still customers."""
    from centricity import plots

    if audit.worth.value is None:
        return html.absent(audit.worth.reason)
    if "p_alive" not in audit.customers:
        return html.absent(audit.worth.found.purchases.reason)
    back = audit.customers.loc[audit.customers["frequency"] > 0, "p_alive"]
    gone = int((back < 0.5).sum())
    title = f"{gone:,} of {len(back):,} returning customers have probably left"
    return html.figure(
        lambda: plots.audit.p_alive(back, title=title),
        "P(alive) of the customers with at least one repeat purchase: red where they are likelier "
        "gone than not. Those seen once are not shown: BG/NBD lets nobody leave before a second "
        "purchase, so it calls every one of them alive, which is a limit of the model and no news.",
    )


def value(audit: Audit) -> Block:
    """Show lifetime value by tier, with intervals."""
    from centricity import plots

    worth = audit.worth.value
    if worth is None:
        return html.absent(audit.worth.reason)
    if worth.by_tier.value is None:
        return html.absent(worth.by_tier.reason)
    table, opts = worth.by_tier.value, audit.options
    money, ahead = Money(opts.currency), years(opts.horizon)
    shown = table.assign(
        mean_interval=_interval(table, "mean"), total_interval=_interval(table, "total")
    )
    names = {
        "customers": "Customers", "mean": f"Mean ({money.unit})", "mean_interval": "90 % interval",
        "total": f"Total ({money.unit})", "total_interval": "90 % interval ",
        "share": "Share of value",
    }  # fmt: skip
    formats = {
        "customers": count, "mean": Money(), "mean_interval": str, "total": Money(),
        "total_interval": str, "share": percent,
    }  # fmt: skip
    kind = "sales" if opts.margin is None else f"contribution ({percent(opts.margin)} of sales)"
    apart = one_margin(audit)
    text = (
        f"Lifetime value is the {kind} expected over the next {ahead}, discounted at "
        f"{percent(opts.discount_rate)} a year, before the cost of keeping the customer. The "
        "intervals cover what the data leave open about the models' parameters, not the luck of "
        "single customers, nor a market that changes." + (apart and f" {apart}")
    )
    tiers = table.drop(index="all")
    drawn = html.NOTHING
    if len(tiers) > 1:
        unit = opts.currency.replace("$", r"\$") or "money"
        drawn = html.figure(
            lambda: plots.audit.worth(tiers, unit=unit),
            f"Mean lifetime value of a customer over the next {ahead}, by tier of sales to date; "
            "the line at each bar's end is the 90 % interval.",
        )
    return html.paragraph(text) + drawn + html.table(
        shown, names, formats, index="Tier", last_is_total=True
    )  # fmt: skip


def _interval(table: pd.DataFrame, name: str) -> list[str]:
    money = Money()
    pairs = zip(table[f"{name}_lower"], table[f"{name}_upper"], strict=True)
    return [f"{money(low)} to {money(high)}" for low, high in pairs]


def best_customers(audit: Audit, most: int = 15) -> Block:
    """Show the customers with the highest value still to come."""
    customers = audit.customers
    if customers.empty:
        return html.absent(audit.base.reason)
    by = "clv" if "clv" in customers else "spend"
    shown = customers.sort_values(by, ascending=False, kind="stable").head(most).copy()
    shown["last_order"] = [f"{moment:%Y-%m-%d}" for moment in shown["last_order"]]
    money = Money()
    names = {"orders": "Orders", "spend": "Sales to date", "last_order": "Last order"}
    formats = {"orders": count, "spend": money, "p_alive": percent, "clv": money}
    for column, name in (
        ("p_alive", "P(alive)"), ("clv", "Lifetime value"), ("group", "Group"),
    ):  # fmt: skip
        if column in shown:
            names[column] = name
    said = "value still to come" if by == "clv" else "sales to date"
    text = f"The first {count(len(shown), 'customer')} by {said}; all are in customers.csv."
    return html.paragraph(text) + html.table(shown, names, formats, index="Customer")
