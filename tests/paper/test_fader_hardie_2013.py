"""Fader & Hardie (2013), The gamma-gamma model of monetary value. Note 025."""

from centricity.clv import GammaGamma


def test_gammagamma_cdnow_estimates_and_loglikelihood(cdnow):
    fit = GammaGamma.fit(cdnow)
    assert fit.converged
    assert fit.n == 946
    assert fit.params.round(2).to_dict() == {"p": 6.25, "q": 3.74, "gamma": 15.44}
    assert round(fit.loglike, 2) == -4055.92


def test_gammagamma_population_mean(cdnow):
    assert round(GammaGamma.fit(cdnow).model.population_mean, 2) == 35.17
