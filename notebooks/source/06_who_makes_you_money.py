# %% [markdown]
# # 06 · Who makes you money
# **Part II · Know: who are they?** — Trace costs to the customers who cause them, see which of them
# earn and which of them cost, and find out why "fire the worst" is nearly always the wrong answer.
#
# | | |
# |---|---|
# | Time | 40 minutes to read and run, 25 minutes of exercises |
# | Builds on | lesson 00; lesson 05 (luck in a ranking) helps |
#
# When you have finished, you will be able to
# 1. work out what an account costs to serve, from activities, their drivers and their rates;
# 2. tell costs that customers cause from capacity that nobody uses;
# 3. read a whale curve, and say what it does not tell you;
# 4. say how much of its business a price rise may lose before it stops paying;
# 5. explain why releasing last year's loss-makers promises more than it can keep.

# %% [markdown]
# ## The puzzle
# **Quillmere Hire** lends diggers, cranes and lifts to building firms: 150 accounts, some of them
# large. It is January 2025. For the first time somebody has worked out what each account cost in the
# year that has just ended, and this is the last line of the report:
#
# > *All 150 accounts together leave 498 thousand euros. 106 of them earn 1,150 thousand. The other
# > 44 lose 653 thousand.*
#
# "Then it is simple," says the managing director. "**Release the 44.** We keep the 1,150 and stop the
# 653." The sales manager turns pale: "Our largest account is among them." The workshop manager has a
# third idea: "Raise their prices by 10 %. Whoever stays, pays for the trouble."
#
# You have to advise: release them, raise their prices, or leave them alone?
#
# > **Predict first.** Write down three guesses. (a) If all 44 are released, by how much does the
# > firm's profit change in the next year? (b) Nothing is done: how many of the 44 are below zero
# > again in 2025? (c) With prices 10 % higher, what share of the 44 may leave before the rise has
# > cost more than it brings?
#
# The year 2025 lies in a closed envelope. We open it when we have decided.

# %% [markdown]
# ## Revenue is not profit
# Two accounts paid nearly the same in 2024. We call them **Calm** (H037) and **Storm** (H038), and the
# largest of all, H051, **Goliath**.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from centricity import datasets, plots, profitability, widgets
from centricity.exercises import check

NAMES = {"H037": "Calm", "H038": "Storm", "H051": "Goliath"}

# %% tags=["nbval-check-output"]
years = datasets.load_hire_years()
y2024 = years[years["year"] == 2024].set_index("account_id")
pools = datasets.load_hire_pools()
spent = pools.loc[pools["year"] == 2024, "cost"].sum()
old = y2024.assign(overhead=y2024["revenue"] * spent / y2024["revenue"].sum())
old["profit"] = old["revenue"] - old["machine_cost"] - old["overhead"]
columns = ["revenue", "machine_cost", "overhead", "profit"]
print(old.loc[list(NAMES), columns].rename(NAMES).round(-3).astype(int))

# %% [markdown]
# This is how Hire's books looked until now. The machines' cost is known for each account; everything
# else (drivers, mechanics, office: 39 cents of each euro) is *spread by revenue*. So Calm and Storm
# look like brothers. (Goliath's discount shows already: more of its revenue goes for machines.)
#
# Spreading by revenue says: whoever pays twice as much causes twice the work. Nobody in the yard
# believes that.
#
# ## Follow the work
# **Activity-based costing** asks three plain questions. *What do we do?* These are the activities.
# *What makes us do more of it?* That is the driver, something one can count. *What does a unit of
# it cost on average?* That is the rate. Hire has nine activities, done by five teams. We call a team with its vehicles
# and tools a *pool*.

# %% tags=["nbval-check-output"]
times = datasets.load_hire_times()
teams = pools[pools["year"] == 2024].set_index("pool")
per_hour = teams["cost"] / teams["capacity"]
print(per_hour.dropna().rename("€ per hour").to_string(), "\n")
rates = (times["hours"] * times["pool"].map(per_hour)).rename("rate")
print(times[["driver", "hours"]].join(rates).to_string())

# %% [markdown]
# An hour of Transport, with driver, lorry and fuel, costs 55 euros. A delivery takes two and a half
# hours, so it costs 137.50. One within a day takes four, since the lorry goes for that machine alone.
# Multiply rates by what an account called for in 2024, add up, and you have its **cost to serve**.
# (In the code, `@` does just that: it multiplies pair by pair and adds up.)

# %% tags=["nbval-check-output"]
log = datasets.load_hire_activities()
usage = profitability.usage_table(log[log["year"] == 2024], accounts=y2024.index)
print(usage.loc[list(NAMES)].rename(NAMES).T.astype(int).to_string(), "\n")
by_hand = usage.loc["H038"] @ rates
print(f"Storm's cost to serve: {by_hand:,.2f} euros")

