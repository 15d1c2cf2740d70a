"""Lenses one and two: every table again in plain loops, and what must always add up."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lens_logs import close, ledger, logs, order_days, sums

from centricity import audit, datasets

MONEY = {"profit": "profit", "by": "channel"}


def two(log, cut):
    """Cut a log in two after a day; None where one part has no order."""
    first, last = log["date"].min().normalize(), log["date"].max().normalize()
    middle = first + pd.Timedelta(days=cut)
    spans = ((first, middle), (middle + pd.Timedelta(days=1), last + pd.Timedelta(days=1)))
    for start, end in spans:
        part = log[(log["date"].dt.normalize() >= start) & (log["date"].dt.normalize() <= end)]
        if not (part["amount"] >= 0).any():
            return None
    return spans


@given(logs())
@settings(max_examples=40, deadline=None)
def test_one_period_is_what_plain_loops_find(log):
    assume((log["amount"] >= 0).any())
    found = audit.one_period(log, **MONEY)
    book = ledger(log)
    start, end = found.start.date(), found.end.date()
    assert len(found.customers) == len(book)
    for who, days in book.items():
        orders, sales, profit = sums(days, start, end)
        row = found.customers.loc[who]
        assert (row["orders"], row["sales"], row["profit"]) == (orders, sales, profit)
        if orders:
            assert math.isclose(row["sales_per_order"], sales / orders)
        else:
            assert np.isnan(row["sales_per_order"])
    assert found.totals["customers"] == sum(bool(order_days(days)) for days in book.values())
    assert found.totals["orders"] == sum(len(order_days(days)) for days in book.values())
    assert close(found.totals["sales"], log["amount"].sum(), log)
    assert close(found.totals["profit"], log["profit"].sum(), log)
    buyers = found.customers[found.customers["orders"] > 0]
    for q, row in found.distributions.iterrows():
        assert math.isclose(row["sales"], np.quantile(buyers["sales"], q), abs_tol=1e-9)


@given(logs())
@settings(max_examples=30, deadline=None)
def test_groups_of_one_period_add_up_to_the_log(log):
    assume((log["amount"] >= 0).any())
    found = audit.one_period(log, **MONEY)
    by, lines = found.by, ledger(log, group=True)
    assert close(by["sales"].sum(), log["amount"].sum(), log)
    assert close(by["profit"].sum(), log["profit"].sum(), log)
    for group in by.index:
        held = [(who, key[0]) for who, days in lines.items() for key, e in days.items()
                if key[1] == group and e[0]]  # fmt: skip
        assert by.at[group, "orders"] == len(held)
        assert by.at[group, "customers"] == len({who for who, _ in held})
    if log["channel"].isna().any():
        assert any("(missing)" in note for note in found.notes)


@given(st.integers(10, 57), st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_deciles_are_equal_to_one_customer(customers, seed):
    rng = np.random.default_rng(seed)
    log = pd.DataFrame({"customer_id": np.arange(customers), "date": pd.Timestamp("2025-01-01"),
                        "amount": rng.integers(0, 3, customers) + 1.0})  # fmt: skip
    both = pd.concat([log, log.assign(date=pd.Timestamp("2026-01-01"))], ignore_index=True)
    sizes = audit.one_period(log).deciles["customers"]
    assert sizes.max() - sizes.min() <= 1
    counts = audit.two_periods(both, "2025", "2026").migration.counts
    inside = counts.drop(index="(new)", columns="(gone)")
    for margin in (inside.sum(axis=0), inside.sum(axis=1)):
        assert margin.max() - margin.min() <= 1
        assert margin.sum() == customers


def test_what_a_small_or_negative_base_cannot_show_is_said():
    log = pd.DataFrame({"customer_id": ["A", "A", "B"], "amount": [10.0, -30.0, 5.0],
                        "date": pd.to_datetime(["2025-01-01", "2025-01-09", "2025-01-02"]),
                        })  # fmt: skip
    found = audit.one_period(log)
    assert found.deciles is None
    assert found.concentration is None
    assert found.customers.at["A", "orders"] == 1
    assert found.totals["sales"] == -15
    said = " | ".join(found.notes)
    assert "no deciles of sales: 2 customers with an order, and tenths need 10" in said
    assert "no concentration of sales: 1 customer is below zero, refunds being larger" in said
    assert "1 row is negative and taken off the sales; 1 day of a customer with nothing" in said


@given(logs(min_size=2), st.integers(0, 7400))
@settings(max_examples=35, deadline=None)
def test_two_periods_are_what_plain_loops_find(log, cut):
    spans = two(log, cut)
    assume(spans is not None)
    found = audit.two_periods(log, *spans, **MONEY)
    status, old, new = {}, {}, {}
    for who, days in ledger(log).items():
        old[who], new[who] = (sums(days, a.date(), b.date()) for a, b in spans)
        had, has = old[who][0] > 0, new[who][0] > 0
        earlier = any(day < spans[1][0].date() for day in order_days(days))
        came = ("came back" if earlier else "new to the firm") if has else "none"
        status[who] = ("both" if has else "only before") if had else came
    for kind in ("only before", "both", "new to the firm", "came back"):
        mine = [who for who in status if status[who] == kind]
        row = found.overlap.loc[kind]
        assert row["customers"] == len(mine)
        assert close(row["sales_before"], sum(old[who][1] for who in mine), log)
        assert close(row["profit_after"], sum(new[who][2] for who in mine), log)
    add = found.additive
    more = sum((new[w][0] - old[w][0]) * (old[w][1] / old[w][0] + new[w][1] / new[w][0]) / 2
               for w in status if status[w] == "both" and new[w][0] > old[w][0])  # fmt: skip
    larger = sum((new[w][1] / new[w][0] - old[w][1] / old[w][0]) * (new[w][0] + old[w][0]) / 2
                 for w in status if status[w] == "both"
                 and new[w][1] / new[w][0] > old[w][1] / old[w][0])  # fmt: skip
    assert close(add.at["more orders", "sales"], more, log)
    assert close(add.at["larger orders", "sales"], larger, log)
    assert add.at["customers who stayed away", "customers"] == list(status.values()).count(
        "only before"
    )


@given(logs(min_size=2), st.integers(0, 7400))
@settings(max_examples=35, deadline=None)
def test_contributions_add_up_to_the_change_exactly(log, cut):
    spans = two(log, cut)
    assume(spans is not None)
    found = audit.two_periods(log, *spans, **MONEY)
    for money in ("sales", "profit"):
        change = found.totals.at["change", money]
        assert close(found.additive[money].sum(), change, log)
        rows = found.overlap.drop(index=["new to the firm", "came back"])
        tail = "" if money == "sales" else "_profit"
        assert close(rows[f"change{tail}"].sum(), change, log)
        assert close(found.by[f"change{tail}"].sum(), change, log)
        parts = [c for c in ("stayed_away", "kept", "new", "came_back", "refunds_only")
                 if f"{c}{tail}" in found.by]  # fmt: skip
        split = found.by[[f"{c}{tail}" for c in parts]].sum(axis=1)
        assert np.allclose(split, found.by[f"change{tail}"], atol=1e-7)
        shared = found.multiplicative[money]
        before, after = found.totals.at["before", money], found.totals.at["after", money]
        if shared.notna().all():
            assert before > 0
            assert after > 0
            assert close(shared.sum(), change, log)
        elif not (before > 0 and after > 0):
            assert any(f"{money} " in note and "logarithm" in note for note in found.notes)
        else:
            assert any("a factor of" in note for note in found.notes)
    assert (found.additive["sales"].get("margin", 0.0)) == 0
    ratios = found.multiplicative["ratio"]
    if found.totals.at["before", "sales"] > 0:
        whole = found.totals.at["after", "sales"] / found.totals.at["before", "sales"]
        assert math.isclose(ratios.drop("margin").prod(skipna=False), whole, abs_tol=1e-9)
    moves = found.migration
    if moves is None:
        assert found.overlap.at["both", "customers"] == 0
        assert any("no customer bought in both" in note for note in found.notes)
    else:
        filled = moves.shares[moves.counts.sum(axis=1) > 0]
        assert np.allclose(filled.sum(axis=1), 1.0)
        assert moves.counts.to_numpy().sum() == (
            found.overlap.loc[["only before", "both", "only after"], "customers"].sum()
        )


@given(logs(min_size=2), st.integers(0, 7400), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_and_the_kind_of_id_change_nothing(log, cut, random):
    spans = two(log, cut)
    assume(spans is not None)
    places = list(range(len(log)))
    random.shuffle(places)
    names = {who: f"Z{n:03d}" for n, who in enumerate(sorted(set(log["customer_id"]), key=str))}
    # Ids of mixed types keep the order of their first rows; tenths of equal sales may follow it.
    other = log.iloc[places].assign(customer_id=lambda t: t["customer_id"].map(names).astype(str))
    one, two_ = (audit.two_periods(table, *spans, **MONEY) for table in (log, other))
    for table in ("totals", "overlap", "additive", "by"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two_, table), atol=1e-9)


def test_factors_of_a_worked_example():
    # Before: 2 customers, 4 orders, sales 40, profit 20. After: 4, 4, 80, 20.
    log = pd.DataFrame({
        "customer_id": list("AABB") + list("ABCD"),
        "date": pd.to_datetime(["2024-01-01", "2024-02-01"] * 2 + ["2025-01-01"] * 4),
        "amount": [10.0] * 4 + [20.0] * 4, "profit": [5.0] * 8,
    })  # fmt: skip
    found = audit.two_periods(log, "2024", "2025", profit="profit").multiplicative
    assert found["ratio"].to_dict() == {
        "customers": 2.0, "orders_per_customer": 0.5, "sales_per_order": 2.0, "margin": 0.5,
    }  # fmt: skip
    # L(80, 40) = 40 / ln 2, so that a doubling brings 40 and a halving takes it.
    assert np.allclose(found["sales"], [40, -40, 40, 0])
    # L(20, 20) = 20.
    assert np.allclose(found["profit"], 20 * np.log([2, 0.5, 2, 0.5]))


def test_margin_takes_what_order_and_size_leave():
    # One customer: 1 order of 100 at 40 %, then 2 orders of 150 each at 30 %.
    log = pd.DataFrame({
        "customer_id": "A", "date": pd.to_datetime(["2024-01-01", "2025-01-01", "2025-02-01"]),
        "amount": [100.0, 150.0, 150.0], "profit": [40.0, 45.0, 45.0],
    })  # fmt: skip
    add = audit.two_periods(log, "2024", "2025", profit="profit").additive
    assert add.at["more orders", "sales"] == 1 * (100 + 150) / 2
    assert add.at["larger orders", "sales"] == 50 * 1.5
    assert add.at["more orders", "profit"] == 1 * (40 + 45) / 2
    assert math.isclose(add.at["larger orders", "profit"], (130 / 400) * 50 * 1.5)
    assert math.isclose(add.at["margin", "profit"], (90 - 40) - 42.5 - (130 / 400) * 75)


def test_with_one_margin_for_all_nothing_is_put_down_to_margin():
    log = datasets.load_shop_orders().assign(profit=lambda t: 0.4 * t["amount"])
    add = audit.two_periods(log, "2024", "2025", profit="profit").additive
    assert add.at["margin", "profit"] == 0
    assert np.allclose(add["profit"], 0.4 * add["sales"])


def test_all_customers_new_is_no_error_and_is_said():
    log = pd.DataFrame({"customer_id": ["A", "B"], "amount": [1.0, 2.0],
                        "date": pd.to_datetime(["2024-05-01", "2025-05-01"])})  # fmt: skip
    found = audit.two_periods(log, "2024", "2025")
    assert found.migration is None
    assert "no customer bought in both periods, so no one can be followed" in found.notes
    assert found.additive["sales"].sum() == 1
    assert found.overlap.at["new to the firm", "customers"] == 1


def test_a_loss_has_no_logarithm_and_the_additive_contributions_hold():
    log = pd.DataFrame({"customer_id": ["A", "A"], "amount": [10.0, 20.0], "profit": [-1.0, 4.0],
                        "date": pd.to_datetime(["2024-05-01", "2025-05-01"])})  # fmt: skip
    found = audit.two_periods(log, "2024", "2025", profit="profit")
    assert found.multiplicative["profit"].isna().all()
    assert found.multiplicative["sales"].sum() == pytest.approx(10)
    assert found.additive["profit"].sum() == pytest.approx(5)
    assert any("profit before is -1.00, not above zero" in note for note in found.notes)


def test_shop_additive_groups_hold_against_pandas():
    """The shop's years by another way: pivot tables in pandas."""
    log = datasets.load_shop_orders()
    found = audit.two_periods(log, "2024", "2025", by="category")
    year = log["date"].dt.year
    wide = log.pivot_table(index="customer_id", columns=year, values="amount", aggfunc="sum")
    lost = wide[wide[2024].notna() & wide[2025].isna()]
    back = wide[wide[2024].isna() & wide[2025].notna() & wide[[2022, 2023]].notna().any(axis=1)]
    assert found.overlap.at["only before", "customers"] == len(lost)
    assert found.overlap.at["came back", "customers"] == len(back)
    assert found.additive.at["customers who stayed away", "sales"] == pytest.approx(
        -lost[2024].sum()
    )
    assert found.additive.at["customers who came back", "sales"] == pytest.approx(back[2025].sum())
    sales = log[year == 2025].groupby("category")["amount"].sum()
    assert np.allclose(found.by["sales_after"], sales)
