"""The numbers that lesson 09 states in its prose are the numbers of the data."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from centricity import clv, datasets
from centricity.exercises import lesson_09 as lesson

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/09_purchases_to_money.py"
SPLIT = "2023-12-31"


@pytest.fixture(scope="module")
def prose():
    return re.sub(r"\n# ?", " ", SOURCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def customers():
    return lesson.customers(2022, SPLIT)


@pytest.fixture(scope="module")
def parts():
    log = lesson.orders()[lesson.orders()["first"].dt.year == 2022]
    return log[log["date"] <= SPLIT], log[log["date"] > SPLIT]


@pytest.fixture(scope="module")
def fits(customers):
    return clv.BGNBD.fit(customers), clv.GammaGamma.fit(customers)


@pytest.fixture(scope="module")
def came(parts, customers):
    profit = parts[1].groupby("customer_id")["profit"].sum()
    return profit.reindex(customers.index, fill_value=0.0)


@pytest.fixture(scope="module")
def forecast(customers, fits):
    ahead = customers["T_holdout"].iloc[0]
    terms = {"horizon": ahead, "discount_rate": 0.0, "margin": lesson.margin(2023)}
    return clv.value(customers, *fits, **terms, rng=9)


def test_the_puzzle(prose, customers, parts):
    past, _ = parts
    assert len(customers) == 1872
    assert round(past["profit"].sum()) == 198_155
    assert "brought 198,155 €" in prose
    pace = customers["frequency"].sum() / customers["T"].sum() * lesson.YEAR
    assert round(pace, 1) == 2.8
    assert round(past["amount"].mean()) == 46
    assert 690 < lesson.agency() + past["amount"].mean() < 700  # "nearly 700 €"


def test_flora_and_gustav(prose, customers, fits):
    flora, gustav = customers.loc["Q00546"], customers.loc["Q01111"]
    assert (flora["frequency"], round(flora["monetary_value"])) == (1, 180)
    assert (gustav["frequency"], round(gustav["monetary_value"])) == (10, 131)
    flora, gustav = fits[1].model.expected_spend(customers.loc[["Q00546", "Q01111"]])
    assert flora < gustav
    rng, (p, q, gamma) = np.random.default_rng(1), fits[1].params[["p", "q", "gamma"]]

    def next_order(row, draws=400_000):
        x, mean = row["frequency"], row["monetary_value"]
        level = rng.gamma(q + p * x, 1 / (gamma + x * mean), draws)
        return rng.gamma(p, 1, draws) / level

    hers, his = (next_order(customers.loc[name]) for name in ("Q00546", "Q01111"))
    assert (hers > his).mean() == pytest.approx(0.44, abs=0.006)
    assert "in 44 of 100 such pairs hers would be the larger" in prose


def test_extreme_amounts_come_back_to_the_mean(prose, customers):
    once = customers[(customers["frequency"] == 1) & (customers["frequency_holdout"] > 0)]
    fifth = pd.qcut(once["monetary_value"], 5, labels=False)
    then = once.groupby(fifth)["monetary_value"].mean()
    later = once.groupby(fifth)["monetary_value_holdout"].mean()
    assert [round(then[4]), round(later[4]), round(later[0])] == [111, 82, 26]
    assert "from 111 € to 82 €" in prose
    assert then[0] == pytest.approx(12.5, abs=0.05)
    expected = lesson.spending().expected_spend(once).groupby(fifth).mean()
    assert (expected - later).abs().max() < 5  # "lie along it"


def test_the_truth_lies_inside_the_three_intervals(fits):
    truth = datasets.shop_truth()[["p", "q", "gamma"]]
    assert (truth.nunique() == 1).all()
    bounds = fits[1].conf_int()
    assert ((bounds["lower"] < truth.iloc[0]) & (truth.iloc[0] < bounds["upper"])).all()


def test_the_weight_of_one_order():
    model = lesson.spending()
    assert model.p / (model.p + model.q - 1) == pytest.approx(0.52, abs=0.005)
    p, q = 6.25, 3.74  # the music shop, as published
    assert p / (p + q - 1) == pytest.approx(0.70, abs=0.005)


def test_independence_as_stated(prose, customers):
    found = clv.independence(customers, worlds=2000, rng=9)
    assert found.plausible
    low, high = found.per_doubling_lower, found.per_doubling_upper
    assert f"between {-low:.0%} less and {high:.0%} more".replace("%", " %") in prose
    # What chance gives, drawn here from the customers' own counts and no code of ours.
    rng, seen = np.random.default_rng(4), customers[customers["frequency"] > 0]
    p, q, gamma = lesson.spending().p, lesson.spending().q, lesson.spending().gamma
    x = seen["frequency"].to_numpy()
    drawn = [
        stats.spearmanr(x, rng.gamma(p * x) / x / rng.gamma(q, 1 / gamma, len(x))).statistic
        for _ in range(1000)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (low, high) == pytest.approx((found.chance_lower, found.chance_upper), abs=0.008)
    assert (low, high) == pytest.approx((0.01, 0.12), abs=0.009)
    assert "between 0.01 and 0.12 or so" in prose


def test_value_by_horizon(customers, fits):
    buying, spending = (fit.model for fit in fits)
    terms = {"discount_rate": clv.per_period_rate(0.1), "margin": lesson.margin(2023)}
    ever = clv.value(customers, buying, spending, **terms)["clv"].sum()
    shares = {
        years: clv.value(customers, buying, spending, horizon=years * lesson.YEAR, **terms)[
            "clv"
        ].sum()
        / ever
        for years in (2, 5, 40)
    }
    assert 0.45 < 1 - shares[5] < 0.5  # "almost half of 'for ever' lies beyond year five"
    assert 0.005 < 1 - shares[40] < 0.02
    assert round(buying.a, 2) == 0.46


def test_values_as_stated(prose, customers, fits):
    terms = {"discount_rate": clv.per_period_rate(0.1), "margin": lesson.margin(2023)}
    ahead = customers["T_holdout"].iloc[0]
    worth = clv.value(customers, *fits, horizon=ahead, **terms, rng=9)
    gustav = worth.loc["Q01111"]
    assert round(gustav["clv"]) == 533
    assert "makes 533 €" in prose
    half = (gustav["clv_upper"] - gustav["clv_lower"]) / 2 / gustav["clv"]
    assert half == pytest.approx(0.04, abs=0.005)
    assert worth["clv"].nlargest(187).sum() > worth["clv"].sum() / 2
    assert worth["clv"].median() < 21
    assert round(worth["clv"].mean()) == 64
    never = customers["frequency"] == 0
    rank = worth["clv"].rank(ascending=False)
    flat = rank.between(1010, 1630)  # the flat stretch of the figure
    assert never.sum() == 454
    assert flat[never].all()
    assert never[flat].mean() > 0.7  # "most of the flat stretch"
    values = worth.loc[never, "clv"]
    assert [round(values.min()), round(values.max())] == [9, 16]
    assert customers.loc["Q00001", "frequency"] == 11


def test_the_envelope(prose, customers, fits, parts, came):
    past, future = parts
    ahead = customers["T_holdout"].iloc[0]
    terms = {"horizon": ahead, "discount_rate": 0.0, "rng": 9}
    sales = clv.value_by_group(customers, *fits, margin=1.0, **terms).loc["all"]
    gross = clv.value_by_group(customers, *fits, margin=lesson.margin(2023), **terms).loc["all"]
    assert sales["total"] / future["amount"].sum() - 1 == pytest.approx(-0.01, abs=0.005)
    assert sales["total_lower"] < future["amount"].sum() < sales["total_upper"]
    assert "misses by almost half" in prose
    assert past["amount"].sum() / future["amount"].sum() == pytest.approx(1.45, abs=0.05)
    assert gross["total"] / came.sum() - 1 == pytest.approx(0.11, abs=0.005)
    assert round(came.sum()) == 118_437
    assert came.sum() < gross["total_lower"]
    bounds = [round(gross[f"total_{side}"], -3) for side in ("lower", "upper")]
    assert f"interval of {bounds[0]:,.0f} to {bounds[1]:,.0f} €" in prose
    kept = future["profit"].sum() / future["amount"].sum()
    assert (round(lesson.margin(2023), 2), round(kept, 2)) == (0.43, 0.38)
    assert round(sales["total"] * kept, -3) == 117_000


def test_the_last_tenth_is_written_off_rightly(parts, customers, forecast, came):
    earned = parts[0].groupby("customer_id")["profit"].sum().reindex(customers.index)
    last = pd.qcut(forecast["clv"].rank(method="first"), 10, labels=False) == 0
    assert earned[last].sum() == pytest.approx(20_000, abs=500)
    assert round(came[last].sum()) == 378


def test_the_past_promises_too_much_in_every_tenth(parts, customers, forecast, came):
    earned = parts[0].groupby("customer_id")["profit"].sum().reindex(customers.index)
    tenth = 10 - pd.qcut(forecast["clv"].rank(method="first"), 10, labels=False)
    table = pd.DataFrame({"came": came, "model": forecast["clv"], "earned": earned})
    table = table.groupby(tenth).sum()
    too_much = table["earned"] - table["came"]
    assert (too_much > 0).all()
    assert too_much.idxmax() == 10
    assert (table["model"] > table["came"]).sum() >= 8  # "too high nearly throughout"


def test_the_lists_differ_as_stated(parts, customers, forecast, came):
    earned = parts[0].groupby("customer_id")["profit"].sum().reindex(customers.index)
    ours, his = (set(s.nlargest(187).index) for s in (forecast["clv"], earned))
    assert len(ours & his) > 100  # "agree on most names"
    ratio = came[list(ours - his)].mean() / came[list(his - ours)].mean()
    assert 5 < ratio < 6  # "more than five times as much"
    recent = parts[0][parts[0]["date"].dt.year == 2023].groupby("customer_id")["profit"].sum()
    rule = set(recent.nlargest(187).index)
    found = [came[list(chosen)].sum() / came.sum() for chosen in (ours, rule)]
    assert 0.02 < found[0] - found[1] < 0.05  # "comes close to the model"
    lately = set((customers["recency"] - customers["T"]).nlargest(187).index)
    orders = customers["frequency_holdout"]
    for chosen in (ours, lately):  # "nine in ten of its names came back, as of the model's"
        assert (orders[list(chosen)] > 0).mean() == pytest.approx(0.9, abs=0.02)
    often = [orders[list(chosen)].sum() for chosen in (ours, lately)]
    each = [came[list(chosen)].sum() / n for chosen, n in zip((ours, lately), often, strict=True)]
    assert often[1] < 0.8 * often[0]  # "does not know who comes often"
    assert each[1] < 0.9 * each[0]  # "and spends much"


def test_the_best_fifth_that_was_not_foreseen(prose, customers, forecast, came):
    n = len(customers) // 5
    best, foretold = (set(s.nlargest(n).index) for s in (came, forecast["clv"]))
    assert round(100 * len(best - foretold) / n) == 29
    assert round(100 * len(foretold - best) / (len(customers) - n)) == 7
    assert "Here it is 29 % and 7 %" in prose
    assert came.nlargest(n).min() > 0  # the best fifth is not cut among those who brought nothing


def test_the_played_range_of_gustav(prose, customers, fits, came):
    ahead = customers["T_holdout"].iloc[0]
    terms = {"horizon": ahead, "margin": lesson.margin(2023), "worlds": 400, "rng": 9}
    played = clv.futures(customers, *fits, **terms)
    gustav = played.each().loc["Q01111"]
    assert f"from {gustav['low']:.0f} to {gustav['high']:,.0f} €" in prose
    assert came.sum() < played.total().loc["all", "low"]  # "outside even the played range"


def test_what_the_played_futures_say(prose, customers, fits, forecast, came):
    ahead = customers["T_holdout"].iloc[0]
    terms = {"horizon": ahead, "margin": lesson.margin(2023), "rng": 9}
    played = clv.futures(customers, *fits, worlds=400, **terms)
    each, total = played.each(), played.total().loc["all"]
    assert round(100 * came.between(each["low"], each["high"]).mean()) == 95
    assert came.between(forecast["clv_lower"], forecast["clv_upper"]).mean() < 0.035
    assert (came == 0).mean() == pytest.approx(0.48, abs=0.005)  # "half of all brought nothing"
    gustav, his = forecast.loc["Q01111"], each.loc["Q01111"]
    width = gustav["clv_upper"] - gustav["clv_lower"]
    assert round((his["high"] - his["low"]) / width) == 26
    assert round(gustav["clv"]) == 582
    gross = clv.value_by_group(customers, *fits, margin=lesson.margin(2023), discount_rate=0.0,
                               horizon=ahead, rng=9).loc["all"]  # fmt: skip
    width = gross["total_upper"] - gross["total_lower"]
    assert 1.5 < (total["high"] - total["low"]) / width < 2  # "less than twice"
    n = len(customers) // 5
    foretold = set(forecast["clv"].nlargest(n).index)
    worlds = (pd.Series(money, customers.index).nlargest(n).index for money in played.value)
    misses = [1 - len(foretold & set(best)) / n for best in worlds]
    low, high = np.quantile(misses, [0.05, 0.95])
    assert low > 0.28
    assert high < 0.36
    assert np.mean(misses) == pytest.approx(0.3, abs=0.03)  # "three in ten"
    assert 1 - len(foretold & set(came.nlargest(n).index)) / n < np.mean(misses)
    assert "our 29 % are no more than that" in prose


def test_two_customers_on_one_line(fits, customers):
    terms = {"discount_rate": clv.per_period_rate(0.1), "margin": lesson.margin(2023)}
    ahead = customers["T_holdout"].iloc[0]
    curves = clv.iso_value(fits[0], T=100, spend=fits[1], monetary_value=46, horizon=ahead, **terms)
    weeks = [round(np.interp(100, curves[placed], curves.index)) for placed in (7, 16)]
    assert weeks == [85, 77]


def test_the_cap_and_what_the_customers_of_2024_brought(prose, customers, fits):
    rate, ahead = clv.per_period_rate(0.1), customers["T_holdout"].iloc[0]
    terms = {"discount_rate": rate, "margin": lesson.margin(2023)}
    new = clv.acquisition_cap(*fits, horizon=ahead, **terms, rng=9)
    assert round(new.cap) == 117
    assert round(new.payback(60)) == 31
    assert round(clv.acquisition_cap(*fits, horizon=5 * lesson.YEAR, **terms).cap) == 187
    # The same cap from customers drawn by hand: pace, coin, and the integral over two years.
    rng, (r, alpha, a, b) = np.random.default_rng(2), fits[0].params[["r", "alpha", "a", "b"]]
    pace, coin = rng.gamma(r, 1 / alpha, 400_000), rng.beta(a, b, 400_000)
    fading = pace * coin + np.log1p(rate)
    orders = 1 + (pace * (1 - np.exp(-fading * ahead)) / fading).mean()
    assert new.cap == pytest.approx(orders * 47.14 * lesson.margin(2023), rel=0.01)
    year = new.curve(52).iloc[0]
    log = lesson.orders()
    age = (log["date"] - log["first"]).dt.days
    early = log[age <= 364].assign(worth=log["profit"] * 1.1 ** (-age / 365.25))
    by_year = early.groupby(early["first"].dt.year)
    each = by_year["worth"].sum() / by_year["customer_id"].nunique()
    assert year["lower"] < each[2022] < year["upper"]  # "the forecast is right"
    assert round(each[2024]) == 55
    assert each[2024] / each[2022] == pytest.approx(2 / 3, abs=0.02)  # "a third less"
    assert each[2024] < 60
    assert 0.28 < 1 - each[2024] / year["value"] < 0.33  # "almost a third less than promised"
    rates = by_year.size() / by_year["customer_id"].nunique()
    kept = by_year["profit"].sum() / by_year["amount"].sum()
    assert rates[2024] < 0.8 * rates[2022]  # "fewer orders, lower margins"
    assert kept[2024] < 0.9 * kept[2022]
    assert "(75 to 84 €)" in prose
    assert [round(year["lower"]), round(year["upper"])] == [75, 84]
    last = log.loc[log["first"].dt.year == 2024, "first"].max()
    assert (pd.Timestamp("2025-12-31") - last).days >= 364  # a full year is seen of everybody


def test_cohorts_as_stated(prose):
    log = lesson.orders()
    earned = log.groupby("customer_id")["profit"].sum()
    paid = (
        datasets.load_shop_channels()
        .groupby("year")
        .apply(lambda t: np.average(t["acquisition_cost"], weights=t["new_customers"]))
    )
    each, alike = {}, {}
    age = (log["date"] - log["first"]).dt.days / 365.25
    at_first = log["amount"] * lesson.margin(2025) * 1.1**-age
    at_first = at_first.groupby(log["customer_id"]).sum()
    for year in (2022, 2025):
        table = lesson.customers(year, None)
        table = table.assign(earned=earned, year=year)
        ahead = (year - 2020.5) * lesson.YEAR
        worth = clv.cohort_value(
            table, lesson.buying(year, None), lesson.spending(), cohort="year", to_date="earned",
            horizon=ahead, discount_rate=clv.per_period_rate(0.1), margin=lesson.margin(2025),
        )  # fmt: skip
        each[year] = worth["total_each"].item()
        to_come = clv.value(
            table, lesson.buying(year, None), lesson.spending_of_all(), horizon=ahead,
            discount_rate=clv.per_period_rate(0.1), margin=lesson.margin(2025),
        )["clv"] * 1.1 ** (-table["T"] / lesson.YEAR)  # fmt: skip
        alike[year] = (at_first.reindex(table.index) + to_come).mean()
    assert 0.4 < each[2025] / each[2022] < 0.5  # "less than half"
    assert f"it is {alike[2025]:.0f} € against {alike[2022]:.0f} €" in prose
    # "the larger part is the customers"
    assert np.log(alike[2025] / alike[2022]) < np.log(each[2025] / each[2022]) / 2
    assert paid[2025] / paid[2022] == pytest.approx(2.5, abs=0.05)


def test_social_media_customers_order_less_and_leave_sooner():
    channel = datasets.load_shop_customers().set_index("customer_id")["channel"]
    table = lesson.customers(2025, None)
    own = channel.reindex(table.index)
    assert table[own == "social"]["frequency"].mean() < 0.8 * table["frequency"].mean()
    readme = (ROOT / "datasets/README.md").read_text(encoding="utf-8")
    by_rate, by_staying = re.search(
        r"\| social \|[^|]*\|[^|]*\| ([^|]*) \| ([^|]*) \|", readme
    ).groups()
    assert float(by_rate.replace("−", "-")) < 0
    assert float(by_staying.replace("−", "-")) < 0
    costs = datasets.load_shop_channels().set_index(["year", "channel"])["acquisition_cost"]
    assert costs[2025, "search"] == 31
    assert costs[2025, "social"] == 44
    assert costs[2025].max() < lesson.cap()
    assert lesson.cap() / lesson.cap_of_2022() == pytest.approx(0.5, abs=0.05)  # "about half"


def test_the_three_shops_of_the_first_exercise(prose):
    rng = np.random.default_rng(9)
    counts = rng.geometric(0.25, 1500)
    kinds = {"A": clv.GammaGamma(p=1, q=3, gamma=60), "B": clv.GammaGamma(p=6, q=4, gamma=25)}
    shops = {name: kind.simulate(counts, rng=rng).customers for name, kind in kinds.items()}
    shops["C"] = kinds["B"].simulate(counts, rng=rng).customers
    shops["B"]["monetary_value"] *= (counts / counts.mean()) ** -0.2
    found = {name: clv.independence(shop, rng=1) for name, shop in shops.items()}
    assert {name for name, result in found.items() if result.plausible} == {"A", "C"}
    assert found["A"].lower > 0  # a textbook test rejects it
    low, high = found["A"].chance_lower, found["A"].chance_upper
    assert f"rank correlation of {low:.2f} to {high:.2f}" in prose
    assert found["B"].per_doubling == pytest.approx(-0.08, abs=0.005)
    assert found["B"].per_doubling_upper - found["B"].per_doubling == pytest.approx(0.04, abs=0.005)
    assert pytest.approx(-0.13, abs=0.002) == 2**-0.2 - 1
    assert found["B"].per_doubling_lower > 2**-0.2 - 1


def test_what_the_agency_left_out(prose):
    rate, five = clv.per_period_rate(0.1), 5 * lesson.YEAR
    model = lesson.buying(2022, SPLIT)

    def later(interest, margin):
        new = clv.acquisition_cap(
            model, lesson.spending(), horizon=five, discount_rate=interest, margin=margin
        )
        return round(new.later)

    steps = [round(lesson.agency()), later(0, 1.0), later(0, lesson.margin(2023))]
    steps.append(later(rate, lesson.margin(2023)))
    assert steps == [652, 473, 201, 167]
    assert "652 € shrink to 473 when people may leave, to 201 when the goods are paid for" in prose
