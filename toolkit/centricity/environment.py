"""Is everything here that the course needs? Findings, each with a verdict and a remedy."""

import json
import platform
import re
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

REINSTALL = "Run 'make course' again in the course's folder"
GOOD, WARNING, BROKEN = "good", "warning", "broken"
SYMBOL = {GOOD: "✓", WARNING: "!", BROKEN: "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its verdict (good, warning or broken), what was seen, what to do.

    Examples
    --------
    >>> print(Finding("Fonts", "warning", "one is missing", "Install it"))
    ! Fonts: one is missing
        What to do: Install it.
    """

    topic: str
    verdict: str
    seen: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return the finding as one or two lines of plain text."""
        line = f"{SYMBOL[self.verdict]} {self.topic}: {self.seen}"
        return f"{line}\n    What to do: {self.remedy}." if self.remedy else line


def check_environment(extra: str = "course") -> list[Finding]:
    """Look at Python, the packages, the kernel, the folder, the fonts and the sliders.

    Parameters
    ----------
    extra
        Which optional packages to look for besides the toolkit's own: ``"course"`` or ``""``.

    Returns
    -------
    list of Finding
        In the order in which to mend them.

    Examples
    --------
    >>> from centricity.environment import check_environment
    >>> [finding.topic for finding in check_environment()]
    ['Python', 'Packages', 'Kernel', 'Folder', 'Fonts', 'Sliders']
    """
    return [
        python_finding(sys.version_info[:2]),
        packages_finding(metadata.requires("centricity") or [], extra),
        kernel_finding(Path(sys.prefix), Path(__file__).resolve().parents[2]),
        folder_finding(Path.cwd()),
        fonts_finding(),
        sliders_finding(Path(sys.prefix)),
    ]


def verdict(findings: list[Finding]) -> str:
    """Return the findings and, last, one sentence that sums them up.

    Examples
    --------
    >>> print(verdict([Finding("Python", "good", "3.12")]))
    ✓ Python: 3.12
    All is well: you can start.
    """
    broken = [finding.topic for finding in findings if finding.verdict == BROKEN]
    if broken:
        last = f"Not ready: mend {' and '.join(broken)} first, as said above."
    elif any(finding.verdict == WARNING for finding in findings):
        last = "You can start, but read the lines marked with !."
    else:
        last = "All is well: you can start."
    return "\n".join([*map(str, findings), last])


def python_finding(version: tuple[int, int]) -> Finding:
    """Judge the Python version against the one that the package asks for.

    Examples
    --------
    >>> python_finding((3, 9)).verdict
    'broken'
    """
    seen = f"{version[0]}.{version[1]} on {platform.system()}"
    needed = metadata.metadata("centricity")["Requires-Python"] or ">=3.11"
    if Requirement(f"python{needed}").specifier.contains(f"{version[0]}.{version[1]}"):
        return Finding("Python", GOOD, seen)
    return Finding(
        "Python",
        BROKEN,
        f"{seen}, and {needed} is needed",
        "Install a newer Python, then run: make course PYTHON=python3.12",
    )


def packages_finding(requirements: list[str], extra: str) -> Finding:
    """Compare the installed packages with the versions that ours asks for.

    Examples
    --------
    >>> packages_finding(["numpy>=2", "no-such-package"], "").seen
    '1 of 2 do not fit (no-such-package is missing)'
    """
    wrong, counted = [], 0
    for requirement in map(Requirement, requirements):
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        counted += 1
        try:
            installed = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} is {installed}, {requirement.specifier} is needed")
    if wrong:
        seen = f"{len(wrong)} of {counted} do not fit ({'; '.join(wrong)})"
        return Finding("Packages", BROKEN, seen, REINSTALL)
    return Finding("Packages", GOOD, f"all {counted} are there, in versions that fit")


def kernel_finding(prefix: Path, root: Path) -> Finding:
    """Judge whether this Python is the one that ``make course`` set up in ``root``.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as clone:
    ...     kernel_finding(Path(sys.prefix), Path(clone)).seen
    'runs the Python that centricity is installed in'
    """
    own = root / ".venv"
    if not (own / "pyvenv.cfg").exists():
        return Finding("Kernel", GOOD, "runs the Python that centricity is installed in")
    if prefix.resolve() == own.resolve():
        return Finding("Kernel", GOOD, "runs the course's own environment")
    return Finding(
        "Kernel",
        WARNING,
        "runs another environment than the one 'make course' set up",
        "Close JupyterLab and open it with 'make course'",
    )


def folder_finding(folder: Path) -> Finding:
    """Judge whether notebooks in this folder can be saved.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     folder_finding(Path(folder)).verdict
    'good'
    """
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "Copy the course's folder to a place of your own, such as your home folder"
        return Finding("Folder", BROKEN, f"cannot be written to ({error.strerror})", remedy)
    return Finding("Folder", GOOD, "your work can be saved here")


def fonts_finding() -> Finding:
    """Judge whether matplotlib has the font that the figures use; its own files, no import.

    Examples
    --------
    >>> fonts_finding().verdict
    'good'
    """
    try:
        files = metadata.files("matplotlib") or []
        fonts = [file for file in files if re.search(r"ttf/DejaVuSans\.ttf$", str(file))]
        found = not files or any(Path(str(file.locate())).exists() for file in fonts)
    except metadata.PackageNotFoundError:
        found = False
    if found:
        return Finding("Fonts", GOOD, "the figures' font is there")
    return Finding("Fonts", WARNING, "the figures' font (DejaVu Sans) is missing", REINSTALL)


def sliders_finding(prefix: Path) -> Finding:
    """Judge whether JupyterLab has the extension that draws sliders.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as nothing_installed:
    ...     sliders_finding(Path(nothing_installed)).verdict
    'broken'
    """
    place = Path("share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager/package.json")
    try:
        version = json.loads((prefix / place).read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        seen = "JupyterLab's extension for sliders (jupyterlab_widgets) is missing"
        return Finding("Sliders", BROKEN, seen, REINSTALL)
    return Finding("Sliders", GOOD, f"JupyterLab can show them (extension {version})")
