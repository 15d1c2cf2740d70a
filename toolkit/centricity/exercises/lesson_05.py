"""Exercises of lesson 05, Treat different customers differently: segments."""

from centricity.exercises._model import Exercise, Mistake


def top_tier() -> dict[str, float]:
    """Say where the top tier of 2025 (€100 of profit or more) was in 2024, without the toolkit.

    Shares of it: "new" (first bought in 2025), "stayed" (top in 2024). Shares of others: "row", of
    all who first bought in 2025, those who are top; "kept", of the top of 2024, those still top.
    "count": the customers who are new and top.
    """
    from centricity import datasets

    orders = datasets.load_shop_orders()
    orders["profit"] = orders["amount"] - orders["cost"]
    years = orders["date"].dt.year.rename("year")
    profit = orders.pivot_table("profit", "customer_id", years, "sum", fill_value=0)
    top, before = profit[2025] >= 100, profit[2024] >= 100
    new = profit[[2022, 2023, 2024]].sum(axis=1) == 0
    both = (top & before).sum()
    return {
        "new": (top & new).sum() / top.sum(),
        "stayed": both / top.sum(),
        "row": (top & new).sum() / new.sum(),
        "kept": both / before.sum(),
        "count": float((top & new).sum()),
    }


def vanished() -> str:
    """Cluster the buyers of 2024 and 2025 in both years; name the type of 2024 that is gone."""
    from centricity import datasets, segmentation

    found = segmentation.stability_over_time(
        datasets.load_shop_orders(), "2024", "2025",
        lambda table: segmentation.kmeans(table, 4, rng=5), buyers_only=True, repeats=1, rng=5,
    )  # fmt: skip
    return str(found.vanished[0])


SEGMENTS = ("Keep close", "Win back", "Welcome", "Let rest")


def actions(*chosen: str) -> dict[str, str]:
    """Return one action for each segment of exercise 4."""
    return dict(zip(SEGMENTS, chosen, strict=True))


