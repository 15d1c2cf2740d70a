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
        (
            {"tiers": (loyalty.Tier("gold", 500),)},
            r"the first tier, 'gold', has threshold 500\. .* Put Tier\(\"member\", 0\) before it",
        ),
        (
            {"tiers": (loyalty.Tier("gold", 500), loyalty.Tier("member", 0))},
            r"the first tier, 'gold', has threshold 500\. .* List the tiers from low to high",
        ),
        ({"grace": 2}, "grace is 2 and there is one tier, 'member'. .* leave grace out"),
        ({"tiers": (loyalty.Tier("a", 0), loyalty.Tier("a", 1))}, "needs its own name"),
        ({"rewards": REWARDS * 2}, "the rewards are named .* needs its own name"),
        ({"points_per_euro": -1}, "points_per_euro is -1. It must be a number of at least 0"),
        ({"points_per_euro": 0}, "points_per_euro and points_per_visit are both 0"),
        ({"validity": 0}, "validity is 0. It must be a whole number of at least 1"),
        ({"inactivity": 0}, "inactivity is 0. It must be a whole number of at least 1"),
        ({"validity": 3, "pending": 3}, "pending is 3. .* below 3"),
        (
            {"validity": 6, "inactivity": 6},
            r"inactivity is 6 and validity is 6\. .* cannot lapse by inactivity any more\. Let ",
        ),
        (
            {"window": loyalty.Calendar(6), "grace": 6,
             "tiers": (loyalty.Tier("a", 0), loyalty.Tier("b", 500))},
            r"grace is 6 and the window has 6 periods\. A grace period ends before the next ",
        ),
        ({"qualify_by": "spent"}, "Did you mean 'spend'"),
        ({"downgrade": "never"}, "downgrade is 'never'"),
        ({"joining_bonus": -5}, "joining_bonus is -5"),
        ({"referral_bonus": 0.5}, "referral_bonus is 0.5"),
        ({"platform_cost": -1}, "platform_cost is -1"),
        ({"expected_redemption": 0}, "expected_redemption is 0"),
        (
            {"campaigns": (loyalty.Campaign("c", 1, 2, tiers=("golden",)),),
             "tiers": (loyalty.Tier("member", 0), loyalty.Tier("gold", 5))},
            "campaign 'c' is for tier 'golden', which does not exist.*Did you mean 'gold'",
        ),
        (
            {"campaigns": (loyalty.Campaign("c", 1, 2), loyalty.Campaign("c", 3, 4))},
            "the campaigns are named 'c', 'c'",
        ),
    ],
)  # fmt: skip
def test_a_programme_with_a_senseless_rule_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        programme(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rewards": ()}, "tuple of at least one Reward"),
        ({"rewards": REWARDS[0]}, "tuple of at least one Reward"),
        ({"campaigns": REWARDS}, "tuple of Campaign"),
        ({"window": 12}, r"Write window=Calendar\(12\)"),
        ({"enrolment": 0.4}, r"Write enrolment=Open\(share=0.4\)"),
        ({"fee": 49}, r"Write fee=Fee\(49\)"),
    ],
)
def test_a_programme_with_the_wrong_type_is_refused(changes, says):
    with pytest.raises(TypeError, match=says):
        programme(**changes)


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: loyalty.Reward("x", 0, 1, 0), "Reward 'x': points, the price, is 0"),
        (
            lambda: loyalty.Reward("x", 0.5, 1, 0),
            "it costs 0.5 points. No reward is cheaper than a",
        ),
        (lambda: loyalty.Reward("x", 1.5, 1, 0), "whole number of at least 1"),
        (lambda: loyalty.Reward("x", 1, -1, 0), "face_value is -1"),
        (lambda: loyalty.Reward("x", 1, 1, 0, first=5, last=4), "ends in period 4 and starts in"),
        (lambda: loyalty.PayWithPoints("x", 1, 0, 0), "PayWithPoints 'x': face_value is 0"),
        (lambda: loyalty.Tier("x", -1), "Tier 'x': threshold is -1"),
        (lambda: loyalty.Tier("x", 0, multiplier=-1), "multiplier is -1"),
        (lambda: loyalty.Tier("x", 0, hazard_cut=1.1), "hazard_cut is 1.1"),
        (lambda: loyalty.Tier("x", 0, rate_lift=-0.1), "rate_lift is -0.1"),
        (lambda: loyalty.Campaign("x", 5, 4), "ends in period 4 and starts in period 5"),
        (lambda: loyalty.Campaign("x", 1, 2, -1), "multiplier is -1"),
        (lambda: loyalty.Open(share=1.1), "Open: share is 1.1"),
        (lambda: loyalty.Open(pace=0), "Open: pace is 0"),
        (lambda: loyalty.Closed(-1), "Closed: minimum is -1"),
        (lambda: loyalty.Fee(-1), "Fee: amount is -1"),
        (lambda: loyalty.Fee(1, renewal=2), "Fee: renewal is 2"),
        (lambda: loyalty.Calendar(0), "Calendar: periods is 0"),
        (lambda: loyalty.Calendar(12, start=12), "start is 12"),
        (lambda: loyalty.Rolling(0), "Rolling: periods is 0"),
        (lambda: loyalty.Anniversary(0.5), "Anniversary: periods is 0.5"),
        (lambda: loyalty.Close(3, notice=-1), "Close: notice is -1"),
        (lambda: loyalty.Run(-1), "Run: period is -1"),
        (lambda: loyalty.CutValidity(3, 0), "CutValidity: validity is 0"),
        (lambda: loyalty.Behaviour(rewarded=-0.1), "Behaviour: rewarded is -0.1"),
        (lambda: loyalty.Behaviour(fade=1), "fade is 1"),
        (lambda: loyalty.Behaviour(half_worth=-1), "half_worth is -1"),
        (lambda: loyalty.Members.draw(0), "Members.draw: n is 0"),
        (lambda: loyalty.Members.draw(5, hazard=2), "hazard is 2"),
        (lambda: loyalty.Members.draw(5, share_of_wallet=1), "share_of_wallet is 1"),
    ],
)
def test_a_number_outside_its_bounds_is_refused(build, says):
    with pytest.raises(ValueError, match=says):
        build()


