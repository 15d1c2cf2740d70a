"""Estimators of a programme's effect, to hold against the truth that the simulator knows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from centricity import _validate
from centricity._typing import Float
from centricity.loyalty._matching import match
from centricity.loyalty.outcome import Outcome

METHODS = (
    "members_vs_nonmembers",
    "before_after",
    "matching",
    "difference_in_differences",
    "holdout",
)
TRENDS = ("parallel", "proportional")
WHERE = "estimate_lift"


@dataclass(frozen=True)
class Lift:
    """An estimate of what the programme added per member and period.

    Parameters
    ----------
    method : str
    estimate, std_error : float
        Euros of sales per member and period since the launch.
    baseline : float
        What the method says that members would have bought without the programme, in euros per
        member and period.
    truth : float
        The true lift of the members, from the twin world, in euros; nan where nobody knows it.
    members, periods : int
        How many members the estimate is about, and periods since the launch.

    Examples
    --------
    >>> lift = Lift("holdout", estimate=3.0, std_error=1.0, baseline=50.0, truth=2.0,
    ...             members=1_000, periods=24)
    >>> lift.relative, lift.bias, lift.total
    (0.06, 1.0, 72000.0)
    """

    method: str
    estimate: float
    std_error: float
    baseline: float
    truth: float
    members: int
    periods: int

    @property
    def relative(self) -> float:
        """Estimate as a share of the baseline; nan where the baseline is zero.

        Examples
        --------
        >>> Lift("holdout", 3.0, 1.0, 50.0, 2.0, members=1_000, periods=24).relative
        0.06
        """
        return self.estimate / self.baseline if self.baseline else float("nan")

    @property
    def bias(self) -> float:
        """Estimate minus truth, in euros.

        Examples
        --------
        >>> Lift("holdout", 3.0, 1.0, 50.0, 2.0, members=1_000, periods=24).bias
        1.0
        """
        return self.estimate - self.truth

    @property
    def total(self) -> float:
        """Estimated sales that the programme added since the launch, all members, in euros.

        Examples
        --------
        >>> Lift("holdout", 3.0, 1.0, 50.0, 2.0, members=1_000, periods=24).total
        72000.0
        """
        return self.estimate * self.members * self.periods

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Return a normal confidence interval for the lift per member and period.

        Parameters
        ----------
        level : float
            Confidence level in (0, 1).

        Returns
        -------
        tuple of float

        Examples
        --------
        >>> lift = Lift("holdout", 3.0, 1.0, 50.0, 2.0, members=1_000, periods=24)
        >>> [round(bound, 2) for bound in lift.conf_int()]
        [1.04, 4.96]
        """
        _validate.number(level, "level", "Lift.conf_int", above=0, below=1)
        reach = float(stats.norm.ppf(0.5 + level / 2)) * self.std_error
        return self.estimate - reach, self.estimate + reach


