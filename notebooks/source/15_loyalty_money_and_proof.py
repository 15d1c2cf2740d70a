# %% [markdown]
# # 15 · Loyalty programmes II: money and proof
# **Part IV · Grow** — Find out what a programme costs, what it owes, and what it truly adds: three numbers
# that are seldom known, and often confused.
#
# | | |
# |---|---|
# | Time | 45 minutes to read and run, 25 minutes of exercises |
# | Builds on | lesson 14 (the Quill Card, the twin world, the hold-out) |
#
# When you have finished, you will be able to
# 1. say what a point costs, at face value and at marginal cost;
# 2. estimate how many points will ever be redeemed, while most are still young;
# 3. set revenue aside for points, roll the debt forward, and correct it when the estimate changes;
# 4. judge five ways of measuring a programme by bias, interval and coverage;
# 5. size a hold-out, and close a programme without a run.

# %% [markdown]
# ## The puzzle
# Quillmere declined the agency's generous draft and launched a thin **Quill Card**: 1 point for each euro,
# 200 points buy an own-brand pencil set (€2 in the shop, 70 cents to make), points live for 18 months,
# and it costs €500 a month to run. One in five of those who wanted a card was kept out by lot. Three
# years have passed, and three sentences lie on the managing director's desk:
#
# - *The agency:* "Members spend more than twice as much as other customers. A triumph."
# - *The accountant:* "By the agency's own estimate 85 % of points are redeemed in the end. We owe nothing any more."
# - *The shop manager:* "It is a nuisance. Close it next month."
#
# **Keep, change or close?**
#
# > **Predict first.** (a) Of 100 points handed out, how many will be redeemed in the end? (b) By how many
# > per cent has the card raised the members' sales? (c) If the card were closed with three months' notice,
# > what share of the points owed would still be redeemed?

# %%
import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from centricity import datasets, loyalty, plots, widgets
from centricity.exercises import check
from centricity.plots import style  # the colours and letters of this course

# %% tags=["nbval-check-output"]
pencils = loyalty.Reward("own-brand pencil set", 200, face_value=2, marginal_cost=0.70)
card = loyalty.Programme(
    points_per_euro=1,
    rewards=(pencils,),
    validity=18,
    enrolment=loyalty.Open(share=0.4, selection=1.5),
    platform_cost=500,
    expected_redemption=0.85,  # the agency's estimate
)
customers = loyalty.Members.draw(20_000, rng=15)
world = {"launch": 12, "holdout": 0.2, "rng": 15}
outcome = loyalty.simulate(card, customers, 48, panel=True, **world)
print(outcome.members["group"].value_counts().to_string())

# %% [markdown]
# Twelve months pass, then come 36 months with the card. As in lesson 14 the same customers live in a second world, the **twin**,
# with the same luck and without the card, so that here, and only here, we can look up the truth.
#
# ## What does a point cost?
# It depends on who asks. The **member** sees its face value. The **shop** pays what the pencil set costs to
# make, and only for points that are redeemed. The **controller** adds the cost of running the card.

# %% tags=["nbval-check-output"]
issued = outcome.history["issued"].sum()
redeemed = outcome.history["redeemed"].sum()
platform = outcome.pnl["platform_cost"].sum()
cost = 1000 * pd.Series(
    {
        "face value": card.point_value,
        "marginal cost, if redeemed": card.point_cost,
        "marginal cost, so far": card.point_cost * redeemed / issued,
        "the same, and the platform": (card.point_cost * redeemed + platform) / issued,
    }
)
print("Euros for 1,000 points issued:")
print(cost.round(2).to_string())

# %% [markdown]
# A thousand points look like €10 to the member and cost the shop about three. The distance between the two
# is what makes a card affordable: give what is worth more to the customer than to you. The
# platform adds more than half as much again: a small programme is to a good part its machinery.
#
# ## How many points will ever be redeemed?
# What is never redeemed is called **breakage**. Redeemed so far, divided by issued so far, is the usual
# figure. It is too low, for many points are still young. Better follow each month's points as they grow
# older: the old cohorts show the young ones their way. Insurers call this a **triangle**.

