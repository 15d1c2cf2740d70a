"""Two sides of value: what the firm is worth to customers, and what they are worth to the firm."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from centricity._typing import Float
from centricity._validate import number, numeric_column, problem, require_columns, require_frame

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
    """

    table: pd.DataFrame
    cuts: tuple[float, float]

    @property
    def counts(self) -> pd.Series:
        """How many stand in each quadrant."""
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
    names = [to_customer, of_customer, *(std_errors or ())]
    present = [str(column) for column in frame.columns]
    require_columns(present, names, WHERE, "Both sides of value are columns")
    if frame.empty:
        raise problem(WHERE, "the table is empty", "At least one customer or segment is needed")
    if len(cuts) != 2:
        raise problem(WHERE, f"there are {len(cuts)} cuts", "There is one for each side of value")
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


def _same_side(value: Float, cut: float, error: Float) -> Float:
    """Probability that the true value lies on the side of the cut on which it was seen."""
    away = np.abs(value - cut)
    z = np.divide(away, error, out=np.full_like(away, np.inf), where=error > 0)
    return np.asarray(stats.norm.cdf(z))
