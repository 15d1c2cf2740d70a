"""Speaker notes: how each number was computed, so that a question from the floor has an answer."""

import re

from centricity.audit.analysis import Audit
from centricity.audit.deck_words import terms
from centricity.audit.finding import Finding
from centricity.audit.handout import one_line
from centricity.audit.show_close import GLOSSARY
from centricity.audit.words import count, day, percent

# Words of a finding that call for a term of the glossary.
CALLS = {
    "Order": ("order",),
    "Value tier": ("tier", "good customer", "best fifth"),
    "Life stage": ("silent", "lapsed", "at risk", "win back"),
    "P(alive)": ("probably left", "p(alive)", "still to be customers", "odds"),
    "Lifetime value (CLV)": ("worth", "lifetime value", "future value"),
    "Hold-out": ("had not seen", "hold-out", "forecast"),
    "Gini coefficient": ("gini",),
    "Standard error, interval": ("interval",),
}
# By words of a finding's title: how a number of that kind comes about.
METHODS = {
    r"best fifth": "The customers of the time named, sorted by their sales, best first; the number "
    "is the share of the first fifth of them in all sales of that time.",
    r"at the same age": "Each customer's time counts from their own first order. Both cohorts are "
    "followed up to the last age that all their customers have lived through; amounts are means "
    "per customer acquired, whether still buying or not; the interval is that of the difference of "
    "two means.",
    r"(rose|fell) by|hardly changed": "The change is parted customer by customer: those lost took "
    "what they had brought, new ones brought what they spent, and of those who bought both times "
    "more orders and larger orders count apart. The parts add up to the change.",
    r"ordered again": "Share with an order on a second day within the days named; whoever was not "
    "watched that long counts for as long as they were watched (Kaplan-Meier).",
    r"ordered only once|one customer": "Customers with orders on one day only, divided by all "
    "customers.",
    r"are worth": "For each customer, the orders that the model expects times the sales per order "
    "that it expects times the margin, later money counting less; the number is the sum over all "
    "customers.",
    r"first to do": "Customers are put into groups by value tier and life stage; the number counts "
    "those of the group named.",
    r"probably left": "Customers who came back and whose P(alive) is below one half, divided by "
    "all who came back.",
    r"not yet tell": "There is no number; the reason stands in the evidence.",
    r"nothing to audit": "Rows of the file that passed every rule of cleaning.",
}  # fmt: skip


def method(title: str) -> list[str]:
    """Say how the number of a finding with this title comes about; empty for an unknown kind.

    >>> method("72 % of the customers ordered only once")
    ['Customers with orders on one day only, divided by all customers.']
    """
    said = title.lower()
    return [text for words, text in METHODS.items() if re.search(words, said)]


def for_finding(audit: Audit, one: Finding) -> str:
    """Return the notes of a finding: number, evidence, basis, terms, source."""
    lines = [
        "HOW THE NUMBER WAS COMPUTED",
        f"{one.number} {one.label}.",
        *method(one.title),
        one.says,
        *_basis(audit),
        *_model(audit, one),
        "",
        "WORDS",
        *_terms(one),
        "",
        "SOURCE",
        source(audit),
    ]
    if one.picture is None:
        lines.insert(2, f"There is no picture: {one.no_picture}.")
    return "\n".join(lines)


def _basis(audit: Audit) -> list[str]:
    facts = audit.cleaned.report.attrs
    if audit.base.value is None:
        return [f"Of {count(facts['rows'], 'row')} none was kept."]
    seen = audit.base.found.overview
    return [
        f"Basis: {count(seen.orders, 'order')} of {count(seen.customers, 'customer')} from "
        f"{day(seen.first)} to {day(seen.last)}, observed until {day(seen.end)}; "
        f"{count(facts['kept'])} of {count(facts['rows'])} rows of the file kept.",
        terms(audit),
    ]


def _model(audit: Audit, one: Finding) -> list[str]:
    """Name the model and its test where a finding rests on them."""
    said = f"{one.title} {one.label} {one.says}".lower()
    if audit.worth.value is None or not any(
        word in said for name in ("P(alive)", "Lifetime value (CLV)") for word in CALLS[name]
    ):
        return []
    worth, lines = audit.worth.found, []
    for name, part in (("BG/NBD", worth.purchases), ("Gamma-gamma", worth.spend)):
        if part.value is not None:
            shown = ", ".join(f"{key} {value:.4g}" for key, value in part.value.params.items())
            lines.append(f"{name}, fitted to {count(part.value.n, 'customer')}: {shown}.")
    if worth.holdout.value is not None:
        miss = worth.holdout.found.miss
        side = "too many" if miss > 0 else "too few"
        lines.append(
            f"Test on the last third of the time: {percent(abs(miss))} {side} repeat purchases."
        )
    return lines


def _terms(one: Finding) -> list[str]:
    said = f"{one.title} {one.label} {one.says} {one.so_what}".lower()
    called = [name for name, words in CALLS.items() if any(word in said for word in words)]
    return [f"{name}: {text}" for name, text in GLOSSARY if name in called]


def source(audit: Audit) -> str:
    """Return the file, its fingerprint and the options, on one line."""
    given = "; ".join(f"{name} = {one_line(v)}" for name, v in audit.given.changed().items())
    return (
        f"{one_line(audit.source.name)}, sha256 {audit.source.sha256}. Options given: "
        f"{given or 'none'}."
    )
