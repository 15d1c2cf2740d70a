"""The pieces of a slide: boxes, text, pictures, tables, in the colours of the house."""

import io
import re
from collections.abc import Sequence
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from centricity.audit.deck_fit import LEADING, fit, fit_all
from centricity.audit.handout import one_line, visible
from centricity.plots import style

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
FONT = "Arial"
BLUE, INK = style.BLUE.lstrip("#"), style.INK.lstrip("#")
SOFT, WASH, LINE, WHITE = "5B6875", "F2F6F9", "DFE5EA", "FFFFFF"
CARD = (28, 26, 24, 22, 20, 18, 16, 14, 12)
ACCENTS = [colour.lstrip("#") for colour in style.PALETTE[:6]]
Box = tuple[float, float, float, float]  # left, top, width, height in inches


def presentation() -> Any:  # noqa: ANN401
    """Return an empty presentation, 16:9, whose theme has the house's colours and letters."""
    made = Presentation()
    wider = WIDTH / (made.slide_width / 914400)
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    master = made.slide_master
    for layout in (master, *master.slide_layouts):
        for shape in layout.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = (
                    Emu(int(shape.left * wider)),
                    Emu(int(shape.width * wider)),
                )
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = _house(theme.blob.decode("utf-8")).encode("utf-8")
    return made


def _house(theme: str) -> str:
    """Put the house's letters and colours into a theme."""
    theme = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rf"\g<1>{FONT}", theme)
    for place, colour in enumerate(ACCENTS, start=1):
        theme = re.sub(rf"(<a:accent{place}>\s*<a:srgbClr val=\")[^\"]*", rf"\g<1>{colour}", theme)
    return theme


def slide(deck: Any, title: str, notes: str, box: Box | None = None, color: str = INK) -> Any:  # noqa: ANN401
    """Add a slide with its title in the title's own placeholder, and its speaker notes."""
    made = deck.slides.add_slide(deck.slide_layouts[5])
    left, top, width, height = box or (MARGIN, 0.42, WIDTH - 2 * MARGIN, 0.98)
    place = made.shapes.title
    place.left, place.top = Inches(left), Inches(top)
    place.width, place.height = Inches(width), Inches(height)
    sizes = (28, 26, 24, 22, 20, 18, 16, 14) if box is None else (44, 40, 36, 30, 24, 18)
    fitted = fit(one_line(title), width, height, sizes, bold=True)
    _fill(place.text_frame, [fitted.text], fitted.size, bold=True, color=color,
          anchor=MSO_ANCHOR.MIDDLE if box is None else MSO_ANCHOR.BOTTOM)  # fmt: skip
    made.notes_slide.notes_text_frame.text = visible(notes)
    return made


def text(
    to: Any, box: Box, said: str, sizes: Sequence[float], *, bold: bool = False, color: str = INK,  # noqa: ANN401
    anchor: Any = MSO_ANCHOR.TOP, align: Any = PP_ALIGN.LEFT,  # noqa: ANN401
) -> float:  # fmt: skip
    """Write a text into a box at the largest size at which it fits; return its height in inches."""
    fitted = fit(one_line(said), box[2], box[3], sizes, bold=bold)
    frame = to.shapes.add_textbox(*map(Inches, box)).text_frame
    _fill(frame, [fitted.text], fitted.size, bold=bold, color=color, anchor=anchor, align=align)
    return fitted.lines * fitted.size * LEADING / 72


def paragraphs(to: Any, box: Box, said: Sequence[str], sizes: Sequence[float]) -> None:  # noqa: ANN401
    """Write paragraphs into a box; what stands between double stars in front is bold."""
    plain = [one_line(one) for one in said]
    kept, size = fit_all(plain, box[2], box[3], sizes)
    frame = to.shapes.add_textbox(*map(Inches, box)).text_frame
    _fill(frame, kept, size, gap=0.5)


def alike(
    columns: Sequence[Sequence[str]], width: float, height: float, sizes: Sequence[float]
) -> list[float]:
    """Return the sizes at which all columns of a slide fit, so that they look alike."""
    most = min(fit_all([one_line(s) for s in said], width, height, sizes)[1] for said in columns)
    return [size for size in sizes if size <= most]


def _fill(
    frame: Any, said: Sequence[str], size: float, *, bold: bool = False, color: str = INK,  # noqa: ANN401
    anchor: Any = MSO_ANCHOR.TOP, align: Any = PP_ALIGN.LEFT, gap: float = 0.0,  # noqa: ANN401
) -> None:  # fmt: skip
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for place, one in enumerate(said):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment, paragraph.line_spacing = align, 1.0
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(gap * size)
        lead, _, rest = one.removeprefix("**").partition("**") if one[:2] == "**" else ("", "", one)
        for part, strong in ((lead, True), (rest, bold)):
            if part:
                _run(paragraph, part, size, bold=strong, color=color)


