# %% [markdown]
# # 05 · Treat different customers differently: segments
# **Part II · Know: who are they?** — Sort nine thousand customers into a handful of groups, decide
# what each group gets, and find out which of your groups are real and which are only convenient.
#
# | | |
# |---|---|
# | Time | 45 minutes to read and run, 25 minutes of exercises |
# | Builds on | lesson 03 (from orders to a customers table) |
#
# When you have finished, you will be able to
# 1. measure how far sales rest on few customers, and judge any "80/20" you hear;
# 2. score customers by RFM, and place them by value and life stage;
# 3. test whether clusters are there or merely drawn, and say so honestly;
# 4. read a migration matrix, and tell how much of the movement is luck;
# 5. decide who gets what, and name what a segment cannot tell you.

# %% [markdown]
# ## The puzzle
# It is January 2026. Quillmere Shop has 9,280 customers in its books, and until now each of them got
# the same newsletter and the same discount. You may change that. You have
#
# - **500 places in the Quillmere circle**: a named adviser and free delivery for a year, which cost the
#   shop €20 a place;
# - **one letter per segment**: you choose the segments, you write the letters, and some customers may
#   get none.
#
# Who gets what?
#
# > **Predict first.** Write down three guesses.
# > 1. Of those who bought in 2025, the best 20 % brought what share of the sales?
# > 2. Of the 500 best customers of 2024, how many were among the 500 best of 2025?
# > 3. Suppose a computer looks for natural groups of customers at Quillmere. How many will it find?

# %% tags=["nbval-check-output"]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from centricity import clv, datasets, plots, segmentation, transactions, widgets
from centricity.exercises import check

orders = datasets.load_shop_orders()
orders["profit"] = orders["amount"] - orders["cost"]
year = orders["date"].dt.year
past, latest = orders[year < 2025], orders[year == 2025]
print(f"{orders['customer_id'].nunique():,} customers,", end=" ")
print(f"{latest['customer_id'].nunique():,} of them ordered in 2025")

# %% [markdown]
# `profit` is what was paid less what the goods cost. Rent, wages and parcels are not in it; lesson 06
# adds the cost of serving a customer.
#
# ## Why segment at all?
# There are two extremes. Treat all customers alike, and most get something that does not fit. Treat
# each one alone, and you need nine thousand letters. Segments are the practical middle: **smaller**
# than the market, so that you can go **deeper** into what one group needs, and so earn **more** with
# the same effort.
#
# One rule keeps you honest from the start: *a segment is a decision*. If two segments get the same
# letter, you have one segment with two names.
#
# ## How unequal are they?
# First sort the customers by what they spent in 2025, best first, and add up.

# %%
sales = latest.groupby("customer_id")["amount"].sum()
ax = plots.segmentation.concentration(segmentation.concentration(sales))

# %% [markdown]
# The blue line says what share of the sales the best 10 %, 20 %, 30 % … of the customers brought; the
# dashed line is a shop where all spend the same. The **Gini coefficient** sums up how far the line
# bends away from it: 0 if all are equal, nearly 1 if one customer brings everything.
#
# So much for the first guess: Quillmere is a 60/20 shop, not an 80/20 shop. But wait: 20 % *of whom*, and *in how long*?


# %% tags=["nbval-check-output"]
def top_fifth(log, customer="customer_id"):
    return segmentation.concentration(log.groupby(customer)["amount"].sum()).top_20


everybody = sales.reindex(orders["customer_id"].unique(), fill_value=0)
lottery = latest.assign(winner=np.random.default_rng(5).integers(len(sales), size=len(latest)))
print(f"{top_fifth(latest[latest['date'].dt.month == 12]):.0%}  who bought in December 2025")
print(f"{top_fifth(latest):.0%}  who bought in 2025")
print(f"{top_fifth(orders):.0%}  who bought in the four years")
print(f"{segmentation.concentration(everybody).top_20:.0%}  of 2025, by all in the books")
print(f"{top_fifth(lottery, 'winner'):.0%}  of 2025, had every order gone to a customer by lot")

# %% [markdown]
# Each line is the share that the best fifth brings. The same shop, the same orders, and you may quote
# 49 % or 74 %. Take a longer time, or count in those who bought nothing, and the figure rises. So ask
# two questions whenever somebody says "80/20": who was counted, and over what time?
#
# The last line deserves a second look. There we dealt the orders of 2025 to the customers **by lot**,
# so that all are alike by construction; and still the luckiest fifth "brings" 43 %. Part of every such
# figure is chance (Schmittlein, Cooper & Morrison, 1993, show how to take it out).
#
# And elsewhere? Kim, Singh and Winer (2017) found 73 % for brands of packaged goods, on average over
# six years; McCarthy and Winer (2019) found 67 % in 339 firms of other kinds. So "few customers bring
# most" is a good first guess, and "80/20" is one of many values that it takes.
#
# For a manager the table of tenths is often handier, here for profit:

# %%
profit = latest.groupby("customer_id")["profit"].sum()
ax = plots.segmentation.deciles(segmentation.deciles(profit), what="profit")

