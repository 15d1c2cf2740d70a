"""Exercises of lesson 01, Products or customers."""

from functools import cache
from typing import TYPE_CHECKING

from centricity.exercises._model import Exercise, Mistake

if TYPE_CHECKING:
    from centricity.market import Crossing, Market

SHOES = {
    "contract": False, "customisable": False, "visible": True, "intermediaries": True,
    "long_relation": False, "service": False, "individual_data": True,
}  # fmt: skip
PAYROLL = {
    "contract": True, "customisable": True, "visible": False, "intermediaries": True,
    "long_relation": True, "service": True, "individual_data": True,
}  # fmt: skip
TOWNS = {
    "A": {"needs": 0.3},
    "B": {"needs": 1.2, "knowing": 600.0},
    "C": {"needs": 1.2, "values": 1.5},
    "D": {"needs": 1.2, "values": 0.0},
    "E": {"needs": 1.2, "knowing_rivals": 1},
}
DEARER = {"knowing": 240.0, "care": 60.0}


def town(**settings: float) -> "Market":
    """Return the lesson's town, with some settings changed."""
    from centricity import market

    return market.Market(**settings)


def leads(shoes: dict[str, bool] | None = None, payroll: dict[str, bool] | None = None) -> dict:
    """Score both firms, with some answers changed."""
    from centricity import market

    return {
        "shoes": market.scorecard(SHOES | (shoes or {})).lead,
        "payroll": market.scorecard(PAYROLL | (payroll or {})).lead,
    }


@cache
def flip(dearer: bool = True, chosen: float | None = 0.2) -> "Crossing":
    """Compute where strategies flip, as in exercise 01.2."""
    from centricity import market

    return market.crossing(town(**(DEARER if dearer else {})), chosen=chosen, seeds=10, rng=1)


@cache
def per_point(of: str = "value", price: float = 46.0, strategy: str = "product") -> float:
    """Return what one more percentage point of market share costs when the price is cut."""
    from centricity import market

    one, two = (getattr(market.simulate(town(price=p), rng=1), strategy) for p in (50.0, price))
    if of == "per share":
        return float((one.value - two.value) / (two.market_share[6] - one.market_share[6]))
    if of == "whole share":
        return float((one.value - two.value) / (100 * two.market_share[6]))
    if of == "total":
        return float(one.value - two.value)
    points = 100 * (two.market_share[6] - one.market_share[6])
    gone = {
        "value": one.value - two.value,
        "year": one.cash[6] - two.cash[6],
        "sales": two.sales[6] - one.sales[6],
        "left": two.value,
    }
    return float(gone[of] / points)


def worth(volume: float, gain: float) -> float:
    """Return the present value of knowing one customer."""
    annuity = sum(1.1**-t for t in range(1, 7))
    return (volume * 12 * gain - 30) * annuity - 120


@cache
def product_wins() -> set[str]:
    """Return the towns of 01.5 in which product centricity is worth more."""
    from centricity import market

    return {
        name
        for name, settings in TOWNS.items()
        if market.simulate(town(**settings), rng=1).advantage < 0
    }


