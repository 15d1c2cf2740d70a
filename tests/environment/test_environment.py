"""Each thing the course needs is looked at, judged, and comes with what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from centricity import cli, environment
from centricity.environment import Finding, check_environment, verdict

GOOD, WARNING, BROKEN = "good", "warning", "broken"


def test_this_environment_is_good_enough_to_start():
    assert BROKEN not in {finding.verdict for finding in check_environment()}


@pytest.mark.parametrize(
    ("version", "judged"), [((3, 10), BROKEN), ((3, 11), GOOD), ((3, 14), GOOD)]
)
def test_python_is_judged_by_what_the_package_asks_for(version, judged):
    finding = environment.python_finding(version)
    assert finding.verdict == judged
    assert ("make course PYTHON=" in finding.remedy) == (judged == BROKEN)


def test_packages_missing_or_too_old_are_named_with_what_is_needed():
    finding = environment.packages_finding(
        ["numpy>=1.0", "pandas<1.0", "no-such-package-here>=2", 'hidden; extra == "dev"'], "course"
    )
    assert finding.verdict == BROKEN
    assert finding.seen.startswith("2 of 3 do not fit (pandas is ")
    assert finding.seen.endswith("<1.0 is needed; no-such-package-here is missing)")
    assert "make course" in finding.remedy


def test_packages_of_an_extra_count_only_when_asked_for():
    wanted = ["numpy>=1.0", 'no-such-package-here; extra == "course"']
    assert environment.packages_finding(wanted, "course").verdict == BROKEN
    assert environment.packages_finding(wanted, "").verdict == GOOD


def test_a_kernel_of_another_environment_is_a_warning(tmp_path):
    assert environment.kernel_finding(Path("/usr"), tmp_path).verdict == GOOD  # conda: no .venv
    own = tmp_path / ".venv"
    own.mkdir()
    (own / "pyvenv.cfg").touch()
    assert environment.kernel_finding(own, tmp_path).verdict == GOOD
    assert environment.kernel_finding(tmp_path / "other", tmp_path).verdict == WARNING


def test_a_folder_that_cannot_be_written_to_is_broken(tmp_path):
    assert environment.folder_finding(tmp_path).verdict == GOOD
    assert list(tmp_path.iterdir()) == []
    finding = environment.folder_finding(tmp_path / "gone")
    assert (finding.verdict, "Copy the course's folder" in finding.remedy) == (BROKEN, True)


def test_missing_sliders_are_broken(tmp_path):
    finding = environment.sliders_finding(tmp_path)
    assert (finding.verdict, "jupyterlab_widgets" in finding.seen) == (BROKEN, True)


def test_the_verdict_sums_up_the_worst():
    good, warning = Finding("A", GOOD, "fine"), Finding("B", WARNING, "odd", "Look")
    broken = Finding("C", BROKEN, "gone", "Mend it")
    assert verdict([good]).endswith("All is well: you can start.")
    assert verdict([good, warning]).endswith("but read the lines marked with !.")
    assert verdict([good, warning, broken]) == (
        "✓ A: fine\n! B: odd\n    What to do: Look.\n✗ C: gone\n    What to do: Mend it.\n"
        "Not ready: mend C first, as said above."
    )


@pytest.mark.parametrize(("judged", "code"), [(GOOD, 0), (WARNING, 0), (BROKEN, 1)])
def test_the_command_line_says_so_and_exits_with_one_if_broken(judged, code, monkeypatch):
    monkeypatch.setattr(environment, "check_environment", lambda: [Finding("A", judged, "seen")])
    done = CliRunner().invoke(cli.app, ["check"])
    assert done.exit_code == code
    assert "A: seen" in done.output


def test_help_loads_no_heavy_library():
    code = (
        "import sys, centricity.cli; "
        "heavy = {'pandas', 'numpy', 'scipy', 'matplotlib', 'duckdb', 'ipywidgets'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_environment_check_is_installed_as_a_command():
    command = Path(sys.executable).with_name("centricity")
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii:strict"}
    done = subprocess.run([command, "check"], capture_output=True, check=False, env=ascii_only)
    assert done.returncode == 0, done.stderr
