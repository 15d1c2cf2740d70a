"""The whole CDNOW file, of which the papers use a tenth: estimates against an optimiser of its own.

No estimates for it are printed in the papers. The likelihoods here are written from the papers'
formulas once more, with SciPy's gamma, beta and hypergeometric functions, and climbed without any
gradient of the toolkit's.
"""

import numpy as np
import pytest
from scipy import optimize, special

from centricity import transactions
from centricity.clv import BGNBD, MBGNBD, GammaGamma, MBGCNBDk, ParetoNBD


@pytest.fixture(scope="module")
def master(cdnow_master_log):
    return transactions.summarize(
        cdnow_master_log, calibration_end="1997-09-30", observation_end="1998-06-30"
    )


@pytest.fixture(scope="module")
def cells(master):
    found = transactions.cells(master)
    return tuple(found[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T", "n"))


def bgnbd(params, cells, first=0):
    """Fader, Hardie & Lee (2005), equation (6); with ``first`` 1 one can leave at once."""
    r, alpha, a, b = params
    x, t_x, T, n = cells
    tosses = x + first
    alive = special.betaln(a, b + tosses) - (r + x) * np.log(alpha + T)
    gone = special.betaln(a + 1, b + np.maximum(tosses - 1, 0)) - (r + x) * np.log(alpha + t_x)
    total = np.where(tosses > 0, np.logaddexp(alive, gone), alive)
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    return n @ (front + total - special.betaln(a, b))


def mbgnbd(params, cells):
    return bgnbd(params, cells, first=1)


def paretonbd(params, cells):
    """Fader & Hardie (2005), A note on deriving the Pareto/NBD, equation (2)."""
    r, alpha, s, beta = params
    x, t_x, T, n = cells
    total, gap, high = r + s + x, abs(alpha - beta), max(alpha, beta)
    order = s + 1 if alpha >= beta else r + x

    def ln_term(t):
        series = special.hyp2f1(total, order, total + 1, gap / (high + t))
        return np.log(series) - total * np.log(high + t)

    begin, end = ln_term(t_x), ln_term(T)
    with np.errstate(divide="ignore"):  # nobody leaves in no time
        gone = np.log(s / total) + begin + np.log(-np.expm1(np.minimum(end - begin, 0.0)))
    alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return n @ (front + np.logaddexp(alive, gone))


def gammagamma(params, customers):
    """Fader & Hardie (2013), equation (1a)."""
    p, q, gamma = params
    back = customers[customers["frequency"] > 0]
    x, z = back["frequency"].to_numpy(dtype=float), back["monetary_value"].to_numpy()
    return (
        q * np.log(gamma) - special.betaln(p * x, q) + (p * x - 1) * np.log(z)
        + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * z)
    ).sum()  # fmt: skip


def climb(loglike, start, data, size):
    """Maximum, parameters and standard errors in logarithms, from values of a function alone."""

    def objective(logs):
        return -loglike(np.exp(logs), data) / size

    found = optimize.minimize(objective, np.log(start), method="BFGS", options={"gtol": 1e-8})
    logs, steps = found.x, np.eye(len(start)) * 2e-3
    for _ in range(2):  # Newton on slopes of the fourth order: BFGS leaves the last digits open
        once = np.array([objective(logs + h) - objective(logs - h) for h in steps])
        twice = np.array([objective(logs + 2 * h) - objective(logs - 2 * h) for h in steps])
        slope = (8 * once - twice) / (12 * 2e-3)
        hessian = np.array(
            [
                [
                    objective(logs + g + h) - objective(logs + g - h)
                    - objective(logs - g + h) + objective(logs - g - h)
                    for h in steps
                ]
                for g in steps
            ]
        ) / (4 * 2e-3**2)  # fmt: skip
        logs = logs - np.linalg.solve(hessian, slope)
    spread = np.sqrt(np.diag(np.linalg.inv(hessian)) / size)
    return -objective(logs) * size, np.exp(logs), spread


def test_master_file_is_the_one_described(cdnow_master_log, master):
    assert len(cdnow_master_log) == 69_659
    assert cdnow_master_log["customer_id"].nunique() == len(master) == 23_570
    first = cdnow_master_log.groupby("customer_id")["date"].min()
    assert first.between("1997-01-01", "1997-03-31").all()


def test_the_papers_sample_is_every_tenth_customer_of_the_master_file(cdnow_log, cdnow_master_log):
    ids = np.sort(cdnow_log["master_id"].unique())
    assert len(ids) == 2357
    both = cdnow_master_log[cdnow_master_log["customer_id"].isin(ids)]
    columns = ["date", "cds", "amount"]
    ours = cdnow_log.rename(columns={"customer_id": "sample_id", "master_id": "customer_id"})
    order = ["customer_id", *columns]
    np.testing.assert_array_equal(
        both[order].sort_values(order).to_numpy(), ours[order].sort_values(order).to_numpy()
    )


@pytest.mark.parametrize(
    ("kind", "loglike", "start"),
    [
        (BGNBD, bgnbd, (0.243, 4.414, 0.793, 2.426)),
        (MBGNBD, mbgnbd, (0.525, 6.183, 0.891, 1.614)),
        (ParetoNBD, paretonbd, (0.553, 10.578, 0.606, 11.669)),
    ],
    ids=["BGNBD", "MBGNBD", "ParetoNBD"],
)
def test_estimates_on_the_master_file_equal_an_independent_optimisation(
    master, cells, kind, loglike, start
):
    fit = kind.fit(master)
    assert fit.converged
    assert fit.n == 23_570
    maximum, params, spread = climb(loglike, start, cells, fit.n)
    assert loglike(fit.params.to_numpy(), cells) == pytest.approx(fit.loglike, abs=1e-6)
    assert fit.loglike == pytest.approx(maximum, abs=1e-5)
    np.testing.assert_allclose(fit.params, params, rtol=1e-5)
    np.testing.assert_allclose(fit.std_errors / fit.params, spread, rtol=1e-3)


def test_spend_on_the_master_file_equals_an_independent_optimisation(master):
    """One customer's repeat purchases were all free, and has no place in a model of spend."""
    free = (master["frequency"] > 0) & (master["monetary_value"] == 0)
    assert free.sum() == 1
    with pytest.raises(ValueError, match="zero or negative in 1 of 23,570 customers"):
        GammaGamma.fit(master)
    fit = GammaGamma.fit(master[~free])
    assert fit.converged
    assert fit.n == (master["frequency"] > 0).sum() - 1
    back = master[(master["frequency"] > 0) & ~free]
    maximum, params, spread = climb(gammagamma, (6.25, 3.74, 15.44), back, fit.n)
    assert fit.loglike == pytest.approx(maximum, abs=1e-5)
    np.testing.assert_allclose(fit.params, params, rtol=1e-5)
    np.testing.assert_allclose(fit.std_errors / fit.params, spread, rtol=1e-3)


def test_sample_and_master_agree_as_a_tenth_and_the_whole_should(cdnow, master):
    """The sample is part of the whole: their difference varies as the sample less the whole."""
    for kind in (BGNBD, MBGNBD, ParetoNBD):
        part, whole = kind.fit(cdnow), kind.fit(master)
        log_cov = [f.cov.to_numpy() / np.outer(f.params, f.params) for f in (part, whole)]
        off = np.log(part.params / whole.params).to_numpy()
        square = off @ np.linalg.solve(log_cov[0] - log_cov[1], off)
        assert special.chdtrc(4, square) > 0.001, (kind, square)


def test_buying_at_cdnow_is_no_more_regular_than_chance(cdnow):
    """With k of 1 the MBG/CNBD-k is the MBG/NBD, to the last digit of the likelihood."""
    fit = MBGCNBDk.fit(cdnow)
    assert fit.model.k == 1
    assert fit.loglike == pytest.approx(MBGNBD.fit(cdnow).loglike, abs=1e-6)
