import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.segmentation import BELOW_ZERO, GROUPS, Group, action_table, actions

TIERS = ["top", "high", "middle", "low", "below zero"]
STAGES = ["new", "active", "at risk", "lapsed"]
pairs = st.lists(st.tuples(st.sampled_from(TIERS), st.sampled_from(STAGES)), min_size=1)


def split(rows):
    table = pd.DataFrame(rows, columns=["tier", "stage"])
    return table["tier"], table["stage"]


def test_every_pair_of_tier_and_stage_has_exactly_one_action():
    every = [(t, s) for group in (*GROUPS, BELOW_ZERO) for t in group.tiers for s in group.stages]
    assert len(every) == len(set(every)) == len(TIERS) * len(STAGES)


@settings(max_examples=40)
@given(pairs)
def test_each_customer_is_in_the_group_of_their_pair(rows):
    tier, stage = split(rows)
    found = actions(tier, stage)
    says = {group.name: group for group in (*GROUPS, BELOW_ZERO)}
    for t, s, name in zip(tier, stage, found, strict=True):
        assert t in says[name].tiers
        assert s in says[name].stages


@settings(max_examples=40)
@given(pairs)
def test_the_table_counts_everybody_and_all_value_once_in_order_of_priority(rows):
    tier, stage = split(rows)
    values = pd.Series(range(1, len(rows) + 1), dtype=float)
    table = action_table(actions(tier, stage), values=values)
    assert table["customers"].sum() == len(rows)
    assert table["share"].sum() == pytest.approx(1)
    assert table["value"].sum() == pytest.approx(values.sum())
    assert table["value_share"].sum() == pytest.approx(1)
    order = [group.name for group in (*GROUPS, BELOW_ZERO)]
    assert [order.index(name) for name in table.index] == sorted(map(order.index, table.index))


def test_customers_are_matched_by_name_not_position():
    tier = pd.Series(["top", "low"], index=["A", "B"])
    stage = pd.Series(["lapsed", "active"], index=["B", "A"])
    assert actions(tier, stage).to_dict() == {"A": "Keep close", "B": "Let rest"}


def test_only_a_silence_that_is_surely_no_absence_counts_as_active():
    tier = pd.Series(["top"] * 4, index=list("ABCD"))
    stage = pd.Series(["at risk", "at risk", "lapsed", "at risk"], index=list("ABCD"))
    alive = pd.Series({"A": 0.95, "B": 0.85, "C": 0.99})
    found = actions(tier, stage, p_alive=alive)
    assert found.to_list() == ["Keep close", "Win back", "Try once more", "Win back"]
    assert actions(tier, stage, p_alive=alive, sure=0.8)["B"] == "Keep close"
    nobody = alive.iloc[:0]
    assert actions(tier, stage, p_alive=nobody).equals(actions(tier, stage))


def test_groups_of_ones_own_are_used():
    mine = [Group("Call", ("gold",), ("quiet",), "gold and quiet", "Call them")]
    group = actions(pd.Series(["gold"]), pd.Series(["quiet"]), groups=mine)
    assert action_table(group, groups=mine)["action"].to_list() == ["Call them"]


T, S = pd.Series(["top"], index=["A"]), pd.Series(["active"], index=["A"])
TWICE = (*GROUPS, Group("Again", ("top",), ("active",), "", ""))


@pytest.mark.parametrize(
    ("draw", "error", "says"),
    [
        (lambda: actions(T, S.rename({"A": "B"})), ValueError, "in tier and not in stage"),
        (lambda: actions(T.replace("top", "gold"), S), ValueError,
         "1 of 1 customers are in pairs without a group: 'gold and active'"),
        (lambda: actions(T, S, groups=TWICE), ValueError, "in the groups 'Keep close' and 'Again'"),
        (lambda: actions(T, S, groups=[GROUPS[0], GROUPS[0]]), ValueError, "two groups are called"),
        (lambda: actions(T, S, groups=["x"]), TypeError, "groups hold a str"),
        (lambda: actions(T, S, p_alive=pd.Series({"A": 1.2})), ValueError, "goes up to 1.2"),
        (lambda: actions(T, S, p_alive=0.9), TypeError, "p_alive is a float"),
        (lambda: actions(T, S, p_alive=pd.Series({"A": 1.0}), sure=2), ValueError, "sure is 2"),
        (lambda: actions(["top"], S), TypeError, "tier is a list"),
        (lambda: action_table(pd.Series(["Dance"])), ValueError, "no group called 'Dance'"),
        (lambda: action_table(pd.Series(["Let rest"]), values=pd.Series([1.0], index=[5])),
         ValueError, "in group and not in values"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(draw, error, says):
    with pytest.raises(error, match=says):
        draw()
