"""Roll-forward, redemption triangle, stress and presets."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from random_programmes import cases, simulate
from test_accounting import tables

from centricity import loyalty
from centricity.loyalty import triangle as triangle_module

RATES = {"point_price": 0.1}


def club(**changes):
    usual = {
        "points_per_euro": 1,
        "rewards": (loyalty.Reward("voucher", 100, 5, 3),),
        "validity": 12,
        "platform_cost": 100,
    }
    return loyalty.Programme(**(usual | changes))


@given(tables())
def test_a_roll_forward_adds_up_and_closes_where_deferred_revenue_does(case):
    table, rates = case
    rolled = loyalty.roll_forward(table, **RATES, redemption_rate=rates)
    books = loyalty.deferred_revenue(table, **RATES, redemption_rate=rates)
    parts = rolled[["opening", "issued", "redeemed", "expired", "change_of_estimate"]]
    np.testing.assert_allclose(parts.sum(axis=1), rolled["closing"], atol=1e-6)
    np.testing.assert_allclose(rolled["closing"], books["closing"], atol=1e-6)
    np.testing.assert_allclose(rolled["opening"][1:], rolled["closing"][:-1], atol=1e-6)
    np.testing.assert_allclose(rolled["issued"], books["deferred"])
    assert (rolled["redeemed"] <= 1e-6).all()
    assert (rolled["expired"] <= 1e-6).all()


def test_a_roll_forward_at_one_price_needs_no_averaging():
    """Sales in proportion to points: with a constant estimate only the three flows move it."""
    table = pd.DataFrame({"sales": [100.0, 50.0, 0.0], "issued": [1000, 500, 0],
                          "redeemed": [200, 300, 100], "expired": [0, 0, 0]})  # fmt: skip
    rolled = loyalty.roll_forward(table, **RATES, redemption_rate=0.8)
    assert rolled["change_of_estimate"].tolist() == pytest.approx([0, 0, 0])
    allocated = 100 * 80 / 180
    assert rolled["redeemed"][0] == pytest.approx(-allocated * 200 / 800)


def test_only_expiry_beyond_what_was_expected_moves_the_liability():
    """Of 100 points 80 are expected to be redeemed: twenty may expire for nothing."""
    table = pd.DataFrame({"sales": [92.0, 0, 0], "issued": [100, 0, 0], "redeemed": [0, 0, 0],
                          "expired": [0, 20, 40]})  # fmt: skip
    rolled = loyalty.roll_forward(table, **RATES, redemption_rate=0.8)
    owed = 92 * 8 / 100
    assert rolled["expired"].tolist() == pytest.approx([0, 0, 0])
    table["redeemed"] = [0, 40, 0]
    table["expired"] = [0, 20, 30]
    rolled = loyalty.roll_forward(table, **RATES, redemption_rate=0.8)
    assert rolled["expired"].tolist() == pytest.approx([0, 0, owed * (40 / 80 - 40 / 50)])


def test_a_change_of_estimate_is_its_own_line():
    table = pd.DataFrame({"sales": [1000, 0], "issued": [100, 0], "redeemed": [40, 0]})
    rolled = loyalty.roll_forward(table, point_price=1, redemption_rate=[0.5, 0.8])
    assert rolled["change_of_estimate"].tolist() == pytest.approx([0, 1000 * 50 / 1050 * 0.3])


@given(cases())
def test_the_profit_and_loss_is_the_history_less_what_the_programme_costs(case):
    outcome = simulate(case)
    pnl, since = outcome.pnl, outcome.history.loc[outcome.launch :]
    costs = pnl[["reward_cost", "tier_cost", "platform_cost"]].sum(axis=1)
    np.testing.assert_allclose(pnl["profit"], since["margin"] + since["fees"] - costs)
    truth = outcome.incremental()
    np.testing.assert_allclose(truth["profit"], pnl["profit"] - pnl["twin_profit"], atol=1e-6)
    books = loyalty.deferred_revenue(
        since[["issued", "redeemed", "expired"]].assign(sales=since["member_sales"]),
        point_price=case.programme.point_value,
        redemption_rate=case.programme.expected_redemption,
    )
    np.testing.assert_allclose(pnl["deferred"], books["deferred"])
    np.testing.assert_allclose(pnl["released"], books["released"], atol=1e-9)


def stationary(seed, periods):
    """A base that neither grows nor shrinks, with points that live for eight periods."""
    members = loyalty.Members.draw(4_000, hazard=0.0, rng=seed)
    return loyalty.simulate(club(validity=8), members, periods, rng=seed).ledger


def test_the_triangle_finds_the_ultimate_rate_that_comes_to_pass():
    """Twenty worlds: the interval, seen after 20 periods, against the same cohorts at their end."""
    hits = []
    for seed in range(20):
        ledger = stationary(seed, 29).reset_index()
        seen = ledger[ledger["period"] < 20]
        triangle = loyalty.redemption_triangle(seen)
        end = ledger[(ledger["period"] == 28) & (ledger["issued_in"] < 20)]
        truth = end["redeemed"].sum() / end["issued"].sum()
        low, high = triangle.conf_int(0.95)
        hits.append(low <= truth <= high)
        assert abs(triangle.rate - truth) < 0.02
        so_far = seen[seen["period"] == 19]
        assert so_far["redeemed"].sum() / so_far["issued"].sum() < truth - 0.05
    assert sum(hits) >= 15


TAYLOR_ASHE = """
357848 1124788 1735330 2218270 2745596 3319994 3466336 3606286 3833515 3901463
352118 1236139 2170033 3353322 3799067 4120063 4647867 4914039 5339085
290507 1292306 2218525 3235179 3985995 4132918 4628910 4909315
310608 1418858 2195047 3757447 4029929 4381982 4588268
443160 1136350 2128333 2897821 3402672 3873311
396132 1333217 2180715 2985752 3691712
440832 1288463 2419861 3483130
359480 1421128 2864498
376686 1363294
344014
"""


def test_the_standard_error_is_that_of_mack_1993_on_the_claims_of_taylor_and_ashe():
    """The reserve is 18,681 thousand there; to the unit as in R's ChainLadder and elsewhere."""
    rows = [[float(x) for x in line.split()] for line in TAYLOR_ASHE.split("\n") if line]
    claims = np.array([row + [np.nan] * (10 - len(row)) for row in rows])
    factors, sigma2, volume = triangle_module._develop(claims)
    ultimate, _, total_error = triangle_module._mack(claims, factors, sigma2, volume)
    latest = np.array([row[-1] for row in rows])
    assert round((ultimate - latest).sum()) == 18_680_856
    assert round(total_error) == 2_447_095


