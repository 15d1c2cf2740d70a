"""Fader, Hardie & Lee (2005), "Counting your customers" the easy way. Marketing Science 24(2)."""

import pandas as pd
import pytest

from centricity.clv import BGNBD


def test_cdnow_calibration_and_holdout_totals(cdnow):
    assert len(cdnow) == 2357
    assert cdnow["frequency"].sum() == 2457
    assert cdnow["frequency_holdout"].sum() == 1882


def test_bgnbd_cdnow_estimates_and_loglikelihood(cdnow):
    fit = BGNBD.fit(cdnow)
    assert fit.converged
    assert fit.params.round(3).to_dict() == {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert fit.params["r"] == pytest.approx(0.2425945, abs=5e-8)
    assert fit.params["alpha"] == pytest.approx(4.4136, abs=5e-5)
    assert fit.params["a"] == pytest.approx(0.79292, abs=5e-6)
    assert fit.params["b"] == pytest.approx(2.42589, abs=2e-5)  # printed cut, not rounded
    assert round(fit.loglike, 3) == -9582.429


def test_bgnbd_expected_purchases_of_the_papers_customer():
    model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    customer = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
    assert round(model.expected_purchases(customer, 39).item(), 3) == 1.226


def test_actual_holdout_means_by_calibration_frequency(cdnow):
    groups = cdnow["frequency"].clip(upper=7)
    actual = cdnow["frequency_holdout"].groupby(groups).mean().round(3).tolist()
    assert actual == [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
