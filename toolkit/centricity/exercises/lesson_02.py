"""Exercises of lesson 02, What customers value."""

from functools import cache
from typing import TYPE_CHECKING

from centricity.exercises._model import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

    from centricity.preference import ChoiceFit

NAMES = ("offer", "price", "days", "range", "advice", "returns")
SIZES = {"home": 60, "work": 40}
LINKS = (
    "Sales → Order desk", "Order desk → Workshop", "Workshop → Transport",
    "Transport → Building site", "Order desk → Accounts office",
)  # fmt: skip


@cache
def fitted(buys_for: str = "", tenure: str = "") -> "ChoiceFit":
    """Fit the choices of a group of respondents; empty means everybody."""
    from centricity import datasets, preference

    people, tasks = datasets.load_survey_respondents(), datasets.load_survey_choices()
    for column, wanted in (("buys_for", buys_for), ("tenure", tenure)):
        if wanted:
            tasks = tasks[tasks["respondent_id"].map(people[column]) == wanted]
    return preference.ConditionalLogit.fit(tasks, NAMES)


def day(buys_for: str = "", tenure: str = "") -> float:
    """Return what one day faster is worth to a group, in euros."""
    return -float(fitted(buys_for, tenure).wtp().loc["days", "wtp"])


def weight(name: str, buys_for: str = "work", tenure: str = "new") -> float:
    """Return a weight of the conditional logit of a group."""
    return float(fitted(buys_for, tenure).params[name])


def gap(first: str, second: str, buys_for: str = "work") -> float:
    """Return the mean difference of two columns of the survey, for one group."""
    from centricity import datasets

    people = datasets.load_survey_respondents()
    part = people[people["buys_for"] == buys_for]
    return float((part[first] - part[second]).mean())


def late(buys_for: str = "work") -> float:
    """Return by how many days the last delivery came later than expected, on average."""
    return gap("realised_days", "expected_days", buys_for)


def only_late() -> float:
    """Return the mean of the days late, taking those who waited less than expected as on time."""
    from centricity import datasets

    people = datasets.load_survey_respondents()
    part = people[people["buys_for"] == "work"]
    return float((part["realised_days"] - part["expected_days"]).clip(lower=0).mean())


def places(
    *, cuts: tuple[float, float] = (0.0, 30.0), per: str = "year", swapped: bool = False
) -> "pd.Series":
    """Return the quadrant of each of the four groups, rightly or by a mistaken way."""
    import pandas as pd

    from centricity import datasets, preference

    people = datasets.load_survey_respondents()
    kind = people["buys_for"]
    wtp = {k: fitted(k).wtp()["wtp"] for k in ("home", "work")}
    a_day = kind.map({k: w["days"] for k, w in wtp.items()})
    returns = kind.map({k: w["returns"] for k, w in wtp.items()})
    faster = 3 - people["realised_days"]
    orders = people["orders"] if per == "year" else 1
    table = pd.DataFrame(
        {
            "to_customer": 43 - people["price_paid"] - a_day * faster + returns,
            "of_customer": orders * (people["price_paid"] - 36),
        }
    )
    four = table.groupby([kind, people["tenure"]]).mean()
    if swapped:
        four = four.set_axis(["of_customer", "to_customer"], axis=1)
    return preference.value_quadrants(four, cuts=cuts).table["quadrant"]


def links(column: str, below: float) -> list[str]:
    """Return the links of the internal chain whose gap, or interval, lies below a number."""
    from centricity import datasets, preference

    chain = preference.service_chain(datasets.load_survey_internal())
    return [" → ".join(map(str, link)) for link in chain.index[chain[column] < below]]


def earned(groups: tuple[str, ...], *, cost: float = 37.5, days: int = 2) -> dict[float, float]:
    """Return the profit on 100 customers at each surcharge from 0 to 15, from these groups."""
    import pandas as pd

    found = dict.fromkeys((step / 2 for step in range(31)), 0.0)
    for surcharge in found:
        price = 46 + surcharge
        rows = [[1, price, days, 6, 0, 1], [1, 43, 3, 6, 0, 0], [0, 0, 0, 0, 0, 0]]
        offers = pd.DataFrame(rows, columns=list(NAMES), dtype=float)
        for group in groups:
            share = float(fitted(group).model.shares(offers)[0])
            found[surcharge] += SIZES[group] * share * (price - cost)
    return found


