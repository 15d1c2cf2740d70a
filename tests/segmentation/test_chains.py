"""Where matrices of moves lead: against long iteration, simulation and algebra by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from centricity.segmentation import (
    Migration,
    chain_kind,
    migration,
    stationary,
    steady_customers,
)

sizes = st.integers(2, 6)
positive = sizes.flatmap(lambda k: hnp.arrays(float, (k, k), elements=st.floats(0.01, 1)))
leaky = sizes.flatmap(lambda k: hnp.arrays(float, (k, k + 1), elements=st.floats(0.01, 1)))


def matrix(values):
    values = np.asarray(values, dtype=float)
    values = values / values.sum(axis=1, keepdims=True)
    names = [f"s{i}" for i in range(len(values))]
    extra = ["(gone)"] if values.shape[1] > len(values) else []
    return pd.DataFrame(values, names, names + extra)


@settings(max_examples=40, deadline=None)
@given(positive, st.integers(0, 5))
def test_the_stationary_mix_is_where_long_iteration_ends_from_any_start(values, start):
    moves = matrix(values)
    mix = np.eye(len(moves))[start % len(moves)]
    mix = mix @ np.linalg.matrix_power(moves.to_numpy(), 2_000)
    found = stationary(moves)
    np.testing.assert_allclose(found, mix, atol=1e-9)
    assert found.sum() == pytest.approx(1)
    assert chain_kind(moves) == "one steady mix, reached from any start"


@settings(max_examples=30, deadline=None)
@given(leaky)
def test_an_open_base_settles_where_adding_and_moving_year_after_year_ends(values):
    moves = matrix(values)
    names = list(moves.index)
    coming = pd.Series(np.arange(1.0, len(names) + 1), names)
    base, Q, b = np.zeros(len(names)), moves[names].to_numpy(), coming.to_numpy()
    for _ in range(4_000):
        base = base @ Q + b
    np.testing.assert_allclose(steady_customers(moves, inflow=coming), base, rtol=1e-6)
    np.testing.assert_allclose(stationary(moves, inflow=coming), base / base.sum(), rtol=1e-6)


def test_in_balance_as_many_go_as_come():
    rng = np.random.default_rng(0)
    moves = matrix(rng.uniform(size=(4, 5)))
    found = steady_customers(moves, inflow=pd.Series([7.0, 0, 3, 0], moves.index))
    assert found @ moves["(gone)"] == pytest.approx(10)


def test_a_simulated_customer_spends_the_stationary_shares_of_time():
    moves = matrix([[8, 1, 1], [3, 5, 2], [1, 4, 5]])
    rng = np.random.default_rng(3)
    place, visits = 0, np.zeros(3)
    cumulative = moves.to_numpy().cumsum(axis=1)
    for u in rng.uniform(size=60_000):
        place = int(np.searchsorted(cumulative[place], u))
        visits[place] += 1
    np.testing.assert_allclose(stationary(moves), visits / visits.sum(), atol=0.015)


@pytest.mark.parametrize(
    ("values", "says", "mix"),
    [
        ([[0.9, 0.1], [0.2, 0.8]], "one steady mix, reached from any start", [2 / 3, 1 / 3]),
        ([[0.5, 0.5], [0, 1]], "absorbing: everybody ends in 's1'", [0, 1]),
        ([[0, 1, 0], [0, 0.5, 0.5], [0, 0.5, 0.5]], "in which only 's1', 's2' remain",
         [0, 0.5, 0.5]),
        ([[0, 1], [1, 0]], "periodic: 's0', 's1' return every 2 periods", None),
        ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], "return every 3 periods", None),
        ([[1, 0], [0, 1]], "several ends: 's0' | 's1'", None),
        ([[1, 0, 0], [0.3, 0.4, 0.3], [0, 0, 1]], "several ends: 's0' | 's2'", None),
        ([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0.5, 0, 0.5, 0]], "periodic", None),
    ],
)  # fmt: skip
def test_kinds_of_chains_are_told_apart_and_only_some_have_a_mix(values, says, mix):
    moves = matrix(values)
    assert says in chain_kind(moves)
    if mix is None:
        with pytest.raises(ValueError, match="no one mix to which these moves lead"):
            stationary(moves)
    else:
        np.testing.assert_allclose(stationary(moves), mix, atol=1e-12)


GOOD = matrix([[0.9, 0.1], [0.2, 0.8]])
OPEN = matrix([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3]])
COMING = pd.Series({"s0": 5.0})


@pytest.mark.parametrize(
    ("draw", "error", "says"),
    [
        (lambda: stationary(GOOD * 2), ValueError, "the sum isn't one in 2 of 2 rows"),
        (lambda: stationary(GOOD - 0.5), ValueError, "at least 0"),
        (lambda: stationary(GOOD.rename(index={"s0": "x"})), ValueError, "only in rows or only"),
        (lambda: stationary(GOOD.iloc[[0, 0]]), ValueError, "exactly one row"),
        (lambda: stationary(GOOD.iloc[:0]), ValueError, "exactly one row"),
        (lambda: stationary(GOOD.replace(0.9, np.nan)), ValueError, "missing or infinite"),
        (lambda: stationary([[1]]), TypeError, "a list was given"),
        (lambda: stationary(OPEN), ValueError, "customers go and no inflow is given"),
        (lambda: stationary(OPEN, inflow=COMING * 0), ValueError, "inflow is zero in all"),
        (lambda: stationary(OPEN, inflow=-COMING), ValueError, "at least 0"),
        (lambda: stationary(OPEN, inflow={"s0": 1}), TypeError, "inflow is a dict"),
        (lambda: stationary(OPEN, inflow=pd.Series({"x": 1})), ValueError, "inflow is for 'x'"),
        (lambda: stationary(GOOD, inflow=COMING), ValueError, "grows for ever"),
    ],
)
def test_bad_input_is_refused(draw, error, says):
    with pytest.raises(error, match=says):
        draw()


def test_a_way_in_without_a_way_out_is_named_and_an_unreachable_one_does_no_harm():
    trap = pd.DataFrame([[0.5, 0.2, 0.3], [0.0, 1.0, 0.0]], ["a", "trap"], ["a", "trap", "(gone)"])
    with pytest.raises(ValueError, match="new customers get to 'trap' and nobody ever goes"):
        steady_customers(trap, inflow=pd.Series({"a": 1}))
    safe = pd.DataFrame([[0.5, 0.0, 0.5], [0.0, 1.0, 0.0]], ["a", "trap"], ["a", "trap", "(gone)"])
    found = steady_customers(safe, inflow=pd.Series({"a": 1}))
    assert found.to_dict() == {"a": 2.0, "trap": 0.0}


def moves_of(before, after):
    return migration(pd.Series(before), pd.Series(after))


def test_migration_leads_to_its_mix_closed_and_open():
    # a: two stay, one to b, one goes. b: one to a, one stays. One new a, three new b.
    found = moves_of(
        {1: "a", 2: "a", 3: "a", 4: "a", 5: "b", 6: "b"},
        {1: "a", 2: "a", 3: "b", 5: "a", 6: "b", 7: "a", 8: "b", 9: "b", 10: "b"},
    )
    # closed: a moves to b with 1/3, b to a with 1/2
    np.testing.assert_allclose(found.stationary(closed=True), [0.6, 0.4])
    # open: a = a/2 + b/2 + 1, b = a/4 + b/2 + 3
    a, b = np.linalg.solve([[0.5, -0.5], [-0.25, 0.5]], [1, 3])
    np.testing.assert_allclose(found.steady(), [a, b])
    np.testing.assert_allclose(found.stationary(), np.array([a, b]) / (a + b))
    assert found.inflow.to_dict() == {"a": 1.0, "b": 3.0}
    path = found.project(pd.Series({"a": 4, "b": 2}), steps=60)
    assert path.loc[1].to_list() == pytest.approx([4 / 2 + 2 / 2 + 1, 4 / 4 + 2 / 2 + 3])
    np.testing.assert_allclose(path.iloc[-1], [a, b], rtol=1e-3)
    with pytest.raises(ValueError, match="closed is True and an inflow"):
        found.stationary(closed=True, inflow=found.inflow)


def test_pooling_steps_divides_the_inflow_by_their_number():
    one = moves_of({1: "a", 2: "a"}, {1: "a", 3: "a"})
    two = Migration(one.counts * 2, one.shares, steps=2)
    assert one.steady().to_dict() == two.steady().to_dict() == {"a": 2.0}


def test_a_segment_whose_moves_nobody_has_seen_is_named():
    found = moves_of({1: "a", 2: "a"}, {1: "a", 2: "b"})
    with pytest.raises(ValueError, match="customers get to 'b', and nobody was there before"):
        found.stationary()
    left = moves_of({1: "a", 2: "a", 3: "b"}, {1: "a", 2: "b"})
    with pytest.raises(ValueError, match="customers get to 'b', and none of those there"):
        left.stationary(closed=True)
