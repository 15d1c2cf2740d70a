"""The rules of a programme, worked by hand for one member whose orders are given."""

import pytest
from by_hand import card, flow, live, tiers

from centricity import loyalty
from centricity.loyalty import _engine

TWO = (loyalty.Tier("a", 0), loyalty.Tier("b", 4))
THREE = (loyalty.Tier("a", 0), loyalty.Tier("b", 2), loyalty.Tier("c", 5))


def by_visits(names=TWO, **changes):
    return card(tiers=names, qualify_by="visits", **changes)


def test_a_calendar_window_starts_again_from_nothing_for_everyone_at_once():
    """Windows 0-2, 3-5, 6-8. Four visits in the first raise at once; none in the second lower."""
    block = live(by_visits(window=loyalty.Calendar(3)), [2, 2, 0, 3, 0, 0, 1, 9, 0])
    assert tiers(block) == [0, 0, 1, 1, 1, 1, 0, 0, 1]


def test_a_calendar_window_may_be_under_way_when_the_simulation_starts():
    """With start=2 the first window has one period left: 0, then 1-3, 4-6."""
    block = live(by_visits(window=loyalty.Calendar(3, start=2)), [4, 0, 0, 0, 0, 0])
    assert tiers(block) == [0, 1, 1, 1, 0, 0]


def test_an_anniversary_window_starts_with_the_enrolment():
    """Enrolled in period 2, windows 2-4 and 5-7: the same orders qualify in one window."""
    orders = [0, 0, 1, 1, 2, 0, 0, 0, 0]
    block = live(by_visits(window=loyalty.Anniversary(3)), orders, launch=2)
    assert tiers(block) == [None, None, 0, 0, 0, 1, 1, 1, 0]
    calendar = live(by_visits(window=loyalty.Calendar(3)), orders, launch=2)
    assert tiers(calendar) == [None, None, 0, 0, 0, 0, 0, 0, 0]


def test_a_rolling_window_looks_at_the_last_periods_in_every_period():
    """Sums of the three periods before: 2, 4, 4, 2, 0 …"""
    block = live(by_visits(window=loyalty.Rolling(3)), [2, 2, 0, 0, 0, 0])
    assert tiers(block) == [0, 0, 1, 1, 0, 0]


def test_one_level_falls_slowly_and_by_balance_at_once():
    orders = [6, 0, 0, 0, 0, 0]
    window = loyalty.Calendar(2)
    slow = live(by_visits(THREE, window=window, downgrade="one_level"), orders)
    fast = live(by_visits(THREE, window=window, downgrade="by_balance"), orders)
    assert tiers(slow) == [0, 2, 2, 2, 1, 1]
    assert tiers(fast) == [0, 2, 2, 2, 0, 0]


def test_grace_lets_a_member_requalify_late():
    """Window 3-5 brings nothing; with two periods' grace the fall comes in period 8, not in 6."""
    window = loyalty.Calendar(3)
    strict = live(by_visits(window=window), [4, 0, 0, 0, 0, 0, 0, 0, 0])
    mild = live(by_visits(window=window, grace=2), [4, 0, 0, 0, 0, 0, 0, 0, 0])
    saved = live(by_visits(window=window, grace=2), [4, 0, 0, 0, 0, 0, 4, 0, 0])
    assert tiers(strict) == [0, 1, 1, 1, 1, 1, 0, 0, 0]
    assert tiers(mild) == [0, 1, 1, 1, 1, 1, 1, 1, 0]
    assert tiers(saved) == [0, 1, 1, 1, 1, 1, 1, 1, 1]


def test_status_may_be_earned_by_spend_visits_or_base_points():
    spend = card(tiers=(loyalty.Tier("a", 0), loyalty.Tier("b", 19)), qualify_by="spend")
    points = card(tiers=(loyalty.Tier("a", 0, 3.0), loyalty.Tier("b", 3)), qualify_by="points")
    assert tiers(live(spend, [2, 0])) == [0, 0]  # 2 × 10 euros, less the mean of the noise: 18.8
    assert tiers(live(spend, [3, 0])) == [0, 1]
    assert tiers(live(points, [2, 0])) == [0, 0]  # two base points, whatever the multiplier
    assert tiers(live(points, [3, 0])) == [0, 1]


