"""Futures played out from histories, against what then happened in simulated worlds."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import (
    BGBB,
    BGNBD,
    MBGNBD,
    GammaGamma,
    MBGCNBDk,
    ParetoNBD,
    futures,
    value,
)

SPEND = GammaGamma(p=3.5, q=4.5, gamma=46.0)
MODELS = [
    BGNBD(r=0.6, alpha=7.4, a=0.44, b=3.0),
    MBGNBD(r=0.6, alpha=7.4, a=0.44, b=3.0),
    ParetoNBD(r=0.6, alpha=7.4, s=0.7, beta=30.0),
    MBGCNBDk(k=3, r=1.2, alpha=2.5, a=0.6, b=4.0),
    BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8),
]
EVERY = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


def split(model, size, rng):
    """Histories at half time and what came after, with the repeat spends of the first half."""
    cut = 6.0 if isinstance(model, BGBB) else 40.0
    world = model.simulate(np.full(size, 2 * cut), rng=rng)
    times = world.purchases
    early = times["time"] <= cut
    seen = times[early].groupby("customer")["time"].agg(["size", "max"])
    table = pd.DataFrame({"frequency": seen["size"] - 1, "recency": seen["max"], "T": cut})
    spent = SPEND.simulate(table["frequency"], rng=rng).customers
    table["monetary_value"] = spent["monetary_value"]
    later = times[~early].groupby("customer").size().reindex(table.index, fill_value=0)
    return table, later, spent["mean_spend"], cut


@EVERY
def test_futures_spread_as_what_then_happened(model, rng):
    """Mean, zeros and upper tail of later purchases, by past frequency, as played and as made."""
    table, later, _, cut = split(model, 30_000, rng)
    played = futures(table, model, SPEND, horizon=cut, worlds=10, rng=rng).purchases
    for _, place in table.groupby(table["frequency"].clip(upper=4)).indices.items():
        real, drawn = later.to_numpy()[place], played[:, place]
        for measure in (lambda n: n, lambda n: n == 0, lambda n: n >= 4):
            a, b = measure(real).astype(float), measure(drawn).astype(float)
            error = np.sqrt(a.var() / a.size * (1 + 1 / 10)) + 1e-4
            assert abs(a.mean() - b.mean()) < 4.5 * error


@EVERY
def test_the_mean_of_futures_is_the_value(model, rng):
    table, _, _, cut = split(model, 4000, rng)
    terms = {"horizon": cut, "discount_rate": 0.01, "margin": 0.4, "cost_per_purchase": 1.5,
             "cost_to_keep": 0.2}  # fmt: skip
    played = futures(table, model, SPEND, **terms, worlds=40, rng=rng)
    worth = value(table, model, SPEND, **terms)["clv"]
    error = played.value.mean(axis=0) - worth
    for _, group in error.groupby(table["frequency"].clip(upper=4)):
        assert abs(group.mean()) < 4.5 * group.std() / np.sqrt(len(group))


def test_ranges_hold_as_many_customers_as_they_say(rng):
    """Money of later purchases, drawn by the hidden spend of each customer, inside the ranges."""
    model = MODELS[0]
    table, later, mean_spend, cut = split(model, 3000, rng)
    owner = np.repeat(np.arange(len(table)), later)
    amounts = rng.gamma(3.5, 1.0, len(owner)) * mean_spend.to_numpy()[owner] / 3.5
    money = np.bincount(owner, weights=amounts, minlength=len(table))
    found = futures(table, model, SPEND, horizon=cut, worlds=400, rng=rng).each(0.8)
    busy = (found["low"] > 0).to_numpy()  # where nothing is not an end of the range
    inside = (money >= found["low"]) & (money <= found["high"])
    assert inside[busy].mean() == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / busy.sum()))
    assert inside.mean() >= 0.8  # a range from 0 holds more
    assert found["nothing"].mean() == pytest.approx((later == 0).mean(), abs=0.03)


def test_ranges_of_a_total_are_narrower_than_the_sum_of_ranges(rng):
    table, _, _, cut = split(MODELS[0], 500, rng)
    played = futures(table, MODELS[0], SPEND, horizon=cut, rng=rng)
    total = played.total().loc["all"]
    each = played.each()
    assert total["mean"] == pytest.approx(each["mean"].sum())
    assert total["low"] > each["low"].sum()
    assert total["high"] < each["high"].sum()
    groups = played.total(np.where(table["frequency"] > 0, "back", "once"))
    assert groups["customers"].sum() == 500
    assert groups["mean"].sum() == pytest.approx(total["mean"])


def test_a_fit_widens_the_total(rng):
    table, _, _, cut = split(MODELS[0], 1500, rng)
    fits = BGNBD.fit(table), GammaGamma.fit(table)
    terms = {"horizon": cut, "worlds": 400, "rng": 7}
    known = futures(table, fits[0].model, fits[1].model, **terms).total().loc["all"]
    unsure = futures(table, *fits, **terms).total().loc["all"]
    assert unsure["high"] - unsure["low"] > 1.1 * (known["high"] - known["low"])


def test_the_same_seed_plays_the_same_futures(rng):
    table, _, _, cut = split(MODELS[0], 100, rng)
    one, two = (futures(table, MODELS[0], SPEND, horizon=cut, rng=3) for _ in range(2))
    np.testing.assert_array_equal(one.value, two.value)


def test_covariates_travel_into_the_future(rng):
    """A channel that doubles the pace, known exactly: heavy and light customers differ so."""
    table, _, _, cut = split(MODELS[0], 2000, rng)
    table["channel"] = np.where(np.arange(len(table)) % 2, "web", "shop")
    fit = BGNBD.fit(table, buying="channel")
    played = futures(table, fit.model, SPEND, horizon=cut, worlds=40, rng=rng)
    expected = fit.model.expected_purchases(table, cut)
    error = played.purchases.mean(axis=0) - expected
    assert abs(error.mean()) < 4.5 * error.std() / np.sqrt(len(error))


def test_a_model_without_futures_is_refused(rng):
    from centricity.clv._purchase import PurchaseModel

    class Other(PurchaseModel):
        def p_alive(self, customers, t=0.0):
            return pd.Series(1.0, index=customers.index)

    table, _, _, cut = split(MODELS[0], 20, rng)
    with pytest.raises(TypeError, match=r"clv\.futures: Other is not among the models"):
        futures(table, Other(), SPEND, horizon=cut)


def test_bad_options_are_refused(rng):
    table, _, _, cut = split(MODELS[0], 20, rng)
    for options, message in (
        ({"horizon": 0}, "horizon is 0"),
        ({"horizon": cut, "worlds": 5}, "worlds is 5"),
        ({"horizon": cut, "margin": 3}, "margin is 3"),
    ):
        with pytest.raises(ValueError, match=r"clv\.futures: " + message):
            futures(table, MODELS[0], SPEND, **options)
