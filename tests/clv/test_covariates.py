"""Covariates on buying and leaving: against simulation, plain models, and arithmetic."""

import json
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from centricity.clv import (
    BGBB,
    BGNBD,
    MBGNBD,
    ConvergenceError,
    ConvergenceWarning,
    ParetoNBD,
    WithCovariates,
    load,
    save,
)
from centricity.clv._covariate_cells import blocks_of
from centricity.clv._covariate_likelihood import Likelihood
from centricity.clv._data import Histories, distinct
from centricity.clv._design import make_designs

BASES = [
    BGNBD(r=0.5, alpha=5.0, a=1.0, b=3.0),
    MBGNBD(r=0.6, alpha=6.0, a=0.9, b=2.0),
    ParetoNBD(r=0.6, alpha=10.0, s=0.6, beta=12.0),
]
FORMULAS = {"buying": "channel + scale(age)", "leaving": "channel"}
every_base = pytest.mark.parametrize("base", BASES, ids=lambda b: type(b).__name__)


def leaving_names(base):
    return ["leaving"] if isinstance(base, ParetoNBD) else ["leaving a", "leaving b"]


def people(n, rng):
    return pd.DataFrame(
        {
            "channel": rng.choice(["app", "shop", "web"], n),
            "age": rng.uniform(18, 80, n).round(),
            "T": rng.uniform(26, 78, n).round(),
        }
    )


def truth_for(base, table):
    coefficients = {"buying: scale(age)": -0.2}
    for name, level in product(["buying", *leaving_names(base)], ["shop", "web"]):
        size = 0.7 if level == "web" else 0.3
        coefficients[f"{name}: channel[T.{level}]"] = -size / 2 if name == "leaving a" else size
    return WithCovariates.of(base, table, **FORMULAS, coefficients=coefficients)


@every_base
def test_recovers_the_truth_from_simulation(base, rng):
    table = people(20_000, rng)
    truth = truth_for(base, table)
    fit = type(base).fit(truth.simulate(table, rng=rng).customers, **FORMULAS)
    assert fit.converged
    assert fit.params.index.tolist() == list(truth.param_names())
    log = fit.params.index.isin(base.param_names())
    error = np.where(log, np.log(fit.params.abs() / truth.params.abs()), fit.params - truth.params)
    z = error / np.where(log, fit.std_errors / fit.params, fit.std_errors)
    assert (np.abs(z) < 4).all(), z
    # Wald's statistic over all parameters at once: 1e-4 quantile of chi-squared.
    scale = np.where(log, fit.params, 1.0)
    cov = fit.cov.to_numpy() / np.outer(scale, scale)
    assert error @ np.linalg.solve(cov, error) < stats.chi2.isf(1e-4, len(error))


@every_base
def test_gradient_is_the_derivative_of_the_loglikelihood(base, rng):
    table = people(300, rng)
    truth = truth_for(base, table)
    customers = truth.simulate(table, rng=rng).customers
    n = rng.integers(1, 4, len(customers)).astype(float)
    designs, rows, row = make_designs(customers, FORMULAS, n, "here")
    blocks = blocks_of(type(base), designs, "here")
    history = Histories(*customers[["frequency", "recency", "T"]].to_numpy(dtype=float).T, n)
    values = [block.design.matrix(rows, "here") for block in blocks]
    likelihood = Likelihood.of(type(base), history, row, blocks, values)
    theta = np.concatenate([np.log(base.params), list(truth.coefficients.values())])
    numeric = optimize.approx_fprime(theta, lambda t: likelihood.at(t)[0], 1e-7)
    np.testing.assert_allclose(likelihood.at(theta)[1], numeric, rtol=2e-4, atol=2e-4)
    slope = likelihood.mean(theta)[1] * -n.sum()
    np.testing.assert_allclose(slope, likelihood.at(theta)[1])


@every_base
def test_likelihood_is_the_sum_of_plain_likelihoods_with_each_customers_own_parameters(base, rng):
    """Note 019: replace alpha by alpha_0 exp(-gamma'z), and so on; here by hand, one at a time."""
    table = people(60, rng)
    truth = truth_for(base, table)
    customers = truth.simulate(table, rng=rng).customers
    sd = table["age"].std()
    total = 0.0
    for _, customer in customers.iterrows():
        shop, web = customer["channel"] == "shop", customer["channel"] == "web"
        buying = 0.3 * shop + 0.7 * web - 0.2 * (customer["age"] - table["age"].mean()) / sd
        leaving = 0.3 * shop + 0.7 * web
        own = {"alpha": base.alpha * np.exp(-buying)}
        if isinstance(base, ParetoNBD):
            own["beta"] = base.beta * np.exp(-leaving)
        else:
            own["a"] = base.a * np.exp(-leaving / 2)
            own["b"] = base.b * np.exp(leaving)
        total += replace(base, **own).loglike(
            customer[["frequency", "recency", "T"]].to_frame().T.astype(float)
        )
    assert truth.loglike(customers) == pytest.approx(total, rel=1e-10)


