"""From a raw order log to a clean one, every rule named and every row accounted for."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import choice, problem
from centricity.transactions import _frames, _identity
from centricity.transactions._amounts import Amounts, parse_amounts
from centricity.transactions._columns import choose_columns
from centricity.transactions._dates import Dates, parse_dates
from centricity.transactions._log import Moment
from centricity.transactions._refunds import NETTED, REDUCED, UNDONE, UNMATCHED, net_refunds
from centricity.transactions._report import Ledger, counted, summary

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
    """

    kept: Any
    rejected: Any
    report: pd.DataFrame

    def summary(self) -> str:
        """Say in plain words what was kept, rejected and changed."""
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
        What to do with rows equal to an earlier row in every column. Keep them where a line may
        rightly repeat, as in a log without order numbers and times.
    zero_amounts : {"keep", "reject"}
        Whether a purchase of no value (a gift, a voucher) counts as a purchase.
    same_person : str, optional
        A column that tells persons apart better than the id, such as a loyalty card's number;
        ids that share a value are reported.
    aliases : mapping, optional
        Ids and the ids they really are; these are merged.
    merge : collection of {"ids alike", "same person"}
        What to merge beyond the aliases: ids that differ only by case or blanks (into the most
        frequent one), ids tied by ``same_person`` (into the one that bought first).
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
    work = _Work(frame, columns, Ledger(labels, {}))
    work.read_values(day_first, decimal, timezone)
    work.mark_tests(test_accounts)
    work.mark_future(_end_of_day(as_of))
    work.mark_duplicates(duplicates)
    work.mark_zero(zero_amounts)
    work.find_people(columns.get("same_person"), aliases, merge)
    work.net_refunds()
    return work.finish(raw, unreadable)


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


