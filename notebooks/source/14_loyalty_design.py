# %% [markdown]
# # 14 · Loyalty programmes I: design
# **Part IV · Grow** — Design a points programme, see whom it moves and what it costs, and learn not to
# be fooled by what its members spend.
#
# | | |
# |---|---|
# | Time | 45 minutes to read and run, 25 minutes of exercises |
# | Builds on | lesson 00; lesson 05 (heavy and light customers) helps |
#
# When you have finished, you will be able to
# 1. write a programme down exactly: points, rewards, tiers, expiry, costs;
# 2. explain why members spend far more than non-members even when a programme does nothing;
# 3. tell the customers who take the rewards from those who change what they buy;
# 4. work out by how much sales must rise for a programme to pay for itself;
# 5. judge a tier's deadline and an expiry rule by their effects and not by their intentions;
# 6. search for the best programme under a budget, and distrust the winner.

# %% [markdown]
# ## The puzzle
# It is the winter after the year in which Quillmere's sales rose and its profit fell. An agency offers
# the shop a loyalty programme, the **Quill Card**:
#
# | | The agency's draft |
# |---|---|
# | Earning | 1 point for each euro |
# | Reward | 100 points buy a €5 voucher, which costs Quillmere €3.25 in goods |
# | Expiry | points live for 12 months |
# | Gold tier | from €600 in a calendar year: half as many points again, and privileges for €1 a month |
# | Running it | €500 a month |
#
# The agency's best slide says: *"Where our cards are in use, members spend more than twice as much as
# other customers."* Let us grant that this is true. The managing director wants to know from you:
# **sign, change the draft, or decline?**
#
# > **Predict first.** Write down three guesses. (a) By how many per cent do members spend more *because
# > of* the card? (b) By how many per cent would their sales have to rise for the draft to pay? (c) Who
# > gives back more of what the rewards cost: the heavy buyers or the light ones?

# %% [markdown]
# ## First ask what it is for
# A programme is a means. Four aims are usual, and each calls for other tools. The last column names
# the catch.
#
# | Value goal | Usual tools | The catch |
# |---|---|---|
# | **More members** | open to all, or closed (a fee, a minimum, an invitation) | open programmes collect people, closed ones collect people who were loyal already |
# | **Higher value** | tiers with privileges | most who reach a tier would have bought that much anyway |
# | **Continued buying** | points, rewards for a limited time, rules to keep a tier | a deadline may move a purchase in time and add none |
# | **Stored value** | points saved for later, a loss to whoever leaves | what the customer stores, the firm owes (lesson 15) |
#
# Three things drive a programme. The **reward** is why people join. The **data** tell the firm whom it
# serves. The **interaction** gives it an occasion to be useful. A draft that speaks about rewards only,
# like the agency's, uses one engine of three.
#
# And a loyal customer is a person who feels something. *Honour*: I am respected, your promises can be
# trusted, you are grateful. *Participation*: it is warm here, and it is fun. *Responsibility*: when
# something goes wrong, somebody owns it and solves it with imagination. Points buy none of these. A
# fair rule, a kind word at the right moment and a clerk who may put things right often do.
#
# Last, it has to **fit the brand**. A coffee chain that wanted to be the place between home and work
# asked of its card, first of all: does it serve the place? So the card began as a quick way to pay and
# a present for a friend: shorter queues, one more reason to meet. Points for purchases came years
# later. The card served the place, and not the reverse.

# %% [markdown]
# ## Write the programme down
# Words like "a generous card" hide what matters. In the toolkit a programme is a small object that
# holds every rule, and a forgotten rule is a visible default.

# %%
import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from centricity import datasets, loyalty, plots, widgets
from centricity.exercises import check
from centricity.plots import style  # the colours and letters of this course

# %% tags=["nbval-check-output"]
draft = loyalty.Programme(
    points_per_euro=1,
    rewards=(loyalty.Reward("€5 voucher", 100, face_value=5, marginal_cost=3.25),),
    validity=12,
    tiers=(
        loyalty.Tier("card", 0),
        loyalty.Tier("gold", 600, multiplier=1.5, cost=1, hazard_cut=0.1),
    ),
    enrolment=loyalty.Open(share=0.4, selection=1.5),
    platform_cost=500,
)
print(f"{100 * draft.points_per_euro * draft.point_value:.1f} % back on every euro, at face value")

# %% [markdown]
# Two lines need a word. `hazard_cut=0.1` grants the agency that gold's privileges make a member 10 %
# less likely to leave in any month. `Open(...)` says that joining is a choice: of the customers
# who order once a month 40 % join, and the more somebody buys, the likelier. Somebody who shops here
# every week has every reason to take the card; a visitor has none.
#
# ## Meet the customers
# We draw 20,000 customers who resemble the shop's. They differ in how often they order, how much they
# spend, how soon they leave, and in their **share of wallet**: the part of all their stationery that
# they buy here.

# %% tags=["nbval-check-output"]
customers = loyalty.Members.draw(20_000, rng=14)
traits = customers.table
print(traits[["purchase_rate", "basket", "margin", "share_of_wallet"]].mean().round(2))
heavy = traits["purchase_rate"] > 3
wallet = traits["share_of_wallet"].groupby(heavy).mean()
often, seldom = 100 * wallet[True], 100 * wallet[False]
print(f"share of wallet: {often:.0f} % above three orders a month, {seldom:.0f} % below")

