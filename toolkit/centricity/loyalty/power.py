"""How large a lift a hold-out can see, by formula and by simulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.members import Members
from centricity.loyalty.programme import Programme
from centricity.loyalty.scores import Scores, score_estimators

WHERE = "simulated_power"


@dataclass(frozen=True)
class HoldoutTest:
    r"""A trial in which some of those who would join are kept out by lot.

    The standard error of the difference in means is

    .. math:: \sigma\sqrt{1-\rho^2}\,\sqrt{\frac{1}{n(1-h)} + \frac{1}{nh}},

    where n customers would join, a share h is held out, σ is the spread of sales per customer and
    period over the trial, and ρ its correlation with what was known before (0 = nothing is
    adjusted for). Sales are taken to spread as widely with the programme as without it.

    Parameters
    ----------
    n : int
        Customers who would join, the held-out ones included; at least 2.
    share : float
        Share of them held out, in (0, 1).
    sd : float
        Standard deviation between customers of the mean sales per period, in euros.
    mean : float
        Mean of the same, in euros; turns euros into per cent.
    correlation : float
        With sales before the launch, if the estimate is adjusted for them; in (−1, 1).

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    References
    ----------
    Lewis & Rao (2015). The unfavorable economics of measuring the returns to advertising.
    Quarterly Journal of Economics 130(4), 1941-1973, for how wide customers' sales spread beside
    any effect.

    Examples
    --------
    Ten thousand customers, half of them held out, sales of €50 ± 60 a month:

    >>> trial = HoldoutTest(n=10_000, share=0.5, sd=60, mean=50)
    >>> round(trial.std_error, 2), round(trial.minimum_detectable_lift(), 2)
    (1.2, 3.36)
    >>> round(trial.power(3.36), 2)
    0.8
    """

    n: int
    share: float
    sd: float
    mean: float = float("nan")
    correlation: float = 0.0

    def __post_init__(self) -> None:
        where = "HoldoutTest"
        _validate.number(self.n, "n", where, minimum=2, whole=True)
        _validate.number(self.share, "share", where, above=0, below=1)
        _validate.number(self.sd, "sd", where, above=0)
        _validate.number(self.correlation, "correlation", where, above=-1, below=1)

    @classmethod
    def from_history(
        cls,
        sales: pd.Series,
        *,
        share: float,
        earlier: pd.Series | None = None,
        n: int | None = None,
    ) -> "HoldoutTest":
        """Plan a trial from what customers spent in the past, over as long a time as the trial.

        Parameters
        ----------
        sales : Series
            Sales per period of each customer, in euros, zeros included.
        share : float
            Share to hold out.
        earlier : Series, optional
            Sales of the same customers in the time before that, to adjust for.
        n : int, optional
            Customers in the trial; default: as many as in ``sales``.

        Returns
        -------
        HoldoutTest

        Examples
        --------
        >>> past = pd.Series([0.0, 20.0, 40.0, 60.0])
        >>> HoldoutTest.from_history(past, share=0.5).mean
        30.0
        """
        where = "HoldoutTest.from_history"
        frame = pd.DataFrame({"sales": sales})
        values = _validate.numeric_column(frame, "sales", where)
        _validate.number(len(values), "the number of customers", where, minimum=2)
        correlation = 0.0
        if earlier is not None:
            frame = frame.assign(earlier=earlier)
            correlation = float(
                np.corrcoef(values, _validate.numeric_column(frame, "earlier", where))[0, 1]
            )
        return cls(
            n or len(values), share, float(values.std(ddof=1)), float(values.mean()), correlation
        )

    @property
    def std_error(self) -> float:
        """Standard error of the estimated lift, in euros per customer and period.

        Examples
        --------
        Of 10,000 customers 5,000 are held out: 60 × √(1/5,000 + 1/5,000) = 1.20.

        >>> HoldoutTest(n=10_000, share=0.5, sd=60).std_error
        1.2
        """
        members, held = self.n * (1 - self.share), self.n * self.share
        return float(self.sd * np.sqrt((1 - self.correlation**2) * (1 / members + 1 / held)))

    def power(self, lift: float, *, level: float = 0.95) -> float:
        """Chance that the confidence interval leaves out zero if this is the true lift.

        Parameters
        ----------
        lift : float
            True lift in euros per member and period.
        level : float
            Confidence level in (0, 1).

        Returns
        -------
        float

        Examples
        --------
        >>> round(HoldoutTest(n=10_000, share=0.5, sd=60).power(0.0), 3)
        0.05
        """
        where = "HoldoutTest.power"
        ratio = _validate.number(lift, "lift", where) / self.std_error
        critical = _critical(level, where)
        return float(stats.norm.cdf(ratio - critical) + stats.norm.cdf(-ratio - critical))

    def minimum_detectable_lift(self, power: float = 0.8, *, level: float = 0.95) -> float:
        """Smallest true lift that the trial sees with this chance, in euros per member and period.

        Parameters
        ----------
        power : float
            Wanted chance, above 1 − level and below 1.
        level : float

        Returns
        -------
        float

        Examples
        --------
        >>> trial = HoldoutTest(n=10_000, share=0.5, sd=60)
        >>> round(trial.minimum_detectable_lift(0.9), 2)
        3.89
        """
        where = "HoldoutTest.minimum_detectable_lift"
        critical = _critical(level, where)
        _validate.number(power, "power", where, above=1 - level, below=1)

        def short(ratio: float) -> float:
            both = stats.norm.cdf(ratio - critical) + stats.norm.cdf(-ratio - critical)
            return float(both - power)

        return float(optimize.brentq(short, 0.0, critical + 40.0)) * self.std_error

    def customers_needed(self, lift: float, power: float = 0.8, *, level: float = 0.95) -> int:
        """Smallest n with which the same trial sees this lift with this chance.

        Parameters
        ----------
        lift : float
            True lift in euros per member and period; not 0.
        power : float
        level : float

        Returns
        -------
        int

        Examples
        --------
        A lift half as large takes four times the customers:

        >>> trial = HoldoutTest(n=10_000, share=0.5, sd=60)
        >>> trial.customers_needed(2.0), trial.customers_needed(1.0)
        (28256, 113024)
        """
        where = "HoldoutTest.customers_needed"
        if _validate.number(lift, "lift", where) == 0:
            raise _validate.problem(
                where, "lift is 0", "No number of customers can tell nothing from nothing"
            )
        seen = self.minimum_detectable_lift(power, level=level)
        return int(np.ceil(self.n * (seen / abs(lift)) ** 2))


def _critical(level: float, where: str) -> float:
    _validate.number(level, "level", where, above=0, below=1)
    return float(stats.norm.ppf(0.5 + level / 2))


def simulated_power(
    programme: Programme,
    members: Members | pd.DataFrame,
    periods: int,
    *,
    sizes: Sequence[int],
    holdout: float = 0.5,
    covariates: Sequence[str] | None = None,
    runs: int = 200,
    behaviour: Behaviour | None = None,
    launch: int = 12,
    level: float = 0.95,
    rng: RNG = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> pd.DataFrame:
    """Run the trial itself many times and count how often it sees the programme's effect.

    Parameters
    ----------
    programme : Programme
    members : Members or DataFrame
        The population from which each trial draws its customers.
    periods : int
        Number of periods, those before the launch included.
    sizes : sequence of int
        Customers drawn for each trial (those who would not join included), one row for each.
    holdout : float
        Share of those who would join that is held out.
    covariates : sequence of str, optional
        What the estimate is adjusted for, as in :func:`estimate_lift`.
    runs : int
        Trials of each size.
    behaviour : Behaviour, optional
    launch : int
    level : float
    rng : Generator, int or None
    n_jobs : int
        Processes to use through joblib, −1 for all cores. The result does not depend on it.
    progress : bool

    Returns
    -------
    DataFrame
        Index ``customers``. ``power`` (share of trials whose interval leaves out zero), its
        ``power_error``; ``truth`` and ``std_error`` (means, € per member and period) and
        ``formula``, the power by the normal distribution with these two.

    Raises
    ------
    ValueError, TypeError
        As :func:`simulate` and :func:`estimate_lift`.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),))
    >>> power = loyalty.simulated_power(
    ...     programme, loyalty.Members.draw(1_000, rng=1), 12, sizes=[300, 600], runs=4,
    ...     launch=6, rng=1, progress=False)
    >>> power.index.tolist()
    [300, 600]
    """
    _validate.number(len(sizes), "the number of sizes", WHERE, minimum=1)
    rng, rows = np.random.default_rng(rng), {}
    call: dict[str, Any] = {"method": "holdout", "covariates": covariates}
    for size in sizes:
        scores = score_estimators(
            programme, members, periods, runs=runs, n=size, methods={"holdout": call},
            behaviour=behaviour, launch=launch, holdout=holdout, level=level, rng=rng,
            n_jobs=n_jobs, progress=progress,
        )  # fmt: skip
        rows[size] = _seen(scores)
    return pd.DataFrame(rows).T.rename_axis("customers")


def _seen(scores: Scores) -> dict[str, float]:
    """Count the trials that saw something, beside what the formula says."""
    runs, row = scores.runs, scores.table.iloc[0]
    power = float(((runs["low"] > 0) | (runs["high"] < 0)).mean())
    test = HoldoutTest(4, 0.5, float(row["std_error"]))  # two and two: sd = standard error
    return {
        "power": power,
        "power_error": float(np.sqrt(power * (1 - power) / len(runs))),
        "truth": float(row["truth"]),
        "std_error": float(row["std_error"]),
        "formula": test.power(float(row["truth"]), level=scores.level),
    }
