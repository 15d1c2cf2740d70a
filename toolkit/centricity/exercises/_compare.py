"""Compare what a learner made with an exercise's answer and with the mistakes we know."""

import copy
import datetime as dt
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from centricity._validate import a_type
from centricity.exercises._model import Exercise
from centricity.exercises._tables import same_table, table_problem


@dataclass(frozen=True)
class Verdict:
    """What ``check`` found (``right``, ``wrong`` or ``not attempted``) and what it says."""

    result: str
    says: str


def wrong(hint: str) -> Verdict:
    """Return the verdict on a wrong answer."""
    return Verdict("wrong", f"not yet. {hint}")


def judge(exercise: Exercise, answer: Any) -> Verdict:  # noqa: ANN401
    """Judge an answer: not attempted, right, a known mistake, or wrong in some other way."""
    if answer is ...:
        return Verdict(
            "not attempted",
            'not attempted yet. Replace the three dots after "answer =" with your answer, then '
            "run this cell again.",
        )
    if answer is None:
        return wrong(
            'The answer is None, which means "nothing". Perhaps a function printed its result '
            "instead of returning it, or a method changed its table in place."
        )
    read, same = KINDS[exercise.kind]
    try:
        value = read(exercise, answer)
    except UnreadableError as reason:
        return wrong(str(reason))
    except Exception as error:  # answers may be any object, and raise when touched
        return wrong(f"The answer could not be read: it raised {type(error).__name__}.")
    right = exercise.resolve(exercise.answer)
    if same(exercise, value, right):
        return Verdict("right", f"right. {exercise.why}")
    for mistake in exercise.mistakes:
        if same(exercise, value, read(exercise, exercise.resolve(mistake.value))):
            return wrong(mistake.hint)
    return wrong(
        " ".join(part for part in (GENERAL[exercise.kind](exercise, value, right),) if part)
        or exercise.hint
    )


class UnreadableError(Exception):
    """The answer is not of the exercise's kind; the message says what it is and what to do."""


# --- numbers


def read_number(exercise: Exercise, answer: Any) -> float:  # noqa: ANN401
    """Return the one number in an answer: a number, text that spells one, an array of one."""
    answer = only_item(answer)
    if callable(answer):
        raise UnreadableError(
            "The answer is a function that has not been called. Add the round brackets after its "
            "name, with what it needs inside."
        )
    if isinstance(answer, bool | np.bool_):
        raise UnreadableError("The answer is True or False; a number is wanted here.")
    if isinstance(answer, str):
        return number_from_text(answer)
    try:
        value = float(answer)
    except Exception:
        raise UnreadableError(f"A number is wanted here; the answer is {a_type(answer)}.") from None
    if not math.isfinite(value):
        raise UnreadableError(
            "The answer is not a finite number. Look for a missing value or a division by zero "
            "on the way."
        )
    return value


def only_item(answer: Any) -> Any:  # noqa: ANN401
    """Return the single item of a container of one; refuse containers of several."""
    if isinstance(answer, str | bytes) or callable(answer):
        return answer
    size = getattr(answer, "size", None)
    if not isinstance(size, int | np.integer):
        size = len(answer) if isinstance(answer, Collection) else 1
    if size != 1:
        raise UnreadableError(f"One number is wanted here; the answer holds {size:,} values.")
    if isinstance(answer, list | tuple | set | frozenset):
        return only_item(next(iter(answer)))
    if isinstance(answer, dict):
        return only_item(next(iter(answer.values())))
    if hasattr(answer, "__len__") or hasattr(answer, "shape"):
        return np.asarray(answer).reshape(-1)[0]
    return answer


def number_from_text(text: str) -> float:
    """Read text such as ``"42"`` or ``"42 %"`` as a number.

    >>> number_from_text("42 %"), number_from_text("1,250")
    (0.42, 1250.0)
    """
    bare = text.strip().strip("€$").replace(",", "").replace("_", "").strip()
    percent = bare.endswith("%")
    try:
        value = float(bare.rstrip("% "))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UnreadableError(
            "A number is wanted here; the answer is text. Write it without quotes."
        )
    return value / 100 if percent else value


def same_number(exercise: Exercise, value: Any, right: Any) -> bool:  # noqa: ANN401
    """Say whether two numbers agree within the exercise's tolerance."""
    return abs(value - float(right)) <= exercise.tolerance * (1 + 1e-9)


