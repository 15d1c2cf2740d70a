"""The numbers that lesson 01 states in its prose are what the market computes."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from centricity import market
from centricity.exercises import lesson_01

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/01_products_or_customers.py"


@pytest.fixture(scope="module")
def prose():
    return re.sub(r"\n# ?", " ", SOURCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def town():
    return market.Market(needs=1.0, values=1.0)


@pytest.fixture(scope="module")
def result(town):
    return market.simulate(town, chosen=0.2, rng=1)


@pytest.fixture(scope="module")
def cheaper(town):
    return market.simulate(replace(town, price=46.0), rng=1).product


def test_the_puzzle_describes_the_town_that_is_simulated(prose, town):
    assert (town.customers, town.volume, town.price, town.margin) == (1000, 24, 50, 12)
    assert (town.rivals, town.rival_price, town.years) == (3, 50, 6)
    assert (town.system, town.knowing, town.care) == (30_000, 120, 30)
    assert (town.variant, town.learning, town.discount_rate) == (40_000, 0.6, 0.1)
    for said in ("**1,000 offices**", "about 24 baskets a year", "€50, of which €12", "€30,000",
                 "an office €120", "€30 a year", "€40,000 a year", "each year 60 %",
                 "10 % less per year"):  # fmt: skip
        assert said in prose


def test_plan_share_raises_sales_by_30_percent_and_lowers_profit_by_15(prose, result, cheaper):
    now = result.product
    assert round(100 * (cheaper.sales[6] / now.sales[6] - 1)) == 30
    assert round(100 * (cheaper.cash[6] / now.cash[6] - 1)) == -15
    shares = [plan.market_share[6] for plan in (now, cheaper, result.customer)]
    assert [round(100 * share) for share in shares] == [22, 31, 32]
    assert result.customer.value > cheaper.value
    assert round(result.advantage, -3) == 42_000
    for said in ("sales by 30 %", "from 22 to 31 %", "by 15 %", "reaches 32 %", "€42,000 more"):
        assert said in prose


@pytest.mark.parametrize("seed", range(1, 9))
def test_both_guesses_are_settled_alike_whatever_the_draw(town, seed):
    """Plan Know wins as much share as Plan Share and earns more; Plan Share earns less than now."""
    result = market.simulate(town, rng=seed)
    cheaper = market.simulate(replace(town, price=46.0), rng=seed).product
    assert result.customer.market_share[6] == pytest.approx(cheaper.market_share[6], abs=0.03)
    assert cheaper.value < result.product.value < result.customer.value
    assert market.simulate(replace(town, needs=0.0), rng=seed).advantage < 0


def test_nine_of_ten_towns_gain_whatever_their_offices(town):
    others = [market.simulate(town, rng=seed).advantage for seed in range(2, 42)]
    low, high = np.quantile(others, [0.05, 0.95])
    assert 0 < low < 42_000 < high  # the lesson's town is nothing special


def test_three_offices_in_ten_are_more_than_one_away(result):
    assert (result.customers["need"].abs() > 1).mean() == pytest.approx(0.3, abs=0.005)


def test_across_towns_share_goes_with_profit_and_within_one_up_to_the_best_price(town):
    towns = market.sweep(town, "rivals", [1, 2, 3, 4, 5, 6], rng=1)
    prices = market.sweep(town, "price", [56, 54, 52, 50, 48, 46, 44], rng=1)
    assert (np.diff(towns["product_share"]) < 0).all()
    assert (np.diff(towns["product"]) < 0).all()
    assert (np.diff(prices["product_share"]) > 0).all()
    assert (np.diff(prices.loc[56:50, "product"]) > 0).all()  # a cut from too dear a price
    falls = -np.diff(prices.loc[50:44, "product"])
    assert (falls > 0).all()
    assert (np.diff(falls) > 0).all()  # "small at first and then large"


def test_the_price_before_the_cut_is_nearly_the_best_one(town):
    """Else the lesson would beat a straw man."""
    prices = np.arange(45.0, 56.0)
    value = market.sweep(town, "price", prices, rng=1)["product"]
    assert value[50.0] > 0.98 * value.max()


def test_customer_centricity_starts_54_000_behind_and_catches_up_in_the_fourth_year(prose, result):
    assert result.customer.cash[0] == -54_000
    assert result.payback_year == 4  # behind at the end of years 1, 2 and 3
    assert "€54,000 below zero" in prose
    assert "for three years" in prose


def test_alike_customers_cost_plan_know_exactly_what_knowing_costs(prose, town, result):
    cost = 30_000 + 200 * (120 + 30 * sum(1.1**-t for t in range(1, 7)))
    assert result.cost_of_knowing == pytest.approx(cost)
    assert market.simulate(replace(town, needs=0.0), rng=1).advantage == pytest.approx(-cost)
    assert round(cost) == 80_132
    assert "€80,132" in prose


def test_a_second_product_comes_at_a_spread_of_1_1(town):
    spread = np.linspace(0, 2.5, 51)
    table = market.sweep(town, "needs", spread, rng=1)
    first = table.index[table["product_variants"] > 1][0]
    assert first == pytest.approx(1.1, abs=0.051)
    assert table["product"].loc[:first].diff().iloc[1:-1].max() < 0
    assert (table["product"].loc[first:2.0].diff().iloc[1:] > 0).all()  # "its line rises again"


def test_the_top_is_flat_between_a_fifth_and_a_third(prose, town):
    for seed in range(1, 9):
        table = market.sweep(town, "chosen", np.linspace(0, 1, 21), rng=seed)["customer"]
        assert 0.15 < table.idxmax() < 0.4
        if seed == 1:
            assert table.loc[0.2:0.34].min() > 0.97 * table.max()
        assert table.iloc[-1] < table.iloc[0]  # knowing everybody is worse than nobody
    assert "between a fifth and a third" in prose


def test_the_others_bring_two_thirds_of_the_fixed_cost(prose, town, result):
    others = result.customers[~result.customers["known"]]
    brought = 12 * (others["volume"] * others["customer"]).sum()
    assert round(brought, -3) == 27_000
    assert brought / town.variant == pytest.approx(2 / 3, abs=0.01)
    assert "bring €27,000" in prose


def test_a_system_without_consequences_is_lost(town):
    assert market.simulate(town, chosen=0, rng=1).advantage == pytest.approx(-30_000)


def test_the_lines_of_the_town_meet_at_080_and_18_of_20_others_are_in_the_band(prose, town):
    assert market.crossing(town, seeds=1, rng=1).estimate == pytest.approx(0.80, abs=0.005)
    assert "they meet at 0.80" in prose
    found = market.crossing(town, seeds=20, rng=1)
    low, high = found.interval(0.9)
    assert ((found.draws >= low) & (found.draws <= high)).sum() == 18


def test_what_the_explore_text_asks_to_try_comes_out_as_said(town):
    def both(needs=1.0, **change):
        return market.sweep(replace(town, **change), "needs", [needs], rng=1).iloc[0]

    assert both(knowing=600.0)["advantage"] < 0 < both()["advantage"]
    # With rivals who know everybody, keeping up takes most of what knowing brings.
    rivals = [both(knowing_rivals=k) for k in range(4)]
    for name in ("product", "customer"):
        assert (np.diff([row[name] for row in rivals]) < 0).all()
    assert [bool(row["advantage"] > 0) for row in rivals] == [True, True, False, False]
    unlike = both(needs=2.0, knowing_rivals=3)
    assert unlike["advantage"] > 0 > unlike["customer"]  # the better one, and it loses money


def test_what_moves_the_crossing_moves_it_the_way_the_lesson_says(prose, town):
    changes = [{}, {"variant": 15_000.0}, {"knowing": 360.0, "care": 90.0}, {"years": 3},
               {"values": 0.3}, {"knowing_rivals": 1}]  # fmt: skip
    for chosen in (0.2, None):
        base, cheap, dear, hasty, _, rival = (
            market.crossing(replace(town, **change), chosen=chosen, seeds=20, rng=1).estimate
            for change in changes
        )
        assert base < rival < hasty < min(cheap, dear)


def test_where_volumes_hardly_differ_a_fifth_is_the_wrong_choice(prose, town):
    even = replace(town, values=0.3)
    own = market.crossing(even, chosen=None, seeds=20, rng=1).estimate
    assert own == pytest.approx(1.06, abs=0.005)
    assert "flips at 1.06" in prose
    assert market.crossing(even, chosen=0.2, seeds=20, rng=1).estimate > 2 * own
    # "nearly all or nobody"
    known = [market.simulate(replace(even, needs=s), chosen=None, rng=1).customer.known
             for s in (0.7, 1.06, 1.5)]  # fmt: skip
    assert known[0] < 100
    assert known[2] > 900


def test_in_other_markets_the_direction_is_general_and_the_place_is_not():
    """The lesson's 300 markets, drawn anew with another seed: the same picture."""
    rng, tried = np.random.default_rng(2), []
    for _ in range(300):
        u = rng.uniform
        here = market.Market(
            customers=300, rivals=rng.integers(0, 7), values=u(0, 1.8), volume=u(6, 96),
            unit_cost=u(25, 47), price_weight=u(0.03, 0.3), appeal=u(-1, 4), learning=u(0.1, 1),
            knowing=u(0, 600), care=u(0, 150), system=u(0, 3e4), variant=u(1e3, 4e4),
        )  # fmt: skip
        needs = [0, 0.5, 1, 2, 3]
        tried.append(market.sweep(here, "needs", needs, chosen=None, rng=rng)["advantage"])
    won = pd.DataFrame(tried) > 0
    ahead = won.mean()
    assert ahead[0] == 0
    assert (ahead.diff().iloc[1:] > 0).all()
    assert ahead[1] == pytest.approx(1 / 3, abs=0.07)  # "a third", within two standard errors
    assert 1 - won.any(axis=1).mean() == pytest.approx(0.3, abs=0.07)  # "three of ten"


