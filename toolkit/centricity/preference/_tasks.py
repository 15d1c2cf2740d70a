"""Choice tasks as arrays, checked: one row for each alternative, one choice in each task."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    a_type,
    listing,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)

ONE_CHOICE = "In each task exactly one alternative is chosen"


@dataclass(frozen=True)
class Tasks:
    """Rows sorted by task; ``rows`` says where each came from."""

    names: tuple[str, ...]
    x: Float  # rows × attributes
    rows: np.ndarray  # position in the table that was given
    starts: np.ndarray  # first row of each task
    sizes: np.ndarray  # alternatives in each task
    owner: np.ndarray  # respondent of each task, as a code
    labels: pd.Index  # name of each task

    def probabilities(self, weights: Float) -> Float:
        """Probability of each row within its task, for these weights."""
        utility = self.x @ weights
        top = np.repeat(np.maximum.reduceat(utility, self.starts), self.sizes)
        odds = np.exp(utility - top)
        return odds / np.repeat(np.add.reduceat(odds, self.starts), self.sizes)


def attribute_names(attributes: object, where: str) -> tuple[str, ...]:
    """Return the names of the attributes, at least one and none twice."""
    if isinstance(attributes, str) or not isinstance(attributes, Sequence | pd.Index):
        raise problem(
            where,
            f"attributes is {a_type(attributes)}",
            "attributes is a list of column names",
            "Even a single one goes in brackets: ['price']",
            error=TypeError,
        )
    names = tuple(map(str, attributes))
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        what = f"the attributes {listing(twice)} are named twice" if twice else "it names none"
        raise problem(where, f"in attributes {what}", "Each attribute is named once")
    return names


def require_words_apart(frame: pd.DataFrame, names: Sequence[str], where: str) -> None:
    """Refuse a column name that occurs twice, and levels that are written as words."""
    twice = sorted(set(frame.columns[frame.columns.duplicated()].map(str)) & set(names))
    if twice:
        says = f"the table has {listing(twice)} more than once"
        raise problem(where, says, "Each attribute is one column", "Drop or rename the others")
    types = pd.api.types
    for name in names:
        held = frame[name] if name in frame else pd.Series(dtype=float)
        words = not (types.is_numeric_dtype(held) or types.is_bool_dtype(held))
        if words and pd.to_numeric(held.astype(str), errors="coerce").isna().any():
            raise problem(
                where,
                f"'{name}' holds words, such as {held.iloc[0]!r}",
                "An attribute is a number",
                "Write each level but one as a column of 0 and 1, for example with "
                "pandas.get_dummies(..., drop_first=True, dtype=int)",
                error=TypeError,
            )


def read_tasks(
    table: object,
    attributes: Sequence[str],
    *,
    respondent: str | None,
    task: str,
    where: str,
) -> Tasks:
    """Check a table of choice tasks and sort it by task.

    Raises
    ------
    ValueError
        When a column is missing, a value is missing or infinite, there is no task, or a task has
        one alternative only.
    """
    frame = require_frame(table, where)
    names = attribute_names(attributes, where)
    require_words_apart(frame, names, where)
    keys = [task] if respondent is None else [respondent, task]
    needed = [*keys, *names]
    rule = "A table of choice tasks has one row for each alternative"
    require_columns([str(c) for c in frame.columns], needed, where, rule)
    if frame.empty:
        raise problem(where, "the table is empty", "At least one choice task is needed")
    for key in keys:
        if frame[key].isna().any():
            raise problem(
                where,
                f"'{key}' is missing in {which(frame[key].isna())}",
                "Each row belongs to one task of one respondent",
                "Fill it in or leave these rows out",
            )
    columns = [numeric_column(frame, name, where, noun="rows") for name in names]
    code, groups = pd.factorize(pd.MultiIndex.from_frame(frame[keys]))
    rows = np.argsort(code, kind="stable")
    sizes = np.bincount(code)
    said = ["/".join(map(str, group)) for group in groups]
    labels = pd.Index(said)
    if (sizes < 2).any():
        raise problem(
            where,
            f"there is one alternative only in "
            f"{which(pd.Series(sizes < 2, index=labels), noun='tasks')}",
            "A choice needs at least two alternatives",
            "Add the alternative of not buying as a row, or leave these tasks out",
        )
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = pd.factorize(groups.get_level_values(0))[0]
    return Tasks(names, np.column_stack(columns)[rows], rows, starts, sizes, owner, labels)


def read_chosen(table: pd.DataFrame, chosen: str, tasks: Tasks, where: str) -> np.ndarray:
    """Return the row (of the sorted ones) that is chosen in each task."""
    require_columns([str(c) for c in table.columns], [chosen], where, ONE_CHOICE)
    column = table[chosen]
    if pd.api.types.is_bool_dtype(column) and not column.isna().any():
        column = column.astype(int)
    held = numeric_column(column.to_frame(chosen), chosen, where, noun="rows")
    odd = ~np.isin(held, (0, 1))
    if odd.any():
        raise problem(
            where,
            f"'{chosen}' is neither 0 nor 1 in {which(pd.Series(odd, index=table.index))}",
            "1 marks what was chosen, 0 the rest",
        )
    held = held[tasks.rows]
    count = np.add.reduceat(held, tasks.starts)
    for wrong, says in ((count == 0, "nothing is chosen"), (count > 1, "more than one is chosen")):
        if wrong.any():
            found = which(pd.Series(wrong, index=tasks.labels), noun="tasks")
            raise problem(
                where,
                f"{says} in {found}",
                ONE_CHOICE,
                "Where 'none of these' was an answer, give it a row of its own; otherwise leave "
                "these tasks out",
            )
    return np.flatnonzero(held)


def require_variation(tasks: Tasks, price: str, where: str) -> Float:
    """Return each attribute less its mean in the task; raise where no weight can be told."""
    contrasts = len(tasks.x) - len(tasks.sizes)
    if contrasts < len(tasks.names):
        raise problem(
            where,
            f"{len(tasks.sizes)} tasks with {len(tasks.x)} alternatives allow {contrasts} "
            f"comparisons, and there are {len(tasks.names)} attributes",
            "Each weight needs at least one comparison, and is known well only from very many",
            "Ask more tasks or more people",
        )
    mean = np.add.reduceat(tasks.x, tasks.starts) / tasks.sizes[:, None]
    within = tasks.x - np.repeat(mean, tasks.sizes, axis=0)
    largest = np.maximum(np.abs(tasks.x).max(axis=0), 1e-300)
    still = np.abs(within).max(axis=0) <= 1e-12 * largest
    if still.any():
        names = [name for name, flat in zip(tasks.names, still, strict=True) if flat]
        remedy = (
            "Leave it out. Something about the respondent, such as age, can enter multiplied by an "
            "attribute"
        )
        if price in names:
            remedy = "Show prices that differ within a task: without them nothing has a worth"
        raise problem(
            where,
            f"{listing(names)} never {'differs' if len(names) == 1 else 'differ'} between the "
            "alternatives of a task",
            "A weight shows only where alternatives differ",
            remedy,
        )
    scaled = within / within.std(axis=0)
    _, strength, direction = np.linalg.svd(scaled.T @ scaled / len(scaled))
    if strength[-1] < 1e-10:
        tied = [n for n, part in zip(tasks.names, direction[-1], strict=True) if abs(part) > 1e-4]
        raise problem(
            where,
            f"within the tasks {listing(tied)} can be worked out from each other",
            "Attributes that always move together have no weights of their own",
            "Leave one of them out",
        )
    return within