# %% [markdown]
# Each bar is a tenth of those who bought in 2025. The first tenth brings more than the lower eight
# together. Profit is as concentrated as sales here, since margins hardly differ between customers.

# %% [markdown]
# ## RFM: three questions, three digits
# The oldest way to sort customers comes from mail order. Ask of each customer: **how recently** did
# they last order, **how frequently**, and for how much **money**? Give each answer a score from 1 to
# 5, a fifth of the customers each, where 5 is best.

# %% tags=["nbval-check-output"]
rfm = segmentation.rfm_table(orders, as_of="2025-12-31")
scores = segmentation.rfm_scores(rfm)
three = {"Q02298": "Flora", "Q00168": "Gustav", "Q08867": "Hanna"}
print(rfm.join(scores).loc[list(three)].rename(three))

# %% [markdown]
# Flora is a 555: she ordered six days ago, often, and for a lot. Gustav is a 155. He was a fine customer
# once, and has been silent for nearly three years. Hanna is a 511: she came less than eight weeks ago,
# once.
#
# (These words differ from those of lesson 03. There `frequency` counts *repeat* orders, `recency` is
# the age at the last order, and `monetary_value` is a mean. Here `recency_days` looks back from
# today, so small is good, and `spend` is a sum.)

# %%
ax = plots.segmentation.rfm(scores)

# %% [markdown]
# Each cell counts the customers with one pair of recency and frequency scores. No one has a frequency
# score of 2: so many customers ordered just once that they fill more than a fifth, and equal customers
# must get equal scores. (`segmentation.score_report(rfm)` lists such things.)
#
# **Do the digits say anything about the future?** Let us go back a year, score everybody on New Year's
# Eve 2024, and see who ordered in the first three months of 2025.

# %%
scores24 = segmentation.rfm_scores(segmentation.rfm_table(past, as_of="2024-12-31"))
spring = latest.loc[latest["date"] < "2025-04-01", "customer_id"]
came = pd.Series(scores24.index.isin(spring), scores24.index)
shares = pd.DataFrame({name: 100 * came.groupby(scores24[name]).mean() for name in "rfm"})
shares.columns = ["recency", "frequency", "money"]
ax = shares.plot(style=["o-", "s--", "^:"], color=["#0072B2", "#E69F00", "#009E73"],
                 lw=2.5, ms=9, figsize=(8, 4.3), fontsize=12, xticks=range(1, 6), ylim=0)  # fmt: skip
ax.legend(title="score for", title_fontsize=12, frameon=False, fontsize=12)
ax.set_title("All three scores say who will order next, and recency says most", loc="left",
             fontsize=15)  # fmt: skip
ax.set_xlabel("score on New Year's Eve 2024 (5 = best)", fontsize=13)
ax.set_ylabel("ordered by 31 March 2025 (%)", fontsize=13)
plt.show()

# %% [markdown]
# Each point is the share of customers with that score who ordered in the next three months: about one
# in twenty at the lowest recency score, more than half at the highest. Frequency and money
# sort less sharply, above all among the low scores.
#
# RFM is cheap, and everybody understands it. Its limits: a score is only a rank among *these* customers on
# *this* day; 125 codes are far too many for letters; and the three digits are not a number. A 511
# looks greater than a 455, and means much less.

# %% [markdown]
# ## Value tiers, and the zero line
# The second way is simpler still: sort by what a customer *brings*, and cut. The usual talk is of three
# kinds (Peppers & Rogers, 1993).
#
# - **Most valuable**: they bring most today. Keep them.
# - **Most growable**: they could bring far more. Develop them.
# - **Below zero**: they cost more than they bring. Change the terms, or stop spending on them.
#
# The first is easily found. We cut by the profit of 2025: the best 5 %, the next 15 and 30 %, and
# the other half.

# %% tags=["nbval-check-output"]
customers = transactions.summarize(orders)
profit25 = profit.reindex(customers.index, fill_value=0)
tier = segmentation.tiers(profit25)
table = profit25.groupby(tier, observed=True).agg(["size", "sum", "mean", "min"])
table["share of profit"] = 100 * table["sum"] / profit25.sum()
print(table.round().astype(int))

# %% [markdown]
# The 464 customers of the top tier, a twentieth of all, bring 39 % of the profit: that is whom "most
# valuable" means. The low tier holds mostly people who bought nothing in 2025.
#
# *Most growable* is the hard one. An order log knows what people bought **here**; it does not know what
# they buy elsewhere. Somebody who spends €50 here and €50 in all has no room to grow, and somebody who
# spends €50 here and €500 in all has. Lesson 13 measures this. Until then be suspicious of a "growable"
# tier that was made from past orders alone.
#
# And *below zero*? Every order at Quillmere leaves a profit. But winning a customer costs money too,
# for advertising and commissions. Take that off: each customer's share of what their channel cost in the
# year they came.

