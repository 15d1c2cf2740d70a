# %% [markdown]
# # 00 · Start here

# %%
import matplotlib.pyplot as plt

from centricity import widgets
from centricity.exercises import check

# %%
def draw(n, kind):
    fig, ax = plt.subplots()
    ax.plot(range(n))
    ax.set_title(kind)


widgets.explore(draw, n=widgets.slider(2, 50, 20, label="How many weeks"),
                kind=widgets.choice(["even", "early"], label="Customer"))

# %% [markdown]
# The line rises.

# %% tags=["nbval-check-output"]
print(round(1 / 3, 2))

# %% tags=["solution"]
# Your turn: how many purchases did both customers make together?
answer = 12 + 12
check("00.1", answer)
