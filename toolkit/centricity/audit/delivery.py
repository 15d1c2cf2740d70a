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
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from centricity._validate import choice, problem
from centricity.audit.analysis import Audit, analyse
from centricity.audit.html import escape
from centricity.audit.options import WHERE, Options
from centricity.audit.spreadsheet import write_csv

TEMPLATE = files("centricity.audit") / "template"
RESULTS = "results.pickle"
FORMATS = {"html": ".html", "xlsx": ".xlsx", "pptx": ".pptx"}
KERNEL = "centricity-audit"


@dataclass(frozen=True)
class Delivered:
    """Where the files are.

    Attributes
    ----------
    report, notebook : Path or None
        The page and the notebook behind it; None when no HTML was asked for.
    customers : Path
        One row per customer.
    rejected : Path or None
        None when no row was set aside.
    workbook, deck : Path or None
        The Excel file and the slides; None when not asked for.
    """

    report: Path | None
    notebook: Path | None
    customers: Path
    rejected: Path | None
    workbook: Path | None = None
    deck: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them, those that there are."""
        return tuple(path for path in vars(self).values() if path is not None)


def targets(
    output: str | Path, orders: str | Path, formats: Collection[str] = ("html",)
) -> Delivered:
    """Return where the files will go, after making sure that they can be written there.

    Parameters
    ----------
    output : str or Path
        A name ending in .html (or in the ending of another format that is asked for), or a
        folder, which then gets ``report.html``. All formats share the name before the ending.
    orders : str or Path
        The file to audit, which no output may overwrite.
    formats : collection of {"html", "xlsx", "pptx"}

    Raises
    ------
    ValueError, OSError
        When the name has another ending, would overwrite the orders, or cannot be written.

    Examples
    --------
    >>> targets("client.html", "orders.csv", ["html", "pptx"]).deck.name
    'client.pptx'
    """
    for one in formats:
        choice(one, "formats", WHERE, tuple(FORMATS))
    name = Path(output)
    if name.is_dir():
        name = name / "report.html"
    _require_ending(output, name, formats)
    folder = name.parent
    page = name if name.suffix.lower() in (".html", ".htm") else name.with_suffix(".html")
    found = Delivered(
        report=page if "html" in formats else None,
        notebook=name.with_suffix(".ipynb") if "html" in formats else None,
        customers=folder / "customers.csv",
        rejected=folder / "rejected.csv",
        workbook=name.with_suffix(".xlsx") if "xlsx" in formats else None,
        deck=name.with_suffix(".pptx") if "pptx" in formats else None,
    )
    for path in found.files:
        if _same(path, Path(orders)):
            raise problem(
                WHERE, f"the output '{path}' is the file of orders", "An audit changes no input",
                "Choose another folder with -o",
            )  # fmt: skip
    _require_writable(folder, found.files)
    return found


def _require_ending(output: str | Path, name: Path, formats: Collection[str]) -> None:
    ending = name.suffix.lower()
    if ending in (".html", ".htm", *(FORMATS[one] for one in formats)):
        return
    remedy = f"Write -o {Path(output).with_suffix('.html')}"
    if ending in FORMATS.values():
        remedy += f", or ask for it with --format {ending[1:]}"
    raise problem(
        WHERE, f"the output '{output}' does not end in .html", "The report is an HTML file", remedy
    )


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _require_writable(folder: Path, paths: Collection[Path]) -> None:
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    path = folder
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
        for path in paths:
            if path.exists():
                with path.open("ab"):
                    pass
    except OSError as error:
        raise problem(
            WHERE, f"'{path}' cannot be written ({error.strerror})",
            "The report needs a folder that can be written to, and older files of its name must be "
            "open nowhere else", "Choose another place with -o", error=OSError,
        ) from None  # fmt: skip


def deliver(
    audit: Audit, orders: str | Path, output: str | Path, *,
    formats: Collection[str] = ("html",), step: Callable[[str], None] = lambda _: None,
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
    formats : collection of {"html", "xlsx", "pptx"}
        What to write: the report as a page, its tables as an Excel file, its findings as slides.
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
        When the packages that make reports (papermill, nbconvert, jupytext; openpyxl for xlsx,
        python-pptx for pptx) are missing.
    """
    places = targets(output, orders, formats)
    step("Writing the report")
    with tempfile.TemporaryDirectory(prefix="centricity-") as name:
        work = Path(name)
        pairs = [*_make_page(audit, orders, work, places, step), *_make_tables(audit, work, places)]
        if places.workbook is not None:
            from centricity.audit.workbook import write_workbook

            step("… the Excel file")
            write_workbook(audit, work / "report.xlsx")
            pairs.append(("report.xlsx", places.workbook))
        if places.deck is not None:
            from centricity.audit.deck import write_deck

            step("… the slides")
            write_deck(audit, work / "report.pptx")
            pairs.append(("report.pptx", places.deck))
        places.customers.parent.mkdir(parents=True, exist_ok=True)
        for made, place in pairs:
            shutil.copyfile(work / made, place)
    none = not len(audit.cleaned.rejected)
    if none and places.rejected is not None:
        places.rejected.unlink(missing_ok=True)
    return replace(places, rejected=None if none else places.rejected)


def _make_page(
    audit: Audit, orders: str | Path, work: Path, places: Delivered, step: Callable[[str], None]
) -> list[tuple[str, Path]]:
    """Run the notebook and turn it into the page; return what was made and where it goes."""
    if places.report is None or places.notebook is None:
        return []
    with (work / RESULTS).open("wb") as file:
        pickle.dump(audit, file, protocol=pickle.HIGHEST_PROTOCOL)
    notebook = execute(work, orders, audit.given, step)
    _drop_leftovers(notebook)
    (work / "report.html").write_text(page(notebook, audit.source.name), encoding="utf-8")
    (work / "report.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return [("report.html", places.report), ("report.ipynb", places.notebook)]


def _make_tables(audit: Audit, work: Path, places: Delivered) -> list[tuple[str, Path]]:
    write_csv(audit.customers, work / "customers.csv")
    made = [("customers.csv", places.customers)]
    if len(audit.cleaned.rejected) and places.rejected is not None:
        write_csv(audit.cleaned.rejected.set_index("source_row"), work / "rejected.csv")
        made.append(("rejected.csv", places.rejected))
    return made


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


def execute(
    work: Path, orders: str | Path, options: Options, step: Callable[[str], None]
) -> dict[str, Any]:
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
            on_cell_start=partial(_tell, step),
        )  # fmt: skip
    return dict(done)


def _tell(step: Callable[[str], None], cell: dict[str, Any], cell_index: int) -> None:
    """Say which chapter of the report is being made: its heading is its cell's first line."""
    if cell["cell_type"] == "markdown" and cell["source"].startswith("#"):
        step(f"… {cell['source'].splitlines()[0].lstrip('# ')}")


@contextmanager
def _this_python(work: Path) -> Iterator[None]:
    """Let papermill find a kernel that is this interpreter, whatever else is installed."""
    folder = work / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}",
               "--HistoryManager.enabled=False", "--IPKernelApp.log_level=CRITICAL"]  # fmt: skip
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
