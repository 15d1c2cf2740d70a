import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.transactions import clean, log_gaps, read, summarize
from centricity.transactions._amounts import parse_amounts
from centricity.transactions._dates import parse_dates
from centricity.transactions._refunds import NETTED, NONE, UNDONE, UNMATCHED, net_refunds


def log(*rows, columns=("customer", "date", "amount", "order")):
    return pd.DataFrame([list(row) for row in rows], columns=list(columns[: len(rows[0])]))


def reasons(cleaned):
    return dict(zip(cleaned.rejected["source_row"], cleaned.rejected["reason"], strict=True))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,50", 1234.5), ("1,234.50", 1234.5), ("12,5", 12.5), ("€ 12.50", 12.5),
        ("12.50 €", 12.5), ("EUR 3,00", 3.0), ("1 234,50", 1234.5), ("1'234.50", 1234.5),
        ("1.234.567", 1234567.0), ("(12.50)", -12.5), ("12.50-", -12.5), ("−4,2", -4.2),
        ("-€5", -5.0), ("5,-", 5.0), (".5", 0.5), ("0,125", 0.125), ("1e3", 1000.0),
        ("1\u202f234,5", 1234.5), ("¥300", 300.0),
        ("abc", np.nan), ("12.34.5", np.nan), ("1,23,4", np.nan), ("", np.nan),
        ("12 apples", np.nan), ("1e999", np.nan), ("(5", np.nan),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text, value):
    assert parse_amounts(pd.Series([text]), None).values == pytest.approx([value], nan_ok=True)


def test_an_amount_with_two_readings_follows_its_column_or_decimal_or_is_set_aside():
    assert parse_amounts(pd.Series(["1.234", "5,5"]), None).values.tolist() == [1234.0, 5.5]
    assert parse_amounts(pd.Series(["1,234", "5.5"]), None).values.tolist() == [1234.0, 5.5]
    alone = log(("A", "2024-01-13", "1.234"), ("A", "2024-01-14", "7"))
    assert reasons(clean(alone)) == {0: "ambiguous amount"}
    assert clean(alone, decimal=",").kept["amount"].tolist() == [1234.0, 7.0]
    assert clean(alone, decimal=".").kept["amount"].tolist() == [1.234, 7.0]
    assert "decimal=" in clean(alone).report.loc["ambiguous amount", "remedy"]


def test_amounts_beyond_reason_are_set_aside_and_crumbs_never_turn_negative():
    raw = log(("A", "2024-01-13", 1e300), ("A", "2024-01-13", -1e-9), ("A", "2024-01-14", 1))
    assert reasons(clean(raw)) == {0: "unreadable amount", 1: "refund without an order"}


def test_the_decimal_mark_given_to_read_reaches_clean(tmp_path):
    (tmp_path / "o.csv").write_text("customer;date;amount\nA;2024-01-13;1.234\n")
    assert clean(read(tmp_path / "o.csv", decimal=",")).kept["amount"].tolist() == [1234.0]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-01-05", "2024-01-05T00:00"), ("2024-1-5", "2024-01-05T00:00"),
        ("2024/01/05 7:08", "2024-01-05T07:08"), ("20240105", "2024-01-05T00:00"),
        ("5.1.24", "2024-01-05T00:00"), ("13/01/2024", "2024-01-13T00:00"),
        ("01/13/2024", "2024-01-13T00:00"), ("5 Jan 2024", "2024-01-05T00:00"),
        ("15. März 2024", "2024-03-15T00:00"), ("Dec 5, 2023", "2023-12-05T00:00"),
        ("5 de enero de 2024", "2024-01-05T00:00"), ("3 juillet 2024", "2024-07-03T00:00"),
        ("2024年3月5日", "2024-03-05T00:00"), ("13/01/2024 3:04 PM", "2024-01-13T15:04"),
        ("2024-01-05T10:00:59.5", "2024-01-05T10:00:59.5"), ("29.02.2024", "2024-02-29T00:00"),
        ("29.02.2023", None), ("2024-13-01", None), ("2024-01-05 25:00", None), ("soon", None),
        ("0001-01-01", None), ("", None), ("44927", None),
    ],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(text, iso):
    read_as = parse_dates(pd.Series([text]), None, None).values[0]
    assert np.isnat(read_as) if iso is None else read_as == np.datetime64(iso)