class _Work:
    """The rows on their way through the rules; each rule marks rows that no earlier one took."""

    def __init__(self, frame: Any, columns: dict[str, str], ledger: Ledger) -> None:  # noqa: ANN401
        self.frame, self.columns, self.ledger = frame, columns, ledger
        self.n = len(frame)
        self.reason = np.full(self.n, None, dtype=object)
        self.detail = np.full(self.n, None, dtype=object)
        self.free = np.ones(self.n, dtype=bool)

    def column(self, role: str) -> pd.Series:
        """Return the raw column that plays a role."""
        return _frames.to_series(self.frame, self.columns[role])

    def reject(self, rule: str, mask: np.ndarray, detail: np.ndarray | None = None) -> None:
        """Set rows aside under a rule."""
        hit = mask & self.free
        said = self.ids.to_numpy() if detail is None else detail
        self.reason[hit] = rule
        if detail is not None:
            self.detail[hit] = detail[hit]
        self.free &= ~hit
        self.ledger.note_mask(rule, hit, said, rejected=True)

    def read_values(
        self, day_first: bool | None, decimal: str | None, timezone: str | None
    ) -> None:
        """Read ids, dates and amounts, and set aside what cannot be read."""
        self.ids, no_id = _identity.read_ids(self.column("customer"))
        raw_date, raw_amount = self.column("date"), self.column("amount")
        dates: Dates = parse_dates(raw_date, day_first, timezone)
        amounts: Amounts = parse_amounts(raw_amount, decimal)
        self.date, self.amount = dates.values, amounts.values
        self.reject("missing id", no_id, raw_date.to_numpy(dtype=object))
        self.detail[no_id] = "the customer's id is missing"
        self.reject("unreadable date", np.isnat(dates.values) & ~dates.ambiguous, dates.why)
        self.reject("ambiguous date", dates.ambiguous, dates.why)
        self.reject("unreadable amount", np.isnan(amounts.values) & ~amounts.ambiguous, amounts.why)
        self.reject("ambiguous amount", amounts.ambiguous, amounts.why)
        self._note_dates(dates, raw_date)
        self._note_amounts(amounts, raw_amount)

    def _note_dates(self, dates: Dates, raw: pd.Series) -> None:
        ways = dates.shapes
        said = [f"{counted(count)} {shape}" for shape, count in ways.items()]
        rows = sum(ways.values()) if len(ways) > 1 else 0
        self.ledger.note("mixed date formats", rows, examples=said if rows else ())
        mixed = len(dates.zones) > 1
        zones = [f"{counted(count)} {zone}" for zone, count in dates.zones.items()]
        self.ledger.note(
            "mixed time zones",
            sum(dates.zones.values()) if mixed else int(dates.converted.sum()),
            examples=zones if mixed or dates.converted.any() else (),
            action=f"converted to {dates.zone}; dates without offset are taken to be in it",
        )

    def _note_amounts(self, amounts: Amounts, raw: pd.Series) -> None:
        values = np.array(
            [
                f"{a} → {b:g}" if c else ""
                for a, b, c in zip(raw, self.amount, amounts.converted, strict=True)
            ]
            if amounts.converted.any()
            else [""] * self.n,
            dtype=object,
        )
        self.ledger.note_mask("amount marks", amounts.converted, values)
        kinds = amounts.currencies
        mixed = len(kinds) > 1
        self.ledger.note(
            "mixed currencies",
            sum(kinds.values()) if mixed else 0,
            examples=[f"{counted(count)} {sign}" for sign, count in kinds.items()] if mixed else (),
        )

    def mark_tests(self, rule: _identity.TestRule) -> None:
        """Set test accounts aside."""
        mails = [
            _frames.to_series(self.frame, name)
            for name in self.frame.columns
            if name != self.columns["customer"] and _identity.is_mail_column(name)
        ]
        self.reject(
            "test account",
            _identity.test_rows(rule, self.ids, self.frame.to_native(), mails),
        )

    def mark_future(self, end: np.datetime64) -> None:
        """Set dates after the end aside."""
        future = ~np.isnat(self.date) & (self.date >= end)
        said = np.full(self.n, None, dtype=object)
        said[future] = [f"{value:%Y-%m-%d}" for value in self.date[future].astype(object)]
        self.reject("future date", future, said)

    def mark_duplicates(self, action: str) -> None:
        """Set repeated rows aside, or note them."""
        again = _frames.repeated(self.frame)
        if action == "reject":
            self.reject("exact duplicate", again)
        else:
            self.ledger.note_mask("exact duplicate", again & self.free, self.ids.to_numpy())

    def mark_zero(self, action: str) -> None:
        """Set rows of no value aside, or note them."""
        zero = self.amount == 0
        if action == "reject":
            self.reject("zero amount", zero)
        else:
            self.ledger.note_mask("zero amount", zero & self.free, self.ids.to_numpy())

    def find_people(
        self, same_person: str | None, aliases: Mapping[Any, Any] | None, merge: Collection[str]
    ) -> None:
        """Merge aliases, and find (on request merge) ids that may be one customer."""
        before = self.ids
        self.ids, changed = _identity.apply_aliases(self.ids, aliases)
        said = (before.astype("str") + " → " + self.ids.astype("str")).to_numpy()
        self.ledger.note_mask("aliases", changed & self.free, said)
        self._merge("ids alike", _identity.alike(self.ids[self.free]), "ids alike" in merge)
        if same_person is not None:
            person = _frames.to_series(self.frame, same_person)
            groups = _identity.same_people(
                self.ids[self.free].reset_index(drop=True), person[self.free], self.date[self.free]
            )
            self._merge("one person, several ids", groups, "same person" in merge)

    def _merge(self, rule: str, groups: list[list[Any]], merging: bool) -> None:
        touched = self.ids.isin([one for group in groups for one in group]).to_numpy() & self.free
        examples = [" = ".join(repr(one) for one in group[:4]) for group in groups[:3]]
        action = None
        if merging:
            self.ids, touched = _identity.merge_groups(self.ids, groups)
            touched = touched & self.free
            action = "merged into the first id of each group"
        said = [counted(len(groups), "group"), *examples] if groups else []
        self.ledger.note(rule, int(touched.sum()), examples=said, action=action)

    def net_refunds(self) -> None:
        """Net refunds against the orders they undo."""
        rows = np.flatnonzero(self.free)
        numbers = np.full(self.n, -1)
        if "order" in self.columns and (self.amount[rows] < 0).any():
            order, missing = _identity.read_ids(self.column("order"))
            numbers = np.where(missing, -1, pd.factorize(order)[0])
        netted = net_refunds(
            pd.factorize(self.ids)[0][rows], self.date[rows], self.amount[rows], numbers[rows]
        )
        fate = np.zeros(self.n, dtype=np.int8)
        fate[rows] = netted.fate
        said = np.full(self.n, None, dtype=object)
        labels = self.ledger.labels
        for i in np.flatnonzero(netted.fate):
            partner = netted.partner[i]
            if partner >= 0:
                said[rows[i]] = f"its counterpart is row {labels[rows[partner]]}"
            elif netted.fate[i] == UNMATCHED:
                said[rows[i]] = (
                    "it is more than what is left of its order"
                    if netted.excess[i]
                    else "no earlier order of this customer and amount is free"
                )
            else:
                said[rows[i]] = "by order number"
        reduced = fate == REDUCED
        was = self.amount.copy()
        self.amount = self.amount.copy()
        self.amount[rows] = netted.amount
        self.reject("refunded order", fate == UNDONE, said)
        self.reject("refund netted", fate == NETTED, said)
        self.reject("refund without an order", fate == UNMATCHED, said)
        note = np.full(self.n, "", dtype=object)
        note[reduced] = [f"{was[i]:g} → {self.amount[i]:g}" for i in np.flatnonzero(reduced)]
        self.ledger.note_mask("reduced order", reduced, note)

    def finish(self, raw: Any, unreadable: list[dict[str, Any]]) -> Cleaned:  # noqa: ANN401
        """Split the rows, and write the report."""
        kept, out = np.flatnonzero(self.free), np.flatnonzero(~self.free)
        roles = [self.columns[role] for role in ("customer", "date", "amount")]
        new = {
            "customer_id": self.ids.iloc[kept].reset_index(drop=True),
            "date": self.date[kept],
            "amount": self.amount[kept],
        }
        good = _frames.take(self.frame, kept, new, roles)
        why = {
            "source_row": self.ledger.labels[out],
            "reason": pd.Series(self.reason[out], dtype="str"),
            "detail": pd.Series(self.detail[out], dtype="str"),
        }
        bad = _frames.take(self.frame, out, why, [])
        rejected = _add_unreadable(_frames.back(bad, raw), unreadable)
        first = [f"line {line['line']}: {line['text'][:60]}" for line in unreadable[:3]]
        self.ledger.note("unreadable line", len(unreadable), rejected=True, examples=first)
        report = self.ledger.report()
        dates = pd.Series(self.date[kept])
        report.attrs.update(
            rows=self.n + len(unreadable),
            kept=len(kept),
            rejected=len(out) + len(unreadable),
            customers=int(self.ids[kept].nunique()),
            first=dates.min(),
            last=dates.max(),
            total=float(self.amount[kept].sum()),
            columns=", ".join(f"{role} = '{name}'" for role, name in self.columns.items()),
        )
        return Cleaned(_frames.back(good, raw), rejected, report)


def _add_unreadable(rejected: Any, unreadable: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    """Append the lines that ``read`` could not cut; only its pandas frames have any."""
    if not unreadable:
        return rejected
    lines = [line["line"] for line in unreadable]
    extra = pd.DataFrame(
        {
            "source_row": lines,
            "reason": "unreadable line",
            "detail": [f"{line['reason']}: {line['text']}" for line in unreadable],
        },
        index=pd.Index(lines, name=rejected.index.name),
    ).reindex(columns=rejected.columns)
    if len(rejected) == 0:
        return extra
    return pd.concat([rejected, extra.astype(rejected.dtypes.to_dict(), errors="ignore")])
