"""The result of an estimation: a model, how sure we are of it, and whether to trust it at all."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from centricity._typing import RNG
from centricity._validate import number, problem
from centricity.clv._base import Model

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Fit(Generic[M]):
    """A fitted model with its standard errors.

    Attributes
    ----------
    model : Model
        The model at the maximum likelihood estimates, ready to be asked for predictions.
    cov : pandas.DataFrame
        Asymptotic covariance of the parameters (inverse observed information); NaN when the
        information matrix is not positive definite.
    loglike : float
        Maximised log-likelihood, natural logarithm, summed over customers.
    n : int
        Number of customers.
    converged : bool
        Small gradient, positive definite Hessian, and every parameter pinned down by the data.
    remarks : tuple of str
        Why ``converged`` is False, in words; empty otherwise.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> truth = BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0)
    >>> fit = BGNBD.fit(truth.simulate([52.0] * 3000, rng=1).customers)
    >>> fit.converged
    True
    >>> fit.conf_int().loc["r"].round(2).to_dict()  # the true value, 0.5, is inside
    {'lower': 0.45, 'upper': 0.51}
    """

    model: M
    cov: pd.DataFrame
    loglike: float
    n: int
    converged: bool
    remarks: tuple[str, ...] = ()
    gradient: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False, compare=False)

    @property
    def params(self) -> pd.Series:
        """Maximum likelihood estimates, by name."""
        return self.model.params

    @property
    def std_errors(self) -> pd.Series:
        """Asymptotic standard errors, by name."""
        diagonal = np.sqrt(np.diag(self.cov.to_numpy()))
        return pd.Series(diagonal, index=self.cov.index, name="std_error")

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2k − 2 log L; smaller is better."""
        return 2 * len(self.params) - 2 * self.loglike

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log n − 2 log L; smaller is better."""
        return float(len(self.params) * np.log(self.n) - 2 * self.loglike)

    def conf_int(self, level: float = 0.95) -> pd.DataFrame:
        """Give confidence intervals, symmetric in the logarithm, so that no bound is negative.

        Parameters
        ----------
        level : float
            Coverage, strictly between 0 and 1.
        """
        level = number(level, "level", "Fit.conf_int", above=0, below=1)
        z = stats.norm.ppf(0.5 + level / 2)
        factor = np.exp(z * self.std_errors / self.params)
        return pd.DataFrame({"lower": self.params / factor, "upper": self.params * factor})

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """Tabulate estimates, standard errors and confidence intervals."""
        table = pd.DataFrame({"estimate": self.params, "std_error": self.std_errors})
        return table.join(self.conf_int(level))

    def lr_test(self, restricted: "Fit[Any]") -> pd.Series:
        """Test a nested model against this one by the likelihood ratio.

        Parameters
        ----------
        restricted : Fit
            The fit of the smaller model to the same customers.

        Returns
        -------
        pandas.Series
            ``statistic``, ``df`` and ``p_value`` (chi-squared).

        Raises
        ------
        ValueError
            If the other fit has no fewer parameters, other customers, or a higher likelihood.
        """
        df = len(self.params) - len(restricted.params)
        statistic = 2 * (self.loglike - restricted.loglike)
        remedy = "Call it on the larger model: large.lr_test(small)"
        if df <= 0 or self.n != restricted.n or statistic < -1e-6:
            says = f"{df} extra parameters, {self.n:,} against {restricted.n:,} customers"
            rule = "The other fit must be of a nested, smaller model on the same customers"
            raise problem("Fit.lr_test", f"{says}, statistic {statistic:.3g}", rule, remedy)
        statistic = max(statistic, 0.0)
        p_value = stats.chi2.sf(statistic, df)
        return pd.Series({"statistic": statistic, "df": df, "p_value": float(p_value)})

    def draws(self, n: int = 1000, rng: RNG = None) -> pd.DataFrame:
        """Draw parameters from their asymptotic distribution, normal in the logarithms.

        Compute any prediction once per draw and take quantiles: that is its interval.

        Parameters
        ----------
        n : int
            Number of draws.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        pandas.DataFrame
            One row per draw, one column per parameter, all positive.

        Raises
        ------
        ValueError
            If the fit has no covariance, because the data do not pin the parameters down.
        """
        if self.cov.isna().to_numpy().any():
            says = "this fit has no covariance"
            rule = "Draws need standard errors, and the data do not pin these parameters down"
            raise problem("Fit.draws", says, rule, "See fit.remarks for the reason")
        rng = np.random.default_rng(rng)
        estimates = self.params.to_numpy()
        log_cov = self.cov.to_numpy() / np.outer(estimates, estimates)
        logs = rng.multivariate_normal(np.log(estimates), log_cov, size=n, method="eigh")
        return pd.DataFrame(np.exp(logs), columns=self.params.index)

    def interval(
        self,
        predict: Any,  # noqa: ANN401
        *,
        level: float = 0.9,
        n: int = 200,
        rng: RNG = None,
    ) -> pd.DataFrame:
        """Give an interval for any prediction, from parameter uncertainty alone.

        Parameters
        ----------
        predict : callable
            Takes a model, returns a number, an array or a Series, for example
            ``lambda model: model.expected_purchases(customers, 52)``.
        level : float
            Coverage, strictly between 0 and 1.
        n : int
            Number of parameter draws.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        pandas.DataFrame
            ``estimate``, ``lower`` and ``upper``, one row per predicted value.
        """
        level = number(level, "level", "Fit.interval", above=0, below=1)
        estimate = predict(self.model)
        index = estimate.index if isinstance(estimate, pd.Series) else None
        kind, draws = type(self.model), self.draws(n, rng).to_numpy()
        sampled = [predict(kind(*row)) for row in draws]
        stacked = np.array([np.atleast_1d(np.asarray(value, dtype=float)) for value in sampled])
        lower, upper = np.quantile(stacked, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        middle = np.atleast_1d(np.asarray(estimate, dtype=float))
        return pd.DataFrame({"estimate": middle, "lower": lower, "upper": upper}, index=index)

    def __str__(self) -> str:
        """Show the verdict, the likelihood and the table of estimates."""
        verdict = "converged" if self.converged else "NOT CONVERGED: " + "; ".join(self.remarks)
        head = f"{type(self.model).__name__} on {self.n:,} customers, log-likelihood "
        return f"{head}{self.loglike:,.3f}, {verdict}\n{self.summary().round(4).to_string()}"
