"""What lies ahead of customers: how far to look, and one question for all who are in one state."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, ArrayOrFloat, Float
from centricity._validate import number, numeric_column, problem, require_frame, which
from centricity.clv._data import Histories, distinct

if TYPE_CHECKING:
    from centricity.clv._purchase import Params, PurchaseModel


def times_ahead(
    t: ArrayLike, customers: pd.DataFrame, where: str, *, whole: bool = False
) -> ArrayOrFloat:
    """Check a time for all customers, or times with one for each, in the order of their table.

    Raises
    ------
    ValueError, TypeError
        For a time that is negative, missing or infinite (or not whole, where it counts occasions),
        for fewer or more times than customers, and for a Series on another index.
    """
    shape = np.asarray(t, dtype=object).shape
    if not shape:
        return number(t, "t", where, minimum=0, whole=whole)
    index = require_frame(customers, where).index
    if isinstance(t, pd.Series):
        own = in_order(t, index, "t", where)
    elif shape == (len(index),):
        own = pd.Series(t, index=index)
    else:
        says = f"t has shape {shape} for {len(index):,} customers"
        rule = "A time ahead is one number for all customers, or one for each"
        raise problem(where, says, rule, "Give as many times as the table has rows")
    return numeric_column(own.to_frame("t"), "t", where, minimum=0, whole=whole)


def in_order(values: pd.Series, index: pd.Index, name: str, where: str) -> pd.Series:
    """Put a Series with one value for each customer into the order of their table.

    Raises
    ------
    ValueError
        If it lacks a customer or holds another one; if labels come twice in another order.
    """
    if values.index.equals(index):
        return values
    absent = pd.Series(~index.isin(values.index), index=index)
    strange = pd.Series(~values.index.isin(index), index=values.index)
    if absent.any():
        says = f"{name} holds no value for {which(absent, noun='customers')}"
    elif strange.any():
        says = f"{name} holds values of {which(strange, noun='customers')} whom the table lacks"
    elif not (values.index.is_unique and index.is_unique):
        says = f"labels come twice, so that nobody can tell whose values {name} holds"
    else:
        return values.reindex(index)
    rule = "A Series is aligned with the table by its index"
    remedy = f"Give it that index, or {name}.to_numpy() if it has the order of the table"
    raise problem(where, says, rule, remedy)


def amounts(given: ArrayLike, where: str) -> Float:
    """Return times or counts of any shape as an array, all finite and none below 0."""
    rule = "Times and counts are numbers of 0 or more"
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise problem(where, f"{given!r} is not a number", rule, error=TypeError) from None
    if not np.isfinite(values).all() or (values < 0).any():
        raise problem(where, "a value is negative, missing or infinite", rule)
    return values


def counts(n: ArrayLike, where: str) -> Float:
    """Return numbers of purchases of any shape as an array, all whole and none below 0."""
    values = amounts(n, where)
    if (values != np.round(values)).any():
        raise problem(where, "n holds a number that is not whole", "n counts purchases")
    return values


def foresee(
    model: "PurchaseModel",
    customers: pd.DataFrame,
    method: str,
    ahead: "Callable[[Params, Histories, Any], Float]",
    t: ArrayOrFloat,
) -> pd.Series:
    """Ask about the future of those alive, times P(alive).

    Each distinct state is asked once; with times of the customers' own, each state and time.
    """
    cells, place = model._at(customers, method)
    times: tuple[Float, ...] = ()
    if isinstance(t, np.ndarray):
        rows, own = distinct(place, t)
        cells, place, times = cells.part(place[rows]), own, (t[rows],)
    first, state = distinct(*model._states(cells), *times)
    asked = cells.part(first)
    future = ahead(model._own(asked), asked, times[0][first] if times else t)
    alive = model._kind._alive(model._own(cells), cells)
    return pd.Series((future[state] * alive)[place], index=customers.index, name=method)


def each(
    formula: "Callable[[Params, Histories, Float], Float]",
) -> "Callable[[Params, Histories, ArrayOrFloat], Float]":
    """Let a formula that takes a time for each history take one for all, too."""
    return lambda params, h, t: formula(params, h, np.full(len(h.x), t))
