"""Key drivers: what satisfaction moves with, and how much of that can be told apart."""

from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import (
    a_type,
    listing,
    number,
    numeric_column,
    problem,
    require_frame,
    which,
)

WHERE = "key_drivers"
MOST = 12


@dataclass(frozen=True)
class KeyDrivers:
    """What an outcome moves with.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per driver: ``weight`` (change of the outcome when the rating is one higher and the
        other ratings stay), ``std_error`` (robust, HC3), ``effect`` (the same in standard
        deviations), ``correlation`` (with the outcome, the other ratings moving along), ``share``
        (of the explained variance; shares sum to one), ``lower``, ``upper`` (bootstrap interval of
        the share) and ``vif`` (how many times correlation among drivers inflates the variance of
        the weight).
    r2 : float
        Share of the outcome's variance that all drivers explain together.
    n : int
        Respondents.

    Examples
    --------
    >>> from centricity import datasets
    >>> people = datasets.load_survey_respondents()
    >>> things = ["price", "delivery", "range"]
    >>> ratings = people[[f"realised_{thing}" for thing in things]].set_axis(things, axis=1)
    >>> found = key_drivers(ratings, people["satisfaction"], rng=1)
    >>> found.n, round(found.r2, 2), found.table["share"].idxmax()
    (400, 0.51, 'delivery')
    """

    table: pd.DataFrame
    r2: float
    n: int


def key_drivers(
    ratings: pd.DataFrame,
    outcome: pd.Series,
    *,
    level: float = 0.95,
    resamples: int = 1_000,
    rng: RNG = None,
) -> KeyDrivers:
    r"""Regress an outcome on ratings, and share out what they explain.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per respondent, one column per driver (2 to 12), complete.
    outcome : pandas.Series
        Such as overall satisfaction; same index.
    level : float
        Level of the bootstrap intervals of the shares.
    resamples : int
        Bootstrap resamples of respondents, at least 100.
    rng : numpy.random.Generator, int or None

    Returns
    -------
    KeyDrivers

    Raises
    ------
    ValueError
        When a value is missing, a rating or the outcome is the same for all, a rating follows from
        the others or hangs on one respondent, the ratings tell the outcome exactly, the indexes
        differ, or there are fewer respondents than twice the drivers and two.
    TypeError
        When ratings are no numbers.

    Notes
    -----
    Correlated drivers share what they explain, and no method can say whose it is. The share here is
    the average of what a driver adds to :math:`R^2` over all orders in which drivers can enter
    (LMG, the Shapley value of :math:`R^2`):

    .. math:: s_k = \sum_{S \not\ni k} \frac{|S|!\,(p-1-|S|)!}{p!}\,[R^2(S \cup k) - R^2(S)].

    A share depends on how much a rating *varies*: what all customers rate alike explains nothing,
    however much they would miss it. And what moves together need not cause.

    Lindeman, R. H., Merenda, P. F., & Gold, R. Z. (1980). *Introduction to Bivariate and
    Multivariate Analysis*. Scott, Foresman. Grömping, U. (2006). Relative importance for linear
    regression in R: the package relaimpo. *Journal of Statistical Software*, 17(1), 1-27.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ratings = pd.DataFrame(rng.normal(size=(400, 2)), columns=["speed", "price"])
    >>> outcome = 2 * ratings["speed"] + ratings["price"] + rng.normal(size=400)
    >>> found = key_drivers(ratings, outcome, rng=1)
    >>> found.table["share"].round(1).to_dict()  # 4 to 1, as the squares of the weights
    {'speed': 0.8, 'price': 0.2}
    """
    level = number(level, "level", WHERE, above=0, below=1)
    resamples = int(number(resamples, "resamples", WHERE, minimum=100, whole=True))
    x, y = _checked(ratings, outcome)
    n, p = x.shape
    fit = _regress(x, y)
    both = np.column_stack([x, y])
    r = np.asarray(np.corrcoef(both, rowvar=False))
    table = pd.DataFrame({"weight": fit.params[1:], "std_error": fit.bse[1:]}, ratings.columns)
    table["effect"] = table["weight"] * x.std(axis=0) / y.std()
    table["correlation"] = r[:p, p]
    parts = _lmg(r[None])[0]
    table["share"] = parts / parts.sum()
    boot = _resampled(both, resamples, np.random.default_rng(rng))
    tails = [(1 - level) / 2, (1 + level) / 2]
    table["lower"], table["upper"] = np.quantile(boot, tails, axis=0)
    table["vif"] = np.diag(np.linalg.inv(r[:p, :p]))
    return KeyDrivers(table, float(parts.sum()), n)


def _regress(x: Float, y: Float) -> Any:  # noqa: ANN401 (a statsmodels result)
    import statsmodels.api as sm

    return sm.OLS(y, sm.add_constant(x, has_constant="add")).fit(cov_type="HC3")


