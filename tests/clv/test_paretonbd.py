"""The Pareto/NBD's integral against the story, and against its hypergeometric form."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special

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
