import csv
import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.transactions import clean, guess_columns, read, summarize

GERMAN = "Kunde;Datum;Betrag\r\nMüller;24.12.2024;1.234,50\r\nKöhler;03.01.2025;8,00\r\n"


def save(tmp_path, content, name="orders.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
def test_semicolons_decimal_commas_and_day_first_dates_are_right_in_every_encoding(
    tmp_path, encoding
):
    log = clean(read(save(tmp_path, GERMAN, encoding=encoding))).kept
    assert log["customer_id"].tolist() == ["Müller", "Köhler"]
    assert log["amount"].tolist() == [1234.5, 8.0]
    assert log["date"].dt.strftime("%Y-%m-%d").tolist() == ["2024-12-24", "2025-01-03"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, mark):
    text = 'id,date,note\n1,2024-01-01,"a,b;c|d"\n2,2024-01-02,x\n'.replace(",", mark)
    raw = read(save(tmp_path, text))
    assert raw.columns.tolist() == ["id", "date", "note"]
    assert raw.attrs["delimiter"] == mark
    assert raw["note"].tolist()[0].count("a") == 1


def test_everything_is_text_so_that_leading_zeros_survive(tmp_path):
    raw = read(save(tmp_path, "id,n\n007,1e5\n010,\n"))
    assert raw["id"].tolist() == ["007", "010"]
    assert raw["n"].isna().tolist() == [False, True]


def test_the_index_is_the_line_in_the_file_past_quotes_over_lines_and_blank_lines(tmp_path):
    text = 'a,b\n1,"two\nlines"\n\n2,x\n3,y,z\n4\n5,"open\n6,ok\n7,"say ""hi"""\n'
    raw = read(save(tmp_path, text))
    assert raw.index.tolist() == [2, 5, 9, 10]
    assert raw["b"].tolist() == ["two\nlines", "x", "ok", 'say "hi"']
    bad = raw.attrs["unreadable_lines"]
    assert [(line["line"], line["text"]) for line in bad] == [
        (6, "3,y,z"),
        (7, "4"),
        (8, '5,"open'),
    ]
    assert bad[0]["reason"] == "3 values where 2 are expected"
    assert "quotation mark" in bad[2]["reason"]


def test_ragged_lines_of_a_plain_file_keep_their_line_numbers(tmp_path):
    raw = read(save(tmp_path, "a,b\n1,x\n2\n3,y\n4,z,w\n5,v"))
    assert raw.index.tolist() == [2, 4, 6]
    assert [line["line"] for line in raw.attrs["unreadable_lines"]] == [3, 5]


def test_title_lines_above_the_names_are_skipped_and_kept_in_attrs(tmp_path):
    raw = read(save(tmp_path, "Orders of 2024\n\nid;date;amount\n1;2024-01-01;5\n2;2024-01-02;6\n"))
    assert raw.columns.tolist() == ["id", "date", "amount"]
    assert raw.index.tolist() == [4, 5]
    assert raw.attrs["skipped_lines"] == [{"line": 1, "text": "Orders of 2024"}]


def test_single_quotes_and_old_mac_line_ends_are_read(tmp_path):
    raw = read(save(tmp_path, "'id','note'\r'1','a,b'\r'2','c'\r"))
    assert raw["note"].tolist() == ["a,b", "c"]


def test_runs_of_blanks_separate_values_with_or_without_names(tmp_path):
    text = " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00003 1997\n"
    raw = read(save(tmp_path, text), names=["id", "date", "cds", "amount"])
    assert raw.loc[2].tolist() == ["00002", "19970112", "1", "12.00"]
    assert raw.attrs["unreadable_lines"][0]["text"] == " 00003 1997"
    with pytest.raises(ValueError, match=r"looks like data.*names=\[\.\.\.\] with 4 names"):
        read(save(tmp_path, text))
    with pytest.raises(ValueError, match=r"1 names were given, and 'orders.csv' has 4 columns"):
        read(save(tmp_path, text), names=["id"])


def test_repeated_and_missing_names_are_told_apart(tmp_path):
    assert read(save(tmp_path, "a,,a\n1,2,3\n")).columns.tolist() == ["a", "column_2", "a_2"]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (b"", {}, "'orders.csv' is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", {}, "'orders.csv' is empty"),
        ("id,date,amount\n", {}, "has the column names 'id', 'date', 'amount' and no rows"),
        (GERMAN, {"delimiter": ","}, "The semicolon would work: delimiter=';'"),
        (GERMAN, {"delimiter": "::"}, "It is one character"),
        ("word\nother\n", {}, "has one column (first line: word)"),
        ("a,b,c\n1\n2\n", {"delimiter": ","}, "none of the 2 lines of 'orders.csv' is readable"),
        (GERMAN, {"encoding": "utf-9"}, "must be one of Python's codecs"),
        (GERMAN.encode("cp1252"), {"encoding": "utf-8"}, "it looks like cp1252"),
        (GERMAN, {"decimal": ";"}, "decimal is ';'"),
        (b"%PDF-1.7 ...", {}, "is a PDF document"),
        (b"<html><table>", {}, "is a web page or XML"),
        (b'[{"id": 1}]', {}, "is JSON"),
        (bytes(range(256)) * 4, {}, "holds zero bytes"),
        (b"PAR1 broken", {}, "begins like a Parquet file but is not readable"),
        (b"PK\x03\x04 broken", {}, "is not a readable workbook"),
    ],
)
def test_a_file_that_is_no_order_log_is_refused_with_the_remedy(
    tmp_path, content, options, message
):
    with pytest.raises(ValueError, match=r"^read: ") as raised:
        read(save(tmp_path, content), **options)
    assert message in str(raised.value)


