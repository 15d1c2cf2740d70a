import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from centricity.clv import ConvergenceError
from centricity.segmentation import Scaling, clusters, kmeans, mixture

METHODS = pytest.mark.parametrize("method", [kmeans, mixture])


@pytest.fixture
def blobs():
    rng = np.random.default_rng(1)
    kind = np.repeat([0, 1, 2], [60, 40, 30])
    middle = np.array([[10.0, 100.0], [30.0, 50.0], [60.0, 140.0]])[kind]
    values = middle + rng.normal(0, [2, 5], (130, 2))
    table = pd.DataFrame(values, columns=["visits", "basket"], index=[f"C{i}" for i in range(130)])
    return table, kind


@METHODS
def test_separate_kinds_are_found_with_their_centres_in_original_units(method, blobs):
    table, kind = blobs
    found = method(table, 3, rng=1)
    assert adjusted_rand_score(kind, found.labels) == 1
    means = table.groupby(found.labels).mean()
    np.testing.assert_allclose(found.centers, means, rtol=1e-3)
    assert found.sizes.to_list() == [30, 40, 60]
    assert found.labels.index.equals(table.index)


@METHODS
def test_the_same_seed_gives_the_same_segments_and_any_seed_the_same_numbers(method, blobs):
    first, again, other = (method(blobs[0], 3, rng=seed).labels for seed in (1, 1, 2))
    pd.testing.assert_series_equal(first, again)
    pd.testing.assert_series_equal(first, other)


@METHODS
def test_units_do_not_matter(method, blobs):
    table = blobs[0]
    pd.testing.assert_series_equal(
        method(table, 3, rng=1).labels, method(table * [1000, 0.01], 3, rng=1).labels
    )


@METHODS
def test_assign_gives_the_same_customers_the_same_segment(method, blobs):
    found = method(blobs[0], 3, rng=1)
    pd.testing.assert_series_equal(found.assign(blobs[0][["basket", "visits"]]), found.labels)
    assert found.assign(pd.DataFrame({"visits": [61.0], "basket": [138.0]})).item() == 1


def test_score_of_kmeans_is_the_within_sum_of_squares_of_scaled_features(blobs):
    table = blobs[0]
    found = kmeans(table, 3, rng=1)
    scaled = (table - table.mean()) / table.std(ddof=0)
    within = scaled.groupby(found.labels).transform("mean")
    assert found.score == pytest.approx(((scaled - within) ** 2).to_numpy().sum())
    assert found.silhouette == pytest.approx(silhouette_samples(scaled, found.labels).mean())


def test_score_of_one_gaussian_is_its_bic_by_hand():
    x = np.random.default_rng(0).normal(size=(200, 2))
    table = pd.DataFrame(x, columns=["a", "b"])
    found = mixture(table, 1, rng=1)
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    cov = np.cov(scaled.T, bias=True) + 0.01 * np.eye(2)
    loglike = stats.multivariate_normal(scaled.mean(axis=0), cov).logpdf(scaled).sum()
    assert found.score == pytest.approx(-2 * loglike + 5 * np.log(200))
    assert np.isnan(found.silhouette)


def test_mixture_probabilities_sum_to_one_and_the_label_is_the_likeliest(blobs):
    found = mixture(blobs[0], 3, rng=1)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    assert (found.probabilities.idxmax(axis=1) == found.labels).all()


def test_skewed_features_are_logged_and_others_not():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"spend": rng.lognormal(4, 1, 300), "age": rng.normal(40, 5, 300),
                          "balance": rng.lognormal(4, 1, 300) - 100})  # fmt: skip
    scaling = kmeans(table, 2, rng=1).scaling
    assert scaling.log == (True, False, False)
    assert kmeans(table, 2, log=[], rng=1).scaling.log == (False, False, False)
    values = table.to_numpy()
    np.testing.assert_allclose(scaling.undo(scaling.apply(values)), values)
    np.testing.assert_allclose(scaling.apply(values).mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaling.apply(values).std(axis=0), 1)
    np.testing.assert_allclose(
        scaling.apply(values)[:, 0], stats.zscore(np.log1p(table["spend"])), atol=1e-12
    )


X = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [4.0, 1, 2, 2]})


@METHODS
@pytest.mark.parametrize(
    ("table", "k", "options", "error", "says"),
    [
        (X, 5, {}, ValueError, "k is 5 and there are 4 distinct rows among 4 customers"),
        (X.iloc[[0, 0, 1, 1]].reset_index(drop=True), 3, {}, ValueError, "2 distinct rows"),
        (X.head(1), 1, {}, ValueError, "there is 1 customer"),
        (X.assign(b=7), 2, {}, ValueError, "'b' is the same for all 4 customers"),
        (X.assign(b=[1, np.nan, 2, 3]), 2, {}, ValueError, "customers 1"),
        (X.assign(b=[1, np.inf, 2, 3]), 2, {}, ValueError, "missing or infinite"),
        (X.assign(b="x"), 2, {}, TypeError, "must hold numbers"),
        (X.set_axis([0, 0, 1, 2]), 2, {}, ValueError, "repeated in 1 of 4"),
        (X[["a", "a"]], 2, {}, ValueError, "the column 'a' is there twice"),
        (X[[]], 2, {}, ValueError, "no columns"),
        (X, 0, {}, ValueError, "k is 0"),
        (X, 2.5, {}, ValueError, "k is 2.5"),
        (X, "2", {}, TypeError, "k is '2'"),
        (X, 2, {"log": "a"}, ValueError, r"Write log=\['a'\]"),
        (X, 2, {"log": ["c"]}, ValueError, "the column 'c' is missing"),
        (X - 5, 2, {"log": ["a"]}, ValueError, "goes down to -4"),
        (X.to_numpy(), 2, {}, TypeError, "a ndarray was given"),
    ],
)
def test_bad_input_is_refused(method, table, k, options, error, says):
    with pytest.raises(error, match=says):
        method(table, k, **options)


def test_assign_refuses_missing_features_and_values(blobs):
    found = kmeans(blobs[0], 2, rng=1)
    with pytest.raises(ValueError, match="'basket' is missing"):
        found.assign(blobs[0][["visits"]])
    with pytest.raises(ValueError, match="missing or infinite"):
        found.assign(blobs[0] * np.nan)


def test_assign_takes_every_value_that_the_logarithm_takes(blobs):
    table = pd.DataFrame({"margin": [-0.5, -0.4, 50.0, 60.0], "visits": [1, 2, 8, 9]})
    found = kmeans(table, 2, log=["margin"], rng=1)
    assert found.assign(table).to_list() == found.labels.to_list() == [2, 2, 1, 1]
    for low in (-1.0, -2.0):
        with pytest.raises(ValueError, match=r"'margin' (is below -1|goes down to -1)"):
            found.assign(table.assign(margin=low))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[3.0]], r"the values have shape \(1, 1\)"),
        ([3.0, 9.0], "2 columns, in this order: 'visits', 'spend'"),
        ([[3.0, 9.0], [3.0, -1.5]], "'spend' goes down to -1.5"),
    ],
)
def test_scaling_refuses_what_it_has_no_number_for(values, says):
    scaling = Scaling(("visits", "spend"), (False, True), np.zeros(2), np.ones(2))
    with pytest.raises(ValueError, match=says):
        scaling.apply(np.array(values))


def test_a_mixture_that_did_not_settle_is_an_error(blobs, monkeypatch):
    original = clusters.fit_estimator

    def unsettled(*arguments):
        estimator = original(*arguments)
        estimator.converged_ = False
        return estimator

    monkeypatch.setattr(clusters, "fit_estimator", unsettled)
    with pytest.raises(ConvergenceError, match="k = 2 did not converge"):
        mixture(blobs[0], 2, rng=1)
