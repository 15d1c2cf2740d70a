"""Data sets: ``load_*`` for what is shipped, ``fetch_*`` for public data that is downloaded."""

from centricity.datasets.shop import (
    load_shop_channels,
    load_shop_customers,
    load_shop_orders,
    shop_export_path,
    shop_truth,
)

__all__ = [
    "load_shop_channels",
    "load_shop_customers",
    "load_shop_orders",
    "shop_export_path",
    "shop_truth",
]
