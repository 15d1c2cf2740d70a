"""Let customers live on from their histories: one possible future, drawn from the posterior.

Given that somebody is alive, the two lotteries are still gamma and beta (or gamma and gamma), only
sharper: that is what makes these models easy, and a future a matter of a few draws.
"""

from functools import singledispatch
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from centricity._typing import Float
from centricity._validate import number, problem
from centricity.clv._counts import ln_rising
from centricity.clv._data import Histories, histories
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv.bgbb import BGBB
from centricity.clv.bgnbd import BGNBD
from centricity.clv.covariates import WithCovariates
from centricity.clv.mbgcnbdk import MBGCNBDk
from centricity.clv.mbgnbd import MBGNBD
from centricity.clv.paretonbd import ParetoNBD


class Future(NamedTuple):
    """Purchases ahead (whose, and how long after T), and how long each customer stays."""

    owner: np.ndarray
    time: Float
    stay: Float
    occasions: bool = False

    def time_alive(self, rate: float) -> Float:
        """Discounted time that each customer stays; for occasions, paid at each of them."""
        if rate == 0:
            return self.stay
        force = rate if self.occasions else np.log1p(rate)
        return np.asarray((1 - (1 + rate) ** -self.stay) / force)


def live_on(
    model: PurchaseModel, customers: pd.DataFrame, horizon: float, rng: np.random.Generator
) -> Future:
    """Draw who is alive, their pace and their end, and let them buy for ``horizon``.

    Raises
    ------
    TypeError
        For a model whose posterior is not known here.
    """
    where = "clv.futures"
    h = histories(customers, where)
    here = np.flatnonzero(rng.random(len(h.x)) < model.p_alive(customers).to_numpy())
    base, params = model, list(model.params)
    if isinstance(model, WithCovariates):
        base, params = model.base, list(model.parameters(customers).to_numpy()[here].T)
    alive = h.part(here)
    future = _live(base, params, alive, horizon, rng)
    stay = np.zeros(len(h.x))
    stay[here] = future.stay
    return future._replace(owner=here[future.owner], stay=stay)


@singledispatch
def _live(
    model: PurchaseModel, params: Params, h: Histories, horizon: float, rng: np.random.Generator
) -> Future:
    """Draw the future of customers who are alive at T."""
    says = f"{type(model).__name__} is not among the models whose futures can be drawn"
    rule = "A future is drawn from what a history says about pace and leaving"
    raise problem("clv.futures", says, rule, "Use clv.value for averages", TypeError)


@_live.register
def _(
    model: BGNBD, params: Params, h: Histories, horizon: float, rng: np.random.Generator
) -> Future:
    r, alpha, a, b = params
    pace = rng.gamma(r + h.x, 1 / (alpha + h.T))
    return _toss(pace, rng.beta(a, b + h.x), horizon, rng)


@_live.register
def _(
    model: MBGNBD, params: Params, h: Histories, horizon: float, rng: np.random.Generator
) -> Future:
    r, alpha, a, b = params
    pace = rng.gamma(r + h.x, 1 / (alpha + h.T))
    return _toss(pace, rng.beta(a, b + h.x + 1), horizon, rng)


@_live.register
def _(
    model: MBGCNBDk, params: Params, h: Histories, horizon: float, rng: np.random.Generator
) -> Future:
    r, alpha, a, b = params
    # How many ticks the clock has made since the last purchase, fewer than k.
    j = np.arange(model.k, dtype=np.float64)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        silence = np.where(j > 0, j * np.log(h.T - h.t_x), 0.0) - special.gammaln(j + 1)
    ticks = model.k * h.x
    clock = np.array([ln_rising(r, ticks + at) for at in j[:, 0]])
    weight = special.softmax(clock + silence - j * np.log(alpha + h.T), axis=0).cumsum(axis=0)
    at = (rng.random(len(h.x)) > weight).sum(axis=0).astype(np.float64)
    pace = rng.gamma(r + ticks + at, 1 / (alpha + h.T))
    return _toss(pace, rng.beta(a, b + h.x + 1), horizon, rng, every=model.k, made=at)


@_live.register
def _(
    model: ParetoNBD, params: Params, h: Histories, horizon: float, rng: np.random.Generator
) -> Future:
    r, alpha, s, beta = params
    pace = rng.gamma(r + h.x, 1 / (alpha + h.T))
    leaving = rng.gamma(s * np.ones(len(h.x)), 1 / (beta + h.T))
    life = rng.exponential(1.0, len(h.x)) / np.maximum(leaving, 1e-300)
    stay = np.minimum(life, horizon)
    owner, time, _ = _rain(pace, stay, rng)
    return Future(owner, time, stay)


@_live.register
def _(
    model: BGBB, params: Params, h: Histories, horizon: float, rng: np.random.Generator
) -> Future:
    # p_alive of this model is that of the next occasion, which is therefore certain here.
    alpha, beta, gamma, delta = params
    ahead = number(horizon, "horizon", "clv.futures", minimum=1, whole=True)
    chance = rng.beta(alpha + h.x, beta + h.T - h.x)
    leaving = rng.beta(gamma * np.ones(len(h.x)), delta + h.T + 1)
    stay = np.minimum(rng.geometric(np.maximum(leaving, 1e-18)).astype(float), ahead)
    owner = np.repeat(np.arange(len(stay)), stay.astype(int))
    time = _rank(stay.astype(int)) + 1.0
    bought = rng.random(len(owner)) < chance[owner]
    return Future(owner[bought], time[bought], stay, occasions=True)


def _toss(
    pace: Float,
    coin: Float,
    horizon: float,
    rng: np.random.Generator,
    *,
    every: int = 1,
    made: Float | None = None,
) -> Future:
    """Events at a pace, every so many of them a purchase, and a coin about leaving after each."""
    owner, time, rank = _rain(pace, np.full(len(pace), horizon), rng)
    if every > 1 and made is not None:
        count = rank + 1 + made[owner].astype(int)
        bought = count % every == 0
        owner, time, rank = owner[bought], time[bought], (count // every - 1)[bought]
    # A probability that underflows to zero never leaves; numpy's geometric needs it positive.
    last = rng.geometric(np.maximum(coin, 1e-18)) - 1
    stay = np.full(len(pace), horizon)
    leaves = rank == last[owner]
    stay[owner[leaves]] = time[leaves]
    kept = rank <= last[owner]
    return Future(owner[kept], time[kept], stay)


def _rain(
    pace: Float, span: Float, rng: np.random.Generator
) -> tuple[np.ndarray, Float, np.ndarray]:
    """Poisson events within each customer's span: whose, when, and which of theirs (from 0)."""
    count = rng.poisson(pace * span)
    owner = np.repeat(np.arange(len(span)), count)
    time = rng.random(len(owner)) * span[owner]
    return owner, time[np.lexsort((time, owner))], _rank(count)


def _rank(count: np.ndarray) -> np.ndarray:
    return np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
