# %% [markdown]
# # 05 · Treat different customers differently: segments
# **Part II · Know: who are they?** — Sort nine thousand customers into a handful of groups, decide
# what each group gets, and find out which of your groups hold and which are only convenient.
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
# > 2. "Once a top customer, always a top customer", says the sales manager. Of those who brought €100
# >    of profit or more in 2022, what share did so in 2025?
# > 3. Suppose a computer looks for natural groups of customers at Quillmere. How many will it find?

# %% tags=["nbval-check-output"]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from centricity import clv, datasets, plots, segmentation, transactions, widgets
from centricity.exercises import check
from centricity.plots import style

orders = datasets.load_shop_orders()
orders["profit"] = orders["amount"] - orders["cost"]
year = orders["date"].dt.year
yearly = orders.pivot_table("profit", "customer_id", year, "sum", fill_value=0)
print(f"{len(yearly):,} customers, {(yearly[2025] > 0).sum():,} of them ordered in 2025")

# %% [markdown]
# `profit` is what was paid less what the goods cost (lesson 06 adds the cost of serving). `yearly` has one
# row per customer and one column per year: the profit they brought.
#
# ## Why segment at all?
# Treat all customers alike, and most get something that does not fit. Treat each one alone, and you need
# nine thousand letters. Segments are the practical middle: **smaller** than the market, so that you can go
# **deeper** into what one group needs, and so earn **more** with the same effort.
#
# One rule keeps you honest: *a segment is a decision*. If two segments get the same letter, you have one
# segment with two names.
#
# ## How unequal are they?
# First sort the customers by what they spent in 2025, best first, and add up.

# %%
past, latest = orders[year < 2025], orders[year == 2025]
sales = latest.groupby("customer_id")["amount"].sum()
ax = plots.segmentation.concentration(segmentation.concentration(sales))

# %% [markdown]
# The blue line says what share of the sales the best 10 %, 20 %, 30 % … of the customers brought; the
# dashed line is a shop where all spend the same. The **Gini coefficient** sums up how far the line
# bends away from it: 0 if all are equal, nearly 1 if one customer brings everything.
#
# So much for the first guess: Quillmere is a 60/20 shop, not an 80/20 shop. But wait: 20 % *of whom*,
# and *in how long*?


# %% tags=["nbval-check-output"]
def top_fifth(log):
    return segmentation.concentration(log.groupby("customer_id")["amount"].sum()).top_20


print(f"{top_fifth(latest[latest['date'].dt.month == 12]):.0%}  who bought in December 2025")
print(f"{top_fifth(latest):.0%}  who bought in 2025")
print(f"{top_fifth(orders):.0%}  who bought in the four years")
everybody = sales.reindex(yearly.index, fill_value=0)
print(f"{segmentation.concentration(everybody).top_20:.0%}  of 2025, by all in the books")

# %% [markdown]
# Each line is the share that the best fifth brings. The same shop, and you may quote 49 % or 74 %. So ask
# two questions whenever somebody says "80/20": who was counted, and over what time?
#
# And how much of the 60 % is chance? Deal the orders of 2025 to the same customers **by lot**, so that
# all are alike by construction.

# %% tags=["nbval-check-output"]
winner = np.random.default_rng(5).integers(len(sales), size=len(latest))
by_lot = np.bincount(winner, weights=latest["amount"], minlength=len(sales))
print(f"{segmentation.concentration(by_lot).top_20:.0%}  had every order gone to a customer by lot")

# %% [markdown]
# Still the luckiest fifth "brings" 44 %. So part of every such figure is chance (Schmittlein, Cooper &
# Morrison, 1993, show how to take it out). Elsewhere one has found 73 % for brands of packaged goods
# over six years (Kim, Singh & Winer, 2017), and 67 % in 339 firms of other kinds (McCarthy & Winer, 2019).
# "Few customers bring most" is a good first guess, and "80/20" one of many values that it takes.
#
# For a manager a figure of tenths is often handier, here for profit:

