"""Segments of customers as of a series of dates."""

from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.segmentation import life_stage, segment_panel, tiers
from centricity.transactions import summarize

DATES = ["2022-12-31", "2023-06-30", "2023-12-31", "2024-12-31"]


def draw_log(seed, n=400, people=60):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "customer_id": rng.choice([f"C{i:02d}" for i in range(people)], n),
        "date": pd.Timestamp("2022-11-01") + pd.to_timedelta(rng.integers(0, 790, n), "D"),
        "amount": rng.gamma(2, 20, n).round(2),
    })  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["tier", "stage"]))
def test_nobody_is_seen_before_their_first_order_and_everybody_after(seed, by):
    log = draw_log(seed)
    panel = segment_panel(log, DATES, by=by)
    first = log.groupby("customer_id")["date"].min()
    for end in panel.columns:
        born = (first <= end).reindex(panel.index)
        assert (panel[end].notna() == born).all()
    assert set(panel.index) == set(first.index[first <= "2024-12-31"])


def test_tiers_are_those_of_the_amounts_in_each_period():
    log = draw_log(1)
    panel = segment_panel(log, DATES, cuts=[100, 40], names=["high", "middle", "low"])
    assert list(panel.columns) == [pd.Timestamp(day) for day in DATES[1:]]
    for start, end in pairwise(DATES):
        inside = log[(log["date"] > start) & (log["date"] <= end)]
        spent = inside.groupby("customer_id")["amount"].sum()
        expected = tiers(spent, cuts=[100, 40], names=["high", "middle", "low"])
        found = panel[pd.Timestamp(end)].dropna()
        assert (found[spent.index].astype(str) == expected.astype(str)).all()
        assert (found.drop(spent.index) == "no order").all()


def test_default_cuts_part_the_first_period_into_the_usual_shares_and_stay():
    rng = np.random.default_rng(0)
    amounts = rng.permutation(np.arange(1.0, 401))
    log = pd.DataFrame({
        "customer_id": np.tile(np.arange(400), 2),
        "date": pd.to_datetime(np.repeat(["2023-05-01", "2024-05-01"], 400)),
        "amount": np.r_[amounts, 2 * amounts],
    })  # fmt: skip
    panel = segment_panel(log, ["2022-12-31", "2023-12-31", "2024-12-31"])
    first, second = (panel[c].value_counts() for c in panel)
    assert first[["top", "high", "middle", "low"]].to_list() == [20, 60, 120, 200]
    assert second["top"] > 100  # all spend twice as much: the cuts don't move along


def test_stages_are_those_of_life_stage_with_one_gap_for_all_dates():
    log = draw_log(2)
    panel = segment_panel(log, DATES, by="stage")
    whole = summarize(log[log["date"] <= DATES[-1]], observation_end=DATES[-1])
    again = whole[whole["frequency"] > 0]
    gap = (again["recency"] / again["frequency"]).median()
    for end in DATES:
        then = summarize(log[log["date"] <= end], observation_end=end)
        expected = life_stage(then, typical_gap=gap)
        found = panel[pd.Timestamp(end)].dropna()
        pd.testing.assert_series_equal(found, expected, check_names=False, check_dtype=False)


def test_the_future_does_not_change_the_past():
    log = draw_log(3)
    early = log[log["date"] <= "2023-12-31"]
    options = {"cuts": [100, 40]}
    pd.testing.assert_frame_equal(
        segment_panel(early, DATES[:3], **options).dropna(how="all"),
        segment_panel(log, DATES, **options)[[pd.Timestamp(d) for d in DATES[1:3]]]
        .dropna(how="all"),
    )  # fmt: skip


def test_a_rule_of_ones_own_sees_only_the_past():
    log = draw_log(4)
    seen = []

    def rule(past):
        seen.append(past["day"].max())
        orders = past.groupby("customer_id").size()
        return pd.Series(np.where(orders > 3, "often", "seldom"), orders.index)

    panel = segment_panel(log, DATES, by=rule)
    assert all(last <= pd.Timestamp(end) for last, end in zip(seen, DATES, strict=True))
    days = log[log["date"] <= DATES[1]].drop_duplicates(["customer_id", "date"])
    often = days.groupby("customer_id").size() > 3
    assert ((panel[pd.Timestamp(DATES[1])].dropna() == "often") == often).all()


LOG = draw_log(5)


@pytest.mark.parametrize("by", ["tier", "stage"])
def test_a_last_date_that_the_log_does_not_reach_is_told(by):
    with pytest.warns(UserWarning, match="the last period is cut short"):
        segment_panel(draw_log(4), [*DATES[:-1], "2025-06-30"], by=by)


@pytest.mark.parametrize("by", ["tier", "stage"])
@pytest.mark.parametrize(
    "convert",
    [
        pl.from_pandas,
        lambda log: pl.from_pandas(log).lazy(),
        lambda log: pl.from_pandas(log).to_arrow(),
        lambda log: duckdb.from_df(log),
    ],
    ids=["polars", "polars lazy", "arrow", "duckdb"],
)
def test_the_panel_is_the_same_on_every_engine(convert, by):
    expected = segment_panel(LOG, DATES, by=by)
    found = segment_panel(convert(LOG), DATES, by=by)
    pd.testing.assert_frame_equal(found, expected, check_index_type=False)


@pytest.mark.parametrize(
    ("log", "dates", "options", "error", "says"),
    [
        (LOG, DATES[:2], {}, ValueError, "there are 2 dates.*At least 3.*opens the first period"),
        (LOG, DATES[::-1], {}, ValueError, "each later than the one before"),
        (LOG, ["soon", "later", "never"], {}, ValueError, "They are a sequence of dates"),
        (LOG, 3, {}, ValueError, "They are a sequence of dates"),
        (LOG, ["2019-01-01", "2020-01-01", "2021-01-01"], {}, ValueError, "must begin before"),
        (LOG, ["2022-12-31", "2024-12-31", "2030-12-31", "2031-12-31"], {}, ValueError,
         "the last period must begin before the last order"),
        (LOG, DATES, {"by": "teir"}, ValueError, "Did you mean 'tier'"),
        (LOG, DATES, {"by": 3}, TypeError, "by is an int"),
        (LOG, DATES, {"names": ["a", "no order"], "cuts": [5]}, ValueError, "is kept for those"),
        (LOG.assign(amount=5.0).drop_duplicates("customer_id"), DATES, {}, ValueError,
         "too few different amounts"),
        (LOG.drop(columns="amount"), DATES, {}, ValueError, "'amount' is missing"),
        (LOG, DATES, {"by": lambda past: [1]}, TypeError, "the rule's result"),
        (LOG, DATES, {"by": lambda past: pd.Series({"Z": "a"})}, ValueError,
         "who had not ordered by 2022-12-31"),
        (LOG.drop_duplicates("customer_id"), DATES, {"by": "stage"}, ValueError, "nobody bought"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(log, dates, options, error, says):
    with pytest.raises(error, match=says):
        segment_panel(log, dates, **options)