# %% tags=["nbval-check-output"]
triangle = loyalty.redemption_triangle(outcome.ledger)
low, high = triangle.conf_int()
print(f"redeemed so far: {100 * redeemed / issued:.1f} %")
print(f"in the end: {100 * triangle.rate:.1f} %, 95 % interval {100 * low:.1f} to {100 * high:.1f}")
print("all cohorts alike?", "yes" if triangle.alike else "no")

later = loyalty.simulate(card, customers, 48 + 18, **world).ledger.reset_index()
known = later[(later["issued_in"] < 48) & (later["period"] == 65)]
print(f"18 months later we know: {100 * known['redeemed'].sum() / known['issued'].sum():.1f} %")

# %%
ax = plots.loyalty_books.maturing(
    triangle.cumulative, triangle.cohorts["issued"], rate=triangle.rate
)
plt.show()

# %% [markdown]
# Each line is one month's points: how much of them had been redeemed at each age. (The two lowest are the
# card's first two months.) The triangle says 95 % in the end, and the world that we let run on agrees. There is your guess (a), and the
# agency's 85 % is wrong by ten points. The triangle also sees that its cohorts are not all alike: members begin
# with an empty account, so the first points wait longer for their reward. Read such an interval as too narrow.
#
# Does it matter? An airline reported breakage of 18, 14.5 and 14 % in three years. Those few points of
# breakage are points of *debt*:

# %% tags=["nbval-check-output"]
findings = datasets.load_behaviour_findings()
breakage = findings.loc[findings["topic"] == "breakage", "value"] / 100
first, last = 1 - breakage.iloc[[0, -1]]
print(
    f"redeemed: {100 * first:.1f} % rises to {100 * last:.1f} %, "
    f"so the debt per point rises by {100 * (last / first - 1):.1f} %"
)

# %% [markdown]
# ## What part of a sale is not yet earned
# When a customer buys goods and gets points, she has paid for two things: the goods, and a promise. The
# accounting standard IFRS 15 says: split the price in proportion to what each would cost alone. The part of
# the points is no revenue yet. It is a debt, *deferred revenue*, until the points are redeemed.
#
# Two published examples. Goods for 100,000 come with 10,000 points of 1 each, of which 97 % will be redeemed.
# A sale of 2,000 comes with points worth 170.

# %% tags=["nbval-check-output"]
for price, points in ((100_000, 10_000 * 0.97), (2_000, 170)):
    goods, promise = loyalty.allocate(price, [price, points])
    print(f"{price:,}: goods {goods:,.0f}, points {promise:,.0f}")

# %% [markdown]
# Not 9,700 and not 170: the customer got both together for the price of one, so both take part in the
# discount. Round the shares to whole per cent first (91 and 9), and you book 9,000 instead of 8,842. The second example is
# in print as 1,842 and 158, because its share was cut to 92.1 % on the way. Do not round on the way.
#
# And when the estimate changes? Revenue from points is what was set aside, times the share of the expected
# redemptions that has happened. A new expectation counts for the past as well; the difference is made
# good at once. This is the **cumulative catch-up**. In the standard's own example 4,500 points are redeemed in the
# first year, when 9,500 are expected in the end, and 4,000 in the second, when 9,700 are.

# %% tags=["nbval-check-output"]
years = pd.DataFrame({"sales": [100_000, 0], "issued": [10_000, 0], "redeemed": [4_500, 4_000]})
books = loyalty.deferred_revenue(years, point_price=1, redemption_rate=[0.95, 0.97])
print(books[["deferred", "released", "catch_up", "closing"]].round(0).to_string())

# %% [markdown]
# In words, for year two: 8,500 of 9,700 are redeemed, so 8,500/9,700 of the 8,676 set aside is earned by now. 4,110
# were earned last year; the other 3,493 are earned this year. The catch-up of −85 is the past's share in this: by the
# new estimate, year one had booked 85 too much.
#
# ## Roll the debt forward
# Back to the Quill Card. The **roll-forward** says what moved the debt in each month. The agency's 85 % was
# used for three years. Suppose that after two years somebody had looked at the triangle.

