"""The search, the tornado and the canvas."""

import dataclasses
import importlib

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from centricity import loyalty
from centricity.loyalty.found import cross_checked

CARD = loyalty.Programme(
    points_per_euro=1,
    rewards=(loyalty.Reward("pencils", 200, 2, 0.7), loyalty.Reward("pen", 1_000, 12, 4)),
    tiers=(loyalty.Tier("card", 0), loyalty.Tier("gold", 600, 1.5, cost=0.5, hazard_cut=0.1)),
    validity=12,
)
PEOPLE = loyalty.Members.draw(600, rng=5)


def test_variants_change_what_they_name_and_nothing_else():
    found = loyalty.variants(
        CARD, points_per_euro=[1, 2], thresholds=[(300,), (900,)], price=[100], validity=[6, None]
    )
    assert len(found) == 8
    one = found["points_per_euro 2, thresholds (900,), price 100, validity None"]
    assert (one.points_per_euro, one.validity) == (2, None)
    assert [tier.threshold for tier in one.tiers] == [0, 900]
    assert [reward.points for reward in one.rewards] == [100, 1_000]
    back = dataclasses.replace(
        one, points_per_euro=1, validity=12, tiers=CARD.tiers, rewards=CARD.rewards
    )
    assert back == CARD


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"earn_rate": [1]}, "no rule 'earn_rate'"),
        ({"thresholds": [(300, 600)]}, "thresholds has 2 numbers, and the programme 1 tiers"),
        ({"validity": [0]}, "validity is 0"),
    ],
)
def test_variants_that_make_no_programme_say_so(rules, says):
    with pytest.raises(ValueError, match=says):
        loyalty.variants(CARD, **rules)


@pytest.mark.parametrize("value", [6, None, "6"])
def test_one_value_in_place_of_several_is_pointed_out(value):
    with pytest.raises(TypeError, match=r"validity is .*, one value.*Write validity="):
        loyalty.variants(CARD, validity=value)


def find(candidates=None, **options):
    candidates = candidates or loyalty.variants(CARD, price=[100, 200, 400])
    options = {"screen": 2, "fresh": 4, "finalists": 2, "rng": 6, "progress": False} | options
    return loyalty.search(candidates, PEOPLE, 18, launch=6, **options)


def test_no_programme_is_always_there_and_earns_nothing():
    table = find().table
    row = table.loc["no programme"]
    assert (row["screened"], row["fresh"], row["cost"]) == (0, 0, 0)
    assert bool(row["finalist"])


def test_what_only_loses_gives_way_to_no_programme():
    dear = dataclasses.replace(CARD, platform_cost=1e5)
    found = find(loyalty.variants(dear, price=[100, 200]))
    assert (found.best, found.programme) == ("no programme", None)
    assert found.conf_int() == (0, 0)
    assert (found.table["behind"].drop("no programme").dropna() > 0).all()


def test_the_best_is_the_one_that_a_plain_loop_finds():
    """The same worlds, played by hand: the seeds are what the search draws from its rng."""
    candidates = loyalty.variants(CARD, price=[100, 200, 400], validity=[6, 12])
    found = find(candidates, finalists=6, fresh=5)
    rng = np.random.default_rng(6)
    for _ in range(2):
        rng.integers(2**62, size=len(candidates))
    worlds = [int(seed) for seed in rng.integers(2**62, size=5)]
    mean = {
        name: np.mean(
            [
                loyalty.simulate(p, PEOPLE, 18, launch=6, rng=w).incremental()["profit"].sum()
                for w in worlds
            ]
        )
        for name, p in candidates.items()
    } | {"no programme": 0.0}
    assert found.best == max(mean, key=mean.get)
    for name, value in mean.items():
        assert found.table.loc[name, "fresh"] == pytest.approx(value)


def test_a_budget_leaves_out_what_costs_more():
    free = find(finalists=3).table["cost"]
    limit = float(free.drop("no programme").median())
    found = find(budget=limit, finalists=3)
    assert found.table.loc[found.best, "cost"] <= limit
    dear = found.table["cost"] > limit
    assert dear.any()
    assert not found.table.loc[dear, "affordable"].any()
    assert (found.table.loc[dear, "p_best"].fillna(0) == 0).all()
    assert find(budget=0).best == "no programme"