def test_a_missing_file_and_a_folder_name_what_is_there(tmp_path):
    save(tmp_path, GERMAN)
    with pytest.raises(FileNotFoundError, match=r"Did you mean 'orders\.csv'"):
        read(tmp_path / "order.csv")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        read(tmp_path / "no" / "order.csv")
    with pytest.raises(IsADirectoryError, match=r"Files in it: 'orders\.csv'"):
        read(tmp_path)


def workbook(tmp_path, rows, name="orders.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("notes")
    book.save(tmp_path / name)
    return tmp_path / name


def test_excel_below_a_title_row_keeps_numbers_dates_and_sheet_rows(tmp_path):
    path = workbook(
        tmp_path,
        [
            ["Orders of the shop, 2024"],
            [],
            ["Kunde", "Datum", "Betrag"],
            [1001, pd.Timestamp("2024-03-01"), 12.5],
            [1002, pd.Timestamp("2024-03-02 10:30"), 1.234],
        ],
    )
    raw = read(path)
    assert raw.index.tolist() == [4, 5]
    log = clean(raw).kept
    assert log["customer_id"].tolist() == [1001, 1002]
    assert log["amount"].tolist() == [12.5, 1.234]
    assert summarize(log)["T"].tolist() == [pytest.approx(1 / 7), 0.0]
    assert raw.attrs["skipped_lines"][0]["text"] == "Orders of the shop, 2024"


def test_excel_columns_of_mixed_kinds_are_cleaned_value_by_value(tmp_path):
    path = workbook(
        tmp_path,
        [
            ["customer", "date", "amount"],
            [1001, "01.04.2024", "5,50"],
            ["A2", pd.Timestamp("2024-04-02"), 7],
            ["Total", None, 12.5],
        ],
    )
    cleaned = clean(read(path))
    assert cleaned.kept["customer_id"].tolist() == ["1001", "A2"]
    assert cleaned.kept["amount"].tolist() == [5.5, 7.0]
    assert cleaned.rejected["reason"].tolist() == ["unreadable date"]


def test_excel_errors_name_the_sheets(tmp_path, monkeypatch):
    path = workbook(tmp_path, [["customer", "date", "amount"]])
    with pytest.raises(ValueError, match="and no rows"):
        read(path)
    with pytest.raises(ValueError, match="There are: 'Sheet', 'notes'"):
        read(path, sheet="orders")
    with pytest.raises(ValueError, match="Sheets are numbered from 0 to 1"):
        read(path, sheet=2)
    with pytest.raises(ValueError, match=r"holds no data in 'notes'"):
        read(path, sheet="notes")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("orders.csv", GERMAN)
    with pytest.raises(ValueError, match="A zip archive must be unpacked first"):
        read(tmp_path / "a.zip")

    import python_calamine

    def locked(_path):
        raise python_calamine.PasswordError("locked")

    monkeypatch.setattr(python_calamine.CalamineWorkbook, "from_path", locked)
    with pytest.raises(ValueError, match="protected by a password"):
        read(path)


def test_parquet_keeps_its_types_whatever_the_extension(tmp_path):
    frame = pd.DataFrame(
        {"customer_id": ["A"], "date": pd.to_datetime(["2024-01-01"]), "amount": 1.5}
    )
    frame.to_parquet(tmp_path / "orders.dat")
    assert summarize(read(tmp_path / "orders.dat")).index.tolist() == ["A"]
    frame[:0].to_parquet(tmp_path / "none.parquet")
    with pytest.raises(ValueError, match="and no rows"):
        read(tmp_path / "none.parquet")


MARKS = "\x00\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\ufeff"  # line ends of other conventions
cell = st.text(st.characters(codec="utf-8", exclude_characters=MARKS), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=15), st.sampled_from(",;|\t"))
def test_whatever_is_written_is_read_back_or_listed_as_unreadable(tmp_path_factory, rows, mark):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["id", "date", "amount"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("fuzz") / "orders.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    raw = read(path, delimiter=mark)
    assert raw.attrs["unreadable_lines"] == []
    assert raw.fillna("").to_numpy().tolist() == [list(row) for row in rows]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text('ab,"; \t\n1', max_size=12), max_size=12))
