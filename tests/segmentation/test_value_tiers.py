import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.segmentation import tiers


def test_default_tiers_are_five_fifteen_thirty_fifty_per_cent():
    tier = tiers(pd.Series(np.random.default_rng(0).permutation(1_000)))
    assert tier.value_counts().to_dict() == {"top": 50, "high": 150, "middle": 300, "low": 500}
    assert list(tier.cat.categories) == ["top", "high", "middle", "low"]


def test_customers_below_zero_have_their_own_tier_and_shares_are_of_the_others():
    tier = tiers(pd.Series([-5.0, -1.0, 1.0, 2.0, 3.0, 4.0]), shares=[0.5, 0.5], names=["a", "b"])
    assert tier.to_list() == ["below zero"] * 2 + ["b", "b", "a", "a"]
    assert list(tier.cat.categories) == ["a", "b", "below zero"]


def test_without_negatives_there_is_no_below_zero_tier():
    assert "below zero" not in tiers(pd.Series(range(10))).cat.categories


def test_below_zero_none_sorts_them_with_the_rest():
    tier = tiers(pd.Series([-5.0, 1.0]), cuts=[0], below_zero=None)
    assert tier.to_list() == ["tier 2", "tier 1"]


def test_a_customer_at_a_cut_is_in_the_upper_tier():
    tier = tiers([100, 99.99, 50, 0], cuts=[100, 50], names=["A", "B", "C"])
    assert tier.to_list() == ["A", "B", "B", "C"]


def test_all_below_zero_is_one_tier():
    assert set(tiers([-1.0, -2.0])) == {"below zero"}


@given(st.lists(st.integers(-3, 15), min_size=20, max_size=80), st.integers(2, 5))
def test_equal_values_share_a_tier_better_is_never_lower_and_nobody_is_lost(values, count):
    values = [*values, 20, 21]
    tier = tiers(values, shares=[1 / count] * count)
    assert len(tier) == len(values)
    assert tier.notna().all()
    code = tier.cat.codes.groupby(np.array(values))
    assert (code.nunique() == 1).all()
    assert (np.diff(code.first()) <= 0).all()
    assert ((tier == "below zero").to_numpy() == (np.array(values) < 0)).all()


@given(n=st.integers(4, 300), seed=st.integers(0, 99))
def test_without_ties_each_cumulated_share_is_met_within_one_customer(n, seed):
    shares = [0.1, 0.2, 0.3, 0.4]
    tier = tiers(np.random.default_rng(seed).permutation(n), shares=shares)
    met = np.bincount(tier.cat.codes, minlength=4).cumsum()
    assert (np.abs(met - np.cumsum(shares) * n) <= 0.5 + 1e-6).all()


@pytest.mark.parametrize(
    ("values", "options", "error", "says"),
    [
        ([1, 2, 3], {"shares": [0.5, -0.5, 1.0]}, ValueError, "above 0"),
        ([1, 2, 3], {"shares": [0.5, 0.4]}, ValueError, r"add up to 0\.9"),
        ([1, 2, 3], {"shares": [0.2]}, ValueError, "Name the last share too"),
        ([1, 2, 3], {"shares": [0.5, 0.5], "cuts": [1]}, ValueError, "both given"),
        ([1, 2, 3], {"cuts": [1, 2]}, ValueError, "best tier first"),
        ([1, 2, 3], {"cuts": []}, ValueError, "At least one cut"),
        ([1, 2, 3], {"cuts": [2, -1]}, ValueError, "cuts are at least 0"),
        ([1, 2, 3], {"cuts": ["2"]}, TypeError, "a cut is '2'"),
        ([1, 2, 3], {"cuts": 2}, TypeError, r"cuts are 2.*Write cuts=\[2\]"),
        ([1, 2, 3], {"shares": 0.2}, TypeError, "shares are 0.2"),
        ([1, 2, 3], {"cuts": [2], "names": ["a"]}, ValueError, "for 2 tiers"),
        ([1, 2, 3], {"cuts": [2], "names": ["a", "a"]}, ValueError, "own name"),
        ([1, 2, 3], {"cuts": [2], "names": ["a", "below zero"]}, ValueError, "none of them is"),
        ([1], {}, ValueError, "1 customer to share among 4 tiers"),
        ([5] * 9, {}, ValueError, "'value' is 5 for all 9 customers"),
        ([1, np.nan, 3], {}, ValueError, "customers 1"),
        ([1, -np.inf, 3], {}, ValueError, "infinite"),
        (["a"], {}, TypeError, "must hold numbers"),
        (pd.Series([1, 2], index=["A", "A"]), {}, ValueError, "repeated"),
    ],
)
def test_bad_input_is_refused(values, options, error, says):
    with pytest.raises(error, match=says):
        tiers(values, **options)
