"""Finding a running Sandpost, and saying in one line that there is none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from catcher import remote
from catcher.env import Address
from catcher.remote import Absent, Refusal, Remote

HERE = Address("127.0.0.1", 8025)


@contextmanager
def server(status: int, content_type: str, body: bytes) -> Iterator[str]:
    """Somebody who answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def nowhere() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_the_data_folder_goes_before_what_is_configured(tmp_path: Path) -> None:
    assert remote.places(tmp_path, HERE) == ["http://127.0.0.1:8025"]
    (tmp_path / "ports.json").write_text('{"smtp": ["127.0.0.1", 1], "http": ["::", 9], "pid": 1}')
    assert remote.places(tmp_path, HERE) == ["http://[::1]:9", "http://127.0.0.1:8025"]
    assert remote.places(tmp_path, Address("0.0.0.0", 8025))[1] == "http://127.0.0.1:8025"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"http": 1}', '{"http": ["x"]}', '{"http": ["x", "y"]}'])
def test_a_damaged_file_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "ports.json").write_text(text)
    assert remote.places(tmp_path, HERE) == ["http://127.0.0.1:8025"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:8025", "http://localhost:8025"),
        ("http://127.0.0.1:8025/", "http://127.0.0.1:8025"),
        ("https://mail.test/sandpost", "https://mail.test/sandpost"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_addresses_as_people_write_them(text: str, expected: str) -> None:
    assert remote.url(text) == expected


@pytest.mark.parametrize("text", ["", "ftp://x", "file:///etc/passwd", "http://", "http://x:port", "http://x/?a=1"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        remote.url(text)


def test_the_first_place_that_answers_is_kept(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", nowhere)  # not for what listens here
    with server(200, "application/json", b'{"total": 1}') as there:
        asked = Remote(lambda: [nowhere, there])
        assert asked.json("sessions", query="a b&c") == {"total": 1}
        assert asked.url == there
    with pytest.raises(Absent, match="refused"):
        asked.json("sessions")
    assert asked.url == ""


def test_nobody_answers(nowhere: str) -> None:
    with pytest.raises(Absent) as raised:
        Remote(lambda: [nowhere]).json("sessions")
    assert str(raised.value).count("\n") == 0
    assert nowhere in str(raised.value)
    assert "--url" in str(raised.value)


def test_an_error_of_sandpost_is_handed_on() -> None:
    with server(404, "text/plain; charset=utf-8", b"Session not found") as there, pytest.raises(Refusal) as raised:
        Remote(lambda: [there]).json("session/x")
    assert (raised.value.status, str(raised.value)) == (404, "Session not found")


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (200, "text/html", b"<h1>It works</h1>"),
        (404, "text/html", b"<h1>Not found</h1>"),
        (302, "text/html", b""),
        (500, "text/plain", b""),
    ],
)
def test_who_answers_otherwise_is_no_sandpost(status: int, content_type: str, body: bytes) -> None:
    with server(status, content_type, body) as there, pytest.raises(Absent):
        Remote(lambda: [there]).json("sessions")