# %% tags=["nbval-check-output"]
shop = datasets.load_shop_customers()
shop["year"] = shop["first_order"].dt.year
shop = shop.merge(datasets.load_shop_channels()).set_index("customer_id")
so_far = orders.groupby("customer_id")["profit"].sum() - shop["acquisition_cost"]
below = so_far < 0
print(f"{below.sum():,} customers are below zero: {so_far[below].sum():,.0f} euros together\n")
print(below.groupby(shop["channel"]).mean().mul(100).round().astype(int).to_string())

# %% [markdown]
# Three customers in ten have not yet earned what it cost to win them. (The list shows per cent by
# channel.) Should Quillmere drop them? Ask what those who were below zero **a year ago** did next.

# %% tags=["nbval-check-output"]
before = past.groupby("customer_id")["profit"].sum()
below24 = before < shop["acquisition_cost"].reindex(before.index)
next_year = profit.reindex(before.index, fill_value=0)
print(f"{below24.sum():,} were below zero at the end of 2024")
print(f"in 2025 each of them brought {next_year[below24].mean():.2f} euros on average,", end=" ")
print(f"each of the others {next_year[~below24].mean():.2f}")
risen = (before + next_year)[below24] >= shop["acquisition_cost"].reindex(before.index)[below24]
print(f"{risen.mean():.0%} had risen above zero by the end of 2025")

# %% [markdown]
# They brought less than the others, but it was profit, and more than a quarter crossed the line. What
# it cost to win them is spent, whatever you do now (a *sunk cost*). So the zero line has two uses,
# which are easily confused:
#
# - *Whom to win?* There the cost of winning counts. Half of those who came by social media or a
#   marketplace have not paid it back; whether they will, and what a channel may cost, is lesson 11.
# - *Whom to serve?* There only the money still to come counts, less the cost still to come. In *that*
#   sense a customer is below zero if a letter costs more than it will bring.

# %% [markdown]
# ## Two ways at once: value and life stage
# The two best questions so far were *what do they bring?* and *are they still here?* So ask both. The
# second has four answers. They come from silence, measured in the customer's own rhythm as in lesson
# 00:
#
# | Life stage | Rule |
# |---|---|
# | **new** | first ordered no longer ago than a typical gap between orders |
# | **active** | silent for up to two of their own gaps |
# | **at risk** | silent for more than two gaps |
# | **lapsed** | silent for more than four gaps |
#
# A customer with few orders has not shown much of a rhythm yet. So the typical gap is counted in as
# one gap more:
#
# $$\text{own gap} = \frac{\text{recency} + \text{typical gap}}{\text{frequency} + 1}.$$
#
# The typical gap is the median over all who came back, at Quillmere 12 weeks.

# %% tags=["nbval-check-output"]
stage = segmentation.life_stage(customers)
again = customers[customers["frequency"] > 0]
print(f"typical gap: {(again['recency'] / again['frequency']).median():.1f} weeks\n")
print(segmentation.two_way(tier, stage))

# %% [markdown]
# Each cell counts customers, 9,280 in all. Is the second question worth asking? Back to New Year's Eve
# 2024 once more: make the same segments with what was known then, and see what each brought in 2025.

# %%
customers24 = transactions.summarize(past, observation_end="2024-12-31")
stage24 = segmentation.life_stage(customers24)
profit24 = orders[year == 2024].groupby("customer_id")["profit"].sum()
profit24 = profit24.reindex(customers24.index, fill_value=0)
tier24 = segmentation.tiers(profit24)
count = segmentation.two_way(tier24, stage24)
mean = segmentation.two_way(tier24, stage24, values=next_year) / count

# %%
ax = plt.subplots(figsize=(8.5, 4.8))[1]
words = mean.round().astype(int).astype(str) + " €\n(" + count.map("{:,}".format) + ")"
sns.heatmap(mean, annot=words, fmt="", cmap="Blues", cbar=False, annot_kws={"size": 12}, ax=ax)
ax.set_title("In every tier, the active bring far more than the lapsed", loc="left", fontsize=15)
ax.set_xlabel("life stage at the end of 2024", fontsize=13)
ax.set_ylabel("tier by profit of 2024", fontsize=13)
ax.tick_params(labelsize=12, rotation=0)
plt.show()

# %% [markdown]
# Each cell says what one customer brought in 2025 on average, with the number of customers. Look
# along the rows: the top customers who were *active* brought 186 € each, those who had *lapsed* 68 €; in
# the other tiers it is three to four times as much. Two customers with the same profit last year are
# not the same customer.
#
# (The top left cell holds three customers. Do not read anything into it.)

# %% [markdown]
# ## Let the computer look for groups
# So far *we* drew the lines. Could the data show us where they belong? **K-means** is the usual tool. Put
# every customer on a map, by recency, orders and spend. Place k flags. Each customer goes to the nearest
# flag, each flag moves to the middle of its customers, and so on until nothing moves.

# %%
features = rfm[["recency_days", "orders", "spend"]]
found = segmentation.kmeans(features, 4, rng=5)
print(found.centers.round(1).assign(customers=found.sizes))
shown = features.sample(1_000, random_state=5)
ax = plots.segmentation.segments(
    shown, found.labels[shown.index], x="recency_days", y="spend", units={"spend": "€"},
    title="K-means returns four segments, as ordered",
)  # fmt: skip
ax.set_yscale("log")
ax.yaxis.set_major_formatter("{x:,.0f}")
plt.show()

