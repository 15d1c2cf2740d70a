"""Exercises of lesson 08, Without contracts: buying till they leave."""

from functools import cache
from typing import Any

from centricity.exercises._model import Exercise, Mistake


@cache
def customers_of(year: int, calibration_end: str | None) -> Any:  # noqa: ANN401
    """Return the customers who came to the shop in a year, observed until the end of 2025."""
    from centricity import datasets, transactions

    orders = datasets.load_shop_orders()
    first = orders.groupby("customer_id")["date"].transform("min")
    log = orders[first.dt.year == year]
    end = "2025-12-31"
    return transactions.summarize(log, calibration_end=calibration_end, observation_end=end)


@cache
def model_of(year: int, calibration_end: str | None) -> Any:  # noqa: ANN401
    """Return the model fitted to these customers."""
    from centricity import clv

    return clv.BGNBD.fit(customers_of(year, calibration_end)).model


def first_year(weeks: float = 52.0) -> float:
    """Return the repeat orders of 1,000 new customers in their first weeks."""
    return 1000 * float(model_of(2022, "2023-12-31").expected_purchases_new(weeks))


def first_year_if_nobody_left() -> float:
    """Return the same at the average pace, forgetting that people leave."""
    model = model_of(2022, "2023-12-31")
    return 1000 * 52.0 * model.r / model.alpha


def miss(year: int = 2023, seen: str | None = "2024-12-31", weeks: float | None = None) -> float:
    """Return by how many percent a model's forecast of 2025 for the customers of 2023 misses."""
    known = customers_of(2023, "2024-12-31")
    ahead = known["T_holdout"].iloc[0] if weeks is None else weeks
    forecast = model_of(year, seen).expected_purchases(known, ahead).sum()
    return 100 * (float(forecast) / float(known["frequency_holdout"].sum()) - 1)


def naive_miss() -> float:
    """Return the same when everybody goes on at their past pace."""
    known = customers_of(2023, "2024-12-31")
    paces = known["frequency"] / known["T"].where(known["T"] > 0)
    forecast = (paces * known["T_holdout"]).sum()
    return 100 * (float(forecast) / float(known["frequency_holdout"].sum()) - 1)


@cache
def leaky_shop() -> Any:  # noqa: ANN401
    """Return expected and actual orders by frequency where some leave after the first order."""
    import numpy as np
    import pandas as pd

    from centricity import clv

    world = clv.BGNBD(r=0.6, alpha=7.4, a=1.0, b=3.0).simulate(np.full(2000, 208.0), rng=8)
    early = np.random.default_rng(8).random(2000) < world.customers["dropout"]
    owner, time = world.purchases["customer"], world.purchases["time"]
    kept = world.purchases[~(owner.map(early) & (time > 0))]
    seen = kept[kept["time"] <= 104].groupby("customer")["time"].agg(["size", "max"])
    held = kept[kept["time"] > 104].groupby("customer").size()
    table = pd.DataFrame({"frequency": seen["size"] - 1, "recency": seen["max"], "T": 104.0})
    table["frequency_holdout"] = held.reindex(table.index, fill_value=0)
    table["T_holdout"] = 104.0
    return clv.holdout_by_frequency(table, clv.BGNBD.fit(table).model)


def promised_per_order(frequency: int | None = 0) -> float:
    """Return expected over actual orders of one group of the leaky shop, or of everybody."""
    groups = leaky_shop()
    rows = groups if frequency is None else groups.loc[[frequency]]
    expected, actual = ((rows[name] * rows["customers"]).sum() for name in ("expected", "actual"))
    return float(expected / actual)


