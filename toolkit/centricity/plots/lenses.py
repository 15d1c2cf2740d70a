"""Figures of the five lenses of a customer-base audit, one function for each picture.

Each takes a table of a result of ``centricity.audit`` (``one_period`` to ``all_cohorts``). Tenths
of customers are drawn by ``plots.segmentation.deciles``, which is here too.
"""

from centricity.plots._lens_base import ageing, new_customers, repeat_by_birth, stacked_cohorts
from centricity.plots._lens_change import factors, overlap, waterfall
from centricity.plots._lens_cohorts import (
    active_share,
    second_purchase,
    two_cohorts_by_age,
    two_cohorts_by_calendar,
)
from centricity.plots._lens_customers import by_group, distribution, migration
from centricity.plots.segmentation import deciles

__all__ = [
    "active_share", "ageing", "by_group", "deciles", "distribution", "factors", "migration",
    "new_customers", "overlap", "repeat_by_birth", "second_purchase", "stacked_cohorts",
    "two_cohorts_by_age", "two_cohorts_by_calendar", "waterfall",
]  # fmt: skip
