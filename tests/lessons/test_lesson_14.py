"""Lesson 14 says what its code gives: every number in its prose is computed here again."""

import dataclasses
import re

import numpy as np
import pytest

from build_lessons import ROOT
from centricity import datasets, loyalty
from centricity.exercises import find
from lesson_source import is_code, read_source

CELLS = read_source(ROOT / "notebooks" / "source" / "14_loyalty_design.py").cells
PROSE = " ".join(" ".join(c.source for c in CELLS if not is_code(c)).split())


@pytest.fixture(scope="module")
def customers():
    return loyalty.Members.draw(20_000, rng=14)


@pytest.fixture(scope="module")
def lesson():
    """The lesson's own programme and helpers, from its own cells."""
    names = {}
    wanted = ("import dataclasses", "draft =", "customers =", "def run", "def by_fifth")
    for cell in CELLS:
        if is_code(cell) and cell.source.startswith(wanted):
            exec(cell.source, names)
    exec("no_gold = dataclasses.replace(draft, tiers=draft.tiers[:1])", names)
    exec("def reach(o):\n    m = o.members.query(\"group == 'member'\")\n"
         "    return (m['redeemed'] > 0).mean()", names)  # fmt: skip
    return names


@pytest.fixture(scope="module")
def outcome(lesson):
    return lesson["run"](lesson["draft"], holdout=0.2)


def says(text):
    return re.sub(r"\s+", " ", text) in PROSE


def test_what_the_card_adds(lesson, outcome):
    members, shop = lesson["lift"](outcome), outcome.history.loc[12:]
    whole = shop["sales"].sum() / shop["twin_sales"].sum() - 1
    assert says(
        f"adds {members:.1%} to what its members buy, and {whole:.1%} to the whole".replace(
            "%", " %"
        )
    )


def test_the_trap(outcome):
    naive, holdout = (
        loyalty.estimate_lift(outcome, how) for how in ("members_vs_nonmembers", "holdout")
    )
    assert says(f"Members do spend {naive.relative:.0%} more".replace("%", " %"))
    assert naive.relative > 1, "the agency's slide says more than twice as much"
    low = holdout.estimate - 1.96 * holdout.std_error
    high = holdout.estimate + 1.96 * holdout.std_error
    assert low < holdout.truth < high
    assert low < 0
    assert round(high) == 5
    assert says("it reaches from below zero to five euros")


def test_the_trial_was_flattered_in_the_same_way():
    mean = (
        datasets.load_loyalty_members()
        .groupby("group", observed=True)[["sales_before", "sales", "twin_sales"]]
        .mean()
    )
    before, after = (mean[c]["member"] / mean[c]["nonmember"] for c in ("sales_before", "sales"))
    assert before > 0.9 * after, "nearly all of the ratio was there before the launch"
    assert mean.loc["holdout", "sales"] > mean.loc["member", "sales"], "as 14.1 says, by luck"
    assert 0 < find("14.1").answer() < 0.1


def test_the_gap_was_there_before_the_card(outcome):
    before = outcome.members.groupby("group", observed=True)["sales_before"].mean()
    assert says(f"Members-to-be spent {before['member'] / before['nonmember']:.2f} times as much")


def test_who_redeems_and_who_changes(lesson, outcome):
    spending, wallet = (
        lesson["by_fifth"](outcome, column) for column in ("sales_before", "share_of_wallet")
    )
    back = [round(100 * x) for g in (spending, wallet) for x in (g["back"].min(), g["back"].max())]
    assert says("{} to {} cents by past spending, {} to {} cents by share of wallet".format(*back))
    assert back[3] < 100, "no fifth earns its rewards back"
    assert wallet["back"].is_monotonic_decreasing, "least of all those without room to grow"
    assert says(f"heaviest fifth takes {100 * spending['rewards'].iloc[-1]:.0f} % of all rewards")
    low, high = 100 * spending["lift"].min(), 100 * spending["lift"].max()
    assert says(f"between {low:.1f} and {high:.1f} %")
    first, last = 100 * wallet["lift"].iloc[[0, -1]]
    assert says(f"the least here add {first:.1f} % and those with the most {last:.1f} %")
    plain = lesson["by_fifth"](lesson["run"](lesson["no_gold"]), "share_of_wallet")["lift"] * 100
    assert says(f"{plain.iloc[0]:.1f} % for those with the least of their wallet here")
    assert says(f"{plain.iloc[-1]:.1f} % for those with the most")


