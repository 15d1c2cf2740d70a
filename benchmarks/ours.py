"""Our side of each race, one task per process: ``python benchmarks/ours.py TASK ARGUMENT…``."""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import child
import numpy as np
import pandas as pd

from centricity import clv

YEARLY_RATE, WEEKS = 0.10, 365.25 / 7
HORIZON = 39.0  # weeks
SPEND = {"p": 6.25, "q": 3.74, "gamma": 15.44}


def load(path):
    """Read a customers table: simulated arrays, or CDNOW's rows."""
    if str(path).endswith(".csv"):
        return pd.read_csv(path)
    with np.load(path) as arrays:
        return pd.DataFrame(dict(arrays))


def fit(model, path):
    """Fit with standard errors, once; imports and reading are not timed."""
    kind, _ = getattr(clv, model), clv.Fit  # loaded before the clock starts
    table = load(path)
    if "survivors" in table:
        table = table["survivors"].to_numpy()
    elif model == "GammaGamma":
        table = table[table["frequency"] > 0]
    seconds, done = child.timed(lambda: kind.fit(table))
    assert done.converged, done.remarks
    assert done.std_errors.gt(0).all()
    return seconds, done.params.to_dict()


def first(model, path):
    """Import, read and fit: the whole process is timed from outside."""
    return None, fit(model, path)[1]


def again(model, path):
    """Fit a second time in the same process."""
    fit(model, path)
    return fit(model, path)


def predict(model, path, *params):
    """P(alive), purchases in the horizon, discounted residual purchases and mean spend."""
    buying, spend = getattr(clv, model)(*map(float, params)), clv.GammaGamma(**SPEND)
    table, rate = load(path), (1 + YEARLY_RATE) ** (1 / WEEKS) - 1

    def everything():
        return {
            "p_alive": buying.p_alive(table),
            "expected_purchases": buying.expected_purchases(table, HORIZON),
            "expected_spend": spend.expected_spend(table),
            "dert": buying.dert(table, rate),
        }

    buying.p_alive(table.head(10))  # loads what is loaded when first used
    buying.dert(table.head(10), rate)
    seconds, answers = child.timed(everything)
    assert all(np.isfinite(values).all() for values in answers.values())
    return seconds, {name: float(values.mean()) for name, values in answers.items()}


def summarise(path):
    """From an order log in pandas to a customers table."""
    from centricity import transactions

    log = orders(path)
    transactions.summarize(log.head(1000))  # loads what is loaded when first used
    seconds, table = child.timed(lambda: transactions.summarize(log))
    return seconds, table.sum().to_dict()


def orders(path):
    """Build the log as a user holds it: a number per customer, a date, an amount."""
    with np.load(path) as arrays:
        day = arrays["day"].astype("timedelta64[D]")
        date = (np.datetime64("2024-01-01", "D") + day).astype("datetime64[ns]")
        return pd.DataFrame(
            {"customer_id": arrays["customer"], "date": date, "amount": arrays["amount"]}
        )


def cells(path, target):
    """Save the distinct histories with their counts; not timed."""
    from centricity import transactions

    counted = transactions.cells(load(path))
    np.savez(target, **{name: column.to_numpy() for name, column in counted.items()})
    return None, {"cells": len(counted)}


def audit(path):
    """Start to finish in a process of its own; the peak is of the largest process it started."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        command = [Path(sys.executable).with_name("centricity"), "audit", path, "-o", report]
        seconds, done = child.timed(
            lambda: subprocess.run(command, check=False, capture_output=True, text=True)
        )
        assert report.exists(), done.stderr
    return seconds, {}, child.gigabytes(resource.RUSAGE_CHILDREN)


if __name__ == "__main__":
    child.main(
        {task.__name__: task for task in (fit, first, again, predict, summarise, cells, audit)}
    )
