"""A running Sandpost as a program on the same machine finds it, and what it answers by HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

from catcher.env import Address

PORTS = "ports.json"
TIMEOUT = 20.0
_LONGEST = 500  # characters of an error that are repeated
_DESTINATIONS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not listened on


class Absent(Exception):
    """Nobody answers, or nobody who is a Sandpost; the text is one line that says so."""


class Refusal(Exception):
    """Sandpost answered with an error; the text is its own."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


# No proxy: what listens on this machine is not reached through another one.
_open = build_opener(ProxyHandler({}), _Stay).open


def url(text: str) -> str:
    """Return an address as it is given on a command line, ready for paths behind it; raises ValueError."""
    whole = text if "//" in text else f"http://{text}"
    parts = urlsplit(whole)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("give it as http://HOST:PORT")
    _ = parts.port  # raises ValueError for what is none
    return whole.rstrip("/")


def places(folder: Path, configured: Address) -> list[str]:
    """Return where Sandpost may be: where the one of this data folder says it listens, then what is configured."""
    found = [_address(configured)]
    with suppress(OSError, ValueError, TypeError, KeyError):
        host, port = json.loads((folder / PORTS).read_text(encoding="utf-8"))["http"]
        found.insert(0, _address(Address(str(host), int(port))))
    return list(dict.fromkeys(found))


def _address(address: Address) -> str:
    return f"http://{Address(_DESTINATIONS.get(address.host, address.host), address.port)}"


class Remote:
    """Asks the first place that answers, and goes on with that one until it does not any more."""

    def __init__(self, find: Callable[[], Sequence[str]]) -> None:
        self._find = find
        self._found = ""

    @property
    def url(self) -> str:
        """Return the address that answered."""
        return self._found

    def json(self, path: str, within: float = TIMEOUT, **parameters: object) -> Any:
        """Return the answer to GET `/api/v1/PATH`; raises Absent or Refusal."""
        octets = self.octets(path, within, **parameters)
        try:
            return json.loads(octets)
        except ValueError as error:
            raise Absent(f"what answers at {self._found} is no Sandpost") from error

    def octets(self, path: str, within: float = TIMEOUT, **parameters: object) -> bytes:
        asked = f"/api/v1/{quote(path)}" + (f"?{urlencode(parameters)}" if parameters else "")
        tried = [self._found] if self._found else list(self._find())
        reason = "no address"
        for place in tried:
            try:
                octets = _get(place + asked, within)
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = _reason(error)
            else:
                self._found = place
                return octets
        self._found = ""
        raise Absent(
            f"no Sandpost answers at {' or '.join(tried)}: {reason}. Start it, or name it: --url http://HOST:PORT"
        )


def _get(address: str, within: float) -> bytes:
    try:
        with _open(address, timeout=within) as response:
            octets: bytes = response.read()
            return octets
    except HTTPError as error:
        with error:
            words = error.read(4 * _LONGEST).decode("utf-8", "replace").strip()
        if not (error.headers.get_content_type() == "text/plain" and words):
            raise ValueError(f"status {error.code}, which is not a word of Sandpost") from error
        raise Refusal(error.code, words[:_LONGEST]) from error


def _reason(error: BaseException) -> str:
    if isinstance(error, URLError) and isinstance(error.reason, BaseException):
        return _reason(error.reason)
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    return str(getattr(error, "strerror", None) or error or type(error).__name__).rstrip(".").lower()
