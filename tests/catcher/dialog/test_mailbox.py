"""The argument of MAIL and RCPT, well formed or not."""

from __future__ import annotations

import time

import pytest

from catcher.dialog.mailbox import Argument, read


@pytest.mark.parametrize(
    ("argument", "mailbox", "parameters"),
    [
        ("TO:<ann@example.com>", "ann@example.com", ()),
        ("FROM:<app@example.com> SIZE=300 BODY=8BITMIME", "app@example.com", ("SIZE=300", "BODY=8BITMIME")),
        ("FROM:<app@example.com> AUTH=<> SMTPUTF8", "app@example.com", ("AUTH=<>", "SMTPUTF8")),
        ("FROM:<> RET=HDRS", "", ("RET=HDRS",)),
        ("TO: ann@example.com NOTIFY=NEVER", "ann@example.com", ("NOTIFY=NEVER",)),
        ("TO:<ann smith@example.com>", "ann smith@example.com", ()),
        ("TO:<ann smith@example.com", "ann smith@example.com", ()),
        ("TO:ann van smith@example.com NOTIFY=NEVER", "ann van smith@example.com", ("NOTIFY=NEVER",)),
        ('TO:<"a > b"@example.com> ORCPT=rfc822;a@example.com', '"a > b"@example.com', ("ORCPT=rfc822;a@example.com",)),
        ("TO:<ann@example.com> (the aunt) NOTIFY=NEVER", "ann@example.com", ("NOTIFY=NEVER",)),
        ("TO:", "", ()),
        ("", "", ()),
        ("nonsense", "", ()),
    ],
)
def test_it_is_taken_apart(argument: str, mailbox: str, parameters: tuple[str, ...]) -> None:
    assert read(argument) == Argument(mailbox, parameters)


@pytest.mark.parametrize("piece", ['"', '"\\', "<", ">", "a@b ", ":<", '<"a"'])
def test_hostile_arguments_cost_no_time(piece: str) -> None:
    began = time.monotonic()
    read("TO:<" + piece * 200_000)
    assert time.monotonic() - began < 0.2
