# %% [markdown]
# # 01 · Products or customers?
# **Part I · Why: new rules** — Put one product for everybody against knowing some customers well,
# in the same town, and compute how unlike customers must be for the second to pay.
#
# | | |
# |---|---|
# | Time | 40 minutes to read and run, 20 minutes of exercises |
# | Builds on | lesson 00 (cells, sliders, `check`) |
#
# When you have finished, you will be able to
# 1. tell market-share thinking from share-of-customer thinking, and compute one from the other;
# 2. say what customer centricity is, what it is not, and what it costs before it brings anything;
# 3. compute how unlike customers must be for the better strategy to flip;
# 4. name three situations in which product centricity is right;
# 5. score a firm on seven conditions that speak for its customers or for its brand.

# %% [markdown]
# ## The puzzle
# Quillmere Shop sells stationery and desk goods to **1,000 offices** of a town. An office could use
# about 24 baskets a year. A basket costs €50, of which €12 are left after goods and delivery.
# Three rivals sell much the same at the same price.
#
# The owners have grown by chasing market share, and want more of it. Two plans for the next six
# years are on the table.
#
# - **Plan Share.** Cut the price from €50 to €46, for everybody.
# - **Plan Know.** Find out what the 200 largest offices really need (paper that runs in their old
#   printer, deliveries before eight, one bill a quarter), and adapt offer and service to it.
#   The others get what they get now. A system and training cost €30,000 at once, getting to
#   know an office €120, and caring for it €30 a year.
#
# > **Predict first.** Write down three guesses.
# > 1. Which plan wins the larger market share by the sixth year: Share, Know, or both alike?
# > 2. Which earns more over the six years than carrying on as now: Share, Know, both, neither?
# > 3. Would your second answer be the same if all offices needed the same things?

# %%
from dataclasses import replace

import numpy as np
import pandas as pd

from centricity import market, plots, widgets
from centricity.exercises import check

pd.options.display.float_format = "{:,.10g}".format

# %% [markdown]
# ## Two ways to count the same sales
# *Share of customer* is what one customer buys from you, out of all that this customer buys anywhere.
# *Market share* is what all buy from you, out of all that is bought. Take four offices.

# %% tags=["nbval-check-output"]
four = pd.DataFrame({"baskets": [90, 6, 3, 1], "ours": [27, 3, 0, 0]}, index=list("ABCD"))
four["share of customer"] = four["ours"] / four["baskets"]
print(four.round(2))
print("market share", four["ours"].sum() / four["baskets"].sum())
print("mean weighted by baskets", np.average(four["share of customer"], weights=four["baskets"]))

# %% [markdown]
# Market share is *nothing but* the mean of the shares of customer, weighted by how much each buys. So
# there are two ways to raise it: win C and D, who bring little, or become worth more to A, who
# already buys here. A report of market share cannot tell them apart.
#
# The two ways go with two ways of running a firm (Peppers and Rogers, 1993):
#
# | | Market-share thinking | Share-of-customer thinking |
# |---|---|---|
# | Starts from | a product: find more customers for it | a customer: meet more of their needs |
# | What differs | products are treated differently | customers are treated differently |
# | A customer is | a switch: on or off | a dial: more or less |
# | Who is in charge | a product manager | a customer manager |
# | Learning | what sells, on average | what this one needs, together with them |
# | What is built up | above all, the brand | above all, what customers will bring |
#
# Neither column is the virtuous one. Which of them pays is a question about a market, and we can
# compute it.

# %% [markdown]
# ## A town on a line
# Put every office at a point on a line: its **need**. To the left the plainest goods at
# the lowest effort, to the right everything special. A product stands at a point, too. The nearer it
# stands, the better it fits: attraction falls with the *square* of the gap. Hotelling (1929) put
# customers along a street in this way; since Lancaster (1966) the street may be what a product is like.
#
# Two numbers say how unlike the offices are: `needs` is how far they are spread on the line (a standard
# deviation), `values` how unequal their volumes are. `chosen=0.2` says that Plan Know gets to know the
# largest fifth. `result.product` and `result.customer` hold what becomes of the firm without and with
# Plan Know: market share, sales and profit (`cash`) by year, and their present `value`.

