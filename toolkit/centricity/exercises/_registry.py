"""Find a lesson's exercises by number; nothing loads before it is asked for."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from centricity import _validate
from centricity.exercises._model import Exercise


def lessons() -> tuple[str, ...]:
    """Return the numbers of the lessons that have exercises.

    Examples
    --------
    >>> "00" in lessons()
    True
    """
    return tuple(sorted(p.stem[-2:] for p in Path(__file__).parent.glob("lesson_[0-9][0-9].py")))


@cache
def exercises_of(lesson: str) -> dict[str, Exercise]:
    """Return a lesson's exercises by name."""
    module = import_module(f"centricity.exercises.lesson_{lesson}")
    return {exercise.name: exercise for exercise in module.EXERCISES}


def find(name: str) -> Exercise:
    """Return the exercise of this name, such as ``"05.2"``.

    Raises
    ------
    ValueError
        When there is none; the message lists those that exist.

    Examples
    --------
    >>> find("00.1").kind
    'number'
    """
    rule = "An exercise's name is its lesson and its position, such as '05.2'"
    form = re.fullmatch(r"(\d\d)\.\d+", str(name))
    if form is None:
        raise _validate.problem("check", f"there is no exercise {str(name)[:40]!r}", rule)
    if form[1] not in lessons():
        has = ", ".join(lessons())
        what = f"lesson {form[1]} has no exercises"
        raise _validate.problem("check", what, f"Lessons with exercises: {has}")
    known = exercises_of(form[1])
    if name not in known:
        what = f"there is no exercise {name!r}"
        raise _validate.problem("check", what, _validate.did_you_mean(name, list(known)))
    return known[name]
