"""New customers: the cap on what to pay, its payback, its curve."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import BGBB, BGNBD, MBGNBD, GammaGamma, ParetoNBD, acquisition_cap

BUY = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = GammaGamma(p=6.25, q=3.74, gamma=15.44)


def simulated_value(model, rate, horizon, margin, each, keep, size, rng):
    """Discounted money of new customers, purchase by purchase, the first included."""
    world = model.simulate(np.full(size, horizon), rng=rng)
    cash = (1 + rate) ** -world.purchases["time"] * (margin * SPEND.population_mean - each)
    total = cash.groupby(world.purchases["customer"]).sum().to_numpy()
    stayed = np.minimum(world.customers["lifetime"], horizon)
    return total - keep * (1 - (1 + rate) ** -stayed) / np.log1p(rate)


@pytest.mark.parametrize(
    "model",
    [
        BUY,
        MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
        ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    ],
    ids=lambda model: type(model).__name__,
)
def test_the_cap_is_the_mean_value_of_simulated_new_customers(model, rng):
    money = simulated_value(model, 0.003, 80.0, 0.4, 1.0, 0.05, 200_000, rng)
    new = acquisition_cap(
        model, SPEND, horizon=80, discount_rate=0.003, margin=0.4, cost_per_purchase=1.0,
        cost_to_keep=0.05,
    )  # fmt: skip
    assert abs(new.cap - money.mean()) < 4 * money.std() / np.sqrt(len(money))
    assert new.cap == pytest.approx(new.first_purchase + new.later)
    assert new.first_purchase == pytest.approx(0.4 * SPEND.population_mean - 1.0)
    assert np.isnan(new.lower)
    assert np.isnan(new.upper)


def test_the_curve_runs_from_the_first_purchase_to_the_cap():
    new = acquisition_cap(BUY, SPEND, horizon=104, discount_rate=0.002, margin=0.4)
    curve = new.curve([0, 26, 104, 500])["value"]
    assert curve[0] == pytest.approx(new.first_purchase)
    assert curve[26] == pytest.approx(
        acquisition_cap(BUY, SPEND, horizon=26, discount_rate=0.002, margin=0.4).cap
    )
    assert curve[104] == pytest.approx(new.cap)
    assert curve[500] == pytest.approx(new.cap)  # nothing is counted beyond the horizon


def test_for_ever_is_the_limit_of_long_horizons():
    rate = 0.002
    ever = acquisition_cap(BUY, SPEND, discount_rate=rate, margin=0.4)
    far = acquisition_cap(BUY, SPEND, horizon=12_000.0, discount_rate=rate, margin=0.4)
    assert ever.cap == pytest.approx(far.cap, rel=1e-7)  # e^−24 of the money comes later


def test_payback_is_when_the_curve_reaches_the_cost():
    new = acquisition_cap(BUY, SPEND, discount_rate=0.002, margin=0.4)
    for cost in (15.0, 20.0, 30.0):
        weeks = new.payback(cost)
        assert new.curve(weeks)["value"].item() == pytest.approx(cost, rel=1e-3)
    assert new.payback(new.first_purchase) == 0
    assert new.payback(new.cap * 1.01) == np.inf


def test_payback_within_a_horizon_is_infinite_if_it_comes_later():
    weeks = acquisition_cap(BUY, SPEND, discount_rate=0.002, margin=0.4).payback(25.0)
    short = acquisition_cap(BUY, SPEND, horizon=weeks / 2, discount_rate=0.002, margin=0.4)
    assert short.payback(25.0) == np.inf


def test_payback_with_a_cost_to_keep_is_the_first_crossing():
    """The value rises while customers buy and falls once keeping costs more than they bring."""
    new = acquisition_cap(BUY, SPEND, discount_rate=0.002, margin=0.4, cost_to_keep=0.5)
    curve = new.curve(np.arange(0, 400))["value"]
    peak = curve.idxmax()
    assert 1 < peak < 399
    cost = (new.first_purchase + curve.max()) / 2
    first = curve.index[(curve >= cost).to_numpy()][0]
    assert first - 1 < new.payback(cost) <= first


def test_occasions_pay_back_at_whole_numbers():
    model = BGBB(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
    new = acquisition_cap(model, SPEND, discount_rate=0.1, margin=1.0)
    by_year = new.curve(np.arange(12))["value"]
    cost = by_year[3] - 0.01
    assert new.payback(cost) == 3
    chance = model.expected_purchases_new(np.arange(4.0))
    by_hand = SPEND.population_mean * (1 + sum(np.diff(chance) / 1.1 ** np.array([1, 2, 3])))
    assert by_year[3] == pytest.approx(by_hand)


def test_fits_give_an_interval_that_holds_the_truth(rng):
    table = BUY.simulate(np.full(4000, 60.0), rng=rng).customers
    spent = SPEND.simulate(table["frequency"], rng=rng).customers["monetary_value"]
    table = table.assign(monetary_value=spent)
    terms = {"horizon": 104, "discount_rate": 0.002, "margin": 0.4}
    fits = BGNBD.fit(table), GammaGamma.fit(table)
    new = acquisition_cap(*fits, **terms, level=0.99, rng=1)
    truth = acquisition_cap(BUY, SPEND, **terms)
    assert new.lower < truth.cap < new.upper
    assert new.lower < new.cap < new.upper
    curve = new.curve([0, 52, 104])
    assert curve.loc[104, ["lower", "upper"]].tolist() == pytest.approx([new.lower, new.upper])


def test_the_first_purchase_may_differ_from_the_others():
    small = acquisition_cap(BUY, SPEND, discount_rate=0.002, margin=0.4, first_purchase=10)
    usual = acquisition_cap(BUY, SPEND, discount_rate=0.002, margin=0.4)
    assert small.first_purchase == pytest.approx(4)
    assert small.later == pytest.approx(usual.later)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"margin": "share"}, TypeError, "margin is 'share'"),
        ({"margin": 2}, ValueError, "margin is 2"),
        ({"margin": 0.4, "first_purchase": -1}, ValueError, "first_purchase is -1"),
        ({"margin": 0.4, "discount_rate": 0}, ValueError, "discount_rate is 0"),
    ],
)
def test_bad_options_are_refused(options, error, message):
    with pytest.raises(error, match=r"clv\.acquisition_cap: " + message):
        acquisition_cap(BUY, SPEND, **{"discount_rate": 0.002, **options})


def test_a_time_that_is_negative_is_refused():
    new = acquisition_cap(BUY, SPEND, discount_rate=0.002, margin=0.4)
    with pytest.raises(ValueError, match=r"AcquisitionCap\.curve: a value of t is negative"):
        new.curve([-1])
    with pytest.raises(ValueError, match="cost is -1"):
        new.payback(-1)
    assert isinstance(new.curve(0), pd.DataFrame)


def test_a_cap_by_covariate_is_that_of_its_own_model(rng):
    table = BUY.simulate(np.full(4000, 60.0), rng=rng).customers
    table["channel"] = np.where(np.arange(4000) % 2, "web", "shop")
    fit = BGNBD.fit(table, buying="channel")
    terms = {"horizon": 104, "discount_rate": 0.002, "margin": 0.4}
    for channel in ("web", "shop"):
        traits = {"channel": channel}
        new = acquisition_cap(fit, SPEND, **terms, traits=traits, rng=1)
        own = BGNBD(**fit.model.parameters(pd.DataFrame([traits])).iloc[0])
        assert new.cap == pytest.approx(acquisition_cap(own, SPEND, **terms).cap)
        assert new.curve([104])["value"].item() == pytest.approx(new.cap)
        assert new.lower < new.cap < new.upper