def estimate_lift(
    outcome: Outcome | pd.DataFrame,
    method: str,
    *,
    covariates: Sequence[str] | None = None,
    trend: str = "parallel",
    before: int | None = None,
    after: int | None = None,
) -> Lift:
    r"""Estimate the lift in sales as an analyst would, who cannot see the twin world.

    All five methods aim at the same: the mean, over the members, of what the programme added to
    their sales, per period since the launch. They differ in what stands in for the sales that
    these members would have had without it.

    Parameters
    ----------
    outcome : Outcome or DataFrame
        What :func:`simulate` returns; or a table of your own with one row per customer and the
        columns ``group`` ("member", "nonmember", "holdout"; others are left aside), ``sales``
        since the launch, ``sales_before`` it, and ``twin_sales`` if the truth is known.
    method : {"members_vs_nonmembers", "before_after", "matching", \
              "difference_in_differences", "holdout"}
        * "members_vs_nonmembers": the others, since the launch. Where heavy buyers are likelier
          to join, it credits the programme with who they are.
        * "before_after": the members themselves before the launch. It charges the programme with
          everything else that changed, such as customers leaving.
        * "matching": for each member the non-member most like him in ``covariates``. Past sales
          are an inexact measure of how much somebody buys, and what they miss stays in the
          estimate.
        * "difference_in_differences": the members' change less the others' change. Right where
          both would have changed alike without the programme.
        * "holdout": those who would have joined and were kept out by lot. Unbiased.
    covariates : sequence of str, optional
        Columns that were known before the launch. "matching" matches on them, by default on
        ``sales_before``; "holdout" adjusts for them, by default for nothing, and becomes more
        precise (Deng et al., 2013; Lin, 2013). The other methods use none.
    trend : {"parallel", "proportional"}
        How members and others are taken to change alike in "difference_in_differences": by as many
        euros, or by as many per cent.
    before, after : int, optional
        Periods before and since the launch, where a table is given.

    Returns
    -------
    Lift
        With a standard error for groups of unequal spread (Welch); for matching that of
        Abadie & Imbens (2006), which allows for members who share a match.

    Raises
    ------
    ValueError, TypeError
        If the method is unknown, or the group, the column or the time before launch that it needs
        is missing.

    Notes
    -----
    Friends whom members brought belong to no group and are left aside, in the estimates and in
    the truth; ``outcome.incremental()`` counts them.

    References
    ----------
    Abadie & Imbens (2006). Large sample properties of matching estimators for average treatment
    effects. Econometrica 74(1), 235-267; with ties as in Abadie, Drukker, Herr & Imbens (2004),
    Stata Journal 4(3), 290-311.
    Deng, Xu, Kohavi & Walker (2013). Improving the sensitivity of online controlled experiments by
    utilizing pre-experiment data. WSDM, 123-132.
    Lin (2013). Agnostic notes on regression adjustments to experimental data. Annals of Applied
    Statistics 7(1), 295-318.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),),
    ...     enrolment=loyalty.Open(share=0.5, selection=1.5))
    >>> outcome = loyalty.simulate(programme, loyalty.Members.draw(4_000, rng=2), 12, rng=2)
    >>> lift = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
    >>> lift.estimate > 10 * lift.truth
    True
    """
    _validate.choice(method, "method", WHERE, METHODS)
    _validate.choice(trend, "trend", WHERE, TRENDS)
    data = _read(outcome, before, after)
    names = (
        (("sales_before",) if method == "matching" else ()) if covariates is None else covariates
    )
    if covariates and method not in ("matching", "holdout"):
        raise _validate.problem(
            WHERE,
            f"covariates were given for '{method}'",
            "Only 'matching' and 'holdout' use covariates",
            "Leave them out",
        )
    estimate, error = _ESTIMATORS[method](data, tuple(names), trend)
    members = data.group("member")
    sales = members["sales"].to_numpy(float) / data.after
    truth = float("nan")
    if "twin_sales" in members.columns:
        truth = float(sales.mean() - (members["twin_sales"] / data.after).mean())
    baseline = float(sales.mean()) - estimate
    return Lift(method, estimate, error, baseline, truth, len(members), data.after)


@dataclass(frozen=True)
class _Data:
    people: pd.DataFrame
    before: int
    after: int

    def group(self, name: str) -> pd.DataFrame:
        """Return the customers of a group, two at least."""
        found = self.people[self.people["group"] == name]
        if len(found) > 1:
            return found
        remedy = {
            "member": "Raise the enrolment",
            "nonmember": "Use enrolment=Open(...)",
            "holdout": "Use simulate(..., holdout=0.1)",
        }[name]
        raise _validate.problem(
            WHERE,
            f"group '{name}' is empty or has one only",
            "This method needs something to compare the members with",
            remedy,
        )

    def since(self, name: str) -> Float:
        """Return a group's sales per period since the launch."""
        return self.group(name)["sales"].to_numpy(float) / self.after

    def earlier(self, name: str) -> Float:
        """Return a group's sales per period before the launch."""
        if self.before < 1:
            raise _validate.problem(
                WHERE,
                "the programme starts in period 0",
                "This method needs sales before the launch",
                "Simulate with launch=12, or give before= with a table",
            )
        return self.group(name)["sales_before"].to_numpy(float) / self.before


