"""The two-strategy market: exact limits, an independent computation, and what must be monotone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity import market
from centricity.market import Market

SMALL = Market(customers=200)


def annuity(rate, years):
    return sum((1 + rate) ** -t for t in range(1, years + 1))


@given(
    st.floats(0, 1), st.floats(0, 5e4), st.floats(0, 500), st.floats(0, 100),
    st.integers(0, 6), st.floats(0, 2), st.integers(1, 12),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_alike_customers_make_product_centricity_better_by_exactly_the_cost_of_knowing(
    chosen, system, knowing, care, rivals, values, years
):
    town = Market(customers=50, needs=0.0, values=values, system=system, knowing=knowing, care=care,
                  rivals=rivals, years=years)  # fmt: skip
    result = market.simulate(town, chosen=chosen, rng=1)
    cost = system + round(chosen * 50) * (knowing + care * annuity(0.1, years))
    assert result.advantage == pytest.approx(-cost, abs=1e-6)
    assert result.cost_of_knowing == pytest.approx(cost)
    assert len(result.product.variants) == len(result.customer.variants) == 1


@given(st.floats(0, 20), st.floats(0.01, 1), st.floats(0, 1), st.integers(0, 4), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_where_knowing_is_free_customer_centricity_is_never_worse(
    needs, learning, chosen, knowing_rivals, seed
):
    town = Market(customers=60, needs=needs, learning=learning, rivals=4, system=0, knowing=0,
                  care=0, knowing_rivals=knowing_rivals)  # fmt: skip
    for pick in (chosen, None):
        assert market.simulate(town, chosen=pick, rng=seed).advantage >= -1e-6


def test_whoever_knows_nobody_loses_the_system_and_nothing_else():
    for needs in (0.0, 1.0, 3.0):
        result = market.simulate(replace(SMALL, needs=needs), chosen=0, rng=2)
        assert result.advantage == pytest.approx(-SMALL.system)
        assert (result.customers["product"] == result.customers["customer"]).all()


def test_a_market_of_two_by_hand():
    # Needs +-1, equal volumes 10, one rival at 0, perfect knowledge of both from year 1.
    # fmt: off
    town = Market(customers=2, needs=1.0, values=0.0, volume=10.0, appeal=1.0, rivals=1,
                  learning=1.0, most_variants=1, variant=7.0, system=5.0, knowing=3.0, care=2.0,
                  years=2, discount_rate=0.25, price=9.0, rival_price=9.0, unit_cost=4.0)
    # fmt: on
    result = market.simulate(town, chosen=1.0, rng=3)
    d = result.customers["need"].abs().iloc[0]
    assert result.customers["need"].sum() == pytest.approx(0)
    near, far = np.exp(1.0), np.exp(1.0 - d**2)
    standard, adapted = far / (far + far + 1), near / (near + far + 1)
    assert result.customers["product"].tolist() == pytest.approx([standard] * 2)
    assert result.customers["customer"].tolist() == pytest.approx([adapted] * 2)
    product, customer = 5 * 20 * standard - 7, 5 * 20 * adapted - 7 - 2 * 2
    assert result.product.cash.tolist() == pytest.approx([0, product, product])
    assert result.customer.cash.tolist() == pytest.approx([-5 - 6, customer, customer])
    assert result.product.value == pytest.approx(product * (0.8 + 0.64))
    assert result.customer.value == pytest.approx(-11 + customer * (0.8 + 0.64))
    assert result.product.sales.tolist() == pytest.approx([9 * 20 * standard] * 2)


def test_shares_of_all_firms_and_of_buying_nothing_add_up_to_one():
    town = Market(rivals=3, knowing_rivals=1, appeal=1.5, price=48)
    need, gap = np.linspace(-3, 3, 13), np.linspace(0, 3, 13)
    ours = np.exp(1.5 - gap**2 + 0.12 * 2)
    total = ours + 2 * np.exp(1.5 - need**2) + np.exp(1.5) + 1
    assert town.share(gap, need) == pytest.approx(ours / total)


def test_market_share_is_the_mean_share_of_customer_weighted_by_volume():
    result = market.simulate(SMALL, rng=4)
    table = result.customers
    for name in ("product", "customer"):
        mean = np.average(table[name], weights=table["volume"])
        assert getattr(result, name).market_share.iloc[-1] == pytest.approx(mean)


def test_the_sum_of_discounted_cash_is_the_present_value():
    result = market.simulate(SMALL, rng=5)
    assert result.cumulative.iloc[-1].tolist() == pytest.approx(
        [result.product.value, result.customer.value]
    )
    assert result.summary().loc["present value", "difference"] == pytest.approx(result.advantage)


def test_the_largest_are_known_and_the_others_keep_the_standard():
    town = replace(SMALL, most_variants=1)
    table = market.simulate(town, chosen=0.25, rng=6).customers
    known = table["known"]
    assert known.sum() == 50
    assert table["volume"][known].min() > table["volume"][~known].max()
    assert (table["customer"][known] >= table["product"][known]).all()
    assert (table["customer"][~known] == table["product"][~known]).all()


def test_total_volume_is_the_same_however_unequal_customers_are():
    for values in (0.0, 0.7, 2.0):
        table = market.simulate(replace(SMALL, values=values), rng=7).customers
        assert table["volume"].sum() == pytest.approx(200 * SMALL.volume)
        assert np.average(table["need"], weights=table["volume"]) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_with_one_product_each_the_advantage_grows_with_heterogeneity(seed):
    town = replace(SMALL, most_variants=1, learning=1.0)
    advantage = market.sweep(town, "needs", np.linspace(0, 3, 13), rng=seed)["advantage"]
    assert (np.diff(advantage) > 0).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("over", "values", "column", "sign"),
    [
        ("knowing", [0, 50, 500], "advantage", -1),
        ("care", [0, 10, 100], "advantage", -1),
        ("system", [0, 1e4, 1e5], "advantage", -1),
        ("variant", [1e3, 1e4, 1e5], "product", -1),
        ("rivals", [0, 1, 3, 9], "product", -1),
        ("rivals", [0, 1, 3, 9], "customer", -1),
        ("knowing_rivals", [0, 1, 2, 3], "product", -1),
        ("most_variants", [1, 2, 4], "product", 0),
        ("learning", [0.1, 0.5, 1.0], "advantage", 1),
        ("unit_cost", [30, 40, 50], "product", -1),
        ("price", [40, 45, 50], "product_share", -1),
        ("values", [0.0, 0.5, 1.0], "advantage", 1),
    ],
)
def test_what_must_rise_rises_and_what_must_fall_falls(over, values, column, sign, seed):
    # A second product narrows the gap that knowing closes, so these two hold with one product only.
    town = replace(SMALL, most_variants=1) if over in ("values", "learning") else SMALL
    steps = np.diff(market.sweep(town, over, values, rng=seed)[column])
    assert (steps * sign > 0).all() if sign else (steps >= 0).all()


def test_left_to_itself_the_firm_knows_those_who_pay_for_it():
    town = replace(SMALL, needs=1.5, most_variants=1)
    table = market.simulate(town, chosen=None, rng=8).customers
    known = table["known"]
    assert 0 < known.sum() < 200
    assert table["volume"][known].min() > table["volume"][~known].max()
    # Independently: mean gain in share, year by year, priced and set against cost.
    gap = table["need"].abs().to_numpy()
    worth = sum(
        1.1**-t * 12 * np.mean(town.share((1 - 0.6) ** t * gap, gap) - town.share(gap, gap))
        for t in range(1, 7)
    ) * table["volume"]  # fmt: skip
    assert (known == (worth > 120 + 30 * annuity(0.1, 6))).all()


def test_among_alike_customers_nobody_is_worth_knowing():
    result = market.simulate(replace(SMALL, needs=0.0), chosen=None, rng=9)
    assert result.customer.known == 0
    assert result.advantage == pytest.approx(-SMALL.system)


def test_products_stand_where_the_squared_gap_is_least():
    # Three tight heaps of customers: three products stand in them.
    from centricity.market.simulation import _centres

    rng = np.random.default_rng(1)
    heaps = np.concatenate([rng.normal(at, 0.01, 50) for at in (-5, 0, 7)])
    weight = rng.random(150)
    means = [np.average(heaps[i : i + 50], weights=weight[i : i + 50]) for i in (0, 50, 100)]
    assert _centres(heaps, weight / weight.sum(), 3) == pytest.approx(means)
    assert _centres(np.zeros(9), np.full(9, 1 / 9), 3) == pytest.approx([0])


def test_costs_come_first_and_are_caught_up_later():
    result = market.simulate(Market(), rng=1)
    gap = result.cumulative["customer"] - result.cumulative["product"]
    assert gap.iloc[0] < 0 < gap.iloc[-1]
    assert gap.loc[result.payback_year] >= 0 > gap.loc[result.payback_year - 1]
    never = market.simulate(replace(SMALL, needs=0.0), rng=1)
    assert never.payback_year is None
    free = replace(SMALL, system=0, knowing=0, care=0)
    assert market.simulate(free, rng=1).payback_year == 0


def test_the_same_seed_gives_the_same_market():
    one, two = (market.simulate(SMALL, rng=7) for _ in range(2))
    assert one.customers.equals(two.customers)
    swept = market.sweep(SMALL, "needs", [1.0], rng=7)
    assert swept["advantage"].iloc[0] == one.advantage


def test_a_sweep_keeps_a_row_for_each_value_even_twice_the_same():
    table = market.sweep(SMALL, "needs", [1.0, 0.5, 1.0], rng=7)
    assert table.index.tolist() == [1.0, 0.5, 1.0]
    assert table.iloc[0].equals(table.iloc[2])


def test_whole_numbers_may_be_written_as_floats():
    written = Market(customers=200.0, years=np.float64(6), rivals=3.0)
    assert written == SMALL
    assert market.simulate(written, rng=1).advantage == market.simulate(SMALL, rng=1).advantage


@pytest.mark.parametrize(
    "extreme",
    [
        {"needs": 100.0}, {"values": 5.0}, {"appeal": 700.0}, {"appeal": -700.0}, {"price": 1e9},
        {"price": 1e-9, "price_weight": 1e9}, {"customers": 2, "most_variants": 50},
        {"rivals": 0}, {"rivals": 10**9}, {"discount_rate": 1}, {"years": 200},
    ],
)  # fmt: skip
def test_extreme_markets_stay_finite_and_silent(extreme):
    result = market.simulate(replace(SMALL, **extreme), rng=1)
    assert np.isfinite(result.advantage)
    assert result.customers[["product", "customer"]].stack().between(0, 1).all()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: Market(needs=-1), ValueError, "Market: needs is -1. It must be a number of at"),
        (lambda: Market(needs=np.nan), ValueError, "Market: needs is nan"),
        (lambda: Market(customers=1), ValueError, "Market: customers is 1. It must be a whole num"),
        (lambda: Market(customers="9"), TypeError, "Market: customers is '9', a str"),
        (lambda: Market(learning=0), ValueError, "Market: learning is 0. It must be a number"),
        (lambda: Market(rivals=1, knowing_rivals=2), ValueError,
         "knowing_rivals is 2 and rivals is 1. Rivals who know the customers are some of all"),
        (lambda: market.simulate({}, rng=1), TypeError, "market.simulate: market is {}. It is a"),
        (lambda: market.simulate(SMALL, chosen=20), ValueError,
         "chosen is 20. It is a share of the customers, from 0 to 1. Write 0.2 for 20 % of them, "
         "or 0.1 for 20 of the 200"),
        (lambda: market.simulate(SMALL, chosen=-1), ValueError, "chosen is -1. It must be a"),
        (lambda: market.simulate(SMALL, chosen="all"), TypeError, "chosen is 'all', a str"),
        (lambda: market.sweep(SMALL, "need", [1]), ValueError, "Did you mean 'needs'"),
        (lambda: market.sweep(SMALL, "needs", []), ValueError, "values is empty. A sweep needs"),
        (lambda: market.sweep(SMALL, "rivals", [1.5]), ValueError, "rivals is 1.5. It must be a w"),
        (lambda: market.sweep(SMALL, "chosen", [0.1, 2]), ValueError, "sweep: chosen is 2"),
        (lambda: Market(discount_rate=10), ValueError, "discount_rate is 10. It must be a number"),
        (lambda: market.sweep(SMALL, "needs", 1.0), TypeError, "values is 1.0, a float. A sweep"),
        (lambda: market.sweep(SMALL, "needs", "12"), TypeError, "values is '12', a str"),
        (lambda: market.sweep(SMALL, "years", [np.inf]), ValueError, "Market: years is inf"),
        (lambda: market.simulate(SMALL, rng="1"), TypeError, "market.simulate: rng is '1'. rng is"),
        (lambda: market.sweep(SMALL, "needs", [1], rng=-1), ValueError, "rng is -1. rng is a"),
        (lambda: market.crossing(SMALL, rng=1.5), TypeError, "market.crossing: rng is 1.5. rng is"),
        (lambda: SMALL.share("far", 0), TypeError, "Market.share: gap is 'far'. gap is a distance"),
        (lambda: SMALL.share([0, np.nan], 0), ValueError, "missing or infinite in 1 of 2 places"),
        (lambda: SMALL.share([1, 2], [1, 2, 3]), ValueError, "gap has the shape (2,) and need"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(call, error, says):
    with pytest.raises(error) as caught:
        call()
    assert says in str(caught.value)