def test_in_the_five_towns_the_sign_does_not_hang_on_the_seed():
    for seed in range(1, 9):
        ahead = {
            name: market.simulate(lesson_01.town(**how), rng=seed).advantage > 0
            for name, how in lesson_01.TOWNS.items()
        }
        assert {name for name, more in ahead.items() if not more} == {"A", "B", "D"}


def test_in_four_of_the_towns_it_is_the_same_whoever_is_known():
    """In B a firm that may choose knows a few giants, and now and then that pays."""
    for seed in range(1, 9):
        for name, how in lesson_01.TOWNS.items():
            if name != "B":
                own = market.simulate(lesson_01.town(**how), chosen=None, rng=seed)
                assert (own.advantage > 0) == (name in "CE")


# --- a second computation, without the toolkit, which also lets rivals, prices and needs be others


def plain_value(needs, knows, rivals=(0, 0, 0), prices=(50.0,), tie=0.0):
    """Present value of a strategy in the lesson's town; the best of several prices."""
    z, v = np.random.default_rng(1).standard_normal((2, 1000))
    volume = np.exp(v) * 24_000 / np.exp(v).sum()
    x = z * np.exp(-tie * v)  # with a tie above 0, large offices are more ordinary
    x = x - volume @ x / volume.sum()
    x = needs * (x / x.std() if tie else x)
    others = 1 + sum(np.exp(2 - (x - needs * at) ** 2) for at in rivals)
    known = np.argsort(np.argsort(-volume)) < (200 if knows else 0)
    best = -np.inf
    for centres in ([0.0], plain_pair(x, volume)):
        gap = np.min([abs(x - at) for at in centres], axis=0)
        for price in prices:
            total = -54_000.0 if knows else 0.0
            for year in range(1, 7):
                g = np.where(known, gap * 0.4**year, gap)
                ours = np.exp(2 - g**2 - 0.12 * (price - 50))
                units = volume @ (ours / (ours + others))
                costs = 40_000 * len(centres) + 30 * known.sum()
                total += ((price - 38) * units - costs) / 1.1**year
            best = max(best, total)
    return best


