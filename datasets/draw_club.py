"""Quillmere Club: a box of stationery every month, by yearly or monthly contract.

Every cell (plan, way of joining, year or month of joining) renews exactly by its own
beta-discrete-Weibull model; the yearly plan has c = 1, which is the shifted beta-geometric. The
number of members who join at half price grows from year to year, and every kind gets a little
worse, so that cohorts decline while the retention rate of the whole club hardly moves.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from centricity.clv import BetaDiscreteWeibull

SEED = 20260107
LAST_YEAR = 2025
YEARS = range(2015, LAST_YEAR + 1)  # the yearly plan: joined with the January box
MONTHS = pd.period_range("2022-01", f"{LAST_YEAR}-12", freq="M")  # the monthly plan
NEW_YEARLY = np.linspace(500, 1100, len(YEARS)).round().astype(int)
HALF_PRICE_SHARE = (0.05, 0.08, 0.10, 0.15, 0.20, 0.28, 0.35, 0.42, 0.50, 0.55, 0.60)
NEW_MONTHLY = np.linspace(30, 60, len(MONTHS)).round().astype(int)
FULL, HALF = "full price", "half price"
MONEY = {  # euros per contract: the fee, and what is left of it when the boxes are packed and sent
    "yearly": {"fee": 120, "margin": 48.0},
    "monthly": {"fee": 12, "margin": 4.2},
}
COLUMNS = [
    "member_id",
    "joined",
    "plan",
    "offer",
    "joining_price",
    "fee",
    "margin",
    "renewals",
    "still_member",
    "ended",
]


class Cell(NamedTuple):
    """Members who joined together on one plan and one offer, and how they renew."""

    plan: str
    offer: str
    joined: pd.Period
    size: int
    model: BetaDiscreteWeibull

    @property
    def due(self) -> int:
        """How often they have come up for renewal by the end of the last year."""
        end = pd.Period(f"{LAST_YEAR}-12", freq=self.joined.freq)
        return int((end - self.joined).n)


def cells() -> list[Cell]:
    """List every cell, in order of joining."""
    yearly = [
        Cell("yearly", offer, pd.Period(str(year), freq="Y"), size, yearly_model(offer, year))
        for year, total, share in zip(YEARS, NEW_YEARLY, HALF_PRICE_SHARE, strict=True)
        for offer, size in (
            (FULL, int(total) - round(total * share)),
            (HALF, round(total * share)),
        )
    ]
    model = BetaDiscreteWeibull(alpha=0.5, beta=5.0, c=1.25)
    monthly = [
        Cell("monthly", FULL, month, int(size), model)
        for month, size in zip(MONTHS, NEW_MONTHLY, strict=True)
    ]
    return yearly + monthly


def yearly_model(offer: str, year: int) -> BetaDiscreteWeibull:
    """Return the truth of those who joined the yearly plan in a year: later ones are worse."""
    age = year - YEARS[0]
    if offer == FULL:
        return BetaDiscreteWeibull(alpha=0.8, beta=round(3.6 - 0.06 * age, 2), c=1.0)
    return BetaDiscreteWeibull(alpha=0.9, beta=round(1.1 - 0.03 * age, 2), c=1.0)


def draw_all(seed: int = SEED) -> pd.DataFrame:
    """Draw every member with the hidden ``theta``, the chance to leave at the first renewal."""
    known = cells()
    streams = np.random.default_rng(seed).spawn(len(known) + 1)
    parts = [draw_cell(cell, rng) for cell, rng in zip(known, streams, strict=False)]
    members = pd.concat(parts, ignore_index=True)
    members["ended"] = pd.to_datetime(members["ended"])
    shuffled = members.sample(frac=1, random_state=streams[-1])
    members = shuffled.sort_values("joined", kind="stable", ignore_index=True)
    return members.assign(member_id=[f"C{n:05d}" for n in range(1, len(members) + 1)])


def draw_cell(cell: Cell, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the members of one cell."""
    members = cell.model.simulate_members(cell.size, cell.due, rng=rng)
    months = 12 if cell.plan == "yearly" else 1
    start = cell.joined.start_time
    ends = {
        made: start + pd.DateOffset(months=months * (made + 1)) - pd.Timedelta(days=1)
        for made in range(cell.due)
    }
    money = MONEY[cell.plan]
    return members.assign(
        joined=start,
        plan=cell.plan,
        offer=cell.offer,
        joining_price=money["fee"] // (2 if cell.offer == HALF else 1),
        **money,
        ended=members["renewals"].map(ends).where(~members["still_member"]),
    )


def draw(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Draw the table of members as the club knows it, by file name."""
    return {"club_members": draw_all(seed)[COLUMNS]}


def truth() -> dict[str, object]:
    """Return every true parameter, ready to be written as JSON."""
    table = pd.DataFrame(
        [
            {
                "plan": cell.plan,
                "offer": cell.offer,
                "cohort": cell.joined.year,
                "members": cell.size,
                **vars(cell.model),
            }
            for cell in cells()
        ]
    )
    sizes = table.groupby([name for name in table if name != "members"], sort=False)["members"]
    columns = ["plan", "offer", "cohort", "members", "alpha", "beta", "c"]
    return {
        "seed": SEED,
        "time_unit": "years in the yearly plan, months in the monthly plan",
        "money_unit": "EUR",
        "money": MONEY,
        "cohorts": sizes.sum().reset_index()[columns].to_dict(orient="records"),
    }
