"""The extensions that a server can offer in its answer to EHLO, and the mechanisms of AUTH."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catcher.dialog.explain.model import Explanation


@dataclass(frozen=True, slots=True)
class Keyword:
    """One extension. `is_passive` says that it is the server's own doing, which no client asks for."""

    name: str
    text: str
    source: str
    grammar: str = ""
    is_passive: bool = False


_KEYWORDS = (
    Keyword(
        "PIPELINING",
        "The client may send several commands without waiting for each answer; saves round trips.",
        "RFC 2920 §3.1",
    ),
    Keyword(
        "SIZE", "The largest message that the server takes, in octets.", "RFC 1870 §3, §4", "SIZE [octets; 0: no limit]"
    ),
    Keyword("8BITMIME", "The message may hold octets above 127, if MAIL says BODY=8BITMIME.", "RFC 6152"),
    Keyword(
        "BINARYMIME",
        "The message may be binary, without lines, if it is sent with BDAT.",
        "RFC 3030",
        "BODY=BINARYMIME",
    ),
    Keyword("CHUNKING", "The message may be sent in pieces with BDAT instead of DATA.", "RFC 3030"),
    Keyword("SMTPUTF8", "Addresses and header fields may hold more than ASCII, if MAIL says SMTPUTF8.", "RFC 6531"),
    Keyword("STARTTLS", "The connection can be encrypted from here on.", "RFC 3207 §3"),
    Keyword("AUTH", "The client can log in, with one of these mechanisms.", "RFC 4954 §3", "AUTH mechanism ..."),
    Keyword(
        "DSN",
        "The client can choose which delivery reports it gets: NOTIFY, ORCPT, RET and ENVID are understood.",
        "RFC 3461 §4",
    ),
    Keyword(
        "ENHANCEDSTATUSCODES",
        "Replies carry a second code such as 5.1.1, which says more than the first.",
        "RFC 2034",
        is_passive=True,
    ),
    Keyword("HELP", "The HELP command answers.", "RFC 5321 §4.1.1.8"),
    Keyword("VRFY", "The VRFY command is there, though it may decline to tell.", "RFC 5321 §4.1.1.6, §3.5"),
    Keyword("EXPN", "The EXPN command shows the members of a list.", "RFC 5321 §4.1.1.7, §3.5"),
    Keyword("ETRN", "The client can ask for the mail that waits for its domain.", "RFC 1985"),
    Keyword("ATRN", "After a login, client and server can swap roles to hand over waiting mail.", "RFC 2645"),
    Keyword(
        "DELIVERBY",
        "The client can set a time by which a message must be delivered.",
        "RFC 2852",
        "DELIVERBY [shortest time in seconds]",
    ),
    Keyword("MT-PRIORITY", "The client can say how urgent a message is.", "RFC 6710", "MT-PRIORITY [name of a policy]"),
    Keyword("REQUIRETLS", "The client can demand that every hop of a message is encrypted and verified.", "RFC 8689"),
    Keyword(
        "FUTURERELEASE",
        "The server keeps a message and sends it later, if asked.",
        "RFC 4865",
        "FUTURERELEASE longest-seconds latest-date",
    ),
    Keyword(
        "LIMITS",
        "How much the server takes: MAILMAX messages a session, RCPTMAX recipients a message, RCPTDOMAINMAX domains.",
        "RFC 9422",
        "LIMITS name=number ...",
        is_passive=True,
    ),
    Keyword(
        "BURL", "The message can be fetched from an IMAP server by its URL.", "RFC 4468", "BURL [imap] [imap://...]"
    ),
    Keyword("RRVS", "The client can demand that a mailbox still has its old owner.", "RFC 7293"),
    Keyword("CONPERM", "The sender can allow that content is converted on the way.", "RFC 4141"),
    Keyword("CONNEG", "The client can ask what a recipient's device can show.", "RFC 4141"),
    Keyword("CHECKPOINT", "A broken transaction can be taken up where it stopped.", "RFC 1845"),
    Keyword(
        "NO-SOLICITING",
        "The server does not want unasked advertising.",
        "RFC 3865",
        "NO-SOLICITING [class]",
        is_passive=True,
    ),
    Keyword("MTRK", "The client can ask to have a message tracked.", "RFC 3885"),
    Keyword("SUBMITTER", "MAIL may name who is responsible for the message. Given up.", "RFC 4405"),
    Keyword("XCLIENT", "A trusted proxy may tell whom it speaks for.", "Postfix XCLIENT_README", "XCLIENT name ..."),
    Keyword(
        "XFORWARD",
        "A content filter may hand on whom the mail came from.",
        "Postfix XFORWARD_README",
        "XFORWARD name ...",
    ),
    *(
        Keyword(name, "An old way to deliver to a terminal. Nobody uses it.", "RFC 5321 App. F.6")
        for name in ("SEND", "SOML", "SAML")
    ),
    Keyword("TURN", "An old way to swap client and server. Nobody uses it.", "RFC 5321 App. F.1"),
)

