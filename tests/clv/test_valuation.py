"""Customer lifetime value from its definition."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from centricity.clv import (
    BGBB,
    BGNBD,
    MBGNBD,
    Fit,
    GammaGamma,
    MBGCNBDk,
    ParetoNBD,
    per_period_rate,
    value,
    value_by_group,
)
from centricity.clv._terms import read_terms
from centricity.clv._thin import ln_change, thin
from centricity.clv._unsure import axes, respond
from centricity.clv._worth import standard_draws

BUY = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = GammaGamma(p=6.25, q=3.74, gamma=15.44)
CUSTOMERS = pd.DataFrame(
    {
        "frequency": [0, 1, 8],
        "recency": [0.0, 5.0, 36.0],
        "T": 39.0,
        "monetary_value": [0.0, 90.0, 20.0],
        "share": [0.2, 0.3, 0.4],
        "postage": [1.0, 2.0, 3.0],
    },
    index=pd.Index(["a", "b", "c"], name="customer_id"),
)
TERMS = {"horizon": 104, "discount_rate": 0.002, "margin": 0.3, "cost_to_keep": 0.02}
EVERY = pytest.mark.parametrize(
    "model",
    [
        BUY,
        MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
        ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    ],
    ids=lambda model: type(model).__name__,
)


@pytest.fixture(scope="module")
def world():
    """Customers of a known world with their spends, and the two fits to them."""
    rng = np.random.default_rng(20261121)
    table = BUY.simulate(rng.uniform(20, 60, 3000), rng=rng).customers
    spent = SPEND.simulate(table["frequency"], rng=rng).customers["monetary_value"]
    table = table[["frequency", "recency", "T"]].assign(monetary_value=spent)
    return table, BGNBD.fit(table), GammaGamma.fit(table)


def test_value_is_margin_times_spend_times_discounted_purchases():
    worth = value(CUSTOMERS, BUY, SPEND, horizon=52, discount_rate=0.0, margin=0.5)
    by_hand = 0.5 * SPEND.expected_spend(CUSTOMERS) * BUY.expected_purchases(CUSTOMERS, 52)
    np.testing.assert_allclose(worth["clv"], by_hand)
    assert worth.index.equals(CUSTOMERS.index)


def test_value_matches_simulated_future_cash(rng):
    """A thousand parallel futures of fresh customers, discounted purchase by purchase."""
    rate, horizon, size = 0.01, 60.0, 200_000
    fresh = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0], "monetary_value": [0.0]})
    world = BUY.simulate(np.full(size, horizon), rng=rng)
    later = world.purchases[world.purchases["time"] > 0]
    cash = (1 + rate) ** -later["time"] * SPEND.population_mean * 0.3
    total = cash.groupby(later["customer"]).sum().reindex(range(size), fill_value=0.0)
    worth = value(fresh, BUY, SPEND, horizon=horizon, discount_rate=rate, margin=0.3)
    assert abs(worth["clv"].item() - total.mean()) < 4 * total.std() / np.sqrt(size)


@EVERY
def test_costs_are_those_of_simulated_futures(model, rng):
    """Money and costs after T of customers with every history, against what then happened."""
    rate, seen, horizon, size = 0.005, 30.0, 50.0, 60_000
    world = model.simulate(np.full(size, seen + horizon), rng=rng)
    early = world.purchases["time"] <= seen
    known = world.purchases[early].groupby("customer")["time"].agg(["size", "max"])
    table = pd.DataFrame({"frequency": known["size"] - 1, "recency": known["max"], "T": seen})
    table["monetary_value"] = np.where(table["frequency"] > 0, 30.0, 0.0)
    later = world.purchases[~early]
    weight = (1 + rate) ** -(later["time"] - seen)
    bought = weight.groupby(later["customer"]).sum().reindex(table.index, fill_value=0.0)
    stayed = np.clip(world.customers["lifetime"] - seen, 0, horizon)
    stayed = (1 - (1 + rate) ** -stayed) / np.log1p(rate)
    cash = (0.4 * SPEND.expected_spend(table) - 2.0) * bought - 0.1 * stayed
    worth = value(
        table, model, SPEND, horizon=horizon, discount_rate=rate, margin=0.4,
        cost_per_purchase=2.0, cost_to_keep=0.1,
    )  # fmt: skip
    np.testing.assert_allclose(
        worth["clv"],
        (0.4 * worth["expected_spend"] - 2.0) * worth["discounted_purchases"]
        - 0.1 * worth["time_alive"],
    )
    error = worth["clv"] - cash
    for _, group in error.groupby(table["frequency"].clip(upper=4)):
        assert abs(group.mean()) < 4 * group.std() / np.sqrt(len(group))


def test_occasions_cost_only_while_they_last():
    """BG/BB: nobody leaves when gamma is tiny, so that four occasions are four payments."""
    model = BGBB(alpha=1.0, beta=1.0, gamma=1e-9, delta=1.0)
    donors = pd.DataFrame(
        {"frequency": [2], "recency": [4.0], "T": [4.0], "monetary_value": [20.0]}
    )
    free = value(donors, model, SPEND, horizon=4, discount_rate=0.1, margin=1.0)
    kept = value(donors, model, SPEND, horizon=4, discount_rate=0.1, margin=1.0, cost_to_keep=3.0)
    paid = free["clv"].item() - kept["clv"].item()
    assert paid == pytest.approx(3.0 * sum(1.1**-k for k in (1, 2, 3, 4)), rel=1e-6)


def test_margin_and_costs_may_be_columns():
    worth = value(
        CUSTOMERS, BUY, SPEND, discount_rate=0.002, margin="share", cost_per_purchase="postage"
    )
    plain = value(CUSTOMERS, BUY, SPEND, discount_rate=0.002, margin=1.0)
    each = CUSTOMERS["share"] * plain["expected_spend"] - CUSTOMERS["postage"]
    np.testing.assert_allclose(worth["clv"], each * plain["discounted_purchases"])


def test_a_fit_gives_the_same_estimates_and_two_more_columns(world):
    table, buying, spending = world
    terms = {"horizon": 52, "discount_rate": 0.002, "margin": 0.3}
    plain = value(table, buying.model, spending.model, **terms)
    wide = value(table, buying, spending, **terms, rng=1)
    assert list(wide) == [*plain, "clv_lower", "clv_upper"]
    pd.testing.assert_frame_equal(wide[list(plain)], plain)
    assert (wide["clv_lower"] < wide["clv"]).all()
    assert (wide["clv"] < wide["clv_upper"]).all()


@pytest.fixture(scope="module")
def drawn(world):
    """Two hundred exact draws of the value of some customers, and the normal draws behind them."""
    table, buying, spending = world
    some = table.sort_values(["frequency", "recency"]).iloc[::60]
    z = standard_draws(buying, spending, 200, 5, "test")
    pairs = zip(moved(buying, z[0]), moved(spending, z[1]), strict=True)
    return some, z, np.column_stack([value(some, *pair, **TERMS)["clv"] for pair in pairs])


def moved(fit, z):
    """The models at normal draws: parameters are log-normal with the fit's covariance."""
    logs = np.log(fit.params.to_numpy()) + z @ axes(fit).T
    return [type(fit.model)(*row) for row in np.exp(logs)]


