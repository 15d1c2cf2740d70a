import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.transactions import cells, left_out, read, summarize

DAY0 = pd.Timestamp("2024-02-25")
rows = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.integers(0, 24 * 60),  # hours
        st.integers(0, 10_000).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=40,
)


def frame(orders):
    return pd.DataFrame(
        {
            "customer_id": [who for who, _, _ in orders],
            "date": [DAY0 + pd.Timedelta(hours=hour) for _, hour, _ in orders],
            "amount": [money for _, _, money in orders],
        }
    )


def by_hand(log, split, end):
    """The definition, in plain Python loops over calendar days."""
    spent = {}
    for row in log.itertuples():
        days = spent.setdefault(row.customer_id, {})
        days[row.date.date()] = days.get(row.date.date(), 0.0) + row.amount
    table = {}
    for who, days in spent.items():
        seen = sorted(day for day in days if day <= split)
        held = [day for day in days if split < day <= end]
        if seen:
            repeat = seen[1:]
            table[who] = {
                "frequency": len(repeat),
                "recency": (seen[-1] - seen[0]).days / 7,
                "T": (split - seen[0]).days / 7,
                "monetary_value": np.mean([days[d] for d in repeat]) if repeat else 0.0,
                "frequency_holdout": len(held),
                "T_holdout": (end - split).days / 7,
                "monetary_value_holdout": np.mean([days[d] for d in held]) if held else 0.0,
            }
    return pd.DataFrame.from_dict(table, orient="index").sort_index()


ENGINES = {
    "polars": (pl.from_pandas, lambda out: out.to_pandas()),
    "polars lazy": (lambda log: pl.from_pandas(log).lazy(), lambda out: out.collect().to_pandas()),
    "pyarrow": (lambda log: pa.Table.from_pandas(log, preserve_index=False), pa.Table.to_pandas),
    "duckdb": (duckdb.from_df, lambda out: out.df()),
}


@settings(max_examples=60, deadline=None)
@given(rows, st.integers(0, 50), st.integers(1, 30))
def test_summarize_is_the_definition_written_out_by_hand(orders, into, longer):
    log = frame(orders)
    split = log["date"].min().date() + dt.timedelta(days=into)
    end = split + dt.timedelta(days=longer)
    got = summarize(log, calibration_end=split, observation_end=end)
    want = by_hand(log, split, end)
    pd.testing.assert_frame_equal(got, want, check_names=False, rtol=1e-12)
    assert got.index.name == "customer_id"
    born_later = log["customer_id"].nunique() - len(want)
    assert got.attrs["left_out"]["customers_born_later"] == born_later


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=15, deadline=None)
@given(rows, st.sampled_from(["h", "D", "W", "M", "Q", "Y"]))
def test_every_engine_gives_the_same_customers_and_cells_in_its_own_kind(engine, orders, unit):
    into, out = ENGINES[engine]
    log = frame(orders)
    cut = {"calibration_end": log["date"].min(), "observation_end": "2030-01-01", "unit": unit}
    given_log = into(log)
    customers = summarize(given_log, **cut)
    assert type(customers) is type(given_log)
    want = summarize(log, **cut)
    got = out(customers).sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(got, want.reset_index(), check_dtype=False, rtol=1e-12)
    pd.testing.assert_frame_equal(out(cells(customers)), cells(want), check_dtype=False)
    assert left_out(given_log, **cut) == want.attrs["left_out"]