KEYWORDS: Final[Mapping[str, Keyword]] = {keyword.name: keyword for keyword in _KEYWORDS}
PRIVATE: Final = Keyword(
    "", "An extension of this server that is registered nowhere known here.", "RFC 5321 §2.2.2, §4.1.1.1"
)


def _mechanism(name: str, text: str, source: str, advice: str = "") -> Explanation:
    return Explanation(name, text, f"AUTH {name}", "", advice, source)


_CLEAR = "Readable for anybody on the way unless the connection is encrypted."
_SCRAM = "Proves that both sides know the password, without sending it; each proof is worth nothing a second time."
MECHANISMS: Final[Mapping[str, Explanation]] = {
    about.title: about
    for about in (
        _mechanism("PLAIN", f"User name and password in one line of base64. {_CLEAR}", "RFC 4616 §2"),
        _mechanism(
            "LOGIN",
            f"User name and password in two lines of base64, each asked for by a 334. {_CLEAR}",
            "draft-murchison-sasl-login",
            "Old and never a standard; PLAIN does the same in one step.",
        ),
        _mechanism(
            "CRAM-MD5",
            "The server sends a text that is new each time, the client a keyed MD5 of it: the password stays home.",
            "RFC 2195",
            "Too weak by now; use PLAIN inside TLS, or SCRAM.",
        ),
        _mechanism(
            "DIGEST-MD5", "A challenge and an answer by MD5 over several steps.", "RFC 6331", "Withdrawn; use SCRAM."
        ),
        _mechanism("SCRAM-SHA-1", _SCRAM, "RFC 5802"),
        _mechanism("SCRAM-SHA-1-PLUS", f"{_SCRAM} Bound to the TLS connection as well.", "RFC 5802"),
        _mechanism("SCRAM-SHA-256", _SCRAM, "RFC 7677"),
        _mechanism("SCRAM-SHA-256-PLUS", f"{_SCRAM} Bound to the TLS connection as well.", "RFC 7677"),
        _mechanism("XOAUTH2", "A user name and an access token in place of a password. Google's own.", "Gmail XOAUTH2"),
        _mechanism("OAUTHBEARER", "A user name and an access token in place of a password.", "RFC 7628"),
        _mechanism("NTLM", "Microsoft's challenge and answer with a Windows login.", "MS-SMTPNTLM", "Old and weak."),
        _mechanism("GSSAPI", "A Kerberos ticket in place of a password.", "RFC 4752"),
        _mechanism("EXTERNAL", "The client is known already, most often by its TLS certificate.", "RFC 4422 App. A"),
        _mechanism("ANONYMOUS", "No login at all, only a trace of who it might be.", "RFC 4505"),
    )
}
UNKNOWN_MECHANISM: Final = Explanation(
    "Authentication mechanism", "A mechanism that is not known here.", "AUTH mechanism", "", "", "RFC 4954 §4; RFC 4422"
)


def mechanism(name: str) -> Explanation:
    """Return what a mechanism is, by its name in any case."""
    return MECHANISMS.get(name.upper(), UNKNOWN_MECHANISM)
