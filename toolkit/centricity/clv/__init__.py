"""Models of buying, leaving and spending, and what a customer is worth under them.

A model is its parameters; ``Model.fit(customers)`` estimates them and returns a `Fit`.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "betadiscreteweibull": ["BetaDiscreteWeibull"],
        "bgbb": ["BGBB"],
        "bgnbd": ["BGNBD"],
        "cohorts": ["survivors"],
        "errors": ["ConvergenceError", "ConvergenceWarning"],
        "fit": ["Fit"],
        "gammagamma": ["GammaGamma"],
        "holdout": ["frequency_table", "holdout_by_frequency", "tracking"],
        "mbgnbd": ["MBGNBD"],
        "paretonbd": ["ParetoNBD"],
        "shiftedbetageometric": ["ShiftedBetaGeometric"],
        "simulated": ["Simulated"],
        "valuation": ["value"],
    },
)
