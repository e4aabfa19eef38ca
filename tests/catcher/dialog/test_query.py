"""The filter language: what it understands, what it says about the rest, and what it offers while one types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog.query import KEYS, Kind, Place, complete, parse, place


def only(text: str) -> tuple[str, str, Any, bool]:
    query = parse(text)
    assert query.problems == ()
    (term,) = query.terms
    assert text[term.start : term.end] == text.removeprefix("NOT ")
    return term.key, term.operator, term.value, term.negated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("verb=RCPT", ("verb", "=", ("RCPT",), False)),
        ("verb=rcpt,mail", ("verb", "=", ("RCPT", "MAIL"), False)),
        ("verb!=RCPT", ("verb", "=", ("RCPT",), True)),
        ("-verb!=RCPT", ("verb", "=", ("RCPT",), False)),
        ("verb:RCPT", ("verb", "=", ("RCPT",), False)),
        ("VERB=RCPT", ("verb", "=", ("RCPT",), False)),
        ("client=10.0.0.*", ("client", "=", ("10.0.0.*",), False)),
        ("client=::1", ("client", "=", ("::1",), False)),
        ("outcome=rejected", ("outcome", "=", ("rejected",), False)),
        ("outcome=*-failed", ("outcome", "=", ("auth-failed", "tls-failed"), False)),
        ("stage=ehlo", ("stage", "=", ("EHLO",), False)),
        ("ehlo=app*", ("ehlo", "=", ("app*",), False)),
        ('user="J. Doe"', ("user", "=", ("J. Doe",), False)),
        ("tls=1.3", ("tls", "=", ("1.3",), False)),
        ("tls=1.*", ("tls", "=", ("1.0", "1.1", "1.2", "1.3"), False)),
        ("tls=none", ("tls", "=", ("none",), False)),
        ("auth=login", ("auth", "=", ("login",), False)),
        ("from=a@b", ("from", "=", ("a@b",), False)),
        ("to=**@example.com", ("to", "=", ("*@example.com",), False)),
        ("messages>0", ("messages", ">", 0, False)),
        ("-errors<=3", ("errors", "<=", 3, True)),
        ("finding=S04", ("finding", "=", ("S04",), False)),
        ("duration>2s", ("duration", ">", 2_000_000, False)),
        ("duration<=1.5ms", ("duration", "<=", 1_500, False)),
        ("since=1h", ("since", "=", timedelta(hours=1), False)),
        ("before=2026-11-24", ("before", "=", datetime(2026, 11, 24, tzinfo=UTC), False)),
        ("before=2026-11-24T10:30+02:00", ("before", "=", datetime(2026, 11, 24, 8, 30, tzinfo=UTC), False)),
        ("is:failed", ("is", "=", ("failed",), False)),
        ("-is:live", ("is", "=", ("live",), True)),
        ("NOT has:findings", ("has", "=", ("findings",), True)),
        ("NOT -has:findings", ("has", "=", ("findings",), False)),
        ("mailbox", ("", "=", ("mailbox",), False)),
        ("mailb*", ("", "~", ("mailb",), False)),
        ("-mailbox", ("", "=", ("mailbox",), True)),
        ('"mailbox full"', ("", "=", ("mailbox full",), False)),
        ('"OR"', ("", "=", ("OR",), False)),
        ("TO:<jane@example.com>", ("", "=", ("TO:<jane@example.com>",), False)),
        ("http://example.com", ("", "=", ("http://example.com",), False)),
        ("5.1.1", ("", "=", ("5.1.1",), False)),
    ],
)
def test_a_term(text: str, expected: tuple[str, str, Any, bool]) -> None:
    assert only(text) == expected


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("code=550", {550}, {549, 551}),
        ("code=5xx", {500, 599}, {499}),
        ("code=55*", {550, 559}, {549, 560}),
        ("code>=500", {500, 599}, {499}),
        ("code<400", {200, 399}, {400}),
    ],
)
def test_codes(text: str, inside: set[int], outside: set[int]) -> None:
    codes = only(text)[2]
    assert inside <= codes
    assert not outside & codes


def test_terms_stand_side_by_side() -> None:
    query = parse('code>=500 AND verb=RCPT  client=10.* "no such user" -retry')
    assert query.problems == ()
    assert [term.key for term in query.terms] == ["code", "verb", "client", "", ""]
    assert parse("  \t ").is_empty


@pytest.mark.parametrize(
    ("text", "marked", "says"),
    [
        ("x cod=5", "cod=5", "unknown key `cod`: did you mean `code`?"),
        ("zzzz=1", "zzzz=1", "quote the whole"),
        ("SIZE=2293", "SIZE=2293", "unknown key `SIZE`"),
        ("outcome=rejcted", "outcome=rejcted", "did you mean `rejected`?"),
        ("tls=9", "tls=9", "use one of none, any, 1.0"),
        ("is:green", "is:green", "use one of failed, ok, live, ended"),
        ("verb>RCPT", "verb>RCPT", "goes with `=`, `!=`, not with `>`"),
        ("duration>2", "duration>2", "number with its unit"),
        ("duration=2s", "duration=2s", "goes with `>`"),
        ("messages>some", "messages>some", "is no number: write `messages>0`"),
        ("messages>²", "messages>²", "is no number"),
        ("code=abc", "code=abc", "is no reply code"),
        ("code>=5xx", "code>=5xx", "needs one code"),
        ("code>599", "code>599", "between 200 and 599"),
        ("since=yesterday", "since=yesterday", "how long ago"),
        ("since=999999999w", "since=999999999w", "is no time"),
        ("user=", "user=", "needs a value, such as `user=demo`"),
        ("a OR b", "OR", "list values by commas"),
        ("(a b)", "(a", "brackets are not known"),
        ('a "b c', '"b c', "not closed"),
        ('user="a', '"a', "not closed"),
        ("a NOT", "NOT", "needs a term"),
        ("NOT NOT a", "NOT", "one `NOT` is enough"),
        ("a*b", "a*b", "at the end of a word"),
        ("a --- b", "---", "needs a letter or a digit"),
    ],
)
def test_a_problem_says_where_it_is_and_what_to_do(text: str, marked: str, says: str) -> None:
    problem = parse(text).problems[0]
    assert says in problem.text
    assert text[problem.start : problem.end] == marked


def test_what_is_right_beside_a_problem_is_kept() -> None:
    query = parse("cod=5 verb=RCPT")
    assert [term.key for term in query.terms] == ["verb"]
    assert not query.is_empty


def test_it_is_bounded() -> None:
    assert "at most 2000 characters" in parse("x" * 3000).problems[0].text
    assert "at most 40" in parse("x " * 100).problems[-1].text
    assert len(parse("x " * 100).terms) == 40
    for hostile in ('"' * 100_000, "(" * 100_000, "a=" * 100_000, "-" * 100_000, "client=" + "*a" * 50_000):
        assert parse(hostile).problems


@given(
    st.text(st.sampled_from('abc=:<>!*-" \n()1,x\x00é\ud800NOTcodeis') | st.characters(), max_size=60), st.integers()
)
def test_nothing_raises(text: str, position: int) -> None:
    query = parse(text)
    places = [(term.start, term.end) for term in query.terms]
    for start, end in places + [(problem.start, problem.end) for problem in query.problems]:
        assert 0 <= start < end <= len(text)
    for completion in complete(text, position):
        assert 0 <= completion.start <= completion.end <= len(text)


def test_every_example_of_every_key_is_understood() -> None:
    for name, key in KEYS.items():
        assert key.help
        for example in key.examples:
            query = parse(example)
            assert query.problems == (), example
            assert name in {term.key for term in query.terms}
        if key.kind is Kind.CHOICE:
            assert all(parse(f"{name}:{choice}").problems == () for choice in key.choices)


@pytest.mark.parametrize(
    ("text", "offered", "replaced"),
    [
        ("co", ["code=", "commands="], "co"),
        ("verb=RCPT -co", ["code=", "commands="], "co"),
        ("outcome=re", ["rejected"], "re"),
        ("outcome=rejected,ab", ["aborted"], "ab"),
        ("is:", ["failed", "ok", "live", "ended"], ""),
        ("-is:l", ["live"], "l"),
        ("nothing=", [], ""),
        ('"co', [], ""),
    ],
)
def test_completion(text: str, offered: list[str], replaced: str) -> None:
    found = complete(text, len(text))
    assert [completion.text for completion in found] == offered
    assert all(text[completion.start : completion.end] == replaced for completion in found)


def test_completion_in_the_middle_and_on_nothing() -> None:
    assert complete("out verb=RCPT", 3)[0].text == "outcome="
    assert [completion.text for completion in complete("verb=RCPT ", 10)][:2] == ["is:", "has:"]


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 0, Place("", "", 0, 0)),
        ("is:failed cl", 12, Place("", "cl", 10, 12)),
        ("a -Client=10.0", 14, Place("client", "10.0", 10, 14)),
        ('ehlo="my app', 12, Place("ehlo", '"my app', 5, 12)),
        ("is:failed x", 9, Place("is", "failed", 3, 9)),
        ("a", 99, Place("", "a", 0, 1)),
    ],
)
def test_the_place_where_someone_types(text: str, position: int, expected: Place) -> None:
    assert place(text, position) == expected
