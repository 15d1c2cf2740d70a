"""Allocation and deferred revenue keep what they promise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.loyalty import allocate, deferred_revenue

money = st.integers(0, 10**9).map(lambda cents: cents / 100)


@given(money, st.lists(st.floats(0, 1e8), min_size=1, max_size=6).filter(lambda p: sum(p) > 0))
def test_an_allocation_sums_to_its_price_in_whole_cents(price, standalone):
    parts = allocate(price, standalone)
    cents = np.rint(parts * 100).astype(int)
    assert cents.sum() == round(price * 100)
    assert (cents >= 0).all()
    exact = np.array(standalone) / sum(standalone) * price
    assert np.abs(parts - exact).max() < 0.0101


@st.composite
def tables(draw):
    periods = draw(st.integers(1, 8))
    held, rows = 0, []
    for _ in range(periods):
        issued = draw(st.integers(0, 1_000))
        redeemed = draw(st.integers(0, held + issued))
        expired = draw(st.integers(0, held + issued - redeemed))
        held += issued - redeemed - expired
        rows.append((issued * draw(st.sampled_from([1.0, 10.0])), issued, redeemed, expired))
    rows.append((0.0, 0, draw(st.sampled_from([0, held])), 0))
    table = pd.DataFrame(rows, columns=["sales", "issued", "redeemed", "expired"])
    table.loc[periods, "expired"] = held - table.loc[periods, "redeemed"]
    rates = draw(st.lists(st.floats(0.05, 1), min_size=len(table), max_size=len(table)))
    return table, rates


@settings(deadline=None)
@given(tables())
def test_all_that_is_deferred_is_released_when_the_last_point_is_gone(case):
    table, rates = case
    books = deferred_revenue(table, point_price=0.1, redemption_rate=rates)
    assert books["closing"].iloc[-1] == pytest.approx(0, abs=1e-6)
    assert books["revenue"].sum() == pytest.approx(table["sales"].sum())
    rolled = books["opening"] + books["deferred"] - books["released"]
    np.testing.assert_allclose(rolled, books["closing"], atol=1e-6)
    assert (books["closing"] >= -1e-9).all()


@settings(deadline=None)
@given(tables())
def test_an_estimate_that_never_changes_needs_no_catch_up(case):
    books = deferred_revenue(case[0], point_price=0.1, redemption_rate=0.7)
    assert (books["catch_up"] == 0).all()


def test_a_higher_expectation_takes_revenue_back_at_once():
    table = pd.DataFrame({"sales": [1000, 0], "issued": [100, 0], "redeemed": [40, 0]})
    books = deferred_revenue(table, point_price=1, redemption_rate=[0.5, 0.8])
    allocated = 1000 * 50 / 1050
    assert books["released"].tolist() == pytest.approx([allocated * 0.8, -allocated * 0.3])
    assert books["catch_up"].tolist() == pytest.approx([0, -allocated * 0.3])


def test_points_redeemed_before_they_are_issued_are_refused():
    table = pd.DataFrame({"sales": [10.0], "issued": [1], "redeemed": [2]}, index=["2026"])
    with pytest.raises(ValueError, match=r"by 1 of 1 periods \(first: periods 2026\)"):
        deferred_revenue(table, point_price=1, redemption_rate=1)


@pytest.mark.parametrize(
    ("rate", "says"),
    [
        ([0.5, 0.5], r"has shape \(2,\) for 1 periods"),
        (0, r"outside \(0, 1\] in 1 of 1 periods"),
        (1.2, r"outside \(0, 1\]"),
    ],
)
def test_an_impossible_redemption_rate_is_refused(rate, says):
    table = pd.DataFrame({"sales": [10.0], "issued": [1], "redeemed": [0]})
    with pytest.raises(ValueError, match=says):
        deferred_revenue(table, point_price=1, redemption_rate=rate)


def test_a_missing_column_is_named():
    table = pd.DataFrame({"sales": [1.0], "issued": [1], "redemed": [0]})
    with pytest.raises(ValueError, match=r"'redeemed' is missing.*Did you mean 'redemed'"):
        deferred_revenue(table, point_price=1, redemption_rate=1)


def test_prices_that_are_all_zero_cannot_be_allocated():
    with pytest.raises(ValueError, match="every stand-alone price is 0"):
        allocate(10, [0, 0])
