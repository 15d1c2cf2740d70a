"""The crossing is a root: computed, with an interval, and equal to an independent integral."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, optimize, stats
from scipy.special import expit

from centricity import market
from centricity.market import Crossing, Market


def test_at_the_crossing_both_strategies_are_worth_the_same():
    town = Market(customers=300)
    found = market.crossing(town, seeds=3, rng=5)
    streams = np.random.default_rng(5).spawn(3)
    for root, stream in zip(found.draws, streams, strict=True):
        at = market.sweep(town, "needs", [root - 0.02, root, root + 0.02], rng=stream)["advantage"]
        assert at.iloc[1] == pytest.approx(0, abs=1.0)  # of some ten thousands
        assert at.iloc[0] < 0 < at.iloc[2]


def test_product_centricity_wins_when_customers_are_alike_and_loses_when_they_differ():
    for seed in range(10):
        alike, unlike = market.sweep(Market(), "needs", [0.3, 1.5], rng=seed)["advantage"]
        assert alike < 0 < unlike


def test_crossing_agrees_with_an_integral_over_normal_needs():
    # Equal volumes, one product, one rival, everybody known at once: one dimension, no simulation.
    town = Market(customers=4000, values=0.0, rivals=1, learning=1.0, most_variants=1, variant=0,
                  system=50_000, knowing=100, care=20)  # fmt: skip
    annuity = (1 - 1.1**-6) / 0.1
    cost = 50_000 / 4000 + 100 + 20 * annuity

    def gain(s):
        def inside(z):
            rest = np.logaddexp(0.0, 2.0 - (s * z) ** 2)
            more = expit(2.0 - rest) - expit(2.0 - (s * z) ** 2 - rest)
            return more * stats.norm.pdf(z)

        return 24 * 12 * annuity * integrate.quad(inside, -9, 9)[0] - cost

    root = optimize.brentq(gain, 0.01, 4)
    found = market.crossing(town, chosen=1.0, seeds=12, rng=1)
    error = found.draws.std(ddof=1) / np.sqrt(12)
    assert abs(found.draws.mean() - root) < 3 * error
    assert error < 0.01


def test_dearer_knowledge_needs_unlike_customers():
    base = Market(customers=300, most_variants=1)
    for dearer in ({"knowing": 200.0}, {"care": 60.0}, {"system": 60_000.0}):
        cheap = market.crossing(base, seeds=4, rng=2).draws
        assert (market.crossing(replace(base, **dearer), seeds=4, rng=2).draws > cheap).all()


def test_free_knowledge_pays_at_once_and_unaffordable_never():
    free = Market(customers=100, system=0, knowing=0, care=0)
    assert market.crossing(free, seeds=3, rng=1).interval() == (0.0, 0.0)
    dear = market.crossing(Market(customers=100, system=1e9), seeds=3, rng=1)
    assert dear.never == 1.0
    assert dear.estimate == np.inf


def test_interval_and_estimate_are_order_statistics_and_take_infinity():
    found = Crossing(np.array([1.0, 2.0, np.inf, 3.0, np.inf]), most=4)
    assert found.estimate == 3.0
    assert found.never == pytest.approx(0.4)
    assert found.interval(0.9) == (1.0, np.inf)


def test_an_interval_leaves_out_as_many_below_as_above_and_holds_its_level():
    for count in (1, 2, 9, 10, 19, 20, 21, 40, 100):
        found = Crossing(np.arange(1.0, count + 1), most=200)
        for level in (0.5, 0.8, 0.9, 0.95):
            low, high = found.interval(level)
            assert low - 1 == count - high  # as many below as above
            inside = high - low + 1
            assert inside >= level * count - 1e-9
            assert inside - 2 < level * count - 1e-9  # one fewer at each end would be too few
        assert found.estimate == (count + 1) / 2


def test_half_of_the_markets_never_flipping_makes_the_estimate_infinite():
    assert Crossing([1.0, np.inf], most=4).estimate == np.inf
    assert Crossing([1.0, 2.0, np.inf], most=4).estimate == 2.0


def test_a_single_market_has_the_customers_of_simulate_and_sweep():
    town = Market(customers=300)
    root = market.crossing(town, seeds=1, rng=3).estimate
    assert market.simulate(replace(town, needs=root), rng=3).advantage == pytest.approx(0, abs=1.0)


@pytest.mark.parametrize(
    ("draws", "error"),
    [([], ValueError), ([1.0, np.nan], ValueError), ([-1.0], ValueError), ([[1.0]], ValueError),
     ("one", TypeError), (None, ValueError)],
)  # fmt: skip
def test_draws_are_checked(draws, error):
    with pytest.raises(error, match=r"Crossing: draws is .* Draws are one crossing per market"):
        Crossing(draws, most=4.0)


def test_turning_back_is_reported():
    cheap = market.crossing(Market(variant=25_000.0), seeds=8, rng=1)
    assert 0 < cheap.back <= 1
    table = market.sweep(Market(variant=25_000.0), "needs", np.linspace(0, 4, 25), rng=1)
    assert np.diff(np.sign(table["advantage"])).tolist().count(2.0) >= 1
    assert market.crossing(Market(variant=1e6), seeds=4, most=3, rng=1).back == 0


def test_the_same_seed_gives_the_same_crossing():
    one, two = (market.crossing(Market(customers=100), seeds=3, rng=4).draws for _ in range(2))
    assert (one == two).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"most": 0}, "market.crossing: most is 0. It must be a number"),
        ({"seeds": 2.5}, "market.crossing: seeds is 2.5. It must be a whole number"),
        ({"chosen": -0.1}, "market.crossing: chosen is -0.1"),
    ],
)
def test_bad_numbers_are_refused_in_words(options, says):
    with pytest.raises(ValueError, match=says):
        market.crossing(Market(), rng=1, **options)


def test_a_unit_that_earns_nothing_has_no_crossing():
    with pytest.raises(ValueError, match=r"price is 30 and unit_cost 38\. Share is worth having"):
        market.crossing(Market(price=30.0), rng=1)


def test_a_level_is_between_zero_and_one():
    with pytest.raises(ValueError, match=r"Crossing.interval: level is 1"):
        Crossing(np.array([1.0]), most=2).interval(1)
