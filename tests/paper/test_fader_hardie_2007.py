"""Fader & Hardie (2007), How to project customer retention; and Fader et al. (2018) for the BdW."""

import numpy as np
import pytest

from centricity.clv import BetaDiscreteWeibull, ShiftedBetaGeometric
from centricity.datasets import load_retention


@pytest.fixture(scope="module")
def table():
    return load_retention()


@pytest.mark.parametrize(
    ("segment", "renewals", "params", "loglike"),
    [
        (0, 7, [0.704, 1.182], -1680.265),
        (1, 7, [0.668, 3.806], -1611.158),
        (0, 4, [0.7637, 1.2958], -1401.559),
        (1, 4, [1.281, 7.790], -1225.135),
    ],
)
def test_sbg_estimates_and_loglikelihood(table, segment, renewals, params, loglike):
    fit = ShiftedBetaGeometric.fit(table.iloc[: renewals + 1, segment])
    assert fit.converged
    digits = 4 if params[0] == 0.7637 else 3
    assert fit.params.round(digits).tolist() == params
    assert round(fit.loglike, 3) == loglike


@pytest.mark.parametrize(("segment", "printed"), [(0, 0.170), (1, 0.378)])
def test_sbg_projection_to_year_twelve(table, segment, printed):
    fit = ShiftedBetaGeometric.fit(table.iloc[:8, segment])
    assert round(fit.model.survival(12).item(), 3) == printed


@pytest.mark.parametrize(
    ("segment", "renewals", "params", "loglike"),
    [
        (0, 4, [0.5230, 0.8943, 1.1964], -1401.383),
        (1, 4, [0.2593, 1.7225, 1.5844], -1222.749),
        (0, 7, [0.4556, 0.7793, 1.2835], -1679.603),
        (1, 7, [0.2143, 1.4266, 1.7236], -1605.314),
    ],
)
def test_bdw_estimates_and_loglikelihood(table, segment, renewals, params, loglike):
    fit = BetaDiscreteWeibull.fit(table.iloc[: renewals + 1, segment])
    assert fit.converged
    # One unit in the last digit: one printed β, 1.7225, lies 1.5e-6 beyond half a unit from the
    # point where our gradient vanishes.
    np.testing.assert_allclose(fit.params, params, atol=1e-4)
    assert round(fit.loglike, 3) == loglike


def test_likelihood_ratio_of_bdw_against_sbg_in_the_high_end_segment(table):
    survivors = table.iloc[:5, 1]
    test = BetaDiscreteWeibull.fit(survivors).lr_test(ShiftedBetaGeometric.fit(survivors))
    assert round(test["statistic"], 2) == 4.77
    assert round(test["p_value"], 3) == 0.029