# %% [markdown]
# Each point is one of 1,000 customers drawn at random, each colour a segment, each big cross a segment's
# middle. (Before measuring distances, `kmeans` takes logarithms of the skewed features and puts all on
# one scale; otherwise one huge customer would be a segment.)
#
# It looks like a discovery, and a slide with four names is quickly made. But **k-means always returns
# k segments**, also from customers among whom there are no groups at all. So ask for proof, twice:
#
# - **Stable?** Draw the customers again (some twice, some not at all), cluster again, and compare. Do
#   the same customers end up together? The *adjusted Rand index* is 1 if they do, and 0 if they agree
#   no more than by chance.
# - **Separate?** Do the segments stand further apart than k-means finds in made-up customers *without*
#   segments, who have the same recencies, orders and spends with the same correlations?

# %%
choice = segmentation.choose_k(features, [2, 3, 4, 5], bootstraps=10, references=9, rng=5)
ax = plots.segmentation.choice_of_k(choice)

# %% [markdown]
# The blue line is the stability of each k and should be above the dashed line. The orange line is how
# well the segments are separated (the *silhouette*: near 1 for islands, near 0 for neighbours that touch). It
# lies in the grey band, and the band is what customers without segments give.

# %% tags=["nbval-check-output"]
print("number of segments:", choice.k)
print(choice.verdict.split(":")[0])

# %% [markdown]
# So the honest answer to the third guess is: **none**. Two or four segments are cut at much the same
# place each time, as you can cut a cake into four equal pieces each time; yet the cake has no seams. Quillmere's
# customers are one cloud, with many small and few large.
#
# That is no failure. You may still cut a cloud, where it is *useful*: at the number of letters you can
# write, at the value at which an adviser pays. Then say "we cut", and not "we found four kinds of
# people".
#
# ### A rounder tool, the same answer
# K-means likes round groups of like size. A **Gaussian mixture** allows long and tilted ones, and gives
# each customer a *probability* for each segment. It is judged by the BIC, a number that falls as the fit
# gets better and rises with every parameter added; one picks the lowest.

# %%
some = features.sample(1_000, random_state=5)
fits = {k: segmentation.mixture(some, k, restarts=2, rng=5) for k in range(1, 7)}
for k, fit in fits.items():
    unsure = (fit.probabilities.max(axis=1) < 0.8).mean()
    print(f"k = {k}: BIC {fit.score:,.0f}, not sure of {unsure:.0%} of the customers")

# %% [markdown]
# The BIC is lowest at the largest k that we tried, so "the best k" is where you happen to stop, and
# three customers in ten sit between two segments. A crooked cloud needs several Gaussian shapes to be described, as a banana can be
# drawn with six circles. That doesn't make it six fruits.

# %% [markdown]
# ## Explore
# See for yourself. The bars on the right say how well each segment survives when the customers are
# drawn again: 1 if it comes back whole, less the more it breaks up (Hennig's *Jaccard index*). Below
# 0.75 call it unstable. **Nobody** is the control: a shop in which each column has been shuffled on its
# own, so that no customer in it exists.

# %%
real = rfm.assign(basket=rfm["spend"] / rfm["orders"]).sample(600, random_state=5)
rng = np.random.default_rng(5)
nobody = pd.DataFrame({name: rng.permutation(real[name]) for name in real}, real.index)
whose = {"Quillmere": real, "Nobody (shuffled)": nobody}

# %% tags=["long"]


def draw(who, names, k):
    table = whose[who][list(names)]
    found = segmentation.kmeans(table, k, rng=5)
    survives = segmentation.segment_stability(table, found, bootstraps=15, rng=5)
    _, (left, right) = plt.subplots(
        1, 2, figsize=(11, 4.4), width_ratios=[3, 2], layout="constrained"
    )
    plots.segmentation.segments(
        table, found.labels, x=names[0], y=names[-1], log=True, ax=left, title=f"{k} segments",
        units={"spend": "€", "basket": "€"},
    )  # fmt: skip
    right.barh(survives.index, survives, color="#0072B2")
    right.axvline(0.75, color="#D55E00", ls="--")
    right.set(xlim=(0, 1), ylim=(k + 0.6, 0.4), yticks=survives.index)
    right.set_xlabel("Jaccard index (stable from 0.75)", fontsize=13)
    right.set_ylabel("Segment", fontsize=13)
    right.set_title(f"{(survives >= 0.75).sum()} of {k} come back", loc="left", fontsize=15)


widgets.explore(
    draw,
    who=widgets.choice(list(whose), label="Customers"),
    names=widgets.choice(
        {
            "recency, orders, spend": ("recency_days", "orders", "spend"),
            "recency, orders, basket": ("recency_days", "orders", "basket"),
            "orders, basket": ("orders", "basket"),
        },
        label="Features",
    ),
    k=widgets.slider(2, 7, 4, label="Number of segments k"),
)

