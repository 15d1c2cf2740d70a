"""What happens to a programme's points, costs and profit when something goes wrong."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.events import Close, CutValidity, Event, Run
from centricity.loyalty.members import Members
from centricity.loyalty.outcome import Outcome
from centricity.loyalty.programme import Programme
from centricity.loyalty.simulate import simulate

WHERE = "stress"


@dataclass(frozen=True, eq=False)
class Stress:
    """What :func:`stress` finds.

    Parameters
    ----------
    table : DataFrame
        One row per scenario. Points: ``outstanding`` before it happens, then ``redeemed``,
        ``expired`` and ``left`` at the end. Euros: ``liability`` before it happens (what the books
        show; fees are no part of it, as they are booked when they are paid), then since it
        happened ``reward_face``, ``reward_cost``, ``refunds`` of fees, ``sales``, ``profit`` (less
        the refunds), and ``profit_against_plan``.
    outcomes : dict of str to Outcome
        The simulation behind each row.

    Examples
    --------
    >>> from centricity import loyalty
    >>> club = loyalty.Programme(points_per_euro=1, rewards=(loyalty.Reward("pen", 200, 3, 1),),
    ...                          fee=loyalty.Fee(24, periods=12))
    >>> people = loyalty.Members.draw(100, hazard=0, rng=1)
    >>> shocks = loyalty.stress(club, people, 12, at=6, refund=True, rng=1)
    >>> float(shocks.table.loc["closed at once", "refunds"])  # half a year of 24 for each of 100
    1200.0
    """

    table: pd.DataFrame
    outcomes: dict[str, Outcome]


def stress(
    programme: Programme,
    members: Members | pd.DataFrame,
    periods: int,
    *,
    at: int,
    notice: int = 3,
    validity: int | None = None,
    refund: bool = False,
    behaviour: Behaviour | None = None,
    launch: int = 0,
    rng: RNG = None,
) -> Stress:
    """Let a programme meet a run, its end and a cut of validity, with the same luck each time.

    Five scenarios on the same random numbers: as planned; everyone redeems in period ``at``;
    the programme is closed in it without notice; the same is announced then and happens
    ``notice`` periods later; points live only ``validity`` periods from then on.

    Parameters
    ----------
    programme : Programme
    members : Members or DataFrame
    periods : int
        Number of periods, those before the launch included.
    at : int
        The period in which it happens, after the launch.
    notice : int
        Periods of notice in the fourth scenario, at least 1.
    validity : int, optional
        The new validity; by default half the old one, or half the time that the programme has run.
    refund : bool
        Whether a programme that closes gives back, pro rata, the fees paid for later, as in
        :class:`Close`.
    behaviour : Behaviour, optional
    launch : int
    rng : Generator, int or None
        A Generator is used for one seed, so that all scenarios share their luck.

    Returns
    -------
    Stress

    Raises
    ------
    ValueError, TypeError
        As :func:`simulate`; or if there is no time before or after ``at``.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 200, 5, 3),), validity=24)
    >>> shocks = loyalty.stress(programme, loyalty.Members.draw(2_000, rng=1), 36, at=24, rng=1)
    >>> shocks.table.index.tolist()
    ['as planned', 'everyone redeems', 'closed at once', 'closed with notice', 'validity cut']
    >>> bool(shocks.table.loc["closed at once", "left"] == 0)
    True
    """
    _validate.number(at, "at", WHERE, above=launch, below=periods, whole=True)
    _validate.number(notice, "notice", WHERE, minimum=1, whole=True, below=periods - at + 1)
    if validity is None:
        validity = max((programme.validity or at - launch) // 2, programme.pending + 1)
    seed = int(_seed(rng))
    scenarios: dict[str, tuple[Event, ...]] = {
        "as planned": (),
        "everyone redeems": (Run(at),),
        "closed at once": (Close(at, refund=refund),),
        "closed with notice": (Close(at, notice=notice, refund=refund),),
        "validity cut": (CutValidity(at, validity=validity),),
    }
    options: dict[str, Any] = {"behaviour": behaviour, "launch": launch, "rng": seed}
    outcomes = {
        name: simulate(programme, members, periods, events=events, **options)
        for name, events in scenarios.items()
    }
    table = pd.DataFrame({name: _measure(o, at) for name, o in outcomes.items()}).T
    table["profit_against_plan"] = table["profit"] - table["profit"].iloc[0]
    points = ["outstanding", "redeemed", "expired", "left"]
    table = table.astype(dict.fromkeys(points, "int64")).rename_axis("scenario")
    return Stress(table, outcomes)


def _seed(rng: RNG) -> int:
    import numpy as np

    return int(np.random.default_rng(rng).integers(2**62)) if not isinstance(rng, int) else rng


def _measure(outcome: Outcome, at: int) -> dict[str, float]:
    before, since = outcome.history.loc[: at - 1], outcome.history.loc[at:]
    books, pnl = outcome.pnl.loc[: at - 1], outcome.pnl.loc[at:]
    return {
        "outstanding": before["outstanding"].iloc[-1],
        "liability": (books["deferred"] - books["released"]).sum(),
        "redeemed": since["redeemed"].sum(),
        "expired": since["expired"].sum(),
        "left": since["outstanding"].iloc[-1],
        "reward_face": since["reward_face"].sum(),
        "reward_cost": since["reward_cost"].sum(),
        "refunds": (-since["fees"]).clip(lower=0).sum(),
        "sales": since["sales"].sum(),
        "profit": pnl["profit"].sum(),
    }