def test_a_triangle_of_finished_cohorts_has_nothing_left_to_guess():
    ledger = stationary(1, 29).reset_index()
    done = ledger[(ledger["issued_in"] < 10) & (ledger["period"] < ledger["issued_in"] + 9)]
    triangle = loyalty.redemption_triangle(done)
    assert triangle.std_error == 0
    last = done[done["period"] == done["issued_in"] + 8]
    assert triangle.rate == pytest.approx(last["redeemed"].sum() / last["issued"].sum())


def test_pending_points_are_developed_from_what_was_issued():
    members = loyalty.Members.draw(2_000, hazard=0.0, rng=1)
    rules = club(validity=8, pending=2)
    triangle = loyalty.redemption_triangle(loyalty.simulate(rules, members, 20, rng=1).ledger)
    assert triangle.factors.index[0] == 2
    youngest = triangle.cohorts.iloc[-1]
    assert youngest["redeemed"] == 0
    assert 0 < youngest["rate"] < 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="redeemed"), "the column 'redeemed' is missing"),
        (lambda t: t[t["period"] != t["issued_in"] + 1], "a period is missing in"),
        (lambda t: t.assign(redeemed=0), "at no age have three cohorts"),
        (lambda t: t[t["issued_in"] < 2], "at no age have three cohorts"),
        (lambda t: t.assign(redeemed=t["issued"] + 1), "more points were redeemed than issued"),
    ],
)
def test_a_ledger_that_cannot_be_a_triangle_is_refused(change, says):
    ledger = stationary(1, 8).reset_index()
    with pytest.raises(ValueError, match=says):
        loyalty.redemption_triangle(change(ledger))


