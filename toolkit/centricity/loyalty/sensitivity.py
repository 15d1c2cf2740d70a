"""Which assumption a result hangs on: one effect at a time, from off to several times as strong."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty._repeat import repeat, seeds, std_error, table_of
from centricity.loyalty._traits import TRAITS
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.members import Members
from centricity.loyalty.programme import Programme
from centricity.loyalty.simulate import simulate

WHERE = "sensitivity"
MEASURES = ("sales", "margin", "profit")
STRONG = 3.0  # times the value in ``behaviour``
SHARES = ("margin", "hazard", "share_of_wallet", "forward_looking", "flexibility", "redemption")


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What :func:`sensitivity` finds.

    Parameters
    ----------
    table : DataFrame
        One row per assumption, the most important first: ``low_value``, ``high_value``, the
        result ``at_low`` and ``at_high`` of them, ``swing`` = at_high − at_low and
        ``swing_error``, its standard error over the runs.
    base : float
        The result as assumed.
    base_error : float
        Its standard error over the runs.
    measure : str
        What the result is, in euros since the launch, against the twin world.

    Examples
    --------
    >>> from centricity import loyalty
    >>> card = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),))
    >>> found = loyalty.sensitivity(
    ...     card, loyalty.Members.draw(500, rng=1), 12, measure="sales", runs=2, rng=1,
    ...     behaviour=loyalty.Behaviour.only(rewarded=0.1), ranges={"rewarded": (0, 0.3)},
    ...     progress=False)
    >>> float(found.table.loc["rewarded", "at_low"])  # no effect, no sales
    0.0
    """

    table: pd.DataFrame
    base: float
    base_error: float
    measure: str
    runs: pd.DataFrame = field(repr=False)


