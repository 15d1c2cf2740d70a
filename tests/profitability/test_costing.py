"""Costs allocated, unused, untraced and odd cents are the costs incurred, whatever the numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.profitability import cost_to_serve


def cents(amounts):
    return np.rint(np.asarray(amounts, dtype=float) * 100).astype(int)


def reconciles(costs):
    table = costs.reconciliation
    parts = [cents(table[name]) for name in ("allocated", "unused", "untraced", "rounding")]
    assert (sum(parts) == cents(table["incurred"])).all()
    assert cents(costs.by_account).sum() == cents(table["allocated"]).sum()
    assert cents(costs.total).sum() == cents(table["allocated"]).sum()


@st.composite
def firms(draw, ways=(True, False)):
    """Usage, activities and (sometimes) pools: counts, costs and capacities of any size."""
    n, k = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    quantities = st.one_of(st.integers(0, 5000), st.floats(0, 5000, allow_subnormal=False))
    usage = pd.DataFrame(
        draw(st.lists(st.lists(quantities, min_size=k, max_size=k), min_size=n, max_size=n)),
        index=[f"H{i}" for i in range(n)],
        columns=[f"a{j}" for j in range(k)],
        dtype=float,
    )
    amounts = st.floats(0, 1e7).map(lambda x: round(x, 2))
    if not draw(st.sampled_from(ways)):
        table = pd.DataFrame({"cost": draw(st.lists(amounts, min_size=k, max_size=k))})
        return usage, table.set_axis(usage.columns), None
    held = draw(st.integers(1, 3))
    pools = pd.DataFrame(
        {
            "cost": draw(st.lists(amounts, min_size=held, max_size=held)),
            "capacity": draw(st.lists(st.floats(1, 1e5), min_size=held, max_size=held)),
        },
        index=[f"p{j}" for j in range(held)],
    )
    table = pd.DataFrame(
        {
            "pool": draw(st.lists(st.sampled_from(list(pools.index)), min_size=k, max_size=k)),
            "hours": draw(st.lists(st.floats(0, 50), min_size=k, max_size=k)),
        },
        index=usage.columns,
    )
    return usage, table, pools


@given(firms())
def test_costs_allocated_and_named_remainders_are_the_costs_incurred(firm):
    usage, activities, pools = firm
    reconciles(cost_to_serve(usage, activities, pools=pools))


@given(firms())
def test_odd_cents_stay_below_half_a_cent_for_each_amount_that_was_rounded(firm):
    usage, activities, pools = firm
    costs = cost_to_serve(usage, activities, pools=pools)
    amounts = (costs.by_account != 0).sum().groupby(costs.rates["pool"]).sum()
    odd = costs.reconciliation["rounding"].abs()
    allowed = 0.005 * (amounts.reindex(odd.index, fill_value=0) + 2) + 1e-6
    assert (odd <= allowed).all()


@given(firms(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(firm, random):
    usage, activities, pools = firm
    rows, columns = list(usage.index), list(usage.columns)
    random.shuffle(rows)
    random.shuffle(columns)
    one = cost_to_serve(usage, activities, pools=pools)
    mixed = activities.loc[columns]
    two = cost_to_serve(
        usage.loc[rows, columns], mixed, pools=None if pools is None else pools.iloc[::-1]
    )
    pd.testing.assert_frame_equal(
        one.by_account, two.by_account.loc[usage.index, one.by_account.columns], rtol=0, atol=0.0101
    )
    reconciles(two)


@given(firms(ways=(False,)), st.floats(1, 1e6).map(lambda x: round(x, 2)))
def test_a_driver_that_nobody_uses_is_unused_capacity_and_never_lost(firm, cost):
    usage, activities, _ = firm
    more = pd.concat([activities, pd.DataFrame({"cost": [cost]}, index=["training"])])
    for table in (usage, usage.assign(training=0.0)):
        costs = cost_to_serve(table, more)
        assert costs.reconciliation.loc["training", "unused"] == cost
        assert costs.reconciliation.loc["training", "allocated"] == 0
        assert np.isnan(costs.rates.loc["training", "rate"])
        reconciles(costs)


def test_time_driven_rates_and_unused_hours_by_hand(usage, activities, pools):
    costs = cost_to_serve(usage, activities, pools=pools)
    # desk: 40 an hour of 25 hours; 40 orders take 20 hours. sales: 50 an hour; 10 visits, 40 hours.
    assert costs.rates["rate"].to_dict() == {"order": 20.0, "visit": 200.0}
    assert costs.by_account.loc["A"].to_dict() == {"order": 200.0, "visit": 1600.0}
    assert costs.reconciliation["unused"].to_dict() == {
        "desk": 200.0, "sales": 1000.0, "head office": 0.0,
    }  # fmt: skip
    assert costs.reconciliation.loc["head office", "untraced"] == 500.0
    assert costs.utilisation.round(3).to_dict() == {"desk": 0.8, "sales": 0.667}
    # avoidable: 20 % of desk, 50 % of sales
    assert costs.avoidable.to_dict() == {"A": 840.0, "B": 320.0, "C": 0.0}


def test_conventional_rates_charge_idle_hours_to_whoever_was_served(usage, activities, pools):
    by_volume = pd.DataFrame({"cost": pools["cost"][:2].to_numpy()}, index=activities.index)
    full = cost_to_serve(usage, by_volume)
    timed = cost_to_serve(usage, activities, pools=pools)
    assert full.total.sum() == 4000.0
    assert full.total.sum() - timed.total.sum() == timed.reconciliation["unused"].sum()


def test_more_work_than_capacity_shows_as_unused_below_zero(usage, activities, pools):
    costs = cost_to_serve(usage, activities, pools=pools.assign(capacity=[10, 60, np.nan]))
    assert costs.reconciliation.loc["desk", "unused"] == -1000.0
    reconciles(costs)


def test_odd_cents_have_a_line_of_their_own():
    usage = pd.DataFrame({"visit": [1, 1, 1]}, index=list("ABC"))
    costs = cost_to_serve(usage, pd.DataFrame({"cost": [100.0]}, index=["visit"]))
    assert costs.total.tolist() == [33.33] * 3
    assert costs.reconciliation.loc["visit", "rounding"] == 0.01


def test_a_cost_without_a_driver_belongs_to_no_account(usage):
    table = pd.DataFrame(
        {"cost": [400.0, 100.0, 70.0], "driver": ["orders", "visits", None]},
        index=["order", "visit", "rent"],
    )
    costs = cost_to_serve(usage, table)
    assert "rent" not in costs.by_account
    assert costs.reconciliation.loc["rent", "untraced"] == 70.0
    reconciles(costs)


def test_a_hundred_thousand_accounts_reconcile_to_the_cent(rng):
    usage = pd.DataFrame(rng.poisson(3.0, (100_000, 6)), columns=list("abcdef"))
    activities = pd.DataFrame({"cost": rng.uniform(1e5, 1e6, 6).round(2)}, index=list("abcdef"))
    reconciles(cost_to_serve(usage, activities))


BAD = {
    "negative count": (
        dict(usage=lambda u: u.replace({8: -8})),
        r"'visit' is below 0 in 1 of 3 accounts \(first: accounts A\)\. 'visit' is at least 0\. "
        "Correct these rows",
    ),
    "missing count": (
        dict(usage=lambda u: u.astype(float).where(u != 30)),
        "'order' is missing or infinite in 1 of 3 accounts",
    ),
    "account twice": (
        dict(usage=lambda u: u.set_axis(["A", "B", "B"])),
        r"the account in the index is repeated in 1 of 3 accounts .* one row\. Group the rows",
    ),
    "no account": (dict(usage=lambda u: u.iloc[:0]), "there are no accounts. At least one"),
    "activity without a rate": (
        dict(usage=lambda u: u.assign(vist=1)),
        r"1 of 3 activities \(first: activities vist\) of usage have no row in activities, so no "
        r"rate\. .* Did you mean 'visit'\?",
    ),
    "hours below zero": (
        dict(activities=lambda a: a.assign(hours=[0.5, -4])),
        "'hours' is below 0 in 1 of 2 activities",
    ),
    "unknown pool": (
        dict(activities=lambda a: a.assign(pool=["desk", "sale"])),
        r"1 of 2 activities .* draw on a pool that is not in pools\. .* Did you mean 'sales'",
    ),
    "no capacity": (
        dict(pools=lambda p: p.assign(capacity=[0, 60, None])),
        r"'capacity' is zero in 1 of 3 pools \(first: pools desk\).*hours of practical capacity",
    ),
    "capacity missing where it is needed": (
        dict(pools=lambda p: p.assign(capacity=[None, 60, None])),
        "'capacity' is missing or infinite in 1 of 2 pools",
    ),
    "percent for a share": (
        dict(pools=lambda p: p.assign(avoidable=[20, 0.5, 0])),
        "'avoidable' is above 1 in 1 of 3 pools.*Divide percentages by 100",
    ),
    "pools without cost": (
        dict(pools=lambda p: p.drop(columns="cost")),
        "the column 'cost' is missing. A pool has a cost and a capacity",
    ),
    "two currencies": (
        dict(pools=lambda p: p.assign(currency=["EUR", "USD", "EUR"])),
        r"there are 2 currencies: EUR \(in pools\), USD \(in pools\)\. .* can't be added up\. "
        "Convert them",
    ),
    "currency not named": (
        dict(pools=lambda p: p.assign(currency=["EUR", None, "EUR"])),
        "'currency' is missing in 1 of 3 rows .* of pools",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_words(name, usage, activities, pools):
    changes, says = BAD[name]
    tables = {"usage": usage, "activities": activities, "pools": pools}
    tables |= {key: change(tables[key]) for key, change in changes.items()}
    with pytest.raises(ValueError, match=f"^cost_to_serve: {says}" if says[0] != "^" else says):
        cost_to_serve(tables["usage"], tables["activities"], pools=tables["pools"])


def test_currencies_of_two_tables_are_compared(usage, activities, pools):
    with pytest.raises(ValueError, match=r"EUR \(in activities\), GBP \(in pools\)"):
        cost_to_serve(usage, activities.assign(currency="EUR"), pools=pools.assign(currency="GBP"))
    same = cost_to_serve(usage.assign(currency="EUR"), activities, pools=pools)
    assert "currency" not in same.by_account


def test_a_count_without_a_driver_is_refused(usage):
    table = pd.DataFrame({"cost": [1.0, 1.0], "driver": ["orders", None]}, index=["order", "visit"])
    with pytest.raises(ValueError, match=r"visit.* are counted in usage although their driver"):
        cost_to_serve(usage, table)


def test_counts_too_small_or_too_large_to_keep_cents_are_refused(usage):
    costs = pd.DataFrame({"cost": [1.0, 1.0]}, index=["order", "visit"])
    with pytest.raises(ValueError, match=r"together used 1e-310 of 'visit'.*unit of the driver"):
        cost_to_serve(usage.assign(visit=[1e-310, 0, 0]), costs)
    with pytest.raises(ValueError, match="beyond 90 trillion"):
        cost_to_serve(usage, costs * 1e15)


def test_two_columns_of_one_activity_are_refused(usage):
    twice = pd.concat([usage, usage[["visit"]]], axis=1)
    with pytest.raises(ValueError, match=r"the activity 'visit' is there 2 times.*add them up"):
        cost_to_serve(twice, pd.DataFrame({"cost": [1.0, 1.0]}, index=["order", "visit"]))


def test_text_and_lists_are_type_errors(usage, activities, pools):
    with pytest.raises(TypeError, match="'visit' has dtype"):
        cost_to_serve(usage.assign(visit="€8"), activities, pools=pools)
    with pytest.raises(TypeError, match="a list was given"):
        cost_to_serve([1, 2], activities, pools=pools)
