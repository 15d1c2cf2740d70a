"""Lenses three to five: every table again in plain loops, and what must always add up."""

import datetime as dt
import warnings
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lens_logs import LENGTH, age_of, calendar, close, ledger, logs, order_days
from statsmodels.duration.survfunc import SurvfuncRight

from centricity import audit, datasets
from centricity.audit.lenses._cohort import kaplan_meier

UNITS = st.sampled_from(["W", "M", "Q", "Y"])
MONEY = {"profit": "profit", "by": "channel"}
MEASURES = ("orders_per_customer", "sales_per_customer", "profit_per_customer")


def births_of(book):
    return {who: min(days) for who, days in book.items()}


def slow_ages(book, births, cohort, every, ages):
    """Active customers, orders, sales and profit by age, in loops."""
    active, sums = [set() for _ in range(ages)], np.zeros((ages, 3))
    for who in cohort:
        for day, entry in book[who].items():
            age = age_of(day, births[who], every)
            if age < ages:
                sums[age] += entry
                if entry[0]:
                    active[age].add(who)
    return [len(group) for group in active], sums / len(cohort)


@given(logs(), UNITS, st.integers(0, 400))
@settings(max_examples=30, deadline=None)
def test_one_cohort_is_what_plain_loops_find(log, every, more):
    book = ledger(log)
    births = births_of(book)
    born = min(births.values())
    until = born + dt.timedelta(days=60)
    cohort = [who for who, day in births.items() if day <= until]
    end = max(max(days) for days in book.values()) + dt.timedelta(days=more)
    found = audit.one_cohort(log, (born, until), every=every, end=end, **MONEY)
    assert found.size == len(cohort)
    youngest = max(births[who] for who in cohort)
    ages = 0
    while (end - youngest).days + 1 >= (ages + 1) * LENGTH[every]:
        ages += 1
    assert len(found.by_age) == ages
    active, sums = slow_ages(book, births, cohort, every, ages)
    assert found.by_age["active"].tolist() == active
    assert np.allclose(found.by_age["active_share"], np.array(active) / len(cohort))
    assert np.allclose(found.by_age[list(MEASURES)], sums)
    assert np.allclose(
        found.by_age[["cumulative_orders", "cumulative_sales", "cumulative_profit"]],
        np.cumsum(sums, axis=0),
    )
    for who in cohort:
        row = found.value_to_date.loc[who]
        assert row["first"].date() == births[who]
        assert row["orders"] == len(order_days(book[who]))
        assert row["sales"] == sum(entry[1] for entry in book[who].values())
    whole = sum(entry[1] for who in cohort for entry in book[who].values())
    assert close(found.by["sales"].sum(), whole, log)


@given(logs(), st.integers(0, 300))
@settings(max_examples=25, deadline=None)
def test_second_purchase_is_the_kaplan_meier_of_statsmodels(log, more):
    book = ledger(log)
    end = max(max(days) for days in book.values()) + dt.timedelta(days=more)
    days, seen = [], []
    for held in book.values():
        bought = order_days(held)
        if bought:
            seen.append(len(bought) > 1)
            days.append(((bought[1] if seen[-1] else end) - bought[0]).days)
    assume(any(seen))
    born = (log["date"].min(), log["date"].max())
    found = audit.one_cohort(log, born, end=end).second_purchase
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = SurvfuncRight(np.array(days), np.array(seen, dtype=float))
    events = found[found["events"] > 0]
    own = reference.n_events > 0
    assert events.index.tolist() == reference.surv_times[own].tolist()
    assert np.allclose(1 - events["share"], reference.surv_prob[own])
    known = reference.surv_prob[own] > 0
    assert np.allclose(events["std_error"][known], reference.surv_prob_se[own][known])


def test_kaplan_meier_of_freireich_1963_as_printed():
    """Remission in weeks on 6-MP (Kalbfleisch and Prentice 2002, table 1.1's data; KM by hand)."""
    seen = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    days = np.array(seen + censored)
    happened = np.array([True] * len(seen) + [False] * len(censored))
    found = 1 - kaplan_meier(days, happened)["share"]
    expected = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for week, survival in expected.items():
        assert found[week] == pytest.approx(survival, abs=5e-4)


