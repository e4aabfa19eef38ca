"""A running Sandpost as a program on the same machine finds it, and what it answers by HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from catcher.env import Address

PORTS = "ports.json"
TIMEOUT = 20.0
# A file takes longer on its way, and is written and hashed before there is an answer.
SENDING = 600.0
PIECE = 1 << 16
T = TypeVar("T")
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
        return self._ask(path, parameters, lambda address: _get(address, within))

    def pieces(self, path: str, within: float = TIMEOUT, **parameters: object) -> Iterator[bytes]:
        """Yield a long answer to GET as it comes; one that ends early raises Absent."""
        response = self._ask(path, parameters, lambda address: _answer(address, within))
        with response:
            try:
                while piece := response.read1(PIECE):
                    yield piece
            except (OSError, http.client.HTTPException) as error:
                raise Absent(f"the answer of {self._found} ended early: {_reason(error)}") from error

    def send(
        self, path: str, body: Callable[[], AbstractContextManager[BinaryIO]], size: int, **parameters: object
    ) -> Any:
        """Return the answer to POST of so many octets, for which `body` opens a file; raises Absent or Refusal."""

        def post(address: str) -> Any:
            headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
            with body() as file:
                # The address is one of http or https: `url` refuses others.
                request = Request(address, file, headers, method="POST")  # noqa: S310
                with _answer(request, SENDING) as response:
                    return json.loads(response.read())

        return self._ask(path, parameters, post)

    def _ask(self, path: str, parameters: dict[str, object], ask: Callable[[str], T]) -> T:
        asked = f"/api/v1/{quote(path)}" + (f"?{urlencode(parameters)}" if parameters else "")
        tried = [self._found] if self._found else list(self._find())
        reason = "no address"
        for place in tried:
            try:
                answer = ask(place + asked)
            except (OSError, http.client.HTTPException, ValueError) as error:
                reason = _reason(error)
            else:
                self._found = place
                return answer
        self._found = ""
        raise Absent(
            f"no Sandpost answers at {' or '.join(tried)}: {reason}. Start it, or name it: --url http://HOST:PORT"
        )


def _get(address: str, within: float) -> bytes:
    with _answer(address, within) as response:
        octets: bytes = response.read()
        return octets


def _answer(asked: str | Request, within: float) -> Any:
    """Open an answer; raises Refusal, or ValueError where what answers is no Sandpost."""
    try:
        return _open(asked, timeout=within)
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
