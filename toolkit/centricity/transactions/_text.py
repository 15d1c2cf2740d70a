"""Read delimited text through DuckDB, line by line where DuckDB would lose count."""

import codecs
import contextlib
import csv
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from centricity._validate import problem
from centricity.transactions._names import check_names, tidy_names

WHERE = "read"
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "runs of blanks"}
SAMPLE_LINES = 500
LONGEST_RECORD = 100  # physical lines that one quoted value may span
CHUNK = 1 << 24


@dataclass(frozen=True)
class Layout:
    """How the lines of a text file are cut: mark, quote, width, and the line of the names."""

    delimiter: str
    quote: str
    names: list[str]
    first: int  # physical line (from 1) of the first data row

    @property
    def width(self) -> int:
        """How many values a line has."""
        return len(self.names)

    def cut(self, text: str) -> list[str] | None:
        """Cut one record into its values; None when its quotes are not well formed."""
        if self.delimiter == " ":
            return text.split()
        try:
            reader = csv.reader([text], delimiter=self.delimiter, quotechar=self.quote, strict=True)
            return next(reader, [])
        except csv.Error:
            return None


def read_text(
    path: Path,
    delimiter: str | None,
    encoding: str | None,
    quote: str | None,
    names: Sequence[str] | None,
) -> pd.DataFrame:
    """Return every line as a row of text; see :func:`centricity.transactions.read`."""
    found = find_encoding(path)
    encoding = encoding or found
    with _as_utf8(path, encoding, found) as copy:
        sample = _sample(copy)
        layout, titles = _find_layout(sample, delimiter, quote, names, path)
        frame, unreadable = _through_duckdb(copy, layout)
        if frame is None:
            frame, unreadable = _line_by_line(copy, layout)
    if frame.empty:
        raise _no_rows(path, layout, unreadable)
    frame.attrs.update(
        delimiter=layout.delimiter,
        encoding=encoding,
        skipped_lines=titles,
        unreadable_lines=unreadable,
    )
    return frame


