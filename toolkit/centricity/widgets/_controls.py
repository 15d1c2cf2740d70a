"""Sliders and menus with a readable label, and the values at which to try them."""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets

from centricity import _validate

WIDTH = "34em"


def slider(
    min: float,
    max: float,
    value: float,
    step: float | None = None,
    label: str = "",
) -> ipywidgets.Widget:
    """Return a slider that reports when it is let go, not while it is dragged.

    Parameters
    ----------
    min, max, value
        Both ends, inclusive, and where it starts.
    step
        Smallest move. If None: 1 where all three are whole numbers, else a hundredth of the range.
    label
        What it sets, with its unit: ``"weeks of silence"``.

    Raises
    ------
    ValueError
        Unless ``min <= value <= max`` and ``min < max``.

    Examples
    --------
    >>> slider(0, 52, 26, label="week").value
    26
    """
    if not min < max or not min <= value <= max:
        raise _validate.problem(
            "widgets.slider",
            f"min, value, max are {min}, {value}, {max}",
            "A slider needs min < max and a value between them",
        )
    options = {
        "min": min, "max": max, "value": value, "description": label, "continuous_update": False,
    }  # fmt: skip
    numbers = (min, max, value) if step is None else (min, max, value, step)
    if all(isinstance(number, int) for number in numbers):
        return ipywidgets.IntSlider(step=1 if step is None else step, **options)
    step = (max - min) / 100 if step is None else step
    digits = 0
    while digits < 4 and abs(round(step, digits) - step) > 1e-9:
        digits += 1
    return ipywidgets.FloatSlider(step=step, readout_format=f".{digits}f", **options)


def choice(
    options: Sequence[Any] | Mapping[str, Any],
    value: Any = None,  # noqa: ANN401
    label: str = "",
) -> ipywidgets.Widget:
    """Return a menu of options; ``value`` is the first unless given.

    A mapping shows its keys and hands its values to ``draw``.

    Examples
    --------
    >>> choice(["even", "early"], label="customer").value
    'even'
    """
    pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
    if not pairs:
        raise _validate.problem(
            "widgets.choice", "there are no options", "A menu needs at least one"
        )
    menu = ipywidgets.Dropdown(options=pairs, description=label)
    if value is not None:
        menu.value = value
    return menu


def tidy(controls: Sequence[ipywidgets.Widget]) -> None:
    """Give all controls one width, and their labels the room that the longest one needs."""
    longest = max((len(control.description) for control in controls), default=0)
    for control in controls:
        control.style.description_width = f"{longest * 0.58 + 1:.0f}em"
        control.layout.width = f"calc({WIDTH} + {longest * 0.58:.0f}em)"
        control.layout.max_width = "100%"


def extremes(control: ipywidgets.Widget) -> list[Any]:
    """Return the values at which a control is tried: both ends, or every option."""
    if hasattr(control, "options"):
        return [option[1] for option in control._options_full]
    if hasattr(control, "min") and hasattr(control, "max"):
        ends = [control.min, control.max]
        return [(end, end) for end in ends] if isinstance(control.value, tuple) else ends
    return [False, True] if isinstance(control.value, bool) else [control.value]
