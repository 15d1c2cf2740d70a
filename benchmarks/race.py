"""Measure: every measurement in a process of its own, sides in turn, medians.

Standard library only and small: on Linux a child's peak memory starts at its parent's.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from child import processor

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
# One thread a side: a race of programs, not of cores. Spelt out in case make did not.
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}


SHORT = 2.0  # seconds


@dataclass(frozen=True)
class Side:
    """What one side needed: median seconds (wall, processor), the largest peak; its answer."""

    seconds: float
    cpu: float
    peak: float
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of the table. ``target`` is how many times faster, ``limit`` an upper bound."""

    what: str
    ours: float
    theirs: float | None = None
    peer: str = ""
    target: float | None = None
    limit: float | None = None
    unit: str = "s"
    cpu_ours: float | None = None
    cpu_theirs: float | None = None
    memory_ours: float | None = None
    memory_theirs: float | None = None
    headline: bool = False

    @property
    def ratio(self):
        return None if self.theirs is None else self.theirs / self.ours

    @property
    def cpu_ratio(self):
        """The same in processor time, which waiting for a busy machine does not touch."""
        return None if self.cpu_theirs is None else self.cpu_theirs / self.cpu_ours

    @property
    def met(self):
        """Whether the promise is kept; None where nothing was promised."""
        if self.target is not None:
            return self.ratio >= self.target
        return None if self.limit is None else self.ours < self.limit

    def plain(self):
        return asdict(self)


def run(script, *arguments, python=sys.executable, env=None):
    """Run one task and return its seconds (its own, or the whole process's), peak and facts."""
    command = [str(python), str(HERE / script), *map(str, arguments)]
    start, busy = time.perf_counter(), processor()
    done = subprocess.run(
        command,
        env={**os.environ, **THREADS, **(env or {})},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    whole = time.perf_counter() - start, processor() - busy
    if done.returncode:
        tail = done.stderr.strip()[-1500:]
        raise SystemExit(f"bench: {script} {' '.join(map(str, arguments))} failed.\n{tail}")
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    seconds = whole if answer["seconds"] is None else answer["seconds"]
    return seconds, answer["peak"], answer["facts"]


def alternate(sides, rounds, at_once=3):
    """Run each side in turn, several rounds: a busy minute falls on all of them.

    A side that needs less than two seconds runs ``at_once`` times in its turn, since a short run
    is easily disturbed.
    """
    runs = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            first = work()
            short = first[0][0] < SHORT
            runs[name] += [first, *(work() for _ in range(at_once - 1 if short else 0))]
    return {
        name: Side(
            seconds=statistics.median(r[0][0] for r in done),
            cpu=statistics.median(r[0][1] for r in done),
            peak=max(r[1] for r in done),
            facts=done[-1][2],
        )
        for name, done in runs.items()
    }


def agree(what, one, other, tolerance):
    """Stop unless both sides came to the same numbers: else the race is not about speed."""
    shared = sorted(set(one) & set(other))
    far = [
        f"{name} {one[name]:.6g} against {other[name]:.6g}"
        for name in shared
        if abs(one[name] - other[name]) > tolerance * max(abs(one[name]), abs(other[name]))
    ]
    nothing = "they have nothing in common"
    if far or not shared:
        raise SystemExit(f"bench: {what}: the two sides disagree: {', '.join(far) or nothing}.")
