"""Build the lessons: execute each source into notebooks/solutions/ and, stubbed, into notebooks/.

Run ``python tools/build_lessons.py`` for all lessons or ``… 03 08`` for some. The same source
builds the same bytes: no timestamps, no random ids, no live widgets (a saved widget without its
kernel shows an error), pictures without metadata and in few colours.
"""

import argparse
import asyncio
import base64
import io
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from PIL import Image

from lesson_source import METADATA, LessonError, is_code, learner, read_source, sources

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 1_000_000
WIDGET = "application/vnd.jupyter.widget-view+json"
# One thread per kernel: same digits everywhere, and two kernels do not fight over two cores.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
KERNEL_ARGUMENTS = [
    "--IPKernelApp.log_level=ERROR",
    "--InlineBackend.figure_formats={'png'}",
    "--InlineBackend.print_figure_kwargs={'bbox_inches': 'tight', 'metadata': {'Software': None}}",
]
PNG = "image/png"
# A palette is kept if at most one pixel in 500 is off by more than the eye sees at an edge.
COLOURS, SEEN, SHARE_SEEN = 256, 16, 1 / 500
CHECK_WIDGETS = "from centricity import widgets; widgets.check_all()"


def execute(notebook: NotebookNode, folder: Path, name: str) -> NotebookNode:
    """Run a notebook in ``folder``, then move every widget in it to its ends; return it cleaned."""
    probe = nbformat.v4.new_code_cell(CHECK_WIDGETS, id="check-widgets")
    notebook.cells.append(probe)
    client = NotebookClient(
        notebook,
        timeout=300,
        extra_arguments=KERNEL_ARGUMENTS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # where a stream breaks into pieces is chance
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        asyncio.run(client.async_execute(env=os.environ | THREADS))
    except CellExecutionError as error:
        raise LessonError(f"{name}: a cell raised.\n{error}") from None
    notebook.cells.pop()
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells):
        if is_code(cell):
            cell.metadata.pop("execution", None)
            cell.outputs = [out for out in map(without_widget, cell.outputs) if out is not None]
            for output in cell.outputs:
                if PNG in output.get("data", {}):
                    output.data[PNG] = in_few_colours(output.data[PNG])
            inspect(cell, f"{name}, cell {number}")
    return notebook


def without_widget(output: NotebookNode) -> NotebookNode | None:
    """Drop a live widget from an output; keep the picture that stands for it, if it has one."""
    data = output.get("data", {})
    if data.pop(WIDGET, None) is None:
        return output
    return output if set(data) - {"text/plain"} else None


def in_few_colours(picture: str) -> str:
    """Return a PNG (base64) with a palette of 256 colours; unchanged where one would see it."""
    image = Image.open(io.BytesIO(base64.b64decode(picture)))
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        return picture
    full = image.convert("RGB")
    few = full.quantize(
        COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE
    )
    before, after = (np.asarray(i, dtype=np.int16) for i in (full, few.convert("RGB")))
    if (np.abs(after - before).max(axis=2) > SEEN).mean() > SHARE_SEEN:
        return picture
    made = io.BytesIO()
    few.save(made, "PNG", optimize=True)
    return min(base64.b64encode(made.getvalue()).decode(), picture, key=len)


def inspect(cell: NotebookNode, where: str) -> None:
    """Raise a LessonError when an output would differ on another machine, or read badly."""
    for output in cell.outputs:
        text = output.get("text", "") or output.get("data", {}).get("text/plain", "")
        if output.get("name") == "stderr" and "shows-warning" not in cell.metadata.get("tags", []):
            raise LessonError(
                f"{where} writes to stderr:\n{text}\nMend the cause, switch progress bars off, or "
                "tag the cell 'shows-warning' when the warning is what the lesson shows."
            )
        if re.search(r"0x[0-9a-f]{6,}|^[\[(]?<Axes", text):
            raise LessonError(
                f"{where} prints an object instead of a result: {text[:80]!r}. Assign it "
                "(ax = …) or end the cell with plt.show()."
            )


def finish(notebook: NotebookNode, path: Path) -> str:
    """Write a built notebook unless it is too large; return a line about it."""
    nbformat.validate(notebook)
    text = nbformat.writes(notebook, version=4) + "\n"
    size = len(text.encode())
    if size > LARGEST:
        raise LessonError(
            f"{path.name} would be {size / 1e6:.2f} MB; a lesson stays under {LARGEST / 1e6:.0f} "
            "MB. Draw fewer points (rasterise, sample or bin) or smaller figures."
        )
    path.write_text(text, encoding="utf-8", newline="\n")
    return f"{path.parent.name}/{path.name} ({size / 1000:.0f} kB)"


def build(path: Path, folder: Path) -> str:
    """Build both notebooks of one source; nothing is written unless both run."""
    start = time.perf_counter()
    solved = read_source(path)
    solutions = folder / "solutions"
    solutions.mkdir(exist_ok=True)
    # Each runs where it will lie, so that it finds there what it finds here.
    tasks = [
        (solved, solutions, f"{path.stem} (solution)"),
        (learner(solved, path.stem), folder, f"{path.stem} (learner)"),
    ]
    with ThreadPoolExecutor(2) as pool:
        solution, lesson = pool.map(lambda task: execute(*task), tasks)
    written = [
        finish(lesson, folder / f"{path.stem}.ipynb"),
        finish(solution, solutions / f"{path.stem}.ipynb"),
    ]
    return f"built {' and '.join(written)} in {time.perf_counter() - start:.0f} s"


def main(arguments: list[str] | None = None) -> int:
    """Build the lessons named on the command line, or all; return the number that failed."""
    parser = argparse.ArgumentParser(description="Build lessons from notebooks/source/.")
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; none means all")
    parser.add_argument("--folder", type=Path, default=ROOT / "notebooks")
    options = parser.parse_args(arguments)
    failed = 0
    try:
        for path in sources(options.folder, options.lessons):
            try:
                print(build(path, options.folder), flush=True)
            except LessonError as error:
                failed += 1
                print(f"not built: {error}", file=sys.stderr, flush=True)
    except LessonError as error:
        sys.exit(str(error))
    return failed


if __name__ == "__main__":
    sys.exit(main())
