"""Findings by HTTP: of a session, of a stored message with its envelope, of a message that is sent to be checked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catcher.dialog import report
from catcher.dialog.lint import lint_message, registry
from catcher.dialog.lint.opened import open_message
from catcher.dialog.script import records
from catcher.models import Message, MutedRule
from tests.webui import rows
from tests.webui.test_api_sessions import get, refused
from webui.api import findings

pytestmark = pytest.mark.django_db
FINDING = {
    "Rule", "Severity", "Title", "Seen", "Breaks", "Fix", "Source", "Lines", "Octets", "Transaction", "More",
}  # fmt: skip
NO_QUIT = """
S: 220 sandpost
C: EHLO localhost
S: 250 sandpost
C: MAIL FROM:<a@example.com>
S: 250 OK
C: RCPT TO:<b@example.com>
S: 250 OK
C: DATA
S: 354 Go ahead
= bytes=10 lines=1
S: 250 Stored
! close reason=client
"""


def post(client: Client, body: bytes, content_type: str = "message/rfc822", query: str = "") -> Any:
    return client.post(f"/api/v1/lint{query}", body, content_type=content_type)


def test_findings_of_a_session(client: Client) -> None:
    row = rows.session(records(NO_QUIT), client="smtplib")
    answer = get(client, f"session/{row.public_id}/findings")
    found = answer["findings"]
    assert answer["count"] == len(found) > 0
    assert all(set(one) == FINDING for one in found)
    assert answer["worst"] == found[0]["Severity"]
    assert get(client, "session/latest/findings") == answer
    rule = found[0]["Rule"]
    assert rule not in [one["Rule"] for one in get(client, f"session/latest/findings?mute={rule.lower()}")["findings"]]
    refused(client.get("/api/v1/session/latest/findings?mute=X99"), 400, "X99")
    MutedRule.objects.create(rule=rule)
    assert rule not in [one["Rule"] for one in get(client, "session/latest/findings")["findings"]]


def test_a_finding_is_mended_as_the_client_is(client: Client) -> None:
    row = rows.session(records(NO_QUIT), client="smtplib")
    for one in get(client, f"session/{row.public_id}/findings")["findings"]:
        rule = registry.by_id[one["Rule"]]
        assert one["Fix"] == rule.fixes.get("smtplib", rule.fix)


def test_findings_of_a_message_know_its_envelope(client: Client) -> None:
    raw = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nHello\r\n"
    message = rows.message(raw, recipients=[("b@example.com", True), ("hidden@example.com", False)])
    found = get(client, f"message/{message.public_id}/findings")["findings"]
    assert [report.from_json(one) for one in found]
    bare = {one.id for one in lint_message(open_message(raw))}
    assert {one["Rule"] for one in found} != bare  # some rules need the envelope
    assert get(client, "message/latest/findings")["count"] == len(found)


def test_findings_of_a_message_know_its_octets_on_the_wire(client: Client) -> None:
    message = rows.message()
    row = rows.session(records(f"S: 220 x\n= bytes=1 message=other\n= bytes=77 message={message.public_id}\n"))
    Message.objects.update(session=row)
    message.refresh_from_db()
    assert findings.facts(message)["bytes"] == 77
    get(client, f"message/{message.public_id}/findings")


@pytest.mark.parametrize("public_id", ["latest", "0" * 22, "nonsense"])
def test_an_unknown_message_is_a_404(client: Client, public_id: str) -> None:
    refused(client.get(f"/api/v1/message/{public_id}/findings"), 404, "Message not found")


@pytest.mark.parametrize(
    "content_type", ["message/rfc822", "application/octet-stream", "message/rfc822; charset=utf-8"]
)
def test_a_message_is_checked_and_not_kept(client: Client, content_type: str) -> None:
    response = post(client, rows.RAW, content_type)
    assert response.status_code == 200
    expected = [report.as_json(report.entry(one)) for one in lint_message(open_message(rows.RAW))]
    assert response.json()["findings"] == expected
    assert not Message.objects.exists()


def test_what_is_no_message_is_refused(client: Client, settings: Any) -> None:
    refused(post(client, b""), 400)
    refused(post(client, b"a=b", "application/x-www-form-urlencoded"), 415, "message/rfc822")
    refused(client.get("/api/v1/lint"), 405)
    settings.SANDPOST = settings.SANDPOST | {"max_message_size": 100}
    assert post(client, b"x" * 100).status_code == 200
    refused(post(client, b"x" * 101), 413, "max_message_size")


def test_a_large_message_is_not_held_to_the_limit_of_forms(client: Client) -> None:
    assert post(client, rows.RAW + b"x\r\n" * 1_000_000).status_code == 200


def test_octets_of_any_kind_are_checked(client: Client) -> None:
    for raw in (b"\x00", b"\xff" * 1000, bytes(range(256)) * 40):
        assert post(client, raw).status_code == 200


def test_who_sends_a_message_needs_no_token() -> None:
    assert post(Client(enforce_csrf_checks=True), rows.RAW).status_code == 200
