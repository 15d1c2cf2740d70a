"""Renewal models against the papers' formulas, their limits, and bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from centricity.clv import BetaDiscreteWeibull, ConvergenceWarning, ShiftedBetaGeometric
from centricity.datasets import load_retention

SBG = ShiftedBetaGeometric(alpha=0.668, beta=3.806)
BDW = BetaDiscreteWeibull(alpha=0.5, beta=0.9, c=1.2)
every_model = pytest.mark.parametrize("model", [SBG, BDW], ids=repr)


def test_retention_of_the_sbg_is_the_papers_formula_and_rises():
    """Equation (8): (β + t − 1) / (α + β + t − 1)."""
    t = np.arange(1, 40)
    by_hand = (SBG.beta + t - 1) / (SBG.alpha + SBG.beta + t - 1)
    np.testing.assert_allclose(SBG.retention(t), by_hand)
    assert (np.diff(SBG.retention(t)) > 0).all()


def test_bdw_with_c_of_one_is_the_sbg():
    same = BetaDiscreteWeibull(alpha=SBG.alpha, beta=SBG.beta, c=1.0)
    np.testing.assert_allclose(same.survival(range(20)), SBG.survival(range(20)))
    assert same.derl(3, 0.1) == pytest.approx(SBG.derl(3, 0.1), rel=1e-12)
    steady = ShiftedBetaGeometric(alpha=1.3, beta=4.0)
    same = BetaDiscreteWeibull(alpha=1.3, beta=4.0, c=1.0)
    assert same.expected_lifetime(2) == pytest.approx(steady.expected_lifetime(2), rel=1e-8)


@pytest.mark.parametrize("made", [0, 1, 6])
@pytest.mark.parametrize("rate", [0.05, 0.1, 0.5])
def test_derl_of_the_sbg_is_the_closed_form_of_fader_hardie_2010(made, rate):
    """Equation (6), for somebody active for made + 1 periods."""
    a, b = SBG.alpha, SBG.beta + made
    closed = b / (a + b) * special.hyp2f1(1.0, b + 1, a + b + 1, 1 / (1 + rate))
    assert SBG.derl(made, rate) == pytest.approx(closed, rel=1e-9)


def test_derl_where_the_hypergeometric_function_of_scipy_gives_up():
    """Hardly any heterogeneity, and so the geometric formula; scipy's function is NaN here."""
    alike = ShiftedBetaGeometric(alpha=2e5, beta=8e5)
    assert alike.derl(0, 0.1) == pytest.approx(0.8 * 1.1 / (1.1 - 0.8), rel=1e-4)
    assert alike.expected_lifetime() == pytest.approx(1 / (1 - 0.8), rel=1e-4)


@pytest.mark.parametrize("rate", [1e-7, 1e-5])
def test_derl_at_a_tiny_rate_approaches_the_undiscounted_sum(rate):
    short = BetaDiscreteWeibull(alpha=4.0, beta=9.0, c=1.1)
    to_come = short.expected_lifetime(2) - 3
    assert short.derl(2, rate) == pytest.approx(to_come, rel=10 * rate)


@pytest.mark.parametrize("alpha", [1.001, 1.5, 20.0])
def test_expected_lifetime_of_the_sbg_is_one_over_the_chance_of_leaving_on_average(alpha):
    """E[1/θ] under Beta(α, β), and under Beta(α, β + n) for those who are still there."""
    model = ShiftedBetaGeometric(alpha=alpha, beta=3.0)
    assert model.expected_lifetime() == pytest.approx((alpha + 3 - 1) / (alpha - 1))
    assert model.expected_lifetime(5) == pytest.approx(5 + (alpha + 8 - 1) / (alpha - 1))


def test_value_just_after_a_renewal_is_discounted_by_one_period():
    """For alike customers that is the textbook formula m·r/(1 + i − r)."""
    alike = ShiftedBetaGeometric(alpha=2e6, beta=8e6)
    by_formula = 100 * 0.8 / (1 + 0.12 - 0.8)
    assert by_formula == pytest.approx(250)
    assert alike.clv(3, margin=100.0, discount_rate=0.12, wait=1.0) == pytest.approx(250, rel=1e-5)
    new = alike.clv_new(margin=100.0, discount_rate=0.12, first_margin=-30.0)
    assert new == pytest.approx(220, rel=1e-5)