# %% [markdown]
# A customer orders 1.2 times a month on average, for about €35, of which €0.35 in each euro is margin.
# The heavy buyers have one thing in common that will matter: they buy most of their stationery here
# already. There is little left to win from them.
#
# ## Two worlds
# What would these people have bought **without** the card? In life nobody knows. A simulation does: it
# lets the same customers, with the same luck, live twice. The second world is called the **twin**, and
# the difference between the two is what the programme has done, no more and no less.
#
# The first 12 months pass without a card. Then it starts, on 1 January, and runs for two years. One
# customer in five of those who would join is kept out by lot; these are the **hold-out**, and they will
# be useful.


# %%
def run(programme, behaviour=None, holdout=0.0):
    """Three years of all customers; the programme starts after the first."""
    options = {"behaviour": behaviour, "holdout": holdout, "launch": 12, "rng": 14}
    return loyalty.simulate(programme, customers, 36, **options)


def lift(outcome):
    """Share by which the members' sales exceed those of their twins, since the launch."""
    members = outcome.members[outcome.members["group"] == "member"]
    return members["sales"].sum() / members["twin_sales"].sum() - 1


# %% tags=["nbval-check-output"]
outcome = run(draft, holdout=0.2)
print(f"the members' sales rise by {100 * lift(outcome):.1f} %")
ax = plots.loyalty.sales(outcome.history, launch=12)
plt.show()

# %% [markdown]
# The blue line shows the shop's sales with the card, the grey one the twin world; both fall because
# customers leave and this experiment lets nobody new in. If you have to look twice to find the gap,
# you have seen the point: the card adds 3.7 % to what its members buy, and 1.8 % to the whole shop.
#
# How does the simulator know that it is 3.7 %? It doesn't. *We* told it how readily members respond, and
# chose modest values: a thin programme shared by many shops (`loyalty.presets.supermarket_points()`, half
# a per cent back) then moves sales by about one per cent. A careful field study of such a programme found
# 1.74 % (Nastasoiu et al., 2021). The agency's draft gives ten times as much back and moves more. Further
# down we take these assumptions apart. For now, grant them, and let us see what an analyst without a
# twin would have reported.
#
# ## The trap
# There are three simple ways to measure a programme (lesson 15 has two more). `estimate_lift` applies them
# as an analyst would, who cannot see the twin.

# %% tags=["nbval-check-output"]
methods = ["members_vs_nonmembers", "before_after", "holdout"]
estimates = [loyalty.estimate_lift(outcome, method) for method in methods]
table = pd.DataFrame(
    [(e.estimate, *e.conf_int(), 100 * e.relative) for e in estimates],
    columns=["estimate", "low", "high", "in %"],
    index=methods,
)
print(table.round(1), f"\ntruth: {estimates[0].truth:.1f} euros per member and month")

# %%
ax = plots.loyalty_proof.lifts(table, truth=estimates[0].truth)
plt.show()

# %% [markdown]
# Each dot is an estimate and each bar its 95 % interval; the orange line is the truth. Only the
# hold-out comes near it. (Who leaves after the launch counts with zero euros from then on. Who had left
# before it is in no group.)
#
# The agency's slide was honest. Members do spend 144 % more than other customers. **It is also
# worthless**, because people who buy a lot are the ones who take a card. Comparing the same members
# before and after fails the other way: it blames the card for everybody who left meanwhile.
#
# Any firm can spot this trap without a twin, with a question of one line. *How far apart were the two
# groups before the card existed?*

# %% tags=["nbval-check-output"]
spend = outcome.members.groupby("group", observed=True)[["sales_before", "sales"]].mean()
spend = (spend / [12, 24]).set_axis(["before launch", "after launch"], axis=1)
print(spend.round(1))
ratio = spend.loc["member"] / spend.loc["nonmember"]
print(f"\nmembers spend {ratio.iloc[0]:.2f} times as much before, {ratio.iloc[1]:.2f} times after")

# %% [markdown]
# Members-to-be spent 2.39 times as much **before there was a card**. Statisticians call it
# *self-selection*. Leenheer and colleagues (2007) met it in seven supermarket programmes: taking
# account of who joins made the estimated effect seven times smaller than the naive one.
#
# The hold-out is right on average, since chance alone decided who got the card. But look at its
# interval: even with thousands of members it reaches from below zero to five euros. An effect of a
# few per cent is hard to see. Lesson 15 shows how to see it all the same.
#
# ## Who redeems, and who changes
# Now split the members into fifths twice: once by what they spent in the year before the card, which
# the shop knows, and once by share of wallet, which it does not. For each fifth: how much margin does
# the card add for every euro that its rewards cost?


# %%
def by_fifth(outcome, column):
    """Added margin per euro of rewards, share of rewards, lift: by fifth of the members."""
    members = outcome.members[outcome.members["group"] == "member"]
    fifth = pd.qcut(members[column], 5, labels=["lowest", "2nd", "3rd", "4th", "highest"])
    sums = members.groupby(fifth, observed=True)[["sales", "twin_sales", "redeemed"]].sum()
    added = sums["sales"] - sums["twin_sales"]
    back = added * 0.35 / (sums["redeemed"] / 100 * 3.25)
    rewards = sums["redeemed"] / sums["redeemed"].sum()
    return pd.DataFrame({"back": back, "rewards": rewards, "lift": added / sums["twin_sales"]})


