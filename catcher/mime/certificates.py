"""Certificates within a signature (CMS, RFC 5652), read but not verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from cryptography.x509.oid import NameOID

from catcher.mime.charsets import one_line

MAX_CERTIFICATES: Final = 20
_MAX_OCTETS: Final = 200_000  # of the structure: a signature that encloses its message may be larger
_MAX_TEXT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that comes with a signature; times are ISO 8601 in UTC."""

    subject: str
    issuer: str
    addresses: tuple[str, ...]
    not_before: str
    not_after: str


def certificates(der: bytes) -> tuple[Certificate, ...]:
    """Return the certificates of a CMS structure in DER, none where it is damaged or very large."""
    if len(der) > _MAX_OCTETS:
        return ()
    try:
        return tuple(_certificate(each) for each in load_der_pkcs7_certificates(der)[:MAX_CERTIFICATES])
    except BaseException as error:
        # A panic within the library arrives as a BaseException that is no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        return ()


def _certificate(found: x509.Certificate) -> Certificate:
    return Certificate(
        _text(found.subject.rfc4514_string()),
        _text(found.issuer.rfc4514_string()),
        tuple(dict.fromkeys(_addresses(found))),
        found.not_valid_before_utc.isoformat(),
        found.not_valid_after_utc.isoformat(),
    )


def _addresses(found: x509.Certificate) -> list[str]:
    named = [_text(str(each.value)) for each in found.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return named
    return named + [_text(each) for each in names.get_values_for_type(x509.RFC822Name)[:MAX_CERTIFICATES]]


def _text(value: str) -> str:
    return one_line(value)[:_MAX_TEXT]
