"""The MBG/CNBD-k against the story, integrated or summed by brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from centricity.clv import MBGNBD, MBGCNBDk
from centricity.clv._data import Histories

CASES = [(0, 0.0, 10.0), (1, 4.0, 10.0), (3, 9.0, 10.0), (3, 2.0, 10.0), (3, 10.0, 10.0)]
REGULAR = [MBGCNBDk(k=k, r=1.7, alpha=1.5, a=1.4, b=3.0) for k in (2, 3, 5)]
every_model = pytest.mark.parametrize("model", REGULAR, ids=repr)


def table(x, t_x, T):
    return pd.DataFrame({"frequency": np.atleast_1d(x), "recency": np.atleast_1d(t_x), "T": T})


def mixed(model, given_rate_and_dropout):
    """Average a function of (λ, p) over the population, by Gaussian quadrature in both."""
    lam, weight = special.roots_genlaguerre(80, model.r - 1)
    u, share = special.roots_jacobi(60, model.b - 1, model.a - 1)
    grid = given_rate_and_dropout(*np.meshgrid(lam / model.alpha, (u + 1) / 2, indexing="ij"))
    return weight @ grid @ share / weight.sum() / share.sum()


def poisson_below(m, mean):
    """Probability that fewer than m ticks come."""
    return sum(np.exp(-mean) * mean**i / special.factorial(i) for i in range(m))


@every_model
@pytest.mark.parametrize(("x", "t_x", "T"), CASES)
def test_likelihood_and_p_alive_follow_from_the_story(model, x, t_x, T):
    """Up to the factor of the intervals, Δ^(k−1)/(k−1)! each, which holds no parameter."""
    k = model.k

    def alive(lam, p):
        return (
            (1 - p) ** (x + 1)
            * lam ** (k * x)
            * np.exp(-lam * t_x)
            * poisson_below(k, lam * (T - t_x))
        )

    def gone(lam, p):
        return p * (1 - p) ** x * lam ** (k * x) * np.exp(-lam * t_x)

    likelihood = mixed(model, lambda lam, p: alive(lam, p) + gone(lam, p))
    history = Histories(*(np.array([float(v)]) for v in (x, t_x, T, 1)))
    value, _ = model._loglike(model._values, history)
    assert value[0] == pytest.approx(np.log(likelihood), abs=1e-6)
    p_alive = model.p_alive(table(x, t_x, T)).item()
    assert p_alive == pytest.approx(mixed(model, alive) / likelihood, rel=1e-6)


@every_model
@pytest.mark.parametrize(("x", "t_x", "T"), CASES)
def test_expected_purchases_and_loss_equal_the_sum_over_future_purchases(model, x, t_x, T):
    """Σ over m of P(not left before the m-th) P(the clock gets there), term by term."""
    k, t, b = model.k, 7.0, model.b + x + 1
    rate = model.alpha + T
    j = np.arange(k)
    shape = model.r + k * x + j
    log_weight = (
        special.gammaln(shape) + special.xlogy(j, (T - t_x) / rate) - special.gammaln(j + 1)
    )
    weight = np.exp(log_weight - special.logsumexp(log_weight))
    m = np.arange(1, 400)
    stayed = np.exp(special.betaln(model.a, b + m - 1) - special.betaln(model.a, b))
    left = stayed - np.exp(special.betaln(model.a, b + m) - special.betaln(model.a, b))
    reached = special.betainc(m[:, None] * k - j, shape, t / (rate + t))
    customer = table(x, t_x, T)
    expected = stayed @ reached @ weight * model.p_alive(customer).item()
    assert model.expected_purchases(customer, t).item() == pytest.approx(expected, rel=1e-9)
    stays = (1 - left @ reached @ weight) * model.p_alive(customer).item()
    assert model.p_alive(customer, t).item() == pytest.approx(stays, rel=1e-9)


def test_k_of_one_is_the_mbgnbd():
    mbgnbd = MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614)
    same = MBGCNBDk(k=1, **mbgnbd.params)
    customers = table([0, 1, 4, 30], [0.0, 5.0, 30.0, 38.0], 39.0)
    assert same.loglike(customers) == pytest.approx(mbgnbd.loglike(customers), rel=1e-13)
    for ask in (
        lambda m: m.p_alive(customers),
        lambda m: m.p_alive(customers, 20),
        lambda m: m.expected_purchases(customers, 20),
        lambda m: m.dert(customers, 0.01),
        lambda m: m.time_alive(customers, 20, 0.01),
        lambda m: m.expected_purchases_new([0.0, 5.0, 100.0]),
        lambda m: m.pmf([0, 1, 5], 20.0),
    ):
        np.testing.assert_allclose(ask(same), ask(mbgnbd), rtol=1e-8)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_the_true_k_is_found_and_the_parameters_with_it(k):
    truth = MBGCNBDk(k=k, r=1.5, alpha=0.8, a=1.0, b=5.0)
    fit = MBGCNBDk.fit(truth.simulate(np.full(4000, 40.0), rng=3).customers)
    assert fit.model.k == k
    assert fit.converged
    z = np.log(fit.params / truth.params) / (fit.std_errors / fit.params)
    assert (z.abs() < 4).all(), z


def test_log_gaps_add_what_the_intervals_say_about_k():
    """With them the likelihood is that of every interval: Erlang densities, summed by hand."""
    truth = REGULAR[0]
    world = truth.simulate(np.full(50, 20.0), rng=2)
    customers = world.customers
    gaps = world.purchases.groupby("customer")["time"].diff().dropna()
    assert gaps.size == customers["frequency"].sum()
    assert np.log(gaps).sum() == pytest.approx(customers["log_gaps"].sum())
    for k in (2, 3):
        model = MBGCNBDk(k=k, **truth.params)
        bare = table(customers["frequency"], customers["recency"], 20.0)
        data = Histories(*(bare[c].to_numpy(dtype=float) for c in bare), np.ones(50))
        core = model._loglike(model._values, data)[0].sum()
        factor = ((k - 1) * np.log(gaps) - special.gammaln(k)).sum()
        assert model.loglike(customers) == pytest.approx(core + factor, rel=1e-12)


@pytest.mark.parametrize("bad", [0, 1.5, -2])
def test_k_is_a_count_of_ticks(bad):
    with pytest.raises(ValueError, match=r"MBGCNBDk: k is .* (whole|above 0)"):
        MBGCNBDk(k=bad, r=1, alpha=1, a=1, b=1)
    with pytest.raises(ValueError, match=r"MBGCNBDk\.fit: k is .* whole number of at least 1"):
        MBGCNBDk.fit(table(1, 1.0, 2.0), k=bad)
