"""Exercises of lesson 15, Loyalty programmes II: money and proof."""

from functools import cache
from typing import Any

from centricity.exercises._model import Exercise, Mistake

SET_ASIDE = 200_000 * 18_000 / 218_000  # year 1 of exercise 15.2


def aside(point: float) -> float:
    """Return what belongs to 4,800 points of this price in a sale of 480."""
    return 480 * 4800 * point / (480 + 4800 * point)


@cache
def lift(method: str = "holdout", adjusted: bool = False, **options: Any) -> float:  # noqa: ANN401
    """Return an estimate of the lift in the shipped trial, in euros per member and month."""
    from centricity import datasets, loyalty

    trial = datasets.load_loyalty_members()
    known = ("sales_before",) if adjusted else None
    return loyalty.estimate_lift(
        trial, method, before=12, after=24, covariates=known, **options
    ).estimate


def truth() -> float:
    """Return the true lift in the shipped trial, in euros per member and month."""
    from centricity import datasets

    trial = datasets.load_loyalty_members().query("group == 'member'")
    return float((trial["sales"] - trial["twin_sales"]).mean() / 24)


def needed(lift: float = 1.0, share: float = 0.5) -> float:
    """Return how many customers exercise 15.4 needs."""
    from centricity import loyalty

    return loyalty.HoldoutTest(1000, share, 52).customers_needed(lift)


