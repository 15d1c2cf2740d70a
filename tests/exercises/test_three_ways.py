"""Every registered exercise: the stub is not attempted, the answer right, each mistake hinted."""

import re

import numpy as np
import pytest

from centricity.exercises import Exercise, find, lessons
from centricity.exercises._check import message
from centricity.exercises._compare import KINDS
from centricity.exercises._registry import exercises_of
from centricity.exercises._tables import as_frame

ALL = [exercise for lesson in lessons() for exercise in exercises_of(lesson).values()]
BY_NAME = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
BY_MISTAKE = pytest.mark.parametrize(
    ("exercise", "position"),
    [(exercise, i) for exercise in ALL for i in range(len(exercise.mistakes))],
    ids=lambda value: value.name if isinstance(value, Exercise) else str(value),
)


def flat(text):
    return " ".join(text.split())


def mistaken(exercise, position):
    return exercise.resolve(exercise.mistakes[position].value)


@BY_NAME
def test_a_stub_is_not_attempted(exercise):
    assert message(exercise.name, ...).startswith(f"… {exercise.name} not attempted yet")


@BY_NAME
def test_the_answer_is_right_and_says_why_it_matters(exercise):
    said = flat(message(exercise.name, exercise.resolve(exercise.answer)))
    assert said == flat(f"✓ {exercise.name} right. {exercise.why}")


@BY_MISTAKE
def test_a_mistake_gets_its_own_hint(exercise, position):
    said = flat(message(exercise.name, mistaken(exercise, position)))
    assert said == flat(f"✗ {exercise.name} not yet. {exercise.mistakes[position].hint}")


@BY_MISTAKE
def test_no_mistake_is_within_tolerance_of_the_answer(exercise, position):
    read, same = KINDS[exercise.kind]
    value = read(exercise, mistaken(exercise, position))
    assert not same(exercise, value, exercise.resolve(exercise.answer))


@BY_NAME
def test_each_mistake_has_a_hint_of_its_own(exercise):
    hints = [mistake.hint for mistake in exercise.mistakes] + [exercise.hint]
    assert len(set(hints)) == len(hints)


def secrets(exercise):
    """The numbers that would give the answer away: as they are, and as percentages."""
    if exercise.kind in ("choice", "function"):
        return np.array([])
    values = as_frame(exercise.resolve(exercise.answer)).select_dtypes("number").to_numpy().ravel()
    values = values[np.isfinite(values)]
    return np.concatenate([values, values[np.abs(values) <= 1] * 100])


@BY_NAME
def test_no_message_contains_the_answers_number(exercise):
    tries = [..., None, "no", -1e9, "xyz", *map(exercise.resolve, wrong_values(exercise))]
    tries.append(exercise.resolve(exercise.answer))
    for attempt in tries:
        said = message(exercise.name, attempt).replace(exercise.name, "")
        digits = re.findall(r"-?\d[\d,]*(?:\.\d+)?", said)
        numbers = np.array([float(number.replace(",", "")) for number in digits])
        close = np.abs(numbers[:, None] - secrets(exercise)[None, :]) <= exercise.tolerance
        assert not close.any(), said


def wrong_values(exercise):
    return [mistake.value for mistake in exercise.mistakes]


@pytest.mark.parametrize(
    "exercise", [e for e in ALL if e.kind == "choice"], ids=lambda exercise: exercise.name
)
def test_a_choice_that_is_not_on_offer_gets_all_options_named(exercise):
    said = message(exercise.name, "none of these")
    assert all(f'"{option}"' in flat(said) for option in exercise.options)


@BY_NAME
def test_a_name_is_its_lesson_and_position(exercise):
    assert re.fullmatch(r"\d\d\.[1-9]", exercise.name)
    assert find(exercise.name) is exercise