# %% tags=["nbval-check-output"]
since = outcome.history.loc[12:]
points = since[["issued", "redeemed", "expired"]].assign(sales=since["member_sales"])
corrected = np.where(since.index < 36, 0.85, 0.95)
rolls = {
    name: loyalty.roll_forward(points, point_price=card.point_value, redemption_rate=rate)
    for name, rate in {"85 %": 0.85, "85, then 95 %": corrected, "95 %": 0.95}.items()
}
owed = pd.DataFrame({name: roll["closing"] for name, roll in rolls.items()})
print(owed.assign(points=since["outstanding"]).loc[[23, 35, 36, 47]].round(0).astype(int))

# %%
ax = plots.loyalty_books.liability(rolls["85, then 95 %"])
plt.show()

# %% [markdown]
# Bars above zero are what each month sets aside; bars below are what it releases; the dark line is what is
# owed at the end. In month 36 the estimate is corrected and the debt jumps up: revenue that had been booked too
# early is taken back, at once. (The slim bars of the same colour come from points that were set aside at two rates
# and lie in one pool.)
#
# Look at the first column of the table. With 85 % the debt is **zero** by the end of the second year, while
# 825,000 points are out. The books say "all that will ever be redeemed has been", and every further
# pencil set comes as a surprise. An optimistic breakage does not make points go away; it moves the bill to
# whoever sits in your chair later.
#
# ## Did it earn anything?
# Three people draw up the profit of three years.

# %% tags=["nbval-check-output"]
truth = outcome.incremental().sum()
costs = truth[["reward_cost", "platform_cost"]].sum()
naive = loyalty.estimate_lift(outcome, "members_vs_nonmembers")
profit = pd.Series(
    {
        "all margin on members' sales": outcome.history["member_sales"].sum() * 0.35 - costs,
        "margin on 'members − others'": naive.total * 0.35 - costs,
        "the truth: this world − its twin": truth["profit"],
    }
)
print((profit / 1000).round(0).rename("k€").to_string())
print(f"members spend {1 + naive.relative:.1f} times as much as others")

# %%
ax = plots.loyalty.profit_and_loss(outcome.incremental())
plt.show()

# %% [markdown]
# The bars lead from the margin on *added* sales to the profit against the twin world. The card earns about
# €12,000 in three years, on members' sales of nearly ten million. Whoever credits it with everything that members buy overstates
# it nearly three hundred times.
#
# ## Five ways to find the truth without a twin
# Your firm has no twin. It has these:
#
# | Method | What stands in for the twin | When it is right |
# |---|---|---|
# | **members − others** | customers without a card | if joining had nothing to do with buying |
# | **after − before** | the members, earlier | if nothing else had changed |
# | **matching** | for each member the non-member with the most similar past sales | if past sales told all that matters |
# | **difference in differences** | the others' change | if both would have changed alike |
# | **hold-out** | those kept out by lot | if the lot is kept to, give or take luck |

# %% tags=["nbval-check-output"]
lifts = [loyalty.estimate_lift(outcome, method) for method in loyalty.lift.METHODS]
table = pd.DataFrame(
    [(e.estimate, *e.conf_int()) for e in lifts],
    columns=["estimate", "low", "high"],
    index=loyalty.lift.METHODS,
)
print(table.round(1), f"\ntruth: {lifts[0].truth:.2f} euros per member and month")

# %%
ax = plots.loyalty_proof.lifts(table, truth=lifts[0].truth)
plt.show()

# %% [markdown]
# Dots are estimates, bars 95 % intervals, the orange line is the truth. Four of five miss it, two of them
# by being sure that the card *does harm*.
#
# Matching helps a lot and not enough. Two customers with the same past sales are not the same: one is a good customer who had a
# poor year, the other the reverse, and joining tells them apart. So members are better than
# their matches, still.
#
# Difference in differences has the best name. Its users check that both groups moved alike **before** the
# launch. Here they did:

