"""Profit figures: what adds up is drawn so, losses look different, nothing is computed anew."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity.plots import profitability as plots
from centricity.profitability import whale_curve

PARTS = pd.DataFrame({"machines": [0.6, 0.7], "transport": [0.2, 0.5]}, index=["A", "B"])
TABLE = pd.DataFrame({"revenue": [9e5, 4e4, 3e4], "profit": [-5e4, 9e3, 0.0]}, index=list("ABC"))
POOLS = pd.DataFrame(
    {
        "incurred": [100.0, 50.0, 10.0],
        "allocated": [80.0, 60.0, 0.0],
        "unused": [20.0, -10.0, 0.0],
        "untraced": [0.0, 0.0, 10.0],
    },
    index=["Transport", "Sales", "Head office"],
)
GRID = pd.DataFrame([[0.0, 9.0], [-9.0, 0.0]], index=[0.0, 0.5], columns=[0.0, 0.2])
PLANS = pd.DataFrame({"mean": [5.0], "lower": [-9.0], "upper": [20.0]}, index=["reprice"])
LINES = pd.Series({"revenue": 100.0, "all costs": -120.0, "profit": -20.0})
YEARS = pd.Series({"A": -9.0, "B": 8.0}), pd.Series({"A": -2.0, "B": 6.0})
CURVES = pd.DataFrame({"margin 40 %": [0.0, 0.2]}, index=[0.0, 0.1])

EVERY = {
    "of_each_hundred": lambda **o: plots.of_each_hundred(PARTS, **o),
    "accounts": lambda **o: plots.accounts(TABLE, **o),
    "whale": lambda **o: plots.whale(
        {"2024": whale_curve(TABLE["profit"] + 9e4).curve}, total=1e5, **o
    ),
    "capacity": lambda **o: plots.capacity(POOLS, **o),
    "bridge": lambda **o: plots.bridge(LINES, totals=("profit",), **o),
    "years": lambda **o: plots.years(*YEARS, x="2023 (€)", y="2024 (€)", **o),
    "break_even": lambda **o: plots.break_even(CURVES, **o),
    "change_map": lambda **o: plots.change_map(GRID, **o),
    "plans": lambda **o: plots.plans(PLANS, **o),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_uses_the_axes_given_and_states_its_finding(name):
    _, ax = plt.subplots()
    drawn = EVERY[name](title="A finding", ax=ax)
    assert drawn is ax
    assert ax.get_title(loc="left") == "A finding"
    assert ax.get_xlabel() or ax.get_ylabel()


def test_bars_of_a_hundred_end_where_costs_do():
    ax = plots.of_each_hundred(PARTS, title="t")
    ends = [patch.get_x() + patch.get_width() for patch in ax.patches]
    assert ends == pytest.approx([60, 70, 80, 120])
    assert [t.get_text() for t in ax.texts][-2:] == ["leaves €20", "loses €20"]


def test_losses_are_told_apart_by_mark_and_colour():
    ax = plots.accounts(TABLE, title="t", names={"A": "Goliath"})
    above, below = ax.collections
    assert (len(above.get_offsets()), len(below.get_offsets())) == (2, 1)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "above zero: 2 accounts", "below zero: 1 account",
    ]  # fmt: skip
    assert [t.get_text() for t in ax.texts] == ["Goliath"]


def test_the_whale_starts_at_zero_and_its_peak_and_end_are_written():
    curve = whale_curve(pd.Series([90.0, 40.0, -30.0])).curve
    ax = plots.whale({"2024": curve, "truth": curve}, title="t", total=100.0)
    line = ax.lines[0]
    assert line.get_xdata()[0] == line.get_ydata()[0] == 0
    assert line.get_ydata()[-1] == pytest.approx(100)
    assert [t.get_text() for t in ax.texts] == ["peak 130 %", "total 100 %"]
    assert len(ax.get_legend().get_texts()) == 2


def test_idle_shares_are_of_the_cost_incurred_and_overtime_is_not_drawn_backwards():
    ax = plots.capacity(POOLS, title="t")
    assert [t.get_text() for t in ax.texts] == ["20 % idle"]
    assert all(patch.get_width() >= 0 for patch in ax.patches)


def test_a_bridge_whose_total_is_not_its_sum_is_refused():
    says = r"'profit' is -21.00 and the steps before it add up to -20.00"
    with pytest.raises(ValueError, match=says):
        plots.bridge(LINES.replace(-20.0, -21.0), title="t", totals=("profit",))


def test_a_map_without_a_change_of_sign_draws_no_break_even():
    assert plots.change_map(GRID + 100, title="t").get_title(loc="left") == "t"
    flat = plots.change_map(GRID * 0, title="t", at=(0.1, 0.2))
    assert len(flat.lines) == 1


def test_expected_losses_are_a_dotted_line():
    expected = pd.Series([0.05, 0.1], index=CURVES.index, name="expected")
    ax = plots.break_even(CURVES, title="t", expected=expected)
    assert ax.lines[-1].get_linestyle() == ":"
    assert ax.lines[-1].get_label() == "expected"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plots.of_each_hundred(PARTS.head(0), title="t"), "the table is empty"),
        (lambda: plots.accounts(TABLE[["profit"]], title="t"), "'revenue' is missing"),
        (lambda: plots.whale({}, title="t", total=1.0), "no curve was given"),
        (lambda: plots.whale({"a": TABLE}, title="t", total=-1.0), "total is -1.0"),
        (lambda: plots.bridge(pd.Series(dtype=float), title="t"), "there are no lines"),
        (lambda: plots.years(YEARS[0], YEARS[1].head(1), title="t", x="x", y="y"),
         r"a value is missing for 1 of 2 accounts \(first: accounts B\)"),
        (lambda: plots.change_map(GRID.head(1), title="t"), r"the grid is \(1, 2\)"),
        (lambda: plots.plans(PLANS.drop(columns="mean"), title="t"), "'mean' is missing"),
        (lambda: plots.accounts(TABLE.assign(revenue=[1.0, 0.0, 2.0]), title="t"),
         r"'revenue' is not above zero in 1 of 3 accounts \(first: accounts B\).*log scale"),
        (lambda: plots.accounts(TABLE, title="t", names={"Z": "Zed"}),
         "plots.accounts: the account 'Z' of names is not in the table"),
        (lambda: plots.years(*YEARS, title="t", x="x", y="y", names={"Z": "Zed"}),
         "plots.years: the account 'Z' of names is not in the table"),
        (lambda: plots.of_each_hundred(-PARTS, title="t"), "'machines' is below 0 in 2 of 2 rows"),
        (lambda: plots.capacity(POOLS * np.nan, title="t"), "'incurred' is missing or infinite"),
        (lambda: plots.whale({"a": TABLE}, title="t", total=1.0), "'cumulative', 'account_share'"),
        (lambda: plots.bridge(LINES, title="t", totals=("loss",)), "'loss' is not among the lines"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_amounts_are_short_and_signed():
    assert plots.euros(0) == "€0"
    assert plots.euros(-999.9) == "−€1 k"
    assert plots.euros(np.float64(2.5e9)) == "€2.5 bn"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: plots.whale([1], title="t", total=1.0), "curves is a list"),
        (lambda: plots.bridge(LINES, title="t", totals="profit"), "totals a str"),
        (lambda: plots.bridge(TABLE, title="t"), "lines is a DataFrame"),
        (lambda: plots.break_even(CURVES, title="t", expected=[0.1]), "expected is a list"),
    ],
)
def test_what_is_of_another_kind_is_refused_in_words(call, says):
    with pytest.raises(TypeError, match=says):
        call()


def test_the_name_of_the_rightmost_account_stays_inside_the_figure():
    before = pd.Series({"A": -9.0, "B": 8.0})
    ax = plots.years(before, before, title="t", x="x", y="y", names={"B": "Goliath"})
    ax.figure.canvas.draw()
    assert ax.texts[0].get_window_extent().x1 <= ax.get_window_extent().x1
