"""The Pareto/NBD's integral against the story, and against its hypergeometric form."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special, stats

from centricity.clv import ParetoNBD
from centricity.clv._data import Histories

MODEL = ParetoNBD(r=1.7, alpha=6.0, s=1.4, beta=9.0)
CASES = [(0, 0, 10), (1, 4, 10), (3, 9, 10), (3, 2, 10), (3, 10, 10)]


def loglike(model, x, t_x, T):
    history = Histories(*(np.array([float(v)]) for v in (x, t_x, T, 1)))
    return model._loglike(model.params.to_numpy(), history)[0][0]


def mixed(model, given_rates):
    """Average a function of (λ, μ) over the population, by Gaussian quadrature in both."""
    lam, weight = special.roots_genlaguerre(80, model.r - 1)
    mu, share = special.roots_genlaguerre(80, model.s - 1)
    grid = given_rates(*np.meshgrid(lam / model.alpha, mu / model.beta, indexing="ij"))
    return weight @ grid @ share / weight.sum() / share.sum()


@pytest.mark.parametrize(("x", "t_x", "T"), CASES)
def test_likelihood_p_alive_and_expectation_follow_from_the_story(x, t_x, T):
    def alive(lam, mu):
        return lam**x * np.exp(-(lam + mu) * T)

    def left(lam, mu):
        both = lam + mu
        return lam**x * mu / both * (np.exp(-both * t_x) - np.exp(-both * T))

    def future(lam, mu, t=5.0):
        return alive(lam, mu) * lam * -np.expm1(-mu * t) / mu

    likelihood = mixed(MODEL, lambda lam, mu: alive(lam, mu) + left(lam, mu))
    assert loglike(MODEL, x, t_x, T) == pytest.approx(np.log(likelihood), abs=1e-7)
    customer = pd.DataFrame({"frequency": [x], "recency": [float(t_x)], "T": [float(T)]})
    assert MODEL.p_alive(customer).item() == pytest.approx(mixed(MODEL, alive) / likelihood)
    expected = MODEL.expected_purchases(customer, 5.0).item()
    assert expected == pytest.approx(mixed(MODEL, future) / likelihood, rel=1e-6)


@pytest.mark.parametrize(("x", "t_x", "T"), CASES)
@pytest.mark.parametrize("model", [MODEL, ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)])
def test_likelihood_equals_the_hypergeometric_form(model, x, t_x, T):
    """Equation (2) of Fader & Hardie (2005), which holds its own where nothing overflows."""
    r, alpha, s, beta = model.params
    high, order = max(alpha, beta), (s + 1 if alpha >= beta else r + x)
    gap = abs(alpha - beta)

    def term(t):
        z = gap / (high + t)
        return special.hyp2f1(r + s + x, order, r + s + x + 1, z) / (high + t) ** (r + s + x)

    bracket = (alpha + T) ** -(r + x) * (beta + T) ** -s
    bracket += s / (r + s + x) * (term(t_x) - term(T))
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    assert loglike(model, x, t_x, T) == pytest.approx(front + np.log(bracket), abs=1e-9)


@pytest.mark.parametrize(
    ("model", "x", "t_x", "T"),
    [
        (ParetoNBD(r=0.5, alpha=0.01, s=0.5, beta=100.0), 400, 3.0, 1200.0),
        (ParetoNBD(r=0.5, alpha=100.0, s=0.5, beta=0.01), 0, 0.0, 1200.0),
        (ParetoNBD(r=5.0, alpha=2.0, s=400.0, beta=9000.0), 330, 900.0, 1100.0),
        (ParetoNBD(r=0.05, alpha=40.0, s=0.05, beta=0.5), 1, 1e-3, 5000.0),
    ],
)
def test_likelihood_is_exact_where_hypergeometric_forms_overflow(model, x, t_x, T):
    r, alpha, s, beta = model.params

    def log_density(y):
        return -(r + x) * np.log(alpha + y) - (s + 1) * np.log(beta + y)

    top = log_density(t_x)
    edges = t_x + np.concatenate([[0], np.geomspace(1e-9 * T, T - t_x, 200)])
    pieces = [
        integrate.quad(lambda y: np.exp(log_density(y) - top), lo, hi)[0]
        for lo, hi in pairwise(edges)
    ]
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    total = np.logaddexp(alive, np.log(s * sum(pieces)) + top)
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    assert loglike(model, x, t_x, T) == pytest.approx(front + total, abs=1e-8)


def test_expectation_has_no_hole_at_s_equal_to_one():
    customers = pd.DataFrame({"frequency": [0, 3], "recency": [0.0, 8.0], "T": [10.0, 10.0]})
    around = [
        ParetoNBD(r=1.7, alpha=6.0, s=s, beta=3.0).expected_purchases(customers, 20.0)
        for s in (1 - 1e-6, 1, 1 + 1e-6)
    ]
    np.testing.assert_allclose((around[0] + around[2]) / 2, around[1], rtol=1e-9)


# Against brute force over wild parameters and histories -----------------------------------------

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def panels(edges):
    """Nodes and weights of Gauss and Legendre's rule, twenty between any two edges."""
    half, middle = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
    return (middle + half * NODES).ravel(), (half * WEIGHTS).ravel()


