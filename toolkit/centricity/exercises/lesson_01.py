"""Exercises of lesson 01, Products or customers."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from centricity.exercises._model import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

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
    "B": {"needs": 1.0, "knowing": 600.0},
    "C": {"needs": 1.2, "values": 1.5},
    "D": {"needs": 1.0, "values": 0.0},
    "E": {"needs": 1.2, "knowing_rivals": 1},
}
DEARER = {"knowing": 200.0, "care": 50.0}


def town(**settings: float) -> "Market":
    """Return the lesson's town, with some settings changed."""
    from centricity import market

    return market.Market(**settings)


def points(
    shoes: dict[str, bool] | None = None, payroll: dict[str, bool] | None = None
) -> "pd.DataFrame":
    """Say where each condition points for both firms, with some answers changed."""
    import pandas as pd

    from centricity import market

    firms = {"shoes": SHOES | (shoes or {}), "payroll": PAYROLL | (payroll or {})}
    return pd.DataFrame({name: market.scorecard(a).table["points_to"] for name, a in firms.items()})


def one_wrong(firm: str, name: str) -> Callable[[], "pd.DataFrame"]:
    """Return the answer of somebody who gets one condition of one firm wrong."""
    right = {"shoes": SHOES, "payroll": PAYROLL}[firm][name]
    return lambda: points(**{firm: {name: not right}})


def leads(counted: str) -> dict[str, int]:
    """Return one number for each firm: its lead, or its conditions for customer equity."""
    from centricity import market

    cards = {"shoes": market.scorecard(SHOES), "payroll": market.scorecard(PAYROLL)}
    return {
        name: card.lead if counted == "lead" else int(card.counts["customer equity"])
        for name, card in cards.items()
    }


SLIPS = {
    ("shoes", "contract"): "Is a runner bound to buy the next pair from this maker?",
    ("shoes", "customisable"): "Read how the shoes are made: what could one runner have otherwise?",
    ("shoes", "visible"): "Do others see the shoes when they are worn?",
    ("shoes", "intermediaries"): "Through whose hands do the shoes reach the runners?",
    ("shoes", "long_relation"): "What do runners do after a year?",
    ("shoes", "service"): "Are the shoes made together with the runner, or before anybody knows "
    "who will wear them?",
    ("shoes", "individual_data"): "The chains don't tell who buys, but read the last sentence on "
    "the shoes: could the firm know its runners all the same?",
    ("payroll", "contract"): "Under what terms does payroll work for a client?",
    ("payroll", "customisable"): "Whose rules does the bureau follow?",
    ("payroll", "visible"): "Who ever sees the bureau's work?",
    ("payroll", "intermediaries"): "Who answers the payroll clients' questions? Somebody stands in "
    "between.",
    ("payroll", "long_relation"): "How long do payroll's clients stay?",
    ("payroll", "service"): "Is working out wages a thing that lies on a shelf?",
    ("payroll", "individual_data"): "Could the bureau do its work without knowing each client?",
}


@cache
def flip(chosen: float | None = 0.2, seeds: int = 20, **costs: float) -> "Crossing":
    """Compute where strategies flip, as in exercise 01.2."""
    from centricity import market

    return market.crossing(town(**costs), chosen=chosen, seeds=seeds, rng=1)


def advantage(**costs: float) -> float:
    """Return what customer centricity gains at a spread of 1."""
    from centricity import market

    return market.simulate(town(**costs), rng=1).advantage


@cache
def per_point(of: str = "value", price: float = 46.0, strategy: str = "product") -> float:
    """Return what one more percentage point of market share costs when the price is cut."""
    from centricity import market

    one, two = (getattr(market.simulate(town(price=p), rng=1), strategy) for p in (50.0, price))
    won = two.market_share[6] - one.market_share[6]
    rounded = {n: round(two.market_share[6], n) - round(one.market_share[6], n) for n in (2, 3)}
    gone = one.value - two.value
    answers = {
        "value": gone / (100 * won),
        "per share": gone / won,
        "thousands": gone / (1e5 * won),
        "relative": gone / (100 * won / one.market_share[6]),
        "whole share": gone / (100 * two.market_share[6]),
        "total": gone,
        "year": (one.cash[6] - two.cash[6]) / (100 * won),
        "sales": (two.sales[6] - one.sales[6]) / (100 * won),
        "left": two.value / (100 * won),
        "rounded share": gone / (100 * rounded[2]),
        "rounded": (round(one.value, -3) - round(two.value, -3)) / (100 * rounded[3]),
    }
    return float(answers[of])


def annuity(years: range, by: float = 1 / 1.1) -> float:
    """Return what one euro in each of these years is worth today."""
    return sum(by**t for t in years)


SIX = annuity(range(1, 7))