def test_every_line_of_a_dirty_file_is_a_row_or_listed(tmp_path_factory, lines):
    body = [line for line in "\n".join(lines).split("\n") if line.strip()]
    path = tmp_path_factory.mktemp("fuzz") / "orders.csv"
    path.write_text("id,date,amount\nx,y,1\n" + "\n".join(body) + "\n", newline="\n")
    raw = read(path, delimiter=",")
    listed = [line["text"] for line in raw.attrs["unreadable_lines"]]
    spanned = sum(raw.map(lambda v: v.count("\n") if isinstance(v, str) else 0).sum())
    assert len(raw) + len(listed) + spanned == 1 + len(body)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Kundennummer", "Bestelldatum", "Umsatz"], ["Kundennummer", "Bestelldatum", "Umsatz"]),
        (["N° client", "Date commande", "Montant"], ["N° client", "Date commande", "Montant"]),
        (["ID cliente", "Fecha", "Importe"], ["ID cliente", "Fecha", "Importe"]),
        (["客户编号", "订单日期", "金额"], ["客户编号", "订单日期", "金额"]),
        (["Row ID", "Order ID", "Order Date", "Ship Date", "Customer ID", "Customer Name", "Sales"],
         ["Customer ID", "Order Date", "Sales", "Order ID"]),
        (["customer_id", "date", "number_of_cds", "dollar_value"],
         ["customer_id", "date", "dollar_value"]),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_names_in_common_use(names, found):
    assert list(guess_columns(names).values()) == found


def test_a_guess_that_fails_lists_what_exists_and_never_takes_a_unit_price():
    with pytest.raises(ValueError, match="There are: 'a', 'b'"):
        guess_columns(["a", "b"])
    with pytest.raises(ValueError, match="amount = 'Quantity' times 'UnitPrice'"):
        guess_columns(["InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"])