# %%
town = market.Market(needs=1.0, values=1.0)
result = market.simulate(town, chosen=0.2, rng=1)
title = "Three offices in ten are more than 1 away from the standard"
ax = plots.market.needs(result.customers, result.product.variants, title=title)

# %% [markdown]
# Each point is an office: its need from left to right, its volume from bottom to top. The dashed line
# is the standard product; the rivals stand there, too. Blue offices are the 200 largest, which Plan
# Know gets to know.
#
# An office splits its baskets among the four firms and *buying nothing*, by attraction: at a gap of
# 1, the odds of buying rather than not are $e\approx 2.7$ times lower than at a perfect fit. (This is
# a **logit**; lesson 02 measures such attractions from people's choices.) Shares are of all the baskets
# that offices could use, those that nobody fills included.
#
# - The **product-centric** firm sells standard products to all, at one price. It offers as many
#   as pay, and may add one for €40,000 a year.
# - The **customer-centric** firm does the same, and for those it has chosen it moves the offer
#   towards their need. It learns: each year 60 % of the gap that is left is closed.
#
# Mark what is built in here. The second firm can do all that the first can, and pays to do more. So if
# all needs were the same, it would have to lose; and if knowing cost nothing, it could never lose. The
# open question is only where, in between, the better strategy flips.
#
# ## Plan against plan

# %% tags=["nbval-check-output"]
cheaper = market.simulate(replace(town, price=46.0), rng=1)
plans = {"as now": result.product, "Share": cheaper.product, "Know": result.customer}
table = pd.DataFrame(
    {
        "share": {name: plan.market_share[6] for name, plan in plans.items()},
        "sales, year 6": {name: plan.sales[6] for name, plan in plans.items()},
        "profit, year 6": {name: plan.cash[6] for name, plan in plans.items()},
        "value": {name: plan.value for name, plan in plans.items()},
    }
)
print(table.round({"share": 3, "sales, year 6": -3, "profit, year 6": -2, "value": -3}))

# %%
title = "Nearly the same share; one plan pays for it, the other is paid"
ax = plots.market.share_and_value(table[["share", "value"]], title=title, highlight="Know")

# %% [markdown]
# Each point is a plan: its market share after six years, and the present value of six years' profit
# (money of later years counts 10 % less per year).
#
# Plan Share raises sales by 30 % and market share from 22 to 31 %, and the last year's profit
# *falls* by 15 %. Plan Know reaches 32 %, and is worth €42,000 more than carrying on. The board
# that looks at share alone cannot see the difference. (Your first two guesses?)
#
# Is that the luck of these 1,000 offices? Draw forty other towns by the same lottery.

# %% tags=["nbval-check-output"]
others = [market.simulate(town, rng=seed).advantage for seed in range(2, 42)]
low, high = np.quantile(others, [0.05, 0.95])
print(f"Plan Know gains, in nine of ten towns, between {low:,.0f} and {high:,.0f}")

# %% [markdown]
# ## Does share bring profit?
# It is often heard: large shares go with large profits, so win share! Buzzell, Gale and Sultan
# (1975) did find the two together, across businesses. Szymanski, Bharadwaj and Varadarajan (1993)
# pooled 48 studies: together on average, but how closely hung on what else a study took into account.
# Let us look at six towns that differ only in how many rivals there are, and then at one town at
# seven prices.

# %% tags=["nbval-check-output"]
towns = market.sweep(town, "rivals", [1, 2, 3, 4, 5, 6], rng=1)
prices = market.sweep(town, "price", [56, 54, 52, 50, 48, 46, 44], rng=1)
for sweep in (towns, prices):
    print(sweep[["product_share", "product"]].round({"product_share": 2, "product": -3}))

