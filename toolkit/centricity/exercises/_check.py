"""Judge an answer and say so in plain text, whatever the answer is."""

import sys
import textwrap
from typing import Any

from centricity.exercises._compare import Verdict, judge
from centricity.exercises._registry import find

SYMBOL = {"not attempted": "…", "right": "✓", "wrong": "✗"}


def check(name: str, answer: Any = ...) -> None:  # noqa: ANN401
    """Print whether an answer is right, and why it matters or what to look at; never raise.

    Parameters
    ----------
    name
        The exercise, such as ``"05.2"``.
    answer
        Whatever the learner made. ``...`` means not attempted yet.

    Examples
    --------
    >>> check("00.1", ...)
    … 00.1 not attempted yet. Replace the three dots after "answer =" with your answer, then run
    this cell again.
    """
    try:
        lines = message(name, answer)
    except Exception as error:  # a learner must never meet a traceback of ours
        lines = f"✗ {name} could not be checked ({type(error).__name__}: {str(error)[:200]})."
    say(lines)


def message(name: str, answer: Any) -> str:  # noqa: ANN401
    """Return what ``check`` prints."""
    try:
        exercise = find(name)
    except ValueError as error:
        return wrap(str(error))
    verdict: Verdict = judge(exercise, answer)
    head = f"{SYMBOL[verdict.result]} {exercise.name} "
    return wrap(head + verdict.says)


def wrap(text: str) -> str:
    """Break a message into lines that fit a narrow output area."""
    return textwrap.fill(" ".join(text.split()), width=92, break_on_hyphens=False)


def say(text: str) -> None:
    """Print; on a terminal that lacks a symbol, print without it."""
    try:
        print(text)
    except UnicodeEncodeError:
        code = sys.stdout.encoding or "ascii"
        print(text.encode(code, errors="replace").decode(code))
