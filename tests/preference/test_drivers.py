"""Shares of explained variance against closed forms and an independent sum over all orders."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from centricity.preference import key_drivers


def sample(n=300, p=4, halo=1.0, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + halo * rng.normal(size=(n, 1))
    y = x @ np.arange(1, p + 1) + rng.normal(size=n)
    index = [f"R{i}" for i in range(n)]
    return pd.DataFrame(x, index, list("abcd")[:p]), pd.Series(y, index)


def r2(x, y):
    if x.shape[1] == 0:
        return 0.0
    design = np.column_stack([np.ones(len(y)), x])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1 - residual @ residual / ((y - y.mean()) @ (y - y.mean()))


def test_shares_are_the_mean_over_all_orders_of_what_each_driver_adds():
    x, y = sample()
    added = np.zeros(4)
    for order in permutations(range(4)):
        for place, k in enumerate(order):
            before, after = list(order[:place]), list(order[: place + 1])
            values = x.to_numpy()
            added[k] += r2(values[:, after], y.to_numpy()) - r2(values[:, before], y.to_numpy())
    found = key_drivers(x, y, resamples=100, rng=1)
    np.testing.assert_allclose(found.table["share"], added / added.sum(), rtol=1e-9)
    assert found.r2 == pytest.approx(r2(x.to_numpy(), y.to_numpy()))
    assert found.r2 == pytest.approx(added.sum() / 24)


def test_two_drivers_have_a_closed_form():
    """LMG of the first of two: (r1² + R² - r2²) / 2."""
    x, y = sample(p=2)
    found = key_drivers(x, y, resamples=100, rng=1)
    one, two = (np.corrcoef(x[name], y)[0, 1] ** 2 for name in "ab")
    assert found.table.loc["a", "share"] * found.r2 == pytest.approx((one + found.r2 - two) / 2)


def test_drivers_that_do_not_correlate_get_their_squared_correlation():
    rng = np.random.default_rng(2)
    x, _ = np.linalg.qr(rng.normal(size=(50, 3)) - rng.normal(size=(50, 3)).mean(axis=0))
    x = np.linalg.qr(np.column_stack([np.ones(50), x]))[0][:, 1:]
    y = x @ [3, 2, 1] + 0.1 * rng.normal(size=50)
    found = key_drivers(pd.DataFrame(x, columns=list("abc")), pd.Series(y), resamples=100, rng=1)
    squared = found.table["correlation"] ** 2
    np.testing.assert_allclose(found.table["share"], squared / squared.sum(), rtol=1e-8)
    np.testing.assert_allclose(found.table["vif"], 1, rtol=1e-8)


def test_weights_effects_and_inflation_are_those_of_least_squares():
    x, y = sample()
    found = key_drivers(x, y, resamples=100, rng=1)
    design = np.column_stack([np.ones(len(y)), x])
    weights = np.linalg.lstsq(design, y.to_numpy(), rcond=None)[0][1:]
    np.testing.assert_allclose(found.table["weight"], weights, rtol=1e-8)
    np.testing.assert_allclose(found.table["effect"], weights * x.std() / y.std(), rtol=1e-8)
    for name in x:
        others = x.drop(columns=name).to_numpy()
        inflated = 1 / (1 - r2(others, x[name].to_numpy()))
        assert found.table.loc[name, "vif"] == pytest.approx(inflated)


def test_bootstrap_intervals_of_shares_cover():
    """Two drivers, correlated 0.5, weights 2 and 1, noise 1: the population's share is known."""
    r = np.array([[1, 0.5], [0.5, 1]])
    with_y = r @ [2, 1]
    total = np.array([2, 1]) @ with_y
    one, two = with_y**2 / (total + 1)
    explained = total / (total + 1)
    true = (one + explained - two) / 2 / explained
    inside = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        x = pd.DataFrame(rng.multivariate_normal([0, 0], r, size=200), columns=["a", "b"])
        y = pd.Series(x.to_numpy() @ [2, 1] + rng.normal(size=200))
        low, high = key_drivers(x, y, resamples=200, rng=seed).table.loc["a", ["lower", "upper"]]
        inside += low < true < high
    assert abs(inside / 150 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 150)


def test_a_rating_that_hardly_varies_has_a_small_share_whatever_its_weight():
    x, _ = sample(halo=0.0)
    x["a"] = x["a"] / 50
    y = 10 * x["a"] + x["b"] + x["c"] + x["d"] + np.random.default_rng(3).normal(size=len(x))
    table = key_drivers(x, y, rng=1).table
    assert table.loc["a", "weight"] > 5 * table.loc["b", "weight"]
    assert table.loc["a", "share"] < 0.05


def test_the_same_seed_gives_the_same_intervals():
    x, y = sample()
    one, two = (key_drivers(x, y, resamples=100, rng=7).table for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (lambda x, y: (x.assign(a=3.0), y), ValueError,
         "^key_drivers: 'a' is the same for all respondents.*ask with choice tasks"),
        (lambda x, y: (x, y * 0), ValueError, "the outcome is the same for all.*Check"),
        (lambda x, y: (x.assign(a=x["b"] + x["c"]), y), ValueError,
         "'a', 'b', 'c' can be worked out from each other"),
        (lambda x, y: (x.assign(a=x["a"].where(x.index != "R4")), y), ValueError,
         r"'a' is missing or infinite in 1 of 300 respondents \(first: respondents R4\)"),
        (lambda x, y: (x, y.where(y.index != "R4")), ValueError,
         "'outcome' is missing or infinite"),
        (lambda x, y: (x, y.iloc[::-1]), ValueError, "different indexes"),
        (lambda x, y: (x, x.sum(axis=1)), ValueError, "the ratings tell the outcome without any"),
        (lambda x, y: (x.assign(a=np.eye(len(x))[3]), y), ValueError,
         r"'a' hangs on 1 of 300 respondents \(first: respondents R3\) alone"),
        (lambda x, y: (x.head(9), y.head(9)), ValueError, "9 respondents and 4 drivers"),
        (lambda x, y: (x[["a"]], y), ValueError, "there are 1 drivers"),
        (lambda x, y: (x.set_axis(list("abca"), axis=1), y), ValueError, "the same name"),
        (lambda x, y: (x.astype(str), y), TypeError, "'a' has dtype"),
        (lambda x, y: (x, y.to_list()), TypeError, "outcome is a list"),
        (lambda x, y: (x.to_numpy(), y), TypeError, "ndarray was given.*pandas DataFrame"),
    ],
)  # fmt: skip
def test_ratings_that_cannot_be_weighed_are_refused(spoil, error, says):
    with pytest.raises(error, match=says):
        key_drivers(*spoil(*sample()), rng=1)
