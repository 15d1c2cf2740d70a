"""Quillmere Hire: 150 business accounts, what they paid, and what they made the firm do.

Every account has hidden traits that never change: its size, its discount, and how much of each
activity it calls for. A year adds luck: a good or bad year for business, and a good or bad year for
trouble. So the true profit of an account is known, and every year's profit is that plus chance.
In 2025 the firm hires drivers, mechanics and sales engineers ahead of demand: rates per hour stay
the same, and idle hours grow.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

SEED = 154
YEARS = (2023, 2024, 2025)
N = 150
TYPICAL, SPREAD = 40_000.0, 1.1  # euros a year: median account, and log standard deviation
MACHINES = 0.56  # cost of the machines, share of the list price
LUCK, TROUBLE, MACHINE_NOISE = 0.30, 2.0, 0.03
CARE = 0.30  # how unequal accounts are in all that they call for
WON_AT_ANY_PRICE = {1: 0.20, 3: 0.18, 6: 0.16}  # rank by size: discount
TRADES = {"house building": 0.34, "civil engineering": 0.2, "roofing": 0.18, "landscaping": 0.16,
          "events": 0.12}  # fmt: skip
MACHINES_AVOIDABLE = {"within_a_year": 0.40, "within_three_years": 0.90}


class Activity(NamedTuple):
    """One thing the firm does for its accounts."""

    pool: str
    driver: str
    hours: float  # of the pool, for one unit of the driver
    typical: float  # units a year, for an account of typical size
    grows: float  # with size, to this power
    spread: float  # log standard deviation among accounts of one size
    trouble: bool  # follows the account's trouble of the year, not its business


ACTIVITIES = {
    "visits": Activity("Sales", "visit by a sales engineer", 3.0, 6, 0.6, 0.6, False),
    "quotes": Activity("Sales", "quotation", 1.5, 12, 0.7, 0.6, False),
    "contracts": Activity("Order desk", "hire contract", 0.6, 27, 0.9, 0.4, False),
    "changes": Activity("Order desk", "change of a contract", 0.8, 10, 0.9, 0.6, True),
    "deliveries": Activity("Transport", "delivery or collection", 2.5, 50, 0.9, 0.4, False),
    "urgent deliveries": Activity("Transport", "delivery within a day", 4.0, 7, 1.0, 0.8, True),
    "call-outs": Activity("Workshop", "mechanic sent to a site", 5.0, 6, 1.0, 0.6, True),
    "cleaning": Activity("Workshop", "machine returned dirty", 2.0, 8, 0.95, 0.5, True),
    "reminders": Activity("Accounts office", "reminder or dispute", 1.0, 10, 0.9, 0.8, True),
}


class Pool(NamedTuple):
    """People and vehicles that share their hours among activities."""

    rate: float  # euros per hour of practical capacity
    hours: tuple[int, ...]  # practical capacity by year
    within_a_year: float  # share of the cost that goes away with the work
    within_three_years: float


POOLS = {
    "Sales": Pool(60.0, (8_500, 8_500, 9_500), 0.05, 0.80),
    "Order desk": Pool(38.0, (6_500, 6_500, 6_500), 0.15, 0.90),
    "Transport": Pool(55.0, (43_500, 43_500, 45_500), 0.45, 0.95),
    "Workshop": Pool(52.0, (16_500, 16_500, 17_000), 0.30, 0.90),
    "Accounts office": Pool(36.0, (3_500, 3_500, 3_500), 0.10, 0.80),
}
HEAD_OFFICE = (90_000.0, 90_000.0, 90_000.0)  # no account drives it
RATES = pd.Series({name: a.hours * POOLS[a.pool].rate for name, a in ACTIVITIES.items()})


def draw_traits(seed: int = SEED) -> pd.DataFrame:
    """Draw what never changes: one row per account, with expected quantities per year."""
    rng = np.random.default_rng(seed)
    place = rng.permutation(N)  # 0 is the largest
    z = -stats.norm.ppf((place + 0.5) / N)
    care = np.exp(rng.normal(0, CARE, N) - CARE**2 / 2)
    discount = np.clip(0.06 + 0.02 * z + rng.normal(0, 0.04, N), 0, 0.25)
    for rank, given in WON_AT_ANY_PRICE.items():
        care[place == rank - 1] = 1.35
        discount[place == rank - 1] = given
    traits = pd.DataFrame(
        {
            "account_id": [f"H{n:03d}" for n in range(1, N + 1)],
            "trade": rng.choice(list(TRADES), N, p=list(TRADES.values())),
            "since": rng.integers(2004, 2023, N),
            "discount": discount.round(3),
            "revenue": (TYPICAL * np.exp(SPREAD * z)).round(2),
        }
    ).set_index("account_id")
    traits["machine_cost"] = traits["revenue"] * MACHINES / (1 - traits["discount"])
    size = traits["revenue"] / TYPICAL
    for name, a in ACTIVITIES.items():
        taste = np.exp(rng.normal(0, a.spread, N) - a.spread**2 / 2)
        wants = care ** (1.5 if a.trouble else 0.6)
        traits[name] = a.typical * size**a.grows * wants * taste
    return traits


def draw_year(traits: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a year's luck: revenue and machine cost of each account, and activities."""
    business = np.exp(rng.normal(0, LUCK, N) - LUCK**2 / 2)
    trouble = rng.gamma(TROUBLE, 1 / TROUBLE, N)
    share = traits["machine_cost"] / traits["revenue"] + rng.normal(0, MACHINE_NOISE, N)
    revenue = (traits["revenue"] * business).round(2)
    money = pd.DataFrame({"revenue": revenue, "machine_cost": (revenue * share).round(2)})
    done = {
        name: rng.poisson(traits[name] * (trouble if a.trouble else business))
        for name, a in ACTIVITIES.items()
    }
    return money, pd.DataFrame(done, index=traits.index)