# %% tags=["nbval-check-output"]
columns = {"Past spending": "sales_before", "Share of wallet": "share_of_wallet"}
groups = {name: by_fifth(outcome, column) for name, column in columns.items()}
print(pd.concat(groups, axis=1).round(3))

no_gold = dataclasses.replace(draft, tiers=(loyalty.Tier("card", 0),))
print("\nlift without the gold tier, by share of wallet:")
print(by_fifth(run(no_gold), "share_of_wallet")["lift"].round(3).to_string())

# %%
fig, axes = plt.subplots(1, 2, figsize=(11, 4.4), sharey=True, layout="constrained")
for ax, (name, group) in zip(axes, groups.items(), strict=True):
    style.axes(ax)
    ax.bar(group.index, group["back"], color=style.BLUE)
    style.label(ax, title=name, x="Fifth of members", y="")
axes[0].set_ylabel("€ of margin per € of rewards", fontsize=style.LABEL_SIZE)
fig.suptitle(
    "No fifth earns its rewards back, least of all those without room to grow", fontsize=16
)
plt.show()

# %% [markdown]
# Each bar says how much margin a fifth of the members adds for one euro of rewards: 30 to 45 cents
# by past spending, 19 to 58 cents by share of wallet. (There is your guess (c).)
#
# This is the famous pattern that **heavy buyers redeem and don't change**, and here we can see what it takes.
# Half of it follows from the rule that points go with spending: the heaviest fifth takes 49 % of all rewards. (At a golf course studied by
# Hartmann and Viard in 2008, frequent customers took more than 80 %.) The other half depends on what
# you mean by heavy. Sorted by past spending, all fifths change by much the same, between 3.2 and 4.0 %.
# Sorted by share of wallet, those with the least here add 5.2 % and those with the most 2.2 %. In
# Liu's (2007) convenience stores the contrast was sharper: light and moderate buyers grew, heavy ones
# did not.
#
# Part of the difference is gold. Its privileges keep some heavy buyers longer, and a heavy buyer kept is
# worth a good deal even if she buys no more per month. Take the gold tier away, and the contrast grows:
# 4.4 % for those with the least of their wallet here, 1.3 % for those with the most. (How much a full
# wallet dampens all effects is itself an assumption of the simulator, made after Liu.) So "look for room
# to grow" is sound advice; but a list of past sales does not show where it is (lesson 13 does better).
#
# ## Why members respond at all
# Research has found a handful of effects. Each has been measured, mostly in small experiments.
#
# | Effect | In words | Evidence |
# |---|---|---|
# | **Goal gradient** (points pressure) | the nearer the reward, the faster we buy | coffee cards: the time between visits fell by 20 % from first to last stamp (Kivetz et al., 2006) |
# | **Endowed progress** | a head start makes us go on | car-wash cards, the same eight washes to go: 34 % of cards completed with a head start, 19 % without (Nunes & Drèze, 2006) |
# | **Rewarded behaviour** | having had a reward, we come again | a supermarket (Taylor & Neslin, 2005); behind the 1.74 % of the shared programme was this, rather than points pressure (Nastasoiu et al., 2021) |
# | **Tier pressure** | just below a tier, before the deadline, we hurry | tiers and rewards both add (Kopalle et al., 2012) |
# | **Points as a discount** | what comes back makes the shop cheaper | people respond to prices (Bijmolt et al., 2005), to points much less |
# | **Expiry** | points about to lapse bring us in | only customers who are free to move a purchase respond (Breugelmans & Liu-Thompkins, 2017) |
#
# How sure can one be of a finding like 34 against 19 per cent? There were 300 cards, half of each kind,
# and a first course in statistics is enough.

# %% tags=["nbval-check-output"]
share, cards = np.array([0.34, 0.19]), 150
difference = share[0] - share[1]
error = np.sqrt((share * (1 - share) / cards).sum())
low, high = difference - 1.96 * error, difference + 1.96 * error
print(f"{100 * difference:.0f} points more; 95 % interval {100 * low:.0f} to {100 * high:.0f}")

# %% [markdown]
# The effect is there, and it may be 5 points or 25. One study of 300 cards at one car wash is a reason
# to try a head start, and no forecast for your firm. (In the toolkit it is `joining_bonus`.)
#
# Now a question that papers seldom answer: what is such an effect worth in **sales**? We take a coffee
# bar's card (ten stamps, two given at the start) and switch on one effect alone, as strong as in the
# experiment: first the pull that shortens the time between coffees by 20 % from first to last stamp, then
# the head start that turns 19 % into 34 %.

# %% tags=["nbval-check-output"]
cafe = loyalty.presets.coffee_stamps()
guests = cafe.members(20_000, rng=14)
famous = {"goal gradient": {"goal_gradient": 0.32}, "endowed progress": {"endowed_progress": 0.6}}
for name, effect in famous.items():
    only = loyalty.Behaviour.only(**effect, half_worth=0)
    added = lift(loyalty.simulate(cafe.programme, guests, 24, behaviour=only, rng=14))
    print(f"{name} at full strength: {100 * added:.1f} % more sales in two years")

