"""Sliders draw at once, on every move, and at their ends; nothing leaks, errors are shown."""

import base64

import ipywidgets
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from centricity import widgets
from centricity.widgets import _explore


@pytest.fixture(autouse=True)
def only_own_explorers(monkeypatch):
    monkeypatch.setattr(_explore, "_made", type(_explore._made)())


def line(n=1, style="-"):
    _, ax = plt.subplots(figsize=(2, 1))
    ax.plot(range(n), style)
    return ax


def picture(explorer):
    return explorer.area.outputs[0]["data"]["image/png"]


def test_the_first_picture_is_drawn_at_creation():
    explorer = widgets.explore(line, n=widgets.slider(1, 9, 3))
    assert base64.b64decode(picture(explorer)).startswith(b"\x89PNG")


def test_moving_a_slider_changes_the_picture_and_back_gives_the_same_bytes():
    slider = widgets.slider(1, 9, 3)
    explorer = widgets.explore(line, n=slider, style=widgets.choice(["-", ":"]))
    first = picture(explorer)
    slider.value = 7
    assert picture(explorer) != first
    slider.value = 3
    assert picture(explorer) == first


def test_no_figure_stays_open_after_more_moves_than_matplotlib_warns_at():
    slider = widgets.slider(1, 60, 3)
    widgets.explore(line, n=slider)
    for n in range(1, 23):
        slider.value = n
    assert plt.get_fignums() == []


def test_figures_of_others_stay_open():
    other = plt.figure()
    widgets.explore(line, n=widgets.slider(1, 9, 3))
    assert plt.get_fignums() == [other.number]
    plt.close(other)


def test_an_error_at_creation_is_raised():
    with pytest.raises(ZeroDivisionError):
        widgets.explore(lambda n: 1 / n, n=widgets.slider(0, 9, 0))
    assert plt.get_fignums() == []


def breaks_at_nine(n):
    ax = line(n)
    if n == 9:
        raise RuntimeError("nine")
    return ax


def test_an_error_on_a_move_is_shown_and_the_next_move_draws_again():
    slider = widgets.slider(1, 9, 3)
    explorer = widgets.explore(breaks_at_nine, n=slider)
    slider.value = 9
    (shown,) = explorer.area.outputs
    assert shown["output_type"] == "error"
    assert shown["traceback"] == ["This setting could not be drawn. RuntimeError: nine"]
    assert plt.get_fignums() == []
    slider.value = 4
    assert picture(explorer)


def test_check_raises_what_goes_wrong_at_an_end_says_where_and_puts_the_slider_back():
    slider = widgets.slider(1, 9, 3)
    explorer = widgets.explore(breaks_at_nine, n=slider)
    with pytest.raises(RuntimeError, match="nine") as caught:
        explorer.check()
    assert caught.value.__notes__ == ["explore: this happened at {'n': 9}"]
    assert slider.value == 3


@pytest.mark.parametrize(
    "control",
    [
        widgets.slider(0.0, 1.0, 0.5),
        widgets.choice(["a", "b", "c"]),
        widgets.choice({"Low": 1, "High": 2}),
        ipywidgets.Checkbox(),
        ipywidgets.IntRangeSlider(value=(2, 3), min=1, max=5),
        ipywidgets.SelectionSlider(options=[1, 2, 3]),
    ],
    ids=lambda control: type(control).__name__,
)
@pytest.mark.parametrize("run_button", [True, False])
def test_check_tries_both_ends_and_every_option(control, run_button):
    tried = []
    start = control.value
    explorer = widgets.explore(
        lambda value: tried.append(value) or "drawn", run_button=run_button, value=control
    )
    explorer.check()
    if hasattr(control, "options"):
        assert set(tried) == {value for _, value in control._options_full}
    elif isinstance(start, tuple):
        assert {(1, 1), (5, 5)} <= set(tried)
    else:
        assert {getattr(control, "min", False), getattr(control, "max", True)} <= set(tried)
    assert control.value == start


