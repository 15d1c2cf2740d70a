"""What the audit computes, against independent computations and published numbers."""

import numpy as np
import pandas as pd
import pytest

from centricity import clv, transactions
from centricity.audit import Options, Part, analyse, priorities
from centricity.audit.findings import findings
from centricity.audit.worth import LEVEL

SAMPLE = Options(
    names=("master_id", "customer_id", "date", "cds", "dollars"), margin=0.5, duplicates="keep"
)


@pytest.fixture(scope="session")
def sample(cdnow_sample_path):
    return analyse(cdnow_sample_path, SAMPLE)


@pytest.fixture(scope="session")
def found(world, tmp_path_factory):
    path = tmp_path_factory.mktemp("world") / "orders.csv"
    world.to_csv(path, index=False)
    return analyse(path, Options(margin=0.3))


def test_cdnow_sample_keeps_every_row_and_guesses_from_given_names(sample):
    facts = sample.cleaned.report.attrs
    assert (facts["rows"], facts["rejected"]) == (6919, 0)
    assert sample.source.columns == {
        "customer": "customer_id",
        "date": "date",
        "amount": "dollars",
    }
    assert len(sample.customers) == 2357
    assert sample.base.found.overview.orders == 6919 - 223  # same-day repeats are one order


def test_cdnow_sample_is_fitted_as_the_log_itself_would_be(sample, cdnow_log):
    fit = clv.BGNBD.fit(transactions.summarize(cdnow_log, observation_end="1998-06-30"))
    assert sample.worth.found.purchases.found.params.to_numpy() == pytest.approx(
        fit.params.to_numpy(), rel=1e-6
    )


def test_cdnow_sample_hold_out_counts_what_happened(sample, cdnow_log):
    held = sample.worth.found.holdout.found
    days = cdnow_log.drop_duplicates(["customer_id", "date"])
    first = days.groupby("customer_id")["date"].transform("min")
    late = (days["date"] > held.calibration_end) & (days["date"] > first)
    assert held.tracked.loc[held.tracked["holdout"], "actual"].sum() == late.sum()
    assert abs(held.miss) < 0.15  # this data set is the model's home


def test_values_are_margin_times_what_the_models_expect(found):
    worth = found.worth.found
    table = found.customers
    model, spend = worth.purchases.found.model, worth.spend.found.model
    # three years of weeks, each purchase discounted at its week, by plain summation
    weeks = np.arange(0, 157)
    ahead = np.array([model.expected_purchases(table.head(5), float(w)) for w in weeks])
    weight = 1.1 ** (-(weeks[1:] - 0.5) * 7 / 365.25)
    by_hand = 0.3 * spend.expected_spend(table.head(5)) * (np.diff(ahead, axis=0).T @ weight)
    assert table["clv"].head(5).to_numpy() == pytest.approx(by_hand.to_numpy(), rel=0.01)


def test_tiers_of_value_add_up_and_lie_inside_their_intervals(found):
    table = found.worth.found.by_tier.found
    tiers = table.drop(index="all")
    assert tiers["customers"].sum() == len(found.customers)
    assert tiers["total"].sum() == pytest.approx(found.customers["clv"].sum())
    assert tiers["share"].sum() == pytest.approx(1)
    for name in ("mean", "total"):
        assert (table[f"{name}_lower"] < table[name]).all()
        assert (table[name] < table[f"{name}_upper"]).all()