def test_a_refund_is_a_yes_or_a_no():
    with pytest.raises(TypeError, match=r"Close: refund is 0\.5, a float\. It is True or False"):
        loyalty.Close(3, refund=0.5)


def test_tiers_of_a_campaign_come_as_a_tuple():
    with pytest.raises(TypeError, match=r'Write tiers=\("gold",\)'):
        loyalty.Campaign("x", 1, 2, tiers="gold")


def faulty(column, value):
    members = loyalty.Members.draw(4, rng=1).table.copy()
    members.index = ["C1", "C2", "C3", "C4"]
    members.loc["C3", column] = value
    return members


FAULTS = [
    (faulty("basket", np.nan), r"'basket' is missing .* 1 of 4 members \(first: members C3\)"),
    (faulty("purchase_rate", -1), r"'purchase_rate' is below 0 in 1 of 4 members"),
    (faulty("hazard", 1.5), r"'hazard' is above 1 in 1 of 4 members \(first: members C3\)"),
    (faulty("hazard", 0).assign(arrives=1.5), r"'arrives' is not a whole number in 4 of 4"),
    (faulty("hazard", 0).drop(columns="margin"), "the column 'margin' is missing"),
    (faulty("hazard", 0).head(0), "has no rows"),
]


@pytest.mark.parametrize(("members", "says"), FAULTS)
def test_members_with_a_fault_are_named(members, says):
    with pytest.raises(ValueError, match=says):
        loyalty.simulate(programme(), members, 3, rng=1)
    with pytest.raises(ValueError, match=says):
        loyalty.Members(members)


