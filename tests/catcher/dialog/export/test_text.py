"""A conversation as text, Markdown and JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog import script
from catcher.dialog.conversation import Conversation, read
from catcher.dialog.export import as_json, markdown, schema, text
from catcher.dialog.export.escaping import octets, visible
from catcher.dialog.records import Direction, Kind, Record, Terminator
from tests.catcher.dialog.test_records import tapes

SESSION = r"""
! open peer=192.0.2.7:40000
S: 220 sandpost ESMTP
C: EHLO app
S: 250-sandpost
S: 250 PIPELINING
! tls-done version=TLSv1.3 cipher=X
C: MAIL FROM:<a@example.com> BODY=8BITMIME
C+ RCPT TO:<b@example.com>
C+ RCPT TO:<c@example.com>
C+ DATA
S: 250 2.1.0 ok
S: 250 2.1.5 ok
S: 550 5.1.1 `no` | ``` such <user>
S: 354 go
= bytes=120 lines=4 wire=123 message=ID
S: 250 2.0.0 ok
C~ QUIT
S: 221 bye
! close reason=quit
"""


def conversation(told: str = SESSION) -> Conversation:
    return read(script.records(told))


def test_text_has_offset_tls_and_side() -> None:
    lines = text(conversation()).splitlines()
    assert lines[0] == "      0.000     -- open peer=192.0.2.7:40000"
    assert lines[1] == "      1.000     S: 220 sandpost ESMTP"
    assert lines[6] == "      6.000 TLS C: MAIL FROM:<a@example.com> BODY=8BITMIME"
    assert lines[14] == "     14.000 TLS -- body bytes=120 lines=4 wire=123 message=ID"
    assert lines[16:18] == ["     16.000 TLS C: QUIT", "     16.000 TLS -- the line above is ended by LF alone"]


@given(st.binary(max_size=60))
def test_every_octet_is_visible_and_comes_back(data: bytes) -> None:
    shown = visible(data)
    assert shown.isprintable()
    assert octets(shown) == data


@pytest.mark.parametrize("hostile", [b"\x1b[31m", "\u202egnp".encode(), b"\xff\n\r\x00", "\u200b".encode()])
def test_what_could_deceive_is_escaped(hostile: bytes) -> None:
    told = text(read([Record(1, 0, Direction.CLIENT, Kind.LINE, hostile, len(hostile), Terminator.CRLF, 1)]))
    assert told.endswith("\n")
    assert told[:-1].isprintable()


def test_the_report_names_the_facts() -> None:
    report = markdown(conversation(), redact=False)
    assert report.startswith("### SMTP session\n")
    assert "- Client calls itself: ` app `" in report
    assert "- Encryption: ` TLSv1.3 X `" in report
    assert "- Transaction 1: 1 recipients accepted, 1 refused, message accepted" in report
    assert "in answer to RCPT" in report
    assert "- Ended by: ` quit `" in report


@pytest.mark.parametrize("content", ["```", "````````", "~~~ | a | b", "</code></pre><script>", "` `` ```` `", "# x"])
def test_nothing_breaks_out_of_the_block(content: str) -> None:
    report = markdown(conversation(f"S: 220 {content}\nC: EHLO {content}\nS: 550 {content}"), redact=False)
    opened = re.search(r"^(`{3,})text$", report, re.MULTILINE)
    assert opened is not None
    inside, closing, rest = report[opened.end() :].partition(f"\n{opened[1]}\n")
    assert (closing, rest) == (f"\n{opened[1]}\n", "")
    assert inside.count(content) == 3
    assert opened[1] not in inside
    for fact in report[: opened.start()].splitlines():
        if content in fact:
            ticks = re.search(r": (`+) ", fact)
            assert ticks is not None
            assert fact.count(ticks[1]) == 2


def test_json_says_every_line_and_step() -> None:
    told = as_json(conversation())
    assert [line["Seq"] for line in told["Lines"]] == list(range(1, 20))
    refused = told["Lines"][12]
    assert (refused["Code"], refused["Dir"], refused["Verb"]) == (550, "S", "")
    mail = told["Lines"][6]
    assert (mail["Verb"], mail["Code"], mail["Offset"], mail["Tls"]) == ("MAIL", None, 6.0, True)
    assert told["Offers"] == [{"Said": 3, "Tls": False, "Keywords": {"PIPELINING": []}}]
    (transaction,) = told["Transactions"]
    assert (transaction["Accepted"], transaction["Refused"], transaction["Message"]) == ([8], [9], "ID")
    step = next(step for step in told["Steps"] if step["Said"] == 9)
    assert (step["Reply"], step["Code"], step["Enhanced"], step["Packet"] > 0) == ([13], 550, "5.1.1", True)


def check(value: Any, rule: dict[str, Any], root: dict[str, Any]) -> None:
    """Hold a value to the part of JSON Schema that ours uses; a keyword that is not known here fails."""
    if "$ref" in rule:
        check(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root)
        return
    known = {"type", "enum", "properties", "required", "additionalProperties", "items", "description", "minimum"}
    assert set(rule) - known <= {"$schema", "$defs", "title"}
    if "enum" in rule:
        assert value in rule["enum"]
        return
    kinds = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    assert any(matches(value, kind) for kind in kinds), (value, rule)
    if isinstance(value, dict):
        properties = rule.get("properties", {})
        assert set(rule.get("required", [])) <= set(value)
        for name, member in value.items():
            other = rule["additionalProperties"]
            assert name in properties or other is not False, name
            check(member, properties.get(name, other), root)
    elif isinstance(value, list):
        for member in value:
            check(member, rule["items"], root)
    else:
        assert "minimum" not in rule or value >= rule["minimum"]


def matches(value: Any, kind: str) -> bool:
    types: dict[str, type] = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}
    if kind in {"integer", "number"}:
        return isinstance(value, int if kind == "integer" else int | float) and not isinstance(value, bool)
    return isinstance(value, types[kind])


@given(tapes())
def test_json_keeps_to_its_schema(records: list[Record]) -> None:
    told = json.loads(json.dumps(as_json(read(records))))
    check(told, schema(), schema())


def test_json_of_a_whole_session_keeps_to_its_schema() -> None:
    check(as_json(conversation()), schema(), schema())


def test_the_schema_describes_every_key() -> None:
    for name, definition in schema()["$defs"].items():
        assert definition["additionalProperties"] is False
        for key, rule in definition["properties"].items():
            assert rule["description"].endswith("."), (name, key)


def test_a_schema_that_was_changed_is_nobody_elses() -> None:
    schema()["$defs"].clear()
    assert schema()["$defs"]
