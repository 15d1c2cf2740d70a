"""Exercises of lesson 04, The customer-base audit."""

from functools import cache
from typing import TYPE_CHECKING

from centricity.exercises._model import Exercise, Mistake

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEVERS = ("customers", "orders per customer", "sales per order", "margin")


@cache
def shop() -> "pd.DataFrame":
    """Return the orders of Quillmere Shop with their profit and the customer's first day."""
    from centricity import datasets

    log = datasets.load_shop_orders().merge(datasets.load_shop_customers())
    return log.assign(profit=log["amount"] - log["cost"])


def levers(year: int, channel: str | None = None) -> "pd.Series":
    """Return gross profit (€), sales (€) and the four levers of a year."""
    import pandas as pd

    log = shop()
    log = log[log["date"].dt.year == year]
    if channel is not None:
        log = log[log["channel"] == channel]
    sales, profit = log["amount"].sum(), log["profit"].sum()
    buyers = log["customer_id"].nunique()
    orders = len(log.drop_duplicates(["customer_id", "date"]))
    values = (buyers, orders / buyers, sales / orders, profit / sales)
    return pd.Series([profit, sales, *values], ["gross profit", "sales", *LEVERS])


def through(lever: str, channel: str | None = None) -> float:
    """Return the euros of the change in gross profit from 2024 to 2025 that came by a lever."""
    import numpy as np

    before, after = levers(2024, channel), levers(2025, channel)
    change = after["gross profit"] - before["gross profit"]
    weight = change / np.log(after["gross profit"] / before["gross profit"])
    return float(weight * np.log(after[lever] / before[lever]))


def gained(channel: str) -> float:
    """Return the change of a channel's gross profit from 2024 to 2025 (€)."""
    return float(levers(2025, channel)["gross profit"] - levers(2024, channel)["gross profit"])


def margin_alone(channel: str, year: int) -> float:
    """Return the change of margin times the sales of one year."""
    before, after = levers(2024, channel), levers(2025, channel)
    sales = {2024: before, 2025: after}[year]["sales"]
    return float(sales * (after["margin"] - before["margin"]))


def of_those_kept(channel: str) -> float:
    """Return the part of the margin in the change of profit of those who bought in both years."""
    log = shop()
    log = log[log["channel"] == channel]
    groups = log.groupby([log["date"].dt.year, "customer_id"])
    each = groups.agg(orders=("date", "nunique"), sales=("amount", "sum"), profit=("profit", "sum"))
    old, new = each.loc[2024].align(each.loc[2025], join="inner")
    margin = (old["profit"] + new["profit"]) / (old["sales"] + new["sales"])
    a, b = old.div(old["orders"], axis=0), new.div(new["orders"], axis=0)
    per_order = b["profit"] - a["profit"] - margin * (b["sales"] - a["sales"])
    return float((per_order * (old["orders"] + new["orders"]) / 2).sum())


def young(quarter: str, what: str = "profit", months: float = 9) -> float:
    """Return money (€) per customer of a quarter's cohort in the first months of each."""
    log = shop()
    mine = log[log["first_order"].dt.to_period("Q").astype(str) == quarter]
    age = (mine["date"] - mine["first_order"]).dt.days
    return float(mine.loc[age < months * 365.25 / 12, what].sum() / mine["customer_id"].nunique())


def behind(old: str, what: str = "profit", months: float = 9) -> float:
    """Return by how many percent a customer of 2025Q1 brought less than one of another cohort."""
    return 100 * (1 - young("2025Q1", what, months) / young(old, what, months))


