"""Random choice tasks with a known truth."""

import numpy as np
import pandas as pd

from centricity.preference import ConditionalLogit

NAMES = ["price", "days", "advice"]
TRUE = ConditionalLogit({"price": -0.25, "days": -0.3, "advice": 0.4})


def draw(seed, *, people=60, tasks=6, offers=3, models=(TRUE,)):
    """Choice tasks of people, each of whom has the tastes of one model by chance."""
    rng = np.random.default_rng(seed)
    n = people * tasks * offers
    table = pd.DataFrame(
        {
            "respondent_id": np.repeat(np.arange(people), tasks * offers),
            "task": np.tile(np.repeat(np.arange(tasks), offers), people),
            "price": rng.choice([8.0, 10.0, 12.0, 14.0], n),
            "days": rng.integers(1, 6, n),
            "advice": rng.integers(0, 2, n),
        }
    )
    taste = np.repeat(rng.integers(len(models), size=people), tasks * offers)
    chosen = pd.Series(0, index=table.index)
    for place, model in enumerate(models):
        part = table[taste == place]
        if len(part):
            chosen[part.index] = model.simulate(part, rng=rng)
    return table.assign(chosen=chosen)
