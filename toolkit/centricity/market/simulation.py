"""One firm, one market, two strategies: who buys where, and what is left."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import a_type, choice, number, problem
from centricity.market.model import Market
from centricity.market.result import Result, Strategy

SWEEPS = [*(field.name for field in fields(Market) if field.name != "customers"), "chosen"]


@dataclass(frozen=True)
class Crowd:
    """Customers before their needs are pulled together or pushed apart.

    Everything here stays the same at every heterogeneity of needs: volumes (largest rank 0), needs
    in units of their standard deviation (mean 0 when weighted by volume), and where 1, 2, ...
    products would stand.
    """

    volume: Float
    rank: np.ndarray
    unit: Float
    centres: tuple[Float, ...]

    @classmethod
    def of(cls, draws: Float, market: Market) -> "Crowd":
        """Make customers of standard normal draws (2 x customers: need, volume)."""
        size = np.exp(market.values * (draws[1] - draws[1].max()))
        weight = size / size.sum()
        unit = draws[0] - weight @ draws[0]
        centres = tuple(_centres(unit, weight, k) for k in range(1, market.most_variants + 1))
        volume = market.volume * len(size) * weight
        rank = np.argsort(np.argsort(-volume, kind="stable"), kind="stable")
        return cls(volume, rank, unit, centres)


def draw(customers: int, rng: np.random.Generator) -> Float:
    """Draw what is behind needs and volumes."""
    return rng.standard_normal((2, customers))


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
    Each strategy has its own best number of standard products. Where one product is left alone
    among very unlike customers (spread above 1.1 in the default market, if a second product did not
    pay), it would earn more off the average, away from the rivals; where the number of products is
    free, standing where the squared gap is least costs a product-centric firm some 2 % or less.

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
    chosen = settings(market, chosen, where)
    draws = draw(market.customers, stream(rng, where))
    return play(market, Crowd.of(draws, market), chosen)


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
    chosen = settings(market, chosen, where)
    points = _points(values, where)
    draws = draw(market.customers, stream(rng, where))
    rows = []
    for point in points:
        here, pick = market, chosen
        if over == "chosen":
            pick = settings(market, point, where)
        else:
            here = replace(market, **{over: point})  # type: ignore[arg-type]
        rows.append(_row(play(here, Crowd.of(draws, here), pick)))
    return pd.DataFrame(rows, index=pd.Index(points, name=over))


def _row(result: Result) -> dict[str, float]:
    return {
        "product": result.product.value,
        "customer": result.customer.value,
        "advantage": result.advantage,
        "product_share": result.product.market_share.iloc[-1],
        "customer_share": result.customer.market_share.iloc[-1],
        "product_variants": len(result.product.variants),
        "customer_variants": len(result.customer.variants),
        "known": result.customer.known,
    }


def _points(values: object, where: str) -> list[float]:
    """Return what a sweep goes through, one row each, or raise."""
    rule = "A sweep goes through several values"
    if isinstance(values, str) or not isinstance(values, Iterable):
        says = f"values is {values!r}, {a_type(values)}"
        raise problem(where, says, rule, "For example [0, 0.5, 1]", error=TypeError)
    points = list(values)
    if not points:
        raise problem(where, "values is empty", "A sweep needs at least one value")
    return points


def stream(rng: RNG, where: str) -> np.random.Generator:
    """Return the source of randomness, or say what one is."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as reason:
        raise problem(
            where, f"rng is {rng!r}", "rng is a whole number of at least 0, a Generator or None",
            "For example rng=1", error=type(reason),
        ) from None  # fmt: skip


