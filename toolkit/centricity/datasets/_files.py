"""Where the shipped files are: in the clone's ``datasets/``, or where a wheel put them."""

from importlib import metadata
from pathlib import Path

import pandas as pd

from centricity._validate import problem

CLONE = Path(__file__).resolve().parents[3] / "datasets"
INSTALLED = "share/centricity/datasets"


def locate(name: str, where: str) -> Path:
    """Return the path of a shipped file, or raise an error that says where it was looked for.

    Parameters
    ----------
    name : str
        The file's name, such as ``shop_orders.csv``.
    where : str
        The function that asks, for the message.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        When the file is neither in the clone nor in the installed distribution.
    """
    for path in (CLONE / name, _installed(name)):
        if path is not None and path.is_file():
            return path
    raise problem(
        where,
        f"the file '{name}' was not found in {CLONE}, nor in {INSTALLED} of this installation",
        "The course's data sets come with the clone and with the installed package",
        "Restore the file with git, draw it again with 'make datasets', or install again",
        error=FileNotFoundError,
    )


def _installed(name: str) -> Path | None:
    try:
        files = metadata.files("centricity") or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.as_posix().endswith(f"{INSTALLED}/{name}"):
            return Path(str(file.locate()))
    return None


def read_table(
    name: str, where: str, *, text: tuple[str, ...] = (), dates: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Read a shipped CSV with the given columns as text and as dates, all else inferred."""
    types = dict.fromkeys(text, "str")
    return pd.read_csv(locate(name, where), dtype=types, parse_dates=list(dates))
