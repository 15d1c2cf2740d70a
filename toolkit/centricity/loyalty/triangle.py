"""How many points will ever be redeemed, from cohorts that are still on their way."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from centricity import _validate
from centricity._typing import Float


@dataclass(frozen=True, eq=False)
class Triangle:
    """What :func:`redemption_triangle` finds.

    Parameters
    ----------
    cumulative : DataFrame
        Points redeemed so far by cohort (rows) and age in periods (columns); NaN = not yet seen.
    factors : Series
        By age: how many times as many points are redeemed by then as by the age before; at the
        first age, the share of the points issued that is redeemed by then.
    cohorts : DataFrame
        By cohort: ``issued``, ``redeemed`` so far, ``ultimate`` (expected in the end),
        ``std_error`` of the ultimate, ``rate`` = ultimate / issued.
    rate : float
        Ultimate redemption rate of all points issued; breakage is one minus it.
    std_error : float
        Standard error of ``rate`` (Mack, 1993), as if cohorts were alike.
    drift : float
        How the factors go with the age of the programme, as a standard normal score: beyond ±1.96
        the later cohorts redeem otherwise than the early ones did, `alike` is false, and the
        interval promises too much.

    Examples
    --------
    >>> half = Triangle(pd.DataFrame(), pd.Series(dtype=float), pd.DataFrame(), 0.8, 0.01)
    >>> [round(bound, 3) for bound in half.conf_int()]
    [0.78, 0.82]
    """

    cumulative: pd.DataFrame = field(repr=False)
    factors: pd.Series = field(repr=False)
    cohorts: pd.DataFrame = field(repr=False)
    rate: float
    std_error: float
    drift: float = 0.0

    @property
    def alike(self) -> bool:
        """Whether the data leave it open that all cohorts follow the same way (5 % level).

        Examples
        --------
        >>> half = Triangle(
        ...     pd.DataFrame(), pd.Series(dtype=float), pd.DataFrame(), 0.8, 0.01, drift=2.4)
        >>> half.alike
        False
        """
        return abs(self.drift) < 1.96

    def conf_int(self, level: float = 0.95) -> tuple[float, float]:
        """Return an interval for the ultimate rate, normal and cut to [0, 1].

        It holds what it promises only where cohorts are `alike`: the future of the young ones may
        differ from the past of the old, and no factor shows by how much.

        Parameters
        ----------
        level : float
            Confidence level in (0, 1).

        Returns
        -------
        tuple of float

        Examples
        --------
        >>> half = Triangle(pd.DataFrame(), pd.Series(dtype=float), pd.DataFrame(), 0.99, 0.01)
        >>> [round(bound, 3) for bound in half.conf_int()]
        [0.97, 1.0]
        """
        _validate.number(level, "level", "Triangle.conf_int", above=0, below=1)
        reach = float(stats.norm.ppf(0.5 + level / 2)) * self.std_error
        return max(self.rate - reach, 0.0), min(self.rate + reach, 1.0)


def redemption_triangle(ledger: pd.DataFrame) -> Triangle:
    r"""Estimate the ultimate redemption rate with the chain ladder.

    Each cohort of points (a row) is followed by age (a column). What the older cohorts did from
    one age to the next, the younger ones are expected to do as well: the factor
    :math:`f_k = \sum_i C_{i,k+1} / \sum_i C_{i,k}` over the cohorts seen at both ages. The first
    step leads from the points issued to those redeemed by the first age at which every cohort had
    redeemed some; so even a cohort that has redeemed nothing yet has an estimate. The standard
    error is Mack's, which assumes no distribution, but that cohorts are independent and alike.
    Whether they are is looked at: at each age the rank correlation between a cohort's number and
    its own factor, averaged with the number of cohorts less one as weights (the way in which Mack
    1994 tests his other assumption), gives `Triangle.drift`. A programme's first cohorts often
    differ, since members begin with an empty account. Then `Triangle.alike` is false, and the
    interval is too narrow.

    Ages beyond the oldest cohort's are not seen: where points live longer than the programme has
    run, the estimate is of the redemption by that age, and too low for the end.

    Parameters
    ----------
    ledger : DataFrame
        ``Outcome.ledger``, or any table with the columns or index levels ``issued_in`` and
        ``period`` and the columns ``issued`` and ``redeemed`` (so far), one row per cohort
        and period.

    Returns
    -------
    Triangle

    Raises
    ------
    ValueError, TypeError
        If a column is missing, a period of a cohort is missing, or there are fewer than three
        cohorts with redemptions to learn from.

    References
    ----------
    Mack (1993). Distribution-free calculation of the standard error of chain ladder reserve
    estimates. ASTIN Bulletin 23(2), 213-225.

    Mack (1994). Measuring the variability of chain ladder reserve estimates. Casualty Actuarial
    Society Forum, Spring, 101-182.

    Examples
    --------
    >>> from centricity import loyalty
    >>> programme = loyalty.Programme(
    ...     points_per_euro=1, rewards=(loyalty.Reward("voucher", 100, 5, 3),), validity=12)
    >>> members = loyalty.Members.draw(3_000, rng=1)
    >>> outcome = loyalty.simulate(programme, members, 24, rng=1)
    >>> triangle = loyalty.redemption_triangle(outcome.ledger)
    >>> bool(outcome.redemption_rate < triangle.rate < 1)  # the young cohorts are not done yet
    True
    """
    where = "redemption_triangle"
    issued, cumulative = _read(ledger, where)
    first = _first_age(cumulative, where)
    steps = np.column_stack([issued, cumulative.to_numpy()[:, first:]])
    # A cohort younger than the first age has only its points issued.
    factors, sigma2, volume = _develop(steps)
    ultimate, error, total_error = _mack(steps, factors, sigma2, volume)
    redeemed = np.nan_to_num(cumulative.ffill(axis=1).iloc[:, -1].to_numpy())
    cohorts = pd.DataFrame(
        {
            "issued": issued.astype(np.int64),
            "redeemed": redeemed.astype(np.int64),
            "ultimate": ultimate,
            "std_error": error,
            "rate": ultimate / issued,
        },
        index=cumulative.index,
    )
    ages = pd.Index(cumulative.columns[first:], name="age")
    drift = _drift(steps)
    return Triangle(
        cumulative=cumulative,
        factors=pd.Series(factors, index=ages, name="factor"),
        cohorts=cohorts,
        rate=float(ultimate.sum() / issued.sum()),
        std_error=float(total_error / issued.sum()),
        drift=drift,
    )


def _read(ledger: pd.DataFrame, where: str) -> tuple[Float, pd.DataFrame]:
    frame = _validate.require_frame(ledger, where).reset_index()
    rule = "A triangle needs points by cohort and period"
    names = ("issued_in", "period", "issued", "redeemed")
    _validate.require_columns(frame.columns, names, where, rule)
    for name in names:
        _validate.numeric_column(frame, name, where, minimum=0, noun="rows")
    frame = frame.assign(age=frame["period"] - frame["issued_in"])
    wide = frame.pivot(index="issued_in", columns="age", values="redeemed").astype(float)
    wide = wide.reindex(columns=pd.RangeIndex(int(frame["age"].max()) + 1, name="age"))
    issued = frame.groupby("issued_in")["issued"].max()
    wide, points = wide[issued > 0], issued[issued > 0].to_numpy(float)
    seen = wide.notna().to_numpy()
    gaps = (np.diff(seen.astype(int), axis=1) > 0).any(axis=1) | ~seen[:, 0]
    if gaps.any():
        raise _validate.problem(
            where,
            f"a period is missing in {_validate.which(pd.Series(gaps, wide.index), 'cohorts')}",
            "Each cohort is followed from the period of issue without a gap",
            "Hand in Outcome.ledger as it is",
        )
    over = frame["redeemed"] > frame["issued"]
    if over.any():
        raise _validate.problem(
            where,
            f"more points were redeemed than issued in {_validate.which(over)}",
            "'redeemed' counts the cohort's own points, up to the end of the period",
        )
    return points, wide.dropna(axis=1, how="all")


def _first_age(cumulative: pd.DataFrame, where: str) -> int:
    """Return the place of the first age at which every cohort seen then had redeemed some."""
    values = cumulative.to_numpy()
    fine = np.all((values > 0) | np.isnan(values), axis=0) & (np.isfinite(values).sum(axis=0) > 2)
    if not fine.any():
        raise _validate.problem(
            where,
            "at no age have three cohorts or more all redeemed points",
            "A triangle learns the young cohorts' way from older ones",
            "Follow the programme for longer, or put periods together into larger cohorts",
        )
    return int(np.argmax(fine))


def _develop(steps: Float) -> tuple[Float, Float, Float]:
    """Return each step's factor, its variance and the volume that it was learnt from."""
    ages = steps.shape[1] - 1
    factors, sigma2, volume = np.ones(ages), np.zeros(ages), np.zeros(ages)
    for k in range(ages):
        both = np.isfinite(steps[:, k]) & np.isfinite(steps[:, k + 1])
        now, then = steps[both, k], steps[both, k + 1]
        volume[k] = now.sum()
        factors[k] = then.sum() / volume[k]
        if both.sum() > 1:
            sigma2[k] = (now * (then / now - factors[k]) ** 2).sum() / (both.sum() - 1)
        elif k > 1:  # Mack's (1993) proposal: one ratio has no spread of its own
            last, before = sigma2[k - 1], sigma2[k - 2]
            sigma2[k] = min(last**2 / before if before > 0 else 0.0, last, before)
    return factors, sigma2, volume


