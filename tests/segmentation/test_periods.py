"""Moves over several periods: pooled, alike, with memory."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from centricity.segmentation import migration, migrations
from centricity.segmentation.periods import wilson

cell = st.sampled_from(["a", "b", "c", None])
panels = st.lists(st.lists(cell, min_size=4, max_size=4), min_size=1, max_size=30)


def walk(matrices, n, rng, start=None):
    """Simulate n customers through the given matrices; returns n × (steps + 1) codes."""
    k = len(matrices[0])
    path = [rng.integers(k, size=n) if start is None else start]
    for matrix in matrices:
        cumulative = np.asarray(matrix).cumsum(axis=1)[path[-1]]
        path.append((rng.uniform(size=n)[:, None] > cumulative).sum(axis=1).clip(max=k - 1))
    return pd.DataFrame(np.column_stack(path)).map(lambda code: "abc"[code])


P = [[0.7, 0.2, 0.1], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6]]


@settings(max_examples=25, deadline=None)
@given(panels)
def test_every_matrix_sums_to_one_by_row_and_the_pooled_one_counts_all(rows):
    panel = pd.DataFrame([["a"] * 4, ["b"] * 4, *rows], columns=[1, 2, 3, 4])
    found = migrations(panel)
    total = sum(step.counts.to_numpy() for step in found.each.values())
    np.testing.assert_array_equal(found.pooled.counts, total)
    for result in (found.pooled, *found.each.values()):
        filled = result.counts.sum(axis=1) > 0
        np.testing.assert_allclose(result.shares[filled].sum(axis=1), 1)
    for (before, after), step in found.each.items():
        alone = migration(panel[before].dropna(), panel[after].dropna())
        assert step.stayed == alone.stayed
        row = found.flow.loc[(before, after)]
        assert row["new"] + row["back"] == step.counts.loc["(new)"].sum()
        assert row["gone"] == step.counts["(gone)"].sum()
        assert row["both"] == (panel[[before, after]].notna().all(axis=1)).sum()
    inside = found.intervals
    assert (inside["low"] <= inside["share"] + 1e-12).all()
    assert (inside["share"] <= inside["high"] + 1e-12).all()


def test_likeness_over_time_is_the_contingency_test_added_up_over_starts():
    rng = np.random.default_rng(0)
    panel = walk([P, P, P], 500, rng)
    found = migrations(panel)
    g, df, corrected = 0.0, 0, 0.0
    for start in "abc":
        table = [[((panel[t] == start) & (panel[t + 1] == end)).sum() for end in "abc"]
                 for t in range(3)]  # fmt: skip
        result = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
        g, df = g + result.statistic, df + result.dof
        # Williams (1976), for a table of three rows and three columns
        rows, columns, n = np.sum(table, axis=1), np.sum(table, axis=0), np.sum(table)
        excess = (n * (1 / rows).sum() - 1) * (n * (1 / columns).sum() - 1) / (6 * n * 2 * 2)
        corrected += result.statistic / (1 + excess)
    assert found.alike.statistic == pytest.approx(g)
    assert found.alike.df == df == 12
    assert found.alike.p_value == pytest.approx(stats.chi2.sf(corrected, df))


def test_memory_is_the_contingency_test_of_start_and_end_given_the_middle():
    panel = walk([P, P, P], 500, np.random.default_rng(1))
    found = migrations(panel)
    g, df = 0.0, 0
    triples = pd.concat([panel[[t, t + 1, t + 2]].set_axis(list("xyz"), axis=1) for t in (0, 1)])
    for _, part in triples.groupby("y"):
        table = pd.crosstab(part["x"], part["z"])
        result = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
        g, df = g + result.statistic, df + result.dof
    assert found.memory.statistic == pytest.approx(g)
    assert found.memory.df == df


def test_by_hand():
    # a: of 10 and 10, 5 and 8 stay. G = 2 sum n ln(share / pooled share).
    panel = pd.DataFrame({1: ["a"] * 10 + [None] * 10, 2: ["a"] * 5 + ["b"] * 5 + ["a"] * 5
                          + [None] * 5, 3: ["a"] * 4 + ["b"] + [None] * 5 + ["a"] * 4 + ["b"]
                          + [None] * 5})  # fmt: skip
    found = migrations(panel, outside=False)
    pooled = found.pooled.counts.loc["a"].to_dict()
    assert pooled == {"a": 13, "b": 7}
    by_hand = 2 * (5 * np.log(0.5 / 0.65) + 5 * np.log(0.5 / 0.35)
                   + 8 * np.log(0.8 / 0.65) + 2 * np.log(0.2 / 0.35))  # fmt: skip
    assert found.alike.statistic == pytest.approx(by_hand)
    assert found.alike.df == 1
    # Half of all moves are in each step; 0.15 of each would have to go to the other end.
    assert found.alike.difference == pytest.approx(0.15)


def test_both_tests_keep_their_error_level_where_the_claims_hold():
    rng = np.random.default_rng(7)
    rejected = np.zeros(2)
    worlds = 100
    for _ in range(worlds):
        found = migrations(walk([P, P, P], 200, rng))
        rejected += [found.alike.p_value < 0.05, found.memory.p_value < 0.05]
    # 99.9 % of binomial counts with p = 0.05 lie below 0.05 + 3.1 standard errors.
    assert (rejected / worlds < 0.05 + 3.1 * np.sqrt(0.05 * 0.95 / worlds)).all()


def test_changed_moves_and_memory_are_found():
    rng = np.random.default_rng(2)
    other = [[0.4, 0.4, 0.2], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6]]
    changed = migrations(walk([P, other, P], 600, rng))
    assert changed.alike.p_value < 0.001
    assert changed.alike.says.startswith("Moves differ")
    # Two kinds of customers, stayers and movers, make memory (Blumen, Kogan & McCarthy 1955).
    mixed = pd.concat([walk([np.eye(3)] * 3, 300, rng), walk([P] * 3, 300, rng)],
                      ignore_index=True)  # fmt: skip
    found = migrations(mixed)
    assert found.memory.p_value < 0.001
    assert found.memory.says.startswith("The segment before matters")
    assert found.alike.p_value > 0.001


@pytest.mark.parametrize("n", [20, 100, 500])
def test_wilson_intervals_cover_the_true_share_on_average_over_shares(n):
    counts = np.arange(n + 1.0)
    low, high = wilson(counts, np.full(n + 1, float(n)), 0.95)
    truth = np.linspace(0.01, 0.99, 99)[:, None]
    covered = (low <= truth) & (truth <= high)
    coverage = (stats.binom.pmf(counts, n, truth) * covered).sum(axis=1)
    assert coverage.mean() == pytest.approx(0.95, abs=0.01)


def test_intervals_of_the_pooled_matrix_are_wilsons():
    found = migrations(walk([P, P], 120, np.random.default_rng(5)), level=0.9)
    row = found.intervals.loc[("a", "b")]
    expected = wilson(np.array([row["moves"]]), np.array([row["customers"]]), 0.9)
    np.testing.assert_allclose(row[["low", "high"]].astype(float), np.ravel(expected))
    assert row["share"] == found.pooled.shares.loc["a", "b"]


def test_wilson_reproduces_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    for count, total in [(0, 10), (3, 17), (17, 17), (250, 999)]:
        expected = proportion_confint(count, total, 0.1, method="wilson")
        found = wilson(np.array([float(count)]), np.array([float(total)]), 0.9)
        np.testing.assert_allclose(np.ravel(found), expected, atol=1e-12)


def test_two_periods_have_no_memory_and_one_step_nothing_to_compare():
    found = migrations(pd.DataFrame({1: ["a", "b"], 2: ["b", "b"]}))
    assert found.memory is None
    assert np.isnan(found.alike.p_value)
    assert found.alike.df == 0


def test_leaving_and_coming_back_are_told_apart_from_being_new():
    panel = pd.DataFrame({1: ["a", "a", None], 2: [None, "a", "b"], 3: ["b", "a", "b"]})
    flow = migrations(panel).flow
    assert flow["new"].to_list() == [1, 0]
    assert flow["back"].to_list() == [0, 1]
    assert flow["gone"].to_list() == [1, 0]


@pytest.mark.parametrize(
    ("panel", "error", "says"),
    [
        (pd.DataFrame({1: ["a"]}), ValueError, "At least two periods"),
        (pd.DataFrame({1: ["a"], 2: [None]}), ValueError, "nobody is there in 2"),
        (pd.DataFrame({1: ["a", None], 2: [None, "a"]}), ValueError, "no customer of 1 is there"),
        (pd.DataFrame({1: ["a", "b"], 2: ["a", "b"]}, index=[1, 1]), ValueError, "repeated"),
        (pd.DataFrame({1: ["(gone)"], 2: ["a"]}), ValueError, "kept for customers"),
        (pd.DataFrame([["a", "a"]], columns=[1, 1]), ValueError, "a column of its own name"),
        ([["a", "b"]], TypeError, "a list was given"),
    ],
)
def test_bad_input_is_refused(panel, error, says):
    with pytest.raises(error, match=says):
        migrations(panel)


def test_a_level_outside_zero_to_one_is_refused():
    with pytest.raises(ValueError, match="level is 1"):
        migrations(pd.DataFrame({1: ["a"], 2: ["a"]}), level=1)
