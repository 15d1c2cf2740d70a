"""What a simulated market answers: each strategy's money, and who buys where."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity.market.model import Market


@dataclass(frozen=True, eq=False)
class Strategy:
    """What one strategy comes to.

    Attributes
    ----------
    variants : numpy.ndarray
        Where the standard products stand; as many as pay best.
    known : int
        How many customers the firm has got to know.
    cash : pandas.Series
        Profit by year; year 0 holds what is spent before the start.
    value : float
        Present value of ``cash``.
    market_share : pandas.Series
        Share of all volume, by year from 1 on.
    sales : pandas.Series
        Money taken, by year from 1 on.

    Examples
    --------
    >>> from centricity import market
    >>> plan = market.simulate(market.Market(needs=0.0), chosen=0.2, rng=1).customer
    >>> plan.known, float(plan.cash[0]), round(float(plan.market_share[6]), 3)
    (200, -54000.0, 0.242)
    """

    variants: Float
    known: int
    cash: pd.Series
    value: float
    market_share: pd.Series
    sales: pd.Series


@dataclass(frozen=True, eq=False)
class Result:
    """The same firm in the same market, once product centric and once customer centric.

    Attributes
    ----------
    market : Market
    product, customer : Strategy
        The two strategies.
    customers : pandas.DataFrame
        One row per customer: ``need`` (ideal point), ``volume`` (units a year), ``known`` (chosen
        by the customer-centric firm), ``product`` and ``customer`` (share of customer in the last
        year under each strategy).

    Examples
    --------
    >>> from centricity import market
    >>> result = market.simulate(market.Market(customers=300), rng=1)
    >>> result.customers.columns.tolist()
    ['need', 'volume', 'known', 'product', 'customer']
    >>> int(result.customers["known"].sum()) == result.customer.known == 60
    True
    """

    market: Market
    product: Strategy
    customer: Strategy
    customers: pd.DataFrame

    @property
    def advantage(self) -> float:
        """Present value of being customer centric less that of being product centric.

        Examples
        --------
        >>> from centricity import market
        >>> result = market.simulate(market.Market(needs=1.5), rng=1)
        >>> result.advantage == result.customer.value - result.product.value > 0
        True
        """
        return self.customer.value - self.product.value

    @property
    def cost_of_knowing(self) -> float:
        """Present value of all that is spent on knowing: system, getting to know, care.

        Examples
        --------
        >>> from centricity import market
        >>> one_year = market.Market(years=1, discount_rate=0.0)
        >>> market.simulate(one_year, chosen=0.1, rng=1).cost_of_knowing  # 30,000 + 100 (120 + 30)
        45000.0
        """
        m = self.market
        each = m.knowing + m.care * m.discounts.sum()
        return float(m.system + self.customer.known * each)

    @property
    def cash(self) -> pd.DataFrame:
        """Profit by year of both strategies, from year 0 on.

        Examples
        --------
        >>> from centricity import market
        >>> market.simulate(market.Market(), rng=1).cash.loc[0].tolist()
        [0.0, -54000.0]
        """
        return pd.DataFrame({"product": self.product.cash, "customer": self.customer.cash})

    @property
    def cumulative(self) -> pd.DataFrame:
        """Present value of all profit up to each year, both strategies.

        Examples
        --------
        >>> from centricity import market
        >>> result = market.simulate(market.Market(), rng=1)
        >>> bool(np.isclose(result.cumulative["customer"].iloc[-1], result.customer.value))
        True
        """
        rates = np.concatenate([[1.0], self.market.discounts])
        return self.cash.mul(rates, axis=0).cumsum()

    @property
    def payback_year(self) -> int | None:
        """First year by whose end customer centricity has caught up for good; None if never.

        Examples
        --------
        >>> from centricity import market
        >>> alike, unlike = (market.Market(needs=needs) for needs in (0.0, 1.0))
        >>> [market.simulate(town, rng=1).payback_year for town in (alike, unlike)]
        [None, 4]
        """
        behind = self.cumulative["customer"] < self.cumulative["product"]
        if behind.iloc[-1]:
            return None
        return int(behind[behind].index[-1]) + 1 if behind.any() else 0

    def summary(self) -> pd.DataFrame:
        """Set both strategies side by side, with the difference.

        Examples
        --------
        >>> from centricity import market
        >>> result = market.simulate(market.Market(needs=0), chosen=0.2, rng=1)
        >>> float(result.summary().loc["profit of the last year", "difference"].round(2))
        -6000.0
        """
        table = pd.DataFrame(
            {
                name: {
                    "standard products": len(s.variants),
                    "customers known": s.known,
                    "market share, last year": s.market_share.iloc[-1],
                    "profit of year 0": s.cash.iloc[0],
                    "profit of year 1": s.cash.iloc[1],
                    "profit of the last year": s.cash.iloc[-1],
                    "present value": s.value,
                }
                for name, s in (("product", self.product), ("customer", self.customer))
            }
        )
        return table.assign(difference=table["customer"] - table["product"])
