"""The conditional logit against statsmodels, mathematics and simulation."""

import numpy as np
import pandas as pd
import pytest
from choice_tasks import NAMES, TRUE, draw
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from centricity.preference import ConditionalLogit, shares_by_segment

OFFERS = pd.DataFrame(
    {"price": [10.0, 12.0, 9.0], "days": [3, 1, 5], "advice": [0, 1, 0]}, index=list("abc")
)
weight = st.floats(-3, 3)


def test_weights_errors_and_loglikelihood_agree_with_statsmodels(tasks, fit):
    from statsmodels.discrete.conditional_models import ConditionalLogit as Theirs

    groups = tasks["respondent_id"] * 100 + tasks["task"]
    theirs = Theirs(tasks["chosen"], tasks[NAMES].astype(float), groups=groups)
    found = theirs.fit(disp=0, method="newton", tol=1e-10)
    np.testing.assert_allclose(fit.params, found.params, rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.independent_cov)), found.bse, rtol=1e-4)
    assert fit.loglike == pytest.approx(found.llf, rel=1e-9)


def test_two_alternatives_are_a_binary_logit_without_constant_on_the_differences():
    import statsmodels.api as sm

    table = draw(2, offers=2)
    found = ConditionalLogit.fit(table, NAMES)
    first, second = table.iloc[::2], table.iloc[1::2]
    away = first[NAMES].to_numpy(float) - second[NAMES].to_numpy(float)
    binary = sm.Logit(first["chosen"].to_numpy(), away)
    plain = binary.fit(disp=0)
    np.testing.assert_allclose(found.params, plain.params, rtol=1e-6)
    people = first["respondent_id"].to_numpy()
    clustered = binary.fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": people, "use_correction": False}
    )
    correction = np.sqrt(60 / 59)  # ours: number of respondents over that number less one
    np.testing.assert_allclose(found.std_errors, clustered.bse * correction, rtol=1e-6)


def test_one_attribute_of_two_levels_is_solved_by_hand():
    """With one cheap and one dear offer in each task, odds of cheap = exp(2 x weight of a euro)."""
    picks = [1] * 30 + [0] * 10
    table = pd.DataFrame(
        {
            "task": np.repeat(np.arange(40), 2),
            "price": np.tile([1.0, 3.0], 40),
            "chosen": np.column_stack([picks, np.subtract(1, picks)]).ravel(),
        }
    )
    found = ConditionalLogit.fit(table, ["price"], respondent=None)
    assert found.params["price"] == pytest.approx(-np.log(3) / 2)
    assert found.std_errors["price"] == pytest.approx(np.sqrt(1 / 30 + 1 / 10) / 2)
    assert found.loglike == pytest.approx(30 * np.log(0.75) + 10 * np.log(0.25))
    assert found.null_loglike == pytest.approx(40 * np.log(0.5))
    assert found.pseudo_r2 == pytest.approx(1 - found.loglike / found.null_loglike)


def test_delta_errors_are_the_numerical_derivative_of_the_ratio(fit):
    """Var(ratio) = g V g with g by central differences."""

    def ratio(b, k):
        return -b[k] / b[0]

    b, step = fit.params.to_numpy(), 1e-6
    table = fit.wtp()
    for k, name in ((1, "days"), (2, "advice")):
        g = [(ratio(b + step * e, k) - ratio(b - step * e, k)) / (2 * step) for e in np.eye(len(b))]
        error = np.sqrt(g @ fit.cov.to_numpy() @ g)
        assert table.loc[name, "std_error"] == pytest.approx(error, rel=1e-6)
        assert table.loc[name, "upper"] == pytest.approx(
            ratio(b, k) + stats.norm.ppf(0.975) * error
        )


def test_krinsky_robb_is_near_fiellers_exact_interval(fit):
    """Fieller: the ratios r for which (b_k + r b_price) is not told from zero."""
    z2 = stats.norm.ppf(0.975) ** 2
    b, v = fit.params, fit.cov
    found = fit.wtp(method="krinsky-robb", rng=1, draws=200_000)
    for name in ("days", "advice"):
        a = b["price"] ** 2 - z2 * v.loc["price", "price"]
        c = b["price"] * b[name] - z2 * v.loc["price", name]
        d = b[name] ** 2 - z2 * v.loc[name, name]
        roots = np.sort(np.roots([a, 2 * c, d]).real)
        width = roots[1] - roots[0]
        np.testing.assert_allclose(found.loc[name, ["lower", "upper"]], roots, atol=0.02 * width)


def test_intervals_of_willingness_to_pay_cover_at_their_level():
    """250 surveys, two tastes at 90 %: coverage within four binomial standard errors."""
    true = TRUE.wtp()
    inside = {"delta": [], "krinsky-robb": []}
    for seed in range(250):
        found = ConditionalLogit.fit(draw(1_000 + seed), NAMES)
        for method, rows in inside.items():
            table = found.wtp(level=0.9, method=method, draws=2_000, rng=seed)
            rows.append(((table["lower"] < true) & (true < table["upper"])).to_numpy())
    away = 4 * np.sqrt(0.9 * 0.1 / 250)
    for rows in inside.values():
        assert np.abs(np.mean(rows, axis=0) - 0.9).max() < away


