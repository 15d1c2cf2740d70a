"""The chapters of the five lenses and the findings, against sums made by hand from the log."""

import html
import re
from types import SimpleNamespace

import pandas as pd
import pytest

from centricity.audit import Options, analyse, show
from centricity.audit.candidate import ALARM, NEWS
from centricity.audit.findings import ASKED, findings
from centricity.audit.found_change import main_driver
from centricity.audit.views import choose_cohorts, choose_spans

CHAPTERS = ("one_period", "two_periods", "one_cohort", "two_cohorts", "all_cohorts")
THIN = "\N{NARROW NO-BREAK SPACE}"


def words(block):
    text = re.sub(r"<[^>]+>", " ", re.sub(r'src="[^"]*"', "", block.html))
    return " ".join(html.unescape(text).replace(THIN, " ").split())


@pytest.fixture(scope="session")
def by_hand(shop):
    """Sums of the two years, straight from the log."""
    log = shop.assign(profit=shop["amount"] - shop["cost"], year=shop["date"].dt.year)
    days = log.drop_duplicates(["customer_id", "date"])
    first = log.groupby("customer_id")["date"].min()
    return SimpleNamespace(log=log, days=days, first=first,
                           old=log[log["year"] == 2024], new=log[log["year"] == 2025])  # fmt: skip


def test_one_period_tells_customers_orders_sales_and_profit(audited, by_hand):
    said = words(show.one_period(audited))
    new = by_hand.new
    people, orders = new["customer_id"].nunique(), (by_hand.days["year"] == 2025).sum()
    assert (
        f"{people:,} customers placed {orders:,} orders worth €{new['amount'].sum():,.0f}" in said
    )
    margin = new["profit"].sum() / new["amount"].sum()
    assert f"left €{new['profit'].sum():,.0f} of profit, {margin * 100:.0f} % of sales" in said
    middle = new.groupby("customer_id")["amount"].sum().median()
    assert f"half of the customers spent €{middle:,.{0 if middle >= 100 else 2}f} or less" in said


@pytest.mark.parametrize("name", ["channel", "category"])
def test_one_period_by_group_shows_each_group_and_adds_up_to_the_period(audited, by_hand, name):
    said = words(show.one_period(audited))
    sales = by_hand.new.groupby(name)["amount"].sum()
    for group, value in sales.items():
        assert group in said
        assert f"{value:,.0f}" in said
    table = audited.views.found.by[name]["period"].found
    assert table["sales"].sum() == pytest.approx(by_hand.new["amount"].sum())
    assert table["profit"].sum() == pytest.approx(by_hand.new["profit"].sum())


def test_two_periods_tell_the_change_and_who_made_it(audited, by_hand):
    said = words(show.two_periods(audited))
    gap = by_hand.new["profit"].sum() - by_hand.old["profit"].sum()
    sign = "+" if gap > 0 else "−"
    assert f"Profit changed by {sign}€{abs(gap):,.0f}" in said
    old, new = (set(part["customer_id"]) for part in (by_hand.old, by_hand.new))
    for group in (old - new, old & new, new - old):
        assert f" {len(group):,} " in said


def test_the_finding_about_change_names_sums_that_add_up(audited, by_hand):
    one = next(found for found in findings(audited) if found.title.startswith("Profit"))
    old, new = (set(part["customer_id"]) for part in (by_hand.old, by_hand.new))
    profit = {
        when: part.groupby("customer_id")["profit"].sum()
        for when, part in (("old", by_hand.old), ("new", by_hand.new))
    }
    gone = profit["old"][list(old - new)].sum()
    fresh = profit["new"][list(new - old)].sum()
    kept = (profit["new"] - profit["old"]).reindex(list(old & new)).sum()
    total = by_hand.new["profit"].sum() - by_hand.old["profit"].sum()
    assert fresh - gone + kept == pytest.approx(total)
    assert f"{len(old - new)} customers who stayed away took €{gone:,.0f}" in one.says
    assert f"{len(new - old)} new customers brought €{fresh:,.0f}" in one.says
    share = total / by_hand.old["profit"].sum()
    assert one.number.replace(THIN, " ").lstrip("+−") == f"{abs(share) * 100:.0f} %"


