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
# 5. choose the day on which observation ends, and say how much history a question needs.

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

from centricity import clv, datasets, plots, transactions, widgets
from centricity.exercises import check
from centricity.plots import style

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
# This lesson is about step 2, which often takes most of the time. How much? "Eighty per cent", you will
# hear. Treat such a number as you will treat the export, and ask where it comes from. Page after page leads
# to a survey of about 80 data scientists, by a firm that sold help with data: 60 % of their time for
# cleaning, and another 19 % for *collecting* (CrowdFlower, 2016). In a larger survey, some 2,400 people put
# 45 % down to loading and cleaning (Anaconda, 2020). Nobody held a watch. So: a lot, and no one knows how
# much.
#
# **Is more data more value?** Only 0.5 % of the world's data is ever analysed, says the second famous
# number (IDC, 2012). It is an estimate, paid for by a maker of storage, and two thirds of what it counts is
# made or watched by consumers, such as films and phone pictures. It says nothing about *your* order log.
# Towards the end we test the claim on ours instead.
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
# bought, when, for how much, and what was sent back. That takes *four* columns: customer, date, amount
# and order number, and as you will see a fifth that tells people apart.

# %% [markdown]
# ## Read first, judge later
# `transactions.read` read every value as text, on purpose: once a program has silently turned `30,19` into
# "missing", you can't ask it why. Below is line 268, which it could not cut into fields and kept aside,
# and then a table of twelve others. The index, `line`, is the line in the file, and `NaN` marks an empty field.

# %%
print(raw.attrs["unreadable_lines"][0]["text"])
raw.loc[[9, 16, 17, 19, 45, 49, 96, 204, 265, 287, 669, 1576]]

# %% [markdown]
# Try to find what is wrong or awkward with each before you read on. A few look innocent until you see
# another line beside them, and line 9 *is* innocent. (`card_no` is the number of a loyalty card, which not
# everybody has.)
#
# Your second guess can be settled with one picture: in which source did your colleague's code find
# numbers?

# %%
read = number.notna().groupby(raw["source"]).agg(["sum", "size"])
ax = style.axes(height=3.2)
ax.barh(read.index, read["size"], color="#E6E6E6", label="all lines")
ax.barh(read.index, read["sum"], color=style.BLUE, height=0.5, label="amount read as a number")
style.legend(ax)
title = "Not one amount of till 2 was read"
ax = style.label(ax, title=title, x="Lines in the export", y="Source")

# %% [markdown]
# The blue bar is the number of lines whose amount your colleague's code could read, the grey one behind
# it is all lines. Till 2 writes a **decimal comma**: `30,19` is no number to a program that expects
# `30.19`, so a whole till fell out of the total. A program that takes the comma for a *thousands* mark reads
# 3,019 €. That mistake gets noticed sooner, since the total explodes.

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
#
# **1. Can it be read?** The amount of line 1576 is `#REF!`, a broken spreadsheet formula. The date of line
# 669 is 31 February. Line 268 has nine values where seven belong. Some dates are written
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
# `n/a`, which is how two systems write "we don't know", and third comes `TEST01`. Nobody real is as busy as
# *nobody*.
#
# **3. Was it undone?** A refund is a line with a negative amount. It is no purchase, and to drop it is no
# solution either: then the order it undid still stands.

# %%
raw.loc[[131, 372, 7, 49], ["order_no", "customer_no", "date", "amount"]]

# %% [markdown]
# Customer Q06970 paid 30.31 € (line 131) and got 9.40 € back (line 372), with the order's number: a
# purchase of 20.91 € remains. Q01182 got all of 12.62 € back, without a number. The customer and the amount
# tell which order is meant, and *nothing* remains: for our purpose that purchase did not happen. Taking a
# refund off the order it belongs to is called **netting**. (Had she paid 12.62 € twice, the toolkit would
# take the later order.)
#
# **4. Whose is it?** Sixty lines have no customer. In thirty, the id is written otherwise: `q00487`, or
# with a blank, as in `Q 00870`. And some customers have *two* ids, because they bought as a guest one day.
# Look at one loyalty card:

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
# than the id does, which ids to merge, and the last day that can be true. (`**settings` hands these
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
# The two largest blue points are no faults: each of the 2,809 dates that could be read was read in its own
# way and brought to one clock, and the report says so. *Refunded order* and *refund netted* belong together:
# 55 orders were refunded in full and leave together with their refunds; 20 more refunds came off orders that
# stay (*reduced order*), which makes 75 refunds netted. And `zero amount` stayed. Is an order, such as that
# in line 50, that a voucher paid in full a purchase? For "who came?" yes, for "what is an order worth?"
# perhaps not. The report shows you that there is something to decide.
#
# Nothing is thrown away. `cleaned.rejected` holds every line that was set aside, as it was, with the
# reason.

