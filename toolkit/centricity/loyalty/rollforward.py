"""The contract liability of a points programme, from opening to closing balance."""

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike
from centricity.loyalty.accounting import Pool, read_pool


def roll_forward(
    table: pd.DataFrame, *, point_price: float, redemption_rate: ArrayLike
) -> pd.DataFrame:
    r"""Say what moved the liability in each period, as the notes to the accounts do.

    The liability is what :func:`deferred_revenue` leaves at the end of a period. Here its change
    is taken apart in the order in which a period happens: the estimate of the ultimate
    redemption changes, points expire, points are issued, points are redeemed. Expiry that was
    expected moves nothing: the firm has earned that part all along, in proportion to the
    redemptions (IFRS 15, B46). Only expiry beyond what was expected shows.

    Parameters
    ----------
    table : DataFrame
        As in :func:`deferred_revenue`: one row per period, ``sales`` (euros), ``issued``,
        ``redeemed`` and, if any, ``expired`` points.
    point_price : float
        Stand-alone price of a point that is certain to be redeemed, in euros.
    redemption_rate : float or array of float
        Expected ultimate redemption rate in (0, 1]; one number, or one per period.

    Returns
    -------
    DataFrame
        Index kept; euros, and closing = the sum of the others: ``opening``, ``issued`` (set
        aside, plus), ``redeemed`` and ``expired`` (minus), ``change_of_estimate`` (plus or minus;
        it also holds the small difference that arises when points issued at different prices
        are averaged in one pool), ``closing``.

    Raises
    ------
    ValueError, TypeError
        As :func:`deferred_revenue`.

    References
    ----------
    IFRS 15, paragraphs 116-118, B39-B47.

    Examples
    --------
    A sale of 2,000 with points worth 170; half of them are redeemed in the year after:

    >>> years = pd.DataFrame({"sales": [2_000, 0], "issued": [170, 0], "redeemed": [0, 85]},
    ...                      index=["year 1", "year 2"])
    >>> roll_forward(years, point_price=1, redemption_rate=1).round(0)[
    ...     ["opening", "issued", "redeemed", "closing"]]
            opening  issued  redeemed  closing
    year 1      0.0   157.0       0.0    157.0
    year 2    157.0     0.0     -78.0     78.0
    """
    pool = read_pool(table, point_price, redemption_rate, "roll_forward")

    def shift(values: np.ndarray) -> np.ndarray:
        return np.concatenate([[0.0], values[:-1]])

    deferred, total = pool.deferred, pool.total_deferred
    before, rates = shift(total), pool.rates
    issued, redeemed, expired = (shift(x) for x in (pool.issued, pool.redeemed, pool.expired))
    old_rates = np.concatenate([rates[:1], rates[:-1]])
    opening = _owed(before, issued, redeemed, expired, old_rates)
    restated = _owed(before, issued, redeemed, expired, rates)
    aged = _owed(before, issued, redeemed, pool.expired, rates)
    grown = _owed(total, pool.issued, redeemed, pool.expired, rates)
    closing = _owed(total, pool.issued, pool.redeemed, pool.expired, rates)
    return pd.DataFrame(
        {
            "opening": opening,
            "issued": deferred,
            "redeemed": closing - grown,
            "expired": aged - restated,
            "change_of_estimate": (restated - opening) + (grown - aged - deferred),
            "closing": closing,
        },
        index=table.index,
    )


def _owed(
    total: np.ndarray,
    issued: np.ndarray,
    redeemed: np.ndarray,
    expired: np.ndarray,
    rates: np.ndarray,
) -> np.ndarray:
    """Return the liability in a state of the pool."""
    return total * (1 - Pool.share_earned(issued, redeemed, expired, rates))
