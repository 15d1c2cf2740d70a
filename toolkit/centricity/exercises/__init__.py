"""Exercises that check themselves: ``check("05.2", answer)`` prints, and never raises.

Each lesson's exercises live in ``lesson_NN.py`` as a tuple ``EXERCISES`` and load when first asked
for.
"""

from centricity.exercises._check import check
from centricity.exercises._model import Exercise, Mistake
from centricity.exercises._registry import find, lessons

__all__ = ["Exercise", "Mistake", "check", "find", "lessons"]