@every_base
def test_coefficients_of_zero_are_the_plain_model(base, rng):
    table = people(300, rng)
    none = dict.fromkeys(truth_for(base, table).coefficients, 0.0)
    model = WithCovariates.of(base, table, **FORMULAS, coefficients=none)
    customers = model.simulate(table, rng=1).customers
    pd.testing.assert_frame_equal(
        customers[base.simulate([1.0]).customers.columns],
        base.simulate(table["T"], rng=1).customers,
    )
    assert model.loglike(customers) == pytest.approx(base.loglike(customers), rel=1e-12)
    ask = [
        lambda m: m.p_alive(customers),
        lambda m: m.p_alive(customers, 20.0),
        lambda m: m.expected_purchases(customers, 30.0),
        lambda m: m.dert(customers, 0.002),
        lambda m: m.discounted_purchases(customers, 30.0, 0.002),
        lambda m: m.time_alive(customers, 30.0, 0.002),
        lambda m: m.time_alive(customers, None, 0.002),
    ]
    for question in ask:
        pd.testing.assert_series_equal(question(model), question(base), rtol=1e-9)
    np.testing.assert_allclose(
        model.expected_purchases_new(20.0, customers), base.expected_purchases_new(20.0), rtol=1e-9
    )
    np.testing.assert_allclose(model.pmf(2, 20.0, customers), base.pmf(2, 20.0), rtol=1e-9)


@pytest.mark.parametrize("base", [BASES[0], BASES[2]], ids=lambda b: type(b).__name__)
def test_likelihood_ratio_of_a_covariate_without_effect_is_chi_squared(base):
    """Forty samples; their statistics against the distribution that Wilks' theorem gives."""

    def statistic(seed):
        rng = np.random.default_rng(seed)
        customers = base.simulate(np.full(800, 52.0), rng=rng).customers
        customers["coin"] = rng.choice(["heads", "tails"], 800)
        large = type(base).fit(customers, buying="coin", leaving="coin")
        test = large.lr_test(type(base).fit(customers))
        assert test["df"] == 1 + len(leaving_names(base))
        return test["statistic"]

    seen = [statistic(seed) for seed in range(40)]
    df = 1 + len(leaving_names(base))
    assert stats.kstest(seen, stats.chi2(df).cdf).pvalue > 0.01
    assert abs(np.mean(seen) - df) < 4 * np.sqrt(2 * df / 40)


def test_a_clock_that_runs_twice_as_fast_doubles_both_rates_of_the_pareto_nbd(rng):
    """Group B lives 52 weeks in 26 of its own: the same histories in half the time."""
    base = BASES[2]
    a, b = (base.simulate(np.full(15_000, 52.0), rng=rng).customers for _ in "ab")
    customers = pd.concat(
        [a.assign(group="a"), b.assign(group="b", recency=b["recency"] / 2, T=b["T"] / 2)],
        ignore_index=True,
    )
    fit = ParetoNBD.fit(customers, buying="group", leaving="group")
    for name in ("buying: group[T.b]", "leaving: group[T.b]"):
        assert abs(fit.params[name] - np.log(2)) < 4 * fit.std_errors[name]
    # Exactly the same histories in both groups: exactly log 2, and the plain fit of either group.
    twice = pd.concat(
        [a.assign(group="a"), a.assign(group="b", recency=a["recency"] / 2, T=a["T"] / 2)],
        ignore_index=True,
    )
    fit = ParetoNBD.fit(twice, buying="group", leaving="group")
    alone = ParetoNBD.fit(a)
    assert fit.params["buying: group[T.b]"] == pytest.approx(np.log(2), abs=1e-6)
    assert fit.params["leaving: group[T.b]"] == pytest.approx(np.log(2), abs=1e-6)
    np.testing.assert_allclose(fit.params.iloc[:4], alone.params, rtol=1e-6)
    # A density halves its time unit: each purchase time has twice the density.
    jacobian = a["frequency"].sum() * np.log(2)
    assert fit.loglike == pytest.approx(2 * alone.loglike + jacobian, rel=1e-10)


@pytest.mark.parametrize("base", BASES[:2], ids=lambda b: type(b).__name__)
def test_a_faster_clock_leaves_the_dropout_probability_as_it_is(base, rng):
    a = base.simulate(np.full(5000, 52.0), rng=rng).customers
    twice = pd.concat(
        [a.assign(group=False), a.assign(group=True, recency=a["recency"] / 2, T=a["T"] / 2)],
        ignore_index=True,
    )
    fit = type(base).fit(twice, buying="group", leaving="group")
    expected = [np.log(2), 0.0, 0.0]
    np.testing.assert_allclose(fit.params.iloc[4:], expected, atol=1e-6)
    np.testing.assert_allclose(fit.params.iloc[:4], type(base).fit(a).params, rtol=1e-6)


