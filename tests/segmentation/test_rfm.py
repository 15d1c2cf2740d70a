import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.segmentation import rfm_scores, rfm_table, score_report
from centricity.transactions import summarize


@pytest.fixture
def log():
    rng = np.random.default_rng(3)
    n = 400
    return pd.DataFrame(
        {
            "customer_id": rng.choice([f"C{i:02d}" for i in range(60)], n),
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 90 * 24, n), "h"),
            "amount": rng.gamma(2, 20, n).round(2),
        }
    )


def by_hand(log, as_of):
    rows = {}
    for name, orders in log[log["date"] < as_of + pd.Timedelta(days=1)].groupby("customer_id"):
        days = sorted(set(orders["date"].dt.date))
        rows[name] = ((as_of.date() - days[-1]).days, len(days), orders["amount"].sum())
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["recency_days", "orders", "spend"]
    ).rename_axis("customer_id")


@pytest.mark.parametrize("day", ["2025-02-10", "2025-04-30"])
def test_rfm_table_equals_a_loop_over_customers(log, day):
    found = rfm_table(log, as_of=day)
    pd.testing.assert_frame_equal(found, by_hand(log, pd.Timestamp(day)))


@pytest.mark.parametrize(
    "convert",
    [
        pl.from_pandas,
        lambda log: pl.from_pandas(log).lazy(),
        lambda log: pl.from_pandas(log).to_arrow(),
        lambda log: duckdb.from_df(log),
    ],
    ids=["polars", "polars lazy", "arrow", "duckdb"],
)
def test_rfm_table_is_the_same_on_every_engine(log, convert):
    pd.testing.assert_frame_equal(rfm_table(convert(log)), rfm_table(log), check_index_type=False)


def test_rfm_table_relates_to_the_customers_table_as_its_docstring_says(log):
    table, customers = rfm_table(log), summarize(log, unit="D")
    np.testing.assert_allclose(table["recency_days"], customers["T"] - customers["recency"])
    np.testing.assert_array_equal(table["orders"], customers["frequency"] + 1)


def test_rfm_table_counts_the_published_repeat_purchases_of_cdnow(cdnow_log):
    table = rfm_table(cdnow_log, as_of="1997-09-30")
    assert len(table) == 2_357
    assert (table["orders"] - 1).sum() == 2_457


def test_the_day_is_the_local_one_in_a_time_zone():
    evening = pd.to_datetime(["2025-01-01 23:30"]).tz_localize("Asia/Tokyo")
    late = pd.DataFrame({"customer_id": ["A"], "date": evening, "amount": [1.0]})
    assert rfm_table(late, as_of="2025-01-02")["recency_days"].item() == 1


def test_orders_after_as_of_are_counted_not_lost(log):
    table = rfm_table(log, as_of="2025-01-10")
    late = log[log["date"] >= "2025-01-11"]
    days = late.assign(day=late["date"].dt.date).drop_duplicates(["customer_id", "day"])
    assert table.attrs["left_out"] == {
        "order_days_after": len(days),
        "customers_born_later": log["customer_id"].nunique() - len(table),
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.iloc[:0], "no rows"),
        (lambda d: d.drop(columns="amount"), "the column 'amount' is missing"),
        (lambda d: d.assign(amount=np.where(d.index == 3, np.nan, d["amount"])), "rows 3"),
        (lambda d: d.assign(amount=np.where(d.index == 3, np.inf, d["amount"])), "rows 3"),
        (lambda d: d.assign(amount=-1.0), "'amount' is negative"),
        (lambda d: d.assign(customer_id=d["customer_id"].where(d.index != 2)), "rows 2"),
    ],
)
def test_a_bad_log_is_refused_with_the_rows(log, change, says):
    with pytest.raises(ValueError, match=says):
        rfm_table(change(log))


@pytest.mark.parametrize("as_of", ["soon", 20250101, None, float("nan")])
def test_as_of_must_be_a_date(log, as_of):
    if as_of is None:
        assert rfm_table(log).attrs["as_of"] == str(log["date"].max().date())
    else:
        with pytest.raises(ValueError, match="It must be a date"):
            rfm_table(log, as_of=as_of)


def test_as_of_before_every_order_is_refused(log):
    with pytest.raises(ValueError, match=r"before the first order \(2025-01-01\)"):
        rfm_table(log, as_of="2024-12-31")


def test_text_dates_are_refused(log):
    with pytest.raises(TypeError, match="'date' has dtype"):
        rfm_table(log.assign(date=log["date"].astype(str)))


def table_of(recency, orders, spend):
    return pd.DataFrame({"recency_days": recency, "orders": orders, "spend": spend})


