"""Fader, Hardie & Shang (2010), Marketing Science 29(6): donations, six yearly occasions."""

import pandas as pd
import pytest

from centricity.clv import BGBB
from centricity.datasets import load_donations


@pytest.fixture(scope="module")
def fit():
    return BGBB.fit(load_donations())


def test_bgbb_estimates_standard_errors_and_loglikelihood(fit):
    assert fit.converged
    assert fit.n == 11_104
    assert fit.params.round(3).tolist() == [1.204, 0.750, 0.657, 2.783]
    assert fit.std_errors.round(3).tolist() == [0.069, 0.029, 0.051, 0.321]
    assert round(fit.loglike, 1) == -33225.6


def test_bgbb_expected_total_over_the_next_five_years(fit):
    cells = load_donations()
    total = (fit.model.expected_purchases(cells, 5) * cells["n"]).sum()
    assert total == pytest.approx(12_884.2, abs=0.05)


def test_bgbb_p_alive(fit):
    donors = pd.DataFrame({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": 6})
    assert fit.model.p_alive(donors).round(2).tolist() == [0.11, 0.59, 0.93]
