"""The way in: the file as it was read, the sheet that holds the orders, and its columns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from centricity import transactions
from centricity.audit import hints
from centricity.audit.columns import choose_columns
from centricity.audit.options import Options
from centricity.audit.words import count


@dataclass(frozen=True)
class Intake:
    """What came in.

    Attributes
    ----------
    raw : pandas.DataFrame
    columns : dict
        The column of each role.
    guessed : tuple of str
        Roles whose columns were guessed.
    notes : tuple of str
        What the file holds beyond that, and what was not used of it.
    """

    raw: pd.DataFrame
    columns: dict[str, str]
    guessed: tuple[str, ...]
    notes: tuple[str, ...]


def take(path: str | Path, options: Options, step: Callable[[str], None]) -> Intake:
    """Read a file and find its columns; of a workbook, the first sheet that has them.

    Parameters
    ----------
    path : str or Path
    options : Options
    step : callable
        Told what comes next.

    Raises
    ------
    ValueError, TypeError, OSError
        When the file cannot be read, or no sheet of it has the columns of an order log.
    """
    raw, passed = read_orders(path, options), list[str]()
    step(f"… {count(len(raw), 'row')} read; finding the columns")
    try:
        columns, guessed = choose_columns(raw, options)
    except ValueError as error:
        others = list(raw.attrs.get("other_sheets", [])) if options.sheet is None else []
        passed = [str(raw.attrs.get("sheet", ""))]
        raw, columns, guessed = _first_with_orders(path, options, others, error)
    sheet, others = raw.attrs.get("sheet", ""), list(raw.attrs.get("other_sheets", []))
    told = hints.of_sheets(sheet, others, passed) if options.sheet is None else []
    notes = (*told, *hints.of_columns(raw, columns, options.margin))
    return Intake(raw, columns, guessed, notes)


def read_orders(path: str | Path, options: Options) -> pd.DataFrame:
    """Read the file as the options say."""
    return transactions.read(
        path, delimiter=options.delimiter, decimal=options.decimal, encoding=options.encoding,
        names=options.names, sheet=options.sheet,
    )  # fmt: skip


def _first_with_orders(
    path: str | Path, options: Options, others: list[str], error: ValueError
) -> tuple[pd.DataFrame, dict[str, str], tuple[str, ...]]:
    """Try the other sheets in order; where none will do, the first sheet's error stands."""
    for sheet in others:
        try:
            raw = read_orders(path, replace(options, sheet=sheet))
            return raw, *choose_columns(raw, options)
        except ValueError:
            continue
    if not others:
        raise error
    listed = ", ".join(repr(one) for one in others)
    raise ValueError(f"{error} Nor has any other sheet ({listed}); sheet= chooses one.") from error