# %%
five = [4, 17, 49, 335, 1576]
print(cleaned.rejected.loc[five, ["reason", "detail", "customer_no", "amount"]].to_string())

# %% [markdown]
# ## Lines in = kept + rejected
# This is the first check of any cleaning. Count the lines of the file itself, without the toolkit. (The
# first one holds the names of the columns.)

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
orders = datasets.load_shop_orders()
sold = orders.loc[orders["date"].between("2025-03-01", "2025-04-30"), "order_id"]
accounted_for = [*kept["order_no"], *cleaned.rejected["order_no"]]
print("orders of the two months that are nowhere:", (~sold.isin(accounted_for)).sum())

# %% [markdown]
# No customer is wrong and no day is wrong. The 32 other amounts are the 12 orders of value zero and the
# 20 reduced by a refund. And the one order that is nowhere is that of line 268, whose number could not be
# told from the rest of the line.
#
# Do not expect this at home: here each fault is of a kind that the rules know, and your file comes without
# an envelope that holds the truth. But you can make one: plant ten faults of each kind in a copy of your
# file, clean it, and see how many you find again.
#
# ## What each fault would have done
# Which of them matter? Leave one fault in at a time, clean again, and compare. (`settings | change` is a
# copy of the settings in which the change wins.)


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
fig.suptitle("One fault loses a fifth of the sales; the others add", fontsize=style.TITLE_SIZE)
labels = ["Error in sales (€)", "Error in the number of customers"]
for ax, column, label, color in zip(axes, errors, labels, [style.BLUE, style.RED], strict=True):
    bars = style.axes(ax).barh(errors.index, errors[column], color=color)
    texts = [f"{value:+,.0f}".replace("+0", "0") for value in errors[column]]
    ax.bar_label(bars, texts, padding=4, fontsize=style.TICK_SIZE)
    ax.axvline(0, color=style.INK, linewidth=0.8)
    ax.set(xmargin=0.35, xlabel=label)
    ax.xaxis.set_major_formatter("{x:,.0f}")
axes[0].invert_yaxis()
plt.show()

# %% [markdown]
# The bars show by how much sales (left) and the number of customers (right) would be off with one fault
# left in. Dropping the decimal commas dwarfs everything: it loses a fifth of the sales, and all
# customers who bought at no other till. The others *add*, or hardly count, so faults of opposite sign hide
# each other. Ids that were not merged leave no trace in sales at all, so no check against Finance will ever
# find them.
#
# Others do their damage elsewhere. Five dates in 2052 change **how long every customer has been silent**, if
# the last date in the file is taken for the last day that was observed:

# %% tags=["nbval-check-output"]
wrong = transactions.clean(raw, **(settings | {"as_of": "2052-12-31"})).kept
for name, log in {"clean": kept, "with five dates in 2052": wrong}.items():
    age = transactions.summarize(log)["T"].median()
    print(f"{name}: the median customer is known for {age:,.1f} weeks")

# %% [markdown]
# ## Which number do you report?
# The clean log holds 114,929.39 €, Finance says 117,983.10 €. Neither is wrong. Finance asks *how much money
# came in?* The clean log asks *which purchases can I tie to a customer and a day?* An answer to the second
# has to explain its way to the first.

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
bridge["unexplained"] = round(117_983.10 - sum(bridge.values()), 2) + 0  # (no "-0.00")
for step, euros in [*bridge.items(), ("Finance", 117_983.10)]:
    print(f"{step:38} {euros:12,.2f} €")

