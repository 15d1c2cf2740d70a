"""Take rows of any frame and add columns to them, without touching the other columns."""

import uuid
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import problem


def collect(data: Any, where: str) -> Any:  # noqa: ANN401
    """Return a Narwhals frame in memory: rows are numbered here, which SQL's are not."""
    import narwhals as nw

    from centricity.transactions._log import open_frame

    open_frame(data, where)
    frame = nw.from_native(data)
    return frame.collect() if isinstance(frame, nw.LazyFrame) else frame


def to_series(frame: Any, name: str) -> pd.Series:  # noqa: ANN401
    """Return a column as a pandas Series with a fresh index."""
    column: pd.Series = frame[name].to_pandas().reset_index(drop=True)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if isinstance(column.dtype, pd.ArrowDtype):
        column = pd.Series(column.to_numpy(), name=name)
    return column


def repeated(frame: Any, replaced: dict[str, np.ndarray] | None = None) -> np.ndarray:  # noqa: ANN401
    """Mark rows that are equal to an earlier one in every column, some of them replaced."""
    import narwhals as nw

    native = frame.to_native()
    if isinstance(native, pd.DataFrame):
        for name, values in (replaced or {}).items():
            native = native.drop(columns=name)
            native[name] = values
        return native.duplicated(keep="first").to_numpy()
    for name, values in (replaced or {}).items():
        frame = frame.with_columns(nw.new_series(name, values, backend=frame.implementation))
    counted = frame.with_row_index("__row")
    first = counted.unique(subset=frame.columns, keep="first", maintain_order=True)["__row"]
    mask = np.ones(len(frame), dtype=bool)
    mask[nw.to_native(first.cast(nw.Int64)).to_numpy()] = False
    return mask


def take(
    frame: Any,  # noqa: ANN401
    rows: np.ndarray,
    new: dict[str, Any],
    drop: list[str],
) -> Any:  # noqa: ANN401
    """Return the rows with new columns in front; columns in ``drop`` are left out.

    A column that stays and has the name of a new one becomes ``name_original``.
    """
    import narwhals as nw

    stay = [name for name in frame.columns if name not in drop]
    rename = {name: f"{name}_original" for name in stay if name in new}
    native = frame.to_native()
    if isinstance(native, pd.DataFrame):
        part = native[stay].iloc[rows].rename(columns=rename)
        front = pd.DataFrame({k: _bare(v) for k, v in new.items()}, index=part.index)
        out = pd.concat([front, part], axis="columns")
        out.attrs = {}
        return nw.from_native(out)
    part = frame.select(stay)[rows.tolist()].rename(rename)
    made = [
        nw.new_series(name, _plain(values), backend=frame.implementation)
        for name, values in new.items()
    ]
    return part.with_columns(*made).select(*new, *part.columns)


def _bare(values: Any) -> Any:  # noqa: ANN401
    return values.array if isinstance(values, pd.Series) else values


def _plain(values: Any) -> Any:  # noqa: ANN401
    """Give Polars and PyArrow lists of text and NumPy arrays of numbers and dates."""
    array = values.to_numpy() if isinstance(values, pd.Series) else np.asarray(values)
    if array.dtype.kind in "OTU":
        return [None if value is None or value is np.nan else str(value) for value in array]
    return array


def back(frame: Any, data: Any) -> Any:  # noqa: ANN401
    """Return the frame in the kind that the user handed in."""
    import narwhals as nw

    given = nw.from_native(data)
    native = frame.to_native()
    if not isinstance(given, nw.LazyFrame):
        return native
    if given.implementation is nw.Implementation.POLARS:
        return native.lazy()
    if given.implementation is nw.Implementation.DUCKDB:
        import duckdb

        return duckdb.from_arrow(native)
    return native


def to_pandas(frame: Any) -> pd.DataFrame:  # noqa: ANN401
    """Collect a lazy Narwhals frame into pandas with a fresh index."""
    table: pd.DataFrame = frame.collect().to_pandas()
    return table.reset_index(drop=True)


def into_engine(table: pd.DataFrame, data: Any) -> Any:  # noqa: ANN401
    """Take a small table to the engine, the session and the connection that hold ``data``."""
    import narwhals as nw
    import pyarrow as pa

    given = nw.from_native(data)
    engine = given.implementation
    native: Any
    if isinstance(given, nw.DataFrame) or engine.is_polars():
        columns = {str(name): table[name].tolist() for name in table}
        return nw.from_dict(columns, backend=engine).lazy()
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    if engine.is_duckdb():
        native = _into_connection(data, arrow)
    elif engine.is_spark_like():
        native = data.sparkSession.createDataFrame(arrow)
    elif engine.is_dask():
        import dask.dataframe

        native = dask.dataframe.from_pandas(table, npartitions=1)
    elif engine.is_ibis():
        import ibis

        native = ibis.memtable(arrow)
    else:
        raise problem(
            "score",
            f"the table is held by {engine.name.lower()}",
            "Scores go back to pandas, Polars, PyArrow, DuckDB, PySpark, Dask and Ibis",
            "Bring the table to one of them first",
            error=TypeError,
        )
    return nw.from_native(native).lazy()


def _into_connection(relation: Any, scored: Any) -> Any:  # noqa: ANN401
    """Wrap an Arrow table as a relation of the connection that a relation belongs to.

    Only a relation's own ``query`` reaches its connection, and DuckDB 1 leaves a view behind.
    DuckDB finds ``scored`` by its name here.
    """
    view = f"scored_{uuid.uuid4().hex}"
    held = relation.query(view, "SELECT * FROM scored")
    relation.query(view, f"DROP VIEW IF EXISTS {view}")
    return held
