"""Figures of proof and of points in the books: what they say is what the table says."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from centricity import plots

proof, books = plots.loyalty_proof, plots.loyalty_books


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_lifts_put_the_estimates_where_they_are_and_count_the_intervals_that_hold():
    table = pd.DataFrame(
        {"estimate": [30.0, 1.0, 2.0], "low": [28.0, -1.0, 1.0], "high": [32.0, 3.0, 3.0]},
        index=["members_vs_nonmembers", "holdout", "mine"],
    )
    ax = proof.lifts(table, truth=1.5)
    assert ax.get_title(loc="left") == "2 of 3 intervals hold the truth"
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "members − others", "members − hold-out", "mine",
    ]  # fmt: skip
    assert ax.lines[0].get_xdata().tolist() == [30.0, 1.0, 2.0]


def test_scores_name_the_coverage_and_colour_who_keeps_it():
    rng = np.random.default_rng(1)
    error = rng.normal(size=40)
    good = pd.DataFrame({"method": "good", "truth": 1.0, "estimate": 1 + error})
    bad = good.assign(method="bad", estimate=good["estimate"] + 9)
    runs = pd.concat([good, bad])
    runs = runs.assign(low=runs["estimate"] - 4, high=runs["estimate"] + 4)
    ax = proof.scores(runs)
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels == ["good: 100 %", "bad: 0 %"]
    assert ax.get_title(loc="left").startswith("1 of 2 methods holds")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert dots[1].get_xdata()[0] == pytest.approx(9 + error.mean())
    assert dots[0].get_color() != dots[1].get_color()


def test_the_tornado_reaches_from_low_to_high_around_the_base():
    table = pd.DataFrame(
        {"low_value": [0.0, 1.0], "high_value": [0.3, 3.0], "at_low": [-5.0, 3.0],
         "at_high": [9.0, 1.0]}, index=["rewarded", "half_worth"],
    )  # fmt: skip
    ax = proof.tornado(table, 2.0)
    ends = sorted(bar.get_x() + bar.get_width() for bar in ax.patches)
    assert ends == [-5.0, 1.0, 3.0, 9.0]
    assert all(bar.get_x() == 2.0 for bar in ax.patches)
    assert "'rewarded'" in ax.get_title(loc="left")


def test_the_tornado_shows_the_most_important_only():
    table = pd.DataFrame(
        {name: range(12) for name in ("low_value", "high_value", "at_low", "at_high")}
    )
    assert len(proof.tornado(table, 0.0, most=5).get_yticks()) == 5


@pytest.fixture
def finalists():
    return pd.DataFrame(
        {"screened": [90.0, 80.0, 0.0], "screened_reach": [50.0, 60.0, 0.0],
         "finalist": [True, False, True], "fresh": [74.0, np.nan, 0.0],
         "fresh_reach": [6.0, np.nan, 0.0], "value": [70.0, np.nan, np.nan],
         "value_reach": [8.0, np.nan, np.nan]}, index=["card", "other", "no programme"],
    )  # fmt: skip


def test_the_search_shows_finalists_only(finalists):
    ax = proof.search(finalists)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["card", "no programme"]


def test_the_search_draws_the_intervals_that_the_table_carries(finalists):
    ax = proof.search(finalists)
    assert ax.get_title(loc="left") == "The best is 'card': profit €70 ± 8"
    drawn = {
        bars.get_label(): np.ptp(np.array(bars.lines[2][0].get_segments())[:, :, 0], axis=1) / 2
        for bars in ax.containers
    }
    assert [half.tolist() for half in drawn.values()] == [[50.0, 0.0], [6.0, 0.0], [8.0]]


def test_the_search_shows_every_dot_and_every_interval_on_fresh_luck(finalists):
    ax = proof.search(finalists.assign(screened_reach=5_000.0))
    low, high = ax.get_xlim()
    assert -20 < low < 0
    assert 90 < high < 110


def test_a_search_that_finds_nothing_says_so_without_a_number(finalists):
    nothing = finalists.loc[["no programme", "card"]].assign(value=0.0, value_reach=0.0)
    ax = proof.search(nothing)
    assert ax.get_title(loc="left") == "The best is 'no programme'"
    assert len(ax.containers) == 2


def test_shares_are_written_alike_on_all_axes():
    power = proof.power(
        pd.DataFrame({"power": [0.1, 0.8], "power_error": 0.02, "formula": 0.5}, index=[100, 900])
    )
    aged = books.maturing(pd.DataFrame([[10.0, 60.0]]), pd.Series([100]))
    for ax in (power, aged):
        assert ax.yaxis.get_major_formatter()(1.0) == "100 %"


def test_detectable_says_which_size_is_enough():
    table = pd.DataFrame({"half": [8.0, 2.0, 1.0]}, index=[1_000, 10_000, 40_000])
    assert proof.detectable(table, expected=2.0).get_title(loc="left").endswith("10,000 customers")
    assert "third" in proof.detectable(table).get_title(loc="left")


def test_power_draws_the_points_and_the_formula():
    table = pd.DataFrame(
        {"power": [0.1, 0.8], "power_error": 0.02, "formula": [0.2, 0.7]}, index=[100, 900]
    )
    ax = proof.power(table)
    assert ax.get_title(loc="left") == "With 900 customers 8 trials in 10 see the effect"
    assert any(list(line.get_ydata()) == [0.2, 0.7] for line in ax.lines)


def test_the_debt_stacks_what_moves_it_and_draws_what_is_owed():
    roll = pd.DataFrame(
        {"issued": [90.0, 10.0], "redeemed": [-40.0, -30.0], "expired": [0.0, -5.0],
         "change_of_estimate": [0.0, 7.0], "closing": [50.0, 32.0]}
    )  # fmt: skip
    ax = books.liability(roll)
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    assert max(tops) == 90
    assert min(tops) == -40
    assert -35.0 in tops, "expired below redeemed"
    assert 17.0 in tops, "the new estimate stands on what was set aside"
    assert any(list(line.get_ydata()) == [50.0, 32.0] for line in ax.lines)


def test_cohorts_mature_as_shares_of_their_own_points():
    cumulative = pd.DataFrame([[10.0, 60.0], [20.0, np.nan]])
    ax = books.maturing(cumulative, pd.Series([100, 50]))
    assert ax.lines[0].get_ydata().tolist() == [0.1, 0.6]
    assert ax.lines[1].get_ydata()[0] == 0.4


@pytest.mark.parametrize(
    ("draw", "columns"),
    [
        (proof.lifts, "estimate"), (proof.scores, "method"), (proof.power, "power"),
        (lambda t: proof.tornado(t, 0.0), "low_value"), (proof.search, "screened"),
        (books.liability, "issued"),
    ],
)  # fmt: skip
def test_a_figure_says_which_column_it_lacks(draw, columns):
    with pytest.raises(ValueError, match=columns):
        draw(pd.DataFrame({"other": [1.0]}))


@pytest.mark.parametrize("draw", [proof.detectable, lambda t: books.maturing(t, t)])
def test_an_empty_table_makes_no_figure(draw):
    with pytest.raises(ValueError, match="the table is empty"):
        draw(pd.DataFrame())


def test_the_page_writes_what_is_open_and_what_never_pays():
    scores = pd.Series({"profit, €": -1234.5, "lift needed to break even, %": float("inf")})
    figure = plots.canvas.canvas_page(pd.Series({"Goals": "x"}), scores, ["Why?"], name="Page")
    words = " ".join(t.get_text() for t in figure.axes[0].texts)
    assert "Still open: 1" in words
    assert "never" in words
    assert "−1,234" in words
    assert figure.get_suptitle() == "Page loses €1.23 k"