# %% [markdown]
# What shortens the last gap by 20 % adds 5.3 % on average, because most of the card lies before its end
# and regulars have little room to come more often. A head start that nearly doubles the number of full cards is worth
# 3.2 % in two years, because it works once, on the first card. **A large effect at one moment is a small
# effect on the year.** And these are experiments at their best; our defaults are a sixth and a
# twelfth as strong.
#
# Back to the draft, at the defaults, with one effect at a time.

# %% tags=["nbval-check-output"]
usual, nobody = loyalty.Behaviour(), loyalty.Behaviour.none()
effects = ["rewarded", "price_response", "privileges", "goal_gradient", "tier_pressure"]
effects += ["expiry_response"]
alone = pd.Series(dtype=float)
for effect in effects:
    only_this = loyalty.Behaviour.only(**{effect: getattr(usual, effect)})
    alone[effect] = 100 * lift(run(draft, only_this))
print(alone.round(1) + 0)

# %%
names = ["rewarded\nbehaviour", "points as\na discount", "gold's\nprivileges", "goal\ngradient"]
names += ["tier\npressure", "expiry"]
ax = style.axes(height=4)
bars = ax.bar(names, alone, color=style.BLUE)
ax.bar_label(bars, fmt="%.1f", fontsize=style.TICK_SIZE, padding=2)
ax.margins(y=0.12)
title = "Each effect alone moves members' sales by less than two per cent"
ax = style.label(ax, title=title, x="", y="Added sales of members (%)")
plt.show()

# %% [markdown]
# The bars show what each effect adds on its own, at the simulator's defaults. Rewarded behaviour leads,
# as in the field study. Tier pressure and expiry, the two that work by a deadline, can hardly be
# seen: few members stand just below gold in the last months, and few let points come near their end.
#
# ## A deadline for everyone on the same day
# Gold must be earned within a **calendar year**, so the pull of the threshold ought to grow towards
# December and vanish in January. To see it at all we have to enrol everybody, switch everything else
# off and make the pull five times as strong as the default.

# %% tags=["nbval-check-output"]
hurry = loyalty.Behaviour.only(tier_pressure=0.25)
status = run(dataclasses.replace(draft, enrolment=None), hurry)
monthly = pd.DataFrame(
    {"added": status.incremental()["sales"], "twin": status.history["twin_sales"].loc[12:]}
)
monthly = monthly.groupby(monthly.index % 12).sum()
pull = (100 * monthly["added"] / monthly["twin"]).set_axis(list("JFMAMJJASOND"))
print(f"January {pull.iloc[0]:.2f} %, June {pull.iloc[5]:.2f} %, December {pull.iloc[11]:.2f} %")

# %%
ax = style.axes(height=3.8)
ax.bar(range(12), pull, color=[style.BLUE] * 11 + [style.ORANGE])
ax.set_xticks(range(12), pull.index)
title = "Gold pulls harder towards December, and starts again from nothing"
ax = style.label(ax, title=title, x="Month (two years together)", y="Added sales (%), pull × 5")
plt.show()

# %% [markdown]
# The bars show the added sales in each month. Even at five times the usual strength the December pull
# stays below one per cent of sales: three customers in ten plan ahead, and few of these stand just
# below the threshold. Whoever claims that a deadline makes the year had better show the January after
# it, too. Our simulated members buy *more*; real ones also buy *earlier*, and January pays for it.
#
# The window is a design choice. A **calendar** year gives everybody the same deadline; an **anniversary**
# gives each member one of her own; a **rolling** window looks at the last twelve months, every month. With
# all launched on one day the first two are the same here. What does rolling change?

# %% tags=["nbval-check-output"]
rows = {}
for window in (loyalty.Calendar(12), loyalty.Rolling(12)):
    trial = run(dataclasses.replace(draft, window=window))
    share = (trial.tiers["gold"] / trial.tiers.sum(axis=1)).iloc[-1]
    falls = trial.history["downgrades"].sum()
    rows[type(window).__name__] = [100 * share, falls, 100 * lift(trial)]
columns = ["gold at the end (%)", "demotions", "added sales (%)"]
print(pd.DataFrame(rows, index=columns).T.round(1))

# %% [markdown]
# Sales hardly differ. People do: under the rolling rule 1,003 times somebody who was gold is not any more,
# in the month in which her last twelve fall short. Under the calendar rule nobody has fallen yet, since who
# reaches gold keeps it to the end of the next year. Demoted customers are less loyal than customers who never held the status
# (Wagner et al., 2009). A calendar year treats people unequally in another way; exercise 14.4 shows it.
#
# ## How long should points live?
# Points that expire unused are called **breakage**. Finance likes it, for a point that nobody redeems
# costs nothing. Let us vary the validity and leave the rest of the draft alone.

# %% tags=["nbval-check-output"]
rows = {}
for months in (3, 6, 12, 24):
    trial = run(dataclasses.replace(draft, validity=months))
    points = trial.history[["redeemed", "expired"]].sum() / trial.history["issued"].sum()
    rewards = trial.incremental()["reward_cost"].sum()
    rows[months] = [*(100 * points), 100 * lift(trial), rewards / 1000]
