"""Sliders for the rules and costs of a design canvas, beside the words that a team wrote."""

from dataclasses import replace
from typing import Any

import ipywidgets
import pandas as pd

from centricity._typing import RNG
from centricity.loyalty import Behaviour, Canvas, Members
from centricity.plots import canvas as picture
from centricity.widgets._controls import slider
from centricity.widgets._explore import Explorer


class CanvasExplorer(Explorer):
    """A team's page with sliders for its rules; made by `canvas`.

    Examples
    --------
    >>> from centricity import loyalty
    >>> page = loyalty.Canvas("Ink Circle", goals=["continued buying"], validity=12)
    >>> explorer = canvas(page, loyalty.Members.draw(200, rng=1), periods=6, rng=1)
    >>> explorer.page.validity  # the design as the sliders stand
    12
    """

    def __init__(
        self,
        page: Canvas,
        draw: Any,  # noqa: ANN401
        controls: dict[str, ipywidgets.Widget],
    ) -> None:
        self._page = page
        super().__init__(draw, controls, run_button=False)

    @property
    def page(self) -> Canvas:
        """The page as the sliders stand: the team's design, to keep."""
        return at(self._page, **self.values)


def canvas(
    page: Canvas,
    members: Members | pd.DataFrame,
    *,
    periods: int = 24,
    behaviour: Behaviour | None = None,
    rng: RNG = None,
) -> CanvasExplorer:
    """Show a team's page, with sliders for rules and costs that answer at once.

    Parameters
    ----------
    page : Canvas
        With the team's words; the sliders start at its rules.
    members : Members or DataFrame
        Some thousands of customers, the same for all teams.
    periods : int
    behaviour : Behaviour, optional
    rng : int or None
        The same seed for all teams, so that only the designs differ.

    Returns
    -------
    CanvasExplorer
        Its ``page`` is the design as the sliders stand.

    Examples
    --------
    >>> from centricity import loyalty, widgets
    >>> page = loyalty.Canvas("Ink Circle", goals=["continued buying"])
    >>> explorer = widgets.canvas(page, loyalty.Members.draw(500, rng=1), rng=1)
    >>> explorer.page == page
    True
    """

    def draw(**values: Any) -> None:  # noqa: ANN401
        result = at(page, **values).run(members, periods, behaviour=behaviour, rng=rng)
        now = result.canvas
        picture.canvas_page(boxes(now), result.scores, result.questions(), name=now.name)

    return CanvasExplorer(page, draw, controls(page))


def controls(page: Canvas) -> dict[str, ipywidgets.Widget]:
    """Return one slider for each rule, set as on the page."""
    dear = int(max(page.top_tier or 0, 2_000))
    return {
        "points_per_euro": slider(0.25, max(page.points_per_euro, 5.0), page.points_per_euro,
                                  step=0.25, label="Points per euro"),
        "reward_points": slider(25, max(page.reward_points, 1_000), page.reward_points, step=25,
                                label="Points for the reward"),
        "reward_worth": slider(0.0, max(page.reward_worth, 20.0), page.reward_worth, step=0.5,
                               label="Worth to the member (€)"),
        "reward_cost": slider(0.0, max(page.reward_cost, 20.0), page.reward_cost, step=0.25,
                              label="Cost to you (€)"),
        "validity": slider(0, max(page.validity or 0, 36), page.validity or 0, step=3,
                           label="Months that points live (0 = for ever)"),
        "top_tier": slider(0, dear, int(page.top_tier or 0), step=50,
                           label="Top tier from € a year (0 = none)"),
        "joining": slider(0.0, 1.0, page.joining, step=0.05, label="Share who join"),
        "fee": slider(0, max(int(page.fee), 100), int(page.fee), step=5,
                      label="Fee (€ a year)"),
        "platform_cost": slider(0, max(int(page.platform_cost), 2_000), int(page.platform_cost),
                                step=50, label="Running cost (€ a month)"),
    }  # fmt: skip


def at(page: Canvas, **values: Any) -> Canvas:  # noqa: ANN401
    """Return the page with the rules that the sliders show; 0 stands for "none"."""
    rules = {name: value for name, value in values.items() if value != getattr(page, name)}
    for name in ("validity", "top_tier"):
        if name in rules:
            rules[name] = rules[name] or None
    return replace(page, **rules)


def boxes(page: Canvas) -> pd.Series:
    """Return what the page's six boxes say."""
    lives = "for ever" if page.validity is None else f"{page.validity} months"
    tier = "no tiers" if page.top_tier is None else f"top tier from €{page.top_tier:g} a year"
    said = {
        "Goals": ", ".join(page.goals),
        "Brand": page.brand,
        "Drivers": _lines(page, ("reward", "data", "interaction")),
        "Feelings": _lines(page, ("honour", "participation", "responsibility")),
        "Rules": f"{page.points_per_euro:g} per euro; points live {lives}\n"
        f"{page.reward_points} points buy €{page.reward_worth:g}: {100 * page.back:.1f} % back\n"
        f"{tier}",
        "Cost": f"a reward costs €{page.reward_cost:g}\n"
        f"running it €{page.platform_cost:g} a month\n"
        + (f"members pay €{page.fee:g} a year" if page.fee else "members pay no fee"),
    }
    return pd.Series({name: text.strip() or "—" for name, text in said.items()})


def _lines(page: Canvas, names: tuple[str, ...]) -> str:
    return "\n".join(f"{name.capitalize()}: {getattr(page, name) or '?'}" for name in names)
