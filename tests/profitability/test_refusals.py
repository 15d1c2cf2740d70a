"""What an analyst who has never seen this room gets wrong, and what it says to them."""

import numpy as np
import pandas as pd
import pytest

from centricity.profitability import (
    KEEP,
    Action,
    Reaction,
    abc_classes,
    break_even_loss,
    break_even_rise,
    bridge,
    compare_actions,
    cost_to_serve,
    expected_change,
    regression_to_mean,
    shrink,
    simulate,
    simulate_break_even,
    statement,
    usage_table,
    whale_curve,
)

R = Reaction(base=0.05, price=10)
LOG = pd.DataFrame({"account_id": ["A", "B"], "activity": ["visit", "order"], "quantity": [2, 1]})
TWO = pd.DataFrame({1: [1.0, 2.0], 2: [2.0, 3.0]})
DOUBLE = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], columns=[1, 1])

WITHOUT_A_FIRM = {
    "a 2-D array": (lambda: whale_curve(np.ones((2, 2))), TypeError, "profit is a ndarray of num"),
    "a dict": (lambda: whale_curve({"A": 1.0}), TypeError, "profit is a dict"),
    "one text for accounts": (
        lambda: usage_table(LOG, accounts="A"), TypeError,
        "usage_table: accounts is a str. accounts is a list or an index"),
    "a table for accounts": (
        lambda: usage_table(LOG, accounts=LOG), TypeError, "With a table of accounts, give"),
    "one column for two": (
        lambda: usage_table(LOG, account="activity"), ValueError, "Each of the three is a column"),
    "a column twice": (
        lambda: usage_table(pd.concat([LOG, LOG[["quantity"]]], axis=1)), ValueError,
        "usage_table: the column 'quantity' is there 2 times"),
    "an empty log": (lambda: usage_table(LOG.head(0)), ValueError, "there are no accounts"),
    "per cent for a rise": (
        lambda: Action(rise=10), ValueError, "rise is 10. It must be a number of at least 0"),
    "a word for release": (lambda: Action(release="no"), TypeError, "release is 'no'. It is True"),
    "a rise below zero": (
        lambda: R.loss_probability(-0.1), ValueError,
        "Reaction.loss_probability: rise is -0.1. It is a share of at least 0"),
    "a rise that is missing": (lambda: R.volume_kept(np.nan), ValueError, "rise is nan"),
    "per cent for a saving": (lambda: R.loss_probability(0, 25), ValueError, "saving is 25"),
    "text for a rise": (lambda: R.loss_probability("10 %"), TypeError, "rise is a str"),
    "no idea at all": (
        lambda: Reaction(base=0.1, price=1, unsure=9), ValueError, "unsure is 9.*of at most 5"),
    "text for a share": (lambda: break_even_loss("8 %", 0.4), TypeError, "rise is a str"),
    "arrays that do not fit": (
        lambda: break_even_loss(np.ones(2), np.ones(3)), ValueError,
        r"the shapes are rise \(2,\), margin \(3,\), volume \(\)"),
    "per cent for a loss": (lambda: break_even_rise(20, 0.4), ValueError, "loss is 20"),
    "one cut": (lambda: abc_classes([2.0, 1.0], cuts=0.8), TypeError, "cuts is a float"),
    "no names": (lambda: abc_classes([2.0, 1.0], names=None), TypeError, "names is a NoneType"),
    "booleans": (lambda: shrink(TWO > 1), TypeError, "dtype bool"),
    "a period twice": (lambda: shrink(DOUBLE), ValueError, "the column '1' is there 2 times"),
    "accounts that left": (
        lambda: regression_to_mean(pd.Series([1.0, 2.0]), pd.Series([1.0]), groups=2), ValueError,
        "in before and not in after.*those who left may have been the worst"),
}  # fmt: skip

WITH_A_FIRM = {
    "a log for usage": (
        lambda t, c, f: cost_to_serve(LOG, f["activities"], pools=f["pools"]), ValueError,
        "it is a log.*Use usage_table"),
    "usage on its side": (
        lambda t, c, f: cost_to_serve(f["usage"].T, f["activities"], pools=f["pools"]), ValueError,
        r"give usage\.T"),
    "pools forgotten": (
        lambda t, c, f: cost_to_serve(f["usage"], f["activities"]), ValueError,
        "'cost' is missing. .*give pools= as well"),
    "a pool's column twice": (
        lambda t, c, f: cost_to_serve(f["usage"], f["activities"],
                                      pools=pd.concat([f["pools"], f["pools"][["cost"]]], axis=1)),
        ValueError, "the column 'cost' is there 2 times"),
    "one column for revenue and goods": (
        lambda t, c, f: statement(f["accounts"], c, revenue="goods"), ValueError,
        "revenue and goods are both 'goods'"),
    "a bridge without costs": (
        lambda t, c, f: bridge(t, None), TypeError, "bridge: costs is a NoneType. Costs come from"),
    "a bridge of some accounts": (
        lambda t, c, f: bridge(t.head(1), c), ValueError, "give the statement of all accounts"),
    "no reaction": (
        lambda t, c, f: expected_change(t, {}, None), TypeError,
        "expected_change: reaction is a NoneType.*Reaction"),
    "a dict for a reaction": (
        lambda t, c, f: simulate(t, {}, {"base": 0.05}), TypeError, "simulate: reaction is a dict"),
    "a list for a menu": (
        lambda t, c, f: compare_actions(t, [KEEP], R), TypeError, "the menu is a list"),
    "a number in a menu": (
        lambda t, c, f: compare_actions(t, {"up": 0.1}, R), TypeError,
        r"the menu is \{'up': 'float'\}"),
    "per cent for the rise of all": (
        lambda t, c, f: simulate_break_even(t, 10), ValueError, "rise is 10"),
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT_A_FIRM)
def test_a_slip_is_answered_in_words(name):
    call, error, says = WITHOUT_A_FIRM[name]
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize("name", WITH_A_FIRM)
def test_a_slip_with_a_firm_is_answered_in_words(name, table, usage, activities, pools, accounts):
    call, error, says = WITH_A_FIRM[name]
    costs = cost_to_serve(usage, activities, pools=pools)
    firm = {"usage": usage, "activities": activities, "pools": pools, "accounts": accounts}
    with pytest.raises(error, match=says):
        call(table, costs, firm)


def test_names_of_any_type_are_kept(usage, activities, pools):
    """Activities may be numbers: their labels come back as they were."""
    plain = cost_to_serve(usage, activities, pools=pools)
    costs = cost_to_serve(usage.set_axis([7, 8], axis=1), activities.set_axis([7, 8]), pools=pools)
    assert list(costs.by_account.columns) == [7, 8]
    assert costs.by_account.to_numpy().tolist() == plain.by_account.to_numpy().tolist()
