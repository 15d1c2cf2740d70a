"""The clean order log with what the file holds beyond it: profit, channel, category."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.audit.base import last_year
from centricity.audit.options import WHERE, Options
from centricity.audit.words import count, percent
from centricity.transactions._amounts import parse_amounts

MOST_GROUPS = 12
BEARABLE = 0.05
"""Share of lines whose cost may be filled in before the audit refuses."""


@dataclass(frozen=True)
class Extras:
    """What was made of the columns beyond the order log.

    Attributes
    ----------
    log : pandas.DataFrame
        customer_id, date, amount and, where there is such a column, profit, channel, category.
    notes : tuple of str
        What the reader of the report should know about these columns.
    margin : float or None
        Contribution as a share of sales in the last twelve months, from the costs in the file:
        what comes is valued at what is earned now, not at what was earned years ago.
    """

    log: pd.DataFrame
    notes: tuple[str, ...]
    margin: float | None

    @property
    def by(self) -> tuple[str, ...]:
        """The columns by which the tables can be split."""
        return tuple(name for name in ("channel", "category") if name in self.log)


def enrich(
    kept: pd.DataFrame, columns: dict[str, str], guessed: tuple[str, ...], options: Options,
    *, reduced: int = 0,
) -> Extras:  # fmt: skip
    """Read costs, channels and categories of the rows that were kept.

    Parameters
    ----------
    kept : pandas.DataFrame
        The clean order log with its other columns.
    columns : dict
        The column of each role.
    guessed : tuple of str
        Roles whose columns were guessed: a guess that does not fit is dropped with a note.
    options : Options
    reduced : int
        Lines that were refunded in part.

    Raises
    ------
    ValueError
        When a column that was named as the cost cannot be read as amounts.
    """
    log = kept[["customer_id", "date", "amount"]].copy()
    notes: list[str] = []
    margin = None
    if "cost" in columns and len(kept):
        cost = _costs(kept, columns["cost"], "cost" in guessed, options, notes)
        if cost is not None:
            if reduced:
                notes.append(
                    f"{count(reduced, 'line')} refunded in part: the cost was left in full."
                )
            log["profit"] = log["amount"].to_numpy() - cost
            margin = _margin(last_year(log, log["date"].max().normalize()))
    for role in ("channel", "category"):
        if role in columns and len(kept):
            groups = _groups(kept[columns[role]], log["amount"], role, columns[role], notes)
            if groups is not None:
                log[role] = groups
    return Extras(log, tuple(notes), margin)


def _margin(log: pd.DataFrame) -> float | None:
    """Return profit as a share of sales; None where nothing was sold."""
    sales = float(log["amount"].sum())
    return float(log["profit"].sum()) / sales if sales > 0 else None


def _costs(
    kept: pd.DataFrame, name: str, was_guessed: bool, options: Options, notes: list[str]
) -> np.ndarray | None:
    """Return the cost of each line; few missing ones are filled with the usual share."""
    decimal = options.decimal or kept.attrs.get("decimal")
    found = parse_amounts(kept[name], decimal)
    unknown = np.isnan(found.values)
    share = unknown.mean()
    if share > BEARABLE:
        if was_guessed:
            notes.append(
                f"The column '{name}' looks like costs, but {count(unknown.sum(), 'line')} of "
                f"{count(len(kept))} hold no amount: profit was not calculated."
            )
            return None
        first = ", ".join(repr(str(one)) for one in kept[name][unknown].head(3))
        raise problem(
            WHERE, f"the cost in '{name}' cannot be read in {unknown.sum():,} of {len(kept):,} "
            f"lines (first: {first})", f"At most {BEARABLE:.0%} of the lines may lack a cost",
            "Mend the column, or leave cost= out and give margin= instead",
        )  # fmt: skip
    sales = kept["amount"].to_numpy(dtype=float)
    known = sales[~unknown].sum()
    usual = found.values[~unknown].sum() / known if known > 0 else 0.0
    if unknown.any():
        notes.append(
            f"{count(unknown.sum(), 'line')} of {count(len(kept))} have no readable cost: they got "
            f"the share of sales that the others have ({percent(usual)})."
        )
    negative = int((found.values < 0).sum())
    if negative:
        notes.append(
            f"{count(negative, 'line')} that were kept have a cost below zero: they raise profit."
        )
    return np.where(unknown, usual * sales, found.values)


def _groups(
    column: pd.Series, amount: pd.Series, role: str, name: str, notes: list[str]
) -> pd.Series | None:
    """Return the group of each line, small ones put together so that a table can be read."""
    texts = column.astype("str").str.strip()
    blank = (column.isna() | texts.str.lower().isin(["", "nan", "none", "<na>"])).to_numpy()
    texts = texts.mask(blank, "(blank)")
    sales = amount.groupby(texts.to_numpy()).sum().sort_values(ascending=False, kind="stable")
    if len(sales) < 2:
        notes.append(f"All lines have the same {role} in '{name}', so nothing is split by it.")
        return None
    if len(sales) > MOST_GROUPS:
        small = sales.index[MOST_GROUPS - 1 :]
        rest = f"{len(small):,} others"
        texts = texts.mask(texts.isin(small), rest)
        notes.append(
            f"'{name}' has {len(sales):,} different entries: the {MOST_GROUPS - 1} with most sales "
            f"are shown, {rest} together."
        )
    return texts.astype("category")
