"""Who the customers are: counts, periods, concentration, tiers, stages, scores."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity import segmentation
from centricity.audit.parts import Part, attempt
from centricity.transactions import UNITS

YEAR, HOLE = 365.25, 90


@dataclass(frozen=True)
class Overview:
    """The customer base in a few numbers; an order is all that a customer bought on one day.

    ``silence`` holds the last day before, and the first after, the longest time without any order,
    where that is long enough to look like a hole in the file.
    """

    customers: int
    orders: int
    sales: float
    first: pd.Timestamp
    last: pd.Timestamp
    end: pd.Timestamp
    once: int
    typical_gap_days: float
    silence: tuple[pd.Timestamp, pd.Timestamp] | None = None

    @property
    def days(self) -> int:
        """Days observed, both ends included."""
        return (self.end - self.first).days + 1


@dataclass(frozen=True)
class Base:
    """Everything known of the customers without a model of the future."""

    overview: Overview
    customers: pd.DataFrame
    periods: pd.DataFrame
    change: Part[pd.DataFrame]
    concentration: Part[segmentation.Concentration]
    deciles: Part[pd.DataFrame]
    scores: Part[pd.DataFrame]
    tiers: Part[pd.Series]
    stages: Part[pd.Series]


def describe(log: pd.DataFrame, table: pd.DataFrame, unit: str, end: pd.Timestamp) -> Base:
    """Describe the base of a clean order log.

    Parameters
    ----------
    log : pandas.DataFrame
        Columns customer_id, date, amount; at least one row.
    table : pandas.DataFrame
        The customers table of ``transactions.summarize``.
    unit : str
        Its time unit.
    end : pandas.Timestamp
        The last day observed.
    """
    days = _order_days(log)
    rfm = segmentation.rfm_table(log, as_of=str(end.date()))
    customers = rfm.drop(columns="recency_days").join(table)
    spans = days.groupby("customer_id")["day"].agg(["min", "max"])
    customers.insert(0, "first_order", spans["min"])
    customers.insert(1, "last_order", spans["max"])
    stages = _stages(table)
    overview = Overview(
        customers=len(table),
        orders=len(days),
        sales=float(log["amount"].sum()),
        first=days["day"].min(),
        last=days["day"].max(),
        end=end,
        once=int((table["frequency"] == 0).sum()),
        typical_gap_days=_typical_gap(table) * UNITS[unit],
        silence=_silence(days["day"]),
    )
    return Base(
        overview=overview,
        customers=customers,
        periods=periods(days, overview),
        change=_change(days, end),
        concentration=_concentration(rfm["spend"]),
        deciles=_deciles(rfm["spend"]),
        scores=_scores(rfm),
        tiers=_tiers(rfm["spend"]),
        stages=stages,
    )


def _order_days(log: pd.DataFrame) -> pd.DataFrame:
    days = pd.DataFrame(
        {
            "customer_id": log["customer_id"].to_numpy(),
            "day": log["date"].dt.normalize().to_numpy(),
            "amount": log["amount"].to_numpy(),
        }
    )
    return days.groupby(["customer_id", "day"], as_index=False).agg(amount=("amount", "sum"))


def _silence(day: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Find the longest time without an order: a quarter or more, and long beside the others."""
    seen = day.drop_duplicates().sort_values(ignore_index=True)
    gaps = seen.diff().dt.days
    if len(seen) < 3 or gaps.max() < HOLE or gaps.max() < 5 * gaps.drop(gaps.idxmax()).max():
        return None
    place = int(gaps.idxmax())
    return seen[place - 1], seen[place]


def _typical_gap(table: pd.DataFrame) -> float:
    back = table[table["frequency"] > 0]
    return float((back["recency"] / back["frequency"]).median()) if len(back) else float("nan")


def _stages(table: pd.DataFrame) -> Part[pd.Series]:
    if not (table["frequency"] > 0).any():
        return Part.missing(
            "nobody has ordered on a second day, so there is no pace against which a silence "
            "could be judged long"
        )
    return attempt(lambda: segmentation.life_stage(table))


def _too_few(customers: pd.Series | pd.DataFrame, needed: int, what: str) -> str:
    n = len(customers)
    if n >= needed:
        return ""
    have = "there is only one customer" if n == 1 else f"there are only {n} customers"
    return f"{have}, and {what} need at least {needed}"


