"""Race the toolkit against its peers, side by side in one run: ``make bench``.

Never part of ``make test``: a timed test fails on a busy machine and proves nothing there. This
process imports no library, so that it stays smaller than any child it measures.
"""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import page
from pieces import BIG, PIECES, Bench
from race import HERE, PEERS, RESULTS, ROOT, Row

VERSIONS = (
    "import sys; from importlib.metadata import version; "
    "print(*(f'{name} {version(name)}' for name in sys.argv[1:]), sep=', ')"
)
USUAL = [name for name in PIECES if name not in BIG]
LIBRARIES = ("numpy", "scipy", "pandas")


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PIECES, default=USUAL, metavar="PIECE",
                        help=f"measure these again: {', '.join(PIECES)}")  # fmt: skip
    parser.add_argument("--big", action="store_true", help="the log of 100 million lines as well")
    parser.add_argument("--tiny", action="store_true", help="does it run? Writes no page")
    parser.add_argument("--no-peers", action="store_true", help="our side only; writes no page")
    return parser.parse_args()


def output(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def conditions(before):
    """What a reader needs to judge a number: code, load, time."""
    dirty = bool(output("git", "status", "--porcelain", "--", "toolkit"))
    return {
        "commit": (output("git", "rev-parse", "--short", "HEAD") or "unknown") + "+" * dirty,
        "day": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
    }


def measure(name, bench):
    """Run one piece, print its rows, keep them in benchmarks/results/."""
    before = os.getloadavg()[0]
    rows = []
    for row in PIECES[name](bench):
        rows.append(row)
        print(page.text([row]).splitlines()[1], flush=True)
    return {"rows": [row.plain() for row in rows], "conditions": conditions(before)}


def machine():
    """Processor, cores, Python and libraries of both sides."""
    names = [
        line.split(":")[1].strip()
        for line in output("cat", "/proc/cpuinfo").splitlines()
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.processor() or platform.machine()
    ours = output(sys.executable, "-c", VERSIONS, *LIBRARIES)
    theirs = output(str(PEERS), "-c", VERSIONS, "lifetimes", "pymc-marketing", *LIBRARIES)
    return (
        f"{processor}, {os.cpu_count()} cores, one thread a side; Python "
        f"{platform.python_version()}; ours on {ours}; theirs: {theirs}."
    )


def circumstances(kept):
    """One sentence on when, on which code and under what load the rows were measured."""
    seen = sorted({(c["day"], c["commit"]) for c in kept})
    loads = [load for c in kept for load in c["load"]]
    when = "; ".join(f"{day} on commit {commit}" for day, commit in seen)
    changed = " (+: with uncommitted changes)" if any("+" in c for _, c in seen) else ""
    return (
        f"Measured {when}{changed}. Load average {min(loads)} to {max(loads)} on "
        f"{os.cpu_count()} cores (1 is this benchmark alone). {machine()}"
    )


def publish():
    """Write RESULTS.md from the latest rows of every piece, and the README's part of it."""
    kept = {n: RESULTS / f"{n}.json" for n in PIECES if (RESULTS / f"{n}.json").exists()}
    measured = {name: json.loads(path.read_text()) for name, path in kept.items()}
    rows = [Row(**row) for piece in measured.values() for row in piece["rows"]]
    shared = page.block(rows, circumstances([m["conditions"] for m in measured.values()]))
    left_out = [name for name in PIECES if name not in measured]
    results = (
        (HERE / "RESULTS.template.md")
        .read_text(encoding="utf-8")
        .format(
            headline=shared,
            everything=page.markdown([row for row in rows]),
            left_out=f"Not measured: {', '.join(left_out)}.\n" if left_out else "",
        )
    )
    (HERE / "RESULTS.md").write_text(results, encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(page.replaced(readme.read_text(encoding="utf-8"), shared), encoding="utf-8")
    print(f"\n{page.text(rows)}\n\nWritten: benchmarks/RESULTS.md and README.md")


def main():
    chosen = options()
    bench = Bench(peers=not chosen.no_peers)
    if bench.peers and not PEERS.exists():
        sys.exit(f"bench: {PEERS.relative_to(ROOT)} is not there. Run it by `make bench`.")
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.tiny:
            bench = Bench(0.001, bench.peers, rounds=1, folder=Path(scratch))
        bench.folder.mkdir(exist_ok=True)
        for name in [*chosen.only, *(BIG if chosen.big else [])]:
            print(f"— {name}", flush=True)
            found = measure(name, bench)
            if bench.full:
                (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1))
    if bench.full:
        publish()


if __name__ == "__main__":
    main()
