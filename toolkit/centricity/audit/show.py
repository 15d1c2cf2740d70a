"""The sections of the report, one function each: an `Audit` in, a piece of HTML out."""

from centricity.audit.show_base import concentration, overview, scores, tiers
from centricity.audit.show_cleaning import cleaning, reading, rejected
from centricity.audit.show_close import first, glossary, limits, made_with
from centricity.audit.show_summary import executive
from centricity.audit.show_worth import alive, best_customers, frequencies, models, test, value

__all__ = [
    "alive",
    "best_customers",
    "cleaning",
    "concentration",
    "executive",
    "first",
    "frequencies",
    "glossary",
    "limits",
    "made_with",
    "models",
    "overview",
    "reading",
    "rejected",
    "scores",
    "test",
    "tiers",
    "value",
]