# %% [markdown]
# *Across* towns the claim holds: the larger the share, the higher the profit. Both have a common cause,
# few rivals. *Within* a town it depends on where one starts. From €56, which is too dear, a cut wins
# share *and* profit. At €50 profit is about as high as a price can make it; from there on share is
# bought at a loss, small at first and then large. Plan Share starts at the top, so it cannot win; that
# speaks against buying share beyond the best price, not against share. What goes together need not
# bring about one another; you will meet this trap again in lesson 14.

# %% [markdown]
# ## It costs first
# Knowing is paid for before it brings anything.

# %%
title = f"Customer centricity is behind for years and catches up in year {result.payback_year}"
ax = plots.market.over_time(result.cumulative, title=title)

# %% [markdown]
# The lines add up the profit so far, in present value. Plan Know starts €54,000 below zero; in the
# shaded years before the lines cross, whoever asks "has it paid?" is told no, for three years.
#
# ## Alike or unlike?
# Now the third guess. Keep everything, the same offices and the same luck, and only pull their
# needs together or push them apart.

# %% tags=["nbval-check-output"]
spread = np.linspace(0, 2.5, 51)
alike_to_unlike = market.sweep(town, "needs", spread, rng=1)
print(alike_to_unlike.loc[[0, 0.5, 1, 2], ["product", "customer", "advantage"]].round(-2))
print(f"cost of knowing, present value: {result.cost_of_knowing:,.0f}")

# %% [markdown]
# If all are alike, knowing them changes nothing, and Plan Know loses *exactly* what it costs:
# €80,132. The more they differ, the more one standard misses, and the more there is to gain.
# Somewhere the two are equal. `market.crossing` computes that place, in 20 towns, each with other
# offices drawn by the same lottery.

# %% tags=["nbval-check-output"]
crossing = market.crossing(town, seeds=20, rng=1)
low, high = crossing.interval(0.9)
print(f"the better strategy flips at {crossing.estimate:.2f}")
print(f"in nine of ten towns between {low:.2f} and {high:.2f}")

# %%
title = "Alike customers: one product for all. Unlike ones: know them"
ax = plots.market.strategies(
    alike_to_unlike, title=title, crossing=crossing.estimate, interval=(low, high)
)

# %% [markdown]
# The lines show what each strategy is worth in our town, from alike customers (left) to very unlike
# ones (right); they meet at 0.80. The dotted line is the median crossing of the 20 other towns, and the
# band holds 18 of them.
#
# So the answer to the puzzle hangs on a number that nobody at Quillmere has measured. Notice, too,
# what happens beyond 1.1: the product-centric firm adds a **second product**, and its line rises
# again. Splitting customers into two groups is already half-way to knowing them (lesson 05). That
# the line rises so high has another cause, too: the rivals all stay in the middle, and leave the
# unusual offices to us.

# %% [markdown]
# ## Not every customer deserves the same
# Why only 200? Let Plan Know take more or fewer, always the largest first.

# %% tags=["nbval-check-output"]
shares = np.linspace(0, 1, 21)
by_chosen = market.sweep(town, "chosen", shares, rng=1)
print(by_chosen.loc[[0, 0.05, 0.2, 0.4, 1.0], ["known", "customer"]].round({"customer": -2}))
others = result.customers[~result.customers["known"]]
brought = 12 * (others["volume"] * others["customer"]).sum()
print(f"the 800 who are not known bring {brought:,.0f} a year")

# %%
title = "Know a fifth: best. Know everybody: worse than nobody"
label = "Share of offices known, the largest first"
ax = plots.market.strategies(by_chosen, title=title, x=label, percent=True)