EXERCISES = (
    Exercise(
        "01.1",
        "table",
        answer=leads,
        why="The two firms stand at opposite ends, yet neither is pure: the running app tells the "
        "shoemaker who its runners are, and the tax advisers know the bureau's clients better than "
        "it does. The lonely answers are where a strategy can be moved.",
        hint="Read both descriptions again, condition by condition; each has one twist. Then take "
        "`.lead` of each scorecard.",
        mistakes=(
            Mistake(
                lambda: leads(shoes={"individual_data": False}),
                "The chains don't tell who buys, but read the last sentence on the shoes: could "
                "the firm know its runners all the same?",
            ),
            Mistake(
                lambda: leads(payroll={"intermediaries": False}),
                "Who answers the payroll clients' questions? Somebody stands in between.",
            ),
            Mistake(
                lambda: leads({"individual_data": False}, {"intermediaries": False}),
                "Both descriptions have a twist in their last sentence, and you missed both.",
            ),
            Mistake(
                lambda: {name: -lead for name, lead in leads().items()},
                "The signs are the wrong way round: above zero means customer equity.",
            ),
            Mistake(
                lambda: {name: (7 + lead) // 2 for name, lead in leads().items()},
                "You counted the conditions for customer equity. The lead also takes off those for "
                "brand equity.",
            ),
            Mistake(
                lambda: leads(shoes={"visible": False}),
                "Do others see the shoes when they are worn?",
            ),
        ),
    ),
    Exercise(
        "01.2",
        "number",
        answer=lambda: flip().estimate,
        tolerance=0.02,
        why="Dearer knowledge moves the crossing to the right: the same customers, and a strategy "
        "that paid may pay no longer. A law or a new system can move your crossing overnight.",
        hint="market.crossing(dearer, seeds=10, rng=1) and its .estimate, with both costs changed.",
        mistakes=(
            Mistake(
                lambda: flip(dearer=False).estimate,
                "That is the town as it was. Change both costs first, with replace.",
            ),
            Mistake(
                lambda: flip(chosen=1.0).estimate,
                "You get to know everybody. Leave `chosen` as it is: the largest fifth.",
            ),
            Mistake(
                lambda: flip(chosen=None).estimate,
                "You let the firm choose whom to know. Leave `chosen` as it is.",
            ),
            Mistake(
                lambda: flip().interval()[0],
                "That is the lower end of the range over ten draws. The median is asked for.",
            ),
            Mistake(
                lambda: flip().interval()[1],
                "That is the upper end of the range over ten draws. The median is asked for.",
            ),
        ),
    ),
    Exercise(
        "01.3",
        "number",
        answer=lambda: per_point(),
        tolerance=6.0,
        why="Ask it of every plan that promises share: what does a point cost, and what would the "
        "same money buy elsewhere? Here getting to know a fifth of the offices brought even more "
        "share, and profit on top.",
        hint="Present value at 50 less present value at 46, divided by the percentage points of "
        "market share that were won.",
        mistakes=(
            Mistake(
                lambda: per_point("per share"),
                "You divided by the share won as a fraction. How many percentage points is that?",
            ),
            Mistake(
                lambda: per_point("year"),
                "That is the profit of the last year. The present value of all years is asked for.",
            ),
            Mistake(
                lambda: per_point("sales"),
                "Those are sales, and they rose. What happened to profit?",
            ),
            Mistake(
                lambda: per_point("whole share"),
                "You divided by the whole new share. Only the points that were *won* count.",
            ),
            Mistake(
                lambda: -per_point(),
                "The size is right. Asked is what a point costs: a loss is a cost above zero.",
            ),
            Mistake(
                lambda: per_point(strategy="customer"),
                "You cut the price of the customer-centric firm. Take `.product`.",
            ),
            Mistake(
                lambda: per_point("total"),
                "That is what the whole cut gives up. How much is it for each point won?",
            ),
            Mistake(
                lambda: per_point("left"),
                "You divided what is left, not what was given up.",
            ),
        ),
    ),
    Exercise(
        "01.4",
        "function",
        answer=worth,
        tolerance=0.01,
        cases=((24.0, 0.2), (2.0, 0.2), (150.0, 0.1), (60.0, 0.0)),
        why="The same knowledge is worth hundreds of euros in a large office and less than nothing "
        "in a small one; an office of average volume hardly breaks even. That is why not every "
        "customer deserves the same care.",
        hint="What a year brings: volume x 12 x gain, less 30 for care. Take it times the annuity, "
        "then take off what knowing costs.",
        mistakes=(
            Mistake(
                lambda volume, gain: (volume * 12 * gain - 30) * 6 - 120,
                "You added up six years as if money in year six were worth as much as today.",
            ),
            Mistake(
                lambda volume, gain: volume * 12 * gain * sum(1.1**-t for t in range(1, 7)) - 120,
                "Care is missing: it is paid every year.",
            ),
            Mistake(
                lambda volume, gain: (
                    (volume * 12 * gain - 30 - 120) * sum(1.1**-t for t in range(1, 7))
                ),
                "You pay for getting to know the office every year. Once is enough.",
            ),
            Mistake(
                lambda volume, gain: (volume * 12 * gain - 30) * sum(1.1**-t for t in range(1, 7)),
                "You forgot what getting to know the office costs.",
            ),
            Mistake(
                lambda volume, gain: (
                    (volume * 50 * gain - 30) * sum(1.1**-t for t in range(1, 7)) - 120
                ),
                "You counted sales. Of a basket of 50 euros, goods and delivery take 38.",
            ),
        ),
    ),
    Exercise(
        "01.5",
        "choice",
        answer=product_wins,
        options=tuple(TOWNS),
        why="Three ways to be right with one product for all: alike needs, knowledge that costs "
        "too much, and customers none of whom is large enough to repay it. Unlike needs alone are "
        "not enough. And one rival who knows the customers is no reason to give up.",
        hint="Simulate each town with replace(town, ...) and rng=1, and look at the sign of "
        ".advantage: below zero, product centricity is better.",
        mistakes=(
            Mistake(
                {"A"},
                "Alike needs are one reason. Look at what knowing costs, and at how large the "
                "largest offices are.",
            ),
            Mistake(
                {"A", "B"},
                "In one more town nobody is large enough to repay being known.",
            ),
            Mistake(
                {"A", "D"},
                "In one more town the gain is there, but look at what it costs to get it.",
            ),
            Mistake(
                {"C", "E"},
                "You named the towns in which *customer* centricity is better.",
            ),
            Mistake(
                {"A", "B", "D", "E"},
                "Nearly. A rival who knows the customers takes some of the gain. All of it? "
                "Simulate that town.",
            ),
        ),
    ),
)
