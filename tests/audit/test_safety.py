"""Text that comes from a file runs nowhere: not as HTML, not as a formula, not on a terminal."""

import csv
import html

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.audit import write_csv
from centricity.audit.html import bullets, cards, definitions, escape, paragraph, table
from centricity.audit.spreadsheet import STARTS, neutral
from centricity.audit.wording import for_command_line

HOSTILE = "<script>alert(1)</script>"


@given(st.text())
def test_escaped_text_holds_no_mark_of_html_and_reads_as_before(text):
    safe = escape(text)
    assert not set(safe) & set("<>\"'")
    read = html.unescape(safe)
    assert all(a in (b, "\N{REPLACEMENT CHARACTER}") for a, b in zip(read, text, strict=True))


@pytest.mark.parametrize(
    "block",
    [
        paragraph(HOSTILE),
        bullets([HOSTILE, f"**{HOSTILE}** more"]),
        cards([(HOSTILE, HOSTILE)]),
        definitions([(HOSTILE, HOSTILE)]),
        table(
            pd.DataFrame({HOSTILE: [HOSTILE]}, index=[HOSTILE]), {HOSTILE: HOSTILE}, index=HOSTILE
        ),
        table(pd.DataFrame({"n": [HOSTILE]}), {"n": "n"}, {"n": str}),
    ],
)
def test_every_piece_of_the_report_escapes(block):
    assert "<script" not in block.html
    assert "&lt;script&gt;" in block.html


@given(st.text())
def test_a_cell_never_starts_like_a_formula_unless_it_is_a_number(text):
    cell = neutral(text)
    assert cell in (text, f"'{text}")
    if cell.startswith(STARTS):
        assert (
            float(text.replace(",", "").replace(".", "", max(0, text.count(".") - 1))) is not None
        )


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1+2", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1", "-A1",
     "-", "--5", "+49 123"],
)  # fmt: skip
def test_formulas_get_an_apostrophe(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("cell", [-5, -5.5, "-5", "-5.50", "+3", "-1,234.50", "A-1", "", None, "5"])
def test_numbers_and_plain_text_stay(cell):
    assert neutral(cell) == cell


def test_csv_neutralises_names_index_and_categories_and_keeps_numbers(tmp_path):
    frame = pd.DataFrame(
        {"=col": pd.Categorical(["=a", "b"]), "n": [-1.5, 2.0], "text": ['-"x",\n=1', "ok"]},
        index=pd.Index(["@id", "-7"], name="+index"),
    )
    write_csv(frame, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["'+index", "'=col", "n", "text"],
        ["'@id", "'=a", "-1.5", '\'-"x",\n=1'],
        ["-7", "b", "2", "ok"],
    ]


@given(st.text())
def test_a_message_for_the_terminal_is_one_printable_line(text):
    said = for_command_line(text)
    assert said.isprintable()
    assert "\n" not in said


@pytest.mark.parametrize(
    ("python", "option"),
    [
        ("Give them: names=[...] with 5 names.",
         "Give them: --names first,second,third with 5 names."),
        ("say decimal=',' or decimal='.'", "say --decimal ',' or --decimal '.'"),
        ("say day_first=True or day_first=False", "say --day-first or --month-first"),
        ("duplicates='keep' if lines may repeat", "--duplicates keep if lines may repeat"),
        ("zero_amounts='reject' to set them aside", "--zero-amounts reject to set them aside"),
        ("choose the zone with timezone=", "choose the zone with --timezone"),
        ("set the day of the export with as_of=", "set the day of the export with --as-of"),
        ("amount = 'Quantity' times 'Unit price'", "amount = 'Quantity' times 'Unit price'"),
    ],
)  # fmt: skip
def test_advice_for_python_becomes_advice_for_the_command_line(python, option):
    assert for_command_line(python) == option
