"""The command on awkward files, in each format: exit code, words, files; never a traceback."""

import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from centricity import cli
from centricity.audit import delivery

TEN_MB = 10_000_000
CHAPTERS = 5


@pytest.fixture
def audit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def runner(frame, *arguments):
        frame.to_csv("orders.csv", index=False)
        done = CliRunner().invoke(cli.app, ["audit", "orders.csv", *map(str, arguments)])
        assert "Traceback" not in done.output
        return done

    return runner


def log(start, end, rows, customers=60):
    rng = np.random.default_rng(rows)
    days = pd.date_range(start, end).strftime("%Y-%m-%d")
    return pd.DataFrame({
        "customer": [f"C{n:03d}" for n in rng.integers(0, customers, rows)],
        "date": rng.choice(days, rows), "amount": rng.gamma(3, 10, rows).round(2),
    })  # fmt: skip


AWKWARD = {
    "one period only": (log("2025-03-01", "2025-03-20", 120), ["the orders span"]),
    "one cohort only": (
        pd.concat([log("2024-01-01", "2024-01-03", 400), log("2024-02-01", "2025-12-31", 600)]),
        ["no two groups of at least 30 customers"],
    ),
    "all customers new": (
        log("2024-01-01", "2025-12-31", 300).assign(customer=[f"N{n}" for n in range(300)]),
        ["no customer bought in both periods", "All of the customers ordered only once"],
    ),
    "a gap of ten years": (
        pd.concat([log("2010-01-01", "2011-12-31", 200), log("2022-01-01", "2023-12-31", 200)]),
        ["o order at all between", "(10.0 years)"],
    ),
    "one row": (log("2025-01-01", "2025-01-01", 1), ["There is one customer only"]),
    "one customer": (log("2024-01-01", "2025-12-31", 40, 1), ["There is one customer only"]),
    "future dates only": (
        log("2090-01-01", "2091-12-31", 50), ["There is nothing to audit", "future date"]
    ),
    "all refunds": (
        log("2024-01-01", "2025-12-31", 50).assign(amount=lambda t: -t["amount"]),
        ["There is nothing to audit", "refund without an order"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_file_gives_a_report_in_which_every_empty_chapter_says_why(audit, name):
    frame, says = AWKWARD[name]
    done = audit(frame, "-o", "report.html")
    assert done.exit_code == 0, done.output
    with open("report.html", encoding="utf-8") as file:
        page = file.read()
    for text in says:
        assert text in page
    chapters = re.split(r"<h2", page)[1:]
    lenses = [one for one in chapters if re.search(r">(One|Two|All) (period|cohort)", one)]
    assert len(lenses) == CHAPTERS
    for chapter in lenses:
        assert "<table" in chapter or 'class="absent"' in chapter
    assert "every=" not in page  # advice for Python helps no reader of a report


def test_two_currencies_are_one_line_with_the_option_to_use(audit, tmp_path):
    frame = log("2024-01-01", "2025-12-31", 50)
    frame["currency"] = ["USD", *["EUR"] * 49]
    done = audit(frame)
    assert done.exit_code == 1
    assert "EUR (49 rows), USD (1 rows)" in done.stderr
    assert "Audit one of them with --only-currency EUR, or convert" in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["orders.csv"]


def test_one_currency_on_request_says_how_many_rows_were_set_aside(audit):
    frame = log("2024-01-01", "2025-12-31", 80)
    frame["money"] = ["USD"] * 5 + ["EUR"] * 75
    done = audit(frame, "--currency-column", "money", "--only-currency", "EUR", "-o", "r.html")
    assert done.exit_code == 0, done.output
    assert "80 in = 75 kept + 5 set aside" in done.stdout
    assert "5 × other currency" in done.stdout
    assert len(pd.read_csv("rejected.csv")) == 5


def test_ids_alike_are_told_with_examples_and_the_option_that_merges_them(audit):
    frame = log("2024-01-01", "2025-12-31", 200)
    frame.loc[::9, "customer"] = frame["customer"].str.lower()
    done = audit(frame, "-o", "r.html")
    assert re.search(r"\d+ × ids alike, kept apart \(\d+ groups; 'C\d+' = 'c\d+'", done.stdout)
    assert "What helps: --merge-ids merges them" in done.stdout
    with open("r.html", encoding="utf-8") as file:
        assert "ids alike" in file.read()
    apart = len(pd.read_csv("customers.csv"))
    done = audit(frame, "-o", "r.html", "--merge-ids")
    assert "merged into the first id of each group" in done.stdout
    assert len(pd.read_csv("customers.csv")) == frame["customer"].str.upper().nunique() < apart


def test_columns_guessed_beyond_the_log_are_said_with_their_options(audit):
    frame = log("2024-01-01", "2025-12-31", 80)
    frame = frame.assign(Kosten=frame["amount"] / 2, Kanal=np.where(frame.index % 2, "a", "b"))
    done = audit(frame, "-o", "r.html")
    assert "cost = 'Kosten' (guessed), channel = 'Kanal' (guessed)" in done.stdout
    assert "--cost, --channel" in done.stdout


@pytest.mark.parametrize("arguments", [["--format", "xlsx,pptx"],
                                       ["--format", "xlsx", "--format", "PPTX"]])  # fmt: skip
def test_formats_on_request_and_only_these(audit, tmp_path, arguments):
    done = audit(log("2024-01-01", "2025-12-31", 200), "-o", "client.html", *arguments)
    assert done.exit_code == 0, done.output
    names = {one.name for one in tmp_path.iterdir()}
    assert names == {"orders.csv", "client.xlsx", "client.pptx", "customers.csv"}
    assert "Excel:     client.xlsx" in done.stdout
    assert "Slides:    client.pptx" in done.stdout
    assert openpyxl.load_workbook("client.xlsx").sheetnames


def test_an_unknown_format_is_a_wrong_command(audit):
    done = audit(log("2024-01-01", "2025-12-31", 20), "--format", "pdf")
    assert done.exit_code == 2
    assert "'pdf' is none of html, xlsx, pptx" in done.output


def test_a_name_in_another_ending_is_told_the_option_that_allows_it(audit):
    done = audit(log("2024-01-01", "2025-12-31", 20), "-o", "client.pptx")
    assert done.exit_code == 1
    assert "or ask for it with --format pptx" in done.stderr
    found = delivery.targets("client.pptx", "orders.csv", ["pptx"])
    assert (found.deck.name, found.report) == ("client.pptx", None)


def test_a_large_report_stays_small_and_loads_nothing(audited, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.touch()
    done = delivery.deliver(audited, orders, tmp_path / "out.html")
    assert done.report.stat().st_size < TEN_MB
    page = done.report.read_text(encoding="utf-8")
    loads = re.findall(r"(?:src|href|srcset|action|data)\s*=\s*[\"']?([^\"'> ]+)", page)
    assert all(one.startswith(("data:image/png", "#")) for one in loads)
    assert not re.search(r"url\(|@import|<script|<link", page)
