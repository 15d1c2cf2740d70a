"""The shop tells the story that the datasheet prints, and its truth can be found again."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from centricity import clv, datasets, transactions


@pytest.fixture(scope="module")
def orders():
    return datasets.load_shop_orders()


@pytest.fixture(scope="module")
def people():
    return datasets.load_shop_customers()


@pytest.fixture(scope="module")
def cohorts(orders, people):
    """Customers tables by cohort, observed to the end of the data."""
    customers = transactions.summarize(orders, observation_end="2025-12-31")
    quarter = people.set_index("customer_id")["first_order"].dt.to_period("Q").astype("str")
    return dict(list(customers.groupby(quarter.reindex(customers.index))))


@pytest.fixture(scope="module")
def years(orders):
    channels = datasets.load_shop_channels()
    year = orders["date"].dt.year
    spent = channels["new_customers"] * channels["acquisition_cost"]
    return pd.DataFrame(
        {
            "orders": orders.groupby(year).size(),
            "buyers": orders.groupby(year)["customer_id"].nunique(),
            "sales": orders.groupby(year)["amount"].sum(),
            "gross": (orders["amount"] - orders["cost"]).groupby(year).sum(),
            "acquisition": spent.groupby(channels["year"]).sum(),
        }
    ).assign(profit=lambda t: t["gross"] - t["acquisition"])


def test_columns_are_typed(orders, people):
    assert [str(t) for t in orders.dtypes[["order_id", "customer_id", "category"]]] == ["str"] * 3
    assert pd.api.types.is_datetime64_any_dtype(orders["date"])
    assert pd.api.types.is_datetime64_any_dtype(people["first_order"])
    assert orders["date"].min() == pd.Timestamp("2022-01-01")
    assert orders["date"].max() == pd.Timestamp("2025-12-31")
    assert (orders["amount"] > 0).all()


def test_tables_agree_with_each_other(orders, people):
    first = orders.groupby("customer_id")["date"].min()
    assert (
        first.equals(people.set_index("customer_id")["first_order"].sort_index().rename("date"))
        or (first.to_numpy() == people.sort_values("customer_id")["first_order"].to_numpy()).all()
    )
    seen = people.groupby([people["first_order"].dt.year, "channel"]).size()
    told = datasets.load_shop_channels().set_index(["year", "channel"])["new_customers"]
    assert seen.to_dict() == told.to_dict()
    quarter = people["first_order"].dt.to_period("Q").astype("str")
    assert quarter.value_counts().to_dict() == datasets.shop_truth()["customers"].to_dict()


def test_the_shop_is_as_large_and_as_unequal_as_planned(orders):
    assert orders["customer_id"].nunique() >= 8_000
    assert 40_000 <= len(orders) <= 60_000
    repeats = orders.groupby("customer_id").size() - 1
    assert 3 <= repeats.mean() <= 6
    sales = orders.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    assert 0.60 <= sales.head(len(sales) // 5).sum() / sales.sum() <= 0.70


def test_in_2025_sales_rise_and_profit_falls(years):
    assert years["sales"].is_monotonic_increasing
    assert years.loc[2025, "profit"] < years.loc[2024, "profit"]
    assert years.loc[2022:2024, "profit"].is_monotonic_increasing
    assert (years["gross"] / years["sales"]).is_monotonic_decreasing


def test_datasheet_prints_the_story_of_the_data(source, years):
    readme = (source / "README.md").read_text(encoding="utf-8")
    for year, row in years.iterrows():
        assert f"| {year} | {' | '.join(f'{value:,.0f}' for value in row)} |" in readme
    rise, fall = (years[name].pct_change()[2025] * 100 for name in ("sales", "profit"))
    assert f"In 2025 sales rose by {rise:.1f} % and profit fell by {-fall:.1f} %." in readme


def test_datasheet_prints_the_true_parameters(source):
    readme = (source / "README.md").read_text(encoding="utf-8")
    assert "clv.BGNBD(r=0.6, alpha=7 + 0.28 c, a=0.40 + 0.025 c, b=3)" in readme
    assert "clv.GammaGamma(p=3.5, q=4.5, gamma=46)" in readme
    truth = datasets.shop_truth()
    c = np.arange(16)
    assert np.allclose(truth["alpha"], 7 + 0.28 * c)
    assert np.allclose(truth["a"], 0.40 + 0.025 * c)
    assert (truth[["r", "b", "p", "q", "gamma"]] == [0.6, 3.0, 3.5, 4.5, 46.0]).all(axis=None)


def test_later_cohorts_are_worse_by_their_truth():
    truth = datasets.shop_truth()
    year = [
        float(clv.BGNBD(**row).expected_purchases_new(52.18))
        for row in truth[["r", "alpha", "a", "b"]].to_dict("records")
    ]
    assert (np.diff(year) < 0).all()


def test_a_fit_on_the_first_cohort_holds_the_truth_in_its_intervals(cohorts):
    bounds = clv.BGNBD.fit(cohorts["2022Q1"]).conf_int()
    truth = datasets.shop_truth().loc["2022Q1", ["r", "alpha", "a", "b"]]
    assert ((bounds["lower"] < truth) & (truth < bounds["upper"])).all()


def test_ten_cohorts_reject_their_truth_no_more_than_chance_allows(cohorts):
    # Wilks: twice the gain in likelihood over the truth is chi-squared with 4 degrees each.
    truth = datasets.shop_truth()[["r", "alpha", "a", "b"]].head(10)
    gains = [
        2 * (clv.BGNBD.fit(cohorts[name]).loglike - clv.BGNBD(**row).loglike(cohorts[name]))
        for name, row in truth.iterrows()
    ]
    assert stats.chi2.sf(sum(gains), 40) > 0.01
    assert min(gains) >= 0


def test_spend_follows_the_true_gamma_gamma(cohorts):
    bounds = clv.GammaGamma.fit(pd.concat(cohorts.values())).conf_int(level=0.99)
    truth = datasets.shop_truth().iloc[0][["p", "q", "gamma"]]
    assert ((bounds["lower"] < truth) & (truth < bounds["upper"])).all()


def test_channels_differ_in_quality_and_the_mix_gets_worse(orders, people):
    log = orders.merge(people, on="customer_id")
    age = (log["date"] - log["first_order"]).dt.days
    old = people["first_order"] < "2025-07-01"
    repeats = log[age.between(1, 180) & (log["first_order"] < "2025-07-01")]
    rate = repeats.groupby("channel").size() / people[old].groupby("channel").size()
    assert rate[["referral", "store"]].min() > rate["search"]
    assert rate["search"] > rate[["social", "marketplace"]].max()
    poor = people["channel"].isin(["social", "marketplace"])
    assert poor.groupby(people["first_order"].dt.year).mean().is_monotonic_increasing
