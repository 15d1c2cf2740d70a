"""Each effect does what its source says, where it says, and nothing when it is zero."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from centricity import loyalty
from centricity.loyalty._engine import poisson_quantile

STILL = loyalty.Behaviour.none()


def programme(**changes):
    usual = {
        "points_per_euro": 1,
        "rewards": (loyalty.Reward("voucher", 100, 5, 3),),
        "tiers": (loyalty.Tier("member", 0), loyalty.Tier("gold", 200, 2, retention=0.5)),
        "validity": 6,
    }
    return loyalty.Programme(**(usual | changes))


def extra(behaviour, members=None, periods=18, **changes):
    members = loyalty.draw_members(1_500, rng=5) if members is None else members
    outcome = loyalty.simulate(programme(**changes), members, periods, behaviour=behaviour, rng=5)
    return outcome.members["orders"] - outcome.members["twin_orders"]


@pytest.mark.parametrize(
    "effect", ["goal_gradient", "rewarded", "tier_pressure", "expiry_response", "privileges"]
)
def test_each_effect_alone_adds_orders(effect):
    assert extra(dataclasses.replace(STILL, **{effect: 0.5})).sum() > 0


def test_customers_who_buy_everything_here_cannot_buy_more():
    members = loyalty.draw_members(300, rng=5).assign(share_of_wallet=1.0)
    loud = loyalty.Behaviour(1, 1, 0.5, 1, 1, privileges=0)
    assert extra(loud, members).sum() == 0


def test_only_forward_looking_members_feel_tier_pressure():
    members = loyalty.draw_members(1_500, rng=5)
    more = extra(dataclasses.replace(STILL, tier_pressure=1), members)
    assert more[members["forward_looking"] == 0].sum() == 0
    assert more[members["forward_looking"] == 1].sum() > 0


def test_only_flexible_members_respond_to_expiry_breugelmans_liu_thompkins_2017():
    members = loyalty.draw_members(1_500, rng=5).assign(flexibility=lambda m: m.index % 2)
    more = extra(dataclasses.replace(STILL, expiry_response=1), members)
    assert more[members["flexibility"] == 0].sum() == 0
    assert more[members["flexibility"] == 1].sum() > 0


def test_points_that_never_expire_leave_no_deadline_to_respond_to():
    assert extra(dataclasses.replace(STILL, expiry_response=1), validity=None).sum() == 0


def test_goal_gradient_of_kivetz_2006_shortens_the_last_gap_by_a_fifth():
    nearly, one, off = np.array([1.0]), np.ones(1), np.zeros(1)
    factor = loyalty.Behaviour(goal_gradient=0.25).multiplier(
        room=one, progress=nearly, glow=off, tier_pull=off, expiring=off
    )
    assert 1 / factor[0] == pytest.approx(0.8)


def test_a_joining_bonus_is_progress_towards_the_first_reward():
    with_bonus = loyalty.simulate(
        programme(joining_bonus=60), loyalty.draw_members(800, rng=5), 4, rng=5
    )
    without = loyalty.simulate(programme(), loyalty.draw_members(800, rng=5), 4, rng=5)
    assert with_bonus.members["orders"].sum() > without.members["orders"].sum()
    assert with_bonus.history["issued"].sum() > without.history["issued"].sum() + 60 * 800 - 1


def test_the_default_behaviour_moves_sales_by_one_or_two_per_cent_as_nastasoiu_2021():
    members = loyalty.draw_members(20_000, rng=8)
    usual = {
        "a card of ten": {"points_per_euro": 0, "points_per_visit": 1, "validity": None},
        "a club": {"tiers": (loyalty.Tier("member", 0), loyalty.Tier("gold", 600, 2))},
    }
    for name, changes in usual.items():
        rewards = (loyalty.Reward("reward", 10 if "card" in name else 200, 5, 3),)
        rules = programme(**({"tiers": (loyalty.Tier("m", 0),), "rewards": rewards} | changes))
        outcome = loyalty.simulate(rules, members, 24, rng=8)
        lift = outcome.incremental()["sales"].sum() / outcome.history["twin_sales"].sum()
        assert 0.01 < lift < 0.02, name


def test_what_a_card_pays_out_can_be_counted_by_hand():
    """Five points a visit, twelve a reward, two months' validity: the points follow the orders."""
    card = loyalty.Programme(
        points_per_visit=5,
        rewards=(loyalty.Reward("free", 12, face_value=4, marginal_cost=1),),
        validity=2,
        platform_cost=10,
    )
    one = loyalty.draw_members(1, rng=0).assign(
        purchase_rate=30.0, basket=10.0, hazard=0.0, redemption=1.0, share_of_wallet=1.0
    )
    outcome = loyalty.simulate(card, one, 5, rng=0)
    history = outcome.history
    lots = []
    for period, orders in enumerate(history["orders"]):
        lots = [[p, left] for p, left in lots if period - p < 2] + [[period, 5 * orders]]
        balance = sum(left for _, left in lots)
        rewards = balance // 12
        assert history["redeemed"][period] == rewards * 12
        assert history["reward_face"][period] == rewards * 4
        assert history["reward_cost"][period] == rewards * 1
        spend = rewards * 12
        for lot in lots:
            used = min(lot[1], spend)
            lot[1], spend = lot[1] - used, spend - used
    profit = history["margin"] - history["reward_cost"] - 10
    assert outcome.pnl["profit"].tolist() == pytest.approx(profit.tolist())


def test_one_level_downgrade_is_slower_than_by_balance():
    three = (loyalty.Tier("a", 0), loyalty.Tier("b", 100), loyalty.Tier("c", 250))
    members = loyalty.draw_members(2_000, hazard=0.0, rng=2)
    top = {}
    for rule in ("one_level", "by_balance"):
        rules = programme(tiers=three, downgrade=rule, window=loyalty.Calendar(6))
        outcome = loyalty.simulate(rules, members, 20, behaviour=STILL, rng=2)
        top[rule] = outcome.tiers.loc[12:]
        assert (outcome.history.loc[[1, 2, 3, 4, 5, 7], "downgrades"] == 0).all()
    assert (top["one_level"]["a"] <= top["by_balance"]["a"]).all()
    assert top["one_level"]["a"].sum() < top["by_balance"]["a"].sum()


def test_orders_are_the_poisson_quantiles_of_scipy():
    rng = np.random.default_rng(1)
    u, mean = rng.random(20_000), rng.gamma(1, 8, 20_000)
    assert (poisson_quantile(u, mean) == stats.poisson.ppf(u, mean)).all()
    assert (poisson_quantile(u, np.zeros(20_000)) == 0).all()


@pytest.mark.parametrize(
    ("name", "mean"),
    [("purchase_rate", 1.2), ("basket", 35), ("margin", 0.35), ("hazard", 0.02),
     ("share_of_wallet", 0.4), ("forward_looking", 0.3), ("flexibility", 0.4),
     ("redemption", 0.6)],
)  # fmt: skip
def test_members_have_the_means_that_were_asked_for(name, mean):
    column = loyalty.draw_members(40_000, rng=11)[name]
    assert abs(column.mean() - mean) < 4 * column.std() / np.sqrt(len(column))


def test_heavy_buyers_have_the_larger_share_of_wallet():
    members = loyalty.draw_members(5_000, rng=11)
    assert members[["purchase_rate", "share_of_wallet"]].corr(method="spearman").iloc[0, 1] > 0.3
