"""The house rule: imports run strictly downward, rooms on one floor do not import each other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import centricity

ROOT = Path(centricity.__file__).parent
FLOORS = {
    "_typing": 0, "_validate": 0, "_formerly": 0,
    "datasets": 1, "transactions": 1, "environment": 1,
    "clv": 2,
    "segmentation": 3, "profitability": 3, "equity": 3, "loyalty": 3, "market": 3, "preference": 3,
    "strategy": 4,
    "plots": 5,
    "widgets": 6, "exercises": 6, "audit": 6,
    "cli": 7,
}  # fmt: skip


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("centricity.")}
    return rooms


SOURCES = [p for p in sorted(ROOT.rglob("*.py")) if p != ROOT / "__init__.py"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_strictly_downward(path):
    here = room(path)
    for other in imported_rooms(path) - {here}:
        assert FLOORS[other] < FLOORS[here], f"{here} (floor {FLOORS[here]}) imports {other}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_plots_import_matplotlib_at_all(path):
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        node.module.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    if room(path) != "plots":
        assert not names & {"matplotlib", "seaborn"}


def test_importing_the_package_loads_no_heavy_library():
    code = (
        "import sys, centricity; "
        "heavy = {'pandas', 'scipy', 'matplotlib', 'seaborn', 'sklearn', 'statsmodels', 'duckdb',"
        " 'ipywidgets', 'papermill'} & set(sys.modules); "
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_init_files_only_re_export():
    for path in ROOT.rglob("__init__.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            assert isinstance(node, ast.Expr | ast.Import | ast.ImportFrom | ast.Assign), path
