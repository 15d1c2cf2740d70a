"""The pieces of the benchmark: which sides run, on what data, and what was promised.

Each piece yields rows of the table. The promises are targets (times faster than the peer) or
limits (seconds, gigabytes); both stand here and nowhere else.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from race import HERE, PEERS, RESULTS, ROOT, THREADS, Row, agree, alternate, run

SOURCES = {
    "cdnow": "CDNOW sample",
    "donations": "published donations",
    "survivors": "published survivors",
}
SAMPLE, MASTER = "CDNOW_sample.txt", "CDNOW_master.txt"
CURVE_SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
# Beyond these a side is not run: minutes, or gigabytes, for a point that the line already shows.
CURVE_REACH = {"lifetimes": 1_000_000, "ours, no two alike": 1_000_000}


ESTIMATES = 1e-3  # how far apart, relatively, two optimisers may stop


@dataclass(frozen=True)
class Bench:
    """How large and how often: the full thing, or tiny to see that it runs."""

    scale: float = 1.0
    peers: bool = True
    rounds: int = 3
    folder: Path = RESULTS

    def size(self, full):
        return max(500, round(full * self.scale))

    def race(self, sides):
        """Run the sides in turn; without peers only ours."""
        kept = {n: work for n, work in sides.items() if self.peers or n.startswith("ours")}
        return alternate(kept, self.rounds, 3 if self.scale == 1 else 1)

    @property
    def full(self):
        """Whether this run may replace what was measured before."""
        return self.peers and self.scale == 1

    def promise(self, **promise):
        """Pass a promise on where it was made: at full size, beside the peer."""
        return promise if self.full else {}

    @property
    def data(self):
        folder = self.folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def draw(self, task, *arguments, suffix=".npz"):
        """Simulate a file, once, and return its path."""
        path = self.data / ("-".join(map(str, (task, *arguments))) + suffix)
        if not path.exists():
            run("simulate.py", task, *arguments, path)
        return path

    def counted(self, path):
        """Merge equal histories into a file of their own; return it and their number."""
        target = path.with_name(path.name.replace("customers", "cells"))
        return target, int(run("ours.py", "cells", path, target)[2]["cells"])


def ours(*arguments):
    return partial(run, "ours.py", *arguments)


def theirs(*arguments, env=None):
    return partial(run, "theirs.py", *arguments, python=PEERS, env=env)


def duel(done, what, other=None, peer="", *, mine="ours", **marks):
    """Make a row of two sides of a race; the peer's stays empty where it was not run."""
    one, two = done[mine], done.get(other)
    return Row(
        what=what,
        ours=one.seconds,
        theirs=two and two.seconds,
        peer=peer if two else "",
        cpu_ours=one.cpu,
        cpu_theirs=two and two.cpu,
        memory_ours=one.peak,
        memory_theirs=two and two.peak,
        **marks,
    )


def pareto(bench):
    """Pareto/NBD: lifetimes gives no standard errors, ours does."""
    size = bench.size(100_000)
    yield from fits(bench, "Pareto/NBD", "ParetoNBD", "ParetoNBDFitter", size, target=50)


def bgnbd(bench):
    """BG/NBD: both give standard errors."""
    size = bench.size(1_000_000)
    yield from fits(bench, "BG/NBD", "BGNBD", "BetaGeoFitter", size, target=20)


def fits(bench, name, model, fitter, size, target):
    """Race one model as documented, with lifetimes' weights, and without coinciding histories."""
    days, moments = (bench.draw("customers", model, size, clock) for clock in ("days", "moments"))
    _, cells = bench.counted(days)
    done = bench.race(
        {
            "ours": ours("fit", model, days),
            "customers": theirs("lifetimes_fit", fitter, days),
            "ours moments": ours("fit", model, moments),
            "cells": theirs("lifetimes_fit", fitter, days, "cells"),
            "moments": theirs("lifetimes_fit", fitter, moments),
        }
    )
    for one, other in (("ours", "customers"), ("ours", "cells"), ("ours moments", "moments")):
        if other in done:
            agree(f"{name} ({other})", done[one].facts, done[other].facts, ESTIMATES)
    what = f"{name} fit with standard errors, {size:,} customers in {cells:,} distinct histories"
    promise = bench.promise(target=target)
    yield duel(done, what, "customers", "lifetimes", headline=True, **promise)
    what = "… lifetimes given the distinct histories as weights"
    yield duel(done, what, "cells", "lifetimes, weights", headline=True)
    what = "… in continuous time: no two buyers with the same history"
    yield duel(done, what, "moments", "lifetimes", mine="ours moments", headline=True)