columns = ["redeemed %", "expired %", "added sales %", "rewards (k€)"]
validity = pd.DataFrame(rows, index=columns).T.rename_axis("months") + 0
print(validity.round(1))

# %%
share = validity[["redeemed %", "expired %"]].set_axis(["redeemed", "expired"], axis=1)
share = share.assign(unspent=100 - share.sum(axis=1)).set_axis(validity.index.astype(str))
ax, floor = style.axes(height=4), 0
for name, colour, hatch in zip(
    share, [style.GREEN, style.RED, "#D9D9D9"], ["", "//", ""], strict=True
):
    ax.bar(share.index, share[name], bottom=floor, color=colour, hatch=hatch, label=name)
    floor = floor + share[name]
style.legend(ax, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.16))
title = "The longer points live, the fewer are lost"
ax = style.label(ax, title=title, x="Validity (months)", y="Share of points issued (%)")
plt.show()

# %% [markdown]
# The bars show what became of all points issued in two years: redeemed, expired, or not yet spent at
# the end. (With a validity of 24 months no point has had time to expire.)
#
# With three months 22 % of the points are lost, with twelve 3 %. Short validity saves on rewards, and
# added sales hardly move. So is it wise? Our simulated members never
# resent a rule that was there from the start. Nobody finds at the till that 90 points are gone. One airline reported breakage of 18, 14.5 and 14 % in three
# years: good news for its accountants, and bad news for its travellers. A rule that earns its money when customers lose theirs does not go well with
# *honour*.
#
# ## Does it pay?
# Now count the money, against the twin world.

# %% tags=["nbval-check-output"]
money = outcome.incremental().sum()
member_sales = outcome.history["member_sales"].sum()
costs = money["reward_cost"] + money["tier_cost"] + money["platform_cost"]
print(f"added margin {money['margin']:,.0f} €, costs {costs:,.0f} €")
print(f"costs are {100 * costs / member_sales:.1f} % of the members' sales")
ax = plots.loyalty.profit_and_loss(outcome.incremental())
plt.show()

# %% [markdown]
# The first bar is the margin on the added sales, the orange bars take the costs away, and the last is
# what remains: a loss of about €220,000 in two years.
#
# Why so much? The reward is paid on **every** euro that members spend, while only the **added** euros
# bring new margin. In words: sales must rise until the margin on the added sales covers the cost on all
# sales. If the programme costs $c$ per euro of members' sales and a euro of sales leaves a margin $m$,
# then a rise by the share $L$ breaks even when
#
# $$ m \, L = c\,(1 + L) \qquad\text{so}\qquad L^{*} = \frac{c}{m - c}. $$

# %% tags=["nbval-check-output"]
c, m = costs / member_sales, 0.35
print(f"break-even: the members' sales must rise by {100 * c / (m - c):.1f} %")
print(f"the card raises them by {100 * lift(outcome):.1f} %")

# %% [markdown]
# The draft needs a rise of 14 % and gets 4 %. Compare this with your guesses (a) and (b). **A programme
# is a price cut for people who come anyway, unless it is designed with care.** The lever that is
# yours to move is the cost $c$: give back less, or give what is worth more to the customer than it costs
# the firm.
#
# ## Explore
# Now you design. The cell below takes a fifth of the customers (and of the running cost), drops
# the gold tier and simulates two years at each move. Four things to set: points per euro, the price of the €5 voucher in points, the
# validity, and how readily members respond, since nobody knows that for your firm.

# %%
card = dataclasses.replace(no_gold, platform_cost=100)
effects = [name for name in vars(usual) if name not in ("fade", "half_worth")]
eager = {name: min(3 * getattr(usual, name), 1.0) for name in effects}
responses = {
    "not at all": nobody,
    "modestly": usual,
    "three times that": loyalty.Behaviour(**eager),
}


# %%
def draw(earn, price, months, response):
    voucher = loyalty.Reward("€5 voucher", price, face_value=5, marginal_cost=3.25)
    rules = dataclasses.replace(card, points_per_euro=earn, rewards=(voucher,), validity=months)
    mood = responses[response]
    result = loyalty.simulate(rules, customers.head(4000), 24, behaviour=mood, rng=14)
    fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
    plots.loyalty.profit_and_loss(result.incremental(), ax=left)
    plots.loyalty.points(result.history, ax=right)
    title = f"{500 * earn / price:.1f} % back: members buy {100 * lift(result):.1f} % more"
    fig.suptitle(title, fontsize=16)


# %%
widgets.explore(
    draw,
    earn=widgets.slider(0.5, 3.0, 1.0, step=0.5, label="Points per euro"),
    price=widgets.slider(50, 500, 100, step=50, label="Points for a €5 voucher"),
    months=widgets.slider(3, 24, 12, step=3, label="Months that points live"),
    response=widgets.choice(list(responses), "modestly", label="Members respond"),
)

# %% [markdown]
# On the left, the money against the twin world; on the right, the points that go out above the line
# and come back below it. At 5 % back, the rewards eat the added margin several times over.
#
# Try three things. Let members respond three times as strongly: does the draft's generosity pay then?
# Go back to *modestly* and raise the price of the voucher to 500 points: what happens to the loss, and
# what to the share of points redeemed? With that price, shorten the validity to three months, and ask
# yourself whether you would carry this card.

