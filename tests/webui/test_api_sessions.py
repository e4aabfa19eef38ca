"""Sessions by HTTP: lists, one with its lines, what follows it, files of it, its end."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from catcher.dialog.script import records
from catcher.models import Session
from catcher.search import look
from tests.catcher.search import ended
from tests.webui import rows
from webui import exported
from webui.api import export, sessions

KEYS = {
    "ID", "Started", "Ended", "Client", "Ehlo", "Outcome", "Stage", "Close", "Tls", "User", "Messages", "Findings",
    "Summary", "Duration",
}  # fmt: skip
LINE = {"Seq", "Offset", "Dir", "Tls", "Text", "Code", "Verb"}
SCRIPT = """
! open peer=127.0.0.1:40000
S: 220 sandpost ESMTP
C: EHLO app.example.com
S: 250-sandpost
S: 250 STARTTLS
C* AUTH PLAIN
S: 235 2.7.0 Welcome
C: MAIL FROM:<anna@acme.test>
S: 250 2.1.0 OK
C: RCPT TO:<bo\\x1bb@acme.test>
S: 550 5.1.1 No such \\xff mailbox
C: QUIT
S: 221 2.0.0 Bye
! close reason=quit
"""

pytestmark = pytest.mark.django_db


def made(script: str = SCRIPT, **values: Any) -> Session:
    return rows.session(records(script), **values)


def get(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def refused(response: Any, status: int, *words: str) -> None:
    """All errors of the API have one shape: a status and a text that says why."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    for word in words:
        assert word in response.content.decode()


def test_an_empty_list(client: Client) -> None:
    assert get(client, "sessions") == {
        "total": 0, "failed": 0, "count": 0, "start": 0, "more": False, "before": "", "after": "0", "sessions": [],
    }  # fmt: skip


def test_a_session_has_exactly_the_keys_of_the_contract(client: Client) -> None:
    row = made(
        outcome="rejected", failed=True, stage="RCPT", reply="550 5.1.1 No", tls_version="TLSv1.3", auth_user="ada"
    )
    (told,) = get(client, "sessions")["sessions"]
    assert set(told) == KEYS
    assert told["ID"] == row.public_id
    assert (told["Started"], told["Ended"]) == ("2026-11-23T12:04:31.207Z", "2026-11-23T12:04:32.207Z")
    assert (told["Client"], told["Ehlo"], told["User"]) == ("127.0.0.1", "client.test", "ada")
    assert (told["Outcome"], told["Stage"], told["Close"], told["Tls"]) == ("rejected", "RCPT", "quit", "TLSv1.3")
    assert (told["Messages"], told["Findings"], told["Duration"]) == (0, None, 1000.0)
    assert "client.test" in told["Summary"]


def test_what_is_not_known_yet_is_null(client: Client) -> None:
    made(ended_at=None, outcome="open")
    made(examined=True, findings_count=3, summary="It went well.")
    done, live = get(client, "sessions")["sessions"]
    assert (live["Ended"], live["Findings"]) == (None, None)
    assert (done["Findings"], done["Summary"]) == (3, "It went well.")


def test_where_looking_ended_early_the_cursor_leads_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "UNEXAMINED", 2)
    made_ids = [made("", errors=int(number < 3)).public_id for number in range(8)]
    seen: list[str] = []
    answer = get(client, "sessions?query=errors=1")
    assert (answer["count"], answer["more"]) == (0, True)
    while answer["more"]:
        answer = get(client, f"sessions?query=errors=1&before={answer['before']}")
        seen += [one["ID"] for one in answer["sessions"]]
    assert seen == made_ids[2::-1]
    skipped = get(client, "sessions?query=errors=1&start=1&limit=1")
    assert [one["ID"] for one in skipped["sessions"]] == [made_ids[1]]
    assert get(client, "sessions?query=errors=1&start=2")["more"] is False


def test_cursors_lead_down_and_up(client: Client) -> None:
    ids = [made("").public_id for _ in range(7)][::-1]
    first = get(client, "sessions?limit=3")
    assert [one["ID"] for one in first["sessions"]] == ids[:3]
    assert (first["more"], first["count"], first["total"]) == (True, 3, 7)
    second = get(client, f"sessions?limit=3&before={first['before']}")
    assert [one["ID"] for one in second["sessions"]] == ids[3:6]
    last = get(client, f"sessions?limit=3&before={second['before']}")
    assert ([one["ID"] for one in last["sessions"]], last["more"]) == (ids[6:], False)
    assert get(client, f"sessions?after={first['after']}")["sessions"] == []
    new = [made("").public_id for _ in range(5)]
    seen: list[str] = []
    cursor, more = first["after"], True
    while more:
        answer = get(client, f"sessions?limit=2&after={cursor}")
        cursor, more = answer["after"], answer["more"]
        seen += [one["ID"] for one in reversed(answer["sessions"])]
    assert seen == new
    assert [one["ID"] for one in get(client, "sessions?start=4&limit=2")["sessions"]] == (new[::-1] + ids)[4:6]