def test_a_value_that_only_works_one_way_decides_for_its_column():
    dates = ["03/04/2024", "25/12/2024"]
    assert clean(log(*[("A", d, 1) for d in dates])).kept["date"].dt.month.tolist() == [4, 12]
    dates = ["03/04/2024", "12/25/2024"]
    assert clean(log(*[("A", d, 1) for d in dates])).kept["date"].dt.month.tolist() == [3, 12]
    both = log(*[("A", d, 1) for d in ("03/04/2024", "25/12/2024", "12/25/2024")])
    assert reasons(clean(both)) == {0: "ambiguous date"}
    assert clean(both).report.loc["mixed date formats", "rows"] == 2
    open_case = log(("A", "03/04/2024", 1), ("A", "05/05/2024", 1))
    assert reasons(clean(open_case)) == {0: "ambiguous date"}
    assert "day_first=" in clean(open_case).report.loc["ambiguous date", "remedy"]
    assert clean(open_case, day_first=False).kept["date"].dt.month.tolist() == [3, 5]


def test_mixed_offsets_are_brought_into_one_zone_and_reported():
    raw = log(("A", "2024-07-01T23:30:00Z", 1), ("A", "2024-07-01T12:00:00+02:00", 1))
    in_utc, in_berlin = clean(raw), clean(raw, timezone="Europe/Berlin")
    assert in_utc.kept["date"].dt.hour.tolist() == [23, 10]
    assert in_berlin.kept["date"].astype(str).tolist()[0] == "2024-07-02 01:30:00"
    assert in_utc.report.loc["mixed time zones", "rows"] == 2
    one = clean(log(("A", "2024-07-01T23:30:00+02:00", 1)))
    assert one.kept["date"].dt.hour.tolist() == [23]
    assert one.report.loc["mixed time zones", "rows"] == 0
    with pytest.raises(ValueError, match="For example 'Europe/Berlin'"):
        clean(raw, timezone="Berlin")


def test_each_rule_sets_its_row_aside_with_its_own_reason(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "customer_id,date,amount,email\n"
        "A,2024-01-01,5,\n,2024-01-01,5,\nA,32.01.2024,5,\nA,2024-01-01,x,\n"
        "TEST-7,2024-01-01,5,\nB,2024-01-01,5,test@shop.example\nA,2999-01-01,5,\n"
        "A,2024-01-01,5,\nA,2024-01-02,0,\nA,2024-01-03,-9,\nA,2024-01-03\n"
    )
    cleaned = clean(read(path), zero_amounts="reject")
    assert reasons(cleaned) == {
        3: "missing id", 4: "unreadable date", 5: "unreadable amount", 6: "test account",
        7: "test account", 8: "future date", 9: "exact duplicate", 10: "zero amount",
        11: "refund without an order", 12: "unreadable line",
    }  # fmt: skip
    assert cleaned.kept.index.tolist() == [2]
    assert cleaned.report["rejected"].sum() == len(cleaned.rejected) == 10
    assert cleaned.rejected["reason"].value_counts().to_dict() == {
        rule: n for rule, n in cleaned.report["rejected"].items() if n
    }
    said = cleaned.summary()
    assert said.startswith("11 rows in: 1 kept, 10 rejected.")
    assert "A,2024-01-03" in said
    assert repr(cleaned) == said


