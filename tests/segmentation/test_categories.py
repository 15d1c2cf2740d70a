import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_effectsize

from centricity.segmentation import category_profile, profile
from centricity.segmentation.categories import newcombe

rows = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["web", "shop", "fax"])),
                min_size=1, max_size=40)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(rows)
def test_shares_sum_to_one_and_differences_to_zero(drawn):
    drawn = [("a", "web"), ("b", "shop"), *drawn]
    table = pd.DataFrame({"channel": [c for _, c in drawn]})
    found = category_profile(table, pd.Series([s for s, _ in drawn]))
    sums = found.groupby(level="segment")[["share", "share_rest", "difference"]].sum()
    np.testing.assert_allclose(sums["share"], 1)
    np.testing.assert_allclose(sums["share_rest"], 1)
    np.testing.assert_allclose(sums["difference"], 0, atol=1e-12)
    assert (found["low"] <= found["difference"]).all()
    assert (found["difference"] <= found["high"]).all()
    assert (np.sign(found["effect"].round(12)) == np.sign(found["difference"].round(12))).all()


def test_effect_and_interval_are_those_of_statsmodels():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"channel": rng.choice(["web", "shop", "fax"], 300, p=[0.5, 0.4, 0.1])})
    segments = pd.Series(rng.choice(["x", "y"], 300))
    found = category_profile(table, segments, level=0.9)
    for (segment, _, category), row in found.iterrows():
        mine = segments == segment
        hit = table["channel"] == category
        counts = (hit & mine).sum(), mine.sum(), (hit & ~mine).sum(), (~mine).sum()
        expected = confint_proportions_2indep(*counts, method="newcomb", alpha=0.1)
        np.testing.assert_allclose(row[["low", "high"]].astype(float), expected)
        h = proportion_effectsize(counts[0] / counts[1], counts[2] / counts[3])
        assert row["effect"] == pytest.approx(h)


def test_newcombes_interval_covers_the_true_difference():
    # Exactly: add up the probability of all pairs of counts whose interval holds the truth.
    n, m, p, q = 60, 240, 0.3, 0.1
    inside, rest = (grid.ravel().astype(float) for grid in np.mgrid[0 : n + 1, 0 : m + 1])
    low, high = newcombe(inside, n, rest, m, 0.95)
    chance = stats.binom.pmf(inside, n, p) * stats.binom.pmf(rest, m, q)
    assert chance[(low <= p - q) & (p - q <= high)].sum() == pytest.approx(0.95, abs=0.015)


def test_intervals_of_numeric_effects_cover_the_true_effect():
    rng = np.random.default_rng(2)
    hits = 0
    segments = pd.Series(["a"] * 40 + ["b"] * 160)
    for _ in range(300):
        x = rng.normal(size=200) + 0.5 * (segments == "a")
        row = profile(x.to_frame("x"), segments).loc[("a", "x")]
        hits += row["effect_low"] <= 0.5 <= row["effect_high"]
    assert 0.91 < hits / 300 < 0.985


def test_text_categories_and_yes_no_are_described_and_numbers_left_to_profile():
    kind = pd.Categorical(["z", "q"], categories=["z", "q", "unused"])
    table = pd.DataFrame({"text": ["a", "b"], "yes": [True, False], "n": [1, 2], "kind": kind})
    found = category_profile(table, pd.Series(["x", "y"]))
    assert list(found.loc["x"].index) == [
        ("text", "a"), ("text", "b"), ("yes", False), ("yes", True), ("kind", "z"), ("kind", "q")
    ]  # fmt: skip


T = pd.DataFrame({"channel": ["web", "shop"], "n": [1, 2]})
S = pd.Series(["a", "b"])


@pytest.mark.parametrize(
    ("table", "segments", "options", "error", "says"),
    [
        (T, pd.Series(["a", "a"]), {}, ValueError, "all 2 customers are in one segment"),
        (T, S.set_axis([0, 9]), {}, ValueError, "in table and not in segments"),
        (T.assign(channel=["web", None]), S, {}, ValueError, "'channel' is missing for 1 of 2"),
        (T, S, {"features": ["chanel"]}, ValueError, "Did you mean 'channel'"),
        (T[["n"]], S, {}, ValueError, "no column of categories"),
        (T.iloc[:0], S, {}, ValueError, "no customers"),
        (T.set_axis([0, 0]), S, {}, ValueError, "repeated"),
        (T, S, {"level": 0}, ValueError, "level is 0"),
        (T, list("ab"), {}, TypeError, "segments is a list"),
        (pd.DataFrame({"id": [f"C{i}" for i in range(60)]}), pd.Series(list("ab") * 30), {},
         ValueError, "'id' has 60 categories"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(table, segments, options, error, says):
    with pytest.raises(error, match=says):
        category_profile(table, segments, **options)
