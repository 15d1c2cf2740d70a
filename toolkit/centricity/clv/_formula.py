"""What a covariate formula says: which columns, which of them as categories, which functions.

A formula is read by formulaic, which would run any Python that stands in it. So only arithmetic,
comparisons and a short list of functions pass, also in a model that was loaded from a file.
"""

import ast
import re
from typing import Any, NamedTuple

import numpy as np

from centricity._typing import Float
from centricity._validate import did_you_mean, listing, problem

RESERVED = {
    "frequency", "recency", "T", "n", "monetary_value", "frequency_holdout", "T_holdout",
    "monetary_value_holdout",
}  # fmt: skip
"""Columns that hold what the model explains, or what it has yet to forecast."""

FUNCTIONS: dict[str, Any] = {
    "C": lambda values: values,  # the column has been made categorical beforehand
    "I": lambda values: values,
    "scale": None,  # these two remember a mean: see _design.py
    "center": None,
    "log": np.log,
    "log1p": np.log1p,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "exp": np.exp,
}

_NODES = (
    ast.Expression, ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare,
    ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_RULE = (
    "A formula joins columns by +, : or *, and knows arithmetic within I(...) and the functions "
    + ", ".join(FUNCTIONS)
)


class Parsed(NamedTuple):
    """A formula as formulaic reads it, and the columns that it names, in order."""

    terms: Any
    variables: tuple[str, ...]
    categorical: frozenset[str]  # what stands in C(...)
    plain: frozenset[str]  # what stands outside of it


def by_process(buying: str | None, leaving: str | None) -> dict[str, str]:
    """Give the formulas that there are, by the process that they move."""
    given = {"buying": buying, "leaving": leaving}
    return {process: formula for process, formula in given.items() if formula is not None}


def parse(formula: str, process: str, where: str) -> Parsed:
    """Read the formula of one process, ``buying`` or ``leaving``.

    Raises
    ------
    TypeError
        If the formula is not text.
    ValueError
        For a syntax error, an unknown function, anything else that is not a formula of columns,
        a missing intercept, or a column that the model itself explains.
    """
    from formulaic import Formula, SimpleFormula
    from formulaic.errors import FormulaicError

    if not isinstance(formula, str):
        says = f"{process} is {formula!r}"
        rule = "Covariates are given as a formula in text"
        raise problem(where, says, rule, f'For example {process}="channel + region"', TypeError)
    shown = f"the formula {process}={formula!r}"
    try:
        terms = Formula(formula)
    except (FormulaicError, SyntaxError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise problem(where, f"{shown} cannot be read: {reason}", _RULE) from None
    if not isinstance(terms, SimpleFormula):
        rule = "A formula has covariates only, and one part: no left side, no bar"
        raise problem(where, f"{shown} has several parts", rule, "Leave out what stands before ~")
    names: list[str] = []
    categories: set[str] = set()
    plain: set[str] = set()
    for factor in (factor for term in terms for factor in term.factors):
        found, marked = [factor.expr], frozenset[str]()
        if factor.eval_method.value == "python":
            found, marked = _columns(factor.expr, shown, where)
        if factor.eval_method.value != "literal":
            names += found
            categories |= marked
            plain |= set(found) - marked
    variables = tuple(dict.fromkeys(names))
    if not variables:
        remedy = f"Name at least one column, or leave {process} out"
        raise problem(where, f"{shown} names no column", _RULE, remedy)
    if "1" not in [str(term) for term in terms]:
        rule = "The model's own parameters are the intercept, so it cannot be taken out"
        raise problem(where, f"{shown} has no intercept", rule, "Leave out '0 +' or '- 1'")
    taken = [name for name in variables if name in RESERVED]
    if taken:
        rule = "The model explains this behaviour, so it cannot be a covariate"
        remedy = "Use what was known at the first purchase, such as a channel or a region"
        raise problem(where, f"{shown} uses {listing(taken)}", rule, remedy)
    return Parsed(terms, variables, frozenset(categories), frozenset(plain))


def _columns(expression: str, shown: str, where: str) -> tuple[list[str], frozenset[str]]:
    """Columns in an expression, and those within C(...); nothing but columns and sums passes."""
    quoted: dict[str, str] = {}

    def alias(match: re.Match[str]) -> str:
        name = f"quoted_{len(quoted)}_"
        quoted[name] = match.group(1)
        return name

    refused: ValueError = problem(
        where, f"{shown} contains '{expression}', which is not allowed", _RULE
    )
    try:
        tree = ast.parse(re.sub("`([^`]*)`", alias, expression), mode="eval")
    except SyntaxError:
        raise refused from None
    called, marked = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or len(node.args) != 1 or node.keywords:
                raise refused
            if node.func.id not in FUNCTIONS:
                says = f"{shown} uses the function '{node.func.id}', which is not known here"
                raise problem(where, says, _RULE, did_you_mean(node.func.id, FUNCTIONS))
            called.add(node.func)
            if node.func.id == "C":
                if not isinstance(node.args[0], ast.Name):
                    raise refused
                marked.add(node.args[0].id)
        elif not isinstance(node, _NODES):
            raise refused
    names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n not in called]
    return [quoted.get(n, n) for n in names], frozenset(quoted.get(n, n) for n in marked)


class Moments:
    """The functions ``scale`` and ``center``, which learn a mean once and then remember it."""

    def __init__(self, n: Float) -> None:
        self.n = n

    def functions(self) -> dict[str, Any]:
        """Give the functions of a formula by name."""
        from formulaic.transforms import stateful_transform

        def centre(data: Any, _state: dict[str, float]) -> Float:  # noqa: ANN401
            values = np.asarray(data, dtype=np.float64)
            if "mean" not in _state:
                _state["mean"] = float(self.n @ values / self.n.sum())
            return values - _state["mean"]

        def scale(data: Any, _state: dict[str, float]) -> Float:  # noqa: ANN401
            values = centre(data, _state)
            if "sd" not in _state:
                freedom = max(float(self.n.sum()) - 1, 1.0)
                _state["sd"] = float(np.sqrt(self.n @ values**2 / freedom))
            # A constant is left at zero, and refused later by its name.
            return values / (_state["sd"] or 1.0)

        remembering = {"scale": stateful_transform(scale), "center": stateful_transform(centre)}
        return {**FUNCTIONS, **remembering}
