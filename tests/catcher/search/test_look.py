"""Whatever way a filter is looked for, it finds what reading every session finds, and its pages leave none out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations
from typing import NamedTuple

import pytest

from catcher.dialog.query import Query, parse
from catcher.models import Session
from catcher.search import look, sessions
from tests.catcher.search.ended import DELIVERED, NOW, REFUSED, examined, session

pytestmark = pytest.mark.usefixtures("database")
COUNT = 100
# The newest ones, which are not examined.
WAITING = 20


class Case(NamedTuple):
    """A term, and which sessions it means; of one that is not examined, `lines` are not known."""

    text: str
    means: Callable[[Session], bool]
    lines: bool = False


def _refused(row: Session) -> bool:
    return row.outcome == "rejected"


CASES = (
    Case("is:failed", lambda row: row.failed),
    Case("is:ok", lambda row: not row.failed),
    Case("is:live", lambda row: False),
    Case("has:messages", lambda row: row.messages_stored > 0),
    Case("has:tls", lambda row: row.tls_version != ""),
    Case("outcome=rejected", _refused),
    Case("stage=RCPT", lambda row: row.stage == "RCPT"),
    Case("close=idle", lambda row: row.close_reason == "idle"),
    Case("tls=1.3", lambda row: row.tls_version == "TLSv1.3"),
    Case("auth=login", lambda row: row.auth_mechanism == "LOGIN"),
    Case("client=10.0.0.*", lambda row: row.peer_host.startswith("10.0.0.")),
    Case("client=*.7", lambda row: row.peer_host.endswith(".7")),
    Case("client=1*.0.*7", lambda row: row.peer_host.endswith("7") and ".0." in row.peer_host),
    Case("ehlo=HOST*", lambda row: row.hello.startswith("host")),
    Case("ehlo=*.example", lambda row: row.hello.endswith(".example")),
    Case("ehlo=h*3*e", lambda row: row.hello.startswith("h") and "3" in row.hello[1:-1]),
    Case("ehlo=café*", lambda row: row.hello.startswith("café")),
    Case("ehlo=a_b%c", lambda row: row.hello == "a_b%c"),
    Case("user=*", lambda row: row.auth_user != ""),
    Case("user=User1", lambda row: row.auth_user == "user1"),
    Case("messages=1", lambda row: row.messages_stored == 1),
    Case("errors>1", lambda row: row.errors > 1),
    Case("errors=37", lambda row: row.errors == 37),
    Case("errors<=2", lambda row: row.errors <= 2),
    Case("bytes>=1017", lambda row: row.bytes_in >= 1017),
    Case("bytes=1023", lambda row: row.bytes_in == 1023),
    Case("duration>2s", lambda row: row.duration_us > 2_000_000),
    Case("duration<10ms", lambda row: row.duration_us < 10_000),
    Case("since=100m", lambda row: row.started_at >= NOW - timedelta(minutes=100)),
    Case("before=200m", lambda row: row.started_at < NOW - timedelta(minutes=200)),
    Case("code=354", lambda row: not _refused(row), lines=True),
    Case("verb=RCPT code=450", _refused, lines=True),
    Case("verb=DATA", lambda row: not _refused(row), lines=True),
    Case("to=*@other.test", _refused, lines=True),
    Case("to=n*dy@*", _refused, lines=True),
    Case('"gone away"', lambda row: False, lines=True),
    Case("later", _refused, lines=True),
)


def _fill() -> list[Session]:
    chance = random.Random(7)
    for number in range(COUNT):
        if number == COUNT - WAITING:
            examined()
        refused, login = chance.random() < 0.2, chance.choice(["", "PLAIN", "LOGIN"])
        session(
            REFUSED if refused else DELIVERED,
            failed=refused, outcome="rejected" if refused else "delivered", stage="RCPT" if refused else "",
            close_reason=chance.choice(["quit", "quit", "client"]), tls_version=chance.choice(["", "TLSv1.3"]),
            auth_mechanism=login, auth_user=f"user{number % 3}" if login else "",
            peer_host=f"10.0.{number % 2}.{number % 9}",
            hello=chance.choice([f"host{number}.example", "café.test", "cafe.test", "a_b%c", "axb%c", ""]),
            messages_stored=0 if refused else chance.choice([1, 1, 2]),
            errors=37 if number == 11 else chance.choice([0, 0, 1, 2, 3]),
            bytes_in=1000 + chance.randrange(40), duration_us=int(10 ** chance.uniform(3, 7)),
            started_at=NOW - timedelta(minutes=COUNT - number),
        )  # fmt: skip
    return list(Session.objects.order_by("-pk"))


@pytest.fixture(params=["as it is", "in small steps"])
def steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in small steps":
        small = {"NEAR": 30, "FEW": 9, "SCANNED": 50, "CHECKED": 25, "CHECKED_TOKENS": 10, "UNEXAMINED": 15}
        for name, value in small.items():
            monkeypatch.setattr(look, name, value)


def _pages(query: Query, limit: int) -> Iterator[int]:
    """Yield keys as a page does that is read down to its end."""
    before: int | None = None
    while True:
        found = sessions.look(query, before, None, limit, NOW)
        yield from found.keys
        if found.end is None and len(found.keys) < limit:
            return
        below = found.keys[-1] if found.end is None else found.end
        assert before is None or below < before
        before = below


def _upwards(query: Query, limit: int) -> Iterator[int]:
    after = 0
    while keys := sessions.look(query, None, after, limit, NOW).keys:
        yield from keys[::-1]
        after = keys[0]


def _is_meant(row: Session, cases: Sequence[tuple[Case, bool]]) -> bool:
    return all((case.means(row) and (row.examined or not case.lines)) != negated for case, negated in cases)


@pytest.mark.usefixtures("steps")
def test_filters_alone_and_in_pairs_find_what_reading_all_finds() -> None:
    rows = _fill()
    chance = random.Random(11)
    alone = [[(case, False)] for case in CASES] + [[(case, True)] for case in CASES if " " not in case.text]
    pairs = [
        [(one, False), (other, " " not in other.text and chance.random() < 0.3)]
        for one, other in combinations(CASES, 2)
        if "verb" not in one.text + other.text or "code" not in one.text + other.text
    ]
    for cases in [*alone, *chance.sample(pairs, 40)]:
        text = " ".join(f"{'-' if negated else ''}{case.text}" for case, negated in cases)
        query = parse(text)
        assert query.problems == (), text
        expected = [row.pk for row in rows if _is_meant(row, cases)]
        assert list(_pages(query, 25)) == expected, text
        assert list(_upwards(query, 40)) == expected[::-1], text
        assert sessions.matching(query, NOW).count() == len(expected), text
        named = sessions.named(query, [row.public_id for row in rows[:30]], NOW)
        assert [row.pk for row in named] == [key for key in expected if key >= rows[29].pk], text


def test_looking_ends_where_it_has_gone_far_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "UNEXAMINED", 3)
    made = [session(errors=int(number == 0)) for number in range(8)]
    query = parse("errors=1")
    assert sessions.look(query) == ([], made[4].pk)
    assert sessions.look(query, before=made[4].pk) == ([made[0].pk], made[0].pk)
    assert sessions.look(query, before=made[0].pk) == ([], None)
    examined()
    assert sessions.look(query) == ([made[0].pk], None)


def test_what_only_the_tokens_tell_is_looked_for_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "CHECKED_TOKENS", 3)
    made = [session(REFUSED if number == 0 else DELIVERED) for number in range(8)]
    examined()
    query = parse("to=*n*b*@*")
    assert sessions.look(query, limit=3) == ([], made[5].pk)
    assert list(_pages(query, 3)) == [made[0].pk]
