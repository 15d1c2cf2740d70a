import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, spearmanr

from centricity.segmentation import choose_k, kmeans, segment_stability
from centricity.segmentation.reference import latent_correlation, reference_sample

N = 300
QUICK = {"ks": (2, 3, 4), "bootstraps": 8, "references": 9}


def frame(values):
    return pd.DataFrame(values, columns=list("xyz")[: values.shape[1]])


def around(rng, *middles):
    middles = np.repeat(np.array(middles, dtype=float), N // len(middles), axis=0)
    return frame(middles + rng.normal(size=middles.shape))


STRUCTURED = {
    "triangle": [(0, 0), (6, 0), (3, 5)],
    "diagonal": [(0, 0), (5, 5), (10, 10)],
    "three features": [(0, 0, 0), (5, 5, 0), (5, 0, 5)],
}


@pytest.mark.parametrize("shape", STRUCTURED)
def test_three_true_clusters_are_found(shape):
    table = around(np.random.default_rng(0), *STRUCTURED[shape])
    choice = choose_k(table, **QUICK, rng=1)
    assert choice.k == 3
    assert choice.verdict.startswith("3 segments")
    assert choice.table.loc[3, "stability"] > 0.95


def test_a_mixture_finds_them_too_by_bic():
    table = around(np.random.default_rng(0), *STRUCTURED["triangle"])
    choice = choose_k(table, ks=(2, 3, 4), method="mixture", bootstraps=5, references=5, rng=1)
    assert choice.k == 3
    assert choice.table["bic"].idxmin() == 3


# Four on a diamond, not on a grid: a grid is two features cut independently (see below).
CENTRES = {
    2: [(0, 0), (6, 4)],
    3: [(0, 0), (6, 0), (3, 5)],
    4: [(0, -5), (5, 0), (0, 5), (-5, 0)],
    5: [(0, 0), (6, 0), (0, 6), (6, 6), (12, 3)],
}


@pytest.mark.parametrize("k", CENTRES)
@pytest.mark.parametrize(("method", "seeds"), [("kmeans", (0, 1)), ("mixture", (2,))])
def test_the_true_number_of_segments_is_found_from_any_seed(k, method, seeds):
    for seed in seeds:
        table = around(np.random.default_rng(seed), *CENTRES[k])
        choice = choose_k(table, (2, 3, 4, 5, 6), method=method, bootstraps=4, references=9,
                          rng=seed)  # fmt: skip
        assert choice.k == k


def test_a_grid_is_two_cuts_and_not_found_as_its_docstring_says():
    table = around(np.random.default_rng(0), (0, 0), (6, 0), (0, 6), (6, 6))
    assert choose_k(table, (2, 3, 4), bootstraps=4, references=9, rng=1).k is None


def rfm_like(rng):
    """Skewed and correlated recency, orders and spend of customers who are all of one kind."""
    z = rng.multivariate_normal([0, 0, 0], [[1, 0.6, -0.4], [0.6, 1, -0.3], [-0.4, -0.3, 1]], N)
    orders = 1 + rng.poisson(np.exp(z[:, 0]))
    spend = orders * np.exp(3 + 0.5 * z[:, 1])
    return frame(np.c_[np.round(np.exp(4 + z[:, 2])), orders, spend])


def test_structure_is_claimed_where_there_is_none_no_more_often_than_stated():
    # One kind in four shapes, four seeds each; at most one in references + 1 = 10 may be wrong.
    draws = [
        frame(shapeless(name, np.random.default_rng(seed)))
        for name in ("gaussian", "long gaussian", "uniform square")
        for seed in range(4)
    ]
    draws += [rfm_like(np.random.default_rng(seed)) for seed in range(4)]
    wrong = sum(
        choose_k(table, (2, 3, 4), bootstraps=4, references=9, rng=seed).k is not None
        for seed, table in enumerate(draws)
    )
    assert wrong <= binom.ppf(0.99, len(draws), 1 / 10)


def shapeless(name, rng):
    cloud = rng.normal(size=(N, 2))
    if name == "gaussian":
        return cloud
    if name == "long gaussian":
        return cloud @ np.linalg.cholesky([[1, 0.9], [0.9, 1]]).T
    if name == "uniform square":
        return rng.uniform(size=(N, 2))
    if name == "skewed and correlated":
        return np.exp(cloud @ np.linalg.cholesky([[1, 0.7], [0.7, 1]]).T)
    return np.c_[rng.poisson(np.exp(cloud[:, 0])) + 1, np.exp(cloud.sum(axis=1))]


@pytest.mark.parametrize(
    "name",
    ["gaussian", "long gaussian", "uniform square", "skewed and correlated", "counts and amounts"],
)
def test_data_without_segments_have_no_clear_structure(name):
    table = frame(shapeless(name, np.random.default_rng(0)))
    choice = choose_k(table, **QUICK, rng=1)
    assert choice.k is None
    assert choice.verdict.startswith("No clear structure")


def test_stability_alone_would_have_cut_a_long_cloud_in_two():
    choice = choose_k(frame(shapeless("long gaussian", np.random.default_rng(0))), **QUICK, rng=1)
    assert choice.table.loc[2, "stable"]
    assert not choice.table["separated"].any()


def test_the_same_seed_gives_the_same_table():
    table = around(np.random.default_rng(0), (0, 0), (4, 4))
    options = {"ks": (2, 3), "bootstraps": 3, "references": 3, "rng": 4}
    pd.testing.assert_frame_equal(
        choose_k(table, **options).table, choose_k(table, **options).table
    )


def test_more_customers_than_the_sample_are_thinned_out_and_counted():
    table = around(np.random.default_rng(0), *STRUCTURED["triangle"])
    assert choose_k(table, ks=[3], sample=120, bootstraps=3, references=3, rng=1).n == 120


def test_reference_data_keep_each_features_values_and_the_rank_correlation():
    rng = np.random.default_rng(0)
    cloud = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 1_500)
    values = np.c_[np.floor(np.exp(cloud[:, 0])), np.exp(cloud[:, 1])]
    latent = latent_correlation(values, rng)
    drawn = [reference_sample(values, latent, rng) for _ in range(20)]
    for one in drawn:
        np.testing.assert_array_equal(np.sort(one, axis=0), np.sort(values, axis=0))
    seen = np.mean([spearmanr(one).statistic for one in drawn])
    assert seen == pytest.approx(spearmanr(values).statistic, abs=0.02)


