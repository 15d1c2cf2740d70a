"""Opening the course: a free port, this machine only, root only where it is root."""

import socket
import sys

import pytest

import open_course


def test_a_busy_port_is_passed_over():
    with socket.socket() as busy:
        busy.bind((open_course.HOST, 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert open_course.free_port(port, tries=1) != port
    assert open_course.free_port(0) > 0


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_root_is_allowed_only_where_the_user_is_root(user, allowed, tmp_path, monkeypatch):
    monkeypatch.setattr(open_course.os, "geteuid", lambda: user, raising=False)
    command = open_course.command(tmp_path, 8888)
    assert ("--allow-root" in command) == allowed
    assert "--ServerApp.ip=127.0.0.1" in command
    assert not any("token" in word for word in command)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a window")
def test_without_a_display_no_browser_is_tried(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not open_course.has_browser()


def test_a_server_that_ends_at_once_is_reported(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(
        open_course, "command", lambda *_: [sys.executable, "-c", "raise SystemExit(3)"]
    )
    assert open_course.main(["--folder", str(tmp_path), "--no-browser"]) == 1
    assert "did not start" in capsys.readouterr().err
