"""The sections of the report, one function each: an `Audit` in, a piece of HTML out."""

from centricity.audit.show_base import overview, scores, tiers
from centricity.audit.show_cleaning import cleaning, reading, rejected
from centricity.audit.show_close import first, glossary, limits, made_with
from centricity.audit.show_cohorts import all_cohorts, one_cohort, two_cohorts
from centricity.audit.show_periods import one_period, two_periods
from centricity.audit.show_summary import executive
from centricity.audit.show_worth import alive, best_customers, frequencies, models, test, value

__all__ = [
    "alive",
    "all_cohorts",
    "best_customers",
    "cleaning",
    "executive",
    "first",
    "frequencies",
    "glossary",
    "limits",
    "made_with",
    "models",
    "one_cohort",
    "one_period",
    "overview",
    "reading",
    "rejected",
    "scores",
    "test",
    "tiers",
    "two_cohorts",
    "two_periods",
    "value",
]
