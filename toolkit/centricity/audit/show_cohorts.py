"""Lenses three to five: one cohort as it ages, two side by side, and all of them together."""

import math
from functools import partial
from typing import Any

import pandas as pd

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.found_change import PERIODS
from centricity.audit.found_customers import span_of
from centricity.audit.found_worth import bound
from centricity.audit.html import Block
from centricity.audit.show_lens import (
    Heads,
    amount,
    lines,
    named,
    notes,
    picture,
    seen_by,
    sign_of,
    splits,
    wide,
    written,
)
from centricity.audit.show_periods import _groups, _of_groups
from centricity.audit.words import Money, born, count, decimal, ordinal, percent

MOST_AGES = 24
MOSTLY = 0.9
"""Share of a period that the data must cover to speak of it."""
AGES = {"W": "week", "M": "month", "Q": "quarter", "Y": "year"}
MEASURES = {
    "cumulative_orders": "Orders per customer", "cumulative_sales": "Sales per customer",
    "cumulative_profit": "Profit per customer", "second_order_share": "Share who ordered again",
}  # fmt: skip


def _lenses() -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.lenses


def one_cohort(audit: Audit) -> Block:
    """Show how the customers of one time of birth buy as they grow older."""
    part = seen_by(audit, "cohort")
    if part.value is None:
        return html.absent(part.reason)
    seen, sign = part.value, sign_of(audit)
    unit = AGES[seen.every]
    out = html.paragraph(_of_cohort(seen, Money(audit.options.currency)))
    out += picture(
        lambda: _lenses().active_share(seen.by_age, every=seen.every),
        f"Share of all customers of the cohort who ordered in each {unit} of their life. Without a "
        "contract nobody knows who has left: who is silent in one may buy in the next.",
    )
    out += picture(
        lambda: _lenses().second_purchase(seen.second_purchase),
        "Share with a second order by the days since the first (Kaplan-Meier, since some may still "
        "come).",
    )
    heads: Heads = {
        "active": ("Active", count), "active_share": ("Share active", percent),
        "orders_per_customer": ("Orders each", decimal), "sales_per_customer": ("Sales each", two),
        "profit_per_customer": ("Profit each", two), "cumulative_sales": ("Sales so far", two),
        "cumulative_profit": ("Profit so far", two),
    }  # fmt: skip
    out += lines(written(seen.by_age.head(MOST_AGES), heads), index=f"Age ({unit}s)")
    if len(seen.by_age) > MOST_AGES:
        out += html.paragraph(f"The first {MOST_AGES} of {len(seen.by_age)} ages.", "note")
    out += html.paragraph("“Each” is per customer acquired, whether still buying or not.", "note")
    shown = splits(
        audit, "cohort", lambda table, name: _of_groups(table, name, "sales"), _groups,
        lambda table: _lenses().by_group(table, measure="sales", currency=sign),
        "Sales to date of this cohort",
    )  # fmt: skip
    return out + shown + notes(seen.notes)


def two(value: float) -> str:
    """Write an amount per customer with two digits."""
    return decimal(value)


def _of_cohort(seen: Any, money: Money) -> str:  # noqa: ANN401
    each = float(seen.value_to_date["sales"].sum()) / seen.size
    text = (
        f"{count(seen.size, 'customer')} first came in {born(seen.name)}; to date each has brought "
        f"{money(each)} on average."
    )
    if len(seen.by_age) > 1:
        unit, last = AGES[seen.every], len(seen.by_age) - 1
        shares = seen.by_age["active_share"]
        text += f" In the second {unit} of their life {percent(shares.iloc[1])} ordered"
        if last > 1:
            text += f", in the {ordinal(last + 1)} {percent(shares.iloc[last])}"
        text += "."
    if seen.median_days is not None:
        return f"{text} Half of them had a second order within {count(seen.median_days, 'day')}."
    return f"{text} Less than half of them have ordered a second time so far."


def two_cohorts(audit: Audit) -> Block:
    """Show whether newer customers are as good as earlier ones were at the same age."""
    part = seen_by(audit, "cohorts")
    if part.value is None:
        return html.absent(part.reason)
    seen, sign = part.value, sign_of(audit)
    if not len(seen.difference):
        why = "the two cohorts have no complete age in common"
        return html.absent(why) + notes(seen.notes)
    what = "profit" if "cumulative_profit" in seen.difference.index else "sales"
    out = html.paragraph(_of_two(seen, what, Money(audit.options.currency)))
    out += picture(
        lambda: _lenses().two_cohorts_by_age(
            seen.by_age, measure=f"cumulative_{what}", every=seen.every, currency=sign
        ),
        f"{what.capitalize()} per customer acquired up to each age: at the same age, the seasons "
        "differ.",
    )
    out += picture(
        lambda: _lenses().two_cohorts_by_calendar(
            seen.by_calendar, measure=f"{what}_per_customer", currency=sign
        ),
        f"{what.capitalize()} per customer acquired in each calendar {AGES[seen.every]}: in the "
        "same season, the ages differ.",
    )
    out += _differences(seen) + splits(
        audit,
        "cohorts",
        _of_two_groups,
        _two_groups,
        partial(_draw_two_groups, sign),
        "Difference in sales per customer acquired",
    )
    return out + notes(seen.notes)


