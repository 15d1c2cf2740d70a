"""Estimators of a programme's effect, to hold against the truth that the simulator knows."""

from dataclasses import dataclass

import numpy as np

from centricity import _validate
from centricity.loyalty.outcome import Outcome

METHODS = ("members_vs_nonmembers", "before_after", "holdout")


@dataclass(frozen=True)
class Lift:
    """An estimate of what the programme added per member and period.

    Parameters
    ----------
    method : str
    estimate, std_error : float
        Euros of sales per member and period.
    baseline : float
        Sales per customer and period that the method compares with, in euros.
    truth : float
        The true lift of the members, from the twin world, in euros.

    Examples
    --------
    >>> Lift("holdout", estimate=3.0, std_error=1.0, baseline=50.0, truth=2.0).relative
    0.06
    """

    method: str
    estimate: float
    std_error: float
    baseline: float
    truth: float

    @property
    def relative(self) -> float:
        """Estimate as a share of the baseline."""
        return self.estimate / self.baseline

    @property
    def bias(self) -> float:
        """Estimate minus truth, in euros."""
        return self.estimate - self.truth


def estimate_lift(outcome: Outcome, method: str) -> Lift:
    """Estimate the lift in sales as an analyst would, who cannot see the twin world.

    Parameters
    ----------
    outcome : Outcome
    method : {"members_vs_nonmembers", "before_after", "holdout"}
        "members_vs_nonmembers" compares after the launch; where heavy buyers are likelier to
        join, it credits the programme with who they are. "before_after" compares members with
        themselves before the launch, and charges the programme with everything else that
        changed, such as customers leaving. "holdout" compares members with those who would
        have joined and were kept out at random: the only unbiased one of the three.

    Returns
    -------
    Lift

    Raises
    ------
    ValueError
        If the method is unknown, or the group or the time before launch that it needs is
        missing.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),),
    ...     enrolment=loyalty.Voluntary(share=0.5, selection=1.5))
    >>> outcome = loyalty.simulate(programme, loyalty.draw_members(4_000, rng=2), 12, rng=2)
    >>> lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    >>> lift.estimate > 10 * lift.truth
    True
    """
    _validate.choice(method, "method", "estimate_lift", METHODS)
    people = outcome.members
    after = len(outcome.history) - outcome.launch
    groups = {name: people[people["group"] == name] for name in ("member", "holdout", "nonmember")}
    _require(len(groups["member"]) > 1, "there are fewer than two members", "Raise the enrolment")
    members = groups["member"]
    sales = members["sales"].to_numpy() / after
    truth = float(sales.mean() - (members["twin_sales"] / after).mean())
    if method == "before_after":
        _require(outcome.launch > 0, "the programme starts in period 0", "Simulate with launch=12")
        before = members["sales_before"].to_numpy() / outcome.launch
        change = sales - before
        error = change.std(ddof=1) / np.sqrt(len(change))
        return Lift(method, float(change.mean()), float(error), float(before.mean()), truth)
    name = "holdout" if method == "holdout" else "nonmember"
    remedy = "simulate(..., holdout=0.1)" if name == "holdout" else "enrolment=Voluntary(...)"
    _require(len(groups[name]) > 1, f"group '{name}' is empty or has one only", f"Use {remedy}")
    others = groups[name]["sales"].to_numpy() / after
    error = np.sqrt(sales.var(ddof=1) / len(sales) + others.var(ddof=1) / len(others))
    estimate = float(sales.mean() - others.mean())
    return Lift(method, estimate, float(error), float(others.mean()), truth)


def _require(fine: bool, what: str, remedy: str) -> None:
    if not fine:
        rule = "This method needs something to compare the members with"
        raise _validate.problem("estimate_lift", what, rule, remedy)
