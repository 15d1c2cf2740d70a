import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

FOLDER = Path(os.environ.get("CENTRICITY_NOTEBOOKS", ROOT / "notebooks"))


def pytest_generate_tests(metafunc):
    """Give each test that asks for it the folder, or every built notebook in it."""
    learner = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
    solved = sorted((FOLDER / "solutions").glob("[0-9][0-9]_*.ipynb"))
    values = {
        "folder": [FOLDER],
        "learner_path": learner,
        "solved_path": solved,
        "built_path": learner + solved,
    }
    for name in sorted(set(metafunc.fixturenames) & set(values)):
        ids = [f"{p.parent.name}/{p.stem}" for p in values[name]]
        metafunc.parametrize(name, values[name], ids=ids)
