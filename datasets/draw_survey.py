"""What customers of Quillmere value: a customer survey with choice tasks, and an internal one.

Two kinds of customers, who buy for their home or for their work, have different tastes; within a
kind all have the same. Choices are drawn from ``preference.ConditionalLogit``. Ratings share a
halo, so that they are correlated, and satisfaction follows from the ratings with known weights.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from centricity.preference import ConditionalLogit

SEED = 200
TASKS, OFFERS = 8, 3
BASKET_COST = 36.0  # goods and standard delivery of the usual basket, euros
LEVELS = {
    "price": (40, 43, 46, 49, 52),
    "days": (1, 2, 3, 4, 6),
    "range": (3, 6, 9),
    "advice": (0, 1),
    "returns": (0, 1),
}
TASTES = {
    "home": {
        "offer": 9.6, "price": -0.20, "days": -0.12, "range": 0.10, "advice": 0.30, "returns": 0.50,
    },
    "work": {
        "offer": 5.4, "price": -0.10, "days": -0.35, "range": 0.15, "advice": 0.20, "returns": 0.15,
    },
}  # fmt: skip
RATED = ("price", "delivery", "range", "advice", "returns")
DRIVERS = {  # rise of satisfaction when a rating is one higher; "expected": mean expectation
    "home": (0.35, 0.10, 0.20, 0.15, 0.35, -0.40),
    "work": (0.10, 0.45, 0.20, 0.10, 0.20, -0.40),
}
STATED = {"home": (9.0, 8.3, 7.9, 6.8, 7.4), "work": (8.9, 8.7, 8.0, 6.9, 7.1)}
EXPECTED = (6.5, 7.6, 6.8, 6.0, 8.0)
RATING = {"price": 6.3, "range": 6.4, "advice": 5.6, "returns": 8.0}  # delivery follows the days
ALIKE, HALO, NOISE = 0.6, 1.2, 0.9  # spread of returns (all alike, no halo); halo; rest
YEA, STATED_NOISE, HOPE, SATISFACTION_NOISE = 0.7, 0.9, 0.8, 0.9


class Group(NamedTuple):
    """Customers of one kind who came lately or long ago."""

    buys_for: str
    tenure: str
    size: int
    orders: float  # mean in twelve months
    price: float  # mean paid for the usual basket, euros
    days: float  # mean days until delivery


GROUPS = (
    Group("home", "new", 100, 2.6, 41.0, 4.0),
    Group("home", "regular", 140, 7.0, 44.5, 4.0),
    Group("work", "new", 60, 2.2, 46.0, 4.6),
    Group("work", "regular", 100, 13.0, 46.0, 4.6),
)

QUALITIES = {"on time": -0.4, "right first time": 0.1, "kept informed": 0.3}
LINKS = (  # supplier, customer, people who rate, mean expected, mean gap
    ("Sales", "Order desk", 8, 7.8, -2.6),
    ("Order desk", "Workshop", 12, 7.5, -1.0),
    ("Workshop", "Transport", 14, 8.2, -0.3),
    ("Transport", "Building site", 40, 8.0, -1.2),
    ("Order desk", "Accounts office", 6, 7.6, -1.6),
)


def draw_respondents(rng: np.random.Generator) -> pd.DataFrame:
    """Draw who answers, what they ordered, and how they rate."""
    table = pd.DataFrame([g for g in GROUPS for _ in range(g.size)]).drop(columns="size")
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    n = len(table)
    table.insert(0, "respondent_id", [f"S{i:03d}" for i in range(1, n + 1)])
    table["orders"] = 1 + rng.poisson(table["orders"] - 1)
    table["price_paid"] = (table.pop("price") + rng.normal(0, 1.5, n)).round(2)
    realised = 1 + rng.poisson(table.pop("days") - 1)
    table["expected_days"], table["realised_days"] = 2 + rng.binomial(2, 0.5, n), realised
    kind = table["buys_for"].to_numpy()
    halo, yea = rng.normal(0, HALO, n), rng.normal(0, YEA, n)
    hopeful = rng.normal(0, HOPE, n)
    for place, name in enumerate(RATED):
        mean = np.array([STATED[k][place] for k in kind])
        table[f"importance_{name}"] = _rating(mean + yea + rng.normal(0, STATED_NOISE, n))
    for place, name in enumerate(RATED):
        table[f"expected_{name}"] = _rating(EXPECTED[place] + hopeful + rng.normal(0, HOPE, n))
    for name in RATED:
        if name == "returns":
            value = RATING[name] + rng.normal(0, ALIKE, n)
        elif name == "delivery":
            value = 9.0 - 0.75 * realised + halo + rng.normal(0, NOISE, n)
        else:
            value = RATING[name] + halo + rng.normal(0, NOISE, n)
        table[f"realised_{name}"] = _rating(value)
    weights = np.array([DRIVERS[k] for k in kind])
    got = table[[f"realised_{name}" for name in RATED]].to_numpy()
    hoped = table[[f"expected_{name}" for name in RATED]].mean(axis=1).to_numpy()
    happy = (weights * np.column_stack([got - 6.0, hoped - 7.0])).sum(axis=1)
    table["satisfaction"] = _rating(6.0 + happy + rng.normal(0, SATISFACTION_NOISE, n))
    return table


def _rating(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 10).astype(int)


def draw_tasks(respondents: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what is shown (all offers equally likely, none twice in a task) and what is chosen."""
    every = np.array(list(product(*LEVELS.values())))
    shown = len(respondents) * TASKS
    picked = np.array([rng.choice(len(every), OFFERS, replace=False) for _ in range(shown)])
    blocks = np.zeros((shown, OFFERS + 1, len(LEVELS)), dtype=int)
    blocks[:, :OFFERS] = every[picked]
    table = pd.DataFrame(blocks.reshape(-1, len(LEVELS)), columns=list(LEVELS))
    each = OFFERS + 1
    table.insert(
        0, "respondent_id", np.repeat(respondents["respondent_id"].to_numpy(), TASKS * each)
    )
    table.insert(1, "task", np.tile(np.repeat(np.arange(1, TASKS + 1), each), len(respondents)))
    table.insert(2, "alternative", np.tile([*"ABC", "none"], shown))
    table.insert(3, "offer", (table["alternative"] != "none").astype(int))
    kind = table["respondent_id"].map(respondents.set_index("respondent_id")["buys_for"])
    table["chosen"] = 0
    for name, weights in TASTES.items():
        part = table[kind == name].drop(columns="chosen")
        table.loc[part.index, "chosen"] = ConditionalLogit(weights).simulate(part, rng=rng)
    return table