def _run(paragraph: Any, said: str, size: float, *, bold: bool, color: str) -> None:  # noqa: ANN401
    run = paragraph.add_run()
    run.text = said.replace("−", "−\N{WORD JOINER}")  # no line ends between a sign and its number
    run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(color)


def panel(to: Any, box: Box, color: str) -> None:  # noqa: ANN401
    """Draw a filled rectangle that screen readers pass over."""
    shape = to.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(color)
    shape.line.fill.background()
    shape.name = "Panel"
    shape._element.remove(shape._element.find(qn("p:style")))  # it would bring a shadow


def cards(to: Any, top: float, shown: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401
    """Set large numbers side by side, all of one size, each with its word below."""
    gap, inset = 0.25, 0.18
    width = (WIDTH - 2 * MARGIN - gap * (len(shown) - 1)) / len(shown)
    inside = width - 2 * inset
    size = min(fit(one_line(number), inside, 0.62, CARD, bold=True).size for number, _ in shown)
    for place, (number, word) in enumerate(shown):
        left = MARGIN + place * (width + gap)
        panel(to, (left, top, width, 1.5), WASH)
        text(to, (left + inset, top + 0.17, inside, 0.62), number, [s for s in CARD if s <= size],
             bold=True, color=BLUE)  # fmt: skip
        text(to, (left + inset, top + 0.9, inside, 0.5), word, (14, 13, 12), color=SOFT)


def picture(to: Any, box: Box, png: bytes, alt: str) -> None:  # noqa: ANN401
    """Place a picture as large as its box allows, in the middle, with a text for who cannot see."""
    with Image.open(io.BytesIO(png)) as image:
        wide, high = image.size
    left, top, width, height = box
    scale = min(width / wide, height / high)
    across, down = wide * scale, high * scale
    made = to.shapes.add_picture(
        io.BytesIO(png), Inches(left + (width - across) / 2), Inches(top + (height - down) / 2),
        Inches(across), Inches(down),
    )  # fmt: skip
    named = made._element.nvPicPr.cNvPr
    named.set("descr", one_line(alt))
    named.set("name", "Chart")


def footer(to: Any, said: str) -> None:  # noqa: ANN401
    """Write the source at the foot, and the number of the slide."""
    top, high = HEIGHT - 0.45, 0.25
    text(to, (MARGIN, top, 10.5, high), said, (10, 9, 8), color=SOFT)
    box = to.shapes.add_textbox(*map(Inches, (WIDTH - MARGIN - 1, top, 1, high)))
    _fill(box.text_frame, [""], 10, align=PP_ALIGN.RIGHT)
    paragraph = box.text_frame.paragraphs[0]._p
    field = paragraph.makeelement(qn("a:fld"), {
        "id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"})  # fmt: skip
    look = field.makeelement(qn("a:rPr"), {"lang": "en-GB", "sz": "1000"})
    shown = field.makeelement(qn("a:t"), {})
    shown.text = "‹#›"
    field.extend([look, shown])
    paragraph.append(field)


def table(
    to: Any, box: Box, heads: Sequence[str], rows: Sequence[Sequence[str]],  # noqa: ANN401
    widths: Sequence[float], numbers: Sequence[int] = (), size: float = 12,
) -> None:  # fmt: skip
    """Draw a table whose cells are shortened to two lines each, so that no row grows.

    ``widths`` are in inches; columns in ``numbers`` are set to the right.
    """
    inset, high = 0.08, (box[3]) / (len(rows) + 1)
    high = min(high, 2 * size * LEADING / 72 + 2 * 0.05)
    left, top, width, _ = box
    shape = to.shapes.add_table(
        len(rows) + 1, len(heads), *map(Inches, (left, top, width, high * (len(rows) + 1)))
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", f"Table: {', '.join(heads)}")
    made = shape.table
    _plain(made)
    for place, across in enumerate(widths):
        made.columns[place].width = Inches(across)
    for down, row in enumerate([heads, *rows]):
        made.rows[down].height = Inches(high)
        for place, said in enumerate(row):
            cell = made.cell(down, place)
            head = down == 0
            fitted = fit(one_line(said), widths[place] - 2 * inset, high - 0.08, (size, size - 1),
                         bold=head)  # fmt: skip
            side = PP_ALIGN.RIGHT if place in numbers else PP_ALIGN.LEFT
            _fill(cell.text_frame, [fitted.text], fitted.size, bold=head or place == 0,
                  color=WHITE if head else INK, align=side)  # fmt: skip
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.margin_left = cell.margin_right = Inches(inset)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.fill.solid()
            shade = BLUE if head else WASH if down % 2 == 0 else WHITE
            cell.fill.fore_color.rgb = RGBColor.from_string(shade)


def _plain(made: Any) -> None:  # noqa: ANN401
    """Let no style of the program paint over the cells."""
    made.horz_banding = False
    style_id = made._tbl.tblPr.find(qn("a:tableStyleId"))
    if style_id is not None:
        style_id.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No style, no grid"