def test_segments_of_true_kinds_survive_and_cuts_through_one_cloud_dissolve():
    rng = np.random.default_rng(0)
    table = around(rng, *STRUCTURED["triangle"])
    firm = segment_stability(table, kmeans(table, 3, rng=1), bootstraps=10, rng=1)
    assert (firm > 0.95).all()
    cloud = frame(rng.normal(size=(N, 2)))
    loose = segment_stability(cloud, kmeans(cloud, 6, rng=1), bootstraps=10, rng=1)
    assert loose.min() < 0.75
    assert loose.between(0, 1).all()


X = frame(np.random.default_rng(0).normal(size=(60, 2)))


@pytest.mark.parametrize(
    ("table", "options", "error", "says"),
    [
        (X[["x"]], {}, ValueError, "there is one feature"),
        (X, {"ks": [1, 2]}, ValueError, "a k is 1"),
        (X, {"ks": []}, ValueError, "At least one k"),
        (X, {"ks": [2, 2]}, ValueError, "each only once"),
        (X, {"ks": 3}, TypeError, r"Write ks=\[3\]"),
        (X, {"ks": [61]}, ValueError, "k is 61 and there are 60 distinct rows"),
        (X, {"method": "kmean"}, ValueError, "Did you mean 'kmeans'"),
        (X.assign(x=np.nan), {}, ValueError, "missing or infinite"),
        (X.assign(x=1.0), {}, ValueError, "the same for all 60"),
        (X.head(1), {}, ValueError, "there is 1 customer"),
        (X, {"bootstraps": 0}, ValueError, "bootstraps is 0"),
        (X, {"references": 1}, ValueError, "references is 1"),
        (X, {"stable_from": 2}, ValueError, "stable_from is 2"),
    ],
)
def test_bad_input_is_refused(table, options, error, says):
    with pytest.raises(error, match=says):
        choose_k(table, **options)


def test_stability_is_of_the_customers_that_were_clustered():
    with pytest.raises(ValueError, match="not that of the clustering"):
        segment_stability(X.head(50), kmeans(X, 2, rng=1))
