"""The generator as a module, and one regeneration for all tests."""

import importlib

import pytest

from centricity.datasets import _files


@pytest.fixture(scope="session")
def source():
    folder = _files.CLONE
    if not (folder / "generate.py").exists():
        pytest.skip(f"{folder} has no generate.py: not a clone")
    return folder


@pytest.fixture(scope="session")
def generator(source):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(source))
        return importlib.import_module("generate")


@pytest.fixture(scope="session")
def regenerated(generator, tmp_path_factory):
    return generator.generate(tmp_path_factory.mktemp("datasets"))
