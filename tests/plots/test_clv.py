"""Figures of the hold-out and of histories: what they show is what the tables hold."""

from itertools import pairwise

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity import clv
from centricity.plots import clv as plots
from centricity.plots import style

MODEL = clv.BGNBD(r=0.8, alpha=6.0, a=0.9, b=3.0)
OTHER = clv.ParetoNBD(r=0.8, alpha=6.0, s=0.7, beta=15.0)
BOTH = {"BG/NBD": MODEL, "Pareto/NBD": OTHER}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def log():
    world = MODEL.simulate(np.full(400, 60.0), rng=4).purchases
    date = pd.Timestamp("2024-01-01") + pd.to_timedelta(world["time"] * 7, unit="D")
    return pd.DataFrame({"customer_id": world["customer"], "date": date})


@pytest.fixture(scope="module")
def customers():
    world = MODEL.simulate(np.full(400, 60.0), rng=4).purchases
    seen = world[world["time"] <= 40].groupby("customer")["time"].agg(["size", "max"])
    held = world[world["time"] > 40].groupby("customer").size().reindex(seen.index, fill_value=0)
    return pd.DataFrame({"frequency": seen["size"] - 1, "recency": seen["max"], "T": 40.0,
                         "frequency_holdout": held, "T_holdout": 20.0})  # fmt: skip


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def title(ax):
    return ax.get_title(loc="left")


def numbers(ax):
    return [text.get_text().strip() for text in ax.texts]


@pytest.mark.parametrize("cumulative", [True, False])
def test_tracking_draws_the_actual_line_and_one_for_each_model(log, cumulative):
    tracked = clv.tracking(log, BOTH, calibration_end="2024-10-06")
    ax = plots.tracking(tracked, cumulative=cumulative)
    assert legend(ax) == ["actual", "BG/NBD", "Pareto/NBD"]
    end = "_cumulative" if cumulative else ""
    for line, name in zip(ax.lines[:3], ["actual", *BOTH], strict=True):
        np.testing.assert_array_equal(line.get_ydata(), tracked[f"{name}{end}"])


def test_tracking_title_states_the_miss_of_the_holdout_alone():
    tracked = pd.DataFrame(
        {"actual": [10, 10], "A": [99.0, 12.0], "B": [1.0, 9.0], "holdout": [False, True],
         "actual_cumulative": [10, 20], "A_cumulative": [99.0, 111.0],
         "B_cumulative": [1.0, 10.0]},
        index=pd.date_range("2025-01-05", periods=2, freq="W"),
    )  # fmt: skip
    said = "Expected against made in the hold-out: A +20 %, B −10 %"
    assert title(plots.tracking(tracked)) == said


def test_frequencies_draw_a_bar_for_every_number_in_the_table(customers):
    table = clv.frequency_table(customers, BOTH, most=5)
    ax = plots.frequencies(table)
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, table.to_numpy().T.ravel())
    lefts = sorted((bar.get_x(), bar.get_width()) for bar in ax.patches)
    assert all(a + w <= b + 1e-9 for (a, w), (b, _) in pairwise(lefts))
    assert "BG/NBD says" in title(ax)


def test_holdout_draws_each_model_and_the_naive_forecast(customers):
    table = clv.holdout_by_frequency(customers, BOTH)
    ax = plots.holdout(table)
    assert legend(ax) == ["actual", "BG/NBD", "Pareto/NBD", "naive: same rate as before"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), table["BG/NBD"])
    share = table["customers"] / len(customers)
    miss = (share * (table["BG/NBD"] - table["actual"]).abs()).sum()
    assert f"BG/NBD misses by {miss:.2f} purchases" in title(ax)


def test_calibration_shows_shares_and_counts_the_groups_that_are_as_expected(customers):
    table = clv.calibration(customers, MODEL, groups=5)
    ax = plots.calibration(table)
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    np.testing.assert_array_equal(drawn["bought"], table["actual"])
    np.testing.assert_array_equal(drawn["P(alive)"], table["p_alive"])
    within = (table["actual"] - table["expected"]).abs() < 2 * table["std_error"]
    assert title(ax) == f"The share who bought is as expected in {within.sum()} of 5 groups"


