"""A filter finds the sessions that it means, in the index and in the plain columns alike, examined or still running."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catcher import actions, examine
from catcher.dialog.client import Certainty, Client
from catcher.dialog.conversation import Conversation
from catcher.dialog.finding import Evidence, Finding, Rule, Severity
from catcher.dialog.query import KEYS, Query, parse
from catcher.models import Session
from catcher.search import index, look, sessions
from tests.catcher.search.ended import NOW, examined, refused, session

pytestmark = pytest.mark.usefixtures("database")
RULE = Rule("S04", Severity.WARNING, "", "", "", "", "", lambda _: [])


def lint(conversation: Conversation) -> list[Finding]:
    return [Finding(RULE, Evidence())] * (conversation.records[1].text == "EHLO worker")


def recognise(conversation: Conversation, headers: examine.Headers) -> Client:
    known = conversation.records[1].text == "EHLO worker"
    return Client(*(("nodemailer", "nodemailer 6") if known else ("", "")), Certainty.SURE, "")


@pytest.fixture(params=["fts5", "plain"], autouse=True)
def either_index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "plain":
        monkeypatch.setattr(index, "current", index.PlainIndex)
    monkeypatch.setattr(examine, "READERS", examine.Readers(lint=lint, recognise=recognise))


@pytest.fixture
def three() -> dict[int, str]:
    """a was delivered, b refused, c still runs; all are looked for at noon."""
    a = session(
        peer_host="10.0.0.5",
        hello="app.example.com",
        auth_user="Demo",
        auth_mechanism="PLAIN",
        tls_version="TLSv1.3",
        messages_stored=1,
        recipients_accepted=1,
        duration_us=2_500_000,
        commands=5,
        bytes_in=5000,
    )
    b = refused(peer_host="10.0.0.17", hello="worker", started_at=NOW - timedelta(minutes=5), duration_us=1500)
    examined()
    c = session(
        "", peer_host="192.168.1.1", hello="app.lost", ended_at=None, outcome="open", stage="RCPT", close_reason="",
        started_at=NOW - timedelta(minutes=1), errors=1, reply="550 5.1.1 no", messages_stored=3,
    )  # fmt: skip
    return {a.pk: "a", b.pk: "b", c.pk: "c"}


def page(query: Query, before: int | None = None, after: int | None = None, limit: int = 50) -> list[Session]:
    """Return a page as whoever reads on gets it: where looking ended early, it goes on from there."""
    keys, end = sessions.look(query, before, after, limit, NOW)
    while end is not None:
        assert before is None or end < before
        before = end
        found, end = sessions.look(query, before, after, limit, NOW)
        keys = keys + found
    assert keys == sorted(set(keys), reverse=True)
    return list(sessions.rows(keys[:limit]))


def found(query: str, three: dict[int, str]) -> str:
    parsed = parse(query)
    assert parsed.problems == ()
    by_page = [row.pk for row in page(parsed)]
    assert set(by_page) == set(sessions.matching(parsed, NOW).values_list("pk", flat=True))
    named = sessions.named(parsed, Session.objects.values_list("public_id", flat=True), NOW)
    assert [row.pk for row in named] == by_page
    assert [row.pk for row in page(parsed, after=0)] == by_page
    return "".join(sorted(three[pk] for pk in by_page))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "abc"),
        ("is:failed", "b"),
        ("is:ok", "a"),
        ("is:live", "c"),
        ("-is:live", "ab"),
        ("is:ended", "ab"),
        ("-is:ended", "c"),
        ("is:live,failed", "bc"),
        ("has:messages", "ac"),
        ("-has:messages", "b"),
        ("has:tls", "a"),
        ("-has:tls", "bc"),
        ("has:auth", "a"),
        ("has:findings", "b"),
        ("outcome=rejected", "b"),
        ("outcome=rejected,delivered", "ab"),
        ("stage=RCPT", "bc"),
        ("close=quit", "ab"),
        ("code=550", "bc"),  # the last error of the one that runs is in its row
        ("code=5xx", "bc"),
        ("code>=451", "bc"),
        ("code=354", "a"),
        ("-code=354", "bc"),
        ("code>=400 code<500", "b"),
        ("verb=RCPT", "ab"),
        ("verb=RCPT code>=500", "b"),
        ("verb=MAIL code>=400", ""),  # the error answered another verb
        ("verb=RCPT code=250", "a"),
        ("verb=MAIL,RCPT code=250 ", "ab"),
        ("verb=DATA code=250", "a"),  # the reply to the final dot
        ("verb=STARTTLS", ""),
        ("-verb=DATA", "bc"),
        ("client=10.0.0.5", "a"),
        ("client=10.0.0.*", "ab"),
        ("client=*.1", "c"),
        ("client=1*1*", "bc"),
        ("client=*0.*7", "b"),
        ("-client=10.0.0.*", "c"),
        ("-client=1*1*", "a"),
        ("client=nodemailer", "b"),
        ("client=node*", "b"),
        ("client=*", "abc"),
        ("program=nodemailer", "b"),
        ('program="NODEMAILER 6"', "b"),
        ("program=10.0.0.17", ""),
        ("program=*", "b"),
        ("-program=node*", "ac"),
        ("ehlo=app*", "ac"),
        ("ehlo=*.EXAMPLE.com", "a"),
        ("ehlo=worker", "b"),
        ("ehlo=work", ""),
        ("user=demo", "a"),
        ("-user=*", "bc"),
        ("tls=1.3", "a"),
        ("tls=none", "bc"),
        ("tls=any", "a"),
        ("auth=plain", "a"),
        ("auth=none", "bc"),
        ("auth=any", "a"),
        ("from=shop@acme.test", "ab"),
        ("to=*@example.com", "ab"),
        ("to=nobody@*", "b"),
        ("to=*body*", "b"),
        ("-to=*body*", "ac"),
        ("to=example.com", ""),
        ("finding=S04", "b"),
        ("finding=S0*", "b"),
        ("worst=warning", "b"),
        ("worst=error", ""),
        ("findings>0", "b"),
        ("messages>0", "ac"),
        ("messages=1", "a"),
        ("messages>=2", "c"),
        ("messages<1", "b"),
        ("-messages=1", "bc"),
        ("-messages>0", "b"),
        ("errors=2", "b"),
        ("refused>=2", "b"),
        ("recipients=1", "a"),
        ("bytes>4999", "a"),
        ("lines<5", "c"),
        ("duration>2s", "a"),
        ("duration<2ms", "b"),
        ("-duration>2s", "bc"),
        ("since=6m", "bc"),
        ("-since=6m", "a"),
        ("before=2026-11-24T11:54", "a"),
        ("since=2026-11-24T11:54 before=2m", "b"),
        ("mailbox", "b"),
        ("mailb*", "b"),
        ("to=*@EXAMPLE.com", "ab"),
        ("to=*@other.test", "b"),
        ("to=*@test", ""),
        ("-mailbox", "ac"),
        ('"mailbox unavailable"', "b"),
        ('"unavailable mailbox"', ""),
        ("5.1.1", "bc"),
        ("worker", "b"),
        ("192.168.1.1", "c"),
        ("is:failed client=10.* verb=RCPT code=550 -has:tls mailbox", "b"),
        ("is:failed has:messages", ""),
    ],
)
def test_a_filter(query: str, names: str, three: dict[int, str]) -> None:
    assert found(query, three) == names


def test_every_key_of_the_language_can_be_searched(three: dict[int, str]) -> None:
    for key in KEYS.values():
        for example in key.examples:
            found(example, three)
            found(f"-{example}", three)


@pytest.mark.parametrize(
    "text",
    ['user="OR 1"', "client=%", "to=_obody@*", "ehlo=[a-z]*", "user=\x00x", "user=\ud800*a*", "NEAR(x)"],
)
def test_what_is_asked_for_is_no_language_of_the_index(text: str, three: dict[int, str]) -> None:
    assert found(text, three) == ""


def test_pages_by_cursor() -> None:
    made = [refused() if number % 3 else session() for number in range(30)]
    examined()
    live = session("", ended_at=None, failed=True)
    query = parse("is:failed")
    expected = [live.pk] + [row.pk for row in reversed(made) if row.failed]
    below: list[int] = []
    before = None
    while rows := page(query, before=before, limit=7):
        below += [row.pk for row in rows]
        before = rows[-1].pk
    assert below == expected
    above: list[int] = []
    after = 0
    while rows := page(query, after=after, limit=7):
        assert len(rows) <= 7
        above += [row.pk for row in reversed(rows)]
        after = rows[0].pk
    assert above == expected[::-1]


def test_pages_where_the_row_refuses_most_of_what_the_index_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "NEAR", 4)
    monkeypatch.setattr(look, "FEW", 4)
    # Of one magnitude, which is all that the index knows.
    made = [session(messages_stored=4 + (number % 4 == 0)) for number in range(40)]
    examined()
    expected = [row.pk for row in reversed(made) if row.messages_stored == 5]
    query = parse("messages=5")
    assert [row.pk for row in page(query, limit=3)] == expected[:3]
    assert [row.pk for row in page(query)] == expected
    assert [row.pk for row in page(query, after=0, limit=3)] == expected[-3:]


def test_time_in_a_table_with_gaps() -> None:
    made = [session(started_at=NOW - timedelta(hours=5 * number)) for number in range(40, 0, -1)]
    examined()
    actions.delete_sessions([row.public_id for row in made[3:20]])
    left = made[:3] + made[20:]
    for hours in (0, 3, 12, 100, 150, 195, 300):
        limit = NOW - timedelta(hours=hours)
        since = [row.pk for row in page(parse(f"since={hours}h"))]
        assert since == [row.pk for row in reversed(left) if row.started_at >= limit]
        earlier = [row.pk for row in page(parse(f"before={hours}h"))]
        assert earlier == [row.pk for row in reversed(left) if row.started_at < limit]


def test_what_is_deleted_is_found_no_more(three: dict[int, str]) -> None:
    chosen = sessions.matching(parse("client=10.0.0.* is:failed"))
    assert actions.delete_sessions(chosen) == 1
    assert found("verb=RCPT", three) == "a"
    assert found("mailbox", three) == ""
    assert actions.delete_sessions(sessions.matching(parse(""))) == 1
    assert found("", three) == "c"


def test_what_is_examined_again_is_found_by_what_it_is_now(three: dict[int, str]) -> None:
    pk = next(pk for pk, name in three.items() if name == "a")
    Session.objects.filter(pk=pk).update(examined=False, hello="renamed.test")
    examined()
    assert found("ehlo=renamed.test", three) == "a"
    assert found("ehlo=app.example.com", three) == ""


@pytest.mark.parametrize(
    "text", ["", "is:failed", "-is:failed", "errors>1", "since=1h", "mailbox", "is:live", "nobody-at-all"]
)
def test_keys_are_those_of_the_pages(text: str) -> None:
    for _ in range(3):
        session()
        refused()
    examined()
    session(ended_at=None)
    # Sent back to be examined anew: the index knows it, its row does not count yet.
    Session.objects.filter(pk=refused().pk).update(examined=False)
    query = parse(text)
    expected = [row.pk for row in page(query, limit=100)]
    assert sessions.look(query, limit=100, now=NOW).keys == expected
    assert sessions.look(query, limit=2, now=NOW).keys == expected[:2]


@pytest.mark.parametrize("after", [None, 0])
def test_one_that_is_examined_while_it_is_looked_for_is_found_once(
    monkeypatch: pytest.MonkeyPatch, after: int | None
) -> None:
    row = refused()
    real = look._by_rows

    def meanwhile(*arguments: Any) -> Any:
        examined()
        return real(*arguments)

    monkeypatch.setattr(look, "_by_rows", meanwhile)
    query = parse("is:failed")
    assert [each.pk for each in page(query, after=after)] == [row.pk]
