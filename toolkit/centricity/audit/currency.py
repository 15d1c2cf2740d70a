"""One currency in one audit: amounts in two are refused, or all but one are set aside."""

import re

import numpy as np
import pandas as pd

from centricity import transactions
from centricity._validate import problem
from centricity.audit.options import WHERE, Options
from centricity.transactions._amounts import AMOUNT, BLANKS, MINUS, same_currency

IN_NAME = re.compile(
    r"(?<![A-Za-z])(?:EUR|USD|GBP|CHF|JPY|CNY|RMB|CAD|AUD|SEK|NOK|DKK|PLN|CZK)(?![A-Za-z])|[€£]"
)
"""Codes in capitals, and signs that mean one currency only, in the name of a column."""
NONE = "none given"
RULE = "other currency"


def of_rows(raw: pd.DataFrame, amount: str, currency: str | None) -> pd.Series:
    """Return the currency of each row, "" where none is given.

    From the column of currencies where there is one, else from signs and codes in the amounts.

    >>> raw = pd.DataFrame({"amount": ["€ 5", "5 EUR", "$7", "8"]})
    >>> of_rows(raw, "amount", None).tolist()
    ['EUR', 'EUR', '$', '']
    """
    column = raw[currency if currency is not None else amount]
    if currency is None and pd.api.types.is_numeric_dtype(column):
        return pd.Series("", index=raw.index)
    codes, distinct = pd.factorize(column)
    read = _code if currency is not None else _sign
    names = np.array([*(read(value) for value in distinct), ""], dtype=object)
    return pd.Series(names[codes], index=raw.index)


def _code(value: object) -> str:
    return same_currency(str(value))


def _sign(value: object) -> str:
    found = AMOUNT.match(BLANKS.sub("", str(value).strip().translate(MINUS)))
    return same_currency(found["c1"] or found["c2"] or "") if found else ""


def choose(
    raw: pd.DataFrame, columns: dict[str, str], options: Options
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Part the rows of the one currency that is audited from the others.

    Parameters
    ----------
    raw : pandas.DataFrame
    columns : dict
        The column of each role; ``currency`` may be missing.
    options : Options
        ``only_currency`` says which currency to keep.

    Returns
    -------
    rows : pandas.DataFrame
        The rows to audit, ``attrs`` kept.
    others : pandas.DataFrame
        Rows in another currency, empty unless ``only_currency`` was given.
    currency : str
        The one currency, "" when the file names none.

    Raises
    ------
    ValueError
        When amounts are in several currencies and none was chosen, or the chosen one is not there.
    """
    amount = columns.get("amount", "")
    if amount not in raw.columns:
        return raw, raw.head(0), ""  # clean() words the error
    name = columns.get("currency")
    currencies = of_rows(raw, amount, name)
    counts = currencies[currencies != ""].value_counts()
    where = f"the column '{name}' names" if name is not None else f"the amounts in '{amount}' name"
    said = ", ".join(f"{one} ({n:,} rows)" for one, n in counts.head(8).items())
    if options.only_currency is not None:
        return _only(raw, currencies, same_currency(options.only_currency), (where, said))
    if len(counts) > 1:
        raise problem(
            WHERE, f"{where} {len(counts)} currencies: {said}",
            "Amounts in different currencies cannot be added up",
            f"Audit one of them with only_currency='{counts.index[0]}', or convert all amounts to "
            "one currency first",
        )  # fmt: skip
    return raw, raw.head(0), str(counts.index[0]) if len(counts) else of_name(amount)


def of_name(column: str) -> str:
    """Return the currency that the name of a column of amounts tells, "" if none.

    >>> of_name("Sales (EUR)"), of_name("Umsatz in €"), of_name("Europe")
    ('EUR', 'EUR', '')
    """
    found = {same_currency(one) for one in IN_NAME.findall(column)}
    return found.pop() if len(found) == 1 else ""


def _only(
    raw: pd.DataFrame, currencies: pd.Series, wanted: str, told: tuple[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    where, said = told
    mine = (currencies == wanted).to_numpy()
    if not mine.any():
        raise problem(
            WHERE, f"no row is in {wanted}: {where} {said or 'no currency at all'}",
            "The currency to audit must be in the file",
            "Name one that is there, or the column with currency_column=",
        )  # fmt: skip
    rows = raw[mine]
    rows.attrs = dict(raw.attrs)
    return rows, raw[~mine], wanted


def account_for(
    cleaned: transactions.Cleaned, others: pd.DataFrame, currencies: pd.Series
) -> transactions.Cleaned:
    """Enter rows in another currency into the balance: set aside, with their reason.

    Parameters
    ----------
    cleaned : transactions.Cleaned
        Of the rows in the one currency.
    others : pandas.DataFrame
        The other rows, as they were read.
    currencies : pandas.Series
        Currency of each of the others.
    """
    if others.empty:
        return cleaned
    said = currencies.replace("", NONE)
    aside = others.copy()
    aside.insert(0, "source_row", others.index)
    aside.insert(1, "reason", RULE)
    aside.insert(2, "detail", said.to_numpy())
    rejected = aside if not len(cleaned.rejected) else pd.concat([cleaned.rejected, aside])
    line = {
        "rows": len(others),
        "rejected": len(others),
        "action": "set aside as asked",
        "examples": "; ".join(f"{n:,} × {one}" for one, n in said.value_counts().head(5).items()),
        "remedy": "audit each currency by itself, or convert the amounts first",
    }
    report = pd.concat([pd.DataFrame(line, index=pd.Index([RULE], name="rule")), cleaned.report])
    report.attrs = dict(cleaned.report.attrs)
    for fact in ("rows", "rejected"):
        report.attrs[fact] += len(others)
    return transactions.Cleaned(cleaned.kept, rejected, report)
