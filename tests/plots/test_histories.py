"""Histories: a lane for each customer, silence dashed; P(alive) only between 0 and 1."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity.plots import histories

ORDERS = pd.DataFrame({"customer": ["Anna", "Anna", "Ben"], "week": [0.0, 48.0, 8.0]})


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_silence_runs_from_the_last_purchase_to_the_end():
    ax = histories.timelines(ORDERS, until=52)
    dashed = [line.get_xdata().tolist() for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed == [[48.0, 52], [8.0, 52]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Anna", "Ben"]


def test_customers_keep_the_order_of_the_table():
    ax = histories.timelines(ORDERS.iloc[::-1], until=52)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Ben", "Anna"]


def test_a_missing_column_and_an_empty_table_are_refused():
    with pytest.raises(ValueError, match=r"plots\.timelines: the column 'week' is missing"):
        histories.timelines(ORDERS.drop(columns="week"), until=52)
    with pytest.raises(ValueError, match="there is no purchase"):
        histories.timelines(ORDERS.head(0), until=52)


def test_alive_draws_a_line_for_each_customer_and_a_dot_for_each_purchase():
    curves = pd.DataFrame({"Anna": [np.nan, 0.75], "Ben": [1.0, 0.5]}, index=[0.0, 1.0])
    ax = histories.alive(curves, purchases=[0.0, 0.5])
    assert [line.get_label() for line in ax.lines] == ["Anna", "Ben", "_orders"]
    assert ax.lines[-1].get_xdata().tolist() == [0.0, 0.5]


def test_what_is_not_a_probability_is_refused():
    with pytest.raises(ValueError, match=r"1 of 2 times \(first: times 3\).*between 0 and 1"):
        histories.alive(pd.DataFrame({"Anna": [0.5, 1.5]}, index=[2, 3]))
    with pytest.raises(ValueError, match="no values were given"):
        histories.alive(pd.DataFrame({"Anna": []}))


def test_axes_are_used_when_given():
    _, ax = plt.subplots()
    assert histories.alive(pd.DataFrame({"Anna": [0.5]}), ax=ax) is ax


def test_purchases_of_several_customers_stand_below_the_lines_in_their_colours():
    curves = pd.DataFrame({"Anna": [1.0, 0.9], "Ben": [1.0, 0.2]}, index=[0.0, 10.0])
    purchases = pd.DataFrame({"customer": ["Anna", "Ben", "Ben"], "time": [0.0, 0.0, 4.0]})
    ax = histories.alive(curves, purchases=purchases)
    anna, ben, below_anna, below_ben = ax.lines
    assert below_ben.get_xdata().tolist() == [0.0, 4.0]
    assert max(below_anna.get_ydata()) < 0
    assert [below_anna.get_color(), below_ben.get_color()] == [anna.get_color(), ben.get_color()]
    with pytest.raises(ValueError, match="the column 'time' is missing"):
        histories.alive(curves, purchases=purchases.drop(columns="time"))