@pytest.fixture(scope="module")
def shocks():
    members = loyalty.Members.draw(4_000, rng=1)
    return loyalty.stress(club(validity=24), members, 36, at=20, notice=3, launch=2, rng=1)


def test_a_run_costs_more_than_planned_at_once(shocks):
    table = shocks.table
    plan, run = (shocks.outcomes[name].history.loc[20] for name in table.index[:2])
    assert run["redeemed"] > 3 * plan["redeemed"]
    assert table.loc["everyone redeems", "reward_cost"] > table.loc["as planned", "reward_cost"]


def test_closing_with_notice_lets_members_redeem_what_closing_at_once_takes(shocks):
    table = shocks.table
    at_once, warned = table.loc["closed at once"], table.loc["closed with notice"]
    assert at_once["expired"] == at_once["outstanding"]
    assert at_once["redeemed"] == 0
    assert warned["expired"] < 0.7 * at_once["expired"]
    assert warned["left"] == at_once["left"] == 0
    assert at_once["liability"] > 0
    closed = shocks.outcomes["closed at once"].pnl
    owed = (closed["deferred"] - closed["released"]).cumsum()
    assert owed.loc[20] == pytest.approx(0, abs=1e-6)
    assert closed.loc[20:, "platform_cost"].sum() == 0


def test_a_refund_costs_what_was_paid_for_later_and_changes_nothing_else():
    """Everyone joins in period 2 for terms of 8; in period 20 the third one has 6 periods left."""
    members = loyalty.Members.draw(1_000, hazard=0.0, rng=1)
    rules = club(fee=loyalty.Fee(32.0, periods=8, renewal=0.75))
    options = {"at": 20, "notice": 4, "launch": 2, "rng": 1}
    kept, back = (
        loyalty.stress(rules, members, 30, refund=refund, **options) for refund in (False, True)
    )
    third_term = back.outcomes["as planned"].history["fees"].loc[18]  # paid again in period 18
    owed = pd.Series({"closed at once": 6 / 8, "closed with notice": 2 / 8}) * third_term
    assert third_term > 0
    for name in kept.table.index:
        refund = owed.get(name, 0.0)
        row, before = back.table.loc[name], kept.table.loc[name]
        assert row["refunds"] == pytest.approx(refund)
        assert before["refunds"] == 0
        assert row["profit"] == pytest.approx(before["profit"] - refund)
        same = ["outstanding", "redeemed", "expired", "left", "liability", "reward_cost", "sales"]
        assert row[same].tolist() == before[same].tolist()
        pnl, pnl_before = back.outcomes[name].pnl, kept.outcomes[name].pnl
        lost = pnl_before["revenue"] - pnl["revenue"]
        assert lost.sum() == pytest.approx(refund)
        assert (lost.round(6) != 0).sum() == (refund > 0), "in one period, that of the end"


def test_customers_who_have_gone_get_back_what_they_paid_too():
    members = loyalty.Members.draw(400, hazard=0.3, rng=1)
    rules = club(fee=loyalty.Fee(12.0, periods=12))
    end = (loyalty.Close(6, refund=True),)
    outcome = loyalty.simulate(rules, members, 8, events=end, rng=1)
    assert (outcome.members["periods"] < 6).mean() > 0.5
    assert outcome.history["fees"].tolist() == [400 * 12] + [0] * 5 + [-400 * 6, 0]


def test_a_cut_of_validity_lets_points_expire(shocks):
    table = shocks.table
    assert table.loc["validity cut", "expired"] > 2 * table.loc["as planned", "expired"]


def test_all_scenarios_share_the_past_and_the_luck(shocks):
    past = [outcome.history.loc[:19] for outcome in shocks.outcomes.values()]
    twins = [outcome.members["twin_sales"] for outcome in shocks.outcomes.values()]
    for other in range(1, 5):
        pd.testing.assert_frame_equal(past[0], past[other])
        pd.testing.assert_series_equal(twins[0], twins[other])
    assert shocks.table.loc["as planned", "profit_against_plan"] == 0


