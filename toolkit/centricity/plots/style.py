"""The look that every figure shares: palette, sizes, titles that state a finding.

Nothing is changed globally; each plot asks for its axes here and labels them here.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

# Okabe & Ito (2008), "Color Universal Design": told apart with any common colour blindness.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, GREY, INK = "#CC79A7", "#56B4E9", "#8A8A8A", "#222222"
PALETTE: Sequence[str] = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, GREY)

TITLE_SIZE, LABEL_SIZE, TICK_SIZE = 15, 13, 12


def axes(ax: Axes | None = None, *, width: float = 8.0, height: float = 4.5) -> Axes:
    """Return ``ax``, or the axes of a new figure (inches), cleared of clutter.

    Examples
    --------
    >>> axes(width=6, height=3).figure.get_size_inches().tolist()
    [6.0, 3.0]
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(visible=True, color="#E6E6E6", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=TICK_SIZE)
    return ax


def label(ax: Axes, *, title: str, x: str, y: str) -> Axes:
    """Write the finding above the axes and the units beside them.

    Examples
    --------
    >>> ax = label(axes(), title="Sales rose", x="Year", y="Sales (€)")
    >>> ax.get_title(loc="left"), ax.get_ylabel()
    ('Sales rose', 'Sales (€)')
    """
    ax.set_title(title, fontsize=TITLE_SIZE, loc="left", wrap=True)
    ax.set_xlabel(x, fontsize=LABEL_SIZE)
    ax.set_ylabel(y, fontsize=LABEL_SIZE)
    return ax


def legend(ax: Axes, **options: Any) -> Axes:  # noqa: ANN401
    """Add a legend without a frame, at a size that the last row can read.

    Examples
    --------
    >>> ax = axes()
    >>> _ = ax.plot([1, 2], label="sales")
    >>> [text.get_text() for text in legend(ax).get_legend().get_texts()]
    ['sales']
    """
    ax.legend(frameon=False, fontsize=TICK_SIZE, **options)
    return ax
