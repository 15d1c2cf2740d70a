# %% [markdown]
# # 03 · From transactions to customers
# **Part II · Know** — Take a raw export with every usual fault in it, clean it so that every line is
# accounted for, and turn orders into customers.
#
# | | |
# |---|---|
# | Time | 45 minutes to read and run, 25 minutes of exercises |
# | Builds on | lesson 00; a little pandas helps |
#
# When you have finished, you will be able to
# 1. put the five steps of a customer analysis in order, and say which measures a decision needs;
# 2. name the usual faults of an order log and what each would do to your numbers;
# 3. clean a log by named rules, prove that no line got lost, and explain the gap to Finance's total;
# 4. work out frequency, recency and T by hand, and say how they differ from RFM's words;
# 5. choose the day on which observation ends.

# %% [markdown]
# ## The puzzle
# Quillmere Shop sells at two tills, in its web shop and on marketplaces. Each writes its orders down
# in its own way, and somebody has poured March and April 2025 into one file. The board wants two
# numbers from it: **sales** and **the number of customers**. Then every customer gets a thank-you
# letter with a voucher, at about 7 € apiece.
#
# Finance has added up its books, every order of the two months less every refund paid in them, and
# says **117,983.10 €**. Your colleague has opened the export and added up what it holds.

# %% tags=["nbval-check-output"]
import json

import matplotlib.pyplot as plt
import pandas as pd

from centricity import datasets, plots, transactions, widgets
from centricity.exercises import check

path = datasets.shop_export_path()
raw = transactions.read(path)
number = pd.to_numeric(raw["amount"], errors="coerce")  # what is no number becomes "missing"
print(f"{number.sum():,.2f} € from {raw['customer_no'].nunique():,} customers")

# %% [markdown]
# Finance and the file are more than 21,000 € apart, and nothing complained: the code ran without a word.
# Which figure goes on the board's slide? And do you order 1,834 letters?
#
# > **Predict first.** Write down three guesses before you read on.
# > 1. The file has 2,816 lines of orders. How many of them will you have to set aside?
# > 2. Does the gap to Finance have one big cause or many small ones?
# > 3. Are 1,834 customers too many or too few, and by how many?

# %% [markdown]
# ## Five steps from a question to an action
# It is tempting to start with the file. Start with the decision instead. An analysis of customers has
# five steps, and the file comes into the second.
#
# | Step | The question | Here |
# |---|---|---|
# | 1. Strategy and scope | Which customers, for what goal? | thank everybody who bought in March or April |
# | 2. Measures and data | What do we have to know, and what is it made of? | who bought, when, for how much |
# | 3. Analyse | What do the numbers say? | one row per customer |
# | 4. Report | Who must understand it, and believe it? | the board, and Finance |
# | 5. Act | What will be done differently, and how shall we know that it worked? | letters, and a random group without one to compare |
#
# This lesson is about step 2, which often takes most of the time. How much? "Eighty per cent" is
# repeated everywhere, and no survey that we know of found that for cleaning alone. In one that asked
# some 2,400 people online, they put 45 % of their time down to loading and cleaning data (Anaconda,
# 2020).
#
# **More data is not more value.** Here is another famous number: only 0.5 % of the world's data is
# ever analysed (IDC, 2012). Treat it as you will treat the export, and ask where it comes from. It is
# an estimate, paid for by a maker of storage, and more than half of what it counts is made and watched
# by consumers: films, pictures, messages. It says little about *your* order log. The advice that
# people draw from it is sound all the same: what you never ask about costs money and brings none.
#
# ## Decide what to measure before you look
# Two questions keep the list of measures short: *which customers?* and *in which scene of their
# business with us?* Write them as rows and columns and fill the cells.
#
# | | Chooses | Pays | Sends back | Is silent |
# |---|---|---|---|---|
# | **New customer** | source of the first order | size of the first order | share refunded | weeks to the second order |
# | **Regular** | categories bought | orders, amount per order | share refunded | weeks since the last order |
# | **Firm with an account** | offers asked for | sales, days until paid | complaints | orders missing against plan |
#
# Then strike out every cell that could not change your decision. For the letters little is left: who
# bought, when, for how much, and what was sent back. So we need *four* columns: customer, date, amount
# and order number. The rest of the file may wait.

