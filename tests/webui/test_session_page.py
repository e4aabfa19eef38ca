"""The page of a session: explained where it stands, whatever the client said; and a message's part of it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from catcher.dialog import conversation, script
from catcher.dialog.explain import Explanation, Span
from catcher.dialog.records import Direction, Kind, Record
from catcher.models import MutedRule, Session
from tests.webui import rows
from tests.webui.rows import CLIENT, NOTE, SERVER, line, tape
from webui import dialog, reading
from webui.annotated import Glossary, code, wire
from webui.libraries import fixes

pytestmark = pytest.mark.django_db

REFUSED = """
! open peer=127.0.0.1:40000 listener=127.0.0.1:1025
S: 220 sandpost ESMTP
C: EHLO worker
S: 250-sandpost
S: 250-PIPELINING
S: 250-STARTTLS
S: 250 SIZE 1000
C: MAIL FROM:<a@shop.test> SIZE=120
C+ RCPT TO:<jane@example.com>
C+ RCPT TO:<nobody@example.com>
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S: 550 5.1.1 No such user
C: DATA
S: 354 go on
= bytes=120 lines=4 message=MESSAGE
S: 250 2.0.0 Stored
! close reason=client
"""


def recorded(text: str, **values: Any) -> Session:
    return rows.session(script.records(text), **values)


def page(client: Client, session: Session, part: str = "") -> str:
    return client.get(f"/sessions/{session.public_id}/{part}").content.decode()


def refused(**values: Any) -> tuple[Session, Any]:
    message = rows.message(subject="Order 7", recipients=[("jane@example.com", True), ("nobody@example.com", False)])
    facts = {
        "hello": "worker", "outcome": "partial", "failed": True, "messages_stored": 1, "recipients_accepted": 1,
        "recipients_refused": 1, "reply": "550 5.1.1 No such user", "close_reason": "client", "stage": "RCPT",
    }  # fmt: skip
    session = recorded(REFUSED.replace("MESSAGE", message.public_id), **(facts | values))
    message.session, message.transaction = session, 1
    message.save()
    return session, message


def words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


def abouts(html: str) -> dict[str, str]:
    return {key: words(text) for key, text in re.findall(r'data-about="(\w+)">(.*?)</div>', html, re.S)}


def row(html: str, seq: int) -> str:
    return re.split(r'<div class="line|<div class="more|</section>', html.partition(f'id="L{seq}"')[2])[0]


# -- explanations ------------------------------------------------------------------------------------------------------


def test_every_part_that_is_marked_is_explained_in_the_page(client: Client) -> None:
    session, _ = refused()
    html = page(client, session)
    keys = set(re.findall(r'data-x="(\w+)"', html))
    assert keys == set(abouts(html))
    assert len(keys) > 15


def test_a_reply_code_is_explained_with_what_to_do_and_its_source(client: Client) -> None:
    session, _ = refused()
    html = page(client, session)
    key = re.search(r'data-x="(\w+)">(?:<b>)?5\.1\.1', html)
    assert key is not None
    told = abouts(html)[key[1]]
    assert "5.1.1 no such mailbox" in told
    assert "RFC 3463" in told


def test_what_went_wrong_is_told_under_its_line_and_in_the_sentence(client: Client) -> None:
    session, _ = refused()
    html = page(client, session)
    assert "This recipient will never receive the message." in row(html, 13)
    assert "This recipient will never" not in row(html, 12)
    assert "nobody@example.com was refused (550 5.1.1)" in words(html)
    assert '<em><a href="#L13"' in html


def test_the_same_remark_is_not_made_twice() -> None:
    text = "C: NOOP\nS: 500 5.5.2 no\nC: NOOP\nS: 500 5.5.2 no\n"
    read = reading.Reading(conversation.read(script.records(text)))
    lines = list(dialog.lines(read.conversation.records, "", {}, read))
    assert [bool(each.under and each.under.remark) for each in lines] == [False, True, False, False]


def test_each_step_has_a_lesson_under_its_last_line(client: Client) -> None:
    session, _ = refused()
    html = page(client, session)
    lessons = re.findall(r'<p class="lesson">(.*?)</p>', html)
    assert len(lessons) == 7
    assert lessons[0] == "The server takes the call and says its name."
    assert "EHLO" not in row(html, 7).partition('class="lesson"')[0]
    assert 'class="lesson"' in row(html, 7)


def test_offers_are_a_table_of_what_was_used_and_lines_only_for_the_wire(client: Client) -> None:
    session, _ = refused()
    html = page(client, session)
    assert re.findall(
        r'id="L(\d)" data-seq="\d">', "".join(re.findall(r'<div class="line server offering" .*?>', html))
    )
    table = words(html.partition("Offered and used")[2].partition("</table>")[0])
    assert re.search(r"PIPELINING\s+used\s+several commands in one packet", table)
    assert re.search(r"STARTTLS\s+not used", table)
    assert re.search(r"SIZE 1000\s+used\s+MAIL with SIZE=120", table)


def test_commands_of_one_packet_are_bracketed(client: Client) -> None:
    html = page(client, refused()[0])
    assert re.findall(r"g-(first|inner|last)\"", html) == ["first", "inner", "last"]
    assert "3 commands in one packet" in html


# -- findings ----------------------------------------------------------------------------------------------------------


def test_a_finding_is_a_chip_at_its_line_and_a_box_under_it(client: Client) -> None:
    session, _ = refused(client="nodemailer", client_name="nodemailer")
    html = page(client, session)
    hello = row(html, 3)
    assert re.search(r'<button type="button" class="chip warn" data-finding="F\d+".*?<b>S04</b>', hello)
    box = words(hello.partition("<section")[2])
    assert "worker: it has no dot" in box
    assert "RFC 5321" in box
    # What the recognised client has to change comes first.
    assert box.index("Nodemailer") < box.index("In other libraries") < box.index("PHPMailer")
    numbers = re.findall(r'<section class="finding[^>]* id="F(\d+)"', html)
    assert len(numbers) == len(set(numbers)) == len(re.findall(r'<button[^>]+data-finding="F', html))
    assert "looks like nodemailer" in words(html)


def test_muted_rules_say_nothing(client: Client) -> None:
    session, _ = refused()
    finding = "EHLO name is not a full domain name"
    assert finding in page(client, session)
    MutedRule.objects.create(rule="S04")
    assert finding not in page(client, session)


def test_without_a_recognised_client_the_general_advice_comes_first() -> None:
    mine, others = fixes({"smtplib": "A", "rails": "B"}, [])
    assert (mine, [fix.text for fix in others]) == ([], ["A", "B"])
    mine, others = fixes({"smtplib": "A", "rails": "B"}, ["ruby"])
    assert ([fix.text for fix in mine], [fix.text for fix in others]) == (["B"], ["A"])


# -- time --------------------------------------------------------------------------------------------------------------


def test_the_picture_of_time_leads_to_lines_and_comes_as_a_file(client: Client) -> None:
    session, _ = refused()
    html = page(client, session)
    picture = html.partition('<svg class="waterfall"')[2].partition("</svg>")[0]
    assert 'href="#L3"' in picture
    assert "style=" not in picture
    assert re.search(r'class="key client"[^>]*>client \d+ %', html)
    table = words(html.partition('class="table times"')[2].partition("</table>")[0])
    assert re.search(r"DATA\s+1\.0 ms\s+1\.0 ms\s+2 min", table)
    file = client.get(f"/sessions/{session.public_id}/times.svg")
    assert file["Content-Disposition"] == f'attachment; filename="session-{session.public_id}.svg"'
    assert file.content.startswith(b"<?xml")


def test_what_the_application_sees_stands_in_failed_sessions_only(client: Client) -> None:
    failed = recorded(
        REFUSED.replace("S: 250 2.1.5 ok\n", "S: 550 5.1.1 No such user\n").partition("C: DATA")[0]
        + "! close reason=client",
        outcome="rejected",
        failed=True,
    )
    html = page(client, failed)
    assert "SMTPRecipientsRefused" in html
    assert "As the application sees it" not in page(
        client, recorded("S: 220 hi\nC: QUIT\nS: 221 bye\n! close reason=quit")
    )


# -- hostile -----------------------------------------------------------------------------------------------------------


def test_no_octet_of_a_client_becomes_markup_or_turns_the_text_around(client: Client) -> None:
    evil = b'<img src=x onerror=alert(1)>"\xe2\x80\xae\x1b[31m\x00\xff\xc3'
    entries = [
        line(SERVER, b"220 ok"),
        line(CLIENT, b"EHLO " + evil),
        line(SERVER, b"250-" + evil),
        line(SERVER, b"250 " + evil),
        line(CLIENT, b"MAIL FROM:<" + evil + b"> X=" + evil, transaction=1),
        line(SERVER, b"550 5.1.1 " + evil, transaction=1),
        line(CLIENT, b"AUTH " + evil + b" " + evil),
        line(SERVER, b"334 " + evil),
        line(CLIENT, evil),
        line(SERVER, b"535 " + evil),
        line(CLIENT, evil),
        Record(0, 0, NOTE, Kind.CLOSE, info={"reason": "client"}),
    ]
    session = rows.session(tape(*entries), hello=evil.decode("utf-8", "replace").replace("\x00", ""), failed=True)
    html = page(client, session)
    assert "<img" not in html
    assert not re.search("[\x00\x1b\u202e\ud800-\udfff]", html)
    assert "&lt;img src=x" in html


@pytest.mark.parametrize("cut", range(1, 19))
def test_a_tape_that_is_cut_anywhere_is_a_page(client: Client, cut: int) -> None:
    records = script.records(REFUSED.replace("MESSAGE", rows.message().public_id))
    ended = rows.session(records[:cut])
    live = rows.session(records[:cut], ended_at=None, outcome="open")
    for session in (ended, live):
        html = page(client, session)
        assert [int(seq) for seq in re.findall(r'data-seq="(\d+)"', html)] == list(range(1, cut + 1))
        assert set(re.findall(r'data-x="(\w+)"', html)) <= set(abouts(html))


def test_every_octet_is_shown_on_the_wire() -> None:
    assert words(wire(b"a\x00b\tc\xc3\xa9\x7f")) == "a ␀ b ␉ c \\xc3\\xa9␡ "
    session = rows.session(tape(line(CLIENT, "EHLO münchen".encode())))
    html = page(Client(), session)
    assert "<b>EHLO</b>" in row(html, 1)
    assert "\\xc3\\xbc" in row(html, 1).partition('class="octets"')[2]
    assert 'class="eol" aria-hidden="true">CR LF' in row(html, 1)


def test_secrets_that_the_recorder_kept_are_covered(client: Client) -> None:
    session = recorded("S: 220 hi\nC: EHLO a.test\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AGFkYQBzM2NyZXQ=\nS: 235 2.7.0 ok")
    html = page(client, session)
    assert re.search(r"data-uncover>•••• show</button><span hidden>.*?AGFkYQBzM2NyZXQ=", row(html, 4))
    assert re.search(r"data-uncover>•••• show</button><code hidden>.*?s3cret", html)
    seen = re.sub(r"<(span|code) hidden>.*?</\1>", "", html)
    assert "s3cret" not in seen
    assert "AGFkYQBzM2NyZXQ=" not in seen


def test_marks_keep_to_the_octets_that_are_there() -> None:
    about = Explanation("t", "x")
    glossary = Glossary()
    html = code(b"MAIL x", 4, [Span(0, 4, about), Span(2, 5, about), Span(5, 900, about)], glossary)
    assert words(html).replace(" ", "") == "MAILx"
    assert list(glossary.entries.values()) == [about]


# -- long --------------------------------------------------------------------------------------------------------------


def test_a_very_long_session_says_what_was_read_of_it(client: Client) -> None:
    records = tape(line(SERVER, b"220 hi"), *(line(CLIENT, b"NOOP %d" % n) for n in range(reading.WHOLE + 700)))
    records.append(Record(len(records) + 1, 9_000_000, Direction.NOTE, Kind.CLOSE, info={"reason": "client"}))
    session = rows.session(records)
    html = page(client, Session.objects.get(pk=session.pk))
    assert "Findings and times are those of its first 5,000" in html
    tail = page(client, session, f"lines/?after={reading.WHOLE + 600}")
    seen = [int(seq) for seq in re.findall(r'data-seq="(\d+)"', tail)]
    assert seen == list(range(reading.WHOLE + 601, len(records) + 1))
    assert 'data-x="' in tail


# -- messages ----------------------------------------------------------------------------------------------------------


def test_session_and_message_lead_to_each_other_at_the_very_line(client: Client) -> None:
    session, message = refused()
    assert f'href="/messages/{message.public_id}/"' in row(page(client, session), 16)
    head = client.get(f"/messages/{message.public_id}/").content.decode()
    back = re.search(r'href="(/sessions/\w+/at/\w+/)"', head)
    assert back is not None
    assert client.get(back[1])["Location"] == f"/sessions/{session.public_id}/#L16"


def test_a_message_shows_its_transaction_within_the_session(client: Client) -> None:
    session, message = refused()
    html = client.get(f"/messages/{message.public_id}/dialog/").content.decode()
    own = [int(seq) for seq in re.findall(r'<div class="line [^"]*\bown" id="L(\d+)"', html)]
    dim = [int(seq) for seq in re.findall(r'<div class="line [^"]*\bdim" id="L(\d+)"', html)]
    assert sorted(own + dim) == list(range(1, 19))
    assert own == list(range(8, 17))
    assert f'href="/sessions/{session.public_id}/#L16"' in html
    assert 'data-open="0"' in html


def test_a_message_without_a_session_has_no_dialog(client: Client) -> None:
    message = rows.message()
    html = client.get(f"/messages/{message.public_id}/").content.decode()
    assert 'id="tab-findings"' in html
    assert 'id="tab-dialog"' not in html
    assert client.get(f"/messages/{message.public_id}/dialog/").status_code == 200


def test_findings_of_a_message_show_their_place_in_the_source(client: Client) -> None:
    long = b"<b>" + b"x" * 1100
    raw = b"From: a@shop.test\r\nTo: jane@example.com\r\nDate: yesterday \xe2\x80\xae\r\n\r\nfine\r\n" + long + b"\r\n"
    message = rows.message(raw, digested=True, findings_count=3)
    html = client.get(f"/messages/{message.public_id}/findings/").content.decode()
    assert re.search(r'id="tab-findings".*?<span class="faint">3</span>', html)
    assert "Line over 998" in html or "M01" in html
    assert re.search(r"line 6</a></figcaption><pre><mark>&lt;b&gt;xxx", html)
    assert "<b>xxx" not in html
    assert "\u202e" not in html
    MutedRule.objects.create(rule="M01")
    assert "M01" not in client.get(f"/messages/{message.public_id}/findings/").content.decode()


def test_the_beginning_of_a_message_is_unfolded_in_the_dialog(client: Client) -> None:
    message = rows.message(b"Subject: x\r\n\r\n" + b"".join(b"line %d <b>\r\n" % n for n in range(400)))
    html = client.get(f"/messages/{message.public_id}/excerpt/", headers={"HX-Request": "true"}).content.decode()
    assert "line 197 &lt;b&gt;" in html
    assert "line 198 " not in html
    assert "The beginning only." in html
    assert client.get("/messages/0000000000000000000000/excerpt/").status_code == 404