def test_one_effect_at_a_time(lesson):
    usual, nobody = loyalty.Behaviour(), loyalty.Behaviour.none()
    order = ["rewarded", "price_response", "goal_gradient", "privileges"]
    order += ["tier_pressure", "expiry_response"]
    alone = [
        lesson["lift"](
            lesson["run"](
                lesson["draft"], dataclasses.replace(nobody, **{name: getattr(usual, name)})
            )
        )
        for name in order
    ]
    assert alone[0] == max(alone) > 2 * max(alone[1:]), "rewarded behaviour leads by far"
    assert alone[0] < 0.02
    assert max(alone[4:]) < 0.002


def test_december_pulls_less_than_one_per_cent(lesson):
    hurry = dataclasses.replace(loyalty.Behaviour.none(), tier_pressure=0.25)
    everyone = dataclasses.replace(lesson["draft"], enrolment=None)
    status = lesson["run"](everyone, hurry)
    added, twin = status.incremental()["sales"], status.history["twin_sales"].loc[12:]
    pull = added.groupby(added.index % 12).sum() / twin.groupby(twin.index % 12).sum()
    assert pull[0] < 0.0005
    assert pull.idxmax() == 11
    assert 0.005 < pull[11] < 0.01


def test_longer_validity_less_breakage(lesson):
    lost = {}
    for months in (3, 12):
        trial = lesson["run"](dataclasses.replace(lesson["draft"], validity=months)).history
        lost[months] = 100 * trial["expired"].sum() / trial["issued"].sum()
    assert says(f"With three months {lost[3]:.0f} % of the points are lost")
    assert says(f"with twelve {lost[12]:.0f} %.")


def test_break_even_and_loss(lesson, outcome):
    money = outcome.incremental().sum()
    costs = money[["reward_cost", "tier_cost", "platform_cost"]].sum()
    share = costs / outcome.history["member_sales"].sum()
    needed, got = share / (0.35 - share), lesson["lift"](outcome)
    assert says(f"needs a rise of {100 * needed:.0f} % and gets {100 * got:.0f} %")
    assert says(f"raise the members' sales by {100 * needed:.0f} %")
    assert says(f"a loss of about €{round(-money['profit'], -4):,.0f} in two years")


def test_break_even_is_where_profit_is_zero():
    margin, cost = 0.30, 0.0096
    rise = find("14.2").answer
    assert margin * rise == pytest.approx(cost * (1 + rise))


def test_nunes_dreze_interval():
    share = np.array([0.34, 0.19])
    error = np.sqrt((share * (1 - share) / 150).sum())
    low, high = 100 * (0.15 - 1.96 * error), 100 * (0.15 + 1.96 * error)
    assert says(f"it may be {low:.0f} points or {high:.0f}")


@pytest.mark.parametrize("seed", [14, 1])
def test_the_thin_reward_that_is_near_wins_under_the_budget(lesson, seed):
    """The registered choice is right for other draws of customers too; the table is our own."""
    designs = {"draft": lesson["draft"]} | {
        name: dataclasses.replace(
            lesson["no_gold"], rewards=(loyalty.Reward(name, price, face, cost),)
        )
        for name, price, face, cost in [
            ("voucher", 500, 5, 3.25), ("small", 200, 2, 0.7), ("big", 1000, 10, 3.5),
        ]
    }  # fmt: skip
    people, fits = loyalty.Members.draw(20_000, rng=seed), {}
    for name, design in designs.items():
        trial = loyalty.simulate(design, people, 36, launch=12, rng=seed)
        total = trial.incremental().sum()
        paid = total[["reward_cost", "tier_cost", "platform_cost"]].sum()
        share = 100 * paid / trial.history["member_sales"].sum()
        reach = 100 * lesson["reach"](trial)
        profit = f"{'−' if total['profit'] < 0 else ''}€{round(abs(total['profit']), -3):,.0f}"
        member_sales = trial.history["member_sales"].sum()
        if seed == 14:
            assert says(f"| {share:.1f} | {reach:.1f} | {profit} |"), name
            assert name != "small" or 8e6 < member_sales < 8.5e6, "more than €8 million"
        if share <= 1 and reach >= 200 / 3:
            fits[name] = total["profit"]
    assert list(fits) == [find("14.5").answer]
    assert 0 < fits["small"] < 0.002 * member_sales, "it about breaks even"


