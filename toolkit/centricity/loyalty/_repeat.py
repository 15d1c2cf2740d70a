"""The same piece of work many times, in parallel and with a progress bar."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty.members import Members


def repeat(
    work: Callable[..., Any],
    jobs: Sequence[Sequence[Any]],
    *,
    n_jobs: int,
    progress: bool,
    what: str,
) -> list[Any]:
    """Return ``work(*job)`` for each job, in order; joblib's back end is the user's choice."""
    from joblib import Parallel, delayed
    from tqdm.auto import tqdm

    calls = (delayed(work)(*job) for job in jobs)
    found: Iterable[Any] = Parallel(n_jobs=n_jobs, return_as="generator")(calls)
    return list(tqdm(found, total=len(jobs), disable=not progress, desc=what))


def seeds(rng: RNG, n: int) -> list[int]:
    """Return n seeds for runs that know nothing of each other."""
    return [int(seed) for seed in np.random.default_rng(rng).integers(2**62, size=n)]


def std_error(values: Any) -> Any:  # noqa: ANN401
    """Return the standard error of the mean over the rows: a number, or one for each column."""
    return values.std(ddof=1) / np.sqrt(len(values))


def table_of(members: Members | pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the customers as a table."""
    return (
        members.table if isinstance(members, Members) else _validate.require_frame(members, where)
    )


def drawn_again(table: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw n customers with replacement, numbered afresh."""
    return table.iloc[rng.integers(len(table), size=n)].reset_index(drop=True)
