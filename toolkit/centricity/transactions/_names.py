"""Column names of a file: tidied when found, checked when given."""

import re
from collections.abc import Sequence
from pathlib import Path

from centricity._validate import problem


def tidy_names(found: Sequence[object]) -> list[str]:
    """Trim names, name the nameless ``column_3``, and tell repeats apart as ``date_2``.

    >>> tidy_names([" date", "", "date"])
    ['date', 'column_2', 'date_2']
    """
    names: list[str] = []
    for place, value in enumerate(found, start=1):
        name = re.sub(r"\s+", " ", str(value)).strip() or f"column_{place}"
        fresh, again = name, 1
        while fresh in names:
            again += 1
            fresh = f"{name}_{again}"
        names.append(fresh)
    return names


def check_names(names: Sequence[str], width: int, path: Path) -> list[str]:
    """Return the given names, or raise when their number is not the file's."""
    given = [str(name) for name in names]
    if len(given) != width or len(set(given)) != len(given):
        twice = "" if len(set(given)) == len(given) else ", some of them twice"
        raise problem(
            "read",
            f"{len(given)} names were given{twice}, and '{path.name}' has {width} columns",
            "names= has one name for each column, each name once",
        )
    return given
