"""Iso-value curves: histories that differ and are worth the same (Fader, Hardie & Lee 2005)."""

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity._validate import number, problem
from centricity.clv._purchase import PurchaseModel
from centricity.clv._terms import read_terms
from centricity.clv._unsure import model_of
from centricity.clv._worth import Purchases, Spend
from centricity.clv.gammagamma import GammaGamma

_STEPS = 101


def iso_value(
    purchases: Purchases,
    *,
    T: float,
    discount_rate: float,
    horizon: float | None = None,
    frequency: ArrayLike | None = None,
    recency: ArrayLike | None = None,
    spend: Spend | None = None,
    monetary_value: float | None = None,
    margin: float = 1.0,
) -> pd.DataFrame:
    """Value over frequency × recency for customers of one age, ready to be drawn as contours.

    Without ``spend`` the table holds discounted expected purchases (DERT without a horizon); with
    it, lifetime value in money of customers whose repeat purchases averaged ``monetary_value``.

    Parameters
    ----------
    purchases : PurchaseModel or Fit
        How often they will buy.
    T : float
        Age of the customers, in the time unit of the model.
    discount_rate : float
        Effective rate per time unit; above zero when ``horizon`` is None.
    horizon : float or None
        Time units to look ahead; None for ever.
    frequency : array-like of int or None
        Repeat purchases, 1 or more; None for 1 to 20. Somebody without a repeat purchase has only
        one possible recency, 0, and so no curve.
    recency : array-like or None
        Ages at the last purchase, above 0 and at most ``T``; None for 100 even steps.
    spend : GammaGamma or Fit, optional
        How much they will spend each time.
    monetary_value : float, optional
        Mean of their repeat purchases, in money; None for the mean of all customers.
    margin : float
        Contribution margin as a share of the amount, at most 1.

    Returns
    -------
    pandas.DataFrame
        Index ``recency``, columns ``frequency``; discounted purchases, or money.

    Raises
    ------
    ValueError, TypeError
        For a frequency below 1, a recency outside (0, T], or faulty terms.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: Using iso-value curves for
    customer base analysis. Journal of Marketing Research, 42(4), 415–430.

    Examples
    --------
    After long silence, more past purchases are worth less, not more:

    >>> from centricity.clv import ParetoNBD
    >>> model = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
    >>> table = iso_value(model, T=78, discount_rate=0.0027, frequency=[2, 12], recency=[30, 78])
    >>> bool(table.loc[30, 2] > table.loc[30, 12]), bool(table.loc[78, 2] < table.loc[78, 12])
    (True, True)
    """
    where = "clv.iso_value"
    age = number(T, "T", where, above=0)
    steps = np.linspace(0, age, _STEPS)[1:]
    x = np.atleast_1d(np.arange(1, 21) if frequency is None else np.asarray(frequency))
    t_x = np.atleast_1d(steps if recency is None else np.asarray(recency, dtype=float))
    if (x < 1).any():
        rule = "A curve needs repeat purchases: without one the recency is 0"
        raise problem(where, f"frequency holds {x.min()}", rule)
    if (t_x <= 0).any() or (t_x > age).any():
        says = f"recency runs from {t_x.min():g} to {t_x.max():g} with T = {age:g}"
        raise problem(where, says, "Recency is the age at the last purchase: above 0, at most T")
    grid = pd.MultiIndex.from_product([t_x, x], names=["recency", "frequency"])
    customers = grid.to_frame(index=False).assign(T=age)
    terms = read_terms(
        customers, where, horizon=horizon, discount_rate=discount_rate, margin=margin,
        cost_per_purchase=0.0, cost_to_keep=0.0,
    )  # fmt: skip
    buying, _ = model_of(purchases, PurchaseModel, "purchases", where)
    values: Float = terms.purchases(buying, customers).to_numpy()
    if spend is not None:
        spending, _ = model_of(spend, GammaGamma, "spend", where)
        own = spending.population_mean if monetary_value is None else monetary_value
        customers["monetary_value"] = number(own, "monetary_value", where, above=0)
        values = terms.worth(spending.expected_spend(customers).to_numpy(), values)
    elif monetary_value is not None:
        rule = "What a purchase is worth is predicted by a spend model"
        raise problem(where, "monetary_value is given without spend", rule, "Give spend=, too")
    table = pd.DataFrame(values.reshape(len(t_x), len(x)))
    return table.set_axis(pd.Index(t_x, name="recency")).set_axis(
        pd.Index(x, name="frequency"), axis=1
    )
