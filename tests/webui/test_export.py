"""What is taken out of a session's page: copies that name nobody, files as recorded, scripts that repeat it."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from django.test import Client

from catcher.dialog import script
from catcher.dialog.records import Record
from catcher.dialog.transcript import parse
from catcher.models import Session
from tests.webui import rows
from webui import exported
from webui.views import export

SECRET = "AGFkYQBzM2NyZXQ="
SCRIPT = f"""
! open peer=10.1.2.3:40000
S: 220 mail.corp.org ESMTP
C: EHLO build7.corp.org
S: 250-mail.corp.org
S: 250 AUTH PLAIN
C: AUTH PLAIN {SECRET}
! auth mechanism=PLAIN user=ada ok=True
S: 235 2.7.0 ok
C: MAIL FROM:<app@corp.org>
S: 250 2.1.0 ok
C: RCPT TO:<jane@corp.org>
S: 250 2.1.5 ok
C: DATA
S: 354 go on
= bytes=88 lines=5 message=ID
S: 250 2.0.0 Stored
C: QUIT
S: 221 2.0.0 Bye
! close reason=quit
"""

pytestmark = pytest.mark.django_db


def recorded(message: str = "") -> Session:
    tape = script.records(SCRIPT.replace("message=ID", f"message={message}" if message else ""))
    return rows.session(tape, peer_host="10.1.2.3", messages_stored=1)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_copy_names_nobody_unless_asked_to(client: Client, form: str) -> None:
    session = recorded()
    copy = client.get(f"/sessions/{session.public_id}/copy/{form}/")
    assert copy["Content-Type"] == "text/plain; charset=utf-8"
    assert copy["Content-Security-Policy"].startswith("sandbox;")
    shown = copy.content.decode()
    assert "250 2.1.5 ok" in shown
    assert "corp.org" not in shown
    assert "10.1.2.3" not in shown
    named = client.get(f"/sessions/{session.public_id}/copy/{form}/?addresses=1").content.decode()
    assert "RCPT TO:<jane@corp.org>" in named
    assert "10.1.2.3" in named
    assert SECRET not in shown + named, "a secret that the recorder was told to keep is not copied"


def test_the_text_file_is_read_again_as_the_same_session(client: Client) -> None:
    session = recorded()
    response = client.get(f"/sessions/{session.public_id}/export/text/")
    assert response["Content-Disposition"] == f'attachment; filename="sandpost-{session.public_id}.txt"'
    again = parse(response.content.decode())
    assert [(one.direction, one.kind) for one in again.records] == [
        (one.direction, one.kind) for one in session.records()
    ]


def test_the_json_file_is_what_the_schema_says(client: Client) -> None:
    session = recorded()
    response = client.get(f"/sessions/{session.public_id}/export/json/")
    schema = client.get("/schemas/session.json")
    assert schema["Content-Type"] == "application/schema+json"
    assert response["Link"] == '<http://testserver/schemas/session.json>; rel="describedby"'
    found, described = json.loads(response.content), json.loads(schema.content)
    assert set(found) == set(described["required"])
    assert len(found["Lines"]) == len(list(session.records()))
    line = described["$defs"]["Line"]
    assert set(line["required"]) <= set(found["Lines"][0]) <= set(line["properties"])


def test_the_capture_holds_the_octets_of_stored_messages(client: Client) -> None:
    message = rows.message(b"Subject: octets\r\n\r\n.dot\r\n")
    session = recorded(message.public_id)
    capture = client.get(f"/sessions/{session.public_id}/export/pcap/").content
    assert capture[:4] in {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d"}
    assert b"Subject: octets\r\n\r\n..dot\r\n.\r\n" in capture


def test_a_capture_takes_only_so_much(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "LARGEST_CAPTURE", 10)
    message = rows.message(b"Subject: octets\r\n\r\n.dot\r\n")
    capture = client.get(f"/sessions/{recorded(message.public_id).public_id}/export/pcap/").content
    assert b"Subject: octets" not in capture
    assert b"that are not kept here" in capture


@pytest.mark.parametrize("name", export.SCRIPTS)
def test_scripts_repeat_it_here_and_lead_to_the_message(client: Client, name: str) -> None:
    message = rows.message()
    session = recorded(message.public_id)
    sheet = client.get(f"/sessions/{session.public_id}/repeat/").content.decode()
    response = client.get(f"/sessions/{session.public_id}/repeat/{name}/")
    written = response.content.decode()
    assert re.fullmatch(r'attachment; filename="repeat[a-z.-]+"', response["Content-Disposition"])
    assert "jane@corp.org" in written
    assert f"{message.public_id}.eml" in written
    assert "SMTP_PASSWORD" in written
    assert "s3cret" not in written
    assert f'/messages/{message.public_id}/source.eml" download' in sheet
    assert f'id="script-{name}"' in sheet
    assert "SMTP_PASSWORD" in sheet


def test_a_message_that_is_gone_is_said_to_be(client: Client) -> None:
    session = recorded("0123456789abcdefghijkl")
    sheet = client.get(f"/sessions/{session.public_id}/repeat/").content.decode()
    assert "0123456789abcdefghijkl.eml</code> (not stored here)" in sheet


def test_a_long_session_is_bounded_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    session = recorded()
    session.refresh_from_db()
    monkeypatch.setattr(exported, "COPIED", 6)
    monkeypatch.setattr(exported, "EXPORTED", 7)
    copy = client.get(f"/sessions/{session.public_id}/copy/text/?addresses=1")
    assert copy["X-Cut"] == f"the first 6 of {session.lines} lines"
    assert len(copy.content.splitlines()) == 7
    assert copy["X-Cut"] in copy.content.decode()
    assert (
        f"the first 6 of {session.lines} lines" in client.get(f"/sessions/{session.public_id}/repeat/").content.decode()
    )
    file = json.loads(client.get(f"/sessions/{session.public_id}/export/json/").content)
    assert len(file["Lines"]) == 8
    assert file["Lines"][-1]["Kind"] == "cut"
    assert f"the first 7 of {session.lines} lines" in file["Lines"][-1]["Info"]["why"]


def test_the_page_says_what_is_left_out_of_a_long_session(client: Client) -> None:
    tape: list[Record] = script.records(SCRIPT.replace("message=ID", ""))
    for lines, said in ((len(tape), False), (exported.COPIED + 1, True)):
        session = rows.session(tape)
        Session.objects.filter(pk=session.pk).update(lines=lines)
        page = client.get(f"/sessions/{session.public_id}/").content.decode()
        assert (f"A copy holds the first {exported.COPIED:,} of" in page) is said
    Session.objects.filter(pk=session.pk).update(lines=exported.EXPORTED + 1)
    page = client.get(f"/sessions/{session.public_id}/").content.decode()
    assert f"They hold the first {exported.EXPORTED:,} of" in page


def test_hostile_words_stay_words(client: Client) -> None:
    hostile = SCRIPT.replace("message=ID", "").replace("build7.corp.org", r"<img/src=x>'$(id)`\x1b[31m")
    session = rows.session(script.records(hostile))
    sheet = client.get(f"/sessions/{session.public_id}/repeat/").content.decode()
    assert "<img" not in sheet
    written = client.get(f"/sessions/{session.public_id}/repeat/swaks/").content.decode()
    assert "<img/src=x>'$(id)`\x1b[31m" in shlex.split(written, comments=True)
    assert "\x1b" not in client.get(f"/sessions/{session.public_id}/copy/text/").content.decode()


@pytest.mark.parametrize("path", ["copy/html/", "export/exe/", "repeat/perl/", "copy/../", "export/markdown/"])
def test_other_forms_are_not_found(client: Client, path: str) -> None:
    assert client.get(f"/sessions/{recorded().public_id}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["copy/text/", "export/json/", "repeat/", "repeat/curl/"])
def test_a_session_that_is_gone_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/sessions/0123456789abcdefghijkl/{path}").status_code == 404
