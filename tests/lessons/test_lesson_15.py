"""Lesson 15 says what its code gives: every number in its prose is computed here again."""

import re

import numpy as np
import pytest

from build_lessons import ROOT
from centricity import datasets, loyalty
from centricity.exercises import find
from lesson_source import is_code, read_source

CELLS = read_source(ROOT / "notebooks" / "source" / "15_loyalty_money_and_proof.py").cells
PROSE = " ".join(" ".join(c.source for c in CELLS if not is_code(c)).split())


@pytest.fixture(scope="module")
def lesson():
    """The lesson's own programme, worlds and helpers, from its own cells."""
    names = {}
    wanted = ("import dataclasses", "pencils =", "issued =", "triangle =", "since =", "truth =",
              "methods =", "would =", "shocks =", "pencil =")  # fmt: skip
    for cell in CELLS:
        if is_code(cell) and cell.source.startswith(wanted):
            exec(cell.source, names)
    return names


def says(text):
    return re.sub(r"\s+", " ", text) in PROSE


def test_what_a_point_costs(lesson):
    face, _, so_far, all_in = lesson["cost"]
    assert face == 10, "€10 to the member"
    assert 2.8 < so_far < 3.4, "about three to the shop"
    assert 0.5 < all_in / so_far - 1 < 0.65, "more than half as much again"


def test_the_triangle_foresees_what_the_world_does_later(lesson):
    triangle, known = lesson["triangle"], lesson["known"]
    low, high = triangle.conf_int()
    in_the_end = known["redeemed"].sum() / known["issued"].sum()
    assert low < in_the_end < high
    assert known["issued"].sum() == lesson["issued"], "the same world, let run on"
    assert not (known["issued"] - known["redeemed"] - known["expired"]).any()
    by_cohort = known.set_index("issued_in").sort_index()
    assert (by_cohort["redeemed"] / by_cohort["issued"]).nsmallest(2).index.isin([12, 13]).all()
    so_far = lesson["redeemed"] / lesson["issued"]
    assert so_far < low
    assert says(f"The triangle says {100 * triangle.rate:.0f} % in the end")
    assert round(100 * triangle.rate) - 85 == 10, "wrong by ten points"


def test_the_airline(lesson):
    breakage = datasets.load_behaviour_findings().query("topic == 'breakage'")["value"]
    assert says("breakage of {:g}, {:g} and {:g} % in three years".format(*breakage))


def test_the_debt_is_zero_while_points_are_out(lesson):
    owed, out = lesson["owed"], lesson["since"]["outstanding"]
    assert owed.loc[35, "85 %"] == pytest.approx(0, abs=0.5)
    assert owed.loc[23, "85 %"] > 1000
    assert says(f"{round(out.loc[35], -3):,} points are out")
    jump = owed["85, then 95 %"]
    assert jump.loc[36] - jump.loc[35] > 5000


def test_the_roll_forward_adds_up(lesson):
    for roll in lesson["rolls"].values():
        moved = roll[["opening", "issued", "redeemed", "expired", "change_of_estimate"]].sum(axis=1)
        np.testing.assert_allclose(moved, roll["closing"], atol=1e-6)


def test_three_profits(lesson):
    everything, _, truth = lesson["profit"]
    assert says(f"about €{round(truth, -3):,.0f} in three years")
    assert 270 < everything / truth < 300, "nearly three hundred times"
    assert 9.5e6 < lesson["outcome"].history["member_sales"].sum() < 1e7, "nearly ten million"
    assert lesson["naive"].relative > 1, "more than twice as much"


def test_four_of_five_miss_the_truth_and_two_see_harm(lesson):
    lifts = {m: loyalty.estimate_lift(lesson["outcome"], m) for m in loyalty.lift.METHODS}
    hits = [m for m, e in lifts.items() if e.conf_int()[0] <= e.truth <= e.conf_int()[1]]
    assert hits == ["holdout"]
    harm = [m for m, e in lifts.items() if e.conf_int()[1] < 0]
    assert harm == ["before_after", "difference_in_differences"]


