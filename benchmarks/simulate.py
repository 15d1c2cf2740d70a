"""Draw the data of the races from known parameters and keep them in benchmarks/results/.

Real logs have days, and days are what makes histories coincide: purchases are rounded up to the
day and those of one day are one. First purchases spread over a quarter (94 days), as in the CDNOW
study. With ``moments`` time stays continuous: no two histories coincide, the worst case for us.
"""

from pathlib import Path

import child
import numpy as np
import pandas as pd

from centricity import clv

# The published CDNOW estimates, in weeks.
MODELS = {
    "ParetoNBD": clv.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    "BGNBD": clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
}
SPEND = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)
CHUNK = 1_000_000


def histories(model, size, clock, rng):
    """Frequency, recency and T of new customers, in weeks."""
    T = rng.integers(180, 274, size) / 7
    world = MODELS[model].simulate(T, rng=rng)
    if clock == "moments":
        return world.customers[["frequency", "recency", "T"]]
    repeat = world.purchases.query("time > 0")
    days = repeat.assign(time=np.ceil(repeat["time"] * 7)).drop_duplicates()["customer"]
    return pd.DataFrame(
        {
            "frequency": np.bincount(days, minlength=size),
            "recency": np.ceil(world.customers["recency"] * 7) / 7,
            "T": T,
        }
    )


def customers(model, size, clock, path):
    """Save a customers table, drawn a million customers at a time to stay small."""
    size = int(size)
    streams = np.random.default_rng(size).spawn(-(-size // CHUNK))
    sizes = [min(CHUNK, size - CHUNK * k) for k in range(len(streams))]
    parts = [histories(model, n, clock, rng) for n, rng in zip(sizes, streams, strict=True)]
    np.savez(path, **{name: column.to_numpy() for name, column in pd.concat(parts).items()})
    return None, {}


def spending(size, path):
    """Save customers of the BG/NBD with the mean amount of their repeat purchases."""
    rng = np.random.default_rng(int(size))
    table = histories("BGNBD", int(size), "days", rng)
    x = table["frequency"].to_numpy()
    rate = rng.gamma(SPEND.q, 1 / SPEND.gamma, len(x))
    mean = rng.gamma(SPEND.p * np.maximum(x, 1), 1 / (rate * np.maximum(x, 1)))
    table["monetary_value"] = np.where(x > 0, np.maximum(mean.round(2), 0.01), 0.0)
    np.savez(path, **{name: column.to_numpy() for name, column in table.items()})
    return None, {}


def log(size, path):
    """Save an order log of exactly ``size`` rows in random order, over two years."""
    size, rng = int(size), np.random.default_rng(7)
    people = size // 2  # 2.4 orders each: more than enough
    orders = MODELS["BGNBD"].simulate(np.full(people, 52.0), rng=rng).purchases
    start = rng.integers(0, 365, people)
    owner = orders["customer"].to_numpy()
    day = start[owner] + np.ceil(orders["time"].to_numpy() * 7).astype(np.int64)
    kept = rng.permutation(len(orders))[:size]
    amount = rng.gamma(3.0, 10.0, size).round(2)
    np.savez(path, customer=owner[kept], day=day[kept], amount=amount)
    assert len(kept) == size
    return None, {}


def export(size, path):
    """Save a shop's order lines as a CSV file of exactly ``size`` rows, as a client would send it.

    Four years, customers joining throughout; one to three lines an order, each with a channel, a
    category and its cost; one line in a hundred is a refund of an earlier one.
    """
    size, rng = int(size), np.random.default_rng(11)
    weeks, refunds = 4 * 52, size // 100
    people = max(100, size // 9)
    model = clv.BGNBD(r=0.6, alpha=6.0, a=0.6, b=2.5)
    joined = rng.uniform(0, weeks - 1, people)
    orders = model.simulate(weeks - joined, rng=rng).purchases
    owner = orders["customer"].to_numpy()
    day = np.floor((joined[owner] + orders["time"].to_numpy()) * 7).astype(np.int64)
    line = np.sort(rng.choice(len(owner), size - refunds))
    each = rng.gamma(3.0, 1.0, people)  # some spend more than others
    amount = (rng.gamma(4.0, 3.0, len(line)) * (1 + each[owner[line]])).round(2)
    table = pd.DataFrame(
        {
            "order_id": line,
            "customer_id": np.char.add("C", np.char.zfill(owner[line].astype(str), 7)),
            "date": np.datetime64("2022-01-01") + day[line].astype("timedelta64[D]"),
            "channel": rng.choice(["store", "search", "social", "referral"], people)[owner[line]],
            "category": rng.choice(["pens", "notebooks", "gifts", "desk", "storage"], len(line)),
            "amount": amount,
            "cost": (amount * rng.uniform(0.4, 0.7, len(line))).round(2),
        }
    )
    back = table.sample(refunds, random_state=1)
    back = back.assign(amount=-back["amount"], cost=-back["cost"])
    table = pd.concat([table, back]).sort_values("date", kind="stable")
    assert len(table) == size
    table.to_csv(path, index=False)
    return None, {"lines": len(table), "customers": int(table["customer_id"].nunique())}


def published(folder):
    """Save the CDNOW calibration sample, and the published tables of the other models."""
    from centricity import datasets, transactions

    orders = datasets.fetch_cdnow(sample=True)
    ends = {"calibration_end": "1997-09-30", "observation_end": "1998-06-30"}
    table = transactions.summarize(orders, **ends).reset_index()
    table.to_csv(Path(folder) / "cdnow.csv", index=False)
    datasets.load_donations().to_csv(Path(folder) / "donations.csv", index=False)
    survivors = datasets.load_retention()["regular"].rename("survivors")
    survivors.to_csv(Path(folder) / "survivors.csv", index=False)
    return None, {"customers": len(table)}


if __name__ == "__main__":
    child.main({task.__name__: task for task in (customers, spending, log, export, published)})
