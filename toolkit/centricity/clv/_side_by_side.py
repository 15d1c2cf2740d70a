"""One model or several by name, and the customers that they are judged on."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    a_type,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)
from centricity.clv._purchase import PurchaseModel
from centricity.clv.fit import Fit

Model: TypeAlias = PurchaseModel | Fit[Any]
Models: TypeAlias = Model | Mapping[str, Model]

ALONE = "expected"
"""The name of a model that was given without one."""

# Columns of the tables that stand beside the models'.
_TAKEN = ("actual", "customers", "naive", "holdout", "same rate", "hiatus")


def named(models: Models, where: str) -> dict[str, PurchaseModel]:
    """Give each model its name: those of a dict, or ``expected`` for a single one.

    Raises
    ------
    TypeError
        For anything that is neither a purchase model nor the fit of one.
    ValueError
        For no model at all, or a name that another column has.
    """
    given = models if isinstance(models, Mapping) else {ALONE: models}
    if not given:
        rule = "At least one model is needed"
        raise problem(where, "models is empty", rule, 'For example {"BG/NBD": model}')
    return {check_name(name, where): _model(model, where) for name, model in given.items()}


def check_name(name: object, where: str) -> str:
    """Return a name that no other column of these tables has, or raise."""
    if not isinstance(name, str) or name in _TAKEN or name.endswith("_cumulative"):
        rule = f"A model's name is a text, not one of {', '.join(_TAKEN)}, without '_cumulative'"
        raise problem(where, f"a model is called {name!r}", rule, "Give it another name")
    return name


def _model(given: object, where: str) -> PurchaseModel:
    model = given.model if isinstance(given, Fit) else given
    if isinstance(model, PurchaseModel):
        return model
    says = f"{a_type(model)} was given for a model"
    rule = "Models of buying and leaving can be compared with what happened"
    remedy = 'Give clv.BGNBD(...), a Fit, or several by name: {"BG/NBD": ..., "Pareto/NBD": ...}'
    raise problem(where, says, rule, remedy, TypeError)


def one_row_each(customers: pd.DataFrame, where: str) -> pd.DataFrame:
    """Unfold cells, a table with a count ``n`` of equal customers, into one row per customer."""
    frame = require_frame(customers, where)
    if "n" not in frame:
        return frame
    count = numeric_column(frame, "n", where, minimum=0, whole=True)
    place = np.repeat(np.arange(len(frame)), count.astype(int))
    return frame.iloc[place].drop(columns="n").reset_index(drop=True)


def holdout(customers: pd.DataFrame, where: str) -> tuple[Float, float]:
    """Purchases of each customer in the hold-out, and its length.

    Raises
    ------
    ValueError, TypeError
        Where there is no hold-out, a number is missing, or its length is not one for all.
    """
    frame = require_frame(customers, where)
    rule = "The hold-out comes from transactions.summarize(log, calibration_end=...)"
    needed = ("frequency", "recency", "T", "frequency_holdout", "T_holdout")
    require_columns([str(c) for c in frame.columns], needed, where, rule)
    if len(frame) == 0:
        raise problem(where, "the customers table has no rows", "At least one customer is needed")
    bought = numeric_column(frame, "frequency_holdout", where, minimum=0, whole=True)
    ahead = numeric_column(frame, "T_holdout", where, minimum=0)
    other = pd.Series(ahead != ahead[0], index=frame.index)
    if other.any() or ahead[0] == 0:
        says = f"T_holdout is {ahead[0]:g} for the first customer"
        if other.any():
            says += f" and another for {which(other, noun='customers')}"
        raise problem(where, says, "The hold-out is one period for all, longer than 0", rule)
    return bought, float(ahead[0])
