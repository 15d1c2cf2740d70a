"""Customers who buy and leave, in the world with the programme and in its twin without it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from centricity._typing import Float
from centricity.loyalty._orders import Orders
from centricity.loyalty._streams import Normal, Uniform

BASKET_LOG_SD = 0.35


class Draws(NamedTuple):
    """The random numbers of one period, one of each kind per customer."""

    buy: Float
    more: Float
    redeem: Float
    leave: Float
    basket: Float


def period_draws(seed: np.random.SeedSequence, slots: slice | np.ndarray) -> Iterator[Draws]:
    """Yield the draws of one period after another for those at some slots of a block.

    The arrays are filled again for the next period.
    """
    chance, noise = seed.spawn(2)
    n = slots.stop if isinstance(slots, slice) else int(slots.max()) + 1
    chances, normal = Uniform(chance, n, 4), Normal(noise, n)
    while True:
        numbers, baskets = chances.draw(), normal.draw()
        buy, more, redeem, leave = (row[slots] for row in numbers)
        yield Draws(buy, more, redeem, leave, baskets[slots])


class Worlds:
    """One block of customers in both worlds. Money is in whole cents.

    Both worlds share every random number, so that they differ only where the programme makes
    them differ.
    """

    def __init__(self, traits: dict[str, Float], *, twin: bool = True) -> None:
        n = len(traits["purchase_rate"])
        self.hazard, self.margins = traits["hazard"], traits["margin"]
        self.arrives = traits["arrives"]
        self.arrivals = bool(self.arrives.any())
        self.twin = twin
        self.demand = Orders(traits["purchase_rate"])
        with np.errstate(divide="ignore"):
            self.log_basket = np.log(traits["basket"] * 100.0) - BASKET_LOG_SD**2 / 2
        self.here = self.arrives == 0
        self.twin_here = self.here.copy() if twin else np.zeros(n, bool)
        self.price = np.empty(n)
        self.orders, self.cents = np.zeros(n), np.zeros(n)
        self.twin_orders, self.twin_cents = np.zeros(n), np.zeros(n)
        self.stays = np.empty(n, bool)
        self.sums = {
            name: np.zeros(n)
            for name in ("sales_before", "sales", "twin_sales", "orders", "twin_orders")
        }
        self.stayed = np.zeros(n, np.int32)

    def arrive(self, period: int) -> None:
        """Let customers appear whose time has come."""
        if self.arrivals and period:
            new = self.arrives == period
            self.here |= new
            if self.twin:
                self.twin_here |= new

    def buy(
        self, draws: Draws, change: np.ndarray | None, *, launched: bool, falling: bool = False
    ) -> None:
        """Find this period's orders and sales in both worlds.

        ``change`` is the relative change of each rate in the world with the programme;
        ``falling`` says whether any may be negative.
        """
        np.multiply(draws.basket, BASKET_LOG_SD, out=self.price)
        self.price += self.log_basket
        np.exp(self.price, out=self.price)
        np.rint(self.price, out=self.price)
        self.demand.draw(draws.buy)
        self.demand.usual(self.here, self.orders)
        if change is not None:
            self.demand.more(draws.more, change, self.here, self.orders)
            if falling:
                self.demand.fewer(draws.more, change, self.orders)
        np.multiply(self.orders, self.price, out=self.cents)
        self.demand.usual(self.twin_here, self.twin_orders)
        np.multiply(self.twin_orders, self.price, out=self.twin_cents)
        self._add_up(launched=launched)

    def _add_up(self, *, launched: bool) -> None:
        self.stayed += self.here
        if not launched:
            self.sums["sales_before"] += self.cents
            return
        self.sums["sales"] += self.cents
        self.sums["orders"] += self.orders
        self.sums["twin_sales"] += self.twin_cents
        self.sums["twin_orders"] += self.twin_orders

    def leave(self, draws: Draws, hazard: Float | None) -> None:
        """Let customers leave for good; ``hazard`` is the one with the programme, if it differs."""
        np.greater_equal(draws.leave, self.hazard, out=self.stays)
        self.twin_here &= self.stays
        if hazard is not None:
            np.greater_equal(draws.leave, hazard, out=self.stays)
        self.here &= self.stays

    def flows(self) -> dict[str, float]:
        """Sum this period's orders, sales and margin (in cents) in both worlds."""
        return {
            "orders": self.orders.sum(),
            "sales": self.cents.sum(),
            "margin": np.einsum("i,i->", self.cents, self.margins),
            "twin_orders": self.twin_orders.sum(),
            "twin_sales": self.twin_cents.sum(),
            "twin_margin": np.einsum("i,i->", self.twin_cents, self.margins),
        }
