"""Pieces that the models' simulations share."""

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity._validate import problem, which
from centricity.clv.simulated import Simulated


def ages(T: ArrayLike, where: str) -> Float:
    """Check ages at the end of observation: one per customer, finite, not negative."""
    values = np.atleast_1d(np.asarray(T, dtype=float))
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        says = f"T is negative, missing or infinite for {which(bad, 'customers')}"
        raise problem(where, says, "T is each customer's age at the end of observation, 0 or more")
    return values


def buy_until_dropout(
    T: Float, rate: Float, dropout: Float, rng: np.random.Generator, *, first_chance: int
) -> Simulated:
    """Poisson purchases at ``rate`` in (0, T], cut after the purchase at which each one leaves.

    The first chance to leave comes at repeat purchase ``first_chance``; 0 is the first purchase.
    """
    possible = rng.poisson(rate * T)
    # A probability that underflows to zero never leaves; numpy's geometric needs it positive.
    leaves_after = rng.geometric(np.maximum(dropout, 1e-18)) + (first_chance - 1)
    made = np.minimum(possible, leaves_after)

    owner = np.repeat(np.arange(len(T)), possible)
    time = rng.random(len(owner)) * T[owner]
    time = time[np.lexsort((time, owner))]
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(possible) - possible, possible)
    kept = rank < leaves_after[owner]
    owner, time = owner[kept], time[kept]

    recency = np.zeros(len(T))
    np.maximum.at(recency, owner, time)
    lifetime = np.where((leaves_after <= possible), recency, np.inf)
    customers = pd.DataFrame(
        {
            "frequency": made,
            "recency": recency,
            "T": T,
            "rate": rate,
            "dropout": dropout,
            "lifetime": lifetime,
        }
    )
    everyone = np.arange(len(T))
    purchases = pd.DataFrame(
        {
            "customer": np.concatenate([everyone, owner]),
            "time": np.concatenate([np.zeros(len(T)), time]),
        }
    ).sort_values(["customer", "time"], ignore_index=True)
    return Simulated(customers, purchases)
