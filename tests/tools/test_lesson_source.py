"""From a source to its two notebooks: stubs never leak, ids are stable, drift is seen."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_lessons import inspect, without_widget
from lesson_source import LessonError, cell_view, drift, learner, read_source, sources, stub

LESSON = """
# %% [markdown]
# # Title

# %%
x = 1

# %% tags=["solution"]
# Your turn: twice x.
# Use multiplication.
answer = 2 * x  # a secret
check("01.1", answer)

# %% [markdown] tags=["solution"]
# The secret explained.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "01_one.py").write_text(LESSON, encoding="utf-8")
    return tmp_path


def write(folder, **change):
    solved = read_source(folder / "source" / "01_one.py")
    lesson = learner(solved)
    (folder / "solutions").mkdir(exist_ok=True)
    nbformat.write(solved, folder / "solutions" / "01_one.ipynb")
    nbformat.write(lesson, folder / "01_one.ipynb")


def test_a_stub_keeps_the_task_and_the_check_and_nothing_else(folder):
    lesson = learner(read_source(folder / "source" / "01_one.py"))
    assert lesson.cells[-1].source == (
        '# Your turn: twice x.\n# Use multiplication.\nanswer = ...\ncheck("01.1", answer)'
    )
    assert "secret" not in nbformat.writes(lesson)
    assert [cell.metadata.get("tags") for cell in lesson.cells] == [
        None, None, ["nbval-check-output"],
    ]  # fmt: skip


@given(st.lists(st.text("abc =()#.\n", max_size=20), max_size=6))
def test_whatever_stands_between_task_and_check_never_leaks(body):
    source = "\n".join(["# Your turn: try.", "answer = 'SECRET'", *body, 'check("01.1", answer)'])
    lines = stub(source).splitlines()
    assert lines[:2] == ["# Your turn: try.", "answer = ..."]
    assert all(line.startswith("check(") for line in lines[2:])


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("answer = 1", "begins with a comment '# Your turn"),
        ("", "begins with 'nothing'"),
        ("# Your turn: go.\nx = 1", "assigns its result to 'answer'"),
    ],
)
def test_a_solution_cell_that_breaks_the_form_is_refused(source, says):
    with pytest.raises(LessonError, match=says):
        stub(source)


def test_cell_ids_are_stable_and_shared_by_both_notebooks(folder):
    path = folder / "source" / "01_one.py"
    solved, again = read_source(path), read_source(path)
    assert [cell.id for cell in solved.cells] == [cell.id for cell in again.cells]
    assert [cell.id for cell in learner(solved).cells] == [cell.id for cell in solved.cells[:3]]


def test_equal_cells_get_different_ids(folder):
    path = folder / "source" / "01_one.py"
    path.write_text("# %%\nx = 1\n\n# %%\nx = 1\n", encoding="utf-8")
    notebook = read_source(path)
    assert len({cell.id for cell in notebook.cells}) == 2
    nbformat.validate(notebook)


def test_fresh_builds_do_not_drift(folder):
    write(folder)
    assert drift(folder) == []


def test_a_missing_notebook_an_orphan_and_a_changed_tag_are_seen(folder):
    write(folder)
    (folder / "solutions" / "01_one.ipynb").unlink()
    (folder / "02_two.ipynb").write_text("{}", encoding="utf-8")
    notebook = nbformat.read(folder / "01_one.ipynb", as_version=4)
    notebook.cells[1].metadata["tags"] = ["nbval-skip"]
    nbformat.write(notebook, folder / "01_one.ipynb")
    assert drift(folder) == [
        "02_two: a built learner notebook without a source",
        "01_one: the learner notebook drifted. Run: make lessons",
        "01_one: no built solution notebook. Run: make lessons",
    ]


def test_an_unknown_lesson_number_lists_those_that_exist(folder):
    with pytest.raises(LessonError, match=r"no source for lesson 07\. There are: 01"):
        sources(folder, ["7"])
    assert [path.name for path in sources(folder, ["1"])] == ["01_one.py"]


def output(**data):
    return nbformat.v4.new_output("display_data", data=data)


def test_a_live_widget_is_dropped_and_its_picture_kept():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Sliders"}
    assert without_widget(output(**view)) is None
    kept = without_widget(output(**view, **{"image/png": "iVBO"}))
    assert set(kept.data) == {"text/plain", "image/png"}


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (nbformat.v4.new_output("stream", name="stderr", text="a warning"), "writes to stderr"),
        (output(**{"text/plain": "<Axes: title='x'>"}), "prints an object"),
        (output(**{"text/plain": "<thing at 0x7f00aa11bb22>"}), "prints an object"),
    ],
)
def test_outputs_that_read_badly_or_change_are_refused(made, says):
    cell = nbformat.v4.new_code_cell("1", outputs=[made])
    with pytest.raises(LessonError, match=says):
        inspect(cell, "01_one, cell 1")


def test_cell_view_holds_ids_types_sources_and_tags(folder):
    view = cell_view(read_source(folder / "source" / "01_one.py"))
    assert view[1][1:] == ("code", "x = 1", ())
