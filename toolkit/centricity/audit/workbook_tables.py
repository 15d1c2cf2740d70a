"""What a sheet holds, before any spreadsheet program comes in: columns, grids, sheets."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from centricity.audit.handout import visible

Kind = Literal["text", "long", "count", "money", "percent", "date", "decimal", "number"]
LONGEST = 32_767
"""Signs that a cell of Excel holds."""

FIRST_DAY = datetime(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was; earlier days are written as text."""

MOST_ROWS = 1_048_576
"""Rows of a sheet of Excel, its head included."""

ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads _x0041_ as the letter A; the underscore itself is written as _x005F_."""

SHORT_SIGN = 4
PLAIN = {
    "count": "#,##0", "decimal": "#,##0.00", "date": "yyyy\\-mm\\-dd", "number": "General",
    "text": "@", "long": "@",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column of a grid.

    Attributes
    ----------
    head : str
    kind : str
        How to write its values: "text", "long" (text that wraps), "count" (whole numbers),
        "money", "percent", "date", "decimal" (two digits) or "number" (as it comes).
    note : str
        What a comment on the head explains.
    width : float
        In signs; 0 to fit the contents.
    """

    head: str
    kind: Kind = "text"
    note: str = ""
    width: float = 0


@dataclass(frozen=True)
class Grid:
    """A table with its columns in order; ``kinds`` overrides the kind of single rows.

    Attributes
    ----------
    columns : sequence of Column
    frame : pandas.DataFrame
        As many columns as ``columns``; names and index are ignored.
    title, note : str
        A line above and one below.
    total : bool
        Set the last row apart.
    kinds : mapping of int to str
        By position of the row, the kind of its numbers.
    chart : Chart, optional
        A chart of the grid's numbers, which stands below it.
    """

    columns: Sequence[Column]
    frame: pd.DataFrame
    title: str = ""
    note: str = ""
    total: bool = False
    kinds: Mapping[int, Kind] = field(default_factory=dict)
    chart: "Chart | None" = None

    def __post_init__(self) -> None:
        if len(self.columns) != self.frame.shape[1]:
            raise ValueError(
                f"Grid: {len(self.columns)} columns are named and {self.frame.shape[1]} given. "
                "Each column needs a head. Name them all."
            )


@dataclass(frozen=True)
class Chart:
    """A chart of a grid: the first column names the bars; `series` are positions of columns."""

    title: str
    series: Sequence[int]
    y: str
    stacked: bool = False
    kind: Kind = "count"


@dataclass(frozen=True)
class Sheet:
    """A sheet: its tab, one line on what it shows, and its grids and paragraphs in order.

    Attributes
    ----------
    name : str
    about : str
    parts : sequence of Grid or str
        A text that begins with "Not shown:" is set apart.
    data : bool
        If true the sheet is one grid from the first row on, with a filter: for work, not for
        reading.
    """

    name: str
    about: str
    parts: Sequence[Grid | str]
    data: bool = False


@dataclass(frozen=True)
class Formats:
    """Number formats of Excel, with the currency of the audit.

    Examples
    --------
    >>> Formats("€").money(2), Formats("CHF").money(0)
    ('"€"#,##0.00', '"CHF "#,##0')
    >>> Formats("Schweizer Franken").money(0), Formats("Schweizer Franken").head("Sales")
    ('#,##0', 'Sales (Schweizer Franken)')
    """

    currency: str = ""

    @property
    def sign(self) -> str:
        """The currency as it stands before an amount; empty when it is too long for that."""
        said = visible(self.currency).strip().replace('"', "")
        if len(said) > SHORT_SIGN:
            return ""
        return f"{said} " if said[-1:].isalnum() else said

    def money(self, digits: int) -> str:
        """Format amounts with so many digits."""
        number = "#,##0" if digits == 0 else f"#,##0.{'0' * digits}"
        return f'"{self.sign}"{number}' if self.sign else number

    def head(self, text: str) -> str:
        """Name the currency in the head of a column where the amounts cannot bear it."""
        return f"{text} ({visible(self.currency)})" if self.currency and not self.sign else text

    def of(self, kind: Kind, values: Sequence[Any] = ()) -> str:
        """Return the number format of a column with these values."""
        if kind == "money":
            return self.money(digits(values))
        if kind == "percent":
            return "0.0%" if _small(values) else "0%"
        return PLAIN[kind]


def digits(values: Sequence[Any]) -> int:
    """Choose the decimals of amounts: none where most are in thousands.

    >>> digits([1234.5, 99000.0]), digits([8.4, 27.67, 1500.0])
    (0, 2)
    """
    sizes = sorted(abs(v) for v in values if _is_number(v) and v)
    return 0 if sizes and sizes[len(sizes) // 2] >= 1000 else 2


def _small(values: Sequence[Any]) -> bool:
    return any(_is_number(v) and 0 < abs(v) < 0.095 for v in values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def cells(values: pd.Series) -> list[Any]:
    """Turn a column into values that a cell can hold.

    Missing values become None; infinite ones and dates that Excel does not have become text;
    text is made visible and cut at the length that a cell holds.

    Examples
    --------
    >>> cells(pd.Series([1.5, float("nan"), float("inf")]))
    [1.5, None, '∞']
    >>> cells(pd.Series(pd.to_datetime(["2025-01-31", "1875-04-02"])))
    [datetime.datetime(2025, 1, 31, 0, 0), '1875-04-02']
    """
    if pd.api.types.is_bool_dtype(values.dtype):
        return ["yes" if value else "no" for value in values]
    if pd.api.types.is_numeric_dtype(values.dtype):
        return [cell(value) for value in values.astype(object).tolist()]
    return [cell(value) for value in values.astype(object)]


def cell(value: Any) -> Any:  # noqa: ANN401
    """Turn one value into what a cell can hold; see `cells`."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp | datetime):
        moment = pd.Timestamp(value).tz_localize(None)
        plain = moment.to_pydatetime(warn=False)
        return plain if plain >= FIRST_DAY else f"{plain.year:04d}-{plain:%m-%d}"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "∞" if value > 0 else "−∞"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = ESCAPE.sub("_x005F_", visible(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"
