"""The executive top: up to five findings, ranked, each with number, evidence and what follows."""

from centricity.audit import found_change, found_customers, found_dependence, found_worth
from centricity.audit.analysis import Audit
from centricity.audit.candidate import BACKGROUND
from centricity.audit.finding import Finding
from centricity.audit.found_worth import FAIR, GOOD, recent_span
from centricity.audit.words import count, percent

__all__ = ["FAIR", "GOOD", "MOST", "findings", "recent_span"]

MOST = 5
# In the order in which a manager asks, where none of them is an alarm.
ASKED = (
    found_dependence.dependence,
    found_change.change,
    found_customers.size,
    found_customers.concentration,
    found_customers.cohorts,
    found_worth.worth,
    found_worth.first,
    found_customers.second_order,
    found_worth.alive,
    found_worth.no_worth,
)


def findings(audit: Audit) -> list[Finding]:
    r"""Return the findings, the most pressing first; five where the data support them.

    Ranked by what a manager must know first: losses (one customer on whom much rests, sales or
    profit that fell, newer customers worth less than earlier ones, good customers who fall silent,
    a forecast that failed its test), then the other answers in the order of the questions: what
    changed and why, how unequal customers are, whether new ones are as good as old ones, what the
    base is worth, whom to act on first. Where the data leave a place empty, what can be said of
    any file fills it.

    Parameters
    ----------
    audit : Audit

    Returns
    -------
    list of Finding
        One to five.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from centricity.audit import analyse
    >>> path = Path(tempfile.mkdtemp()) / "orders.csv"
    >>> _ = path.write_text("customer,date,amount\nA,2025-01-31,12.50\nB,2025-02-27,8.00\n")
    >>> [one.title for one in findings(analyse(path))][0]
    'All of the customers ordered only once'
    """
    if audit.base.value is None:
        return [_nothing(audit)]
    found = [one for ask in ASKED if (one := ask(audit)) is not None]
    chosen = [one for one in found if one.urgency < BACKGROUND]
    spare = [one for one in found if one.urgency == BACKGROUND]
    chosen = [*chosen, *spare[: max(0, MOST - len(chosen))]]
    return [one.finding for one in sorted(chosen, key=lambda one: one.urgency)[:MOST]]


def _nothing(audit: Audit) -> Finding:
    report = audit.cleaned.report
    hit = report[report["rejected"] > 0]["rejected"].sort_values(ascending=False, kind="stable")
    why = "; ".join(f"{count(rows)} × {rule}" for rule, rows in hit.items())
    return Finding(
        title="There is nothing to audit",
        number="0",
        label=f"of {count(report.attrs['rows'], 'row')} can be used",
        says=f"{audit.base.reason[0].upper()}{audit.base.reason[1:]}: {why or percent(0)}.",
        so_what="Mend what the reasons name, in the file or in how it was read; then audit again.",
        how="Rows of the file that passed every rule of cleaning.",
        picture=None,
        no_picture="there is no order to draw",
    )
