"""Sandpost's web side over one kept HTTP connection."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from time import perf_counter
from typing import Self

from tests.bench.smtp import Address, BenchError

SERVER_TIME = re.compile(r"\bapp\s*;[^,]*\bdur=([\d.]+)")


@dataclass(frozen=True)
class Answer:
    body: bytes
    wall_ms: float
    server_ms: float | None  # from `Server-Timing: app;dur=<ms>`


class Web:
    def __init__(self, address: Address) -> None:
        self._connection = HTTPConnection(*address, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        """Return the answer to a GET; anything but 200 raises BenchError."""
        started = perf_counter()
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        wall = (perf_counter() - started) * 1000
        if response.status != 200:
            raise BenchError(f"GET {path}: {response.status} {response.reason}")
        timing = SERVER_TIME.search(response.headers.get("Server-Timing", ""))
        return Answer(body, wall, float(timing[1]) if timing else None)

    def total(self) -> int:
        """Return how many messages Sandpost says it has stored."""
        return int(json.loads(self.get("/api/v1/messages?limit=1").body)["total"])