def worth(
    volume: float,
    gain: float,
    *,
    basket: float = 12.0,
    care: float = 30.0,
    once: float = 120.0,
    factor: float = SIX,
) -> float:
    """Return the present value of knowing one customer."""
    return (volume * basket * gain - care) * factor - once


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
        answer=points,
        why="The shoes lead by five for the brand, payroll by five for its customers; yet neither "
        "is pure: the running app tells the shoemaker who its runners are, and the tax advisers "
        "know the bureau's clients better than it does. The lonely answers are where a strategy "
        "can be moved.",
        hint="More than one answer differs. Read both descriptions again, condition by condition; "
        "each has one twist. Mark that for two conditions a yes points to brand equity.",
        mistakes=(
            *(Mistake(one_wrong(*slip), hint) for slip, hint in SLIPS.items()),
            Mistake(
                lambda: points({"individual_data": False}, {"intermediaries": False}),
                "Both descriptions have a twist in their last sentence, and you missed both.",
            ),
            Mistake(
                lambda: points()[["payroll", "shoes"]].set_axis(["shoes", "payroll"], axis=1),
                "The two firms have changed places.",
            ),
            Mistake(
                lambda: leads("lead"),
                "Those are the leads, and they are right. Hand in where each condition points: "
                '.table["points_to"] of both.',
            ),
            Mistake(
                lambda: leads("count"),
                "You counted the conditions for customer equity. Hand in where each condition "
                'points: .table["points_to"] of both.',
            ),
        ),
    ),
    Exercise(
        "01.2",
        "number",
        answer=lambda: flip(**DEARER).estimate,
        why="Dearer knowledge moves the crossing to the right: the same customers, and a strategy "
        "that paid may pay no longer. A law or a new system can move your crossing overnight.",
        hint="market.crossing(dearer, seeds=20, rng=1) and its .estimate, with both costs changed.",
        mistakes=(
            Mistake(
                lambda: flip().estimate,
                "That is the town as it was. Change both costs first, with replace.",
            ),
            Mistake(
                lambda: flip(knowing=DEARER["knowing"]).estimate,
                "You changed what it costs to get to know an office. Care has changed, too.",
            ),
            Mistake(
                lambda: flip(care=DEARER["care"]).estimate,
                "You changed care. Getting to know an office has become dearer, too.",
            ),
            Mistake(
                lambda: flip(seeds=10, **DEARER).estimate,
                "That is the median of ten towns. Take twenty, as in the lesson.",
            ),
            Mistake(
                lambda: flip(seeds=1, **DEARER).estimate,
                "That is where it flips in one town. The median of twenty is asked for.",
            ),
            Mistake(
                lambda: flip(chosen=1.0, **DEARER).estimate,
                "You get to know everybody. Leave `chosen` as it is: the largest fifth.",
            ),
            Mistake(
                lambda: flip(chosen=None, **DEARER).estimate,
                "You let the firm choose whom to know. Leave `chosen` as it is.",
            ),
            Mistake(
                lambda: flip(**DEARER).interval()[0],
                "That is the lower end of the range over the towns. The median is asked for.",
            ),
            Mistake(
                lambda: flip(**DEARER).interval()[1],
                "That is the upper end of the range over the towns. The median is asked for.",
            ),
            Mistake(
                lambda: advantage(**DEARER),
                "That is what is gained at a spread of 1, in euros. At which spread is it zero?",
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
                lambda: per_point("thousands"),
                "That is in thousands. Give it in euros.",
            ),
            Mistake(
                lambda: per_point("relative"),
                "You divided by how much share grew, in per cent of what it was. How many points "
                "of the market are that?",
            ),
            Mistake(
                lambda: per_point("rounded share"),
                "Nearly: market shares were rounded on the way. Take them as they are.",
            ),
            Mistake(
                lambda: per_point("rounded"),
                "Nearly: these are the rounded numbers of the table. Take them as they are.",
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
                partial(worth, factor=6.0),
                "You added up six years as if money in year six were worth as much as today.",
            ),
            Mistake(
                partial(worth, factor=annuity(range(6))),
                "Your first year counts in full. Its money comes at its end, a year from today; "
                "range(1, 7) counts from one to six.",
            ),
            Mistake(
                partial(worth, factor=annuity(range(1, 6))),
                "You counted five years; range(1, 7) counts from one to six.",
            ),
            Mistake(
                partial(worth, factor=annuity(range(1, 7), 0.9)),
                "You took off a tenth each year. At 10 %, a euro of next year is worth 1 / 1.1.",
            ),
            Mistake(partial(worth, factor=1.0), "That is one year. What are six years worth?"),
            Mistake(partial(worth, care=0.0), "Care is missing: it is paid every year."),
            Mistake(
                lambda volume, gain: worth(volume, gain, care=150.0, once=0.0),
                "You pay for getting to know the office every year. Once is enough.",
            ),
            Mistake(
                partial(worth, once=0.0),
                "You forgot what getting to know the office costs.",
            ),
            Mistake(
                partial(worth, basket=50.0),
                "You counted sales. Of a basket of 50 euros, goods and delivery take 38.",
            ),
            Mistake(
                lambda volume, gain: worth(volume, gain / 100),
                "The gain comes as a share: 0.2 means 20 points. There is nothing to divide.",
            ),
            Mistake(
                lambda volume, gain: round(worth(volume, gain)),
                "Right up to the rounding. Return the number as it is.",
            ),
            Mistake(
                lambda volume, gain: max(0.0, worth(volume, gain)),
                "An office can lose money, too. Let the function say so.",
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
