"""Look-alikes: known truth is recovered, and every measure agrees with another computation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import confint_proportions_2indep

from centricity.clv import ConvergenceError
from centricity.segmentation import look_alikes
from centricity.segmentation.scoring import (
    auc,
    calibration_table,
    groups_by_score,
    lift_table,
    ratio_interval,
)

TRUTH = {"constant": -2.0, "basket": 0.03, "age": -0.5, "channel = store": 1.0,
         "channel = social": -0.7, "app = True": 0.4}  # fmt: skip


def draw(n, rng):
    table = pd.DataFrame({
        "basket": rng.gamma(2, 15, n), "age": rng.normal(0, 1, n),
        "channel": rng.choice(["search", "store", "social"], n, p=[0.5, 0.3, 0.2]),
        "app": rng.uniform(size=n) < 0.3,
    }, index=[f"C{i}" for i in range(n)])  # fmt: skip
    odds = (TRUTH["constant"] + TRUTH["basket"] * table["basket"] + TRUTH["age"] * table["age"]
            + TRUTH["channel = store"] * (table["channel"] == "store")
            + TRUTH["channel = social"] * (table["channel"] == "social")
            + TRUTH["app = True"] * table["app"])  # fmt: skip
    chance = 1 / (1 + np.exp(-odds))
    return table, pd.Series(rng.uniform(size=n) < chance, table.index), chance


@pytest.fixture(scope="module")
def world():
    return draw(6_000, np.random.default_rng(0))


@pytest.fixture(scope="module")
def found(world):
    return look_alikes(*world[:2], rng=1)


def test_known_coefficients_are_recovered_in_the_features_own_units(found):
    table = found.coefficients
    assert set(table.index) == set(TRUTH)
    z = (table["coef"] - pd.Series(TRUTH)) / table["std_error"]
    assert (z.abs() < 3.5).all()
    np.testing.assert_allclose(table["odds_ratio"], np.exp(table["coef"]))


def test_intervals_of_coefficients_cover_the_truth():
    rng = np.random.default_rng(1)
    hits = np.zeros(len(TRUTH))
    for _ in range(40):
        table = look_alikes(*draw(700, rng)[:2], folds=2, rng=rng).coefficients
        truth = pd.Series(TRUTH)[table.index]
        hits += ((table["low"] <= truth) & (truth <= table["high"])).to_numpy()
    # 240 intervals, six to a world: 0.95 give or take four standard errors.
    assert hits.sum() / 240 == pytest.approx(0.95, abs=4 * np.sqrt(0.05 * 0.95 / 240))


def test_coefficients_are_those_of_a_formula_in_statsmodels(world):
    import statsmodels.formula.api as smf

    table, target, _ = world
    data = table.assign(y=target.astype(float), app=table["app"].astype(float))
    expected = smf.logit("y ~ basket + age + C(channel, Treatment('search')) + app", data).fit(
        disp=0
    )
    ours = look_alikes(table, target, rng=1).coefficients
    pairs = {"Intercept": "constant", "basket": "basket", "age": "age", "app": "app = True",
             "C(channel, Treatment('search'))[T.store]": "channel = store",
             "C(channel, Treatment('search'))[T.social]": "channel = social"}  # fmt: skip
    for theirs, name in pairs.items():
        assert ours.loc[name, "coef"] == pytest.approx(expected.params[theirs], abs=1e-6)
        assert ours.loc[name, "std_error"] == pytest.approx(expected.bse[theirs], rel=1e-4)


def test_scores_are_out_of_fold_and_close_to_the_true_chances(world, found):
    table, target, chance = world
    full = found.score(table)
    assert (found.scores != full).mean() > 0.99
    assert np.abs(found.scores - chance).mean() < 0.03
    assert found.auc == pytest.approx(roc_auc_score(target, found.scores))
    assert found.auc == pytest.approx(roc_auc_score(target, chance), abs=0.01)
    assert found.brier == pytest.approx(brier_score_loss(target, found.scores))
    assert found.brier < found.brier_base == pytest.approx(target.mean() * (1 - target.mean()))
    assert found.slope == pytest.approx(1, abs=0.12)


def test_out_of_fold_scores_of_pure_noise_sort_nobody():
    rng = np.random.default_rng(3)
    noise = pd.DataFrame(rng.normal(size=(400, 20)), columns=[f"x{i}" for i in range(20)])
    target = pd.Series(rng.uniform(size=400) < 0.2)
    result = look_alikes(noise, target, rng=1)
    assert result.auc < 0.6
    assert roc_auc_score(target, result.score(noise)) > 0.62  # in sample it looks good
    assert result.slope < 0.5
    assert "fewer than 10 each" in result.cautions[0]


def test_row_order_and_unit_do_not_matter_to_the_fit(world, found):
    table, target, _ = world
    mixed = table.sample(frac=1, random_state=1).assign(basket=lambda t: 100 * t["basket"])
    other = look_alikes(mixed, target, rng=1)
    np.testing.assert_allclose(other.coefficients["per_sd"], found.coefficients["per_sd"],
                               atol=1e-6)  # fmt: skip
    assert other.coefficients.loc["basket", "coef"] == pytest.approx(
        found.coefficients.loc["basket", "coef"] / 100
    )


def test_calibration_and_lift_agree_with_counting(world, found):
    target = world[1].astype(float)
    order = found.scores.sort_values(ascending=False).index
    for group, names in enumerate(np.array_split(np.array(order), 10), start=1):
        row = found.lift.loc[group]
        assert row["customers"] == len(names)
        assert row["hits"] == target[names].sum()
        assert row["lift"] == pytest.approx(target[names].mean() / target.mean())
        assert row["low"] < row["lift"] < row["high"]
        assert found.calibration.loc[11 - group, "rate"] == pytest.approx(target[names].mean())
    last = found.lift.iloc[-1]
    assert (last["reached"], last["captured"], last["cumulative_lift"]) == pytest.approx((1, 1, 1))
    assert (found.lift["captured"].diff().dropna() >= 0).all()


scored = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=4, max_size=40)


@settings(max_examples=100, deadline=None)
@given(scored)
def test_auc_is_the_share_of_pairs_in_the_right_order_ties_by_half(drawn):
    drawn = [(3, True), (2, False), *drawn]
    score = np.array([s for s, _ in drawn], dtype=float)
    hit = np.array([h for _, h in drawn], dtype=float)
    pairs = [(a > b) + 0.5 * (a == b) for a in score[hit == 1] for b in score[hit == 0]]
    area, low, high = auc(score, hit, 0.95)
    assert area == pytest.approx(np.mean(pairs))
    assert low <= area <= high


def test_delongs_interval_covers_the_true_area():
    rng = np.random.default_rng(4)
    truth = stats.norm.cdf(1 / np.sqrt(2))  # scores N(1, 1) against N(0, 1)
    hits = 0
    for _ in range(500):
        score = np.r_[rng.normal(1, 1, 40), rng.normal(0, 1, 120)]
        _, low, high = auc(score, np.repeat([1.0, 0.0], [40, 120]), 0.95)
        hits += low <= truth <= high
    assert 0.92 < hits / 500 < 0.98


@pytest.mark.parametrize("counts", [(30, 50, 20, 450), (5, 80, 40, 400), (45, 50, 200, 450)])
def test_the_ratio_interval_is_close_to_the_score_interval_of_statsmodels(counts):
    score = confint_proportions_2indep(*counts, compare="ratio", method="score")
    ours = ratio_interval(*(np.array([float(count)]) for count in counts), 0.95)
    np.testing.assert_allclose(np.ravel(ours), score, rtol=0.06)


@pytest.mark.parametrize(("p", "r"), [(0.3, 0.1), (0.05, 0.1), (0.9, 0.4)])
def test_the_ratio_interval_covers_exactly_as_often_as_it_says(p, r):
    n, m = 50, 200
    count, other = (grid.ravel().astype(float) for grid in np.mgrid[0 : n + 1, 0 : m + 1])
    low, high = ratio_interval(count, np.full(len(count), n * 1.0), other,
                               np.full(len(count), m * 1.0), 0.95)  # fmt: skip
    chance = stats.binom.pmf(count, n, p) * stats.binom.pmf(other, m, r)
    assert chance[(low <= p / r) & (p / r <= high)].sum() == pytest.approx(0.95, abs=0.02)


def test_lift_intervals_cover_the_true_lift():
    rng = np.random.default_rng(5)
    chance = np.repeat([0.5, 0.2, 0.1, 0.05], 100)
    score = np.arange(400, 0, -1.0)
    truth = np.array([0.5, 0.2, 0.1, 0.05]) / chance.mean()
    hits = np.zeros(4)
    for _ in range(150):
        hit = (rng.uniform(size=400) < chance).astype(float)
        table = lift_table(score, hit, 4, 0.95)
        hits += (table["low"] <= truth) & (truth <= table["high"])
    assert (hits / 150 > 0.89).all()
    assert hits.sum() / 600 == pytest.approx(0.95, abs=0.025)


@settings(max_examples=30, deadline=None)
@given(scored, st.integers(2, 4), st.randoms(use_true_random=False))
def test_groups_are_equal_to_one_count_every_hit_and_ignore_row_order(drawn, groups, random):
    drawn = [(3, True), (2, False), *drawn]
    score, hit = (np.array(column, dtype=float) for column in zip(*drawn, strict=True))
    order = random.sample(range(len(drawn)), len(drawn))
    one = groups_by_score(score, hit, groups)
    two = groups_by_score(score[order], hit[order], groups)
    pd.testing.assert_frame_equal(one, two)
    assert one["customers"].max() - one["customers"].min() <= 1
    assert one["hits"].sum() == pytest.approx(hit.sum())
    low = calibration_table(score, hit, groups, 0.95)
    assert low["mean_score"].is_monotonic_increasing
    table = lift_table(score, hit, groups, 0.95)
    assert np.isfinite(table.to_numpy()).all()
    assert (table["low"] <= table["lift"] + 1e-9).all()
    assert (table["lift"] <= table["high"] + 1e-9).all()


def test_a_feature_that_knows_the_future_raises_the_alarm(world):
    table, target, _ = world
    rng = np.random.default_rng(6)
    leak = target * 1.0 + rng.normal(0, 0.22, len(target))
    with pytest.warns(UserWarning, match=r"AUC is 0\.99\d.*measured after"):
        result = look_alikes(table.assign(spend_later=leak), target, rng=1)
    assert "day one" in result.cautions[0]


def test_new_customers_are_scored_as_the_formula_says(found):
    new = pd.DataFrame({"basket": [40.0], "age": [1.0], "channel": ["store"], "app": [True]})
    b = found.coefficients["coef"]
    odds = b["constant"] + 40 * b["basket"] + b["age"] + b["channel = store"] + b["app = True"]
    assert found.score(new).item() == pytest.approx(1 / (1 + np.exp(-odds)))
    pd.testing.assert_series_equal(found.score(new.iloc[:, ::-1]), found.score(new))


NEW = pd.DataFrame({"basket": [40.0], "age": [1.0], "channel": ["store"], "app": [True]})


@pytest.mark.parametrize(
    ("new", "error", "says"),
    [
        (NEW.assign(channel="fax"), ValueError,
         r"'channel' has categories that the fit hasn't seen \('fax'\) for 1 of 1"),
        (NEW.assign(channel=None), ValueError, "'channel' is missing"),
        (NEW.assign(basket=np.nan), ValueError, "'basket' is missing or infinite"),
        (NEW.assign(basket="x"), TypeError, "must hold numbers"),
        (NEW.drop(columns="age"), ValueError, "'age' is missing"),
        ([1], TypeError, "a list was given"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_refused(found, new, error, says):
    with pytest.raises(error, match=says):
        found.score(new)


X = draw(200, np.random.default_rng(7))[0]
Y = pd.Series(np.arange(200) % 3 == 0, X.index)
RARE = pd.Series(np.arange(200) < 4, X.index)


@pytest.mark.parametrize(
    ("table", "target", "options", "error", "says"),
    [
        (X, RARE, {}, ValueError, "4 of 200 customers are in the target and 196 are not"),
        (X, Y & False, {}, ValueError, "0 of 200 customers are in the target"),
        (X, Y.to_list(), {}, TypeError, "the target is a list"),
        (X, Y.astype(str), {}, TypeError, "True or False"),
        (X, Y.astype(object).where(Y.index != "C3"), {}, TypeError, "True or False"),
        (X, Y.set_axis(range(200)), {}, ValueError, "in features and not in target"),
        (X.assign(z=1.0), Y, {}, ValueError, "'z' is the same for all 200"),
        (X.assign(z="a"), Y, {}, ValueError, "'z' is the same for all 200"),
        (X.assign(z=2 * X["basket"] - X["age"]), Y, {}, ValueError, "'z' follows exactly"),
        (X.assign(z=X["channel"].str.upper()), Y, {}, ValueError, "follows exactly"),
        (X.assign(z=X["basket"].where(X["basket"] > 9)), Y, {}, ValueError, "'z' is missing or"),
        (X.assign(channel=X["channel"].where(X.index != "C5")), Y, {}, ValueError,
         "'channel' is missing for 1 of 200"),
        (X.assign(z=Y * 10.0 + X["age"]), Y, {}, ValueError, "'z' separates the target perfectly"),
        (X.assign(z=np.where(Y, 0, np.arange(200) % 2)), Y, {}, ValueError,
         "everybody in it has at most 0, everybody else at least 0"),
        (X.assign(z=np.where(X.index == "C1", "rare", "usual")), Y, {}, ValueError,
         "none of the 1 customers with 'z' = 'rare'"),
        (X.assign(z=np.where(X.index == "C0", "rare", "usual")), Y, {}, ValueError,
         "all of the 1 customers with 'z' = 'rare'"),
        (X.assign(u=Y * 10.0 + 20 * X["age"], v=X["age"]), Y, {"columns": ["u", "v"]},
         ConvergenceError, "together separate the target perfectly"),
        (X.assign(z=pd.Timestamp("2025-01-01")), Y, {}, TypeError, "'z' holds dates"),
        (X.assign(z=[f"C{i}" for i in range(200)]), Y, {}, ValueError, "'z' has 200 categories"),
        (X, Y, {"columns": ["bakset"]}, ValueError, "Did you mean 'basket'"),
        (X, Y, {"columns": []}, ValueError, "At least one feature"),
        (X, Y, {"columns": "basket"}, TypeError, "columns is the text 'basket'"),
        (X, Y, {"folds": 1}, ValueError, "folds is 1"),
        (X, Y, {"groups": 1}, ValueError, "groups is 1"),
        (X.set_axis(["A"] * 200), Y, {}, ValueError, "repeated"),
        (X.to_numpy(), Y, {}, TypeError, "a ndarray was given"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(table, target, options, error, says):
    with pytest.raises(error, match=says):
        look_alikes(table, target, **options)


def test_a_category_too_rare_for_the_folds_is_cautioned():
    rare = np.where(np.isin(np.arange(200), [0, 1]), "rare", "usual")  # one inside, one outside
    result = look_alikes(X[["basket"]].assign(kind=rare), Y, rng=1)
    assert any("a rare category had nobody" in caution for caution in result.cautions)
    assert np.isfinite(result.scores).all()


def test_the_same_seed_gives_the_same_scores():
    one, two = (look_alikes(X, Y, rng=4) for _ in range(2))
    pd.testing.assert_series_equal(one.scores, two.scores)


def test_columns_may_be_called_by_numbers():
    table = X[["basket", "age"]]
    named, plain = (
        look_alikes(table, Y, rng=1),
        look_alikes(table.set_axis([0, 1], axis=1), Y, rng=1),
    )
    assert list(plain.coefficients.index) == ["constant", "0", "1"]
    np.testing.assert_allclose(plain.coefficients, named.coefficients)
    new = pd.DataFrame([[40.0, 1.0]])
    assert plain.score(new).item() == named.score(new.set_axis(["basket", "age"], axis=1)).item()