@cache
def expected_of_existing() -> float:
    """Return the sales of 2026 (€) by all who came until 2025, if cohorts age as they have done.

    What they keep falls from cohort to cohort, by as much as the 80 % interval of that fall allows
    at least.
    """
    import numpy as np
    from scipy import stats

    at = made()
    old = np.array([at[0, 0], at[1, 1], at[2, 2], at[0, 1], at[1, 2], at[0, 2]])
    new = np.array([at[0, 1], at[1, 2], at[2, 3], at[0, 2], at[1, 3], at[0, 3]])
    cohort, first = np.array([0.0, 1, 2, 0, 1, 0]), np.arange(6) < 3
    weight, centre, kept = np.zeros(6), {}, {}
    for early in (True, False):
        mine = first == early
        kept[early] = new[mine].sum() / old[mine].sum()
        weight[mine] = kept[early] * old[mine]
        centre[early] = np.average(cohort[mine], weights=weight[mine])
    away = cohort - np.where(first, centre[True], centre[False])
    off = new / weight - 1
    slope = (weight * off * away).sum() / (weight * away**2).sum()
    noise = (weight * (off - slope * away) ** 2).sum() / 3
    error = stats.t.ppf(0.9, 3) * np.sqrt(noise / (weight * away**2).sum())
    fall = np.sign(slope) * max(0.0, abs(slope) - error)
    later = (at[:3, 3] * kept[False] * np.exp(fall * (np.arange(3) - centre[False]))).sum()
    return float(later + at[3, 3] * kept[True] * np.exp(fall * (3 - centre[True])))


def made() -> "np.ndarray":
    """Return sales (€) by year of the first order (rows) and year."""
    log = shop()
    table = log.pivot_table("amount", log["first_order"].dt.year, log["date"].dt.year, "sum")
    return table.to_numpy()


def by_mean_ratios() -> float:
    """Return what a plain chain ladder would expect of all who came until 2025 (€)."""
    at = made()
    second = at[0, 1] + at[1, 2] + at[2, 3]
    kept_first = second / (at[0, 0] + at[1, 1] + at[2, 2])
    kept_later = (at[0, 2] + at[1, 3] + at[0, 3]) / (at[0, 1] + at[1, 2] + at[0, 2])
    return float(at[3, 3] * kept_first + at[:3, 3].sum() * kept_later)


def planned(
    target: float, cost: float = 31.0, new_one: float | None = None, existing: float | None = None
) -> list[float]:
    """Return new customers for a sales target (€) and what their first year leaves (€)."""
    each = sales_of_a_new_one() if new_one is None else new_one
    there = expected_of_existing() if existing is None else existing
    needed = (target - there) / each
    return [needed, needed * (each * 0.343 - cost)]


def sales_of_a_new_one(year: int = 2025) -> float:
    """Return the sales per new customer (€) in the calendar year in which they came."""
    log = shop()
    new = log[log["first_order"].dt.year == year]
    bought = new.loc[new["date"].dt.year == year, "amount"].sum()
    return float(bought / new["customer_id"].nunique())


@cache
def acquisition() -> "pd.DataFrame":
    """Return each channel's share of new customers and cost of one (€), in 2024 and 2025."""
    from centricity import datasets

    table = datasets.load_shop_channels().pivot(
        index="channel", columns="year", values=["new_customers", "acquisition_cost"]
    )
    share = table["new_customers"] / table["new_customers"].sum()
    return share.add_suffix(" share").join(table["acquisition_cost"].add_suffix(" cost"))


def by_mix(weight: str = "mean") -> float:
    """Return the euros by which a changed mix of channels raised the mean cost of a customer."""
    table = acquisition()
    old, new = table["2024 cost"], table["2025 cost"]
    cost = {"mean": (old + new) / 2, "old": old, "new": new}[weight]
    return float(((table["2025 share"] - table["2024 share"]) * cost).sum())


def rise() -> float:
    """Return the rise of the mean cost of a new customer from 2024 to 2025 (€)."""
    table = acquisition()
    mean = [(table[f"{year} share"] * table[f"{year} cost"]).sum() for year in (2024, 2025)]
    return float(mean[1] - mean[0])