@pytest.mark.parametrize("query", ["limit=x", "before=-1", "after=1.5", "start=٣", "start=10001"])
def test_numbers_that_are_none_are_refused(client: Client, query: str) -> None:
    refused(client.get(f"/api/v1/sessions?{query}"), 400, query.split("=")[0])


def test_a_filter_finds(client: Client) -> None:
    bad, good = ended.refused(), ended.session()
    ended.examined()
    assert [one["ID"] for one in get(client, "sessions?query=code%3D550")["sessions"]] == [bad.public_id]
    assert [one["ID"] for one in get(client, "sessions?query=-is:failed")["sessions"]] == [good.public_id]
    assert get(client, "sessions?query=&limit=1")["count"] == 1


def test_a_filter_that_is_not_understood_is_pointed_at(client: Client) -> None:
    response = client.get("/api/v1/sessions", {"query": "is:failed cod=550"})
    refused(response, 400, "query, column 11: ", "code")
    assert response.content.decode().splitlines()[1:] == ["  is:failed cod=550", "            ^^^^^^^"]
    refused(client.get("/api/v1/sessions", {"query": "x" * 3000}), 400, "column 2001")
    hostile = client.get("/api/v1/sessions", {"query": "\x1b[31m cod=1"})
    assert "\x1b" not in hostile.content.decode()


def test_one_session_with_its_lines(client: Client) -> None:
    row = made(outcome="rejected", failed=True, stage="RCPT", reply="550 5.1.1 No")
    told = get(client, f"session/{row.public_id}")
    assert set(told) == KEYS | {"Lines"}
    lines = told["Lines"]
    assert all(set(line) == LINE for line in lines)
    assert [line["Seq"] for line in lines] == list(range(1, 15))
    assert [line["Dir"] for line in lines] == list("!SCSSCSCSCSCS!")
    assert [line["Code"] for line in lines] == [
        None, 220, None, 250, 250, None, 235, None, 250, None, 550, None, 221, None,
    ]  # fmt: skip
    assert [line["Verb"] for line in lines if line["Dir"] == "C"] == ["EHLO", "AUTH", "MAIL", "RCPT", "QUIT"]
    assert lines[0]["Text"] == "connection from 127.0.0.1:40000 to Sandpost"
    assert lines[5]["Text"] == "AUTH PLAIN***"
    assert lines[10]["Text"] == "550 5.1.1 No such \\xff mailbox"
    assert lines[2]["Offset"] == 2.0
    assert "550 5.1.1" in told["Summary"]


def test_the_rest_of_a_session_is_told_as_the_whole_is(client: Client) -> None:
    row = made(
        "S: 220 x\n" + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC* \nS: 334 UGFzc3dvcmQ6\nC* \nS: 235 2.7.0 OK\n" * 60
    )
    whole = get(client, f"session/{row.public_id}")["Lines"]
    assert len(whole) == 361
    assert whole[3]["Verb"] == "AUTH"
    for after in (0, 1, 3, 4, 200, 255, 256, 257, 360, 361, 9999):
        assert get(client, f"session/{row.public_id}?after={after}")["Lines"] == whole[after:]
    assert get(client, f"session/{row.public_id}?after=-10")["Lines"] == whole[-10:]
    assert get(client, f"session/{row.public_id}?after=-9999")["Lines"] == whole
    for wrong in ("x", "--1", "1e3", "٣"):
        refused(client.get(f"/api/v1/session/{row.public_id}?after={wrong}"), 400, "after")


def test_a_line_that_was_cut_says_so(client: Client) -> None:
    row = rows.session(rows.tape(rows.line(rows.CLIENT, b"A" * 10, length=1_000_000)))
    (line,) = get(client, f"session/{row.public_id}")["Lines"]
    assert line["Text"] == "AAAAAAAAAA [cut: 1,000,000 octets in all]"


def test_lines_are_explained_when_asked_for(client: Client) -> None:
    row = made()
    lines = get(client, f"session/{row.public_id}?explain=1")["Lines"]
    assert all(set(line) == LINE | {"Lesson", "Remark"} for line in lines)
    assert "recipient" in lines[9]["Lesson"]
    assert set(lines[10]["Remark"]) == {"Title", "Text", "Source"}
    assert lines[8]["Remark"] is None
    assert lines[8]["Lesson"] == ""


