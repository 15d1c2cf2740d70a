"""Members drawn, from a fitted model and from an order log, are the customers they should be."""

import numpy as np
import pandas as pd
import pytest

from centricity import clv, loyalty, transactions
from centricity.loyalty import Members

PARETO = clv.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)  # CDNOW, in weeks
BGNBD = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)
MEANS = [("purchase_rate", 1.2), ("basket", 35), ("margin", 0.35), ("hazard", 0.02),
         ("share_of_wallet", 0.4), ("forward_looking", 0.3), ("flexibility", 0.4),
         ("redemption", 0.6), ("price_sensitivity", 1.0)]  # fmt: skip


def card():
    return loyalty.Programme(points_per_visit=1, rewards=(loyalty.Reward("r", 10, 1, 0),))


def close_to(column, mean):
    assert abs(column.mean() - mean) < 4 * column.std() / np.sqrt(len(column))


@pytest.mark.parametrize(("name", "mean"), MEANS)
def test_members_have_the_means_that_were_asked_for(name, mean):
    close_to(Members.draw(40_000, rng=11).table[name], mean)


def test_heavy_buyers_have_the_larger_share_of_wallet():
    table = Members.draw(5_000, rng=11).table
    assert table[["purchase_rate", "share_of_wallet"]].corr(method="spearman").iloc[0, 1] > 0.3


def test_the_first_members_stay_the_same_when_more_are_drawn():
    for draw in (Members.draw, lambda n, rng: Members.from_model(BGNBD, SPEND, n, rng=rng)):
        few, more = draw(10, rng=4).table, draw(2_000, rng=4).table
        pd.testing.assert_frame_equal(few, more.head(10))


def test_members_of_a_pareto_nbd_have_its_rates_and_lifetimes():
    """E λ = r/α; the chance to be there after t is the mean of exp(−μ t) = (β/(β+t))^s."""
    units = 2.0
    table = Members.from_model(PARETO, SPEND, 60_000, units=units, rng=1).table
    close_to(table["purchase_rate"], units * 0.553 / 10.578)
    for periods in (1, 10):
        close_to((1 - table["hazard"]) ** periods, (11.669 / (11.669 + units * periods)) ** 0.606)
    close_to(table["basket"], 6.25 * 15.44 / 2.74)


@pytest.mark.parametrize(
    ("model", "stays"), [(BGNBD, 0), (clv.MBGNBD(0.525, 6.183, 0.891, 1.614), 1)]
)
def test_members_of_a_beta_geometric_leave_at_rate_lambda_p(model, stays):
    table = Members.from_model(model, SPEND, 60_000, units=1.0, rng=1).table
    p = -np.log1p(-table["hazard"]) / table["purchase_rate"]
    close_to(p[table["purchase_rate"] > 1e-6], model.a / (model.a + model.b + stays))
    close_to(table["purchase_rate"], model.r / model.alpha)


def test_a_fit_serves_as_well_as_its_model():
    customers = BGNBD.simulate([52.0] * 2_000, rng=1).customers
    fit = clv.BGNBD.fit(customers)
    one, two = (Members.from_model(m, SPEND, 50, rng=2).table for m in (fit, fit.model))
    pd.testing.assert_frame_equal(one, two)


@pytest.fixture(scope="module")
def log():
    """Orders of 3,000 customers over two years, who joined in the first 26 weeks."""
    rng = np.random.default_rng(3)
    start = rng.integers(0, 182, 3_000)
    world = BGNBD.simulate((730 - start) / 7, rng=rng)
    orders = world.purchases
    who = np.concatenate([np.arange(3_000), orders["customer"].to_numpy()])
    days = np.concatenate([start, start[orders["customer"]] + np.ceil(orders["time"] * 7)])
    precision = rng.gamma(3.74, 1 / 15.44, 3_000)
    spent = rng.gamma(6.25, 1, len(who)) / precision[who]
    return pd.DataFrame(
        {
            "who": [f"K{i:04d}" for i in who],
            "day": pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D"),
            "euros": spent.round(2),
        }
    )


NAMES = {"customer": "who", "date": "day", "amount": "euros"}
END = "2024-12-30"


