"""A section of the report: what was found, or why there is nothing to show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """A result, or the reason in plain words why the data do not support it.

    Attributes
    ----------
    value : object or None
        What was found; None when there is a reason.
    reason : str
        Why there is no value; empty when there is one.

    Examples
    --------
    >>> Part(3).value, Part.missing("there are no orders").reason
    (3, 'there are no orders')
    """

    value: T | None
    reason: str = ""

    @classmethod
    def missing(cls, reason: str) -> "Part[T]":
        """Build a part that has no value, for this reason."""
        return cls(None, reason.strip().rstrip("."))

    @property
    def found(self) -> T:
        """The value; raises where there is none, so ask ``reason`` first."""
        if self.value is None:
            raise LookupError(self.reason)
        return self.value


def without_remedy(reason: str) -> str:
    """Keep what is wrong and the rule; the remedy speaks to those who call the toolkit.

    >>> without_remedy("there is 1 cohort. Two are needed. Choose every='M'")
    'there is 1 cohort. Two are needed'
    """
    return ". ".join(reason.split(". ")[:2])


def attempt(compute: Callable[[], T]) -> Part[T]:
    """Compute a part; an error of the toolkit about the data becomes its reason.

    >>> def fails():
    ...     raise ValueError("tiers: there are 2 customers. Each tier needs one.")
    >>> attempt(fails).reason
    'there are 2 customers. Each tier needs one'
    """
    try:
        return Part(compute())
    except ValueError as error:
        return Part.missing(reason_of(error))


def reason_of(error: Exception) -> str:
    """Return the message of an error of the toolkit without the name of the function.

    >>> reason_of(ValueError("BGNBD.fit: nobody came back."))
    'nobody came back.'
    """
    where, colon, rest = str(error).partition(": ")
    return rest if colon and " " not in where else str(error)
