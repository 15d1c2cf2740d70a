"""The most that one may pay for a new customer, and how long it takes to earn it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import listing, number, problem
from centricity.clv._purchase import PurchaseModel
from centricity.clv._terms import Terms, read_terms
from centricity.clv._unsure import Response, model_of, respond
from centricity.clv._worth import Purchases, Spend, Worth, bounds, standard_draws
from centricity.clv.bgbb import BGBB
from centricity.clv.covariates import WithCovariates
from centricity.clv.fit import Fit
from centricity.clv.gammagamma import GammaGamma

_NEWBORN = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0]})
# How far the search for the payback looks without a horizon: time units, and occasions.
_LONGEST, _MOST = 5000.0, 300.0


@dataclass(frozen=True)
class AcquisitionCap:
    """What a new customer is worth on the day of the first purchase, that purchase included.

    Attributes
    ----------
    cap : float
        Expected value of a new customer, in money: paying more than this loses money on average.
    lower, upper : float
        Interval of ``cap`` from the uncertainty of the parameters; missing without a fit.
    level : float
        Coverage of the interval.
    first_purchase : float
        Money earned with the first purchase, part of ``cap``.
    later : float
        Expected discounted money earned after it, net of the cost to keep; the rest of ``cap``.

    Examples
    --------
    >>> from centricity.clv import BGNBD, GammaGamma
    >>> new = acquisition_cap(BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(2, 3, 10),
    ...                       horizon=52, discount_rate=0.002, margin=0.3)
    >>> round(new.first_purchase, 9)  # a mean amount of 10 at 30 %
    3.0
    >>> new.cap == new.first_purchase + new.later
    True
    """

    cap: float
    lower: float
    upper: float
    level: float
    first_purchase: float
    later: float
    _purchases: Purchases = field(repr=False)
    _spend: Spend = field(repr=False)
    _new: pd.DataFrame = field(repr=False)
    _terms: Terms = field(repr=False)
    _first: float | None = field(repr=False)
    _z: tuple[Float, Float] | None = field(repr=False)

    def curve(self, t: ArrayLike) -> pd.DataFrame:
        """Value of a new customer earned within ``t`` time units of the first purchase.

        Parameters
        ----------
        t : float or array-like
            Time units, zero or more; beyond the horizon nothing more is counted.

        Returns
        -------
        pandas.DataFrame
            Index ``t``; columns ``value`` (money) and, where a fit was given, ``lower`` and
            ``upper``.

        Raises
        ------
        ValueError
            For a time that is negative, missing or infinite.

        Examples
        --------
        The curve sets out at the first purchase and ends at the cap:

        >>> from centricity.clv import BGNBD, GammaGamma
        >>> new = acquisition_cap(BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(2, 3, 10),
        ...                       horizon=52, discount_rate=0.002, margin=0.3)
        >>> curve = new.curve([0, 52])["value"]
        >>> bool(np.allclose(curve, [new.first_purchase, new.cap]))
        True
        """
        times = np.atleast_1d(np.asarray(t, dtype=float))
        if not np.isfinite(times).all() or (times < 0).any():
            says = "a value of t is negative, missing or infinite"
            raise problem("AcquisitionCap.curve", says, "Times are 0 or more")
        worth = _newborn(self._purchases, self._spend, self._new, self._terms, times)
        table = pd.DataFrame(
            {"value": worth.estimate() + _first(worth, self._terms, self._first)},
            index=pd.Index(times, name="t"),
        )
        if self._z is not None:
            ends = bounds(_drawn(worth, self._terms, self._first, self._z), self.level)
            table["lower"], table["upper"] = ends
        return table

    def payback(self, cost: float) -> float:
        """Time units until the expected value earned reaches what was paid, at the estimate.

        Parameters
        ----------
        cost : float
            Money paid to acquire the customer, zero or more.

        Returns
        -------
        float
            0 if the first purchase covers it; infinite if it is never earned back within the
            horizon (without one: within 5,000 time units, or 300 occasions of a BG/BB).

        Examples
        --------
        What the curve reaches after 26 weeks takes 26 weeks to earn:

        >>> from centricity.clv import BGNBD, GammaGamma
        >>> new = acquisition_cap(BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(2, 3, 10),
        ...                       horizon=52, discount_rate=0.002, margin=0.3)
        >>> round(new.payback(new.curve(26)["value"].item()), 1), new.payback(2.0)
        (26.0, 0.0)
        """
        cost = number(cost, "cost", "AcquisitionCap.payback", minimum=0)
        if self.first_purchase >= cost:
            return 0.0
        whole = isinstance(model_of(self._purchases, PurchaseModel, "", "")[0], BGBB)
        end = self._terms.horizon or (_MOST if whole else _LONGEST)
        low, high = 0.0, end
        for points in (100, 20, 20, 20):
            times = np.geomspace(1e-2, 1 + high - low, points) * (high - low) / (1 + high - low)
            times = low + times
            times = np.unique(np.ceil(times)) if whole else times
            reached = np.flatnonzero(self._earned(times) >= cost)
            if len(reached) == 0:
                return float("inf")
            low, high = times[reached[0] - 1] if reached[0] else low, times[reached[0]]
            if whole:
                break
        return float(high)

    def _earned(self, times: Float) -> Float:
        where = "AcquisitionCap.payback"
        buying, _ = model_of(self._purchases, PurchaseModel, "purchases", where)
        spending, _ = model_of(self._spend, GammaGamma, "spend", where)
        worth = _newborn(buying, spending, self._new, self._terms, times)
        return worth.estimate() + _first(worth, self._terms, self._first)


def acquisition_cap(
    purchases: Purchases,
    spend: Spend,
    *,
    horizon: float | None = None,
    discount_rate: float,
    margin: float,
    first_purchase: float | None = None,
    cost_per_purchase: float = 0.0,
    cost_to_keep: float = 0.0,
    traits: Mapping[str, Any] | None = None,
    level: float = 0.9,
    draws: int = 400,
    rng: RNG = None,
) -> AcquisitionCap:
    """The most that one may pay for a new customer like those of the models.

    It is the expected value of somebody about whom nothing is known but that they now buy for the
    first time: the margin of that purchase and of all expected ones after it, at today's value,
    less the cost to keep.

    Parameters
    ----------
    purchases, spend, horizon, discount_rate, level, draws, rng
        As in `value`; give fits to get an interval.
    margin : float
        Contribution margin as a share of the amount, at most 1.
    first_purchase : float or None
        Mean amount of a first purchase, in money; None if it is like any other purchase.
    cost_per_purchase : float
        Money that each purchase costs beyond the margin, the first included.
    cost_to_keep : float
        Money per time unit that a customer costs while alive.
    traits : mapping, optional
        Covariates of the new customer, such as ``{"channel": "store"}``, for a model with some.

    Returns
    -------
    AcquisitionCap
        ``cap`` with ``lower`` and ``upper``; ``payback(cost)`` and ``curve(t)``.

    Raises
    ------
    ValueError, TypeError
        As `value`.

    Notes
    -----
    A cap is no target: at the cap nothing is earned. It holds for the *average* of customers who
    come as these came; another channel brings others.

    Examples
    --------
    >>> from centricity.clv import BGNBD, GammaGamma, per_period_rate
    >>> new = acquisition_cap(BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(6.25, 3.74, 15.44),
    ...                       discount_rate=per_period_rate(0.15), margin=0.3)
    >>> round(new.first_purchase, 2), bool(new.later > 0)
    (10.57, True)
    >>> new.payback(10), new.payback(1000)
    (0.0, inf)
    """
    where = "clv.acquisition_cap"
    level = number(level, "level", where, above=0, below=1)
    for name, given in (
        ("margin", margin),
        ("cost_per_purchase", cost_per_purchase),
        ("cost_to_keep", cost_to_keep),
    ):
        number(given, name, where)  # a column's name makes no sense for a customer to come
    new = _NEWBORN.assign(**(traits or {}))
    _require_traits(purchases, new, where)
    terms = read_terms(
        new, where, horizon=horizon, discount_rate=discount_rate, margin=margin,
        cost_per_purchase=cost_per_purchase, cost_to_keep=cost_to_keep,
    )  # fmt: skip
    if first_purchase is not None:
        first_purchase = number(first_purchase, "first_purchase", where, minimum=0)
    unsure = isinstance(purchases, Fit) or isinstance(spend, Fit)
    z = standard_draws(purchases, spend, draws, rng, where) if unsure else None
    worth = _newborn(purchases, spend, new, terms, None)
    first, later = _first(worth, terms, first_purchase).item(), worth.estimate().item()
    low = high = float("nan")
    if z is not None:
        low, high = (e.item() for e in bounds(_drawn(worth, terms, first_purchase, z), level))
    return AcquisitionCap(
        cap=first + later,
        lower=low,
        upper=high,
        level=level,
        first_purchase=first,
        later=later,
        _purchases=purchases,
        _spend=spend,
        _new=new,
        _terms=terms,
        _first=first_purchase,
        _z=z,
    )


def _require_traits(purchases: Purchases, new: pd.DataFrame, where: str) -> None:
    """Ask for the covariates of a new customer where the model has some."""
    model, _ = model_of(purchases, PurchaseModel, "purchases", where)
    if not isinstance(model, WithCovariates):
        traits = sorted(set(new.columns) - set(_NEWBORN.columns))
        if traits:
            says = f"traits holds {listing(traits)}, and {model.name} has no covariates"
            rule = "A new customer's traits matter only to a model with covariates"
            remedy = (
                f"Fit one: {model.name}.fit(customers, buying='{traits[0]}'), or leave them out"
            )
            raise problem(where, says, rule, remedy)
        return
    designs = [design for design in (model.buying, model.leaving) if design is not None]
    needed = {name for design in designs for name in design.variables}
    missing = sorted(needed - set(new.columns))
    if missing:
        says = f"the traits of the new customer lack {listing(missing)}"
        rule = "Rates depend on covariates here"
        remedy = f"For example traits={{'{missing[0]}': …}}, with a value that the model knows"
        raise problem(where, says, rule, remedy)


def _newborn(
    purchases: Purchases, spend: Spend, new: pd.DataFrame, terms: Terms, times: Float | None
) -> Worth:
    """Value of a new customer after the first purchase, to the horizon or within each time."""
    where = "clv.acquisition_cap"
    buying, buying_fit = model_of(purchases, PurchaseModel, "purchases", where)
    spending, spending_fit = model_of(spend, GammaGamma, "spend", where)
    ends = None
    if times is not None:
        ends = times if terms.horizon is None else np.minimum(times, terms.horizon)

    def bought(model: PurchaseModel) -> ArrayLike:
        if ends is None:
            return terms.purchases(model, new)
        return _bought_within(model, new, ends, terms.rate)

    def stayed(model: PurchaseModel) -> ArrayLike:
        if ends is None:
            return terms.time(model, new)
        return np.array([model.time_alive(new, t, terms.rate).item() for t in ends])

    spent = respond(spending, spending_fit, lambda model: np.array([model.population_mean]))
    count = 1 if times is None else len(times)
    return Worth(
        terms=terms,
        purchases=respond(buying, buying_fit, bought),
        time=respond(buying, buying_fit, stayed) if terms.keeps else None,
        spend=Response(*(np.repeat(part, count, axis=0) for part in spent)),
    )


def _bought_within(model: PurchaseModel, new: pd.DataFrame, ends: Float, rate: float) -> Float:
    """Discounted expected repeat purchases of a new customer within each time."""
    if isinstance(model, BGBB | WithCovariates):
        return np.array([model.discounted_purchases(new, t, rate).item() for t in ends])
    # By parts: e^(−δt) E(t) + δ∫ e^(−δτ) E(τ) dτ, at nodes that crowd towards the start.
    nodes, weights = np.polynomial.legendre.leggauss(40)
    s, force = (nodes + 1) / 2, np.log1p(rate)
    at = ends[:, None] * s**2
    slope = force * np.exp(-force * at) * model.expected_purchases_new(at)
    total = np.exp(-force * ends) * model.expected_purchases_new(ends)
    return np.asarray(total + ends * (slope @ (weights * s)))


def _first(worth: Worth, terms: Terms, amount: float | None) -> Float:
    spent = np.exp(worth.spend.level[:1]) if amount is None else np.array([amount])
    return terms.worth(spent, np.ones(1))


def _drawn(worth: Worth, terms: Terms, amount: float | None, z: tuple[Float, Float]) -> Float:
    """Draws of the value, first purchase included (times × draws)."""
    spent = worth.spend.at(z[1])[:1] if amount is None else np.full((1, len(z[1])), amount)
    later = np.concatenate([values for _, values in worth.draws(z)])
    return later + terms.worth(spent, np.ones(1))
