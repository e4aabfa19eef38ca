"""CONVERSATION -> PCAP that Wireshark opens: the octets of the session in packets that might have carried them.

The times and the octets are the recorded ones; segmentation, sequence numbers and acknowledgements are made up. What
went through TLS stands in the clear, in a connection of its own (client port + 1): behind a STARTTLS every dissector
expects ciphertext.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from catcher.dialog.conversation import Conversation
from catcher.dialog.export.packets import Capture, End, IPAddress, Stream
from catcher.dialog.outcome import Close
from catcher.dialog.records import Direction, Kind, Record, Terminator

# The bytes of a stored message by its public id; None, or no entry, where it is gone.
Bodies = Mapping[str, bytes] | Callable[[str], bytes | None]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENDS = {Terminator.CRLF: b"\r\n", Terminator.LF: b"\n", Terminator.CR: b"\r", Terminator.NONE: b""}
_SMTP_PORT = 25  # whatever the real one was: by this one the dissector is chosen
# RFC 5737, RFC 3849: where a peer's address is not known, an address that is nobody's.
_UNKNOWN = ipaddress.ip_address("192.0.2.1")
_SERVERS = (ipaddress.ip_address("192.0.2.25"), ipaddress.ip_address("2001:db8::25"))
_LOOPBACKS = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


def pcap(conversation: Conversation, bodies: Bodies | None = None, started_at: datetime | None = None) -> bytes:
    """Return the conversation as a capture file; `started_at` (with its time zone) is when the connection came."""
    return _Writer(conversation, bodies or {}, started_at).run()


class _Writer:
    def __init__(self, conversation: Conversation, bodies: Bodies, started_at: datetime | None) -> None:
        self._conversation = conversation
        self._bodies = bodies
        self._base = (started_at - _EPOCH) // timedelta(microseconds=1) if started_at is not None else 0
        self._client, self._server, self._port = _ends(str(conversation.info(Kind.OPEN, "peer")))
        self._capture = Capture()
        self._clock = 0
        self._stream = self._open(0, self._port)
        self._tls = False
        # Lines of one read, or of one reply, go out together.
        self._waiting: list[bytes] = []
        self._group: tuple[Direction, int, int] = (Direction.NOTE, 0, 0)

    def run(self) -> bytes:
        for record in self._conversation.records:
            if record.direction is Direction.NOTE:
                self._note(record)
            elif record.kind is Kind.BODY:
                self._enter(record)
                self._body(record)
            else:
                self._enter(record)
                self._line(record)
        self._flush()
        return self._capture.octets()

    def _open(self, at_us: int, port: int) -> Stream:
        stream = Stream(
            self._capture, End(self._client, port, 1_000_000_000), End(self._server, _SMTP_PORT, 2_000_000_000)
        )
        stream.open(self._at(at_us))
        return stream

    def _at(self, at_us: int) -> int:
        """Return the time of a packet; no packet is earlier than the one before it."""
        self._clock = max(self._clock, at_us)
        return self._base + self._clock

    def _enter(self, record: Record) -> None:
        """Begin the connection that stands for the inside of TLS."""
        if record.tls and not self._tls:
            self._flush()
            self._tls = True
            self._stream.close(self._at(record.at_us), from_client=True)
            self._stream = self._open(record.at_us, self._port + 1)

    def _line(self, record: Record) -> None:
        # A client's lines belong to a read, the server's to the moment of its reply.
        when = record.read if record.direction is Direction.CLIENT and record.read else record.at_us
        group = (record.direction, when, record.at_us)
        if group[:2] != self._group[:2]:
            self._flush()
            self._group = group
        self._waiting += [record.data, _ENDS[record.terminator]]

    def _flush(self) -> None:
        if self._waiting:
            direction, _, at_us = self._group
            moment = self._at(at_us)
            self._stream.send(moment, moment, direction is Direction.CLIENT, b"".join(self._waiting))
            self._waiting = []
        self._group = (Direction.NOTE, 0, 0)

    def _body(self, record: Record) -> None:
        self._flush()
        # A summary is written when the data has come to its end.
        first = min(_number(record, "first_us", record.at_us), record.at_us)
        last = min(_number(record, "last_us", record.at_us), record.at_us)
        begin = self._at(first)
        self._stream.send(begin, max(begin, self._at(last)), True, self._content(record))

    def _content(self, record: Record) -> bytes:
        """Return message data as it went over the wire (RFC 5321 §4.5.2), or a line in its place."""
        end = b".\r\n" if record.info.get("ended", True) else b""
        found = self._stored(str(record.info.get("message", "")))
        if found is None:
            return b"[message data: %d octets that are not kept here]\r\n" % max(0, record.length) + end
        content = found if not found or found.endswith(b"\r\n") else found + b"\r\n"
        return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + end

    def _stored(self, message: str) -> bytes | None:
        if not message:
            return None
        return self._bodies(message) if callable(self._bodies) else self._bodies.get(message)

    def _note(self, record: Record) -> None:
        if record.kind is not Kind.CLOSE:
            return
        self._flush()
        reason = str(record.info.get("reason", ""))
        if reason == Close.RESET:
            self._stream.reset(self._at(record.at_us))
        elif reason != Close.LOST:  # nobody saw how that one ended
            self._stream.close(self._at(record.at_us), from_client=reason == Close.CLIENT)


def _ends(peer: str) -> tuple[IPAddress, IPAddress, int]:
    """Return the addresses of client and server, and the client's port."""
    host, _, port = peer.rpartition(":")
    try:
        client = ipaddress.ip_address(host.partition("%")[0].strip("[]"))
    except ValueError:
        client = _UNKNOWN
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    server = (_LOOPBACKS if client.is_loopback else _SERVERS)[client.version == 6]
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    # The next port stands for the inside of TLS, and neither may be the server's.
    return client, server, number if 0 < number < 65535 and number not in {_SMTP_PORT - 1, _SMTP_PORT} else 40000


def _number(record: Record, name: str, otherwise: int) -> int:
    value = record.info.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else otherwise
