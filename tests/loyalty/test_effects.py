"""Each effect does what its source says, where it says, and nothing when it is zero."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from centricity import loyalty
from centricity.loyalty._orders import binomial_quantile, poisson_quantile

STILL = loyalty.Behaviour.none()
only = loyalty.Behaviour.only


def programme(**changes):
    usual = {
        "points_per_euro": 1,
        "rewards": (loyalty.Reward("voucher", 100, 5, 3),),
        "tiers": (
            loyalty.Tier("member", 0),
            loyalty.Tier("gold", 200, 2, hazard_cut=0.5, rate_lift=0.1),
        ),
        "validity": 6,
    }
    return loyalty.Programme(**(usual | changes))


def extra(behaviour, members=None, periods=18, **changes):
    members = loyalty.Members.draw(1_500, rng=5) if members is None else members
    outcome = loyalty.simulate(programme(**changes), members, periods, behaviour=behaviour, rng=5)
    return outcome.members["orders"] - outcome.members["twin_orders"]


def alike(n, **traits):
    """Members who do not differ, never leave and have all their wallet elsewhere."""
    same = {"hazard": 0.0, "share_of_wallet": 0.0, "redemption": 1.0, "purchase_rate": 1.0,
            "basket": 10.0, "price_sensitivity": 1.0}  # fmt: skip
    return loyalty.Members.draw(n, rng=6).assign(**(same | traits))


def assert_ratio(more, base, expected):
    """Orders with the programme to those without: within four standard errors."""
    error = np.sqrt(more.sum() + base.sum()) / base.sum()
    assert more.sum() / base.sum() == pytest.approx(expected, abs=4 * error)


@pytest.mark.parametrize(
    "effect",
    ["goal_gradient", "rewarded", "tier_pressure", "expiry_response", "privileges",
     "price_response"],
)  # fmt: skip
def test_each_effect_alone_adds_orders(effect):
    assert extra(only(**{effect: 0.5})).sum() > 0


def test_customers_who_buy_everything_here_cannot_buy_more():
    members = loyalty.Members.draw(300, rng=5).assign(share_of_wallet=1.0)
    loud = only(goal_gradient=1, endowed_progress=1, rewarded=1, tier_pressure=1,
                expiry_response=1, price_response=1)  # fmt: skip
    assert extra(loud, members, joining_bonus=30).sum() == 0


def test_only_forward_looking_members_feel_tier_pressure():
    members = loyalty.Members.draw(1_500, rng=5)
    more = extra(only(tier_pressure=1), members)
    planning = members.table["forward_looking"] == 1
    assert more[~planning].sum() == 0
    assert more[planning].sum() > 0


def test_only_flexible_members_respond_to_expiry_breugelmans_liu_thompkins_2017():
    members = loyalty.Members.draw(1_500, rng=5)
    members = members.assign(flexibility=np.arange(1_500) % 2)
    more = extra(only(expiry_response=1), members)
    assert more[::2].sum() == 0
    assert more[1::2].sum() > 0


def test_points_that_never_expire_leave_no_deadline_to_respond_to():
    assert extra(only(expiry_response=1), validity=None).sum() == 0


def test_goal_gradient_of_kivetz_2006_shortens_the_gap_from_first_to_last_stamp_by_a_fifth():
    """Hours between visits, on a card of ten, each member's first card; 0.32 as documented."""
    card = loyalty.Programme(points_per_visit=1, rewards=(loyalty.Reward("coffee", 10, 3, 0),))
    guests = alike(10_000, purchase_rate=0.02)
    outcome = loyalty.simulate(
        card, guests, 1_000, behaviour=only(goal_gradient=0.32, half_worth=0), panel=True, rng=2
    )
    visits = (outcome.panel.to_numpy() > 0).cumsum(axis=1)
    never_twice_an_hour = visits[:, -1] == outcome.members["orders"]
    visits = visits[never_twice_an_hour & (visits[:, -1] >= 10)]
    hour = {k: np.argmax(visits >= k, axis=1) for k in (1, 2, 9, 10)}
    first, last = (hour[2] - hour[1]).mean(), (hour[10] - hour[9]).mean()
    error = last / first * np.sqrt(2 / len(visits))
    assert error < 0.014
    assert 1 - last / first == pytest.approx(0.20, abs=4 * error)