def published(bench):
    """Prepare the CDNOW tables; None where the sample is not at hand."""
    folder = os.environ.get("CENTRICITY_DATA") or ROOT.parent / "shared" / "data"
    if not (Path(folder) / SAMPLE).exists():
        print(f"bench: {SAMPLE} is not there; set CENTRICITY_DATA to its folder. Left out.")
        return None
    run("simulate.py", "published", bench.data, env={"CENTRICITY_DATA": str(folder)})
    return {name: bench.data / f"{name}.csv" for name in ("cdnow", "donations", "survivors")}


def cdnow(bench):
    """First fit of every model in a fresh process, after import; on CDNOW where it has a say."""
    files = published(bench)
    if files is None:
        return
    models = {
        "BG/NBD": ("BGNBD", "cdnow", "BetaGeoFitter"),
        "MBG/NBD": ("MBGNBD", "cdnow", "ModifiedBetaGeoFitter"),
        "Pareto/NBD": ("ParetoNBD", "cdnow", "ParetoNBDFitter"),
        "gamma-gamma": ("GammaGamma", "cdnow", "GammaGammaFitter"),
        "BG/BB": ("BGBB", "donations", "BetaGeoBetaBinomFitter"),
        "shifted beta-geometric": ("ShiftedBetaGeometric", "survivors", None),
        "beta-discrete-Weibull": ("BetaDiscreteWeibull", "survivors", None),
    }
    rows = []
    for name, (model, file, fitter) in models.items():
        sides = {"ours": ours("fit", model, files[file])}
        if fitter:
            sides["lifetimes"] = theirs("lifetimes_fit", fitter, files[file])
        done = bench.race(sides)
        if "lifetimes" in done:
            agree(name, done["ours"].facts, done["lifetimes"].facts, ESTIMATES)
        what = f"{name}, {SOURCES[file]}: first fit after import"
        rows.append(duel(done, what, "lifetimes", "lifetimes", **bench.promise(limit=0.1)))
        yield rows[-1]
    slowest = max(rows, key=lambda row: row.ours)
    yield replace(slowest, what=f"Slowest of all {len(rows)}: {slowest.what}", headline=True)


def pymc(bench):
    """Import to first estimate in a fresh process, against pymc-marketing's MAP."""
    files = published(bench)
    if files is None:
        return
    for name, model, peer in (
        ("BG/NBD", "BGNBD", "BetaGeoModel"),
        ("Pareto/NBD", "ParetoNBD", "ParetoNBDModel"),
    ):
        done = bench.race(maps(bench, model, peer, files["cdnow"]))
        map_ = {"peer": "pymc-marketing MAP", "headline": True}
        what = f"{name} on the CDNOW sample, fresh process, start to estimates; never compiled"
        yield duel(done, what, "cold", **map_, **bench.promise(target=100))
        yield duel(done, "… compiled before", "warm", **map_)
        yield duel(done, "… second fit in a running process", "again", mine="ours again", **map_)


def maps(bench, model, peer, path):
    """The sides of a race against a library that compiles: cold, warm, and running."""
    warm = {"PYTENSOR_FLAGS": f"base_compiledir={bench.folder / 'compiled'}"}
    if bench.peers:
        theirs("pymc_first", peer, path, env=warm)()  # fills the cache
    return {
        "ours": ours("first", model, path),
        "cold": partial(cold, peer, path),
        "warm": theirs("pymc_first", peer, path, env=warm),
        "ours again": ours("again", model, path),
        "again": theirs("pymc_again", peer, path, env=warm),
    }


def cold(model, path):
    """Run as on a machine that never compiled the model: with an empty cache."""
    folder = tempfile.mkdtemp()
    try:
        flags = {"PYTENSOR_FLAGS": f"base_compiledir={folder}", "NUMBA_CACHE_DIR": folder}
        return theirs("pymc_first", model, path, env=flags)()
    finally:
        shutil.rmtree(folder)


def predictions(bench):
    """All four predictions for everybody; lifetimes has no residual value and does three."""
    size = bench.size(1_000_000)
    path = bench.draw("spending", size)
    models = {
        "BG/NBD": ("BGNBD", "BetaGeoFitter", "r,alpha,a,b", (0.243, 4.414, 0.793, 2.426)),
        "Pareto/NBD": (
            "ParetoNBD", "ParetoNBDFitter", "r,alpha,s,beta", (0.553, 10.578, 0.606, 11.669)
        ),
    }  # fmt: skip
    for name, (model, fitter, names, params) in models.items():
        sides = {
            "ours": ours("predict", model, path, *params),
            "lifetimes": theirs("lifetimes_predict", fitter, path, names, *params),
        }
        done = bench.race(sides)
        if "lifetimes" in done:
            agree(f"{name} predictions", done["ours"].facts, done["lifetimes"].facts, 1e-6)
        what = f"{name}: P(alive), purchases, spend and DERT of {size:,} customers"
        marks = {"headline": True, **bench.promise(limit=3)}
        yield duel(done, what, "lifetimes", "lifetimes, without DERT", **marks)