def test_clustered_intervals_cover_where_tastes_differ_and_independent_ones_do_not():
    """Half want speed, half do not: one person's choices hang together.

    The target is what the pooled model finds in a very large survey.
    """
    models = (
        ConditionalLogit({"price": -0.3, "days": -1.5, "advice": 0.4}),
        ConditionalLogit({"price": -0.3, "days": 0.3, "advice": 0.4}),
    )
    target = ConditionalLogit.fit(draw(5, people=10_000, models=models), NAMES).params["days"]
    clustered = independent = 0
    for seed in range(120):
        found = ConditionalLogit.fit(draw(2_000 + seed, people=80, tasks=12, models=models), NAMES)
        away = abs(found.params["days"] - target)
        clustered += away < 1.96 * found.std_errors["days"]
        independent += away < 1.96 * np.sqrt(found.independent_cov.loc["days", "days"])
    assert abs(clustered / 120 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 120)
    assert independent < 0.85 * 120


def test_clustered_errors_are_those_of_people_when_each_repeats_one_choice(tasks):
    """The same answer given five times is one answer: five-fold data, the same clustered error."""
    once = tasks[tasks["task"] == 0]
    again = pd.concat([once.assign(task=k) for k in range(5)], ignore_index=True)
    one, five = ConditionalLogit.fit(once, NAMES), ConditionalLogit.fit(again, NAMES)
    np.testing.assert_allclose(one.params, five.params, rtol=1e-7)
    np.testing.assert_allclose(one.std_errors, five.std_errors, rtol=1e-6)
    np.testing.assert_allclose(five.independent_cov * 5, one.independent_cov, rtol=1e-6)


@given(st.permutations(range(18)), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_neither_row_order_nor_what_is_equal_in_a_task_matters(order, seed):
    table = draw(seed, people=40)
    some = table["respondent_id"] == 0
    mixed = pd.concat([table[~some], table[some].iloc[list(order)]])
    mixed["price"] += mixed["task"] * 7.0  # the same for all alternatives of a task
    one, two = ConditionalLogit.fit(table, NAMES), ConditionalLogit.fit(mixed, NAMES)
    np.testing.assert_allclose(one.params, two.params, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(one.cov, two.cov, rtol=1e-6, atol=1e-12)


@given(st.floats(1e-3, 1e3), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_willingness_to_pay_follows_the_unit(unit, seed):
    table = draw(seed, people=40)
    one = ConditionalLogit.fit(table, NAMES).wtp()
    two = ConditionalLogit.fit(table.assign(price=table["price"] * unit), NAMES).wtp()
    np.testing.assert_allclose(two["wtp"], one["wtp"] * unit, rtol=1e-6)
    np.testing.assert_allclose(two["std_error"], one["std_error"] * unit, rtol=1e-5)


@given(weight, weight, weight, st.floats(-1e4, 1e4))
def test_shares_are_probabilities_that_sum_to_one_and_ignore_a_common_change(a, b, c, shift):
    model = ConditionalLogit({"price": a, "days": b, "advice": c})
    shares = model.shares(OFFERS)
    assert shares.between(0, 1).all()
    assert shares.sum() == pytest.approx(1)
    moved = model.shares(OFFERS.assign(price=OFFERS["price"] + shift))
    np.testing.assert_allclose(moved, shares, atol=1e-6)


def test_a_third_offer_leaves_the_odds_of_the_others_alone():
    two, three = TRUE.shares(OFFERS.loc[["a", "b"]]), TRUE.shares(OFFERS)
    assert three["a"] / three["b"] == pytest.approx(two["a"] / two["b"])


def test_simulated_choices_have_the_shares_of_the_model():
    n = 40_000
    table = pd.concat([OFFERS] * n, ignore_index=True)
    table["task"] = np.repeat(np.arange(n), 3)
    chosen = TRUE.simulate(table, respondent=None, rng=3).to_numpy().reshape(n, 3)
    assert (chosen.sum(axis=1) == 1).all()
    p = TRUE.shares(OFFERS).to_numpy()
    assert (np.abs(chosen.mean(axis=0) - p) < 4 * np.sqrt(p * (1 - p) / n)).all()


def test_intervals_of_shares_hold_the_share_and_agree_with_the_delta_method(fit):
    table = fit.shares(OFFERS, draws=40_000, rng=1)
    assert ((table["lower"] < table["share"]) & (table["share"] < table["upper"])).all()
    p, x = table["share"].to_numpy(), OFFERS[NAMES].to_numpy(float)
    slopes = p[:, None] * (x - p @ x)
    error = np.sqrt(np.einsum("ij,jk,ik->i", slopes, fit.cov, slopes))
    width = (table["upper"] - table["lower"]) / (2 * 1.96)
    np.testing.assert_allclose(width, error, rtol=0.05)


def test_shares_by_segment_are_the_weighted_mean():
    other = ConditionalLogit({"price": -1.0, "days": 0.0, "advice": 0.0})
    table = shares_by_segment({"x": TRUE, "y": other}, {"x": 3, "y": 1}, OFFERS)
    np.testing.assert_allclose(table.sum(), 1)
    np.testing.assert_allclose(table["all"], 0.75 * table["x"] + 0.25 * table["y"])


def test_the_model_is_its_parameters(fit):
    assert dict(fit.model.weights) == fit.params.to_dict()
    assert fit.model.wtp()["days"] == pytest.approx(fit.wtp().loc["days", "wtp"])
    assert fit.summary()["z"].iloc[0] == pytest.approx(fit.params.iloc[0] / fit.std_errors.iloc[0])
    assert ((fit.conf_int()["upper"] + fit.conf_int()["lower"]) / 2).to_numpy() == pytest.approx(
        fit.params.to_numpy()
    )
    with pytest.raises(TypeError):
        fit.model.weights["price"] = 1.0