def test_endowed_progress_of_nunes_dreze_2006_is_34_against_19_per_cent():
    """Eight washes to go in nine months, with two of ten stamps given or with a card of eight.

    19 % of customers whose rates are gamma with shape 1.2 make eight visits when the mean is 4.39.
    """
    mean = 4.3923
    assert stats.nbinom.sf(7, 1.2, 1.2 / (1.2 + mean)) == pytest.approx(0.19, abs=1e-4)
    n = 40_000
    drivers = loyalty.Members.draw(n, purchase_rate=mean / 9, rng=3)
    drivers = drivers.assign(hazard=0.0, share_of_wallet=0.0, redemption=1.0)
    done = {}
    for price, bonus in ((10, 2), (8, 0)):
        card = loyalty.Programme(
            points_per_visit=1, rewards=(loyalty.Reward("wash", price, 8, 0),), joining_bonus=bonus
        )
        behaviour = only(endowed_progress=0.54, half_worth=0)
        people = loyalty.simulate(card, drivers, 9, behaviour=behaviour, rng=3).members
        done[bonus] = (people["issued"] - bonus >= 8).mean()
    for bonus, published in ((2, 0.34), (0, 0.19)):
        error = np.sqrt(published * (1 - published) / n)
        assert done[bonus] == pytest.approx(published, abs=0.001 + 4 * error)


def test_a_smaller_head_start_pulls_in_proportion_and_only_until_the_first_reward():
    def added(bonus, periods):
        card = loyalty.Programme(
            points_per_visit=1, rewards=(loyalty.Reward("r", 1_000, 5, 0),), joining_bonus=bonus
        )
        behaviour = only(endowed_progress=0.4, half_worth=0)
        return loyalty.simulate(card, alike(20_000), periods, behaviour=behaviour, rng=3).members

    for bonus, effect in ((0, 0), (100, 0.2), (200, 0.4), (500, 0.4)):
        people = added(bonus, 2)
        assert_ratio(people["orders"], people["twin_orders"], 1 + effect)
    soon = loyalty.Programme(
        points_per_visit=1, rewards=(loyalty.Reward("r", 10, 5, 0),), joining_bonus=9
    )
    behaviour = only(endowed_progress=1.0, half_worth=0)
    short, long = (
        loyalty.simulate(soon, alike(20_000), t, behaviour=behaviour, rng=3).members for t in (1, 6)
    )
    done = short["redeemed"] > 0
    later, twin = (long[name] - short[name] for name in ("orders", "twin_orders"))
    assert (later[done] == twin[done]).all()


def test_the_default_behaviour_moves_a_coalition_by_one_or_two_per_cent_as_nastasoiu_2021():
    """Members' sales, and through rewarded behaviour rather than points pressure.

    The usual comparison of members with others shows many times as much.
    """
    preset = loyalty.presets.supermarket_points()
    shoppers = preset.members(20_000, rng=8)

    def run(behaviour):
        outcome = loyalty.simulate(
            preset.programme, shoppers, 36, launch=12, behaviour=behaviour, rng=8
        )
        groups = outcome.members.groupby("group", observed=True)[["sales", "twin_sales"]]
        inside = groups.sum().loc["member"]
        return groups.mean()["sales"], inside["sales"] / inside["twin_sales"] - 1

    usual = loyalty.Behaviour()
    mean, lift = run(usual)
    assert 0.01 < lift < 0.02
    assert mean["member"] / mean["nonmember"] - 1 > 20 * lift
    effects = ("rewarded", "goal_gradient")
    rewarded, pressure = (run(only(**{name: getattr(usual, name)}))[1] for name in effects)
    assert rewarded > lift / 2
    assert rewarded > 2 * pressure


