"""What a file suggests that an audit does not act on by itself: said, with the option that does."""

from collections.abc import Iterable, Sequence

import pandas as pd

from centricity import transactions
from centricity.audit.words import count
from centricity.transactions._amounts import parse_amounts
from centricity.transactions._columns import _plain

# Whole names (lower case, letters and digits, accents dropped): costs of a piece, or of the line?
PERHAPS_COSTS = (
    "purchaseprice buyingprice buyprice costprice costperitem itemcost unitcost productcost "
    "einkaufspreis ekpreis einkauf einstandspreis selbstkosten prixdachat prixachat coutunitaire "
    "preciocompra preciodecompra costeunitario costounitario 进价 采购价 成本价 单位成本"
)
REFUNDS = (
    "refund refunds refundamount refundedamount refundtotal amountrefunded totalrefunded returns "
    "returnamount erstattung gutschrift retoure retourenwert remboursement reembolso 退款 "
    "退款金额"
)
MISSING = "it is missing"


def of_columns(raw: pd.DataFrame, columns: dict[str, str], margin: float | None) -> list[str]:
    """Name columns that were not used and would change the numbers.

    Parameters
    ----------
    raw : pandas.DataFrame
        The file as it was read.
    columns : dict
        The column of each role.
    margin : float or None
        The margin that was given; with one, costs are not asked for.

    Returns
    -------
    list of str

    Examples
    --------
    >>> raw = pd.DataFrame({"Kunde": ["a"], "Betrag": ["9"], "Einkaufspreis": ["5"]})
    >>> of_columns(raw, {"customer": "Kunde", "amount": "Betrag"}, None)[0][:51]
    "The column 'Einkaufspreis' was not used, as a price"
    """
    left = [str(name) for name in raw.columns if str(name) not in columns.values()]
    said = []
    if "cost" not in columns and margin is None:
        said += [
            f"The column '{name}' was not used, as a price of one piece is not the cost of a line. "
            f"If it holds the cost of each whole line, cost='{name}' gives profit."
            for name in left
            if _plain(name) in PERHAPS_COSTS.split()
        ]
    for name in left:
        if _plain(name) in REFUNDS.split() and (hit := _not_zero(raw[name])):
            said.append(
                f"The column '{name}' was not used, and {count(hit, 'row')} hold an amount in it. "
                "If these refunds are not rows of their own, take them off the amount first."
            )
    return said


def _not_zero(column: pd.Series) -> int:
    values = parse_amounts(column, column.attrs.get("decimal")).values
    return int((pd.Series(values).fillna(0) != 0).sum())


def further_lines(cleaned: transactions.Cleaned, columns: dict[str, str]) -> int:
    """Count rows without an amount whose order has one in another row.

    Some shops write an order's total once, beside its first line: the lines below it are not lost.

    Parameters
    ----------
    cleaned : transactions.Cleaned
    columns : dict
        The column of each role; without ``order`` nothing can be told.
    """
    rejected = cleaned.rejected
    if "order" not in columns or not len(rejected) or columns["order"] not in rejected:
        return 0
    blank = (rejected["reason"] == "unreadable amount") & (rejected["detail"] == MISSING)
    known = set(cleaned.kept[columns["order"]].dropna())
    return int(rejected.loc[blank, columns["order"]].isin(known).sum())


def of_rows(lines: int) -> list[str]:
    """Say what became of lines below an order's first, if there are any."""
    if not lines:
        return []
    return [
        f"{count(lines, 'row')} without an amount belong to orders whose amount stands in another "
        "row, as in exports that write an order's total once: no sale is lost."
    ]


def of_sheets(read: str, others: Sequence[str], passed: Iterable[str]) -> list[str]:
    """Say which sheet of a workbook was read, where there are several.

    >>> of_sheets("2025", ["2024"], [])
    ["The sheet '2025' was read. Not read: '2024'. Another one is chosen with sheet=."]
    """
    if not others:
        return []
    why = ", the first with the columns of an order log" if list(passed) else ""
    listed = ", ".join(repr(one) for one in others)
    choose = "" if why else " Another one is chosen with sheet=."
    return [f"The sheet '{read}' was read{why}. Not read: {listed}.{choose}"]