def test_check_finds_what_breaks_only_when_all_are_at_their_ends():
    ends = {name: widgets.slider(0, 4, 2) for name in "ab"}
    explorer = widgets.explore(lambda a, b: f"{1 / (a + b)}", **ends)
    with pytest.raises(ZeroDivisionError):
        explorer.check()


def test_a_run_button_waits_for_the_click():
    drawn = []
    slider = widgets.slider(1, 9, 3)
    explorer = widgets.explore(lambda n: drawn.append(n) or "x", run_button=True, n=slider)
    slider.value = 5
    assert drawn == [3]
    button = explorer.children[0].children[-1]
    assert button.description == "Run"
    button.click()
    assert drawn == [3, 5]


def test_check_all_counts_and_checks_every_explorer():
    widgets.explore(line, n=widgets.slider(1, 9, 3))
    assert widgets.check_all() == 1
    broken = widgets.explore(breaks_at_nine, n=widgets.slider(1, 9, 3))
    with pytest.raises(RuntimeError, match="nine"):
        widgets.check_all()
    assert broken.values == {"n": 3}


def test_tables_text_and_print_are_shown():
    def draw(n):
        print("printed")
        return pd.DataFrame({"n": [n]})

    stream, table = widgets.explore(draw, n=widgets.slider(1, 9, 3)).area.outputs
    assert stream["text"] == "printed\n"
    assert "<table" in table["data"]["text/html"]


def test_a_draw_that_shows_nothing_is_refused():
    with pytest.raises(ValueError, match="draw made no figure, no text and no table"):
        widgets.explore(lambda n: None, n=widgets.slider(1, 9, 3))


def test_a_control_that_is_not_a_widget_is_refused():
    with pytest.raises(TypeError, match=r"'n' is an int.*Try n=widgets\.slider"):
        widgets.explore(line, n=3)


def test_a_saved_notebook_shows_the_first_picture_in_place_of_the_sliders():
    slider = widgets.slider(1, 9, 3, label="Weeks")
    explorer = widgets.explore(line, n=slider)
    first = picture(explorer)
    slider.value = 9
    data = explorer._repr_mimebundle_()
    assert data["image/png"] == first
    assert data["text/plain"] == "Sliders: Weeks (run this cell to move them)"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_labels_are_never_cut():
    long = "Weeks since the last purchase"
    slider, menu = widgets.slider(1, 9, 3, label=long), widgets.choice(["a"], label="Who")
    widgets.explore(lambda a, b: "x", a=slider, b=menu)
    assert slider.style.description_width == menu.style.description_width
    assert float(slider.style.description_width.removesuffix("em")) >= 0.5 * len(long)


@pytest.mark.parametrize(
    ("arguments", "kind", "step", "readout"),
    [
        ((0, 52, 26), "IntSlider", 1, "d"),
        ((0, 1.0, 0.5), "FloatSlider", 0.01, ".2f"),
        ((0, 1, 0.5, 0.1), "FloatSlider", 0.1, ".1f"),
        ((0.0, 1000.0, 100.0), "FloatSlider", 10, ".0f"),
        ((0, 52, 26, 2), "IntSlider", 2, "d"),
    ],
)
def test_a_slider_is_whole_where_its_numbers_are_and_shows_as_many_digits_as_it_steps(
    arguments, kind, step, readout
):
    made = widgets.slider(*arguments)
    assert (type(made).__name__, made.step, made.readout_format) == (kind, step, readout)
    assert not made.continuous_update


@pytest.mark.parametrize("numbers", [(5, 1, 3), (1, 5, 9), (1, 1, 1)])
def test_a_slider_out_of_order_is_refused(numbers):
    with pytest.raises(ValueError, match="min < max and a value between"):
        widgets.slider(*numbers)


def test_a_menu_without_options_is_refused():
    with pytest.raises(ValueError, match="there are no options"):
        widgets.choice([])


def test_a_menu_starts_where_it_is_told():
    assert widgets.choice(["a", "b"], "b").value == "b"