# %% [markdown]
# Storm called the mechanic 423 times, Calm 15 times. Storm wanted 197 machines within a day, Calm 23.
# The toolkit does the same for all accounts, and writes a statement for each. (`horizon` and `machines`
# will matter further down, when we ask which costs go away.)


# %%
def books(year, horizon="within_a_year", machines=0.40):
    """Statement of every account and the costs behind it, for one year."""
    accounts = years[years["year"] == year].set_index("account_id")
    done = profitability.usage_table(log[log["year"] == year], accounts=accounts.index)
    own = pools[pools["year"] == year].set_index("pool").rename(columns={horizon: "avoidable"})
    costs = profitability.cost_to_serve(done, times, pools=own)
    table = profitability.statement(accounts, costs, goods="machine_cost", goods_avoidable=machines)
    return table, costs


# %%
table, costs = books(2024)
parts = pd.DataFrame({"machines": table["goods"]})
for name, pool in {"Transport": "transport", "Workshop": "workshop"}.items():
    parts[pool] = table[times.index[times["pool"] == name]].sum(axis=1)
parts["sales, office"] = table["cost_to_serve"] - parts[["transport", "workshop"]].sum(axis=1)
shares = parts.div(table["revenue"], axis=0).loc[list(NAMES)].rename(NAMES)
ax = plots.profitability.of_each_hundred(
    shares, title="The same revenue: Calm leaves nearly a quarter, Storm loses a fifth"
)
plt.show()

# %% [markdown]
# Each bar shows where 100 euros of an account's revenue go; what lies right of the dashed line is
# lost. Storm's workshop and office bills are many times Calm's. Goliath's problem is another: it has
# a discount of 20 %, so its machines alone eat 68 of 100 euros, and it calls for many urgent
# deliveries.
#
# ## Idle hours are nobody's fault
# Look again at the rates: we divided each team's cost by the hours it **could** have worked, not by those
# it did. This is the *time-driven* way (Kaplan and Anderson, 2004). The difference has a name and a
# price.

# %% tags=["nbval-check-output"]
print(costs.reconciliation.round().astype(int).to_string(), "\n")
lines = profitability.bridge(table, costs)
print(lines.round(-3).astype(int).to_string())

# %%
ax = plots.profitability.capacity(
    costs.reconciliation, title="374 thousand euros went for hours that no account has used"
)
plt.show()

# %% [markdown]
# Blue is what accounts caused; the hatched parts are hours that were paid for and stood idle; the grey
# bar is the head office, which no account drives. Nothing is lost on the way: incurred = allocated +
# unused + untraced + the odd cents of rounding, exactly.
#
# Older costing divides by the hours worked and hides the orange part in everybody's rate. Then
# a firm in which orders fall finds its customers *more expensive*, raises prices, loses more orders, and
# spirals down. Idle hours are a matter for whoever decides on capacity. Keep this in mind until
# the envelope is opened.
#
# ## The whale
# Now sort all accounts, from the one that earns most to the one that loses most, and add up as
# you go.

# %% tags=["nbval-check-output"]
whale = profitability.whale_curve(table["profit"])
print(whale.summary().round(2).to_string())

# %%
ax = plots.profitability.whale(
    {"2024": whale.curve},
    total=whale.total,
    title="106 accounts make 231 % of the profit, and 44 give more than half of that back",
)
plt.show()

# %% [markdown]
# The curve rises as long as accounts earn money, turns where they stop, and comes down to the total. It
# looks like a whale at the surface. The best fifth make 176 % of all profit.
#
# The most famous whale was found at Kanthal, a Swedish maker of heating wire: 20 % of the customers made
# 225 % of the profit, and one of the largest was among the worst (Kaplan, 1989; Cooper and Kaplan,
# 1991). Ours was *drawn* to look similar, and picked from many draws, so it proves nothing. But the question can be asked of any firm: are the large
# ones the worst?

# %%
ax = plots.profitability.accounts(
    table,
    names=NAMES,
    title="Large accounts earn most or lose most; size does not say which",
)
plt.show()

# %% [markdown]
# Each mark is an account, and the triangles are below zero. Now in classes: A are the accounts that
# bring the first 80 % of revenue, then come B and C.

# %% tags=["nbval-check-output"]
size = profitability.abc_classes(table["revenue"])
by_size = table["profit"].groupby(size, observed=True)
view = pd.DataFrame({"accounts": by_size.size(), "profit": by_size.sum().round(-3).astype(int)})
view["below zero"] = (table["profit"] < 0).groupby(size, observed=True).sum()
print(view)
top = table.nlargest(15, "revenue")["profit"]
print(f"Of the 15 largest, {(top < 0).sum()} lose money")