@every_base
def test_weights_are_repeated_rows(base, rng):
    table = people(500, rng)
    customers = truth_for(base, table).simulate(table, rng=rng).customers
    times = rng.integers(1, 4, len(customers))
    weighted = type(base).fit(customers.assign(n=times), **FORMULAS)
    repeated = type(base).fit(customers.loc[customers.index.repeat(times)], **FORMULAS)
    assert weighted.n == repeated.n
    pd.testing.assert_series_equal(weighted.params, repeated.params, rtol=1e-6, atol=1e-8)
    pd.testing.assert_frame_equal(weighted.cov, repeated.cov, rtol=1e-4, atol=1e-8)
    assert weighted.model.buying == replace(
        repeated.model.buying, moments=weighted.model.buying.moments
    )
    for key, value in repeated.model.buying.moments["scale(age)"].items():
        assert weighted.model.buying.moments["scale(age)"][key] == pytest.approx(value)


@every_base
def test_row_order_is_irrelevant(base, rng):
    table = people(500, rng)
    customers = truth_for(base, table).simulate(table, rng=rng).customers
    shuffled = customers.sample(frac=1, random_state=1)
    fits = [type(base).fit(c, **FORMULAS) for c in (customers, shuffled)]
    pd.testing.assert_series_equal(fits[0].params, fits[1].params, rtol=1e-6, atol=1e-8)
    alive = [f.model.p_alive(customers) for f in fits]
    pd.testing.assert_series_equal(alive[0], alive[1], rtol=1e-6)


@every_base
def test_units_of_a_covariate_do_not_matter(base, rng):
    """Ages in days, counted from the year 0: ill-conditioned unless columns are centred."""
    table = people(3000, rng)
    truth = WithCovariates.of(base, table, buying="age", coefficients={"buying: age": 0.01})
    customers = truth.simulate(table, rng=rng).customers
    customers["born"] = 365.25 * (2025 - customers["age"])
    years, days = (type(base).fit(customers, buying=name) for name in ("age", "born"))
    assert days.converged
    assert days.loglike == pytest.approx(years.loglike, rel=1e-10)
    ratio = years.params["buying: age"] / days.params["buying: born"]
    assert ratio == pytest.approx(-365.25, rel=1e-5)
    pd.testing.assert_series_equal(
        days.model.p_alive(customers), years.model.p_alive(customers), rtol=1e-5
    )


@every_base
def test_predictions_for_new_rows_are_those_of_the_plain_model_with_their_parameters(base, rng):
    table = people(2000, rng)
    model = truth_for(base, table)
    fresh = pd.DataFrame(
        {
            "channel": ["web", "app", "web", "shop"],
            "age": [150.0, 20.0, 33.5, 44.0],
            "frequency": [0, 1, 4, 30],
            "recency": [0.0, 5.0, 30.0, 38.0],
            "T": 39.0,
        },
        index=["d", "c", "b", "a"],
    )
    own = model.parameters(fresh)
    assert own.index.equals(fresh.index)
    moments = model.buying.moments["scale(age)"]
    assert moments["mean"] == pytest.approx(table["age"].mean())
    gamma = -0.2 * (150 - table["age"].mean()) / table["age"].std() + 0.7
    assert own.loc["d", "alpha"] == pytest.approx(base.alpha * np.exp(-gamma))
    for label, params in own.iterrows():
        plain, one = type(base)(**params), fresh.loc[[label]]
        for question in (
            lambda m, c: m.p_alive(c),
            lambda m, c: m.p_alive(c, 9.0),
            lambda m, c: m.expected_purchases(c, 26.0),
            lambda m, c: m.dert(c, 0.002),
            lambda m, c: m.discounted_purchases(c, 26.0, 0.002),
            lambda m, c: m.time_alive(c, None, 0.002),
        ):
            assert question(model, fresh)[label] == pytest.approx(question(plain, one).item())
        at = fresh.index.get_loc(label)
        assert model.pmf(3, 26.0, fresh)[at] == pytest.approx(plain.pmf(3, 26.0))
        times = [[4.0], [26.0]]
        by_time = model.expected_purchases_new(times, fresh)
        assert by_time.shape == (2, 4)
        np.testing.assert_allclose(by_time[:, at], plain.expected_purchases_new([4.0, 26.0]))
        each = model.expected_purchases_new([1.0, 2.0, 3.0, 4.0], fresh)
        assert each[at] == pytest.approx(plain.expected_purchases_new(at + 1.0))
        own_time = model.expected_purchases(fresh, [1.0, 2.0, 3.0, 4.0])[label]
        assert own_time == pytest.approx(plain.expected_purchases(one, at + 1.0).item())
    assert model.pmf([[0], [1]], [1.0, 2.0, 3.0, 4.0], fresh).shape == (2, 4)