# %% tags=["nbval-check-output"]
groups = outcome.panel.groupby(outcome.members["group"], observed=True).mean()
halves = groups.T.groupby(groups.columns // 6).mean()[["member", "nonmember"]]
halves.index = [f"half-year {n}" for n in range(-2, 6)]
print(halves.iloc[:4].assign(gap=halves["member"] - halves["nonmember"]).round(1))

# %% [markdown]
# The gap stays at 39 euros in the two half-years before the launch; the test is passed with honours. Then it narrows, and the method blames the card. What happened? Everybody
# in both groups was still a customer at the launch, or he could not be in it. Afterwards people leave, from both groups alike, and a heavy buyer
# who leaves takes more euros along. Both fall by the same *per cent*, not by the same *euros*. **A
# parallel past does not promise a parallel future**, and "parallel" depends on the unit.
#
# One world may be luck. Let us have sixty, smaller ones, each with its truth, and add two refinements: the
# same difference in per cent, and a hold-out that is **adjusted** for past sales. The lot has made both groups alike on average, and past sales
# tell where they are not quite.

# %% tags=["long", "nbval-check-output"]
methods = {name: {"method": name} for name in loyalty.lift.METHODS}
methods["differences, in per cent"] = {
    "method": "difference_in_differences",
    "trend": "proportional",
}
methods["hold-out, adjusted"] = {"method": "holdout", "covariates": ["sales_before"]}
scores = loyalty.score_estimators(
    card, customers, 36, runs=60, n=4000, methods=methods, holdout=0.3, rng=15, progress=False
)
columns = ["truth", "bias", "sd", "rmse", "coverage"]
print(scores.table[columns].round(2).to_string())

# %%
ax = plots.loyalty_proof.scores(scores.runs)
plt.show()

# %% [markdown]
# Each dot is a method's mean error, each band holds 95 % of its sixty errors; beside the name stands how often its
# "95 % interval" held the truth. An interval knows about luck and nothing about bias: "members − others" is precise, and wrong sixty times of sixty.
#
# Three methods keep their word. The plain hold-out does, with a wide band. Adjusting it for past sales costs
# nothing and shrinks the band by a third or more. The difference in per cent does as well *in this world*, where leaving has
# nothing to do with how much somebody buys. That is luck of the world and not merit of the method; let heavy buyers be more faithful, and it fails
# ("explore" below lets you try). Only the lot needs no such luck.
#
# ## How large must a hold-out be?
# The card adds 1.8 %. What customers spend spreads about as widely as its mean is large. So to see the effect takes
# many customers. The **minimum detectable lift** is the smallest true effect that a trial sees in four cases of five.

# %% tags=["nbval-check-output"]
would = outcome.members[outcome.members["group"].isin(["member", "holdout"])]
monthly, past = would["sales"] / 36, would["sales_before"] / 12
sizes = [1_000, 4_000, 10_000, 20_000, 35_000, 100_000]
plans = {"a fifth held out": (0.2, None), "half held out": (0.5, None)}
plans["half, adjusted"] = (0.5, past)
seen = pd.DataFrame(index=pd.Index(sizes, name="customers"), columns=list(plans), dtype=float)
for name, (share, earlier) in plans.items():
    for n in sizes:
        test = loyalty.HoldoutTest.from_history(monthly, share=share, earlier=earlier, n=n)
        seen.loc[n, name] = 100 * test.minimum_detectable_lift() / test.mean
print(seen.round(1))

# %%
ax = plots.loyalty_proof.detectable(seen, expected=1.8)
plt.show()

# %% [markdown]
# Each line shows the smallest lift that a trial of that size sees; the dotted line is the card's. Two
# things help: hold out half instead of a fifth, and adjust for past sales. Even so it takes some 35,000 customers who
# want a card. A shop of Quillmere's size can tell a good card from a bad one, and not a small gain from none.
#
# Is the formula right? The sixty worlds can say: how often did the interval of the hold-out leave out zero?

# %% tags=["nbval-check-output"]
n = round(4000 * len(would) / len(customers))  # so many of 4,000 want a card
for name, earlier in {"holdout": None, "hold-out, adjusted": past}.items():
    runs = scores.runs[scores.runs["method"] == name]
    found = (runs["low"] > 0) | (runs["high"] < 0)
    plan = loyalty.HoldoutTest.from_history(monthly, share=0.3, earlier=earlier, n=n)
    formula = 100 * plan.power(lifts[0].truth)
    print(f"{name}: {100 * found.mean():.0f} % of worlds, formula {formula:.0f} %")

# %% [markdown]
# Give or take a few worlds they agree, and both are small: a trial among 4,000 customers would hardly ever have seen this card's effect. "Not significant" then means "the trial was
# too small", and not "the card does nothing".
#
# ## Explore
# How do the methods fail? Move how strongly heavy buyers are drawn to the card, how many customers leave, and
# whether heavy buyers are more faithful than others.


# %%
def draw(selection, hazard, faithful, held):
    trial = dataclasses.replace(card, enrolment=loyalty.Open(share=0.4, selection=selection))
    people = customers.head(6000)
    rate = people.table["purchase_rate"].clip(lower=0.05)
    leaving = (hazard * (rate / rate.mean()) ** -faithful).clip(0, 0.5)
    result = loyalty.simulate(
        trial, people.assign(hazard=leaving), 36, launch=12, holdout=held, rng=15
    )
    estimates = {name: loyalty.estimate_lift(result, **how) for name, how in methods.items()}
    rows = {name: (e.estimate, *e.conf_int()) for name, e in estimates.items()}
    frame = pd.DataFrame(rows, index=["estimate", "low", "high"]).T
    plots.loyalty_proof.lifts(frame, truth=estimates["holdout"].truth)


# %%
widgets.explore(
    draw,
    selection=widgets.slider(0.0, 2.5, 1.5, step=0.25, label="Heavy buyers join more"),
    hazard=widgets.slider(0.0, 0.05, 0.02, step=0.005, label="Leave each month"),
    faithful=widgets.slider(0.0, 0.8, 0.0, step=0.1, label="Heavy buyers more faithful"),
    held=widgets.slider(0.1, 0.5, 0.2, step=0.1, label="Share held out"),
)

# %% [markdown]
# The picture shows seven estimates of one world, beside its truth. Set the first slider to zero: which methods
# recover, and which one does not? Put it back and let nobody leave: which ones recover now? At last make heavy buyers
# more faithful, and watch the difference in per cent drift away, while the hold-out stays about where it is.
#
# ## If it goes wrong
# A card that lives on unredeemed points should be tried under stress, before somebody else tries it: everyone redeems in one
# month; the card is closed; points are cut short.

# %% tags=["nbval-check-output"]
shocks = loyalty.stress(card, customers, 60, at=48, notice=3, launch=12, rng=15)
columns = ["outstanding", "redeemed", "expired", "reward_cost", "profit_against_plan"]
print((shocks.table[columns] / 1000).round(1).to_string())

# %%
plan = shocks.outcomes["as planned"].history["redeemed"].loc[44:56]
ax = style.axes(height=4)
looks = {"everyone redeems": style.RED, "closed with notice": style.BLUE}
ax.plot(plan.index, plan / 1000, color=style.GREY, linewidth=2, label="as planned")
for name, colour in looks.items():
    path = shocks.outcomes[name].history["redeemed"].loc[44:56]
    ax.plot(path.index, path / 1000, color=colour, linewidth=2, label=name)
style.legend(ax, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.2))
title = "A run costs little here; a closure strands most points"
ax = style.label(ax, title=title, x="Month", y="Points redeemed (thousand)")
plt.show()

