"""Checks that every tool of this room shares: accounts, money, one currency."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from centricity._validate import a_type, numeric_column, problem, which

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
    flat = isinstance(data, list | tuple) or (isinstance(data, np.ndarray) and data.ndim == 1)
    series = pd.Series(data) if flat else data
    if not isinstance(series, pd.Series):
        table = isinstance(data, pd.DataFrame)
        raise problem(
            where,
            f"{name} is {a_type(data)}{'' if table else f' of {type(data).__module__}'}",
            f"{name} is a pandas Series: one number per account, accounts in the index",
            "With a table, select the column first, for example table['profit']"
            if table
            else "Make one first, for example with pandas.Series(...)",
            error=TypeError,
        )
    require_accounts(series.index, where)
    frame = series.rename(name).to_frame()
    return pd.Series(
        numeric_column(frame, name, where, noun="accounts"), index=series.index, name=name
    )


NO_ROW = (
    "Check how the ids are written. An account without any activity has a row of zeros: "
    "usage_table(log, accounts=...) adds it"
)


def same_accounts(
    here: pd.Index, there: pd.Index, names: tuple[str, str], where: str, remedy: str = NO_ROW
) -> None:
    """Raise unless both indexes hold the same accounts, in any order."""
    for one, other, first, second in ((here, there, *names), (there, here, *names[::-1])):
        alone = ~one.isin(other)
        if alone.any():
            found = which(pd.Series(alone, index=one), noun="accounts")
            raise problem(
                where,
                f"{found} are in {first} and not in {second}",
                f"{first} and {second} describe the same accounts",
                remedy,
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


def one_of_each(frame: pd.DataFrame, where: str, noun: str = "column") -> None:
    """Raise when two columns have one name."""
    repeated = frame.columns.duplicated()
    if repeated.any():
        name = frame.columns[repeated][0]
        raise problem(
            where,
            f"the {noun} '{name}' is there {int((frame.columns == name).sum())} times",
            f"Each {noun} has a name of its own",
            "Rename one, leave one out, or add them up first",
        )


def columns_at_least_zero(frame: pd.DataFrame, where: str, noun: str) -> pd.DataFrame:
    """Return all columns as finite numbers of at least zero."""
    held = [
        numeric_column(frame, name, where, minimum=0, noun=noun)  # names may be of any type
        for name in frame.columns
    ]
    return pd.DataFrame(dict(enumerate(held)), index=frame.index).set_axis(frame.columns, axis=1)


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
