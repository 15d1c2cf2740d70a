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
def profit(orders):
    """Profit by customer and year, by plain pandas."""
    return orders.pivot_table("profit", "customer_id", "year", "sum", fill_value=0)


@pytest.fixture(scope="module")
def at_end_of_2024(orders, profit):
    """Tier, life stage and profit of 2024, and profit of 2025, of everybody known by then."""
    past = orders[orders["year"] < 2025]
    customers = transactions.summarize(past, observation_end="2024-12-31")
    table = pd.DataFrame({"stage": segmentation.life_stage(customers)}).join(profit[[2024, 2025]])
    place = np.digitize(table[2024], [10, 40, 100])
    return table.assign(tier=np.array(["low", "middle", "high", "top"])[place])


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


def test_the_top_tier_of_2025_and_who_fills_the_low_one(profit):
    says("The 576 customers of the top tier, 6 % of all, bring 43 % of the profit",
         "Three quarters of the low tier are people who bought nothing")  # fmt: skip
    top = profit[2025] >= 100
    assert top.sum() == 576
    assert round(top.mean(), 2) == 0.06
    assert round(profit.loc[top, 2025].sum() / profit[2025].sum(), 2) == 0.43
    low = profit.loc[profit[2025] < 10, 2025]
    assert 0.73 < (low == 0).mean() < 0.77


@pytest.mark.parametrize("seed", [1, 2])
def test_by_lot_the_luckiest_fifth_brings_44_percent_whatever_the_seed(orders, seed):
    says('Still the luckiest fifth "brings" 44 %')
    latest = orders[orders["year"] == 2025]
    n = latest["customer_id"].nunique()
    winner = np.random.default_rng(seed).integers(n, size=len(latest))
    won = np.sort(np.bincount(winner, latest["amount"], n))[::-1]
    assert won[: round(n / 5)].sum() / won.sum() == pytest.approx(0.44, abs=0.01)


def test_the_active_bring_three_to_four_times_what_the_lapsed_of_their_tier_do(at_end_of_2024):
    says("the active brought three to four times what the lapsed of their tier did",
         "in the top tier both had brought some €210", "holds nine customers",
         "the top right one 36", "off by €100 and by €33")  # fmt: skip
    cells = at_end_of_2024.groupby(["tier", "stage"], observed=True)
    mean = cells[2025].mean().unstack()
    times = mean["active"] / mean["lapsed"]
    assert times.between(2.9, 4.3).all()
    before = cells[2024].mean().loc["top"]
    assert 200 < before["lapsed"] < before["active"] < 220
    assert cells.size()["top"][["new", "lapsed"]].to_list() == [9, 36]
    off = 2 * cells[2025].sem()["top"]
    assert round(off["new"], -1) == 100
    assert round(off["lapsed"]) == 33


def test_of_the_lapsed_17_percent_ordered_again(at_end_of_2024):
    says("17 % ordered again in 2025")
    lapsed = at_end_of_2024[at_end_of_2024["stage"] == "lapsed"]
    assert round((lapsed[2025] > 0).mean(), 2) == 0.17


def test_what_those_to_rest_and_those_to_keep_close_bring(at_end_of_2024):
    says("would have to raise what they bring by more than half", "82 € each", "51 € or less",
         "one in ten more than 200 €")  # fmt: skip
    best = at_end_of_2024["tier"].isin(["top", "high"])
    rest = at_end_of_2024.loc[~best & (at_end_of_2024["stage"] == "lapsed"), 2025]
    assert 0.5 < 2 / rest.mean() < 0.6
    close = at_end_of_2024.loc[best & (at_end_of_2024["stage"] == "active"), 2025]
    assert [round(close.mean()), round(close.median()), round(close.quantile(0.9))] == [82, 51, 200]


def test_nobody_is_new_a_year_later(orders, at_end_of_2024):
    says("nobody who is *new* is so a year later")
    now = segmentation.life_stage(transactions.summarize(orders)).reindex(at_end_of_2024.index)
    assert not ((now == "new") & (at_end_of_2024["stage"] == "new")).any()


def test_the_migration_matrix_is_read_right(profit):
    says("of the 588 customers in the top tier of 2024, 47 % were there again in 2025",
         "24 % were one tier lower, 19 % bought nothing", "give or take 4 points")  # fmt: skip
    after = profit.loc[profit[2024] >= 100, 2025]
    assert len(after) == 588
    shares = [(after >= 100).mean(), ((after >= 40) & (after < 100)).mean(), (after == 0).mean()]
    assert [round(share, 2) for share in shares] == [0.47, 0.24, 0.19]
    assert round(1.96 * np.sqrt(0.47 * 0.53 / 588), 2) == 0.04