@every_base
def test_a_series_finds_its_customers_by_the_index(base, rng):
    everybody = people(300, rng)
    model, table = truth_for(base, everybody), everybody.head(5).set_axis(list("abcde"))
    t, n = pd.Series(np.arange(1.0, 6.0), table.index), pd.Series([0, 1, 0, 2, 0], table.index)
    turned, customers = t[::-1], table.assign(frequency=0, recency=0.0, T=9.0)
    for ask in (
        lambda t: model.expected_purchases_new(t, table),
        lambda t: model.pmf(1, t, table),
        lambda t: model.pmf(n[::-1], t, table),
        lambda t: model.expected_purchases(customers, t),
        lambda t: model.p_alive(customers, t),
    ):
        np.testing.assert_array_equal(ask(turned), ask(t))
        np.testing.assert_array_equal(ask(turned), ask(t.to_numpy()))
        with pytest.raises(ValueError, match=r"t holds no value for 1 of 5 .*customers c"):
            ask(t.drop("c"))
    with pytest.raises(ValueError, match=r"pmf: n holds no value for 1 of 5 .*customers a"):
        model.pmf(n.drop("a"), 9.0, table)


@every_base
def test_simulated_groups_buy_as_the_model_expects(base, rng):
    table = people(60_000, rng).assign(T=30.0, name="x")
    model = truth_for(base, table)
    world = model.simulate(table, rng=rng)
    assert world.customers[["channel", "age", "name"]].equals(table[["channel", "age", "name"]])
    expected = model.expected_purchases_new(30.0, table)
    error = world.customers["frequency"] - expected
    for _, group in error.groupby(table["channel"]):
        assert abs(group.mean()) < 4 * group.std() / np.sqrt(len(group))
    assert len(world.purchases) == len(table) + world.customers["frequency"].sum()


@pytest.mark.parametrize("base", [BASES[0], BASES[2]], ids=lambda b: type(b).__name__)
def test_standard_errors_and_intervals_are_right_in_repeated_samples(base):
    """Eighty samples: the spread of their estimates, and how often an interval has the truth."""
    table = people(2000, np.random.default_rng(0))
    names = [f"{name}: web" for name in ("buying", *leaving_names(base))]
    table["web"] = (table["channel"] == "web").astype(float)
    truth = WithCovariates.of(
        base, table, buying="web", leaving="web", coefficients=dict.fromkeys(names, 0.5)
    )

    def fitted(seed):
        return type(base).fit(
            truth.simulate(table, rng=seed).customers, buying="web", leaving="web"
        )

    fits = [fitted(seed) for seed in range(80)]
    spread = pd.DataFrame([fit.params for fit in fits]).std()[names]
    errors = pd.DataFrame([fit.std_errors for fit in fits]).median()[names]
    # With 80 samples a ratio of true to estimated spread varies by 1 / sqrt(160) = 0.08.
    assert (spread / errors).between(0.7, 1.4).all(), spread / errors
    interval = [fit.conf_int(0.8).loc[names] for fit in fits]
    hits = np.mean([(i["lower"] < 0.5) & (i["upper"] > 0.5) for i in interval], axis=0)
    # Binomial with n = 80 and p = 0.8: standard deviation 0.045.
    assert ((hits > 0.62) & (hits < 0.98)).all(), hits


@pytest.fixture(scope="module")
def web_fit():
    table = people(4000, np.random.default_rng(5))
    truth = truth_for(BASES[0], table)
    customers = truth.simulate(table, rng=5).customers
    return BGNBD.fit(customers, **FORMULAS), customers


def test_intervals_are_symmetric_on_the_scale_of_each_parameter(web_fit):
    fit, _ = web_fit
    interval = fit.conf_int(0.95)
    middle = interval.mean(axis=1)
    np.testing.assert_allclose(middle.iloc[4:], fit.params.iloc[4:])
    np.testing.assert_allclose(np.sqrt(interval.iloc[:4].prod(axis=1)), fit.params.iloc[:4])
    half = interval["upper"] - fit.params
    np.testing.assert_allclose(half.iloc[4:], 1.959964 * fit.std_errors.iloc[4:], rtol=1e-6)


