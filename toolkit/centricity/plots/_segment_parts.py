"""Words, checks and the grid of cells that several figures of segments share."""

from collections.abc import Hashable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from centricity._validate import a_type, problem
from centricity.plots.style import BLUE, INK, TICK_SIZE

BLUES = LinearSegmentedColormap.from_list("blues", ["#F7FAFC", "#9CC7E3", BLUE, "#003B63"])
MARKERS = "os^DvP*Xd<>h"


def require(result: object, kind: type, function: str, *, plot: str | None = None) -> None:
    if not isinstance(result, kind):
        raise problem(
            f"plots.{plot or function}",
            f"{a_type(result)} was given",
            f"This figure shows the result of segmentation.{function}",
            f"Call segmentation.{function} first",
            error=TypeError,
        )


def heat(ax: Axes, table: pd.DataFrame, depth: np.ndarray, words: pd.DataFrame) -> None:
    """Fill a grid of cells by ``depth`` (its largest is darkest) and write ``words`` on it."""
    top = max(float(np.nanmax(depth)), 1e-12)
    ax.imshow(depth, cmap=BLUES, vmin=0, vmax=top, aspect="auto")
    for row, column in np.ndindex(depth.shape):
        dark = depth[row, column] > 0.5 * top
        ax.text(column, row, str(words.iat[row, column]), ha="center", va="center",
                fontsize=TICK_SIZE, color="white" if dark else INK)  # fmt: skip
    ax.set_xticks(range(table.shape[1]), [str(name) for name in table.columns])
    ax.set_yticks(range(table.shape[0]), [str(name) for name in table.index])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def in_order(labels: pd.Series) -> list[Hashable]:
    if isinstance(labels.dtype, pd.CategoricalDtype):
        return [name for name in labels.cat.categories if (labels == name).any()]
    return sorted(labels.unique())


def words(name: str) -> str:
    return {"recency_days": "days since last order"}.get(name, name.replace("_", " "))


def capital(words: str) -> str:
    return words[:1].upper() + words[1:] if len(words) > 1 else words


def named(period: Hashable) -> str:
    """Write a period's name: a date without its midnight.

    >>> named(pd.Timestamp("2025-12-31")), named(2025)
    ('2025-12-31', '2025')
    """
    return f"{period:%Y-%m-%d}" if isinstance(period, pd.Timestamp) else str(period)
