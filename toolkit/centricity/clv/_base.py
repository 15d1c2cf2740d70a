"""The small base class under every model: parameters, their checks, and maximum likelihood."""

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number, problem
from centricity.clv import _optimise
from centricity.clv.errors import ConvergenceError, ConvergenceWarning

if TYPE_CHECKING:
    from centricity.clv.fit import Fit


# Cells beyond which the estimation starts from a sketch of so many customers.
_SKETCH = 3000


@dataclasses.dataclass(frozen=True)
class Model:
    """A model is its parameters, all of them positive and finite."""

    # What to do when the data leave a parameter undetermined.
    remedy: ClassVar[str] = (
        "Use more customers or a longer observation period, or a model with fewer parameters"
    )

    # Fields that are chosen beforehand, such as the number of ticks to a purchase.
    _fixed: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in (f.name for f in dataclasses.fields(self)):
            value = number(getattr(self, name), name, type(self).__name__, above=0)
            object.__setattr__(self, name, value)

    @classmethod
    def param_names(cls) -> tuple[str, ...]:
        """Names of the parameters, in the paper's order.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> BGNBD.param_names()
        ('r', 'alpha', 'a', 'b')
        """
        return tuple(f.name for f in dataclasses.fields(cls) if f.name not in cls._fixed)

    @property
    def params(self) -> pd.Series:
        """Parameters by name: those that are estimated."""
        values = {name: getattr(self, name) for name in self.param_names()}
        return pd.Series(values, dtype=float, name="estimate")

    @property
    def name(self) -> str:
        """What this model is called in tables."""
        return type(self).__name__

    def to_dict(self) -> dict[str, Any]:
        """Give class and parameters as plain data; see `clv.save`.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric(alpha=1, beta=4).to_dict()
        {'class': 'ShiftedBetaGeometric', 'parameters': {'alpha': 1.0, 'beta': 4.0}}
        """
        return {"class": type(self).__name__, "parameters": dataclasses.asdict(self)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Build a model from `to_dict`'s plain data.

        Examples
        --------
        >>> from centricity.clv import ShiftedBetaGeometric
        >>> ShiftedBetaGeometric.from_dict({"parameters": {"alpha": 1, "beta": 4}})
        ShiftedBetaGeometric(alpha=1.0, beta=4.0)
        """
        return cls(**content["parameters"])

    if not TYPE_CHECKING:  # a type checker is to go on finding names that do not exist

        def __getattr__(self, name: str) -> NoReturn:
            """Say where something is that was looked for on the model and is the fit's."""
            from centricity.clv._pointers import missing, of_model

            missing(self, name, of_model(self, name))

    @property
    def positive(self) -> np.ndarray:
        """Which of the parameters can only be positive: their uncertainty is on the log scale."""
        return np.ones(len(self.params), dtype=bool)

    def replaced(self, values: Sequence[float] | Float) -> Self:
        """Give the same model with other values of its parameters, in their order.

        Examples
        --------
        >>> from centricity.clv import MBGCNBDk
        >>> MBGCNBDk(k=2, r=1, alpha=1, a=1, b=1).replaced([0.5, 5, 1, 3])  # k stays
        MBGCNBDk(k=2, r=0.5, alpha=5.0, a=1.0, b=3.0)
        """
        named = zip(self.param_names(), map(float, values), strict=True)
        return dataclasses.replace(self, **dict(named))

    def _data(self, customers: Any) -> Any:  # noqa: ANN401
        """Prepare a table for this model's likelihood, with what is fixed in it."""
        return self._prepare(customers, **self.fixed)

    def _refit(self, data: Any) -> "Fit[Self]":  # noqa: ANN401
        """Estimate from prepared data, setting out from these parameters."""
        return self._fit(data, self.fixed, [self.params.to_numpy()])

    @property
    def fixed(self) -> dict[str, float]:
        """What is chosen and not estimated, by name; empty for most models."""
        return {name: getattr(self, name) for name in self._fixed}

    @classmethod
    def _prepare(cls, customers: pd.DataFrame, **fixed: float) -> Any:  # noqa: ANN401
        """Check a table and collapse it to what the likelihood needs, with counts ``n``."""
        raise NotImplementedError

    @classmethod
    def _sketch(cls, data: Any, size: int) -> Any:  # noqa: ANN401
        """Give a small likeness of the data, from which the estimation sets out."""
        return data

    @classmethod
    def _starts(cls, data: Any) -> list[Float]:  # noqa: ANN401
        """Starting points, in the parameters' own scale, the most promising first."""
        raise NotImplementedError

    @classmethod
    def _loglike(cls, params: Any, data: Any) -> tuple[Float, Float]:  # noqa: ANN401
        """Log-likelihood of each cell, and its derivatives (parameters × cells).

        ``params`` holds what is fixed, then the parameters; derivatives are by the latter.
        """
        raise NotImplementedError

    @property
    def _values(self) -> tuple[float, ...]:
        """What the formulas take: what is fixed, then the parameters."""
        return (*self.fixed.values(), *self.params)

    def loglike(self, customers: pd.DataFrame) -> float:
        """Log-likelihood of a table under these parameters, summed over customers.

        Examples
        --------
        With coins spread evenly from 0 to 1 half of the customers renew: two decided once each.

        >>> from centricity.clv import ShiftedBetaGeometric
        >>> float(np.exp(ShiftedBetaGeometric(alpha=1, beta=1).loglike([2, 1])).round(12))
        0.25
        """
        data = self._data(customers)
        return float(np.sum(data.n * self._loglike(self._values, data)[0]))

    @classmethod
    def fit(cls, customers: pd.DataFrame) -> "Fit[Self]":
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        customers : pandas.DataFrame
            One row per customer, or one row per distinct history with its count in a column
            ``n``. Equal histories are merged first.

        Returns
        -------
        Fit
            The model at the estimates with standard errors and a verdict on convergence.

        Raises
        ------
        ValueError, TypeError
            For a table that breaks the rules; the message counts and names the customers.
        ConvergenceError
            If the likelihood has no finite maximum to report.

        Warns
        -----
        ConvergenceWarning
            If the maximum was not reached, or is so flat that a parameter is not determined.
        """
        return cls._fit(cls._prepare(customers))

    @classmethod
    def _fit(
        cls,
        data: Any,  # noqa: ANN401
        fixed: Mapping[str, float] = MappingProxyType({}),
        starts: Sequence[Float] = (),
    ) -> "Fit[Self]":
        """Estimate from prepared data: roughly on a sketch of them first, then on all."""
        from centricity.clv.fit import Fit

        n = float(data.n.sum())
        starts = [np.log(start) for start in (starts or cls._starts(data))]
        if len(data.n) > _SKETCH:
            small = cls._objective(cls._sketch(data, _SKETCH), fixed)
            near = _optimise.minimise(small, starts)
            starts = [near.theta, *starts] if near.converged else starts
            optimum = _optimise.minimise(cls._objective(data, fixed), starts, near=near)
        else:
            optimum = _optimise.minimise(cls._objective(data, fixed), starts)
        if not np.isfinite(optimum.objective):
            rule = "The likelihood must have a finite maximum"
            says = f"no finite maximum was found for {n:,.0f} customers"
            raise problem(f"{cls.__name__}.fit", says, rule, cls.remedy, ConvergenceError)
        cov, remarks = cls._verdict(optimum, n)
        model = cls(
            **fixed, **dict(zip(cls.param_names(), np.exp(optimum.theta).tolist(), strict=True))
        )
        if remarks:
            rule = "These estimates must not be used as they are"
            message = problem(
                f"{cls.__name__}.fit", "; ".join(remarks), rule, cls.remedy, ConvergenceWarning
            )
            warnings.warn(message, stacklevel=2)
        return Fit(
            model=model,
            cov=pd.DataFrame(cov, index=cls.param_names(), columns=cls.param_names()),
            loglike=-optimum.objective * n,
            n=round(n),
            converged=not remarks,
            remarks=remarks,
            gradient=optimum.gradient,
            moments=tuple(float(np.sum(data.n * column)) for column in data[:3]),
        )

    @classmethod
    def _objective(
        cls,
        data: Any,  # noqa: ANN401
        fixed: Mapping[str, float] = MappingProxyType({}),
    ) -> _optimise.Objective:
        """Give the mean negative log-likelihood and its gradient, in log parameters."""
        n = float(data.n.sum())

        def objective(theta: Float) -> tuple[float, Float]:
            params = np.exp(theta)
            value, gradient = cls._loglike((*fixed.values(), *params), data)
            # Not a dot product: BLAS wakes its threads for it, which takes longer than the sum.
            slope = np.sum(gradient * data.n, axis=1)
            return -float(np.sum(value * data.n)) / n, -slope * params / n

        return objective

    @classmethod
    def _verdict(cls, optimum: _optimise.Optimum, n: float) -> tuple[Float, tuple[str, ...]]:
        """Covariance of the parameters, and every reason not to claim convergence."""
        remarks = []
        if not optimum.steepness < _optimise.GRADIENT_TOLERANCE:
            remarks.append(f"the optimiser stopped on a slope (gradient {optimum.steepness:.1e})")
        log_cov = optimum.covariance(n)
        if log_cov is None:
            remarks.append("the likelihood is flat: its Hessian is not positive definite")
            return np.full((len(optimum.theta),) * 2, np.nan), tuple(remarks)
        spread = np.sqrt(np.diag(log_cov))
        names = [
            name for name, s in zip(cls.param_names(), spread, strict=True) if s > _optimise.UNKNOWN
        ]
        if names:
            remarks.append(f"the data do not determine {', '.join(names)}: the likelihood is flat")
        scale = np.exp(optimum.theta)
        return log_cov * np.outer(scale, scale), tuple(remarks)
