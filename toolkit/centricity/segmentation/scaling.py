"""Put features on one scale before customers are compared by distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import listing, numeric_column, problem, require_columns, require_frame
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
        Of the columns after the logarithm, in its units where it was taken.

    Examples
    --------
    Every clustering says how its features were scaled. Visits of 2 and 4 have mean 3 and standard
    deviation 1; spend is taken as log(1 + x), so that 0, 9, 99 and 999 are equally far apart.

    >>> from centricity.segmentation import kmeans
    >>> table = pd.DataFrame({"visits": [2, 2, 4, 4], "spend": [0, 9, 99, 999]})
    >>> found = kmeans(table, 2, log=["spend"], rng=1).scaling
    >>> found.log, float(found.mean[0]), float(found.std[0])
    ((False, True), 3.0, 1.0)
    >>> steps = np.diff(found.apply(table.to_numpy())[:, 1])
    >>> np.allclose(steps, steps[0])
    True
    """

    features: tuple[str, ...]
    log: tuple[bool, ...]
    mean: Float
    std: Float

    def apply(self, values: Float) -> Float:
        """Scale values, so that 1 is one standard deviation on every feature.

        Parameters
        ----------
        values : numpy.ndarray, shape (n, d)
            One row per customer, one column per feature, in the features' own units; above -1
            where the logarithm is taken.

        Returns
        -------
        numpy.ndarray, shape (n, d)

        Raises
        ------
        ValueError
            When there isn't one column per feature, or a logarithm has no value.

        Examples
        --------
        With mean 2 and standard deviation 1, three visits are 1; and log(1 + 99) is 2 log(10):

        >>> scaling = Scaling(("visits", "spend"), (False, True), np.array([2.0, 0.0]),
        ...                   np.array([1.0, np.log(10)]))
        >>> scaling.apply(np.array([[3.0, 99.0], [2.0, 0.0]]))
        array([[1., 2.],
               [0., 0.]])
        """
        _require_range(values, self)
        logged = np.where(self.log, np.log1p(np.where(self.log, values, 0.0)), values)
        return (logged - self.mean) / self.std

    def undo(self, scaled: Float) -> Float:
        """Return scaled values to their own units: centres of segments become customers.

        Parameters
        ----------
        scaled : numpy.ndarray, shape (n, d)
            In standard deviations, as from :meth:`apply`.

        Returns
        -------
        numpy.ndarray, shape (n, d)
            In the features' own units.

        Examples
        --------
        >>> scaling = Scaling(("visits", "spend"), (False, True), np.array([2.0, 0.0]),
        ...                   np.array([1.0, np.log(10)]))
        >>> scaling.undo(np.array([[1.0, 2.0]])).round(6)
        array([[ 3., 99.]])
        """
        values = scaled * self.std + self.mean
        return np.where(self.log, np.expm1(np.where(self.log, values, 0.0)), values)


def _require_range(values: Float, scaling: Scaling) -> None:
    where, shape = "Scaling.apply", np.shape(values)
    if len(shape) != 2 or shape[1] != len(scaling.features):
        raise problem(
            where,
            f"the values have shape {shape}",
            f"They have one row per customer and {len(scaling.features)} columns, in this order: "
            f"{listing(scaling.features)}",
        )
    for name, take, column in zip(scaling.features, scaling.log, np.transpose(values), strict=True):
        if take and (column <= -1).any():
            raise problem(
                where, f"'{name}' goes down to {column.min():g}", "log(1 + x) needs values above -1"
            )


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
