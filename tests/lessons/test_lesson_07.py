"""The numbers that lesson 07 states in its prose are the numbers of the data, or of mathematics."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from centricity import clv, datasets
from centricity.exercises import lesson_07

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/07_contracts.py"
ASK = {"margin": 48.0, "discount_rate": 0.10}
OLD = (2015, 2016, 2017)


@pytest.fixture(scope="module")
def prose():
    return re.sub(r"\n# ?", " ", SOURCE.read_text(encoding="utf-8"))


def counts(offer=None):
    members = lesson_07.yearly()
    return clv.survivors(
        members if offer is None else members[members["offer"] == offer], cohort="year"
    )


@pytest.fixture(scope="module")
def table():
    return counts()


@pytest.fixture(scope="module")
def full():
    return lesson_07.model_of("full price", 2021)


@pytest.fixture(scope="module")
def half():
    return lesson_07.model_of("half price", 2021)


def test_the_dial_and_both_values_by_the_formula(prose, table):
    due = sum(table.loc[year, 2020 - year] for year in range(2015, 2021))
    made = sum(table.loc[year, 2021 - year] for year in range(2015, 2021))
    dial = made / due
    assert lesson_07.dial(2021) == pytest.approx(dial)
    assert round(dial, 2) == 0.83
    assert round(48 * dial / (1.1 - dial)) == 146
    assert round(48 * dial * 1.1 / (1.1 - dial)) == 160
    assert round(48 * dial / (1.1 - dial) - 12) == 134
    assert "is then worth 146 €, in all 134 €" in prose
    assert "**83 %** were renewed" in prose


def test_gupta_lehmann_stuart_2004_formula_250_annuity_360_and_what_lies_between():
    """Margin 100, retention .8, discount rate .12; the annuity is 44 % too high."""
    formula = 100 * 0.8 / (1 + 0.12 - 0.8)
    annuity = [100 * (1 - 1.12**-years) / 0.12 for years in (4, 5)]
    assert formula == pytest.approx(250)
    assert [round(value) for value in annuity] == [304, 360]
    assert round(annuity[1] / formula - 1, 2) == 0.44
    contracts = np.arange(1, 2000)
    chance = 0.8 ** (contracts - 1) * 0.2
    own = chance @ (100 * (1 - 1.12 ** -(contracts - 1.0)) / 0.12)
    assert own == pytest.approx(250)
    assert chance @ contracts == pytest.approx(5)


def test_cohorts_as_the_prose_reads_them(prose, table):
    assert table.loc[2015, [0, 1, 2, 6]].tolist() == [500, 408, 342, 227]
    first = (table[1] / table[0]).loc[2015:2020]
    assert (round(first[2015], 2), round(first[2020], 2)) == (0.82, 0.74)
    assert 0.76 < first.mean() < 0.80  # "nearly eight in ten"
    fifth = (table[5] / table[4]).loc[2015:2016]
    assert fifth.between(0.89, 0.915).all()
    assert stats.spearmanr(first.index, first).statistic < -0.9  # "the younger … the lower"
    dials = [lesson_07.dial(year) for year in range(2016, 2022)]
    assert (round(min(dials), 2), round(max(dials), 2)) == (0.81, 0.83)
    assert "between 0.81 and 0.83" in prose


def test_old_members_hide_the_decline_of_the_new(table):
    """Had the mix of ages stayed that of 2019, the dial would have fallen."""

    def rates(year):
        cohorts = [c for c in range(2015, year)]
        due = pd.Series({year - c: table.loc[c, year - c - 1] for c in cohorts})
        made = pd.Series({year - c: table.loc[c, year - c] for c in cohorts})
        return due, made / due

    due, before = rates(2017)
    _, after = rates(2021)
    same_ages = (due * after.reindex(due.index)).sum() / due.sum()
    assert same_ages < (due * before).sum() / due.sum() - 0.02


def test_two_kinds_go_from_70_to_89_percent():
    total = [500 * 0.9**n + 500 * 0.5**n for n in range(9)]
    assert round(total[1] / total[0], 2) == 0.70
    assert round(total[8] / total[7], 2) == 0.89


def test_each_renewal_adds_one_to_beta(full):
    later = clv.ShiftedBetaGeometric(alpha=full.alpha, beta=full.beta + 3)
    n = np.arange(10)
    np.testing.assert_allclose(later.survival(n), full.survival(n + 3, given=3))
    assert full.retention(4) == pytest.approx((full.beta + 3) / (full.alpha + full.beta + 3))


def test_regular_is_forecast_within_two_points_and_scored(prose):
    share = datasets.load_retention()["regular"] / 1000
    model = clv.ShiftedBetaGeometric.fit(datasets.load_retention()["regular"][:5]).model
    years = np.arange(5, 13)
    miss = np.abs(model.survival(years) - share[5:]) * 100
    assert miss.max() < 2
    steady = np.abs(share[4] ** (years / 4) - share[5:]) * 100
    assert steady.mean() > 9 * miss.mean()
    assert share[12] == 0.173


def test_high_end_dips_at_the_second_renewal_and_drift_more_than_halves_the_error(prose):
    high = datasets.load_retention()["high_end"]
    rates = (high / high.shift()).iloc[1:5].round(2).tolist()
    assert rates == [0.87, 0.86, 0.88, 0.91]
    errors = lesson_07.scores(used=7, start=8)
    assert errors["BdW"] < errors["sBG"] / 2
    small, large = (
        kind.fit(high[:8]).model for kind in (clv.ShiftedBetaGeometric, clv.BetaDiscreteWeibull)
    )
    assert small.survival(12) < 0.394 < large.survival(12)
    assert round(large.c, 1) == 1.7
    assert large.retention(12) > large.retention(1)  # each one worse, the segment better


def test_both_intervals_contain_the_truth(prose, full, half):
    assert full.alpha / (full.alpha + full.beta) == pytest.approx(0.2, abs=0.01)
    assert half.alpha / (half.alpha + half.beta) == pytest.approx(0.45, abs=0.02)
    members = lesson_07.yearly()
    for offer in ("full price", "half price"):
        t = counts(offer)
        known = t.where(np.add.outer(t.index, t.columns) <= 2021).loc[:2021, :6]
        interval = clv.ShiftedBetaGeometric.fit(known).conf_int()
        truth = datasets.club_truth().loc["yearly", :].loc[offer].loc[2015:2020]
        truth = truth[["alpha", "beta"]]
        assert (interval["lower"] <= truth.max()).all()
        assert (interval["upper"] >= truth.min()).all()
    assert len(members) == 8800


def test_the_formula_is_too_low_for_most_and_too_high_for_some(prose, full, half):
    formula = lesson_07.by_formula(lesson_07.dial(2021))
    made = np.arange(9)
    assert (full.clv(made, **ASK) > formula).all()
    assert (half.clv(made, **ASK) > formula).tolist() == [False, False] + [True] * 7
    assert (half.clv([4, 5, 6], **ASK) > 200).all()
    assert full.expected_lifetime() == np.inf
    seen = sum(full.survival(k, given=4) / 1.1 ** (k - 5) for k in (5, 6))
    assert round(seen / full.derl(4, 0.1), 2) == 0.26
    assert "Only a quarter of the value" in prose


def test_the_envelope(prose, table, full, half):
    there = sum(table.loc[year, 2021 - year] for year in OLD)
    left = sum(table.loc[year, 2025 - year] for year in OLD)
    assert (there, left) == (786, 574)
    dial = lesson_07.dial(2021)
    assert round(there * dial**4) == 368
    expected = sum(
        counts(offer).loc[year, 2021 - year] * model.survival(2025 - year, given=2021 - year)
        for offer, model in (("full price", full), ("half price", half))
        for year in OLD
    )
    assert round(expected) == 570
    assert sum(counts("half price").loc[year, 2021 - year] for year in OLD) == 26
    new = counts("half price").loc[2021]
    assert (new[0], new[4]) == (301, 69)
    assert round(301 * dial**4) == 141
    paid = sum(48 * table.loc[y, 2021 - y + k] / 1.1 ** (k - 1) for y in OLD for k in range(1, 5))
    assert round(paid / there) == 137
    brought = sum(48 * new[k] / 1.1**k for k in range(1, 5)) / 301 - 12
    assert round(brought) == 40
    assert (round(left / there, 2), round(69 / 301, 2)) == (0.73, 0.23)
    for said in ("368. There were 574, and the model said 570", "expected 141; there were 69"):
        assert said in prose


def test_both_decisions_were_right_under_the_truth(table):
    """With the true parameters: the old are worth more than 200, the new less than 100."""
    truth = datasets.club_truth().loc["yearly"]
    for year in OLD:
        alpha, beta = truth.loc[("full price", year), ["alpha", "beta"]]
        assert clv.ShiftedBetaGeometric(alpha, beta).clv(2021 - year, **ASK) > 280
    alpha, beta = truth.loc[("half price", 2022), ["alpha", "beta"]]
    assert clv.ShiftedBetaGeometric(alpha, beta).clv_new(**ASK, first_margin=-12) < 80


def test_totals_of_four_years(prose, table, full, half):
    young = table.loc[:2021]
    when = np.add.outer(young.index, young.columns)
    actual = young.where((when > 2021) & (when <= 2025)).sum().sum()
    dial, now = lesson_07.dial(2021), sum(table.loc[y, 2021 - y] for y in range(2015, 2022))
    steady = sum(now * dial**k for k in (1, 2, 3, 4))
    assert steady / actual - 1 == pytest.approx(-0.08, abs=0.005)  # "8 % too low"
    pot = lesson_07.model_of(None, 2021)
    in_pot = sum(
        table.loc[y, 2021 - y] * pot.survival(2021 - y + k, given=2021 - y)
        for y in range(2015, 2022)
        for k in (1, 2, 3, 4)
    )
    assert 1.03 < in_pot / actual < 1.06


def worth_now(model_of):
    return sum(
        counts(offer).loc[year, 2025 - year] * model_of(offer, year).clv(2025 - year, **ASK)
        for offer in ("full price", "half price")
        for year in range(2015, 2026)
    )


def test_one_pot_overvalues_the_club_of_2025_by_14_percent(prose):
    truth = datasets.club_truth().loc["yearly"]
    true = worth_now(
        lambda offer, year: clv.ShiftedBetaGeometric(*truth.loc[(offer, year), ["alpha", "beta"]])
    )
    assert lesson_07.by_model(one_pot=True) / true == pytest.approx(1.14, abs=0.005)
    assert "overvalues the club of 2025 by 14 %" in prose
    by_kind = worth_now(lambda offer, year: lesson_07.model_of(offer))
    assert by_kind == pytest.approx(lesson_07.by_model(), rel=1e-9)
    assert by_kind / true == pytest.approx(1.03, abs=0.01)
    assert lesson_07.error() * 1000 / by_kind == pytest.approx(-0.41, abs=0.01)  # "two fifths"


def test_members_with_four_renewals_hold_half_of_the_value():
    here = lesson_07.yearly()[lesson_07.yearly()["still_member"]]
    value = pd.concat(
        lesson_07.model_of(offer).clv(group["renewals"], **ASK)
        for offer, group in here.groupby("offer")
    )
    often = here["renewals"].loc[value.index] >= 4
    assert value[often].sum() / value.sum() == pytest.approx(0.5, abs=0.03)


def test_a_saved_member_has_a_worse_coin(prose, full):
    """Coins of those about to leave at the fifth renewal, against those who renew: a simulation."""
    members = full.simulate_members(400_000, 5, rng=2)
    about_to_leave = members.loc[~members["still_member"] & (members["renewals"] == 4), "theta"]
    stayed = members.loc[members["still_member"], "theta"]
    assert 1 - about_to_leave.mean() == pytest.approx(0.80, abs=0.005)
    assert 1 - stayed.mean() == pytest.approx(0.91, abs=0.005)
    assert "probability 0.80, not 0.91" in prose


def test_alike_members_who_grow_more_loyal_have_the_same_curve(full):
    n = np.arange(1, 15)
    rate = (full.beta + n - 1) / (full.alpha + full.beta + n - 1)  # everybody's, at renewal n
    np.testing.assert_allclose(np.cumprod(rate), full.survival(n))


def test_monthly_members_renew_nine_in_ten_and_four_in_ten_are_left_after_a_year():
    model = lesson_07.month_model("BetaDiscreteWeibull")
    assert model.retention(np.arange(1, 13)).min() > 0.89
    assert round(model.survival(12).item(), 1) == 0.4
    yearly = lesson_07.model_of("full price").clv_new(**ASK)
    assert lesson_07.by_month() < yearly / 2
