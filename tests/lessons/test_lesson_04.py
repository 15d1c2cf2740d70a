"""The numbers that lesson 04 states in its prose, computed without the lenses that it teaches."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from centricity import audit, clv, datasets, transactions
from centricity.audit.findings import findings
from centricity.exercises import find, lesson_04

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/04_customer_base_audit.py"
YEARS = [2022, 2023, 2024, 2025]
LAST = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def prose():
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return " ".join(" ".join(line.lstrip("# ") for line in lines if line.startswith("#")).split())


@pytest.fixture(scope="module")
def log():
    table = lesson_04.shop()
    return table.assign(year=table["date"].dt.year, came=table["first_order"].dt.year)


@pytest.fixture(scope="module")
def days(log):
    """One row per customer and day with an order."""
    return log.drop_duplicates(["customer_id", "date"])


@pytest.fixture(scope="module")
def sales(log):
    return log.pivot_table("amount", "customer_id", "year", "sum", fill_value=0)


@pytest.fixture(scope="module")
def came(log):
    return log.groupby("customer_id")["came"].first()


@pytest.fixture(scope="module")
def took(log):
    """Days until the second order, missing where there is none yet."""
    first = log.groupby("customer_id")["first_order"].first()
    again = log[log["date"] > log["first_order"]].groupby("customer_id")["date"].min()
    return (again.reindex(first.index) - first).dt.days


@pytest.fixture(scope="module")
def channels():
    return datasets.load_shop_channels().pivot(index="channel", columns="year")


def spent(channels, year):
    return (channels["new_customers"][year] * channels["acquisition_cost"][year]).sum()


def profit(log, channels, year):
    return log.loc[log["year"] == year, "profit"].sum() - spent(channels, year)


def test_the_two_lines_of_the_accounts(prose, log, channels):
    sold = log.groupby("year")["amount"].sum()
    gained = {year: profit(log, channels, year) for year in (2024, 2025)}
    assert f"Sales grew by {100 * (sold[2025] / sold[2024] - 1):.0f} % in 2025" in prose
    assert f"profit fell by {100 * (1 - gained[2025] / gained[2024]):.0f} %" in prose
    assert gained[2025] == pytest.approx(174_725, abs=1)  # datasheet


def test_inactive_is_not_lost(prose, sales):
    silent = sales[(sales[2023] > 0) & (sales[2024] == 0)]
    assert f'{len(silent):,} "lost customers"' in prose
    assert 0.17 < (silent[2025] > 0).mean() < 0.20  # "nearly one in five"


def test_one_period(prose, sales, days):
    year = sales.loc[sales[2025] > 0, 2025].sort_values(ascending=False)
    low, middle, high = np.quantile(year, [0.1, 0.5, 0.9])
    assert f"one customer in ten spent {low:.0f} euros or less, half spent {middle:.0f}" in prose
    assert f"one in ten {high:.0f} or more" in prose
    assert f"customer spent {year.mean():.0f} euros" in prose
    assert (year < year.mean()).mean() == pytest.approx(0.7, abs=0.02)  # "seven in ten"
    orders = days[days["year"] == 2025].groupby("customer_id").size()
    assert 0.42 < (orders == 1).mean() < 0.5  # "nearly half ordered once"
    assert f"the {len(year):,} customers of 2025" in prose
    tenth, half = len(year) // 10, len(year) // 2
    assert year[:tenth].sum() / year[half:].sum() == pytest.approx(3, abs=0.15)


def test_who_brought_the_change(prose, sales, came):
    had, has = sales[2024] > 0, sales[2025] > 0
    assert (had & ~has).sum() / had.sum() == pytest.approx(0.4, abs=0.02)  # "two fifths"
    gone = sales.loc[had & ~has, 2024].sum()
    new = sales.loc[came == 2025, 2025].sum()
    back = sales.loc[has & ~had & (came < 2025), 2025].sum()
    more = (sales[2025] - sales[2024])[had & has].sum()
    assert f"took {gone / 1000:.0f} thousand euros of sales along" in prose
    assert f"Newcomers brought {new / 1000:.0f} thousand" in prose
    assert f"after a silent year {back / 1000:.0f} thousand" in prose
    assert f"brought {more / 1000:.0f} thousand more than before" in prose
    change = sales[2025].sum() - sales[2024].sum()
    assert new + back + more - gone == pytest.approx(change, abs=0.01)
    both = sales[had & has].groupby(came).sum()
    rise = 100 * (both[2025] / both[2024] - 1)
    assert rise.round().astype(int).to_dict() == {2022: -9, 2023: -7, 2024: 27}
    assert f"spent {100 * (both[2025].sum() / both[2024].sum() - 1):.0f} % more in 2025" in prose
    assert (had & has & (came == 2024)).sum() / (had & has).sum() == pytest.approx(0.5, abs=0.02)


def test_the_walk_from_profit_to_profit(prose, log, days, channels):
    """Logarithmic shares, and what one lever at a time would give in every order."""
    rows = []
    for year in (2024, 2025):
        of_year = log[log["year"] == year]
        buyers, orders = of_year["customer_id"].nunique(), (days["year"] == year).sum()
        sold, gained = of_year["amount"].sum(), of_year["profit"].sum()
        rows.append([buyers, orders / buyers, sold / orders, gained / sold])
    before, after = np.array(rows)
    total = after.prod() - before.prod()
    euros = total * np.log(after / before) / np.log(after.prod() / before.prod())
    assert f"**Margins** took most, {-euros[3] / 1000:.0f} thousand euros" in prose
    assert f"orders per customer took {-euros[1] / 1000:.0f} thousand" in prose
    new = [channels["new_customers"][year].sum() for year in (2024, 2025)]
    cost = [spent(channels, year) for year in (2024, 2025)]
    dearer = (cost[1] - cost[0]) * (1 - np.log(new[1] / new[0]) / np.log(cost[1] / cost[0]))
    assert f"**cost of a new customer** took {dearer / 1000:.0f} thousand" in prose
    more = (cost[1] - cost[0]) - dearer
    change = profit(log, channels, 2025) - profit(log, channels, 2024)
    assert euros.sum() - more - dearer == pytest.approx(change, abs=0.01)
    alone = []
    for order in itertools.permutations(range(4)):
        at = before.copy()
        for lever in order:
            was = at.prod()
            at[lever] = after[lever]
            if lever == 3:
                alone.append(was - at.prod())
    low, high = min(alone) / 1000, max(alone) / 1000
    assert f"between {low:.0f} and {high:.0f} thousand euros, by the order" in prose
    ratio = after / before
    assert "28 % more customers and each orders 4 % less" in prose
    assert ratio[:2].round(2).tolist() == [1.28, 0.96]
    assert round(before[3], 3) == 0.404
    assert round(after[3], 3) == 0.343
    assert round(after[3] / before[3], 2) == 0.85


def test_the_margin_fell_everywhere(log):
    for column, low in (("category", 5.4), ("channel", 5.0)):
        lines = log.groupby([column, "year"])[["amount", "profit"]].sum()
        margin = 100 * (lines["profit"] / lines["amount"]).unstack()
        fall = margin[2024] - margin[2025]
        assert fall.between(low, 6.6).all(), column


def test_dear_channels_did_not_earn_it_back_within_the_year(prose, log, channels):
    new = log[(log["came"] == 2025) & (log["year"] == 2025)].groupby("channel")["profit"].sum()
    each = new / channels["new_customers"][2025]
    cost = channels["acquisition_cost"][2025]
    assert set(each.index[each < cost]) == {"social", "marketplace"}
    assert "cost 44 and 40 euros a customer, who brought 26 and 29" in prose
    assert each[["social", "marketplace"]].round().tolist() == [26, 29]
    count = channels["new_customers"]
    grew = count[2025] > count[2024]
    assert not grew[["store", "referral"]].any()  # "bring fewer people than they did"
    assert grew[["social", "marketplace"]].all()
    paid = count[2025] * cost
    mean = [
        paid[doors].sum() / count[2025][doors].sum()
        for doors in (["social", "marketplace"], ["store", "referral"])
    ]
    assert mean[0] / mean[1] == pytest.approx(4, abs=0.1)  # "about four times the price"


def test_the_best_tenth_falls_or_rises_by_the_year_that_chose_it(prose, sales, came):
    old = sales[came < 2024]
    change = {}
    for year in (2024, 2025):
        top = old[year].nlargest((old[year] > 0).sum() // 10).index
        change[year] = old.loc[top, 2025].mean() / old.loc[top, 2024].mean() - 1
    assert change[2024] == pytest.approx(-1 / 3, abs=0.02)  # "fell by a third"
    assert f"*rose* by {100 * change[2025]:.0f} %" in prose
    assert old[2025].sum() / old[2024].sum() - 1 == pytest.approx(-0.2, abs=0.01)  # "a fifth"


def test_the_cohort_of_2022_as_it_ages(prose, days):
    mine = days[days["came"] == 2022]
    age = (mine["date"] - mine["first_order"]).dt.days * 4 // 365.25
    share = (100 * mine.groupby(age)["customer_id"].nunique() / 1872).round().astype(int)
    assert f"{share[1]} %, {share[2]} %, {share[3]} % … and {share[11]} %" in prose
    assert share.index.max() == 15
    assert share[15] < 5  # the cliff
    youngest = (LAST - mine["first_order"].max()).days + 1
    assert youngest * 4 // 365.25 == 12  # ages 0 to 11 are complete


def waiting(days, seen):
    """Share still without a second order after each day: a product of daily shares."""
    left, share = 1.0, {0: 1.0}
    for day in range(1, int(days.max()) + 1):
        left *= 1 - ((days == day) & seen).sum() / (days >= day).sum()
        share[day] = left
    return pd.Series(share)


def test_time_to_a_second_order_wrong_and_right(prose, log, took, came):
    first = log.groupby("customer_id")["first_order"].first()
    watched = (LAST - first).dt.days
    wrong, right, ever, curves = {}, {}, {}, {}
    for year in YEARS:
        mine = came == year
        wrong[year] = took[mine].median()
        ever[year] = round(100 * took[mine].notna().mean())
        curves[year] = waiting(took.fillna(watched)[mine], took.notna()[mine])
        right[year] = (curves[year] <= 0.5).idxmax()
    assert (wrong[2022], wrong[2025]) == (80, 47)
    assert f"took {wrong[2022]:.0f} days to do so (the median)" in prose
    assert f"came in 2025 it is {wrong[2025]:.0f} days" in prose
    assert (
        f'"Only {ever[2025]} % of our new customers come back, it used to be {ever[2022]} %'
        in prose
    )
    assert (
        f"2022 were back after {right[2022]} days; for those of 2025 it takes {right[2025]}"
        in prose
    )
    assert sorted(right.values()) == list(right.values())
    assert (curves[2022] <= 0.25).idxmax() == 498
    assert "the next quarter took until day 498" in prose
    left = curves[2022][1460] / curves[2022][365]
    assert left == pytest.approx(0.5, abs=0.05)  # "of those still missing …, about half came back"
    for year in YEARS[1:]:  # "each lies below the one before", from the first days on
        assert (curves[year] > curves[year - 1].reindex(curves[year].index))[4:].all()
    half = [watched[came == year].mean() / 365.25 for year in (2022, 2025)]
    assert half == pytest.approx([3.5, 0.5], abs=0.05)


def test_each_curve_of_second_orders_lies_below_the_one_before(took, came, log):
    first = log.groupby("customer_id")["first_order"].first()
    shares = {}
    for within in (90, 180):
        seen = (LAST - first).dt.days >= within
        shares[within] = (took[seen] <= within).groupby(came[seen]).mean()
        assert shares[within].is_monotonic_decreasing
    assert shares[180].round(2)[[2022, 2025]].tolist() == [0.60, 0.51]


def test_two_cohorts_at_the_same_age(prose, days):
    assert lesson_04.young("2025Q1") / lesson_04.young("2022Q1") == pytest.approx(0.5, abs=0.03)
    quarter = days["first_order"].dt.to_period("Q").astype(str)
    young = (days["date"] - days["first_order"]).dt.days < 9 * 365.25 / 12
    orders = days[young].groupby(quarter).size() / days.groupby(quarter)["customer_id"].nunique()
    assert orders["2022Q1"] - orders["2025Q1"] == pytest.approx(1, abs=0.06)  # "once less"
    late = (
        days[days["date"].dt.to_period("Q") == "2025Q4"].groupby(quarter)["customer_id"].nunique()
    )
    share = (100 * late / days.groupby(quarter)["customer_id"].nunique()).round()
    assert f"{share['2025Q1']:.0f} against {share['2022Q1']:.0f} % in the last" in prose


def test_fewer_orders_per_customer_came_with_other_customers(prose, days):
    count = days.groupby(["came", "year"])["customer_id"].agg(["size", "nunique"])
    each = (count["size"] / count["nunique"]).unstack()
    assert each.loc[2022, [2023, 2024, 2025]].between(4.3, 4.5).all()  # "4.4 times a year"
    birth = ", ".join(f"{each.loc[year, year]:.2f}" for year in YEARS)
    assert f"less than the one before it, {birth} in the year of birth" in prose
    for age in (1, 2):  # every diagonal falls
        path = [each.loc[year, year + age] for year in YEARS if year + age <= 2025]
        assert path == sorted(path, reverse=True)
    here = count["nunique"].unstack()
    weights = [here.loc[2024 - age, 2024] for age in range(3)]
    alike = np.average([each.loc[2025 - age, 2025] for age in range(3)], weights=weights)
    before = count["size"].unstack()[2024].sum() / here[2024].sum()
    assert f"would have ordered {100 * (1 - alike / before):.0f} % less" in prose


def test_a_rising_number_of_customers_is_no_health(prose, log):
    new = log.groupby("came")["customer_id"].nunique()
    rise = [f"{100 * (new[y] / new[y - 1] - 1):.0f}" for y in YEARS[1:]]
    assert f"by {rise[0]}, {rise[1]} and {rise[2]} %, in the sickest shop" in prose
    buyers = log.groupby("year")["customer_id"].nunique()
    assert buyers.is_monotonic_increasing
    rose = 100 * (buyers[2025] / buyers[2024] - 1)
    assert f"number rose by {rose:.0f} % in the very year" in prose
    each = log.groupby("year")["profit"].sum() / buyers
    assert 1 - each[2025] / each[2024] == pytest.approx(0.2, abs=0.02)  # "fell by a fifth"


def test_the_plan(prose, log, channels):
    existing, each = lesson_04.expected_of_existing(), lesson_04.sales_of_a_new_one()
    assert lesson_04.by_mean_ratios() > existing  # "too kind"
    now = log.loc[log["year"] == 2025, "amount"].sum()
    stay = (now - existing) / each
    assert stay == pytest.approx(1650, abs=20)  # "about 1,650"
    assert stay / 2768 == pytest.approx(0.6, abs=0.02)  # "three fifths"

    def ahead(new, cost, margin, kept=1.0):
        return (existing + new * each) * margin * kept - new * cost

    same = ahead(2768, 29.6, 0.343)
    assert ahead(3322, 29.6, 0.343) - same == pytest.approx(1_500, abs=50)
    assert same - ahead(3322, 31.7, 0.343) == pytest.approx(5_500, abs=50)
    assert ahead(2768, 29.6, 0.404, 0.85) == pytest.approx(same, rel=0.01)
    assert round(2768 * 1.2) == 3322
    before = profit(log, channels, 2025)
    assert f"at {same / 1000:.0f} thousand, {(same - before) / 1000:.0f} more than in" in prose
    more = ahead(2768, 29.6, 0.404) - same
    assert f"The margin of 2024 adds {more / 1000:.0f} thousand" in prose
    made = log.pivot_table("amount", "came", "year", "sum")
    pairs = [(c, y) for c in YEARS for y in YEARS if c < y]
    for kept, aged in ((0.84, [(c, y) for c, y in pairs if y == c + 1]),
                       (0.79, [(c, y) for c, y in pairs if y > c + 1])):  # fmt: skip
        now_, then = (sum(made.at[c, y - k] for c, y in aged) for k in (0, 1))
        assert now_ / then == pytest.approx(kept, abs=0.005)
    kept = (made.shift(-1, axis=1) / made).loc[2022:2024, 2022:2024]
    assert [round(100 * kept.at[y, y]) for y in YEARS[:3]] == [91, 81, 80]
    fewer = (1 - 0.404) / (1 - 0.343)  # goods for the same euros, at unchanged cost of one
    assert fewer == pytest.approx(0.91, abs=0.005)  # "nearly a tenth less"
    for said in ("some 1,500 euros", "takes 5,500 away", "nothing if 15 % of sales are lost"):
        assert said in prose


def test_the_plan_against_the_truth_of_the_shop(prose, log):
    """What the models that the shop was drawn from expect of 2026, given the log."""
    truth = datasets.shop_truth()
    held = transactions.summarize(log, unit="W", observation_end=LAST)
    quarter = log.groupby("customer_id")["first_order"].first().dt.to_period("Q").astype(str)
    existing = 0.0
    for name, row in truth.iterrows():
        mine = held.loc[quarter.index[quarter == str(name)]]
        model = clv.BGNBD(r=row["r"], alpha=row["alpha"], a=row["a"], b=row["b"])
        spend = clv.GammaGamma(p=row["p"], q=row["q"], gamma=row["gamma"])
        orders = model.expected_purchases(mine, 365 / 7)
        existing += float((np.asarray(orders) * np.asarray(spend.expected_spend(mine))).sum())
    assert f"bring {existing / 1000:.0f} thousand euros on average" in prose
    last, step = truth.iloc[-1], truth.diff().iloc[-1]
    brought = people = 0.0
    for more, name in enumerate(pd.period_range("2026Q1", periods=4, freq="Q"), 1):
        born = pd.date_range(name.start_time, name.end_time.normalize())
        weeks = ((pd.Timestamp("2026-12-31") - born).days.to_numpy() + 1) / 7
        model = clv.BGNBD(r=last["r"], alpha=last["alpha"] + more * step["alpha"],
                          a=last["a"] + more * step["a"], b=last["b"])  # fmt: skip
        size = last["customers"] + more * 280 / 15
        mean = last["p"] * last["gamma"] / (last["q"] - 1)
        brought += size * mean * (1 + np.mean(model.expected_purchases_new(weeks)))
        people += size
    now = log.loc[log["year"] == 2025, "amount"].sum()
    right = (now - existing) * people / brought
    assert right == pytest.approx(1800, abs=10)  # "1,800 new ones be needed"
    plan = audit.all_cohorts(log, end=LAST).needed(now)
    assert plan.new_customers < right < plan.high  # "too hopeful", "its range holds the truth"
    assert plan.existing > existing
    assert plan.if_trend_continues == pytest.approx(1830, abs=5)
    assert "If it is false once more, about 1,830 are needed" in prose


def test_the_lenses_give_what_the_exercises_compute_without_them(log):
    store = audit.two_periods(log[log["channel"] == "store"], "2024", "2025", profit="profit")
    assert store.multiplicative.loc["margin", "profit"] == pytest.approx(find("04.1").answer())
    pair = audit.two_cohorts(log, "2024Q1", "2025Q1", every="M", profit="profit")
    first, second = pair.difference.loc["cumulative_profit", ["first", "second"]]
    assert 100 * (1 - second / first) == pytest.approx(find("04.2").answer())
    goal = audit.all_cohorts(log, end="2025-12-31").needed(target_sales=850_000)
    assert goal.new_customers == pytest.approx(find("04.4").answer()[0])


def test_what_the_answers_say_of_themselves():
    sold = lesson_04.levers(2025, "store")["sales"] / lesson_04.levers(2024, "store")["sales"]
    assert round(100 * (sold - 1)) == 12
    assert lesson_04.through("customers", "store") == pytest.approx(11_000, abs=50)
    assert lesson_04.behind("2024Q1", "amount") == pytest.approx(8.4, abs=0.05)
    assert find("04.2").answer() == pytest.approx(22, abs=0.5)
    pair = audit.two_cohorts(lesson_04.shop(), "2024Q1", "2025Q1", every="M")
    low, high = pair.difference.loc["cumulative_sales", ["low", "high"]]
    assert low < 0 < high  # "its interval reaches zero"
    assert find("04.5").answer() == pytest.approx(0.2, abs=0.01)  # "only a fifth"
    assert lesson_04.rise() == pytest.approx(29.64 - 18.71, abs=0.01)


def test_the_sentences_of_04_3_are_computed_correctly(prose, took, came, days):
    ever = (100 * took.notna().groupby(came).mean()).round().astype(int)
    assert (
        f"customers of 2022, {ever[2022]} % have ordered again; of those of 2025, {ever[2025]} %"
        in prose
    )
    late = days[days["date"].dt.to_period("Q") == "2025Q4"].groupby("came")["customer_id"].nunique()
    share = (100 * late / came.value_counts()).round().astype(int)
    assert (
        f"{share[2024]} % of the cohort of 2024 ordered, and {share[2022]} % of that of 2022"
        in prose
    )


def test_the_report_sees_gross_profit_only(prose, log, tmp_path):
    file = tmp_path / "orders.csv"
    datasets.load_shop_orders().to_csv(file, index=False)
    report = audit.analyse(file, audit.Options(cost="cost"))
    titles = [" ".join(one.title.split()) for one in findings(report)]  # spaces that do not break
    rise = log.groupby("year")["profit"].sum().pct_change()[2025]
    about = [title for title in titles if "profit" in title.lower()]
    assert any(f"{100 * rise:.0f} %" in title for title in about)
    assert f"profit *rose* by {100 * rise:.0f} %" in prose