def draw(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Draw the tables of the hire firm, by file name."""
    traits = draw_traits(seed)
    streams = np.random.default_rng(seed + 1).spawn(len(YEARS))
    money, done = {}, {}
    for year, rng in zip(YEARS, streams, strict=True):
        money[year], done[year] = draw_year(traits, rng)
    years = pd.concat(money, names=["year"]).reset_index()
    counts = pd.concat(done, names=["year"]).rename_axis(columns="activity").stack()
    counts = counts.rename("quantity").reset_index()
    return {
        "hire_accounts": traits[["trade", "since", "discount"]].reset_index(),
        "hire_years": years[["account_id", "year", "revenue", "machine_cost"]],
        "hire_activities": counts.loc[
            counts["quantity"] > 0, ["account_id", "year", "activity", "quantity"]
        ],
        "hire_times": pd.DataFrame(
            [(name, a.pool, a.driver, a.hours) for name, a in ACTIVITIES.items()],
            columns=["activity", "pool", "driver", "hours"],
        ),
        "hire_pools": draw_pools(),
    }


def draw_pools() -> pd.DataFrame:
    """List what each pool cost and could do in each year; no account drives the head office."""
    rows = [
        (year, name, p.rate * p.hours[at], p.hours[at], p.within_a_year, p.within_three_years)
        for at, year in enumerate(YEARS)
        for name, p in POOLS.items()
    ]
    rows += [
        (year, "Head office", spent, None, 0.0, 0.0)
        for year, spent in zip(YEARS, HEAD_OFFICE, strict=True)
    ]
    table = pd.DataFrame(
        rows,
        columns=["year", "pool", "cost", "capacity", "within_a_year", "within_three_years"],
    ).sort_values("year", kind="stable", ignore_index=True)
    return table.assign(capacity=table["capacity"].astype("Int64"))


def truth(seed: int = SEED) -> dict[str, object]:
    """Return every true parameter, ready to be written as JSON."""
    traits = draw_traits(seed)
    served = traits[list(ACTIVITIES)] @ RATES
    accounts = traits.assign(
        cost_to_serve=served, profit=traits["revenue"] - traits["machine_cost"] - served
    )
    columns = ["revenue", "machine_cost", "cost_to_serve", "profit", *ACTIVITIES]
    return {
        "seed": seed,
        "time_unit": "years",
        "money_unit": "EUR",
        "luck": {
            "business_log_sd": LUCK,
            "trouble_gamma_shape": TROUBLE,
            "machine_share_sd": MACHINE_NOISE,
        },
        "size": {"median": TYPICAL, "log_sd": SPREAD},
        "machines": {"share_of_list_price": MACHINES, "avoidable": MACHINES_AVOIDABLE},
        "care_log_sd": CARE,
        "won_at_any_price": {str(rank): given for rank, given in WON_AT_ANY_PRICE.items()},
        "activities": {name: a._asdict() | {"rate": RATES[name]} for name, a in ACTIVITIES.items()},
        "pools": {name: p._asdict() for name, p in POOLS.items()},
        "expected_per_year": accounts[columns].round(4).reset_index().to_dict(orient="records"),
    }
