import numpy as np
import pandas as pd
import pytest

from centricity.segmentation import life_stage, two_way


def customers(rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


def test_stages_follow_the_documented_rules_one_by_one():
    # typical gap 10; expected gap of (4, 40) is (40 + 10) / 5 = 10, of nobody's repeat 10
    table = customers([(4, 40, 60), (4, 40, 61), (4, 40, 80), (4, 40, 81), (0, 0, 10), (0, 0, 11)])
    stage = life_stage(table, typical_gap=10)
    assert stage.to_list() == ["active", "at risk", "at risk", "lapsed", "new", "active"]


def test_the_typical_gap_is_the_median_of_own_gaps():
    table = customers([(1, 5, 5), (2, 20, 20), (1, 90, 90), (0, 0, 10), (0, 0, 10.5)])
    assert life_stage(table).to_list()[3:] == ["new", "active"]


def test_the_same_silence_is_worse_for_a_faster_buyer():
    table = customers([(20, 40, 60), (2, 40, 60)])
    assert life_stage(table, typical_gap=10).to_list() == ["lapsed", "active"]


def test_the_unit_of_time_does_not_matter():
    rng = np.random.default_rng(0)
    weeks = customers([(2, 10, 30), (0, 0, 3), (5, 20, 21), (1, 3, 60), (9, 40, 52)])
    weeks = weeks.loc[rng.permutation(5)]
    days = weeks.assign(recency=weeks["recency"] * 7, T=weeks["T"] * 7)
    pd.testing.assert_series_equal(life_stage(weeks), life_stage(days))


@pytest.mark.parametrize(
    ("table", "options", "error", "says"),
    [
        (customers([(0, 0, 5), (0, 0, 9)]), {}, ValueError, "none of the 2 customers bought again"),
        (customers([(1, 9, 5)]), {}, ValueError, "'recency' is above 'T'"),
        (customers([(0, 3, 5)]), {}, ValueError, "'frequency' is 0 and 'recency' is above 0"),
        (customers([(1, 0, 5)]), {}, ValueError, "'recency' is 0"),
        (customers([(1.5, 3, 5)]), {}, ValueError, "'frequency' is a count"),
        (customers([(1, np.nan, 5)]), {}, ValueError, "'recency' is missing"),
        (customers([(1, 3, np.inf)]), {}, ValueError, "'T' is missing or infinite"),
        (customers([]), {}, ValueError, "there are no customers"),
        (customers([(1, 3, 5)]).drop(columns="T"), {}, ValueError, "the column 'T' is missing"),
        (customers([(1, 3, 5)] * 2).set_axis(["A", "A"]), {}, ValueError, "repeated"),
        (customers([(1, 3, 5)]), {"lapsed_after": 1}, ValueError, "lapsed_after is 1"),
        (customers([(1, 3, 5)]), {"typical_gap": 0}, ValueError, "typical_gap is 0"),
        ([1], {}, TypeError, "a list was given"),
    ],
)
def test_impossible_customers_are_refused(table, options, error, says):
    with pytest.raises(error, match=says):
        life_stage(table, **options)


def test_two_way_counts_every_customer_once_and_keeps_the_order_of_categories():
    rng = np.random.default_rng(1)
    index = [f"C{i}" for i in range(80)]
    tier = pd.Series(pd.Categorical(rng.choice(["top", "low"], 80), ["top", "low"]), index)
    stage = pd.Series(pd.Categorical(rng.choice(["new", "active"], 80), ["new", "active", "lost"]),
                      index)  # fmt: skip
    table = two_way(tier, stage.sample(frac=1, random_state=1))
    assert list(table.index) == ["top", "low"]
    assert list(table.columns) == ["new", "active", "lost"]
    assert table.to_numpy().sum() == 80
    assert table.loc["top", "new"] == ((tier == "top") & (stage == "new")).sum()
    assert (table["lost"] == 0).all()


def test_two_way_adds_up_values():
    tier, stage = pd.Series(["a", "a", "b"]), pd.Series(["x", "y", "x"])
    table = two_way(tier, stage, values=pd.Series([1.5, 2.5, 3.0]))
    assert table.to_numpy().tolist() == [[1.5, 2.5], [3.0, 0.0]]


@pytest.mark.parametrize(
    ("tier", "stage", "error", "says"),
    [
        (pd.Series(["a"], ["A"]), pd.Series(["x"], ["B"]), ValueError, "in tier and not in stage"),
        (pd.Series(["a"]), pd.Series(["x", "x"]), ValueError, "in stage and not in tier"),
        (pd.Series(["a", None]), pd.Series(["x", "x"]), ValueError, "tier is missing for 1 of 2"),
        (pd.Series(["a", "a"], [1, 1]), pd.Series(["x", "x"]), ValueError, "repeated"),
        (["a"], pd.Series(["x"]), TypeError, "tier is a list"),
    ],
)
def test_two_way_refuses_customers_that_do_not_match(tier, stage, error, says):
    with pytest.raises(error, match=says):
        two_way(tier, stage)
