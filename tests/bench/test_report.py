from __future__ import annotations

from argparse import ArgumentTypeError

import pytest

from tests.bench.report import Section, lines, percentile, reached, shown
from tests.bench.servers import named
from tests.bench.smtp import message


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 50), (95, 95), (99, 99), (100, 100)])
def test_percentile_is_a_measured_value(percent: float, expected: float) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


def test_percentile_of_one_value_and_of_none() -> None:
    assert percentile([7.5], 99) == 7.5
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_a_lower_bound_is_reached_by_equality_and_an_upper_one_is_not() -> None:
    assert reached(0.3, at_least=0.3) == "reached"
    assert reached(0.299, at_least=0.3) == "missed"
    assert reached(10, below=10) == "missed"
    assert reached(9.9, below=10) == "reached"
    assert reached(None, below=10) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, "-"), ("kept", "kept"), (20000, "20,000"), (1234.5, "1,234"), (12.34, "12.3"), (0.1234, "0.123")],
)
def test_cells(cell: str | float | None, text: str) -> None:
    assert shown(cell) == text


def test_table_aligns_numbers_right_and_words_left() -> None:
    section = Section("x", "Title", ("server", "rate", "verdict"))
    section.add("sink", 12345.0, None)
    section.add("a", 7, "missed")
    section.notes.append("quiet")
    section.failures.append("2 accepted, 1 stored")
    assert lines(section) == [
        "== Title",
        "server    rate  verdict",
        "------  ------  -------",
        "sink    12,345  -",
        "a            7  missed",
        "note: quiet",
        "FAILED: 2 accepted, 1 stored",
    ]
    assert section.missed == 1
    assert section.as_json()["rows"] == [
        {"server": "sink", "rate": 12345.0, "verdict": None},
        {"server": "a", "rate": 7, "verdict": "missed"},
    ]


def test_table_without_rows_is_its_title() -> None:
    assert lines(Section("x", "Title", ("server", "rate"))) == ["== Title"]


@pytest.mark.parametrize("length", [82, 5000, 5039, 5041])
def test_message_has_the_asked_length(length: int) -> None:
    body = message(1, length).partition(b"\r\n\r\n")[2]
    assert abs(len(body) - length) <= 1
    assert body.endswith(b"\r\n")
    assert b"\r\n." not in body


def test_named_server() -> None:
    server = named("other=127.0.0.1:1")
    assert (server.name, server.smtp, server.pid) == ("other", ("127.0.0.1", 1), None)
    with pytest.raises(ArgumentTypeError, match="is not NAME=HOST:PORT"):
        named("127.0.0.1:25")
