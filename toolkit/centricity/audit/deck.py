"""The audit as slides: one finding on each, and what the data cannot tell."""

import io
import zipfile
from pathlib import Path
from typing import Any

from centricity.audit import deck_parts as parts
from centricity.audit.analysis import Audit
from centricity.audit.caveats import cautions, terms
from centricity.audit.deck_notes import for_finding, source
from centricity.audit.deck_words import facts, missing, set_aside
from centricity.audit.finding import Finding
from centricity.audit.findings import findings
from centricity.audit.handout import SameArchive, moment, one_line
from centricity.audit.words import count, day

DPI = 200
LARGE = (60, 54, 48, 44, 40, 36, 32, 28, 24, 20)
SMALL = (20, 18, 16, 15, 14, 13, 12, 11, 10)
ACROSS = parts.WIDTH - 2 * parts.MARGIN


def write_deck(audit: Audit, path: str | Path) -> Path:
    r"""Write the audit as slides for PowerPoint, 16:9.

    A title slide; one slide for each finding, with its number, picture, evidence and what
    follows; what the data cannot tell; and what became of the rows. Titles stand in the title's
    placeholder, pictures have a text for those who cannot see them, and the speaker notes say how
    each number was computed. Text is measured before it is set, and shortened where it would
    leave its box. Nothing depends on the clock: the same audit gives the same bytes.

    Parameters
    ----------
    audit : Audit
    path : str or Path
        The file to write, ending in .pptx; an older one is replaced.

    Returns
    -------
    Path

    Raises
    ------
    ImportError
        When python-pptx is missing (it comes with the extra ``course``).
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from centricity.audit import analyse
    >>> folder = Path(tempfile.mkdtemp())
    >>> orders = folder / "orders.csv"
    >>> _ = orders.write_text("customer,date,amount\nA,2025-01-31,12.50\nB,2025-02-27,8.00\n")
    >>> write_deck(analyse(orders), folder / "audit.pptx").name
    'audit.pptx'
    """
    made = Path(path)
    deck = parts.presentation()
    foot = _foot(audit)
    _title(deck, audit)
    for one in findings(audit):
        _finding(deck, audit, one, foot)
    _cannot_tell(deck, audit, foot)
    _rows(deck, audit, foot)
    _save(deck, audit, made)
    return made


def _foot(audit: Audit) -> str:
    said = f"Customer-base audit · {one_line(audit.source.name)}"
    if audit.base.value is None:
        return said
    seen = audit.base.found.overview
    return f"{said} · orders from {day(seen.first)} to {day(seen.end)}"


def _title(deck: Any, audit: Audit) -> None:  # noqa: ANN401
    box = (parts.MARGIN, 1.0, ACROSS, 1.5)
    made = parts.slide(deck, "Customer-base audit", source(audit), box, parts.WHITE)
    parts.panel(made, (0, 0, parts.WIDTH, 4.1), parts.BLUE)
    made.shapes._spTree.insert(2, made.shapes[-1]._element)  # behind the title
    parts.text(made, (parts.MARGIN, 2.65, ACROSS, 0.5), audit.source.name, (22, 18, 14, 12),
               color=parts.WHITE)  # fmt: skip
    if audit.base.value is None:
        why = f"Nothing to show: {audit.base.reason}."
        parts.text(made, (parts.MARGIN, 4.5, ACROSS, 1.5), why, SMALL)
        return
    seen = audit.base.found.overview
    when = f"Orders from {day(seen.first)} to {day(seen.end)}"
    parts.text(made, (parts.MARGIN, 3.2, ACROSS, 0.4), when, (18,), color=parts.WHITE)
    parts.cards(made, 4.55, facts(audit))
    parts.text(made, (parts.MARGIN, 6.35, ACROSS, 0.75), terms(audit), (12, 11, 10),
               color=parts.SOFT)  # fmt: skip


