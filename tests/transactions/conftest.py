import os
from pathlib import Path

import pytest

NAMES = ["master_id", "customer_id", "date", "cds", "amount"]


@pytest.fixture(scope="session")
def cdnow_folder():
    folder = Path(
        os.environ.get("CENTRICITY_DATA") or Path(__file__).parents[2].parent / "shared" / "data"
    )
    if not (folder / "CDNOW_sample.txt").exists():
        pytest.skip("CDNOW is not here: put its files in the folder named by CENTRICITY_DATA")
    return folder


@pytest.fixture(scope="session")
def cdnow(cdnow_folder):
    from centricity import transactions

    raw = transactions.read(cdnow_folder / "CDNOW_sample.txt", names=NAMES)
    return transactions.clean(raw, duplicates="keep").kept
