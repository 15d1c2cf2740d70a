"""The files around the code agree with each other and hold nothing they should not."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Where conda-forge knows a package under another name.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core",
    "seaborn": "seaborn-base",
}


def split(requirement):
    name, spec = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", requirement).groups()
    return name, spec.replace(" ", "")


def test_conda_environment_agrees_with_pyproject():
    wanted = dict(
        split(r) for r in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["course"]
    )
    wanted = {CONDA_NAMES.get(name, name): spec for name, spec in wanted.items()}
    wanted["python"] = PROJECT["requires-python"]
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    given = dict(split(e) for e in entries if isinstance(e, str) and e != "pip")
    assert given == wanted


def test_lock_pins_every_dependency_with_hashes():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {m.lower() for m in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, flags=re.MULTILINE)}
    extras = PROJECT["optional-dependencies"]
    wanted = {split(r)[0] for r in PROJECT["dependencies"] + extras["course"] + extras["dev"]}
    assert wanted <= pinned
    entries = [block for block in re.split(r"\n(?=\S)", lock) if "==" in block]
    assert all("--hash=sha256:" in block for block in entries)


def tracked():
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).exists()]


def test_no_registry_host_and_no_machine_path_is_written_down():
    forbidden = re.compile(
        "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)",
                  "anaconda" + r"\.org", "/" + "work/main", "/" + "root/"])
    )  # fmt: skip
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in tracked()
        if (hit := forbidden.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]
    assert not found


def test_nothing_large_is_committed():
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in tracked()
        if path.stat().st_size > 3_000_000
    }
    assert not large


def test_every_top_level_file_of_the_house_exists():
    for name in [
        "README.md",
        "environment.yml",
        "pyproject.toml",
        "requirements.lock",
        "Makefile",
        "LICENSE",
        "LICENSE-course",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "CITATION.cff",
        ".ci/run",
    ]:
        assert (ROOT / name).stat().st_size > 0, name


def test_versions_agree():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