# %% [markdown]
# The lines show points redeemed in each month (thousands in the table and in the figure). A run is no danger
# here: a pencil set costs 70 cents, and what is redeemed now is not redeemed later. (With pay-with-points at face
# value it would be another story.) A closure is. With three months' notice only 39 % of the points owed are
# redeemed: the rest lie in balances that are too small for a reward, or with customers who have gone. There is
# your guess (c). And members who lose points buy less for a while; how much less is an assumption. Exercise
# 15.5 looks for a better way out.

# %% [markdown]
# ## Exercises
# **15.1 Allocate a price.** A customer pays €480 and receives 4,800 points. A point buys goods for 1 cent, and 90 %
# of points are redeemed in the end. A point costs the firm 0.35 cents. How many euros of the €480 are set aside for the points?

# %% tags=["solution"]
# Your turn: euros, with two decimals.
answer = loyalty.allocate(480, [480, 4800 * 0.01 * 0.90])[1]
check("15.1", answer)

# %% [markdown]
# **15.2 Roll a debt.** Year 1: sales of €200,000 with 20,000 points of €1 each; 90 % are expected to be redeemed
# in the end; 9,000 are redeemed in this year. Year 2: no sales; 5,000 points are redeemed, and the expectation falls to 80 %. How much
# revenue do the points bring in year 2, catch-up included?

