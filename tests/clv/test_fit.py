"""Fit: intervals, tests and criteria, from their definitions."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import BGNBD, Fit
from centricity.clv.gammagamma import GammaGamma

TRUTH = BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0)


@pytest.fixture(scope="module")
def customers():
    return TRUTH.simulate(np.full(4000, 52.0), rng=11).customers


@pytest.fixture(scope="module")
def fit(customers):
    return BGNBD.fit(customers)


def test_criteria_follow_their_definitions(fit):
    assert fit.aic == 8 - 2 * fit.loglike
    assert fit.bic == pytest.approx(4 * np.log(4000) - 2 * fit.loglike)


def test_confidence_interval_covers_the_truth_at_its_level():
    def covered(seed):
        interval = BGNBD.fit(TRUTH.simulate([52.0] * 1500, rng=seed).customers).conf_int(0.8)
        return TRUTH.params.between(interval["lower"], interval["upper"])

    hits = pd.DataFrame([covered(seed) for seed in range(120)]).mean()
    # Binomial with n = 120 and p = 0.8: standard deviation 0.037.
    assert hits.between(0.68, 0.92).all(), hits


def test_interval_of_a_prediction_covers_it_and_widens_with_the_level(fit, customers):
    def predict(model):
        return model.expected_purchases(customers.head(20), 52)

    narrow = fit.interval(predict, level=0.5, rng=1)
    wide = fit.interval(predict, level=0.95, rng=1)
    assert narrow.index.equals(customers.head(20).index)
    assert narrow["estimate"].between(narrow["lower"], narrow["upper"]).mean() > 0.9
    width = [(i["upper"] - i["lower"]) for i in (narrow, wide)]
    assert (width[1] > width[0]).all()


def test_likelihood_ratio_follows_wilks(fit):
    small = Fit(
        model=GammaGamma(1, 2, 3), cov=pd.DataFrame(), loglike=fit.loglike - 2.0, n=fit.n,
        moments=fit.moments, converged=True,
    )  # fmt: skip
    test = fit.lr_test(small)
    assert test["df"] == 1
    assert test["statistic"] == pytest.approx(4.0)
    assert test["p_value"] == pytest.approx(0.0455, abs=5e-5)  # chi-squared(1) table
    with pytest.raises(ValueError, match="Call it on the larger model"):
        small.lr_test(fit)


def test_printing_a_fit_shows_the_verdict(fit):
    assert str(fit).splitlines()[0].startswith("BGNBD on 4,000 customers, log-likelihood -")
    assert str(fit).splitlines()[0].endswith("converged")


def test_times_of_the_customers_own_pass_through_an_interval():
    customers = BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0).simulate([52.0] * 500, rng=1).customers
    fit, few = BGNBD.fit(customers), customers.head(3).set_axis(list("abc"))
    t = pd.Series([10.0, 0.0, 52.0], index=list("cab"))
    found = fit.interval(lambda model: model.expected_purchases(few, t), n=20, rng=1)
    assert found.index.tolist() == ["a", "b", "c"]
    by_hand = [fit.model.expected_purchases(few.loc[[who]], t[who]).item() for who in "abc"]
    np.testing.assert_allclose(found["estimate"], by_hand, rtol=1e-9, atol=1e-15)
    assert (found["lower"] <= found["upper"]).all()