# %% [markdown]
# The classes lose money about equally often, a quarter to a third of each. What size does is to raise the
# stakes: the worst and the best are both large.
#
# It is told of an asset manager that a tenth of its richest clients, those with "personal access", cost
# more than they brought. Here four of the fifteen largest cost more than they pay. The story is possible,
# then; but it has come down to us without a source that we could check, like most stories of this kind.
# Do your own sum.
#
# ## The trap: what goes away when they go
# The managing director's sum was 653 thousand. It treats the costs of the 44 as if they would vanish on
# the day the accounts do. Go to the yard and ask.
#
# - The **machines** come back. Their wear stops, and a few find other customers; the loan goes on. In a
#   year, 40 % of their cost goes away.
# - **Transport** needs less overtime and fewer hired lorries: 45 %. The **workshop**: 30 %.
# - The **sales engineers** are still there next month: 5 %.
#
# An *average* rate says what the work cost; it does not say what you save by not doing it. In hospitals,
# average cost per unit of activity was about 40 % higher than what one unit more or less really changed
# (Noreen and Soderstrom, 1994). The part that goes is called **avoidable**. What the firm would miss is
# the **contribution**: revenue less avoidable costs.

# %% tags=["nbval-check-output"]
below = table.index[table["profit"] < 0]
group = table.loc[below]
gone = pd.Series(
    {
        "revenue missed": -group["revenue"].sum(),
        "machines saved": group["avoidable_goods"].sum(),
        "service saved": group["avoidable_service"].sum(),
    }
)
gone["change of profit"] = gone.sum()
print(gone.round(-3).astype(int).to_string())
print(f"accounts that cost more than would be saved: {(table['contribution'] < 0).sum()} of 150")

# %%
ax = plots.profitability.bridge(
    gone,
    totals=("change of profit",),
    title="Releasing the 44 'loss-makers' costs two million euros in the first year",
)
plt.show()

# %% [markdown]
# The first bar is the revenue that stops coming, the next two are what the firm no longer spends, and
# the dark bar is what remains: minus 1.95 million. That was guess (a), and the sign surprises
# most people. Within a year *not one* of the 150 accounts is better released.
#
# "But in the long run all costs can be avoided!" True. Machines can be sold and people not replaced.
# Let the costs have three years to follow: 90 % of the machines, 80 to 95 % of the teams.

# %% tags=["nbval-check-output"]
later, _ = books(2024, "within_three_years", machines=0.90)
for name, view in {"one year": table, "three years": later}.items():
    left = view.loc[below, "contribution"]
    print(
        f"{name:12s} the 44 contribute {left.sum():>10,.0f} €, {(left < 0).sum()} of them below 0"
    )

# %% [markdown]
# Now releasing all 44 seems to bring 266 thousand a year: less than half of the 653, and only after
# three years in which the capacity is really taken out. At that pace the 1.95 million of the first year
# alone take more than seven years to come back. **A customer is never "unprofitable" as
# such, only over a horizon.** Say which one you mean.
#
# ## How many may leave?
# Next the workshop manager's idea. When prices rise by the share $r$, whoever stays brings $r$ more on each
# euro. Whoever leaves takes their contribution along: the contribution margin $m$ on each euro, *and* the
# new $r$. Nothing is gained when what the leavers take equals what the stayers add:
#
# $$ (1 - L)\,(m + r) = m \qquad\text{so}\qquad L^{*} = \frac{r}{m + r}. $$
#
# $L^{*}$ is the share of the business that may be lost *because of* the rise: a few leave in any year, and
# they are not its fault. Everything hangs on the right $m$.

# %% tags=["nbval-check-output"]
sold = group["revenue"].sum()
margins = {
    "after all costs": group["profit"].sum() / sold,
    "after costs avoidable in 1 year": group["contribution"].sum() / sold,
    "after costs avoidable in 3 years": later.loc[below, "contribution"].sum() / sold,
}
for name, m in margins.items():
    print(f"m = {m:+.2f} {name:34s} L* = {profitability.break_even_loss(0.10, m):.0%}")

# %%
reaction = profitability.Reaction(base=0.05, price=10, service=2, elasticity=0.5, unsure=0.4)
rises = np.linspace(0, 0.3, 61)
curves = {
    f"m = {m:.2f}": profitability.break_even_loss(rises, m)
    for m in (0.05, 0.20, margins["after costs avoidable in 1 year"])
}

