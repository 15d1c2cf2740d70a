"""CDNOW: the public order log on which the models of this field were first shown."""

import os
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from centricity._validate import problem

WHERE = "fetch_cdnow"
SOURCE = (
    "https://raw.githubusercontent.com/CamDavidsonPilon/lifetimes/"
    "4f2833f4518621343bb6983eb3e540c11f66ec6a/lifetimes/datasets"
)
FOLDER_VARIABLE = "CENTRICITY_DATA"


class Remote(NamedTuple):
    """A file to fetch, its checksum, and its columns (the ids of the papers' sample left out)."""

    name: str
    sha256: str
    skip: int
    columns: tuple[int, int, int, int]


SAMPLE = Remote(
    "CDNOW_sample.txt",
    "6fae10155c0b0ba363c2c386e30f77990d22328220efd862a5edd1443420d94a",
    0,
    (0, 2, 3, 4),
)
MASTER = Remote(
    "CDNOW_master.txt",
    "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef",
    1,
    (0, 1, 2, 3),
)


def fetch_cdnow(*, sample: bool = True) -> pd.DataFrame:
    """Fetch the orders of the customers who first bought at CDNOW in January to March 1997.

    The file is downloaded once, checked by its sha256 and kept in the user's cache folder. When
    the environment variable ``CENTRICITY_DATA`` names a folder, the copy in it is read instead
    (``CDNOW_sample.txt``, ``CDNOW_master.txt``), equally checked, and nothing is downloaded.

    Parameters
    ----------
    sample : bool
        True: the tenth of the customers used in the papers (2,357 customers, 6,919 orders).
        False: all of them (23,570 customers, 69,659 orders).

    Returns
    -------
    pandas.DataFrame
        An order log, as in the file, 1997-01-01 to 1998-06-30: ``customer_id`` (text, the same
        in both files), ``date`` (day), ``cds`` (number of CDs) and ``amount`` (US$; a few are 0).

    Raises
    ------
    FileNotFoundError
        When ``CENTRICITY_DATA`` is set and its folder lacks the file.
    ConnectionError
        When the file is not in the cache and cannot be downloaded.
    ValueError
        When the file is not, byte for byte, the one expected.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way:
    an alternative to the Pareto/NBD model. Marketing Science, 24(2), 275–284.

    Examples
    --------
    >>> log = fetch_cdnow(sample=True)  # doctest: +SKIP
    >>> list(log)  # doctest: +SKIP
    ['customer_id', 'date', 'cds', 'amount']
    """
    remote = SAMPLE if sample else MASTER
    folder = os.environ.get(FOLDER_VARIABLE)
    path = _local(remote, Path(folder)) if folder else _download(remote)
    return pd.read_csv(
        path,
        sep=r"\s+",
        header=None,
        skiprows=remote.skip,
        usecols=list(remote.columns),
        names=["customer_id", "date", "cds", "amount"],
        dtype={"customer_id": "str", "date": "str", "amount": "float64"},
    ).assign(date=lambda log: pd.to_datetime(log["date"], format="%Y%m%d"))


def _local(remote: Remote, folder: Path) -> Path:
    import pooch

    path = folder / remote.name
    if not path.is_file():
        raise problem(
            WHERE,
            f"there is no file '{remote.name}' in '{folder}', the folder {FOLDER_VARIABLE} names",
            "With that variable set, copies are read from there and nothing is downloaded",
            f"Put the file from {SOURCE}/{remote.name} into that folder, or unset the variable",
            error=FileNotFoundError,
        )
    if pooch.file_hash(str(path), alg="sha256") != remote.sha256:
        raise _altered(remote, f"'{path}'", f"Put the file from {SOURCE}/{remote.name} there again")
    return path


def _download(remote: Remote) -> Path:
    import pooch

    cache, address = Path(pooch.os_cache("centricity")), f"{SOURCE}/{remote.name}"
    target = cache / remote.name
    try:
        kept = pooch.retrieve(address, f"sha256:{remote.sha256}", fname=remote.name, path=cache)
    except ValueError:
        remedy = "Try again; if it stays so, the address no longer holds that file"
        raise _altered(remote, f"What {address} sent for '{remote.name}'", remedy) from None
    except OSError as error:
        raise problem(
            WHERE,
            f"'{remote.name}' could not be downloaded from {address} to '{target.parent}' "
            f"({type(error).__name__})",
            "The first use needs the network, or a copy of the file",
            f"Put a copy into a folder and set {FOLDER_VARIABLE} to it, or into '{cache}'",
            error=ConnectionError,
        ) from None
    return Path(kept)


def _altered(remote: Remote, what: str, remedy: str) -> ValueError:
    return problem(
        WHERE,
        f"{what} is not the file expected: its sha256 differs from {remote.sha256}",
        "The published estimates hold for exactly these bytes",
        remedy,
    )