def _scores(rfm: pd.DataFrame) -> Part[pd.DataFrame]:
    if few := _too_few(rfm, 5, "scores from 1 to 5"):
        return Part.missing(few)
    same = {
        "recency_days": "ordered last on the same day",
        "orders": "have the same number of orders",
        "spend": "have spent the same",
    }
    for column, says in same.items():
        if rfm[column].nunique() == 1:
            return Part.missing(f"all {len(rfm):,} customers {says}, so no score can rank them")
    return attempt(lambda: segmentation.rfm_scores(rfm))


def _tiers(spend: pd.Series) -> Part[pd.Series]:
    if few := _too_few(spend, 4, "value tiers"):
        return Part.missing(few)
    if spend.nunique() == 1:
        return Part.missing(
            f"all {len(spend):,} customers have spent the same, so nothing parts them into tiers"
        )
    return attempt(lambda: segmentation.tiers(spend))


def _concentration(spend: pd.Series) -> Part[segmentation.Concentration]:
    if few := _too_few(spend, 5, "shares"):
        return Part.missing(few)
    return attempt(lambda: segmentation.concentration(spend))


def _deciles(spend: pd.Series) -> Part[pd.DataFrame]:
    if few := _too_few(spend, 10, "tenths"):
        return Part.missing(few)
    return attempt(lambda: segmentation.deciles(spend))


def periods(days: pd.DataFrame, overview: Overview) -> pd.DataFrame:
    """Count customers, orders and sales by calendar year, quarter or month.

    Parameters
    ----------
    days : pandas.DataFrame
        One row per customer and day: customer_id, day, amount.
    overview : Overview

    Returns
    -------
    pandas.DataFrame
        Index ``period`` (text, with "in part" where the file covers it only in part); columns
        sales, orders, active, new, orders_each, value.
    """
    kind = "Y" if overview.days >= 2 * YEAR - 14 else "Q" if overview.days >= 250 else "M"
    label = days["day"].dt.to_period(kind)
    born = days.groupby("customer_id")["day"].min().dt.to_period(kind).value_counts()
    table = days.groupby(label).agg(
        sales=("amount", "sum"), orders=("day", "size"), active=("customer_id", "nunique")
    )
    table = table.reindex(pd.period_range(table.index.min(), table.index.max()), fill_value=0)
    table["new"] = born.reindex(table.index, fill_value=0)
    table["orders_each"] = table["orders"] / table["active"].replace(0, np.nan)
    table["value"] = table["sales"] / table["orders"].replace(0, np.nan)
    week = pd.Timedelta(days=7)
    late = [p.start_time + week < overview.first for p in table.index]
    early = [p.end_time - week > overview.end for p in table.index]
    said = {"Y": "%Y", "Q": "%Y Q%q", "M": "%b %Y"}[kind]
    table.index = pd.Index(
        [
            period.strftime(said) + (" (in part)" if a or b else "")
            for period, a, b in zip(table.index, late, early, strict=True)
        ],
        name="period",
    )
    return table


def _change(days: pd.DataFrame, end: pd.Timestamp) -> Part[pd.DataFrame]:
    """Compare the last twelve months with the twelve before."""
    cut, start = end - pd.Timedelta(days=365), end - pd.Timedelta(days=730)
    if days["day"].min() > start + pd.Timedelta(days=14):
        return Part.missing(
            "two years of orders are needed to compare one year with the one before"
        )
    rows = {}
    for name, low, high in (("the year before", start, cut), ("the last year", cut, end)):
        part = days[(days["day"] > low) & (days["day"] <= high)]
        active = part["customer_id"].nunique()
        if not active:
            return Part.missing(f"there is no order in {name}")
        rows[name] = {
            "sales": part["amount"].sum(),
            "active": active,
            "orders_each": len(part) / active,
            "value": part["amount"].sum() / len(part),
        }
    table = pd.DataFrame(rows).T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        table.loc["change"] = table.loc["the last year"] / table.loc["the year before"] - 1
    return Part(table)


def recent_sales(log: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """Sales of each customer in the last twelve months observed."""
    return last_year(log, end).groupby("customer_id")["amount"].sum()


def last_year(log: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Rows of the last twelve months observed, the day ``end`` included.

    >>> log = pd.DataFrame({"date": pd.to_datetime(["2024-12-31", "2025-01-01"])})
    >>> last_year(log, pd.Timestamp("2025-12-31"))["date"].dt.year.to_list()
    [2025]
    """
    return log[log["date"] >= end - pd.Timedelta(days=364)]