def test_kept_has_standard_columns_and_leaves_the_others_and_the_input_untouched():
    raw = pd.DataFrame(
        {"note": ["n", "m"], "Kunde": pd.Categorical(["B", "A"]), "date": ["x", "y"],
         "Betrag": [1, 2], "Bestelldatum": ["2024-01-13", "2024-01-14"]}, index=[7, 9],
    )  # fmt: skip
    before = raw.copy()
    kept = clean(raw, date="Bestelldatum").kept
    assert kept.columns.tolist() == ["customer_id", "date", "amount", "note", "date_original"]
    assert kept.index.tolist() == [7, 9]
    assert kept["date_original"].tolist() == ["x", "y"]
    pd.testing.assert_frame_equal(raw, before)


def test_zeros_and_duplicates_are_kept_on_request_and_noted_either_way():
    raw = log(("A", "2024-01-13", 0), ("A", "2024-01-14", 5), ("A", "2024-01-14", 5))
    asked = clean(raw, duplicates="keep", zero_amounts="keep")
    assert len(asked.kept) == 3
    assert asked.report.loc[["exact duplicate", "zero amount"], "rows"].tolist() == [1, 1]
    assert asked.report["rejected"].sum() == 0
    assert len(clean(raw, zero_amounts="reject").kept) == 1


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (True, ["Testa", "B"]),
        (False, ["test", "Testa", "dummy_2", "B"]),
        ("^B", ["test", "Testa", "dummy_2"]),
        (["B", "Testa"], ["test", "dummy_2"]),
        (lambda raw: raw["amount"] > 3, ["test", "Testa", "dummy_2"]),
    ],
)
def test_test_accounts_go_by_pattern_list_or_function(rule, left):
    names = ["test", "Testa", "dummy_2", "B"]
    raw = log(*[(name, "2024-01-13", i + 1) for i, name in enumerate(names)])
    assert clean(raw, test_accounts=rule).kept["customer_id"].tolist() == left


def test_ids_alike_and_one_person_twice_are_reported_and_merged_only_when_asked():
    raw = log(
        ("a1 ", "2024-01-13", 1, 7), ("A1", "2024-01-14", 1, 8), ("A1", "2024-01-15", 1, 9),
        ("Z", "2024-01-12", 1, 9), ("Y", "2024-01-12", 2, None), ("X", "2024-01-12", 3, None),
        columns=("customer", "date", "amount", "card"),
    )  # fmt: skip
    apart = clean(raw, same_person="card")
    assert apart.kept["customer_id"].nunique() == 5
    assert apart.report.loc["ids alike", "rows"] == 3
    assert "'A1' = 'a1 '" in apart.report.loc["ids alike", "examples"]
    assert "'Z' = 'A1'" in apart.report.loc["one person, several ids", "examples"]
    merged = clean(raw, merge=["ids alike"])
    assert merged.kept["customer_id"].tolist() == ["A1", "A1", "A1", "Z", "Y", "X"]
    merged = clean(raw, same_person="card", merge=["ids alike", "same person"])
    assert merged.kept["customer_id"].tolist() == ["Z", "Z", "Z", "Z", "Y", "X"]
    aliased = clean(raw, aliases={"X": "Y", "Y": "W"})
    assert aliased.kept["customer_id"].tolist()[-2:] == ["W", "W"]
    assert aliased.report.loc["aliases", "rows"] == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Q1", "q1", True), ("Q1", "Q 1", True), ("Q1", " Q1\t", True), ("Q1", "Q\u00a01", True),
        ("Q1", "\ufeffQ1", True), ("Q1", "Q1\u200b", True), ("Q1", "\uff31\uff11", True),
        ("Q1", "Q01", False), ("Q1", "Q-1", False), ("Q1", "Q11", False), ("e", "é", False),
        ("Q1", "Ql", False),
    ],
)  # fmt: skip
def test_ids_are_alike_when_only_what_nobody_sees_differs(one, other, same):
    raw = log((one, "2024-01-13", 1), (one, "2024-01-14", 2), (other, "2024-01-15", 3))
    apart, merged = clean(raw), clean(raw, merge=["ids alike"])
    assert apart.report.loc["ids alike", "rows"] == 3 * same
    assert apart.kept["customer_id"].tolist() == [one, one, other]
    assert merged.report.loc["ids alike", "rows"] == same
    assert merged.kept["customer_id"].tolist() == [one, one, one if same else other]