@given(logs(min_size=4), UNITS, st.integers(0, 800))
@settings(max_examples=25, deadline=None)
def test_two_cohorts_compare_only_ages_both_have_reached(log, every, more):
    book = ledger(log)
    births = births_of(book)
    days = sorted(set(births.values()))
    assume(len(days) > 1)
    cut = days[(len(days) - 1) // 2]
    groups = [[w for w in births if births[w] <= cut], [w for w in births if births[w] > cut]]
    end = max(max(held) for held in book.values()) + dt.timedelta(days=more)
    spans = ((days[0], cut), (cut + dt.timedelta(days=1), days[-1]))
    found = audit.two_cohorts(log, *spans, every=every, end=end, **MONEY)
    youngest = max(max(births[w] for w in group) for group in groups)
    ages = int(((end - youngest).days + 1) // LENGTH[every])
    assert len(found.by_age) == ages
    for name, group in zip(found.names, groups, strict=True):
        active, sums = slow_ages(book, births, group, every, ages)
        assert found.by_age[name]["active"].tolist() == active
        assert np.allclose(found.by_age[name][list(MEASURES)], sums)
        sales, people = defaultdict(float), defaultdict(set)
        for who in group:
            for day, entry in book[who].items():
                sales[calendar(day, every)] += entry[1] / len(group)
                if entry[0]:
                    people[calendar(day, every)].add(who)
        table = found.by_calendar[name]
        for period in table.index:
            if table["active"].notna()[period]:
                assert table.at[period, "active"] == len(people[str(period)])
                assert np.isclose(table.at[period, "sales_per_customer"], sales[str(period)])
        held = sum(e[1] for w in group for e in book[w].values()) / len(group)
        assert close(table["sales_per_customer"].sum(), held, log)
        if ages:
            column = ["first", "second"][found.names.index(name)]
            assert np.isclose(found.difference.at["cumulative_sales", column], sums[:, 1].sum())
            if found.by.size:
                inside = found.by[name]["sales_per_customer"].sum()
                assert np.isclose(inside, sums[:, 1].sum())


@given(logs(), UNITS, UNITS)
@settings(max_examples=30, deadline=None)
def test_cohort_tables_add_up_to_the_log_and_are_what_plain_loops_find(log, every, period):
    book = ledger(log)
    births = births_of(book)
    found = audit.all_cohorts(log, every=every, period=period, **MONEY)
    assert close(found.sales.to_numpy().sum(), log["amount"].sum(), log)
    assert close(found.profit.to_numpy().sum(), log["profit"].sum(), log)
    assert found.orders.to_numpy().sum() == sum(len(order_days(d)) for d in book.values())
    assert found.sizes.sum() == len(book)
    assert close(found.by.to_numpy().sum(), log["amount"].sum(), log)
    cells, people = defaultdict(float), defaultdict(set)
    for who, days in book.items():
        for day, entry in days.items():
            key = (calendar(births[who], every), calendar(day, period))
            cells[key] += entry[1]
            if entry[0]:
                people[key].add(who)
    for cohort in found.sales.index:
        row = found.sales.loc[cohort]
        for column in row.index[row != 0]:
            assert np.isclose(row[column], cells.pop((str(cohort), str(column))))
        row = found.active.loc[cohort]
        for column in row.index[row != 0]:
            assert row[column] == len(people.pop((str(cohort), str(column))))
    assert np.allclose(list(cells.values()), 0)
    assert not any(people.values())


@given(logs(), UNITS, st.integers(0, 500))
@settings(max_examples=25, deadline=None)
def test_repeat_by_birth_counts_only_those_watched_so_long(log, every, more):
    book = ledger(log)
    births = births_of(book)
    end = max(max(days) for days in book.values()) + dt.timedelta(days=more)
    found = audit.all_cohorts(log, every=every, end=end).repeat_by_birth
    for cohort in found.index:
        mine = [w for w in book if calendar(births[w], every) == str(cohort)]
        assert found.at[cohort, "customers"] == len(mine)
        for within in (90, 180, 365):
            watched = again = 0
            for who in mine:
                bought = order_days(book[who])
                if bought and (end - bought[0]).days >= within:
                    watched += 1
                    again += len(bought) > 1 and (bought[1] - bought[0]).days <= within
            assert found.at[cohort, f"observed_{within}"] == watched
            share = found.at[cohort, f"repeat_{within}"]
            assert np.isclose(share, again / watched) if watched else np.isnan(share)


@given(logs(min_size=3), UNITS)
@settings(max_examples=30, deadline=None)
def test_nothing_after_the_end_is_looked_at(log, every):
    end = log["date"].sort_values().iloc[len(log) // 2].normalize()
    early = log[log["date"] < end + pd.Timedelta(days=1)]
    born = (log["date"].min(), end)
    for call in (
        lambda table, **k: audit.one_cohort(table, born, every=every, **k).by_age,
        lambda table, **k: audit.one_cohort(table, born, every=every, **k).second_purchase,
        lambda table, **k: audit.all_cohorts(table, every=every, **k).sales,
        lambda table, **k: audit.all_cohorts(table, every=every, **k).repeat_by_birth,
    ):
        pd.testing.assert_frame_equal(call(log, end=end), call(early, end=end))


def test_difference_of_two_cohorts_is_welchs():
    rng = np.random.default_rng(3)
    log = pd.DataFrame({
        "customer_id": np.arange(300), "amount": rng.gamma(2, 10, 300),
        "date": pd.to_datetime(np.repeat(["2024-01-05", "2025-01-05"], [100, 200])),
    })  # fmt: skip
    found = audit.two_cohorts(log, "2024", "2025", every="W", end="2025-03-01").difference
    one, two = log["amount"][:100], log["amount"][100:]
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    low, high = CompareMeans(DescrStatsW(two), DescrStatsW(one)).zconfint_diff(usevar="unequal")
    row = found.loc["cumulative_sales"]
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_shop_cohorts_against_a_pivot_table():
    log = datasets.load_shop_orders()
    born = log.groupby("customer_id")["date"].transform("min").dt.year
    wide = log.pivot_table(index=born, columns=log["date"].dt.year, values="amount", aggfunc="sum")
    found = audit.all_cohorts(log)
    assert np.allclose(found.sales, wide.fillna(0))


def test_a_refund_alone_makes_nobody_active_and_no_second_order():
    log = pd.DataFrame({"customer_id": ["A", "A", "B"], "amount": [50.0, -50.0, 20.0],
                        "date": pd.to_datetime(["2025-01-01", "2025-01-20", "2025-01-01"]),
                        })  # fmt: skip
    found = audit.one_cohort(log, "2025-01", every="W", end="2025-01-31")
    assert found.by_age["active"].tolist() == [2, 0, 0, 0]
    assert found.by_age["cumulative_sales"].iloc[-1] == 10
    assert found.second_purchase["share"].max() == 0
    assert found.median_days is None


def test_a_cohort_too_young_for_any_age_says_so():
    log = pd.DataFrame({"customer_id": ["A", "B"], "amount": [1.0, 2.0],
                        "date": pd.to_datetime(["2025-01-01", "2025-01-31"])})  # fmt: skip
    found = audit.one_cohort(log, "2025-01", every="M")
    assert found.by_age.empty
    assert any("no age of the cohort 2025-01 is complete" in note for note in found.notes)
    both = audit.two_cohorts(log, ("2025-01-01", "2025-01-01"), ("2025-01-02", "2025-01-31"))
    assert both.by_age.empty
    assert both.difference.empty


def test_a_share_that_rests_on_the_earliest_of_a_cohort_is_said_to():
    """Ten join on ten days of March, the last five less than 90 days before the end."""
    days = pd.to_datetime([f"2025-03-{day:02d}" for day in range(1, 11)])
    log = pd.DataFrame({"customer_id": range(10), "date": days, "amount": 1.0})
    notes = audit.all_cohorts(log, every="Q", end="2025-06-03").notes
    assert any("its earliest customers" in n and "5 of 10 of 2025Q1 (90 days)" in n for n in notes)
    whole = audit.all_cohorts(log, every="Q", end="2025-06-08").notes
    assert not any("its earliest customers" in note for note in whole)