def _of_two(seen: Any, what: str, money: Money) -> str:  # noqa: ANN401
    row = seen.difference.loc[f"cumulative_{what}"]
    old, new = map(born, seen.names)
    verdict = "more than chance explains" if row["low"] > 0 or row["high"] < 0 else "within chance"
    return (
        f"In the first {span_of(len(seen.by_age), seen.every)}, one of the "
        f"{count(seen.sizes.iloc[1])} customers who first came in {new} brought "
        f"{money(row['second'])} of {what}, one of the {count(seen.sizes.iloc[0])} of {old} "
        f"{money(row['first'])}: a difference of {money.change(row['difference'])}, {verdict}."
    )


def _differences(seen: Any) -> Block:  # noqa: ANN401
    rows = []
    for name, row in seen.difference.iterrows():
        form = percent if name == "second_order_share" else decimal
        rows.append([*map(form, row[["first", "second", "difference"]]),
                     f"{form(row['low'])} to {form(row['high'])}"])  # fmt: skip
    heads = [*map(born, seen.names), "Difference", "95 % interval"]
    index = pd.Index([MEASURES[str(name)] for name in seen.difference.index])
    shown = pd.DataFrame(rows, index=index, columns=heads)
    ages = span_of(len(seen.by_age), seen.every)
    return lines(shown, index=f"In the first {ages}")


def _of_two_groups(table: pd.DataFrame, name: str) -> str:
    gap = _gap(named(table))
    most = int(gap.abs().to_numpy().argmax())
    return (
        f"Per customer acquired, sales changed most in the {name} ‘{gap.index[most]}’: by "
        f"{Money().change(float(gap.iloc[most]))}."
    )


def _gap(table: pd.DataFrame) -> pd.Series:
    """Sales per customer acquired in each group, the newer cohort's less the older one's."""
    old, new = (
        table[cohort]["sales_per_customer"]
        for cohort in dict.fromkeys(table.columns.get_level_values(0))
    )
    return new - old


def _draw_two_groups(sign: str, table: pd.DataFrame) -> Any:  # noqa: ANN401
    title = "Sales per customer acquired: the newer cohort's less the older one's"
    return _lenses().by_group(
        pd.DataFrame({"change": _gap(table)}), measure="change", currency=sign, title=title
    )


