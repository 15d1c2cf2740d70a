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
    """

    customers: pd.DataFrame
    purchases: pd.DataFrame
