"""The rules of cleaning: each marks rows that no earlier one took, and writes its line."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from centricity.transactions import _frames, _identity
from centricity.transactions._amounts import Amounts, parse_amounts, same_currency
from centricity.transactions._columns import currency_column
from centricity.transactions._dates import Dates, parse_dates
from centricity.transactions._refunds import NETTED, REDUCED, UNDONE, UNMATCHED, net_refunds
from centricity.transactions._report import Ledger, counted

LONG_GAP = 365  # days without any order of anybody that are worth a note


class Rules:
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
        self.signs = amounts.currencies

    def note_currencies(self) -> None:
        """Note amounts in several currencies, by a column that names them or by their signs."""
        found: dict[str, int] = {}
        name = currency_column(self.frame.columns, list(self.columns.values()))
        if name is not None:
            said, missing = _identity.read_ids(_frames.to_series(self.frame, name))
            found = said[self.free & ~missing].astype("str").value_counts().to_dict()
        for counts in (found, self.signs):
            kinds: dict[str, int] = {}
            for sign, count in counts.items():
                kinds[same_currency(sign)] = kinds.get(same_currency(sign), 0) + count
            if len(kinds) > 1:
                examples = [f"{counted(count)} {kind}" for kind, count in kinds.items()]
                self.ledger.note("mixed currencies", sum(kinds.values()), examples=examples)
                return
        self.ledger.note("mixed currencies", 0)

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
        self.repeats = _frames.repeated(self.frame) & self.free
        self._set_repeats_aside(self.repeats, action)

    def mark_duplicates_of_merged(self, action: str) -> None:
        """Find the rows that repeat an earlier one now that their ids are one."""
        several = self.ids.isin(self.ids[self.merged & self.free].unique()).to_numpy()
        rows = np.flatnonzero(several & self.free & ~self.repeats)
        if len(rows):
            ids = {self.columns["customer"]: pd.factorize(self.ids.iloc[rows])[0]}
            again = np.zeros(self.n, dtype=bool)
            again[rows] = _frames.repeated(self.frame[rows.tolist()], ids)
            self._set_repeats_aside(again, action)

    def _set_repeats_aside(self, again: np.ndarray, action: str) -> None:
        known = self.repeats | again
        if action == "reject":
            self.reject("exact duplicate", again)
        self.ledger.note_mask(
            "exact duplicate", known, self.ids.to_numpy(), rejected=action == "reject"
        )
        self.repeats = known

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
        self.merged = (self.ids.astype("str") != before.astype("str")).to_numpy()

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

    def note_gaps(self) -> None:
        """Note the rows that a long stretch without any order parts from most others."""
        days = self.date[self.free].astype("datetime64[D]")
        distinct, counts = np.unique(days, return_counts=True)
        ends = np.flatnonzero(np.diff(distinct).astype(int) > LONG_GAP)
        block = np.searchsorted(ends, np.arange(len(distinct)))  # of each day
        rows = np.bincount(block, weights=counts) if len(ends) else np.zeros(1)
        before = np.cumsum(rows).astype(int)
        said = [
            f"no order after {distinct[i]} until {distinct[i + 1]} "
            f"({counted(before[k])} before, {counted(before[-1] - before[k])} after)"
            for k, i in enumerate(ends[:3])
        ]
        self.ledger.note("gap in the dates", int(rows.sum() - rows.max()), examples=said)

    def finish(
        self,
        raw: Any,  # noqa: ANN401
        unreadable: list[dict[str, Any]],
    ) -> tuple[Any, Any, pd.DataFrame]:
        """Split the rows into kept and rejected, and write the report."""
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
        return _frames.back(good, raw), rejected, report


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
