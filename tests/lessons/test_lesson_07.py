"""The numbers that lesson 07 states in its prose are the numbers of the data, or of mathematics."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from centricity import clv, datasets
from centricity.exercises import _contracts as answers

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/07_contracts.py"
ASK = {"margin": 48.0, "discount_rate": 0.10}
OLD = (2015, 2016, 2017)


@pytest.fixture(scope="module")
def prose():
    return re.sub(r"\n# ?", " ", SOURCE.read_text(encoding="utf-8"))


def counts(offer=None):
    members = answers.yearly()
    return clv.survivors(
        members if offer is None else members[members["offer"] == offer], cohort="year"
    )


@pytest.fixture(scope="module")
def table():
    return counts()


@pytest.fixture(scope="module")
def full():
    return answers.model_of("full price", 2021)


@pytest.fixture(scope="module")
def half():
    return answers.model_of("half price", 2021)


def test_the_dial_and_both_values_by_the_formula(prose, table):
    due = sum(table.loc[year, 2020 - year] for year in range(2015, 2021))
    made = sum(table.loc[year, 2021 - year] for year in range(2015, 2021))
    dial = made / due
    assert answers.dial(2021) == pytest.approx(dial)
    assert round(dial, 2) == 0.83
    assert round(48 * dial / (1.1 - dial)) == 146
    assert round(48 * dial * 1.1 / (1.1 - dial)) == 160
    assert round(48 * dial / (1.1 - dial) - 12) == 134
    assert "worth 146 €, which makes 134 € in all" in prose
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
    dials = [answers.dial(year) for year in range(2016, 2022)]
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
    errors = answers.scores(used=7, start=8)
    assert errors["BdW"] < errors["sBG"] / 2
    small, large = (
        kind.fit(high[:8]).model for kind in (clv.ShiftedBetaGeometric, clv.BetaDiscreteWeibull)
    )
    assert small.survival(12) < 0.394 < large.survival(12)
    assert round(large.c, 1) == 1.7
    assert large.retention(12) > large.retention(1)  # each one worse, the segment better


def test_the_dip_alone_could_be_chance_but_the_seven_renewals_are_not(prose):
    """The p-value from the log-likelihoods that the papers print."""
    size = datasets.load_retention()["high_end"].to_numpy()
    first, second = size[1] / size[0], size[2] / size[1]
    error = np.sqrt(first * (1 - first) / size[0] + second * (1 - second) / size[1])
    assert 0 < (first - second) / error < 1.28
    p_value = stats.chi2.sf(2 * (-1605.314 + 1611.158), 1)
    assert round(p_value, 4) == 0.0006
    assert "`p_value` of 0.0006" in prose
    if_a_hundred = stats.chi2.sf(0.1 * 2 * (-1605.314 + 1611.158), 1)
    assert if_a_hundred > 0.2


def test_the_sbg_misses_the_start_on_both_sides_and_is_too_low_later():
    size = datasets.load_retention()["high_end"].to_numpy()
    rates = size[1:] / size[:-1]
    sbg = clv.ShiftedBetaGeometric.fit(size[:8]).model.retention(np.arange(1, 13))
    assert sbg[0] < rates[0]
    assert (sbg[1:3] > rates[1:3]).all()
    assert (sbg[4:] < rates[4:]).all()
    assert rates.min() > 0.82  # where the axis starts


def test_all_four_intervals_contain_the_truth(prose, full, half):
    for offer, model, coin in (("full price", full, 0.19), ("half price", half, 0.44)):
        assert round(model.alpha / (model.alpha + model.beta), 2) == coin
        assert f"probability {coin}" in prose or f"with {coin}" in prose
        t = counts(offer)
        known = t.where(np.add.outer(t.index, t.columns) <= 2021).loc[:2021, :6]
        interval = clv.ShiftedBetaGeometric.fit(known).conf_int()
        truth = datasets.club_truth().loc["yearly", :].loc[offer].loc[2015:2020]
        truth = truth[["alpha", "beta"]]
        assert (interval["lower"] <= truth.min()).all()
        assert (interval["upper"] >= truth.max()).all()
        if offer == "full price":
            assert round(interval.loc["alpha", "upper"], 2) == 1.00
    assert len(answers.yearly()) == 8800


def test_four_renewals_halve_the_average_coin_of_the_lottery(prose):
    """The mean of Beta(.8, 3.2) is .2, that of Beta(.8, 7.2) is .1."""
    assert "fell from 0.20 to 0.10" in prose
    people = clv.ShiftedBetaGeometric(0.8, 3.2).simulate_members(100_000, 8, rng=7)
    left = people.loc[people["renewals"] >= 4, "theta"]
    error = left.std() / np.sqrt(len(left))
    assert abs(left.mean() - stats.beta(0.8, 7.2).mean()) < 4 * error
    assert abs(people["theta"].mean() - stats.beta(0.8, 3.2).mean()) < 0.003


def test_the_formula_is_too_low_for_most_and_too_high_for_some(prose, full, half):
    formula = answers.by_formula(answers.dial(2021))
    made = np.arange(9)
    assert (full.clv(made, **ASK) > formula).all()
    assert (half.clv(made, **ASK) > formula).tolist() == [False, False] + [True] * 7
    assert (half.clv([4, 5, 6], **ASK) > 200).all()
    assert counts("half price").loc[2021, 0] + counts("half price").loc[2020, 1] == 431
    assert "431 of the 3,061 members" in prose
    assert full.retention(1) < answers.dial(2021) < full.retention(2)  # beginners included
    for model, n in ((full, 4), (half, 0)):  # Fader & Hardie (2010): DERL by Gauss's function
        a, b = model.alpha, model.beta + n
        derl = b / (a + b) * special.hyp2f1(1, b + 1, a + b + 1, 1 / 1.1)
        assert model.derl(n, 0.1) == pytest.approx(derl, rel=1e-9)
    assert full.expected_lifetime() == np.inf
    seen = sum(full.survival(k, given=4) / 1.1 ** (k - 5) for k in (5, 6))
    assert round(seen / full.derl(4, 0.1), 2) == 0.26
    assert "Only a quarter of the value" in prose


def test_the_envelope(prose, table, full, half):
    there = sum(table.loc[year, 2021 - year] for year in OLD)
    left = sum(table.loc[year, 2025 - year] for year in OLD)
    assert (there, left) == (786, 574)
    dial = answers.dial(2021)
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
    for said in (
        "368. There were 574, and the model said 570",
        "expected 141, and the model 72; there were 69",
    ):
        assert said in prose


def test_what_those_who_are_left_would_have_to_be_worth(prose, table, full, half):
    there = sum(table.loc[year, 2021 - year] for year in OLD)
    paid = sum(48 * table.loc[y, 2021 - y + k] / 1.1 ** (k - 1) for y in OLD for k in range(1, 5))
    assert round((200 * there - paid) * 1.1**4 / 574) == 127
    new = counts("half price").loc[2021]
    brought = sum(48 * new[k] / 1.1**k for k in range(1, 5)) - 12 * 301
    assert round((100 * 301 - brought) * 1.1**5 / 69) == 422
    assert "worth 127 € each" in prose
    assert "worth 422 € each" in prose
    assert full.clv(8, **ASK) > 300
    assert round(half.clv(4, **ASK), -1) == 230


def profile(offer, level, value):
    """Least and greatest of a value among all parameters that the likelihood does not refuse."""
    t = counts(offer).loc[:2020, :6]
    t = t.where(np.add.outer(t.index, t.columns) <= 2021).to_numpy()
    alpha, beta = np.exp(np.meshgrid(np.linspace(-1, 1, 161), np.linspace(-1, 1.5, 161)))
    fit = 0.0
    for row in t:
        for n in range(1, np.isfinite(row).sum()):
            keep = (beta + n - 1) / (alpha + beta + n - 1)
            fit += row[n] * np.log(keep) + (row[n - 1] - row[n]) * np.log(1 - keep)
    inside = 2 * (fit.max() - fit) <= stats.chi2.ppf(level, 1)
    values = [value(a, b) for a, b in zip(alpha[inside], beta[inside], strict=True)]
    return min(values), max(values)


def new_half(alpha, beta):
    derl = beta / (alpha + beta) * special.hyp2f1(1, beta + 1, alpha + beta + 1, 1 / 1.1)
    return 48 * derl / 1.1 - 12


def test_the_newcomers_90_percent_interval_ends_below_100_and_the_95_percent_one_beyond(
    prose, half
):
    assert round(new_half(half.alpha, half.beta)) == 80
    assert "worth 80 €, first year included" in prose
    low, high = profile("half price", 0.90, new_half)
    assert 95 < high < 100
    assert low == pytest.approx(66, abs=2)
    assert profile("half price", 0.95, new_half)[1] > 100


def test_both_decisions_were_right_under_the_truth(prose):
    """With the true parameters: the old are worth 301 to 327 against 200, the new 70 for 100."""
    truth = datasets.club_truth().loc["yearly"]
    true = []
    for year in (2017, 2016, 2015):
        alpha, beta = truth.loc[("full price", year), ["alpha", "beta"]]
        beta += 2021 - year
        derl = beta / (alpha + beta) * special.hyp2f1(1, beta + 1, alpha + beta + 1, 1 / 1.1)
        true.append(round(48 * derl))
    assert true == [301, 315, 327]
    agency = new_half(*truth.loc[("half price", 2022), ["alpha", "beta"]])
    assert round(agency) == 70
    low, high = profile("half price", 0.90, new_half)
    assert low < agency < high
    assert "they are worth 70 €" in prose


def test_totals_of_four_years(prose, table, full, half):
    young = table.loc[:2021]
    when = np.add.outer(young.index, young.columns)
    actual = young.where((when > 2021) & (when <= 2025)).sum().sum()
    dial, now = answers.dial(2021), sum(table.loc[y, 2021 - y] for y in range(2015, 2022))
    steady = sum(now * dial**k for k in (1, 2, 3, 4))
    assert steady / actual - 1 == pytest.approx(-0.08, abs=0.005)  # "8 % too low"
    pot = answers.model_of(None, 2021)
    in_pot = sum(
        table.loc[y, 2021 - y] * pot.survival(2021 - y + k, given=2021 - y)
        for y in range(2015, 2022)
        for k in (1, 2, 3, 4)
    )
    assert 1.03 < in_pot / actual < 1.06
    youngest = sum(860 * pot.survival(k) - table.loc[2021, k] for k in (1, 2, 3, 4))
    assert youngest > 0.5 * (in_pot - actual)  # "above all for the youngest cohort"
    misses = []
    for offer, model in (("full price", full), ("half price", half)):
        t = counts(offer)
        then = {y: t.loc[y, 2021 - y] for y in range(2015, 2022)}
        seen = sum(t.loc[y, 2021 - y + k] for y in then for k in (1, 2, 3, 4))
        by_dial = sum(n * dial**k for n in then.values() for k in (1, 2, 3, 4))
        by_model = sum(
            n * model.survival(2021 - y + k, given=2021 - y)
            for y, n in then.items()
            for k in (1, 2, 3, 4)
        )
        misses += [round(by_dial / seen - 1, 2), round(float(by_model / seen - 1), 2)]
    assert misses == [-0.15, 0.0, 0.5, 0.08]
    assert "15 % too low for those who joined at full price, 50 % too high" in prose


def worth_now(model_of):
    return sum(
        counts(offer).loc[year, 2025 - year] * model_of(offer, year).clv(2025 - year, **ASK)
        for offer in ("full price", "half price")
        for year in range(2015, 2026)
    )


def test_one_pot_puts_the_club_of_2025_14_percent_above_its_true_value(prose):
    truth = datasets.club_truth().loc["yearly"]
    true = worth_now(
        lambda offer, year: clv.ShiftedBetaGeometric(*truth.loc[(offer, year), ["alpha", "beta"]])
    )
    assert answers.by_model(pot=None) / true == pytest.approx(1.14, abs=0.005)
    assert "14 % above its true value; a pot for each" in prose
    by_kind = worth_now(lambda offer, year: answers.model_of(offer))
    assert by_kind == pytest.approx(answers.by_model(), rel=1e-9)
    assert by_kind / true == pytest.approx(1.03, abs=0.01)
    assert answers.error() * 1000 / by_kind == pytest.approx(-0.41, abs=0.01)  # "two fifths"


def test_members_with_four_renewals_hold_half_of_the_value():
    here = answers.yearly()[answers.yearly()["still_member"]]
    value = pd.concat(
        answers.model_of(offer).clv(group["renewals"], **ASK)
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
    model = answers.month_model("BetaDiscreteWeibull")
    assert model.retention(np.arange(1, 13)).min() > 0.89
    assert round(model.survival(12).item(), 1) == 0.4
    yearly = answers.model_of("full price").clv_new(**ASK)
    assert answers.by_month() / yearly == pytest.approx(0.42, abs=0.02)  # "two fifths"
    members = datasets.load_club_members()
    table = clv.survivors(members[members["plan"] == "monthly"], cohort="joined")
    drift, fixed = clv.BetaDiscreteWeibull.fit(table), clv.ShiftedBetaGeometric.fit(table)
    assert drift.lr_test(fixed)["p_value"] < 0.001  # "prefers it clearly"
