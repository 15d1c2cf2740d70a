"""Random order logs of every awkward kind, and the five lenses again in slow plain Python."""

import datetime as dt
from collections import defaultdict

import numpy as np
import pandas as pd
from hypothesis import strategies as st

LENGTH = {"W": 7.0, "M": 365.25 / 12, "Q": 365.25 / 4, "Y": 365.25}
IDS = {
    "text": lambda n: f"C{n}",
    "number": lambda n: n,
    "float": lambda n: n + 0.5,
    "mixed": lambda n: n if n % 2 else f"C{n}",
    "category": lambda n: f"C{n}",
}
GROUPS = ("web", "shop", None)


@st.composite
def logs(draw, min_size=1, max_size=30, least=-20, customers=5, profit=True):
    """Draw a log: few customers, days in clusters years apart, whole amounts, any order of rows."""
    size = draw(st.integers(min_size, max_size))
    bases = draw(st.lists(st.sampled_from([0, 200, 400, 3650, 7300]), min_size=1, max_size=3))
    kind = draw(st.sampled_from(sorted(IDS)))
    rows = [
        {
            "customer_id": IDS[kind](draw(st.integers(0, customers - 1))),
            "date": pd.Timestamp("2015-02-01")
            + pd.Timedelta(days=draw(st.sampled_from(bases)) + draw(st.integers(0, 90)))
            + pd.Timedelta(hours=draw(st.integers(0, 23))),
            "amount": float(draw(st.integers(least, 60))),
            "profit": float(draw(st.integers(-20, 20))),
            "channel": draw(st.sampled_from(GROUPS)),
        }
        for _ in range(size)
    ]
    log = pd.DataFrame(rows)
    log["channel"] = log["channel"].astype(object)
    if kind == "category":
        log["customer_id"] = log["customer_id"].astype("category")
    log.index = draw(st.permutations(range(size)))
    return log if profit else log.drop(columns="profit")


def ledger(log, group=False):
    """Return {customer: {day: [order, sales, profit]}}, or by (day, group), looping over rows."""
    found = defaultdict(dict)
    for row in log.to_dict("records"):
        day = row["date"].date()
        who = row["channel"] if isinstance(row["channel"], str) else "(missing)"
        entry = found[row["customer_id"]].setdefault(
            (day, who) if group else day, [False, 0.0, 0.0]
        )
        entry[0] |= row["amount"] >= 0
        entry[1] += row["amount"]
        entry[2] += row["profit"]
    return found


def sums(days, start, end):
    """Orders, sales and profit of one customer between two days."""
    mine = [entry for day, entry in days.items() if start <= day <= end]
    return (
        sum(entry[0] for entry in mine),
        sum(entry[1] for entry in mine),
        sum(entry[2] for entry in mine),
    )


def order_days(days):
    return sorted(day for day, entry in days.items() if entry[0])


def age_of(day, birth, every):
    return int((day - birth).days // LENGTH[every])


def calendar(day, every):
    """Name the calendar period of a day as pandas prints it, without asking pandas."""
    if every == "Y":
        return f"{day.year}"
    if every == "Q":
        return f"{day.year}Q{(day.month + 2) // 3}"
    if every == "M":
        return f"{day.year}-{day.month:02d}"
    monday = day - dt.timedelta(days=day.weekday())
    return f"{monday}/{monday + dt.timedelta(days=6)}"


def close(one, two, log):
    """Equal but for rounding, on the scale of the log."""
    scale = 1 + np.abs(log[["amount", "profit"]].to_numpy()).sum()
    return abs(one - two) <= 1e-9 * scale
