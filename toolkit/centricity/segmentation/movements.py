"""Migration: where the customers of each segment are one period later."""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

from centricity._validate import problem
from centricity.segmentation._checks import categories_of, segments_of

NEW, GONE = "(new)", "(gone)"


@dataclass(frozen=True)
class Migration:
    """Moves between segments from one period to the next.

    Attributes
    ----------
    counts : pandas.DataFrame
        Customers by segment before (rows) and after (columns).
    shares : pandas.DataFrame
        The same as shares of the row: each row with customers sums to one, a row without any is
        missing.
    """

    counts: pd.DataFrame
    shares: pd.DataFrame

    @property
    def stayed(self) -> float:
        """Share of the customers seen in both periods whose segment is the same."""
        both = self.counts.drop(index=NEW, columns=GONE, errors="ignore")
        kept = sum(both.loc[name, name] for name in both.index if name in both.columns)
        total = both.to_numpy().sum()
        return float(kept / total) if total else float("nan")


def migration(before: pd.Series, after: pd.Series, *, outside: bool = True) -> Migration:
    """Count the moves of customers between segments of two periods.

    Parameters
    ----------
    before, after : pandas.Series
        One segment per customer in each period, customers in the index.
    outside : bool
        If true, customers of only one period appear too: those who came in a row "(new)", those
        who went in a column "(gone)". If false, only customers of both periods are counted.

    Returns
    -------
    Migration
        ``counts`` and row ``shares``, with the segments of both periods in their own order, and
        ``stayed``.

    Raises
    ------
    ValueError
        When a customer has two rows, a segment is missing, is called "(new)" or "(gone)", or no
        customer is in both periods.
    TypeError
        When a period isn't a Series.

    Notes
    -----
    Movement is not all change: a tier cut by last year's spend holds customers who had a lucky
    year, and many move back without anything having happened (regression to the mean). With tiers
    by share, one customer's rise is another's fall.

    Examples
    --------
    >>> before = pd.Series(["top", "low", "low"], index=list("ABC"))
    >>> after = pd.Series(["low", "low", "top"], index=list("ABD"))
    >>> migration(before, after).counts
    after   low  top  (gone)
    before
    low       1    0       1
    top       1    0       0
    (new)     0    1       0
    """
    where = "migration"
    first, second = segments_of(before, "before", where), segments_of(after, "after", where)
    names = _both_orders(first, second)
    _refuse_reserved(names, where)
    everyone = first.index.union(second.index, sort=False)
    moves = pd.DataFrame(
        {"before": first.astype(object).reindex(everyone),
         "after": second.astype(object).reindex(everyone)}
    )  # fmt: skip
    if moves.notna().all(axis=1).sum() == 0:
        raise problem(
            where,
            f"none of {len(first):,} customers before is among {len(second):,} after",
            "Migration follows the same customers through two periods",
            "Put the same kind of customer id into both indexes",
        )
    rows, columns = list(names), list(names)
    if outside:
        rows, columns = [*names, NEW], [*names, GONE]
        moves = moves.fillna({"before": NEW, "after": GONE})
    counts = (
        moves.dropna()
        .groupby(["before", "after"])
        .size()
        .unstack(fill_value=0)
        .reindex(index=rows, columns=columns, fill_value=0)
    )
    counts.index.name, counts.columns.name = "before", "after"
    totals = counts.sum(axis=1)
    return Migration(counts, counts.div(totals.where(totals > 0), axis=0))


def _both_orders(first: pd.Series, second: pd.Series) -> list[Hashable]:
    """List the segments of both periods; one that is in one period only keeps its place there."""
    names = categories_of(first)
    new = [name for name in categories_of(second) if name not in names]
    categorical = isinstance(first.dtype, pd.CategoricalDtype)
    if new and not categorical:
        return categories_of(pd.Series([*names, *new], dtype=object))
    return names + new


def _refuse_reserved(names: list[Hashable], where: str) -> None:
    for reserved in (NEW, GONE):
        if reserved in names:
            raise problem(
                where,
                f"a segment is called '{reserved}'",
                "That name is kept for customers of only one period",
                "Give the segment another name",
            )
