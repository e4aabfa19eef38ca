"""A small asyncio SMTP client that says when the final dot left and when its reply came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter

from tests.bench.plan import MESSAGE_BYTES

Address = tuple[str, int]

SENDER = "sender@bench.example"
RECIPIENT = "recipient@bench.example"
CLIENT_NAME = "bench.example"


class BenchError(Exception):
    """A measurement cannot go on; the text is for the reader of the report."""


@dataclass(frozen=True)
class Stored:
    sent: float  # perf_counter just before the write that ends with the final dot
    replied: float
    reply: str

    @property
    def milliseconds(self) -> float:
        return (self.replied - self.sent) * 1000


def message(number: int, length: int = MESSAGE_BYTES) -> bytes:
    """Return what smtp-source sends: four headers, then lines of 80 octets until `length` is reached."""
    header = (
        f"From: <{SENDER}>\r\nTo: <{RECIPIENT}>\r\nDate: Mon, 05 Jan 2026 12:00:00 +0000 (UTC)\r\n"
        f"Message-Id: <{number:08x}@{CLIENT_NAME}>\r\n\r\n"
    )
    line = b"X" * 78 + b"\r\n"
    full, rest = divmod(length, len(line))
    tail = b"X" * (rest - 2) + b"\r\n" if rest >= 2 else b""
    return header.encode() + line * full + tail


class Client:
    """One SMTP connection; every unexpected reply raises BenchError."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, address: Address) -> Client:
        client = cls(*await asyncio.open_connection(*address))
        await client._reply("220")
        await client._command(f"HELO {CLIENT_NAME}", "250")
        return client

    async def send(self, content: bytes) -> Stored:
        """Send a message; `content` must not hold a line that starts with a dot."""
        await self._command(f"MAIL FROM:<{SENDER}>", "250")
        await self._command(f"RCPT TO:<{RECIPIENT}>", "250")
        await self._command("DATA", "354")
        sent = perf_counter()
        self._writer.write(content + b".\r\n")
        reply = await self._reply("250")
        return Stored(sent, perf_counter(), reply)

    async def quit(self) -> None:
        await self._command("QUIT", "221")
        self._writer.close()

    async def _command(self, line: str, expected: str) -> None:
        self._writer.write(f"{line}\r\n".encode())
        await self._reply(expected)

    async def _reply(self, expected: str) -> str:
        while True:
            line = (await self._reader.readline()).decode("latin-1")
            if not line.startswith(expected):
                raise BenchError(f"expected {expected}, got {line.strip() or 'the end of the connection'}")
            if line[3:4] != "-":  # RFC 5321 4.2.1: a hyphen says that another line follows
                return line.strip()


async def send_one(address: Address, content: bytes) -> Stored:
    """Send one message over a connection of its own."""
    client = await Client.connect(address)
    stored = await client.send(content)
    await client.quit()
    return stored
