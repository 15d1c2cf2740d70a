"""What every model owes its user. A new model is added in tests/support/contract_models.py."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from contract_models import MODELS
from scipy import optimize

from centricity.clv import ConvergenceWarning

every_model = pytest.mark.parametrize("case", MODELS, ids=repr)


@every_model
def test_recovers_the_truth_from_simulation(case, rng):
    fit = case.fit(case.customers(20_000, rng))
    assert fit.converged
    assert (case.z(fit).abs() < 4).all()


@every_model
def test_weights_are_repeated_rows(case, rng):
    customers = case.customers(400, rng)
    times = rng.integers(1, 4, len(customers))
    weighted = case.fit(customers.assign(n=times))
    repeated = case.fit(customers.loc[customers.index.repeat(times)])
    assert weighted.n == repeated.n
    assert weighted.loglike == pytest.approx(repeated.loglike, rel=1e-10)
    pd.testing.assert_series_equal(weighted.params, repeated.params, rtol=1e-6)
    pd.testing.assert_frame_equal(weighted.cov, repeated.cov, rtol=1e-4)


@every_model
def test_row_order_is_irrelevant(case, rng):
    customers = case.customers(400, rng)
    shuffled = customers.sample(frac=1, random_state=1)
    one, other = case.fit(customers), case.fit(shuffled)
    pd.testing.assert_series_equal(one.params, other.params, rtol=1e-7)
    assert one.loglike == pytest.approx(other.loglike, rel=1e-12)


@every_model
def test_row_order_is_irrelevant_to_an_estimation_that_sets_out_from_a_sketch(case, rng):
    customers = case.customers(6000, rng)
    shuffled = customers.sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(case.fit(customers).params, case.fit(shuffled).params, rtol=1e-7)


@every_model
def test_gradient_is_the_derivative_of_the_loglikelihood(case, rng):
    data = case.truth._data(case.customers(200, rng))
    params = case.truth.params.to_numpy()
    gradient = case.loglike(params, data)[1] @ data.n
    numeric = optimize.approx_fprime(
        params, lambda p: data.n @ case.loglike(p, data)[0], 1e-7 * params
    )
    np.testing.assert_allclose(gradient, numeric, rtol=2e-4, atol=2e-4)


@every_model
def test_covariance_is_symmetric_and_positive_definite(case, rng):
    cov = case.fit(case.customers(2000, rng)).cov.to_numpy()
    np.testing.assert_array_equal(cov, cov.T)
    assert np.linalg.eigvalsh(cov)[0] > 0


@every_model
def test_log_likelihood_at_the_estimate_is_a_maximum(case, rng):
    customers = case.customers(1000, rng)
    fit = case.fit(customers)
    assert fit.model.loglike(customers) == pytest.approx(fit.loglike, rel=1e-12)
    for name, value in fit.params.items():
        for factor in (0.98, 1.02):
            nearby = replace(fit.model, **{name: value * factor})
            assert nearby.loglike(customers) < fit.loglike


@every_model
def test_estimate_equals_that_of_an_optimiser_which_sees_no_gradient_of_ours(case, rng):
    """Nelder and Mead's simplex from the truth, and a covariance from second differences."""
    customers = case.customers(1500, rng)
    fit = case.fit(customers)
    data = case.truth._data(customers)

    def objective(logs):
        return -float(np.sum(data.n * case.loglike(np.exp(logs), data)[0]))

    start = np.log(case.truth.params.to_numpy())
    options = {"xatol": 1e-5, "fatol": 1e-8, "maxiter": 4000, "maxfev": 4000}
    found = optimize.minimize(objective, start, method="Nelder-Mead", options=options)
    assert -found.fun <= fit.loglike + 1e-7
    assert -found.fun == pytest.approx(fit.loglike, abs=1e-5)
    spread = fit.std_errors / fit.params
    assert (np.abs(found.x - np.log(fit.params)) < 5e-3 * spread).all()


