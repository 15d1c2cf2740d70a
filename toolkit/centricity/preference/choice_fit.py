"""A fitted conditional logit: weights, their uncertainty, and what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from centricity._typing import RNG, Float
from centricity._validate import choice, did_you_mean, number, problem
from centricity.preference._estimate import maximise
from centricity.preference._tasks import read_chosen, read_tasks, require_variation
from centricity.preference.choice import ConditionalLogit

WHERE = "ConditionalLogit.fit"
METHODS = ("delta", "krinsky-robb")
STEADY = 4.0  # |z| of the price below which delta and simulated intervals begin to part
FEW = 20  # respondents below which clustered errors come out too small


@dataclass(frozen=True)
class ChoiceFit:
    """Estimated weights and how well they are known.

    Clustered errors allow one person's choices to hang together. They do not make people alike:
    where tastes differ, the weights are a compromise, and fitting each segment is better. The
    errors are too small below some twenty respondents; then `wtp` says so.

    Attributes
    ----------
    params : pandas.Series
        Weight of each attribute.
    cov : pandas.DataFrame
        Covariance of the weights; clustered by respondent where respondents were named.
    independent_cov : pandas.DataFrame
        Covariance as if every task came from another person.
    price : str
        Which attribute is the price.
    loglike, null_loglike : float
        Log-likelihood at the weights, and with all weights zero (every alternative equally likely).
    tasks, respondents : int
        How many; respondents is 0 where none were named.

    Examples
    --------
    >>> from centricity import datasets
    >>> names = ["offer", "price", "days", "range", "advice", "returns"]
    >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
    >>> fit.respondents, fit.tasks
    (400, 3200)
    >>> fit.params.round(2).to_dict()
    {'offer': 7.98, 'price': -0.16, 'days': -0.21, 'range': 0.13, 'advice': 0.29, 'returns': 0.34}
    """

    params: pd.Series
    cov: pd.DataFrame
    independent_cov: pd.DataFrame
    price: str
    loglike: float
    null_loglike: float
    tasks: int
    respondents: int

    @property
    def model(self) -> ConditionalLogit:
        """The model at the estimated weights.

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> fit.model.wtp().round(2)["days"]
        np.float64(-1.32)
        """
        weights = {str(name): float(weight) for name, weight in self.params.items()}
        return ConditionalLogit(weights, price=self.price)

    @property
    def std_errors(self) -> pd.Series:
        """Standard errors of the weights.

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> fit.std_errors.round(3)[["price", "days"]].to_dict()
        {'price': 0.007, 'days': 0.016}
        """
        return pd.Series(np.sqrt(np.diag(self.cov)), index=self.params.index, name="std_error")

    @property
    def pseudo_r2(self) -> float:
        """McFadden's: the share of the null log-likelihood that the attributes take away.

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> round(fit.pseudo_r2, 2)
        0.19
        """
        return 1 - self.loglike / self.null_loglike

    def conf_int(self, level: float = 0.95) -> pd.DataFrame:
        """Intervals of the weights (normal approximation).

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> fit.conf_int().round(2).loc["price"].to_dict()
        {'lower': -0.18, 'upper': -0.15}
        """
        away = _critical(level, "ChoiceFit.conf_int") * self.std_errors
        return pd.DataFrame({"lower": self.params - away, "upper": self.params + away})

    def summary(self) -> pd.DataFrame:
        """Weights, standard errors (clustered and not), z and p-values.

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> fit.summary().loc["days", ["std_error", "independent"]].round(3).to_dict()
        {'std_error': 0.016, 'independent': 0.015}
        """
        z = self.params / self.std_errors
        alone = np.sqrt(np.diag(self.independent_cov))
        return pd.DataFrame(
            {
                "weight": self.params,
                "std_error": self.std_errors,
                "independent": alone,
                "z": z,
                "p_value": 2 * stats.norm.sf(np.abs(z)),
            }
        )

    def draws(self, n: int, rng: RNG = None) -> Float:
        """Draw weights from their asymptotic normal distribution, n × attributes.

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> fit.draws(3, rng=1).shape
        (3, 6)
        """
        rng = np.random.default_rng(rng)
        n = int(number(n, "n", "ChoiceFit.draws", minimum=1, whole=True))
        return rng.multivariate_normal(self.params, self.cov, size=n, method="eigh")

    def wtp(
        self, *, level: float = 0.95, method: str = "delta", draws: int = 20_000, rng: RNG = None
    ) -> pd.DataFrame:
        r"""Willingness to pay for one unit more of each attribute, with intervals.

        Parameters
        ----------
        level : float
            Level of the intervals.
        method : {"delta", "krinsky-robb"}
            Delta: symmetric, from the gradient of :math:`-\beta_k/\beta_p`. Krinsky and Robb:
            quantiles of the ratio over draws of the weights; it may be skewed, and should be
            preferred where the two differ.
        draws : int
            Number of draws, for Krinsky and Robb.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        pandas.DataFrame
            ``wtp``, ``std_error`` (delta), ``lower``, ``upper`` (money per unit), and ``flag``:
            empty, or why the interval should be read with care.

        Raises
        ------
        ValueError
            When the weight of the price isn't below zero at this level: a ratio to a number that
            may be zero has no finite interval.

        Notes
        -----
        Krinsky, I., & Robb, A. L. (1986). On approximating the statistical properties of
        elasticities. *Review of Economics and Statistics*, 68(4), 715-719.

        Examples
        --------
        >>> from centricity import datasets
        >>> tasks = datasets.load_survey_choices()
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(tasks, names)
        >>> bool((fit.wtp().loc["days", ["lower", "upper"]] < 0).all())
        True
        """
        where = "ChoiceFit.wtp"
        choice(method, "method", where, METHODS)
        critical = _critical(level, where)
        z = self._require_price(critical, where)
        others = self.params.index.drop(self.price)
        ratio = -self.params[others] / self.params[self.price]
        error = np.sqrt(np.einsum("ki,ij,kj->k", g := self._slopes(others), self.cov, g))
        table = pd.DataFrame({"wtp": ratio, "std_error": error})
        if method == "delta":
            table["lower"], table["upper"] = ratio - critical * error, ratio + critical * error
        else:
            drawn = self.draws(draws, rng)
            at = self.params.index.get_indexer(others)
            price = drawn[:, self.params.index.get_indexer(pd.Index([self.price]))]
            tails = [(1 - level) / 2, (1 + level) / 2]
            table["lower"], table["upper"] = np.quantile(-drawn[:, at] / price, tails, axis=0)
        return table.assign(flag=self._flag(z, method))

    def shares(
        self, offers: pd.DataFrame, *, level: float = 0.95, draws: int = 5_000, rng: RNG = None
    ) -> pd.DataFrame:
        """Choice shares of offers, with intervals for the uncertainty of the weights.

        Parameters
        ----------
        offers : pandas.DataFrame
            As in `ConditionalLogit.shares`.
        level, draws, rng
            Level of the intervals, number of draws of the weights, and randomness.

        Returns
        -------
        pandas.DataFrame
            ``share``, ``lower``, ``upper``. That the model may be wrong isn't in the interval.

        Examples
        --------
        >>> from centricity import datasets
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(datasets.load_survey_choices(), names)
        >>> offers = pd.DataFrame([[1, 46, 4, 6, 0, 1], [1, 43, 3, 6, 0, 0], [0] * 6],
        ...                       columns=names, index=["ours", "rival", "nothing"])
        >>> fit.shares(offers, rng=1)["share"].round(2).to_dict()
        {'ours': 0.35, 'rival': 0.5, 'nothing': 0.15}
        """
        share = self.model.shares(offers)
        _critical(level, "ChoiceFit.shares")
        values = self.draws(draws, rng) @ offers[list(self.params.index)].to_numpy(float).T
        odds = np.exp(values - values.max(axis=1, keepdims=True))
        drawn = odds / odds.sum(axis=1, keepdims=True)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return pd.DataFrame({"share": share, "lower": low, "upper": high})

    def _flag(self, z: float, method: str) -> str:
        """Why an interval should be read with care, or nothing."""
        says = []
        if z < STEADY:
            rather = ": prefer Krinsky-Robb" if method == "delta" else ": intervals are wide"
            says.append(f"price is known only to {z:.1f} standard errors{rather}")
        if 0 < self.respondents < FEW:
            says.append(f"only {self.respondents} respondents: true intervals are wider")
        return "; ".join(says)

    def _slopes(self, others: pd.Index) -> Float:
        """Derivatives of each ratio by each weight."""
        at = self.params.index.get_loc(self.price)
        price = self.params.iloc[at]
        slopes = np.zeros((len(others), len(self.params)))
        slopes[np.arange(len(others)), self.params.index.get_indexer(others)] = -1 / price
        slopes[:, at] = self.params[others] / price**2
        return slopes

    def _require_price(self, critical: float, where: str) -> float:
        """Return how many standard errors the price's weight lies below zero, or raise."""
        weight, error = self.params[self.price], self.std_errors[self.price]
        if weight - critical * error > 0:
            raise problem(
                where,
                f"the weight of '{self.price}' is {weight:.3g} with a standard error of "
                f"{error:.2g}: a dearer offer is chosen more",
                "Willingness to pay exists where a higher price is chosen less",
                "Check the sign of the prices, and whether the price stood for quality: then ask "
                "with that quality as an attribute of its own",
            )
        if weight + critical * error >= 0:
            raise problem(
                where,
                f"the weight of '{self.price}' is {weight:.3g} with a standard error of "
                f"{error:.2g}, which can't be told from zero or above",
                "Willingness to pay divides by that weight",
                "Ask more people, or show prices that lie further apart",
            )
        return float(-weight / error)


