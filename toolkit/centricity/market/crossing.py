"""How unlike customers must be for customer centricity to pay."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from centricity._typing import RNG, Float
from centricity._validate import number, problem
from centricity.market.model import Market
from centricity.market.simulation import Crowd, draw, race, settings, stream

STEPS = 24


@dataclass(frozen=True, eq=False)
class Crossing:
    """Heterogeneity of needs at which the better strategy flips.

    Attributes
    ----------
    draws : numpy.ndarray
        One crossing per simulated market (another draw of customers each); infinite where customer
        centricity never caught up below ``most``.
    most : float
        Largest heterogeneity that was searched.
    back : float
        Share of simulated markets in which the order turns back at some larger heterogeneity.

    Raises
    ------
    ValueError, TypeError
        When there are no draws, or one is missing or below 0.

    Examples
    --------
    >>> found = Crossing([0.7, 0.8, 0.9, np.inf], most=4.0)
    >>> round(found.estimate, 2), found.never
    (0.85, 0.25)
    """

    draws: Float
    most: float
    back: float = 0.0

    def __post_init__(self) -> None:
        rule = "Draws are one crossing per market, at least one, none below 0"
        try:
            draws = np.array(self.draws, dtype=float)
        except (TypeError, ValueError):
            raise problem("Crossing", f"draws is {self.draws!r}", rule, error=TypeError) from None
        if draws.ndim != 1 or not draws.size or not (draws >= 0).all():
            raise problem("Crossing", f"draws is {self.draws!r}", rule)
        object.__setattr__(self, "draws", draws)

    @property
    def estimate(self) -> float:
        """Median over the simulated markets; infinite if half of them never flip.

        Examples
        --------
        >>> Crossing([1.0, np.inf], most=4.0).estimate
        inf
        """
        return float(np.median(self.draws))

    @property
    def never(self) -> float:
        """Share of simulated markets in which the strategies never change places.

        Examples
        --------
        >>> Crossing([1.0, np.inf], most=4.0).never
        0.5
        """
        return float(np.isinf(self.draws).mean())

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Range that holds at least ``level`` of the simulated markets.

        As many are left out below as above, as many as the level allows: of 20 markets at level
        0.9 one at each end, of 10 none. It says how markets differ by the luck of their customers,
        not how well the median is known.

        Parameters
        ----------
        level : float
            Between 0 and 1.

        Returns
        -------
        (float, float)
            Two of the ``draws``; infinite where markets never flip.

        Raises
        ------
        ValueError, TypeError
            When ``level`` isn't between 0 and 1.

        Examples
        --------
        >>> Crossing([1.0, 2.0, 3.0, 4.0], most=4.0).interval(0.5)
        (2.0, 3.0)
        """
        level = number(level, "level", "Crossing.interval", above=0, below=1)
        inside = np.sort(self.draws)
        out = int(len(inside) * (1 - level) / 2 + 1e-9)  # 20 (1 - 0.9) / 2 is 1, not 0.999...
        return float(inside[out]), float(inside[-1 - out])


def crossing(
    market: Market,
    *,
    chosen: float | None = 0.2,
    most: float = 4.0,
    seeds: int = 20,
    rng: RNG = None,
) -> Crossing:
    """Compute the heterogeneity of needs at which the better strategy flips.

    Parameters
    ----------
    market : Market
        Its own ``needs`` are not used.
    chosen : float or None
        As in :func:`simulate`.
    most : float
        Search from 0 up to this; above 0, at most 100.
    seeds : int
        How many markets to draw, for the interval. A single one has the customers that
        :func:`simulate` and :func:`sweep` draw from the same ``rng``.
    rng : numpy.random.Generator, int or None
        Source of randomness.

    Returns
    -------
    Crossing
        ``draws``, ``estimate``, ``interval(level)``, ``never``, ``back``.

    Raises
    ------
    ValueError, TypeError
        When ``market`` isn't a Market or a number is outside its bounds.

    Notes
    -----
    Within one market the draws stay the same at every heterogeneity (common random numbers), so
    that the difference of the two present values is a continuous function (for a fixed ``chosen``),
    and its root is found by Brent's method, inside the first of 24 steps in which its sign turns.
    The order may turn back further up: where one more standard product begins to pay, or where
    customers differ beyond all learning; ``back`` says how often one of the 24 steps shows it. A
    crossing of 0 means that customer centricity is not worse even among alike customers.

    Examples
    --------
    >>> from centricity import market
    >>> found = market.crossing(market.Market(customers=300), seeds=3, rng=1)
    >>> 0 < found.interval()[0] <= found.estimate <= found.interval()[1] < 4
    True
    """
    where = "market.crossing"
    chosen = settings(market, chosen, where)
    most = number(most, "most", where, above=0, maximum=100)
    seeds = int(number(seeds, "seeds", where, minimum=1, whole=True))
    if market.margin <= 0:
        raise problem(
            where, f"price is {market.price:g} and unit_cost {market.unit_cost:g}",
            "Share is worth having only where a unit earns something", "Set price above unit_cost",
        )  # fmt: skip
    generator = stream(rng, where)
    streams = generator.spawn(seeds) if seeds > 1 else [generator]
    found = [_root(market, draw(market.customers, s), chosen, most) for s in streams]
    roots, back = np.array(found).T
    return Crossing(roots, most, float(back.mean()))


def _root(market: Market, draws: Float, chosen: float | None, most: float) -> tuple[float, bool]:
    """First heterogeneity at which the advantage turns, for one draw; and whether it turns back."""
    crowd = Crowd.of(draws, market)

    def advantage(needs: float) -> float:
        product, customer = race(replace(market, needs=float(needs)), crowd, chosen)
        return customer.value - product.value

    grid = np.linspace(0, most, STEPS + 1)
    ahead = np.array([advantage(needs) >= 0 for needs in grid])
    if not ahead.any():
        return float("inf"), False
    first = int(np.argmax(ahead))
    back = not ahead[first:].all()
    if first == 0:
        return 0.0, back
    return float(brentq(advantage, grid[first - 1], grid[first], xtol=1e-6)), back
