"""Sheets become a file of Excel, row by row, so that memory does not grow with the customers."""

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.writer.excel import ExcelWriter

from centricity.audit.handout import SameArchive, breadth, wrap
from centricity.audit.spreadsheet import STARTS
from centricity.audit.workbook_charts import add_chart
from centricity.audit.workbook_tables import Column, Formats, Grid, Kind, Sheet, cells, digits

FONT, SIZE = "Arial", 10
BLUE, INK, SOFT, WASH, LINE = "0072B2", "222222", "5B6875", "F5F8FA", "DFE5EA"
POINTS = 5.25  # of one unit of column width
LINE_HEIGHT = 13.5
PAGE, CHART = 48, 24  # rows
ACROSS = 130  # signs
WIDEST, NARROWEST, READING = 44, 9, 60
SAMPLE = 2000
THIN = Side(style="thin", color=LINE)
NUMBERS: Sequence[Kind] = ("count", "money", "percent", "decimal", "number")
IGNORE = (
    b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
)


class _Archive(SameArchive):
    """Excel shall not mark every customer number that is text as an error."""

    def last(self, name: str, piece: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return piece
        ends = [piece.find(mark) for mark in (b"<drawing ", b"<legacyDrawing ", b"</worksheet>")]
        place = min(end for end in ends if end >= 0)
        return piece[:place] + IGNORE + piece[place:]


def save(
    sheets: Sequence[Sheet], formats: Formats, path: str | Path, *, title: str, made: datetime
) -> None:
    """Write sheets to a file of Excel; equal sheets give equal bytes."""
    book = Workbook(write_only=True)
    book._fonts[0] = book._named_styles["Normal"].font = Font(FONT, SIZE)  # widths count its digits
    for sheet in sheets:
        _Writer(book, sheet, formats).write()
    props = book.properties
    props.title, props.creator = title, "centricity audit"
    props.created = props.modified = made
    with _Archive(path, "w") as archive:
        ExcelWriter(book, archive).write_data()


class _Writer:
    """Writes one sheet from top to bottom."""

    def __init__(self, book: Any, sheet: Sheet, formats: Formats) -> None:  # noqa: ANN401
        self.sheet, self.formats = sheet, formats
        self.to = book.create_sheet(sheet.name)
        self.to.sheet_view.tabSelected = len(book.worksheets) == 1
        self.row = 0
        grids = [part for part in sheet.parts if isinstance(part, Grid)]
        self.values = {id(grid): _values(grid) for grid in grids}
        self.widths = self._widths(grids)
        self.charts: list[tuple[Grid, int]] = []

    def write(self) -> None:
        """Write the sheet."""
        self._set_up()
        if not self.sheet.data:
            self._line(self.sheet.name, Font(FONT, 16, bold=True, color=BLUE), height=24)
            self._text(self.sheet.about, color=SOFT)
            self._skip()
        for part in self.sheet.parts:
            if isinstance(part, Grid):
                self._grid(part)
            else:
                self._text(part, color=SOFT if part.startswith("Not shown:") else INK)
            if not self.sheet.data:
                self._skip()
        for grid, head in self.charts:
            assert grid.chart is not None
            rows = len(grid.frame) - grid.total
            add_chart(self.to, grid.chart, self.formats, head, rows, self.row + 2)
            if self.row > PAGE - CHART:
                self.to.row_breaks.append(Break(id=self.row))
            self.row += CHART
        self.to.page_setup.fitToHeight = 0 if self.sheet.data or self.row > PAGE else 1

    def _set_up(self) -> None:
        to = self.to
        for place, width in enumerate(self.widths, start=1):
            to.column_dimensions[get_column_letter(place)].width = width
        to.sheet_view.showGridLines = self.sheet.data
        to.sheet_properties.tabColor = SOFT if self.sheet.data else BLUE
        to.sheet_view.zoomScale = 100
        to.page_setup.orientation = "landscape"
        to.page_setup.paperSize = 9  # A4
        to.page_setup.fitToWidth = 1
        to.sheet_properties.pageSetUpPr.fitToPage = True
        to.page_margins.left = to.page_margins.right = 0.5
        to.HeaderFooter.oddFooter.left.text = "&A"
        to.HeaderFooter.oddFooter.right.text = "&P / &N"
        if self.sheet.data:
            rows = len(next(iter(self.values.values()))[0]) + 1
            to.freeze_panes = "B2"
            to.auto_filter.ref = f"A1:{get_column_letter(len(self.widths))}{rows}"
            to.print_title_rows = "1:1"

    def _widths(self, grids: list[Grid]) -> list[float]:
        """Choose widths that fit heads and values, for all grids of the sheet at once."""
        widths: list[float] = []
        for grid in grids:
            for place, (column, values) in enumerate(
                zip(grid.columns, self.values[id(grid)], strict=True)
            ):
                wanted = column.width or _width(column, values, self.formats)
                if place == len(widths):
                    widths.append(wanted)
                widths[place] = max(widths[place], wanted)
        return widths or [100]

    def _append(self, row: list[Any], height: float | None = None) -> None:
        self.row += 1
        if height is not None:
            self.to.row_dimensions[self.row].height = height
        self.to.append(row)

    def _skip(self) -> None:
        self._append([])

    def _line(self, text: str, font: Font, height: float | None = None) -> None:
        self._append([self._text_cell(text, font)], height)

    def _text(self, text: str, color: str) -> None:
        """Write a paragraph across the sheet: cells side by side are merged, and the text wraps."""
        last = self._columns_within(ACROSS)
        room = (min(sum(self.widths[:last]), ACROSS) if last > 1 else self.widths[0]) - 2
        lines = len(wrap(text, room * POINTS, SIZE))
        cell = self._text_cell(text, Font(FONT, SIZE, color=color))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        self._append([cell], lines * LINE_HEIGHT + 2)
        if last > 1:
            self.to.merged_cells.add(f"A{self.row}:{get_column_letter(last)}{self.row}")

    def _columns_within(self, room: float) -> int:
        """Count the columns from the left that fit into a width; as many as come nearest to it."""
        total, count = 0.0, 0
        for width in self.widths:
            if count and total + width > room and total > 0.6 * room:
                break
            total += width
            count += 1
        return count

    def _text_cell(self, text: str, font: Font) -> Any:  # noqa: ANN401
        cell = WriteOnlyCell(self.to)
        cell.font = font
        _put(cell, text)
        return cell

    def _grid(self, grid: Grid) -> None:
        if grid.title:
            self._line(grid.title, Font(FONT, 12, bold=True, color=INK), height=20)
        self._heads(grid)
        head = self.row
        values = self.values[id(grid)]
        last = len(grid.frame) - 1
        styles = self._styles(grid, values, total=False)
        for place, row in enumerate(zip(*values, strict=True)):
            if place in grid.kinds or (grid.total and place == last):
                total = grid.total and place == last
                now = self._styles(grid, values, total=total, kind=grid.kinds.get(place), row=row)
            else:
                now = styles
            self._append([*_filled(now, row)], self._height(grid, row))
        if grid.note:
            self._text(grid.note, color=SOFT)
        if grid.chart is not None and last >= 0:
            self.charts.append((grid, head))

    def _heads(self, grid: Grid) -> None:
        row: list[Any] = []
        lines = 1
        for column, width in zip(grid.columns, self.widths, strict=False):
            head = self.formats.head(column.head) if column.kind == "money" else column.head
            cell = self._text_cell(head, Font(FONT, SIZE, bold=True, color="FFFFFF"))
            cell.fill = PatternFill("solid", fgColor=BLUE)
            right = _to_the_right(column.kind, len(row))
            cell.alignment = Alignment(
                wrap_text=True, vertical="center", horizontal="right" if right else "left",
                indent=1 if row else 0,
            )  # fmt: skip
            if column.note:
                cell.comment = _comment(column.note)
            room = (width - (3.5 if self.sheet.data else 1.5)) * POINTS
            lines = max(lines, len(wrap(head, room, SIZE, bold=True)))
            row.append(cell)
        self._append(row, lines * LINE_HEIGHT + 8)

    def _styles(
        self, grid: Grid, values: list[list[Any]], *, total: bool, kind: Kind | None = None,
        row: Sequence[Any] = (),
    ) -> list[Any]:  # fmt: skip
        """Build one cell per column that carries the style; it is filled again for each row."""
        styles = []
        for place, column in enumerate(grid.columns):
            own = kind if kind and column.kind == "number" else column.kind
            known = [row[place]] if kind and row else values[place]
            cell = WriteOnlyCell(self.to)
            cell.font = Font(FONT, SIZE, bold=total, color=INK)
            cell.number_format = self.formats.of(own, known)
            right = _to_the_right(own, place)
            cell.alignment = Alignment(
                horizontal="right" if right else "left", indent=1 if place else 0,
                vertical="top", wrap_text=True if own == "long" else None,
            )  # fmt: skip
            if not self.sheet.data:
                top = Side(style="medium", color=SOFT) if total else None
                cell.border = Border(bottom=THIN, top=top)
            styles.append(cell)
        return styles

    def _height(self, grid: Grid, row: Sequence[Any]) -> float | None:
        if self.sheet.data:
            return None
        lines = 1
        for column, width, value in zip(grid.columns, self.widths, row, strict=False):
            if column.kind == "long" and isinstance(value, str):
                lines = max(lines, len(wrap(value, (width - 2.5) * POINTS, SIZE)))
        return min(lines * LINE_HEIGHT + 3, 400)


def _to_the_right(kind: Kind, place: int) -> bool:
    """Set numbers to the right, but those that name a row to the left."""
    return kind in NUMBERS and place > 0


def _values(grid: Grid) -> list[list[Any]]:
    return [cells(grid.frame.iloc[:, place]) for place in range(len(grid.columns))]


def _filled(styles: list[Any], row: Sequence[Any]) -> Iterator[Any]:
    for cell, value in zip(styles, row, strict=True):
        if isinstance(value, str) and value.startswith(STARTS):
            guarded = copy(cell)
            guarded._style = copy(cell._style)  # else the whole column would get the mark
            guarded.quotePrefix = True
            yield _put(guarded, value)
        else:
            yield _put(cell, value)


def _put(cell: Any, value: Any) -> Any:  # noqa: ANN401
    """Fill a cell; a text stays a text, even one that looks like a formula or an error."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _comment(text: str) -> Comment:
    lines = len(wrap(text, 210, 9))
    return Comment(text, "centricity", height=24 + 17 * lines, width=300)


def _width(column: Column, values: list[Any], formats: Formats) -> float:
    """Choose a width in signs, from the head and from the longest of the first values."""
    if column.kind == "long":
        shown = max((breadth(v, SIZE) for v in values[:SAMPLE] if isinstance(v, str)), default=0)
        return min(max(shown / POINTS + 3, 16), READING)
    head = formats.head(column.head) if column.kind == "money" else column.head
    longest = max((breadth(word, SIZE, bold=True) for word in head.split()), default=0)
    decimals = digits(values) if column.kind == "money" else 0 if column.kind == "count" else 2
    sign = formats.sign if column.kind == "money" else ""
    texts = {_as_shown(column.kind, value, sign, decimals) for value in _telling(values)}
    shown = max((breadth(text, SIZE) for text in texts), default=0)
    return min(max(shown / POINTS + 4, longest / POINTS + 4.5, NARROWEST), WIDEST)


def _telling(values: list[Any]) -> list[Any]:
    """Take the first values, and the largest and smallest of all numbers."""
    numbers = [v for v in values if isinstance(v, int | float)]
    ends = [max(numbers), min(numbers)] if numbers else []
    return [*[v for v in values[:SAMPLE] if v is not None], *ends]


def _as_shown(kind: Kind, value: Any, sign: str, decimals: int) -> str:  # noqa: ANN401
    """Write a value about as long as the sheet shows it."""
    if isinstance(value, datetime):
        return "2025-12-31"
    if isinstance(value, str) or kind not in NUMBERS:
        return str(value)
    return f"{value * 100:,.1f}%" if kind == "percent" else f"{sign}{value:,.{decimals}f}"
