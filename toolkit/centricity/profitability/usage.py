"""What each account made us do: a log of activities as one row per account."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from centricity._validate import (
    a_type,
    listing,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)
from centricity.profitability._checks import one_of_each, require_accounts

WHERE = "usage_table"


def usage_table(
    log: pd.DataFrame,
    *,
    account: str = "account_id",
    activity: str = "activity",
    quantity: str = "quantity",
    accounts: pd.Index | Sequence[Hashable] | None = None,
) -> pd.DataFrame:
    """Add up a log of activities: one row per account, one column per activity.

    Parameters
    ----------
    log : pandas.DataFrame
        One row for each account and activity (or each occasion): who, what, how many.
    account, activity, quantity : str
        Names of the columns. Quantities count the driver of the activity: visits, orders, hours.
    accounts : pandas.Index or sequence, optional
        Every account there is. Those without any activity get a row of zeros; one in the log that
        is not among them is an error.

    Returns
    -------
    pandas.DataFrame
        Quantities (zero where nothing was done), accounts in the index in the order of
        ``accounts``, else sorted; columns in the order in which activities first appear.

    Raises
    ------
    ValueError
        When a column is missing, an account or activity is missing in a row, a quantity is missing,
        infinite or negative, an account is unknown, two columns have one name, or the log is empty
        and no accounts are given.
    TypeError
        When quantities are not numbers, or ``accounts`` is no list of accounts.

    Examples
    --------
    >>> log = pd.DataFrame({"account_id": ["A", "A", "B"], "quantity": [2, 1, 5],
    ...                     "activity": ["visit", "order", "order"]})
    >>> usage_table(log, accounts=pd.Index(["A", "B", "C"]))
    activity    visit  order
    account_id
    A             2.0    1.0
    B             0.0    5.0
    C             0.0    0.0
    """
    frame = require_frame(log, WHERE)
    one_of_each(frame, WHERE)
    require_columns(
        [str(name) for name in frame.columns], [account, activity, quantity], WHERE,
        "A log of activities says who, what and how many",
    )  # fmt: skip
    if len({account, activity, quantity}) < 3:
        raise problem(
            WHERE,
            f"account, activity and quantity are {listing([account, activity, quantity])}",
            "Each of the three is a column of its own",
        )
    for name in (account, activity):
        if frame[name].isna().any():
            raise problem(
                WHERE,
                f"'{name}' is missing in {which(frame[name].isna())}",
                "Every activity was done for somebody",
                "Find out for whom, or book these rows as a cost that no account drives",
            )
    counts = frame[[account, activity]].assign(
        quantity=numeric_column(frame, quantity, WHERE, minimum=0, noun="rows")
    )
    order = list(pd.unique(counts[activity]))
    table = counts.groupby([account, activity])["quantity"].sum().unstack(fill_value=0)
    table = table.reindex(columns=pd.Index(order, name="activity")).astype(float)
    if accounts is None:
        require_accounts(table.index, WHERE)
        return table
    everyone = _everyone(accounts, account)
    require_accounts(everyone, WHERE)
    _refuse_unknown(table.index, everyone)
    return table.reindex(everyone, fill_value=0.0)


def _everyone(accounts: object, name: str) -> pd.Index:
    if isinstance(accounts, pd.Index | pd.Series | list | tuple | np.ndarray):
        return pd.Index(accounts, name=name)
    raise problem(
        WHERE,
        f"accounts is {a_type(accounts)}",
        "accounts is a list or an index: every account there is, once",
        "With a table of accounts, give its index",
        error=TypeError,
    )


def _refuse_unknown(found: pd.Index, accounts: pd.Index) -> None:
    unknown = ~found.isin(accounts)
    if unknown.any():
        raise problem(
            WHERE,
            f"{which(pd.Series(unknown, index=found), noun='accounts')} are not among the "
            f"{len(accounts):,} accounts given",
            "Every activity is done for a known account",
            "Check how the ids are written, or add the accounts",
        )
