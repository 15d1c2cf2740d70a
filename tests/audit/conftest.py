"""Files of orders, good and bad, and one real run that many tests look at."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from centricity import clv
from centricity.audit import Options, analyse, show

EVIL = (
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://example.com\",\"click\")",
    "@SUM(A1:A9)",
    "+1+2",
    "-2+3",
    "\"><img src=x onerror=alert(2)>",
    "Müller & Söhne",
)  # fmt: skip
RUN = "import sys; from centricity.cli import main; sys.exit(main())"


@pytest.fixture(scope="session")
def report_of():
    """Give every section of the report as the template shows them."""

    def report(found):
        sections = [name for name in show.__all__ if name != "glossary"]
        return "\n".join(getattr(show, name)(found).html for name in sections)

    return report


@pytest.fixture(scope="session")
def evil():
    return EVIL


@pytest.fixture(scope="session")
def world():
    """An order log drawn from known models: 600 customers, two years, weeks."""
    rng = np.random.default_rng(7)
    buying = clv.BGNBD(r=0.6, alpha=6.0, a=0.6, b=2.5).simulate(rng.uniform(60, 104, 600), rng=rng)
    times = buying.purchases
    start = (104 - buying.customers["T"]).to_numpy()[times["customer"]]
    days = np.floor((start + times["time"].to_numpy()) * 7).astype(int)
    counts = np.bincount(times["customer"], minlength=600)
    bills = clv.GammaGamma(p=6.0, q=4.0, gamma=15.0).simulate(counts, rng=rng).purchases
    spend = np.empty(len(days))
    spend[np.argsort(times["customer"].to_numpy(), kind="stable")] = bills["amount"].round(2)
    log = pd.DataFrame(
        {
            "customer_id": [f"C{i:03d}" for i in times["customer"]],
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
            "amount": spend,
        }
    )
    return log.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)


@pytest.fixture(scope="session")
def evil_log(world):
    """The same, with ids that would run as HTML or as a formula, and rows to set aside."""
    codes = {f"C{i:03d}": name for i, name in enumerate(EVIL)}
    log = world.assign(
        customer_id=world["customer_id"].replace(codes), date=world["date"].dt.strftime("%Y-%m-%d")
    ).astype("str")
    bad = pd.DataFrame(
        {
            "customer_id": ["<b>who</b>", "", "=1+1"],
            "date": ["<i>when</i>", "2024-05-05", "never"],
            "amount": ["5.00", "6.00", "7.00"],
        }
    )
    return pd.concat([log, bad], ignore_index=True)


@pytest.fixture(scope="session")
def run(evil_log, tmp_path_factory):
    """The whole command in a process of its own, on a file whose very name is hostile."""
    folder = tmp_path_factory.mktemp("run")
    orders = folder / "orders <i>{body}&co.csv"
    evil_log.to_csv(orders, index=False)
    before = orders.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", RUN, "audit", str(orders), "-o", str(folder / "out" / "client.html"),
         "--margin", "0.4", "--currency", "€"],
        capture_output=True, text=True, check=False, cwd=folder, encoding="utf-8",
    )  # fmt: skip
    out = folder / "out"
    return SimpleNamespace(done=done, orders=orders, before=before, out=out, folder=folder)


@pytest.fixture(scope="session")
def shop():
    """Orders of 700 customers who join throughout two years, with cost, channel and category."""
    rng = np.random.default_rng(23)
    people = 700
    joined = rng.uniform(0, 100, people)
    model = clv.BGNBD(r=0.6, alpha=6.0, a=0.6, b=2.5)
    times = model.simulate(104 - joined, rng=rng).purchases
    who = times["customer"].to_numpy()
    days = np.floor((joined[who] + times["time"].to_numpy()) * 7).astype(int)
    amount = (rng.gamma(4.0, 3.0, len(who)) * (1 + rng.gamma(3.0, 1.0, people)[who])).round(2)
    log = pd.DataFrame(
        {
            "customer_id": [f"C{i:03d}" for i in who],
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
            "amount": amount,
            "cost": (amount * rng.uniform(0.45, 0.7, len(who))).round(2),
            "channel": np.array(["web", "shop", "fair"])[who % 3],
            "category": rng.choice(["pens", "books"], len(who)),
        }
    )
    return log.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)


@pytest.fixture(scope="session")
def audited(shop, tmp_path_factory):
    """The audit of that shop."""
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    shop.to_csv(path, index=False)
    return analyse(path, Options(currency="€", duplicates="keep", as_of="2025-12-31"))