def test_the_search_does_not_depend_on_the_number_of_processes():
    pd.testing.assert_frame_equal(find().table, find(n_jobs=2).table)


def test_chances_of_being_the_best_sum_to_one():
    assert find().table["p_best"].sum() == pytest.approx(1)


def test_common_luck_makes_differences_exact():
    """Two names for one programme differ by nothing at all where they share their luck."""
    twins = {"one": CARD, "two": dataclasses.replace(CARD)}
    table = find(twins).table.drop("no programme")
    assert table["fresh"].nunique() == 1
    apart = find(twins, common=False).table.drop("no programme")
    assert apart["screened"].nunique() == 2


def test_the_winner_of_many_alike_is_cursed():
    """Thirty names for one programme, each with luck of its own: the best look is only luck."""
    alike = {f"copy {n}": CARD for n in range(30)}
    curses = [find(alike, common=False, rng=seed).curse for seed in range(6)]
    assert np.mean(curses) > 2 * np.std(curses, ddof=1) / np.sqrt(6) > 0


@pytest.fixture
def noise(monkeypatch):
    """Return a way to search among candidates whose results are drawn, not simulated."""
    module = importlib.import_module("centricity.loyalty.search")

    def search(means, seed, spread=1.0, **options):
        names = list(means)

        def drawn(programme, table, periods, behaviour, launch, world, measure):
            name = names[programme.joining_bonus]
            luck = np.random.default_rng([world, programme.joining_bonus])
            return means[name] + spread * luck.standard_normal(), 1.0, 0.0

        monkeypatch.setattr(module, "_result", drawn)
        cards = {n: dataclasses.replace(CARD, joining_bonus=i) for i, n in enumerate(names)}
        options = {"screen": 2, "fresh": 12, "finalists": len(cards)} | options
        return loyalty.search(cards, PEOPLE, 2, rng=seed, progress=False, **options)

    return search


def test_the_reported_value_of_pure_luck_is_unbiased_and_its_interval_holds(noise):
    """Four candidates that all earn 10 (and no programme nothing): whoever is chosen earns 10."""
    alike = {f"copy {n}": 10.0 for n in range(4)}
    founds = [noise(alike, seed) for seed in range(400)]
    value = np.array([found.value for found in founds])
    error = value.std(ddof=1) / np.sqrt(len(value))
    assert abs(value.mean() - 10) < 3 * error < 0.15
    flattered = np.array([found.table["fresh"].iloc[0] for found in founds])
    # Of four standard normal numbers the largest is 1.0294 on average.
    assert flattered.mean() - 10 == pytest.approx(1.0294 / np.sqrt(12), abs=0.05)
    held = np.mean([low <= 10 <= high for low, high in (found.conf_int() for found in founds)])
    assert held > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400)
    # The errors of the two halves are added in full: never less than the true spread.
    assert np.mean([found.value_error for found in founds]) > value.std(ddof=1)


def test_where_no_programme_is_as_good_the_value_is_nothing_on_average(noise):
    founds = [noise({"card": 0.0}, seed) for seed in range(400)]
    value = np.array([found.value for found in founds])
    assert abs(value.mean()) < 3 * value.std(ddof=1) / 20 < 0.06
    flattered = np.mean([found.table["fresh"].iloc[0] for found in founds])
    positive_part = 1 / np.sqrt(2 * np.pi)  # mean of max(0, z) for a standard normal z
    assert flattered == pytest.approx(positive_part / np.sqrt(12), abs=0.03)


