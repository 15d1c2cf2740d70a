"""Tables for a spreadsheet, in which no cell that came from a file can run as a formula."""

import re
from pathlib import Path

import pandas as pd

# What Excel, LibreOffice and Google Sheets take for the start of a formula (OWASP, "CSV
# Injection"), with the full-width signs that East Asian versions accept too.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


def neutral(cell: object) -> object:
    """Put an apostrophe before text that a spreadsheet would run; leave all else as it is.

    Text that is a plain number, such as ``-12.50``, stays.

    >>> neutral("=1+1"), neutral("-12.50"), neutral(-3), neutral("C07")
    ("'=1+1", '-12.50', -3, 'C07')
    """
    if isinstance(cell, str) and cell.startswith(STARTS) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def write_csv(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table, index included, as CSV that is safe to open in a spreadsheet.

    A text cell, column name or index entry that begins with ``=``, ``+``, ``-``, ``@``, a tab or
    a line break gets an apostrophe in front, unless it is a plain number; numbers and dates are
    written as they are (ten significant digits). The file is UTF-8 with a mark, which is what
    Excel needs.

    Parameters
    ----------
    table : pandas.DataFrame
    path : str or Path

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "customers.csv"
    >>> write_csv(pd.DataFrame({"spend": [-2.5]}, index=pd.Index(["@SUM(A1)"], name="id")), path)
    >>> path.read_text(encoding="utf-8-sig").split()
    ['id,spend', "'@SUM(A1),-2.5"]
    """
    safe = table.reset_index()
    safe.columns = pd.Index([neutral(str(name)) for name in safe.columns])
    for place, kind in enumerate(safe.dtypes):
        if not pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_datetime64_any_dtype(
            kind
        ):
            column = safe.iloc[:, place].astype(object)
            safe.isetitem(place, column.map(neutral).to_numpy())
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.10g")
