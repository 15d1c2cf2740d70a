"""Speaker notes: how each number was computed, so that a question from the floor has an answer."""

from centricity.audit.analysis import Audit
from centricity.audit.caveats import terms
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


def for_finding(audit: Audit, one: Finding) -> str:
    """Return the notes of a finding: number, evidence, basis, terms, source."""
    lines = [
        "HOW THE NUMBER WAS COMPUTED",
        f"{one.number} {one.label}.",
        one.how,
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
