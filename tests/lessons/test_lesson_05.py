"""Lesson 05 says what its code gives: numbers in its prose that no cell prints are proved here."""

import numpy as np
import pandas as pd
import pytest

from build_lessons import ROOT
from centricity import datasets, segmentation, transactions
from lesson_source import is_code, read_source

CELLS = read_source(ROOT / "notebooks" / "source" / "05_segments.py").cells
PROSE = " ".join(" ".join(c.source.replace("\n# ", " ") for c in CELLS if not is_code(c)).split())


@pytest.fixture(scope="module")
def orders():
    found = datasets.load_shop_orders()
    return found.assign(year=found["date"].dt.year, profit=found["amount"] - found["cost"])


@pytest.fixture(scope="module")
def rfm(orders):
    return segmentation.rfm_table(orders, as_of="2025-12-31")


@pytest.fixture(scope="module")
def at_end_of_2024(orders):
    """Life stage and profit of 2024, and profit of 2025, of everybody known by then."""
    past = orders[orders["year"] < 2025]
    customers = transactions.summarize(past, observation_end="2024-12-31")
    table = pd.DataFrame({"stage": segmentation.life_stage(customers)})
    for year in (2024, 2025):
        profit = orders[orders["year"] == year].groupby("customer_id")["profit"].sum()
        table[year] = profit.reindex(table.index, fill_value=0)
    return table.assign(tier=segmentation.tiers(table[2024]))


def says(*sentences):
    for sentence in sentences:
        assert sentence in PROSE, sentence


def test_the_first_tenth_brings_more_profit_than_the_lower_eight(orders):
    says("The first tenth brings more than the lower eight together")
    profit = orders[orders["year"] == 2025].groupby("customer_id")["profit"].sum()
    shares = segmentation.deciles(profit)["total_share"]
    assert shares[1] > shares.loc[3:].sum()


def test_recency_scores_spread_the_next_quarter_most(orders):
    says("about one in twenty at the lowest recency score, more than half at the highest")
    scores = segmentation.rfm_scores(
        segmentation.rfm_table(orders[orders["year"] < 2025], as_of="2024-12-31")
    )
    spring = orders.loc[orders["date"].between("2025-01-01", "2025-03-31"), "customer_id"]
    came = pd.Series(scores.index.isin(spring), scores.index)
    recency, others = (
        came.groupby(scores["r"]).mean(),
        [came.groupby(scores[x]).mean() for x in "fm"],
    )
    assert 0.045 < recency[1] < 0.06
    assert recency[5] > 0.5
    assert all(np.ptp(recency) > np.ptp(other) + 0.1 for other in others)


def test_the_active_bring_three_to_four_times_what_the_lapsed_of_their_tier_do(at_end_of_2024):
    mean = at_end_of_2024.groupby(["tier", "stage"], observed=True)[2025].mean().unstack()
    times = mean["active"] / mean["lapsed"]
    assert times.between(2.7, 4.3).all()
    says("brought 186 € each, those who had *lapsed* 68 €")
    assert mean.loc["top", ["active", "lapsed"]].round().to_list() == [186, 68]


def test_of_the_lapsed_17_percent_ordered_again_and_a_third_of_the_new_did_not(at_end_of_2024):
    says("17 % ordered again in 2025", "a third did not order in the next year",
         "would have to raise what they bring by nearly a half")  # fmt: skip
    ordered = (at_end_of_2024[2025] > 0).groupby(at_end_of_2024["stage"], observed=True).mean()
    assert round(ordered["lapsed"], 2) == 0.17
    assert 0.3 < 1 - ordered["new"] < 0.4
    lapsed = at_end_of_2024.loc[at_end_of_2024["stage"] == "lapsed", 2025].mean()
    assert 0.4 < 2 / lapsed < 0.5


def test_nobody_is_new_a_year_later(orders, at_end_of_2024):
    now = segmentation.life_stage(transactions.summarize(orders))
    stay = segmentation.migration(at_end_of_2024["stage"], now, outside=False).shares
    assert [stage for stage in stay.index if stay.loc[stage, stage] == 0] == ["new"]


def test_the_migration_matrix_is_read_right(orders):
    says("of the 222 customers in the top tier of 2024, 53 % were there again in 2025, 27 %",
         "12 % bought nothing", "of the 286 in the top tier of 2025, 63 had not even")  # fmt: skip
    spent = orders.groupby(["year", "customer_id"])["amount"].sum()
    moves = segmentation.migration(segmentation.tiers(spent[2024]), segmentation.tiers(spent[2025]))
    assert moves.counts.loc["top"].sum() == 222
    assert moves.shares.loc["top", ["top", "high", "(gone)"]].round(2).to_list() == [
        0.53,
        0.27,
        0.12,
    ]
    assert moves.counts["top"].sum() == 286
    assert moves.counts.loc["(new)", "top"] == 63


def test_the_tastes_are_the_same_in_every_cluster_and_the_effect_of_referral_is_small(orders, rfm):
    found = segmentation.kmeans(rfm, 4, rng=5)
    gifts = pd.crosstab(orders["customer_id"], orders["category"], normalize="index")["gifts"]
    channel = datasets.load_shop_customers().set_index("customer_id")["channel"]
    about = pd.DataFrame({"gifts": gifts, "referred": (channel == "referral").astype(float)})
    effect = segmentation.profile(about, found.labels)["effect"].unstack()
    assert (effect["gifts"].abs() < 0.05).all()
    assert 0.2 < effect.loc[3, "referred"] < 0.3


@pytest.mark.parametrize("seed", [1, 5])
def test_four_clusters_of_shuffled_customers_are_as_stable_as_the_real_ones(rfm, seed):
    says("They look as neat as the real ones, and come back just as reliably")
    real = rfm.sample(600, random_state=seed)
    rng = np.random.default_rng(seed)
    nobody = pd.DataFrame({name: rng.permutation(real[name]) for name in real}, real.index)
    found = segmentation.kmeans(nobody, 4, rng=seed)
    stable = segmentation.segment_stability(nobody, found, bootstraps=15, rng=seed)
    assert (stable > 0.75).all()


def test_the_bic_is_lowest_at_the_largest_k_tried(rfm):
    says("The BIC is lowest at the largest k that we tried", "three customers in ten")
    some = rfm.sample(1_000, random_state=5)
    fits = {k: segmentation.mixture(some, k, restarts=2, rng=5) for k in range(1, 7)}
    assert min(fits, key=lambda k: fits[k].score) == 6
    assert 0.25 < (fits[6].probabilities.max(axis=1) < 0.8).mean() < 0.35


def test_luck_and_time_explain_the_fall_of_the_best():
    says("187 dropped out", "about 164 would have done so", "0.86 × 0.80 is 0.69",
         "spent 30 % less", "only 336 of them", "of whom 313")  # fmt: skip
    assert (500 - 313, 500 - 336) == (187, 164)
    assert round(0.86 * 0.80, 2) == 0.69
    assert round(1 - 348 / 498, 2) == 0.30
