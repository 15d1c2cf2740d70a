"""The files around the code agree with each other and hold nothing they should not."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import centricity

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


# The docstrings of the command line are its help; the others have no example yet.
WITHOUT_EXAMPLES = {
    "cli",
    "audit.Audit",
    "audit.Delivered",
    "audit.Options.changed",
    "audit.Part.missing",
    "audit.deliver",
    "audit.resume",
    "audit.show",
}
ROOMS = [room.name for room in pkgutil.iter_modules(centricity.__path__) if room.name[0] != "_"]


def docstrings(room):
    """Each public class, function and method with its docstring and those that it inherits."""
    module = importlib.import_module(f"centricity.{room}")
    todo = [(f"{room}.{name}", getattr(module, name)) for name in public(module)]
    for name, thing in todo:
        if inspect.ismodule(thing):
            todo += [(f"{name}.{own}", getattr(thing, own)) for own in public(thing)]
        elif inspect.isclass(thing):
            yield name, [thing.__doc__]
            bases = [base for base in thing.__mro__ if base.__module__.startswith("centricity")]
            for own in sorted({own for base in bases for own in vars(base) if own[0] != "_"}):
                found = [vars(base)[own] for base in bases if own in vars(base)]
                found = [getattr(one, "__func__", one) for one in found]
                if inspect.isfunction(found[0]):
                    yield f"{name}.{own}", [one.__doc__ for one in found]
        elif inspect.isfunction(thing):
            yield name, [thing.__doc__]


def public(module):
    """Names that a room hands out: those it lists, or else those that are at home in it."""
    at_home = [
        name
        for name, thing in vars(module).items()
        if name[0] != "_" and getattr(thing, "__module__", None) == module.__name__
    ]
    return getattr(module, "__all__", at_home)


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_class_function_and_method_is_documented(room):
    assert [name for name, texts in docstrings(room) if not any(texts)] == []


def exempt(name):
    """Whether a name, or what holds it, is one of those without an example."""
    parts = name.split(".")
    return any(".".join(parts[:n]) in WITHOUT_EXAMPLES for n in range(1, len(parts) + 1))


@pytest.mark.parametrize("room", [room for room in ROOMS if not exempt(room)])
def test_every_public_class_function_and_method_has_an_example_that_the_doctest_runs(room):
    example = re.compile(r"\n *Examples\n *-+\n.*>>> ", flags=re.DOTALL)
    told = dict(docstrings(room))
    assert told
    lacking = [name for name, texts in told.items() if not any(map(example.search, texts))]
    assert [name for name in lacking if not exempt(name)] == []