# %%
bought = yearly[2025][yearly[2025] > 0]
ax = plots.segmentation.deciles(segmentation.deciles(bought), what="profit")

# %% [markdown]
# Each bar is a tenth of those who bought in 2025. The first tenth brings more than the lower eight
# together.

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
# (These are RFM's words, not those of lesson 03: `recency_days` looks back from today, so small is
# good, and `spend` is a sum.)

# %%
ax = plots.segmentation.rfm(scores)

# %% [markdown]
# Each cell counts the customers with one pair of recency and frequency scores. No one has a frequency
# score of 2: so many customers ordered just once that they fill more than a fifth, and equal customers
# must get equal scores.
#
# **Do the digits say anything about the future?** Let us go back a year, score everybody on New Year's
# Eve 2024, and see who ordered in the first three months of 2025.

# %%
scores24 = segmentation.rfm_scores(segmentation.rfm_table(past, as_of="2024-12-31"))
spring = latest.loc[latest["date"] < "2025-04-01", "customer_id"]
came = pd.Series(100.0 * scores24.index.isin(spring), scores24.index)
ax = style.axes(height=4.2)
for name, line in {"recency": "o-", "frequency": "s--", "money": "^:"}.items():
    share = came.groupby(scores24[name[0]]).mean()
    colour = style.PALETTE[len(ax.lines)]
    ax.plot(share.index, share, line, color=colour, lw=2.5, ms=8, label=name)
style.label(ax, title="All three scores say who orders next, and recency says most",
            x="score on New Year's Eve 2024 (5 = best)", y="ordered by 31 March 2025 (%)")  # fmt: skip
ax.set(xticks=range(1, 6), ylim=0)
ax = style.legend(ax, title="score for")

# %% [markdown]
# Each point is the share of customers with that score who ordered in the next three months: about one
# in twenty at the lowest recency score, more than half at the highest. Frequency and money
# sort less sharply, above all among the low scores.
#
# RFM is cheap, and everybody understands it. But a score is only a rank among *these* customers on *this*
# day; 125 codes are far too many for letters; and the digits are no number. A 511 looks greater than a
# 455, and means much less.

# %% [markdown]
# ## Value tiers, and the zero line
# The second way is simpler still: sort by what a customer *brings*, and cut. We cut the profit of a year
# at €100, €40 and €10. (A "best 5 %" would always be full, so nobody could rise unless another fell. A cut
# in money stays put, and next year can be compared with this one.)

# %% tags=["nbval-check-output"]
customers = transactions.summarize(orders)
tier = segmentation.tiers(yearly[2025], cuts=[100, 40, 10])
table = yearly[2025].groupby(tier, observed=True).agg(["size", "sum", "mean"])
table["share of profit, %"] = 100 * table["sum"] / yearly[2025].sum()
print(table.round().astype(int))

# %% [markdown]
# The 576 customers of the top tier, 6 % of all, bring 43 % of the profit. Three quarters of the low tier
# are people who bought nothing in 2025.
#
# The usual talk is of three kinds (Peppers & Rogers, 1993): the **most valuable**, who bring most today
# (keep them); the **most growable**, who could bring far more (develop them); and those **below zero**, who
# cost more than they bring (change the terms). The first are easily found. For the others you need two
# more numbers, which we make up here for five customers, in euros a year.

# %%
five = pd.DataFrame(
    {"profit here": [160, 60, 60, 4, 8], "if all were bought here": [180, 70, 600, 5, 90],
     "cost to serve": [20, 10, 10, 12, 12]},
    index=["Ada", "Ben", "Cleo", "Dan", "Eve"],
)  # fmt: skip
five["role"] = segmentation.roles(
    five["profit here"], five["if all were bought here"], cost_to_serve=five["cost to serve"]
)["role"]
five

