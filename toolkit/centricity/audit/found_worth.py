"""Findings about the future: what the base is worth, who is left, and whom to act on first."""

import math
from functools import partial
from typing import Any

import pandas as pd

from centricity.audit.analysis import Audit
from centricity.audit.base import Base
from centricity.audit.candidate import ALARM, BACKGROUND, NEWS, Candidate
from centricity.audit.finding import Finding
from centricity.audit.words import Money, count, percent, years
from centricity.audit.worth import Worth

GOOD, FAIR = 0.10, 0.25
"""Relative misses of the hold-out total up to which a forecast is called good, or fair."""
LARGE = 0.05
"""Share of recent sales from which customers who have fallen silent are an alarm."""


def recent_span(base: Base) -> str:
    """Name the time that recent sales cover: a year, or all there is."""
    return "last twelve months" if base.overview.days > 365 else "time of this file"


def worth(audit: Audit) -> Candidate | None:
    """Say what the base is worth and whether the forecast can be trusted."""
    part = audit.worth.value
    if part is None or part.by_tier.value is None:
        return None
    table, money = part.by_tier.value, Money(audit.options.currency)
    whole, top = (row.to_dict() for row in (table.T["all"], table.iloc[0]))
    kind = "in sales" if audit.options.margin is None else "in contribution"
    ahead = years(audit.options.horizon)
    text = (
        f"90 % interval {money.short(whole['total_lower'])} to "
        f"{money.short(whole['total_upper'])}, discounted; a customer is worth "
        f"{money(whole['mean'])} on average"
    )
    if len(table) > 2:
        text += (
            f", and the {count(top['customers'])} of the {table.index[0]} tier hold "
            f"{percent(top['share'])} of it"
        )
    finding = Finding(
        title=f"Today's customers are worth {money.short(whole['total'])} {kind} over the next "
        f"{ahead}",
        number=money.brief(whole["total"]),
        label=f"{kind[3:]} expected from today's customers in the next {ahead}",
        says=f"{text}. {_trust(part)}",
        so_what=_use(audit, whole["mean"], top["mean"], str(table.index[0])),
        how="For each customer, the orders that the model expects times the sales per order that "
        "it expects times the margin, later money counting less; the number is the sum over all "
        "customers.",
        picture=partial(_tiers, table, money.unit),
    )
    poor = part.holdout.value is not None and abs(part.holdout.value.miss) > FAIR
    return Candidate(finding, ALARM if poor else NEWS)


def _trust(part: Worth) -> str:
    held = part.holdout.value
    if held is None:
        return f"The forecast could not be tested: {part.holdout.reason}."
    side = "too many" if held.miss > 0 else "too few"
    return (
        f"Tested on the last third of the time, which it had not seen, the model expected "
        f"{percent(abs(held.miss))} {side} purchases."
    )


def _use(audit: Audit, mean: float, best: float, tier: str) -> str:
    held, money = audit.worth.found.holdout.value, Money(audit.options.currency)
    if held is not None and abs(held.miss) > FAIR:
        return "Use the ranking of customers, not the amounts: the forecast failed its test."
    worth = f"{money(mean)} on average"
    if best > 1.5 * mean:
        worth += f", {money(best)} in the {tier} tier"
    said = f"No action may cost more than a customer is worth: {worth}"
    if audit.options.margin is None:
        said = f"A customer will still buy for {worth}: only your margin of that can be spent"
    if held is None or abs(held.miss) <= GOOD:
        return f"{said}."
    return f"{said}; the forecast is good for ranking, rough for totals."


def _tiers(table: pd.DataFrame, unit: str) -> Any:  # noqa: ANN401
    from centricity import plots

    rows = table.drop(index="all")
    unit = unit.replace("$", r"\$")
    return plots.audit.worth(rows if len(rows) else table, unit=unit)