# %% [markdown]
# "From the receipts" means that somebody looked the seven orders up; here, in the shop's order book. Now
# the gap is explained to the cent, and each step can be questioned. Orders without a customer are real money.
# The refunds without an order undo purchases from before March, or carry no number, so Finance subtracts them
# and we cannot tell from what. This little table, called a **reconciliation**, is what makes Finance believe
# the rest of your work.
#
# And the customers? Your colleague counted 1,834 different ids, 102 too many. (Your third guess?) Merging
# ids takes away 42 of them. The ids that are left out altogether fall into these groups:

# %% tags=["nbval-check-output"]
gone = aside[~aside["customer_no"].isin(kept["customer_id"])].dropna(subset="customer_no")
print(gone.groupby("customer_no")["reason"].first().value_counts().to_string())
ids, merged = raw["customer_no"].nunique(), int(errors.loc["ids not merged", "customers"])
none_left = gone["customer_no"].nunique()
print(f"{ids:,} - {merged} - {none_left} = {kept['customer_id'].nunique():,} customers")

# %% [markdown]
# Three are test accounts, and two are called `NULL` and `n/a`. Forty-one people sent back everything that
# they had bought in these two months. The other fourteen *are* customers, but the only order of each has a
# spoiled amount or date, and so has that of Q07000, who stands on the unreadable line and was not even
# counted. Leave these fifteen out of an analysis of amounts and dates, but send them a letter: their ids
# are sound.
#
# So this is what you bring to the board: **sales of 117,983.10 €, as Finance says; 114,929.39 € of it tied
# to 1,732 customers; and 1,747 letters**, 87 fewer than your colleague would have ordered. Nobody gets
# two, nobody is called `NULL`, and nobody is thanked for what they sent back. Say also what you could not
# do: the sixty orders without an id have buyers, too, and no letter reaches them.
#
# ## What happens at the edges
# A refund comes some days after its order, ten at most in this file. So what of orders that were placed a few
# days before the export was made? Look at the share that was sent back, by the day of the order.

# %%
undone = cleaned.rejected.loc[cleaned.rejected["reason"] == "refunded order", "order_no"]
bought = orders[orders["order_id"].isin([*kept["order_no"], *undone])]
back = bought["order_id"].isin(undone)
days = ["02-28", "03-10", "03-20", "03-31", "04-10", "04-20", "04-30"]
names = ["1–10 Mar", "11–20 Mar", "21–31 Mar", "1–10 Apr", "11–20 Apr", "21–30 Apr"]
third = pd.cut(bought["date"], pd.to_datetime([f"2025-{day}" for day in days]), labels=names)
share = 100 * back.groupby(third, observed=True).mean()
ax = style.axes(height=3.6)
bars = ax.bar(names, share, color=style.BLUE)
ax.bar_label(bars, fmt="%.1f", padding=2, fontsize=style.TICK_SIZE)
ax.set_ylim(0, 5)
title = "Of the last ten days nothing has been sent back, yet"
ax = style.label(ax, title=title, x="Day of the order (2025)", y="Orders sent back (%)")

# %% [markdown]
# The bars show the share of orders of each ten days or so that were refunded in full.

# %% tags=["nbval-check-output"]
late = bought["date"] > "2025-04-20"
usual = back[~late].mean()
print(f"usual: {usual:.1%}; last ten days: {back[late].sum()} of {late.sum()} orders")
print(f"so some {usual * late.sum():.0f} more will probably come back in May")

# %% [markdown]
# Their refunds lie beyond the end of the file. At the other edge it is the reverse: eighteen refunds in the
# file undo orders that it does not hold or does not name, worth 694.94 €. Finance books a refund on the day
# it is *paid*, we book it on the day of the *order*. Both are right, but never compare one's March with the
# other's. And send the letters ten days later.

# %% [markdown]
# ## From orders to customers
# The clean log has a row for each order. Decisions about customers need a row for each *customer*. But
# which log? For two months, "the first order" is the first *in the file*:

# %% tags=["nbval-check-output"]
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
# Why leave the first purchase out? Everybody in the table has one, so it tells nothing about coming back. In
# the same spirit, `monetary_value` is the mean of the *repeat* purchases.

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
# (lesson 05). The words are the same and the meanings are not.
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
# A model of purchases (lesson 08) needs nothing but these three numbers, so it looks at each distinct
# combination (a *cell*) once. And when you end observation earlier, `left_out` says what is no longer seen.
#
# ## Is more data more value?
# Now for the test that was promised. It is 30 June 2025, and the shop wants the fifth of its customers who
# will bring most sales in the half-year to come. Rank them by what they spent in the last 3 months, or 6,
# or in all the 42 months of the log. Which ranking finds best? (Guess first.)


# %%
cut = pd.Timestamp("2025-06-30")
past, future = orders[orders["date"] <= cut], orders[orders["date"] > cut]
known = past["customer_id"].unique()
future = future[future["customer_id"].isin(known)]


def found(score):
    """Share of next sales (%) that the best fifth of the known customers by a score brings."""
    best = future["customer_id"].isin(score.nlargest(len(known) // 5).index)
    return 100 * future.loc[best, "amount"].sum() / future["amount"].sum()


# %%
caught = {}
for months in [3, 6, 12, 24, 36, 42]:
    recent = past[past["date"] > cut - pd.offsets.MonthEnd(months)]
    caught[months] = found(recent.groupby("customer_id")["amount"].sum())

# %% [markdown]
# For comparison, let a model look at the oldest orders, too. It reads frequency, recency, T and the mean
# amount of each customer, and expects purchases and spend (lessons 08 and 09 explain how).

# %%
table = transactions.summarize(orders, calibration_end=cut)
expected = clv.score(table, clv.BGNBD.fit(table), spend=clv.GammaGamma.fit(table), horizon=26)
model = found(expected["expected_purchases"] * expected["expected_spend"])
ax = style.axes(height=3.8)
bars = ax.bar([str(months) for months in caught], list(caught.values()), color=style.BLUE)
ax.bar_label(bars, fmt="%.0f", label_type="center", color="white", fontsize=style.LABEL_SIZE)
ax.axhline(model, color=style.RED, linestyle="--", label=f"model, all 42 months: {model:.0f} %")
ax.set_ylim(0, 85)
style.legend(ax, loc="upper left")
title = "Beyond a year, more history made the list worse"
x, y = "Months of history added up", "Next sales found (%)"
ax = style.label(ax, title=title, x=x, y=y)

# %% [markdown]
# Each bar is the share of the next half-year's sales that the best fifth brought, when customers were
# ranked by their spend over so many months; the dashed line is the model.

# %% tags=["nbval-check-output"]
for months, share in caught.items():
    lines = (past["date"] > cut - pd.offsets.MonthEnd(months)).sum()
    print(f"{months:2} months, {lines:6,} orders: {share:.1f} %")
print(f"model of frequency, recency, T and mean amount: {model:.1f} %")

# %% [markdown]
# Up to a year, more history helps. Then it hurts: what somebody spent three years ago counts as much as
# last week, and many of the old best have left. The old lines are not worthless, since the model makes the
# best list of all from them. But it is the *question* that makes them worth something, not their number. (In
# the two half-years before, half a year made the best sum, and beyond a year it went down in the same way. And
# be fair: these data are drawn from a model of that family, so it plays at home.)
# %% [markdown]
# ## Explore
# Move the end of observation. Which of the three numbers changes when *nothing happens*? And what happens to
# them on the day of a purchase? Then change the unit: which number does not care?


# %%
def draw(name, weeks, unit):
    until = pd.Timestamp("2025-02-16") + pd.Timedelta(weeks=weeks)
    row = transactions.summarize(three, unit=unit, observation_end=until).loc[name]
    silent, units = row["T"] - row["recency"], plots.transactions.UNIT_NAMES[unit]
    said = f"{name} on {until.day} {until:%B %Y}: silent for {silent:.1f} {units}"
    ax = plots.transactions.timelines(
        three, customers=[name], unit=unit, observation_end=until, title=said
    )
    later = three.loc[(three["customer_id"] == name) & (three["date"] > until), "date"]
    ax.plot(later, [-0.45] * len(later), "x", color="#8A8A8A", markersize=8)
    ax.set_xlim(pd.Timestamp("2024-12-25"), pd.Timestamp("2026-02-20"))
    return ax


# %%
widgets.explore(
    draw,
    name=widgets.choice(["Gita", "Hugo", "Ines"], label="Customer"),
    weeks=widgets.slider(0, 45, 24, label="Weeks after 16 February"),
    unit=widgets.choice({"weeks": "W", "days": "D", "months": "M"}, label="Unit"),
)

# %% [markdown]
# The dots are purchases seen so far, the grey crosses those still in the future. As the end moves right,
# T grows week by week, while frequency and recency stand still until a purchase comes: then frequency
# rises by one and recency jumps up to T. The unit is a ruler: it stretches recency and T, and leaves
# frequency alone. At the start, 24 weeks in, Gita has come back once and looks
# like a rare guest. Whoever judges her on that day does not know what the crosses know.

# %% [markdown]
# ## Exercises
# Replace the three dots after `answer =` and run the cell.
#
# **03.1 Find the fault.** Another colleague has cleaned the same file, and told the toolkit nothing but the
# last day. (So her ids are not merged, and `ids alike` counts all lines of such ids, not those rewritten.)
# Her log begins on **28 February**, although the export begins on 1 March. Which rule of her report
# explains it?

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
# refunds are netted, and what are they worth together? Try it with a pencil first, then ask the toolkit.

# %%
kira = pd.DataFrame(
    [
        ["Kira", "K7", "2025-03-03", 40.00],
        ["Kira", "K8", "2025-03-10", 25.50],
        ["Kira", "K7", "2025-03-14", -15.00],
        ["Kira", None, "2025-03-17", -25.50],
        ["Kira", "K2", "2025-03-20", -18.00],
    ],
    columns=["customer_id", "order_no", "date", "amount"],
)
kira

# %% tags=["solution"]
# Your turn: a list of two numbers, [purchases, their worth in €].
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
# - **Ids that look alike are one.** In some systems `aB` and `AB` are two customers, and a spreadsheet turns
#   `00123` into `123`, which no rule here repairs. Look at the groups in the report before you merge them.
# - **A repeated line is a mistake.** In a log without times and order numbers, two coffees on one day
#   are two equal lines and both are true.
# - **One money, one clock.** `clean` reports amounts in several currencies and converts none. A date such as
#   1900-01-01, which means "unknown", passes with a note.
# - **The log begins where the customer began.** When older orders are missing, T is too short and the
#   first purchase isn't the first. That is why we left the two-month file.
# - **Everybody was watched until the same day.** After you take a part of a log, give `observation_end`
#   yourself. Otherwise it is the last date in that part.
# - **The rules know the fault.** A till that books all sales of a day on one card passes every one of them.
#   Look at the largest customers and the busiest days.

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
# 1. Start with the decision. It says which customers, which measures and which few columns you need. More
#    data is worth more only to a question that can use it.
# 2. Ask four questions of every line: can it be read, did it happen, was it undone, whose is it?
# 3. Lines in = kept + rejected, each rejected line has a reason, and a reconciliation leads to Finance's
#    total.
# 4. A total that looks right proves little: faults of opposite sign hide each other, and some leave no
#    trace in sales.
# 5. Frequency counts *repeat* purchases, recency is the age at the last one, T the age today. RFM's
#    recency is the silence, `T − recency`.
#
# ## To go further
# - **When the log grows.** `summarize` also takes Polars, PyArrow, DuckDB or Spark tables and has *them* do
#   the work; `transactions.gather` fetches the cells, and a model fitted on the cells is the same as one
#   fitted on the customers. The course folder's `docs/big-logs.md` takes 100 million lines through it.
# - **When order days count.** The three numbers forget *when* the purchases in between were made.
#   `transactions.log_gaps` keeps one more number per customer, which tells regular buyers from others.
# - Anaconda (2020). *2020 State of Data Science: Moving from hype toward maturity*. A survey; mind who was
#   asked.
# - CrowdFlower (2016). *2016 Data Science Report*. The source of "80 %", as retold by Press, G. (2016),
#   Cleaning big data: Most time-consuming, least enjoyable data science task, survey says. *Forbes*, 23 March.
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
