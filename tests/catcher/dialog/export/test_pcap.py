"""A capture holds the octets of the conversation in packets that are right, by a reader of our own and by tshark."""

from __future__ import annotations

import ipaddress
import shutil
import struct
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from catcher.dialog import script
from catcher.dialog.conversation import Conversation, read
from catcher.dialog.export import pcap
from catcher.dialog.export.packets import ACK, FIN, RST, SYN, checksum
from catcher.dialog.records import Record
from tests.catcher.dialog.test_records import tapes

STARTED = datetime(2026, 5, 4, 3, 2, 1, 500, tzinfo=UTC)
MESSAGE = b"From: a@example.com\r\nSubject: hi\r\n\r\n.dot\r\n" + b"0123456789\r\n" * 500
SESSION = """
! open peer={peer}
@ 1.5
S: 220 sandpost
C: EHLO app
S: 250 STARTTLS
{tls}
C* AUTH PLAIN
S: 235 ok
C: MAIL FROM:<a@example.com>
C+ RCPT TO:<b@example.com>
C+ DATA
S: 250 a
S: 250 b
S: 354 go
@ 3000
= bytes=1 message={message} first_us=1000000 last_us=2000000 ended=1
S: 250 stored
C~ QUIT
S: 221 bye
! close reason={reason}
"""
TLS = "C: STARTTLS\nS: 220 go\n! tls-start\n! tls-done version=TLSv1.3\nC: EHLO app\nS: 250 ok"


def told(peer: str = "10.1.2.3:40000", reason: str = "quit", tls: bool = False, message: str = "ID") -> Conversation:
    return read(script.records(SESSION.format(peer=peer, reason=reason, tls=TLS if tls else "", message=message)))


@dataclass
class Packet:
    at_us: int
    source: tuple[str, int]
    target: tuple[str, int]
    sequence: int
    acknowledged: int
    flags: int
    data: bytes


