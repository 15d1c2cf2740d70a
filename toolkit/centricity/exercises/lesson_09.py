"""Exercises of lesson 09, From purchases to money."""

from functools import cache
from typing import Any

from centricity.exercises._model import Exercise, Mistake

YEAR = 365.25 / 7


@cache
def orders() -> Any:  # noqa: ANN401
    """Return the orders with their gross profit and the day of the customer's first."""
    from centricity import datasets

    log = datasets.load_shop_orders()
    first = log.groupby("customer_id")["date"].transform("min")
    return log.assign(profit=log["amount"] - log["cost"], first=first)


@cache
def customers(year: int, calibration_end: str | None) -> Any:  # noqa: ANN401
    """Return the customers who came in a year, observed until the end of 2025."""
    from centricity import transactions

    log = orders()[orders()["first"].dt.year == year]
    end = "2025-12-31"
    return transactions.summarize(log, calibration_end=calibration_end, observation_end=end)


@cache
def buying(year: int, calibration_end: str | None) -> Any:  # noqa: ANN401
    """Return the model of how they buy."""
    from centricity import clv

    return clv.BGNBD.fit(customers(year, calibration_end)).model


@cache
def spending() -> Any:  # noqa: ANN401
    """Return the lesson's model of spend."""
    from centricity import clv

    return clv.GammaGamma.fit(customers(2022, "2023-12-31")).model


def margin(year: int) -> float:
    """Return the share of each euro that stayed in a year."""
    sold = orders()[orders()["date"].dt.year == year]
    return float(sold["profit"].sum() / sold["amount"].sum())


def next_order(frequency: int = 1, mean: float = 240.0) -> float:
    """Return the expected amount of the next order."""
    import pandas as pd

    her = pd.DataFrame({"frequency": [frequency], "monetary_value": [mean]})
    return float(spending().expected_spend(her).iloc[0])


@cache
def spending_of_all() -> Any:  # noqa: ANN401
    """Return the model of spend of all customers until the end of 2025."""
    from centricity import clv, transactions

    return clv.GammaGamma.fit(transactions.summarize(orders(), observation_end="2025-12-31")).model


def cap(
    part: str = "cap",
    year: int = 2025,
    everybody: bool = False,
    **change: Any,  # noqa: ANN401
) -> float:
    """Return the cap for a customer of 2025, or a part of it, with some terms changed."""
    from centricity import clv

    terms = {"horizon": 104, "discount_rate": clv.per_period_rate(0.1), "margin": margin(2025)}
    spend = spending_of_all() if everybody else spending()
    new = clv.acquisition_cap(buying(year, None), spend, **(terms | change))
    return float(getattr(new, part))


def cap_of_2022() -> float:
    """Return the cap of the lesson's text, for a customer of 2022."""
    from centricity import clv

    rate = clv.per_period_rate(0.1)
    new = clv.acquisition_cap(
        buying(2022, "2023-12-31"), spending(), horizon=104, discount_rate=rate, margin=margin(2023)
    )
    return float(new.cap)


def agency(amount: float | None = None) -> float:
    """Return average revenue per year × five years."""
    known, log = customers(2022, "2023-12-31"), orders()
    past = log[(log["first"].dt.year == 2022) & (log["date"] <= "2023-12-31")]
    pace = known["frequency"].sum() / known["T"].sum() * YEAR
    return float(pace * (past["amount"].mean() if amount is None else amount) * 5)


def times_with(amount: float) -> float:
    """Return how many times too large the agency's number is with another mean amount."""
    return times_too_large() * agency(amount) / agency()


def mean_of_repeat_orders() -> float:
    """Return the answer with the mean of customers' means, of those who came back."""
    table = customers(2022, "2023-12-31")
    return times_with(table.loc[table["frequency"] > 0, "monetary_value"].mean())


def first_orders_too() -> float:
    """Return the answer with the first orders counted among those that come back."""
    table, log = customers(2022, "2023-12-31"), orders()
    past = log[(log["first"].dt.year == 2022) & (log["date"] <= "2023-12-31")]
    return float(times_too_large() * len(past) / table["frequency"].sum())


