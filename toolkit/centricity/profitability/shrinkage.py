"""Shrinkage: an account's own record, drawn towards the average by as much as it is luck."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import a_type, problem, which
from centricity.profitability._checks import one_of_each, require_accounts

WHERE = "shrink"


@dataclass(frozen=True)
class Shrinkage:
    """What is known of each account when its record and everybody's are weighed.

    Attributes
    ----------
    mean : float
        What an account without a record is expected to be.
    between : float
        Variance of the accounts' true values.
    within : float
        Variance of one period's luck, for a volume of one.
    accounts : pandas.DataFrame
        ``own`` (mean of the account's periods, weighted by volume), ``volume``, ``credibility``
        (weight of its own record, 0 to 1) and ``estimate``.

    Examples
    --------
    >>> result = shrink(pd.DataFrame({1: [4.0, 0.0], 2: [2.0, -2.0]}, index=["A", "B"]))
    >>> result.mean, result.between, result.within
    (1.0, 7.0, 2.0)
    """

    mean: float
    between: float
    within: float
    accounts: pd.DataFrame

    @property
    def estimate(self) -> pd.Series:
        """Best linear guess of each account's true value.

        Examples
        --------
        >>> shrink(pd.DataFrame({1: [4.0, 0.0], 2: [2.0, -2.0]})).estimate.tolist()
        [2.75, -0.75]
        """
        return self.accounts["estimate"]

    @property
    def credibility(self) -> pd.Series:
        """Weight of each account's own record.

        Examples
        --------
        >>> shrink(pd.DataFrame({1: [4.0, 0.0], 2: [2.0, -2.0]})).credibility.tolist()
        [0.875, 0.875]
        """
        return self.accounts["credibility"]


def shrink(values: pd.DataFrame, *, volumes: pd.DataFrame | None = None) -> Shrinkage:
    r"""Estimate each account's true value from several periods, by credibility.

    Parameters
    ----------
    values : pandas.DataFrame
        Accounts in the index, one column per period: margins, or profits where accounts are of one
        size. Missing where an account has no record of the period; at least two periods.
    volumes : pandas.DataFrame, optional
        Same shape, above zero: how much each value rests on, such as revenue. The variance of
        the luck in a value is then taken to fall with its volume. Without volumes all periods count
        alike.

    Returns
    -------
    Shrinkage
        ``accounts`` (own, volume, credibility, estimate), ``mean``, ``between``, ``within``,
        ``estimate``, ``credibility``.

    Raises
    ------
    ValueError
        When there are fewer than two accounts or two periods, no account has two records, an
        account has none, a value is infinite, a volume isn't above zero, the shapes differ, or two
        columns have one name.
    TypeError
        When a table isn't a DataFrame of numbers.

    Notes
    -----
    The model of Bühlmann and Straub: account i's true value is drawn from a distribution with mean
    m and variance a; a period's value scatters around it with variance :math:`s^2/w_{ij}`. Then the
    best linear estimate is :math:`z_i \bar X_i + (1 - z_i) m` with

    .. math:: z_i = \frac{w_i}{w_i + s^2/a}, \qquad w_i = \sum_j w_{ij},

    where m, a and :math:`s^2` are estimated from the accounts themselves: a and :math:`s^2` without
    bias (but a is set to 0 where its estimate falls below), m weighted by the z (by the volumes
    where a is 0). Being estimated, z is itself uncertain with few accounts. No shape of
    distribution is assumed. Accounts are taken to be alike in kind and steady in time: where the
    best ones grow, they are drawn back too far.

    Bühlmann, H., & Straub, E. (1970). Glaubwürdigkeit für Schadensätze. *Mitteilungen der
    Vereinigung Schweizerischer Versicherungsmathematiker*, 70, 111–133. Efron, B., & Morris, C.
    (1977). Stein's paradox in statistics. *Scientific American*, 236(5), 119–127.

    Examples
    --------
    >>> margins = pd.DataFrame({2023: [0.30, 0.02, -0.20], 2024: [0.10, 0.08, -0.10]},
    ...                        index=["A", "B", "C"])
    >>> result = shrink(margins)
    >>> result.accounts[["own", "credibility", "estimate"]].round(3)
        own  credibility  estimate
    A  0.20        0.855     0.176
    B  0.05        0.855     0.048
    C -0.15        0.855    -0.123
    """
    table, weight = _record(values, volumes)
    known = np.isfinite(table)
    weight = np.where(known, weight, 0.0)
    filled = np.where(known, table, 0.0)
    volume = weight.sum(axis=1)
    own = (weight * filled).sum(axis=1) / volume
    free = int((known.sum(axis=1) - 1).sum())
    within = float((weight * np.where(known, table - own[:, None], 0.0) ** 2).sum() / free)
    between = _between(own, volume, within)
    credibility = volume * between / (volume * between + within) if between > 0 else volume * 0
    pull = credibility if between > 0 else volume
    mean = float((pull * own).sum() / pull.sum())
    result = pd.DataFrame(
        {"own": own, "volume": volume, "credibility": credibility}, index=values.index
    )
    result["estimate"] = credibility * own + (1 - credibility) * mean
    return Shrinkage(mean, between, within, result)


def _between(own: Float, volume: Float, within: float) -> float:
    """Unbiased variance of the true values, at least zero."""
    total = volume.sum()
    centre = (volume * own).sum() / total
    spread = (volume * (own - centre) ** 2).sum() - (len(own) - 1) * within
    apart = total**2 - (volume**2).sum()
    return max(float(total * spread / apart), 0.0) if apart > 0 else 0.0


def _record(values: object, volumes: object) -> tuple[Float, Float]:
    table = _numbers(values, "values")
    frame = values if isinstance(values, pd.DataFrame) else pd.DataFrame()
    if table.shape[0] < 2 or table.shape[1] < 2:
        raise problem(
            WHERE,
            f"values have {table.shape[0]} accounts and {table.shape[1]} periods",
            "Luck is told from lasting difference by at least two of each",
        )
    known = np.isfinite(table)
    none = ~known.any(axis=1)
    if none.any():
        raise problem(
            WHERE,
            f"no period is known of {which(pd.Series(none, index=frame.index), noun='accounts')}",
            "Each account has at least one record",
            "Leave these accounts out; the mean is their estimate",
        )
    if (known.sum(axis=1) < 2).all():
        raise problem(WHERE, "no account has two records", "Luck shows where a record repeats")
    if volumes is None:
        return table, np.ones_like(table)
    weight = _numbers(volumes, "volumes")
    other = volumes if isinstance(volumes, pd.DataFrame) else pd.DataFrame()
    if not (frame.index.equals(other.index) and frame.columns.equals(other.columns)):
        raise problem(
            WHERE,
            "volumes have other rows or columns than values",
            "Each value has its volume",
            "Use the same index and columns, in the same order",
        )
    bad = (known & ~(weight > 0)).any(axis=1)
    if bad.any():
        raise problem(
            WHERE,
            f"a volume is missing or not above zero for "
            f"{which(pd.Series(bad, index=frame.index), noun='accounts')}",
            "A value with no volume says nothing",
            "Set the value of that period to missing",
        )
    return table, weight


def _numbers(data: object, name: str) -> Float:
    if not isinstance(data, pd.DataFrame):
        raise problem(
            WHERE, f"{name} is {a_type(data)}",
            f"{name} is a pandas DataFrame: accounts in the index, one column per period",
            error=TypeError,
        )  # fmt: skip
    require_accounts(data.index, WHERE)
    one_of_each(data, WHERE)
    types = pd.api.types
    wrong = [c for c in data
             if not types.is_numeric_dtype(data[c]) or types.is_bool_dtype(data[c])]  # fmt: skip
    if wrong:
        raise problem(
            WHERE,
            f"the column '{wrong[0]}' of {name} has dtype {data[wrong[0]].dtype}",
            f"{name} must hold numbers",
            error=TypeError,
        )  # fmt: skip
    table = data.to_numpy(dtype=float, na_value=np.nan)
    infinite = np.isinf(table).any(axis=1)
    if infinite.any():
        found = which(pd.Series(infinite, index=data.index), noun="accounts")
        raise problem(
            WHERE,
            f"{name} are infinite in {found}",
            "Values are finite, or missing",
            "A margin of an account without revenue has no meaning: leave it missing",
        )
    return table
