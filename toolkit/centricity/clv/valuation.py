"""From purchases and spend to customer lifetime value."""

import numpy as np
import pandas as pd

from centricity._validate import number, numeric_column, problem
from centricity.clv._purchase import PurchaseModel
from centricity.clv.gammagamma import GammaGamma


def value(
    customers: pd.DataFrame,
    purchases: PurchaseModel,
    spend: GammaGamma,
    *,
    horizon: float | None = None,
    discount_rate: float,
    margin: float | str,
) -> pd.DataFrame:
    """Customer lifetime value from now on: margin × spend × discounted purchases.

    The sums already spent are not in it: it is what the future of the relation is worth today,
    before the cost of keeping it.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table: frequency, recency, T, monetary_value.
    purchases : PurchaseModel
        How often they will buy, for example a fitted ``BGNBD``.
    spend : GammaGamma
        How much they will spend each time.
    horizon : float or None
        Time units to look ahead; None for ever.
    discount_rate : float
        Effective rate per time unit of the table, e.g. 1.1**(7 / 365.25) − 1 for 10 % a year and
        weeks. Above zero when ``horizon`` is None.
    margin : float or str
        Contribution margin as a share of the amount (at most 1), or the column that holds it.

    Returns
    -------
    pandas.DataFrame
        On the index of ``customers``: p_alive (probability), discounted_purchases (number),
        expected_spend (money per purchase) and clv (money).

    Raises
    ------
    ValueError, TypeError
        For a faulty table, a margin above 1, or a rate of zero without a horizon.

    Examples
    --------
    >>> import pandas as pd
    >>> from centricity.clv import BGNBD, GammaGamma
    >>> customers = pd.DataFrame(
    ...     {"frequency": [2, 2], "recency": [30.4, 5.0], "T": [38.9, 38.9],
    ...      "monetary_value": [30.0, 30.0]}, index=["recent", "silent"])
    >>> worth = value(customers, BGNBD(0.243, 4.414, 0.793, 2.426), GammaGamma(6.25, 3.74, 15.44),
    ...               horizon=52, discount_rate=0.002, margin=0.3)
    >>> bool(worth.loc["recent", "clv"] > 2 * worth.loc["silent", "clv"])
    True
    """
    rate = number(discount_rate, "discount_rate", "clv.value", minimum=0)
    if horizon is None and rate == 0:
        rule = "Without a horizon the purchases of all time are added, which needs discounting"
        raise problem("clv.value", "discount_rate is 0", rule, "Give a rate above 0 or a horizon")
    share = _margin(customers, margin)
    if horizon is None:
        discounted = purchases.dert(customers, rate)
    else:
        ahead = number(horizon, "horizon", "clv.value", above=0)
        discounted = purchases.discounted_purchases(customers, ahead, rate)
    per_purchase = spend.expected_spend(customers)
    return pd.DataFrame(
        {
            "p_alive": purchases.p_alive(customers),
            "discounted_purchases": discounted,
            "expected_spend": per_purchase,
            "clv": share * per_purchase * discounted,
        }
    )


def _margin(customers: pd.DataFrame, margin: float | str) -> float | np.ndarray:
    if isinstance(margin, str):
        if margin not in customers:
            rule = "A margin given as text names a column of the customers table"
            raise problem("clv.value", f"there is no column '{margin}'", rule, "Or give a number")
        return numeric_column(customers, margin, "clv.value")
    return number(margin, "margin", "clv.value", maximum=1)
