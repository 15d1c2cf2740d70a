"""Lesson 00, Start here."""

from centricity.exercises._model import Exercise, Mistake


def p_alive_early() -> float:
    """Return P(alive) after a year for twelve purchases, the last in week 8."""
    return 0.0


EXERCISES = (
    Exercise(
        "00.1",
        "number",
        answer=24,
        tolerance=0.0,
        why="You know how exercises work now: write, run, read, try again.",
        hint="Add the purchases of both customers.",
        mistakes=(
            Mistake(12, "That is one customer. The question asks about both together."),
            Mistake(1212, "Python joined two pieces of text. Add numbers, written without quotes."),
        ),
    ),
)
