"""The hire firm tells the story that the datasheet prints, and its truth can be found again."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from centricity import datasets, profitability

YEARS = (2023, 2024, 2025)


def year_of(year, within="within_a_year", goods=0.4):
    """Statement and costs of one year, as a consultant would make them."""
    years, log, pools = (
        load()
        for load in (
            datasets.load_hire_years,
            datasets.load_hire_activities,
            datasets.load_hire_pools,
        )
    )
    accounts = years[years["year"] == year].set_index("account_id")
    usage = profitability.usage_table(log[log["year"] == year], accounts=accounts.index)
    pools = pools[pools["year"] == year].set_index("pool").rename(columns={within: "avoidable"})
    costs = profitability.cost_to_serve(usage, datasets.load_hire_times(), pools=pools)
    table = profitability.statement(accounts, costs, goods="machine_cost", goods_avoidable=goods)
    return table, costs


@pytest.fixture(scope="module")
def firm():
    return {year: year_of(year) for year in YEARS}


@pytest.fixture(scope="module")
def truth():
    return datasets.hire_truth()


def test_columns_are_typed_and_complete():
    accounts, years = datasets.load_hire_accounts(), datasets.load_hire_years()
    assert accounts.index.is_unique
    assert accounts.notna().all(axis=None)
    assert (years.groupby("account_id").size() == 3).all()
    assert set(years["account_id"]) == set(accounts.index)
    log = datasets.load_hire_activities()
    assert set(log["account_id"]) <= set(accounts.index)
    assert set(log["activity"]) == set(datasets.load_hire_times().index)
    assert not log.duplicated(["account_id", "year", "activity"]).any()
    assert (log["quantity"] > 0).all()
    assert datasets.load_hire_pools()["capacity"].isna().sum() == len(YEARS)


def test_rates_per_hour_are_the_same_in_every_year(firm):
    rates = pd.DataFrame({year: costs.rates["rate"] for year, (_, costs) in firm.items()})
    assert np.allclose(rates[2023], rates[2024])
    assert np.allclose(rates[2023], rates[2025])
    per_hour = {
        "Sales": 60,
        "Order desk": 38,
        "Transport": 55,
        "Workshop": 52,
        "Accounts office": 36,
    }
    times = datasets.load_hire_times()
    assert np.allclose(rates[2024], times["hours"] * times["pool"].map(per_hour))


def test_truth_adds_up_at_the_rates_of_the_data(firm, truth):
    rates = firm[2024][1].rates["rate"]
    served = truth[rates.index] @ rates
    digits = 0.00005 * rates.sum()  # quantities are written with four decimals
    np.testing.assert_allclose(served, truth["cost_to_serve"], rtol=0, atol=digits)
    left = truth["revenue"] - truth["machine_cost"] - truth["cost_to_serve"]
    np.testing.assert_allclose(left, truth["profit"], atol=0.01)


def test_every_year_scatters_around_the_truth_without_leaning(firm, truth):
    """Mean deviation within four standard errors, for revenue, machines and cost to serve."""
    for name, seen in {
        "revenue": "revenue", "machine_cost": "goods", "cost_to_serve": "cost_to_serve",
    }.items():  # fmt: skip
        ratio = np.concatenate(
            [(table[seen] / truth[name]).to_numpy() - 1 for table, _ in firm.values()]
        )
        assert abs(ratio.mean()) < 4 * ratio.std() / np.sqrt(len(ratio)), name


def test_luck_has_the_size_that_the_datasheet_states(truth):
    years = datasets.load_hire_years().pivot_table(
        index="account_id", columns="year", values="revenue"
    )
    logs = np.log(years.div(truth["revenue"], axis=0)).to_numpy().ravel()
    low, high = stats.chi2.ppf([0.001, 0.999], len(logs) - 1) / (len(logs) - 1) * 0.30**2
    assert low < logs.var(ddof=1) < high
    assert abs(logs.mean() + 0.30**2 / 2) < 4 * 0.30 / np.sqrt(len(logs))


def test_trouble_varies_by_account_and_year_as_stated(truth):
    """Call-outs over expected: mean 1, variance 1/2 of the trouble plus what Poisson adds."""
    log = datasets.load_hire_activities()
    seen = log[log["activity"] == "call-outs"].pivot_table(
        index="account_id", columns="year", values="quantity", fill_value=0
    )
    seen = seen.reindex(truth.index, fill_value=0)
    often = truth["call-outs"] > 5
    ratio = seen[often].div(truth.loc[often, "call-outs"], axis=0).to_numpy().ravel()
    poisson = (1 / truth.loc[often, "call-outs"]).mean()
    assert abs(ratio.mean() - 1) < 4 * ratio.std() / np.sqrt(len(ratio))
    assert ratio.var() == pytest.approx(0.5 + poisson, rel=0.3)


def test_the_largest_account_is_the_worst_by_its_truth(firm, truth):
    assert truth["revenue"].idxmax() == truth["profit"].idxmin()
    for table, _ in firm.values():
        assert table["profit"].rank().loc[truth["revenue"].idxmax()] <= 5


def test_in_2025_sales_and_profits_of_accounts_rise_and_the_firms_profit_falls(firm):
    lines = {year: profitability.bridge(*both) for year, both in firm.items()}
    for name in ("revenue", "profit of all accounts"):
        assert lines[2025][name] > lines[2024][name]
    assert lines[2025]["profit of the firm"] < 0 < lines[2024]["profit of the firm"]


def test_datasheet_prints_the_story_of_the_data(source, firm, truth):
    readme = " ".join((source / "README.md").read_text(encoding="utf-8").split())
    for year, (table, costs) in firm.items():
        lines = profitability.bridge(table, costs)
        unused = costs.reconciliation["unused"].sum()
        whale = profitability.whale_curve(table["profit"])
        cells = [
            f"{lines['revenue']:,.0f}", f"{-lines['goods']:,.0f}",
            f"{-lines['cost to serve']:,.0f}", f"{lines['profit of all accounts']:,.0f}",
            f"{unused:,.0f}", f"{lines['profit of the firm']:,.0f}".replace("-", "−"),
            f"{whale.top_share(0.2):.2f}", f"{whale.peak_share:.2f}", f"{whale.losing}",
        ]  # fmt: skip
        assert f"| {year} | {' | '.join(cells)} |" in readme
    whale = profitability.whale_curve(truth["profit"])
    assert f"| truth | {truth['revenue'].sum():,.0f} |" in readme
    assert (
        f"{whale.total:,.0f} | | | {whale.top_share(0.2):.2f} | {whale.peak_share:.2f} | "
        f"{whale.losing} |" in readme
    )


def test_another_seed_draws_another_firm(generator):
    one, two = (generator.draw_hire.draw(seed)["hire_years"]["revenue"] for seed in (1, 2))
    assert not np.allclose(one, two)
