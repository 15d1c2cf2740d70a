"""Keep, fix, release: changes by hand, costs that stay, and a simulation that agrees."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.profitability import (
    KEEP,
    RELEASE,
    Action,
    Reaction,
    break_even_loss,
    compare_actions,
    expected_change,
    simulate,
)

REACTION = Reaction(base=0.05, price=10, service=2, elasticity=0.5)


def firm(n, rng):
    revenue = rng.lognormal(4, 1, n)
    goods, served = revenue * rng.uniform(0.4, 0.8, n), revenue * rng.uniform(0.1, 0.6, n)
    return pd.DataFrame(
        {
            "revenue": revenue,
            "goods": goods,
            "cost_to_serve": served,
            "avoidable_goods": goods * 0.5,
            "avoidable_service": served * 0.4,
        }
    )


def test_keeping_everybody_changes_nothing(table):
    assert (expected_change(table, {}, REACTION)["change"] == 0).all()
    assert (simulate(table, {}, REACTION, draws=50, rng=1).change == 0).all()


def test_releasing_a_loss_maker_can_cost_money_because_costs_stay():
    """The classic trap: a loss of 20 on paper, and 45 are missed when the account goes."""
    table = pd.DataFrame(
        {"revenue": [100.0], "goods": [70.0], "cost_to_serve": [50.0],
         "avoidable_goods": [35.0], "avoidable_service": [20.0]}, index=["A"],
    )  # fmt: skip
    row = expected_change(table, {"A": RELEASE}, Reaction(base=1e-9, price=0)).loc["A"]
    assert row["kept"] == pytest.approx(-20)
    assert row["planned"] == pytest.approx(-20 - 45)
    assert row["change"] == pytest.approx(-45)
    free = table.assign(avoidable_goods=70.0, avoidable_service=50.0)
    full = expected_change(free, {"A": RELEASE}, Reaction(base=1e-9, price=0)).loc["A"]
    assert full["change"] == pytest.approx(20)


def test_a_price_rise_by_hand(table):
    # A: contribution 5000 - 1800 - 840 = 2360, profit 200, volume (1.1)^-0.5
    v, p = 1.1**-0.5, 1 / (1 + 19 * np.exp(-1))
    stays = 5000 * 1.1 * v - 3000 - 1800 + 1800 * (1 - v) + 840 * (1 - v)
    row = expected_change(table, {"A": Action(rise=0.1)}, REACTION).loc["A"]
    assert row["loss_probability"] == pytest.approx(p)
    assert row["planned"] == pytest.approx((1 - p) * stays + p * (200 - 2360))
    assert row["kept"] == pytest.approx(200 - 0.05 * 2360)


def test_cheaper_service_saves_only_what_can_be_avoided(table):
    quiet = Reaction(base=1e-12, price=0)
    changes = expected_change(table, {"A": Action(saving=0.5)}, quiet)["change"]
    assert changes["A"] == pytest.approx(0.5 * 840)
    paid = expected_change(table, {"A": Action(saving=0.5, cost=100)}, quiet)["change"]
    assert paid["A"] == pytest.approx(0.5 * 840 - 100)


@given(st.floats(0.01, 0.4), st.floats(0.05, 0.9))
def test_at_the_break_even_loss_rate_a_price_rise_changes_nothing(rise, contribution):
    """The formula and the account-by-account expectation are two ways to one number."""
    loss = break_even_loss(rise, contribution)
    slope = (np.log(loss / (1 - loss)) - np.log(1e-9 / (1 - 1e-9))) / rise
    free = 100 * (1 - contribution)
    table = pd.DataFrame({"revenue": [100.0], "goods": free, "cost_to_serve": 0.0,
                          "avoidable_goods": free, "avoidable_service": 0.0})  # fmt: skip
    change = expected_change(table, {0: Action(rise=rise)}, Reaction(base=1e-9, price=slope))
    assert change["change"].iloc[0] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_simulation_agrees_with_the_expectation(seed):
    rng = np.random.default_rng(seed)
    table = firm(60, rng)
    menu = [KEEP, Action(rise=0.12), Action(saving=0.3), RELEASE, Action(rise=0.05, saving=0.2)]
    plan = {account: menu[account % 5] for account in table.index}
    result = simulate(table, plan, REACTION, draws=4000, rng=rng)
    error = result.change.std() / np.sqrt(len(result.change))
    assert abs(result.mean - result.expected) < 4 * error
    assert result.interval(0.9)[0] < result.mean < result.interval(0.9)[1]


def test_released_accounts_are_lost_in_every_draw(table):
    result = simulate(table, {"A": RELEASE}, Reaction(base=1e-9, price=0), draws=20, rng=1)
    assert (result.lost == 1).all()
    assert result.change.std() == pytest.approx(0, abs=1e-9)


def test_twins_share_their_luck(table):
    """A rise that frightens nobody is pure gain in every draw in which the account stays."""
    result = simulate(table, {"A": Action(rise=0.1)}, Reaction(base=0.3, price=0), draws=500, rng=3)
    assert set(result.change.round(6)) == {0.0, 500.0}
    assert (result.lost == 0).all()


def test_being_unsure_widens_the_interval(rng):
    table = firm(300, rng)
    plan = {account: Action(rise=0.1) for account in table.index}
    known, unsure = (
        simulate(table, plan, Reaction(base=0.05, price=10, unsure=u), draws=600, rng=5)
        for u in (0.0, 0.6)
    )
    assert unsure.change.std() > 1.5 * known.change.std()


@given(st.floats(0.001, 0.9), st.floats(0, 30), st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_loss_probabilities_are_probabilities_that_rise_with_the_price(base, price, rises):
    lost = Reaction(base=base, price=price).loss_probability(np.sort(rises))
    assert ((lost > 0) & (lost <= 1)).all()
    assert (np.diff(lost) >= -1e-12).all()
    assert Reaction(base=base, price=price).loss_probability(0.0) == pytest.approx(base)


def test_extreme_slopes_overflow_nothing():
    assert Reaction(base=0.5, price=1e6).loss_probability(np.array([1.0]), 0.0).tolist() == [1.0]


def test_the_best_of_the_menu_is_the_best_of_its_row(rng):
    table = firm(50, rng)
    menu = {"keep": KEEP, "reprice": Action(rise=0.1), "release": RELEASE}
    result = compare_actions(table, menu, REACTION)
    assert (result["gain"] == result[list(menu)].max(axis=1)).all()
    assert (result["gain"] >= 0).all()
    released = expected_change(table, dict.fromkeys(table.index, RELEASE), REACTION)["change"]
    np.testing.assert_allclose(result["release"], released)
    short = table["revenue"] < table["avoidable_goods"] + table["avoidable_service"]
    assert (result.loc[~short, "best"] != "release").all()


def test_row_order_does_not_matter(rng):
    table = firm(30, rng)
    plan = {3: Action(rise=0.2), 7: RELEASE}
    one = expected_change(table, plan, REACTION)
    two = expected_change(table.iloc[::-1], plan, REACTION)
    pd.testing.assert_frame_equal(one, two.loc[one.index])


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda t: expected_change(t, {"Z": KEEP}, REACTION), ValueError,
         r"1 of 1 accounts of the plan are not in the table \(first: Z\)"),
        (lambda t: expected_change(t, {"A": 0.1}, REACTION), TypeError,
         "something else than an Action"),
        (lambda t: expected_change(t, [KEEP], REACTION), TypeError, "plan is a list"),
        (lambda t: expected_change(t.drop(columns="goods"), {}, REACTION), ValueError,
         r"'goods' is missing\. Decisions start from statement"),
        (lambda t: expected_change(t.assign(avoidable_goods=1e6), {}, REACTION), ValueError,
         "'avoidable_goods' is above 'goods' in 3 of 3 accounts.*No more can be avoided"),
        (lambda t: Action(rise=-0.1), ValueError, "rise is -0.1"),
        (lambda t: Action(saving=25), ValueError, "saving is 25"),
        (lambda t: Action(rise=0.1, release=True), ValueError, "Who is released pays no new"),
        (lambda t: Reaction(base=0, price=1), ValueError, "base is 0. It must be a number above"),
        (lambda t: Reaction(base=0.1, price=-1), ValueError, "price is -1"),
        (lambda t: compare_actions([1], {"keep": KEEP}, REACTION), TypeError, "a list was given"),
        (lambda t: compare_actions(t, {}, REACTION), ValueError, r"the menu is \[\]"),
        (lambda t: compare_actions(t, {"best": KEEP}, REACTION), ValueError, "none called 'best'"),
        (lambda t: simulate(t, {}, REACTION, draws=0), ValueError, "draws is 0"),
        (lambda t: simulate(t, {}, REACTION, draws=5, rng=1).interval(1.0), ValueError,
         "level is 1.0"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(table, call, error, says):
    with pytest.raises(error, match=says):
        call(table)
