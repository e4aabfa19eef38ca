"""The guard stands before everything: which Host and which Origin pass, for HTTP and for the websocket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from webui.guard import Guard, host_name


async def _unreached(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("the guard let it through")


def scope(
    host: str | None = "localhost:8025",
    origin: str | None = None,
    method: str = "GET",
    kind: str = "http",
    extra: Iterable[tuple[bytes, bytes]] = (),
) -> dict[str, Any]:
    headers = [(b"host", host.encode())] if host is not None else []
    headers += [(b"origin", origin.encode())] if origin is not None else []
    return {"type": kind, "method": method, "headers": [*headers, *extra]}


guard = Guard(_unreached, ["Mail.Example.com", "sandpost"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "localhost:8025", "LOCALHOST:1", "app.localhost", "localhost.", "127.0.0.1:8025", "10.1.2.3",
        "[::1]:8025", "[fe80::1]", "mail.example.com", "MAIL.example.com:80", "sandpost:8025",
    ],
)  # fmt: skip
def test_these_hosts_are_admitted(host: str) -> None:
    assert guard.refusal(scope(host)) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.test", "localhost.evil.test", "127.0.0.1.nip.io", "notlocalhost", "127.0.0.1@evil.test", "", "1", "[::1",
        "example.com", "xmail.example.com", "0x7f.1",
    ],
)  # fmt: skip
def test_other_hosts_are_refused_and_told_which_setting_admits_them(host: str) -> None:
    reason = guard.refusal(scope(host))
    assert reason is not None
    assert "SANDPOST_ALLOWED_HOSTS" in reason


def test_a_request_without_a_host_or_with_two_is_refused() -> None:
    assert guard.refusal(scope(None)) is not None
    assert guard.refusal(scope("localhost", extra=[(b"host", b"localhost")])) is not None


def test_reads_need_no_origin_and_may_have_any() -> None:
    assert guard.refusal(scope(origin="http://evil.test")) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "origin", ["http://evil.test", "null", "http://localhost:9999", "file://", "", "http://localhost:8025/x"]
)
def test_writes_from_another_origin_are_refused(method: str, origin: str) -> None:
    assert guard.refusal(scope(origin=origin, method=method)) is not None


@pytest.mark.parametrize("origin", [None, "http://localhost:8025", "https://LOCALHOST:8025"])
def test_writes_from_the_page_itself_or_from_no_browser_pass(origin: str | None) -> None:
    assert guard.refusal(scope(origin=origin, method="POST")) is None


def test_the_default_port_may_be_left_out() -> None:
    assert guard.refusal(scope("localhost:80", "http://localhost", "POST")) is None
    assert guard.refusal(scope("localhost", "http://localhost:80", "POST")) is None
    assert guard.refusal(scope("localhost:443", "http://localhost", "POST")) is not None


@pytest.mark.parametrize(
    ("origin", "passes"), [(None, True), ("http://localhost:8025", True), ("null", False), ("http://evil.test", False)]
)
def test_a_websocket_must_come_from_the_page_itself(origin: str | None, passes: bool) -> None:
    assert (guard.refusal(scope(origin=origin, kind="websocket")) is None) is passes


def test_the_name_in_the_refusal_is_cut_and_ascii() -> None:
    reason = guard.refusal(scope("é" * 500))
    assert reason is not None
    assert reason.isascii()
    assert len(reason) < 250


async def test_the_refusal_is_plain_text() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    await guard(scope("evil.test"), receive, send)
    assert sent[0]["status"] == 403
    assert (b"content-type", b"text/plain; charset=utf-8") in sent[0]["headers"]
    assert sent[1]["body"].count(b"\n") == 1


def test_host_names_lose_their_port_only() -> None:
    assert host_name("[::1]:8025") == "[::1]"
    assert host_name("A.test:80") == "a.test"