# %% [markdown]
# Ben and Cleo look alike in the order log: €60 each. But Ben buys nearly everything here, and Cleo buys
# most of it elsewhere. An order log knows what people bought **here** and nothing else, so be suspicious of
# a "growable" tier that was made from past orders alone (lesson 13 measures the second column). Eve costs
# more than she brings today, like Dan. But he would do so even if he bought everything here, and so only he
# is below zero.
#
# One cost tempts people to a wrong verdict: what it cost to *win* the customer, in advertising and
# commissions. Take it off all that they have brought so far.

# %% tags=["nbval-check-output"]
shop = datasets.load_shop_customers()
shop["year"] = shop["first_order"].dt.year
shop = shop.merge(datasets.load_shop_channels()).set_index("customer_id")
cost = shop["acquisition_cost"].reindex(yearly.index)
print(f"{(yearly.sum(axis=1) < cost).sum():,} customers have not yet brought what they cost")
known = yearly[yearly[[2022, 2023, 2024]].sum(axis=1) > 0]  # by the end of 2024
short = known[[2022, 2023, 2024]].sum(axis=1) < cost[known.index]
print(f"{short.sum():,} had not at the end of 2024. In 2025, on average,", end=" ")
print(f"each of them brought {known.loc[short, 2025].mean():.2f} euros,", end=" ")
print(f"each of the others {known.loc[~short, 2025].mean():.2f}")

# %% [markdown]
# Should Quillmere drop these three in ten? Those of a year ago brought less than the others in 2025, but it
# was profit. What it cost to win them is spent, whatever you do now (a *sunk cost*). It counts when you
# ask *whom to win* (lesson 11). When you ask *whom to serve*, only what is still to come counts.

# %% [markdown]
# ## Two ways at once: value and life stage
# The two best questions so far were *what do they bring?* and *are they still here?* So ask both. The
# second has four answers, by silence in the customer's own rhythm:
#
# | Life stage | Rule |
# |---|---|
# | **new** | first ordered no longer ago than a typical gap between orders |
# | **active** | silent for up to two of their own gaps |
# | **at risk** | silent for more than two gaps |
# | **lapsed** | silent for more than four gaps |
#
# Few orders show little of a rhythm. So the typical gap is counted in as one gap more:
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
# Each cell counts customers. Is the second question worth asking? Back to New Year's Eve 2024: make the same
# segments with what was known then, and see what each brought in 2025.

# %%
customers24 = transactions.summarize(past, observation_end="2024-12-31")
stage24 = segmentation.life_stage(customers24)
tier24 = segmentation.tiers(known[2024], cuts=[100, 40, 10])
count = segmentation.two_way(tier24, stage24)
mean = segmentation.two_way(tier24, stage24, values=known[2025]) / count
words = mean.round().astype(int).astype(str) + " €\n(" + count.map("{:,}".format) + ")"
ax = plt.subplots(figsize=(8.5, 4.8))[1]
sns.heatmap(mean, annot=words, fmt="", cmap="Blues", cbar=False, annot_kws={"size": 12}, ax=ax)
style.label(ax, title="In every tier, the active bring far more than the lapsed",
            x="life stage at the end of 2024", y="tier by profit of 2024")  # fmt: skip
ax.tick_params(labelsize=12, rotation=0)

# %% [markdown]
# Each cell says what one customer brought in 2025 on average, with the number of customers. Look
# along the rows: the active brought three to four times what the lapsed of their tier did. And it is not
# that they had been better before: in the top tier both had brought some €210 in 2024. Two customers with
# the same profit last year are not the same customer.
#
# (Small cells deceive. The top left one holds nine customers and the top right one 36: their means may be
# off by €100 and by €33.)

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
# It looks like a discovery. But **k-means always returns k segments**, also from customers among whom there
# are no groups at all. So ask for proof, twice:
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
# So the honest answer to the third guess is: **none**. Two segments, and nearly so four, are cut at much
# the same place each time, as you can cut a cake into equal pieces each time; yet the cake has no seams.
# Quillmere's customers are one cloud, with many small and few large.
#
# You may still cut a cloud where it is *useful*: at the number of letters you can write, at the value at
# which an adviser pays. Then say "we cut", and not "we found four kinds of people".
#
# ### A rounder tool, the same answer
# A **Gaussian mixture** allows long and tilted segments, and gives each customer a *probability* for each.
# It is judged by the BIC, a number that falls as the fit gets better and rises with every parameter added.

