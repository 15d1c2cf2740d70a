"""The canvas with sliders."""

from centricity import loyalty, widgets

PEOPLE = loyalty.Members.draw(200, rng=1)
PAGE = loyalty.Canvas("page", goals=["higher value"], validity=None, top_tier=600)


def test_the_sliders_start_at_the_page_and_none_is_zero():
    canvas = widgets.canvas(PAGE, PEOPLE, periods=6, rng=1)
    assert canvas.page == PAGE
    assert canvas.values["validity"] == 0


def test_the_page_follows_the_sliders():
    canvas = widgets.canvas(PAGE, PEOPLE, periods=6, rng=1)
    canvas._controls["validity"].value = 6
    canvas._controls["top_tier"].value = 0
    assert (canvas.page.validity, canvas.page.top_tier) == (6, None)
    assert canvas.page.goals == PAGE.goals
    assert canvas.page.programme().validity == 6


def test_a_rule_beyond_the_usual_range_has_room():
    page = loyalty.Canvas("page", reward_points=5_000, fee=300, platform_cost=9_000)
    assert widgets.canvas(page, PEOPLE, periods=3, rng=1).page == page
