"""Exercises of lesson 06, Who makes you money."""

from functools import cache
from typing import TYPE_CHECKING

from centricity.exercises._model import Exercise, Mistake

if TYPE_CHECKING:
    import pandas as pd

    from centricity.profitability import CostToServe

BUILDER = {
    "visits": 8, "quotes": 20, "contracts": 30, "changes": 12, "deliveries": 60,
    "urgent deliveries": 9, "call-outs": 4, "cleaning": 10, "reminders": 6,
}  # fmt: skip


@cache
def books(
    year: int, horizon: str = "within_a_year", machines: float = 0.40
) -> "tuple[pd.DataFrame, CostToServe]":
    """Return the statement of every account of Quillmere Hire and the costs behind it."""
    from centricity import datasets, profitability

    years, log, pools = (
        datasets.load_hire_years(),
        datasets.load_hire_activities(),
        datasets.load_hire_pools(),
    )
    accounts = years[years["year"] == year].set_index("account_id")
    usage = profitability.usage_table(log[log["year"] == year], accounts=accounts.index)
    own = pools[pools["year"] == year].set_index("pool").rename(columns={horizon: "avoidable"})
    costs = profitability.cost_to_serve(usage, datasets.load_hire_times(), pools=own)
    return (
        profitability.statement(accounts, costs, goods="machine_cost", goods_avoidable=machines),
        costs,
    )


def served(how: str = "rate") -> float:
    """Cost the builder of 06.1, by the right rates or by mistaken ones."""
    from centricity import datasets

    rates = books(2024)[1].rates
    if how == "by volume":
        pools = datasets.load_hire_pools()
        spent = pools[pools["year"] == 2024].set_index("pool")["cost"]
        scale = rates["pool"].map(spent / rates.groupby("pool")["allocated"].sum())
        return float(sum(rates["rate"] * scale * list(map(BUILDER.get, rates.index))))
    per_unit = datasets.load_hire_times()["hours"] if how == "hours" else rates["rate"]
    skip = "urgent deliveries" if how == "without urgent" else ""
    return float(sum(per_unit[name] * n for name, n in BUILDER.items() if name != skip))


def accounts_to(share: float, year: int = 2025) -> int:
    """Count the best accounts that make at least this share of the year's total."""
    from centricity import profitability

    curve = profitability.whale_curve(books(year)[0]["profit"]).curve["cumulative"]
    return int((curve < share * curve.iloc[-1]).to_numpy().argmin()) + 1


def unsorted_to(year: int) -> int:
    """Count accounts in the order of the table until they make the year's total."""
    running = books(year)[0]["profit"].cumsum()
    return int((running >= running.iloc[-1]).to_numpy().argmax()) + 1


def earning(year: int = 2025) -> int:
    """Count the accounts above zero."""
    return int((books(year)[0]["profit"] > 0).sum())


def shrunk_loss(first: int, then: int, column: str = "") -> float:
    """Return by how much the loss of the 30 worst accounts shrank, or a column of the table."""
    from centricity import profitability

    table = profitability.regression_to_mean(books(first)[0]["profit"], books(then)[0]["profit"])
    row = table.loc[1]
    return float(row[column] if column else 1 - row["after"] / row["before"])


def euros_gone(first: int, then: int) -> float:
    """Return by how many euros an account the loss of the 30 worst accounts shrank."""
    return shrunk_loss(first, then, "after") - shrunk_loss(first, then, "before")


def below_zero(first: int, then: int) -> float:
    """Return by how much the loss of all accounts below zero shrank."""
    before, after = books(first)[0]["profit"], books(then)[0]["profit"]
    return float(1 - after[before < 0].sum() / before[before < 0].sum())


def worst_of_each(first: int, then: int) -> float:
    """Compare the 30 worst accounts of each year, which are not the same."""
    before, after = (books(year)[0]["profit"].nsmallest(30).sum() for year in (first, then))
    return float(1 - after / before)


def released(
    revenue: float, machines: float, service: float, machines_out: float, service_out: float
) -> float:
    """Change of profit when an account goes: what is saved less what it paid."""
    return machines * machines_out + service * service_out - revenue