EXERCISES = (
    Exercise(
        "15.1",
        "number",
        answer=lambda: aside(0.009),
        tolerance=0.01,
        why="Alone the points are worth €43.20, but goods and points share the discount that there "
        "is in getting both. Face value and expected redemption count, and "
        "not what a reward costs you.",
        hint="Stand-alone price of the points: number × price × share that will be redeemed. Then "
        "split the €480 in proportion.",
        mistakes=(
            Mistake(
                lambda: 43.2,
                "That is what the points are worth alone. The goods are worth €480 alone, and the "
                "customer paid €480 for both. Split it.",
            ),
            Mistake(
                lambda: 48.0,
                "That is the points' face value. One in ten will never be redeemed, and goods and "
                "points share the price.",
            ),
            Mistake(
                lambda: aside(0.01), "You let every point be redeemed. One in ten will never be."
            ),
            Mistake(
                lambda: aside(0.0035 * 0.9),
                "You took what a point costs the firm. The standard asks what it would sell for.",
            ),
            Mistake(
                lambda: aside(0.0035),
                "You took what a point costs the firm, and let all be redeemed. The standard asks "
                "what those points would sell for that will be redeemed.",
            ),
            Mistake(
                lambda: 480 - aside(0.009),
                "That is the part of the goods, which is revenue at once. The other part is asked.",
            ),
        ),
    ),
    Exercise(
        "15.2",
        "number",
        answer=lambda: SET_ASIDE * (14_000 / 16_000 - 9_000 / 18_000),
        tolerance=1.0,
        why="A lower expectation brings revenue forward, for points redeemed last year as well. So "
        "profit can be made by expecting less redemption: ask who made the estimate.",
        hint="Set aside in year 1: 200,000 × 18,000 / 218,000. Earned by the end of a year: that "
        "times redeemed so far / expected in the end. Take the difference of the two years.",
        mistakes=(
            Mistake(
                lambda: SET_ASIDE * 5_000 / 16_000,
                "That applies the new expectation to this year's points only. Last year's are "
                "made good too: that is the catch-up.",
            ),
            Mistake(
                lambda: SET_ASIDE * 5_000 / 18_000,
                "You kept the old expectation. From year 2 on 16,000 are expected.",
            ),
            Mistake(
                lambda: 200_000 * 16_000 / 216_000 * 14_000 / 16_000 - SET_ASIDE / 2,
                "You split the old sale again. What was set aside stays as it is; only the share "
                "earned changes.",
            ),
            Mistake(
                lambda: 18_000 * (14_000 / 16_000 - 9_000 / 18_000),
                "You set aside the points' whole stand-alone price, 18,000. The sale's price is "
                "first split between goods and points.",
            ),
            Mistake(
                lambda: SET_ASIDE * 14_000 / 16_000,
                "That is earned in both years together. Take off what was earned in year 1.",
            ),
            Mistake(
                lambda: SET_ASIDE * 2_000 / 16_000,
                "That is the debt at the end of year 2. The year's revenue from points is asked.",
            ),
            Mistake(
                lambda: SET_ASIDE * (9_000 / 16_000 - 9_000 / 18_000),
                "That is the catch-up alone. This year's redemptions come on top.",
            ),
        ),
    ),
    Exercise(
        "15.3",
        "number",
        answer=lambda: lift(adjusted=True),
        tolerance=0.05,
        why="The lot makes it honest, past sales make it sharper. It is still a wide interval: "
        "with some hundred customers held out the most honest sentence is 'we cannot tell'.",
        hint='estimate_lift(trial, "holdout", ...) with covariates=["sales_before"]; the number is '
        "its .estimate.",
        mistakes=(
            Mistake(
                lift,
                "That is the plain hold-out. It is unbiased; which columns known before the launch "
                "would make it more precise?",
            ),
            Mistake(
                lambda: lift("members_vs_nonmembers"),
                "Those who join are heavy buyers to begin with. Whom would you compare them with?",
            ),
            Mistake(
                lambda: lift("before_after"),
                "That charges the card with everybody who left meanwhile.",
            ),
            Mistake(
                lambda: lift("matching"),
                "Matched non-members chose not to join. Past sales do not tell all about why.",
            ),
            Mistake(
                lambda: lift("difference_in_differences"),
                "Heavy buyers lose more euros when they leave, so the two groups do not change "
                "alike.",
            ),
            Mistake(
                lambda: lift("difference_in_differences", trend="proportional"),
                "In per cent it happens to work in our worlds. The method asked for needs no such "
                "luck.",
            ),
            Mistake(
                truth,
                "That is the truth, from the twins. No real table holds it: what would an analyst "
                "say who has to do without?",
            ),
            Mistake(
                lambda: 24 * lift(adjusted=True),
                "That is for the whole time. Euros per month are asked.",
            ),
        ),
    ),
    Exercise(
        "15.4",
        "number",
        answer=needed,
        tolerance=150.0,  # 2.8 in place of 1.960 + 0.842 gives 97 fewer, "85,000" is 106 more
        why="So many customers who want the card, for a lift of one euro beside a spread of "
        "52. Halve the lift and it is four times as many. Ask of whoever has 'tested' a programme "
        "whether that test could have seen its effect.",
        hint="The lift is 2 % of €50. In words: n = (1.96 + 0.84)² × sd² × 4 ÷ lift².",
        mistakes=(
            Mistake(
                lambda: needed() / 2,
                "That is one of the two halves. How many customers take part in all?",
            ),
            Mistake(
                lambda: needed(2.0),
                "A quarter of it. Either you took 2 euros for 2 per cent of the mean, or you left "
                "out that each side has only half of the customers and luck of its own.",
            ),
            Mistake(
                lambda: needed(0.02),
                "The lift has to be in euros, as the standard deviation is: 2 % of the mean.",
            ),
            Mistake(
                lambda: needed(share=0.2),
                "That is with a fifth held out. Half of them are, here.",
            ),
            Mistake(
                lambda: 4 * (1.959964 * 52 / 1.0) ** 2,
                "So many see it in one case of two only: the interval then just reaches zero when "
                "the estimate hits the truth. Four of five were asked for.",
            ),
        ),
    ),
    Exercise(
        "15.5",
        "choice",
        answer="small change",
        options=("at once", "three months", "twelve months", "small change"),
        why="Most points lie in balances below the price of a reward. Time does not help them, "
        "since nothing can be earned any more; a smaller reward does.",
        hint="For each plan: points redeemed from month 48 on ÷ points outstanding in month 47.",
        mistakes=(
            Mistake("at once", "Nobody can run, and nobody gets anything. What share is honoured?"),
            Mistake(
                "three months",
                "It is calm enough. But how many members hold the 200 points of a reward?",
            ),
            Mistake(
                "twelve months",
                "A year sounds generous. Can a member with 150 points do anything in it?",
            ),
        ),
    ),
)
