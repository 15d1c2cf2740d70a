"""Random numbers by block, so that a member's draws do not depend on how many others there are."""

from typing import Any

import numpy as np

from centricity._typing import RNG, Float

BLOCK = 32_768
PURPOSES = ("members", "simulate")
ROOM = 1 << 20  # numbers set aside for one period's normal draws, which use one or a few each


def streams(rng: RNG, n: int, purpose: str) -> list[np.random.SeedSequence]:
    """Return one seed for each block that n members fill.

    A seed belongs to its block's position and to its purpose: the same ``rng`` given to
    ``Members.draw`` and to ``simulate`` yields unrelated numbers.
    """
    rooms = np.random.default_rng(rng).spawn(len(PURPOSES))
    room: Any = rooms[PURPOSES.index(purpose)].bit_generator.seed_seq
    seeds: list[np.random.SeedSequence] = room.spawn(-(-n // BLOCK))
    return seeds


def blocks(n: int) -> list[slice]:
    """Return the slices that cut n members into blocks.

    >>> blocks(40_000)
    [slice(0, 32768, None), slice(32768, 40000, None)]
    """
    return [slice(first, min(first + BLOCK, n)) for first in range(0, n, BLOCK)]


class Uniform:
    """Uniform numbers of one kind or several, period after period, for the first n of a block.

    A block that is not full skips the numbers of those who are not there.
    """

    def __init__(self, seed: np.random.SeedSequence, n: int, kinds: int) -> None:
        self.bits = np.random.PCG64(seed)
        self.generator = np.random.Generator(self.bits)
        self.numbers = np.empty((kinds, n))
        self.skip = BLOCK - n

    def draw(self) -> Float:
        """Return (kinds × n) fresh numbers, in an array that the next call fills again."""
        if not self.skip:
            return self.generator.random(out=self.numbers)
        for row in self.numbers:
            self.generator.random(out=row)
            self.bits.advance(self.skip)
        return self.numbers


class Normal:
    """Standard normal numbers, period after period, for the first n of a block."""

    def __init__(self, seed: np.random.SeedSequence, n: int) -> None:
        self.bits = np.random.PCG64(seed)
        self.generator = np.random.Generator(self.bits)
        self.numbers = np.empty(n)
        self.start, self.period = self.bits.state, 0

    def draw(self) -> Float:
        """Return n fresh numbers, in an array that the next call fills again."""
        # How many raw numbers a normal one takes is a matter of chance, so every period has
        # a place of its own in the stream.
        self.bits.state = self.start
        self.bits.advance(self.period * ROOM)
        self.period += 1
        return self.generator.standard_normal(out=self.numbers)