def draw_internal(rng: np.random.Generator) -> pd.DataFrame:
    """Draw how people of the hire firm rate the department that works for theirs."""
    rows = []
    for supplier, customer, people, expected, gap in LINKS:
        for _ in range(people):
            person = rng.normal(0, 0.7)
            who = f"P{len(rows) // len(QUALITIES) + 1:02d}"
            for quality, more in QUALITIES.items():
                hoped = int(_rating(expected + rng.normal(0, 0.7)))
                got = int(_rating(expected + gap + more + person + rng.normal(0, 0.9)))
                rows.append((supplier, customer, who, quality, hoped, got))
    names = ["supplier", "customer", "respondent_id", "quality", "expected", "delivered"]
    return pd.DataFrame(rows, columns=names)


def draw(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Draw the survey's tables, by file name."""
    people, tasks, inside = np.random.default_rng(seed).spawn(3)
    respondents = draw_respondents(people)
    return {
        "survey_respondents": respondents,
        "survey_choices": draw_tasks(respondents, tasks),
        "survey_internal": draw_internal(inside),
    }


def truth(seed: int = SEED) -> dict[str, object]:
    """Return every true parameter, ready to be written as JSON."""
    names = [*RATED, "expected"]
    return {
        "seed": seed,
        "money_unit": "EUR",
        "basket_cost": BASKET_COST,
        "tastes": [{"buys_for": kind, **weights} for kind, weights in TASTES.items()],
        "drivers": [
            {"buys_for": k, **dict(zip(names, w, strict=True))} for k, w in DRIVERS.items()
        ],
        "groups": [g._asdict() for g in GROUPS],
        "stated": [{"buys_for": k, **dict(zip(RATED, m, strict=True))} for k, m in STATED.items()],
        "links": [
            dict(zip(("supplier", "customer", "people", "expected", "gap"), link, strict=True))
            for link in LINKS
        ],
        "spread": {
            "halo": HALO, "rating": NOISE, "returns": ALIKE, "yea_saying": YEA,
            "stated": STATED_NOISE, "expected": HOPE, "satisfaction": SATISFACTION_NOISE,
        },
    }  # fmt: skip