def test_a_clear_winner_is_reported_as_it_is(noise):
    """Both halves choose the same: the value is the plain mean, and all its worlds count."""
    found = noise({"good": 50.0, "bad": 10.0}, 1)
    runs = found.runs["good"]
    assert found.value == pytest.approx(runs.mean())
    assert found.value == pytest.approx(found.table.loc["good", "fresh"])
    halves = [part.std(ddof=1) * np.sqrt(6) / 12 for part in (runs[:6], runs[6:])]
    assert found.value_error == pytest.approx(sum(halves))
    low, high = found.conf_int(0.9)
    assert high - found.value == pytest.approx(stats.t.ppf(0.95, 10) * sum(halves))
    assert (low + high) / 2 == pytest.approx(found.value)


def test_each_half_keeps_to_the_budget_by_what_it_sees_itself(noise):
    found = noise({"good": 50.0, "bad": 10.0}, 1, budget=0.5)
    assert (found.best, found.value, found.value_error) == ("no programme", 0.0, 0.0)
    values = pd.DataFrame({"dear": [9.0, 9, 7, 7], "thin": [5.0, 5, 4, 4]})
    costs = pd.DataFrame({"dear": [1.0, 1, 9, 9], "thin": [1.0, 1, 1, 1]})
    # The first half may choose the dear one (7 in the second); the second, the thin one only (5).
    assert cross_checked(values, costs, limit=3.0) == (6.0, 0.0)


def test_the_table_carries_the_intervals_by_students_t():
    found = find(fresh=6)
    table, best = found.table, found.table.loc[found.best]
    for column, worlds in (("screened", 2), ("fresh", 6), ("behind", 6)):
        t = stats.t.ppf(0.975, worlds - 1)
        expected = t * table[f"{column}_error"]
        np.testing.assert_allclose(table[f"{column}_reach"], expected)
    low, high = found.conf_int()
    assert best["value"] - best["value_reach"] == pytest.approx(low)
    assert best["value"] + best["value_reach"] == pytest.approx(high)
    assert table["value"].drop(found.best).isna().all()


def test_a_reward_out_of_reach_does_not_pass_for_a_bargain():
    cards = loyalty.variants(
        dataclasses.replace(CARD, rewards=CARD.rewards[:1]), price=[200, 10**5]
    )
    with pytest.warns(
        UserWarning, match=r"search: 1 of 2 candidates have a reward .* \(first: 'price 100000'\)"
    ):
        find(cards)


def test_what_else_a_simulation_warns_of_is_not_lost():
    late = dataclasses.replace(CARD, campaigns=(loyalty.Campaign("late", 99, 99),))
    with pytest.warns(UserWarning, match="campaign 'late' never runs"):
        find({"late": late})


def test_several_behaviours_take_turns():
    moods = [loyalty.Behaviour.none(), loyalty.Behaviour(rewarded=0.5)]
    runs = find(behaviour=moods, fresh=4, measure="sales").runs.drop(columns="no programme")
    assert (runs.iloc[[0, 2]] == 0).all().all()
    assert (runs.iloc[[1, 3]] > 0).all().all()


@pytest.mark.parametrize(
    ("candidates", "says"),
    [
        ({}, "candidates is empty"),
        ({"no programme": CARD}, "'no programme'.*always there"),
    ],
)
def test_a_search_without_sense_says_so(candidates, says):
    with pytest.raises(ValueError, match=says):
        loyalty.search(candidates, PEOPLE, 12, progress=False)


def test_a_candidate_is_a_programme():
    with pytest.raises(TypeError, match="'a' is a str"):
        loyalty.search({"a": "b"}, PEOPLE, 12, progress=False)


def tornado(**options):
    options = {"runs": 2, "launch": 6, "rng": 7, "progress": False} | options
    return loyalty.sensitivity(CARD, PEOPLE, 18, **options)


def test_every_effect_is_moved_and_the_widest_comes_first():
    table = tornado().table
    assert set(table.index) == {f.name for f in dataclasses.fields(loyalty.Behaviour)}
    assert table["swing"].abs().is_monotonic_decreasing
    assert table.loc["referral", "swing"] == 0, "the programme pays for no friends"


