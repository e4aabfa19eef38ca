"""Who may talk to the page: the first code that sees a request or a websocket, before Django does.

Sandpost has no login, so a browser is its weak spot: any site that a developer visits may try to read the
inbox by DNS rebinding (stopped by the Host allow-list) or to write to it from its own pages (stopped by the
Origin check).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_LONGEST_NAME = 100


class Guard:
    """Wraps the whole application; lets a request through, or answers 403 with the reason in one line."""

    def __init__(self, application: Application, allowed_hosts: Iterable[str]) -> None:
        self.application = application
        self.allowed_hosts = frozenset(name.casefold().rstrip(".") for name in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            reason = self.refusal(scope)
            if reason is not None:
                await _refuse(scope, receive, send, reason)
                return
        await self.application(scope, receive, send)

    def refusal(self, scope: Scope) -> str | None:
        """Return why this request may not pass, or None."""
        hosts, origins = _headers(scope, b"host"), _headers(scope, b"origin")
        if len(hosts) != 1:
            return "The request must name one Host."
        if not self.admits(hosts[0]):
            name = hosts[0].encode("ascii", "backslashreplace").decode("ascii")[:_LONGEST_NAME]
            return f"Host {name} is not admitted; add it to SANDPOST_ALLOWED_HOSTS (--allowed-hosts)."
        writes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        # Browsers send Origin with every websocket and every write; what sends none is no browser.
        if writes and any(not _same(origin, hosts[0]) for origin in origins):
            return "The Origin of this request is another site; only Sandpost's own pages may do this."
        return None

    def admits(self, host: str) -> bool:
        name = host_name(host)
        if name == "localhost" or name.endswith(".localhost") or name in self.allowed_hosts:
            return True
        try:
            # Nobody can rebind an address.
            return bool(ipaddress.ip_address(name.removeprefix("[").removesuffix("]")))
        except ValueError:
            return False


def host_name(host: str) -> str:
    """Return the name of a Host header without its port; an IPv6 address keeps its brackets."""
    name, bracket, _ = host.casefold().rpartition("]")
    return name + bracket if bracket else host.casefold().partition(":")[0].rstrip(".")


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _same(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    port = _DEFAULT_PORTS.get(parts.scheme)
    if port is None or parts.path or parts.query or parts.fragment:
        return False  # also "null": a sandboxed frame, such as the one that shows a mail
    return parts.netloc.casefold().removesuffix(port) == host.casefold().removesuffix(port)


async def _refuse(scope: Scope, receive: Receive, send: Send, reason: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403, "reason": reason[:120]})
        return
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
    ]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": reason.encode() + b"\n"})
