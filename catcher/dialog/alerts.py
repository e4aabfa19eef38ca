"""TLS alerts and what they mean for the one who set up the client (RFC 8446 §6.2).

The recorder writes OpenSSL's reason in words (`tlsv1 alert unknown ca`, `ssl/tls alert bad certificate`). An alert came
from the client; what has no `alert` in it is what the server itself found wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

_DISTRUST = "the client does not trust the certificate; let it trust Sandpost's own, or do not verify in this test"
_NO_COMMON = (
    "client and server have no TLS version or cipher in common; the client's TLS settings are too old or narrow"
)

_ALERTS: Mapping[str, str] = {
    "unknown ca": _DISTRUST,
    "bad certificate": "the client refused the certificate, often because it bears another name than it connected to",
    "certificate unknown": "the client refused the certificate for a reason that it does not tell, most often distrust",
    "unsupported certificate": "the client cannot use this kind of certificate",
    "certificate expired": "the client says that the certificate is not valid now; look at the client's clock",
    "certificate revoked": "the client says that the certificate was revoked",
    "access denied": "the client read the certificate and decided not to go on",
    "handshake failure": _NO_COMMON,
    "insufficient security": _NO_COMMON,
    "protocol version": "the client does not speak any TLS version that the server offers",
    "unrecognized name": "the client asked for a server name that is not known here",
    "no application protocol": "the client insists on a protocol (ALPN) that SMTP does not have",
    "decrypt error": "a signature or key did not match; something between client and server may change the traffic",
    "internal error": "the client failed for a reason of its own; its log says more",
    "user cancelled": "somebody cancelled the handshake on the client's side",
    "close notify": "the client closed the TLS connection during the handshake",
    "illegal parameter": "the client found the handshake inconsistent",
    "decode error": "the client could not read a message of the handshake",
    "unexpected message": "the client got a message of the handshake that it did not expect",
    "missing extension": "the client misses an extension that it needs",
    "unsupported extension": "the client got an extension that it did not ask for",
    "inappropriate fallback": "the client tried an older TLS version than both sides can speak",
}
_OWN: Mapping[str, str] = {
    "no shared cipher": _NO_COMMON,
    "unsupported protocol": "the client speaks only TLS versions that are too old",
    "version too low": "the client speaks only TLS versions that are too old",
    "wrong version number": "the client sent something else than TLS behind STARTTLS",
    "http request": "the client sent an HTTP request in place of a handshake",
    "unexpected eof": "the client closed the connection in the handshake, as one that dislikes the certificate does",
    "the client closed": "as one that dislikes the certificate does; its own log says more",
    "sandpost closed": "",
    "no suitable signature algorithm": _NO_COMMON,
    "reset": "the client broke the connection off during the handshake, as one that dislikes the certificate does",
    "timed out": "the client did not finish the handshake in time",
}


def name(error: str) -> str:
    """Return an alert by its name (`unknown ca`), anything else as it is."""
    return error.lower().rpartition("alert ")[2].strip() if "alert " in error.lower() else error


def is_from_client(error: str) -> bool:
    """Tell whether the client said so, rather than the server found it."""
    return "alert " in error.lower()


def meaning(error: str) -> str:
    """Return what a failed handshake means, as a clause in plain words; empty for what is not known."""
    if is_from_client(error):
        return _ALERTS.get(name(error), "")
    found = error.lower()
    return next((means for words, means in _OWN.items() if words in found), "")
