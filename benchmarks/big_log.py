"""A log of 100 million order lines on two cores: log, customers, models, scores back to Parquet.

``python benchmarks/big_log.py --lines 1000000`` tries it small. Files go to a temporary folder
(``--folder`` names one on a disk with room: a few GB for the full log, its tables, and what DuckDB
spills) and are removed afterwards. The last line printed is the table as JSON.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import child
import race

CORES, LIMIT = 2, 4  # cores; gigabytes, of the largest process
SETTINGS = {
    "threads": CORES,
    "memory_limit": "2GB",  # DuckDB's; the rest is for NumPy
    "preserve_insertion_order": False,  # so that writing needs no memory
}
BY_HAND = """
    WITH days AS (
        SELECT customer_id, date::DATE AS day, sum(amount) AS spent
        FROM log GROUP BY ALL
    )
    SELECT
        customer_id,
        count(*) - 1 AS frequency,
        (max(day) - min(day)) / 7 AS recency,
        (DATE '2025-12-31' - min(day)) / 7 AS "T",
        coalesce((sum(spent) - arg_min(spent, day)) / nullif(count(*) - 1, 0), 0) AS monetary_value
    FROM days GROUP BY ALL
"""
START, DAYS = "2024-01-01", 731
TRUTH = {"r": 0.55, "alpha": 1.6, "a": 0.7, "b": 10.0}  # a BG/NBD in weeks
CHUNK = 50_000  # customers drawn at a time


def draw(folder, lines):
    """Draw orders of one or more lines, customers by customers, into one file for each month."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(20261124)
    writers, written, customers, orders = {}, 0, 0, 0
    while written < int(lines):
        months, table = chunk(rng, customers, orders)
        for month in np.unique(months):
            first, last = np.searchsorted(months, [month, month + 1])
            if month not in writers:
                path = Path(folder) / f"log-{np.datetime64(int(month), 'M')}.parquet"
                writers[month] = pq.ParquetWriter(path, table.schema)
            writers[month].write_table(table.slice(first, last - first))
        written += len(table)
        customers += CHUNK
        orders = pa.compute.max(table["order_id"]).as_py() + 1
    for writer in writers.values():
        writer.close()
    return None, {"lines": written, "customers": customers}


def chunk(rng, customers, orders):
    """Simulate some customers; their order lines sorted by month."""
    import numpy as np
    import pyarrow as pa

    from centricity import clv

    born = rng.integers(0, DAYS, CHUNK)
    bought = clv.BGNBD(**TRUTH).simulate((DAYS - born) / 7, rng=rng).purchases
    who, weeks = bought["customer"].to_numpy(), bought["time"].to_numpy()
    hour = rng.random(len(who)) * (weeks == 0)  # the first day has a time as well
    second = np.minimum((born[who] + hour + weeks * 7) * 86_400, DAYS * 86_400 - 1)
    lines = np.repeat(np.arange(len(who)), 1 + rng.poisson(1.5, len(who)))
    level = rng.gamma(4.0, 1.0, CHUNK)
    amount = np.round(rng.gamma(2.0, 6.0, len(lines)) * level[who[lines]], 2) + 0.01
    date = np.datetime64(START, "s") + second[lines].astype("timedelta64[s]")
    months = date.astype("datetime64[M]").astype(int)
    order = np.argsort(months, kind="stable")
    columns = {
        "customer_id": customers + who[lines],
        "order_id": orders + lines,
        "date": date,
        "amount": amount,
    }
    return months[order], pa.table({name: values[order] for name, values in columns.items()})


def connect(folder):
    import duckdb

    return duckdb.connect(config={**SETTINGS, "temp_directory": str(Path(folder) / "spilled")})


def ours(folder):
    """Make the customers table with the toolkit, and write it."""
    from centricity import transactions

    log = connect(folder).read_parquet(f"{folder}/log-*.parquet")

    def work():
        customers = transactions.summarize(log, observation_end="2025-12-31")
        customers.write_parquet(f"{folder}/customers.parquet")

    return child.timed(work)[0], {}


def by_hand(folder):
    """Make the same table with a query written by hand, and write it."""
    connection = connect(folder)
    log = connection.read_parquet(f"{folder}/log-*.parquet")

    def work():
        log.query("log", BY_HAND).write_parquet(f"{folder}/by-hand.parquet")

    return child.timed(work)[0], {}


def compare(folder):
    """How many customers the two tables share, and how far apart they are."""
    found = (
        connect(folder)
        .sql(
            f"""
        SELECT count(*), count(ours.customer_id), count(hand.customer_id),
            max(abs(ours.frequency - hand.frequency)), max(abs(ours.recency - hand.recency)),
            max(abs(ours."T" - hand."T")),
            max(abs(ours.monetary_value - hand.monetary_value) / greatest(hand.monetary_value, 1))
        FROM '{folder}/customers.parquet' AS ours
        FULL JOIN '{folder}/by-hand.parquet' AS hand USING (customer_id)
        """
        )
        .fetchall()[0]
    )
    return None, {"rows": found[0], "missing": 2 * found[0] - found[1] - found[2],
                  "farthest": max(found[3:])}  # fmt: skip


