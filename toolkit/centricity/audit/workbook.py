"""The audit as a workbook of Excel: numbers to sort, filter and check, with what each one means."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from centricity.audit import workbook_customers, workbook_sheets
from centricity.audit.analysis import Audit
from centricity.audit.caveats import cautions
from centricity.audit.finding import Finding
from centricity.audit.findings import findings
from centricity.audit.handout import moment, one_line, sentence
from centricity.audit.show_cleaning import notes_of
from centricity.audit.show_close import GLOSSARY
from centricity.audit.words import count, day, percent, span
from centricity.audit.workbook_cohorts import cohorts
from centricity.audit.workbook_periods import two_periods
from centricity.audit.workbook_tables import Column, Formats, Grid, Sheet
from centricity.audit.workbook_writer import save

ABOUT = {
    "Findings": "The findings in sentences, each with its number and what follows from it.",
    "Customers": "One row per customer with everything known; filter by tier, stage or group.",
    "Deciles": "Customers in tenths from best to worst: how far sales rest on few.",
    "Two periods": "One period against the one before: what changed, and where it comes from.",
    "Cohorts": "Customers by the period of their first order, and what they brought since.",
    "First to do": "Groups of customers with what is at stake and one action each.",
    "Set aside": "What became of every row of the file; counts by reason.",
}


def write_workbook(audit: Audit, path: str | Path) -> Path:
    r"""Write the audit as a workbook of Excel.

    Sheets: Read me, Findings, Customers (one row each, most valuable first, with a filter),
    Deciles, Two periods, Cohorts, First to do, Set aside. A sheet that the data cannot fill says
    why. Numbers, shares, dates and amounts are cells of that kind, with the currency of the
    audit; the heads of columns bear notes that explain them. Text from the file is text, whatever
    it begins with. Nothing depends on the clock: the same audit gives the same bytes.

    Parameters
    ----------
    audit : Audit
    path : str or Path
        The file to write, ending in .xlsx; an older one is replaced.

    Returns
    -------
    Path

    Raises
    ------
    ImportError
        When openpyxl is missing (it comes with the extra ``course``).
    OSError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from centricity.audit import analyse
    >>> folder = Path(tempfile.mkdtemp())
    >>> orders = folder / "orders.csv"
    >>> _ = orders.write_text("customer,date,amount\nA,2025-01-31,12.50\nB,2025-02-27,8.00\n")
    >>> made = write_workbook(analyse(orders), folder / "audit.xlsx")
    >>> pd.read_excel(made, "Customers", engine="calamine")["Sales to date"].tolist()
    [12.5, 8.0]
    """
    made = Path(path)
    found = findings(audit)
    save(
        sheets(audit, found), Formats(audit.options.currency), made,
        title=f"Customer-base audit: {one_line(audit.source.name)}", made=moment(audit),
    )  # fmt: skip
    return made


def sheets(audit: Audit, found: Sequence[Finding]) -> list[Sheet]:
    """Return the sheets in order."""
    return [
        read_me(audit),
        workbook_sheets.found_sheet(audit, found),
        workbook_customers.customers(audit),
        workbook_sheets.deciles(audit),
        two_periods(audit),
        cohorts(audit),
        workbook_sheets.first_to_do(audit),
        workbook_sheets.set_aside(audit),
    ]


def read_me(audit: Audit) -> Sheet:
    """Return the sheet that explains the others."""
    parts = [
        _pairs("Sheet", "What it holds", ABOUT.items()),
        _pairs("Source", "What was read, and how", _source(audit)),
        _pairs("Term", "What it means here", GLOSSARY),
        _pairs(
            "Caution",
            "What these numbers cannot tell",
            [*_own(audit), *map(_lead, cautions(audit, remedies=True))],
        ),
    ]
    about = (
        f"{one_line(audit.source.name)}. Everything here is calculated from that file of orders "
        "and from nothing else. A red corner at the head of a column is a note: point at it."
    )
    return Sheet("Read me", about, parts)


def _pairs(left: str, right: str, pairs: object) -> Grid:
    frame = pd.DataFrame([(str(a), str(b)) for a, b in pairs], columns=[0, 1])  # type: ignore[attr-defined]
    return Grid([Column(left, "long", width=26), Column(right, "long", width=104)], frame)


def _lead(text: str) -> tuple[str, str]:
    """Part a sentence into its lead between double stars and the rest.

    >>> _lead("**Few customers** and small shares move.")
    ('Few customers', 'Small shares move.')
    """
    lead, _, rest = text.removeprefix("**").partition("**")
    return lead.rstrip(".,:"), sentence(rest.strip().removeprefix("and ").removeprefix("so "))


def _source(audit: Audit) -> list[tuple[str, str]]:
    source, opts, facts = audit.source, audit.options, audit.cleaned.report.attrs
    roles = [
        f"{role} from “{one_line(name)}”{' (guessed)' if role in source.guessed else ''}"
        for role, name in source.columns.items()
    ]
    said = [
        ("File", one_line(source.name)),
        ("Fingerprint", f"sha256 {source.sha256}"),
        ("Columns", "; ".join(roles)),
        ("Rows", f"{count(facts['rows'])} in the file = {count(facts['kept'])} kept + "
                 f"{count(facts['rejected'])} set aside"),
    ]  # fmt: skip
    if audit.base.value is not None:
        seen = audit.base.found.overview
        said.append(("Orders from … to", f"{day(seen.first)} to {day(seen.last)}; observed until "
                                         f"{day(seen.end)}"))  # fmt: skip
    margin = "not given: values are sales" if opts.margin is None else percent(opts.margin)
    said += [
        ("Currency", one_line(opts.currency) or "not given: amounts are as in the file"),
        ("Contribution margin", margin),
        ("Lifetime value", f"looks {span(opts.horizon)} ahead, discounted at "
                           f"{percent(opts.discount_rate)} a year"),
    ]  # fmt: skip
    given = [f"{name} = {one_line(value)}" for name, value in audit.given.changed().items()]
    said += [("More columns", sentence(one)) for one in notes_of(audit)]
    said.append(("Options given", "; ".join(given) or "none"))
    return said


def _own(audit: Audit) -> list[tuple[str, str]]:
    """Return the cautions that hold for this file and this workbook."""
    said = []
    if more := workbook_customers.left_out(audit):
        said.append(("Not all customers are here", more))
    said.append((
        "Text stays text", "Customer numbers and names are text as they stand in the file, also "
        "where they begin like a formula. Saved as CSV that protection is lost: take "
        "customers.csv, in which such texts have an apostrophe in front.",
    ))  # fmt: skip
    dates = audit.customers.get("first_order")
    if dates is not None and bool((dates < pd.Timestamp(1900, 3, 1)).any()):
        said.append(("Old dates", "Excel has no date before 1 March 1900 that can be trusted; such "
                                  "days are written as text."))  # fmt: skip
    return said
