"""Exercises of lesson 07, Contracts: survival and retention."""

from functools import cache
from typing import Any

from centricity.exercises._model import Exercise, Mistake

MARGIN, RATE = 48.0, 0.10


def two_kinds(*, first: bool = False) -> float:
    """Return the share of both kinds together who renew the second (or first) time."""
    after = [600 * 0.95**n + 400 * 0.5**n for n in range(3)]
    return after[1] / after[0] if first else after[2] / after[1]


@cache
def scores(used: int = 4, start: int = 5) -> Any:  # noqa: ANN401
    """Return the mean absolute error of both models for High End, in percentage points."""
    import numpy as np
    import pandas as pd

    from centricity import clv, datasets

    counts = datasets.load_retention()["high_end"]
    years = np.arange(start, 13)
    models = {"sBG": clv.ShiftedBetaGeometric, "BdW": clv.BetaDiscreteWeibull}
    errors = {
        name: 100
        * np.abs(kind.fit(counts[: used + 1]).model.survival(years) - counts[start:] / 1000)
        for name, kind in models.items()
    }
    return pd.Series({name: float(error.mean()) for name, error in errors.items()})


@cache
def yearly() -> Any:  # noqa: ANN401
    """Return the members of the yearly plan with their year of joining."""
    from centricity import datasets

    members = datasets.load_club_members()
    kept = members[members["plan"] == "yearly"]
    return kept.assign(year=kept["joined"].dt.year)


@cache
def model_of(offer: str | None, end: int = 2025) -> Any:  # noqa: ANN401
    """Return the sBG of those who joined by an offer (None: of all), as known at a year's end."""
    import numpy as np

    from centricity import clv

    members = yearly() if offer is None else yearly()[yearly()["offer"] == offer]
    table = clv.survivors(members, cohort="year")
    known = table.where(np.add.outer(table.index, table.columns) <= end)
    return clv.ShiftedBetaGeometric.fit(known.loc[:end, : end - 2015]).model


def fifth_year(
    made: int = 4, margin: float = MARGIN, end: int = 2025, offer: str | None = "full price",
    wait: float = 0.0,
) -> float:  # fmt: skip
    """Return the value of a member on the eve of renewal ``made`` + 1."""
    model = model_of(offer, end)
    return float(model.clv(made, margin=margin, discount_rate=RATE, wait=wait))


@cache
def dial(year: int = 2025) -> float:
    """Return the share of contracts that came up at the start of a year and were renewed."""
    import numpy as np

    from centricity import clv

    table = clv.survivors(yearly(), cohort="year")
    when = np.add.outer(table.index, table.columns)
    came_up = table.where(when == year - 1).sum().sum()
    return float(
        table.loc[: year - 1].where(when[table.index < year] == year).sum().sum() / came_up
    )


def by_formula(r: float | None = None, *, eve: bool = True) -> float:
    """Return the value of one member by the formula, the next payment due tomorrow or in a year."""
    r = dial() if r is None else r
    return MARGIN * r * (1 + RATE if eve else 1) / (1 + RATE - r)


def by_model(*, one_pot: bool = False, renewals: int | None = None) -> float:
    """Return the value of all members by the models."""
    here = yearly()[yearly()["still_member"]]
    total = 0.0
    for offer, group in here.groupby("offer"):
        model = model_of(None if one_pot else str(offer))
        made = group["renewals"] if renewals is None else group["renewals"] * 0 + renewals
        total += float(model.clv(made, margin=MARGIN, discount_rate=RATE).sum())
    return total


def error(formula: float | None = None, members: int | None = None, **options: Any) -> float:  # noqa: ANN401
    """Return the value by the formula minus that by the models, in thousand euros."""
    count = int(yearly()["still_member"].sum()) if members is None else members
    each = by_formula() if formula is None else formula
    return (count * each - by_model(**options)) / 1000


@cache
def month_model(name: str) -> Any:  # noqa: ANN401
    """Return a model of the monthly plan."""
    from centricity import clv, datasets

    members = datasets.load_club_members()
    monthly = members[members["plan"] == "monthly"]
    return getattr(clv, name).fit(clv.survivors(monthly, cohort="joined")).model


def by_month(
    rate: float = 1.1 ** (1 / 12) - 1, margin: float = 4.2, name: str = "BetaDiscreteWeibull"
) -> float:
    """Return the value of a new monthly member on the day of joining."""
    return float(month_model(name).clv_new(margin=margin, discount_rate=rate))


