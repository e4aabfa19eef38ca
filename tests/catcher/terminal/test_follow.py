"""Following by cursor: each line once and in order, whatever happens between two questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from django.test import Client

from catcher.models import Session
from catcher.remote import Remote
from catcher.terminal.follow import Follower
from tests.catcher.search import ended
from tests.webui import rows
from webui.api import wait

pytestmark = pytest.mark.django_db


class Asked:
    """The API without a network; `wait`, which does not pass through Django, answers at once."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def json(self, path: str, within: float = 0, **parameters: Any) -> Any:
        if path == "sessions/wait":
            return {"cursor": wait.state()}
        response = self._client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == 200, response.content
        return response.json()


@pytest.fixture
def follower(client: Client) -> Callable[..., Follower]:
    def make(query: str = "", backlog: int = 0) -> Follower:
        return Follower(cast("Remote", Asked(client)), query, backlog)

    return make


def seen(found: Any) -> list[tuple[str, list[int], bool, bool]]:
    return [(news.session["ID"], [line["Seq"] for line in news.lines], news.first, news.over) for news in found]


def say(session: Session, *texts: bytes) -> None:
    session.refresh_from_db()
    rows.extend(session, rows.tape(*(rows.line(rows.CLIENT, text) for text in texts), first=session.lines + 1))


def end(session: Session) -> None:
    Session.objects.filter(pk=session.pk).update(ended_at=ended.NOW)
    ended.examined()


def test_it_begins_now_and_tells_what_comes(follower: Callable[..., Follower]) -> None:
    ended.session()
    running = ended.session("S: 220 x\nC: NOOP", ended_at=None)
    following = follower()
    assert seen(following.begin()) == []
    assert seen(following.step()) == []
    say(running, b"NOOP", b"NOOP")
    assert seen(following.step()) == [(running.public_id, [3, 4], True, False)]
    new = ended.session("S: 220 x", ended_at=None)
    say(running, b"QUIT")
    assert seen(following.step()) == [(running.public_id, [5], False, False), (new.public_id, [1], True, False)]
    end(running)
    assert seen(following.step()) == [(running.public_id, [], False, True)]
    assert seen(following.step()) == []


def test_the_last_lines_come_first(follower: Callable[..., Follower]) -> None:
    old, new = ended.session(), ended.session()
    ended.examined()
    running = ended.session("S: 220 x\nC: NOOP", ended_at=None)
    following = follower(backlog=20)
    (first, second, third) = seen(following.begin())
    count = Session.objects.get(pk=new.pk).lines
    assert first == (old.public_id, list(range(2 * count - 17, count + 1)), True, True)
    assert second == (new.public_id, list(range(1, count + 1)), True, True)
    assert third == (running.public_id, [1, 2], True, False)
    assert seen(following.step()) == []


def test_a_filter_tells_a_session_from_its_beginning_once_it_is_found(follower: Callable[..., Follower]) -> None:
    running = ended.session(ended.REFUSED, ended_at=None, outcome="open")
    following = follower("is:failed")
    assert seen(following.begin()) == []
    good = ended.session()
    assert seen(following.step()) == []
    Session.objects.filter(pk=running.pk).update(failed=True, outcome="rejected")
    end(running)
    (told,) = seen(following.step())
    assert told == (running.public_id, list(range(1, running.lines + 1)), True, True)
    assert good.public_id not in following._open


def test_more_sessions_than_fit_into_one_question(
    follower: Callable[..., Follower], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.api.sessions.MOST_LINES", 7)
    monkeypatch.setattr("catcher.terminal.follow.BATCH", 2)
    following = follower()
    assert seen(following.begin()) == []
    made = [ended.session() for _ in range(5)]
    ended.examined()
    lines: dict[str, list[int]] = {}
    over: list[str] = []
    for news in following.step():
        lines.setdefault(news.session["ID"], []).extend(line["Seq"] for line in news.lines)
        over += [news.session["ID"]] if news.over else []
    assert lines == {one.public_id: list(range(1, one.lines + 1)) for one in made}
    assert sorted(over) == sorted(lines)


def test_it_goes_on_after_a_break(follower: Callable[..., Follower]) -> None:
    following = follower()
    assert seen(following.begin()) == []
    missed = ended.session("S: 220 x", ended_at=None)
    following.resume()
    assert seen(following.step()) == [(missed.public_id, [1], True, False)]


def test_it_begins_anew_with_a_new_database(follower: Callable[..., Follower]) -> None:
    for _ in range(3):
        ended.session("S: 220 x", ended_at=None)
    following = follower()
    assert seen(following.begin()) == []
    Session.objects.all().delete()
    made = ended.session("S: 220 x", ended_at=None)
    Session.objects.filter(pk=made.pk).delete()
    made.pk = 1
    made.save(force_insert=True)
    rows.extend(made, rows.tape(rows.line(rows.SERVER, b"220 x")))
    following.resume()
    assert seen(following.step()) == [(made.public_id, [1], True, False)]


def test_deleted_sessions_are_forgotten(follower: Callable[..., Follower]) -> None:
    running = ended.session("S: 220 x", ended_at=None)
    following = follower()
    assert seen(following.begin()) == []
    running.delete()
    assert seen(following.step()) == []
    assert following._open == {}
