"""Forecast against outcome, by hand and on simulated worlds that follow the model exactly."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import BGNBD, frequency_table, holdout_by_frequency, tracking
from centricity.transactions import summarize

MODEL = BGNBD(r=0.8, alpha=6.0, a=0.9, b=3.0)
START = pd.Timestamp("2024-01-01")


@pytest.fixture(scope="module")
def log():
    """Customers born over 20 weeks, followed for 60 weeks in all, dates without rounding."""
    rng = np.random.default_rng(5)
    born = rng.uniform(0, 20, 6000)
    world = MODEL.simulate(60 - born, rng=rng)
    weeks = born[world.purchases["customer"]] + world.purchases["time"]
    date = START + pd.to_timedelta(weeks * 7, unit="D")
    return pd.DataFrame({"customer_id": world.purchases["customer"], "date": date, "amount": 1.0})


def test_tracking_follows_a_world_that_obeys_the_model(log):
    tracked = tracking(log, MODEL, calibration_end="2024-07-28")
    assert tracked["holdout"].sum() == 30
    assert tracked["actual_cumulative"].iloc[-1] == tracked["actual"].sum()
    # Purchases of one day are merged, so slightly fewer are seen than the model expects.
    ratio = tracked["expected_cumulative"] / tracked["actual_cumulative"]
    assert ratio.iloc[20:].between(0.97, 1.06).all()


def test_tracking_expected_is_the_sum_over_customers_by_hand():
    days = pd.to_datetime(["2025-01-01", "2025-01-04", "2025-01-14"])
    log = pd.DataFrame({"customer_id": ["A", "B", "A"], "date": days})
    tracked = tracking(log, MODEL)
    by_hand = MODEL.expected_purchases_new([6 / 7, 3 / 7]).sum()
    assert tracked["expected_cumulative"].iloc[0] == pytest.approx(by_hand)
    assert tracked["actual"].tolist() == [0, 1]
    assert tracked.index.tolist() == [pd.Timestamp("2025-01-07"), pd.Timestamp("2025-01-14")]


def test_customers_born_after_calibration_are_on_neither_side(log):
    late = log.groupby("customer_id")["date"].transform("min").dt.normalize() > pd.Timestamp(
        "2024-03-01"
    )
    tracked = tracking(log, MODEL, calibration_end="2024-03-01")
    only_early = tracking(log[~late], MODEL, calibration_end="2024-03-01")
    pd.testing.assert_frame_equal(tracked.iloc[:50], only_early.iloc[:50])


def test_tracking_refuses_a_log_shorter_than_a_period():
    log = pd.DataFrame({"customer_id": ["A"], "date": [START]})
    with pytest.raises(ValueError, match=r"clv.tracking: the log spans 1 days\. .*one period"):
        tracking(log, MODEL)


def test_frequency_table_adds_up_to_the_customers(log):
    customers = summarize(log)
    table = frequency_table(customers, MODEL, most=5)
    assert table["actual"].sum() == len(customers)
    assert table["expected"].sum() == pytest.approx(len(customers))
    assert (table["actual"] - table["expected"]).abs().max() < 4 * np.sqrt(len(customers) / 4)


def test_holdout_by_frequency_on_cdnow_has_the_papers_actual_means(cdnow):
    fit = BGNBD.fit(cdnow)
    table = holdout_by_frequency(cdnow, fit.model)
    published = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
    assert table["actual"].round(3).tolist() == published
    assert table["customers"].sum() == 2357
    error = (table["expected"] - table["actual"]).abs()
    naive = (table["naive"] - table["actual"]).abs()
    assert (table["customers"] @ error) < 0.5 * (table["customers"] @ naive)


def test_holdout_needs_a_holdout(log):
    with pytest.raises(ValueError, match="calibration_end="):
        holdout_by_frequency(summarize(log), MODEL)