def fit_choices(
    tasks: pd.DataFrame,
    attributes: Sequence[str],
    *,
    price: str,
    respondent: str | None,
    task: str,
    chosen: str,
) -> ChoiceFit:
    """Fit by maximum likelihood; see `ConditionalLogit.fit`."""
    read = read_tasks(tasks, attributes, respondent=respondent, task=task, where=WHERE)
    if price not in read.names:
        hint = did_you_mean(price, read.names)
        raise problem(WHERE, f"'{price}' is not among the attributes", "The price is one", hint)

    if chosen in read.names:
        raise problem(
            WHERE,
            f"'{chosen}' is among the attributes",
            "Attributes describe what was offered, not what was chosen",
            "Leave it out of the attributes",
        )
    taken = read_chosen(tasks, chosen, read, WHERE)
    within = require_variation(read, price, WHERE)
    people = int(read.owner.max()) + 1
    if respondent is not None and people <= len(read.names):
        raise problem(
            WHERE,
            f"there are {people} respondents and {len(read.names)} attributes",
            "To see how much people differ takes more of them than attributes",
            "Ask more people, or say respondent=None and take every task to stand alone",
        )
    found = maximise(read, within, taken, clustered=respondent is not None, where=WHERE)
    names = pd.Index(read.names)
    return ChoiceFit(
        params=pd.Series(found.weights, index=names, name="weight"),
        cov=pd.DataFrame(found.cov, names, names),
        independent_cov=pd.DataFrame(found.independent, names, names),
        price=price,
        loglike=found.loglike,
        null_loglike=-float(np.log(read.sizes).sum()),
        tasks=len(read.sizes),
        respondents=people if respondent is not None else 0,
    )


def _critical(level: float, where: str) -> float:
    return float(stats.norm.ppf((1 + number(level, "level", where, above=0, below=1)) / 2))
