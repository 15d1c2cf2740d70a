import matplotlib as mpl
import pandas as pd
import pytest

mpl.use("Agg")
import matplotlib.pyplot as plt

from centricity import plots, transactions

LOG = pd.DataFrame(
    {
        "customer_id": ["A", "A", "A", "B"],
        "date": pd.to_datetime(
            ["2025-01-06 10:00", "2025-01-06 12:00", "2025-01-20 00:00", "2025-01-31 00:00"]
        ),
        "amount": [10.0, 5.0, 20.0, 7.0],
    }
)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_timelines_label_the_numbers_that_summarize_gives():
    ax = plots.transactions.timelines(LOG, observation_end="2025-02-03")
    said = texts(ax)
    assert "recency = 2.0 weeks" in said
    assert "T = 4.0 weeks" in said
    assert "frequency 1" in said
    assert "recency = 0.0 weeks" in said
    assert ax.get_xlabel()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["B", "A"]


def test_timelines_refuse_a_customer_who_never_bought():
    with pytest.raises(ValueError, match="no purchase of 'Z' is in the log"):
        plots.transactions.timelines(LOG, customers=["Z"])
    with pytest.raises(ValueError, match="the column 'date' is missing"):
        plots.transactions.timelines(LOG.drop(columns="date"))


def test_cleaning_draws_every_rule_that_touched_a_row_with_its_count():
    raw = pd.DataFrame(
        {"customer": ["A", None, "A"], "date": ["2025-01-01"] * 3, "amount": ["1,5", "2", "0"]}
    )
    ax = plots.transactions.cleaning(transactions.clean(raw).report)
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names[::-1] == ["kept", "missing id", "zero amount", "amount marks"] or names[::-1] == [
        "kept", "missing id", "amount marks", "zero amount",
    ]  # fmt: skip
    assert sorted(texts(ax)) == ["1", "1", "1", "2"]


def test_weekly_sums_by_monday_and_marks_weeks_covered_in_part():
    ax = plots.transactions.weekly(LOG)
    whole, partial = ax.lines[:2]
    assert whole.get_ydata().tolist() == [15.0, 0.0, 20.0]
    assert partial.get_ydata().tolist() == [7.0]
    assert "€" in ax.get_ylabel()
    ax = plots.transactions.weekly(LOG, measure="orders", smooth=3)
    assert ax.lines[0].get_ydata().tolist() == [1, 0, 1]


def test_weekly_draws_on_the_axes_it_is_given():
    _, mine = plt.subplots()
    assert plots.transactions.weekly(LOG, ax=mine, title="Mine") is mine
    assert mine.get_title(loc="left") == "Mine"
    with pytest.raises(ValueError, match="measure is 'profit'"):
        plots.transactions.weekly(LOG, measure="profit")


@pytest.mark.parametrize(
    ("weeks", "title"),
    [
        (70, "In the last 13 weeks, orders were 100 % above those a year before"),
        (20, "In the second half, orders were 0 % above those in the first"),
        (1, "Weekly orders"),
    ],
)
def test_weekly_title_says_how_orders_changed(weeks, title):
    """One order a week, and two from the 57th on; the last week is covered in part and left out."""
    days = pd.date_range("2024-01-01", periods=weeks, freq="7D")
    days = days.append(days[56:-1] + pd.Timedelta(days=1))
    log = pd.DataFrame({"date": days, "customer_id": "A", "amount": 1.0})
    ax = plots.transactions.weekly(log, measure="orders")
    assert ax.get_title(loc="left") == title