# %% [markdown]
# ## Read first, judge later
# `transactions.read` found out what separates the fields and read every value as text. It has not
# interpreted anything yet, and that is on purpose: once a program has silently turned `30,19` into
# "missing", you can't ask it why. Here are twelve lines. The index, `line`, is the line in the file,
# and `NaN` marks an empty field.

# %%
raw.loc[[9, 16, 17, 19, 45, 49, 96, 204, 265, 287, 669, 1576]]

# %% [markdown]
# Try to find what is wrong or awkward with each before you read on. A few look innocent until you see
# another line beside them, and line 9 *is* innocent.
#
# Your second guess can be settled with one picture: in which source did your colleague's code find
# numbers?

# %%
read = number.notna().groupby(raw["source"]).agg(["sum", "size"])
fig, ax = plt.subplots(figsize=(8, 3.2), layout="constrained")
ax.barh(read.index, read["size"], color="#E6E6E6", label="all lines")
ax.barh(read.index, read["sum"], color="#0072B2", height=0.5, label="amount read as a number")
ax.set_title("Not one amount of till 2 was read", loc="left", fontsize=15)
ax.set_xlabel("lines in the export", fontsize=13)
ax.set_ylabel("source", fontsize=13)
ax.tick_params(labelsize=12)
ax.legend(frameon=False, fontsize=12)
plt.show()

# %% [markdown]
# The blue bar is the number of lines whose amount your colleague's code could read, the grey one behind
# it is all lines. Till 2 writes a **decimal comma**: `30,19` is no number to a program that expects
# `30.19`, so a whole till fell out of the total. Nothing was wrong with these orders.
#
# A worse mistake is next door. A program that takes the comma for a *thousands* mark reads 3,019 €.
# That one gets noticed sooner, since the total explodes.

# %% tags=["nbval-check-output"]
plain = pd.to_numeric(raw["amount"].str.replace(",", "."), errors="coerce")
thousands = pd.to_numeric(raw["amount"].str.replace(",", ""), errors="coerce")
print(f"comma as decimal mark:   {plain.sum():12,.2f} €")
print(f"comma as thousands mark: {thousands.sum():12,.2f} €")

# %% [markdown]
# With the commas mended, the file says 119,751.75 €. Now it is *above* Finance's books. The big cause
# is found, and the many small ones show.
#
# ## Four questions to every line
# An order log can be spoiled in many ways, but four questions find nearly all of them.
#
# **1. Can it be read?** The amount of line 1576 is `#REF!`, a broken spreadsheet formula. The date of line
# 669 is 31 February. Line 268 ends in
# `46.98;gift wrap;no card`: nine values where seven belong. Some dates are written
# day first (`01/03/2025`, the tills), some year first, so that `03/04/2025` could be March or April:
# one day above 12, such as `31/03/2025`, settles it for
# all that are written with the same mark. And line 96 says 23:21 **Z**, which
# means *universal time*: in Berlin, where the shop is, it was already 0:21 of the next day.
#
# **2. Did it happen?** Line 17 repeats line 16 to the last letter: one order, sent twice. Line 287 was a
# trial by the shop's own people, customer `TEST01`. Line 265 lies in the year 2052.

# %% tags=["nbval-check-output"]
print(raw["customer_no"].value_counts().head(5).to_string())

# %% [markdown]
# These are your colleague's five best customers by number of lines. First prize is shared by `NULL` and
# `n/a`, which is how two systems write "we don't know", and third comes `TEST01`. Lists of top
# customers attract such guests, because nobody real is as busy as *nobody*.
#
# **3. Was it undone?** A refund is a line with a negative amount. It is no purchase, and to drop it is no
# solution either: then the order it undid still stands.

# %%
raw.loc[[131, 372, 7, 49], ["order_no", "customer_no", "date", "amount"]]