def test_axes_are_a_root_of_the_covariance_of_the_log_parameters(world):
    for fit in world[1:]:
        scale = np.outer(fit.params, fit.params)
        np.testing.assert_allclose(axes(fit) @ axes(fit).T * scale, fit.cov, rtol=1e-9, atol=1e-12)


def test_intervals_are_those_of_a_model_for_each_parameter_draw(world, drawn):
    _, buying, spending = world
    some, z, exact = drawn
    low, high = np.quantile(exact, [0.05, 0.95], axis=1)
    ours = value(some, buying, spending, **TERMS, draws=200, rng=5)
    assert all((a == b).all() for a, b in zip(standard_draws(buying, spending, 200, 5, ""), z,
                                              strict=True))  # fmt: skip
    np.testing.assert_allclose((ours["clv_lower"] - low) / (high - low), 0, atol=0.03)
    np.testing.assert_allclose((ours["clv_upper"] - high) / (high - low), 0, atol=0.03)


def test_the_interval_of_a_total_is_that_of_the_totals_of_the_draws(world, drawn):
    _, buying, spending = world
    some, _, exact = drawn
    low, high = np.quantile(exact.sum(axis=0), [0.05, 0.95])
    ours = value_by_group(some, buying, spending, **TERMS, draws=200, rng=5).loc["all"]
    assert ours["total_lower"] == pytest.approx(low, abs=0.03 * (high - low))
    assert ours["total_upper"] == pytest.approx(high, abs=0.03 * (high - low))


def test_intervals_cover_the_true_average_as_often_as_they_say():
    """Forty worlds: the true mean value of the customers lies in the 90 % interval of it."""
    inside, terms = 0, {"horizon": 100, "discount_rate": 0.002, "margin": 0.3}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        table = BUY.simulate(np.full(1000, 40.0), rng=rng).customers
        spent = SPEND.simulate(table["frequency"], rng=rng).customers["monetary_value"]
        table = table.assign(monetary_value=spent)
        fits = BGNBD.fit(table), GammaGamma.fit(table)
        found = value_by_group(table, *fits, **terms, rng=seed).loc["all"]
        truth = value(table, BUY, SPEND, **terms)["clv"].mean()
        inside += found["mean_lower"] <= truth <= found["mean_upper"]
    # Binomial(40, 0.9) is 29 or more with probability 0.9995.
    assert inside >= 29


