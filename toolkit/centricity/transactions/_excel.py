"""Read a sheet of an Excel (or OpenDocument) workbook, below any title rows."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import did_you_mean, listing, problem
from centricity.transactions._names import check_names, tidy_names

WHERE = "read"
Row = list[Any]


def read_excel(
    path: Path, sheet: str | int | None, names: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return one sheet as a frame; its index is the row in the sheet, counted from 1."""
    title, rows, others = _sheet_rows(path, sheet)
    filled = [(i + 1, row) for i, row in enumerate(rows) if any(not _blank(value) for value in row)]
    if not filled:
        raise problem(WHERE, f"sheet '{title}' of '{path.name}' is empty", "A sheet needs rows")
    top = 0 if names is not None else _header_position([row for _, row in filled])
    width = max(len(row) for _, row in filled[top:])
    used = [
        c for c in range(width) if any(c < len(r) and not _blank(r[c]) for _, r in filled[top:])
    ]
    if names is not None:
        columns, body = check_names(names, len(used), path), filled
    else:
        header = filled[top][1]
        columns = tidy_names([header[c] if c < len(header) else "" for c in used])
        body = filled[top + 1 :]
    if not body:
        from centricity.transactions._read import header_only

        raise header_only(path, columns)
    data = {
        name: _column([row[c] if c < len(row) else None for _, row in body])
        for name, c in zip(columns, used, strict=True)
    }
    frame = pd.DataFrame(data, index=pd.Index([line for line, _ in body], name="line"))
    frame.attrs["sheet"] = title
    frame.attrs["other_sheets"] = others
    frame.attrs["skipped_lines"] = [
        {"line": line, "text": " ".join(str(v) for v in row if not _blank(v))}
        for line, row in filled[:top]
    ]
    frame.attrs["unreadable_lines"] = []
    return frame


def _sheet_rows(path: Path, sheet: str | int | None) -> tuple[str, list[Row], list[str]]:
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError:
        raise problem(
            WHERE,
            f"'{path.name}' is protected by a password",
            "A workbook must be readable without one",
            "Open it in Excel and save a copy without a password, or as CSV",
        ) from None
    except calamine.CalamineError as error:
        raise problem(
            WHERE,
            f"'{path.name}' is not a readable workbook ({error})",
            "An order log is read from CSV or other delimited text, Excel or Parquet",
            "A zip archive must be unpacked first; a damaged workbook saved again",
        ) from None
    with book:
        titles = list(book.sheet_names)
        if isinstance(sheet, str) and sheet not in titles:
            raise problem(
                WHERE, f"'{path.name}' has no sheet '{sheet}'", "The sheet must exist",
                did_you_mean(sheet, titles),
            )  # fmt: skip
        if isinstance(sheet, int) and not 0 <= sheet < len(titles):
            raise problem(
                WHERE, f"'{path.name}' has no sheet number {sheet}",
                f"Sheets are numbered from 0 to {len(titles) - 1}", f"There are: {listing(titles)}",
            )  # fmt: skip
        if sheet is not None:
            wanted = [sheet if isinstance(sheet, str) else titles[sheet]]
        else:
            wanted = titles
        for title in wanted:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            if rows:
                return title, rows, [other for other in titles if other != title]
    raise problem(
        WHERE, f"'{path.name}' holds no data in {listing(wanted)}", "A sheet needs rows",
        "Say which sheet with sheet=",
    )  # fmt: skip


def _header_position(rows: list[Row]) -> int:
    """Find the column names: the first row as wide as most rows and holding only text."""
    widths = [sum(not _blank(value) for value in row) for row in rows[:200]]
    usual = Counter(widths).most_common(1)[0][0] if len(widths) > 2 else max(widths)
    wide = [i for i, width in enumerate(widths) if width >= min(usual, max(widths))]
    for i in wide:
        if all(isinstance(value, str) for value in rows[i] if not _blank(value)):
            return i
    return wide[0]


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _column(values: Row) -> Any:  # noqa: ANN401
    """Numbers stay numbers and dates dates; a mixed column keeps each value as it is."""
    clean = [None if _blank(value) else _whole(value) for value in values]
    kinds = {type(value) for value in clean if value is not None}
    if not kinds or kinds == {str}:
        return pd.Series(clean, dtype="str").array
    if kinds == {int} and None not in clean:
        return np.array(clean, dtype=np.int64)
    if kinds <= {int, float}:
        return np.array([np.nan if v is None else v for v in clean], dtype=float)
    if kinds <= {dt.date, dt.datetime}:
        return np.array(clean, dtype="datetime64[us]")
    return np.array([*clean, None], dtype=object)[:-1]


def _whole(value: Any) -> Any:  # noqa: ANN401
    """Excel stores every number as a fraction; 1001.0 was typed as 1001."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