# %% [markdown]
# Customer Q06970 paid 30.31 € (line 131) and got 9.40 € back (line 372), with the order's number: a
# purchase of 20.91 € remains. Q01182 got all of 12.62 € back, without a number. The customer and the amount tell
# which order is meant, and *nothing* remains: for our purpose that purchase did not happen. Taking a
# refund off the order it belongs to is called **netting**.
#
# **4. Whose is it?** Sixty lines have no customer. In thirty, the id is written otherwise: `q00487`, or
# with a blank, as in `Q 00870`. And some customers have *two* ids, because they bought as a guest one day. Look at one
# loyalty card:

# %%
raw.loc[raw["card_no"] == "L96745170", ["customer_no", "card_no", "date", "amount"]]

# %% [markdown]
# One person, four orders. In the file she is two: a customer who came once and never again, and a new
# one. You would send her two letters, believe that the first had left, and praise the advertisement
# that "won" the second.
#
# ## Clean by named rules
# `transactions.clean` asks these questions in a fixed order, and each rule has a name. What a program
# can't know, you have to tell it: the time zone of the shop, the column that knows a person better
# than the id does, whether to merge ids, and the last day that can be true. (`**settings` hands these
# four over by name.)

# %% tags=["nbval-check-output"]
settings = {
    "timezone": "Europe/Berlin",
    "same_person": "card_no",
    "merge": ["ids alike", "same person"],
    "as_of": "2025-04-30",
}
cleaned = transactions.clean(raw, **settings)
report = cleaned.report
for rule, row in report[report["rows"] > 0].iterrows():
    print(f"{row['rows']:5,} × {rule:24} {row['action']}")

# %%
ax = plots.transactions.cleaning(report, title="Nine lines in ten stay as purchases")

# %% [markdown]
# Each dot is one rule: green the lines that stay, red those set aside, blue those that stay but were
# changed or deserve a look. Mind the scale: each gridline stands for ten times as many lines as the one
# before.
#
# Two points deserve a second look. *Refunded order* and *refund netted* belong together:
# 55 orders were refunded in full and leave together with their refunds; 20 more refunds came off orders
# that stay (*reduced order*), which makes 75 refunds netted. What
# is left keeps the day of the order. And `zero amount` stayed. Is an order, such
# as that in line 50, that a
# voucher paid in full a purchase? For "who came?" yes, for "what is an order worth?" perhaps not. The
# report shows you that there is something to decide.
#
# Nothing is thrown away. `cleaned.rejected` holds every line that was set aside, as it was, with the
# reason.

# %%
five = [4, 17, 49, 335, 1576]
print(cleaned.rejected.loc[five, ["reason", "detail", "customer_no", "amount"]].to_string())

# %% [markdown]
# ## Lines in = kept + rejected
# This is the first check of any cleaning. The file itself is the judge, so count its lines
# independently. (The first line holds the names of the columns.)

# %% tags=["nbval-check-output"]
lines_in = len(path.read_text(encoding="utf-8").splitlines()) - 1
print(f"{lines_in:,} in = {len(cleaned.kept):,} kept + {len(cleaned.rejected):,} rejected")
assert lines_in == len(cleaned.kept) + len(cleaned.rejected)

# %% [markdown]
# So 297 lines are set aside, about one in ten. How close was your first guess?
#
# ## Hold the report against the truth
# A check of the count does not prove that the *right* lines went. Quillmere is invented, so for once the
# truth is known: whoever made this export wrote down how many of each fault they planted.

# %% tags=["nbval-check-output"]
truth = json.loads(path.with_name("shop_export_truth.json").read_text())["faults"]
in_the_report = {
    "ragged line": "unreadable line",
    "decimal comma": "amount marks",
    "id written otherwise": "ids alike",
    "one customer, two ids": "one person, several ids",
    "full refund, order number": "refunded order",
    "full refund, no number": "refunded order",
    "partial refund, order number": "reduced order",
    "partial refund, no number": "refund without an order",
    "refund from before the export": "refund without an order",
}
planted = pd.Series(truth).rename(index=in_the_report).groupby(level=0).sum()
print(pd.DataFrame({"planted": planted, "found": report["rows"].reindex(planted.index)}))

