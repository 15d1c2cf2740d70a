"""The built lessons are what their sources build, and keep the rules of a lesson."""

import nbformat

from build_lessons import LARGEST, execute
from lesson_source import drift, is_check


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def checks(path):
    """The printed result of every cell that calls check."""
    return [
        "".join(output.get("text", "") for output in cell.outputs)
        for cell in code_cells(path)
        if any(is_check(line) for line in cell.source.splitlines())
    ]


def has_picture(cell):
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def test_no_built_notebook_drifted_from_its_source(folder):
    assert drift(folder) == []


def test_every_exercise_is_solved_in_the_solution(solved_path):
    printed = checks(solved_path)
    assert printed
    assert [text for text in printed if not text.startswith("✓")] == []


def test_no_exercise_is_attempted_in_the_learners_notebook(learner_path):
    printed = checks(learner_path)
    assert printed
    assert [text for text in printed if "not attempted" not in text] == []


def test_a_lesson_has_no_solution_in_the_learners_notebook(learner_path):
    assert [
        c.source for c in code_cells(learner_path) if "solution" in c.metadata.get("tags", ())
    ] == []
    for cell in code_cells(learner_path):
        if any(is_check(line) for line in cell.source.splitlines()):
            code = [line for line in cell.source.splitlines() if not line.startswith("#")]
            assert code[0] == "answer = ..."
            assert all(is_check(line) for line in code[1:])


def test_a_lesson_is_under_one_megabyte(built_path):
    assert built_path.stat().st_size <= LARGEST


def test_code_cells_are_short(solved_path):
    long = {
        cell.id: f"{len(cell.source.splitlines())} lines: {cell.source.splitlines()[0]}"
        for cell in code_cells(solved_path)
        if len(cell.source.splitlines()) > 14 and "long" not in cell.metadata.get("tags", ())
    }
    assert long == {}


def test_every_figure_is_followed_by_a_sentence(solved_path):
    cells = nbformat.read(solved_path, as_version=4).cells
    following = [*cells[1:], nbformat.v4.new_code_cell()]
    bare = [
        cell.source[:60]
        for cell, after in zip(cells, following, strict=True)
        if has_picture(cell) and after.cell_type != "markdown"
    ]
    assert bare == []


def test_no_cell_ends_in_a_semicolon_or_uses_a_magic(solved_path):
    for cell in code_cells(solved_path):
        assert not cell.source.rstrip().endswith(";"), cell.source
        assert not any(line.startswith(("%", "!")) for line in cell.source.splitlines())


def test_no_saved_output_is_a_live_widget_or_an_error(built_path):
    for cell in code_cells(built_path):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
    assert "widgets" not in nbformat.read(built_path, as_version=4).metadata


def test_every_widget_draws_at_both_ends_of_every_slider(solved_path):
    notebook = nbformat.read(solved_path, as_version=4)
    execute(notebook, solved_path.parent, solved_path.stem)  # raises where a widget does
    assert notebook.cells