# %%
extra = (reaction.loss_probability(rises) - reaction.base) / (1 - reaction.base)
leave = pd.Series(extra, index=rises, name="our guess: who leaves")
ax = plots.profitability.break_even(
    pd.DataFrame(curves, index=rises),
    expected=leave,
    title="The more an account contributes, the fewer you can afford to lose",
)
plt.show()

# %% [markdown]
# Each line shows, for every price rise, the share that may leave; below the line the rise pays, above it
# costs. (The margins 0.05 and 0.20 are made up, for comparison.) With the margin after all costs, which is
# below zero, "all may go"; so it is with the one of three years. With the margin of the first year only
# 15 % may, which settles guess (c) unless you have three years.
#
# The dotted line is what we *think* will happen. It is an **assumption**, and no default of the toolkit:
# 5 % leave in any year; of the others, 8 % leave because of a rise of 10 %, and 24 % because of one of
# 20 %. Where the dotted line runs above another, do not raise. (`unsure` says how far off we may be.
# With 0.4, in two of three simulated years customers react between two thirds and one and a half times as
# strongly as we think.)
#
# Fifteen per cent of 44 accounts are six or seven. But *which* ones? One Goliath more or less decides.

# %% tags=["nbval-check-output"]
chance = profitability.simulate_break_even(group, 0.10, rng=6)
low, high = chance.interval(0.9)
print(f"formula {chance.closed_form:.0%}; in random order of leaving {low:.0%} to {high:.0%}")

# %% [markdown]
# In nine of ten random orders of leaving, the rise has used up its gain when somewhere between 4 %
# and 33 % of the accounts are gone. With few and unequal customers a break-even *rate* is a rough guide.
#
# ## Keep, fix, or release
# So play the next year, 20,000 times, each time beside a twin in which nothing is done. "Cheaper service"
# means taking away a quarter of what can be avoided: one delivery for three machines, an online form
# for changes, a hotline that tries before a mechanic drives. We assume that it raises the odds of leaving
# (leavers for each one who stays) by two thirds, and that those who pay 10 % more hire 5 % less.

# %%
menu = {
    "release": profitability.RELEASE,
    "price +10 %": profitability.Action(rise=0.10),
    "service −25 %": profitability.Action(saving=0.25),
    "both": profitability.Action(rise=0.10, saving=0.25),
}


# %%
def play(view):
    """Each action, done to all 44: mean, 90 % range, chance of gain."""
    rows = {}
    for name, action in menu.items():
        plan = dict.fromkeys(below, action)
        played = profitability.simulate(view, plan, reaction, draws=20_000, rng=6)
        rows[name] = played.summary()
    return pd.DataFrame(rows).T


# %% tags=["nbval-check-output"]
first, third = play(table), play(later)
for says, plan in {"one year": first, "three years": third}.items():
    short = plan[["mean", "lower", "upper"]].div(1000).round().astype(int)
    print(f"k€ a year, once costs have had {says} to follow")
    print(short.join(plan["chance_of_gain"].round(2)).to_string(), "\n")

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2), layout="constrained")
plots.profitability.plans(first.drop("release"), title="One year: too close to call", ax=left)
plots.profitability.plans(third, title="Three years: fixing beats releasing", ax=right)
plt.show()

# %% [markdown]
# Dots are mean changes of profit, bars the range of nine in ten simulated years. (*Release* is missing on
# the left: at minus 1.9 million it would flatten the rest. It is a little less than above, since one in
# twenty would have left anyway.) In the first year a rise of 10 % may win 240 thousand or lose 460. Half of
# that spread is Goliath, who stays or goes; the rest is the others, and how wrong our guess is. Once costs
# have followed, the rise gains in every draw: together these accounts cost more than they pay, so a *no*
# is nearly as welcome as a *yes*. (The bars know only this luck. Another kind is still in the envelope.)
#
# There is a story of a machinery hirer who found accounts that cost more than they paid, raised their
# prices, lost some of them, and earned more. We know neither firm nor source, but now we can say
# **when it is true**: the costs must really go, or fewer must leave than $L^*$. And whoever asks for a
# price at which the account is worth serving lets the *customer* decide on the release.
#
# ## Explore
# Move the price rise and the chance that an account leaves; choose whom it concerns, and how long
# costs have to follow.


# %%
whom = {"the 44 below zero": below, "all 150": table.index, "Goliath alone": ["H051"]}
horizons = {"one year": table, "three years": later}


def gains(part, rises, losses):
    """Change of profit for every loss (rows) and price rise (columns)."""
    before = part["contribution"].sum()
    after = np.outer(1 - losses, before + rises * part["revenue"].sum())
    return pd.DataFrame(after - before, index=losses, columns=rises)