# %% [markdown]
# The solid line is the value of Plan Know by how many offices it gets to know; the dashed line is the
# product-centric firm. The top is flat between a fifth and a third; knowing all 1,000 costs most of
# the profit, because a small office never pays back what it costs.
#
# Yet the other 800 are not abandoned. They get the standard at the standard price, and bring €27,000
# a year after goods and delivery: two thirds of the standard product's fixed cost. Without them the
# large ones would have to carry it alone.
#
# ## What it is, and what it is not
# **Customer centricity** is to align what a firm develops and delivers with the present and future
# needs of a *chosen* set of customers, so as to raise what they are worth to the firm in the long run
# (after Fader, 2012). It follows that it is *not*
#
# - **being nice to everyone**: it treats some customers better than others, and says so;
# - **"the customer is always right"**: some customers are wrong for the firm, and none decides alone;
# - **buying a CRM system**: a system remembers, and changes nothing that a customer gets. In our town
#   it is the €30,000 that are lost when nothing else follows.

# %% [markdown]
# ## Explore
# Move the spread of needs, what it costs to know an office, how many are known, and how many of the
# three rivals know their customers. **Run both cells.**


# %%
def draw(needs, knowing, chosen, knowing_rivals):
    here = replace(town, knowing=float(knowing), knowing_rivals=knowing_rivals)
    table = market.sweep(here, "needs", np.linspace(0, 2.5, 26), chosen=chosen / 100, rng=1)
    flips = market.crossing(here, chosen=chosen / 100, most=2.5, seeds=1, rng=1).estimate
    gain = np.interp(needs, table.index, table["advantage"])
    verb = "gains" if gain >= 0 else "loses"
    title = f"Spread {needs:.2f}: customer centricity {verb} {abs(gain) / 1000:,.0f} thousand euros"
    return plots.market.strategies(table, title=title, crossing=flips, at=needs)


# %%
widgets.explore(
    draw,
    needs=widgets.slider(0.0, 2.5, 1.0, step=0.05, label="Heterogeneity of needs"),
    knowing=widgets.slider(0, 600, 120, step=20, label="Cost of knowing an office (€)"),
    chosen=widgets.slider(0, 100, 20, step=5, label="Offices known (%)"),
    knowing_rivals=widgets.slider(0, 3, 0, label="Rivals who know customers"),
)

# %% [markdown]
# The marks show what both strategies are worth at the spread you chose; the dotted line is where they
# first cross in our town (it is missing where they never do).
#
# Try three things. Raise the cost of knowing until the solid mark is below the other. Put it back, and
# know everybody. Then let one, two, three rivals know their customers, too: both lines sink, and from
# two on Plan Know is the worse one at a spread of 1. What only we knew won offices over; what all know
# just keeps them. With three such rivals and a spread of 2, Plan Know is ahead again, but both lose
# money: to be the better strategy is not to be a good business.

# %% [markdown]
# ## When product centricity is right
# The crossing is no law of nature. Change one thing at a time, and let Plan Know take a fifth of the
# offices, or else those that can be expected to pay for being known (`chosen=None`).

# %% tags=["nbval-check-output"]
changes = {
    "as above": {},
    "a standard product costs 15,000, not 40,000": {"variant": 15_000.0},
    "knowing and care cost three times as much": {"knowing": 360.0, "care": 90.0},
    "the owners look three years ahead, not six": {"years": 3},
    "volumes hardly differ": {"values": 0.3},
    "one of three rivals knows customers": {"knowing_rivals": 1},
}
print("a fifth  own choice")
for name, change in changes.items():
    here = replace(town, **change)
    found = [market.crossing(here, chosen=c, seeds=20, rng=1).estimate for c in (0.2, None)]
    print("{:7.2f}  {:10.2f}  {}".format(*found, name))