# %% [markdown]
# ## Let the machine search, and distrust the winner
# Why move sliders by hand? We take a small reward, a pencil set worth €2 that costs Quillmere 70 cents, and
# let the computer try 24 designs on 2,000 customers, with at most €4,000 to spend in two years. First each
# design gets luck of its own, as if each were tried in another town. The best four are then tried again, in
# twelve new worlds. "No programme" always takes part.

# %% tags=["nbval-check-output"]
pencils = loyalty.Reward("own-brand pencil set", 200, face_value=2, marginal_cost=0.70)
thin = dataclasses.replace(no_gold, rewards=(pencils,), platform_cost=50)
designs = loyalty.variants(
    thin, points_per_euro=[0.5, 1, 2], price=[100, 200, 300, 400], validity=[6, 12]
)
few, options = customers.head(2000), {"budget": 4000, "screen": 2, "fresh": 12, "finalists": 4}
towns = loyalty.search(designs, few, 24, common=False, rng=14, progress=False, **options)
print(f"{len(designs)} designs; the winner looked €{towns.curse:.0f} better than it is")

# %%
ax = plots.loyalty_proof.search(towns.table)
plt.show()

# %% [markdown]
# The hollow dots show the first round, the full ones the new worlds. All four finalists come down, and
# the winner by €435. (Each hollow dot rests on two worlds only, so its bar is long, says next to nothing and runs out
# of the picture.) No wonder: they were *chosen* because they looked good, and part of looking good is luck. This is the
# **winner's curse**; it strikes whoever reports the best of many trials.
#
# Against it there are two remedies. Let all designs live with the *same* customers and the same luck, so
# that only their rules differ (**common random numbers**). And report the winner from new data only.

# %% tags=["nbval-check-output"]
found = loyalty.search(designs, few, 24, rng=14, progress=False, **options)
low, high = found.conf_int()
print(f"best: {found.best}")
print(f"profit €{found.value:.0f}, 95 % interval €{low:.0f} to €{high:.0f}")
behind = found.table.iloc[1]
print(f"ahead of the next by €{behind['behind']:.0f} ± {behind['behind_reach']:.0f}")

# %% [markdown]
# The profit is uncertain by a few hundred euros, the lead over the next design by much less, because both met
# the same luck. (The best of four was chosen in these twelve worlds, so a little of the curse is in their mean, too.
# Therefore the search chooses in six of them and looks in the other six, then the other way round. That is the profit
# printed here, and the diamond in the picture above.) And yet neither interval contains the largest doubt: *do
# people respond as we assumed?* So move the assumptions, one at a time, each effect from nothing to three times the default.

# %%
doubt = loyalty.sensitivity(
    found.programme, few, 24, traits={"share_of_wallet": (0.5, 1.5)}, runs=2, rng=14, progress=False
)
ax = plots.loyalty_proof.tornado(doubt.table, doubt.base, most=7)
plt.show()

# %% [markdown]
# Each bar shows how far the profit moves when one assumption does. Rewarded behaviour decides: if having had
# a reward changes nothing, the profit turns into a small loss; if it changes three times as much as we
# assumed, the profit is four times as large. So a trial should measure first of all what members do *after* a
# reward. Next comes the share of wallet: if customers already buy half as much again of their stationery here
# as we think, the card loses money. That can be asked of customers before any card is printed.

# %% [markdown]
# ## Exercises
# **14.1 Measure the trap.** It turns out that Quillmere has once tried a thinner card on 3,000 customers,
# for two years. `datasets.load_loyalty_members()` holds, for each of them, the `group` (`"member"`,
# `"nonmember"` or `"holdout"`), what they bought since that launch (`sales`), and what a real table
# never holds: what they would have bought without the card (`twin_sales`). Take the gap between the average member's sales and the average non-member's. What
# share of this gap has the card caused?

# %% tags=["solution"]
# Your turn: load the table, take means by "group", then divide the true effect on members by the
# gap. Give the share with at least three decimals.
trial = datasets.load_loyalty_members()
mean = trial.groupby("group", observed=True)[["sales_before", "sales", "twin_sales"]].mean()
gap = mean.loc["member", "sales"] - mean.loc["nonmember", "sales"]
caused = mean.loc["member", "sales"] - mean.loc["member", "twin_sales"]
answer = caused / gap
check("14.1", answer)

# %% [markdown]
# **14.2 Break even.** A rival's card gives points worth 2 % of what members spend. 80 % of the points
# are redeemed, and a reward costs the rival 60 % of its face value. A euro of sales leaves a margin of
# 30 cents. Running costs are too small to matter. By what share must the members' sales rise for the
# card to pay?

# %% tags=["solution"]
# Your turn: first the cost per euro of sales, then the break-even formula. Give the share, such
# as 0.125, with at least four decimals.
cost = 0.02 * 0.80 * 0.60
answer = cost / (0.30 - cost)
check("14.2", answer)

# %% [markdown]
# **14.3 Who will change?** Three customers take a Quill Card *without* the gold tier (`no_gold`). *Ada* orders four times a month and buys
# 95 % of her stationery here. *Ben* orders one and a half times a month and buys 35 % of it here.
# *Cleo* orders twice a year and buys 10 % here. Who adds most to Quillmere's sales *because of* the card?

