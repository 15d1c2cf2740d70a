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
    assert texts(ax) == ["50 %\n1", "50 %\n1", "0 %\n0", "100 %\n1", "0 %\n0", "100 %\n1"]
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


@pytest.fixture(scope="module")
def moves():
    rng = np.random.default_rng(3)
    panel = pd.DataFrame(rng.choice(["gold", "blue"], (60, 3)), columns=[2023, 2024, 2025])
    return segmentation.migrations(panel)


@pytest.fixture(scope="module")
def likes():
    rng = np.random.default_rng(4)
    features = pd.DataFrame({"basket": rng.gamma(2, 20, 400)})
    target = pd.Series(rng.uniform(size=400) < 1 / (1 + np.exp(2 - features["basket"] / 30)))
    return segmentation.look_alikes(features, target, rng=1)


def heights(bars):
    return [bar.get_height() for bar in bars]


def test_stayed_shows_every_step_with_its_interval(moves):
    ax = plots.stayed(moves)
    np.testing.assert_allclose(ax.lines[0].get_ydata().astype(float), moves.flow["stayed"])
    segments = np.array(ax.collections[0].get_segments())
    np.testing.assert_allclose(segments[:, :, 1], moves.flow[["low", "high"]])
    assert [t.get_text().split("\n")[0] for t in ax.get_xticklabels()] == ["2023", "2024"]


def test_a_column_of_the_gone_is_drawn_only_when_somebody_went():
    before, after = pd.Series(["a", "b"], list("XY")), pd.Series(["a", "b", "a"], list("XYZ"))
    columns = {
        who: [t.get_text() for t in plots.migration(
            segmentation.migration(before, moved)).get_xticklabels()]
        for who, moved in {"stays": after, "goes": after.drop("Y")}.items()
    }  # fmt: skip
    assert columns == {"stays": ["a", "b"], "goes": ["a", "b", "(gone)"]}


@pytest.mark.parametrize(
    ("now", "error", "says"),
    [
        (pd.Series({"a": -1.0, "b": 3.0}), ValueError, "'now' is below 0 in 1 of 2 segments"),
        (pd.Series({"a": np.nan, "b": 3.0}), ValueError, "'now' is missing"),
        (pd.Series({"a": "x"}), TypeError, "must hold numbers"),
        (pd.Series({"a": 0.0}), ValueError, "now holds 0 customers in 1 rows"),
        ({"a": 1.0}, TypeError, "now is a dict"),
    ],
)
def test_steady_refuses_what_is_no_mix(now, error, says):
    with pytest.raises(error, match=says):
        plots.steady(now, pd.Series({"a": 0.5, "b": 0.5}))


def test_projection_refuses_text():
    with pytest.raises(TypeError, match="'a' must hold numbers"):
        plots.projection(pd.DataFrame({"a": ["x", "y"]}))


def test_steady_bars_are_shares_of_both_mixes():
    ax = plots.steady(pd.Series({"a": 30, "b": 10}), pd.Series({"b": 0.5, "a": 0.5}))
    np.testing.assert_allclose(heights(ax.containers[0]), [0.25, 0.75])
    np.testing.assert_allclose(heights(ax.containers[1]), [0.5, 0.5])
    same = plots.steady(pd.Series({"a": 1}), pd.Series({"a": 9.0}))
    assert same.get_title(loc="left") == "The mix is already where these moves lead"


def test_projection_lines_are_the_columns_of_the_table(moves):
    table = moves.pooled.project(pd.Series({"gold": 50, "blue": 10}), steps=4)
    ax = plots.projection(table, period="year")
    for line, name in zip(ax.lines, table, strict=True):
        np.testing.assert_allclose(line.get_ydata(), table[name])
    assert ax.get_title(loc="left").startswith("In 4 years there would be")


def test_over_time_shows_kept_beside_luck_and_marks_what_is_gone():
    table = pd.DataFrame(
        {"customers": [6, 4], "match": ["a", "b"], "customers_later": [10, 0], "kept": [1.0, 0.0],
         "kept_if_luck": [0.8, 0.5], "distance": [0.1, 3.0], "neighbour": [2.0, 2.0],
         "returns": [True, False]}, index=pd.Index(["a", "b"], name="segment"),
    )  # fmt: skip
    result = segmentation.OverTime(10, 0.6, (0.7, 0.6, 0.8), 0.5, 0.1, (0.2, 0.1, 0.3), table,
                                   ("b",), pd.DataFrame(), "")  # fmt: skip
    ax = plots.over_time(result)
    shown = {line.get_label(): line.get_xdata() for line in ax.lines}
    np.testing.assert_allclose(shown["Kept their segment"], [0.6, 1, 0])
    np.testing.assert_allclose(shown["If nothing changed but luck"], [0.7, 0.8, 0.5])
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "All (10)", "a (6)", "b (4)\nnot there any more"
    ]  # fmt: skip


