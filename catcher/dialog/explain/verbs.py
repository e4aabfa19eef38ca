"""The commands: what each does, what must have happened before, and which replies it may get (RFC 5321 §4.3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catcher.dialog.explain.model import Explanation

# RFC 5321 §4.3.2: any command may be too long, misspelt, out of order, or meet a server that closes.
ANYTIME: Final = frozenset({421, 500, 501, 503})
# RFC 4954 §6: what a server that wants a login, or TLS, first may say to all but these.
_NEVER_530: Final = frozenset({"EHLO", "HELO", "NOOP", "RSET", "QUIT", "STARTTLS"})


@dataclass(frozen=True, slots=True)
class Verb:
    """One command."""

    name: str
    does: str
    needs: str
    grammar: str
    good: tuple[int, ...]
    bad: tuple[int, ...]
    source: str

    @property
    def legal(self) -> frozenset[int]:
        login = frozenset[int]() if self.name in _NEVER_530 else frozenset({530})
        return frozenset(self.good) | frozenset(self.bad) | ANYTIME | login

    @property
    def replies(self) -> str:
        good, bad = (", ".join(map(str, codes)) for codes in (self.good, self.bad))
        return f"success {good or 'none'}; errors {bad or 'none of its own'}; at any time 421, 500, 501, 503"


_5321 = "RFC 5321 §4.1.1.{}, §4.3.2"
_DIRECT = "Delivers to a terminal, not only to a mailbox. Nobody does this any more."

_VERBS = (
    Verb(
        "EHLO",
        "Opens the session: the client says its name, and the server answers with its own and with the extensions "
        "that it offers, a line each.",
        "Comes first, and again after STARTTLS. It also ends a transaction that is open.",
        "EHLO SP (domain / [address])",
        (250,),
        (502, 504, 550),
        _5321.format(1),
    ),
    Verb(
        "HELO",
        "Opens the session the old way: no extensions, so no SIZE, no AUTH, no STARTTLS.",
        "Comes first; for servers that do not know EHLO.",
        "HELO SP domain",
        (250,),
        (502, 504, 550),
        _5321.format(1),
    ),
    Verb(
        "LHLO",
        "Opens a session of LMTP, the sibling of SMTP for the last step into a mailbox: one reply per recipient.",
        "Only where LMTP is spoken; an SMTP server does not know it.",
        "LHLO SP domain",
        (250,),
        (502, 504, 550),
        "RFC 2033",
    ),
    Verb(
        "MAIL",
        "Starts a message: names the address that gets the error reports. <> means that nobody wants any.",
        "Needs an accepted EHLO or HELO, and no other transaction open.",
        "MAIL FROM:<[address]> *(SP parameter)",
        (250,),
        (450, 451, 452, 455, 550, 552, 553, 555),
        _5321.format(2),
    ),
    Verb(
        "RCPT",
        "Names one recipient. Each is accepted or refused for itself; the To: header plays no part in it.",
        "Needs an accepted MAIL.",
        "RCPT TO:<address> *(SP parameter)",
        (250, 251),
        (450, 451, 452, 455, 550, 551, 552, 553, 555),
        _5321.format(3),
    ),
    Verb(
        "DATA",
        "Asks to send the message itself: header, empty line, body. A line with a single dot ends it.",
        "Needs an accepted MAIL and at least one accepted RCPT.",
        "DATA",
        (354,),
        (450, 451, 452, 550, 552, 554),
        _5321.format(4),
    ),
    Verb(
        "BDAT",
        "Sends a piece of the message with its length in front, so that no dot is needed to end it.",
        "Needs CHUNKING in the answer to EHLO, and an accepted RCPT.",
        "BDAT SP size [SP LAST]",
        (250,),
        (450, 451, 452, 550, 552, 554),
        "RFC 3030",
    ),
    Verb(
        "RSET",
        "Drops the transaction that is open: sender, recipients and data are forgotten, the session goes on.",
        "Allowed at any time.",
        "RSET",
        (250,),
        (),
        _5321.format(5),
    ),
    Verb(
        "VRFY",
        "Asks whether a user or mailbox exists. Most servers decline politely with 252, against address harvesting.",
        "Allowed at any time.",
        "VRFY SP string",
        (250, 251, 252),
        (502, 504, 550, 551, 553),
        _5321.format(6),
    ),
    Verb(
        "EXPN",
        "Asks for the members of a mailing list. Hardly any server answers it.",
        "Allowed at any time.",
        "EXPN SP string",
        (250, 252),
        (502, 504, 550),
        _5321.format(7),
    ),
    Verb(
        "HELP",
        "Asks for help in words, for people who type SMTP by hand.",
        "Allowed at any time.",
        "HELP [SP string]",
        (211, 214),
        (502, 504),
        _5321.format(8),
    ),
    Verb(
        "NOOP",
        "Does nothing but get an answer. Connection pools use it to see whether the session is still alive.",
        "Allowed at any time.",
        "NOOP [SP string]",
        (250,),
        (),
        _5321.format(9),
    ),
    Verb(
        "QUIT",
        "Says goodbye. The client waits for 221, then both close.",
        "Allowed at any time.",
        "QUIT",
        (221,),
        (),
        _5321.format(10),
    ),
    Verb(
        "AUTH",
        "Logs in. The mechanism says how user name and password, or a token, are carried.",
        "Needs AUTH in the answer to EHLO, no login before, no transaction open. Wise only inside TLS.",
        "AUTH SP mechanism [SP (base64 / =)]",
        (235, 334),
        (432, 454, 504, 530, 534, 535, 538),
        "RFC 4954 §4, §6",
    ),
    Verb(
        "STARTTLS",
        "Asks to encrypt this connection. After 220 the TLS handshake follows, and then a new EHLO.",
        "Needs STARTTLS in the answer to EHLO, and no TLS yet.",
        "STARTTLS",
        (220,),
        (454, 502),
        "RFC 3207 §4",
    ),
    Verb(
        "ETRN",
        "Asks the server to start delivering what it holds for a domain.",
        "Needs ETRN in the answer to EHLO.",
        "ETRN SP domain",
        (250, 251, 252, 253),
        (458, 459, 502),
        "RFC 1985",
    ),
    Verb(
        "ATRN",
        "Asks to swap roles after a login: the server sends the mail that it holds for the client's domains.",
        "Needs a login, on the port for on-demand mail relay.",
        "ATRN [SP domain *(, domain)]",
        (250,),
        (450, 451, 453, 502),
        "RFC 2645",
    ),
    Verb(
        "TURN",
        "Asks to swap the roles of client and server. Given up, because nobody could tell who was asking.",
        "No server of today takes it.",
        "TURN",
        (250,),
        (502,),
        "RFC 5321 App. F.1",
    ),
    *(
        Verb(
            name, _DIRECT, "No server of today takes it.", f"{name} FROM:<address>", (250,), (502,), "RFC 5321 App. F.6"
        )
        for name in ("SEND", "SOML", "SAML")
    ),
    Verb(
        "BURL",
        "Takes the message, or a piece of it, from an IMAP server by its URL instead of from the client.",
        "Needs BURL in the answer to EHLO, and an accepted RCPT.",
        "BURL SP url [SP LAST]",
        (250,),
        (451, 452, 552, 554),
        "RFC 4468",
    ),
    Verb(
        "XCLIENT",
        "A trusted proxy tells whom it speaks for: address, name, login. An extension of Postfix, not of the RFCs.",
        "Needs XCLIENT in the answer to EHLO, which only trusted hosts get.",
        "XCLIENT 1*(SP name=value)",
        (220,),
        (550,),
        "Postfix XCLIENT_README",
    ),
    Verb(
        "XFORWARD",
        "A content filter hands on whom the mail came from, for the log. An extension of Postfix, not of the RFCs.",
        "Needs XFORWARD in the answer to EHLO, which only trusted hosts get.",
        "XFORWARD 1*(SP name=value)",
        (250,),
        (550,),
        "Postfix XFORWARD_README",
    ),
)

VERBS: Final[Mapping[str, Verb]] = {verb.name: verb for verb in _VERBS}
LEGAL: Final[Mapping[str, frozenset[int]]] = {verb.name: verb.legal for verb in _VERBS}
_TITLES = {"MAIL": "MAIL FROM", "RCPT": "RCPT TO"}
EXPLAINED: Final[Mapping[str, Explanation]] = {
    verb.name: Explanation(
        _TITLES.get(verb.name, verb.name), f"{verb.does} {verb.needs}", verb.grammar, verb.replies, "", verb.source
    )
    for verb in _VERBS
}
