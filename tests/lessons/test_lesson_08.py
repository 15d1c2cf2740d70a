"""The numbers that lesson 08 states in its prose are the numbers of the data."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from centricity import clv, datasets, transactions
from centricity.exercises import lesson_08

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/08_buying_till_they_leave.py"


@pytest.fixture(scope="module")
def prose():
    return re.sub(r"\n# ?", " ", SOURCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def customers():
    table = lesson_08.customers_of(2022, "2023-12-31").copy()
    return table.assign(silence=table["T"] - table["recency"])


@pytest.fixture(scope="module")
def fit(customers):
    return clv.BGNBD.fit(customers)


@pytest.fixture(scope="module")
def ahead(customers):
    return customers["T_holdout"].iloc[0]


@pytest.fixture(scope="module")
def true_models(customers):
    """The true model of each customer's cohort."""
    first = datasets.load_shop_customers().set_index("customer_id")["first_order"]
    cohort = first.loc[customers.index].dt.to_period("Q").astype(str)
    truth = datasets.shop_truth()[["r", "alpha", "a", "b"]]
    return {
        name: (clv.BGNBD(**truth.loc[name]), customers.loc[cohort == name])
        for name in sorted(set(cohort))
    }


def will_order(model, known, ahead):
    age, end = model.alpha + known["T"], model.alpha + known["T"] + ahead
    return model.p_alive(known) * (1 - (age / end) ** (model.r + known["frequency"]))


def test_counts_in_the_puzzle(prose, customers):
    assert len(customers) == 1872
    assert customers["frequency"].sum() == 7939
    assert customers["frequency_holdout"].sum() == 6869
    assert (customers["frequency"] == 0).sum() == 454
    for said in ("1,872 customers in 2022", "7,939 repeat orders up to now", "6,869 repeat orders"):
        assert said in prose


def test_dora_and_emil_are_equally_silent_and_only_dora_came_back(prose, customers):
    dora, emil = customers.loc["Q00369"], customers.loc["Q00158"]
    assert (dora["frequency"], emil["frequency"]) == (4, 29)
    assert (dora["frequency_holdout"], emil["frequency_holdout"]) == (6, 0)
    assert dora["silence"] == pytest.approx(35.5, abs=0.2)
    assert emil["silence"] == pytest.approx(35.5, abs=0.2)
    assert "Dora placed six more orders, Emil none" in prose


def test_every_confidence_interval_overlaps_the_truth(fit):
    truth = datasets.shop_truth().loc["2022Q1":"2022Q4", ["r", "alpha", "a", "b"]]
    interval = fit.conf_int()
    assert (interval["lower"] <= truth.max()).all()
    assert (interval["upper"] >= truth.min()).all()


def test_leaving_halves_three_years_of_orders(fit):
    model = fit.model
    assert model.expected_purchases_new(156) == pytest.approx(
        0.5 * model.r / model.alpha * 156, rel=0.07
    )


def test_the_probability_of_an_order_follows_from_simulation(fit, ahead):
    """The lesson's formula for at least one order, against futures of simulated customers."""
    world = fit.model.simulate(np.full(40_000, 60 + ahead), rng=3)
    times = world.purchases
    seen = times[times["time"] <= 60].groupby("customer")["time"].agg(["size", "max"])
    known = pd.DataFrame({"frequency": seen["size"] - 1, "recency": seen["max"], "T": 60.0})
    again = known.index.isin(times.loc[times["time"] > 60, "customer"])
    said = will_order(fit.model, known, ahead)
    for low, high in ((0, 0.3), (0.3, 0.6), (0.6, 0.9), (0.9, 1)):
        group = (said > low) & (said <= high)
        error = np.sqrt(said[group].mean() * (1 - said[group].mean()) / group.sum())
        assert again[group].mean() == pytest.approx(said[group].mean(), abs=4 * error)