# %% tags=["solution"]
# Your turn: use loyalty.deferred_revenue or a calculator. Euros, to the nearest euro.
two = pd.DataFrame({"sales": [200_000, 0], "issued": [20_000, 0], "redeemed": [9_000, 5_000]})
answer = loyalty.deferred_revenue(two, point_price=1, redemption_rate=[0.9, 0.8])["released"][1]
check("15.2", answer)

# %% [markdown]
# **15.3 Find the lift.** `datasets.load_loyalty_members()` is the trial of lesson 14: 12 months before its launch
# and 24 after. Estimate what that card added, in euros per member and month, by the most precise of the methods that need no luck of the world.

# %% tags=["nbval-check-output"]
trial = datasets.load_loyalty_members()
print(trial["group"].value_counts().to_string())

# %% tags=["solution"]
# Your turn: estimate_lift takes a table too, with before=12 and after=24. Euros, two decimals.
best = loyalty.estimate_lift(trial, "holdout", covariates=["sales_before"], before=12, after=24)
answer = best.estimate
check("15.3", answer)

# %% [markdown] tags=["solution"]
# The true lift in this table is about one euro, and the interval is wide. With some hundred customers held
# out, no method can do better honestly.

# %% [markdown]
# **15.4 Size a trial.** Quillmere wants a trial of a new card that sees a lift of 2 % of sales in four cases of five (95 %
# intervals), half of those who want a card held out, nothing adjusted. Customers who want one spend €50 a month on average, with a standard deviation
# of €52 between customers. How many customers who want a card does the trial need?

# %% tags=["solution"]
# Your turn: HoldoutTest(n, share, sd).customers_needed(lift in euros). Any n will do to ask.
test = loyalty.HoldoutTest(n=1000, share=0.5, sd=52, mean=50)
answer = test.customers_needed(0.02 * 50)
check("15.4", answer)

# %% [markdown]
# **15.5 Close without a run.** The card is to be closed in month 48. Two conditions: at least **two thirds** of the
# points outstanding before it are redeemed, and in **no month** are more than **twice** as many redeemed as in a usual month of the year
# before. Four plans. `small change` offers a single pencil for 50 points from the announcement on. Which plan meets both?

# %%
pencil = loyalty.Reward("one pencil", 50, face_value=0.50, marginal_cost=0.175, first=48)
change = dataclasses.replace(card, rewards=(pencils, pencil))
plans = {
    "at once": (card, 0),
    "three months": (card, 3),
    "twelve months": (card, 12),
    "small change": (change, 3),
}

# %% tags=["solution"]
# Your turn: simulate 66 months of each with events=(loyalty.Close(48, notice=...),), and compare
# history["redeemed"] from month 48 on with history["outstanding"] in month 47.
rows = {}
for name, (rules, notice) in plans.items():
    end = loyalty.Close(48, notice=notice)
    path = loyalty.simulate(rules, customers, 66, launch=12, events=(end,), rng=15).history
    owed, usual = path["outstanding"][47], path["redeemed"][36:48].mean()
    rows[name] = [path["redeemed"][48:].sum() / owed, path["redeemed"][48:].max() / usual]
ways = pd.DataFrame(rows, index=["honoured", "peak"]).T
answer = ways[(ways["honoured"] >= 2 / 3) & (ways["peak"] <= 2)].index[0]
check("15.5", answer)

# %% [markdown] tags=["solution"]
# | | Points redeemed, % | Peak, × a usual month |
# |---|---|---|
# | at once | 0 | 0.0 |
# | three months | 39 | 1.0 |
# | twelve months | 40 | 1.0 |
# | **small change** | 70 | 1.7 |
#
# *Reading the table:* a longer notice does not help, since nobody can earn the missing points any more. What helps is a smaller reward. It
# costs little, and it is the difference between a farewell and a grudge.

