"""What lifetimes and pymc-marketing call things, and what to write here in place of it.

Their users type the old name first; the error then shows the new one. No name works twice.
"""

from collections.abc import Callable
from typing import Any

_MODELS = {
    "BetaGeo": "clv.BGNBD.fit(customers)",
    "ModifiedBetaGeo": "clv.MBGNBD.fit(customers)",
    "ParetoNBD": "clv.ParetoNBD.fit(customers)",
    "BetaGeoBetaBinom": "clv.BGBB.fit(customers)",
    "GammaGamma": "clv.GammaGamma.fit(customers)",
}
_SUMMARY = "transactions.summarize(log)"
_HOLDOUT = "transactions.summarize(log, calibration_end=...)"

# Looked for on centricity.clv or centricity.transactions.
FUNCTIONS = {
    **{f"{name}Fitter": here for name, here in _MODELS.items()},
    **{f"{name}Model": here for name, here in _MODELS.items()},
    "ShiftedBetaGeoModel": "clv.ShiftedBetaGeometric.fit(survivors)",
    "summary_data_from_transaction_data": _SUMMARY,
    "rfm_summary": _SUMMARY,
    "calibration_and_holdout_data": _HOLDOUT,
    "rfm_train_test_split": _HOLDOUT,
    "rfm_segments": "segmentation.rfm_scores(segmentation.rfm_table(log))",
    "customer_lifetime_value": "clv.value(customers, purchases, spend, ...)",
    "expected_cumulative_transactions": "clv.tracking(log, model)",
    "calculate_alive_path": "model.p_alive(customers) with a row for each moment",
}

# Looked for on a model or on its fit.
ATTRIBUTES = {
    "conditional_expected_number_of_purchases_up_to_time": "model.expected_purchases(customers, t)",
    "conditional_probability_alive": "model.p_alive(customers)",
    "expected_probability_alive": "model.p_alive(customers), or model.survival(n) of a contract",
    "conditional_probability_alive_matrix": "clv.history_grid(model, ...)",
    "expected_number_of_purchases_up_to_time": "model.expected_purchases_new(t)",
    "expected_purchases_new_customer": "model.expected_purchases_new(t)",
    "probability_of_n_purchases_up_to_time": "model.pmf(n, t)",
    "conditional_probability_of_n_purchases_up_to_time": (
        "clv.p_purchase(customers, model, t), which is 1 minus that of none"
    ),
    "expected_purchase_probability": (
        "clv.p_purchase(customers, model, t), which is 1 minus that of none"
    ),
    "expected_probability_no_purchase": "1 - clv.p_purchase(customers, model, t)",
    "expected_number_of_transactions_in_first_n_periods": "clv.frequency_table(customers, model)",
    "conditional_expected_average_profit": "model.expected_spend(customers)",
    "expected_customer_spend": "model.expected_spend(customers)",
    "expected_new_customer_spend": "model.population_mean",
    "customer_lifetime_value": FUNCTIONS["customer_lifetime_value"],
    "expected_customer_lifetime_value": FUNCTIONS["customer_lifetime_value"],
    "expected_retention_rate": "model.retention(n)",
    "expected_residual_lifetime": "model.derl(n, discount_rate)",
    "generate_new_data": "model.simulate(...)",
    "save_model": "clv.save(fit, path)",
    "load_model": "clv.load(path)",
    "params_": "fit.params",
    "standard_errors_": "fit.std_errors",
    "variance_matrix_": "fit.cov",
    "confidence_intervals_": "fit.conf_int()",
    "fit_summary": "fit.summary()",
    "idata": "fit.draws(n)",
}

# Given to a fit, or to transactions.summarize.
KEYWORDS = {
    "penalizer_coef": (
        "There is no penalty here: fit.converged and fit.std_errors say what the data do not "
        "determine"
    ),
    "weights": "Counts of customers go into a column 'n' of the table",
    "method": "There is one way to fit, maximum likelihood; fit.draws(n) stands in for a posterior",
    "freq": "The time unit is unit='D', 'W', 'M' ...",
    "time_unit": "The time unit is unit='D', 'W', 'M' ...",
    "freq_multiplier": "Days counted as weeks are unit='W'",
    "time_scaler": "Days counted as weeks are unit='W'",
    "customer_id_col": "The column is named by customer=",
    "datetime_col": "The column is named by date=",
    "monetary_value_col": "The column is named by amount=",
    "observation_period_end": "The last day is observation_end=",
    "calibration_period_end": "The last day that a model may see is calibration_end=",
    "train_period_end": "The last day that a model may see is calibration_end=",
    "include_first_transaction": (
        "The models need repeat purchases only; RFM scores come from segmentation.rfm_table(log)"
    ),
}


def hint(name: str, known: dict[str, str]) -> str:
    """Say what another library's name is here, to stand after an error; empty if it is not known.

    >>> hint("params_", ATTRIBUTES)
    '. Here it is fit.params'
    """
    return f". Here it is {known[name]}" if name in known else ""


def pointing(module: str, found: Callable[[str], Any] | None = None) -> Callable[[str], Any]:
    """Make a module's ``__getattr__`` that answers the other libraries' names with ours.

    Parameters
    ----------
    module : str
        Name of the module.
    found : callable, optional
        The ``__getattr__`` that it has already.
    """

    def attribute(name: str) -> Any:  # noqa: ANN401
        if name in FUNCTIONS or found is None:
            says = f"module {module!r} has no attribute {name!r}"
            raise AttributeError(says + hint(name, FUNCTIONS), name=name)
        return found(name)

    return attribute
