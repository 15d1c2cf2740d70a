"""Measure what the project promises, each against its limit, in one run: ``make bench``.

Never part of ``make test``: a timed test fails on a busy machine and proves nothing there.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from centricity import clv, transactions

MASTER = Path(os.environ.get("CENTRICITY_DATA") or "../shared/data") / "CDNOW_master.txt"


def rows():
    """Yield name, measured value, unit and limit of each promise."""
    yield from audit_of_the_master_file()
    yield from fits_of_a_simulated_base()


def audit_of_the_master_file():
    """Start to finish, in a process of its own, reading and writing files."""
    if not MASTER.exists():
        print(f"skipped: {MASTER} is not there; set CENTRICITY_DATA", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("centricity"), "audit", MASTER, "-o", folder]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.perf_counter() - start
    # Kilobytes on Linux, bytes on macOS; the largest of all processes that the audit started.
    scale = 1e6 if sys.platform == "linux" else 1e9
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / scale
    yield "audit of CDNOW master (69,659 lines)", seconds, "s", 60
    yield "… peak memory of its largest process", peak, "GB", 2


def fits_of_a_simulated_base():
    """BG/NBD with standard errors: the cost follows the cells, not the customers."""
    model = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    for size in (1_000, 10_000, 100_000, 1_000_000):
        rng = np.random.default_rng(size)
        world = model.simulate(rng.integers(180, 274, size) / 7, rng=rng)
        # Real logs have days, and days are what makes histories coincide.
        seen = world.customers.assign(
            recency=lambda c: np.where(c["frequency"] > 0, np.ceil(c["recency"] * 7) / 7, 0.0)
        )
        start = time.perf_counter()
        fit = clv.BGNBD.fit(seen)
        seconds = time.perf_counter() - start
        assert fit.converged
        cells = len(transactions.cells(seen))
        yield f"BG/NBD fit, {size:,} customers in {cells:,} cells", seconds, "s", None


def main():
    """Print one table: what was measured, the limit, and the ratio of the two."""
    print(f"{'what':<55}{'measured':>12}{'limit':>10}{'share of limit':>16}")
    for name, value, unit, limit in rows():
        bound = "" if limit is None else f"{limit:g} {unit}"
        share = "" if limit is None else f"{value / limit:.0%}"
        print(f"{name:<55}{f'{value:.2f} {unit}':>12}{bound:>10}{share:>16}", flush=True)


if __name__ == "__main__":
    main()
