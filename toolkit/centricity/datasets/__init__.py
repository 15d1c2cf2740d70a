"""Data sets: ``load_*`` for what is shipped, ``fetch_*`` for public data that is downloaded."""

from centricity.datasets.cdnow import fetch_cdnow
from centricity.datasets.club import club_truth, load_club_members
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

__all__ = [
    "club_truth",
    "fetch_cdnow",
    "load_behaviour_findings",
    "load_club_members",
    "load_donations",
    "load_five_firms",
    "load_loyalty_members",
    "load_retention",
    "load_shop_channels",
    "load_shop_customers",
    "load_shop_orders",
    "shop_export_path",
    "shop_truth",
]
