"""Life stages from silence, and two-way segments of value by stage."""

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)
from centricity.segmentation._checks import (
    categories_of,
    require_unique,
    same_customers,
    segments_of,
    values_of,
)

STAGES = ("new", "active", "at risk", "lapsed")


def life_stage(
    customers: pd.DataFrame,
    *,
    new_for: float = 1.0,
    at_risk_after: float = 2.0,
    lapsed_after: float = 4.0,
    typical_gap: float | None = None,
) -> pd.Series:
    r"""Call each customer new, active, at risk or lapsed, by silence against their own pace.

    Parameters
    ----------
    customers : pandas.DataFrame
        The customers table of ``transactions.summarize``: ``frequency`` (repeat purchases),
        ``recency`` (age at the last purchase) and ``T`` (age), in one time unit.
    new_for, at_risk_after, lapsed_after : float
        The thresholds, in gaps between purchases; see Notes.
    typical_gap : float, optional
        Time between two purchases of a typical customer, in the table's time unit. Default: the
        median, over customers who came back, of their own mean gap ``recency / frequency``.

    Returns
    -------
    pandas.Series
        Categorical, named "stage", same index; categories in the order above.

    Raises
    ------
    ValueError
        When a column or value is missing, infinite or impossible (``recency`` above ``T``; a
        repeat purchase at age zero), a customer has two rows, the thresholds are out of order, or
        nobody came back and ``typical_gap`` isn't given.
    TypeError
        When the table is no DataFrame or a column holds no numbers.

    Notes
    -----
    The gap expected of a customer is their own mean gap, with the typical gap g counted in as one
    more observation, so that a single own gap isn't taken at its word:

    .. math:: \text{gap} = \frac{\text{recency} + g}{\text{frequency} + 1}, \qquad
              \text{silence} = \frac{T - \text{recency}}{\text{gap}}

    1. *new*: first bought no longer than ``new_for`` typical gaps ago (``T <= new_for * g``);
    2. *lapsed*: silent for more than ``lapsed_after`` of their gaps;
    3. *at risk*: silent for more than ``at_risk_after``;
    4. *active*: the others.

    If a customer bought at random moments (a Poisson process) with exactly that mean gap, silence
    above 2 gaps would still happen by chance with probability exp(−2) = 14 %, above 4 with
    exp(−4) = 2 %. Without a contract nobody tells you that they left: "lapsed" is a label for a
    mailing, not a fact. P(alive) of a purchase model weighs the same evidence and says how sure
    it is. The median gap is too short by nature, since long gaps haven't ended yet.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 9, 9, 2], "recency": [0.0, 45.0, 35.0, 10.0],
    ...                           "T": [3.0, 50.0, 50.0, 60.0]}, index=list("ABCD"))
    >>> life_stage(customers)
    A        new
    B     active
    C    at risk
    D     lapsed
    Name: stage, dtype: category
    Categories (4, str): ['new', 'active', 'at risk', 'lapsed']
    """
    where = "life_stage"
    frequency, recency, T = _history(customers, where)
    number(new_for, "new_for", where, minimum=0)
    number(at_risk_after, "at_risk_after", where, above=0)
    number(lapsed_after, "lapsed_after", where, above=at_risk_after)
    gap = _typical(frequency, recency) if typical_gap is None else typical_gap
    if gap is None:
        raise problem(
            where,
            f"none of the {len(T):,} customers bought again",
            "The gap between purchases is learnt from those who did",
            "Give typical_gap=, in the table's time unit",
        )
    gap = number(gap, "typical_gap", where, above=0)
    silence = (T - recency) / ((recency + gap) / (frequency + 1))
    new = new_for * gap >= T
    rules = [new, silence > lapsed_after, silence > at_risk_after]
    code = np.select(rules, [0, 3, 2], default=1).astype(np.int64)
    stage = pd.Categorical.from_codes(code, categories=pd.Index(STAGES))
    return pd.Series(stage, index=customers.index, name="stage")


def _history(customers: pd.DataFrame, where: str) -> tuple[Float, Float, Float]:
    require_frame(customers, where)
    names = ["frequency", "recency", "T"]
    rule = "Life stages are read from a customers table"
    require_columns([str(c) for c in customers.columns], names, where, rule)
    if customers.empty:
        raise problem(where, "there are no customers", "At least one is needed")
    require_unique(customers.index, where)
    frequency = numeric_column(customers, "frequency", where, minimum=0, whole=True)
    recency = numeric_column(customers, "recency", where, minimum=0)
    T = numeric_column(customers, "T", where, minimum=0)
    checks = [
        (recency > T + 1e-9, "'recency' is above 'T'",
         "Nobody bought at an age they haven't reached"),
        ((frequency == 0) & (recency > 0), "'frequency' is 0 and 'recency' is above 0",
         "'recency' is the age at the last purchase: 0 for a customer seen once"),
        ((frequency > 0) & (recency == 0), "'frequency' is above 0 and 'recency' is 0",
         "A repeat purchase comes after the first"),
    ]  # fmt: skip
    for bad, says, rule in checks:
        if bad.any():
            found = which(pd.Series(bad, index=customers.index), noun="customers")
            raise problem(
                where, f"{says} for {found}", rule, "Make the table with transactions.summarize"
            )
    return frequency, recency, T


def _typical(frequency: Float, recency: Float) -> float | None:
    came_back = frequency > 0
    if not came_back.any():
        return None
    return float(np.median(recency[came_back] / frequency[came_back]))


def two_way(tier: pd.Series, stage: pd.Series, *, values: pd.Series | None = None) -> pd.DataFrame:
    """Cross two segmentations: how many customers, or how much value, in each pair.

    Parameters
    ----------
    tier, stage : pandas.Series
        One segment per customer each, for the same customers (in any order).
    values : pandas.Series, optional
        A value per customer to add up in each cell instead of counting customers.

    Returns
    -------
    pandas.DataFrame
        Rows: the segments of ``tier``; columns: those of ``stage``, each in its own order.
        Counts, or sums of ``values``; empty pairs are zero. The cells add up to the whole.

    Raises
    ------
    ValueError
        When a segment or value is missing, a customer has two rows, or the customers differ.
    TypeError
        When segments are no Series.

    Examples
    --------
    >>> tier = pd.Series(["top", "low", "low"], index=list("ABC"), name="tier")
    >>> stage = pd.Series(["active", "active", "lapsed"], index=list("ABC"), name="stage")
    >>> two_way(tier, stage)
    stage  active  lapsed
    tier
    low         1       1
    top         1       0
    """
    where = "two_way"
    rows, columns = segments_of(tier, "tier", where), segments_of(stage, "stage", where)
    same_customers(rows.index, columns.index, ("tier", "stage"), where)
    if values is None:
        weight = pd.Series(1, index=rows.index)
    else:
        weight = values_of(values, None, where)
        same_customers(rows.index, weight.index, ("tier", "values"), where)
    pairs = pd.DataFrame(
        {
            "row": rows.astype(object),
            "column": columns.astype(object).reindex(rows.index),
            "weight": weight.reindex(rows.index),
        }
    )
    table = pairs.pivot_table("weight", "row", "column", aggfunc="sum", fill_value=0)
    table = table.reindex(index=categories_of(rows), columns=categories_of(columns), fill_value=0)
    table.index.name, table.columns.name = rows.name or "tier", columns.name or "stage"
    return table
