"""The grammar of names, addresses and paths (RFC 5321 §4.1.2, §4.1.3), told by what is wrong with them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_HEAD = re.compile(r"(?P<keyword>FROM|TO)(?P<before>[ \t]*+):(?P<after>[ \t]*+)", re.IGNORECASE)
# Possessive, so that no text makes them try again.
_BRACKETS = re.compile(r'<(?P<path>(?:"(?:[^"\\]|\\.)*+"|[^<>"])*+)>', re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*+"')
_ROUTE = re.compile(r"@[^:,@]++(?:,@[^:,@]++)*+:")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]++")
_LABEL = re.compile(r"[A-Za-z0-9\x80-\U0010ffff-]++")
_TAG = re.compile(r"[A-Za-z0-9-]*[A-Za-z0-9]:[!-Z^-~]+")


@dataclass(frozen=True, slots=True)
class Path:
    """What stands behind `MAIL` or `RCPT`; `faulty` says that it is no path at all."""

    faulty: str = ""
    gap: bool = False  # spaces around the colon
    bracketed: bool = False
    route: str = ""
    address: str = ""
    parameters: tuple[tuple[str, str | None], ...] = ()  # keyword in upper case, value

    def value(self, keyword: str) -> str | None:
        """Return the value of a parameter, an empty string where it has none, None where it is missing."""
        return next((value or "" for name, value in self.parameters if name == keyword), None)


def path(argument: str) -> Path:
    """Return the path and parameters of an argument such as `FROM:<a@example.com> SIZE=120`."""
    head = _HEAD.match(argument)
    if head is None:
        return Path("FROM: or TO: is missing")
    rest = argument[head.end() :]
    match = _BRACKETS.match(rest)
    if match is not None:
        text, words = match["path"], rest[match.end() :].split()
    else:
        text, *words = rest.split() or [""]
        words = [] if "<" in rest else words  # a display name, and no parameters
    route = _ROUTE.match(text)
    return Path(
        gap=bool(head["before"] or head["after"]),
        bracketed=match is not None,
        route=route[0] if route else "",
        address=text[route.end() :] if route else text,
        parameters=tuple(_parameter(word) for word in words),
    )


def _parameter(word: str) -> tuple[str, str | None]:
    keyword, equals, value = word.partition("=")
    return keyword.upper(), value if equals else None


def split(address: str) -> tuple[str, str]:
    """Return local part and domain; the domain is empty where there is no @."""
    local, at, domain = address.rpartition("@")
    return (local, domain) if at else (address, "")


def address_fault(address: str) -> str:
    """Return what is wrong with a mailbox, or an empty string."""
    local, domain = split(address)
    if not domain:
        return "" if address.lower() == "postmaster" else "it has no domain"
    fault = local_fault(local)
    if fault:
        return fault
    return literal_fault(domain) if domain.startswith("[") else domain_fault(domain)


def local_fault(local: str) -> str:
    if local.startswith('"') and _QUOTED.fullmatch(local):
        return ""
    if not local:
        return "nothing stands before the @"
    for atom in local.split("."):
        if not atom:
            return "a dot stands at the edge or next to another dot before the @"
        match = _ATOM.match(atom)
        end = match.end() if match else 0
        if end < len(atom):
            return f"{_named(atom[end])} before the @ needs quotes"
    return ""


def domain_fault(name: str) -> str:
    """Return what is wrong with the syntax of a domain name, or an empty string; one label alone is none."""
    for label in name.split("."):
        if not label:
            return "a part between dots is empty"
        match = _LABEL.match(label)
        end = match.end() if match else 0
        if end < len(label):
            return f"{_named(label[end])} is not allowed in a domain name"
        if label[0] == "-" or label[-1] == "-":
            return "a part of the domain begins or ends with a hyphen"
        if len(label.encode("utf-8", "replace")) > 63 and label.isascii():
            return "a part of the domain is longer than 63 octets"
    return ""


def literal_fault(text: str) -> str:
    """Return what is wrong with an address literal such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`."""
    if not text.endswith("]"):
        return "the closing ] is missing"
    inside = text[1:-1]
    if inside[:5].lower() == "ipv6:":
        return "" if address_of(inside[5:]) else "it is not an IPv6 address"
    found = address_of(inside)
    if found is None:
        return "" if _TAG.fullmatch(inside) else "it is not an IP address"
    return "" if found.version == 4 else "IPv6: is missing before the address"


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _named(character: str) -> str:
    return {" ": "a space", "_": "an underscore", "@": "a second @"}.get(
        character, f"{character!r}" if character.isprintable() else f"the character U+{ord(character):04X}"
    )
