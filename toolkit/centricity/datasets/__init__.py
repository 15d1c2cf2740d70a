"""Data sets: ``load_*`` for what is shipped, ``fetch_*`` for public data that is downloaded."""

from centricity.datasets.cdnow import fetch_cdnow
from centricity.datasets.club import club_truth, load_club_members
from centricity.datasets.hire import (
    hire_truth,
    load_hire_accounts,
    load_hire_activities,
    load_hire_pools,
    load_hire_times,
    load_hire_years,
)
from centricity.datasets.members import load_loyalty_members
from centricity.datasets.published import (
    load_behaviour_findings,
    load_donations,
    load_five_firms,
    load_retention,
)
from centricity.datasets.shop import (
    load_shop_channels,
    load_shop_customers,
    load_shop_orders,
    shop_export_path,
    shop_truth,
)
from centricity.datasets.survey import (
    load_survey_choices,
    load_survey_internal,
    load_survey_respondents,
    survey_truth,
)

__all__ = [
    "club_truth",
    "fetch_cdnow",
    "hire_truth",
    "load_behaviour_findings",
    "load_club_members",
    "load_donations",
    "load_five_firms",
    "load_hire_accounts",
    "load_hire_activities",
    "load_hire_pools",
    "load_hire_times",
    "load_hire_years",
    "load_loyalty_members",
    "load_retention",
    "load_shop_channels",
    "load_shop_customers",
    "load_shop_orders",
    "load_survey_choices",
    "load_survey_internal",
    "load_survey_respondents",
    "shop_export_path",
    "shop_truth",
    "survey_truth",
]
