"""Exercises of lesson 08, Without contracts: buying till they leave."""

from functools import cache
from typing import Any

import numpy as np

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


def miss(year: int = 2023, seen: str | None = "2024-12-31", weeks: float | None = None) -> float:
    """Return by how many percent a model's forecast of 2025 for the customers of 2023 misses."""
    known = customers_of(2023, "2024-12-31")
    ahead = known["T_holdout"].iloc[0] if weeks is None else weeks
    forecast = model_of(year, seen).expected_purchases(known, ahead).sum()
    return 100 * (float(forecast) / float(known["frequency_holdout"].sum()) - 1)


def everybody() -> float:
    """Return the same for all customers who came until 2024, not those of 2023 alone."""
    from centricity import clv, datasets, transactions

    known = transactions.summarize(
        datasets.load_shop_orders(), calibration_end="2024-12-31", observation_end="2025-12-31"
    )
    forecast = clv.BGNBD.fit(known).model.expected_purchases(known, known["T_holdout"].iloc[0])
    return 100 * (float(forecast.sum()) / float(known["frequency_holdout"].sum()) - 1)


def early() -> float:
    """Return the same with the calibration of the lesson, until the end of 2023."""
    known = customers_of(2023, "2023-12-31")
    model = model_of(2023, "2023-12-31")
    forecast = model.expected_purchases(known, known["T_holdout"].iloc[0])
    return 100 * (float(forecast.sum()) / float(known["frequency_holdout"].sum()) - 1)


def naive_miss() -> float:
    """Return the same when everybody goes on at their past pace."""
    known = customers_of(2023, "2024-12-31")
    paces = known["frequency"] / known["T"].where(known["T"] > 0)
    forecast = (paces * known["T_holdout"]).sum()
    return 100 * (float(forecast) / float(known["frequency_holdout"].sum()) - 1)


def life(
    pace: float, coin: float, rng: np.random.Generator, *, ticks: int = 1, lasts: float = np.inf
) -> list[float]:
    """Return the order times of one customer in 208 weeks, as the lesson draws them."""
    now, times, change = 0.0, [0.0], rng.exponential(lasts)
    while now < 208:
        wait = rng.gamma(ticks, 1 / (ticks * pace))
        if now + wait > change:
            now, pace, change = change, rng.gamma(0.6, 1 / 7.4), change + rng.exponential(lasts)
            continue
        now += wait
        times.append(now)
        if rng.random() < coin:
            break
    return [time for time in times if time <= 208]


def shop(rng: np.random.Generator, *, fickle: bool = False, **rules: Any) -> Any:  # noqa: ANN401
    """Return the customers table of 6,000 customers at week 104, with the rest held out."""
    import pandas as pd

    pace, coin = rng.gamma(0.6, 1 / 7.4, 6000), rng.beta(0.44, 3, 6000)
    if fickle:
        slowness = np.log(pace) + rng.normal(size=6000)
        coin = np.sort(coin)[slowness.argsort().argsort()]
    lives = [np.array(life(*both, rng, **rules)) for both in zip(pace, coin, strict=True)]
    table = pd.DataFrame(
        {
            "frequency": [(times <= 104).sum() - 1 for times in lives],
            "recency": [times[times <= 104].max() for times in lives],
            "T": 104.0,
            "frequency_holdout": [(times > 104).sum() for times in lives],
        }
    )
    return table.assign(T_holdout=104.0)


@cache
def shops() -> Any:  # noqa: ANN401
    """Return the three shops, each of which breaks one rule of the story."""
    rng = np.random.default_rng(1)
    return {"A": shop(rng, ticks=4), "B": shop(rng, fickle=True), "C": shop(rng, lasts=52)}


@cache
def promised(share: str = "heavy") -> dict[str, float]:
    """Return expected over actual orders of each shop's heavy buyers, or of all its customers."""
    from centricity import clv

    ratios = {}
    for name, table in shops().items():
        chosen = table.nlargest(300, "frequency") if share == "heavy" else table
        expected = clv.BGNBD.fit(table).model.expected_purchases(chosen, 104)
        ratios[name] = float(expected.sum() / chosen["frequency_holdout"].sum())
    return ratios


def overrated() -> set[str]:
    """Return the shops where heavy buyers are promised over 10 % too much."""
    return {name for name, ratio in promised().items() if ratio > 1.1}