def chain_of(profit, first, last):
    """Moves among no order, low, middle, high, top from one year to the next, by plain NumPy."""
    born = (profit > 0).idxmax(axis=1)
    state = np.digitize(profit, [1e-9, 10, 40, 100])
    counts = np.zeros((5, 5))
    for year in range(first, last):
        known, column = (born <= year).to_numpy(), list(profit).index(year)
        np.add.at(counts, (state[known, column], state[known, column + 1]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def test_a_third_of_the_top_of_2022_are_top_in_2025_and_the_matrix_expects_half_as_many(profit):
    says("Follow the 263 top customers of 2022", "32 % are left",
         "37 % are top two years later, where the matrix expects 26 %",
         "Who had two good years is twice as likely to have another")  # fmt: skip
    top = profit >= 100
    assert top[2022].sum() == 263
    assert round(top.loc[top[2022], 2025].mean(), 2) == 0.32
    assert round(top.loc[top[2023], 2025].mean(), 2) == 0.37
    moves = chain_of(profit, 2022, 2025)
    expects = [np.linalg.matrix_power(moves, years)[4, 4] for years in (2, 3)]
    assert np.round(expects, 2).tolist() == [0.26, 0.15]
    again = top.loc[top[2024], 2025].groupby(top.loc[top[2024], 2023]).mean()
    assert 1.8 < again[True] / again[False] < 2.2


def test_the_moves_of_the_last_year_lead_to_a_third_of_todays_share_at_the_top(profit):
    says("with 2 % in the top tier in place of today's 6 %")
    assert round((profit[2025] >= 100).mean(), 2) == 0.06
    assert round(np.linalg.matrix_power(chain_of(profit, 2024, 2025), 200)[0, 4], 2) == 0.02


def test_luck_alone_would_move_a_third_out_of_the_top_tier(orders):
    says("Of 388 top customers 52 % kept their tier", "66 % would have.",
         "of the 48 in a hundred who fell, about 34")  # fmt: skip
    first = orders.groupby("customer_id")["year"].transform("min")
    known = orders[(first < 2024) & (orders["year"] >= 2024)]
    by_day = known.groupby(["customer_id", "date", "year"], as_index=False)["profit"].sum()
    real = by_day.pivot_table("profit", "customer_id", "year", "sum", fill_value=0)
    top = real[2024] >= 100
    assert top.sum() == 388
    assert round((real.loc[top, 2025] >= 100).mean(), 2) == 0.52
    rng, kept = np.random.default_rng(24), []
    for _ in range(40):
        coin = by_day.assign(year=rng.integers(2, size=len(by_day)))
        dealt = coin.pivot_table("profit", "customer_id", "year", "sum", fill_value=0)
        kept.append((dealt.loc[dealt[0] >= 100, 1] >= 100).mean())
    assert np.mean(kept) == pytest.approx(0.66, abs=0.01)


def test_the_best_chosen_by_other_weeks_fall_as_all_do(orders):
    """The same by odd and even weeks in place of cards."""
    says("From grey to blue they fall by 22", "they fall by a fifth; and so do all these customers")
    first = orders.groupby("customer_id")["date"].transform("min")
    early = orders[(first < "2024-01-01") & (orders["year"] >= 2024)]
    week = (early["date"] - pd.Timestamp("2024-01-01")).dt.days // 7
    early = early.assign(part=np.select([week >= 104, week >= 52], [3, 2], week % 2))
    spent = early.pivot_table("amount", "customer_id", "part", "sum", fill_value=0)
    luck, fall = [], []
    for chosen, other in ((0, 1), (1, 0)):
        best = spent.nlargest(500, chosen)
        luck.append(best[other].sum() / best[chosen].sum())
        fall.append(best[2].sum() / 2 / best[other].sum())
    assert np.mean(luck) == pytest.approx(0.78, abs=0.03)
    assert np.mean(fall) == pytest.approx(0.8, abs=0.03)
    assert np.mean(fall) == pytest.approx(spent[2].sum() / spent[[0, 1]].sum().sum(), abs=0.04)


def test_luck_takes_less_from_the_best_of_a_year_and_more_from_the_best_of_a_month(orders):
    says("Chosen by a whole year, they would fall less; by a month, far more")
    first = orders.groupby("customer_id")["date"].transform("min")
    early = orders[(first < "2024-01-01") & (orders["year"] >= 2024)]
    week = (early["date"] - pd.Timestamp("2024-01-01")).dt.days // 7
    spent = early.pivot_table("amount", "customer_id", week, "sum", fill_value=0)
    rng, keep = np.random.default_rng(24), {}
    for weeks, last in ((4, 52), (26, 52), (52, 104)):
        deals = []
        for _ in range(30):
            cards = rng.permutation(last)
            one, two = (spent[cards[i : i + weeks]].sum(axis=1) for i in (0, weeks))
            best = one.nlargest(500).index
            deals.append(two[best].sum() / one[best].sum())
        keep[weeks] = np.mean(deals)
    assert keep[4] < 0.6 < keep[26] < 0.8 < keep[52]


@pytest.mark.parametrize("seed", [1, 5, 7])
def test_the_type_that_vanishes_is_recent_and_few_whatever_the_start(orders, seed):
    found = segmentation.stability_over_time(
        orders, "2024", "2025", lambda table: segmentation.kmeans(table, 4, rng=seed),
        buyers_only=True, repeats=1, rng=seed,
    )  # fmt: skip
    assert len(found.vanished) == 1
    years = orders.groupby("customer_id")["year"].agg(["min", set])
    both = years.index[(years["min"] < 2024) & years["set"].map({2024, 2025}.issubset)]
    in_2024 = orders[orders["customer_id"].isin(both) & (orders["year"] == 2024)]
    rfm = segmentation.rfm_table(in_2024, as_of="2024-12-31")
    gone = segmentation.kmeans(rfm, 4, rng=seed).centers.loc[found.vanished[0]]
    assert gone["recency_days"] < 20
    assert gone["orders"] < 4


@pytest.mark.parametrize("seed", [1, 2])
def test_no_number_of_segments_passes_whatever_the_seed(rfm, seed):
    says("Two segments, and nearly so four, are cut at much the same place each time")
    features = rfm[["recency_days", "orders", "spend"]]
    choice = segmentation.choose_k(features, [2, 3, 4, 5], bootstraps=10, references=9, rng=seed)
    assert choice.k is None
    stable = choice.table["stability"]
    assert stable[2] > 0.8
    assert 0.75 < stable[4] < 0.9
    assert stable[[3, 5]].max() < 0.8


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
    says("The BIC is lowest at the largest k that we tried")
    some = rfm.sample(1_000, random_state=5)
    scores = [segmentation.mixture(some, k, restarts=2, rng=5).score for k in range(1, 7)]
    assert min(scores) == scores[-1]
