"""Words, numbers and checks that several figures share."""

import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity.plots import style


def check(table: pd.DataFrame, where: str, columns: tuple[str, ...]) -> None:
    frame = _validate.require_frame(table, where)
    _validate.require_columns(frame.columns, columns, where, "The figure is drawn from it")
    if frame.empty:
        raise _validate.problem(where, "the table is empty", "A figure needs at least one row")


def legend_below(ax: Axes, columns: int) -> None:
    """Put the legend below the axis label, whatever the height of the axes."""
    figure = ax.get_figure(root=True)
    inches = ax.get_position().height * (figure.get_figheight() if figure else 4.5)
    style.legend(ax, ncols=columns, loc="upper center", bbox_to_anchor=(0.5, -0.62 / inches))


def per_cent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


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
    return f"{'−' if value < 0 else ''}€{short(abs(value))}"
