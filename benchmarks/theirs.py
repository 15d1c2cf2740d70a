"""The peers' side of each race, one task per process, under the Python of .venv-peers.

Imports stay inside the tasks: a task must not pay for the other peer's library.
"""

import child
import numpy as np
import pandas as pd

HORIZON = 39.0  # weeks, as in ours.py
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}


def load(path):
    if str(path).endswith(".csv"):
        return pd.read_csv(path)
    with np.load(path) as arrays:
        return pd.DataFrame(dict(arrays))


def lifetimes_fit(model, path, use="customers"):
    """Fit as the documentation shows, or (``use="cells"``) on merged rows with weights.

    Merging is timed too: it is what a user who knows of the weights would do.
    """
    import lifetimes

    table, fitter = load(path), getattr(lifetimes, model)()
    third = "n_periods" if model == "BetaGeoBetaBinomFitter" else "T"

    def work():
        if model == "GammaGammaFitter":
            seen = table[table["frequency"] > 0]
            return fitter.fit(seen["frequency"], seen["monetary_value"])
        rows, weights = table, table.get("n")
        if use == "cells":
            rows = table.groupby(["frequency", "recency", "T"]).size().reset_index(name="n")
            weights = rows["n"]
        columns = {third: rows["T"], "weights": weights}
        return fitter.fit(rows["frequency"], rows["recency"], **columns)

    np.random.seed(1)  # noqa: NPY002 - its fit starts at random, from NumPy's global state
    seconds, done = child.timed(work)
    return seconds, {renamed(name): float(value) for name, value in done.params_.items()}


def renamed(name):
    """Lifetimes calls γ of the gamma-gamma model v."""
    return "gamma" if name == "v" else name


def lifetimes_predict(model, path, names, *params):
    """What it has of our four predictions: it has no closed residual value (DERT)."""
    import lifetimes

    table, buying, spend = load(path), getattr(lifetimes, model)(), lifetimes.GammaGammaFitter()
    buying.params_ = pd.Series(map(float, params), index=names.split(","))
    spend.params_ = pd.Series(SPEND)
    x, t_x, T = (table[name] for name in ("frequency", "recency", "T"))
    buying.conditional_probability_alive(x[:10], t_x[:10], T[:10])

    def everything():
        return {
            "p_alive": buying.conditional_probability_alive(x, t_x, T),
            "expected_purchases": buying.conditional_expected_number_of_purchases_up_to_time(
                HORIZON, x, t_x, T
            ),
            "expected_spend": spend.conditional_expected_average_profit(x, table["monetary_value"]),
        }

    seconds, answers = child.timed(everything)
    return seconds, {name: float(np.mean(values)) for name, values in answers.items()}


def lifetimes_summarise(path):
    from lifetimes.utils import summary_data_from_transaction_data as summary

    with np.load(path) as arrays:
        day = arrays["day"].astype("timedelta64[D]")
        date = (np.datetime64("2024-01-01", "D") + day).astype("datetime64[ns]")
        log = pd.DataFrame(
            {"customer_id": arrays["customer"], "date": date, "amount": arrays["amount"]}
        )
    options = {"monetary_value_col": "amount", "freq": "D", "freq_multiplier": 7}
    summary(log.head(1000), "customer_id", "date", **options)
    seconds, table = child.timed(lambda: summary(log, "customer_id", "date", **options))
    return seconds, table.sum().to_dict()


def pymc_first(model, path):
    """Import, read, build, compile and find the MAP; timed from outside."""
    return None, pymc_map(model, load(path))


def pymc_again(model, path):
    """Build, compile (from a warm cache) and find the MAP a second time in the same process."""
    table = load(path)
    pymc_map(model, table)
    return child.timed(lambda: pymc_map(model, table))


def pymc_map(model, table):
    from pymc_marketing import clv

    table = table[["customer_id", "frequency", "recency", "T"]]
    built = getattr(clv, model)(table)
    built.fit(method="map", progressbar=False)
    found = built.fit_summary()
    return {name: float(value) for name, value in found.items()}


if __name__ == "__main__":
    tasks = (
        lifetimes_fit,
        lifetimes_predict,
        lifetimes_summarise,
        pymc_first,
        pymc_again,
    )
    child.main({task.__name__: task for task in tasks})
