"""Segments made by one rule in two windows, and which of the second is which of the first."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.segmentation._checks import categories_of, segments_of
from centricity.segmentation.clusters import Clustering

Made: TypeAlias = "Clustering | pd.Series"
MakeSegments: TypeAlias = Callable[[pd.DataFrame], Made]
"""Takes features, returns a clustering or one segment per customer."""


@dataclass(frozen=True)
class Pair:
    """Segments of the same customers in two windows.

    `matches` says which segment of the second window is that of the first; `distance` is that of
    their centres, `neighbour` that from each first centre to its nearest other, both in standard
    deviations of the first window.
    """

    before: pd.Series
    after: pd.Series
    matches: dict[Hashable, Hashable]
    distance: dict[Hashable, float]
    neighbour: dict[Hashable, float]

    @property
    def same(self) -> np.ndarray:
        """Whether each customer's segment is the same in both windows."""
        # As objects, since categoricals with other categories can't be compared.
        before, after = self.before.astype(object), self.after.astype(object)
        return (before.map(self.matches) == after).to_numpy()

    @property
    def rand(self) -> float:
        """Adjusted Rand index of the two windows (Hubert & Arabie 1985)."""
        from sklearn.metrics import adjusted_rand_score

        # Whole numbers instead of names: sorting text takes twenty times as long.
        first, second = (pd.factorize(one)[0] for one in (self.before, self.after))
        return float(adjusted_rand_score(first, second))


def compare(features: list[pd.DataFrame], rule: MakeSegments, where: str) -> Pair:
    """Apply a rule to the features of both windows, and match what it makes."""
    made = [rule(table.copy()) for table in features]
    labels = [_labels(one, table.index, where) for one, table in zip(made, features, strict=True)]
    centres = _centres(features, labels)
    names = [list(centre.index) for centre in centres]
    gaps = np.linalg.norm(
        centres[0].to_numpy()[:, None] - centres[1].to_numpy()[None, :], axis=2
    )  # fmt: skip
    if all(isinstance(one, Clustering) for one in made):
        from scipy.optimize import linear_sum_assignment

        rows, columns = linear_sum_assignment(gaps)
        matches = {names[0][i]: names[1][j] for i, j in zip(rows, columns, strict=True)}
    else:
        matches = {name: name for name in names[0] if name in names[1]}
    distance = {a: gaps[names[0].index(a), names[1].index(b)] for a, b in matches.items()}
    own = np.linalg.norm(
        centres[0].to_numpy()[:, None] - centres[0].to_numpy()[None, :], axis=2
    )  # fmt: skip
    np.fill_diagonal(own, np.inf)
    nearest = dict(zip(names[0], own.min(axis=1), strict=True))
    return Pair(labels[0], labels[1], matches, distance, nearest)


def _labels(made: object, index: pd.Index, where: str) -> pd.Series:
    held = segments_of(made.labels if isinstance(made, Clustering) else made, "the rule's result",
                       where)  # fmt: skip
    missing = ~index.isin(held.index)
    if missing.any() or len(held) != len(index):
        raise problem(
            where, f"the rule gave a segment to {int((~missing).sum()):,} of {len(index):,} "
            "customers", "Each customer of a window has one segment",
            "Name a segment for the others, such as 'no order'",
        )  # fmt: skip
    return held.reindex(index)


def _centres(features: list[pd.DataFrame], labels: list[pd.Series]) -> list[pd.DataFrame]:
    """Mean of each segment, on the first window's scale (logarithms, standard deviations)."""
    logged = [np.log1p(table) for table in features]
    spread = logged[0].std(ddof=0)
    scale = spread.where(spread > 0, 1.0)
    found = []
    for table, segment in zip(logged, labels, strict=True):
        order = [name for name in categories_of(segment) if (segment == name).any()]
        scaled = (table - logged[0].mean()) / scale
        found.append(scaled.groupby(segment.astype(object)).mean().loc[order])
    return found
