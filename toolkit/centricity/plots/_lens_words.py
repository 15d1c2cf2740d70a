"""Money, units of age and axes that the figures of the lenses share."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from centricity.plots._words import short
from centricity.plots.style import BLUE, INK

BLUES = LinearSegmentedColormap.from_list("blues", ["#F7FAFC", "#9CC7E3", BLUE, "#003B63"])
MARKERS = "osD^v"
SCALES = ((1e9, " bn"), (1e6, " m"), (1e3, " k"))
UNITS = {"W": "weeks", "M": "months", "Q": "quarters", "Y": "years"}


def money(value: float, currency: str, *, sign: bool = False) -> str:
    """Write an amount with its currency, shortened, and a sign where asked for.

    >>> money(-12_345.0, "€"), money(0.5, "$", sign=True), money(12.0, "EUR")
    ('−€12.3 k', '+$0.50', 'EUR 12')
    """
    size = abs(value)
    number = f"{size:.2f}" if 0 < size < 9.995 and round(size) != size else short(size)
    gap = " " if currency[-1:].isalpha() else ""
    before = "−" if value < 0 else "+" if sign and value > 0 else ""
    return f"{before}{currency}{gap}{number}"


def alike(values: Iterable[float], currency: str, *, sign: bool = True) -> list[str]:
    """Write amounts that stand together with one unit and the same number of decimals.

    >>> alike([198_889.0, -9_353.0, -1_127.0], "€")
    ['+€198.9 k', '−€9.4 k', '−€1.1 k']
    >>> alike([30.0, -12.0], "$", sign=False)
    ['$30', '−$12']
    """
    held = [float(value) for value in values]
    sizes = [abs(value) for value in held if value and np.isfinite(value)]
    top, least = max(sizes, default=0.0), min(sizes, default=0.0)
    size, unit = next((one for one in SCALES if top >= 0.9995 * one[0]), (1.0, ""))
    if unit:
        digits = 1 if least >= 0.05 * size else 2
    else:
        digits = 0 if top >= 99.5 or all(value == round(value) for value in sizes) else 2
    gap = " " if currency[-1:].isalpha() else ""
    words = []
    for value in held:
        number = f"{abs(value) / size:,.{digits}f}"
        shown = float(number.replace(",", "")) if np.isfinite(value) else value
        before = "−" if value < 0 < shown or value == -np.inf else ""
        before = "+" if sign and value > 0 else before
        words.append(f"{before}{currency}{gap}{number}{unit if shown else ''}")
    return words


def money_axis(ax: Axes, currency: str, *, axis: str) -> None:
    """Write an axis in money."""
    which = ax.xaxis if axis == "x" else ax.yaxis
    which.set_major_formatter(lambda value, _: money(value, currency))


def thousands(ax: Axes) -> None:
    """Write the upright axis with commas."""
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def bars_to_zero(ax: Axes) -> None:
    """Leave room for the words at the ends of lying bars, and mark zero."""
    ax.margins(x=0.18)
    ax.axvline(0, color=INK, linewidth=0.8)


def units(every: str) -> str:
    """Name a unit of age in the plural.

    >>> units("M"), units("fortnight")
    ('months', 'fortnight')
    """
    return UNITS.get(every, every)


def cell(table: pd.DataFrame, row: str, column: str) -> float:
    """Return one number of a table."""
    return float(table[column].astype(float)[row])


def name_periods(ax: Axes, names: list[str]) -> None:
    """Name places on the lying axis, not more than fit."""
    room = 12 if max(map(len, names)) <= 4 else 6
    steps = (1, 2, 3, 4, 6, *range(12, len(names) + 12, 12))
    step = next(step for step in steps if len(names) <= step * room)
    places = list(range(0, len(names), step))
    ax.set_xticks(places, [names[place].partition("/")[0] for place in places])
