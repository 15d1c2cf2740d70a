"""Lens one and two: the customers of one period, and what changed from one to the next."""

from typing import Any

import pandas as pd

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.found_change import DRIVERS, main_driver, waterfall
from centricity.audit.html import Block
from centricity.audit.show_lens import (
    Heads,
    amount,
    gain,
    lines,
    named,
    notes,
    picture,
    seen_by,
    sign_of,
    splits,
    written,
)
from centricity.audit.words import Money, count, day, decimal, percent, signed

QUANTILES = {0.1: "10 %", 0.25: "25 %", 0.5: "50 %", 0.75: "75 %", 0.9: "90 %", 0.99: "99 %"}
BOUGHT = {
    "only before": "Only in the first", "both": "In both", "only after": "Only in the second",
    "new to the firm": "… of these new", "came back": "… of these came back",
    "refunds only": "Refunds only",
}  # fmt: skip
FACTORS = {
    "customers": "Customers", "orders_per_customer": "× orders per customer",
    "sales_per_order": "× sales per order", "margin": "× margin",
}  # fmt: skip


def one_period(audit: Audit) -> Block:
    """Show how unlike the customers of one period are."""
    part = seen_by(audit, "period")
    if part.value is None:
        return html.absent(part.reason)
    seen, sign = part.value, sign_of(audit)
    return (
        html.paragraph(_of_period(seen, Money(audit.options.currency)))
        + picture(
            lambda: _lenses().distribution(seen.customers, measure="sales", currency=sign),
            "Customers of the period by what each of them spent in it.",
        )
        + _spread(seen.distributions)
        + _tenths(seen)
        + splits(
            audit, "period", lambda table, name: _of_groups(table, name, "sales"), _groups,
            lambda table: _lenses().by_group(table, measure="sales", currency=sign),
            "Sales of the period",
        )
        + notes(seen.notes)
    )  # fmt: skip


def _lenses() -> Any:  # noqa: ANN401
    from centricity import plots

    return plots.lenses


def _of_period(seen: Any, money: Money) -> str:  # noqa: ANN401
    totals, middle = seen.totals, float(seen.distributions.loc[0.5, "sales"])
    mean = float(totals["sales_per_customer"])
    text = (
        f"From {day(seen.start)} to {day(seen.end)}, {count(totals['customers'], 'customer')} "
        f"placed {count(totals['orders'], 'order')} worth {money.short(totals['sales'])}"
    )
    if "profit" in totals:
        left = f"{money.short(totals['profit'])} of profit, {percent(totals['margin'])} of sales"
        text += f", which left {left}"
    text += (
        f". That is {decimal(totals['orders_per_customer'])} orders and {money(mean)} each on "
        f"average; half of the customers spent {money(middle)} or less"
    )
    few = ": few large customers pull the average up"
    return text + (few if middle < 0.8 * mean else "") + "."


def _spread(table: pd.DataFrame) -> Block:
    known: Heads = {
        "orders": ("Orders", count), "sales": ("Sales", amount),
        "sales_per_order": ("Sales per order", amount), "profit": ("Profit", amount),
    }  # fmt: skip
    rows = table.loc[[one for one in QUANTILES if one in table.index]]
    shown = written(rows, known).T.set_axis([QUANTILES[one] for one in rows.index], axis=1)
    said = "Read: so many per cent of the customers of the period have this or less."
    return html.heading("How customers are spread") + lines(shown, index="Per customer") + (
        html.paragraph(said, "note")
    )  # fmt: skip


def _tenths(seen: Any) -> Block:  # noqa: ANN401
    out = html.heading("How unequal they are")
    if seen.deciles is None:
        return out  # the notes of the lens say why
    drawn = picture(
        lambda: _lenses().deciles(seen.deciles),
        "Customers sorted from best to worst and cut into ten groups of equal size.",
    )
    heads: Heads = {
        "customers": ("Customers", count), "total": ("Sales", amount),
        "total_share": ("Share of sales", percent), "cumulative_share": ("Share so far", percent),
        "mean": ("Mean of each", amount), "lowest": ("From", amount), "highest": ("To", amount),
    }  # fmt: skip
    out += drawn + lines(written(seen.deciles, heads), index="Tenth (1 = best)")
    if seen.deciles_profit is None:
        return out
    profit: Heads = {
        **heads,
        "total": ("Profit", amount),
        "total_share": ("Share of profit", percent),
    }
    return out + html.heading("The same by profit") + lines(
        written(seen.deciles_profit, profit), index="Tenth (1 = best)"
    )  # fmt: skip


def _of_groups(table: pd.DataFrame, name: str, column: str) -> str:
    """Say which group has most."""
    alone, whole = named(table)[column], float(table[column].sum())
    best = alone.idxmax()
    part = f", {percent(float(alone.max()) / whole)} of all" if whole > 0 else ""
    return f"The {name} ‘{best}’ has most sales{part}."


def _groups(table: pd.DataFrame) -> pd.DataFrame:
    heads: Heads = {
        "customers": ("Customers", count), "orders": ("Orders", count), "sales": ("Sales", amount),
        "sales_share": ("Share of sales", percent), "profit": ("Profit", amount),
        "sales_per_customer": ("Sales per customer of the cohort", amount),
    }  # fmt: skip
    shown = written(table, heads)
    if "profit" in table:
        margin = table["profit"] / table["sales"].where(table["sales"] > 0)
        shown["Margin"] = [percent(one) for one in margin]
    return shown


