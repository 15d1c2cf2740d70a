"""Logs that every engine must measure alike, and the definition written out in plain Python."""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

PER_UNIT = {"h": 1, "D": 1, "W": 7, "M": 365.25 / 12}


class Case(NamedTuple):
    log: pd.DataFrame
    options: dict
    zone: str | None = None


def orders(ids, rng, start="2025-02-20", rows=400, hours=24 * 240):
    """Draw orders, some of them repeated line by line."""
    log = pd.DataFrame(
        {
            "customer_id": rng.choice(ids, rows),
            "date": pd.Timestamp(start).as_unit("us")
            + pd.to_timedelta(rng.integers(0, hours * 60, rows), unit="min"),
            "amount": rng.integers(0, 9_999, rows) / 100,
        }
    )
    return pd.concat([log, log.iloc[::9]], ignore_index=True)


def cases():
    rng = np.random.default_rng(20261124)
    letters = [f"C{i:02d}" for i in range(30)]
    plain = orders(letters, rng)
    born_late = plain[plain["customer_id"].ne("C07") | plain["date"].ge("2025-08-01")]
    split = {"calibration_end": "2025-06-30", "observation_end": "2025-09-15"}
    local = plain["date"].dt.tz_localize(
        "America/New_York", ambiguous=True, nonexistent=pd.Timedelta("1h")
    )
    cents = plain.copy()
    cents.loc[cents.groupby("customer_id")["date"].idxmin(), "amount"] = 123_456_789.1
    return {
        "weeks": Case(plain, {}),
        "days to a later end": Case(plain, {"unit": "D", "observation_end": "2026-03-01"}),
        "hours": Case(plain, {"unit": "h"}),
        "hold-out": Case(born_late, split),
        "hold-out in hours": Case(born_late, {**split, "unit": "h"}),
        "ids that are numbers": Case(orders(np.arange(900, 920), rng), {"unit": "M"}),
        "ids of a dictionary": Case(plain.astype({"customer_id": "category"}), {}),
        "a time zone with a change of clocks": Case(
            plain.assign(date=local), {"unit": "h"}, "America/New_York"
        ),
        "days of a time zone": Case(plain.assign(date=local), split, "America/New_York"),
        "cents after a fortune": Case(cents, {}),
        "before 1970": Case(orders(letters, rng, start="1968-11-03"), {"unit": "h"}),
    }


def by_hand(log, options):
    """Measure each customer in loops over calendar days, or hours of the clock on the wall."""
    unit = options.get("unit", "W")

    def number(moment):
        day = moment.date().toordinal()
        return day * 24 + moment.hour if unit == "h" else day

    def last_of(text):
        day = dt.date.fromisoformat(text).toordinal()
        return day * 24 + 23 if unit == "h" else day

    spent = {}
    for who, moment, amount in zip(log["customer_id"], log["date"], log["amount"], strict=True):
        periods = spent.setdefault(who, {})
        periods[number(moment)] = periods.get(number(moment), 0.0) + amount
    newest = max(max(periods) for periods in spent.values())
    end = last_of(options["observation_end"]) if "observation_end" in options else newest
    split = last_of(options["calibration_end"]) if "calibration_end" in options else None
    cut = end if split is None else split
    rows = {}
    for who, periods in spent.items():
        seen = sorted(p for p in periods if p <= cut)
        held = [p for p in periods if cut < p <= end]
        if not seen:
            continue
        repeat = [periods[p] for p in seen[1:]]
        rows[who] = {
            "frequency": len(repeat),
            "recency": (seen[-1] - seen[0]) / PER_UNIT[unit],
            "T": (cut - seen[0]) / PER_UNIT[unit],
            "monetary_value": float(np.mean(repeat)) if repeat else 0.0,
        }
        if split is not None:
            rows[who] |= {
                "frequency_holdout": len(held),
                "T_holdout": (end - split) / PER_UNIT[unit],
                "monetary_value_holdout": float(np.mean([periods[p] for p in held] or [0.0])),
            }
    left_out = {
        "customers_born_later": len(spent) - len(rows),
        "purchases_after_end": sum(p > end for periods in spent.values() for p in periods),
    }
    return pd.DataFrame.from_dict(rows, orient="index").sort_index(), left_out


def compare(got, want):
    """Raise unless a customers table (pandas, any order) is the expected one to 1e-9."""
    if "customer_id" in got:
        got = got.set_index("customer_id")
    got = got.set_axis(got.index.astype(want.index.dtype)).sort_index()
    pd.testing.assert_frame_equal(
        got, want, check_dtype=False, check_names=False, rtol=1e-9, atol=0, check_index_type=False
    )


def customers(rng, size=600):
    """Draw customers of whom many share a history; the ids repeat and the index does too."""
    days = rng.integers(0, 14, size)
    frequency = np.where(days == 0, 0, rng.integers(0, 4, size))
    recency = np.where(frequency == 0, 0.0, np.maximum(rng.integers(1, 15, size) * days // 14, 1))
    return pd.DataFrame(
        {
            "customer_id": [f"C{i // 2}" for i in range(size)],
            "frequency": frequency,
            "recency": recency / 7,
            "T": days / 7,
            "monetary_value": np.where(frequency > 0, rng.integers(100, 9_999, size) / 100, 0.0),
            "share": rng.integers(5, 60, size) / 100,
            "postage": rng.integers(0, 300, size) / 100,
            "row": np.arange(size),
        },
        index=np.arange(size) % 11,
    )
