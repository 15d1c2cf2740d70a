"""Renewal models against their story, their limits, and bad input."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from centricity.clv import BetaDiscreteWeibull, ConvergenceWarning, ShiftedBetaGeometric

SBG = ShiftedBetaGeometric(alpha=0.668, beta=3.806)
BDW = BetaDiscreteWeibull(alpha=0.5, beta=0.9, c=1.2)
every_model = pytest.mark.parametrize("model", [SBG, BDW], ids=repr)


@every_model
@pytest.mark.parametrize("t", [1, 3, 9])
def test_survival_is_the_average_of_everyones_own_coin(model, t):
    c = getattr(model, "c", 1.0)
    coin = stats.beta(model.alpha, model.beta)
    by_hand, _ = integrate.quad(lambda theta: (1 - theta) ** t**c * coin.pdf(theta), 0, 1)
    assert model.survival(t) == pytest.approx(by_hand, rel=1e-6)


@every_model
def test_retention_chains_to_survival(model):
    t = np.arange(1, 15)
    np.testing.assert_allclose(np.cumprod(model.retention(t)), model.survival(t))


def test_retention_of_the_sbg_is_the_papers_formula_and_rises():
    """Equation (8): (β + t − 1) / (α + β + t − 1)."""
    t = np.arange(1, 40)
    by_hand = (SBG.beta + t - 1) / (SBG.alpha + SBG.beta + t - 1)
    np.testing.assert_allclose(SBG.retention(t), by_hand)
    assert (np.diff(SBG.retention(t)) > 0).all()


def test_bdw_with_c_of_one_is_the_sbg():
    same = BetaDiscreteWeibull(alpha=SBG.alpha, beta=SBG.beta, c=1.0)
    np.testing.assert_allclose(same.survival(range(20)), SBG.survival(range(20)))
    assert same.derl(3, 0.1) == pytest.approx(SBG.derl(3, 0.1), rel=1e-9)


@every_model
@pytest.mark.parametrize("n", [0, 1, 6])
def test_derl_is_the_discounted_sum_of_survival(model, n):
    k = np.arange(4000)
    by_hand = (model.survival(n + 1 + k) / model.survival(n) / 1.1**k).sum()
    assert model.derl(n, 0.1) == pytest.approx(by_hand, rel=1e-9)


@every_model
def test_recovers_the_truth_from_simulation(model):
    fit = type(model).fit(model.simulate(200_000, 12, rng=8))
    assert fit.converged
    z = np.log(fit.params / model.params) / (fit.std_errors / fit.params)
    assert (z.abs() < 4).all(), z
    assert fit.n == 200_000


@every_model
def test_simulated_cohort_follows_survival(model):
    survivors = model.simulate(100_000, 8, rng=3)
    assert survivors.iloc[0] == 100_000
    expected = model.survival(survivors.index)
    spread = np.sqrt(expected * (1 - expected) / 100_000) + 1e-12
    assert (np.abs(survivors / 100_000 - expected) / spread < 4.5).all()
    pd.testing.assert_series_equal(model.simulate(50, 3, rng=1), model.simulate(50, 3, rng=1))


@every_model
@pytest.mark.parametrize(
    ("survivors", "message"),
    [
        ([100], r"survivors has shape \(1,\)"),
        ([100, 90, 95], r"survivors rises in 1 of 3 renewals \(first: renewals 2\)"),
        ([100, -1], "survivors is negative, missing or infinite in 1 of 2 renewals"),
        ([100, np.nan], "survivors is negative, missing or infinite in 1 of 2 renewals"),
        ([100, 100, 100], "nobody was lost in 2 renewals"),
    ],
)
def test_survivors_that_cannot_be_are_refused(model, survivors, message):
    with pytest.raises(ValueError, match=rf"{type(model).__name__}.fit: {message}"):
        type(model).fit(survivors)


def test_one_renewal_cannot_determine_two_parameters():
    with pytest.warns(ConvergenceWarning, match="ShiftedBetaGeometric.fit"):
        assert not ShiftedBetaGeometric.fit([1000, 631]).converged


@every_model
def test_bad_questions_are_refused(model):
    with pytest.raises(ValueError, match="The first renewal has number 1"):
        model.retention(0)
    with pytest.raises(ValueError, match="n counts renewals, from 0"):
        model.survival(-1)
    with pytest.raises(ValueError, match="discount_rate is 0"):
        model.derl(1, 0)