def test_numbers_as_ids_are_never_alike():
    raw = log((1, "2024-01-13", 1), (11, "2024-01-14", 2))
    assert clean(raw, merge=["ids alike"]).report.loc["ids alike", "rows"] == 0


def test_a_refund_finds_its_order_under_the_other_spelling_only_when_ids_are_merged():
    raw = log(("A1", "2024-01-13", 5, "o1"), ("a1 ", "2024-01-14", -5, "o1"))
    assert reasons(clean(raw)) == {1: "refund without an order"}
    together = clean(raw, merge=["ids alike"])
    assert reasons(together) == {0: "refunded order", 1: "refund netted"}


TWICE = (
    ("a1", "2024-01-13", 5, "o1"), ("A1", "2024-01-13", 5, "o1"),
    ("A1", "2024-01-14", 5, "o2"), ("A1", "2024-01-14", 5, "o2"),
)  # fmt: skip


@pytest.mark.parametrize("engine", [pd.DataFrame, pl.from_pandas, pa.Table.from_pandas])
def test_an_order_sent_twice_under_two_spellings_counts_once_when_ids_are_merged(engine):
    raw = engine(log(*TWICE))
    apart = clean(raw)
    assert reasons_in(apart) == {3: "exact duplicate"}
    merged = clean(raw, merge=["ids alike"])
    assert reasons_in(merged) == {1: "exact duplicate", 3: "exact duplicate"}
    assert merged.report.loc["exact duplicate", ["rows", "rejected"]].tolist() == [2, 2]
    assert reasons_in(clean(raw, aliases={"a1": "A1"})) == reasons_in(merged)
    kept = clean(raw, merge=["ids alike"], duplicates="keep")
    assert len(kept.kept) == 4
    assert kept.report.loc["exact duplicate", ["rows", "rejected"]].tolist() == [2, 0]


def reasons_in(cleaned):
    return dict(
        zip(
            list(cleaned.rejected["source_row"].to_numpy()),
            [str(reason) for reason in cleaned.rejected["reason"].to_numpy()],
            strict=True,
        )
    )


def test_a_gap_of_ten_years_is_kept_and_reported():
    raw = log(("A", "2014-01-13", 5), ("A", "2024-01-13", 5), ("B", "2024-02-13", 5))
    cleaned = clean(raw, as_of="2024-12-31")
    assert len(cleaned.kept) == 3
    said = cleaned.report.loc["gap in the dates"]
    assert said["rows"] == 1
    assert said["examples"] == (
        "no order after 2014-01-13 until 2024-01-13 (1 row before, 2 rows after)"
    )
    days = (dt.date(2024, 1, 13) - dt.date(2014, 1, 13)).days
    table = summarize(cleaned.kept, unit="D")
    assert table.loc["A", ["frequency", "recency", "T"]].tolist() == [1, days, days + 31]
    assert log_gaps(cleaned.kept, unit="D")["A"] == pytest.approx(np.log(days))


def test_dates_that_mean_unknown_are_reported_but_a_quiet_year_is_not():
    quiet = [("A", f"{year}-06-01", 5) for year in (2021, 2022, 2023)]  # 365 days apart
    assert clean(log(*quiet)).report.loc["gap in the dates", "rows"] == 0
    raw = log(("A", "1900-01-01", 5), ("A", "1970-01-01", 5), ("B", "1970-01-01", 5), *quiet)
    said = clean(raw).report.loc["gap in the dates"]
    assert said["rows"] == 3
    assert "until 2021-06-01 (3 rows before, 3 rows after)" in said["examples"]


def test_a_row_that_is_set_aside_makes_no_gap():
    raw = log(("test1", "1900-01-01", 5), ("A", "2024-01-13", 5))
    assert clean(raw).report.loc["gap in the dates", "rows"] == 0