def test_cohorts_are_the_customers_of_their_time(audited, by_hand):
    views = audited.views.found
    old, new = views.cohorts.found.names
    born = by_hand.first.dt.to_period(views.every).astype(str)
    sizes = views.cohorts.found.sizes
    assert [sizes[old], sizes[new]] == [(born == old).sum(), (born == new).sum()]
    said = words(show.two_cohorts(audited))
    assert f"{(born == new).sum():,} customers who first came in" in said
    each = by_hand.log[by_hand.log["customer_id"].map(born) == old]["amount"].sum() / sizes[old]
    assert f"to date each has brought €{each:,.0f}" in words(show.one_cohort(audited))


def test_all_cohorts_add_up_to_the_log(audited, by_hand):
    said = words(show.all_cohorts(audited))
    assert f"The {len(by_hand.first):,} customers in this file" in said
    seen = audited.views.found.history.found
    assert seen.sales.to_numpy().sum() == pytest.approx(by_hand.log["amount"].sum())
    needed = audited.views.found.needed.found
    assert f"the next needs {round(needed.new_customers):,} new customer" in said


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_a_picture_a_table_and_a_sentence_also_by_channel(audited, chapter):
    block = getattr(show, chapter)(audited).html
    assert "<img" in block
    assert "<table" in block
    assert re.search(r"<p>[^<]{40,}\.</p>", block)
    for part in block.split("By ")[1:3]:
        assert part.startswith(("channel", "category"))
        assert "<img" in part
        assert "<table" in part


def test_the_best_fifth_is_that_of_the_period(audited, by_hand):
    spend = by_hand.new.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    whole, rest = divmod(len(spend), 5)  # a fifth of a customer counts with a fifth of the spend
    share = (spend.iloc[:whole].sum() + rest / 5 * spend.iloc[whole]) / spend.sum()
    one = next(found for found in findings(audited) if "best fifth" in found.title)
    assert one.number.replace(THIN, " ") == f"{share * 100:.0f} %"


def test_findings_are_ranked_losses_first_and_every_picture_draws(audited):
    import matplotlib.pyplot as plt

    said = findings(audited)
    assert len(said) == 5
    urgent = {one.finding.title: one.urgency for ask in ASKED if (one := ask(audited))}
    ranks = [urgent[one.title] for one in said]
    assert ranks == sorted(ranks)
    assert all(rank in (ALARM, NEWS) for rank in ranks)
    for one in said:
        assert one.picture is not None
        assert one.picture().get_figure() is not None
    plt.close("all")


def test_falling_sales_are_the_first_finding(world, tmp_path):
    half = world[(world["date"] < "2025-01-01") | (world.index % 2 == 0)]
    path = tmp_path / "orders.csv"
    half.to_csv(path, index=False)
    found = findings(analyse(path, Options(as_of="2025-12-31")))
    assert found[0].title.startswith("Sales fell by")
    assert found[0].number.startswith("−")


def test_the_driver_is_the_factor_that_moved_the_total_its_way():
    factors = pd.DataFrame(
        {"sales": [-30.0, 40.0, -25.0]},
        index=["customers", "orders_per_customer", "sales_per_order"],
    )
    assert main_driver(factors, "sales", -15.0) == ("customers", -1)
    assert main_driver(-factors, "sales", 15.0) == ("customers", 1)
    assert main_driver(factors * float("nan"), "sales", -15.0) == ("", 0)


def test_periods_are_two_years_or_else_halves_or_else_none():
    day = pd.Timestamp
    years = choose_spans(day("2022-03-01"), day("2025-02-28")).found
    assert years.before == ("2023-03-01", "2024-02-29")
    assert years.after == ("2024-03-01", "2025-02-28")
    halves = choose_spans(day("2025-01-01"), day("2025-03-31")).found
    assert halves.before == ("2025-01-01", "2025-02-14")
    assert halves.after == ("2025-02-15", "2025-03-31")
    assert not halves.years
    assert "span 20 days" in choose_spans(day("2025-01-01"), day("2025-01-20")).reason


def test_a_crowded_first_cohort_is_passed_over():
    born = [pd.Timestamp("2021-02-01")] * 900
    for year in (2022, 2023, 2024):
        born += [pd.Timestamp(f"{year}-06-01")] * 100
    pair = choose_cohorts(pd.Series(born), pd.Timestamp("2021-01-01"), pd.Timestamp("2025-12-31"))
    assert (pair.every, pair.two.found) == ("Y", ("2022", "2024"))


def test_no_word_of_contracts_is_used_and_amounts_have_their_currency(audited, report_of):
    report = report_of(audited)
    assert "retention" not in report.lower()
    assert "churn" not in report.lower()
    sales = audited.base.found.overview.sales
    assert f"€{sales:,.0f}" in report or "€" in words(show.executive(audited))
