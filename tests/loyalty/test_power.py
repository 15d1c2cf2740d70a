"""How large a lift a hold-out sees: the formula, the textbook and the simulation."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.power import NormalIndPower

from centricity import loyalty


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
@pytest.mark.parametrize("lift", [0.5, 2.0, 5.0])
def test_power_is_the_textbooks(share, lift):
    test = loyalty.HoldoutTest(n=4_000, share=share, sd=50)
    ratio = share / (1 - share)
    known = NormalIndPower().power(
        lift / 50, nobs1=4_000 * (1 - share), alpha=0.05, ratio=ratio, alternative="two-sided"
    )
    assert test.power(lift) == pytest.approx(known, abs=1e-9)


def test_the_minimum_detectable_lift_is_seen_with_the_wanted_power():
    test = loyalty.HoldoutTest(n=5_000, share=0.3, sd=70, correlation=0.6)
    for power in (0.5, 0.8, 0.95):
        assert test.power(test.minimum_detectable_lift(power)) == pytest.approx(power)


def test_customers_needed_see_the_lift_and_one_fewer_does_not():
    test = loyalty.HoldoutTest(n=100, share=0.5, sd=40)
    n = test.customers_needed(1.5)
    assert loyalty.HoldoutTest(n=n, share=0.5, sd=40).power(1.5) >= 0.8
    assert loyalty.HoldoutTest(n=n - 1, share=0.5, sd=40).power(1.5) < 0.8


def test_half_is_the_best_share_to_hold_out():
    errors = {s: loyalty.HoldoutTest(1_000, s, 10).std_error for s in (0.3, 0.5, 0.7)}
    assert min(errors, key=errors.get) == 0.5
    assert errors[0.3] == pytest.approx(errors[0.7])


def test_without_an_effect_it_is_seen_as_often_as_the_level_says():
    assert loyalty.HoldoutTest(900, 0.5, 10).power(0, level=0.9) == pytest.approx(0.1)


def test_a_plan_from_history_takes_mean_spread_and_correlation():
    rng = np.random.default_rng(1)
    earlier = pd.Series(rng.gamma(2, 10, 500))
    sales = 0.5 * earlier + rng.gamma(2, 5, 500)
    plan = loyalty.HoldoutTest.from_history(sales, share=0.4, earlier=earlier, n=2_000)
    assert (plan.n, plan.mean) == (2_000, pytest.approx(sales.mean()))
    assert plan.correlation == pytest.approx(sales.corr(earlier))
    plain = loyalty.HoldoutTest.from_history(sales, share=0.4, n=2_000)
    assert plan.std_error / plain.std_error == pytest.approx(np.sqrt(1 - plan.correlation**2))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"n": 1}, "n is 1"),
        ({"share": 0.0}, "share is 0.0"),
        ({"share": 1.0}, "share is 1.0"),
        ({"sd": 0.0}, "sd is 0.0"),
        ({"correlation": 1.0}, "correlation is 1.0"),
    ],
)
def test_a_plan_that_makes_no_sense_says_so(options, says):
    with pytest.raises(ValueError, match=says):
        loyalty.HoldoutTest(**({"n": 100, "share": 0.5, "sd": 10.0} | options))


def test_nothing_cannot_be_told_from_nothing():
    with pytest.raises(ValueError, match="nothing from nothing"):
        loyalty.HoldoutTest(100, 0.5, 10).customers_needed(0)


def test_simulated_trials_see_as_much_as_the_formula_says():
    """A strong programme, so that power is far from both ends; 150 trials each."""
    strong = loyalty.Behaviour.only(rewarded=0.25, goal_gradient=0.25, half_worth=0)
    programme = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("voucher", 50, 5, 3),))
    people = loyalty.Members.draw(5_000, hazard=0.0, share_of_wallet=0.1, rng=3)
    table = loyalty.simulated_power(
        programme, people, 12, sizes=[300, 900], behaviour=strong, launch=3, runs=150,
        covariates=["sales_before"], rng=3, progress=False,
    )  # fmt: skip
    assert table["power"].is_monotonic_increasing
    assert 0.1 < table["power"].iloc[0] < 0.95
    error = np.sqrt(table["formula"] * (1 - table["formula"]) / 150)
    assert (abs(table["power"] - table["formula"]) < 4 * error + 0.02).all()
