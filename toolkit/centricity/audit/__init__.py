"""The customer-base audit: from a file of orders to a report that a client can read.

``centricity audit FILE`` on the command line; `analyse` and `deliver` in Python.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["show"],
    submod_attrs={
        "analysis": ["Audit", "analyse"],
        "deck": ["write_deck"],
        "delivery": ["Delivered", "deliver", "resume"],
        "finding": ["Finding"],
        "lenses._needed": ["Needed"],
        "lenses.all_cohorts": ["AllCohorts", "all_cohorts"],
        "lenses.one_cohort": ["OneCohort", "one_cohort"],
        "lenses.one_period": ["OnePeriod", "one_period"],
        "lenses.two_cohorts": ["TwoCohorts", "two_cohorts"],
        "lenses.two_periods": ["TwoPeriods", "two_periods"],
        "options": ["Options"],
        "parts": ["Part"],
        "spreadsheet": ["write_csv"],
        "workbook": ["write_workbook"],
    },
)
