"""Figures of the report: bars are the numbers given, and a small figure stays legible."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity import plots


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_groups_are_drawn_in_their_order_the_first_set_apart():
    table = pd.DataFrame({"sales_last_year": [5.0, 30.0, 1.0]}, index=["first", "second", "third"])
    ax = plots.audit.groups(table, unit="Sales (€)")
    assert [bar.get_width() for bar in ax.patches] == [5.0, 30.0, 1.0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["first", "second", "third"]
    colours = {bar.get_facecolor() for bar in ax.patches}
    assert len(colours) == 2
    assert "second" in ax.get_title(loc="left")


def test_groups_without_their_column_are_an_error():
    with pytest.raises(ValueError, match="'worth' is missing"):
        plots.audit.groups(pd.DataFrame({"sales_last_year": [1.0]}), value="worth")


def test_orders_each_counts_customers_and_gathers_the_many():
    orders = pd.Series([1, 1, 1, 2, 5, 9, 40])
    ax = plots.audit.orders_each(orders, most=6)
    assert [bar.get_height() for bar in ax.patches] == [3, 1, 0, 0, 1, 2]
    assert ax.get_xticklabels()[-1].get_text() == "6+"
    assert ax.get_title(loc="left") == "43 % of customers ordered once"


def test_orders_of_nobody_are_an_error():
    with pytest.raises(ValueError, match="there is no customer"):
        plots.audit.orders_each(pd.Series([], dtype=int))


def test_a_small_figure_has_no_title_no_large_text_and_few_ticks():
    table = pd.DataFrame(
        {("a", "cumulative_sales"): np.arange(9.0), ("b", "cumulative_sales"): np.arange(9.0) / 2},
    )
    table.columns.names = ["cohort", "measure"]
    ax = plots.audit.shrink(plots.lenses.two_cohorts_by_age(table))
    assert ax.get_title(loc="left") == ""
    legend = ax.get_legend()
    texts = [ax.xaxis.label, ax.yaxis.label, *ax.texts, *ax.get_xticklabels(),
             *ax.get_yticklabels(), legend.get_title(), *legend.get_texts()]  # fmt: skip
    assert all(text.get_fontsize() <= plots.audit.SMALL for text in texts)
    assert len(ax.get_xticks()) <= 6
