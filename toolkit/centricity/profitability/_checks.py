"""Checks that every tool of this room shares: accounts, money, one currency."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import a_type, numeric_column, problem, require_frame, which

OWN_ROW = "Each account has exactly one row"


def require_accounts(index: pd.Index, where: str, noun: str = "accounts") -> None:
    """Raise when there are no rows, or a label in the index is missing or repeated."""
    one = noun[:-1] if noun.endswith("s") else noun
    if len(index) == 0:
        raise problem(where, f"there are no {noun}", "At least one is needed")
    checks = ((index.isna(), "missing"), (index.duplicated(), "repeated"))
    for mask, says in checks:
        if np.asarray(mask).any():
            found = which(pd.Series(np.asarray(mask), index=index), noun=noun)
            raise problem(
                where,
                f"the {one} in the index is {says} in {found}",
                OWN_ROW if noun == "accounts" else f"Each {one} has exactly one row",
                f"Group the rows by {one} first",
            )


def values_by_account(data: object, name: str, where: str) -> pd.Series:
    """Return one finite number per account, from a Series or a plain list of numbers."""
    series = pd.Series(data) if isinstance(data, list | tuple | np.ndarray) else data
    if not isinstance(series, pd.Series):
        raise problem(
            where,
            f"{name} is {a_type(data)}",
            f"{name} is a pandas Series: one number per account, accounts in the index",
            "With a table, select the column first, for example table['profit']",
            error=TypeError,
        )
    require_accounts(series.index, where)
    frame = series.rename(name).to_frame()
    return pd.Series(
        numeric_column(frame, name, where, noun="accounts"), index=series.index, name=name
    )


def same_accounts(here: pd.Index, there: pd.Index, names: tuple[str, str], where: str) -> None:
    """Raise unless both indexes hold the same accounts, in any order."""
    for one, other, first, second in ((here, there, *names), (there, here, *names[::-1])):
        alone = ~one.isin(other)
        if alone.any():
            found = which(pd.Series(alone, index=one), noun="accounts")
            raise problem(
                where,
                f"{found} are in {first} and not in {second}",
                f"{first} and {second} describe the same accounts",
                "Check how the ids are written. An account without any activity has a row of "
                "zeros: usage_table(log, accounts=...) adds it",
            )


def one_currency(tables: Mapping[str, object], where: str) -> None:
    """Raise when a column 'currency' of these tables holds more than one currency, or a gap."""
    seen: dict[str, list[str]] = {}
    for name, table in tables.items():
        if not isinstance(table, pd.DataFrame) or "currency" not in table:
            continue
        column = table["currency"]
        if column.isna().any():
            raise problem(
                where,
                f"'currency' is missing in {which(column.isna())} of {name}",
                "Where currencies are named, every row names its own",
                "Fill it in, or drop the column if everything is in one currency",
            )
        for currency in pd.unique(column.astype(str).str.strip()):
            seen.setdefault(currency, []).append(name)
    if len(seen) > 1:
        said = ", ".join(f"{money} (in {', '.join(names)})" for money, names in seen.items())
        raise problem(
            where,
            f"there are {len(seen)} currencies: {said}",
            "Amounts in different currencies can't be added up",
            "Convert them into one at a rate you can defend, or treat each currency apart",
        )


def columns_at_least_zero(
    table: object, names: Iterable[str], where: str, noun: str
) -> dict[str, Float]:
    """Return the named columns as finite numbers of at least zero."""
    frame = require_frame(table, where)
    return {n: numeric_column(frame, n, where, minimum=0, noun=noun) for n in names}


MOST = 2.0**53 / 100  # beyond it a float no longer tells one cent from the next


def to_cents(amounts: np.ndarray | pd.Series | pd.DataFrame, where: str) -> np.ndarray:
    """Return whole cents, which add up without an error of rounding."""
    values = np.asarray(amounts, dtype=float)
    if not (np.abs(values) <= MOST).all():
        raise problem(
            where,
            "an amount, or a count times its rate, is beyond 90 trillion",
            "Beyond that, costs can no longer be followed to the cent",
            "Check the units of counts and costs, or count in thousands",
        )
    return np.rint(values * 100).astype(np.int64)