def own_part(mean: float) -> float:
    """Return the part of the expected amount that comes from the customer's own mean."""
    model = spending()
    return float(model.p / (model.p + model.q - 1) * mean)


def diluted() -> float:
    """Return the same with the mean of monetary_value, zeros of those who never came back in it."""
    return times_with(customers(2022, "2023-12-31")["monetary_value"].mean())


def times_too_large(part: str = "later", years: float = 5.0, share: float | None = None) -> float:
    """Return how many times the agency's number is the value of a new customer."""
    from centricity import clv

    new = clv.acquisition_cap(
        buying(2022, "2023-12-31"),
        spending(),
        horizon=years * YEAR,
        discount_rate=clv.per_period_rate(0.1),
        margin=margin(2023) if share is None else share,
    )
    return agency() / float(getattr(new, part))


EXERCISES = (
    Exercise(
        "09.1",
        "choice",
        answer={"A", "C"},
        options=("A", "B", "C"),
        why="A rank correlation has to be compared with what chance gives, not with zero. And "
        "where the assumption fails, as in shop B, value frequent and rare buyers apart.",
        hint="Run clv.independence(shop, rng=1) for each, and compare its first two lines.",
        mistakes=(
            Mistake(
                "C",
                "You went by the p-value against zero. Look at the second line of "
                "clv.independence: what would chance alone give in each shop?",
            ),
            Mistake(
                "B",
                "That is the one where the rank correlation lies outside what independence gives.",
            ),
            Mistake(
                {"A", "B"},
                "These are the two with a small p-value. Small p-values speak against zero, and "
                "zero is not what independence gives.",
            ),
            Mistake(
                {"A", "B", "C"},
                "In one of them whoever orders twice as often spends clearly less per order.",
            ),
            Mistake(
                {"B", "C"},
                "The strongest correlation need not be the real one: how lopsided are the amounts "
                "of each shop?",
            ),
        ),
    ),
    Exercise(
        "09.2",
        "number",
        answer=next_order,
        tolerance=0.75,
        why="The model pulls her halfway back to everybody. Whoever sorts customers by their last "
        "basket sends the champagne to the lucky.",
        hint="Make a table with one row, frequency and monetary_value, and ask "
        "spend.model.expected_spend.",
        mistakes=(
            Mistake(
                240.0,
                "That is her repeat order itself: the past going on. Much of one order is luck.",
            ),
            Mistake(
                130.0,
                "That is the mean of her two orders. Whose mean should hers be mixed with?",
            ),
            Mistake(
                lambda: next_order(2, 130.0),
                "You counted the first order, too. frequency and monetary_value are about *repeat* "
                "orders.",
            ),
            Mistake(
                lambda: next_order(2),
                "Frequency counts repeat orders. How often has she come back?",
            ),
            Mistake(
                lambda: next_order(1, 130.0),
                "monetary_value is the mean of repeat orders. Her first order is not in it.",
            ),
            Mistake(
                lambda: (240.0 + next_order(0)) / 2,
                "Nearly: halfway is a good rule of thumb for one order. The model knows the weight "
                "more exactly.",
            ),
            Mistake(
                lambda: next_order(0),
                "That is the mean of all customers. She has shown something of her own, too.",
            ),
            Mistake(
                lambda: next_order(1, 20.0),
                "monetary_value knows repeat orders only. Which of her two orders is one?",
            ),
            Mistake(
                lambda: own_part(240.0),
                "That is the part of her own mean. The rest of the weight lies on the mean of all.",
            ),
        ),
    ),
    Exercise(
        "09.3",
        "number",
        answer=cap,
        tolerance=0.75,
        why="It is about half of the cap for a customer of 2022. The price of new customers rose "
        "while their value fell: that is how a firm grows and earns less.",
        hint="clv.acquisition_cap(fits[2025], spend, horizon=…, discount_rate=rate, margin=…).cap",
        mistakes=(
            Mistake(
                lambda: cap("later"),
                "That leaves out the first order, which comes with the customer.",
            ),
            Mistake(
                lambda: cap(margin=1.0),
                "That is revenue. The goods have to be paid for: use the margin.",
            ),
            Mistake(
                lambda: cap(margin=margin(2023)),
                "You used the margin of 2023. Prices have been cut since.",
            ),
            Mistake(
                lambda: cap(discount_rate=0.1),
                "10 % is the rate per year, and the clock ticks in weeks: use rate.",
            ),
            Mistake(
                lambda: cap(horizon=None),
                "That counts for ever, far beyond what anybody has seen. Two years were asked for.",
            ),
            Mistake(
                lambda: cap(horizon=2),
                "Those are two weeks. The model counts time in weeks.",
            ),
            Mistake(
                lambda: cap(horizon=24),
                "Those are 24 weeks, not months. The model counts time in weeks.",
            ),
            Mistake(
                lambda: cap(discount_rate=0.0),
                "You left out the interest: a euro in two years is worth less than one today.",
            ),
            Mistake(
                lambda: cap(year=2022),
                "That is for customers like those of 2022. Which of the fits is about 2025?",
            ),
            Mistake(
                lambda: cap(everybody=True),
                "Nearly: you fitted the model of spend anew. Use the lesson's own, `spend`.",
            ),
            Mistake(
                cap_of_2022,
                "That is the cap for customers like those of 2022. Newer ones are worth less.",
            ),
        ),
    ),
    Exercise(
        "09.4",
        "number",
        answer=times_too_large,
        tolerance=0.06,
        why="Margin, leaving and interest: each of the three takes its part. The formula is "
        "quoted in many a sales talk; ask for all three.",
        hint="Agency: repeat orders per year × mean amount × 5. Ours: acquisition_cap with a "
        "horizon of five years, and its attribute later.",
        mistakes=(
            Mistake(
                lambda: times_too_large("cap"),
                "You compared with the cap, which holds the first order too. The agency's number "
                "is about repeat orders: compare with `later`.",
            ),
            Mistake(
                lambda: times_too_large(years=104 / YEAR),
                "That compares five years with two. Give both the same horizon.",
            ),
            Mistake(
                lambda: times_too_large(share=1.0),
                "That compares revenue with revenue. What stays of a euro?",
            ),
            Mistake(
                lambda: 1 / times_too_large(),
                "You divided the other way round.",
            ),
            Mistake(agency, "That is the agency's number itself. Divide it by ours."),
            Mistake(
                lambda: round(agency()),
                "That is what the agency promises. How many times the value of ours is it?",
            ),
            Mistake(
                lambda: times_too_large(years=5 / YEAR),
                "You gave ours a horizon of five weeks. Five years are 5 × 365.25 / 7 weeks.",
            ),
            Mistake(
                first_orders_too,
                "You counted the first orders, too. The pace is that of *repeat* orders.",
            ),
            Mistake(
                mean_of_repeat_orders,
                "Nearly: that is the mean of the customers' means. Take the mean amount of all the "
                "orders in `past`.",
            ),
            Mistake(
                diluted,
                "The mean of monetary_value counts a zero for everybody who never came back. Take "
                "the mean amount of the orders in `past`.",
            ),
            Mistake(
                lambda: times_too_large() / 5,
                "That is one year of the agency's. It counts five.",
            ),
        ),
    ),
    Exercise(
        "09.5",
        "choice",
        answer={"A", "C", "E"},
        options=("A", "B", "C", "D", "E"),
        why="Rank, add up, set limits. The number is an average over customers like her; it says "
        "nothing about what she deserves or what she will do.",
        hint="Ask of each: is it about many customers, or about what one is owed or will do?",
        mistakes=(
            Mistake(
                {"A", "B", "C", "E"},
                "One of these turns an average into a price tag: what one person is owed does not "
                "follow from it.",
            ),
            Mistake(
                {"A", "C", "D", "E"},
                "The interval is that of the average. How wide were the played futures of Gustav?",
            ),
            Mistake(
                {"A", "B", "C", "D", "E"},
                "Too many. Two of these treat an average over many as a fact about one person.",
            ),
            Mistake(
                {"A", "C", "D"},
                "The interval is that of the average, not of what one customer brings. And an "
                "average serves for one thing more.",
            ),
            Mistake(
                {"B", "D"},
                "These are the two that treat an average as a fact about one person.",
            ),
            Mistake(
                {"A"},
                "Ranking, yes. But sums, and limits to a price, rest on averages, too.",
            ),
        ),
    ),
)