# %% tags=["solution"]
# Your turn: write "Ada", "Ben" or "Cleo". Guess first; then you may let 1,000 of each live twice.
three = pd.DataFrame(
    {"purchase_rate": [4, 1.5, 1 / 6], "share_of_wallet": [0.95, 0.35, 0.10]},
    index=["Ada", "Ben", "Cleo"],
)
crowd = customers.head(3000).assign(**{name: np.tile(three[name], 1000) for name in three})
lives = loyalty.simulate(dataclasses.replace(no_gold, enrolment=None), crowd, 24, rng=14).members
added = (lives["sales"] - lives["twin_sales"]).groupby(np.tile(three.index, 1000)).mean()
answer = added.idxmax()
check("14.3", answer)

# %% [markdown] tags=["solution"]
# *What the 1,000 lives say:* Ben adds €42 in two years, Ada €11 and Cleo €3. *A twist:* run it again with `draft` in place of `no_gold`, and Ada nearly draws level with Ben. Gold gives her
# little reason to buy more, but its privileges keep some Adas who would have left. If a tier is worth its
# money, it is for the customers it keeps, not for those it hurries.

# %% [markdown]
# **14.4 Two customers, one spend, one gold card.** Ada spends €100 a month from January to September.
# Bo spends €100 a month from August to April. Both spend €900 in nine months. Write a function that
# takes a list of 24 monthly amounts, from a January to the December of the next year, and returns
# `True` when the customer has reached gold (€600 or more in one *calendar* year) in either year.

# %% tags=["solution"]
# Your turn: write the function, with any name, and set answer to it (without brackets).
# Try it on both: ada = [100] * 9 + [0] * 15 and bo = [0] * 7 + [100] * 9 + [0] * 8.


def reached_gold(spend):
    return max(sum(spend[:12]), sum(spend[12:])) >= 600


answer = reached_gold
check("14.4", answer)

# %% [markdown]
# **14.5 Design under a budget.** The managing director sets two conditions. All costs together stay
# within **1 % of the members' sales**, and at least **two thirds** of the members get a reward within
# the two years. Among the designs that meet both, choose the one with the highest profit. The last three give the same 1 % back at face value.

# %%
rewards = {
    "voucher": loyalty.Reward("€5 voucher", 500, face_value=5, marginal_cost=3.25),
    "small": loyalty.Reward("own-brand pencil set", 200, face_value=2, marginal_cost=0.70),
    "big": loyalty.Reward("own-brand notebook", 1000, face_value=10, marginal_cost=3.50),
}
choices = {name: dataclasses.replace(no_gold, rewards=(r,)) for name, r in rewards.items()}
choices = {"draft": draft} | choices


def reach(outcome):
    """Share of the members who got a reward."""
    members = outcome.members.query("group == 'member'")
    return (members["redeemed"] > 0).mean()


# %% tags=["solution"]
# Your turn: run each design and write down cost share, reach and profit, as under "Does it pay?"
# (incremental() has a column "profit", too). Then choose "draft", "voucher", "small" or "big".
rows = {}
for name, design in choices.items():
    trial = run(design)
    total = trial.incremental().sum()
    paid = total[["reward_cost", "tier_cost", "platform_cost"]].sum()
    share = paid / trial.history["member_sales"].sum()
    rows[name] = [100 * share, 100 * reach(trial), total["profit"] / 1000]
results = pd.DataFrame(rows, index=["cost %", "reach %", "profit (k€)"]).T
fits = results[(results["cost %"] <= 1) & (results["reach %"] >= 200 / 3)]
answer = fits["profit (k€)"].idxmax()
check("14.5", answer)

# %% [markdown] tags=["solution"]
# | | Costs, % of members' sales | Reach, % of members | Profit |
# |---|---|---|---|
# | draft | 4.3 | 91.5 | −€268,000 |
# | voucher | 0.6 | 59.4 | −€8,000 |
# | **small** | 0.4 | 84.0 | €11,000 |
# | big | 0.3 | 29.2 | €7,000 |
#
# *Reading the table:* the three thin designs promise the same 1 % back. The pencil set wins because it
# is near enough for most members to reach, and costs Quillmere a third of its face value. Its profit is
# next to nothing beside members' sales of more than €8 million, and it rests on the assumption that people
# respond to a pencil set of €2 about as they do to a voucher.

# %% [markdown]
# ## Back to the decision
# Do not sign the draft. It would have to raise the members' sales by 14 %, when a few per cent would be
# a good result. A thin design, with a small reward that is soon within reach
# and dear to the customer rather than to the firm, does a little better than break even. So the case for a
# card has to come from the other two drivers, data and interaction, and the honest next step is a trial
# with a hold-out chosen by lot.
#
# ## What makes it wrong
# - **The size of the effects was put in, not found.** The twin world tells what follows from the
#   assumptions. Your customers may respond more, or not at all; only a trial can tell.
# - **How much a reward's worth matters is a guess.** A voucher of €1 pulls half as strongly as a very dear
#   reward; nobody has measured that curve for your customers. The simulator must not be asked how mean a
#   reward may be. Nor do more people join because a programme is generous.
# - **Nobody shifts a purchase.** Pressure adds orders here. In life part of it is borrowed from next
#   month, so the truth is lower still.
# - **Few are annoyed.** A lost tier costs some sales here; points that expire by the rules and a head start
#   that feels like a trick cost none.
# - **No rivals.** If every shop has a card, the cards cancel out, and each firm goes on paying. Nor does
#   anybody come to Quillmere because of the card, which would speak for it.
# - **Two years, one closed group.** Habits that take longer to grow, and customers who join later, are
#   left out.

