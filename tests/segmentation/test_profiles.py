import numpy as np
import pandas as pd
import pytest

from centricity.segmentation import profile


def test_effect_is_cohens_d_against_all_others():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"orders": rng.poisson(4, 90), "spend": rng.gamma(2, 30, 90)})
    segments = pd.Series(rng.choice(["a", "b", "c"], 90))
    found = profile(table, segments)
    for (segment, feature), row in found.iterrows():
        inside, rest = (table.loc[m, feature] for m in (segments == segment, segments != segment))
        pooled = np.sqrt(
            ((len(inside) - 1) * inside.var() + (len(rest) - 1) * rest.var())
            / (len(inside) + len(rest) - 2)
        )
        assert row["effect"] == pytest.approx((inside.mean() - rest.mean()) / pooled)
        assert row["mean"] == pytest.approx(inside.mean())
        assert row["median"] == pytest.approx(inside.median())
        assert row["mean_rest"] == pytest.approx(rest.mean())
        assert row["customers"] == len(inside)
    assert found.xs("orders", level="feature")["share"].sum() == pytest.approx(1)


def test_effects_do_not_change_with_the_unit_of_a_feature():
    table = pd.DataFrame({"x": [1.0, 2, 5, 9, 3]})
    segments = pd.Series(["a", "a", "b", "b", "b"])
    np.testing.assert_allclose(
        profile(table * 1000 + 7, segments)["effect"], profile(table, segments)["effect"]
    )


def test_a_feature_that_is_the_same_everywhere_has_effect_zero():
    table = pd.DataFrame({"x": [0.1] * 6})
    assert (profile(table, pd.Series(list("aaabbb")))["effect"] == 0).all()


def test_a_difference_without_any_spread_has_no_standardised_size():
    table = pd.DataFrame({"x": [1, 1, 2, 2]})
    assert profile(table, pd.Series(list("aabb")))["effect"].isna().all()


def test_segments_are_matched_by_customer_not_by_position():
    table = pd.DataFrame({"x": [1.0, 2, 8, 9]}, index=list("ABCD"))
    segments = pd.Series(["lo", "lo", "hi", "hi"], index=list("ABCD"))
    pd.testing.assert_frame_equal(profile(table, segments[::-1]), profile(table, segments))


T = pd.DataFrame({"x": [1.0, 2.0], "name": ["a", "b"]})
S = pd.Series(["a", "b"])


@pytest.mark.parametrize(
    ("table", "segments", "options", "error", "says"),
    [
        (T, pd.Series(["a", "a"]), {}, ValueError, "all 2 customers are in one segment"),
        (T, pd.Series(["a", None]), {}, ValueError, "segments is missing for 1 of 2"),
        (T, pd.Series(["a", "b"], [0, 9]), {}, ValueError, "in table and not in segments"),
        (T.assign(x=[1.0, np.nan]), S, {}, ValueError, "'x' is missing"),
        (T, S, {"features": ["name"]}, TypeError, "must hold numbers"),
        (T, S, {"features": ["y"]}, ValueError, "the column 'y' is missing"),
        (T, S, {"features": "x"}, TypeError, r"features is the text 'x'.*features=\['x'\]"),
        (T[["name"]], S, {}, ValueError, "no column of numbers"),
        (T.iloc[:0], S, {}, ValueError, "no customers"),
        (T.set_axis([0, 0]), S, {}, ValueError, "repeated"),
    ],
)
def test_bad_input_is_refused(table, segments, options, error, says):
    with pytest.raises(error, match=says):
        profile(table, segments, **options)


def test_columns_may_be_called_by_numbers():
    found = profile(pd.DataFrame([[1.0], [3.0], [8.0]]), pd.Series(["a", "a", "b"]))
    assert found.loc[("a", "0"), "mean"] == 2.0