# %% [markdown]
# Every count agrees. A sceptic is not satisfied: the counts could agree while the lines differ. So
# compare the kept lines, one by one, with the shop's own order book, which we also have.

# %% tags=["nbval-check-output"]
kept = cleaned.kept
book = datasets.load_shop_orders().set_index("order_id").loc[kept["order_no"]]
print("wrong customer:", (kept["customer_id"].to_numpy() != book["customer_id"].to_numpy()).sum())
print("wrong day:     ", (kept["date"].dt.normalize().to_numpy() != book["date"].to_numpy()).sum())
print("other amount:  ", (kept["amount"].to_numpy() != book["amount"].to_numpy()).sum())

# %% [markdown]
# No customer is wrong and no day is wrong. The 32 other amounts are the 12 orders of value zero and the
# 20 reduced by a refund.
#
# Do not expect this at home. Here each fault is of a kind that the rules know, and no customer has two
# kinds. Your file comes without an envelope that holds the truth. But you can make one: plant ten
# faults of each kind in a copy of your file, clean it, and see how many you find again.
#
# ## What each fault would have done
# Which of them matter? Leave one fault in at a time, clean again, and compare.


# %%
def error(table, **change):
    """Sales (€) and customers with one fault left in, less those of the clean log."""
    log = transactions.clean(table, **(settings | change)).kept
    return [
        log["amount"].sum() - kept["amount"].sum(),
        log["customer_id"].nunique() - kept["customer_id"].nunique(),
    ]


amount = raw["amount"].fillna("")
no_id = raw["customer_no"].isin(["NULL", "n/a"]) | raw["customer_no"].isna()
nobody = raw["customer_no"].mask(no_id, "nobody")

# %% tags=["nbval-check-output"]
errors = {
    "decimal commas dropped": error(raw[~amount.str.contains(",")]),
    "refunds dropped": error(raw[~amount.str.startswith("-")]),
    "'no id' taken for a customer": error(raw.assign(customer_no=nobody)),
    "duplicates kept": error(raw, duplicates="keep"),
    "future dates kept": error(raw, as_of="2052-12-31"),
    "test accounts kept": error(raw, test_accounts=False),
    "ids not merged": error(raw, merge=[]),
}
errors = pd.DataFrame(errors, index=["sales", "customers"]).T
for fault, row in errors.iterrows():
    print(f"{fault:30} {row['sales']:+12,.2f} €  {row['customers']:+5.0f} customers")

# %%
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True, layout="constrained")
fig.suptitle("One fault loses a fifth of the sales; the others add", fontsize=15)
labels = ["error in sales (€)", "error in the number of customers"]
for ax, column, label, color in zip(axes, errors, labels, ["#0072B2", "#D55E00"], strict=True):
    bars = ax.barh(errors.index, errors[column], color=color)
    ax.bar_label(bars, fmt="{:+,.0f}", padding=4, fontsize=11)
    ax.axvline(0, color="#222222", linewidth=0.8)
    ax.margins(x=0.35)
    ax.locator_params(axis="x", nbins=5)
    ax.set_xlabel(label, fontsize=13)
    ax.tick_params(labelsize=12)
axes[0].invert_yaxis()
plt.show()

# %% [markdown]
# The bars show by how much sales (left) and the number of customers (right) would be off with one fault
# left in. Dropping the decimal commas dwarfs everything: it loses a fifth of the sales, and all
# customers who bought at no other till. The others *add*, or hardly count, which is why your colleague's
# total did not look absurd: faults of opposite sign hide each other. Ids that were not merged leave no
# trace in sales at all, so no check against Finance will ever find them.
#
# Two faults hardly show here, and do their damage elsewhere. Dates in the wrong time zone move orders
# to another day or month. And five dates in 2052 change **how long every customer has been silent**, if
# the last date in the file is taken for the last day that was observed:

# %% tags=["nbval-check-output"]
wrong = transactions.clean(raw, **(settings | {"as_of": "2052-12-31"})).kept
for name, log in {"clean": kept, "with five dates in 2052": wrong}.items():
    age = transactions.summarize(log)["T"].median()
    print(f"{name}: the median customer is known for {age:,.1f} weeks")

