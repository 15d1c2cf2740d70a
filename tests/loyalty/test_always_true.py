"""What holds for every programme, every member, every behaviour and every event."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from by_hand import card, live
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from random_programmes import assert_equal, cases, simulate
from scipy import stats
from slow_simulator import Member

from centricity import loyalty
from centricity.loyalty import _engine, _orders
from centricity.loyalty._enrol import Joining
from centricity.loyalty._scheme import Rules
from centricity.loyalty._streams import BLOCK, Normal, Uniform, streams
from centricity.loyalty._worlds import Draws

PHASES = [phase for phase in Phase if phase is not Phase.explain]
LOOK = settings(max_examples=300, deadline=None, phases=PHASES)
FEW = settings(max_examples=60, deadline=None, phases=PHASES)


@LOOK
@given(cases())
def test_issued_is_redeemed_plus_expired_plus_outstanding_per_lot_per_member_and_in_total(case):
    outcome = simulate(case)
    ledger, history = outcome.ledger, outcome.history
    people = pd.concat([outcome.members, outcome.friends])
    for table in (ledger, people):
        settled = table["redeemed"] + table["expired"] + table["outstanding"]
        assert (table["issued"] == settled).all()
    net = history["issued"] - history["redeemed"] - history["expired"]
    assert (net.cumsum() == history["outstanding"]).all()
    stocks = ledger.groupby(level="period")[["pending", "outstanding"]].sum()
    assert (stocks == history.loc[outcome.launch :, ["pending", "outstanding"]]).all(axis=None)
    last = ledger.xs(case.periods - 1, level="period").sum()
    for name in ("issued", "redeemed", "expired"):
        assert last[name] == history[name].sum() == people[name].sum()


@LOOK
@given(cases())
def test_no_balance_no_lot_and_no_flow_is_ever_below_zero(case):
    outcome = simulate(case)
    fees = outcome.history["fees"]
    for table in (outcome.history.drop(columns="fees"), outcome.tiers, outcome.ledger):
        assert (table >= 0).all(axis=None)
    # A close that refunds gives fees back, and never more than were paid.
    refunds = any(getattr(event, "refund", False) for event in case.events)
    assert ((fees.cumsum() if refunds else fees) >= -1e-9).all()
    for table in (outcome.members, outcome.friends):
        assert (table.select_dtypes("number").drop(columns="joined") >= 0).all(axis=None)
    assert (outcome.ledger["pending"] <= outcome.ledger["outstanding"]).all()


@LOOK
@given(cases())
def test_a_programme_that_moves_nobody_sells_what_its_twin_sells_to_the_last_cent(case):
    outcome = simulate(case, behaviour=loyalty.Behaviour.none())
    assert (outcome.history["sales"] == outcome.history["twin_sales"]).all()
    assert (outcome.members["sales"] == outcome.members["twin_sales"]).all()
    assert (outcome.incremental()[["sales", "margin"]] == 0).all(axis=None)
    assert outcome.friends.empty


@LOOK
@given(cases())
def test_members_friends_and_history_add_up(case):
    outcome = simulate(case, panel=True)
    history, since = outcome.history, outcome.history.loc[outcome.launch :]
    people = pd.concat([outcome.members, outcome.friends])
    for name in ("sales", "twin_sales", "orders", "twin_orders"):
        assert people[name].sum() == pytest.approx(since[name].sum())
    assert outcome.panel.to_numpy().sum() + outcome.friends["sales"].sum() == pytest.approx(
        history["sales"].sum()
    )
    assert (outcome.tiers.sum(axis=1) == since["members"]).all()
    assert (since["member_sales"] <= since["sales"] + 1e-6).all()
    joined = people["group"] == "member"
    assert history["joined"].sum() == joined.sum()
    assert (people.loc[~joined, "issued"] == 0).all()


@LOOK
@given(cases())
def test_an_effect_other_than_frustration_only_ever_adds_orders(case):
    calm = dataclasses.replace(case.behaviour, frustration=0)
    people = simulate(case, behaviour=calm).members
    assert (people["orders"] >= people["twin_orders"]).all()
    outside = people[people["group"] != "member"]
    assert (outside["sales"] == outside["twin_sales"]).all()


@FEW
@given(cases())
def test_customers_gone_before_the_launch_are_no_members(case):
    people = simulate(case, launch=case.periods - 1, events=()).members
    gone = people["group"] == "gone"
    assert (people.loc[gone, "sales"] == 0).all()
    assert (people.loc[people["group"].isin(["member", "holdout"]), "periods"] > 0).all()
    arrived = people["arrives"] < case.periods - 1 if "arrives" in people else True
    seen = people["periods"] >= case.periods - people.get("arrives", 0)
    assert (gone == (arrived & ~seen)).all()


@LOOK
@given(cases(chain=True), st.integers(1, 6))
def test_longer_validity_never_lets_more_points_expire(case, longer):
    """A theorem when behaviour is fixed and each price divides the next dearer one.

    Let I be the points issued and active, R redeemed, X expired, a prime the longer validity.
    Every redemption empties the balance down to less than the cheapest price p, so after it
    R = p·floor((I − X)/p). While R' ≥ R, an expiry in the primed world lifts R' + X' to the
    boundary E' ≤ E ≤ R + X, so X' ≤ X; and X' ≤ X keeps R' ≥ R at the next redemption.
    """
    validity = case.programme.validity or 4
    short = dataclasses.replace(
        case.programme, validity=validity, pending=min(case.programme.pending, validity - 1)
    )
    still = loyalty.Behaviour.none()
    brief = simulate(case, programme=short, behaviour=still).history
    extended = dataclasses.replace(short, validity=validity + longer)
    lasting = simulate(case, programme=extended, behaviour=still).history
    assert (lasting["expired"].cumsum() <= brief["expired"].cumsum()).all()
    assert (lasting["redeemed"].cumsum() >= brief["redeemed"].cumsum()).all()


def expired_when_orders_are(orders, validity, prices):
    rewards = tuple(loyalty.Reward(f"for {p}", p, p, 0) for p in prices)
    block = live(card(rewards=rewards, validity=validity), orders)
    assert block.issued.tolist() == orders
    return int(block.expired.sum())


def test_longer_validity_can_let_more_expire_when_prices_do_not_divide_each_other():
    """Why the theorem needs its condition, worked by hand.

    Points 3, 0, 4, 6 and prices 7 and 10. With validity 2 the 3 expire, then 4 + 6 buy the 10.
    With validity 3 the member takes the 7 as soon as 3 + 4 are there, and the 6 expire.
    """
    orders = [3, 0, 4, 6, 0, 0, 0]
    assert expired_when_orders_are(orders, validity=2, prices=(7, 10)) == 3
    assert expired_when_orders_are(orders, validity=3, prices=(7, 10)) == 6


@FEW
@given(cases())
def test_the_same_seed_gives_the_same_bytes(case):
    assert_equal(simulate(case), simulate(case))


@FEW
@given(cases(), st.integers(1, 20))
def test_a_members_fate_does_not_depend_on_how_many_others_there_are(case, n):
    alone = simulate(case, members=case.members.head(n)).members
    among_all = simulate(case).members.head(n)
    pd.testing.assert_frame_equal(alone, among_all, check_exact=True)


def test_a_members_fate_does_not_depend_on_others_across_blocks():
    everyone = loyalty.Members.draw(BLOCK + 700, rng=3)
    few = loyalty.Members.draw(BLOCK + 5, rng=3)
    pd.testing.assert_frame_equal(everyone.table.head(BLOCK + 5), few.table)
    full = loyalty.simulate(plain(), everyone, 8, rng=4)
    part = loyalty.simulate(plain(), few, 8, rng=4)
    pd.testing.assert_frame_equal(full.members.head(BLOCK + 5), part.members)


def test_a_block_that_is_not_full_skips_the_numbers_of_those_who_are_not_there():
    seed = np.random.SeedSequence(5)
    few, all_ = Uniform(seed, 7, 3), Uniform(seed, BLOCK, 3)
    normal, normals = Normal(seed, 7), Normal(seed, BLOCK)
    for _ in range(3):
        np.testing.assert_array_equal(few.draw(), all_.draw()[:, :7])
        np.testing.assert_array_equal(normal.draw(), normals.draw()[:7])


def test_the_numbers_of_different_periods_and_kinds_do_not_repeat():
    seed = np.random.SeedSequence(5)
    uniform, normal = Uniform(seed, 50, 3), Normal(seed, 50)
    drawn = [uniform.draw().copy() for _ in range(4)], [normal.draw().copy() for _ in range(4)]
    assert len(np.unique(np.concatenate(drawn[0]))) == 4 * 3 * 50
    assert len(np.unique(np.concatenate(drawn[1]))) == 4 * 50


def test_more_periods_leave_the_first_ones_as_they_were():
    members = loyalty.Members.draw(300, rng=3)
    for validity in (2, 6, 7, 8, None):
        programme = dataclasses.replace(plain(), validity=validity)
        short, long = (loyalty.simulate(programme, members, n, rng=4) for n in (7, 15))
        pd.testing.assert_frame_equal(short.history, long.history.head(7))


def test_another_programme_meets_the_same_luck():
    members = loyalty.Members.draw(500, rng=3)
    one = loyalty.simulate(plain(), members, 9, rng=4)
    other = dataclasses.replace(
        plain(), validity=None, referral_bonus=50, fee=loyalty.Fee(5, 3), tiers=plain().tiers[:1]
    )
    two = loyalty.simulate(other, members, 9, rng=4)
    assert (one.members["twin_sales"] == two.members["twin_sales"]).all()


def test_blocks_in_parallel_give_what_one_after_the_other_gives():
    members = loyalty.Members.draw(BLOCK + 50, rng=3)
    busy = dataclasses.replace(plain(), referral_bonus=50)
    keen = loyalty.Behaviour(referral=0.1)
    one, two = (loyalty.simulate(busy, members, 6, behaviour=keen, rng=4, n_jobs=n) for n in (1, 2))
    assert len(one.friends) > 0
    assert_equal(one, two)


def test_blocks_give_what_one_large_block_on_the_same_draws_gives():
    n, periods = BLOCK + 300, 10
    members = loyalty.Members.draw(n, rng=3)
    outcome = loyalty.simulate(plain(), members, periods, rng=4)
    sizes = (BLOCK, 300)
    each = []
    for seed, size in zip(streams(4, n, "simulate"), sizes, strict=True):
        main = seed.spawn(5)[1]
        chance, noise = main.spawn(2)
        each.append((Uniform(chance, size, 4), Normal(noise, size)))
    joined = (
        Draws(*np.concatenate([u.draw() for u, _ in each], axis=1),
              np.concatenate([z.draw() for _, z in each]))
        for _ in range(periods)
    )  # fmt: skip
    traits = loyalty._traits.check_traits(members.table, "here")
    rules = Rules(plain(), loyalty.Behaviour(), (), periods, 0, 0.0)
    joining = Joining(traits, plain(), np.zeros((3, n)), launch=0, holdout=0.0)
    whole = _engine.run_block(traits, joining, joined, lambda _: np.zeros(n), rules)
    for name in ("sales", "twin_sales", "issued", "redeemed", "expired", "outstanding"):
        assert (whole.members[name] == outcome.members[name].to_numpy()).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_members_and_simulation_of_one_seed_use_different_numbers(seed):
    first, second = (
        np.random.default_rng(streams(seed, 1, name)[0]).random(5)
        for name in ("members", "simulate")
    )
    assert not np.isin(first, second).any()


def test_points_that_need_more_than_32_bits_are_counted_as_well():
    """A thousand times the rate and the prices: a thousand times the points, nothing else."""
    members = loyalty.Members.draw(200, rng=3).assign(basket=10.0)
    small = dataclasses.replace(
        plain(), points_per_visit=1, points_per_euro=0, qualify_by="visits",
        rewards=(loyalty.Reward("voucher", 7, 5, 3),),
        tiers=(loyalty.Tier("member", 0), loyalty.Tier("gold", 9, 2)),
    )  # fmt: skip
    million = dataclasses.replace(
        small, points_per_visit=10**7, rewards=(loyalty.Reward("voucher", 7 * 10**7, 5, 3),)
    )
    outcomes = [
        loyalty.simulate(rules, members, 24, rng=4, behaviour=loyalty.Behaviour(price_response=0))
        for rules in (small, million)
    ]
    points = ["issued", "redeemed", "expired", "pending", "outstanding"]
    few, many = (outcome.history for outcome in outcomes)
    assert (few[points] * 10**7 == many[points]).all(axis=None)
    pd.testing.assert_frame_equal(few.drop(columns=points), many.drop(columns=points))
    assert many["outstanding"].max() > 2**32


def plain():
    return loyalty.Programme(
        points_per_euro=1,
        rewards=(loyalty.Reward("voucher", 100, 5, 3),),
        tiers=(loyalty.Tier("member", 0), loyalty.Tier("gold", 200, 2)),
        window=loyalty.Calendar(4),
        validity=5,
        pending=1,
    )


def random_numbers(case):
    """Every member's random numbers, as the engine draws them."""
    n, rules = len(case.members), case.programme
    assign, main, renew, refer, _ = streams(case.rng, n, "simulate")[0].spawn(5)
    chance, noise = main.spawn(2)
    joins = Uniform(assign, n, 3).draw().T.tolist()
    chances, normal = Uniform(chance, n, 4), Normal(noise, n)
    seldom = {"renew": Uniform(renew, n, 1), "refer": Uniform(refer, n, 1)}
    wanted = {"renew": rules.fee, "refer": rules.referral_bonus and case.behaviour.referral}
    dates = Rules(rules, case.behaviour, case.events, case.periods, case.launch, 0.0)
    draws = []
    for period in range(case.periods):
        numbers = dict(zip(("buy", "more", "redeem", "leave"), chances.draw().copy(), strict=True))
        numbers["basket"] = normal.draw().copy()
        for name, stream in seldom.items():
            used = wanted[name] and dates.running(period)
            numbers[name] = stream.draw()[0].copy() if used else np.zeros(n)
        draws.append(numbers)
    mine = [[{k: float(v[i]) for k, v in d.items()} for d in draws] for i in range(n)]
    return joins, mine


