"""What was offered against what was used."""

from __future__ import annotations

import pytest

from catcher.dialog.conversation import Conversation
from catcher.dialog.explain import OfferRow, Use, offers
from tests.catcher.dialog.explain.examples import REFUSED, greeted, talk

ALL = (
    "PIPELINING", "SIZE 99", "8BITMIME", "BINARYMIME", "CHUNKING", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "STARTTLS",
    "AUTH PLAIN LOGIN", "AUTH=PLAIN", "HELP", "VRFY", "ETRN", "DELIVERBY", "FUTURERELEASE 9 9", "MT-PRIORITY",
    "REQUIRETLS", "LIMITS RCPTMAX=5", "XCLIENT NAME",
)  # fmt: skip
EHLO = "\n".join(["C: EHLO a.test", "S: 250-b", *(f"S: 250-{line}" for line in ALL[:-1]), f"S: 250 {ALL[-1]}"])


def rows(conversation: Conversation, index: int = 0) -> dict[str, OfferRow]:
    return {row.keyword: row for row in offers(conversation)[index].rows}


def uses(script: str) -> set[str]:
    return {row.keyword for row in rows(talk(f"{EHLO}\n{script}")).values() if row.use is Use.USED}


def test_a_session_that_uses_some() -> None:
    found = rows(talk(REFUSED))
    assert {name: row.use for name, row in found.items()} == {
        "PIPELINING": Use.USED,
        "SIZE": Use.USED,
        "8BITMIME": Use.USED,
        "AUTH": Use.NOT_USED,
        "HELP": Use.NOT_USED,
    }
    assert found["SIZE"].parameters == ("2000",)
    assert found["SIZE"].detail == "MAIL with SIZE=2293"
    assert all(row.meaning and row.source for row in found.values())


@pytest.mark.parametrize(
    ("script", "keyword"),
    [
        ("C: MAIL FROM:<a@b.c> SIZE=1", "SIZE"),
        ("C: MAIL FROM:<a@b.c> BODY=8BITMIME", "8BITMIME"),
        ("C: MAIL FROM:<a@b.c> body=binarymime", "BINARYMIME"),
        ("C: MAIL FROM:a@b.c SMTPUTF8", "SMTPUTF8"),
        ("C: MAIL FROM:<a@b.c> RET=FULL", "DSN"),
        ("C: RCPT TO:<a@b.c> NOTIFY=NEVER", "DSN"),
        ("C: MAIL FROM:<a@b.c> AUTH=<>", "AUTH"),
        ("C: MAIL FROM:<a@b.c> BY=9;R", "DELIVERBY"),
        ("C: MAIL FROM:<a@b.c> HOLDFOR=9", "FUTURERELEASE"),
        ("C: MAIL FROM:<a@b.c> MT-PRIORITY=3", "MT-PRIORITY"),
        ("C: MAIL FROM:<a@b.c> REQUIRETLS", "REQUIRETLS"),
        ("C: BDAT 5 LAST", "CHUNKING"),
        ("C: STARTTLS", "STARTTLS"),
        ("C: AUTH LOGIN", "AUTH"),
        ("C: HELP", "HELP"),
        ("C: VRFY a", "VRFY"),
        ("C: ETRN a", "ETRN"),
        ("C: XCLIENT NAME=a", "XCLIENT"),
        ("C: NOOP\nC+ NOOP", "PIPELINING"),
        ("C: MAIL FROM:<a@b.c>", ""),
        ("C: NOOP\nC: NOOP", ""),
    ],
)
def test_what_counts_as_use(script: str, keyword: str) -> None:
    assert uses(script) == ({keyword} if keyword else set())


def test_the_servers_own_doing_is_always_on() -> None:
    found = rows(talk(EHLO))
    assert {name for name, row in found.items() if row.use is Use.ALWAYS} == {"ENHANCEDSTATUSCODES", "LIMITS"}


@pytest.mark.parametrize(
    ("script", "keyword"),
    [
        ("C: MAIL FROM:<a@b.c> RET=FULL", "DSN"),
        ("C: STARTTLS", "STARTTLS"),
        ("C: BDAT 5", "CHUNKING"),
        ("C: MAIL FROM:<a@b.c> X-OWN=1", "X-OWN"),
    ],
)
def test_used_though_not_offered(script: str, keyword: str) -> None:
    row = rows(greeted(script))[keyword]
    assert row.use is Use.NOT_OFFERED
    assert row.source


def test_commands_that_need_no_offer() -> None:
    assert "VRFY" not in rows(greeted("C: VRFY a\nC: EXPN b"))


def test_a_mechanism_that_is_not_in_the_list() -> None:
    row = rows(greeted("C: AUTH CRAM-MD5"))["AUTH"]
    assert row.use is Use.NOT_OFFERED
    assert row.detail == "CRAM-MD5, which is not in the list"
    assert rows(greeted("C: AUTH login"))["AUTH"].detail == "LOGIN"


def test_each_hello_has_its_own_table() -> None:
    conversation = greeted(f"C: STARTTLS\nS: 220 go\n! tls-done version=TLSv1.3\n{EHLO}\nC: AUTH PLAIN")
    first, second = offers(conversation)
    assert (first.tls, second.tls) == (False, True)
    assert rows(conversation, 0)["AUTH"].use is Use.NOT_USED
    assert rows(conversation, 1)["AUTH"].use is Use.USED


def test_nothing_is_counted_behind_helo() -> None:
    found = rows(greeted("C: HELO a\nS: 250 b\nC: MAIL FROM:<a@b.c> SIZE=1"))
    assert found["SIZE"].use is Use.NOT_USED
    assert offers(talk("C: HELO a\nS: 250 b\nC: MAIL FROM:<a@b.c> SIZE=1")) == []


def test_lines_that_are_no_commands_are_not_pipelining() -> None:
    assert uses("C: GET / HTTP/1.1\nC+ Host: a") == set()


@pytest.mark.parametrize("path", ["<ann smith@b.c>", "<ann smith@b.c", "ann van smith@b.c"])
def test_the_rest_of_an_address_is_no_parameter(path: str) -> None:
    found = rows(talk(f"{EHLO}\nC: RCPT TO:{path} NOTIFY=NEVER"))
    assert {name for name, row in found.items() if row.use in {Use.USED, Use.NOT_OFFERED}} == {"DSN"}
