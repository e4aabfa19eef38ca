"""What the browser tests send, with the standard library's client and with raw octets."""

from __future__ import annotations

import smtplib
import socket
import struct
import zlib
from email.message import EmailMessage
from email.policy import SMTP

Where = tuple[str, int]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# A picture of one red pixel.
PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00"))
    + _chunk(b"IEND", b"")
)


def send(where: Where, subject: str, *to: str, body: str = "Hello there.") -> None:
    message = EmailMessage(SMTP)
    message["From"] = "Ada <ada@example.com>"
    message["To"] = ", ".join(to or ("jane@example.com",))
    message["Subject"] = subject
    message.set_content(body)
    send_raw(where, message.as_bytes(), *to)


def send_raw(where: Where, raw: bytes, *to: str) -> None:
    with smtplib.SMTP(*where, timeout=20) as client:
        client.sendmail("bounce@example.com", list(to or ("jane@example.com",)), raw)


def html_mail(html: str, subject: str = "With HTML") -> bytes:
    message = EmailMessage(SMTP)
    message["From"] = "Ada <ada@example.com>"
    message["To"] = "jane@example.com"
    message["Subject"] = subject
    message.set_content("The text part.")
    message.add_alternative(html, subtype="html")
    related = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(related, EmailMessage)
    related.add_related(PIXEL, "image", "png", cid="<logo@x>")
    message.add_attachment(b"a,b\r\n1,2\r\n", maintype="text", subtype="csv", filename="figures.csv")
    return message.as_bytes()


class Talk:
    """A client that says just what a test wants it to say."""

    def __init__(self, where: Where) -> None:
        self.socket = socket.create_connection(where, timeout=20)
        self._file = self.socket.makefile("rb")
        self.reply()

    def say(self, line: str) -> str:
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def reply(self) -> str:
        lines = []
        while True:
            line = self._file.readline().decode()
            lines.append(line)
            if line[3:4] != "-":
                return "".join(lines)

    def close(self) -> None:
        self._file.close()
        self.socket.close()
