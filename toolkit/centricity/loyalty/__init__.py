"""Loyalty programmes: design one, run it over members, and know what it truly changed."""

from centricity.loyalty.accounting import allocate, deferred_revenue
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.lift import Lift, estimate_lift
from centricity.loyalty.members import draw_members
from centricity.loyalty.outcome import Outcome
from centricity.loyalty.programme import Programme, Reward, Tier, Voluntary
from centricity.loyalty.simulate import simulate
from centricity.loyalty.windows import Calendar

__all__ = [
    "Behaviour",
    "Calendar",
    "Lift",
    "Outcome",
    "Programme",
    "Reward",
    "Tier",
    "Voluntary",
    "allocate",
    "deferred_revenue",
    "draw_members",
    "estimate_lift",
    "simulate",
]