# %%
some = features.sample(1_000, random_state=5)
fits = {k: segmentation.mixture(some, k, restarts=2, rng=5) for k in range(1, 7)}
print("BIC:", {k: round(fit.score) for k, fit in fits.items()})
unsure = (fits[6].probabilities.max(axis=1) < 0.8).mean()
print(f"with 6 segments it is not sure of {unsure:.0%} of the customers")

# %% [markdown]
# The BIC is lowest at the largest k that we tried, so "the best k" is where you happen to stop. A banana can
# be drawn with six circles. That doesn't make it six fruits.

# %% [markdown]
# ## Explore
# The bars on the right say how well each segment survives when the customers are drawn again: 1 if it
# comes back whole, less the more it breaks up (Hennig's *Jaccard index*). Below 0.75 call it unstable.
# **Nobody** is the control: each column has been shuffled on its own, so that no customer in it exists.

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
    style.label(right, title=f"{(survives >= 0.75).sum()} of {k} come back",
                x="Jaccard index (stable from 0.75)", y="Segment")  # fmt: skip


# %% tags=["long"]
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
# proves that there are kinds of customers; the comparison with chance has to be won, too.

# %% [markdown]
# ## Name what you measured
# Suppose you use the four segments all the same. Describe them by what sets them apart, and by how much. The
# **effect size** is the distance between a segment's mean and that of all others, in standard deviations:
# 0.2 is small, 0.5 medium, 0.8 large (Cohen, 1988).

# %%
taste = pd.crosstab(orders["customer_id"], orders["category"], normalize="index")
about = rfm[["recency_days", "orders"]].join(taste["gifts"])
about["referred by a friend"] = (shop["channel"] == "referral").astype(float)
profile = segmentation.profile(about, found.labels)
title = "The segments differ in what made them, and in little else"
ax = plots.segmentation.profile(profile, title=title)

# %% [markdown]
# Each bar is the effect size of one feature in one segment. Recency and orders differ hugely, of
# course: *the segments were made from them*, so to call that a finding is to argue in a circle. Look at the
# features that were **not** used. Being referred by a friend is somewhat more common in segment 3, a small
# effect. And the taste for gifts (the share of orders that were gifts) is the same everywhere.

# %%
print(segmentation.names(profile).to_string())

# %% [markdown]
# So the toolkit proposes names that say what was measured. Segment 3 may not be called "the gift lovers", and
# "Busy Bella" makes up a person whom nobody has met.
#
# Tastes *do* differ between Quillmere's customers. Only they have nothing to do with value. What
# customers are **worth** and what they **need** are two questions (lesson 02), and often need two
# segmentations.

# %% [markdown]
# ## A year later
# Customers move on. Put everybody into their tier in each of the four years and see where they went. Who was
# known and bought nothing is kept apart as "no order".

# %%
ends = [f"{y}-12-31" for y in range(2021, 2026)]  # a year lies between two of them
panel = segmentation.segment_panel(orders, ends, amount="profit", cuts=[100, 40, 10])
panel.columns = panel.columns.year
moves = segmentation.migrations(panel)
last = moves.each[2024, 2025]
title = "Less than half of the top tier is there again a year later"
ax = plots.segmentation.migration(last, title=title)

# %% [markdown]
# Read along the **rows**: of the 588 customers in the top tier of 2024, 47 % were there again in 2025
# (give or take 4 points, as with any share of so many), 24 % were one tier lower, 19 % bought nothing. The
# last row holds those who first bought in 2025.
#
# ### Once a top customer, always a top customer?
# Follow the 263 top customers of 2022. The orange line below is what the matrix expects if it is applied
# again and again: half stay, half of those stay, and some come back.