# %% [markdown]
# ## Which number do you report?
# The clean log holds 114,929.39 €, Finance says 117,983.10 €. Neither is wrong: they answer different
# questions. Finance asks *how much money came in?* The clean log asks *which purchases can I tie to a
# customer and a day?* An answer to the second has to explain its way to the first.

# %% tags=["nbval-check-output"]
aside = cleaned.rejected.assign(
    value=pd.to_numeric(cleaned.rejected["amount"].str.replace(",", "."), errors="coerce")
)
value = aside.groupby("reason")["value"].sum()
receipts = datasets.load_shop_orders().set_index("order_id")["amount"]
unreadable = aside.loc[aside["reason"] == "unreadable amount", "order_no"]
bridge = {"clean log": kept["amount"].sum()}
for reason in ["missing id", "unreadable date", "future date", "refund without an order"]:
    bridge[reason] = value[reason]
bridge["unreadable amount, from the receipts"] = receipts[unreadable].sum()
bridge["unreadable line, read by eye"] = receipts["O031160"]
for step, euros in [*bridge.items(), ("Finance", sum(bridge.values()))]:
    print(f"{step:38} {euros:12,.2f} €")

# %% [markdown]
# "From the receipts" means that somebody looked the seven orders up; here, in the shop's order book. Now
# the gap is explained to the cent, and each step is a decision that somebody can question. Orders
# without a customer are real money. The refunds without an order undo purchases from before March, or
# carry no number, so Finance subtracts them and we cannot tell from what. This little table, called a
# **reconciliation**, is what makes Finance believe the rest of your work.
#
# And the customers? Your colleague counted 1,834 different ids, 102 too many. (Your third guess?) Merging ids takes
# away 42 of them. The ids that are left out altogether fall into these groups:

# %% tags=["nbval-check-output"]
gone = aside[~aside["customer_no"].isin(kept["customer_id"])].dropna(subset="customer_no")
print(gone.groupby("customer_no")["reason"].first().value_counts().to_string())
ids, merged = raw["customer_no"].nunique(), int(errors.loc["ids not merged", "customers"])
none_left = gone["customer_no"].nunique()
print(f"{ids:,} - {merged} - {none_left} = {kept['customer_id'].nunique():,} customers")

# %% [markdown]
# Three are test accounts, and two are called `NULL` and `n/a`. Forty-one people sent back everything
# they had bought. The other fourteen *are* customers, but the only order of each has a spoiled amount or
# date, and so has that of Q07000, who stands on the unreadable line and was not even counted. Leave
# these fifteen out of an analysis of amounts and dates, but send them a letter: their ids are sound.
#
# So this is what you bring to the board: **sales of 117,983.10 €, as Finance says; 114,929.39 € of it tied
# to 1,732 customers; and 1,747 letters**, 87 fewer than your colleague would have ordered. Nobody gets
# two, nobody is called `NULL`, and nobody is thanked for what they sent back.

# %% [markdown]
# ## From orders to customers
# The clean log has a row for each order. Decisions about customers need a row for each *customer*. But
# which log? For two months, "the first order" is the first *in the file*:

# %% tags=["nbval-check-output"]
orders = datasets.load_shop_orders()
first_order = orders.groupby("customer_id")["date"].min()
before = (first_order[kept["customer_id"].unique()] < "2025-03-01").sum()
print(f"{before:,} of the {kept['customer_id'].nunique():,} customers had bought before March 2025")

# %% [markdown]
# Three in four would pass for newcomers and are none. So from here on we take the shop's whole
# log, clean, from January 2022 to December 2025. Let us look at three customers first; call them Gita,
# Hugo and Ines. The end of observation is 31 December 2025.

# %%
names = {"Q06541": "Gita", "Q06670": "Hugo", "Q06822": "Ines"}
three = orders[orders["customer_id"].isin(names)].replace({"customer_id": names})
ax = plots.transactions.timelines(
    three,
    customers=["Gita", "Hugo", "Ines"],
    observation_end="2025-12-31",
    title="Hugo bought more often, but Gita bought more recently",
)