def find_encoding(path: Path) -> str:
    """Tell UTF-8 (with or without mark), UTF-16 and Windows-1252 apart by the bytes."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\x00" in head:
            return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


@contextlib.contextmanager
def _as_utf8(path: Path, encoding: str, found: str) -> Iterator[Path]:
    """Give DuckDB what it reads best: UTF-8 without mark, lines ending in a newline."""
    with tempfile.TemporaryDirectory() as folder:
        with path.open("rb") as file:
            head = file.read(CHUNK)
        if encoding == found == "utf-8" and (b"\r" not in head or b"\r\n" in head):
            yield path
            return
        copy = Path(folder) / "orders.csv"
        try:
            # latin-1 covers the five bytes that Windows-1252 leaves undefined
            with path.open(encoding=encoding, errors="strict") as old:
                _copy_text(old, copy)
        except UnicodeDecodeError:
            if encoding != "cp1252":
                raise problem(
                    WHERE,
                    f"'{path.name}' is not valid {encoding}",
                    "The encoding must fit the file",
                    f"Leave encoding= out: it looks like {found}",
                ) from None
            with path.open(encoding="latin-1") as old:
                _copy_text(old, copy)
        except LookupError:
            raise problem(
                WHERE, f"encoding is {encoding!r}", "It must be one of Python's codecs",
                "Leave it out to have it found, or try 'utf-8', 'cp1252', 'gb18030'",
            ) from None  # fmt: skip
        yield copy


def _copy_text(old: Any, copy: Path) -> None:  # noqa: ANN401
    with copy.open("w", encoding="utf-8", newline="\n") as new:
        while chunk := old.read(CHUNK):
            new.write(chunk.replace("\x00", ""))


def _sample(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip("\r\n") for _, line in zip(range(SAMPLE_LINES), file, strict=False)]
    return lines


def _find_layout(
    sample: list[str],
    delimiter: str | None,
    quote: str | None,
    names: Sequence[str] | None,
    path: Path,
) -> tuple[Layout, list[dict[str, Any]]]:
    quote = quote or _find_quote(sample)
    best = _find_delimiter(sample, quote)
    mark = delimiter if delimiter is not None else best
    if mark is None:
        raise _one_column(sample, None, None, path)
    if len(mark) != 1:
        raise problem(WHERE, f"delimiter is {mark!r}", "It is one character, for example ';'")
    widths = [_width(line, mark, quote) for line in sample]
    if max(widths) < 2 or _misses_names(sample, mark, best, quote):
        raise _one_column(sample, mark, best, path)
    filled = [(i, w) for i, w in enumerate(widths) if w]
    usual = Counter(w for _, w in filled if w > 1).most_common(1)[0][0]
    at = next(i for i, w in filled if w >= max(2, usual - 1))
    titles = [{"line": i + 1, "text": sample[i]} for i, w in filled if i < at]
    probe = Layout(mark, quote, [], 0)
    if names is not None:
        return Layout(mark, quote, check_names(names, usual, path), at + 1), titles
    header = probe.cut(sample[at]) or []
    if not any(re.search(r"[^\W\d_]", value) for value in header):
        raise problem(
            WHERE,
            f"the first line of '{path.name}' looks like data, not column names: "
            f"{sample[at].strip()[:80]}",
            "A table needs column names",
            f"Give them: names=[...] with {usual} names",
        )
    header = header + [""] * (usual - len(header))
    return Layout(mark, quote, tidy_names(header), at + 2), titles


def _misses_names(sample: list[str], mark: str, best: str | None, quote: str) -> bool:
    """Tell whether a given delimiter leaves whole the first line that the best one cuts."""
    if best is None or mark == best:
        return False
    names = next((line for line in sample if _width(line, best, quote) >= 3), "")
    return bool(names) and _width(names, mark, quote) == 1


def _find_quote(sample: list[str]) -> str:
    text = "\n".join(sample)
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", text, flags=re.MULTILINE))
    return "'" if single > len(sample) and '"' not in text else '"'


def _width(line: str, mark: str, quote: str) -> int:
    """Count values, looking past marks inside quotes."""
    if not line.strip():
        return 0
    if mark == " ":
        return len(line.split())
    outside = "".join(line.split(quote)[0::2]) if quote in line else line
    return outside.count(mark) + 1


def _find_delimiter(sample: list[str], quote: str) -> str | None:
    """Choose the mark that cuts most lines into the same number of values, at least two."""
    best, best_score = None, 0.0
    for mark in DELIMITERS:
        widths = [w for w in (_width(line, mark, quote) for line in sample) if w]
        usual, lines = Counter(widths).most_common(1)[0] if widths else (0, 0)
        agree = lines / max(len(widths), 1)
        score = agree + 0.01 * min(usual, 20) - (0.3 if mark == " " else 0)
        if usual >= 2 and score > best_score:
            best, best_score = mark, score
    return best


def _one_column(sample: list[str], given: str | None, best: str | None, path: Path) -> ValueError:
    first = next((line for line in sample if line.strip()), "").strip()[:80]
    cut = f"the delimiter {given!r}" if given else "no common delimiter"
    remedy = "Say what separates the values, for example delimiter='|'"
    if best is not None and best != given:
        remedy = f"The {DELIMITERS[best]} would work: delimiter={best!r}, or leave delimiter= out"
    return problem(
        WHERE,
        f"with {cut}, '{path.name}' has one column (first line: {first})",
        "An order log has at least a customer, a date and an amount",
        remedy,
    )


def _through_duckdb(path: Path, layout: Layout) -> tuple[Any, list[dict[str, Any]]]:
    """Read with DuckDB; None unless rows and rejected lines together are all the lines."""
    if layout.delimiter == " ":
        return None, []
    import duckdb

    lines = _count_lines(path)
    columns = {f"c{i}": "VARCHAR" for i in range(layout.width)}
    query = """
        SELECT * FROM read_csv($path, delim = $delim, quote = $quote, escape = $quote,
            header = false, skip = $skip, auto_detect = false, columns = $columns,
            store_rejects = true, rejects_limit = 10000)
    """
    given = {
        "path": str(path), "delim": layout.delimiter, "quote": layout.quote,
        "skip": layout.first - 1, "columns": columns,
    }  # fmt: skip
    with duckdb.connect() as connection:
        try:
            frame = connection.execute(query, given).df()
            errors = connection.execute(
                "SELECT line, any_value(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
            ).fetchall()
        except duckdb.Error:
            return None, []
    if len(frame) + len(errors) != lines - layout.first + 1:
        return None, []
    unreadable = [
        _unreadable(line, text, layout.cut(text.strip("\r\n")), layout) for line, text in errors
    ]
    frame = frame.set_axis(layout.names, axis="columns").astype("str")
    every = pd.RangeIndex(layout.first, lines + 1)
    frame.index = every.difference([bad["line"] for bad in unreadable]) if errors else every
    frame.index.name = "line"
    return frame, unreadable


def _count_lines(path: Path) -> int:
    """Count physical lines, blank ones at the end aside."""
    count, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            count += chunk.count(b"\n")
            tail = (tail + chunk)[-4096:]
    after = tail[len(tail.rstrip(b" \t\r\n")) :]
    return count - after.count(b"\n") + 1


def _line_by_line(path: Path, layout: Layout) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Read every physical line; a quoted value may span some, a broken one spoils only itself."""
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    rows, places, unreadable = [], [], []
    at = layout.first - 1
    while at < len(lines):
        values, used = _record(lines, at, layout)
        if values is not None and len(values) == layout.width:
            rows.append([value or None for value in values])
            places.append(at + 1)
        elif lines[at].strip():
            unreadable.append(_unreadable(at + 1, lines[at], values, layout))
        at += used
    index = pd.Index(places, name="line", dtype="int64")
    return pd.DataFrame(rows, index=index, columns=layout.names, dtype="str"), unreadable


