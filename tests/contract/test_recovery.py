"""Estimates recover the truth over a grid of worlds: unbiased, as precise as they claim to be.

For each world many simulated data sets are fitted. A standard error is right if the distance from
the estimate to the truth, divided by it, has mean 0 and spread 1 and is below 1.96 in 95 of 100
cases; a likelihood is right if twice its logarithm at the estimate exceeds that at the truth by a
chi-squared amount, and a covariance if the squared distance measured in it is chi-squared, too. The
bounds are quantiles of these laws: a right model fails in one of two thousand choices of the seed.
"""

import numpy as np
import pandas as pd
import pytest
from contract_models import GRID
from scipy import stats

SEEDS = 32
CUSTOMERS = 4000
RARE = 0.0005
KINDS = sorted({case.model for case in GRID}, key=lambda model: model.__name__)


@pytest.fixture(scope="module", params=KINDS, ids=lambda model: model.__name__)
def recovered(request):
    """Distances to the truth in standard errors, and likelihood ratios, one row per fit."""
    rows, ratios, squares = [], [], []
    for place, case in enumerate(case for case in GRID if case.model is request.param):
        for seed in range(SEEDS):
            rng = np.random.default_rng([place, seed])
            customers = case.customers(CUSTOMERS, rng)
            fit = case.fit(customers)
            assert fit.converged, f"{case}, seed {seed}"
            rows.append(case.z(fit))
            log_cov = fit.cov / np.outer(fit.params, fit.params)
            off = np.log(fit.params / case.truth.params)
            squares.append(off @ np.linalg.solve(log_cov, off))
            ratios.append(2 * (fit.loglike - case.truth.loglike(customers)))
    return pd.DataFrame(rows), np.array(ratios), np.array(squares)


def test_estimates_are_right_on_average(recovered):
    z, _, _ = recovered
    mean = z.mean() * np.sqrt(len(z))
    assert (mean.abs() < stats.norm.isf(RARE / 2)).all(), mean


def test_standard_errors_are_the_spread_of_the_estimates(recovered):
    z, _, _ = recovered
    total = z.var() * (len(z) - 1)
    low, high = stats.chi2.ppf([RARE / 2, 1 - RARE / 2], len(z) - 1)
    assert total.between(low, high).all(), z.std()


def test_intervals_of_95_per_cent_cover_in_95_of_100_cases(recovered):
    z, _, _ = recovered
    covered = (z.abs() < stats.norm.isf(0.025)).sum()
    low, high = stats.binom.ppf([RARE / 2, 1 - RARE / 2], len(z), 0.95)
    assert covered.between(low, high).all(), covered / len(z)


def test_squared_distances_in_the_covariance_are_chi_squared(recovered):
    """Sharper than each standard error alone: the correlations count as well."""
    z, _, squares = recovered
    degrees = z.shape[1]
    low, high = stats.chi2.ppf([RARE / 2, 1 - RARE / 2], degrees * len(squares))
    assert low < squares.sum() < high, squares.mean() / degrees


def test_likelihood_ratios_against_the_truth_are_chi_squared(recovered):
    z, ratios, _ = recovered
    assert (ratios > 0).all()
    degrees = z.shape[1]
    low, high = stats.chi2.ppf([RARE / 2, 1 - RARE / 2], degrees * len(ratios))
    assert low < ratios.sum() < high, ratios.mean() / degrees
    assert stats.kstest(ratios, stats.chi2(degrees).cdf).pvalue > RARE
