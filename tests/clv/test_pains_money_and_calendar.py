"""Pains with money and with the calendar: refunds, gifts, infinite means, late births, zones."""

import numpy as np
import pandas as pd
import pytest

from centricity import transactions
from centricity.clv import (
    BGNBD,
    MBGNBD,
    ConvergenceWarning,
    GammaGamma,
    forecast_errors,
    holdout_by_frequency,
    tracking,
    value,
)

BUY = BGNBD(r=0.8, alpha=6.0, a=0.9, b=3.0)
SPEND = GammaGamma(p=6.25, q=3.74, gamma=15.44)


def orders(*rows):
    log = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return log.assign(date=pd.to_datetime(log["date"]))


@pytest.fixture(scope="module")
def log():
    """A shop of 1,500 customers born over 40 weeks of 2024, followed to the end of week 60."""
    rng = np.random.default_rng(12)
    born = rng.uniform(0, 40, 1500)
    world = BUY.simulate(60 - born, rng=rng)
    weeks = born[world.purchases["customer"]] + world.purchases["time"]
    date = pd.Timestamp("2024-01-01") + pd.to_timedelta(weeks * 7, unit="D")
    amount = rng.gamma(4, 10, len(date)).round(2) + 0.01
    return pd.DataFrame(
        {"customer_id": world.purchases["customer"], "date": date, "amount": amount}
    )


# Money -----------------------------------------------------------------------------------------


def test_a_refund_in_the_log_is_refused_with_the_remedy_which_works():
    log = orders(
        ("A", "2025-01-01", 20.0), ("A", "2025-01-08", 30.0), ("A", "2025-01-09", -30.0),
        ("B", "2025-01-02", 15.0), ("B", "2025-01-20", 25.0),
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"'amount' is negative in 1 of 5 .*transactions\.clean"):
        transactions.summarize(log)
    customers = transactions.summarize(transactions.clean(log).kept)
    # The order of 8 January never happened: A came once.
    assert customers["frequency"].to_dict() == {"A": 0, "B": 1}
    assert customers.loc["B", "monetary_value"] == 25.0


def test_a_gift_of_zero_counts_as_a_purchase_and_is_no_spend():
    """Buying models count it; the spend model refuses a customer whose repeats were all gifts."""
    log = orders(
        ("A", "2025-01-01", 20.0), ("A", "2025-01-08", 0.0),
        ("B", "2025-01-02", 15.0), ("B", "2025-01-20", 25.0), ("B", "2025-01-29", 0.0),
    )  # fmt: skip
    customers = transactions.summarize(log)
    assert customers["frequency"].to_dict() == {"A": 1, "B": 2}
    assert customers["monetary_value"].to_dict() == {"A": 0.0, "B": 12.5}
    assert BUY.p_alive(customers).between(0, 1).all()
    for ask in (GammaGamma.fit, SPEND.expected_spend):
        with pytest.raises(ValueError, match=r"in 1 of 2 .*customers A.*zero_amounts='reject'"):
            ask(customers)


@pytest.mark.parametrize("amount", [0.0, -0.01, -500.0])
def test_zero_and_negative_repeat_spend_has_no_value_either(amount):
    customers = pd.DataFrame(
        {"frequency": [1, 2], "recency": [2.0, 3.0], "T": 9.0, "monetary_value": [10.0, amount]},
        index=["ok", "odd"],
    )
    with pytest.raises(ValueError, match=r"zero or negative in 1 of 2 customers \(first: .* odd"):
        value(customers, BUY, SPEND, discount_rate=0.002, margin=0.3)


@pytest.mark.parametrize("amount", [np.nan, np.inf])
def test_missing_and_infinite_repeat_spend_is_refused(amount):
    customers = pd.DataFrame({"frequency": [1, 2], "monetary_value": [10.0, amount]})
    with pytest.raises(ValueError, match="'monetary_value' is missing or infinite in 1 of 2"):
        GammaGamma.fit(customers)


def test_a_spend_without_a_finite_mean_is_fitted_with_a_warning_and_never_predicted(rng):
    """With q of 0.7 a few customers spend without bound: their average does not exist."""
    world = GammaGamma(p=3.0, q=0.7, gamma=10.0).simulate(rng.integers(1, 6, 4000), rng=rng)
    with pytest.warns(ConvergenceWarning, match="only for q above 1"):
        found = GammaGamma.fit(world.customers)
    assert found.model.q == pytest.approx(0.7, rel=0.1)
    customers = pd.DataFrame(
        {"frequency": [0, 3], "recency": [0.0, 5.0], "T": 9.0, "monetary_value": [0.0, 40.0]}
    )
    asked = [
        lambda: found.model.population_mean,
        lambda: found.model.expected_spend(customers),
        lambda: value(customers, BUY, found.model, discount_rate=0.002, margin=0.3),
    ]
    for ask in asked:
        with pytest.raises(ValueError, match=r"q is 0\..*finite only for .*extreme amounts"):
            ask()


def test_amounts_in_cents_or_in_millions_change_the_scale_and_nothing_else(log):
    customers = transactions.summarize(log)
    fit = GammaGamma.fit(customers)
    for factor in (100.0, 1e-6):
        other = GammaGamma.fit(
            customers.assign(monetary_value=customers["monetary_value"] * factor)
        )
        assert other.params["gamma"] == pytest.approx(fit.params["gamma"] * factor, rel=1e-6)
        assert other.params[["p", "q"]].to_numpy() == pytest.approx(
            fit.params[["p", "q"]].to_numpy(), rel=1e-6
        )


