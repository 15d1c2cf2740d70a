"""The bootstrap: fit again and again to customers drawn with replacement."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from centricity._typing import RNG
from centricity._validate import number, problem
from centricity.clv._base import Model
from centricity.clv.errors import ConvergenceError, ConvergenceWarning
from centricity.clv.fit import Fit

_WHERE = "Fit.bootstrap"


def resample(
    fit: Fit[Any],
    customers: Any,  # noqa: ANN401
    n: int,
    *,
    rng: RNG,
    n_jobs: int,
    progress: bool,
) -> pd.DataFrame:
    """See `Fit.bootstrap`."""
    from joblib import Parallel, delayed

    n = int(number(n, "n", _WHERE, minimum=2, whole=True))
    data = fit.model._data(customers)
    if abs(float(data.n.sum()) - fit.n) > 0.5:
        says = f"the fit has {fit.n:,} customers, the table {data.n.sum():,.0f}"
        rule = "The bootstrap draws from the customers that were fitted"
        raise problem(_WHERE, says, rule, "Give the same table as to fit")

    draws = _resamples(data, n, np.random.default_rng(rng))
    jobs = (delayed(_again)(fit.model, drawn) for drawn in draws)
    found = Parallel(n_jobs=n_jobs, return_as="generator")(jobs)
    shown = tqdm(found, total=n, disable=not progress, desc="bootstrap")
    estimates = [row for row in shown if row is not None]
    if len(estimates) < n / 2:
        says = f"{n - len(estimates)} of {n} resamples did not converge"
        rule = "An interval needs most of them"
        raise problem(_WHERE, says, rule, type(fit.model).remedy, ConvergenceError)
    if len(estimates) < n:
        says = f"{n - len(estimates)} of {n} resamples did not converge and are left out"
        rule = "The rest may understate the uncertainty"
        message = problem(_WHERE, says, rule, type(fit.model).remedy, ConvergenceWarning)
        warnings.warn(message, stacklevel=3)
    return pd.DataFrame(estimates, columns=fit.params.index)


def _resamples(data: Any, n: int, rng: np.random.Generator) -> Iterator[Any]:  # noqa: ANN401
    size = round(float(data.n.sum()))
    for _ in range(n):
        count = rng.multinomial(size, data.n / data.n.sum())
        yield data._replace(n=count.astype(np.float64))


def _again(model: Model, data: Any) -> np.ndarray | None:  # noqa: ANN401
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            fit = model._refit(data)
        except ConvergenceError:
            return None
    return fit.params.to_numpy() if fit.converged else None