def test_ben_adds_most_without_gold_and_ada_draws_level_with_it(lesson, customers):
    rates, shares = np.tile([4, 1.5, 1 / 6], 1000), np.tile([0.95, 0.35, 0.10], 1000)
    crowd = customers.head(3000).assign(purchase_rate=rates, share_of_wallet=shares)
    added = {}
    for name in ("no_gold", "draft"):
        programme = dataclasses.replace(lesson[name], enrolment=None)
        lives = loyalty.simulate(programme, crowd, 24, rng=14).members
        gain = (lives["sales"] - lives["twin_sales"]).to_numpy()
        added[name] = gain.reshape(1000, 3).mean(axis=0)
    ada, ben, cleo = added["no_gold"]
    assert ben > ada > cleo
    assert says(f"Ben adds €{ben:.0f} in two years, Ada €{ada:.0f} and Cleo €{cleo:.0f}.")
    assert find("14.3").answer == "Ben"
    assert added["draft"][0] == pytest.approx(added["draft"][1], rel=0.2)


def test_a_famous_effect_is_worth_less_in_sales_than_its_number(lesson):
    cafe = loyalty.presets.coffee_stamps()
    guests = cafe.members(20_000, rng=14)
    gained = {}
    for effect, value in (("goal_gradient", 0.32), ("endowed_progress", 0.6)):
        only = loyalty.Behaviour.only(**{effect: value}, half_worth=0)
        trial = loyalty.simulate(cafe.programme, guests, 24, behaviour=only, rng=14)
        gained[effect] = 100 * lesson["lift"](trial)
    assert says(f"the last gap by 20 % adds {gained['goal_gradient']:.1f} % on average")
    assert says(f"is worth {gained['endowed_progress']:.1f} % in two years")
    usual = loyalty.Behaviour()
    assert round(0.32 / usual.goal_gradient) == 6, "our defaults are a sixth ..."
    assert round(0.6 / usual.endowed_progress) == 12, "... and a twelfth as strong"


def test_only_the_rolling_rule_has_demoted_anybody(lesson):
    falls = {
        type(window).__name__: lesson["run"](dataclasses.replace(lesson["draft"], window=window))
        .history["downgrades"].sum()
        for window in (loyalty.Calendar(12), loyalty.Rolling(12))
    }  # fmt: skip
    assert falls["Calendar"] == 0
    assert says(f"under the rolling rule {falls['Rolling']:,} times")


def test_the_thin_shared_card_moves_sales_by_about_one_per_cent():
    shared = loyalty.presets.supermarket_points()
    trial = loyalty.simulate(
        shared.programme, shared.members(20_000, rng=14), 36, launch=12, rng=14
    )
    sales = trial.history.loc[12:]
    assert 0.005 < sales["sales"].sum() / sales["twin_sales"].sum() - 1 < 0.02
    assert shared.programme.point_value * shared.programme.points_per_euro == 0.005


@pytest.fixture(scope="module")
def searched(lesson):
    names = dict(lesson) | {"check": lambda *_: None}
    for cell in CELLS:
        if is_code(cell) and cell.source.startswith(("pencils =", "found =")):
            exec(cell.source, names)
    return names


def test_every_finalist_comes_down_where_each_had_luck_of_its_own(searched):
    towns = searched["towns"]
    table = towns.table[towns.table["finalist"]].drop("no programme")
    assert len(table) == 4
    assert (table["fresh"] < table["screened"]).all()
    assert says(f"the winner by €{towns.curse:.0f}")


def test_the_profit_hangs_on_rewarded_behaviour(searched):
    found, few = searched["found"], searched["few"]
    doubt = loyalty.sensitivity(
        found.programme, few, 24, traits={"share_of_wallet": (0.5, 1.5)}, runs=2, rng=14,
        progress=False,
    )  # fmt: skip
    first = doubt.table.iloc[0]
    assert first.name == "rewarded"
    assert -doubt.base < first["at_low"] < 0, "a small loss"
    assert 3.5 < first["at_high"] / doubt.base < 4.5, "four times as large"
    assert first["high_value"] == pytest.approx(3 * loyalty.Behaviour().rewarded)
    wallet = doubt.table.iloc[1]
    assert "share_of_wallet" in wallet.name.replace(" ", "_")
    assert wallet["high_value"] == 1.5, "half as much again"
    assert wallet["at_high"] < 0, "the card loses money"


def test_the_canvas_leaves_one_question_open_and_does_not_pay(searched):
    names = dict(searched)
    for cell in CELLS:
        if is_code(cell) and cell.source.startswith("page ="):
            exec(cell.source, names)
    result = names["page"].run(names["few"], rng=14)
    assert [ask.split(":")[0] for ask in result.questions()] == ["Responsibility"]
    assert result.scores["profit, €"] < 0