def packets(capture: bytes) -> list[Packet]:
    """Read a capture, and hold every length and checksum in it to what they should be."""
    assert struct.unpack_from("<IHHiIII", capture) == (0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    found, position = [], 24
    while position < len(capture):
        seconds, microseconds, kept, length = struct.unpack_from("<IIII", capture, position)
        assert kept == length
        packet = capture[position + 16 : position + 16 + kept]
        assert len(packet) == kept
        position += 16 + kept
        found.append(_packet(seconds * 1_000_000 + microseconds, packet))
    return found


def _packet(at_us: int, packet: bytes) -> Packet:
    if packet[0] >> 4 == 4:
        assert checksum(packet[:20]) == 0
        assert struct.unpack(">H", packet[2:4])[0] == len(packet)
        addresses, segment, protocol = (packet[12:16], packet[16:20]), packet[20:], packet[9]
    else:
        assert struct.unpack(">H", packet[4:6])[0] == len(packet) - 40
        addresses, segment, protocol = (packet[8:24], packet[24:40]), packet[40:], packet[6]
    assert protocol == 6
    assert checksum(addresses[0] + addresses[1] + struct.pack(">II", len(segment), 6) + segment) == 0
    here, there, sequence, acknowledged, offset, flags = struct.unpack(">HHIIBB", segment[:14])
    ends = [(str(ipaddress.ip_address(address)), port) for address, port in zip(addresses, (here, there), strict=True)]
    return Packet(at_us, ends[0], ends[1], sequence, acknowledged, flags, segment[offset >> 4 << 2 :])


def streams(capture: bytes) -> dict[int, tuple[bytes, bytes]]:
    """Return what client and server sent, by the client's port; every octet in its place, none twice."""
    sent: dict[tuple[int, bool], bytes] = {}
    following: dict[tuple[int, bool], int] = {}
    for packet in packets(capture):
        is_client = packet.target[1] == 25
        end = (packet.source[1] if is_client else packet.target[1], is_client)
        other = (end[0], not is_client)
        if not packet.flags & SYN:
            assert packet.sequence == following[end]
        if packet.flags & ACK:
            assert packet.acknowledged == following[other]
        assert len(packet.data) <= 1460
        following[end] = packet.sequence + len(packet.data) + bool(packet.flags & (SYN | FIN))
        sent[end] = sent.get(end, b"") + packet.data
    return {port: (sent[port, True], sent[port, False]) for port, _ in sent}


def test_both_sides_said_what_was_recorded() -> None:
    client, server = streams(pcap(told(), {"ID": MESSAGE}, STARTED))[40000]
    assert client == (
        b"EHLO app\r\nAUTH PLAIN***\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
        + MESSAGE.replace(b"\r\n.dot", b"\r\n..dot")
        + b".\r\nQUIT\n"
    )
    assert server == (
        b"220 sandpost\r\n250 STARTTLS\r\n235 ok\r\n250 a\r\n250 b\r\n354 go\r\n250 stored\r\n221 bye\r\n"
    )


def test_times_are_the_recorded_ones() -> None:
    found = packets(pcap(told(), lambda name: MESSAGE if name == "ID" else None, STARTED))
    base = int(STARTED.timestamp()) * 1_000_000 + 500
    assert found[0].at_us == base
    assert found[3].at_us == base + 1500
    body = [packet.at_us - base for packet in found if b"0123456789" in packet.data]
    assert (body[0], body[-1]) == (1_000_000, 2_000_000)
    assert [packet.at_us for packet in found] == sorted(packet.at_us for packet in found)


def test_a_connection_begins_and_ends_as_tcp_does() -> None:
    found = packets(pcap(told(), {}))
    assert [packet.flags for packet in found[:3]] == [SYN, SYN | ACK, ACK]
    assert [packet.flags for packet in found[-3:]] == [FIN | ACK, FIN | ACK, ACK]
    assert found[-3].source[1] == 25


@pytest.mark.parametrize(("reason", "flags", "by_client"), [("reset", RST | ACK, True), ("client", ACK, True)])
def test_who_ended_it(reason: str, flags: int, by_client: bool) -> None:
    found = packets(pcap(told(reason=reason), {}))
    assert found[-1].flags == flags
    assert (found[-1].target[1] == 25) is by_client


def test_lines_of_one_read_are_one_packet() -> None:
    found = packets(pcap(told(), {}))
    assert any(packet.data.count(b"\r\n") == 3 and packet.data.startswith(b"MAIL") for packet in found)


def test_message_data_that_is_gone() -> None:
    client, _ = streams(pcap(told(message="gone"), {"ID": MESSAGE}))[40000]
    assert b"DATA\r\n[message data: 1 octets that are not kept here]\r\n.\r\nQUIT" in client


@pytest.mark.parametrize(
    ("peer", "client", "server"),
    [
        ("10.1.2.3:40000", "10.1.2.3", "192.0.2.25"),
        ("127.0.0.1:40000", "127.0.0.1", "127.0.0.1"),
        ("2001:db8::7:40000", "2001:db8::7", "2001:db8::25"),
        ("::1:40000", "::1", "::1"),
        ("::ffff:10.1.2.3:40000", "10.1.2.3", "192.0.2.25"),
        ("fe80::1%eth0:40000", "fe80::1", "2001:db8::25"),
        ("nowhere", "192.0.2.1", "192.0.2.25"),
        ("10.1.2.3:99999", "10.1.2.3", "192.0.2.25"),
    ],
)
def test_addresses(peer: str, client: str, server: str) -> None:
    first = packets(pcap(told(peer=peer), {}))[0]
    assert (first.source, first.target) == ((client, 40000), (server, 25))


def test_what_tls_carried_is_a_connection_of_its_own() -> None:
    found = streams(pcap(told(tls=True), {}))
    assert found[40000][0] == b"EHLO app\r\nSTARTTLS\r\n"
    assert found[40001][0].startswith(b"EHLO app\r\nAUTH PLAIN***\r\nMAIL")
    assert found[40001][1].startswith(b"250 ok\r\n235 ok\r\n")


@given(tapes())
def test_any_tape_makes_a_capture(records: list[Record]) -> None:
    packets(pcap(read(records), {}, STARTED))


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("peer", ["10.1.2.3:40000", "2001:db8::7:40000"])
@pytest.mark.parametrize("tls", [False, True])
def test_tshark_reads_the_dialog_and_the_message(tmp_path: Path, peer: str, tls: bool) -> None:
    path = tmp_path / "session.pcap"
    path.write_bytes(pcap(told(peer=peer, tls=tls), {"ID": MESSAGE}, STARTED))
    checks = ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]

    def fields(query: str, *names: str) -> list[str]:
        chosen = [word for name in names for word in ("-e", name)]
        command = ["tshark", "-r", str(path), *checks, "-Y", query, "-T", "fields", *chosen]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()

    assert fields("imf", "imf.subject") == ["hi"]
    assert "221" in fields("smtp.response.code", "smtp.response.code")
    wrong = 'tcp.analysis.flags || tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || _ws.malformed'
    assert fields(wrong, "frame.number") == []
