"""Figures of the market: what is drawn is what was handed in."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity.plots import market as plots

SWEEP = pd.DataFrame({"product": [9.0, 4.0], "customer": [5.0, 8.0]}, index=[0.0, 1.0])
TIME = pd.DataFrame({"product": [0.0, 5.0], "customer": [-4.0, 6.0]}, index=[0, 1])
PEOPLE = pd.DataFrame({"need": [0.1, -1.0], "volume": [9.0, 90.0], "known": [False, True]})
PLANS = pd.DataFrame({"share": [0.2, 0.3], "value": [9e3, 5e3]}, index=["stay", "cut"])
CARD = pd.DataFrame({"points_to": ["brand equity", "open"]}, index=["visible", "long_relation"])

EVERY = {
    "needs": lambda **o: plots.needs(PEOPLE, [0.0, 1.0], **o),
    "strategies": lambda **o: plots.strategies(SWEEP, **o),
    "over_time": lambda **o: plots.over_time(TIME, **o),
    "share_and_value": lambda **o: plots.share_and_value(PLANS, **o),
    "scorecards": lambda **o: plots.scorecards({"Soap": CARD, "Bank": CARD}, **o),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_uses_the_axes_given_and_states_its_finding(name):
    _, ax = plt.subplots()
    drawn = EVERY[name](title="A finding", ax=ax)
    assert drawn is ax
    assert ax.get_title(loc="left") == "A finding"
    assert ax.get_xlabel()


def test_known_customers_look_different_and_products_are_named_once():
    ax = plots.needs(PEOPLE, [0.0, 1.0], title="t")
    plain, known = ax.collections
    assert (len(plain.get_offsets()), len(known.get_offsets())) == (1, 1)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["standard product", "gets the standard: 1", "known: 1"]


def test_both_lines_and_a_point_between_two_settings():
    ax = plots.strategies(SWEEP, title="t", at=0.5, crossing=4 / 9, interval=(0.3, np.inf))
    values = [line.get_ydata()[0] for line in ax.lines if line.get_marker() in "so"]
    assert values == [6.5, 6.5]
    assert [text.get_text() for text in ax.texts] == ["median 0.44"]
    alone = plots.strategies(SWEEP, title="t", crossing=4 / 9)
    assert [text.get_text() for text in alone.texts] == ["cross at 0.44"]
    assert ax.get_xlim() == (0.0, 1.0)


def test_a_crossing_that_never_comes_is_not_drawn():
    ax = plots.strategies(SWEEP, title="t", crossing=np.inf, interval=(np.inf, np.inf))
    assert not ax.texts
    assert not ax.patches


def test_a_highlighted_plan_is_told_apart():
    ax = plots.share_and_value(PLANS, title="t", highlight="cut")
    others, one = ax.lines
    assert (len(others.get_xdata()), len(one.get_xdata())) == (1, 1)
    assert others.get_marker() != one.get_marker()


def test_answers_are_placed_on_their_side():
    ax = plots.scorecards({"Soap": CARD}, title="t")
    assert ax.lines[0].get_xdata().tolist() == [-1.0, 0.0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["visible", "long relation"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plots.needs(PEOPLE.iloc[:0], [0], title="t"), "the table is empty"),
        (lambda: plots.strategies(SWEEP[["product"]], title="t"), "column 'customer' is missing"),
        (lambda: plots.scorecards({}, title="t"), "no firm was given"),
        (lambda: plots.scorecards({"Soap": CARD.replace("open", "both")}, title="t"),
         "'points_to' is 'both' in 1 of 2 conditions"),
        (lambda: plots.needs(PEOPLE * 0, [0], title="t"), "'volume' is not above 0 for 2 of 2"),
        (lambda: plots.strategies(SWEEP * np.nan, title="t"), "'product' is missing or infinite"),
        (lambda: plots.over_time(TIME * np.inf, title="t"), "missing or infinite in 2 of 2"),
        (lambda: plots.share_and_value(PLANS * np.nan, title="t"), "'share' is missing or infini"),
        (lambda: plots.share_and_value(PLANS, title="t", highlight="cuts"), "Did you mean 'cut'"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plots.needs([1, 2], [0], title="t"), "plots.market.needs: a list was given"),
        (lambda: plots.strategies(SWEEP.astype(str), title="t"), "'product' must hold numbers"),
        (lambda: plots.scorecards([CARD], title="t"), "cards is a list. It maps each firm"),
    ],
)
def test_another_type_is_refused_in_words(call, says):
    with pytest.raises(TypeError, match=says):
        call()
