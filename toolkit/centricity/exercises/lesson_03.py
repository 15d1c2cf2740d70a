"""Exercises of lesson 03, From transactions to customers."""

from centricity.exercises._model import Exercise, Mistake


def customers_beyond_a_year(what: str, *, within: bool = False) -> int:
    """Count the shop's customers whose silence, recency or T is above 52 weeks, in whole days.

    With ``within`` count the others.
    """
    from centricity import datasets, transactions

    orders = datasets.load_shop_orders()
    table = transactions.summarize(orders, observation_end="2025-12-31")
    table["silence"] = table["T"] - table["recency"]
    return int((((7 * table[what]).round() > 364) != within).sum())


EXERCISES = (
    Exercise(
        "03.1",
        "choice",
        answer="mixed time zones",
        options=(
            "unreadable date",
            "future date",
            "refund without an order",
            "reduced order",
            "mixed date formats",
            "mixed time zones",
            "ids alike",
        ),
        why="An hour or two in the wrong zone moves an order to another day, and sometimes to "
        "another month. No total warns you, but every comparison of months is then a little "
        "wrong. So tell the program where the shop is.",
        hint="What could move an order placed just after midnight? Read what each rule did.",
        mistakes=(
            Mistake(
                "mixed date formats",
                "Day first or year first moves an order by weeks or months. Hers moved by an "
                "hour. What shifts a time by an hour?",
            ),
            Mistake(
                "unreadable date",
                "Those rows were set aside, so they cannot be the first order she kept.",
            ),
            Mistake(
                "future date",
                "Dates in the future would make a log end late, not begin early; and those rows "
                "were set aside.",
            ),
            Mistake(
                "refund without an order",
                "Such a refund may belong to an order of February, but it was set aside. The "
                "first row she kept is an order of this file with a shifted time.",
            ),
        ),
    ),
    Exercise(
        "03.2",
        "table",
        answer=[1, 25.0],
        why="What stays is K7, less what was sent back. K8 is undone, found by its "
        "amount. The refund of K2 undoes a purchase that this log doesn't hold, so it is set "
        "aside and reported: it is Finance's business, but no purchase of March is smaller for it.",
        hint="Take each refund off the order it belongs to, by number or else by amount. What has "
        "nothing left is no purchase.",
        mistakes=(
            Mistake(
                [2, 25.0],
                "The worth is right. But is an order that was sent back altogether a purchase?",
            ),
            Mistake(
                [1, 7.0],
                "That is all money in less all money out, as Finance counts. Which order "
                "does the last refund belong to, and is it in this log?",
            ),
            Mistake(
                [2, 7.0],
                "That is all money in less all money out. Which order does the last refund belong "
                "to, and is it in this log? And is an order sent back altogether a purchase?",
            ),
            Mistake(
                [2, 65.5],
                "You dropped the refunds. Then the orders that they undo still stand: take each "
                "refund off its order.",
            ),
            Mistake(
                [1, 40.0],
                "K8 is undone, well found. Part of K7 came back too: look for its number.",
            ),
            Mistake(
                [2, 50.5],
                "The refund of K7 is netted. The refund without a number belongs somewhere too: "
                "compare the amounts.",
            ),
            Mistake(
                [2, 32.5],
                "You took the last two refunds the wrong way round. The one without a number has "
                "the amount of an order here; the one of K2 belongs to an order that isn't here.",
            ),
            Mistake(
                [5, 7.0],
                "Those are the lines. A refund is a line, but no purchase.",
            ),
        ),
    ),
    Exercise(
        "03.3",
        "table",
        answer=[3, 10, 12],
        why="Three repeat days, ten weeks from first to last, twelve weeks of watching. Lesson 08 "
        "starts from these three numbers, so a slip here goes through everything.",
        hint="Put the days on a line. Frequency: days after the first. Recency: first to last "
        "purchase. T: first purchase to the end of observation. In weeks.",
        mistakes=(
            Mistake(
                [4, 10, 12],
                "Recency and T are right. Frequency counts repeat days: does the first day count?",
            ),
            Mistake(
                [5, 10, 12],
                "Recency and T are right. Orders of one day are one purchase.",
            ),
            Mistake(
                [6, 10, 12],
                "Recency and T are right. Orders of one day are one purchase, and the first "
                "purchase is no repeat.",
            ),
            Mistake(
                [3, 2, 12],
                "That is RFM's recency, the silence since the last purchase. Here recency is the "
                "age at the last purchase, counted from the first.",
            ),
            Mistake(
                [3, 10, 10],
                "T does not stop at the last purchase. It goes on to the end of observation, "
                "because the silence was observed too.",
            ),
            Mistake([3, 70, 84], "The days are right. Give them in weeks: divide by seven."),
            Mistake(
                [4, 2, 12],
                "T is right. Two things to mend: the first day is no repeat, and recency runs from "
                "the first purchase to the last, not from the last until today.",
            ),
            Mistake(
                [5, 70, 84],
                "Two things to mend: orders of one day are one purchase, and days want dividing by "
                "seven.",
            ),
        ),
    ),
    Exercise(
        "03.4",
        "choice",
        answer="2025-04-23",
        options=("2025-03-31", "2025-04-23", "2025-04-30", "2025-12-31"),
        why="Silence counts only where somebody listened. Until that day every source is complete; "
        "after it, customers of the marketplaces would look silent though nobody has looked. The "
        "price is a week of orders of the other sources, and left_out tells how many.",
        hint="Until which day are all sources complete?",
        mistakes=(
            Mistake(
                "2025-04-30",
                "That is the last date in the file. But for one source the last week is missing: "
                "its customers would look silent though nobody has looked.",
            ),
            Mistake(
                "2025-12-31",
                "Nobody was watched that long: the file ends in April. T would count months of "
                "silence that were never observed.",
            ),
            Mistake(
                "2025-03-31",
                "That would be safe, but it throws away weeks in which every source is complete.",
            ),
        ),
    ),
    Exercise(
        "03.5",
        "number",
        answer=lambda: customers_beyond_a_year("silence"),
        tolerance=3,  # three customers lie on the border, where decimals in weeks decide
        why="That is more than a third of everybody who ever bought. Have they left? Some have, "
        "and some buy once in two years. To tell them apart one needs each customer's own rhythm, "
        "and that is lesson 08.",
        hint="Silence runs from the last purchase to the end of observation. Which two columns "
        "give it?",
        mistakes=(
            Mistake(
                lambda: customers_beyond_a_year("recency"),
                "You counted a large recency. In this table a large recency is the opposite of "
                "silence: a last purchase at a great age.",
            ),
            Mistake(
                lambda: customers_beyond_a_year("silence", within=True),
                "Those are the others, who have ordered within the year. Mind the sign.",
            ),
            Mistake(
                0,
                "Nobody at all? T and recency are in weeks, so a year is 52 and not 364.",
            ),
            Mistake(
                lambda: customers_beyond_a_year("T"),
                "You counted those known for more than 52 weeks. Many of them still buy.",
            ),
        ),
    ),
)
