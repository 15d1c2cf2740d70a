"""Customer lifetime value, segmentation, loyalty and customer equity, from an order log.

Rooms load when first used, so that ``import centricity`` stays fast:

>>> import centricity
>>> model = centricity.clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
>>> import pandas as pd
>>> customer = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
>>> model.expected_purchases(customer, 39).round(2).tolist()  # in the next 39 weeks
[1.23]
"""

from importlib.metadata import version

import lazy_loader as lazy

__version__ = version("centricity")

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=[
        "audit",
        "clv",
        "datasets",
        "exercises",
        "loyalty",
        "market",
        "plots",
        "preference",
        "profitability",
        "segmentation",
        "transactions",
        "widgets",
    ],
)