# %% [markdown]
# Each line is a customer and each dot a day with a purchase; the first is hollow. The red arrow is
# recency, the grey one T.
#
# - **T** is the customer's *age*: from the first purchase to the end of observation. It says how long we
#   have been able to watch.
# - **Recency** is the age at the *last* purchase: from the first purchase to the last. (Yes, from the
#   first. We come to that.)
# - **Frequency** counts *repeat* purchases: days with a purchase after the first. Several orders on one
#   day are one shopping trip.
#
# Why leave the first purchase out? Because everybody in the table has one: that is how they got into it.
# It tells nothing about coming back. In the same spirit, `monetary_value` is the mean of the *repeat*
# purchases.

# %% tags=["nbval-check-output"]
summary = transactions.summarize(three, observation_end="2025-12-31")
print(summary.round(1))

# %% [markdown]
# Check one by hand: Hugo's first order came on 19 January and his last on 9 April. That is 80 days, and
# 80 / 7 = 11.4 weeks. (The unit is weeks unless you say otherwise. It is only a ruler: the count of
# purchases stays the same.)
#
# ## Same words, other meanings
# Recency and frequency are also two of the three letters of **RFM**, the oldest way to score customers
# (lesson 05). The words are the same and the meanings are not. No confusion in this field is more
# frequent.
#
# | Word | Here, in probability models | In RFM scoring |
# |---|---|---|
# | recency | from *first* to last purchase: **large is good** | from last purchase to *today*: **small is good** |
# | frequency | repeat purchases: 0 after one order | all orders: 1 after one order |
# | monetary value | mean of the repeat purchases | usually the total |
# | T | age since the first purchase | no such word |
#
# One subtraction leads from one to the other: the silence that RFM calls recency is `T − recency`.

# %% tags=["nbval-check-output"]
end = pd.Timestamp("2025-12-31")
rfm = three.groupby("customer_id").agg(
    R_days=("date", lambda day: (end - day.max()).days),
    F=("date", "size"),
    M=("amount", "sum"),
)
rfm["7 × (T − recency)"] = 7 * (summary["T"] - summary["recency"])
print(rfm.round(1))

# %% [markdown]
# The first and the last column agree. Why do models want it their way? Because *one* silence of 46
# weeks means different things for somebody known for 50 weeks and for somebody known for 200. With
# recency *and* T a model sees both.
#
# Now everybody at once.

# %% tags=["nbval-check-output"]
customers = transactions.summarize(orders, observation_end="2025-12-31")
print(f"{len(orders):,} orders → {len(customers):,} customers")
print(f"{(customers['frequency'] == 0).mean():.0%} of them have not come back (yet)")
print(f"distinct (frequency, recency, T): {len(transactions.cells(customers)):,}")
left = transactions.left_out(orders, observation_end="2025-04-30")
print("left out when observation ends in April 2025:")
print(f"{left['customers_born_later']:,} customers, {left['purchases_after_end']:,} purchases")

# %% [markdown]
# A model of purchases (lesson 08) needs nothing but these three numbers, so it looks at each distinct combination
# (a *cell*) once. And `left_out` keeps the promise of the whole lesson: when you end observation earlier,
# it says what is no longer seen.

# %% [markdown]
# ## Explore
# Run both cells and move the end of observation. Which of the three numbers changes when *nothing happens*?
# And what happens to them on the day of a purchase?


# %%
def draw(name, weeks):
    until = pd.Timestamp("2025-02-16") + pd.Timedelta(weeks=weeks)
    row = transactions.summarize(three, observation_end=until).loc[name]
    silent = row["T"] - row["recency"]
    title = f"{name} on {until.day} {until:%B %Y}: silent for {silent:.1f} weeks"
    ax = plots.transactions.timelines(three, customers=[name], observation_end=until, title=title)
    later = three.loc[(three["customer_id"] == name) & (three["date"] > until), "date"]
    ax.plot(later, [-0.45] * len(later), "x", color="#8A8A8A", markersize=8)
    ax.set_xlim(pd.Timestamp("2024-12-25"), pd.Timestamp("2026-02-20"))
    return ax


