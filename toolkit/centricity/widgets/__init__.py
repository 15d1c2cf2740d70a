"""Sliders wired to a picture: ``widgets.explore(draw, t=widgets.slider(0, 52, 26, label="…"))``."""

from centricity.widgets._canvas import CanvasExplorer, canvas
from centricity.widgets._controls import choice, slider
from centricity.widgets._explore import Explorer, check_all, explore

__all__ = ["CanvasExplorer", "Explorer", "canvas", "check_all", "choice", "explore", "slider"]
