"""The bootstrap against the asymptotic theory, where both hold."""

import numpy as np
import pandas as pd
import pytest

from centricity import clv

CASES = [
    (clv.BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0), lambda m: m.simulate(np.full(2000, 52.0), rng=1)),
    (clv.GammaGamma(p=6.0, q=4.0, gamma=15.0), lambda m: m.simulate(np.arange(2000) % 8, rng=1)),
]


@pytest.mark.parametrize(("truth", "simulate"), CASES, ids=["BGNBD", "GammaGamma"])
def test_spread_equals_the_standard_errors_in_large_samples(truth, simulate):
    customers = simulate(truth).customers
    fit = type(truth).fit(customers)
    draws = fit.bootstrap(customers, 150, rng=1, progress=False)
    spread = np.log(draws).std()
    # 150 draws know a standard deviation within 6 %; three of these, and the theory's own error.
    np.testing.assert_allclose(spread, fit.std_errors / fit.params, rtol=0.25)


def test_the_result_depends_on_the_seed_and_not_on_the_processes():
    truth, simulate = CASES[0]
    customers = simulate(truth).customers
    fit = clv.BGNBD.fit(customers)
    one = fit.bootstrap(customers, 6, rng=3, progress=False)
    two = fit.bootstrap(customers, 6, rng=3, n_jobs=2, progress=False)
    pd.testing.assert_frame_equal(one, two, rtol=0, atol=0)
    assert not one.equals(fit.bootstrap(customers, 6, rng=4, progress=False))


def test_its_draws_serve_any_interval():
    truth, simulate = CASES[0]
    customers = simulate(truth).customers
    fit = clv.BGNBD.fit(customers)
    draws = fit.bootstrap(customers, 40, rng=1, progress=False)

    def total(model):
        return model.expected_purchases(customers, 26).sum()

    interval = fit.interval(total, draws=draws)
    by_hand = [total(clv.BGNBD(**row)) for _, row in draws.iterrows()]
    assert interval["lower"].item() == pytest.approx(np.quantile(by_hand, 0.05))
    assert interval["upper"].item() == pytest.approx(np.quantile(by_hand, 0.95))


def test_a_contract_model_is_resampled_too():
    survivors = [1000, 869, 743, 653, 593, 551, 517, 491]
    fit = clv.ShiftedBetaGeometric.fit(survivors)
    draws = fit.bootstrap(survivors, 100, rng=1, progress=False)
    np.testing.assert_allclose(np.log(draws).std(), fit.std_errors / fit.params, rtol=0.3)


def test_a_progress_bar_is_shown_on_request(capsys):
    survivors = [1000, 869, 743, 653]
    clv.ShiftedBetaGeometric.fit(survivors).bootstrap(survivors, 3, rng=1)
    assert "bootstrap" in capsys.readouterr().err


def test_another_table_is_refused():
    truth, simulate = CASES[0]
    customers = simulate(truth).customers
    fit = clv.BGNBD.fit(customers)
    with pytest.raises(ValueError, match="the fit has 2,000 customers, the table 1,999"):
        fit.bootstrap(customers.tail(1999), 5)
    with pytest.raises(ValueError, match="n is 1"):
        fit.bootstrap(customers, 1)


def test_resamples_that_fail_are_counted_never_hidden(monkeypatch):
    truth, simulate = CASES[0]
    customers = simulate(truth).customers
    fit = clv.BGNBD.fit(customers)
    from centricity.clv import _resample

    again = _resample._again
    answers = iter([True, False, True, True])
    monkeypatch.setattr(
        _resample, "_again", lambda model, data: again(model, data) if next(answers) else None
    )
    with pytest.warns(clv.ConvergenceWarning, match="1 of 4 resamples did not converge and are"):
        assert len(fit.bootstrap(customers, 4, rng=1, progress=False)) == 3
    monkeypatch.setattr(_resample, "_again", lambda model, data: None)
    with pytest.raises(clv.ConvergenceError, match="4 of 4 resamples did not converge"):
        fit.bootstrap(customers, 4, rng=1, progress=False)
