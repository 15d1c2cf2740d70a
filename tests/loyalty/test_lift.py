"""Estimators against the truth."""

import numpy as np
import pandas as pd
import pytest

from centricity import loyalty


def run(seed=3, n=6_000, selection=1.5, **options):
    programme = loyalty.Programme(
        points_per_euro=1,
        rewards=(loyalty.Reward("voucher", 100, 5, 3),),
        enrolment=loyalty.Open(share=0.5, selection=selection),
    )
    members = loyalty.Members.draw(n, rng=seed)
    return loyalty.simulate(programme, members, 18, launch=6, rng=seed, **options)


def test_self_selection_flatters_members_against_nonmembers():
    lift = loyalty.estimate_lift(run(), "members_vs_nonmembers")
    assert lift.estimate > 10 * lift.truth > 0
    assert lift.bias > 10 * lift.std_error


def test_without_any_effect_the_self_selection_trap_still_shows_a_lift():
    outcome = run(behaviour=loyalty.Behaviour.none())
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    assert lift.truth == 0
    assert lift.estimate > 10 * lift.std_error


def test_without_selection_members_and_nonmembers_are_alike():
    outcome = run(selection=0, behaviour=loyalty.Behaviour.none())
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    assert abs(lift.bias) < 4 * lift.std_error


def test_before_and_after_blames_the_programme_for_customers_who_leave():
    lift = loyalty.estimate_lift(run(), "before_after")
    assert lift.estimate < 0 < lift.truth


def test_a_randomised_holdout_is_unbiased():
    lifts = [
        loyalty.estimate_lift(run(seed, n=1_500, holdout=0.5), "holdout") for seed in range(30)
    ]
    errors = np.array([lift.bias / lift.std_error for lift in lifts])
    assert abs(errors.mean()) < 4 / np.sqrt(len(errors))
    assert 0.6 < errors.std(ddof=1) < 1.5


def test_the_truth_is_the_incremental_sales_of_the_members():
    outcome = run()
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    members = (outcome.members["group"] == "member").sum()
    total = outcome.incremental()["sales"].sum()
    assert lift.truth * members * 12 == pytest.approx(total)


def test_the_holdout_share_is_the_one_asked_for():
    counts = run(holdout=0.3).members["group"].value_counts()
    would_join = counts["member"] + counts["holdout"]
    assert abs(counts["holdout"] / would_join - 0.3) < 4 * np.sqrt(0.21 / would_join)


def test_heavy_buyers_join_in_the_documented_odds():
    outcome = run(n=40_000, selection=1.0)
    people = outcome.members[outcome.members["group"] != "gone"]
    chance = people["purchase_rate"] / (people["purchase_rate"] + 1)
    joined = people["group"] == "member"
    assert abs(joined.mean() - chance.mean()) < 4 * np.sqrt(0.25 / len(people))
    heavy = people["purchase_rate"] > 2
    assert joined[heavy].mean() == pytest.approx(chance[heavy].mean(), abs=0.03)


@pytest.mark.parametrize(
    ("method", "says"),
    [("holdout", "group 'holdout' is empty.*holdout=0.1"), ("magic", "method is 'magic'")],
)
def test_a_method_that_cannot_work_says_what_it_needs(method, says):
    with pytest.raises(ValueError, match=says):
        loyalty.estimate_lift(run(n=100), method)


@pytest.mark.parametrize("method", ["before_after", "matching", "difference_in_differences"])
def test_what_compares_with_the_past_needs_a_before(method):
    programme = loyalty.Programme(
        points_per_euro=1, rewards=(loyalty.Reward("v", 100, 5, 3),), enrolment=loyalty.Open()
    )
    outcome = loyalty.simulate(programme, loyalty.Members.draw(50, rng=1), 6, rng=1)
    with pytest.raises(ValueError, match=r"starts in period 0.*launch=12"):
        loyalty.estimate_lift(outcome, method)


TABLE = pd.DataFrame(
    {
        "group": ["member"] * 3 + ["nonmember"] * 3 + ["holdout"] * 2 + ["gone"],
        "sales_before": [10.0, 20.0, 30.0, 10.0, 20.0, 20.0, 20.0, 22.0, 99.0],
        "sales": [22.0, 40.0, 64.0, 16.0, 30.0, 34.0, 40.0, 50.0, 0.0],
    }
)


