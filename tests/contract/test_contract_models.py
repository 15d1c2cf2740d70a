"""What every model of renewal under a contract owes its user. A new one is added to MODELS."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, special, stats

from centricity.clv import BetaDiscreteWeibull, ConvergenceWarning, ShiftedBetaGeometric, survivors

MODELS = [
    ShiftedBetaGeometric(alpha=0.704, beta=1.182),
    ShiftedBetaGeometric(alpha=0.668, beta=3.806),
    ShiftedBetaGeometric(alpha=2.0, beta=6.0),
    ShiftedBetaGeometric(alpha=0.3, beta=0.5),
    BetaDiscreteWeibull(alpha=0.5, beta=0.9, c=1.2),
    BetaDiscreteWeibull(alpha=0.26, beta=1.72, c=1.58),
    BetaDiscreteWeibull(alpha=1.5, beta=6.0, c=0.8),
    BetaDiscreteWeibull(alpha=0.5, beta=5.0, c=1.25),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=repr)


def cohorts(model, size, rng, oldest=12):
    """A table of cohorts that have come up for renewal 2, 3 … times."""
    rows = {due: model.simulate(size, due, rng=rng) for due in range(2, oldest + 1)}
    return pd.DataFrame(rows).T


def shape(model):
    return getattr(model, "c", 1.0)


def coin(model):
    return stats.beta(model.alpha, model.beta)


@every_model
def test_recovers_the_truth_from_cohorts_of_different_ages(model, rng):
    fit = type(model).fit(cohorts(model, 10_000, rng))
    assert fit.converged
    assert fit.n == 110_000
    z = np.log(fit.params / model.params) / (fit.std_errors / fit.params)
    assert (z.abs() < 4).all(), z


@every_model
def test_weights_are_repeated_customers(model, rng):
    table = cohorts(model, 2000, rng)
    once, thrice = type(model).fit(table), type(model).fit(table * 3)
    np.testing.assert_allclose(once.params, thrice.params, rtol=1e-6)
    np.testing.assert_allclose(once.cov / 3, thrice.cov, rtol=1e-4)
    assert (thrice.n, thrice.loglike) == (3 * once.n, pytest.approx(3 * once.loglike))


@every_model
def test_order_and_splitting_of_cohorts_are_irrelevant(model, rng):
    one, other = cohorts(model, 2000, rng), cohorts(model, 1000, rng)
    fit = type(model).fit(one + other)
    split = type(model).fit(pd.concat([one, other]))
    shuffled = type(model).fit((one + other).sample(frac=1, random_state=1))
    np.testing.assert_allclose(split.params, fit.params, rtol=1e-7)
    np.testing.assert_allclose(shuffled.params, fit.params, rtol=1e-7)


@every_model
def test_gradient_is_the_derivative_of_the_loglikelihood(model, rng):
    data = type(model)._prepare(cohorts(model, 500, rng))
    params = model.params.to_numpy()
    gradient = model._loglike(params, data)[1] @ data.n
    numeric = optimize.approx_fprime(
        params, lambda p: data.n @ model._loglike(p, data)[0], 1e-7 * params
    )
    np.testing.assert_allclose(gradient, numeric, rtol=2e-4, atol=2e-3)


@every_model
def test_covariance_is_symmetric_and_positive_definite(model, rng):
    cov = type(model).fit(cohorts(model, 3000, rng)).cov.to_numpy()
    np.testing.assert_array_equal(cov, cov.T)
    assert np.linalg.eigvalsh(cov)[0] > 0


@every_model
def test_standard_errors_match_the_spread_of_repeated_samples(model):
    def fitted(seed):
        return type(model).fit(cohorts(model, 3000, np.random.default_rng(seed)))

    spread = pd.DataFrame([np.log(fitted(seed).params) for seed in range(60)]).std()
    fit = fitted(1000)
    ratio = spread / (fit.std_errors / fit.params)
    # With 60 samples a ratio of true to estimated spread varies by about a tenth.
    assert ratio.between(0.6, 1.7).all(), ratio


@every_model
def test_the_estimate_is_a_maximum(model, rng):
    table = cohorts(model, 3000, rng)
    fit = type(model).fit(table)
    assert fit.model.loglike(table) == pytest.approx(fit.loglike, rel=1e-12)
    for name, value in fit.params.items():
        for factor in (0.98, 1.02):
            assert replace(fit.model, **{name: value * factor}).loglike(table) < fit.loglike


@every_model
def test_retention_is_a_share_and_survival_never_rises(model):
    t = np.arange(1, 200)
    retention = model.retention(t)
    assert ((retention > 0) & (retention < 1)).all()
    survival = model.survival(np.arange(200))
    assert survival[0] == 1
    assert (np.diff(survival) < 0).all()


@every_model
@pytest.mark.parametrize("t", [1, 3, 9])
def test_survival_is_the_average_of_everyones_own_coin(model, t):
    # In u = θ^α the integrand stays finite at θ = 0.
    constant = 1 / (model.alpha * special.beta(model.alpha, model.beta))

    def there(u):
        theta = u ** (1 / model.alpha)
        return constant * (1 - theta) ** (t ** shape(model) + model.beta - 1)

    by_hand, _ = integrate.quad(there, 0, 1, limit=200)
    assert model.survival(t) == pytest.approx(by_hand, rel=1e-6)


@every_model
def test_survival_given_renewals_made(model):
    made, ahead = np.array([0, 2, 5]), np.array([3, 6, 5])
    by_hand = model.survival(ahead) / model.survival(made)
    np.testing.assert_allclose(model.survival(ahead, given=made), by_hand)
    chained = np.prod(model.retention(np.arange(3, 9)))
    assert model.survival(8, given=2) == pytest.approx(chained)


@every_model
@pytest.mark.parametrize("rate", [1e-4, 0.01, 0.1, 3.0])
@pytest.mark.parametrize("n", [0, 1, 40])
def test_derl_is_the_discounted_sum_of_survival(model, n, rate):
    k = np.arange(np.ceil(36 / np.log1p(rate)) + 1)
    by_hand = (model.survival(n + 1 + k) / model.survival(n) / (1 + rate) ** k).sum()
    assert model.derl(n, rate) == pytest.approx(by_hand, rel=1e-9)


@every_model
def test_derl_of_survivors_is_what_their_coins_promise(model):
    """An integral over the coins of those still there, instead of a sum over renewals."""
    n, rate, c = 3, 0.1, shape(model)
    k = np.arange(400)

    def promise(u, power):
        theta = u ** (1 / model.alpha)
        to_come = ((1 - theta) ** ((n + 1 + k) ** c - n**c) / (1 + rate) ** k).sum()
        weight = (1 - theta) ** (n**c + model.beta - 1)
        return weight * to_come**power

    above, _ = integrate.quad(promise, 0, 1, args=(1,), limit=400)
    below, _ = integrate.quad(promise, 0, 1, args=(0,), limit=400)
    assert model.derl(n, rate) == pytest.approx(above / below, rel=1e-6)


@every_model
def test_clv_is_the_mean_of_simulated_discounted_margins(model):
    lifetime = model.simulate_members(300_000, 400, rng=4)["renewals"].to_numpy() + 1
    rate, margin, made = 0.15, 20.0, 2
    paid = margin * (1 - 1.15 ** -(lifetime - made - 1.0)) / (1 - 1 / 1.15)  # an annuity due
    paid = paid[lifetime > made]
    error = 4 * paid.std() / np.sqrt(len(paid))
    assert model.clv(made, margin=margin, discount_rate=rate) == pytest.approx(
        paid.mean(), abs=error
    )
    new = margin * (1 - 1.15**-lifetime) / (1 - 1 / 1.15)
    error = 4 * new.std() / np.sqrt(len(new))
    assert model.clv_new(margin=margin, discount_rate=rate) == pytest.approx(new.mean(), abs=error)


@every_model
def test_simulated_cohort_follows_survival(model):
    counts = model.simulate(100_000, 8, rng=3)
    assert counts.iloc[0] == 100_000
    expected = model.survival(counts.index)
    spread = np.sqrt(expected * (1 - expected) / 100_000) + 1e-12
    assert (np.abs(counts / 100_000 - expected) / spread < 4.5).all()
    pd.testing.assert_series_equal(model.simulate(50, 3, rng=1), model.simulate(50, 3, rng=1))


@every_model
def test_simulated_members_are_the_simulated_cohort_one_by_one(model):
    members = model.simulate_members(5000, 8, rng=3).assign(cohort="all")
    counts = survivors(members, cohort="cohort").loc["all"]
    assert counts.tolist() == model.simulate(5000, 8, rng=3).tolist()
    assert stats.kstest(members["theta"], coin(model).cdf).pvalue > 1e-4


@every_model
def test_the_coins_of_those_who_stay_are_the_gentle_ones(model):
    """After n renewals θ follows Beta(α, β + n^c): the mean that a simulation must show."""
    members = model.simulate_members(200_000, 4, rng=5)
    stayed = members.loc[members["still_member"], "theta"]
    later = stats.beta(model.alpha, model.beta + 4 ** shape(model))
    assert stayed.mean() == pytest.approx(later.mean(), abs=4 * later.std() / len(stayed) ** 0.5)


@every_model
def test_projection_keeps_what_was_seen_and_expects_the_rest(model, rng):
    table = cohorts(model, 1000, rng, oldest=4)
    ahead = model.project(table, 6)
    assert ahead.index.tolist() == table.index.tolist()
    assert ahead.columns.tolist() == list(range(7))
    seen = table.notna().to_numpy()
    np.testing.assert_array_equal(ahead.to_numpy()[:, :5][seen], table.to_numpy()[seen])
    youngest = table.loc[2, 2] * np.cumprod(model.retention([3, 4, 5, 6]))
    np.testing.assert_allclose(ahead.loc[2, 3:], youngest)


@every_model
def test_expected_lifetime_is_the_sum_of_survival_or_infinite(model):
    model = replace(model, alpha=model.alpha + 3.0)
    k = np.arange(1_000_000)
    to_come = model.survival(2 + k).sum() / model.survival(1)
    assert model.expected_lifetime(1) == pytest.approx(2 + to_come, rel=1e-6)
    endless = replace(model, alpha=1 / shape(model))
    assert endless.expected_lifetime() == np.inf
    assert np.isfinite(endless.derl(0, 0.1))


@every_model
def test_answers_come_in_the_form_of_the_question(model):
    made = pd.Series([4, 0, 4], index=["a", "b", "c"])
    worth = model.clv(made, margin=10.0, discount_rate=0.1, wait=1.0)
    assert worth.index.tolist() == ["a", "b", "c"]
    by_hand = [10 / 1.1 * model.derl(int(n), 0.1) for n in made]
    np.testing.assert_allclose(worth, by_hand)
    assert isinstance(model.derl(4, 0.1), float)
    assert model.derl([[0, 1], [2, 3]], 0.1).shape == (2, 2)
    assert model.expected_lifetime([]).shape == (0,)


@every_model
def test_extreme_questions_have_finite_answers(model):
    for far in (model, replace(model, alpha=1e5, beta=2e5), replace(model, alpha=1e-3)):
        assert np.isfinite(far.survival([0, 1, 10_000])).all()
        assert 0 < far.retention(500) <= 1 or far.survival(499) == 0
        for rate in (1e-6, 0.1, 100.0):
            assert np.isfinite(far.derl([0, 300], rate)).all()


@every_model
def test_one_customer_gets_a_verdict_not_a_claim(model):
    with pytest.warns(ConvergenceWarning, match="must not be used"):
        fit = type(model).fit([1, 1, 0])
    assert not fit.converged
    assert fit.remarks
