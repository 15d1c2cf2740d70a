"""Under which terms the numbers were calculated, and what they cannot tell: for every format."""

from centricity.audit.analysis import Audit
from centricity.audit.base import last_year
from centricity.audit.words import count, hole, percent, span

ALWAYS = (
    "**No contract, no goodbye.** Customers who leave do not say so. “Lapsed” and P(alive) are "
    "judgements from silence, right on average and wrong for some.",
)
OF_MODELS = (
    "**The models know orders only.** Not the season, campaigns, prices, competitors or why "
    "somebody bought. They assume that the next years resemble the past ones.",
)
OF_VALUES = (
    "**Customers seen once.** BG/NBD counts each of them as alive; their value is an average over "
    "those who will come back and the many who won't.",
    "**Values are before the cost of keeping customers** and hold for today's customers only, not "
    "for those still to be won.",
    "**A value is no price tag.** Use it to rank, to cap what is spent, and to share out care; for "
    "one customer the luck of the next purchase outweighs any model.",
)
AT_LAST = (
    "**Cause is not shown.** That good customers buy more does not mean that contact makes them "
    "good. Try an action on a random half and compare.",
)
PAIRED = ("refunded order", "refund netted")
"""Rules that set aside two rows which cancel each other: nothing is lost by them."""
LIKELY, BOUND = 0.8, 0.05


def has_values(audit: Audit) -> bool:
    """Whether lifetime values could be given."""
    return audit.worth.value is not None and audit.worth.value.values.value is not None


def terms(audit: Audit) -> str:
    """Say under which terms the numbers were calculated, in two or three sentences."""
    opts = audit.options
    source = " of the last twelve months, from the costs in the file"
    source = source if audit.given.margin is None else ""
    margin = "" if opts.margin is None else f"contribution margin {percent(opts.margin)}{source}"
    said = ["An order is all that a customer bought on one day."]
    if has_values(audit):
        basis = margin or "values are sales, since neither margin nor costs were given"
        said.append(
            f"Lifetime values look {span(opts.horizon)} ahead; {basis}; discounted at "
            f"{percent(opts.discount_rate)} a year."
        )
    elif margin:
        said.append(f"{margin[0].upper()}{margin[1:]}.")
    if not opts.currency:
        said.append("Amounts are in the currency of the file.")
    return " ".join(said)


def one_margin(audit: Audit) -> str:
    """Say how far customers' own margins lie apart where values use one for all; "" elsewhere."""
    log, margin = audit.extras.log, audit.options.margin
    if "profit" not in log or margin is None or audit.given.margin is not None:
        return ""
    sums = (
        last_year(log, log["date"].max().normalize())
        .groupby("customer_id")[["amount", "profit"]]
        .sum()
    )
    sums = sums[sums["amount"] > 0]
    low, high = (sums["profit"] / sums["amount"]).quantile([0.5 - LIKELY / 2, 0.5 + LIKELY / 2])
    if round(high, 2) - round(low, 2) < BOUND:
        return ""
    return (
        f"Values use one margin for all, {percent(margin)} of the last twelve months' sales. "
        f"Customers' own margins lie between {percent(low)} and {percent(high)} for the middle "
        f"{percent(LIKELY)} of them, partly by chance: who buys at a low margin is worth less than "
        "shown."
    )


def cautions(audit: Audit, *, remedies: bool = False) -> list[str]:
    """Return what to keep in mind, led by what holds for this file.

    Parameters
    ----------
    audit : Audit
    remedies : bool
        Whether to add which option helps, for a reader who can run the audit again.

    Returns
    -------
    list of str
        Sentences whose leads stand between double stars.
    """
    own = (_of_money(audit, remedies), _of_ids(audit, remedies), _of_customers(audit))
    said = [text for part in (*own, _of_rows(audit), ALWAYS) for text in part]
    if audit.worth.value is not None and audit.worth.value.purchases.value is not None:
        said += OF_MODELS
    if has_values(audit):
        said += OF_VALUES
    return [*said, *AT_LAST]


def _of_money(audit: Audit, remedies: bool) -> list[str]:
    if audit.options.margin is None:
        remedy = " Run again with --margin, for example --margin 0.4." if remedies else ""
        return [f"**No margin was given,** so values are sales, not profit.{remedy}"]
    if has_values(audit) and (apart := one_margin(audit)):
        return [f"**One margin for all.** {apart}"]
    return []


def _of_ids(audit: Audit, remedies: bool) -> list[str]:
    """Warn of ids that may be one person's and were kept apart, where they are many."""
    report = audit.cleaned.report
    if "ids alike" not in report.index or report.loc["ids alike", "action"] != "kept apart":
        return []
    rows, kept = int(report["rows"].get("ids alike", 0)), report.attrs["kept"]
    if rows <= BOUND * kept:
        return []
    remedy = " Run again with --merge-ids to count each as one." if remedies else ""
    return [
        f"**{count(rows, 'row')} have ids that differ from another's by case or blanks only.** "
        "They count as different customers, so there seem to be more customers, who order less "
        f"often.{remedy}"
    ]


def _of_customers(audit: Audit) -> list[str]:
    base, said = audit.base.value, []
    if base is None:
        return []
    seen = base.overview
    soon = (base.customers["first_order"] - seen.first).dt.days < 0.05 * seen.days
    if soon.mean() > 0.2 and seen.days > 180:
        said.append(
            f"**{percent(soon.mean())} of customers first appear in the first twentieth of the "
            "time.** If the business is older than this file, many of them had bought before, "
            "and their age is understated."
        )
    if seen.silence is not None:
        text = hole(seen.silence)
        said.append(
            f"**{text[0].upper()}{text[1:]}.** If a part of the file is missing, everything "
            "that looks back over that time is wrong: silence, stages, models, comparisons."
        )
    if seen.customers < 200:
        few = "1 customer is" if seen.customers == 1 else f"{count(seen.customers)} customers are"
        said.append(f"**{few} few.** Shares and groups move with single customers.")
    return said


def _of_rows(audit: Audit) -> list[str]:
    """Warn of rows that were lost; refunds with their orders, and lines without a sum, are not."""
    facts, rules = audit.cleaned.report.attrs, audit.cleaned.report["rejected"]
    paired = int(rules.reindex(PAIRED).fillna(0).sum())
    lost = facts["rejected"] - paired - audit.source.further_lines
    if lost <= BOUND * facts["rows"]:
        return []
    return [
        f"**{percent(lost / facts['rows'])} of the rows could not be used.** Look at the reasons "
        "why they were set aside before trusting any total."
    ]
