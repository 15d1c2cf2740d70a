"""Quillmere Shop: customers, orders and acquisition costs, drawn from known models.

Each quarterly cohort buys exactly by its own BG/NBD model and spends by one gamma-gamma model.
Channels are given out *after* the draw, with odds that depend on each customer's hidden buying
rate and dropout: channels differ in quality, and yet the cohort's truth stays exact.
"""

import numpy as np
import pandas as pd
from scipy import special, stats

from centricity.clv import BGNBD, GammaGamma

SEED = 20260101
START, END = pd.Timestamp("2022-01-01"), pd.Timestamp("2025-12-31")
COHORTS = pd.period_range(START, END, freq="Q")
YEARS = range(2022, 2026)
NEW_CUSTOMERS = np.linspace(440, 720, len(COHORTS)).round().astype(int)
SPEND = GammaGamma(p=3.5, q=4.5, gamma=46.0)

# Odds of each channel: at the start, change per cohort, slope in the buying rate, in staying.
CHANNELS = {
    "store": (0.9, -0.03, 0.6, 0.6),
    "search": (0.7, 0.0, 0.0, 0.0),
    "social": (-0.6, 0.09, -1.0, -0.8),
    "referral": (-0.2, -0.02, 0.8, 1.4),
    "marketplace": (-0.9, 0.09, -0.4, -1.6),
}
ACQUISITION_COST = {  # euros per new customer, 2022 … 2025
    "store": (9.0, 9.5, 10.0, 11.0),
    "search": (16.0, 19.0, 23.0, 31.0),
    "social": (14.0, 19.0, 27.0, 44.0),
    "referral": (8.0, 8.0, 8.5, 9.0),
    "marketplace": (12.0, 17.0, 24.0, 40.0),
}
TASTE = 2.0  # the smaller, the more a customer keeps to one category
CATEGORIES = {  # share of orders; margin as a share of the amount, 2022 … 2025
    "notebooks": (0.28, (0.45, 0.44, 0.42, 0.365)),
    "pens": (0.24, (0.49, 0.48, 0.46, 0.405)),
    "desk": (0.16, (0.32, 0.30, 0.27, 0.205)),
    "storage": (0.14, (0.36, 0.34, 0.31, 0.245)),
    "gifts": (0.18, (0.52, 0.51, 0.49, 0.430)),
}
MARGIN_NOISE = 0.03


def model_of(cohort: int) -> BGNBD:
    """Return the truth of a cohort (0 … 15), in weeks: later ones are worse."""
    return BGNBD(
        r=0.6, alpha=round(7.0 + 0.28 * cohort, 2), a=round(0.40 + 0.025 * cohort, 3), b=3.0
    )


