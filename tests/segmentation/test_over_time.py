"""Whether segments hold from one window to the next, beyond luck."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from centricity.segmentation import kmeans, stability_over_time, tiers

BEFORE, AFTER = "2024", "2025"


def world(rng, rates_before, rates_after, spend=20.0):
    """Customers who order at random moments at their own pace, which may change between years."""
    n = len(rates_before)
    parts = [pd.DataFrame({"customer_id": np.arange(n), "date": pd.Timestamp("2023-06-01")})]
    for start, rates in (("2024-01-01", rates_before), ("2025-01-01", rates_after)):
        who = np.repeat(np.arange(n), rng.poisson(rates))
        day = pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, 365, len(who)), "D")
        parts.append(pd.DataFrame({"customer_id": who, "date": day}))
    log = pd.concat(parts, ignore_index=True)
    return log.assign(amount=spend * rng.gamma(4, 0.25, len(log)) + 0.01)


def by_orders(features):
    return pd.Series(np.where(features["orders"] >= 4, "many", "few"), features.index)


def test_kept_random_and_rand_are_those_of_the_two_labellings():
    rng = np.random.default_rng(0)
    log = world(rng, rng.gamma(2, 2, 200), rng.gamma(2, 2, 200))
    found = stability_over_time(log, BEFORE, AFTER, by_orders, repeats=2, rng=1)
    days = log.drop_duplicates(["customer_id", "date"])
    labels = [
        (days[days["date"].dt.year == year].groupby("customer_id").size()
         .reindex(range(200), fill_value=0) >= 4).to_numpy()
        for year in (2024, 2025)
    ]  # fmt: skip
    assert found.customers == 200
    assert found.kept == pytest.approx((labels[0] == labels[1]).mean())
    p, q = labels[0].mean(), labels[1].mean()
    assert found.kept_if_random == pytest.approx(p * q + (1 - p) * (1 - q))
    assert found.rand == pytest.approx(adjusted_rand_score(*labels))
    assert found.moves.to_numpy().sum() == 200
    assert found.segments["customers"].sum() == found.segments["customers_later"].sum() == 200
    kept = (found.segments["kept"] * found.segments["customers"]).sum() / 200
    assert kept == pytest.approx(found.kept)


def test_if_nothing_changes_but_luck_what_is_kept_lies_where_luck_says():
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(15):
        rates = rng.gamma(2, 2, 200)
        found = stability_over_time(world(rng, rates, rates), BEFORE, AFTER, by_orders,
                                    repeats=20, rng=rng)  # fmt: skip
        _, low, high = found.kept_if_luck
        inside.append(low <= found.kept <= high)
    # By ranks: of 21 draws of a kind each is as likely to be the least, and 90 % are inside.
    assert sum(inside) >= 9  # 99.9 % of binomial counts (15, 0.9) are at least 9


def test_low_and_high_leave_out_one_draw_in_ten():
    """Of 20 draws of a kind 19 are repeats: the least and the largest of them, each 1 in 20."""
    rng = np.random.default_rng(7)
    rates = rng.gamma(2, 2, 200)
    log = world(rng, rates, rates)
    seen = []

    def rule(features):
        seen.append((by_orders(features) == "many").to_numpy())
        return by_orders(features)

    found = stability_over_time(log, BEFORE, AFTER, rule, repeats=19, rng=rng)
    kept = [(a == b).mean() for a, b in zip(seen[2::2], seen[3::2], strict=True)]
    assert len(kept) == 19
    assert found.kept_if_luck == pytest.approx((np.mean(kept), min(kept), max(kept)))


@pytest.mark.parametrize(("second", "kept"), [(1, 1.0), (2, 0.0)])
def test_luck_leaves_buyers_of_both_windows_an_order_in_each(second, kept):
    """One order in each, and coins change nobody; one and two, and who has two always changes."""
    log = pd.DataFrame({"customer_id": [c for c in range(40) for _ in range(2 + second)]})
    days = ["2023-06-01", "2024-03-01", "2025-03-01", "2025-07-01"][: 2 + second]
    log = log.assign(date=pd.to_datetime(days * 40), amount=1.0)
    found = stability_over_time(
        log, BEFORE, AFTER, lambda f: pd.Series(np.minimum(f["orders"], 3), f.index),
        buyers_only=True, repeats=5, rng=1,
    )  # fmt: skip
    assert found.kept_if_luck == (kept, kept, kept)


def test_a_rule_may_name_other_categories_in_each_window():
    log = world(np.random.default_rng(8), np.full(50, 2.0), np.full(50, 9.0))

    def rule(features):
        names = np.select([features["orders"] > 8, features["orders"] > 3], ["much", "some"], "few")
        return pd.Series(names, features.index).astype("category")

    text = lambda features: rule(features).astype(str)  # noqa: E731
    one, two = (stability_over_time(log, BEFORE, AFTER, r, repeats=2, rng=1) for r in (rule, text))
    assert one.kept == two.kept
    assert one.kept_if_luck == two.kept_if_luck


def test_a_log_that_ends_within_the_second_window_is_told():
    rates = np.full(60, 5.0)
    log = world(np.random.default_rng(9), rates, rates)
    with pytest.warns(UserWarning, match="the last order is of 2025-08-.*days before 2025-12-31"):
        stability_over_time(log[log["date"] < "2025-09-01"], BEFORE, AFTER, by_orders, repeats=1)


def test_real_change_shows_as_less_than_luck_would_leave():
    rng = np.random.default_rng(2)
    rates = rng.gamma(2, 2, 600)
    found = stability_over_time(world(rng, rates, rng.permutation(rates)), BEFORE, AFTER,
                                by_orders, rng=3)  # fmt: skip
    assert found.kept < found.kept_if_luck[1]
    assert found.kept == pytest.approx(found.kept_if_random, abs=0.05)
    assert abs(found.rand) < 0.05 < found.rand_if_luck[1]
    assert "more moved than luck alone would move" in found.says


def test_regression_to_the_mean_empties_the_top_though_nobody_changed():
    rng = np.random.default_rng(3)
    same = np.full(2_000, 3.0)  # all customers are alike: the top tier is luck alone
    found = stability_over_time(world(rng, same, same), BEFORE, AFTER, by_orders, repeats=5, rng=1)
    chance = 1 - sum(np.exp(-3) * 3**n / f for n, f in enumerate([1, 1, 2, 6]))  # P(N >= 4)
    assert found.segments.loc["many", "kept"] == pytest.approx(chance, abs=0.05)
    assert found.segments.loc["many", "kept_if_luck"] == pytest.approx(chance, abs=0.05)


def test_clusters_are_matched_by_their_centres_not_their_numbers():
    rng = np.random.default_rng(4)
    rates = np.repeat([2.0, 40.0], 150)
    log = world(rng, rates, rates)
    made = []

    def rule(features):
        clustering = kmeans(features[["orders", "recency_days"]], 2, rng=1)
        made.append(clustering)
        if len(made) % 2 == 0:  # turn the numbers of the second window around
            labels = 3 - clustering.labels
            clustering = type(clustering)(
                **{name: getattr(clustering, name) for name in clustering.__dataclass_fields__
                   if name != "labels"}, labels=labels,
            )  # fmt: skip
        return clustering

    found = stability_over_time(log, BEFORE, AFTER, rule, repeats=2, rng=1)
    assert found.segments["match"].to_dict() == {1: 2, 2: 1}
    assert found.kept > 0.95
    assert found.vanished == ()


def test_a_segment_that_is_not_there_next_year_is_named():
    rng = np.random.default_rng(5)
    before = np.repeat([1.0, 12.0, 50.0], 100)
    after = np.repeat([1.0, 50.0, 50.0], 100)  # the middle kind has become like the best
    log = world(rng, before, after)
    found = stability_over_time(
        log, BEFORE, AFTER, lambda f: kmeans(f[["orders", "spend"]], 3, rng=1), repeats=3, rng=1
    )
    assert len(found.vanished) == 1
    gone = found.segments.loc[found.vanished[0]]
    assert gone["customers"] == pytest.approx(100, abs=10)
    assert "Not there any more" in found.says
    named = stability_over_time(log, BEFORE, AFTER, lambda f: pd.Series(
        np.select([f["orders"] >= 25, f["orders"] >= 5], ["much", "some"], "little"), f.index
    ), repeats=3, rng=1)  # fmt: skip
    assert named.segments.loc["some", "customers_later"] <= 5


def test_only_customers_of_before_the_first_window_are_followed():
    log = pd.DataFrame({
        "customer_id": ["A", "B", "C", "A", "B", "C", "A", "B", "C"],
        "date": pd.to_datetime(["2023-01-01", "2023-02-01", "2024-02-01", "2024-03-01",
                                "2024-04-01", "2024-05-01", "2025-01-01", "2025-02-01",
                                "2025-03-01"]),
        "amount": 10.0,
    })  # fmt: skip
    found = stability_over_time(log, BEFORE, AFTER, by_orders, repeats=1, rng=1)
    assert found.customers == 2


def test_recency_counts_from_the_end_of_the_window_and_absent_customers_get_its_length():
    log = pd.DataFrame({
        "customer_id": ["A", "B", "A", "A"],
        "date": pd.to_datetime(["2022-01-01", "2022-01-01", "2023-12-30", "2024-06-01"]),
        "amount": [1.0, 2, 3, 4],
    })  # fmt: skip
    seen = []

    def rule(features):
        seen.append(features)
        return pd.Series("x", features.index).where(features["orders"] > 0, "y")

    stability_over_time(log, ("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-30"), rule,
                        repeats=1, rng=1)  # fmt: skip
    assert seen[0].loc["A"].to_list() == [1, 1, 3.0]
    assert seen[0].loc["B"].to_list() == [365, 0, 0.0]


def test_the_same_seed_gives_the_same_answer():
    rng = np.random.default_rng(6)
    log = world(rng, rng.gamma(2, 2, 100), rng.gamma(2, 2, 100))
    rule = lambda f: tiers(f["spend"], cuts=[100, 40], below_zero=None)  # noqa: E731
    one, two = (stability_over_time(log, BEFORE, AFTER, rule, repeats=3, rng=8) for _ in "ab")
    assert one.kept_if_luck == two.kept_if_luck
    assert list(one.segments.index) == ["top", "middle", "low"] or one.says == two.says


LOG = world(np.random.default_rng(0), np.full(20, 5.0), np.full(20, 5.0))


@pytest.mark.parametrize(
    ("before", "after", "rule", "options", "error", "says"),
    [
        ("2025", "2024", by_orders, {}, ValueError, "begins after the first has ended"),
        ("2024", "2025Q1", by_orders, {}, ValueError, "have 366 and 90 days"),
        ("sometime", "2025", by_orders, {}, ValueError, "before is 'sometime'"),
        (("2024-05-01", "2024-01-01"), "2025", by_orders, {}, ValueError, "before is"),
        (2024, "2025", by_orders, {}, ValueError, "before is 2024"),
        ("2019", "2020", by_orders, {}, ValueError, "nobody ordered from 2019-01-01"),
        ("2024", "2025", 3, {}, TypeError, "the rule is an int"),
        ("2024", "2025", lambda f: f["orders"].head(3), {}, ValueError, "to 3 of 20|17 of 20"),
        ("2024", "2025", lambda f: [1] * len(f), {}, TypeError, "the rule's result is a list"),
        ("2024", "2025", by_orders, {"repeats": 0}, ValueError, "repeats is 0"),
        ("2023H1", "2024", by_orders, {}, ValueError, "before is"),
    ],
)
def test_bad_input_is_refused(before, after, rule, options, error, says):
    with pytest.raises(error, match=says):
        stability_over_time(LOG, before, after, rule, **options)


def test_nobody_there_before_the_windows_is_an_error():
    late = LOG[LOG["date"] >= "2024"]
    with pytest.raises(ValueError, match="0 of 20 customers had ordered before 2024-01-01"):
        stability_over_time(late, "2024", "2025", by_orders)