def brute_loglike(params, x, t_x, T):
    """The likelihood by 8,000 nodes that crowd where the integrand may bend.

    A tiny imaginary part in a parameter makes the imaginary part of the result a derivative.
    """
    r, alpha, s, beta = params
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    front = special.loggamma(r + x) - special.loggamma(r) + r * np.log(alpha) + s * np.log(beta)
    if t_x == T:
        return front + alive
    least = float(np.real(np.minimum(alpha, beta))) + t_x
    rise = 1e-14 * min(least, T - t_x)
    y, weight = panels(t_x + np.concatenate([[0], np.geomspace(rise, T - t_x, 400)]))
    log_density = -(r + x) * np.log(alpha + y) - (s + 1) * np.log(beta + y)
    top = float(np.real(np.maximum(log_density.real.max(), np.real(alive))))
    gone = s * (weight * np.exp(log_density - top)).sum()
    return front + top + np.log(np.exp(alive - top) + gone)


def wild(seed, size):
    """Parameters and histories far beyond what any shop will see."""
    rng = np.random.default_rng(seed)
    for _ in range(size):
        r, s = 10 ** rng.uniform(-2.5, 3, 2)
        alpha, beta = 10 ** rng.uniform(-4, 4, 2)
        if rng.random() < 0.1:
            beta = alpha * (1 + rng.choice([0, 1e-12, -1e-9, 1e-6]))
        T, x = 10 ** rng.uniform(-2, 4), int(10 ** rng.uniform(0, 3.3)) - 1
        share = rng.choice(
            [rng.random(), 1 - 10 ** rng.uniform(-9, 0), 10 ** rng.uniform(-8, 0), 1]
        )
        yield (r, alpha, s, beta), (x, T * share if x else 0.0, T)


def test_likelihood_equals_brute_force_over_wild_parameters_and_histories():
    for params, (x, t_x, T) in wild(1, 400):
        ours = loglike(ParetoNBD(*params), x, t_x, T)
        brute = brute_loglike(params, x, t_x, T)
        assert ours == pytest.approx(brute, rel=1e-11, abs=1e-11), (params, x, t_x, T)


def test_gradient_equals_the_complex_step_derivative_over_wild_parameters():
    for params, (x, t_x, T) in wild(2, 150):
        history = Histories(*(np.array([float(v)]) for v in (x, t_x, T, 1)))
        ours = ParetoNBD._loglike(params, history)[1][:, 0] * params
        steps = np.array(params) * (1 + 1e-30j * np.eye(4))
        brute = np.array([np.imag(brute_loglike(step, x, t_x, T)) / 1e-30 for step in steps])
        scale = max(1.0, np.abs(brute).max())
        np.testing.assert_allclose(ours, brute, atol=1e-9 * scale, err_msg=f"{params, x, t_x, T}")


def test_p_alive_equals_brute_force_over_wild_parameters_and_histories():
    for params, (x, t_x, T) in wild(3, 200):
        customer = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
        r, alpha, s, beta = params
        front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        alive = front - (r + x) * np.log(alpha + T) - s * np.log(beta + T)
        brute = np.exp(alive - brute_loglike(params, x, t_x, T))
        assert ParetoNBD(*params).p_alive(customer).item() == pytest.approx(brute, rel=1e-8)


STAYERS = [
    (s, z)
    for s in (0.03, 0.6, 1.0, 2.0, 6.0, 6.000000000000011, 5.9999999, 14.9, 29.0, 74.45, 330.0)
    for z in (1e-7, 3e-4, 0.02, 0.9, 20.0)
]


def brute_time(s, z, horizon):
    """∫ e^(−z τ) (1 + τ)^−s dτ up to a horizon, or until discounting has eaten everything."""
    last = min(horizon, 800 / z)
    start = 1e-18 * min(1 / z, 1 / max(s, 1), last)
    log_time, weight = panels(np.linspace(np.log(start), np.log(last), 400))
    return (weight * np.exp(log_time - z * np.exp(log_time) - s * np.log1p(np.exp(log_time)))).sum()


@pytest.mark.parametrize("horizon", [np.inf, 0.3, 100.0, 1e5])
def test_discounted_futures_equal_brute_force_also_for_whole_and_huge_s(horizon):
    """The exponential integral, over all kinds of s and of discounting; the time scale is 40."""
    for s, z in STAYERS:
        model = ParetoNBD(r=1.5, alpha=7.0, s=s, beta=30.0)
        customer = pd.DataFrame({"frequency": [3], "recency": [9.0], "T": [10.0]})
        rate, alive = np.expm1(z / 40), model.p_alive(customer).item()
        time = 40 * alive * brute_time(s, z, horizon)
        if horizon == np.inf:
            stays, bought = model.time_alive(customer, None, rate), model.dert(customer, rate)
        else:
            stays = model.time_alive(customer, 40 * horizon, rate)
            bought = model.discounted_purchases(customer, 40 * horizon, rate)
        assert stays.item() == pytest.approx(time, rel=1e-10), (s, z)
        assert bought.item() == pytest.approx(4.5 / 17 * time, rel=1e-10), (s, z)


@pytest.mark.parametrize("n", [0, 1, 7, 60])
def test_pmf_equals_brute_force(n):
    """Staying to the end, or leaving at y and having bought n times until then."""
    for r, alpha, s, beta in (MODEL.params, (0.05, 2.0, 3.0, 90.0), (12.0, 3.0, 0.4, 0.5)):
        for t in (0.2, 9.0, 700.0):
            start = 1e-12 * min(alpha, beta, t)
            y, weight = panels(np.concatenate([[0], np.geomspace(start, t, 300)]))
            left = s / beta * (1 + y / beta) ** -(s + 1)
            chance = stats.nbinom.pmf(n, r, alpha / (alpha + y))
            stayed = (1 + t / beta) ** -s * stats.nbinom.pmf(n, r, alpha / (alpha + t))
            by_hand = (weight * left * chance).sum() + stayed
            assert ParetoNBD(r, alpha, s, beta).pmf(n, t) == pytest.approx(by_hand, abs=1e-10)
