"""Right and wrong answers of lesson 07, computed from the shipped data."""

from functools import cache
from typing import Any

MARGIN, RATE = 48.0, 0.10


def two_kinds(n: int = 2) -> float:
    """Return the share of both kinds together who renew the ``n``-th time."""
    return left_of_two_kinds(n) / left_of_two_kinds(n - 1)


def left_of_two_kinds(n: int) -> float:
    """Return how many of both kinds together are left after ``n`` renewals."""
    return 600 * 0.95**n + 400 * 0.5**n


@cache
def misses(used: int = 4, start: int = 5, segment: str = "high_end") -> Any:  # noqa: ANN401
    """Return forecast minus actual of both models by year, in percentage points."""
    import numpy as np
    import pandas as pd

    from centricity import clv, datasets

    counts = datasets.load_retention()[segment]
    years = np.arange(start, 13)
    models = {"sBG": clv.ShiftedBetaGeometric, "BdW": clv.BetaDiscreteWeibull}
    return pd.DataFrame(
        {
            name: 100 * (kind.fit(counts[: used + 1]).model.survival(years) - counts[start:] / 1000)
            for name, kind in models.items()
        }
    )


def scores(**options: Any) -> Any:  # noqa: ANN401
    """Return the mean absolute error of both models for High End, in percentage points."""
    return misses(**options).abs().mean()


@cache
def yearly() -> Any:  # noqa: ANN401
    """Return the members of the yearly plan with their year of joining."""
    from centricity import datasets

    members = datasets.load_club_members()
    kept = members[members["plan"] == "yearly"]
    return kept.assign(year=kept["joined"].dt.year)


@cache
def model_of(offer: str | None, end: int = 2025, model: str = "ShiftedBetaGeometric") -> Any:  # noqa: ANN401
    """Return the model of those who joined by an offer (None: of all), as known at a year's end."""
    import numpy as np

    from centricity import clv

    members = yearly() if offer is None else yearly()[yearly()["offer"] == offer]
    table = clv.survivors(members, cohort="year")
    known = table.where(np.add.outer(table.index, table.columns) <= end)
    return getattr(clv, model).fit(known.loc[:end, : end - 2015]).model


def fifth_year(
    made: int = 4, margin: float = MARGIN, end: int = 2025, offer: str | None = "full price",
    wait: float = 0.0, model: str = "ShiftedBetaGeometric",
) -> float:  # fmt: skip
    """Return the value of a member on the eve of renewal ``made`` + 1."""
    fitted = model_of(offer, end, model)
    return float(fitted.clv(made, margin=margin, discount_rate=RATE, wait=wait))


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


def by_model(
    *, pot: str | None = "own", end: int = 2025, beginners: bool = False, extra: int = 0,
    wait: float = 0.0, everybody: bool = False,
) -> float:  # fmt: skip
    """Return the value of all members by the models.

    ``pot``: whose model (their ``"own"``; an offer; None, one of all members).
    """
    here = yearly() if everybody else yearly()[yearly()["still_member"]]
    total = 0.0
    for offer, group in here.groupby("offer"):
        model = model_of(str(offer) if pot == "own" else pot, end)
        made = group["renewals"] * (0 if beginners else 1) + extra
        total += float(model.clv(made, margin=MARGIN, discount_rate=RATE, wait=wait).sum())
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
