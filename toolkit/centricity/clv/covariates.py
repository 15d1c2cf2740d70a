"""Models of buying and leaving whose rates depend on what is known about each customer."""

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayLike, ArrayOrFloat, Float
from centricity._validate import (
    choice,
    numeric_column,
    problem,
    require_columns,
    require_frame,
)
from centricity.clv._covariate_cells import (
    LINKS,
    Block,
    Cells,
    blocks_of,
    coefficients_of,
    ln_params,
    refuse_absurd,
)
from centricity.clv._covariate_likelihood import Likelihood, estimate
from centricity.clv._data import Histories, distinct, histories
from centricity.clv._design import Design, columns_of, make_designs
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
        """
        where = "WithCovariates.of"
        given = {"buying": buying, "leaving": leaving}
        formulas = {process: formula for process, formula in given.items() if formula is not None}
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
        h = Histories(*histories(customers, where)[:4])
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
        """
        params, row = self._own(customers, "parameters")
        columns = {
            name: np.broadcast_to(value, row.max(initial=-1) + 1)[row]
            for name, value in zip(self.base.param_names(), params, strict=True)
        }
        return pd.DataFrame(columns, index=customers.index)

    def _columns(self, customers: pd.DataFrame, where: str) -> tuple[list[Float], np.ndarray]:
        """Columns of numbers of each block, by row of covariates, and each customer's row."""
        values, row = columns_of(require_frame(customers, where), self._designs, where)
        return [values[block.design.process] for block in self._blocks], row

    def _own(self, customers: pd.DataFrame, method: str) -> tuple[list[ArrayOrFloat], np.ndarray]:
        """Parameters of each row of covariates, and each customer's row."""
        where, first = f"WithCovariates.{method}", len(self.base.params)
        values, row = self._columns(customers, where)
        logs = ln_params(self._theta[:first], self._theta[first:], self._blocks, values)
        for name, log in zip(self.base.param_names(), logs, strict=True):
            refuse_absurd(name, log, row, customers.index, where)
        return [np.exp(log) for log in logs], row

    def _at(self, customers: pd.DataFrame, method: str) -> tuple[Cells, np.ndarray]:
        where = f"WithCovariates.{method}"
        arrays = Histories(*histories(customers, where)[:4])
        self.base._check(arrays, customers.index, where)
        params, row = self._own(customers, method)
        first, place = distinct(arrays.x, arrays.t_x, arrays.T, row)
        count = np.bincount(place, weights=arrays.n, minlength=len(first)).astype(np.float64)
        h = arrays._replace(x=arrays.x[first], t_x=arrays.t_x[first], T=arrays.T[first], n=count)
        return Cells.of(h, row[first], params), place

    def _future(self, h: Histories, ahead: Callable[[Histories], Float]) -> Float:
        cells = _cells(h)
        state = (getattr(cells, name) for name in self.base._state)
        first, place = distinct(*state, cells.row)
        return ahead(cells.part(first))[place] * self._alive((), cells)

    @property
    def _values(self) -> tuple[float, ...]:
        return ()  # the parameters travel with the cells

    def _alive(self, params: Params, h: Histories) -> Float:  # type: ignore[override]
        return self.base._alive(_cells(h).params, h)

    def _stays(self, params: Params, h: Histories, t: Float) -> Float:  # type: ignore[override]
        return self.base._stays(_cells(h).params, h, t)

    def _expected(self, params: Params, h: Histories, t: Float) -> Float:  # type: ignore[override]
        return self.base._expected(_cells(h).params, h, t)

    def _discounted(  # type: ignore[override]
        self, params: Params, h: Histories, t: float, force: float
    ) -> Float:
        return self.base._discounted(_cells(h).params, h, t, force)

    def _time(  # type: ignore[override]
        self, params: Params, h: Histories, t: float, force: float
    ) -> Float:
        return self.base._time(_cells(h).params, h, t, force)

    def expected_purchases_new(self, t: ArrayLike, customers: pd.DataFrame | None = None) -> Float:
        """Expected repeat purchases of customers of whom only the covariates are known.

        Parameters
        ----------
        t : float or array-like
            Time since the first purchase; zero or more. Its last axis runs over the customers.
        customers : pandas.DataFrame
            Columns that the formulas name.

        Returns
        -------
        numpy.ndarray
            One value per customer on the last axis.
        """
        times = self._times(t, "expected_purchases_new")
        params, row = self._given(customers, "expected_purchases_new")
        if times.shape[-1:] in ((), (1,)):
            distinct_rows = np.zeros(row.max(initial=-1) + 1)
            return self.base._expected_new(params, times + distinct_rows)[..., row]
        each = [p if np.ndim(p) == 0 else np.asarray(p)[row] for p in params]
        return self.base._expected_new(each, times + np.zeros(len(row)))

    def pmf(self, n: ArrayLike, t: ArrayLike, customers: pd.DataFrame | None = None) -> Float:
        """Probability of exactly ``n`` repeat purchases in the first ``t`` time units.

        Parameters
        ----------
        n : int or array-like of int
            Number of purchases, zero or more. Its last axis runs over the customers.
        t : float or array-like
            Time since the first purchase; broadcast against ``n``.
        customers : pandas.DataFrame
            Columns that the formulas name.

        Returns
        -------
        numpy.ndarray
            In [0, 1], one value per customer on the last axis.
        """
        counts = self._times(n, "pmf")
        if (counts != np.round(counts)).any():
            says = "n holds a number that is not whole"
            raise problem("WithCovariates.pmf", says, "n counts purchases")
        params, row = self._given(customers, "pmf")
        counts, times, _ = np.broadcast_arrays(counts, self._times(t, "pmf"), np.zeros(len(row)))
        out = np.empty(counts.shape)
        for k in range(row.max(initial=-1) + 1):
            own = [p if np.ndim(p) == 0 else np.asarray(p)[k] for p in params]
            out[..., row == k] = self.base._pmf(own, counts[..., row == k], times[..., row == k])
        return out

    def _given(
        self, customers: pd.DataFrame | None, method: str
    ) -> tuple[list[ArrayOrFloat], np.ndarray]:
        if customers is None:
            rule = f"Rates depend on covariates here: call {method}(..., customers=table)"
            raise problem(f"WithCovariates.{method}", "customers is not given", rule)
        return self._own(customers, method)

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
        """
        where = "WithCovariates.simulate"
        rule = "Simulation needs T, each customer's age at the end of observation"
        require_columns([str(c) for c in require_frame(customers, where)], ["T"], where, rule)
        T = numeric_column(customers, "T", where, minimum=0)
        own = self.parameters(customers)
        # A model's simulation only reads its parameters, and draws with one for each customer.
        each: Any = copy.copy(self.base)
        for name in own:
            object.__setattr__(each, str(name), own[name].to_numpy())
        world = each.simulate(T, rng=rng)
        known = customers[[c for c in customers if c not in world.customers]]
        table = pd.concat([world.customers, known.reset_index(drop=True)], axis=1)
        return Simulated(table, world.purchases)

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
        plain: dict[str, Any] = {
            "class": "WithCovariates",
            "base": self.base.to_dict(),
            "coefficients": dict(self.coefficients),
        }
        for design in self._designs:
            plain[design.process] = design.to_dict()
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a model from what `to_dict` gave.

        Raises
        ------
        ValueError, TypeError
            If the data are not those of such a model.
        """
        where = "WithCovariates.from_dict"
        if not isinstance(data, Mapping) or not {"base", "coefficients"} <= set(data):
            rule = "The data must come from to_dict"
            raise problem(where, "base and coefficients are missing", rule)
        base = data["base"]
        kinds = {kind.__name__: kind for kind in LINKS}
        kind = kinds[choice(base.get("class"), "the class of base", where, list(kinds))]
        designs = {
            process: Design.from_dict(data[process], process)
            for process in ("buying", "leaving")
            if data.get(process) is not None
        }
        return cls(kind.from_dict(base), data["coefficients"], **designs)


def _cells(h: Histories) -> Cells:
    assert isinstance(h, Cells), "histories without parameters of their own"
    return h
