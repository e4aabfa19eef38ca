"""The session list: its filter in the address, its chips, groups and deletions, as pages and as partials."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client

from catcher import actions
from catcher.dialog.query import parse
from catcher.models import Message, Session
from catcher.search import index, look
from tests.catcher.search.ended import NOW, examined, refused, session
from tests.webui import rows
from webui.sessions import deletion
from webui.sessions.chips import toggled
from webui.sessions.filtering import Filter
from webui.sessions.suggestions import suggestions

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def counters() -> None:
    rows.count()


def ids(response: Any) -> list[str]:
    return re.findall(r'data-id="(\w+)"', response.content.decode())


def asked(text: str) -> Filter:
    return Filter(text, parse(text))


def get(client: Client, q: str, path: str = "/sessions/", **query: Any) -> Any:
    return client.get(path, {"q": q, **query}, headers=HTMX | {"HX-Target": "list"} if path == "/sessions/" else HTMX)


# --- The filter -------------------------------------------------------------------------------------------------------


def test_the_list_its_pages_and_its_arrivals_keep_to_the_filter(client: Client) -> None:
    good = [session() for _ in range(3)]
    bad = [refused() for _ in range(60)]
    late = session()
    examined()
    newest_first = [each.public_id for each in bad[::-1]]
    first = get(client, "is:failed")
    assert ids(first) == newest_first[:50]
    assert "data-more" in first.content.decode()
    assert ids(get(client, "is:failed", "/sessions/list/", before=bad[10].pk)) == newest_first[50:]
    assert ids(get(client, "is:failed", "/sessions/list/", after=bad[57].pk)) == newest_first[:2]
    assert ids(get(client, "is:ok", "/sessions/list/", after=good[2].pk)) == [late.public_id]
    assert ids(client.get("/sessions/"))[:2] == [late.public_id, newest_first[0]]


def test_arrivals_under_a_filter_come_without_a_gap(client: Client) -> None:
    cursor = session().pk
    made = [refused() for _ in range(120)]
    examined()
    first = get(client, "is:failed", "/sessions/list/", after=cursor)
    assert ids(first) == [each.public_id for each in made[:100][::-1]]
    assert first["X-More"] == "1"
    rest = get(client, "is:failed", "/sessions/list/", after=made[99].pk)
    assert ids(rest) == [each.public_id for each in made[100:][::-1]]


@pytest.mark.parametrize(
    "text",
    ["nobody@example.com", "worker", "550", "5.1.1", "unavailable", "code>=500 verb=RCPT", "ehlo=work* is:failed"],
)
def test_a_session_is_found_by_typing_what_it_said(client: Client, text: str) -> None:
    session()
    found = refused(hello="worker")
    examined()
    assert ids(get(client, text)) == [found.public_id]


def test_rows_keep_the_filter_in_their_links_and_the_page_of_a_session_shows_it(client: Client) -> None:
    session()
    found = refused()
    examined()
    address = unescape(re.search(r'<li class="row.*?href="([^"]+)"', get(client, "is:failed").content.decode())[1])  # type: ignore[index]
    assert address == f"/sessions/{found.public_id}/?q=is%3Afailed"
    page = client.get(address)
    assert ids(page) == [found.public_id]
    assert 'value="is:failed"' in page.content.decode()
    assert 'aria-current="true"' in page.content.decode()


def test_a_running_session_meets_a_filter_by_its_columns_and_is_taken_out_when_it_no_longer_does(
    client: Client,
) -> None:
    running = session(ended_at=None, hello="live.example.com", outcome="open")
    path = "/sessions/rows/"
    assert ids(get(client, "is:live", path, ids=running.public_id)) == [running.public_id]
    assert ids(get(client, "ehlo=live*", path, ids=running.public_id)) == [running.public_id]
    assert ids(get(client, "is:failed", path, ids=running.public_id)) == []
    Session.objects.filter(pk=running.pk).update(ended_at=NOW, outcome="rejected", failed=True)
    assert ids(get(client, "is:live", path, ids=running.public_id)) == []
    assert ids(get(client, "is:failed", path, ids=running.public_id)) == [running.public_id]


def test_the_session_that_is_open_stays_in_the_list_whatever_becomes_of_it(client: Client) -> None:
    first, second = session(), session()
    examined()
    both = f"{first.public_id},{second.public_id}"
    assert ids(get(client, "is:live", "/sessions/rows/", ids=both, open=first.public_id)) == [first.public_id]


@pytest.mark.parametrize(
    ("text", "column", "wrong", "advice"),
    [
        ("is:failed verb=RCTP", 11, "verb=RCTP", "did you mean <code>RCPT</code>?"),
        ("foo=1", 1, "foo=1", "Unknown key <code>foo</code>"),
        ("jane code=", 6, "code=", "needs a value"),
        ("<b>&=", 1, "", ""),
    ],
)
def test_what_is_not_understood_is_shown_with_its_column_and_nothing_is_listed(
    client: Client, text: str, column: int, wrong: str, advice: str
) -> None:
    refused()
    examined()
    response = get(client, text)
    html = response.content.decode()
    if wrong:
        assert f"Column {column}:" in html
        assert f"<mark>{wrong}</mark>" in html
        assert advice in html
        assert ids(get(client, text, "/sessions/list/", after=0)) == []
    assert ids(response) == []
    assert "<b>&=" not in html


def test_a_filter_is_counted_up_to_a_bound(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.views.sessions.MOST_COUNTED", 55)
    for _ in range(56):
        refused()
    examined()
    assert "<b>55+</b> sessions match" in get(client, "is:failed").content.decode()
    Session.objects.filter(pk=refused().pk).delete()
    monkeypatch.setattr("webui.views.sessions.MOST_COUNTED", 56)
    assert "<b>56</b> sessions match" in get(client, "is:failed").content.decode()


def test_a_page_that_looked_far_enough_leads_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "UNEXAMINED", 4)
    made = [session(errors=int(number < 2)) for number in range(9)]
    html = get(client, "errors=1").content.decode()
    assert "No session yet that matches" in html
    seen: list[str] = []
    while more := re.search(r'data-more data-before="(\d+)"', html):
        response = get(client, "errors=1", "/sessions/list/", before=more[1])
        seen += ids(response)
        html = response.content.decode()
    assert seen == [made[1].public_id, made[0].public_id]
    assert response.headers["X-More"] == "0"


def test_no_match_names_the_terms_without_which_there_is_one(client: Client) -> None:
    refused()
    examined()
    html = get(client, "is:failed NOT code=5xx worker").content.decode()
    assert "No session matches" in html
    drops = re.findall(
        r'<li><a class="chip" href="([^"]+)"[^>]*>.*?<s>([^<]+)</s></a> <span class="faint">([^<]+)</span>', html
    )
    assert [(parse_qs(urlsplit(unescape(href)).query)["q"], term, found) for href, term, found in drops] == [
        (["is:failed worker"], "code=5xx", "1 session")
    ]
    assert "No connection yet" in client.get("/sessions/").content.decode()


def test_failures_are_told_above_the_list_until_a_filter_says_something_else(client: Client) -> None:
    session()
    assert 'class="failing"' not in client.get("/sessions/").content.decode()
    refused()
    last = refused(outcome="auth-failed", reply="535 5.7.8 no")
    html = client.get("/sessions/above/").content.decode()
    assert "2 failed." in html
    assert f'href="/sessions/{last.public_id}/"' in html
    assert "login failed, 535 5.7.8" in html
    assert 'class="failing"' not in client.get("/sessions/above/?q=is:ok").content.decode()


# --- Rows -------------------------------------------------------------------------------------------------------------


def test_a_row_says_who_what_how_long_and_how_bad(client: Client) -> None:
    rows.session(
        hello="<i>app\u202e", tls_version="TLSv1.3", tls_cipher="AES", client="nodemailer", client_name="nodemailer 6",
        peer_host="10.0.0.7", outcome="rejected", stage="RCPT", reply="550 5.1.1 no", failed=True, errors=2,
        findings=["S04"], findings_count=3, worst="error", duration_us=412_000,
    )  # fmt: skip
    html = client.get("/sessions/").content.decode()
    row = html[html.index('<li class="row') :]
    for part in ('session bad"', "&lt;i&gt;app", r"\u202e", "TLS 1.3", "nodemailer 6 · 10.0.0.7", "412 ms", "2 errors"):
        assert part in row
    assert "rejected at RCPT, 550 5.1.1" in row
    assert 'title="3 findings, worst: error"' in row
    assert '<span class="unseen"> findings, worst: error. </span>' in row
    assert "\u202e" not in html


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"hello": "", "client": "curl", "client_name": "curl 8"}, "curl 8"),
        ({"hello": "", "client": "unknown", "client_name": "unknown client"}, "(no EHLO)"),
        ({"hello": "app", "client": "curl", "client_name": "curl 8"}, "app"),
    ],
)
def test_a_row_is_named_by_its_ehlo_or_its_program(client: Client, values: dict[str, Any], name: str) -> None:
    rows.session(**values)
    assert f'<span class="name"><b>{name}</b>' in client.get("/sessions/").content.decode()


def test_message_rows_have_the_mark_of_their_findings(client: Client) -> None:
    rows.message(findings=["M05"], findings_count=1, worst="security")
    rows.message()
    html = client.get("/").content.decode()
    assert html.count('class="found') == 1
    assert 'title="1 finding, worst: security"' in html


# --- Chips ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "term", "on", "becomes"),
    [
        ("", "is:failed", False, "is:failed"),
        ("jane", "is:failed", False, "jane is:failed"),
        ("jane is:failed code=550", "is:failed", True, "jane code=550"),
        ("IS=failed  jane", "is:failed", True, "jane"),
        ("is:live jane", "is:failed", False, "jane is:failed"),
        ("-is:failed", "is:failed", False, "-is:failed is:failed"),
        ("tls=none", "has:tls", False, "has:tls"),
        ("outcome=rejected", "outcome=partial", False, "outcome=rejected,partial"),
        ("a outcome=rejected,partial b", "outcome=rejected", True, "a b outcome=partial"),
        ("outcome=rejected", "outcome=rejected", True, ""),
        ("NOT is:live auth=none", "auth=none", True, "NOT is:live"),
        ("program=go -program=smtplib a", "program=nodemailer", False, "-program=smtplib a program=nodemailer"),
        ('a program="by hand"', 'program="by hand"', True, "a"),
    ],
)
def test_a_chip_puts_its_term_in_or_takes_it_out(text: str, term: str, on: bool, becomes: str) -> None:
    assert toggled(asked(text), term) == (on, becomes)


def test_not_goes_with_the_term_that_it_turns_round() -> None:
    filter = asked("a NOT code=550 NOT b")
    assert filter.without([filter.query.terms[1]]) == "a NOT b"
    assert filter.without([filter.query.terms[2]]) == "a NOT code=550"


def test_chips_have_counts_and_say_whether_they_are_on(client: Client) -> None:
    session(tls_version="TLSv1.3")
    for _ in range(2):
        refused(ended_at=NOW)
    session(ended_at=None, outcome="open")
    examined()
    html = get(client, "is:failed jane").content.decode()
    chips = dict(re.findall(r'id="chip-([\w-]+)"[^>]*>[^<]*<span>([^<]+)</span>', html))
    assert {name: chips[name] for name in ("all", "failed", "live", "no-tls")} == {
        "all": "4", "failed": "2", "live": "1", "no-tls": "3",
    }  # fmt: skip
    failed = re.search(r'<a class="chip[^"]*" id="chip-failed"[^>]*>', html)[0]  # type: ignore[index]
    assert 'href="/sessions/?q=jane"' in failed
    assert 'aria-current="true"' in failed
    assert 'href="/sessions/?q=is%3Afailed+jane+tls%3Dnone"' in html


def test_the_clients_of_late_have_chips_the_most_frequent_first(client: Client) -> None:
    for family in ("by hand", "nodemailer", "smtplib", "nodemailer", "unknown", "unknown", "unknown", ""):
        session(client=family)
    html = client.get("/sessions/").content.decode()
    chips = re.findall(r'<a class="chip extra" id="chip-(client-[\w-]+)" href="([^"]+)"[^>]*>([^<]+)', html)
    assert chips[0][::2] == ("client-nodemailer", "Nodemailer")
    assert {name for name, _, _ in chips} == {"client-nodemailer", "client-smtplib", "client-by-hand"}
    by_hand = next(unescape(href) for name, href, _ in chips if name == "client-by-hand")
    assert parse_qs(urlsplit(by_hand).query)["q"] == ['program="by hand"']


# --- Suggestions ------------------------------------------------------------------------------------------------------


def test_suggestions_are_keys_choices_and_what_recent_sessions_had(client: Client) -> None:
    session(hello="billing worker", peer_host="10.0.0.7", auth_user="demo")
    rows.message(mail_from="shop@acme.test", recipients=[("qa+1@example.com", True)])
    examined()

    def offered(text: str) -> list[str]:
        return [each.text for each in suggestions(text, len(text))]

    assert offered("ve") == ["verb="]
    assert "rejected" in offered("jane outcome=re")
    assert offered("ehlo=bil") == ['"billing worker"']
    assert offered("user=d") == ["demo"]
    assert offered("client=10") == ["10.0.0.7"]
    assert offered("to=qa") == ["qa+1@example.com"]
    assert offered("from=") == ["shop@acme.test"]
    assert "S04" in offered("finding=S0")
    assert offered("nothing=") == []
    html = client.get("/sessions/suggest/", {"q": 'x ehlo="bil', "at": "11"}).content.decode()
    assert 'data-text="&quot;billing worker&quot;" data-start="7" data-end="11"' in html
    assert 'role="option"' in html


@pytest.mark.parametrize("query", ["", "at=99999999", "q=%00&at=x", f"q={quote('é' * 3000)}&at=4000", "q=client%3D%ff"])
def test_suggestions_stand_any_request(client: Client, query: str) -> None:
    assert client.get(f"/sessions/suggest/?{query}").status_code == 200


def test_the_help_has_every_key_and_its_examples_can_be_asked(client: Client) -> None:
    html = client.get("/sessions/").content.decode()
    panel = html[html.index('id="query-help"') :]
    for name in ("is", "outcome", "verb", "since", "bytes"):
        assert f"<dt><code>{name}</code></dt>" in panel
    for found in re.findall(r'href="(?:/sessions/)?\?q=([^"]*)"', panel):
        (text,) = parse_qs(f"q={unescape(found)}")["q"]
        assert not parse(text).problems, text


# --- Groups -----------------------------------------------------------------------------------------------------------


def test_groups_lead_to_their_sessions_and_keep_to_the_filter(client: Client) -> None:
    for host in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        session(peer_host=host)
    refused(peer_host="10.0.0.1")
    examined()
    html = client.get("/sessions/?view=clients").content.decode()
    text = re.sub(r"<[^>]+>", "", html)
    assert "from 10.0.0.1 – 3 sessions, 1 failing" in text
    assert "from 10.0.0.2 – 1 session" in text
    link = unescape(re.search(r'class="client-link" href="([^"]+)"', html)[1])  # type: ignore[index]
    assert len(ids(client.get(link))) == 3
    filtered = re.sub(r"<[^>]+>", "", client.get("/sessions/?view=clients&q=is:failed").content.decode())
    assert "from 10.0.0.1 – 1 session, 1 failing" in filtered
    assert "10.0.0.2" not in filtered


def test_the_name_of_a_group_can_hold_anything(client: Client) -> None:
    odd = session(peer_host="10.0.0.1")
    examined()
    Session.objects.filter(pk=odd.pk).update(client_name='a "b" <i>, (c)')
    html = client.get("/sessions/?view=clients").content.decode()
    link = unescape(re.search(r'class="client-link" href="([^"]+)"', html)[1])  # type: ignore[index]
    assert not parse(parse_qs(urlsplit(link).query)["q"][0]).problems
    assert "<i>" not in html


def test_the_times_of_a_group_come_from_its_samples(client: Client) -> None:
    name = ""
    for _ in range(3):
        made = session(peer_host="10.0.0.1")
        examined(made)
        name = made.client_name
    text = re.sub(
        r"\s+",
        " ",
        re.sub(r"<[^>]+>", " ", client.get("/sessions/times/", {"client": name, "host": "10.0.0.1"}).content.decode()),
    )
    assert "3 measured sessions" in text
    assert "EHLO" in text
    assert "None of its sessions" in client.get("/sessions/times/?client=nobody&host=x").content.decode()


# --- Deletion ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def committed() -> Iterator[None]:
    """The deleting thread sees what is committed only; the index is no table that the end of such a test empties."""
    yield
    index.current().remove(list(Session.objects.values_list("pk", flat=True)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed")
def test_what_matches_is_deleted_after_a_question_with_its_number(client: Client) -> None:
    kept = session()
    gone = [refused() for _ in range(3)]
    examined()
    message = rows.message(session=gone[0])
    question = client.get("/sessions/delete/?q=is:failed", headers=HTMX).content.decode()
    assert "Delete 3 matching sessions" in question
    assert "messages stay" in question
    newest = re.search(r'name="newest" value="(\d+)"', question)[1]  # type: ignore[index]
    late = refused()
    examined()
    answer = client.post("/sessions/delete-matching/", {"q": "is:failed", "newest": newest}, headers=HTMX)
    assert "sandpost:swept" in answer["HX-Trigger"]
    assert "3 sessions deleted" in answer.content.decode()
    assert set(Session.objects.values_list("pk", flat=True)) == {kept.pk, late.pk}
    assert Message.objects.get(pk=message.pk).session is None


@pytest.mark.parametrize("q", ["", "   ", "verb=RCTP", "is:failed code="])
def test_without_a_filter_that_is_understood_nothing_is_deleted(client: Client, q: str) -> None:
    refused()
    examined()
    assert client.post("/sessions/delete-matching/", {"q": q}, headers=HTMX).status_code == 400
    assert client.post("/sessions/delete-matching/", {}).status_code == 400
    assert client.get("/sessions/delete-matching/?q=is:failed").status_code == 405
    assert Session.objects.count() == 1
    assert 'class="button danger"' not in client.get("/sessions/delete/?q=verb%3DRCTP").content.decode()


@pytest.mark.django_db(transaction=True)
def test_deleting_all_keeps_messages_and_running_sessions(client: Client) -> None:
    ended, running = rows.session(), rows.session(outcome="open", ended_at=None)
    message = rows.message(session=ended)
    assert "Delete all 1<" in client.get("/sessions/delete/").content.decode()
    client.post("/sessions/delete-all/", headers=HTMX)
    assert client.get(f"/sessions/{ended.public_id}/").status_code == 404
    assert client.get(f"/sessions/{running.public_id}/").status_code == 200
    assert "Received" in client.get(f"/messages/{message.public_id}/").content.decode()
    assert client.post("/sessions/delete-all/")["Location"] == "/sessions/"


def test_a_long_deletion_says_how_far_it_is(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told, on = threading.Event(), threading.Event()

    def slow(chosen: Any, tell: Any) -> int:
        tell(40)
        told.set()
        on.wait(10)
        return 100

    monkeypatch.setattr(actions, "delete_sessions", slow)
    monkeypatch.setattr(deletion, "PATIENCE", 0)
    begun = deletion.begin(None, 100)
    told.wait(10)
    html = client.get(f"/sessions/delete/{begun.id}/", headers=HTMX).content.decode()
    assert "40 of 100 sessions are gone" in html
    assert 'value="40"' in html
    on.set()
    begun.ended.wait(10)
    assert "100 sessions deleted" in client.get(f"/sessions/delete/{begun.id}/", headers=HTMX).content.decode()
    assert client.get(f"/sessions/delete/{'x' * 22}/").status_code == 404


def test_a_deletion_that_fails_says_what_is_left(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(chosen: Any, tell: Any) -> int:
        tell(2)
        raise OSError("disk full")

    monkeypatch.setattr(actions, "delete_sessions", broken)
    begun = deletion.begin(None, 5)
    begun.ended.wait(10)
    html = client.get(f"/sessions/delete/{begun.id}/").content.decode()
    assert "2 of 5 sessions are gone" in html
    assert "disk full" in caplog.text


# --- Cost -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", ["", "is:failed", "duration>1ms", "since=1h"])
def test_a_list_costs_the_same_queries_however_long_it_is(
    client: Client, django_assert_max_num_queries: Any, q: str
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(60) as counted:
            client.get("/sessions/", {"q": q})
        return len(counted)

    refused(started_at=NOW - timedelta(minutes=1))
    examined()
    few = cost()
    for _ in range(40):
        refused(started_at=NOW - timedelta(minutes=1))
    examined()
    # Halving the table for a time takes a few steps more.
    assert cost() <= few + (8 if q == "since=1h" else 0)


def test_the_list_reads_no_tapes(client: Client, django_assert_max_num_queries: Any) -> None:
    refused()
    examined()
    with django_assert_max_num_queries(30) as asked_for:
        client.get("/sessions/?q=nobody")
    assert not any("catcher_tapechunk" in query["sql"] for query in asked_for.captured_queries)
