"""The reply codes (RFC 5321 §4.2.3 and those of the extensions), and what one means behind a certain command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Code(NamedTuple):
    """One reply code. `advice` is what the sender does now, where the first digit does not say it all."""

    title: str
    text: str
    source: str
    advice: str = ""


_TABLE = "RFC 5321 §4.2.3"
_AUTH = "RFC 4954 §6"
_LOGIN = "Change the login settings of the application; trying again as it is will not help."

CODES: Final[Mapping[int, Code]] = {
    211: Code("system status", "The state of the server, or help.", _TABLE),
    214: Code("help", "Help for people who type commands by hand.", _TABLE),
    220: Code("ready", "The server is ready.", _TABLE),
    221: Code("goodbye", "The server closes the connection, as asked.", _TABLE),
    235: Code("logged in", "User and secret are accepted.", _AUTH),
    250: Code("done", "The command was carried out.", _TABLE),
    251: Code("will forward", "The user is elsewhere; the server hands the message on.", f"{_TABLE}, §3.4"),
    252: Code("cannot verify", "The server does not tell whether the user exists, but would take mail for it.", _TABLE),
    253: Code("messages pending", "Delivery of the waiting messages has started.", "RFC 1985"),
    334: Code("go on with the login", "The server waits for the next line of the login, in base64.", "RFC 4954 §4"),
    354: Code("send the message", "Now the message, up to a line with a single dot.", _TABLE),
    421: Code(
        "closing", "The server cannot go on and closes the connection.", f"{_TABLE}, §3.8", "Connect again later."
    ),
    422: Code("password transition needed", "The user must log in once in another way first.", "RFC 5248"),
    432: Code(
        "password transition needed",
        "The user must log in once with PLAIN before this mechanism works.",
        _AUTH,
        "Log in with PLAIN, inside TLS.",
    ),
    450: Code("mailbox busy", "The mailbox cannot be used at the moment, or policy says: not now.", _TABLE),
    451: Code("local error", "Something failed on the server while it worked on this.", _TABLE),
    452: Code("no room", "Too little storage, or too many recipients for one message.", _TABLE),
    453: Code("no mail", "There is no mail waiting.", "RFC 2645"),
    454: Code("not available now", "TLS or the login cannot be used for the moment.", f"RFC 3207 §4; {_AUTH}"),
    455: Code("parameter cannot be met", "The server knows the parameter but cannot do it now.", _TABLE),
    458: Code("cannot queue", "The waiting messages of this domain cannot be started.", "RFC 1985"),
    459: Code("node not allowed", "This client may not ask for that domain's mail.", "RFC 1985"),
    500: Code("not recognised", "The server does not know the command, or the line is too long.", _TABLE),
    501: Code(
        "bad argument",
        "The command is known, but what stands behind it is not as it should be.",
        _TABLE,
        "Correct the argument.",
    ),
    502: Code(
        "not implemented", "The server knows the command and does not offer it.", _TABLE, "Do without the command."
    ),
    503: Code("wrong order", "The command comes too early, too late or twice.", _TABLE, "Mend the order of commands."),
    504: Code(
        "parameter not implemented",
        "The server does not offer this form of the command.",
        _TABLE,
        "Use a form that is offered.",
    ),
    521: Code("takes no mail", "This host takes no mail at all.", "RFC 7504", "Give up; the host will never take it."),
    523: Code("encryption needed", "The mechanism may be used inside TLS only.", "RFC 5248", "Use STARTTLS first."),
    524: Code("encryption needed", "The mechanism may be used inside TLS only.", "RFC 5248", "Use STARTTLS first."),
    525: Code("account disabled", "User and secret are right, but the account is switched off.", "RFC 5248", _LOGIN),
    530: Code(
        "login or TLS first",
        "The server wants a login, or encryption, before it does this.",
        f"{_AUTH}; RFC 3207 §4",
        "Give the application a user and password, or switch STARTTLS on; the text says which.",
    ),
    534: Code("mechanism too weak", "For this user the mechanism is not good enough.", _AUTH, "Use another mechanism."),
    535: Code("login refused", "User or secret is wrong.", _AUTH, _LOGIN),
    538: Code("encryption needed", "The mechanism may be used inside TLS only.", _AUTH, "Use STARTTLS first."),
    550: Code("refused", "The mailbox does not exist or may not be used, or policy says no.", _TABLE),
    551: Code("not here", "The user is not here; the text may tell another address to try.", f"{_TABLE}, §3.4"),
    552: Code("over the limit", "The message or the mailbox is larger than allowed.", _TABLE),
    553: Code("bad mailbox name", "The address is written in a way that the server does not allow.", _TABLE),
    554: Code("failed", "The transaction failed, or there is no mail service here.", _TABLE),
    555: Code(
        "parameter not recognised",
        "The server does not know a parameter of this command.",
        _TABLE,
        "Leave the parameter out.",
    ),
    556: Code(
        "domain takes no mail",
        "The recipient's domain says in the DNS that it takes no mail.",
        "RFC 7504",
        "Remove the address.",
    ),
}

# (command, code) -> what it means there; CONTENT stands for what follows the final dot, GREETING for the first words.
IN_CONTEXT: Final[Mapping[tuple[str, int], str]] = {
    ("GREETING", 220): "The server is there and takes commands.",
    ("GREETING", 421): "The server takes no connection at the moment.",
    ("GREETING", 554): "The server takes no mail from this client. Only QUIT is left.",
    ("", 421): "The server closes the connection without being asked: idle for too long, a limit, or a shutdown.",
    ("STARTTLS", 220): "The TLS handshake starts now; everything after it is encrypted.",
    ("STARTTLS", 454): "TLS cannot be used for the moment.",
    ("EHLO", 250): "The server greets back; each further line is an extension that it offers.",
    ("EHLO", 500): "The server does not know EHLO, which is very old behaviour. A client falls back to HELO.",
    ("EHLO", 502): "The server does not know EHLO, which is very old behaviour. A client falls back to HELO.",
    ("HELO", 250): "The server greets back. No extension may be used.",
    ("AUTH", 503): "It comes before EHLO, inside a transaction, or after a login that worked.",
    ("AUTH", 504): "The server does not offer this mechanism.",
    ("AUTH", 501): "The login was not well formed, or the client cancelled it with *.",
    ("AUTH", 454): "The login could not be checked, because something failed on the server.",
    ("MAIL", 250): "The sender is accepted, and a transaction is open.",
    ("MAIL", 503): "No hello yet, or a transaction is open already.",
    ("MAIL", 552): "The declared size is over the server's limit, so the message need not be sent at all.",
    ("MAIL", 550): "The server does not take mail from this sender.",
    ("MAIL", 553): "The server does not allow this sender address.",
    ("RCPT", 250): "The recipient is accepted.",
    ("RCPT", 450): "The recipient cannot be reached now. Greylisting answers like this at the first try.",
    ("RCPT", 451): "The recipient cannot be checked now. Greylisting answers like this at the first try.",
    ("RCPT", 452): "Too many recipients in one message, or no room.",
    ("RCPT", 550): "The mailbox does not exist here, or may not be used.",
    ("RCPT", 503): "There is no accepted MAIL before it.",
    ("RCPT", 554): "The server does not relay to this recipient.",
    ("DATA", 354): "The server waits for the message, up to a line with a single dot.",
    ("DATA", 503): "There is no accepted recipient yet.",
    ("DATA", 554): "None of the recipients was accepted, so there is nobody to send it to.",
    ("CONTENT", 250): "The message is accepted: from here on the server is responsible for it.",
    ("CONTENT", 451): "The message was not taken, because something failed on the server.",
    ("CONTENT", 452): "The message was not taken, because there is no room for it now.",
    ("CONTENT", 550): "The message was read and then refused for what it is or says.",
    ("CONTENT", 552): "The message is larger than the server allows.",
    ("CONTENT", 554): "The message was read and then refused.",
    ("RSET", 250): "The transaction is dropped.",
    ("QUIT", 221): "Goodbye; both sides close now.",
}
FIRST_DIGIT: Final[Mapping[int, tuple[str, str]]] = {
    2: ("success", "The command succeeded."),
    3: ("go on", "So far so good; the server waits for more."),
    4: ("not now", "It failed for the moment. The same request may work later."),
    5: ("failed for good", "It failed, and the same request will fail again."),
}
SECOND_DIGIT: Final[Mapping[int, str]] = {
    0: "syntax",
    1: "information",
    2: "the connection",
    3: "logging in",  # not in RFC 5321, but in every code of RFC 4954 that has it
    5: "the mail system",
}
RETRY: Final = "Try again later: temporary. Mail servers wait half an hour or so; applications should wait too."
GIVE_UP: Final = "Do not repeat it unchanged: permanent. Mend the cause, or report the failure."


def code(number: int) -> Code:
    """Return what a reply code is; an unknown one by its first two digits (RFC 5321 §4.2.1)."""
    known = CODES.get(number)
    if known is not None:
        return known
    title, text = FIRST_DIGIT.get(number // 100, ("no reply code", "This is not the form of a reply."))
    about = SECOND_DIGIT.get(number // 10 % 10) if title != "no reply code" else None
    return Code(title, f"{text} It is about {about}." if about else text, "RFC 5321 §4.2.1")


def digits(number: int) -> str:
    """Return what the first two digits say (RFC 5321 §4.2.1)."""
    first, second = FIRST_DIGIT.get(number // 100), SECOND_DIGIT.get(number // 10 % 10)
    if first is None:
        return ""
    return f"{number // 100}xx: {first[0]}" + (f"; x{number // 10 % 10}x: {second}" if second else "")


def advice(number: int) -> str:
    """Return what the sender does after a reply; nothing after a success."""
    if number < 400:
        return ""
    return code(number).advice or (RETRY if number < 500 else GIVE_UP)