def test_roles_show_every_customer_once():
    rng = np.random.default_rng(5)
    table = segmentation.roles(rng.gamma(2, 50, 80), rng.gamma(2, 90, 80),
                               cost_to_serve=rng.gamma(2, 15, 80))  # fmt: skip
    for log in (False, True):
        ax = plots.roles(table, log=log)
        assert sum(len(dots.get_offsets()) for dots in ax.collections) == 80
        ax.figure.canvas.draw()


def test_profile_bars_carry_their_intervals():
    rng = np.random.default_rng(6)
    table = pd.DataFrame({"a": rng.normal(size=60)})
    found = segmentation.profile(table, pd.Series(["x", "y", "y"] * 20))
    ax = plots.profile(found)
    ends = np.array(ax.collections[0].get_segments())[:, :, 0]
    np.testing.assert_allclose(ends, found[["effect_low", "effect_high"]])


def test_categories_show_percentage_points_of_the_largest_effects():
    table = pd.DataFrame({"channel": ["web"] * 6 + ["shop"] * 4,
                          "app": [True, False] * 5})  # fmt: skip
    found = segmentation.category_profile(table, pd.Series(["x"] * 5 + ["y"] * 5))
    ax = plots.categories(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "channel: shop", "channel: web", "app: False", "app: True"
    ]  # fmt: skip
    np.testing.assert_allclose(
        ax.lines[0].get_xdata().astype(float), 100 * found.xs("x")["difference"].to_numpy()
    )
    assert len(plots.categories(found, most=2).get_yticklabels()) == 2
    same = found.assign(difference=0.0, effect=0.0)
    assert plots.categories(same).get_title(loc="left") == "No segment differs from the rest"


def test_lift_captured_and_calibration_show_the_tables(likes):
    ax = plots.lift(likes)
    bars = next(c for c in ax.containers if len(c) == 10)
    np.testing.assert_allclose(heights(bars), likes.lift["lift"])
    ax = plots.captured(likes)
    np.testing.assert_allclose(ax.lines[0].get_ydata()[1:], likes.lift["captured"])
    ax = plots.calibration(likes)
    x, y = (np.asarray(values, dtype=float) for values in ax.lines[0].get_data())
    np.testing.assert_allclose(x, likes.calibration["mean_score"])
    np.testing.assert_allclose(y, likes.calibration["rate"])


def test_actions_show_both_shares_in_order():
    group = pd.Series(["Let rest", "Win back", "Let rest", "Let rest"])
    table = segmentation.action_table(group, values=pd.Series([1.0, 6, 2, 1]))
    ax = plots.actions(table, what="profit")
    widths = [[bar.get_width() for bar in bars] for bars in ax.containers]
    np.testing.assert_allclose(widths, [[0.25, 0.75], [0.6, 0.4]])
    assert ax.get_title(loc="left") == "First: win back. 25 % of customers, 60 % of profit"
    plain = plots.actions(segmentation.action_table(group))
    assert plain.get_title(loc="left") == "First: win back. 25 % of customers"


@pytest.mark.parametrize(
    ("draw", "error", "says"),
    [
        (lambda: plots.stayed(3), TypeError, "result of segmentation.migrations"),
        (lambda: plots.steady(3, pd.Series([1.0])), TypeError, "now is an int"),
        (lambda: plots.steady(pd.Series([1.0]), pd.Series([0.0])), ValueError, "later holds 0"),
        (lambda: plots.projection(pd.DataFrame({"a": [1.0]})), ValueError, "the table has 1 rows"),
        (lambda: plots.over_time(3), TypeError, "result of segmentation.stability_over_time"),
        (lambda: plots.roles(pd.DataFrame({"net": [1]})), ValueError, "segmentation.roles"),
        (lambda: plots.categories(pd.DataFrame({"low": [1]})), ValueError, "category_profile"),
        (lambda: plots.lift(3), TypeError, "result of segmentation.look_alikes"),
        (lambda: plots.captured(3), TypeError, "result of segmentation.look_alikes"),
        (lambda: plots.calibration(3), TypeError, "result of segmentation.look_alikes"),
        (lambda: plots.actions(pd.DataFrame({"share": [1]})), ValueError, "action_table"),
    ],
)
def test_the_new_figures_refuse_what_they_cannot_show(draw, error, says):
    with pytest.raises(error, match=says):
        draw()
