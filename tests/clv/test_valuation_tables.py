"""Iso-value curves, cohorts, and the check of independence."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from centricity.clv import (
    BGNBD,
    GammaGamma,
    ParetoNBD,
    cohort_value,
    independence,
    iso_value,
    value,
)

BUY = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
PARETO = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
SPEND = GammaGamma(p=6.25, q=3.74, gamma=15.44)


def pareto_dert(m, x, t_x, T, force):
    """Equation (2) of the paper: with the confluent hypergeometric function of the second kind."""
    history = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
    alive = m.p_alive(history).item()
    rate = (m.r + x) / (m.alpha + T)
    z = force * (m.beta + T)
    return rate * alive * (m.beta + T) ** m.s * force ** (m.s - 1) * special.hyperu(m.s, m.s, z)


@pytest.mark.parametrize(("x", "t_x"), [(1, 5.0), (4, 40.0), (12, 76.0)])
def test_iso_value_fader_hardie_lee_2005_dert_of_the_pareto_nbd(x, t_x):
    """T = 78 weeks and 15 % a year, as in the paper, by its closed form."""
    rate = 1.15 ** (1 / 52) - 1
    table = iso_value(PARETO, T=78, discount_rate=rate, frequency=[x], recency=[t_x])
    by_hand = pareto_dert(PARETO, x, t_x, 78.0, np.log1p(rate))
    assert table.loc[t_x, x] == pytest.approx(by_hand, rel=1e-6)


def test_iso_value_rises_with_recency_and_bends_back_with_frequency():
    table = iso_value(PARETO, T=78, discount_rate=0.0027)
    assert table.shape == (100, 20)
    assert (table.diff().iloc[1:] > 0).all().all()
    assert table.iloc[-1].is_monotonic_increasing
    assert table.loc[39.0].idxmax() < 10  # half a life of silence: fewer purchases are worth more


def test_iso_value_in_money_is_the_value_of_such_customers():
    table = iso_value(
        BUY, T=52, discount_rate=0.002, frequency=[2, 5], recency=[20, 50], spend=SPEND,
        monetary_value=60, margin=0.3, horizon=104,
    )  # fmt: skip
    customers = pd.DataFrame(
        {"frequency": [2, 5], "recency": [20.0, 50.0], "T": 52.0, "monetary_value": 60.0}
    )
    worth = value(customers, BUY, SPEND, discount_rate=0.002, margin=0.3, horizon=104)["clv"]
    assert [table.loc[20, 2], table.loc[50, 5]] == pytest.approx(worth.tolist())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frequency": [0, 1]}, "frequency holds 0"),
        ({"recency": [10, 60]}, "recency runs from 10 to 60 with T = 52"),
        ({"monetary_value": 30}, "monetary_value is given without spend"),
        ({"T": 0}, "T is 0"),
    ],
)
def test_iso_value_refuses_what_cannot_be(options, message):
    with pytest.raises(ValueError, match=r"clv\.iso_value: " + message):
        iso_value(BUY, **{"T": 52, "discount_rate": 0.002, **options})


@pytest.fixture
def base(rng):
    """Two cohorts with money earned and what they cost."""
    table = BUY.simulate(np.repeat([80.0, 30.0], 300), rng=rng).customers
    spent = SPEND.simulate(table["frequency"], rng=rng).customers["monetary_value"]
    table = table[["frequency", "recency", "T"]].assign(monetary_value=spent)
    table["year"] = np.repeat([2024, 2025], 300)
    table["earned"] = 10.0 + 0.3 * table["frequency"] * spent
    table["paid"] = np.repeat([8.0, 12.0], 300)
    return table


def test_cohorts_add_up_what_was_and_what_is_to_come(base):
    terms = {"discount_rate": 0.002, "margin": 0.3}
    table = cohort_value(
        base, BUY, SPEND, cohort="year", to_date="earned", acquisition_cost="paid", **terms
    )
    worth = value(base, BUY, SPEND, **terms)["clv"]
    for year, group in base.groupby("year"):
        row = table.loc[year]
        assert row["customers"] == 300
        assert row["cost"] == pytest.approx(group["paid"].sum())
        assert row["to_date"] == pytest.approx(group["earned"].sum())
        assert row["to_come"] == pytest.approx(worth[group.index].sum())
        assert row["total"] == pytest.approx(row["to_date"] + row["to_come"] - row["cost"])
        assert row["total_each"] == pytest.approx(row["total"] / 300)


def test_each_cohort_may_have_its_own_model(base):
    terms = {"cohort": "year", "to_date": "earned", "discount_rate": 0.002, "margin": 0.3}
    worse = BGNBD(r=0.243, alpha=9.0, a=0.793, b=2.426)
    own = cohort_value(base, {2024: BUY, 2025: worse}, SPEND, **terms)
    for year, model in ((2024, BUY), (2025, worse)):
        alone = cohort_value(base[base["year"] == year], model, SPEND, **terms)
        pd.testing.assert_frame_equal(own.loc[[year]], alone)
    far = cohort_value(base, BUY, SPEND, **terms, horizon={2024: 26, 2025: 104})
    for year, ahead in ((2024, 26), (2025, 104)):
        alone = cohort_value(base[base["year"] == year], BUY, SPEND, **terms, horizon=ahead)
        pd.testing.assert_frame_equal(far.loc[[year]], alone)
    with pytest.raises(ValueError, match=r"horizon has no horizon for the cohort 2025"):
        cohort_value(base, BUY, SPEND, **terms, horizon={2024: 26})
    with pytest.raises(ValueError, match=r"no model for the cohort 2025, only for '2024'"):
        cohort_value(base, {2024: BUY}, SPEND, **terms)


def test_cohorts_of_fits_have_intervals(base):
    fits = BGNBD.fit(base), GammaGamma.fit(base)
    terms = {"cohort": "year", "to_date": "earned", "discount_rate": 0.002, "margin": 0.3}
    table = cohort_value(base, *fits, **terms, rng=1)
    assert (table["to_come_lower"] < table["to_come"]).all()
    assert (table["to_come"] < table["to_come_upper"]).all()
    np.testing.assert_allclose(table["to_come_lower_each"] * 300, table["to_come_lower"])


def test_a_column_that_is_missing_is_refused(base):
    terms = {"cohort": "year", "discount_rate": 0.002, "margin": 0.3}
    with pytest.raises(ValueError, match=r"clv\.cohort_value: the column 'profit' is missing"):
        cohort_value(base, BUY, SPEND, to_date="profit", **terms)
    with pytest.raises(ValueError, match="the column 'price' is missing"):
        cohort_value(base, BUY, SPEND, to_date="earned", acquisition_cost="price", **terms)


def linked(x, slope, rng):
    """Mean spends that rise with log₂ frequency by a share ``slope``."""
    table = GammaGamma(p=3.5, q=4.5, gamma=46.0).simulate(x, rng=rng).customers
    factor = 1 + slope * (np.log2(x) - np.log2(x).mean())
    return table.assign(monetary_value=table["monetary_value"] * factor)


def test_independence_is_kept_where_it_holds_and_given_up_where_not(rng):
    x = rng.geometric(0.25, 3000)
    free = independence(linked(x, 0.0, rng), worlds=100, rng=1)
    assert free.plausible
    assert free.per_doubling_lower < 0 < free.per_doubling_upper
    tied = independence(linked(x, 0.15, rng), worlds=100, rng=1)
    assert not tied.plausible
    assert tied.per_doubling_lower < 0.15 < tied.per_doubling_upper
    assert "independence is not plausible" in str(tied)


def test_independence_alone_gives_a_positive_rank_correlation(rng):
    """The trap: means of few skewed amounts lie below the average more often than means of many."""
    x = rng.geometric(0.25, 20_000)
    found = independence(linked(x, 0.0, rng), worlds=100, rng=1)
    assert found.lower > 0
    assert found.chance_lower > 0
    assert found.plausible


def test_independence_range_holds_as_often_as_it_says():
    kept = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        kept += independence(
            linked(rng.geometric(0.3, 300), 0.0, rng), worlds=60, rng=rng
        ).plausible
    # Binomial(40, 0.93) is 30 or more with probability above 0.999; fitting narrows it little.
    assert kept >= 30


def test_rank_correlation_and_interval_are_scipys(rng):
    table = linked(rng.geometric(0.25, 500), 0.1, rng)
    found = independence(table, worlds=20, rng=1)
    rho = stats.spearmanr(table["frequency"], table["monetary_value"]).statistic
    assert found.correlation == pytest.approx(rho)
    half = 1.959964 * np.sqrt((1 + rho**2 / 2) / 497)
    assert np.arctanh([found.lower, found.upper]) == pytest.approx(
        [np.arctanh(rho) - half, np.arctanh(rho) + half]
    )


def test_slope_and_its_errors_are_those_of_statsmodels(rng):
    sm = pytest.importorskip("statsmodels.api")
    table = linked(rng.geometric(0.25, 500), 0.1, rng)
    found = independence(table, worlds=20, rng=1)
    y, x = table["monetary_value"], np.log2(table["frequency"])
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC1", use_t=True)
    low, high = fit.conf_int().loc["frequency"] / y.mean()
    assert found.per_doubling == pytest.approx(fit.params["frequency"] / y.mean())
    assert found.per_doubling_lower == pytest.approx(low)
    assert found.per_doubling_upper == pytest.approx(high)


def test_the_table_by_frequency_counts_everybody_with_a_repeat(rng):
    table = linked(rng.geometric(0.25, 500), 0.0, rng)
    table.loc[:9, ["frequency", "monetary_value"]] = 0
    found = independence(table, most=4, worlds=20, rng=1)
    rows = found.by_frequency
    assert found.n == rows["customers"].sum() == 490
    assert rows.index.tolist() == ["1", "2", "3", "4+"]
    one = table.loc[table["frequency"] == 1, "monetary_value"]
    interval = stats.t.interval(0.95, len(one) - 1, one.mean(), stats.sem(one))
    assert rows.loc["1", ["lower", "upper"]].tolist() == pytest.approx(list(interval))


def test_independence_needs_two_frequencies_and_ten_customers():
    few = pd.DataFrame({"frequency": [1, 2, 3], "monetary_value": [10.0, 20.0, 30.0]})
    with pytest.raises(ValueError, match="3 customers have repeat purchases, with 3 frequencies"):
        independence(few)
    alike = pd.DataFrame({"frequency": [2] * 20, "monetary_value": np.arange(1.0, 21.0)})
    with pytest.raises(ValueError, match="20 customers have repeat purchases, with 1 frequencies"):
        independence(alike)