EXERCISES = (
    Exercise(
        "04.1",
        "number",
        answer=lambda: through("margin", "store"),
        tolerance=10.0,
        why="More customers brought 11 thousand euros, and thinner margins took more than that. "
        "The best channel of the shop sold more and earned less, and no customer is to blame.",
        hint="two_periods on the rows of the store, with profit=; then the row of the margin and "
        "the column of profit.",
        mistakes=(
            Mistake(
                lambda: through("margin"),
                "That is the whole shop. Take the rows with the channel store first.",
            ),
            Mistake(
                lambda: (
                    levers(2025, "store")["gross profit"] - levers(2024, "store")["gross profit"]
                ),
                "That is the whole change of gross profit. What part of it came by the margin?",
            ),
            Mistake(
                lambda: -through("margin", "store"),
                "The size is right. A loss has a minus sign.",
            ),
            Mistake(
                lambda: margin_alone("store", 2025),
                "You multiplied the change of margin by the sales of 2025, so the margin falls "
                "last and on the most sales. Use the fair share, which needs no order.",
            ),
            Mistake(
                lambda: margin_alone("store", 2024),
                "You multiplied the change of margin by the sales of 2024, so the margin falls "
                "first and on fewer sales. Use the fair share, which needs no order.",
            ),
            Mistake(
                lambda: of_those_kept("store"),
                "That is from the table `additive`, where margin is that of customers who bought "
                "in both years only. Take `multiplicative`, which looks at all.",
            ),
            Mistake(
                lambda: levers(2025, "store")["margin"] - levers(2024, "store")["margin"],
                "That is no amount of profit. The table `multiplicative` has the euros, in the row "
                "of the margin: 0 in the column of sales, which a margin does not move, and what "
                "you want in the column of profit.",
            ),
            Mistake(
                lambda: through("customers", "store"),
                "That is what more customers brought. The margin stands in a row of its own.",
            ),
        ),
    ),
    Exercise(
        "04.2",
        "number",
        answer=lambda: behind("2024Q1"),
        tolerance=0.06,
        why="In sales the gap is only 8 %, and its interval reaches zero: that may be luck. The "
        "larger part of the 22 % is the price cut. Equal ages alone do not say which it is.",
        hint="Both cohorts, the same nine months of age, profit per customer acquired; then one "
        "less the ratio of the newer to the older.",
        mistakes=(
            Mistake(
                lambda: behind("2024Q1", "amount"),
                "Those are sales. The exercise asks for gross profit: give profit= and take "
                "cumulative_profit.",
            ),
            Mistake(
                lambda: behind("2022Q1"),
                "That is the gap to 2022Q1. The exercise compares with 2024Q1.",
            ),
            Mistake(
                lambda: -behind("2024Q1"),
                "The size is right. By how much *below*: give it positive.",
            ),
            Mistake(
                lambda: round(behind("2024Q1")),
                "Nearly. Give it with one decimal.",
            ),
            Mistake(
                lambda: behind("2024Q1") / 100,
                "Nearly. Give it in per cent, with one decimal.",
            ),
            Mistake(
                lambda: 100 * (young("2024Q1") / young("2025Q1") - 1),
                "Divide by the older cohort: the question is how far the newer one is below it.",
            ),
            Mistake(
                lambda: 100 * (1 - young("2025Q1", months=1e6) / young("2024Q1", months=1e6)),
                "You took all that each has brought to date. The older had a year longer for it: "
                "take the same ages.",
            ),
            Mistake(
                lambda: young("2025Q1") - young("2024Q1"),
                "That is the difference in euros, newer less older. How many per cent of the older "
                "cohort is it? Give it positive.",
            ),
            Mistake(
                lambda: young("2024Q1") - young("2025Q1"),
                "That is the difference in euros. How many per cent of the older cohort is it?",
            ),
        ),
    ),
    Exercise(
        "04.3",
        "choice",
        answer="D",
        options=("A", "B", "C", "D", "E"),
        why="Same age, everybody watched for long enough, nobody left out. And the difference "
        "is nine points, not the half that A makes of it.",
        hint="For each sentence ask: had both groups the same time, and is anybody left out "
        "because of how they behaved?",
        mistakes=(
            Mistake(
                "A",
                "The customers of 2022 have had three and a half years to come back, those of 2025 "
                "half a year, on average.",
            ),
            Mistake(
                "B",
                "Of the customers of 2025 only the fast ones can be counted so far. The slow "
                "ones have not come back yet.",
            ),
            Mistake(
                "C",
                "In the same quarter the two cohorts differ in age by two years, and every cohort "
                "is more active when young.",
            ),
            Mistake(
                "E",
                "Half of these customers came during 2024, so that their 2024 was short. And "
                "those who stopped buying are left out.",
            ),
        ),
    ),
    Exercise(
        "04.4",
        "table",
        answer=lambda: planned(850_000),
        tolerance=40.0,
        why="In their first year they hardly pay for themselves. Growth by acquisition earns its "
        "money later, if at all; until then those who are already there pay for it.",
        hint="everyone.needed(target_sales=850_000) has new_customers and per_new. Each one leaves "
        "per_new × margin − cost in the first year.",
        mistakes=(
            Mistake(
                lambda: planned(850_000)[::-1],
                "Both numbers are right. Give the new customers first, then the euros.",
            ),
            Mistake(
                lambda: planned(850_000, existing=0.0),
                "You let new customers bring all sales. Those who are there now go on buying.",
            ),
            Mistake(
                lambda: planned(850_000, existing=748_274.89),
                "You assumed that those there now buy as much as all did in 2025. They will buy "
                "less: each cohort shrinks.",
            ),
            Mistake(
                lambda: planned(850_000, existing=by_mean_ratios()),
                "You let all cohorts keep the mean share. Newer ones keep less: everyone.needed "
                "takes that in.",
            ),
            Mistake(
                lambda: planned(850_000, cost=0.0),
                "The number is right. From what they leave, take the cost of winning them off.",
            ),
            Mistake(
                lambda: [planned(850_000)[0], planned(850_000)[0] * (sales_of_a_new_one() - 31)],
                "The number is right. Take the margin of their sales first: only 34 cents of a "
                "euro are gross profit.",
            ),
            Mistake(
                lambda: [planned(850_000)[0], planned(850_000)[1] / planned(850_000)[0]],
                "The number is right. The second value is for one customer: what do all leave?",
            ),
            Mistake(
                lambda: planned(748_274.89),
                "That is for the sales of 2025 once more. The board wants 850,000.",
            ),
        ),
    ),
    Exercise(
        "04.5",
        "number",
        answer=lambda: by_mix() / rise(),
        tolerance=0.006,
        why="Only a fifth. Four fifths of the rise is that the *same* channels became dearer, so "
        "going back to the old mix would not bring back the old cost.",
        hint="For each channel: change of its share × mean of its two costs. Add up, and divide by "
        "the whole rise.",
        mistakes=(
            Mistake(
                lambda: 1 - by_mix() / rise(),
                "That is the part of the price. The question asks for the mix.",
            ),
            Mistake(
                lambda: by_mix(),
                "Those are euros. What share of the rise is it?",
            ),
            Mistake(
                lambda: by_mix("old") / rise(),
                "You weighed by the costs of 2024 only (or by the mean of all four years), which "
                "leaves a rest that belongs to nobody. Use the mean of 2024 and 2025.",
            ),
            Mistake(
                lambda: by_mix("new") / rise(),
                "You weighed by the costs of 2025 only, which counts the dearer prices into the "
                "mix. Use the mean of the two years.",
            ),
            Mistake(
                lambda: 100 * by_mix() / rise(),
                "Nearly. Give it as a share of one, not in per cent.",
            ),
        ),
    ),
)
