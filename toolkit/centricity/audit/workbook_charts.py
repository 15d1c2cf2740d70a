"""Charts of Excel's own, which a reader can change, in the colours of the house."""

from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)

from centricity.audit.workbook_tables import Chart, Formats

# The palette of plots.style without its hash marks, which the files of Excel do not know.
COLOURS = ("0072B2", "E69F00", "009E73", "D55E00", "CC79A7", "56B4E9", "8A8A8A")
INK, LINE = "222222", "DFE5EA"
WIDTH, HEIGHT = 24, 11  # centimetres


def add_chart(
    sheet: Any, chart: Chart, formats: Formats, head: int, rows: int, row: int  # noqa: ANN401
) -> None:  # fmt: skip
    """Add a chart of a grid to a sheet.

    Parameters
    ----------
    sheet : openpyxl worksheet
    chart : Chart
    formats : Formats
    head, rows : int
        The row of the grid's heads, and how many rows below it are drawn.
    row : int
        Where the chart's upper left corner goes.
    """
    made = BarChart(gapWidth=40)
    made.type, made.width, made.height = "col", WIDTH, HEIGHT
    if chart.stacked:
        made.grouping, made.overlap = "stacked", 100
    last = head + rows
    first, end = chart.series[0] + 1, chart.series[-1] + 1
    if chart.stacked:  # each row of the grid, a cohort, is a layer; its columns are the periods
        for line in range(head + 1, last + 1):
            made.add_data(Reference(sheet, min_col=first, max_col=end, min_row=line),
                          from_rows=True)  # fmt: skip
            made.series[-1].tx = _name(sheet.title, line)
        made.set_categories(Reference(sheet, min_col=first, max_col=end, min_row=head))
    else:
        made.add_data(Reference(sheet, min_col=first, min_row=head, max_row=last),
                      titles_from_data=True)  # fmt: skip
        made.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=last))
    _paint(made, chart, formats)
    sheet.add_chart(made, f"A{row}")


def _name(sheet: str, row: int) -> Any:  # noqa: ANN401
    from openpyxl.chart.series import SeriesLabel, StrRef

    return SeriesLabel(strRef=StrRef(f"'{sheet}'!$A${row}"))


def _paint(made: BarChart, chart: Chart, formats: Formats) -> None:
    made.title = _title(chart.title)
    made.legend = made.legend if chart.stacked else None
    if made.legend is not None:
        made.legend.position = "r"
    for place, series in enumerate(made.series):
        series.graphicalProperties = GraphicalProperties(solidFill=_colour(place))
        series.graphicalProperties.line = LineProperties(noFill=True)
    made.y_axis.number_format = formats.money(0) if chart.kind == "money" else "0%"
    made.y_axis.numFmt.sourceLinked = False
    made.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    for axis in (made.x_axis, made.y_axis):
        axis.delete = False
        axis.txPr = RichText(p=[Paragraph(pPr=_letters(1000), endParaRPr=CharacterProperties())])
        axis.spPr = GraphicalProperties(ln=LineProperties(solidFill="8A8A8A"))
    made.y_axis.spPr = GraphicalProperties(ln=LineProperties(noFill=True))


def _colour(place: int) -> str:
    """Take the palette's colours in turn; each further round is lighter."""
    base, times = COLOURS[place % len(COLOURS)], place // len(COLOURS)
    share = 0.45 ** min(times, 3)
    parts = [int(base[i : i + 2], 16) for i in (0, 2, 4)]
    return "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def _letters(size: int, *, bold: bool = False) -> ParagraphProperties:
    return ParagraphProperties(
        defRPr=CharacterProperties(sz=size, b=bold, solidFill=INK, latin=Font(typeface="Arial"))
    )


def _title(text: str) -> Title:
    look = CharacterProperties(sz=1300, b=True, solidFill=INK, latin=Font(typeface="Arial"))
    made = Title(overlay=False)
    made.tx = _text(Paragraph(pPr=_letters(1300, bold=True), r=[RegularTextRun(rPr=look, t=text)]))
    return made


def _text(paragraph: Paragraph) -> Any:  # noqa: ANN401
    from openpyxl.chart.text import Text

    return Text(rich=RichText(p=[paragraph]))
