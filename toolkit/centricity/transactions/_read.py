"""Read an order log from a file; the bytes decide what kind of file it is."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from centricity._validate import choice, listing, problem

WHERE = "read"
# First bytes of files that people take for tables, and what to do about it.
NOT_TABLES = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"\x1f\x8b": "a compressed (gzip) file",
    b"SQLite": "an SQLite database",
}


def read(
    path: str | Path,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    quote: str | None = None,
    names: Sequence[str] | None = None,
    sheet: str | int | None = None,
) -> pd.DataFrame:
    r"""Read an order log from a CSV or text file, an Excel workbook or a Parquet file.

    Nothing is interpreted yet: text files come back as text, so that :func:`clean` can say what it
    made of each value. Title rows above the column names are skipped and kept in ``attrs``.

    Parameters
    ----------
    path : str or Path
        The file. What kind it is, its bytes decide, not its extension.
    delimiter : str, optional
        What separates the values of a text file; default found by looking: comma, semicolon,
        tab, bar, or runs of blanks (write ``" "``).
    decimal : {".", ","}, optional
        The decimal mark. Kept in ``attrs["decimal"]``, where :func:`clean` finds it; needed only
        for values that can be read both ways, such as ``1.234``.
    encoding : str, optional
        Any of Python's codecs; default found by looking: UTF-8, UTF-16, else Windows-1252.
    quote : str, optional
        The quotation mark around values; default ``"``, or ``'`` where the file uses that.
    names : sequence of str, optional
        Column names for a file without any; its first line is then data.
    sheet : str or int, optional
        Which sheet of a workbook, by name or by number from 0; default the first that holds data.

    Returns
    -------
    DataFrame
        One row per line. For text files and workbooks the index, called ``line``, is the line
        in the file or the row in the sheet (from 1). ``attrs`` holds ``source`` (the file's name);
        for text ``delimiter``, ``encoding``, ``decimal``, ``skipped_lines`` (titles) and
        ``unreadable_lines``: a list of dicts with ``line``, ``text`` and ``reason``, which
        ``clean`` counts as rejected rows; for workbooks ``sheet`` and ``other_sheets``.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        When there is no such file (near names are listed), or it is a folder.
    ValueError
        When the file is empty, has column names only, is no table, is protected by a password,
        or a wrong delimiter, sheet or list of names was given.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "orders.csv"
    >>> _ = path.write_text("Kunde;Datum;Betrag\nA1;24.12.2025;1.234,50\nA2;27.12.2025;8,00\n")
    >>> read(path)
         Kunde       Datum    Betrag
    line
    2       A1  24.12.2025  1.234,50
    3       A2  27.12.2025      8,00
    """
    from centricity.transactions import _excel, _text

    if decimal is not None:
        choice(decimal, "decimal", WHERE, (".", ","))
    path = Path(path)
    head = _first_bytes(path)
    if head.startswith(b"PAR1"):
        frame = _read_parquet(path)
    elif head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        frame = _excel.read_excel(path, sheet, names)
    else:
        _refuse_other_bytes(path, head)
        frame = _text.read_text(path, delimiter, encoding, quote, names)
    frame.attrs["source"] = path.name
    if decimal is not None:
        frame.attrs["decimal"] = decimal
    return frame


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        files = sorted(p.name for p in path.iterdir() if p.is_file())[:5]
        inside = f"Files in it: {listing(files)}" if files else "There are no files in it"
        raise problem(
            WHERE, f"'{path}' is a folder", "A file is needed", inside, error=IsADirectoryError
        )
    if not path.exists():
        raise problem(
            WHERE, f"there is no file '{path}'", "The file must exist", _near(path),
            error=FileNotFoundError,
        )  # fmt: skip
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise problem(
            WHERE, f"'{path.name}' is empty", "A file needs column names and at least one order",
            "Export it again",
        )  # fmt: skip
    return head


def _near(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder '{path.parent}' either"
    names = {p.name.lower(): p.name for p in path.parent.iterdir() if p.is_file()}
    near = difflib.get_close_matches(path.name.lower(), list(names), n=3, cutoff=0.5)
    if near:
        return f"Did you mean {listing(names[n] for n in near)}?".rstrip("?")
    return f"Files in '{path.parent}': {listing(sorted(names.values())[:5]) or 'none'}"


def _refuse_other_bytes(path: Path, head: bytes) -> None:
    kind = next((says for start, says in NOT_TABLES.items() if head.startswith(start)), None)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        kind = "a web page or XML"
    elif start.startswith((b"{", b"[{")):
        kind = "JSON"
    elif kind is None and b"\x00" in head and not _looks_like_utf16(head):
        kind = "not text (it holds zero bytes)"
    if kind:
        raise problem(
            WHERE,
            f"'{path.name}' is {kind}",
            "An order log is read from CSV or other delimited text, Excel or Parquet",
            "Open it in the program it came from and save it as CSV",
        )


def _looks_like_utf16(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return max(head[0::2].count(0), head[1::2].count(0)) > 0.3 * len(head) / 2


def _read_parquet(path: Path) -> pd.DataFrame:
    import duckdb

    try:
        with duckdb.connect() as connection:
            frame: pd.DataFrame = connection.read_parquet(str(path)).df()
    except duckdb.Error as error:
        raise problem(
            WHERE,
            f"'{path.name}' begins like a Parquet file but is not readable "
            f"({str(error).splitlines()[0]})",
            "A Parquet file must be whole",
            "Export or download it again",
        ) from None
    if frame.empty:
        raise header_only(path, list(frame.columns))
    return frame


def header_only(path: Path, columns: Sequence[str]) -> ValueError:
    """Build the error for a file with column names and nothing else."""
    return problem(
        WHERE,
        f"'{path.name}' has the column names {listing(columns)} and no rows",
        "At least one order is needed",
        "Check the filter or the period of the export",
    )
