# %% [markdown]
# # 00 · Start here
# **Part 0 · Start** — Run your first cell, move your first slider, and find out which of two
# customers is worth more.
#
# | | |
# |---|---|
# | Time | 15 minutes to read and run, 5 minutes of exercises |
# | Builds on | nothing: a little Python helps, a first course in statistics is plenty |
#
# When you have finished, you will be able to
# 1. run a lesson, check your own answers, and find the solutions;
# 2. say why two customers with the same sales can have very different futures;
# 3. read P(alive), the probability that a customer is still a customer;
# 4. explain why long silence weighs more against a customer who used to buy often.

# %% [markdown]
# ## First of all: is everything here?
# A lesson is made of text and of *cells* with code. Click on the grey cell below and press
# **Shift + Enter**: that runs the cell and moves on to the next one. Run the cells from top to
# bottom, since each uses what stands above it.

# %%
from centricity.environment import check_environment, verdict

print(verdict(check_environment()))

# %% [markdown]
# Each line names something the course needs. A ✓ is good, a ✗ comes with what to do about it, and
# the last line sums up.
#
# ## The puzzle
# You work for the **Quillmere group**. (You will meet the company properly further down.) Two
# customers of its shop, Anna and Ben, each placed **twelve orders in 2025**, of the same size. Anna
# ordered about once a month, from January to December. Ben placed all his orders **before March**.
# It is now the last day of the year.
#
# You can invite one of them to a small circle of customers who get a personal adviser next year.
# The adviser costs the same for either, so you want the one who will bring in more.
#
# > **Predict first.** Who is worth more next year: Anna, Ben, or both the same? And *how sure* are
# > you: 60 to 40? 90 to 10? Write it down before you read on. A guess you have written down teaches
# > you something, whether it turns out right or wrong.

# %% [markdown]
# ## Draw it before you calculate
# The next cell loads the toolkit of this course, `centricity`, and writes down in which week each
# order came. (Week 0 starts on 1 January; `linspace(0, 48, 12)` means twelve moments, evenly spread
# from week 0 to week 48.)

# %%
import numpy as np
import pandas as pd

from centricity import clv, plots, widgets
from centricity.exercises import check

anna = np.linspace(0, 48, 12)
ben = np.linspace(0, 8, 12)
orders = pd.DataFrame({"Anna": anna, "Ben": ben}).melt(var_name="customer", value_name="week")
ax = plots.histories.timelines(
    orders, until=52, title="Twelve orders each, but Ben has been silent since February"
)

# %% [markdown]
# Every dot is an order, and the dashed grey line is the silence after the last one: four weeks for
# Anna, forty-four for Ben.
#
# A yearly report would give both the same line: *12 orders*. What it leaves out is **when**.
#
# ## Measure silence in the customer's own rhythm
# Four weeks without an order: is that long? It depends on whom you ask. So compare the silence with
# the usual gap between that customer's orders.

# %% tags=["nbval-check-output"]
for name, weeks in {"Anna": anna, "Ben": ben}.items():
    gap = np.diff(weeks).mean()
    silence = 52 - weeks[-1]
    print(
        f"{name}: {gap:.1f} weeks between orders, silent for {silence:.0f} weeks, "
        f"which is {silence / gap:.1f} usual gaps"
    )

# %% [markdown]
# Anna is silent for about one of her usual gaps, which means nothing. Ben has let some sixty of his
# go by. If he were still a customer, that would be a very strange accident.
#
# ## From a feeling to a probability
# Nobody tells a shop that they have left: there is no contract to cancel. What we can do is weigh
# two stories against each other.
#
# - **"Still here."** The customer would order again, and has not done so by chance. The more often
#   somebody used to order, the less believable a long silence becomes.
# - **"Gone."** The customer left after the last order. Then silence is exactly what we expect.
#
# **P(alive)** is the share of belief that the first story deserves. (*Alive* means "still a
# customer".) A model named BG/NBD works it out from three numbers for each customer:
#
# | Name | Meaning | Anna | Ben |
# |---|---|---|---|
# | `frequency` | *repeat* orders: the first one does not count | 11 | 11 |
# | `recency` | when the last order came, counted from the first (not from today!) | 48 | 8 |
# | `T` | how long we have known the customer | 52 | 52 |
#
# The model has four numbers of its own, `r`, `alpha`, `a` and `b`. They say how often people order
# and how readily they leave. Here we borrow those that Fader, Hardie and Lee (2005) found for an
# online music shop; in lesson 08 you will find Quillmere's own.