def _finding(deck: Any, audit: Audit, one: Finding, foot: str) -> None:  # noqa: ANN401
    made = parts.slide(deck, one.title, for_finding(audit, one))
    _mark(made)
    left, width, top = parts.MARGIN, 4.15, 1.75
    top += parts.text(made, (left, top, width, 1.05), one.number,
                      LARGE, bold=True, color=parts.BLUE)  # fmt: skip
    top += 0.08
    top += parts.text(made, (left, top, width, 0.9), one.label, (18, 16, 14, 12), color=parts.SOFT)
    top += 0.3
    parts.text(made, (left, top, width, 5.75 - top), one.says, SMALL[2:])
    _picture(made, one, (5.15, 1.65, parts.WIDTH - parts.MARGIN - 5.15, 4.15))
    parts.panel(made, (0, 5.95, parts.WIDTH, 0.95), parts.BLUE)
    middle = parts.MSO_ANCHOR.MIDDLE
    parts.text(made, (left, 6.05, 1.4, 0.75), "So what", (18,), bold=True, color=parts.WHITE,
               anchor=middle)  # fmt: skip
    parts.text(made, (left + 1.5, 6.05, ACROSS - 1.5, 0.75), one.so_what, SMALL,
               color=parts.WHITE, anchor=middle)  # fmt: skip
    parts.footer(made, foot)


def _mark(made: Any) -> None:  # noqa: ANN401
    parts.panel(made, (0, 0.5, 0.16, 0.82), parts.BLUE)


def _picture(made: Any, one: Finding, box: parts.Box) -> None:  # noqa: ANN401
    from centricity.plots._figures import collected

    if one.picture is None:
        parts.panel(made, box, parts.WASH)
        left, top, width, height = box
        parts.text(made, (left + 0.5, top + 0.5, width - 1, height - 1),
                   f"No picture: {one.no_picture}.", (16, 14, 12), color=parts.SOFT,
                   anchor=parts.MSO_ANCHOR.MIDDLE, align=parts.PP_ALIGN.CENTER)  # fmt: skip
        return
    with collected(dpi=DPI) as pictures:
        axes = one.picture()
        shown = axes.get_title(loc="left") or axes.get_title()
        if one_line(shown).rstrip(".") == one_line(one.title).rstrip("."):
            axes.set_title("", loc="left")  # the slide's own title says it
    alt = f"Chart. {one_line(shown)}. {one.number} {one.label}. {one.says}"
    parts.picture(made, box, pictures[0], alt)


def _cannot_tell(deck: Any, audit: Audit, foot: str) -> None:  # noqa: ANN401
    made = parts.slide(deck, "What these data cannot tell", source(audit))
    _mark(made)
    absent, known = missing(audit), cautions(audit)
    columns = [("What is missing here, and why", absent), ("What to keep in mind", known)]
    if not absent:
        half = (len(known) + 1) // 2
        columns = [("What to keep in mind", known[:half]), ("", known[half:])]
    gap = 0.5
    width = (ACROSS - gap) / 2
    sizes = parts.alike([said for _, said in columns], width, 4.75, SMALL[1:])
    for place, (head, said) in enumerate(columns):
        left = parts.MARGIN + place * (width + gap)
        parts.text(made, (left, 1.6, width, 0.35), head, (16,), bold=True, color=parts.BLUE)
        parts.paragraphs(made, (left, 2.05, width, 4.75), said, sizes)
    parts.footer(made, foot)


def _rows(deck: Any, audit: Audit, foot: str) -> None:  # noqa: ANN401
    title, rows, more = set_aside(audit)
    counted = audit.cleaned.report.attrs
    made = parts.slide(deck, title, source(audit))
    _mark(made)
    if rows:
        heads = ("What was found", "Rows", "Set aside", "What was done", "What helps")
        parts.table(made, (parts.MARGIN, 1.65, ACROSS, 4.7), heads, rows,
                    (2.75, 1.05, 1.15, 3.2, ACROSS - 8.15), numbers=(1, 2))  # fmt: skip
    else:
        shown = [("rows", "rows in the file"), ("kept", "kept"), ("rejected", "set aside")]
        parts.cards(made, 1.9, [(count(counted[name]), word) for name, word in shown])
    parts.text(made, (parts.MARGIN, 6.45, ACROSS, 0.45), more, (13, 12, 11, 10), color=parts.SOFT)
    parts.footer(made, foot)


def _save(deck: Any, audit: Audit, path: Path) -> None:  # noqa: ANN401
    props, made = deck.core_properties, moment(audit)
    props.title = f"Customer-base audit: {one_line(audit.source.name)}"[:255]
    props.author = props.last_modified_by = "centricity audit"
    props.subject, props.keywords, props.comments, props.category = "", "", "", ""
    props.created, props.modified, props.revision = made, made, 1
    written = io.BytesIO()
    deck.save(written)
    with zipfile.ZipFile(written) as read, SameArchive(path, "w") as archive:
        for part in read.infolist():
            archive.writestr(part.filename, read.read(part))
