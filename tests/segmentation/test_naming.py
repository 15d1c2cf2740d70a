import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.segmentation import category_profile, names, profile

FEATURES = ["orders", "basket", "recency_days", "visits"]
effects = st.one_of(st.floats(-3, 3), st.just(0.0), st.just(float("nan")), st.just(1.0))
tables = st.lists(st.lists(effects, min_size=4, max_size=4), min_size=1, max_size=7)


def facts(rows, features=FEATURES, segments=None):
    segments = segments or [str(i + 1) for i in range(len(rows))]
    index = pd.MultiIndex.from_product([segments, features], names=["segment", "feature"])
    return pd.DataFrame({"effect": np.ravel(rows)}, index)


@settings(max_examples=80, deadline=None)
@given(tables, st.integers(1, 4))
def test_each_segment_has_one_name_and_no_two_the_same(rows, most):
    found = names(facts(rows), most=most)
    assert list(found.index) == [str(i + 1) for i in range(len(rows))]
    assert found.is_unique
    assert (found.str.len() > 0).all()


@settings(max_examples=50, deadline=None)
@given(tables)
def test_the_largest_effect_is_always_mentioned(rows):
    found = names(facts(rows), words={name: (f"low {name}", f"high {name}") for name in FEATURES})
    for name, row in zip(found, np.abs(np.nan_to_num(rows)), strict=True):
        if (row < 0.2).all():
            assert "like the rest" in name
        else:
            tops = [f for f, size in zip(FEATURES, row, strict=True) if size == row.max()]
            assert any(feature in name for feature in tops)


def test_names_read_as_people_would_say_them():
    found = names(facts([[2, -1, -0.9, 0], [-0.6, 0.7, 0.1, 0], [0.1, 0.0, 1.5, 0]]), most=3)
    assert found.to_list() == ["many small orders, lately", "few large orders", "long silent"]


def test_a_difference_below_the_smallest_is_not_mentioned():
    table = facts([[0.19, 0, 0, 0.21]])
    assert names(table).item() == "high visits"
    assert names(table, smallest=0.3).item() == "like the rest"


def test_namesakes_get_more_features_then_more_so_then_their_label():
    longer = names(facts([[2, 0, 0, 0.9], [2, 0, 0, -0.9]]), most=1)
    assert longer.to_list() == ["many orders, high visits", "many orders, low visits"]
    more = names(facts([[1, 0, 0, 0], [2, 0, 0, 0]]))
    assert more.to_list() == ["many orders", "many orders, more so"]
    three = names(facts([[1, 0, 0, 0]] * 3))
    assert three.to_list() == ["many orders (1)", "many orders (2)", "many orders (3)"]
    same = names(facts([[0, 0, 0, 0]] * 2))
    assert same.to_list() == ["like the rest (1)", "like the rest (2)"]


def test_categories_join_in_by_their_effect():
    table = pd.DataFrame({"orders": [9, 8, 1, 2] * 5, "channel": ["web", "web", "shop", "shop"] * 5,
                          "app": [True, True, False, False] * 5})  # fmt: skip
    segments = pd.Series(["x", "x", "y", "y"] * 5)
    found = names(
        profile(table, segments, features=["orders"]),
        categories=category_profile(table, segments, features=["channel", "app"]), most=4,
    )  # fmt: skip
    assert found["x"].startswith("many orders")
    assert "more web" in found["x"] or "less shop" in found["x"]
    assert "mostly app" in found["x"]
    assert "seldom app" in found["y"]


GOOD = facts([[1, 0, 0, 0]])


@pytest.mark.parametrize(
    ("table", "options", "error", "says"),
    [
        ([1], {}, TypeError, "a list was given"),
        (GOOD.rename(columns={"effect": "x"}), {}, ValueError, "'effect' is missing"),
        (GOOD.reset_index(), {}, ValueError, "the index is"),
        (GOOD.iloc[:0], {}, ValueError, "with 0 rows"),
        (GOOD, {"most": 0}, ValueError, "most is 0"),
        (GOOD, {"smallest": 0}, ValueError, "smallest is 0"),
        (GOOD, {"words": {"visits": "many"}}, TypeError, "words for 'visits' are 'many'"),
        (GOOD, {"words": ["many"]}, TypeError, r"words are \['many'\]"),
        (GOOD, {"categories": category_profile(pd.DataFrame({"c": ["u", "v"]}),
                                               pd.Series(["x", "y"]))},
         ValueError, "of different segments"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(table, options, error, says):
    with pytest.raises(error, match=says):
        names(table, **options)
