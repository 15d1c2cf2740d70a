"""Recency, frequency and monetary value, and the scores made of them."""

from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import (
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
)
from centricity.segmentation._checks import middle_rank, people, require_spread, require_unique
from centricity.transactions._log import Moment, check_log, open_frame
from centricity.transactions._summarize import period_number

LETTERS = ("r", "f", "m")


def rfm_table(
    log: Any,  # noqa: ANN401
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    as_of: Moment | None = None,
) -> pd.DataFrame:
    """Measure how recently, how often and for how much each customer has bought.

    Parameters
    ----------
    log : table
        One row per order or order line: pandas, Polars, PyArrow, a DuckDB relation, or whatever
        else Narwhals reads. The counting is done inside that engine; one row per customer comes
        back.
    customer, date, amount : str
        Names of the columns. Amounts are in money and at least zero: refunds come off the order
        they undo before (``transactions.clean`` does it).
    as_of : date, optional
        The day on which the table is made; default the last date in the log. Orders after it are
        left out, as nobody knew of them yet, and counted in ``result.attrs["left_out"]``.

    Returns
    -------
    pandas.DataFrame
        Sorted by customer, who is the index (named ``customer_id``):

        * ``recency_days`` : whole days from the last order to ``as_of``. *Small is good.*
        * ``orders`` : number of days with an order, at least 1. Order lines, and orders, of one
          day count as one.
        * ``spend`` : sum of the amounts, in money.

    Raises
    ------
    ValueError
        When a column or a value is missing, an amount is negative or infinite, the log is empty,
        or it has no order up to ``as_of``.
    TypeError
        When the log is no table, the dates are not dates, or the amounts not numbers.

    Notes
    -----
    The customers table that ``transactions.summarize`` makes for the probability models uses two
    of the same words for other things, which is why this table doesn't use them:

    ================  ===========================================  ===============================
    here              in the customers table                       so that, in days
    ================  ===========================================  ===============================
    ``recency_days``  ``recency`` is the customer's *age at the    ``recency_days = T - recency``
                      last purchase*: large is good
    ``orders``        ``frequency`` counts *repeat* purchases:     ``orders = frequency + 1``
                      0 for a customer seen once
    ``spend``         ``monetary_value`` is a *mean*, of repeat    no fixed relation
                      purchases only
    ================  ===========================================  ===============================

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": ["A", "A", "A", "B"],
    ...     "date": pd.to_datetime(["2025-01-01", "2025-01-15", "2025-01-15", "2025-01-08"]),
    ...     "amount": [20.0, 10.0, 5.0, 40.0],
    ... })
    >>> rfm_table(log, as_of="2025-01-29")
                 recency_days  orders  spend
    customer_id
    A                      14       2   35.0
    B                      21       1   40.0
    """
    import narwhals as nw

    where = "rfm_table"
    frame = open_frame(log, where)
    facts = check_log(frame, customer, date, amount, where)
    end = _day(facts["last"] if as_of is None else as_of, where)
    days = (
        frame.select(
            nw.col(customer).alias("customer_id"),
            period_number(nw.col(date), "D").alias("day"),
            nw.col(amount).cast(nw.Float64).alias("amount"),
        )
        .group_by("customer_id", "day")
        .agg(nw.col("amount").sum())
    )
    after = _count_after(days, end)
    found = (
        days.filter(nw.col("day") <= end)
        .group_by("customer_id")
        .agg(nw.col("day").max().alias("last"), nw.len().alias("orders"),
             nw.col("amount").sum().alias("spend"))
        .collect("pandas")
        .to_native()
    )  # fmt: skip
    if found.empty:
        raise problem(
            where,
            f"as_of is {as_of}, before the first order ({facts['first']:%Y-%m-%d})",
            "At least one order must lie on or before as_of",
            "Leave it out to use the last date in the log",
        )
    table = pd.DataFrame(
        {
            "recency_days": (end - found["last"]).astype(np.int64).to_numpy(),
            "orders": found["orders"].astype(np.int64).to_numpy(),
            "spend": found["spend"].astype(np.float64).to_numpy(),
        },
        index=pd.Index(found["customer_id"], name="customer_id"),
    ).sort_index()
    table.attrs["as_of"] = str(pd.Timestamp.fromordinal(end).date())
    table.attrs["left_out"] = after
    return table


