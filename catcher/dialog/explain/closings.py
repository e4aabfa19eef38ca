"""How connections end, and the alerts with which TLS handshakes fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catcher.dialog.explain.model import Explanation
from catcher.dialog.outcome import Close

_ALERTS_ARE = "RFC 8446 §6.2"
_TRUST = (
    "Make the client trust this server's certificate (certificate.pem in the data folder), or switch its check off "
    "for this test server."
)
_VERSION = "Allow TLS 1.2 or 1.3 in the client, or update it."


def _alert(title: str, text: str, advice: str, source: str = _ALERTS_ARE) -> Explanation:
    return Explanation(title, text, advice=advice, source=source)


# What OpenSSL's words contain -> what they mean; the first that fits counts, so the longer ones stand first.
ALERTS: Final[Mapping[str, Explanation]] = {
    "unknown ca": _alert("Unknown CA", "The client does not trust the issuer of the certificate.", _TRUST),
    "bad certificate": _alert("Bad certificate", "The client finds the certificate damaged or unacceptable.", _TRUST),
    "certificate unknown": _alert(
        "Certificate not accepted", "The client refuses the certificate without saying why; often the name differs.",
        f"Check that the client connects by a name in the certificate. {_TRUST}",
    ),
    "certificate expired": _alert(
        "Certificate expired", "For the client's clock the certificate is no longer, or not yet, valid.",
        "Compare the clocks of both machines, then renew the certificate.",
    ),
    "certificate revoked": _alert("Certificate revoked", "The client knows the certificate as revoked.", _TRUST),
    "certificate required": _alert(
        "Certificate required", "The server wants a certificate from the client and got none.",
        "Give the client a certificate.",
    ),
    "unsupported certificate": _alert(
        "Unsupported certificate", "The client cannot use this kind of certificate.", "Update the client's TLS library."
    ),
    "certificate verify failed": _alert("Certificate not verified", "A certificate did not verify.", _TRUST),
    "protocol version": _alert("No common TLS version", "The client refuses the TLS version of the server.", _VERSION),
    "unsupported protocol": _alert("TLS too old", "The client offers only versions that are switched off.", _VERSION),
    "version too low": _alert("TLS too old", "The client offers only versions that are switched off.", _VERSION),
    "handshake failure": _alert(
        "Handshake failure", "The two sides found no settings that both accept.",
        "Compare the TLS versions and ciphers that the client allows.",
    ),
    "no shared cipher": _alert("No common cipher", "Client and server share no cipher.", _VERSION),
    "insufficient security": _alert("Too weak", "The client finds what was offered too weak.", _VERSION),
    "inappropriate fallback": _alert(
        "Fallback refused", "The client came back with a lower TLS version than both could have used.", _VERSION
    ),
    "unrecognized name": _alert(
        "Unknown server name", "The name that the client asked for is not served here.", "Check the client's host name."
    ),
    "no application protocol": _alert(
        "No common application protocol", "The client asks by ALPN for a protocol that is not spoken here.",
        "Switch ALPN off in the client.",
    ),
    "access denied": _alert("Access denied", "A certificate was valid, but access was not granted.", _TRUST),
    "user canceled": _alert(
        "Cancelled", "The client gave up the handshake of its own will.", "", "RFC 8446 §6.1"
    ),
    "decrypt error": _alert("Decrypt error", "A signature or a key in the handshake was wrong.", _VERSION),
    "decode error": _alert("Decode error", "A message of the handshake could not be read.", _VERSION),
    "bad record mac": _alert("Damaged record", "Data arrived changed or was encrypted wrongly.", "Connect again."),
    "illegal parameter": _alert("Illegal parameter", "A field of the handshake was out of range.", _VERSION),
    "unexpected message": _alert("Unexpected message", "A message of the handshake came out of order.", _VERSION),
    "internal error": _alert("Internal error", "The client's own TLS library failed.", "Look into the client's log."),
    "missing extension": _alert("Missing extension", "The handshake lacks a field that is needed.", _VERSION),
    "unsupported extension": _alert("Unsupported extension", "The handshake has a field nobody asked for.", _VERSION),
    "http request": _alert(
        "An HTTP request in place of TLS", "The client sent HTTP where the handshake should start.",
        "Point the client at the web port.", "RFC 5321 §7.8",
    ),
    "wrong version number": _alert(
        "Not TLS", "After STARTTLS the client went on in plain text, or with something that is no TLS.",
        "The client must start the handshake after the 220 to STARTTLS.", "RFC 3207 §4",
    ),
    "packet length too long": _alert(
        "Not TLS", "After STARTTLS the client sent something that is no TLS.",
        "The client must start the handshake after the 220 to STARTTLS.", "RFC 3207 §4",
    ),
    "sandpost closed": _alert(
        "Ended from this side", "Sandpost closed the connection during the handshake: a time-out or a shutdown.", "",
        "RFC 3207 §6",
    ),
    "closed the connection": _alert(
        "The client left", "The client closed the connection during the handshake and sent no alert. Clients that "
        "reject a certificate often do just that.", _TRUST, "RFC 3207 §6",
    ),
    "unexpected eof": _alert(
        "The client left", "The connection ended in the middle of the handshake.", _TRUST, "RFC 3207 §6"
    ),
    "reset": _alert("The client left", "The client broke the connection off.", _TRUST, "RFC 3207 §6"),
}  # fmt: skip
UNKNOWN_ALERT: Final = _alert(
    "TLS handshake failed", "No encrypted connection came about.", "Look into the client's log for its side of it.",
    "RFC 3207 §6",
)  # fmt: skip


def alert(error: str) -> Explanation:
    """Return what OpenSSL's reason for a failed handshake means, such as `tlsv1 alert unknown ca`."""
    words = error[:300].lower().replace("_", " ")
    return next((about for name, about in ALERTS.items() if name in words), UNKNOWN_ALERT)