def test_draws_have_the_fits_centre_and_spread(web_fit):
    fit, _ = web_fit
    draws = fit.draws(20_000, rng=1)
    assert (draws.iloc[:, :4] > 0).all(axis=None)
    base, real = draws.iloc[:, :4], draws.iloc[:, 4:]
    np.testing.assert_allclose(real.std(), fit.std_errors.iloc[4:], rtol=0.05)
    relative = (fit.std_errors / fit.params).iloc[:4]
    np.testing.assert_allclose(np.log(base).std(), relative, rtol=0.05)
    assert ((real.mean() - fit.params.iloc[4:]).abs() < 0.05 * fit.std_errors.iloc[4:]).all()
    np.testing.assert_allclose(real.corr().iloc[0, 1], _correlation(fit, 4, 5), atol=0.03)
    pd.testing.assert_frame_equal(fit.draws(5, rng=3), fit.draws(5, rng=3))


def _correlation(fit, i, j):
    cov = fit.cov.to_numpy()
    return cov[i, j] / np.sqrt(cov[i, i] * cov[j, j])


def test_an_interval_of_a_coefficient_is_its_confidence_interval(web_fit):
    """A prediction that is a coefficient: quantiles of draws against the normal formula."""
    fit, customers = web_fit
    name = "buying: channel[T.web]"
    interval = fit.interval(lambda model: model.coefficients[name], level=0.9, n=4000, rng=1)
    wald = fit.conf_int(0.9).loc[name]
    near = 0.1 * fit.std_errors[name]
    assert interval["lower"].item() == pytest.approx(wald["lower"], abs=near)
    assert interval["upper"].item() == pytest.approx(wald["upper"], abs=near)
    some = customers.head(5).set_axis(list("abcde"))
    many = fit.interval(lambda model: model.expected_purchases(some, 52), n=20, rng=1)
    assert many.index.tolist() == list("abcde")
    assert (many["lower"] < many["upper"]).all()


def test_the_fit_is_a_maximum_and_prints_its_verdict(web_fit):
    fit, customers = web_fit
    assert fit.model.loglike(customers) == pytest.approx(fit.loglike, rel=1e-12)
    for i, step in enumerate(0.2 * fit.std_errors):
        for sign in (1, -1):
            nearby = fit.params.to_numpy() + sign * step * (np.arange(len(fit.params)) == i)
            assert fit.model.replaced(nearby).loglike(customers) < fit.loglike
    first, *rest = str(fit).splitlines()
    assert first.endswith("converged")
    assert len(rest) == 1 + len(fit.params)
    assert fit.model.name == "BGNBD with covariates"
    assert list(fit.summary()) == ["estimate", "std_error", "lower", "upper"]
    assert fit.aic == 2 * len(fit.params) - 2 * fit.loglike
    np.testing.assert_array_equal(fit.cov, fit.cov.T)
    assert np.linalg.eigvalsh(fit.cov)[0] > 0


def test_a_model_survives_json(web_fit, tmp_path):
    fit, customers = web_fit
    text = json.dumps(fit.model.to_dict())
    back = WithCovariates.from_dict(json.loads(text))
    assert back == fit.model
    save(fit, tmp_path / "fit.json")
    loaded = load(tmp_path / "fit.json")
    assert loaded.model == fit.model
    pd.testing.assert_frame_equal(loaded.summary(), fit.summary())
    pd.testing.assert_series_equal(back.p_alive(customers), fit.model.p_alive(customers))


def test_categories_of_every_kind_survive_json(rng):
    n = 600
    table = pd.DataFrame(
        {
            "member": rng.random(n) < 0.5,
            "store": rng.integers(1, 4, n),
            "size": pd.Categorical(rng.choice(["small", "big"], n), ["small", "big", "huge"]),
            "band": pd.cut(rng.uniform(0, 60, n), [0, 20, 40, 60]),
            "first order": rng.uniform(10, 90, n),
            "T": 52.0,
        }
    )
    formula = "member + C(store) + size + band + log(`first order`)"
    base = BASES[0]
    customers = base.simulate(table["T"], rng=rng).customers.join(table.drop(columns="T"))
    model = BGNBD.fit(customers, buying=formula).model
    assert [name.removeprefix("buying: ") for name in model.coefficients] == [
        "member[T.True]", "C(store)[T.2]", "C(store)[T.3]", "size[T.big]",
        "band[T.(20, 40]]", "band[T.(40, 60]]", "log(`first order`)",
    ]  # fmt: skip
    back = WithCovariates.from_dict(json.loads(json.dumps(model.to_dict())))
    assert back == model
    shuffled = customers.sample(frac=1, random_state=1).astype({"store": float, "size": str})
    pd.testing.assert_series_equal(
        back.expected_purchases(shuffled, 10).sort_index(), model.expected_purchases(customers, 10)
    )