# %%
widgets.explore(
    draw,
    name=widgets.choice(["Gita", "Hugo", "Ines"], label="Customer"),
    weeks=widgets.slider(0, 45, 24, label="Weeks after 16 February"),
)

# %% [markdown]
# The dots are purchases seen so far, the grey crosses those still in the future. As the end moves right,
# T grows week by week, while frequency and recency stand still until a purchase comes: then frequency
# rises by one and recency jumps up to T. At the start, 24 weeks in, Gita has come back once and looks
# like a rare guest. Whoever judges her on that day does not know what the crosses know.

# %% [markdown]
# ## Exercises
# Replace the three dots after `answer =` and run the cell.
#
# **03.1 Find the fault.** Another colleague has cleaned the same file, and told the toolkit nothing but
# the last day. Her log begins on **28 February**, although the export begins on 1 March. Which rule of her
# report explains it?

# %% tags=["nbval-check-output"]
hers = transactions.clean(raw, as_of="2025-04-30")
print("first order:", hers.kept["date"].min())
for rule, row in hers.report[hers.report["rows"] > 0].iterrows():
    print(f"{row['rows']:5,} × {rule:24} {row['action']}")

# %% tags=["solution"]
# Your turn: choose one, in quotes: "unreadable date", "future date", "refund without an order",
# "reduced order", "mixed date formats", "mixed time zones", "ids alike".
answer = "mixed time zones"
check("03.1", answer)

# %% [markdown] tags=["solution"]
# *Why it works:* her report says "converted to UTC". The first web orders of 1 March were placed shortly
# after midnight in Berlin, when it was still 28 February in UTC. With `timezone="Europe/Berlin"` they
# stay where they belong.

# %% [markdown]
# **03.2 Net the refunds.** This is the whole log of Kira, in March. How many purchases are left when the
# refunds are netted, and what are they worth together? Try it with a pencil first.
#
# | order_no | date | amount |
# |---|---|---|
# | K7 | 3 March | 40.00 |
# | K8 | 10 March | 25.50 |
# | K7 | 14 March | −15.00 |
# | (none) | 17 March | −25.50 |
# | K2 | 20 March | −18.00 |

# %% tags=["solution"]
# Your turn: a list of two numbers, [purchases, their worth in €].
kira = pd.DataFrame(
    {
        "customer_id": "Kira",
        "order_no": ["K7", "K8", "K7", None, "K2"],
        "date": ["2025-03-03", "2025-03-10", "2025-03-14", "2025-03-17", "2025-03-20"],
        "amount": [40.00, 25.50, -15.00, -25.50, -18.00],
    }
)
left_over = transactions.clean(kira, as_of="2025-03-31").kept
answer = [len(left_over), left_over["amount"].sum()]
check("03.2", answer)

# %% [markdown]
# **03.3 Count by hand.** Jonas bought on 6 January, on 20 January (three times: he kept forgetting
# something), on 17 February and on 17 March 2025. Observation ends on 31 March 2025. What are his
# frequency, recency and T, in weeks? (All these days are Mondays, so that the weeks come out whole.)

# %% tags=["solution"]
# Your turn: a list of three numbers, [frequency, recency, T].
answer = [3, 10, 12]
check("03.3", answer)

# %% [markdown] tags=["solution"]
# *Why it works:* three days after the first (20 January, 17 February, 17 March); 10 weeks from 6 January to
# 17 March; 12 weeks from 6 January to 31 March. The silence, RFM's recency, is 12 − 10 = 2 weeks.

# %% [markdown]
# **03.4 Choose an observation end.** Marketplaces deliver late. Suppose that the export was made before
# their last week had come in. These are the last orders of each source:

# %% tags=["nbval-check-output"]
missing = (kept["source"] == "marketplace") & (kept["date"] >= "2025-04-24")
partial = kept[~missing]
print(partial.groupby("source")["date"].agg(["max", "size"]).to_string())

