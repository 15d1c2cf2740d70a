"""How likely a customer is to buy at least once more within a given time: what can be observed."""

import numpy as np
import pandas as pd

from centricity._validate import number, require_frame
from centricity.clv._side_by_side import Model, named


def p_purchase(customers: pd.DataFrame, model: Model, t: float) -> pd.Series:
    """Probability that each customer buys at least once in the next ``t`` time units.

    P(alive) cannot be checked, since nobody sees who has left. This can: below P(alive), because
    somebody who is alive may still not buy in time.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns ``frequency``, ``recency``, ``T``.
    model : PurchaseModel or Fit
        With times in the unit of ``T``.
    t : float
        Length of the period, in the same unit; zero or more. Whole for the BG/BB.

    Returns
    -------
    pandas.Series
        In [0, 1], on the index of ``customers``.

    Notes
    -----
    Exact for every model: the likelihood of a history (x, t_x, T) is that of x purchases, the last
    at t_x, and silence until T. So the probability that the silence lasts until T + t is
    L(x, t_x, T + t) / L(x, t_x, T). For the BG/NBD this is Fader, Hardie & Lee's (2005) P(alive)
    times 1 − ((α + T) / (α + T + t))^(r + x), in closed form.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> customers = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.43], "T": 38.86})
    >>> p_purchase(customers, model, 39).round(2).tolist()
    [0.14, 0.55]
    >>> model.p_alive(customers).round(2).tolist()
    [1.0, 0.73]
    """
    where = "clv.p_purchase"
    t = number(t, "t", where, minimum=0)
    frame = require_frame(customers, where)
    asked = next(iter(named(model, where).values()))
    now, place = asked._at(frame, "p_purchase")
    later = now._replace(T=now.T + t)
    asked._check(later, frame.index[np.unique(place, return_index=True)[1]], where)
    kind, params = asked._kind, asked._own(now)
    silent = kind._loglike(params, later)[0] - kind._loglike(params, now)[0]
    # Rounding must not make a certain silence likelier than certain.
    chance = -np.expm1(np.minimum(silent, 0.0))
    return pd.Series(chance[place], index=frame.index, name="p_purchase")