def test_a_fixed_validity_counts_the_period_of_earning():
    block = live(card(validity=3), [5, 0, 2, 0, 0, 0])
    assert flow(block, "expired") == [0, 0, 0, 5, 0, 2]


def test_inactivity_takes_the_whole_balance_and_any_order_saves_it():
    """Two periods without an order: what was earned in 0 and 1 lapses at the start of 4."""
    block = live(card(inactivity=3), [5, 2, 0, 0, 0, 1, 0])
    assert flow(block, "expired") == [0, 0, 0, 0, 7, 0, 0]
    kept = live(card(inactivity=3), [5, 0, 1, 0, 0, 0, 0])
    assert flow(kept, "expired") == [0, 0, 0, 0, 0, 6, 0]


def test_pending_points_are_there_and_cannot_be_spent():
    programme = card(pending=2, rewards=(loyalty.Reward("coffee", 4, 3.0, 0),))
    block = live(programme, [4, 1, 1, 1])
    assert flow(block, "redeemed") == [0, 0, 4, 0]
    assert flow(block, "pending") == [4, 5, 2, 2]
    assert flow(block, "outstanding") == [4, 5, 2, 3]


def test_the_oldest_points_are_spent_first():
    programme = card(rewards=(loyalty.Reward("coffee", 6, 3.0, 0),))
    block = live(programme, [4, 5, 1])
    assert block.redeemed[:, 1].tolist() == [4, 2, 0]


def test_the_dearest_reward_is_taken_first_and_as_often_as_possible():
    rewards = (loyalty.Reward("cake", 5, 4.0, 1.0), loyalty.Reward("coffee", 2, 3.0, 0.5))
    block = live(card(rewards=rewards), [13])
    assert flow(block, "redeemed") == [12]  # two cakes, one coffee
    assert flow(block, "reward_face") == [11]
    assert block.flows[0][-4] == pytest.approx(2.5)


def test_paying_with_points_stops_at_the_bill():
    """One order of 9.41 euros: nine steps of a euro, though the points would pay for twenty."""
    rewards = (loyalty.PayWithPoints("off", 1, 1.0, 0.8),)
    block = live(card(rewards=rewards, joining_bonus=20), [1])
    assert flow(block, "redeemed") == [9]
    assert flow(block, "outstanding") == [12]


def test_a_reward_of_the_season_can_be_had_in_its_season_only():
    rewards = (loyalty.Reward("Advent box", 2, 3.0, 0, first=2, last=3),)
    block = live(card(rewards=rewards), [2, 2, 1, 0, 3])
    assert flow(block, "redeemed") == [0, 0, 4, 0, 0]


def test_campaigns_multiply_points_for_whom_they_are_for():
    everyone = loyalty.Campaign("May", 1, 2, 3.0)
    stars = loyalty.Campaign("stars", 2, 2, 2.0, tiers=("b",))
    programme = by_visits(
        (loyalty.Tier("a", 0), loyalty.Tier("b", 4, 2.0)), campaigns=(everyone, stars)
    )
    assert flow(live(programme, [1, 1, 1, 1]), "issued") == [1, 3, 3, 1]
    assert flow(live(programme, [4, 1, 1, 1]), "issued") == [4, 6, 12, 2]


def test_a_joining_bonus_is_given_once_at_enrolment():
    assert flow(live(card(joining_bonus=7), [0, 1, 0], launch=1), "issued") == [0, 8, 0]


def test_a_fee_is_paid_for_every_term_until_a_member_does_not_renew():
    programme = card(fee=loyalty.Fee(49.0, periods=2, renewal=0.8))
    faithful = live(programme, [1] * 6, renew=0.7)
    assert flow(faithful, "fees") == [49, 0, 49, 0, 49, 0]
    leaver = live(programme, [1] * 6, renew=0.9)
    assert flow(leaver, "fees") == [49, 0, 0, 0, 0, 0]
    assert flow(leaver, "issued") == [1, 1, 0, 0, 0, 0]
    assert flow(leaver, "outstanding") == [1, 2, 2, 2, 2, 2]


