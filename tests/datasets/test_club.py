"""The club tells the story that the datasheet prints, and its truth can be found again."""

import numpy as np
import pandas as pd
import pytest

from centricity import clv, datasets


@pytest.fixture(scope="module")
def members():
    return datasets.load_club_members()


@pytest.fixture(scope="module")
def yearly(members):
    kept = members[members["plan"] == "yearly"]
    return kept.assign(year=kept["joined"].dt.year)


@pytest.fixture(scope="module")
def table(yearly):
    return clv.survivors(yearly, cohort="year")


def test_columns_are_typed_and_complete(members):
    assert members["member_id"].is_unique
    assert [str(t) for t in members.dtypes[["member_id", "plan", "offer"]]] == ["str"] * 3
    for name in ("joined", "ended"):
        assert pd.api.types.is_datetime64_any_dtype(members[name])
    assert members["still_member"].dtype == bool
    assert (members["ended"].isna() == members["still_member"]).all()
    assert members.drop(columns="ended").notna().all(axis=None)
    assert members["joined"].is_monotonic_increasing


def test_dates_and_renewals_agree(members):
    def month(days):
        return days.dt.year * 12 + days.dt.month

    length = np.where(members["plan"] == "yearly", 12, 1)
    there = members["still_member"]
    due = (2025 * 12 + 12 - month(members["joined"])) // length
    assert (members["renewals"] == due)[there].all()
    assert (members["renewals"] < due)[~there].all()
    last = month(members["joined"]) + length * (members["renewals"] + 1) - 1
    assert (month(members["ended"]) == last)[~there].all()
    assert members["ended"].dropna().dt.is_month_end.all()


def test_money_is_that_of_the_datasheet(members):
    kinds = members.groupby(["plan", "offer"])[["joining_price", "fee", "margin"]].agg(
        ["min", "max"]
    )
    assert (kinds.xs("min", axis=1, level=1) == kinds.xs("max", axis=1, level=1)).all(axis=None)
    by_hand = {
        ("monthly", "full price"): [12, 12, 4.2],
        ("yearly", "full price"): [120, 120, 48],
        ("yearly", "half price"): [60, 120, 48],
    }
    assert kinds.xs("min", axis=1, level=1).T.to_dict(orient="list") == by_hand


def test_every_kind_renews_by_its_truth(members):
    """Losses at each renewal against those expected, cell by cell: a chi-squared statistic."""
    truth, score, cells = datasets.club_truth(), 0.0, 0
    year = members["joined"].dt.year
    for (plan, offer, cohort), row in truth.iterrows():
        kind = members[(members["plan"] == plan) & (members["offer"] == offer) & (year == cohort)]
        assert len(kind) == row["members"]
        model = clv.BetaDiscreteWeibull(**row[["alpha", "beta", "c"]])
        counts = clv.survivors(kind, cohort="joined")
        at_risk = counts.shift(1, axis=1).iloc[:, 1:].where(counts.iloc[:, 1:].notna()).sum()
        stayed = counts.iloc[:, 1:].sum()
        expected = model.retention(np.arange(1, counts.shape[1])) if counts.shape[1] > 1 else []
        for n, (risk, stay, p) in enumerate(zip(at_risk, stayed, expected, strict=True)):
            if risk * (1 - p) > 5 and risk * p > 5:
                score += (stay - risk * p) ** 2 / (risk * p * (1 - p))
                cells += 1
                assert n < 60
    assert cells > 100
    assert abs(score - cells) < 4 * np.sqrt(2 * cells)


@pytest.mark.parametrize("offer", ["full price", "half price"])
def test_the_yearly_truth_is_inside_the_confidence_intervals(yearly, offer):
    fit = clv.ShiftedBetaGeometric.fit(
        clv.survivors(yearly[yearly["offer"] == offer], cohort="year")
    )
    truth = datasets.club_truth().loc["yearly", offer][["alpha", "beta"]]
    interval = fit.conf_int()
    assert (interval["lower"] <= truth.max()).all()
    assert (interval["upper"] >= truth.min()).all()


def test_the_monthly_truth_is_inside_the_confidence_intervals(members):
    monthly = members[members["plan"] == "monthly"]
    fit = clv.BetaDiscreteWeibull.fit(clv.survivors(monthly, cohort="joined"))
    truth = datasets.club_truth().loc["monthly"].iloc[0][["alpha", "beta", "c"]]
    assert fit.conf_int()["lower"].lt(truth).all()
    assert fit.conf_int()["upper"].gt(truth).all()


def test_the_dial_stands_still_while_cohorts_get_worse(table):
    due, made = {}, {}
    for year in range(2016, 2026):
        older = [cohort for cohort in table.index if cohort < year]
        due[year] = sum(table.loc[c, year - c - 1] for c in older)
        made[year] = sum(table.loc[c, year - c] for c in older)
    dial = pd.Series(made) / pd.Series(due)
    assert dial.between(0.805, 0.835).all()
    first = (table[1] / table[0]).dropna()
    assert first.iloc[0] == pytest.approx(0.816)
    assert first.iloc[-1] == pytest.approx(0.61, abs=0.005)


def test_datasheet_prints_the_table(source, yearly):
    readme = (source / "README.md").read_text(encoding="utf-8")
    for year, cohort in yearly.groupby("year"):
        half = (cohort["offer"] == "half price").sum()
        once = f"{(cohort['renewals'] >= 1).sum():,}" if year < 2025 else "–"
        there = cohort["still_member"].sum()
        assert f"| {year} | {len(cohort):,} | {half:,} | {once} | {there:,} |" in readme
    assert "between 81 and 83 % of all contracts" in readme
    assert "fell from 82 to 61 %" in readme
