"""Pains with the data themselves: heavy buyers, long lives, sameness, other units, ridges."""

import warnings

import numpy as np
import pandas as pd
import pytest

from centricity import transactions
from centricity.clv import (
    BGBB,
    BGNBD,
    MBGNBD,
    ConvergenceError,
    ConvergenceWarning,
    GammaGamma,
    MBGCNBDk,
    ParetoNBD,
)
from centricity.clv._simulate import buy_until_death, buy_until_dropout

BUYING = [
    BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
    MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
    MBGCNBDk(k=2, r=1.1, alpha=4.0, a=0.9, b=2.5),
    ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
]
EVERY = [*BUYING, BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)]
ids = {"ids": lambda model: type(model).__name__}
every_buying_model = pytest.mark.parametrize("model", BUYING, **ids)
every_model = pytest.mark.parametrize("model", EVERY, **ids)

# NumPy's own warnings are errors in these tests already; underflow to zero is what is meant.
strict = {"all": "raise", "under": "ignore"}


def table(frequency, recency, T, **columns):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T, **columns})


def fit(model, customers):
    return type(model).fit(customers, **model.fixed)


def no_claim(model, customers):
    """Fit data that can't determine the model: a verdict with a remedy, no standard errors."""
    with pytest.warns(ConvergenceWarning) as caught:
        found = fit(model, customers)
    assert not found.converged
    assert found.remarks
    said = str(caught[0].message)
    assert said.startswith(f"{type(model).__name__}.fit: ")
    assert "These estimates must not be used as they are" in said
    assert type(model).remedy in said
    return found


def answers(model, customers):
    return pd.DataFrame(
        {
            "alive": model.p_alive(customers),
            "expected": model.expected_purchases(customers, 40.0),
            "dert": model.dert(customers, 0.002),
            "later": model.p_alive(customers, 40.0),
            "time": model.time_alive(customers, 40.0, 0.002),
        }
    )


def sensible(found):
    assert np.isfinite(found.to_numpy()).all()
    assert found["alive"].between(0, 1).all()
    assert found["later"].between(0, 1).all()
    assert (found["later"] <= found["alive"]).all()
    assert found["time"].between(0, 40.0 * found["alive"] * (1 + 1e-12)).all()
    assert (found[["expected", "dert"]] >= 0).all(axis=None)


# Size ------------------------------------------------------------------------------------------


@every_buying_model
def test_more_than_300_purchases_and_more_than_1000_weeks(model, rng):
    customers = model.simulate(rng.uniform(1001, 3000, 4000), rng=rng).customers
    assert customers["frequency"].max() > 300
    with np.errstate(**strict):
        found = fit(model, customers)
        sensible(answers(model, customers.head(500)))
    assert found.converged
    z = np.log(found.params / model.params) / (found.std_errors / found.params)
    assert (z.abs() < 4).all(), z


@every_buying_model
def test_thousands_of_purchases_of_one_customer(model):
    many = table([3000, 3000, 9000], [900.0, 1000.0, 1.0], 1000.0)
    with np.errstate(**strict):
        sensible(answers(model, many))
        assert np.isfinite(model.loglike(many))
    # Three purchases a week, then silence for a hundred weeks: nobody believes in a pause.
    assert model.p_alive(many).iloc[0] < 1e-6
    assert model.p_alive(many).iloc[1] > 0.99


@every_buying_model
def test_a_million_identical_customers_are_one_history_and_no_fit(model):
    customers = table(np.full(1_000_000, 2), 8.0, 20.0)
    with np.errstate(**strict):
        found = no_claim(model, customers)
    assert found.n == 1_000_000
    assert model.p_alive(customers).nunique() == 1


@every_buying_model
def test_two_kinds_of_customer_half_a_million_each_are_no_fit_either(model):
    """Two histories give two numbers; four parameters are not in them."""
    no_claim(model, table([0, 2], [0.0, 8.0], 20.0, n=500_000))


def test_a_million_customers_with_the_same_two_gifts_do_not_determine_the_donors():
    assert no_claim(EVERY[-1], table([2], [4], [6], n=1_000_000)).n == 1_000_000


# Time units ------------------------------------------------------------------------------------


def questions(model, customers, week):
    """Everything that can be asked, with times of so many weeks; a list of arrays."""
    few, rate = customers.head(200), 1.1 ** (1 / 52 / week) - 1
    return [
        model.p_alive(few),
        model.p_alive(few, 30 * week),
        model.expected_purchases(few, 39 * week),
        model.dert(few, rate),
        model.discounted_purchases(few, 39 * week, rate),
        model.time_alive(few, 39 * week) / week,
        model.expected_purchases_new(39 * week),
        model.pmf(range(5), 39 * week),
    ]


@pytest.fixture(scope="module", params=BUYING, **ids)
def weekly(request):
    """Customers in weeks, the fit, and its answers."""
    ages = np.random.default_rng(9).uniform(20, 60, 2000)
    customers = request.param.simulate(ages, rng=9).customers[["frequency", "recency", "T"]]
    found = fit(request.param, customers)
    return customers, found, questions(found.model, customers, 1)