def _resampled(both: Float, resamples: int, rng: np.random.Generator) -> Float:
    """Shares in each bootstrap resample of respondents."""
    n = len(both)
    centred = (both - both.mean(axis=0)) / both.std(axis=0)
    moments = np.empty((resamples, both.shape[1], both.shape[1]))
    for i in range(resamples):
        picked = centred[rng.integers(n, size=n)]
        moments[i] = np.cov(picked, rowvar=False)
    spread = np.sqrt(np.einsum("ijj->ij", moments))
    moments = moments[(spread > 1e-9).all(axis=1)]  # a rare driver can be constant in a resample
    spread = np.sqrt(np.einsum("ijj->ij", moments))
    parts = _lmg(moments / (spread[:, :, None] * spread[:, None, :]))
    return parts / parts.sum(axis=1, keepdims=True)


def _lmg(r: Float) -> Float:
    """What each driver adds to R2, averaged over all orders; r: several correlation matrices.

    The outcome is the last row and column of each matrix.
    """
    p = r.shape[-1] - 1
    explained: dict[tuple[int, ...], Float] = {(): np.zeros(len(r))}
    for size in range(1, p + 1):
        for some in combinations(range(p), size):
            at = list(some)
            block, with_y = r[:, at][:, :, at], r[:, at, p]
            inverse = np.linalg.pinv(block, hermitian=True)
            explained[some] = np.einsum("bi,bij,bj->b", with_y, inverse, with_y)
    parts = np.zeros((len(r), p))
    for some, without in explained.items():
        rest = set(range(p)) - set(some)
        for k in rest:
            weight = factorial(len(some)) * factorial(len(rest) - 1) / factorial(p)
            parts[:, k] += weight * (explained[tuple(sorted((*some, k)))] - without)
    return parts


def _checked(ratings: object, outcome: object) -> tuple[Float, Float]:
    frame = require_frame(ratings, WHERE)
    if not isinstance(outcome, pd.Series):
        rule = "outcome is a pandas Series: one number per respondent, index as in ratings"
        raise problem(WHERE, f"outcome is {a_type(outcome)}", rule, error=TypeError)
    if not frame.index.equals(outcome.index):
        raise problem(
            WHERE,
            "ratings and outcome have different indexes",
            "Each row of ratings belongs to the outcome of the same respondent",
            "Take both from one table",
        )
    if not 2 <= frame.shape[1] <= MOST:
        raise problem(WHERE, f"there are {frame.shape[1]} drivers", f"2 to {MOST} can be weighed")
    names = [str(name) for name in frame]
    if len(set(names)) < len(names):
        raise problem(WHERE, "two drivers have the same name", "Each driver has a name of its own")
    frame = frame.set_axis(names, axis=1)
    if len(frame) < 2 * len(names) + 2:
        raise problem(
            WHERE,
            f"there are {len(frame)} respondents and {len(names)} drivers",
            "At least two respondents per driver, and two more, are needed; twenty are better",
        )
    x = np.column_stack([numeric_column(frame, n, WHERE, noun="respondents") for n in names])
    y = numeric_column(outcome.to_frame("outcome"), "outcome", WHERE, noun="respondents")
    if np.ptp(y) == 0:
        raise problem(
            WHERE,
            "the outcome is the same for all respondents",
            "Where nothing varies there is nothing to explain",
            "Check that it is the right column, and that these are all respondents",
        )
    flat = [n for n, c in zip(names, x.T, strict=True) if np.ptp(c) == 0]
    if flat:
        raise problem(
            WHERE,
            f"{listing(flat)} {'is' if len(flat) == 1 else 'are'} the same for all respondents",
            "What never varies explains nothing",
            "Leave it out of this analysis; it may matter all the same: ask with choice tasks",
        )
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    _, strength, direction = np.linalg.svd(scaled, full_matrices=False)
    if strength[-1] < 1e-8 * strength[0]:
        tied = [n for n, part in zip(names, direction[-1], strict=True) if abs(part) > 1e-4]
        raise problem(
            WHERE,
            f"{listing(tied)} can be worked out from each other",
            "Drivers that always move together have no weights of their own",
            "Leave one of them out, or take their mean",
        )
    _require_more_than_one(x, y, names, frame.index)
    return x, y


def _require_more_than_one(x: Float, y: Float, names: list[str], index: pd.Index) -> None:
    """Refuse a respondent who settles a weight alone, and an outcome without a rest."""
    full = np.column_stack([np.ones(len(x)), x])
    basis = np.linalg.qr(full)[0]
    alone = np.square(basis).sum(axis=1) > 1 - 1e-9
    if alone.any():
        at = int(np.flatnonzero(alone)[0])
        others = x[np.arange(len(x)) != at]
        told = [n for n, c in zip(names, others.T, strict=True) if np.ptp(c) == 0]
        raise problem(
            WHERE,
            f"{listing(told) if told else 'a weight'} hangs on "
            f"{which(pd.Series(alone, index=index), noun='respondents')} alone",
            "A weight that one person settles has no error to speak of",
            "Leave this driver out, or ask more people",
        )
    rest = y - basis @ (basis.T @ y)
    if np.abs(rest).max() < 1e-9 * np.ptp(y):
        raise problem(
            WHERE,
            "the ratings tell the outcome without any rest",
            "An outcome is asked separately from its drivers",
            "Check that it is not one of the ratings, nor their sum or mean",
        )
