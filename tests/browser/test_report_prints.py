"""The audit's report in a real browser: its first page is one sheet, and nothing is loaded."""

import re

import pytest

from centricity import datasets
from centricity.audit import Options, analyse, delivery, show
from centricity.audit.findings import MOST


@pytest.fixture(scope="module")
def first_page(tmp_path_factory):
    """The first page alone, as the report frames it."""
    folder = tmp_path_factory.mktemp("report")
    datasets.load_shop_orders().to_csv(folder / "a-file-of-orders.csv", index=False)
    found = analyse(folder / "a-file-of-orders.csv", Options(currency="EUR"))
    frame = (delivery.TEMPLATE / "page.html").read_text(encoding="utf-8")
    style = (delivery.TEMPLATE / "report.css").read_text(encoding="utf-8")
    page = frame.replace("{style}", style).replace("{title}", "orders")
    place = folder / "first.html"
    place.write_text(page.replace("{body}", show.executive(found).html), encoding="utf-8")
    return place


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_five_findings_fit_on_one_sheet(chromium, first_page, paper):
    page = chromium.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(first_page.as_uri())
    assert page.locator(".finding").count() == MOST
    assert page.locator(".finding img").count() == MOST
    printed = page.pdf(format=paper, prefer_css_page_size=False)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert all(url.startswith(("file:", "data:")) for url in asked)
    page.close()


@pytest.mark.browser
def test_on_a_telephone_nothing_is_wider_than_the_screen(chromium, first_page):
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.goto(first_page.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
