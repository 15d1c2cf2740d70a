"""Scorecard of seven conditions: whether customer equity or brand equity is the better lens."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import a_type, did_you_mean, listing, problem

WHERE = "market.scorecard"
CUSTOMER, BRAND, OPEN = "customer equity", "brand equity", "open"
ANSWERS = ("yes", "no", "partly", "unknown")


@dataclass(frozen=True)
class Condition:
    """One question of the scorecard.

    Attributes
    ----------
    question : str
        To be answered with yes or no.
    yes : str
        Where a yes points: ``"customer equity"`` or ``"brand equity"``; a no points to the other.
    if_yes, if_no : str
        The reason.
    doubt : str
        When the condition misleads.

    Examples
    --------
    >>> from centricity import market
    >>> market.CONDITIONS["visible"].question
    'Do others see it when it is used?'
    >>> market.CONDITIONS["visible"].yes
    'brand equity'
    """

    question: str
    yes: str
    if_yes: str
    if_no: str
    doubt: str


CONDITIONS: Mapping[str, Condition] = {
    "contract": Condition(
        "Do customers buy under a contract?",
        CUSTOMER,
        "You see who is a customer, since when, and who leaves: the worth of each can be counted.",
        "Nobody tells you who is still a customer; the name has to bring people back each time.",
        "Without a contract, orders with a name on them say nearly as much (lesson 08).",
    ),
    "customisable": Condition(
        "Can product or service be adapted to the single customer?",
        CUSTOMER,
        "What you know about a customer changes what they get, so knowing pays.",
        "All get the same, so there is little to do with knowledge; a promise to all carries more.",
        "What can be adapted may be more than the product: advice, delivery, terms.",
    ),
    "visible": Condition(
        "Do others see it when it is used?",
        BRAND,
        "The name says something about its user to others; that worth sits in the name.",
        "Nobody looks on, so the name adds little to what the customer gets.",
        "A name also promises quality where nobody sees it, as with medicine.",
    ),
    "intermediaries": Condition(
        "Do strong intermediaries stand between you and those who use it?",
        BRAND,
        "The dealer knows the customers and you don't; your name is what reaches over the counter.",
        "You deal with those who use it, and can learn from each of them.",
        "The dealer is a customer, too, and can be known; and selling direct may be possible.",
    ),
    "long_relation": Condition(
        "Is the relation long by its nature?",
        CUSTOMER,
        "What you learn in the first years is of use in all later ones.",
        "The relation is over before the cost of knowing comes back.",
        "Here opinions differ: whoever chooses once for decades may go by the name. Ask where "
        "customers are won, and where they are kept.",
    ),
    "service": Condition(
        "Is it a service rather than a product?",
        CUSTOMER,
        "It is made together with the customer, each time anew, by people who can remember.",
        "It is made before anybody knows for whom.",
        "Many products are half a service by now: set-up, repair, renewal.",
    ),
    "individual_data": Condition(
        "Can you get, and may you use, data on single customers?",
        CUSTOMER,
        "You can tell customers apart.",
        "Whom you can't tell apart you can't treat differently, however unlike they are.",
        "Not to have data yet is no answer; ask whether you could, and whether they would agree.",
    ),
}


@dataclass(frozen=True, eq=False)
class Scorecard:
    """Seven answers, where each points, and why.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per condition: ``question``, ``answer``, ``points_to``, ``reason``, ``doubt``.

    Examples
    --------
    >>> soap = scorecard(dict.fromkeys(CONDITIONS, "no") | {"visible": "unknown"})
    >>> soap.table.loc["visible", ["answer", "points_to"]].tolist()
    ['unknown', 'open']
    """

    table: pd.DataFrame

    @property
    def counts(self) -> pd.Series:
        """Number of conditions that point to customer equity, to brand equity, or to neither.

        Examples
        --------
        >>> scorecard(dict.fromkeys(CONDITIONS, "yes")).counts.to_dict()
        {'customer equity': 5, 'brand equity': 2, 'open': 0}
        """
        found = self.table["points_to"].value_counts()
        return found.reindex([CUSTOMER, BRAND, OPEN], fill_value=0).rename("conditions")

    @property
    def lead(self) -> int:
        """Conditions for customer equity less conditions for brand equity, from -7 to 7.

        Examples
        --------
        >>> scorecard(dict.fromkeys(CONDITIONS, "yes")).lead
        3
        """
        return int(self.counts[CUSTOMER] - self.counts[BRAND])

    @property
    def verdict(self) -> str:
        """The lens with more conditions, or ``"open"``: a tie, or open answers could turn it.

        Examples
        --------
        >>> answers = dict.fromkeys(CONDITIONS, "unknown") | {"contract": True}
        >>> scorecard(answers).verdict
        'open'
        """
        if self.lead == 0 or abs(self.lead) <= self.counts[OPEN]:
            return OPEN
        return CUSTOMER if self.lead > 0 else BRAND

    def __str__(self) -> str:
        """Say the counts and the verdict in one sentence."""
        n = self.counts
        return (
            f"{n[CUSTOMER]} of {len(self.table)} conditions point to customer equity, {n[BRAND]} "
            f"to brand equity, {n[OPEN]} are open: {self.verdict}"
        )


def scorecard(answers: Mapping[str, bool | str] | pd.Series) -> Scorecard:
    """Score a firm on seven conditions, each with its reason and all of equal weight.

    Parameters
    ----------
    answers : mapping of str to bool or str, or pandas.Series
        For each name in ``market.CONDITIONS``: True or ``"yes"``, False or ``"no"``, ``"partly"``
        or ``"unknown"``. The last two count for neither side.

    Returns
    -------
    Scorecard
        ``table``, ``counts``, ``lead``, ``verdict``; ``str()`` says it in a sentence.

    Raises
    ------
    ValueError, TypeError
        When a condition is missing or unknown, or an answer is none of the four.

    Notes
    -----
    A checklist for a conversation, not a measurement: conditions hang together (services are often
    under contract), one may outweigh six, and none asks how unlike customers are. The verdict is
    the plain majority; it stays open where the answers "partly" and "unknown" could turn it.

    The conditions are those discussed by Fader, P. (2012). *Customer centricity: Focus on the right
    customers for strategic advantage* (2nd ed.). Wharton Digital Press.

    Examples
    --------
    >>> club = dict(contract=True, customisable=True, visible=False, intermediaries=False,
    ...             long_relation="partly", service=True, individual_data=True)
    >>> print(scorecard(club))
    6 of 7 conditions point to customer equity, 0 to brand equity, 1 are open: customer equity
    """
    given = answers.to_dict() if isinstance(answers, pd.Series) else answers
    if not isinstance(given, Mapping):
        raise problem(
            WHERE, f"answers is {a_type(answers)}", "Answers map each condition to yes or no",
            f"The conditions: {listing(CONDITIONS)}", error=TypeError,
        )  # fmt: skip
    unknown = [name for name in given if name not in CONDITIONS]
    if unknown:
        raise problem(
            WHERE, f"{listing(unknown)} {'is no condition' if len(unknown) == 1 else 'are none'}",
            "There are seven conditions",
            did_you_mean(str(unknown[0]), list(CONDITIONS)),
        )  # fmt: skip
    missing = [name for name in CONDITIONS if name not in given]
    if missing:
        raise problem(
            WHERE, f"{len(missing)} of 7 conditions have no answer: {listing(missing)}",
            "Every condition needs one", "Write 'unknown' where you can't tell",
        )  # fmt: skip
    rows = {name: _row(name, given[name]) for name in CONDITIONS}
    return Scorecard(pd.DataFrame.from_dict(rows, orient="index").rename_axis("condition"))


def _row(name: str, answer: object) -> dict[str, str]:
    condition = CONDITIONS[name]
    said = answer
    if isinstance(answer, bool | np.bool_):
        said = "yes" if answer else "no"
    if not isinstance(said, str) or said.strip().lower() not in ANSWERS:
        raise problem(
            WHERE, f"the answer to '{name}' is {answer!r}",
            f"An answer is True, False or one of {listing(ANSWERS)}",
        )  # fmt: skip
    said = said.strip().lower()
    other = BRAND if condition.yes == CUSTOMER else CUSTOMER
    points = {"yes": condition.yes, "no": other}.get(said, OPEN)
    reasons = {"yes": condition.if_yes, "no": condition.if_no, "partly": "It cuts both ways."}
    return {
        "question": condition.question,
        "answer": said,
        "points_to": points,
        "reason": reasons.get(said, "Find out."),
        "doubt": condition.doubt,
    }