EXERCISES = (
    Exercise(
        "05.1",
        "table",
        answer={"Ida": "at risk", "Jonas": "active", "Kim": "new"},
        why="The longest silence belongs to the customer who is best off. Whoever writes to "
        "everybody after the same number of weeks is too late for the frequent and a nuisance to "
        "the others.",
        hint="First ask who is new. For the others: own gap = (recency + 12) / (frequency + 1); "
        "then divide the silence by it.",
        mistakes=(
            Mistake(
                {"Ida": "active", "Jonas": "at risk", "Kim": "new"},
                "You went by the length of the silence. Measure it in each customer's own gaps.",
            ),
            Mistake(
                {"Ida": "active", "Jonas": "lapsed", "Kim": "new"},
                "You went by the length of the silence in weeks. How many of their own gaps is it?",
            ),
            Mistake(
                {"Ida": "at risk", "Jonas": "at risk", "Kim": "new"},
                "You took 12 weeks as everybody's gap. Jonas orders more slowly than that.",
            ),
            Mistake(
                {"Ida": "at risk", "Jonas": "active", "Kim": "active"},
                "Kim first ordered less than one typical gap ago. Which stage has that rule?",
            ),
            Mistake(
                {"Ida": "lapsed", "Jonas": "active", "Kim": "new"},
                "Look at Ida once more: is it more than four gaps, or only more than two?",
            ),
        ),
    ),
    Exercise(
        "05.2",
        "choice",
        answer="B",
        options=("A", "B", "C", "D"),
        why="Here the seams are real: the segments come back in every re-draw, and chance does not "
        "make such gaps. The same test said no at the shop, and so its yes is worth something.",
        hint="Look for the rows with a stability of at least 0.8. In which of them is the "
        "separation above its reference limit?",
        mistakes=(
            Mistake(
                "A",
                "Stable, yes. But is it more separated than customers without any segments would "
                "be? Compare the last two columns.",
            ),
            Mistake(
                "C",
                "Distances always fall as k rises, down to zero with one segment for each "
                "visitor. That can't be the reason.",
            ),
            Mistake(
                "D",
                "At the shop no k passed both tests. Look for a row here that does.",
            ),
        ),
    ),
    Exercise(
        "05.3",
        "number",
        answer=lambda: top_tier()["new"],
        tolerance=0.0045,  # less than to the share of the top of 2024
        why="Nearly a quarter of the best were not in the books a year before. A circle that "
        "admits only the best of the year before shuts its door on them.",
        hint="Go down the column of the top tier: how many are there in all, and how many of them "
        'come from the row "(new)"?',
        mistakes=(
            Mistake(
                lambda: top_tier()["row"],
                "That is the row: of those who first bought in 2025, the ones who are top. The "
                "question starts from the top tier.",
            ),
            Mistake(
                lambda: top_tier()["stayed"],
                "That is the share who were top before. The question asks for those who first "
                "bought in 2025.",
            ),
            Mistake(
                lambda: top_tier()["kept"],
                "That is the row of the top tier of 2024: those who stayed. The question starts "
                "from the top tier of 2025, down its column.",
            ),
            Mistake(
                lambda: top_tier()["count"],
                "The right customers, counted. The question asks for their share: of how many in "
                "the column of the top tier?",
            ),
            Mistake(
                lambda: 1 - top_tier()["new"],
                "That is the share who had bought before. Which is also worth knowing.",
            ),
        ),
    ),
    Exercise(
        "05.4",
        "table",
        answer=actions("circle", "question", "discount", "nothing"),
        why="Four segments, four answers. The discount that wins a second order from newcomers "
        "loses money on the most loyal, who would have paid the full price.",
        hint="Take the cost of the action off each column, then find the largest number in each "
        'row. "Nothing" costs nothing.',
        mistakes=(
            Mistake(
                actions("circle", "question", "circle", "nothing"),
                "Nearly. For those to welcome, take off what each action costs: which leaves more?",
            ),
            Mistake(
                actions("circle", "question", "question", "nothing"),
                "Nearly. Asking those to welcome costs €4. Does it bring €4 more?",
            ),
            Mistake(
                actions("circle", "nothing", "discount", "nothing"),
                "Nearly. Those to win back are worth more than nothing: which action still leaves "
                "more than 45 when it is paid?",
            ),
            Mistake(
                actions("nothing", "nothing", "nothing", "nothing"),
                "So every cost is saved, and every gain is lost. Which actions bring more than "
                "they cost?",
            ),
            Mistake(
                actions("circle", "circle", "circle", "question"),
                "You compared profits before the cost of the action. What is left after it?",
            ),
            Mistake(
                actions("circle", "circle", "discount", "nothing"),
                "Nearly. For those to win back, take off what each action costs: which leaves "
                "more?",
            ),
            Mistake(
                actions("circle", "question", "discount", "question"),
                "Nearly. Those to let rest bring a euro more when asked. What does asking cost?",
            ),
            Mistake(
                actions("circle", "question", "discount", "discount"),
                "Nearly. For those to let rest, compare what the discount adds with what it costs.",
            ),
            Mistake(
                actions("discount", "discount", "discount", "discount"),
                "That is the old way: the same for everybody. Compare along each row.",
            ),
            Mistake(
                actions("nothing", "question", "discount", "circle"),
                "You gave most to those who bring least. Take the costs off and compare again.",
            ),
        ),
    ),
    Exercise(
        "05.5",
        "choice",
        answer=vanished,
        options=("1", "2", "3", "4"),
        why="The recent but few were those who happened to order in the last weeks of 2024. A year "
        "later they are scattered over all four, and whoever planned a programme for that type "
        "looks for it in vain.",
        hint='Look at the columns "distance" and "neighbour": which segment is further from its '
        "nearest one of 2025 than half the way to its neighbour of 2024?",
        mistakes=(
            Mistake(
                "1",
                "They have few orders and long silences in both years. Which row says False in the "
                'column "returns"?',
            ),
            Mistake(
                "2",
                "There is a segment of middling orders in 2025, too, even a larger one. Which row "
                'says False in the column "returns"?',
            ),
            Mistake(
                "4",
                "The frequent are the surest to be found again, whatever one does. Which row says "
                'False in the column "returns"?',
            ),
        ),
    ),
)
