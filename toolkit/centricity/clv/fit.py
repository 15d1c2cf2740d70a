"""The result of an estimation: a model, how sure we are of it, and whether to trust it at all."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

import numpy as np
import pandas as pd
from scipy import special

from centricity._typing import RNG
from centricity._validate import a_type, number, problem
from centricity.clv._base import Model
from centricity.clv._pointers import missing, of_fit

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
    moments : tuple of float
        Sums over the data, by which two fits are known to be of the same customers.

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
    cov: pd.DataFrame = field(compare=False)  # a table has no single truth; the model decides
    loglike: float
    n: int
    converged: bool
    remarks: tuple[str, ...] = ()
    gradient: np.ndarray = field(default_factory=lambda: np.zeros(0), repr=False, compare=False)
    moments: tuple[float, ...] = field(default=(), repr=False)

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
    def n_params(self) -> int:
        """Number of parameters, with those that were chosen by likelihood."""
        return len(self.params) + len(self.model.fixed)

    def same_customers(self, other: "Fit[Any]") -> bool:
        """Whether another fit is of the same data, as far as their sums can tell.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> fit, other = (ShiftedBetaGeometric.fit([100, 80, left]) for left in (70, 69))
        >>> fit.same_customers(fit), fit.same_customers(other)
        (True, False)
        """
        if self.n != other.n or len(self.moments) != len(other.moments):
            return False
        return bool(np.allclose(self.moments, other.moments, rtol=1e-9))

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2k − 2 log L; smaller is better."""
        return 2 * self.n_params - 2 * self.loglike

    @property
    def bic(self) -> float:
        """Schwarz's criterion, k log n − 2 log L; smaller is better."""
        return float(self.n_params * np.log(self.n) - 2 * self.loglike)

    def conf_int(self, level: float = 0.95) -> pd.DataFrame:
        """Give confidence intervals; those of positive parameters are symmetric in the logarithm.

        Parameters
        ----------
        level : float
            Coverage, strictly between 0 and 1.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, one row per parameter; NaN without standard errors.

        Examples
        --------
        Symmetric in the logarithm: the estimate is the geometric middle.

        >>> from centricity.clv import ShiftedBetaGeometric
        >>> fit = ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593])
        >>> interval = fit.conf_int(0.9)
        >>> bool(np.allclose(interval["lower"] * interval["upper"], fit.params**2))
        True
        """
        level = number(level, "level", "Fit.conf_int", above=0, below=1)
        margin = special.ndtri(0.5 + level / 2) * self.std_errors.to_numpy()
        estimates, positive = self.params.to_numpy(), self.model.positive
        factor = np.exp(margin / np.where(positive, estimates, 1.0))
        lower = np.where(positive, estimates / factor, estimates - margin)
        upper = np.where(positive, estimates * factor, estimates + margin)
        return pd.DataFrame({"lower": lower, "upper": upper}, index=self.params.index)

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """Tabulate estimates, standard errors and confidence intervals.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593]).summary().round(2)
               estimate  std_error  lower  upper
        alpha      1.28       0.55   0.55   2.99
        beta       7.79       3.81   2.99  20.31
        """
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

        Examples
        --------
        >>> from centricity.clv import BetaDiscreteWeibull, ShiftedBetaGeometric
        >>> survivors = [1000, 869, 743, 653, 593]
        >>> large, small = (kind.fit(survivors) for kind in (BetaDiscreteWeibull,
        ...                                                  ShiftedBetaGeometric))
        >>> int(large.lr_test(small)["df"])
        1
        """
        df = self.n_params - restricted.n_params
        statistic = 2 * (self.loglike - restricted.loglike)
        remedy = "Call it on the larger model: large.lr_test(small)"
        same = self.same_customers(restricted)
        if df <= 0 or not same or statistic < -1e-6:
            says = f"{df} extra parameters, {self.n:,} against {restricted.n:,} customers"
            says += "" if same or self.n != restricted.n else " that are not the same"
            rule = "The other fit must be of a nested, smaller model on the same customers"
            raise problem("Fit.lr_test", f"{says}, statistic {statistic:.3g}", rule, remedy)
        statistic = max(statistic, 0.0)
        p_value = special.chdtrc(df, statistic)
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

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> fit = ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593])
        >>> draws = fit.draws(1000, rng=1)
        >>> draws.shape, bool((draws > 0).all(axis=None))
        ((1000, 2), True)
        """
        if self.cov.isna().to_numpy().any():
            says = "this fit has no covariance"
            rule = "Draws need standard errors, and the data do not pin these parameters down"
            raise problem("Fit.draws", says, rule, "See fit.remarks for the reason")
        rng = np.random.default_rng(rng)
        estimates, positive = self.params.to_numpy(), self.model.positive
        scale = np.where(positive, estimates, 1.0)
        centre = np.where(positive, np.log(scale), estimates)
        cov = self.cov.to_numpy() / np.outer(scale, scale)
        drawn = rng.multivariate_normal(centre, cov, size=n, method="eigh")
        drawn[:, positive] = np.exp(drawn[:, positive])
        return pd.DataFrame(drawn, columns=self.params.index)

    def bootstrap(
        self,
        customers: Any,  # noqa: ANN401
        n: int = 200,
        *,
        rng: RNG = None,
        n_jobs: int = 1,
        progress: bool = True,
    ) -> pd.DataFrame:
        """Fit again to resampled customers: parameter draws that trust no asymptotic theory.

        Customers are drawn with replacement, as many as there are, and the estimation sets out from
        this fit. Resamples whose fit does not converge are left out and counted in a warning.

        Parameters
        ----------
        customers : pandas.DataFrame
            The table that this model was fitted to.
        n : int
            Number of resamples.
        rng : numpy.random.Generator, int or None
        n_jobs : int
            Processes to use through joblib, −1 for all cores. The result does not depend on it.
        progress : bool
            Show a progress bar.

        Returns
        -------
        pandas.DataFrame
            One row per resample, one column per parameter; hand it to `interval` as ``draws``.

        Raises
        ------
        ValueError
            If ``customers`` is not the table of this fit.
        ConvergenceError
            If fewer than half of the resamples converge.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> world = BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0).simulate([52.0] * 1000, rng=1)
        >>> fit = BGNBD.fit(world.customers)
        >>> draws = fit.bootstrap(world.customers, 20, rng=1, progress=False)
        >>> bool(abs(draws["r"].std() / fit.std_errors["r"] - 1) < 0.5)
        True
        """
        from centricity.clv._resample import resample

        return resample(self, customers, n, rng=rng, n_jobs=n_jobs, progress=progress)

    def interval(
        self,
        predict: Any,  # noqa: ANN401
        *,
        level: float = 0.9,
        n: int = 200,
        rng: RNG = None,
        draws: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Give an interval for any prediction, from parameter uncertainty alone.

        It says how well the prediction is known if the model is right. What chance adds, which
        matters for a few customers, is in `clv.futures`; what a wrong model adds (a season, a
        change of habits), only a hold-out shows: the truth can lie far outside.

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
        draws : pandas.DataFrame, optional
            Parameter draws to use instead, from `bootstrap`; ``n`` and ``rng`` then do nothing.

        Returns
        -------
        pandas.DataFrame
            ``estimate``, ``lower`` and ``upper``, one row per predicted value.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> customers = BGNBD(r=0.5, alpha=5, a=1, b=2).simulate([52.0] * 2000, rng=1).customers
        >>> fit = BGNBD.fit(customers)
        >>> total = fit.interval(lambda model: model.expected_purchases(customers, 52).sum(), rng=1)
        >>> list(total.columns)
        ['estimate', 'lower', 'upper']
        """
        level = number(level, "level", "Fit.interval", above=0, below=1)
        if not callable(predict):
            says = f"predict is {a_type(predict)}"
            rule = "predict takes a model and returns what is predicted"
            remedy = "For example lambda model: model.expected_purchases(customers, 52).sum()"
            raise problem("Fit.interval", says, rule, remedy, TypeError)
        estimate = predict(self.model)
        index = estimate.index if isinstance(estimate, pd.Series) else None
        drawn = self.draws(n, rng) if draws is None else draws[list(self.params.index)]
        sampled = [predict(self.model.replaced(row)) for row in drawn.to_numpy()]
        stacked = np.array([np.atleast_1d(np.asarray(value, dtype=float)) for value in sampled])
        lower, upper = np.quantile(stacked, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        middle = np.atleast_1d(np.asarray(estimate, dtype=float))
        return pd.DataFrame({"estimate": middle, "lower": lower, "upper": upper}, index=index)

    if not TYPE_CHECKING:  # a type checker is to go on finding names that do not exist

        def __getattr__(self, name: str) -> NoReturn:
            """Say where something is that was looked for on the fit and is the model's."""
            missing(self, name, of_fit(self.__dict__.get("model"), name))

    def __str__(self) -> str:
        """Show the verdict, the likelihood and the table of estimates."""
        verdict = "converged" if self.converged else "NOT CONVERGED: " + "; ".join(self.remarks)
        head = f"{type(self.model).__name__} on {self.n:,} customers, log-likelihood "
        return f"{head}{self.loglike:,.3f}, {verdict}\n{self.summary().round(4).to_string()}"