def test_the_interval_of_a_group_is_its_own(world):
    table, buying, spending = world
    terms = {"horizon": 52, "discount_rate": 0.002, "margin": 0.3, "rng": 3}
    many = np.where(table["frequency"] > 1, "many", "few")
    groups = value_by_group(table, buying, spending, by=many, **terms)
    each = value(table, buying, spending, **terms)
    sums = each.groupby(many)[["clv", "clv_lower", "clv_upper"]].sum()
    np.testing.assert_allclose(groups["total"], sums["clv"])
    np.testing.assert_allclose(groups["mean"], groups["total"] / groups["customers"])
    np.testing.assert_allclose(groups["share"].sum(), 1)
    assert (groups["total_lower"] > sums["clv_lower"]).all()  # sums of bounds are too wide
    assert (groups["total_upper"] < sums["clv_upper"]).all()


def test_rows_that_stand_for_several_customers_count_as_often(world):
    table, buying, spending = world
    some = table.head(50).assign(n=np.arange(50) % 3)
    terms = {"discount_rate": 0.002, "margin": 0.3, "rng": 3}
    weighted = value_by_group(some, buying, spending, **terms)
    repeated = value_by_group(
        some.loc[some.index.repeat(some["n"])].drop(columns="n"), buying, spending, **terms
    )
    pd.testing.assert_frame_equal(weighted, repeated)


def test_groups_keep_the_order_of_their_categories(world):
    table, buying, spending = world
    tier = pd.cut(table["frequency"], [-1, 0, 3, np.inf], labels=["none", "few", "many"])
    terms = {"horizon": 52, "discount_rate": 0.002, "margin": 0.3}
    found = value_by_group(table, buying.model, spending.model, by=tier, **terms)
    assert found.index.tolist() == ["none", "few", "many"]
    assert found["customers"].tolist() == tier.value_counts(sort=False).tolist()


def test_one_fit_alone_gives_the_interval_of_its_own_uncertainty(world):
    table, buying, spending = world
    terms = {"horizon": 52, "discount_rate": 0.002, "margin": 0.3, "rng": 3}
    both = value_by_group(table, buying, spending, **terms)
    only = value_by_group(table, buying, spending.model, **terms)
    width = [(t["total_upper"] - t["total_lower"]).item() for t in (both, only)]
    assert width[0] > width[1] > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"discount_rate": 0.0, "margin": 0.3}, "discount_rate is 0. Without a horizon"),
        ({"discount_rate": -0.1, "margin": 0.3}, "discount_rate is -0.1"),
        ({"discount_rate": 0.1, "margin": 30}, "margin is 30. It must be a number of at most 1"),
        ({"discount_rate": 0.1, "margin": "shares"}, "there is no column 'shares'"),
        ({"discount_rate": 0.1, "margin": "postage"}, "'postage' is above 1 in 2 of 3 customers"),
        ({"discount_rate": 0.1, "margin": 0.3, "horizon": 0}, "horizon is 0"),
        ({"discount_rate": 0.1, "margin": 0.3, "cost_to_keep": -1}, "cost_to_keep is -1"),
        ({"discount_rate": 0.1, "margin": 0.3, "level": 90}, "level is 90"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match="clv.value: " + message.replace(".", r"\.")):
        value(CUSTOMERS, BUY, SPEND, **options)


def test_what_is_no_model_is_refused():
    with pytest.raises(TypeError, match=r"purchases is a GammaGamma.*a PurchaseModel"):
        value(CUSTOMERS, SPEND, SPEND, discount_rate=0.1, margin=0.3)
    with pytest.raises(TypeError, match=r"spend is a BGNBD.*a GammaGamma"):
        value(CUSTOMERS, BUY, BUY, discount_rate=0.1, margin=0.3)


def test_a_fit_that_has_not_converged_gives_no_interval(world):
    table, buying, spending = world
    doubtful = replace(buying, converged=False, remarks=("the likelihood is flat",))
    with pytest.raises(ValueError, match=r"not converged: the likelihood is flat\. .*fit\.model"):
        value(table, doubtful, spending, discount_rate=0.1, margin=0.3)


def test_an_infinite_mean_within_reach_gives_no_interval(world):
    table, buying, spending = world
    near = GammaGamma(p=6.25, q=1.05, gamma=15.44)
    unsure = Fit(model=near, cov=spending.cov, loglike=0.0, n=100, converged=True)
    with pytest.raises(ValueError, match=r"q of the spend model is 1 or less in \d+ of 400"):
        value(table, buying, unsure, discount_rate=0.1, margin=0.3, rng=1)


