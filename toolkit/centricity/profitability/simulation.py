"""Play a plan many times: who leaves is chance, and how they react is not well known."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import number
from centricity.profitability._economics import economics_of
from centricity.profitability.actions import (
    Action,
    actions_of,
    expected_change,
    if_leaving,
    if_staying,
    loss_probabilities,
)
from centricity.profitability.reaction import Reaction, require_reaction


@dataclass(frozen=True)
class Simulation:
    """Many possible next years under a plan, each beside its twin in which nothing was done.

    Attributes
    ----------
    accounts : pandas.DataFrame
        What is expected of each account: the result of :func:`expected_change`.
    change : numpy.ndarray
        Profit with the plan less profit of the twin, one number per draw.
    lost : numpy.ndarray
        Accounts lost because of the plan, one number per draw.

    Examples
    --------
    >>> from centricity.profitability import RELEASE, Reaction
    >>> table = pd.DataFrame({"revenue": [100.0], "goods": [70.0], "cost_to_serve": [40.0],
    ...     "avoidable_goods": [35.0], "avoidable_service": [20.0]}, index=["A"])
    >>> result = simulate(table, {"A": RELEASE}, Reaction(base=0.5, price=10), draws=100, rng=1)
    >>> sorted(set(result.change.tolist())), result.expected, result.chance_of_gain
    ([-45.0, 0.0], -22.5, 0.0)
    """

    accounts: pd.DataFrame
    change: Float
    lost: Float

    @property
    def expected(self) -> float:
        """Expected change by the formula, at the middle values of the reaction.

        Where the reaction is ``unsure``, ``mean`` differs from it: the chance of leaving isn't
        a straight line in the slopes.
        """
        return float(self.accounts["change"].sum())

    @property
    def mean(self) -> float:
        """Mean change over the draws."""
        return float(self.change.mean())

    @property
    def chance_of_gain(self) -> float:
        """Share of draws in which the plan earns more than doing nothing."""
        return float((self.change > 0).mean())

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Range that holds ``level`` of the draws, with equal tails.

        It tells what may happen to these accounts if the table and the reaction are right; that
        last year's profits are partly luck is not in it.

        Examples
        --------
        >>> Simulation(pd.DataFrame(), np.arange(5.0), np.zeros(5)).interval(0.5)
        (1.0, 3.0)
        """
        level = number(level, "level", "Simulation.interval", above=0, below=1)
        low, high = np.quantile(self.change, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def summary(self, level: float = 0.9) -> pd.Series:
        """Return the main numbers as a labelled Series: money, a share and a count.

        Examples
        --------
        >>> Simulation(pd.DataFrame(), np.array([-1.0, 3.0]), np.ones(2)).summary(0.5)
        mean              1.0
        lower             0.0
        upper             2.0
        chance_of_gain    0.5
        accounts_lost     1.0
        Name: change, dtype: float64
        """
        low, high = self.interval(level)
        return pd.Series(
            {
                "mean": self.mean,
                "lower": low,
                "upper": high,
                "chance_of_gain": self.chance_of_gain,
                "accounts_lost": float(self.lost.mean()),
            },
            name="change",
        )


def simulate(
    table: pd.DataFrame,
    plan: Mapping[object, Action],
    reaction: Reaction,
    *,
    draws: int = 2000,
    rng: RNG = None,
) -> Simulation:
    """Play the next period many times, with a plan and without it.

    Parameters
    ----------
    table : pandas.DataFrame
        Accounts as from :func:`statement`.
    plan : mapping of account to Action
        Accounts that are not in it are kept as they are.
    reaction : Reaction
        How customers answer, and how unsure we are of it.
    draws : int
        How many possible years.
    rng : numpy.random.Generator, int or None
        Source of randomness.

    Returns
    -------
    Simulation
        ``change`` and ``lost`` per draw, ``mean``, ``interval(level)``, ``chance_of_gain``,
        ``accounts`` (expected), ``summary()``.

    Raises
    ------
    ValueError
        When the plan names an unknown account, or a column of the table is missing.
    TypeError
        When the plan isn't a mapping to actions, or ``reaction`` no :class:`Reaction`.

    Notes
    -----
    Each draw has a twin with the same luck and no plan: an account that would have left anyway
    leaves in both, so the difference is the plan's doing. What is left out: that accounts talk to
    each other, that a rival acts, that next year's business is not this year's, and that hours set
    free may serve somebody else.

    Examples
    --------
    >>> table = pd.DataFrame({"revenue": [100.0] * 200, "goods": [70.0] * 200,
    ...     "cost_to_serve": [40.0] * 200, "avoidable_goods": [35.0] * 200,
    ...     "avoidable_service": [20.0] * 200})
    >>> plan = {account: Action(rise=0.1) for account in table.index}
    >>> result = simulate(table, plan, Reaction(base=0.05, price=10), rng=1)
    >>> round(result.expected), bool(abs(result.mean - result.expected) < 20)
    (1073, True)
    """
    where = "simulate"
    require_reaction(reaction, where)
    money = economics_of(table, where)
    chosen = actions_of(plan, money.index, where)
    draws = int(number(draws, "draws", where, minimum=1, whole=True))
    staying, leaving = if_staying(money, chosen, reaction), if_leaving(money)
    spent = float(chosen["cost"].sum())
    rng = np.random.default_rng(rng)
    anyway = reaction.loss_probability(0.0)
    change, lost = [], []
    for rows in _batches(draws, len(money.revenue)):
        scale = np.exp(reaction.unsure * rng.standard_normal((rows, 1)))
        luck = rng.random((rows, len(money.revenue)))
        gone = luck < loss_probabilities(chosen, reaction, scale)
        gone_anyway = luck < anyway
        with_plan = np.where(gone, leaving, staying).sum(axis=1) - spent
        change.append(with_plan - np.where(gone_anyway, leaving, money.profit).sum(axis=1))
        lost.append((gone.sum(axis=1) - gone_anyway.sum(axis=1)).astype(float))
    return Simulation(
        expected_change(table, plan, reaction), np.concatenate(change), np.concatenate(lost)
    )


def _batches(draws: int, accounts: int, most: int = 2_000_000) -> list[int]:
    """Split the draws, so that no batch holds more than so many numbers."""
    size = max(1, most // accounts)
    return [min(size, draws - start) for start in range(0, draws, size)]
