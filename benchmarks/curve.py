"""Draw docs/images/bench-cells.png from measured points: ``curve.py draw POINTS PICTURE``."""

import json
from pathlib import Path

import child
import matplotlib as mpl

mpl.use("Agg")

from centricity.plots import style

LINES = {
    "lifetimes": (style.ORANGE, "lifetimes, a row per customer", "s--"),
    "ours, no two alike": (style.SKY, "centricity, no two histories alike", "^:"),
    "ours": (style.BLUE, "centricity, dates in days", "o-"),
}


def draw(source, target):
    """Seconds of a BG/NBD fit against customers, with the cells beside our points."""
    points = json.loads(Path(source).read_text())
    ax = style.axes(width=9.0, height=5.2)
    for name, (colour, words, marks) in LINES.items():
        pairs = [(p["customers"], p[name]) for p in points if name in p]
        if pairs:
            ax.plot(*zip(*pairs, strict=True), marks, color=colour, label=words, linewidth=2)
    for point in points:
        ax.annotate(
            f"{point['cells']:,} cells",
            (point["customers"], point["ours"]),
            xytext=(0, -16),
            textcoords="offset points",
            ha="center",
            color=style.BLUE,
            fontsize=style.TICK_SIZE - 1,
        )
    ax.set(xscale="log", yscale="log")
    low = min(p["ours"] for p in points)
    ax.set_ylim(bottom=low / 2.5)
    ax.margins(x=0.08)
    style.label(
        ax,
        title=finding(points),
        x="customers (logarithmic scale)",
        y="seconds for a BG/NBD fit (logarithmic scale)",
    )
    style.legend(ax, loc="upper left")
    ax.figure.savefig(target, dpi=110)
    return None, {}


def finding(points):
    """Say how the time grew from the first point to the last."""
    first, last = points[0], points[-1]
    customers = last["customers"] / first["customers"]
    seconds = last["ours"] / first["ours"]
    return f"{customers:,.0f} times the customers, {seconds:,.0f} times the time"


if __name__ == "__main__":
    child.main({"draw": draw})
