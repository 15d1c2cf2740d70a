"""From a customers table to the columns of numbers that a formula asks for, now and later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import a_type, listing, numeric_column, problem, require_columns, which
from centricity.clv._data import distinct
from centricity.clv._formula import Moments, parse

_MOST = 300
Level = str | int | float | bool


@dataclass(frozen=True)
class Design:
    """A formula with all that it remembers of the table it was made on.

    Attributes
    ----------
    process : str
        "buying" or "leaving".
    formula : str
        In the notation of R, without the intercept.
    columns : tuple of str
        The columns of numbers, one for each coefficient.
    levels : dict
        Categories of each categorical column; the first is the reference.
    moments : dict
        Mean and standard deviation behind each ``scale(...)`` and ``center(...)``.
    """

    process: str
    formula: str
    columns: tuple[str, ...] = ()
    levels: Mapping[str, tuple[Level, ...]] = field(default_factory=dict, hash=False)
    moments: Mapping[str, Mapping[str, float]] = field(default_factory=dict, hash=False)

    @property
    def variables(self) -> tuple[str, ...]:
        """Columns of the customers table that the formula names."""
        return parse(self.formula, self.process, "clv.WithCovariates").variables

    def matrix(self, rows: pd.DataFrame, where: str) -> Float:
        """Columns of numbers for rows made by `read`, one row each."""
        values, _, names = self._evaluate(rows, np.ones(len(rows)), where)
        if names != self.columns:
            says = f"{self.process} makes the columns {listing(names)}"
            rule = f"This model has coefficients for {listing(self.columns)}"
            raise problem(where, says, rule, "Its formula, levels and columns must belong together")
        return values

    @classmethod
    def make(cls, process: str, formula: str, rows: pd.DataFrame, n: Float, where: str) -> "Design":
        """Learn levels and moments from rows made by `read` that stand for ``n`` customers each.

        Raises
        ------
        ValueError
            For a column that is constant, or columns one of which follows from the others.
        """
        variables = parse(formula, process, where).variables
        levels = {
            name: tuple(rows[name].cat.categories)
            for name in variables
            if isinstance(rows[name].dtype, pd.CategoricalDtype)
        }
        for name, known in levels.items():
            if len(known) == 1:
                says = f"'{name}' in {process}={formula!r} is '{known[0]}' for everybody"
                rule = "A covariate must differ between customers, or it has no effect to be seen"
                raise problem(where, says, rule, "Leave it out")
        values, moments, names = cls(process, formula, (), levels)._evaluate(rows, n, where)
        _identified(values, names, n, process, formula, where)
        return cls(process, formula, names, levels, moments)

    def to_dict(self) -> dict[str, Any]:
        """Give formula, columns, categories and means as plain data."""
        return {
            "formula": self.formula,
            "columns": list(self.columns),
            "levels": {name: list(known) for name, known in self.levels.items()},
            "moments": {name: dict(kept) for name, kept in self.moments.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], process: str) -> "Design":
        """Rebuild a design from what `to_dict` gave."""
        where = "WithCovariates.from_dict"
        if not isinstance(data, Mapping) or not {"formula", "columns"} <= set(data):
            says = f"{process} is {a_type(data)} without formula and columns"
            raise problem(where, says, "The data must come from to_dict")
        parse(data["formula"], process, where)
        levels = {name: tuple(known) for name, known in data.get("levels", {}).items()}
        moments = {name: dict(kept) for name, kept in data.get("moments", {}).items()}
        return cls(process, data["formula"], tuple(data["columns"]), levels, moments)

    def _evaluate(
        self, rows: pd.DataFrame, n: Float, where: str
    ) -> tuple[Float, dict[str, dict[str, float]], tuple[str, ...]]:
        """Columns of numbers, what scale and center remember, and the names of the columns."""
        from formulaic import ModelSpec
        from formulaic.errors import FormulaicError

        terms, variables, *_ = parse(self.formula, self.process, where)
        known = {name: dict(state) for name, state in self.moments.items()}
        spec = ModelSpec(formula=terms, na_action="ignore", transform_state=known)
        shown = f"{self.process}={self.formula!r}"
        try:
            with np.errstate(all="ignore"):
                made = spec.get_model_matrix(
                    rows[list(variables)], context=Moments(n).functions(), output="pandas"
                )
        except (FormulaicError, TypeError, ValueError) as error:
            rule = "Functions and arithmetic take columns of numbers, and C(...) takes categories"
            raise problem(where, f"{shown} cannot be computed: {error}", rule) from None
        table = pd.DataFrame(made).drop(columns="Intercept").astype(np.float64)
        bad = ~np.isfinite(table.to_numpy())
        if bad.any():
            column = int(bad.any(axis=0).argmax())
            seen = which(pd.Series(bad[:, column], index=rows.index), "distinct rows of covariates")
            says = f"'{table.columns[column]}' in {shown} is not a finite number in {seen}"
            rule = "A covariate must be finite for everybody"
            raise problem(where, says, rule, "Mind logarithms of 0, for which there is log1p")
        state = {
            name: {key: float(value) for key, value in kept.items()}
            for name, kept in made.model_spec.transform_state.items()
            if kept
        }
        return table.to_numpy(), state, tuple(map(str, table.columns))


def _identified(
    values: Float, names: Sequence[str], n: Float, process: str, formula: str, where: str
) -> None:
    """Raise, with names, unless every column tells something that the others don't."""
    shown = f"{process}={formula!r}"
    if len(names) > _MOST:
        rule = f"At most {_MOST} coefficients are estimated, each from many customers"
        remedy = "Leave out identifiers, and merge rare categories"
        raise problem(where, f"{shown} makes {len(names):,} columns", rule, remedy)
    mean, spread = moments(values, n)
    flat = [name for name, sd in zip(names, spread, strict=True) if sd == 0]
    if flat:
        says = f"{listing(flat)} in {shown} {'is' if len(flat) == 1 else 'are'} constant"
        rule = "A covariate must differ between customers, or it has no effect to be seen"
        remedy = "Leave it out; an interaction of categories needs customers in every combination"
        raise problem(where, says, rule, remedy)
    scaled = (values - mean) / spread * np.sqrt(n / n.sum())[:, None]
    sizes, axes = np.linalg.eigh(scaled.T @ scaled)
    if sizes[0] < 1e-10 * len(names):
        axis = np.abs(axes[:, 0])
        tied = [name for name, part in zip(names, axis, strict=True) if part > 1e-5 * axis.max()]
        says = f"{listing(tied)} in {shown} are collinear: one follows from the others"
        rule = "Each covariate must tell something that the others don't"
        raise problem(where, says, rule, "Leave one of them out")


