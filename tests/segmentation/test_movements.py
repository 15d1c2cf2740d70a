import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.segmentation import migration

period = st.dictionaries(st.integers(0, 25), st.sampled_from(["top", "mid", "low"]), min_size=1)


def series(chosen):
    return pd.Series(chosen, dtype=object)


@settings(max_examples=40)
@given(period, period, st.booleans())
def test_rows_sum_to_one_and_every_customer_is_counted_once(before, after, outside):
    before, after = {**before, 99: "top"}, {**after, 99: "low"}
    result = migration(series(before), series(after), outside=outside)
    everyone = set(before) | set(after) if outside else set(before) & set(after)
    assert result.counts.to_numpy().sum() == len(everyone)
    filled = result.counts.sum(axis=1) > 0
    np.testing.assert_allclose(result.shares[filled].sum(axis=1), 1)
    assert result.shares[~filled].isna().all(axis=None)


@settings(max_examples=40)
@given(period, period)
def test_margins_are_the_sizes_of_the_segments(before, after):
    before, after = {**before, 99: "top"}, {**after, 99: "low"}
    counts = migration(series(before), series(after)).counts
    for name in counts.index[:-1]:
        assert counts.loc[name].sum() == list(before.values()).count(name)
        assert counts[name].sum() == list(after.values()).count(name)
    assert counts.loc["(new)"].sum() == len(set(after) - set(before))
    assert counts["(gone)"].sum() == len(set(before) - set(after))
    assert counts.loc["(new)", "(gone)"] == 0


@settings(max_examples=40)
@given(period)
def test_nothing_moves_when_nothing_changes(before):
    result = migration(series(before), series(before))
    assert result.stayed == 1
    diagonal = np.diag(result.counts.drop(index="(new)", columns="(gone)"))
    assert diagonal.sum() == len(before)


def test_reversing_time_transposes_the_counts():
    before, after = series({1: "a", 2: "b", 3: "a"}), series({2: "a", 3: "b", 4: "b"})
    there, back = migration(before, after).counts, migration(after, before).counts
    np.testing.assert_array_equal(there.to_numpy(), back.to_numpy().T)


def test_segments_keep_their_order_and_an_empty_one_its_row():
    kind = pd.CategoricalDtype(["top", "mid", "low"])
    before = pd.Series(["top", "low"], dtype=kind)
    result = migration(before, pd.Series(["low", "low"], dtype=kind), outside=False)
    assert list(result.counts.index) == list(result.counts.columns) == ["top", "mid", "low"]
    assert result.counts.to_numpy().tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 1]]
    assert result.stayed == 0.5


@pytest.mark.parametrize(
    ("before", "after", "error", "says"),
    [
        (series({1: "a"}), series({2: "a"}), ValueError, "none of 1 customers before"),
        (series({1: "(new)"}), series({1: "a"}), ValueError, "kept for customers"),
        (series({1: "a"}), series({1: "(gone)"}), ValueError, "kept for customers"),
        (pd.Series(["a", "b"], [1, 1]), series({1: "a"}), ValueError, "repeated in 1 of 2"),
        (series({1: "a"}), series({1: None}), ValueError, "after is missing for 1 of 1"),
        (series({}), series({1: "a"}), ValueError, "before has no customers"),
        ({1: "a"}, series({1: "a"}), TypeError, "before is a dict"),
    ],
)
def test_bad_input_is_refused(before, after, error, says):
    with pytest.raises(error, match=says):
        migration(before, after)
