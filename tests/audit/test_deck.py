"""Slides say what the audit found, keep every text in its box, and can be read without eyes."""

import dataclasses
import datetime as dt
import io
import re
import unicodedata
import zipfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.util import Emu

from centricity.audit import Options, analyse, deck, write_deck
from centricity.audit.deck_fit import fit
from centricity.audit.finding import Finding
from centricity.audit.findings import findings
from centricity.audit.handout import ADVANCE, ADVANCE_BOLD
from centricity.audit.words import Money
from centricity.plots import style

HEAD = "customer_id,date,amount\n"
FONTS = Path(mpl.get_data_path()) / "fonts" / "pdfcorefonts"


def advances(name):
    """Read the widths of letters from Adobe's own metrics, which matplotlib ships."""
    by_name, by_code = {}, {}
    for code, width, glyph in re.findall(
        r"^C (-?\d+) ; WX (\d+) ; N (\w+)", (FONTS / f"{name}.afm").read_text("latin-1"), re.M
    ):
        by_name[glyph] = by_code[int(code)] = int(width)
    return {**by_code, ord("'"): by_name["quotesingle"], ord("`"): by_name["grave"]}


PLAIN, BOLD = advances("Helvetica"), advances("Helvetica-Bold")


def test_the_widths_of_letters_are_adobes():
    assert [PLAIN[code] for code in range(32, 127)] == list(ADVANCE)
    assert [BOLD[code] for code in range(32, 127)] == list(ADVANCE_BOLD)


def width_of(text, size, bold):
    total = 0
    for sign in text:
        base = unicodedata.normalize("NFD", sign)[0]
        wide = unicodedata.east_asian_width(sign) in "WF"
        total += 1000 if wide else (BOLD if bold else PLAIN).get(ord(base), 600)
    return total * size / 1000