# %%
def draw(rise, loss, who, horizon):
    part = horizons[horizon].loc[whom[who]]
    r, p = np.array([rise / 100]), np.array([loss / 100])
    change = gains(part, r, p).iloc[0, 0] / 1000
    most = profitability.break_even_loss(r[0], part["contribution"].sum() / part["revenue"].sum())
    title = f"{'Gain' if change >= 0 else 'Loss'} of €{abs(change):,.0f} k a year; "
    title += f"break-even at {100 * most:.0f} % leaving" if most < 1 else "gain even if all leave"
    grid = gains(part, np.linspace(0, 0.30, 31), np.linspace(0, 0.60, 31))
    return plots.profitability.change_map(grid, at=(r[0], p[0]), title=title)


# %%
widgets.explore(
    draw,
    rise=widgets.slider(0, 30, 10, label="Price rise, %"),
    loss=widgets.slider(0, 60, 8, label="Who leaves because of it, %"),
    who=widgets.choice(list(whom), label="Whose price"),
    horizon=widgets.choice(list(horizons), label="Costs follow within"),
)

# %% [markdown]
# Blue is gain, red is loss, the black line is break-even, and the dot is your setting. With a rise of 10 %
# and 8 % leaving because of it, the 44 bring a gain in the first year. (More than in the simulation,
# where those who stay hire 5 % less and our guess about the leavers may be wrong.)
#
# Try three things. Turn to *three years*: where has the black line gone? Take *all 150* and one
# year: how little may be lost there, and why? Last, *Goliath alone*: with one customer a
# "chance of 8 %" means all or nothing.

# %% [markdown]
# ## Open the envelope: luck
# Nobody did anything about the 44. Here is 2025.

# %% tags=["nbval-check-output"]
table25, costs25 = books(2025)
before, after = table["profit"], table25["profit"]
print(f"the 44 in 2024: {before[below].sum():>10,.0f} €")
print(f"the 44 in 2025: {after[below].sum():>10,.0f} €, {(after[below] < 0).sum()} below zero")
print(
    pd.DataFrame({2024: before, 2025: after}).loc[list(NAMES)].rename(NAMES).round(-3).astype(int)
)

# %%
ax = plots.profitability.years(
    before,
    after,
    names=NAMES,
    x="Profit in 2024 (€)",
    y="Profit in 2025 (€)",
    title="Nothing was done, and half of the losses are gone",
)
plt.show()

# %% [markdown]
# Each mark is an account, a triangle if it was below zero in 2024. If a year told everything, they would
# lie on the dashed line. Instead most triangles lie above it. 29 of 44 lose money again (guess b), and
# their losses have shrunk from 653 to 334 thousand. Storm earns money.
#
# Had you raised their prices in January, you would have been praised for 319 thousand euros. Had
# you sent them flowers: the same.
#
# This is **regression to the mean**. A year's profit is what an account *is* plus the *luck* of that year: a
# wet site, a foreman who breaks things. Whoever is picked for a bad number has more than a fair share
# of bad luck in it, and next year's luck is drawn anew. The best come down for the same reason.

# %% tags=["nbval-check-output"]
truth = datasets.hire_truth()
groups = profitability.regression_to_mean(before, after, groups=5, truth=truth["profit"])
print(groups[["before", "after", "truth"]].round(-2).astype(int).to_string())
own, others = truth.loc[below, "profit"], truth["profit"].drop(below)
print(
    f"of the 44, {(own > 0).sum()} truly earn money; together they truly lose {-own.sum():,.0f} €"
)
print(f"{(others < 0).sum()} true losers are not among them")

# %% [markdown]
# Five groups of 30 accounts, the worst of 2024 first; mean euros per account. (The last column is what only a
# simulated world can show: what each account brings in an average year.) So a list made from one year is wrong in three ways. It overstates the losses by a factor of
# two. It holds ten accounts that earn money. And it misses fourteen that do not.
#
# The whale suffers from it too. Sorting by *luck* lifts the hump.

# %%
real = profitability.whale_curve(truth["profit"])
ax = plots.profitability.whale(
    {"one year, 2024": whale.curve, "the truth": real.curve},
    total=whale.total,
    title="A part of the hump is luck: the true whale is flatter",
)
plt.show()