def test_both_groups_moved_alike_before_the_launch_and_not_after(lesson):
    outcome = lesson["outcome"]
    means = outcome.panel.groupby(outcome.members["group"], observed=True).mean()
    halves = means.T.groupby(means.columns // 6).mean()
    gap = halves["member"] - halves["nonmember"]
    assert [round(x) for x in gap.iloc[:2]] == [39, 39]
    assert says("The gap stays at 39 euros")
    assert gap.iloc[2] > gap.iloc[3] > gap.iloc[-1]
    ratio = halves["member"] / halves["nonmember"]
    assert ratio.iloc[-1] == pytest.approx(ratio.iloc[0], rel=0.05), "the same per cent"


def test_three_methods_keep_their_word(lesson):
    table = lesson["scores"].table
    kept = table[table["coverage"] >= 0.9].index.tolist()
    assert kept == ["holdout", "differences, in per cent", "hold-out, adjusted"]
    assert table.loc["members_vs_nonmembers", "coverage"] == 0, "wrong sixty times of sixty"
    assert table.loc["hold-out, adjusted", "sd"] < 2 / 3 * table.loc["holdout", "sd"]


def test_the_difference_in_per_cent_fails_where_heavy_buyers_are_more_faithful(lesson):
    people = lesson["customers"]
    rate = people.table["purchase_rate"].clip(lower=0.05)
    hazard = (0.02 * (rate / rate.mean()) ** -0.8).clip(0, 0.5)
    outcome = loyalty.simulate(
        lesson["card"], people.assign(hazard=hazard), 36, launch=12, holdout=0.2, rng=15
    )
    drift = loyalty.estimate_lift(outcome, **lesson["methods"]["differences, in per cent"])
    assert drift.bias > 8 * drift.std_error
    lot = loyalty.estimate_lift(outcome, **lesson["methods"]["hold-out, adjusted"])
    assert abs(lot.bias) < 3 * lot.std_error


def test_how_many_customers_the_trial_takes(lesson):
    outcome = lesson["outcome"]
    lift = loyalty.estimate_lift(outcome, "holdout")
    members = outcome.members[outcome.members["group"] == "member"]
    rise = members["sales"].sum() / members["twin_sales"].sum() - 1
    assert says(f"The card adds {100 * rise:.1f} %.")
    assert lift.truth == pytest.approx(rise * members["twin_sales"].mean() / 36)
    assert 0.85 < lesson["monthly"].std() / lesson["monthly"].mean() < 1.15
    seen = lesson["seen"]
    assert seen.loc[35_000, "half, adjusted"] < 1.8 < seen.loc[20_000, "half, adjusted"]
    test = loyalty.HoldoutTest.from_history(
        lesson["monthly"], share=0.5, earlier=lesson["past"], n=1000
    )
    assert test.customers_needed(0.018 * test.mean) == pytest.approx(35_000, rel=0.05)
    assert says("some 35,000 customers")


def test_a_small_trial_hardly_ever_sees_the_effect(lesson):
    runs = lesson["scores"].runs
    for name in ("holdout", "hold-out, adjusted"):
        mine = runs[runs["method"] == name]
        assert ((mine["low"] > 0) | (mine["high"] < 0)).mean() < 0.2


def test_a_run_costs_little_and_a_closure_strands_most_points(lesson):
    table = lesson["shocks"].table
    redeemed = table["redeemed"] / table["outstanding"]
    assert says(f"only {100 * redeemed['closed with notice']:.0f} % of the points owed")
    extra = table["reward_cost"] - table.loc["as planned", "reward_cost"]
    assert 0 < extra["everyone redeems"] < 1000
    assert abs(table.loc["everyone redeems", "profit_against_plan"]) < 2000


def test_the_honest_interval_holds_the_truth_and_zero(lesson):
    honest = loyalty.estimate_lift(lesson["outcome"], "holdout", covariates=["sales_before"])
    low, high = (b * honest.members * 36 * 0.35 - lesson["costs"] for b in honest.conf_int())
    assert low < 0 < lesson["truth"]["profit"] < high


@pytest.mark.parametrize("seed", [15, 2])
def test_only_small_change_closes_the_card_fairly_and_without_a_run(lesson, seed):
    """The registered choice is right for other draws of customers too; the table is our own."""
    people, fits = loyalty.Members.draw(20_000, rng=seed), []
    plans = {"at once": ("card", 0), "three months": ("card", 3), "twelve months": ("card", 12),
             "small change": ("change", 3)}  # fmt: skip
    for name, (rules, notice) in plans.items():
        path = loyalty.simulate(
            lesson[rules], people, 66, launch=12, rng=seed,
            events=(loyalty.Close(48, notice=notice),),
        ).history  # fmt: skip
        honoured = path["redeemed"][48:].sum() / path["outstanding"][47]
        peak = path["redeemed"][48:].max() / path["redeemed"][36:48].mean()
        if seed == 15:
            row = f"{100 * honoured:.0f} | {peak:.1f} |"
            assert says(f"| {name} | {row}") or says(f"| **{name}** | {row}"), (name, row)
        if honoured >= 2 / 3 and peak <= 2:
            fits.append(name)
    assert fits == [find("15.5").answer]


def test_the_reason_after_15_4_counts_right():
    z = 1.959964 + 0.841621  # two-sided 5 %, power 80 %
    assert find("15.4").answer() == pytest.approx(4 * (z * 52) ** 2, rel=1e-3)
    assert round(find("15.4").answer(), -3) == 85_000


def test_the_reason_after_15_1_counts_right():
    goods, points = loyalty.allocate(480, [480, 43.2])
    assert find("15.1").answer() == pytest.approx(points, abs=0.006)
    assert goods + points == 480
