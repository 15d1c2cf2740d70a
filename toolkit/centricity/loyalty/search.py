"""The best programme under a budget, and how sure one can be that it is the best."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty._repeat import repeat, seeds, std_error, table_of
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.found import Found, best_of, cross_checked, finals, reach
from centricity.loyalty.members import Members
from centricity.loyalty.programme import Programme
from centricity.loyalty.simulate import simulate

WHERE = "search"
NOTHING = "no programme"
OUT_OF_REACH = "simulate: nobody could have reward"
COSTS = ["reward_cost", "tier_cost", "platform_cost"]


def variants(programme: Programme, **values: Iterable[Any]) -> dict[str, Programme]:
    """Return every combination of some rules, the rest as in ``programme``.

    Parameters
    ----------
    programme : Programme
    **values : sequences
        By name of a field of :class:`Programme`, such as ``points_per_euro=[0.5, 1]`` or
        ``validity=[6, 12, None]``. Two more names: ``thresholds``, each a tuple with those of the
        tiers above the first, lowest first; and ``price``, in points, of the cheapest reward.

    Returns
    -------
    dict of str to Programme
        In the order of the arguments, the last one changing fastest.

    Raises
    ------
    ValueError, TypeError
        If there is no such field, or a combination makes no programme.

    Examples
    --------
    >>> from centricity import loyalty
    >>> card = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),))
    >>> list(variants(card, price=[100, 200], validity=[6, None]))
    ['price 100, validity 6', 'price 100, validity None', 'price 200, validity 6', \
'price 200, validity None']
    """
    where = "variants"
    known = [*(entry.name for entry in fields(Programme)), "thresholds", "price"]
    for name in values:
        if name not in known:
            raise _validate.problem(
                where,
                f"there is no rule '{name}'",
                "Variants differ in fields of Programme, in thresholds or in price",
                _validate.did_you_mean(name, known),
            )
        if isinstance(values[name], str) or not isinstance(values[name], Iterable):
            raise _validate.problem(
                where,
                f"{name} is {values[name]!r}, one value",
                "Each rule that varies has a list of values",
                f"Write {name}=[{values[name]!r}]",
                error=TypeError,
            )
    return {
        ", ".join(f"{name} {value}" for name, value in zip(values, chosen, strict=True)): _changed(
            programme, dict(zip(values, chosen, strict=True))
        )
        for chosen in product(*(list(several) for several in values.values()))
    }


def _changed(programme: Programme, rules: dict[str, Any]) -> Programme:
    if "thresholds" in rules:
        wanted = tuple(rules.pop("thresholds"))
        if len(wanted) != len(programme.tiers) - 1:
            raise _validate.problem(
                "variants",
                f"thresholds has {len(wanted)} numbers, and the programme "
                f"{len(programme.tiers) - 1} tiers above the first",
                "Each tier above the first has one threshold",
            )
        above = (replace(t, threshold=x) for t, x in zip(programme.tiers[1:], wanted, strict=True))
        programme = replace(programme, tiers=(programme.tiers[0], *above))
    if "price" in rules:
        price = rules.pop("price")
        cheapest = min(programme.rewards, key=lambda reward: reward.points)
        rewards = (replace(r, points=price) if r is cheapest else r for r in programme.rewards)
        programme = replace(programme, rewards=tuple(rewards))
    return replace(programme, **rules)


def search(
    candidates: Mapping[str, Programme],
    members: Members | pd.DataFrame,
    periods: int,
    *,
    budget: float | None = None,
    measure: str = "profit",
    behaviour: Behaviour | Sequence[Behaviour] | None = None,
    launch: int = 0,
    screen: int = 4,
    finalists: int = 5,
    fresh: int = 20,
    common: bool = True,
    rng: RNG = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> Found:
    """Find the best programme under a budget; "no programme" is always among the candidates.

    In a first round every candidate meets the same ``screen`` worlds: the same customers with the
    same luck, so that a difference between two is their rules' doing. Whoever comes first there is
    partly good and partly lucky. So the best few meet ``fresh`` new worlds, again the same for all,
    and the best of these wins. What it earns is told by choosing on half of the new worlds and
    looking in the other half (``Found.value``). No programme earns and costs nothing, in every
    world.

    Parameters
    ----------
    candidates : mapping of str to Programme
        From :func:`variants`, or your own.
    members : Members or DataFrame
    periods : int
    budget : float, optional
        Most that the programme may cost since the launch, in euros: rewards at marginal cost,
        tiers and platform, mean over the worlds of a round. Default: no limit.
    measure : {"sales", "margin", "profit"}
        What is made as large as possible.
    behaviour : Behaviour or sequence of Behaviour, optional
        Several are used in turn, one in each world: the answer then carries your doubts about how
        members respond, too.
    launch : int
    screen, fresh : int
        Worlds in the first round, at least 2, and in the second, at least 4.
    finalists : int
        Candidates in the second round, "no programme" not counted.
    common : bool
        False gives every candidate luck of its own in the first round; only to see what common
        random numbers are good for.
    rng : Generator, int or None
    n_jobs : int
        Processes to use through joblib, −1 for all cores. The result does not depend on it.
    progress : bool

    Returns
    -------
    Found

    Raises
    ------
    ValueError, TypeError
        If there are no candidates, one is no programme or bears the name "no programme", or a
        number lies outside its bounds.

    Warns
    -----
    UserWarning
        If candidates have a reward that nobody could reach before points expired: it costs
        nothing and promises all the same, so that it looks better than it is.

    Examples
    --------
    >>> from centricity import loyalty
    >>> card = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),),
    ...                          platform_cost=1e6)
    >>> found = loyalty.search(loyalty.variants(card, validity=[6, 12]),
    ...                        loyalty.Members.draw(300, rng=1), 12, rng=1, progress=False)
    >>> found.best, found.programme
    ('no programme', None)
    """
    _check(candidates, measure, budget, screen, finalists, fresh)
    table = table_of(members, WHERE)
    worlds = np.random.default_rng(rng)
    several = [behaviour] if isinstance(behaviour, Behaviour) or behaviour is None else behaviour
    options = (table, periods, several, launch, measure, n_jobs, progress)
    limit = np.inf if budget is None else float(budget)

    luck = [seeds(worlds, len(candidates)) for _ in range(screen)]
    first = _play(
        candidates, [s[:1] * len(s) if common else s for s in luck], "first round", *options
    )
    result = pd.DataFrame(
        {
            "screened": first["value"].mean(),
            "screened_error": std_error(first["value"]),
            "screened_reach": reach(std_error(first["value"]), screen - 1),
            "cost": first["cost"].mean(),
        }
    )
    _warn_about_rewards(first["missed"])
    ranked = result[result["cost"] <= limit]["screened"].sort_values(ascending=False, kind="stable")
    chosen = [name for name in ranked.index if name != NOTHING][:finalists]
    anew = [[seed] * len(chosen) for seed in seeds(worlds, fresh)]
    second = _play({name: candidates[name] for name in chosen}, anew, "finalists", *options)
    values = second["value"]
    result.loc[values.columns, "cost"] = second["cost"].mean()
    result["affordable"] = result["cost"] <= limit
    result["finalist"] = result.index.isin(values.columns)
    result = result.join(finals(values, result["affordable"], worlds))
    result = result.sort_values(
        ["finalist", "fresh", "screened"], ascending=False, kind="stable"
    ).rename_axis("candidate")
    best = best_of(values, second["cost"], limit)
    value, value_error = cross_checked(values, second["cost"], limit)
    honest = {"value": [value], "value_reach": [reach(value_error, fresh - 2)]}
    result = result.join(pd.DataFrame(honest, index=[best]))
    winner = str(ranked.index[0])
    names = ["screened", "fresh", "screened_error", "fresh_error"]
    then, now, then_error, now_error = result.loc[winner, names].to_numpy(float)
    return Found(
        best=best,
        programme=candidates.get(best),
        table=pd.concat([result.loc[[best]], result.drop(best)]),
        curse=float(then - now),
        curse_error=float(np.hypot(then_error, now_error)),
        value=value,
        value_error=value_error,
        runs=values,
    )


def _check(
    candidates: Mapping[str, Programme], measure: str, budget: float | None,
    screen: int, finalists: int, fresh: int,
) -> None:  # fmt: skip
    _validate.choice(measure, "measure", WHERE, ("sales", "margin", "profit"))
    if budget is not None:
        _validate.number(budget, "budget", WHERE, minimum=0)
    for value, name, least in ((screen, "screen", 2), (finalists, "finalists", 1),
                               (fresh, "fresh", 4)):  # fmt: skip
        _validate.number(value, name, WHERE, minimum=least, whole=True)
    if not isinstance(candidates, Mapping) or not candidates:
        raise _validate.problem(
            WHERE,
            f"candidates is {'empty' if candidates == {} else _validate.a_type(candidates)}",
            "A search needs programmes by name",
            "Write loyalty.variants(programme, validity=[6, 12, 24])",
            error=ValueError if candidates == {} else TypeError,
        )
    if NOTHING in candidates:
        raise _validate.problem(
            WHERE, f"a candidate is called '{NOTHING}'", "That one is always there", "Rename yours"
        )
    wrong = [name for name, value in candidates.items() if not isinstance(value, Programme)]
    if wrong:
        what = f"{_validate.listing(wrong)} is {_validate.a_type(candidates[wrong[0]])}"
        raise _validate.problem(WHERE, what, "A candidate is a Programme", error=TypeError)


def _play(
    candidates: Mapping[str, Programme], luck: list[list[int]], what: str, table: pd.DataFrame,
    periods: int, behaviours: Sequence[Behaviour | None], launch: int, measure: str,
    n_jobs: int, progress: bool,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Let every candidate live in each world; no programme changes and costs nothing in any."""
    jobs = [
        (programme, table, periods, behaviours[run % len(behaviours)], launch, seed, measure)
        for run, seeds_of_run in enumerate(luck)
        for programme, seed in zip(candidates.values(), seeds_of_run, strict=True)
    ]
    found = repeat(_result, jobs, n_jobs=n_jobs, progress=progress, what=what)
    sums = np.reshape(found, (len(luck), len(candidates), 3))
    return {
        name: pd.DataFrame(sums[:, :, place], columns=list(candidates)).assign(**{NOTHING: 0.0})
        for place, name in enumerate(("value", "cost", "missed"))
    }


def _result(
    programme: Programme, table: pd.DataFrame, periods: int, behaviour: Behaviour | None,
    launch: int, seed: int, measure: str,
) -> tuple[float, float, float]:  # fmt: skip
    """Return what a programme earns and costs in one world, and whether it has an idle reward."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        outcome = simulate(programme, table, periods, behaviour=behaviour, launch=launch, rng=seed)
    total = outcome.incremental().sum()
    for warning in said:
        if not str(warning.message).startswith("simulate: nobody"):
            warnings.warn(warning.message, stacklevel=2)
    missed = any(str(warning.message).startswith(OUT_OF_REACH) for warning in said)
    return float(total[measure]), float(total[COSTS].sum()), float(missed)


def _warn_about_rewards(missed: pd.DataFrame) -> None:
    names = missed.columns[missed.all()]
    if len(names):
        message = _validate.problem(
            WHERE,
            f"{len(names)} of {missed.shape[1] - 1} candidates have a reward that nobody could "
            f"reach before points expired (first: {_validate.listing(names[:3])})",
            "Such a reward costs nothing and promises all the same",
            "Lower its price, let points live longer, or leave these candidates out",
            error=UserWarning,
        )
        warnings.warn(message, stacklevel=3)
