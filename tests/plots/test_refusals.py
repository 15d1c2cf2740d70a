"""A figure that is given the wrong thing says so in its own name."""

import pandas as pd
import pytest

from centricity.plots import canvas, clv, contracts, lenses, spend, value

TITLED = {"title": "The finding"}
EMPTY = pd.DataFrame()
ONE = pd.DataFrame({1: [1.0]})


@pytest.mark.parametrize(
    ("figure", "given", "options", "error", "says"),
    [
        (spend.by_frequency, "table", {}, TypeError, "spend.by_frequency: a str was given"),
        (spend.by_frequency, ONE, {}, ValueError, "'customers', 'mean_spend', 'lower', 'upper'"),
        (clv.by_recency, EMPTY, {"y": "P(alive)", **TITLED}, ValueError, "the table is empty"),
        (contracts.composition, EMPTY, TITLED, ValueError, "the table is empty"),
        (contracts.worth, EMPTY, TITLED, ValueError, "the table is empty"),
        (value.iso_value, ONE, {}, ValueError, "the table has 1 rows and 1 columns"),
        (value.payback, ONE, {"costs": {"search": 1.0}}, ValueError, "'value' is missing"),
        (value.by_customer, "table", {}, TypeError, "value.by_customer: a str was given"),
        (lenses.second_purchase, "curve", {}, TypeError, "second_purchase: a str was given"),
        (lenses.second_purchase, {}, {}, ValueError, "there is no curve"),
        (lenses.new_customers, [80], {}, TypeError, "new_customers: a list was given"),
        (lenses.new_customers, {}, {}, ValueError, "there is no case"),
        (lenses.two_cohorts_by_calendar, "table", {}, TypeError, "by_calendar: a str was given"),
    ],
)
def test_a_figure_names_what_is_wrong_with_its_table(figure, given, options, error, says):
    with pytest.raises(error, match=says):
        figure(given, **options)


def test_value_by_group_wants_one_group_for_each_value():
    with pytest.raises(ValueError, match="there are 2 values and 3 groups"):
        clv.value_by_group(pd.Series([1.0, 2.0]), ["a", "b", "b"])
    with pytest.raises(ValueError, match="there are 0 values and 0 groups"):
        clv.value_by_group(pd.Series(dtype=float), [])
    with pytest.raises(TypeError, match="a list was given"):
        clv.value_by_group([1.0], ["a"])


def test_a_canvas_page_wants_series():
    with pytest.raises(TypeError, match="canvas_page: scores is a list"):
        canvas.canvas_page(pd.Series({"Goals": "more"}), [1.0])