def _read(outcome: Outcome | pd.DataFrame, before: int | None, after: int | None) -> _Data:
    if isinstance(outcome, Outcome):
        if before is not None or after is not None:
            raise _validate.problem(
                WHERE, "before or after was given", "An Outcome knows its periods", "Leave them out"
            )
        return _Data(outcome.members, outcome.launch, len(outcome.history) - outcome.launch)
    people = _validate.require_frame(outcome, WHERE)
    _validate.require_columns(
        people.columns, ("group", "sales"), WHERE, "A lift is estimated from sales by group"
    )
    if after is None:
        raise _validate.problem(
            WHERE,
            "after is missing",
            "A table does not say how many periods its sales cover",
            "Give after=24, say, and before=12 for the sales before the launch",
        )
    _validate.number(after, "after", WHERE, minimum=1, whole=True)
    _validate.number(0 if before is None else before, "before", WHERE, minimum=0, whole=True)
    for name in ("sales", "sales_before", "twin_sales"):
        if name in people.columns:
            _validate.numeric_column(people, name, WHERE)
        elif name == "sales_before" and before:
            _validate.require_columns(people.columns, (name,), WHERE, "before was given")
    return _Data(people, int(before or 0), int(after))


def _columns(people: pd.DataFrame, names: Sequence[str]) -> Float:
    rule = "covariates are columns with what was known before the launch"
    _validate.require_columns(people.columns, names, WHERE, rule)
    return np.column_stack([_validate.numeric_column(people, name, WHERE) for name in names])


def _welch(a: Float, b: Float) -> tuple[float, float]:
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    return float(a.mean() - b.mean()), float(error)


def _against_others(data: _Data, names: tuple[str, ...], trend: str) -> tuple[float, float]:
    return _welch(data.since("member"), data.since("nonmember"))


def _before_after(data: _Data, names: tuple[str, ...], trend: str) -> tuple[float, float]:
    change = data.since("member") - data.earlier("member")
    return float(change.mean()), float(change.std(ddof=1) / np.sqrt(len(change)))


def _matching(data: _Data, names: tuple[str, ...], trend: str) -> tuple[float, float]:
    if "sales_before" in names:
        data.earlier("member")
    sides = [_columns(data.group(name), names) for name in ("member", "nonmember")]
    return match(sides[0], data.since("member"), sides[1], data.since("nonmember"))


def _differences(data: _Data, names: tuple[str, ...], trend: str) -> tuple[float, float]:
    now, then = data.since("member"), data.earlier("member")
    others, earlier = data.since("nonmember"), data.earlier("nonmember")
    if trend == "parallel":
        return _welch(now - then, others - earlier)
    if not earlier.mean() > 0:
        raise _validate.problem(
            WHERE,
            "non-members bought nothing before the launch",
            "A proportional trend is a ratio of their sales",
            'Use trend="parallel"',
        )
    # Delta method for mean(now) - mean(then) × mean(others) / mean(earlier).
    ratio, scale = others.mean() / earlier.mean(), then.mean() / earlier.mean()
    _, error = _welch(now - ratio * then, scale * (others - ratio * earlier))
    return float(now.mean() - then.mean() * ratio), error


def _holdout(data: _Data, names: tuple[str, ...], trend: str) -> tuple[float, float]:
    members, held = data.since("member"), data.since("holdout")
    if not names:
        return _welch(members, held)
    if "sales_before" in names:
        data.earlier("member")
    sides = [_columns(data.group(name), names) for name in ("member", "holdout")]
    centre = np.concatenate(sides).mean(axis=0)
    adjusted = []
    for known, sales in zip(sides, (members, held), strict=True):
        design = np.column_stack([np.ones(len(sales)), known - centre])
        slopes = np.linalg.lstsq(design, sales, rcond=None)[0][1:]
        adjusted.append(sales - (known - centre) @ slopes)
    return _welch(adjusted[0], adjusted[1])


_ESTIMATORS: dict[str, Callable[[_Data, tuple[str, ...], str], Any]] = {
    "members_vs_nonmembers": _against_others,
    "before_after": _before_after,
    "matching": _matching,
    "difference_in_differences": _differences,
    "holdout": _holdout,
}