def _drift(steps: Float) -> float:
    """Return the mean rank correlation of factors with cohorts, over its spread under chance."""
    total = weight = 0.0
    for now, then in pairwise(steps.T):
        both = np.isfinite(now) & np.isfinite(then)
        ratios = then[both] / now[both]
        if len(ratios) < 3 or np.ptp(ratios) == 0:
            continue
        found = stats.spearmanr(np.arange(len(ratios)), ratios).statistic
        total += (len(ratios) - 1) * float(found)
        weight += len(ratios) - 1
    return total / np.sqrt(weight) if weight else 0.0


def _mack(steps: Float, factors: Float, sigma2: Float, volume: Float) -> tuple[Float, Float, float]:
    """Return each cohort's ultimate and its standard error, and that of their sum."""
    full = steps.copy()
    for k, factor in enumerate(factors):
        unseen = np.isnan(full[:, k + 1])
        full[unseen, k + 1] = full[unseen, k] * factor
    ultimate = full[:, -1]
    unseen = np.isnan(steps[:, 1:])
    relative = np.where(factors > 0, sigma2 / factors**2, 0.0)
    own = np.where(unseen, relative / full[:, :-1], 0.0).sum(axis=1)
    learnt = np.where(unseen, relative / volume, 0.0)
    mse = ultimate**2 * (own + learnt.sum(axis=1))
    # Mack (1993), for the total: cohorts share the factors, so their errors go together.
    shared = ((ultimate[:, None] * np.sqrt(learnt)).sum(axis=0) ** 2).sum()
    alone = ((ultimate[:, None] * np.sqrt(learnt)) ** 2).sum()
    total = np.sqrt(mse.sum() + shared - alone)
    return ultimate, np.sqrt(mse), float(total)