EXERCISES = (
    Exercise(
        "08.1",
        "choice",
        answer={"B", "D"},
        options=("A", "B", "C", "D", "E"),
        why="A has been silent for 60 weeks and is more likely still there, B for 25 and is more "
        "likely gone. One limit for all, such as half a year, gets both wrong. And E is alive by "
        "assumption only: treat somebody seen once as unknown.",
        hint="model.p_alive(five) gives five probabilities. Which are below one half?",
        mistakes=(
            Mistake(
                {"A", "D"},
                "These two have the longest silence among those who came back. Weigh it by the "
                "customer's own pace: how many orders has each of them missed?",
            ),
            Mistake(
                {"A", "D", "E"},
                "You went by the length of the silence. The customer's own pace matters as much: "
                "how many orders has each of them missed?",
            ),
            Mistake(
                {"B", "D", "E"},
                "Nearly, and your doubt about one of them is sound. But the question is what the "
                "model says, and for somebody who never came back it cannot say gone.",
            ),
            Mistake(
                {"A", "C", "E"},
                "Those are the ones more likely alive. P(alive) below one half means gone.",
            ),
            Mistake(
                {"A", "D", "C", "B"},
                "Silence alone is no proof: everybody is silent for a while between orders.",
            ),
        ),
    ),
    Exercise(
        "08.2",
        "number",
        answer=first_year,
        tolerance=5.0,
        why="It is far less than the average pace times 52 weeks, because some leave on the way. "
        "Whoever plans with the average pace buys too much stock.",
        hint="expected_purchases_new(t) is for one new customer and t weeks, without the first "
        "order.",
        mistakes=(
            Mistake(
                first_year_if_nobody_left,
                "That is the average pace times 52 weeks. It forgets that customers leave.",
            ),
            Mistake(
                lambda: first_year() + 1000,
                "You counted the first order, too. The question asks for repeat orders.",
            ),
            Mistake(
                lambda: first_year(1.0),
                "That is one week. The model counts time in weeks; you want a year of them.",
            ),
            Mistake(lambda: first_year(365.0), "The model counts time in weeks, not in days."),
            Mistake(lambda: first_year() / 1000, "That is for one customer. There are 1,000."),
        ),
    ),
    Exercise(
        "08.3",
        "number",
        answer=miss,
        tolerance=0.1,
        why="A whole year ahead, within a few percent: good enough to plan stock by. And you know "
        "that it is, because the model never saw 2025.",
        hint="Summarize with calibration_end, fit, forecast T_holdout weeks, sum up, and divide by "
        "the sum of frequency_holdout.",
        mistakes=(
            Mistake(
                naive_miss,
                "That is the naive forecast, everybody at their past pace. Ask the model.",
            ),
            Mistake(
                lambda: miss(year=2023, seen=None),
                "The model has peeked: it was fitted to data that include 2025. Fit to what was "
                "known at the end of 2024 (calibration_end).",
            ),
            Mistake(
                lambda: miss(year=2022, seen="2023-12-31"),
                "You used the model of the customers of 2022. Those of 2023 are another cohort, "
                "and a worse one: fit them by themselves.",
            ),
            Mistake(
                lambda: miss(weeks=731 / 7),
                "That forecast runs over two years, as in the lesson. This hold-out is one year: "
                "take T_holdout from the new table.",
            ),
        ),
    ),
    Exercise(
        "08.4",
        "choice",
        answer="B",
        options=("A", "B", "C"),
        why="The interval of an average grows narrow with more data. What one person does stays as "
        "uncertain as rain and coins. Say which of the two you mean, each time you show a range.",
        hint="What does Fit.interval vary, and what does it leave alone?",
        mistakes=(
            Mistake(
                "A",
                "Look at the shares printed in the lesson: how many customers fell inside the "
                "interval of their own average?",
            ),
            Mistake(
                "C",
                "The 90 % belongs to the range, not to the customer. P(alive) is another question; "
                "its answer stands in a table above.",
            ),
        ),
    ),
    Exercise(
        "08.5",
        "number",
        answer=promised_per_order,
        tolerance=0.01,
        why="The model overrates those who never came back: it cannot believe that they are gone. "
        "Yet the total is nearly right, since the fit makes up for it elsewhere. A good total "
        "is no proof that the story is true.",
        hint="Fit to left_early, then look at the row for frequency 0 in holdout_by_frequency: "
        "expected divided by actual.",
        mistakes=(
            Mistake(
                lambda: 1 / promised_per_order(),
                "You divided the other way round. What was expected for each order placed?",
            ),
            Mistake(
                lambda: promised_per_order(None),
                "That is for all customers together. Look at those who never came back.",
            ),
            Mistake(
                lambda: promised_per_order(1),
                "That is the group that came back once. Frequency counts repeat orders.",
            ),
        ),
    ),
)
