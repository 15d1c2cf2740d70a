"""One set of random choice tasks, and what is estimated from it."""

import pytest
from choice_tasks import NAMES, draw

from centricity.preference import ConditionalLogit


@pytest.fixture(scope="session")
def tasks():
    return draw(1)


@pytest.fixture(scope="session")
def fit(tasks):
    return ConditionalLogit.fit(tasks, NAMES)
