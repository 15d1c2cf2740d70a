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
    T: Float,
    rate: Float,
    dropout: Float,
    rng: np.random.Generator,
    *,
    first_chance: int,
    every: int = 1,
) -> Simulated:
    """Poisson ticks at ``rate`` in (0, T], cut after the purchase at which each one leaves.

    Each ``every``-th tick is a purchase. The first chance to leave comes at repeat purchase
    ``first_chance``; 0 is the first purchase.
    """
    ticks = rng.poisson(rate * T)
    possible = ticks // every
    # A probability that underflows to zero never leaves; numpy's geometric needs it positive.
    leaves_after = rng.geometric(np.maximum(dropout, 1e-18)) + (first_chance - 1)
    owner, time = _moments(T, ticks, rng)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(ticks) - ticks, ticks) + 1
    kept = (rank % every == 0) & (rank // every <= leaves_after[owner])
    owner, time = owner[kept], time[kept]
    lifetime = np.where(leaves_after <= possible, _last(T, owner, time), np.inf)
    return recorded(T, rate / every, dropout, lifetime, owner, time)


def buy_until_death(T: Float, rate: Float, dropout: Float, rng: np.random.Generator) -> Simulated:
    """Poisson purchases at ``rate`` until an exponential lifetime with rate ``dropout`` ends."""
    lifetime = rng.exponential(1.0, len(T)) / np.maximum(dropout, 1e-300)
    seen = np.minimum(T, lifetime)
    owner, time = _moments(seen, rng.poisson(rate * seen), rng)
    return recorded(T, rate, dropout, lifetime, owner, time)


def _moments(span: Float, count: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, Float]:
    """Times of Poisson events given their numbers, sorted within each customer."""
    owner = np.repeat(np.arange(len(span)), count)
    time = rng.random(len(owner)) * span[owner]
    return owner, time[np.lexsort((time, owner))]


def _last(T: Float, owner: np.ndarray, time: Float) -> Float:
    last = np.zeros(len(T))
    np.maximum.at(last, owner, time)
    return last


def recorded(
    T: Float, rate: Float, dropout: Float, lifetime: Float, owner: np.ndarray, time: Float
) -> Simulated:
    """Put what happened into the two tables of a simulation, the first purchases included."""
    customers = pd.DataFrame(
        {
            "frequency": np.bincount(owner, minlength=len(T)),
            "recency": _last(T, owner, time),
            "T": T,
            "rate": rate,
            "dropout": dropout,
            "lifetime": lifetime,
        }
    )
    purchases = pd.DataFrame(
        {
            "customer": np.concatenate([np.arange(len(T)), owner]),
            "time": np.concatenate([np.zeros(len(T)), time]),
        }
    ).sort_values(["customer", "time"], ignore_index=True)
    return Simulated(customers, purchases)