# %% [markdown]
# You want one table of customers from this file, all sources together. Which day do you choose as
# `observation_end`?

# %% tags=["solution"]
# Your turn: choose one, in quotes: "2025-03-31", "2025-04-23", "2025-04-30", "2025-12-31".
answer = "2025-04-23"
check("03.4", answer)

# %% [markdown]
# **03.5 Who has gone quiet?** How many customers in the table `customers` (the whole log, observed until the
# end of 2025) have been silent for *more than 52 weeks*?

# %% tags=["solution"]
# Your turn: give a whole number. The columns you need are in the table called customers.
silence = customers["T"] - customers["recency"]
answer = (silence > 52).sum()
check("03.5", answer)

# %% [markdown]
# ## What makes it wrong
# Cleaning rests on assumptions too, and each of them fails somewhere.
#
# - **An id is a person.** A family shares a card, a firm's card is used by twenty people, and a guest
#   without a card is a new customer each time. Here only six customers in ten have a card; had the
#   others two ids, we should never know.
# - **What is set aside is like what is kept.** People without an id are often those who pay cash at a
#   till. What you learn from the rest need not hold for them.
# - **A repeated line is a mistake.** In a log without times and order numbers, two coffees on one day
#   are two equal lines and both are true.
# - **All refunds are in.** An order of 28 April can still be sent back in May. The last weeks of any log
#   look better than they are.
# - **The log begins where the customer began.** When older orders are missing, T is too short and the
#   first purchase isn't the first. That is why we left the two-month file.
# - **Everybody was watched until the same day.** After you take a part of a log, give `observation_end`
#   yourself. Otherwise it is the last date in that part.
# - **The rules know the fault.** Rules find what somebody once thought of. A till that books all sales of
#   a day on one card passes every one of them. Look at the largest customers and the busiest days.

# %% [markdown]
# ## In your company
# Three questions for a workshop, or for yourself:
# 1. Take one decision about customers that is due this quarter. Which four or five measures does it
#    need, for which customers, in which scenes? What would you strike out?
# 2. Whose total do people believe, and can you walk from it to the number of customers, step by step, as
#    in the reconciliation above? Where would the largest step be?
# 3. How could one of your customers end up with two ids, or two customers with one? How would you notice?

# %% [markdown]
# ## Five key ideas
# 1. Start with the decision. It says which customers, which measures and which few columns you need.
# 2. Ask four questions of every line: can it be read, did it happen, was it undone, whose is it?
# 3. Lines in = kept + rejected, each rejected line has a reason, and a reconciliation leads to Finance's
#    total.
# 4. A total that looks right proves little: faults of opposite sign hide each other, and some leave no
#    trace in sales.
# 5. Frequency counts *repeat* purchases, recency is the age at the last one, T the age today. RFM's
#    recency is the silence, `T − recency`.
#
# ## To go further
# - Anaconda (2020). *2020 State of Data Science: Moving from hype toward maturity*. A survey; mind who was
#   asked.
# - Fader, P. S., & Hardie, B. G. S. (2008). Creating an RFM summary using Excel. Technical note,
#   brucehardie.com/notes/022.
# - Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: Using iso-value curves for customer
#   base analysis. *Journal of Marketing Research*, 42(4), 415–430.
# - Fellegi, I. P., & Sunter, A. B. (1969). A theory for record linkage. *Journal of the American
#   Statistical Association*, 64(328), 1183–1210. On finding one person under two ids.
# - Gantz, J., & Reinsel, D. (2012). *The digital universe in 2020: Big data, bigger digital shadows, and
#   biggest growth in the Far East*. IDC, sponsored by EMC. The source of "0.5 %".
# - Gebru, T., Morgenstern, J., Vecchione, B., Vaughan, J. W., Wallach, H., Daumé III, H., & Crawford, K.
#   (2021). Datasheets for datasets. *Communications of the ACM*, 64(12), 86–92.
# - Rahm, E., & Do, H. H. (2000). Data cleaning: Problems and current approaches. *IEEE Data Engineering
#   Bulletin*, 23(4), 3–13.
