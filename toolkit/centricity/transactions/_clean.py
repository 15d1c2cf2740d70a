"""From a raw order log to a clean one, every rule named and every row accounted for."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import choice, problem
from centricity.transactions import _frames, _identity
from centricity.transactions._columns import choose_columns
from centricity.transactions._log import Moment
from centricity.transactions._report import Ledger, summary
from centricity.transactions._rules import Rules

WHERE = "clean"
MERGES = ("ids alike", "same person")


@dataclass(frozen=True, repr=False)
class Cleaned:
    """What :func:`clean` returns; ``len(kept) + len(rejected)`` is the number of rows given.

    Attributes
    ----------
    kept : table
        The clean order log: ``customer_id``, ``date`` (date-times without zone), ``amount``
        (money, never negative), then every other column untouched. pandas keeps its index.
    rejected : table
        Every other row: ``source_row`` (line in the file, or index, or place counted from 0),
        ``reason`` (a rule of the report), ``detail``, then all columns as they were given.
    report : DataFrame
        Index ``rule``; columns ``rows`` (touched by the rule), ``rejected`` (of these),
        ``action``, ``examples``, ``remedy``.

    Examples
    --------
    >>> raw = pd.DataFrame({"customer_id": ["A", None], "date": ["2025-01-31", "2025-02-01"],
    ...                     "amount": ["12.50", "8"]})
    >>> cleaned = clean(raw)
    >>> len(cleaned.kept), cleaned.rejected["reason"].to_list()
    (1, ['missing id'])
    """

    kept: Any
    rejected: Any
    report: pd.DataFrame

    def summary(self) -> str:
        """Say in plain words what was kept, rejected and changed.

        Examples
        --------
        >>> raw = pd.DataFrame({"customer_id": ["A"], "date": ["2025-01-31"], "amount": [12.5]})
        >>> print(clean(raw).summary())
        1 row in: 1 kept, 0 rejected.
        Kept: 1 customer, 2025-01-31 to 2025-01-31, 12.50 in all.
        Columns: customer = 'customer_id', date = 'date', amount = 'amount'.
        """
        return summary(self.report)

    def __repr__(self) -> str:
        return self.summary()


def clean(
    raw: Any,  # noqa: ANN401
    *,
    customer: str | None = None,
    date: str | None = None,
    amount: str | None = None,
    order: str | None = None,
    day_first: bool | None = None,
    decimal: str | None = None,
    timezone: str | None = None,
    test_accounts: _identity.TestRule = True,
    duplicates: str = "reject",
    zero_amounts: str = "keep",
    same_person: str | None = None,
    aliases: Mapping[Any, Any] | None = None,
    merge: Collection[str] = (),
    as_of: Moment | None = None,
) -> Cleaned:
    """Clean an order log by named rules; no row is lost without a line in the report.

    Parameters
    ----------
    raw : table
        One row per order or order line, as :func:`read` returns it, or any table that Narwhals
        reads. It is not changed. A lazy table (Polars lazy frame, DuckDB relation) is loaded.
    customer, date, amount, order : str, optional
        Names of the columns; default guessed, see :func:`guess_columns`. ``order`` (an order or
        invoice number) is used to find the order that a refund undoes.
    day_first : bool, optional
        How to read dates such as 03/04/2025 that can be read two ways. Default: a value above 12
        decides for all dates with the same mark; between points (03.04.2025) the day is first;
        where nothing decides, the row is set aside as ``ambiguous date``.
    decimal : {".", ","}, optional
        How to read amounts such as 1.234 that can be read two ways. Default: the other amounts
        decide; where they do not, the row is set aside as ``ambiguous amount``.
    timezone : str, optional
        Zone into which dates with an offset are brought, such as ``"Europe/Berlin"``. Default:
        left as written when all have one offset, UTC when they differ. Dates without offset
        are taken to be in that zone already.
    test_accounts : bool, str, collection or callable
        True: customer id or e-mail address beginning with the word ``test`` or ``dummy``, such
        as TEST01 or test@example.com (but not Testa). Or a regular expression for the same
        columns, a list of ids, or a function of the raw table (in memory) that marks rows. False:
        no such rule.
    duplicates : {"reject", "keep"}
        What to do with rows equal to an earlier row in every column, but for an id that was merged.
        Keep them where a line may rightly repeat, as in a log without order numbers and times.
    zero_amounts : {"keep", "reject"}
        Whether a purchase of no value (a gift, a voucher) counts as a purchase.
    same_person : str, optional
        A column that tells persons apart better than the id, such as a loyalty card's number;
        ids that share a value are reported.
    aliases : mapping, optional
        Ids and the ids they really are; these are merged.
    merge : collection of {"ids alike", "same person"}
        What to merge beyond the aliases: ids that differ only by case, blanks or other signs that
        nobody sees (into the most frequent one), ids tied by ``same_person`` (into the one that
        bought first). Never done unasked: in some systems ``aB`` and ``AB`` are two customers.
    as_of : date, optional
        The day (inclusive) after which dates lie in the future; default today.

    Returns
    -------
    Cleaned
        ``kept``, ``rejected`` (both in the kind of table that was given) and ``report``. When no
        row passes, ``kept`` is empty and the report says why.

    Raises
    ------
    ValueError
        When a column is missing or cannot be guessed, the table is empty, or an option is unknown.
    TypeError
        When ``raw`` is no table.

    Notes
    -----
    Rules are tried in this order, and a row is rejected by the first that hits: unreadable line,
    missing id, unreadable or ambiguous date, unreadable or ambiguous amount, test account, future
    date, exact duplicate, zero amount. Refunds (negative amounts) come last. With an order number,
    a refund undoes the line of that order with the same amount, or else comes off the order's
    lines, the latest first. Without one, or where no order of the customer has that number, it
    undoes the customer's latest earlier order of the same amount that is not undone yet. A refund
    that finds no order, or is more than what is left of its order, is rejected as such.

    Two more findings are reported and left alone: amounts in several currencies, by their signs or
    by a column such as ``currency``; and a stretch of more than a year without any order, which may
    come from a date such as 1900-01-01 that a system writes for "unknown".

    Examples
    --------
    >>> import pandas as pd
    >>> raw = pd.DataFrame({
    ...     "Kunde": ["A", "A", "A", None, "test1"],
    ...     "Datum": ["24.12.2024", "27.12.2024", "30.12.2024", "01.02.2024", "01.02.2024"],
    ...     "Betrag": ["1.234,50", "€ 8,00", "-8,00", "3,00", "1,00"],
    ... })
    >>> cleaned = clean(raw)
    >>> cleaned.kept
      customer_id       date  amount
    0           A 2024-12-24  1234.5
    >>> cleaned.rejected["reason"].tolist()
    ['refunded order', 'refund netted', 'missing id', 'test account']
    """
    choice(duplicates, "duplicates", WHERE, ("reject", "keep"))
    choice(zero_amounts, "zero_amounts", WHERE, ("keep", "reject"))
    for one in merge:
        choice(one, "merge", WHERE, MERGES)
    frame = _frames.collect(raw, WHERE)
    attrs = dict(getattr(raw, "attrs", {}))
    unreadable = list(attrs.get("unreadable_lines", []))
    if len(frame) + len(unreadable) == 0:
        raise problem(WHERE, "the order log has no rows", "At least one order is needed")
    decimal = decimal if decimal is not None else attrs.get("decimal")
    if decimal is not None:
        choice(decimal, "decimal", WHERE, (".", ","))
    columns = choose_columns(frame.columns, customer, date, amount, order, same_person, WHERE)
    labels = raw.index.to_numpy() if isinstance(raw, pd.DataFrame) else np.arange(len(frame))
    rules = Rules(frame, columns, Ledger(labels, {}))
    rules.read_values(day_first, decimal, timezone)
    rules.mark_tests(test_accounts)
    rules.mark_future(_end_of_day(as_of))
    rules.mark_duplicates(duplicates)
    rules.mark_zero(zero_amounts)
    rules.find_people(columns.get("same_person"), aliases, merge)
    rules.mark_duplicates_of_merged(duplicates)
    rules.net_refunds()
    rules.note_gaps()
    rules.note_currencies()
    return Cleaned(*rules.finish(raw, unreadable))


def _end_of_day(as_of: Moment | None) -> np.datetime64:
    try:
        moment = pd.Timestamp(as_of) if as_of is not None else pd.Timestamp(dt.datetime.now())
    except (ValueError, TypeError):
        moment = pd.NaT  # type: ignore[assignment]
    if moment is pd.NaT:
        raise problem(
            WHERE, f"as_of is {as_of!r}", "It must be a date",
            "Write it as year-month-day, for example '2025-12-31'",
        )  # fmt: skip
    day = np.datetime64(moment.tz_localize(None).date(), "D")
    return (day + 1).astype("datetime64[us]")