def test_a_group_that_is_missing_is_refused():
    terms = {"discount_rate": 0.1, "margin": 0.3}
    with pytest.raises(ValueError, match="the group is missing for 1 of 3 customers"):
        value_by_group(CUSTOMERS, BUY, SPEND, by=["x", None, "y"], **terms)
    with pytest.raises(ValueError, match="2 groups were given for 3 customers"):
        value_by_group(CUSTOMERS, BUY, SPEND, by=["x", "y"], **terms)
    with pytest.raises(ValueError, match="there is no column 'tier'"):
        value_by_group(CUSTOMERS, BUY, SPEND, by="tier", **terms)


@pytest.mark.parametrize("unit", ["D", "W", "M", "Q", "Y"])
def test_rates_compound_to_a_year(unit):
    periods = {"D": 365.25, "W": 365.25 / 7, "M": 12, "Q": 4, "Y": 1}[unit]
    assert (1 + per_period_rate(0.15, unit=unit)) ** periods == pytest.approx(1.15, rel=1e-12)


def test_a_rate_of_nothing_is_nothing_and_an_unknown_unit_is_refused():
    assert per_period_rate(0.0) == 0.0
    with pytest.raises(ValueError, match=r"clv\.per_period_rate: unit is 'week'"):
        per_period_rate(0.1, unit="week")


def test_coefficients_of_covariates_are_drawn_on_their_own_scale(world):
    """Base parameters are log-normal, coefficients normal: as `Fit.interval` draws them."""
    table, _, spending = world
    table = table.assign(channel=np.where(np.arange(len(table)) % 2, "web", "shop"))
    fit = BGNBD.fit(table, buying="channel")
    terms = {"horizon": 52, "discount_rate": 0.0, "margin": 1.0}
    some = table.sort_values(["frequency", "recency"]).iloc[::150]
    exact = fit.interval(lambda model: model.expected_purchases(some, 52), n=600, rng=2)
    exact = exact.mul(spending.model.expected_spend(some), axis=0)
    ours = value(some, fit, spending.model, **terms, draws=4000, rng=3)
    np.testing.assert_allclose(ours["clv"], exact["estimate"])
    width = exact["upper"] - exact["lower"]
    # The 5 % quantile of 600 draws is known to 2.6 % of the width (one standard error).
    assert (((ours["clv_lower"] - exact["lower"]) / width).abs() < 0.1).all()
    assert (((ours["clv_upper"] - exact["upper"]) / width).abs() < 0.1).all()


def test_a_regular_buyer_has_an_interval_too(rng):
    truth = MBGCNBDk(k=3, r=1.2, alpha=2.5, a=0.6, b=4.0)
    table = truth.simulate(np.full(300, 40.0), rng=rng).customers
    spent = SPEND.simulate(table["frequency"], rng=rng).customers["monetary_value"]
    fit = MBGCNBDk.fit(table, k=3)
    table = table.assign(monetary_value=spent).head(40)
    found = value_by_group(table, fit, SPEND, horizon=40, discount_rate=0.002, margin=0.3, rng=1)
    right = value(table, truth, SPEND, horizon=40, discount_rate=0.002, margin=0.3)["clv"].sum()
    low, high = found.loc["all", ["total_lower", "total_upper"]]
    assert low < found.loc["all", "total"] < high
    assert low - (high - low) < right < high + (high - low)


@EVERY
def test_a_grid_of_histories_answers_as_the_customers_do(model, rng):
    """The slopes and bends from the grid against those from every customer."""
    table = model.simulate(rng.integers(1, 1461, 1200) / 7, rng=rng).customers
    fit = type(model).fit(table)
    terms = read_terms(
        table, "test", horizon=104, discount_rate=0.002, margin=0.3, cost_per_purchase=0.0,
        cost_to_keep=0.1,
    )  # fmt: skip
    grid = thin(fit.model, table, "test")
    assert len(grid.table) <= 100
    for ask in (terms.purchases, terms.time):
        exact = respond(fit.model, fit, lambda one, ask=ask: ask(one, table))
        quick = respond(
            fit.model, fit, lambda one, ask=ask: ask(one, table),
            ln_change(ask, table, grid, fit.model),
        )  # fmt: skip
        scale = np.abs(exact.slope).max()
        np.testing.assert_allclose(quick.slope, exact.slope, atol=0.003 * scale)
        np.testing.assert_allclose(quick.bend, exact.bend, atol=0.003 * scale)


def test_no_grid_where_the_future_depends_on_more_or_customers_are_few(world):
    table, buying, _ = world
    assert thin(buying.model, table.head(100), "test") is None
    regular = MBGCNBDk(k=3, r=1.2, alpha=2.5, a=0.6, b=4.0)
    assert thin(regular, table, "test") is None
    assert thin(buying.model, table, "test") is not None
