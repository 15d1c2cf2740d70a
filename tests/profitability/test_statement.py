"""Statements add up line by line, and the bridge ends where the firm's books do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.profitability import bridge, cost_to_serve, statement, usage_table

LOG = pd.DataFrame(
    {
        "account_id": ["A", "A", "B", "A"],
        "activity": ["visit", "order", "order", "visit"],
        "quantity": [2, 1, 5, 3],
    }
)


def test_the_statement_by_hand(table):
    # A: revenue 5,000, goods 3,000, orders 10 × 20, visits 8 × 200
    row = table.loc["A"]
    assert row[["gross_profit", "order", "visit", "cost_to_serve", "profit"]].tolist() == [
        2000.0, 200.0, 1600.0, 1800.0, 200.0,
    ]  # fmt: skip
    assert row["margin"] == pytest.approx(0.04)
    # avoidable: 60 % of the goods, 20 % of the desk, 50 % of sales
    assert row["contribution"] == pytest.approx(5000 - 1800 - 840)
    assert table.loc["C", "profit"] == 200.0


@given(
    st.lists(
        st.tuples(*[st.floats(0, 1e6).map(lambda x: round(x, 2))] * 2, st.integers(0, 500)),
        min_size=1,
        max_size=30,
    ),
    st.floats(0, 1e6).map(lambda x: round(x, 2)),
    st.integers(1, 5000),
)
def test_the_bridge_ends_at_revenue_less_goods_less_costs_incurred(rows, cost, capacity):
    frame = pd.DataFrame(rows, columns=["revenue", "goods", "visit"])
    pools = pd.DataFrame(
        {"cost": [cost, 123.45], "capacity": [capacity, None]}, index=["sales", "office"]
    )
    activities = pd.DataFrame({"pool": ["sales"], "hours": [1.7]}, index=["visit"])
    costs = cost_to_serve(frame[["visit"]], activities, pools=pools)
    lines = bridge(statement(frame, costs), costs)
    cents = [round(100 * x) for x in (*frame["revenue"], *-frame["goods"], -cost, -123.45)]
    assert round(100 * lines["profit of the firm"]) == sum(cents)
    start = lines[["revenue", "goods", "cost to serve"]].sum()
    assert lines["profit of all accounts"] == pytest.approx(start, abs=0.005)
    rest = lines.drop(["revenue", "goods", "cost to serve", "profit of the firm"]).sum()
    assert lines["profit of the firm"] == pytest.approx(rest, abs=0.005)


def test_no_revenue_has_no_margin_and_a_refund_may_be_below_zero(usage, activities, pools):
    costs = cost_to_serve(usage, activities, pools=pools)
    frame = pd.DataFrame({"revenue": [0.0, -50.0, 10.0], "goods": 0.0}, index=list("ABC"))
    table = statement(frame, costs)
    assert np.isnan(table.loc["A", "margin"])
    assert table.loc["B", "profit"] == -50.0 - 600.0 - 400.0


def test_accounts_may_come_in_any_order(usage, activities, pools, accounts, table):
    costs = cost_to_serve(usage.iloc[::-1], activities, pools=pools)
    again = statement(accounts, costs, goods_avoidable=0.6)
    pd.testing.assert_frame_equal(again, table)


def test_unknown_accounts_are_refused_on_either_side(usage, activities, pools, accounts):
    costs = cost_to_serve(usage, activities, pools=pools)
    says = r"1 of 3 accounts \(first: accounts A\) are in costs and not in accounts\. .*ids are wri"
    with pytest.raises(ValueError, match=says):
        statement(accounts.drop("A"), costs)
    with pytest.raises(ValueError, match=r"accounts Z.* are in accounts and not in costs"):
        statement(pd.concat([accounts, accounts.tail(1).set_axis(["Z"])]), costs)


def test_bad_statements_are_refused_in_words(usage, activities, pools, accounts):
    costs = cost_to_serve(usage, activities, pools=pools)
    with pytest.raises(ValueError, match=r"'turnover' is missing\. A statement starts from"):
        statement(accounts, costs, revenue="turnover")
    with pytest.raises(ValueError, match="'goods' is below 0 in 1 of 3 accounts"):
        statement(accounts.assign(goods=[-1, 2, 3]), costs)
    with pytest.raises(ValueError, match="there are 2 currencies"):
        statement(accounts.assign(currency=["EUR", "EUR", "USD"]), costs)
    with pytest.raises(ValueError, match=r"goods_avoidable is 1.2\. It must be a number"):
        statement(accounts, costs, goods_avoidable=1.2)
    with pytest.raises(
        TypeError, match=r"statement: costs is a DataFrame\. Costs come from cost_to_serve"
    ):
        statement(accounts, pd.DataFrame())
    odd = cost_to_serve(usage.rename(columns={"visit": "profit"}),
                        activities.rename({"visit": "profit"}), pools=pools)  # fmt: skip
    with pytest.raises(ValueError, match=r"an activity is called 'profit'\. That name is kept"):
        statement(accounts, odd)


def test_a_log_of_activities_is_added_up_and_the_idle_get_zeros():
    table = usage_table(LOG, accounts=["C", "B", "A"])
    assert table.index.tolist() == ["C", "B", "A"]
    assert table.loc["A"].to_dict() == {"visit": 5.0, "order": 1.0}
    assert table.loc["C"].tolist() == [0.0, 0.0]
    assert usage_table(LOG).to_numpy().sum() == LOG["quantity"].sum()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (dict(quantity=[2, 1, -5, 3]), r"'quantity' is below 0 in 1 of 4 rows \(first: rows 2\)"),
        (dict(quantity=[2, 1, np.nan, 3]), "'quantity' is missing or infinite in 1 of 4 rows"),
        (dict(account_id=["A", None, "B", "A"]), r"'account_id' is missing in 1 of 4 rows .*for s"),
        (dict(activity=["visit", None, "x", "y"]), "'activity' is missing in 1 of 4 rows"),
        (dict(account_id=["A", "a", "B", "A"]), r"1 of 3 accounts .* not among the 2 accounts gi"),
    ],
)
def test_bad_logs_are_refused_in_words(change, says):
    with pytest.raises(ValueError, match=f"^usage_table: {says}"):
        usage_table(LOG.assign(**change), accounts=pd.Index(["A", "B"]))


def test_a_log_without_its_columns_is_refused():
    with pytest.raises(ValueError, match=r"'driver' is missing.* There are: 'account_id'"):
        usage_table(LOG, activity="driver")
