"""Two sides of value: what the firm is worth to customers, and what they are worth to the firm."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from centricity._typing import Float
from centricity._validate import (
    a_type,
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
)

WHERE = "value_quadrants"
NAMES = ("star", "free rider", "captive", "lost cause")


@dataclass(frozen=True)
class Quadrants:
    """Where customers or segments stand on the two sides of value.

    Attributes
    ----------
    table : pandas.DataFrame
        Index as given. ``to_customer``, ``of_customer``, ``quadrant``, and ``probability`` that the
        quadrant is right (missing where no standard errors were given).
    cuts : tuple of float
        Where low ends and high begins, on both sides.

    Examples
    --------
    >>> sides = pd.DataFrame({"to_customer": [1.0], "of_customer": [9.0], "a": [1.0], "b": [2.0]})
    >>> placed = value_quadrants(sides, cuts=(0, 5), std_errors=("a", "b"))
    >>> placed.table["probability"].round(2).to_list()  # 0.841 × 0.977
    [0.82]
    """

    table: pd.DataFrame
    cuts: tuple[float, float]

    @property
    def counts(self) -> pd.Series:
        """How many stand in each quadrant.

        Examples
        --------
        >>> sides = pd.DataFrame({"to_customer": [1.0, 2.0, -1.0], "of_customer": [9.0, 1.0, 8.0]})
        >>> value_quadrants(sides, cuts=(0, 5)).counts.to_dict()
        {'star': 1, 'free rider': 1, 'captive': 1, 'lost cause': 0}
        """
        counted = self.table["quadrant"].value_counts().reindex(NAMES, fill_value=0)
        return counted.rename_axis("quadrant").rename("count")


def value_quadrants(
    table: pd.DataFrame,
    *,
    to_customer: str = "to_customer",
    of_customer: str = "of_customer",
    cuts: tuple[float, float],
    std_errors: tuple[str, str] | None = None,
) -> Quadrants:
    """Place customers or segments on the 2 × 2 of value to and of the customer.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer or segment.
    to_customer : str
        Column: what the firm is worth to the customer, such as euros better than the next best.
    of_customer : str
        Column: what the customer is worth to the firm, such as margin less cost to serve.
    cuts : (float, float)
        At or above which each is high. Choose numbers with a meaning (better than the rival; more
        than it costs to keep): at a mean or median somebody is always low.
    std_errors : (str, str), optional
        Columns with standard errors of both; then ``probability`` says how sure the place is
        (normal errors, independent of each other).

    Returns
    -------
    Quadrants

    Raises
    ------
    ValueError
        When there are no rows, a column or value is missing, or a standard error is negative.
    TypeError
        When a column doesn't hold numbers.

    Notes
    -----
    *Star*: high on both. *Free rider*: gets much, brings little. *Captive*: brings much, gets
    little (and goes when it can). *Lost cause*: low on both. After Gupta, S., & Lehmann, D. R.
    (2005). *Managing Customers as Investments*. Wharton School Publishing.

    Examples
    --------
    >>> table = pd.DataFrame({"to_customer": [3.0, -2.0], "of_customer": [80.0, 90.0]},
    ...                      index=["home", "work"])
    >>> value_quadrants(table, cuts=(0, 30)).table["quadrant"].to_dict()
    {'home': 'star', 'work': 'captive'}
    """
    frame = require_frame(table, WHERE)
    _require_pairs(cuts, std_errors)
    names = [to_customer, of_customer, *(std_errors or ())]
    present = [str(column) for column in frame.columns]
    require_columns(present, names, WHERE, "Both sides of value are columns")
    if frame.empty:
        raise problem(WHERE, "the table is empty", "At least one customer or segment is needed")
    cut = (number(cuts[0], "the first cut", WHERE), number(cuts[1], "the second cut", WHERE))
    to = numeric_column(frame, to_customer, WHERE, noun="rows")
    of = numeric_column(frame, of_customer, WHERE, noun="rows")
    sides: tuple[Float, Float] = (to, of)
    place = 2 * (sides[0] < cut[0]) + (sides[1] < cut[1])
    result = pd.DataFrame(
        {"to_customer": sides[0], "of_customer": sides[1], "quadrant": np.array(NAMES)[place]},
        index=frame.index,
    )
    sure: list[Float] = [np.full(len(frame), np.nan)] * 2
    if std_errors is not None:
        errors: list[Float] = [
            numeric_column(frame, n, WHERE, minimum=0, noun="rows") for n in std_errors
        ]
        sure = [_same_side(v, c, e) for v, c, e in zip(sides, cut, errors, strict=True)]
    return Quadrants(result.assign(probability=sure[0] * sure[1]), cut)


def _require_pairs(cuts: object, std_errors: object) -> None:
    rules = {
        "cuts": (cuts, "There is a cut for each side of value, such as cuts=(0, 30)"),
        "std_errors": (std_errors, "There is a column for each side of value, two names in a pair"),
    }
    for name, (given, rule) in rules.items():
        if name == "std_errors" and given is None:
            continue
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise problem(WHERE, f"{name} is {a_type(given)}", rule, error=TypeError)
        if len(given) != 2:
            raise problem(WHERE, f"there are {len(given)} {name}", rule)


def _same_side(value: Float, cut: float, error: Float) -> Float:
    """Probability that the true value lies on the side of the cut on which it was seen."""
    away = np.abs(value - cut)
    z = np.divide(away, error, out=np.full_like(away, np.inf), where=error > 0)
    return np.asarray(stats.norm.cdf(z))