def test_members_who_lose_points_buy_less_where_they_mind():
    members = loyalty.Members.draw(8_000, hazard=0.0, rng=1)
    fair, foul = (
        loyalty.simulate(
            club(), members, 14, events=(loyalty.Close(12, notice=n),),
            behaviour=loyalty.Behaviour.only(frustration=0.3), rng=1,
        ).history.loc[12]
        for n in (1, 0)
    )  # fmt: skip
    assert fair["orders"] == fair["twin_orders"]
    assert foul["orders"] < 0.8 * foul["twin_orders"]


@pytest.mark.parametrize("at", [0, 36])
def test_stress_needs_time_before_and_after(at):
    with pytest.raises(ValueError, match=f"stress: at is {at}"):
        loyalty.stress(club(), loyalty.Members.draw(5, rng=1), 36, at=at)


@pytest.mark.parametrize("make", loyalty.presets.ALL, ids=lambda make: make.__name__)
def test_each_preset_runs_and_moves_points_members_and_money(make):
    preset = make()
    members = preset.members(4_000, rng=3)
    outcome = loyalty.simulate(preset.programme, members, 48, launch=12, rng=3)
    totals = outcome.history.sum()
    assert totals["redeemed"] > 0.3 * totals["issued"] > 0
    assert (outcome.tiers.iloc[-1] > 0).all()
    assert totals["sales"] > totals["twin_sales"]
    assert preset.name
    assert preset.story.endswith(".")


def test_the_value_and_the_cost_of_a_point_are_those_of_the_cheapest_reward():
    rules = club(rewards=(loyalty.Reward("big", 1000, 80, 30), loyalty.Reward("small", 50, 2, 1)))
    assert rules.point_value == 0.04
    assert rules.point_cost == 0.02
    autumn = dataclasses.replace(rules.rewards[1], name="autumn", points=40, first=8, last=10)
    seasonal = dataclasses.replace(rules, rewards=(*rules.rewards, autumn))
    assert [seasonal.goal(period).name for period in (7, 8)] == ["small", "autumn"]


@pytest.mark.parametrize("make", loyalty.presets.ALL, ids=lambda make: make.__name__)
def test_a_preset_expects_the_redemption_that_its_members_come_to(make):
    """Points of the first four years, followed for six more: what was redeemed of all issued."""
    preset = make()
    outcome = loyalty.simulate(preset.programme, preset.members(3000, rng=3), periods=120, rng=3)
    early = outcome.ledger[outcome.ledger.index.get_level_values("issued_in") < 48]
    rate = early["redeemed"].sum() / early["issued"].sum()
    assert rate == pytest.approx(preset.programme.expected_redemption, abs=0.03)


SHARES = np.array([0.05, 0.15, 0.15, 0.10, 0.10, 0.08, 0.07, 0.06, 0.05, 0.04])


def cohorts_of_points(seed, later_faster=0.0, n=20):
    """Points that are redeemed independently of each other; later cohorts may redeem more."""
    rng, rows = np.random.default_rng(seed), []
    for cohort in range(n):
        shares = SHARES * (1 + later_faster * cohort / n * np.arange(10) / 10)
        draws = rng.multinomial(3_000, [*shares, 1 - shares.sum()])[:-1].cumsum()
        rows += [(cohort, cohort + age, 3_000, draws[age]) for age in range(min(10, n - cohort))]
    return pd.DataFrame(rows, columns=["issued_in", "period", "issued", "redeemed"])


def test_cohorts_that_are_alike_seldom_look_as_if_they_drifted():
    alike = [loyalty.redemption_triangle(cohorts_of_points(seed)).alike for seed in range(100)]
    # At a 5 % level, more than 10 false alarms in 100 have a chance of about 1 %.
    assert sum(alike) >= 90


def test_cohorts_that_redeem_more_and_more_are_noticed():
    for seed in range(10):
        triangle = loyalty.redemption_triangle(cohorts_of_points(seed, later_faster=0.5))
        assert triangle.drift > 1.96
        assert not triangle.alike