def _close(title: str, text: str, advice: str = "", source: str = "RFC 5321 §3.8") -> Explanation:
    return Explanation(title, text, advice=advice, source=source)


CLOSINGS: Final[Mapping[str, Explanation]] = {
    Close.QUIT: _close("Closed after QUIT", "Both sides said goodbye. This is how it should be.", "",
                       "RFC 5321 §4.1.1.10"),
    Close.CLIENT: _close("Closed without QUIT", "The client closed the connection without saying goodbye.",
                         "Let the client send QUIT and wait for 221.", "RFC 5321 §4.1.1.10, §4.1.4"),
    Close.RESET: _close("Connection lost", "The client reset the connection, or the network broke it.",
                        "Look for a crash or a time-out in the client."),
    Close.IDLE: _close("Idle for too long", "Nothing came from the client until the time ran out.",
                       "Look for what the client was waiting for.", "RFC 5321 §4.5.3.2.7"),
    Close.ERRORS: _close("Too many errors", "The client got one error after the other, so the server stopped it.",
                         "Mend the first error; the others follow from it.", "RFC 5321 §7.8"),
    Close.LIMIT: _close("A limit was reached", "The server closed the connection because of one of its limits.",
                        "The reply before it names the limit and its setting.", "RFC 5321 §4.5.3, §7.8"),
    Close.TLS: _close("Closed, TLS failed", "Without the handshake there was nothing to go on with.",
                      "The note about the handshake says why.", "RFC 3207 §6"),
    Close.NOT_SMTP: _close("Not SMTP", "What came was another protocol.",
                           "Point the client at the right port, and compare its encryption settings.",
                           "RFC 5321 §7.8"),
    Close.FAULT: _close("Cut by a fault", "A fault that was set up on purpose ended the connection.",
                        "See what the client makes of it: whether it tries again, and when."),
    Close.SHUTDOWN: _close("Sandpost stopped", "The server was shut down while the session ran.", "Connect again."),
    Close.LOST: _close("Sandpost was killed", "The server ended without having time to write the end down.",
                       "A message that was answered with 250 is stored all the same."),
}  # fmt: skip
UNKNOWN_CLOSE: Final = _close("Connection closed", "How it ended is not recorded.")
