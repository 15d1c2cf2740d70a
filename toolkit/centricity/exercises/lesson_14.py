"""Exercises of lesson 14, Loyalty programmes I: design."""

from collections.abc import Sequence
from functools import cache

from centricity.exercises._model import Exercise, Mistake


@cache
def trial(how: str = "mean") -> dict[str, dict[str, float]]:
    """Return sales and twin_sales by group in the shipped trial, as means or as sums."""
    from centricity import datasets

    groups = datasets.load_loyalty_members().groupby("group", observed=True)
    table = groups[["sales", "twin_sales"]].agg(how)
    return {str(name): dict(zip(table.index, table[name].tolist(), strict=True)) for name in table}


def caused(how: str = "mean") -> float:
    """Return how much more members bought than without the card, in euros."""
    return trial(how)["sales"]["member"] - trial(how)["twin_sales"]["member"]


def gap(how: str = "mean") -> float:
    """Return how much more members bought than non-members, in euros."""
    return trial(how)["sales"]["member"] - trial(how)["sales"]["nonmember"]


def gold(spend: Sequence[float]) -> bool:
    """Say whether €600 were spent within either calendar year of two."""
    return max(sum(spend[:12]), sum(spend[12:])) >= 600


def gold_in_any_twelve_months(spend: Sequence[float]) -> bool:
    """Say whether €600 were spent within any twelve months in a row."""
    return max(sum(spend[start : start + 12]) for start in range(13)) >= 600


ADA = [100] * 9 + [0] * 15
BO = [0] * 7 + [100] * 9 + [0] * 8