@pytest.mark.parametrize("unit", ["h", "D", "M", "Q", "Y"])
def test_a_fit_in_any_unit_gives_the_same_predictions(weekly, unit):
    """From hours to years: the same customers, the same future, six digits and more."""
    customers, found, answered = weekly
    week = transactions.UNITS["W"] / transactions.UNITS[unit]
    other = customers.assign(recency=customers["recency"] * week, T=customers["T"] * week)
    same = fit(found.model, other)
    assert same.converged
    # A density per hour is 168 times smaller than one per week, for each purchase time.
    shift = customers["frequency"].sum() * np.log(week)
    assert same.loglike + shift == pytest.approx(found.loglike, rel=1e-9)
    for left, right in zip(questions(same.model, other, week), answered, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-6)
    relative = found.std_errors / found.params, same.std_errors / same.params
    np.testing.assert_allclose(*relative, rtol=1e-5)


@pytest.mark.parametrize("unit", ["D", "M", "Q", "Y"])
def test_summarize_in_any_unit_leads_to_the_same_forecast(unit, cdnow_log):
    cut = {"calibration_end": "1997-09-30", "observation_end": "1998-06-30"}
    forecasts = []
    for measure in ("W", unit):
        customers = transactions.summarize(cdnow_log, unit=measure, **cut)
        model = BGNBD.fit(customers).model
        forecasts.append(model.expected_purchases(customers, customers["T_holdout"].iloc[0]))
    pd.testing.assert_series_equal(*forecasts, rtol=1e-6)


# Data with a side missing ----------------------------------------------------------------------


@every_model
def test_nobody_repeats(model):
    T = np.repeat(np.arange(5.0, 45.0), 20)
    with np.errstate(**strict):
        no_claim(model, table(0, 0.0, T))


def test_nobody_repeats_leaves_no_spend_to_learn_from():
    with pytest.raises(ValueError, match=r"none of 9 customers has a repeat purchase\. .*longer"):
        GammaGamma.fit(pd.DataFrame({"frequency": [0] * 9, "monetary_value": 0.0}))


@pytest.mark.parametrize(
    "model",
    [
        BGNBD(r=40.0, alpha=20.0, a=1.0, b=30.0),
        MBGNBD(r=40.0, alpha=20.0, a=1.0, b=80.0),
        MBGCNBDk(k=3, r=40.0, alpha=7.0, a=1.0, b=80.0),
        ParetoNBD(r=40.0, alpha=20.0, s=2.0, beta=200.0),
    ],
    **ids,
)
def test_everybody_repeats(model, rng):
    """Eager customers: hardly anybody stays at one purchase, and the fit is as good as ever."""
    customers = model.simulate(rng.uniform(30, 60, 5000), rng=rng).customers
    customers = customers[customers["frequency"] > 0]
    assert len(customers) > 4900
    found = fit(model, customers)
    assert found.converged
    z = np.log(found.params / model.params)[["r", "alpha"]]
    z /= (found.std_errors / found.params)[["r", "alpha"]]
    assert (z.abs() < 4).all(), z


@every_buying_model
def test_age_equal_to_recency_for_all_who_came_back_says_nothing_about_leaving(model, rng):
    """The log was cut at each customer's last purchase, so that nobody is ever silent."""
    customers = model.simulate(rng.uniform(30, 60, 1500), rng=rng).customers
    customers = customers[["frequency", "recency", "T"]]
    back = customers["frequency"] > 0
    cut = customers.assign(T=customers["T"].mask(back, customers["recency"]))
    with np.errstate(**strict):
        no_claim(model, cut[back])
        # Predictions for such histories are fine: they have just bought.
        sensible(answers(model, cut))


def test_nobody_has_been_observed_for_any_time():
    for model in BUYING:
        with (
            np.errstate(**strict),
            warnings.catch_warnings(action="ignore", category=ConvergenceWarning),
        ):
            try:
                assert not fit(model, table(0, 0.0, np.zeros(500))).converged
            except (ConvergenceError, ValueError) as refusal:
                assert str(refusal).startswith(f"{type(model).__name__}.fit: ")  # noqa: PT017


@every_model
def test_customers_who_came_today_are_fine(model):
    today = table([0], [0.0], [0.0])
    with np.errstate(**strict):
        found = answers(model, today)
    sensible(found)
    # The past is empty, so the future is that of a new customer.
    new = float(model.expected_purchases_new(40.0))
    assert found["expected"].item() == pytest.approx(new, rel=1e-9)


# Ridges ----------------------------------------------------------------------------------------


def equal_rates(kind, seed):
    """Populations in which one of the two kinds of unlikeness is absent."""
    rng = np.random.default_rng(seed)
    T, n = rng.uniform(30, 60, 3000), 3000
    if kind == "equal buying, coin":
        return buy_until_dropout(T, np.full(n, 0.2), rng.beta(1, 3, n), rng, first_chance=1)
    if kind == "equal leaving, coin":
        return buy_until_dropout(T, rng.gamma(2, 0.2, n), np.full(n, 0.2), rng, first_chance=1)
    if kind == "equal buying, coin at once":
        return buy_until_dropout(T, np.full(n, 0.2), rng.beta(1, 3, n), rng, first_chance=0)
    if kind == "equal leaving, clock":
        return buy_until_death(T, rng.gamma(0.5, 0.1, n), np.full(n, 0.03), rng)
    if kind == "equal spend":
        return GammaGamma(6, 1e6, 1e7).simulate(rng.integers(1, 8, n), rng=rng)
    return BGBB(1e5, 2e5, 1e5, 4e5).simulate(np.full(n, 6), rng=rng)