def test_columns_of_every_dtype_give_the_same_fit(customers):
    """pandas' nullable dtypes and NumPy's: same values, same fit."""
    plain = customers.assign(vip=customers["age"] > 40)
    nullable = plain.astype({"channel": "string", "vip": "boolean", "age": "Int64"})
    fits = [BGNBD.fit(t, buying="channel + vip + age") for t in (plain, nullable)]
    assert fits[0].model == fits[1].model
    pd.testing.assert_series_equal(
        fits[0].model.p_alive(nullable),
        fits[1].model.p_alive(plain.astype({"channel": "category"})),
    )


def test_the_bootstrap_agrees_with_the_asymptotic_standard_errors():
    table = people(2000, np.random.default_rng(0))
    truth = truth_for(BASES[2], table)
    customers = truth.simulate(table, rng=3).customers
    fit = ParetoNBD.fit(customers, **FORMULAS)
    draws = fit.bootstrap(customers, 60, rng=1, progress=False)
    names = list(fit.model.coefficients)
    # Sixty draws leave a tenth of uncertainty in a spread.
    assert (draws[names].std() / fit.std_errors[names]).between(0.7, 1.4).all()


def test_interactions_and_functions_make_the_columns_that_they_say(rng):
    table = pd.DataFrame({"g": list("aabb") * 2, "v": [1.0, 2, 3, 4, 5, 6, 7, 9]})
    names = ["g[T.b]", "v", "g[T.b]:v", "I(v ** 2)", "center(v)", "sqrt(v)"]
    wanted = np.column_stack(
        [
            table["g"] == "b", table["v"], (table["g"] == "b") * table["v"], table["v"] ** 2,
            table["v"] - table["v"].mean(), np.sqrt(table["v"]),
        ]
    )  # fmt: skip
    for formula, keep in (("g*v + I(v**2)", [0, 1, 3, 2]), ("center(v) + sqrt(v)", [4, 5])):
        designs, rows, row = make_designs(table, {"buying": formula}, None, "here")
        assert designs[0].columns == tuple(names[k] for k in keep)
        np.testing.assert_allclose(designs[0].matrix(rows, "here")[row], wanted[:, keep])


def test_the_reference_is_the_first_category_of_an_ordered_list(rng):
    table = people(400, rng)
    table["channel"] = pd.Categorical(table["channel"], ["web", "shop", "app"])
    design = make_designs(table, {"buying": "channel"}, None, "here")[0][0]
    assert design.columns == ("channel[T.shop]", "channel[T.app]")


def test_distinct_rows_stand_for_all_customers(rng):
    """What is fitted are cells: equal histories with equal covariates are merged."""
    table = people(50, rng).drop(columns="age").assign(T=52.0)
    both = pd.concat([table, table], ignore_index=True)
    _, rows, row = make_designs(both, {"buying": "channel"}, None, "here")
    assert len(rows) == 3
    first, _ = distinct(np.ones(100), row.astype(float))
    assert len(first) == 3


@settings(max_examples=100, deadline=None)
@given(
    x=st.integers(0, 3000),
    T=st.floats(0.1, 1e4),
    share=st.floats(0.01, 1),
    age=st.floats(-300, 300),
    t=st.floats(0, 1e4),
    base=st.sampled_from(BASES),
)
def test_extreme_customers_get_finite_sensible_answers(x, T, share, age, t, base):
    table = pd.DataFrame({"age": [0.0, 1.0]})
    names = [f"{name}: age" for name in ("buying", *leaving_names(base))]
    model = WithCovariates.of(
        base, table, buying="age", leaving="age", coefficients=dict.fromkeys(names, 0.05)
    )
    one = pd.DataFrame(
        {"frequency": [x], "recency": [share * T if x else 0.0], "T": [T], "age": [age]}
    )
    alive = model.p_alive(one).item()
    assert 0 <= alive <= 1
    assert 0 <= model.expected_purchases(one, t).item() < np.inf
    assert 0 <= model.expected_purchases_new(t, one).item() < np.inf
    assert np.isfinite(model.dert(one, 0.002)).all()


# Bad input.


@pytest.fixture(scope="module")
def customers():
    rng = np.random.default_rng(3)
    table = people(400, rng)
    table["region"] = rng.choice(["north", "south"], len(table))
    known = table.drop(columns="T")
    return BASES[0].simulate(table["T"], rng=rng).customers.join(known).rename("C{:03d}".format)


