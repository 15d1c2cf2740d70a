"""Look-alikes: who among new customers resembles a segment, by what is known on day one."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import a_type, number, problem
from centricity.segmentation._checks import same_customers
from centricity.segmentation._design import (
    Design,
    fit_design,
    require_independent,
    require_overlap,
)
from centricity.segmentation._logistic import (
    calibration_slope,
    chance,
    coefficient_table,
    fit_all,
    out_of_fold,
)
from centricity.segmentation.scoring import auc, calibration_table, lift_table

TOO_GOOD = 0.99
PER_COEFFICIENT = 10


@dataclass(frozen=True)
class LookAlikes:
    """A scorecard for look-alikes, and how good it is on customers it hadn't seen.

    Attributes
    ----------
    customers, positives : int
        Customers fitted, and those of the target among them.
    rate : float
        Their share.
    coefficients : pandas.DataFrame
        One row per term: ``coef`` (change of the log odds per unit of the feature; for a category,
        against the most frequent one), ``std_error``, ``low``, ``high``, ``odds_ratio`` and
        ``per_sd`` (``coef`` per standard deviation, to compare numbers with each other).
    scores : pandas.Series
        Probability of each customer by a fit that hadn't seen them (out of fold).
    lift : pandas.DataFrame
        By tenth of scores, best first: ``customers``, ``mean_score``, ``hits``, ``rate``, ``lift``
        with ``low`` and ``high``; ``reached`` and ``captured`` (shares of customers and of hits so
        far), ``cumulative_lift`` with its interval.
    calibration : pandas.DataFrame
        By tenth of scores, lowest first: ``mean_score``, ``rate`` with ``low`` and ``high``.
    slope : float
        Calibration slope (Cox 1958): 1 is right, below 1 the scores are too extreme. With few
        customers a little below 1 is usual; features that say nothing bring it to 0 or below.
    auc, auc_low, auc_high : float
        Chance that a customer of the target scores higher than another one: 0.5 is a coin.
    brier, brier_base : float
        Mean squared error of the scores, and of the plain rate for everybody.
    cautions : tuple of str
        What to be careful about, if anything.

    Examples
    --------
    Of 100 who came by shop 60 became loyal, of 100 who came by web 20; that is 80 of 200. So the
    better half, those of the shop, holds 1.5 times as many as the average:

    >>> channel = pd.DataFrame({"channel": ["shop"] * 100 + ["web"] * 100})
    >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
    >>> found = look_alikes(channel, loyal, groups=2, rng=1)
    >>> found.customers, found.positives, found.rate
    (200, 80, 0.4)
    >>> found.lift[["customers", "hits", "rate", "lift"]].round(6)
           customers  hits  rate  lift
    group
    1            100  60.0   0.6   1.5
    2            100  20.0   0.2   0.5
    >>> found.cautions
    ()
    """

    customers: int
    positives: int
    rate: float
    coefficients: pd.DataFrame = field(repr=False)
    scores: pd.Series = field(repr=False)
    lift: pd.DataFrame = field(repr=False)
    calibration: pd.DataFrame = field(repr=False)
    slope: float
    auc: float
    auc_low: float
    auc_high: float
    brier: float
    brier_base: float
    cautions: tuple[str, ...]
    _design: Design = field(repr=False)
    _params: Float = field(repr=False, compare=False)

    def score(self, features: pd.DataFrame) -> pd.Series:
        """Score new customers by the fit to all.

        Parameters
        ----------
        features : pandas.DataFrame
            The same columns, in the same units; one row is enough.

        Returns
        -------
        pandas.Series
            Probability of being one of the target, named "score", same index.

        Raises
        ------
        ValueError
            When a feature or value is missing or infinite, or a category wasn't in the fit.
        TypeError
            When features are no DataFrame, or not numbers where numbers were.

        Examples
        --------
        60 of 100 by shop and 20 of 100 by web became loyal; so will new ones, as far as we know:

        >>> channel = pd.DataFrame({"channel": ["shop"] * 100 + ["web"] * 100})
        >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
        >>> found = look_alikes(channel, loyal, rng=1)
        >>> new = pd.DataFrame({"channel": ["web", "shop"]}, index=["Ann", "Bob"])
        >>> found.score(new).round(3).to_dict()
        {'Ann': 0.2, 'Bob': 0.6}
        """
        columns = self._design.build(features, "LookAlikes.score")
        return pd.Series(chance(columns @ self._params), features.index, name="score")

    def summary(self) -> pd.Series:
        """Return the main numbers as a labelled Series.

        Returns
        -------
        pandas.Series
            ``customers``, ``positives``, ``rate``, ``auc``, ``auc_low``, ``auc_high``,
            ``lift_first_group``, ``brier``, ``brier_base`` and ``calibration_slope``.

        Examples
        --------
        The plain rate of 0.4 for everybody is off by 0.6² for 40 % and by 0.4² for 60 %, so by
        0.24; the scores should be off by less:

        >>> channel = pd.DataFrame({"channel": ["shop"] * 100 + ["web"] * 100})
        >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
        >>> numbers = look_alikes(channel, loyal, groups=2, rng=1).summary()
        >>> numbers[["rate", "lift_first_group", "brier_base"]].round(6).to_dict()
        {'rate': 0.4, 'lift_first_group': 1.5, 'brier_base': 0.24}
        >>> bool(numbers["brier"] < numbers["brier_base"])
        True
        """
        best = self.lift.iloc[0]
        return pd.Series(
            {"customers": self.customers, "positives": self.positives, "rate": self.rate,
             "auc": self.auc, "auc_low": self.auc_low, "auc_high": self.auc_high,
             "lift_first_group": best["lift"], "brier": self.brier, "brier_base": self.brier_base,
             "calibration_slope": self.slope},
            name="look-alikes",
        )  # fmt: skip


def look_alikes(
    features: pd.DataFrame,
    target: pd.Series,
    *,
    columns: Sequence[str] | None = None,
    folds: int = 5,
    groups: int = 10,
    level: float = 0.95,
    rng: RNG = None,
) -> LookAlikes:
    r"""Learn who resembles a segment, from what is known of a customer on day one.

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer: numbers, and categories (text, categorical or yes/no). Only what is
        known when the decision is taken, such as channel, country and first basket.
    target : pandas.Series of bool
        Whether the customer is in the segment to look for, known later; the same customers, in
        any order.
    columns : sequence of str, optional
        Which features to use; default all.
    folds : int
        Number of parts; each is scored by a fit to the others.
    groups : int
        Groups of the lift and calibration tables, default tenths.
    level : float
        Confidence level of all intervals.
    rng : numpy.random.Generator, int or None
        Randomness of the parts.

    Returns
    -------
    LookAlikes
        ``coefficients``, out-of-fold ``scores``, ``lift``, ``calibration``, ``auc``, ``brier``,
        ``score(new)``.

    Raises
    ------
    ValueError
        When a value is missing or infinite, a feature is constant or follows from others, one
        feature or category decides the target alone, there are fewer than two customers per fold
        in or out of the target, or the customers differ.
    TypeError
        When features are no DataFrame, hold dates, or the target isn't yes/no.
    ConvergenceError
        When features together separate the target perfectly.

    Warns
    -----
    UserWarning
        When the out-of-fold AUC is above 0.99. A feature that was known only later can't be
        recognised from the table, but hardly anything known on day one sorts people so well.

    Notes
    -----
    Logistic regression (statsmodels): :math:`\ln \frac{p}{1-p} = x\beta`. Everything that judges it
    is out of fold: folds hold the same share of the target each; the pooled scores come from
    slightly different fits. Lift is the rate in a group over the rate of all; its interval comes
    from the ratio of that rate to the others' (Donner & Zou 2012; Newcombe 2016). Equal scores
    share their hits equally, so the order of rows doesn't matter.

    A high lift says *who* tends to become one of the target, and not that contacting them makes
    them so. Customers whom the firm treated differently look different, too.

    References
    ----------
    Cox, D. R. (1958). Two further applications of a model for binary regression. *Biometrika*,
    45(3/4), 562–565.

    DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Comparing the areas under two or
    more correlated receiver operating characteristic curves. *Biometrics*, 44(3), 837–845.

    Donner, A., & Zou, G. Y. (2012). Closed-form confidence intervals for functions of the normal
    mean and standard deviation. *Statistical Methods in Medical Research*, 21(4), 347–359.

    Newcombe, R. G. (2016). MOVER-R confidence intervals for ratios and products of two
    independently estimated quantities. *Statistical Methods in Medical Research*, 25(5), 1774–1778.

    Peduzzi, P., Concato, J., Kemper, E., Holford, T. R., & Feinstein, A. R. (1996). A simulation
    study of the number of events per variable in logistic regression analysis. *Journal of Clinical
    Epidemiology*, 49(12), 1373–1379.

    Examples
    --------
    Of 100 who came by shop 60 became loyal, of 100 who came by web 20. The odds are 60 : 40 and
    20 : 80, so the odds ratio of web against shop is 1/4 : 3/2 = 1/6.

    >>> channel = pd.Series(["shop"] * 100 + ["web"] * 100, name="channel")
    >>> loyal = pd.Series(([True] * 60 + [False] * 40) + ([True] * 20 + [False] * 80))
    >>> found = look_alikes(channel.to_frame(), loyal, groups=2, rng=1)
    >>> found.coefficients["odds_ratio"].round(3).to_dict()
    {'constant': 1.5, 'channel = web': 0.167}
    >>> found.lift["lift"].round(6).to_dict()
    {1: 1.5, 2: 0.5}
    >>> found.score(pd.DataFrame({"channel": ["shop", "web"]})).round(3).to_list()
    [0.6, 0.2]
    """
    where = "look_alikes"
    folds = int(number(folds, "folds", where, minimum=2, whole=True))
    groups = int(number(groups, "groups", where, minimum=2, whole=True))
    number(level, "level", where, above=0, below=1)
    design = fit_design(features, columns, where)
    hit = _target(target, features, folds, groups, where)
    X = design.build(features, where)
    require_independent(X, design.terms, where)
    require_overlap(features, hit.astype(bool), design, where)
    params, cov = fit_all(X, hit, where)
    scores, rough = out_of_fold(X, hit, folds, np.random.default_rng(rng))
    area, low, high = auc(scores, hit, level)
    cautions = _cautions(area, hit, len(design.terms), rough)
    if area > TOO_GOOD:
        warnings.warn(f"{where}: {cautions[0]}", UserWarning, stacklevel=2)
    rate = float(hit.mean())
    return LookAlikes(
        customers=len(hit),
        positives=int(hit.sum()),
        rate=rate,
        coefficients=coefficient_table(design, params, cov, level),
        scores=pd.Series(scores, features.index, name="score"),
        lift=lift_table(scores, hit, groups, level),
        calibration=calibration_table(scores, hit, groups, level),
        slope=calibration_slope(scores, hit),
        auc=area, auc_low=low, auc_high=high,
        brier=float(((scores - hit) ** 2).mean()),
        brier_base=rate * (1 - rate),
        cautions=cautions,
        _design=design,
        _params=params,
    )  # fmt: skip


def _target(target: object, features: pd.DataFrame, folds: int, groups: int, where: str) -> Float:
    if not isinstance(target, pd.Series):
        raise problem(
            where, f"the target is {a_type(target)}",
            "It is a pandas Series of True and False, customers in the index", error=TypeError,
        )  # fmt: skip
    same_customers(features.index, target.index, ("features", "target"), where)
    values = target.reindex(features.index)
    if values.isna().any() or not values.isin([True, False]).all():
        raise problem(
            where, f"the target holds {values.unique()[:4].tolist()}",
            "Each customer is in the target or not: True or False",
            "Write it as a comparison, such as segments == 'top'", error=TypeError,
        )  # fmt: skip
    hit = values.to_numpy(dtype=bool)
    inside, outside = int(hit.sum()), int((~hit).sum())
    if min(inside, outside) < 2 * folds or len(hit) < groups:
        raise problem(
            where, f"{inside:,} of {len(hit):,} customers are in the target and {outside:,} "
            "are not",
            f"With {folds} folds at least {2 * folds} are needed of each, two per fold",
            "Widen the target, take more customers, or use fewer folds",
        )  # fmt: skip
    return hit.astype(float)


def _cautions(area: float, y: Float, terms: int, rough: int) -> tuple[str, ...]:
    found = []
    if area > TOO_GOOD:
        found.append(
            f"the out-of-fold AUC is {area:.3f}. Features known on day one hardly ever sort so "
            "well. Check that none was measured after the customer had become one of the target."
        )
    rare = int(min(y.sum(), len(y) - y.sum()))
    if rare < PER_COEFFICIENT * (terms - 1):
        found.append(
            f"there are {rare:,} customers of the rarer kind for {terms - 1} coefficients, fewer "
            f"than {PER_COEFFICIENT} each: coefficients are rough (Peduzzi et al. 1996)."
        )
    if rough:
        found.append(
            f"in {rough} of the fits that judge the scores a rare category had nobody inside or "
            "nobody outside the target: join rare categories."
        )
    return tuple(found)
