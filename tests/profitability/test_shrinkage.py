"""Shrinkage finds the variances it was drawn from, and beats last year's number."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.profitability import regression_to_mean, shrink


def world(rng, n=4000, periods=3, between=4.0, within=9.0, mean=1.5):
    truth = rng.normal(mean, between**0.5, n)
    seen = truth[:, None] + rng.normal(0, within**0.5, (n, periods))
    return pd.Series(truth), pd.DataFrame(seen)


def test_equal_volumes_find_the_true_variances_and_the_textbook_weight(rng):
    _, seen = world(rng)
    result = shrink(seen)
    assert result.mean == pytest.approx(1.5, abs=0.15)
    assert result.between == pytest.approx(4.0, rel=0.1)
    assert result.within == pytest.approx(9.0, rel=0.05)
    assert result.credibility.to_numpy() == pytest.approx(3 / (3 + 9 / 4), rel=0.06)


def test_volumes_find_the_true_variances_when_luck_falls_with_volume(rng):
    n, a, s2 = 6000, 0.04, 20.0
    volume = rng.lognormal(5, 0.8, (n, 2))
    truth = rng.normal(0.1, a**0.5, n)
    seen = truth[:, None] + rng.normal(size=(n, 2)) * np.sqrt(s2 / volume)
    result = shrink(pd.DataFrame(seen), volumes=pd.DataFrame(volume))
    assert result.between == pytest.approx(a, rel=0.1)
    assert result.within == pytest.approx(s2, rel=0.1)
    small, large = volume.sum(axis=1).argmin(), volume.sum(axis=1).argmax()
    assert result.credibility[small] < result.credibility[large]


def test_shrinkage_is_closer_to_the_truth_than_the_own_mean(rng):
    """The mean squared error falls to the share z of that of the own mean (James and Stein)."""
    truth, seen = world(rng)
    result = shrink(seen)
    own, pulled = ((result.accounts[c] - truth).pow(2).mean() for c in ("own", "estimate"))
    assert pulled / own == pytest.approx(3 / (3 + 9 / 4), abs=0.03)


def test_all_luck_gives_everybody_the_mean_of_all():
    seen = pd.DataFrame({1: [1.0, 3.0, 1.0, 3.0], 2: [3.0, 1.0, 3.0, 1.0]})
    result = shrink(seen)
    assert result.between == 0
    assert (result.credibility == 0).all()
    assert (result.estimate == 2.0).all()


def test_no_luck_leaves_every_account_its_own():
    result = shrink(pd.DataFrame({1: [1.0, 5.0], 2: [1.0, 5.0]}))
    assert result.within == 0
    assert result.estimate.tolist() == [1.0, 5.0]


def test_one_account_that_outweighs_all_others_leaves_nothing_to_compare():
    seen = pd.DataFrame({1: [1.0, 5.0], 2: [2.0, 4.0]})
    result = shrink(seen, volumes=pd.DataFrame({1: [1e17, 1.0], 2: [1e17, 1.0]}))
    assert result.between == 0
    assert result.estimate.tolist() == [1.5, 1.5]


def test_a_missing_period_counts_less():
    seen = pd.DataFrame({1: [1.0, 5.0, 9.0], 2: [2.0, 4.0, np.nan], 3: [1.5, 4.5, 8.0]})
    result = shrink(seen)
    assert result.credibility.iloc[2] < result.credibility.iloc[0]
    assert result.accounts["volume"].tolist() == [3.0, 3.0, 2.0]
    assert result.accounts["own"].iloc[2] == 8.5


@given(st.integers(2, 30), st.integers(2, 4), st.integers(0, 2**16))
def test_estimates_lie_between_own_and_mean_and_row_order_does_not_matter(n, periods, seed):
    rng = np.random.default_rng(seed)
    seen = pd.DataFrame(rng.normal(0, 1, (n, periods)) + rng.normal(0, 2, (n, 1)))
    one, two = shrink(seen), shrink(seen.iloc[::-1])
    own, estimate = one.accounts["own"], one.estimate
    low, high = np.minimum(own, one.mean), np.maximum(own, one.mean)
    assert ((estimate >= low - 1e-9) & (estimate <= high + 1e-9)).all()
    np.testing.assert_allclose(two.estimate.loc[seen.index], estimate)


BAD = [
    (pd.DataFrame({1: [1.0], 2: [2.0]}), None, ValueError, "1 accounts and 2 periods"),
    (pd.DataFrame({1: [1.0, 2.0]}), None, ValueError, "2 accounts and 1 periods"),
    (pd.DataFrame({1: [1.0, np.nan], 2: [2.0, np.nan]}), None, ValueError,
     r"no period is known of 1 of 2 accounts \(first: accounts 1\).*Leave these accounts out"),
    (pd.DataFrame({1: [1.0, np.nan], 2: [np.nan, 1.0]}), None, ValueError, "no account has two"),
    (pd.DataFrame({1: [1.0, np.inf], 2: [2.0, 1.0]}), None, ValueError,
     "values are infinite in 1 of 2 accounts.*account without revenue"),
    (pd.DataFrame({1: [1.0, 3.0], 2: [2.0, 1.0]}), pd.DataFrame({1: [1.0, 0.0], 2: [1.0, 1.0]}),
     ValueError, "a volume is missing or not above zero for 1 of 2 accounts"),
    (pd.DataFrame({1: [1.0, 3.0], 2: [2.0, 1.0]}), pd.DataFrame({1: [1.0, 1.0]}), ValueError,
     "volumes have other rows or columns than values"),
    (pd.Series([1.0]), None, TypeError, "values is a Series"),
    (pd.DataFrame({1: ["a", "b"], 2: [1, 2]}), None, TypeError, "the column '1' of values has dty"),
    (pd.DataFrame({1: [1.0, 3.0], 2: [2.0, 1.0]}, index=["A", "A"]), None, ValueError, "repeated"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "volumes", "error", "says"), BAD)
def test_bad_records_are_refused_in_words(values, volumes, error, says):
    with pytest.raises(error, match=f"^shrink: .*{says}"):
        shrink(values, volumes=volumes)


def test_regression_to_the_mean_closes_the_gap_by_the_share_of_luck(rng):
    """Two noisy looks at one truth: correlation 4/13, so 9/13 of every gap is closed."""
    truth, seen = world(rng, n=60_000, periods=2)
    table = regression_to_mean(seen[0], seen[1], groups=5, truth=truth)
    for place in (1, 5):
        assert table.loc[place, "comes_back"] == pytest.approx(9 / 13, abs=0.02)
        assert table.loc[place, "truth"] == pytest.approx(table.loc[place, "after"], abs=0.08)
    assert table["accounts"].sum() == 60_000
    assert table["before"].is_monotonic_increasing


def test_it_works_backwards_in_time_too(rng):
    """Nothing happens to the worst: sorted by the second look, the first one comes back."""
    _, seen = world(rng, n=60_000, periods=2)
    table = regression_to_mean(seen[1], seen[0], groups=5)
    assert table.loc[1, "comes_back"] == pytest.approx(9 / 13, abs=0.02)


def test_groups_do_not_depend_on_row_order(rng):
    _, seen = world(rng, n=101, periods=2)
    one = regression_to_mean(seen[0], seen[1])
    two = regression_to_mean(seen[0].iloc[::-1], seen[1])
    pd.testing.assert_frame_equal(one, two)


def test_other_accounts_and_too_few_are_refused():
    before = pd.Series([1.0, 2.0], index=list("AB"))
    with pytest.raises(ValueError, match=r"accounts B\) are in before and not in after"):
        regression_to_mean(before, before.head(1), groups=2)
    with pytest.raises(ValueError, match="there are 2 accounts for 5 groups"):
        regression_to_mean(before, before)
