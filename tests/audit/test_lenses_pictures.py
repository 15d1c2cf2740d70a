"""Figures of the lenses: titles that state what the tables hold, and awkward tables."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity import audit, datasets
from centricity.plots import lenses


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def log():
    orders = datasets.load_shop_orders()
    return orders.assign(profit=orders["amount"] - orders["cost"])


@pytest.fixture(scope="module")
def change(log):
    return audit.two_periods(log, "2024", "2025", profit="profit", by="category")


def title(ax):
    return ax.get_title(loc="left")


def labelled(ax):
    assert title(ax)
    assert ax.get_xlabel()
    return ax


def pictures(log, change):
    one = audit.one_period(log, "2025", profit="profit", by="category")
    cohort = audit.one_cohort(log, "2023", every="Q", profit="profit")
    both = audit.two_cohorts(log, "2023", "2024", every="Q", profit="profit")
    base = audit.all_cohorts(log, profit="profit")
    fine = audit.all_cohorts(log, every="M")
    return {
        **{f"distribution of {m}": lambda m=m: lenses.distribution(one.customers, measure=m)
           for m in ("orders", "sales", "sales_per_order", "profit")},
        "deciles": lambda: lenses.deciles(one.deciles_profit, what="profit"),
        "groups": lambda: lenses.by_group(one.by, measure="profit"),
        "groups' change": lambda: lenses.by_group(change.by, measure="change"),
        **{f"{f.__name__} of {m}": lambda f=f, m=m: f(change.multiplicative, measure=m)
           for f in (lenses.factors,) for m in ("sales", "profit")},
        "waterfall": lambda: lenses.waterfall(change.additive, change.totals, measure="profit"),
        "overlap": lambda: lenses.overlap(change.overlap, measure="profit"),
        "migration": lambda: lenses.migration(change.migration),
        **{f"{m} by age": lambda m=m: lenses.active_share(cohort.by_age, measure=m, every="Q")
           for m in ("active_share", "cumulative_sales", "orders_per_customer")},
        "second": lambda: lenses.second_purchase(cohort.second_purchase),
        "seconds": lambda: lenses.second_purchase(both.second_purchase),
        "two by age": lambda: lenses.two_cohorts_by_age(both.by_age, every="Q"),
        "two by calendar": lambda: lenses.two_cohorts_by_calendar(both.by_calendar),
        "stacked": lambda: lenses.stacked_cohorts(base.profit, what="profit"),
        "stacked finely": lambda: lenses.stacked_cohorts(fine.sales),
        "stacked counts": lambda: lenses.stacked_cohorts(base.active, what="active customers"),
        "repeat": lambda: lenses.repeat_by_birth(fine.repeat_by_birth),
        "ageing": lambda: lenses.ageing(base.needed(9e5).ageing),
    }  # fmt: skip


def test_every_picture_is_labelled_and_fits_its_figure(log, change):
    for name, draw in pictures(log, change).items():
        ax = labelled(draw())
        figure = ax.figure
        figure.canvas.draw()
        box, inside = figure.bbox, ax.get_tightbbox()
        assert inside.x0 >= box.x0 - 1, name
        assert inside.y0 >= box.y0 - 1, name
        assert inside.y1 <= box.y1 + 1, name
        ticks = [t for t in ax.get_xticklabels() if t.get_text()]
        for one, two in pairwise(ticks):
            if one.get_rotation() == 0:
                assert one.get_window_extent().x1 <= two.get_window_extent().x0 + 1, name
        plt.close(figure)


def test_bars_of_the_waterfall_lead_from_before_to_after(change):
    ax = lenses.waterfall(change.additive, change.totals)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[0] == change.totals.at["before", "sales"]
    assert widths[-1] == change.totals.at["after", "sales"]
    assert sum(widths[:-1]) == pytest.approx(widths[-1])
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches[:-1]]
    assert [bar.get_x() for bar in ax.patches[1:-1]] == pytest.approx(ends[:-1])


def test_a_distribution_counts_every_customer_once(log):
    one = audit.one_period(log, "2025", profit="profit")
    for measure in ("orders", "sales", "sales_per_order", "profit"):
        ax = lenses.distribution(one.customers, measure=measure)
        assert sum(bar.get_height() for bar in ax.patches) == one.totals["customers"]


def test_stacks_are_as_high_as_the_sales_of_the_period(log):
    for every in ("Y", "M"):
        sales = audit.all_cohorts(log, every=every, period="Q").sales
        ax = lenses.stacked_cohorts(sales)
        heights = np.zeros(sales.shape[1])
        for container in ax.containers:
            heights += [bar.get_height() for bar in container]
        assert np.allclose(heights, sales.sum())


def test_factors_without_money_are_drawn_in_per_cent():
    log = pd.DataFrame({"customer_id": ["A", "A"], "amount": [10.0, 20.0], "profit": [-1.0, 4.0],
                        "date": pd.to_datetime(["2024-05-01", "2025-05-01"])})  # fmt: skip
    found = audit.two_periods(log, "2024", "2025", profit="profit")
    ax = lenses.factors(found.multiplicative, measure="profit")
    assert ax.get_xlabel() == "Change of the factor"
    assert "€" not in title(ax)


def test_waterfall_says_what_took_most_when_sales_fell():
    parts = pd.DataFrame(
        {"sales": [-30.0, 5.0]}, index=["customers who stayed away", "new customers"]
    )
    totals = pd.DataFrame({"sales": [40.0, 15.0, -25.0]}, index=["before", "after", "change"])
    assert title(lenses.waterfall(parts, totals, currency="$")) == (
        "Sales fell by $25: customers who stayed away took $30, new customers brought $5"
    )


def test_many_groups_are_added_up_and_none_is_lost():
    table = pd.DataFrame({"sales": np.arange(1.0, 31.0)}, index=[f"g{n}" for n in range(30)])
    ax = lenses.by_group(table)
    assert len(ax.patches) == 15
    assert sum(bar.get_width() for bar in ax.patches) == table["sales"].sum()
    assert ax.get_yticklabels()[-1].get_text() == "16 others"


def test_pictures_refuse_what_they_cannot_show():
    with pytest.raises(ValueError, match=r"plots.lenses.waterfall: the column 'sales' is missing"):
        lenses.waterfall(pd.DataFrame({"a": [1]}), pd.DataFrame({"sales": [1]}))
    with pytest.raises(TypeError, match="It is None where nobody bought twice"):
        lenses.migration(None)
    with pytest.raises(ValueError, match="no cohort was watched for 365 days"):
        lenses.repeat_by_birth(
            pd.DataFrame({"customers": [3], "observed_365": [0], "repeat_365": [np.nan]}), days=365
        )
    with pytest.raises(ValueError, match="the columns are not"):
        lenses.two_cohorts_by_age(pd.DataFrame({"a": [1.0]}))


def test_an_infinite_high_case_is_said():
    ax = lenses.new_customers({"low": 10, "expected": 20, "high": np.inf}, acquired_last=12)
    assert title(ax).endswith("10 in the low case and no bound in the high one")
    assert "no upper bound" in [text.get_text() for text in ax.texts]


def test_amounts_that_stand_together_have_one_unit_and_as_many_decimals():
    parts = pd.DataFrame({"profit": [62_853.0, -9_353.0, -40_687.0]}, index=["a", "b", "c"])
    totals = pd.DataFrame({"profit": [245_072.0, 257_885.0]}, index=["before", "after"])
    says = [text.get_text() for text in lenses.waterfall(parts, totals, measure="profit").texts]
    assert says == ["€245.1 k", "+€62.9 k", "−€9.4 k", "−€40.7 k", "€257.9 k"]


def test_a_hollow_dot_says_how_many_it_rests_on():
    table = pd.DataFrame(
        {"customers": [50, 701], "observed_180": [50, 32], "repeat_180": [0.6, 0.625]},
        index=["2025Q2", "2025Q3"],
    )
    assert [text.get_text() for text in lenses.repeat_by_birth(table).texts] == ["32 of\n701"]
