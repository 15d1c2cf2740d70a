"""Read a lesson's one source and derive from it the solved and the learner's notebook, unexecuted.

A lesson is written once, solved, in jupytext's percent format. A code cell tagged ``solution`` is
an exercise: its leading comment lines (the task, beginning with ``# Your turn``) and its closing
``check(...)`` line stay in the learner's notebook, everything between becomes ``answer = ...``.
A markdown cell tagged ``solution`` (an explanation) appears in the solved notebook only.
"""

import hashlib
import re
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

STUB = "answer = ..."
SOLUTION = "solution"
COMPARE = "nbval-check-output"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class LessonError(Exception):
    """A lesson breaks a rule of the lesson machine; the message says where and what to do."""


def is_check(line: str) -> bool:
    """Say whether a line calls ``check``.

    >>> is_check('check("05.2", answer)'), is_check("recheck(1)")
    (True, False)
    """
    return line.startswith("check(")


def stub(source: str, where: str = "lesson") -> str:
    r"""Return what a learner sees of a solved exercise: the task, the stub, the check.

    >>> print(stub('# Your turn: add.\nanswer = 1 + 1  # two\ncheck("00.1", answer)'))
    # Your turn: add.
    answer = ...
    check("00.1", answer)
    """
    lines = source.strip().splitlines()
    task = []
    for line in lines:
        if not line.startswith("#"):
            break
        task.append(line)
    body = lines[len(task) :]
    if not task or not task[0].lower().startswith("# your turn"):
        raise LessonError(
            f"{where}: a cell tagged 'solution' begins with a comment '# Your turn: …' that says "
            f"the task; this one begins with {lines[0] if lines else 'nothing'!r}."
        )
    if not any(re.match(r"(answer\s*=|def answer\(|answer:)", line) for line in body):
        raise LessonError(f"{where}: a cell tagged 'solution' assigns its result to 'answer'.")
    return "\n".join([*task, STUB, *(line for line in body if is_check(line))])


def read_source(path: Path) -> NotebookNode:
    """Return the solved notebook, unexecuted, with stable cell ids and minimal metadata."""
    notebook = jupytext.read(path, fmt="py:percent")
    seen: Counter[str] = Counter()
    cells = []
    for cell in notebook.cells:
        if not cell.source.strip():
            continue
        make = nbformat.v4.new_code_cell if is_code(cell) else nbformat.v4.new_markdown_cell
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:10]
        seen[digest] += 1
        tags = set(cell.metadata.get("tags", []))
        if is_code(cell) and any(is_check(line) for line in cell.source.splitlines()):
            tags.add(COMPARE)
        metadata = {"tags": sorted(tags)} if tags else {}
        cell_id = f"{path.stem[:2]}-{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else "")
        cells.append(make(cell.source, id=cell_id, metadata=metadata))
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA, nbformat_minor=5)


def is_code(cell: NotebookNode) -> bool:
    """Say whether a cell holds code."""
    return bool(cell.cell_type == "code")


def is_solution(cell: NotebookNode) -> bool:
    """Say whether a cell is kept from the learner."""
    return SOLUTION in cell.metadata.get("tags", [])


def learner(solved: NotebookNode, where: str = "lesson") -> NotebookNode:
    """Return the learner's notebook, unexecuted, from a solved one."""
    cells = []
    for number, cell in enumerate(solved.cells):
        if not is_solution(cell):
            cells.append(nbformat.from_dict(_unexecuted(cell)))
        elif is_code(cell):
            tags = [tag for tag in cell.metadata.tags if tag != SOLUTION]
            copy = _unexecuted(cell) | {"source": stub(cell.source, f"{where}, cell {number}")}
            cells.append(nbformat.from_dict(copy | {"metadata": {"tags": tags} if tags else {}}))
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA, nbformat_minor=5)


def _unexecuted(cell: NotebookNode) -> dict[str, object]:
    blank: dict[str, object] = {"outputs": [], "execution_count": None} if is_code(cell) else {}
    return {**cell, **blank}


def sources(folder: Path, numbers: list[str] | None = None) -> list[Path]:
    """Return the lesson sources in ``folder``/source, all or those with these numbers."""
    found = sorted((folder / "source").glob("[0-9][0-9]_*.py"))
    if not numbers:
        return found
    wanted = {number.zfill(2) for number in numbers}
    missing = wanted - {path.name[:2] for path in found}
    if missing:
        raise LessonError(
            f"build_lessons: there is no source for lesson {', '.join(sorted(missing))}. "
            f"There are: {', '.join(path.name[:2] for path in found) or 'none'}."
        )
    return [path for path in found if path.name[:2] in wanted]


def cell_view(notebook: NotebookNode) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return what must not drift: each cell's id, type, source and tags."""
    return [
        (cell.id, cell.cell_type, cell.source, tuple(cell.metadata.get("tags", ())))
        for cell in notebook.cells
    ]


def drift(folder: Path) -> list[str]:
    """Compare built notebooks with their sources; return one line per difference, none if equal."""
    lines = []
    stems = [path.stem for path in sources(folder)]
    for kind, sub in (("learner", folder), ("solution", folder / "solutions")):
        orphans = {p.stem for p in sub.glob("*.ipynb")} - set(stems)
        lines += [f"{name}: a built {kind} notebook without a source" for name in sorted(orphans)]
        for path in sources(folder):
            built = sub / f"{path.stem}.ipynb"
            if not built.exists():
                lines.append(f"{path.stem}: no built {kind} notebook. Run: make lessons")
                continue
            solved = read_source(path)
            wanted = solved if kind == "solution" else learner(solved, path.stem)
            if cell_view(nbformat.read(built, as_version=4)) != cell_view(wanted):
                lines.append(f"{path.stem}: the {kind} notebook drifted. Run: make lessons")
    return lines
