"""The numbers that lesson 01 states in its prose are what the market computes."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
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


def test_three_offices_in_ten_are_more_than_one_away(result):
    assert (result.customers["need"].abs() > 1).mean() == pytest.approx(0.3, abs=0.005)


def test_across_towns_share_goes_with_profit_and_within_one_against_it(town):
    towns = market.sweep(town, "rivals", [1, 2, 3, 4, 5, 6], rng=1)
    prices = market.sweep(town, "price", [50.0, 48.0, 46.0, 44.0], rng=1)
    assert (np.diff(towns["product_share"]) < 0).all()
    assert (np.diff(towns["product"]) < 0).all()
    assert (np.diff(prices["product_share"]) > 0).all()
    assert (np.diff(prices["product"]) < 0).all()
    falls = -np.diff(prices["product"])
    assert (np.diff(falls) > 0).all()  # "by little at first and then by much"


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


def test_what_the_explore_text_asks_to_try_comes_out_as_said(town):
    def both(**change):
        row = market.sweep(replace(town, **change), "needs", [1.0],
                           rng=np.random.default_rng(1).spawn(1)[0])  # fmt: skip
        return row.iloc[0]

    assert both(knowing=600.0)["advantage"] < 0 < both()["advantage"]
    # With rivals who know everybody, keeping up takes most of what knowing brings.
    rivals = [both(knowing_rivals=k) for k in range(4)]
    for name in ("product", "customer"):
        assert (np.diff([row[name] for row in rivals]) < 0).all()
    assert [bool(row["advantage"] > 0) for row in rivals] == [True, True, False, False]
    unlike = market.sweep(replace(town, knowing_rivals=3), "needs", [2.0],
                          rng=np.random.default_rng(1).spawn(1)[0])  # fmt: skip
    assert unlike["advantage"].iloc[0] > 0


def test_what_moves_the_crossing_moves_it_the_way_the_lesson_says(town):
    changes = [{}, {"variant": 15_000.0}, {"knowing": 360.0, "care": 90.0}, {"values": 0.3},
               {"knowing_rivals": 1}]  # fmt: skip
    found = [market.crossing(replace(town, **change), seeds=10, rng=1) for change in changes]
    base, cheap, dear, equal, rival = (crossing.estimate for crossing in found)
    assert min(cheap, dear, equal) > base + 0.5
    assert base < rival < base + 0.2  # "by little"
    assert found[3].back > 0  # "may change places more than once"


def test_in_the_five_towns_the_sign_does_not_hang_on_the_seed():
    for seed in range(1, 9):
        ahead = {
            name: market.simulate(lesson_01.town(**how), rng=seed).advantage > 0
            for name, how in lesson_01.TOWNS.items()
        }
        assert {name for name, more in ahead.items() if not more} == {"A", "B", "D"}


def test_the_towns_of_the_notebook_are_those_that_are_checked(prose):
    for name, how in lesson_01.TOWNS.items():
        written = ", ".join(f'"{key}": {value}' for key, value in how.items())
        assert f'"{name}": {{{written}}}' in prose


def test_an_office_of_average_volume_hardly_breaks_even():
    assert lesson_01.worth(24.0, 0.2) == pytest.approx(0, abs=1)
    assert lesson_01.worth(150.0, 0.1) > 300
    assert lesson_01.worth(2.0, 0.2) < 0
