"""What a query says, and what is said of one that cannot be understood."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone

import pytest

from catcher.search.messages import QueryError, parse
from catcher.search.messages.completion import complete, place
from catcher.search.messages.keys import KEYS
from catcher.search.messages.tree import (
    ADDRESSED,
    ANYTHING,
    ANYWHERE,
    ByClient,
    Either,
    Every,
    Fact,
    Node,
    OfSession,
    Received,
    Size,
    State,
    Tagged,
    Text,
    Without,
)

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)  # a Wednesday
BERLIN = timezone(timedelta(hours=1))


def any_(text: str) -> Text:
    return Text(ANYWHERE, text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", ANYTHING),
        ("   ", ANYTHING),
        ("Order", any_("order")),
        ("a b", Every((any_("a"), any_("b")))),
        ("a AND b", Every((any_("a"), any_("b")))),
        ('"Your  Order,"', any_("your order")),
        ('"jane <jane@example.com>"', any_("jane jane@example.com")),
        ("foo(bar)baz;x", any_("foo bar baz x")),
        ("https://example.com/a?b=1", any_("https://example.com/a?b=1")),
        ("12:30", any_("12:30")),
        ("-a", Without(any_("a"))),
        ("!a", Without(any_("a"))),
        ("NOT a", Without(any_("a"))),
        ("--a", any_("a")),
        ("a - b", Every((any_("a"), any_("-"), any_("b")))),
        ("a OR b c", Either((any_("a"), Every((any_("b"), any_("c")))))),
        ("(a OR b) c", Every((Either((any_("a"), any_("b"))), any_("c")))),
        ("-(a b)", Without(Every((any_("a"), any_("b"))))),
        ("or", any_("or")),
        ('"OR"', any_("or")),
        ("from:Shop", Text(("from",), "shop")),
        ("FROM:shop", Text(("from",), "shop")),
        ('-subject:"Your order"', Without(Text(("subject",), "your order"))),
        ("!reply-to:a", Without(Text(("reply-to",), "a"))),
        ("addressed:a@b", Text(ADDRESSED, "a@b")),
        ("message-id:<1@x>", Text(("message-id",), "1@x")),
        ('header:"X-Mailer: PHP"', Text(("header",), "x-mailer: php")),
        ("client:swaks", ByClient("swaks")),
        ("is:unread", State("unread")),
        ("is:Tagged", State("tagged")),
        ("has:attachment", Fact("has=attachment")),
        ("has:attachments", Fact("has=attachment")),
        ("has:inlines", Fact("has=inline")),
        ('tag:"to do"', Tagged("to do")),
        ("session:Ab1", OfSession("Ab1")),
        ("finding:S12", Fact("finding=s12")),
        ("finding:M1*", Fact("finding=m1", prefix=True)),
        ("larger:1024", Size(least=1025)),
        ("larger:10k", Size(least=10 * 1024 + 1)),
        ("larger:1.5MB", Size(least=1_572_865)),
        ("smaller:2kb", Size(most=2047)),
        ("smaller:0.001k", Size(most=1)),
    ],
)
def test_what_a_query_says(text: str, tree: Node) -> None:
    assert parse(text, NOW).tree == tree


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("after:2h", "2026-11-25T10:30", None),
        ('after:"90 min ago"', "2026-11-25T11:00", None),
        ("after:yesterday", "2026-11-23T23:00", None),
        ("before:yesterday", None, "2026-11-23T23:00"),
        ("on:today", "2026-11-24T23:00", "2026-11-25T23:00"),
        ("on:monday", "2026-11-22T23:00", "2026-11-23T23:00"),
        ("on:2d", "2026-11-22T23:00", "2026-11-23T23:00"),
        ("on:2026-11", "2026-10-31T23:00", "2026-11-30T23:00"),
        ("after:2026-11-24", "2026-11-23T23:00", None),
        ("after:2026/11/24", "2026-11-23T23:00", None),
        ("after:11/24/2026", "2026-11-23T23:00", None),
        ("after:24/11/2026", "2026-11-23T23:00", None),
        ('after:"24 Nov 2026"', "2026-11-23T23:00", None),
        ('after:"Nov 24, 2026"', "2026-11-23T23:00", None),
        ("after:2026-11-24T10:30", "2026-11-24T09:30", None),
        ("after:2026-11-24T10:30Z", "2026-11-24T10:30", None),
        ('after:"Tue, 24 Nov 2026 10:30:00 +0200"', "2026-11-24T08:30", None),
        ("after:1795602600", "2026-11-25T10:30", None),
    ],
)
def test_times_are_the_readers(text: str, since: str | None, until: str | None) -> None:
    tree = parse(text, NOW, BERLIN).tree
    assert isinstance(tree, Received)
    named = [moment and f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" for moment in (tree.since, tree.until)]
    assert named == [since, until]
    assert tree.included == text.startswith("before:")


@pytest.mark.parametrize(
    ("text", "wrong", "says", "hint"),
    [
        ("a fro:x b", "fro:", "no key fro", "did you mean from:?"),
        ("Re:x", "Re:", "no key Re", '"Re:x" searches for it as text'),
        ("is:reed", "reed", "does not know reed", "did you mean is:read?"),
        ("has:wings", "wings", "does not know wings", "use one of attachment, inline, link, code, finding"),
        ("x after:soon", "soon", "soon is no time", "write after:2h"),
        ("on:2026-13-40", "2026-13-40", "is no time", "write on:today"),
        ("after:99999999999999999999", "99999999999999999999", "is no time", "write after:2h"),
        ("larger:big", "big", "big is no size", "larger:100k"),
        ("finding:12", "12", "12 is no rule", "finding:M04"),
        ("from:", "from:", "needs a value", "from:shop@example.com"),
        ('from:""', 'from:""', "needs a value", "from:shop@example.com"),
        ('a ","', '","', "nothing to search for", "write a word"),
        ('a "b c', '"b c', "The quote is not closed", 'add " at its end'),
        ("a (b", "(", "not closed", "add )"),
        ("a ) b", ")", "closes nothing", "take it away"),
        ("a () b", "(", "nothing between", "take them away"),
        ("a OR", "OR", "needs a term behind it", "write one"),
        ("OR a", "OR", "needs a term before it", "write one"),
        ("a NOT", "NOT", "needs a term behind it", "write one"),
        ("(" * 30 + "a" + ")" * 30, "(", "nested too deeply", "up to 20"),
        ("a " * 41, "a ", "too many terms", "use up to 40"),
        ("a" * 2001, "a", "too long", "2000"),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, wrong: str, says: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, NOW)
    error = caught.value
    assert text[error.position : error.position + error.length] == wrong
    assert says in error.text
    assert hint in error.hint


def test_all_that_is_wrong_is_told_in_its_order() -> None:
    with pytest.raises(QueryError) as caught:
        parse("is:x from: before:never", NOW)
    assert [problem.position for problem in caught.value.problems] == [3, 5, 18]


def test_a_lenient_reading_leaves_out_what_mailpit_ignores() -> None:
    query = parse("a after:never Re:x is:odd (b", NOW, lenient=True)
    assert query.tree == Every((any_("a"), any_("re:x"), any_("b")))
    assert len(query.problems) == 4


@pytest.mark.parametrize(
    "text", ['("', "((", "-(", "!!", '-"', "a:b:c", "\x00 \ud800", ")(", "OR OR", "NOT NOT", ":", '":"']
)
def test_nothing_else_is_raised(text: str) -> None:
    problems = parse(text, NOW, lenient=True).problems
    assert all(0 <= problem.position < len(text) for problem in problems)
    with pytest.raises(QueryError) if problems else nullcontext():
        parse(text, NOW)


def test_what_was_found_by_is_marked_and_what_was_excluded_is_not() -> None:
    query = parse('order from:Shop -invoice (x OR NOT "a b") is:read -(-y)', NOW)
    assert query.highlights == ("order", "shop", "x", "y")


@pytest.mark.parametrize("key", KEYS.values(), ids=str)
def test_examples_are_understood(key: object) -> None:
    for example in key.examples:  # type: ignore[attr-defined]
        parse(example, NOW)


@pytest.mark.parametrize(
    ("text", "offered", "start"),
    [
        ("fr", "from:", 0),
        ("a -su", "subject:", 3),
        ("(has", "has:", 1),
        ("is:un", "unread", 3),
        ('a is:"un', "unread", 5),
        ("x OR -before:y", "yesterday", 13),
    ],
)
def test_what_may_stand_there_is_offered(text: str, offered: str, start: int) -> None:
    first = next(each for each in complete(text, len(text)) if each.text == offered)
    assert (first.start, first.end) == (start, len(text))


def test_within_a_phrase_nothing_is_offered() -> None:
    assert complete('"from', 5) == []
    assert place('from:"a b', 9).typed == '"a b'
