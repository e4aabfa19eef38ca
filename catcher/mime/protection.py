"""S/MIME and PGP named: what is signed or encrypted, by which scheme, with whose certificates; nothing is verified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from catcher.mime.certificates import Certificate, certificates
from catcher.mime.charsets import one_line
from catcher.mime.outline import Node, Outline

__all__ = ["Certificate", "Protection", "protections"]

Scheme = Literal["S/MIME", "PGP"]
Kind = Literal["signed", "encrypted", "keys", "compressed", "unknown"]
Form = Literal["detached", "opaque", "inline"]

MAX_PROTECTIONS: Final = 20
_MAX_TEXT: Final = 1_000_000  # octets of a text in which inline PGP is looked for

_PGP_BLOCK = re.compile(rb"^-----BEGIN PGP (SIGNED MESSAGE|MESSAGE|PUBLIC KEY BLOCK)-----[ \t\r]*$", re.MULTILINE)
_PGP_KINDS: Final[dict[bytes, Kind]] = {
    b"SIGNED MESSAGE": "signed",
    b"MESSAGE": "encrypted",
    b"PUBLIC KEY BLOCK": "keys",
}
_SMIME_KINDS: Final[dict[str, Kind]] = {
    "signed-data": "signed",
    "signed-receipt": "signed",
    "enveloped-data": "encrypted",
    "authenveloped-data": "encrypted",
    "compressed-data": "compressed",
    "certs-only": "keys",
}
_SMIME_TYPES: Final = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
# The object identifiers of CMS content that such a part starts with (RFC 5652, section 14): 1.2.840.113549.1.7.x
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED_DATA: Final = bytes.fromhex("06092a864886f70d010703")
_VERBS: Final = {
    "signed": "Signed with",
    "encrypted": "Encrypted with",
    "keys": "Keys or certificates for",
    "compressed": "Compressed by",
    "unknown": "Protected by",
}


@dataclass(frozen=True, slots=True)
class Protection:
    """One signed, encrypted or key-bearing part."""

    scheme: Scheme
    kind: Kind
    form: Form
    title: str  # "Signed with S/MIME (sha-256)"
    node: Node  # the part that holds it
    signature: Node | None = None
    certificates: tuple[Certificate, ...] = ()


def protections(outline: Outline) -> list[Protection]:
    """Return what of the message is protected, outermost first, at most 20; never raises."""
    found = (each for node in outline.own for each in _of(node))
    return list(islice(found, MAX_PROTECTIONS))


def _of(node: Node) -> Iterator[Protection]:
    if node.content_type == "multipart/signed":
        yield _signed(node)
    elif node.content_type == "multipart/encrypted":
        yield _made("PGP", "encrypted", "opaque", node)
    elif node.content_type in _SMIME_TYPES:
        kind = _smime_kind(node)
        listed = certificates(node.decoded) if kind in ("signed", "keys") else ()
        yield _made("S/MIME", kind, "opaque", node, listed=listed)
    elif node.content_type == "application/pgp-keys":
        yield _made("PGP", "keys", "opaque", node)
    elif node.is_text:
        for block in dict.fromkeys(each[1] for each in _PGP_BLOCK.finditer(node.decoded[:_MAX_TEXT])):
            yield _made("PGP", _PGP_KINDS[block], "inline", node)


def _signed(node: Node) -> Protection:
    """Read multipart/signed: what is signed, then the signature (RFC 1847, section 2.1)."""
    protocol = node.part.params.get("protocol", "").lower()
    signature = node.children[1] if len(node.children) > 1 else None
    if "pgp" in protocol or (not protocol and signature and "pgp" in signature.content_type):
        return _made("PGP", "signed", "detached", node, signature)
    listed = certificates(signature.decoded) if signature else ()
    return _made("S/MIME", "signed", "detached", node, signature, listed)


def _made(
    scheme: Scheme,
    kind: Kind,
    form: Form,
    node: Node,
    signature: Node | None = None,
    listed: tuple[Certificate, ...] = (),
) -> Protection:
    digest = one_line(node.part.params.get("micalg", "")).lower()[:50].removeprefix("pgp-")
    title = f"{_VERBS[kind]} {scheme}" + (f" ({digest})" if digest and kind == "signed" else "")
    return Protection(scheme, kind, form, title, node, signature, listed)


def _smime_kind(node: Node) -> Kind:
    said = _SMIME_KINDS.get(node.part.params.get("smime-type", "").lower())
    if said:
        return said
    start = node.decoded[:32]
    if _SIGNED_DATA in start:
        return "signed"
    return "encrypted" if _ENVELOPED_DATA in start else "unknown"
