"""The receiving half of a websocket (RFC 6455) by hand: forty lines instead of a dependency."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from time import perf_counter

from tests.bench.smtp import Address, BenchError

CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
FINAL = 0x80


class WebSocket:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, address: Address, path: str = "/ws/") -> WebSocket:
        """Shake hands as a browser on the server's own page does, Origin included."""
        reader, writer = await asyncio.open_connection(*address)
        host = "{}:{}".format(*address)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if " 101 " not in head.partition("\r\n")[0]:
            raise BenchError(f"websocket at {path}: {head.partition(chr(13))[0]}")
        return cls(reader, writer)

    async def frames(self) -> AsyncIterator[tuple[float, bytes]]:
        """Yield (perf_counter at its arrival, payload) of every text message until the server closes."""
        whole = b""
        while True:
            first, second = await self._reader.readexactly(2)
            length = second & 0x7F
            if length >= 126:
                length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
            payload = await self._reader.readexactly(length)
            opcode = first & 0x0F
            if opcode == CLOSE:
                return
            if opcode == PING:
                self._pong(payload)
            elif opcode in (TEXT, CONTINUATION):
                whole += payload
                if first & FINAL:
                    yield perf_counter(), whole
                    whole = b""

    def send(self, text: str) -> None:
        """Send a text of up to 65,535 octets."""
        payload = text.encode()
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0xFE]) + len(payload).to_bytes(2)
        self._writer.write(bytes([FINAL | TEXT]) + size + bytes(4) + payload)

    def close(self) -> None:
        self._writer.close()

    def _pong(self, payload: bytes) -> None:
        # RFC 6455 5.3: a client must mask. A key of zeros is a mask too, and changes nothing.
        self._writer.write(bytes([FINAL | PONG, 0x80 | len(payload)]) + bytes(4) + payload)