# %% tags=["nbval-check-output"]
model = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
customers = pd.DataFrame(
    {"frequency": [11, 11], "recency": [48.0, 8.0], "T": [52.0, 52.0]}, index=["Anna", "Ben"]
)
customers["P(alive)"] = model.p_alive(customers)
customers["orders in 2026"] = model.expected_purchases(customers, 52)
print(customers.round(2))

# %% [markdown]
# Anna is very probably still a customer, and can be expected to order about seven times next year.
# Ben, in the model's eyes, is as good as gone.
#
# Did you expect Anna to order twelve times again? Even a good customer may leave during the year,
# and part of a very busy year is luck that does not return. Forecasts that forget this are too rosy;
# you will meet it again and again.
#
# ## The same story, week by week
# We can ask the question at any moment of the year. The next cell does so four times a week: what
# did we know then, and what was P(alive) then?


# %%
def alive_through_year(weeks):
    """P(alive) at each moment of the year, from the orders placed up to then."""
    now = np.arange(0, 52.25, 0.25)
    repeats = np.searchsorted(weeks, now, side="right") - 1
    known = pd.DataFrame({"frequency": repeats, "recency": weeks[repeats], "T": now}, index=now)
    return model.p_alive(known).where(repeats > 0)


curves = pd.DataFrame({"Anna": alive_through_year(anna), "Ben": alive_through_year(ben)})
ax = plots.histories.alive(curves, title="By May, Ben is almost certainly gone; Anna is not")

# %% [markdown]
# Every order lifts the line, and silence lowers it: Anna's line dips a little between two orders and
# recovers, while Ben's falls from March on and never comes back. (The lines begin at the second
# order. Somebody seen only once has shown no rhythm yet.)
#
# ## Explore
# Now it is your turn to play. The cell below makes one customer with as many orders as you like,
# evenly spread from week 0 to the last one. **Run it**, then move the sliders: drag them, or click
# on one and use the arrow keys.


# %%
def draw(orders_placed, last_week):
    weeks = np.linspace(0, last_week, orders_placed)
    curve = alive_through_year(weeks).to_frame("P(alive)")
    title = f"{orders_placed} orders, then silence: P(alive) ends at {curve.iloc[-1, 0]:.0%}"
    return plots.histories.alive(curve, title=title, purchases=weeks)


widgets.explore(
    draw,
    orders_placed=widgets.slider(2, 20, 4, label="Orders in the year"),
    last_week=widgets.slider(4, 52, 26, label="Week of the last order"),
)

# %% [markdown]
# With four orders (the dots at the bottom), the last in week 26, the customer is more likely gone than
# not by the end of the year, but far from lost.
#
# Try this: leave the last order in week 26 and raise the number of orders from 2 to 20. **More orders
# make it less likely that the customer is alive.** That sounds wrong, until you think of rhythm: half
# a year of silence is nothing for somebody who orders twice a year, and alarming for somebody who
# used to order every week.

# %% [markdown]
# ## Exercises
# Each exercise is one cell. Replace the three dots after `answer =` with your answer and run the cell.
# The last line checks it and tells you right away; when it is not right yet, you get a hint. Nothing
# is counted and nothing is recorded, so try as often as you like. When you are stuck, the folder
# `solutions` holds every lesson solved.
#
# **00.1 A first try.** How many orders did Anna and Ben place together in 2025?

# %% tags=["solution"]
# Your turn: write a number, or let Python add for you.
answer = len(anna) + len(ben)
check("00.1", answer)

# %% [markdown]
# **00.2 The puzzle.** Who is worth more next year? Compare with what you wrote down at the start.

# %% tags=["solution"]
# Your turn: write "Anna", "Ben" or "the same", with the quotes.
answer = "Anna"
check("00.2", answer)

# %% [markdown]
# **00.3 Carla.** Carla placed only *four* orders in 2025: the first on 1 January, the last in week 8,
# like Ben. How likely is it that she is still a customer at the end of the year (`T` is 52)? Before
# you calculate: more likely than for Ben, or less?

