"""The command line: exit codes, one-line errors, and never a traceback."""

import sys

import pytest
from typer.testing import CliRunner

from centricity import cli

HEAD = "customer_id,date,amount\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def runner(*arguments):
        return CliRunner().invoke(cli.app, [str(one) for one in arguments])

    return runner


def put(folder, text, name="orders.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def last_line(done):
    assert "Traceback" not in done.output
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "arguments", "says"),
    [
        ("", [], "read: 'orders.csv' is empty."),
        (HEAD, [], "read: 'orders.csv' has the column names"),
        ("name,date,amount\nA,2025-01-01,3\n", [], "Say which it is: --customer"),
        ("a;b;c\n1;2;3\n", ["--delimiter", ","], "The semicolon would work: --delimiter ';'"),
        (
            "A,2025-01-01,3\nB,2025-01-02,4\n",
            [],
            "Give them: --names first,second,third with 3 names.",
        ),
        (HEAD + "A,2025-01-01,3\n", ["--customer", "kunde"], "the column 'kunde' is missing"),
        (HEAD + "A,2025-01-01,3\n", ["--as-of", "soon"], "as_of is 'soon'"),
        (HEAD + "A,2025-01-01,3\n", ["--encoding", "klingon"], "encoding is 'klingon'"),
        (HEAD + "A,2025-01-01,3\n", ["--margin", "40"], "Write 0.4 for 40 %."),
        (HEAD + "A,2025-01-01,3\n", ["-o", "report.pdf"], "does not end in .html"),
        (HEAD + "A,2025-01-01,3\n", ["-o", "orders.csv/r.html"], "cannot be written"),
    ],
)
def test_bad_input_is_exit_code_1_and_one_line(run, tmp_path, text, arguments, says):
    path = put(tmp_path, text)
    done = run("audit", path.name, *arguments)
    assert done.exit_code == 1
    assert says in last_line(done)
    assert done.stdout == ""
    assert [one.name for one in tmp_path.iterdir()] == ["orders.csv"]


def test_a_folder_and_a_missing_file_are_exit_code_1(run, tmp_path):
    put(tmp_path, HEAD + "A,2025-01-01,3\n")
    done = run("audit", tmp_path)
    assert done.exit_code == 1
    assert "is a folder" in last_line(done)
    done = run("audit", "order.csv")
    assert done.exit_code == 1
    assert "Did you mean 'orders.csv'" in last_line(done)


@pytest.mark.parametrize(
    "arguments",
    [[], ["orders.csv", "--no-such-option"], ["orders.csv", "--unit", "h"],
     ["orders.csv", "--margin", "much"], ["orders.csv", "--decimal", ";"]],
)  # fmt: skip
def test_a_wrong_command_is_exit_code_2(run, arguments):
    done = run("audit", *arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_an_unforeseen_error_is_one_line_and_debug_shows_it(run, tmp_path, monkeypatch):
    import centricity.audit.intake as intake

    def breaks(*_):
        raise KeyError("inside\nout")

    monkeypatch.setattr(intake, "read_orders", breaks)
    path = put(tmp_path, HEAD + "A,2025-01-01,3\n")
    done = run("audit", path)
    assert done.exit_code == 1
    assert last_line(done).startswith("audit: an error that was not foreseen (KeyError")
    assert "--debug" in last_line(done)
    assert isinstance(run("audit", path, "--debug").exception, KeyError)


def test_a_missing_package_is_named_with_the_way_to_install_it(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "papermill", None)
    done = run("audit", put(tmp_path, HEAD + "A,2025-01-01,3\n"))
    assert done.exit_code == 1
    assert "'papermill' is not installed" in last_line(done)


def test_a_file_that_may_not_be_read_is_exit_code_1(run, tmp_path, monkeypatch):
    import centricity.audit.intake as intake

    def refuses(*_):
        raise PermissionError(13, "Permission denied", "orders.csv")

    monkeypatch.setattr(intake, "read_orders", refuses)
    done = run("audit", put(tmp_path, HEAD + "A,2025-01-01,3\n"))
    assert done.exit_code == 1
    assert last_line(done).startswith("audit: 'orders.csv' cannot be used (Permission denied).")


def test_no_command_shows_the_commands(run):
    done = run()
    assert "audit" in done.output
    assert "check" in done.output