def summarise(bench):
    """From an order log in pandas to a customers table."""
    size = bench.size(2_000_000)
    path = bench.draw("log", size)
    sides = {"ours": ours("summarise", path), "lifetimes": theirs("lifetimes_summarise", path)}
    done = bench.race(sides)
    if "lifetimes" in done:
        agree("summarise", done["ours"].facts, done["lifetimes"].facts, 1e-9)
    what = f"Customers table from {size:,} rows in pandas"
    marks = {"headline": True, **bench.promise(target=3)}
    yield duel(done, what, "lifetimes", "lifetimes", **marks)


def curve(bench):
    """Fit BG/NBD from a thousand to ten million customers, and draw it."""
    points = []
    for size in sorted({bench.size(n) for n in CURVE_SIZES}):
        days = bench.draw("customers", "BGNBD", size, "days")
        counted, cells = bench.counted(days)
        sides = {"ours": ours("fit", "BGNBD", days), "ours, counted": ours("fit", "BGNBD", counted)}
        if size <= CURVE_REACH["lifetimes"]:
            sides["lifetimes"] = theirs("lifetimes_fit", "BetaGeoFitter", days)
        if size <= CURVE_REACH["ours, no two alike"]:
            moments = bench.draw("customers", "BGNBD", size, "moments")
            sides["ours, no two alike"] = ours("fit", "BGNBD", moments)
        done = bench.race(sides)
        times = {name: side.cpu for name, side in done.items()}
        points.append({"customers": size, "cells": cells, **times})
        what = f"BG/NBD fit, {size:,} customers in {cells:,} distinct histories"
        yield duel(done, what, "lifetimes", "lifetimes")
        yield duel(done, "… equal histories counted before", mine="ours, counted")
    if bench.full:
        kept = bench.folder / "points.json"
        kept.write_text(json.dumps(points, indent=1))
        run("curve.py", "draw", kept, ROOT / "docs" / "images" / "bench-cells.png")


def audit(bench):
    """From a file to a report: the promise of ``centricity audit``."""
    folder = Path(os.environ.get("CENTRICITY_DATA") or ROOT.parent / "shared" / "data")
    path = folder / MASTER if bench.full else ROOT / "datasets" / "shop_orders.csv"
    if not path.exists():
        print(f"bench: {path.name} is not there; set CENTRICITY_DATA to its folder. Left out.")
        return
    done = bench.race({"ours": ours("audit", path)})
    lines = path.read_bytes().count(b"\n")
    what = f"Audit of {path.stem} ({lines:,} lines), file to report"
    yield duel(done, what, headline=True, **bench.promise(limit=60))
    memory = bench.promise(limit=2)
    what = "… peak memory of its largest process"
    yield Row(what=what, ours=done["ours"].peak, unit="GB", headline=True, **memory)


def million(bench):
    """From a million order lines with channel, category and cost to a report."""
    size = bench.size(1_000_000)
    path = bench.draw("export", size, suffix=".csv")
    done = bench.race({"ours": ours("audit", path)})
    what = f"Audit of {size:,} lines with channel, category and cost, file to report"
    yield duel(done, what, headline=True, **bench.promise(limit=120))
    what = "… peak memory of its largest process"
    memory = bench.promise(limit=2)
    yield Row(what=what, ours=done["ours"].peak, unit="GB", headline=True, **memory)


def big_log(bench):
    """A hundred million order lines, from Parquet to scores: benchmarks/big_log.py measures."""
    if bench.full:
        yield from told("big_log.py")
    else:
        small = told("big_log.py", "--lines", "200000", "--repeats", "1")
        yield from (replace(row, target=None, limit=None) for row in small)


def loyalty(bench):
    """The loyalty simulator beside the draws that it needs: benchmarks/loyalty.py measures."""
    if bench.full:
        yield from told("loyalty.py")
    else:
        small = told("loyalty.py", "--members", "4000", "--months", "12", "--repeats", "1")
        yield from (replace(row, limit=None) for row in small)


def told(script, *arguments):
    """Rows that a script of its own measured: the last line it prints is a JSON list of them."""
    done = subprocess.run(
        [sys.executable, HERE / script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env={**os.environ, **THREADS}, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"bench: {script} failed; its message stands above.")
    return [Row(**row) for row in json.loads(done.stdout.strip().splitlines()[-1])]


PIECES = {
    piece.__name__: piece
    for piece in (
        pareto,
        bgnbd,
        cdnow,
        pymc,
        predictions,
        summarise,
        curve,
        loyalty,
        audit,
        million,
        big_log,
    )
}
BIG = ["big_log"]