def test_the_latest_ones(client: Client) -> None:
    for name in ("latest", "latest-failed"):
        refused(client.get(f"/api/v1/session/{name}"), 404, "Session not found")
    bad = made(failed=True)
    good = made()
    assert get(client, "session/latest")["ID"] == good.public_id
    assert get(client, "session/latest-failed")["ID"] == bad.public_id


@pytest.mark.parametrize("public_id", ["0" * 22, "nonsense", "a" * 200, "latest-odd"])
def test_an_unknown_session_is_a_404(client: Client, public_id: str) -> None:
    for rest in ("", "/findings", "/export/text"):
        refused(client.get(f"/api/v1/session/{public_id}{rest}"), 404, "Session not found")


def test_hostile_tapes_are_told(client: Client) -> None:
    row = rows.session(
        rows.tape(
            rows.line(rows.CLIENT, b"\x00\x1b[2J\xff\xe2\x80\xae" * 100),
            rows.line(rows.SERVER, b"no reply at all"),
            *(rows.line(rows.CLIENT, b"<script>alert(1)</script>") for _ in range(600)),
        ),
        hello="<b>\u202e",
    )
    told = get(client, f"session/{row.public_id}?explain=1")
    assert len(told["Lines"]) == 602
    assert told["Lines"][1]["Code"] is None
    assert told["Ehlo"] == "<b>\u202e"
    for form in export.FORMS:
        assert client.get(f"/api/v1/session/{row.public_id}/export/{form}").status_code == 200


# -- followed ----------------------------------------------------------------------------------------------------------


def test_following_returns_only_what_is_new(client: Client) -> None:
    first, second = made(ended_at=None), made()
    answer = get(client, f"sessions/follow?of={first.public_id}.12,{second.public_id}.0,{'0' * 22}.0,nonsense")
    assert [one["ID"] for one in answer["sessions"]] == [first.public_id, second.public_id]
    assert [line["Seq"] for line in answer["sessions"][0]["Lines"]] == [13, 14]
    assert len(answer["sessions"][1]["Lines"]) == 14
    assert (answer["waiting"], answer["more"]) == ([], False)
    assert get(client, "sessions/follow") == {"sessions": [], "waiting": [], "more": False}
    last = get(client, f"sessions/follow?of={first.public_id}.-2")["sessions"][0]["Lines"]
    assert [line["Seq"] for line in last] == [13, 14]


def test_following_by_a_filter_names_those_that_may_match_later(client: Client) -> None:
    live = ended.refused(ended_at=None, failed=False, outcome="open")
    never = ended.session()
    of = f"of={live.public_id}.0,{never.public_id}.0&query=is:failed"
    answer = get(client, f"sessions/follow?{of}")
    assert answer["sessions"] == []
    assert set(answer["waiting"]) == {live.public_id, never.public_id}
    Session.objects.filter(pk=live.pk).update(ended_at=ended.NOW, failed=True, outcome="rejected")
    ended.examined()
    answer = get(client, f"sessions/follow?{of}")
    assert [one["ID"] for one in answer["sessions"]] == [live.public_id]
    assert answer["waiting"] == []
    refused(client.get("/api/v1/sessions/follow?query=cod=1"), 400, "column 1")


def test_an_answer_to_a_follower_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST_LINES", 20)
    made_ids = [made().public_id for _ in range(3)]
    seen = dict.fromkeys(made_ids, 0)
    lines: list[int] = []
    more = True
    while more:
        answer = get(client, "sessions/follow?of=" + ",".join(f"{one}.{seq}" for one, seq in seen.items()))
        found = [line for one in answer["sessions"] for line in one["Lines"]]
        assert 0 < len(found) <= 20
        for one in answer["sessions"]:
            seen[one["ID"]] += len(one["Lines"])
        lines += [line["Seq"] for line in found]
        more = answer["more"]
    assert sorted(lines) == sorted(list(range(1, 15)) * 3)
    refused(client.get("/api/v1/sessions/follow?of=" + ",".join(["x.1"] * 101)), 400, "100")


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", export.FORMS)
def test_every_form_is_a_download_with_a_safe_name(client: Client, form: str) -> None:
    row = made()
    response = client.get(f"/api/v1/session/{row.public_id}/export/{form}")
    assert response.status_code == 200
    assert response.content
    assert re.fullmatch(rf'attachment; filename="session-{row.public_id}[a-z.-]+"', response["Content-Disposition"])
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert not response["Content-Type"].startswith("text/html")
    if form in {"text", "markdown", "json", "python", "swaks", "pcap"}:
        assert b"anna@acme.test" in response.content