def models(folder):
    """Fit on the cells, score everybody, write the scores: seconds of each step."""
    from centricity import clv, transactions

    customers = connect(folder).read_parquet(f"{folder}/customers.parquet")
    steps = {}

    def step(name, work):
        start = time.perf_counter()
        result = work()
        steps[name] = time.perf_counter() - start
        return result

    gathered = step("cells", lambda: transactions.gather(customers))
    buying = step("buying", lambda: clv.BGNBD.fit(gathered))
    spends = step(
        "spends", lambda: transactions.gather(customers, by=("frequency", "monetary_value"))
    )
    spend = step("spending", lambda: clv.GammaGamma.fit(spends))
    scored = step("scoring", lambda: clv.score(
        customers, buying, spend=spend, horizon=52, discount_rate=0.002, margin=0.3
    ))  # fmt: skip
    step("writing", lambda: scored.write_parquet(f"{folder}/scores.parquet"))
    written, valued = connect(folder).sql(
        f"SELECT count(*), count(clv) FROM '{folder}/scores.parquet'"
    ).fetchall()[0]  # fmt: skip
    assert buying.converged
    assert spend.converged
    return None, {**steps, "histories": len(gathered), "written": written, "valued": valued}


def measure(folder, lines, repeats):
    """Draw the log, run both sides in turn, then the models; rows of the table."""
    run = partial(race.run, "big_log.py")
    log = run("draw", folder, lines)[2]
    done = race.alternate(
        {name: partial(run, name, folder) for name in ("ours", "by_hand")}, repeats
    )
    same = run("compare", folder)[2]
    if same["missing"] or same["rows"] != log["customers"] or same["farthest"] > 1e-9:
        sys.exit(f"big_log: the two customers tables differ: {same}")
    seconds, peak, facts = run("models", folder)
    if not facts["written"] == facts["valued"] == log["customers"]:
        sys.exit(f"big_log: scores are missing: {facts}")
    one, other = done["ours"], done["by_hand"]
    size, many = f"{log['lines']:,} order lines", f"{log['customers']:,} customers"
    yield race.Row(
        what=f"Customers table from {size} in Parquet: at most 1.5 × the peer's time",
        ours=one.seconds, theirs=other.seconds, peer="DuckDB, query by hand", target=1 / 1.5,
        cpu_ours=one.cpu, cpu_theirs=other.cpu, memory_ours=one.peak, memory_theirs=other.peak,
        headline=True,
    )  # fmt: skip
    yield race.Row(
        what=f"… two models fitted on {facts['histories']:,} histories",
        ours=sum(facts[name] for name in ("cells", "buying", "spends", "spending")),
    )
    yield race.Row(what=f"… {many} scored and written", ours=facts["scoring"] + facts["writing"])
    yield race.Row(
        what="… log to scores, all in all", ours=one.seconds + seconds[0], memory_ours=peak,
        headline=True,
    )  # fmt: skip
    yield race.Row(
        what="… peak memory of the largest process", ours=max(one.peak, peak), unit="GB",
        limit=LIMIT, headline=True,
    )  # fmt: skip


def show(row):
    """Print one line: measured, limit, share of the limit."""
    limit, unit = row.limit, row.unit
    if row.target is not None:
        limit = row.theirs / row.target
    bound = "" if limit is None else f"{limit:.2f} {unit}"
    share = "" if limit is None else f"{row.ours / limit:.0%}"
    print(f"{row.what:<86}{f'{row.ours:.2f} {unit}':>11}{bound:>11}{share:>7}", flush=True)
    if row.cpu_theirs:
        print(f"  {row.peer}: {row.theirs:.2f} s; {row.ours / row.theirs:.2f} × the time, "
              f"{row.cpu_ours / row.cpu_theirs:.2f} × the processor time")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000_000)
    parser.add_argument("--repeats", type=int, default=3, help="of both sides; medians are shown")
    parser.add_argument("--folder", help="where there is room (default: a temporary folder)")
    chosen = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="big-log-", dir=chosen.folder)
    try:
        print(f"{'what':<86}{'measured':>11}{'limit':>11}{'share':>7}")
        rows = []
        for row in measure(folder, chosen.lines, chosen.repeats):
            rows.append(row)
            show(row)
        print(json.dumps([row.plain() for row in rows]))
    finally:
        shutil.rmtree(folder)


TASKS = {task.__name__: task for task in (draw, ours, by_hand, compare, models)}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in TASKS:
        child.main(TASKS)
    else:
        main()