# %% [markdown]
# The solid line is the whale of 2024, the broken one that of the true profits, both in per cent of the
# profit of 2024. The true peak is 47 points lower. And Kanthal's was one year's, too.
#
# ## Guess better: shrink
# What should we have believed in January? Not last year's number alone, and not the average of everybody.
# **Shrinkage** takes some of both. Two years of the same accounts show how much a margin
# jumps about (luck) and how far accounts lie apart for good (difference). The weight of an account's own
# record is the share of difference in the total:
#
# $$ \text{estimate} = z \cdot \text{own} + (1 - z) \cdot \text{mean of all},
# \qquad z = \frac{\text{difference}}{\text{difference} + \text{luck} / \text{years}}. $$
#
# Luck is divided by the number of years, for in a mean of several years it partly cancels. We shrink
# *margins*, since euros of luck grow with the account, and multiply by its usual revenue.

# %% tags=["nbval-check-output"]
both = {year: books(year)[0] for year in (2023, 2024)}
margin = pd.DataFrame({year: view["margin"] for year, view in both.items()})
usual = pd.DataFrame({year: view["revenue"] for year, view in both.items()}).mean(axis=1)
shrunk = profitability.shrink(margin)
guesses = {
    "last year again": before,
    "mean of two years": (both[2023]["profit"] + before) / 2,
    "shrunk": shrunk.estimate * usual,
}
print(f"own record counts {shrunk.credibility.iloc[0]:.0%}")
for name, guess in guesses.items():
    misses = [(guess - target).pow(2).mean() ** 0.5 for target in (after, truth["profit"])]
    print(f"{name:18s} misses 2025 by {misses[0]:,.0f} € and the truth by {misses[1]:,.0f} €")

# %% [markdown]
# (*Misses by*: the root of the mean squared error per account.) An account's own two years count 79 %, the
# mean of all 21 %. The second year is worth most: it brings the miss of the truth from 16 to 10 thousand.
# Shrinking brings it to 9. So before you act on one year's numbers, take two; and before you act on two,
# shrink. Whoever wants a list without any formula asks who was below zero in **both** years.

# %% tags=["nbval-check-output"]
twice = table.index[(before < 0) & (both[2023]["profit"] < 0)]
print(f"{len(twice)} accounts, of which {(truth.loc[twice, 'profit'] < 0).sum()} truly lose money")
print(f"together they truly lose {-truth.loc[twice, 'profit'].sum():,.0f} €")

# %% [markdown]
# Fewer names, nearly all of them right, and together they lose more than the 44.
#
# One firm proves little, and this one was picked. So we drew 150 others by the same rules. In the middle
# one the year's losers had 37 % of their losses left a year later, when nobody had done anything. Of those
# below zero once, 71 % truly lose money; of those below zero twice, 88 %. Two years came nearer to the
# truth than one in 96 % of the firms, and shrinking came nearer still in 77 %: it helps mostly, not always.
#
# Does it matter for the decision? Take the promise of each plan, made with the numbers of 2024, and
# keep it against the truth, with the same assumptions about who leaves.

# %% tags=["nbval-check-output"]
teams3 = teams.rename(columns={"within_three_years": "avoidable"})
true_costs = profitability.cost_to_serve(truth[times.index], times, pools=teams3)
true_later = profitability.statement(truth, true_costs, goods="machine_cost", goods_avoidable=0.90)
kept = {}
for name, action in menu.items():
    plan = dict.fromkeys(below, action)
    kept[name] = [
        profitability.expected_change(view, plan, reaction)["change"].sum() / 1000
        for view in (later, true_later)
    ]
print(pd.DataFrame(kept, index=["promised (k€)", "true (k€)"]).T.round().astype(int).to_string())

# %% [markdown]
# Even with three years for the costs to follow, the release that promised 252 thousand a year would have
# **cost** 62. The price rise keeps nearly all of its promise. Why? A release stands or falls with the
# measured loss, and that was half luck. A price rise adds the same 10 % whether the year was lucky or not.
# Prefer what does not depend on your having measured well.
#
# And the firm as a whole?

# %% tags=["nbval-check-output"]
lines25 = profitability.bridge(table25, costs25)
names = ["revenue", "profit of all accounts", "profit of the firm"]
print(pd.DataFrame({2024: lines, 2025: lines25}).loc[names].round(-3).astype(int).to_string())
idle = {y: c.reconciliation["unused"].sum() for y, c in ((2024, costs), (2025, costs25))}
print(f"unused capacity: {idle[2024]:,.0f} € in 2024, {idle[2025]:,.0f} € in 2025")

