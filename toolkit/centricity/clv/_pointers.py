"""Where a name is that was looked for on the wrong one of two: a model, or the fit that holds it.

Predictions are asked of the model, and standard errors of the fit: the first thing to mix up.
"""

from typing import Any

from centricity._formerly import ATTRIBUTES, hint
from centricity.clv._base import Model


def missing(owner: object, name: str, hint: str) -> Any:  # noqa: ANN401
    """Raise the error of a name that is not there, with a hint after it.

    A property that raised an AttributeError of its own raises that one again.
    """
    if hasattr(type(owner), name):
        return object.__getattribute__(owner, name)
    says = f"'{type(owner).__name__}' object has no attribute '{name}'"
    raise AttributeError(says + hint, name=name, obj=owner)


def of_model(model: Model, name: str) -> str:
    """Say what to do about a name that a model does not have; empty if there is nothing to say."""
    from centricity.clv.fit import Fit

    kind = type(model)
    if name.startswith("predict"):
        return f". It answers {_questions(kind)}"
    if not name.startswith("_") and (hasattr(Fit, name) or name in Fit.__annotations__):
        return f". This is a model; {name} belongs to what {kind.__name__}.fit(…) returned"
    return hint(name, ATTRIBUTES)


def of_fit(model: object, name: str) -> str:
    """Say what to do about a name that the fit of a model does not have."""
    if name.startswith("predict") and isinstance(model, Model):
        return f". Ask fit.model, which answers {_questions(type(model))}"
    if not name.startswith("_") and hasattr(type(model), name):
        return f". The model has it: fit.model.{name}"
    return hint(name, ATTRIBUTES).replace(" model.", " fit.model.")


def _questions(kind: type[Model]) -> str:
    return ", ".join(name for name in dir(kind) if name[0] != "_" and not hasattr(Model, name))
