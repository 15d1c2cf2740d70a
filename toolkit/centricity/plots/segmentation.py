"""Figures of segments: value, clusters, profiles, moves, look-alikes and what to do."""

from centricity.plots._segment_actions import actions
from centricity.plots._segment_clusters import choice_of_k, segments
from centricity.plots._segment_moves import migration, over_time, projection, stayed, steady
from centricity.plots._segment_parts import BLUES
from centricity.plots._segment_profiles import categories, profile
from centricity.plots._segment_scores import calibration, captured, lift
from centricity.plots._segment_value import concentration, deciles, rfm, roles

__all__ = [
    "BLUES",
    "actions",
    "calibration",
    "captured",
    "categories",
    "choice_of_k",
    "concentration",
    "deciles",
    "lift",
    "migration",
    "over_time",
    "profile",
    "projection",
    "rfm",
    "roles",
    "segments",
    "stayed",
    "steady",
]
