"""Value tiers: a few named steps from the best customers to the rest."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity._validate import number, problem
from centricity.segmentation._checks import middle_rank, people, require_spread, values_of

NAMES = ("top", "high", "middle", "low")
SHARES = (0.05, 0.15, 0.30, 0.50)


def tiers(
    values: ArrayLike,
    *,
    shares: Sequence[float] | None = None,
    cuts: Sequence[float] | None = None,
    names: Sequence[str] | None = None,
    below_zero: str | None = "below zero",
) -> pd.Series:
    """Put each customer into a named value tier.

    Parameters
    ----------
    values : Series or array of numbers, shape (n,)
        Value per customer, for example spend, profit or lifetime value.
    shares : sequence of float, optional
        Share of customers in each tier, best first, adding up to 1. Default 5, 15, 30 and 50 %:
        the first two are the top fifth, the last is the lower half.
    cuts : sequence of float, optional
        Instead of shares: the least value in each tier but the last, best first, falling. A
        customer exactly at a cut is in the upper tier. Cuts stay put from one period to the next,
        so that customers can move; shares always fill every tier.
    names : sequence of str, optional
        One name per tier, best first. Default "top", "high", "middle", "low" for four tiers;
        otherwise "tier 1", "tier 2" …
    below_zero : str or None
        Name of an own tier for customers whose value is below zero, made only when there are any;
        shares are then of the others. None sorts them with the rest.

    Returns
    -------
    pandas.Series
        Categorical, named "tier", same index; categories best first (they have no ``<``).

    Raises
    ------
    ValueError
        When a value is missing or infinite, a customer has two rows, both shares and cuts are
        given, shares are negative, zero or don't add up to 1, cuts don't fall, names don't fit,
        there are fewer customers than shares, or shares are asked of customers who are all equal.
    TypeError
        When values, shares or cuts are not numbers.

    Notes
    -----
    Equal values always share a tier: the middle of the run of ranks that they take up decides, as
    in :func:`rfm_scores`. Shares are then met only as nearly as ties allow, and a tier can stay
    empty; ``result.value_counts()`` says how large each became.

    Examples
    --------
    >>> profit = pd.Series([900.0, 300.0, 40.0, 40.0, -15.0], index=list("ABCDE"))
    >>> tiers(profit, cuts=[500, 100], names=["gold", "silver", "bronze"])
    A          gold
    B        silver
    C        bronze
    D        bronze
    E    below zero
    Name: tier, dtype: category
    Categories (4, str): ['gold', 'silver', 'bronze', 'below zero']
    """
    where = "tiers"
    held = values_of(values, None, where)
    if shares is not None and cuts is not None:
        raise problem(where, "shares and cuts are both given", "A tier is cut by one of the two")
    negative = (held < 0).to_numpy() if below_zero is not None else np.zeros(len(held), dtype=bool)
    others = held[~negative]
    if cuts is not None:
        limits = _falling(cuts, where, floor=0.0 if below_zero is not None else -np.inf)
        step = np.searchsorted(-limits, -others.to_numpy(), side="left")
        count = len(limits) + 1
    else:
        edges = _upper_edges(SHARES if shares is None else shares, where)
        step = _by_share(others, edges, where)
        count = len(edges)
    labels = _names(names, count, below_zero, where)
    code = np.full(len(held), count, dtype=np.int64)
    code[~negative] = step
    if negative.any():
        labels.append(str(below_zero))
    tier = pd.Categorical.from_codes(code, categories=pd.Index(labels))
    return pd.Series(tier, index=held.index, name="tier")


def _upper_edges(shares: Sequence[float], where: str) -> Float:
    if isinstance(shares, str) or not np.iterable(shares):
        raise problem(
            where, f"shares are {shares!r}", "They are a list that adds up to 1, best tier first",
            "Name the last share too: for a top 20 % write shares=[0.2, 0.8]", error=TypeError,
        )  # fmt: skip
    parts = np.array([number(share, "a share", where, above=0, maximum=1) for share in shares])
    if len(parts) < 2 or abs(parts.sum() - 1) > 1e-9:
        raise problem(
            where,
            f"there are {len(parts)} shares that add up to {parts.sum():g}",
            "At least two shares, adding up to 1, put every customer into one tier",
            "Name the last share too: for a top 20 % write shares=[0.2, 0.8]",
        )
    return np.cumsum(parts)


def _by_share(values: pd.Series, edges: Float, where: str) -> np.ndarray:
    if len(values) == 0:
        return np.empty(0, dtype=np.int64)
    if len(values) < len(edges):
        raise problem(
            where,
            f"{people(len(values))} to share among {len(edges)} tiers",
            "Each tier needs at least one customer",
            "Use fewer tiers, or cuts=",
        )
    rule = "Equal customers share a tier, so shares can't part them"
    require_spread(values, where, rule, "Use cuts=, which are amounts")
    doubled, n = middle_rank(-values.to_numpy())
    # Rounded, since 0.05 + 0.15 isn't 0.2 in floating point and the place may be exactly 0.2.
    place = np.round((doubled - 1) / (2 * n), 12)
    return np.searchsorted(np.round(edges[:-1], 12), place, side="right")


def _falling(cuts: Sequence[float], where: str, *, floor: float) -> Float:
    if isinstance(cuts, str) or not np.iterable(cuts):
        raise problem(
            where, f"cuts are {cuts!r}", "They are a list of amounts, best tier first",
            f"Write cuts=[{cuts}] for one cut", error=TypeError,
        )  # fmt: skip
    limits = np.array([number(cut, "a cut", where) for cut in cuts])
    if len(limits) == 0 or (np.diff(limits) >= 0).any():
        raise problem(
            where,
            f"cuts are {list(cuts)}",
            "At least one cut, each lower than the one before: best tier first",
        )
    if limits[-1] < floor:
        raise problem(
            where,
            f"the lowest cut is {limits[-1]:g}",
            "Customers below zero have their own tier, so cuts are at least 0",
            "Pass below_zero=None to cut below zero yourself",
        )
    return limits


def _names(
    names: Sequence[str] | None, count: int, below_zero: str | None, where: str
) -> list[str]:
    if names is None:
        return list(NAMES) if count == len(NAMES) else [f"tier {i + 1}" for i in range(count)]
    labels = [str(name) for name in names]
    if isinstance(names, str) or len(labels) != count or len({*labels, below_zero}) <= count:
        raise problem(
            where,
            f"names are {names!r} for {count} tiers",
            "Each tier has its own name, best first"
            + (f", and none of them is '{below_zero}'" if below_zero else ""),
        )
    return labels
