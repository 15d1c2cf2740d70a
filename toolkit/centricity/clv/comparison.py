"""Several models of the same customers, side by side."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import a_type, problem
from centricity.clv.fit import Fit


def compare(fits: Sequence[Fit[Any]]) -> pd.DataFrame:
    """Compare fits of several models to the same customers by likelihood and criteria.

    Parameters
    ----------
    fits : sequence of Fit
        Two or more, of the same customers.

    Returns
    -------
    pandas.DataFrame
        One row per fit, the lowest AIC first, indexed by the model's name (with k, for the
        MBG/CNBD-k; numbered if a name comes twice). Columns: ``n_params``, ``loglike``, ``aic``,
        ``bic``, ``aic_above_best`` and ``converged``. Smaller is better for both criteria; a
        difference of less than 2 says little. A better likelihood is no better forecast: compare
        with the hold-out, too.

    Raises
    ------
    ValueError, TypeError
        For fewer than two fits, something that is no fit, or fits of other customers.

    Examples
    --------
    >>> from centricity.clv import BGNBD, MBGNBD
    >>> world = MBGNBD(r=0.5, alpha=6.0, a=0.9, b=1.6).simulate([39.0] * 2000, rng=1)
    >>> table = compare([BGNBD.fit(world.customers), MBGNBD.fit(world.customers)])
    >>> table.index.tolist()
    ['MBGNBD', 'BGNBD']
    """
    where = "clv.compare"
    fits = list(fits)
    for fit in fits:
        if not isinstance(fit, Fit):
            rule = "compare takes a list of fits"
            raise problem(where, f"{a_type(fit)} is in the list", rule, "Give what fit returned",
                          TypeError)  # fmt: skip
    if len(fits) < 2:
        raise problem(where, f"{len(fits)} fits were given", "A comparison needs at least two")
    names = _names(fits)
    others = [
        name for name, fit in zip(names, fits, strict=True) if not fit.same_customers(fits[0])
    ]
    if others:
        says = f"{', '.join(others)} and {names[0]} were not fitted to the same customers"
        rule = "Likelihoods can be compared only on the same data"
        raise problem(where, says, rule, "Fit all models to one table")
    table = pd.DataFrame(
        {
            "n_params": [fit.n_params for fit in fits],
            "loglike": [fit.loglike for fit in fits],
            "aic": [fit.aic for fit in fits],
            "bic": [fit.bic for fit in fits],
            "converged": [fit.converged for fit in fits],
        },
        index=pd.Index(names, name="model"),
    )
    table.insert(4, "aic_above_best", table["aic"] - table["aic"].min())
    return table.sort_values("aic", kind="stable")


def _names(fits: Sequence[Fit[Any]]) -> list[str]:
    names = []
    for fit in fits:
        chosen = ", ".join(f"{name}={value:g}" for name, value in fit.model.fixed.items())
        names.append(fit.model.name + (f" ({chosen})" if chosen else ""))
    counts = np.array([names[:i].count(name) for i, name in enumerate(names)])
    return [name if not count else f"{name} [{count + 1}]" for name, count in zip(names, counts)]  # noqa: B905
