"""From a customers table to the few arrays that a likelihood needs."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import numeric_column, problem, require_columns, require_frame, which

HISTORY = ("frequency", "recency", "T")


class Histories(NamedTuple):
    """Purchase histories as float64 arrays of one length, with a count of customers for each."""

    x: Float
    t_x: Float
    T: Float
    n: Float


def histories(customers: pd.DataFrame, where: str) -> Histories:
    """Check a customers table (or its cells, with a column ``n``) and take its arrays.

    Raises
    ------
    ValueError, TypeError
        For a missing column, a value that is not a finite number, a negative one, a frequency
        that is not whole, a last purchase after the end of observation, or a frequency and a
        recency that contradict each other. Every message counts and names the customers.
    """
    frame = require_frame(customers, where)
    rule = (
        "A customers table holds frequency (repeat purchases), recency (age at the last "
        "purchase) and T (age), as transactions.summarize makes it"
    )
    require_columns([str(c) for c in frame.columns], HISTORY, where, rule)
    if len(frame) == 0:
        raise problem(where, "the customers table has no rows", "At least one customer is needed")
    x = numeric_column(frame, "frequency", where, minimum=0, whole=True)
    t_x = numeric_column(frame, "recency", where, minimum=0)
    T = numeric_column(frame, "T", where, minimum=0)
    n = numeric_column(frame, "n", where, minimum=0) if "n" in frame else np.ones(len(frame))
    contradictions = [
        (
            t_x > T * (1 + 1e-12),
            "recency is above T",
            "recency is the age at the last purchase and T the age now, in one unit",
            "Check that the two have the same unit and are not swapped",
        ),
        (
            (x == 0) & (t_x > 0),
            "frequency is 0 but recency is above 0",
            "a customer who never came back has recency 0: here recency is the age at the last "
            "purchase, not the time since it",
            "If your recency counts the time since the last purchase, use T minus it",
        ),
        (
            (x > 0) & (t_x == 0),
            "frequency is above 0 but recency is 0",
            "a repeat purchase comes after the first, so recency (age at the last purchase) is "
            "above 0",
            "Check that frequency counts only repeat purchases and that no columns are swapped",
        ),
    ]
    for bad, says, rule, remedy in contradictions:
        if bad.any():
            seen = which(pd.Series(bad, index=frame.index), noun="customers")
            raise problem(where, f"{says} in {seen}", rule[0].upper() + rule[1:], remedy)
    return Histories(x, t_x, T, n)


def collapse(arrays: Histories) -> Histories:
    """Merge equal histories into cells, so that cost grows with the cells, not the customers."""
    table = pd.DataFrame({"x": arrays.x, "t_x": arrays.t_x, "T": arrays.T, "n": arrays.n})
    grouped = table.groupby(["x", "t_x", "T"], sort=True)["n"].sum()
    keys = grouped.index.to_frame(index=False)
    return Histories(
        keys["x"].to_numpy(), keys["t_x"].to_numpy(), keys["T"].to_numpy(), grouped.to_numpy()
    )