def _two_groups(table: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(index=table.index.astype(str))
    for cohort, measure in zip(*map(table.columns.get_level_values, (0, 1)), strict=True):
        head = f"{str(measure).split('_')[0].capitalize()} each, {born(str(cohort))}"
        shown[head] = [decimal(value) for value in table[cohort][measure]]
    return shown


def all_cohorts(audit: Audit) -> Block:
    """Show all cohorts together: who brings the sales, who comes back, how many are needed."""
    part = seen_by(audit, "history")
    if part.value is None:
        return html.absent(part.reason)
    seen, sign = part.value, sign_of(audit)
    out = html.paragraph(_of_history(seen, Money(audit.options.currency)))
    out += picture(
        lambda: _lenses().stacked_cohorts(seen.sales, currency=sign, title=_from_earlier(seen)),
        "Sales of each period by the time at which the customers first came.",
    )
    out += _money_table(seen)
    days = audit.views.found.within
    out += html.heading("Who comes back, by time of the first order") + picture(
        lambda: _lenses().repeat_by_birth(seen.repeat_by_birth, days=days),
        f"Share of each cohort with a second order within {days} days, of those watched that long.",
    )
    out += _repeat(seen.repeat_by_birth) + _needed(audit)
    shown = splits(
        audit,
        "history",
        _of_groups_by_birth,
        _by_birth,
        partial(_draw_by_birth, sign),
        "Sales to date of all cohorts",
    )
    return out + shown + notes(seen.notes)


def _from_earlier(seen: Any) -> str | None:  # noqa: ANN401
    last = lived_through(seen.sales.columns, seen.end)
    whole = float(seen.sales[last].sum())
    if whole <= 0:
        return None
    old = 1 - float(seen.sales[last][seen.sales.index == last].sum()) / whole
    return f"In {last}, {old:.0%} of sales came from earlier cohorts".replace("%", " %")


def _of_history(seen: Any, money: Money) -> str:  # noqa: ANN401
    last, word = lived_through(seen.sales.columns, seen.end), PERIODS.get(seen.period, "period")
    column = seen.sales[last]
    whole = float(column.sum())
    fresh = float(column[column.index == last].sum())
    part = f", {percent(fresh / whole)} of them from customers new in it" if whole > 0 else ""
    return (
        f"The {count(seen.sizes.sum(), 'customer')} in this file first came in "
        f"{count(len(seen.sizes), word)}. In {born(str(last))}, sales were {money.short(whole)}"
        f"{part}; the rest came from customers won before."
    )


def lived_through(periods: pd.Index, end: pd.Timestamp) -> Any:  # noqa: ANN401
    """Return the last period of which the data cover most; the last of all if there is no other.

    >>> lived_through(pd.Index(["2023", "2024"]), pd.Timestamp("2024-01-02"))
    '2023'
    """
    last = pd.Period(str(periods[-1]))
    days = (last.end_time.normalize() - last.start_time).days + 1
    covered = (end - last.start_time).days + 1
    return periods[-2] if covered < MOSTLY * days and len(periods) > 1 else periods[-1]


def _money_table(seen: Any) -> Block:  # noqa: ANN401
    table, cut = wide(seen.sales)
    shown = table.map(amount)
    shown.columns = pd.Index([str(period) for period in table.columns])
    shown.insert(0, "Customers", [count(size) for size in seen.sizes])
    shown.index = pd.Index([str(cohort) for cohort in table.index])
    shown.loc["All"] = [count(seen.sizes.sum()), *map(amount, table.sum())]
    says = f"Sales by time of the first order (rows) and of the sale (columns). {cut}".strip()
    return lines(shown, index="First came in", total=True) + html.paragraph(says, "note")


def _repeat(table: pd.DataFrame) -> Block:
    heads: dict[str, Any] = {"customers": ("Customers", count)}
    for days in (90, 180, 365):
        heads[f"observed_{days}"] = (f"Watched {days} days", count)
        heads[f"repeat_{days}"] = ("ordered again", percent)
    shown = pd.DataFrame(index=table.index.astype(str))
    for name, (head, form) in heads.items():
        while head in shown:
            head += " "
        shown[head] = [form(value) for value in table[name]]
    return lines(shown, index="First came in")


def _needed(audit: Audit) -> Block:
    views, money = audit.views.found, Money(audit.options.currency)
    word = PERIODS[views.needed_every]
    out = html.heading(f"New customers that the next {word} needs")
    found = views.needed.value
    if found is None:
        return out + html.absent(views.needed.reason)
    text = (
        f"To sell as much as in the last {word} ({money.short(views.target)}), the next needs "
        f"{count(found.new_customers, 'new customer')}, {_range(found)}; the last {word} brought "
        f"{count(found.acquired_last)}. Customers there already are expected to bring "
        f"{money.short(found.existing)}, and a new one {money(found.per_new)} in the {word} of "
        "joining."
    )
    if pd.notna(found.if_trend_continues):
        trend = bound(found.if_trend_continues)
        if trend != count(found.new_customers):
            text += f" If newer cohorts go on changing as they did, {trend} are needed."
    if views.needed_every != "Y":
        text += f" The season is not allowed for: one {word} is not like the next."
    cases = {"low": found.low, "expected": found.new_customers, "high": found.high}
    cases = {name: value for name, value in cases.items() if math.isfinite(value)}
    drawn = picture(
        lambda: _lenses().new_customers(cases, acquired_last=found.acquired_last),
        f"New customers needed in the next {word} for the sales of the last: low case, expected, "
        "high case; and how many the last one brought.",
    )
    assumed = html.paragraph("This takes for granted that", "note") + html.bullets(
        [f"{one};" for one in found.assumptions[:-1]] + [f"{found.assumptions[-1]}."], "notes"
    )
    return out + html.paragraph(text) + drawn + assumed


def _range(found: Any) -> str:  # noqa: ANN401
    if not math.isfinite(found.high):
        few = "or none at all" if round(found.low) == 0 else f"or only {count(found.low)}"
        return f"{few}, with {bound(found.high)}: these data do not settle it"
    return f"between {count(found.low)} and {count(found.high)} in {percent(found.level)} of cases"


def _of_groups_by_birth(table: pd.DataFrame, name: str) -> str:
    first, last = table.columns[0], table.columns[-1]
    tops = [named(table)[cohort].idxmax() for cohort in (first, last)]
    return (
        f"Most sales of the customers who first came in {born(str(first))} were in the {name} "
        f"‘{tops[0]}’; of those of {born(str(last))}, in ‘{tops[1]}’."
    )


def _draw_by_birth(sign: str, table: pd.DataFrame) -> Any:  # noqa: ANN401
    return _lenses().by_group(
        pd.DataFrame({"sales": table.sum(axis=1)}), measure="sales", currency=sign
    )


def _by_birth(table: pd.DataFrame) -> pd.DataFrame:
    cells, _ = wide(table)
    shown = cells.map(amount)
    shown.columns = pd.Index([str(cohort) for cohort in cells.columns])
    shown.index = shown.index.astype(str)
    return shown
