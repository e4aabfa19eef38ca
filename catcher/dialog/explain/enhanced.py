"""The enhanced status codes: class, subject and detail (RFC 3463, and the IANA registry that RFC 5248 set up)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Detail(NamedTuple):
    """One code without its class, as `1.1`.

    `goes_with` names the basic codes that the registry lists for it; `advice` is for failures.
    """

    title: str
    text: str
    goes_with: str = ""
    advice: str = ""
    source: str = ""  # empty for RFC 3463, whose sections go by subject


_4954 = "RFC 4954 §6"
_5248 = "RFC 5248"
_6531 = "RFC 6531"
_6710 = "RFC 6710"
_7293 = "RFC 7293"
_7372 = "RFC 7372"
_7505 = "RFC 7505"
_IANA = "IANA SMTP enhanced status codes"
_REMOVE = "Remove the address, or correct it."
_LOGIN = "Correct the user name or the password of the application."
_TLS = "Switch on STARTTLS, then log in."
_DNS = "Mend the DNS records of the sender's domain."

_DETAILS = {
    "0.0": Detail("nothing more to say", "The server gives no detail beyond success or failure.", "any code"),
    "1.0": Detail("something about an address", "It is about an address, and the server does not say more."),
    "1.1": Detail("no such mailbox", "The part before the @ names no mailbox there.", "451, 550", _REMOVE),
    "1.2": Detail("no such domain", "The part behind the @ does not exist, or takes no mail.", "", _REMOVE),
    "1.3": Detail("malformed recipient", "The recipient's address is not written as an address.", "501", _REMOVE),
    "1.4": Detail("ambiguous recipient", "The address fits more than one mailbox.", "", _REMOVE),
    "1.5": Detail("recipient valid", "The address is good.", "250"),
    "1.6": Detail("mailbox moved", "The mailbox is gone, and left no new address.", "", _REMOVE),
    "1.7": Detail("malformed sender", "The sender's address is not written as an address.", "", "Correct the sender."),
    "1.8": Detail(
        "sender's domain is no good", "The sender's domain does not exist, or takes no replies.", "451, 501", _DNS
    ),
    "1.9": Detail("left this protocol", "The message went on to a system that sends no reports.", "", "", "RFC 3886"),
    "1.10": Detail("recipient's domain takes no mail", "Its DNS says so with a null MX.", "556", _REMOVE, _7505),
    "2.0": Detail("something about the mailbox", "The mailbox exists, and something about it is in the way."),
    "2.1": Detail("mailbox disabled", "The mailbox exists and takes no messages."),
    "2.2": Detail("mailbox full", "The mailbox is over its quota.", "552", "Its owner has to make room."),
    "2.3": Detail("message too long for the mailbox", "This mailbox takes only smaller ones.", "552", "Send less."),
    "2.4": Detail("mailing list broken", "The list could not be resolved into its members.", "450, 452"),
    "3.0": Detail(
        "something about the mail system", "The receiving system is in the way.", "221, 250, 421, 451, 550, 554"
    ),
    "3.1": Detail("mail system full", "The server has no storage left.", "452"),
    "3.2": Detail("no messages at the moment", "The server takes none now: shutdown, load or repair.", "453, 521"),
    "3.3": Detail("feature not supported", "The message asks for something that the system cannot do."),
    "3.4": Detail("message too big", "The message is over the server's limit.", "552, 554", "Send a smaller message."),
    "3.5": Detail("server misconfigured", "The server's configuration does not let it take this."),
    "3.6": Detail("priority changed", "The message goes with another priority than was asked for.", "250", "", _6710),
    "4.0": Detail("something about the network", "The way to the next server is in trouble."),
    "4.1": Detail("no answer", "The next server did not answer.", "451"),
    "4.2": Detail("bad connection", "The connection broke, or fell silent for too long.", "421", "Connect again."),
    "4.3": Detail("directory failed", "A lookup failed, in the DNS or in a directory.", "451, 550"),
    "4.4": Detail("no route", "The server cannot find out where to send it."),
    "4.5": Detail("congestion", "The system is too busy.", "451"),
    "4.6": Detail("mail loop", "The message went in circles.", "", "Mend the forwarding."),
    "4.7": Detail("too old", "The message waited for too long."),
    "5.0": Detail(
        "something about the protocol", "The dialog itself is the matter.", "220, 250-253, 451, 452, 454, 458, 459, "
        "501-503, 554",
    ),
    "5.1": Detail(
        "command not possible", "The command is unknown, or out of order.", "430, 500, 501, 503, 530, 550, 554, 555",
        "Mend the client's order of commands.",
    ),
    "5.2": Detail("syntax", "The line cannot be understood.", "500-502, 550, 555", "Mend what the client writes."),
    "5.3": Detail("too many recipients", "Too many for one message.", "451", "Send the rest as a second message."),
    "5.4": Detail(
        "bad argument", "The command is right, an argument is not.", "451, 501-504, 550, 555",
        "Mend or leave out the argument.",
    ),
    "5.5": Detail("wrong protocol version", "The two sides speak different versions."),
    "5.6": Detail("login line too long", "A line of the login is longer than the server takes.", "500", "", _4954),
    "6.0": Detail("something about the content", "The content is the matter, and no other code says how."),
    "6.1": Detail("content not supported", "This kind of content is not taken.", "", "Send it in another format."),
    "6.2": Detail("conversion forbidden", "The content would have to be converted, and may not be."),
    "6.3": Detail("conversion not possible", "The content would have to be converted, and cannot be.", "554"),
    "6.4": Detail("converted with loss", "The message was delivered; the conversion lost something.", "250"),
    "6.5": Detail("conversion failed", "The content had to be converted, which went wrong."),
    "6.6": Detail("content not available", "The content could not be fetched from where it lies.", "554", "",
                  "RFC 4468"),
    "6.7": Detail("address beyond ASCII not allowed", "This server, or a recipient, takes ASCII addresses only.",
                  "550, 553", "Use an ASCII address.", _6531),
    "6.8": Detail("reply needs UTF-8", "The answer holds more than ASCII, and the client did not allow that.",
                  "252, 550, 553", "Send SMTPUTF8 with the command.", _6531),
    "6.9": Detail("UTF-8 header cannot go on", "A recipient's server cannot take header fields in UTF-8.", "550",
                  "Write the header in ASCII with encoded words.", _6531),
    "6.10": Detail("reply needs UTF-8", "An old number for X.6.8.", "", "", _6531),
    "7.0": Detail("something about security", "Policy or security is the matter; the server does not say more.",
                  "220, 235, 450, 454, 500, 501, 503, 504, 530, 535, 550"),
    "7.1": Detail("not authorised", "The sender may not send this, or not to there. The usual code for spam and relay "
                  "refusals.", "451, 454, 502, 503, 533, 550, 551", "Ask the receiving side, or log in first."),
    "7.2": Detail("list closed", "The sender may not write to this list.", "550"),
    "7.3": Detail("secure conversion not possible", "One kind of protected message cannot become the other."),
    "7.4": Detail("security feature not supported", "The message asks for protection that is not there.", "504"),
    "7.5": Detail("cryptographic failure", "Something could not be decrypted or verified; a key may be missing."),
    "7.6": Detail("algorithm not supported", "The cryptographic algorithm is not known there."),
    "7.7": Detail("integrity failure", "The message was damaged or changed on its way."),
    "7.8": Detail("wrong credentials", "User name or password is wrong.", "535, 554", _LOGIN, _4954),
    "7.9": Detail("mechanism too weak", "This user must log in by a stronger mechanism.", "534",
                  "Choose another mechanism.", _4954),
    "7.10": Detail("encryption needed", "The mechanism needs encryption around it.", "523", _TLS, _5248),
    "7.11": Detail("encryption needed to log in", "The mechanism is allowed inside TLS only.", "524, 538", _TLS, _4954),
    "7.12": Detail("password transition needed", "One login with PLAIN has to come before this mechanism works.",
                   "422, 432", "Log in once with PLAIN, inside TLS.", _4954),
    "7.13": Detail("account disabled", "The credentials are right and the account is switched off.", "525",
                   "Ask the administrator of the account.", _5248),
    "7.14": Detail("trust relationship required", "The server has no right to fetch the content.", "535, 554", "",
                   _5248),
    "7.15": Detail("priority too low", "Only more urgent messages are taken at the moment.", "450, 550", "", _6710),
    "7.16": Detail("too big for its priority", "A message of this priority must be smaller.", "552", "", _6710),
    "7.17": Detail("mailbox has a new owner", "The mailbox belongs to somebody else since the date given.", "", _REMOVE,
                   _7293),
    "7.18": Detail("domain has a new owner", "The domain belongs to somebody else since the date given.", "", _REMOVE,
                   _7293),
    "7.19": Detail("owner cannot be checked", "The server does not know since when the mailbox has its owner.", "", "",
                   _7293),
    "7.20": Detail("no passing DKIM signature", "No DKIM signature of the message verifies.", "550",
                   "Sign the message, and change nothing after that.", _7372),
    "7.21": Detail("no acceptable DKIM signature", "A DKIM signature verifies, but none that counts here.", "550",
                   "Sign with a domain that the receiver accepts.", _7372),
    "7.22": Detail("DKIM does not match the author", "No signature belongs to the domain in From:.", "550",
                   "Sign with the domain of the From: address.", _7372),
    "7.23": Detail("SPF failed", "The sender's domain does not list this server as one of its own.", "550", _DNS,
                   _7372),
    "7.24": Detail("SPF error", "The SPF record could not be read or worked out.", "451, 550", _DNS, _7372),
    "7.25": Detail("reverse DNS failed", "The client's address has no name, or not a matching one.", "550",
                   "Give the sending address a PTR record that fits its name.", _7372),
    "7.26": Detail("several checks failed", "More than one of SPF, DKIM and the like failed.", "550", _DNS, _7372),
    "7.27": Detail("sender's domain takes no mail", "Its DNS says so with a null MX, so no report could go back.",
                   "550", "Send from a domain that takes mail.", _7505),
    "7.28": Detail("flood of mail", "The message looks like one of a flood.", "", "Send more slowly.", _IANA),
    "7.29": Detail("ARC failed", "The chain of ARC seals does not verify.", "550", "", "RFC 8617"),
    "7.30": Detail("REQUIRETLS cannot be kept", "No way on is encrypted as the message demands.", "",
                   "Send without REQUIRETLS, if that is acceptable.", "RFC 8689"),
}  # fmt: skip


def _section(subject: str) -> str:
    return f"RFC 3463 §3.{int(subject) + 1}"


DETAILS: Final[Mapping[str, Detail]] = {
    key: detail if detail.source else detail._replace(source=_section(key[0])) for key, detail in _DETAILS.items()
}
CLASSES: Final[Mapping[str, tuple[str, str]]] = {
    "2": ("success", "Success."),
    "4": ("not now", "Temporary: the same message may be taken later."),
    "5": ("for good", "Permanent: the same message will be refused again."),
}
SUBJECTS: Final[Mapping[str, str]] = {
    "0": "nothing in particular",
    "1": "an address",
    "2": "the mailbox",
    "3": "the mail system",
    "4": "the network or the route",
    "5": "the protocol",
    "6": "the content of the message",
    "7": "security or policy",
}


def detail(code: str) -> Detail:
    """Return what a code such as `5.1.1` says besides its class; an unknown one by its subject."""
    subject, _, number = code.partition(".")[2].partition(".")
    known = DETAILS.get(f"{subject}.{number}")
    if known is not None:
        return known
    about = SUBJECTS.get(subject)
    if about is None:
        return Detail(
            "not registered", "Neither subject nor detail of this code is in the registry.", source="RFC 3463 §2"
        )
    return Detail(
        f"something about {about}",
        f"It is about {about}; this detail is not in the registry.",
        source=_section(subject),
    )


def is_vague(code: str) -> bool:
    """Return whether a code, which may be empty, says less than the basic one beside it does behind its command."""
    key = code[2:]
    return not key or key.endswith(".0") or key in {"5.1", "5.2", "5.4"}