EXERCISES = (
    Exercise(
        "06.1",
        "number",
        answer=lambda: 25_000 - served(),
        tolerance=1.0,
        why="You know it before the contract is signed, which is the cheapest moment to fix it: "
        "price, deliveries and terms are still open.",
        hint="Multiply each quantity by its rate in euros, add up the nine products, and take the "
        "sum and the machines off what he pays.",
        mistakes=(
            Mistake(
                lambda: served(),
                "That is the cost to serve. What is left of his money after the machines and this?",
            ),
            Mistake(
                lambda: 60_000 - served(),
                "You have forgotten the machines.",
            ),
            Mistake(
                lambda: 35_000 + served(),
                "That is all that he costs. What is left of the money he pays?",
            ),
            Mistake(
                lambda: (25_000 - served()) / 1000,
                "Nearly. Give it in euros, not in thousands.",
            ),
            Mistake(
                lambda: 25_000 - served("hours"),
                "You have added up hours. An hour costs 36 to 60 euros: use `rates`.",
            ),
            Mistake(
                lambda: 25_000 - served("by volume"),
                "You divided costs by the hours that were worked, so the builder pays for idle "
                "lorries too. Use the hours that could have been worked.",
            ),
            Mistake(
                lambda: 25_000 - served("without urgent"),
                "The urgent deliveries are missing. They come on top of the planned ones.",
            ),
            Mistake(
                lambda: served() - 25_000,
                "The size is right; the sign says whether the account earns or loses.",
            ),
        ),
    ),
    Exercise(
        "06.2",
        "number",
        answer=lambda: accounts_to(1.0),
        tolerance=0.4,
        why="A tenth of the accounts make the whole profit, and all the others together just break "
        "even. If the three best left, the firm would miss 530 thousand in the first year, nearly "
        "as much as all 150 leave: that is where care belongs.",
        hint="Go along the whale from the left. After how many accounts does it first reach the "
        "height at which it ends?",
        mistakes=(
            Mistake(
                lambda: accounts_to(1.0, 2024),
                "That is 2024. The exercise asks for 2025: use table25.",
            ),
            Mistake(
                lambda: earning(),
                "That is where the whale peaks: all accounts above zero. It crosses the height of "
                "its end much earlier.",
            ),
            Mistake(
                lambda: accounts_to(1.0) + 1,
                "Nearly. One account fewer already makes the total: look at the row before.",
            ),
            Mistake(
                lambda: 150 - accounts_to(1.0) + 1,
                "You counted every point of the whale that is at least as high as its end. Which "
                "is the first of them?",
            ),
            Mistake(
                lambda: accounts_to(1.0) / 150,
                "That is their share of all accounts. Give the number.",
            ),
            Mistake(
                lambda: 100 * accounts_to(1.0) / 150,
                "That is their share of all accounts, in per cent. Give the number.",
            ),
            Mistake(
                lambda: accounts_to(1.0, 2023),
                "That is 2023. The exercise asks for 2025: use table25.",
            ),
            Mistake(
                lambda: unsorted_to(2025),
                "You added up in the order of the table. The whale starts with the best account: "
                "whale_curve sorts them.",
            ),
            Mistake(
                lambda: accounts_to(1.0) - 1,
                "Nearly. Python counts from 0: at position 0 one account is already in.",
            ),
            Mistake(
                lambda: accounts_to(0.8),
                "You stopped at 80 %, as in the classes A, B and C. Go on to the whole total.",
            ),
            Mistake(150, "All 150 make the total, by definition. How few are enough?"),
        ),
    ),
    Exercise(
        "06.3",
        "number",
        answer=0.08 / (0.35 + 0.08),
        tolerance=0.0045,
        why="With the margin after all costs one would think that more than half may go. That "
        "is how a price rise which looks safe on paper empties a yard.",
        hint="m is what is missing when a euro of business goes: revenue less what is saved. Then "
        "r / (m + r).",
        mistakes=(
            Mistake(
                0.08 / (0.05 + 0.08),
                "You took the margin after all costs. Some of these costs stay when the business "
                "goes.",
            ),
            Mistake(
                0.08 / 0.35,
                "Nearly. Whoever leaves also takes the new price along: it is r / (m + r).",
            ),
            Mistake(
                0.35 / (0.35 + 0.08),
                "That is the share that has to stay. The question is how many may leave.",
            ),
            Mistake(
                0.08 / (0.65 + 0.08),
                "You took the avoidable costs as m. The margin is what is left of a euro after "
                "them.",
            ),
            Mistake(
                100 * 0.08 / (0.35 + 0.08),
                "Nearly. Give it as a share of one, not in per cent.",
            ),
            Mistake(
                60 * 0.08 / (0.35 + 0.08),
                "That is the number of accounts. Give the share.",
            ),
            Mistake(
                11, "That is how many whole accounts may leave. Give their share, before rounding."
            ),
            Mistake(
                0.08 / (0.7 + 0.08),
                "You took what is missing in millions. m is a share: divide by the revenue.",
            ),
            Mistake(
                8 / (0.35 + 8),
                "You took 8 for 8 %. Write the rise as a share, like the margin.",
            ),
            Mistake(
                0.08 / (0.30 + 0.08),
                "You took the costs that stay as the margin. What is missing is revenue less the "
                "costs that go away.",
            ),
        ),
    ),
    Exercise(
        "06.4",
        "function",
        answer=released,
        tolerance=0.01,
        why="Below zero on paper, and yet the firm would miss it. Ask of every cost: which invoice "
        "would not come?",
        hint="What does the firm no longer spend, and what does it no longer get?",
        cases=(
            (120_000, 80_000, 55_000, 0.4, 0.3),
            (120_000, 80_000, 55_000, 1.0, 1.0),
            (10_000, 9_000, 40_000, 0.5, 0.9),
            (0, 0, 5_000, 0.4, 0.2),
        ),
        mistakes=(
            Mistake(
                lambda revenue, machines, service, a, b: machines + service - revenue,
                "You let all costs vanish with the account. Only the avoidable shares do.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: revenue - machines * a - service * b,
                "That is the contribution: what the account brings. If it goes, the change has the "
                "other sign.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: service * b - revenue,
                "The machines come back, too: some of their cost is saved.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: (
                    machines * (1 - a) + service * (1 - b) - revenue
                ),
                "You added the part of the costs that stays. Take the part that goes.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: machines * a - revenue,
                "The cost to serve is missing: some of that is saved, too.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: machines * a + service * b,
                "That is what the firm no longer spends. What does it no longer get?",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: machines * b + service * a - revenue,
                "You have mixed up the two shares: the first belongs to the machines.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: (
                    machines * a / 100 + service * b / 100 - revenue
                ),
                "The shares come as shares (0.4 is 40 %): do not divide by 100.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: abs(machines * a + service * b - revenue),
                "The size is right. The sign says whether the firm gains or loses.",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: revenue - machines - service,
                "That is the account's profit now. What changes when it goes?",
            ),
            Mistake(
                lambda revenue, machines, service, a, b: -machines * (1 - a) - service * (1 - b),
                "That is the profit without the account: costs that go on. How much is that above "
                "or below the profit with it?",
            ),
        ),
    ),
    Exercise(
        "06.5",
        "number",
        answer=lambda: shrunk_loss(2023, 2024),
        tolerance=0.006,
        why="More than a quarter of the loss went away by itself, and a year later it was more "
        "than two fifths. Any coach can promise that. Ask for a group that was chosen "
        "by lot and left alone.",
        hint="Take group 1: its mean before and after. By what share is the second nearer to zero "
        "than the first?",
        mistakes=(
            Mistake(
                lambda: shrunk_loss(2024, 2025),
                "That is from 2024 to 2025. The exercise asks for the worst of 2023.",
            ),
            Mistake(
                lambda: shrunk_loss(2023, 2024, "comes_back"),
                "That is how much of the gap to the *mean of all* was closed. The consultant "
                "speaks of the loss itself: compare before and after with zero.",
            ),
            Mistake(
                lambda: 1 - shrunk_loss(2023, 2024),
                "That is what is left of the loss. How much of it is gone?",
            ),
            Mistake(
                lambda: 100 * shrunk_loss(2023, 2024),
                "Nearly. Give it as a share of one, not in per cent.",
            ),
            Mistake(
                lambda: 1 / (1 - shrunk_loss(2023, 2024)) - 1,
                "Divide by the loss before, not by the loss after.",
            ),
            Mistake(
                lambda: euros_gone(2023, 2024),
                "That is euros per account. Which share of the loss before is it?",
            ),
            Mistake(
                lambda: 30 * euros_gone(2023, 2024),
                "That is euros. Which share of the loss before is it?",
            ),
            Mistake(
                lambda: below_zero(2023, 2024),
                "That is all accounts below zero in 2023. The consultant speaks of the 30 worst.",
            ),
            Mistake(
                lambda: worst_of_each(2023, 2024),
                "You took the 30 worst of each year. Follow the *same* 30 accounts from 2023 on.",
            ),
            Mistake(
                lambda: shrunk_loss(2024, 2023),
                "You sorted by 2024 and looked back. That works too, and shows that time has "
                "nothing to do with it; but the exercise starts from 2023.",
            ),
        ),
    ),
)