def two_periods(audit: Audit) -> Block:
    """Show what changed from one period to the next, through whom and by which factor."""
    part = seen_by(audit, "periods")
    if part.value is None:
        return html.absent(part.reason)
    seen, sign, names = part.value, sign_of(audit), audit.views.found.spans.found.names
    what = "profit" if "profit" in seen.totals else "sales"
    if not seen.totals.loc[["before", "after"], what].any():
        return html.absent(f"there are no {what} in either period: all amounts are zero")
    out = html.paragraph(_of_change(seen, what, names, Money(audit.options.currency)))
    out += _totals(seen.totals, names)
    out += picture(
        lambda: waterfall(seen, what, sign),
        f"From the {what} of one period to those of the next: what customers who stayed away took, "
        "what new and returning ones brought, and how those who bought in both changed.",
    )
    out += picture(
        lambda: _lenses().factors(seen.multiplicative, measure=what, currency=sign),
        "The same change as a product of averages: how much of it each factor accounts for.",
    )
    out += _factors(seen.multiplicative) + _overlap(seen.overlap, sign) + _moves(seen)
    shown = splits(
        audit, "periods", _of_group_change, _changed_groups,
        lambda table: _lenses().by_group(table, measure="change", currency=sign),
        "Change in sales",
    )  # fmt: skip
    return out + shown + notes(seen.notes)


def _of_change(seen: Any, what: str, names: tuple[str, str], money: Money) -> str:  # noqa: ANN401
    before, gap = (float(seen.totals.loc[row, what]) for row in ("before", "change"))
    share = f" ({signed(gap / before)})" if before > 0 else ""
    text = (
        f"{what.capitalize()} changed by {money.change(gap)}{share} from {names[0]} "
        f"({day(seen.before[0])} to {day(seen.before[1])}) to {names[1]} ({day(seen.after[0])} to "
        f"{day(seen.after[1])})"
    )
    driver, way = main_driver(seen.multiplicative, what, gap)
    return text + (f", mostly because {DRIVERS[driver][way < 0]}." if driver else ".")


def _totals(table: pd.DataFrame, names: tuple[str, str]) -> Block:
    heads: Heads = {
        "sales": ("Sales", amount), "profit": ("Profit", amount),
        "customers": ("Customers", count), "orders_per_customer": ("Orders per customer", decimal),
        "sales_per_order": ("Sales per order", decimal), "margin": ("Margin", percent),
    }  # fmt: skip
    shown = written(table.loc[["before", "after"]], heads)
    shown.index = pd.Index([f"{name[0].upper()}{name[1:]}" for name in names])
    change = []
    for name in heads:
        if name in table:
            before, after = (float(table[name][row]) for row in ("before", "after"))
            change.append(signed(after / before - 1) if before > 0 else "–")
    shown.loc["Change"] = change
    return lines(shown, index="", total=True)


def _factors(table: pd.DataFrame) -> Block:
    heads: Heads = {
        "before": ("Before", decimal), "after": ("After", decimal), "ratio": ("Ratio", decimal),
        "sales": ("Part of the change in sales", gain), "profit": ("… in profit", gain),
    }  # fmt: skip
    shown = written(table, heads)
    for when in ("before", "after"):
        shown.loc["customers", when.capitalize()] = count(float(table[when]["customers"]))
        if "margin" in table.index:
            shown.loc["margin", when.capitalize()] = percent(float(table[when]["margin"]))
    shown.index = pd.Index([FACTORS[str(name)] for name in table.index])
    return lines(shown, index="Factor")


def _overlap(table: pd.DataFrame, sign: str) -> Block:
    heads: Heads = {
        "customers": ("Customers", count), "sales_before": ("Sales before", amount),
        "sales_after": ("Sales after", amount), "change": ("Change", gain),
        "change_profit": ("Change in profit", gain),
    }  # fmt: skip
    shown = written(table, heads)
    shown.index = pd.Index([BOUGHT[str(name)] for name in table.index])
    drawn = picture(
        lambda: _lenses().overlap(table, currency=sign),
        "Who bought in the first period only, in both, and in the second only.",
    )
    return html.heading("Who stayed, who went, who came") + drawn + lines(shown, index="Bought")


def _moves(seen: Any) -> Block:  # noqa: ANN401
    if seen.migration is None:
        return html.absent("no customer bought in both periods, so no one can be followed")
    return picture(
        lambda: _lenses().migration(seen.migration),
        "Where customers of each tenth of the first period (rows; 1 = best) were in the second "
        "(columns). Even good customers move: part of it is chance.",
    )


def _of_group_change(table: pd.DataFrame, name: str) -> str:
    change = named(table)["change"]
    up, down = change.idxmax(), change.idxmin()
    text = f"The {name} ‘{up}’ changed by {Money().change(float(change.max()))} in sales"
    low = float(change.min())
    if low < 0:
        text += f", ‘{down}’ by {Money().change(low)}"
    return f"{text}."


def _changed_groups(table: pd.DataFrame) -> pd.DataFrame:
    return written(table, {
        "customers_before": ("Customers before", count), "customers_after": ("after", count),
        "sales_before": ("Sales before", amount), "sales_after": ("Sales after", amount),
        "change": ("Change", gain), "stayed_away": ("by customers who stayed away", gain),
        "kept": ("by those kept", gain), "new": ("by new ones", gain),
        "came_back": ("by those who came back", gain), "change_profit": ("Change in profit", gain),
    })  # fmt: skip
