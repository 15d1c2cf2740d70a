"""A model's answer for every mix of frequency and recency, at one age."""

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike
from centricity._validate import number, problem
from centricity.clv._side_by_side import Model, named
from centricity.clv.bgbb import BGBB


def history_grid(
    model: Model,
    *,
    T: float,
    frequency: ArrayLike,
    recency: ArrayLike,
    t: float | None = None,
) -> pd.DataFrame:
    """P(alive), or expected purchases, over frequency × recency for customers of one age.

    Parameters
    ----------
    model : PurchaseModel or Fit
    T : float
        Age of the customers, in the time unit of the model.
    frequency : array-like of int
        Repeat purchases, 1 or more: without one the recency is 0.
    recency : array-like
        Ages at the last purchase, above 0 and at most ``T``; ``T`` minus these are the silences.
    t : float, optional
        With it, purchases expected in the next ``t`` time units; without, P(alive).

    Returns
    -------
    pandas.DataFrame
        Index ``recency``, columns ``frequency``. For the BG/BB, mixes that cannot be (more
        purchases than occasions) are NaN.

    Raises
    ------
    ValueError
        For a frequency below 1 or not whole, or a recency outside (0, T].

    Examples
    --------
    After a long silence, more past purchases make it likelier that the customer is gone:

    >>> from centricity.clv import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> history_grid(model, T=52, frequency=[1, 4, 16], recency=[26, 50]).round(2)
    frequency    1     4     16
    recency
    26.0       0.59  0.33  0.00
    50.0       0.75  0.85  0.92
    """
    where = "clv.history_grid"
    age = number(T, "T", where, above=0)
    asked = next(iter(named(model, where).values()))
    x, t_x = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (frequency, recency))
    if (x < 1).any() or (x != np.round(x)).any():
        says = f"frequency holds {x[(x < 1) | (x != np.round(x))][0]:g}"
        rule = "It counts repeat purchases, 1 or more: without one the recency is 0"
        raise problem(where, says, rule)
    if not ((t_x > 0) & (t_x <= age)).all():
        says = f"recency runs from {t_x.min():g} to {t_x.max():g} with T = {age:g}"
        raise problem(where, says, "Recency is the age at the last purchase: above 0, at most T")
    grid = pd.MultiIndex.from_product([t_x, x.astype(int)], names=["recency", "frequency"])
    customers = grid.to_frame().assign(T=age)
    if isinstance(asked, BGBB):
        customers = customers[customers["frequency"] <= customers["recency"]]
    said = asked.p_alive(customers) if t is None else asked.expected_purchases(customers, t)
    return said.reindex(grid).unstack("frequency")
