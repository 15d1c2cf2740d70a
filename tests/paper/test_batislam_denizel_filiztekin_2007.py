"""Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing 24(3)."""

from centricity.clv import MBGNBD


def test_mbgnbd_cdnow_estimates_and_loglikelihood(cdnow):
    fit = MBGNBD.fit(cdnow)
    assert fit.converged
    assert fit.params.round(3).to_dict() == {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    assert round(fit.loglike, 3) == -9582.136
