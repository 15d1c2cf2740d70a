import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the notebooks, so that nothing here changes the real ones."""
    ignore = shutil.ignore_patterns(".ipynb_checkpoints")
    copy = tmp_path_factory.mktemp("course") / "notebooks"
    return shutil.copytree(ROOT / "notebooks", copy, ignore=ignore)


@pytest.fixture(scope="module")
def course(folder):
    """The address of the course, opened as `make course` opens it."""
    command = [sys.executable, str(ROOT / "tools" / "open_course.py"), "--no-browser"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    # JupyterLab opens again what its user last had open, here as on a learner's machine.
    clean["JUPYTER_CONFIG_DIR"] = str(folder.parent / "jupyter")
    with subprocess.Popen(
        [*command, "--folder", str(folder), "--port", "18888"],
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if found := re.search(r"http://\S+token=\S+", line):
                    break
            else:
                pytest.fail("the course did not start:\n" + "".join(said))
            drain = threading.Thread(target=said.extend, args=(process.stdout,))
            drain.start()
            yield found[0]
        finally:
            process.terminate()
            process.wait(30)
        drain.join(30)


@pytest.fixture(scope="module")
def chromium():
    """A Chromium; without one the test is skipped, or fails where one is required."""
    if not CHROMIUM:
        reason = f"no Chromium or Chrome was found ({', '.join(NAMES)})"
        if os.environ.get("CENTRICITY_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *as_root], timeout=60_000
        )
        yield browser
        browser.close()
