"""The loyalty simulator: a million members for 36 months, beside drawing the numbers it uses.

Both are measured in one process, one after the other in turns, as processor seconds on one core;
the best of each counts. The numbers are counted while they are drawn, and drawn again in blocks of
the same size by the same generator. Prints a table, and last a line of JSON with one row each.

``python benchmarks/loyalty.py`` · ``--members 100000`` tries it small.
"""

import argparse
import json

import child
import numpy as np

from centricity import loyalty
from centricity.loyalty import _streams

LIMIT, ROOM = 3.0, 2.0  # times the draws; gigabytes


def programme():
    """Three tiers, two rewards, points that wait a month and live for a year."""
    return loyalty.Programme(
        points_per_euro=1,
        tiers=(
            loyalty.Tier("member", 0),
            loyalty.Tier("silver", 400, 1.25, cost=0.2, hazard_cut=0.05),
            loyalty.Tier("gold", 900, 1.5, cost=0.6, hazard_cut=0.1),
        ),
        rewards=(
            loyalty.Reward("voucher", 250, 5.0, 3.2),
            loyalty.Reward("pen", 1_500, 36.0, 19.0),
        ),
        validity=12,
        pending=1,
        platform_cost=900.0,
    )


class Counter:
    """Counts the numbers that the simulator draws, kind by kind."""

    def __init__(self):
        self.counts = {"uniform": 0, "normal": 0}

    def __enter__(self):
        self.usual = _streams.Uniform.draw, _streams.Normal.draw
        for kind, owner, draw in zip(
            self.counts, (_streams.Uniform, _streams.Normal), self.usual, strict=True
        ):
            owner.draw = self._counting(kind, draw)
        return self

    def _counting(self, kind, draw):
        def counted(stream):
            numbers = draw(stream)
            self.counts[kind] += numbers.size
            return numbers

        return counted

    def __exit__(self, *_):
        _streams.Uniform.draw, _streams.Normal.draw = self.usual


def numbers_used(rules, members, periods):
    """Return how many uniform and normal numbers one simulation draws."""
    with Counter() as counter:
        loyalty.simulate(rules, members, periods, rng=1)
    return counter.counts


def draw_again(counts):
    """Draw as many, in blocks, each into an array that is filled again."""
    generator, block = np.random.default_rng(1), np.empty(_streams.BLOCK)
    for kind, draw in (("uniform", generator.random), ("normal", generator.standard_normal)):
        for _ in range(counts[kind] // len(block)):
            draw(out=block)
        draw(out=block[: counts[kind] % len(block)])


def race(rules, members, periods, repeats):
    """Return processor seconds of the simulation and of the draws, each the best of several."""
    counts = numbers_used(rules, members, periods)
    ours, theirs = [], []
    for _ in range(repeats):
        theirs.append(child.timed(lambda: draw_again(counts))[0][1])
        ours.append(child.timed(lambda: loyalty.simulate(rules, members, periods, rng=1))[0][1])
    return min(ours), min(theirs), counts


def rows(size, periods, repeats):
    """Yield what was measured."""
    rules = programme()
    everyone = loyalty.Members.draw(size, rng=1)
    ours, theirs, counts = race(rules, everyone, periods, repeats)
    peak = child.gigabytes()
    what = f"loyalty.simulate, {size:,} members × {periods} months"
    yield {"what": what, "ours": ours, "theirs": theirs, "peer": "drawing its random numbers",
           "limit": LIMIT * theirs, "headline": True}  # fmt: skip
    yield {"what": "… times the draws", "ours": ours / theirs, "unit": "×", "limit": LIMIT}
    yield {"what": "… peak memory", "ours": peak, "unit": "GB", "limit": ROOM}
    drawn = sum(counts.values())
    yield {"what": "… random numbers (millions)", "ours": drawn / 1e6, "unit": "M"}
    whole = ours / (size * periods)
    for part in (8, 4, 2):
        few, _, _ = race(rules, everyone.head(size // part), periods, repeats)
        yield {"what": f"… a member and month at {size // part:,} members, against all",
               "ours": few / (size // part * periods) / whole, "unit": "×"}  # fmt: skip
    for months in (periods // 4, periods // 2, periods * 2):
        long, _, _ = race(rules, everyone.head(size // 4), months, repeats)
        yield {"what": f"… a member and month over {months} months, against all",
               "ours": long / (size // 4 * months) / whole, "unit": "×"}  # fmt: skip
    for make in loyalty.presets.ALL:
        preset = make()
        some = preset.members(size // 4, rng=1)
        mine, draws, _ = race(preset.programme, some, periods, repeats)
        yield {"what": f"… {preset.name}, times the draws", "ours": mine / draws, "unit": "×"}


def main():
    """Measure, print each row as it comes, and all of them as JSON at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    found = []
    for row in rows(asked.members, asked.months, asked.repeats):
        bound = f"   (limit {row['limit']:.3g})" if "limit" in row else ""
        print(f"{row['what']:<62}{row['ours']:>9.3f} {row.get('unit', 's')}{bound}", flush=True)
        found.append(row)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
