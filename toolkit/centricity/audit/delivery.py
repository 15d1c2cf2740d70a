"""From an audit to its files: the report, the notebook behind it, and the tables."""

import copy
import json
import logging
import os
import pickle
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from centricity._validate import problem
from centricity.audit.analysis import Audit, analyse
from centricity.audit.html import escape
from centricity.audit.options import WHERE, Options
from centricity.audit.spreadsheet import write_csv

TEMPLATE = files("centricity.audit") / "template"
RESULTS = "results.pickle"
KERNEL = "centricity-audit"


@dataclass(frozen=True)
class Delivered:
    """Where the files are; ``rejected`` is None when no row was set aside."""

    report: Path
    notebook: Path
    customers: Path
    rejected: Path | None


def targets(output: str | Path, orders: str | Path) -> Delivered:
    """Return where the files will go, after making sure that they can be written there.

    Parameters
    ----------
    output : str or Path
        A name ending in .html, or a folder, which then gets ``report.html``.
    orders : str or Path
        The file to audit, which no output may overwrite.

    Raises
    ------
    ValueError, OSError
        When the name does not end in .html, would overwrite the orders, or cannot be written.
    """
    report = Path(output)
    if report.is_dir():
        report = report / "report.html"
    if report.suffix.lower() not in (".html", ".htm"):
        raise problem(
            WHERE, f"the output '{output}' does not end in .html", "The report is an HTML file",
            f"Write -o {Path(output).with_suffix('.html')}",
        )  # fmt: skip
    folder = report.parent
    found = Delivered(
        report, report.with_suffix(".ipynb"), folder / "customers.csv", folder / "rejected.csv"
    )
    for path in (found.report, found.notebook, found.customers, found.rejected):
        if path is not None and _same(path, Path(orders)):
            raise problem(
                WHERE, f"the output '{path}' is the file of orders", "An audit changes no input",
                "Choose another folder with -o",
            )  # fmt: skip
    _require_writable(folder, found)
    return found


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _require_writable(folder: Path, found: Delivered) -> None:
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
        for path in (found.report, found.notebook, found.customers, found.rejected):
            if path is not None and path.exists():
                with path.open("ab"):
                    pass
    except OSError as error:
        raise problem(
            WHERE, f"'{found.report}' cannot be written ({error.strerror})",
            "The report and its tables need a folder that can be written to",
            "Choose another place with -o", error=OSError,
        ) from None  # fmt: skip