def by_hand(method, **options):
    """Estimate with one period before the launch and two after."""
    return loyalty.estimate_lift(TABLE, method, before=1, after=2, **options)


def test_the_simple_methods_by_hand():
    assert by_hand("members_vs_nonmembers").estimate == pytest.approx(21 - 80 / 6)
    assert by_hand("before_after").estimate == pytest.approx(21 - 20)
    assert by_hand("before_after").std_error == pytest.approx(
        np.std([1, 0, 2], ddof=1) / np.sqrt(3)
    )
    assert by_hand("difference_in_differences").estimate == pytest.approx(1 - (80 / 6 - 50 / 3))
    proportional = by_hand("difference_in_differences", trend="proportional")
    assert proportional.estimate == pytest.approx(21 - 20 * (80 / 6) / (50 / 3))
    assert by_hand("holdout").estimate == pytest.approx(21 - 22.5)


def test_matching_by_hand_ties_share_a_match():
    """Members at 10, 20, 30 meet others at 10 (8 a period) and twice at 20 (15 and 17)."""
    lift = by_hand("matching")
    effects = np.array([11 - 8, 20 - 16, 32 - 16])
    assert lift.estimate == pytest.approx(effects.mean())
    # Abadie & Imbens (2006): K = 1 for the one at 10; K = 1, K' = 1/2 for each at 20, whose
    # variance is (1 + 1) / 1; the lone one at 10 has its variance from the next place and is used
    # once, so that K^2 - K' = 0.
    shared = 2 * (1**2 - 0.5) * 2.0
    variance = (((effects - effects.mean()) ** 2).sum() + shared) / 9
    assert lift.std_error == pytest.approx(np.sqrt(variance))


def test_a_table_without_twins_has_no_truth():
    lift = by_hand("holdout")
    assert np.isnan(lift.truth)
    assert lift.members == 3
    assert lift.total == pytest.approx(lift.estimate * 3 * 2)


def test_the_baseline_is_what_members_would_have_bought():
    for method in loyalty.lift.METHODS:
        lift = by_hand(method)
        assert lift.baseline + lift.estimate == pytest.approx(21)


def test_matching_finds_the_effect_where_the_covariate_tells_all():
    """Joining depends on a noisy past; matching on the true rate removes what past sales leave."""
    rng = np.random.default_rng(1)
    rate = rng.gamma(2, 5, 6_000)
    joins = rng.random(6_000) < rate / (rate + 10)
    table = pd.DataFrame(
        {
            "group": np.where(joins, "member", "nonmember"),
            "rate": rate,
            "sales_before": rng.poisson(rate),
            "sales": rng.poisson(rate + 1.0 * joins),
        }
    )
    past = loyalty.estimate_lift(table, "matching", before=1, after=1)
    true = loyalty.estimate_lift(table, "matching", covariates=["rate"], before=1, after=1)
    assert abs(true.estimate - 1) < 4 * true.std_error
    assert past.estimate - 1 > 4 * past.std_error


def test_adjusting_for_past_sales_narrows_the_interval_as_much_as_they_correlate():
    outcome = run(holdout=0.5, n=8_000)
    plain = loyalty.estimate_lift(outcome, "holdout")
    sharp = loyalty.estimate_lift(outcome, "holdout", covariates=["sales_before"])
    people = outcome.members[outcome.members["group"].isin(["member", "holdout"])]
    rho = np.corrcoef(people["sales_before"], people["sales"])[0, 1]
    assert sharp.std_error / plain.std_error == pytest.approx(np.sqrt(1 - rho**2), rel=0.03)


def test_adjusting_equals_an_interacted_regression():
    """Lin (2013): the coefficient of treatment with centred covariates, by statsmodels."""
    import statsmodels.formula.api as smf

    outcome = run(holdout=0.4, n=2_000)
    people = outcome.members[outcome.members["group"].isin(["member", "holdout"])]
    x = people["sales_before"] - people["sales_before"].mean()
    frame = pd.DataFrame(
        {"y": people["sales"] / 12, "d": (people["group"] == "member").astype(float), "x": x}
    )
    fit = smf.ols("y ~ d * x", frame).fit(cov_type="HC1")
    lift = loyalty.estimate_lift(outcome, "holdout", covariates=["sales_before"])
    assert lift.estimate == pytest.approx(fit.params["d"])
    assert lift.std_error == pytest.approx(fit.bse["d"], rel=0.02)


