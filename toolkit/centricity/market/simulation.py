"""One firm, one market, two strategies: who buys where, and what is left."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import choice, number, problem
from centricity.market.model import Market
from centricity.market.result import Result, Strategy

SWEEPS = [*(field.name for field in fields(Market) if field.name != "customers"), "chosen"]


@dataclass(frozen=True)
class Crowd:
    """Standard normal draws behind needs and volumes, used again for every setting compared."""

    need: Float
    value: Float

    @classmethod
    def draw(cls, customers: int, rng: np.random.Generator) -> "Crowd":
        """Draw once for so many customers."""
        return cls(*rng.standard_normal((2, customers)))


@dataclass(frozen=True)
class Demand:
    """Customers as the firm meets them: volumes, needs, and where k products would stand."""

    volume: Float
    need: Float
    positions: tuple[Float, ...]

    @classmethod
    def of(cls, crowd: Crowd, market: Market) -> "Demand":
        """Scale the draws to a market; the mean need, weighted by volume, is 0."""
        size = np.exp(market.values * (crowd.value - crowd.value.max()))
        weight = size / size.sum()
        unit = crowd.need - weight @ crowd.need
        most = market.most_variants if market.needs > 0 else 1
        positions = tuple(market.needs * _centres(unit, weight, k) for k in range(1, most + 1))
        return cls(market.volume * len(size) * weight, market.needs * unit, positions)


def _centres(unit: Float, weight: Float, k: int) -> Float:
    """Least mean squared gap of k products, by Lloyd's steps from equal slices of volume."""
    order = np.argsort(unit)
    x, w = unit[order], weight[order]
    mass = np.concatenate([[0.0], np.cumsum(w)])
    moment = np.concatenate([[0.0], np.cumsum(w * x)])
    cuts = np.searchsorted(mass[1:], np.arange(1, k) / k)
    for _ in range(300):
        edges = np.concatenate([[0], cuts, [len(x)]])
        held = np.diff(mass[edges])
        middle = np.where(held > 0, np.diff(moment[edges]) / np.where(held > 0, held, 1), np.nan)
        middle = middle[np.isfinite(middle)]
        moved = np.searchsorted(x, (middle[1:] + middle[:-1]) / 2)
        if np.array_equal(moved, cuts):
            break
        cuts = moved
    return middle


def simulate(market: Market, *, chosen: float | None = 0.2, rng: RNG = None) -> Result:
    r"""Let the same firm meet the same customers with either strategy.

    Parameters
    ----------
    market : Market
    chosen : float or None
        Share of customers, the largest by volume, that the customer-centric firm gets to know;
        from 0 to 1. If None, it chooses those who can be expected to pay for being known: volume
        times the mean gain in share, over the horizon, above the cost of knowing and care.
    rng : numpy.random.Generator, int or None
        Source of randomness for needs and volumes; choices are taken at their expectation.

    Returns
    -------
    Result
        ``product``, ``customer``, ``advantage``, ``cost_of_knowing``, ``cash``, ``cumulative``,
        ``payback_year``, ``customers``, ``summary()``.

    Raises
    ------
    ValueError, TypeError
        When ``market`` isn't a Market or ``chosen`` is no share.

    Notes
    -----
    *Product centric*: the number of standard products, up to ``market.most_variants``, that earns
    most, set where the squared gap to all volume is least (for one product: at the average). All
    customers get the nearest one at one price. *Customer centric*: the same, and for the chosen
    customers the nearest product is moved towards their need, by ``market.known`` year by year.
    Each strategy has its own best number of standard products.

    With :math:`c` the present value of knowing, the limits are exact: alike customers
    (``needs=0``) make product centricity better by :math:`c`; with :math:`c = 0` customer
    centricity is never worse.

    Examples
    --------
    >>> from centricity import market
    >>> alike = market.simulate(market.Market(needs=0.0), chosen=0.2, rng=1)
    >>> bool(np.isclose(alike.advantage, -alike.cost_of_knowing))
    True
    >>> market.simulate(market.Market(needs=2.0), chosen=0.2, rng=1).advantage > 0
    True
    """
    where = "market.simulate"
    chosen = _settings(market, chosen, where)
    crowd = Crowd.draw(market.customers, np.random.default_rng(rng))
    return play(market, crowd, chosen)


