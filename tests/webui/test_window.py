"""Any lines of a long session: the right ones, explained by what stands around them, headed by their phase."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from catcher.dialog import script
from catcher.dialog.records import Kind, Record
from catcher.models import Session
from tests.webui import rows
from tests.webui.rows import CLIENT, NOTE, SERVER, line, tape
from webui import reading, window
from webui.views.session import PAGE

pytestmark = pytest.mark.django_db

HELLO = [line(SERVER, b"220 hi"), line(CLIENT, b"EHLO client.test"), line(SERVER, b"250 hi")]
LONG = reading.WHOLE + 2000


def chatty(lines: int, *before: Record) -> Session:
    """Return a session that ended, of so many lines, most of them NOOP."""
    said = [line(CLIENT, b"NOOP") for _ in range(lines - len(before) - 1)]
    session = rows.session(tape(*before, *said, Record(0, 0, NOTE, Kind.CLOSE, info={"reason": "client"})))
    session.refresh_from_db()
    return session


def part(client: Client, session: Session, asked: str) -> str:
    return client.get(f"/sessions/{session.public_id}/lines/?{asked}").content.decode()


def numbers(html: str) -> tuple[int, int]:
    seen = [int(seq) for seq in re.findall(r'data-seq="(\d+)"', html)]
    assert seen == list(range(seen[0], seen[-1] + 1))
    return seen[0], seen[-1]


def gaps(html: str) -> dict[str, int]:
    return {side: int(lines) for side, lines in re.findall(r'data-gap="(\w+)" data-lines="(\d+)"', html)}


def headings(html: str) -> list[str]:
    return re.findall(r"<h3[^>]*>([^<]+)</h3>", html)


@pytest.mark.parametrize("lines", [1000, LONG])
def test_lines_come_from_every_side_with_a_gap_for_those_that_are_not_here(client: Client, lines: int) -> None:
    session = chatty(lines)
    for asked, first, last in [
        ("at=1", 1, PAGE),
        ("at=500", 500 - PAGE // 2 + 1, 500 + PAGE // 2),
        (f"at={lines}", lines - PAGE + 1, lines),
        (f"at={lines + 9999}", lines - PAGE + 1, lines),
        ("after=500", 501, 500 + PAGE),
        ("before=900", 900 - PAGE, 899),
        ("before=10", 1, 9),
        ("after=99&until=110", 100, 110),
    ]:
        html = part(client, session, asked)
        assert numbers(html) == (first, last), asked
        told = {"above": first - 1, "below": lines - last}
        assert gaps(html) == {side: left for side, left in told.items() if left}, asked


def test_a_page_opens_around_the_line_that_its_address_asks_for(client: Client) -> None:
    session = chatty(LONG)
    html = client.get(f"/sessions/{session.public_id}/?at=3000").content.decode()
    assert numbers(html.partition('id="dialog"')[2]) == (3000 - PAGE // 2 + 1, 3000 + PAGE // 2)


@pytest.mark.parametrize("lines", [1000, LONG])
def test_the_first_line_stands_under_the_phase_that_began_before_it(client: Client, lines: int) -> None:
    session = chatty(lines, *HELLO)
    assert headings(part(client, session, "at=700")) == ["Hello, continued"]
    assert headings(part(client, session, f"at={lines}")) == ["Hello, continued", "Close"]
    assert headings(part(client, session, "at=1")) == ["Connect", "Hello"]


def test_a_packet_over_the_border_is_one_group(client: Client) -> None:
    named = [line(CLIENT, b"RCPT TO:<a@b.c>", transaction=1, read=7) for _ in range(1200)]
    session = chatty(LONG, *HELLO, line(CLIENT, b"MAIL FROM:<a@b.c>", transaction=1, read=7), *named)
    assert "1,201 commands in one packet" in part(client, session, "at=1")
    middle = part(client, session, "at=700")
    assert set(re.findall(r"g-(first|inner|last)", middle)) == {"inner"}
    assert "in one packet" not in middle
    assert len(re.findall("g-last", part(client, session, "at=1200"))) == 1


def test_lines_are_explained_alike_however_they_are_asked_for(client: Client) -> None:
    text = "".join(
        f"C: MAIL FROM:<a{n}@b.c>\nC+ RCPT TO:<d@e.f>\nC+ DATA\nS: 250 ok\nS: 550 5.1.1 no\nS: 503 5.5.1 none\n"
        for n in range(LONG // 6)
    )
    short = "S: 220 hi\nC: EHLO a.test\nS: 250-hi\nS: 250 PIPELINING\n" + text
    session = rows.session(script.records(short))
    session.refresh_from_db()
    assert not reading.is_whole(session)
    by_window = marks(part(client, session, "after=900"))
    Session.objects.filter(pk=session.pk).update(lines=reading.WHOLE)  # read as a whole
    assert by_window == marks(part(client, session, "after=900"))
    assert len(by_window) > PAGE


def marks(html: str) -> list[str]:
    """Return what is explained in each line and where its packet stands, remarks and findings aside."""
    return re.findall(
        r'g-\w+|data-x="\w+"|data-seq="\d+"', re.sub(r'<div class="under">.*?</div>\n', "", html, flags=re.S)
    )


def test_only_the_rules_that_found_something_are_asked_again(client: Client) -> None:
    session = rows.session(script.records("S: 220 hi\nC: EHLO worker\nS: 250 hi\n! close reason=client"))
    asked = {finding.id for finding in reading.whole(session).findings}
    assert {"S04"} < asked
    session.examined, session.findings = True, ["S04"]
    assert [finding.id for finding in reading.whole(session).findings] == ["S04"]
    session.findings = []
    assert not reading.whole(session).findings


def test_a_message_far_down_is_found_and_opened_at_its_line(client: Client) -> None:
    message = rows.message()
    body = Record(0, 0, CLIENT, Kind.BODY, transaction=1, info={"bytes": 1, "lines": 1, "message": message.public_id})
    said = [line(CLIENT, b"NOOP") for _ in range(6000)]
    session = rows.session(tape(*said, body, *[line(CLIENT, b"NOOP") for _ in range(500)]))
    message.session = session
    message.save()
    answer = client.get(f"/sessions/{session.public_id}/at/{message.public_id}/")
    assert answer["Location"] == f"/sessions/{session.public_id}/?at=6001#L6001"
    html = client.get(answer["Location"].partition("#")[0]).content.decode()
    assert f'href="/messages/{message.public_id}/"' in html.partition('id="L6001"')[2].partition("</div>")[0]


def test_what_is_shown_of_a_running_session_is_explained_without_its_end() -> None:
    session = rows.session(tape(*HELLO, *(line(CLIENT, b"NOOP") for _ in range(800))), ended_at=None, outcome="open")
    session.refresh_from_db()
    found = window.behind(session, 600, 100)
    assert [record.seq for record in found.records] == list(range(601, 701))
    assert (found.phase, found.more) == ("Hello", True)
    assert not window.behind(session, 750, 100).more
