"""What a model's ``simulate`` returns: the customers with their hidden truth, and each purchase."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Simulated:
    """Simulated customers and their purchases.

    Attributes
    ----------
    customers : pandas.DataFrame
        One row per customer: what an analyst would see, beside the latent values that only a
        simulation knows.
    purchases : pandas.DataFrame
        One row per purchase, in order of customer and then of time.

    Examples
    --------
    Every customer has the first purchase and as many repeat purchases as ``frequency`` says:

    >>> from centricity.clv import BGNBD
    >>> world = BGNBD(r=0.5, alpha=5.0, a=1.0, b=3.0).simulate([52.0] * 100, rng=1)
    >>> made = world.purchases.groupby("customer").size() - 1
    >>> bool((made == world.customers["frequency"]).all())
    True
    """

    customers: pd.DataFrame
    purchases: pd.DataFrame
