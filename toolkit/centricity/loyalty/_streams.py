"""Random numbers by block, so that a member's draws do not depend on how many others there are."""

import numpy as np

from centricity._typing import RNG

BLOCK = 4096
PURPOSES = ("members", "simulate")


def streams(rng: RNG, n: int, purpose: str) -> list[np.random.Generator]:
    """Return one generator for each block that n members fill.

    A generator belongs to its block's position and to its purpose: the same seed given to
    ``draw_members`` and to ``simulate`` yields unrelated numbers.
    """
    rooms = np.random.default_rng(rng).spawn(len(PURPOSES))
    return rooms[PURPOSES.index(purpose)].spawn(-(-n // BLOCK))


def blocks(n: int) -> list[slice]:
    """Return the slices that cut n members into blocks.

    >>> blocks(5000)
    [slice(0, 4096, None), slice(4096, 5000, None)]
    """
    return [slice(first, min(first + BLOCK, n)) for first in range(0, n, BLOCK)]
