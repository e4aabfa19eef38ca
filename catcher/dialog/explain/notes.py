"""The recorder's own notes and the message data: TLS, login, what was thrown away, how it ended."""

from __future__ import annotations

from typing import Final

from catcher.dialog.explain import closings
from catcher.dialog.explain.model import Explanation
from catcher.dialog.records import Kind, Record

_OPEN: Final = Explanation(
    "Connected", "The TCP connection stands; the server speaks first.", source="RFC 5321 §3.1, §4.3.1"
)
_TLS_START: Final = Explanation(
    "TLS handshake", "Both sides agree on keys; nothing of it is part of the dialog.", source="RFC 3207 §4"
)
_CUT: Final = Explanation(
    "Cut here",
    "The session went on, but its recording had reached the limit.",
    advice="Raise the setting max_tape to keep more.",
)
_OLD_TLS: Final = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})
_DISCARDED: Final = {
    "sent before the TLS handshake": (
        "Octets that came behind STARTTLS, before the handshake, could have been put there by anybody on the way. "
        "They are thrown away.",
        "The client must wait for the 220 before it sends anything.",
        "RFC 3207 §4",
    ),
    "an HTTP request": (
        "The rest of an HTTP request is of no use here.",
        "Point the client at the web port.",
        "RFC 5321 §7.8",
    ),
    "a TLS handshake on a port where STARTTLS comes first": (
        "The client began with TLS; this port begins in plain text.",
        "Switch the client from SSL/TLS (implicit TLS) to STARTTLS, or to no encryption.",
        "RFC 8314",
    ),
}


def about(record: Record) -> Explanation | None:
    """Return what a note of the recorder means."""
    match record.kind:
        case Kind.OPEN:
            return _OPEN
        case Kind.TLS_START:
            return _TLS_START
        case Kind.TLS_DONE:
            return _secured(record)
        case Kind.TLS_FAIL:
            return closings.alert(text(record, "error"))
        case Kind.AUTH:
            return _login(record)
        case Kind.DISCARDED:
            return _discarded(record)
        case Kind.CUT:
            return _CUT
        case Kind.CLOSE:
            return closings.CLOSINGS.get(text(record, "reason"), closings.UNKNOWN_CLOSE)
    return None


def text(record: Record, name: str) -> str:
    """Return what a record tells under a name, bounded, as text."""
    value = record.info.get(name, "")
    return value[:1000] if isinstance(value, str) else ""


def count(record: Record, name: str) -> int | None:
    """Return what a record counts under a name; None where it does not."""
    value = record.info.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63 else None


def _secured(record: Record) -> Explanation:
    version, cipher, sni = (text(record, name) for name in ("version", "cipher", "sni"))
    told = f"The connection is encrypted from here on: {version or 'TLS'}{f' with {cipher}' if cipher else ''}."
    told += f" The client asked for the name {sni[:100]}." if sni else " The client named no server (no SNI)."
    told += " Both sides forget what was said before, so a new EHLO follows."
    old = version in _OLD_TLS
    return Explanation(
        "Encrypted",
        f"{told} This version is no longer safe." if old else told,
        advice="Let the client use TLS 1.2 or 1.3." if old else "",
        source="RFC 3207 §4.2; RFC 8996" if old else "RFC 3207 §4.2",
    )


def _login(record: Record) -> Explanation:
    user = text(record, "user")[:100]
    who = f" as {user}" if user else ""
    with_what = f" with {text(record, 'mechanism')[:40]}" if text(record, "mechanism") else ""
    if record.info.get("ok") in (True, "True"):
        return Explanation("Logged in", f"The client is logged in{who}{with_what}.", source="RFC 4954 §4")
    return Explanation(
        "Login failed",
        f"The client tried to log in{who}{with_what}.",
        advice="Compare user and password with those that the server expects.",
        source="RFC 4954 §4, §6",
    )


def _discarded(record: Record) -> Explanation:
    octets = count(record, "bytes")
    told, advice, source = _DISCARDED.get(text(record, "why"), ("These octets were read and thrown away.", "", ""))
    return Explanation(
        f"{octets:,} octets thrown away" if octets is not None else "Thrown away", told, "", "", advice, source
    )


def content(record: Record) -> Explanation:
    """Return what is known of message data, which lies with the message and not in the dialog."""
    octets, lines, reads = (count(record, name) for name in ("bytes", "lines", "reads"))
    size = f"{octets:,} octets" if octets is not None else "Octets that were not counted"
    size += f" in {lines:,} lines" if lines is not None else ""
    size += f", read in {reads:,} pieces" if reads is not None and reads > 1 else ""
    if not record.info.get("ended", True):
        return Explanation(
            "Half a message",
            f"{size}, and then the client stopped: the line with the single dot never came. Nothing is stored.",
            advice="Look for a time-out or a crash in the client.",
            source="RFC 5321 §4.1.1.4",
        )
    told = f"{size}, ended by a line with a single dot. Dots that the client doubled at the start of lines are not "
    too_big = " It was over the limit, so it was read and not kept." if record.info.get("oversize") else ""
    return Explanation("The message", f"{told}counted.{too_big}", source="RFC 5321 §4.1.1.4, §4.5.2; RFC 1870 §5")
