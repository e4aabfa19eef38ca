"""What the index is told of a conversation: what was said, by token and word; never a secret, never without end."""

from __future__ import annotations

from base64 import b64encode

import pytest

from catcher.dialog import conversation
from catcher.dialog.script import records
from catcher.search import tokens, words
from catcher.search.tokens import Either, Token, code_tokens, codes, token

SECRET = b64encode(b"\x00ada\x00s3cret").decode()


def read(script: str) -> words.Words:
    return words.read(conversation.read(records(script)))


@pytest.mark.parametrize(
    "script",
    [
        f"C: AUTH PLAIN {SECRET}\nS: 235 ok",
        f"C: AUTH PLAIN\nS: 334 \nC: {SECRET}\nS: 235 ok",
        f"C: AUTH PLAIN\nS: 334 \nC* {SECRET}\nS: 235 ok",
        f"C: AUTH LOGIN\nC+ {SECRET}\nC+ {SECRET}\nS: 334 a\nS: 334 b\nS: 235 ok",
        f"C: auth plain {SECRET}\nC+ {SECRET}\nS: 503 no\nS: 500 what",
        f"C: AUTH CRAM-MD5\nS: 334 abc\nC: {SECRET}\nS: 535 no",
        f"C: AUTH {SECRET}\nS: 504 no\nC: AUTH\nS: 501 no",
        f"C: AUTH\\tPLAIN\\t{SECRET}\nS: 235 ok",
        f"C: AUTHPLAIN {SECRET}\nS: 500 no\nC: AUTH PLAIN\nS: 501 no",
    ],
)
def test_no_secret_is_indexed(script: str) -> None:
    found = read(f"S: 220 hi\nC: EHLO a\nS: 250 hi\n{script}\nC: QUIT\nS: 221 bye")
    assert SECRET not in "\n".join(found.text)
    assert tokens.plain(SECRET) not in " ".join(found.tokens)
    assert any(line.upper().startswith("AUTH ") for line in found.text)
    assert token("verb", "AUTH") in found.tokens
    assert "QUIT" in found.text


def test_addresses_in_every_form() -> None:
    found = read("C: MAIL FROM: Ada@Test SIZE=1\nC: RCPT TO:<@relay:bob@test>\nC: rcpt to:<>\nC: MAIL nonsense\n")
    assert token("from", "ada@test") in found.tokens
    assert token("to", "bob@test") in found.tokens
    assert not [one for one in found.tokens if one in {token("to", ""), token("from", "")}]


def test_a_code_belongs_to_the_verb_that_it_answers() -> None:
    found = read("S: 220 hi\nC: GET / HTTP/1.1\nC+ NOOP\nS: 500 what\nS: 250 ok\nS: 421 gone")
    assert {*code_tokens("code.other", 500), *code_tokens("code.NOOP", 250)} <= found.tokens.keys()
    assert {*code_tokens("code", 421), *code_tokens("code", 220)} <= found.tokens.keys()
    assert token("code.NOOP", "500") not in found.tokens


def test_codes_by_the_hundred() -> None:
    assert codes("code", range(499, 600)) == Either((Token(token("code", "5xx")), Token(token("code", "499"))))


def test_it_ends_and_says_where() -> None:
    many = "\n".join(f"C: RCPT TO:<{'x' * 300}{number}@example.com>\nS: 250 ok" for number in range(1000))
    found = read(many)
    assert found.is_full
    assert found.size < words.MOST_OF_SESSION + 3000
    assert 0 < found.lines < 2000
    assert f"{'x' * 300}{found.lines // 2 - 1}@" in "".join(found.text)
    assert read("C: NOOP\nS: 250 ok\n! close reason=quit").lines == 3


def test_no_nul_and_no_long_line() -> None:
    found = read("C: \\x00\\xff" + "y" * 9000 + "\nS: 500 what")
    assert "\x00" not in "".join(found.text)
    assert max(map(len, found.text)) == words.MOST_OF_LINE


@pytest.mark.parametrize("value", ["a@b.c", "übung", "x" * 1000, "🙂 a", "\ud800", "a_b", '"', "日本"])
def test_a_value_is_one_token(value: str) -> None:
    text = token("user", value)
    assert " " not in text
    assert '"' not in text
    assert all(character.isalnum() or "\ue000" <= character <= "\uf8ff" for character in text)