def test_the_interval_agrees_with_one_over_all_customers(found):
    worth, table = found.worth.found, found.customers
    opts, rng = found.options, np.random.default_rng(3)
    draws = zip(worth.purchases.found.draws(100, rng).to_numpy(),
                worth.spend.found.draws(100, rng).to_numpy(), strict=True)  # fmt: skip
    totals = [
        clv.value(table, clv.BGNBD(*a), clv.GammaGamma(*b), horizon=opts.units_ahead,
                  discount_rate=opts.unit_rate, margin=0.3)["clv"].sum()
        for a, b in draws
    ]  # fmt: skip
    low, high = np.quantile(totals, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    whole = worth.by_tier.found.loc["all"]
    assert whole["total_upper"] - whole["total_lower"] == pytest.approx(high - low, rel=0.35)


def test_every_customer_is_in_exactly_one_group(found):
    groups = found.priorities.found
    assert groups["customers"].sum() == len(found.customers)
    assert groups["clv"].sum() == pytest.approx(found.customers["clv"].sum())
    assert found.customers["group"].notna().all()


def test_groups_cover_every_pair_of_tier_and_stage_once():
    pairs = [(t, s) for one in priorities.GROUPS for t in one.tiers for s in one.stages]
    every = {(t, s) for t in priorities.ANY for s in ("new", "active", "at risk", "lapsed")}
    assert set(pairs) == every
    assert len(pairs) == len(set(pairs))


def test_a_frequent_buyer_after_a_short_pause_is_not_called_at_risk():
    tiers = Part(pd.Series(["top", "top"], index=["A", "B"], dtype="category"))
    stages = Part(pd.Series(["at risk", "at risk"], index=["A", "B"], dtype="category"))
    group = priorities.assign(tiers, stages, pd.Series({"A": 0.95, "B": 0.6})).found
    assert group.to_dict() == {"A": "Keep close", "B": "Win back"}


def test_customers_below_zero_get_their_own_action_whatever_their_stage():
    stages = ["new", "active", "at risk", "lapsed"]
    tiers = Part(pd.Series(["below zero"] * 4, index=list("ABCD"), dtype="category"))
    group = priorities.assign(tiers, Part(pd.Series(stages, index=list("ABCD"), dtype="category")))
    assert set(group.found) == {"Change the terms"}
    table = pd.DataFrame({"sales_last_year": [-1.0, -2.0, -3.0, -4.0]}, index=list("ABCD"))
    row = priorities.tabulate(group, table).found.loc["Change the terms"]
    assert (row["customers"], row["sales_last_year"]) == (4, -10.0)
    assert "Find out why" in row["action"]


def test_periods_add_up_to_the_whole(found):
    base = found.base.found
    assert base.periods["sales"].sum() == pytest.approx(base.overview.sales)
    assert base.periods["orders"].sum() == base.overview.orders
    assert base.periods["new"].sum() == base.overview.customers


def test_the_change_of_sales_is_the_product_of_its_parts(found):
    table = found.base.found.change
    if table.value is None:
        assert "two years" in table.reason
        return
    rows = table.found.drop(index="change")
    assert (rows["active"] * rows["orders_each"] * rows["value"]).to_numpy() == pytest.approx(
        rows["sales"].to_numpy()
    )


def test_customers_whose_repeat_purchases_were_free_are_valued_low_and_reported(world, tmp_path):
    gift = world["customer_id"].value_counts().index[0]
    log = world.assign(amount=world["amount"].where(world["customer_id"] != gift, 0.0))
    path = tmp_path / "orders.csv"
    log.to_csv(path, index=False)
    found = analyse(path)
    assert found.worth.found.free_of_charge == 1
    spend = found.customers["expected_spend"]
    assert spend[gift] == spend.min()


def test_findings_are_five_with_number_evidence_and_consequence_each(found, sample):
    for one in (found, sample):
        said = findings(one)
        assert len(said) == 5
        for finding in said:
            assert any(sign.isdigit() for sign in finding.number)
            assert any(sign.isdigit() for sign in finding.says)
            assert len(finding.label) > 10
            assert finding.says.endswith(".")
            assert finding.so_what.endswith(".")
            assert not set("<>*_`") & set(finding.title + finding.says + finding.so_what)


def test_without_a_margin_values_are_called_sales(sample, cdnow_sample_path, report_of, found):
    assert "in contribution" in " ".join(one.title for one in findings(found))
    assert "No margin was given" not in report_of(found)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"margin": 40}, r"^audit: margin is 40\. .* Write 0\.4 for 40 %\.$"),
        ({"margin": 0}, "margin is 0"),
        ({"discount_rate": -0.1}, "discount_rate is -0.1"),
        ({"horizon": 0}, "horizon is 0"),
        ({"unit": "h"}, "unit is 'h'"),
    ],
)
def test_options_out_of_bounds_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        Options(**options)
