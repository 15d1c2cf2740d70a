"""How unlike customers must be for customer centricity to pay."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from centricity._typing import RNG, Float
from centricity._validate import number, problem
from centricity.market.model import Market
from centricity.market.simulation import Crowd, _settings, draw, race

STEPS = 24


@dataclass(frozen=True)
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
    """

    draws: Float
    most: float
    back: float = 0.0

    @property
    def estimate(self) -> float:
        """Median over the simulated markets; infinite if half of them never flip."""
        return float(np.quantile(self.draws, 0.5, method="inverted_cdf"))

    @property
    def never(self) -> float:
        """Share of simulated markets in which the strategies never change places."""
        return float(np.isinf(self.draws).mean())

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Range that holds ``level`` of the simulated markets, with equal tails.

        Examples
        --------
        >>> Crossing(np.array([1.0, 2.0, 3.0]), most=4.0).interval(0.5)
        (1.0, 3.0)
        """
        level = number(level, "level", "Crossing.interval", above=0, below=1)
        ends = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(self.draws, ends, method="inverted_cdf")
        return float(low), float(high)


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
        How many markets to draw, for the interval.
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
    chosen = _settings(market, chosen, where)
    most = number(most, "most", where, above=0, maximum=100)
    seeds = int(number(seeds, "seeds", where, minimum=1, whole=True))
    if market.margin <= 0:
        raise problem(
            where, f"price is {market.price:g} and unit_cost {market.unit_cost:g}",
            "Share is worth having only where a unit earns something", "Set price above unit_cost",
        )  # fmt: skip
    streams = np.random.default_rng(rng).spawn(seeds)
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
