"""The design canvas of a workshop as one page."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from centricity._validate import a_type, problem
from centricity.plots import style
from centricity.plots._words import euros


def canvas_page(
    texts: pd.Series, scores: pd.Series, questions: Sequence[str] = (), *, name: str = ""
) -> Figure:
    """Draw a team's page: what they wrote, what it does, what is still open.

    Parameters
    ----------
    texts : Series
        Heading → text, in the order of the boxes (six fit best).
    scores : Series
        ``CanvasResult.scores``.
    questions : sequence of str
        What is still open.
    name : str
        Title of the page.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError
        When the texts or the scores are no Series.

    Examples
    --------
    >>> figure = canvas_page(pd.Series({"Goals": "higher value"}), pd.Series({"profit, €": -5.0}))
    >>> len(figure.axes)
    1
    """
    for name_of, held in (("texts", texts), ("scores", scores)):
        if not isinstance(held, pd.Series):
            raise problem(
                "plots.canvas_page", f"{name_of} is {a_type(held)}",
                "It is a pandas Series with the headings in the index", error=TypeError,
            )  # fmt: skip
    figure, ax = plt.subplots(figsize=(12, 6.5), layout="constrained")
    ax.set(xlim=(0, 3), ylim=(0, 4.2))
    ax.axis("off")
    for place, (heading, text) in enumerate(texts.items()):
        left, top = place % 2, 4.1 - 1.35 * (place // 2)
        ax.add_patch(
            plt.Rectangle((left + 0.02, top - 1.27), 0.96, 1.25, fill=False, edgecolor=style.GREY)
        )
        ax.text(left + 0.06, top - 0.08, str(heading), va="top", fontsize=13, weight="bold",
                color=style.BLUE)  # fmt: skip
        body = "\n".join(
            line for part in str(text).split("\n") for line in textwrap.wrap(part, 44)[:3]
        )
        ax.text(left + 0.06, top - 0.36, body, va="top", fontsize=11, color=style.INK)
    ax.text(2.06, 4.02, "What it does", va="top", fontsize=13, weight="bold", color=style.BLUE)
    rows = "\n".join(f"{spelt(value):>9}" for value in scores)
    ax.text(2.06, 3.74, "\n".join(map(str, scores.index)), va="top", fontsize=11, linespacing=1.6)
    ax.text(2.99, 3.74, rows, va="top", ha="right", fontsize=11, linespacing=1.6, weight="bold")
    heading = f"Still open: {len(questions)}" if questions else "Nothing left open"
    ax.text(2.06, 1.9, heading, va="top", fontsize=13, weight="bold", color=style.RED)
    lines = [line for ask in questions[:6] for line in textwrap.wrap(f"• {ask}", 46)]
    ax.text(2.06, 1.64, "\n".join(lines[:10]), va="top", fontsize=10.5, color=style.INK)
    profit = scores.get("profit, €")
    verdict = (
        "" if profit is None else f"{' earns' if profit >= 0 else ' loses'} {euros(abs(profit))}"
    )
    figure.suptitle(f"{name or 'This page'}{verdict}", fontsize=17)
    return figure


def spelt(value: float) -> str:
    """Return a number as a person would write it.

    Examples
    --------
    >>> spelt(-1234.5), spelt(3.14159), spelt(float("inf"))
    ('−1,234', '3.1', 'never')
    """
    if not np.isfinite(value):
        return "never" if value > 0 else "—"
    words = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
    return words.replace("-", "−")
