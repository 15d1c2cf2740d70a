"""Whatever file comes: a report that says what it can't show, or an error that says what to do."""

import datetime as dt

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centricity.audit import Options, analyse

HEAD = "customer_id,date,amount\n"


@pytest.fixture
def write(tmp_path):
    def writer(text, name="orders.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return writer


def balance(found):
    facts = found.cleaned.report.attrs
    assert facts["rows"] == facts["kept"] + facts["rejected"]
    assert facts["kept"] == len(found.cleaned.kept)
    assert facts["rejected"] == len(found.cleaned.rejected)
    return facts["rows"], facts["kept"], facts["rejected"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"^read: 'orders\.csv' is empty\. .* Export it again\.$"),
        (HEAD, r"^read: 'orders\.csv' has the column names .* and no rows\. At least one order"),
        (
            "name,date,amount\nA,2025-01-01,3\n",
            r"^guess_columns: no column looks like the 'customer' column",
        ),
    ],
    ids=["empty", "header only", "missing column"],
)
def test_a_file_without_orders_is_an_error_with_a_remedy(write, text, says):
    with pytest.raises(ValueError, match=says):
        analyse(write(text))


def test_a_wrong_delimiter_is_an_error_that_names_the_right_one(write):
    path = write("customer_id;date;amount\nA;2025-01-01;3\nB;2025-01-02;4\n")
    with pytest.raises(ValueError, match=r"The semicolon would work: delimiter=';'"):
        analyse(path, Options(delimiter=","))


def test_a_column_that_is_not_there_is_an_error_that_lists_what_is(write):
    with pytest.raises(ValueError, match=r"'kunde' is missing.* There are: 'customer_id', 'date'"):
        analyse(write(HEAD + "A,2025-01-01,3\n"), Options(customer="kunde"))


