"""How well each estimator of a programme's effect does, over many worlds whose truth is known."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty._repeat import drawn_again, repeat, seeds, table_of
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.lift import METHODS, estimate_lift
from centricity.loyalty.members import Members
from centricity.loyalty.programme import Programme
from centricity.loyalty.simulate import simulate

WHERE = "score_estimators"


@dataclass(frozen=True, eq=False)
class Scores:
    """What :func:`score_estimators` finds. Euros are per member and period.

    Parameters
    ----------
    table : DataFrame
        One row per method: mean ``truth`` and ``estimate``, ``bias`` (mean error) and its own
        Monte Carlo error ``bias_error``, ``sd`` of the error over the runs, ``std_error`` (mean
        of what the method itself reports), ``rmse``, ``coverage`` (share of runs whose interval
        holds the truth) and ``coverage_error``.
    runs : DataFrame
        One row per run and method: ``truth``, ``estimate``, ``std_error``, ``low``, ``high``.
    level : float
        Confidence level of the intervals.

    Examples
    --------
    >>> from centricity import loyalty
    >>> card = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),))
    >>> found = loyalty.score_estimators(
    ...     card, loyalty.Members.draw(500, rng=1), 12, runs=3, launch=6, methods=["holdout"],
    ...     rng=1, progress=False)
    >>> found.table.index.tolist(), len(found.runs)
    (['holdout'], 3)
    """

    table: pd.DataFrame
    runs: pd.DataFrame = field(repr=False)
    level: float = 0.95


def score_estimators(
    programme: Programme,
    members: Members | pd.DataFrame,
    periods: int,
    *,
    runs: int = 200,
    n: int | None = None,
    methods: Sequence[str] | Mapping[str, Mapping[str, Any]] = METHODS,
    behaviour: Behaviour | None = None,
    launch: int = 12,
    holdout: float = 0.2,
    level: float = 0.95,
    rng: RNG = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> Scores:
    """Let every estimator loose on many simulated worlds and hold it against the truth in each.

    In each run n customers are drawn from ``members`` with replacement and live with luck of their
    own; all methods see the same run.

    Parameters
    ----------
    programme : Programme
    members : Members or DataFrame
        The population.
    periods : int
        Number of periods, those before the launch included.
    runs : int
        Number of worlds, at least 2.
    n : int, optional
        Customers in each; default: as many as ``members`` has.
    methods : sequence of str, or mapping
        Methods of :func:`estimate_lift`; or names for the table, each with the arguments to call
        it with, such as ``{"adjusted": {"method": "holdout", "covariates": ["sales_before"]}}``.
    behaviour : Behaviour, optional
    launch : int
    holdout : float
        Share of those who would join that is kept out by lot.
    level : float
        Confidence level of the intervals, in (0, 1).
    rng : Generator, int or None
    n_jobs : int
        Processes to use through joblib, −1 for all cores. The result does not depend on it.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError, TypeError
        As :func:`simulate` and :func:`estimate_lift`.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),),
    ...     enrolment=loyalty.Open(share=0.5, selection=1.5))
    >>> scores = loyalty.score_estimators(
    ...     programme, loyalty.Members.draw(2_000, rng=1), 18, runs=5, launch=6, rng=1,
    ...     progress=False)
    >>> bool(scores.table.loc["members_vs_nonmembers", "coverage"] == 0)
    True
    """
    _validate.number(runs, "runs", WHERE, minimum=2, whole=True)
    _validate.number(level, "level", WHERE, above=0, below=1)
    table = table_of(members, WHERE)
    n = len(table) if n is None else int(_validate.number(n, "n", WHERE, minimum=1, whole=True))
    calls = dict(methods) if isinstance(methods, Mapping) else {m: {"method": m} for m in methods}
    options = {"behaviour": behaviour, "launch": launch, "holdout": holdout}
    jobs = [(programme, table, n, periods, options, calls, seed) for seed in seeds(rng, runs)]
    found = repeat(_one_world, jobs, n_jobs=n_jobs, progress=progress, what="worlds")
    estimates = pd.concat(
        {run: rows for run, rows in enumerate(found)}, names=["run", "method"]
    ).reset_index()
    reach = float(-_normal(0.5 - level / 2)) * estimates["std_error"]
    estimates["low"], estimates["high"] = (
        estimates["estimate"] - reach,
        estimates["estimate"] + reach,
    )
    return Scores(_summary(estimates, list(calls)), estimates, level)


def _one_world(
    programme: Programme, table: pd.DataFrame, n: int, periods: int,
    options: dict[str, Any], calls: dict[str, Mapping[str, Any]], seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Simulate one world and estimate in it by every method."""
    rng = np.random.default_rng(seed)
    people = drawn_again(table, n, rng)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="simulate: nobody reached tier")
        outcome = simulate(programme, people, periods, rng=rng, **options)
    lifts = [estimate_lift(outcome, **call) for call in calls.values()]
    return pd.DataFrame(
        {
            name: [getattr(lift, name) for lift in lifts]
            for name in ("truth", "estimate", "std_error")
        },
        index=pd.Index(calls, name="method"),
    )


def _summary(runs: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Average over the runs of each method."""
    error = runs["estimate"] - runs["truth"]
    inside = (runs["low"] <= runs["truth"]) & (runs["truth"] <= runs["high"])
    groups = runs.assign(error=error, square=error**2, inside=inside).groupby("method")
    mean = groups[["truth", "estimate", "std_error", "error", "square", "inside"]].mean()
    count = groups.size()
    sd = groups["error"].std()
    return pd.DataFrame(
        {
            "truth": mean["truth"],
            "estimate": mean["estimate"],
            "bias": mean["error"],
            "bias_error": sd / np.sqrt(count),
            "sd": sd,
            "std_error": mean["std_error"],
            "rmse": np.sqrt(mean["square"]),
            "coverage": mean["inside"],
            "coverage_error": np.sqrt(mean["inside"] * (1 - mean["inside"]) / count),
        }
    ).loc[names]


def _normal(probability: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf(probability))
