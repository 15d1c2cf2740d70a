# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% tags=["parameters"]
orders = "orders.csv"  # the file that was audited
options = {}  # what was given on the command line
work = ""  # results of the run; once they are gone, the orders are read again

# %%
from centricity import audit
from centricity.audit import show

found = audit.resume(orders, options, work)

# %%
show.executive(found)

# %% [markdown]
# ## What to do first

# %%
show.first(found)

# %% [markdown]
# ## Who the customers are

# %%
show.overview(found)

# %% [markdown]
# ## One period: how unlike are the customers?

# %%
show.one_period(found)

# %% [markdown]
# ## Two periods: what changed, and through whom?

# %%
show.two_periods(found)

# %% [markdown]
# ## One cohort: how do customers buy as they grow older?

# %%
show.one_cohort(found)

# %% [markdown]
# ## Two cohorts: are new customers as good as old ones?

# %%
show.two_cohorts(found)

# %% [markdown]
# ## All cohorts: where do sales come from, and how many new customers are needed?

# %%
show.all_cohorts(found)

# %% [markdown]
# ## How customers can be told apart

# %%
show.tiers(found)

# %%
show.scores(found)

# %% [markdown]
# ## What they are worth

# %%
show.value(found)

# %%
show.best_customers(found)

# %% [markdown]
# ### Who is still a customer

# %%
show.alive(found)

# %% [markdown]
# ### Can the forecast be trusted?

# %%
show.test(found)

# %%
show.frequencies(found)

# %% [markdown]
# ### The models behind it

# %%
show.models(found)

# %% [markdown]
# ## What became of the data
# Nothing is dropped silently: every row of the file is either kept or set aside with its reason.

# %%
show.reading(found)

# %%
show.cleaning(found)

# %%
show.rejected(found)

# %% [markdown]
# ## What this report can't tell you

# %%
show.limits(found)

# %% [markdown]
# ## Words

# %%
show.glossary()

# %% [markdown]
# ## How this report was made

# %%
show.made_with(found)