# %% [markdown]
# The better strategy flips later, so product centricity is right for longer, where a further standard
# product is cheap (many niches, served by many products), where knowledge is dear or can't be had,
# and where it has no time to pay. A rival who knows customers moves it, too; lesson 18 lets rivals
# react.
#
# The fifth row is a warning. Where volumes hardly differ, knowing *a fifth* is seldom right: 800
# offices just as good are left out, and the 200 carry the whole system. A firm that may choose takes
# nearly all or nobody, and flips at 1.06. What counts is not that customers are unequal, but that
# enough of them are large enough to repay being known.
#
# And how general is all this? Draw 300 other markets from wide ranges, and let the firm choose whom to
# know.

# %% tags=["nbval-check-output"]
wide = {"values": (0, 1.8), "volume": (6, 96), "unit_cost": (25, 47), "price_weight": (0.03, 0.3),
        "appeal": (-1, 4), "learning": (0.1, 1), "knowing": (0, 600), "care": (0, 150),
        "system": (0, 3e4), "variant": (1e3, 4e4)}  # fmt: skip
rng, tried = np.random.default_rng(1), []
for _ in range(300):
    other = {name: rng.uniform(*ends) for name, ends in wide.items()}
    here = market.Market(customers=300, rivals=rng.integers(0, 7), **other)
    tried.append(market.sweep(here, "needs", [0, 0.5, 1, 2, 3], chosen=None, rng=rng)["advantage"])
won = pd.DataFrame(tried) > 0
print("customer centricity is ahead, by spread:", won.mean().round(2).to_dict())
print(f"ahead at none of these: {1 - won.any(axis=1).mean():.2f}")

# %% [markdown]
# The direction is general: the more unlike the customers, the oftener customer centricity is ahead.
# The place is not: at a spread of 1 it is ahead in a third of these markets, and in three of ten
# not even at 3. "Customers differ" is a reason to do the sum, not its result.

# %% [markdown]
# ## Brand or customers: seven conditions
# Few firms can measure a spread of needs. A checklist helps to think. A firm's future profit can be
# seen through its **brand** (*brand equity*: what the name is worth) or through its **customers**
# (*customer equity*: what all of them will bring; lesson 10). Both see the same money, since only
# customers pay; the question is which lens shows what to do (Rust, Lemon and Zeithaml, 2004). Seven
# conditions speak for one or the other (after Fader, 2012).

# %% tags=["nbval-check-output"]
for name, condition in market.CONDITIONS.items():
    lens = condition.yes.removesuffix(" equity")
    print(f"{name:15} {condition.question:70} yes: {lens}")

# %%
hire = market.scorecard(
    dict(contract="partly", customisable=True, visible=False, intermediaries=False,
         long_relation=True, service=True, individual_data=True)
)  # fmt: skip
shop = market.scorecard(
    dict(contract=False, customisable="partly", visible=False, intermediaries=False,
         long_relation=False, service=False, individual_data=True)
)  # fmt: skip
title = "Hire is a case for customer equity; the shop is undecided"
ax = plots.market.scorecards({"Hire": hire.table, "Shop": shop.table}, title=title)

# %% [markdown]
# Each mark says where one answer points, for Quillmere's hire firm and for its shop. Each comes with
# a reason, and with a doubt.

# %% tags=["nbval-check-output"]
for name, card in {"Hire": hire, "Shop": shop}.items():
    print(f"{name}: {card}")
print(shop.table.loc["long_relation", "reason"])
print(shop.table.loc["long_relation", "doubt"])

# %% [markdown]
# Every condition counts for one, and the verdict stays *open* where the open answers could turn it.
# Nobody has measured what each should weigh. Hire's six to nothing would win under any weights; the
# shop's three to three goes to whichever three you take more seriously. Conditions hang together, too:
# a contract, a long relation and data on each customer often come as one. And the last line shows that
# even the direction may be argued about.
#
# Hold the list against our town. Data and intermediaries settle what knowing costs, "customisable" what
# it can change, a long relation how many years it has to pay. But none of the seven asks what decided
# everything above: *how unlike are your customers?* Take the score as the start of a conversation, and
# ask that first.