def _day(moment: Any, where: str) -> int:  # noqa: ANN401
    """Return the calendar day of a moment as Python's ``date.toordinal`` counts."""
    try:
        stamp = pd.Timestamp(moment)
    except (ValueError, TypeError):
        stamp = pd.NaT  # type: ignore[assignment]
    if isinstance(moment, bool | int | float) or stamp is pd.NaT:
        raise problem(
            where,
            f"as_of is {moment!r}",
            "It must be a date",
            "Write it as year-month-day, for example '2025-12-31'",
        )
    return stamp.toordinal()


def _count_after(days: Any, end: int) -> dict[str, int]:  # noqa: ANN401
    """Count the order days after the table's day, and the customers seen only then."""
    import narwhals as nw

    later = (nw.col("day") > end).cast(nw.Int64)
    firsts = days.group_by("customer_id").agg(nw.col("day").min())
    counts = {
        "order_days_after": days.select(later.sum().alias("n")).collect()["n"][0],
        "customers_born_later": firsts.select(later.sum().alias("n")).collect()["n"][0],
    }
    return {name: int(nw.to_py_scalar(count)) for name, count in counts.items()}


def rfm_scores(
    table: pd.DataFrame,
    *,
    recency: str = "recency_days",
    frequency: str = "orders",
    monetary: str = "spend",
    groups: int = 5,
    nested: bool = False,
) -> pd.DataFrame:
    """Score each customer from 1 to ``groups`` on recency, frequency and monetary value.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per customer, for example from :func:`rfm_table`.
    recency, frequency, monetary : str
        Names of the columns. Recency is time *since* the last order, so small is good; of the
        other two, large is good.
    groups : int
        How many scores, 2 to 9 (default 5: fifths of the customers).
    nested : bool
        If true, frequency is scored among customers of equal recency score, and monetary value
        among those of equal recency and frequency score (a customer alone there gets the middle
        score). If false, each score is among all customers.

    Returns
    -------
    pandas.DataFrame
        Same index; ``r``, ``f``, ``m`` (integers, ``groups`` is best) and ``rfm``, the three
        digits as text, for example ``"545"``.

    Raises
    ------
    ValueError
        When a column or a value is missing or infinite, a customer has two rows, there are fewer
        customers than groups, all customers share one value, or a customers table of
        ``transactions.summarize`` is given, whose ``recency`` means the opposite.
    TypeError
        When a column holds no numbers.

    Notes
    -----
    **Ties.** Equal values always get equal scores. Customers with the same value take up a run of
    ranks together, and the middle of that run decides: with average rank R among n customers, the
    score is ``1 + floor(groups * (R - 1/2) / n)``. Without ties that gives groups that differ by
    one customer at most. With ties it can't: where half of all customers ordered once, no rule
    that treats them alike can make five groups of equal size, and some scores stay unused.
    :func:`score_report` shows what came out; read it before comparing shares of customers.

    The score is a rank within *these* customers on *this* day, and the three digits are not a
    number to add up or average. The direct-mail practice goes back decades; see Hughes (1994),
    *Strategic Database Marketing*, for nested and independent codes.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [3, 40, 90, 200, 400],
    ...                       "orders": [9, 5, 1, 1, 1],
    ...                       "spend": [400.0, 90.0, 150.0, 20.0, 10.0]}, index=list("ABCDE"))
    >>> rfm_scores(table)
       r  f  m  rfm
    A  5  5  5  555
    B  4  4  3  443
    C  3  2  4  324
    D  2  2  2  222
    E  1  2  1  121
    """
    where = "rfm_scores"
    values = _measures(table, (recency, frequency, monetary), groups, where)
    columns = [-values[0], values[1], values[2]]
    scores = pd.DataFrame(index=table.index)
    cell = np.zeros(len(table), dtype=np.int64)
    for letter, column in zip(LETTERS, columns, strict=True):
        scores[letter] = _scores_within(column, cell, groups)
        if nested:
            cell = cell * 10 + scores[letter].to_numpy()
    scores["rfm"] = sum((scores[x].astype(str) for x in LETTERS[1:]), scores["r"].astype(str))
    return scores


