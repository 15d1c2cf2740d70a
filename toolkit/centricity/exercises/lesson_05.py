"""Exercises of lesson 05, Treat different customers differently: segments."""

from centricity.exercises._model import Exercise, Mistake


def moves() -> tuple[float, float, float, float]:
    """Read four shares off the migration of sales tiers from 2024 to 2025.

    Of the top tier of 2025: those who were top before, and those who are new. Of the top tier of
    2024: those who stayed. Of everybody seen in both years: those who kept their tier.
    """
    from centricity import datasets, segmentation

    orders = datasets.load_shop_orders()
    spent = orders.groupby([orders["date"].dt.year.rename("year"), "customer_id"])["amount"].sum()
    moved = segmentation.migration(segmentation.tiers(spent[2024]), segmentation.tiers(spent[2025]))
    column, row = moved.counts["top"], moved.counts.loc["top"]
    return (
        column["top"] / column.sum(),
        column["(new)"] / column.sum(),
        row["top"] / row.sum(),
        moved.stayed,
    )


SEGMENTS = ("top, active", "top, at risk", "new", "lapsed")


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
        answer=lambda: moves()[0],
        tolerance=0.005,
        why="Most of today's best were not among the best a year ago, and more than one in five "
        "had not bought at all. A circle that admits only last year's best shuts its door on the "
        "majority of this year's.",
        hint="Go down the column of the top tier of 2025: how many are there in all, and where do "
        "they come from?",
        mistakes=(
            Mistake(
                lambda: moves()[2],
                "That is the row: of the top tier of 2024, those who stayed. The question starts "
                "from the top tier of 2025. (And newcomers belong to it.)",
            ),
            Mistake(
                lambda: moves()[1],
                "That is the share who are new to the list. The question asks for those who were "
                "top before.",
            ),
            Mistake(
                lambda: moves()[3],
                "That is over all tiers. Look at the top tier only.",
            ),
            Mistake(
                lambda: 1 - moves()[0],
                "That is the share who were not in it. Which is also worth knowing.",
            ),
        ),
    ),
    Exercise(
        "05.4",
        "table",
        answer=actions("circle", "question", "discount", "nothing"),
        why="Four segments, four answers. The discount that wins a second order from newcomers "
        "loses money on the most loyal, who would have paid the full price.",
        hint="Take the cost of the action off each column; then compare along the row.",
        mistakes=(
            Mistake(
                actions("circle", "circle", "circle", "question"),
                "You compared profits before the cost of the action. What is left after it?",
            ),
            Mistake(
                actions("circle", "circle", "discount", "nothing"),
                "Nearly. For the top customers at risk, take off what each action costs: which "
                "leaves more?",
            ),
            Mistake(
                actions("circle", "question", "discount", "question"),
                "Nearly. The lapsed bring a euro more when asked. What does asking cost?",
            ),
            Mistake(
                actions("circle", "question", "discount", "discount"),
                "Nearly. For the lapsed, compare what the discount adds with what its letter "
                "costs.",
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
        answer="new",
        options=("new", "active", "at risk", "lapsed"),
        why="It is a phase with an end, about twelve weeks long at this shop. A plan that is made "
        "once a year never meets the people it was made for: such a letter must go out by itself, "
        "week by week.",
        hint="Make the migration from stage24 to stage, and look along its diagonal.",
        mistakes=(
            Mistake(
                "lapsed",
                "They have left the shop, perhaps. But have they left the segment? Look at the "
                "diagonal.",
            ),
            Mistake(
                "at risk",
                "A good guess: only a few are in it still. But it has to be none at all.",
            ),
            Mistake("active", "Many of them are active still. Look along the diagonal."),
        ),
    ),
)
