"""Figures of worth and spend show the numbers they are given, and say the finding."""

import numpy as np
import pandas as pd
import pytest

from centricity.plots import spend, value


def heights(container):
    return [bar.get_height() for bar in container]


def test_customers_are_sorted_by_value_with_their_own_bounds():
    worth = pd.DataFrame(
        {"clv": [5.0, 60.0, 35.0], "clv_lower": [4.0, 50.0, 30.0], "clv_upper": [6.0, 70.0, 40.0]}
    )
    ax = value.by_customer(worth)
    assert ax.lines[0].get_ydata().tolist() == [60, 35, 5]
    band = ax.collections[0].get_paths()[0].vertices
    assert {(1, 50), (1, 70), (3, 4), (3, 6)} <= {tuple(map(int, v)) for v in band}
    with pytest.raises(ValueError, match=r"plots\.value\.by_customer: the column 'clv' is missing"):
        value.by_customer(worth.drop(columns="clv"))


def test_stacked_cohorts_end_at_the_sum():
    table = pd.DataFrame(
        {
            "cost": [10.0, 20], "to_date": [50.0, 10], "to_come": [20.0, 30],
            "to_come_lower": [15.0, 25], "to_come_upper": [25.0, 36],
        },
        index=[2024, 2025],
    )  # fmt: skip
    ax = value.cohorts(table, each=False)
    below, above = ax.containers[:2]
    assert heights(below) == [50, 10]
    assert [bar.get_y() + bar.get_height() for bar in above] == [70, 40]
    ends = [segment[:, 1].tolist() for segment in ax.containers[2].lines[2][0].get_segments()]
    assert ends == [[65, 75], [35, 46]]
    assert ax.get_title(loc="left") == "The cohort of 2024 makes 70 €, that of 2025 only 40 €"


def test_payback_marks_the_crossing():
    curve = pd.DataFrame({"value": [10.0, 20.0, 30.0]}, index=[0.0, 10.0, 20.0])
    ax = value.payback(curve, costs={"search": 25.0, "store": 8.0, "fair": 90.0})
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == [0.0, 15.0]
    assert ax.get_title(loc="left") == "fair: 90 € are not earned back within 20 weeks"


def test_iso_value_draws_the_levels_asked_for():
    x, y = np.arange(1, 6), np.linspace(1, 50, 20)
    table = pd.DataFrame(np.outer(y, x), index=y, columns=x)
    ax = value.iso_value(table, levels=[20, 100])
    assert ax.collections[0].levels.tolist() == [20, 100]
    assert ax.get_title(loc="left") == "More purchases and later ones are worth more"
    default = value.iso_value(table).collections[0].levels
    assert (np.diff(default) > 0).all()
    assert default.max() < 250
    assert len(default) == 7


def test_forecasts_stand_beside_what_came():
    table = pd.DataFrame({"model": [9.0, 90], "rule": [20.0, 130], "actual": [10.0, 90]})
    ax = value.foreseen(table, x="Tenth")
    assert [c.get_label() for c in ax.containers] == ["actual", "model", "rule"]
    assert heights(ax.containers[2]) == [20, 130]
    assert ax.get_title(loc="left") == "model: 1 % less than came"


def test_shrinkage_groups_customers_by_their_purchases():
    customers = pd.DataFrame(
        {"frequency": [0, 1, 3, 9], "monetary_value": [0.0, 90, 80, 70],
         "expected_spend": [45.0, 60, 70, 69]}
    )  # fmt: skip
    ax = spend.shrinkage(customers, mean=45)
    named = {t.get_text() for t in ax.get_legend().get_texts()}
    assert named == {"1 repeat purchase", "2–4 repeat purchases", "5 or more repeat purchases"}
    points = [tuple(line.get_xydata()[0]) for line in ax.lines[2:]]
    assert points == [(90, 60), (80, 70), (70, 69)]
    with pytest.raises(ValueError, match="nobody has a repeat purchase"):
        spend.shrinkage(customers.head(1), mean=45)


def test_spend_by_frequency_counts_intervals_around_the_weighted_mean():
    table = pd.DataFrame(
        {"customers": [90, 10], "mean_spend": [30.0, 50.0], "lower": [28.0, 40.0],
         "upper": [33.0, np.nan]}, index=["1", "2+"],
    )  # fmt: skip
    ax = spend.by_frequency(table)
    assert ax.lines[0].get_ydata()[0] == 32  # 0.9 × 30 + 0.1 × 50
    assert ax.get_title(loc="left") == "The mean of all lies inside 1 of 2 intervals"


def test_ranges_enclose_intervals_in_the_order_of_value():
    table = pd.DataFrame(
        {"clv": [5.0, 60], "clv_lower": [4.0, 50], "clv_upper": [6.0, 70], "low": [0.0, 10],
         "high": [20.0, 210]}
    )  # fmt: skip
    ax = value.ranges(table)
    wide, narrow = ({tuple(map(int, v)) for v in c.get_paths()[0].vertices} for c in ax.collections)
    assert {(1, 10), (1, 210), (2, 0), (2, 20)} <= wide
    assert {(1, 50), (1, 70), (2, 4), (2, 6)} <= narrow
    assert "varies 10 times as much" in ax.get_title(loc="left")