def lines_of(text, room, size, bold):
    """Count the lines of a text, breaking at spaces, and inside a word that is too long."""
    lines, now = 1, 0.0
    for word in re.findall(r"\S+\s*", text):
        width = width_of(word.rstrip(), size, bold)
        if now and now + width > room:
            lines, now = lines + 1, 0.0
        if width > room:
            extra = int(width // room)
            lines, now = lines + extra, width - extra * room
        else:
            now += width_of(word, size, bold)
    return lines


def height_of(frame, width):
    """Return the height in points that a text frame takes in a box of this width (EMU)."""
    room = Emu(width - frame.margin_left - frame.margin_right).pt
    total = 0.0
    for place, paragraph in enumerate(frame.paragraphs):
        if not paragraph.runs:
            continue
        size = max(run.font.size.pt for run in paragraph.runs)
        bold = all(run.font.bold for run in paragraph.runs)
        total += lines_of(paragraph.text, room, size, bold) * size * 1.2
        if place < len(frame.paragraphs) - 1:
            total += paragraph.space_after.pt
    return total + Emu(frame.margin_top + frame.margin_bottom).pt


def check_slides(path):
    """Every shape lies on its slide, every text in its box, every picture has its words."""
    shown = Presentation(path)
    assert round(shown.slide_width / shown.slide_height, 3) == 1.778
    for slide in shown.slides:
        assert slide.shapes.title.text_frame.text.strip()
        assert slide.notes_slide.notes_text_frame.text.strip()
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= shown.slide_width + 2
            assert 0 <= shape.top <= shape.top + shape.height <= shown.slide_height + 2
            if shape.has_text_frame and shape.text_frame.text:
                took = height_of(shape.text_frame, shape.width)
                assert took <= Emu(shape.height).pt + 0.5, shape.text_frame.text
            if shape.has_table:
                check_table(shape.table)
            if shape.shape_type == 13:
                assert len(shape._element.nvPicPr.cNvPr.get("descr")) > 20
    return shown


def check_table(table):
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            took = height_of(cell.text_frame, table.columns[place].width)
            assert took <= Emu(row.height).pt + 0.5, cell.text_frame.text


def wide_spaces(text):
    return text.replace("\u202f", "\u00a0")


def texts(slide):
    """What a reader sees; no line can end between a minus sign and its number."""
    said = [one.text_frame.text for one in slide.shapes if one.has_text_frame]
    assert not [one for one in said if re.search("−(?!\u2060)", one)]
    return [one.replace("\u2060", "") for one in said]


@pytest.fixture(scope="module")
def found(evil_log, tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "orders.csv"
    evil_log.to_csv(path, index=False)
    return analyse(path, Options(currency="€", margin=0.4))


@pytest.fixture(scope="module")
def path(found, tmp_path_factory):
    return write_deck(found, tmp_path_factory.mktemp("made") / "audit.pptx")


def test_one_finding_a_slide_between_title_and_limits(found, path):
    shown = check_slides(path)
    said = findings(found)
    assert len(shown.slides) == len(said) + 3
    for one, slide in zip(said, list(shown.slides)[1:-2], strict=True):
        assert slide.shapes.title.text_frame.text == wide_spaces(one.title)
        expected = {one.number, one.label, one.says, one.so_what}
        assert set(map(wide_spaces, expected)) <= set(texts(slide))
        notes = slide.notes_slide.notes_text_frame.text
        assert "HOW THE NUMBER WAS COMPUTED" in notes
        assert one.how in notes.split("\n")
        assert one.says in notes
        assert found.source.sha256 in notes


def test_the_title_slide_holds_the_log_computed_anew(path, world):
    said = texts(next(iter(Presentation(path).slides)))
    orders = world.assign(day=world["date"].dt.normalize())
    n = len(orders.drop_duplicates(["customer_id", "day"]))
    people = world["customer_id"].nunique()
    sales = world["amount"].sum()
    money = Money("€")
    expected = {f"{people:,}", f"{n:,}", money.short(sales), f"{n / people:.1f}", money(sales / n)}
    assert expected <= set(said)
    assert "Orders from 1 January 2024 to" in " ".join(said)


def test_pictures_are_sharp_and_keep_their_shape(path):
    pictures = [
        shape for slide in Presentation(path).slides for shape in slide.shapes
        if shape.shape_type == 13
    ]  # fmt: skip
    assert len(pictures) >= 3
    for one in pictures:
        with Image.open(io.BytesIO(one.image.blob)) as image:
            wide, high = image.size
        assert wide / (one.width / 914400) > 150  # dots an inch
        assert one.width / one.height == pytest.approx(wide / high, rel=0.01)


def test_the_last_slide_counts_the_rows_set_aside(path, evil_log):
    last = list(Presentation(path).slides)[-1]
    assert last.shapes.title.text_frame.text.startswith(f"3 of {len(evil_log):,} rows")
    table = next(shape.table for shape in last.shapes if shape.has_table)
    rows = [[cell.text_frame.text for cell in row.cells] for row in table.rows][1:]
    assert sum(int(row[2].replace(",", "")) for row in rows) == 3
    assert {"unreadable date", "missing id"} <= {row[0] for row in rows}


def test_the_same_audit_gives_the_same_bytes_without_a_clock(found, path, tmp_path):
    assert write_deck(found, tmp_path / "again.pptx").read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
    props = Presentation(path).core_properties
    assert props.created == props.modified
    assert props.created.date() == found.cleaned.kept["date"].max().date()


def test_figures_are_closed(found, tmp_path):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    write_deck(found, tmp_path / "a.pptx")
    assert plt.get_fignums() == before


def test_the_theme_has_the_houses_letters_and_colours(path):
    with zipfile.ZipFile(path) as archive:
        name = next(one for one in archive.namelist() if one.startswith("ppt/theme/theme1"))
        theme = etree.fromstring(archive.read(name))
    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    accents = [theme.find(f".//a:accent{n}/a:srgbClr", space).get("val") for n in range(1, 7)]
    assert accents == [colour.lstrip("#") for colour in style.PALETTE[:6]]
    letters = theme.findall(".//a:fontScheme/*/a:latin", space)
    assert [one.get("typeface") for one in letters] == ["Arial", "Arial"]


LONG = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselanhänger"
AWKWARD = [
    Finding("A title " * 60, "1,234,567,890.12 Schweizer Franken", f"of {LONG}", "word " * 400,
            "so " * 300, None, "there is nothing to draw " * 30, how="h " * 90),
    Finding(LONG * 4, LONG, LONG * 3, LONG * 20, LONG * 10, None, LONG * 10, how=LONG),
    Finding("🙂" * 200, "🙂" * 40, "統計" * 60, "統計" * 300, "é" * 900, None, "x", how="é"),
    Finding("a\x00b\x0bc\ud83d", "\u202e5 %", "<b>&amp;", "two\nlines\tand a tab", "=1+1",
            None, "?", how="a\x00b"),
]  # fmt: skip


def test_no_text_leaves_its_box_however_long_or_strange(found, tmp_path, monkeypatch):
    monkeypatch.setattr(deck, "findings", lambda _: AWKWARD)
    source = dataclasses.replace(found.source, name=f"{LONG * 8}.csv")
    options = dataclasses.replace(found.options, currency="Schweizer Franken ‰#")
    awkward = dataclasses.replace(found, source=source, options=options)
    shown = check_slides(write_deck(awkward, tmp_path / "a.pptx"))
    slide = list(shown.slides)[4]
    assert slide.shapes.title.text_frame.text == "a\ufffdb\ufffdc\ufffd"
    assert "two lines and a tab" in texts(slide)
    assert "<b>&amp;" in texts(slide)


def test_a_title_of_its_own_is_not_said_twice(found, tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    seen = []

    def draw(title):
        def made():
            _, ax = plt.subplots()
            ax.set_title(title, loc="left")
            seen.append(ax)
            return ax

        return made

    said = [
        Finding("Sales fell.", "1", "a", "b", "c", draw(title), how="d")
        for title in ("Sales fell", "X")
    ]
    monkeypatch.setattr(deck, "findings", lambda _: said)
    write_deck(found, tmp_path / "a.pptx")
    assert [ax.get_title(loc="left") for ax in seen] == ["", "X"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "A,2025-01-01,3\n", "there is only one customer"),
        (HEAD + "A,never,3\n", "no order is left after cleaning"),
        (HEAD + "".join(f"C{i},2025-01-{i + 1:02d},5\n" for i in range(25)), "second day"),
    ],
    ids=["one customer", "no order kept", "all new"],
)
def test_thin_data_give_slides_that_say_what_is_missing(tmp_path, text, says):
    orders = tmp_path / "orders.csv"
    orders.write_text(text)
    shown = check_slides(write_deck(analyse(orders), tmp_path / "a.pptx"))
    limits = list(shown.slides)[-2]
    assert limits.shapes.title.text_frame.text == "What these data cannot tell"
    assert says in " ".join(texts(limits)).lower()


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=591), max_size=400),
    width=st.floats(0.5, 12), height=st.floats(0.2, 4),
)  # fmt: skip
def test_a_fitted_text_fits_as_measured_with_adobes_own_widths(text, width, height):
    text = " ".join(text.split())
    sizes = (40, 20, 12, 8)
    made = fit(text, width, height, sizes)
    assert made.size in sizes
    known = "".join(c for c in made.text if unicodedata.normalize("NFD", c)[0] < "\x7f" or c == "…")
    if known == made.text and made.text != " …":
        lines = lines_of(made.text.replace("…", "W"), width * 72, made.size, bold=False)
        assert lines * made.size * 1.2 <= max(height * 72, made.size * 1.2) + 1e-6
    assert made.text == text or made.text.endswith("…")
    if made.text == text:
        return
    assert np.isclose(made.size, sizes[-1])


def test_moment_is_the_last_day_of_the_data(found):
    from centricity.audit.handout import moment

    last = found.cleaned.kept["date"].max()
    assert moment(found) == dt.datetime(last.year, last.month, last.day)