@settings(max_examples=500, deadline=None, phases=PHASES)
@given(cases(busy=True) | cases())
def test_a_slow_member_by_member_simulator_agrees_to_the_point_and_the_cent(case):
    outcome = simulate(case)
    joins, draws = random_numbers(case)
    by_cohort = np.zeros((case.periods, 4), int)
    fees = 0.0
    table = case.members.table.assign(arrives=case.members.table.get("arrives", 0))
    for i, traits in enumerate(table.to_dict("records")):
        member = Member(case, traits, *joins[i]).live(draws[i])
        end = outcome.members.iloc[i]
        assert end["group"] == member.group
        assert round(end["sales_before"] * 100) == member.sales_before
        assert round(end["sales"] * 100) == member.sales
        assert end["orders"] == member.orders
        assert end["active"] == member.here
        expected = case.programme.tiers[member.tier].name if member.inside else None
        assert (None if pd.isna(end["tier"]) else end["tier"]) == expected
        assert end["outstanding"] == member.balance()
        fees += member.fees
        for lot in member.lots:
            by_cohort[lot[0]] += lot[1:]
    if outcome.friends.empty:
        last = outcome.ledger.xs(case.periods - 1, level="period")
        theirs = last[["issued", "redeemed", "expired", "outstanding"]].to_numpy()
        assert (theirs == by_cohort[case.launch :]).all()
        assert outcome.history["fees"].sum() == pytest.approx(fees)


def test_how_many_steps_a_block_looks_at_does_not_change_anybodys_orders(monkeypatch):
    rng = np.random.default_rng(2)
    rate, u = rng.gamma(1.2, 3.0, 20_000), rng.random(20_000)
    here, orders = np.ones(20_000, bool), []
    for most in (1, 4, 32):
        monkeypatch.setattr(_orders, "MOST_STEPS", most)
        demand = _orders.Orders(rate)
        demand.draw(u)
        orders.append(demand.usual(here, np.empty(20_000)))
    assert (orders[0] == orders[1]).all()
    assert (orders[0] == orders[2]).all()
    assert (orders[0] == stats.poisson.ppf(u, rate)).all()
