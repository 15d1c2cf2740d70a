"""What an exercise is: its answer, why it matters, and the mistakes we know."""

from dataclasses import dataclass
from typing import Any

from centricity import _validate

KINDS = ("number", "table", "choice", "function")


@dataclass(frozen=True)
class Mistake:
    """A common wrong answer and the hint that fits it.

    Parameters
    ----------
    value
        The wrong answer, or a function without arguments that computes it. For an exercise of kind
        ``"function"``: the mistaken function itself.
    hint
        One or two plain sentences that lead on without giving the answer away.

    Examples
    --------
    >>> Mistake(22, "Add the two numbers, do not join them.").value
    22
    """

    value: Any
    hint: str


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    Parameters
    ----------
    name
        Lesson and position, such as ``"05.2"``.
    kind
        ``"number"``, ``"table"`` (anything with several values: DataFrame, Series, list, dict),
        ``"choice"`` (one of ``options``, or a set of them) or ``"function"``.
    answer
        The answer, or a function without arguments that computes it from shipped data when first
        needed. For kind ``"function"``: the reference function itself.
    why
        Printed after a right answer: why it matters, in one or two sentences.
    hint
        Printed when the answer is wrong and no known mistake fits.
    mistakes
        Known wrong answers, at least one, each with its own hint.
    tolerance
        Numbers within this absolute distance of the answer are right. Give it in the answer's own
        unit; half of the last digit asked for is a good choice.
    options
        For kind ``"choice"``: everything that may be chosen.
    cases
        For kind ``"function"``: argument tuples on which the functions are compared.

    Raises
    ------
    ValueError
        Where a field is missing for the kind.

    Examples
    --------
    >>> Exercise("00.9", "number", answer=4, why="Two and two.", hint="Count again.",
    ...          mistakes=(Mistake(22, "Add them, do not join them."),)).kind
    'number'
    """

    name: str
    kind: str
    answer: Any
    why: str
    hint: str
    mistakes: tuple[Mistake, ...]
    tolerance: float = 0.005
    options: tuple[str, ...] = ()
    cases: tuple[tuple[Any, ...], ...] = ()

    def __post_init__(self) -> None:
        where = f"Exercise {self.name}"
        _validate.choice(self.kind, "kind", where, KINDS)
        needs = {"choice": "options", "function": "cases"}.get(self.kind, "mistakes")
        for field in {"mistakes", needs}:
            if not getattr(self, field):
                rule = f"An exercise of kind '{self.kind}' needs its {field}"
                raise _validate.problem(where, f"'{field}' is empty", rule)

    def resolve(self, value: Any) -> Any:  # noqa: ANN401
        """Return an answer or a mistake's value, computing it if it is lazy.

        Examples
        --------
        >>> exercise = Exercise("00.9", "number", answer=lambda: 2 + 2, why="So.", hint="Count.",
        ...                     mistakes=(Mistake(22, "Add them."),))
        >>> exercise.resolve(exercise.answer)
        4
        """
        return value() if callable(value) and self.kind != "function" else value
