"""IP packets with TCP inside, and the file that they stand in: what a capture at the server would have kept."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
SEGMENT = 1460
# Octets that a receiver without window scaling lets be under way; an acknowledgement goes out long before it.
_UNDER_WAY = 16 * SEGMENT
_RAW_IP = 101  # LINKTYPE_RAW: packets begin with their IP header
_TCP = 6

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Capture:
    """A pcap file in the making; times are microseconds since 1970."""

    packets: list[bytes] = field(default_factory=list)

    def add(self, at_us: int, packet: bytes) -> None:
        seconds, microseconds = divmod(max(0, at_us), 1_000_000)
        size = len(packet)
        self.packets.append(struct.pack("<IIII", seconds & 0xFFFFFFFF, microseconds, size, size) + packet)

    def octets(self) -> bytes:
        return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, _RAW_IP) + b"".join(self.packets)


class End:
    """One end of a connection."""

    __slots__ = ("acknowledged", "address", "port", "sequence")

    def __init__(self, address: IPAddress, port: int, sequence: int) -> None:
        self.address = address
        self.port = port
        self.sequence = sequence
        self.acknowledged = 0  # what it has acknowledged of the other's octets


class Stream:
    """A TCP connection whose packets go into a capture; the client opens it."""

    def __init__(self, capture: Capture, client: End, server: End) -> None:
        self._capture = capture
        self.client = client
        self.server = server
        self._identifier = 0

    def open(self, at_us: int) -> None:
        self._packet(at_us, self.client, self.server, SYN)
        self._packet(at_us, self.server, self.client, SYN | ACK)
        self._packet(at_us, self.client, self.server, ACK)

    def send(self, first_us: int, last_us: int, from_client: bool, data: bytes) -> None:
        """Send octets in segments that are spread evenly between two moments."""
        here, there = self._ends(from_client)
        count = max(1, -(-len(data) // SEGMENT) - 1)
        for index, start in enumerate(range(0, len(data), SEGMENT)):
            at_us = first_us + (last_us - first_us) * index // count
            flags = ACK | PSH if start + SEGMENT >= len(data) else ACK
            self._packet(at_us, here, there, flags, data[start : start + SEGMENT])
            if (here.sequence - there.acknowledged) & 0xFFFFFFFF >= _UNDER_WAY:
                self._packet(at_us, there, here, ACK)

    def close(self, at_us: int, from_client: bool) -> None:
        here, there = self._ends(from_client)
        self._packet(at_us, here, there, FIN | ACK)
        self._packet(at_us, there, here, FIN | ACK)
        self._packet(at_us, here, there, ACK)

    def reset(self, at_us: int) -> None:
        self._packet(at_us, self.client, self.server, RST | ACK)

    def _ends(self, from_client: bool) -> tuple[End, End]:
        return (self.client, self.server) if from_client else (self.server, self.client)

    def _packet(self, at_us: int, here: End, there: End, flags: int, data: bytes = b"") -> None:
        acknowledgement = there.sequence if flags & ACK else 0
        here.acknowledged = acknowledgement
        # Only the two that open a connection say how large a segment may be (RFC 9293 §3.7.1).
        options = struct.pack(">BBH", 2, 4, SEGMENT) if flags & SYN else b""
        segment = _tcp(here, there, acknowledgement, flags, options, data)
        self._identifier = (self._identifier + 1) & 0xFFFF
        self._capture.add(at_us, _ip(here.address, there.address, self._identifier, segment))
        here.sequence = (here.sequence + len(data) + bool(flags & (SYN | FIN))) & 0xFFFFFFFF


def _tcp(here: End, there: End, acknowledgement: int, flags: int, options: bytes, data: bytes) -> bytes:
    offset = (20 + len(options)) // 4 << 4
    head = struct.pack(">HHIIBBHHH", here.port, there.port, here.sequence, acknowledgement, offset, flags, 65535, 0, 0)
    segment = head + options + data
    size, source, target = len(segment), here.address.packed, there.address.packed
    pseudo = struct.pack(">BBH", 0, _TCP, size) if here.address.version == 4 else struct.pack(">IHBB", size, 0, 0, _TCP)
    return segment[:16] + struct.pack(">H", checksum(source + target + pseudo + segment)) + segment[18:]


def _ip(source: IPAddress, target: IPAddress, identifier: int, segment: bytes) -> bytes:
    if source.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(segment), _TCP, 64) + source.packed + target.packed + segment
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), identifier, 0x4000, 64, _TCP, 0)
    head += source.packed + target.packed
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + segment


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071): 0 over data that holds its own."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