EXERCISES = (
    Exercise(
        "14.1",
        "number",
        answer=lambda: caused() / gap(),
        tolerance=0.0006,
        why="Nearly all of the gap is who the members are: look at their sales before the launch. "
        "And the few in the hold-out bought more than the members, by mere luck: a hold-out has "
        "to be large.",
        hint="The true effect is the members' mean of sales less their mean of twin_sales. The gap "
        "is the members' mean of sales less the non-members'.",
        mistakes=(
            Mistake(
                lambda: caused("sum") / gap("sum"),
                "You used totals. There are fewer members than non-members, so take means.",
            ),
            Mistake(
                lambda: caused() / trial()["twin_sales"]["member"],
                "That is the lift: the effect as a share of what members would have bought. Divide "
                "by the gap.",
            ),
            Mistake(
                lambda: 1 - caused() / gap(),
                "That is the share which the card has not caused.",
            ),
            Mistake(
                lambda: (trial()["sales"]["member"] - trial()["sales"]["holdout"]) / gap(),
                "That compares with the hold-out, as an analyst must who cannot see the twins. "
                "Here you can: use twin_sales.",
            ),
            Mistake(caused, "That is the effect in euros per member. Divide it by the gap."),
            Mistake(
                lambda: gap() / trial()["sales"]["nonmember"],
                "That is how much more members buy, as the agency would put it. How much of that "
                "is the card's doing?",
            ),
        ),
    ),
    Exercise(
        "14.2",
        "number",
        answer=0.0096 / (0.30 - 0.0096),
        tolerance=0.0005,
        why="Even a card that looks thin needs about twice the effect found in the careful study "
        "of a shared programme. Ask for this number before you ask for a design.",
        hint="What does one euro of members' sales cost the rival in rewards? Then divide that by "
        "the margin less that cost.",
        mistakes=(
            Mistake(
                0.0096 / 0.30,
                "Nearly. The added sales earn points too, so their margin is smaller by the cost.",
            ),
            Mistake(
                0.02 / (0.30 - 0.02),
                "That takes the points at face value. Only some are redeemed, and a reward costs "
                "less than its face.",
            ),
            Mistake(
                0.012 / (0.30 - 0.012), "You let every point be redeemed. Some of them never are."
            ),
            Mistake(
                0.016 / (0.30 - 0.016),
                "You count rewards at face value. What do they cost the rival?",
            ),
            Mistake(
                0.0096,
                "That is the cost per euro of members' sales. By how much must sales rise to "
                "cover it?",
            ),
        ),
    ),
    Exercise(
        "14.3",
        "choice",
        answer="Ben",
        options=("Ada", "Ben", "Cleo"),
        why="Change needs both: room to grow, and orders often enough for a reward to come within "
        "sight. A programme is won in the middle, and paid for at the top.",
        hint="Who has room to grow and also orders often enough to reach a reward?",
        mistakes=(
            Mistake(
                "Ada",
                "She will take the most rewards. But how much more stationery could she buy here?",
            ),
            Mistake(
                "Cleo",
                "She has the most room. But how long does she need for her first voucher, and how "
                "long do points live?",
            ),
        ),
    ),
    Exercise(
        "14.4",
        "function",
        answer=gold,
        tolerance=0.0,
        why="Ada gets gold and Bo does not, for the same nine months of the same spending. A "
        "calendar window rewards those whose busy season happens to lie within one year; "
        "count how many of your good customers it overlooks.",
        hint="Add up the first twelve months and the last twelve, each for itself.",
        cases=(
            (ADA,),
            (BO,),
            ([0] * 18 + [100] * 6,),
            ([40] * 24,),
            ([50] * 24,),
            ([0] * 24,),
            *(([0] * month + [600] + [0] * (23 - month),) for month in (0, 11, 12, 23)),
            ([0] * 11 + [300, 300] + [0] * 11,),
        ),
        mistakes=(
            Mistake(
                lambda spend: sum(spend) >= 600,
                "You add up both years. Gold has to be earned within one.",
            ),
            Mistake(
                gold_in_any_twelve_months,
                "You look at any twelve months in a row, which would be fairer to Bo. The Quill "
                "Card starts again every January.",
            ),
            Mistake(
                lambda spend: max(sum(spend[:12]), sum(spend[12:])) > 600,
                "Look at somebody who spends exactly as much as gold asks for: or more, says the "
                "rule.",
            ),
            Mistake(
                lambda spend: sum(spend[:12]) >= 600,
                "You look at the first year only. Gold may come in the second.",
            ),
            Mistake(
                lambda spend: min(sum(spend[:12]), sum(spend[12:])) >= 600,
                "You ask for gold in both years. One of them is enough.",
            ),
            Mistake(
                lambda spend: max(sum(spend[:11]), sum(spend[12:23])) >= 600,
                "You leave out every December. spend[:12] holds all twelve months; its last is "
                "spend[11].",
            ),
            Mistake(
                lambda spend: max(sum(spend[:11]), sum(spend[12:])) >= 600,
                "You leave out the first December. spend[:12] holds all twelve months; its last is "
                "spend[11].",
            ),
            Mistake(
                lambda spend: [sum(spend[:12]) >= 600, sum(spend[12:]) >= 600],
                "You return one answer for each year. Return a single True or False: gold in "
                "either year is enough.",
            ),
        ),
    ),
    Exercise(
        "14.5",
        "choice",
        answer="small",
        options=("draft", "voucher", "small", "big"),
        why="At the same generosity, a reward that is soon within reach and cheap to make beats "
        "one that is far off or costs the firm nearly its face value. It about breaks even: sales "
        "alone do not make a case for a card, and it had better be useful for something else too.",
        hint="Make a table with one row for each design: costs ÷ member sales, reach and profit.",
        mistakes=(
            Mistake(
                "draft",
                "It moves sales most, and nearly everybody gets a reward. Compare its costs with "
                "the members' sales.",
            ),
            Mistake(
                "voucher",
                "It stays within the budget. How many members ever get one, and what does it earn?",
            ),
            Mistake(
                "big",
                "It is the cheapest, and it even earns a little. How many members ever get that "
                "far?",
            ),
        ),
    ),
)
