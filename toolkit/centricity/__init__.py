"""Customer lifetime value, segmentation, loyalty and customer equity, from an order log.

Rooms load when first used, so that ``import centricity`` stays fast:

>>> import centricity
>>> model = centricity.clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
>>> round(float(model.expected_purchases_new(39.0)), 2)
1.19
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
        "plots",
        "segmentation",
        "transactions",
        "widgets",
    ],
)
