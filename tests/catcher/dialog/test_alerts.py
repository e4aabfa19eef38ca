"""What a failed handshake means, by the words of OpenSSL."""

from __future__ import annotations

import pytest

from catcher.dialog import alerts


@pytest.mark.parametrize(
    ("error", "name", "meaning"),
    [
        ("tlsv1 alert unknown ca", "unknown ca", "does not trust the certificate"),
        ("ssl/tls alert bad certificate", "bad certificate", "refused the certificate"),
        ("sslv3 alert certificate unknown", "certificate unknown", "refused the certificate"),
        ("tlsv1 alert protocol version", "protocol version", "TLS version"),
        ("no shared cipher", "no shared cipher", "in common"),
        ("wrong version number", "wrong version number", "something else than TLS"),
        ("unexpected eof while reading", "unexpected eof while reading", "closed the connection"),
        ("[Errno 104] Connection reset by peer", "[Errno 104] Connection reset by peer", "broke the connection off"),
    ],
)
def test_what_a_handshake_failed_of(error: str, name: str, meaning: str) -> None:
    assert alerts.name(error) == name
    assert meaning in alerts.meaning(error)
    assert alerts.is_from_client(error) is ("alert" in error)


@pytest.mark.parametrize("error", ["", "something new", "tlsv1 alert something new", "alert ", "\x00\udcff"])
def test_what_is_not_known_is_not_guessed(error: str) -> None:
    assert alerts.meaning(error) == ""
