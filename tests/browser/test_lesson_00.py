"""A learner's first minutes: the lesson opens, runs, and a slider moves the picture."""

import nbformat
import pytest

pytestmark = [
    pytest.mark.browser,
    # Chromium's pipes are closed by its own end, after Python has looked.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SECONDS = 1000


@pytest.fixture(scope="module")
def page(chromium, course):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(60 * SECONDS)
    page.goto(course)
    page.wait_for_selector(".jp-Notebook h1")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    yield page
    page.close()


def run_all(page):
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector(".widget-slider")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')


def widget_picture(page):
    return page.locator(".jp-OutputArea-output .widget-output img").first


def scroll_to_widget(page):
    # JupyterLab draws only cells near the window, so go there as a reader would.
    page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollTop = 0")
    for _ in range(40):
        if widget_picture(page).count():
            break
        page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollBy(0, 400)")
        page.wait_for_timeout(200)
    widget_picture(page).scroll_into_view_if_needed()


def test_lesson_00_runs_and_its_slider_moves_the_picture(page):
    assert "Start here" in page.locator(".jp-Notebook h1").first.inner_text()
    run_all(page)
    scroll_to_widget(page)
    before = widget_picture(page).get_attribute("src")
    handle = page.locator(".widget-slider .noUi-handle").first
    handle.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('.widget-output img').src !== before", arg=before
    )
    after = widget_picture(page).get_attribute("src")
    assert before != after
    assert after.startswith("data:image/png;base64,")
    assert len(after) > 5_000
    assert page.locator(".widget-readout").first.inner_text() == "9"
    assert page.locator(".widget-output .jp-RenderedText").count() == 0  # where errors would show


def test_the_lesson_saved_after_running_holds_no_error(page, folder):
    (path,) = folder.glob("00_*.ipynb")
    built = path.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(100):
        page.wait_for_timeout(200)
        if path.stat().st_mtime_ns > built:
            break
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []
    views = [o for o in outputs if "application/vnd.jupyter.widget-view+json" in o.get("data", {})]
    assert len(views) == 1


def test_no_question_stands_between_a_newcomer_and_the_lesson(page):
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
