"""Who speaks is told of every recording of a real client, or honestly left open; never wrongly."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from catcher.dialog import conversation, script
from catcher.dialog.client import Certainty, Client, fingerprint, recognise
from tests.corpus import Recording, recordings

CORPUS = recordings()
# Clients that speak as many others do: without a header that names them they are not told apart.
ALIKE = {
    "angus-mail", "curl", "curl-file", "git-send-email", "javamail", "lettre", "mutt", "net-smtp-perl",
    "net-smtp-ruby", "nodemailer-6", "pear", "phpmailer", "s-nail", "sendemail", "swaks",
}  # fmt: skip
# Where these stand, the header of a delivered message names the client.
BY_HEADER = {
    "angus-mail", "git-send-email", "javamail", "mutt", "nodemailer-6", "phpmailer", "s-nail", "sendemail", "swaks",
}  # fmt: skip
# They end before the client has said what tells it apart: its first MAIL.
EARLY = {"busy", "no-tls", "tls-refused", "tls-untrusted", "auth-wrong", "no-auth"}
# What was written as one packet was read as several: then it shows no habit.
SPLIT = {"msmtp-two", "msmtp-too-big"}

# These come as far as RCPT, whatever becomes of it.
REACHING = {"plain", "refused", "later", "content", "two"}


def heard(recording: Recording) -> conversation.Conversation:
    return conversation.read(recording.sessions[0])


def fields(recording: Recording) -> list[tuple[str, str]]:
    return list(message_from_bytes(recording.message).items())


def spoken(text: str) -> Client:
    return recognise(conversation.read(script.records(text)))


@pytest.mark.parametrize("recording", CORPUS, ids=lambda recording: recording.name)
def test_no_recording_is_taken_for_another_client(recording: Recording) -> None:
    for headers in ([], fields(recording)):
        client = recognise(heard(recording), headers)
        assert recording.family in client.families or client.certainty is Certainty.UNKNOWN


@pytest.mark.parametrize(
    "recording",
    [r for r in CORPUS if r.client not in ALIKE and r.situation not in EARLY and r.name not in SPLIT],
    ids=lambda recording: recording.name,
)
def test_the_dialog_alone_tells(recording: Recording) -> None:
    client = recognise(heard(recording))
    assert recording.family in client.families
    assert client.certainty is not Certainty.UNKNOWN
    assert client.why


@pytest.mark.parametrize(
    "recording", [r for r in CORPUS if r.client in BY_HEADER and r.message], ids=lambda recording: recording.name
)
def test_the_header_tells_where_the_dialog_does_not(recording: Recording) -> None:
    assert recognise(heard(recording)).certainty is Certainty.UNKNOWN
    assert recognise(heard(recording), fields(recording)).family == recording.family


@pytest.mark.parametrize("recording", [r for r in CORPUS if r.client == "django" and r.message], ids=lambda r: r.name)
def test_smtplib_is_named_with_django_until_the_header_tells(recording: Recording) -> None:
    group = recognise(heard(recording))
    assert (group.family, group.name, group.others) == ("smtplib", "smtplib or Django", ("django",))
    assert recognise(heard(recording), fields(recording)).family == "django"


def test_a_relayed_message_does_not_name_who_speaks() -> None:
    recording = next(r for r in CORPUS if r.name == "phpmailer-plain")
    relayed = [("Received", "from app.example.com by mx.example.com"), *fields(recording)]
    assert recognise(heard(recording), fields(recording)).family == "phpmailer"
    assert recognise(heard(recording), relayed).family == "unknown"


def test_what_dotnet_spells_in_lower_case() -> None:
    client = spoken("S: 220 x\nC: EHLO HOST\nS: 250-x\nS: 250 AUTH LOGIN\nC* AUTH login \nS: 334 UGFzc3dvcmQ6")
    assert (client.family, client.certainty) == ("dotnet", Certainty.LIKELY)


@pytest.mark.parametrize("text", ["", "S: 220 x\n! close reason=client", "! open peer=x", "C_ \\x00\\xff\\x80"])
def test_nothing_said_is_unknown(text: str) -> None:
    assert spoken(text).certainty is Certainty.UNKNOWN


@pytest.mark.parametrize("client", ["smtplib", "aiosmtplib", "nodemailer", "emailjs", "lettre", "net-smtp-go"])
def test_sessions_that_reach_the_same_step_share_a_fingerprint(client: str) -> None:
    prints = {fingerprint(heard(r)) for r in CORPUS if r.client == client and r.situation in REACHING}
    assert len(prints) == 1


def test_clients_that_speak_differently_have_different_fingerprints() -> None:
    plain = {r.client: fingerprint(heard(r)) for r in CORPUS if r.situation == "plain"}
    assert len({plain[name] for name in ("smtplib", "aiosmtplib", "nodemailer", "emailjs", "msmtp", "lettre")}) == 6


def test_a_fingerprint_is_of_forms_not_of_words() -> None:
    one = "S: 220 x\nC: EHLO a.example.com\nS: 250 x\nC: MAIL FROM:<a@example.com>\nS: 250 ok"
    other = one.replace("a.example.com", "b.example.com").replace("<a@", "<bb@").replace("250 ok", "550 no")
    lower = one.replace("EHLO", "ehlo")
    prints = [fingerprint(conversation.read(script.records(text))) for text in (one, other, lower)]
    assert prints[0] == prints[1] != prints[2]
    assert len(prints[0]) == 10
