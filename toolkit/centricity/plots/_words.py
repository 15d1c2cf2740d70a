"""Words, numbers and checks that several figures share."""

from collections.abc import Iterable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from centricity import _validate
from centricity.plots import style


def check(table: object, where: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Raise unless this is a table with these columns and at least one row."""
    frame = _validate.require_frame(table, where)
    names = [str(name) for name in frame.columns]
    _validate.require_columns(names, columns, where, "The figure is drawn from it")
    if frame.empty:
        raise _validate.problem(where, "the table is empty", "A figure needs at least one row")
    return frame


def require_numbers(
    table: pd.DataFrame, columns: Iterable[object], where: str, *, minimum: float | None = None
) -> None:
    """Raise unless these columns hold finite numbers, at least ``minimum``."""
    for column in columns:
        name = str(column)
        held = table[[column]].set_axis([name], axis=1)
        _validate.numeric_column(held, name, where, minimum=minimum, noun="rows")


def legend_below(ax: Axes, columns: int) -> None:
    """Put the legend below the axis label, whatever the height of the axes."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().height * (figure.get_figheight() if figure else 4.5)
    style.legend(ax, ncols=columns, loc="upper center", bbox_to_anchor=(0.5, -0.62 / inches))


def per_cent(share: float, digits: int = 0) -> str:
    """Write a share as a percentage, with its sign.

    >>> per_cent(0.3), per_cent(-0.125, 1), per_cent(-0.001)
    ('30 %', '−12.5 %', '0 %')
    """
    size = f"{100 * abs(share):.{digits}f}"
    return f"{'−' if share < 0 < float(size) else ''}{size} %"


def short(value: float) -> str:
    """Write a number with three digits and a unit.

    >>> short(-1_234_567), short(45_600), short(999_800), short(7)
    ('-1.23 m', '45.6 k', '1 m', '7')
    """
    size = abs(value)
    for limit, unit in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if size >= 0.9995 * limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.0f}"


def euros(value: float) -> str:
    """Write an amount short, with its sign.

    >>> euros(-1_234_567), euros(45_600), euros(999_800), euros(7), euros(-0.2)
    ('−€1.23 m', '€45.6 k', '€1 m', '€7', '€0')
    """
    size = short(abs(value))
    return f"{'−' if value < 0 and size != '0' else ''}€{size}"


MONEY = FuncFormatter(lambda value, _: euros(value))
PERCENT = FuncFormatter(lambda share, _: per_cent(share))
THOUSANDS = FuncFormatter(lambda value, _: f"{value:,.0f}")
