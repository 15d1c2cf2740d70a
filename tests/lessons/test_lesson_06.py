"""The numbers that lesson 06 states in its prose are the numbers of the data, or of mathematics."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from centricity import datasets, profitability
from centricity.exercises import find, lesson_06

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/06_who_makes_you_money.py"
REACTION = profitability.Reaction(base=0.05, price=10, service=2, elasticity=0.5, unsure=0.4)
MENU = {
    "release": profitability.RELEASE,
    "price": profitability.Action(rise=0.10),
    "service": profitability.Action(saving=0.25),
    "both": profitability.Action(rise=0.10, saving=0.25),
}
CALM, STORM, GOLIATH = "H037", "H038", "H051"


@pytest.fixture(scope="module")
def prose():
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return " ".join(" ".join(line.lstrip("# ") for line in lines if line.startswith("#")).split())


@pytest.fixture(scope="module")
def table():
    return lesson_06.books(2024)[0]


@pytest.fixture(scope="module")
def costs():
    return lesson_06.books(2024)[1]


@pytest.fixture(scope="module")
def later():
    return lesson_06.books(2024, "within_three_years", 0.90)[0]


@pytest.fixture(scope="module")
def below(table):
    return table.index[table["profit"] < 0]


@pytest.fixture(scope="module")
def truth():
    return datasets.hire_truth()


def plan(whom, action):
    return dict.fromkeys(whom, action)


def true_statement(truth, horizon, machines):
    pools = datasets.load_hire_pools()
    own = pools[pools["year"] == 2024].set_index("pool").rename(columns={horizon: "avoidable"})
    times = datasets.load_hire_times()
    costs = profitability.cost_to_serve(truth[times.index], times, pools=own)
    return profitability.statement(truth, costs, goods="machine_cost", goods_avoidable=machines)


def test_the_report_of_the_puzzle(prose, table, below):
    whale = profitability.whale_curve(table["profit"])
    assert f"leave {whale.total / 1000:.0f} thousand euros" in prose
    assert f"{whale.profitable} of them earn {whale.peak / 1000:,.0f} thousand" in prose
    assert f"{whale.losing} lose {whale.given_back / 1000:.0f} thousand" in prose
    assert len(below) == 44
    assert table["revenue"].idxmax() == GOLIATH
    assert GOLIATH in below


def test_old_books_make_brothers_of_calm_and_storm(prose, table):
    pools = datasets.load_hire_pools()
    spread = pools.loc[pools["year"] == 2024, "cost"].sum() / table["revenue"].sum()
    assert "39 cents of each euro" in prose
    assert round(spread, 2) == 0.39
    margin = {a: 1 - table.loc[a, "goods"] / table.loc[a, "revenue"] - spread for a in table.index}
    assert abs(margin[CALM] - margin[STORM]) < 0.01
    assert table.loc[CALM, "revenue"] == pytest.approx(table.loc[STORM, "revenue"], rel=0.03)


def test_calm_and_storm_by_the_work_they_call_for(prose, table):
    log = datasets.load_hire_activities()
    log = log[log["year"] == 2024].set_index(["account_id", "activity"])["quantity"]
    calls, urgent = (
        [log[(account, what)] for account in (STORM, CALM)]
        for what in ("call-outs", "urgent deliveries")
    )
    assert f"called the mechanic {calls[0]} times, Calm {calls[1]} times" in prose
    assert f"wanted {urgent[0]} machines within a day, Calm {urgent[1]}" in prose
    margins = table.loc[[CALM, STORM, GOLIATH], "margin"]
    assert 0.22 < margins[CALM] < 0.25  # "nearly a quarter"
    assert margins[STORM] == pytest.approx(-0.20, abs=0.01)  # "loses a fifth"
    goliath = table.loc[GOLIATH]
    assert f"machines alone eat {100 * goliath['goods'] / goliath['revenue']:.0f} of 100" in prose
    assert datasets.load_hire_accounts().loc[GOLIATH, "discount"] == 0.20


def test_idle_hours(prose, costs):
    unused = costs.reconciliation["unused"].sum()
    assert f"{unused / 1000:.0f} thousand euros went for hours" in SOURCE.read_text("utf-8")
    assert unused == pytest.approx(374_416, abs=1)
    parts = costs.reconciliation[["allocated", "unused", "untraced", "rounding"]].sum(axis=1)
    np.testing.assert_allclose(parts, costs.reconciliation["incurred"], atol=0.001)


def test_the_whale_and_who_is_in_it(prose, table):
    whale = profitability.whale_curve(table["profit"])
    text = SOURCE.read_text("utf-8")
    assert f"make {100 * whale.peak_share:.0f} % of the profit" in text
    assert 0.5 < whale.given_back / whale.peak < 0.6  # "more than half of that back"
    assert f"best fifth make {100 * whale.top_share(0.2):.0f} % of all profit" in prose
    classes = profitability.abc_classes(table["revenue"])
    losing = (table["profit"] < 0).groupby(classes, observed=True).mean()
    assert losing.between(0.25, 0.345).all()  # "a quarter to a third of each"
    top = table.nlargest(15, "revenue")["profit"]
    assert (top < 0).sum() == 4
    ranks = table["profit"].rank()
    assert {CALM, STORM} <= set(ranks.index[(ranks <= 2) | (ranks >= 149)])


def test_the_trap(prose, table, later, below):
    gone = -table.loc[below, "contribution"].sum()
    assert f"minus {-gone / 1e6:.2f} million" in prose
    assert (table["contribution"] > 0).all()  # "not one of the 150"
    left = later.loc[below, "contribution"]
    assert f"seems to bring {-left.sum() / 1000:.0f} thousand a year" in prose
    assert -left.sum() < 653_000 / 2
    assert (left < 0).sum() == 22
    assert 7 < gone / left.sum() < 8  # "more than seven years to come back"


def test_break_even_rates(prose, table, later, below):
    sold = table.loc[below, "revenue"].sum()
    m = table.loc[below, "contribution"].sum() / sold
    assert round(m, 2) == 0.56
    assert f"only {100 * 0.1 / (m + 0.1):.0f} % may" in prose
    assert later.loc[below, "contribution"].sum() < 0
    assert table.loc[below, "profit"].sum() < 0
    assert 44 * 0.1 / (m + 0.1) == pytest.approx(6.5, abs=0.5)  # "six or seven"
    extra = (REACTION.loss_probability(np.array([0.1, 0.2])) - 0.05) / 0.95
    assert extra.round(2).tolist() == [0.08, 0.24]
    chance = profitability.simulate_break_even(table.loc[below], 0.10, rng=6).interval(0.9)
    assert [round(100 * x) for x in chance] == [4, 33]
    other = profitability.simulate_break_even(table.loc[below], 0.10, rng=1).interval(0.9)
    assert other == pytest.approx(chance, abs=0.02), "another seed says the same"


@pytest.mark.parametrize("seed", [6, 1])
def test_plans_of_the_first_year_are_too_close_to_call(table, below, seed):
    rows = {
        name: profitability.simulate(table, plan(below, action), REACTION, draws=20_000, rng=seed)
        for name, action in MENU.items()
    }
    for name in ("price", "service", "both"):
        low, high = rows[name].interval(0.9)
        assert low < 0 < high, name
    low, high = rows["price"].interval(0.9)
    assert low == pytest.approx(-460_000, abs=15_000)
    assert high == pytest.approx(240_000, abs=6_000)
    assert rows["release"].mean == pytest.approx(-1.855e6, abs=0.005e6)


def test_half_of_the_spread_is_goliath(table, below):
    with_him, without = (
        profitability.simulate(table, plan(whom, MENU["price"]), REACTION, draws=40_000, rng=7)
        for whom in (below, below.drop(GOLIATH))
    )
    assert without.change.var() / with_him.change.var() == pytest.approx(0.5, abs=0.04)


def test_the_map_promises_more_than_the_simulation_for_the_two_reasons_told(table, below):
    """Those who stay hire less, and the guess may be wrong: each takes something away."""
    certain = profitability.Reaction(base=0.05, price=10)
    surely_less = profitability.Reaction(base=0.05, price=10, elasticity=0.5)
    map_, less, unsure = (
        profitability.simulate(
            table, plan(below, MENU["price"]), reaction, draws=20_000, rng=6
        ).mean
        for reaction in (certain, surely_less, REACTION)
    )
    assert map_ > less + 50_000 > unsure + 80_000
    group = table.loc[below]
    told = 0.92 * (group["contribution"] + 0.1 * group["revenue"]).sum()
    assert map_ == pytest.approx(told - group["contribution"].sum(), abs=15_000)


@pytest.mark.parametrize("seed", [6, 1])
def test_after_three_years_fixing_beats_releasing(later, below, seed):
    rows = {
        name: profitability.simulate(later, plan(below, action), REACTION, draws=20_000, rng=seed)
        for name, action in MENU.items()
    }
    assert rows["price"].chance_of_gain == 1.0
    for name in ("price", "service", "both"):
        assert rows[name].mean > rows["release"].mean > 0


def test_assumptions_about_service_and_volume_as_told():
    odds = REACTION.loss_probability(0, 0.25) / (1 - REACTION.loss_probability(0, 0.25))
    assert odds / (0.05 / 0.95) == pytest.approx(5 / 3, abs=0.03)  # "by two thirds"
    assert REACTION.volume_kept(0.1) == pytest.approx(0.95, abs=0.005)  # "hire 5 % less"


def test_the_envelope(prose, table, below, truth):
    after = lesson_06.books(2025)[0]["profit"]
    lost, again = table.loc[below, "profit"].sum(), after[below].sum()
    assert (after[below] < 0).sum() == 29
    assert f"from {-lost / 1000:.0f} to {-again / 1000:.0f} thousand" in prose
    assert f"praised for {(again - lost) / 1000:.0f} thousand" in prose
    assert after[STORM] > 0 > table.loc[STORM, "profit"]
    assert (after[below] > table.loc[below, "profit"]).mean() > 0.6  # "most triangles lie above"
    real = truth["profit"]
    assert lost / real[below].sum() == pytest.approx(2, abs=0.15)  # "by a factor of two"
    assert (real[below] > 0).sum() == 10
    assert (real.drop(below) < 0).sum() == 14
    peak = profitability.whale_curve(real).peak / table["profit"].sum()
    whale = profitability.whale_curve(table["profit"]).peak_share
    assert f"true peak is {100 * (whale - peak):.0f} points lower" in prose


def test_two_years_and_shrinkage(prose, table, truth):
    both = {year: lesson_06.books(year)[0] for year in (2023, 2024)}
    margin = pd.DataFrame({year: view["margin"] for year, view in both.items()})
    usual = pd.DataFrame({year: view["revenue"] for year, view in both.items()}).mean(axis=1)
    shrunk = profitability.shrink(margin)
    mean = (both[2023]["profit"] + both[2024]["profit"]) / 2
    guesses = [both[2024]["profit"], mean, shrunk.estimate * usual]
    miss = [np.sqrt((guess - truth["profit"]).pow(2).mean()) / 1000 for guess in guesses]
    assert [round(x) for x in miss] == [16, 10, 9]
    assert "from 16 to 10 thousand. Shrinking brings it to 9" in prose
    twice = table.index[(both[2023]["profit"] < 0) & (both[2024]["profit"] < 0)]
    real = truth.loc[twice, "profit"]
    assert f"Go to the {len(twice)} accounts" in prose
    assert (real < 0).sum() == len(twice) - 1
    below = table.index[table["profit"] < 0]
    assert real.sum() < truth.loc[below, "profit"].sum()  # "they lose more than the 44"


def test_the_promise_of_release_does_not_hold_and_that_of_the_price_does(prose, later, truth):
    below = later.index[later["profit"] < 0]
    kept = {
        name: [
            profitability.expected_change(view, dict.fromkeys(below, action), REACTION)[
                "change"
            ].sum()
            for view in (later, true_statement(truth, "within_three_years", 0.90))
        ]
        for name, action in MENU.items()
    }
    promised, true = (x / 1000 for x in kept["release"])
    assert f"promised {promised:.0f} thousand a year would have **cost** {-true:.0f}" in prose
    assert kept["price"][1] / kept["price"][0] > 0.9  # "nearly all of its promise"
    for name in ("price", "service", "both"):
        assert kept[name][1] > 0.8 * kept[name][0] > 0


def test_the_firm_in_2025(prose):
    (old, old_costs), (new, new_costs) = (lesson_06.books(year) for year in (2024, 2025))
    before, after = profitability.bridge(old, old_costs), profitability.bridge(new, new_costs)
    for name in ("revenue", "profit of all accounts"):
        assert after[name] > before[name]
    assert after["profit of the firm"] < 0 < before["profit of the firm"]
    idle = new_costs.reconciliation["unused"].sum()
    assert f"they cost {idle / 1000:.0f} thousand euros, as much as the 44" in prose
    assert idle == pytest.approx(-old.loc[old["profit"] < 0, "profit"].sum(), rel=0.01)


def test_exercises_by_hand():
    rates = dict(zip(
        lesson_06.BUILDER, (180, 90, 22.8, 30.4, 137.5, 220, 260, 104, 36), strict=True
    ))  # fmt: skip
    served = sum(rates[name] * n for name, n in lesson_06.BUILDER.items())
    assert find("06.1").answer() == pytest.approx(25_000 - served)
    assert find("06.3").answer == pytest.approx(0.08 / 0.43)
    assert find("06.4").answer(120_000, 80_000, 55_000, 0.4, 0.3) == -71_500
    profit = lesson_06.books(2025)[0]["profit"].sort_values(ascending=False)
    few = find("06.2").answer()
    assert profit.head(few).sum() >= profit.sum() > profit.head(few - 1).sum()
    assert few / 150 == pytest.approx(0.1)  # "a tenth of the accounts"
    best = lesson_06.books(2025)[0].nlargest(3, "profit")["contribution"].sum()
    assert f"would miss {best / 1000:.0f} thousand" in find("06.2").why
    assert 0.9 < best / profit.sum() < 1  # "nearly as much as all 150 leave"


@pytest.fixture(scope="module")
def worlds():
    """150 firms drawn by the rules of the shipped one, with other seeds."""
    spec = importlib.util.spec_from_file_location("draw_hire", ROOT / "datasets/draw_hire.py")
    rules = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rules)
    return pd.DataFrame([world(rules, seed) for seed in range(1, 151)])


def world(rules, seed):
    traits = rules.draw_traits(seed)
    streams = np.random.default_rng(seed + 1).spawn(len(rules.YEARS))
    revenue, profit = {}, {}
    for year, rng in zip(rules.YEARS, streams, strict=True):
        money, done = rules.draw_year(traits, rng)
        revenue[year] = money["revenue"]
        profit[year] = money["revenue"] - money["machine_cost"] - done @ rules.RATES
    served = traits[list(rules.ACTIVITIES)] @ rules.RATES
    truth = traits["revenue"] - traits["machine_cost"] - served
    once, mean = profit[2024] < 0, (profit[2023] + profit[2024]) / 2
    twice = once & (profit[2023] < 0)
    margin = pd.DataFrame({year: profit[year] / revenue[year] for year in (2023, 2024)})
    usual = (revenue[2023] + revenue[2024]) / 2
    shrunk = profitability.shrink(margin).estimate * usual
    one, two, best = ((guess - truth).pow(2).mean() for guess in (profit[2024], mean, shrunk))
    return {
        "left": profit[2025][once].sum() / profit[2024][once].sum(),
        "once": (truth[once] < 0).mean(),
        "twice": (truth[twice] < 0).mean(),
        "two years": two < one,
        "shrunk": best < two,
    }


def test_other_firms_drawn_by_the_same_rules_are_as_told(prose, worlds):
    middle = (100 * worlds.astype(float).median()).round().astype(int)
    share = (100 * worlds[["two years", "shrunk"]].mean()).round().astype(int)
    assert f"had {middle['left']} % of their losses left" in prose
    assert f"zero once, {middle['once']} % truly lose money; of those" in prose
    assert f"below zero twice, {middle['twice']} %." in prose
    assert f"in {share['two years']} % of the firms" in prose
    assert f"nearer still in {share['shrunk']} %" in prose
    sheet = (ROOT / "datasets/README.md").read_text("utf-8")
    quarters = (100 * worlds["left"].quantile([0.25, 0.75])).round().astype(int)
    assert f"middle half: {quarters[0.25]} to {quarters[0.75]} %" in " ".join(sheet.split())


def test_hours_that_are_wrong_by_a_quarter_move_as_many_accounts_as_told(table):
    pools = datasets.load_hire_pools()
    pools = pools[pools["year"] == 2024].set_index("pool")
    log = datasets.load_hire_activities()
    usage = profitability.usage_table(log[log["year"] == 2024], accounts=table.index)
    times = datasets.load_hire_times().astype({"hours": float})
    moved = {}
    for name in times.index:
        for factor in (0.75, 1.25):
            other = times.copy()
            other.loc[name, "hours"] *= factor
            served = profitability.cost_to_serve(usage, other, pools=pools).total
            below = table["gross_profit"] - served < 0
            moved[name, factor] = (below != (table["profit"] < 0)).sum()
            if (name, factor) == ("deliveries", 0.75):
                assert below.sum() == 30
    assert max(n for (name, _), n in moved.items() if name != "deliveries") == 4


def test_the_coach_gets_more_than_a_quarter_and_then_two_fifths():
    assert 0.25 < find("06.5").answer() < 0.30
    assert 0.40 < lesson_06.shrunk_loss(2024, 2025) < 0.45


def test_the_builder_of_the_exercise_is_the_one_of_the_lesson():
    text = SOURCE.read_text("utf-8")
    told = re.search(r"builder = pd.Series\(\s*(\{.*?\})", text, flags=re.DOTALL)[1]
    assert eval(told) == lesson_06.BUILDER
