"""Open the course: JupyterLab on lesson 00, on this machine only, behind a token."""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
# Our own Lab settings switch off the question about news, the first thing a newcomer would meet.
SETTINGS = Path(__file__).with_name("lab_settings")


def free_port(first: int = 8888, tries: int = 50) -> int:
    """Return the first port from ``first`` on that nothing listens on, else any free one."""
    for port in [*range(first, first + tries), 0]:
        with socket.socket() as probe:
            if os.name == "posix":  # a server stopped a moment ago does not count as busy
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"open_course: no port is free on {HOST}.")


def command(folder: Path, port: int) -> list[str]:
    """Return the command that starts the server."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        sys.executable,
        "-W",
        "ignore::DeprecationWarning",
        "-m",
        "jupyterlab",
        "--no-browser",
        "--log-level=WARN",
        "-y",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.app_settings_dir={SETTINGS / 'settings'}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *(["--allow-root"] if as_root else []),
    ]


def has_browser() -> bool:
    """Say whether a browser with a window can open here."""
    windows = sys.platform in ("win32", "darwin")
    if not windows and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def wait_until_up(port: int, server: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    """Wait until the server answers (its 403 is an answer too); False if it stopped instead."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/api", timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def main(arguments: list[str] | None = None) -> int:
    """Start the server, say where it is, open a browser if there is one, wait for the end."""
    parser = argparse.ArgumentParser(description="Open JupyterLab on a lesson.")
    parser.add_argument("--folder", type=Path, default=ROOT / "notebooks")
    parser.add_argument("--lesson", default="00", metavar="NN")
    parser.add_argument("--port", type=int, default=8888, help="first port to try")
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args(arguments)
    lessons = sorted(options.folder.glob(f"{options.lesson.zfill(2)}_*.ipynb"))
    page = f"/tree/{lessons[0].name}" if lessons else ""
    port, token = free_port(options.port), secrets.token_urlsafe(24)
    # In the environment, not on the command line, where every user of the machine could read it.
    environment = os.environ | {"JUPYTER_TOKEN": token}
    server = subprocess.Popen(command(options.folder.resolve(), port), env=environment)
    try:
        if not wait_until_up(port, server):
            print("JupyterLab did not start; its messages are above.", file=sys.stderr)
            return 1
        address = f"http://{HOST}:{port}/lab{page}?token={token}"
        print(f"\nThe course is open at:\n\n    {address}\n\nStop it with Ctrl-C.\n", flush=True)
        if not options.no_browser and has_browser():
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server ends with us
    sys.exit(main())