def test_a_trait_that_does_not_exist_is_named():
    with pytest.raises(TypeError, match=r"'price_sensitive'.*Did you mean 'price_sensitivity'"):
        loyalty.Members.draw(3, rng=1).assign(price_sensitive=1)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"periods": 0}, "simulate: periods is 0"),
        ({"periods": 3, "launch": 3}, "launch is 3"),
        ({"periods": 3, "holdout": 1}, "holdout is 1"),
        ({"periods": 3, "n_jobs": 0}, "n_jobs is 0"),
        ({"periods": 3, "events": (loyalty.Run(3),)}, "Run is in period 3. Events happen from"),
        ({"periods": 6, "launch": 2, "events": (loyalty.Close(1),)}, "Close is in period 1"),
        ({"periods": 6, "events": (loyalty.Close(1), loyalty.Close(2))}, "holds two of Close"),
        (
            {"periods": 9, "events": (loyalty.Run(5), loyalty.Close(3, notice=2))},
            "Run is in period 5 and the programme ends in period 5. .* close the programme later",
        ),
        (
            {"periods": 9, "events": (loyalty.Close(3), loyalty.CutValidity(4, 2))},
            "CutValidity is in period 4 and the programme ends in period 3",
        ),
        ({"periods": 9, "events": (loyalty.CutValidity(3, 8),)}, "the new validity is 8.*below 8"),
    ],
)
def test_a_setting_outside_its_bounds_is_refused(changes, says):
    members, rules = loyalty.Members.draw(4, rng=1), programme(validity=8)
    with pytest.raises(ValueError, match=says):
        loyalty.simulate(rules, members, rng=1, **changes)


def test_swapped_arguments_and_strange_events_are_refused():
    members = loyalty.Members.draw(4, rng=1)
    with pytest.raises(TypeError, match="programme is a Members"):
        loyalty.simulate(members, programme(), 3)
    with pytest.raises(TypeError, match="events holds an int"):
        loyalty.simulate(programme(), members, 3, events=(2,))


def test_a_tier_that_nobody_can_reach_is_pointed_out():
    tiers = (loyalty.Tier("member", 0), loyalty.Tier("gold", 10_000_000))
    with pytest.warns(
        UserWarning, match="nobody reached tier 'gold': it starts at 10,000,000 euros"
    ):
        loyalty.simulate(programme(tiers=tiers), loyalty.Members.draw(20, rng=1), 6, rng=1)


def surprise(periods=6, events=(), launch=0, **changes):
    """Simulate a programme of which something never happens."""
    members = loyalty.Members.draw(20, rng=1)
    rules = programme(**changes)
    return loyalty.simulate(rules, members, periods, events=events, launch=launch, rng=1)


