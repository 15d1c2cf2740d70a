"""Checks that every tool of this room shares: one value or one segment per customer."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    a_type,
    did_you_mean,
    numeric_column,
    problem,
    require_columns,
    which,
)

OWN_ROW = "Each customer has exactly one row"


def require_unique(index: pd.Index, where: str) -> None:
    """Raise when a customer has more than one row, or a row has no customer."""
    for mask, says in ((index.isna(), "missing"), (index.duplicated(), "repeated")):
        mask = np.asarray(mask)
        if mask.any():
            found = which(pd.Series(mask, index=index))
            raise problem(
                where,
                f"the customer in the index is {says} in {found}",
                OWN_ROW,
                "Group the rows by customer first",
            )


def text_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns are called by text, such as '0' for 0."""
    return frame.set_axis([str(name) for name in frame.columns], axis=1)


def require_list(names: object, argument: str, where: str) -> None:
    """Raise when one text stands where a list of column names belongs."""
    if isinstance(names, str):
        raise problem(
            where, f"{argument} is the text '{names}'", "It is a list of columns",
            f"Write {argument}=['{names}']", error=TypeError,
        )  # fmt: skip


def values_of(
    data: object, by: str | None, where: str, *, minimum: float | None = None
) -> pd.Series:
    """Return one finite number per customer, from a Series, an array or a table's column."""
    if isinstance(data, pd.DataFrame):
        if by is None:
            raise problem(
                where,
                "a table was given and no column named",
                "One column holds the values",
                did_you_mean("", [str(name) for name in data.columns]),
            )
        require_columns([str(name) for name in data.columns], [by], where, "The values are needed")
        frame = data[[by]]
    else:
        by = by or "value"
        frame = _as_series(data, where).rename(by).to_frame()
    if frame.empty:
        raise problem(where, "there are no customers", "At least one is needed")
    if isinstance(data, pd.DataFrame | pd.Series):
        require_unique(frame.index, where)
    numbers = numeric_column(frame, by, where, minimum=minimum)
    return pd.Series(numbers, index=frame.index, name=by)


def _as_series(data: object, where: str) -> pd.Series:
    if isinstance(data, pd.Series):
        return data
    if isinstance(data, list | tuple | np.ndarray) and np.ndim(data) == 1:
        return pd.Series(data)
    raise problem(
        where,
        f"{a_type(data)} was given",
        "This function takes a pandas Series, or a one-dimensional array, of one number per "
        "customer",
        error=TypeError,
    )


def segments_of(data: object, name: str, where: str) -> pd.Series:
    """Return a Series of segments, one per customer and none missing."""
    if not isinstance(data, pd.Series):
        raise problem(
            where,
            f"{name} is {a_type(data)}",
            f"{name} is a pandas Series: one segment per customer, customers in the index",
            error=TypeError,
        )
    if data.empty:
        raise problem(where, f"{name} has no customers", "At least one is needed")
    require_unique(data.index, where)
    if data.isna().any():
        found = which(data.isna(), noun="customers")
        raise problem(
            where,
            f"{name} is missing for {found}",
            "Every customer has a segment",
            "Leave these customers out, or name a segment for them with fillna",
        )
    return data


def same_customers(index: pd.Index, other: pd.Index, names: tuple[str, str], where: str) -> None:
    """Raise unless both indexes hold the same customers, in any order."""
    for here, there, first, second in ((index, other, *names), (other, index, *names[::-1])):
        alone = ~here.isin(there)
        if alone.any():
            found = which(pd.Series(alone, index=here), noun="customers")
            raise problem(
                where,
                f"{found} are in {first} and not in {second}",
                f"{first} and {second} describe the same customers",
                "Select the common ones first, for example with .loc",
            )


def people(n: int) -> str:
    """Say how many customers there are, with the verb.

    >>> people(1), people(1200)
    ('there is 1 customer', 'there are 1,200 customers')
    """
    return "there is 1 customer" if n == 1 else f"there are {n:,} customers"


def require_spread(values: pd.Series, where: str, rule: str, remedy: str = "") -> None:
    """Raise when all customers have the same value, so that nothing tells them apart."""
    if values.nunique() == 1:
        raise problem(
            where,
            f"'{values.name}' is {values.iloc[0]:g} for all {len(values):,} customers",
            rule,
            remedy,
        )


def middle_rank(values: Float) -> tuple[np.ndarray, int]:
    """Twice the average rank of each value (a whole number), and how many values there are.

    Equal values share the average of the ranks that they take up together.

    >>> middle_rank(np.array([5.0, 1.0, 5.0]))
    (array([5, 2, 5]), 3)
    """
    from scipy.stats import rankdata

    doubled = np.rint(2 * rankdata(values, method="average")).astype(np.int64)
    return doubled, len(values)


def categories_of(segments: pd.Series) -> list[Hashable]:
    """List the segments in their own order: a categorical's, else sorted, else as they come."""
    if isinstance(segments.dtype, pd.CategoricalDtype):
        return list(segments.cat.categories)
    try:
        return sorted(segments.unique())
    except TypeError:
        return list(segments.unique())
