"""From customers to cells, the only thing that a model's likelihood needs."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from centricity._validate import problem, require_columns
from centricity.transactions._frames import to_pandas
from centricity.transactions._log import like_input, open_frame

SUFFICIENT = ("frequency", "recency", "T")


def cells(customers: Any, *, by: Sequence[str] = SUFFICIENT) -> Any:  # noqa: ANN401
    """Count the customers in each distinct ``(frequency, recency, T)``.

    Customers with the same three numbers are the same to a purchase model, so its likelihood is
    evaluated once per cell with weight ``n``: the cost grows with the cells, not the customers.

    Parameters
    ----------
    customers : table
        Has columns ``frequency``, ``recency`` and ``T``, as :func:`summarize` makes them. A column
        ``n``, if there is one, says how many customers a row stands for; other columns are
        ignored. Any engine that Narwhals reads, which also does the counting.
    by : sequence of str
        The columns that make a cell; ``("frequency", "monetary_value")`` for a model of spend.

    Returns
    -------
    table
        The columns of ``by`` and ``n`` (customers), sorted by the former, in the kind that was
        given. ``n`` sums to the number of customers.

    Raises
    ------
    ValueError
        When one of the columns is absent or holds missing or infinite values.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"frequency": [0, 1, 0], "recency": [0.0, 2.0, 0.0],
    ...                           "T": [39.0, 39.0, 39.0]})
    >>> cells(customers)
       frequency  recency     T  n
    0          0      0.0  39.0  2
    1          1      2.0  39.0  1
    """
    import narwhals as nw

    where = "cells"
    frame = open_frame(customers, where)
    present = frame.collect_schema().names()
    require_columns(
        present,
        by,
        where,
        "Cells are made of frequency, recency and T, as transactions.summarize(log) makes them",
    )
    _check_gaps(frame, by, where)
    count = nw.col("n") if "n" in present else nw.lit(1)
    counted = (
        frame.select(*by, count.cast(nw.Int64).alias("n"))
        .group_by(*by)
        .agg(nw.col("n").sum())
        .with_columns(nw.col("n").cast(nw.Int64))
    )
    result = like_input(counted.sort(*by), customers)
    return result.reset_index(drop=True) if isinstance(result, pd.DataFrame) else result


def gather(customers: Any, *, by: Sequence[str] = SUFFICIENT) -> pd.DataFrame:  # noqa: ANN401
    """Bring what a model is fitted on into memory: the cells of any engine, as pandas.

    Parameters
    ----------
    customers : table
        A customers table, or its :func:`cells`. A pandas table is returned as it is.
    by : sequence of str
        The columns that make a cell; ``("frequency", "monetary_value")`` for a model of spend.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by`` and ``n`` (customers): the engine sends no other rows.

    Raises
    ------
    ValueError, TypeError
        As :func:`cells`.

    Examples
    --------
    >>> import polars as pl
    >>> customers = pl.DataFrame({"frequency": [0, 0], "recency": [0.0, 0.0], "T": [39.0, 39.0]})
    >>> gather(customers)
       frequency  recency     T  n
    0          0      0.0  39.0  2
    """
    if isinstance(customers, pd.DataFrame):
        return customers
    return to_pandas(open_frame(cells(customers, by=by), "gather"))


def _check_gaps(frame: Any, by: Sequence[str], where: str) -> None:  # noqa: ANN401
    """Raise for missing and infinite values, all columns in one pass."""
    import narwhals as nw

    schema = frame.collect_schema()
    gaps = {}
    for name in by:
        column = nw.col(name)
        gaps[f"missing {name}"] = missing = column.is_null()
        if schema[name].is_float():
            gaps[f"missing {name}"] = missing | column.is_nan().fill_null(value=False)
            gaps[f"infinite {name}"] = ~(column.is_finite() | column.is_nan() | missing)
    sums = [mask.fill_null(value=False).cast(nw.Int64).sum().alias(k) for k, mask in gaps.items()]
    seen = frame.select(nw.len().alias("rows"), *sums).collect()
    counts = {name: int(nw.to_py_scalar(seen[name][0]) or 0) for name in seen.columns}
    for gap in gaps:
        if counts[gap]:
            says, name = gap.split(" ", 1)
            raise problem(
                where,
                f"'{name}' is {says} in {counts[gap]:,} of {counts['rows']:,} customers",
                f"Every customer needs {', '.join(by[:-1])} and {by[-1]}",
                "Leave such customers out, or make the table with transactions.summarize(log)",
            )
