"""What the spend model says when its mean is infinite, and its interval."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import ConvergenceWarning, GammaGamma


def heavy(rng):
    """Amounts of customers whose mean spend has no finite average."""
    world = GammaGamma(p=3.0, q=0.7, gamma=10.0).simulate(rng.integers(1, 6, 4000), rng=rng)
    return world.customers[["frequency", "monetary_value"]]


def test_a_fit_with_an_infinite_mean_says_so_and_counts_as_an_estimate(rng):
    with pytest.warns(ConvergenceWarning, match=r"q is 0\.\d+ .95 % .*only for q above 1"):
        fit = GammaGamma.fit(heavy(rng))
    assert fit.converged
    assert fit.conf_int().loc["q", "lower"] < 0.7 < fit.conf_int().loc["q", "upper"]


def test_a_mean_that_does_not_exist_is_refused_for_everybody_whom_it_concerns():
    """With x purchases the own mean is finite only if p x + q > 1; below, it comes out negative."""
    model = GammaGamma(p=0.2, q=0.5, gamma=10)
    customers = pd.DataFrame({"frequency": [1, 2, 3], "monetary_value": 10.0}, index=list("abc"))
    with pytest.raises(ValueError, match=r"2 of 3 customers \(first: customers a, b\)"):
        model.expected_spend(customers)
    assert model.expected_spend(customers.loc[["c"]]).item() > 0


def test_expected_spend_has_an_interval_that_narrows_with_purchases(rng):
    truth = GammaGamma(p=3.5, q=4.5, gamma=46.0)
    fit = GammaGamma.fit(truth.simulate(rng.integers(1, 6, 2000), rng=rng).customers)
    customers = pd.DataFrame({"frequency": [0, 1, 20], "monetary_value": [0.0, 150.0, 150.0]})
    found = fit.interval(lambda model: model.expected_spend(customers), level=0.99, n=300, rng=1)
    right = truth.expected_spend(customers)
    assert ((found["lower"] < right) & (right < found["upper"])).all()
    width = (found["upper"] - found["lower"]).to_numpy()
    assert width[2] < width[1]  # the own mean of twenty needs no other customers


def test_one_repeat_purchase_is_pulled_to_the_mean_of_those_who_share_it(rng):
    """Of simulated customers with one large purchase, the true mean spend is the expected one."""
    model = GammaGamma(p=3.5, q=4.5, gamma=46.0)
    world = model.simulate(np.ones(400_000, dtype=int), rng=rng).customers
    big = world[world["monetary_value"].between(150, 160)]
    error = big["mean_spend"] - model.expected_spend(big)
    assert abs(error.mean()) < 4 * error.std() / np.sqrt(len(big))
    assert model.expected_spend(big).max() < 130