@pytest.mark.parametrize(
    ("formulas", "message"),
    [
        (
            {"buying": "chanel"},
            "the column 'chanel' is missing. The covariates buying='chanel' are",
        ),
        ({"buying": "chanel"}, "Did you mean 'channel'?"),
        ({"leaving": "channel +"}, "the formula leaving='channel +' cannot be read: Operator `+`"),
        ({"buying": "log(age"}, "the formula buying='log(age' cannot be read"),
        ({"buying": "{age >}"}, "cannot be read"),
        ({"buying": "y ~ age"}, "has several parts"),
        ({"buying": "age | channel"}, "has several parts"),
        ({"buying": "0 + channel"}, "has no intercept. The model's own parameters are"),
        ({"buying": "channel - 1"}, "Leave out '0 +' or '- 1'"),
        ({"buying": "1"}, "names no column"),
        ({"buying": ""}, "names no column"),
        ({"buying": "frequency + age"}, "uses 'frequency'. The model explains this behaviour"),
        ({"leaving": "log(`T`)"}, "uses 'T'"),
        ({"buying": "monetary_value"}, "uses 'monetary_value'"),
        ({"buying": "lgo(age)"}, "uses the function 'lgo', which is not known here"),
        ({"buying": "lgo(age)"}, "Did you mean 'log'?"),
        ({"buying": "scale(age, ddof=0)"}, "contains 'scale(age, ddof=0)', which is not allowed"),
        ({"buying": "age + C(age)"}, "'age' in buying='age + C(age)' stands both inside and"),
        ({"buying": "scale(channel)"}, "buying='scale(channel)' cannot be computed"),
        (
            {"buying": "age + I(2 * age)"},
            "'age', 'I(2 * age)' in buying='age + I(2 * age)' are col",
        ),
        (
            {"leaving": "log(age - 18)"},
            "'log(age - 18)' in leaving='log(age - 18)' is not a finite",
        ),
        (
            {"buying": "age:region:channel + region*age*channel + I(age - age)"},
            "'I(age - age)' in ",
        ),
        ({"buying": "id"}, "makes 399 columns. At most 300 coefficients"),
        ({"buying": "zip"}, "'zip' holds numbers stored as text, such as '1000'"),
        ({"buying": "zip"}, "pandas.to_numeric, or write C(zip) if these are categories"),
        ({"buying": "since"}, "'since' holds dates. A covariate is a number or a category"),
        ({"buying": "one"}, "'one' in buying='one' is 'x' for everybody"),
        ({"buying": "seven"}, "'seven' in buying='seven' is constant"),
    ],
)
def test_a_formula_that_will_not_do_is_refused(customers, formulas, message):
    table = customers.assign(
        id=[f"id{i}" for i in range(400)],
        zip=[str(1000 + i % 7) for i in range(400)],
        since=pd.Timestamp("2025-01-01"),
        one="x",
        seven=7.0,
    )
    with pytest.raises((ValueError, TypeError)) as caught:
        BGNBD.fit(table, **formulas)
    assert str(caught.value).startswith("BGNBD.fit: ")
    assert message in str(caught.value), str(caught.value)


@pytest.mark.parametrize(
    "code",
    [
        "I(__import__('os').getcwd())",
        "{(print)('x')}",
        "I(age.mean())",
        "np.log(age)",
        "I((lambda: 1)())",
        "{[a for a in age]}",
        "age[0]",
        "C(age + 1)",
        "open(age)",
    ],
)
def test_a_formula_runs_no_code(customers, code, capsys):
    with pytest.raises(ValueError, match=r"BGNBD\.fit: "):
        BGNBD.fit(customers, buying=code)
    saved = BGNBD.fit(customers, buying="age").model.to_dict()
    saved["buying"] = saved["buying"] | {"formula": code}
    with pytest.raises(ValueError, match=r"WithCovariates\.from_dict: "):
        WithCovariates.from_dict(saved)
    assert capsys.readouterr().out == ""


def test_missing_values_are_counted_and_named(customers):
    holes = customers.copy()
    holes.iloc[[3, 8], holes.columns.get_loc("channel")] = None
    with pytest.raises(ValueError, match=r"'channel' is missing in 2 of 400 customers \(first: cu"):
        BGNBD.fit(holes, buying="channel")
    holes = customers.copy()
    holes.iloc[4, holes.columns.get_loc("age")] = np.nan
    with pytest.raises(ValueError, match=r"'age' is missing or infinite in 1 of 400 customers"):
        BGNBD.fit(holes, leaving="age")


def test_wrong_types_and_models_without_covariates_are_refused(customers):
    with pytest.raises(TypeError, match=r"buying is 3\. Covariates are given as a formula in text"):
        BGNBD.fit(customers, buying=3)
    with pytest.raises(TypeError, match="a list was given"):
        BGNBD.fit([1, 2], buying="channel")
    with pytest.raises(ValueError, match="BGBB has no covariates"):
        BGBB.fit(customers, buying="channel")
    with pytest.raises(TypeError, match="this has no base model"):
        WithCovariates.fit(customers)
    with pytest.raises(ValueError, match="neither buying nor leaving is given"):
        WithCovariates(BASES[0])
    with pytest.raises(ValueError, match="recency is above T in 400 of 400 customers"):
        BGNBD.fit(customers.assign(recency=1e6), buying="channel")


