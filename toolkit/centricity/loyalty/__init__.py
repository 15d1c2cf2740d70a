"""Loyalty programmes: design one, run it over members, and know what it truly changed."""

from centricity.loyalty import presets
from centricity.loyalty.accounting import allocate, deferred_revenue
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.campaign import Campaign
from centricity.loyalty.canvas import Canvas, CanvasResult
from centricity.loyalty.enrolment import Closed, Fee, Open
from centricity.loyalty.events import Close, CutValidity, Run
from centricity.loyalty.found import Found
from centricity.loyalty.lift import Lift, estimate_lift
from centricity.loyalty.members import Members
from centricity.loyalty.outcome import Outcome
from centricity.loyalty.power import HoldoutTest, simulated_power
from centricity.loyalty.programme import Programme
from centricity.loyalty.rewards import PayWithPoints, Reward
from centricity.loyalty.rollforward import roll_forward
from centricity.loyalty.scores import Scores, score_estimators
from centricity.loyalty.search import search, variants
from centricity.loyalty.sensitivity import Sensitivity, sensitivity
from centricity.loyalty.simulate import simulate
from centricity.loyalty.stress import Stress, stress
from centricity.loyalty.tier import Tier
from centricity.loyalty.triangle import Triangle, redemption_triangle
from centricity.loyalty.windows import Anniversary, Calendar, Rolling

__all__ = [
    "Anniversary",
    "Behaviour",
    "Calendar",
    "Campaign",
    "Canvas",
    "CanvasResult",
    "Close",
    "Closed",
    "CutValidity",
    "Fee",
    "Found",
    "HoldoutTest",
    "Lift",
    "Members",
    "Open",
    "Outcome",
    "PayWithPoints",
    "Programme",
    "Reward",
    "Rolling",
    "Run",
    "Scores",
    "Sensitivity",
    "Stress",
    "Tier",
    "Triangle",
    "allocate",
    "deferred_revenue",
    "estimate_lift",
    "presets",
    "redemption_triangle",
    "roll_forward",
    "score_estimators",
    "search",
    "sensitivity",
    "simulate",
    "simulated_power",
    "stress",
    "variants",
]
