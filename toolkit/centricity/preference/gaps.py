"""Gaps between what was expected and what was delivered, outside and inside the firm."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import (
    listing,
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)
from centricity.preference._paired import mean_gaps


def gap_table(
    expected: pd.DataFrame, delivered: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    """Compare what respondents expected with what they got, attribute by attribute.

    Parameters
    ----------
    expected, delivered : pandas.DataFrame
        One row per respondent, one column per attribute, in the same unit (ratings, days).
    level : float
        Level of the intervals of the mean gap (paired, Student's t).

    Returns
    -------
    pandas.DataFrame
        Index: attributes. ``n``, ``expected``, ``delivered`` (means), ``gap`` (delivered less
        expected), ``lower``, ``upper``, and ``disappointed`` (share of respondents who got less
        than they expected; for days, where less is better, read it the other way).

    Raises
    ------
    ValueError
        When rows or columns differ, a value is missing, or there are fewer than two respondents.
    TypeError
        When a column doesn't hold numbers.

    Notes
    -----
    The gap between perception and expectation is the core of SERVQUAL: Parasuraman, A., Zeithaml,
    V. A., & Berry, L. L. (1988). SERVQUAL: A multiple-item scale for measuring consumer perceptions
    of service quality. *Journal of Retailing*, 64(1), 12-40. Expectations asked after the event are
    coloured by it, and a difference of two ratings is noisier than each.

    Examples
    --------
    >>> expected = pd.DataFrame({"delivery": [8, 9, 7]})
    >>> delivered = pd.DataFrame({"delivery": [6, 8, 7]})
    >>> gap_table(expected, delivered).loc["delivery", ["gap", "disappointed"]].round(2).to_dict()
    {'gap': -1.0, 'disappointed': 0.67}
    """
    where = "gap_table"
    level = number(level, "level", where, above=0, below=1)
    before = _numbers(expected, where, "expected")
    after = _numbers(delivered, where, "delivered")
    same = expected.index.equals(delivered.index) and expected.columns.equals(delivered.columns)
    if not same:
        raise problem(
            where,
            "expected and delivered have different rows or columns",
            "Each expectation is compared with what the same respondent got",
            "Give both the same index and the same column names, in the same order",
        )
    if len(before) < 2:
        what = f"there are {len(before)} respondents"
        raise problem(where, what, "An interval needs at least two")
    return mean_gaps(before, after, expected.columns, level)


def service_chain(
    ratings: pd.DataFrame,
    *,
    supplier: str = "supplier",
    customer: str = "customer",
    respondent: str = "respondent_id",
    expected: str = "expected",
    delivered: str = "delivered",
    level: float = 0.95,
) -> pd.DataFrame:
    """Score the links of an internal service chain, in which the next process is a customer.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row per rating: who supplies, whom (the internal customer), who rated, what was expected
        and what was delivered. A respondent may rate several qualities of a link; these are
        averaged first, so that ``n`` counts people.
    supplier, customer, respondent, expected, delivered : str
        Columns.
    level : float
        Level of the intervals of the mean gap.

    Returns
    -------
    pandas.DataFrame
        Index ``supplier``, ``customer`` in order of first appearance. ``n`` (people), ``expected``,
        ``delivered``, ``gap``, ``lower``, ``upper`` (missing where one person rated),
        ``disappointed``, and ``rank`` (1: the widest shortfall).

    Raises
    ------
    ValueError
        When a column or a value is missing, or a department is its own customer.
    TypeError
        When ratings are no numbers.

    Examples
    --------
    >>> ratings = pd.DataFrame({"supplier": ["sales", "sales", "depot"],
    ...                         "customer": ["depot", "depot", "site"],
    ...                         "respondent_id": ["a", "b", "c"],
    ...                         "expected": [8, 8, 9], "delivered": [5, 6, 9]})
    >>> service_chain(ratings)["gap"].to_list()
    [-2.5, 0.0]
    """
    where = "service_chain"
    level = number(level, "level", where, above=0, below=1)
    frame = require_frame(ratings, where)
    keys = [supplier, customer, respondent]
    present = [str(name) for name in frame.columns]
    require_columns(present, [*keys, expected, delivered], where, "Each row is one rating")
    if frame.empty:
        raise problem(where, "there are no ratings", "At least one is needed")
    for key in keys:
        if frame[key].isna().any():
            found = which(frame[key].isna())
            rule = "Each rating names its link and its respondent"
            raise problem(where, f"'{key}' is missing in {found}", rule, "Complete these rows")
    own = frame[supplier] == frame[customer]
    if own.any():
        rule = "The customer of a process is another process"
        raise problem(where, f"supplier and customer are the same in {which(own)}", rule)
    values = {n: numeric_column(frame, n, where, noun="rows") for n in (expected, delivered)}
    people = frame[keys].assign(**values).groupby(keys, sort=False)[[expected, delivered]].mean()
    rows = []
    for link, part in people.groupby(level=[0, 1], sort=False):
        index = pd.MultiIndex.from_tuples([link], names=[supplier, customer])
        pair = part.to_numpy(dtype=float)
        rows.append(mean_gaps(pair[:, :1], pair[:, 1:], index, level))
    table = pd.concat(rows)
    return table.assign(rank=table["gap"].rank(method="min").astype(int))


def _numbers(data: object, where: str, name: str) -> Float:
    frame = require_frame(data, where)
    columns: Sequence[str] = [str(column) for column in frame.columns]
    if len(set(columns)) < len(columns) or not columns:
        what = f"{name} has the columns {listing(columns)}"
        raise problem(where, what, "Each attribute is one column with a name of its own")
    renamed = frame.set_axis(list(columns), axis=1)
    return np.column_stack(
        [numeric_column(renamed, column, where, noun="respondents") for column in columns]
    )
