"""Compare answers that hold several values: tables, columns, lists, dicts."""

from typing import Any

import numpy as np
import pandas as pd


def as_frame(value: Any) -> pd.DataFrame:  # noqa: ANN401
    """Return any table, column, list, dict or single value as a DataFrame.

    >>> as_frame({"a": 1, "b": 2}).shape
    (2, 1)
    """
    if hasattr(value, "to_pandas"):
        value = value.to_pandas()
    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, dict):
        nested = any(
            isinstance(item, list | dict | np.ndarray | pd.Series) for item in value.values()
        )
        return pd.DataFrame(value) if nested else pd.Series(value).to_frame("value")
    if isinstance(value, pd.Series):
        return value.to_frame("value")
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    array = np.asarray(value)
    return pd.DataFrame(array.reshape(len(array), -1) if array.ndim else [array.item()])


def aligned(value: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame | None:
    """Return ``value`` with the rows and columns of ``right``, or None if it lacks some.

    Rows are matched by label where both have the same labels, else by position; further columns
    are left out.
    """
    if len(value) != len(right):
        return None
    if right.shape[1] == 1 and value.shape[1] == 1:
        value = value.set_axis(right.columns, axis=1)
    if not set(right.columns) <= set(value.columns):
        return None
    value = value[list(right.columns)]
    labels = (
        value.index.is_unique and right.index.is_unique and set(value.index) == set(right.index)
    )
    if labels:
        return value.loc[right.index]
    numbered = isinstance(value.index, pd.RangeIndex) or isinstance(right.index, pd.RangeIndex)
    return value.set_axis(right.index, axis=0) if numbered else None


def same_table(value: Any, right: Any, tolerance: float) -> bool:  # noqa: ANN401
    """Say whether two answers hold the same values within an absolute tolerance."""
    wanted = as_frame(right)
    given = aligned(as_frame(value), wanted)
    if given is None:
        return False
    return all(
        same_column(given.iloc[:, i], wanted.iloc[:, i], tolerance) for i in range(wanted.shape[1])
    )


def same_column(value: pd.Series, right: pd.Series, tolerance: float) -> bool:
    """Compare numbers within the tolerance, anything else as text; missing equals missing.

    In text, letter case and blanks at its ends do not count.
    """
    if pd.api.types.is_numeric_dtype(right) and not pd.api.types.is_bool_dtype(right):
        numbers = pd.to_numeric(value, errors="coerce").to_numpy(float, na_value=np.nan)
        wanted = right.to_numpy(float, na_value=np.nan)
        return bool(
            np.allclose(numbers, wanted, rtol=0, atol=tolerance * (1 + 1e-9), equal_nan=True)
        )
    said, text = (side.astype(str).str.strip().str.casefold() for side in (value, right))
    return bool((said.to_numpy() == text.to_numpy()).all())


def table_problem(value: Any, right: Any) -> str:  # noqa: ANN401
    """Name a difference in shape or labels, without naming a value; empty if only values differ."""
    given, wanted = as_frame(value), as_frame(right)
    if len(given) != len(wanted):
        more = "too many" if len(given) > len(wanted) else "too few"
        return f"The table has {more} rows."
    if wanted.shape[1] > 1 and not set(wanted.columns) <= set(given.columns):
        missing = ", ".join(f'"{name}"' for name in wanted.columns if name not in given.columns)
        return f"The table lacks the column {missing}."
    if aligned(given, wanted) is None:
        return "The table's index (its row labels) is not the one asked for."
    return ""