@pytest.mark.parametrize("form", export.FORMS)
def test_redacted_forms_name_nobody(client: Client, form: str) -> None:
    stored = rows.message(b"Subject: x\r\n\r\nanna@acme.test\r\n")
    more = f"C: RCPT TO:<bob@acme.test>\nS: 250 OK\nC: DATA\nS: 354 go\n= message={stored.public_id}\nS: 250 OK\n"
    script = SCRIPT.replace("C: QUIT", f"{more}C: QUIT")
    row = made(script)
    content = client.get(f"/api/v1/session/{row.public_id}/export/{form}?redact=1").content
    assert b"acme" not in content
    assert b"anna" not in content
    if form == "pcap":
        assert b"anna@acme.test" in client.get(f"/api/v1/session/{row.public_id}/export/{form}").content


def test_the_forms_are_what_they_say(client: Client) -> None:
    row = made()

    def content(form: str) -> bytes:
        return bytes(client.get(f"/api/v1/session/{row.public_id}/export/{form}").content)

    assert b"C: EHLO app.example.com" in content("text")
    assert content("markdown").startswith(b"### ")
    assert json.loads(content("json"))["Lines"][2]["Text"] == "EHLO app.example.com"
    assert content("pcap")[:4] in {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4"}
    assert content("svg").startswith(b"<?xml")
    compile(content("python"), "session.py", "exec")
    assert b"swaks" in content("swaks")
    refused(client.get(f"/api/v1/session/{row.public_id}/export/docx"), 404, "text, markdown")


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
@pytest.mark.parametrize("form", ["swaks", "curl"])
def test_the_shell_reads_what_is_for_it(client: Client, form: str, tmp_path: Path) -> None:
    script = tmp_path / "session.sh"
    script.write_bytes(client.get(f"/api/v1/session/{made().public_id}/export/{form}").content)
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0


# -- the end -----------------------------------------------------------------------------------------------------------


def delete(client: Client, path: str, body: Any = None) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.delete(f"/api/v1/{path}", content, content_type="application/json")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"{}", b"[]", b"{", b"\xff", b"[" * 100_000, {"IDs": None}, {"IDs": "x"}, {"IDs": [1]},
        {"ids": []},
        {"Query": ""}, {"Query": " AND "}, {"Query": None}, {"Query": "cod=1"}, {"All": False}, {"All": "true"},
        {"All": 1.5}, {"All": True, "IDs": []}, {"IDs": [], "Query": "x"}, {"All": True, "Dry": True},
    ],
)  # fmt: skip
def test_a_body_that_names_nothing_deletes_nothing(client: Client, body: Any) -> None:
    made()
    refused(delete(client, "sessions", body), 400)
    assert Session.objects.count() == 1


def test_sessions_are_deleted_by_id_by_filter_and_all(client: Client) -> None:
    bad, good, other = ended.refused(), ended.session(), ended.session()
    live = ended.session(ended_at=None)
    ended.examined()
    assert delete(client, "sessions", {"IDs": []}).json() == {"Deleted": 0}
    assert delete(client, "sessions", {"IDs": [good.public_id, live.public_id, "odd"]}).json() == {"Deleted": 1}
    assert delete(client, "sessions", {"Query": "is:failed"}).json() == {"Deleted": 1}
    assert set(Session.objects.values_list("pk", flat=True)) == {other.pk, live.pk}
    assert bad.pk not in Session.objects.values_list("pk", flat=True)
    assert delete(client, "sessions", {"All": True}).json() == {"Deleted": 1}
    assert list(Session.objects.values_list("pk", flat=True)) == [live.pk]


def test_one_session_is_deleted(client: Client) -> None:
    row, live = made(), made(ended_at=None)
    assert delete(client, f"session/{row.public_id}", b"").json() == {"Deleted": 1}
    refused(delete(client, f"session/{row.public_id}", b""), 404)
    refused(delete(client, f"session/{live.public_id}", b""), 409, "running")
    assert Session.objects.count() == 1


def test_who_writes_needs_no_token_and_other_methods_are_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    row = made()
    assert delete(strict, "sessions", {"IDs": [row.public_id]}).status_code == 200
    for method, path in (("post", "sessions"), ("put", "session/latest"), ("delete", "sessions/follow")):
        response = getattr(strict, method)(f"/api/v1/{path}")
        refused(response, 405)
        assert "GET" in response["Allow"]


def test_a_long_session_is_cut_in_its_file_and_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = made()
    row.refresh_from_db()
    where = f"/api/v1/session/{row.public_id}/export/text"
    assert "X-Cut" not in client.get(where)
    monkeypatch.setattr(exported, "EXPORTED", 3)
    cut = client.get(where)
    assert cut["X-Cut"] == f"the first 3 of {row.lines:,} lines"
    assert len(cut.content.splitlines()) < row.lines
    assert f"these are the first 3 of {row.lines:,} lines" in cut.content.decode()