def test_a_log_gives_each_customer_still_here_the_traits_that_the_history_tells(log):
    """Drawn against the posterior means in closed form, over all who were drawn as alive."""
    shop = Members.from_log(log, **NAMES, observation_end=END, purchases=BGNBD, spend=SPEND,
                            units=1.0, rng=5)  # fmt: skip
    base = transactions.summarize(log, "who", "day", "euros", observation_end=END)
    alive = BGNBD.p_alive(base)
    assert len(shop) + shop.left_out == 3_000
    spread = np.sqrt((alive * (1 - alive)).sum())
    assert len(shop) == pytest.approx(alive.sum(), abs=4 * spread)
    here = base.loc[shop.table.index]
    x, age = here["frequency"], here["T"]
    rate = (0.243 + x) / (4.414 + age)
    error = np.sqrt(((0.243 + x) / (4.414 + age) ** 2).sum())
    assert shop.table["purchase_rate"].sum() == pytest.approx(rate.sum(), abs=4 * error)
    basket = 6.25 * (15.44 + x * here["monetary_value"]) / (6.25 * x + 2.74)
    shape = 6.25 * x + 3.74
    error = np.sqrt((basket**2 / (shape - 2)).sum())
    assert shop.table["basket"].sum() == pytest.approx(basket.sum(), abs=4 * error)


def test_the_twin_world_of_a_log_sells_what_the_fitted_model_forecasts(log):
    """Total purchases of the next 39 weeks: simulated day by day, and by the model's formula."""
    shop = Members.from_log(log, **NAMES, observation_end=END, purchases=BGNBD, spend=SPEND,
                            units=1 / 7, rng=5)  # fmt: skip
    base = transactions.summarize(log, "who", "day", "euros", observation_end=END)
    forecast = BGNBD.expected_purchases(base, 39.0).sum()
    people = loyalty.simulate(card(), shop, 39 * 7, rng=5).members["twin_orders"]
    error = np.sqrt((people**2).sum())
    assert people.sum() == pytest.approx(forecast, abs=4 * error)
    assert error < 0.07 * forecast


def test_a_log_alone_is_enough_and_says_what_was_assumed(log):
    shop = Members.from_log(log, **NAMES, observation_end=END, margin=0.2, rng=5)
    again = Members.from_log(log, **NAMES, observation_end=END, margin=0.2, rng=5)
    pd.testing.assert_frame_equal(shop.table, again.table)
    told = shop.summary()["from"]
    assert set(told[told == "data"].index) == {"purchase_rate", "basket", "hazard"}
    close_to(shop.table["margin"], 0.2)
    assert shop.table.index.isin(log["who"]).all()
    outcome = loyalty.simulate(card(), shop, 12, rng=5)
    assert outcome.members.index.equals(shop.table.index)


def test_a_log_in_polars_gives_the_same_members(log):
    polars = pytest.importorskip("polars")
    options = {**NAMES, "observation_end": END, "rng": 5, "purchases": BGNBD, "spend": SPEND}
    one = Members.from_log(log, **options).table
    two = Members.from_log(polars.from_pandas(log), **options).table
    pd.testing.assert_frame_equal(one, two, check_names=False)


def test_a_log_whose_customers_have_all_left_is_refused(log):
    with pytest.raises(ValueError, match=r"all 3,000 customers .* gone.*observation_end"):
        Members.from_log(log, **NAMES, observation_end="2999-01-01", purchases=PARETO,
                         spend=SPEND, rng=1)  # fmt: skip


@pytest.mark.parametrize(
    ("purchases", "spend", "says"),
    [
        (clv.BGBB(1, 1, 1, 1), SPEND, "purchases is a BGBB. .* in continuous time"),
        (BGNBD, BGNBD, "spend is a BGNBD. .* GammaGamma"),
    ],
)
def test_models_of_another_kind_are_refused(purchases, spend, says):
    with pytest.raises(TypeError, match=says):
        Members.from_model(purchases, spend, 5)


def test_assigned_traits_are_marked_as_given():
    members = Members.draw(5, rng=1).assign(margin=0.5)
    assert members.summary().loc["margin", "from"] == "given"
    assert members.summary().loc["hazard", "from"] == "drawn"
