"""Wire controls to a function that draws, once now and again on every move."""

import base64
import itertools
import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets
from IPython.utils.capture import capture_output

from centricity import _validate
from centricity.plots import _figures
from centricity.widgets._controls import extremes, tidy

_made: "weakref.WeakSet[Explorer]" = weakref.WeakSet()
_numbers = itertools.count()


class Explorer(ipywidgets.VBox):
    """Controls above, picture below; made by `explore`.

    In a saved notebook, which has no kernel to move a slider, the first picture stands alone.

    Examples
    --------
    >>> from centricity.widgets import slider
    >>> shown = explore(lambda rate: print(f"{rate} %"), rate=slider(0, 10, 5))
    >>> type(shown).__name__, shown.values
    ('Explorer', {'rate': 5})
    """

    def __init__(
        self, draw: Callable[..., Any], controls: dict[str, ipywidgets.Widget], *, run_button: bool
    ) -> None:
        self._draw, self._controls = draw, controls
        self._number, self._strict = next(_numbers), True
        self.area = ipywidgets.Output()
        tidy(list(controls.values()))
        self.redraw()
        self._first = self.area.outputs
        top = list(controls.values())
        if run_button:
            button = ipywidgets.Button(description="Run", button_style="primary", icon="play")
            button.on_click(lambda _: self.redraw())
            top.append(button)
        else:
            for control in controls.values():
                control.observe(lambda _: self.redraw(), names="value")
        super().__init__([ipywidgets.VBox(top), self.area])
        self._strict = False
        self._run_button = run_button
        _made.add(self)

    @property
    def values(self) -> dict[str, Any]:
        """What the controls are set to, by name."""
        return {name: control.value for name, control in self._controls.items()}

    def redraw(self) -> None:
        """Draw at the current values; show an error below the sliders instead of raising it.

        Examples
        --------
        >>> from centricity.widgets import slider
        >>> shown = explore(lambda rate: f"{rate} %", rate=slider(0, 10, 5))
        >>> shown.redraw()
        >>> shown.area.outputs[0]["data"]["text/plain"]
        '5 %'
        """
        try:
            self.area.outputs = render(self._draw, self.values)
        except Exception as error:
            if self._strict:
                raise
            self.area.outputs = (error_output(error),)

    def check(self) -> None:
        """Set every control to each end and every option and draw; raise what goes wrong.

        The controls are moved one at a time, then all to their first and all to their last end,
        and put back.

        Examples
        --------
        >>> from centricity.widgets import slider
        >>> shown = explore(lambda rate: f"{rate} %", rate=slider(0, 10, 5))
        >>> shown.check()  # silent: it can be drawn at 0 and at 10, and stands at 5 again
        >>> shown.values
        {'rate': 5}
        """
        start, self._strict = self.values, True
        ends = {name: extremes(control) for name, control in self._controls.items()}
        trials = [{name: end} for name, several in ends.items() for end in several]
        trials += [{name: several[i] for name, several in ends.items()} for i in (0, -1)]
        try:
            for trial in trials:
                self._set(start | trial)
        finally:
            self._strict = False
            self._set(start)

    def _set(self, values: dict[str, Any]) -> None:
        try:
            for name, value in values.items():
                self._controls[name].value = value
            if self._run_button:
                self.redraw()
        except Exception as error:
            error.add_note(f"explore: this happened at {self.values}")
            raise

    def __repr__(self) -> str:
        """Name the controls, for readers of a saved notebook without pictures."""
        labels = (control.description or name for name, control in self._controls.items())
        return f"Sliders: {', '.join(labels)} (run this cell to move them)"

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        data = dict(super()._repr_mimebundle_(**options) or {})
        data["text/plain"] = repr(self)
        for output in self._first:
            if "image/png" in output.get("data", {}):
                data["image/png"] = output["data"]["image/png"]
                break
        return data


def explore(
    draw: Callable[..., Any], *, run_button: bool = False, **controls: ipywidgets.Widget
) -> Explorer:
    """Show a picture with sliders.

    Parameters
    ----------
    draw
        Called with the controls' values as keyword arguments, once now and on every move. What it
        draws, prints or returns (a table, text) is shown. It makes its own figure and need not
        show or close it.
    run_button
        Draw on a button instead of on every move, for drawing that takes over 0.3 s.
    **controls
        One for each argument of ``draw``: `slider`, `choice` or any ipywidgets control.

    Raises
    ------
    Exception
        Whatever ``draw`` raises at the first values. Later errors show below the sliders.

    Examples
    --------
    >>> from centricity import widgets
    >>> explorer = widgets.explore(lambda n: f"{n} weeks", n=widgets.slider(1, 4, 2, label="Weeks"))
    >>> explorer.area.outputs[0]["data"]["text/plain"]
    '2 weeks'
    >>> explorer.check()
    """
    for name, control in controls.items():
        if not hasattr(control, "value") or not hasattr(control, "observe"):
            raise _validate.problem(
                "widgets.explore",
                f"'{name}' is {_validate.a_type(control)}",
                "Each control is a slider, a choice or another ipywidgets control",
                f"Try {name}=widgets.slider(0, 10, 5)",
                error=TypeError,
            )
    return Explorer(draw, controls, run_button=run_button)


def check_all() -> int:
    """Check every explorer made so far in this process; return how many, raise what goes wrong.

    Examples
    --------
    >>> from centricity import widgets
    >>> explorer = widgets.explore(lambda n: str(n), n=widgets.slider(1, 4, 2))
    >>> widgets.check_all() >= 1
    True
    """
    explorers = sorted(_made, key=lambda explorer: explorer._number)
    for explorer in explorers:
        explorer.check()
    return len(explorers)


def render(draw: Callable[..., Any], values: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Call ``draw`` and return what it made as notebook outputs, figures closed."""
    with _figures.collected() as pictures, capture_output() as said:
        result = draw(**values)
    outputs = []
    if said.stdout:
        outputs.append({"output_type": "stream", "name": "stdout", "text": said.stdout})
    outputs += [display(shown.data) for shown in said.outputs]
    outputs += [
        display({"image/png": base64.b64encode(png).decode(), "text/plain": "figure"})
        for png in pictures
    ]
    if isinstance(result, str):
        outputs.append(display({"text/plain": result}))
    elif result is not None and not pictures:
        html = getattr(result, "_repr_html_", lambda: None)()
        plain = {"text/plain": repr(result)}
        outputs.append(display(plain if html is None else plain | {"text/html": html}))
    if not outputs:
        raise _validate.problem(
            "widgets.explore",
            "draw made no figure, no text and no table",
            "draw shows something each time it is called",
            "Make a figure in it, or return a table or text",
        )
    return tuple(outputs)


def display(data: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook output that displays data."""
    return {"output_type": "display_data", "data": data, "metadata": {}}


def error_output(error: Exception) -> dict[str, Any]:
    """Return a notebook output that states an error without a traceback."""
    name = type(error).__name__
    says = f"This setting could not be drawn. {name}: {error}"
    return {"output_type": "error", "ename": name, "evalue": str(error), "traceback": [says]}