def test_a_closed_programme_invites_who_has_bought_enough_before():
    programme = card(enrolment=loyalty.Closed(minimum=15, periods=2))
    block = live(programme, [1, 1, 0, 0], launch=1)
    assert flow(block, "joined") == [0, 0, 1, 0]  # 9.41 euros in period 0, 18.82 in 0 and 1


def test_a_run_lets_everyone_redeem_without_an_order():
    programme = card(rewards=(loyalty.Reward("coffee", 4, 3.0, 0),))
    block = live(programme, [3, 3, 0, 0], events=(loyalty.Run(2),))
    assert flow(block, "redeemed") == [0, 4, 0, 0]
    starved = live(programme, [3, 0, 1, 0], events=(loyalty.Run(1),))
    assert flow(starved, "redeemed") == [0, 0, 4, 0]
    poor = card(rewards=(loyalty.Reward("coffee", 4, 3.0, 0),), pending=1)
    assert flow(live(poor, [4, 0, 0], events=(loyalty.Run(1),)), "redeemed") == [0, 4, 0]


def test_closing_without_notice_takes_every_point_and_with_notice_leaves_time():
    programme = card(rewards=(loyalty.Reward("coffee", 4, 3.0, 0),), pending=1)
    at_once = live(programme, [5, 5, 5, 5], events=(loyalty.Close(1),))
    assert flow(at_once, "issued") == [5, 0, 0, 0]
    assert flow(at_once, "expired") == [0, 5, 0, 0]
    warned = live(programme, [5, 5, 5, 5], events=(loyalty.Close(1, notice=2),))
    assert flow(warned, "redeemed") == [0, 4, 0, 0]
    assert flow(warned, "expired") == [0, 0, 0, 1]


def test_a_closing_programme_gives_back_what_was_paid_for_later():
    """A year costs 60 and starts in period 0; each unused period is worth 5."""
    yearly = card(fee=loyalty.Fee(60.0, periods=12, renewal=1.0))
    kept, back, warned = (
        live(yearly, [1] * 12, events=(loyalty.Close(5, notice=n, refund=refund),))
        for n, refund in ((0, False), (0, True), (4, True))
    )
    assert flow(kept, "fees") == [60] + [0] * 11
    assert flow(back, "fees") == [60, 0, 0, 0, 0, -35] + [0] * 6
    assert flow(warned, "fees") == [60] + [0] * 8 + [-15, 0, 0]


def test_a_refund_covers_the_terms_that_were_paid_and_no_others():
    short = card(fee=loyalty.Fee(10.0, periods=3, renewal=0.8))
    end = (loyalty.Close(7, refund=True),)
    third = live(short, [1] * 9, events=end, renew=0.5).flows
    fees = third[:, _engine.FLOWS.index("fees")].tolist()
    assert fees == [10, 0, 0, 10, 0, 0, 10, -6.67, 0], "two thirds of 10, to the cent"
    assert flow(live(short, [1] * 9, events=end, renew=0.9), "fees") == [10] + [0] * 8
    due = (loyalty.Close(5, notice=3, refund=True),)
    ended = flow(live(short, [1] * 9, events=due, renew=0.5), "fees")
    assert ended == [10, 0, 0, 10, 0, 0, 0, 0, 0], "the last term ends within the notice, unrenewed"


def test_a_programme_without_a_fee_has_nothing_to_give_back():
    assert flow(live(card(), [1] * 3, events=(loyalty.Close(1, refund=True),)), "fees") == [0] * 3


def test_a_cut_of_validity_takes_old_points_at_once_and_new_ones_sooner():
    block = live(card(validity=6), [1, 2, 4, 8, 0, 0, 0], events=(loyalty.CutValidity(4, 2),))
    assert flow(block, "expired") == [0, 0, 0, 0, 7, 8, 0]
    lasting = live(card(), [1, 2, 4, 8, 0, 0, 0], events=(loyalty.CutValidity(4, 2),))
    assert flow(lasting, "expired") == [0, 0, 0, 0, 7, 8, 0]
