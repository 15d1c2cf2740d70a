"""Pains with hold-out work: odd dates, odd counts, nothing to compare, and nothing lost."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from centricity import transactions
from centricity.clv import (
    BGNBD,
    MBGNBD,
    GammaGamma,
    ParetoNBD,
    frequency_table,
    holdout_by_frequency,
    tracking,
)

MODEL = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
LOG = pd.DataFrame(
    {
        "customer_id": ["A", "B", "A", "C", "B", "A"],
        "date": pd.to_datetime(
            ["2025-01-01", "2025-01-09", "2025-01-12", "2025-01-20", "2025-02-03", "2025-02-03"]
        ),
        "amount": 1.0,
    }
)


@pytest.fixture
def customers():
    return pd.DataFrame(
        {
            "frequency": [0, 2, 9],
            "recency": [0.0, 30.0, 38.0],
            "T": 39.0,
            "frequency_holdout": [0, 1, 4],
            "T_holdout": 10.0,
        },
        index=["a", "b", "c"],
    )


# Tracking --------------------------------------------------------------------------------------


def test_every_kind_of_date_column_tracks_alike():
    plain = tracking(LOG, MODEL, calibration_end="2025-01-20")
    kinds = {
        "seconds": lambda d: d.astype("datetime64[s]"),
        "nanoseconds": lambda d: d.astype("datetime64[ns]"),
        "a zone": lambda d: d.dt.tz_localize("Asia/Shanghai"),
        "an Arrow moment": lambda d: d.astype("timestamp[us][pyarrow]"),
        "an Arrow zone": lambda d: d.dt.tz_localize("UTC").astype("timestamp[us, tz=UTC][pyarrow]"),
        "an Arrow day": lambda d: d.astype("date32[pyarrow]"),
        "an hour": lambda d: d + pd.Timedelta(hours=23, minutes=59),
    }
    for name, convert in kinds.items():
        log = LOG.assign(date=convert(LOG["date"]))
        pd.testing.assert_frame_equal(
            tracking(log, MODEL, calibration_end="2025-01-20"), plain, obj=name
        )


def test_order_of_rows_repeated_lines_and_kinds_of_id_do_not_matter():
    plain = tracking(LOG, MODEL)
    several = pd.concat([LOG, LOG.iloc[::2]]).sample(frac=1, random_state=3)
    for log in (
        several,
        LOG.assign(customer_id=LOG["customer_id"].astype("category")),
        LOG.assign(customer_id=LOG["customer_id"].map({"A": 7, "B": 1, "C": 3})),
        LOG.set_index("amount"),
        LOG.set_axis([0] * 6),
    ):
        pd.testing.assert_frame_equal(tracking(log, MODEL), plain)


def test_all_purchases_of_complete_periods_are_there_and_no_others():
    """By hand: A on the 12th, A and B on 3 February; weeks end on the 7th, 14th, …"""
    tracked = tracking(LOG, MODEL, observation_end="2025-02-11")
    assert tracked["actual"].tolist() == [0, 1, 0, 0, 2, 0]
    assert tracked.index[-1] == pd.Timestamp("2025-02-11")
    # One day less, and the sixth week is not complete.
    assert len(tracking(LOG, MODEL, observation_end="2025-02-10")) == 5


def test_years_of_silence_at_the_end_are_expected_purchases_too():
    tracked = tracking(LOG, MODEL, observation_end="2027-12-31")
    assert tracked["actual_cumulative"].iloc[-1] == 3
    ages = (pd.Timestamp(tracked.index[-1]) - LOG.groupby("customer_id")["date"].min()).dt.days
    by_hand = MODEL.expected_purchases_new(ages / 7).sum()
    assert tracked["expected_cumulative"].iloc[-1] == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"unit": "week"}, ValueError, "unit is 'week'"),
        ({"calibration_end": "soon"}, ValueError, "calibration_end is 'soon'. It must be a date"),
        ({"calibration_end": 20250120}, ValueError, "calibration_end is 20250120. It must be a"),
        ({"calibration_end": pd.NaT}, ValueError, "calibration_end is missing"),
        ({"observation_end": [1]}, ValueError, "observation_end is"),
        ({"calibration_end": "2024-12-31"}, ValueError, "no customer bought up to 2024-12-31"),
        ({"observation_end": "2024-12-31"}, ValueError, "no customer bought up to 2024-12-31"),
        (
            {"calibration_end": "2025-01-20", "observation_end": "2025-01-19"},
            ValueError,
            "observation_end is 2025-01-19, before calibration_end 2025-01-20",
        ),
        ({"customer": "client"}, ValueError, "the column 'client' is missing"),
        ({"unit": "Y"}, ValueError, "the log spans 34 days.*at least one period of 365.25"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, error, says):
    with pytest.raises(error, match=f"clv.tracking: {says}"):
        tracking(LOG, MODEL, **options)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda log: log.assign(date=log["date"].astype(str)), "'date' has dtype str"),
        (lambda log: log.assign(date=log["date"].dt.date), "'date' has dtype object"),
        (lambda log: log.assign(date=20250101), "'date' has dtype int64"),
        (pl.from_pandas, "a polars DataFrame was given"),
    ],
)
def test_logs_of_another_kind_are_refused_with_the_remedy(change, says):
    with pytest.raises(TypeError, match=rf"clv\.tracking: {says}.*(to_datetime|to_pandas)"):
        tracking(change(LOG), MODEL)


# Frequencies -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [MODEL, MBGNBD(0.5, 6, 0.9, 1.6), ParetoNBD(0.6, 11, 0.6, 12)])
@pytest.mark.parametrize("most", [1, 3, 40])
def test_actual_and_expected_both_add_up_to_the_customers(model, most, rng):
    customers = model.simulate(rng.uniform(0, 50, 500), rng=rng).customers
    table = frequency_table(customers, model, most=most)
    assert table.index.tolist() == [*map(str, range(most)), f"{most}+"]
    assert table.sum().to_numpy() == pytest.approx([500, 500])
    assert (table["expected"] > -1e-9).all()
    assert table.loc[f"{most}+", "actual"] == (customers["frequency"] >= most).sum()


def test_customers_who_came_today_are_expected_to_have_come_once(customers):
    today = customers.assign(frequency=0, recency=0.0, T=0.0)
    table = frequency_table(today, MODEL)
    assert table.loc["0"].tolist() == [3, pytest.approx(3)]


@pytest.mark.parametrize("dtype", ["Int64", "int64[pyarrow]", "float32", "uint8"])
def test_frequencies_of_any_dtype_count_alike(customers, dtype):
    other = customers.astype({"frequency": dtype, "frequency_holdout": dtype})
    pd.testing.assert_frame_equal(
        frequency_table(other, MODEL), frequency_table(customers, MODEL), check_dtype=False
    )
    pd.testing.assert_frame_equal(
        holdout_by_frequency(other, MODEL), holdout_by_frequency(customers, MODEL),
        check_dtype=False, check_index_type=False,
    )  # fmt: skip


@pytest.mark.parametrize("function", [frequency_table, holdout_by_frequency])
@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda c: c.head(0), ValueError, "the customers table has no rows"),
        (lambda c: c.drop(columns="T"), ValueError, "the column 'T' is missing"),
        (lambda c: c.assign(T=np.nan), ValueError, "'T' is missing or infinite in 3 of 3"),
        (lambda c: c.assign(frequency=[0, 2, 1.5]), ValueError, "'frequency' is not a whole"),
        (lambda c: c.assign(recency=99.0), ValueError, "recency is above T in 3 of 3"),
        (lambda c: c.to_dict(), TypeError, "a dict was given"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(function, customers, change, error, says):
    # The forecast or the hold-out helper may speak first; each names itself and the fault.
    with pytest.raises(error, match=rf"^(clv\.{function.__name__}|BGNBD\.\w+): {says}"):
        function(change(customers), MODEL)


@pytest.mark.parametrize("most", [-1, 2.5, "7", True, np.nan])
@pytest.mark.parametrize("function", [frequency_table, holdout_by_frequency])
def test_a_last_row_must_be_a_number_of_purchases(function, customers, most):
    with pytest.raises((ValueError, TypeError), match=r"most is .* It must be a whole number"):
        function(customers, MODEL, most=most)


@pytest.mark.parametrize("what", [BGNBD, "BG/NBD", None, GammaGamma(p=6, q=4, gamma=15), {}])
@pytest.mark.parametrize("function", [frequency_table, holdout_by_frequency])
def test_what_is_no_purchase_model_is_refused(function, customers, what):
    with pytest.raises((ValueError, TypeError), match=r"clv.*(given for a model|models is empty)"):
        function(customers, what)


# Hold-out by frequency -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"frequency_holdout": [0, np.nan, 1]}, "'frequency_holdout' is missing .* in 1 of 3"),
        ({"frequency_holdout": -1}, "'frequency_holdout' is below 0 in 3 of 3"),
        ({"frequency_holdout": 0.5}, "'frequency_holdout' is not a whole number in 3 of 3"),
        ({"T_holdout": 0.0}, "T_holdout is 0"),
        (
            {"T_holdout": [10.0, 9.0, 10.0]},
            r"T_holdout is 10 .* another for 1 of 3 customers \(first: customers b",
        ),
    ],
)
def test_a_holdout_that_is_none_is_refused(customers, change, says):
    with pytest.raises(ValueError, match=f"clv.holdout_by_frequency: {says}"):
        holdout_by_frequency(customers.assign(**change), MODEL)


def test_every_customer_is_in_one_row_and_means_weigh_up_to_the_total(customers):
    for most in (0, 1, 7, 9, 50):
        table = holdout_by_frequency(customers, MODEL, most=most)
        assert table["customers"].sum() == 3
        assert table["customers"] @ table["actual"] == 5
        forecast = MODEL.expected_purchases(customers, 10.0).sum()
        assert table["customers"] @ table["expected"] == pytest.approx(forecast)


def test_nobody_has_an_age_so_the_naive_forecast_is_nothing(customers):
    born = customers.assign(frequency=0, recency=0.0, T=0.0)
    table = holdout_by_frequency(born, MODEL)
    assert table.loc[0, "naive"] == 0
    assert table.loc[0, "expected"] == pytest.approx(float(MODEL.expected_purchases_new(10.0)))


def test_summaries_of_one_log_agree_between_the_two_tables():
    """The hold-out of the customers table is the sum of the hold-out periods of tracking."""
    options = {"calibration_end": "2025-01-14", "observation_end": "2025-02-11"}
    table = transactions.summarize(LOG, **options)
    tracked = tracking(LOG, MODEL, **options)
    assert tracked.loc[tracked["holdout"], "actual"].sum() == table["frequency_holdout"].sum() == 2
    assert tracked.loc[~tracked["holdout"], "actual"].sum() == table["frequency"].sum() == 1
