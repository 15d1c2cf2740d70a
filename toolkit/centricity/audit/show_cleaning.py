"""What became of every row of the file."""

import pandas as pd

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.html import Block
from centricity.audit.wording import for_command_line
from centricity.audit.words import count, listed

MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}
EXAMPLES = 12


def reading(audit: Audit) -> Block:
    """Show how the file was read and which columns were taken."""
    source, attrs = audit.source, audit.source.attrs
    broken = len(attrs.get("unreadable_lines", []))
    more = f", and {count(broken, 'line')} that could not be cut into values" if broken else ""
    said = [f"**File.** {source.name}, {count(source.rows, 'row')} read{more}."]
    if "delimiter" in attrs:
        mark = MARKS.get(attrs["delimiter"], repr(attrs["delimiter"]))
        said.append(f"**Text.** Values separated by {mark}; encoding {attrs['encoding']}.")
    if "sheet" in attrs:
        others = attrs.get("other_sheets", [])
        more = f"; not read: {', '.join(others)}" if others else ""
        said.append(f"**Sheet.** {attrs['sheet']}{more}.")
    skipped = attrs.get("skipped_lines", [])
    if skipped:
        words = "; ".join(f"line {one['line']}: {one['text'][:60]}" for one in skipped[:3])
        said.append(f"**Above the column names.** {count(len(skipped), 'line')} skipped ({words}).")
    roles = [
        f"{role} from ‘{name}’{' (guessed)' if role in source.guessed else ''}"
        for role, name in source.columns.items()
    ]
    said.append(f"**Columns.** {listed(roles)}.")
    said += [f"**Note.** {note}" for note in notes_of(audit)]
    return html.bullets(said)


def notes_of(audit: Audit) -> list[str]:
    """Return what a reader should know of the columns and rows, in the words of the command."""
    return [for_command_line(note) for note in (*audit.source.notes, *audit.extras.notes)]


def cleaning(audit: Audit) -> Block:
    """Show the balance of rows and what each rule did, with examples."""
    facts, report = audit.cleaned.report.attrs, audit.cleaned.report
    balance = html.paragraph(
        f"{count(facts['rows'], 'row')} in = {count(facts['kept'])} kept + "
        f"{count(facts['rejected'])} set aside.",
        "balance",
    )
    hit = report[report["rows"] > 0]
    if hit.empty:
        return balance + html.paragraph("No rule found anything to set aside or to change.")
    shown = hit.assign(
        remedy=[remedy(audit, str(rule)) for rule in hit.index],
        examples=hit["examples"].map(_short),
    )
    names = {
        "rows": "Rows", "rejected": "Set aside", "action": "What was done",
        "examples": "Examples", "remedy": "What helps",
    }  # fmt: skip
    return balance + html.table(shown, names, {"rows": count, "rejected": count}, index="Rule")


def remedy(audit: Audit, rule: str) -> str:
    """Say what helps against what a rule found; nothing where it is done or not needed."""
    report = audit.cleaned.report
    if rule not in report.index:
        return ""
    action, advice = (str(report[name][rule]) for name in ("action", "remedy"))
    if rule == "unreadable amount" and audit.source.further_lines == report["rejected"][rule]:
        return "nothing needs mending, as their orders have an amount in another row"
    return "" if action.startswith("merged") else for_command_line(advice)


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:160]} …"


def rejected(audit: Audit) -> Block:
    """Show the first rows that were set aside; the file beside the report has them all."""
    rows = audit.cleaned.rejected
    if not len(rows):
        return html.paragraph("No row was set aside.")
    first = pd.concat([part.head(3) for _, part in rows.groupby("reason", sort=False)])
    first = first.head(EXAMPLES).set_index("source_row")
    columns = ["reason", "detail", *dict.fromkeys(audit.source.columns.values())]
    if first["detail"].isna().all():
        columns.remove("detail")
    shown = first[columns].map(lambda value: "" if pd.isna(value) else _short(str(value)))
    names = {name: {"reason": "Rule", "detail": "Why"}.get(name, name) for name in columns}
    says = f"All {count(len(rows), 'row')} with their reasons are in rejected.csv."
    return html.paragraph(says) + html.table(shown, names, index="Row in file")