def double(*months, **kind):
    return tuple(loyalty.Campaign(f"month {month}", month, month, **kind) for month in months)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"campaigns": double(6)}, "'month 6' never runs: it is set for period 6, and members "
         "earn in periods 0 to 5. .*the first period is 0"),
        ({"campaigns": double(1), "launch": 2}, "'month 1' never runs.* earn in periods 2 to 5"),
        ({"campaigns": double(3, 5), "events": (loyalty.Close(3, notice=2),)},
         "'month 3', 'month 5' never runs: .* earn in periods 0 to 2"),
        ({"campaigns": (*double(2), *double(7, multiplier=3.0))}, "campaign 'month 7' never runs"),
        ({"rewards": (*REWARDS, loyalty.Reward("Advent box", 9, 2, 1, first=6))},
         "'Advent box' can never be had: it is offered in period 6 and later, and the programme "
         "runs in periods 0 to 5"),
        ({"rewards": (*REWARDS, loyalty.Reward("old", 9, 2, 1, last=1)), "launch": 2},
         "'old' can never be had: it is offered in period 1 and before"),
        ({"rewards": (loyalty.Reward("car", 10**6, 9_000, 8_000),), "validity": 3},
         "nobody could have reward 'car': it costs 1,000,000 points, and the most that anyone "
         "could spend at once was .* Points live for 3 periods"),
    ],
)  # fmt: skip
def test_what_never_happens_is_pointed_out(options, says):
    with pytest.warns(UserWarning, match=says):
        surprise(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"campaigns": double(5)},
        {"campaigns": double(2, 8)},  # a calendar may be longer than the simulation
        {"campaigns": double(2), "events": (loyalty.Close(3),)},
        {"rewards": (*REWARDS, loyalty.Reward("Advent box", 9, 2, 1, first=5))},
        # Without an end to their life, or with too little time to see it, points may yet suffice.
        {"rewards": (loyalty.Reward("car", 10**6, 9_000, 8_000),)},
        {"rewards": (loyalty.Reward("car", 10**6, 9_000, 8_000),), "validity": 7},
    ],
)
def test_what_may_well_happen_is_not_pointed_out(options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        surprise(**options)


def test_a_reward_is_out_of_reach_to_the_point():
    """The most that anybody holds is what the dearest price within reach can be."""
    dear = loyalty.Reward("car", 10**6, 9_000, 8_000)
    with pytest.warns(UserWarning, match="nobody could have") as seen:
        surprise(rewards=(dear,), validity=3)
    most = int(str(seen[0].message).split("at once was ")[1].split(".")[0].replace(",", ""))
    table = surprise(rewards=(loyalty.Reward("just", most, 9, 8),), validity=3).history
    assert table["redeemed"].sum() in (0, most)
    with pytest.warns(UserWarning, match=f"the most that anyone could spend at once was {most:,}"):
        surprise(rewards=(loyalty.Reward("above", most + 1, 9, 8),), validity=3)


def test_a_reward_without_a_cost_is_refused():
    """A search would take it for free."""
    for kind in (loyalty.Reward, loyalty.PayWithPoints):
        with pytest.raises(TypeError, match="marginal_cost"):
            kind("off the bill", 100, 1.0)


@pytest.mark.parametrize("window", [loyalty.Calendar(4), loyalty.Rolling(4)])
def test_a_tier_that_somebody_holds_is_not_pointed_out(window):
    tiers = (loyalty.Tier("member", 0), loyalty.Tier("gold", 100))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rules = programme(tiers=tiers, window=window)
        outcome = loyalty.simulate(rules, loyalty.Members.draw(200, rng=1), 6, rng=1)
    assert outcome.tiers["gold"].iloc[-1] > 0


def test_the_members_index_is_kept():
    members = loyalty.Members.draw(3, rng=1).table.set_axis(["b", "a", "c"])
    assert list(loyalty.simulate(programme(), members, 3, rng=1).members.index) == ["b", "a", "c"]


def test_extra_columns_of_the_members_are_kept():
    members = loyalty.Members.draw(3, rng=1).table.assign(city=["x", "y", "z"])
    assert list(loyalty.simulate(programme(), members, 3, rng=1).members["city"]) == list("xyz")


def test_a_table_without_the_optional_traits_is_read_as_documented():
    table = loyalty.Members.draw(50, rng=1).table
    full = table.assign(price_sensitivity=1.0, arrives=0)
    few = table.drop(columns="price_sensitivity")
    one, two = (loyalty.simulate(programme(), t, 5, rng=1).history for t in (full, few))
    pd.testing.assert_frame_equal(one, two)


def test_results_are_frames_with_whole_points_and_euros():
    outcome = loyalty.simulate(programme(), loyalty.Members.draw(30, rng=1), 3, rng=1)
    assert pd.api.types.is_integer_dtype(outcome.history["issued"])
    assert pd.api.types.is_float_dtype(outcome.history["sales"])
    assert outcome.panel is None


def test_the_panel_holds_the_sales_of_every_customer_and_period():
    outcome = loyalty.simulate(
        programme(), loyalty.Members.draw(30, rng=1), 5, launch=2, panel=True, rng=1
    )
    panel = outcome.panel
    assert panel.columns.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(panel.loc[:, :1].sum(axis=1), outcome.members["sales_before"])
    np.testing.assert_allclose(panel.loc[:, 2:].sum(axis=1), outcome.members["sales"])
    np.testing.assert_allclose(panel.sum(), outcome.history["sales"])
