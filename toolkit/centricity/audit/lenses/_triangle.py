"""Sales of cohorts by age, in blocks of time that end with the last day observed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity.audit.lenses._periods import EVERY

MOST = 60
"""Blocks kept; customers born before count as one cohort, the older ones."""

RECENT = {"W": 52, "M": 12, "Q": 8, "Y": 5}
"""Steps from one block to the next that are learnt from: the last ones, in whole years."""

SLACK = 0.05
"""Share of its length by which the first block may lack days and yet count as whole."""


@dataclass(frozen=True)
class Triangle:
    """Sales of cohorts by age, in blocks of time that end with the last day observed.

    `edges` are the first days of the blocks, and the day after the last. Row i of `sales` is the
    cohort born in block i, column k its sales k blocks later; NaN after the end. `sizes` are its
    customers. Where `partial`, block 0 is not whole: it holds all who were born before block 1.
    """

    edges: np.ndarray
    sales: Float
    sizes: np.ndarray
    partial: bool
    every: str

    @property
    def whole(self) -> int:
        """Blocks that the log covers wholly."""
        return len(self.sizes) - self.partial


def block_edges(end: int, first: int, every: str) -> np.ndarray:
    """First days of the blocks counted back from the day after the end, that day the last entry.

    >>> block_edges(20_453, 19_723, "Y").astype("datetime64[D]").astype(str).tolist()
    ['2024-01-01', '2025-01-01', '2026-01-01']
    """
    after = end + 1
    back = np.arange(min(MOST, int((after - first) / EVERY[every]) + 2) + 1)
    if every == "W":
        starts = after - 7 * back
    else:
        month = np.datetime64(after, "D").astype("datetime64[M]")
        months = month - {"M": 1, "Q": 3, "Y": 12}[every] * back
        here = months.astype("datetime64[D]").astype(np.int64)
        following = (months + 1).astype("datetime64[D]").astype(np.int64)
        starts = np.minimum(here + (after - here[0]), following - 1)
    covered = starts >= first - SLACK * EVERY[every]
    return starts[covered][::-1]


def triangle(table: pd.DataFrame, births: np.ndarray, end: int, every: str) -> Triangle:
    """Add up sales by cohort and age, in blocks that end with the last day observed."""
    edges = block_edges(end, int(births.min()), every)
    partial = bool(births.min() < edges[0])
    if partial:
        edges = np.concatenate([[births.min()], edges])
    blocks = len(edges) - 1
    born = np.searchsorted(edges, births, side="right") - 1
    now = np.searchsorted(edges, table["day"].to_numpy(), side="right") - 1
    row = born[table["code"].to_numpy()]
    cells = np.bincount(row * blocks + now - row, table["sales"].to_numpy(), blocks * blocks)
    sales = cells.reshape(blocks, blocks)
    reached = np.arange(blocks)[None, :] < blocks - np.arange(blocks)[:, None]
    sizes = np.bincount(born, minlength=blocks)
    return Triangle(edges, np.where(reached, sales, np.nan), sizes, partial, every)