def sensitivity(
    programme: Programme,
    members: Members | pd.DataFrame,
    periods: int,
    *,
    behaviour: Behaviour | None = None,
    measure: str = "profit",
    ranges: Mapping[str, tuple[float, float]] | None = None,
    traits: Mapping[str, tuple[float, float]] | None = None,
    launch: int = 0,
    runs: int = 4,
    rng: RNG = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> Sensitivity:
    """Move one assumption at a time, and see how far the programme's result moves.

    Every value meets the same customers and the same luck in each run, so that the swings are far
    more exact than the result itself. One at a time means that no two assumptions are wrong
    together; where they are, the result may move further.

    Parameters
    ----------
    programme : Programme
    members : Members or DataFrame
    periods : int
    behaviour : Behaviour, optional
        What is assumed; default ``Behaviour()``.
    measure : {"sales", "margin", "profit"}
        A column of ``Outcome.incremental()``, summed.
    ranges : mapping of str to (low, high), optional
        Values for fields of :class:`Behaviour`. Default: every effect from 0 to three times what
        is assumed (1 at most), and ``half_worth`` from a third to three times.
    traits : mapping of str to (low, high), optional
        Factors by which a trait of all members is multiplied, such as
        ``{"redemption": (0.5, 1.5)}``; shares are cut at 1. In the results its name is followed
        by ×.
    launch : int
    runs : int
        Repetitions with fresh luck, at least 2.
    rng : Generator, int or None
    n_jobs : int
        Processes to use through joblib, −1 for all cores. The result does not depend on it.
    progress : bool

    Returns
    -------
    Sensitivity

    Raises
    ------
    ValueError, TypeError
        If there is no such effect, trait or measure, or a value lies outside its bounds.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),))
    >>> found = loyalty.sensitivity(
    ...     programme, loyalty.Members.draw(1_000, rng=1), 12, measure="sales", rng=1, runs=2,
    ...     ranges={"rewarded": (0, 0.15), "tier_pressure": (0, 0.15)}, progress=False)
    >>> found.table.index.tolist()  # without tiers their pressure moves nothing
    ['rewarded', 'tier_pressure']
    """
    _validate.choice(measure, "measure", WHERE, MEASURES)
    _validate.number(runs, "runs", WHERE, minimum=2, whole=True)
    base = Behaviour() if behaviour is None else behaviour
    table = table_of(members, WHERE)
    cases: dict[tuple[str, str], tuple[Behaviour, pd.DataFrame]] = {("", ""): (base, table)}
    values: dict[str, tuple[float, float]] = dict(
        default_ranges(base) if ranges is None else ranges
    )
    for name, ends in values.items():
        _check_ends(name, ends, [entry.name for entry in fields(Behaviour)])
        for end, value in zip(("low", "high"), ends, strict=True):
            cases[name, end] = (replace(base, **{name: value}), table)
    for name, ends in (traits or {}).items():
        _check_ends(name, ends, TRAITS)
        for end, factor in zip(("low", "high"), ends, strict=True):
            cases[f"{name} ×", end] = (base, _scaled(table, name, factor))
        values[f"{name} ×"] = ends
    options = {"launch": launch}
    jobs = [
        (programme, table, periods, assumed, {**options, "rng": seed}, measure)
        for seed in seeds(rng, runs)
        for assumed, table in cases.values()
    ]
    found = repeat(_result, jobs, n_jobs=n_jobs, progress=progress, what="assumptions")
    results = pd.DataFrame(
        np.reshape(found, (runs, len(cases))),
        columns=pd.MultiIndex.from_tuples(cases, names=["assumption", "end"]),
    ).rename_axis("run")
    middle = results["", ""]
    return Sensitivity(
        _tornado(results, values), float(middle.mean()), std_error(middle), measure, results
    )


def default_ranges(behaviour: Behaviour) -> dict[str, tuple[float, float]]:
    """Return the values between which each effect is moved unless told otherwise.

    Examples
    --------
    >>> default_ranges(Behaviour())["goal_gradient"]
    (0.0, 0.15)
    """
    ranges = {}
    for entry in fields(behaviour):
        value = getattr(behaviour, entry.name)
        top = 0.9 if entry.name == "fade" else 1.0
        ranges[entry.name] = (0.0, round(min(STRONG * value, top), 6))
    worth = behaviour.half_worth
    return {**ranges, "half_worth": (worth / STRONG, worth * STRONG)}


def _check_ends(name: str, ends: tuple[float, float], known: Any) -> None:  # noqa: ANN401
    if name not in known:
        raise _validate.problem(
            WHERE,
            f"there is no assumption '{name}'",
            "It moves effects of Behaviour and traits of Members",
            _validate.did_you_mean(name, known),
        )
    if len(ends) != 2:
        raise _validate.problem(
            WHERE, f"'{name}' has {len(ends)} values", "Each assumption has a low and a high value"
        )
    for value in ends:
        _validate.number(value, f"a value of '{name}'", WHERE, minimum=0)


def _scaled(table: pd.DataFrame, name: str, factor: float) -> pd.DataFrame:
    values = table[name] * factor
    return table.assign(**{name: values.clip(upper=1.0) if name in SHARES else values})


def _result(
    programme: Programme, table: pd.DataFrame, periods: int, behaviour: Behaviour,
    options: dict[str, Any], measure: str,
) -> float:  # fmt: skip
    outcome = simulate(programme, table, periods, behaviour=behaviour, **options)
    return float(outcome.incremental()[measure].sum())


def _tornado(results: pd.DataFrame, values: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    rows = {}
    for name, (low, high) in values.items():
        swing = results[name, "high"] - results[name, "low"]
        rows[name] = {
            "low_value": float(low),
            "high_value": float(high),
            "at_low": results[name, "low"].mean(),
            "at_high": results[name, "high"].mean(),
            "swing": swing.mean(),
            "swing_error": std_error(swing),
        }
    table = pd.DataFrame(rows).T.rename_axis("assumption")
    return table.loc[table["swing"].abs().sort_values(ascending=False, kind="stable").index]
