"""Figures of what customers value: the numbers shown are the numbers given."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from centricity.plots import preference as plots

WTP = pd.DataFrame(
    {"wtp": [-1.0, 2.0], "lower": [-2.0, 1.0], "upper": [0.0, 3.0]}, index=["days", "advice"]
)
RANKED = pd.DataFrame({"say": [9, 8, 7], "choose": [1, 5, 5]}, index=["price", "speed", "range"])
SHARES = pd.DataFrame(
    {"share": [0.3, 0.7], "lower": [0.2, 0.6], "upper": [0.4, 0.8]}, index=["price", "speed"]
)
GAPS = pd.DataFrame(
    {"expected": [8.0, 7.0], "delivered": [5.5, 7.5], "gap": [-2.5, 0.5],
     "lower": [-3.0, float("nan")], "upper": [-0.04, float("nan")]},
    index=pd.MultiIndex.from_tuples([("sales", "desk"), ("desk", "site")]),
)  # fmt: skip
PLACES = pd.DataFrame(
    {"to_customer": [2.0, -1.0], "of_customer": [50.0, 10.0]}, index=["home", "work"]
)
TOTALS = pd.DataFrame(
    {"benefits": [60.0, 40.0], "costs": [48.0, 45.0], "value": [12.0, -5.0]},
    index=["potential", "realised"],
)
PLANS = pd.DataFrame({"home": [60.0, 50.0], "work": [40.0, 70.0]}, index=["today", "express"])

EVERY = {
    "worth": lambda **o: plots.worth({"home": WTP, "work": WTP}, **o),
    "ranks": lambda **o: plots.ranks(RANKED, **o),
    "drivers": lambda **o: plots.drivers(SHARES, **o),
    "gaps": lambda **o: plots.gaps(GAPS, **o),
    "quadrants": lambda **o: plots.quadrants(PLACES, cuts=(0, 30), x="to (€)", y="of (€)", **o),
    "value_steps": lambda **o: plots.value_steps(TOTALS, **o),
    "offer_profit": lambda **o: plots.offer_profit(PLANS, now="today", **o),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_uses_the_axes_given_and_states_its_finding(name):
    _, ax = plt.subplots()
    drawn = EVERY[name](title="A finding", ax=ax)
    assert drawn is ax
    assert ax.get_title(loc="left") == "A finding"
    assert ax.get_xlabel() or ax.get_ylabel()


def test_truth_is_a_cross_at_the_true_value_and_named_once():
    truth = {"home": pd.Series({"days": -1.5, "advice": 2.5})}
    ax = plots.worth({"home": WTP}, truth=truth, title="t", names={"days": "a day"})
    crosses = [line for line in ax.lines if line.get_marker() == "x" and len(line.get_xdata())]
    assert [line.get_xdata().tolist() for line in crosses] == [[-1.5, 2.5]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["home", "truth"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a day", "advice"]


def test_ties_share_a_rank_and_a_label():
    ax = plots.ranks(RANKED, title="t")
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 3], [2, 1.5], [3, 1.5]]
    said = [text.get_text() for text in ax.texts]
    assert said == ["price", "speed", "range", "speed, range", "price"]


def test_drivers_stand_in_order_of_their_share():
    ax = plots.drivers(SHARES, title="t")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["speed", "price"]


def test_a_gap_is_written_with_its_interval_where_there_is_one():
    ax = plots.gaps(GAPS, title="t")
    assert [text.get_text() for text in ax.texts] == ["−2.5 (−3.0 to 0.0)", "+0.5"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["sales → desk", "desk → site"]


def test_the_corners_are_named_where_they_are():
    ax = plots.quadrants(PLACES, cuts=(0, 30), title="t", x="x", y="y")
    corners = {t.get_text(): t.get_position() for t in ax.texts if t.get_text().isupper()}
    assert corners["STAR"] > (0.5, 0.5)
    assert corners["LOST CAUSE"] < (0.5, 0.5)
    assert corners["FREE RIDER"][0] > 0.5 > corners["FREE RIDER"][1]
    assert corners["CAPTIVE"][0] < 0.5 < corners["CAPTIVE"][1]


def test_value_below_zero_hangs_down_and_says_so():
    ax = plots.value_steps(TOTALS, title="t")
    assert [patch.get_height() for patch in ax.patches] == [12.0, -5.0]
    assert [text.get_text() for text in ax.texts] == ["€12.00", "−€5.00"]


def test_bars_of_a_plan_end_at_its_total():
    ax = plots.offer_profit(PLANS, title="t", now="today")
    assert [text.get_text() for text in ax.texts] == ["€100", "€120"]
    assert max(p.get_x() + p.get_width() for p in ax.patches) == 120
    assert ax.lines[0].get_xdata()[0] == 100


def test_a_loss_is_drawn_to_the_left_of_zero_and_said():
    table = pd.DataFrame({"home": [60.0, -50.0], "work": [40.0, -20.0]}, index=["today", "gift"])
    ax = plots.offer_profit(table, title="t", now="today")
    assert [text.get_text() for text in ax.texts] == ["€100", "−€70"]
    assert min(p.get_x() + min(p.get_width(), 0) for p in ax.patches) == -70
    assert ax.get_xlim()[0] < -70
    mixed = plots.offer_profit(pd.DataFrame({"a": [30.0], "b": [-10.0]}, index=["x"]), title="t")
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in mixed.patches]
    assert ends == [(0, 30), (0, -10)]
    assert [text.get_text() for text in mixed.texts] == ["€20"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plots.offer_profit(PLANS, title="t", now="to-day"), "Did you mean 'today'"),
        (lambda: plots.worth({"a": WTP}, truth={}, title="t"), "truth lacks 'a'"),
        (lambda: plots.worth({}, title="t"), "there are no groups"),
        (lambda: plots.worth({"a": WTP, "b": WTP.head(1)}, title="t"), "'b' lacks a row"),
        (lambda: plots.worth({"a": WTP.drop(columns="lower")}, title="t"), "'lower' is missing"),
        (lambda: plots.ranks(RANKED.replace(9, float("nan")), title="t"), "a value is missing"),
        (lambda: plots.drivers(SHARES.head(0), title="t"), "the table is empty"),
        (lambda: plots.gaps(GAPS[["gap"]], title="t"), "'expected', .*are missing"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()
