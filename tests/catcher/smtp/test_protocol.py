"""Every verb and every reply, by the standard library's client and by octets."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage

import pytest

from catcher.models import Message, Recipient
from catcher.smtp import replies
from catcher.smtp.protocol import Protocol
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, id_of, only_raw
from tests.catcher.wire import ENVELOPE, Wire

ALL_REPLIES = {name: text for name, text in vars(replies).items() if name.isupper() and isinstance(text, str)}


def keywords(hello: str) -> list[str]:
    """Return the lines of an EHLO reply behind the first."""
    lines = hello.split("\n")
    assert [line[:4] for line in lines] == ["250-"] * (len(lines) - 1) + ["250 "]
    return [line[4:] for line in lines[1:]]


def asked(sandbox: Sandbox, *commands: str | bytes, hello: str = "EHLO") -> str:
    """Return the reply to the last of these commands."""
    with sandbox.connect() as wire:
        if hello:
            assert wire.hello(hello).startswith("250")
        return [wire.ask(command) for command in commands][-1]


def test_smtplib_sends_a_message(either_loop: Sandbox) -> None:
    with either_loop.client() as client:
        refused = client.sendmail("from@test", ["one@test", "two@test"], b"Subject: hi\r\n\r\n.dot\r\n")
    assert refused == {}
    assert only_raw() == b"Subject: hi\r\n\r\n.dot\r\n"
    message = Message.objects.get()
    assert (message.mail_from, message.recipient, message.recipients_count) == ("from@test", "one@test", 2)


def test_smtplib_sends_an_email_message_with_non_ascii_addresses(sandbox: Sandbox) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jörg@exämple.test", "zoë@test", "grüße"
    mail.set_content("für dich\n")
    with sandbox.client() as client:
        client.send_message(mail)
    message = Message.objects.get()
    assert (message.mail_from, message.recipient) == ("jörg@exämple.test", "zoë@test")
    assert "SMTPUTF8" in message.mail_parameters.upper()


def test_greets_with_its_name_and_does_not_wait_for_the_client(start: Start) -> None:
    with start().connect() as wire:
        assert wire.greeting == "220 sandpost ESMTP Sandpost ready"


def test_what_ehlo_offers(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        reply = wire.hello()
        assert reply.split("\n")[0] == "250-sandpost"
        assert keywords(reply) == [
            "PIPELINING",
            "SIZE 52428800",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            "STARTTLS",
            "AUTH PLAIN LOGIN",
            "HELP",
        ]


def test_ehlo_offers_the_size_limit_that_is_set(start: Start) -> None:
    with start(message_size=12345).connect() as wire:
        assert "SIZE 12345" in keywords(wire.hello())


def test_starttls_is_not_offered_inside_of_tls(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        before = keywords(wire.hello())
        wire.start_tls()
        after = keywords(wire.hello())
        assert [keyword for keyword in before if keyword not in after] == ["STARTTLS"]
        assert wire.ask("STARTTLS").startswith("503 5.5.1")


def test_starttls_is_neither_offered_nor_done_without_a_certificate(start: Start) -> None:
    with start(with_tls=False).connect() as wire:
        assert "STARTTLS" not in keywords(wire.hello())
        assert wire.ask("STARTTLS") == "454 4.7.0 TLS is not available here"
        assert wire.ask("NOOP").startswith("250")


def test_helo_is_answered_by_one_line(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert wire.hello("HELO") == "250 sandpost"
        assert wire.deliver(b"x\r\n", hello=False).startswith("250 2.0.0")


@pytest.mark.parametrize("verb", ["HELO", "EHLO"])
def test_hello_needs_a_name(sandbox: Sandbox, verb: str) -> None:
    assert asked(sandbox, verb, hello="").startswith("501 5.5.4")


def test_hello_resets_the_transaction(sandbox: Sandbox) -> None:
    assert asked(sandbox, "MAIL FROM:<a@test>", "EHLO again.test", "RCPT TO:<b@test>") == replies.MAIL_FIRST


# -- MAIL ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        ("FROM:<a@test>", "a@test"),
        ("FROM:<>", ""),
        ("from:<a@test>", "a@test"),
        ("FROM: <a@test>", "a@test"),
        ("FROM:a@test", "a@test"),
        ("FROM:<postmaster>", "postmaster"),
        ("FROM:<@relay.test,@other.test:a@test>", "a@test"),
        ('FROM:<"two words"@test>', '"two words"@test'),
        ('FROM:<"a\\"b>c"@test>', '"a\\"b>c"@test'),
        ("FROM:<a@[127.0.0.1]>", "a@[127.0.0.1]"),
        ("FROM:<a+tag=x/y@test>", "a+tag=x/y@test"),
    ],
)
def test_a_sender_is_taken_as_it_is(sandbox: Sandbox, argument: str, address: str) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        assert wire.ask(f"MAIL {argument}") == "250 2.1.0 Sender ok"
        assert wire.ask("RCPT TO:<b@test>") == "250 2.1.5 Recipient ok"
        assert wire.ask("DATA").startswith("354")
        public_id = id_of(wire.ask("x\r\n."))
    assert Message.objects.get(public_id=public_id).mail_from == address


@pytest.mark.parametrize(
    ("argument", "reply"),
    [
        ("", "501 5.5.4"),
        ("TO:<a@test>", "501 5.1.7"),
        ("<a@test>", "501 5.5.4"),
        ("FROM:", "501 5.1.7"),
        ("FROM:<a@test", "501 5.1.7"),
        ("FROM:a@test>", "501 5.1.7"),
        ("FROM:<a b@test>", "501 5.1.7"),
        ("FROM:<a\x00b@test>", "501 5.1.7"),
        ("FROM:<a@test>SIZE=1", "501 5.1.7"),
    ],
)
def test_a_sender_that_is_none_is_refused(sandbox: Sandbox, argument: str, reply: str) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        assert wire.ask(f"MAIL {argument}").startswith(reply)
        assert wire.ask("RCPT TO:<b@test>") == replies.MAIL_FIRST


@pytest.mark.parametrize(
    ("parameters", "reply"),
    [
        ("SIZE=52428800", "250 2.1.0"),
        ("size=1", "250 2.1.0"),
        ("SIZE=52428801", "552 5.3.4"),
        ("SIZE=99999999999999999999", "552 5.3.4"),
        ("SIZE=999999999999999999999", "501 5.5.4"),
        ("SIZE=", "501 5.5.4"),
        ("SIZE", "501 5.5.4"),
        ("SIZE=-1", "501 5.5.4"),
        ("SIZE=1k", "501 5.5.4"),
        ("SIZE=\u0661", "501 5.5.4"),
        ("BODY=8BITMIME", "250 2.1.0"),
        ("body=7bit", "250 2.1.0"),
        ("BODY=BINARYMIME", "501 5.5.4"),
        ("BODY", "501 5.5.4"),
        ("SMTPUTF8", "250 2.1.0"),
        ("SMTPUTF8=yes", "501 5.5.4"),
        ("AUTH=<>", "250 2.1.0"),
        ("AUTH=a+2Bb@test", "250 2.1.0"),
        ("AUTH", "555 5.5.4"),
        ("RET=FULL", "555 5.5.4"),
        ("ENVID=1", "555 5.5.4"),
        ("X", "555 5.5.4"),
        ("SIZE=10 BODY=8BITMIME SMTPUTF8 AUTH=<>", "250 2.1.0"),
        ("SIZE=10 UNKNOWN=1 BODY=8BITMIME", "555 5.5.4"),
    ],
)
def test_parameters_of_mail(sandbox: Sandbox, parameters: str, reply: str) -> None:
    assert asked(sandbox, f"MAIL FROM:<a@test> {parameters}").startswith(reply)


def test_parameters_of_mail_are_kept_as_they_were_sent(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<zoë@test> size=10  BODY=8bitmime SMTPUTF8")
        wire.send(b"RCPT TO:<b@test>\r\nDATA\r\n")
        assert wire.codes(2) == ["250", "354"]
        id_of(wire.ask("x\r\n."))
    message = Message.objects.get()
    assert (message.mail_from, message.mail_parameters) == ("zoë@test", "size=10 BODY=8bitmime SMTPUTF8")


def test_a_refused_parameter_is_named_and_made_harmless(sandbox: Sandbox) -> None:
    assert asked(sandbox, "MAIL FROM:<a@test> RET=HDRS") == "555 5.5.4 Parameter RET was not offered"
    reply = asked(sandbox, "MAIL FROM:<a@test> {0}{x}%s\u202e" + "y" * 500)
    assert reply == "555 5.5.4 Parameter " + ("{0}{x}%s?" + "y" * 500)[:60] + " was not offered"


def test_parameters_need_ehlo(sandbox: Sandbox) -> None:
    assert asked(sandbox, "MAIL FROM:<a@test> SIZE=1", hello="HELO").startswith("555 5.5.4")


def test_a_refused_mail_leaves_no_transaction(sandbox: Sandbox) -> None:
    assert asked(sandbox, "MAIL FROM:<a@test> X=1", "MAIL FROM:<b@test>", "RCPT TO:<c@test>").startswith("250 2.1.5")


# -- RCPT ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        ("TO:<b@test>", "b@test"),
        ("to: <b@test>", "b@test"),
        ("TO:b@test", "b@test"),
        ("TO:<postmaster>", "postmaster"),
        ("TO:<@relay.test:b@test>", "b@test"),
        ('TO:<"b c"@test>', '"b c"@test'),
        ("TO:<ünï@test>", "ünï@test"),
    ],
)
def test_a_recipient_is_taken_as_it_is(sandbox: Sandbox, argument: str, address: str) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<a@test>")
        assert wire.ask(f"RCPT {argument}") == "250 2.1.5 Recipient ok"
        wire.ask("DATA")
        id_of(wire.ask("x\r\n."))
    assert Recipient.objects.get().address == address


@pytest.mark.parametrize(
    ("argument", "reply"),
    [
        ("", "501 5.1.3"),
        ("TO:<>", "501 5.1.3"),
        ("FROM:<b@test>", "501 5.1.3"),
        ("TO:<b@test", "501 5.1.3"),
        ("TO:<b\x07@test>", "501 5.1.3"),
        ("TO:<b@test> NOTIFY=NEVER", "555 5.5.4"),
    ],
)
def test_a_recipient_that_is_none_is_refused(sandbox: Sandbox, argument: str, reply: str) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<a@test>")
        assert wire.ask(f"RCPT {argument}").startswith(reply)
        assert wire.ask("DATA") == "554 5.5.1 No valid recipients"
        assert wire.ask("RCPT TO:<good@test>").startswith("250")
        assert wire.ask("DATA").startswith("354")
        wire.ask("x\r\n.")
    assert list(Recipient.objects.order_by("id").values_list("accepted", flat=True)) == [False, True]


# -- order ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hello", "commands", "reply"),
    [
        ("", ["MAIL FROM:<a@test>"], replies.HELLO_FIRST),
        ("", ["RCPT TO:<a@test>"], replies.HELLO_FIRST),
        ("", ["DATA"], replies.HELLO_FIRST),
        ("EHLO", ["RCPT TO:<a@test>"], replies.MAIL_FIRST),
        ("EHLO", ["DATA"], replies.MAIL_FIRST),
        ("EHLO", ["MAIL FROM:<a@test>", "DATA"], replies.RCPT_FIRST),
        ("EHLO", ["MAIL FROM:<a@test>", "MAIL FROM:<b@test>"], replies.NESTED_MAIL),
        ("EHLO", ["MAIL FROM:<a@test>", "RCPT TO:<b@test>", "MAIL FROM:<b@test>"], replies.NESTED_MAIL),
        ("EHLO", ["MAIL FROM:<a@test>", "RCPT TO:<b@test>", "RSET", "DATA"], replies.MAIL_FIRST),
        ("EHLO", ["MAIL FROM:<a@test>", "RSET", "RCPT TO:<b@test>"], replies.MAIL_FIRST),
        ("EHLO", ["MAIL FROM:<>", "RSET", "MAIL FROM:<>"], replies.SENDER_OK),
    ],
)
def test_the_order_of_commands(sandbox: Sandbox, hello: str, commands: list[str], reply: str) -> None:
    assert asked(sandbox, *commands, hello=hello) == reply


def test_the_null_sender_opens_a_transaction(sandbox: Sandbox) -> None:
    assert asked(sandbox, "MAIL FROM:<>", "MAIL FROM:<>") == replies.NESTED_MAIL


@pytest.mark.parametrize("verb", ["RSET", "QUIT", "DATA", "STARTTLS"])
def test_verbs_without_argument_refuse_one(sandbox: Sandbox, verb: str) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.send(ENVELOPE)
        assert wire.codes(2) == ["250", "250"]
        assert wire.ask(f"{verb} now") == f"501 5.5.4 {verb} takes no argument"
        assert wire.ask("DATA").startswith("354"), "the transaction goes on"


# -- the others ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("NOOP", "250 2.0.0 OK"),
        ("NOOP whatever you like", "250 2.0.0 OK"),
        ("RSET", "250 2.0.0 OK"),
        ("VRFY a@test", "252 2.5.0 Cannot verify, but will take mail for it"),
        ("VRFY", "501 5.5.4 Syntax: VRFY <address>"),
        ("EXPN list", "502 5.5.1 EXPN is not implemented"),
        ("HELP MAIL", "214 2.0.0 Syntax: MAIL FROM:<address>"),
        ("help data", "214 2.0.0 Syntax: DATA"),
        ("HELP NONSENSE", "501 5.5.4 Syntax: HELP [command]"),
        ("BDAT 1 LAST", "500 5.5.1 Command not recognised"),
        ("TURN", "500 5.5.1 Command not recognised"),
        ("", "500 5.5.2 This is not a command"),
        ("\u00e9\u00e9\u00e9", "500 5.5.2 This is not a command"),
        (b"\xff\xfe\x00", "500 5.5.2 This is not a command"),
        ("  ", "500 5.5.2 This is not a command"),
        ("\tNOOP", "500 5.5.2 This is not a command"),
        ("noop", "250 2.0.0 OK"),
        ("NoOp", "250 2.0.0 OK"),
    ],
)
@pytest.mark.parametrize("hello", ["", "EHLO"])
def test_verbs_that_need_no_state(sandbox: Sandbox, command: str | bytes, reply: str, hello: str) -> None:
    assert asked(sandbox, command, hello=hello) == reply


def test_help_names_every_verb_there_is(sandbox: Sandbox) -> None:
    named = asked(sandbox, "HELP").removeprefix("214 2.0.0 Commands: ").split()
    assert named == sorted(verb.decode() for verb in Protocol.commands)
    assert {"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "HELP"} <= set(named)


def test_quit_says_goodbye_and_closes(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert wire.ask("QUIT") == "221 2.0.0 Bye"
        assert wire.rest() == b""


def test_every_verb_in_lower_case(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.send(b"ehlo client.test\r\nmail from:<a@test>\r\nrcpt to:<b@test>\r\ndata\r\n")
        assert wire.codes(4) == ["250", "250", "250", "354"]
        assert wire.ask("x\r\n.").startswith("250")
        assert wire.ask("quit").startswith("221")


def test_lines_may_end_in_a_bare_line_feed(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.send(b"EHLO client.test\nMAIL FROM:<a@test>\nRCPT TO:<b@test>\nDATA\n")
        assert wire.codes(4) == ["250", "250", "250", "354"]
        assert wire.ask("x\r\n.").startswith("250")


SESSION = (
    b"EHLO client.test\r\n" + ENVELOPE + b"DATA\r\nfirst\r\n.\r\n"
    b"NOOP\r\n" + ENVELOPE + b"RSET\r\n" + ENVELOPE + b"DATA\r\nsecond\r\n..\r\n.\r\nQUIT\r\n"
)
ANSWERS = ["250", "250", "250", "354", "250", "250", "250", "250", "250", "250", "250", "354", "250", "221"]


def test_a_whole_session_in_one_write(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.send(SESSION)
        assert wire.codes(len(ANSWERS)) == ANSWERS
        assert wire.rest() == b""
    bodies = [bytes(body) for body in Message.objects.order_by("id").values_list("body__raw", flat=True)]
    assert bodies == [b"first\r\n", b"second\r\n.\r\n"]


def test_a_whole_session_octet_by_octet(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        for octet in SESSION:
            wire.send(bytes([octet]))
        assert wire.codes(len(ANSWERS)) == ANSWERS
    bodies = [bytes(body) for body in Message.objects.order_by("id").values_list("body__raw", flat=True)]
    assert bodies == [b"first\r\n", b"second\r\n.\r\n"]


def test_a_whole_session_before_the_greeting_was_read(sandbox: Sandbox) -> None:
    with sandbox.connect(greet=False) as wire:
        wire.send(SESSION)
        assert wire.codes(len(ANSWERS) + 1) == ["220", *ANSWERS]


@pytest.mark.parametrize("line", [b"DATA\t", b" DATA", b"DATA\r", b"STARTTLS\t", b"STARTTLSX", b"\tDATA", b"DATA\x0b"])
def test_what_only_looks_like_a_verb_does_not_hold_up_the_next_line(sandbox: Sandbox, line: bytes) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.send(line + b"\r\nNOOP\r\n")
        assert wire.codes(2) == ["500", "250"]
        assert wire.ask("NOOP").startswith("250")


@pytest.mark.parametrize("spaces", [1, 8, 9, 50])
def test_data_with_trailing_spaces_is_data(sandbox: Sandbox, spaces: int) -> None:
    with sandbox.connect() as wire:
        wire.send(b"EHLO client.test\r\n" + ENVELOPE + b"DATA" + b" " * spaces + b"\r\nbody\r\n.\r\nNOOP\r\n")
        assert wire.codes(6) == ["250", "250", "250", "354", "250", "250"]
    assert only_raw() == b"body\r\n"


def test_a_refused_data_leaves_the_next_lines_commands(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.send(b"EHLO client.test\r\nDATA\r\nNOOP\r\nDATA now\r\nNOOP\r\nQUIT\r\n")
        assert wire.codes(6) == ["250", "503", "250", "503", "250", "221"]


# -- RFC 2034 ------------------------------------------------------------------------------------------------------

# The greeting and the answers to HELO and EHLO carry none, nor does 3xx (RFC 2034 §4).
EXEMPT = {"START_DATA"}


@pytest.mark.parametrize("name", sorted(set(ALL_REPLIES) - EXEMPT))
def test_each_reply_has_an_enhanced_code_of_its_class(name: str) -> None:
    match = re.match(r"([2-5])[0-9]{2} ([245])\.[0-9]{1,3}\.[0-9]{1,3} \S", ALL_REPLIES[name])
    assert match is not None
    assert match[1] == match[2]


def test_each_reply_that_a_bad_session_gets_has_an_enhanced_code(sandbox: Sandbox) -> None:
    commands = (
        "NOOP", "MAIL FROM:<a@test>", "AUTH PLAIN", "HELO", "DATA", "RSET x", "VRFY", "VRFY x", "EXPN x", "HELP",
        "HELP x", "FOO", "?", "STARTTLS x", "AUTH FOO", "AUTH", "RCPT TO:<b@test>", "QUIT x", "NOOP", "QUIT",
    )  # fmt: skip
    with sandbox.connect() as wire:
        got = [wire.ask(command) for command in commands]
        wire.rest()
    for reply in got:
        assert re.match(r"([245])[0-9]{2} \1\.[0-9]+\.[0-9]+ ", reply), reply


def test_the_methods_of_commands_are_real_verbs() -> None:
    # RFC 5321 §4.1.1, RFC 4954, RFC 3207: a misspelt method would never be called.
    known = ["HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "AUTH", "STARTTLS"]
    assert sorted(Protocol.commands) == sorted(verb.encode() for verb in known)
    assert all(getattr(Protocol, name).__module__.startswith("catcher.smtp.") for name in Protocol.commands.values())


def test_every_verb_that_waits_is_a_verb() -> None:
    assert {verb.encode() for verb in Protocol.waiting} <= set(Protocol.commands)


def test_smtplib_sees_each_recipient_that_is_refused(start: Start) -> None:
    with start(recipients=1).client() as client:
        refused = client.sendmail("a@test", ["one@test", "two@test"], b"x\r\n")
    assert refused == {"two@test": (452, b"4.5.3 Too many recipients (limit 1, setting max_recipients)")}


def test_smtplib_raises_the_reply_to_data(start: Start) -> None:
    with start(message_size=10).client() as client:
        client.ehlo()
        client.esmtp_features.pop("size")
        with pytest.raises(smtplib.SMTPDataError) as caught:
            client.sendmail("a@test", ["b@test"], b"x" * 100 + b"\r\n")
    assert (caught.value.smtp_code, bytes(caught.value.smtp_error)[:5]) == (552, b"5.3.4")  # type: ignore[arg-type]


def test_connections_do_not_mix(sandbox: Sandbox) -> None:
    wires: list[Wire] = [sandbox.connect() for _ in range(5)]
    for wire in wires:
        wire.hello()
    for number, wire in enumerate(wires):
        assert wire.ask(f"MAIL FROM:<s{number}@test>").startswith("250")
    for number, wire in enumerate(wires):
        assert wire.ask(f"RCPT TO:<r{number}@test>").startswith("250")
    for wire in wires:
        assert wire.ask("DATA").startswith("354")
    for number, wire in reversed(list(enumerate(wires))):
        assert wire.ask(f"body {number}\r\n.").startswith("250")
        wire.close()
    rows = Message.objects.values_list("mail_from", "recipient", "body__raw")
    assert {(sender, to, bytes(body)) for sender, to, body in rows} == {
        (f"s{number}@test", f"r{number}@test", f"body {number}\r\n".encode()) for number in range(5)
    }