def plain_pair(x, volume):
    left, right = -1.0, 1.0
    for _ in range(200):
        low = abs(x - left) < abs(x - right)
        if not low.any() or low.all():
            break
        left, right = (np.average(x[side], weights=volume[side]) for side in (low, ~low))
    return left, right


def plain_crossing(**how):
    grid = np.linspace(0.2, 2.0, 37)
    gain = [plain_value(s, True, **how) - plain_value(s, False, **how) for s in grid]
    up = int(np.argmax(np.array(gain) > 0))
    assert up > 0
    return np.interp(0.0, gain[up - 1 : up + 1], grid[up - 1 : up + 1])


def test_a_second_computation_finds_the_same_values(town):
    for needs in (0.3, 1.0, 1.5):
        result = market.simulate(replace(town, needs=needs), rng=1)
        assert plain_value(needs, False) == pytest.approx(result.product.value, abs=0.01)
        assert plain_value(needs, True) == pytest.approx(result.customer.value, abs=0.01)


@pytest.mark.parametrize(
    ("how", "place", "says"),
    [
        ({}, 0.80, "they meet at 0.80"),
        ({"rivals": (-1, 0, 1)}, 0.82, "meet at 0.82 instead of 0.80"),
        ({"prices": np.arange(44.0, 60.0)}, 0.80, "the lines still meet at 0.80"),
        ({"tie": 0.3}, 1.43, "the lines meet at 1.43"),
        ({"tie": -0.3}, 0.49, "more unusual, and it is 0.49"),
    ],
)
def test_what_the_market_leaves_out_moves_the_crossing_as_the_lesson_says(prose, how, place, says):
    assert plain_crossing(**how) == pytest.approx(place, abs=0.005)
    assert says in prose


def test_rivals_elsewhere_change_what_the_standard_earns_far_more(prose):
    """And it then falls with the spread: rivals in the middle are why it rises so high."""
    elsewhere = [plain_value(s, False, rivals=(-1, 0, 1)) for s in (1.0, 1.5, 2.0)]
    assert (np.diff(elsewhere) < 0).all()
    assert round(elsewhere[1], -3) == 91_000
    assert round(plain_value(1.5, False), -3) == 159_000
    assert "€91,000, not €159,000" in prose


def test_the_towns_of_the_notebook_are_those_that_are_checked(prose):
    for name, how in lesson_01.TOWNS.items():
        written = ", ".join(f'"{key}": {value}' for key, value in how.items())
        assert f'"{name}": {{{written}}}' in prose


def test_an_office_of_average_volume_hardly_breaks_even():
    assert lesson_01.worth(24.0, 0.2) == pytest.approx(0, abs=1)
    assert lesson_01.worth(150.0, 0.1) > 300
    assert lesson_01.worth(2.0, 0.2) < 0
