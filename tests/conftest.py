"""What several rooms' tests share."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from centricity import transactions

# The same examples on every run: a red test is red for everybody.
settings.register_profile("house", derandomize=True, deadline=None, database=None)
settings.load_profile("house")

ROOT = Path(__file__).parents[1]


def _cdnow(name):
    folder = os.environ.get("CENTRICITY_DATA") or ROOT.parent / "shared" / "data"
    path = Path(folder) / name
    if not path.exists():
        pytest.skip(f"{name} is not in {folder}; set CENTRICITY_DATA to a folder that holds it")
    return path


@pytest.fixture(scope="session")
def cdnow_sample_path():
    return _cdnow("CDNOW_sample.txt")


@pytest.fixture(scope="session")
def cdnow_master_path():
    return _cdnow("CDNOW_master.txt")


def _log(path, names):
    frame = pd.read_csv(path, sep=r"\s+", names=names, skiprows=int("master_id" not in names))
    return frame.assign(date=pd.to_datetime(frame["date"].astype(str), format="%Y%m%d"))


@pytest.fixture(scope="session")
def cdnow_log(cdnow_sample_path):
    return _log(cdnow_sample_path, ["master_id", "customer_id", "date", "cds", "amount"])


@pytest.fixture(scope="session")
def cdnow_master_log(cdnow_master_path):
    return _log(cdnow_master_path, ["customer_id", "date", "cds", "amount"])


@pytest.fixture(scope="session")
def cdnow(cdnow_log):
    """The calibration sample of the papers: 39 weeks, 2,357 customers, with the hold-out."""
    return transactions.summarize(
        cdnow_log, calibration_end="1997-09-30", observation_end="1998-06-30"
    )


@pytest.fixture
def rng():
    return np.random.default_rng(20261121)
