"""What every model owes its user. A new model is added to CASES and nothing else."""

from dataclasses import asdict, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from centricity.clv import BGBB, BGNBD, MBGNBD, ConvergenceWarning, GammaGamma, ParetoNBD


class Case(NamedTuple):
    truth: object
    simulate: object  # n, rng -> customers table

    @property
    def model(self):
        return type(self.truth)


def bought(model):
    def simulate(n, rng):
        return model.simulate(rng.uniform(30, 60, n), rng=rng).customers

    return simulate


def spent(model):
    def simulate(n, rng):
        return model.simulate(rng.integers(0, 8, n), rng=rng).customers

    return simulate


def donated(model):
    def simulate(n, rng):
        return model.simulate(rng.integers(4, 10, n), rng=rng).customers

    return simulate


PURCHASE = [
    BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
    BGNBD(r=1.5, alpha=8.0, a=1.0, b=6.0),
    MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
    ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
]
SPEND = [GammaGamma(p=6.25, q=3.74, gamma=15.44), GammaGamma(p=1.2, q=2.5, gamma=40.0)]
OCCASIONS = [BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)]
CASES = (
    [Case(m, bought(m)) for m in PURCHASE]
    + [Case(m, donated(m)) for m in OCCASIONS]
    + [Case(m, spent(m)) for m in SPEND]
)
every_model = pytest.mark.parametrize("case", CASES, ids=lambda c: repr(c.truth))


@every_model
def test_recovers_the_truth_from_simulation(case, rng):
    fit = case.model.fit(case.simulate(20_000, rng))
    assert fit.converged
    z = np.log(fit.params / case.truth.params) / (fit.std_errors / fit.params)
    assert (z.abs() < 4).all(), z


@every_model
def test_weights_are_repeated_rows(case, rng):
    customers = case.simulate(400, rng)
    times = rng.integers(1, 4, len(customers))
    weighted = case.model.fit(customers.assign(n=times))
    repeated = case.model.fit(customers.loc[customers.index.repeat(times)])
    assert weighted.n == repeated.n
    pd.testing.assert_series_equal(weighted.params, repeated.params, rtol=1e-6)
    pd.testing.assert_frame_equal(weighted.cov, repeated.cov, rtol=1e-4)


@every_model
def test_row_order_is_irrelevant(case, rng):
    customers = case.simulate(400, rng)
    shuffled = customers.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(
        case.model.fit(customers).params, case.model.fit(shuffled).params, rtol=1e-7
    )


@every_model
def test_gradient_is_the_derivative_of_the_loglikelihood(case, rng):
    data = case.model._prepare(case.simulate(200, rng))
    params = case.truth.params.to_numpy()
    gradient = case.model._loglike(params, data)[1] @ data.n
    numeric = optimize.approx_fprime(
        params, lambda p: data.n @ case.model._loglike(p, data)[0], 1e-7 * params
    )
    np.testing.assert_allclose(gradient, numeric, rtol=2e-4, atol=2e-4)


@every_model
def test_covariance_is_symmetric_and_positive_definite(case, rng):
    cov = case.model.fit(case.simulate(2000, rng)).cov.to_numpy()
    np.testing.assert_array_equal(cov, cov.T)
    assert np.linalg.eigvalsh(cov)[0] > 0


@every_model
def test_standard_errors_match_the_spread_of_repeated_samples(case):
    def log_params(seed):
        return np.log(case.model.fit(case.simulate(3000, np.random.default_rng(seed))).params)

    spread = pd.DataFrame([log_params(seed) for seed in range(60)]).std()
    fit = case.model.fit(case.simulate(3000, np.random.default_rng(1000)))
    ratio = spread / (fit.std_errors / fit.params)
    # With 60 samples a ratio of true to estimated spread varies by about a tenth.
    assert ratio.between(0.6, 1.7).all(), ratio


@every_model
def test_log_likelihood_at_the_estimate_is_a_maximum(case, rng):
    customers = case.simulate(1000, rng)
    fit = case.model.fit(customers)
    assert fit.model.loglike(customers) == pytest.approx(fit.loglike, rel=1e-12)
    for name, value in asdict(fit.model).items():
        for factor in (0.98, 1.02):
            nearby = replace(fit.model, **{name: value * factor})
            assert nearby.loglike(customers) < fit.loglike


@every_model
def test_draws_have_the_fits_centre_and_spread(case, rng):
    fit = case.model.fit(case.simulate(5000, rng))
    draws = np.log(fit.draws(20_000, rng=1))
    centre = np.log(fit.params)
    spread = fit.std_errors / fit.params
    assert (((draws.mean() - centre) / spread).abs() < 0.05).all()
    np.testing.assert_allclose(draws.std(), spread, rtol=0.05)
    pd.testing.assert_frame_equal(fit.draws(5, rng=3), fit.draws(5, rng=3))


@every_model
@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf])
def test_a_parameter_that_is_not_positive_and_finite_is_refused(case, bad):
    name = case.truth.param_names()[0]
    with pytest.raises(ValueError, match=rf"{case.model.__name__}: {name} is .* above 0"):
        replace(case.truth, **{name: bad})


@every_model
def test_one_customer_gets_a_verdict_not_a_claim(case, rng):
    customers = case.simulate(50, rng)
    one = customers[customers["frequency"] > 0].head(1)
    with pytest.warns(ConvergenceWarning, match="must not be used"):
        fit = case.model.fit(one)
    assert not fit.converged
    assert fit.remarks


@every_model
def test_model_is_frozen_and_equal_by_parameters(case):
    assert case.truth == replace(case.truth)
    with pytest.raises(AttributeError):
        case.truth.r = 1.0
