import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from centricity.segmentation import roles

money = hnp.arrays(float, (3, 12), elements=st.integers(0, 50).map(float))


@settings(max_examples=60)
@given(money, st.floats(0, 1), st.floats(0, 1))
def test_each_customer_has_exactly_one_role_that_obeys_the_rule(values, valuable, growable):
    actual, potential, cost = values
    table = roles(actual, potential, cost_to_serve=cost, valuable=valuable, growable=growable)
    assert table["role"].notna().all()
    np.testing.assert_allclose(table["net"], actual - cost)
    np.testing.assert_allclose(table["growth"], potential - actual)
    losing = (table["net"] < 0) & (table["potential"] < table["cost_to_serve"])
    assert ((table["role"] == "below zero") == losing).all()
    best = table[table["role"] == "most valuable"]
    others = table[table["role"].isin(["most growable", "other"])]
    assert (best["net"] > 0).all()
    if len(best) and len(others):
        assert best["net"].min() > others["net"].max() or (others["net"] <= best["net"].min()).all()
    grows, rest = table[table["role"] == "most growable"], table[table["role"] == "other"]
    assert (grows["growth"] > 0).all()
    if len(grows) and len(rest):
        assert grows["growth"].min() >= rest["growth"].max()


@settings(max_examples=30)
@given(money, st.randoms(use_true_random=False))
def test_roles_do_not_depend_on_row_order(values, random):
    frame = pd.DataFrame(values.T, columns=["actual", "potential", "cost"])
    order = random.sample(list(frame.index), len(frame))
    one = roles(frame["actual"], frame["potential"], cost_to_serve=frame["cost"])
    two = roles(frame["actual"][order], frame["potential"], cost_to_serve=frame["cost"])
    pd.testing.assert_frame_equal(one, two.loc[one.index])


def test_shares_are_of_all_customers_where_nobody_ties():
    rng = np.random.default_rng(0)
    actual = pd.Series(rng.permutation(100.0 + np.arange(100)))
    table = roles(actual, actual + rng.permutation(np.arange(1.0, 101)), valuable=0.1, growable=0.3)
    counts = table["role"].value_counts()
    assert counts["most valuable"] == 10
    assert 20 <= counts["most growable"] <= 30
    assert set(table.index[table["role"] == "most valuable"]) == set(actual.nlargest(10).index)


def test_a_loss_today_that_potential_would_pay_for_is_not_below_zero():
    table = roles([10.0, 10.0], [15.0, 80.0], cost_to_serve=[20.0, 20.0], growable=0.5)
    assert table["role"].to_list() == ["below zero", "most growable"]


def test_amounts_replace_the_shares():
    table = roles([5.0, 50.0, 50.0], [500.0, 60.0, 900.0], valuable_from=50, growable_from=400)
    assert table["role"].to_list() == ["most growable", "most valuable", "most valuable"]


A = pd.Series([1.0, 2.0], index=["x", "y"])


@pytest.mark.parametrize(
    ("args", "options", "error", "says"),
    [
        ((A, A.rename({"y": "z"})), {}, ValueError, "in actual and not in potential"),
        ((A, A.where(A > 1)), {}, ValueError, "'potential' is missing or infinite in 1 of 2"),
        ((A, A), {"cost_to_serve": -A}, ValueError, "'cost_to_serve' is below 0"),
        ((A, A), {"valuable": 1.5}, ValueError, "valuable is 1.5"),
        ((A, A), {"growable_from": np.inf}, ValueError, "growable_from is inf"),
        ((A.astype(str), A), {}, TypeError, "must hold numbers"),
        ((A.set_axis(["x", "x"]), A), {}, ValueError, "repeated"),
        ((3, A), {}, TypeError, "an int was given"),
    ],
)
def test_bad_input_is_refused(args, options, error, says):
    with pytest.raises(error, match=says):
        roles(*args, **options)