def test_calibration_of_several_models_asks_for_one(customers):
    with pytest.raises(ValueError, match=r'Take one of them: table\.loc\["BG/NBD"\]'):
        plots.calibration(clv.calibration(customers, BOTH))


@pytest.mark.parametrize(
    "score", ["mae", "rmse", "bias", "rank_correlation", "top_hits", "top_share"]
)
def test_errors_put_the_best_on_top_and_rules_of_thumb_in_grey(customers, score):
    table = clv.forecast_errors(customers, BOTH, silence=10)
    ax = plots.errors(table, score=score)
    order = [tick.get_text() for tick in ax.get_yticklabels()]
    values = table.loc[order, score].to_numpy()
    larger = score in ("rank_correlation", "top_hits", "top_share")
    worth = values if larger else -np.abs(values)
    assert (np.diff(worth) >= 0).all()
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], values)
    grey = [bar.get_facecolor() == mpl.colors.to_rgba(style.GREY) for bar in ax.patches]
    assert [name for name, is_grey in zip(order, grey, strict=True) if is_grey] == [
        name for name in order if name in ("same rate", "hiatus")
    ]
    assert title(ax).startswith(f"{order[-1]} is best with ")


def test_errors_write_a_missing_score_as_none():
    table = pd.DataFrame({"rank_correlation": [0.5, np.nan]}, index=["A", "same for all"])
    ax = plots.errors(table, score="rank_correlation")
    assert numbers(ax) == ["none", "0.50"]


def test_history_map_writes_every_number_with_no_silence_on_top():
    table = clv.history_grid(MODEL, T=52, frequency=[1, 8], recency=[26.0, 52.0])
    ax = plots.history_map(table, T=52, title="Mine")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0", "26"]
    shown = [f"{value:.0%}".replace("%", " %") for value in table.iloc[::-1].to_numpy().ravel()]
    assert numbers(ax) == shown


def test_history_map_leaves_what_cannot_be_empty():
    model = clv.BGBB(alpha=1.2, beta=0.75, gamma=0.9, delta=2.8)
    table = clv.history_grid(model, T=3, frequency=[1, 2, 3], recency=[1, 2, 3])
    assert len(numbers(plots.history_map(table, T=3, title="Donors", unit="years"))) == 6


def test_history_map_refuses_what_nobody_can_read():
    table = clv.history_grid(MODEL, T=52, frequency=range(1, 41), recency=[26.0, 52.0])
    with pytest.raises(ValueError, match="2 × 40 histories"):
        plots.history_map(table, T=52, title="Too much")


def test_by_recency_labels_each_line_with_its_frequency():
    table = clv.history_grid(MODEL, T=52, frequency=[1, 8], recency=[10.0, 52.0])
    ax = plots.by_recency(table, y="P(alive)", title="Mine")
    assert numbers(ax) == ["1", "8"]


def test_value_by_group_draws_means_from_worst_to_best():
    ax = plots.value_by_group(pd.Series([1.0, 3.0, 9.0]), ["b", "b", "a"])
    assert [bar.get_width() for bar in ax.patches] == [2.0, 9.0]
    assert title(ax) == "A customer from a is worth 4.5 times one from b"


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (plots.tracking, "a table of clv.tracking"),
        (plots.frequencies, "a table of clv.frequency_table"),
        (plots.holdout, "a table of clv.holdout_by_frequency"),
        (plots.calibration, "a table of clv.calibration"),
        (plots.errors, "a table of clv.forecast_errors"),
    ],
)
def test_a_figure_says_which_table_it_needs(draw, says):
    with pytest.raises(ValueError, match=says):
        draw(pd.DataFrame({"a": [1]}))


def test_more_models_than_can_be_told_apart_are_refused():
    table = pd.DataFrame(1.0, index=["0"], columns=["actual", "a", "b", "c", "d", "e"])
    with pytest.raises(ValueError, match="holds 5 models"):
        plots.frequencies(table)


def test_a_title_and_axes_of_ones_own_are_used(customers):
    _, mine = plt.subplots()
    ax = plots.calibration(clv.calibration(customers, MODEL), title="Mine", ax=mine)
    assert ax is mine
    assert title(ax) == "Mine"