def test_difference_in_differences_equals_a_regression_on_changes():
    import statsmodels.formula.api as smf

    outcome = run(n=2_000)
    people = outcome.members[outcome.members["group"].isin(["member", "nonmember"])]
    change = people["sales"] / 12 - people["sales_before"] / 6
    frame = pd.DataFrame({"y": change, "d": (people["group"] == "member").astype(float)})
    fit = smf.ols("y ~ d", frame).fit(cov_type="HC2")
    lift = loyalty.estimate_lift(outcome, "difference_in_differences")
    assert lift.estimate == pytest.approx(fit.params["d"])
    assert lift.std_error == pytest.approx(fit.bse["d"])


def test_the_proportional_standard_error_is_the_bootstraps():
    outcome = run(n=3_000)
    people = outcome.members[outcome.members["group"].isin(["member", "nonmember"])]
    options = {"trend": "proportional", "before": 6, "after": 12}
    lift = loyalty.estimate_lift(people, "difference_in_differences", **options)
    rng, draws = np.random.default_rng(1), []
    for _ in range(300):
        again = people.iloc[rng.integers(len(people), size=len(people))]
        draws.append(loyalty.estimate_lift(again, "difference_in_differences", **options).estimate)
    assert lift.std_error == pytest.approx(np.std(draws), rel=4 / np.sqrt(2 * 300))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"method": "holdout"}, "after is missing.*after=24"),
        ({"method": "matching", "after": 2}, "starts in period 0"),
        ({"method": "holdout", "after": 2, "covariates": ["age"]}, "column 'age' is missing"),
        ({"method": "before_after", "before": 1, "after": 2, "covariates": ["sales"]},
         "covariates were given for 'before_after'"),
        ({"method": "holdout", "after": 2, "trend": "flat"}, "trend is 'flat'"),
    ],
)  # fmt: skip
def test_a_call_that_makes_no_sense_says_so(options, says):
    with pytest.raises(ValueError, match=says):
        loyalty.estimate_lift(TABLE, **options)


def test_an_outcome_knows_its_own_periods():
    with pytest.raises(ValueError, match="An Outcome knows its periods"):
        loyalty.estimate_lift(run(n=100), "before_after", before=6)


def small_world(**options):
    programme = loyalty.Programme(
        points_per_euro=1, rewards=(loyalty.Reward("voucher", 100, 5, 3),),
        enrolment=loyalty.Open(share=0.6, selection=1.0),
    )  # fmt: skip
    return loyalty.score_estimators(
        programme, loyalty.Members.draw(3_000, rng=4), 18, launch=6, n=500, holdout=0.4, rng=4,
        progress=False, **options,
    )  # fmt: skip


def test_scores_are_the_plain_averages_over_the_runs():
    scores = small_world(runs=8)
    for method, runs in scores.runs.groupby("method"):
        row, error = scores.table.loc[method], runs["estimate"] - runs["truth"]
        assert len(runs) == 8
        assert row["bias"] == pytest.approx(error.mean())
        assert row["rmse"] == pytest.approx(np.sqrt((error**2).mean()))
        assert row["coverage"] == pytest.approx(
            runs["truth"].between(runs["low"], runs["high"]).mean()
        )


def test_scores_do_not_depend_on_the_number_of_processes():
    one, two = small_world(runs=4), small_world(runs=4, n_jobs=2)
    pd.testing.assert_frame_equal(one.runs, two.runs)


def test_the_lot_is_unbiased_and_its_intervals_keep_their_word():
    """Coverage of 95 % intervals over 200 worlds lies within four of its own standard errors."""
    methods = {
        "plain": {"method": "holdout"},
        "adjusted": {"method": "holdout", "covariates": ["sales_before"]},
    }
    table = small_world(runs=200, methods=methods).table
    assert (table["bias"].abs() < 4 * table["bias_error"]).all()
    assert (abs(table["coverage"] - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 200)).all()
    assert table.loc["adjusted", "sd"] < table.loc["plain", "sd"]


def test_naive_members_against_others_is_a_multiple_of_a_coalitions_true_effect():
    shared = loyalty.presets.supermarket_points()
    outcome = loyalty.simulate(
        shared.programme, shared.members(20_000, rng=2), 36, launch=12, rng=2
    )
    sales = outcome.history.loc[12:]
    assert 0.005 < sales["sales"].sum() / sales["twin_sales"].sum() - 1 < 0.025
    lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    assert lift.estimate > 10 * lift.truth > 0