def _unreadable(line: int, text: str, values: list[str] | None, layout: Layout) -> dict[str, Any]:
    reason = "a quotation mark is not closed or stands inside a value"
    if values is not None:
        reason = f"{len(values)} values where {layout.width} are expected"
    return {"line": line, "text": text.strip("\r\n"), "reason": reason}


def _record(lines: list[str], at: int, layout: Layout) -> tuple[list[str] | None, int]:
    """Return the values of the record that begins at a line, and how many lines it takes."""
    text = lines[at].rstrip("\r")
    if not text.strip():
        return [], 1
    values = layout.cut(text)
    if layout.delimiter == " " or text.count(layout.quote) % 2 == 0:
        return values, 1
    if values is not None and len(values) == layout.width:
        return values, 1
    for more in range(1, min(LONGEST_RECORD, len(lines) - at)):
        following = lines[at + more].rstrip("\r")
        text = f"{text}\n{following}"
        if following.count(layout.quote) % 2:
            values = _cut_lines(text, layout)
            if values is not None and len(values) == layout.width:
                return values, more + 1
            break
    return values, 1


def _cut_lines(text: str, layout: Layout) -> list[str] | None:
    lines = [f"{line}\n" for line in text.split("\n")]
    reader = csv.reader(lines, delimiter=layout.delimiter, quotechar=layout.quote, strict=True)
    try:
        values = next(reader, [])
    except csv.Error:
        return None
    return values if reader.line_num == len(lines) else None


def _no_rows(path: Path, layout: Layout, unreadable: list[dict[str, Any]]) -> ValueError:
    if not unreadable:
        from centricity.transactions._read import header_only

        return header_only(path, layout.names)
    first = unreadable[0]
    return problem(
        WHERE,
        f"none of the {len(unreadable):,} lines of '{path.name}' is readable "
        f"(first: line {first['line']}, {first['reason']})",
        f"Each line has {layout.width} values, one for each column name",
        f"Check the delimiter ({layout.delimiter!r} was used) and the quotes",
    )