# %% [markdown]
# ## In your company: the design canvas
# A team of three can fill in one page in twenty minutes: five for goals and brand, five for drivers
# and feelings, five for the rules, five for the cost, a run and one change. One reads the questions
# aloud, one writes, one plays the customer. Write your words into the next cell, between the quotation marks,
# and run it; then run the cell below it, whose sliders hold the rules. (Words first: running it again sets the
# sliders back.)

# %% tags=["long"]
page = loyalty.Canvas(
    "Ink Circle",
    goals=["continued buying"],  # of: more members, higher value, continued buying, stored value
    brand="the shop where pens are repaired, not replaced",
    reward="a refill and a nib check, every few months",
    data="which pen somebody owns, so that the right ink is in stock",
    interaction="a repair evening at the counter",
    honour="a first look at new inks for those who have been with us longest",
    participation="members mix and name the colour of the year",
    responsibility="",
    points_per_euro=1, reward_points=200, reward_worth=4, reward_cost=1.5, validity=24,
)  # fmt: skip

# %%
canvas = widgets.canvas(page, few, rng=14)
canvas

# %% [markdown]
# The page shows what the team wrote, what its rules do to 2,000 customers in two years, and which questions
# are still open. All teams meet the same customers with the same luck, so their pages can be compared. `canvas.page`
# keeps the design as the sliders stand; `canvas.page.programme()` goes on into everything else here.
#
# Three questions for a workshop, or for yourself:
# 1. Which of the four value goals is your programme for, and what would you see if it missed it?
# 2. When somebody last reported what members spend, whom were they compared with? What did the same two
#    groups spend before they joined?
# 3. By how much must members' sales rise for your programme to pay ($c$ and $m$ are in your accounts),
#    and what in it would your customers miss if the points were gone?

# %% [markdown]
# ## Five key ideas
# 1. Members spend more because of who they are. Ask what they spent before they joined.
# 2. Expect a programme to move sales by a few per cent at most; a generous one needs far more to pay. A
#    large effect at one moment is a small effect on the year.
# 3. Break-even is $c/(m-c)$: the reward is paid on every euro, the margin comes from the added ones only.
# 4. Rewards go to those who buy, change comes from those with room to grow.
# 5. The best of many designs looks better than it is. A good one is near enough to reach, worth more to the customer than to the firm, fair in its
#    deadlines, and in tune with the brand.
#
# ## To go further
# - Bijmolt, T. H. A., van Heerde, H. J., & Pieters, R. G. M. (2005). New empirical generalizations on the
#   determinants of price elasticity. *Journal of Marketing Research*, 42(2), 141–156.
# - Breugelmans, E., & Liu-Thompkins, Y. (2017). The effect of loyalty program expiration policy on
#   consumer behavior. *Marketing Letters*, 28(4), 537–550.
# - Hartmann, W. R., & Viard, V. B. (2008). Do frequency reward programs create switching costs? A dynamic
#   structural analysis of demand in a reward program. *Quantitative Marketing and Economics*, 6(2),
#   109–137.
# - Kivetz, R., Urminsky, O., & Zheng, Y. (2006). The goal-gradient hypothesis resurrected: Purchase
#   acceleration, illusionary goal progress, and customer retention. *Journal of Marketing Research*,
#   43(1), 39–58.
# - Kopalle, P. K., Sun, Y., Neslin, S. A., Sun, B., & Swaminathan, V. (2012). The joint sales impact of
#   frequency reward and customer tier components of loyalty programs. *Marketing Science*, 31(2), 216–235.
# - Leenheer, J., van Heerde, H. J., Bijmolt, T. H. A., & Smidts, A. (2007). Do loyalty programs really
#   enhance behavioral loyalty? An empirical analysis accounting for self-selecting members.
#   *International Journal of Research in Marketing*, 24(1), 31–47.
# - Liu, Y. (2007). The long-term impact of loyalty programs on consumer purchase behavior and loyalty.
#   *Journal of Marketing*, 71(4), 19–35.
# - Nastasoiu, A., Bendle, N. T., Bagga, C. K., Vandenbosch, M., & Navarro, S. (2021). Separating customer
#   heterogeneity, points pressure and rewarded behavior to assess a retail loyalty program. *Journal of
#   the Academy of Marketing Science*, 49, 1132–1150.
# - Nunes, J. C., & Drèze, X. (2006). The endowed progress effect: How artificial advancement increases
#   effort. *Journal of Consumer Research*, 32(4), 504–512.
# - Taylor, G. A., & Neslin, S. A. (2005). The current and future sales impact of a retail frequency reward
#   program. *Journal of Retailing*, 81(4), 293–305.
# - Wagner, T., Hennig-Thurau, T., & Rudolph, T. (2009). Does customer demotion jeopardize loyalty?
#   *Journal of Marketing*, 73(3), 69–85.
