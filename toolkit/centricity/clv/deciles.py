"""Are the probabilities right: those who came back, beside how many were to be expected."""

import numpy as np
import pandas as pd

from centricity._validate import choice, number
from centricity.clv._purchase import PurchaseModel
from centricity.clv._side_by_side import ALONE, Models, holdout, named, one_row_each
from centricity.clv.returning import p_purchase


def calibration(
    customers: pd.DataFrame, models: Models, *, groups: int = 10, by: str = "p_purchase"
) -> pd.DataFrame:
    """Customers in groups by a model's probability, and the share who bought in the hold-out.

    Buying again in the hold-out is not the same as being alive: some who are alive don't buy in
    time. So the share who bought is to be compared with ``expected``, the probability of at least
    one purchase, and lies below ``p_alive``.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table with a hold-out, from ``transactions.summarize(…, calibration_end=…)``.
    models : PurchaseModel or Fit, or dict of these
        Fitted to the calibration columns. A dict holds several by name.
    groups : int
        Number of groups, lowest probability first. Customers with equal probabilities stay
        together, so that groups can be unequal, and some can be missing.
    by : {"p_purchase", "p_alive"}
        The probability that sorts the customers.

    Returns
    -------
    pandas.DataFrame
        Index ``group`` (1 … ``groups``), for a dict below the name ``model``. Columns
        ``customers``; means of the model's ``p_alive`` and ``expected`` (at least one purchase in
        the hold-out); ``actual``, the share who bought; and ``std_error``, by how much that share
        would vary by chance if the model were right.

    Raises
    ------
    ValueError, TypeError
        If there is no hold-out in the table, or a value is missing.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> customers = pd.DataFrame({"frequency": [0, 2], "recency": [0.0, 30.43], "T": 38.86,
    ...                           "frequency_holdout": [0, 1], "T_holdout": 39.0})
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> calibration(customers, model, groups=2).round(2)
           customers  p_alive  expected  actual  std_error
    group
    1              1     1.00      0.14     0.0       0.35
    2              1     0.73      0.55     1.0       0.50
    """
    where = "clv.calibration"
    compared = named(models, where)
    groups = int(number(groups, "groups", where, minimum=1, whole=True))
    by = choice(by, "by", where, ("p_purchase", "p_alive"))
    each = one_row_each(customers, where)
    bought, ahead = holdout(each, where)
    tables = {
        name: _grouped(each, model, bought > 0, ahead, groups, by)
        for name, model in compared.items()
    }
    return tables[ALONE] if list(tables) == [ALONE] else pd.concat(tables, names=["model"])


def _grouped(
    customers: pd.DataFrame,
    model: PurchaseModel,
    again: np.ndarray,
    ahead: float,
    groups: int,
    by: str,
) -> pd.DataFrame:
    chance = p_purchase(customers, model, ahead)
    alive = model.p_alive(customers)
    # Rounding: probabilities that differ in the last digits are equal.
    rank = (chance if by == "p_purchase" else alive).round(12).rank(pct=True).to_numpy()
    group = pd.Series(np.ceil(rank * groups).astype(int), index=customers.index, name="group")
    table = pd.DataFrame(
        {
            "p_alive": alive,
            "expected": chance,
            "actual": again.astype(float),
            "variance": chance * (1 - chance),
        }
    ).groupby(group)
    means, size = table.mean(), table.size()
    means.insert(0, "customers", size)
    means["std_error"] = np.sqrt(means.pop("variance") / size)
    return means
