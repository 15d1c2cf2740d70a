"""Models of buying and leaving whose rates depend on what is known about each customer."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayLike, ArrayOrFloat, Float
from centricity._validate import (
    problem,
    require_frame,
)
from centricity.clv import _newcomers
from centricity.clv._covariate_cells import (
    Block,
    Cells,
    blocks_of,
    coefficients_of,
    ln_params,
    refuse_absurd,
)
from centricity.clv._covariate_likelihood import Likelihood, estimate
from centricity.clv._covariate_storage import from_plain, to_plain
from centricity.clv._data import Histories, histories
from centricity.clv._design import Design, columns_of, make_designs
from centricity.clv._formula import by_process
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv.fit import Fit
from centricity.clv.simulated import Simulated


@dataclass(frozen=True)
class WithCovariates(PurchaseModel):
    r"""A model of buying and leaving in which what is known beforehand moves each customer's rates.

    Customers differ in what they were from the start: the channel that won them, their region,
    their age. With :math:`z` the columns that a formula makes of this, a customer has parameters
    of their own in place of the common ones:

    - buying: :math:`\alpha_i = \alpha_0 e^{-\gamma' z_i}`. The mean buying rate is multiplied by
      :math:`e^{\gamma}` for each unit of z, so a positive coefficient means buying more often.
    - leaving, Pareto/NBD: :math:`\beta_i = \beta_0 e^{-\gamma' z_i}`. The mean dropout rate is
      multiplied by :math:`e^{\gamma}`: positive means leaving sooner.
    - leaving, BG/NBD and MBG/NBD: :math:`a_i = a_0 e^{\gamma_a' z_i}` and
      :math:`b_i = b_0 e^{\gamma_b' z_i}`, two coefficients for each column. The odds of the mean
      dropout probability, a/b, are multiplied by :math:`e^{\gamma_a - \gamma_b}`; what the two have
      in common makes customers more alike.

    Customers with equal covariates still differ from each other, as in the model without.

    Parameters
    ----------
    base : BGNBD, MBGNBD or ParetoNBD
        The model for z = 0, which is the first category of each categorical column.
    coefficients : mapping of str to float
        By name, such as ``{"buying: channel[T.web]": 0.3}``; any real numbers.
    buying, leaving : Design or None
        The formula of each process with the categories and means it remembers.

    Notes
    -----
    Use ``BGNBD.fit(customers, buying="channel + region", leaving="channel")`` to estimate, and
    `WithCovariates.of` to write one down for a simulation. In a formula text columns are
    categories, the first of which (in order of size or alphabet, or of a pandas Categorical) is the
    reference; ``C(store)`` makes categories of numbers; ``a:b`` is an interaction, ``a*b`` the
    same with both main effects; ``scale(age)``, ``center(age)``, ``log(age)``, ``sqrt``, ``exp``
    and ``I(age**2)`` are functions. Names with blanks stand in backticks. There is no intercept:
    α₀, β₀, a₀ and b₀ are it.

    What makes it fail. Covariates must be known at the first purchase and not change; what
    customers did later (their spending, their number of categories) is a result and not a cause.
    A coefficient describes a difference between customers. That moving somebody to another channel
    would change their behaviour does not follow.

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2007). Incorporating time-invariant covariates into the
    Pareto/NBD and BG/NBD models. brucehardie.com, note 019.

    Examples
    --------
    >>> import pandas as pd
    >>> from centricity.clv import BGNBD
    >>> table = pd.DataFrame({"channel": ["shop", "web"], "T": 52.0})
    >>> model = WithCovariates.of(BGNBD(r=0.5, alpha=5, a=1, b=3), table, buying="channel",
    ...                           coefficients={"buying: channel[T.web]": 0.7})
    >>> model.parameters(table)["alpha"].round(2).tolist()  # 5 exp(-0.7) = 2.48
    [5.0, 2.48]
    """

    base: PurchaseModel
    coefficients: Mapping[str, float] = dataclasses.field(default_factory=dict, hash=False)
    buying: Design | None = None
    leaving: Design | None = None

    remedy: ClassVar[str] = "Use fewer covariates, merge rare categories, or use more customers"

    def __post_init__(self) -> None:
        if not self._designs:
            rule = "At least one process has a formula"
            raise problem("WithCovariates", "neither buying nor leaving is given", rule)
        values = coefficients_of(self._blocks, self.coefficients, "WithCovariates")
        object.__setattr__(self, "coefficients", values)

    @classmethod
    def of(
        cls,
        base: PurchaseModel,
        customers: pd.DataFrame,
        *,
        coefficients: Mapping[str, float],
        buying: str | None = None,
        leaving: str | None = None,
    ) -> Self:
        """Write a model down by hand, with categories and means learnt from a table.

        Parameters
        ----------
        base : BGNBD, MBGNBD or ParetoNBD
            The model for the reference customer.
        customers : pandas.DataFrame
            Columns that the formulas name.
        coefficients : mapping of str to float
            By name, such as ``{"leaving a: channel[T.web]": 0.3}``.
        buying, leaving : str or None
            Formulas.

        Raises
        ------
        ValueError, TypeError
            For a formula or column that will not do, and for coefficients that are missing or
            unknown; the message lists those that there are.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> table = pd.DataFrame({"channel": ["web", "shop"]})  # in the alphabet shop comes first
        >>> model = WithCovariates.of(BGNBD(r=0.5, alpha=5, a=1, b=3), table, buying="channel",
        ...                           coefficients={"buying: channel[T.web]": np.log(2)})
        >>> model.parameters(table)["alpha"].round(6).tolist()  # twice the pace on the web
        [2.5, 5.0]
        """
        where = "WithCovariates.of"
        formulas = by_process(buying, leaving)
        designs, _, _ = make_designs(require_frame(customers, where), formulas, None, where)
        return cls(base, coefficients, **{design.process: design for design in designs})

    @property
    def _designs(self) -> list[Design]:
        return [design for design in (self.buying, self.leaving) if design is not None]

    @property
    def _blocks(self) -> list[Block]:
        return blocks_of(type(self.base), self._designs, "WithCovariates")

    def param_names(self) -> tuple[str, ...]:  # type: ignore[override]
        """Names of the parameters of the base model, then of the coefficients."""
        return (*self.base.param_names(), *self.coefficients)

    @property
    def params(self) -> pd.Series:
        """Parameters of the base model, then coefficients, by name."""
        coefficients = pd.Series(dict(self.coefficients), dtype=float)
        return pd.concat([self.base.params, coefficients]).rename("estimate")

    @property
    def name(self) -> str:
        """What this model is called in tables."""
        return f"{self.base.name} with covariates"

    @property
    def positive(self) -> np.ndarray:
        """Which of the parameters can only be positive: not the coefficients."""
        return np.arange(len(self.params)) < len(self.base.params)

    def replaced(self, values: Sequence[float] | Float) -> Self:
        """Give the same model with other values of its parameters, in their order."""
        first = len(self.base.params)
        coefficients = dict(zip(self.coefficients, map(float, values[first:]), strict=True))
        base = self.base.replaced(values[:first])
        return dataclasses.replace(self, base=base, coefficients=coefficients)

    @classmethod
    def fit(cls, *args: object, **kwargs: object) -> NoReturn:
        """Say where covariates are estimated: ``BGNBD.fit(customers, buying=…, leaving=…)``."""
        rule = "Covariates are estimated by the model that they belong to"
        remedy = 'For example BGNBD.fit(customers, buying="channel")'
        raise problem("WithCovariates.fit", "this has no base model", rule, remedy, TypeError)

    def loglike(self, customers: pd.DataFrame) -> float:
        """Log-likelihood of a table under these parameters, summed over customers."""
        return self._data(customers).at(self._theta)[0]

    def _data(self, customers: pd.DataFrame) -> Likelihood:
        where = "WithCovariates"
        h = histories(customers, where)
        self.base._check(h, customers.index, where)
        values, row = self._columns(customers, where)
        return Likelihood.of(type(self.base), h, row, self._blocks, values)

    def _refit(self, data: Likelihood) -> Fit[Any]:
        return estimate(data, self._theta)

    @property
    def _theta(self) -> Float:
        """Logarithms of the base model's parameters, then coefficients."""
        return np.concatenate([np.log(self.base.params), list(self.coefficients.values())])

    def parameters(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Give each customer's own parameters of the base model.

        Parameters
        ----------
        customers : pandas.DataFrame
            Columns that the formulas name.

        Returns
        -------
        pandas.DataFrame
            One column per parameter of the base model, on the index of ``customers``.

        Examples
        --------
        An effect of 0 leaves everybody the parameters of the base model:

        >>> from centricity.clv import ParetoNBD
        >>> table = pd.DataFrame({"age": [20.0, 60.0]}, index=["Ada", "Bo"])
        >>> model = WithCovariates.of(ParetoNBD(0.5, 10, 0.6, 12), table, leaving="age",
        ...                           coefficients={"leaving: age": 0.0})
        >>> model.parameters(table)
               r  alpha    s  beta
        Ada  0.5   10.0  0.6  12.0
        Bo   0.5   10.0  0.6  12.0
        """
        _, params, row = self._parameters(customers, "parameters")
        columns = {
            name: np.broadcast_to(value, row.max(initial=-1) + 1)[row]
            for name, value in zip(self.base.param_names(), params, strict=True)
        }
        return pd.DataFrame(columns, index=customers.index)

    def _columns(self, customers: pd.DataFrame, where: str) -> tuple[list[Float], np.ndarray]:
        """Columns of numbers of each block, by row of covariates, and each customer's row."""
        values, row = columns_of(require_frame(customers, where), self._designs, where)
        return [values[block.design.process] for block in self._blocks], row

    def _parameters(
        self, customers: pd.DataFrame | None, method: str
    ) -> tuple[pd.DataFrame, list[ArrayOrFloat], np.ndarray]:
        """The table, parameters of each row of covariates, and each customer's row."""
        where, first = f"WithCovariates.{method}", len(self.base.params)
        if customers is None:
            rule = f"Rates depend on covariates here: call {method}(..., customers=table)"
            raise problem(where, "customers is not given", rule)
        values, row = self._columns(customers, where)
        logs = ln_params(self._theta[:first], self._theta[first:], self._blocks, values)
        for name, log in zip(self.base.param_names(), logs, strict=True):
            refuse_absurd(name, log, row, customers.index, where)
        return customers, [np.exp(log) for log in logs], row

    def _at(self, customers: pd.DataFrame, method: str) -> tuple[Cells, np.ndarray]:
        where = f"WithCovariates.{method}"
        h = histories(customers, where)
        self.base._check(h, customers.index, where)
        _, params, row = self._parameters(customers, method)
        return Cells.merged(h, row, params)

    @property
    def _kind(self) -> type[PurchaseModel]:
        return type(self.base)

    def _own(self, h: Histories) -> Params:
        assert isinstance(h, Cells), "histories without parameters of their own"
        return h.params

    def _states(self, h: Histories) -> tuple[np.ndarray, ...]:
        assert isinstance(h, Cells), "histories without a row of covariates"
        return (*self.base._states(h), h.row)

    def expected_purchases_new(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> Float:
        """Expected repeat purchases of customers of whom only the covariates are known.

        Parameters
        ----------
        t : float or array-like
            Time since the first purchase; zero or more. Its last axis runs over the customers; a
            Series is aligned with them by its index.
        customers : pandas.DataFrame
            Columns that the formulas name.

        Returns
        -------
        numpy.ndarray
            One value per customer on the last axis.

        Examples
        --------
        Twice the pace for half the time, where nobody leaves, comes to the same:

        >>> from centricity.clv import ParetoNBD
        >>> table = pd.DataFrame({"channel": ["shop", "web"]})
        >>> model = WithCovariates.of(ParetoNBD(1, 10, 1, 1e9), table, buying="channel",
        ...                           coefficients={"buying: channel[T.web]": np.log(2)})
        >>> model.expected_purchases_new([40, 20], table).round(3).tolist()
        [4.0, 4.0]
        """
        table, params, row = self._parameters(customers, "expected_purchases_new")
        return _newcomers.expected(self.base, params, row, t, table.index)

    def pmf(self, n: ArrayLike, t: ArrayLike, customers: pd.DataFrame | None = None) -> Float:
        """Probability of exactly ``n`` repeat purchases in the first ``t`` time units.

        Parameters
        ----------
        n : int or array-like of int
            Number of purchases, zero or more. Its last axis runs over the customers; a Series is
            aligned with them by its index.
        t : float or array-like
            Time since the first purchase, likewise; broadcast against ``n``.
        customers : pandas.DataFrame
            Columns that the formulas name.

        Returns
        -------
        numpy.ndarray
            In [0, 1], one value per customer on the last axis.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> table, base = pd.DataFrame({"channel": ["shop", "web"]}), BGNBD(0.5, 5, 1, 3)
        >>> model = WithCovariates.of(base, table, buying="channel",
        ...                           coefficients={"buying: channel[T.web]": 0.7})
        >>> shop, web = model.pmf(0, 26, table)
        >>> bool(np.isclose(shop, base.pmf(0, 26))), bool(web < shop)
        (True, True)
        """
        table, params, row = self._parameters(customers, "pmf")
        return _newcomers.pmf(self.base, params, row, n, t, table.index)

    def simulate(self, customers: pd.DataFrame, *, rng: RNG = None) -> Simulated:
        """Draw customers with given covariates, observed for ``T`` after their first purchase.

        Parameters
        ----------
        customers : pandas.DataFrame
            A column ``T``, the age of each customer at the end of observation, and the columns
            that the formulas name.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        Simulated
            As the base model's, and the other columns of ``customers`` beside.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> table = pd.DataFrame({"channel": ["shop", "web"] * 5000, "T": 52.0})
        >>> model = WithCovariates.of(BGNBD(2, 20, 1, 20), table, buying="channel",
        ...                           coefficients={"buying: channel[T.web]": np.log(2)})
        >>> rates = model.simulate(table, rng=1).customers.groupby("channel")["rate"].mean()
        >>> bool(abs(rates["web"] / rates["shop"] - 2) < 0.1)  # as it should be, but for luck
        True
        """
        frame = require_frame(customers, "WithCovariates.simulate")
        own, rng = self.parameters(frame), np.random.default_rng(rng)
        return _newcomers.simulate(self.base, own, frame, rng)

    def to_dict(self) -> dict[str, Any]:
        """Give all there is to the model as plain data, ready for JSON.

        Examples
        --------
        >>> from centricity.clv import BGNBD
        >>> table = pd.DataFrame({"channel": ["shop", "web"]})
        >>> model = WithCovariates.of(BGNBD(r=0.5, alpha=5, a=1, b=3), table, buying="channel",
        ...                           coefficients={"buying: channel[T.web]": 0.7})
        >>> WithCovariates.from_dict(model.to_dict()) == model
        True
        """
        return to_plain(self.base, self.coefficients, self._designs)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a model from what `to_dict` gave.

        Raises
        ------
        ValueError, TypeError
            If the data are not those of such a model.
        """
        base, coefficients, designs = from_plain(data, "WithCovariates.from_dict")
        return cls(base, coefficients, **designs)