RIDGES = [
    ("equal buying, coin", BGNBD),
    ("equal leaving, coin", BGNBD),
    ("equal buying, coin at once", MBGNBD),
    ("equal leaving, clock", ParetoNBD),
    ("equal spend", GammaGamma),
    ("equal donors", BGBB),
]


def curvature_is_real(model, found, customers):
    """A standard error away along every axis of the covariance the likelihood falls by half."""
    centre = np.log(found.params.to_numpy())
    log_cov = found.cov.to_numpy() / np.outer(found.params, found.params)
    values, axes = np.linalg.eigh(log_cov)
    data = found.model._data(customers)

    def loglike(logs):
        return float(np.sum(data.n * model._loglike(np.exp(logs), data)[0]))

    top = loglike(centre)
    for value, axis in zip(values, axes.T, strict=True):
        step = 0.3 * np.sqrt(value) * axis
        drop = top - (loglike(centre + step) + loglike(centre - step)) / 2
        # Half of 0.3² for a parabola; skewness along a long axis leaves this within a factor.
        assert 0.02 < drop < 0.1, f"{drop} along {axis} of {found}"


@pytest.mark.parametrize(("kind", "model"), RIDGES, ids=[kind for kind, _ in RIDGES])
def test_on_a_ridge_no_precision_is_claimed_that_is_not_there(kind, model):
    """Some samples pin the parameters down by luck. What is claimed must then be true."""
    verdicts = []
    for seed in range(5 if model is ParetoNBD else 10):
        customers = equal_rates(kind, seed).customers
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = model.fit(customers)
        verdicts.append(found.converged)
        if found.converged:
            assert not caught
            curvature_is_real(model, found, customers)
        else:
            assert issubclass(caught[0].category, ConvergenceWarning)
            assert model.remedy in str(caught[0].message)
    assert not all(verdicts)


def test_pareto_ridge_of_s_and_beta_is_reported_with_the_remedy():
    """Nearly equal lifetimes determine s/β only: a huge β, and a message that says so."""
    truth = ParetoNBD(r=0.5, alpha=10.0, s=400.0, beta=12_000.0)
    said = []
    for seed in range(6):
        customers = truth.simulate([40.0] * 3000, rng=seed).customers
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = ParetoNBD.fit(customers)
        if found.converged:
            curvature_is_real(ParetoNBD, found, customers)
        else:
            said += [str(warning.message) for warning in caught]
            assert found.model.s / found.model.beta == pytest.approx(1 / 30, rel=0.15)
    assert len(said) >= 3
    for message in said:
        assert "flat" in message
        assert "only their ratio, the mean dropout rate, is known" in message
        assert "use more customers or a longer observation period, or the BG/NBD" in message


def test_pareto_fitted_to_repeaters_only_claims_nothing_it_does_not_know():
    """Leaving out those who never came back leaves no unlikeness in leaving: a ridge again."""
    truth = BUYING[-1]
    for seed in range(6):
        T = np.random.default_rng(seed).uniform(30, 60, 4000)
        customers = truth.simulate(T, rng=seed).customers.query("frequency > 0")
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
            found = ParetoNBD.fit(customers)
        if found.converged:
            curvature_is_real(ParetoNBD, found, customers)


# Numbers at the edge of what a computer holds --------------------------------------------------


@every_buying_model
@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e3, 1e9])
def test_absurd_time_scales_overflow_nowhere(model, scale):
    customers = table([0, 1, 30, 400], [0.0, 2.0, 30.0, 38.0], 39.0)
    customers[["recency", "T"]] *= scale
    with np.errstate(**strict):
        sensible(answers(model, customers))
        assert np.isfinite(model.loglike(customers))


@every_buying_model
@pytest.mark.parametrize("t", [0.0, 1e-12, 1e-3, 1e4, 1e7])
def test_absurd_horizons_give_finite_answers_that_grow(model, t):
    customers = table([0, 1, 30], [0.0, 2.0, 30.0], 39.0)
    with np.errstate(**strict):
        shorter, longer = (model.expected_purchases(customers, t * f) for f in (0.5, 1))
        alive, later = (model.p_alive(customers, t * f) for f in (0.5, 1))
        stays = model.time_alive(customers, t, 0.0)
    assert (shorter <= longer * (1 + 1e-9)).all()
    assert (later <= alive * (1 + 1e-9)).all()
    assert later.between(0, 1).all()
    assert np.isfinite(longer).all()
    assert (stays <= t * model.p_alive(customers) * (1 + 1e-9)).all()
    assert (stays >= t * later * (1 - 1e-9)).all()
