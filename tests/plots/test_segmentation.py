import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity import segmentation
from centricity.plots import segmentation as plots


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def table():
    rng = np.random.default_rng(0)
    return pd.DataFrame({"recency_days": rng.integers(0, 365, 200), "orders": rng.poisson(3, 200),
                         "spend": rng.lognormal(4, 1, 200)})  # fmt: skip


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_concentration_states_the_share_of_the_top_fifth(table):
    spend = np.sort(table["spend"])[::-1]
    share = spend[:40].sum() / spend.sum()
    ax = plots.concentration(segmentation.concentration(table["spend"]))
    expected = f"The top 20 % of customers bring {round(100 * share)} % of sales"
    assert ax.get_title(loc="left") == expected
    x, y = ax.lines[0].get_data()
    assert np.interp(0.2, x, y) == pytest.approx(share)


def test_decile_bars_have_the_heights_of_the_table(table):
    shares = segmentation.deciles(table, by="spend")
    ax = plots.deciles(shares, what="revenue")
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], shares["total_share"])
    assert "of revenue" in ax.get_title(loc="left")


def test_deciles_with_losses_say_minus():
    ax = plots.deciles(segmentation.deciles(pd.Series([20.0] * 6 + [-5.0] * 4)))
    assert "lower half 0 %" in ax.get_title(loc="left")
    assert texts(ax)[-1] == "−5 %"


def test_rfm_cells_show_the_counts_with_the_best_at_the_top_right(table):
    scores = segmentation.rfm_scores(table)
    ax = plots.rfm(scores)
    cells = dict(zip([t.get_position() for t in ax.texts], texts(ax), strict=True))
    assert cells[(4, 0)] == str(((scores["r"] == 5) & (scores["f"] == 5)).sum())
    assert sum(int(text or 0) for text in cells.values()) == len(scores)


def test_a_score_that_ties_left_unused_is_marked():
    scores = pd.DataFrame({"r": [1, 2, 3, 3], "f": [1, 3, 3, 1]})
    said = [text.get_text() for text in plots.rfm(scores).get_yticklabels()]
    assert said == ["3", "2\nunused", "1"]


def test_segments_shows_every_customer_once_up_to_the_limit(table):
    labels = segmentation.kmeans(table, 3, rng=1).labels
    ax = plots.segments(table, labels, x="orders", y="spend", units={"spend": "€"}, log=True)
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == len(table)
    assert ax.get_ylabel() == "Spend (€)"
    ax.figure.canvas.draw()


@pytest.mark.parametrize("found", [True, False])
def test_choice_of_k_says_what_was_found(found):
    table = pd.DataFrame(
        {"separation": [0.4, 0.7], "reference": [0.4, 0.4], "reference_limit": [0.5, 0.5],
         "stability": [0.5, 0.9]}, index=pd.Index([2, 3], name="k"),
    )  # fmt: skip
    choice = segmentation.Choice("kmeans", 3 if found else None, "", table, 0.8, 100)
    title = plots.choice_of_k(choice).get_title(loc="left")
    assert title.startswith("3 segments are stable" if found else "No number of segments")


def test_profile_bars_are_the_effects_and_a_missing_one_has_no_number():
    table = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1.0, 3.0, 5.0, 9.0]})
    found = segmentation.profile(table, pd.Series(["lo", "lo", "hi", "hi"]))
    ax = plots.profile(found)
    numbers = [f"{e:+.1f}".replace("-", "−") for e in found["effect"].dropna()]
    assert sorted(filter(None, texts(ax))) == sorted(numbers)
    assert "b is" in ax.get_title(loc="left")


def test_profile_writes_a_trifling_effect_without_a_sign():
    table = pd.DataFrame({"a": [0.0, 1.0, 0.0, 1.02]})
    ax = plots.profile(segmentation.profile(table, pd.Series(["x", "x", "y", "y"])))
    assert [text for text in texts(ax) if text] == ["0.0", "0.0"]


def test_deciles_axis_has_whole_percentages():
    ax = plots.deciles(segmentation.deciles(pd.Series(range(1, 11), dtype=float)))
    ax.figure.canvas.draw()
    assert not any("." in tick.get_text() for tick in ax.get_yticklabels())


def test_profile_of_equal_segments_says_so():
    found = segmentation.profile(pd.DataFrame({"a": [1, 1]}), pd.Series(["x", "y"]))
    assert plots.profile(found).get_title(loc="left") == "No segment differs from the rest"


def test_migration_writes_share_and_count_of_every_move():
    before, after = pd.Series(["a", "a", "b"]), pd.Series(["a", "b", "b", "b"])
    ax = plots.migration(segmentation.migration(before, after))
    assert texts(ax) == ["50 %\n1", "50 %\n1", "0 %\n0", "0 %\n0", "100 %\n1", "0 %\n0",
                         "0 %\n0", "100 %\n1", ""]  # fmt: skip
    assert ax.get_title(loc="left").startswith("67 % of the customers")


def test_a_title_and_axes_of_ones_own_are_used(table):
    _, mine = plt.subplots()
    ax = plots.concentration(segmentation.concentration(table["spend"]), title="Mine", ax=mine)
    assert ax is mine
    assert ax.get_title(loc="left") == "Mine"


@pytest.mark.parametrize(
    ("draw", "error", "says"),
    [
        (lambda: plots.concentration([1, 2]), TypeError, "result of segmentation.concentration"),
        (lambda: plots.deciles(pd.DataFrame({"a": [1]})), ValueError, "segmentation.deciles"),
        (lambda: plots.rfm(pd.DataFrame({"r": [1]})), ValueError, "segmentation.rfm_scores"),
        (lambda: plots.profile(pd.DataFrame({"a": [1]})), ValueError, "segmentation.profile"),
        (lambda: plots.choice_of_k(3), TypeError, "segmentation.choose_k"),
        (lambda: plots.migration(3), TypeError, "segmentation.migration"),
        (
            lambda: plots.segments(pd.DataFrame({"a": [1]}), pd.Series([1], [5]), x="a", y="a"),
            ValueError,
            "another index",
        ),
    ],
)
def test_a_figure_says_which_result_it_needs(draw, error, says):
    with pytest.raises(error, match=says):
        draw()
