"""The simulator's front door: check, run block by block, put the pieces together."""

import warnings
from collections.abc import Sequence

import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty import _engine
from centricity.loyalty._scheme import Rules
from centricity.loyalty._streams import blocks, streams
from centricity.loyalty._surprises import surprises
from centricity.loyalty._traits import check_traits
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.events import EVENTS, Close, CutValidity, Event
from centricity.loyalty.members import Members
from centricity.loyalty.outcome import Outcome, assemble
from centricity.loyalty.programme import Programme

WHERE = "simulate"


def simulate(
    programme: Programme,
    members: Members | pd.DataFrame,
    periods: int,
    *,
    behaviour: Behaviour | None = None,
    launch: int = 0,
    holdout: float = 0.0,
    events: Sequence[Event] = (),
    panel: bool = False,
    rng: RNG = None,
    n_jobs: int = 1,
) -> Outcome:
    """Run a loyalty programme over its members, and the same world without it.

    One period (a month, say) passes in this fixed order, on which breakage depends: expire →
    enrol → review tiers → buy (orders, basket) → earn → activate pending → redeem → leave →
    refer → ledger. A lot's last use is therefore in the period before it expires; a threshold
    reached in one period counts from the next; points with ``pending=0`` can be redeemed in the
    period that earned them. Rewards are taken with an order, the dearest affordable one first, as
    often as the balance allows. Customers who left keep their points until these expire.

    The twin world uses the same members and the same random numbers without the programme;
    only the programme's effects make the two differ. Friends whom members bring exist in the
    world with the programme only.

    Parameters
    ----------
    programme : Programme
    members : Members or DataFrame
        One row per customer, see :class:`Members`; the index is kept.
    periods : int
        Number of periods, those before the launch included.
    behaviour : Behaviour, optional
        How members respond; by default ``Behaviour()``. ``Behaviour.none()`` = not at all.
    launch : int
        Period in which the programme starts. Customers who have left before it can neither
        join nor be compared; their group is "gone".
    holdout : float
        Share of those who would join that is kept out at random, in [0, 1).
    events : sequence of Run, Close or CutValidity
        What happens to the programme on the way; one :class:`Close` at most.
    panel : bool
        Keep every customer's sales in every period, in ``outcome.panel``.
    rng : Generator, int or None
        The same seed gives the same bytes, and a member's numbers do not depend on how many
        members there are.
    n_jobs : int
        Blocks of 32,768 members run in parallel through joblib; the result is the same.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError, TypeError
        If an argument or a column of ``members`` breaks its rule, or an event lies outside the
        life of the programme.

    Warns
    -----
    UserWarning
        If something asked for never happened: nobody earned enough to hold a tier; nobody held
        the points that a reward costs before they expired; a reward or a campaign lies outside
        the time in which it could be had (of campaigns that are alike but for their time, all).

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1,
    ...     rewards=(loyalty.Reward("voucher", 200, face_value=5, marginal_cost=3),),
    ...     validity=12,
    ... )
    >>> outcome = loyalty.simulate(programme, loyalty.Members.draw(300, rng=1), 24, rng=1)
    >>> totals = outcome.history[["issued", "redeemed", "expired"]].sum()
    >>> held = totals["issued"] - totals["redeemed"] - totals["expired"]
    >>> bool(held == outcome.history["outstanding"].iloc[-1])
    True
    """
    behaviour = Behaviour() if behaviour is None else behaviour
    table = members.table if isinstance(members, Members) else members
    _check(programme, behaviour, periods, launch, holdout, n_jobs)
    _check_events(programme, events, int(periods), int(launch))
    rules = Rules(programme, behaviour, tuple(events), int(periods), int(launch), float(holdout))
    traits = check_traits(table, WHERE)
    n = len(table)
    jobs = [
        ({name: values[cut] for name, values in traits.items()}, stream, rules)
        for cut, stream in zip(blocks(n), streams(rng, n, WHERE), strict=True)
    ]
    if n_jobs == 1:
        done = [_engine.simulate_block(*job, panel=panel) for job in jobs]
    else:
        from joblib import Parallel, delayed

        run = delayed(_engine.simulate_block)
        done = Parallel(n_jobs=n_jobs)(run(*job, panel=panel) for job in jobs)
    for message in surprises(rules, done):
        warnings.warn(message, stacklevel=2)
    return assemble(rules, table, done)


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


def _check_events(programme: Programme, events: Sequence[Event], periods: int, launch: int) -> None:
    for event in events:
        if not isinstance(event, EVENTS):
            raise _validate.problem(
                WHERE,
                f"events holds {_validate.a_type(event)}",
                "An event is a Run, a Close or a CutValidity",
                "Write events=(loyalty.Close(24, notice=3),)",
                error=TypeError,
            )
        if not launch <= event.period < periods:
            raise _validate.problem(
                WHERE,
                f"{type(event).__name__} is in period {event.period}",
                f"Events happen from the launch in period {launch} to period {periods - 1}",
            )
        if isinstance(event, CutValidity):
            now = programme.validity or periods + 1
            _validate.number(
                event.validity, "the new validity", WHERE, above=programme.pending, below=now
            )
    kinds = [type(event) for event in events]
    if kinds.count(Close) > 1 or kinds.count(CutValidity) > 1:
        raise _validate.problem(
            WHERE,
            "events holds two of Close or of CutValidity",
            "A programme ends once, and its validity is cut once",
            "Keep one of each",
        )
    end = min((event.end for event in events if isinstance(event, Close)), default=periods)
    for event in events:
        if event.period >= end and not isinstance(event, Close):
            raise _validate.problem(
                WHERE,
                f"{type(event).__name__} is in period {event.period} and the programme ends in "
                f"period {end}",
                "Nothing happens to a programme that has ended",
                "Let it happen earlier, or close the programme later",
            )