EXERCISES = (
    Exercise(
        "07.1",
        "number",
        answer=two_kinds,
        tolerance=0.0015,
        why="Nobody changed, and yet the rate is higher than at the first renewal: many of the "
        "fickle have gone, so the loyal weigh more.",
        hint="Count both kinds after one renewal and after two. Divide the second total by the "
        "first.",
        mistakes=(
            Mistake(
                lambda: two_kinds(first=True),
                "That is the rate at the first renewal. By the second, the mixture has changed.",
            ),
            Mistake(
                lambda: 0.6 * 0.95**2 + 0.4 * 0.5**2,
                "That is the share of all who joined that is left after two renewals. Who came up "
                "for the second one?",
            ),
            Mistake(
                (0.95 + 0.5) / 2,
                "That is the plain average of the two probabilities. The kinds are not equally "
                "many, and less so after a renewal.",
            ),
        ),
    ),
    Exercise(
        "07.2",
        "table",
        answer=scores,
        tolerance=0.06,
        why="The larger model forecasts far better here, although four renewals are few: in this "
        "segment retention first falls, and the sBG cannot follow. It is no law: in Regular both "
        "do well. Only a hold-out tells.",
        hint="For each model: fit to high[:5], survival at the years 5 to 12, absolute difference "
        "from high / 1000, mean, times 100.",
        mistakes=(
            Mistake(
                lambda: scores(used=3),
                "You fitted to three renewals. Four renewals are five numbers: the cohort's size "
                "comes first.",
            ),
            Mistake(
                lambda: scores(used=12),
                "The models have peeked: they were fitted to all the years. Give them the first "
                "four renewals only.",
            ),
            Mistake(
                lambda: scores(used=7),
                "You fitted to seven renewals, as the lesson did. The exercise asks for four.",
            ),
            Mistake(
                lambda: scores(start=0),
                "You scored all the years. Those that were fitted do not count as a forecast: "
                "score years 5 to 12.",
            ),
            Mistake(
                lambda: scores(start=4),
                "You scored from year 4 on. The fit has seen year 4: begin with year 5.",
            ),
            Mistake(
                lambda: scores() / 100,
                "Those are shares. In percentage points they are a hundred times as large.",
            ),
        ),
    ),
    Exercise(
        "07.3",
        "number",
        answer=fifth_year,
        tolerance=0.8,
        why="About twice what the formula gives for anybody. It is the value of a member of whom "
        "you know no more than the renewals; one who has just asked how to cancel is worth less.",
        hint="survivors with cohort='year', fit, then model.clv(renewals made, margin=48, "
        "discount_rate=0.10).",
        mistakes=(
            Mistake(
                lambda: fifth_year(made=5),
                "A member in the fifth year has renewed one time less than that: the first year "
                "needs no renewal.",
            ),
            Mistake(
                lambda: fifth_year(made=0),
                "That is the value of somebody in the first year, before any renewal. What have "
                "four more contracts told you?",
            ),
            Mistake(
                lambda: fifth_year(margin=120.0),
                "You took the fee. Lifetime value is net: only the margin counts.",
            ),
            Mistake(
                lambda: fifth_year(wait=1.0),
                "That is the value right after a renewal, with the next payment a year away. "
                "Tonight it is due tomorrow.",
            ),
            Mistake(
                lambda: fifth_year(end=2021),
                "That is the model of New Year's Eve 2021. Fit again with what is known at the end "
                "of 2025.",
            ),
            Mistake(
                lambda: fifth_year(offer=None),
                "You fitted all members in one pot. Take those who joined at full price.",
            ),
            Mistake(
                lambda: fifth_year(offer="half price"),
                "That is a member who joined at half price. Take those who joined at full price.",
            ),
            Mistake(
                by_formula,
                "That is the formula with one rate for everybody. Ask the model.",
            ),
            Mistake(
                lambda: by_formula(dial(2021)),
                "That is the formula, and with the dial of 2021. Ask the model, fitted again.",
            ),
        ),
    ),
    Exercise(
        "07.4",
        "number",
        answer=error,
        tolerance=0.8,
        why="The formula misses two fifths of what the members are worth. Those who have renewed "
        "most often hold half of the value, and it takes them for beginners.",
        hint="By formula: number of members times 48 · r · 1.1 / (1.1 − r). By model: the sum of "
        "model.clv(renewals, ...) over the members, offer by offer.",
        mistakes=(
            Mistake(
                lambda: -error(),
                "The size is right, the sign is not: formula minus model.",
            ),
            Mistake(
                lambda: error(by_formula(eve=False)),
                "Your formula takes the next payment to be a year away. It is due tomorrow: "
                "multiply by 1.1.",
            ),
            Mistake(
                lambda: error(one_pot=True),
                "You used one model for all members. Those of full and of half price need one "
                "each.",
            ),
            Mistake(
                lambda: error(by_formula(dial(2021))),
                "That is the dial of 2021. Take the one of 2025, printed above.",
            ),
            Mistake(
                lambda: error(members=len(yearly())),
                "You counted everybody who ever joined. Whoever has left is worth nothing more.",
            ),
            Mistake(
                lambda: error(renewals=0),
                "Your model takes everybody for a beginner. Give it each member's own number of "
                "renewals.",
            ),
            Mistake(lambda: error() * 1000, "Give it in thousands of euros."),
        ),
    ),
    Exercise(
        "07.5",
        "number",
        answer=by_month,
        tolerance=0.6,
        why="Less than half of a new full-price member of the yearly plan. The dial would mislead "
        "here as well: nine in ten renew each month, which sounds better than eight in ten a year, "
        "and leaves four in ten after twelve months.",
        hint="clv.BetaDiscreteWeibull.fit(by_month), then clv_new with the margin of a month and a "
        "rate per month.",
        mistakes=(
            Mistake(
                lambda: by_month(rate=RATE),
                "You discounted by 10 % a month. The rate must be per period of the contract: per "
                "month.",
            ),
            Mistake(
                lambda: by_month(rate=RATE / 12),
                "Nearly. A twelfth of the yearly rate, twelve times with interest on interest, "
                "makes more than 10 % a year.",
            ),
            Mistake(
                lambda: by_month(name="ShiftedBetaGeometric"),
                "That is the sBG. Here coins drift: take the beta-discrete-Weibull.",
            ),
            Mistake(
                lambda: by_month(margin=12.0),
                "You took the fee. Only the margin counts.",
            ),
            Mistake(
                lambda: by_month() - 4.2,
                "You left out the first month, which is paid on joining.",
            ),
            Mistake(
                lambda: float(
                    month_model("BetaDiscreteWeibull").clv(
                        0, margin=4.2, discount_rate=1.1 ** (1 / 12) - 1
                    )
                ),
                "That is the value on the eve of the first renewal. On the day of joining the "
                "first month is paid, and that renewal is a month away: clv_new.",
            ),
        ),
    ),
)
