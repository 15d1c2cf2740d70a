"""The simulator's front door: check, run block by block, put the pieces together."""

import warnings

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG, Float
from centricity.loyalty import _engine
from centricity.loyalty._streams import blocks, streams
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.members import check_members
from centricity.loyalty.outcome import Outcome, assemble
from centricity.loyalty.programme import Programme

WHERE = "simulate"


def simulate(
    programme: Programme,
    members: pd.DataFrame,
    periods: int,
    *,
    behaviour: Behaviour | None = None,
    launch: int = 0,
    holdout: float = 0.0,
    rng: RNG = None,
    n_jobs: int = 1,
) -> Outcome:
    """Run a loyalty programme over its members, and the same world without it.

    One period (a month, say) passes in this fixed order, on which breakage depends:
    expire → review tiers → buy (orders, basket) → earn → activate pending → redeem → leave →
    ledger. Customers enrol at the launch, once, after expiry. A lot's last use is therefore in
    the period before it expires; a threshold reached in one period counts from the next; points
    with ``pending=0`` can be redeemed in the period that earned them. Rewards are taken with an
    order, the dearest affordable one first, as often as the balance allows. Customers who left
    keep their points until these expire. (Referrals, which would follow leaving, are not part
    of this version.)

    The twin world uses the same members and the same random numbers without the programme;
    only the programme's effects make the two differ.

    Parameters
    ----------
    programme : Programme
    members : DataFrame
        One row per customer with the columns of :func:`draw_members`; the index is kept.
    periods : int
        Number of periods, those before the launch included.
    behaviour : Behaviour, optional
        How members respond; by default ``Behaviour()``. ``Behaviour.none()`` = not at all.
    launch : int
        Period in which the programme starts and customers enrol.
    holdout : float
        Share of those who would join that is kept out at random, in [0, 1).
    rng : Generator, int or None
        The same seed gives the same bytes, and a member's numbers do not depend on how many
        members there are.
    n_jobs : int
        Blocks of 4,096 members run in parallel through joblib; the result is the same.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError, TypeError
        If an argument or a column of ``members`` breaks its rule.

    Warns
    -----
    UserWarning
        If no member came near enough to a tier to hold it.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1,
    ...     rewards=(loyalty.Reward("voucher", 200, face_value=5, marginal_cost=3),),
    ...     validity=12,
    ... )
    >>> outcome = loyalty.simulate(programme, loyalty.draw_members(300, rng=1), 24, rng=1)
    >>> totals = outcome.history[["issued", "redeemed", "expired"]].sum()
    >>> held = totals["issued"] - totals["redeemed"] - totals["expired"]
    >>> bool(held == outcome.history["outstanding"].iloc[-1])
    True
    """
    behaviour = Behaviour() if behaviour is None else behaviour
    _check(programme, behaviour, periods, launch, holdout, n_jobs)
    traits = check_members(members, WHERE)
    cuts = blocks(len(members))
    jobs = [
        ({name: values[cut] for name, values in traits.items()}, stream)
        for cut, stream in zip(cuts, streams(rng, len(members), WHERE), strict=True)
    ]
    settings = (programme, behaviour, int(periods), int(launch), float(holdout))
    if n_jobs == 1:
        done = [_run(part, stream, *settings) for part, stream in jobs]
    else:
        from joblib import Parallel, delayed

        run = delayed(_run)
        done = Parallel(n_jobs=n_jobs)(run(part, stream, *settings) for part, stream in jobs)
    _warn_about_empty_tiers(programme, max(block.best_qualifying for block in done))
    return assemble(programme, members, done, launch=int(launch))


def _run(
    traits: dict[str, Float],
    stream: np.random.Generator,
    programme: Programme,
    behaviour: Behaviour,
    periods: int,
    launch: int,
    holdout: float,
) -> _engine.Block:
    group = _engine.assign(traits, programme, holdout, stream)
    draws = _engine.period_draws(stream, len(group))
    return _engine.run_block(traits, group, draws, programme, behaviour, periods, launch)


def _check(
    programme: object, behaviour: object, periods: int, launch: int, holdout: float, n_jobs: int
) -> None:
    kinds = (("programme", programme, Programme), ("behaviour", behaviour, Behaviour))
    for name, value, kind in kinds:
        if not isinstance(value, kind):
            raise _validate.problem(
                WHERE,
                f"{name} is {_validate.a_type(value)}",
                f"It must be a {kind.__name__}",
                f"Build one with loyalty.{kind.__name__}(...)",
                error=TypeError,
            )
    _validate.number(periods, "periods", WHERE, minimum=1, whole=True)
    _validate.number(launch, "launch", WHERE, minimum=0, below=periods, whole=True)
    _validate.number(holdout, "holdout", WHERE, minimum=0, below=1)
    _validate.number(n_jobs, "n_jobs", WHERE, whole=True)
    if n_jobs == 0:
        raise _validate.problem(WHERE, "n_jobs is 0", "It is a number of processes, or −1 for all")


def _warn_about_empty_tiers(programme: Programme, best: float) -> None:
    empty = [tier for tier in programme.tiers if tier.threshold > best]
    if empty:
        names = _validate.listing(tier.name for tier in empty)
        message = _validate.problem(
            WHERE,
            f"nobody reached tier {names}: it starts at {empty[0].threshold:g}, the best member "
            f"had {best:,.0f} {programme.qualify_by} in one window",
            "A tier that no one can reach changes nothing",
            "Lower its threshold, lengthen the window or simulate more periods",
            error=UserWarning,
        )
        warnings.warn(message, stacklevel=3)
