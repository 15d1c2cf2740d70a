"""The audit itself: read, clean, describe, model, prioritise; everything a report then shows."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from centricity import transactions
from centricity.audit import currency, hints, priorities
from centricity.audit.base import Base, describe, recent_sales
from centricity.audit.columns import ORDER_ROLES
from centricity.audit.enrich import Extras, enrich
from centricity.audit.intake import take
from centricity.audit.options import Options
from centricity.audit.parts import Part
from centricity.audit.views import Views, look
from centricity.audit.words import count
from centricity.audit.worth import Worth, appraise

STEPS = 10
"""How many times `analyse` calls ``step``, the delivery of the report included."""


@dataclass(frozen=True)
class Source:
    """Where the orders came from and how they were read.

    ``notes`` say what the file holds that was not used; ``further_lines`` counts rows without an
    amount whose order has one in another row.
    """

    name: str
    sha256: str
    rows: int
    columns: dict[str, str]
    guessed: tuple[str, ...]
    attrs: dict[str, Any]
    notes: tuple[str, ...] = ()
    further_lines: int = 0


@dataclass(frozen=True, repr=False)
class Audit:
    """All results of an audit.

    Attributes
    ----------
    source : Source
        The file, the columns taken and how they were found.
    given : Options
        The options as they were given.
    options : Options
        The same, with the margin and the currency that the file itself tells.
    extras : Extras
        The order log with profit, channel and category where the file has them.
    cleaned : transactions.Cleaned
        ``kept`` (the clean order log), ``rejected`` and ``report``.
    base : Part of Base
        Who the customers are; missing when no order is left after cleaning.
    views : Part of Views
        One period, two periods, one cohort, two cohorts, all cohorts.
    worth : Part of Worth
    customers : pandas.DataFrame
        One row per customer, with everything known; what ``customers.csv`` holds.
    priorities : Part of pandas.DataFrame
    """

    source: Source
    given: Options
    options: Options
    extras: Extras
    cleaned: transactions.Cleaned
    base: Part[Base]
    views: Part[Views]
    worth: Part[Worth]
    customers: pd.DataFrame
    priorities: Part[pd.DataFrame]

    def __repr__(self) -> str:
        return f"Audit of {self.source.name}: {len(self.customers):,} customers"


def analyse(
    path: str | Path,
    options: Options | None = None,
    *,
    step: Callable[[str], None] = lambda _: None,
) -> Audit:
    r"""Audit a file of orders.

    Parameters
    ----------
    path : str or Path
        CSV or other text, Excel or Parquet.
    options : Options, optional
    step : callable, optional
        Told in a few words what comes next, to show progress.

    Returns
    -------
    Audit

    Raises
    ------
    ValueError, TypeError, OSError
        When the file cannot be read as orders; the message says what to do. Data that are
        readable but too thin for a section raise nothing: that section says why it is empty.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "orders.csv"
    >>> _ = path.write_text("customer,date,amount\nA,2025-01-31,12.50\nB,2025-02-27,8.00\n")
    >>> found = analyse(path)
    >>> found
    Audit of orders.csv: 2 customers
    >>> found.worth.found.values.reason[:42]
    'no customer has ordered on a second day, s'
    """
    options = options or Options()
    step("Reading the file")
    read = take(path, options, step)
    raw, columns, guessed = read.raw, read.columns, read.guessed
    step("Cleaning, every row accounted for")
    given, rows = options, len(raw)
    attrs = {str(name): value for name, value in raw.attrs.items()}
    step(f"… dates, amounts, ids, duplicates and refunds of {count(rows, 'row')}")
    cleaned, money = clean_orders(raw, columns, options)
    lines = hints.further_lines(cleaned, columns)
    notes = (*read.notes, *hints.of_rows(lines))
    source = Source(Path(path).name, _digest(path), rows, columns, guessed, attrs, notes, lines)
    step(f"… costs, channels and categories of {count(len(cleaned.kept), 'row')}")
    extras = enrich(cleaned.kept, columns, guessed, options, reduced=_reduced(cleaned))
    options = replace(
        options, currency=options.currency or money, margin=_margin(options, extras)
    )  # fmt: skip
    head = (source, given, options, extras, cleaned)
    log = extras.log[["customer_id", "date", "amount"]]
    if log.empty:
        none = "no order is left after cleaning: the reasons are in the cleaning report"
        empty = pd.DataFrame(index=pd.Index([], name="customer_id"))
        return Audit(*head, Part.missing(none), Part.missing(none), Part.missing(none), empty,
                     Part.missing(none))  # fmt: skip
    step("Making the customers table")
    end = pd.Timestamp(options.as_of) if options.as_of else log["date"].max().normalize()
    table = transactions.summarize(log, unit=options.unit, observation_end=str(end.date()))
    base = describe(log, table, options.unit, end)
    step("Looking through five lenses")
    views = look(extras, base.overview.first, end, step)
    worth = appraise(log, table, base.tiers, options, end, step)
    step("Choosing what to do first")
    customers, group = _everything(log, base, worth, end)
    first = priorities.tabulate(group, customers)
    return Audit(*head, Part(base), Part(views), Part(worth), customers, first)


def clean_orders(
    raw: pd.DataFrame, columns: dict[str, Any], options: Options
) -> tuple[transactions.Cleaned, str]:
    """Clean the rows of one currency as the options say; return also that currency.

    Nothing is merged without being asked for, and rows in another currency are in the balance.
    """
    mine, others, money = currency.choose(raw, columns, options)
    cleaned = transactions.clean(
        mine, **{role: columns[role] for role in ORDER_ROLES if role in columns},
        day_first=options.day_first, decimal=options.decimal, timezone=options.timezone,
        test_accounts=options.test_accounts, duplicates=options.duplicates,
        zero_amounts=options.zero_amounts, as_of=options.as_of,
        merge=("ids alike",) if options.merge_ids else (),
    )  # fmt: skip
    if not len(others):
        return cleaned, money
    theirs = currency.of_rows(others, columns["amount"], columns.get("currency"))
    return currency.account_for(cleaned, others, theirs), money


def _margin(options: Options, extras: Extras) -> float | None:
    """Return the margin that was given, or the one that the costs in the file show."""
    if options.margin is not None or extras.margin is None:
        return options.margin
    return extras.margin if 0 < extras.margin <= 1 else None


def _reduced(cleaned: transactions.Cleaned) -> int:
    report = cleaned.report
    return int(report["rows"].get("reduced order", 0))


def _everything(
    log: pd.DataFrame, base: Base, worth: Worth, end: pd.Timestamp
) -> tuple[pd.DataFrame, Part[pd.Series]]:
    """Join all that is known of each customer."""
    customers = base.customers.copy()
    recent = recent_sales(log, end)
    customers["sales_last_year"] = recent.reindex(customers.index).fillna(0.0)
    if base.scores.value is not None:
        customers = customers.join(base.scores.value)
    if worth.values.value is not None:
        customers = customers.join(worth.values.value)
    elif worth.purchases.value is not None:
        customers["p_alive"] = worth.purchases.value.model.p_alive(customers)
    sure = customers.loc[customers["frequency"] > 0, "p_alive"] if "p_alive" in customers else None
    group = priorities.assign(base.tiers, base.stages, sure)
    for part in (base.tiers, base.stages, group):
        if part.value is not None:
            customers = customers.join(part.value)
    return customers, group


def _digest(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