@every_model
@pytest.mark.parametrize(
    ("survivors", "message"),
    [
        ([100], r"survivors has shape \(1,\)"),
        ([100, np.nan], r"survivors has shape \(2,\), with no renewal of any customer in it"),
        ([100, 90, 95], r"survivors rises in 1 of 3 renewals \(first: renewals 2\)"),
        ([100, -1], "survivors is negative, missing or infinite in 1 of 2 renewals"),
        ([100, np.nan, 80], "survivors is negative, missing or infinite in 1 of 3 renewals"),
        ([100, np.inf], "survivors is negative, missing or infinite in 1 of 2 renewals"),
        ([100, 100, 100], "nobody was lost in 2 renewals"),
        ([100, 0, 0], "all 100 customers were lost at the first renewal"),
        ([0, 0, 0], r"survivors has shape \(3,\), with no renewal of any customer in it"),
        ([100, 63.1, 46.8], "survivors is not a whole number in 2 of 3 renewals .*Multiply by"),
        ([1.0, 0.631, 0.468], "survivors is not a whole number in 2 of 3 .*wrong standard errors"),
    ],
)
def test_survivors_that_cannot_be_are_refused(model, survivors, message):
    with pytest.raises(ValueError, match=rf"{type(model).__name__}.fit: {message}"):
        type(model).fit(survivors)


@every_model
def test_what_is_no_number_is_refused(model):
    for given in (["many", "few"], [[1, 2], [3]], pd.Series(["a", "b"])):
        with pytest.raises(TypeError, match="survivors holds something that is not a number"):
            type(model).fit(given)


def test_counts_that_rounding_made_a_hair_off_are_whole():
    exact = ShiftedBetaGeometric.fit(load_retention()["regular"])
    rounded = ShiftedBetaGeometric.fit(load_retention()["regular"] / 1000 * 1000.0000001)
    assert exact.params.tolist() == rounded.params.tolist()


def test_counts_of_any_numeric_type_are_taken():
    counts = load_retention()["high_end"].head(5)
    plain = ShiftedBetaGeometric.fit(counts).model
    for other in (counts.astype("Int64"), counts.tolist(), counts.to_numpy(), counts.astype(float)):
        assert ShiftedBetaGeometric.fit(other).model == plain
    yet_to_come = pd.Series([1000, 869, 743, 653, 593, pd.NA], dtype="Int64")
    assert ShiftedBetaGeometric.fit(yet_to_come).model == plain


@pytest.mark.parametrize(
    ("model", "survivors"),
    [
        (ShiftedBetaGeometric, [1000, 631]),
        (BetaDiscreteWeibull, [1000, 631]),
        (BetaDiscreteWeibull, [1000, 631, 468]),
        (ShiftedBetaGeometric, [1000, 800, 640, 512]),  # all alike
        (ShiftedBetaGeometric, [1000, 900, 700, 400, 100]),  # retention falls
        (ShiftedBetaGeometric, [1000, 600, 0]),  # everybody lost
    ],
)
def test_counts_that_cannot_determine_the_parameters_get_a_warning(model, survivors):
    with pytest.warns(ConvergenceWarning, match=rf"{model.__name__}.fit: .*Use more renewals"):
        assert not model.fit(survivors).converged


@every_model
def test_bad_questions_are_refused(model):
    with pytest.raises(ValueError, match="The first renewal has number 1"):
        model.retention(0)
    with pytest.raises(ValueError, match="n counts renewals, from 0"):
        model.survival(-1)
    with pytest.raises(ValueError, match="n counts renewals, from 0"):
        model.derl([1, 2.5], 0.1)
    with pytest.raises(ValueError, match=r"n is below given.* Add the two"):
        model.survival(3, given=4)
    with pytest.raises(ValueError, match="discount_rate is 0"):
        model.derl(1, 0)
    with pytest.raises(ValueError, match="discount_rate is 0"):
        model.clv(1, margin=10, discount_rate=0)
    with pytest.raises(ValueError, match="wait is -1"):
        model.clv(1, margin=10, discount_rate=0.1, wait=-1)
    with pytest.raises(ValueError, match="first_margin is nan"):
        model.clv_new(margin=10, discount_rate=0.1, first_margin=np.nan)
    with pytest.raises(ValueError, match="renewals is 1"):
        model.project([100, 90, 80], 1)
    with pytest.raises(ValueError, match="renewals is 0"):
        model.simulate(10, 0)
