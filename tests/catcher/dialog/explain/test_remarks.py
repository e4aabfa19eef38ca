"""The box under a line that went wrong, and the sentence for those who learn."""

from __future__ import annotations

import pytest

from catcher.dialog.conversation import Conversation
from catcher.dialog.explain import lesson, remark
from catcher.dialog.explain.remarks import _merged
from tests.catcher.dialog.explain.examples import REFUSED, greeted, last, talk

OPEN = "C: MAIL FROM:<a@b.c>\nS: 250 ok\n"


def told(conversation: Conversation) -> str:
    found = remark(conversation, last(conversation))
    assert found is not None
    return f"{found.title} {found.text}"


def test_a_refused_recipient_among_others() -> None:
    conversation = talk(REFUSED)
    found = [note for step in conversation.steps if (note := remark(conversation, step)) is not None]
    (note,) = found
    assert note.title == "This recipient will never receive the message."
    assert "550 is permanent" in note.text
    assert "5.1.1 says" in note.text
    assert "other recipients" in note.text
    assert "RFC 5321 §4.1.1.3" in note.source
    assert "RFC 3463 §3.2" in note.source


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (OPEN + "C: RCPT TO:<a@b.c>\nS: 450 4.2.0 Greylisted", "temporary: the sender may try again later"),
        (OPEN + "C: RCPT TO:<a@b.c>\nS: 550 no", "No recipient is accepted yet"),
        (OPEN + "C: RCPT TO:<a@b.c>\nS: 250 ok\nC: RCPT TO:<b@b.c>\nS: 550 no", "The other recipients go on."),
        ("C: MAIL FROM:<a@b.c>\nS: 552 5.3.4 Message too big", "refused before it is sent"),
        ("C: MAIL FROM:<a@b.c>\nS: 530 5.7.0 Authentication required", "wants a login or encryption first"),
        (OPEN + "C: DATA\nS: 503 5.5.1 Send RCPT first", "There is no accepted recipient yet."),
        (OPEN + "C: DATA\nS: 354 go\n= bytes=5\nS: 451 4.3.0 later", "sent and is not taken yet"),
        (OPEN + "C: DATA\nS: 354 go\n= bytes=5\nS: 550 5.7.1 spam", "goes for all its recipients"),
        (OPEN + "C: RCPT TO:<a@b.c> X=1\nS: 555 5.5.4 no", "is not accepted. 555 is permanent"),
        (OPEN + "C: RCPT TO:<a@b.c> X=1\nS: 555 5.5.4 no", "Leave the parameter out."),
        ("C* AUTH PLAIN \nS: 535 5.7.8 wrong", "Correct the user name or the password"),
        ("C: AUTH CRAM-MD5\nS: 504 5.5.4 not offered", "does not offer this way"),
        ("C: STARTTLS\nS: 454 4.7.0 not now", "cannot be encrypted"),
        ("C: FOO\nS: 500 5.5.1 what", "does not know this"),
        ("C: EXPN a\nS: 502 5.5.1 no", "EXPN is refused"),
        ("C: VRFY a\nS: 450 later", "VRFY failed for the moment"),
        ("S: 421 4.4.2 Nothing heard", "closes the connection"),
        ("C: RCPT TO:<a@b.c>\nS: 252 perhaps", "unexpected reply"),
        ("C: RCPT TO:<a@b.c>\nS: 535 what", "Not one of the replies that are listed for RCPT"),
        ("C: NOOP\nS: hello", "no reply"),
        (OPEN + "C: DATA\nS: 354 go\n= bytes=5 ended=0\n! close reason=client", "never finished"),
        (OPEN + "C: DATA\nS: 354 go\n= bytes=5\n! close reason=reset", "may arrive twice"),
        ("C: NOOP\n! close reason=reset", "never answered"),
    ],
)
def test_remarks(script: str, says: str) -> None:
    assert says in told(greeted(script))


def test_a_login_too_many_leaves_the_first_one() -> None:
    assert "without a login" in told(greeted("C* AUTH PLAIN\nS: 535 5.7.8 wrong"))
    assert "without a login" not in told(greeted("C: AUTH PLAIN\nS: 503 5.5.1 Authenticated already"))


def test_a_server_that_turns_away() -> None:
    assert "takes no mail from this client" in told(talk("S: 554 no"))


@pytest.mark.parametrize("script", ["C: NOOP\nS: 250 ok", "C: NOOP", "C: QUIT\n! close reason=quit"])
def test_no_remark_where_all_is_well_or_open(script: str) -> None:
    conversation = greeted(script)
    assert remark(conversation, last(conversation)) is None


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("C: MAIL FROM:<>\nS: 250 ok", "a message from nobody, so that no reports come back; the server takes"),
        ("C: RCPT TO:<jane@b.c> NOTIFY=NEVER\nS: 250 ok", "a recipient, jane@b.c; the server takes the recipient."),
        ("C: RCPT TO:jane@b.c\nS: 550 5.1.1 no", "jane@b.c; the server refuses (550 5.1.1, no such mailbox)."),
        ("C: RCPT TO:<a@b.c>\nS: 451 later", "says not now (451, local error)."),
        ("C: STARTTLS\nS: 220 go", "to encrypt the connection; the server is ready, and the TLS handshake follows."),
        ("C* AUTH PLAIN \nS: 235 ok", "The client logs in with PLAIN; the server accepts the login."),
        ("C: DATA\nS: 354 go\n= bytes=2301\nS: 250 ok", "sends the message, 2,301 octets; the server has it now"),
        ("C: FOO\nS: 500 no", "something that is no command of SMTP; the server refuses"),
        ("C: NOOP", "no answer is recorded."),
        ("S: 421 4.4.2 idle", "closes the connection without being asked (421 4.4.2, bad connection)."),
        ("S: 250 ok", "says something that nobody asked for (250)."),
        ("C: NOOP\nS: hello", "what the server says is no reply."),
    ],
)
def test_lessons(script: str, sentence: str) -> None:
    conversation = greeted(script)
    assert sentence in lesson(conversation, last(conversation))


def test_a_lesson_of_the_opening() -> None:
    conversation = greeted("")
    assert [lesson(conversation, step) for step in conversation.steps] == [
        "The server takes the call and says its name.",
        "The client says its name, app.example.com, and asks what the server can do; the server greets back and "
        "offers 5 extensions.",
    ]


def test_a_document_is_named_once_with_all_of_its_sections() -> None:
    assert _merged(["RFC 4954 §4, §6", "RFC 4954 §6; RFC 3463 §3.8", "IANA registry"]) == (
        "RFC 4954 §4, §6; RFC 3463 §3.8; IANA registry"
    )
