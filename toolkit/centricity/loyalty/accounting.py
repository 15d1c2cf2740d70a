"""Points in the books: what part of a sale is owed, and when it becomes revenue (IFRS 15)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import ArrayLike, Float


def allocate(price: float, standalone: Sequence[float]) -> Float:
    """Split a price over what was promised, by relative stand-alone selling price.

    Amounts are whole cents and sum to the price: each is rounded down, and the cents left
    over go to the largest remainders.

    Parameters
    ----------
    price : float
        Transaction price in euros; taken to the nearest cent.
    standalone : sequence of float
        Stand-alone selling price of each promise (goods, points …), in euros.

    Returns
    -------
    array of float
        Euros, in the order of ``standalone``.

    Raises
    ------
    ValueError, TypeError
        If a price is negative, or all stand-alone prices are zero.

    References
    ----------
    IFRS 15, paragraphs 73-80 and B39-B43.

    Examples
    --------
    Goods for 100,000 with 10,000 points of price 1, of which 97 % will be redeemed:

    >>> allocate(100_000, [100_000, 9_700])
    array([91157.7,  8842.3])
    """
    where = "allocate"
    cents = round(_validate.number(price, "price", where, minimum=0) * 100)
    prices = np.array([_validate.number(p, "standalone", where, minimum=0) for p in standalone])
    if not prices.sum() > 0:
        raise _validate.problem(
            where,
            "every stand-alone price is 0",
            "A price is shared in proportion to stand-alone prices",
            "Give at least one positive stand-alone price",
        )
    exact = prices / prices.sum() * cents
    whole = np.floor(exact)
    left = cents - int(whole.sum())
    # Rounding in the proportion can leave the floors a cent too high as well as too low.
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: max(left, 0)]] += 1
    if left < 0:
        whole[np.argmax(whole)] += left
    return whole / 100


def deferred_revenue(
    table: pd.DataFrame, *, point_price: float, redemption_rate: ArrayLike
) -> pd.DataFrame:
    r"""Roll the contract liability of a points programme forward.

    In each period the sales are split between goods and points by relative stand-alone
    selling price; that of the points is issued × ``point_price`` × the redemption rate
    expected then, and the points' part is deferred. Revenue from points is recognised in
    proportion to the use of them: cumulatively, what was deferred × redeemed / expected
    to be redeemed in the end. When the expectation changes, the difference is made good at
    once, on past redemptions too (cumulative catch-up); past allocations stay as they are.
    All points are one pool. What is expected can be no more than what has not expired and no
    less than what has been redeemed, so the liability ends at zero when the last point does.

    Parameters
    ----------
    table : DataFrame
        One row per period in time order: ``sales`` (euros), ``issued`` and ``redeemed``
        points; ``expired`` points if there are any.
    point_price : float
        Stand-alone price of a point that is certain to be redeemed, in euros.
    redemption_rate : float or array of float
        Expected ultimate redemption rate in (0, 1]; one number, or one per period.

    Returns
    -------
    DataFrame
        Index kept; euros: ``opening``, ``deferred``, ``released`` (``catch_up`` included),
        ``catch_up``, ``closing`` = opening + deferred − released, and
        ``revenue`` = sales − deferred + released.

    Raises
    ------
    ValueError, TypeError
        If a column is missing or negative, a rate lies outside (0, 1], or more points are
        redeemed and expired than were issued.

    References
    ----------
    IFRS 15, paragraphs B39-B47 and illustrative example 52.

    Examples
    --------
    The estimate rises from 95 % to 97 % in the second year:

    >>> years = pd.DataFrame({"sales": [100_000, 0], "issued": [10_000, 0],
    ...                       "redeemed": [4_500, 4_000]}, index=["year 1", "year 2"])
    >>> deferred_revenue(years, point_price=1, redemption_rate=[0.95, 0.97]).round(0)[
    ...     ["deferred", "released", "closing"]]
            deferred  released  closing
    year 1    8676.0    4110.0   4566.0
    year 2       0.0    3493.0   1073.0
    """
    books = read_pool(table, point_price, redemption_rate, "deferred_revenue")
    share, released = books.share(), books.released()
    past = slice(None, -1)
    restated = books.share_earned(
        books.issued[past], books.redeemed[past], books.expired[past], books.rates[1:]
    )
    catch_up = np.zeros(len(share))
    catch_up[1:] = books.total_deferred[past] * (restated - share[past])
    closing = books.total_deferred * (1 - share)
    return pd.DataFrame(
        {
            "opening": np.concatenate([[0.0], closing[past]]),
            "deferred": books.deferred,
            "released": released,
            "catch_up": catch_up,
            "closing": closing,
            "revenue": books.sales - books.deferred + released,
        },
        index=table.index,
    )


class Pool(NamedTuple):
    """A table of points and sales, checked; points are running totals."""

    sales: Float
    issued: Float
    redeemed: Float
    expired: Float
    rates: Float
    deferred: Float

    @classmethod
    def of(
        cls,
        sales: Float,
        issued: Float,
        redeemed: Float,
        expired: Float,
        *,
        price: float,
        rates: Float,
    ) -> "Pool":
        """Set aside what belongs to the points of each period."""
        standalone = issued * price * rates
        both = sales + standalone
        deferred = np.divide(sales * standalone, both, out=np.zeros(len(both)), where=both > 0)
        return cls(sales, issued.cumsum(), redeemed.cumsum(), expired.cumsum(), rates, deferred)

    @property
    def total_deferred(self) -> Float:
        """What has been set aside so far."""
        return self.deferred.cumsum()

    def share(self) -> Float:
        """Return the share of it that is earned at the end of each period."""
        return self.share_earned(self.issued, self.redeemed, self.expired, self.rates)

    def released(self) -> Float:
        """Return the revenue from points in each period."""
        return np.diff(self.total_deferred * self.share(), prepend=0.0)

    @staticmethod
    def share_earned(issued: Float, redeemed: Float, expired: Float, rates: Float) -> Float:
        """Return the share of what was deferred that is earned: redeemed / expected in the end."""
        ultimate = np.clip(issued * rates, redeemed, np.maximum(issued - expired, redeemed))
        settled = np.where(issued > 0, 1.0, 0.0)
        return np.divide(redeemed, ultimate, out=settled, where=ultimate > 0)


def read_pool(table: pd.DataFrame, point_price: float, rate: ArrayLike, where: str) -> Pool:
    """Check a table of sales and points, and set aside what belongs to the points."""
    frame = _validate.require_frame(table, where)
    rule = "A roll-forward needs sales and points by period"
    _validate.require_columns(frame.columns, ("sales", "issued", "redeemed"), where, rule)
    if "expired" not in frame.columns:
        frame = frame.assign(expired=0)
    sales, issued, redeemed, expired = (
        _validate.numeric_column(frame, name, where, minimum=0, noun="periods")
        for name in ("sales", "issued", "redeemed", "expired")
    )
    price = _validate.number(point_price, "point_price", where, minimum=0)
    rates = _rates(rate, len(frame), where)
    over = redeemed.cumsum() + expired.cumsum() > issued.cumsum() + 1e-6
    if over.any():
        seen = _validate.which(pd.Series(over, index=frame.index), noun="periods")
        raise _validate.problem(
            where,
            f"more points were redeemed and expired than issued by {seen}",
            "Only points that were issued can be redeemed or expire",
            "Start the table at the programme's launch",
        )
    return Pool.of(sales, issued, redeemed, expired, price=price, rates=rates)


def _rates(given: ArrayLike, n: int, where: str) -> Float:
    rates = np.asarray(given, float)
    if rates.ndim > 1 or (rates.ndim == 1 and len(rates) != n):
        raise _validate.problem(
            where,
            f"redemption_rate has shape {rates.shape} for {n} periods",
            "It is one number, or one per period",
        )
    rates = np.broadcast_to(rates, (n,))
    bad = ~((rates > 0) & (rates <= 1))
    if bad.any():
        raise _validate.problem(
            where,
            f"redemption_rate is outside (0, 1] in {_validate.which(bad, noun='periods')}",
            "It is the share of points that will ever be redeemed",
        )
    return rates
