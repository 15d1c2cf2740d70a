"""The BG/NBD's formulas against the story they come from, integrated by brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from centricity.clv import BGNBD, MBGNBD, ConvergenceWarning
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


# Against brute force over wild parameters and histories -----------------------------------------

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


def panels(edges):
    """Nodes and weights of Gauss and Legendre's rule, twenty-four between any two edges."""
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    return (middle + half * NODES).ravel(), (half * WEIGHTS).ravel()


def dropouts(a, b):
    """Nodes p and weights of a beta distribution, in log odds, however steep its ends are."""
    ends = [
        -np.geomspace(1e-6, max(50 / a, 50), 100)[::-1],
        np.geomspace(1e-6, max(50 / b, 50), 100),
    ]
    middle = np.log(a / b) + np.sqrt(1 / a + 1 / b) * np.linspace(-40, 40, 160)
    log_odds, weight = panels(np.unique(np.concatenate([*ends, [0], middle])))
    log_p, log_q = special.log_expit(log_odds), special.log_expit(-log_odds)
    density = np.exp(a * log_p + b * log_q - special.betaln(a, b)) * weight
    kept = (density > 1e-20) & (log_p > -600)
    return np.exp(log_p[kept]), density[kept]


def wild(seed, size):
    rng = np.random.default_rng(seed)
    for _ in range(size):
        r, alpha = 10 ** rng.uniform(-2, 1.5), 10 ** rng.uniform(-3, 3)
        a, b = 10 ** rng.uniform(-1.5, 2), 10 ** rng.uniform(-1.5, 2.5)
        if rng.random() < 0.2:
            a = 1 + rng.choice([0, 1e-12, -1e-7, 1e-6, -2e-6, 1e-5, -1e-4])
        x, T = int(10 ** rng.uniform(0, 3.3)) - 1, 10 ** rng.uniform(-1, 4)
        t_x = T * rng.choice([rng.random(), 1 - 10 ** rng.uniform(-9, 0), 1]) if x else 0.0
        yield (r, alpha, a, b), (x, t_x, T), 10 ** rng.uniform(-1, 5)


every_kind = pytest.mark.parametrize("kind", [BGNBD, MBGNBD], ids=lambda kind: kind.__name__)


@every_kind
def test_forecasts_equal_brute_force_over_wild_parameters_and_histories(kind):
    """Hypergeometric functions overflow and cancel; the story, averaged over p, does not."""
    compared = 0
    for params, (x, t_x, T), t in wild(5, 250):
        r, alpha, a, b = params
        customer = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
        model = kind(*params)
        alive = model.p_alive(customer).item()
        if alive < 1e-250:
            continue
        shape, rate, tosses = r + x, alpha + T, x + (kind is MBGNBD)
        p, weight = dropouts(a, b + tosses)
        if abs(weight.sum() - 1) > 1e-10:  # brute force has met its match
            continue
        compared += 1
        told = (params, x, t_x, T, t)
        bought = weight @ (-np.expm1(-shape * np.log1p(p * t / rate)) / p)
        ours = model.expected_purchases(customer, t).item() / alive
        # Near a = 1 both numerator and denominator of the closed form vanish.
        assert ours == pytest.approx(bought, rel=1e-6, abs=1e-9 * shape), told
        stayed = weight @ np.exp(-shape * np.log1p(p * t / rate))
        assert model.p_alive(customer, t).item() / alive == pytest.approx(stayed, abs=1e-6), told
    assert compared > 150


@every_kind
def test_likelihood_equals_the_papers_sum_over_wild_parameters_and_histories(kind):
    """Equation (6) of the BG/NBD paper, and the same with a toss after the first purchase."""
    for params, (x, t_x, T), _ in wild(6, 300):
        r, alpha, a, b = params
        tosses = x + (kind is MBGNBD)
        alive = special.betaln(a, b + tosses) - (r + x) * np.log(alpha + T)
        total = alive
        if tosses:
            gone = special.betaln(a + 1, b + tosses - 1) - (r + x) * np.log(alpha + t_x)
            total = special.logsumexp([alive, gone])
        front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        by_hand = front - special.betaln(a, b) + total
        history = Histories(*(np.array([float(v)]) for v in (x, t_x, T, 1)))
        ours = kind._loglike(params, history)[0].item()
        assert ours == pytest.approx(by_hand, rel=1e-10, abs=1e-9), (params, x, t_x, T)
        customer = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
        odds = np.exp(alive - total)
        assert kind(*params).p_alive(customer).item() == pytest.approx(odds, rel=1e-7, abs=1e-300)


@every_kind
@pytest.mark.parametrize("horizon", [None, 3.0, 2000.0])
def test_discounted_futures_equal_brute_force(kind, horizon):
    for (r, alpha, a, b), (x, t_x, T) in [
        ((0.243, 4.414, 0.793, 2.426), (2, 30.0, 39.0)),
        ((3.0, 0.5, 1.0, 9.0), (50, 20.0, 21.0)),
        ((0.05, 60.0, 4.0, 0.3), (0, 0.0, 500.0)),
    ]:
        model = kind(r, alpha, a, b)
        customer = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
        p, weight = dropouts(a, b + x + (kind is MBGNBD))
        for rate in (0.0003, 0.02):
            last = horizon or 40 / np.log1p(rate)
            when, width = panels(np.concatenate([[0], np.geomspace(1e-9, last, 120)]))
            stays = np.exp(-(r + x) * np.log1p(np.outer(when, p) / (alpha + T)))
            worth = width * (1 + rate) ** -when * model.p_alive(customer).item()
            time = worth @ (stays @ weight)
            pace = (r + x) / (alpha + T + np.outer(when, p))
            bought = worth @ ((stays * pace) @ weight)
            if horizon is None:
                assert model.dert(customer, rate).item() == pytest.approx(bought, rel=1e-9)
            else:
                ours = model.discounted_purchases(customer, horizon, rate).item()
                assert ours == pytest.approx(bought, rel=1e-9)
            ours = model.time_alive(customer, horizon, rate).item()
            assert ours == pytest.approx(time, rel=1e-9)


@every_kind
@pytest.mark.parametrize("n", [0, 1, 7, 60])
def test_pmf_equals_the_papers_finite_sum(kind, n):
    """Equation (8): staying on, or leaving at the n-th of at least n purchases."""
    for r, alpha, a, b in [
        (0.243, 4.414, 0.793, 2.426),
        (5.0, 2.0, 3.0, 0.5),
        (0.02, 90.0, 1.0, 40.0),
    ]:
        for t in (0.2, 12.0, 900.0):
            tosses, count = n + (kind is MBGNBD), stats.nbinom(r, alpha / (alpha + t))
            by_hand = special.beta(a, b + tosses) * count.pmf(n)
            if tosses:
                by_hand += special.beta(a + 1, b + tosses - 1) * (1 - count.cdf(n - 1))
            by_hand /= special.beta(a, b)
            assert kind(r, alpha, a, b).pmf(n, t) == pytest.approx(by_hand, abs=1e-12)
