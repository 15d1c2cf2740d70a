"""Regression to the mean: what became of last year's best and worst."""

import numpy as np
import pandas as pd

from centricity._validate import number, problem
from centricity.profitability._checks import same_accounts, values_by_account


def regression_to_mean(
    before: pd.Series, after: pd.Series, *, groups: int = 5, truth: pd.Series | None = None
) -> pd.DataFrame:
    """Sort accounts by one period, cut them into equal groups, and follow the groups.

    Parameters
    ----------
    before, after : pandas.Series
        One value per account in each period (profit, margin), the same accounts in any order.
    groups : int
        How many groups of equal size, worst first.
    truth : pandas.Series, optional
        The accounts' true values, where a simulation knows them.

    Returns
    -------
    pandas.DataFrame
        Index ``group``, 1 the worst. ``accounts``, ``before``, ``after`` (means), ``truth`` (if
        given) and ``comes_back`` (how much of the gap to the mean of all was closed: about 0 where
        all of it lasts, about 1 where it was all luck; missing for a group whose gap is zero, and
        wild for one whose gap is small: read the outer groups).

    Raises
    ------
    ValueError
        When the accounts differ, a value is missing, or there are fewer accounts than groups.
    TypeError
        When something isn't a Series of numbers.

    Notes
    -----
    Nothing has to happen for the worst to get better: whoever is chosen for a bad number has more
    than a fair share of bad luck in it, and next year's luck is drawn anew. A measure that is taken
    only against the worst looks as if it had worked.

    Galton, F. (1886). Regression towards mediocrity in hereditary stature. *Journal of the
    Anthropological Institute*, 15, 246–263.

    Examples
    --------
    >>> before = pd.Series([-20.0, -10.0, 10.0, 20.0], index=list("ABCD"))
    >>> after = pd.Series([-12.0, -6.0, 4.0, 14.0], index=list("ABCD"))
    >>> regression_to_mean(before, after, groups=2)
           accounts  before  after  comes_back
    group
    1             2   -15.0   -9.0         0.4
    2             2    15.0    9.0         0.4
    """
    where = "regression_to_mean"
    first = values_by_account(before, "before", where)
    held = {"before": first, "after": values_by_account(after, "after", where)}
    if truth is not None:
        held["truth"] = values_by_account(truth, "truth", where)
    for name, series in held.items():
        same_accounts(first.index, series.index, ("before", name), where,
                      "Keep the accounts that both periods know, and say how many left or came: "
                      "those who left may have been the worst")  # fmt: skip
    groups = int(number(groups, "groups", where, minimum=2, whole=True))
    if len(first) < groups:
        raise problem(
            where,
            f"there are {len(first):,} accounts for {groups} groups",
            "Each group needs at least one account",
        )
    table = pd.DataFrame(held)
    by_label = table.iloc[np.argsort(table.index.astype(str), kind="stable")]
    ordered = by_label.iloc[np.argsort(by_label["before"].to_numpy(), kind="stable")]
    parts = [ordered.iloc[rows] for rows in np.array_split(np.arange(len(ordered)), groups)]
    result = pd.DataFrame(
        [part.mean() for part in parts], index=pd.RangeIndex(1, groups + 1, name="group")
    )
    result.insert(0, "accounts", [len(part) for part in parts])
    gap = {name: result[name] - table[name].mean() for name in ("before", "after")}
    open_gap = gap["before"].where(gap["before"] != 0)
    return result.assign(comes_back=1 - gap["after"] / open_gap)
