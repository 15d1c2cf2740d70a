"""New customers for a target: by hand, again in loops, and whether the cases hold what they say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lens_logs import ledger, logs
from scipy.stats import binom

from centricity import audit, clv, datasets

CUSTOMERS = (200, 220, 240, 260, 280, 300)


def by_hand():
    """Three cohorts of ten: 100, 50, 40; then 120, 72; then 110."""
    rows = []
    for born, sales in ((2022, (100, 50, 40)), (2023, (120, 72)), (2024, (110,))):
        for age, money in enumerate(sales):
            rows += [(f"{born}-{n}", f"{born + age}-06-01", money / 10) for n in range(10)]
    rows.append(("2022-0", "2022-01-01", 0.0))
    log = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return log.assign(date=pd.to_datetime(log["date"]))


def test_needed_of_a_worked_example():
    found = audit.all_cohorts(by_hand(), end="2024-12-31").needed(260.6)
    first, later = (50 + 72) / (100 + 120), 40 / 50
    assert found.by_cohort["ratio"].tolist() == pytest.approx([later, later, first])
    assert found.by_cohort["expected"].tolist() == pytest.approx([32, 57.6, 61])
    assert found.existing == pytest.approx(150.6)
    assert found.per_new == 11
    assert found.new_customers == pytest.approx(10)
    assert (str(found.start.date()), str(found.end.date())) == ("2025-01-01", "2025-12-31")
    # Sales per new customer went 10, 12, 11: 10 % in two steps.
    assert found.trend.at[0, "change"] == pytest.approx(1.1**0.5 - 1)
    assert found.if_trend_continues == pytest.approx(10 / 1.1**0.5)
    assert found.acquired_last == 10
    ageing = found.ageing.to_numpy()
    assert ageing[0].tolist() == [10, 5, 4]
    assert np.isnan(ageing[2, 1:]).all()


def a_log(table):
    """Ten customers in each cohort, with these sales by age."""
    rows = [
        (f"{born}-{n}", f"{2020 + born + age}-06-01", money / 10)
        for born, sales in enumerate(table)
        for age, money in enumerate(sales)
        for n in range(10)
    ]
    rows.append(("0-0", "2020-01-01", 0.0))
    log = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return log.assign(date=pd.to_datetime(log["date"]))


@pytest.mark.parametrize(
    ("table", "falls"),
    [
        (
            (
                (1000, 900, 750, 700, 680),
                (1000, 800, 650, 590),
                (1000, 700, 520),
                (1000, 600),
                (1000,),
            ),
            True,
        ),
        (((1000, 800, 600, 500), (1100, 850, 650), (900, 730), (1000,)), False),
        (((900, 720, 640, 600), (1000, 700, 590), (1100, 700), (1000,)), True),
    ],
)
def test_fade_is_the_end_of_a_regression_interval_that_is_nearer_to_none(table, falls):
    """Ratios of all steps on cohort and age, weighted by what was expected; again by statsmodels.

    The last two ages that have a step share a ratio.
    """
    import statsmodels.api as sm

    last = max(born + len(sales) for born, sales in enumerate(table)) - 1
    steps = pd.DataFrame(
        [
            (born, min(age, len(table) - 3), sales[age], sales[age + 1])
            for born, sales in enumerate(table)
            for age in range(len(sales) - 1)
        ],
        columns=["cohort", "age", "base", "came"],
    )
    sums = steps.groupby("age")[["base", "came"]].sum()
    kept = sums["came"] / sums["base"]
    fitted = steps["base"] * steps["age"].map(kept)
    columns = pd.get_dummies(steps["age"]).astype(float).assign(cohort=steps["cohort"])
    line = sm.WLS(steps["came"] / fitted, columns, weights=fitted).fit()
    low, high = line.conf_int(0.2).loc["cohort"]
    fade = high if high < 0 else max(low, 0)
    assert (fade < 0) == falls
    found = audit.all_cohorts(a_log(table), end=f"{2020 + last}-12-31").needed(10_000)
    assert found.fade == pytest.approx(fade, abs=1e-9)
    newest = len(table) - 1
    mean = np.average(steps["cohort"], weights=fitted * (steps["age"] == 0))
    ratio = kept[0] * np.exp(fade * (newest - mean))
    assert found.by_cohort["ratio"].iloc[-1] == pytest.approx(ratio)
    assert any("from cohort to cohort (as far as" in s for s in found.assumptions) == falls


def test_existing_customers_of_a_shop_whose_cohorts_fade_ever_faster_are_not_overstated():
    """Shops drawn from the truth of the shipped one, lived one year longer than the log."""
    truth = datasets.shop_truth().reset_index()
    rng, worlds, off, hits = np.random.default_rng(8), 60, [], 0
    for _ in range(worlds):
        log = a_shop(truth, rng)
        known, later = log[log["date"] < "2026"], log[log["date"] >= "2026"]
        lasting = later["amount"].sum()
        found = audit.all_cohorts(known, end="2025-12-31").needed(750_000)
        off.append(found.existing / lasting - 1)
        hits += found.existing_low <= lasting <= found.existing_high
    # The chain ladder alone is 5 % too high, nine standard errors from none.
    assert abs(np.mean(off)) < 3 * np.std(off) / worlds**0.5 + 0.005
    assert hits >= binom.ppf(0.001, worlds, 0.8)


def a_shop(truth, rng):
    """Draw the customers of a shop, each with orders to the end of 2026."""
    end, parts = pd.Timestamp("2026-12-31"), []
    for number, row in enumerate(truth.itertuples()):
        quarter = pd.Period(row.cohort)
        days = (quarter.end_time.normalize() - quarter.start_time).days + 1
        first = quarter.start_time + pd.to_timedelta(rng.integers(0, days, row.customers), "D")
        model = clv.BGNBD(r=row.r, alpha=row.alpha, a=row.a, b=row.b)
        drawn = model.simulate(((end - first).days + 1).to_numpy() / 7 - 1e-6, rng=rng).purchases
        at, after = drawn["customer"].to_numpy(), np.floor(drawn["time"].to_numpy() * 7)
        spend = clv.GammaGamma(p=row.p, q=row.q, gamma=row.gamma)
        counts = np.bincount(at, minlength=row.customers)
        amounts = spend.simulate(counts, rng=rng).purchases["amount"].to_numpy()
        order = np.argsort(at, kind="stable")
        parts.append(pd.DataFrame({"customer_id": number * 10_000 + at[order],
                                   "date": first[at[order]] + pd.to_timedelta(after[order], "D"),
                                   "amount": amounts}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_a_target_that_is_met_needs_nobody():
    found = audit.all_cohorts(by_hand(), end="2024-12-31").needed(100)
    assert found.new_customers == 0
    assert found.low == 0


def test_blocks_end_with_the_last_day_whatever_the_calendar_says():
    log = by_hand()
    log["date"] -= pd.DateOffset(months=4)
    found = audit.all_cohorts(log, end="2024-08-31").needed(260.6)
    assert found.new_customers == pytest.approx(10)
    assert found.by_cohort.index[0] == "2021-09-01 to 2022-08-31"
    assert str(found.end.date()) == "2025-08-31"


@given(
    logs(min_size=15, max_size=40, customers=12),
    st.sampled_from(["Q", "Y"]),
    st.integers(0, 60),
    st.integers(1, 500),
)
@settings(max_examples=25, deadline=None)
def test_needed_is_what_plain_loops_find(log, every, more, target):
    end = log["date"].max().normalize() + pd.Timedelta(days=more)
    base = audit.all_cohorts(log, every=every, end=end)
    try:
        found = base.needed(target)
    except ValueError:
        assume(False)
    months, book = {"Q": 3, "Y": 12}[every], ledger(log)
    after = (end + pd.Timedelta(days=1)).date()
    births = {who: min(days) for who, days in book.items()}

    edges = []  # first days of the blocks, counted back from the end
    while not edges or edges[-1] > min(births.values()):
        back = pd.DateOffset(months=months * (len(edges) + 1))
        edges.append((pd.Timestamp(after) - back).date())

    def block(day):
        return next(number for number, edge in enumerate(edges) if edge <= day)

    sizes, whole, fresh = {}, 0.0, 0.0
    for who, days in book.items():
        back = block(births[who])
        sizes[back] = sizes.get(back, 0) + 1
        whole += sum(e[1] for e in days.values())
        if back == 0:
            fresh += sum(e[1] for e in days.values())
    # The first block may lack a twentieth of its days, and no more than sixty are kept.
    table = found.by_cohort["customers"].to_numpy()[::-1]
    assert table.sum() == len(book)
    for back in range(len(table) - 1):
        assert table[back] == sizes.get(back, 0)
    assert found.per_new == pytest.approx(fresh / sizes[0])
    assert found.existing == pytest.approx(found.by_cohort["expected"].sum(), abs=1e-6)
    gap = target - found.existing
    assert found.new_customers == pytest.approx(max(0, gap / found.per_new))
    assert found.low <= found.new_customers + 1e-9
    assert found.high >= found.new_customers - 1e-9
    money = found.ageing.to_numpy() * found.by_cohort["customers"].to_numpy()[:, None]
    assert np.nansum(money) == pytest.approx(whole, abs=1e-6)


def world(kind, rng):
    """Draw six cohorts by year; the sixth and the sixth year are what has to be foretold."""
    fall = {"alike": 1.0, "unlike": 1.0, "worse": 0.93, "years": 1.0}[kind]
    level = fall ** np.arange(6) * np.exp(rng.normal(0, 0.08 * (kind == "unlike"), 6))
    year = np.exp(rng.normal(0, 0.06 * (kind == "years"), 6))
    parts = []
    for cohort, size in enumerate(CUSTOMERS):
        rate = rng.gamma(0.8, 3 / 0.8, size) * level[cohort]
        born = rng.integers(0, 365, size)
        parts.append((cohort, np.arange(size), born))
        for age in range(6 - cohort):
            share = 1 - born / 365 if age == 0 else 0.8 * age**-0.3
            orders = rng.poisson(rate * share * year[cohort + age])
            who = np.repeat(np.arange(size), orders)
            low = born[who] if age == 0 else 0
            parts.append((cohort + age, who, rng.integers(low, 365, len(who)), cohort))
    frames = [
        pd.DataFrame({"customer_id": [f"{p[-1] if len(p) > 3 else p[0]}-{n}" for n in p[1]],
                      "date": pd.to_datetime(f"{2020 + p[0]}-01-01") + pd.to_timedelta(p[2], "D"),
                      "amount": 20.0 * level[p[0] if len(p) == 3 else p[3]]})
        for p in parts
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize("kind", ["alike", "unlike", "worse", "years"])
def test_the_low_and_the_high_case_hold_the_truth_as_often_as_they_say(kind):
    rng, worlds, hits = np.random.default_rng(11), 60, 0
    for _ in range(worlds):
        log = world(kind, rng)
        known, later = log[log["date"] < "2025"], log[log["date"] >= "2025"]
        new = later["customer_id"].str.startswith("5-")
        brings = later["amount"][new].sum() / CUSTOMERS[5]
        target = 1.1 * known["amount"][known["date"] >= "2024"].sum()
        truth = max(0.0, (target - later["amount"][~new].sum()) / brings)
        found = audit.all_cohorts(known, end="2024-12-31").needed(target, level=0.8)
        hits += found.low <= truth <= found.high
    # As often as said, but for what chance does to sixty worlds in a thousand tries.
    assert hits >= binom.ppf(0.001, worlds, 0.8)


def test_cohorts_that_get_worse_are_said_to():
    rng = np.random.default_rng(4)
    log = world("worse", rng)
    found = audit.all_cohorts(log[log["date"] < "2025"], end="2024-12-31").needed(60_000)
    assert found.trend.at[0, "change"] < -0.05
    assert found.if_trend_continues > found.new_customers > 0
    assert any("less per new customer than the one before" in said for said in found.assumptions)


def test_needed_says_what_is_too_short_or_missing():
    log = by_hand()
    with pytest.raises(ValueError, match=r"AllCohorts.needed: the log covers 1 whole year up to "
                       r"the end.*every='Q'"):  # fmt: skip
        audit.all_cohorts(log[log["date"] >= "2023"], end="2024-12-31").needed(10)
    with pytest.raises(ValueError, match="the last year before the end has no new customers"):
        audit.all_cohorts(log, end="2026-12-31").needed(10)
    short = log[log["date"] >= "2024-05"]
    with pytest.raises(
        ValueError, match=r"the log covers \d whole months? up to.*Use a longer log"
    ):
        audit.all_cohorts(short, every="M", end="2024-07-10").needed(10)
    base = audit.all_cohorts(log, end="2024-12-31")
    with pytest.raises(ValueError, match=r"target_sales is 0. It must be a number above 0"):
        base.needed(0)
    with pytest.raises(ValueError, match=r"level is 1. It must be a number above 0 and below 1"):
        base.needed(10, level=1)
