"""What may fool a reader about who wrote a mail, or where its links lead."""

from __future__ import annotations

from typing import Final

from catcher.mime.addresses import Address, addresses
from catcher.mime.defects import Defect, defect
from catcher.mime.headers import Field
from catcher.mime.scripts import has_styled_letters, is_bidi, is_hidden, is_lookalike, mixes_scripts

_NAMING: Final = frozenset(("from", "sender", "reply-to", "to", "cc"))
_MAX_ADDRESSES: Final = 100
_MAX_HOST: Final = 253  # characters (RFC 1035, section 2.3.4)


def host_notes(host: str, offset: int | None = None) -> list[Defect]:
    """Return what may fool a reader about a domain, in Unicode or in its ASCII form (`xn--...`)."""
    shown = unicode_host(host)
    labels = shown.split(".")
    found = {
        "address-turned-around": is_bidi(shown) or is_hidden(shown),
        "address-of-mixed-scripts": has_styled_letters(shown)
        or any(mixes_scripts(label) for label in labels)
        # Under a top-level domain of its own script such a name is a word of that script.
        or (labels[-1].isascii() and any(is_lookalike(label) for label in labels)),
    }
    return [defect(code, offset) for code, is_so in found.items() if is_so]


def address_notes(fields: list[Field]) -> list[Defect]:
    """Return what may fool a reader about the mailboxes in a header; each kind is told once."""
    found: dict[str, Defect] = {}
    for name, raw in fields:
        if name.lower() in _NAMING:
            for mailbox in addresses(Field(name, raw[:_MAX_RAW]).value)[:_MAX_ADDRESSES]:
                found |= {each.code: each for each in mailbox_notes(mailbox) if each.code not in found}
    return list(found.values())


_MAX_RAW: Final = 20_000  # octets of one field


def mailbox_notes(mailbox: Address) -> list[Defect]:
    """Return what may fool a reader about one mailbox."""
    found = host_notes(domain_of(mailbox.address))
    if not found and (is_bidi(mailbox.name) or is_hidden(mailbox.name)):
        found.append(defect("address-turned-around"))
    if _shows_other(mailbox):
        found.append(defect("name-shows-other-address"))
    return found


def domain_of(address: str) -> str:
    return address.rpartition("@")[2] if "@" in address else ""


def unicode_host(host: str) -> str:
    """Return a domain as people read it, its `xn--` labels decoded (RFC 3492) where they can be."""
    return ".".join(_label(label) for label in host[:_MAX_HOST].split("."))


def _label(label: str) -> str:
    if label[:4].lower() != "xn--" or not label.isascii():
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _shows_other(mailbox: Address) -> bool:
    """Tell whether the name holds an address of a domain that the real one does not belong to."""
    real = domain_of(mailbox.address).lower().rstrip(".")
    shown = (domain_of(word.strip("<>()[]\"',;:")).lower() for word in mailbox.name.split() if "@" in word)
    return bool(real) and any("." in each and not _belongs(each, real) for each in shown)


def _belongs(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