def test_a_folder_and_a_missing_file_are_errors(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder"):
        analyse(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no file"):
        analyse(tmp_path / "nowhere.csv")


def test_semicolons_decimal_commas_and_day_first_dates_are_read(write, report_of):
    path = write(
        "Kunde;Datum;Betrag\nA;01.02.2025;1.234,50\nB;28.02.2025;8,00\nA;15.03.2025;12,00\n"
    )
    found = analyse(path)
    assert balance(found) == (3, 3, 0)
    assert found.base.found.overview.sales == 1254.5
    assert found.base.found.overview.first == pd.Timestamp("2025-02-01")
    assert "semicolons" in report_of(found)


def test_a_utf16_export_is_read(write, report_of):
    path = write("customer_id\tdate\tamount\nÄ1\t2025-02-01\t3.50\nB\t2025-02-03\t4\n",
                 encoding="utf-16")  # fmt: skip
    found = analyse(path)
    assert balance(found) == (2, 2, 0)
    assert "Ä1" in report_of(found)


def test_an_excel_file_with_a_title_row_is_read(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Orders of the Quillmere Shop"])
    sheet.append([])
    sheet.append(["Customer", "Order date", "Amount"])
    for month in range(1, 13):
        sheet.append([f"C{month % 5}", dt.datetime(2025, month, 3), 10.5 + month])
    path = tmp_path / "title.xlsx"
    book.save(path)
    found = analyse(path)
    assert balance(found) == (12, 12, 0)
    assert found.base.found.overview.sales == pytest.approx(12 * 10.5 + 78)


def test_customers_with_nothing_but_refunds_give_a_report_without_customers(write, report_of):
    found = analyse(write(HEAD + "A,2025-01-01,-3\nB,2025-01-02,-4\n"))
    assert balance(found) == (2, 0, 2)
    report = report_of(found)
    assert "There is nothing to audit" in report
    assert "refund without an order" in report
    assert "2 rows in = 0 kept + 2 set aside" in report


def test_orders_that_are_all_refunded_give_a_report_without_customers(write, report_of):
    found = analyse(write(HEAD + "A,2025-01-01,3\nA,2025-01-02,-3\n"))
    assert balance(found) == (2, 0, 2)
    assert "refunded order" in report_of(found)


def test_one_customer_only_gives_a_report_without_shares_and_models(write, report_of):
    found = analyse(write(HEAD + "A,2025-01-01,3\nA,2025-02-01,5\nA,2025-03-01,7\n"))
    assert balance(found) == (3, 3, 0)
    report = report_of(found)
    assert "There is one customer only" in report
    assert "there is only one customer" in report
    assert "only 1 customer came back" in report
    assert found.worth.found.values.value is None


def test_one_order_each_gives_a_report_that_says_why_there_is_no_model(write, report_of):
    rows = [f"C{i},2025-{1 + i % 12:02d}-{1 + i % 28:02d},{10 + i % 7}.5" for i in range(60)]
    found = analyse(write(HEAD + "\n".join(rows) + "\n"))
    assert balance(found) == (60, 60, 0)
    report = report_of(found)
    assert "there are no repeat purchases" in report
    assert "All of the customers ordered only once" in report
    assert "clv" not in found.customers
    assert found.priorities.value is None
    assert "the second order is the goal" in report


def test_a_model_that_does_not_settle_shows_no_values_and_says_so(write, report_of):
    # everybody buys once a week, on the day, for the same amount: nothing varies
    days = pd.date_range("2025-01-01", periods=20, freq="7D")
    rows = [f"C{i},{day:%Y-%m-%d},10" for i in range(50) for day in days]
    found = analyse(write(HEAD + "\n".join(rows) + "\n"))
    assert "clv" not in found.customers
    assert found.worth.found.values.value is None
    report = report_of(found)
    assert "did not settle" in report
    assert "No lifetime values can be given" in report


def test_customers_of_equal_spend_have_no_tiers_and_the_report_says_why(write, report_of):
    found = analyse(write(HEAD + "".join(f"C{i},2025-01-{1 + i:02d},10\n" for i in range(20))))
    assert found.base.found.tiers.value is None
    assert "all 20 customers have spent the same" in report_of(found)


def test_orders_of_a_single_day_give_a_report(write, report_of):
    found = analyse(write(HEAD + "".join(f"C{i},2025-01-01,{i + 1}\n" for i in range(20))))
    assert "Not shown" in report_of(found)


def test_orders_worth_nothing_give_a_report(write, report_of):
    found = analyse(write(HEAD + "A,2025-01-01,0\nB,2025-01-02,0\nA,2025-03-02,0\n" * 3))
    assert balance(found)[0] == 9
    assert "Not shown" in report_of(found)


def test_a_log_that_begins_after_as_of_gives_a_report_that_names_the_rule(write, report_of):
    found = analyse(write(HEAD + "A,2025-01-01,3\n"), Options(as_of="2024-01-01"))
    assert balance(found) == (1, 0, 1)
    assert "future date" in report_of(found)


def test_lines_that_cannot_be_cut_are_counted(write, report_of):
    found = analyse(write(HEAD + "A,2025-01-01,3\nB,2025-01-02\nC,2025-01-03,4,9,9\n"))
    assert balance(found) == (3, 1, 2)
    assert "unreadable line" in report_of(found)


def test_a_file_without_column_names_takes_them_from_the_options(write):
    path = write("A,2025-01-01,3\nB,2025-01-02,4\n")
    with pytest.raises(ValueError, match="looks like data, not column names"):
        analyse(path)
    found = analyse(path, Options(names=("who", "when", "what"), customer="who", date="when",
                                  amount="what"))  # fmt: skip
    assert balance(found) == (2, 2, 0)


def test_given_columns_are_taken_and_the_others_guessed(write):
    path = write("customer_id,date,amount,net\nA,2025-01-01,3,2\nB,2025-01-02,4,3\n")
    found = analyse(path, Options(amount="net"))
    assert found.source.columns == {"customer": "customer_id", "date": "date", "amount": "net"}
    assert found.source.guessed == ("customer", "date")
    assert found.base.found.overview.sales == 5


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "=C", "<D>", ""]),
            st.sampled_from(["2025-01-01", "2025-02-03", "03/04/2025", "x", ""]),
            st.sampled_from(["5", "-5", "0", "1.234", "1e300", "", "y"]),
            st.sampled_from(["1", "9", "-5", "", "?"]),
            st.sampled_from(["web", "", "<E>", "$x$"]),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_any_small_log_gives_a_report_in_which_no_row_is_lost(tmp_path, rows, report_of):
    path = tmp_path / "orders.csv"
    path.write_text(
        HEAD.strip() + ",cost,channel\n" + "".join(",".join(row) + "\n" for row in rows),
        encoding="utf-8",
    )
    found = analyse(path)
    assert balance(found)[0] == len(rows)
    report = report_of(found)
    assert "<D>" not in report
    assert "<E>" not in report
    assert f"{len(rows)} row" in report
    assert np.isfinite(found.customers.get("spend", pd.Series(dtype=float))).all()
