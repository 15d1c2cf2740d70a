"""Fader, Hardie & Lee (2005), "Counting your customers" the easy way. Marketing Science 24(2)."""

import pandas as pd
import pytest

from centricity.clv import BGNBD


def test_cdnow_calibration_and_holdout_totals(cdnow):
    assert len(cdnow) == 2357
    assert cdnow["frequency"].sum() == 2457
    assert cdnow["frequency_holdout"].sum() == 1882


def test_the_raw_log_of_the_sample_is_the_one_in_circulation(cdnow_log):
    assert len(cdnow_log) == 6919
    assert (cdnow_log["amount"] == 0).sum() == 8
    assert cdnow_log.duplicated(["customer_id", "date"]).sum() == 223
    first = cdnow_log.groupby("customer_id")["date"].min()
    assert first.between("1997-01-01", "1997-03-31").all()
    assert cdnow_log["date"].max() == pd.Timestamp("1998-06-30")


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


def test_times_rounded_to_two_decimals_give_the_other_loglikelihood_in_circulation(cdnow):
    rounded = cdnow.assign(recency=cdnow["recency"].round(2), T=cdnow["T"].round(2))
    assert round(BGNBD.fit(rounded).loglike, 4) == -9582.4256


def test_nbd_alone_is_the_bgnbd_whose_customers_never_leave(cdnow):
    """r .3848, α 12.072, log-likelihood −9763.66: a dropout probability next to nothing."""
    nbd = BGNBD(r=0.3848, alpha=12.072, a=1e-100, b=1.0)
    assert round(nbd.loglike(cdnow), 2) == -9763.66
    for r, alpha in ((0.3847, 12.072), (0.3849, 12.072), (0.3848, 12.067), (0.3848, 12.077)):
        assert BGNBD(r=r, alpha=alpha, a=1e-100, b=1.0).loglike(cdnow) < nbd.loglike(cdnow)
    # Leaving is in the data beyond doubt: 2 × 181 on two degrees of freedom.
    assert BGNBD.fit(cdnow).loglike - nbd.loglike(cdnow) == pytest.approx(
        9763.66 - 9582.43, abs=0.01
    )
