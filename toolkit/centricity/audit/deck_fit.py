"""Text that stays in its box: the largest size at which it fits, measured before it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from centricity.audit.handout import breadth, wrap

LEADING = 1.2
"""Height of a line, as a multiple of the size of its letters."""

SAFE = 0.97
"""Share of a box's width that is counted on, as no two programs set text alike."""

INCH = 72.0


@dataclass(frozen=True)
class Fitted:
    """A text with the size, in points, at which it fits its box, and the lines it takes."""

    text: str
    size: float
    lines: int


def fit(
    text: str, width: float, height: float, sizes: Sequence[float], *, bold: bool = False
) -> Fitted:
    """Choose the largest size at which a text fits; shorten one that fits at none.

    Parameters
    ----------
    text : str
    width, height : float
        The box, in inches.
    sizes : sequence of float
        Sizes to try, in points, the largest first.
    bold : bool

    Returns
    -------
    Fitted
        At a size above the smallest no word is cut in two.

    Examples
    --------
    >>> fit("62 %", 4.0, 1.0, (60, 40, 20))
    Fitted(text='62 %', size=60, lines=1)
    >>> fit("word " * 40, 2.0, 0.4, (12, 10)).text
    'word word word word word word word word word word …'
    """
    room = width * INCH * SAFE
    for size in sizes:
        lines = wrap(text, room, size, bold=bold)
        whole = size == sizes[-1] or widest_word(text, size, bold=bold) <= room
        if whole and len(lines) * size * LEADING <= height * INCH:
            return Fitted(text, size, len(lines))
    size = sizes[-1]
    most = max(int(height * INCH / (size * LEADING)), 1)
    short = shortened(text, most, lambda part: len(wrap(part, room, size, bold=bold)))
    return Fitted(short, size, len(wrap(short, room, size, bold=bold)))


def widest_word(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of the widest word, in points."""
    return max((breadth(word, size, bold=bold) for word in text.split()), default=0.0)


def shortened(text: str, most: int, lines_of: Callable[[str], int]) -> str:
    """Cut a text at a word, or inside a very long one, so that it takes at most so many lines."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines_of(f"{text[:middle].rstrip()} …") <= most:
            low = middle
        else:
            high = middle - 1
    cut = text[:low]
    at_word = cut.rpartition(" ")[0]
    if low < len(text) and text[low : low + 1] != " " and len(at_word) > 0.6 * low:
        cut = at_word
    return f"{cut.rstrip(' ,;:.')} …"


def fit_all(
    texts: Sequence[str], width: float, height: float, sizes: Sequence[float], *, gap: float = 0.5
) -> tuple[list[str], float]:
    """Choose one size for several paragraphs; drop the last ones where the smallest is too large.

    Parameters
    ----------
    texts : sequence of str
    width, height : float
        The box, in inches.
    sizes : sequence of float
        In points, the largest first.
    gap : float
        Space below a paragraph, as a multiple of the size.

    Returns
    -------
    list of str, float
        The paragraphs that fit, and their size. A last one says how many are missing.
    """
    for size in sizes:
        if _height(texts, width, size, gap) <= height * INCH:
            return list(texts), size
    size = sizes[-1]
    for kept in range(len(texts) - 1, 0, -1):
        some = [*texts[:kept], f"… and {len(texts) - kept} more, in the report"]
        if _height(some, width, size, gap) <= height * INCH:
            return some, size
    return [fit(" ".join(texts), width, height, sizes).text], size


def _height(texts: Sequence[str], width: float, size: float, gap: float) -> float:
    room = width * INCH * SAFE
    lines = sum(len(wrap(text, room, size)) for text in texts)
    return lines * size * LEADING + (len(texts) - 1) * gap * size