def sweep(
    market: Market,
    over: str,
    values: Iterable[float],
    *,
    chosen: float | None = 0.2,
    rng: RNG = None,
) -> pd.DataFrame:
    """Simulate the same customers at several values of one setting.

    Parameters
    ----------
    market : Market
    over : str
        A field of Market (not ``customers``), or ``"chosen"``.
    values : iterable of float
        What to set it to.
    chosen : float or None
        As in :func:`simulate`.
    rng : numpy.random.Generator, int or None
        Source of randomness; the draws are the same for all values.

    Returns
    -------
    pandas.DataFrame
        One row per value: ``product`` and ``customer`` (present values), ``advantage``,
        ``product_share`` and ``customer_share`` (market shares in the last year),
        ``product_variants`` and ``customer_variants``, ``known``.

    Raises
    ------
    ValueError, TypeError
        When the setting doesn't exist, a value is outside its bounds, or there are none.

    Examples
    --------
    >>> from centricity import market
    >>> table = market.sweep(market.Market(), "needs", [0, 1, 2], rng=1)
    >>> (table["advantage"] > 0).tolist()
    [False, True, True]
    """
    where = "market.sweep"
    choice(over, "over", where, SWEEPS)
    chosen = _settings(market, chosen, where)
    points = list(values)
    if not points:
        raise problem(where, "values is empty", "A sweep needs at least one value")
    crowd = Crowd.draw(market.customers, np.random.default_rng(rng))
    whole = {field.name for field in fields(Market) if field.type in (int, "int")}
    rows = {}
    for point in points:
        if over == "chosen":
            result = play(market, crowd, _settings(market, point, where))
        else:
            value = int(point) if over in whole and point == int(point) else point
            result = play(replace(market, **{over: value}), crowd, chosen)  # type: ignore[arg-type]
        rows[point] = {
            "product": result.product.value,
            "customer": result.customer.value,
            "advantage": result.advantage,
            "product_share": result.product.market_share.iloc[-1],
            "customer_share": result.customer.market_share.iloc[-1],
            "product_variants": len(result.product.variants),
            "customer_variants": len(result.customer.variants),
            "known": result.customer.known,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(over)


def _settings(market: object, chosen: object, where: str) -> float | None:
    if not isinstance(market, Market):
        raise problem(
            where, f"market is {market!r}", "It is a market.Market",
            "For example market.Market(needs=1.5)", error=TypeError,
        )  # fmt: skip
    return None if chosen is None else number(chosen, "chosen", where, minimum=0, maximum=1)


def play(market: Market, crowd: Crowd, chosen: float | None) -> Result:
    """Play both strategies with given draws."""
    demand = Demand.of(crowd, market)
    ranks = np.argsort(np.argsort(-demand.volume, kind="stable"), kind="stable")
    product, customer = None, None
    for positions in demand.positions:
        gap = _gaps(demand.need, positions)
        standard = market.share(gap, demand.need)
        adapted = market.share(np.outer(1 - market.known, gap), demand.need)
        if chosen is None:
            picked = _worth_knowing(market, demand.volume, (adapted - standard).mean(axis=1))
        else:
            picked = ranks < round(chosen * market.customers)
        plain = np.broadcast_to(standard, adapted.shape)
        with_care = np.where(picked, adapted, standard)
        nobody = np.zeros_like(picked)
        product = _better(product, _count(market, demand, positions, plain, nobody, 0.0))
        customer = _better(
            customer, _count(market, demand, positions, with_care, picked, market.system)
        )
    assert product is not None
    assert customer is not None
    table = pd.DataFrame(
        {
            "need": demand.need,
            "volume": demand.volume,
            "known": customer[1],
            "product": product[2],
            "customer": customer[2],
        }
    ).rename_axis("customer_id")
    return Result(market, product[0], customer[0], table)


def _gaps(need: Float, positions: Float) -> Float:
    """Distance to the nearest standard product."""
    return np.abs(need[:, None] - positions).min(axis=1)


def _worth_knowing(market: Market, volume: Float, gain: Float) -> np.ndarray:
    worth = volume * market.margin * float(gain @ market.discounts)
    return np.asarray(worth > market.knowing + market.care * market.discounts.sum())


Played = tuple[Strategy, np.ndarray, Float]


def _better(best: Played | None, new: Played) -> Played:
    return new if best is None or new[0].value > best[0].value else best


def _count(
    market: Market,
    demand: Demand,
    positions: Float,
    shares: Float,
    picked: np.ndarray,
    system: float,
) -> Played:
    """Add up a strategy's money from its shares (years x customers)."""
    years = pd.RangeIndex(1, market.years + 1, name="year")
    units, known = shares @ demand.volume, int(picked.sum())
    yearly = market.margin * units - market.variant * len(positions) - market.care * known
    start = 0.0 - system - market.knowing * known
    cash = pd.Series(
        np.concatenate([[start], yearly]), index=pd.RangeIndex(market.years + 1, name="year")
    )
    strategy = Strategy(
        variants=positions,
        known=known,
        cash=cash,
        value=float(start + yearly @ market.discounts),
        market_share=pd.Series(units / demand.volume.sum(), index=years),
        sales=pd.Series(market.price * units, index=years),
    )
    return strategy, picked, shares[-1]
