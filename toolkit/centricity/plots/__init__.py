"""Figures as functions: tidy data first, keyword-only options, ``ax=None``, the Axes returned.

They never fit, simulate or draw random numbers.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=[
        "audit",
        "canvas",
        "clv",
        "contracts",
        "histories",
        "lenses",
        "loyalty",
        "preference",
        "profitability",
        "loyalty_books",
        "loyalty_proof",
        "market",
        "segmentation",
        "spend",
        "style",
        "transactions",
        "value",
    ],
)