def deliver(
    audit: Audit, orders: str | Path, output: str | Path, *,
    step: Callable[[str], None] = lambda _: None,
) -> Delivered:  # fmt: skip
    """Write the report, the executed notebook and the tables.

    Parameters
    ----------
    audit : Audit
    orders : str or Path
        The file that was audited; the notebook names it, so that it can be run again.
    output : str or Path
        Where the report goes, such as ``report.html``. Beside it come the notebook of the same
        name, ``customers.csv`` and, when rows were set aside, ``rejected.csv``; older files of
        these names are replaced.
    step : callable, optional
        Told what comes next.

    Returns
    -------
    Delivered

    Raises
    ------
    ValueError, OSError
        When the output cannot be written.
    ImportError
        When the packages that make reports (papermill, nbconvert, jupytext) are missing.
    """
    places = targets(output, orders)
    step("Writing the report")
    with tempfile.TemporaryDirectory(prefix="centricity-") as name:
        work = Path(name)
        with (work / RESULTS).open("wb") as file:
            pickle.dump(audit, file, protocol=pickle.HIGHEST_PROTOCOL)
        notebook = execute(work, orders, audit.options)
        _drop_leftovers(notebook)
        (work / "report.html").write_text(page(notebook, audit.source.name), encoding="utf-8")
        (work / "report.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
        write_csv(audit.customers, work / "customers.csv")
        pairs = [
            ("report.html", places.report),
            ("report.ipynb", places.notebook),
            ("customers.csv", places.customers),
        ]
        rejected = places.rejected if len(audit.cleaned.rejected) else None
        if rejected is not None:
            table = audit.cleaned.rejected.set_index("source_row")
            write_csv(table, work / "rejected.csv")
            pairs.append(("rejected.csv", rejected))
        elif places.rejected is not None:
            places.rejected.unlink(missing_ok=True)
        places.report.parent.mkdir(parents=True, exist_ok=True)
        for made, place in pairs:
            shutil.copyfile(work / made, place)
    return Delivered(places.report, places.notebook, places.customers, rejected)


def resume(orders: str, options: dict[str, Any], work: str = "") -> Audit:
    """Return the results that a run has left in its work folder, or audit the orders again.

    Parameters
    ----------
    orders : str
        The file of orders.
    options : dict
        Fields of `Options`.
    work : str
        The run's own temporary folder; it is gone when the run is over.
    """
    kept = Path(work) / RESULTS
    if work and kept.exists():
        with kept.open("rb") as file:
            found: Audit = pickle.load(file)
        return found
    return analyse(orders, Options(**options))


def execute(work: Path, orders: str | Path, options: Options) -> dict[str, Any]:
    """Run the template as a notebook with papermill, in this very Python; return it executed."""
    import jupytext
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    template = work / "template.ipynb"
    source = jupytext.reads((TEMPLATE / "report.py").read_text(encoding="utf-8"), fmt="py:percent")
    jupytext.write(source, template)
    parameters = {
        "orders": str(Path(orders).resolve()), "options": options.changed(), "work": str(work),
    }  # fmt: skip
    with _this_python(work):
        done = papermill.execute_notebook(
            str(template), str(work / "executed.ipynb"), parameters=parameters,
            kernel_name=KERNEL, progress_bar=False, log_output=False, cwd=str(work),
        )  # fmt: skip
    return dict(done)


@contextmanager
def _this_python(work: Path) -> Iterator[None]:
    """Let papermill find a kernel that is this interpreter, whatever else is installed."""
    folder = work / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}",
               "--HistoryManager.enabled=False", "--IPKernelApp.log_level=ERROR"]  # fmt: skip
    spec = {"argv": command, "display_name": "Python 3", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(work / "jupyter"), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before


def _drop_leftovers(notebook: dict[str, Any]) -> None:
    """Leave the notebook as an analyst wants to find it: no trace of the run's own folder."""
    notebook["metadata"].pop("papermill", None)
    notebook["metadata"]["kernelspec"] = {
        "display_name": "Python 3", "language": "python", "name": "python3",
    }  # fmt: skip
    cells = [c for c in notebook["cells"] if "parameters" not in c["metadata"].get("tags", [])]
    for cell in cells:
        cell["metadata"] = {}
        if cell["source"].startswith("# Parameters"):
            lines = cell["source"].splitlines()
            cell["source"] = "\n".join('work = ""' if s.startswith("work = ") else s for s in lines)
    notebook["cells"] = cells


def page(notebook: dict[str, Any], name: str) -> str:
    """Turn an executed notebook into one HTML page without code, scripts or anything to load."""
    import nbformat
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="basic", exclude_input=True, exclude_input_prompt=True,
        exclude_output_prompt=True, exclude_anchor_links=True,
    )  # fmt: skip
    shown = nbformat.from_dict(copy.deepcopy(notebook))
    for cell in shown.cells:  # a warning of a library is for the analyst, not for the client
        cell["outputs"] = [one for one in cell.get("outputs", []) if one["output_type"] != "stream"]
    body, _ = exporter.from_notebook_node(shown)
    style = (TEMPLATE / "report.css").read_text(encoding="utf-8")
    frame = (TEMPLATE / "page.html").read_text(encoding="utf-8")
    parts = {"{title}": escape(name), "{style}": style, "{body}": body}
    return re.sub("|".join(map(re.escape, parts)), lambda found: parts[found[0]], frame)
