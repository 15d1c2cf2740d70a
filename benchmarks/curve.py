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
    "ours, counted": (style.GREEN, "centricity, equal histories counted before", "d-."),
}


def draw(source, target):
    """Processor seconds of a BG/NBD fit against customers, with their cells at the bottom."""
    points = json.loads(Path(source).read_text())
    ax = style.axes(width=9.0, height=5.2)
    for name, (colour, words, marks) in LINES.items():
        pairs = [(p["customers"], p[name]) for p in points if name in p]
        if pairs:
            ax.plot(*zip(*pairs, strict=True), marks, color=colour, label=words, linewidth=2)
    times = [p[name] for p in points for name in LINES if name in p]
    ax.set(xscale="log", yscale="log", ylim=(min(times) / 6, max(times) * 40))
    for point in points:
        ax.annotate(
            f"{point['cells']:,}\ncells",
            (point["customers"], 0.02),
            xycoords=ax.get_xaxis_transform(),
            ha="center",
            color=style.BLUE,
            fontsize=style.TICK_SIZE,
        )
    ax.set_xlim(points[0]["customers"] / 3, points[-1]["customers"] * 3)
    style.label(
        ax,
        title=finding(points),
        x="customers (log scale)",
        y="processor seconds for a BG/NBD fit (log scale)",
    )
    style.legend(ax, loc="upper left")
    ax.figure.savefig(target, dpi=110)
    return None, {}


def finding(points):
    """Say how histories and time grew from the first point to the last."""
    first, last = points[0], points[-1]
    customers = last["customers"] / first["customers"]
    seconds = last["ours"] / first["ours"]
    histories = last["cells"] / first["cells"]
    return (
        f"{customers:,.0f} × the customers, {histories:,.0f} × the distinct histories, "
        f"{seconds:,.0f} × the time"
    )


if __name__ == "__main__":
    child.main({"draw": draw})
