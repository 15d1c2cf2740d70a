"""The cleaning report: one line for each rule, with count, action, examples and remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

REJECTING = {
    "unreadable line": ("set aside", "mend the file, or check delimiter and quotes"),
    "missing id": ("set aside", "a purchase without customer cannot be used; find the id"),
    "unreadable date": ("set aside", "correct the dates at the source"),
    "ambiguous date": ("set aside", "say day_first=True or day_first=False"),
    "unreadable amount": ("set aside", "correct the amounts at the source"),
    "ambiguous amount": ("set aside", "say decimal=',' or decimal='.'"),
    "test account": ("set aside", "change the rule with test_accounts="),
    "future date": ("set aside", "set the day of the export with as_of="),
    "exact duplicate": ("all but the first set aside", "duplicates='keep' if lines may repeat"),
    "zero amount": ("set aside", "zero_amounts='keep' to count them as purchases"),
    "refunded order": ("set aside with its refund", ""),
    "refund netted": ("taken off its order", ""),
    "refund without an order": ("set aside", "the order may lie before the export's first day"),
}
"""Rules that move a row to ``rejected``, in the order in which they are tried."""

NOTING = {
    "reduced order": ("kept with what is left after part was refunded", ""),
    "zero amount": ("kept as purchases of no value", "zero_amounts='reject' to set them aside"),
    "exact duplicate": ("kept", "duplicates='reject' to set all but the first aside"),
    "mixed date formats": ("each value read its own way", "check the examples"),
    "mixed time zones": ("converted to one time zone", "choose the zone with timezone="),
    "amount marks": ("decimal commas, thousands marks and signs read", "check the examples"),
    "mixed currencies": ("NOT converted: amounts kept as they are", "convert, then clean again"),
    "gap in the dates": ("kept", "check the dates before and after; leave out what is wrong"),
    "ids alike": ("kept apart", "merge=['ids alike'] to merge them"),
    "one person, several ids": ("kept apart", "merge=['same person'] to merge them"),
    "aliases": ("merged as asked", ""),
}
"""Rules that change or only report rows."""


@dataclass
class Ledger:
    """Collects, rule by rule, what was found; makes the report in the end."""

    labels: np.ndarray  # what a row is called: line in the file or index
    lines: dict[str, dict[str, Any]]

    def note(
        self,
        rule: str,
        rows: int,
        *,
        rejected: bool = False,
        examples: Sequence[str] = (),
        action: str | None = None,
    ) -> None:
        """Enter a rule with the rows it touched."""
        does, remedy = (REJECTING if rejected else NOTING)[rule]
        self.lines[rule] = {
            "rows": int(rows),
            "rejected": int(rows) if rejected else 0,
            "action": (action or does) if rows else "nothing to do",
            "examples": "; ".join(examples),
            "remedy": remedy if rows else "",
        }

    def note_mask(
        self, rule: str, mask: np.ndarray, values: np.ndarray, *, rejected: bool = False,
        action: str | None = None,
    ) -> None:  # fmt: skip
        """Enter a rule by the rows it touched, with the first three as examples."""
        first = np.flatnonzero(mask)[:3]
        examples = [f"row {self.labels[i]}: {values[i]}" for i in first]
        self.note(rule, int(mask.sum()), rejected=rejected, examples=examples, action=action)

    def report(self) -> pd.DataFrame:
        """Return the report, rules in the order in which they are tried."""
        order = [rule for rule in dict.fromkeys([*REJECTING, *NOTING]) if rule in self.lines]
        frame = pd.DataFrame.from_dict(self.lines, orient="index").loc[order]
        frame.index.name = "rule"
        return frame


def counted(count: int, noun: str = "row") -> str:
    """Say a count with its noun.

    >>> counted(1), counted(1200, "group")
    ('1 row', '1,200 groups')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def summary(report: pd.DataFrame) -> str:
    """Say in plain words what cleaning did."""
    facts = report.attrs
    lines = [
        f"{counted(facts['rows'])} in: {facts['kept']:,} kept, {facts['rejected']:,} rejected.",
    ]
    if facts["kept"]:
        lines.append(
            f"Kept: {counted(facts['customers'], 'customer')}, {facts['first']:%Y-%m-%d} to "
            f"{facts['last']:%Y-%m-%d}, {facts['total']:,.2f} in all."
        )
    else:
        lines.append("Nothing is left: no row passed every rule. The reasons are below.")
    lines.append(f"Columns: {facts['columns']}.")
    for title, part in (
        ("Rejected", report[report["rejected"] > 0]),
        ("Changed or worth a look", report[(report["rejected"] == 0) & (report["rows"] > 0)]),
    ):
        if len(part):
            lines.append(f"{title}:")
        for rule, row in part.iterrows():
            remedy = f" What helps: {row['remedy']}." if row["remedy"] else ""
            lines.append(f"  {row['rows']:,} × {rule}: {row['action']}.{remedy}")
            if row["examples"]:
                lines.append(f"      {row['examples']}")
    return "\n".join(lines)