def number_hint(exercise: Exercise, value: float, right: Any) -> str:  # noqa: ANN401
    """Return a hint on slips that any exercise can meet: percent, sign."""
    right = float(right)
    if abs(right) <= 1 and same_number(exercise, value / 100, right):
        return (
            "That is a percentage. Give the share itself, a number between zero and one: divide "
            "by a hundred."
        )
    if abs(right) > 1 and same_number(exercise, value * 100, right):
        return "That is a share. Give the percentage: multiply by a hundred."
    if same_number(exercise, -value, right):
        return "The size is right, the sign is not. Which way round does the difference go?"
    return ""


# --- choices


def read_choice(exercise: Exercise, answer: Any) -> frozenset[str]:  # noqa: ANN401
    """Return the chosen labels, lower case; refuse what is not on offer."""
    if callable(answer):
        raise UnreadableError("The answer is a function. Write your choice in quotes.")
    several = isinstance(answer, list | tuple | set | frozenset | np.ndarray)
    chosen = frozenset(plain(item) for item in (answer if several else [answer]))
    offered = {plain(option) for option in exercise.options}
    if not chosen or not chosen <= offered:
        options = ", ".join(f'"{option}"' for option in exercise.options)
        raise UnreadableError(f"Choose from: {options}. Write it in quotes.")
    return chosen


def plain(item: Any) -> str:  # noqa: ANN401
    """Return a label without case, outer blanks or a time of day."""
    if isinstance(item, dt.date):
        item = item.isoformat()[:10]
    return str(item).strip().casefold()


def same_choice(exercise: Exercise, value: frozenset[str], right: Any) -> bool:  # noqa: ANN401
    """Say whether the same labels are chosen."""
    return value == (right if isinstance(right, frozenset) else read_choice(exercise, right))


def choice_hint(exercise: Exercise, value: frozenset[str], right: Any) -> str:  # noqa: ANN401
    """Return a hint when some but not all of several choices are right."""
    wanted = read_choice(exercise, right)
    if len(wanted) > 1 and value < wanted:
        return "What you chose belongs there, but something is missing."
    if len(wanted) > 1 and value > wanted:
        return "Everything needed is there, and something else too."
    return ""


# --- functions


def read_function(exercise: Exercise, answer: Any) -> Callable[..., Any]:  # noqa: ANN401
    """Return the function, or say that its result was given instead."""
    if not callable(answer):
        raise UnreadableError(
            "A function is wanted here; the answer is its result or something else. Give the "
            "function's name without brackets, or define it with: def answer(…)."
        )
    for case in exercise.cases:
        try:
            answer(*copy.deepcopy(case))
        except Exception as error:
            raise UnreadableError(
                f"The function stopped with {type(error).__name__} when it was tried on "
                f"{', '.join(map(repr, case))}: {str(error)[:120]}"
            ) from None
    return answer


def same_function(exercise: Exercise, value: Any, right: Any) -> bool:  # noqa: ANN401
    """Say whether two functions give the same on every case."""
    return all(same_result(exercise, value, right, case) for case in exercise.cases)


def same_result(exercise: Exercise, value: Any, right: Any, case: tuple[Any, ...]) -> bool:  # noqa: ANN401
    """Say whether two functions give the same on one case."""
    ours, theirs = right(*copy.deepcopy(case)), value(*copy.deepcopy(case))
    try:
        return same_table(theirs, ours, exercise.tolerance)
    except Exception:
        return False


def function_hint(exercise: Exercise, value: Any, right: Any) -> str:  # noqa: ANN401
    """Name the first case on which the function goes wrong."""
    for case in exercise.cases:
        if value(*copy.deepcopy(case)) is None:
            return "The function returns None. Does it end with return?"
        if not same_result(exercise, value, right, case):
            tried = ", ".join(map(repr, case))
            return f"{exercise.hint} (Tried on {tried[:120]}.)"
    return ""


# --- tables


def read_table(exercise: Exercise, answer: Any) -> Any:  # noqa: ANN401
    """Return an answer that holds several values."""
    if callable(answer):
        raise UnreadableError(
            "The answer is a function that has not been called. Add round brackets."
        )
    if isinstance(answer, str | bytes | bool | int | float) or not hasattr(answer, "__len__"):
        says = f"Several values are wanted here (a table); the answer is {a_type(answer)}."
        raise UnreadableError(says)
    return answer


KINDS: dict[str, tuple[Callable[..., Any], Callable[..., bool]]] = {
    "number": (read_number, same_number),
    "choice": (read_choice, same_choice),
    "function": (read_function, same_function),
    "table": (read_table, lambda exercise, a, b: same_table(a, b, exercise.tolerance)),
}
GENERAL: dict[str, Callable[..., str]] = {
    "number": number_hint,
    "choice": choice_hint,
    "function": function_hint,
    "table": lambda exercise, a, b: table_problem(a, b),
}
