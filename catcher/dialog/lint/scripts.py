"""The pieces of which the examples of the rules are made (catcher/dialog/script.py)."""

from __future__ import annotations

CONNECT = """\
! open peer=127.0.0.1:40000
S: 220 mail.example.com ESMTP
"""
OFFER = """\
S: 250-mail.example.com
S: 250-PIPELINING
S: 250-SIZE 10000000
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250 AUTH PLAIN LOGIN
"""
HELLO = CONNECT + "C: EHLO app.example.com\n" + OFFER
MAIL = "C: MAIL FROM:<app@example.com>\nS: 250 2.1.0 Sender ok\n"
RCPT = "C: RCPT TO:<ann@example.com>\nS: 250 2.1.5 Recipient ok\n"
DATA = "C: DATA\nS: 354 End data with <CRLF>.<CRLF>\n"
BODY = "= bytes=300 lines=9\nS: 250 2.0.0 Stored\n"
SENT = DATA + BODY
QUIT = "C: QUIT\nS: 221 2.0.0 Bye\n! close reason=quit\n"


def session(text: str) -> str:
    """Return a whole session with this between EHLO and QUIT."""
    return HELLO + text + QUIT


def tls(text: str, version: str = "TLSv1.3", cipher: str = "TLS_AES_256_GCM_SHA384", sni: str = "") -> str:
    """Return a session that begins TLS, with this behind the handshake."""
    return (
        CONNECT
        + "C: EHLO app.example.com\nS: 250-mail.example.com\nS: 250-STARTTLS\nS: 250 AUTH PLAIN LOGIN\n"
        + "C: STARTTLS\nS: 220 2.0.0 Ready to start TLS\n! tls-start\n"
        + f"! tls-done version={version} cipher={cipher} sni={sni}\n"
        + text
    )