def test_the_true_parameters_miss_the_fourth_row_as_well(fit, customers, true_models, ahead):
    said = will_order(fit.model, customers, ahead)
    row = said.between(0.6, 0.8)
    true = pd.concat([will_order(model, known, ahead) for model, known in true_models.values()])
    assert round(said[row].mean(), 2) == 0.70
    assert round(true.loc[customers.index][row].mean(), 2) == 0.70
    assert round((customers["frequency_holdout"] > 0)[row].mean(), 2) == 0.63


def test_shortest_silence_finds_thirteen_orders_less_than_the_model(fit, customers, ahead):
    silent = customers[customers["silence"] > 26]
    forecast = fit.model.expected_purchases(silent, ahead).nlargest(300).index
    recent = silent.nsmallest(300, "silence").index
    busy = silent.nlargest(300, "frequency").index
    found = [silent.loc[ids, "frequency_holdout"].sum() for ids in (forecast, recent, busy)]
    lots = silent["frequency_holdout"].mean() * 300
    assert found[0] - found[1] == 13
    assert found[2] / lots == pytest.approx(1.25, abs=0.03)  # "a quarter more"
    assert (silent["frequency_holdout"] > 0).mean() == pytest.approx(1 / 3, abs=0.01)


def test_an_average_is_known_well_and_a_customer_is_not(prose, fit, customers, ahead):
    interval = fit.interval(
        lambda model: model.expected_purchases(customers.loc[["Q00354"]], ahead), rng=1
    )
    assert interval["estimate"].iloc[0] == pytest.approx(2.8, abs=0.05)
    assert interval["upper"].iloc[0] - interval["lower"].iloc[0] < 0.7  # "a few tenths"
    expected = fit.model.expected_purchases(customers, ahead)
    similar = customers["frequency_holdout"][expected.between(2.5, 3.5)]
    assert len(similar) == 137
    assert "These are the 137 customers" in prose
    assert (similar == 0).mean() == pytest.approx(1 / 3, abs=0.01)  # "a third placed none"


def test_interest_that_fades_halves_in_two_years():
    scale = 104 / np.log(2)
    clock = -scale * np.log(1 - np.array([0.5, 0.75]))  # ordinary weeks at half and 3/4 of scale
    assert clock == pytest.approx([104, 208])


def test_where_some_leave_after_the_first_order_the_total_is_nearly_right():
    assert lesson_08.promised_per_order(None) == pytest.approx(1, abs=0.03)


def test_regular_buyers_who_fall_silent_are_given_up_too_late():
    """What the lesson says about ink every four weeks: the model goes on hoping too long."""
    rng, rows = np.random.default_rng(5), []
    for customer in range(1500):
        pace, leave, now = rng.gamma(0.6, 1 / 7.4), rng.beta(0.44, 3.0), 0.0
        rows.append((customer, now))
        while (now := now + rng.gamma(4, 1 / (4 * pace))) <= 208:
            rows.append((customer, now))
            if rng.random() < leave:
                break
    log = pd.DataFrame(rows, columns=["customer", "time"])
    seen = log[log["time"] <= 104].groupby("customer")["time"].agg(["size", "max"])
    known = pd.DataFrame({"frequency": seen["size"] - 1, "recency": seen["max"], "T": 104.0})
    held = log[log["time"] > 104].groupby("customer").size().reindex(known.index, fill_value=0)
    expected = clv.BGNBD.fit(known).model.expected_purchases(known, 104)
    gaps = (known["T"] - known["recency"]) / (known["recency"] / known["frequency"])
    late = (known["frequency"] > 2) & gaps.between(3, 5)
    assert late.sum() > 15
    assert expected[late].mean() > 3 * held[late].mean()


def test_the_cdnow_lines_of_to_go_further_name_what_exists(prose):
    assert "datasets.fetch_cdnow(sample=True)" in prose
    assert callable(datasets.fetch_cdnow)
    assert callable(transactions.summarize)