# %% [markdown]
# Left, 600 customers in four segments; right, how well each survives.
#
# Try three things. Raise k to 7: how many segments still come back? Change the features: the same
# customers fall into quite other "natural" groups. Last, choose *Nobody* with four segments. They look
# as neat as the real ones, and come back just as reliably. So neither a nice picture nor stability
# proves that there are kinds of customers; the comparison with chance has to be won too.

# %% [markdown]
# ## Name what you measured
# Suppose you use the four segments all the same. How do you describe them? By what sets them apart, and
# by how much. The **effect size** is the distance between a segment's mean and that of all others, in
# standard deviations: 0.2 is small, 0.5 medium, 0.8 large (Cohen, 1988).

# %%
taste = pd.crosstab(orders["customer_id"], orders["category"], normalize="index")
about = rfm[["recency_days", "orders"]].join(taste["gifts"])
about["referred by a friend"] = (shop["channel"] == "referral").astype(float)
title = "The segments differ in what made them, and in little else"
ax = plots.segmentation.profile(segmentation.profile(about, found.labels), title=title)

# %% [markdown]
# Each bar is the effect size of one feature in one segment. Recency and orders differ hugely, of
# course: *the segments were made from them*. To call that a finding is to argue in a circle, and a test
# of significance would be empty. Look at the features that were **not** used. Being referred by a friend is somewhat
# more common in segment 3, a small effect. And the taste for gifts (the share of orders that were
# gifts) is the same everywhere.
#
# So segment 3 may be called "frequent, recent". It may not be called "the gift lovers". Good
# names say what was measured, so that two colleagues put the same customer into the same segment. A
# name such as "Busy Bella" makes up a person whom nobody has met.
#
# Tastes *do* differ between Quillmere's customers. Only they have nothing to do with value. What
# customers are **worth** and what they **need** are two questions (lesson 02), and often need two segmentations.

# %% [markdown]
# ## A year later
# Segments are made on one day, and customers move on. Cut each year's buyers into tiers by their sales
# and see where everyone went: your second guess.

# %%
spent = orders.groupby([year.rename("year"), "customer_id"])["amount"].sum()
moves = segmentation.migration(segmentation.tiers(spent[2024]), segmentation.tiers(spent[2025]))
ax = plots.segmentation.migration(moves)

# %% [markdown]
# Read along the **rows**: of the 222 customers in the top tier of 2024, 53 % were there again in 2025,
# 27 % were one tier lower, 12 % bought nothing ("gone" from this year's list, which is not to say lost
# for ever). The last row holds those who bought in 2025 but not in 2024.

# %% tags=["nbval-check-output"]
best = {y: set(spent[y].nlargest(500).index) for y in (2024, 2025)}
print(f"{len(best[2024] & best[2025])} of the 500 best of 2024 are among the 500 best of 2025")

# %% [markdown]
# Not even half. Is the shop losing its best customers? So it is told in many a meeting, with
# a matrix like this on the wall. Let us find out how much would move **if nothing changed at all**.
#
# ## Luck has a bad year
# We follow the customers who came before 2024, through 2024 and 2025: 104 weeks. Shuffle the *weeks* like playing
# cards, and deal them into two heaps. Each heap is a "year" of its own, made of weeks from both years.
# Between the heaps nothing can have changed: they are the same customers at the same time. Whoever
# moves from heap to heap, moves by chance.

# %% tags=["nbval-check-output"]
known = shop.index[shop["first_order"] < "2024-01-01"]
both = orders[orders["customer_id"].isin(known) & (year >= 2024)]
by_year = both.pivot_table("amount", "customer_id", year, "sum", fill_value=0)


def compare(first, second):
    """Of the 500 best in the first: how many are so in the second, and what is spent in each."""
    top, again = first.nlargest(500).index, second.nlargest(500).index
    return top.isin(again).sum(), first[top].mean(), second[top].mean()


kept, then, after = compare(by_year[2024], by_year[2025])
print(f"from 2024 to 2025: {kept} of 500 stay, spend falls from {then:.0f} to {after:.0f} euros")
print(f"all of them together spend {by_year[2025].sum() / by_year[2024].sum() - 1:.0%}")

# %% [markdown]
# That is what happened. Now the cards.

# %% tags=["nbval-check-output"]
week = (both["date"] - pd.Timestamp("2024-01-01")).dt.days // 7
week = week.where(week < 104)  # the last two days are no whole week
weekly = both.pivot_table("amount", "customer_id", week, "sum", fill_value=0)
rng = np.random.default_rng(5)
deals = []
for _ in range(50):
    cards = rng.permutation(104)
    heaps = weekly[cards[:52]].sum(axis=1), weekly[cards[52:]].sum(axis=1)
    deals.append(compare(*heaps))
deals = pd.DataFrame(deals, columns=["stay", "in their heap", "in the other"])
print(deals.mean().round().astype(int).to_string())
print("nine of ten deals:", deals["stay"].quantile([0.05, 0.95]).round().astype(int).to_list())