# %%
top = panel.loc[panel[2022] == "top"]
stay = [100 * (top[y] == "top").mean() for y in panel]
P = moves.pooled.shares.drop(index="(new)", columns="(gone)").to_numpy()
chain = [100 * np.linalg.matrix_power(P, n)[0, 0] for n in range(4)]
ax = style.axes(width=8.5, height=4.4)
for left, dash, name in [([100] * 4, ":", "the saying"), (stay, "o-", "what happened"),
                         (chain, "s--", "the matrix, again and again")]:  # fmt: skip
    colour = {":": style.GREY, "o-": style.BLUE, "s--": style.ORANGE}[dash]
    ax.plot(panel.columns, left, dash, color=colour, lw=2.5, ms=8)
    ax.annotate(f"{left[-1]:.0f} %  {name}", (2025.06, left[-1]), va="center", fontsize=12)
style.label(ax, title="A third of the top customers of 2022 are top three years later",
            x="year", y="top customers of 2022 who are top (%)")  # fmt: skip
ax = ax.set(xticks=list(panel), xlim=(2021.9, 2027.3), ylim=(0, 105))

# %% [markdown]
# The blue line is what happened, the grey one the saying, the orange one the matrix. So much for the second
# guess: 32 % are left, and the saying is wrong. But the matrix is wrong, too: it forgets too fast. (With the
# top customers of 2023 it is the same: 37 % are top two years later, where the matrix expects 26 %.) For it
# treats all who are top *now* alike, whether for the first year or for the fourth. So ask for two years in
# place of one:

# %% tags=["nbval-check-output"]
top24 = panel[panel[2024] == "top"]
twice = (top24[2025] == "top").groupby(top24[2023] == "top").agg(["size", "mean"])
twice.index = ["top in 2024, not in 2023", "top in 2023 and 2024"]
print(twice.rename(columns={"size": "customers", "mean": "top in 2025"}).round(2))

# %% [markdown]
# Who had two good years is twice as likely to have another. (Lesson 08 weighs the whole history.)

# %% [markdown]
# ## Luck has a bad year
# More than half of the top tier gone within a year: is the shop losing its best customers? Let us find out
# how much would move **if nothing changed at all**.
#
# Take the customers who came before 2024. For each of their orders in 2024 and 2025 throw a coin: heads, it
# belongs to "year one", tails, to "year two". Both years are now made of the same customers at the same time,
# so whoever changes tier does so by chance.


# %% tags=["nbval-check-output"]
def by_money(table):
    # "spend" is the sum of the column that amount= names below: the profit.
    return segmentation.tiers(table["spend"], cuts=[100, 40, 10])


held = segmentation.stability_over_time(
    orders, "2024", "2025", by_money, amount="profit", repeats=40, rng=5
)
print(held.segments[["customers", "kept", "kept_if_luck"]].round(2))

# %%
title = "Luck alone would move a third out of the top tier"
ax = plots.segmentation.over_time(held, title=title)

# %% [markdown]
# Each blue point is the share that kept their tier, each orange one what luck alone would have left; the black
# line in the first row is what tiers drawn by lot would keep. Of 388 top customers 52 % kept their tier from
# 2024 to 2025 (not 47 %, since those who came in 2024 are not among them). If nothing had changed but luck,
# 66 % would have. So of the 48 in a hundred who fell, about 34 would have fallen without any cause. This is
# **regression to the mean**: to be among the best you need to be good *and* lucky; being good remains,
# luck is dealt afresh. For the same reason the worst rise.
#
# There is a cure: *choose with one half of the data, and measure with the other.* We deal the 52 weeks of 2024
# like cards into two hands, choose the best 500 by the first, and see what they spent in the second.

# %% tags=["nbval-check-output"]
early = orders[orders["customer_id"].isin(shop.index[shop["first_order"] < "2024-01-01"])]
week = (early["date"] - pd.Timestamp("2024-01-01")).dt.days // 7
weekly = early[week.between(0, 103)].pivot_table("amount", "customer_id", week, "sum", fill_value=0)
half_of_2025 = weekly.loc[:, 52:].sum(axis=1) / 2
rng, deals = np.random.default_rng(5), []
for _ in range(100):
    cards = rng.permutation(52)
    one, two = weekly[cards[:26]].sum(axis=1), weekly[cards[26:]].sum(axis=1)
    best = one.nlargest(500).index
    deals.append([two[best].sum() / one[best].sum(), half_of_2025[best].sum() / two[best].sum()])
