"""The sections of the report, one function each: an `Audit` in, a piece of HTML out."""

from centricity.audit.show_base import concentration, overview, scores, tiers
from centricity.audit.show_cleaning import cleaning, reading, rejected, summary, title
from centricity.audit.show_close import first, glossary, limits, made_with
from centricity.audit.show_worth import alive, best_customers, frequencies, models, test, value

__all__ = [
    "alive",
    "best_customers",
    "cleaning",
    "concentration",
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
    "summary",
    "test",
    "tiers",
    "title",
    "value",
]
