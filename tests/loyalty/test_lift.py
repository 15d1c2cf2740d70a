"""Estimators against the truth."""

import numpy as np
import pytest

from centricity import loyalty


def run(seed=3, n=6_000, selection=1.5, **options):
    programme = loyalty.Programme(
        points_per_euro=1,
        rewards=(loyalty.Reward("voucher", 100, 5, 3),),
        enrolment=loyalty.Open(share=0.5, selection=selection),
    )
    members = loyalty.Members.draw(n, rng=seed)
    return loyalty.simulate(programme, members, 18, launch=6, rng=seed, **options)


def test_self_selection_flatters_members_against_nonmembers():
    lift = loyalty.estimate_lift(run(), "members_vs_nonmembers")
    assert lift.estimate > 10 * lift.truth > 0
    assert lift.bias > 10 * lift.std_error


def test_without_any_effect_the_self_selection_trap_still_shows_a_lift():
    outcome = run(behaviour=loyalty.Behaviour.none())
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    assert lift.truth == 0
    assert lift.estimate > 10 * lift.std_error


def test_without_selection_members_and_nonmembers_are_alike():
    outcome = run(selection=0, behaviour=loyalty.Behaviour.none())
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    assert abs(lift.bias) < 4 * lift.std_error


def test_before_and_after_blames_the_programme_for_customers_who_leave():
    lift = loyalty.estimate_lift(run(), "before_after")
    assert lift.estimate < 0 < lift.truth


def test_a_randomised_holdout_is_unbiased():
    lifts = [
        loyalty.estimate_lift(run(seed, n=1_500, holdout=0.5), "holdout") for seed in range(30)
    ]
    errors = np.array([lift.bias / lift.std_error for lift in lifts])
    assert abs(errors.mean()) < 4 / np.sqrt(len(errors))
    assert 0.6 < errors.std(ddof=1) < 1.5


def test_the_truth_is_the_incremental_sales_of_the_members():
    outcome = run()
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    members = (outcome.members["group"] == "member").sum()
    total = outcome.incremental()["sales"].sum()
    assert lift.truth * members * 12 == pytest.approx(total)


def test_the_holdout_share_is_the_one_asked_for():
    counts = run(holdout=0.3).members["group"].value_counts()
    would_join = counts["member"] + counts["holdout"]
    assert abs(counts["holdout"] / would_join - 0.3) < 4 * np.sqrt(0.21 / would_join)


def test_heavy_buyers_join_in_the_documented_odds():
    outcome = run(n=40_000, selection=1.0)
    people = outcome.members[outcome.members["group"] != "gone"]
    chance = people["purchase_rate"] / (people["purchase_rate"] + 1)
    joined = people["group"] == "member"
    assert abs(joined.mean() - chance.mean()) < 4 * np.sqrt(0.25 / len(people))
    heavy = people["purchase_rate"] > 2
    assert joined[heavy].mean() == pytest.approx(chance[heavy].mean(), abs=0.03)


@pytest.mark.parametrize(
    ("method", "says"),
    [("holdout", "group 'holdout' is empty.*holdout=0.1"), ("magic", "method is 'magic'")],
)
def test_a_method_that_cannot_work_says_what_it_needs(method, says):
    with pytest.raises(ValueError, match=says):
        loyalty.estimate_lift(run(n=100), method)


def test_before_after_needs_a_before():
    programme = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("v", 100, 5, 3),))
    outcome = loyalty.simulate(programme, loyalty.Members.draw(50, rng=1), 6, rng=1)
    with pytest.raises(ValueError, match=r"starts in period 0.*launch=12"):
        loyalty.estimate_lift(outcome, "before_after")