luck, fall = np.mean(deals, axis=0)
print(f"from the first hand to the second, the best keep {luck:.0%} of their sales")
print(f"from the second to half of 2025 they keep {fall:.0%}")
print(f"and all customers keep {half_of_2025.sum() / weekly.loc[:, :51].sum().sum() * 2:.0%}")

# %%
ax = style.axes(height=4.2)
names = ["weeks of 2024\nby which they\nwere chosen", "the other\nweeks of\n2024", "half of\n2025"]
heights = [100, 100 * luck, 100 * luck * fall]
ax.bar(names, heights, color=[style.GREY, style.BLUE, style.BLUE], width=0.6)
for place, height in enumerate(heights):
    ax.text(place, height + 2, f"{height:.0f}", ha="center", fontsize=13)
ax.set_ylim(0, 115)
style.label(ax, title="More than half of the fall of the best is luck", x="",
            y="sales (weeks chosen by = 100)")  # fmt: skip
plt.show()

# %% [markdown]
# The grey bar holds the weeks by which the 500 were chosen, the blue bars those that had no part in it. From
# grey to blue they fall by 22 although nothing has changed: that is the luck. (Chosen by a whole year, they
# would fall less; by a month, far more.) From blue to blue, a fair comparison, they fall by a fifth; and so do
# all these customers together, since some leave every year and this group gets no newcomers. So there is
# nothing special about the best that the shop would have to explain.
#
# Remember this when a programme for "last year's best" is followed by a fall, or a letter to
# "last year's weakest" by a rise. Both happen anyway. Only a comparison with like customers who did not get it
# can tell (lessons 12 and 15).

# %% [markdown]
# ## Decide
# **The circle.** Whom would you have invited in earlier years? We try five rules on what was known at the end
# of a year, and look at what the 500 brought in the next. The last is a preview: the forecast of a
# model that you will build in lessons 08 and 09.


# %% tags=["long"]
def five_rules(last):
    """Five ways to rank the customers known at the end of a year."""
    known, day = orders[year <= last], f"{last}-12-31"
    base = transactions.summarize(known, observation_end=day)
    here = segmentation.life_stage(base).isin(["new", "active"])
    digits = segmentation.rfm_scores(segmentation.rfm_table(known, as_of=day))[["r", "f", "m"]]
    forecast = clv.BGNBD.fit(base).model.expected_purchases(base, 52)
    return {
        "profit of all years": known.groupby("customer_id")["profit"].sum(),
        "sum of RFM digits": digits.sum(axis=1) + yearly.loc[base.index, last] / 1e6,  # breaks ties
        "profit of the last year": yearly.loc[base.index, last],
        "the same, new and active": yearly.loc[base.index, last].where(here, -1),
        "forecast of a model": forecast * clv.GammaGamma.fit(base).model.expected_spend(base),
    }


# %% tags=["nbval-check-output"]
contest = pd.DataFrame()
for last_year in (2023, 2024):
    rules, then = five_rules(last_year), last_year + 1
    brought = yearly.loc[rules["profit of all years"].index, then]
    contest.loc["500 by lot", f"profit {then}, €"] = 500 * brought.mean()
    for name, value in rules.items():
        won = brought[value.nlargest(500).index]
        contest.loc[name, f"profit {then}, €"] = won.sum()
        contest.loc[name, f"no order {then}"] = (won == 0).sum()
    contest.loc["perfect foresight", f"profit {then}, €"] = brought.nlargest(500).sum()
print(contest.map("{:,.0f}".format).replace("nan", "").to_string())

