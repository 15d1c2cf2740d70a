"""A, B, C: the few accounts that bring most of a total, the next, and the many small ones."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from centricity._validate import a_type, number, problem, which
from centricity.profitability._checks import values_by_account

WHERE = "abc_classes"


def abc_classes(
    values: pd.Series,
    *,
    cuts: Sequence[float] = (0.8, 0.95),
    names: Sequence[str] = ("A", "B", "C"),
) -> pd.Series:
    """Class accounts by how much of the total those before them bring, largest first.

    Parameters
    ----------
    values : pandas.Series
        One value of at least zero per account, usually revenue; accounts in the index.
    cuts : sequence of float
        Rising cumulative shares, between 0 and 1. An account is in the first class as long as those
        *larger* than it bring less than the first cut.
    names : sequence of str
        One name more than cuts, first class first.

    Returns
    -------
    pandas.Series
        Ordered categorical, in the order of ``values``. Equal values share a class.

    Raises
    ------
    ValueError
        When a value is missing, infinite or negative, an account has two rows, all values are zero,
        cuts don't rise between 0 and 1, or names don't fit.
    TypeError
        When values aren't a Series of numbers, or cuts or names no sequences.

    Notes
    -----
    *ABC* has two meanings in this field, and both are in this room: these classes, and
    activity-based costing (:func:`cost_to_serve`). A class by revenue says who is large, not who
    makes money: hold it against the sign of the profit.

    Examples
    --------
    >>> abc_classes(pd.Series([70.0, 15.0, 10.0, 5.0], index=list("PQRS"))).to_dict()
    {'P': 'A', 'Q': 'A', 'R': 'B', 'S': 'C'}
    """
    held = values_by_account(values, "values", WHERE)
    if (held < 0).any():
        raise problem(
            WHERE,
            f"'values' are below zero in {which(held < 0, noun='accounts')}",
            "Shares of a total need values of at least zero",
            "For profits use whale_curve, which takes losses",
        )
    if held.sum() == 0:
        raise problem(WHERE, "all values are zero", "There is no total to take shares of")
    for name, given in (("cuts", cuts), ("names", names)):
        if not isinstance(given, list | tuple | np.ndarray | pd.Index | str):
            raise problem(
                WHERE, f"{name} is {a_type(given)}", f"{name} is a list", error=TypeError
            )  # fmt: skip
    limits = [number(cut, "a cut", WHERE, above=0, below=1) for cut in cuts]
    if not limits or (np.diff(limits) <= 0).any():
        raise problem(WHERE, f"cuts are {list(cuts)}", "At least one cut, each above the last")
    labels = [str(name) for name in names]
    if (
        isinstance(names, str)
        or len(set(labels)) != len(limits) + 1
        or len(labels) != len(set(labels))
    ):
        raise problem(
            WHERE,
            f"names are {names!r} for {len(limits) + 1} classes",
            "Each class has its own name, largest accounts first",
        )
    larger = _brought_by_larger(held)
    place = np.searchsorted(np.asarray(limits), np.round(larger, 12), side="right")
    return pd.Series(
        pd.Categorical.from_codes(place, categories=pd.Index(labels), ordered=True),
        index=held.index,
        name="class",
    )


def _brought_by_larger(held: pd.Series) -> np.ndarray:
    """Share of the total that accounts strictly larger than each one bring."""
    by_value = held.groupby(held).sum().sort_index(ascending=False)
    before = (by_value.cumsum() - by_value) / held.sum()
    return before.reindex(held.to_numpy()).to_numpy()