# %%
lines = {
    "the best 500, from heap to heap": deals.mean().iloc[2] / deals.mean().iloc[1],
    "all together, from 2024 to 2025": by_year[2025].sum() / by_year[2024].sum(),
    "the best 500, from 2024 to 2025": after / then,
}
ax = plt.subplots(figsize=(8.5, 4.3))[1]
for (name, left), dash in zip(lines.items(), ["o--", "o:", "o-"], strict=True):
    ax.plot([0, 1], [100, 100 * left], dash, color="#0072B2", lw=2.5, ms=8)
    ax.text(1.06, 100 * left, f"{100 * left:.0f}: {name}", va="center", fontsize=12)
ax.set(xlim=(-0.1, 2.5), ylim=(60, 104), xticks=[0, 1], xticklabels=["before", "after"])
ax.set_title("The best fall back even when nothing has changed", loc="left", fontsize=15)
ax.set_ylabel("sales (before = 100)", fontsize=13)
plt.show()

# %% [markdown]
# Each line sets the sales "before" at 100. Dashed: the 500 best of one heap, in the other heap. Nothing
# has changed, and yet they spend 14 % less, and only 336 of them are among the best again. Solid: the
# 500 best of 2024, in 2025, of whom 313 are among the best again. (Not 230 as before, since newcomers
# do not compete here.)
#
# So 187 dropped out between the years, and about 164 would have done so if nothing had changed. This is
# **regression to the mean**. To be among the best you need to be good *and* lucky; being good remains,
# luck is dealt afresh. For the same reason the worst rise.
#
# And the money? From year to year the 500 spent 30 % less. Luck alone takes 14 %. Besides, all these
# customers together bought 20 % less in 2025, since some leave every year and this group gets no
# newcomers. Put together: 0.86 × 0.80 is 0.69. Nothing is left to explain by what the shop did to its
# best customers.
#
# Remember this when a programme for "last year's best" is followed by a fall, or a letter to
# "last year's weakest" by a rise. Both happen without programme and letter. Only a comparison with like
# customers who did not get it can tell (lessons 12 and 14).

# %% [markdown]
# ## Decide
# **The circle.** Whom would you have invited a year ago? We try each rule on what was known at the end
# of 2024, and look at what its 500 brought in 2025. The last rule is a preview: the forecast of a model
# that you will build in lessons 08 and 09.

# %% tags=["nbval-check-output"]
spend24 = past.groupby("customer_id")["amount"].sum()
present = stage24.isin(["active", "new"])
forecast = clv.BGNBD.fit(customers24).model.expected_purchases(customers24, 52)
forecast *= clv.GammaGamma.fit(customers24).model.expected_spend(customers24)
rules = {
    "spend of all years": spend24,
    "sum of RFM digits, then spend": scores24[["r", "f", "m"]].sum(axis=1) + spend24 / 1e6,
    "profit of 2024": profit24,
    "the same, active and new only": profit24.where(present, -1),
    "forecast of sales": forecast,
}

# %% tags=["nbval-check-output"]
print(f"{next_year.mean() * 500:7,.0f} €  500 drawn by lot, on average")
for name, value in rules.items():
    brought = next_year[value.nlargest(500).index]
    print(f"{brought.sum():7,.0f} €  {name}; {(brought == 0).sum()} of 500 bought nothing")
print(f"{next_year.nlargest(500).sum():7,.0f} €  the 500 who turned out best")

# %% [markdown]
# Any rule brings about five times what the lot does, and none comes near perfect foresight. Old merit
# is the worst of the five, since it honours the departed; the sum of the RFM digits, which is no number,
# comes next. Leaving out the silent brings hardly more profit than the plain list, but fewer
# empty chairs: 58 in place of 95. The model is best, by some 5 %.
#
# We take the profit of the last year among the active and new. It does nearly as well as the model, and
# every salesperson understands it.

# %% tags=["nbval-check-output"]
invited = profit25.where(stage.isin(["active", "new"]), -1).nlargest(500).index
print(f"500 invited, with a profit of {profit25[invited].min():.0f} euros or more in 2025")
print(tier[invited].value_counts().to_string())

# %% [markdown]
# **The letters.** Sixteen cells of tier and stage are too many letters. Merge those that would get the
# same, and six segments remain. "Best" are the two upper tiers. Beside today's number of customers
# stands what the same segment of a year ago did next.


# %% tags=["nbval-check-output"]
def six(tier, stage):
    """Six segments, one letter each."""
    best = np.where(tier.isin(["top", "high"]), "best, ", "other, ")
    return (best + stage.astype(str)).where(stage.isin(["active", "at risk"]), stage.astype(str))


segment, segment24 = six(tier, stage), six(tier24, stage24)
year_on = next_year.groupby(segment24)
plan = pd.DataFrame({"customers now": segment.value_counts()})
plan["ordered next year, %"] = 100 * year_on.agg(lambda p: (p > 0).mean())
plan["profit next year, €"] = year_on.mean()
plan = plan.sort_values("profit next year, €", ascending=False)
print(plan.round().astype(int))

