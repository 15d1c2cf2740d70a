"""The gamma-gamma against its story, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from centricity.clv import GammaGamma
from centricity.clv.gammagamma import Spends

MODEL = GammaGamma(p=2.3, q=3.1, gamma=25.0)


@pytest.mark.parametrize(("x", "mean"), [(1, 30.0), (4, 12.5)])
def test_likelihood_and_expected_spend_follow_from_the_story(x, mean):
    """Given ν the mean of x gamma amounts is gamma with shape p·x and rate ν·x."""

    def joint(nu):
        seen = stats.gamma.pdf(mean, MODEL.p * x, scale=1 / (nu * x))
        return seen * stats.gamma.pdf(nu, MODEL.q, scale=1 / MODEL.gamma)

    likelihood, _ = integrate.quad(joint, 0, np.inf)
    own_mean, _ = integrate.quad(lambda nu: MODEL.p / nu * joint(nu), 0, np.inf)
    data = Spends(*(np.array([float(v)]) for v in (x, mean, 1)))
    value, _ = GammaGamma._loglike(MODEL.params.to_numpy(), data)
    assert value[0] == pytest.approx(np.log(likelihood), abs=1e-7)
    customer = pd.DataFrame({"frequency": [x], "monetary_value": [mean]})
    expected = MODEL.expected_spend(customer).item()
    assert expected == pytest.approx(own_mean / likelihood, rel=1e-6)


def test_predictions_of_simulated_customers_are_right_on_average(rng):
    customers = MODEL.simulate(rng.integers(0, 6, 100_000), rng=rng).customers
    error = customers["mean_spend"] - MODEL.expected_spend(customers)
    for _, group in error.groupby(customers["frequency"]):
        assert abs(group.mean()) < 4 * group.std() / np.sqrt(len(group))


def test_one_large_basket_is_pulled_to_the_mean_more_than_ten():
    customers = pd.DataFrame({"frequency": [0, 1, 10], "monetary_value": [0.0, 100.0, 100.0]})
    none, one, ten = MODEL.expected_spend(customers)
    assert none == MODEL.population_mean
    assert none < one < ten < 100


def test_infinite_mean_is_refused_with_the_reason():
    model = GammaGamma(p=2, q=0.9, gamma=10)
    with pytest.raises(ValueError, match=r"q is 0\.9, too little for 1 of 1 .* finite only for"):
        model.expected_spend(pd.DataFrame({"frequency": [0], "monetary_value": [0.0]}))


@pytest.mark.parametrize("amount", [0.0, -5.0])
def test_repeat_spend_of_zero_or_less_is_refused(amount):
    customers = pd.DataFrame({"frequency": [1, 2], "monetary_value": [10.0, amount]})
    with pytest.raises(ValueError, match=r"zero or negative in 1 of 2 customers .*Net refunds"):
        GammaGamma.fit(customers)


def test_missing_spend_of_customers_without_repeats_is_no_fault():
    customers = pd.DataFrame({"frequency": [0], "monetary_value": [np.nan]})
    assert MODEL.expected_spend(customers).item() == MODEL.population_mean


def test_nobody_repeats_is_refused():
    customers = pd.DataFrame({"frequency": [0, 0], "monetary_value": [0.0, 0.0]})
    with pytest.raises(ValueError, match="none of 2 customers has a repeat purchase"):
        GammaGamma.fit(customers)