def settings(market: object, chosen: object, where: str) -> float | None:
    """Return the share to know (None: the firm's own choice), or raise."""
    if not isinstance(market, Market):
        raise problem(
            where, f"market is {market!r}", "It is a market.Market",
            "For example market.Market(needs=1.5)", error=TypeError,
        )  # fmt: skip
    if chosen is None:
        return None
    if isinstance(chosen, int | float) and 1 < chosen <= market.customers:
        raise problem(
            where, f"chosen is {chosen}", "It is a share of the customers, from 0 to 1",
            f"Write {chosen / 100:g} for {chosen:g} % of them, or {chosen / market.customers:g} "
            f"for {chosen:g} of the {market.customers:,}",
        )  # fmt: skip
    return number(chosen, "chosen", where, minimum=0, maximum=1)


@dataclass(frozen=True)
class Tally:
    """What a strategy comes to with a given number of products."""

    variants: Float
    picked: np.ndarray
    last: Float
    units: Float
    cash: Float
    value: float


def play(market: Market, crowd: Crowd, chosen: float | None) -> Result:
    """Play both strategies with given customers."""
    product, customer = race(market, crowd, chosen)
    table = pd.DataFrame(
        {
            "need": market.needs * crowd.unit,
            "volume": crowd.volume,
            "known": customer.picked,
            "product": product.last,
            "customer": customer.last,
        }
    ).rename_axis("customer_id")
    return Result(market, _strategy(market, product), _strategy(market, customer), table)


def race(market: Market, crowd: Crowd, chosen: float | None) -> tuple[Tally, Tally]:
    """Return both strategies, each with the number of products that pays best."""
    need = market.needs * crowd.unit
    nobody = np.zeros(len(need), dtype=bool)
    product, customer = [], []
    for unit in crowd.centres if market.needs > 0 else crowd.centres[:1]:
        positions = market.needs * unit
        gap = np.abs(need[:, None] - positions).min(axis=1)
        standard = market._share(gap, need)
        picked = _picked(market, crowd, chosen, gap, need, standard)
        adapted = _adapted(market, gap[picked], need[picked])
        product.append(_count(market, crowd.volume, positions, standard, nobody, None))
        customer.append(_count(market, crowd.volume, positions, standard, picked, adapted))
    return _best(product), _best(customer)


def _best(tallies: list[Tally]) -> Tally:
    return max(tallies, key=lambda tally: tally.value)


def _adapted(market: Market, gap: Float, need: Float) -> Float:
    """Shares of known customers, years x customers."""
    return market._share(np.outer(1 - market.known, gap), need)


def _picked(
    market: Market, crowd: Crowd, chosen: float | None, gap: Float, need: Float, standard: Float
) -> np.ndarray:
    """Say who gets known: the largest, or those who can be expected to pay for it."""
    if chosen is not None:
        return np.asarray(crowd.rank < round(chosen * market.customers))
    gain = (_adapted(market, gap, need) - standard).mean(axis=1)
    worth = crowd.volume * market.margin * float(gain @ market.discounts)
    return np.asarray(worth > market.knowing + market.care * market.discounts.sum())


def _count(
    market: Market,
    volume: Float,
    positions: Float,
    standard: Float,
    picked: np.ndarray,
    adapted: Float | None,
) -> Tally:
    """Add up a strategy's units and money; ``adapted`` is None for the product-centric firm."""
    known, last = int(picked.sum()), standard.copy()
    units = np.full(market.years, volume[~picked] @ standard[~picked])
    start = 0.0
    if adapted is not None:
        units = units + adapted @ volume[picked]
        start = -(market.system + market.knowing * known)
        last[picked] = adapted[-1]
    yearly = market.margin * units - market.variant * len(positions) - market.care * known
    value = float(start + yearly @ market.discounts)
    return Tally(positions, picked, last, units, np.concatenate([[start], yearly]), value)


def _strategy(market: Market, tally: Tally) -> Strategy:
    years = pd.RangeIndex(1, market.years + 1, name="year")
    return Strategy(
        variants=tally.variants,
        known=int(tally.picked.sum()),
        cash=pd.Series(tally.cash, index=pd.RangeIndex(market.years + 1, name="year")),
        value=tally.value,
        market_share=pd.Series(tally.units / (market.volume * market.customers), index=years),
        sales=pd.Series(market.price * tally.units, index=years),
    )
