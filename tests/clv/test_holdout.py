"""Forecast against outcome, by hand and on simulated worlds that follow the model exactly."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import (
    BGBB,
    BGNBD,
    MBGNBD,
    ParetoNBD,
    frequency_table,
    holdout_by_frequency,
    tracking,
)
from centricity.transactions import cells, summarize

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


def test_several_models_stand_side_by_side_under_their_names(log):
    other = ParetoNBD(r=0.8, alpha=6.0, s=0.7, beta=15.0)
    both = {"BG/NBD": MODEL, "Pareto/NBD": other}
    customers = summarize(log, calibration_end="2024-07-28")
    tracked = tracking(log, both, calibration_end="2024-07-28")
    assert tracked.columns.tolist() == [
        "actual", "BG/NBD", "Pareto/NBD",
        "actual_cumulative", "BG/NBD_cumulative", "Pareto/NBD_cumulative", "holdout",
    ]  # fmt: skip
    for name, model in both.items():
        alone = tracking(log, model, calibration_end="2024-07-28")
        np.testing.assert_array_equal(tracked[name], alone["expected"])
        np.testing.assert_array_equal(
            frequency_table(customers, both)[name], frequency_table(customers, model)["expected"]
        )
        np.testing.assert_array_equal(
            holdout_by_frequency(customers, both)[name],
            holdout_by_frequency(customers, model)["expected"],
        )


def test_days_are_local_days_where_the_log_has_a_time_zone():
    """At 00:30 in Berlin it is still the day before in UTC."""
    local = pd.to_datetime(["2025-01-01 00:30", "2025-01-06 12:00", "2025-01-08 00:30"])
    log = pd.DataFrame({"customer_id": "A", "date": local.tz_localize("Europe/Berlin")})
    tracked = tracking(log, MODEL, observation_end="2025-01-14")
    assert tracked.index.tolist() == [pd.Timestamp("2025-01-07"), pd.Timestamp("2025-01-14")]
    assert tracked["actual"].tolist() == [1, 1]
    aware = pd.Timestamp("2025-01-07 23:00", tz="Europe/Berlin")
    assert tracking(log, MODEL, calibration_end=aware)["holdout"].tolist() == [False]
    same = tracking(log.assign(date=local), MODEL, observation_end="2025-01-14")
    pd.testing.assert_frame_equal(tracked, same)


def test_tracking_in_hours_counts_clock_hours():
    moments = pd.to_datetime(["2025-01-01 09:10", "2025-01-01 09:50", "2025-01-01 11:05"])
    log = pd.DataFrame({"customer_id": "A", "date": moments})
    tracked = tracking(log, MODEL, unit="h")
    assert tracked["actual"].tolist() == [0, 0, 1]
    assert tracked["expected_cumulative"].iloc[-1] == pytest.approx(MODEL.expected_purchases_new(2))


def test_tracking_ends_where_observation_ends(log):
    short = tracking(log, MODEL, observation_end="2024-03-31")
    pd.testing.assert_frame_equal(
        short[["actual", "expected"]], tracking(log, MODEL)[["actual", "expected"]].iloc[:13]
    )


def test_tracking_agrees_with_the_customers_table(log):
    """Repeat purchases of calibration and hold-out, counted from the calendar and by customer."""
    customers = summarize(log, calibration_end="2024-07-28", observation_end="2025-02-23")
    tracked = tracking(log, MODEL, calibration_end="2024-07-28", observation_end="2025-02-23")
    assert tracked.loc[~tracked["holdout"], "actual"].sum() == customers["frequency"].sum()
    assert tracked.loc[tracked["holdout"], "actual"].sum() == customers["frequency_holdout"].sum()


@pytest.mark.parametrize(
    ("change", "options", "error", "says"),
    [
        ({"date": "2025-01-01"}, {}, TypeError, "'date' has dtype"),
        ({"date": pd.NaT}, {}, ValueError, "'date' is missing in 3 of 3 rows"),
        ({"customer_id": None}, {}, ValueError, "'customer_id' is missing in 3 of 3 rows"),
        ({}, {"unit": "w"}, ValueError, "Did you mean 'W'"),
        ({}, {"calibration_end": "soon"}, ValueError, "calibration_end is 'soon'"),
        ({}, {"calibration_end": "2020-01-01"}, ValueError, "no customer bought up to 2020-01-01"),
        ({}, {"customer": "who"}, ValueError, "the column 'who' is missing"),
    ],
)
def test_tracking_refuses_a_log_it_cannot_read(change, options, error, says):
    log = pd.DataFrame({"customer_id": "A", "date": pd.date_range("2025-01-01", periods=3)})
    if "date" in change and change["date"] is pd.NaT:
        change = {"date": pd.Series([pd.NaT] * 3, dtype="datetime64[ns]")}
    with pytest.raises(error, match=says) as caught:
        tracking(log.assign(**change), MODEL, **options)
    assert str(caught.value).startswith("clv.tracking: ")


def test_an_empty_log_is_refused(log):
    with pytest.raises(ValueError, match="the order log has no rows"):
        tracking(log.head(0), MODEL)


def test_a_frequency_table_of_cells_counts_the_customers(log):
    customers = summarize(log)
    counted = frequency_table(cells(customers), {"a": MODEL, "b": MBGNBD(r=1, alpha=2, a=1, b=2)})
    assert counted["actual"].sum() == len(customers)
    np.testing.assert_allclose(
        counted["a"], frequency_table(customers, MODEL)["expected"], rtol=1e-9
    )


def test_donors_by_number_of_gifts_are_the_papers_counts():
    """Fader, Hardie & Shang (2010): 3,464 of 11,104 never gave again, 1,203 gave every year."""
    from centricity.datasets import load_donations

    donors = load_donations()
    table = frequency_table(donors, BGBB.fit(donors), most=6)
    assert table["actual"].iloc[[0, -1]].tolist() == [3464, 1203]
    assert table["expected"].sum() == pytest.approx(11_104)


def test_holdout_needs_a_holdout(log):
    with pytest.raises(ValueError, match="calibration_end="):
        holdout_by_frequency(summarize(log), MODEL)