def test_the_base_is_the_plain_simulation():
    usual = loyalty.Behaviour().rewarded
    found = tornado(measure="sales", ranges={"rewarded": (usual, usual)})
    assert found.base == pytest.approx(found.table.loc["rewarded", "at_low"])
    seeds = np.random.default_rng(7).integers(2**62, size=2)
    plain = [
        loyalty.simulate(CARD, PEOPLE, 18, launch=6, rng=int(s)).incremental()["sales"].sum()
        for s in seeds
    ]
    assert found.base == pytest.approx(np.mean(plain))


def test_a_trait_is_scaled_and_cut_at_one():
    found = tornado(ranges={}, traits={"share_of_wallet": (1.0, 100.0)}, measure="sales",
                    behaviour=loyalty.Behaviour.only(rewarded=0.5))  # fmt: skip
    row = found.table.loc["share_of_wallet ×"]
    assert row["at_low"] == pytest.approx(found.base)
    assert row["at_high"] == 0, "who buys everything here cannot buy more"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"ranges": {"glow": (0, 1)}}, "no assumption 'glow'"),
        ({"ranges": {"rewarded": (0, 2)}}, "rewarded is 2"),
        ({"traits": {"mood": (0, 1)}}, "no assumption 'mood'"),
        ({"measure": "joy"}, "measure is 'joy'"),
    ],
)
def test_a_tornado_without_sense_says_so(options, says):
    with pytest.raises(ValueError, match=says):
        tornado(**options)


WORDS = dict.fromkeys(
    ("brand", "reward", "data", "interaction", "honour", "participation", "responsibility"), "said"
)


def test_a_blank_canvas_asks_for_everything():
    asks = loyalty.Canvas("blank").questions()
    assert [ask.split(":")[0] for ask in asks] == [
        "Goals", "Brand", "Reward", "Data", "Interaction", "Honour", "Participation",
        "Responsibility",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"goals": ["more members"], "fee": 20}, "keeps people out"),
        ({"goals": ["higher value"]}, "no tier asks for more"),
        ({"goals": ["continued buying"], "validity": None}, "nothing has a date"),
        ({"goals": ["stored value"], "validity": 6}, "points die after 6 periods"),
        ({"goals": ["continued buying"], "reward_worth": 20}, "10.0 % back.*a price cut"),
        ({"goals": ["continued buying"], "reward_cost": 9}, "costs you more than it is worth"),
    ],
)
def test_a_canvas_says_where_its_parts_disagree(rules, says):
    import re

    asks = loyalty.Canvas("page", **(WORDS | rules)).questions()
    assert any(re.search(says, ask) for ask in asks)


def test_a_page_that_says_all_asks_nothing():
    assert loyalty.Canvas("page", goals=["continued buying"], **WORDS).questions() == []


def test_a_canvas_run_is_the_simulation_of_its_programme():
    page = loyalty.Canvas("page", goals=["higher value"], top_tier=600, joining=1.0)
    result = page.run(PEOPLE, 18, launch=6, rng=8)
    plain = loyalty.simulate(page.programme(), PEOPLE, 18, launch=6, rng=8)
    profit = plain.incremental()["profit"].sum()
    assert result.scores["profit, €"] == pytest.approx(profit)
    assert result.scores["members, % of customers"] == 100
    lift, needed = result.scores[["lift of members' sales, %", "lift needed to break even, %"]]
    assert (lift > needed) == (profit > 0)


def test_a_tier_that_nobody_reaches_is_a_question():
    page = loyalty.Canvas("page", goals=["higher value"], top_tier=1e6, **WORDS)
    assert page.run(PEOPLE, 12, rng=1).questions() == [
        "Top tier: nobody got there. Whom is it for?"
    ]


def test_a_reward_that_nobody_got_is_a_question():
    page = loyalty.Canvas("page", goals=["continued buying"], reward_points=10**6, **WORDS)
    assert page.run(PEOPLE, 12, rng=1).questions() == [
        "Reward: nobody got one. Is it within reach?"
    ]


def test_an_unknown_goal_is_refused():
    with pytest.raises(ValueError, match="a goal is 'fame'"):
        loyalty.Canvas("page", goals=["fame"])