@every_model
def test_an_estimation_that_sets_out_from_a_sketch_ends_where_a_plain_one_does(case, rng):
    """BFGS on all cells to the end of double precision; the Hessian from fourth differences."""
    customers = case.customers(6000, rng)
    fit = case.fit(customers)
    data = case.truth._data(customers)

    def slope(logs):
        gradient = case.loglike(np.exp(logs), data)[1]
        return -(gradient @ data.n) * np.exp(logs) / data.n.sum()

    def objective(logs):
        value = case.loglike(np.exp(logs), data)[0]
        return -float(value @ data.n) / data.n.sum(), slope(logs)

    start = np.log(case.truth.params.to_numpy())
    options = {"ftol": 0.0, "gtol": 1e-12, "maxiter": 2000, "maxls": 60}
    logs = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x
    steps = np.eye(len(logs)) * 2e-3
    hessian = [
        (8 * (slope(logs + h) - slope(logs - h)) - slope(logs + 2 * h) + slope(logs - 2 * h))
        / (12 * 2e-3)
        for h in steps
    ]
    np.testing.assert_allclose(np.log(fit.params), logs - np.linalg.solve(hessian, slope(logs)),
                               atol=1e-6)  # fmt: skip
    spread = np.sqrt(np.diag(np.linalg.inv(hessian)) / data.n.sum())
    np.testing.assert_allclose(fit.std_errors / fit.params, spread, rtol=1e-5)


@every_model
def test_draws_have_the_fits_centre_and_spread(case, rng):
    fit = case.fit(case.customers(5000, rng))
    draws = np.log(fit.draws(20_000, rng=1))
    centre = np.log(fit.params)
    spread = fit.std_errors / fit.params
    assert (((draws.mean() - centre) / spread).abs() < 0.05).all()
    np.testing.assert_allclose(draws.std(), spread, rtol=0.05)
    pd.testing.assert_frame_equal(fit.draws(5, rng=3), fit.draws(5, rng=3))


@every_model
def test_interval_of_a_parameter_is_its_confidence_interval(case, rng):
    """The same uncertainty by two ways: parameter draws, and the normal distribution."""
    fit = case.fit(case.customers(5000, rng))
    name = fit.params.index[0]
    drawn = fit.interval(lambda model: getattr(model, name), level=0.9, n=4000, rng=5).iloc[0]
    exact = fit.conf_int(0.9).loc[name]
    assert drawn["estimate"] == fit.params[name]
    width = np.log(exact["upper"] / exact["lower"])
    assert abs(np.log(drawn["lower"] / exact["lower"])) < 0.05 * width
    assert abs(np.log(drawn["upper"] / exact["upper"])) < 0.05 * width


@every_model
@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf])
def test_a_parameter_that_is_not_positive_and_finite_is_refused(case, bad):
    for name in case.truth.param_names():
        with pytest.raises(ValueError, match=rf"{case.model.__name__}: {name} is .* above 0"):
            replace(case.truth, **{name: bad})


@every_model
@pytest.mark.parametrize("bad", ["3", None, True, [1.0], 1 + 2j])
def test_a_parameter_that_is_no_number_is_refused(case, bad):
    name = case.truth.param_names()[0]
    with pytest.raises(TypeError, match=rf"{case.model.__name__}: {name} is .* above 0"):
        replace(case.truth, **{name: bad})


@every_model
def test_one_customer_gets_a_verdict_not_a_claim(case, rng):
    customers = case.customers(50, rng)
    one = customers[customers["frequency"] > 0].head(1)
    with pytest.warns(ConvergenceWarning, match="must not be used"):
        fit = case.fit(one)
    assert not fit.converged
    assert fit.remarks


@every_model
def test_model_is_frozen_and_equal_by_parameters(case):
    assert case.truth == replace(case.truth)
    assert hash(case.truth) == hash(replace(case.truth))
    with pytest.raises(AttributeError):
        setattr(case.truth, case.truth.param_names()[0], 1.0)


@every_model
def test_a_fit_leaves_the_users_table_alone(case, rng):
    customers = case.customers(300, rng)
    before = customers.copy(deep=True)
    case.fit(customers)
    pd.testing.assert_frame_equal(customers, before)