def test_scores_are_fifths_and_five_is_best():
    n = 100
    rng = np.random.default_rng(0)
    table = table_of(rng.permutation(n), rng.permutation(n), rng.permutation(n))
    scores = rfm_scores(table)
    np.testing.assert_array_equal(scores["r"], 5 - table["recency_days"] // 20)
    np.testing.assert_array_equal(scores["f"], 1 + table["orders"] // 20)
    np.testing.assert_array_equal(scores["m"], 1 + table["spend"] // 20)
    digits = scores[["r", "f", "m"]].astype(str).agg("".join, axis=1)
    assert (scores["rfm"] == digits).all()


def test_nested_scores_are_fifths_within_the_cell():
    rng = np.random.default_rng(0)
    table = table_of(rng.permutation(125), rng.permutation(125), rng.permutation(125))
    scores = rfm_scores(table, nested=True)
    assert (scores["rfm"].value_counts() == 1).all()
    assert scores["rfm"].nunique() == 125
    within = table["orders"].groupby(scores["r"]).rank()
    np.testing.assert_array_equal(scores["f"], np.ceil(within / 5))


def test_half_the_customers_tied_leave_scores_unused_and_the_report_says_so():
    table = table_of(range(10), [1] * 5 + [2, 3, 4, 5, 6], range(10))
    report = score_report(table).loc["f"]
    assert report["customers"].to_dict() == {5: 2, 4: 2, 3: 1, 2: 5, 1: 0}
    assert report.loc[2, "note"] == "5 customers tie at 1 (50 %)"
    assert report.loc[1, "note"].startswith("unused")
    assert report["customers"].sum() == 10


numbers = st.lists(st.integers(0, 12), min_size=12, max_size=60)


@settings(max_examples=40)
@given(values=numbers, groups=st.integers(2, 9))
def test_equal_values_get_equal_scores_and_better_never_gets_less(values, groups):
    if len(set(values)) < 2:
        values = [*values, 99]
    scores = rfm_scores(table_of(values, values, values), groups=groups)
    assert scores[["r", "f", "m"]].to_numpy().min() >= 1
    assert scores[["r", "f", "m"]].to_numpy().max() <= groups
    for column, sign in (("r", -1), ("f", 1), ("m", 1)):
        per_value = scores.groupby(np.array(values))[column]
        assert (per_value.nunique() == 1).all()
        assert (np.diff(per_value.first()) * sign >= 0).all()


@settings(max_examples=40)
@given(n=st.integers(9, 80), groups=st.integers(2, 9), seed=st.integers(0, 99))
def test_without_ties_score_groups_differ_by_one_customer(n, groups, seed):
    values = np.random.default_rng(seed).permutation(n)
    counts = rfm_scores(table_of(values, values, values), groups=groups)["m"].value_counts()
    assert len(counts) == groups
    assert counts.max() - counts.min() <= 1


def test_row_order_does_not_change_a_score():
    rng = np.random.default_rng(1)
    table = table_of(*rng.integers(0, 9, (3, 50)))
    shuffled = table.sample(frac=1, random_state=1)
    for nested in (False, True):
        pd.testing.assert_frame_equal(
            rfm_scores(shuffled, nested=nested).loc[table.index], rfm_scores(table, nested=nested)
        )


GOOD = table_of(range(6), range(6), range(6))


@pytest.mark.parametrize(
    ("table", "options", "error", "says"),
    [
        (GOOD.head(1), {}, ValueError, "1 customer for 5 groups"),
        (GOOD.assign(orders=1), {}, ValueError, "'orders' is 1 for all 6 customers"),
        (GOOD.assign(spend=[1, 2, np.nan, 4, 5, 6]), {}, ValueError, "customers 2"),
        (GOOD.assign(spend=[1, 2, np.inf, 4, 5, 6]), {}, ValueError, "customers 2"),
        (GOOD.assign(recency_days=-1), {}, ValueError, "'recency_days' is at least 0"),
        (GOOD.assign(spend="a"), {}, TypeError, "must hold numbers"),
        (GOOD.set_axis([0, 0, 1, 2, 3, 4]), {}, ValueError, "repeated"),
        (GOOD, {"groups": 1}, ValueError, "groups is 1"),
        (GOOD, {"groups": 10}, ValueError, "at most 9"),
        (GOOD, {"monetary": "spent"}, ValueError, "Did you mean 'spend'"),
        ([1, 2], {}, TypeError, "a list was given"),
    ],
)
def test_bad_tables_are_refused(table, options, error, says):
    with pytest.raises(error, match=says):
        rfm_scores(table, **options)


def test_a_customers_table_is_refused_because_its_recency_is_the_opposite(log):
    with pytest.raises(ValueError, match="recency_days = T - recency"):
        rfm_scores(summarize(log), recency="recency", frequency="frequency",
                   monetary="monetary_value")  # fmt: skip