# Calendar --------------------------------------------------------------------------------------


def test_customers_born_after_the_calibration_are_left_out_and_counted(log):
    cut = "2024-06-30"
    customers = transactions.summarize(log, calibration_end=cut)
    born = log.groupby("customer_id")["date"].min().dt.normalize()
    late = born > pd.Timestamp(cut)
    assert late.sum() > 300
    assert customers.attrs["left_out"]["customers_born_later"] == late.sum()
    assert set(customers.index) == set(born.index[~late])
    assert (customers["T"] >= 0).all()
    # What came later in the log changes no estimate.
    early = transactions.summarize(log[log["date"] < "2024-07-01"], observation_end=cut)
    for kind in (BGNBD, MBGNBD):
        one, other = kind.fit(customers), kind.fit(early)
        pd.testing.assert_series_equal(one.params, other.params, rtol=1e-9)
        assert one.n == (~late).sum()


def test_customers_born_on_the_last_day_of_calibration_are_in_with_an_age_of_nothing():
    log = orders(("A", "2025-01-01", 1.0), ("B", "2025-03-01", 1.0), ("B", "2025-04-01", 1.0))
    customers = transactions.summarize(log, calibration_end="2025-03-01")
    assert customers.loc["B", ["frequency", "T", "frequency_holdout"]].tolist() == [0, 0, 1]
    table = holdout_by_frequency(customers, BUY)
    assert table.loc[0, ["customers", "actual"]].tolist() == [2, 0.5]
    ahead = customers["T_holdout"].iloc[0]
    new = BUY.expected_purchases_new(ahead)
    known = BUY.expected_purchases(customers.loc[["A"]], ahead).item()
    assert table.loc[0, "expected"] == pytest.approx((new + known) / 2)
    assert table.loc[0, "naive"] == 0


def test_a_holdout_shorter_than_a_period_is_scored_for_what_it_is(log):
    """Three days are three sevenths of a week: forecasts shrink, nothing is rounded away."""
    options = {"calibration_end": "2024-09-30", "observation_end": "2024-10-03"}
    customers = transactions.summarize(log, **options)
    assert (customers["T_holdout"] == 3 / 7).all()
    table = holdout_by_frequency(customers, BUY, most=3)
    forecast = BUY.expected_purchases(customers, 3 / 7)
    assert table["customers"] @ table["expected"] == pytest.approx(forecast.sum())
    days = log[log["date"].between("2024-10-01", "2024-10-03 23:59")].assign(
        day=lambda rows: rows["date"].dt.normalize()
    )
    bought = days[days["customer_id"].isin(customers.index)][["customer_id", "day"]]
    assert table["customers"] @ table["actual"] == pytest.approx(len(bought.drop_duplicates()))
    spread = np.sqrt(table["customers"] @ table["actual"])
    assert abs(table["customers"] @ (table["actual"] - table["expected"])) < 4 * spread
    assert np.isfinite(forecast_errors(customers, {"BG/NBD": BUY}).to_numpy(dtype=float)).all()


def test_tracking_calls_no_incomplete_period_a_holdout(log):
    tracked = tracking(log, BUY, calibration_end="2024-09-29", observation_end="2024-10-02")
    # 39 weeks end on the last day of calibration; the three days after it make no week.
    assert len(tracked) == 39
    assert tracked.index[-1] == pd.Timestamp("2024-09-29")
    assert not tracked["holdout"].any()


@pytest.mark.parametrize("end", ["2023-12-31", "2026-01-01"])
def test_a_calibration_that_leaves_nothing_to_hold_out_or_to_fit_is_refused(log, end):
    with pytest.raises(ValueError, match=rf"calibration_end is {end}, outside 2024-01-0. to 2025"):
        transactions.summarize(log, calibration_end=end)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_days_are_those_of_the_customers_clock_in_any_time_zone(log, zone):
    """An order at 23:30 belongs to that day, though in London it is another."""
    local = log.assign(
        date=log["date"].dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    )
    naive, zoned = transactions.summarize(log), transactions.summarize(local)
    pd.testing.assert_frame_equal(naive, zoned, check_dtype=False)
    pd.testing.assert_series_equal(BGNBD.fit(naive).params, BGNBD.fit(zoned).params)
    options = {"calibration_end": "2024-09-29"}
    pd.testing.assert_frame_equal(
        tracking(log, BUY, **options), tracking(local, BUY, **options), check_dtype=False
    )


def test_the_same_moments_in_another_zone_are_other_days(log):
    shifted = log.assign(date=log["date"].dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai"))
    one, other = transactions.summarize(log), transactions.summarize(shifted)
    assert not one["recency"].equals(other["recency"])
    moved = one["recency"].sub(other["recency"]).abs().max()
    assert moved == pytest.approx(1 / 7)


def test_zones_mixed_in_one_column_are_refused_with_the_remedy():
    log = orders(("A", "2025-01-01", 1.0), ("A", "2025-03-01", 1.0))
    zones = ("Asia/Shanghai", "UTC")
    mixed = [d.tz_localize(z) for d, z in zip(log["date"], zones, strict=True)]
    log["date"] = pd.Series(mixed, dtype=object)
    with pytest.raises(TypeError, match=r"in one time zone.*transactions\.clean"):
        transactions.summarize(log)
    with pytest.raises(TypeError, match=r"'date' must hold dates.*transactions\.clean"):
        tracking(log, BUY)
