"""Models of buying, leaving and spending, and what a customer is worth under them.

A model is its parameters; ``Model.fit(customers)`` estimates them and returns a `Fit`.
"""

import lazy_loader as lazy

from centricity._formerly import pointing

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "acquisition": ["AcquisitionCap", "acquisition_cap"],
        "betadiscreteweibull": ["BetaDiscreteWeibull"],
        "bgbb": ["BGBB"],
        "bgnbd": ["BGNBD"],
        "cohorts": ["survivors"],
        "cohort_values": ["cohort_value"],
        "comparison": ["compare"],
        "covariates": ["WithCovariates"],
        "errors": ["ConvergenceError", "ConvergenceWarning"],
        "fit": ["Fit"],
        "playing_out": ["Futures", "futures"],
        "gammagamma": ["GammaGamma"],
        "group_value": ["value_by_group"],
        "deciles": ["calibration"],
        "grid": ["history_grid"],
        "holdout": ["frequency_table", "holdout_by_frequency", "tracking"],
        "dependence": ["Independence", "independence"],
        "iso_curves": ["iso_value"],
        "mbgcnbdk": ["MBGCNBDk"],
        "mbgnbd": ["MBGNBD"],
        "paretonbd": ["ParetoNBD"],
        "returning": ["p_purchase"],
        "rules": ["hiatus", "last_period", "same_rate"],
        "scores": ["score"],
        "scoring": ["forecast_errors"],
        "rates": ["per_period_rate"],
        "shiftedbetageometric": ["ShiftedBetaGeometric"],
        "simulated": ["Simulated"],
        "storage": ["load", "save"],
        "valuation": ["value"],
    },
)
__getattr__ = pointing(__name__, __getattr__)