@pytest.mark.parametrize(
    ("currencies", "said"),
    [
        (["EUR", "USD", "eur "], "2 rows EUR; 1 row USD"),
        (["EUR", "€", None], ""),
        (["EUR", None, None], ""),
    ],
)
def test_a_column_of_currencies_is_reported_and_nothing_converted(currencies, said):
    raw = log(("A", "2024-01-13", 5), ("A", "2024-01-14", 6), ("B", "2024-01-14", 7))
    cleaned = clean(raw.assign(Währung=currencies))
    assert cleaned.report.loc["mixed currencies", "examples"] == said
    assert cleaned.kept["amount"].tolist() == [5, 6, 7]
    if said:
        assert "NOT converted" in cleaned.summary()


def test_one_currency_by_sign_and_by_code_is_one_currency():
    one = log(("A", "2024-01-13", "€ 5"), ("A", "2024-01-14", "6 EUR"))
    assert clean(one).report.loc["mixed currencies", "rows"] == 0
    two = log(("A", "2024-01-13", "€ 5"), ("A", "2024-01-14", "$6"))
    assert clean(two).report.loc["mixed currencies", "rows"] == 2


def test_whole_numbers_stay_whole_numbers_even_beside_gaps():
    raw = log((1001, "2024-01-13", 1), (np.nan, "2024-01-13", 1), (1002, "2024-01-13", 1))
    assert clean(raw).kept["customer_id"].tolist() == [1001, 1002]


def test_a_refund_undoes_the_latest_earlier_order_of_the_same_amount():
    raw = log(("A", "2024-01-13", 10), ("A", "2024-02-13", 10), ("A", "2024-02-20", -10),
              ("A", "2024-03-13", 10), ("B", "2024-02-19", 10))  # fmt: skip
    cleaned = clean(raw)
    assert reasons(cleaned) == {1: "refunded order", 2: "refund netted"}
    assert cleaned.rejected["detail"].tolist() == [
        "its counterpart is row 2", "its counterpart is row 1",
    ]  # fmt: skip


def test_a_refund_with_an_order_number_comes_off_that_order():
    raw = log(("A", "2024-01-13", 10, "o1"), ("A", "2024-01-14", 10, "o2"),
              ("A", "2024-01-20", -10, "o1"), ("A", "2024-01-21", -4, "o2"),
              ("A", "2024-01-22", -7, "o2"), ("A", "2024-01-23", -1, "o2"))  # fmt: skip
    cleaned = clean(raw)
    assert cleaned.kept["amount"].tolist() == [5.0]
    assert reasons(cleaned) == {
        0: "refunded order", 2: "refund netted", 3: "refund netted",
        4: "refund without an order", 5: "refund netted",
    }  # fmt: skip
    assert "more than what is left" in cleaned.rejected["detail"].tolist()[3]
    assert cleaned.report.loc["reduced order", "rows"] == 1


def test_a_credit_note_with_a_number_of_its_own_is_matched_by_customer_and_amount():
    raw = log(("A", "2024-01-13", 10, "o1"), ("A", "2024-01-20", -10, "C9"))
    assert reasons(clean(raw)) == {0: "refunded order", 1: "refund netted"}


def test_a_partial_refund_takes_the_line_of_its_amount_before_it_touches_another():
    raw = log(("A", "2024-01-13", 5, "o1"), ("A", "2024-01-13", 100, "o1"),
              ("A", "2024-01-20", -5, "o1"), ("A", "2024-01-21", -30, "o1"))  # fmt: skip
    assert clean(raw).kept["amount"].tolist() == [70.0]


