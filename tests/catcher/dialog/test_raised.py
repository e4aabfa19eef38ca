"""What a failed session is said to raise is what the libraries raised when they were recorded."""

from __future__ import annotations

import pytest

from catcher.dialog import conversation, script
from catcher.dialog.raised import FAMILIES, Raised, as_raised
from tests.corpus import Recording, recordings

# What a run shows but a tape does not: that STARTTLS or a login was wanted and not offered, that a handshake which
# broke off was for the certificate.
NOT_TOLD = {
    "aiosmtplib-no-auth", "aiosmtplib-no-tls", "aiosmtplib-tls-untrusted", "angus-mail-no-tls", "django-no-auth",
    "django-no-tls", "javamail-no-tls", "lettre-no-auth", "lettre-no-tls", "lettre-tls-untrusted",
    "net-smtp-go-no-auth", "net-smtp-ruby-no-tls", "nodemailer-tls-untrusted", "nodemailer-6-tls-untrusted",
    "phpmailer-no-auth", "smtplib-no-auth", "smtplib-no-tls",
}  # fmt: skip
RETURNS = ("send_message returned", "send returned", "sendMail resolved")
CORPUS = [r for r in recordings() if r.family in FAMILIES and r.name not in NOT_TOLD]
RAISING = [r for r in CORPUS if r.printed and not r.printed[0].startswith(RETURNS)]
REFUSED = """
S: 220 x
C: EHLO app.example.com
S: 250 x
C: MAIL FROM:<me@example.com>
S: 250 2.1.0 ok
C: RCPT TO:<x@example.com>
S: 550 5.1.1 No such user
"""


def raised(recording: Recording) -> list[Raised]:
    said = as_raised(conversation.read(recording.sessions[0]))
    return [exception for exception in said if exception.family == recording.family]


def of(text: str, family: str) -> list[str]:
    return [e.text for e in as_raised(conversation.read(script.records(text))) if e.family == family]


@pytest.mark.parametrize("recording", RAISING, ids=lambda recording: recording.name)
def test_the_text_is_the_one_that_the_library_printed(recording: Recording) -> None:
    printed = "\n".join(recording.printed)
    told = [exception for exception in raised(recording) if exception.is_seen]
    assert any(printed.startswith(exception.text) for exception in told), raised(recording)
    fields = [exception.code for exception in raised(recording) if printed.startswith(exception.text)]
    assert fields[0] == "" or fields[0] in recording.printed


@pytest.mark.parametrize("recording", [r for r in CORPUS if r not in RAISING], ids=lambda recording: recording.name)
def test_nothing_is_raised_where_the_library_raised_nothing(recording: Recording) -> None:
    assert raised(recording) == []


def test_every_family_but_dotnet_was_seen_raising() -> None:
    assert {recording.family for recording in RAISING} == FAMILIES.keys() - {"dotnet"}


@pytest.mark.parametrize("recording", RAISING, ids=lambda recording: recording.name)
def test_what_no_run_showed_says_so(recording: Recording) -> None:
    told = as_raised(conversation.read(recording.sessions[0]))
    unseen = {exception.family for exception in told if not exception.is_seen}
    assert unseen <= {"dotnet", "go", "symfony"}
    assert all(not exception.is_seen for exception in told if exception.family == "dotnet")


def test_a_text_is_the_whole_of_what_a_reply_adds() -> None:
    both = next(r for r in RAISING if r.name == "javamail-all")
    texts = [exception.text for exception in raised(both)]
    assert any(text.count("com.sun.mail.smtp.SMTPAddressFailedException: ") == 2 for text in texts)
    assert of(REFUSED, "javamail")[0].endswith("SMTPAddressFailedException: 550 5.1.1 No such user\n")


SENDING = REFUSED.replace("550 5.1.1 No such user", "250 2.1.5 ok") + "C: DATA\nS: 354 go\n"


@pytest.mark.parametrize(
    ("ended", "reason", "raises"),
    [(0, "client", False), (0, "fault", True), (0, "lost", True), (1, "client", True)],
)
def test_who_leaves_within_the_message_raises_nothing_but_who_is_cut_off_does(
    ended: int, reason: str, raises: bool
) -> None:
    text = f"{SENDING}= bytes=9 ended={ended}\n! close reason={reason}\n"
    assert bool(of(text, "smtplib")) is raises


def test_the_family_of_the_client_comes_first() -> None:
    recording = next(r for r in RAISING if r.name == "net-smtp-go-refused")
    assert as_raised(conversation.read(recording.sessions[0]))[0] == Raised("go", '550 "5.1.1 No such user"')


def test_smtplib_raises_for_recipients_only_when_all_are_refused() -> None:
    assert of(REFUSED, "smtplib") == [
        "smtplib.SMTPRecipientsRefused: {'x@example.com': (550, b'5.1.1 No such user')}",
    ]
    partial = REFUSED + "C: RCPT TO:<y@example.com>\nS: 250 2.1.5 ok\n"
    assert of(partial, "smtplib") == []
    assert of(partial, "nodemailer") == []
    assert of(partial, "ruby") == ["Net::SMTPFatalError: 550 5.1.1 No such user"]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (
            "550 5.1.1 No such user",
            "SmtpFailedRecipientException: Mailbox unavailable. The server response was: 5.1.1 No such user",
        ),
        ("451 4.7.1 Later", "SmtpException: Error in processing. The server response was: 4.7.1 Later"),
        ("554 5.7.1 Spam", "SmtpException: Transaction failed. The server response was: 5.7.1 Spam"),
    ],
)
def test_dotnet_puts_its_own_words_before_the_reply(reply: str, text: str) -> None:
    assert of(REFUSED.replace("550 5.1.1 No such user", reply), "dotnet") == [f"System.Net.Mail.{text}"]


def test_a_later_login_that_succeeds_raises_nothing() -> None:
    failed = "S: 220 x\nC: EHLO a.example.com\nS: 250 AUTH PLAIN LOGIN\nC* AUTH PLAIN \nS: 535 5.7.8 No\n"
    assert of(failed, "smtplib") == ["smtplib.SMTPAuthenticationError: (535, b'5.7.8 No')"]
    assert of(failed + "C* AUTH LOGIN \nS: 235 2.7.0 Yes\n", "smtplib") == []


def test_several_lines_of_a_reply_are_joined_as_smtplib_does() -> None:
    text = REFUSED.replace("S: 550 5.1.1 No such user", "S: 550-5.1.1 No such\nS: 550 5.1.1 user")
    assert of(text, "smtplib") == [
        "smtplib.SMTPRecipientsRefused: {'x@example.com': (550, b'5.1.1 No such\\n5.1.1 user')}",
    ]


@pytest.mark.parametrize(
    "text", ["", "S: 220 x", "C: MAIL", "C: RCPT TO\nS: 550 x", "C* AUTH\nS: 500", "S: \\xff\\x00"]
)
def test_hostile_and_cut_tapes_raise_nothing_here(text: str) -> None:
    as_raised(conversation.read(script.records(text)))


def test_the_text_for_very_many_recipients_is_bounded() -> None:
    text = REFUSED + "C: RCPT TO:<x@example.com>\nS: 550 5.1.1 No such user\n" * 2000
    numbered = text.replace("x@example.com", "{}@example.com").format(*range(2001))
    assert 0 < max(map(len, of(numbered, "smtplib"))) < 5000