@settings(max_examples=30, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant_and_cells_sum_to_customers(orders, random):
    customers = summarize(frame(orders))
    random.shuffle(orders)
    again = summarize(frame(orders))
    pd.testing.assert_frame_equal(customers, again, rtol=1e-12)
    assert cells(customers)["n"].sum() == len(customers)


def test_cdnow_sample_has_the_published_counts(cdnow):
    customers = summarize(cdnow, calibration_end="1997-09-30", observation_end="1998-06-30")
    assert len(customers) == 2357
    assert customers["frequency"].sum() == 2457
    assert customers["frequency_holdout"].sum() == 1882
    assert (customers["frequency"] > 0).sum() == 946
    assert customers["T"].max() == pytest.approx(272 / 7)
    assert customers["T_holdout"].unique() == pytest.approx([39.0])
    assert customers.attrs["left_out"] == {"customers_born_later": 0, "purchases_after_end": 0}


def test_cdnow_master_has_the_published_number_of_customers(cdnow_folder):
    raw = read(cdnow_folder / "CDNOW_master.txt")
    assert len(raw) == 69_659
    log = raw.assign(date=pd.to_datetime(raw["date"]), amount=raw["dollar_value"].astype(float))
    assert len(summarize(log)) == 23_570


@pytest.mark.parametrize(
    ("unit", "length"), [("D", 1), ("W", 7), ("M", 365.25 / 12), ("Q", 365.25 / 4), ("Y", 365.25)]
)
def test_a_unit_is_a_fixed_number_of_days(unit, length):
    log = frame([("A", 0, 5.0), ("A", 24 * 30, 7.0)])
    one = summarize(log, unit=unit, observation_end=DAY0 + pd.Timedelta(days=45)).loc["A"]
    assert one["recency"] == pytest.approx(30 / length)
    assert one["T"] == pytest.approx(45 / length)


def test_in_hours_purchases_within_one_clock_hour_are_one_and_a_bare_day_is_all_of_it():
    log = frame([("A", 9, 1.0), ("A", 9, 2.0), ("A", 12, 4.0)])
    one = summarize(log, unit="h", observation_end="2024-02-25").loc["A"]
    assert one.tolist() == [1, 3.0, 14.0, 4.0]
    assert summarize(log, unit="h").loc["A", "T"] == 3.0


def test_a_customer_who_bought_once_has_zeros_and_an_age():
    one = summarize(frame([("A", 0, 5.0)]), observation_end="2024-03-03").loc["A"]
    assert one.to_dict() == {"frequency": 0, "recency": 0.0, "T": 1.0, "monetary_value": 0.0}


def test_column_names_are_arguments_and_other_columns_are_ignored():
    log = frame([("A", 0, 5.0)]).set_axis(["Kunde", "Datum", "Betrag"], axis="columns")
    assert summarize(log, "Kunde", "Datum", "Betrag").index.tolist() == ["A"]


def test_dates_and_zoned_date_times_count_by_their_own_calendar():
    zoned = frame([("A", 23, 5.0), ("A", 25, 5.0)])
    zoned["date"] = zoned["date"].dt.tz_localize("Europe/Berlin")
    assert summarize(zoned).loc["A", "frequency"] == 1
    plain = pl.from_pandas(frame([("A", 0, 5.0)])).with_columns(pl.col("date").cast(pl.Date))
    assert summarize(plain)["T"].to_list() == [0.0]


ONE = frame([("A", 0, 5.0), ("B", 30, 5.0), ("C", 60, 5.0)])
HOW = "Use transactions.clean(log) to set such rows aside with a report."


@pytest.mark.parametrize(
    ("log", "error", "message"),
    [
        (ONE.assign(date=ONE["date"].where(ONE.index > 1)), ValueError,
         "summarize: 'date' is missing in 2 of 3 rows (first: rows 0, 1). "
         f"Every order needs a date. {HOW}"),
        (ONE.assign(customer_id=["A", None, "C"]), ValueError,
         "summarize: 'customer_id' is missing in 1 of 3 rows (first: rows 1). "
         f"Every order needs a customer. {HOW}"),
        (ONE.assign(amount=[1, np.inf, 2]), ValueError,
         "summarize: 'amount' is missing or infinite in 1 of 3 rows (first: rows 1). "
         f"Every order needs an amount. {HOW}"),
        (ONE.assign(amount=[1, -2, 2]), ValueError,
         "summarize: 'amount' is negative in 1 of 3 rows (first: rows 1). A customers table is "
         "made of orders; refunds come off the order they undo. Use transactions.clean(log) to "
         "net refunds against the orders they undo first."),
        (ONE[:0], ValueError,
         "summarize: the order log has no rows. At least one order is needed."),
        (ONE.rename(columns={"date": "Date"}), ValueError, "Did you mean 'Date'?"),
        (ONE.assign(date="2024-01-01"), TypeError, "'date' has dtype String"),
        (ONE.assign(amount="1"), TypeError, "'amount' has dtype String"),
        (ONE.assign(amount=True), TypeError, "'amount' has dtype Boolean"),
        (ONE.assign(date=[pd.Timestamp("2024-01-01", tz="UTC"), *ONE["date"][1:]]), TypeError,
         "all in one time zone or all without"),
        ([1, 2], TypeError, "a list was given"),
    ],
)  # fmt: skip
def test_a_log_that_is_not_clean_is_refused_with_rows_rule_and_remedy(log, error, message):
    with pytest.raises(error) as raised:
        summarize(log)
    assert message in str(raised.value)


def test_an_engine_without_row_order_counts_the_rows_without_naming_them():
    bad = duckdb.from_df(ONE.assign(amount=[1.0, -2.0, 2.0]))
    with pytest.raises(ValueError, match=r"'amount' is negative in 1 of 3 rows\. A"):
        summarize(bad)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observation_end": "2023-01-01"}, "before the first purchase (2024-02-25)"),
        ({"calibration_end": "2023-01-01"}, "outside 2024-02-25 to 2024-02-27"),
        ({"calibration_end": "2024-02-27"}, "something to hold out"),
        ({"observation_end": "31.12.2024"}, "Write it as year-month-day"),
        ({"observation_end": pd.NaT}, "observation_end is missing"),
        ({"unit": "w"}, "Did you mean 'W'?"),
    ],
)
def test_dates_that_leave_nothing_to_observe_are_refused(options, message):
    with pytest.raises(ValueError, match="summarize") as raised:
        summarize(ONE, **options)
    assert message in str(raised.value)


def test_cells_refuse_a_table_without_their_columns_or_with_gaps():
    with pytest.raises(ValueError, match="the column 'T' is missing"):
        cells(pd.DataFrame({"frequency": [0], "recency": [0.0]}))
    gaps = pd.DataFrame({"frequency": [0], "recency": [np.nan], "T": [1.0]})
    with pytest.raises(ValueError, match="'recency' is missing in 1 of 1 customers"):
        cells(gaps)


def test_dates_finer_than_a_microsecond_are_read_without_a_warning():
    stamps = pd.to_datetime(["2025-01-01T10:00:00.123456789", "2025-01-08T11:00:00.000000001"])
    log = pd.DataFrame({"customer_id": "A", "date": stamps, "amount": [1.0, 2.0]})
    assert summarize(log)["recency"].tolist() == [1.0]