def test_points_work_as_a_discount_for_who_is_sensitive_to_price():
    """Two points in a hundred euros' worth, half of it believed: 1 % more for sensitivity 1."""
    rules = programme(
        tiers=(loyalty.Tier("m", 0),), rewards=(loyalty.Reward("v", 50, 1, 0),),
        campaigns=(loyalty.Campaign("ten times", 1, 1, 10.0),),
    )  # fmt: skip
    for sensitivity in (0.0, 1.0, 3.0):
        members = alike(30_000, price_sensitivity=sensitivity)
        orders = loyalty.simulate(
            rules, members, 2, behaviour=only(price_response=0.5), rng=2
        ).history[["orders", "twin_orders"]]
        for period, effect in ((0, 0.01), (1, 0.1)):
            seen = orders.loc[period]
            assert_ratio(seen[["orders"]], seen[["twin_orders"]], 1 + effect * sensitivity)


def test_a_reward_of_a_cent_hardly_pulls():
    def lift(face, half_worth):
        rewards = (loyalty.Reward("voucher", 100, face, 0),)
        behaviour = only(goal_gradient=1.0, rewarded=1.0, half_worth=half_worth)
        return extra(behaviour, rewards=rewards).sum()

    assert lift(0.01, 1.0) < 0.05 * lift(100.0, 1.0)
    assert lift(0.01, 0.0) == lift(100.0, 0.0)


def test_frustration_takes_orders_away_from_the_demoted_and_from_nobody_else():
    """Gold from 8 visits in half a year; who misses it in the second half falls in period 12."""
    tiers = (loyalty.Tier("member", 0), loyalty.Tier("gold", 8))
    rules = programme(tiers=tiers, qualify_by="visits", window=loyalty.Calendar(6))
    members = alike(40_000, purchase_rate=1.3)
    before, after = (
        loyalty.simulate(rules, members, t, behaviour=only(frustration=0.4), rng=2).members
        for t in (12, 13)
    )
    now, twin = (after[name] - before[name] for name in ("orders", "twin_orders"))
    fell = (before["tier"] == "gold") & (after["tier"] == "member")
    assert fell.sum() > 5_000
    assert_ratio(now[fell], twin[fell], 0.6)
    assert (now[~fell] == twin[~fell]).all()


def test_privileges_keep_members_and_bring_them_more_often():
    rules = programme(tiers=(loyalty.Tier("plus", 0, hazard_cut=0.5, rate_lift=0.2),))
    members = alike(40_000, hazard=0.1)
    outcome = loyalty.simulate(rules, members, 5, behaviour=only(privileges=1), rng=2)
    for name, hazard in (("active", 0.05), ("twin_active", 0.1)):
        stay = (1 - hazard) ** 5
        error = np.sqrt(stay * (1 - stay) / len(members))
        assert outcome.members[name].mean() == pytest.approx(stay, abs=4 * error)
    first = outcome.history.loc[[0]]
    assert_ratio(first["orders"], first["twin_orders"], 1.2)


def test_referral_brings_friends_whom_the_twin_world_does_not_know():
    rules = programme(referral_bonus=100, tiers=(loyalty.Tier("m", 0),))
    members = alike(20_000)
    chance = 0.02 * 5 / (5 + 1)  # the bonus is worth five euros
    outcome = loyalty.simulate(rules, members, 10, behaviour=only(referral=0.02), rng=2)
    brought = 1 - (1 - chance) ** 10
    error = np.sqrt(brought * (1 - brought) * len(members))
    assert outcome.history["referrals"].sum() == pytest.approx(
        brought * len(members), abs=4 * error
    )
    friends = outcome.friends
    assert len(friends) == outcome.history["referrals"].iloc[:-1].sum()
    assert friends["twin_sales"].sum() == 0
    assert (friends["group"] == "member").all()
    assert friends["referrer"].is_unique
    assert outcome.incremental()["sales"].sum() == pytest.approx(friends["sales"].sum())
    paid = outcome.members.loc[friends["referrer"], "issued"].sum()
    assert paid > 100 * len(friends)


