"""A finding: one sentence from the data, its number, its picture and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One finding, as the report's first page, a slide or a talk shows it; all plain text.

    Made on demand from an `Audit` by :func:`centricity.audit.findings.findings`; never pickled.

    Attributes
    ----------
    title : str
        The finding in one sentence.
    number : str
        Its number, formatted: "62 %".
    label : str
        What the number is: "of sales from the best fifth of customers".
    says : str
        The evidence, in one or two sentences.
    so_what : str
        What follows for the manager, in one sentence.
    picture : callable or None
        Draws the evidence on a new figure and returns its matplotlib Axes; None with a reason in
        ``no_picture``.
    no_picture : str
        Why there is no picture; empty when there is one.
    how : str
        How the number comes about, for who asks: one or two sentences.

    Examples
    --------
    >>> Finding("One customer only.", "1", "customer", "A ordered once.", "Find a second.",
    ...         None, "one customer is no picture", how="Counted.").number
    '1'
    """

    title: str
    number: str
    label: str
    says: str
    so_what: str
    picture: Callable[[], Any] | None
    no_picture: str = ""
    how: str = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.picture is None and not self.no_picture:
            raise ValueError(
                "Finding: no picture and no reason. A finding shows its evidence or says why not. "
                "Give picture or no_picture."
            )