# %% [markdown]
# There are two contests: places given at the end of 2023, and at the end of 2024. Any rule brings
# about four to six times what the lot does, and none comes near perfect foresight. Two things hold in both:
# old merit is the worst of the five, since it honours the departed, and the model is the best. The three
# in between change places from year to year, so the data don't rank them.
#
# We take the profit of the last year among the new and active. It does nearly as well as the model, every
# salesperson understands it, and leaving out the silent leaves fewer empty chairs: 58 of 500 in place of 95.

# %% tags=["nbval-check-output"]
invited = yearly[2025].where(stage.isin(["active", "new"]), -1).nlargest(500).index
print(f"500 invited, with a profit of {yearly.loc[invited, 2025].min():.0f} euros or more in 2025")
rest = yearly[2025].drop(invited)
print(f"{len(rest):,} without a place: {rest.sum() / yearly[2025].sum():.0%} of the profit of 2025")

# %% [markdown]
# **The letters.** Sixteen cells of tier and stage are too many. `segmentation.actions` merges those that
# would get the same, most urgent first. Beside today's number of customers we print what the same group of
# a year ago did next, and how far off that mean may be.

# %% tags=["nbval-check-output"]
group, group24 = segmentation.actions(tier, stage), segmentation.actions(tier24, stage24)
year_on = known[2025].groupby(group24, observed=True)
plan = segmentation.action_table(group, values=yearly[2025])
plan["ordered, %"] = 100 * year_on.agg(lambda profit: (profit > 0).mean())
plan["profit, €"] = year_on.mean()
plan["give or take"] = 2 * year_on.sem()
print(plan[["customers", "ordered, %", "profit, €", "give or take"]].round().astype(int))
print("\n".join(f"\n{name} ({row.who})\n  {row.action}." for name, row in plan.iterrows()))

# %% [markdown]
# The profit above is what a group brought *without* a letter of its own; what a letter **adds** is another
# number, and only a trial can find it (exercise 05.4). To *let rest* is a decision, too: a printed catalogue
# for €2 would have to raise what they bring by more than half.
#
# **And the rest?** Most of the profit comes from customers without a place in the circle; they pay the rent in
# a year in which a few of the best leave. And not a few of the top tier of 2025 had not even been in the books
# a year before (exercise 05.3 counts them). Serve the rest well and simply. Just don't spend on each as if
# they were Flora.

# %% tags=["nbval-check-output"]
close = known.loc[group24 == "Keep close", 2025]
print(f"{len(close):,} to keep close: {close.mean():.0f} euros each in 2025 on average")
print(close.quantile([0.1, 0.25, 0.5, 0.75, 0.9]).round().astype(int).to_string())

# %% [markdown]
# That is what segments **can't** do. The customers to keep close at the end of 2024 brought 82 € each *on
# average*; half of them brought 51 € or less, and one in ten more than 200 €. A segment's mean is no
# forecast for a customer. Where single customers count, forecast for each (lesson 08). Use segments to
# decide what to write.

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
fair_table = fair_choice.table[["stability", "separation", "reference_limit"]]
distances = [segmentation.kmeans(fair, k, rng=5).score for k in fair_table.index]
print(fair_table.assign(distances=distances).round(2))

# %% [markdown]
# `stability` should be 0.8 or more; `separation` is the silhouette, and chance reaches up to
# `reference_limit`; `distances` is the sum of squared distances to the centres. Which conclusion is right?
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
# **05.3 Read a migration matrix.** Of the customers in the **top tier of 2025**, which share had first
# bought in that very year? Use the matrix of 2024 to 2025 above; its numbers are in `last.counts` and
# `last.shares`.

# %% tags=["solution"]
# Your turn: give a share between 0 and 1, with at least two decimals.
answer = last.counts.loc["(new)", "top"] / last.counts["top"].sum()
check("05.3", answer)

# %% [markdown]
# **05.4 One action per segment.** In a trial, actions were given out by lot (lesson 12 shows how). The
# table says what a customer then brought in the following year, in euros of profit; what the action
# itself costs, per customer, is in the last row and **not yet taken off**. Which action is best for each
# segment? (The trial is made up. Suppose that it was so large that luck plays no part in the means.)

