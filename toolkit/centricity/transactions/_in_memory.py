"""The same customers table from pandas, with NumPy: whole numbers in, no query planner."""

from typing import Any

import numpy as np
import pandas as pd

from centricity.transactions._in_engine import Columns, Window

EPOCH = 719_163  # date(1970, 1, 1).toordinal()


def takes(log: Any, date: str) -> bool:  # noqa: ANN401
    """Tell whether a log is pandas with dates of NumPy's kind; others go by way of Narwhals."""
    if not isinstance(log, pd.DataFrame):
        return False
    kind = log[date].dtype
    return isinstance(kind, pd.DatetimeTZDtype) or (isinstance(kind, np.dtype) and kind.kind == "M")


def customers(log: pd.DataFrame, columns: Columns, window: Window) -> pd.DataFrame:
    """Measure each customer of a checked log, as `_in_engine.customers` does.

    The log becomes a sparse matrix, customers by periods, in which amounts of one cell are added.
    """
    from scipy import sparse

    customer, date, amount = columns
    who, ids = pd.factorize(log[customer], sort=True)
    period = _number(log[date], window.unit)
    start = int(period.min())
    money = log[amount].to_numpy(dtype=np.float64)
    matrix = sparse.coo_array((money, (who, period - start))).tocsr()
    rows, amounts = matrix.indptr[:-1], matrix.data
    periods = matrix.indices.astype(np.int64) + start

    first = periods[rows]
    seen = periods <= window.cut
    repeat = seen.copy()
    repeat[rows] = False
    frequency = np.add.reduceat(repeat, rows, dtype=np.int64)
    last = np.maximum.reduceat(np.where(seen, periods, start), rows)
    spent = np.add.reduceat(np.where(repeat, amounts, 0.0), rows)
    table = {
        "frequency": frequency,
        "recency": (last - first) / window.per_unit,
        "T": (window.cut - first) / window.per_unit,
        "monetary_value": spent / np.maximum(frequency, 1),
    }
    if window.split is not None:
        held = ~seen & (periods <= window.end)
        later = np.add.reduceat(held, rows, dtype=np.int64)
        spent = np.add.reduceat(np.where(held, amounts, 0.0), rows)
        table["frequency_holdout"] = later
        table["T_holdout"] = np.full(len(rows), (window.end - window.split) / window.per_unit)
        table["monetary_value_holdout"] = spent / np.maximum(later, 1)
    known = first <= window.cut
    index = pd.Index(ids, name="customer_id")
    result = pd.DataFrame(table, index=index)[known]
    result.attrs["left_out"] = {
        "customers_born_later": int((~known).sum()),
        "purchases_after_end": int((periods > window.end).sum()),
    }
    return result


def _number(date: pd.Series, unit: str) -> np.ndarray:
    """Count days (or hours) as Python's ``date.toordinal`` does, by the clock on the wall."""
    clock = date.dt.tz_localize(None).to_numpy()
    if unit == "h":
        return clock.astype("datetime64[h]").astype(np.int64) + EPOCH * 24
    return clock.astype("datetime64[D]").astype(np.int64) + EPOCH
