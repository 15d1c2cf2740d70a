"""Do customers who buy often spend more each time: the assumption under every CLV."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import number, problem
from centricity.clv._unsure import model_of
from centricity.clv._worth import Spend
from centricity.clv.gammagamma import GammaGamma, _spends

_FEWEST = 10


@dataclass(frozen=True)
class Independence:
    """How frequency and spend go together among customers with repeat purchases.

    Attributes
    ----------
    correlation, lower, upper : float
        Spearman's rank correlation of frequency and mean spend, with its interval.
    chance_lower, chance_upper : float
        Where the rank correlation of such a table lies if the two are independent. Not around
        zero: a mean of few amounts is more skewed than one of many, so that most customers with a
        single repeat purchase lie below the average.
    per_doubling, per_doubling_lower, per_doubling_upper : float
        By what share mean spend changes when frequency doubles: what matters for money.
    by_frequency : pandas.DataFrame
        Index ``frequency`` ("1", "2", …, "10+"): customers (number), mean_spend, lower, upper
        (money, mean across customers).
    n : int
        Customers with repeat purchases.
    level : float
        Coverage of all intervals.

    Examples
    --------
    >>> from centricity.clv import GammaGamma
    >>> world = GammaGamma(p=1.5, q=4.0, gamma=60.0).simulate([0, 1, 2, 3] * 100, rng=1)
    >>> found = independence(world.customers, worlds=20, rng=1)
    >>> found.n, found.by_frequency["customers"].tolist()  # nobody without a repeat purchase
    (300, [100, 100, 100])
    """

    correlation: float
    lower: float
    upper: float
    chance_lower: float
    chance_upper: float
    per_doubling: float
    per_doubling_lower: float
    per_doubling_upper: float
    by_frequency: pd.DataFrame
    n: int
    level: float

    @property
    def plausible(self) -> bool:
        """Whether the rank correlation is one that independence would give."""
        return self.chance_lower <= self.correlation <= self.chance_upper

    def __str__(self) -> str:
        """Say what was found, what independence would give, and what that is in money."""
        verdict = "plausible" if self.plausible else "not plausible"
        return (
            f"Rank correlation of frequency and spend {self.correlation:+.3f} "
            f"({self.level:.0%} interval {self.lower:+.3f} to {self.upper:+.3f}), "
            f"{self.n:,} customers\n"
            f"If independent, it would lie from {self.chance_lower:+.3f} to "
            f"{self.chance_upper:+.3f}: independence is {verdict}\n"
            f"Twice the frequency goes with {self.per_doubling:+.1%} spend per purchase "
            f"({self.per_doubling_lower:+.1%} to {self.per_doubling_upper:+.1%})"
        )


def independence(
    customers: pd.DataFrame,
    *,
    spend: Spend | None = None,
    most: int = 10,
    level: float = 0.95,
    worlds: int = 400,
    rng: RNG = None,
) -> Independence:
    """Check that spend per purchase does not depend on how often somebody buys.

    Parameters
    ----------
    customers : pandas.DataFrame
        Columns ``frequency`` and ``monetary_value``; those without repeat purchases are left out.
    spend : GammaGamma or Fit, optional
        The spend model that says what independence looks like; default: fitted to the table.
    most : int
        The last row of the table by frequency holds this number of purchases and more.
    level : float
        Coverage of the intervals, strictly between 0 and 1.
    worlds : int
        Simulated tables in which the two are independent, at least 20.
    rng : numpy.random.Generator, int or None

    Returns
    -------
    Independence
        With ``print``: the three findings in words.

    Raises
    ------
    ValueError, TypeError
        For a faulty table, or fewer than ten customers with repeat purchases or one frequency only.

    Notes
    -----
    The interval of the rank correlation is Fisher's with the variance of Bonett & Wright (2000).
    The range under independence comes from tables with the frequencies as they are and amounts from
    the spend model. ``per_doubling`` is the slope of mean spend on log₂ frequency by least squares,
    with standard errors that allow for unequal variances (HC1), as a share of the average.
    Independence makes it zero whatever the distribution of the amounts.

    References
    ----------
    Bonett, D. G., & Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall
    and Spearman correlations. Psychometrika, 65(1), 23–28.

    Examples
    --------
    >>> from centricity.clv import GammaGamma
    >>> world = GammaGamma(p=1.5, q=4.0, gamma=60.0).simulate([1, 2, 3, 4, 5, 6] * 500, rng=1)
    >>> found = independence(world.customers, rng=1)
    >>> bool(found.lower > 0), found.plausible  # significant, and yet what independence gives
    (True, True)
    """
    where = "clv.independence"
    level = number(level, "level", where, above=0, below=1)
    worlds = int(number(worlds, "worlds", where, minimum=20, whole=True))
    most = int(number(most, "most", where, minimum=2, whole=True))
    x, mean, _ = _spends(customers, where)
    x, mean = x[x > 0], mean[x > 0]
    if len(x) < _FEWEST or x.min() == x.max():
        says = f"{len(x):,} customers have repeat purchases, with {len(np.unique(x))} frequencies"
        rule = f"At least {_FEWEST} customers with two different frequencies are compared"
        raise problem(where, says, rule, "Use a longer observation period")
    model, _ = model_of(
        spend if spend is not None else GammaGamma.fit(customers), GammaGamma, "spend", where
    )
    rho = _rank_correlation(stats.rankdata(x), mean)
    half = stats.norm.ppf(0.5 + level / 2) * np.sqrt((1 + rho**2 / 2) / (len(x) - 3))
    low, high = np.tanh(np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12)) + np.array([-half, half]))
    rng = np.random.default_rng(rng)
    ranks = stats.rankdata(x)
    drawn = [
        _rank_correlation(ranks, model.simulate(x, rng=rng).customers["monetary_value"])
        for _ in range(worlds)
    ]
    chance = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
    slope, flattest, steepest = _per_doubling(x, mean, level)
    return Independence(
        correlation=rho,
        lower=float(low),
        upper=float(high),
        chance_lower=float(chance[0]),
        chance_upper=float(chance[1]),
        per_doubling=slope,
        per_doubling_lower=flattest,
        per_doubling_upper=steepest,
        by_frequency=_by_frequency(x, mean, most, level),
        n=len(x),
        level=level,
    )


def _rank_correlation(ranks: Float, mean: ArrayLike) -> float:
    return float(np.corrcoef(ranks, stats.rankdata(mean))[0, 1])


def _per_doubling(x: Float, mean: Float, level: float) -> tuple[float, float, float]:
    """Slope of mean spend on log₂ frequency with HC1 errors, as a share of the mean."""
    away = np.log2(x) - np.log2(x).mean()
    slope = away @ mean / (away @ away)
    left = mean - mean.mean() - slope * away
    error = np.sqrt(len(x) / (len(x) - 2) * (away**2 @ left**2)) / (away @ away)
    half = stats.t.ppf(0.5 + level / 2, len(x) - 2) * error
    low, middle, high = np.array([slope - half, slope, slope + half]) / mean.mean()
    return float(middle), float(low), float(high)


def _by_frequency(x: Float, mean: Float, most: int, level: float) -> pd.DataFrame:
    capped = np.minimum(x, most).astype(int)
    groups = pd.Series(mean).groupby(capped)
    table = pd.DataFrame({"customers": groups.size(), "mean_spend": groups.mean()})
    free = table["customers"].where(table["customers"] > 1) - 1
    half = stats.t.ppf(0.5 + level / 2, free) * groups.std() / np.sqrt(table["customers"])
    table["lower"], table["upper"] = table["mean_spend"] - half, table["mean_spend"] + half
    names = [f"{most}+" if number_ == most else str(number_) for number_ in table.index]
    return table.set_axis(pd.Index(names, name="frequency"))
