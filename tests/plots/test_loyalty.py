"""The loyalty figures draw what the tables hold, and their titles state what the numbers say."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity import loyalty, plots


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def outcome():
    programme = loyalty.Programme(
        points_per_euro=1,
        rewards=(loyalty.Reward("voucher", 100, 5, 3),),
        tiers=(loyalty.Tier("member", 0), loyalty.Tier("gold", 200, 2, cost=0.5)),
        validity=6,
        platform_cost=100,
    )
    return loyalty.simulate(programme, loyalty.Members.draw(500, rng=1), 18, launch=4, rng=1)


def test_points_bars_are_the_flows_and_the_line_is_the_balance(outcome):
    history = outcome.history
    ax = plots.loyalty.points(history)
    heights = np.array([patch.get_height() for patch in ax.patches]).reshape(3, -1)
    np.testing.assert_array_equal(heights[0], history["issued"])
    np.testing.assert_array_equal(heights[1], -history["redeemed"])
    np.testing.assert_array_equal(heights[2], -history["expired"])
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), history["outstanding"])


def test_sales_lines_are_both_worlds_and_the_title_counts_from_the_launch(outcome):
    ax = plots.loyalty.sales(outcome.history, launch=outcome.launch)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), outcome.history["twin_sales"])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), outcome.history["sales"])
    since = outcome.history.loc[4:]
    lift = since["sales"].sum() / since["twin_sales"].sum() - 1
    assert f"or {100 * lift:.1f} % of sales" in ax.get_title(loc="left")


@pytest.mark.parametrize(
    ("with_it", "says"),
    [
        (100.0, "The programme does not move sales at all"),
        (90.0, "The programme takes away €10 or 10.0 % of sales"),
        (1_100.0, "The programme adds €1 k or 1000.0 % of sales"),
    ],
)
def test_the_sales_title_states_the_finding(with_it, says):
    history = pd.DataFrame({"sales": [with_it], "twin_sales": [100.0]})
    assert plots.loyalty.sales(history).get_title(loc="left") == says


def test_tier_mix_stacks_every_tier(outcome):
    ax = plots.loyalty.tier_mix(outcome.tiers)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["gold", "member"]
    top = ax.collections[-1].get_paths()[0].vertices[:, 1].max()
    assert top == outcome.tiers.sum(axis=1).max()


def test_the_waterfall_ends_at_the_incremental_profit(outcome):
    truth = outcome.incremental()
    bars = plots.loyalty.profit_and_loss(truth).patches
    assert len(bars) == 5
    assert bars[-1].get_height() == pytest.approx(truth["profit"].sum())
    for left, right in pairwise(bars[:-1]):
        assert left.get_y() + left.get_height() == pytest.approx(right.get_y())


def test_fees_are_a_step_of_the_waterfall_where_there_are_any(outcome):
    truth = outcome.incremental().assign(fees=1_000.0)
    ax = plots.loyalty.profit_and_loss(truth.assign(profit=truth["profit"] + 1_000))
    assert [label.get_text() for label in ax.get_xticklabels()][1] == "Fees"
    assert len(ax.patches) == 6
    assert ax.patches[1].get_height() == pytest.approx(truth["fees"].sum())
    assert ax.patches[-1].get_height() == pytest.approx(truth["profit"].sum() + truth["fees"].sum())
    assert "of margin and fees and costs" in ax.get_title(loc="left")


def test_figures_draw_into_the_axes_they_are_given(outcome):
    _, axes = plt.subplots(2, 2)
    assert plots.loyalty.points(outcome.history, ax=axes[0, 0]) is axes[0, 0]
    assert plots.loyalty.sales(outcome.history, ax=axes[0, 1]) is axes[0, 1]
    assert plots.loyalty.tier_mix(outcome.tiers, ax=axes[1, 0]) is axes[1, 0]
    assert plots.loyalty.profit_and_loss(outcome.incremental(), ax=axes[1, 1]) is axes[1, 1]


def test_a_missing_column_and_an_empty_table_are_refused(outcome):
    with pytest.raises(ValueError, match=r"plots.sales: the column 'twin_sales' is missing"):
        plots.loyalty.sales(outcome.history.drop(columns="twin_sales"))
    with pytest.raises(ValueError, match=r"plots.points: the table is empty"):
        plots.loyalty.points(outcome.history.head(0))
