"""Random programmes, behaviours and members for property tests."""

import itertools
import warnings
from types import SimpleNamespace

import pandas as pd
from hypothesis import strategies as st

from centricity import loyalty

share = st.floats(0, 1).map(lambda x: round(x, 3))
seeds = st.integers(0, 2**32)
FRAMES = ("history", "tiers", "members", "friends", "ledger", "pnl")


@st.composite
def windows(draw):
    length = draw(st.integers(1, 6))
    start = draw(st.integers(0, length - 1))
    return draw(
        st.sampled_from(
            [loyalty.Calendar(length, start), loyalty.Anniversary(length), loyalty.Rolling(length)]
        )
    )


@st.composite
def catalogues(draw, chain=False):
    """Rewards; in a chain each price divides the next dearer one, and all can always be had."""
    price = draw(st.integers(1, 80))
    if chain:
        factors = draw(st.lists(st.integers(2, 4), max_size=2))
        prices = list(itertools.accumulate(factors, lambda a, b: a * b, initial=price))
        return tuple(loyalty.Reward(f"reward {i}", p, p / 10, 1) for i, p in enumerate(prices))
    prices = [price, *draw(st.lists(st.integers(1, 200), max_size=2))]
    kinds = st.sampled_from([loyalty.Reward, loyalty.Reward, loyalty.PayWithPoints])
    spans = st.sampled_from([(None, None), (None, None), (3, None), (None, 6), (2, 5)])
    return tuple(
        draw(kinds)(f"reward {i}", p, p / 10, 1, *draw(spans)) for i, p in enumerate(prices)
    )


@st.composite
def programmes(draw, chain=False):
    validity = draw(st.none() | st.integers(1, 9))
    inactivity = None
    if not chain and (validity is None or validity > 1):
        inactivity = draw(st.none() | st.integers(1, (validity or 7) - 1))
    qualify_by = draw(st.sampled_from(["spend", "visits", "points"]))
    within_reach = st.integers(1, 12 if qualify_by == "visits" else 200)
    thresholds = sorted(draw(st.sets(within_reach, max_size=3)))
    tiers = tuple(
        loyalty.Tier(
            f"tier {i}", t, draw(st.floats(0, 3)), cost=1.5, hazard_cut=draw(share),
            rate_lift=draw(share),
        )
        for i, t in enumerate([0, *thresholds])
    )  # fmt: skip
    window = draw(windows())
    longest = 3 if isinstance(window, loyalty.Rolling) else window.periods - 1
    campaigns = [
        loyalty.Campaign("all", 2, 4, 2.0),
        loyalty.Campaign("top", 3, 7, draw(st.floats(0, 3)), tiers=(tiers[-1].name,)),
    ]
    enrolments = (
        st.none()
        | st.builds(loyalty.Open, share, st.floats(0, 3), st.sampled_from([0.2, 1.0]))
        | st.builds(loyalty.Closed, st.sampled_from([0.0, 60.0]), st.integers(1, 4), share)
    )
    return loyalty.Programme(
        rewards=draw(catalogues(chain)),
        points_per_euro=draw(st.floats(0, 2)),
        points_per_visit=draw(st.sampled_from([0.3, 1, 5])),
        tiers=tiers,
        qualify_by=qualify_by,
        window=window,
        downgrade=draw(st.sampled_from(["one_level", "by_balance"])),
        grace=draw(st.integers(0, min(longest, 3))) if len(tiers) > 1 else 0,
        validity=validity,
        inactivity=inactivity,
        pending=draw(st.integers(0, 3 if validity is None else min(validity - 1, 3))),
        joining_bonus=draw(st.sampled_from([0, 20])),
        referral_bonus=0 if chain else draw(st.sampled_from([0, 30])),
        campaigns=tuple(draw(st.lists(st.sampled_from(campaigns), unique=True, max_size=2))),
        enrolment=draw(enrolments),
        fee=draw(st.none() | st.builds(loyalty.Fee, st.just(5.0), st.integers(1, 5), share)),
        platform_cost=draw(st.sampled_from([0, 100])),
    )


behaviours = st.builds(
    loyalty.Behaviour,
    *(share, share, share, st.floats(0, 0.9), share, share, share, share, share, share),
    half_worth=st.sampled_from([0.0, 1.0, 5.0]),
)


@st.composite
def events(draw, programme, launch, periods):
    """Draw what happens to the programme on the way."""
    when, last = st.integers(launch, periods - 1), periods - 1
    happens = []
    if draw(st.booleans()):
        close = loyalty.Close(draw(when), draw(st.integers(0, 3)), draw(share), draw(st.booleans()))
        happens.append(close)
        last = min(last, close.end - 1)
    if last < launch:
        return tuple(happens)
    when = st.integers(launch, last)
    if draw(st.booleans()):
        happens.append(loyalty.Run(draw(when)))
    longest = (programme.validity or periods + 1) - 1
    if longest > programme.pending and draw(st.booleans()):
        validity = draw(st.integers(programme.pending + 1, longest))
        happens.append(loyalty.CutValidity(draw(when), validity))
    return tuple(happens)


@st.composite
def cases(draw, chain=False, busy=False):
    """Draw a whole simulation; a busy one is long, and many of its members buy and stay."""
    periods = draw(st.integers(12, 14)) if busy else draw(st.integers(1, 14))
    launch = draw(st.integers(0, min(3, periods - 1)))
    programme = draw(programmes(chain))
    n = 25 if busy else draw(st.integers(1, 25))
    members = loyalty.Members.draw(
        n, purchase_rate=draw(st.sampled_from([1.5, 6] if busy else [0.3, 1.5, 6])),
        hazard=draw(st.sampled_from([0, 0.02] if busy else [0, 0.02, 0.3])),
        redemption=draw(share), rng=draw(seeds), forward_looking=0.9 if busy else 0.3,
        share_of_wallet=0.2 if busy else 0.4,
    )  # fmt: skip
    if draw(st.booleans()):
        members = members.assign(arrives=[i % 5 for i in range(n)])
    return SimpleNamespace(
        programme=programme,
        behaviour=draw(behaviours),
        members=members,
        periods=periods,
        launch=launch,
        holdout=draw(st.sampled_from([0, 0.3])),
        events=() if chain else draw(events(programme, launch, periods)),
        rng=draw(seeds),
    )


def simulate(case, **changes):
    """Run a case; what nobody reached or saw is no surprise with so few members and periods."""
    options = vars(case) | changes
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "simulate: ", UserWarning)
        return loyalty.simulate(**options)


def assert_equal(one, other):
    for name in FRAMES:
        left, right = getattr(one, name), getattr(other, name)
        pd.testing.assert_frame_equal(left, right, check_exact=True)
