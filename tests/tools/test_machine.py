"""The lesson machine's own test: each kind of fault makes `make lessons-test` fail."""

import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

import build_lessons

ROOT = Path(__file__).resolve().parents[2]
TINY = """
# %% [markdown]
# # A tiny lesson

# %%
import shop

from centricity import widgets
from centricity.exercises import check

# %% tags=["nbval-check-output"]
print(f"{shop.share():.2f}")

# %%
widgets.explore(shop.draw, weeks=widgets.slider(1, 52, 26, label="Weeks"))

# %% tags=["solution"]
# Your turn: add the purchases of both.
answer = 12 + 12
check("00.1", answer)
"""
SHOP = """
def share():
    return 0.25


def draw(weeks):
    if weeks > LIMIT:
        raise RuntimeError("broken callback")
    return f"{weeks} weeks"


LIMIT = 52
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lessons")
    (folder / "source").mkdir()
    (folder / "source" / "00_tiny.py").write_text(TINY, encoding="utf-8")
    (folder / "toolkit").mkdir()
    (folder / "toolkit" / "shop.py").write_text(SHOP, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder / "toolkit"))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        yield build_tiny(folder)


def build_tiny(folder):
    assert build_lessons.main(["--folder", str(folder)]) == 0
    return folder


@pytest.fixture
def lessons(built, tmp_path, monkeypatch):
    copy = Path(shutil.copytree(built, tmp_path / "notebooks"))
    monkeypatch.setenv("PYTHONPATH", str(copy / "toolkit"))
    return copy


def make(target, folder):
    """Run a target of our Makefile on other notebooks, in the environment that runs this test."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    clean = {name: value for name, value in clean.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        ["make", "-o", ".venv/.ready", target, f"NOTEBOOKS={folder}", "WORKERS=0"],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_unchanged_lessons_pass(lessons):
    done = make("lessons-test", lessons)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_widget_callback_fails(lessons):
    change(lessons / "toolkit" / "shop.py", "LIMIT = 52", "LIMIT = 40")
    done = make("lessons-built", lessons)
    assert done.returncode != 0
    assert "broken callback" in done.stdout
    assert "FAILED tests/lessons/test_built_lessons.py::test_every_widget" in done.stdout


def test_a_changed_key_number_fails(lessons):
    change(lessons / "toolkit" / "shop.py", "0.25", "0.26")
    done = make("lessons-rerun", lessons)
    assert done.returncode != 0
    assert "0.26" in done.stdout
    assert "2 failed" in done.stdout  # in the learner's notebook and in the solution


def test_a_drifted_learner_notebook_fails(lessons):
    change(lessons / "00_tiny.ipynb", "A tiny lesson", "A tidy lesson")
    done = make("lessons-built", lessons)
    assert done.returncode != 0
    assert "00_tiny: the learner notebook drifted" in done.stdout


def test_building_again_gives_the_same_bytes(lessons):
    before = {path: path.read_bytes() for path in lessons.rglob("*.ipynb")}
    assert build_lessons.main(["--folder", str(lessons), "0"]) == 0
    assert {path: path.read_bytes() for path in lessons.rglob("*.ipynb")} == before
    assert len(before) == 2


def test_a_broken_callback_is_not_built(lessons, capsys):
    before = (lessons / "00_tiny.ipynb").read_bytes()
    change(lessons / "toolkit" / "shop.py", "LIMIT = 52", "LIMIT = 40")
    assert build_lessons.main(["--folder", str(lessons)]) == 1
    assert "broken callback" in capsys.readouterr().err
    assert (lessons / "00_tiny.ipynb").read_bytes() == before


def test_a_lesson_over_one_megabyte_is_refused_with_its_size(tmp_path):
    cell = nbformat.v4.new_markdown_cell("x" * 1_200_000, id="big")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with pytest.raises(build_lessons.LessonError, match=r"big\.ipynb would be 1\.20 MB"):
        build_lessons.finish(notebook, tmp_path / "big.ipynb")
    assert not (tmp_path / "big.ipynb").exists()