def best_surcharge(
    groups: tuple[str, ...] = ("work",), *, cost: float = 37.5, days: int = 2
) -> float:
    """Return the surcharge for express that earns most."""
    found = earned(groups, cost=cost, days=days)
    return max(found, key=lambda surcharge: found[surcharge])


EXERCISES = (
    Exercise(
        "02.1",
        "number",
        answer=lambda: day("work", "new"),
        tolerance=0.006,
        why="It is close to what all offices give for a day. But sixty people tell us less than a "
        "hundred and sixty: the interval is nearly twice as wide. Look at it before you price for "
        "newcomers.",
        hint="Keep the tasks for which both conditions hold, fit with all six attributes, and read "
        "the row 'days' of wtp(). One day faster is one day less. Two decimals are asked for.",
        mistakes=(
            Mistake(
                lambda: day("work"), "Those are all who buy for work. Only the new ones are asked."
            ),
            Mistake(
                lambda: day("", "new"),
                "Those are all new customers, households among them. Keep those who buy for work.",
            ),
            Mistake(lambda: day(), "That is everybody: true of nobody. Keep two conditions."),
            Mistake(
                lambda: day("home", "new"),
                "Those are the newcomers who buy for home, not for work.",
            ),
            Mistake(
                lambda: day("work", "regular"), "Those are the regular customers, not the new ones."
            ),
            Mistake(
                lambda: -weight("days"),
                "That is a weight, which has no unit. Divide by the weight of the price, or ask "
                "wtp().",
            ),
            Mistake(
                lambda: weight("days"),
                "That is a weight, of a day longer, and has no unit. Divide by the weight of the "
                "price, or ask wtp(); and one day faster is one day less.",
            ),
            Mistake(
                lambda: round(day("work", "new"), 1),
                "Close. Two decimals are asked for.",
            ),
            Mistake(
                lambda: 100 * day("work", "new"),
                "Those are cents. The answer is asked for in euros.",
            ),
            Mistake(
                lambda: -day("work"),
                "Those are all who buy for work, and one day longer. Only the new ones are asked, "
                "and one day faster.",
            ),
            Mistake(
                lambda: weight("price") / weight("days"),
                "The ratio stands on its head: that is days per euro.",
            ),
        ),
    ),
    Exercise(
        "02.2",
        "number",
        answer=lambda: day("work") * late(),
        tolerance=0.05,
        why="It is more than half of what the shop earns on the order. The gap could be "
        "closed from both sides: deliver faster, or stop promising what is not kept.",
        hint="Among those who buy for work: how many days later than expected, on average? And "
        "what is a day worth to them? Multiply.",
        mistakes=(
            Mistake(lambda: late(), "That is the gap in days. What is a day worth, in euros?"),
            Mistake(
                lambda: day() * late(),
                "The gap is right, but you took the price of a day from everybody. Offices wait "
                "less gladly.",
            ),
            Mistake(
                lambda: day("home") * late("home"),
                "Those are the customers who buy for home.",
            ),
            Mistake(
                lambda: -late(),
                "That is the gap in days, below zero. What is a day worth, in euros?",
            ),
            Mistake(
                lambda: day("home") * late(),
                "The gap is right, but you took what a day is worth to households.",
            ),
            Mistake(
                lambda: day("work") * late("home"),
                "The worth of a day is right, but the gap is that of households.",
            ),
            Mistake(
                lambda: day("work", "new") * late(),
                "The gap is right, but you took the tastes of new customers only. Take those of "
                "all who buy for work.",
            ),
            Mistake(lambda: day("work"), "That is one day. By how many days was the order late?"),
            Mistake(
                lambda: day("work") * only_late(),
                "You counted only those who waited longer. Some got their order earlier than "
                "expected: the mean gap counts them, too.",
            ),
            Mistake(
                lambda: day("work") * gap("expected_delivery", "realised_delivery"),
                "You multiplied points on a scale of ten by euros per day. Take the days: "
                "expected_days and realised_days.",
            ),
        ),
    ),
    Exercise(
        "02.3",
        "table",
        answer=lambda: places(),
        why="Each quadrant asks for another action, and a discount for everybody would have gone "
        "to all four. The captives come first: nobody else is worth so much, and hardly anybody "
        "is served so poorly. Mind the two dots close to a cut.",
        hint="Group by both columns, take the mean of both sides of value, and hand the table to "
        "value_quadrants with the cuts 0 and 30.",
        mistakes=(
            Mistake(
                lambda: places(cuts=(30.0, 0.0)),
                "The two cuts have changed places: 0 belongs to the value to the customer, 30 to "
                "the value of the customer.",
            ),
            Mistake(
                lambda: places(cuts=(0.0, 25.0)),
                "The second cut is 30, the euros that a customer costs in a year. With 25 one "
                "group changes its place, which shows how much hangs on a cut.",
            ),
            Mistake(
                lambda: places(cuts=(0.0, 0.0)),
                "The second cut is 30, the euros that a customer costs in a year, not zero.",
            ),
            Mistake(
                lambda: places(per="order"),
                "You took the margin of one order. The 30 euros are for a year, so multiply by the "
                "orders of the year, as the column of_customer does.",
            ),
            Mistake(
                lambda: places(swapped=True),
                "The two sides have changed places. Value to the customer comes first, with the "
                "cut "
                "at 0; value of the customer second, with the cut at 30.",
            ),
        ),
    ),
    Exercise(
        "02.4",
        "choice",
        options=LINKS,
        answer=lambda: links("upper", -1.0),
        why="What arrives late may have been promised wrongly at the desk. Whoever looks at the "
        "end of the chain only might train drivers to make up for somebody else's forms. Whether "
        "this gap causes the later one, the scores cannot say: follow some late jobs back.",
        hint="Look at the column 'upper', the favourable end of the interval. Where is even that "
        "below minus one?",
        mistakes=(
            Mistake(
                lambda: links("gap", -1.0),
                "Those fall short by more than one point on average. Some were rated by few "
                "people, and "
                "their intervals reach above minus one.",
            ),
            Mistake(
                lambda: links("upper", 0.0),
                "Those fall short for sure, but not all by more than one point.",
            ),
            Mistake(
                "Transport → Building site",
                "That is where the customer complains, and its gap is known best, since many "
                "rated it. It is not the widest.",
            ),
            Mistake(
                "Order desk → Accounts office",
                "That gap is wide on average, but six people rated it. See how far its interval "
                "reaches.",
            ),
            Mistake(
                lambda: links("gap", -2.0),
                "Two gaps are wide on average, but one of them was rated by six people. See how "
                "far "
                "its interval reaches.",
            ),
        ),
    ),
    Exercise(
        "02.5",
        "number",
        answer=lambda: best_surcharge(),
        tolerance=0.2,
        why="Not all of it is speed. Offices mind the price less: with four days as today they "
        "would bear 3.50 more already. And the curve is flat: a surcharge of 5 euros earns hardly "
        "less, and lies within the prices that the survey showed. So go there in steps.",
        hint="For each surcharge, halves too: the price is 46 plus the surcharge, the profit is "
        "the entry 'work'. Take the surcharge with the highest.",
        mistakes=(
            Mistake(
                0.0,
                "That is where most people choose us. Each of them leaves the smallest margin: "
                "look at "
                "profit, not at the share.",
            ),
            Mistake(
                lambda: best_surcharge(("home", "work")),
                "That is best when all have to take express. Here only those who buy for work do: "
                "use their entry alone.",
            ),
            Mistake(
                lambda: best_surcharge(cost=36.0),
                "You have forgotten that express costs 1.50 more: the cost is 37.50.",
            ),
            Mistake(
                lambda: best_surcharge(days=4),
                "That is the best surcharge for four days. Express takes two: days=2.",
            ),
            Mistake(
                3.0,
                "That is the surcharge of the lesson, a careful start. Search for the one that "
                "earns most.",
            ),
            Mistake(
                lambda: max(earned(("work",)).values()),
                "That is the profit. The surcharge at which it is earned is asked for.",
            ),
            Mistake(
                lambda: 2 * best_surcharge(),
                "That is a position in the list. Which surcharge stands there?",
            ),
            Mistake(
                lambda: 46 + best_surcharge(),
                "That is the whole price. The surcharge is the part above 46.",
            ),
            Mistake(
                lambda: 2 * day("work"),
                "That is what two days are worth to an office, so at that surcharge it would not "
                "care which of the two it has. Search for the highest profit instead.",
            ),
            Mistake(
                15.0,
                "That is the dearest you tried. So many offices would then go to the rival that "
                "the "
                "profit falls.",
            ),
        ),
    ),
)
