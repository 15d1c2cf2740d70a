"""The BG/BB against its story, by enumeration and by simulation."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import special

from centricity.clv import BGBB
from centricity.clv._data import Histories

MODEL = BGBB(alpha=1.2, beta=0.75, gamma=0.9, delta=2.8)


def table(x, t_x, n):
    return pd.DataFrame({"frequency": x, "recency": t_x, "T": n})


def mixed(given):
    """Average a function of (p, θ) over the population, by Gaussian quadrature in both."""
    u, weight = special.roots_jacobi(40, MODEL.beta - 1, MODEL.alpha - 1)
    v, share = special.roots_jacobi(40, MODEL.delta - 1, MODEL.gamma - 1)
    grid = given(*np.meshgrid((u + 1) / 2, (v + 1) / 2, indexing="ij"))
    return weight @ grid @ share / weight.sum() / share.sum()


def chance(string, p, theta):
    """Probability of one string of 0s and 1s, by adding up all moments of leaving."""
    n = len(string)
    total = 0.0
    for m in range(n + 1):  # alive at exactly the first m occasions
        if any(string[m:]):
            continue
        stay = (1 - theta) ** m * (theta if m < n else 1.0)
        total = total + stay * p ** sum(string) * (1 - p) ** (m - sum(string))
    return total


@pytest.mark.parametrize("string", [(0, 0, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1, 0, 0), (1, 1, 1, 1)])
def test_likelihood_of_a_string_follows_from_the_story(string):
    by_hand = mixed(lambda p, theta: chance(string, p, theta))
    last = max((i + 1 for i, bought in enumerate(string) if bought), default=0)
    h = Histories(*(np.array([float(v)]) for v in (sum(string), last, len(string), 1)))
    value, _ = BGBB._loglike(MODEL.params.to_numpy(), h)
    assert value[0] == pytest.approx(np.log(by_hand), abs=1e-9)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_pmf_is_the_sum_over_all_strings(n):
    strings = list(product((0, 1), repeat=n))
    for x in range(n + 1):
        by_hand = sum(
            mixed(lambda p, theta, s=s: chance(s, p, theta)) for s in strings if sum(s) == x
        )
        assert MODEL.pmf(x, n) == pytest.approx(by_hand, abs=1e-9)
    assert MODEL.pmf(np.arange(n + 1), n).sum() == pytest.approx(1)


def test_expectation_is_the_mean_of_the_pmf():
    x = np.arange(9)
    assert MODEL.expected_purchases_new(8) == pytest.approx(MODEL.pmf(x, 8) @ x)


def test_p_alive_and_forecast_match_what_simulated_customers_did(rng):
    world = MODEL.simulate(np.full(200_000, 10), rng=rng)
    later = world.purchases[world.purchases["time"] > 6].groupby("customer").size()
    early = world.purchases[world.purchases["time"].between(1, 6)].groupby("customer")["time"]
    seen = early.agg(["size", "max"]).reindex(world.customers.index, fill_value=0)
    customers = table(seen["size"], seen["max"], 6)
    found = pd.DataFrame(
        {
            "alive": (world.customers["lifetime"] >= 7) - MODEL.p_alive(customers),
            "later": later.reindex(customers.index, fill_value=0)
            - MODEL.expected_purchases(customers, 4),
        }
    )
    groups = found.groupby([customers["frequency"], customers["recency"]])
    assert len(groups) == 22
    z = groups.mean() / (groups.std() / np.sqrt(groups.size().to_frame().to_numpy())).clip(1e-9)
    assert (z.abs() < 4.5).to_numpy().all()


def test_dert_is_the_discounted_sum_of_expected_purchases():
    customers = table([0, 2, 6], [0, 4, 6], 6)
    many = MODEL.discounted_purchases(customers, 300, 0.1)
    np.testing.assert_allclose(MODEL.dert(customers, 0.1), many, rtol=1e-9)
    none = MODEL.discounted_purchases(customers, 5, 0.0)
    np.testing.assert_allclose(none, MODEL.expected_purchases(customers, 5))


@pytest.mark.parametrize(
    ("customers", "message"),
    [
        (table([1], [1.5], [6]), "'recency' is not a whole number in 1 of 1 customers"),
        (table([1], [1], [6.2]), "'T' is not a whole number in 1 of 1 customers"),
        (table([3], [2], [6]), "frequency is above recency in 1 of 1 customers"),
    ],
)
def test_histories_that_are_no_occasions_are_refused(customers, message):
    with pytest.raises(ValueError, match=message):
        BGBB.fit(customers)
    with pytest.raises(ValueError, match=message):
        MODEL.p_alive(customers)


def test_half_an_occasion_is_refused():
    with pytest.raises(ValueError, match="t is not a whole number"):
        MODEL.expected_purchases(table([1], [1], [6]), 2.5)
