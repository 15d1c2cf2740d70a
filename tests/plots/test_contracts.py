"""Contract figures: what was seen is solid, cohorts keep their order, shares are shares."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from centricity.plots import contracts

CURVES = pd.DataFrame({"actual": [1.0, 0.63, np.nan], "sBG": [1.0, 0.62, 0.46]})


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_what_was_seen_is_solid_and_forecasts_are_broken():
    ax = contracts.survival(CURVES, title="t", fitted=1)
    seen, forecast, mark = ax.lines
    assert seen.get_linestyle() == "-"
    assert forecast.get_linestyle() == "--"
    assert list(mark.get_xdata()) == [1, 1]
    assert [text.get_text().strip() for text in ax.texts] == ["hold-out"]
    assert not contracts.survival(CURVES, title="t").texts


def test_cohorts_name_the_first_and_the_last_that_has_a_value():
    shares = pd.DataFrame([[1, 0.8, 0.7], [1, 0.7, np.nan], [np.nan] * 3], index=[2022, 2023, 2024])
    ax = contracts.cohorts(shares, title="t", y="Renewed")
    assert [text.get_text() for text in ax.texts] == ["2022", "2023"]
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 2]
    assert ax.get_ylabel() == "Renewed"


def test_every_cohort_is_named_unless_they_are_too_many():
    def names(cohorts):
        shares = pd.DataFrame([[1, 0.5]] * cohorts, index=range(2000, 2000 + cohorts))
        return [text.get_text() for text in contracts.cohorts(shares, title="t").texts]

    assert names(8) == [str(year) for year in range(2000, 2008)]
    assert names(9) == ["2000", "2008"]


def test_coins_are_shares_of_their_group_whatever_its_size():
    groups = {"new": [0.05] * 30 + [0.95] * 10, "old": [0.05, 1.0]}
    ax = contracts.coins(groups, title="t", bins=10)
    new, old = (patch.get_data().values for patch in ax.patches)
    assert new.tolist() == [0.75, *[0.0] * 8, 0.25]
    assert old.tolist() == [0.5, *[0.0] * 8, 0.5]
    assert ax.get_ylabel().endswith("(classes of 0.1)")


def test_coins_that_are_no_probabilities_are_refused():
    for bad, says in (([0.2, 1.2], "rows 1"), ([], "no values"), ([0.2, np.nan], "rows 1")):
        with pytest.raises(ValueError, match=says):
            contracts.coins({"new": bad}, title="t")


def test_rates_above_the_bars_are_those_of_both_kinds_together():
    kinds = pd.DataFrame({"loyal": [60, 54, 49], "fickle": [40, 10, 0]})
    ax = contracts.composition(kinds, title="t")
    assert [text.get_text() for text in ax.texts] == ["64%", "77%"]
    assert max(patch.get_y() + patch.get_height() for patch in ax.patches) == 100


def test_nobody_left_is_drawn_without_a_division_by_zero():
    ax = contracts.composition(pd.DataFrame({"a": [10, 0, 0]}), title="t")
    assert [text.get_text() for text in ax.texts] == ["0%", "0%"]


def test_worth_names_lines_and_marks():
    values = pd.DataFrame({"full": [200.0, 220.0], "half": [90.0, 140.0]}, index=[0, 1])
    ax = contracts.worth(values, title="t", marks={"formula": 160.0, "bid": 200.0})
    assert [text.get_text() for text in ax.texts] == ["full", "half", "formula", "bid"]
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize("draw", [contracts.survival, contracts.cohorts])
def test_counts_instead_of_shares_are_refused(draw):
    with pytest.raises(ValueError, match=r"1 of 3 rows \(first: rows 0\)\. Shares lie between"):
        draw(CURVES.replace({"sBG": {1.0: 1000.0}}), title="t")
    with pytest.raises(ValueError, match="no values were given"):
        draw(CURVES.head(0), title="t")


@pytest.mark.parametrize("name", ["survival", "cohorts", "composition", "worth"])
def test_axes_are_used_when_given(name):
    _, ax = plt.subplots()
    assert getattr(contracts, name)(CURVES.fillna(0.4), title="A finding", ax=ax) is ax
    assert ax.get_title(loc="left") == "A finding"
    assert ax.get_xlabel()
    assert ax.get_ylabel()