@cache
def scores() -> Any:  # noqa: ANN401
    """Return the errors of three models in the shop with a rhythm."""
    from centricity import clv

    table = shops()["A"]
    kinds = {"BG/NBD": clv.BGNBD, "Pareto/NBD": clv.ParetoNBD, "MBG/CNBD-k": clv.MBGCNBDk}
    return clv.forecast_errors(table, {name: kind.fit(table) for name, kind in kinds.items()})


def gain(score: str = "rmse", base: str = "BG/NBD", best: str = "MBG/CNBD-k") -> float:
    """Return by how many percent the best score is below that of another forecast."""
    return 100 * (1 - float(scores().loc[best, score] / scores().loc[base, score]))


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
            Mistake(
                lambda: miss(weeks=52),
                "Nearly. A year is a little longer than 52 weeks: take T_holdout from the table.",
            ),
            Mistake(
                everybody,
                "That is the forecast for all customers. Keep only the orders of those who came in "
                "2023: orders[first.dt.year == 2023].",
            ),
            Mistake(
                early,
                "You calibrated until the end of 2023, as the lesson does. Here a year more is "
                "known: calibrate until 31 December 2024.",
            ),
            Mistake(
                lambda: miss() + 100,
                "That is the forecast in percent of what they did. By how much does it miss?",
            ),
            Mistake(
                lambda: (
                    miss()
                    * float(customers_of(2023, "2024-12-31")["frequency_holdout"].sum())
                    / 100
                ),
                "That is a number of orders. Express it as a percentage of what they did.",
            ),
        ),
    ),
    Exercise(
        "08.3",
        "choice",
        answer=overrated,
        options=("A", "B", "C"),
        why="Where paces change, a busy past is in part a busy spell, and it passes: regression to "
        "the mean. The light buyers of the same shop are promised far too little. Many would bet "
        "on B, but there the model promises too little.",
        hint="For each shop: fit to the whole table, then expected_purchases of the 300, summed, "
        "over their frequency_holdout, summed. Above 1.10 counts.",
        mistakes=(
            Mistake(
                {"B"},
                "That sounds plausible, and the numbers say the opposite. Above 1 means that too "
                "much was promised: on which side is your ratio?",
            ),
            Mistake(
                {"B", "C"},
                "One of the two is right. For the other, look whether your ratio is above or "
                "below 1.",
            ),
            Mistake(
                {"A"},
                "In A the total is promised a little too high, but to the light buyers. Take the "
                "300 with most repeat orders; fit to the whole table, though.",
            ),
            Mistake(
                {"A", "C"},
                "One of the two is right. In the other the total is promised too high, but to the "
                "light buyers; look at the 300 alone.",
            ),
            Mistake(
                {"A", "B", "C"},
                "You expected the worst of every broken rule. The promise is more than 10 % too "
                "high in fewer shops than that.",
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
        hint="What differs from one draw of the four numbers to the next, and what is left out?",
        mistakes=(
            Mistake(
                "A",
                "Look at the last row of the table in the lesson: what share of the customers did "
                "what lies inside the interval of their own average?",
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
        answer=gain,
        tolerance=0.1,
        why="Knowing the rhythm is worth a twentieth of the error and a better ranking, since a "
        "missed beat says that somebody has left. Much of the error stays: what one customer does "
        "is chance, under any model.",
        hint='A dict of three fits to tables["A"], clv.forecast_errors, and the column rmse: '
        "100 * (1 - smallest / that of the BG/NBD).",
        mistakes=(
            Mistake(
                lambda: gain("mae"),
                "That is the mean absolute error (mae). The question asks for rmse.",
            ),
            Mistake(
                lambda: gain(base="same rate"),
                "That compares with the naive forecast. Compare with the BG/NBD.",
            ),
            Mistake(
                lambda: 100 * (scores().loc["BG/NBD", "rmse"] / scores()["rmse"].min() - 1),
                "Nearly: that is by how much the BG/NBD is above the best. Divide by the BG/NBD.",
            ),
            Mistake(
                lambda: -gain(),
                "Smaller by how many percent? Give a positive number.",
            ),
            Mistake(lambda: gain() / 100, "That is a share. Give it in percent."),
            Mistake(
                lambda: gain(base="Pareto/NBD"),
                "That compares with the Pareto/NBD. Compare with the BG/NBD.",
            ),
        ),
    ),
)