def test_all_refund_customers_are_set_aside_and_everything_refunded_leaves_an_empty_log():
    raw = log(("A", "2024-01-13", 10), ("R", "2024-01-14", -5), ("R", "2024-01-15", -6))
    cleaned = clean(raw)
    assert cleaned.kept["customer_id"].tolist() == ["A"]
    nothing = clean(raw[1:])
    assert len(nothing.kept) == 0
    assert "Nothing is left" in nothing.summary()
    with pytest.raises(ValueError, match="the order log has no rows"):
        summarize(nothing.kept)
    undone = clean(log(("A", "2024-01-13", 10), ("A", "2024-01-14", -10)))
    assert len(undone.kept) == 0
    assert len(undone.rejected) == 2


def test_one_customer_and_one_order_each_are_enough():
    assert summarize(clean(log(("A", "2024-01-13", "5,50"))).kept).loc["A", "frequency"] == 0
    each = clean(log(*[(who, "2024-01-13", 5) for who in "ABC"])).kept
    assert summarize(each)["frequency"].tolist() == [0, 0, 0]


orders = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), st.sampled_from([5, 7, -5, -7])), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(orders)
def test_matching_without_numbers_is_a_stack_for_each_customer_and_amount(rows):
    """The vectorised brackets against the plain definition: push orders, pop for refunds."""
    who, day, money = (np.array([row[i] for row in rows], dtype=int) for i in range(3))
    date = np.datetime64("2024-01-01", "us") + day.astype("timedelta64[D]")
    got = net_refunds(who, date, money.astype(float), np.full(len(rows), -1))
    fate = np.full(len(rows), NONE)
    stacks: dict[tuple[int, int], list[int]] = {}
    for i in sorted(range(len(rows)), key=lambda i: (day[i], money[i] < 0, i)):
        stack = stacks.setdefault((who[i], abs(money[i])), [])
        if money[i] > 0:
            stack.append(i)
        elif stack:
            fate[i], fate[stack.pop()] = NETTED, UNDONE
        else:
            fate[i] = UNMATCHED
    assert got.fate.tolist() == fate.tolist()


numbered = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(-40, 40).filter(bool),
              st.integers(-1, 2)), max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(numbered)
def test_refunds_never_make_an_amount_negative_and_money_is_accounted_for(rows):
    who, day, cents, order = (np.array([row[i] for row in rows], dtype=int) for i in range(4))
    date = np.datetime64("2024-01-01", "us") + day.astype("timedelta64[D]")
    got = net_refunds(who, date, cents / 100, order)
    bought = cents > 0
    assert (got.amount[bought] >= 0).all()
    netted = cents[got.fate == NETTED].sum() / 100
    assert got.amount[bought].sum() == pytest.approx(cents[bought].sum() / 100 + netted)
    assert set(np.flatnonzero(np.isin(got.fate, [NETTED, UNMATCHED]))) == set(
        np.flatnonzero(~bought)
    )


