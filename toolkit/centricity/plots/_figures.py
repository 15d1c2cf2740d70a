"""Collect the figures that a piece of code makes, as pictures, and close them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib.pyplot as plt


@contextmanager
def collected(dpi: int = 100) -> Iterator[list[bytes]]:
    """Yield a list that holds, after the block, a PNG of every figure made inside it.

    The figures are closed, also when the block raises, so nothing leaks and nothing shows twice.

    >>> with collected() as pictures:
    ...     _ = plt.subplots()
    >>> len(pictures), plt.get_fignums()
    (1, [])
    """
    before = set(plt.get_fignums())
    pictures: list[bytes] = []
    try:
        yield pictures
        for number in sorted(set(plt.get_fignums()) - before):
            buffer = io.BytesIO()
            plt.figure(number).savefig(
                buffer, format="png", dpi=dpi, bbox_inches="tight", metadata={"Software": None}
            )
            pictures.append(buffer.getvalue())
    finally:
        for number in set(plt.get_fignums()) - before:
            plt.close(number)