# %% [markdown]
# | Segment | What they get | Why |
# |---|---|---|
# | **best, active** | an invitation to the circle for the 500, a word of thanks for the others; no discount | most come anyway, and would pay the full price |
# | **best, at risk** | a personal question: is everything all right? | much at stake, and time is short |
# | **new** | a warm welcome, with a reason to order again, within weeks | a third did not order in the next year, and nobody stays new for long |
# | **other, active** | the newsletter, good service, no fuss | many customers, a little from each, and some of them grow |
# | **other, at risk** | one cheap reminder | little at stake, so little spent |
# | **lapsed** | an e-mail at most; no printed catalogue | to pay, a catalogue for €2 would have to raise what they bring by nearly a half |
#
# These are proposals. The profit above is what a segment brought *without* a letter of its own; what a
# letter **adds** is another number, and only a trial can find it (exercise 05.4).
#
# **And the rest?** Focus does not mean rudeness. Most of the profit comes from customers without a place
# in the circle, as the next cell shows; they pay the rent in a year in which a few of the best leave. And
# of the 286 in the top tier of 2025, 63 had not even been on the list of 2024. Serve the rest well and
# simply. Just don't spend on each as if they were Flora.

# %% tags=["nbval-check-output"]
rest = profit25.drop(invited)
print(f"{len(rest):,} without a place: {rest.sum() / profit25.sum():.0%} of the profit of 2025")
one_by_one = next_year[segment24 == "best, active"]
print(f"{len(one_by_one)} best, active: {one_by_one.mean():.0f} euros in 2025 on average,", end=" ")
print(f"{(one_by_one == 0).mean():.0%} brought nothing; spread over customers:")
print(one_by_one.quantile([0.1, 0.25, 0.5, 0.75, 0.9]).round().astype(int).to_string())

# %% [markdown]
# The last lines show what segments **can't** do. The customers who were "best, active" at the end of
# 2024 brought 93 € each *on average*; half of them brought 60 € or less, and one in ten more than 218 €.
# A segment's mean is no forecast for a customer, and nobody in the segment is its average. Where single
# customers count, forecast for each (lesson 08). Use segments to decide what to write.

# %% [markdown]
# ## Exercises
# **05.1 Place three customers.** At the shop the typical gap is 12 weeks. In which life stage is each of
# these three? Work it out by hand, from the rule in words above; all numbers are weeks.
#
# | | `frequency` | `recency` | `T` | silent for |
# |---|---|---|---|---|
# | Ida | 24 | 96 | 110 | 14 |
# | Jonas | 2 | 60 | 90 | 30 |
# | Kim | 0 | 0 | 9 | 9 |

# %% tags=["solution"]
# Your turn: write "new", "active", "at risk" or "lapsed" for each, such as {"Ida": "new", …}.
history = pd.DataFrame(
    {"frequency": [24, 2, 0], "recency": [96.0, 60.0, 0.0], "T": [110.0, 90.0, 9.0]},
    index=["Ida", "Jonas", "Kim"],
)
answer = segmentation.life_stage(history, typical_gap=12).to_dict()
check("05.1", answer)

# %% [markdown] tags=["solution"]
# *By hand:* Ida's gap is (96 + 12) / 25 = 4.3 weeks, so 14 weeks are 3.2 gaps: at risk. Jonas' gap is
# (60 + 12) / 3 = 24 weeks, so 30 weeks are 1.25 gaps: active. Kim came 9 weeks ago, less than one
# typical gap: new.

# %% [markdown]
# **05.2 Pick k, with a reason.** At a long trade fair, Quillmere noted for 300 visitors how often they came
# to the stand, and how much they spent each time.

# %%
rng = np.random.default_rng(7)
middle = np.repeat([[6.0, 20.0], [14.0, 24.0], [9.0, 60.0]], [140, 80, 80], axis=0)
fair = pd.DataFrame(middle + rng.normal(size=(300, 2)) * [1.8, 4.5], columns=["visits", "basket"])
fair = fair.clip(lower=0.5).round(1)
fair_choice = segmentation.choose_k(fair, [2, 3, 4, 5], bootstraps=10, references=9, rng=5)
fair_choice.table["distances"] = [segmentation.kmeans(fair, k, rng=5).score for k in [2, 3, 4, 5]]
columns = ["distances", "stability", "separation", "reference_limit"]
print(fair_choice.table[columns].round(2))

# %% [markdown]
# (`distances` is the sum of squared distances to the centres, which k-means makes small.) Which
# conclusion is right?
#
# - **A** Two segments: two are stable, and fewer are simpler.
# - **B** Three segments: they are stable, and further apart than chance makes them.
# - **C** Five segments: the customers lie closest to their centres.
# - **D** No clear structure, as at the shop.

# %% tags=["solution"]
# Your turn: write "A", "B", "C" or "D", with the quotes.
answer = "B"
check("05.2", answer)

# %% [markdown]
# **05.3 Read a migration matrix.** Of the customers in the **top tier of 2025**, which share was in the
# top tier of 2024 already? Use the matrix above; its numbers are in `moves.counts` and `moves.shares`.

# %% tags=["solution"]
# Your turn: give a share between 0 and 1, with at least two decimals.
answer = moves.counts.loc["top", "top"] / moves.counts["top"].sum()
check("05.3", answer)

