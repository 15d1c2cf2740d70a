"""The whale ends at the total, peaks at the sum of gains, and does not care about row order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.profitability import abc_classes, whale_curve

profits = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60).map(
    lambda values: pd.Series(values, index=[f"H{i:02d}" for i in range(len(values))])
)


@given(profits)
def test_the_end_is_the_total_and_the_peak_is_the_sum_of_all_gains(profit):
    whale = whale_curve(profit)
    assert whale.total == pytest.approx(profit.sum(), abs=1e-6)
    assert whale.peak == pytest.approx(profit.clip(lower=0).sum(), abs=1e-6)
    assert whale.given_back == pytest.approx(-profit.clip(upper=0).sum(), abs=1e-6)
    assert whale.profitable + whale.losing <= len(profit)


@given(profits)
def test_the_curve_rises_to_its_peak_and_then_falls(profit):
    steps = np.diff(np.concatenate([[0.0], whale_curve(profit).curve["cumulative"]]))
    up = steps > 1e-6
    assert not (up[1:] & ~up[:-1]).any()


@given(profits, st.randoms(use_true_random=False))
def test_row_order_does_not_matter(profit, random):
    rows = list(range(len(profit)))
    random.shuffle(rows)
    one, two = whale_curve(profit).curve, whale_curve(profit.iloc[rows]).curve
    pd.testing.assert_frame_equal(one, two)


def test_a_whale_of_the_size_of_kanthals():
    """20 % of customers make 225 % of the profit, 70 % nothing, 10 % lose 125 %."""
    profit = pd.Series([22.5] * 10 + [0.0] * 35 + [-25.0] * 5)
    whale = whale_curve(profit)
    assert whale.total == pytest.approx(100)
    assert whale.top_share(0.2) == pytest.approx(2.25)
    assert whale.peak_share == pytest.approx(2.25)
    assert whale.given_back == pytest.approx(125)
    assert (whale.profitable, whale.losing) == (10, 5)


def test_a_top_share_counts_the_last_account_in_part():
    assert whale_curve(pd.Series([3.0, 1.0])).top_share(0.25) == pytest.approx(0.375)
    assert whale_curve(pd.Series([3.0, 1.0])).top_share(0.0) == 0.0


def test_where_the_total_is_not_above_zero_shares_are_missing():
    whale = whale_curve(pd.Series([5.0, -9.0]))
    assert (whale.total, whale.peak) == (-4.0, 5.0)
    assert np.isnan(whale.peak_share)
    assert np.isnan(whale.top_share(0.5))
    assert whale_curve(pd.Series([-1.0, -2.0])).peak == 0.0


@pytest.mark.parametrize(
    ("profit", "error", "says"),
    [
        (pd.Series([1.0, np.nan]), ValueError, "'profit' is missing or infinite in 1 of 2 acc"),
        (pd.Series(dtype=float), ValueError, "there are no accounts"),
        (pd.Series([1.0, 2.0], index=["A", "A"]), ValueError, "repeated in 1 of 2 accounts"),
        (pd.DataFrame({"profit": [1.0]}), TypeError, "select the column first"),
        (pd.Series(["1,000"]), TypeError, "'profit' has dtype"),
    ],
)
def test_bad_profits_are_refused_in_words(profit, error, says):
    with pytest.raises(error, match=f"whale_curve: .*{says}"):
        whale_curve(profit)


amounts = st.lists(st.floats(0, 1e6), min_size=1, max_size=60).filter(lambda v: sum(v) > 1)


@given(amounts)
def test_the_first_class_holds_its_share_and_needs_every_member(values):
    revenue = pd.Series(values)
    classes = abc_classes(revenue)
    total, first = revenue.sum(), revenue[classes == "A"]
    assert first.sum() >= 0.8 * total * (1 - 1e-9)
    smallest = first[first > first.min()]
    assert smallest.sum() <= 0.8 * total * (1 + 1e-9)
    assert revenue.groupby(revenue).apply(lambda g: classes[g.index].nunique()).eq(1).all()


@given(amounts)
def test_classes_never_rank_a_smaller_account_higher(values):
    revenue = pd.Series(values).sort_values(ascending=False)
    assert (np.diff(abc_classes(revenue).cat.codes) >= 0).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"cuts": [0.9, 0.5]}, r"cuts are \[0.9, 0.5\]\. At least one cut, each above"),
        ({"cuts": [1.0]}, "a cut is 1.0. It must be a number above 0 and below 1"),
        ({"names": "ABC"}, "names are 'ABC' for 3 classes"),
        ({"names": ["A", "B"]}, "for 3 classes"),
    ],
)
def test_bad_classes_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        abc_classes(pd.Series([3.0, 2.0]), **options)
    with pytest.raises(ValueError, match=r"below zero in 1 of 2 accounts.*use whale_curve"):
        abc_classes(pd.Series([3.0, -2.0]))
    with pytest.raises(ValueError, match="all values are zero"):
        abc_classes(pd.Series([0.0, 0.0]))