# %% [markdown]
# ## Back to the decision
# **Correct, then test, and do not close in a hurry.** The accountant's 85 % is wrong and the debt is not zero; correct the
# estimate now, while the catch-up is small. The agency's triumph is self-selection. The truth, which only
# we can see, is a gain of about €12,000 in three years. What could Quillmere itself know?

# %% tags=["nbval-check-output"]
honest = loyalty.estimate_lift(outcome, "holdout", covariates=["sales_before"])
low, high = (bound * honest.members * 36 * 0.35 - costs for bound in honest.conf_int())
print(
    f"profit in three years, 95 % interval: {low / 1000:,.0f} to {high / 1000:,.0f} thousand euros"
)

# %% [markdown]
# That is the honest answer: the data speak against a disaster, allow a handsome gain, and cannot tell a small
# gain from a small loss. At €500 a month it is not worth a quarrel. Keep the card for what it is good for besides (lesson 14: data and interaction), enlarge the hold-out to half of all new
# members, and look again in two years. And if it has to go one day, let it go with small change.
#
# ## What makes it wrong
# - **The hold-out leaks.** Friends share cards, clerks feel sorry, kept-out customers are annoyed and buy less. Then the lot is not clean.
# - **The twin is a simulation.** Effects were put in with modest defaults. Methods that fail here can fail in life; so can
#   methods that work here.
# - **A triangle assumes that the young behave like the old.** A new reward, a new rule or a rumour of closure breaks that.
#   So does the start: the first two months of this card are unlike the rest, and in a young programme they are the only old ones.
# - **One pool of points, one price.** Real programmes have several rewards with several prices, and the auditor
#   wants an average that is kept up to date.
# - **Sales are not all.** Data, prices paid by partners (lesson 16) and complaints are not in these books.
#
# ## In your company
# Three questions for a workshop, or for yourself:
# 1. Which redemption rate do your books use, who estimated it, when, and from points of what age?
# 2. When was your programme's effect last compared with people kept out *by lot*? What lift could that trial have seen?
# 3. If you closed it tomorrow, what share of the points could be redeemed at all?
#
# ## Five key ideas
# 1. A point has several costs. Face value is what the member sees; marginal cost times redemption is what you pay.
# 2. Redeemed so far is not redeemed in the end. Let old points tell what young ones will do.
# 3. Points are sold, not given: part of each sale is a debt, and a wrong estimate of breakage comes back as a catch-up.
# 4. An interval knows luck, not bias. Only the lot makes the two groups alike, and past sales make it sharper.
# 5. Small effects need large trials, and a fair end needs a small reward.
#
# ## To go further
# - Abadie, A., & Imbens, G. W. (2006). Large sample properties of matching estimators for average treatment effects. *Econometrica*,
#   74(1), 235–267.
# - Breugelmans, E., Bijmolt, T. H. A., Zhang, J., et al. (2015). Advancing research on loyalty programs: a future research agenda.
#   *Marketing Letters*, 26, 127–139.
# - Deng, A., Xu, Y., Kohavi, R., & Walker, T. (2013). Improving the sensitivity of online controlled experiments by utilizing
#   pre-experiment data. *Proceedings of WSDM*, 123–132.
# - IFRS Foundation. *IFRS 15 Revenue from Contracts with Customers*, paragraphs 73–80, B39–B47 and illustrative example 52.
# - Lewis, R. A., & Rao, J. M. (2015). The unfavorable economics of measuring the returns to advertising. *Quarterly Journal
#   of Economics*, 130(4), 1941–1973.
# - Mack, T. (1993). Distribution-free calculation of the standard error of chain ladder reserve estimates. *ASTIN Bulletin*,
#   23(2), 213–225.
# - Nastasoiu, A., Bendle, N. T., Bagga, C. K., Vandenbosch, M., & Navarro, S. (2021). Separating customer heterogeneity, points
#   pressure and rewarded behavior to assess a retail loyalty program. *Journal of the Academy of Marketing Science*, 49, 1132–1150.
