"""Break-even: where the formula says that nothing is gained, nothing is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.profitability import (
    break_even_loss,
    break_even_rise,
    simulate_break_even,
)


def equal(n, contribution=0.4):
    free = 100 * (1 - contribution)
    return pd.DataFrame(
        {
            "revenue": [100.0] * n,
            "goods": free,
            "cost_to_serve": 0.0,
            "avoidable_goods": free,
            "avoidable_service": 0.0,
        }
    )


def test_textbook_break_even_nagle():
    # A 10 % rise at a contribution margin of 40 % may lose 20 % of sales; at 15 %, 40 %.
    assert break_even_loss(0.10, 0.40) == pytest.approx(0.20)
    assert break_even_loss(0.10, 0.15) == pytest.approx(0.40)


@given(st.floats(0.001, 1), st.floats(0.01, 1), st.floats(0.3, 1))
def test_profit_at_the_break_even_loss_is_the_profit_before(rise, margin, volume):
    loss = break_even_loss(rise, margin, volume=volume)
    assert (1 - loss) * volume * (margin + rise) == pytest.approx(margin)


@given(st.floats(0, 0.95), st.floats(0.01, 1), st.floats(0.3, 1))
def test_rise_and_loss_are_inverse(loss, margin, volume):
    rise = break_even_rise(loss, margin, volume=volume)
    assert break_even_loss(rise, margin, volume=volume) == pytest.approx(loss, abs=1e-9)


def test_where_an_account_costs_more_than_it_pays_every_loss_is_a_gain():
    assert break_even_loss(0.0, -0.2) == 1.0
    assert break_even_loss(0.1, np.array([-0.2, 0.0, 0.1])).tolist() == [1.0, 1.0, 0.5]


def test_a_volume_that_falls_too_far_leaves_no_room_for_losses():
    assert break_even_loss(0.05, 0.5, volume=0.8) < 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: break_even_loss(-0.1, 0.4), "rise is -0.1. It is a share of at least 0"),
        (lambda: break_even_loss(np.nan, 0.4), "rise is nan"),
        (lambda: break_even_loss(0.1, 40), "margin is 40. It is a share of revenue of at most 1"),
        (lambda: break_even_loss(0.1, 0.4, volume=0), "volume is 0. It is a share above 0"),
        (lambda: break_even_rise(1.0, 0.4), "loss is 1. It is a share of at least 0 and below 1"),
        (lambda: break_even_rise(0.1, -0.1), "margin is -0.1. The margin is above 0"),
    ],
)
def test_bad_numbers_are_refused_in_words(call, says):
    with pytest.raises(ValueError, match=f"break_even_(loss|rise): {says}"):
        call()


@given(st.floats(0.01, 0.5), st.floats(0.05, 0.9), st.integers(2, 40))
def test_among_equals_every_order_of_leaving_breaks_even_at_the_formula(rise, contribution, n):
    result = simulate_break_even(equal(n, contribution), rise, draws=5, rng=1)
    assert result.closed_form == pytest.approx(rise / (rise + contribution))
    assert result.draws == pytest.approx(np.full(5, result.closed_form))


def test_among_unequal_accounts_draws_scatter_around_the_formula():
    many = equal(4000)
    size = np.random.default_rng(5).lognormal(0, 0.8, 4000)
    result = simulate_break_even(many.mul(size, axis=0), 0.10, draws=60, rng=1)
    assert result.mean == pytest.approx(0.20, abs=0.005)
    few = simulate_break_even(many.mul(size, axis=0).head(12), 0.10, draws=400, rng=1)
    low, high = few.interval(0.9)
    assert low < few.closed_form < high
    assert high - low > 0.15


def test_a_draw_by_hand():
    # Rise 10 %: gain 10 + 1 = 11; whoever leaves takes 50 (large) or 5 (small) with them.
    table = equal(2).mul([1.0, 0.1], axis=0)
    result = simulate_break_even(table, 0.10, draws=200, rng=2)
    # Large first: 11/50 of the first of two accounts. Small first: it goes (5), then 6/50.
    assert set(np.round(result.draws, 6)) == {round(11 / 50 / 2, 6), round((1 + 6 / 50) / 2, 6)}


def test_accounts_that_lose_money_make_room_for_all_losses():
    table = equal(10, contribution=0.4).assign(avoidable_goods=150.0, goods=150.0)
    assert (simulate_break_even(table, 0.10, draws=10, rng=1).draws == 1.0).all()


def test_a_volume_that_falls_too_far_breaks_even_nowhere():
    assert (simulate_break_even(equal(5), 0.01, volume=0.8, draws=4, rng=1).draws == 0).all()


def test_the_same_seed_gives_the_same_draws():
    one, two = (simulate_break_even(equal(9), 0.1, draws=20, rng=7).draws for _ in range(2))
    assert (one == two).all()


def test_no_revenue_is_refused():
    with pytest.raises(ValueError, match="revenue of all accounts is not above zero"):
        simulate_break_even(equal(2) * 0, 0.1, draws=2, rng=1)
