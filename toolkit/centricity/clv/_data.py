"""From a customers table to the few arrays that a likelihood needs."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import numeric_column, problem, require_columns, require_frame, which
from centricity.clv._mistakes import (
    at_once,
    late,
    never_back,
    no_count,
    no_number,
    refuse_the_implausible,
)

HISTORY = ("frequency", "recency", "T")


class Histories(NamedTuple):
    """Purchase histories as float64 arrays of one length, with a count of customers for each."""

    x: Float
    t_x: Float
    T: Float
    n: Float
    constant: float = 0.0  # mean part of the log-likelihood that no parameter changes

    def part(self, at: np.ndarray) -> Self:
        """Take some of the histories."""
        return self._replace(x=self.x[at], t_x=self.t_x[at], T=self.T[at], n=self.n[at])


def histories(customers: pd.DataFrame, where: str) -> Histories:
    """Check a customers table (or its cells, with a column ``n``) and take its arrays.

    Raises
    ------
    ValueError, TypeError
        For a missing column or one that is there twice, a value that is not a finite number, a
        negative one, a frequency that is not whole, a last purchase after the end of observation,
        a frequency and a recency that contradict each other, or columns that look swapped or like
        different time units. Every message counts and names the customers.
    """
    frame = require_frame(customers, where)
    rule = (
        "A customers table holds frequency (repeat purchases), recency (age at the last "
        "purchase) and T (age), as transactions.summarize makes it"
    )
    require_columns([str(c) for c in frame.columns], HISTORY, where, rule)
    if len(frame) == 0:
        raise problem(where, "the customers table has no rows", "At least one customer is needed")
    _refuse_odd_columns(frame, where)
    x, t_x, T = (numeric_column(frame, name, where, minimum=0) for name in HISTORY)
    n = np.ones(len(frame))
    if "n" in frame:
        n = numeric_column(frame, "n", where, minimum=0, whole=True)
        if not n.any():
            rule = "'n' counts the customers with the history of its row"
            raise problem(where, f"'n' is 0 in all of {len(n):,} rows", rule)
    _refuse_contradictions(x, t_x, T, frame.index, where)
    refuse_the_implausible(x, t_x, T, where, fitting=where.endswith(".fit"))
    return Histories(x, t_x, T, n)


def _refuse_odd_columns(frame: pd.DataFrame, where: str) -> None:
    for name in (*HISTORY, *(["n"] if "n" in frame else [])):
        column: Any = frame[name]
        if isinstance(column, pd.DataFrame):
            says = f"there are {column.shape[1]} columns '{name}'"
            raise problem(where, says, "Each column is there once", "Drop or rename the others")
        remedy = no_number(column)
        if remedy:
            says, rule = f"'{name}' has dtype {column.dtype}", f"'{name}' must hold numbers"
            raise problem(where, says, rule, remedy, TypeError)


def _refuse_contradictions(x: Float, t_x: Float, T: Float, index: pd.Index, where: str) -> None:
    contradictions = [
        (
            x != np.round(x),
            "'frequency' is not a whole number",
            "'frequency' is a count",
            lambda: no_count(x, t_x),
        ),
        (
            t_x > T * (1 + 1e-12),
            "recency is above T",
            "Recency is the age at the last purchase and T the age now, in one unit",
            lambda: late(t_x, T),
        ),
        (
            (x == 0) & (t_x > 0),
            "frequency is 0 but recency is above 0",
            "A customer who never came back has recency 0: here recency is the age at the last "
            "purchase, not the time since it",
            lambda: never_back(x, t_x, T),
        ),
        (
            (x > 0) & (t_x == 0),
            "frequency is above 0 but recency is 0",
            "A repeat purchase comes after the first, so recency (age at the last purchase) is "
            "above 0",
            lambda: at_once(x, t_x),
        ),
    ]
    for bad, says, rule, remedy in contradictions:
        if bad.any():
            seen = which(pd.Series(bad, index=index), noun="customers")
            raise problem(where, f"{says} in {seen}", rule, remedy())


def in_memory(customers: Any, by: Sequence[str] = HISTORY) -> Any:  # noqa: ANN401
    """Bring the cells of a table that another engine holds; leave anything else as it is."""
    if isinstance(customers, pd.DataFrame):
        return customers
    import narwhals as nw

    from centricity import transactions

    if nw.from_native(customers, pass_through=True) is customers:
        return customers
    return transactions.gather(customers, by=by)


def distinct(*columns: Float) -> tuple[np.ndarray, np.ndarray]:
    """Find equal rows by hashing: the first row of each kind, and the kind of every row."""
    place, _ = pd.factorize(columns[0])
    for column in columns[1:]:
        code, values = pd.factorize(column)
        place, _ = pd.factorize(place * np.int64(max(len(values), 1)) + code)
    first = np.empty(place.max(initial=-1) + 1, dtype=np.intp)
    first[place[::-1]] = np.arange(len(place) - 1, -1, -1)
    return first, place


def collapse(h: Histories) -> tuple[Histories, np.ndarray]:
    """Merge equal histories into cells, so that cost grows with the cells, not the customers.

    Also give each history's place among the cells.
    """
    first, place = distinct(h.x, h.t_x, h.T)
    count = np.bincount(place, weights=h.n, minlength=len(first)).astype(np.float64)
    return h.part(first)._replace(n=count), place


def sketch(h: Histories, size: int) -> Histories:
    """Take ``size`` customers at even steps through the sorted histories: a small likeness."""
    order = np.lexsort((h.T, h.t_x, h.x))
    reached = np.cumsum(h.n[order])
    steps = (np.arange(size) + 0.5) / size * reached[-1]
    picked, count = np.unique(np.searchsorted(reached, steps), return_counts=True)
    return h.part(order[picked])._replace(n=count.astype(np.float64))
