"""A model with covariates as plain data, and what such data must hold."""

from collections.abc import Mapping
from typing import Any

from centricity._validate import choice, problem
from centricity.clv._covariate_cells import LINKS
from centricity.clv._design import Design
from centricity.clv._purchase import PurchaseModel

PROCESSES = ("buying", "leaving")


def to_plain(
    base: PurchaseModel, coefficients: Mapping[str, float], designs: list[Design]
) -> dict[str, Any]:
    """Give all there is to the model as plain data, ready for JSON."""
    return {
        "class": "WithCovariates",
        "base": base.to_dict(),
        "coefficients": dict(coefficients),
        **{design.process: design.to_dict() for design in designs},
    }


def from_plain(
    data: Mapping[str, Any], where: str
) -> tuple[PurchaseModel, Mapping[str, float], dict[str, Design]]:
    """Check what `to_plain` gave, and return the base model, the coefficients and the designs.

    Raises
    ------
    ValueError, TypeError
        If the data are not those of such a model.
    """
    if not isinstance(data, Mapping) or not {"base", "coefficients"} <= set(data):
        rule = "The data must come from to_dict"
        raise problem(where, "base and coefficients are missing", rule)
    base = data["base"]
    kinds = {kind.__name__: kind for kind in LINKS}
    kind = kinds[choice(base.get("class"), "the class of base", where, list(kinds))]
    designs = {
        process: Design.from_dict(data[process], process)
        for process in PROCESSES
        if data.get(process) is not None
    }
    return kind.from_dict(base), data["coefficients"], designs
