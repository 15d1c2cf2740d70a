"""Put features on one scale before customers are compared by distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import numeric_column, problem, require_columns, require_frame
from centricity.segmentation._checks import people, require_unique

SKEWED = 1.0


@dataclass(frozen=True)
class Scaling:
    """How features were put on one scale: log1p where skewed, then standardised.

    Attributes
    ----------
    features : tuple of str
        Names of the columns.
    log : tuple of bool
        Whether ``log(1 + x)`` was taken of the column first.
    mean, std : numpy.ndarray, shape (d,)
        Of the columns after the logarithm.
    """

    features: tuple[str, ...]
    log: tuple[bool, ...]
    mean: Float
    std: Float

    def apply(self, values: Float) -> Float:
        """Scale values of shape (n, d)."""
        logged = np.where(self.log, np.log1p(np.where(self.log, values, 0.0)), values)
        return (logged - self.mean) / self.std

    def undo(self, scaled: Float) -> Float:
        """Return scaled values, shape (n, d), to their own units."""
        values = scaled * self.std + self.mean
        return np.where(self.log, np.expm1(np.where(self.log, values, 0.0)), values)


def read_features(features: pd.DataFrame, where: str) -> Float:
    """Return all columns as finite numbers, shape (n, d), or raise."""
    require_frame(features, where)
    if features.shape[1] == 0:
        raise problem(where, "there are no columns", "At least one feature is needed")
    repeated = features.columns[features.columns.duplicated()]
    if len(repeated):
        raise problem(where, f"the column '{repeated[0]}' is there twice", "Names are unique")
    if len(features) < 2:
        raise problem(
            where,
            people(len(features)),
            "Segments group customers, so at least two are needed",
        )
    require_unique(features.index, where)
    return np.column_stack([numeric_column(features, name, where) for name in features.columns])


def fit_scaling(
    features: pd.DataFrame, values: Float, log: str | Sequence[str], where: str
) -> Scaling:
    """Decide on logarithms, and measure mean and standard deviation.

    ``log`` is "auto" (features of at least zero whose skewness is above 1), or the names of the
    features to take the logarithm of, possibly none.
    """
    names = tuple(str(name) for name in features.columns)
    constant = [name for name, column in zip(names, values.T, strict=True) if np.ptp(column) == 0]
    if constant:
        raise problem(
            where,
            f"'{constant[0]}' is the same for all {len(values):,} customers",
            "A feature must differ between customers to tell them apart",
            "Leave this column out",
        )
    chosen = _auto(values) if isinstance(log, str) and log == "auto" else _named(log, names, where)
    for name, column, take in zip(names, values.T, chosen, strict=True):
        if take and (column <= -1).any():
            raise problem(
                where,
                f"'{name}' goes down to {column.min():g}",
                "log(1 + x) needs values above -1",
                "Leave this column out of log=",
            )
    logged = np.where(chosen, np.log1p(np.where(chosen, values, 0.0)), values)
    return Scaling(names, chosen, logged.mean(axis=0), logged.std(axis=0))


def _auto(values: Float) -> tuple[bool, ...]:
    from scipy.stats import skew

    return tuple(bool(col.min() >= 0 and skew(col) > SKEWED) for col in values.T)


def _named(log: str | Sequence[str], names: tuple[str, ...], where: str) -> tuple[bool, ...]:
    if isinstance(log, str):
        raise problem(
            where,
            f"log is {log!r}",
            "log is 'auto' or a list of features",
            f"Write log=[{log!r}] for one feature, log=[] for none",
        )
    require_columns(names, log, where, "log names features")
    return tuple(name in log for name in names)
