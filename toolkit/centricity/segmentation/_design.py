"""From a customers table with numbers and categories to the columns of a regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    listing,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)
from centricity.segmentation._checks import require_list, require_unique, text_columns

MOST_LEVELS = 50


@dataclass(frozen=True)
class Design:
    """How features become columns: numbers standardised, categories as yes/no but the first.

    Attributes
    ----------
    numbers : dict
        Mean and standard deviation of each column of numbers.
    categories : dict
        The categories of each other column; the first, the most frequent, is the reference.
    """

    numbers: dict[str, tuple[float, float]]
    categories: dict[str, tuple[str, ...]]

    @property
    def terms(self) -> list[str]:
        """Names of the columns, the constant first."""
        levels = [f"{name} = {c}" for name, kinds in self.categories.items() for c in kinds[1:]]
        return ["constant", *self.numbers, *levels]

    @property
    def scale(self) -> Float:
        """Standard deviation of each column's feature; 1 for the constant and categories."""
        rest = len(self.terms) - 1 - len(self.numbers)
        return np.array([1.0, *(sd for _, sd in self.numbers.values()), *[1.0] * rest])

    @property
    def center(self) -> Float:
        """Mean of each column's feature; 0 for the constant and categories."""
        rest = len(self.terms) - 1 - len(self.numbers)
        return np.array([0.0, *(mean for mean, _ in self.numbers.values()), *[0.0] * rest])

    def build(self, features: pd.DataFrame, where: str) -> Float:
        """Return the columns, shape (n, terms), or raise for what can't be scored."""
        needed = [*self.numbers, *self.categories]
        features = text_columns(require_frame(features, where))
        require_columns(
            list(features.columns), needed, where, "Scoring needs the features of the fit"
        )
        columns: list[Float] = [np.ones(len(features))]
        for name, (mean, sd) in self.numbers.items():
            columns.append((numeric_column(features, name, where) - mean) / sd)
        for name, kinds in self.categories.items():
            held = as_text(features[name], name, where)
            strange = ~held.isin(kinds)
            if strange.any():
                raise problem(
                    where,
                    f"'{name}' has categories that the fit hasn't seen "
                    f"({listing(held[strange].unique()[:3])}) for "
                    f"{which(strange, noun='customers')}",
                    f"It knows {listing(kinds)}",
                    "Set them to the nearest known one, or fit again with customers of that kind",
                )
            columns += [(held == kind).to_numpy().astype(np.float64) for kind in kinds[1:]]
        return np.column_stack(columns)


def as_text(column: pd.Series, name: str, where: str) -> pd.Series:
    """Return a column of categories as text, none missing."""
    if column.isna().any():
        raise problem(
            where, f"'{name}' is missing for {which(column.isna(), noun='customers')}",
            "Each customer has a category", "Name one for them, with fillna('unknown')",
        )  # fmt: skip
    return column.astype(str)


def fit_design(features: pd.DataFrame, columns: Sequence[str] | None, where: str) -> Design:
    """Decide what is a number and what a category, and check that each tells customers apart."""
    require_list(columns, "columns", where)
    features = text_columns(require_frame(features, where))
    names = [str(c) for c in (features.columns if columns is None else columns)]
    if not names or len(set(names)) < len(names):
        raise problem(where, f"the columns are {names}", "At least one feature, each once")
    require_columns(list(features.columns), names, where, "Each feature is a column")
    require_unique(features.index, where)
    numbers: dict[str, tuple[float, float]] = {}
    categories: dict[str, tuple[str, ...]] = {}
    for name in names:
        column = features[name]
        types = pd.api.types
        if types.is_datetime64_any_dtype(column) or types.is_timedelta64_dtype(column):
            raise problem(
                where, f"'{name}' holds dates", "A feature is a number or a category",
                "Turn it into one, such as days since a date, or the month", error=TypeError,
            )  # fmt: skip
        if types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
            values = numeric_column(features, name, where)
            spread = float(values.std())
            if np.ptp(values) > 0 and spread > 0:
                numbers[name] = (float(values.mean()), spread)
                continue
        else:
            kinds = as_text(column, name, where).value_counts()
            if len(kinds) > MOST_LEVELS:
                raise problem(
                    where, f"'{name}' has {len(kinds):,} categories",
                    f"Each has a coefficient of its own, so at most {MOST_LEVELS}",
                    "Join the rare ones; leave out names and ids",
                )  # fmt: skip
            if len(kinds) > 1:
                order = sorted((-int(n), str(kind)) for kind, n in kinds.items())
                categories[name] = tuple(kind for _, kind in order)
                continue
        raise problem(
            where, f"'{name}' is the same for all {len(features):,} customers",
            "A feature must differ between customers to tell them apart", "Leave this column out",
        )  # fmt: skip
    return Design(numbers, categories)


def require_independent(columns: Float, terms: list[str], where: str) -> None:
    """Raise when a column is a sum of others, so that their coefficients can't be told apart."""
    from scipy.linalg import qr

    scaled = columns / np.linalg.norm(columns, axis=0)
    size = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    if len(columns) < len(terms) or (size < 1e-8).any():
        _, triangle, order = qr(scaled, mode="economic", pivoting=True)
        weak = np.abs(np.diag(triangle)) < 1e-8
        first = np.flatnonzero(size < 1e-8)
        name = terms[int(first[0])] if len(first) else terms[int(order[weak.argmax()])]
        raise problem(
            where, f"'{name}' follows exactly from the other features",
            "Each feature must bring something of its own", "Leave this column out",
        )  # fmt: skip


def require_overlap(features: pd.DataFrame, hit: np.ndarray, design: Design, where: str) -> None:
    """Raise when one feature alone decides who is in, so that its coefficient has no end."""
    features = text_columns(features)
    for name in design.numbers:
        values = features[name].to_numpy(dtype=float)
        inside, outside = values[hit], values[~hit]
        if inside.min() >= outside.max() or inside.max() <= outside.min():
            above = inside.min() >= outside.max()
            mine, others = ((inside.min(), outside.max()) if above else
                            (inside.max(), outside.min()))  # fmt: skip
            sides = ("least", "most") if above else ("most", "least")
            raise problem(
                where, f"'{name}' separates the target perfectly (everybody in it has at "
                f"{sides[0]} {mine:g}, everybody else at {sides[1]} {others:g})",
                "A coefficient that fits perfectly has no end",
                "Check that it was known on day one, and isn't the target in other words; then "
                "leave it out",
            )  # fmt: skip
    for name, kinds in design.categories.items():
        held = features[name].astype(str).to_numpy()
        for kind in kinds:
            mine = hit[held == kind]
            if mine.all() or not mine.any():
                raise problem(
                    where, f"{'all' if mine.all() else 'none'} of the {len(mine):,} customers with "
                    f"'{name}' = '{kind}' {'are' if mine.all() else 'is'} in the target",
                    "A category needs customers inside and outside, or its odds have no end",
                    "Join it with another category, or leave these customers out and say so",
                )  # fmt: skip