# %% [markdown]
# Sales rose, the accounts earned more, and the firm fell into a loss: it had hired drivers, mechanics and
# sales engineers ahead of demand. Under the old costing each account would have looked worse, and
# the meeting would have been about bad customers.
#
# ## People: what you may do, and what you should
# An account is somebody's livelihood. Before you "release" one, five things.
#
# **Fix first, and say why.** Show the customer the work that they cause, and offer a way out: a price, a
# minimum order, an online form, a later delivery. Many don't know. The price makes them choose.
#
# **Keep your word.** Notice periods, prices agreed until a date, a machine that must stay until the roof is
# on: contracts bind, and so does the trust of everybody who watches. Help with the move.
#
# **Never by who they are.** Costs are a fair reason, membership of a group is not: equal-treatment
# laws (in the European Union for example the directives 2000/43, on ethnic origin, and 2004/113, on sex)
# cover the sale of services. A postcode can be a proxy. Where customers are persons, a decision made by
# a machine alone that affects them seriously needs a human who can be asked (Article 22 of the GDPR).
#
# **Know the law of your trade.** A firm may choose its customers, as a rule; but not a
# dominant one (Article 102 of the Treaty on the Functioning of the EU), nor a bank with a
# basic account (Directive 2014/92). In the United States the Robinson–Patman Act limits price
# differences between competing buyers of goods, and a difference in cost to serve is a defence, if
# you can show it. This is no legal advice; ask a lawyer before you send letters.
#
# **Others are watching.** In 2007 a telephone company wrote to about a thousand customers that they
# called its service line too often and were dismissed, and made the headlines (Mittal, Sarkees and Murshed, 2008).
# Asked online, 773 people mostly said what they thought and felt of such a thing, and more rarely what
# they would do; better service to the rest could make up for it (Haenlein and Kaplan, 2010). Our simulation has none of
# this in it.

# %% [markdown]
# ## Exercises
# **06.1 Cost one account.** A builder asks for a quotation for 2025. He will pay €60,000; his machines cost
# €35,000. From what he has said, you expect the work below. What profit will the account leave, at the
# rates of 2024?

# %%
builder = pd.Series(
    {"visits": 8, "quotes": 20, "contracts": 30, "changes": 12, "deliveries": 60,
     "urgent deliveries": 9, "call-outs": 4, "cleaning": 10, "reminders": 6}
)  # fmt: skip

# %% tags=["solution"]
# Your turn: multiply by `rates` (euros per unit), add up, and take it off with the machines.
# Give euros; the sign matters.
answer = 60_000 - 35_000 - (builder * rates).sum()
check("06.1", answer)

# %% [markdown]
# **06.2 Read the whale.** Draw the whale of **2025** (you have `table25`). What is the smallest number of
# accounts that together make at least as much as all 150?

# %% tags=["solution"]
# Your turn: whale_curve(...).curve has a column "cumulative", best account first. Its last value
# is the total of all. Counting in the printed table is fine, too.
curve25 = profitability.whale_curve(table25["profit"]).curve
total25 = curve25["cumulative"].iloc[-1]
answer = int((curve25["cumulative"] >= total25).to_numpy().argmax()) + 1
check("06.2", answer)

# %% [markdown]
# **06.3 Break even.** A rival with 60 accounts of about one size sells for €2.0 million. All its costs are
# €1.9 million, of which €1.3 million would go away with the business within the year. It raises
# prices by 8 %. What share of its accounts may leave before it is worse off?

# %% tags=["solution"]
# Your turn: first the right margin, then the formula. Give the share, with two decimals or more.
margin_of_rival = (2.0 - 1.3) / 2.0
answer = profitability.break_even_loss(0.08, margin_of_rival)
check("06.3", answer)

# %% [markdown]
# **06.4 If they went.** Write a function that says by how much the firm's profit changes when an account is
# released. It takes five numbers: revenue, cost of the machines, cost to serve, and the shares of the two
# costs that are avoidable. Try it on an account that pays €120,000, with machines for €80,000 and
# service for €55,000, of which 40 % and 30 % can be avoided.

# %% tags=["solution"]
# Your turn: write the function, with any name, and set answer to it (without brackets).


def released(revenue, machines, service, machines_avoidable, service_avoidable):
    saved = machines * machines_avoidable + service * service_avoidable
    return saved - revenue


answer = released
check("06.4", answer)

# %% [markdown] tags=["solution"]
# *Reading it:* on paper this account loses €15,000. Without it the firm is €71,500 poorer in the first
# year.

# %% [markdown]
# **06.5 The coach.** A consultant offers a course in "account rescue". Elsewhere, he says, the 30 worst
# accounts lost far less in the year after it. Work out what the same claim would have been at
# Hire, where *nobody took a course*: by what share did the total loss of the 30 worst accounts of
# **2023** shrink in **2024**?

# %% tags=["solution"]
# Your turn: `both` holds the statements of 2023 and 2024; regression_to_mean(…, groups=5) makes groups
# of 30, worst first. Give the share, with two decimals or more (0.5 means: half of the loss is gone).
coach = profitability.regression_to_mean(both[2023]["profit"], both[2024]["profit"], groups=5)
answer = 1 - coach.loc[1, "after"] / coach.loc[1, "before"]
check("06.5", answer)