def _measures(
    table: pd.DataFrame, names: tuple[str, str, str], groups: int, where: str
) -> list[np.ndarray]:
    require_frame(table, where)
    number(groups, "groups", where, minimum=2, maximum=9, whole=True)
    present = [str(name) for name in table.columns]
    if {"frequency", "recency", "T"} <= set(present) and "recency_days" not in present:
        raise problem(
            where,
            "a customers table was given, with columns 'frequency', 'recency' and 'T'",
            "Its 'recency' is the age at the last purchase, where large is good; scoring needs the "
            "time since the last purchase, where small is good",
            "Use rfm_table(log), or add a column recency_days = T - recency",
        )
    rule = "Scoring needs time since the last order, number of orders and spend; other names are "
    require_columns(present, names, where, rule + "given as recency=, frequency=, monetary=")
    if len(table) < groups:
        raise problem(
            where,
            f"{people(len(table))} for {groups} groups",
            "Each group needs at least one customer",
            "Use fewer groups or more customers",
        )
    require_unique(table.index, where)
    columns = []
    for name in names:
        column = numeric_column(table, name, where, minimum=0 if name == names[0] else None)
        require_spread(
            pd.Series(column, name=name),
            where,
            "Equal values get equal scores, so this column can't rank anybody",
            "Use a longer period, or score the other columns alone with tiers()",
        )
        columns.append(column)
    return columns


def _scores_within(values: np.ndarray, cell: np.ndarray, groups: int) -> np.ndarray:
    """Score values among the members of each cell, in whole numbers so that nothing is rounded."""
    scores = np.empty(len(values), dtype=np.int64)
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    for members in np.split(order, starts[1:]):
        doubled, n = middle_rank(values[members])
        scores[members] = 1 + groups * (doubled - 1) // (2 * n)
    return scores


def score_report(
    table: pd.DataFrame,
    *,
    recency: str = "recency_days",
    frequency: str = "orders",
    monetary: str = "spend",
    groups: int = 5,
) -> pd.DataFrame:
    """Say who got each score of :func:`rfm_scores`, and which scores ties have left unused.

    Parameters
    ----------
    table, recency, frequency, monetary, groups
        As for :func:`rfm_scores` (not nested).

    Returns
    -------
    pandas.DataFrame
        One row per measure (``r``, ``f``, ``m``) and score, best first: ``customers``, ``share``
        of all customers, ``lowest`` and ``highest`` value (missing when unused), and ``note``:
        empty, or what ties did to this score.

    Raises
    ------
    ValueError, TypeError
        As :func:`rfm_scores`.

    Examples
    --------
    >>> table = pd.DataFrame({"recency_days": [3, 40, 90, 200], "orders": [9, 1, 1, 1],
    ...                       "spend": [400.0, 90.0, 150.0, 20.0]}, index=list("ABCD"))
    >>> report = score_report(table, groups=2)
    >>> report.loc["f", ["customers", "lowest", "highest", "note"]]
           customers  lowest  highest                               note
    score
    2              1     9.0      9.0
    1              3     1.0      1.0  3 customers tie at 1 (75 %)
    """
    names = (recency, frequency, monetary)
    scores = rfm_scores(
        table, recency=recency, frequency=frequency, monetary=monetary, groups=groups
    )
    rows = []
    for letter, name in zip(LETTERS, names, strict=True):
        column = table[name].astype(float)
        for score in range(groups, 0, -1):
            mine = column[scores[letter] == score]
            rows.append(
                {"measure": letter, "score": score, "customers": len(mine),
                 "share": len(mine) / len(column), "lowest": mine.min(), "highest": mine.max(),
                 "note": _note(mine, len(column), groups)}
            )  # fmt: skip
    return pd.DataFrame(rows).set_index(["measure", "score"])


def _note(mine: pd.Series, n: int, groups: int) -> str:
    if mine.empty:
        return "unused: ties put these customers into a neighbouring score"
    heaviest = mine.value_counts()
    most = int(heaviest.iloc[0])
    if most <= -(-n // groups):
        return ""
    return f"{most:,} customers tie at {heaviest.index[0]:g} ({most / n:.0%})".replace("%", " %")