# %% tags=["solution"]
# Your turn: make a customers table with one row, as above, and ask the model for P(alive).
# Give the probability with at least two decimals.
carla = pd.DataFrame({"frequency": [3], "recency": [8.0], "T": [52.0]})
answer = model.p_alive(carla)
check("00.3", answer)

# %% [markdown] tags=["solution"]
# *Why it works:* four orders are one first order and three repeat orders, so `frequency` is 3. Carla's
# rhythm is slower than Ben's, so the same silence says less about her.

# %% [markdown]
# ## What makes it wrong
# A model is a simplified story. This one can mislead you, and it is good to know how.
#
# - **Borrowed numbers.** The four parameters come from another shop, at another time. They serve to
#   show the idea; for a decision you need your own (lesson 08).
# - **Seasons.** Perhaps Ben is a tax adviser who buys all his paper in January and February, every
#   year. One year of data cannot tell him from somebody who left. Two years could.
# - **Regular buyers.** The model lets orders come at random, like rain. Somebody who orders on the
#   first of each month is far more predictable, and a single missed month says more than it believes.
# - **One person, two names.** If Ben has opened a new account with another address, he is very much
#   alive. Lesson 03 cleans such data.
# - **Worth is more than orders.** Here all orders are equal. When they are not, we need a model of
#   spending too (lesson 09).

# %% [markdown]
# ## In your company
# Three questions for a workshop, or for yourself:
# 1. Which of your reports shows a customer's yearly total, and what would change if it showed the
#    time since the last order beside it?
# 2. How do you notice today that a good customer has gone quiet, and how long does it take?
# 3. Which of your customers have a Ben's history for a harmless reason? How could you tell?

# %% [markdown]
# ## The company of this course
# The **Quillmere group** is invented, and it stays with you through all lessons, so that a number
# from one lesson returns in the next.
#
# | Business | What it does | How customers leave |
# |---|---|---|
# | **Quillmere Shop** | stationery and desk goods, ordered online and bought in stores | silently: there is no contract |
# | **Quillmere Club** | a box of stationery every month, by subscription | openly: they cancel |
# | **Quillmere Hire** | machinery for building sites, for a few large firms | account by account, and each one hurts |
#
# The group has grown by chasing market share: more customers, for every product, every year. In 2025
# sales rose again, and **profit fell**. Nobody in the house can say why, because every report is about
# products, and none is about customers. That is where you come in.
#
# ## The course map
# Lessons marked ● are ready, those marked ○ are on their way.
#
# | Part | Lessons |
# |---|---|
# | **0 · Start** | ● 00 Start here |
# | **I · Why: new rules** | ● 01 Products or customers? · ● 02 What customers value |
# | **II · Know: who are they?** | ● 03 From transactions to customers · ● 04 The customer-base audit · ● 05 Treat different customers differently: segments · ● 06 Who makes you money |
# | **III · Value: what is a customer worth?** | ● 07 Contracts: survival and retention · ● 08 Without contracts: buying till they leave · ● 09 From purchases to money · ○ 10 Customer equity |
# | **IV · Grow: acquire, retain, develop** | ○ 11 Acquire the right ones · ○ 12 Keep them · ○ 13 Develop them · ● 14 Loyalty programmes I: design · ● 15 Loyalty programmes II: money and proof · ○ 16 Alliances |
# | **V · Run** | ○ 17 Execution: the organisation · ○ 18 The strategy game · ○ 19 Capstone: audit a company |
#
# In a hurry? **03 → 05 → 08 → 09** is the shortest way from a file of orders to what your customers are
# worth.

# %% [markdown]
# ## Five key ideas
# 1. Two customers with the same past sales can have very different futures: *when* they bought
#    matters as much as *how much*.
# 2. Judge silence by the customer's own rhythm.
# 3. Without a contract nobody tells you that they left. P(alive) puts a number on it.
# 4. With the same silence, the customer who used to buy more often is the one more likely gone.
# 5. Expect less than a repeat of a very good year: some customers leave, and luck does not repeat.
#
# ## To go further
# - Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way: An
#   alternative to the Pareto/NBD model. *Marketing Science*, 24(2), 275–284.
# - Schmittlein, D. C., Morrison, D. G., & Colombo, R. (1987). Counting your customers: Who are they
#   and what will they do next? *Management Science*, 33(1), 1–24.