# %% [markdown]
# ## Back to the decision
# Do not release the 44. Within a year that costs about two million euros, and even with
# three years to take the capacity out, the promise rests on one year's luck. Go to the 26
# accounts that lost money in *both* years, show them the work, and offer the choice: a higher price, or a
# cheaper way to be served. Expect little in the first year. Treat Goliath by hand: its discount is too
# deep, and whether it stays weighs about as much as all the rest. And take the idle hours to the meeting about
# capacity: in 2025 they cost 655 thousand euros, as much as the 44 had seemed to lose.
#
# ## What makes it wrong
# - **Hours per unit are opinions.** Somebody has to say how long a call-out takes. Here most of them may be
#   wrong by a quarter, and at most four accounts change sides. But if deliveries took a quarter less,
#   30 accounts would be below zero instead of 44. So measure the one that carries most of the cost.
# - **Rates are averages, and work is not proportional.** Half as many visits is not half a sales engineer.
#   That is what *avoidable* is for, and it is the least certain number of all.
# - **A full yard counts differently.** We let freed machines and hours stand idle until their cost is gone.
#   Where others queue for them, what these would pay is gained, too, and a release looks better.
# - **Who leaves is assumed.** The curve of leaving against price is a guess; only a price round given out
#   by lot can replace it. And accounts talk: one who leaves may take two along.
# - **One year, no future.** A young account may cost now and pay later (lessons 07 to 10 value that). A loss
#   today can be an investment, if it is meant as one.
# - **Accounts hang together.** Goliath may fill the lorries that make small deliveries cheap, or give the name
#   that brings others. Then its own statement says too little.
# - **Luck is not all alike.** Shrinkage assumes steady accounts. One that gets worse year after year
#   is not unlucky, and should not be drawn back to the mean.

# %% [markdown]
# ## In your company
# Three questions for a workshop, or for yourself:
# 1. Which five activities cost most between your gross margin and your profit, and what would you count
#    to trace them to customers?
# 2. If your largest "unprofitable" customer left tomorrow, which invoices would not arrive next month,
#    next year, in three years?
# 3. Which of your programmes was aimed at the worst and judged by their recovery? What did the worst do
#    in a year without it?

# %% [markdown]
# ## Five key ideas
# 1. Follow the work: activities, drivers, rates. Equal revenue can hide opposite profits.
# 2. Costs traced, unused and untraced add up to costs incurred. Idle capacity is nobody's customer.
# 3. What you save by releasing is the avoidable cost, over a stated horizon, not the average one.
# 4. A price rise may lose $r/(m+r)$ of the business, with $m$ the contribution margin; with few unequal
#    accounts, ask which ones.
# 5. A year's losers are partly unlucky: take two years, shrink, and prefer to fix rather than to fire.
#
# ## To go further
# - Cooper, R., & Kaplan, R. S. (1991). Profit priorities from activity-based costing. *Harvard Business
#   Review*, 69(3), 130–135.
# - Haenlein, M., & Kaplan, A. M. (2010). An empirical analysis of attitudinal and behavioral reactions
#   toward the abandonment of unprofitable customer relationships. *Journal of Relationship Marketing*,
#   9(4), 200–228.
# - Kaplan, R. S. (1989). *Kanthal (A)*. Harvard Business School case 190-002.
# - Kaplan, R. S., & Anderson, S. R. (2004). Time-driven activity-based costing. *Harvard Business Review*,
#   82(11), 131–138.
# - Mittal, V., Sarkees, M., & Murshed, F. (2008). The right way to manage unprofitable customers. *Harvard
#   Business Review*, 86(4), 94–102.
# - Nagle, T. T., & Müller, G. (2018). *The strategy and tactics of pricing* (6th ed.). Routledge. Break-even
#   sales changes.
# - Niraj, R., Gupta, M., & Narasimhan, C. (2001). Customer profitability in a supply chain. *Journal of
#   Marketing*, 65(3), 1–16.
# - Noreen, E., & Soderstrom, N. (1994). Are overhead costs strictly proportional to activity? Evidence from
#   hospital service departments. *Journal of Accounting and Economics*, 17(1–2), 255–278.
# - Shin, J., Sudhir, K., & Yoon, D.-H. (2012). When to "fire" customers: Customer cost-based pricing.
#   *Management Science*, 58(5), 932–947.
# - Efron, B., & Morris, C. (1977). Stein's paradox in statistics. *Scientific American*, 236(5), 119–127.
#   Shrinkage, with batting averages.