# %%
trial = pd.DataFrame(
    {
        "nothing": [82.0, 45.0, 28.0, 3.7, 0.0],
        "circle": [110.0, 64.0, 36.0, 4.3, 20.0],
        "question": [84.0, 58.0, 31.0, 4.7, 4.0],
        "discount": [71.0, 47.0, 33.0, 4.4, 1.0],
    },
    index=["Keep close", "Win back", "Welcome", "Let rest", "cost of the action"],
)
trial

# %% tags=["solution"]
# Your turn: one action for each of the four segments, such as {"Keep close": "nothing", …}.
after_cost = trial.drop("cost of the action") - trial.loc["cost of the action"]
answer = after_cost.idxmax(axis=1).to_dict()
check("05.4", answer)

# %% [markdown]
# **05.5 Which segment vanishes?** An agency has found "four types" among those who bought in 2024 and in
# 2025, by their orders of 2024. Cluster the same customers in the same way by their orders of 2025, and pair
# each segment of 2024 with the nearest of 2025. One of the four isn't there any more. Which? Guess from the
# centres below, then look.


# %%
def four_types(table):
    return segmentation.kmeans(table, 4, rng=5)


regular = yearly.index[(yearly[[2024, 2025]] > 0).all(axis=1)]
in_both = early[early["customer_id"].isin(regular)]  # they had come before 2024
in_2024 = segmentation.rfm_table(in_both[in_both["date"].dt.year == 2024], as_of="2024-12-31")
print(four_types(in_2024).centers.round(1))

# %% tags=["solution"]
# Your turn: write "1", "2", "3" or "4", with the quotes. Tip: look at the column "returns" of
# segmentation.stability_over_time(in_both, "2024", "2025", four_types, rng=5).segments.
types = segmentation.stability_over_time(in_both, "2024", "2025", four_types, rng=5)
answer = str(types.vanished[0])
check("05.5", answer)

# %% [markdown]
# ## What makes it wrong
# - **The day you look.** Somebody who joined in November has had six weeks to bring profit. Tiers by
#   last year's profit put newcomers too low; give them a segment of their own.
# - **Features decide.** K-means groups by what you hand it, on the scale you choose. Other features
#   give other "kinds of people".
# - **A story for everything.** One can tell a story about any table of segments. Test it on features
#   that did not make them.
# - **A label is not a fact.** Of those called *lapsed* at the end of 2024, 17 % ordered again in 2025.
#   Without a contract nobody tells you that they left. And nobody who is *new* is so a year later: a letter
#   to newcomers must go out by itself, week by week.
# - **"No structure" is no law.** The test looked for groups in three features. Yours may have others
#   that do part customers: schools and households, say. And a split that shows in a single feature is
#   for the eye: draw a histogram.
# - **The rules tried on two years** are two draws, from one shop. A difference of a few per cent between two
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
# 5. The best of one year fall back in the next without any cause. Choose with one half of the data and
#    measure with the other.
#
# ## To go further
# `segmentation.look_alikes` asks who among new customers resembles a segment (lesson 11). `moves.alike` and
# `moves.memory` test whether the moves differ from year to year, and whether the matrix forgets too fast.
# `last.stationary(closed=True)` gives the **stationary mix**, to which a matrix leads if nobody new comes and
# the moves go on for ever: with 2 % in the top tier in place of today's 6 %. Read it as a mirror, not as a
# forecast: so much does Quillmere live on newcomers.
#
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
# - Blumen, I., Kogan, M., & McCarthy, P. J. (1955). *The Industrial Mobility of Labor as a Probability
#   Process*. Cornell University. Movers and stayers: why a matrix forgets too fast.
# - Wedel, M., & Kamakura, W. A. (2000). *Market Segmentation: Conceptual and Methodological Foundations*
#   (2nd ed.). Kluwer. The standard reference, with mixtures.
# - Cohen, J. (1988). *Statistical Power Analysis for the Behavioral Sciences* (2nd ed.). Erlbaum.