def test_what_a_card_pays_out_can_be_counted_by_hand():
    """Five points a visit, twelve a reward, two months' validity: the points follow the orders."""
    card = loyalty.Programme(
        points_per_visit=5,
        rewards=(loyalty.Reward("free", 12, face_value=4, marginal_cost=1),),
        validity=2,
        platform_cost=10,
    )
    one = alike(1, purchase_rate=30.0, share_of_wallet=1.0)
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


def test_points_that_live_one_period_are_redeemed_as_the_poisson_distribution_says():
    """Of N visits, N mod 4 stamps are lost: a closed form for breakage."""
    card = loyalty.Programme(
        points_per_visit=1, rewards=(loyalty.Reward("free", 4, 3, 0),), validity=1
    )
    n, rate = 40_000, 3.0
    outcome = loyalty.simulate(
        card, alike(n, purchase_rate=rate), 3, behaviour=STILL, rng=2
    ).history
    k = np.arange(60)
    pmf, used = stats.poisson.pmf(k, rate), k // 4 * 4
    mean = (pmf * used).sum()
    error = np.sqrt(((pmf * used**2).sum() - mean**2) / n)
    for redeemed in outcome["redeemed"]:
        assert redeemed / n == pytest.approx(mean, abs=4 * error)


def test_sales_without_a_programme_follow_rate_basket_and_survival():
    n, rate, hazard = 60_000, 1.5, 0.1
    outcome = loyalty.simulate(
        programme(), alike(n, purchase_rate=rate, hazard=hazard, basket=20.0), 8, rng=2
    ).history
    for period, sales in enumerate(outcome["twin_sales"]):
        alive = (1 - hazard) ** period
        mean = alive * rate * 20.0
        spread = np.exp(0.35**2) * alive * (rate + rate**2) * 400 - mean**2
        assert sales / n == pytest.approx(mean, abs=4 * np.sqrt(spread / n))


def test_orders_are_the_poisson_quantiles_of_scipy():
    rng = np.random.default_rng(1)
    u, mean = rng.random(20_000), rng.gamma(1, 8, 20_000)
    assert (poisson_quantile(u, mean) == stats.poisson.ppf(u, mean)).all()
    assert (poisson_quantile(u, np.zeros(20_000)) == 0).all()
    heavy = mean + 2_000
    assert (poisson_quantile(u, heavy) == stats.poisson.ppf(u, heavy)).all()


def test_orders_taken_away_are_the_binomial_quantiles_of_scipy():
    rng = np.random.default_rng(1)
    u, n, p = rng.random(20_000), rng.integers(0, 12, 20_000).astype(float), rng.random(20_000)
    assert (binomial_quantile(u, n, p) == stats.binom.ppf(u, n, p)).all()
    assert (binomial_quantile(u, n, np.ones(20_000)) == n).all()


def test_a_customer_has_the_orders_of_the_rate_however_heavy():
    for rate in (0.01, 1.0, 12.0, 99.0):
        rules, members = programme(tiers=(loyalty.Tier("m", 0),)), alike(3_000, purchase_rate=rate)
        history = loyalty.simulate(rules, members, 4, rng=1).history
        mean = history["twin_orders"].to_numpy() / 3_000
        assert mean == pytest.approx(rate, abs=4 * np.sqrt(rate / 3_000))


def test_enrolment_at_a_pace_is_geometric():
    slowly = loyalty.Open(share=1.0, selection=0, pace=0.25)
    rules = programme(enrolment=slowly, tiers=(loyalty.Tier("m", 0),))
    n = 20_000
    joined = loyalty.simulate(rules, alike(n), 5, launch=1, rng=1).history["joined"].to_numpy()
    expected = n * 0.25 * 0.75 ** np.arange(4)
    assert joined[0] == 0
    assert (np.abs(joined[1:] - expected) < 4 * np.sqrt(expected)).all()


def test_an_effect_that_does_not_exist_is_named():
    with pytest.raises(TypeError, match="Did you mean 'rewarded'"):
        only(reward=0.1)


def test_a_behaviour_reads_back_what_was_set():
    assert dataclasses.replace(STILL, rewarded=0.1) == only(rewarded=0.1)