# %% [markdown]
# **05.4 One action per segment.** In a trial, actions were given out by lot (lesson 12 shows how). The
# table says what a customer then brought in the following year, in euros of profit; what the action
# itself costs, per customer, is in the last row and **not yet taken off**. Which action is best for each
# segment? (The trial is made up for this exercise.)

# %%
trial = pd.DataFrame(
    {
        "nothing": [186.0, 118.0, 30.0, 3.6, 0.0],
        "circle": [214.0, 137.0, 38.0, 4.2, 20.0],
        "question": [188.0, 131.0, 33.0, 4.6, 4.0],
        "discount": [171.0, 121.0, 35.0, 4.3, 1.0],
    },
    index=["top, active", "top, at risk", "new", "lapsed", "cost of the action"],
)
trial

# %% tags=["solution"]
# Your turn: one action for each of the four segments, such as {"top, active": "nothing", …}.
after_cost = trial.drop("cost of the action") - trial.loc["cost of the action"]
answer = after_cost.idxmax(axis=1).to_dict()
check("05.4", answer)

# %% [markdown]
# **05.5 Which segment vanishes?** One life stage at the end of 2024 has lost **every one** of its members a
# year later: not a single customer is in it still. Guess first, then look.

# %% tags=["solution"]
# Your turn: write "new", "active", "at risk" or "lapsed". Tip: segmentation.migration(stage24, stage).
stages = segmentation.migration(stage24, stage, outside=False).shares
answer = next(name for name in stages.index if stages.loc[name, name] == 0)
check("05.5", answer)

# %% [markdown]
# ## What makes it wrong
# - **The day you look.** Somebody who joined in November has had six weeks to bring profit. Tiers by
#   last year's profit put newcomers too low; give them a segment of their own.
# - **Luck in the cut.** Tiers made from one year hold the lucky of that year. The shorter the period, the
#   more luck.
# - **Features decide.** K-means groups by what you hand it, on the scale you choose. Other features
#   give other "kinds of people".
# - **A story for everything.** One can tell a story about any table of segments. Test it on features
#   that did not make them.
# - **A label is not a fact.** Of those called *lapsed* at the end of 2024, 17 % ordered again in 2025.
#   Without a contract nobody tells you that they left.
# - **"No structure" is no law.** The test looked for groups in three features. Yours may have others
#   that do part customers: schools and households, say. And a split that shows in a single feature is
#   for the eye: draw a histogram.
# - **The rules tried on one year.** One year is one draw. A difference of a few per cent between two
#   rules for the circle may turn round next year.
# - **Level is not effect.** That the best bring most does not mean that a letter to them adds most.

# %% [markdown]
# ## In your company
# 1. Which segments do you use today, and what does each get that the others don't? Strike out those
#    without an answer.
# 2. Take your 100 best customers of the year before last. Where are they now, and how many would have
#    left the list by luck alone?
# 3. Who is called unprofitable in your house: does that count money already spent, or money still to
#    come?

# %% [markdown]
# ## Five key ideas
# 1. A segment is a decision: no different treatment, no segment.
# 2. Few customers bring most, but "80/20" depends on who is counted and for how long, and part of it is
#    luck.
# 3. Value says what is at stake, life stage says whether there is time. Use both.
# 4. Clustering always gives clusters. Ask whether they are stable *and* separate; if not, say "we cut".
# 5. The best of one year fall back in the next without any cause. Compare with chance before you
#    explain a move.
#
# ## To go further
# - Peppers, D., & Rogers, M. (1993). *The One to One Future: Building Relationships One Customer at a
#   Time*. Doubleday. Most valuable, most growable, below zero.
# - Fader, P. (2012). *Customer Centricity: Focus on the Right Customers for Strategic Advantage* (2nd
#   ed.). Wharton Digital Press. Why not all customers are equal, in a hundred pages.
# - Schmittlein, D. C., Cooper, L. G., & Morrison, D. G. (1993). Truth in concentration in the land of
#   (80/20) laws. *Marketing Science*, 12(2), 167–183.
# - Kim, B. J., Singh, V., & Winer, R. S. (2017). The Pareto rule for frequently purchased packaged goods:
#   An empirical generalization. *Marketing Letters*, 28(4), 491–507.
# - McCarthy, D. M., & Winer, R. S. (2019). The Pareto rule in marketing revisited: Is it 80/20 or 70/20?
#   *Marketing Letters*, 30(2), 139–150.
# - Dolnicar, S., & Leisch, F. (2010). Evaluation of structure and reproducibility of cluster solutions
#   using the bootstrap. *Marketing Letters*, 21(1), 83–101.
# - Hennig, C. (2007). Cluster-wise assessment of cluster stability. *Computational Statistics & Data
#   Analysis*, 52(1), 258–271.
# - Wedel, M., & Kamakura, W. A. (2000). *Market Segmentation: Conceptual and Methodological Foundations*
#   (2nd ed.). Kluwer. The standard reference, with mixtures.
# - Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences* (2nd ed.). Erlbaum.