# %% [markdown]
# ## Exercises
# **01.1 Score two firms.** *Shoes* makes sports shoes in standard models and sells them through two
# large chains. They are worn in the street; after a year people choose a new pair, of any make. The
# chains don't say who buys, but over a million runners have registered with the maker's running app,
# and agreed to be written to.
#
# *Payroll* works out wages for small firms under a yearly contract, adapted to each client's rules;
# nobody but the client ever sees it. It has all data, and clients stay for ten years. But they come
# through tax advisers, who also answer all their questions.
#
# Score both, and hand in where each condition points. (Then look at `.lead` and `.verdict`.)

# %% tags=["solution"]
# Your turn: answer the seven questions (True or False) for each firm, with market.scorecard; then
# answer = {"shoes": shoes.table["points_to"], "payroll": payroll.table["points_to"]}
shoes = market.scorecard(
    dict(contract=False, customisable=False, visible=True, intermediaries=True,
         long_relation=False, service=False, individual_data=True)
)  # fmt: skip
payroll = market.scorecard(
    dict(contract=True, customisable=True, visible=False, intermediaries=True,
         long_relation=True, service=True, individual_data=True)
)  # fmt: skip
answer = {"shoes": shoes.table["points_to"], "payroll": payroll.table["points_to"]}
check("01.1", answer)

# %% [markdown]
# **01.2 Where does it flip?** A new law wants a signed consent from every office, and a yearly review.
# Getting to know an office now costs €200, and care €50 a year. At which heterogeneity of needs do
# the strategies change places? (Twenty towns, `rng=1`, the largest fifth as before; two decimals.)

# %% tags=["solution"]
# Your turn: replace both costs in `town`, then market.crossing(..., seeds=20, rng=1).estimate.
dearer = replace(town, knowing=200.0, care=50.0)
answer = market.crossing(dearer, seeds=20, rng=1).estimate
check("01.2", answer)

# %% [markdown]
# **01.3 What does a point of share cost?** Plan Share wins market share by cutting the price from €50
# to €46. How much present value does it give up for each *percentage point* of market share (last
# year) that it wins? In euros; compute with the full numbers, not with the rounded ones above.

# %% tags=["solution"]
# Your turn: use `result.product` and `cheaper.product` (value, and market_share[6]).
given_up = result.product.value - cheaper.product.value
points = 100 * (cheaper.product.market_share[6] - result.product.market_share[6])
answer = given_up / points
check("01.3", answer)

# %% [markdown]
# **01.4 Is this office worth knowing?** Write a function of an office's volume (baskets a year, in all
# shops) and the gain in share of customer that knowledge brings (0.2 means 20 points, from year 1
# on). It returns the present value over six years at 10 %: €12 a basket, €30 care at the end of each
# year, €120 at once. The system is paid already.

# %% tags=["solution"]
# Your turn: def answer(volume, gain): ...   The annuity is what 1 euro a year is worth today.
annuity = sum(1.1**-t for t in range(1, 7))


def answer(volume, gain):
    return (volume * 12 * gain - 30) * annuity - 120


check("01.4", answer)

# %% [markdown]
# **01.5 Five towns.** Each differs from ours as the table says. Guess first: in which is *product*
# centricity worth more? Then simulate (`rng=1`, the largest fifth known), and name them all.

# %%
five = {
    "A": {"needs": 0.3},  # alike needs
    "B": {"needs": 1.0, "knowing": 600.0},  # an engineer has to visit every office
    "C": {"needs": 1.2, "values": 1.5},  # a few giants
    "D": {"needs": 1.0, "values": 0.0},  # all of one size
    "E": {"needs": 1.2, "knowing_rivals": 1},  # a rival was there first
}