dirty = st.lists(
    st.tuples(
        st.sampled_from(["A", "a ", "B", "7", "", None, "test-1", " nan "]),
        st.one_of(
            st.dates().map(str),
            st.sampled_from(["1.2.2024", "2/3/2024", "2024-05-01T10:00+02:00", "x", None]),
            st.text(max_size=6),
        ),
        st.one_of(
            st.sampled_from(["1", "-1", "2,50", "1.234", "1.234,5", "€ 3", "0", None, "-2,50"]),
            st.floats(allow_nan=True).map(str),
            st.text(max_size=6),
        ),
        st.sampled_from(["o1", "o2", None]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(dirty)
def test_rows_in_are_rows_kept_plus_rows_rejected_whatever_the_dirt(rows):
    raw = pd.DataFrame(rows, columns=["customer", "date", "amount", "order"], dtype="str")
    raw.attrs["unreadable_lines"] = [{"line": 99, "text": "?", "reason": "cut off"}]
    cleaned = clean(raw)
    assert len(cleaned.kept) + len(cleaned.rejected) == len(rows) + 1
    assert sorted([*cleaned.kept.index, *cleaned.rejected["source_row"]]) == [*range(len(rows)), 99]
    assert cleaned.rejected["reason"].notna().all()
    assert cleaned.report["rejected"].sum() == len(cleaned.rejected)
    assert (cleaned.kept["amount"] >= 0).all()
    if len(cleaned.kept):
        assert len(summarize(cleaned.kept)) == cleaned.kept["customer_id"].nunique()


@pytest.mark.parametrize("engine", ["polars", "lazy", "duckdb", "pyarrow"])
@settings(max_examples=8, deadline=None)
@given(dirty)
def test_every_engine_keeps_and_rejects_the_same_rows_in_its_own_kind(engine, rows):
    raw = pd.DataFrame(rows, columns=["customer", "date", "amount", "order"], dtype="str")
    into = {
        "polars": pl.from_pandas, "lazy": lambda f: pl.from_pandas(f).lazy(),
        "duckdb": duckdb.from_df,
        "pyarrow": lambda f: pa.Table.from_pandas(f, preserve_index=False),
    }[engine]  # fmt: skip
    given_raw = into(raw)
    got, want = clean(given_raw), clean(raw)
    for mine, theirs in ((got.kept, want.kept), (got.rejected, want.rejected)):
        assert type(mine) is type(given_raw)
        mine = mine.collect() if engine == "lazy" else mine
        mine = mine.df() if engine == "duckdb" else mine.to_pandas()
        same = [
            column.astype(object).where(column.notna(), None).tolist()
            for frame in (mine, theirs)
            for _, column in frame.items()
        ]
        half = len(same) // 2
        assert same[:half] == same[half:]
    pd.testing.assert_frame_equal(got.report, want.report)


@settings(max_examples=20, deadline=None)
@given(dirty, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant_to_what_is_kept(rows, random):
    def result(these):
        raw = pd.DataFrame(these, columns=["customer", "date", "amount", "order"], dtype="str")
        kept = clean(raw).kept
        return sorted(zip(kept["customer_id"], kept["date"], kept["amount"], strict=True))

    first = result(rows)
    random.shuffle(rows)
    assert result(rows) == first


@pytest.mark.parametrize(
    ("raw", "options", "error", "message"),
    [
        (log(("A", "2024-01-13", 1))[:0], {}, ValueError, "the order log has no rows"),
        ({"a": 1}, {}, TypeError, "a dict was given"),
        (pd.DataFrame({"x": [1], "y": [2]}), {}, ValueError, "There are: 'x', 'y'"),
        (log(("A", "2024-01-13", 1)), {"date": "dat"}, ValueError, "Did you mean 'date'?"),
        (log(("A", "2024-01-13", 1)), {"date": "amount", "amount": "amount"}, ValueError,
         "one column was given twice"),
        (log(("A", "2024-01-13", 1)), {"merge": ["all"]}, ValueError, "merge is 'all'"),
        (log(("A", "2024-01-13", 1)), {"as_of": "soon"}, ValueError, "as_of is 'soon'"),
        (log(("A", "2024-01-13", 1)), {"test_accounts": "("}, ValueError, "regular expression"),
        (log(("A", "2024-01-13", 1)), {"test_accounts": lambda raw: [1, 2]}, TypeError,
         "for each of the 1 rows"),
        (pd.DataFrame({"customer": ["A"], "date": ["x"], "n": [1]}), {"customer": "customer"},
         ValueError, "no column looks like the 'amount' column"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_meant_is_refused_with_the_remedy(raw, options, error, message):
    with pytest.raises(error) as raised:
        clean(raw, **options)
    assert message in str(raised.value)


def test_cdnow_loses_only_its_exact_duplicates(cdnow_folder):
    names = ["master_id", "customer_id", "date", "cds", "amount"]
    raw = read(cdnow_folder / "CDNOW_sample.txt", names=names)
    cleaned = clean(raw)
    assert len(raw) == 6919
    assert set(cleaned.rejected["reason"]) == {"exact duplicate"}
    assert cleaned.report.loc["zero amount", "rows"] == 8
    assert summarize(cleaned.kept, calibration_end="1997-09-30")["frequency"].sum() == 2457
