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


def test_half_an_occasion_of_some_donors_is_refused_by_name():
    donors = table([1, 1], [1, 2], 6).set_axis(["Ada", "Bo"])
    with pytest.raises(ValueError, match=r"'t' is not a whole number in 1 of 2 .*customers Bo"):
        MODEL.expected_purchases(donors, [2, 2.5])
    with pytest.raises(ValueError, match="t is not a whole number"):
        MODEL.expected_purchases_new(2.5)


def test_discounting_for_ever_is_a_long_sum_and_any_rate_ends():
    """Also where the rate is so small that adding up the occasions would take years."""
    customers = table([0, 2, 6], [0, 4, 6], 6)
    many = MODEL.time_alive(customers, 300, 0.1)
    np.testing.assert_allclose(MODEL.time_alive(customers, None, 0.1), many, rtol=1e-9)
    # θ ~ B(0.9, …) has no finite mean lifetime: the smaller the rate, the longer the stay.
    hardly, never = (MODEL.time_alive(customers, None, rate) for rate in (1e-6, 1e-9))
    assert (never > hardly).all()
    assert (hardly > many).all()
    chance = (MODEL.alpha + np.array([0, 2, 6])) / (MODEL.alpha + MODEL.beta + 6)
    np.testing.assert_allclose(MODEL.dert(customers, 1e-9), chance * never, rtol=1e-9)


@pytest.mark.parametrize("ask", ["p_alive", "expected_purchases", "time_alive"])
def test_half_an_occasion_is_refused_everywhere(ask):
    with pytest.raises(ValueError, match=r"BGBB(\.\w+)?: t is (2\.5|not a whole number)"):
        getattr(MODEL, ask)(table([1], [1], [6]), 2.5)


def test_a_hundred_occasions_and_gifts_at_all_of_them():
    customers = table([100, 100, 0, 1], [100, 100, 0, 1], [100, 400, 400, 400])
    alive = MODEL.p_alive(customers)
    assert np.isfinite(MODEL.loglike(customers))
    assert alive.iloc[0] > 0.95
    assert alive.between(0, 1).all()
    # A hundred gifts and then three hundred times nothing: gone, whatever the taste for giving.
    assert alive.iloc[1] < 1e-6


def test_likelihood_of_two_long_strings_by_quadrature_over_the_story():
    """Forty occasions: too many strings to enumerate, but not too many for two integrals."""
    u, weight = special.roots_jacobi(80, MODEL.beta - 1, MODEL.alpha - 1)
    v, share = special.roots_jacobi(80, MODEL.delta - 1, MODEL.gamma - 1)
    p, theta = np.meshgrid((u + 1) / 2, (v + 1) / 2, indexing="ij")
    for x, t_x, n in ((3, 12, 40), (25, 38, 40)):
        fates = [(1 - theta) ** m * theta * (1 - p) ** (m - x) for m in range(t_x, n)]
        grid = p**x * (sum(fates) + (1 - theta) ** n * (1 - p) ** (n - x))
        by_hand = np.log(weight @ grid @ share / weight.sum() / share.sum())
        h = Histories(*(np.array([float(value)]) for value in (x, t_x, n, 1)))
        value, _ = BGBB._loglike(MODEL.params.to_numpy(), h)
        assert value[0] == pytest.approx(by_hand, abs=1e-9)