def no_worth(audit: Audit) -> Candidate | None:
    """Say why no value of the future can be given."""
    part = audit.worth.value
    if part is None or part.by_tier.value is not None:
        return None
    finding = Finding(
        title="The file does not yet tell what the customers are worth",
        number="?",
        label="lifetime value cannot be estimated",
        says=f"No lifetime values can be given: {part.by_tier.reason}.",
        so_what="Decide by what customers have brought so far, and audit again when more of them "
        "have had the time to come back.",
        how="There is no number; the reason stands in the evidence.",
        picture=None,
        no_picture="there is no value to draw",
    )
    return Candidate(finding, BACKGROUND)


def first(audit: Audit) -> Candidate | None:
    """Say whom to act on first, and how many new customers are needed."""
    table = audit.priorities.value
    if table is None or not len(table) or audit.base.value is None:
        return None
    money, base = Money(audit.options.currency), audit.base.value
    name, row = str(table.index[0]), table.iloc[0].to_dict()
    recent, people = float(row["sales_last_year"]), count(row["customers"], "customer")
    text = f"{people} ({row['who']}) spent {money.short(recent)} in the {recent_span(base)}"
    action = f"{row['action']}."
    if "clv" in table:
        each = float(row["clv"]) / float(row["customers"])
        kind = "sales" if audit.options.margin is None else "contribution"
        text += (
            f" and on the odds still hold {money.short(float(row['clv']))} of future {kind}, "
            f"{money(each)} each"
        )
        limit = money(each) if audit.options.margin is not None else f"the margin of {money(each)}"
        action = f"{row['action']}; spend less than {limit} on each."
    finding = Finding(
        title=f"First to do: {name[0].lower()}{name[1:]} {people}",
        number=count(row["customers"]),
        label=f"customers: {row['who']}",
        says=f"{text}.",
        so_what=action,
        how="Customers are put into groups by value tier and life stage; the number counts those "
        "of the group named.",
        picture=partial(_groups, table, recent_span(base), money.unit),
    )
    whole = float(table["sales_last_year"].sum())
    alarm = name == "Win back" and whole > 0 and _returning(audit, name) / whole > LARGE
    return Candidate(finding, ALARM if alarm else NEWS)


def _returning(audit: Audit, group: str) -> float:
    """Recent sales of those in a group who have ever come back: only they can be lost."""
    seen = audit.customers
    mine = (seen["group"] == group) & (seen["frequency"] > 0)
    return float(seen.loc[mine, "sales_last_year"].sum())


def bound(value: float) -> str:
    """Write a number of customers that may have no upper bound.

    >>> bound(1512.3), bound(float("inf"))
    ('1,512', 'no upper bound that can be told')
    """
    return count(value) if math.isfinite(value) else "no upper bound that can be told"


def _groups(table: pd.DataFrame, span: str, unit: str) -> Any:  # noqa: ANN401
    from centricity import plots

    sales = table["sales_last_year"]
    part = percent(float(sales.iloc[0]) / float(sales.sum())) if sales.sum() > 0 else ""
    title = f"The group “{table.index[0]}” holds {part} of these sales" if part else None
    label = f"Sales, {span} ({unit})".replace("$", r"\$")
    return plots.audit.groups(table, unit=label, title=title)


def alive(audit: Audit) -> Candidate | None:
    """Say how many of those who came back have probably left since."""
    if "p_alive" not in audit.customers:
        return None
    back = audit.customers.loc[audit.customers["frequency"] > 0, "p_alive"]
    gone = int((back < 0.5).sum())
    share = percent(gone / len(back))
    finding = Finding(
        title=f"{share} of the customers who came back have probably left since",
        number=share,
        label="of returning customers are likelier gone than not",
        says=(
            f"Of {count(len(back), 'customer')} with a repeat purchase, {count(gone)} are likelier "
            f"gone than not; about {count(back.sum())} are expected to be customers still."
        ),
        so_what="Count on those who are left, not on the list of addresses: plan with the number "
        "still there.",
        how="Customers who came back and whose P(alive) is below one half, divided by all who came "
        "back.",
        picture=partial(_alive, back),
    )
    return Candidate(finding, BACKGROUND)


def _alive(back: pd.Series) -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.audit.p_alive(back)
