"""Value, gaps, quadrants and the service chain: sums that hold, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from centricity.preference import customer_value, gap_table, service_chain, value_quadrants

ITEMS = pd.DataFrame(
    {"kind": ["benefit", "benefit", "cost", "cost"], "potential": [60.0, 5.0, 46.0, 2.0],
     "perceived": [58.0, 2.0, 46.0, 3.0], "realised": [57.0, 1.0, 46.0, 6.0]},
    index=["basket", "advice", "price", "waiting"],
)  # fmt: skip
money = st.floats(0, 1e6)


@given(st.lists(st.tuples(st.booleans(), money, money, money), max_size=8))
def test_value_is_benefits_less_costs_and_gaps_add_up(rows):
    rows = [(True, 1.0, 1.0, 1.0), (False, 1.0, 1.0, 1.0), *rows]
    items = pd.DataFrame(rows, columns=["kind", "potential", "perceived", "realised"])
    items["kind"] = np.where(items["kind"], "benefit", "cost")
    value = customer_value(items)
    totals = value.totals
    for stage in ("potential", "perceived", "realised"):
        good = items.loc[items["kind"] == "benefit", stage].sum()
        bad = items.loc[items["kind"] == "cost", stage].sum()
        assert totals.loc[stage].to_list() == pytest.approx([good, bad, good - bad])
    steps = value.gaps.sum()
    worth = totals["value"]
    assert steps["unseen"] == pytest.approx(worth["perceived"] - worth["potential"], abs=1e-6)
    assert steps["expectation"] == pytest.approx(worth["realised"] - worth["perceived"], abs=1e-6)
    assert value.expectation_gap == pytest.approx(steps["expectation"], abs=1e-6)


def test_a_cost_that_grows_is_a_loss():
    gaps = customer_value(ITEMS).gaps
    assert gaps.loc["waiting"].to_dict() == {"unseen": -1.0, "expectation": -3.0}
    assert gaps.loc["advice"].to_dict() == {"unseen": -3.0, "expectation": -1.0}


@pytest.mark.parametrize(
    ("items", "says"),
    [
        (ITEMS.assign(kind="benefit"), "no row of kind 'cost'.*free offer costs effort"),
        (ITEMS.assign(kind=["benefit", "gain", "cost", "cost"]),
         r"'kind' is something else in 1 of 4 rows \(first: rows advice\)"),
        (ITEMS.replace(46.0, -46.0), "'potential' is below 0 in 1 of 4 rows"),
        (ITEMS.replace(57.0, np.nan), "'realised' is missing or infinite in 1 of 4"),
        (ITEMS.rename(index={"advice": "basket"}), "the name is repeated in 1 of 4"),
        (ITEMS.drop(columns="realised"), "the column 'realised' is missing"),
    ],
)  # fmt: skip
def test_items_that_cannot_be_added_up_are_refused(items, says):
    with pytest.raises(ValueError, match=says):
        customer_value(items)


def test_the_gap_has_the_interval_of_a_paired_t_test():
    rng = np.random.default_rng(1)
    expected = pd.DataFrame({"speed": rng.normal(8, 1, 30)})
    delivered = expected - rng.normal(1, 1, (30, 1))
    row = gap_table(expected, delivered, level=0.9).loc["speed"]
    test = stats.ttest_rel(delivered["speed"], expected["speed"]).confidence_interval(0.9)
    assert (row["lower"], row["upper"]) == pytest.approx((test.low, test.high))
    assert row["gap"] == pytest.approx(row["delivered"] - row["expected"])
    assert row["disappointed"] == (delivered < expected).to_numpy().mean()


@pytest.mark.parametrize(
    ("expected", "delivered", "says"),
    [
        ({"a": [1, 2]}, {"b": [1, 2]}, "different rows or columns"),
        ({"a": [1, 2]}, {"a": [1, np.nan]},
         r"'a' is missing or infinite in 1 of 2 respondents \(first: respondents 1\)"),
        ({"a": [1]}, {"a": [1]}, "there are 1 respondents"),
        ({}, {}, "Each attribute is one column"),
    ],
)  # fmt: skip
def test_ratings_that_cannot_be_compared_are_refused(expected, delivered, says):
    with pytest.raises(ValueError, match=says):
        gap_table(pd.DataFrame(expected), pd.DataFrame(delivered))


RATINGS = pd.DataFrame(
    {
        "supplier": ["sales"] * 6 + ["depot"],
        "customer": ["depot"] * 6 + ["site"],
        "respondent_id": ["a", "a", "b", "b", "c", "c", "d"],
        "expected": [8, 8, 8, 8, 8, 8, 9],
        "delivered": [4, 6, 5, 5, 6, 8, 10],
    }
)


def test_several_ratings_of_one_person_count_once():
    chain = service_chain(RATINGS)
    means = np.array([-3.0, -3.0, -1.0])
    row = chain.loc[("sales", "depot")]
    interval = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert (row["n"], row["gap"]) == (3, pytest.approx(means.mean()))
    assert (row["lower"], row["upper"]) == pytest.approx((interval.low, interval.high))
    assert row["disappointed"] == 1
    assert chain["rank"].to_dict() == {("sales", "depot"): 1, ("depot", "site"): 2}


def test_one_person_gives_a_gap_and_no_interval():
    row = service_chain(RATINGS).loc[("depot", "site")]
    assert row["gap"] == 1
    assert np.isnan(row[["lower", "upper"]].astype(float)).all()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t: t.assign(customer="sales"), "supplier and customer are the same in 6 of 7 rows"),
        (lambda t: t.assign(supplier=None), "'supplier' is missing in 7 of 7"),
        (lambda t: t.assign(expected=np.nan), "'expected' is missing or infinite"),
        (lambda t: t.drop(columns="delivered"), "the column 'delivered' is missing"),
        (lambda t: t.head(0), "there are no ratings"),
    ],
)
def test_a_chain_that_cannot_be_scored_is_refused(spoil, says):
    with pytest.raises(ValueError, match=says):
        service_chain(spoil(RATINGS))


SIDES = pd.DataFrame(
    {"to_customer": [1.0, 1.0, -1.0, -1.0, 0.0], "of_customer": [50.0, 10.0, 50.0, 10.0, 30.0],
     "se_to": [1.0] * 5, "se_of": [0.0] * 5}
)  # fmt: skip


def test_quadrants_are_named_and_the_cut_counts_as_high():
    placed = value_quadrants(SIDES, cuts=(0, 30))
    names = ["star", "free rider", "captive", "lost cause", "star"]
    assert placed.table["quadrant"].to_list() == names
    assert placed.counts.to_dict() == {"star": 2, "free rider": 1, "captive": 1, "lost cause": 1}
    assert placed.table["probability"].isna().all()


def test_the_probability_of_a_place_is_the_product_of_both_sides():
    sure = value_quadrants(SIDES, cuts=(0, 30), std_errors=("se_to", "se_of")).table["probability"]
    one = stats.norm.cdf(1)
    assert sure.to_list() == pytest.approx([one, one, one, one, 0.5])
    free = SIDES.assign(se_of=[20.0] * 5)
    both = value_quadrants(free, cuts=(0, 30), std_errors=("se_to", "se_of")).table["probability"]
    assert both.to_list() == pytest.approx([one**2] * 4 + [0.25])


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=20))
def test_everybody_has_exactly_one_place(points):
    table = pd.DataFrame(points, columns=["to_customer", "of_customer"])
    assert value_quadrants(table, cuts=(0, 0)).counts.sum() == len(points)


@pytest.mark.parametrize(
    ("table", "options", "says"),
    [
        (SIDES.head(0), {}, "the table is empty"),
        (SIDES.drop(columns="of_customer"), {}, "the column 'of_customer' is missing"),
        (SIDES.assign(to_customer=np.nan), {}, "'to_customer' is missing or infinite in 5 of 5"),
        (SIDES.assign(se_to=-1.0), {"std_errors": ("se_to", "se_of")}, "'se_to' is below 0"),
        (SIDES, {"cuts": (0, np.nan)}, "the second cut is nan"),
        (SIDES, {"cuts": (0, 1, 2)}, "there are 3 cuts"),
        (SIDES, {"cuts": 0}, "cuts is an int.*such as cuts="),
        (SIDES, {"std_errors": "se_to"}, "std_errors is a str.*two names"),
        (SIDES, {"std_errors": ("se_to",)}, "there are 1 std_errors"),
    ],
)
def test_sides_that_cannot_be_placed_are_refused(table, options, says):
    with pytest.raises((ValueError, TypeError), match=says):
        value_quadrants(table, **({"cuts": (0, 30)} | options))
