from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from catcher.mime.certificates import certificates
from catcher.mime.outline import outline
from catcher.mime.protection import MAX_PROTECTIONS, Protection, protections
from tests.catcher.mime.mails import leaf, mail, multipart

PLAIN = leaf("text/plain", b"hello")


@pytest.fixture(scope="module")
def signature() -> bytes:
    """A signature by a certificate made for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ann Smith")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("ann@x.example")]), critical=False)
        .sign(key, SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"hello").add_signer(certificate, key, SHA256())
    return builder.sign(Encoding.DER, [])


def only(content: bytes) -> Protection:
    (found,) = protections(outline(mail(content)))
    return found


def test_a_detached_signature_names_its_signer(signature: bytes) -> None:
    part = leaf('application/pkcs7-signature; name="smime.p7s"', signature, encoding="base64")
    found = only(multipart('signed; protocol="application/pkcs7-signature"; micalg=sha-256', PLAIN, part))
    assert (found.scheme, found.kind, found.form) == ("S/MIME", "signed", "detached")
    assert found.title == "Signed with S/MIME (sha-256)"
    assert found.signature is not None
    assert found.signature.path == "2"
    (certificate,) = found.certificates
    assert (certificate.subject, certificate.addresses) == ("CN=Ann Smith", ("ann@x.example",))
    assert (certificate.not_before[:10], certificate.not_after[:10]) == ("2026-01-01", "2027-01-01")


def test_an_opaque_signature_is_known_by_its_octets(signature: bytes) -> None:
    found = only(leaf("application/pkcs7-mime", signature, encoding="base64"))
    assert (found.kind, found.form, len(found.certificates)) == ("signed", "opaque", 1)


@pytest.mark.parametrize(
    ("content", "title", "form"),
    [
        (
            leaf("application/pkcs7-mime; smime-type=enveloped-data", b"\x30", encoding="base64"),
            "Encrypted with S/MIME",
            "opaque",
        ),
        (leaf("application/x-pkcs7-mime", b"\x30", encoding="base64"), "Protected by S/MIME", "opaque"),
        (
            multipart(
                'signed; micalg=pgp-sha512; protocol="application/pgp-signature"',
                PLAIN,
                leaf("application/pgp-signature", b"x"),
            ),
            "Signed with PGP (sha512)",
            "detached",
        ),
        (multipart("encrypted", leaf("application/pgp-encrypted", b"Version: 1")), "Encrypted with PGP", "opaque"),
        (leaf("application/pgp-keys", b"x"), "Keys or certificates for PGP", "opaque"),
        (leaf("text/plain", b"Hi\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nx"), "Encrypted with PGP", "inline"),
        (leaf("text/plain", b"-----BEGIN PGP SIGNED MESSAGE-----\r\n"), "Signed with PGP", "inline"),
        (leaf("text/plain", b"-----BEGIN PGP PUBLIC KEY BLOCK-----"), "Keys or certificates for PGP", "inline"),
        (multipart("signed", PLAIN), "Signed with S/MIME", "detached"),
    ],
)
def test_protection_is_named(content: bytes, title: str, form: str) -> None:
    found = only(content)
    assert (found.title, found.form, found.certificates) == (title, form, ())


def test_plain_mail_is_not_protected() -> None:
    text = leaf("text/plain", b"> -----BEGIN PGP MESSAGE-----\r\nas -----BEGIN PGP MESSAGE----- says")
    assert protections(outline(mail(multipart("mixed", PLAIN, text)))) == []


def test_damaged_signatures_have_no_certificates(signature: bytes) -> None:
    assert certificates(b"") == ()
    assert certificates(signature[:-20]) == ()
    assert certificates(b"\x30\x80" * 50_000) == ()
    for at in range(0, len(signature), 7):
        assert len(certificates(signature[:at] + b"\xff" + signature[at + 1 :])) <= 1


def test_so_many_are_named_and_no_more() -> None:
    keys = leaf("application/pgp-keys", b"x")
    assert len(protections(outline(mail(multipart("mixed", *[keys] * 50))))) == MAX_PROTECTIONS
