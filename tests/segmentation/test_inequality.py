import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from centricity.segmentation import concentration, deciles

amounts = hnp.arrays(float, st.integers(10, 200), elements=st.floats(0.01, 1e6))


@pytest.mark.parametrize(
    ("law", "gini"),
    [
        (stats.expon(), 1 / 2),
        (stats.uniform(), 1 / 3),
        (stats.pareto(3), 1 / (2 * 3 - 1)),
        (stats.pareto(5), 1 / (2 * 5 - 1)),
        (stats.lognorm(1), 2 * stats.norm.cdf(1 / np.sqrt(2)) - 1),
    ],
)
def test_gini_of_known_laws(law, gini):
    n = 400_000
    assert concentration(law.ppf((np.arange(n) + 0.5) / n)).gini == pytest.approx(gini, abs=1e-3)


def test_top_shares_of_a_pareto_law_follow_its_lorenz_curve():
    # L(p) = 1 - (1 - p)^(1 - 1/alpha), so the top q hold q^(1 - 1/alpha)
    n = 400_000
    result = concentration(stats.pareto(3).ppf((np.arange(n) + 0.5) / n))
    assert result.top_20 == pytest.approx(0.2 ** (2 / 3), abs=1e-3)
    assert result.top_10 == pytest.approx(0.1 ** (2 / 3), abs=1e-3)


def test_gini_equals_half_the_relative_mean_absolute_difference():
    x = np.random.default_rng(0).gamma(0.7, 30, 300)
    expected = np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert concentration(x).gini == pytest.approx(expected, rel=1e-12)


def test_gini_is_zero_for_equals_and_one_less_a_share_for_a_single_payer():
    assert concentration([7.0] * 9).gini == pytest.approx(0)
    assert concentration([0.0] * 9 + [3.0]).gini == pytest.approx(0.9)
    assert concentration([5.0]).gini == 0


def test_a_top_share_counts_the_last_customer_in_part():
    assert concentration([1.0, 3.0]).top_share(0.25) == pytest.approx(0.375)


@given(amounts)
def test_lorenz_curve_is_convex_below_the_diagonal_and_holds_twice_the_gini(values):
    result = concentration(values)
    x, y = result.lorenz["customers"].to_numpy(), result.lorenz["total"].to_numpy()
    assert (x[0], y[0], x[-1]) == (0, 0, 1)
    assert y[-1] == pytest.approx(1)
    assert (y <= x + 1e-9).all()
    assert (np.diff(y, 2) >= -1e-9).all()
    assert result.gini == pytest.approx(1 - 2 * np.trapezoid(y, x), abs=1e-9)


@given(amounts, st.integers(2, 10))
def test_decile_groups_are_equal_ordered_and_lose_nobody(values, groups):
    table = deciles(pd.Series(values), groups=groups)
    assert table["customers"].sum() == len(values)
    assert table["customers"].max() - table["customers"].min() <= 1
    assert table["customer_share"].sum() == pytest.approx(1)
    assert table["total"].sum() == pytest.approx(values.sum())
    assert table["cumulative_share"].iloc[-1] == pytest.approx(1)
    assert (table["lowest"].to_numpy()[:-1] >= table["highest"].to_numpy()[1:]).all()


@given(amounts, st.randoms(use_true_random=False))
def test_deciles_do_not_depend_on_row_order_even_with_ties(values, random):
    values = np.round(values, -5) + 1
    shuffled = random.sample(list(values), len(values))
    pd.testing.assert_frame_equal(deciles(pd.Series(values)), deciles(pd.Series(shuffled)))


def test_deciles_agree_with_concentration():
    spend = pd.Series(np.random.default_rng(2).lognormal(3, 1, 1_000), name="spend")
    shares = deciles(spend.to_frame(), by="spend")["cumulative_share"]
    assert shares.loc[2] == pytest.approx(concentration(spend).top_20)


def test_losses_push_the_cumulative_share_above_one():
    table = deciles(pd.Series([60.0, 50.0, 10.0, -20.0]), groups=4)
    np.testing.assert_allclose(table["cumulative_share"], [0.6, 1.1, 1.2, 1.0])


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ([1.0, np.nan], ValueError, "customers 1"),
        ([1.0, np.inf], ValueError, "missing or infinite"),
        ([0.0, 0.0], ValueError, "total of 'value' is 0"),
        ([-1.0, 3.0], ValueError, r"deciles\(\), which takes them"),
        ([], ValueError, "there are no customers"),
        (["a", "b"], TypeError, "must hold numbers"),
        (3.0, TypeError, "a float was given"),
        (pd.Series([1.0, 2.0], index=["A", "A"]), ValueError, "repeated"),
    ],
)
def test_concentration_refuses_bad_values(values, error, says):
    with pytest.raises(error, match=says):
        concentration(values)


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (pd.Series([1.0]), {}, "1 customer for 10 groups"),
        (pd.Series([1.0, -1.0]), {"groups": 2}, "above zero"),
        (pd.DataFrame({"spend": [1.0, 2.0]}), {"groups": 2}, "no column named"),
        (pd.DataFrame({"spend": [1.0, 2.0]}), {"by": "spnd"}, "Did you mean 'spend'"),
        (pd.Series([1.0, 2.0]), {"groups": 1}, "groups is 1"),
        (pd.Series([1e308] * 12), {}, "finite"),
    ],
)
def test_deciles_refuse_bad_tables(values, options, says):
    with np.errstate(over="ignore"), pytest.raises(ValueError, match=says):
        deciles(values, **options)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_top_share_refuses_what_is_no_share(share):
    with pytest.raises(ValueError, match="share is"):
        concentration([1.0, 2.0]).top_share(share)
