"""What a finding is chosen from: the finding, and how soon a manager must know."""

from dataclasses import dataclass

from centricity.audit.finding import Finding

ALARM, NEWS, BACKGROUND = 0, 1, 2


@dataclass(frozen=True)
class Candidate:
    """A finding with its rank.

    Attributes
    ----------
    finding : Finding
    urgency : int
        `ALARM` (money is being lost), `NEWS`, or `BACKGROUND` (shown where little else is known).
    """

    finding: Finding
    urgency: int = NEWS
