"""What a search finds, and a number for what the best earns that luck does not flatter."""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from centricity import _validate
from centricity.loyalty._repeat import std_error
from centricity.loyalty.programme import Programme

LEVEL = 0.95
RESAMPLES = 2_000
Number = TypeVar("Number", float, pd.Series)


@dataclass(frozen=True, eq=False)
class Found:
    """What :func:`search` finds. Euros are since the launch, against the twin world.

    Parameters
    ----------
    best : str
        Name of the best candidate; "no programme" where none earns anything.
    programme : Programme or None
        The best programme; None for no programme.
    table : DataFrame
        One row per candidate, best first: ``screened`` (mean of the measure in the first round)
        and ``screened_error``, ``cost`` (mean of all costs, at marginal cost), ``affordable``
        (within the budget), ``finalist``; of finalists ``fresh`` (mean on seeds that had no part in
        their becoming finalists) and ``fresh_error``, ``behind`` (how far behind the best, same
        luck) and ``behind_error``, ``p_best`` (share of bootstrap resamples of the fresh seeds in
        which it is the best); of the best ``value``. A name that ends in ``_reach`` is half the
        width of the 95 % interval around a mean (Student's t).
    curse : float
        Winner's curse: how much better the winner of the first round looked then than on fresh
        seeds.
    curse_error : float
        Its standard error.
    value : float
        What the choice earns, without a winner's curse. ``fresh`` of the best flatters a little,
        since the best was chosen in those worlds. Here the choice is made on half of them and
        looked at in the other half, then the other way round, and the mean is taken. It is unbiased
        for what a choice with half as many worlds earns, which is the best itself where both halves
        agree, and no more than the best otherwise.
    value_error : float
        Its standard error. The two halves are not quite independent, as each is chosen from and
        looked at; so their errors are added as if they went together, which is never too little.
        The price is an interval as wide as from half of the worlds.

    Examples
    --------
    Four worlds and two candidates; each half chooses the one that does worse in the other half:

    >>> worlds = pd.DataFrame({"card": [9.0, 7.0, 2.0, 4.0], "club": [1.0, 3.0, 8.0, 6.0]})
    >>> value, error = cross_checked(worlds, 0 * worlds, limit=np.inf)
    >>> float(value), worlds.mean().tolist()
    (2.5, [5.5, 4.5])
    """

    best: str
    programme: Programme | None
    table: pd.DataFrame
    curse: float
    curse_error: float
    value: float
    value_error: float
    runs: pd.DataFrame = field(repr=False)

    def conf_int(self, level: float = LEVEL) -> tuple[float, float]:
        """Return an interval for what the choice earns, around ``value`` (Student's t).

        It speaks of luck, not of doubts about the assumptions, unless the search was given
        several behaviours. Two degrees of freedom fewer than worlds, one for each half.

        Parameters
        ----------
        level : float
            Confidence level in (0, 1).

        Returns
        -------
        tuple of float

        Examples
        --------
        >>> four = pd.DataFrame({"card": [1.0, 3.0, 1.0, 3.0]})
        >>> found = Found("card", None, four, 0.0, 0.0, value=2.0, value_error=1.0, runs=four)
        >>> [round(bound, 2) for bound in found.conf_int(0.9)]  # 2 ± 2.92
        [-0.92, 4.92]
        """
        _validate.number(level, "level", "Found.conf_int", above=0, below=1)
        half = reach(self.value_error, len(self.runs) - 2, level)
        return float(self.value - half), float(self.value + half)


def reach(error: Number, freedom: int, level: float = LEVEL) -> Number:
    """Return half the width of an interval by Student's t.

    >>> round(reach(1.0, 11), 2)  # twelve worlds
    2.2
    """
    return float(stats.t.ppf(0.5 + level / 2, freedom)) * error


def best_of(values: pd.DataFrame, costs: pd.DataFrame, limit: float) -> str:
    """Return the column that earns most in these worlds, of those that cost no more than allowed.

    >>> worlds = pd.DataFrame({"dear": [9.0], "thin": [5.0]})
    >>> best_of(worlds, pd.DataFrame({"dear": [7.0], "thin": [2.0]}), limit=3.0)
    'thin'
    """
    return str(values.mean()[costs.mean() <= limit].idxmax())


def cross_checked(values: pd.DataFrame, costs: pd.DataFrame, limit: float) -> tuple[float, float]:
    """Choose in each half of the worlds and look in the other; return the mean and its error.

    The halves are the first and the last worlds, so that behaviours that take turns are in both.
    """
    half = len(values) // 2
    halves = slice(None, half), slice(half, None)
    total = error = 0.0
    for chosen_in, seen_in in (halves, halves[::-1]):
        best = best_of(values[chosen_in], costs[chosen_in], limit)
        seen = values[best][seen_in]
        total += float(seen.sum())
        error += float(seen.std(ddof=1)) * np.sqrt(len(seen))
    return total / len(values), float(error) / len(values)


def finals(values: pd.DataFrame, affordable: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Summarise the finalists' fresh runs, one row each."""
    allowed = affordable.loc[values.columns]
    mean = values.mean()
    behind = values.rsub(values[mean[allowed].idxmax()], axis=0)
    open_to_choice = values.loc[:, allowed]
    drawn = rng.integers(len(values), size=(RESAMPLES, len(values)))
    winners = open_to_choice.to_numpy()[drawn].mean(axis=1).argmax(axis=1)
    share = np.bincount(winners, minlength=open_to_choice.shape[1]) / RESAMPLES
    return pd.DataFrame(
        {
            "fresh": mean,
            "fresh_error": std_error(values),
            "fresh_reach": reach(std_error(values), len(values) - 1),
            "behind": behind.mean(),
            "behind_error": std_error(behind),
            "behind_reach": reach(std_error(behind), len(values) - 1),
            "p_best": pd.Series(share, open_to_choice.columns).reindex(
                values.columns, fill_value=0
            ),
        }
    )
