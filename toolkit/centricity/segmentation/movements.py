"""Migration: where the customers of each segment are one period later."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import listing, number, problem
from centricity.segmentation import chains
from centricity.segmentation._checks import categories_of, segments_of
from centricity.segmentation.chains import GONE

NEW = "(new)"


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
    steps : int
        How many moves from one period to the next are counted together: 1, or more when
        :func:`migrations` has pooled them.

    Examples
    --------
    Of two low customers one stayed low and one went, the top one fell, and a new one came in at
    the top. So of the two seen twice one kept the segment:

    >>> before = pd.Series(["top", "low", "low"], index=list("ABC"))
    >>> after = pd.Series(["low", "low", "top"], index=list("ABD"))
    >>> moves = migration(before, after)
    >>> moves.shares.loc[["low", "top"]]
    after   low  top  (gone)
    before
    low     0.5  0.0     0.5
    top     1.0  0.0     0.0
    >>> moves.stayed, moves.inflow.to_dict()
    (0.5, {'low': 0.0, 'top': 1.0})
    >>> moves.kind  # of those who stay
    "absorbing: everybody ends in 'low'"
    """

    counts: pd.DataFrame
    shares: pd.DataFrame
    steps: int = 1

    @property
    def stayed(self) -> float:
        """Share of the customers seen in both periods whose segment is the same."""
        both = self.counts.drop(index=NEW, columns=GONE, errors="ignore")
        kept = sum(both.loc[name, name] for name in both.index if name in both.columns)
        total = both.to_numpy().sum()
        return float(kept / total) if total else float("nan")

    @property
    def inflow(self) -> pd.Series:
        """Customers who come per period by segment: the row "(new)", over the number of steps.

        Those who come back after a period away are among them.
        """
        counts = self.counts.drop(columns=GONE, errors="ignore")
        names = pd.Index(counts.columns, name="segment")
        coming = counts.loc[NEW].to_numpy() if NEW in counts.index else np.zeros(len(names))
        return pd.Series(coming / self.steps, names, dtype=float, name="inflow")

    @property
    def kind(self) -> str:
        """Where the moves of those who stayed lead in the long run: see :func:`chain_kind`."""
        return chains.chain_kind(self._moves(going=False, where="Migration.kind"))

    def stationary(self, *, inflow: pd.Series | None = None, closed: bool = False) -> pd.Series:
        """Find the mix of segments to which these moves lead if they stay as they are.

        Parameters
        ----------
        inflow : pandas.Series, optional
            New customers per period by segment; default those who came, :attr:`inflow`.
        closed : bool
            If true, only those who stayed are followed: nobody comes and nobody goes. So it is in
            any case when nobody went.

        Returns
        -------
        pandas.Series
            Share of each segment, named "share"; they sum to one.

        Raises
        ------
        ValueError
            When there is no such mix (:func:`stationary` says when), or a segment that customers
            get to had nobody before, so that its moves are unknown.

        Examples
        --------
        Of 4 blue customers one goes and one rises, of 2 gold one goes; 3 blue ones come. In the
        end, gold = gold / 2 + blue / 4 and blue = blue / 2 + 3, so 6 blue and 3 gold.

        >>> before = pd.Series(["blue"] * 4 + ["gold"] * 2, index=list("ABCDEF"))
        >>> after = pd.Series(["blue", "blue", "gold", "gold"] + ["blue"] * 3,
        ...                   index=list("ABCEXYZ"))
        >>> moves = migration(before, after)
        >>> moves.steady().round(6).to_dict()
        {'blue': 6.0, 'gold': 3.0}
        >>> moves.stationary().round(3).to_dict()
        {'blue': 0.667, 'gold': 0.333}
        """
        where = "Migration.stationary"
        if closed and inflow is not None:
            raise problem(
                where, "closed is True and an inflow is given", "Nobody comes when closed"
            )
        if closed or (not self._leaving() and inflow is None):
            return chains.stationary(self._moves(going=False, where=where))
        found = self.steady(inflow=inflow)
        return (found / found.sum()).rename("share")

    def steady(self, *, inflow: pd.Series | None = None) -> pd.Series:
        """Find how many customers each segment holds in the end under a constant inflow.

        Parameters
        ----------
        inflow : pandas.Series, optional
            New customers per period by segment; default those who came, :attr:`inflow`.

        Returns
        -------
        pandas.Series
            Customers by segment, named "customers".

        Raises
        ------
        ValueError
            When nobody comes, nobody goes, or moves are unknown: see :meth:`stationary`.

        Examples
        --------
        Of four customers two go in a year, and three new ones come. The base settles where half of
        it is three, at six; with five new ones a year at ten:

        >>> moves = migration(pd.Series(["blue"] * 4, index=list("ABCD")),
        ...                   pd.Series(["blue"] * 5, index=list("ABXYZ")))
        >>> moves.steady().to_dict()
        {'blue': 6.0}
        >>> moves.steady(inflow=pd.Series({"blue": 5})).to_dict()
        {'blue': 10.0}
        """
        where = "Migration.steady"
        moves = self._moves(going=True, where=where)
        return chains.steady_customers(moves, inflow=self.inflow if inflow is None else inflow)

    def project(
        self, customers: pd.Series, *, steps: int = 5, inflow: pd.Series | None = None
    ) -> pd.DataFrame:
        """Carry a base forward, period by period, as if these moves went on.

        Parameters
        ----------
        customers : pandas.Series
            Customers by segment today.
        steps : int
            Number of periods.
        inflow : pandas.Series, optional
            New customers per period by segment; default those who came, :attr:`inflow`.

        Returns
        -------
        pandas.DataFrame
            Expected customers: one row per period (0 is today), one column per segment.

        Raises
        ------
        ValueError
            When segments are unknown or their moves are, or numbers are negative.

        Examples
        --------
        >>> before = pd.Series(["a", "a", "b"], list("ABC"))
        >>> moves = migration(before, pd.Series(["a", "b", "b"], list("ABC")))
        >>> moves.project(pd.Series({"a": 80}), steps=2)
        segment     a     b
        period
        0        80.0   0.0
        1        40.0  40.0
        2        20.0  60.0
        """
        where = "Migration.project"
        steps = int(number(steps, "steps", where, minimum=1, whole=True))
        moves = self._moves(going=True, where=where)
        names = list(moves.index)
        came = self.inflow.reindex(names).to_numpy(dtype=float)
        coming = came if inflow is None else chains.read_inflow(inflow, names, where)
        Q: Float = moves[names].to_numpy(dtype=float)
        path = [chains.read_inflow(customers, names, where, name="customers")]
        for _ in range(steps):
            path.append(path[-1] @ Q + coming)
        period = pd.RangeIndex(steps + 1, name="period")
        return pd.DataFrame(np.array(path), period, pd.Index(names, name="segment"))

    def _leaving(self) -> bool:
        left = self.counts.drop(index=NEW, errors="ignore")
        return GONE in left.columns and bool(left[GONE].sum() > 0)

    def _moves(self, *, going: bool, where: str) -> pd.DataFrame:
        """Shares among the segments that anybody is ever in, with those who go or without."""
        counts = self.counts.drop(index=NEW, errors="ignore")
        if not going:
            counts = counts.drop(columns=GONE, errors="ignore")
        names = [name for name in counts.index if name in counts.columns]
        used = [n for n in names if counts.loc[n].sum() > 0 or self.counts[n].sum() > 0]
        empty = [name for name in used if counts.loc[name].sum() == 0]
        if empty:
            never = all(self.counts.loc[name].sum() == 0 for name in empty)
            raise problem(
                where,
                f"customers get to {listing(empty)}, and "
                + ("nobody was there before" if never else "none of those there before stayed"),
                "Moves are known only from where customers have been",
                "Pool more periods with migrations(), or join it with another segment",
            )
        kept = counts.loc[used, [*used, *([GONE] if GONE in counts.columns else [])]]
        return kept.div(kept.sum(axis=1), axis=0)


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