def draw(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Draw the three tables of the shop, by file name."""
    streams = np.random.default_rng(seed).spawn(len(COHORTS) + 3)
    parts = [draw_cohort(number, streams[number]) for number in range(len(COHORTS))]
    customers = pd.concat([part[0] for part in parts], keys=range(len(parts)))
    orders = pd.concat([part[1] for part in parts], ignore_index=True)
    spend, taste, cost = streams[len(COHORTS) :]

    customers = customers.sort_values("first_order", kind="stable")
    customers["customer_id"] = [f"Q{n:05d}" for n in range(1, len(customers) + 1)]
    named = customers["customer_id"].loc[_pairs(orders["cohort"], orders["customer"])]
    orders = orders.assign(customer_id=named.to_numpy()).sort_values(["customer_id", "date"])
    orders["amount"] = draw_amounts(orders["customer_id"], spend)
    orders["category"] = draw_categories(orders["customer_id"], taste)
    orders["cost"] = draw_costs(orders, cost)
    orders = orders.sort_values(["date", "customer_id"], kind="stable")
    orders["order_id"] = [f"O{n:06d}" for n in range(1, len(orders) + 1)]
    return {
        "shop_customers": customers[["customer_id", "channel", "first_order"]],
        "shop_orders": orders[["order_id", "customer_id", "date", "category", "amount", "cost"]],
        "shop_channels": channel_costs(customers),
    }


def draw_cohort(number: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the customers of one quarter and the dates of their orders."""
    model, quarter = model_of(number), COHORTS[number]
    n = NEW_CUSTOMERS[number]
    days = (quarter.end_time.normalize() - quarter.start_time).days + 1
    first = quarter.start_time + pd.to_timedelta(np.sort(rng.integers(0, days, n)), unit="D")
    # Observed to the end of the last day; a hair less, so that no time is floored to the next day.
    weeks = ((END - first).days.to_numpy() + 1 - 1e-6) / 7
    world = model.simulate(weeks, rng=rng)
    customers = world.customers.assign(
        first_order=first, channel=draw_channels(number, model, world.customers, rng)
    )
    at = world.purchases["customer"].to_numpy()
    day = pd.to_timedelta(np.floor(world.purchases["time"] * 7), unit="D")
    orders = pd.DataFrame({"cohort": number, "customer": at, "date": first[at] + day.to_numpy()})
    return customers[["first_order", "channel"]], orders


def draw_channels(
    number: int, model: BGNBD, latent: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """Give each customer a channel; good ones come rather from the store and by referral."""
    buying = stats.gamma.cdf(latent["rate"], model.r, scale=1 / model.alpha) - 0.5
    staying = 0.5 - stats.beta.cdf(latent["dropout"], model.a, model.b)
    start, change, by_rate, by_staying = np.array(list(CHANNELS.values())).T
    logit = start + change * number + np.outer(buying, by_rate) + np.outer(staying, by_staying)
    odds = special.softmax(logit, axis=1).cumsum(axis=1)
    chosen = (rng.random((len(latent), 1)) > odds[:, :-1]).sum(axis=1)
    return np.array(list(CHANNELS))[chosen]


def draw_amounts(owner: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Draw what each order is worth, in euros; ``owner`` is sorted."""
    counts = owner.value_counts(sort=False).to_numpy()
    amounts = SPEND.simulate(counts, rng=rng).purchases["amount"]
    return amounts.round(2).clip(lower=0.01).to_numpy()


def draw_categories(owner: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Draw a category for each order by its customer's personal taste."""
    shares = np.array([share for share, _ in CATEGORIES.values()])
    person = pd.factorize(owner)[0]
    tastes = rng.dirichlet(TASTE * shares, person.max() + 1).cumsum(axis=1)
    chosen = (rng.random((len(owner), 1)) > tastes[person, :-1]).sum(axis=1)
    return np.array(list(CATEGORIES))[chosen]


def draw_costs(orders: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Draw what the goods of each order cost: margins differ by category and fall by year."""
    margins = pd.DataFrame({name: margin for name, (_, margin) in CATEGORIES.items()}, index=YEARS)
    place = orders["date"].dt.year - YEARS[0], margins.columns.get_indexer(orders["category"])
    margin = margins.to_numpy()[place] + rng.normal(0, MARGIN_NOISE, len(orders))
    return (orders["amount"] * (1 - margin)).round(2).to_numpy()


def channel_costs(customers: pd.DataFrame) -> pd.DataFrame:
    """Count new customers by year and channel, beside what each cost."""
    table = pd.DataFrame(
        [
            (year, channel, costs[year - YEARS[0]])
            for year in YEARS
            for channel, costs in ACQUISITION_COST.items()
        ],
        columns=["year", "channel", "acquisition_cost"],
    )
    seen = customers.groupby([customers["first_order"].dt.year, "channel"]).size()
    table["new_customers"] = seen.loc[_pairs(table["year"], table["channel"])].to_numpy()
    return table[["year", "channel", "new_customers", "acquisition_cost"]]


def _pairs(first: pd.Series, second: pd.Series) -> list[tuple[object, object]]:
    return list(zip(first, second, strict=True))


def truth() -> dict[str, object]:
    """Return every true parameter, ready to be written as JSON."""
    cohorts = [
        {"cohort": str(quarter), "customers": int(size), **vars(model_of(number)), **vars(SPEND)}
        for number, (quarter, size) in enumerate(zip(COHORTS, NEW_CUSTOMERS, strict=True))
    ]
    return {
        "seed": SEED,
        "time_unit": "weeks",
        "money_unit": "EUR",
        "cohorts": cohorts,
        "channel_odds": {
            "columns": ["start", "change_per_cohort", "slope_in_rate", "slope_in_staying"],
            **CHANNELS,
        },
        "category": {
            name: {"share": share, "margin_by_year": dict(zip(YEARS, margin, strict=True))}
            for name, (share, margin) in CATEGORIES.items()
        },
        "taste": TASTE,
        "margin_noise": MARGIN_NOISE,
    }