def moments(values: Float, n: Float) -> tuple[Float, Float]:
    """Mean and standard deviation of each column over ``n`` customers a row; 0 for a constant."""
    seen = values[n > 0]
    mean = np.sum(values * n[:, None], axis=0) / n.sum()
    spread = np.sqrt(np.sum((values - mean) ** 2 * n[:, None], axis=0) / n.sum())
    return mean, np.where(seen.max(axis=0) == seen.min(axis=0), 0.0, spread)


def read(
    customers: pd.DataFrame,
    formulas: Mapping[str, str],
    where: str,
    levels: Mapping[str, Sequence[Level]] | None = None,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Take the distinct rows of covariates from a table, and each customer's place among them.

    Without ``levels`` text, booleans and what stands in C(...) become categories; with them, the
    columns are what they were when the levels were learnt.

    Raises
    ------
    ValueError, TypeError
        For a missing column or value, an unknown category, or numbers stored as text.
    """
    parsed = [parse(formula, process, where) for process, formula in formulas.items()]
    variables = list(dict.fromkeys(name for p in parsed for name in p.variables))
    marked = frozenset[str]().union(*(p.categorical for p in parsed))
    given = " and ".join(f"{process}={formula!r}" for process, formula in formulas.items())
    rule = f"The covariates {given} are columns of the customers table"
    require_columns([str(c) for c in customers.columns], variables, where, rule)
    both = [n for n in variables if n in marked and any(n in p.plain for p in parsed)]
    if both:
        says = f"{listing(both)} in {given} stands both inside and outside of C(...)"
        rule = "A column is either a number or a category"
        raise problem(where, says, rule, "Write C(...) everywhere, or make a second column")
    columns: dict[str, Any] = {}
    for name in variables:
        if levels is None:
            categorical = name in marked or not _numeric(customers[name])
            known = None
        else:
            categorical, known = name in levels, levels.get(name)
        if categorical:
            columns[name] = _categories(customers[name], name, where, known, name in marked)
        else:
            columns[name] = numeric_column(customers, name, where)
    codes = [np.asarray(getattr(c, "codes", c), dtype=np.float64) for c in columns.values()]
    first, place = distinct(*codes)
    return pd.DataFrame({name: column[first] for name, column in columns.items()}), place


def _numeric(column: pd.Series) -> bool:
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return bool(number and not pd.api.types.is_complex_dtype(column))


def _categories(
    column: pd.Series, name: str, where: str, known: Sequence[Level] | None, marked: bool
) -> pd.Categorical:
    missing = column.isna()
    if missing.any():
        says = f"'{name}' is missing in {which(missing, 'customers')}"
        rule = "A covariate must be known for everybody"
        remedy = "Fill it with a category such as 'unknown', or leave these customers out"
        raise problem(where, says, rule, remedy)
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        rule = "A covariate is a number or a category"
        remedy = "Turn it into a number of days, or a category such as the month"
        raise problem(where, f"'{name}' holds dates", rule, remedy, TypeError)
    values = column.cat.remove_unused_categories() if _has_order(column) else column
    codes, found = pd.factorize(values)
    seen = [_plain(value) for value in found]
    if known is None:
        known = [_plain(v) for v in values.cat.categories] if _has_order(column) else _sorted(seen)
        _check_text(column, known, name, where, marked)
    at = {level: i for i, level in enumerate(known)}
    strange = [level for level in seen if level not in at]
    if strange:
        mask = pd.Series(np.isin(codes, [seen.index(s) for s in strange]), index=column.index)
        says = f"'{name}' is {listing(strange[:5])} in {which(mask, 'customers')}"
        rule = f"This model knows the categories {listing(known)}"
        remedy = "Merge the new category with a known one, or fit the model again"
        raise problem(where, says, rule, remedy)
    places = np.array([at[level] for level in seen], dtype=np.intp)
    categories: Any = list(known)
    return pd.Categorical.from_codes(places[codes], categories=categories)


def _has_order(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _check_text(
    column: pd.Series, levels: Sequence[Level], name: str, where: str, marked: bool
) -> None:
    """Refuse numbers that are stored as text, unless they are meant as categories."""
    if marked or _has_order(column) or not all(isinstance(level, str) for level in levels):
        return
    if pd.to_numeric(pd.Series(levels, dtype=object), errors="coerce").notna().all():
        says = f"'{name}' holds numbers stored as text, such as {levels[0]!r}"
        rule = "A column of numbers has one coefficient, a column of categories one for each"
        remedy = f"Convert it with pandas.to_numeric, or write C({name}) if these are categories"
        raise problem(where, says, rule, remedy, TypeError)


def _plain(value: object) -> Level:
    """Give a category as plain data: what a file can hold, and what compares across dtypes."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.integer | np.floating):
        number = float(value)
        return int(number) if number.is_integer() else number
    return str(value)


def _sorted(levels: Sequence[Level]) -> list[Level]:
    kinds = {type(level) for level in levels}
    same = kinds <= {int, float, bool} or kinds == {str}
    return sorted(levels, key=None if same else str)


def columns_of(
    customers: pd.DataFrame, designs: Sequence[Design], where: str
) -> tuple[dict[str, Float], np.ndarray]:
    """Columns of numbers of each process for the distinct rows, and each customer's row."""
    formulas = {design.process: design.formula for design in designs}
    levels = {name: known for design in designs for name, known in design.levels.items()}
    rows, row = read(customers, formulas, where, levels)
    return {design.process: design.matrix(rows, where) for design in designs}, row


def make_designs(
    customers: pd.DataFrame, formulas: Mapping[str, str], n: Float | None, where: str
) -> tuple[list[Design], pd.DataFrame, np.ndarray]:
    """Make the design of each formula; also the distinct rows, and each customer's among them."""
    rows, place = read(customers, formulas, where)
    weight = np.bincount(place, weights=n).astype(np.float64)
    designs = [Design.make(p, formula, rows, weight, where) for p, formula in formulas.items()]
    return designs, rows, place
