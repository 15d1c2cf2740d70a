"""What to do first, the limits of the method, the words, and the versions."""

import platform
from importlib.metadata import version

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.caveats import cautions
from centricity.audit.findings import recent_span
from centricity.audit.html import Block
from centricity.audit.priorities import SURE
from centricity.audit.words import Money, count, percent

GLOSSARY = (
    ("Order", "All that one customer bought on one day."),
    ("Repeat purchase", "A day with an order after the day of the first."),
    ("Frequency, recency, T", "In customers.csv: the number of repeat purchases; the customer's "
     "age at the last purchase; the age now. All ages count from the first order."),
    ("Cohort", "The customers whose first order in the file lies in the same time."),
    ("Active", "With at least one order in the time named. Who is not may buy again."),
    ("Part of a change", "Of customers: what those who stayed away took, and the others brought, "
     "summed. Of averages: customers × orders each × sales per order (× margin), the change shared "
     "out by logarithmic means (Ang 2005, Energy Policy 33); both add up to the whole change."),
    ("Share with a second order by days", "Estimated so that customers who came late, and may "
     "still return, count for as long as they were watched (Kaplan and Meier 1958)."),
    ("RFM score", "Three digits from 1 to 5 for recency, frequency and monetary value; 5 is best."),
    ("Value tier", "Customers sorted by sales to date: top 5 %, next 15 %, next 30 %, lower half."),
    ("Life stage", "New, active, at risk or lapsed: silence measured against one's own pace."),
    ("P(alive)", "How likely it is, given the orders seen, that a customer has not left."),
    ("Lifetime value (CLV)", "What a customer is expected to bring from now on over the stated "
     "years, later money counting less."),
    ("Discount rate", "How much less a sum is worth for coming a year later."),
    ("Hold-out", "The last part of the data, hidden from the model to test its forecast."),
    ("Gini coefficient", "0 when all customers bring the same, near 1 when one brings everything."),
    ("Standard error, interval", "How far an estimate may be off because the data are limited."),
    ("BG/NBD", "A model of buying and leaving (Fader, Hardie and Lee 2005, Marketing Science 24)."),
    ("Gamma-gamma", "A model of spend per purchase (Fader and Hardie 2013, note 025)."),
)  # fmt: skip
FEW = 20
"""Customers of a group below which an experiment with halves can show nothing."""
PACKAGES = ("centricity", "pandas", "numpy", "scipy", "duckdb", "matplotlib")


def first(audit: Audit) -> Block:
    """Show groups of customers with what is at stake and one action each."""
    table = audit.priorities.value
    if table is None:
        advice = html.NOTHING
        if audit.base.value is not None and audit.base.found.overview.once == len(audit.customers):
            advice = html.paragraph(
                "One thing can be said all the same: everybody ordered once, so the second order "
                "is the goal. Ask a few customers what would bring them back, try it on a random "
                "half of the rest, and audit again in some months."
            )
        return html.absent(audit.priorities.reason) + advice
    money = Money()
    names = {
        "who": "Who",
        "customers": "Customers",
        "sales_last_year": f"Sales, {recent_span(audit.base.found)}",
    }
    formats = {"customers": count, "sales_last_year": money, "clv": money}
    if "clv" in table:
        names["clv"] = "Lifetime value at stake"
    shown = table.copy()
    shown.index = [f"{place}. {name}" for place, name in enumerate(table.index, start=1)]
    names["action"] = "What to do"
    note = (
        "In the order in which the next free hour should be spent. The group of each customer is "
        "in customers.csv."
    )
    if "clv" in table:
        note += (
            f" A returning customer whom the model holds to be alive with {percent(SURE)} or more "
            "counts as active here, however silent."
        )
    if (table["customers"] < FEW).any():
        note += (
            f" In a group of fewer than {FEW} a random half proves nothing: speak to each customer "
            "by name."
        )
    return html.table(shown, names, formats, index="Group") + html.paragraph(note, "note")


def limits(audit: Audit) -> Block:
    """Show what the method cannot do, and what these data in particular leave open."""
    return html.bullets(cautions(audit, remedies=True))


def glossary() -> Block:
    """Show the words of this report."""
    return html.definitions(GLOSSARY)


def made_with(audit: Audit) -> Block:
    """Show what made the report, so that it can be made again."""
    given = ", ".join(f"{name} = {value}" for name, value in audit.given.changed().items())
    pairs = [
        ("Source", f"{audit.source.name}, sha256 {audit.source.sha256}"),
        ("Options", given or "none given"),
        ("Tables", "In the CSV files a text that a spreadsheet would run as a formula has an "
         "apostrophe in front."),
        ("Software", ", ".join([f"Python {platform.python_version()}",
                                *(f"{name} {version(name)}" for name in PACKAGES)])),
    ]  # fmt: skip
    return html.definitions(pairs)
