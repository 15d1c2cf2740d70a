"""Exercises of lesson 00, Start here."""

from centricity.exercises._model import Exercise, Mistake


def p_alive(frequency: int, recency: float) -> float:
    """Return P(alive) at the end of the year under the lesson's model."""
    import pandas as pd

    from centricity import clv

    model = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    customer = pd.DataFrame({"frequency": [frequency], "recency": [recency], "T": [52.0]})
    return float(model.p_alive(customer).iloc[0])


EXERCISES = (
    Exercise(
        "00.1",
        "number",
        answer=24,
        tolerance=0.0,
        why="That is all there is to it: write, run, read what it says, and try again if need be.",
        hint="Add the orders of both customers.",
        mistakes=(
            Mistake(12, "That is one customer. The question asks about both together."),
            Mistake(1212, "Python joined two pieces of text. Add numbers, written without quotes."),
            Mistake(144, "That is a product. Add the two numbers instead of multiplying them."),
        ),
    ),
    Exercise(
        "00.2",
        "choice",
        answer="Anna",
        options=("Anna", "Ben", "the same"),
        why="The past is the same, the future is not: a total hides when the orders came, and with "
        "it whether there is a customer left to serve. A firm that ranks its customers by last "
        "year's sales gives its best service to people who have gone.",
        hint="Look at the last picture before the sliders: whose line is still high?",
        mistakes=(
            Mistake(
                "Ben",
                "He bought fastest, that is true. But look at the silence since, measured in his "
                "own usual gaps.",
            ),
            Mistake(
                "the same",
                "Their past sales are equal. What counts now is how likely each is to order again.",
            ),
        ),
    ),
    Exercise(
        "00.3",
        "number",
        answer=lambda: p_alive(3, 8.0),
        tolerance=0.005,
        why="Carla is far more likely to be alive than Ben, although she bought less: the same "
        "silence is longer in Ben's rhythm than in hers. So the warning bell has to ring early "
        "for your best customers, and may take its time for the others.",
        hint="Use frequency, recency and T as in the table above, and the same model.",
        mistakes=(
            Mistake(
                lambda: p_alive(4, 8.0),
                "Nearly. Frequency counts repeat orders: the first one does not count.",
            ),
            Mistake(
                lambda: p_alive(3, 44.0),
                "Recency is not the length of the silence. It is the age at the last order, "
                "counted from the first.",
            ),
            Mistake(
                lambda: 1 - p_alive(3, 8.0),
                "That is the probability that she has left. The question is whether she is alive.",
            ),
        ),
    ),
)