def test_predictions_refuse_what_the_model_does_not_know(customers):
    model = BGNBD.fit(customers, buying="channel + age").model
    strange = customers.assign(channel=["fax"] * 3 + ["web"] * 397)
    with pytest.raises(
        ValueError, match=r"'channel' is 'fax' in 3 of 400 customers \(first: cu"
    ) as e:
        model.p_alive(strange)
    assert "knows the categories 'app', 'shop', 'web'" in str(e.value)
    with pytest.raises(ValueError, match="the column 'age' is missing"):
        model.expected_purchases(customers.drop(columns="age"), 10)
    with pytest.raises(TypeError, match="'age' has dtype"):
        model.dert(customers.astype({"age": str}), 0.01)
    with pytest.raises(ValueError, match="customers is not given"):
        model.expected_purchases_new(10.0)
    with pytest.raises(ValueError, match="customers is not given"):
        model.pmf(1, 10.0)
    with pytest.raises(ValueError, match="n holds a number that is not whole"):
        model.pmf(1.5, 10.0, customers)
    with pytest.raises(ValueError, match="absurd alpha for 1 of 400 customers"):
        model.p_alive(customers.assign(age=[1e9] + [30.0] * 399))
    with pytest.raises(ValueError, match="simulate: the column 'T' is missing"):
        model.simulate(customers[["channel", "age"]])


def test_coefficients_must_fit_the_formula(customers):
    def build(**coefficients):
        names = {name.replace("_", ": ", 1): value for name, value in coefficients.items()}
        return WithCovariates.of(BASES[0], customers, buying="age", coefficients=names)

    assert build(buying_age=0.1).coefficients == {"buying: age": 0.1}
    with pytest.raises(ValueError, match="'buying: age' is missing"):
        build()
    with pytest.raises(ValueError, match=r"'buying: aeg' is unknown.*Did you mean 'buying: age'"):
        build(buying_age=0.1, buying_aeg=0.2)
    with pytest.raises(TypeError, match="'buying: age' is '1'"):
        build(buying_age="1")
    with pytest.raises(ValueError, match="'buying: age' is nan"):
        build(buying_age=np.nan)
    with pytest.raises(AttributeError):
        build(buying_age=0.1).base = None


def test_a_category_without_a_repeat_purchase_is_named(customers):
    nobody = customers["frequency"] == 0
    table = customers.assign(channel=customers["channel"].where(~nobody, "fax"))
    with pytest.raises(ConvergenceError, match=r"no customer with 'channel\[T.fax\]' = 1 has made"):
        BGNBD.fit(table, buying="channel")
    table = customers.assign(back=~nobody)
    with pytest.raises(ConvergenceError, match=r"no customer with 'back\[T.True\]' = 0 has made"):
        ParetoNBD.fit(table, leaving="back")


def test_what_the_data_do_not_tell_gets_a_verdict_not_a_claim():
    table = BASES[0].simulate(np.full(40, 20.0), rng=1).customers
    table["group"] = ["a", "b"] * 20
    with pytest.warns(ConvergenceWarning, match="must not be used"):
        fit = BGNBD.fit(table, buying="group", leaving="group")
    assert not fit.converged
    assert fit.remarks


def test_a_flat_likelihood_names_the_parameters_that_it_is_flat_along():
    """Nobody is silent, so nobody has left: all that is known of a and b is that a/b is small."""
    table = BASES[0].simulate(np.full(200, 20.0), rng=1).customers.query("frequency > 0")
    table = table.assign(recency=table["T"], group=np.arange(len(table)) % 2 == 0)
    with pytest.warns(ConvergenceWarning, match="must not be used"):
        fit = BGNBD.fit(table, buying="group")
    assert re.search(r"Hessian is not positive definite along .*\b[ab]\b", " ".join(fit.remarks))


def test_saved_data_that_do_not_fit_are_refused(customers):
    good = BGNBD.fit(customers, buying="channel").model.to_dict()
    with pytest.raises(ValueError, match="base and coefficients are missing"):
        WithCovariates.from_dict({"class": "BGNBD"})
    with pytest.raises(ValueError, match=r"the class of base is 'BGMBD'.*Did you mean 'BGNBD'"):
        WithCovariates.from_dict(good | {"base": good["base"] | {"class": "BGMBD"}})
    with pytest.raises(ValueError, match="buying is a dict without formula and columns"):
        WithCovariates.from_dict(good | {"buying": {"formula": "channel"}})
    levels = {"levels": {"channel": ["app", "shop"]}}
    broken = WithCovariates.from_dict(good | {"buying": good["buying"] | levels})
    with pytest.raises(ValueError, match=r"must belong together|knows the categories"):
        broken.p_alive(customers)
