"""The BG/NBD's formulas against the story they come from, integrated by brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from centricity.clv import BGNBD, ConvergenceWarning
from centricity.clv._data import Histories

MODEL = BGNBD(r=1.7, alpha=6.0, a=1.4, b=3.0)


def mixed(model, given_rate_and_dropout):
    """Average a function of (λ, p) over the population, by Gaussian quadrature in both."""
    lam, weight = special.roots_genlaguerre(60, model.r - 1)
    u, share = special.roots_jacobi(60, model.b - 1, model.a - 1)
    rate, p = np.meshgrid(lam / model.alpha, (u + 1) / 2, indexing="ij")
    grid = given_rate_and_dropout(rate, p)
    return weight @ grid @ share / weight.sum() / share.sum()


@pytest.mark.parametrize(("x", "t_x", "T"), [(0, 0, 10), (1, 4, 10), (3, 9, 10), (3, 2, 10)])
def test_likelihood_p_alive_and_expectation_follow_from_the_story(x, t_x, T):
    def alive(lam, p):
        return (1 - p) ** x * lam**x * np.exp(-lam * T)

    def left(lam, p):
        return p * (1 - p) ** (x - 1) * lam**x * np.exp(-lam * t_x) if x else 0 * lam

    def future(lam, p, t=5.0):
        return alive(lam, p) * (1 - np.exp(-lam * p * t)) / p

    likelihood = mixed(MODEL, lambda lam, p: alive(lam, p) + left(lam, p))
    history = Histories(*(np.array([float(v)]) for v in (x, t_x, T, 1)))
    value, _ = BGNBD._loglike(MODEL.params.to_numpy(), history)
    assert value[0] == pytest.approx(np.log(likelihood), abs=1e-7)

    customer = pd.DataFrame({"frequency": [x], "recency": [float(t_x)], "T": [float(T)]})
    assert MODEL.p_alive(customer).item() == pytest.approx(mixed(MODEL, alive) / likelihood)
    expected = MODEL.expected_purchases(customer, 5.0).item()
    assert expected == pytest.approx(mixed(MODEL, future) / likelihood, rel=1e-6)


def test_expectation_by_quadrature_equals_the_closed_form():
    from centricity.clv._beta_geometric import purchases_by_quadrature, purchases_in

    for shape, rate, a, b, t in [(4.1, 12.0, 0.6, 2.0, 9.0), (97, 3.0, 3.5, 102, 5.0)]:
        closed = purchases_in(np.array(shape), np.array(rate), a, np.array(b), np.array(t))
        assert purchases_by_quadrature(shape, rate, a, b, t) == pytest.approx(closed, rel=1e-9)


def test_expectation_has_no_hole_at_a_equal_to_one():
    customers = pd.DataFrame({"frequency": [0, 3], "recency": [0.0, 8.0], "T": [10.0, 10.0]})
    around = [
        BGNBD(r=1.7, alpha=6.0, a=a, b=3.0).expected_purchases(customers, 20.0)
        for a in (1 - 1e-4, 1 - 1e-8, 1, 1 + 1e-4)
    ]
    np.testing.assert_allclose(around[1], around[2], rtol=1e-8)
    np.testing.assert_allclose((around[0] + around[3]) / 2, around[2], rtol=1e-7)


def test_more_purchases_and_the_same_silence_mean_less_alive():
    customers = pd.DataFrame({"frequency": [2, 5, 12], "recency": 10.0, "T": 52.0})
    assert MODEL.p_alive(customers).is_monotonic_decreasing


def test_never_repeated_counts_as_alive_for_certain():
    customer = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [500.0]})
    assert MODEL.p_alive(customer).item() == 1


def test_nobody_repeats_is_not_called_a_fit():
    customers = pd.DataFrame({"frequency": 0, "recency": 0.0, "T": np.linspace(10, 40, 500)})
    with pytest.warns(ConvergenceWarning, match=r"BGNBD\.fit: .*flat.*Use more customers"):
        fit = BGNBD.fit(customers)
    assert not fit.converged
    with pytest.raises(ValueError, match="no covariance"):
        fit.draws(10)


def test_homogeneous_dropout_lies_on_a_ridge_and_says_so(rng):
    """With everyone's p equal, a and b can grow together without end."""
    from centricity.clv._simulate import buy_until_dropout

    T = np.full(3000, 40.0)
    rate, dropout = rng.gamma(2, 0.2, 3000), np.full(3000, 0.2)
    customers = buy_until_dropout(T, rate, dropout, rng, first_chance=1).customers
    with pytest.warns(ConvergenceWarning, match="BGNBD"):
        assert not BGNBD.fit(customers).converged


def test_a_million_identical_customers_cost_one_cell_and_are_no_fit():
    customers = pd.DataFrame({"frequency": [2], "recency": [8.0], "T": [20.0], "n": [1_000_000]})
    with pytest.warns(ConvergenceWarning):
        fit = BGNBD.fit(customers)
    assert fit.n == 1_000_000


def test_simulated_lifetimes_end_at_a_purchase_and_stop_the_buying(rng):
    world = MODEL.simulate(np.full(2000, 30.0), rng=rng)
    customers, last = world.customers, world.purchases.groupby("customer")["time"].max()
    np.testing.assert_array_equal(customers["recency"], last)
    gone = np.isfinite(customers["lifetime"])
    assert 0 < gone.mean() < 1
    np.testing.assert_array_equal(customers.loc[gone, "lifetime"], customers.loc[gone, "recency"])
    pd.testing.assert_frame_equal(
        MODEL.simulate([9.0] * 50, rng=4).purchases, MODEL.simulate([9.0] * 50, rng=4).purchases
    )


def test_simulate_refuses_a_negative_age():
    with pytest.raises(ValueError, match=r"BGNBD.simulate: T is negative.*1 of 2 customers"):
        MODEL.simulate([3.0, -1.0])
