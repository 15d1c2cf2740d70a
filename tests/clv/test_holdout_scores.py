"""Probabilities of returning, calibration, and errors of forecasts: by hand and by simulation."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from centricity.clv import (
    BGBB,
    BGNBD,
    MBGNBD,
    MBGCNBDk,
    ParetoNBD,
    WithCovariates,
    calibration,
    forecast_errors,
    frequency_table,
    hiatus,
    history_grid,
    last_period,
    p_purchase,
    same_rate,
    tracking,
)
from centricity.transactions import cells, summarize

T, AHEAD = 40.0, 30.0
MODELS = [
    BGNBD(r=0.8, alpha=6.0, a=0.9, b=3.0),
    MBGNBD(r=0.8, alpha=6.0, a=0.9, b=3.0),
    ParetoNBD(r=0.8, alpha=6.0, s=0.7, beta=15.0),
    BGBB(alpha=1.2, beta=0.75, gamma=0.9, delta=2.8),
    MBGCNBDk(k=3, r=0.8, alpha=2.0, a=0.9, b=3.0),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)


def lived(model, size, rng, T=T, ahead=AHEAD):
    """Customers observed for T, with what they did afterwards as the hold-out."""
    if isinstance(model, BGBB):
        T, ahead = 6, 4
    world = model.simulate(np.full(size, T + ahead), rng=rng)
    time = world.purchases[world.purchases["time"] > 0]
    seen = time[time["time"] <= T].groupby("customer")["time"].agg(["size", "max"])
    seen = seen.reindex(range(size), fill_value=0)
    held = time[time["time"] > T].groupby("customer").size().reindex(range(size), fill_value=0)
    return pd.DataFrame(
        {"frequency": seen["size"], "recency": seen["max"].astype(float), "T": T,
         "frequency_holdout": held, "T_holdout": ahead}
    )  # fmt: skip


# P(at least one purchase)


@pytest.mark.parametrize(("x", "t_x"), [(0, 0.0), (1, 12.0), (2, 30.43), (40, 38.0)])
def test_bgnbd_p_purchase_is_fader_hardie_lee_p_alive_times_a_purchase_in_time(x, t_x):
    r, alpha, a, b, age, t = 0.243, 4.414, 0.793, 2.426, 38.86, 39.0
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x) if x else 0.0
    by_hand = (1 - ((alpha + age) / (alpha + age + t)) ** (r + x)) / (1 + gone)
    customer = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [age]})
    found = p_purchase(customer, BGNBD(r=r, alpha=alpha, a=a, b=b), t)
    assert found.item() == pytest.approx(by_hand, rel=1e-10)


@pytest.mark.parametrize(("x", "t_x"), [(0, 0.0), (3, 20.0), (12, 39.0)])
def test_pareto_p_purchase_is_the_integral_over_the_moment_of_leaving(x, t_x):
    model, t = MODELS[2], 25.0
    customer = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
    rate, leave = model.alpha + T, model.beta + T

    def silent_until(y):  # density of leaving y after T, and no purchase until then
        return model.s / (leave + y) * (leave / (leave + y)) ** model.s * (
            rate / (rate + y)
        ) ** (model.r + x)  # fmt: skip

    left = integrate.quad(silent_until, 0, t, epsabs=1e-13)[0]
    stayed = (leave / (leave + t)) ** model.s * (rate / (rate + t)) ** (model.r + x)
    by_hand = model.p_alive(customer).item() * (1 - left - stayed)
    assert p_purchase(customer, model, t).item() == pytest.approx(by_hand, rel=1e-8)


@every_model
def test_p_purchase_is_the_share_of_simulated_customers_who_came_back(model, rng):
    customers = lived(model, 60_000, rng)
    said = p_purchase(customers, model, customers["T_holdout"].iloc[0])
    came = customers["frequency_holdout"] > 0
    for low, high in zip(np.arange(0, 1, 0.2), np.arange(0.2, 1.1, 0.2), strict=True):
        group = (said > low) & (said <= high)
        if group.sum() > 200:
            error = np.sqrt((said * (1 - said))[group].mean() / group.sum())
            assert came[group].mean() == pytest.approx(said[group].mean(), abs=4 * error)


@every_model
def test_p_purchase_is_nothing_at_once_rises_with_time_and_never_exceeds_p_alive(model):
    customers = lived(model, 500, 1)
    at = [p_purchase(customers, model, t) for t in (0, 1, 5, 100)]
    assert (at[0] == 0).all()
    assert all((later >= sooner).all() for sooner, later in pairwise(at))
    assert (at[-1] <= model.p_alive(customers) + 1e-12).all()


def test_p_purchase_keeps_the_index_and_takes_a_fit():
    customers = lived(MODELS[0], 3000, 2).set_axis([f"C{i}" for i in range(3000)])
    fit = BGNBD.fit(customers)
    found = p_purchase(customers, fit, 10)
    pd.testing.assert_frame_equal(found.to_frame(), p_purchase(customers, fit.model, 10).to_frame())
    assert found.index.equals(customers.index)


def test_bgbb_p_purchase_wants_whole_occasions():
    customers = lived(MODELS[3], 50, 1)
    with pytest.raises(ValueError, match="T' is not a whole number"):
        p_purchase(customers, MODELS[3], 1.5)


# Calibration


@every_model
def test_in_a_world_that_obeys_the_model_every_group_is_calibrated(model, rng):
    customers = lived(model, 30_000, rng)
    table = calibration(customers, model)
    assert table["customers"].sum() == 30_000
    z = (table["actual"] - table["expected"]) / table["std_error"]
    assert z.abs().max() < 4
    assert (table["expected"] <= table["p_alive"]).all()


def test_calibration_by_hand_with_two_groups():
    customers = pd.DataFrame({"frequency": [0, 0, 5, 5], "recency": [0.0, 0, 39, 39], "T": 40.0,
                              "frequency_holdout": [0, 1, 2, 3], "T_holdout": 30.0})  # fmt: skip
    table = calibration(customers, MODELS[0], groups=2)
    p = p_purchase(customers, MODELS[0], 30.0).iloc[[0, 2]].to_numpy()
    assert table["actual"].tolist() == [0.5, 1.0]
    np.testing.assert_allclose(table["expected"], p)
    np.testing.assert_allclose(table["std_error"], np.sqrt(p * (1 - p) / 2))


def test_customers_with_equal_probabilities_stay_together_in_any_order(rng):
    customers = lived(MODELS[3], 2000, rng)
    table = calibration(customers, MODELS[3])
    shuffled = calibration(customers.sample(frac=1, random_state=1), MODELS[3])
    pd.testing.assert_frame_equal(table, shuffled)
    alike = customers.groupby(["frequency", "recency"]).size()
    assert table["customers"].min() >= 1
    assert set(table["customers"]) != {200}
    assert alike.max() <= table["customers"].max()


def test_calibration_by_p_alive_puts_the_never_returned_on_top_of_a_bgnbd(rng):
    customers = lived(MODELS[0], 5000, rng)
    table = calibration(customers, MODELS[0], by="p_alive")
    assert table["p_alive"].iloc[-1] == 1
    assert table["customers"].iloc[-1] == (customers["frequency"] == 0).sum()
    assert table["expected"].iloc[-1] < table["expected"].iloc[-2]


def test_several_models_stand_below_each_other(rng):
    customers = lived(MODELS[0], 800, rng)
    table = calibration(customers, {"one": MODELS[0], "two": MODELS[1]})
    assert table.index.names == ["model", "group"]
    pd.testing.assert_frame_equal(table.loc["two"], calibration(customers, MODELS[1]))


# Errors


def outcome(**columns):
    base = {"frequency": 1, "recency": 20.0, "T": 40.0, "T_holdout": 40.0}
    return pd.DataFrame(base | columns)


def test_errors_by_hand():
    customers = outcome(frequency_holdout=[0, 1, 2, 5])
    forecast = pd.Series([1.0, 1.0, 3.0, 3.0])
    row = forecast_errors(customers, forecast, top=0.25).loc["expected"]
    assert row["mae"] == pytest.approx((1 + 0 + 1 + 2) / 4)
    assert row["rmse"] == pytest.approx(np.sqrt((1 + 0 + 1 + 4) / 4))
    assert row["bias"] == pytest.approx(8 / 8 - 1)
    assert row["rank_correlation"] == pytest.approx(
        stats.spearmanr(forecast, customers["frequency_holdout"]).statistic
    )
    # One place at the top, which the two highest forecasts share; the best one has half of it.
    assert row["top_hits"] == pytest.approx(0.5)
    assert row["top_share"] == pytest.approx((2 + 5) / 2 / 8)


def test_a_perfect_forecast_scores_perfectly_even_with_ties_at_the_border(rng):
    customers = outcome(frequency_holdout=rng.poisson(0.7, 500))
    perfect = customers["frequency_holdout"].astype(float)
    row = forecast_errors(customers, perfect).loc["expected"]
    assert row[["mae", "rmse", "bias"]].tolist() == [0, 0, 0]
    assert row["rank_correlation"] == pytest.approx(1)
    assert row["top_hits"] == pytest.approx(1)
    best = np.sort(customers["frequency_holdout"])[::-1][:50].sum()
    assert row["top_share"] == pytest.approx(best / customers["frequency_holdout"].sum())


def test_drawing_lots_hits_as_often_as_there_are_best_customers(rng):
    customers = outcome(frequency_holdout=rng.poisson(0.7, 400))
    same = pd.Series(1.0, index=customers.index)
    row = forecast_errors(customers, same).loc["expected"]
    least = np.sort(customers["frequency_holdout"])[::-1][39]
    assert row["top_hits"] == pytest.approx((customers["frequency_holdout"] >= least).mean())
    assert row["top_share"] == pytest.approx(0.1)
    assert np.isnan(row["rank_correlation"])


def test_where_few_bought_the_hits_are_the_share_of_buyers_found():
    customers = outcome(frequency_holdout=[3] + [0] * 19)
    forecast = pd.Series(np.arange(20, 0, -1.0))
    assert forecast_errors(customers, forecast).loc["expected", "top_hits"] == 1


def test_errors_do_not_depend_on_the_order_of_rows(rng):
    customers = lived(MODELS[0], 700, rng)
    table = forecast_errors(customers, MODELS[0], silence=10)
    shuffled = forecast_errors(customers.sample(frac=1, random_state=3), MODELS[0], silence=10)
    pd.testing.assert_frame_equal(table, shuffled)


def test_the_true_model_has_the_least_squared_error(rng):
    customers = lived(MODELS[0], 30_000, rng)
    compared = {"true": MODELS[0], "other": BGNBD(r=0.8, alpha=6.0, a=0.3, b=3.0)}
    table = forecast_errors(customers, compared, silence=13)
    assert table["rmse"].idxmin() == "true"
    assert abs(table.loc["true", "bias"]) < 0.03
    assert table.loc["same rate", "bias"] > 0.3


def test_cells_with_counts_are_as_good_as_rows(rng):
    customers = lived(MODELS[3], 3000, rng)
    keys = list(customers)
    counted = customers.groupby(keys).size().rename("n").reset_index()
    assert len(counted) < 200
    pd.testing.assert_frame_equal(
        forecast_errors(customers, MODELS[3]), forecast_errors(counted, MODELS[3])
    )
    pd.testing.assert_frame_equal(
        calibration(customers, MODELS[3]), calibration(counted, MODELS[3])
    )
    assert cells(customers)["n"].sum() == 3000


# Rules of thumb


def test_the_rules_by_hand():
    customers = outcome(frequency=[0, 4, 4], recency=[0.0, 10.0, 36.0], T=[40.0, 40.0, 40.0])
    assert same_rate(customers, 20).tolist() == [0, 2, 2]
    assert hiatus(customers, 20, silence=26).tolist() == [0, 0, 2]
    assert hiatus(customers, 20, silence=30).tolist() == [0, 2, 2]
    newborn = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0]})
    assert same_rate(newborn, 20).tolist() == [0]


def test_last_period_counts_days_in_a_period_as_long_as_the_holdout():
    days = ["2025-01-01", "2025-01-31", "2025-02-01", "2025-02-01", "2025-02-28", "2025-03-05"]
    log = pd.DataFrame({"customer_id": ["A"] * 6, "date": pd.to_datetime(days), "amount": 1.0})
    new = pd.DataFrame({"customer_id": "B", "date": pd.to_datetime(["2025-02-10"]), "amount": 1.0})
    log = pd.concat([log, new], ignore_index=True)
    customers = summarize(log, calibration_end="2025-02-28", observation_end="2025-03-28")
    # The hold-out has 28 days; so has the period from 1 to 28 February.
    assert last_period(customers, log, calibration_end="2025-02-28").to_dict() == {"A": 2, "B": 1}
    with pytest.raises(ValueError, match="no order of 1 of 2 customers \\(first: customers Z\\)"):
        last_period(customers.rename({"B": "Z"}), log, calibration_end="2025-02-28")


def test_the_average_customer_of_cdnow_bought_less_in_the_holdout_than_all_rules_say(cdnow):
    table = forecast_errors(cdnow, BGNBD.fit(cdnow), silence=26)
    # Σ hold-out = 1,882 and Σ x / T × 39 = by hand.
    by_hand = (cdnow["frequency"] / cdnow["T"] * 39).sum() / 1882 - 1
    assert table.loc["same rate", "bias"] == pytest.approx(by_hand)
    assert table["rmse"].idxmin() == "expected"


# The grid


def test_history_grid_holds_the_models_answers():
    table = history_grid(MODELS[0], T=52, frequency=[1, 7], recency=[20.0, 52.0], t=10)
    one = pd.DataFrame({"frequency": [7], "recency": [20.0], "T": [52.0]})
    assert table.loc[20.0, 7] == pytest.approx(MODELS[0].expected_purchases(one, 10).item())
    assert table.columns.tolist() == [1, 7]
    alive = history_grid(MODELS[0], T=52, frequency=[7], recency=[20.0])
    assert alive.loc[20.0, 7] == pytest.approx(MODELS[0].p_alive(one).item())


def test_history_grid_leaves_out_what_cannot_be():
    table = history_grid(MODELS[3], T=6, frequency=[1, 4], recency=[2, 6])
    assert np.isnan(table.loc[2, 4])
    assert table.notna().to_numpy().sum() == 3


# What is refused


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"frequency_holdout": [1.0, np.nan]}, ValueError, "'frequency_holdout' is missing"),
        ({"T_holdout": [30.0, 31.0]}, ValueError, "another for 1 of 2 customers"),
        ({"T_holdout": 0.0}, ValueError, "longer than 0"),
        ({"frequency_holdout": [0, 0]}, ValueError, "nobody bought in the hold-out"),
    ],
)
def test_a_holdout_that_cannot_be_scored_is_refused(change, error, says):
    good = outcome(frequency_holdout=[1, 0])
    with pytest.raises(error, match=says) as caught:
        forecast_errors(good.assign(**change), MODELS[0])
    assert str(caught.value).startswith("clv.forecast_errors: ")


@pytest.mark.parametrize(
    ("forecasts", "error", "says"),
    [
        ({}, ValueError, "no forecast"),
        ({"actual": MODELS[0]}, ValueError, "called 'actual'"),
        ({"same rate": MODELS[0]}, ValueError, "called 'same rate'"),
        (3, TypeError, "an int was given for a model"),
        (pd.Series([1.0, 2.0], index=[5, 6]), ValueError, "another index"),
        (pd.Series([1.0, np.nan]), ValueError, "missing or infinite in 1 of 2"),
    ],
)
def test_a_forecast_that_is_none_is_refused(forecasts, error, says):
    with pytest.raises(error, match=says):
        forecast_errors(outcome(frequency_holdout=[1, 0]), forecasts)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"frequency": [0, 1]}, "frequency holds 0"),
        ({"frequency": [1.5]}, "frequency holds 1.5"),
        ({"recency": [60.0]}, "recency runs from 60"),
        ({"recency": [np.nan]}, "recency runs from nan"),
    ],
)
def test_a_grid_of_impossible_histories_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        history_grid(MODELS[0], **({"T": 52, "frequency": [1], "recency": [20.0]} | options))


# Covariates


@pytest.fixture(scope="module")
def channels():
    """A world of two channels, the second of which buys twice as often, and its order log."""
    known = pd.DataFrame({"channel": np.repeat(["shop", "web"], 2000), "T": T + AHEAD})
    truth = WithCovariates.of(MODELS[0], known, buying="channel",
                              coefficients={"buying: channel[T.web]": np.log(2)})  # fmt: skip
    purchases = truth.simulate(known, rng=3).purchases
    date = pd.Timestamp("2024-01-01") + pd.to_timedelta(purchases["time"] * 7, unit="D")
    log = pd.DataFrame({"customer_id": purchases["customer"], "date": date, "amount": 1.0})
    end = pd.Timestamp("2024-01-01") + pd.Timedelta(days=7 * T - 1)
    customers = summarize(log, calibration_end=end, observation_end="2025-05-04")
    return truth, customers.join(known["channel"]), log, end


def test_covariates_reach_the_probability_of_a_purchase(channels):
    truth, customers, _, _ = channels
    said = p_purchase(customers, truth, 20)
    for channel, factor in (("shop", 1), ("web", 2)):
        own = BGNBD(r=0.8, alpha=6.0 / factor, a=0.9, b=3.0)
        group = customers[customers["channel"] == channel]
        np.testing.assert_allclose(said[group.index], p_purchase(group, own, 20), rtol=1e-9)


def test_with_covariates_tables_are_the_sums_over_the_groups(channels):
    truth, customers, log, end = channels
    table = frequency_table(customers, truth)
    tracked = tracking(log, truth, calibration_end=end, customers=customers)
    expected, weekly = 0, 0
    for channel, factor in (("shop", 1), ("web", 2)):
        own = BGNBD(r=0.8, alpha=6.0 / factor, a=0.9, b=3.0)
        group = customers[customers["channel"] == channel]
        expected = expected + frequency_table(group, own)["expected"]
        part = log[log["customer_id"].isin(group.index)]
        weekly = weekly + tracking(part, own, calibration_end=end)["expected"].iloc[:60]
    np.testing.assert_allclose(table["expected"], expected, rtol=1e-9)
    np.testing.assert_allclose(tracked["expected"].iloc[:60], weekly, rtol=1e-9)
    assert calibration(customers, truth)["customers"].sum() == len(customers)


def test_tracking_with_covariates_asks_for_the_customers(channels):
    truth, customers, log, _ = channels
    with pytest.raises(ValueError, match="customers is not given"):
        tracking(log, truth)
    with pytest.raises(ValueError, match="lacks 1 of 4,000 customers"):
        tracking(log, truth, customers=customers.iloc[1:])
