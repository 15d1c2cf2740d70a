"""A programme, a member or a setting that makes no sense is refused with a remedy."""

import warnings

import numpy as np
import pandas as pd
import pytest

from centricity import loyalty

REWARDS = (loyalty.Reward("voucher", 100, 5, 3),)


def programme(**changes):
    return loyalty.Programme(**({"points_per_euro": 1, "rewards": REWARDS} | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"tiers": (loyalty.Tier("a", 0), loyalty.Tier("b", 500), loyalty.Tier("c", 300))},
            r"Programme: the threshold of tier 'c' \(300\) does not exceed that of 'b' \(500\)\. "
            r"Thresholds rise .* List the tiers from low to high\.",
        ),
        ({"tiers": (loyalty.Tier("gold", 500),)}, r"the first tier, 'gold', has threshold 500"),
        ({"tiers": (loyalty.Tier("a", 0), loyalty.Tier("a", 1))}, "needs its own name"),
        ({"points_per_euro": -1}, "points_per_euro is -1. It must be a number of at least 0"),
        ({"points_per_euro": 0}, "points_per_euro and points_per_visit are both 0"),
        ({"validity": 0}, "validity is 0. It must be a whole number of at least 1"),
        ({"validity": 3, "pending": 3}, "pending is 3. .* below 3"),
        ({"qualify_by": "spent"}, "Did you mean 'spend'"),
        ({"downgrade": "never"}, "downgrade is 'never'"),
        ({"joining_bonus": -5}, "joining_bonus is -5"),
        ({"platform_cost": -1}, "platform_cost is -1"),
        ({"expected_redemption": 0}, "expected_redemption is 0"),
    ],
)
def test_a_programme_with_a_senseless_rule_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        programme(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rewards": ()}, "tuple of at least one Reward"),
        ({"rewards": REWARDS[0]}, "tuple of at least one Reward"),
        ({"window": 12}, r"Write window=Calendar\(12\)"),
        ({"enrolment": 0.4}, r"Write enrolment=Voluntary\(share=0.4\)"),
    ],
)
def test_a_programme_with_the_wrong_type_is_refused(changes, says):
    with pytest.raises(TypeError, match=says):
        programme(**changes)


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: loyalty.Reward("x", 0, 1), "Reward 'x': points, the price, is 0"),
        (lambda: loyalty.Reward("x", 0.5, 1), "whole number of at least 1"),
        (lambda: loyalty.Reward("x", 1, -1), "face_value is -1"),
        (lambda: loyalty.Tier("x", -1), "Tier 'x': threshold is -1"),
        (lambda: loyalty.Tier("x", 0, multiplier=-1), "multiplier is -1"),
        (lambda: loyalty.Tier("x", 0, retention=1.1), "retention is 1.1"),
        (lambda: loyalty.Voluntary(share=1.1), "Voluntary: share is 1.1"),
        (lambda: loyalty.Calendar(0), "Calendar: periods is 0"),
        (lambda: loyalty.Calendar(12, start=12), "start is 12"),
        (lambda: loyalty.Behaviour(rewarded=-0.1), "Behaviour: rewarded is -0.1"),
        (lambda: loyalty.Behaviour(fade=1), "fade is 1"),
        (lambda: loyalty.draw_members(0), "draw_members: n is 0"),
        (lambda: loyalty.draw_members(5, hazard=2), "hazard is 2"),
        (lambda: loyalty.draw_members(5, share_of_wallet=1), "share_of_wallet is 1"),
    ],
)
def test_a_number_outside_its_bounds_is_refused(build, says):
    with pytest.raises(ValueError, match=says):
        build()


def faulty(column, value):
    members = loyalty.draw_members(4, rng=1)
    members.index = ["C1", "C2", "C3", "C4"]
    members.loc["C3", column] = value
    return members


@pytest.mark.parametrize(
    ("members", "says"),
    [
        (faulty("basket", np.nan), r"'basket' is missing .* 1 of 4 members \(first: members C3\)"),
        (faulty("purchase_rate", -1), r"'purchase_rate' is below 0 in 1 of 4 members"),
        (faulty("hazard", 1.5), r"'hazard' is above 1 in 1 of 4 members \(first: members C3\)"),
        (faulty("hazard", 0).drop(columns="margin"), "the column 'margin' is missing"),
        (faulty("hazard", 0).head(0), "has no rows"),
    ],
)
def test_members_with_a_fault_are_named(members, says):
    with pytest.raises(ValueError, match=says):
        loyalty.simulate(programme(), members, 3, rng=1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"periods": 0}, "simulate: periods is 0"),
        ({"periods": 3, "launch": 3}, "launch is 3"),
        ({"periods": 3, "holdout": 1}, "holdout is 1"),
        ({"periods": 3, "n_jobs": 0}, "n_jobs is 0"),
    ],
)
def test_a_setting_outside_its_bounds_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        loyalty.simulate(programme(), loyalty.draw_members(4, rng=1), rng=1, **changes)


def test_swapped_arguments_are_refused():
    with pytest.raises(TypeError, match="programme is a DataFrame"):
        loyalty.simulate(loyalty.draw_members(4, rng=1), programme(), 3)


def test_a_tier_that_nobody_can_reach_is_pointed_out():
    tiers = (loyalty.Tier("member", 0), loyalty.Tier("gold", 10_000_000))
    with pytest.warns(UserWarning, match="nobody reached tier 'gold': it starts at 1e"):
        loyalty.simulate(programme(tiers=tiers), loyalty.draw_members(20, rng=1), 6, rng=1)


def test_a_tier_that_somebody_holds_is_not_pointed_out():
    tiers = (loyalty.Tier("member", 0), loyalty.Tier("gold", 100))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loyalty.simulate(programme(tiers=tiers), loyalty.draw_members(200, rng=1), 6, rng=1)


def test_the_members_index_is_kept():
    members = loyalty.draw_members(3, rng=1).set_axis(["b", "a", "c"])
    assert list(loyalty.simulate(programme(), members, 3, rng=1).members.index) == ["b", "a", "c"]


def test_extra_columns_of_the_members_are_kept():
    members = loyalty.draw_members(3, rng=1).assign(city=["x", "y", "z"])
    assert list(loyalty.simulate(programme(), members, 3, rng=1).members["city"]) == list("xyz")


def test_results_are_frames_with_whole_points_and_euros():
    outcome = loyalty.simulate(programme(), loyalty.draw_members(30, rng=1), 3, rng=1)
    assert pd.api.types.is_integer_dtype(outcome.history["issued"])
    assert pd.api.types.is_float_dtype(outcome.history["sales"])
