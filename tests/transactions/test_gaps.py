"""Sums of logarithms of the times between purchases, by hand."""

import numpy as np
import pandas as pd
import pytest

from centricity import transactions


@pytest.fixture
def log():
    rows = [
        ("A", "2025-01-01 09:00"), ("A", "2025-01-01 18:00"), ("A", "2025-01-15 08:00"),
        ("A", "2025-02-05 08:00"), ("B", "2025-01-20 10:00"), ("C", "2025-02-20 10:00"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["customer_id", "date"]).assign(
        date=lambda d: pd.to_datetime(d["date"])
    )


def test_purchases_of_one_day_are_one_and_the_unit_divides(log):
    assert transactions.log_gaps(log).to_dict() == pytest.approx(
        {"A": np.log(2) + np.log(3), "B": 0, "C": 0}
    )
    days = transactions.log_gaps(log, unit="D")
    assert days["A"] == pytest.approx(np.log(14) + np.log(21))


def test_hours_are_hours(log):
    assert transactions.log_gaps(log, unit="h")["A"] == pytest.approx(
        np.log(9) + np.log(14 * 24 - 10) + np.log(21 * 24)
    )


def test_what_comes_after_calibration_is_not_seen(log):
    known = transactions.log_gaps(log, calibration_end="2025-01-31")
    assert known.to_dict() == pytest.approx({"A": np.log(2), "B": 0})


def test_it_joins_the_customers_table(log):
    customers = transactions.summarize(log.assign(amount=1.0))
    assert transactions.log_gaps(log).index.equals(customers.index)


def test_time_zones_are_kept_on_the_wall_clock(log):
    zoned = log.assign(date=log["date"].dt.tz_localize("Asia/Shanghai"))
    pd.testing.assert_series_equal(transactions.log_gaps(zoned), transactions.log_gaps(log))


def test_bad_input_is_refused(log):
    with pytest.raises(TypeError, match="a list was given"):
        transactions.log_gaps([1])
    with pytest.raises(ValueError, match="unit is 'w'"):
        transactions.log_gaps(log, unit="w")
    with pytest.raises(ValueError, match="'date' is missing in 1 of 6 rows"):
        transactions.log_gaps(log.assign(date=log["date"].where(log.index > 0)))
