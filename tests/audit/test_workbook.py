"""The workbook holds the audit's numbers as numbers, explains itself, and survives any text."""

import dataclasses
import datetime as dt
import itertools
import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from centricity.audit import Options, analyse, workbook_customers, write_workbook
from centricity.audit.handout import visible
from centricity.audit.workbook_tables import Column, Formats, Grid, Sheet
from centricity.audit.workbook_writer import save

SHEETS = ["Read me", "Findings", "Customers", "Deciles", "Two periods", "Cohorts", "First to do",
          "Set aside"]  # fmt: skip
HEAD = "customer_id,date,amount\n"


@pytest.fixture(scope="module")
def found(evil_log, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "orders.csv"
    evil_log.to_csv(path, index=False)
    return analyse(path, Options(currency="€", margin=0.4))


@pytest.fixture(scope="module")
def path(found, tmp_path_factory):
    return write_workbook(found, tmp_path_factory.mktemp("made") / "audit.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def grids(sheet):
    """Cut a sheet into its grids: each a frame under its heads, named after the first head."""
    made, now, names = {}, None, []
    for row in sheet.iter_rows():
        values = [cell.value for cell in row]
        if row[0].fill.fgColor.rgb == "000072B2":
            names = [value for value in values if value is not None]
            made[names[0]] = now = []
        elif now is not None and sum(value is not None for value in values) > 1:
            now.append((values[: len(names)], names))
        else:
            now = None
    return {
        key: pd.DataFrame([values for values, _ in rows], columns=rows[0][1])
        for key, rows in made.items()
        if rows
    }


def customers_of(path):
    """Read the sheet of customers with another reader than the writer's library."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Customers").to_python()
    return pd.DataFrame(rows[1:], columns=rows[0]).set_index("Customer")


def test_the_sheets_are_there_in_order(book):
    assert book.sheetnames == SHEETS


def test_every_part_is_well_formed_and_names_no_formula(path):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                tree = etree.fromstring(archive.read(name))
                if name.startswith("xl/worksheets/sheet"):
                    assert not tree.findall(".//{*}f")
                    order = [etree.QName(one).localname for one in tree]
                    later = {"drawing", "legacyDrawing"} & set(order)
                    assert all(order.index("ignoredErrors") < order.index(one) for one in later)


def test_customers_hold_the_log_computed_anew(path, world, evil):
    shown = customers_of(path)
    log = world.assign(
        customer_id=world["customer_id"].replace({f"C{i:03d}": n for i, n in enumerate(evil)})
    )
    for who, rows in log.groupby("customer_id"):
        mine = shown.loc[who]
        assert mine["Orders"] == rows["date"].dt.normalize().nunique()
        assert mine["Sales to date"] == pytest.approx(rows["amount"].sum())
        assert mine["First order"] == rows["date"].min().date()
        assert mine["Last order"] == rows["date"].max().date()
    assert len(shown) == log["customer_id"].nunique()


def test_customers_hold_the_table_of_the_audit_sorted_by_value(path, found):
    shown = customers_of(path)
    heads = {name: one.head for name, one in workbook_customers.columns(found).items()}
    expected = found.customers.loc[shown.index]
    for name in found.customers:
        values = expected[name]
        if pd.api.types.is_numeric_dtype(values):
            assert shown[heads[name]].to_numpy(float) == pytest.approx(values.to_numpy(float))
        elif name not in ("first_order", "last_order"):
            assert shown[heads[name]].tolist() == values.astype(str).tolist()
    assert expected["clv"].is_monotonic_decreasing


def test_numbers_dates_shares_and_amounts_are_cells_of_that_kind(book):
    sheet = book["Customers"]
    by_head = {cell.value: cell.column for cell in sheet[1]}
    row = 5
    money = sheet.cell(row, by_head["Sales to date"])
    share = sheet.cell(row, by_head["P(alive)"])
    born = sheet.cell(row, by_head["First order"])
    assert (money.data_type, money.number_format.startswith('"€"#,##0')) == ("n", True)
    assert (share.data_type, share.number_format[-1], 0 <= share.value <= 1) == ("n", "%", True)
    assert (born.is_date, type(born.value)) == (True, dt.datetime)
    assert sheet.cell(row, 1).data_type == "s"


def test_customers_have_a_filter_a_frozen_head_and_a_note_on_every_column(book):
    sheet = book["Customers"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert all(cell.comment and len(cell.comment.text) > 10 for cell in sheet[1])
    assert all(sheet.column_dimensions[cell.column_letter].width > 8 for cell in sheet[1])


def test_deciles_are_the_sorted_customers_cut_into_tenths(book, found):
    table = grids(book["Deciles"])["Tenth (1 = best)"]
    spend = np.sort(found.cleaned.kept.groupby("customer_id")["amount"].sum())[::-1]
    assert table["Customers"].iloc[:-1].sum() == len(spend) == table["Customers"].iloc[-1]
    edges = np.cumsum([0, *table["Customers"].iloc[:-1]])
    sums = [spend[a:b].sum() for a, b in itertools.pairwise(edges)]
    assert table["Sales"].iloc[:-1].tolist() == pytest.approx(sums)
    assert table["Sales"].iloc[-1] == pytest.approx(spend.sum())
    shares = np.array(sums) / spend.sum()
    assert table["Share so far"].iloc[:-1].tolist() == pytest.approx(shares.cumsum())


def test_two_periods_hold_the_years_and_add_up_to_the_change(book, found):
    made, log = grids(book["Two periods"]), found.cleaned.kept
    last = log["date"].max().normalize()
    old, new = (
        log[(log["date"].dt.normalize() > last - pd.DateOffset(years=n))
            & (log["date"].dt.normalize() <= last - pd.DateOffset(years=n - 1))]
        for n in (2, 1)
    )  # fmt: skip
    totals = made["What"].set_index("What")
    for name, part in (("Before", old), ("After", new)):
        assert totals.loc["Sales", name] == pytest.approx(part["amount"].sum())
        assert totals.loc["Customers who bought", name] == part["customer_id"].nunique()
    change = new["amount"].sum() - old["amount"].sum()
    through = made["Through whom"]
    assert through["Change in sales"].iloc[:-1].sum() == pytest.approx(change)
    assert through["Change in sales"].iloc[-1] == pytest.approx(change)
    factors = made["Factor"]
    assert factors["Ratio"].prod() == pytest.approx(new["amount"].sum() / old["amount"].sum())
    assert factors["Part of the change in sales"].sum() == pytest.approx(change)


def test_cohorts_add_up_to_the_log_and_are_empty_before_birth(book, found):
    sheet, log = book["Cohorts"], found.cleaned.kept
    first = next(iter(sheet.iter_rows(min_row=1, max_row=12)))  # the first grid is that of sales
    assert first[0].value == "Cohorts"
    head = next(row for row in sheet.iter_rows() if str(row[0].value).startswith("First order in"))
    names = [cell.value for cell in head if cell.value]
    below = sheet.iter_rows(min_row=head[0].row + 1, max_col=len(names), values_only=True)
    rows = []
    for row in below:
        rows.append(row)
        if row[0] == "All":
            break
    table = pd.DataFrame(rows, columns=names).set_index(names[0])
    periods = [name for name in names if re.fullmatch(r"\d{4}.*", name)]
    assert table.loc["All", "To date"] == pytest.approx(log["amount"].sum())
    assert table["Customers"].iloc[:-1].sum() == log["customer_id"].nunique()
    for place, (born, row) in enumerate(table.iloc[:-1].iterrows()):
        assert born == periods[place]
        assert row[periods[:place]].isna().all()
    by_year = log.groupby(log["date"].dt.to_period("Y"))["amount"].sum()
    if len(periods[0]) == 4:
        assert table.loc["All", periods].tolist() == pytest.approx(by_year.tolist())


def test_first_to_do_counts_the_customers_of_the_filter(book, path):
    table = grids(book["First to do"])["Group"].set_index("Group")
    counted = customers_of(path)["Group"].value_counts()
    assert table["Customers"].drop("All").to_dict() == counted.to_dict()
    assert table.loc["All", "Customers"] == counted.sum()


def test_rows_set_aside_are_counted_by_reason_and_add_up(book, evil_log):
    made = grids(book["Set aside"])
    balance = made["What became of the rows"].set_index("What became of the rows")["Rows"]
    assert balance["Rows in the file"] == len(evil_log) == balance["Kept"] + balance["Set aside"]
    reasons = made["Reason"]
    assert reasons["Rows"].sum() == balance["Set aside"] == 3
    assert set(reasons["Reason"]) == {"unreadable date", "missing id"}


def test_text_that_looks_like_a_formula_is_text_and_unchanged(book, evil):
    sheet = book["Customers"]
    cells = {cell.value: cell for cell in sheet["A"]}
    for name in evil:
        assert cells[name].data_type == "s"
        assert bool(cells[name].quotePrefix) == name.startswith(("=", "+", "-", "@"))
    assert all(cell.data_type != "f" for one in book for row in one.iter_rows() for cell in row)


def test_the_same_audit_gives_the_same_bytes_without_a_clock(found, path, tmp_path):
    assert write_workbook(found, tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    props = openpyxl.load_workbook(path).properties
    last = found.cleaned.kept["date"].max()
    assert props.created.date() == props.modified.date() == last.date()


def test_customers_beyond_the_last_row_of_excel_are_said_to_be_missing(
    found, tmp_path, monkeypatch
):
    monkeypatch.setattr(workbook_customers, "most", lambda: 10)
    made = write_workbook(found, tmp_path / "a.xlsx")
    best = found.customers["clv"].sort_values(ascending=False, kind="stable").head(10)
    assert customers_of(made).index.tolist() == best.index.tolist()
    said = [str(cell.value) for cell in openpyxl.load_workbook(made)["Read me"]["B"]]
    (line,) = [one for one in said if "customers.csv, which has them all" in one]
    assert f"the other {len(found.customers) - 10:,}" in line
    assert "1,048,576 rows" in line


def test_that_limit_is_excels():
    assert workbook_customers.most() == 2**20 - 1


AWKWARD = [
    "=1+1", "+1", "-1", "@x", "#N/A", "TRUE", "00123", "🙂", "👩\u200d👩", "ü" * 300, "a\x00b\x0bc",
    "\ud83d", " lead", "two\nlines", "_x0041_", "٣٤", "\u202eevil", "x" * 40_000, "<&>\"'",
]  # fmt: skip


def test_any_text_can_be_an_id(found, tmp_path):
    names = [*AWKWARD, *(f"n{i}" for i in range(len(found.customers) - len(AWKWARD)))]
    table = found.customers.set_axis(pd.Index(names, name="customer_id", dtype=object))
    made = write_workbook(dataclasses.replace(found, customers=table), tmp_path / "a.xlsx")
    shown = [cell.value for cell in openpyxl.load_workbook(made)["Customers"]["A"][1:]]
    plain = {name for name in AWKWARD if name.isprintable() and "_x" not in name}
    plain -= {"x" * 40_000, "\u202eevil"}
    assert plain <= set(shown)
    assert {"a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c", "two\nlines"} <= set(shown)
    assert max(map(len, shown)) == 32_767
    by_calamine = CalamineWorkbook.from_path(made).get_sheet_by_name("Customers").to_python()
    assert {"=1+1", "#N/A", "TRUE", "00123"} <= {row[0] for row in by_calamine}


def test_values_that_excel_does_not_know_are_empty_or_said(found, tmp_path):
    table = found.customers.copy()
    table["clv"] = table["clv"].astype(float)
    table.iloc[:3, table.columns.get_loc("spend")] = [np.nan, np.inf, -np.inf]
    table.iloc[0, table.columns.get_loc("first_order")] = pd.Timestamp("1875-04-02")
    table.iloc[1, table.columns.get_loc("first_order")] = pd.NaT
    who = table.index[:3].tolist()
    made = write_workbook(dataclasses.replace(found, customers=table), tmp_path / "a.xlsx")
    shown = customers_of(made)
    assert shown.loc[who, "Sales to date"].tolist() == ["", "∞", "−∞"]
    assert shown.loc[who[:2], "First order"].tolist() == ["1875-04-02", ""]
    said = [str(cell.value) for cell in openpyxl.load_workbook(made)["Read me"]["A"]]
    assert "Old dates" in said


@pytest.mark.parametrize(
    ("currency", "starts", "head"),
    [
        ("€", '"€"#,##0', "Sales to date"),
        ("CHF", '"CHF "#,##0', "Sales to date"),
        ("", "#,##0", "Sales to date"),
        ('"', "#,##0", 'Sales to date (")'),
        ("Schweizer Franken ‰#", "#,##0", "Sales to date (Schweizer Franken ‰#)"),
    ],
)
def test_the_currency_stands_in_the_format_or_in_the_head(found, tmp_path, currency, starts, head):
    options = dataclasses.replace(found.options, currency=currency)
    made = write_workbook(dataclasses.replace(found, options=options), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(made)["Customers"]
    column = next(cell.column for cell in sheet[1] if str(cell.value) == head)
    assert sheet.cell(3, column).number_format.startswith(starts)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (HEAD + "A,2025-01-01,3\n", {"Deciles", "Two periods", "First to do"}),
        (HEAD + "A,never,3\n", set(SHEETS) - {"Read me", "Findings", "Set aside"}),
    ],
    ids=["one customer", "no order kept"],
)
def test_a_sheet_that_the_data_cannot_fill_says_why(tmp_path, text, missing):
    orders = tmp_path / "orders.csv"
    orders.write_text(text)
    book = openpyxl.load_workbook(write_workbook(analyse(orders), tmp_path / "a.xlsx"))
    assert book.sheetnames == SHEETS
    says = {
        one.title
        for one in book
        if any(str(cell.value).startswith("Not shown: ") for cell in one["A"])
    }
    assert missing <= says


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_every_text_can_be_written_and_is_read_as_it_shows(texts, tmp_path):
    grid = Grid([Column("Text", "text", "A note.")], pd.DataFrame({"text": texts}, dtype=object))
    made = tmp_path / "t.xlsx"
    save([Sheet("S", "", [grid], data=True)], Formats(), made, title="t",
         made=dt.datetime(2025, 1, 1))  # fmt: skip
    sheet = openpyxl.load_workbook(made)["S"]
    read = [sheet.cell(place, 1).value or "" for place in range(2, 2 + len(texts))]
    assert read == [visible(text) for text in texts]
    assert all(cell.data_type != "f" for cell in sheet["A"])
