"""`make course` serves the course on this machine only, and only to whoever has the token."""

import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def status(address):
    try:
        with urllib.request.build_opener(NoRedirect).open(address, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def parts(course):
    address = urllib.parse.urlsplit(course)
    (token,) = urllib.parse.parse_qs(address.query)["token"]
    return f"http://{address.netloc}", address.port, token


def test_the_address_opens_lesson_00_and_needs_the_token(course):
    base, _, token = parts(course)
    assert re.search(r"/lab/tree/00_\w+\.ipynb\?", course)
    assert status(course) == 200
    assert status(course.split("?")[0]) == 302  # to the page that asks for the token
    assert status(f"{base}/api/contents") == 403
    assert status(f"{base}/api/contents?token=wrong") == 403
    assert status(f"{base}/api/contents?token={token}") == 200


def listening(port):
    """Local addresses, as the kernel writes them, on which something listens at this port."""
    found = set()
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        for line in path.read_text(encoding="ascii").splitlines()[1:] if path.exists() else []:
            _, local, _, state = line.split()[:4]
            if state == "0A" and int(local.split(":")[1], 16) == port:
                found.add(local.split(":")[0])
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of sockets")
def test_the_server_listens_on_loopback_only(course):
    _, port, _ = parts(course)
    assert listening(port) == {"0100007F"}


def test_another_address_of_this_machine_is_refused(course):
    _, port, _ = parts(course)
    with socket.socket() as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_the_token_is_not_on_the_servers_command_line(course):
    _, _, token = parts(course)
    lines = [p.read_bytes() for p in Path("/proc").glob("[0-9]*/cmdline") if readable(p)]
    assert not any(token.encode() in line for line in lines)


def readable(path):
    try:
        path.read_bytes()
    except OSError:
        return False
    return True
