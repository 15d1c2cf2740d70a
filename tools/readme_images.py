"""Renew the README's pictures: two figures of a built lesson, and lesson 00 in JupyterLab.

The screenshot needs Chromium or Chrome and playwright; ``--figures`` leaves it out.
"""

import argparse
import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SOLVED = ROOT / "notebooks" / "solutions"
# File, lesson, and a piece of the cell that draws it.
FIGURES = (
    ("p-alive.png", "08_buying_till_they_leave", "trust the busy customer more"),
    ("tracking.png", "08_buying_till_they_leave", "pace of 2023 goes on"),
)


def figure(lesson: str, piece: str) -> bytes:
    """Return the picture that the one cell containing ``piece`` drew."""
    notebook = nbformat.read(SOLVED / f"{lesson}.ipynb", as_version=4)
    found = [
        output["data"]["image/png"]
        for cell in notebook.cells
        if cell.cell_type == "code" and piece in cell.source
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    if len(found) != 1:
        raise SystemExit(f"readme_images: {len(found)} figures of {lesson} contain {piece!r}.")
    return base64.b64decode(found[0])


def screenshot(path: Path) -> None:
    """Open the course as ``make course`` does, run lesson 00, and photograph its puzzle."""
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    command = [sys.executable, str(ROOT / "tools" / "open_course.py"), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as course:
        assert course.stdout is not None
        address = next(
            m[0] for line in course.stdout if (m := re.search(r"http://\S+token=\S+", line))
        )
        with sync_playwright() as playwright:
            root = os.name == "posix" and os.geteuid() == 0
            arguments = ["--disable-gpu", *(["--no-sandbox"] if root else [])]
            chromium = playwright.chromium.launch(executable_path=browser, args=arguments)
            page = chromium.new_page(viewport={"width": 1360, "height": 900})
            page.goto(f"{address}&reset", wait_until="domcontentloaded")
            page.wait_for_selector(".jp-Notebook h1")
            page.wait_for_timeout(4_000)
            page.mouse.move(700, 500)
            page.mouse.wheel(0, 1_150)
            page.wait_for_timeout(1_500)
            page.screenshot(path=str(path))
            chromium.close()
        course.terminate()


def main() -> None:
    """Write the pictures into docs/images/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", action="store_true", help="only the figures")
    only_figures = parser.parse_args().figures
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, lesson, piece in FIGURES:
        (IMAGES / name).write_bytes(figure(lesson, piece))
    if not only_figures:
        screenshot(IMAGES / "lesson-00.png")


if __name__ == "__main__":
    main()
