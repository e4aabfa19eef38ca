"""A client that sees octets: what went over the wire in both directions is kept beside the conversation."""

from __future__ import annotations

import socket
import ssl
import struct
from types import TracebackType
from typing import Self

# Longer than any answer takes; a test that waits for it has failed.
PATIENCE = 20.0
ENVELOPE = b"MAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\n"


class Wire:
    """One connection, blocking. `sent` and `received` hold the octets above TLS."""

    def __init__(self, address: tuple[str, int], greet: bool = True) -> None:
        self.sock: socket.socket = socket.create_connection(address, PATIENCE)
        self.port: int = self.sock.getsockname()[1]
        self.sent = bytearray()
        self.received = bytearray()
        self._buffer = bytearray()
        self.greeting = self.reply() if greet else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)
        self.sent += data

    def line(self) -> str:
        """Read one line; an empty text is the end of the connection."""
        while b"\n" not in self._buffer:
            data = self.sock.recv(1 << 16)
            if not data:
                return ""
            self._buffer += data
            self.received += data
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return line.removesuffix(b"\r").decode()

    def reply(self) -> str:
        """Read a whole reply, its lines joined by line feeds."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return "\n".join(lines)

    def ask(self, command: str | bytes) -> str:
        self.send((command.encode() if isinstance(command, str) else command) + b"\r\n")
        return self.reply()

    def codes(self, count: int) -> list[str]:
        """Read replies and return their basic codes."""
        return [self.reply()[:3] for _ in range(count)]

    def hello(self, verb: str = "EHLO") -> str:
        return self.ask(f"{verb} client.test")

    def deliver(self, content: bytes, hello: bool = True) -> str:
        """Carry one transaction, one command after the other; return the reply to the final dot."""
        if hello:
            assert self.hello().startswith("250")
        assert self.ask("MAIL FROM:<a@test>").startswith("250")
        assert self.ask("RCPT TO:<b@test>").startswith("250")
        assert self.ask("DATA").startswith("354")
        self.send(stuffed(content) + b".\r\n")
        return self.reply()

    def open_body(self) -> None:
        """Go as far as the 354."""
        self.send(b"EHLO client.test\r\n" + ENVELOPE + b"DATA\r\n")
        assert self.codes(4) == ["250", "250", "250", "354"]

    def rest(self) -> bytes:
        """Read until the server closes; return what came."""
        while True:
            try:
                data = self.sock.recv(1 << 16)
            except ConnectionResetError:
                data = b""
            if not data:
                rest, self._buffer = bytes(self._buffer), bytearray()
                return rest
            self._buffer += data
            self.received += data

    def start_tls(self, context: ssl.SSLContext | None = None) -> None:
        assert self.ask("STARTTLS").startswith("220 2.0.0")
        self.sock = (context or trusting()).wrap_socket(self.sock, server_hostname="sandpost")

    def half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self) -> None:
        self.sock.close()


def trusting() -> ssl.SSLContext:
    """Return a client's context that believes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def stuffed(content: bytes) -> bytes:
    """Return the content as it goes over the wire, without the final dot (RFC 5321 §4.5.2)."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:]
