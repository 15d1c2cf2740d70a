"""Shipped files are found in a clone and in an installation, and missed in plain words."""

from pathlib import Path

import pytest

from centricity import datasets
from centricity.datasets import _files


class Listed:
    def __init__(self, root, name):
        self.root, self.name = root, name

    def as_posix(self):
        return f"../../../{self.name}"

    def locate(self):
        return self.root / self.name


def test_an_installation_finds_the_files_that_its_wheel_brought(source, tmp_path, monkeypatch):
    name = "share/centricity/datasets/donations.csv"
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes((source / "donations.csv").read_bytes())
    monkeypatch.setattr(_files, "CLONE", tmp_path / "no clone")
    monkeypatch.setattr(_files.metadata, "files", lambda package: [Listed(tmp_path, name)])
    assert datasets.load_donations()["n"].sum() == 11_104


def test_a_missing_file_is_an_error_that_says_where_it_was_looked_for(monkeypatch):
    monkeypatch.setattr(_files, "CLONE", Path("no clone"))
    monkeypatch.setattr(_files.metadata, "files", lambda package: None)
    says = (
        r"^load_shop_orders: the file 'shop_orders.csv' was not found in no clone, nor in "
        r"share/centricity/datasets of this installation\. .*make datasets"
    )
    with pytest.raises(FileNotFoundError, match=says):
        datasets.load_shop_orders()
