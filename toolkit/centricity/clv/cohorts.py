"""From members to the survivors of each cohort, and from survivors to what a likelihood needs."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from centricity._typing import ArrayLike, Float
from centricity._validate import (
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)

Survivors: TypeAlias = ArrayLike | pd.DataFrame
"""Counts of one cohort after 0, 1, 2 … renewals, or a table with one row for each cohort."""

EXAMPLE = "Give the counts still there after 0, 1, 2 … renewals, for example [1000, 631, 468, 382]"


class Losses(NamedTuple):
    """Customers by the renewal ``t`` they did not make, or the last they made if still there."""

    t: Float
    censored: np.ndarray
    n: Float


def survivors(
    members: pd.DataFrame,
    *,
    cohort: str | Sequence[str],
    renewals: str = "renewals",
    still: str = "still_member",
    horizon: int | None = None,
) -> pd.DataFrame:
    """Count the survivors of each cohort after 0, 1, 2 … renewals.

    Parameters
    ----------
    members : pandas.DataFrame
        One row per member, those who have left included.
    cohort : str or list of str
        Column (or columns) whose values say which members belong together, such as the year of
        joining. Members of one cohort have come up for renewal equally often.
    renewals : str
        Column with the number of renewals each member has made, 0 or more.
    still : str
        Column that is true for those whose contract is running.
    horizon : int, optional
        Follow each cohort for this many renewals only.

    Returns
    -------
    pandas.DataFrame
        One row per cohort, one column per number of renewals from 0 (the cohort's size). NaN where
        the cohort has not come so far yet: what ``fit`` of a contract model takes.

    Raises
    ------
    ValueError, TypeError
        If a column is missing or holds what it cannot, or if those still there in one cohort differ
        in their number of renewals.

    Notes
    -----
    No member is left out: the first column adds up to the number of rows.

    Examples
    --------
    >>> members = pd.DataFrame({"joined": [2023, 2023, 2023, 2024, 2024],
    ...                         "renewals": [2, 2, 0, 1, 0],
    ...                         "still_member": [True, True, False, True, False]})
    >>> survivors(members, cohort="joined")
    renewals    0    1    2
    joined
    2023      3.0  2.0  2.0
    2024      2.0  1.0  NaN
    """
    where = "survivors"
    keys = [cohort] if isinstance(cohort, str) else list(cohort)
    frame, made, there = _members(members, [*keys, renewals, still], where)
    if horizon is not None:
        most = number(horizon, "horizon", where, minimum=1, whole=True)
        there, made = there | (made >= most), np.minimum(made, most)
    table = frame[keys].assign(_made=made.astype(int), _there=there)
    key = keys if len(keys) > 1 else keys[0]
    size = table.groupby(key, observed=True).size()
    reach = _reach(table, key, where).reindex(size.index).to_numpy()
    columns = pd.RangeIndex(reach.max() + 1, name="renewals")
    left = table[~there].groupby([*keys, "_made"], observed=True).size().unstack(fill_value=0)
    left = left.reindex(index=size.index, columns=columns, fill_value=0).cumsum(axis=1)
    still_in = (-left.shift(axis=1, fill_value=0)).add(size, axis=0).astype(float)
    return still_in.where(columns.to_numpy() <= reach[:, None])


def _members(
    members: pd.DataFrame, columns: list[str], where: str
) -> tuple[pd.DataFrame, Float, np.ndarray]:
    """Check the table of members; return it, the renewals made, and who is still there."""
    frame = require_frame(members, where)
    rule = "Each member has a cohort, a number of renewals and a flag for a running contract"
    require_columns([str(name) for name in frame.columns], columns, where, rule)
    if frame.empty:
        raise problem(where, "the table has no rows", "At least one member is needed")
    *keys, renewals, still = columns
    made = numeric_column(frame, renewals, where, minimum=0, whole=True, noun="members")
    flag = frame[still]
    if not flag.isin([0, 1]).all():
        seen = which(~flag.isin([0, 1]), "members")
        rule = f"'{still}' is True for those whose contract is running, else False"
        raise problem(where, f"'{still}' is neither True nor False in {seen}", rule)
    missing = frame[keys].isna().any(axis=1)
    if missing.any():
        says = f"the cohort is missing in {which(missing, 'members')}"
        raise problem(where, says, rule, "Give each member a cohort or leave these rows out")
    return frame, made, flag.to_numpy(dtype=bool)


def _reach(table: pd.DataFrame, key: str | list[str], where: str) -> pd.Series:
    """How often each cohort has come up for renewal; raise where its members differ in that."""
    rule = "Members of one cohort have come up for renewal equally often"
    remedy = (
        "Use finer cohorts, such as the month of joining, keep contracts of different length "
        "(yearly, monthly) apart, or use horizon= to look at fewer renewals"
    )
    there = table["_there"]
    staying = table[there].groupby(key, observed=True)["_made"].agg(["min", "max"])
    mixed = staying["min"] < staying["max"]
    if mixed.any():
        low, high = staying[mixed].iloc[0]
        says = f"those still there differ in renewals in {which(mixed, 'cohorts')}"
        raise problem(where, f"{says}: from {low} to {high} in the first", rule, remedy)
    # A cohort of which nobody is left came up until the last of them refused.
    reach = (table.groupby(key, observed=True)["_made"].max() + 1).astype(int)
    reach.loc[staying.index] = staying["max"]
    own = table.join(reach.rename("_own"), on=key)["_own"]
    later = ~there & (table["_made"] >= own)
    if later.any():
        says = f"{which(later, 'members')} have left, but came up for renewal more often than those"
        raise problem(where, f"{says} still there", rule, remedy)
    return reach


def losses(given: Survivors, where: str) -> Losses:
    """Check survivors and count customers by the renewal at which they were lost or last seen."""
    counts = counted(given, where)
    seen = np.isfinite(counts)
    last = seen.sum(axis=1) - 1
    lost = np.where(seen[:, 1:], -np.diff(counts, axis=1), 0.0).sum(axis=0)
    kept = np.zeros(counts.shape[1])
    np.add.at(kept, last, counts[np.arange(len(counts)), last])
    t = np.arange(counts.shape[1], dtype=float)
    if lost.sum() == 0:
        says = f"nobody was lost in {int(last.max())} renewals"
        raise problem(where, says, "The model learns from customers who leave", "Wait longer")
    if kept[1:].sum() + lost[1:].sum() == 0:
        says = f"all {lost[0]:,.0f} customers were lost at the first renewal"
        raise problem(where, says, "The model learns from those who stay as well")
    data = Losses(
        np.append(t[1:], t[1:]),
        np.repeat([False, True], len(t) - 1),
        np.append(lost, kept[1:]),  # whoever has not come up for a renewal says nothing
    )
    told = data.n > 0
    return Losses(data.t[told], data.censored[told], data.n[told])


def counted(given: Survivors, where: str) -> Float:
    """Return survivors as cohorts × renewals, or raise for what no cohort can have done."""
    counts, labels = _rows(given, where)
    one = len(counts) == 1
    noun = "renewals" if one else "cohorts"

    def refuse(bad: np.ndarray, says: str, rule: str, remedy: str = EXAMPLE) -> None:
        if bad.any():
            flat = bad[0] if one else pd.Series(bad.any(axis=1), index=labels)
            raise problem(where, f"survivors {says} in {which(flat, noun)}", rule, remedy)

    gap = np.isnan(counts) & (np.cumsum(~np.isnan(counts[:, ::-1]), axis=1)[:, ::-1] > 0)
    bad = gap | np.isinf(counts) | (counts < 0)
    bad[:, 0] |= np.isnan(counts[:, 0])
    rule = "Survivors are counts of customers; only renewals that are yet to come may be missing"
    refuse(bad, "is negative, missing or infinite", rule)
    near = np.abs(counts - np.round(counts)) > 1e-6 * np.maximum(counts, 1)
    rule = (
        "Survivors are counts of customers. Shares or percentages give the same estimates but "
        "wrong standard errors, which depend on the cohort's size"
    )
    refuse(near, "is not a whole number", rule, "Multiply by the size, then round")
    rises = np.zeros_like(bad)
    rises[:, 1:] = np.diff(counts, axis=1) > 0
    rule = "Nobody joins a cohort later, so that the counts can only fall"
    refuse(rises, "rises", rule)
    if not (np.isfinite(counts[:, 1:]).any() and np.nansum(counts[:, 0]) > 0):
        says = f"survivors has shape {np.shape(given)}, with no renewal of any customer in it"
        rule = "At least two numbers are needed, the cohort's size and those left after a renewal"
        raise problem(where, says, rule, EXAMPLE)
    return np.where(np.isnan(counts), np.nan, np.round(counts))


def _rows(given: Survivors, where: str) -> tuple[Float, pd.Index]:
    """Return survivors as a two-dimensional array with the labels of its rows."""
    if isinstance(given, pd.DataFrame):
        _renewals_across(given, where)
    try:
        if isinstance(given, pd.DataFrame | pd.Series):
            counts = given.to_numpy(dtype=float, na_value=np.nan)
        else:
            counts = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        says = "survivors holds something that is not a number"
        rule = "Survivors are counts of customers"
        raise problem(where, says, rule, EXAMPLE, error=TypeError) from None
    if counts.ndim not in (1, 2) or counts.size == 0 or counts.shape[-1] < 2:
        says = f"survivors has shape {counts.shape}"
        rule = "At least two numbers are needed, the cohort's size and those left after a renewal"
        raise problem(where, says, rule, EXAMPLE)
    table = np.atleast_2d(counts)
    labels = given.index if isinstance(given, pd.DataFrame) else pd.RangeIndex(len(table))
    return table, labels


def _renewals_across(table: pd.DataFrame, where: str) -> None:
    """Raise unless the columns of a table are the renewals 0, 1, 2 …."""

    def counts_up(index: pd.Index) -> bool:
        return index.tolist() == list(range(len(index)))

    if not counts_up(table.columns):
        first = ", ".join(str(name) for name in table.columns[:3])
        rule = "A table of survivors has one row per cohort and the columns 0, 1, 2 … (renewals)"
        remedy = "Its rows are: give table.T" if counts_up(table.index) else EXAMPLE
        raise problem(where, f"the columns of survivors are {first} …", rule, remedy)


def cohort(lifetimes: np.ndarray, renewals: int) -> pd.Series:
    """Count survivors after 0 … ``renewals`` renewals; a lifetime is the renewal not made."""
    t = np.arange(renewals + 1)
    left = np.searchsorted(np.sort(lifetimes), t, side="right")
    return pd.Series(len(lifetimes) - left, index=pd.Index(t, name="renewals"), name="survivors")
