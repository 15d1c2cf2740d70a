"""What the workbook and the slides share: text that any file can hold, and archives that repeat."""

import re
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from centricity.audit.analysis import Audit

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
"""The first day a ZIP archive can hold; every part bears it: equal audits give equal files."""

LAST = 1 << 14

HIDDEN = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Marks that turn the direction of writing: a text could show as another than it is."""

# Advance widths of Helvetica and Helvetica-Bold (and Arial, which shares them) from space to
# tilde, in 1/1000 em. Source: Adobe font metrics, Core 14.
ADVANCE = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
ADVANCE_BOLD = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip
OTHERS = {
    "€": 556, "£": 556, "−": 584, "–": 556, "—": 1000, "…": 1000, "’": 278, "‘": 278, "“": 500,
    "”": 500, "×": 584, "·": 278, "•": 350, "ß": 611, "æ": 889, "Æ": 1000, "ø": 611, "Ø": 778,
    "ł": 278, "Ł": 611, "°": 400, "‹": 333, "›": 333, "«": 556, "»": 556, "\u202f": 278,
    "\u00a0": 278,
}  # fmt: skip
WIDE, UNKNOWN = 1040, 850
BREAKS = " \N{EN DASH}\N{EM DASH}-"


def visible(text: object) -> str:
    r"""Return a text that XML can hold and that shows as what it is.

    Control characters, halves of a surrogate pair and marks that turn the direction of writing
    become a replacement sign; tabs and line breaks stay.

    >>> visible("a\x00b\x0bc"), visible("Zoë 🙂")
    ('a�b�c', 'Zoë 🙂')
    """
    return "".join(sign if _fine(sign) else "\N{REPLACEMENT CHARACTER}" for sign in str(text))


def _fine(sign: str) -> bool:
    if sign in "\t\n\r":
        return True
    return (
        unicodedata.category(sign) not in ("Cc", "Cs")
        and sign not in HIDDEN
        and sign not in "\ufffe\uffff"
    )


def one_line(text: object) -> str:
    r"""Return a visible text on one line, for programs whose letters may lack the rarest spaces.

    A number and its sign stay together: the narrow no-break space between them, which many fonts
    lack, becomes a no-break space.

    >>> one_line("a\n\tb"), one_line("62\u202f%")
    ('a b', '62\xa0%')
    """
    said = visible(text).replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
    return re.sub(r"[ \t\r\n\u2028\u2029]+", " ", said).strip(" ")


def sentence(text: str) -> str:
    """Write a note as a sentence.

    >>> sentence("the periods differ in length")
    'The periods differ in length.'
    """
    said = visible(text).strip().rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."


def moment(audit: Audit) -> datetime:
    """Return the date that a file bears as that of its making: the last day of the data.

    The clock would make two files of the same audit differ.
    """
    base = audit.base.value
    end = pd.Timestamp(2000, 1, 1) if base is None else base.overview.end
    return datetime(end.year, end.month, end.day)


class SameArchive(zipfile.ZipFile):
    """A ZIP archive for writing whose parts bear one date, whatever the clock says."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Write a part from memory."""
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        super().writestr(_dated(name), data, *args, **options)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Write a part from a file, piece by piece; `last` may change its last piece."""
        name = str(arcname or filename)
        before_last = max(Path(filename).stat().st_size - LAST, 0)
        with (
            Path(filename).open("rb") as source,
            self.open(_dated(name), "w", force_zip64=True) as to,
        ):
            while piece := source.read(min(1 << 20, before_last - source.tell())):
                to.write(piece)
            to.write(self.last(name, source.read()))

    def last(self, name: str, piece: bytes) -> bytes:
        """Return the last piece of a part as it shall be written; here, as it is."""
        return piece


def _dated(name: object) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(str(name), ZIP_DATE)
    part.compress_type = zipfile.ZIP_DEFLATED
    part.external_attr = 0o600 << 16
    return part


def breadth(text: str, size: float, *, bold: bool = False) -> float:
    """Estimate how wide a line of Arial is, in points.

    Signs that are not in the table count as wide as their base letter, East Asian signs and
    emoji as a square, others as wide as a broad letter: rather too wide than too narrow.

    >>> breadth("Hi", 10.0)
    9.44
    """
    return round(sum(_advance(sign, bold) for sign in text) * size / 1000, 3)


def _advance(sign: str, bold: bool) -> int:
    code = ord(sign)
    table = ADVANCE_BOLD if bold else ADVANCE
    if 32 <= code < 127:
        return table[code - 32]
    if sign in OTHERS:
        return OTHERS[sign]
    if unicodedata.combining(sign) or sign in "\u200b\u200c\u200d\u2060\ufe0f":
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return WIDE
    base = ord(unicodedata.normalize("NFD", sign)[0])
    return table[base - 32] if 32 <= base < 127 else UNKNOWN


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines of at most ``width`` points, as a word processor would.

    A word that is too long for a line is cut where the line ends.

    >>> wrap("one two three", 45.0, 12.0)
    ['one two', 'three']
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and breadth((line + piece).rstrip(), size, bold=bold) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
            while breadth(line.rstrip(), size, bold=bold) > width and len(line.rstrip()) > 1:
                cut = _longest(line, width, size, bold=bold)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """Cut after every sign at which a line may break."""
    pieces, start = [], 0
    for place, sign in enumerate(text):
        if sign in BREAKS:
            pieces.append(text[start : place + 1])
            start = place + 1
    return [*pieces, text[start:]] if start < len(text) else pieces


def _longest(line: str, width: float, size: float, *, bold: bool) -> int:
    """Count the signs of a line that fit, at least one."""
    total, room = 0.0, width * 1000 / size
    for place, sign in enumerate(line):
        total += _advance(sign, bold)
        if total > room:
            return max(place, 1)
    return len(line)
