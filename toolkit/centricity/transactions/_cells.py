"""From customers to cells, the only thing that a model's likelihood needs."""

from typing import Any

from centricity._validate import problem, require_columns
from centricity.transactions._log import like_input, open_frame

SUFFICIENT = ("frequency", "recency", "T")


def cells(customers: Any) -> Any:  # noqa: ANN401
    """Count the customers in each distinct ``(frequency, recency, T)``.

    Customers with the same three numbers are the same to a purchase model, so its likelihood is
    evaluated once per cell with weight ``n``: the cost grows with the cells, not the customers.

    Parameters
    ----------
    customers : table
        Has columns ``frequency``, ``recency`` and ``T``, as :func:`summarize` makes them; other
        columns are ignored. Any engine that Narwhals reads.

    Returns
    -------
    table
        Columns ``frequency``, ``recency``, ``T`` and ``n`` (customers), sorted by the first
        three, in the kind that was given. ``n`` sums to the number of customers.

    Raises
    ------
    ValueError
        When one of the three columns is absent or holds missing values.

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
    require_columns(
        frame.collect_schema().names(),
        SUFFICIENT,
        where,
        "Cells are made of frequency, recency and T, as transactions.summarize(log) makes them",
    )
    seen = frame.select(
        nw.len().alias("rows"), *(nw.col(c).is_null().cast(nw.Int64).sum() for c in SUFFICIENT)
    ).collect()
    counts = {name: int(nw.to_py_scalar(seen[name][0]) or 0) for name in seen.columns}
    for column in SUFFICIENT:
        if counts[column]:
            raise problem(
                where,
                f"'{column}' is missing in {counts[column]:,} of {counts['rows']:,} customers",
                "Every customer needs frequency, recency and T",
                "Leave such customers out, or make the table with transactions.summarize(log)",
            )
    counted = (
        frame.select(*SUFFICIENT)
        .group_by(*SUFFICIENT)
        .agg(nw.len().alias("n"))
        .with_columns(nw.col("n").cast(nw.Int64))
    )
    result = like_input(counted.sort(*SUFFICIENT), customers)
    if nw.dependencies.is_pandas_dataframe(result):
        result = result.reset_index(drop=True)
    return result
