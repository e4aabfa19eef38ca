"""The certificate of STARTTLS: made at the first start, kept in the data folder."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CERTIFICATE = "certificate.pem"
# Apple's clients refuse certificates that are valid for more than 825 days.
VALID = timedelta(days=820)
RENEW_BEFORE = timedelta(days=30)


def context(folder: Path, hostname: str) -> ssl.SSLContext:
    """Return the server's TLS context, with a self-signed P-256 certificate that is made when there is none."""
    path = folder / CERTIFICATE
    if not _usable(path):
        _write(path, make(hostname))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    tls.sni_callback = _remember_name
    return tls


def make(hostname: str) -> bytes:
    """Return a new key and its certificate in PEM, valid for the host name, localhost and loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hostname[:64])])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(text) for text in dict.fromkeys((hostname, "localhost"))]
    names += [x509.IPAddress(ipaddress.ip_address(text)) for text in ("127.0.0.1", "::1")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        # Its own authority, so that a client can be told to trust exactly this one certificate.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def reason(error: BaseException) -> str:
    """Return OpenSSL's reason in words, such as `tlsv1 alert unknown ca`."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    if isinstance(error, asyncio.CancelledError):
        return "the client closed the connection during the handshake"
    return str(error) or type(error).__name__


def _usable(path: Path) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path)  # is the key there, and the right one?
    except (OSError, ValueError):
        return False
    return certificate.not_valid_after_utc - RENEW_BEFORE > datetime.now(UTC)


def _write(path: Path, pem: bytes) -> None:
    """Write a file that only its owner may read, and never half of it."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)  # one that was left over might have another mode
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    draft.replace(path)


def _remember_name(layer: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
    layer.sandpost_sni = name or ""  # type: ignore[union-attr]