# %% tags=["solution"]
# Your turn: market.simulate(replace(town, **five["A"]), rng=1).advantage, and so on; a set of names.
worth = {name: market.simulate(replace(town, **how), rng=1).advantage for name, how in five.items()}
answer = {name for name, advantage in worth.items() if advantage < 0}
check("01.5", answer)

# %% [markdown]
# ## What makes it wrong
# - **We chose the numbers.** The market is built so that both strategies *can* win. It shows what the
#   answer depends on; it is no evidence that Plan Know would pay at Quillmere. A trial with a
#   hold-out would be (lesson 15).
# - **Rivals sit still**, and all in the same place. They cut no price and copy nothing. A price cut that
#   all follow takes nothing from them. Spread the three over the line (at −1, 0 and 1 standard
#   deviation), and the lines of our town meet at 0.82 instead of 0.80; but at a spread of 1.5 the
#   product-centric firm is then worth €91,000, not €159,000.
# - **Needs and volume are independent, and stand still.** This matters most. Make the largest offices
#   more ordinary than the small ones, and the lines meet at 1.43; more unusual, and it is 0.49.
# - **One line of needs.** Two standard products serve a line quite well. Real needs have many
#   dimensions, where standards fit worse.
# - **It ends after six years**, and what is known then counts for nothing. That is hard on Plan Know.
# - **The firm knows volumes before it starts.** It chooses the largest by what they buy *everywhere*.
#   You see only what they buy from you.
# - **Knowledge is used for fit alone**, never for higher prices; nobody minds being known, or being
#   treated worse than the neighbour. People do.
# - **The price is given.** Let each strategy ask its own best price, and the lines still meet at 0.80;
#   but whoever asks known customers for more may lose them.
#
# ## In your company
# 1. What share of customer do you have among your twenty largest customers? Who could find out, and
#    how?
# 2. What did your last gain in market share cost per point, and who was won: A, or C and D?
# 3. For whom would you do something different tomorrow if you knew them better? If you can name nobody,
#    which of the reasons for product centricity applies?
#
# ## Five key ideas
# 1. Market share is the mean of the shares of customer, weighted by volume. It can rise with profit or
#    against it.
# 2. Customer centricity pays where customers differ in needs *and* enough of them are large enough to
#    repay being known; where they are alike, it loses exactly what it costs.
# 3. It costs at once and brings later: here, in the fourth year. Whoever wants the money back within a
#    year should not begin.
# 4. Not every customer deserves the same care, and the others are still needed.
# 5. Where the better strategy flips can be computed, and it moves with costs, time, products and rivals.
#
# ## To go further
# - Buzzell, R. D., Gale, B. T., & Sultan, R. G. M. (1975). Market share: A key to profitability.
#   *Harvard Business Review*, 53(1), 97–106.
# - d'Aspremont, C., Gabszewicz, J. J., & Thisse, J.-F. (1979). On Hotelling's "Stability in
#   competition". *Econometrica*, 47(5), 1145–1150. Source of the squared gap.
# - Fader, P. (2012). *Customer centricity: Focus on the right customers for strategic advantage* (2nd
#   ed.). Wharton Digital Press. (New edition 2020, Wharton School Press.)
# - Hotelling, H. (1929). Stability in competition. *The Economic Journal*, 39(153), 41–57.
# - Lancaster, K. J. (1966). A new approach to consumer theory. *Journal of Political Economy*, 74(2),
#   132–157.
# - Peppers, D., & Rogers, M. (1993). *The one to one future: Building relationships one customer at a
#   time*. Currency Doubleday.
# - Rust, R. T., Lemon, K. N., & Zeithaml, V. A. (2004). Return on marketing: Using customer equity to
#   focus marketing strategy. *Journal of Marketing*, 68(1), 109–127.
# - Szymanski, D. M., Bharadwaj, S. G., & Varadarajan, P. R. (1993). An analysis of the market
#   share–profitability relationship. *Journal of Marketing*, 57(3), 1–18.
