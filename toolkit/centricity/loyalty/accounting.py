"""Points in the books: what part of a sale is owed, and when it becomes revenue (IFRS 15)."""

from collections.abc import Sequence

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
    where = "deferred_revenue"
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
    rates = _rates(redemption_rate, len(frame), where)
    issued_cum, redeemed_cum, expired_cum = issued.cumsum(), redeemed.cumsum(), expired.cumsum()
    over = redeemed_cum + expired_cum > issued_cum + 1e-6
    if over.any():
        seen = _validate.which(pd.Series(over, index=frame.index), noun="periods")
        raise _validate.problem(
            where,
            f"more points were redeemed and expired than issued by {seen}",
            "Only points that were issued can be redeemed or expire",
            "Start the table at the programme's launch",
        )
    standalone = issued * price * rates
    both = sales + standalone
    deferred = np.divide(sales * standalone, both, out=np.zeros(len(both)), where=both > 0)
    cum = deferred.cumsum()
    share = _share_earned(issued_cum, redeemed_cum, expired_cum, rates)
    released = np.diff(cum * share, prepend=0.0)
    before, new_rates = slice(None, -1), rates[1:]
    restated = _share_earned(issued_cum[before], redeemed_cum[before], expired_cum[before],
                             new_rates)  # fmt: skip
    catch_up = np.zeros(len(frame))
    catch_up[1:] = cum[before] * (restated - share[before])
    closing = cum * (1 - share)
    return pd.DataFrame(
        {
            "opening": np.concatenate([[0.0], closing[:-1]]),
            "deferred": deferred,
            "released": released,
            "catch_up": catch_up,
            "closing": closing,
            "revenue": sales - deferred + released,
        },
        index=frame.index,
    )


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


def _share_earned(issued: Float, redeemed: Float, expired: Float, rates: Float) -> Float:
    ultimate = np.clip(issued * rates, redeemed, np.maximum(issued - expired, redeemed))
    settled = np.where(issued > 0, 1.0, 0.0)
    return np.divide(redeemed, ultimate, out=settled, where=ultimate > 0)
